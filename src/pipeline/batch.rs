//! What is settled and not on record yet: the batch that grows, and in a rush
//! the one before it, which is being synced.

use super::{LINGER, warning};
use crate::advance::Reply;
use crate::domain::action::Line;
use crate::domain::event::{Event, Happening, Question};
use crate::domain::id::MessageId;
use crate::journal::entry::Entry;

/// Events whose consequences are settled and not on record yet.
#[derive(Default)]
pub(super) struct Batch {
    pub events: Vec<Event>,
    /// What is not even written yet.
    pub entries: Vec<Entry>,
    /// Warnings among what is.
    pub said: Vec<Line>,
    pub questions: Vec<Question>,
    pub replies: Vec<Reply>,
    /// Who waits until what they asked for is on record, and under which number.
    pub asked: Vec<(u64, u64)>,
    /// Messages that the store does not have yet, and their events.
    pub fresh: Vec<(MessageId, usize)>,
    pub began: Option<tokio::time::Instant>,
    /// Something waits for it to be written.
    pub urgent: bool,
    /// The last event asked to stop.
    pub stopping: bool,
    /// The batch before it, while that is being synced, and how many entries
    /// are on record then.
    pub before: Option<Box<(Batch, u64)>>,
}

impl Batch {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// What is not written yet, which is to be now; room is made for so many
    /// more.
    pub fn take_unwritten(&mut self, room: usize) -> Vec<Entry> {
        let entries = std::mem::replace(&mut self.entries, Vec::with_capacity(room));
        self.said.extend(entries.iter().filter_map(warning));
        entries
    }

    /// When it is written at the latest.
    pub fn closes(&self) -> tokio::time::Instant {
        self.began.unwrap_or_else(tokio::time::Instant::now) + LINGER
    }

    /// The raw object of a message's last version in it, or in the one before.
    pub fn frame(&self, id: MessageId) -> Option<&str> {
        let last = self.fresh.iter().rev().find(|(message, _)| *message == id);
        let Some(event) = last.and_then(|(_, at)| self.events.get(*at)) else {
            return self.before.as_ref()?.0.frame(id);
        };
        match &event.happening {
            Happening::Seen { frame, .. } => Some(&frame.raw),
            _ => None,
        }
    }

    /// Empties it once it is on record; that it was to stop is kept in mind.
    pub fn clear(&mut self) {
        self.events.clear();
        self.fresh.clear();
        self.began = None;
        self.urgent = false;
    }
}

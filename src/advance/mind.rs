//! What is kept in mind besides the record, and learned anew at every start:
//! the server, and the last few messages of each channel and author, which
//! give context and counts.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::case::Case;
use crate::case::hours::Staffed;
use crate::domain::circumstances::{EARLIER_LIMIT, Earlier, JOINED_LIMIT, JOINED_WITHIN_MS, SHORT_CHARS};
use crate::domain::deployment::Deployment;
use crate::domain::event::{Answer, Captured, Connection, Event, Happening, Sight};
use crate::domain::id::{MessageId, Moment, VenueId};
use crate::domain::message::{Message, Part};

use super::people::{AUDIT_FOLLOWS_MS, MESSAGE_DELETE};
use super::{State, Withheld};

/// How many messages of a channel are kept in mind, for context and, with
/// `archive = "flagged"`, to be written with a finding.
pub const RECENT_PER_VENUE: usize = 50;

/// How many channels and threads have their last messages kept in mind; the
/// one that was quiet longest is forgotten first.
const VENUES_IN_MIND: usize = 512;

/// How many authors have their last messages kept in mind.
const AUTHORS_IN_MIND: usize = 10_000;

/// An author's messages older than this no longer count, in milliseconds.
const EARLIER_REACH_MS: i64 = 24 * 3_600_000;

/// A message as it is kept in mind.
#[derive(Clone, Debug)]
pub struct Recent {
    pub message: Arc<Message>,
    pub at: Moment,
    /// It may be a cry for help, which is shown beside its like only.
    pub crisis: bool,
}

/// How many deletions by other moderators are kept in mind.
const NOTICED_IN_MIND: usize = 64;

/// A deletion that Discord's audit log told of: it names the author and the
/// channel, not the message, and may come before the deletion itself.
#[derive(Clone, Copy, Debug)]
pub struct Noticed {
    pub venue: VenueId,
    pub author: u64,
    pub at: Moment,
}

/// The authorities that a deployment declares adopted.
pub fn adopted_by(deployment: &Deployment) -> Arc<[String]> {
    deployment.adopted.iter().map(|adopted| adopted.id.clone()).collect()
}

impl State {
    /// Whether another moderator removed a message of a case, as far as
    /// Discord's audit log has said so by now.
    pub fn was_removed_elsewhere(&self, case: &Case, at: Moment) -> bool {
        self.removed_elsewhere.iter().any(|it| {
            it.venue == case.venue && it.author == case.author.get() && at.since_ms(it.at) <= AUDIT_FOLLOWS_MS
        })
    }

    /// Takes in what an event tells of the server, the connection and the
    /// settings: facts that are true whether or not anything follows.
    pub fn learn(&mut self, event: &Event) {
        match &event.happening {
            Happening::Started { version, deployment, .. } => {
                self.software = version.clone();
                // Nobody watched between the last entry of the run before and
                // the connection that this run makes.
                self.unwatched_since = self.watched_until;
                self.settle(deployment);
            }
            Happening::Reloaded { deployment, .. } => self.settle(deployment),
            Happening::Connection(Connection::Lost) if self.unwatched_since.is_none() => {
                self.unwatched_since = Some(event.at);
            }
            Happening::Seen { sight, .. } => self.server.learn(sight, &self.deployment, &self.venues),
            _ => {}
        }
    }

    fn settle(&mut self, deployment: &Deployment) {
        self.deployment = Arc::new(deployment.clone());
        self.adopted = adopted_by(deployment);
        if let Some(staffed) = Staffed::new(&deployment.hours, &deployment.time_zone) {
            self.staffed = staffed;
        }
        self.server.resolve(&self.deployment, &self.venues);
    }

    /// Keeps in mind what stays of an event once its step is made. What is
    /// kept whole is taken out of it.
    /// `sameness` is what judging it found out already ([`Step::sameness`](super::Step::sameness)).
    pub fn remember(&mut self, event: &mut Event, sameness: Option<u64>) {
        match &mut event.happening {
            Happening::Connection(Connection::Fresh | Connection::Resumed) => {
                self.unwatched_since = None;
                self.was_connected = true;
            }
            Happening::Seen {
                sight: Sight::Audit { action: MESSAGE_DELETE, target: Some(author), venue: Some(venue), .. },
                ..
            } => {
                self.removed_elsewhere.push_back(Noticed { venue: *venue, author: *author, at: event.at });
                if self.removed_elsewhere.len() > NOTICED_IN_MIND {
                    self.removed_elsewhere.pop_front();
                }
            }
            Happening::Seen { sight, .. } => match std::mem::replace(sight, Sight::Other) {
                Sight::Posted { message, .. } if self.server.watches(message.venue) => {
                    let at = message.id.made_at().max(Moment(0));
                    let sameness = sameness.unwrap_or_else(|| text_hash(&message));
                    self.keep(Arc::from(message), at, sameness);
                }
                other => *sight = other,
            },
            Happening::Answered(Answer::Captured { message, files, .. })
                if self.case_of.contains_key(message) =>
            {
                self.files.insert(*message, files.clone());
            }
            Happening::Tick => self.forget(event.at),
            _ => {}
        }
    }

    /// Keeps in mind what is to be recorded later, and lets go of what was.
    pub fn withhold(&mut self, withheld: Vec<Withheld>) {
        for it in withheld {
            match it {
                Withheld::Message(it) => self.waiting.entry(it.message.id).or_default().push_back(*it),
                Withheld::Files { message, files } => {
                    self.waiting_files.insert(message, files);
                }
                Withheld::Read { venue, upto } => {
                    self.read_upto.insert(venue, upto);
                }
                Withheld::MessageWritten(id) => self.no_longer_waits(id),
                Withheld::FilesWritten(id) => {
                    let files = self.waiting_files.remove(&id);
                    if let Some(files) = files.filter(|_| self.case_of.contains_key(&id)) {
                        self.files.insert(id, files);
                    }
                }
            }
        }
    }

    fn no_longer_waits(&mut self, id: MessageId) {
        let Some(versions) = self.waiting.get_mut(&id) else { return };
        let written = versions.pop_front();
        if versions.is_empty() {
            self.waiting.remove(&id);
        }
        if let Some(written) = written
            && !self.waits_in(written.message.venue)
        {
            self.read_upto.remove(&written.message.venue);
        }
    }

    /// Whether a message of a channel is not on record yet.
    pub fn waits_in(&self, venue: VenueId) -> bool {
        self.waiting.values().flatten().any(|it| it.message.venue == venue)
    }

    fn keep(&mut self, message: Arc<Message>, at: Moment, sameness: u64) {
        let author = message.author.id;
        if self.by_author.len() < AUTHORS_IN_MIND || self.by_author.contains_key(&author) {
            let earlier = self.by_author.entry(author).or_default();
            // Seen a second time, as after an outage: it counts once.
            earlier.retain(|(id, _)| *id != message.id);
            earlier.push_back((message.id, sameness));
            if earlier.len() > EARLIER_LIMIT {
                earlier.pop_front();
            }
        }
        if self.recent.len() >= VENUES_IN_MIND && !self.recent.contains_key(&message.venue) {
            let quietest = self.recent.iter().min_by_key(|(_, r)| r.back().map_or(Moment(0), |m| m.at));
            if let Some(venue) = quietest.map(|(venue, _)| *venue) {
                self.recent.remove(&venue);
            }
        }
        let case = self.case_of.get(&message.id).and_then(|case| self.cases.get(case));
        let crisis = case.is_some_and(|case| case.decision.is_crisis());
        let recent = self.recent.entry(message.venue).or_default();
        recent.retain(|known| known.message.id != message.id);
        recent.push_back(Recent { message, at, crisis });
        if recent.len() > RECENT_PER_VENUE {
            recent.pop_front();
        }
    }

    /// What an author wrote in short messages right before this one, the oldest
    /// first: words may be spread over several.
    pub fn before(&self, message: &Message) -> Vec<String> {
        let is_short = |message: &Message| {
            let text = message.content();
            !text.is_empty() && text.chars().nth(SHORT_CHARS).is_none()
        };
        if message.edited_at.is_some() || !is_short(message) {
            return Vec::new();
        }
        let Some(recent) = self.recent.get(&message.venue) else { return Vec::new() };
        let mut at = message.id.made_at();
        let mut before: Vec<String> = Vec::new();
        for earlier in recent.iter().rev().filter(|it| it.message.id < message.id) {
            let gap = at.since_ms(earlier.message.id.made_at());
            let goes_on = earlier.message.author.id == message.author.id && is_short(&earlier.message);
            if !goes_on || gap > JOINED_WITHIN_MS || before.len() + 1 >= JOINED_LIMIT {
                break;
            }
            at = earlier.message.id.made_at();
            before.push(earlier.message.content().to_owned());
        }
        before.reverse();
        before
    }

    /// What was decided late of a message that is in mind already.
    pub(super) fn mark_crisis(&mut self, venue: VenueId, message: MessageId) {
        let recent = self.recent.get_mut(&venue).into_iter().flatten();
        recent.filter(|r| r.message.id == message).for_each(|r| r.crisis = true);
    }

    fn forget(&mut self, now: Moment) {
        self.prune(now);
        if self.by_author.len() * 2 > AUTHORS_IN_MIND {
            self.by_author.retain(|_, earlier| {
                earlier.back().is_some_and(|(id, _)| now.since_ms(id.made_at()) < EARLIER_REACH_MS / 24)
            });
        }
        self.last_notice.retain(|_, at| now.since_ms(*at) < EARLIER_REACH_MS);
        self.last_pointer.retain(|_, at| now.since_ms(*at) < EARLIER_REACH_MS);
    }

    /// The author's earlier messages, as circumstances tell them. A message is
    /// judged again when its files are there; it does not count itself then,
    /// nor what came after it.
    pub fn earlier(&self, message: &Message, sameness: u64) -> Vec<Earlier> {
        let Some(earlier) = self.by_author.get(&message.author.id) else { return Vec::new() };
        let now = message.id.made_at();
        earlier
            .iter()
            .rev()
            .filter(|(id, _)| *id < message.id)
            .map(|(id, other)| Earlier { ago_ms: now.since_ms(id.made_at()), same: *other == sameness })
            .filter(|e| e.ago_ms <= EARLIER_REACH_MS)
            .collect()
    }
}

/// A message as it counts for "the same again": its texts and its files.
pub fn text_hash(message: &Message) -> u64 {
    let mut hasher = DefaultHasher::new();
    for part in &message.parts {
        crate::text::sameness(&part.text, &mut hasher);
    }
    for file in &message.attachments {
        (&file.filename, file.size).hash(&mut hasher);
    }
    hasher.finish()
}

/// A message with what stands in its files, which is judged like what was typed.
pub fn with_texts(message: &Message, files: &[Captured]) -> Message {
    let mut whole = message.clone();
    for file in files {
        if let (Some(text), Some(place)) =
            (&file.text, message.attachments.iter().position(|a| a.id == file.attachment))
        {
            whole.parts.push(Part { name: format!("attachments[{place}]").into(), text: text.clone() });
        }
    }
    whole
}

//! What a later process needs to go on with this session.
//!
//! Discord replays what follows a sequence number, for some minutes. The one
//! to give is that of the last event on stable storage, not of the last one
//! received: what was received and not stored has to come again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::super::convert::{Ready, Us};
use crate::domain::event::{Connection, Happening};
use crate::domain::id::{GuildId, MemberId};

/// A session, as it is kept between two processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Saved {
    pub session: String,
    pub resume_url: String,
    /// Of the last event that is on stable storage.
    pub sequence: u64,
    pub me: MemberId,
    pub application: Option<MemberId>,
    pub guild: GuildId,
}

impl Saved {
    /// The session that has just begun, if there is enough to go on with it.
    pub fn of(ready: &Ready, home: Option<GuildId>) -> Option<Saved> {
        if ready.session.is_empty() {
            return None;
        }
        Some(Saved {
            session: ready.session.clone(),
            resume_url: ready.resume_url.clone(),
            sequence: 0,
            me: ready.us.me?,
            application: ready.us.application,
            guild: home?,
        })
    }

    pub fn us(&self) -> Us {
        Us { me: Some(self.me), application: self.application }
    }
}

/// Holds the session for the gateway, which begins and ends it, and for the
/// pipeline, which knows how far it is on record. Clones are one.
#[derive(Clone, Debug, Default)]
pub struct SessionKeeper(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    saved: Option<Saved>,
    /// What each [`Connection::Fresh`] on its way means: events of an earlier
    /// session may still wait to be stored when the next one begins.
    begun: VecDeque<Begun>,
}

#[derive(Debug)]
enum Begun {
    /// The session is the same; the server was away for a while.
    Same,
    /// Another session, if it is one to go on with.
    Session(Option<Saved>),
}

impl SessionKeeper {
    /// Takes up what an earlier process stored; whatever cannot be read is
    /// no session.
    pub fn new(stored: Option<&[u8]>) -> SessionKeeper {
        let saved = stored.and_then(|bytes| serde_json::from_slice(bytes).ok());
        SessionKeeper(Arc::new(Mutex::new(Kept { saved, begun: VecDeque::new() })))
    }

    /// To be told of every event, in order, once it is on stable storage.
    pub fn stored(&self, happening: &Happening) {
        let mut kept = self.lock();
        match happening {
            Happening::Seen { frame, .. } if frame.sequence > 0 => {
                if let Some(saved) = &mut kept.saved {
                    saved.sequence = frame.sequence;
                }
            }
            Happening::Connection(Connection::Fresh) => {
                if let Some(Begun::Session(session)) = kept.begun.pop_front() {
                    kept.saved = session;
                }
            }
            _ => {}
        }
    }

    /// The session as it may be stored now: a cache, whose loss costs a gap
    /// that back-fill closes. `None` where there is none to go on with.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let kept = self.lock();
        kept.saved.as_ref().and_then(|saved| serde_json::to_vec(saved).ok())
    }

    /// The session that an earlier process left.
    pub(super) fn saved(&self) -> Option<Saved> {
        self.lock().saved.clone()
    }

    /// A new session begins with the next [`Connection::Fresh`].
    pub(super) fn begin(&self, ready: &Ready, home: Option<GuildId>) {
        self.lock().begun.push_back(Begun::Session(Saved::of(ready, home)));
    }

    /// The next [`Connection::Fresh`] begins no other session.
    pub(super) fn go_on(&self) {
        self.lock().begun.push_back(Begun::Same);
    }

    /// There is nothing to go on with.
    pub(super) fn forget(&self) {
        self.lock().saved = None;
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

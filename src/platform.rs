//! The platform that messages stand on, as the pipeline sees it.
//!
//! Two verbs: carry out what is durably owed, and look something up. Neither
//! answers directly; what comes of them arrives in the inbox as an event, like
//! everything else. A rehearsal is another `Platform`, not an `if`.

use tokio::sync::mpsc;

use crate::domain::event::{Event, Question};
use crate::store::Intent;

/// Where events go in: one bounded channel for everything that starts work.
pub type Inbox = mpsc::Sender<Event>;

/// How many events may wait in the inbox. Whoever has one more to send waits;
/// the gateway's frames then wait in its socket.
pub const INBOX_LIMIT: usize = 4096;

/// Discord, or whatever stands in for it.
pub trait Platform: Send + Sync {
    /// Takes over intents that are owed; each ends as one
    /// [`Happening::Concluded`](crate::domain::event::Happening::Concluded).
    /// Never blocks: what waits is bounded by what is owed.
    fn carry_out(&self, intents: Vec<Intent>);

    /// Looks something up; ends as one or more events. Never blocks.
    fn look(&self, question: Question);
}

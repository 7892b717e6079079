//! The platform that messages stand on, as the pipeline sees it.
//!
//! Out: carry out what is durably owed, look something up, answer a click.
//! None of them answers directly; what comes of them arrives in the inbox as
//! an event, like everything else. In: the line that frames came over, which
//! can read an object again and wants to know what is on record. A rehearsal
//! is another `Platform`, not an `if`.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::advance::Reply;
use crate::domain::event::{Event, Happening, Question};
use crate::domain::id::{MessageId, VenueId};
use crate::domain::message::Message;
use crate::store::Intent;

/// Where events go in: one bounded channel for everything that starts work.
pub type Inbox = mpsc::Sender<Event>;

/// How many events may wait in the inbox. Whoever has one more to send waits;
/// the gateway's frames then wait in its socket.
pub const INBOX_LIMIT: usize = 4096;

/// Discord, or whatever stands in for it.
pub trait Platform: Send + Sync {
    /// Takes over intents that are owed; each ends as one
    /// [`Happening::Concluded`]. Never blocks: what waits is bounded by what
    /// is owed.
    fn carry_out(&self, intents: Vec<Intent>);

    /// Says whether events wait to be judged. While they do, what is not
    /// urgent may wait too: nobody's harm stands in public for a card's sake.
    fn pressed(&self, pressed: bool);

    /// Says that messages are gone. A deletion of one that has not left yet
    /// need not: it was done already, and not by us.
    fn gone(&self, venue: VenueId, messages: &[MessageId]);

    /// Looks something up; ends as one or more events. Never blocks.
    fn look(&self, question: Question);

    /// Answers somebody who clicked, and nobody else. Never blocks.
    fn reply(&self, reply: Reply);
}

/// The line that frames come in over.
pub trait Gateway: Send + Sync {
    /// Reads a message out of its raw object or dispatch.
    fn read(&self, raw: &str) -> Result<Message, String>;

    /// Lays an update over the last known version of a message: the merged
    /// object, and the message read from it.
    fn merge(&self, prior: &str, update: &str) -> Result<(Arc<str>, Message), String>;

    /// To be told of every event, in order, once it is on stable storage.
    fn stored(&self, happening: &Happening);

    /// The session to go on with after a restart, as far as it is stored.
    fn session(&self) -> Option<Vec<u8>>;
}

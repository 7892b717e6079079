//! The tour: a morning in the city, told by a script.
//!
//! A script is a TOML file of steps. It is read whole or refused with every
//! mistake at its line; who acts, where, and which clause a step shows are
//! checked against the example city and the policy. Playing it is the page's
//! business: here is what a step says, and how it is done in the world.

mod act;
mod script;

pub use act::{Done, act, kind_of};
pub use script::Known;

use crate::domain::card::{NoticeKind, Standing};
use crate::domain::decision::{Category, Desk, Disposition};

/// How much of the story's time lies between two steps, where the world's
/// clock can be moved: people do not write eight messages in a second, however
/// fast somebody clicks.
pub const BETWEEN_MS: i64 = 60_000;

/// A tour as its script says it.
#[derive(Clone, Debug)]
pub struct Tour {
    pub title: String,
    pub steps: Vec<Step>,
}

/// One thing that somebody does, and what to look at.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which persona, as in [`city::PERSONAS`](super::city::PERSONAS).
    pub who: usize,
    /// Name of the channel.
    pub channel: String,
    pub what: Act,
    pub text: String,
    /// What to watch, in a sentence or two.
    pub caption: String,
    /// The clause it shows.
    pub clause: Option<String>,
    /// What it shows. This, and nothing else, is to be found.
    pub category: Option<Category>,
    /// Whether it is found at all, or left alone on purpose.
    pub found: bool,
    pub promise: Promise,
    /// Later steps refer to its message by this name.
    pub name: Option<String>,
    /// Where what comes of it can be seen, where that is not where it is done.
    pub look: Option<Look>,
    /// Instead of the time that reading takes.
    pub pause_ms: Option<u64>,
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// A channel, by name.
    Channel(String),
    /// What the bot has written to a persona.
    Inbox(usize),
}

/// What is to come of a step; a test holds the policy and the bot to all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// How it is decided; `None` where the step is not judged.
    pub expect: Option<Disposition>,
    pub routes: Vec<Desk>,
    /// Keys of the private reminders.
    pub reminders: Vec<String>,
    /// Key of the answer that stands in public.
    pub response: Option<String>,
    /// What its author is told of it, by the end of the story, in order.
    pub notices: Vec<NoticeKind>,
    /// Where its case stands at the end of the story.
    pub ends: Option<Standing>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Post,
    Reply {
        to: String,
    },
    Edit {
        of: String,
    },
    Delete {
        of: String,
    },
    Attach {
        file: String,
        contents: String,
    },
    /// Opens a thread on a message and says something in it.
    Thread {
        on: String,
        title: String,
    },
    /// A post in a forum.
    ForumPost {
        title: String,
    },
    /// Passes a message on into this channel.
    Forward {
        of: String,
    },
    /// The same words several times.
    Repeat {
        times: u64,
    },
    Poll {
        answers: Vec<String>,
    },
    /// Takes another name in the server, and then says something.
    Nickname {
        nickname: String,
    },
    /// A webhook that is not the City's own.
    Webhook,
    /// A webhook of the City's own.
    OwnWebhook,
    /// To the bot alone.
    Direct,
    /// Nobody does anything; the clock moves on.
    Wait {
        minutes: u64,
    },
}

impl Step {
    /// How long to read it, in milliseconds: words are read at some four a
    /// second, and what happens on the page wants to be seen.
    pub fn reading_ms(&self) -> u64 {
        const SEEING_MS: u64 = 2_500;
        const WORD_MS: u64 = 260;
        let words = self.text.split_whitespace().count() + self.caption.split_whitespace().count();
        self.pause_ms.unwrap_or(SEEING_MS + WORD_MS * words as u64)
    }
}

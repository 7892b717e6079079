//! A message as the core sees it: who wrote it, where, and every text a
//! person can read in it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::id::{MemberId, MessageId, Moment, RoleId, VenueId};

/// The name of the part that holds what was typed.
pub const CONTENT: &str = "content";

/// The name of the part that holds a thread's title, which is no message.
pub const TITLE: &str = "title";

/// One text in a message: what was typed, an embed's title, a poll's answer,
/// a file's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Where it stands in Discord's object: `content`, `embeds[0].title`.
    pub name: Cow<'static, str>,
    pub text: String,
}

impl Part {
    /// What was typed.
    pub fn content(text: impl Into<String>) -> Part {
        Part { name: Cow::Borrowed(CONTENT), text: text.into() }
    }
}

/// What kind of author wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorKind {
    /// A person, also one who wrote through an app of their own.
    Person,
    /// A webhook.
    Webhook,
    /// Another bot.
    Bot,
    /// This bot.
    Ourselves,
    /// Discord itself: joins, pins, boosts.
    System,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    pub id: MemberId,
    pub kind: AuthorKind,
    /// The account's name, as then.
    pub username: String,
    /// The name shown in the server, as then.
    pub display: String,
    /// The author's roles; `None` where Discord did not say (history,
    /// partial updates).
    pub roles: Option<Vec<RoleId>>,
}

/// A file that hangs on a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: u64,
    pub filename: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Bytes, as Discord says.
    pub size: u64,
    pub url: String,
}

/// A message, one version of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub venue: VenueId,
    pub author: Author,
    /// Every text in it, what was typed first.
    pub parts: Vec<Part>,
    pub attachments: Vec<Attachment>,
    pub reply_to: Option<MessageId>,
    /// Mentions a member, a role or everyone.
    pub mentions: usize,
    /// When its author last changed it, where they did.
    pub edited_at: Option<Moment>,
}

impl Message {
    /// What was typed, empty where nothing was.
    pub fn content(&self) -> &str {
        self.part(CONTENT).unwrap_or("")
    }

    /// The text of the part called `name`.
    pub fn part(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|part| part.name == name).map(|part| part.text.as_str())
    }
}

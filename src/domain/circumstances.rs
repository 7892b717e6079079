//! What was known when a message was decided, besides the message itself.
//!
//! Everything a decision depends on is in the policy, the message or here,
//! so that it can be made again from the record, bit for bit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::decision::{Audience, Posture, Topics};
use super::message::AuthorKind;

/// In which capacities somebody writes. Several may hold at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// Works for the City.
    pub employee: bool,
    /// Holds an elected office; counts as an employee.
    pub official: bool,
    /// The roles could not be learned: the protections of all apply.
    pub unknown: bool,
}

impl Standing {
    /// Neither employee nor official.
    pub const RESIDENT: Standing = Standing { employee: false, official: false, unknown: false };

    /// As whose message it is judged.
    pub fn audience(self) -> Audience {
        match self {
            Standing { official: true, .. } => Audience::Official,
            Standing { employee: true, .. } => Audience::Employee,
            _ => Audience::Resident,
        }
    }

    /// Whether the protections of employees apply.
    pub fn is_protected_as_employee(self) -> bool {
        self.employee || self.official || self.unknown
    }
}

impl From<Audience> for Standing {
    fn from(audience: Audience) -> Standing {
        Standing {
            employee: audience != Audience::Resident,
            official: audience == Audience::Official,
            unknown: false,
        }
    }
}

/// One earlier message of the same author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// Milliseconds before the message that is being decided.
    pub ago_ms: i64,
    /// It had the same text.
    pub same: bool,
}

/// At most this many earlier messages of an author are kept in mind; older
/// ones no longer count.
pub const EARLIER_LIMIT: usize = 32;

/// How long a message may be that is read together with those beside it, in
/// characters: whoever writes more has said what was to be said.
pub const SHORT_CHARS: usize = 60;

/// How many short messages are read together.
pub const JOINED_LIMIT: usize = 8;

/// How long after the one before it such a message comes, in milliseconds.
pub const JOINED_WITHIN_MS: i64 = 60_000;

/// What was known at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circumstances {
    pub standing: Standing,
    pub topics: Topics,
    /// The channel is for staff: rules for residents do not apply.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub staff_venue: bool,
    /// A direct message to the bot: only desks are served, nothing is a violation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    pub posture: Posture,
    pub author: AuthorKind,
    /// Authorities that the deployment has declared adopted.
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub adopted: Arc<[String]>,
    /// The author's earlier messages, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// What the author wrote right before in short messages, nobody else's
    /// between: the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// Answers or addresses another member.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub addressed: bool,
    /// Mentions this many members and roles.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub mentions: usize,
    /// A moderator has approved this text of this message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approved: bool,
    /// This author's hold of this very text here ran out undecided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub released: bool,
    /// Written more than a day before it was seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub old: bool,
    /// Automation has taken down messages of as many members as it may today.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limit_reached: bool,
    /// SHA-256 of the attachments that were captured, hexadecimal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl Default for Circumstances {
    /// A resident never seen before, in a scoped public channel, under the
    /// policy as written.
    fn default() -> Circumstances {
        Circumstances {
            standing: Standing::RESIDENT,
            topics: Topics::Scoped,
            staff_venue: false,
            direct: false,
            posture: Posture::Enforce,
            author: AuthorKind::Person,
            adopted: Arc::default(),
            earlier: Vec::new(),
            before: Vec::new(),
            addressed: false,
            mentions: 0,
            approved: false,
            released: false,
            old: false,
            limit_reached: false,
            files: Vec::new(),
        }
    }
}

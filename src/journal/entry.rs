//! What an entry says.
//!
//! Every struct here that is written into `entry` has its fields in
//! alphabetical order, because the bytes are RFC 8785 (sorted keys) and serde
//! writes fields as they are declared; a test holds them to it.

use serde::{Deserialize, Serialize};

use crate::domain::action::{Action, CaseId, EntryNo, IntentId, Outcome, Outline};
use crate::domain::card::Standing;
use crate::domain::decision::Decision;
use crate::domain::event::PolicyNote;
use crate::domain::id::{MessageId, Moment, VenueId};

pub use super::evidence::{Evidence, Field, Value};

/// One entry of the journal: what is public, the evidence beside it, and the
/// actions that are owed from it on.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The journal's time: never before the entry above it.
    pub at: Moment,
    pub body: Body,
    /// The real clock, which may have been set back.
    pub clock: Moment,
    pub evidence: Evidence,
    /// The actions that this entry makes owed, in order.
    pub intents: Vec<Action>,
}

/// The public side of an entry, as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Public {
    pub at: Moment,
    pub body: Body,
    pub clock: Moment,
    /// Commitments of the evidence fields, by name: 32 bytes as unpadded
    /// base64url.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub commit: std::collections::BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intents: Vec<Outline>,
    pub n: EntryNo,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// The first entry of a segment.
    Segment(SegmentHead),
    /// The process started.
    Started(Started),
    /// The process ended in good order.
    Stopped(Stopped),
    /// Policy or settings changed; the evidence has before and after.
    Settings(Started),
    /// From when to when nobody was watching.
    Coverage(Coverage),
    /// A channel was pinned to its identifier, or approved, or is not.
    Venue(VenueRecord),
    /// A message, one version of it.
    Message(MessageRecord),
    /// Messages are gone.
    Deleted(DeletedRecord),
    /// What was decided after a message was recorded: its author's roles
    /// were fetched, its attachments captured.
    Decided(DecidedRecord),
    /// Attachments were captured, or could not be.
    Captured(CapturedRecord),
    /// A thread's or post's title, a nickname.
    Naming(NamingRecord),
    /// A direct message to the bot.
    Direct(DirectRecord),
    /// An intent ended.
    Outcome(OutcomeRecord),
    /// A case moved on by itself.
    Case(CaseRecord),
    /// Something the moderators or the operator should know.
    Warning(WarningRecord),
    /// Discord's own filter stopped a message.
    AutoMod(AutoModRecord),
    /// Discord's audit log says so.
    Audit(AuditRecord),
    /// A dispatch that did not parse.
    Unreadable(UnreadableRecord),
    /// A count for the whole server over a month, tied to no event.
    Monthly(MonthlyRecord),
    /// Somebody read what was taken down.
    Access(AccessRecord),
}

impl Body {
    /// The kinds of entries as they are written, in the order of the variants.
    pub const KINDS: [&'static str; 20] = [
        "segment",
        "started",
        "stopped",
        "settings",
        "coverage",
        "venue",
        "message",
        "deleted",
        "decided",
        "captured",
        "naming",
        "direct",
        "outcome",
        "case",
        "warning",
        "auto-mod",
        "audit",
        "unreadable",
        "monthly",
        "access",
    ];

    /// Which of [`Body::KINDS`] it is.
    pub fn kind_index(&self) -> usize {
        match self {
            Body::Segment(_) => 0,
            Body::Started(_) => 1,
            Body::Stopped(_) => 2,
            Body::Settings(_) => 3,
            Body::Coverage(_) => 4,
            Body::Venue(_) => 5,
            Body::Message(_) => 6,
            Body::Deleted(_) => 7,
            Body::Decided(_) => 8,
            Body::Captured(_) => 9,
            Body::Naming(_) => 10,
            Body::Direct(_) => 11,
            Body::Outcome(_) => 12,
            Body::Case(_) => 13,
            Body::Warning(_) => 14,
            Body::AutoMod(_) => 15,
            Body::Audit(_) => 16,
            Body::Unreadable(_) => 17,
            Body::Monthly(_) => 18,
            Body::Access(_) => 19,
        }
    }

    /// The kind of entry, as it is written.
    pub fn kind(&self) -> &'static str {
        Body::KINDS[self.kind_index()]
    }

    /// The messages that the entry is about: versions, decisions, captures,
    /// deletions.
    pub fn messages(&self) -> &[MessageId] {
        use std::slice::from_ref;
        match self {
            Body::Message(it) => from_ref(&it.message),
            Body::Deleted(it) => &it.messages,
            Body::Decided(it) => from_ref(&it.message),
            Body::Captured(it) => from_ref(&it.message),
            Body::Direct(it) => from_ref(&it.message),
            _ => &[],
        }
    }

    /// The decision in it, where one was made.
    pub fn decision(&self) -> Option<&Decision> {
        match self {
            Body::Message(it) => it.decision.as_ref(),
            Body::Decided(it) => Some(&it.decision),
            Body::Naming(it) => it.decision.as_ref(),
            Body::Direct(it) => it.decision.as_ref(),
            Body::Unreadable(it) => it.decision.as_ref(),
            _ => None,
        }
    }

    /// The cases it belongs to.
    pub fn cases(&self) -> impl Iterator<Item = CaseId> + '_ {
        let one = match self {
            Body::Message(it) => it.case,
            Body::Decided(it) => it.case,
            Body::Naming(it) => it.case,
            Body::Direct(it) => it.case,
            Body::Unreadable(it) => it.case,
            Body::Outcome(it) => it.case.map(|(case, _)| case),
            Body::Case(it) => Some(it.case),
            _ => None,
        };
        let many = match self {
            Body::Deleted(it) => it.cases.as_slice(),
            _ => &[],
        };
        one.into_iter().chain(many.iter().map(|(case, _)| *case))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SegmentHead {
    /// Version of the record format.
    pub format: u32,
    /// The C2SP verifier key of the log's signatures.
    pub key: String,
    /// What the segment before this one held; the first has none before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Seal>,
    /// Which segment, counted from 0.
    pub segment: u64,
    pub software: String,
}

/// What seals a segment: its entries, and the tree over the whole log up to
/// its end. Hashes are unpadded base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    pub first: EntryNo,
    pub last: EntryNo,
    /// The roots of the full subtrees, largest first: from them the tree is
    /// carried on without reading the segments before.
    pub peaks: Vec<String>,
    pub root: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub archive: String,
    pub policy: PolicyNote,
    pub posture: String,
    pub software: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopped {
    /// Intents that are still owed.
    pub owed: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    pub from: Moment,
    pub to: Moment,
    /// `start`, `connection`, `history`.
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VenueRecord {
    /// `approved`, `not-approved`, `gone`.
    pub state: String,
    /// Back-fill has read up to this message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upto: Option<MessageId>,
    pub venue: VenueId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Left out for an ordinary message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    pub message: MessageId,
    /// Names of the parts besides `content`; their texts are the evidence
    /// fields `part-0`, `part-1`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// The decision waits for: `roles`, `attachments`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<String>,
    /// `posted`, `edited`, `history`.
    pub source: String,
    pub venue: VenueId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeletedRecord {
    /// `unknown`: Discord does not say, an audit entry may. `ourselves` is
    /// held to an intent by `verify`.
    pub by: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<(CaseId, Standing)>,
    pub messages: Vec<MessageId>,
    pub venue: VenueId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecidedRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    pub decision: Decision,
    /// The entry that holds the message.
    pub entry: EntryNo,
    pub message: MessageId,
    pub venue: VenueId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapturedRecord {
    /// How many are in the store.
    pub kept: usize,
    /// How many could not be captured.
    pub lost: usize,
    pub message: MessageId,
    /// What judging their text waits for: `roles`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<String>,
    pub venue: VenueId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamingRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<VenueId>,
    /// `title` or `nickname`.
    pub what: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DirectRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    pub message: MessageId,
    pub venue: VenueId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeRecord {
    /// The case's standing after it, where it moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<(CaseId, Standing)>,
    pub intent: IntentId,
    pub outcome: Outcome,
    /// The message that now stands on Discord.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<(VenueId, MessageId)>,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub tries: u32,
}

fn one() -> u32 {
    1
}

fn is_one(n: &u32) -> bool {
    *n == 1
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    pub case: CaseId,
    pub standing: Standing,
    /// `released`, `escalated`, `half-time`, `elsewhere`.
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WarningRecord {
    /// Key of the line that says it.
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<VenueId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AutoModRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<VenueId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditRecord {
    pub action: u16,
    pub count: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<VenueId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnreadableRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The dispatch's name, `?` where it has none.
    pub dispatch: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<VenueId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthlyRecord {
    pub count: u32,
    /// As `2026-11`.
    pub month: String,
    pub what: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessRecord {
    /// The entry that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryNo>,
    /// `show`, `search`, `export`.
    pub how: String,
}

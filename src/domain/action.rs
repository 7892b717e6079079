//! What is to be done on the platform, and how it ended.
//!
//! An [`Action`] says everything that is needed to do it: after a crash it is
//! carried out from the record alone. Once it is on durable record it is an
//! intent, and it has an [`IntentId`].

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::card::{Card, Language, Notice};
use super::id::{MemberId, MessageId, Moment, VenueId};

/// Number of an entry in the journal, counted from 0.
pub type EntryNo = u64;

/// Number of a case, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub u64);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which intent: the entry that records it, and its place there. Written `12.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId {
    pub entry: EntryNo,
    pub index: u16,
}

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.entry, self.index)
    }
}

impl FromStr for IntentId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<IntentId, Self::Err> {
        const WRONG: &str = "an intent is written as entry and index, like `12.0`";
        let (entry, index) = text.split_once('.').ok_or(WRONG)?;
        Ok(IntentId { entry: entry.parse().map_err(|_| WRONG)?, index: index.parse().map_err(|_| WRONG)? })
    }
}

impl Serialize for IntentId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IntentId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<IntentId, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// One thing to be done on the platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Action {
    /// Take a message down. `reason` goes to Discord's audit log and names
    /// the rule and the case, never the content.
    Delete { case: Option<CaseId>, venue: VenueId, message: MessageId, reason: String },
    /// Show `title` in place of the thread's or post's own.
    Retitle { case: Option<CaseId>, venue: VenueId, title: String, reason: String },
    /// Tell a member something in a direct message.
    Notify { case: Option<CaseId>, notice: Arc<Notice> },
    /// Say in public, without any content, that a member has a notice which
    /// could not be delivered.
    FallbackNote {
        case: Option<CaseId>,
        venue: VenueId,
        /// Whom it is for; nobody is named where many could not be written to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        member: Option<MemberId>,
    },
    /// Take a fallback note away again.
    WithdrawNote { venue: VenueId, message: MessageId },
    /// Answer a message in public: an acknowledgement, a resource line.
    Respond {
        case: Option<CaseId>,
        venue: VenueId,
        message: MessageId,
        response: String,
        office: String,
        #[serde(default, skip_serializing_if = "Language::is_default")]
        language: Language,
    },
    /// Post a card about a case for the people who decide.
    Post { venue: VenueId, card: Arc<Card> },
    /// Bring a posted card up to date.
    Update { venue: VenueId, message: MessageId, card: Arc<Card> },
    /// Say one line to the moderators.
    Tell { venue: VenueId, line: Line },
    /// Publish the signed head of the log.
    Checkpoint { venue: VenueId, text: String },
}

/// A line for the moderators: the key of its words and what stands in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub key: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
}

impl Line {
    /// A line with its arguments.
    pub fn new(key: &str, args: &[(&str, &dyn fmt::Display)]) -> Line {
        let args = args.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Line { key: key.to_owned(), args }
    }
}

/// What can be said of an action without naming anybody or quoting anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    #[serde(rename = "do")]
    pub what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<VenueId>,
}

impl Action {
    /// The public side of the action, as it stands in an entry.
    pub fn outline(&self) -> Outline {
        use Action::*;
        let (what, case, venue, message) = match self {
            Delete { case, venue, message, .. } => ("delete", *case, Some(*venue), Some(*message)),
            Retitle { case, venue, .. } => ("retitle", *case, Some(*venue), None),
            Notify { case, .. } => ("notify", *case, None, None),
            FallbackNote { case, venue, .. } => ("fallback-note", *case, Some(*venue), None),
            WithdrawNote { venue, message } => ("withdraw-note", None, Some(*venue), Some(*message)),
            Respond { case, venue, message, .. } => ("respond", *case, Some(*venue), Some(*message)),
            Post { venue, card } => ("post", Some(card.case), Some(*venue), None),
            Update { venue, message, card } => ("update", Some(card.case), Some(*venue), Some(*message)),
            Tell { venue, .. } => ("tell", None, Some(*venue), None),
            Checkpoint { venue, .. } => ("checkpoint", None, Some(*venue), None),
        };
        Outline { case, what: what.to_owned(), message, venue }
    }

    /// The case it belongs to.
    pub fn case(&self) -> Option<CaseId> {
        use Action::*;
        match self {
            Delete { case, .. } | Retitle { case, .. } | Notify { case, .. } | FallbackNote { case, .. } => {
                *case
            }
            Respond { case, .. } => *case,
            Post { card, .. } | Update { card, .. } => Some(card.case),
            WithdrawNote { .. } | Tell { .. } | Checkpoint { .. } => None,
        }
    }

    /// How soon it has to go: lower first. Takedowns before notices, notices
    /// before cards; what is urgent for a desk before everything.
    pub fn priority(&self) -> u8 {
        use Action::*;
        match self {
            Post { card, .. } if card.urgent => 0,
            Delete { .. } | Retitle { .. } => 1,
            Notify { .. } | FallbackNote { .. } | Respond { .. } | WithdrawNote { .. } => 2,
            Post { .. } | Update { .. } | Tell { .. } => 3,
            Checkpoint { .. } => 4,
        }
    }
}

/// Why Discord, or this bot, would not do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// A permission is missing here; 50013, 50001.
    Permission,
    /// The member takes no direct messages; 50007.
    DirectMessagesClosed,
    /// Too many direct-message channels had to be opened at once, and the
    /// member has waited as long as a notice may.
    DirectMessagesBusy,
    /// The place is gone; 10003.
    VenueGone,
    /// The token is not accepted; 401. Nothing more can be sent.
    Unauthorised,
    /// Discord does not accept the request as such; its code.
    Rejected(u32),
    /// Tried as often as sensible; the last status.
    GaveUp(u16),
}

/// Why an action was called off before it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The message was gone already, and not by us.
    MessageGone,
    /// Its author has changed it; the new version is judged by itself.
    Edited,
    /// A moderator stopped all automatic removals.
    Frozen,
    /// A person decided otherwise first.
    Decided,
    /// Another notice to the same member says it as well.
    Joined,
}

/// How an action ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// What it wants was so already.
    AlreadyDone,
    /// It was refused, and repeating it would not help.
    Refused(Refusal),
    /// It may have been done or not; nobody could tell.
    Unknown,
    /// It was called off before it was sent.
    Withdrawn(Why),
}

/// What came of an intent, as the platform tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conclusion {
    pub intent: IntentId,
    pub outcome: Outcome,
    /// The message that now stands on Discord, where one was posted.
    #[serde(default)]
    pub posted: Option<(VenueId, MessageId)>,
    /// What was said, word for word, where something was.
    #[serde(default)]
    pub said: Option<String>,
    /// What the operator needs to know: status, code, Discord's sentence.
    #[serde(default)]
    pub detail: Option<String>,
    /// How often it was tried.
    #[serde(default)]
    pub tries: u32,
    /// When the request that settled it was answered.
    pub at: Moment,
}

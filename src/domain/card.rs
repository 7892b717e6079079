//! What people are shown: cards for those who decide, notices for authors.
//!
//! These hold facts, not sentences: the words come from the Fluent files when
//! they are rendered, in the reader's language.

use serde::{Deserialize, Serialize};

use super::action::CaseId;
use super::decision::{Cap, Category, Desk, Disposition, EvidenceKind, Guard, Span};
use super::event::Captured;
use super::id::{GuildId, MemberId, MessageId, Moment, RoleId, VenueId};

/// A language that the bot speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Es,
}

impl Language {
    /// The language's code, as the locale folders are named.
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Es => "es",
        }
    }

    /// Whether it is English, which need not be written down.
    pub fn is_default(&self) -> bool {
        *self == Language::En
    }
}

/// A clause or authority as it is quoted to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    pub id: String,
    /// Word for word.
    pub text: String,
    /// In plain language; English, then Spanish.
    pub plain: String,
    pub plain_es: String,
}

/// A rule that held, as a card tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub rule: String,
    pub category: Category,
    pub evidence: EvidenceKind,
    pub disposition: Disposition,
    pub citations: Vec<Citation>,
    /// What else it rests on and the City has not adopted: staff see it,
    /// nobody is told of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<Citation>,
    pub spans: Vec<Span>,
}

/// A message around the one that the card is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    pub author: String,
    pub at: Moment,
    pub text: String,
}

/// A file as a card tells of it: never the file itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// Discord's number of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    pub name: String,
    pub kind: String,
    pub size: u64,
    /// Why it was not captured, where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// How many bytes at its end nobody read, where it is a longer text than
    /// is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u64>,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The message is visible; a person is to look.
    Open,
    /// A takedown is owed but not yet confirmed.
    TakingDown,
    /// The message is down until a person decides.
    Held,
    /// It could not be taken down: it is visible as far as is known, and the card says why.
    NotTakenDown,
    /// It was taken down.
    Removed,
    /// The author withdrew it before anyone decided.
    Withdrawn,
    /// It is gone, and neither we nor its author did it.
    RemovedElsewhere,
    /// The hold's clock ran out.
    Released,
    /// The hold's clock ran out on a safety matter: somebody must decide.
    Escalated,
}

impl Standing {
    /// Whether anything can still happen to the case by itself.
    pub fn is_open(self) -> bool {
        use Standing::*;
        matches!(self, Open | TakingDown | Held | NotTakenDown | Escalated)
    }
}

/// What the author of a case has been told, or is owed to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    #[default]
    Nothing,
    /// That the message stays, and a person looks.
    Pointer,
    /// That it was taken down, or what came of that.
    Takedown,
}

/// What moderators or a desk see of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub case: CaseId,
    pub standing: Standing,
    /// The desk it is for; `None` for the review channel.
    pub desk: Option<Desk>,
    /// The office that answers at that desk.
    pub office: String,
    /// The role that a page mentions, by name; nothing else pings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// That role, where the server has it; without it nobody is pinged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_role: Option<RoleId>,
    pub urgent: bool,
    pub disposition: Disposition,
    /// The server, for the link to the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guild: Option<GuildId>,
    /// The title of the policy that is cited.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    pub venue: VenueId,
    pub venue_name: String,
    /// The channel's published purpose.
    pub purpose: String,
    pub message: Option<MessageId>,
    pub author: MemberId,
    pub author_name: String,
    /// Nobody knows who wrote it; `author` and `author_name` say nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub author_unknown: bool,
    pub at: Moment,
    /// The texts in which something was found, private data masked, with
    /// the spans of this masked text.
    pub texts: Vec<(String, String)>,
    pub reasons: Vec<Reason>,
    pub guards: Vec<Guard>,
    pub caps: Vec<Cap>,
    pub context: Vec<Neighbour>,
    pub files: Vec<FileNote>,
    /// What the message says since it was edited, where that is something
    /// else; private data masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// Where the rules that bind everyone are published.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rules_link: String,
    /// The office that looks again at what was taken down.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub appeal_office: String,
    /// What stands in the way: a missing permission, a refused request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// When an undecided hold is released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_at: Option<Moment>,
    /// The case whose card tells of this one, where many like cases came at
    /// once; the case itself, where its card tells of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<CaseId>,
    /// What it tells of them, as it was posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raid: Option<Raid>,
}

/// Many like cases that one card tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raid {
    pub cases: u32,
    /// By so many different authors.
    pub authors: u32,
    pub since: Moment,
    pub until: Moment,
    /// How many of them stand where.
    pub standings: Vec<(Standing, u32)>,
    /// The last few.
    pub latest: Vec<Member>,
}

/// One of many cases that a card tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub case: CaseId,
    pub author: String,
    /// The first text in which something was found; private data masked.
    pub text: String,
}

impl Card {
    /// Takes note of what came of capturing the files.
    pub fn note_files(&mut self, captured: &[Captured]) {
        for file in captured.iter().filter(|file| file.missing.is_some() || file.unread.is_some()) {
            for note in self.files.iter_mut().filter(|note| note.id == Some(file.attachment)) {
                note.missing.clone_from(&file.missing);
                note.unread = file.unread;
            }
        }
    }
}

/// What a member is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// The message is down for now, while a person checks it.
    Held,
    /// As `Held`, for a safety matter: no promise that it comes back.
    HeldForSafety,
    /// It showed a private number and was taken down to protect somebody.
    PrivateNumber,
    /// A listed link was removed.
    ScamLink,
    /// Repeated copies were removed; the first stays.
    Repeated,
    /// Removed for another reason.
    Removed,
    /// It stays; a tip about private data.
    PrivacyTip,
    /// It stays, and a person will look; the channel has a topic.
    TopicPointer,
    /// It stays, and a person will look.
    UnderReview,
    /// The hold's clock ran out: here is the text, it may be posted again.
    Released,
    /// For staff: a private reminder.
    Reminder,
    /// A resource line: somebody may need help.
    Resource,
    /// An acknowledgement from a desk.
    Acknowledgement,
}

impl NoticeKind {
    /// Whether it tells an author what became of a message. Reminders,
    /// resource lines and acknowledgements are about something else.
    pub fn tells_of_a_case(self) -> bool {
        !matches!(self, NoticeKind::Reminder | NoticeKind::Resource | NoticeKind::Acknowledgement)
    }

    /// Whether it is about a message that stays where it is.
    pub fn is_pointer(self) -> bool {
        matches!(self, NoticeKind::PrivacyTip | NoticeKind::TopicPointer | NoticeKind::UnderReview)
    }
}

/// Another case that a notice tells of, each with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Joined {
    pub case: CaseId,
    pub kind: NoticeKind,
    pub venue_name: String,
    /// When the message was written.
    pub at: Moment,
    /// The member's own words; private numbers masked.
    pub quote: String,
    /// The clauses that are cited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
}

/// One thing to tell one member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    pub kind: NoticeKind,
    pub to: MemberId,
    pub language: Language,
    /// The key of the reminder, resource line or acknowledgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Where it happened; also where a fallback note goes.
    pub venue: Option<VenueId>,
    pub venue_name: String,
    #[serde(default)]
    pub purpose: String,
    /// When the message was written.
    pub at: Moment,
    /// The title of the policy that is cited.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    pub citations: Vec<Citation>,
    /// The member's own words, given back; private numbers masked.
    #[serde(default)]
    pub quote: String,
    #[serde(default)]
    pub office: String,
    /// Where the rules that bind everyone are published.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rules_link: String,
    /// The office that looks again at what was taken down.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub appeal_office: String,
    /// It is about the title of a thread, which is no message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_title: bool,
    /// How many copies were removed.
    #[serde(default)]
    pub copies: u32,
    /// Further cases that this notice also tells of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Joined>,
    /// When an undecided hold is released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_at: Option<Moment>,
    /// Without an open direct-message channel, whether a public, content-free
    /// note may say that there is a notice.
    #[serde(default)]
    pub may_fall_back: bool,
}

//! Everything that can start work, as one closed enum.
//!
//! Gateway frames, outcomes of actions, answers to questions, the passing of
//! time: all of them arrive as an [`Event`], through one channel, in order.
//! The time that a step needs comes in with it; the core reads no clock.

use std::sync::Arc;

use super::action::Conclusion;
use super::deployment::Deployment;
use super::id::{GuildId, InteractionId, MemberId, MessageId, Moment, RoleId, VenueId};
use super::message::{Attachment, Author, Message, Part};

/// Something that happened, and when.
#[derive(Clone, Debug)]
pub struct Event {
    pub at: Moment,
    pub happening: Happening,
}

/// A dispatch as Discord sent it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The gateway's sequence number.
    pub sequence: u64,
    /// The dispatch, byte for byte, on one line. Empty where something was
    /// learned without one.
    pub raw: Arc<str>,
    /// Whoever read it found it to be JSON, all of it.
    pub is_json: bool,
}

impl Frame {
    /// A dispatch, or an object of Discord's, that was read as JSON.
    pub fn json(sequence: u64, raw: impl Into<Arc<str>>) -> Frame {
        Frame { sequence, raw: raw.into(), is_json: true }
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Happening {
    /// The process starts: what is owed is owed still.
    Started { version: String, policy: PolicyNote, deployment: Box<Deployment> },
    /// New settings or a new policy are in force.
    Reloaded { policy: PolicyNote, deployment: Box<Deployment> },
    /// The process is about to end in good order.
    Stopping,
    /// The connection to the gateway: established anew, resumed, or lost.
    Connection(Connection),
    /// Something was seen on the platform.
    Seen { frame: Frame, sight: Sight },
    /// An action ended.
    Concluded(Conclusion),
    /// A question was answered.
    Answered(Answer),
    /// Somebody is about to read what was taken down. `ticket` tells whoever
    /// asked that it is on record.
    Accessed { ticket: u64, entry: Option<u64>, how: String, by: String },
    /// Time has passed.
    Tick,
    /// A month has ended, in which the server as a whole had so many messages
    /// that are nobody's business.
    MonthEnded { month: String, count: u32 },
}

/// Which policy is in force.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PolicyNote {
    pub adopted: String,
    pub id: String,
    /// SHA-256 of the policy file, hexadecimal.
    pub sha256: String,
    pub version: String,
}

/// A change in what the gateway tells us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// A new session: whatever happened before it is for back-fill to find.
    Fresh,
    /// The old session goes on, nothing was missed.
    Resumed,
    /// Nobody is watching.
    Lost,
}

/// A channel, thread or post, as Discord describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VenueSight {
    pub id: VenueId,
    pub parent: Option<VenueId>,
    /// Discord's channel type.
    pub kind: u8,
    pub name: String,
    /// The last message in it, where Discord says.
    pub last_message: Option<MessageId>,
    pub owner: Option<MemberId>,
    /// What the bot may do there, as Discord's permission bits, where they
    /// could be computed.
    pub permissions: Option<u64>,
    /// Everyone can read it.
    pub public: bool,
}

impl VenueSight {
    /// Whether messages can stand directly in such a channel (Discord,
    /// *Channel types*: text, announcement, threads, voice, stage).
    pub fn holds_messages(&self) -> bool {
        matches!(self.kind, 0 | 2 | 5 | 10 | 11 | 12 | 13)
    }

    /// Whether it is a thread or a forum post.
    pub fn is_thread(&self) -> bool {
        matches!(self.kind, 10..=12)
    }
}

/// The server as the gateway describes it on connecting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuildSight {
    pub id: GuildId,
    pub name: String,
    pub owner: Option<MemberId>,
    pub venues: Vec<VenueSight>,
    pub roles: Vec<(RoleId, String)>,
}

/// What was seen.
#[derive(Clone, Debug)]
pub enum Sight {
    /// The server, at the beginning of a session. `me` is the bot.
    Guild { me: MemberId, guild: Box<GuildSight> },
    /// A message, new or found by back-fill. `history` says the latter.
    Posted { message: Box<Message>, history: bool },
    /// A message changed: its author edited it, or Discord unfurled a link.
    /// What the update does not mention was carried over from `prior`.
    Edited { message: Box<Message>, prior: Option<Prior> },
    /// A message changed, and Discord told only a part of it: what it did not
    /// tell is in `missing`. The pipeline lays the update over the last known
    /// frame and makes an [`Sight::Edited`] of it. Where there is none, `parts`
    /// are the texts that the update itself holds.
    Patched { venue: VenueId, message: MessageId, parts: Vec<Part>, missing: Vec<&'static str> },
    /// Messages are gone. `bulk` says that they went together, as no author
    /// can delete, but a moderator can, and a ban does.
    Deleted { venue: VenueId, messages: Vec<MessageId>, bulk: bool },
    /// A channel, thread or post was made or changed.
    Venue { venue: VenueSight, title_by: Option<Author> },
    /// A channel, thread or post is gone.
    VenueGone { venue: VenueId },
    /// A role was made, renamed, or (without a name) deleted.
    Role { role: RoleId, name: Option<String> },
    /// A member's name in the server.
    Nickname { member: Author, nickname: String },
    /// A direct message to the bot.
    Direct { message: Box<Message> },
    /// Discord's own filter stopped a message before it appeared.
    AutoMod { venue: Option<VenueId>, author: MemberId, text: String, rule: String },
    /// An entry of Discord's audit log.
    Audit {
        action: u16,
        by: Option<MemberId>,
        target: Option<u64>,
        venue: Option<VenueId>,
        count: u32,
        reason: Option<String>,
    },
    /// Somebody clicked, sent a command or a form. It has to be answered
    /// within three seconds.
    Interaction(Box<Interaction>),
    /// A dispatch that does not parse as what it claims to be; the texts
    /// that could be read in it. They stand in `parts` where not even its
    /// author and place could be made out, else in `message`.
    Unreadable {
        name: String,
        venue: Option<VenueId>,
        message: Option<Box<Message>>,
        parts: Vec<Part>,
        error: String,
    },
    /// A dispatch that changes nothing for us.
    Other,
}

/// A click, a command, a form: what is needed to answer it and to know what
/// was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    pub id: InteractionId,
    pub token: InteractionToken,
    /// Discord's interaction type: 2 command, 3 button or menu, 4 completion,
    /// 5 form.
    pub kind: u8,
    /// The command's name, or the custom id of what was clicked or sent;
    /// empty where Discord's object did not parse that far.
    pub name: String,
    /// Who did it, where it could be read.
    pub by: Option<Author>,
    pub venue: Option<VenueId>,
    /// The message that the button hangs on, or that the command is about.
    pub message: Option<MessageId>,
    /// The person's language, as Discord's locale: `en-US`, `es-ES`.
    pub locale: String,
}

/// What an interaction is answered with. It lets anybody speak as the bot for
/// fifteen minutes, so it is kept out of everything that is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct InteractionToken(pub String);

impl std::fmt::Debug for InteractionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InteractionToken(…)")
    }
}

/// The last known version of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// The entry that holds it.
    pub entry: u64,
    pub message: Message,
}

/// Something the core needs to know before it can go on. Asking changes
/// nothing on the platform, so questions are not on record; answers are.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Which roles does this member have?
    Roles { guild: GuildId, member: MemberId, about: MessageId },
    /// The bytes of these attachments.
    Capture { venue: VenueId, message: MessageId, attachments: Vec<super::message::Attachment> },
    /// Messages of a channel after a message (or its newest, without one).
    History { venue: VenueId, after: Option<MessageId>, limit_days: u32 },
    /// Does this message still stand?
    Stands { venue: VenueId, message: MessageId },
    /// The message as it is now; comes as [`Sight::Posted`].
    Reread { venue: VenueId, message: MessageId },
}

/// What came of a question.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The member's roles; `None` where they cannot be known. `name` is what
    /// they are called in the server, as far as that is known.
    Roles { member: MemberId, about: MessageId, roles: Option<Vec<RoleId>>, name: String },
    /// What was captured of a message's attachments.
    Captured { venue: VenueId, message: MessageId, files: Vec<Captured> },
    /// Back-fill of a channel has come to its end, or could not be done.
    HistoryRead { venue: VenueId, upto: Option<MessageId>, count: u32, error: Option<String> },
    /// Whether a message still stands; `None` where it cannot be known.
    Stands { venue: VenueId, message: MessageId, stands: Option<bool> },
}

/// An attachment's bytes in the store, or why they are not there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Captured {
    pub attachment: u64,
    pub name: String,
    pub kind: String,
    pub size: u64,
    /// SHA-256 of the bytes, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What stands in it, where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How many bytes at its end were kept and not read, where it is a longer
    /// text than is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

impl Captured {
    /// A file that is not in the store, and why.
    pub fn missing(file: &Attachment, why: &str) -> Captured {
        Captured {
            attachment: file.id,
            name: file.filename.clone(),
            kind: file.content_type.clone().unwrap_or_default(),
            size: file.size,
            sha256: None,
            text: None,
            unread: None,
            missing: Some(why.to_owned()),
        }
    }
}

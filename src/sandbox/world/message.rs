//! A message with every field Discord sends, and how it is written.
//!
//! The same message looks different to different eyes: a bot without the
//! content intent sees it bare, only a dispatch carries the author's roles,
//! and addresses of attachments are signed afresh each time.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::attachment::{Attachment, AttachmentBody};
use super::session::intent;
use super::view::{MemberBody, Text, UserBody};
use super::{Id, World, stamp};

/// Message types.
pub mod kind {
    pub const DEFAULT: u8 = 0;
    pub const NAME_CHANGE: u8 = 4;
    pub const PINNED: u8 = 6;
    pub const THREAD_CREATED: u8 = 18;
    pub const REPLY: u8 = 19;
    pub const COMMAND: u8 = 20;
    pub const THREAD_STARTER: u8 = 21;
    pub const AUTOMOD_ACTION: u8 = 24;
}

pub const CROSSPOSTED: u64 = 1;
pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
pub const HAS_THREAD: u64 = 1 << 5;
pub const EPHEMERAL: u64 = 1 << 6;
pub const LOADING: u64 = 1 << 7;
pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
pub const HAS_SNAPSHOT: u64 = 1 << 14;
pub const COMPONENTS_V2: u64 = 1 << 15;

/// Whose name stands over a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Byline {
    Person(Id),
    Webhook {
        id: Id,
        name: String,
    },
    /// An application answering an interaction, or installed by a person and
    /// used where it is no member.
    Application(Id),
}

impl Byline {
    pub fn id(&self) -> Id {
        match self {
            Byline::Person(id) | Byline::Webhook { id, .. } | Byline::Application(id) => *id,
        }
    }
}

/// What a message points at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference {
    pub forward: bool,
    pub guild: Option<Id>,
    pub channel: Id,
    pub message: Option<Id>,
}

impl Reference {
    pub fn reply(guild: Option<Id>, channel: Id, message: Id) -> Reference {
        Reference { forward: false, guild, channel, message: Some(message) }
    }

    pub fn place(guild: Option<Id>, channel: Id) -> Reference {
        Reference { forward: false, guild, channel, message: None }
    }
}

/// Who a message really rang for, which is less than whom it names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pings {
    pub users: BTreeSet<Id>,
    pub roles: BTreeSet<Id>,
    pub everyone: bool,
}

impl Pings {
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.roles.is_empty() && !self.everyone
    }
}

#[derive(Clone, Debug)]
pub struct Message {
    pub id: Id,
    pub channel: Id,
    pub by: Byline,
    pub kind: u8,
    pub content: String,
    pub sent_us: i64,
    pub edited_us: Option<i64>,
    pub tts: bool,
    pub mentions: Vec<Id>,
    pub mention_roles: Vec<Id>,
    pub mention_everyone: bool,
    pub attachments: Vec<Attachment>,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub stickers: Vec<Value>,
    pub poll: Option<Value>,
    pub flags: u64,
    pub pinned_us: Option<i64>,
    pub reference: Option<Reference>,
    /// The forwarded message as it was when it was forwarded.
    pub snapshot: Option<Box<Message>>,
    pub nonce: Option<Value>,
    /// The interaction it answers, or the person who used the application.
    pub interaction: Option<Value>,
    pub pings: Pings,
    /// The one person an ephemeral message is shown to.
    pub only_for: Option<Id>,
}

impl Message {
    pub(super) fn new(id: Id, channel: Id, by: Byline, sent_us: i64) -> Message {
        Message {
            id,
            channel,
            by,
            kind: kind::DEFAULT,
            content: String::new(),
            sent_us,
            edited_us: None,
            tts: false,
            mentions: Vec::new(),
            mention_roles: Vec::new(),
            mention_everyone: false,
            attachments: Vec::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            stickers: Vec::new(),
            poll: None,
            flags: 0,
            pinned_us: None,
            reference: None,
            snapshot: None,
            nonce: None,
            interaction: None,
            pings: Pings::default(),
            only_for: None,
        }
    }

    pub fn author(&self) -> Id {
        self.by.id()
    }
}

/// Through whose eyes a message is written.
#[derive(Clone, Copy, Default)]
pub struct Sight {
    /// Over the gateway: with server and member.
    pub dispatch: bool,
    /// Without content, embeds, attachments, components and poll.
    pub bare: bool,
    /// The edit time cut to milliseconds, as Discord does when it unfurls a link.
    pub cut: bool,
}

#[derive(Serialize)]
struct ReferenceBody {
    #[serde(rename = "type")]
    kind: u8,
    channel_id: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guild_id: Option<Text>,
}

#[derive(Serialize)]
struct SnapshotBody<'a> {
    message: Minimal<'a>,
}

/// What every message has, a forwarded one included.
#[derive(Serialize)]
struct Minimal<'a> {
    #[serde(rename = "type")]
    kind: u8,
    content: &'a str,
    mentions: Vec<UserBody<'a>>,
    mention_roles: Vec<Text>,
    attachments: Vec<AttachmentBody<'a>>,
    embeds: &'a [Value],
    timestamp: String,
    edited_timestamp: Option<String>,
    flags: u64,
    components: &'a [Value],
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    sticker_items: &'a [Value],
}

/// A message as it goes over the wire.
#[derive(Serialize)]
pub struct MessageBody<'a> {
    #[serde(flatten)]
    minimal: Minimal<'a>,
    id: Text,
    channel_id: Text,
    author: UserBody<'a>,
    pinned: bool,
    mention_everyone: bool,
    tts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_id: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_reference: Option<ReferenceBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referenced_message: Option<Option<Box<MessageBody<'a>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_snapshots: Option<[SnapshotBody<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_metadata: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guild_id: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<MemberBody<'a>>,
}

impl World {
    fn minimal<'a>(&'a self, m: &'a Message, sight: Sight) -> Minimal<'a> {
        let edited = m.edited_us.map(|us| if sight.cut { us / 1000 * 1000 } else { us });
        Minimal {
            kind: m.kind,
            content: if sight.bare { "" } else { &m.content },
            mentions: m.mentions.iter().map(|u| self.user_body(*u)).collect(),
            mention_roles: m.mention_roles.iter().map(|r| Text(*r)).collect(),
            attachments: match sight.bare {
                true => Vec::new(),
                false => m.attachments.iter().map(|a| self.attachment_body(a)).collect(),
            },
            embeds: if sight.bare || m.flags & SUPPRESS_EMBEDS != 0 { &[] } else { &m.embeds },
            timestamp: stamp(m.sent_us),
            edited_timestamp: edited.map(stamp),
            flags: m.flags,
            components: if sight.bare { &[] } else { &m.components },
            sticker_items: &m.stickers,
        }
    }

    /// The message as `sight` has it.
    pub(super) fn message_body<'a>(&'a self, m: &'a Message, sight: Sight) -> MessageBody<'a> {
        self.body_with(m, sight, true)
    }

    fn body_with<'a>(&'a self, m: &'a Message, sight: Sight, nested: bool) -> MessageBody<'a> {
        let place = self.channels.get(&m.channel);
        let guild = place.and_then(|p| p.guild);
        let author = match &m.by {
            Byline::Person(user) | Byline::Application(user) => self.user_body(*user),
            Byline::Webhook { id, name } => {
                UserBody { id: Text(*id), username: name, bot: true, ..super::view::DELETED_USER }
            }
        };
        let (webhook, application) = match &m.by {
            Byline::Person(_) => (None, None),
            Byline::Webhook { id, .. } => {
                let hook = self.webhooks.get(id);
                (Some(Text(*id)), hook.and_then(|h| h.application).map(Text))
            }
            Byline::Application(app) => (Some(Text(*app)), Some(Text(*app))),
        };
        let points = matches!(m.kind, kind::REPLY | kind::THREAD_STARTER) && nested;
        let referenced = m.reference.filter(|_| points).map(|r| {
            let there = r.message.and_then(|id| self.message(r.channel, id));
            // The other message may hide what this one shows.
            let inner = Sight { dispatch: false, ..sight };
            there.map(|other| Box::new(self.body_with(other, inner, false)))
        });
        let thread = (m.flags & HAS_THREAD != 0).then(|| self.channels.get(&m.id)).flatten();
        MessageBody {
            minimal: self.minimal(m, sight),
            id: Text(m.id),
            channel_id: Text(m.channel),
            author,
            pinned: m.pinned_us.is_some(),
            mention_everyone: m.mention_everyone,
            tts: m.tts,
            webhook_id: webhook,
            application_id: application,
            nonce: m.nonce.as_ref().filter(|_| sight.dispatch),
            message_reference: m.reference.map(|r| ReferenceBody {
                kind: u8::from(r.forward),
                channel_id: Text(r.channel),
                message_id: r.message.map(Text),
                guild_id: r.guild.map(Text),
            }),
            referenced_message: referenced,
            message_snapshots: m
                .snapshot
                .as_ref()
                .map(|s| [SnapshotBody { message: self.minimal(s, sight) }]),
            poll: m.poll.as_ref().filter(|_| !sight.bare),
            interaction_metadata: m.interaction.as_ref(),
            thread: thread.map(|t| self.channel_value(t)),
            guild_id: guild.filter(|_| sight.dispatch).map(Text),
            member: match (&m.by, guild, sight.dispatch) {
                (Byline::Person(user), Some(guild), true) => self.member_body(guild, *user),
                _ => None,
            },
        }
    }

    /// Whether `viewer`, to whom content is not open, may read this message all the same.
    pub(super) fn concerns(&self, viewer: Id, m: &Message) -> bool {
        let direct = self.channels.get(&m.channel).is_none_or(|p| p.guild.is_none());
        direct || m.author() == viewer || m.mentions.contains(&viewer)
    }

    /// A message as REST shows it to `viewer`.
    pub fn message_value(&self, m: &Message, viewer: Id) -> Value {
        let app = self.applications.get(&viewer);
        let closed = app.is_some_and(|a| a.privileged_intents & intent::MESSAGE_CONTENT == 0);
        let sight = Sight { bare: closed && !self.concerns(viewer, m), ..Sight::default() };
        let mut value = serde_json::to_value(self.message_body(m, sight)).unwrap_or_default();
        // A nonce comes back to the one who chose it.
        if let Some(nonce) = m.nonce.as_ref().filter(|_| m.author() == viewer) {
            value["nonce"] = nonce.clone();
        }
        value
    }

    pub fn message(&self, channel: Id, message: Id) -> Option<&Message> {
        self.channels.get(&channel)?.messages.get(&message)
    }

    pub(super) fn message_mut(&mut self, channel: Id, message: Id) -> Option<&mut Message> {
        self.channels.get_mut(&channel)?.messages.get_mut(&message)
    }

    /// What stands in a channel, oldest first, whoever asks.
    pub fn messages(&self, channel: Id) -> impl DoubleEndedIterator<Item = &Message> {
        let place = self.channels.get(&channel);
        place.into_iter().flat_map(|p| p.messages.values())
    }
}

//! A message object becomes a [`Message`].
//!
//! Messages are nearly all that ever arrives, so this is one borrowed pass
//! over the bytes: the few fields that matter are read, branches that may hold
//! further texts are kept as raw slices and looked into only where they are
//! not empty. Fields are read leniently; an oddity in a branch costs that
//! branch its structure, not the message its record.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Us;
use crate::discord::gather::{self, Branches, Parts};
use crate::domain::id::{GuildId, MemberId, MessageId, Moment, RoleId, VenueId};
use crate::domain::message::{Attachment, Author, AuthorKind, CONTENT, Message};

/// Message types that people write (Discord, *Message types*): an ordinary
/// message, a reply, and the answers to a command and to a context menu.
const WRITTEN: [u64; 4] = [0, 19, 20, 23];

/// The type of a reply.
const REPLY: u64 = 19;

/// The fields of a message object that are needed. `B` is what is kept of a
/// branch that may hold further texts: its bytes, or [`Nothing`].
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, B: Deserialize<'de>"))]
pub(super) struct Shape<'a, B> {
    pub id: MessageId,
    #[serde(rename = "channel_id")]
    pub venue: VenueId,
    #[serde(rename = "guild_id")]
    pub guild: Option<GuildId>,
    author: AuthorShape,
    member: Option<MemberShape>,
    content: Option<String>,
    #[serde(rename = "type")]
    kind: Option<u64>,
    #[serde(borrow)]
    edited_timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    message_reference: Option<&'a RawValue>,
    #[serde(default)]
    mentions: Count,
    #[serde(default)]
    mention_roles: Count,
    mention_everyone: Option<bool>,
    webhook_id: Option<B>,
    application_id: Option<B>,
    interaction_metadata: Option<B>,
    embeds: Option<B>,
    components: Option<B>,
    poll: Option<B>,
    message_snapshots: Option<B>,
    attachments: Option<B>,
    sticker_items: Option<B>,
}

/// A message whose branches are kept to be looked into.
pub(super) type Full<'a> = Shape<'a, &'a RawValue>;

/// A message that a person typed and nothing else: what nearly all are. It
/// does not parse as anything more.
pub(super) type Plain<'a> = Shape<'a, Nothing>;

/// An empty branch.
pub(super) struct Nothing;

/// The bytes of a branch, where it holds anything.
pub(super) trait Branch<'a> {
    fn bytes(&self) -> Option<&'a RawValue>;
}

impl<'a> Branch<'a> for &'a RawValue {
    fn bytes(&self) -> Option<&'a RawValue> {
        (!gather::is_blank(self)).then_some(*self)
    }
}

impl<'a> Branch<'a> for Nothing {
    fn bytes(&self) -> Option<&'a RawValue> {
        None
    }
}

/// A user object, as far as it is needed.
#[derive(Deserialize)]
pub(super) struct AuthorShape {
    pub id: MemberId,
    #[serde(default)]
    username: Option<String>,
    global_name: Option<String>,
    bot: Option<bool>,
    system: Option<bool>,
}

/// What a message says about its author as a member of the server.
#[derive(Deserialize)]
pub(super) struct MemberShape {
    pub nick: Option<String>,
    pub roles: Option<Vec<RoleId>>,
}

#[derive(Deserialize)]
struct Metadata {
    user: AuthorShape,
    /// By whom the app was installed: `0` for the server, `1` for the user.
    authorizing_integration_owners: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "type")]
    kind: Option<u64>,
    message_id: Option<MessageId>,
}

impl AuthorShape {
    /// The author as a member who carries `nick` and `roles`.
    pub fn into_author(self, kind: AuthorKind, nick: Option<&str>, roles: Option<Vec<RoleId>>) -> Author {
        let username = self.username.unwrap_or_default();
        let display = match nick {
            Some(nick) => nick.to_owned(),
            None => self.global_name.unwrap_or_else(|| username.clone()),
        };
        Author { id: self.id, kind, username, display, roles }
    }

    /// A person or another bot, by what the user object says.
    pub fn plain_kind(&self, us: Us) -> AuthorKind {
        match self {
            _ if Some(self.id) == us.me => AuthorKind::Ourselves,
            AuthorShape { system: Some(true), .. } => AuthorKind::System,
            AuthorShape { bot: Some(true), .. } => AuthorKind::Bot,
            _ => AuthorKind::Person,
        }
    }
}

/// Everything an update leaves out that a whole message always says.
pub(super) const ALWAYS_SAID: [&str; 5] = ["author", "content", "embeds", "attachments", "type"];

impl<'a, B: Branch<'a>> Shape<'a, B> {
    /// Whether this is a whole message and not what changed in one.
    pub fn is_whole(&self) -> bool {
        self.content.is_some() && self.kind.is_some() && self.embeds.is_some() && self.attachments.is_some()
    }

    /// The name that the author has in the server, where it is another than
    /// the account's.
    pub fn nickname(&self) -> Option<&str> {
        self.member.as_ref()?.nick.as_deref()
    }

    /// The account that Discord names as author.
    pub fn author_id(&self) -> MemberId {
        self.author.id
    }

    /// The message.
    pub fn into_message(self, us: Us) -> Message {
        let kind = self.kind.unwrap_or(0);
        let bytes = |branch: &Option<B>| branch.as_ref().and_then(B::bytes);
        let (webhook, application) = (bytes(&self.webhook_id), bytes(&self.application_id));
        let by_app = webhook.is_some() || application.is_some() || self.author.bot == Some(true);
        let branches = Branches {
            embeds: bytes(&self.embeds),
            components: bytes(&self.components),
            poll: bytes(&self.poll),
            snapshots: bytes(&self.message_snapshots),
            attachments: bytes(&self.attachments),
            stickers: bytes(&self.sticker_items),
        };
        let mut parts = Parts::new();
        parts.add(CONTENT, self.content.unwrap_or_default());
        branches.gather(by_app, &mut parts);

        let attachments = files(branches.attachments, branches.snapshots);
        let reply_to = self.message_reference.filter(|_| kind == REPLY).and_then(replied_to);
        let mentions =
            self.mentions.0 + self.mention_roles.0 + usize::from(self.mention_everyone == Some(true));
        Message {
            id: self.id,
            venue: self.venue,
            author: author(
                self.author,
                self.member,
                kind,
                webhook.is_some(),
                application,
                bytes(&self.interaction_metadata),
                us,
            ),
            parts: parts.into_list(),
            attachments,
            reply_to,
            mentions,
            edited_at: self.edited_timestamp.and_then(moment),
        }
    }
}

/// Who wrote it. Where a person used an app of their own, which speaks in its
/// own name, it is that person: `interaction_metadata` tells. An app that the
/// server installed answers for itself.
fn author(
    shape: AuthorShape,
    member: Option<MemberShape>,
    kind: u64,
    webhook: bool,
    application: Option<&RawValue>,
    metadata: Option<&RawValue>,
    us: Us,
) -> Author {
    let (nick, roles) = member.map_or((None, None), |member| (member.nick, member.roles));
    let ourselves = shape.plain_kind(us) == AuthorKind::Ourselves;
    let application = application.and_then(|raw| serde_json::from_str::<MemberId>(raw.get()).ok());
    let ours = ourselves || (application.is_some() && application == us.application);
    if !ours
        && (application.is_some() || shape.bot == Some(true))
        && let Some(metadata) = metadata
        && let Ok(metadata) = serde_json::from_str::<Metadata>(metadata.get())
        && metadata.authorizing_integration_owners.is_none_or(|owners| !owners.contains_key("0"))
    {
        let kind = if metadata.user.bot == Some(true) { AuthorKind::Bot } else { AuthorKind::Person };
        return metadata.user.into_author(kind, None, None);
    }
    let kind = if ours {
        AuthorKind::Ourselves
    } else if webhook && !(application.is_some() && metadata.is_some()) {
        AuthorKind::Webhook
    } else if !WRITTEN.contains(&kind) {
        AuthorKind::System
    } else {
        match shape.plain_kind(us) {
            // The answer to a command comes through a webhook, whose user
            // object need not say that it is a bot.
            AuthorKind::Person if webhook => AuthorKind::Bot,
            kind => kind,
        }
    };
    shape.into_author(kind, nick.as_deref(), roles)
}

fn replied_to(raw: &RawValue) -> Option<MessageId> {
    let reference: Reference = serde_json::from_str(raw.get()).ok()?;
    reference.message_id.filter(|_| reference.kind.unwrap_or(0) == 0)
}

/// A moment as Discord writes it, with its quotes.
fn moment(raw: &RawValue) -> Option<Moment> {
    let stamp: jiff::Timestamp = raw.get().trim_matches('"').parse().ok()?;
    Some(Moment(stamp.as_millisecond()))
}

/// The files of the message and of what it forwards.
fn files(own: Option<&RawValue>, snapshots: Option<&RawValue>) -> Vec<Attachment> {
    let mut files = Vec::new();
    for raw in [own, snapshots].into_iter().flatten() {
        let Ok(Value::Array(items)) = serde_json::from_str(raw.get()) else { continue };
        for item in &items {
            match item.pointer("/message/attachments") {
                Some(forwarded) => files.extend(forwarded.as_array().into_iter().flatten().filter_map(file)),
                None => files.extend(file(item)),
            }
        }
    }
    files
}

/// One file; `None` where it has neither a name nor an address.
fn file(value: &Value) -> Option<Attachment> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let url = text("url").or_else(|| text("proxy_url"))?;
    Some(Attachment {
        id: number(value.get("id")?).unwrap_or(0),
        filename: text("filename").unwrap_or_default().to_owned(),
        content_type: text("content_type").map(str::to_owned),
        size: value.get("size").and_then(Value::as_u64).unwrap_or(0),
        url: url.to_owned(),
    })
}

/// A number, whether or not it is written as a string.
pub(super) fn number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

/// As much of a message as can be made out of an object that does not parse
/// as one; `None` without its id, place and author.
pub(super) fn lenient(object: &Map<String, Value>, us: Us) -> Option<Message> {
    let id_of = |value: Option<&Value>| value.and_then(number);
    let author = object.get("author").and_then(Value::as_object);
    let member = object.get("member").and_then(Value::as_object);
    let text = |of: Option<&Map<String, Value>>, key: &str| {
        of.and_then(|of| of.get(key)).and_then(Value::as_str).map(str::to_owned)
    };
    let shape = AuthorShape {
        id: MemberId::new(id_of(author.and_then(|author| author.get("id")))?)?,
        username: text(author, "username"),
        global_name: text(author, "global_name"),
        bot: author.and_then(|author| author.get("bot")).and_then(Value::as_bool),
        system: None,
    };
    let kind = match object.get("webhook_id") {
        None | Some(Value::Null) => shape.plain_kind(us),
        Some(_) => AuthorKind::Webhook,
    };
    let roles = member.and_then(|member| member.get("roles")).and_then(Value::as_array).and_then(|roles| {
        roles.iter().map(|role| number(role).and_then(RoleId::new)).collect::<Option<Vec<RoleId>>>()
    });
    let count = |key: &str| object.get(key).and_then(Value::as_array).map_or(0, Vec::len);
    let attached = object.get("attachments").and_then(Value::as_array);
    Some(Message {
        id: MessageId::new(id_of(object.get("id"))?)?,
        venue: VenueId::new(id_of(object.get("channel_id"))?)?,
        author: shape.into_author(kind, text(member, "nick").as_deref(), roles),
        parts: gather::message(object),
        attachments: attached.into_iter().flatten().filter_map(file).collect(),
        reply_to: object
            .get("message_reference")
            .and_then(|reference| id_of(reference.get("message_id")))
            .and_then(MessageId::new)
            .filter(|_| object.get("type").and_then(Value::as_u64) == Some(REPLY)),
        mentions: count("mentions") + count("mention_roles"),
        edited_at: None,
    })
}

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Nothing, D::Error> {
        struct Empty;

        impl<'de> Visitor<'de> for Empty {
            type Value = Nothing;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("nothing")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Nothing, A::Error> {
                match items.next_element::<IgnoredAny>()? {
                    None => Ok(Nothing),
                    Some(_) => Err(serde::de::Error::custom("something")),
                }
            }
        }

        from.deserialize_seq(Empty)
    }
}

/// How many items an array has; anything else has none.
#[derive(Clone, Copy, Debug, Default)]
struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Count, D::Error> {
        struct Counting;

        impl<'de> Visitor<'de> for Counting {
            type Value = Count;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Count, A::Error> {
                let mut count = 0;
                while items.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Count(count))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Count(0))
            }

            fn visit_unit<E>(self) -> Result<Count, E> {
                Ok(Count(0))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Count, E> {
                Ok(Count(0))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Count, E> {
                Ok(Count(0))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Count, E> {
                Ok(Count(0))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Count, E> {
                Ok(Count(0))
            }

            fn visit_str<E>(self, _: &str) -> Result<Count, E> {
                Ok(Count(0))
            }
        }

        from.deserialize_any(Counting)
    }
}

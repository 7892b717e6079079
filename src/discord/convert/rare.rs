//! Dispatches other than messages and the server's own description, and
//! frames that are none.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::guild::{ChannelShape, RoleShape};
use super::message::{ALWAYS_SAID, AuthorShape, lenient, number};
use super::{Ready, Us, member};
use crate::discord::gather::{self, Parts};
use crate::domain::event::{Interaction, InteractionToken, Sight};
use crate::domain::id::{GuildId, InteractionId, MemberId, MessageId, RoleId, VenueId};

/// The action of Discord's own filter that stops a message before it appears.
const BLOCK_MESSAGE: u64 = 1;

#[derive(Deserialize)]
struct OnlyId<T> {
    id: T,
}

/// The id of the object.
pub(super) fn only_id(d: &str) -> Result<VenueId, serde_json::Error> {
    Ok(serde_json::from_str::<OnlyId<VenueId>>(d)?.id)
}

/// The beginning of a session.
pub(super) fn ready(d: &str) -> Result<Ready, serde_json::Error> {
    #[derive(Deserialize)]
    struct Shape {
        user: OnlyId<MemberId>,
        application: Option<OnlyId<MemberId>>,
        #[serde(default)]
        guilds: Vec<OnlyId<GuildId>>,
        #[serde(default)]
        session_id: String,
        #[serde(default)]
        resume_gateway_url: String,
    }
    let shape: Shape = serde_json::from_str(d)?;
    Ok(Ready {
        us: Us { me: Some(shape.user.id), application: shape.application.map(|application| application.id) },
        guilds: shape.guilds.into_iter().map(|guild| guild.id).collect(),
        session: shape.session_id,
        resume_url: shape.resume_gateway_url,
    })
}

/// A server's name and owner.
pub(super) fn guild_head(d: &str) -> Result<(Option<String>, Option<MemberId>), serde_json::Error> {
    #[derive(Deserialize)]
    struct Head {
        name: Option<String>,
        owner_id: Option<MemberId>,
    }
    let head: Head = serde_json::from_str(d)?;
    Ok((head.name, head.owner_id))
}

/// One message gone, or many at once.
pub(super) fn deleted(d: &str) -> Result<Sight, serde_json::Error> {
    #[derive(Deserialize)]
    struct Shape {
        id: Option<MessageId>,
        #[serde(default)]
        ids: Vec<MessageId>,
        channel_id: VenueId,
    }
    let mut shape: Shape = serde_json::from_str(d)?;
    let bulk = shape.id.is_none();
    shape.ids.extend(shape.id);
    Ok(Sight::Deleted { venue: shape.channel_id, messages: shape.ids, bulk })
}

/// An update that does not tell the whole message.
pub(super) fn patched(d: &str) -> Result<Sight, serde_json::Error> {
    #[derive(Deserialize)]
    struct Place {
        id: MessageId,
        channel_id: VenueId,
        guild_id: Option<GuildId>,
    }
    let place: Place = serde_json::from_str(d)?;
    if place.guild_id.is_none() {
        // In direct messages Discord's own changes (unfurled links) concern
        // nobody; an edit by the person is a whole message.
        return Ok(Sight::Other);
    }
    let object: Map<String, Value> = serde_json::from_str(d)?;
    Ok(Sight::Patched {
        venue: place.channel_id,
        message: place.id,
        parts: gather::message(&object),
        missing: ALWAYS_SAID.into_iter().filter(|key| object.get(*key).is_none_or(Value::is_null)).collect(),
    })
}

/// The threads of a channel that came into view.
pub(super) fn thread_list(d: &str) -> Result<Vec<ChannelShape>, serde_json::Error> {
    #[derive(Deserialize)]
    struct List<'a> {
        #[serde(borrow, default)]
        threads: Vec<&'a RawValue>,
    }
    let list: List<'_> = serde_json::from_str(d)?;
    list.threads.into_iter().map(|thread| serde_json::from_str(thread.get())).collect()
}

/// A role that was made or changed.
pub(super) fn role(d: &str) -> Result<RoleShape, serde_json::Error> {
    #[derive(Deserialize)]
    struct Shape {
        role: RoleShape,
    }
    Ok(serde_json::from_str::<Shape>(d)?.role)
}

/// A role that is gone.
pub(super) fn role_gone(d: &str) -> Result<RoleId, serde_json::Error> {
    #[derive(Deserialize)]
    struct Shape {
        role_id: RoleId,
    }
    Ok(serde_json::from_str::<Shape>(d)?.role_id)
}

/// What Discord's own filter did. One block comes as one dispatch for each
/// thing the filter does (block, alert, time-out); only the block is told.
pub(super) fn auto_mod(d: &str) -> Result<Sight, serde_json::Error> {
    #[derive(Deserialize)]
    struct Action {
        #[serde(rename = "type")]
        kind: u64,
    }
    #[derive(Deserialize)]
    struct Shape {
        action: Action,
        rule_id: Value,
        user_id: MemberId,
        channel_id: Option<VenueId>,
        content: Option<String>,
        matched_content: Option<String>,
    }
    let shape: Shape = serde_json::from_str(d)?;
    if shape.action.kind != BLOCK_MESSAGE {
        return Ok(Sight::Other);
    }
    // Without the intent for it `content` is empty, and the matching words
    // are all there is.
    let text = shape.content.filter(|text| !text.is_empty()).or(shape.matched_content);
    Ok(Sight::AutoMod {
        venue: shape.channel_id,
        author: shape.user_id,
        text: text.unwrap_or_default(),
        rule: number(&shape.rule_id).map(|rule| rule.to_string()).unwrap_or_default(),
    })
}

/// An entry of Discord's audit log.
pub(super) fn audit(d: &str) -> Result<Sight, serde_json::Error> {
    #[derive(Deserialize)]
    struct Shape {
        action_type: u16,
        user_id: Option<MemberId>,
        target_id: Option<Value>,
        reason: Option<String>,
        options: Option<Map<String, Value>>,
    }
    let shape: Shape = serde_json::from_str(d)?;
    let option = |key: &str| shape.options.as_ref().and_then(|options| options.get(key)).and_then(number);
    Ok(Sight::Audit {
        action: shape.action_type,
        by: shape.user_id,
        target: shape.target_id.as_ref().and_then(number),
        venue: option("channel_id").and_then(VenueId::new),
        count: option("count").and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
        reason: shape.reason,
    })
}

/// An interaction. Its id and token suffice to answer it, so nothing else can
/// make it unreadable: the target of a context menu is a whole message, with
/// all the oddities of one.
pub(super) fn interaction(d: &str, us: Us) -> Result<Sight, serde_json::Error> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        id: InteractionId,
        token: String,
        #[serde(borrow)]
        r#type: Option<&'a RawValue>,
        #[serde(borrow)]
        data: Option<&'a RawValue>,
        #[serde(borrow)]
        member: Option<&'a RawValue>,
        #[serde(borrow)]
        user: Option<&'a RawValue>,
        #[serde(borrow)]
        channel_id: Option<&'a RawValue>,
        #[serde(borrow)]
        message: Option<&'a RawValue>,
        #[serde(borrow)]
        locale: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Data {
        name: Option<String>,
        custom_id: Option<String>,
        target_id: Option<MessageId>,
    }
    fn read<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
        serde_json::from_str(raw?.get()).ok()
    }
    let shape: Shape<'_> = serde_json::from_str(d)?;
    let data: Option<Data> = read(shape.data);
    let target = data.as_ref().and_then(|data| data.target_id);
    let by = match shape.member.and_then(|member| member::read(member.get(), us).ok()) {
        Some((member, _)) => Some(member),
        None => read::<AuthorShape>(shape.user).map(|user| {
            let kind = user.plain_kind(us);
            user.into_author(kind, None, None)
        }),
    };
    Ok(Sight::Interaction(Box::new(Interaction {
        id: shape.id,
        token: InteractionToken(shape.token),
        kind: read(shape.r#type).unwrap_or(0),
        name: data.and_then(|data| data.name.or(data.custom_id)).unwrap_or_default(),
        by,
        venue: read(shape.channel_id),
        message: read::<OnlyId<MessageId>>(shape.message).map(|message| message.id).or(target),
        locale: read(shape.locale).unwrap_or_default(),
    })))
}

/// What could be made out of a frame that does not parse.
pub(super) struct Unreadable {
    pub sequence: u64,
    pub guild: Option<GuildId>,
    pub sight: Sight,
}

/// Reads what can be read: as JSON after mending, else by looking for texts
/// in the bytes.
pub(super) fn unreadable(raw: &str, error: String, us: Us) -> Unreadable {
    let value = serde_json::from_str::<Value>(raw)
        .or_else(|_| serde_json::from_str::<Value>(&gather::mended(raw)))
        .unwrap_or(Value::Null);
    if value.is_null() {
        let mut parts = Parts::new();
        gather::salvage(raw, "", &mut parts);
        let (name, sequence, guild) = head_of_bytes(raw);
        let sight = Sight::Unreadable { name, venue: None, message: None, parts: parts.into_list(), error };
        return Unreadable { sequence, guild, sight };
    }
    let name = value.get("t").and_then(Value::as_str).unwrap_or("?").to_owned();
    let id = |key: &str| value.get("d").and_then(|d| d.get(key)).and_then(number);
    let object = value.get("d").and_then(Value::as_object);
    let message = object.filter(|_| name.starts_with("MESSAGE_")).and_then(|object| lenient(object, us));
    let parts = match (&message, object) {
        (Some(_), _) => Vec::new(),
        (None, Some(object)) if name.starts_with("MESSAGE_") => gather::message(object),
        _ => {
            let mut parts = Parts::new();
            gather::salvage(&value.to_string(), "", &mut parts);
            parts.into_list()
        }
    };
    Unreadable {
        sequence: value.get("s").and_then(Value::as_u64).unwrap_or(0),
        guild: id("guild_id").and_then(GuildId::new),
        sight: Sight::Unreadable {
            name,
            venue: id("channel_id").and_then(VenueId::new),
            message: message.map(Box::new),
            parts,
            error,
        },
    }
}

/// The name, the sequence number and the server of a dispatch that is cut off
/// or broken further on.
fn head_of_bytes(raw: &str) -> (String, u64, Option<GuildId>) {
    let after = |key: &str| raw.find(key).map(|at| &raw[at + key.len()..]);
    let digits = |key: &str| {
        let digits = after(key)?.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<u64>().ok()
    };
    let name = after(r#""t":""#).and_then(|rest| rest.split('"').next()).unwrap_or("?");
    let guild = digits(r#""guild_id":""#).and_then(GuildId::new);
    (name.to_owned(), digits(r#""s":"#).unwrap_or(0), guild)
}

//! Frames in the shape Discord's documents give them, and one place that
//! knows how to have them converted.

use gavel::discord::convert::{Conversion, Converted, Converter, Us};
use gavel::domain::event::Sight;
use gavel::domain::id::{GuildId, MemberId};
use gavel::domain::message::Message;
use serde_json::{Value, json};

pub const GUILD: u64 = 100;
pub const ME: u64 = 900;
pub const APP: u64 = 901;

pub fn us() -> Us {
    Us { me: MemberId::new(ME), application: MemberId::new(APP) }
}

/// A dispatch as it comes over the wire: its name first, as Discord writes it.
pub fn dispatch(name: &str, sequence: u64, d: &Value) -> String {
    format!(r#"{{"t":"{name}","s":{sequence},"op":0,"d":{d}}}"#)
}

/// `base` with the keys of `over` in place of its own.
pub fn with(mut base: Value, over: Value) -> Value {
    let Value::Object(over) = over else { panic!("an object is laid over another") };
    base.as_object_mut().expect("an object").extend(over);
    base
}

/// An ordinary message in a channel of the server, as `MESSAGE_CREATE` has it.
pub fn message(over: Value) -> Value {
    let base = json!({
        "type": 0, "tts": false, "timestamp": "2026-11-21T06:50:14.123000+00:00", "pinned": false,
        "nonce": "1441292323232", "mentions": [], "mention_roles": [], "mention_everyone": false,
        "member": {
            "roles": ["301", "302"], "premium_since": null, "pending": false, "nick": null, "mute": false,
            "joined_at": "2026-01-05T09:00:00.000000+00:00", "flags": 0, "deaf": false,
            "communication_disabled_until": null, "banner": null, "avatar": null
        },
        "id": "5001", "flags": 0, "embeds": [], "edited_timestamp": null,
        "content": "When does the library open?", "components": [], "channel_type": 0,
        "channel_id": "201", "attachments": [], "guild_id": GUILD.to_string(),
        "author": {
            "username": "rosa", "public_flags": 0, "primary_guild": null, "id": "701",
            "global_name": "Rosa", "discriminator": "0", "collectibles": null, "clan": null,
            "avatar_decoration_data": null, "avatar": "8342729096ea3675442027381ff50dfe"
        }
    });
    with(base, over)
}

pub fn ready() -> Value {
    json!({
        "v": 10, "user": {"id": ME.to_string(), "username": "gavel", "bot": true},
        "application": {"id": APP.to_string(), "flags": 0}, "session_id": "session-1", "session_type": "normal",
        "resume_gateway_url": "wss://gateway-us-east1-b.discord.gg", "shard": [0, 1],
        "guilds": [{"id": GUILD.to_string(), "unavailable": true}]
    })
}

/// Permission bits used here.
pub const VIEW: u64 = 1 << 10;
pub const SEND: u64 = 1 << 11;
pub const MANAGE_MESSAGES: u64 = 1 << 13;
pub const ADMINISTRATOR: u64 = 1 << 3;

/// Four channels, a thread, three roles; the bot has role 310.
pub fn guild() -> Value {
    let role = |id: u64, name: &str, permissions: u64| {
        json!({"id": id.to_string(), "name": name, "permissions": permissions.to_string(), "position": 1,
               "color": 0, "colors": {"primary_color": 0}, "hoist": false, "managed": false,
               "mentionable": false, "flags": 0})
    };
    let channel = |id: u64, kind: u8, name: &str, overwrites: Value| {
        json!({"id": id.to_string(), "type": kind, "name": name, "position": 0, "parent_id": null,
               "permission_overwrites": overwrites, "last_message_id": "4999", "flags": 0})
    };
    json!({
        "id": GUILD.to_string(), "name": "City of Monroe", "owner_id": "702", "unavailable": false,
        "roles": [
            role(GUILD, "@everyone", VIEW | SEND),
            role(310, "Gavel", MANAGE_MESSAGES),
            role(301, "City staff", 0),
        ],
        "channels": [
            channel(201, 0, "general-1", json!([])),
            channel(202, 0, "mod-log", json!([
                {"id": "100", "type": 0, "allow": "0", "deny": VIEW.to_string()},
                {"id": "310", "type": 0, "allow": VIEW.to_string(), "deny": "0"}
            ])),
            channel(203, 15, "ideas", json!([])),
            channel(204, 4, "Town", json!([])),
        ],
        "threads": [{"id": "210", "type": 11, "name": "Potholes", "parent_id": "202", "owner_id": "701",
                     "guild_id": GUILD.to_string(), "thread_metadata": {"archived": false}}],
        "members": [{"user": {"id": ME.to_string(), "username": "gavel", "bot": true}, "roles": ["310"],
                     "nick": null, "joined_at": "2026-01-05T09:00:00+00:00"}],
        "member_count": 3, "large": false
    })
}

/// A converter that has seen the beginning of a session.
pub fn begun() -> Converter {
    let mut converter = Converter::new(None);
    ours(converter.convert(&dispatch("READY", 1, &ready())));
    ours(converter.convert(&dispatch("GUILD_CREATE", 2, &guild())));
    converter
}

#[track_caller]
pub fn ours(conversion: Conversion) -> Converted {
    match conversion {
        Conversion::Ours(converted) => *converted,
        other => panic!("a dispatch of ours, not {other:?}"),
    }
}

/// What the converter makes of one dispatch at the beginning of a session.
#[track_caller]
pub fn convert(name: &str, d: Value) -> Converted {
    ours(begun().convert(&dispatch(name, 7, &d)))
}

/// The message that a dispatch yields as new.
#[track_caller]
pub fn posted(over: Value) -> Message {
    match convert("MESSAGE_CREATE", message(over)).sight {
        Sight::Posted { message, history: false } => *message,
        other => panic!("a posted message, not {other:?}"),
    }
}

pub fn home() -> GuildId {
    GuildId::new(GUILD).unwrap()
}

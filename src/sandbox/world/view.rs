//! Users, roles, members, channels and servers as Discord writes them.
//!
//! Messages, which are written by the ten thousand, have a faster way of
//! their own (`message`).

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::people::Role;
use super::place::{Channel, Kind, Overwrite};
use super::{Id, World, stamp};

/// A snowflake as a JSON string.
#[derive(Clone, Copy)]
pub struct Text(pub Id);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

/// A user as it stands in messages and elsewhere.
#[derive(Clone, Serialize)]
pub struct UserBody<'a> {
    pub id: Text,
    pub username: &'a str,
    pub global_name: Option<&'a str>,
    pub avatar: Option<&'a str>,
    pub discriminator: &'static str,
    pub public_flags: u64,
    pub flags: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
    pub primary_guild: Option<Value>,
}

/// A user nobody knows any more.
pub const DELETED_USER: UserBody<'static> = UserBody {
    id: Text(456_226_577_798_135_808),
    username: "Deleted User",
    global_name: None,
    avatar: None,
    discriminator: "0000",
    public_flags: 0,
    flags: 0,
    bot: false,
    primary_guild: None,
};

/// A member as it travels with a dispatched message: without the user.
#[derive(Serialize)]
pub struct MemberBody<'a> {
    pub roles: Vec<Text>,
    pub nick: Option<&'a str>,
    pub joined_at: String,
    pub mute: bool,
    pub deaf: bool,
    pub pending: bool,
    pub flags: u64,
    pub avatar: Option<&'a str>,
    pub banner: Option<&'a str>,
    pub premium_since: Option<&'a str>,
    pub communication_disabled_until: Option<String>,
}

impl World {
    pub(super) fn user_body(&self, user: Id) -> UserBody<'_> {
        match self.users.get(&user) {
            Some(user) => UserBody {
                id: Text(user.id),
                username: &user.name,
                global_name: user.global_name.as_deref(),
                discriminator: if user.bot { "0001" } else { "0" },
                bot: user.bot,
                ..DELETED_USER
            },
            None => DELETED_USER,
        }
    }

    pub(super) fn member_body(&self, guild: Id, user: Id) -> Option<MemberBody<'_>> {
        let member = self.guilds.get(&guild)?.members.get(&user)?;
        let until = member.timeout_until_ms;
        Some(MemberBody {
            roles: member.roles.iter().map(|r| Text(*r)).collect(),
            nick: member.nick.as_deref(),
            joined_at: stamp(member.joined_us),
            mute: false,
            deaf: false,
            pending: false,
            flags: 0,
            avatar: None,
            banner: None,
            premium_since: None,
            communication_disabled_until: (until > 0).then(|| stamp(until * 1000)),
        })
    }

    pub fn user_value(&self, user: Id) -> Value {
        json!(self.user_body(user))
    }

    /// A member with its user; `None` for a stranger.
    pub fn member_value(&self, guild: Id, user: Id) -> Option<Value> {
        let mut value = json!(self.member_body(guild, user)?);
        value["user"] = self.user_value(user);
        Some(value)
    }

    pub fn role_value(&self, role: &Role) -> Value {
        let mut value = json!({
            "id": role.id.to_string(),
            "name": role.name,
            "permissions": role.permissions.to_string(),
            "position": role.position,
            "color": role.color,
            "colors": { "primary_color": role.color, "secondary_color": null, "tertiary_color": null },
            "hoist": false,
            "managed": role.managed_by.is_some(),
            "mentionable": role.mentionable,
            "icon": null,
            "unicode_emoji": null,
            "flags": 0,
        });
        if let Some(bot) = role.managed_by {
            value["tags"] = json!({ "bot_id": bot.to_string() });
        }
        value
    }

    pub fn guild_value(&self, guild: Id) -> Option<Value> {
        let guild = self.guilds.get(&guild)?;
        Some(json!({
            "id": guild.id.to_string(),
            "name": guild.name,
            "icon": null,
            "description": null,
            "home_header": null,
            "splash": null,
            "discovery_splash": null,
            "features": ["COMMUNITY"],
            "banner": null,
            "owner_id": guild.owner.to_string(),
            "application_id": null,
            "region": "deprecated",
            "afk_channel_id": null,
            "afk_timeout": 300,
            "system_channel_id": null,
            "system_channel_flags": 0,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 1,
            "roles": guild.roles.values().map(|r| self.role_value(r)).collect::<Vec<_>>(),
            "default_message_notifications": 1,
            "mfa_level": 0,
            "explicit_content_filter": 2,
            "max_presences": null,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "vanity_url_code": null,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": "en-US",
            "rules_channel_id": null,
            "safety_alerts_channel_id": null,
            "public_updates_channel_id": null,
            "premium_progress_bar_enabled": false,
            "nsfw": false,
            "nsfw_level": 0,
            "emojis": [],
            "stickers": [],
            "incidents_data": null,
        }))
    }

    /// The whole server, as a bot is sent it; `None` if it is not in it.
    pub(super) fn guild_create_value(&self, guild: Id, user: Id) -> Option<Value> {
        let mut value = self.guild_value(guild)?;
        let server = self.guilds.get(&guild)?;
        let me = server.members.get(&user)?;
        let places = || self.channels.values().filter(|c| c.guild == Some(guild));
        let channels: Vec<Value> =
            places().filter(|c| c.thread.is_none()).map(|c| self.channel_value(c)).collect();
        let threads: Vec<Value> = places()
            .filter(|c| c.thread.as_ref().is_some_and(|t| !t.archived))
            .filter(|c| self.can_view(c.id, user))
            .map(|c| self.channel_value_for(c, user))
            .collect();
        // Without the members and presences intents a bot is sent itself only.
        let members: Vec<Value> = self.member_value(guild, user).into_iter().collect();
        value["joined_at"] = json!(stamp(me.joined_us));
        value["large"] = json!(server.members.len() > 250);
        value["unavailable"] = json!(false);
        value["member_count"] = json!(server.members.len());
        value["channels"] = json!(channels);
        value["threads"] = json!(threads);
        value["members"] = json!(members);
        for empty in
            ["voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"]
        {
            value[empty] = json!([]);
        }
        Some(value)
    }

    pub fn channel_value(&self, place: &Channel) -> Value {
        let mut value = json!({
            "id": place.id.to_string(),
            "type": place.kind as u8,
            "flags": 0,
            "last_message_id": place.last_message.map(|m| m.to_string()),
        });
        if let Some(pinned) = place.last_pin_us {
            value["last_pin_timestamp"] = json!(stamp(pinned));
        }
        let Some(guild) = place.guild else {
            return value;
        };
        value["guild_id"] = json!(guild.to_string());
        value["name"] = json!(place.name);
        value["parent_id"] = json!(place.parent.map(|p| p.to_string()));
        value["rate_limit_per_user"] = json!(place.slowmode_s);
        if let Some(thread) = &place.thread {
            value["owner_id"] = json!(thread.owner.to_string());
            value["message_count"] = json!(thread.message_count);
            value["total_message_sent"] = json!(thread.sent_count);
            value["member_count"] = json!(thread.members.len().min(50));
            value["applied_tags"] = json!(thread.tags.iter().map(|t| Text(*t)).collect::<Vec<_>>());
            value["thread_metadata"] = json!({
                "archived": thread.archived,
                "archive_timestamp": stamp(thread.archive_changed_us),
                "auto_archive_duration": thread.auto_archive_minutes,
                "locked": thread.locked,
                "create_timestamp": stamp(thread.created_us),
            });
            if place.kind == Kind::PrivateThread {
                value["thread_metadata"]["invitable"] = json!(thread.invitable);
            }
            return value;
        }
        value["position"] = json!(place.position);
        value["permission_overwrites"] = place.overwrites.iter().map(overwrite_value).collect();
        value["nsfw"] = json!(place.nsfw);
        if place.kind != Kind::Category {
            value["topic"] = json!(place.topic);
        }
        if place.kind.is_voice() {
            value["bitrate"] = json!(64_000);
            value["user_limit"] = json!(0);
            value["rtc_region"] = Value::Null;
        }
        if place.kind.is_forum() {
            value["available_tags"] = json!(place.tags);
            value["default_reaction_emoji"] = Value::Null;
            value["default_sort_order"] = Value::Null;
            value["default_forum_layout"] = json!(0);
        }
        value
    }

    /// A channel as `user` gets it: the other end of a direct message, its own
    /// place in a thread.
    pub fn channel_value_for(&self, place: &Channel, user: Id) -> Value {
        let mut value = self.channel_value(place);
        if place.guild.is_none() {
            let others = place.recipients.iter().filter(|r| **r != user);
            value["recipients"] = others.map(|r| self.user_value(*r)).collect();
        }
        if place.thread.as_ref().is_some_and(|t| t.members.contains_key(&user)) {
            value["member"] = self.thread_member_value(place.id, user);
        }
        value
    }

    pub(super) fn thread_member_value(&self, thread: Id, user: Id) -> Value {
        let joined = self.channels.get(&thread).and_then(|c| c.thread.as_ref());
        let joined = joined.and_then(|t| t.members.get(&user)).copied().unwrap_or(0);
        json!({
            "id": thread.to_string(),
            "user_id": user.to_string(),
            "join_timestamp": stamp(joined),
            "flags": 0,
        })
    }
}

fn overwrite_value(over: &Overwrite) -> Value {
    json!({
        "id": over.id.to_string(),
        "type": over.whom as u8,
        "allow": over.allow.to_string(),
        "deny": over.deny.to_string(),
    })
}

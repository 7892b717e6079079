//! Objects as the gateway gives them.

use gavel::sandbox::facts::check_object;
use serde_json::{Value, json};

use super::answers::{message, user};
use super::same;

#[track_caller]
fn check(name: &str, value: Value, expected: &str) {
    same(&check_object(name, &value), expected);
}

fn with(mut value: Value, more: Value) -> Value {
    for (name, more) in more.as_object().expect("it is an object") {
        value[name] = more.clone();
    }
    value
}

fn member() -> Value {
    json!({
        "roles": ["5"], "nick": null, "avatar": null, "joined_at": "2026-01-05T09:30:00Z",
        "premium_since": null, "pending": false, "communication_disabled_until": null,
        "flags": 0, "mute": false, "deaf": false,
    })
}

#[test]
fn a_message_brings_its_server_and_its_member() {
    let brought = with(message(), json!({"guild_id": "600", "member": member()}));
    check("MESSAGE_CREATE", brought.clone(), "");
    check("message", brought.clone(), "");
    let mention = with(user(), json!({"member": member()}));
    check("MESSAGE_CREATE", with(brought.clone(), json!({"mentions": [mention]})), "");
    check(
        "MESSAGE_CREATE",
        with(brought, json!({"member": {"roles": ["5"]}, "guild": "600"})),
        "in `MESSAGE_CREATE`, `/guild` is unknown
         in `MESSAGE_CREATE`, `/member/deaf` is missing
         in `MESSAGE_CREATE`, `/member/flags` is missing
         in `MESSAGE_CREATE`, `/member/joined_at` is missing
         in `MESSAGE_CREATE`, `/member/mute` is missing",
    );
}

#[test]
fn an_update_may_bring_a_part() {
    let unfurled = json!({"id": "200", "channel_id": "100", "guild_id": "600", "embeds": [{"type": "link"}]});
    check("MESSAGE_UPDATE", unfurled, "");
    check(
        "MESSAGE_UPDATE",
        json!({"id": "200", "content": null}),
        "in `MESSAGE_UPDATE`, `/content` is null, not a string
         in `MESSAGE_UPDATE`, `/channel_id` is missing",
    );
}

#[test]
fn deletions_bring_numbers_only() {
    let one = json!({"id": "200", "channel_id": "100", "guild_id": "600"});
    check("MESSAGE_DELETE", one, "");
    check(
        "MESSAGE_DELETE",
        json!({"id": "200", "channel_id": "100", "content": "hello"}),
        "in `MESSAGE_DELETE`, `/content` is unknown",
    );
    check("MESSAGE_DELETE_BULK", json!({"ids": ["1", "2"], "channel_id": "100"}), "");
}

#[test]
fn a_member_of_the_gateway_has_a_user() {
    check("member", with(member(), json!({"user": user(), "banner": null})), "");
    check("member", member(), "in `member`, `/user` is missing");
    check("GUILD_MEMBER_REMOVE", json!({"guild_id": "600", "user": user()}), "");
}

#[test]
fn ready_says_where_to_resume() {
    let ready = json!({
        "v": 10, "user": user(), "guilds": [{"id": "600", "unavailable": true}], "session_id": "s",
        "resume_gateway_url": "ws://127.0.0.1:1", "application": {"id": "500", "flags": 0},
        "shard": [0, 1],
    });
    check("READY", ready.clone(), "");
    let mut lost = ready;
    lost.as_object_mut().expect("it is an object").remove("resume_gateway_url");
    check("READY", lost, "in `READY`, `/resume_gateway_url` is missing");
}

/// The least that REST says of a server.
fn guild() -> Value {
    json!({
        "id": "600", "name": "City of Monroe", "icon": null, "description": null,
        "home_header": null, "splash": null, "discovery_splash": null, "features": ["COMMUNITY"],
        "banner": null, "owner_id": "9", "application_id": null, "region": "us-east",
        "afk_channel_id": null, "afk_timeout": 300, "system_channel_id": null,
        "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": null,
        "verification_level": 1, "roles": [role()], "default_message_notifications": 0,
        "mfa_level": 0, "explicit_content_filter": 0, "max_presences": null,
        "max_members": 500_000, "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25, "vanity_url_code": null, "premium_tier": 0,
        "premium_subscription_count": 0, "preferred_locale": "en-US", "rules_channel_id": null,
        "safety_alerts_channel_id": null, "public_updates_channel_id": null,
        "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "emojis": [],
        "stickers": [], "incidents_data": null,
    })
}

fn role() -> Value {
    json!({
        "id": "600", "name": "@everyone", "permissions": "1024", "position": 0, "color": 0,
        "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
        "hoist": false, "managed": false, "mentionable": false, "icon": null,
        "unicode_emoji": null, "flags": 0,
    })
}

fn channel() -> Value {
    json!({"id": "100", "type": 0, "flags": 0, "name": "general-1", "position": 1})
}

fn thread() -> Value {
    json!({
        "id": "101", "type": 11, "flags": 0, "guild_id": "600", "parent_id": "100",
        "name": "Potholes", "owner_id": "9", "message_count": 1, "member_count": 1,
        "total_message_sent": 1,
        "thread_metadata": {
            "archived": false, "archive_timestamp": "2026-01-05T09:30:00Z",
            "auto_archive_duration": 1440, "locked": false,
        },
    })
}

#[test]
fn a_server_brings_all_that_is_in_it() {
    let brought = with(
        guild(),
        json!({
            "joined_at": "2026-01-05T09:30:00Z", "large": false, "member_count": 2,
            "voice_states": [], "members": [with(member(), json!({"user": user()}))],
            "channels": [channel()], "threads": [thread()], "presences": [],
            "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        }),
    );
    check("GUILD_CREATE", brought.clone(), "");
    check("GUILD_CREATE", json!({"id": "600", "unavailable": true}), "");
    check("guild", guild(), "");
    check("GuildWithCountsResponse", guild(), "");
    check(
        "GUILD_CREATE",
        with(brought, json!({"threads": null, "channels": [thread()]})),
        "in `GUILD_CREATE`, `/channels/0/member_count` is unknown
         in `GUILD_CREATE`, `/channels/0/message_count` is unknown
         in `GUILD_CREATE`, `/channels/0/owner_id` is unknown
         in `GUILD_CREATE`, `/channels/0/thread_metadata` is unknown
         in `GUILD_CREATE`, `/channels/0/total_message_sent` is unknown
         in `GUILD_CREATE`, `/channels/0/type` is `11`, not `0`, `2`, `4`, `5`, `13`, `14`, `15` or `16`
         in `GUILD_CREATE`, `/channels/0/position` is missing
         in `GUILD_CREATE`, `/threads` is null, not an array",
    );
}

#[test]
fn channels_threads_and_roles_are_told_of() {
    let created = with(channel(), json!({"guild_id": "600"}));
    check("CHANNEL_CREATE", created, "");
    check("CHANNEL_CREATE", channel(), "in `CHANNEL_CREATE`, `/guild_id` is missing");
    check("channel", channel(), "");
    check("THREAD_CREATE", with(thread(), json!({"newly_created": true})), "");
    check(
        "THREAD_DELETE",
        thread(),
        "in `THREAD_DELETE`, `/flags` is unknown
         in `THREAD_DELETE`, `/member_count` is unknown
         in `THREAD_DELETE`, `/message_count` is unknown
         in `THREAD_DELETE`, `/name` is unknown
         in `THREAD_DELETE`, `/owner_id` is unknown
         in `THREAD_DELETE`, `/thread_metadata` is unknown
         in `THREAD_DELETE`, `/total_message_sent` is unknown",
    );
    check("GUILD_ROLE_UPDATE", json!({"guild_id": "600", "role": role()}), "");
    check("role", role(), "");
    check("user", user(), "");
    check(
        "CHANNEL_PINS_UPDATE",
        json!({"guild_id": "600", "channel_id": "100", "last_pin_timestamp": null}),
        "",
    );
}

#[test]
fn a_click_brings_its_message() {
    let click = json!({
        "id": "300", "application_id": "500", "type": 3, "token": "t", "version": 1,
        "data": {"custom_id": "confirm:7", "component_type": 2, "id": 3},
        "guild_id": "600", "channel_id": "100", "channel": {"id": "100", "type": 0},
        "member": with(member(), json!({"user": user(), "banner": null, "permissions": "8"})),
        "message": message(), "app_permissions": "8", "locale": "en-US", "guild_locale": "en-US",
        "entitlements": [], "authorizing_integration_owners": {"0": "600"}, "context": 0,
        "attachment_size_limit": 10_485_760,
    });
    check("INTERACTION_CREATE", click.clone(), "");
    let command = json!({
        "id": "1", "name": "restore", "type": 1,
        "options": [{"name": "case", "type": 4, "value": 7}],
    });
    check("INTERACTION_CREATE", with(click.clone(), json!({"type": 2, "data": command})), "");
    let form = json!({"custom_id": "appeal:7", "components": [
        {"type": 1, "components": [{"type": 4, "custom_id": "why", "value": "because"}]},
        {"type": 18, "component": {"type": 3, "custom_id": "which", "values": ["a"]}},
    ]});
    check("INTERACTION_CREATE", with(click.clone(), json!({"type": 5, "data": form})), "");
    let wrong = json!({
        "data": {"custom_id": "", "component_type": 2}, "locale": "english", "entitlements": null,
    });
    check(
        "INTERACTION_CREATE",
        with(click, wrong),
        "in `INTERACTION_CREATE`, `/data/custom_id` has 0 characters, and at least 1 are needed
         in `INTERACTION_CREATE`, `/entitlements` is null, not an array
         in `INTERACTION_CREATE`, `/locale` is `\"english\"`, not `\"ar\"`, `\"bg\"`, `\"cs\"`, \
         `\"da\"`, `\"de\"`, `\"el\"`, `\"en-GB\"`, `\"en-US\"`, `\"es-419\"`, `\"es-ES\"`, `\"fi\"`, \
         `\"fr\"` or 22 more",
    );
}

#[test]
fn the_journal_of_the_server_names_it() {
    let entry = json!({
        "id": "1", "action_type": 72, "user_id": "9", "target_id": "8", "guild_id": "600",
        "options": {"channel_id": "100", "count": "1"}, "reason": "3.7 ¶1",
    });
    check("GUILD_AUDIT_LOG_ENTRY_CREATE", entry, "");
    let blocked = json!({
        "guild_id": "600", "action": {"type": 1, "metadata": {}}, "rule_id": "1",
        "rule_trigger_type": 1, "user_id": "9", "channel_id": "100", "content": "no",
        "matched_keyword": "no", "matched_content": "no",
    });
    check("AUTO_MODERATION_ACTION_EXECUTION", blocked, "");
}

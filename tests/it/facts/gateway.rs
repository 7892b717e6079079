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
    check(
        "MESSAGE_CREATE",
        with(brought.clone(), json!({"mentions": [mention]})),
        "",
    );
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
    let unfurled =
        json!({"id": "200", "channel_id": "100", "guild_id": "600", "embeds": [{"type": "link"}]});
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
    check(
        "MESSAGE_DELETE_BULK",
        json!({"ids": ["1", "2"], "channel_id": "100"}),
        "",
    );
}

#[test]
fn a_member_of_the_gateway_has_a_user() {
    check(
        "member",
        with(member(), json!({"user": user(), "banner": null})),
        "",
    );
    check("member", member(), "in `member`, `/user` is missing");
    check(
        "GUILD_MEMBER_REMOVE",
        json!({"guild_id": "600", "user": user()}),
        "",
    );
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
    lost.as_object_mut()
        .expect("it is an object")
        .remove("resume_gateway_url");
    check(
        "READY",
        lost,
        "in `READY`, `/resume_gateway_url` is missing",
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
    check(
        "INTERACTION_CREATE",
        with(click.clone(), json!({"type": 2, "data": command})),
        "",
    );
    let form = json!({"custom_id": "appeal:7", "components": [
        {"type": 1, "components": [{"type": 4, "custom_id": "why", "value": "because"}]},
        {"type": 18, "component": {"type": 3, "custom_id": "which", "values": ["a"]}},
    ]});
    check(
        "INTERACTION_CREATE",
        with(click.clone(), json!({"type": 5, "data": form})),
        "",
    );
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

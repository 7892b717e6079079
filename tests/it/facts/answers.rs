//! Answers, good and bad.

use gavel::sandbox::facts::{check_answer, check_object};
use serde_json::{Value, json};

use super::same;

const MESSAGE: &str = "/api/v10/channels/100/messages/200";

/// The least that Discord says of a person.
pub fn user() -> Value {
    json!({
        "id": "9", "username": "rosa", "global_name": "Rosa", "avatar": null,
        "discriminator": "0", "public_flags": 0, "flags": 0, "primary_guild": null,
    })
}

/// The least that Discord says of a message.
pub fn message() -> Value {
    json!({
        "id": "200", "channel_id": "100", "type": 0, "content": "hello", "author": user(),
        "mentions": [], "mention_roles": [], "mention_everyone": false, "attachments": [],
        "embeds": [], "components": [], "timestamp": "2026-01-05T09:30:00.000000+00:00",
        "edited_timestamp": null, "flags": 0, "pinned": false, "tts": false,
    })
}

#[track_caller]
fn check(method: &str, path: &str, status: u16, body: impl Into<Option<Value>>, expected: &str) {
    let found = check_answer(method, path, status, body.into().as_ref());
    same(&found, expected);
}

/// Answers with the message, changed, and expects what is wrong inside it.
#[track_caller]
fn changed(change: impl FnOnce(&mut Value), expected: &str) {
    let mut message = message();
    change(&mut message);
    let found = check_answer("GET", MESSAGE, 200, Some(&message));
    let found: Vec<_> = found
        .iter()
        .map(|deviation| {
            let place = deviation.place.strip_prefix("/answer");
            format!("{} {}", place.expect("it is the answer"), deviation.what)
        })
        .collect();
    let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_whole_message_is_good() {
    changed(|_| {}, "");
    check("POST", "/api/v10/channels/100/messages", 200, message(), "");
    check("GET", "/api/v10/channels/100/messages", 200, json!([message()]), "");
    check("GET", "/api/v10/channels/100/messages", 200, json!([]), "");
    let reply = |answer: &mut Value| {
        answer["type"] = json!(19);
        answer["message_reference"] = json!({"type": 0, "channel_id": "100", "message_id": "1"});
        answer["referenced_message"] = message();
    };
    changed(reply, "");
    let forward = |answer: &mut Value| {
        let snapshot = json!({
            "type": 0, "content": "hello", "mentions": [], "mention_roles": [], "attachments": [],
            "embeds": [], "components": [], "timestamp": "2026-01-05T09:30:00Z",
            "edited_timestamp": null, "flags": 0,
        });
        answer["flags"] = json!(1 << 14);
        answer["message_reference"] = json!({"type": 1, "channel_id": "100", "message_id": "1"});
        answer["message_snapshots"] = json!([{ "message": snapshot }]);
    };
    changed(forward, "");
}

#[test]
fn every_required_field_is_missed() {
    let whole = message();
    for name in whole.as_object().expect("it is an object").keys() {
        changed(
            |message| drop(message.as_object_mut().expect("it is an object").remove(name)),
            &format!("/{name} is missing"),
        );
    }
    for name in user().as_object().expect("it is an object").keys() {
        changed(
            |message| drop(message["author"].as_object_mut().expect("it is an object").remove(name)),
            &format!("/author/{name} is missing"),
        );
    }
}

#[test]
fn every_field_of_a_message_has_a_type() {
    let whole = message();
    for name in whole.as_object().expect("it is an object").keys() {
        // No field takes an object without fields: what is an object has some
        // that are required.
        let wrong = json!({"nothing": {}});
        let mut message = message();
        message[name] = wrong;
        let found = check_answer("GET", MESSAGE, 200, Some(&message));
        let place = format!("/answer/{name}");
        assert!(found.iter().any(|one| one.place.starts_with(&place)), "{name}: {found:?}");
    }
}

#[test]
fn rest_does_not_send_what_the_gateway_does() {
    changed(|message| message["guild_id"] = json!("600"), "/guild_id is unknown");
    changed(|message| message["member"] = json!({"roles": []}), "/member is unknown");
}

#[test]
fn wrong_values_are_told() {
    changed(
        |message| message["type"] = json!(200),
        "/type is `200`, not `0`, `1`, `2`, `3`, `4`, `5`, `6`, `7`, `8`, `9`, `10`, `11` or 25 more",
    );
    changed(|message| message["id"] = json!(200), "/id is `200`, not a snowflake, as a string");
    changed(|message| message["author"] = Value::Null, "/author is null, not `UserResponse`");
    changed(
        |message| message["timestamp"] = json!("yesterday"),
        "/timestamp is not written as a date and time",
    );
    changed(
        |message| message["edited_timestamp"] = json!(5),
        "/edited_timestamp is `5`, not a date and time, as a string or null",
    );
    changed(
        |message| message["flags"] = json!(1_u64 << 31),
        "/flags is 2147483648, which is not from -2147483648 to 2147483647",
    );
    changed(
        |message| message["attachments"] = json!([{"id": "1", "filename": "a.png", "size": 3, "url": "a.png", "proxy_url": "https://a.example"}]),
        "/attachments/0/url is not written as a URI",
    );
    changed(
        |message| {
            message["components"] =
                json!([{"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "style": 1}]}, {"type": 10}])
        },
        "/components/1/content is missing
         /components/1/id is missing",
    );
}

#[test]
fn a_channel_is_what_its_type_says() {
    let path = "/api/v10/channels/100";
    let channel = json!({
        "id": "100", "type": 16, "flags": 0, "guild_id": "600", "name": "photos", "position": 1,
    });
    check("GET", path, 200, channel, "");
    let direct = json!({"id": "100", "type": 1, "flags": 0, "recipients": [user()]});
    check("GET", path, 200, direct.clone(), "");
    check("POST", "/api/v10/users/@me/channels", 200, direct, "");
    let mut thread = json!({
        "id": "100", "type": 11, "flags": 0, "guild_id": "600", "name": "Potholes", "owner_id": "9",
        "parent_id": "99", "message_count": 1, "member_count": 1, "total_message_sent": 1,
        "thread_metadata": {
            "archived": false, "archive_timestamp": null, "auto_archive_duration": 1440, "locked": false,
        },
    });
    check("GET", path, 200, thread.clone(), "");
    thread["topic"] = json!("roads");
    check("GET", path, 200, thread, "in `GET /channels/{channel_id}`, `/answer/topic` is unknown");
    check(
        "GET",
        path,
        200,
        json!({"id": "100", "type": 7}),
        "in `GET /channels/{channel_id}`, `/answer/type` is `7`, not `0`, `2`, `4`, `5`, `13`, \
         `14`, `15`, `16`, `1`, `3`, `10`, `11` or 1 more",
    );
}

#[test]
fn the_status_decides_what_is_due() {
    let pin = "/api/v10/channels/100/messages/pins/200";
    check("PUT", pin, 204, None, "");
    check(
        "PUT",
        pin,
        204,
        json!({}),
        "in `PUT /channels/{channel_id}/messages/pins/{message_id}`, `/answer` has a body, and status 204 has none",
    );
    check(
        "PUT",
        pin,
        200,
        None,
        "in `PUT /channels/{channel_id}/messages/pins/{message_id}`, `/answer` has status 200, which is none of 204, 429, 4XX",
    );
    check(
        "GET",
        MESSAGE,
        200,
        None,
        "in `GET /channels/{channel_id}/messages/{message_id}`, `/answer` is missing",
    );
    check(
        "POST",
        "/api/v10/channels/100/threads",
        200,
        json!({}),
        "in `POST /channels/{channel_id}/threads`, `/answer` has status 200, which is none of 201, 429, 4XX",
    );
    // Nothing is known of what comes with these.
    check("GET", MESSAGE, 502, None, "");
    check("GET", MESSAGE, 500, json!("<html>"), "");
}

#[test]
fn refusals_have_their_form() {
    check("GET", MESSAGE, 404, json!({"code": 10008, "message": "Unknown Message"}), "");
    let form = json!({
        "code": 50035, "message": "Invalid Form Body",
        "errors": {"embeds": {"0": {"title": {"_errors": [
            {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."},
        ]}}}},
    });
    check("POST", "/api/v10/channels/100/messages", 400, form, "");
    check(
        "GET",
        MESSAGE,
        403,
        json!({"error": "no"}),
        "in `GET /channels/{channel_id}/messages/{message_id}`, `/answer/error` is unknown
         in `GET /channels/{channel_id}/messages/{message_id}`, `/answer/code` is missing
         in `GET /channels/{channel_id}/messages/{message_id}`, `/answer/message` is missing",
    );
    let slow = json!({"code": 0, "message": "slower", "retry_after": 0.3, "global": false});
    check("GET", MESSAGE, 429, slow, "");
    check(
        "GET",
        MESSAGE,
        429,
        json!({"code": 0, "message": "slower", "retry_after": "1", "global": false}),
        "in `GET /channels/{channel_id}/messages/{message_id}`, `/answer/retry_after` is a string, not a number",
    );
}

#[test]
fn an_unknown_route_can_only_be_refused() {
    let nowhere = "/api/v10/nowhere";
    let refusal = json!({"code": 0, "message": "404: Not Found"});
    check("GET", nowhere, 404, refusal, "");
    check("GET", nowhere, 404, None, "in `GET /api/v10/nowhere`, `/answer` is missing");
    check("GET", nowhere, 200, json!({}), "`GET /api/v10/nowhere` is no known route");
}

#[test]
fn names_of_the_document_can_be_asked_for() {
    same(&check_object("UserResponse", &user()), "");
    same(&check_object("MessageResponse", &message()), "");
    same(&check_object("Message", &message()), "`Message` is no known object");
}

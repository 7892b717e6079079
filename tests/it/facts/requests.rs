//! Requests, good and bad.

use gavel::sandbox::facts::{Deviation, check_request};
use serde_json::{Value, json};

use super::same;

const MESSAGES: &str = "/api/v10/channels/100/messages";

#[track_caller]
fn check(method: &str, path: &str, body: impl Into<Option<Value>>, expected: &str) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let found = check_request(method, path, &query, body.into().as_ref());
    same(&found, expected);
}

/// Posts a message, and expects what is wrong inside its body.
#[track_caller]
fn post(body: Value, expected: &str) {
    let found = check_request("POST", MESSAGES, &[], Some(&body));
    let told = |deviation: &Deviation| {
        assert_eq!(deviation.route, "POST /channels/{channel_id}/messages");
        let place = deviation.place.strip_prefix("/body").expect("it is the body");
        format!("{place} {}", deviation.what)
    };
    let found: Vec<_> = found.iter().map(told).collect();
    let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(found, expected);
}

#[test]
fn requests_without_a_body_are_taken() {
    for (method, path) in [
        ("GET", "/gateway/bot"),
        ("GET", "/users/@me"),
        ("GET", "/users/9"),
        ("GET", "/guilds/600?with_counts=true"),
        ("GET", "/guilds/600/members/9"),
        ("GET", "/guilds/600/members/search?query=ro&limit=5"),
        ("GET", "/guilds/600/audit-logs?action_type=72&limit=100&after=0"),
        ("GET", "/channels/100/messages?after=200&limit=100"),
        ("GET", "/channels/100/messages/pins?limit=50"),
        ("GET", "/channels/100/threads/archived/public?before=2026-01-05T00:00:00Z"),
        ("PUT", "/channels/100/messages/pins/200"),
        ("PUT", "/channels/100/pins/200"),
        ("PUT", "/channels/100/thread-members/@me"),
        ("DELETE", "/channels/100/messages/200"),
        ("DELETE", "/webhooks/500/aToken/messages/@original"),
        ("POST", "/channels/100/messages/200/crosspost"),
        ("POST", "/channels/100/typing"),
    ] {
        check(method, &format!("/api/v10{path}"), None, "");
    }
}

#[test]
fn unknown_routes_are_told() {
    let unknown = "`GET /api/v10/channels/100/mesages` is no known route";
    check("GET", "/api/v10/channels/100/mesages", None, unknown);
    check("PUT", MESSAGES, None, &format!("`PUT {MESSAGES}` is no known route"));
    check("GET", "/api/v9/users/@me", None, "`GET /api/v9/users/@me` is no known route");
    check("GET", "/users/@me", None, "`GET /users/@me` is no known route");
    check("GET", "/api/v10/channels//messages", None, "`GET /api/v10/channels//messages` is no known route");
    check("GET", "/api/v10/gateway/", None, "`GET /api/v10/gateway/` is no known route");
}

#[test]
fn the_path_is_checked() {
    check(
        "DELETE",
        "/api/v10/channels/general/messages/bulk-delete",
        None,
        "in `DELETE /channels/{channel_id}/messages/{message_id}`, `/path/channel_id` is not written as a snowflake
         in `DELETE /channels/{channel_id}/messages/{message_id}`, `/path/message_id` is not written as a snowflake",
    );
}

#[test]
fn the_query_is_checked() {
    let of = |query: &str, expected: &str| {
        let lines = expected.lines().map(|line| {
            let line = line.trim();
            format!("in `GET /channels/{{channel_id}}/messages`, `/query/{line}\n")
        });
        let path = format!("{MESSAGES}?{query}");
        check("GET", &path, None, &lines.collect::<String>());
    };
    of("limit=101", "limit` is 101, which is not from 1 to 100");
    of("limit=many", "limit` is a string, not an integer");
    of("limit=1&limit=2", "limit` is given twice");
    of("after=abc", "after` is not written as a snowflake");
    of("offset=5&a/b=6", "offset` is unknown\na~1b` is unknown");
    check(
        "GET",
        "/api/v10/guilds/600/members/search",
        None,
        "in `GET /guilds/{guild_id}/members/search`, `/query/query` is missing",
    );
    check(
        "GET",
        "/api/v10/guilds/600/audit-logs?action_type=9999",
        None,
        "in `GET /guilds/{guild_id}/audit-logs`, `/query/action_type` is `9999`, not `1`, `10`, \
         `11`, `12`, `13`, `14`, `15`, `20`, `21`, `22`, `23`, `24` or 64 more",
    );
    check(
        "POST",
        "/api/v10/webhooks/400/aToken?wait=yes",
        json!({"content": "hello"}),
        "in `POST /webhooks/{webhook_id}/{webhook_token}`, `/query/wait` is a string, not a boolean",
    );
}

#[test]
fn a_body_is_there_when_it_is_due_and_only_then() {
    let route = "in `POST /channels/{channel_id}/messages`,";
    check("POST", MESSAGES, None, &format!("{route} `/body` is missing"));
    check(
        "POST",
        MESSAGES,
        json!(["hello"]),
        &format!("{route} `/body` is an array, not `MessageCreateRequest`"),
    );
    check(
        "GET",
        "/api/v10/gateway",
        json!({}),
        "in `GET /gateway`, `/body` is given, and the route takes none",
    );
}

#[test]
fn unknown_fields_are_told() {
    post(json!({"contents": "hello"}), "/contents is unknown");
    post(json!({"content": "hello", "embeds": [{"title": "a", "titel": "b"}]}), "/embeds/0/titel is unknown");
    post(
        json!({"allowed_mentions": {"parse": [], "replied": false}}),
        "/allowed_mentions/replied is unknown",
    );
}

#[test]
fn wrong_types_are_told() {
    post(json!({"content": 5}), "/content is `5`, not a string or null");
    post(json!({"tts": "yes"}), "/tts is a string, not a boolean or null");
    post(json!({"flags": 1.5}), "/flags is `1.5`, not an integer or null");
    post(json!({"sticker_ids": [7]}), "/sticker_ids/0 is `7`, not a snowflake, as a string");
    post(json!({"nonce": {}}), "/nonce is an object, not an integer, a string or null");
    post(json!({"embeds": {}}), "/embeds is an object, not an array or null");
    post(json!({"embeds": [7]}), "/embeds/0 is `7`, not `RichEmbed`");
}

#[test]
fn limits_are_kept() {
    post(json!({"content": "é".repeat(2000)}), "");
    post(json!({"content": "é".repeat(2001)}), "/content has 2001 characters, and at most 2000 are allowed");
    post(json!({"nonce": "n".repeat(26)}), "/nonce has 26 characters, and at most 25 are allowed");
    let embeds = vec![json!({"title": "a"}); 11];
    post(json!({ "embeds": embeds }), "/embeds has 11 elements, and at most 10 are allowed");
    post(
        json!({"embeds": [{"color": 0x0100_0000}]}),
        "/embeds/0/color is 16777216, which is not from 0 to 16777215",
    );
    check(
        "POST",
        "/api/v10/channels/100/messages/bulk-delete",
        json!({"messages": ["1"]}),
        "in `POST /channels/{channel_id}/messages/bulk-delete`, `/body/messages` has 1 elements, and at least 2 are needed",
    );
    check(
        "POST",
        "/api/v10/channels/100/messages/bulk-delete",
        json!({"messages": ["1", "2", "1"]}),
        "in `POST /channels/{channel_id}/messages/bulk-delete`, `/body/messages/2` is there twice",
    );
}

#[test]
fn formats_are_kept() {
    let stamp = |text: &str, expected: &str| post(json!({"embeds": [{"timestamp": text}]}), expected);
    stamp("2026-01-05T09:30:00.123456+00:00", "");
    stamp("2026-01-05T09:30:00Z", "");
    for wrong in
        ["2026-01-05", "2026-13-05T09:30:00Z", "2026-01-05T09:30:00", "2026-01-05T09:30:00.Z", "today", ""]
    {
        stamp(wrong, "/embeds/0/timestamp is not written as a date and time");
    }
    let link = |text: &str, expected: &str| post(json!({"embeds": [{"url": text}]}), expected);
    link("https://city.example/rules?a=b#c", "");
    link("attachment://map.png", "");
    for wrong in ["city.example", "https://city example", ":", "https:", ""] {
        link(wrong, "/embeds/0/url is not written as a URI");
    }
    let sticker = |text: &str, expected: &str| post(json!({"sticker_ids": [text]}), expected);
    sticker("18446744073709551615", "");
    for wrong in ["18446744073709551616", "007", "-1", "+1", "1.0", ""] {
        sticker(wrong, "/sticker_ids/0 is not written as a snowflake");
    }
}

#[test]
fn values_are_of_their_enumeration() {
    post(
        json!({"allowed_mentions": {"parse": ["everybody"]}}),
        r#"/allowed_mentions/parse/0 is `"everybody"`, not `"users"`, `"roles"`, `"everyone"` or null"#,
    );
    post(
        json!({"message_reference": {"message_id": "1", "type": 2}}),
        "/message_reference/type is `2`, not `0`, `1` or null",
    );
}

#[test]
fn required_fields_are_missed() {
    post(json!({"message_reference": {"channel_id": "1"}}), "/message_reference/message_id is missing");
    post(json!({"embeds": [{"fields": [{"name": "Why"}]}]}), "/embeds/0/fields/0/value is missing");
}

#[test]
fn of_several_shapes_the_one_that_was_meant_is_held_to() {
    // The type says it is a row, so what is wrong is inside the row.
    post(
        json!({"components": [{"type": 1, "components": [{"type": 2, "style": 9, "label": "Go"}]}]}),
        "/components/0/components/0/style is `9`, not `1`, `2`, `3`, `4`, `5` or `6`",
    );
    // No component has this type, so that is what is wrong.
    post(
        json!({"components": [{"type": 99}]}),
        "/components/0/type is `99`, not `1`, `17`, `13`, `12`, `9`, `14` or `10`",
    );
    post(
        json!({"components": ["row"]}),
        "/components/0 is a string, not \
        `ActionRowComponentForMessageRequest`, `ContainerComponentForMessageRequest`, \
        `FileComponentForMessageRequest`, `MediaGalleryComponentForMessageRequest`, \
        `SectionComponentForMessageRequest`, `SeparatorComponentForMessageRequest` or \
        `TextDisplayComponentForMessageRequest`",
    );
    // A channel's edit says nowhere what it is; a thread's fields fit best.
    check(
        "PATCH",
        "/api/v10/channels/100",
        json!({"archived": true, "locked": "no"}),
        "in `PATCH /channels/{channel_id}`, `/body/locked` is a string, not a boolean or null",
    );
}

#[test]
fn what_people_wrote_is_not_repeated() {
    let secret = "123-45-6789";
    let body = json!({
        "content": [secret], "tts": secret, "nonce": secret.repeat(4), "poll": secret,
        "embeds": [{"url": secret, "timestamp": secret, "color": secret}],
        "allowed_mentions": {"users": [secret]},
    });
    let found = check_request("POST", MESSAGES, &[], Some(&body));
    assert_eq!(found.len(), 8);
    assert!(found.iter().all(|deviation| !deviation.to_string().contains(secret)));
}

#[test]
fn no_more_is_told_than_can_be_read() {
    let embeds: Vec<_> = (0..200).map(|_| json!({"titel": "a"})).collect();
    let found = check_request("POST", MESSAGES, &[], Some(&json!({ "embeds": embeds })));
    assert_eq!(found.len(), gavel::sandbox::facts::DEVIATIONS_TOLD);
}

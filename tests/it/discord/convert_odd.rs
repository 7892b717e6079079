//! What a library's model of Discord stumbles over. Every one of these was
//! seen to yield an unknown event, or to lose its text, in a library.

use gavel::domain::event::Sight;
use gavel::domain::message::Part;
use serde_json::{Value, json};

use super::frames::{begun, convert, dispatch, message, ours, posted};

const WORD: &str = "xylophone";

/// The message is understood, and the planted word is found in it.
#[track_caller]
fn understood(over: Value) {
    let message = posted(over);
    assert!(message.parts.iter().any(|part| part.text.contains(WORD)), "{:?}", message.parts);
}

#[test]
fn stumbling_blocks_of_the_models_are_none() {
    let text = json!({"type": 10, "content": WORD});
    let odd_row = json!([{"type": 1, "components": [{"type": 99, "surprise": {"content": WORD}}]}]);
    understood(json!({"components": odd_row}));
    understood(json!({"content": WORD, "referenced_message": {"id": "1", "components": odd_row}}));
    understood(json!({"message_snapshots": [{"message": {"components": odd_row}}]}));
    understood(json!({"content": WORD, "message_snapshots": null}));
    understood(json!({"message_snapshots": [{"message": {"content": WORD}}]}));
    understood(json!({"content": WORD, "type": 4711}));
    understood(json!({"content": WORD, "type": 19, "message_reference": {"type": 0, "message_id": "3"}}));
    understood(
        json!({"attachments": [{"id": "1", "filename": WORD, "size": 1, "url": "https://cdn.test/1"}]}),
    );
    understood(json!({"content": WORD, "author": {
        "id": "701", "username": "rosa", "avatar": "short", "public_flags": 99_999_999_999u64,
        "flags": 99_999_999_999u64, "discriminator": "0"
    }}));
    understood(json!({"content": WORD, "mentions": [{"id": "0", "username": ""}], "mention_roles": ["0"]}));
    understood(json!({"content": WORD, "application": {"id": "0"}, "stickers": null, "sticker_items": null}));
    understood(json!({"content": WORD, "flags": 1u64 << 60, "mentions": {"not": "a list"}, "poll": []}));
    // Components V2 at the top and in a forward.
    understood(json!({"content": "", "flags": 1 << 15, "components": [
        {"type": 17, "components": [{"type": 9, "components": [text], "accessory": {"type": 11}}]}
    ]}));
    understood(json!({"message_snapshots": [{"message": {"flags": 1 << 15, "components": [text]}}]}));
}

#[test]
fn guests_have_not_joined() {
    let d = json!({"guild_id": "100", "roles": [], "nick": WORD, "joined_at": null, "flags": 128,
                   "user": {"id": "701", "username": "rosa", "avatar": "odd"}});
    let Sight::Nickname { member, nickname } = convert("GUILD_MEMBER_UPDATE", d).sight else {
        panic!("named")
    };
    assert_eq!((member.id.get(), nickname.as_str()), (701, WORD));
}

#[test]
fn an_interaction_is_answered_whatever_hangs_on_it() {
    let target = message(json!({"id": "5001", "components": [{"type": 1, "components": [{"type": 99}]}],
                                "message_snapshots": null, "author": 17}));
    let d = json!({
        "id": "6001", "application_id": "901", "type": 2, "token": "secret-token", "version": 1,
        "guild_id": "100", "channel_id": "201", "locale": "es-ES",
        "member": {"user": {"id": "701", "username": "rosa"}, "roles": ["301"], "nick": null,
                   "permissions": "2251799813685248", "joined_at": null},
        "data": {"id": "1", "name": "Report to moderators", "type": 3, "target_id": "5001",
                 "resolved": {"messages": {"5001": target}}}
    });
    let converted = convert("INTERACTION_CREATE", d);
    assert!(!format!("{:?}", converted.sight).contains("secret-token"), "tokens are not printed");
    let Sight::Interaction(interaction) = converted.sight else { panic!("an interaction") };
    assert_eq!(interaction.token.0, "secret-token");
    assert_eq!((interaction.id.get(), interaction.kind), (6001, 2));
    assert_eq!(interaction.name, "Report to moderators");
    assert_eq!(interaction.message.map(|id| id.get()), Some(5001));
    assert_eq!((interaction.venue.map(|id| id.get()), interaction.locale.as_str()), (Some(201), "es-ES"));
    assert_eq!(interaction.by.and_then(|by| by.roles).map(|roles| roles.len()), Some(1));

    let odd = json!({"id": "6002", "token": "t", "type": "five", "data": 4, "member": [], "user": "?",
                     "channel_id": "0", "message": 1, "locale": null});
    let Sight::Interaction(odd) = convert("INTERACTION_CREATE", odd).sight else { panic!("an interaction") };
    assert_eq!((odd.id.get(), odd.token.0.as_str(), odd.by), (6002, "t", None));

    let click = json!({"id": "6003", "token": "t", "type": 3, "data": {"custom_id": "confirm:7", "component_type": 2},
                       "user": {"id": "701", "username": "rosa"}, "message": {"id": "5009"}});
    let Sight::Interaction(click) = convert("INTERACTION_CREATE", click).sight else { panic!("a click") };
    assert_eq!((click.name.as_str(), click.message.map(|id| id.get())), ("confirm:7", Some(5009)));
    assert_eq!(click.by.map(|by| by.username).as_deref(), Some("rosa"));
}

/// The name, the texts and whether a message could be made out.
#[track_caller]
fn unreadable(raw: &str) -> (String, Vec<Part>, bool, u64) {
    let converted = ours(begun().convert(raw));
    let Sight::Unreadable { name, message, parts, error, .. } = converted.sight else {
        panic!("unreadable: {raw}")
    };
    assert!(!error.is_empty());
    let whole = message.is_some();
    (name, message.map_or(parts, |message| message.parts), whole, converted.sequence)
}

#[test]
fn what_does_not_parse_is_still_text_to_be_judged() {
    let good = dispatch("MESSAGE_CREATE", 7, &message(json!({"content": format!("say {WORD} now")})));
    // Cut off anywhere after the word.
    let end = good.find(WORD).unwrap() + WORD.len();
    for at in (end..good.len()).step_by(7) {
        let (name, parts, _, sequence) = unreadable(&good[..at]);
        assert_eq!((name.as_str(), sequence), ("MESSAGE_CREATE", 7));
        assert!(parts.iter().any(|part| part.text.contains(WORD)), "cut at {at}: {parts:?}");
    }
    // No JSON at all.
    let (name, parts, ..) = unreadable(&format!("garbage \"content\" : \"{WORD} \\u00e9\\\"\" \\"));
    assert_eq!((name.as_str(), parts[0].text.as_str()), ("?", format!("{WORD} é\"").as_str()));
    let (.., parts, whole, _) = unreadable("not JSON");
    assert!(parts.is_empty() && !whole);
}

#[test]
fn a_message_with_a_wrong_field_is_made_out_as_far_as_possible() {
    let (_, parts, whole, _) = unreadable(&dispatch(
        "MESSAGE_CREATE",
        7,
        &message(json!({"content": WORD, "member": {"roles": [true], "nick": 4}})),
    ));
    assert!(whole && parts[0].text == WORD);
    // Without an author there is no message, but there are its texts.
    let (_, parts, whole, _) =
        unreadable(&dispatch("MESSAGE_CREATE", 7, &message(json!({"content": WORD, "author": null}))));
    assert!(!whole && parts[0].text == WORD);
    let (_, parts, ..) =
        unreadable(&dispatch("MESSAGE_CREATE", 7, &message(json!({"id": "0", "content": WORD}))));
    assert_eq!(parts[0].text, WORD);
    let (_, parts, ..) = unreadable(&dispatch("THREAD_CREATE", 7, &json!({"guild_id": "100", "name": WORD})));
    assert_eq!(parts[0].text, WORD);
}

#[test]
fn half_a_surrogate_pair_does_not_hide_a_message() {
    let raw = dispatch("MESSAGE_CREATE", 7, &message(json!({"content": "HERE"})));
    let raw = raw.replace("HERE", &format!(r"\ud83d {WORD} \ud83d\ude00 \\ud83d"));
    let (_, parts, whole, _) = unreadable(&raw);
    assert!(whole);
    assert_eq!(parts[0].text, format!("\u{fffd} {WORD} 😀 \\ud83d"));
}

#[test]
fn depth_hides_nothing() {
    let deep = format!("{}{{\"content\":\"{WORD}\"}}{}", r#"{"components":["#.repeat(400), "]}".repeat(400));
    let raw = dispatch("MESSAGE_CREATE", 7, &message(json!({"components": "HERE"})));
    let raw = raw.replace("\"HERE\"", &format!("[{deep}]"));
    let Sight::Posted { message, .. } = ours(begun().convert(&raw)).sight else { panic!("posted") };
    assert!(message.parts.iter().any(|part| part.text == WORD), "{:?}", message.parts);
}

//! Messages and what happens to them, as Discord tells it.

use gavel::discord::convert::{Conversion, message_from_object};
use gavel::discord::gather::merge;
use gavel::domain::event::Sight;
use gavel::domain::id::{MessageId, Moment, RoleId, VenueId};
use gavel::domain::message::{AuthorKind, Message};
use serde_json::{Value, json};

use super::frames::{APP, GUILD, ME, begun, convert, dispatch, message, ours, posted, us};

#[test]
fn an_ordinary_message() {
    let converted = convert("MESSAGE_CREATE", message(json!({})));
    assert_eq!(converted.sequence, 7);
    assert!(converted.also.is_empty() && converted.signal.is_none());
    let Sight::Posted { message, history: false } = converted.sight else { panic!("posted") };
    assert_eq!((message.id, message.venue), (MessageId::new(5001).unwrap(), VenueId::new(201).unwrap()));
    assert_eq!(message.content(), "When does the library open?");
    assert_eq!(message.parts.len(), 1);
    assert_eq!(message.author.kind, AuthorKind::Person);
    assert_eq!((message.author.username.as_str(), message.author.display.as_str()), ("rosa", "Rosa"));
    assert_eq!(message.author.roles, Some(vec![RoleId::new(301).unwrap(), RoleId::new(302).unwrap()]));
    assert_eq!((message.reply_to, message.mentions, message.edited_at), (None, 0, None));
}

#[test]
fn keys_in_another_order_and_line_breaks_change_nothing() {
    let mut d = message(json!({}));
    let plain = posted(json!({}));
    d["op"] = json!(3);
    let raw = format!("{{\n \"d\": {d},\r\n \"op\": 0, \"s\": 7, \"t\": \"MESSAGE_CREATE\"}}");
    let Sight::Posted { message, .. } = ours(begun().convert(&raw)).sight else { panic!("posted") };
    assert_eq!(*message, plain);
}

#[track_caller]
fn kind(over: Value, expected: AuthorKind) -> Message {
    let message = posted(over);
    assert_eq!(message.author.kind, expected, "{:?}", message.author);
    message
}

fn user(id: u64, bot: bool) -> Value {
    json!({"id": id.to_string(), "username": format!("user-{id}"), "bot": bot, "discriminator": "0000"})
}

#[test]
fn who_wrote_it() {
    kind(json!({"author": user(800, true)}), AuthorKind::Bot);
    kind(json!({"author": user(ME, true)}), AuthorKind::Ourselves);
    kind(json!({"type": 7, "content": ""}), AuthorKind::System);
    kind(json!({"type": 19}), AuthorKind::Person);
    kind(json!({"type": 63}), AuthorKind::System);
    let hook = json!({"author": user(810, true), "webhook_id": "810", "member": null});
    kind(hook, AuthorKind::Webhook);
    let crosspost = json!({"author": user(810, true), "webhook_id": "810", "flags": 2,
        "message_reference": {"type": 0, "channel_id": "9", "guild_id": "8", "message_id": "7"}});
    assert_eq!(kind(crosspost, AuthorKind::Webhook).reply_to, None, "a copy is no reply");
}

fn by_app(application: u64, owners: Value) -> Value {
    json!({
        "type": 20, "author": user(820, true), "application_id": application.to_string(),
        "webhook_id": application.to_string(), "content": "said through an app",
        "interaction_metadata": {
            "id": "6001", "type": 2, "name": "say", "user": user(701, false),
            "authorizing_integration_owners": owners
        }
    })
}

#[test]
fn a_persons_own_app_speaks_for_the_person() {
    let message = kind(by_app(820, json!({"1": "701"})), AuthorKind::Person);
    assert_eq!(message.author.id.get(), 701);
    assert_eq!(message.author.roles, None, "the roles were the app's");
    // Installed by the server: the app answers for itself.
    let message = kind(by_app(820, json!({"0": "100"})), AuthorKind::Bot);
    assert_eq!(message.author.id.get(), 820);
    kind(by_app(APP, json!({"0": "100"})), AuthorKind::Ourselves);
}

#[test]
fn replies_mentions_and_edits() {
    let message = posted(json!({
        "type": 19, "mentions": [user(702, false), user(703, false)], "mention_roles": ["301"],
        "mention_everyone": true, "edited_timestamp": "2026-11-21T06:51:00.500000+00:00",
        "message_reference": {"type": 0, "channel_id": "201", "guild_id": "100", "message_id": "4000"},
        "referenced_message": {"id": "4000", "content": "somebody else's words", "author": user(702, false)}
    }));
    assert_eq!(message.reply_to, MessageId::new(4000));
    assert_eq!(message.mentions, 4);
    assert_eq!(message.edited_at, Some(Moment(1_795_243_860_500)));
    assert!(message.parts.iter().all(|part| !part.text.contains("somebody else")));
}

#[test]
fn files_also_of_what_is_forwarded() {
    let file = |id: u64, name: &str| {
        json!({"id": id.to_string(), "filename": name, "size": 12, "content_type": "text/plain",
               "url": format!("https://cdn.discordapp.com/attachments/201/{id}/{name}?ex=1&is=2&hm=3")})
    };
    let message = posted(json!({
        "attachments": [file(1, "a.txt")],
        "message_reference": {"type": 1, "channel_id": "9", "message_id": "7"},
        "message_snapshots": [{"message": {"content": "", "attachments": [file(2, "b.txt")]}}]
    }));
    let names: Vec<&str> = message.attachments.iter().map(|file| file.filename.as_str()).collect();
    assert_eq!(names, ["a.txt", "b.txt"]);
    assert_eq!((message.attachments[0].id, message.attachments[0].size), (1, 12));
    assert_eq!(message.reply_to, None, "a forward is no reply");
}

#[test]
fn a_direct_message() {
    let mut d = message(json!({"channel_id": "990", "content": "I am with the Monroe News"}));
    d.as_object_mut().unwrap().remove("guild_id");
    d.as_object_mut().unwrap().remove("member");
    for name in ["MESSAGE_CREATE", "MESSAGE_UPDATE"] {
        let Sight::Direct { message } = convert(name, d.clone()).sight else { panic!("direct: {name}") };
        assert_eq!(message.content(), "I am with the Monroe News");
        assert_eq!(message.author.roles, None);
    }
}

#[test]
fn a_nickname_is_told_once_until_it_changes() {
    let mut converter = begun();
    let mut told = |nick: Value| {
        let d = message(json!({"member": {"roles": [], "nick": nick}}));
        let converted = ours(converter.convert(&dispatch("MESSAGE_CREATE", 9, &d)));
        match converted.also.as_slice() {
            [] => None,
            [Sight::Nickname { member, nickname }] => {
                assert_eq!(&member.display, nickname);
                Some(nickname.clone())
            }
            other => panic!("at most a nickname, not {other:?}"),
        }
    };
    assert_eq!(told(json!("Rosa R.")).as_deref(), Some("Rosa R."));
    assert_eq!(told(json!("Rosa R.")), None);
    assert_eq!(told(json!("Rosita")).as_deref(), Some("Rosita"));
    assert_eq!(told(json!(null)), None);
}

#[test]
fn a_whole_update_is_an_edit() {
    let d = message(json!({"content": "edited", "edited_timestamp": "2026-11-21T06:51:00.500000+00:00"}));
    let Sight::Edited { message, prior: None } = convert("MESSAGE_UPDATE", d).sight else { panic!("edited") };
    assert_eq!(message.content(), "edited");
    assert!(message.edited_at.is_some());
}

#[test]
fn a_partial_update_is_laid_over_what_was_known() {
    let unfurl = json!({"id": "5001", "channel_id": "201", "guild_id": GUILD.to_string(), "embeds": [
        {"type": "link", "url": "https://news.example/x", "title": "Unfurled title"}
    ]});
    let converted = convert("MESSAGE_UPDATE", unfurl.clone());
    let Sight::Patched { venue, message: id, parts, missing } = converted.sight else { panic!("patched") };
    assert_eq!((venue.get(), id.get()), (201, 5001));
    assert!(parts.iter().any(|part| part.text == "Unfurled title"));
    assert_eq!(missing, ["author", "content", "attachments", "type"]);

    let prior = dispatch(
        "MESSAGE_CREATE",
        5,
        &message(
            json!({"content": "look: https://news.example/x", "member": {"nick": "R.", "roles": ["301"]}}),
        ),
    );
    let merged = merge(&prior, &dispatch("MESSAGE_UPDATE", 6, &unfurl)).unwrap();
    let merged = message_from_object(&merged, us()).unwrap();
    assert_eq!(merged.content(), "look: https://news.example/x");
    assert_eq!(merged.part("unfurled[0].title"), Some("Unfurled title"));
    assert_eq!(merged.author.roles, None, "roles may have changed since");
    assert_eq!(merged.author.display, "R.");
}

#[test]
fn an_unfurl_does_not_set_the_edit_back() {
    let prior = message(json!({"edited_timestamp": "2026-11-21T06:51:00.500999+00:00"}));
    for stamp in
        [json!(null), json!("2026-11-21T06:51:00.500000+00:00"), json!("2026-11-21T06:51:00.500+00:00")]
    {
        let merged = merge(&prior.to_string(), &json!({"edited_timestamp": stamp}).to_string()).unwrap();
        assert!(merged.contains("06:51:00.500999"), "{merged}");
    }
    let later = json!({"edited_timestamp": "2026-11-21T06:52:00.000000+00:00", "content": "again"});
    let merged = merge(&prior.to_string(), &later.to_string()).unwrap();
    let merged = message_from_object(&merged, us()).unwrap();
    assert_eq!((merged.content(), merged.edited_at), ("again", Some(Moment(1_795_243_920_000))));
}

#[test]
fn a_merge_keeps_values_byte_for_byte() {
    let prior = r#"{"id":"1","weight":1.50000000000000000001,"content":"\u0041","flags":9007199254740993}"#;
    let merged = merge(prior, r#"{"pinned":true}"#).unwrap();
    for value in ["1.50000000000000000001", r#""\u0041""#, "9007199254740993", r#""pinned":true"#] {
        assert!(merged.contains(value), "{value} in {merged}");
    }
}

#[test]
fn history_has_no_roles() {
    let mut object = message(json!({}));
    object.as_object_mut().unwrap().remove("member");
    object.as_object_mut().unwrap().remove("guild_id");
    let message = message_from_object(&object.to_string(), us()).unwrap();
    assert_eq!(message.author.roles, None);
    let ours = json!({"author": user(ME, true)});
    let ours = super::frames::with(object, ours);
    assert_eq!(message_from_object(&ours.to_string(), us()).unwrap().author.kind, AuthorKind::Ourselves);
}

#[test]
fn deletions() {
    let one = json!({"id": "5001", "channel_id": "201", "guild_id": GUILD.to_string()});
    let many = json!({"ids": ["5001", "5002"], "channel_id": "201", "guild_id": GUILD.to_string()});
    for (name, d, count) in [("MESSAGE_DELETE", one, 1), ("MESSAGE_DELETE_BULK", many, 2)] {
        let Sight::Deleted { venue, messages, bulk } = convert(name, d).sight else { panic!("{name}") };
        assert_eq!((venue.get(), messages.len(), bulk), (201, count, count > 1));
    }
}

#[test]
fn another_servers_frames_are_dropped_and_the_server_is_named() {
    let mut converter = begun();
    let other = json!({"id": "555", "name": "Gaming", "owner_id": "1", "roles": [], "channels": []});
    assert!(matches!(converter.convert(&dispatch("GUILD_CREATE", 3, &other)), Conversion::Elsewhere));
    let foreign = message(json!({"guild_id": "555"}));
    for name in ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "WHATEVER_NEXT"] {
        assert!(matches!(converter.convert(&dispatch(name, 4, &foreign)), Conversion::Elsewhere), "{name}");
    }
    let broken = dispatch("MESSAGE_CREATE", 4, &foreign);
    assert!(matches!(converter.convert(&broken[..broken.len() - 200]), Conversion::Elsewhere));
    let names: Vec<&str> = converter.others().values().map(String::as_str).collect();
    assert_eq!(names, ["Gaming"]);
}

#[test]
fn what_is_no_dispatch_is_no_sight() {
    for raw in [r#"{"t":null,"s":null,"op":11,"d":null}"#, r#"{"op":10,"d":{"heartbeat_interval":41250}}"#] {
        assert!(matches!(begun().convert(raw), Conversion::Control(10 | 11)), "{raw}");
    }
    assert!(matches!(convert("TYPING_START", json!({"guild_id": "100"})).sight, Sight::Other));
}

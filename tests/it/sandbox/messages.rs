//! Messages over REST: posting, reading back, editing, deleting, limits.

use gavel::sandbox::rest::{Fault, How};
use gavel::sandbox::world::Draft;
use serde_json::json;
use serenity::builder::CreateMessage;
use serenity::http::HttpBuilder;

use super::*;

#[tokio::test]
async fn serenitys_own_http_posts_and_reads_back() {
    let city = City::new().await;
    let http = HttpBuilder::new(TOKEN).proxy(city.server.rest_url()).ratelimiter_disabled(true).build();
    let channel = ChannelId::new(city.general);
    let posted =
        channel.send_message(&http, CreateMessage::new().content("good morning")).await.expect("posted");
    assert_eq!(posted.author.id.get(), city.bot);
    let read = channel.message(&http, posted.id).await.expect("read");
    assert_eq!(read.content, "good morning");
    assert!(read.member.is_none(), "REST carries no member");
    channel.delete_message(&http, posted.id).await.expect("deleted");
    city.delete(city.general, posted.id.get()).await.refused(404, 10008);
}

#[tokio::test]
async fn one_nonce_makes_one_message() {
    let city = City::new().await;
    let body = json!({ "content": "notice", "nonce": "case-7", "enforce_nonce": true });
    let first = city.post(city.general, body.clone()).await.ok();
    let again = city.post(city.general, body.clone()).await.ok();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(first["nonce"], "case-7");
    city.server.clock().advance(6 * 60_000);
    let later = city.post(city.general, body).await.ok();
    assert_ne!(first["id"], later["id"]);
}

#[tokio::test]
async fn a_nonce_holds_when_the_first_post_seemed_to_fail() {
    let city = City::new().await;
    city.server.order_fault(Fault::new("POST", "/messages", 1, How::HappensThen(500)));
    let body = json!({ "content": "notice", "nonce": "case-8", "enforce_nonce": true });
    assert_eq!(city.post(city.general, body.clone()).await.status, 500);
    city.post(city.general, body).await.ok();
    let standing = city.server.read_as(city.rosa, city.general).unwrap();
    assert_eq!(standing.len(), 1);
}

#[tokio::test]
async fn pages_of_history_are_those_discord_gives() {
    let city = City::new().await;
    let ids: Vec<Id> =
        (0..7).map(|n| city.server.post_as(city.rosa, city.general, format!("{n}")).unwrap()).collect();
    let page = async |query: String| -> Vec<Id> {
        let path = format!("/channels/{}/messages?{query}", city.general);
        let body = city.get(&path).await.ok();
        body.as_array().expect("a list").iter().map(|m| id(&m["id"])).collect()
    };
    assert_eq!(page("limit=2".into()).await, [ids[6], ids[5]]);
    assert_eq!(page(format!("limit=2&after={}", ids[0])).await, [ids[2], ids[1]]);
    assert_eq!(page(format!("limit=2&before={}", ids[2])).await, [ids[1], ids[0]]);
    assert_eq!(page(format!("limit=3&around={}", ids[3])).await, [ids[4], ids[3], ids[2]]);
    let path = format!("/channels/{}/messages?limit=101", city.general);
    city.get(&path).await.refused(400, 50035);
}

#[tokio::test]
async fn limits_are_discords() {
    let city = City::new().await;
    let post = async |body: Value| city.post(city.general, body).await;
    post(json!({ "content": "" })).await.refused(400, 50006);
    let long = post(json!({ "content": "a".repeat(2001) })).await;
    long.refused(400, 50035);
    assert_eq!(long.body["errors"]["content"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
    post(json!({ "content": "ä".repeat(2000) })).await.ok();
    let title = json!({ "embeds": [{ "title": "a".repeat(257) }] });
    post(title).await.refused(400, 50035);
    let heavy =
        json!({ "embeds": [{ "description": "a".repeat(4000) }, { "description": "a".repeat(2001) }] });
    post(heavy).await.refused(400, 50035);
    let field = json!({ "embeds": [{ "fields": [{ "name": "n" }] }] });
    post(field).await.refused(400, 50035);
    city.server.post_as(city.rosa, city.general, "a".repeat(4000)).unwrap();
    city.server.post_as(city.rosa, city.general, "a".repeat(4001)).unwrap_err();
}

#[tokio::test]
async fn nothing_rings_unless_it_is_let() {
    let city = City::new().await;
    let content = format!("<@{}> @everyone", city.rosa);
    let silent = json!({ "content": content, "allowed_mentions": { "parse": [] } });
    let posted = city.post(city.general, silent).await.ok();
    assert_eq!(posted["mentions"], json!([]));
    let one = json!({ "content": content, "allowed_mentions": { "users": [city.rosa.to_string()] } });
    let ringing = city.post(city.general, one).await.ok();
    city.server.look(|w| {
        assert!(w.message(city.general, id(&posted["id"])).unwrap().pings.is_empty());
        let pings = &w.message(city.general, id(&ringing["id"])).unwrap().pings;
        assert!(pings.users.contains(&city.rosa) && !pings.everyone);
    });
}

#[tokio::test]
async fn a_role_rings_only_where_it_may() {
    let city = City::new().await;
    let quiet = city.server.make_role(city.guild, "Quiet", 0, false);
    let loud = city.server.make_role(city.guild, "Loud", 0, true);
    let content = format!("<@&{quiet}> <@&{loud}>");
    let body =
        json!({ "content": content, "allowed_mentions": { "roles": [quiet.to_string(), loud.to_string()] } });
    let posted = city.post(city.general, body).await.ok();
    city.server.look(|w| {
        let pings = &w.message(city.general, id(&posted["id"])).unwrap().pings;
        assert_eq!(pings.roles.iter().copied().collect::<Vec<_>>(), [loud]);
    });
}

#[tokio::test]
async fn a_forward_shows_what_was_there_and_stays() {
    let city = City::new().await;
    let other = city.server.make_channel(city.guild, Kind::Text, "general-2");
    let source = city.server.post_as(city.rosa, city.general, "original words").unwrap();
    let mut ear = city.connect().await;
    city.server.forward_as(city.rosa, city.general, source, other).unwrap();
    let heard = ear.hear("MESSAGE_CREATE").await;
    assert_eq!(heard["content"], "");
    assert_eq!(heard["message_reference"]["type"], 1);
    assert_eq!(heard["message_snapshots"][0]["message"]["content"], "original words");
    assert_eq!(heard["flags"].as_u64().unwrap() & (1 << 14), 1 << 14);
    city.server.delete_as(city.rosa, city.general, source).unwrap();
    let read = city.get(&format!("/channels/{other}/messages/{}", id(&heard["id"]))).await.ok();
    assert_eq!(read["message_snapshots"][0]["message"]["content"], "original words");
}

#[tokio::test]
async fn a_reply_brings_what_it_answers_and_null_when_that_is_gone() {
    let city = City::new().await;
    let first = city.server.post_as(city.rosa, city.general, "question").unwrap();
    let body = json!({ "content": "answer", "message_reference": { "message_id": first.to_string() } });
    let reply = city.post(city.general, body.clone()).await.ok();
    assert_eq!(reply["type"], 19);
    assert_eq!(reply["referenced_message"]["content"], "question");
    city.server.delete_as(city.rosa, city.general, first).unwrap();
    let read = city.get(&format!("/channels/{}/messages/{}", city.general, id(&reply["id"]))).await.ok();
    assert!(read["referenced_message"].is_null() && read.get("referenced_message").is_some());
    city.post(city.general, body).await.refused(400, 50035);
}

#[tokio::test]
async fn an_unfurl_brings_embeds_without_an_edit() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "https://city.example").unwrap();
    let mut ear = city.connect().await;
    city.server.unfurl(city.general, message, vec![json!({ "type": "link", "title": "City" })]);
    let heard = ear.hear("MESSAGE_UPDATE").await;
    assert!(heard["edited_timestamp"].is_null());
    assert_eq!(heard["embeds"][0]["title"], "City");
    city.server.edit_as(city.rosa, city.general, message, "https://city.example/bins").unwrap();
    let edited = ear.hear("MESSAGE_UPDATE").await["edited_timestamp"].clone();
    city.server.unfurl(city.general, message, Vec::new());
    let cut = ear.hear("MESSAGE_UPDATE").await["edited_timestamp"].clone();
    let (edited, cut) = (edited.as_str().unwrap(), cut.as_str().unwrap());
    assert!(cut < edited && cut[..23] == edited[..23], "{cut} {edited}");
}

#[tokio::test]
async fn a_partial_update_has_only_its_fields() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "text").unwrap();
    let mut ear = city.connect().await;
    city.server.partial_update(city.general, message, &["flags"]);
    let heard = ear.hear("MESSAGE_UPDATE").await;
    let keys: Vec<&String> = heard.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 4, "{keys:?}");
    assert!(heard.get("content").is_none());
}

#[tokio::test]
async fn polls_and_webhooks_and_user_apps_look_as_they_do_on_discord() {
    let city = City::new().await;
    let mut ear = city.connect().await;
    city.server.poll_as(city.rosa, city.general, "Which park?", &["North", "South"]).unwrap();
    let poll = ear.hear("MESSAGE_CREATE").await;
    assert_eq!(poll["poll"]["answers"][1]["poll_media"]["text"], "South");
    let mayor = city.server.look(|w| w.guild(city.guild).unwrap().owner);
    let hook = city.server.make_webhook(mayor, city.general, "City news").unwrap();
    city.server.webhook_post(hook, "road closed").unwrap();
    let heard = ear.hear("MESSAGE_CREATE").await;
    assert_eq!(id(&heard["webhook_id"]), hook);
    assert!(heard.get("member").is_none());
    let app = city.server.with(|w| w.make_bot("Translator", "other", 0));
    city.server.user_app_post(city.rosa, app, city.general, "translated").unwrap();
    let heard = ear.hear("MESSAGE_CREATE").await;
    assert_eq!(id(&heard["author"]["id"]), app);
    assert_eq!(id(&heard["interaction_metadata"]["user"]["id"]), city.rosa);
}

#[tokio::test]
async fn bulk_deletion_has_its_rules() {
    let city = City::new().await;
    let ids: Vec<Id> =
        (0..3).map(|n| city.server.post_as(city.rosa, city.general, format!("{n}")).unwrap()).collect();
    let mut ear = city.connect().await;
    let bulk = async |ids: &[Id]| {
        let ids: Vec<String> = ids.iter().map(Id::to_string).collect();
        let route = Route::ChannelMessagesBulkDelete { channel_id: ChannelId::new(city.general) };
        city.ask(route, LightMethod::Post, json!({ "messages": ids })).await
    };
    bulk(&ids[..1]).await.refused(400, 50016);
    assert_eq!(bulk(&ids[..2]).await.status, 204);
    assert_eq!(ear.hear("MESSAGE_DELETE_BULK").await["ids"].as_array().unwrap().len(), 2);
    city.server.clock().advance(15 * 24 * 3_600_000);
    let fresh = city.server.post_as(city.rosa, city.general, "fresh").unwrap();
    bulk(&[ids[2], fresh]).await.refused(400, 50034);
}

#[tokio::test]
async fn pins_have_both_forms_and_say_so() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "rules").unwrap();
    let mut ear = city.connect().await;
    let route =
        Route::ChannelPin { channel_id: ChannelId::new(city.general), message_id: MessageId::new(message) };
    assert_eq!(city.ask(route, LightMethod::Put, Value::Null).await.status, 204);
    assert_eq!(ear.hear("MESSAGE_UPDATE").await["pinned"], true);
    ear.hear("CHANNEL_PINS_UPDATE").await;
    assert_eq!(ear.hear("MESSAGE_CREATE").await["type"], 6);
    let old = city.get(&format!("/channels/{}/pins", city.general)).await.ok();
    assert_eq!(id(&old[0]["id"]), message);
    let new = city.get(&format!("/channels/{}/messages/pins", city.general)).await.ok();
    assert_eq!(id(&new["items"][0]["message"]["id"]), message);
}

#[tokio::test]
async fn automod_leaves_an_execution_and_no_message() {
    let city = City::new().await;
    let mayor = city.server.look(|w| w.guild(city.guild).unwrap().owner);
    city.server.with(|w| {
        let rule = gavel::sandbox::world::Rule::blocking("words", &["frobnicate*"]);
        w.make_rule(city.guild, mayor, rule)
    });
    let mut ear = city.connect().await;
    let said = Draft::from("please Frobnicates now");
    let refusal = city.server.post_as(city.rosa, city.general, said).unwrap_err();
    assert_eq!(refusal.code, 200_000);
    let heard = ear.hear("AUTO_MODERATION_ACTION_EXECUTION").await;
    assert_eq!(heard["matched_content"], "Frobnicates");
    assert!(heard.get("message_id").is_none());
    assert!(city.server.read_as(city.rosa, city.general).unwrap().is_empty());
}

#[tokio::test]
async fn components_v2_are_numbered_and_completed() {
    let city = City::new().await;
    let mut ear = city.connect().await;
    let parts = json!([{ "type": 17, "components": [
        { "type": 10, "content": "a notice" },
        { "type": 14 },
        { "type": 12, "items": [{ "media": { "url": "https://city.example/a.png" } }] },
        { "type": 9, "components": [{ "type": 10, "content": "left" }],
          "accessory": { "type": 2, "style": 1, "custom_id": "b", "label": "right" } },
    ] }]);
    let posted = city.post(city.general, json!({ "flags": 1 << 15, "components": parts.clone() })).await.ok();
    assert_eq!(posted["components"][0]["id"], 1);
    assert_eq!(posted["components"][0]["components"][3]["accessory"]["id"], 7);
    let heard = ear.hear("MESSAGE_CREATE").await;
    assert_eq!(heard["components"], posted["components"]);
    let both = json!({ "content": "x", "flags": 1 << 15, "components": parts });
    city.post(city.general, both).await.refused(400, 50035);
}

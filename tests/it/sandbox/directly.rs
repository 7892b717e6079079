//! Direct messages: open, closed, too fast.

use gavel::sandbox::Config;
use gavel::sandbox::world::Settings;
use serde_json::json;

use super::*;

async fn open(city: &City, user: Id) -> Reply {
    let body = json!({ "recipient_id": user.to_string() });
    city.ask(Route::UserMeDmChannels, LightMethod::Post, body).await
}

#[tokio::test]
async fn a_notice_reaches_the_inbox_of_its_addressee_only() {
    let city = City::new().await;
    let channel = open(&city, city.rosa).await.ok();
    assert_eq!(channel["type"], 1);
    assert_eq!(id(&channel["recipients"][0]["id"]), city.rosa);
    assert_eq!(open(&city, city.rosa).await.ok()["id"], channel["id"]);
    city.post(id(&channel["id"]), json!({ "content": "a notice" })).await.ok();
    assert_eq!(city.server.inbox(city.rosa)[0]["content"], "a notice");
    assert!(city.server.inbox(city.moderator).is_empty());
}

#[tokio::test]
async fn closed_is_50007_and_only_when_writing() {
    let city = City::new().await;
    city.server.set_dms_open(city.rosa, false);
    let channel = open(&city, city.rosa).await.ok();
    let wish = json!({ "content": "a notice" });
    city.post(id(&channel["id"]), wish.clone()).await.refused(403, 50007);
    city.server.set_dms_open(city.rosa, true);
    city.post(id(&channel["id"]), wish.clone()).await.ok();
    city.server.with(|w| w.leave(city.guild, city.rosa));
    city.post(id(&channel["id"]), wish).await.refused(403, 50007);
}

#[tokio::test]
async fn opening_too_fast_is_40003_and_passes() {
    let world = Settings { new_dms: Some((1, 6_000)), ..Settings::default() };
    let city = City::with(Config { world, ..Config::default() }).await;
    open(&city, city.rosa).await.ok();
    open(&city, city.moderator).await.refused(400, 40003);
    open(&city, city.rosa).await.ok();
    city.server.clock().advance(6_001);
    open(&city, city.moderator).await.ok();
}

#[tokio::test]
async fn a_persons_direct_message_is_heard_with_its_intent_only() {
    let city = City::new().await;
    let mut with = city.connect().await;
    let mut without = city.connect_with(INTENTS & !(1 << 12)).await;
    city.server.dm_as(city.rosa, city.bot, "I appeal").unwrap();
    city.server.post_as(city.rosa, city.general, "in public").unwrap();
    let heard = with.hear("MESSAGE_CREATE").await;
    assert_eq!(heard["content"], "I appeal");
    assert!(heard.get("guild_id").is_none());
    assert_eq!(without.hear("MESSAGE_CREATE").await["content"], "in public");
}

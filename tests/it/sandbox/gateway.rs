//! Sessions: identify, ready, what intents and permissions let through,
//! resuming, refusals.

use gavel::sandbox::Config;
use gavel::sandbox::world::{Kind, Settings, intent};
use serde_json::json;
use twilight_gateway::ShardState;

use super::*;

#[tokio::test]
async fn ready_carries_the_servers_own_address_and_then_the_guild() {
    let city = City::new().await;
    let mut ear = Ear::new(&city.server, INTENTS, None);
    let ready = ear.hear("READY").await;
    assert_eq!(ready["resume_gateway_url"], city.server.gateway_url());
    assert_eq!(id(&ready["user"]["id"]), city.bot);
    let guild = ear.hear("GUILD_CREATE").await;
    assert_eq!(id(&guild["id"]), city.guild);
    assert_eq!(guild["channels"][0]["name"], "general-1");
    assert_eq!(guild["roles"].as_array().map(Vec::len), Some(3));
    serde_json::from_value::<serenity::model::event::GuildCreateEvent>(guild)
        .expect("serenity reads the server");
}

#[tokio::test]
async fn both_gateway_routes_give_the_servers_own_address() {
    let city = City::new().await;
    for path in ["/gateway", "/gateway/bot"] {
        assert_eq!(city.get(path).await.ok()["url"], city.server.gateway_url());
    }
}

#[tokio::test]
async fn a_message_is_heard_when_posted_edited_and_deleted() {
    let city = City::new().await;
    let mut ear = city.connect().await;
    let message = city.server.post_as(city.rosa, city.general, "the bins were late").unwrap();
    let heard = ear.hear("MESSAGE_CREATE").await;
    assert_eq!(id(&heard["id"]), message);
    assert_eq!(heard["content"], "the bins were late");
    assert_eq!(id(&heard["guild_id"]), city.guild);
    assert!(heard["member"]["roles"].is_array());
    serde_json::from_value::<serenity::model::channel::Message>(heard).expect("serenity reads it");
    city.server.edit_as(city.rosa, city.general, message, "the bins were early").unwrap();
    let heard = ear.hear("MESSAGE_UPDATE").await;
    assert_eq!(heard["content"], "the bins were early");
    assert!(heard["edited_timestamp"].is_string());
    city.server.delete_as(city.rosa, city.general, message).unwrap();
    let heard = ear.hear("MESSAGE_DELETE").await;
    assert_eq!(id(&heard["id"]), message);
    assert!(heard.get("content").is_none());
}

#[tokio::test]
async fn without_the_content_intent_others_messages_are_bare() {
    let city = City::new().await;
    let mut ear = city.connect_with(INTENTS & !intent::MESSAGE_CONTENT).await;
    city.server.post_as(city.rosa, city.general, "hello").unwrap();
    assert_eq!(ear.hear("MESSAGE_CREATE").await["content"], "");
    let naming_it = format!("hello <@{}>", city.bot);
    city.server.post_as(city.rosa, city.general, naming_it.clone()).unwrap();
    assert_eq!(ear.hear("MESSAGE_CREATE").await["content"], naming_it);
    city.post(city.general, json!({ "content": "my own" })).await.ok();
    assert_eq!(ear.hear("MESSAGE_CREATE").await["content"], "my own");
}

#[tokio::test]
async fn what_a_bot_cannot_see_it_does_not_hear() {
    let city = City::new().await;
    let secret = city.server.make_channel(city.guild, Kind::Text, "council");
    city.server.make_private(secret, &[]);
    city.server.set_member_overwrite(secret, city.moderator, 1 << 10, 0);
    let mut ear = city.connect().await;
    city.server.post_as(city.moderator, secret, "in camera").unwrap();
    city.server.post_as(city.rosa, city.general, "in public").unwrap();
    assert_eq!(ear.hear("MESSAGE_CREATE").await["content"], "in public");
}

#[tokio::test]
async fn a_cut_connection_resumes_and_nothing_is_missing() {
    let city = City::new().await;
    let mut ear = city.connect().await;
    city.server.post_as(city.rosa, city.general, "one").unwrap();
    ear.hear("MESSAGE_CREATE").await;
    city.server.hold_gateway(true);
    city.server.post_as(city.rosa, city.general, "two").unwrap();
    city.server.cut_gateway();
    city.server.post_as(city.rosa, city.general, "three").unwrap();
    city.server.hold_gateway(false);
    assert_eq!(ear.hear("MESSAGE_CREATE").await["content"], "two");
    assert_eq!(ear.hear("MESSAGE_CREATE").await["content"], "three");
    assert_eq!(ear.next().await.0, "RESUMED");
}

#[tokio::test]
async fn another_process_resumes_with_the_stored_session() {
    let city = City::new().await;
    let mut ear = city.connect().await;
    city.server.post_as(city.rosa, city.general, "one").unwrap();
    ear.hear("MESSAGE_CREATE").await;
    let session = ear.shard.session().cloned().expect("a session");
    let url = ear.shard.resume_url().expect("an address").to_owned();
    drop(ear);
    city.server.post_as(city.rosa, city.general, "two").unwrap();
    let mut ear = Ear::new(&city.server, INTENTS, Some((session, url)));
    assert_eq!(ear.next().await.1["content"], "two");
    assert_eq!(ear.next().await.0, "RESUMED");
}

#[tokio::test]
async fn a_session_whose_frames_are_gone_starts_anew() {
    let world = Settings { replay_frames: 4, ..Settings::default() };
    let city = City::with(Config { world, ..Config::default() }).await;
    let mut ear = city.connect().await;
    let session = ear.shard.session().cloned().expect("a session");
    let url = ear.shard.resume_url().expect("an address").to_owned();
    drop(ear);
    for n in 0..10 {
        city.server.post_as(city.rosa, city.general, format!("line {n}")).unwrap();
    }
    ear = Ear::new(&city.server, INTENTS, Some((session, url)));
    assert_eq!(ear.next().await.0, "READY");
}

#[tokio::test]
async fn a_wrong_token_and_a_closed_intent_are_refused_for_good() {
    let city = City::new().await;
    let intents = Intents::from_bits_retain(INTENTS | intent::GUILD_MEMBERS);
    for (token, intents) in [("wrong", Intents::GUILDS), (TOKEN, intents)] {
        let config = ConfigBuilder::new(token.to_owned(), intents).proxy_url(city.server.gateway_url());
        let mut shard = Shard::with_config(ShardId::ONE, config.build());
        let ended = async { while shard.next().await.is_some() {} };
        tokio::time::timeout(SOON, ended).await.expect("the shard ends");
        assert!(matches!(shard.state(), ShardState::FatallyClosed));
    }
}

#[tokio::test]
async fn a_burst_arrives_whole_and_in_order() {
    let city = City::new().await;
    let mut ear = city.connect().await;
    city.server.hold_gateway(true);
    for n in 0..5_000 {
        city.server.place_as(city.rosa, city.general, format!("line {n}"));
    }
    city.server.hold_gateway(false);
    for n in 0..5_000 {
        assert_eq!(ear.hear("MESSAGE_CREATE").await["content"], format!("line {n}"));
    }
}

#[tokio::test]
async fn shutting_down_ends_the_connections() {
    let city = City::new().await;
    let _ear = city.connect().await;
    city.server.shutdown().await;
    let again = tokio::net::TcpListener::bind(city.server.gateway_addr).await;
    again.expect("the port is free again");
}

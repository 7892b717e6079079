//! Clicks, commands and forms, and the answers people see.

use serde_json::json;

use super::*;

const EPHEMERAL: u64 = 64;

async fn card(city: &City) -> Id {
    let buttons = json!([{ "type": 1, "components": [
        { "type": 2, "style": 4, "label": "Remove", "custom_id": "remove:1" },
        { "type": 2, "style": 2, "label": "Later", "custom_id": "later:1", "disabled": true },
    ] }]);
    let posted = city.post(city.general, json!({ "content": "card", "components": buttons })).await.ok();
    assert_eq!(posted["components"][0]["components"][1]["id"], 3);
    id(&posted["id"])
}

async fn answer(city: &City, heard: &Value, body: Value) -> Reply {
    let (of, token) = (id(&heard["id"]), heard["token"].as_str().unwrap());
    let path = format!("/interactions/{of}/{token}/callback");
    city.plain(Method::POST, &path, body).await
}

fn hook(city: &City, heard: &Value, rest: &str) -> String {
    format!("/webhooks/{}/{}{rest}", city.bot, heard["token"].as_str().unwrap())
}

#[tokio::test]
async fn a_click_is_deferred_then_answered_for_one_person() {
    let city = City::new().await;
    let card = card(&city).await;
    let mut ear = city.connect().await;
    let click = city.server.click_as(city.moderator, city.general, card, "remove:1").unwrap();
    let heard = ear.hear("INTERACTION_CREATE").await;
    assert_eq!(heard["data"]["custom_id"], "remove:1");
    serde_json::from_value::<serenity::model::application::ComponentInteraction>(heard.clone())
        .expect("serenity reads the click");
    let deferred = json!({ "type": 5, "data": { "flags": EPHEMERAL } });
    assert_eq!(answer(&city, &heard, deferred.clone()).await.status, 204);
    answer(&city, &heard, deferred).await.refused(400, 40060);
    let path = hook(&city, &heard, "/messages/@original");
    city.plain(Method::PATCH, &path, json!({ "content": "removed" })).await.ok();
    let more = json!({ "content": "and noted", "flags": EPHEMERAL });
    city.plain(Method::POST, &hook(&city, &heard, ""), more).await.ok();
    let seen = city.server.answers(click);
    let said: Vec<&Value> = seen.iter().map(|m| &m["content"]).collect();
    assert_eq!(said, ["removed", "and noted"]);
    assert_eq!(city.server.read_as(city.rosa, city.general).unwrap().len(), 1);
    let listed = city.get(&format!("/channels/{}/messages", city.general)).await.ok();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_card_is_changed_in_answer_to_a_click() {
    let city = City::new().await;
    let card = card(&city).await;
    let mut ear = city.connect().await;
    city.server.click_as(city.moderator, city.general, card, "remove:1").unwrap();
    let heard = ear.hear("INTERACTION_CREATE").await;
    let done = json!({ "type": 7, "data": { "content": "closed", "components": [] } });
    answer(&city, &heard, done).await.ok();
    assert_eq!(ear.hear("MESSAGE_UPDATE").await["content"], "closed");
}

#[tokio::test]
async fn three_seconds_and_a_quarter_of_an_hour() {
    let city = City::new().await;
    let card = card(&city).await;
    let mut ear = city.connect().await;
    city.server.click_as(city.moderator, city.general, card, "remove:1").unwrap();
    let late = ear.hear("INTERACTION_CREATE").await;
    city.server.clock().advance(3_001);
    answer(&city, &late, json!({ "type": 6 })).await.refused(404, 10062);
    city.server.click_as(city.moderator, city.general, card, "remove:1").unwrap();
    let heard = ear.hear("INTERACTION_CREATE").await;
    let path = hook(&city, &heard, "");
    let more = json!({ "content": "more" });
    city.plain(Method::POST, &path, more.clone()).await.refused(404, 10015);
    answer(&city, &heard, json!({ "type": 6 })).await.ok();
    city.plain(Method::POST, &path, more.clone()).await.ok();
    city.server.clock().advance(15 * 60_000 + 1);
    city.plain(Method::POST, &path, more).await.refused(401, 50027);
}

#[tokio::test]
async fn a_disabled_or_unknown_button_does_nothing() {
    let city = City::new().await;
    let card = card(&city).await;
    for custom_id in ["later:1", "nothing"] {
        city.server.click_as(city.moderator, city.general, card, custom_id).unwrap_err();
    }
}

#[tokio::test]
async fn a_command_opens_a_form_and_the_form_comes_back() {
    let city = City::new().await;
    let path = format!("/applications/{}/guilds/{}/commands", city.bot, city.guild);
    let commands = json!([
        { "name": "report", "description": "Report something", "type": 1 },
        { "name": "Report this message", "type": 3, "default_member_permissions": "8192" },
    ]);
    let made = city.plain(Method::PUT, &path, commands.clone()).await.ok();
    let again = city.plain(Method::PUT, &path, commands).await.ok();
    assert_eq!(made[0]["id"], again[0]["id"]);
    let mut ear = city.connect().await;
    let run = city.server.command_as(city.rosa, city.general, city.bot, "report", json!([]), None).unwrap();
    let heard = ear.hear("INTERACTION_CREATE").await;
    let form = json!({ "type": 9, "data": { "custom_id": "form", "title": "Report", "components": [
        { "type": 18, "label": "What?", "component": { "type": 4, "custom_id": "what", "style": 2 } },
    ] } });
    answer(&city, &heard, form).await.ok();
    city.server.submit_as(city.rosa, run, &[("what", "a broken swing")]).unwrap();
    let heard = ear.hear("INTERACTION_CREATE").await;
    assert_eq!(heard["type"], 5);
    assert_eq!(heard["data"]["components"][0]["component"]["value"], "a broken swing");
}

#[tokio::test]
async fn a_command_for_moderators_is_closed_to_residents() {
    let city = City::new().await;
    let path = format!("/applications/{}/guilds/{}/commands", city.bot, city.guild);
    let commands = json!([{ "name": "Look", "type": 3, "default_member_permissions": "8192" }]);
    city.plain(Method::PUT, &path, commands).await.ok();
    let message = city.server.post_as(city.rosa, city.general, "hello").unwrap();
    let run = |who| city.server.command_as(who, city.general, city.bot, "Look", json!([]), Some(message));
    assert_eq!(run(city.rosa).unwrap_err().code, 50013);
    let mut ear = city.connect().await;
    run(city.moderator).unwrap();
    let heard = ear.hear("INTERACTION_CREATE").await;
    let key = message.to_string();
    assert_eq!(heard["data"]["resolved"]["messages"][&key]["content"], "hello");
}

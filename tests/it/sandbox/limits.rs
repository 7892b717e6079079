//! Rate limits, ordered faults, and requests that go nowhere.

use gavel::sandbox::rest::{Fault, How, Limit};
use serde_json::json;

use super::*;

#[tokio::test]
async fn headers_count_down_and_then_429_says_how_long() {
    let city = City::with(rated(RateLimits::Discord)).await;
    for left in ["4", "3", "2", "1", "0"] {
        let reply = city.post(city.general, json!({ "content": "x" })).await;
        assert_eq!(reply.header("x-ratelimit-limit"), "5");
        assert_eq!(reply.header("x-ratelimit-remaining"), left);
        assert!(reply.header("x-ratelimit-reset").parse::<f64>().unwrap() > 1.7e9);
        assert_eq!(reply.header("x-ratelimit-bucket").len(), 32);
    }
    let reply = city.post(city.general, json!({ "content": "x" })).await;
    assert_eq!(reply.status, 429);
    assert_eq!(reply.header("x-ratelimit-scope"), "user");
    let wait = reply.body["retry_after"].as_f64().unwrap();
    assert!(wait > 0.0 && wait <= 5.0, "{wait}");
    assert_eq!(reply.header("retry-after"), format!("{}", wait.ceil()));
    // Another channel is another bucket.
    let other = city.server.make_channel(city.guild, Kind::Text, "general-2");
    city.post(other, json!({ "content": "x" })).await.ok();
}

#[tokio::test]
async fn the_limit_over_everything_is_global() {
    let custom = RateLimits::Custom {
        bucket: Limit { most: 100, within_ms: 1_000 },
        global: Limit { most: 3, within_ms: 60_000 },
    };
    let city = City::with(rated(custom)).await;
    for _ in 0..3 {
        city.get("/users/@me").await.ok();
    }
    let reply = city.get("/users/@me").await;
    assert_eq!((reply.status, &reply.body["global"]), (429, &json!(true)));
    assert_eq!(reply.header("x-ratelimit-global"), "true");
}

#[tokio::test]
async fn ordered_faults_hit_what_they_name_and_then_stop() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "x").unwrap();
    city.server.order_fault(Fault::status("DELETE", "/messages/{message_id}", 1, 502));
    let shared = How::TooFast { retry_after_s: 1.5, scope: "shared" };
    city.server.order_fault(Fault::new("DELETE", "/messages/{message_id}", 1, shared));
    city.server.order_fault(Fault::new("DELETE", "/messages/", 1, How::HappensThen(500)));
    assert_eq!(city.delete(city.general, message).await.status, 502);
    let limited = city.delete(city.general, message).await;
    assert_eq!((limited.status, &limited.body["retry_after"]), (429, &json!(1.5)));
    assert!(city.server.look(|w| w.message(city.general, message).is_some()));
    assert_eq!(city.delete(city.general, message).await.status, 500);
    city.delete(city.general, message).await.refused(404, 10008);
    let statuses: Vec<u16> = city.server.requests().iter().map(|r| r.status).collect();
    assert_eq!(statuses, [502, 429, 500, 404]);
}

#[tokio::test]
async fn silence_answers_nothing_whether_it_happened_or_not() {
    let city = City::new().await;
    city.server.order_fault(Fault::new("POST", "/messages", 1, How::HappensInSilence));
    let asked = city.post(city.general, json!({ "content": "x" }));
    let stood = city.server.wait_until(SOON, |w| w.messages(city.general).next().map(|m| m.id));
    tokio::select! {
        _ = asked => panic!("an answer came"),
        stood = stood => assert!(stood.is_some()),
    }
    let logged = city.server.wait_for_request(SOON, |r| r.method == "POST").await;
    assert_eq!(logged.expect("logged").status, 0);
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let city = City::new().await;
    city.get("/nothing").await.refused(404, 0);
    city.plain(Method::DELETE, "/gateway", Value::Null).await.refused(405, 0);
    city.get("/channels/7").await.refused(404, 10003);
    city.get("/guilds/7").await.refused(404, 10004);
    city.get("/channels/seven").await.refused(400, 50035);
    let url = format!("{}/api/v10/users/@me", city.server.rest_url());
    let reply = Reply::of(city.http.get(url).header("authorization", "Bot wrong").send().await).await;
    reply.refused(401, 0);
    let odd =
        Request::new(Route::ChannelMessages { channel_id: ChannelId::new(city.general) }, LightMethod::Post);
    city.send(odd.body(Some(b"{".to_vec()))).await.refused(400, 50109);
}

#[tokio::test]
async fn a_file_can_fail_too() {
    let city = City::new().await;
    let file = gavel::sandbox::world::Upload::new("a.txt", "text/plain", "a");
    let message = city.server.attach_as(city.rosa, city.general, "", vec![file]).unwrap();
    let path = format!("/channels/{}/messages/{message}", city.general);
    let read = city.get(&path).await.ok();
    let url = read["attachments"][0]["url"].as_str().unwrap();
    city.server.order_fault(Fault::status("GET", "/attachments/", 1, 500));
    let first = reqwest::get(url).await.unwrap().status();
    let second = reqwest::get(url).await.unwrap().status();
    assert_eq!((first.as_u16(), second.as_u16()), (500, 200));
}

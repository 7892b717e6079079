//! Every route of the REST door is asked once and answers.

use std::collections::BTreeSet;

use gavel::sandbox::rest::templates;
use gavel::sandbox::world::{Rule, intent};
use serde_json::json;

use super::*;

/// Asks, and fails unless it is granted.
async fn granted(city: &City, method: &str, path: String, body: Value) -> Value {
    let reply = city.plain(method.parse().expect("a method"), &path, body).await;
    assert!(reply.status < 300, "{method} {path}: {} {}", reply.status, reply.body);
    reply.body
}

#[tokio::test]
async fn every_route_is_there() {
    let city = City::new().await;
    let City { server, guild, rosa, bot, general, .. } = &city;
    let (guild, rosa, bot, general) = (*guild, *rosa, *bot, *general);
    let mayor = server.look(|w| w.guild(guild).expect("the city").owner);
    let (role, own) = server.with(|w| {
        let role = w.make_role(guild, "Helper", 0, false);
        // A role above the one it is to give, with every right.
        let own = w.make_bot("Other", "other", 0);
        let top = w.invite_bot(guild, bot, permission::ADMINISTRATOR);
        w.change_member(guild, bot, |m| m.roles.push(top));
        w.make_rule(guild, mayor, Rule { alerts_in: Some(general), ..Rule::blocking("r", &["zz"]) });
        (role, own)
    });
    let mut ear = city.connect().await;
    let get = async |path: String| granted(&city, "GET", path, Value::Null).await;
    let put = async |path: String| granted(&city, "PUT", path, Value::Null).await;
    let drop = async |path: String| granted(&city, "DELETE", path, Value::Null).await;
    let post = async |path: String, body: Value| granted(&city, "POST", path, body).await;
    let patch = async |path: String, body: Value| granted(&city, "PATCH", path, body).await;

    for path in [
        "/gateway",
        "/gateway/bot",
        "/applications/@me",
        "/oauth2/applications/@me",
        "/users/@me",
        "/users/@me/guilds",
    ] {
        get(path.to_owned()).await;
    }
    get(format!("/users/{rosa}")).await;
    for part in [
        "?with_counts=true",
        "/channels",
        "/roles",
        "/threads/active",
        "/audit-logs",
        "/auto-moderation/rules",
        "/members/search?query=ro",
    ] {
        get(format!("/guilds/{guild}{part}")).await;
    }
    city.plain(Method::GET, &format!("/guilds/{guild}/members"), Value::Null).await.refused(403, 50001);
    server.with(|w| w.set_privileged_intents(bot, intent::PRIVILEGED));
    get(format!("/guilds/{guild}/members?limit=10")).await;
    get(format!("/guilds/{guild}/members/{rosa}")).await;
    patch(format!("/guilds/{guild}/members/{rosa}"), json!({ "nick": "R" })).await;
    put(format!("/guilds/{guild}/members/{rosa}/roles/{role}")).await;
    drop(format!("/guilds/{guild}/members/{rosa}/roles/{role}")).await;
    let direct = post("/users/@me/channels".into(), json!({ "recipient_id": rosa.to_string() })).await;
    get(format!("/channels/{}", id(&direct["id"]))).await;

    let channel = format!("/channels/{general}");
    patch(channel.clone(), json!({ "topic": "City services" })).await;
    let overwrite = json!({ "type": 1, "allow": "1024", "deny": "0" });
    granted(&city, "PUT", format!("{channel}/permissions/{rosa}"), overwrite).await;
    drop(format!("{channel}/permissions/{rosa}")).await;
    post(format!("{channel}/typing"), Value::Null).await;
    let message = id(&post(format!("{channel}/messages"), json!({ "content": "one" })).await["id"]);
    let second = id(&post(format!("{channel}/messages"), json!({ "content": "two" })).await["id"]);
    let third = id(&post(format!("{channel}/messages"), json!({ "content": "three" })).await["id"]);
    patch(format!("{channel}/messages/{message}"), json!({ "content": "one!" })).await;
    for pins in ["pins", "messages/pins"] {
        put(format!("{channel}/{pins}/{message}")).await;
        get(format!("{channel}/{pins}")).await;
        drop(format!("{channel}/{pins}/{message}")).await;
    }
    get(format!("{channel}/messages?limit=5")).await;
    get(format!("{channel}/messages/{message}")).await;
    let both = json!({ "messages": [second.to_string(), third.to_string()] });
    post(format!("{channel}/messages/bulk-delete"), both).await;
    let news = server.make_channel(guild, Kind::Announcement, "news");
    let said = id(&post(format!("/channels/{news}/messages"), json!({ "content": "n" })).await["id"]);
    post(format!("/channels/{news}/messages/{said}/crosspost"), Value::Null).await;

    let on = post(format!("{channel}/messages/{message}/threads"), json!({ "name": "on" })).await;
    let private = post(format!("{channel}/threads"), json!({ "name": "p", "type": 12 })).await;
    let (on, private) = (id(&on["id"]), id(&private["id"]));
    put(format!("/channels/{on}/thread-members/@me")).await;
    put(format!("/channels/{on}/thread-members/{rosa}")).await;
    get(format!("/channels/{on}/thread-members")).await;
    get(format!("/channels/{on}/thread-members/{rosa}")).await;
    drop(format!("/channels/{on}/thread-members/{rosa}")).await;
    for thread in [on, private] {
        patch(format!("/channels/{thread}"), json!({ "archived": true })).await;
    }
    for list in ["threads/archived/public", "threads/archived/private", "users/@me/threads/archived/private"]
    {
        let listed = get(format!("{channel}/{list}")).await;
        assert_eq!(listed["threads"].as_array().map(Vec::len), Some(1), "{list}");
    }
    drop(format!("/channels/{private}")).await;
    drop(format!("{channel}/messages/{message}")).await;

    let hook = post(format!("{channel}/webhooks"), json!({ "name": "hook" })).await;
    get(format!("{channel}/webhooks")).await;
    let hook = format!("/webhooks/{}/{}", id(&hook["id"]), hook["token"].as_str().expect("a token"));
    get(hook.clone()).await;
    let by = post(format!("{hook}?wait=true"), json!({ "content": "by hook" })).await;
    let by = format!("{hook}/messages/{}", id(&by["id"]));
    get(by.clone()).await;
    patch(by.clone(), json!({ "content": "by hook!" })).await;
    drop(by).await;

    let commands = format!("/applications/{bot}/guilds/{guild}/commands");
    let wish = json!([{ "name": "hello", "description": "says hello" }]);
    granted(&city, "PUT", commands.clone(), wish).await;
    get(commands).await;
    server.command_as(mayor, general, bot, "hello", json!([]), None).expect("it runs");
    let heard = ear.hear("INTERACTION_CREATE").await;
    let token = heard["token"].as_str().expect("a token");
    let callback = format!("/interactions/{}/{token}/callback?with_response=true", id(&heard["id"]));
    let answer = post(callback, json!({ "type": 4, "data": { "content": "hello" } })).await;
    assert_eq!(answer["resource"]["message"]["content"], "hello");
    let other = server.make_member(guild, "Omar", &[]);
    drop(format!("/guilds/{guild}/members/{other}")).await;
    put(format!("/guilds/{guild}/bans/{own}")).await;

    let asked: BTreeSet<_> =
        server.requests().into_iter().filter(|r| r.status < 300).map(|r| (r.method, r.template)).collect();
    let missing: Vec<_> = templates()
        .filter(|(method, template)| !asked.contains(&((*method).to_owned(), *template)))
        .collect();
    assert_eq!(missing, Vec::<(&str, &str)>::new());
}

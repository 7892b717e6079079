//! Threads and forum posts: their ids, names, lists and states.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_thread_on_a_message_has_its_id() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "the park").unwrap();
    let mut ear = city.connect().await;
    let path = format!("/channels/{}/messages/{message}/threads", city.general);
    let made = city.plain(Method::POST, &path, json!({ "name": "About the park" })).await;
    assert_eq!(made.status, 201);
    assert_eq!(id(&made.body["id"]), message);
    let heard = ear.hear("THREAD_CREATE").await;
    assert_eq!((&heard["newly_created"], &heard["type"]), (&json!(true), &json!(11)));
    assert_eq!(ear.hear("MESSAGE_UPDATE").await["thread"]["name"], "About the park");
    city.plain(Method::POST, &path, json!({ "name": "Again" })).await.refused(400, 160004);
    city.server.post_as(city.moderator, message, "inside").unwrap();
    let names = ear.names_until("inside").await;
    assert!(names.contains(&"MESSAGE_CREATE".to_owned()), "{names:?}");
}

#[tokio::test]
async fn a_posts_first_message_has_the_posts_id() {
    let city = City::new().await;
    let forum = city.server.make_channel(city.guild, Kind::Forum, "ideas");
    let mut ear = city.connect().await;
    let post = city.server.forum_post_as(city.rosa, forum, "More benches", "along the river").unwrap();
    assert_eq!(ear.hear("THREAD_CREATE").await["name"], "More benches");
    let first = ear.hear("MESSAGE_CREATE").await;
    assert_eq!((id(&first["id"]), id(&first["channel_id"])), (post, post));
    city.post(forum, json!({ "content": "x" })).await.refused(400, 50008);
    let path = format!("/channels/{forum}/threads");
    let wish = json!({ "name": "From the bot", "message": { "content": "hello" } });
    let made = city.plain(Method::POST, &path, wish).await.ok();
    assert_eq!(made["message"]["id"], made["id"]);
}

#[tokio::test]
async fn a_rename_is_heard_and_written_into_the_thread() {
    let city = City::new().await;
    let forum = city.server.make_channel(city.guild, Kind::Forum, "ideas");
    let post = city.server.forum_post_as(city.rosa, forum, "Rude title", "text").unwrap();
    let mut ear = city.connect().await;
    let route = Route::Channel { channel_id: ChannelId::new(post) };
    let wish = json!({ "name": "Title under review" });
    city.ask(route, LightMethod::Patch, wish).await.ok();
    assert_eq!(ear.hear("THREAD_UPDATE").await["name"], "Title under review");
    assert_eq!(ear.hear("MESSAGE_CREATE").await["type"], 4);
    city.server.rename_as(city.rosa, post, "Mine again").unwrap();
    let other = city.server.make_member(city.guild, "Omar", &[]);
    city.server.rename_as(other, post, "Not mine").unwrap_err();
}

#[tokio::test]
async fn archived_threads_stand_in_their_list_and_wake_when_spoken_in() {
    let city = City::new().await;
    let thread = city.server.thread_as(city.rosa, city.general, None, "Parks").unwrap();
    let message = city.server.post_as(city.rosa, thread, "x").unwrap();
    let active = format!("/guilds/{}/threads/active", city.guild);
    let archived = format!("/channels/{}/threads/archived/public", city.general);
    let names =
        async |path: &str| -> usize { city.get(path).await.ok()["threads"].as_array().unwrap().len() };
    assert_eq!((names(&active).await, names(&archived).await), (1, 0));
    city.server.archive_as(city.rosa, thread, true, false).unwrap();
    assert_eq!((names(&active).await, names(&archived).await), (0, 1));
    city.delete(thread, message).await.refused(400, 50083);
    city.server.delete_as(city.rosa, thread, message).unwrap_err();
    let wish = json!({ "name": "New" });
    let route = Route::Channel { channel_id: ChannelId::new(thread) };
    city.ask(route, LightMethod::Patch, wish).await.refused(400, 50083);
    city.server.post_as(city.rosa, thread, "y").unwrap();
    assert_eq!((names(&active).await, names(&archived).await), (1, 0));
    city.server.archive_as(city.moderator, thread, true, true).unwrap();
    assert_eq!(city.server.post_as(city.rosa, thread, "z").unwrap_err().code, 160005);
}

#[tokio::test]
async fn gained_access_brings_the_threads() {
    let city = City::new().await;
    city.server.set_member_overwrite(city.general, city.bot, 0, 1 << 10);
    let thread = city.server.thread_as(city.rosa, city.general, None, "Parks").unwrap();
    let mut ear = city.connect().await;
    city.server.with(|w| w.overwrite(city.general, city.bot, None));
    let heard = ear.hear("THREAD_LIST_SYNC").await;
    assert_eq!(id(&heard["channel_ids"][0]), city.general);
    assert_eq!(id(&heard["threads"][0]["id"]), thread);
}

#[tokio::test]
async fn deleting_a_thread_takes_what_stood_in_it() {
    let city = City::new().await;
    let thread = city.server.thread_as(city.rosa, city.general, None, "Parks").unwrap();
    let message = city.server.post_as(city.rosa, thread, "x").unwrap();
    let mut ear = city.connect().await;
    let route = Route::Channel { channel_id: ChannelId::new(thread) };
    city.ask(route, LightMethod::Delete, Value::Null).await.ok();
    assert_eq!(id(&ear.hear("THREAD_DELETE").await["id"]), thread);
    city.delete(thread, message).await.refused(404, 10003);
}

#[tokio::test]
async fn who_speaks_or_is_called_joins() {
    let city = City::new().await;
    let thread = city.server.thread_as(city.moderator, city.general, None, "Parks").unwrap();
    let inside = |user| {
        let joined = |w: &gavel::sandbox::world::World| {
            let place = w.channel(thread).unwrap();
            place.thread.as_ref().unwrap().members.contains_key(&user)
        };
        city.server.look(joined)
    };
    assert!(inside(city.moderator) && !inside(city.rosa) && !inside(city.bot));
    let calling = format!("<@{}> please look", city.bot);
    city.server.post_as(city.rosa, thread, calling).unwrap();
    assert!(inside(city.rosa) && inside(city.bot));
}

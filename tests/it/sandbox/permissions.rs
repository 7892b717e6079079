//! Who may do what: bits, overwrites, threads, rank.

use gavel::sandbox::world::permission::*;
use serde_json::json;

use super::*;

#[track_caller]
fn may(city: &City, user: Id, channel: Id, bits: u64, expected: bool) {
    let has = city.server.look(|w| w.permissions(channel, user));
    assert_eq!(has & bits == bits, expected, "{has:b}");
}

#[tokio::test]
async fn missing_access_and_missing_permissions_are_two_things() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "x").unwrap();
    city.server.set_member_overwrite(city.general, city.bot, 0, MANAGE_MESSAGES);
    city.delete(city.general, message).await.refused(403, 50013);
    city.server.set_member_overwrite(city.general, city.bot, 0, VIEW_CHANNEL);
    city.delete(city.general, message).await.refused(403, 50001);
    city.get(&format!("/channels/{}", city.general)).await.refused(403, 50001);
}

#[tokio::test]
async fn without_history_nothing_is_read_back() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "x").unwrap();
    city.server.set_member_overwrite(city.general, city.bot, 0, READ_HISTORY);
    let list = city.get(&format!("/channels/{}/messages", city.general)).await.ok();
    assert_eq!(list, json!([]));
    let path = format!("/channels/{}/messages/{message}", city.general);
    city.get(&path).await.refused(403, 50013);
}

#[tokio::test]
async fn overwrites_are_added_up_in_discords_order() {
    let city = City::new().await;
    let role = city.server.make_role(city.guild, "Helpers", 0, false);
    city.server.set_roles(city.guild, city.rosa, &[role]);
    let (rosa, general) = (city.rosa, city.general);
    city.server.set_overwrite(general, city.guild, 0, SEND_MESSAGES);
    may(&city, rosa, general, SEND_MESSAGES, false);
    city.server.set_overwrite(general, role, SEND_MESSAGES, 0);
    may(&city, rosa, general, SEND_MESSAGES | ATTACH_FILES, true);
    city.server.set_member_overwrite(general, rosa, 0, SEND_MESSAGES);
    may(&city, rosa, general, SEND_MESSAGES, false);
    may(&city, rosa, general, ATTACH_FILES, true);
    let owner = city.server.look(|w| w.guild(city.guild).unwrap().owner);
    city.server.set_member_overwrite(general, owner, 0, ALL);
    may(&city, owner, general, ALL, true);
}

#[tokio::test]
async fn a_thread_asks_its_parent_and_a_private_one_its_guests() {
    let city = City::new().await;
    let thread = city.server.thread_as(city.rosa, city.general, None, "Parks").unwrap();
    may(&city, city.bot, thread, VIEW_CHANNEL | SEND_MESSAGES, true);
    let private = city.server.private_thread_as(city.rosa, city.general, "Ours").unwrap();
    may(&city, city.rosa, private, VIEW_CHANNEL, true);
    let other = city.server.make_member(city.guild, "Omar", &[]);
    may(&city, other, private, VIEW_CHANNEL, false);
    may(&city, city.moderator, private, VIEW_CHANNEL, true);
    city.server.set_overwrite(city.general, city.guild, 0, VIEW_CHANNEL);
    may(&city, other, thread, VIEW_CHANNEL, false);
}

#[tokio::test]
async fn a_timeout_leaves_reading_only() {
    let city = City::new().await;
    let until = city.server.clock().now().0 + 60_000;
    city.server.with(|w| w.change_member(city.guild, city.rosa, |m| m.timeout_until_ms = until));
    let refusal = city.server.post_as(city.rosa, city.general, "x").unwrap_err();
    assert_eq!(refusal.code, 50013);
    city.server.read_as(city.rosa, city.general).unwrap();
    city.server.clock().advance(60_001);
    city.server.post_as(city.rosa, city.general, "x").unwrap();
}

#[tokio::test]
async fn rank_bounds_what_may_be_done_to_members() {
    let city = City::new().await;
    let role = city.server.look(|w| w.guild(city.guild).unwrap().members[&city.bot].roles[0]);
    city.server.with(|w| {
        w.change_role(city.guild, role, |r| {
            r.permissions |= MANAGE_NICKNAMES | MODERATE_MEMBERS;
        });
    });
    let path = |user| format!("/guilds/{}/members/{user}", city.guild);
    let nick = json!({ "nick": "Resident" });
    city.plain(Method::PATCH, &path(city.rosa), nick.clone()).await.ok();
    let above = city.server.make_role(city.guild, "Director", 0, false);
    city.server.set_roles(city.guild, city.moderator, &[above]);
    city.plain(Method::PATCH, &path(city.moderator), nick.clone()).await.refused(403, 50013);
    let owner = city.server.look(|w| w.guild(city.guild).unwrap().owner);
    city.plain(Method::PATCH, &path(owner), nick).await.refused(403, 50013);
    let far = json!({ "communication_disabled_until": "2027-01-05T09:00:00Z" });
    city.plain(Method::PATCH, &path(city.rosa), far).await.refused(400, 50035);
}

#[tokio::test]
async fn only_the_author_edits() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "x").unwrap();
    let route = message_route(city.general, message);
    let wish = json!({ "content": "y" });
    city.ask(route, LightMethod::Patch, wish).await.refused(403, 50005);
    city.ask(route, LightMethod::Patch, json!({ "flags": 4 })).await.ok();
}

#[tokio::test]
async fn the_text_of_a_voice_channel_needs_connect() {
    let city = City::new().await;
    let voice = city.server.make_channel(city.guild, Kind::Voice, "Town hall");
    city.server.post_as(city.rosa, voice, "can you hear me").unwrap();
    city.server.set_overwrite(voice, city.guild, 0, CONNECT);
    let list = city.get(&format!("/channels/{voice}/messages")).await.ok();
    assert_eq!(list, json!([]));
    city.server.post_as(city.rosa, voice, "x").unwrap_err();
}

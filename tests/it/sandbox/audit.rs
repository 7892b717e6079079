//! The audit log: reasons, folding, who may read, and how long it is kept.

use serenity::model::id::GuildId;

use super::*;

async fn entries(city: &City, query: &str) -> Vec<Value> {
    let body = city.get(&format!("/guilds/{}/audit-logs{query}", city.guild)).await.ok();
    body["audit_log_entries"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_reason_lands_in_the_log_as_it_was_meant() {
    let city = City::new().await;
    let mut ear = city.connect().await;
    let message = city.server.post_as(city.rosa, city.general, "x").unwrap();
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("X-Audit-Log-Reason", "3.7%20%C2%B61%20%2B%20rule".parse().unwrap());
    let request = Request::new(message_route(city.general, message), LightMethod::Delete);
    city.send(request.headers(Some(headers))).await.ok();
    let heard = ear.hear("GUILD_AUDIT_LOG_ENTRY_CREATE").await;
    assert_eq!(heard["reason"], "3.7 ¶1 + rule");
    let found = entries(&city, "?action_type=72").await;
    assert_eq!(found.len(), 1);
    assert_eq!(id(&found[0]["target_id"]), city.rosa);
    assert_eq!(id(&found[0]["options"]["channel_id"]), city.general);
    assert!(found[0]["options"].get("message_id").is_none());
}

#[tokio::test]
async fn deletions_of_one_authors_messages_are_folded() {
    let city = City::new().await;
    for n in 0..3 {
        let message = city.server.post_as(city.rosa, city.general, format!("{n}")).unwrap();
        city.server.delete_as(city.moderator, city.general, message).unwrap();
    }
    let found = entries(&city, "?action_type=72").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["options"]["count"], "3");
}

#[tokio::test]
async fn deleting_ones_own_leaves_no_entry() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "x").unwrap();
    city.server.delete_as(city.rosa, city.general, message).unwrap();
    assert!(entries(&city, "?action_type=72").await.is_empty());
}

#[tokio::test]
async fn entries_go_after_45_days() {
    let city = City::new().await;
    let message = city.server.post_as(city.rosa, city.general, "x").unwrap();
    city.server.delete_as(city.moderator, city.general, message).unwrap();
    city.server.clock().advance(46 * 24 * 3_600_000);
    assert!(entries(&city, "").await.is_empty());
}

#[tokio::test]
async fn the_log_is_for_those_who_may_read_it() {
    let city = City::new().await;
    let role = city.server.look(|w| w.guild(city.guild).unwrap().members[&city.bot].roles[0]);
    city.server.with(|w| w.change_role(city.guild, role, |r| r.permissions &= !(1 << 7)));
    let route = Route::GuildAuditLogs { guild_id: GuildId::new(city.guild) };
    city.ask(route, LightMethod::Get, Value::Null).await.refused(403, 50013);
}

//! The server, its channels and roles, and what the bot may do where.

use std::collections::BTreeMap;

use gavel::discord::convert::{Converter, Signal};
use gavel::domain::event::{GuildSight, Sight, VenueSight};
use gavel::domain::id::{GuildId, VenueId};
use serde_json::{Value, json};

use super::frames::{
    ADMINISTRATOR, MANAGE_MESSAGES, ME, SEND, VIEW, begun, convert, dispatch, guild, home, ours, ready, us,
    with,
};

#[track_caller]
fn described(guild: Value) -> GuildSight {
    let mut converter = Converter::new(Some(home()));
    ours(converter.convert(&dispatch("READY", 1, &ready())));
    match ours(converter.convert(&dispatch("GUILD_CREATE", 2, &guild))).sight {
        Sight::Guild { me, guild } => {
            assert_eq!(Some(me), us().me);
            *guild
        }
        other => panic!("the server, not {other:?}"),
    }
}

fn venue(guild: &GuildSight, id: u64) -> &VenueSight {
    guild.venues.iter().find(|venue| venue.id.get() == id).expect("the venue")
}

#[test]
fn the_server_as_it_is_at_the_beginning() {
    let guild = described(guild());
    assert_eq!((guild.name.as_str(), guild.owner.map(|id| id.get())), ("City of Monroe", Some(702)));
    assert_eq!((guild.venues.len(), guild.roles.len()), (5, 3));
    let general = venue(&guild, 201);
    assert_eq!(general.permissions, Some(VIEW | SEND | MANAGE_MESSAGES));
    assert!(general.public && general.holds_messages());
    let log = venue(&guild, 202);
    assert_eq!((log.permissions, log.public), (Some(VIEW | SEND | MANAGE_MESSAGES), false));
    let thread = venue(&guild, 210);
    assert_eq!(
        (thread.parent, thread.public),
        (VenueId::new(202), false),
        "a thread is as public as its parent"
    );
    assert_eq!(thread.permissions, log.permissions);
    assert!(!venue(&guild, 204).holds_messages());
}

#[test]
fn overwrites_apply_in_discords_order() {
    let overwrite = |id: u64, kind: u8, allow: u64, deny: u64| json!({"id": id.to_string(), "type": kind, "allow": allow.to_string(), "deny": deny.to_string()});
    let check = |overwrites: Value, expected: u64, public: bool| {
        let mut guild = guild();
        guild["channels"][0]["permission_overwrites"] = overwrites;
        let guild = described(guild);
        let venue = venue(&guild, 201);
        assert_eq!((venue.permissions, venue.public), (Some(expected), public));
    };
    let all = VIEW | SEND | MANAGE_MESSAGES;
    check(json!([overwrite(100, 0, 0, SEND)]), all & !SEND, true);
    check(json!([overwrite(100, 0, 0, SEND), overwrite(310, 0, SEND, 0)]), all, true);
    check(json!([overwrite(310, 0, SEND, 0), overwrite(ME, 1, 0, SEND)]), all & !SEND, true);
    check(json!([overwrite(ME, 1, 0, VIEW)]), 0, true);
    check(json!([overwrite(301, 0, 0, VIEW)]), all, true);
    check(json!([overwrite(100, 0, 0, VIEW), overwrite(ME, 1, VIEW, 0)]), all, false);
}

#[test]
fn administrators_and_owners_may_everything() {
    let mut administered = guild();
    administered["roles"][1]["permissions"] = json!(ADMINISTRATOR.to_string());
    assert_eq!(venue(&described(administered), 202).permissions, Some(u64::MAX));
    let owned = with(guild(), json!({"owner_id": ME.to_string()}));
    assert_eq!(venue(&described(owned), 202).permissions, Some(u64::MAX));
    // Without our own roles nothing can be said.
    let unknown = with(guild(), json!({"members": []}));
    assert_eq!(venue(&described(unknown), 201).permissions, None);
}

#[test]
fn one_odd_channel_does_not_cost_the_server() {
    let mut odd = guild();
    odd["channels"].as_array_mut().unwrap().push(json!({"id": "0", "type": "none"}));
    odd["roles"].as_array_mut().unwrap().push(json!(null));
    assert_eq!(described(odd).venues.len(), 5);
}

fn changed(sights: &[Sight]) -> BTreeMap<u64, (Option<u64>, bool)> {
    let venues = sights.iter().map(|sight| match sight {
        Sight::Venue { venue, title_by: None } => (venue.id.get(), (venue.permissions, venue.public)),
        other => panic!("venues only, not {other:?}"),
    });
    venues.collect()
}

#[test]
fn a_changed_role_changes_what_we_may_do() {
    let mut converter = begun();
    let role = |id: &str, permissions: u64| json!({"guild_id": "100", "role": {"id": id, "name": "Gavel", "permissions": permissions.to_string()}});
    let update = ours(converter.convert(&dispatch("GUILD_ROLE_UPDATE", 3, &role("310", VIEW))));
    assert!(matches!(&update.sight, Sight::Role { name: Some(name), .. } if name == "Gavel"));
    let told = changed(&update.also);
    assert_eq!(told.len(), 5, "every channel lost something");
    assert_eq!(told[&201], (Some(VIEW | SEND), true));
    // The same once more changes nothing.
    let again = ours(converter.convert(&dispatch("GUILD_ROLE_UPDATE", 4, &role("310", VIEW))));
    assert!(again.also.is_empty());
    // Everybody loses sight of the channels: they are no longer public.
    let everyone = ours(converter.convert(&dispatch("GUILD_ROLE_UPDATE", 5, &role("100", 0))));
    assert_eq!(changed(&everyone.also)[&201], (Some(VIEW), false));
    let gone = json!({"guild_id": "100", "role_id": "310"});
    let gone = ours(converter.convert(&dispatch("GUILD_ROLE_DELETE", 6, &gone)));
    assert!(matches!(gone.sight, Sight::Role { name: None, .. }));
    assert_eq!(changed(&gone.also)[&201], (Some(0), false));
}

#[test]
fn our_own_roles_change_what_we_may_do() {
    let d = json!({"guild_id": "100", "roles": [], "user": {"id": ME.to_string(), "username": "gavel"}});
    let update = convert("GUILD_MEMBER_UPDATE", d);
    assert!(matches!(update.sight, Sight::Other));
    assert_eq!(changed(&update.also)[&201], (Some(VIEW | SEND), true));
}

#[test]
fn a_changed_channel_and_the_threads_under_it() {
    let mut d = guild()["channels"][1].clone();
    d["guild_id"] = json!("100");
    d["permission_overwrites"] = json!([]);
    let update = convert("CHANNEL_UPDATE", d);
    let Sight::Venue { venue, title_by: None } = update.sight else { panic!("the channel") };
    assert_eq!((venue.id.get(), venue.public, venue.name.as_str()), (202, true, "mod-log"));
    assert_eq!(changed(&update.also).keys().copied().collect::<Vec<_>>(), [210]);
}

#[test]
fn threads_come_with_their_title_and_whose_it_is() {
    let d = json!({"id": "211", "guild_id": "100", "type": 11, "name": "New post", "parent_id": "203",
                   "owner_id": "701", "newly_created": true, "thread_metadata": {}});
    let Sight::Venue { venue, title_by } = convert("THREAD_CREATE", d.clone()).sight else {
        panic!("a thread")
    };
    assert_eq!((venue.name.as_str(), venue.parent, venue.public), ("New post", VenueId::new(203), true));
    assert_eq!(title_by.map(|author| author.id.get()), Some(701));
    // Who renamed it is not told.
    let Sight::Venue { title_by: None, .. } = convert("THREAD_UPDATE", d.clone()).sight else {
        panic!("renamed")
    };

    let list = json!({"guild_id": "100", "threads": [d], "members": []});
    let list = convert("THREAD_LIST_SYNC", list);
    assert_eq!(changed(&list.also).keys().copied().collect::<Vec<_>>(), [211]);
}

#[test]
fn a_channel_takes_its_threads_with_it() {
    let gone = convert("CHANNEL_DELETE", json!({"id": "202", "type": 0, "guild_id": "100"}));
    assert!(matches!(gone.sight, Sight::VenueGone { venue } if venue.get() == 202));
    assert!(matches!(gone.also[..], [Sight::VenueGone { venue }] if venue.get() == 210));
}

#[test]
fn the_server_goes_away_and_comes_back() {
    let gone = convert("GUILD_DELETE", json!({"id": "100", "unavailable": true}));
    assert_eq!(gone.signal, Some(Signal::GuildLost));
    assert_eq!(convert("GUILD_CREATE", guild()).signal, Some(Signal::GuildThere));
    let unavailable = json!({"id": "100", "unavailable": true});
    assert_eq!(convert("GUILD_CREATE", unavailable).signal, Some(Signal::GuildLost));
}

#[test]
fn the_beginning_of_a_session() {
    let mut converter = Converter::new(None);
    let Some(Signal::Ready(ready)) = ours(converter.convert(&dispatch("READY", 1, &ready()))).signal else {
        panic!("ready")
    };
    assert_eq!((ready.us, ready.session.as_str()), (us(), "session-1"));
    assert_eq!((converter.us(), converter.home()), (us(), GuildId::new(100)), "the only server is ours");
    assert_eq!(convert("RESUMED", json!({"_trace": []})).signal, Some(Signal::Resumed));
}

#[test]
fn discords_own_filter() {
    let execution = |action: u8| {
        json!({"guild_id": "100", "action": {"type": action, "metadata": {}}, "rule_id": "66",
               "rule_trigger_type": 1, "user_id": "701", "channel_id": "201", "content": "the blocked words",
               "matched_keyword": "blocked", "matched_content": "blocked"})
    };
    let Sight::AutoMod { venue, author, text, rule } =
        convert("AUTO_MODERATION_ACTION_EXECUTION", execution(1)).sight
    else {
        panic!("blocked")
    };
    assert_eq!((venue.map(|id| id.get()), author.get()), (Some(201), 701));
    assert_eq!((text.as_str(), rule.as_str()), ("the blocked words", "66"));
    // The alert for the same message is not a second one.
    assert!(matches!(convert("AUTO_MODERATION_ACTION_EXECUTION", execution(2)).sight, Sight::Other));
}

#[test]
fn discords_audit_log() {
    let d = json!({"guild_id": "100", "id": "1", "user_id": "702", "target_id": "701", "action_type": 72,
                   "reason": "rude", "options": {"channel_id": "201", "count": "3"}});
    let Sight::Audit { action, by, target, venue, count, reason } =
        convert("GUILD_AUDIT_LOG_ENTRY_CREATE", d).sight
    else {
        panic!("an entry")
    };
    assert_eq!((action, by.map(|id| id.get()), target), (72, Some(702), Some(701)));
    assert_eq!((venue.map(|id| id.get()), count, reason.as_deref()), (Some(201), 3, Some("rude")));
    let bare = json!({"guild_id": "100", "id": "2", "user_id": null, "target_id": null, "action_type": 27});
    let Sight::Audit { count: 1, venue: None, .. } = convert("GUILD_AUDIT_LOG_ENTRY_CREATE", bare).sight
    else {
        panic!("a bare entry")
    };
}

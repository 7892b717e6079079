//! Servers, their members and their audit log; users and direct messages.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use crate::sandbox::world::{
    Answer, Guild, Id, MISSING_ACCESS, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_USER, World, permission,
};

/// The server of the path, if the caller is in it.
fn visible<'w>(world: &'w World, call: &Call) -> Answer<&'w Guild> {
    let guild = world.guild(call.id(0)?).ok_or(UNKNOWN_GUILD)?;
    match guild.members.contains_key(&call.actor) {
        true => Ok(guild),
        false => Err(MISSING_ACCESS),
    }
}

pub(super) fn me(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let mut me = world.user_value(call.actor);
    me["mfa_enabled"] = json!(true);
    me["locale"] = json!("en-US");
    me["verified"] = json!(true);
    me["email"] = Value::Null;
    Reply::ok(me)
}

/// The servers that the caller is in.
pub(super) fn mine(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let most = call.limit(200, 200)?;
    let mine = world.guilds().filter(|guild| guild.members.contains_key(&call.actor)).take(most);
    let value = |guild: &Guild| {
        json!({
            "id": guild.id.to_string(),
            "name": guild.name,
            "icon": null,
            "banner": null,
            "owner": guild.owner == call.actor,
            "permissions": world.guild_permissions(guild.id, call.actor).to_string(),
            "features": ["COMMUNITY"],
        })
    };
    Reply::ok(mine.map(value).collect())
}

pub(super) fn user(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let id = call.id(0)?;
    world.user(id).ok_or(UNKNOWN_USER)?;
    Reply::ok(world.user_value(id))
}

pub(super) fn open_dm(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let with = call.body_id("recipient_id")?;
    let id = world.open_dm(call.actor, with)?;
    let place = world.channel(id).ok_or(UNKNOWN_USER)?;
    Reply::ok(world.channel_value_for(place, call.actor))
}

pub(super) fn guild(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = visible(world, call)?;
    let mut value = world.guild_value(guild.id).ok_or(UNKNOWN_GUILD)?;
    if call.query("with_counts") == Some("true") {
        value["approximate_member_count"] = json!(guild.members.len());
        value["approximate_presence_count"] = json!(guild.members.len());
    }
    Reply::ok(value)
}

pub(super) fn channels(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = visible(world, call)?;
    let places = world.channels_of(guild.id).into_iter();
    let places = places.filter(|c| c.thread.is_none());
    Reply::ok(places.map(|c| world.channel_value(c)).collect())
}

pub(super) fn roles(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = visible(world, call)?;
    Reply::ok(guild.roles.values().map(|r| world.role_value(r)).collect())
}

pub(super) fn rules(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = visible(world, call)?.id;
    world.need_in_guild(call.actor, guild, permission::MANAGE_GUILD)?;
    Reply::ok(world.rules_value(guild))
}

pub(super) fn member(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = visible(world, call)?.id;
    let user = call.id(1)?;
    world.user(user).ok_or(UNKNOWN_USER)?;
    Reply::ok(world.member_value(guild, user).ok_or(UNKNOWN_MEMBER)?)
}

/// Members in the order of their ids; needs the privileged intent, as on Discord.
pub(super) fn members(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = visible(world, call)?;
    let app = world.application(call.actor);
    let open = app.is_some_and(|a| a.privileged_intents & super::world::intent::GUILD_MEMBERS != 0);
    if !open {
        return Err(MISSING_ACCESS);
    }
    let after = call.query_id("after")?.unwrap_or(0);
    let most = call.limit(1, 1000)?;
    let ids = guild.members.keys().filter(|id| **id > after).take(most);
    Reply::ok(ids.filter_map(|id| world.member_value(guild.id, *id)).collect())
}

pub(super) fn search_members(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = visible(world, call)?;
    let wanted = call.query("query").unwrap_or("").to_lowercase();
    let most = call.limit(1, 1000)?;
    let starts = |text: Option<&str>| text.is_some_and(|t| t.to_lowercase().starts_with(&wanted));
    let found = guild.members.iter().filter(|(id, member)| {
        let user = world.user(**id);
        starts(member.nick.as_deref())
            || starts(user.map(|u| u.name.as_str()))
            || starts(user.and_then(|u| u.global_name.as_deref()))
    });
    let ids = found.map(|(id, _)| *id).take(most);
    Reply::ok(ids.filter_map(|id| world.member_value(guild.id, id)).collect())
}

pub(super) fn edit_member(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (guild, user) = (visible(world, call)?.id, call.id(1)?);
    world.edit_member(call.actor, guild, user, &call.body, call.reason())?;
    Reply::ok(world.member_value(guild, user).ok_or(UNKNOWN_MEMBER)?)
}

pub(super) fn kick(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (guild, user) = (visible(world, call)?.id, call.id(1)?);
    world.kick(call.actor, guild, user, call.reason())?;
    Ok(Reply::Empty)
}

pub(super) fn ban(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (guild, user) = (visible(world, call)?.id, call.id(1)?);
    world.ban(call.actor, guild, user, call.reason())?;
    Ok(Reply::Empty)
}

pub(super) fn give_role(world: &mut World, call: &mut Call) -> Answer<Reply> {
    change_role(world, call, true)
}

pub(super) fn take_role(world: &mut World, call: &mut Call) -> Answer<Reply> {
    change_role(world, call, false)
}

fn change_role(world: &mut World, call: &Call, give: bool) -> Answer<Reply> {
    let (guild, user, role) = (visible(world, call)?.id, call.id(1)?, call.id(2)?);
    world.give_role(call.actor, guild, user, role, give, call.reason())?;
    Ok(Reply::Empty)
}

/// Entries newest first; with `after`, oldest first, as Discord does.
pub(super) fn audit_log(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = visible(world, call)?.id;
    world.need_in_guild(call.actor, guild, permission::VIEW_AUDIT_LOG)?;
    let user = call.query_id("user_id")?;
    let target = call.query_id("target_id")?;
    let action = call.query("action_type").and_then(|a| a.parse::<u32>().ok());
    let (before, after) = (call.query_id("before")?, call.query_id("after")?);
    let most = call.limit(50, 100)?;
    let mut entries: Vec<_> = world
        .audit_log(guild)
        .filter(|e| user.is_none_or(|user| e.user == user))
        .filter(|e| target.is_none_or(|target| e.target == Some(target)))
        .filter(|e| action.is_none_or(|action| e.action == action))
        .filter(|e| before.is_none_or(|before| e.id < before))
        .filter(|e| after.is_none_or(|after| e.id > after))
        .collect();
    if after.is_some() {
        entries.reverse();
    }
    entries.truncate(most);
    let mut people: Vec<Id> = entries
        .iter()
        .flat_map(|e| [Some(e.user), e.target])
        .flatten()
        .filter(|id| world.user(*id).is_some())
        .collect();
    people.sort_unstable();
    people.dedup();
    Reply::ok(json!({
        "audit_log_entries": entries.iter().map(|e| e.value()).collect::<Vec<_>>(),
        "users": people.iter().map(|id| world.user_value(*id)).collect::<Vec<_>>(),
        "integrations": [],
        "webhooks": [],
        "guild_scheduled_events": [],
        "threads": [],
        "application_commands": [],
        "auto_moderation_rules": [],
    }))
}

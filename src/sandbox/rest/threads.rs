//! Threads and posts: making them, listing them, being in them.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::{channels, shown};
use crate::sandbox::world::{
    Answer, Channel, Draft, Id, Kind, MISSING_ACCESS, NewThread, Refusal, THREAD_ARCHIVED, UNKNOWN_CHANNEL,
    UNKNOWN_GUILD, UNKNOWN_MEMBER, World, permission,
};

pub(super) fn from_message(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, message) = (call.id(0)?, call.id(1)?);
    let new = NewThread::from_value(&call.body)?;
    let id = world.thread_from_message(call.actor, channel, message, new, call.reason())?;
    Ok(Reply::Json(201, channels::value(world, id, call.actor)?))
}

/// A thread on nothing or, in a forum, a post with its first message.
pub(super) fn create(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let channel = call.id(0)?;
    let new = NewThread::from_value(&call.body)?;
    let forum = world.channel(channel).is_some_and(|c| c.kind.is_forum());
    if forum {
        if !call.body["message"].is_object() {
            return Err(Refusal::missing(&["message"]));
        }
        let files = call.take_files();
        let first = Draft::from_value(&call.body["message"], files)?;
        let id = world.forum_post(call.actor, channel, new, first, call.reason())?;
        let mut value = channels::value(world, id, call.actor)?;
        value["message"] = shown(world, id, id, call.actor)?;
        return Ok(Reply::Json(201, value));
    }
    let kind = match call.body["type"].as_u64() {
        Some(10) => Kind::AnnouncementThread,
        Some(11) => Kind::PublicThread,
        // Discord makes it private when nothing is said.
        Some(12) | None => Kind::PrivateThread,
        Some(_) => {
            return Err(Refusal::form(&["type"], "BASE_TYPE_CHOICES", "Value must be one of {10, 11, 12}."));
        }
    };
    let id = world.thread_alone(call.actor, channel, kind, new, call.reason())?;
    Ok(Reply::Json(201, channels::value(world, id, call.actor)?))
}

fn listed(world: &World, viewer: Id, threads: &[&Channel], more: bool) -> Value {
    let own = threads.iter().filter_map(|t| {
        let value = world.channel_value_for(t, viewer);
        value.get("member").cloned()
    });
    json!({
        "threads": threads.iter().map(|t| world.channel_value_for(t, viewer)).collect::<Vec<_>>(),
        "members": own.collect::<Vec<_>>(),
        "has_more": more,
    })
}

/// All active threads of a server that the caller can see.
pub(super) fn active(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let guild = call.id(0)?;
    let server = world.guild(guild).ok_or(UNKNOWN_GUILD)?;
    if !server.members.contains_key(&call.actor) {
        return Err(MISSING_ACCESS);
    }
    let mut threads = world.channels_of(guild);
    threads.retain(|c| c.thread.as_ref().is_some_and(|t| !t.archived));
    threads.retain(|c| world.can_view(c.id, call.actor));
    threads.reverse();
    Reply::ok(listed(world, call.actor, &threads, false))
}

pub(super) fn archived_public(world: &mut World, call: &mut Call) -> Answer<Reply> {
    archived(world, call, permission::READ_HISTORY, |t, _| t.kind != Kind::PrivateThread)
}

pub(super) fn archived_private(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let bits = permission::READ_HISTORY | permission::MANAGE_THREADS;
    archived(world, call, bits, |t, _| t.kind == Kind::PrivateThread)
}

pub(super) fn archived_joined(world: &mut World, call: &mut Call) -> Answer<Reply> {
    archived(world, call, permission::READ_HISTORY, |t, viewer| {
        let joined = t.thread.as_ref().is_some_and(|t| t.members.contains_key(&viewer));
        t.kind == Kind::PrivateThread && joined
    })
}

/// Archived threads, the latest archived first.
fn archived(world: &World, call: &Call, bits: u64, wanted: fn(&Channel, Id) -> bool) -> Answer<Reply> {
    let channel = call.id(0)?;
    world.need(call.actor, channel, bits)?;
    let most = call.limit(50, 100)?;
    let before = call.query("before").and_then(|b| b.parse::<jiff::Timestamp>().ok());
    let before = before.map_or(i64::MAX, |b| b.as_microsecond());
    let mut threads: Vec<(i64, &Channel)> = world
        .threads_of(channel)
        .filter(|t| wanted(t, call.actor))
        .filter_map(|t| Some((t.thread.as_ref().filter(|t| t.archived)?.archive_changed_us, t)))
        .filter(|(at, _)| *at < before)
        .collect();
    threads.sort_by_key(|(at, t)| std::cmp::Reverse((*at, t.id)));
    let more = threads.len() > most;
    let threads: Vec<&Channel> = threads.into_iter().take(most).map(|(_, t)| t).collect();
    Reply::ok(listed(world, call.actor, &threads, more))
}

fn visible<'w>(world: &'w World, call: &Call) -> Answer<&'w Channel> {
    let id = call.id(0)?;
    world.need(call.actor, id, permission::VIEW_CHANNEL)?;
    let place = world.channel(id).filter(|c| c.thread.is_some());
    place.ok_or(UNKNOWN_CHANNEL)
}

pub(super) fn members(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let place = visible(world, call)?;
    let inside = place.thread.iter().flat_map(|t| t.members.keys());
    Reply::ok(inside.map(|user| world.channel_value_for(place, *user)["member"].take()).collect())
}

pub(super) fn member(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (place, user) = (visible(world, call)?, call.id(1)?);
    let mut value = world.channel_value_for(place, user);
    let member = value.get_mut("member").map(Value::take);
    Reply::ok(member.ok_or(UNKNOWN_MEMBER)?)
}

pub(super) fn join(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (place, user) = (visible(world, call)?, call.id(1)?);
    let id = place.id;
    if place.thread.as_ref().is_some_and(|t| t.archived) {
        return Err(THREAD_ARCHIVED);
    }
    if user != call.actor {
        world.need(call.actor, id, permission::SEND_MESSAGES)?;
    }
    world.join_thread(id, user);
    Ok(Reply::Empty)
}

pub(super) fn leave(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (id, user) = (visible(world, call)?.id, call.id(1)?);
    if user != call.actor {
        world.need(call.actor, id, permission::MANAGE_THREADS)?;
    }
    world.leave_thread(id, user);
    Ok(Reply::Empty)
}

//! Messages: reading back, posting, editing, deleting.

use super::call::{Call, Reply};
use super::shown;
use crate::sandbox::world::{Answer, Draft, Id, Refusal, UNKNOWN_MESSAGE, World, id_of, permission};

/// Newest first. `after` takes the oldest of what follows, `around` half on
/// each side; who may not read back sees nothing.
pub(super) fn list(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let channel = call.id(0)?;
    world.need(call.actor, channel, permission::VIEW_CHANNEL)?;
    let most = call.limit(50, 100)?;
    let (before, after) = (call.query_id("before")?, call.query_id("after")?);
    let around = call.query_id("around")?;
    if [before, after, around].iter().flatten().count() > 1 {
        return Err(Refusal::form(
            &["_"],
            "MESSAGES_QUERY_EXCLUSIVE",
            "before, after and around are mutually exclusive.",
        ));
    }
    if world.need(call.actor, channel, permission::READ_HISTORY).is_err() {
        return Reply::ok(serde_json::json!([]));
    }
    let standing = || world.messages(channel).filter(|m| m.only_for.is_none());
    let mut found: Vec<_> = if let Some(after) = after {
        standing().filter(|m| m.id > after).take(most).collect()
    } else if let Some(around) = around {
        let half = most / 2;
        let mut some: Vec<_> = standing().rev().filter(|m| m.id < around).take(half).collect();
        some.extend(standing().filter(|m| m.id >= around).take(most - half));
        some
    } else {
        let older = |id: Id| before.is_none_or(|before| id < before);
        standing().rev().filter(|m| older(m.id)).take(most).collect()
    };
    found.sort_by_key(|m| std::cmp::Reverse(m.id));
    Reply::ok(found.iter().map(|m| world.message_value(m, call.actor)).collect())
}

pub(super) fn get(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    world.need(call.actor, channel, permission::VIEW_CHANNEL | permission::READ_HISTORY)?;
    world.message(channel, id).filter(|m| m.only_for.is_none()).ok_or(UNKNOWN_MESSAGE)?;
    Reply::ok(shown(world, channel, id, call.actor)?)
}

pub(super) fn post(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let channel = call.id(0)?;
    let files = call.take_files();
    let draft = Draft::from_value(&call.body, files)?;
    let id = world.post(call.actor, channel, draft)?;
    Reply::ok(shown(world, channel, id, call.actor)?)
}

pub(super) fn edit(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    let files = call.take_files();
    world.edit(call.actor, channel, id, &call.body, files)?;
    Reply::ok(shown(world, channel, id, call.actor)?)
}

pub(super) fn delete(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    world.delete(call.actor, channel, id, call.reason())?;
    Ok(Reply::Empty)
}

pub(super) fn bulk_delete(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let channel = call.id(0)?;
    let list = call.body["messages"].as_array();
    let list = list.ok_or_else(|| Refusal::missing(&["messages"]))?;
    let ids: Vec<Id> = list.iter().filter_map(id_of).collect();
    if ids.len() != list.len() {
        return Err(Refusal::form(&["messages"], "NUMBER_TYPE_COERCE", "Value is not snowflake."));
    }
    world.bulk_delete(call.actor, channel, &ids, call.reason())?;
    Ok(Reply::Empty)
}

pub(super) fn crosspost(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, id) = (call.id(0)?, call.id(1)?);
    world.crosspost(call.actor, channel, id)?;
    Reply::ok(shown(world, channel, id, call.actor)?)
}

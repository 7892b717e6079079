//! Channels: reading, changing, deleting, overwrites, pins, typing.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use crate::sandbox::world::{
    Answer, Id, Message, Overwrite, Refusal, UNKNOWN_CHANNEL, World, permission, stamp,
};

/// The channel of the path, if the caller can see it.
fn visible(world: &World, call: &Call) -> Answer<Id> {
    let id = call.id(0)?;
    world.need(call.actor, id, permission::VIEW_CHANNEL)?;
    Ok(id)
}

pub(super) fn value(world: &World, id: Id, viewer: Id) -> Answer<Value> {
    let place = world.channel(id).ok_or(UNKNOWN_CHANNEL)?;
    Ok(world.channel_value_for(place, viewer))
}

pub(super) fn get(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let id = visible(world, call)?;
    Reply::ok(value(world, id, call.actor)?)
}

pub(super) fn edit(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let id = visible(world, call)?;
    world.edit_channel(call.actor, id, &call.body, call.reason())?;
    Reply::ok(value(world, id, call.actor)?)
}

pub(super) fn delete(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let id = visible(world, call)?;
    Reply::ok(world.delete_channel(call.actor, id, call.reason())?)
}

pub(super) fn set_overwrite(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, id) = (visible(world, call)?, call.id(1)?);
    let mut wish = call.body.clone();
    if wish.get("type").is_none() {
        return Err(Refusal::missing(&["type"]));
    }
    wish["id"] = json!(id.to_string());
    let to = Overwrite::from_value(&wish);
    let to = to.ok_or_else(|| Refusal::form(&["allow"], "NUMBER_TYPE_COERCE", "Value is not int."))?;
    world.edit_overwrite(call.actor, channel, id, Some(to), call.reason())?;
    Ok(Reply::Empty)
}

pub(super) fn drop_overwrite(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, id) = (visible(world, call)?, call.id(1)?);
    world.edit_overwrite(call.actor, channel, id, None, call.reason())?;
    Ok(Reply::Empty)
}

pub(super) fn typing(world: &mut World, call: &mut Call) -> Answer<Reply> {
    world.need(call.actor, call.id(0)?, permission::SEND_MESSAGES)?;
    Ok(Reply::Empty)
}

pub(super) fn pin(world: &mut World, call: &mut Call) -> Answer<Reply> {
    set_pinned(world, call, true)
}

pub(super) fn unpin(world: &mut World, call: &mut Call) -> Answer<Reply> {
    set_pinned(world, call, false)
}

fn set_pinned(world: &mut World, call: &Call, pinned: bool) -> Answer<Reply> {
    let (channel, message) = (call.id(0)?, call.id(1)?);
    world.pin(call.actor, channel, message, pinned, call.reason())?;
    Ok(Reply::Empty)
}

/// Pins, the latest first. Who may not read back sees none.
fn latest_pins<'w>(world: &'w World, call: &Call) -> Answer<Vec<(i64, &'w Message)>> {
    let channel = visible(world, call)?;
    if world.need(call.actor, channel, permission::READ_HISTORY).is_err() {
        return Ok(Vec::new());
    }
    let pins = world.pins(channel);
    let mut pins: Vec<_> = pins.filter_map(|m| Some((m.pinned_us?, m))).collect();
    pins.sort_by_key(|(at, m)| std::cmp::Reverse((*at, m.id)));
    Ok(pins)
}

/// The older form: a list of at most 50.
pub(super) fn pins_in_a_list(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let pins = latest_pins(world, call)?;
    let pins = pins.iter().take(50);
    Reply::ok(pins.map(|(_, m)| world.message_value(m, call.actor)).collect())
}

/// The newer form: pages, with the time of each pin.
pub(super) fn pins(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let mut pins = latest_pins(world, call)?;
    let most = call.limit(50, 50)?;
    if let Some(before) = call.query("before") {
        let before = before.parse::<jiff::Timestamp>().map_err(|_| {
            Refusal::form(&["before"], "DATE_TIME_TYPE_PARSE", "Could not parse. Should be ISO8601.")
        })?;
        pins.retain(|(at, _)| *at < before.as_microsecond());
    }
    let more = pins.len() > most;
    let items = pins
        .iter()
        .take(most)
        .map(|(at, m)| json!({ "pinned_at": stamp(*at), "message": world.message_value(m, call.actor) }));
    Reply::ok(json!({ "items": items.collect::<Vec<_>>(), "has_more": more }))
}

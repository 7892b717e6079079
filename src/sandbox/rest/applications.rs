//! The application itself: where the gateway is, its commands, and the first
//! answers to interactions.

use serde_json::{Value, json};

use super::call::{Call, Reply};
use super::shown;
use crate::sandbox::world::{Answer, Id, MISSING_ACCESS, UNKNOWN_APPLICATION, UNKNOWN_INTERACTION, World};

/// Sessions a bot may start in a day.
const SESSIONS_A_DAY: u32 = 1000;

fn gateway_url(world: &World) -> String {
    format!("ws://{}", world.addresses().gateway)
}

pub(super) fn gateway(world: &mut World, _: &mut Call) -> Answer<Reply> {
    Reply::ok(json!({ "url": gateway_url(world) }))
}

pub(super) fn gateway_bot(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let used = world.application(call.actor).map_or(0, |a| a.identifies);
    Reply::ok(json!({
        "url": gateway_url(world),
        "shards": 1,
        "session_start_limit": {
            "total": SESSIONS_A_DAY,
            "remaining": SESSIONS_A_DAY.saturating_sub(used),
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        },
    }))
}

pub(super) fn me(world: &mut World, call: &mut Call) -> Answer<Reply> {
    Reply::ok(world.application_value(call.actor).ok_or(UNKNOWN_APPLICATION)?)
}

/// Application and guild of the path; an application has only its own commands.
fn own(world: &World, call: &Call) -> Answer<(Id, Id)> {
    let (app, guild) = (call.id(0)?, call.id(1)?);
    if app != call.actor || world.guild(guild).is_none_or(|g| !g.members.contains_key(&app)) {
        return Err(MISSING_ACCESS);
    }
    Ok((app, guild))
}

pub(super) fn commands(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (app, guild) = own(world, call)?;
    Reply::ok(world.commands_value(app, guild))
}

pub(super) fn register(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (app, guild) = own(world, call)?;
    Reply::ok(world.register_commands(app, guild, &call.body)?)
}

pub(super) fn answer(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let id = call.id(0)?;
    let files = call.take_files();
    let made = world.answer(id, call.text(1), &call.body, files)?;
    if call.query("with_response") != Some("true") {
        return Ok(Reply::Empty);
    }
    let interaction = world.interaction(id).ok_or(UNKNOWN_INTERACTION)?;
    let mut body = json!({
        "interaction": { "id": id.to_string(), "type": interaction.kind },
    });
    if let Some(message) = made {
        let value = shown(world, interaction.channel, message, interaction.app)?;
        body["interaction"]["response_message_id"] = json!(message.to_string());
        body["interaction"]["response_message_loading"] = flag(&value, 1 << 7);
        body["interaction"]["response_message_ephemeral"] = flag(&value, 1 << 6);
        let kind = call.body["type"].as_u64();
        if matches!(kind, Some(4 | 7)) {
            body["resource"] = json!({ "type": kind, "message": value });
        }
    }
    Reply::ok(body)
}

fn flag(message: &Value, bit: u64) -> Value {
    json!(message["flags"].as_u64().unwrap_or(0) & bit != 0)
}

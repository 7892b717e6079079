//! Webhooks, and the follow-ups of interactions, which Discord keeps at the
//! same addresses: the application's id stands for the webhook's.

use serde_json::Value;

use super::call::{Call, Reply};
use super::shown;
use crate::sandbox::world::{Answer, Draft, Id, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, World, permission};

pub(super) fn of_channel(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let channel = call.id(0)?;
    world.need(call.actor, channel, permission::MANAGE_WEBHOOKS)?;
    let hooks = world.webhooks_of(channel);
    Reply::ok(hooks.map(|h| world.webhook_value(h)).collect())
}

pub(super) fn create(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let channel = call.id(0)?;
    let name = call.body["name"].as_str().unwrap_or("").to_owned();
    let id = world.make_webhook(call.actor, channel, &name, call.reason())?;
    let hook = world.webhook(id).ok_or(UNKNOWN_WEBHOOK)?;
    Reply::ok(world.webhook_value(hook))
}

pub(super) fn get(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let hook = world.webhook_by(call.id(0)?, call.text(1))?;
    let mut value = world.webhook_value(hook);
    // Who knows only the token is not told who made it.
    if let Value::Object(fields) = &mut value {
        fields.remove("user");
    }
    Reply::ok(value)
}

/// Whether the id in the path is an application's, not a webhook's.
fn is_application(world: &World, call: &Call) -> Answer<Option<Id>> {
    let id = call.id(0)?;
    Ok(world.application(id).map(|a| a.id))
}

pub(super) fn execute(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let files = call.take_files();
    if let Some(app) = is_application(world, call)? {
        let id = world.follow_up(app, call.text(1), &call.body, files)?;
        let channel = world.interaction_by(app, call.text(1))?.channel;
        return Reply::ok(shown(world, channel, id, app)?);
    }
    let hook = world.webhook_by(call.id(0)?, call.text(1))?;
    let (hook, own) = (hook.id, hook.channel);
    let name = call.body["username"].as_str().map(str::to_owned);
    let thread = call.query_id("thread_id")?;
    let draft = Draft::from_value(&call.body, files)?;
    let id = world.post_by_webhook(hook, name.as_deref(), thread, draft)?;
    match call.query("wait") {
        Some("true") => Reply::ok(shown(world, thread.unwrap_or(own), id, 0)?),
        _ => Ok(Reply::Empty),
    }
}

/// Channel, message and author of the path.
fn addressed(world: &World, call: &Call) -> Answer<(Id, Id, Id)> {
    if let Some(app) = is_application(world, call)? {
        let (channel, id) = world.answer_message(app, call.text(1), call.text(2))?;
        return Ok((channel, id, app));
    }
    let hook = world.webhook_by(call.id(0)?, call.text(1))?.id;
    let id = call.text(2).parse().map_err(|_| UNKNOWN_MESSAGE)?;
    Ok((world.place_of_authored(hook, id)?, id, hook))
}

pub(super) fn message(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, id, author) = addressed(world, call)?;
    Reply::ok(shown(world, channel, id, author)?)
}

pub(super) fn edit(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let files = call.take_files();
    if let Some(app) = is_application(world, call)? {
        let (token, which) = (call.text(1).to_owned(), call.text(2).to_owned());
        let (channel, id) = world.edit_answer(app, &token, &which, &call.body, files)?;
        return Reply::ok(shown(world, channel, id, app)?);
    }
    let (_, id, hook) = addressed(world, call)?;
    let channel = world.edit_authored(hook, id, &call.body, files)?;
    Reply::ok(shown(world, channel, id, hook)?)
}

pub(super) fn delete(world: &mut World, call: &mut Call) -> Answer<Reply> {
    let (channel, id, _) = addressed(world, call)?;
    world.remove_message(channel, id);
    Ok(Reply::Empty)
}

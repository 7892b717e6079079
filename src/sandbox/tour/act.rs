//! One step, done in the world by the person it belongs to.

use std::collections::BTreeMap;

use super::{Act, Step};
use crate::sandbox::Server;
use crate::sandbox::city::City;
use crate::sandbox::world::{Answer, Id, UNKNOWN_MESSAGE, Upload};

/// What came of a step: the message it is about, where one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub message: Option<Id>,
    /// Where it happened: the channel, thread or post. `None` for a direct
    /// message to the bot, and when only time passed.
    pub place: Option<Id>,
}

/// Does what a step says. `names` are the named messages so far: channel and
/// message.
///
/// # Errors
///
/// When Discord would refuse it, or when the message it refers to was refused.
pub fn act(
    server: &Server,
    city: &City,
    step: &Step,
    names: &mut BTreeMap<String, (Id, Id)>,
) -> Answer<Done> {
    let who = city.user(step.who);
    let channel = city.place(&step.channel).map_or(0, |place| place.id);
    let text = step.text.as_str();
    let find = |name: &String| names.get(name).copied().ok_or(UNKNOWN_MESSAGE);
    let (place, message) = match &step.what {
        Act::Post => (channel, server.post_as(who, channel, text)?),
        Act::Reply { to } => {
            let (place, to) = find(to)?;
            (place, server.reply_as(who, place, to, text)?)
        }
        Act::Edit { of } => {
            let (place, message) = find(of)?;
            server.edit_as(who, place, message, text)?;
            (place, message)
        }
        Act::Delete { of } => {
            let (place, message) = find(of)?;
            server.delete_as(who, place, message)?;
            (place, message)
        }
        Act::Attach { file, contents } => {
            let upload = Upload::new(file, kind_of(file), contents.clone().into_bytes());
            (channel, server.attach_as(who, channel, text, vec![upload])?)
        }
        Act::Thread { on, title } => {
            let (place, on) = find(on)?;
            let thread = server.thread_as(who, place, Some(on), title)?;
            (thread, server.post_as(who, thread, text)?)
        }
        Act::ForumPost { title } => {
            let post = server.forum_post_as(who, channel, title, text)?;
            // A post's first message has the post's own id.
            (post, post)
        }
        Act::Forward { of } => {
            let (place, message) = find(of)?;
            (channel, server.forward_as(who, place, message, channel)?)
        }
        Act::Repeat { times } => {
            let mut last = server.post_as(who, channel, text)?;
            for _ in 1..*times {
                last = server.post_as(who, channel, text)?;
            }
            (channel, last)
        }
        Act::Poll { answers } => {
            let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
            (channel, server.poll_as(who, channel, text, &answers)?)
        }
        Act::Nickname { nickname } => {
            server.nick_as(who, city.guild, who, nickname)?;
            (channel, server.post_as(who, channel, text)?)
        }
        Act::Webhook => (channel, server.webhook_post(city.other_webhook, text)?),
        Act::OwnWebhook => (channel, server.webhook_post(city.own_webhook, text)?),
        Act::Direct => {
            let message = server.dm_as(who, city.bot, text)?;
            return Ok(Done { message: Some(message), place: None });
        }
        Act::Wait { minutes } => {
            server.clock().advance(*minutes as i64 * 60_000);
            return Ok(Done::default());
        }
    };
    if let Some(name) = &step.name {
        names.insert(name.clone(), (place, message));
    }
    Ok(Done { message: Some(message), place: Some(place) })
}

/// A file's type by its name, as a browser would say it.
pub fn kind_of(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or("") {
        "txt" | "log" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv",
        "json" => "application/json",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

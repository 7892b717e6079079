//! Webhooks, and applications that people bring along.
//!
//! Both put messages where their name is no member's; neither asks the
//! channel's permissions.

use serde_json::{Value, json};

use super::attachment::Upload;
use super::audit::{self, Note};
use super::draft::Draft;
use super::message::{Byline, kind};
use super::permission::MANAGE_WEBHOOKS;
use super::refusal::*;
use super::session::{Scope, intent};
use super::{Id, World};

#[derive(Clone, Debug)]
pub struct Webhook {
    pub id: Id,
    pub token: String,
    pub guild: Id,
    pub channel: Id,
    pub name: String,
    pub creator: Id,
    /// The bot that made it, if one did.
    pub application: Option<Id>,
}

impl World {
    pub fn make_webhook(&mut self, actor: Id, channel: Id, name: &str, reason: Option<&str>) -> Answer<Id> {
        self.need(actor, channel, MANAGE_WEBHOOKS)?;
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        let guild = place.guild.ok_or(NOT_ON_A_DM)?;
        if name.is_empty() || name.chars().count() > 80 {
            return Err(Refusal::form(
                &["name"],
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 80 in length.",
            ));
        }
        let id = self.new_id();
        let token = self.new_token();
        let hook = Webhook {
            id,
            token,
            guild,
            channel,
            name: name.to_owned(),
            creator: actor,
            application: self.applications.get(&actor).map(|a| a.id),
        };
        self.webhooks.insert(id, hook);
        let told = json!({ "guild_id": guild.to_string(), "channel_id": channel.to_string() });
        let scope = Scope::guild(guild, intent::GUILD_WEBHOOKS).seen_in(channel);
        self.tell("WEBHOOKS_UPDATE", &scope, &told);
        let note = Note { target: Some(id), reason, ..Note::default() };
        self.audit(guild, actor, audit::WEBHOOK_CREATE, note);
        Ok(id)
    }

    pub fn webhook(&self, id: Id) -> Option<&Webhook> {
        self.webhooks.get(&id)
    }

    pub fn webhooks_of(&self, channel: Id) -> impl Iterator<Item = &Webhook> {
        self.webhooks.values().filter(move |h| h.channel == channel)
    }

    /// The webhook, if `token` opens it.
    pub(crate) fn webhook_by(&self, id: Id, token: &str) -> Answer<&Webhook> {
        let hook = self.webhooks.get(&id).ok_or(UNKNOWN_WEBHOOK)?;
        if hook.token != token {
            return Err(INVALID_WEBHOOK_TOKEN);
        }
        Ok(hook)
    }

    pub fn webhook_value(&self, hook: &Webhook) -> Value {
        json!({
            "id": hook.id.to_string(),
            "type": 1,
            "guild_id": hook.guild.to_string(),
            "channel_id": hook.channel.to_string(),
            "name": hook.name,
            "avatar": null,
            "token": hook.token,
            "application_id": hook.application.map(|a| a.to_string()),
            "user": self.user_value(hook.creator),
            "url": format!("http://{}/api/webhooks/{}/{}", self.addresses.rest, hook.id, hook.token),
        })
    }

    /// Posts through a webhook, under its own name or the one given; `thread`
    /// must be a thread of its channel.
    pub fn post_by_webhook(
        &mut self,
        id: Id,
        name: Option<&str>,
        thread: Option<Id>,
        draft: Draft,
    ) -> Answer<Id> {
        let hook = self.webhooks.get(&id).ok_or(UNKNOWN_WEBHOOK)?;
        let channel = match thread {
            None => hook.channel,
            Some(thread) => {
                let place = self.channels.get(&thread).ok_or(UNKNOWN_CHANNEL)?;
                if place.parent != Some(hook.channel) {
                    return Err(UNKNOWN_CHANNEL);
                }
                thread
            }
        };
        let by = Byline::Webhook { id, name: name.unwrap_or(&hook.name).to_owned() };
        let draft = self.well_formed(draft, true)?;
        self.wake_thread(channel);
        Ok(self.place(channel, by, draft))
    }

    /// The channel in which a webhook's or an answer's message stands, if it is theirs.
    pub(crate) fn place_of_authored(&self, author: Id, message: Id) -> Answer<Id> {
        let holding = self.channels.values().find(|c| {
            let found = c.messages.get(&message);
            found.is_some_and(|m| m.author() == author && !matches!(m.by, Byline::Person(_)))
        });
        holding.map(|c| c.id).ok_or(UNKNOWN_MESSAGE)
    }

    /// Edits a message that a webhook or an application posted.
    pub fn edit_authored(&mut self, author: Id, message: Id, wish: &Value, files: Vec<Upload>) -> Answer<Id> {
        let channel = self.place_of_authored(author, message)?;
        self.rewrite(channel, message, wish, files, true)?;
        Ok(channel)
    }

    /// A person uses an application they have installed for themselves: the
    /// author is the application, the person stands in the interaction.
    pub fn post_by_user_app(&mut self, person: Id, app: Id, channel: Id, draft: Draft) -> Answer<Id> {
        self.need(person, channel, super::permission::SEND_MESSAGES)?;
        let draft = self.well_formed(draft, true)?;
        let interaction = self.new_id();
        let id = self.new_id();
        let mut message = self.composed(id, channel, Byline::Application(app), draft, None);
        message.kind = kind::COMMAND;
        message.interaction = Some(json!({
            "id": interaction.to_string(),
            "type": 2,
            "user": self.user_value(person),
            "authorizing_integration_owners": { "1": person.to_string() },
        }));
        self.stand(message);
        Ok(id)
    }
}

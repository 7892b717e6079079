//! Clicks, commands and forms, and how an application answers them.
//!
//! The first answer is due within three seconds; afterwards the token opens
//! follow-ups for a quarter of an hour. Ephemeral answers are shown to one
//! person and travel over no gateway.

use serde_json::{Value, json};

use super::attachment::Upload;
use super::draft::Draft;
use super::form::{check_modal, component, filled};
use super::message::{Byline, EPHEMERAL, LOADING, Message, Reference, kind};
use super::permission::{ADMINISTRATOR, ALL};
use super::refusal::*;
use super::session::Scope;
use super::{Id, World};

const FIRST_ANSWER_MS: i64 = 3_000;
const TOKEN_LIFE_MS: i64 = 15 * 60_000;
/// The oldest is forgotten beyond this.
const INTERACTIONS_AT_MOST: usize = 10_000;

pub const COMMAND: u8 = 2;
pub const COMPONENT: u8 = 3;
pub const MODAL: u8 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Waiting,
    /// A message is promised ("thinking…").
    Deferred,
    Answered,
}

#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: Id,
    pub token: String,
    pub app: Id,
    pub kind: u8,
    pub user: Id,
    pub channel: Id,
    pub made_ms: i64,
    /// The message whose component was used.
    pub message: Option<Id>,
    pub progress: Progress,
    /// The form that was opened in answer.
    pub modal: Option<Value>,
    /// What `@original` means.
    pub original: Option<Id>,
    /// Follow-ups, in order.
    pub followups: Vec<Id>,
    metadata: Value,
}

impl World {
    pub fn interaction(&self, id: Id) -> Option<&Interaction> {
        self.interactions.get(&id)
    }

    /// A person uses a button or menu; `values` are a menu's choices.
    pub fn click(
        &mut self,
        user: Id,
        channel: Id,
        message: Id,
        custom_id: &str,
        values: &[&str],
    ) -> Answer<Id> {
        self.need(user, channel, super::permission::VIEW_CHANNEL)?;
        let found = self.message(channel, message).ok_or(UNKNOWN_MESSAGE)?;
        if found.only_for.is_some_and(|only| only != user) {
            return Err(UNKNOWN_MESSAGE);
        }
        let part = component(&found.components, custom_id);
        let part = part.filter(|p| p["disabled"] != true);
        let Some(part) = part else {
            return Err(Refusal::form(
                &["data", "custom_id"],
                "COMPONENT_VALIDATION_FAILED",
                "Component validation failed",
            ));
        };
        let mut data = json!({
            "custom_id": custom_id,
            "component_type": part["type"],
            "id": part["id"],
        });
        if part["type"] != 2 {
            data["values"] = json!(values);
        }
        let app = found.author();
        let whole = self.message_value(found, app);
        Ok(self.interact(COMPONENT, app, user, channel, data, Some((message, whole)), None))
    }

    /// A person runs a registered command. `target` is the message or user of
    /// a context-menu command.
    pub fn run_command(
        &mut self,
        user: Id,
        channel: Id,
        app: Id,
        name: &str,
        options: Value,
        target: Option<Id>,
    ) -> Answer<Id> {
        self.need(user, channel, super::permission::VIEW_CHANNEL)?;
        let guild = self.guild_of(channel).ok_or(NOT_ON_A_DM)?;
        let known = self.guilds.get(&guild).and_then(|g| g.commands.get(&app));
        let command = known.and_then(|all| all.iter().find(|c| c["name"] == name));
        let command = command.ok_or(Refusal::new(404, 10063, "Unknown application command"))?;
        let needed = command["default_member_permissions"].as_str();
        let needed: u64 = needed.and_then(|n| n.parse().ok()).unwrap_or(0);
        let closed = command["default_member_permissions"] == "0";
        let has = self.permissions(channel, user);
        let administers = has == ALL || has & ADMINISTRATOR != 0;
        if (closed || has & needed != needed) && !administers {
            return Err(MISSING_PERMISSIONS);
        }
        let mut data = json!({
            "id": command["id"],
            "name": name,
            "type": command["type"],
            "guild_id": guild.to_string(),
        });
        if options.as_array().is_some_and(|o| !o.is_empty()) {
            data["resolved"] = self.resolved(guild, &options);
            data["options"] = options;
        }
        if let Some(target) = target {
            let key = target.to_string();
            data["target_id"] = json!(key);
            if command["type"] == 3 {
                let message = self.message(channel, target).ok_or(UNKNOWN_MESSAGE)?;
                data["resolved"] = json!({ "messages": { key: self.message_value(message, app) } });
            } else {
                data["resolved"] = self.resolved_user(guild, target);
            }
        }
        Ok(self.interact(COMMAND, app, user, channel, data, None, None))
    }

    fn resolved_user(&self, guild: Id, user: Id) -> Value {
        let key = user.to_string();
        let mut resolved = json!({ "users": { &key: self.user_value(user) } });
        if let Some(member) = self.member_body(guild, user) {
            let mut member = json!(member);
            member["permissions"] = json!(self.guild_permissions(guild, user).to_string());
            resolved["members"] = json!({ key: member });
        }
        resolved
    }

    fn resolved(&self, guild: Id, options: &Value) -> Value {
        let mut resolved = json!({});
        for option in options.as_array().map_or(&[][..], |l| l) {
            if option["type"] == 6
                && let Some(user) = super::place::id_of(&option["value"])
            {
                let one = self.resolved_user(guild, user);
                for part in ["users", "members"] {
                    if let Some(Value::Object(found)) = one.get(part) {
                        for (key, value) in found {
                            resolved[part][key] = value.clone();
                        }
                    }
                }
            }
        }
        resolved
    }

    /// A person sends off the form that `opened` brought; `values` by custom id.
    pub fn submit_modal(&mut self, user: Id, opened: Id, values: &[(&str, &str)]) -> Answer<Id> {
        let source = self.interactions.get(&opened).ok_or(UNKNOWN_INTERACTION)?;
        let modal = source.modal.clone().ok_or(UNKNOWN_INTERACTION)?;
        if source.user != user {
            return Err(UNKNOWN_INTERACTION);
        }
        let (app, channel, before) = (source.app, source.channel, source.metadata.clone());
        let on = source.message.and_then(|id| self.message(channel, id));
        let on = on.map(|m| (m.id, self.message_value(m, app)));
        let parts = modal["components"].as_array().map_or(&[][..], |l| l);
        let data = json!({
            "custom_id": modal["custom_id"],
            "components": parts.iter().map(|p| filled(p, values)).collect::<Vec<_>>(),
        });
        Ok(self.interact(MODAL, app, user, channel, data, on, Some(before)))
    }

    #[expect(clippy::too_many_arguments, reason = "what an interaction consists of")]
    fn interact(
        &mut self,
        kind: u8,
        app: Id,
        user: Id,
        channel: Id,
        data: Value,
        on: Option<(Id, Value)>,
        before: Option<Value>,
    ) -> Id {
        let id = self.new_id();
        let token = self.new_token();
        let guild = self.guild_of(channel);
        let owners = match guild {
            Some(guild) => json!({ "0": guild.to_string() }),
            None => json!({ "0": "0" }),
        };
        let mut metadata = json!({
            "id": id.to_string(),
            "type": kind,
            "user": self.user_value(user),
            "authorizing_integration_owners": owners,
        });
        if let Some((message, _)) = &on
            && kind == COMPONENT
        {
            metadata["interacted_message_id"] = json!(message.to_string());
        }
        if let Some(before) = before {
            metadata["triggering_interaction_metadata"] = before;
        }
        let mut told = json!({
            "id": id.to_string(),
            "application_id": app.to_string(),
            "type": kind,
            "data": data,
            "channel_id": channel.to_string(),
            "token": token,
            "version": 1,
            "app_permissions": self.permissions(channel, app).to_string(),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": owners,
            "context": if guild.is_some() { 0 } else { 1 },
            "attachment_size_limit": self.settings.file_bytes_at_most,
        });
        if let Some(place) = self.channels.get(&channel) {
            told["channel"] = self.channel_value_for(place, app);
            told["channel"]["permissions"] = json!(self.permissions(channel, user).to_string());
        }
        if let Some(guild) = guild {
            told["guild_id"] = json!(guild.to_string());
            told["guild_locale"] = json!("en-US");
            told["guild"] = json!({ "id": guild.to_string(), "locale": "en-US", "features": [] });
            told["member"] = self.member_value(guild, user).unwrap_or_default();
            told["member"]["permissions"] = json!(self.permissions(channel, user).to_string());
        } else {
            told["user"] = self.user_value(user);
        }
        let message = on.as_ref().map(|(id, _)| *id);
        if let Some((_, whole)) = on {
            told["message"] = whole;
        }
        if self.interactions.len() >= INTERACTIONS_AT_MOST {
            self.interactions.pop_first();
        }
        self.interactions.insert(
            id,
            Interaction {
                id,
                token,
                app,
                kind,
                user,
                channel,
                made_ms: self.now_ms(),
                message,
                progress: Progress::Waiting,
                modal: None,
                original: None,
                followups: Vec::new(),
                metadata,
            },
        );
        self.tell("INTERACTION_CREATE", &Scope::only(app), &told);
        id
    }

    /// The first answer: `POST /interactions/{id}/{token}/callback`. Gives the
    /// message it made or changed, if any.
    pub fn answer(&mut self, id: Id, token: &str, wish: &Value, files: Vec<Upload>) -> Answer<Option<Id>> {
        let now = self.now_ms();
        let found = self.interactions.get(&id).filter(|i| i.token == token);
        let interaction = found.ok_or(UNKNOWN_INTERACTION)?.clone();
        if interaction.progress != Progress::Waiting {
            return Err(ACKNOWLEDGED_ALREADY);
        }
        if now - interaction.made_ms > FIRST_ANSWER_MS {
            return Err(UNKNOWN_INTERACTION);
        }
        let data = &wish["data"];
        let on_component = interaction.message.is_some();
        let mut modal = None;
        let (progress, original) = match wish["type"].as_u64() {
            Some(4) => {
                let draft = self.well_formed(Draft::from_value(data, files)?, true)?;
                (Progress::Answered, Some(self.place_answer(&interaction, draft)))
            }
            Some(5) => {
                let mut draft = Draft::from("");
                draft.flags = data["flags"].as_u64().unwrap_or(0) & EPHEMERAL | LOADING;
                (Progress::Deferred, Some(self.place_answer(&interaction, draft)))
            }
            Some(6) if on_component => (Progress::Answered, interaction.message),
            Some(7) if on_component => {
                if let Some(message) = interaction.message {
                    self.rewrite(interaction.channel, message, data, files, true)?;
                }
                (Progress::Answered, interaction.message)
            }
            Some(9) if interaction.kind != MODAL => {
                check_modal(data)?;
                modal = Some(data.clone());
                (Progress::Answered, None)
            }
            _ => {
                return Err(Refusal::form(
                    &["type"],
                    "BASE_TYPE_CHOICES",
                    "Value must be one of {4, 5, 6, 7, 9}.",
                ));
            }
        };
        if let Some(stored) = self.interactions.get_mut(&id) {
            stored.progress = progress;
            stored.original = original;
            stored.modal = modal;
        }
        Ok(original)
    }

    fn place_answer(&mut self, to: &Interaction, draft: Draft) -> Id {
        let id = self.new_id();
        let by = Byline::Application(to.app);
        let whispered = draft.flags & EPHEMERAL != 0;
        let mut message = self.composed(id, to.channel, by, draft, None);
        if whispered {
            message.only_for = Some(to.user);
            message.pings = Default::default();
        }
        message.interaction = Some(to.metadata.clone());
        match (to.kind, to.message) {
            (COMMAND, _) => message.kind = kind::COMMAND,
            (_, Some(on)) => {
                message.kind = kind::REPLY;
                let guild = self.guild_of(to.channel);
                message.reference = Some(Reference::reply(guild, to.channel, on));
            }
            _ => {}
        }
        self.stand(message);
        id
    }

    /// The interaction whose token this is, while the token lives.
    pub(crate) fn interaction_by(&self, app: Id, token: &str) -> Answer<&Interaction> {
        let newest_first = self.interactions.values().rev();
        let mut found = newest_first.filter(|i| i.app == app && i.token == token);
        let interaction = found.next().ok_or(UNKNOWN_WEBHOOK)?;
        if self.now_ms() - interaction.made_ms > TOKEN_LIFE_MS {
            return Err(INVALID_WEBHOOK_TOKEN);
        }
        // Before the first answer the token opens nothing.
        if interaction.progress == Progress::Waiting {
            return Err(UNKNOWN_WEBHOOK);
        }
        Ok(interaction)
    }

    /// A further message. The first one after a deferred answer takes its place.
    pub fn follow_up(&mut self, app: Id, token: &str, wish: &Value, files: Vec<Upload>) -> Answer<Id> {
        let interaction = self.interaction_by(app, token)?.clone();
        if let (Progress::Deferred, Some(original)) = (interaction.progress, interaction.original) {
            self.rewrite(interaction.channel, original, wish, files, true)?;
            self.progressed(interaction.id);
            return Ok(original);
        }
        let draft = self.well_formed(Draft::from_value(wish, files)?, true)?;
        let id = self.place_answer(&interaction, draft);
        if let Some(stored) = self.interactions.get_mut(&interaction.id) {
            stored.followups.push(id);
        }
        Ok(id)
    }

    pub(super) fn progressed(&mut self, id: Id) {
        if let Some(stored) = self.interactions.get_mut(&id) {
            stored.progress = Progress::Answered;
        }
    }

    /// The message `@original` or an id means in this interaction, and its place.
    pub(crate) fn answer_message(&self, app: Id, token: &str, which: &str) -> Answer<(Id, Id)> {
        let interaction = self.interaction_by(app, token)?;
        let id = match which {
            "@original" => interaction.original,
            id => id
                .parse()
                .ok()
                .filter(|id| interaction.followups.contains(id) || interaction.original == Some(*id)),
        };
        let id = id.filter(|id| self.message(interaction.channel, *id).is_some());
        Ok((interaction.channel, id.ok_or(UNKNOWN_MESSAGE)?))
    }

    /// Changes an answer given earlier; a promised one is kept by this.
    pub fn edit_answer(
        &mut self,
        app: Id,
        token: &str,
        which: &str,
        wish: &Value,
        files: Vec<Upload>,
    ) -> Answer<(Id, Id)> {
        let (channel, id) = self.answer_message(app, token, which)?;
        let interaction = self.interaction_by(app, token)?.id;
        self.rewrite(channel, id, wish, files, true)?;
        self.progressed(interaction);
        Ok((channel, id))
    }

    /// What the person who acted sees in answer: messages in order.
    pub fn answers(&self, interaction: Id) -> Vec<&Message> {
        let Some(found) = self.interactions.get(&interaction) else {
            return Vec::new();
        };
        let ids = found.original.iter().chain(&found.followups);
        ids.filter_map(|id| self.message(found.channel, *id)).collect()
    }
}

//! What happens to a message after it was posted: edits, deletions, pins,
//! unfurled links.
//!
//! `MESSAGE_UPDATE` is sent for all of them but deletion, and not always
//! whole.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::attachment::Upload;
use super::audit::{self, Note};
use super::draft::{check_components, check_content, check_embeds};
use super::mention::AllowedMentions;
use super::message::*;
use super::permission::*;
use super::place::{Kind, id_of};
use super::refusal::*;
use super::session::{Scope, Shape, intent};
use super::{Id, World, stamp};

/// Bulk deletion reaches back this far.
const BULK_REACH_MS: i64 = 14 * 24 * 3_600_000;
const PINS_AT_MOST: usize = 250;

impl World {
    /// Edits a message. Only its author may, but for hiding embeds.
    pub fn edit(&mut self, actor: Id, channel: Id, id: Id, wish: &Value, files: Vec<Upload>) -> Answer<()> {
        self.need(actor, channel, VIEW_CHANNEL)?;
        let found = self.message(channel, id).filter(|m| m.only_for.is_none());
        let message = found.ok_or(UNKNOWN_MESSAGE)?;
        if message.author() != actor || matches!(message.by, Byline::Webhook { .. }) {
            let only_flags = wish.as_object().is_some_and(|w| w.keys().all(|k| k == "flags"));
            if !only_flags {
                return Err(NOT_YOUR_MESSAGE);
            }
            self.need(actor, channel, MANAGE_MESSAGES)?;
        }
        if message.snapshot.is_some() {
            return Err(SYSTEM_MESSAGE);
        }
        let archived = self.channels.get(&channel).and_then(|c| c.thread.as_ref());
        if archived.is_some_and(|t| t.archived) {
            return Err(THREAD_ARCHIVED);
        }
        let bot = self.users.get(&actor).is_none_or(|u| u.bot);
        if let Some(content) = wish["content"].as_str() {
            self.automod_allows(actor, channel, content)?;
        }
        self.rewrite(channel, id, wish, files, bot)
    }

    /// Carries out an edit whoever asks for it: webhooks and answers come here too.
    pub(super) fn rewrite(
        &mut self,
        channel: Id,
        id: Id,
        wish: &Value,
        files: Vec<Upload>,
        bot: bool,
    ) -> Answer<()> {
        let mut message = self.message(channel, id).ok_or(UNKNOWN_MESSAGE)?.clone();
        let mut text_changed = false;
        if let Some(content) = wish.get("content") {
            let content = content.as_str().unwrap_or("");
            check_content(content, bot)?;
            text_changed = content != message.content;
            content.clone_into(&mut message.content);
        }
        if let Some(flags) = wish["flags"].as_u64() {
            let hide = SUPPRESS_EMBEDS | COMPONENTS_V2;
            message.flags = message.flags & !SUPPRESS_EMBEDS | flags & hide;
        }
        if let Some(embeds) = wish.get("embeds") {
            message.embeds = embeds.as_array().cloned().unwrap_or_default();
            check_embeds(&mut message.embeds)?;
        }
        if let Some(components) = wish.get("components") {
            message.components = components.as_array().cloned().unwrap_or_default();
            check_components(&mut message.components, message.flags & COMPONENTS_V2 != 0)?;
        }
        let mut dropped = Vec::new();
        if let Some(kept) = wish["attachments"].as_array() {
            let kept: BTreeSet<Id> = kept.iter().filter_map(|a| id_of(&a["id"])).collect();
            let (stay, go) = message.attachments.into_iter().partition(|a| kept.contains(&a.id));
            message.attachments = stay;
            dropped = go;
        }
        let nothing_left = message.content.trim().is_empty()
            && message.embeds.is_empty()
            && message.components.is_empty()
            && message.attachments.is_empty()
            && message.poll.is_none()
            && message.stickers.is_empty()
            && files.is_empty();
        if nothing_left {
            return Err(EMPTY_MESSAGE);
        }
        for attachment in dropped {
            self.drop_file(attachment.id);
        }
        for file in files {
            let kept = self.keep_file(channel, file);
            message.attachments.push(kept);
        }
        // An edit rings for nobody, whatever it names.
        let pings = std::mem::take(&mut message.pings);
        let allowed = match wish.get("allowed_mentions").filter(|a| !a.is_null()) {
            Some(wish) => AllowedMentions::from_value(wish)?,
            None => AllowedMentions::everything(),
        };
        let reply = message.reference.filter(|r| !r.forward);
        self.resolve_mentions(&mut message, &allowed, reply);
        message.pings = pings;
        message.flags &= !LOADING;
        // Discord's edit times have microseconds, which an unfurl later cuts off.
        if text_changed || wish.get("flags").is_none() {
            message.edited_us = Some(self.now_us() + 1 + (id as i64 & 0x1ff));
        }
        if let Some(place) = self.channels.get_mut(&channel) {
            place.messages.insert(id, message);
        }
        self.tell_message("MESSAGE_UPDATE", channel, id, Shape::Whole);
        Ok(())
    }

    /// Links get their preview: embeds appear without an edit.
    pub fn unfurl(&mut self, channel: Id, id: Id, embeds: Vec<Value>) {
        if let Some(message) = self.message_mut(channel, id) {
            message.embeds = embeds;
            self.tell_message("MESSAGE_UPDATE", channel, id, Shape::Cut);
        }
    }

    /// Sends an update with only these fields of the message.
    pub fn partial_update(&mut self, channel: Id, id: Id, fields: &'static [&'static str]) {
        self.tell_message("MESSAGE_UPDATE", channel, id, Shape::Only(fields));
    }

    /// Deletes one message: one's own, or with Manage Messages anybody's.
    pub fn delete(&mut self, actor: Id, channel: Id, id: Id, reason: Option<&str>) -> Answer<()> {
        self.need(actor, channel, VIEW_CHANNEL)?;
        let found = self.message(channel, id).filter(|m| m.only_for.is_none());
        let message = found.ok_or(UNKNOWN_MESSAGE)?;
        let by_author = message.author() == actor;
        if !by_author {
            if self.guild_of(channel).is_none() {
                return Err(NOT_ON_A_DM);
            }
            self.need(actor, channel, MANAGE_MESSAGES)?;
        }
        if matches!(message.kind, kind::NAME_CHANGE | kind::THREAD_STARTER) {
            return Err(SYSTEM_MESSAGE);
        }
        let archived = self.channels.get(&channel).and_then(|c| c.thread.as_ref());
        // Not even one's own goes from an archived thread: it is opened first.
        if archived.is_some_and(|t| t.archived) {
            return Err(THREAD_ARCHIVED);
        }
        let author = message.author();
        self.remove_message(channel, id);
        if let Some(guild) = self.guild_of(channel).filter(|_| !by_author) {
            let note = Note {
                target: Some(author),
                options: Some(json!({ "channel_id": channel.to_string() })),
                reason,
                ..Note::default()
            };
            self.audit(guild, actor, audit::MESSAGE_DELETE, note);
        }
        Ok(())
    }

    /// Takes a message away and says so; nobody's permission is asked.
    pub fn remove_message(&mut self, channel: Id, id: Id) {
        let Some(gone) = self.take_message(channel, id) else {
            return;
        };
        if gone.only_for.is_some() {
            return;
        }
        let guild = self.guild_of(channel);
        let mut told = json!({ "id": id.to_string(), "channel_id": channel.to_string() });
        if let Some(guild) = guild {
            told["guild_id"] = json!(guild.to_string());
        }
        self.tell("MESSAGE_DELETE", &Scope::messages(guild, channel), &told);
    }

    fn take_message(&mut self, channel: Id, id: Id) -> Option<Message> {
        let place = self.channels.get_mut(&channel)?;
        let gone = place.messages.remove(&id)?;
        if gone.only_for.is_none()
            && let Some(thread) = place.thread.as_mut().filter(|_| id != channel)
        {
            thread.message_count = thread.message_count.saturating_sub(1);
        }
        self.drop_files(&gone);
        Some(gone)
    }

    /// Deletes 2 to 100 messages at once; ids that are not there do not matter.
    pub fn bulk_delete(&mut self, actor: Id, channel: Id, ids: &[Id], reason: Option<&str>) -> Answer<()> {
        self.need(actor, channel, MANAGE_MESSAGES | READ_HISTORY)?;
        let guild = self.guild_of(channel).ok_or(NOT_ON_A_DM)?;
        let unique: BTreeSet<Id> = ids.iter().copied().collect();
        let archived = self.channels.get(&channel).and_then(|c| c.thread.as_ref());
        if archived.is_some_and(|t| t.archived) {
            return Err(THREAD_ARCHIVED);
        }
        if !(2..=100).contains(&ids.len()) || unique.len() < 2 {
            return Err(TOO_FEW_OR_MANY);
        }
        let oldest = self.now_ms() - BULK_REACH_MS;
        if unique.iter().any(|id| super::made_at_ms(*id) < oldest) {
            return Err(TOO_OLD_TO_BULK_DELETE);
        }
        let mut gone = Vec::new();
        for id in unique {
            if self.take_message(channel, id).is_some() {
                gone.push(id.to_string());
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        let count = gone.len();
        let told = json!({
            "ids": gone,
            "channel_id": channel.to_string(),
            "guild_id": guild.to_string(),
        });
        self.tell("MESSAGE_DELETE_BULK", &Scope::messages(Some(guild), channel), &told);
        let note = Note {
            target: Some(channel),
            options: Some(json!({ "count": count.to_string() })),
            reason,
            ..Note::default()
        };
        self.audit(guild, actor, audit::MESSAGE_BULK_DELETE, note);
        Ok(())
    }

    /// Pins or unpins. Pinning also leaves a message of its own in the channel.
    pub fn pin(&mut self, actor: Id, channel: Id, id: Id, pinned: bool, reason: Option<&str>) -> Answer<()> {
        let direct = self.guild_of(channel).is_none();
        self.need(actor, channel, if direct { VIEW_CHANNEL } else { PIN_MESSAGES })?;
        let now = self.now_us();
        if pinned && self.pins(channel).count() >= PINS_AT_MOST {
            return Err(TOO_MANY_PINS);
        }
        let message = self.message_mut(channel, id).ok_or(UNKNOWN_MESSAGE)?;
        if message.pinned_us.is_some() == pinned {
            return Ok(());
        }
        message.pinned_us = pinned.then_some(now);
        let author = message.author();
        let latest = self.pins(channel).filter_map(|m| m.pinned_us).max();
        let guild = self.guild_of(channel);
        if let Some(place) = self.channels.get_mut(&channel) {
            place.last_pin_us = latest;
        }
        self.tell_message("MESSAGE_UPDATE", channel, id, Shape::Whole);
        let mut told = json!({
            "channel_id": channel.to_string(),
            "last_pin_timestamp": latest.map(stamp),
        });
        let mut scope = Scope::messages(None, channel);
        if let Some(guild) = guild {
            told["guild_id"] = json!(guild.to_string());
            scope = Scope::guild(guild, intent::GUILDS).seen_in(channel);
        }
        self.tell("CHANNEL_PINS_UPDATE", &scope, &told);
        if let Some(guild) = guild {
            let action = if pinned { audit::MESSAGE_PIN } else { audit::MESSAGE_UNPIN };
            let note = Note {
                target: Some(author),
                options: Some(json!({
                    "channel_id": channel.to_string(),
                    "message_id": id.to_string(),
                })),
                reason,
                ..Note::default()
            };
            self.audit(guild, actor, action, note);
        }
        if pinned {
            let reference = Reference::reply(guild, channel, id);
            self.place_notice(channel, kind::PINNED, actor, "", Some(reference));
        }
        Ok(())
    }

    /// Pinned messages, in the order they were written.
    pub fn pins(&self, channel: Id) -> impl Iterator<Item = &Message> {
        self.messages(channel).filter(|m| m.pinned_us.is_some())
    }

    /// Publishes a message of an announcement channel.
    pub fn crosspost(&mut self, actor: Id, channel: Id, id: Id) -> Answer<()> {
        self.need(actor, channel, SEND_MESSAGES)?;
        if self.channels.get(&channel).is_none_or(|c| c.kind != Kind::Announcement) {
            return Err(WRONG_CHANNEL_TYPE);
        }
        let message = self.message(channel, id).ok_or(UNKNOWN_MESSAGE)?;
        if message.author() != actor {
            self.need(actor, channel, MANAGE_MESSAGES)?;
        }
        if message.flags & CROSSPOSTED != 0 {
            return Err(CROSSPOSTED_ALREADY);
        }
        if let Some(message) = self.message_mut(channel, id) {
            message.flags |= CROSSPOSTED;
        }
        self.tell_message("MESSAGE_UPDATE", channel, id, Shape::Whole);
        Ok(())
    }
}

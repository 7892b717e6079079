//! Channels, categories and direct messages: where things are said.
//!
//! Threads and posts have their own file (`thread`); what stands in a place is
//! in `message`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use super::audit::{self, Note, change};
use super::message::Message;
use super::permission::{MANAGE_CHANNELS, MANAGE_ROLES, MANAGE_THREADS};
use super::refusal::*;
use super::session::{Scope, intent};
use super::thread::Thread;
use super::{Id, World};

/// Discord's channel types that Gavel can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text = 0,
    Direct = 1,
    Voice = 2,
    Category = 4,
    Announcement = 5,
    AnnouncementThread = 10,
    PublicThread = 11,
    PrivateThread = 12,
    Stage = 13,
    Forum = 15,
    Media = 16,
}

impl Kind {
    pub fn is_thread(self) -> bool {
        matches!(self, Kind::AnnouncementThread | Kind::PublicThread | Kind::PrivateThread)
    }

    pub fn is_voice(self) -> bool {
        matches!(self, Kind::Voice | Kind::Stage)
    }

    /// Whether posts, not messages, stand in it.
    pub fn is_forum(self) -> bool {
        matches!(self, Kind::Forum | Kind::Media)
    }

    pub fn holds_messages(self) -> bool {
        !self.is_forum() && self != Kind::Category
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverwriteFor {
    Role = 0,
    Member = 1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overwrite {
    pub id: Id,
    pub whom: OverwriteFor,
    pub allow: u64,
    pub deny: u64,
}

impl Overwrite {
    pub fn from_value(value: &Value) -> Option<Overwrite> {
        let bits = |key: &str| match &value[key] {
            Value::String(text) => text.parse().ok(),
            Value::Null => Some(0),
            other => other.as_u64(),
        };
        Some(Overwrite {
            id: id_of(&value["id"])?,
            whom: match value["type"].as_u64() {
                Some(1) => OverwriteFor::Member,
                _ => OverwriteFor::Role,
            },
            allow: bits("allow")?,
            deny: bits("deny")?,
        })
    }
}

/// A snowflake as it stands in JSON.
pub fn id_of(value: &Value) -> Option<Id> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    }
    .filter(|id| *id != 0)
}

#[derive(Clone, Debug)]
pub struct Channel {
    pub id: Id,
    pub kind: Kind,
    pub guild: Option<Id>,
    pub name: String,
    pub topic: Option<String>,
    pub parent: Option<Id>,
    pub position: u32,
    pub nsfw: bool,
    pub slowmode_s: u32,
    pub overwrites: Vec<Overwrite>,
    /// A forum's tags, as Discord writes them.
    pub tags: Vec<Value>,
    pub last_message: Option<Id>,
    pub last_pin_us: Option<i64>,
    pub thread: Option<Thread>,
    /// Both ends of a direct-message channel.
    pub recipients: BTreeSet<Id>,
    pub messages: BTreeMap<Id, Message>,
    /// When each person last spoke, for slow mode.
    pub(super) spoke_ms: HashMap<Id, i64>,
}

impl Channel {
    pub(super) fn new(id: Id, kind: Kind, guild: Option<Id>, name: &str) -> Channel {
        Channel {
            id,
            kind,
            guild,
            name: name.to_owned(),
            topic: None,
            parent: None,
            position: 0,
            nsfw: false,
            slowmode_s: 0,
            overwrites: Vec::new(),
            tags: Vec::new(),
            last_message: None,
            last_pin_us: None,
            thread: None,
            recipients: BTreeSet::new(),
            messages: BTreeMap::new(),
            spoke_ms: HashMap::new(),
        }
    }
}

impl World {
    /// A channel of the server; nobody's permission is asked.
    pub fn make_channel(&mut self, guild: Id, kind: Kind, name: &str) -> Id {
        let id = self.new_id();
        let mut channel = Channel::new(id, kind, Some(guild), name);
        let others = self.channels.values().filter(|c| c.guild == Some(guild));
        channel.position = others.filter(|c| c.thread.is_none()).count() as u32;
        self.channels.insert(id, channel);
        self.tell_channel("CHANNEL_CREATE", id);
        id
    }

    /// Changes a channel without asking, says so, and tells whoever gains sight of it.
    pub fn change_channel(&mut self, channel: Id, change: impl FnOnce(&mut Channel)) {
        self.watching_access(|world| {
            if let Some(found) = world.channels.get_mut(&channel) {
                change(found);
                world.tell_channel("CHANNEL_UPDATE", channel);
            }
        });
    }

    /// Sets (or, with `None`, takes away) one permission overwrite.
    pub fn overwrite(&mut self, channel: Id, id: Id, to: Option<Overwrite>) {
        self.change_channel(channel, |c| {
            c.overwrites.retain(|o| o.id != id);
            c.overwrites.extend(to);
        });
    }

    /// Says that a channel or thread is new, changed or gone.
    pub(super) fn tell_channel(&mut self, name: &'static str, channel: Id) {
        let Some(place) = self.channels.get(&channel) else {
            return;
        };
        let Some(guild) = place.guild else { return };
        let value = self.channel_value(place);
        let scope = Scope::guild(guild, intent::GUILDS);
        // Bots are told of every channel of the server, seen or not; of
        // threads only where they can see the parent.
        let scope = if place.thread.is_some() { scope.seen_in(channel) } else { scope };
        self.tell(name, &scope, &value);
    }

    /// Checks and carries out `PATCH /channels/{id}`.
    pub fn edit_channel(&mut self, actor: Id, channel: Id, wish: &Value, reason: Option<&str>) -> Answer<()> {
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        if place.thread.is_some() {
            return self.edit_thread(actor, channel, wish, reason);
        }
        let guild = place.guild.ok_or(NOT_ON_A_DM)?;
        self.need(actor, channel, MANAGE_CHANNELS)?;
        if wish.get("permission_overwrites").is_some() {
            self.need(actor, channel, MANAGE_ROLES)?;
        }
        let name = checked_text(wish, "name", 100)?;
        if name.as_deref() == Some("") {
            return Err(Refusal::form(
                &["name"],
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 100 in length.",
            ));
        }
        let topic = checked_text(wish, "topic", if place.kind.is_forum() { 4096 } else { 1024 })?;
        let mut changes = Vec::new();
        if let Some(name) = &name {
            changes.push(change("name", json!(place.name), json!(name)));
        }
        if let Some(topic) = &topic {
            changes.push(change("topic", json!(place.topic), json!(topic)));
        }
        self.change_channel(channel, |c| {
            if let Some(name) = name {
                c.name = name;
            }
            if wish.get("topic").is_some() {
                c.topic = topic.filter(|t| !t.is_empty());
            }
            if let Some(nsfw) = wish["nsfw"].as_bool() {
                c.nsfw = nsfw;
            }
            if let Some(slow) = wish["rate_limit_per_user"].as_u64() {
                c.slowmode_s = slow.min(21_600) as u32;
            }
            if let Some(position) = wish["position"].as_u64() {
                c.position = position as u32;
            }
            if let Some(parent) = wish.get("parent_id") {
                c.parent = id_of(parent);
            }
            if let Some(list) = wish["permission_overwrites"].as_array() {
                c.overwrites = list.iter().filter_map(Overwrite::from_value).collect();
            }
        });
        let note = Note { target: Some(channel), changes, reason, ..Note::default() };
        self.audit(guild, actor, audit::CHANNEL_UPDATE, note);
        Ok(())
    }

    /// `PUT` and `DELETE /channels/{id}/permissions/{overwrite_id}`.
    pub fn edit_overwrite(
        &mut self,
        actor: Id,
        channel: Id,
        id: Id,
        to: Option<Overwrite>,
        reason: Option<&str>,
    ) -> Answer<()> {
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        let guild = place.guild.ok_or(NOT_ON_A_DM)?;
        self.need(actor, channel, MANAGE_ROLES)?;
        let before = place.overwrites.iter().any(|o| o.id == id);
        let action = match (&to, before) {
            (None, false) => return Err(UNKNOWN_OVERWRITE),
            (None, true) => audit::OVERWRITE_DELETE,
            (Some(_), true) => audit::OVERWRITE_UPDATE,
            (Some(_), false) => audit::OVERWRITE_CREATE,
        };
        self.overwrite(channel, id, to);
        let note = Note {
            target: Some(channel),
            options: Some(json!({ "id": id.to_string() })),
            reason,
            ..Note::default()
        };
        self.audit(guild, actor, action, note);
        Ok(())
    }

    /// Deletes a channel or thread; for a direct message it only closes the window.
    pub fn delete_channel(&mut self, actor: Id, channel: Id, reason: Option<&str>) -> Answer<Value> {
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        let value = self.channel_value_for(place, actor);
        let Some(guild) = place.guild else {
            return match place.recipients.contains(&actor) {
                true => Ok(value),
                false => Err(MISSING_ACCESS),
            };
        };
        let thread = place.thread.is_some();
        let (bits, action) = match thread {
            true => (MANAGE_THREADS, audit::THREAD_DELETE),
            false => (MANAGE_CHANNELS, audit::CHANNEL_DELETE),
        };
        self.need(actor, channel, bits)?;
        self.remove_channel(channel);
        let note = Note {
            target: Some(channel),
            changes: vec![change("name", value["name"].clone(), Value::Null)],
            reason,
            ..Note::default()
        };
        self.audit(guild, actor, action, note);
        Ok(value)
    }

    /// Takes a channel and its threads away and says so.
    pub fn remove_channel(&mut self, channel: Id) {
        let Some(place) = self.channels.get(&channel) else {
            return;
        };
        if place.thread.is_some() {
            let told = json!({
                "id": channel.to_string(),
                "guild_id": place.guild.map(|g| g.to_string()),
                "parent_id": place.parent.map(|p| p.to_string()),
                "type": place.kind as u8,
            });
            if let Some(guild) = place.guild {
                let scope = Scope::guild(guild, intent::GUILDS).seen_in(channel);
                self.tell("THREAD_DELETE", &scope, &told);
            }
        } else {
            self.tell_channel("CHANNEL_DELETE", channel);
        }
        // The threads of a channel go with it, without a word of their own.
        let mut gone: Vec<Id> = self.threads_of(channel).map(|t| t.id).collect();
        gone.push(channel);
        for id in gone {
            if let Some(place) = self.channels.remove(&id) {
                for message in place.messages.values() {
                    self.drop_files(message);
                }
            }
        }
        self.webhooks.retain(|_, hook| hook.channel != channel);
    }

    /// Runs `act`; connected bots that see a channel after it and did not
    /// before are told its active threads.
    pub(super) fn watching_access(&mut self, act: impl FnOnce(&mut World)) {
        let before = self.parents_seen();
        act(self);
        for (user, channels) in self.parents_seen() {
            let gained: Vec<Id> = match before.get(&user) {
                Some(had) => channels.difference(had).copied().collect(),
                None => continue,
            };
            for channel in gained {
                self.tell_threads(user, channel);
            }
        }
    }

    fn parents_seen(&self) -> BTreeMap<Id, BTreeSet<Id>> {
        let users = self.sessions.users();
        let mut seen = BTreeMap::new();
        for user in users {
            let channels = self.channels.values().filter(|c| c.thread.is_none());
            let channels = channels.filter(|c| self.can_view(c.id, user)).map(|c| c.id);
            seen.insert(user, channels.collect());
        }
        seen
    }
}

/// A text field of a wish: absent, or not longer than `most` characters.
pub(super) fn checked_text(wish: &Value, key: &str, most: usize) -> Answer<Option<String>> {
    match wish.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= most => Ok(Some(text.clone())),
        Some(Value::String(_)) => Err(Refusal::too_long(&[key], most)),
        Some(_) => Err(Refusal::form(&[key], "STRING_TYPE_CONVERT", "Could not interpret value as string.")),
    }
}

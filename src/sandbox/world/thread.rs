//! Threads and forum posts.
//!
//! A thread made from a message has that message's id; a forum post's first
//! message has the post's id, and its title is the post's name. Threads are
//! archived by hand only: the sandbox has no timer that does it (docs/SANDBOX.md).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::audit::{self, Note, change};
use super::draft::Draft;
use super::message::{HAS_THREAD, Reference, kind};
use super::permission::*;
use super::place::{Channel, Kind, checked_text, id_of};
use super::posting::Byline;
use super::refusal::*;
use super::session::{Scope, Shape, intent};
use super::{Id, World};

#[derive(Clone, Debug)]
pub struct Thread {
    pub owner: Id,
    pub archived: bool,
    pub locked: bool,
    pub archive_changed_us: i64,
    pub created_us: i64,
    pub auto_archive_minutes: u32,
    pub invitable: bool,
    /// Who is in it, and since when.
    pub members: BTreeMap<Id, i64>,
    /// Messages in it now, without the starter.
    pub message_count: u32,
    /// Messages ever sent in it.
    pub sent_count: u32,
    pub tags: Vec<Id>,
}

/// What a new thread is to be.
pub struct NewThread {
    pub name: String,
    pub auto_archive_minutes: u32,
    pub invitable: bool,
    pub tags: Vec<Id>,
}

impl NewThread {
    pub fn named(name: &str) -> NewThread {
        NewThread { name: name.to_owned(), auto_archive_minutes: 1440, invitable: true, tags: Vec::new() }
    }

    pub fn from_value(wish: &Value) -> Answer<NewThread> {
        let name = checked_text(wish, "name", 100)?.filter(|n| !n.is_empty());
        Ok(NewThread {
            name: name.ok_or_else(|| Refusal::missing(&["name"]))?,
            auto_archive_minutes: archive_minutes(wish)?.unwrap_or(1440),
            invitable: wish["invitable"].as_bool().unwrap_or(true),
            tags: tags_of(wish),
        })
    }
}

fn tags_of(wish: &Value) -> Vec<Id> {
    let list = wish["applied_tags"].as_array().map_or(&[][..], |l| l);
    list.iter().filter_map(id_of).collect()
}

fn archive_minutes(wish: &Value) -> Answer<Option<u32>> {
    match wish.get("auto_archive_duration") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64() {
            Some(minutes @ (60 | 1440 | 4320 | 10080)) => Ok(Some(minutes as u32)),
            _ => Err(Refusal::form(
                &["auto_archive_duration"],
                "BASE_TYPE_CHOICES",
                "Value must be one of {60, 1440, 4320, 10080}.",
            )),
        },
    }
}

impl World {
    pub fn threads_of(&self, channel: Id) -> impl Iterator<Item = &Channel> {
        let all = self.channels.values();
        all.filter(move |c| c.thread.is_some() && c.parent == Some(channel))
    }

    /// A thread on `message`; it gets the message's id.
    pub fn thread_from_message(
        &mut self,
        actor: Id,
        channel: Id,
        message: Id,
        new: NewThread,
        reason: Option<&str>,
    ) -> Answer<Id> {
        self.need(actor, channel, CREATE_PUBLIC_THREADS | READ_HISTORY)?;
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        let kind = match place.kind {
            Kind::Text => Kind::PublicThread,
            Kind::Announcement => Kind::AnnouncementThread,
            _ => return Err(WRONG_CHANNEL_TYPE),
        };
        if !place.messages.contains_key(&message) {
            return Err(UNKNOWN_MESSAGE);
        }
        if self.channels.contains_key(&message) {
            return Err(THREAD_EXISTS);
        }
        self.title_allowed(actor, channel, &new.name)?;
        self.open_thread(actor, message, channel, kind, new, reason);
        if let Some(starter) = self.message_mut(channel, message) {
            starter.flags |= HAS_THREAD;
        }
        self.tell_message("MESSAGE_UPDATE", channel, message, Shape::Whole);
        let reference = Reference::reply(self.guild_of(channel), channel, message);
        self.place_notice(message, kind::THREAD_STARTER, actor, "", Some(reference));
        Ok(message)
    }

    /// A thread on nothing.
    pub fn thread_alone(
        &mut self,
        actor: Id,
        channel: Id,
        kind: Kind,
        new: NewThread,
        reason: Option<&str>,
    ) -> Answer<Id> {
        let bits = match kind {
            Kind::PrivateThread => CREATE_PRIVATE_THREADS,
            _ => CREATE_PUBLIC_THREADS,
        };
        self.need(actor, channel, bits)?;
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        let fits = match place.kind {
            Kind::Text => matches!(kind, Kind::PublicThread | Kind::PrivateThread),
            Kind::Announcement => kind == Kind::AnnouncementThread,
            _ => false,
        };
        if !fits {
            return Err(WRONG_CHANNEL_TYPE);
        }
        self.title_allowed(actor, channel, &new.name)?;
        let id = self.new_id();
        let name = new.name.clone();
        self.open_thread(actor, id, channel, kind, new, reason);
        if kind != Kind::PrivateThread {
            let reference = Reference::place(self.guild_of(channel), id);
            self.place_notice(channel, self::kind::THREAD_CREATED, actor, &name, Some(reference));
        }
        Ok(id)
    }

    /// A forum post: title and first message, which shares the post's id.
    pub fn forum_post(
        &mut self,
        actor: Id,
        forum: Id,
        new: NewThread,
        first: Draft,
        reason: Option<&str>,
    ) -> Answer<Id> {
        self.need(actor, forum, SEND_MESSAGES)?;
        let place = self.channels.get(&forum).ok_or(UNKNOWN_CHANNEL)?;
        if !place.kind.is_forum() {
            return Err(WRONG_CHANNEL_TYPE);
        }
        let first = self.checked_draft(actor, forum, first)?;
        self.title_allowed(actor, forum, &new.name)?;
        self.automod_allows(actor, forum, &first.content)?;
        let id = self.new_id();
        self.open_thread(actor, id, forum, Kind::PublicThread, new, reason);
        self.place_as(id, id, Byline::Person(actor), first);
        Ok(id)
    }

    fn open_thread(
        &mut self,
        owner: Id,
        id: Id,
        parent: Id,
        kind: Kind,
        new: NewThread,
        reason: Option<&str>,
    ) {
        let now = self.now_us();
        let guild = self.guild_of(parent);
        let mut thread = Channel::new(id, kind, guild, &new.name);
        thread.parent = Some(parent);
        thread.thread = Some(Thread {
            owner,
            archived: false,
            locked: false,
            archive_changed_us: now,
            created_us: now,
            auto_archive_minutes: new.auto_archive_minutes,
            invitable: new.invitable,
            members: BTreeMap::from([(owner, now)]),
            message_count: 0,
            sent_count: 0,
            tags: new.tags,
        });
        let mut told = self.channel_value(&thread);
        told["newly_created"] = json!(true);
        self.channels.insert(id, thread);
        let Some(guild) = guild else { return };
        if self.channels.get(&parent).is_some_and(|p| p.kind.is_forum())
            && let Some(forum) = self.channels.get_mut(&parent)
        {
            forum.last_message = Some(id);
        }
        let scope = Scope::guild(guild, intent::GUILDS).seen_in(id);
        self.tell("THREAD_CREATE", &scope, &told);
        let note = Note {
            target: Some(id),
            changes: vec![change("name", Value::Null, json!(new.name))],
            reason,
            ..Note::default()
        };
        self.audit(guild, owner, audit::THREAD_CREATE, note);
    }

    /// Changes a thread: its owner may rename and archive it, the rest needs Manage Threads.
    pub(super) fn edit_thread(
        &mut self,
        actor: Id,
        id: Id,
        wish: &Value,
        reason: Option<&str>,
    ) -> Answer<()> {
        self.need(actor, id, 0)?;
        let place = self.channels.get(&id).ok_or(UNKNOWN_CHANNEL)?;
        let (Some(thread), Some(guild)) = (&place.thread, place.guild) else {
            return Err(UNKNOWN_CHANNEL);
        };
        let manages = self.permissions(id, actor) & MANAGE_THREADS != 0;
        let own = thread.owner == actor && !thread.locked;
        let only_for_managers = wish.get("locked").is_some() || wish.get("rate_limit_per_user").is_some();
        let opens = wish["archived"].as_bool() == Some(false);
        // Whoever may speak in it may open it again, if it is not locked.
        let just_opens = opens
            && !thread.locked
            && wish.as_object().is_some_and(|w| w.len() == 1)
            && self.permissions(id, actor) & SEND_MESSAGES != 0;
        if !manages && !just_opens && (!own || only_for_managers) {
            return Err(MISSING_PERMISSIONS);
        }
        let just_archives = wish["archived"].as_bool() == Some(true);
        if thread.archived && !opens && !just_archives {
            return Err(THREAD_ARCHIVED);
        }
        let name = checked_text(wish, "name", 100)?.filter(|n| !n.is_empty());
        let minutes = archive_minutes(wish)?;
        let old_name = place.name.clone();
        let renamed = name.as_ref().is_some_and(|n| *n != old_name);
        if let Some(name) = &name {
            self.title_allowed(actor, id, name)?;
        }
        let now = self.now_us();
        let Some(place) = self.channels.get_mut(&id) else {
            return Err(UNKNOWN_CHANNEL);
        };
        let mut changes = Vec::new();
        if let Some(name) = &name {
            changes.push(change("name", json!(old_name), json!(name)));
            place.name.clone_from(name);
        }
        if let Some(slow) = wish["rate_limit_per_user"].as_u64() {
            place.slowmode_s = slow.min(21_600) as u32;
        }
        if let Some(thread) = &mut place.thread {
            if let Some(archived) = wish["archived"].as_bool()
                && archived != thread.archived
            {
                changes.push(change("archived", json!(thread.archived), json!(archived)));
                thread.archived = archived;
                thread.archive_changed_us = now;
            }
            if let Some(locked) = wish["locked"].as_bool() {
                changes.push(change("locked", json!(thread.locked), json!(locked)));
                thread.locked = locked;
            }
            if let Some(minutes) = minutes {
                thread.auto_archive_minutes = minutes;
            }
            if let Some(invitable) = wish["invitable"].as_bool() {
                thread.invitable = invitable;
            }
            if wish.get("applied_tags").is_some() {
                thread.tags = tags_of(wish);
            }
        }
        self.tell_channel("THREAD_UPDATE", id);
        let note = Note { target: Some(id), changes, reason, ..Note::default() };
        self.audit(guild, actor, audit::THREAD_UPDATE, note);
        if let Some(name) = name.filter(|_| renamed) {
            self.place_notice(id, kind::NAME_CHANGE, actor, &name, None);
        }
        Ok(())
    }

    /// Opens an archived thread again because somebody speaks in it.
    pub(super) fn wake_thread(&mut self, id: Id) {
        let now = self.now_us();
        let thread = self.channels.get_mut(&id).and_then(|c| c.thread.as_mut());
        if let Some(thread) = thread.filter(|t| t.archived) {
            thread.archived = false;
            thread.archive_changed_us = now;
            self.tell_channel("THREAD_UPDATE", id);
        }
    }

    /// Puts somebody into a thread; whoever speaks in it joins by that.
    pub fn join_thread(&mut self, id: Id, user: Id) {
        let now = self.now_us();
        let thread = self.channels.get_mut(&id).and_then(|c| c.thread.as_mut());
        let Some(thread) = thread else { return };
        if thread.members.contains_key(&user) {
            return;
        }
        thread.members.insert(user, now);
        self.tell_thread_member(id, Some(user), None);
    }

    pub fn leave_thread(&mut self, id: Id, user: Id) {
        let thread = self.channels.get_mut(&id).and_then(|c| c.thread.as_mut());
        if thread.is_some_and(|t| t.members.remove(&user).is_some()) {
            self.tell_thread_member(id, None, Some(user));
        }
    }

    fn tell_thread_member(&mut self, id: Id, came: Option<Id>, went: Option<Id>) {
        let Some(place) = self.channels.get(&id) else {
            return;
        };
        let (Some(thread), Some(guild)) = (&place.thread, place.guild) else {
            return;
        };
        let mut told = json!({
            "id": id.to_string(),
            "guild_id": guild.to_string(),
            "member_count": thread.members.len().min(50),
        });
        if let Some(user) = came {
            told["added_members"] = json!([self.thread_member_value(id, user)]);
        }
        if let Some(user) = went {
            told["removed_member_ids"] = json!([user.to_string()]);
        }
        // Without the members intent a bot hears only of itself.
        let scope = Scope::guild(guild, intent::GUILD_MEMBERS).seen_in(id);
        let scope = match came.or(went) {
            Some(user) => scope.and_always(user),
            None => scope,
        };
        self.tell("THREAD_MEMBERS_UPDATE", &scope, &told);
    }

    /// Tells one user the active threads of a channel it has just come to see.
    pub(super) fn tell_threads(&mut self, user: Id, channel: Id) {
        let Some(guild) = self.guild_of(channel) else {
            return;
        };
        let threads: Vec<Id> = self
            .threads_of(channel)
            .filter(|t| t.thread.as_ref().is_some_and(|t| !t.archived))
            .filter(|t| self.can_view(t.id, user))
            .map(|t| t.id)
            .collect();
        let own = threads.iter().filter_map(|t| {
            let in_it = self.channels.get(t)?.thread.as_ref()?.members.contains_key(&user);
            in_it.then(|| self.thread_member_value(*t, user))
        });
        let told = json!({
            "guild_id": guild.to_string(),
            "channel_ids": [channel.to_string()],
            "threads": threads.iter().filter_map(|t| self.channels.get(t))
                .map(|t| self.channel_value(t)).collect::<Vec<_>>(),
            "members": own.collect::<Vec<_>>(),
        });
        self.tell("THREAD_LIST_SYNC", &Scope::only(user).with_intent(intent::GUILDS), &told);
    }
}

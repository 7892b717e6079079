//! Saying something: from a draft to a message that stands and has been told.
//!
//! `post` asks every question Discord asks, in its order; `place` only puts
//! the message there.

use serde_json::Value;

use super::draft::Draft;
use super::message::{HAS_SNAPSHOT, Message, Reference, kind};
use super::permission::*;
use super::place::Kind;
use super::refusal::*;
use super::session::Shape;
use super::{Id, World};

use super::mention::AllowedMentions;
pub use super::message::Byline;

/// How long a nonce is remembered.
const NONCE_LIFE_MS: i64 = 5 * 60_000;
/// Nonces remembered; the memory is swept of old ones when it is full.
const NONCES_AT_MOST: usize = 10_000;

impl World {
    /// Posts as a person or a bot. With `enforce_nonce`, a second post with
    /// the same nonce within five minutes gives the first message.
    pub fn post(&mut self, actor: Id, channel: Id, draft: Draft) -> Answer<Id> {
        self.may_speak(actor, channel)?;
        let nonce = draft.nonce.clone().filter(|_| draft.enforce_nonce);
        let draft = self.checked_draft(actor, channel, draft)?;
        let key = nonce.map(|n| (actor, channel, n.to_string()));
        let now = self.now_ms();
        if let Some(key) = &key
            && let Some((earlier, at)) = self.nonces.get(key)
            && now - at < NONCE_LIFE_MS
            && self.message(channel, *earlier).is_some()
        {
            return Ok(*earlier);
        }
        self.slowmode_allows(actor, channel)?;
        self.automod_allows(actor, channel, &draft.content)?;
        let (draft, snapshot) = self.with_sources(actor, channel, draft)?;
        self.wake_thread(channel);
        self.join_thread(channel, actor);
        let id = self.new_id();
        self.place_whole(id, channel, Byline::Person(actor), draft, snapshot);
        self.join_mentioned(channel, id);
        if let Some(key) = key {
            if self.nonces.len() >= NONCES_AT_MOST {
                self.nonces.retain(|_, (_, at)| now - *at < NONCE_LIFE_MS);
            }
            self.nonces.insert(key, (id, now));
        }
        Ok(id)
    }

    fn may_speak(&self, actor: Id, channel: Id) -> Answer<()> {
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        if place.kind == Kind::Direct {
            return self.may_write_directly(actor, channel);
        }
        self.need(actor, channel, VIEW_CHANNEL)?;
        if !place.kind.holds_messages() {
            return Err(NOT_A_TEXT_CHANNEL);
        }
        self.need(actor, channel, SEND_MESSAGES)?;
        let locked = place.thread.as_ref().is_some_and(|t| t.locked);
        if locked && self.permissions(channel, actor) & MANAGE_THREADS == 0 {
            return Err(THREAD_LOCKED);
        }
        Ok(())
    }

    fn slowmode_allows(&mut self, actor: Id, channel: Id) -> Answer<()> {
        let now = self.now_ms();
        let exempt = BYPASS_SLOWMODE | MANAGE_MESSAGES | MANAGE_CHANNELS;
        let bits = self.permissions(channel, actor);
        let Some(place) = self.channels.get_mut(&channel) else {
            return Err(UNKNOWN_CHANNEL);
        };
        if place.slowmode_s == 0 || bits & exempt != 0 {
            return Ok(());
        }
        let wait_ms = i64::from(place.slowmode_s) * 1000;
        if place.spoke_ms.get(&actor).is_some_and(|at| now - at < wait_ms) {
            return Err(SLOWMODE);
        }
        place.spoke_ms.insert(actor, now);
        Ok(())
    }

    /// Checks what the draft answers or forwards, and takes the snapshot.
    fn with_sources(
        &self,
        actor: Id,
        channel: Id,
        mut draft: Draft,
    ) -> Answer<(Draft, Option<Box<Message>>)> {
        if let Some(answered) = draft.reply_to {
            self.need(actor, channel, READ_HISTORY)?;
            let there = self.message(channel, answered).filter(|m| m.only_for.is_none());
            match there {
                Some(_) => {}
                None if draft.reply_must_exist => {
                    return Err(Refusal::form(
                        &["message_reference"],
                        "REPLIES_UNKNOWN_MESSAGE",
                        "Unknown message",
                    ));
                }
                None => draft.reply_to = None,
            }
        }
        let Some((from, id)) = draft.forward else {
            return Ok((draft, None));
        };
        if self.need(actor, from, READ_HISTORY).is_err() {
            return Err(CANNOT_FORWARD);
        }
        let source = self.message(from, id).ok_or(UNKNOWN_MESSAGE)?;
        // A forward of a forward shows what the first one showed.
        let snapshot = match &source.snapshot {
            Some(inner) => inner.clone(),
            None => Box::new(source.clone()),
        };
        draft.content.clear();
        Ok((draft, Some(snapshot)))
    }

    /// Puts a message there in somebody's name, without asking.
    pub fn place(&mut self, channel: Id, by: Byline, draft: Draft) -> Id {
        let id = self.new_id();
        self.place_as(id, channel, by, draft);
        id
    }

    pub(super) fn place_as(&mut self, id: Id, channel: Id, by: Byline, draft: Draft) {
        self.place_whole(id, channel, by, draft, None);
    }

    fn place_whole(&mut self, id: Id, channel: Id, by: Byline, draft: Draft, snapshot: Option<Box<Message>>) {
        let message = self.composed(id, channel, by, draft, snapshot);
        self.stand(message);
    }

    /// Whoever a message in a thread rings for, and who can see it, joins it.
    fn join_mentioned(&mut self, channel: Id, message: Id) {
        if self.channels.get(&channel).is_none_or(|c| c.thread.is_none()) {
            return;
        }
        let rung = self.message(channel, message).map(|m| m.pings.users.clone());
        for user in rung.unwrap_or_default() {
            let parent = self.channels.get(&channel).and_then(|c| c.parent);
            if self.can_view(parent.unwrap_or(channel), user) {
                self.join_thread(channel, user);
            }
        }
    }

    /// Turns a checked draft into a message that stands nowhere yet.
    pub(super) fn composed(
        &mut self,
        id: Id,
        channel: Id,
        by: Byline,
        draft: Draft,
        snapshot: Option<Box<Message>>,
    ) -> Message {
        let guild = self.guild_of(channel);
        let mut message = Message::new(id, channel, by, self.now_us());
        let files = draft.files.into_iter();
        message.attachments = files.map(|f| self.keep_file(channel, f)).collect();
        message.content = draft.content;
        message.embeds = draft.embeds;
        message.components = draft.components;
        message.stickers = draft.stickers;
        message.poll = draft.poll;
        message.flags = draft.flags;
        message.tts = draft.tts;
        message.nonce = draft.nonce;
        if let Some(answered) = draft.reply_to {
            message.kind = kind::REPLY;
            message.reference = Some(Reference::reply(guild, channel, answered));
        }
        if let Some(snapshot) = snapshot {
            self.show_files_again(&snapshot);
            message.flags |= HAS_SNAPSHOT;
            message.reference = draft.forward.map(|(from, of)| Reference {
                forward: true,
                guild: self.guild_of(from),
                channel: from,
                message: Some(of),
            });
            message.snapshot = Some(snapshot);
        }
        let allowed = draft.allowed_mentions.unwrap_or_else(AllowedMentions::everything);
        let reply = message.reference.filter(|r| !r.forward);
        self.resolve_mentions(&mut message, &allowed, reply);
        message
    }

    /// A message of the system's own: pinned, renamed, thread created.
    pub(super) fn place_notice(
        &mut self,
        channel: Id,
        kind: u8,
        actor: Id,
        content: &str,
        reference: Option<Reference>,
    ) {
        let id = self.new_id();
        let mut message = Message::new(id, channel, Byline::Person(actor), self.now_us());
        message.kind = kind;
        content.clone_into(&mut message.content);
        message.reference = reference;
        self.stand(message);
    }

    /// From here the message is there, and everybody who may know is told.
    pub(super) fn stand(&mut self, message: Message) {
        let (id, channel) = (message.id, message.channel);
        let whispered = message.only_for.is_some();
        let Some(place) = self.channels.get_mut(&channel) else {
            return;
        };
        if !whispered {
            place.last_message = Some(id);
            // A post's first message is its starter, which is not counted.
            if let Some(thread) = place.thread.as_mut().filter(|_| id != channel) {
                thread.message_count += 1;
                thread.sent_count += 1;
            }
        }
        place.messages.insert(id, message);
        self.tell_message("MESSAGE_CREATE", channel, id, Shape::Whole);
    }

    /// What a person who opens the channel reads, oldest first: what stands
    /// there, and what was whispered to them.
    pub fn read_as(&self, user: Id, channel: Id) -> Answer<Vec<Value>> {
        self.need(user, channel, READ_HISTORY)?;
        let seen = self.messages(channel);
        let seen = seen.filter(|m| m.only_for.is_none_or(|only| only == user));
        Ok(seen.map(|m| self.message_value(m, user)).collect())
    }
}

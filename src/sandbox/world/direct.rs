//! Direct messages: opening the channel, whether one may write, the inbox.

use super::message::Message;
use super::place::{Channel, Kind};
use super::refusal::*;
use super::{Id, World};

impl World {
    /// The channel between two users, made if there is none. Opening many new
    /// ones quickly is refused (40003), which does not mean that they are closed.
    pub fn open_dm(&mut self, actor: Id, with: Id) -> Answer<Id> {
        if !self.users.contains_key(&with) {
            return Err(Refusal::form(&["recipient_id"], "USER_UNKNOWN", "Unknown user"));
        }
        if actor == with {
            return Err(CANNOT_MESSAGE_USER);
        }
        if let Some(known) = self.dm_between(actor, with) {
            return Ok(known);
        }
        let now = self.now_ms();
        if self.users.get(&actor).is_some_and(|u| u.bot)
            && let Some((most, within_ms)) = self.settings.new_dms
        {
            self.dms_opened_ms.retain(|at| now - at < within_ms);
            if self.dms_opened_ms.len() >= most {
                return Err(OPENING_TOO_FAST);
            }
            self.dms_opened_ms.push_back(now);
        }
        let id = self.new_id();
        let mut channel = Channel::new(id, Kind::Direct, None, "");
        channel.recipients.extend([actor, with]);
        self.channels.insert(id, channel);
        Ok(id)
    }

    pub fn dm_between(&self, one: Id, other: Id) -> Option<Id> {
        let mut direct = self.channels.values().filter(|c| c.kind == Kind::Direct);
        let found = direct.find(|c| c.recipients.contains(&one) && c.recipients.contains(&other));
        found.map(|c| c.id)
    }

    /// A bot may write to people who share a server with it and let it.
    pub(super) fn may_write_directly(&self, actor: Id, channel: Id) -> Answer<()> {
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        if !place.recipients.contains(&actor) {
            return Err(MISSING_ACCESS);
        }
        let other = place.recipients.iter().find(|r| **r != actor);
        let Some(other) = other.and_then(|id| self.users.get(id)) else {
            return Err(CANNOT_MESSAGE_USER);
        };
        let sender_is_bot = self.users.get(&actor).is_some_and(|u| u.bot);
        let together =
            self.guilds.values().any(|g| g.members.contains_key(&actor) && g.members.contains_key(&other.id));
        let closed = sender_is_bot && (other.bot || !other.dms_open);
        if closed || !together {
            return Err(CANNOT_MESSAGE_USER);
        }
        Ok(())
    }

    /// What others have written to `user` directly, oldest first.
    pub fn inbox(&self, user: Id) -> Vec<&Message> {
        let direct = self.channels.values();
        let direct = direct.filter(|c| c.kind == Kind::Direct && c.recipients.contains(&user));
        let mut all: Vec<&Message> =
            direct.flat_map(|c| c.messages.values()).filter(|m| m.author() != user).collect();
        all.sort_by_key(|m| m.id);
        all
    }
}

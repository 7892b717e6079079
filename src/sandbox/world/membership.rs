//! Acts on members: nickname, roles, timeout, kick, ban, each below one's own rank.

use serde_json::{Value, json};

use super::audit::{self, Note, change};
use super::permission::*;
use super::place::id_of;
use super::refusal::*;
use super::{Id, World};

/// A timeout lasts four weeks at most.
const TIMEOUT_AT_MOST_MS: i64 = 28 * 24 * 3_600_000;

impl World {
    fn need_over(&self, actor: Id, guild: Id, target: Id, bits: u64) -> Answer<()> {
        self.need_in_guild(actor, guild, bits)?;
        let member = self.guilds.get(&guild).is_some_and(|g| g.members.contains_key(&target));
        if !member {
            return Err(UNKNOWN_MEMBER);
        }
        if actor != target && !self.outranks(guild, actor, target) {
            return Err(MISSING_PERMISSIONS);
        }
        Ok(())
    }

    /// `PATCH /guilds/{guild}/members/{user}`.
    pub fn edit_member(
        &mut self,
        actor: Id,
        guild: Id,
        target: Id,
        wish: &Value,
        reason: Option<&str>,
    ) -> Answer<()> {
        let mut changes = Vec::new();
        if wish.get("nick").is_some() {
            let bits = if actor == target { CHANGE_NICKNAME } else { MANAGE_NICKNAMES };
            self.need_over(actor, guild, target, bits)?;
            if wish["nick"].as_str().is_some_and(|n| n.chars().count() > 32) {
                return Err(Refusal::too_long(&["nick"], 32));
            }
            changes.push(change("nick", Value::Null, wish["nick"].clone()));
        }
        let roles = wish["roles"].as_array();
        let roles: Option<Vec<Id>> = roles.map(|list| list.iter().filter_map(id_of).collect());
        if let Some(roles) = &roles {
            self.need_over(actor, guild, target, MANAGE_ROLES)?;
            for role in roles {
                self.may_give(actor, guild, *role)?;
            }
        }
        let mut until_ms = None;
        if let Some(until) = wish.get("communication_disabled_until") {
            self.need_over(actor, guild, target, MODERATE_MEMBERS)?;
            // The owner and administrators cannot be timed out.
            if self.guild_permissions(guild, target) == ALL {
                return Err(MISSING_PERMISSIONS);
            }
            let at = match until.as_str() {
                None => 0,
                Some(text) => {
                    let at = text.parse::<jiff::Timestamp>().map(|t| t.as_millisecond());
                    at.unwrap_or(i64::MAX)
                }
            };
            if at > self.now_ms() + TIMEOUT_AT_MOST_MS {
                return Err(Refusal::form(
                    &["communication_disabled_until"],
                    "INVALID_COMMUNICATION_DISABLED_TIMESTAMP",
                    "Timestamp must be less than 28 days in the future.",
                ));
            }
            changes.push(change("communication_disabled_until", Value::Null, until.clone()));
            until_ms = Some(at);
        }
        let nick = wish.get("nick").cloned();
        self.change_member(guild, target, |m| {
            if let Some(nick) = nick {
                m.nick = nick.as_str().filter(|n| !n.is_empty()).map(str::to_owned);
            }
            if let Some(roles) = roles {
                m.roles = roles;
            }
            if let Some(until) = until_ms {
                m.timeout_until_ms = until;
            }
        });
        let note = Note { target: Some(target), changes, reason, ..Note::default() };
        self.audit(guild, actor, audit::MEMBER_UPDATE, note);
        Ok(())
    }

    fn may_give(&self, actor: Id, guild: Id, role: Id) -> Answer<()> {
        let server = self.guilds.get(&guild).ok_or(UNKNOWN_GUILD)?;
        let position = server.roles.get(&role).ok_or(UNKNOWN_ROLE)?.position;
        if server.owner != actor && position >= server.height(actor) {
            return Err(MISSING_PERMISSIONS);
        }
        Ok(())
    }

    /// Gives or takes one role.
    pub fn give_role(
        &mut self,
        actor: Id,
        guild: Id,
        target: Id,
        role: Id,
        give: bool,
        reason: Option<&str>,
    ) -> Answer<()> {
        self.need_in_guild(actor, guild, MANAGE_ROLES)?;
        self.may_give(actor, guild, role)?;
        let known = self.guilds.get(&guild).is_some_and(|g| g.members.contains_key(&target));
        if !known {
            return Err(UNKNOWN_MEMBER);
        }
        self.change_member(guild, target, |m| {
            m.roles.retain(|r| *r != role);
            if give {
                m.roles.push(role);
            }
        });
        let key = if give { "$add" } else { "$remove" };
        let note = Note {
            target: Some(target),
            changes: vec![change(key, Value::Null, json!([{ "id": role.to_string() }]))],
            reason,
            ..Note::default()
        };
        self.audit(guild, actor, audit::MEMBER_ROLE_UPDATE, note);
        Ok(())
    }

    pub fn kick(&mut self, actor: Id, guild: Id, target: Id, reason: Option<&str>) -> Answer<()> {
        self.need_over(actor, guild, target, KICK_MEMBERS)?;
        self.leave(guild, target);
        let note = Note { target: Some(target), reason, ..Note::default() };
        self.audit(guild, actor, audit::MEMBER_KICK, note);
        Ok(())
    }

    pub fn ban(&mut self, actor: Id, guild: Id, target: Id, reason: Option<&str>) -> Answer<()> {
        self.need_in_guild(actor, guild, BAN_MEMBERS)?;
        if !self.users.contains_key(&target) {
            return Err(UNKNOWN_USER);
        }
        if !self.outranks(guild, actor, target) {
            return Err(MISSING_PERMISSIONS);
        }
        self.leave(guild, target);
        if let Some(server) = self.guilds.get_mut(&guild) {
            server.bans.insert(target, reason.map(str::to_owned));
        }
        let note = Note { target: Some(target), reason, ..Note::default() };
        self.audit(guild, actor, audit::MEMBER_BAN, note);
        Ok(())
    }
}

//! Who is mentioned, and for whom it really rings.
//!
//! `allowed_mentions` decides what a mention does; without it everything
//! written rings that its author may ring.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::message::{Byline, Message, Pings, Reference, SUPPRESS_NOTIFICATIONS};
use super::permission::MENTION_EVERYONE;
use super::place::id_of;
use super::refusal::*;
use super::{Id, World};

static MENTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"<@(&|!)?(\d{1,20})>|@(everyone|here)\b").expect("a constant pattern compiles")
});

/// What a sender lets ring.
#[derive(Clone, Debug, PartialEq)]
pub struct AllowedMentions {
    pub all_users: bool,
    pub all_roles: bool,
    pub everyone: bool,
    pub users: BTreeSet<Id>,
    pub roles: BTreeSet<Id>,
    pub replied_user: bool,
}

impl AllowedMentions {
    /// What holds when a sender says nothing.
    pub fn everything() -> AllowedMentions {
        AllowedMentions {
            all_users: true,
            all_roles: true,
            everyone: true,
            users: BTreeSet::new(),
            roles: BTreeSet::new(),
            replied_user: true,
        }
    }

    pub fn from_value(value: &Value) -> Answer<AllowedMentions> {
        let parse = value["parse"].as_array().map_or(&[][..], |l| l);
        let has = |word: &str| parse.iter().any(|p| p == word);
        let ids = |key: &str| -> BTreeSet<Id> {
            let list = value[key].as_array().map_or(&[][..], |l| l);
            list.iter().filter_map(id_of).collect()
        };
        let allowed = AllowedMentions {
            all_users: has("users"),
            all_roles: has("roles"),
            everyone: has("everyone"),
            users: ids("users"),
            roles: ids("roles"),
            replied_user: value["replied_user"].as_bool().unwrap_or(false),
        };
        for (both, named, key) in
            [(allowed.all_users, &allowed.users, "users"), (allowed.all_roles, &allowed.roles, "roles")]
        {
            if both && !named.is_empty() {
                return Err(Refusal::form(
                    &["allowed_mentions"],
                    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                    format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive."),
                ));
            }
            if named.len() > 100 {
                return Err(Refusal::too_long(&["allowed_mentions", key], 100));
            }
        }
        Ok(allowed)
    }
}

impl World {
    /// Fills in whom `message` names and for whom it rings.
    pub(super) fn resolve_mentions(
        &self,
        message: &mut Message,
        allowed: &AllowedMentions,
        reply: Option<Reference>,
    ) {
        message.mentions.clear();
        message.mention_roles.clear();
        message.mention_everyone = false;
        let place = self.channels.get(&message.channel);
        let guild = place.and_then(|p| p.guild).and_then(|g| self.guilds.get(&g));
        // Most messages name nobody, and need no permission looked up for it.
        if !message.content.contains('@') && reply.is_none() {
            message.pings = Pings::default();
            return;
        }
        // Webhooks may mention everybody, people and bots only with the permission.
        let may_ring_all = match &message.by {
            Byline::Person(user) => self.permissions(message.channel, *user) & MENTION_EVERYONE != 0,
            _ => true,
        };
        let mut pings = Pings::default();
        for found in MENTION.captures_iter(&message.content) {
            if found.get(3).is_some() {
                let rings = allowed.everyone && may_ring_all;
                message.mention_everyone |= rings;
                pings.everyone |= rings;
                continue;
            }
            let Ok(id) = found[2].parse::<Id>() else {
                continue;
            };
            if found.get(1).is_some_and(|mark| mark.as_str() == "&") {
                let Some(role) = guild.and_then(|g| g.roles.get(&id)) else {
                    continue;
                };
                if !(allowed.all_roles || allowed.roles.contains(&id)) {
                    continue;
                }
                if !message.mention_roles.contains(&id) {
                    message.mention_roles.push(id);
                }
                if role.mentionable || may_ring_all {
                    pings.roles.insert(id);
                }
            } else if self.users.contains_key(&id) && (allowed.all_users || allowed.users.contains(&id)) {
                if !message.mentions.contains(&id) {
                    message.mentions.push(id);
                }
                pings.users.insert(id);
            }
        }
        let answered = reply.and_then(|r| self.message(r.channel, r.message?));
        if let Some(author) = answered.map(Message::author).filter(|_| allowed.replied_user)
            && self.users.contains_key(&author)
            && author != message.author()
        {
            if !message.mentions.contains(&author) {
                message.mentions.push(author);
            }
            pings.users.insert(author);
        }
        // An ephemeral message rings for nobody but the one who sees it anyway.
        if message.flags & SUPPRESS_NOTIFICATIONS == 0 && message.only_for.is_none() {
            message.pings = pings;
        }
    }
}

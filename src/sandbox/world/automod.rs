//! Discord's own AutoMod: what it stops is never a message.
//!
//! Keyword rules with the three actions Discord has for them: block, alert,
//! timeout. The event of an execution is the only trace of a blocked message.

use regex::Regex;
use serde_json::{Value, json};

use super::audit::{self, Note};
use super::message::{Byline, Message, kind};
use super::permission::{ADMINISTRATOR, MANAGE_GUILD};
use super::refusal::*;
use super::session::{Scope, intent};
use super::{Id, World};

#[derive(Clone, Debug)]
pub struct Rule {
    pub id: Id,
    pub name: String,
    pub creator: Id,
    pub enabled: bool,
    /// Words; a star at an end stands for anything.
    pub keywords: Vec<String>,
    pub patterns: Vec<Regex>,
    pub allowed: Vec<String>,
    pub exempt_roles: Vec<Id>,
    pub exempt_channels: Vec<Id>,
    pub blocks: bool,
    /// Where an alert goes.
    pub alerts_in: Option<Id>,
    pub times_out_s: Option<i64>,
}

impl Rule {
    /// A rule that blocks these words.
    pub fn blocking(name: &str, keywords: &[&str]) -> Rule {
        Rule {
            id: 0,
            name: name.to_owned(),
            creator: 0,
            enabled: true,
            keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
            patterns: Vec::new(),
            allowed: Vec::new(),
            exempt_roles: Vec::new(),
            exempt_channels: Vec::new(),
            blocks: true,
            alerts_in: None,
            times_out_s: None,
        }
    }

    /// What of the text it holds against it, and which keyword it was.
    fn held_against<'t>(&self, text: &'t str) -> Option<(Option<&str>, &'t str)> {
        let word = |keyword: &str| {
            let (open, close) = (keyword.starts_with('*'), keyword.ends_with('*'));
            let inner = regex::escape(keyword.trim_matches('*'));
            let open = if open { r"\w*" } else { r"\b" };
            let close = if close { r"\w*" } else { r"\b" };
            Regex::new(&format!("(?i){open}{inner}{close}")).ok()
        };
        let excused = |found: &str| self.allowed.iter().filter_map(|a| word(a)).any(|a| a.is_match(found));
        for keyword in &self.keywords {
            let found = word(keyword).and_then(|p| p.find(text));
            if let Some(found) = found.filter(|f| !excused(f.as_str())) {
                return Some((Some(keyword), found.as_str()));
            }
        }
        let found = self.patterns.iter().find_map(|p| p.find(text))?;
        (!excused(found.as_str())).then_some((None, found.as_str()))
    }

    fn actions(&self) -> Vec<Value> {
        let mut actions = Vec::new();
        if self.blocks {
            actions.push(json!({ "type": 1, "metadata": {} }));
        }
        if let Some(channel) = self.alerts_in {
            actions.push(json!({ "type": 2, "metadata": { "channel_id": channel.to_string() } }));
        }
        if let Some(seconds) = self.times_out_s {
            actions.push(json!({ "type": 3, "metadata": { "duration_seconds": seconds } }));
        }
        actions
    }
}

impl World {
    pub fn make_rule(&mut self, guild: Id, creator: Id, rule: Rule) -> Id {
        let id = self.new_id();
        let Some(server) = self.guilds.get_mut(&guild) else {
            return id;
        };
        let rule = Rule { id, creator, ..rule };
        server.rules.push(rule.clone());
        let told = rule_value(guild, &rule);
        let scope = Scope::guild(guild, intent::AUTOMOD_CONFIGURATION).needing(MANAGE_GUILD);
        self.tell("AUTO_MODERATION_RULE_CREATE", &scope, &told);
        let note = Note { target: Some(id), ..Note::default() };
        self.audit(guild, creator, audit::AUTOMOD_RULE_CREATE, note);
        id
    }

    /// Changes a rule and says so.
    pub fn change_rule(&mut self, guild: Id, id: Id, change: impl FnOnce(&mut Rule)) {
        let server = self.guilds.get_mut(&guild);
        let found = server.and_then(|g| g.rules.iter_mut().find(|r| r.id == id));
        let Some(rule) = found else { return };
        change(rule);
        let told = rule_value(guild, rule);
        let scope = Scope::guild(guild, intent::AUTOMOD_CONFIGURATION).needing(MANAGE_GUILD);
        self.tell("AUTO_MODERATION_RULE_UPDATE", &scope, &told);
    }

    pub fn delete_rule(&mut self, guild: Id, id: Id) {
        let Some(server) = self.guilds.get_mut(&guild) else {
            return;
        };
        let Some(at) = server.rules.iter().position(|r| r.id == id) else {
            return;
        };
        let told = rule_value(guild, &server.rules.remove(at));
        let scope = Scope::guild(guild, intent::AUTOMOD_CONFIGURATION).needing(MANAGE_GUILD);
        self.tell("AUTO_MODERATION_RULE_DELETE", &scope, &told);
    }

    pub fn rules_value(&self, guild: Id) -> Value {
        let rules = self.guilds.get(&guild).map_or(&[][..], |g| &g.rules);
        rules.iter().map(|r| rule_value(guild, r)).collect()
    }

    /// Runs the rules over what somebody is about to say.
    pub(super) fn automod_allows(&mut self, actor: Id, channel: Id, text: &str) -> Answer<()> {
        match self.automod_stops(actor, channel, text) {
            true => Err(BLOCKED_BY_AUTOMOD),
            false => Ok(()),
        }
    }

    /// The same over the name of a thread or post.
    pub(super) fn title_allowed(&mut self, actor: Id, channel: Id, title: &str) -> Answer<()> {
        match self.automod_stops(actor, channel, title) {
            true => Err(TITLE_BLOCKED_BY_AUTOMOD),
            false => Ok(()),
        }
    }

    fn automod_stops(&mut self, actor: Id, channel: Id, text: &str) -> bool {
        let Some(guild) = self.guild_of(channel) else {
            return false;
        };
        let Some(server) = self.guilds.get(&guild) else {
            return false;
        };
        let exempt = self.users.get(&actor).is_none_or(|u| u.bot)
            || self.guild_permissions(guild, actor) & (ADMINISTRATOR | MANAGE_GUILD) != 0;
        if server.rules.is_empty() || exempt {
            return false;
        }
        let parent = self.channels.get(&channel).and_then(|c| c.parent);
        let roles = server.members.get(&actor).map_or(&[][..], |m| &m.roles);
        let mut held = Vec::new();
        for rule in &server.rules {
            let free = !rule.enabled
                || rule.exempt_channels.iter().any(|c| *c == channel || Some(*c) == parent)
                || rule.exempt_roles.iter().any(|r| roles.contains(r));
            if free {
                continue;
            }
            if let Some((keyword, found)) = rule.held_against(text) {
                held.push((rule.clone(), keyword.map(str::to_owned), found.to_owned()));
            }
        }
        let mut blocked = false;
        for (rule, keyword, found) in held {
            blocked |= rule.blocks;
            self.execute(guild, actor, channel, text, &rule, keyword, &found);
        }
        blocked
    }

    #[expect(clippy::too_many_arguments, reason = "what an execution event consists of")]
    fn execute(
        &mut self,
        guild: Id,
        actor: Id,
        channel: Id,
        text: &str,
        rule: &Rule,
        keyword: Option<String>,
        found: &str,
    ) {
        let mut alert = None;
        if let Some(alerts_in) = rule.alerts_in.filter(|c| self.channels.contains_key(c)) {
            let id = self.new_id();
            let mut message = Message::new(id, alerts_in, Byline::Person(actor), self.now_us());
            message.kind = kind::AUTOMOD_ACTION;
            message.embeds = vec![json!({
                "type": "auto_moderation_message",
                "description": text,
                "fields": [
                    { "name": "rule_name", "value": rule.name, "inline": false },
                    { "name": "channel_id", "value": channel.to_string(), "inline": false },
                    { "name": "keyword_matched_content", "value": found, "inline": false },
                ],
            })];
            self.stand(message);
            alert = Some(id);
        }
        if let Some(seconds) = rule.times_out_s {
            let until = self.now_ms() + seconds * 1000;
            self.change_member(guild, actor, |m| m.timeout_until_ms = until);
        }
        for action in rule.actions() {
            let mut told = json!({
                "guild_id": guild.to_string(),
                "action": action,
                "rule_id": rule.id.to_string(),
                "rule_trigger_type": 1,
                "user_id": actor.to_string(),
                "channel_id": channel.to_string(),
                "content": text,
                "matched_keyword": keyword,
                "matched_content": found,
            });
            if let Some(alert) = alert {
                told["alert_system_message_id"] = json!(alert.to_string());
            }
            let scope = Scope::guild(guild, intent::AUTOMOD_EXECUTION).needing(MANAGE_GUILD);
            // Without the content intent the words are left out.
            let mut bare = told.clone();
            bare["content"] = json!("");
            bare["matched_content"] = json!("");
            self.tell_two("AUTO_MODERATION_ACTION_EXECUTION", &scope, &told, &bare);
        }
        let note = Note {
            target: Some(actor),
            options: Some(json!({
                "auto_moderation_rule_name": rule.name,
                "auto_moderation_rule_trigger_type": "1",
                "channel_id": channel.to_string(),
            })),
            ..Note::default()
        };
        let action = if rule.blocks { audit::AUTOMOD_BLOCK } else { audit::AUTOMOD_ALERT };
        self.audit(guild, rule.creator, action, note);
    }
}

fn rule_value(guild: Id, rule: &Rule) -> Value {
    let ids = |list: &[Id]| list.iter().map(|id| json!(id.to_string())).collect::<Vec<_>>();
    json!({
        "id": rule.id.to_string(),
        "guild_id": guild.to_string(),
        "creator_id": rule.creator.to_string(),
        "name": rule.name,
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": {
            "keyword_filter": rule.keywords,
            "regex_patterns": rule.patterns.iter().map(Regex::as_str).collect::<Vec<_>>(),
            "allow_list": rule.allowed,
        },
        "actions": rule.actions(),
        "enabled": rule.enabled,
        "exempt_roles": ids(&rule.exempt_roles),
        "exempt_channels": ids(&rule.exempt_channels),
    })
}

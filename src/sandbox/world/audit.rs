//! The server's audit log: who did what to whom, and why they say they did.
//!
//! Discord keeps entries for 45 days and folds repeated deletions by the same
//! hand of the same author's messages in one channel into one entry whose
//! count rises, without saying so again.

use serde_json::{Value, json};

use super::permission::VIEW_AUDIT_LOG;
use super::session::{Scope, intent};
use super::{Id, World};

pub const CHANNEL_UPDATE: u32 = 11;
pub const CHANNEL_DELETE: u32 = 12;
pub const OVERWRITE_CREATE: u32 = 13;
pub const OVERWRITE_UPDATE: u32 = 14;
pub const OVERWRITE_DELETE: u32 = 15;
pub const MEMBER_KICK: u32 = 20;
pub const MEMBER_BAN: u32 = 22;
pub const MEMBER_UPDATE: u32 = 24;
pub const MEMBER_ROLE_UPDATE: u32 = 25;
pub const WEBHOOK_CREATE: u32 = 50;
pub const MESSAGE_DELETE: u32 = 72;
pub const MESSAGE_BULK_DELETE: u32 = 73;
pub const MESSAGE_PIN: u32 = 74;
pub const MESSAGE_UNPIN: u32 = 75;
pub const THREAD_CREATE: u32 = 110;
pub const THREAD_UPDATE: u32 = 111;
pub const THREAD_DELETE: u32 = 112;
pub const AUTOMOD_RULE_CREATE: u32 = 140;
pub const AUTOMOD_BLOCK: u32 = 143;
pub const AUTOMOD_ALERT: u32 = 144;

/// Discord forgets after this long.
const KEPT_MS: i64 = 45 * 24 * 3_600_000;
/// Deletions within this time are folded into one entry.
const FOLDED_WITHIN_MS: i64 = 5 * 60_000;
/// The oldest entry goes when there are more.
const ENTRIES_AT_MOST: usize = 50_000;

#[derive(Clone, Debug)]
pub struct AuditEntry {
    pub id: Id,
    pub at_ms: i64,
    pub action: u32,
    pub user: Id,
    pub target: Option<Id>,
    pub changes: Vec<Value>,
    pub options: Option<Value>,
    pub reason: Option<String>,
    /// How many were folded into this entry.
    pub count: u32,
}

/// What is written about one act, before it has an id.
#[derive(Default)]
pub(super) struct Note<'a> {
    pub target: Option<Id>,
    pub changes: Vec<Value>,
    pub options: Option<Value>,
    pub reason: Option<&'a str>,
}

impl AuditEntry {
    pub fn value(&self) -> Value {
        let mut value = json!({
            "id": self.id.to_string(),
            "action_type": self.action,
            "user_id": self.user.to_string(),
            "target_id": self.target.map(|t| t.to_string()),
        });
        if !self.changes.is_empty() {
            value["changes"] = json!(self.changes);
        }
        if let Some(options) = &self.options {
            value["options"] = options.clone();
            if self.action == MESSAGE_DELETE {
                value["options"]["count"] = json!(self.count.to_string());
            }
        }
        if let Some(reason) = &self.reason {
            value["reason"] = json!(reason);
        }
        value
    }
}

impl World {
    /// Writes an entry and tells those who may read the log.
    pub(super) fn audit(&mut self, guild: Id, user: Id, action: u32, note: Note<'_>) {
        let (id, now) = (self.new_id(), self.now_ms());
        let Some(server) = self.guilds.get_mut(&guild) else {
            return;
        };
        if action == MESSAGE_DELETE {
            let same = server.audit.iter_mut().rev().take(20).find(|e| {
                e.action == action
                    && e.user == user
                    && e.target == note.target
                    && e.options == note.options
                    && e.reason.as_deref() == note.reason
                    && now - e.at_ms < FOLDED_WITHIN_MS
            });
            if let Some(entry) = same {
                entry.count += 1;
                return;
            }
        }
        let entry = AuditEntry {
            id,
            at_ms: now,
            action,
            user,
            target: note.target,
            changes: note.changes,
            options: note.options,
            reason: note.reason.map(str::to_owned),
            count: 1,
        };
        let mut told = entry.value();
        server.audit.push_back(entry);
        if server.audit.len() > ENTRIES_AT_MOST {
            server.audit.pop_front();
        }
        told["guild_id"] = json!(guild.to_string());
        let scope = Scope::guild(guild, intent::GUILD_MODERATION).needing(VIEW_AUDIT_LOG);
        self.tell("GUILD_AUDIT_LOG_ENTRY_CREATE", &scope, &told);
    }

    /// Entries still kept, newest first.
    pub fn audit_log(&self, guild: Id) -> impl Iterator<Item = &AuditEntry> {
        let oldest = self.now_ms() - KEPT_MS;
        let entries = self.guilds.get(&guild).into_iter().flat_map(|g| g.audit.iter().rev());
        entries.filter(move |e| e.at_ms >= oldest)
    }
}

/// One changed key of an entry.
pub(super) fn change(key: &str, old: Value, new: Value) -> Value {
    let mut value = json!({ "key": key });
    if !old.is_null() {
        value["old_value"] = old;
    }
    if !new.is_null() {
        value["new_value"] = new;
    }
    value
}

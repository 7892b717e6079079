//! Who may do what where: Discord's permission bits and how they add up.
//!
//! Base roles first, then the channel's overwrites for everyone, for roles and
//! for the member; a thread asks its parent. Only computes; who acts on the
//! answer is elsewhere.

use super::place::{Kind, OverwriteFor};
use super::refusal::*;
use super::{Id, World};

pub const KICK_MEMBERS: u64 = 1 << 1;
pub const BAN_MEMBERS: u64 = 1 << 2;
pub const ADMINISTRATOR: u64 = 1 << 3;
pub const MANAGE_CHANNELS: u64 = 1 << 4;
pub const MANAGE_GUILD: u64 = 1 << 5;
pub const VIEW_AUDIT_LOG: u64 = 1 << 7;
pub const VIEW_CHANNEL: u64 = 1 << 10;
pub const SEND_MESSAGES: u64 = 1 << 11;
pub const SEND_TTS: u64 = 1 << 12;
pub const MANAGE_MESSAGES: u64 = 1 << 13;
pub const EMBED_LINKS: u64 = 1 << 14;
pub const ATTACH_FILES: u64 = 1 << 15;
pub const READ_HISTORY: u64 = 1 << 16;
pub const MENTION_EVERYONE: u64 = 1 << 17;
pub const CONNECT: u64 = 1 << 20;
pub const CHANGE_NICKNAME: u64 = 1 << 26;
pub const MANAGE_NICKNAMES: u64 = 1 << 27;
pub const MANAGE_ROLES: u64 = 1 << 28;
pub const MANAGE_WEBHOOKS: u64 = 1 << 29;
pub const MANAGE_THREADS: u64 = 1 << 34;
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
pub const CREATE_PRIVATE_THREADS: u64 = 1 << 36;
pub const SEND_IN_THREADS: u64 = 1 << 38;
pub const MODERATE_MEMBERS: u64 = 1 << 40;
pub const SEND_POLLS: u64 = 1 << 49;
pub const PIN_MESSAGES: u64 = 1 << 51;
pub const BYPASS_SLOWMODE: u64 = 1 << 52;
/// Every bit Discord has assigned.
pub const ALL: u64 = (1 << 53) - 1;

/// What `@everyone` may do in a new server.
pub const EVERYONE: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_HISTORY
    | CONNECT
    | CHANGE_NICKNAME
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | SEND_IN_THREADS
    | SEND_POLLS;

/// What Gavel's invitation asks for when it acts.
pub const MODERATION_BOT: u64 = 2_252_091_871_587_488;

/// What somebody in a timeout keeps.
const TIMED_OUT: u64 = VIEW_CHANNEL | READ_HISTORY;

/// What goes with the right to send.
const GOES_WITH_SENDING: u64 = MENTION_EVERYONE | SEND_TTS | ATTACH_FILES | EMBED_LINKS | SEND_POLLS;

impl World {
    /// What `user` may do in the server as a whole; nothing for a stranger.
    pub fn guild_permissions(&self, guild: Id, user: Id) -> u64 {
        let Some(guild) = self.guilds.get(&guild) else {
            return 0;
        };
        let Some(member) = guild.members.get(&user) else {
            return 0;
        };
        if guild.owner == user {
            return ALL;
        }
        let mut bits = guild.roles.get(&guild.id).map_or(0, |r| r.permissions);
        for role in &member.roles {
            bits |= guild.roles.get(role).map_or(0, |r| r.permissions);
        }
        if bits & ADMINISTRATOR != 0 {
            return ALL;
        }
        if member.timeout_until_ms > self.now_ms() {
            bits &= TIMED_OUT;
        }
        bits
    }

    /// What `user` may do in `channel`; zero where they cannot even see it.
    pub fn permissions(&self, channel: Id, user: Id) -> u64 {
        let Some(place) = self.channels.get(&channel) else {
            return 0;
        };
        let Some(guild) = place.guild else {
            let in_it = place.recipients.contains(&user);
            return if in_it {
                VIEW_CHANNEL | SEND_MESSAGES | READ_HISTORY | EMBED_LINKS | ATTACH_FILES | SEND_POLLS
            } else {
                0
            };
        };
        let base = self.guild_permissions(guild, user);
        if base == ALL || base == 0 {
            return base;
        }
        let Some(thread) = &place.thread else {
            return self.overwritten(base, channel, guild, user);
        };
        // A thread has no overwrites of its own: it asks its parent.
        let parent = place.parent.unwrap_or(channel);
        let mut bits = self.overwritten(base, parent, guild, user);
        if bits & SEND_IN_THREADS == 0 {
            bits &= !(SEND_MESSAGES | GOES_WITH_SENDING);
        } else {
            bits |= SEND_MESSAGES;
        }
        let invited = thread.members.contains_key(&user) || bits & MANAGE_THREADS != 0;
        if place.kind == Kind::PrivateThread && !invited {
            return 0;
        }
        bits
    }

    fn overwritten(&self, base: u64, channel: Id, guild: Id, user: Id) -> u64 {
        let (Some(place), Some(guild)) = (self.channels.get(&channel), self.guilds.get(&guild)) else {
            return 0;
        };
        let roles = guild.members.get(&user).map_or(&[][..], |m| &m.roles);
        let mut bits = base;
        let (mut allow, mut deny, mut mine) = (0, 0, (0, 0));
        for over in &place.overwrites {
            match over.whom {
                OverwriteFor::Role if over.id == guild.id => {
                    bits = bits & !over.deny | over.allow;
                }
                OverwriteFor::Role if roles.contains(&over.id) => {
                    allow |= over.allow;
                    deny |= over.deny;
                }
                OverwriteFor::Member if over.id == user => mine = (over.allow, over.deny),
                _ => {}
            }
        }
        bits = bits & !deny | allow;
        bits = bits & !mine.1 | mine.0;
        if bits & VIEW_CHANNEL == 0 {
            return 0;
        }
        // The text of a voice channel belongs to those who may connect.
        if place.kind.is_voice() && bits & CONNECT == 0 {
            bits &= VIEW_CHANNEL;
        }
        if bits & (SEND_MESSAGES | SEND_IN_THREADS) == 0 {
            bits &= !GOES_WITH_SENDING;
        }
        if guild.members.get(&user).is_some_and(|m| m.timeout_until_ms > self.now_ms()) {
            bits &= TIMED_OUT;
        }
        bits
    }

    /// Whether what happens in `channel` reaches `user`.
    pub fn can_view(&self, channel: Id, user: Id) -> bool {
        self.permissions(channel, user) & VIEW_CHANNEL != 0
    }

    /// Refuses as Discord does: unknown channel, missing access, missing permissions.
    pub fn need(&self, user: Id, channel: Id, bits: u64) -> Answer<()> {
        let place = self.channels.get(&channel).ok_or(UNKNOWN_CHANNEL)?;
        let has = self.permissions(channel, user);
        if has & VIEW_CHANNEL == 0 {
            return Err(MISSING_ACCESS);
        }
        if place.kind.is_voice() && has == VIEW_CHANNEL && bits & !VIEW_CHANNEL != 0 {
            return Err(MISSING_ACCESS);
        }
        if has & bits != bits {
            return Err(MISSING_PERMISSIONS);
        }
        Ok(())
    }

    /// The same for the server as a whole.
    pub fn need_in_guild(&self, user: Id, guild: Id, bits: u64) -> Answer<()> {
        let server = self.guilds.get(&guild).ok_or(UNKNOWN_GUILD)?;
        if !server.members.contains_key(&user) {
            return Err(MISSING_ACCESS);
        }
        if self.guild_permissions(guild, user) & bits != bits {
            return Err(MISSING_PERMISSIONS);
        }
        Ok(())
    }

    /// Whether `actor` stands above `target`: the owner above all, else by the highest role.
    pub fn outranks(&self, guild: Id, actor: Id, target: Id) -> bool {
        let Some(server) = self.guilds.get(&guild) else {
            return false;
        };
        if server.owner == actor {
            return true;
        }
        server.owner != target && server.height(actor) > server.height(target)
    }
}

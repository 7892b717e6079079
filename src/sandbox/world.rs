//! Everything that is true in the sandbox's Discord, and Discord's rules for
//! changing it.
//!
//! Plain state behind one lock, synchronous methods, no I/O. What a person or
//! a bot does asks for permission and may be refused; what only the hand of a
//! test does (make, change, place) does not. Whatever changes is told to the
//! gateway's sessions in the same breath, so that the order they hear is the
//! order it happened in.

mod attachment;
mod audit;
mod automod;
mod command;
mod direct;
mod draft;
mod editing;
mod form;
mod interaction;
mod membership;
mod mention;
mod message;
mod people;
pub mod permission;
mod place;
mod posting;
mod refusal;
mod session;
mod thread;
mod view;
mod webhook;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::domain::id::DISCORD_EPOCH_MS;

pub use attachment::{Attachment, Fetched, Upload};
pub use audit::AuditEntry;
pub use automod::Rule;
pub use draft::Draft;
pub use interaction::{Interaction, Progress};
pub use mention::AllowedMentions;
pub use message::{Byline, Message, Pings, Reference};
pub use people::{Application, Guild, Member, Role, User};
pub use place::{Channel, Kind, Overwrite, OverwriteFor, id_of};
pub use refusal::*;
pub use session::{AS_IT_IS, Found, Frame, Reader, intent};
pub use thread::{NewThread, Thread};
pub use webhook::Webhook;

/// A snowflake.
pub type Id = u64;

/// What can be set about a world.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Frames kept for each session. Beyond this the oldest is dropped, and a
    /// connection that had not read it must identify anew.
    pub replay_frames: usize,
    /// How long a session without a connection can be resumed.
    pub resume_within_ms: i64,
    /// New direct-message channels a bot may open, and within what time.
    pub new_dms: Option<(usize, i64)>,
    pub file_bytes_at_most: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            replay_frames: 65_536,
            resume_within_ms: 180_000,
            new_dms: None,
            file_bytes_at_most: 10 << 20,
        }
    }
}

/// Where the doors are.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    pub rest: SocketAddr,
    pub gateway: SocketAddr,
}

#[derive(Debug)]
pub struct World {
    clock: Clock,
    settings: Settings,
    addresses: Addresses,
    signing_key: [u8; 32],
    last_id: Id,
    users: BTreeMap<Id, User>,
    applications: BTreeMap<Id, Application>,
    guilds: BTreeMap<Id, Guild>,
    channels: HashMap<Id, Channel>,
    webhooks: BTreeMap<Id, Webhook>,
    interactions: BTreeMap<Id, Interaction>,
    files: HashMap<Id, attachment::File>,
    /// Author, channel and nonce to the message made with it, and when.
    nonces: HashMap<(Id, Id, String), (Id, i64)>,
    dms_opened_ms: VecDeque<i64>,
    sessions: session::Sessions,
}

impl World {
    pub fn new(clock: Clock, settings: Settings, addresses: Addresses, signing_key: [u8; 32]) -> World {
        World {
            clock,
            settings,
            addresses,
            signing_key,
            last_id: 0,
            users: BTreeMap::new(),
            applications: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: HashMap::new(),
            webhooks: BTreeMap::new(),
            interactions: BTreeMap::new(),
            files: HashMap::new(),
            nonces: HashMap::new(),
            dms_opened_ms: VecDeque::new(),
            sessions: session::Sessions::default(),
        }
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now().0
    }

    fn now_us(&self) -> i64 {
        self.now_ms() * 1000
    }

    /// A new snowflake: the time, and never less than the last one.
    fn new_id(&mut self) -> Id {
        let since = (self.now_ms() - DISCORD_EPOCH_MS).max(1) as u64;
        self.last_id = (since << 22).max(self.last_id + 1);
        self.last_id
    }

    /// A word nobody can guess.
    fn new_token(&mut self) -> String {
        let id = self.new_id();
        let mut hash = Sha256::new();
        hash.update(self.signing_key);
        hash.update(id.to_be_bytes());
        let digest = hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    pub fn user(&self, id: Id) -> Option<&User> {
        self.users.get(&id)
    }

    pub fn application(&self, id: Id) -> Option<&Application> {
        self.applications.get(&id)
    }

    pub fn guild(&self, id: Id) -> Option<&Guild> {
        self.guilds.get(&id)
    }

    pub fn guilds(&self) -> impl Iterator<Item = &Guild> {
        self.guilds.values()
    }

    pub fn channel(&self, id: Id) -> Option<&Channel> {
        self.channels.get(&id)
    }

    /// Channels, threads and posts of a server, oldest first.
    pub fn channels_of(&self, guild: Id) -> Vec<&Channel> {
        let mut all: Vec<&Channel> = self.channels.values().collect();
        all.retain(|c| c.guild == Some(guild));
        all.sort_by_key(|c| c.id);
        all
    }

    pub fn guild_of(&self, channel: Id) -> Option<Id> {
        self.channels.get(&channel)?.guild
    }

    /// Which privileged intents a bot in few servers has, as its flags say it.
    fn application_flags(&self, id: Id) -> u64 {
        let open = self.applications.get(&id).map_or(0, |a| a.privileged_intents);
        let flags = [
            (intent::GUILD_PRESENCES, 1 << 13),
            (intent::GUILD_MEMBERS, 1 << 15),
            (intent::MESSAGE_CONTENT, 1 << 19),
        ];
        let set = flags.iter().filter(|(intent, _)| open & intent != 0);
        set.map(|(_, flag)| flag).sum()
    }

    /// What the bot's own application looks like to itself.
    pub fn application_value(&self, id: Id) -> Option<Value> {
        self.applications.get(&id)?;
        let user = self.users.get(&id)?;
        let owner = self.guilds.values().find(|g| g.members.contains_key(&id));
        let flags = self.application_flags(id);
        Some(serde_json::json!({
            "id": id.to_string(),
            "name": user.name,
            "icon": null,
            "description": "",
            "type": null,
            "verify_key": "0".repeat(64),
            "flags": flags,
            "flags_new": flags.to_string(),
            "redirect_uris": [],
            "interactions_endpoint_url": null,
            "role_connections_verification_url": null,
            "owner": self.user_value(owner.map_or(0, |g| g.owner)),
            "approximate_guild_count": self.guilds.values().filter(|g| g.members.contains_key(&id)).count(),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": null,
            "eligible_oauth2_scopes": ["bot", "applications.commands"],
            "bot": self.user_value(id),
            "bot_public": false,
            "bot_require_code_grant": false,
        }))
    }
}

/// When a snowflake was made.
pub fn made_at_ms(id: Id) -> i64 {
    (id >> 22) as i64 + DISCORD_EPOCH_MS
}

/// Microseconds since 1970 as Discord writes a time.
///
/// By hand, because every message of a burst carries two of them: the civil
/// date is counted from 1 March of the year 0, so that leap days come last.
pub(crate) fn stamp(us: i64) -> String {
    const DAY_US: i64 = 86_400_000_000;
    let (day, rest) = (us.div_euclid(DAY_US) + 719_468, us.rem_euclid(DAY_US));
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + later;
    let (hour, minute) = (rest / 3_600_000_000, rest / 60_000_000 % 60);
    let (second, part) = (rest / 1_000_000 % 60, rest % 1_000_000);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{part:06}+00:00")
}

#[cfg(test)]
mod tests {
    use super::stamp;

    #[test]
    fn times_are_what_a_calendar_says() {
        // Every 11 days and a bit, over leap years, centuries and the epoch.
        for n in -3_000_i64..5_000 {
            let us = n * 987_654_321_987;
            let at = jiff::Timestamp::from_microsecond(us).expect("a time");
            let expected = at.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string();
            assert_eq!(stamp(us), expected);
        }
    }
}

//! The server as it is: its channels and roles, which of them are approved,
//! and what is missing.
//!
//! A channel is approved by name or by id. A name must match exactly one
//! channel and is pinned to that id when it is first seen, so that renaming
//! another channel cannot bring it under watch, nor this one out of it
//! unnoticed. Threads and posts take their parent's approval.

use std::collections::HashMap;

use crate::domain::circumstances::Standing;
use crate::domain::decision::Desk;
use crate::domain::deployment::{Approval, Deployment, Named};
use crate::domain::event::{Question, Sight, VenueSight};
use crate::domain::id::{GuildId, MemberId, MessageId, Moment, RoleId, VenueId};
use crate::domain::message::Message;
use crate::journal::entry::{Body, Coverage, Evidence, Field};

use super::judging::ask_roles;
use super::state::Pending;
use super::{State, Step, Withheld, note_venue, warn};

/// What a channel is, as its `venue` entry says: watched, or the moderators'
/// or an office's own.
const APPROVED: &str = "approved";
const STAFF: &str = "staff";

/// Discord's permission bits that the bot needs where it acts (Discord,
/// *Permissions*): view, send, embed, read history, manage messages.
pub const NEEDED: [(u64, &str); 5] = [
    (1 << 10, "View Channel"),
    (1 << 11, "Send Messages"),
    (1 << 14, "Embed Links"),
    (1 << 16, "Read Message History"),
    (1 << 13, "Manage Messages"),
];

const DAY_MS: i64 = 86_400_000;

/// The server, learned anew at every connection.
#[derive(Clone, Debug, Default)]
pub struct Server {
    pub guild: Option<GuildId>,
    pub me: Option<MemberId>,
    pub owner: Option<MemberId>,
    pub venues: HashMap<VenueId, VenueSight>,
    pub roles: HashMap<RoleId, String>,
    /// Approved channels, with the index of their approval.
    pub approved: HashMap<VenueId, usize>,
    pub review: Option<VenueId>,
    pub desks: HashMap<Desk, VenueId>,
    /// Threads that were given a title since the connection was made.
    pub named: HashMap<VenueId, TitleGiven>,
    /// Approvals whose name matches no channel, or several.
    pub unmatched: Vec<(String, usize)>,
}

/// Which title of a thread it is that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TitleGiven {
    /// The one that it was made with.
    First,
    /// Another: somebody renamed it.
    Later,
}

impl Server {
    /// Takes in what was seen of the server.
    pub fn learn(
        &mut self,
        sight: &Sight,
        deployment: &Deployment,
        pinned: &HashMap<VenueId, (String, String)>,
    ) {
        match sight {
            Sight::Guild { me, guild } => {
                self.guild = Some(guild.id);
                self.me = Some(*me);
                self.owner = guild.owner;
                self.venues = guild.venues.iter().map(|v| (v.id, v.clone())).collect();
                self.roles = guild.roles.iter().cloned().collect();
                self.named.clear();
            }
            Sight::Venue { venue, title_by } => {
                let before = self.venues.insert(venue.id, venue.clone());
                if venue.is_thread() && title_by.is_some() {
                    self.named.insert(venue.id, TitleGiven::First);
                } else if venue.is_thread() && before.is_some_and(|before| before.name != venue.name) {
                    self.named.insert(venue.id, TitleGiven::Later);
                }
            }
            Sight::VenueGone { venue } => {
                self.venues.remove(venue);
                self.named.remove(venue);
            }
            Sight::Role { role, name: Some(name) } => {
                self.roles.insert(*role, name.clone());
            }
            Sight::Role { role, name: None } => {
                self.roles.remove(role);
            }
            _ => return,
        }
        self.resolve(deployment, pinned);
    }

    /// Finds out which channels the settings mean.
    pub fn resolve(&mut self, deployment: &Deployment, pinned: &HashMap<VenueId, (String, String)>) {
        let staff = |named: &Named| self.pinned_or_found(named, pinned, STAFF).ok();
        self.review = deployment.review.as_ref().and_then(staff);
        self.desks.clear();
        for setting in &deployment.desks {
            let venue = setting.channel.as_ref();
            if let Some(venue) = venue.and_then(|named| self.pinned_or_found(named, pinned, STAFF).ok()) {
                self.desks.insert(setting.desk, venue);
            }
        }
        self.approved.clear();
        self.unmatched.clear();
        let staff: Vec<VenueId> = self.desks.values().copied().chain(self.review).collect();
        for (index, approval) in deployment.channels.iter().enumerate() {
            match &approval.channel {
                Named::Every => {
                    let every: Vec<VenueId> =
                        self.venues.values().filter(|v| is_channel(v)).map(|v| v.id).collect();
                    for venue in every.into_iter().filter(|v| !staff.contains(v)) {
                        self.approved.entry(venue).or_insert(index);
                    }
                }
                named => match self.pinned_or_found(named, pinned, APPROVED) {
                    Ok(venue) if !staff.contains(&venue) => {
                        self.approved.insert(venue, index);
                    }
                    Ok(_) => {}
                    Err(matches) => self.unmatched.push((name_of(named), matches)),
                },
            }
        }
    }

    /// A channel that was pinned under this name as what it is, or the one
    /// that has it now.
    fn pinned_or_found(
        &self,
        named: &Named,
        pinned: &HashMap<VenueId, (String, String)>,
        what: &str,
    ) -> Result<VenueId, usize> {
        if let Named::Name(name) = named {
            let before = pinned.iter().find(|(venue, (state, pinned_name))| {
                state == what && pinned_name == name && self.venues.contains_key(venue)
            });
            if let Some((venue, _)) = before {
                return Ok(*venue);
            }
        }
        self.find(named)
    }

    /// The channel that is meant, or how many match.
    pub fn find(&self, named: &Named) -> Result<VenueId, usize> {
        match named {
            Named::Id(id) => self.venues.get(id).map(|v| v.id).ok_or(0),
            Named::Name(name) => {
                let matches: Vec<&VenueSight> =
                    self.venues.values().filter(|v| is_channel(v) && v.name == *name).collect();
                match matches.as_slice() {
                    [one] => Ok(one.id),
                    several => Err(several.len()),
                }
            }
            Named::Every => Err(0),
        }
    }

    /// The channel whose approval covers a place: itself, or its parent.
    pub fn approval_of(&self, venue: VenueId) -> Option<usize> {
        self.approved.get(&venue).copied().or_else(|| {
            let parent = self.venues.get(&venue)?.parent?;
            self.approved.get(&parent).copied()
        })
    }

    /// Whether messages there are recorded and judged.
    pub fn watches(&self, venue: VenueId) -> bool {
        self.approval_of(venue).is_some()
    }

    /// The name of a place, with a thread's parent.
    pub fn name(&self, venue: VenueId) -> String {
        self.venues.get(&venue).map(|v| v.name.clone()).unwrap_or_default()
    }

    /// Where a desk's cards go: its own channel, else the review channel.
    pub fn desk(&self, desk: Desk) -> Option<VenueId> {
        self.desks.get(&desk).copied().or(self.review)
    }

    /// In which capacities somebody with these roles writes.
    pub fn standing(&self, deployment: &Deployment, roles: &[RoleId]) -> Standing {
        let holds = |wanted: &[String]| {
            roles.iter().any(|role| {
                let id = role.to_string();
                wanted.iter().any(|w| *w == id || self.roles.get(role).is_some_and(|name| name == w))
            })
        };
        let r = &deployment.roles;
        let staff =
            [&r.employee, &r.moderator, &r.director, &r.records_officer, &r.attorney, &r.administrator];
        let official = holds(&r.official);
        Standing { employee: official || staff.into_iter().any(|list| holds(list)), official, unknown: false }
    }
}

/// Whether a venue is a channel of its own, where people write or post.
fn is_channel(venue: &VenueSight) -> bool {
    (venue.holds_messages() && !venue.is_thread()) || matches!(venue.kind, 15 | 16)
}

fn name_of(named: &Named) -> String {
    match named {
        Named::Id(id) => id.to_string(),
        Named::Name(name) => name.clone(),
        Named::Every => "*".to_owned(),
    }
}

impl State {
    /// Since when a place is watched: its channel's approval.
    pub fn watching_since(&self, venue: VenueId) -> Option<Moment> {
        let own = self.watched_since.get(&venue);
        let parent = || self.watched_since.get(&self.server.venues.get(&venue)?.parent?);
        own.or_else(parent).copied()
    }

    /// Whether a message was written before its channel was watched.
    pub fn is_before_watching(&self, message: &Message) -> bool {
        self.watching_since(message.venue).is_some_and(|since| message.id.made_at() < since)
    }

    /// The approval that covers a place.
    pub fn approval(&self, venue: VenueId) -> Option<&Approval> {
        self.deployment.channels.get(self.server.approval_of(venue)?)
    }
}

/// Records which channels are watched and says what is missing.
pub fn settle(state: &State, at: Moment, step: &mut Step) {
    let server = &state.server;
    if server.guild.is_none() {
        return;
    }
    let mut venues: Vec<&VenueSight> = server.venues.values().filter(|v| is_channel(v)).collect();
    venues.sort_by_key(|v| v.id);
    for venue in venues {
        let recorded = state.venues.get(&venue.id);
        let was = recorded.map(|(state, _)| state.as_str());
        if server.approved.contains_key(&venue.id) {
            if was != Some(APPROVED) {
                let is_new = !state.cursors.contains_key(&venue.id);
                let upto = if is_new && state.deployment.history_days > 0 {
                    None
                } else {
                    // Watching begins with the next message. What was said
                    // while the channel was not approved is not read later.
                    venue.last_message.or_else(|| MessageId::new(venue.id.get()))
                };
                note_venue(step, at, venue.id, APPROVED, &venue.name, upto);
            } else if let Some((_, pinned)) = recorded
                && *pinned != venue.name
                && matches!(approval_name(state, venue.id), Some(name) if name == pinned)
            {
                warn(
                    state,
                    "channel-renamed",
                    Some(venue.id),
                    &[("before", pinned), ("channel", &venue.name)],
                    at,
                    step,
                );
            }
            let missing = missing_permissions(venue);
            if !missing.is_empty() {
                warn(
                    state,
                    "permission-missing",
                    Some(venue.id),
                    &[("channel", &venue.name), ("permission", &missing)],
                    at,
                    step,
                );
            }
        } else if server.review == Some(venue.id) || server.desks.values().any(|desk| *desk == venue.id) {
            // Under this name it is known from now on, whatever it is called.
            if was != Some(STAFF) {
                note_venue(step, at, venue.id, STAFF, &venue.name, None);
            }
        } else if was != Some("not-approved") {
            note_venue(step, at, venue.id, "not-approved", &venue.name, None);
            warn(state, "channel-not-approved", Some(venue.id), &[("channel", &venue.name)], at, step);
        }
    }
    for (name, matches) in &server.unmatched {
        let key = if *matches == 0 { "channel-missing" } else { "channel-ambiguous" };
        warn(state, key, None, &[("channel", name)], at, step);
    }
    match (&state.deployment.review, server.review) {
        (Some(named), None) => {
            warn(state, "startup-review-missing", None, &[("channel", &name_of(named))], at, step)
        }
        (_, Some(review)) if server.venues.get(&review).is_some_and(|v| v.public) => {
            warn(
                state,
                "startup-review-public",
                Some(review),
                &[("channel", &server.name(review))],
                at,
                step,
            );
        }
        _ => {}
    }
    let roles = &state.deployment.roles;
    let lists = [&roles.moderator, &roles.employee, &roles.official, &roles.director];
    for role in lists.into_iter().flatten() {
        let known = server.roles.iter().any(|(id, name)| name == role || id.to_string() == *role);
        if !known {
            warn(state, "startup-role-missing", None, &[("role", role)], at, step);
        }
    }
}

fn approval_name(state: &State, venue: VenueId) -> Option<&str> {
    match &state.approval(venue)?.channel {
        Named::Name(name) => Some(name),
        _ => None,
    }
}

fn missing_permissions(venue: &VenueSight) -> String {
    let Some(has) = venue.permissions else { return String::new() };
    let missing: Vec<&str> = NEEDED.iter().filter(|(bit, _)| has & bit == 0).map(|(_, name)| *name).collect();
    missing.join(", ")
}

/// A channel or thread is gone.
pub fn gone(state: &State, venue: VenueId, frame: &crate::domain::event::Frame, at: Moment, step: &mut Step) {
    if let Some((_, name)) = state.venues.get(&venue) {
        let name = name.clone();
        note_venue(step, at, venue, "gone", &name, None);
        if let Some(entry) = step.entries.last_mut() {
            let evidence = std::mem::take(&mut entry.evidence);
            entry.evidence = evidence.with_frame(frame);
        }
    }
    super::messages::gone_with(state, venue, at, step);
}

/// Asks for what was written while nobody was watching.
pub fn ask_history(state: &State, at: Moment, step: &mut Step) {
    let server = &state.server;
    let mut venues: Vec<&VenueSight> =
        server.venues.values().filter(|v| v.holds_messages() && server.watches(v.id)).collect();
    venues.sort_by_key(|v| v.id);
    for venue in venues {
        let pinned_now = step.entries.iter().find_map(|entry| match &entry.body {
            Body::Venue(record) if record.venue == venue.id => Some(record.upto),
            _ => None,
        });
        // A gap that was not read to its end begins before the newest message.
        let behind = state.behind.get(&venue.id);
        let after = match (behind.or(state.cursors.get(&venue.id)), pinned_now) {
            (Some(cursor), _) => Some(*cursor),
            // Watching begins here: nothing before it is asked for, but what
            // is written between this sight and the next frame is.
            (None, Some(Some(upto))) => Some(upto),
            // Of a thread that is older than the watching, as much as of its
            // channel.
            (None, _) if venue.is_thread() => {
                let since = state.watching_since(venue.id).unwrap_or(at);
                let days = i64::from(state.deployment.history_days);
                let from = MessageId::first_at(Moment(since.0 - days * DAY_MS));
                MessageId::new(venue.id.get()).max(from)
            }
            (None, _) => None,
        };
        if after.is_some() || state.deployment.history_days > 0 {
            let unchanged = after.is_some() && after == venue.last_message;
            if unchanged {
                if behind.is_some() {
                    caught_up(state, venue.id, after, at, step);
                }
            } else {
                step.questions.push(Question::History {
                    venue: venue.id,
                    after,
                    limit_days: state.deployment.history_days,
                });
            }
        }
    }
}

/// Nothing is missing of a channel any more, up to a message.
fn caught_up(state: &State, venue: VenueId, upto: Option<MessageId>, at: Moment, step: &mut Step) {
    // The name that it was approved under stays; another one is only told.
    // Nor is a title known before it was looked at.
    let is_thread = state.server.venues.get(&venue).is_some_and(VenueSight::is_thread);
    let unknown = || if is_thread { String::new() } else { state.server.name(venue) };
    let name = state.venues.get(&venue).map_or_else(unknown, |(_, name)| name.clone());
    let what = if state.server.approved.contains_key(&venue) { "approved" } else { "read" };
    note_venue(step, at, venue, what, &name, upto);
}

/// Nothing of a channel waits any more that was read to its end meanwhile.
pub fn read_after_all(state: &State, settled: &Message, at: Moment, step: &mut Step) {
    let venue = settled.venue;
    let others =
        state.waiting.values().flatten().any(|it| it.message.venue == venue && it.message.id != settled.id);
    if let Some(upto) = state.read_upto.get(&venue).filter(|_| !others) {
        caught_up(state, venue, *upto, at, step);
    }
}

/// Asks again what was asked before the process ended and not answered.
pub fn ask_again(state: &State, step: &mut Step) {
    let mut waiting: Vec<&Pending> = state.awaiting_roles.values().collect();
    waiting.sort_by_key(|pending| pending.entry);
    waiting.into_iter().for_each(|pending| ask_roles(state, &pending.message, step));
    let withheld = state.waiting.values().filter_map(|versions| Some(&versions.front()?.message));
    let files = state.waiting_files.keys().filter_map(|id| Some(&*state.capturing.get(id)?.message));
    let mut withheld: Vec<&Message> = withheld.chain(files).collect();
    withheld.sort_by_key(|message| message.id);
    withheld.into_iter().for_each(|message| ask_roles(state, message, step));
    let mut files: Vec<_> = state.capturing.iter().collect();
    files.sort_by_key(|(message, _)| **message);
    step.questions.extend(files.into_iter().map(|(message, pending)| Question::Capture {
        venue: pending.venue,
        message: *message,
        attachments: pending.message.attachments.clone(),
    }));
}

/// Back-fill of a channel has come to its end.
pub fn history_read(
    state: &State,
    venue: VenueId,
    upto: Option<MessageId>,
    count: u32,
    error: Option<&str>,
    at: Moment,
    step: &mut Step,
) {
    match error {
        None => {
            let news = upto.is_some_and(|upto| state.cursors.get(&venue) != Some(&upto));
            if count > 0 || news || state.behind.contains_key(&venue) {
                match state.waits_in(venue) {
                    true => step.withheld.push(Withheld::Read { venue, upto }),
                    false => caught_up(state, venue, upto, at, step),
                }
            }
        }
        Some(error) => {
            let gap = Coverage {
                from: state.gaps.back().map_or(at, |gap| gap.0),
                to: at,
                why: "history".to_owned(),
            };
            step.write(at, Body::Coverage(gap), Evidence::none().with_text(Field::Detail, error));
            let name = state.server.name(venue);
            warn(state, "channel-history-unread", Some(venue), &[("channel", &name)], at, step);
        }
    }
}

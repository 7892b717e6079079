//! Channels, desks and roles: whether they are there, who can read them, and
//! what the bot may do in them.

use serde::Deserialize;

use super::asking::{self, Asking};
use super::{Found, INVITATION, Role};
use crate::doctor::Report;
use crate::domain::deployment::{Deployment, DeskSetting, Named};
use crate::domain::event::VenueSight;
use crate::domain::id::{GuildId, VenueId};
use crate::settings::Loaded;

/// Discord's permission bits by their names in its settings.
const VIEW: (u64, &str) = (1 << 10, "View Channel");
const SEND: (u64, &str) = (1 << 11, "Send Messages");
const MANAGE_MESSAGES: (u64, &str) = (1 << 13, "Manage Messages");
const EMBED: (u64, &str) = (1 << 14, "Embed Links");
const HISTORY: (u64, &str) = (1 << 16, "Read Message History");
const CONNECT: (u64, &str) = (1 << 20, "Connect");
const MANAGE_THREADS: (u64, &str) = (1 << 34, "Manage Threads");
const SEND_IN_THREADS: (u64, &str) = (1 << 38, "Send Messages in Threads");
const PIN: (u64, &str) = (1 << 51, "Pin Messages");
const ADMINISTRATOR: u64 = 1 << 3;
const MANAGE_SERVER: u64 = 1 << 5;
const VIEW_AUDIT_LOG: u64 = 1 << 7;

/// Where messages are judged and taken down.
const APPROVED: [(u64, &str); 8] =
    [VIEW, SEND, SEND_IN_THREADS, EMBED, HISTORY, MANAGE_MESSAGES, MANAGE_THREADS, PIN];
/// Where posts with messages of their own stand.
const FORUM: [(u64, &str); 5] = [VIEW, SEND_IN_THREADS, HISTORY, MANAGE_MESSAGES, MANAGE_THREADS];
/// Where cards stand.
const STAFF: [(u64, &str); 4] = [VIEW, SEND, EMBED, HISTORY];

/// AutoMod's triggers that go by words (Discord, *Auto Moderation*).
const KEYWORD: u64 = 1;
const PRESET: u64 = 4;

pub(super) fn examine(loaded: &Loaded, found: &Found, report: &mut Report) {
    whole_server(found, report);
    approved(&loaded.deployment, found, report);
    unapproved(found, report);
    review(&loaded.deployment, found, report);
    for setting in &loaded.deployment.desks {
        desk(setting, found, report);
    }
    roles(&loaded.deployment, found, report);
}

fn whole_server(found: &Found, report: &mut Report) {
    if found.permissions & ADMINISTRATOR != 0 {
        report.warning(
            "the bot is an administrator of the server, and needs to be none",
            format!("take `Administrator` from its role, and give it the permissions {INVITATION}"),
        );
        return;
    }
    for (bit, name, without) in [
        (VIEW_AUDIT_LOG, "View Audit Log", "it cannot say who took down what it did not take down itself"),
        (
            MANAGE_SERVER,
            "Manage Server",
            "it is not told what Discord's AutoMod stops, which then is on no record",
        ),
    ] {
        if found.permissions & bit == 0 {
            report.warning(
                format!("the bot lacks `{name}`: {without}"),
                format!("give its role `{name}` under Server Settings, Roles"),
            );
        }
    }
}

fn shown(found: &Found, venue: VenueId) -> String {
    format!("#{}", found.server.name(venue))
}

/// The approved channels, in the order of their names.
pub(super) fn approved_in(found: &Found) -> Vec<&VenueSight> {
    let server = &found.server;
    let mut venues: Vec<&VenueSight> =
        server.approved.keys().filter_map(|venue| server.venues.get(venue)).collect();
    venues.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    venues
}

fn approved(deployment: &Deployment, found: &Found, report: &mut Report) {
    let server = &found.server;
    for (name, matches) in &server.unmatched {
        match matches {
            0 => report.problem(
                format!("there is no channel `{name}`, which the deployment approves"),
                near(name, found),
            ),
            several => report.problem(
                format!("{several} channels are called `{name}`, and one is approved"),
                "give its `id` instead of its `name` under `[[channel]]`",
            ),
        }
    }
    for approval in &deployment.channels {
        let Ok(venue) = server.find(&approval.channel) else { continue };
        if server.review == Some(venue) || server.desks.values().any(|desk| *desk == venue) {
            report.warning(
                format!(
                    "{} is approved, and also gets cards, so nothing in it is judged",
                    shown(found, venue)
                ),
                "take it from `[[channel]]`, or let the cards go elsewhere",
            );
        }
    }
    let venues = approved_in(found);
    if venues.is_empty() && !deployment.channels.is_empty() {
        report.problem("no approved channel is there, so nothing is watched", "see what is said of each");
    }
    for venue in venues {
        let mut needed: Vec<(u64, &str)> =
            if venue.holds_messages() { APPROVED.to_vec() } else { FORUM.to_vec() };
        if matches!(venue.kind, 2 | 13) {
            needed.push(CONNECT);
        }
        if permitted(venue, &needed, report) {
            report.well(format!(
                "{} is approved, and the bot may do there what it has to",
                shown(found, venue.id)
            ));
        }
    }
}

/// Whether the bot has these permissions in a channel.
fn permitted(venue: &VenueSight, needed: &[(u64, &str)], report: &mut Report) -> bool {
    let Some(has) = venue.permissions else { return true };
    let missing: Vec<&str> = needed.iter().filter(|(bit, _)| has & bit == 0).map(|(_, name)| *name).collect();
    // Whoever cannot see a channel lacks all the rest with it.
    let missing = if has & VIEW.0 == 0 { vec![VIEW.1] } else { missing };
    if missing.is_empty() {
        return true;
    }
    report.problem(
        format!("in #{} the bot lacks: {}", venue.name, missing.join(", ")),
        "allow it for the bot's role under Edit Channel, Permissions; a denial there outweighs what the role has elsewhere",
    );
    false
}

/// A hint at the channel that was probably meant.
fn near(name: &str, found: &Found) -> String {
    let names = found.server.venues.values().filter(|v| !v.is_thread()).map(|v| v.name.as_str());
    match crate::policy::problem::nearest(name, names) {
        Some(meant) => format!("there is #{meant}; write that, or make the channel"),
        None => "make the channel, or correct the name in the deployment file".to_owned(),
    }
}

fn unapproved(found: &Found, report: &mut Report) {
    let server = &found.server;
    let staff: Vec<VenueId> = server.desks.values().copied().chain(server.review).collect();
    let mut names: Vec<String> = server
        .venues
        .values()
        .filter(|venue| !venue.is_thread() && (venue.holds_messages() || matches!(venue.kind, 15 | 16)))
        .filter(|venue| !server.approved.contains_key(&venue.id) && !staff.contains(&venue.id))
        .map(|venue| format!("#{}", venue.name))
        .collect();
    names.sort();
    if !names.is_empty() {
        report.note(format!("not approved, and not watched: {}", names.join(", ")));
    }
}

/// The channel that is meant, or a problem.
fn place(named: &Named, what: &str, without: &str, found: &Found, report: &mut Report) -> Option<VenueId> {
    let name = match named {
        Named::Id(id) => id.to_string(),
        Named::Name(name) => name.clone(),
        Named::Every => "*".to_owned(),
    };
    match found.server.find(named) {
        Ok(venue) => Some(venue),
        Err(0) => {
            report.problem(
                format!("there is no channel `{name}`, where {what} go: {without}"),
                near(&name, found),
            );
            None
        }
        Err(several) => {
            report.problem(
                format!("{several} channels are called `{name}`, where {what} go: {without}"),
                "give the channel's id instead of its name",
            );
            None
        }
    }
}

/// Cards show what members wrote: only staff may read them.
fn private(venue: VenueId, what: &str, found: &Found, report: &mut Report) {
    if found.server.venues.get(&venue).is_some_and(|sight| sight.public) {
        report.problem(
            format!("everyone can read {}, where {what} go", shown(found, venue)),
            "deny `View Channel` to @everyone there, and allow it to the staff concerned and to the bot",
        );
    }
}

fn review(deployment: &Deployment, found: &Found, report: &mut Report) {
    // That none is named was said of the file.
    let Some(named) = &deployment.review else { return };
    let without = "cases are recorded, and nobody sees a card";
    let Some(venue) = place(named, "review cards", without, found, report) else { return };
    private(venue, "review cards", found, report);
    if let Some(sight) = found.server.venues.get(&venue)
        && permitted(sight, &STAFF, report)
    {
        report.well(format!("review cards go to {}", shown(found, venue)));
    }
    if let Some(named) = &deployment.checkpoint_channel
        && let Some(venue) = place(named, "checkpoints", "they stay on this machine alone", found, report)
        && let Some(sight) = found.server.venues.get(&venue)
    {
        permitted(sight, &STAFF, report);
    }
}

fn desk(setting: &DeskSetting, found: &Found, report: &mut Report) {
    let what = format!("cards of the desk `{}`", setting.desk);
    if let Some(named) = &setting.channel
        && let Some(venue) = place(named, &what, "they go to the review channel", found, report)
        && Some(venue) != found.server.review
    {
        private(venue, &what, found, report);
        if let Some(sight) = found.server.venues.get(&venue)
            && permitted(sight, &STAFF, report)
        {
            report.well(format!("{what} go to {}", shown(found, venue)));
        }
    }
    let Some(mention) = &setting.mention else { return };
    match matching(mention, &found.roles).as_slice() {
        [role] if role.mentionable => report.well(format!("a page can ping the role `{}`", role.name)),
        [role] => report.problem(
            format!("the role `{}` cannot be mentioned, so a page pings nobody", role.name),
            "under Server Settings, Roles, let anyone mention it; the bot is not to mention everyone",
        ),
        [] => report.problem(
            format!("there is no role `{mention}`, which a page is to ping"),
            "make the role, or correct `mention` in the deployment file",
        ),
        several => report.problem(
            format!("{} roles are called `{mention}`, and a page pings one", several.len()),
            "give the role's id instead of its name",
        ),
    }
}

fn matching<'r>(wanted: &str, roles: &'r [Role]) -> Vec<&'r Role> {
    roles.iter().filter(|role| role.name == wanted || role.id.to_string() == wanted).collect()
}

fn roles(deployment: &Deployment, found: &Found, report: &mut Report) {
    let r = &deployment.roles;
    let lists = [
        ("moderator", &r.moderator),
        ("director", &r.director),
        ("employee", &r.employee),
        ("official", &r.official),
        ("records_officer", &r.records_officer),
        ("attorney", &r.attorney),
        ("administrator", &r.administrator),
    ];
    for (what, names) in lists {
        for name in names {
            let count = matching(name, &found.roles).len();
            if count == 0 {
                report.problem(
                    format!("there is no role `{name}`, which the deployment names as `{what}`"),
                    "make the role, or correct the name under `[role]`",
                );
            } else if count > 1 {
                report.warning(
                    format!("{count} roles are called `{name}`; whoever has one of them is `{what}`"),
                    "give the id of the one that is meant under `[role]`",
                );
            }
        }
    }
    if r.moderator.is_empty() {
        report.warning(
            "nobody is named as a moderator, so nobody can decide a case",
            "add `moderator = [\"…\"]` under `[role]`",
        );
    }
    if r.employee.is_empty() {
        report.warning(
            "no role is named for the City's employees, so they are treated as residents",
            "add `employee = [\"…\"]` under `[role]`",
        );
    }
}

/// Discord's own AutoMod: what it blocks never becomes a message, so its
/// author gets no reason and no appeal.
pub(super) async fn filters(asking: &Asking, guild: GuildId, found: &Found, report: &mut Report) {
    #[derive(Deserialize)]
    struct Rule {
        name: String,
        trigger_type: u64,
        enabled: bool,
        #[serde(default)]
        exempt_channels: Vec<VenueId>,
    }
    if found.permissions & (MANAGE_SERVER | ADMINISTRATOR) == 0 {
        // Said already, with what it costs.
        return;
    }
    let reply = match asking.get(&format!("/guilds/{guild}/auto-moderation/rules")).await {
        Ok(reply) => reply,
        Err(why) => {
            report.warning(format!("AutoMod's rules cannot be asked: {why}"), "try again");
            return;
        }
    };
    let rules: Option<Vec<Rule>> = asking::read(&reply, "AutoMod's rules", report);
    for rule in rules.into_iter().flatten() {
        if !rule.enabled || !matches!(rule.trigger_type, KEYWORD | PRESET) {
            continue;
        }
        let touched: Vec<String> = approved_in(found)
            .into_iter()
            .filter(|venue| !rule.exempt_channels.contains(&venue.id))
            .map(|venue| format!("#{}", venue.name))
            .collect();
        if !touched.is_empty() {
            report.warning(
                format!(
                    "Discord's AutoMod rule `{}` goes by words in {}: what it blocks is never posted, \
                     and its author gets no reason and no appeal",
                    rule.name,
                    touched.join(", ")
                ),
                "switch it off under Server Settings, AutoMod, or exempt the approved channels",
            );
        }
    }
}

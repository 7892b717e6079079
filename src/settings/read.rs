//! The deployment file's tables, one by one.
//!
//! A problem costs a value, never the rest of the file: reading goes on, so
//! that whoever mends the file mends it once.

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use url::Url;

use super::hours::hours;
use super::places::{channel_name, channels, desks, mail_address, review};
use super::{Links, Mail, Settings};
use crate::domain::decision::Posture;
use crate::domain::deployment::*;
use crate::domain::id::{GuildId, MemberId};
use crate::policy::reading::{self, At, Problems, Table};
use crate::policy::source::AUTHORITIES;

/// The longest name of an office, a person, a role: a line on a card.
const NAME_CHARS: usize = 200;

const HISTORY_DAYS: Range<u64> = 0..3_651;
const HOLD_HOURS: Range<u64> = 1..1_001;
const APPEAL_DAYS: Range<u64> = 1..366;
const MEMBERS_PER_DAY: Range<u64> = 0..1_000_001;
const CHECKPOINT_MINUTES: Range<u64> = 1..10_081;

/// Reads the whole file. Where problems were added, the settings are not to
/// be used.
pub fn settings(source: &str, file: &Path, problems: &mut Problems) -> Settings {
    let document = reading::parse(source, problems);
    let mut root = Table::new("the deployment file", &document);
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();

    let policy = required(&mut root, "policy", problems);
    let data_dir = required(&mut root, "data_dir", problems);
    let posture =
        root.word("posture", Posture::parse, &words(Posture::ALL, Posture::word), problems).map(|p| p.value);
    let time_zone = time_zone(&mut root, problems);
    let archive = root.word("archive", archive_of, &["all", "flagged"], problems);
    let city = root.table("city", problems).map(|t| city(t, problems)).unwrap_or_default();
    let discord = root.table("discord", problems).map(|t| discord(t, problems)).unwrap_or_default();
    let channels = channels(root.tables("channel", problems), problems);
    let review = root.table("review", problems).and_then(|t| review(t, problems));
    let desks = root.table("desk", problems).map(|t| desks(t, problems)).unwrap_or_default();
    let hours = root.table("hours", problems).map(|t| hours(t, problems)).unwrap_or_default();
    let limits = root.table("limits", problems).map(|t| limits(t, problems)).unwrap_or_default();
    let links = root.table("links", problems).map(|t| links(t, &folder, &city, problems)).unwrap_or_default();
    let mail = root.table("mail", problems).and_then(|t| mail(t, &folder, problems));
    let log = root.table("log", problems).map(|t| log(t, problems)).unwrap_or_default();
    let adopted = adopted(root.tables("adopted", problems), problems);
    let roles = root.table("role", problems).map(|t| roles(t, problems)).unwrap_or_default();
    root.finish(problems);

    let beside = |name: &str| if name.is_empty() { PathBuf::new() } else { folder.join(name) };
    Settings {
        file: file.to_owned(),
        policy: beside(&policy),
        data_dir: beside(&data_dir),
        token_file: beside(discord.token_file.as_deref().unwrap_or("token")),
        key_file: beside(log.key_file.as_deref().unwrap_or("signing-key")),
        mail,
        links,
        posture,
        names_time_zone: time_zone.is_some(),
        deployment: Deployment {
            posture: posture.unwrap_or(Posture::Observe),
            time_zone: time_zone.unwrap_or_else(|| "UTC".to_owned()),
            archive: archive.map_or(Archive::All, |a| a.value),
            city,
            guild: discord.guild,
            history_days: discord.history_days,
            channels,
            review,
            desks,
            hours,
            limits,
            adopted,
            roles,
            checkpoint_minutes: log.checkpoint_minutes.unwrap_or(10),
            checkpoint_channel: log.checkpoint_channel,
            own_ids: discord.own_ids,
        },
    }
}

pub fn words<T: Copy + 'static>(all: &'static [T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|item| word(*item)).collect()
}

/// A text that has to be there and to say something.
pub fn required(table: &mut Table<'_, '_>, key: &'static str, problems: &mut Problems) -> String {
    let text = table.said(key, problems);
    limited(text, key, NAME_CHARS, problems)
}

/// A text that may be left out; an empty one counts as left out.
pub fn optional(table: &mut Table<'_, '_>, key: &'static str, problems: &mut Problems) -> Option<At<String>> {
    let text = table.string(key, problems)?;
    if text.value.trim().is_empty() {
        return None;
    }
    let at = text.at.clone();
    Some(At::new(limited(text, key, NAME_CHARS, problems), at))
}

pub fn limited(text: At<String>, key: &str, limit_chars: usize, problems: &mut Problems) -> String {
    let chars = text.value.chars().count();
    if chars > limit_chars {
        problems.add(
            &text.at,
            format!("`{key}` has {chars} characters"),
            format!("write at most {limit_chars}"),
        );
    }
    text.value.trim().to_owned()
}

fn number(
    table: &mut Table<'_, '_>,
    key: &'static str,
    range: Range<u64>,
    problems: &mut Problems,
) -> Option<u32> {
    let number = table.number(key, range, problems)?;
    u32::try_from(number.value).ok()
}

/// A date that has to be there.
pub fn dated(table: &mut Table<'_, '_>, what: &str, key: &'static str, problems: &mut Problems) -> String {
    if !table.has(key) {
        let hint = format!("add `{key} = 2026-01-05`, with the day it was done");
        problems.add(&table.at, format!("{what} has no `{key}`"), hint);
    }
    table.date(key, problems).map(|at| at.value).unwrap_or_default()
}

pub fn id(table: &mut Table<'_, '_>, key: &'static str, problems: &mut Problems) -> Option<At<u64>> {
    let text = table.name_or_id(key, problems)?;
    one_id(&text, key, problems)
}

fn one_id(text: &At<String>, key: &str, problems: &mut Problems) -> Option<At<u64>> {
    match text.value.parse::<u64>() {
        Ok(id) if id > 0 => Some(At::new(id, text.at.clone())),
        _ => {
            problems.add(
                &text.at,
                format!("`{key}` cannot be `{}`", text.value),
                "write the number that Discord's `Copy ID` gives",
            );
            None
        }
    }
}

/// An entry that may stand only once.
pub fn once(what: String, at: &Range<usize>, seen: &mut HashSet<String>, problems: &mut Problems) {
    if !seen.insert(what.clone()) {
        problems.add(at, format!("there are two entries for {what}"), "keep one of them");
    }
}

fn archive_of(word: &str) -> Option<Archive> {
    match word {
        "all" => Some(Archive::All),
        "flagged" => Some(Archive::Flagged),
        _ => None,
    }
}

fn time_zone(root: &mut Table<'_, '_>, problems: &mut Problems) -> Option<String> {
    let zone = optional(root, "time_zone", problems)?;
    if jiff::tz::TimeZone::get(&zone.value).is_err() {
        problems.add(
            &zone.at,
            format!("there is no time zone `{}`", zone.value),
            "write a name of the time zone database, such as \"America/New_York\"",
        );
    }
    Some(zone.value)
}

fn city(mut table: Table<'_, '_>, problems: &mut Problems) -> City {
    let name = optional(&mut table, "name", problems).map(|t| t.value).unwrap_or_default();
    let allowed = words(Jurisdiction::ALL, Jurisdiction::word);
    let jurisdiction =
        table.word("jurisdiction", Jurisdiction::parse, &allowed, problems).map(|word| word.value);
    let rules_url = optional(&mut table, "rules_url", problems);
    if let Some(url) = &rules_url
        && !Url::parse(&url.value).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
    {
        problems.add(
            &url.at,
            format!("`rules_url` is no address of a page: `{}`", url.value),
            "write it whole, such as \"https://city.example/chat-rules\"",
        );
    }
    let rules_url = rules_url.map(|t| t.value).unwrap_or_default();
    let police_phone = optional(&mut table, "police_phone", problems).map(|t| t.value).unwrap_or_default();
    table.finish(problems);
    City { name, jurisdiction, rules_url, police_phone }
}

fn links(mut table: Table<'_, '_>, folder: &Path, city: &City, problems: &mut Problems) -> Links {
    let listed = optional(&mut table, "listed", problems).map(|t| folder.join(t.value));
    let mut hosts: Vec<String> = Vec::new();
    for host in table.strings("city", problems).unwrap_or_default() {
        let fits = Url::parse(&format!("http://{}/", host.value))
            .is_ok_and(|u| u.domain() == Some(&*host.value.to_lowercase()));
        if fits && host.value.contains('.') {
            hosts.push(host.value.to_lowercase());
        } else {
            problems.add(
                &host.at,
                format!("`{}` in `city` is no host", host.value),
                "write it as it stands in an address, such as \"cityofmonroe.gov\"",
            );
        }
    }
    hosts.extend(Url::parse(&city.rules_url).ok().and_then(|url| url.host_str().map(str::to_owned)));
    table.finish(problems);
    Links { listed, city: hosts }
}

#[derive(Default)]
struct Discord {
    guild: Option<GuildId>,
    token_file: Option<String>,
    history_days: u32,
    own_ids: Vec<MemberId>,
}

fn discord(mut table: Table<'_, '_>, problems: &mut Problems) -> Discord {
    let guild = id(&mut table, "guild_id", problems).and_then(|id| GuildId::new(id.value));
    let token_file = optional(&mut table, "token_file", problems).map(|t| t.value);
    let history_days = number(&mut table, "history_days", HISTORY_DAYS, problems).unwrap_or(0);
    let own = table.names_or_ids("own_ids", problems).unwrap_or_default();
    let own_ids = own
        .iter()
        .filter_map(|text| one_id(text, "own_ids", problems))
        .filter_map(|id| MemberId::new(id.value))
        .collect();
    if table.has("token") {
        problems.add(
            &table.place("token"),
            "the token does not stand in this file, which people copy and send around",
            "put it in a file of its own and name that with `token_file`, and have Discord make a new token",
        );
        table.settle("token");
    }
    table.finish(problems);
    Discord { guild, token_file, history_days, own_ids }
}

fn limits(mut table: Table<'_, '_>, problems: &mut Problems) -> Limits {
    let default = Limits::default();
    let limits = Limits {
        hold_hours: number(&mut table, "hold_hours", HOLD_HOURS, problems).unwrap_or(default.hold_hours),
        appeal_days: number(&mut table, "appeal_days", APPEAL_DAYS, problems).unwrap_or(default.appeal_days),
        members_per_day: number(&mut table, "members_per_day", MEMBERS_PER_DAY, problems)
            .unwrap_or(default.members_per_day),
    };
    table.finish(problems);
    limits
}

fn mail(mut table: Table<'_, '_>, folder: &Path, problems: &mut Problems) -> Option<Mail> {
    let server = optional(&mut table, "server", problems);
    let from = mail_address(&mut table, "from", problems);
    let username = optional(&mut table, "username", problems);
    let password_file = optional(&mut table, "password_file", problems);
    let place = table.at.clone();
    table.finish(problems);
    // A table in which nothing is filled in is mail that is off.
    if server.is_none() && from.is_none() && username.is_none() && password_file.is_none() {
        return None;
    }
    let address = server.as_ref().and_then(|text| {
        let address = text.value.rsplit_once(':').and_then(|(host, port)| {
            let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
            (!host.is_empty()).then(|| (host.to_owned(), port))
        });
        if address.is_none() {
            problems.add(
                &text.at,
                format!("`server` of `[mail]` is no host and port: `{}`", text.value),
                "write both, such as \"smtp.city.example:587\"",
            );
        }
        address
    });
    for (key, given) in [("server", server.is_some()), ("from", from.is_some())] {
        if !given {
            problems.add(&place, format!("`[mail]` has no `{key}`"), format!("add `{key} = \"…\"`"));
        }
    }
    let login = match (username, password_file) {
        (Some(name), Some(file)) => Some((name.value, folder.join(file.value))),
        (None, None) => None,
        (Some(alone), None) => {
            problems.add(&alone.at, "`[mail]` has a `username` and no `password_file`", "add the other");
            None
        }
        (None, Some(alone)) => {
            problems.add(&alone.at, "`[mail]` has a `password_file` and no `username`", "add the other");
            None
        }
    };
    let (host, port) = address?;
    Some(Mail { host, port, from: from?, login })
}

#[derive(Default)]
struct Log {
    checkpoint_minutes: Option<u32>,
    checkpoint_channel: Option<Named>,
    key_file: Option<String>,
}

fn log(mut table: Table<'_, '_>, problems: &mut Problems) -> Log {
    let log = Log {
        checkpoint_minutes: number(&mut table, "checkpoint_minutes", CHECKPOINT_MINUTES, problems),
        checkpoint_channel: channel_name(&mut table, "checkpoint_channel", problems),
        key_file: optional(&mut table, "key_file", problems).map(|t| t.value),
    };
    table.finish(problems);
    log
}

fn adopted(tables: Vec<Table<'_, '_>>, problems: &mut Problems) -> Vec<Adoption> {
    let mut seen = HashSet::new();
    let mut adopted = Vec::new();
    for mut table in tables {
        table.call("`[[adopted]]`");
        let id =
            table.word("id", |id| AUTHORITIES.iter().copied().find(|a| *a == id), &AUTHORITIES, problems);
        let shown = match &id {
            Some(id) => format!("`[[adopted]]` of `{}`", id.value),
            None => "`[[adopted]]`".to_owned(),
        };
        table.call(shown.clone());
        match &id {
            Some(id) => once(format!("the adoption of `{}`", id.value), &id.at, &mut seen, problems),
            None if table.has("id") => {}
            None => {
                let hint = format!("add `id = \"…\"`, one of: {}", AUTHORITIES.join(", "));
                problems.add(&table.at, "`[[adopted]]` has no `id`", hint);
            }
        }
        let by = required(&mut table, "by", problems);
        let on = dated(&mut table, &shown, "on", problems);
        let published = required(&mut table, "published", problems);
        table.finish(problems);
        if let Some(id) = id {
            adopted.push(Adoption { id: id.value.to_owned(), by, on, published });
        }
    }
    adopted
}

fn roles(mut table: Table<'_, '_>, problems: &mut Problems) -> Roles {
    let mut list = |key: &'static str| -> Vec<String> {
        let mut seen = HashSet::new();
        let named = table.names_or_ids(key, problems).unwrap_or_default();
        let named = named.into_iter().filter_map(|text| {
            let name = text.value.trim();
            if name.is_empty() {
                problems.add(&text.at, format!("`{key}` names a role without a name"), "take it away");
                return None;
            }
            if name == "@everyone" {
                let what = format!("`{key}` cannot be `@everyone`: that is every resident too");
                problems.add(&text.at, what, "name a role that only they hold");
            }
            once(format!("role `{name}` as `{key}`"), &text.at, &mut seen, problems);
            Some(name.trim_start_matches('@').to_owned())
        });
        named.collect()
    };
    let roles = Roles {
        moderator: list("moderator"),
        director: list("director"),
        employee: list("employee"),
        official: list("official"),
        records_officer: list("records_officer"),
        attorney: list("attorney"),
        administrator: list("administrator"),
    };
    table.finish(problems);
    roles
}

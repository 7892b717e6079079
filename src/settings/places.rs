//! `[[channel]]`, `[review]` and `[desk.…]`: where things are said and where
//! matters go.

use std::collections::HashSet;

use super::read::{dated, id, limited, once, optional, required, words};
use crate::domain::decision::{Desk, Topics};
use crate::domain::deployment::*;
use crate::domain::id::VenueId;
use crate::policy::reading::{At, Problems, Table};

/// The longest purpose a channel may have. It stands in the pinned notice and
/// in Discord's channel topic, which takes 1,024 characters.
const PURPOSE_CHARS: usize = 1_000;
/// Digits of a name that is taken for an id. Discord's ids have seventeen and
/// more; a channel may well be called `311`.
const ID_DIGITS: usize = 15;

/// A channel as it is named elsewhere than in `[[channel]]`.
pub fn channel_name(table: &mut Table<'_, '_>, key: &'static str, problems: &mut Problems) -> Option<Named> {
    let text = table.name_or_id(key, problems).filter(|text| !text.value.trim().is_empty())?;
    if text.value == "*" {
        problems.add(&text.at, format!("`{key}` has to be one channel, and `*` is all"), "name one channel");
        return None;
    }
    Some(named(text, key, problems))
}

fn named(text: At<String>, key: &str, problems: &mut Problems) -> Named {
    let name = text.value.trim();
    if let Some(bare) = name.strip_prefix('#') {
        problems.add(
            &text.at,
            format!("`{key}` is written with a `#`, which is no part of the channel's name"),
            format!("write `{key} = \"{bare}\"`"),
        );
    }
    if name == "*" {
        return Named::Every;
    }
    let is_id = name.len() >= ID_DIGITS && name.bytes().all(|b| b.is_ascii_digit());
    match name.parse::<u64>().ok().filter(|_| is_id).and_then(VenueId::new) {
        Some(id) => Named::Id(id),
        None => Named::Name(name.to_owned()),
    }
}

pub fn channels(tables: Vec<Table<'_, '_>>, problems: &mut Problems) -> Vec<Approval> {
    let mut seen = HashSet::new();
    tables.into_iter().filter_map(|table| channel(table, &mut seen, problems)).collect()
}

fn channel(
    mut table: Table<'_, '_>,
    seen: &mut HashSet<String>,
    problems: &mut Problems,
) -> Option<Approval> {
    table.call("`[[channel]]`");
    let name = optional(&mut table, "name", problems);
    let by_id = id(&mut table, "id", problems);
    let shown = match (&name, &by_id) {
        (Some(name), _) => format!("channel `{}`", name.value),
        (None, Some(id)) => format!("channel {}", id.value),
        (None, None) => "`[[channel]]`".to_owned(),
    };
    table.call(shown.clone());
    let place = match (&name, &by_id) {
        (Some(_), Some(id)) => {
            problems.add(&id.at, format!("{shown} has a name and an id"), "keep one of them");
            id.at.clone()
        }
        (Some(text), None) => text.at.clone(),
        (None, Some(id)) => id.at.clone(),
        (None, None) => {
            if !table.has("id") {
                let hint = "add `name = \"…\"`, or `name = \"*\"` for every text channel";
                problems.add(&table.at, format!("{shown} does not say which channel"), hint);
            }
            table.at.clone()
        }
    };
    let channel = match (name, by_id) {
        (Some(text), _) => Some(named(text, "name", problems)),
        (None, Some(id)) => VenueId::new(id.value).map(Named::Id),
        (None, None) => None,
    };
    if channel.is_some() {
        once(shown.clone(), &place, seen, problems);
    }
    let purpose = table.string("purpose", problems);
    let purpose = purpose.map(|text| limited(text, "purpose", PURPOSE_CHARS, problems)).unwrap_or_default();
    let staff_only = table.word(
        "audience",
        |word| match word {
            "public" => Some(false),
            "staff" => Some(true),
            _ => None,
        },
        &["public", "staff"],
        problems,
    );
    let topics = table.word("topics", Topics::parse, &words(Topics::ALL, Topics::word), problems);
    let topics = topics.map_or(Topics::Open, |topics| topics.value);
    if topics == Topics::Scoped && purpose.is_empty() {
        let at = if table.has("purpose") { table.place("purpose") } else { table.place("topics") };
        problems.add(
            &at,
            format!("{shown} is held to its topic, and no `purpose` says what that is"),
            "add `purpose = \"…\"`, which is published in the pinned notice, or write `topics = \"open\"`",
        );
    }
    let approved_by = required(&mut table, "approved_by", problems);
    let approved_on = dated(&mut table, &shown, "approved_on", problems);
    table.finish(problems);
    Some(Approval {
        channel: channel?,
        purpose,
        staff_only: staff_only.is_some_and(|staff| staff.value),
        topics,
        approved_by,
        approved_on,
    })
}

pub fn review(mut table: Table<'_, '_>, problems: &mut Problems) -> Option<Named> {
    let channel = channel_name(&mut table, "channel", problems);
    table.finish(problems);
    channel
}

pub fn desks(mut table: Table<'_, '_>, problems: &mut Problems) -> Vec<DeskSetting> {
    let mut desks = Vec::new();
    for desk in Desk::ALL {
        if let Some(setting) = table.table(desk.word(), problems) {
            desks.push(one_desk(*desk, setting, problems));
        }
    }
    table.finish(problems);
    desks
}

fn one_desk(desk: Desk, mut table: Table<'_, '_>, problems: &mut Problems) -> DeskSetting {
    table.call(format!("`[desk.{desk}]`"));
    let office = optional(&mut table, "office", problems).map(|t| t.value).unwrap_or_default();
    let channel = channel_name(&mut table, "channel", problems);
    let email = mail_address(&mut table, "email", problems);
    let mention = table.name_or_id("mention", problems).filter(|text| !text.value.trim().is_empty());
    let tables = table.tables("department", problems);
    if desk != Desk::Threat {
        if let Some(role) = &mention {
            problems.add(
                &role.at,
                format!(
                    "`[desk.{desk}]` has a role to mention, and only a page of the desk `threat` mentions one"
                ),
                "take `mention` away here",
            );
        }
        if !tables.is_empty() {
            problems.add(
                &table.place("department"),
                format!("`[desk.{desk}]` names departments, and only threats are brought to them"),
                "move them to `[desk.threat]`",
            );
        }
    }
    let mut seen = HashSet::new();
    let mut departments = Vec::new();
    for mut table in tables {
        table.call("`department`");
        let name = required(&mut table, "name", problems);
        once(format!("department `{name}`"), &table.place("name"), &mut seen, problems);
        if !table.has("email") {
            let what = format!("department `{name}` has no `email`");
            problems.add(&table.at, what, "add `email = \"…\"`, where its head is reached");
        }
        let email = mail_address(&mut table, "email", problems).unwrap_or_default();
        table.finish(problems);
        departments.push(Department { name, email });
    }
    table.finish(problems);
    DeskSetting { desk, office, channel, email, mention: mention.map(|text| text.value), departments }
}

pub fn mail_address(table: &mut Table<'_, '_>, key: &'static str, problems: &mut Problems) -> Option<String> {
    let text = optional(table, key, problems)?;
    let whole = text
        .value
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.value.contains(char::is_whitespace);
    if !whole {
        problems.add(
            &text.at,
            format!("`{key}` is no e-mail address: `{}`", text.value),
            "write one address, such as \"press@city.example\"",
        );
    }
    Some(text.value)
}

//! `[hours]`: when the offices are staffed.

use crate::domain::deployment::Hours;
use crate::policy::problem::nearest;
use crate::policy::reading::{At, Problems, Table};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads the table; what it leaves out is as in [`Hours::default`].
pub fn hours(mut table: Table<'_, '_>, problems: &mut Problems) -> Hours {
    let mut hours = Hours::default();
    if let Some(written) = table.strings("days", problems) {
        hours.days = [false; 7];
        for text in &written {
            for part in text.value.split(',').map(str::trim) {
                mark(part, text, &mut hours.days, problems);
            }
        }
        if written.is_empty() {
            problems.add(
                &table.place("days"),
                "`days` of `[hours]` names no day",
                "write `days = \"mon-fri\"`",
            );
        }
    }
    let open = time(&mut table, "open", problems);
    let close = time(&mut table, "close", problems);
    hours.open = open.as_ref().map_or(hours.open, |at| at.value);
    hours.close = close.as_ref().map_or(hours.close, |at| at.value);
    if let Some(at) = close.or(open).filter(|_| hours.close <= hours.open) {
        problems.add(
            &at.at,
            "the offices close before they open",
            "write `open` and `close` of one day, such as \"08:00\" and \"16:30\"",
        );
    }
    hours.holidays = table.dates("holidays", problems);
    table.finish(problems);
    hours
}

/// Marks a day (`sat`) or a stretch of days (`mon-fri`, also `sat-mon`).
fn mark(part: &str, text: &At<String>, days: &mut [bool; 7], problems: &mut Problems) {
    let (first, last) = part.split_once('-').map_or((part, part), |(a, b)| (a.trim(), b.trim()));
    let mut known = |name: &str| {
        let found = DAYS.iter().position(|day| name.eq_ignore_ascii_case(day));
        if found.is_none() {
            let hint = match nearest(&name.to_ascii_lowercase(), DAYS) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("days are {}; a stretch is written `mon-fri`", DAYS.join(", ")),
            };
            problems.add(&text.at, format!("`days` of `[hours]` names no day with `{name}`"), hint);
        }
        found
    };
    let (Some(first), Some(last)) = (known(first), known(last)) else { return };
    let mut day = first;
    loop {
        days[day] = true;
        if day == last {
            return;
        }
        day = (day + 1) % 7;
    }
}

/// A time of day, as minutes after midnight.
fn time(table: &mut Table<'_, '_>, key: &'static str, problems: &mut Problems) -> Option<At<u16>> {
    let text = table.string(key, problems)?;
    match minutes(&text.value) {
        Some(minutes) => Some(At::new(minutes, text.at)),
        None => {
            problems.add(
                &text.at,
                format!("`{key}` of `[hours]` is no time of day: `{}`", text.value),
                "write it like \"08:00\" or \"16:30\"",
            );
            None
        }
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |t: &str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= 24 * 60).then_some(total)
}

//! What follows from the passing of time.

use std::collections::HashSet;
use std::sync::Arc;

use crate::case::Case;
use crate::domain::action::{Action, CaseId};
use crate::domain::card::{Card, NoticeKind, Standing};
use crate::domain::decision::Disposition;
use crate::domain::id::Moment;
use crate::journal::entry::{Body, CaseRecord, Evidence};

use super::outcomes::due_notice;
use super::showing::updates;
use super::{State, Step, late};

/// A fallback note stands in public for at most this long, in milliseconds.
const NOTE_STANDS_MS: i64 = 24 * 3_600_000;

/// A card that could not be delivered is tried again after this time, in
/// milliseconds: somebody may have given the bot its permission back.
const CARD_AGAIN_MS: i64 = 5 * 60_000;

/// How many cases one notice tells of besides its own; more wait for the next.
const JOINED_LIMIT: usize = 5;

/// Time has passed.
pub fn tick(state: &State, at: Moment, step: &mut Step) {
    late::files_overdue(state, at, step);
    holds(state, at, step);
    announcements(state, at, step);
    notes(state, at, step);
    missing_cards(state, at, step);
    stale_cards(state, at, step);
}

/// Cases that a person is to look at and that have no card: what an earlier
/// run owed may have ended before this one knew the server, or the review
/// channel was not there or took none.
fn missing_cards(state: &State, at: Moment, step: &mut Step) {
    let Some(venue) = state.server.review else { return };
    for case in state.cases.values() {
        let needs_one = case.decision.disposition >= Disposition::Review
            && case.posted.is_none()
            && !case.card_owed
            && case.card_refused.is_none_or(|since| at.since_ms(since) >= CARD_AGAIN_MS)
            && case.standing != Standing::TakingDown
            && state.shown_by(case).id == case.id;
        if !needs_one || has_moved(step, case.id) {
            continue;
        }
        let record = CaseRecord { case: case.id, standing: case.standing, why: "card".to_owned() };
        let card = state.with_raid(case, card_at(state, case, at));
        let entry = step.write(at, Body::Case(record), Evidence::none());
        entry.intents.push(Action::Post { venue, card: Arc::new(card) });
    }
}

/// How long an undecided hold lasts, in staffed milliseconds.
fn hold_ms(state: &State) -> i64 {
    i64::from(state.deployment.limits.hold_hours) * 3_600_000
}

/// When a hold that begins to be counted at `from` is released.
pub fn release_at(state: &State, from: Moment) -> Option<Moment> {
    state.staffed.after_ms(from, hold_ms(state))
}

/// A case's card as it should look now, with the moment of its release.
fn card_at(state: &State, case: &Case, at: Moment) -> Card {
    let mut card = case.current_card();
    if case.standing == Standing::Held && case.has_clock() {
        card.release_at = state.staffed.after_ms(at, (hold_ms(state) - ran_ms(state, case, at)).max(0));
    }
    card
}

/// Staffed milliseconds that a hold's clock has run: since its card was
/// delivered, without the stretches in which nobody was watching.
fn ran_ms(state: &State, case: &Case, at: Moment) -> i64 {
    let shown_by = state.shown_by(case);
    let Some((_, _, delivered)) = shown_by.posted else { return 0 };
    // A raid is released as one: once the last that joined it had its time.
    let delivered = delivered.max(shown_by.followers.until);
    let all = state.staffed.between_ms(delivered, at);
    let unwatched: i64 = state
        .gaps
        .iter()
        .map(|(from, to)| state.staffed.between_ms((*from).max(delivered), (*to).min(at)))
        .sum();
    (all - unwatched).max(0)
}

fn holds(state: &State, at: Moment, step: &mut Step) {
    let limit = hold_ms(state);
    // One line speaks for all cases that share a card.
    let mut spoken_for = HashSet::new();
    for case in state.cases.values().filter(|case| case.standing == Standing::Held) {
        let ran = ran_ms(state, case, at);
        let shown_by = state.shown_by(case);
        if ran >= limit {
            release(state, case, spoken_for.insert(shown_by.id), at, step);
        } else if ran * 2 >= limit && !shown_by.reminded && spoken_for.insert(shown_by.id) {
            let record = CaseRecord { case: case.id, standing: case.standing, why: "half-time".to_owned() };
            let entry = step.write(at, Body::Case(record), Evidence::none());
            if let Some(venue) = state.server.review {
                let line = crate::domain::action::Line::new("hold-half-time", &[("case", &case.id)]);
                entry.intents.push(Action::Tell { venue, line });
            }
        }
    }
}

/// A hold's clock ran out undecided. The message is released, not posted
/// again: its author gets the text back, silently where it was one of many.
/// Safety matters escalate instead, which is said `aloud` once.
fn release(state: &State, case: &Case, aloud: bool, at: Moment, step: &mut Step) {
    let standing = if case.is_safety() { Standing::Escalated } else { Standing::Released };
    let why = if standing == Standing::Released { "released" } else { "escalated" };
    let record = CaseRecord { case: case.id, standing, why: why.to_owned() };
    let entry = step.write(at, Body::Case(record), Evidence::none());
    if standing == Standing::Released {
        if case.raid.is_none() {
            let notice = case.notice(NoticeKind::Released);
            entry.intents.push(Action::Notify { case: Some(case.id), notice: Arc::new(notice) });
        }
    } else if let Some(venue) = state.server.review.filter(|_| aloud) {
        let line = crate::domain::action::Line::new("hold-escalated", &[("case", &case.id)]);
        entry.intents.push(Action::Tell { venue, line });
    }
    entry.intents.extend(updates(state, case, &Card { standing, ..case.card.clone() }));
}

/// Cases whose authors were told of another a short while ago: one notice
/// now tells of all of them.
fn announcements(state: &State, at: Moment, step: &mut Step) {
    let due = |id: &CaseId| {
        let case = state.cases.get(id)?;
        let waits = match case.decision.disposition.takes_down() {
            true => state.told_lately(case.author, at),
            false => state.told_lately(case.author, at) || state.pointed_lately(case.author, at),
        };
        // What moved just now is told of as what it has become.
        (!waits && !has_moved(step, *id) && case.told < case.owed_telling()).then_some(case)
    };
    let mut due: Vec<&Case> = state.unannounced.keys().filter_map(due).collect();
    // What is gone comes before what stays.
    due.sort_by_key(|case| (!case.decision.disposition.takes_down(), case.id));
    let mut told = Vec::new();
    for case in &due {
        if told.contains(&case.author) {
            continue;
        }
        told.push(case.author);
        let mut notice = due_notice(state, case, at);
        let others = due.iter().filter(|other| other.author == case.author && other.id != case.id);
        notice.joined = others.take(JOINED_LIMIT).map(|other| other.joined()).collect();
        let record = CaseRecord { case: case.id, standing: case.standing, why: "announced".to_owned() };
        let entry = step.write(at, Body::Case(record), Evidence::none());
        entry.intents.push(Action::Notify { case: Some(case.id), notice: Arc::new(notice) });
    }
}

/// Whether a case was moved in this very step.
fn has_moved(step: &Step, case: CaseId) -> bool {
    step.entries.iter().any(|entry| matches!(&entry.body, Body::Case(record) if record.case == case))
}

fn notes(state: &State, at: Moment, step: &mut Step) {
    let mut old: Vec<_> =
        state.notes.iter().filter(|(_, since)| at.since_ms(**since) >= NOTE_STANDS_MS).collect();
    old.sort_by_key(|((_, message), _)| *message);
    for ((venue, message), _) in old {
        let record =
            crate::journal::entry::WarningRecord { key: "note-withdrawn".to_owned(), venue: Some(*venue) };
        let entry = step.write(at, Body::Warning(record), Evidence::none());
        entry.intents.push(Action::WithdrawNote { venue: *venue, message: *message });
    }
}

/// Cards that do not show where their case stands.
fn stale_cards(state: &State, at: Moment, step: &mut Step) {
    for case in state.cases.values().filter(|case| case.stale) {
        if has_moved(step, case.id) {
            continue;
        }
        let updates = updates(state, case, &card_at(state, case, at));
        if !updates.is_empty() {
            let record = CaseRecord { case: case.id, standing: case.standing, why: "card".to_owned() };
            step.write(at, Body::Case(record), Evidence::none()).intents = updates;
        }
    }
}

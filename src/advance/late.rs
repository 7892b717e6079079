//! What comes late: an author's roles, and the bytes of attachments. What was
//! recorded before them is judged again, with them.

use crate::domain::action::{Action, EntryNo};
use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Decision, Posture};
use crate::domain::event::Captured;
use crate::domain::id::{MemberId, MessageId, Moment, RoleId, VenueId};
use crate::domain::message::Message;
use crate::journal::entry::{Body, CapturedRecord, DecidedRecord, Evidence, Field};
use crate::policy::Policy;

use super::follow::{Follow, delete};
use super::judging::{Decided, Judged, ask_roles, judge, judge_finally};
use super::mind::with_texts;
use super::{State, Step, Withheld};

/// How long a takedown waits for attachments, in milliseconds.
pub const FILES_WAIT_MS: i64 = 10_000;

/// The author's roles are known, or cannot be.
pub fn roles_known(
    policy: &Policy,
    state: &State,
    member: MemberId,
    about: MessageId,
    roles: Option<&[RoleId]>,
    at: Moment,
    step: &mut Step,
) {
    if super::messages::roles_known(policy, state, member, about, roles, at, step) {
        return;
    }
    let whose = state.capturing.get(&about).map(|pending| pending.message.author.id);
    if let Some(files) = state.waiting_files.get(&about).filter(|_| whose == Some(member)) {
        files_with_roles(policy, state, about, files, roles, at, step);
        return;
    }
    let Some(pending) = state.awaiting_roles.get(&about) else { return };
    let message = &pending.message;
    if message.author.id != member {
        return;
    }
    let decided = judge_finally(policy, state, message, roles, &pending.files, at, step);
    let captured = (!state.capturing.contains_key(&about)).then_some(&pending.files[..]);
    write_decided(policy, state, message, pending.entry, decided, captured, at, step);
}

/// Writes a decision that was made after its message was recorded. `captured`
/// is what came of its attachments, where they are not waited for any more.
#[expect(clippy::too_many_arguments, reason = "everything that makes up one entry")]
pub(super) fn write_decided(
    policy: &Policy,
    state: &State,
    message: &Message,
    entry: EntryNo,
    decided: Option<Decided>,
    captured: Option<&[Captured]>,
    at: Moment,
    step: &mut Step,
) {
    let (decision, circumstances) = match decided {
        Some(decided) => *decided,
        None => {
            (Decision::default(), Circumstances { posture: Posture::Enforce, ..Circumstances::default() })
        }
    };
    let mut follow = Follow::new(state.case_of.get(&message.id).copied(), Evidence::none(), captured);
    if !decision.is_plain() {
        follow.evidence = Evidence::none()
            .with_json(Field::Circumstances, &circumstances)
            .with_text(Field::Author, message.author.id.to_string());
        follow.decide(policy, state, message, &decision, at);
    }
    let body =
        DecidedRecord { case: follow.case, decision, entry, message: message.id, venue: message.venue };
    let written = step.write(at, Body::Decided(body), follow.evidence);
    written.intents = follow.intents;
}

/// A message's attachments were captured, or could not be.
pub fn captured(
    policy: &Policy,
    state: &State,
    venue: VenueId,
    id: MessageId,
    files: &[Captured],
    at: Moment,
    step: &mut Step,
) {
    let of_a_case = state.case_of.contains_key(&id) || state.awaiting_roles.contains_key(&id);
    if !of_a_case && files_need_roles(policy, state, id, files, at) {
        ask_roles_of(state, id, step);
        step.withheld.push(Withheld::Files { message: id, files: files.to_vec() });
        return;
    }
    let at_entry = write_captured(venue, id, files, at, step);
    // Of a takedown that waited, whatever became of the case meanwhile: of
    // copies, others may be down already.
    let awaited = state.awaiting_files.get(&id).and_then(|awaited| state.cases.get(&awaited.case));
    judge_files(policy, state, id, files, at, at_entry, step);
    let takes_down = |action: &Action| matches!(action, Action::Delete { message, .. } if *message == id);
    if let Some(case) = awaited
        && !step.entries.iter().any(|entry| entry.intents.iter().any(takes_down))
    {
        step.entries[at_entry].intents.push(delete(venue, id, case.id, &case.decision));
    }
}

fn write_captured(venue: VenueId, id: MessageId, files: &[Captured], at: Moment, step: &mut Step) -> usize {
    let lost = files.iter().filter(|f| f.sha256.is_none()).count();
    let record = CapturedRecord { kept: files.len() - lost, lost, message: id, pending: None, venue };
    step.write(at, Body::Captured(record), Evidence::none().with_json(Field::Files, &files));
    step.entries.len() - 1
}

/// Whether what stands in the files of an ordinary message would act, so that
/// its author's roles have to be known before any of it is on record.
fn files_need_roles(policy: &Policy, state: &State, id: MessageId, files: &[Captured], at: Moment) -> bool {
    let Some(pending) = state.capturing.get(&id) else { return false };
    let whole = with_texts(&pending.message, files);
    let roles = pending.message.author.roles.as_deref();
    let judged = judge(policy, state, &whole, roles, files, at, &mut Step::default());
    matches!(judged, Judged::NeedsRoles)
}

fn ask_roles_of(state: &State, id: MessageId, step: &mut Step) {
    if let Some(pending) = state.capturing.get(&id) {
        ask_roles(state, &pending.message, step);
    }
}

/// Files waited for their author's roles, which are known or cannot be.
fn files_with_roles(
    policy: &Policy,
    state: &State,
    id: MessageId,
    files: &[Captured],
    roles: Option<&[RoleId]>,
    at: Moment,
    step: &mut Step,
) {
    let Some(pending) = state.capturing.get(&id) else { return };
    write_captured(pending.venue, id, files, at, step);
    let whole = with_texts(&pending.message, files);
    let decided = judge_finally(policy, state, &whole, roles, files, at, step);
    if decided.is_some() {
        write_decided(policy, state, &whole, pending.entry, decided, Some(files), at, step);
    }
    step.withheld.push(Withheld::FilesWritten(id));
}

/// What stands in the files is judged like what was typed, together with it.
fn judge_files(
    policy: &Policy,
    state: &State,
    id: MessageId,
    files: &[Captured],
    at: Moment,
    at_entry: usize,
    step: &mut Step,
) {
    let Some(pending) = state.capturing.get(&id) else { return };
    let with_files = with_texts(&pending.message, files);
    let any_kept = files.iter().any(|f| f.sha256.is_some());
    if with_files.parts.len() == pending.message.parts.len() && !any_kept {
        return;
    }
    let roles = pending.message.author.roles.as_deref();
    match judge(policy, state, &with_files, roles, files, at, step) {
        Judged::Finally(None) => {}
        // The roles are on their way; then all of it is judged together.
        Judged::NeedsRoles if state.awaiting_roles.contains_key(&id) => {}
        Judged::NeedsRoles => {
            if let Body::Captured(record) = &mut step.entries[at_entry].body {
                record.pending = Some("roles".to_owned());
            }
            ask_roles(state, &pending.message, step);
        }
        Judged::Finally(Some(decided)) => {
            // Of a case that is open already, only what goes further is news.
            let known = state.case_of.get(&id).and_then(|case| state.cases.get(case));
            if known.is_none_or(|case| goes_further(&decided.0, &case.decision)) {
                let decided = Some(decided);
                write_decided(policy, state, &with_files, pending.entry, decided, Some(files), at, step);
            }
        }
    }
}

fn goes_further(decision: &Decision, before: &Decision) -> bool {
    decision.disposition > before.disposition
        || decision.routes.iter().any(|desk| !before.routes.contains(desk))
}

/// Takedowns that have waited long enough for attachments. What lies in the
/// text goes ahead, and so does what proves itself or concerns safety.
pub fn files_overdue(state: &State, at: Moment, step: &mut Step) {
    let mut overdue: Vec<_> = state
        .awaiting_files
        .iter()
        .filter(|(_, awaited)| at.since_ms(awaited.since) >= FILES_WAIT_MS)
        .collect();
    overdue.sort_by_key(|(message, _)| **message);
    for (message, awaited) in overdue {
        let Some(case) = state.cases.get(&awaited.case) else { continue };
        let files: Vec<Captured> = state
            .capturing
            .get(message)
            .map(|pending| {
                pending.message.attachments.iter().map(|file| Captured::missing(file, "too-slow")).collect()
            })
            .unwrap_or_default();
        let record = CapturedRecord {
            kept: 0,
            lost: files.len(),
            message: *message,
            pending: None,
            venue: case.venue,
        };
        let entry = step.write(at, Body::Captured(record), Evidence::none().with_json(Field::Files, &files));
        entry.intents.push(delete(case.venue, *message, case.id, &case.decision));
    }
}

//! What follows from messages: posted, found by back-fill, edited, deleted.
//!
//! One event, one entry: the message, its decision and what is owed from it
//! stand on one line, so that a crash leaves either all of it or nothing.

use crate::case::{Case, standing_after_takedown};
use crate::decide::{decide, message_of_parts};
use crate::domain::action::{Action, CaseId, EntryNo};
use crate::domain::card::{Card, Standing};
use crate::domain::circumstances::{Circumstances, Standing as Capacity};
use crate::domain::decision::{Decision, Guard, Topics};
use crate::domain::deployment::Archive;
use crate::domain::event::{Frame, Prior, Question};
use crate::domain::id::{MemberId, MessageId, Moment, RoleId, VenueId};
use crate::domain::message::{AuthorKind, CONTENT, Message, Part};
use crate::journal::entry::{
    Body, CaseRecord, DeletedRecord, Entry, Evidence, Field, MessageRecord, UnreadableRecord,
};
use crate::policy::Policy;

use super::follow::Follow;
use super::judging::{Decided, Judged, ask_roles, everywhere, judge, judge_finally};
use super::late::write_decided;
use super::mind::text_hash;
use super::showing::updates;
use super::{State, Step, Waiting, Withheld, server};

/// A message was posted, or found by back-fill.
pub fn posted(
    policy: &Policy,
    state: &State,
    message: &Message,
    history: bool,
    frame: &Frame,
    at: Moment,
    step: &mut Step,
) {
    if is_ours(state, message) || !state.server.watches(message.venue) {
        return;
    }
    if history && state.is_before_watching(message) {
        record_only(state, message, frame, at, step);
        return;
    }
    let source = if history { "history" } else { "posted" };
    record(policy, state, Version { message, source, joins: None, frame }, at, step);
}

/// A message changed. An update that changes no text and no file, such as a
/// pin, is not another version.
pub fn edited(
    policy: &Policy,
    state: &State,
    message: &Message,
    prior: Option<&Prior>,
    frame: &Frame,
    at: Moment,
    step: &mut Step,
) {
    if is_ours(state, message) || !state.server.watches(message.venue) {
        return;
    }
    if prior.is_some_and(|prior| text_hash(&prior.message) == text_hash(message)) {
        return;
    }
    let joins = state.case_of.get(&message.id).copied();
    record(policy, state, Version { message, source: "edited", joins, frame }, at, step);
}

fn is_ours(state: &State, message: &Message) -> bool {
    message.author.kind == AuthorKind::Ourselves || Some(message.author.id) == state.server.me
}

/// How many messages wait for their authors' roles at most. Beyond that they
/// are judged without: at most a person looks at them.
const WAITING_LIMIT: usize = 10_000;

/// Records one version of a message and decides about it, unless its author's
/// roles are to be known first.
fn record(policy: &Policy, state: &State, version: Version<'_>, at: Moment, step: &mut Step) {
    let message = version.message;
    let before = state.waiting.get(&message.id);
    if before.and_then(|before| before.back()).is_some_and(|it| text_hash(&it.message) == text_hash(message))
    {
        return;
    }
    let roles = message.author.roles.as_deref();
    let judged = match state.waiting.len() < WAITING_LIMIT {
        true => judge(policy, state, message, roles, &[], at, step),
        false => Judged::Finally(judge_finally(policy, state, message, roles, &[], at, step)),
    };
    match (judged, before) {
        (Judged::Finally(decided), None) => return write(policy, state, version, decided, at, step),
        (Judged::NeedsRoles, None) => ask_roles(state, message, step),
        // Versions are recorded in their order.
        (_, Some(_)) => {}
    }
    // What back-fill would not bring again is on record at once, as what every
    // other message leaves; only what is decided about it waits.
    let comes_again = version.source == "history" || state.deployment.archive == Archive::Flagged;
    let recorded = (!comes_again).then(|| state.next + step.entries.len() as EntryNo);
    let (message, source, frame) = (version.message.clone(), version.source, version.frame.clone());
    step.withheld.push(Withheld::Message(Box::new(Waiting { message, source, frame, recorded })));
    if recorded.is_some() {
        write(policy, state, version, None, at, step);
    }
}

/// The roles of a message's author are known, or cannot be: it is recorded.
/// Says whether one waited for that.
pub fn roles_known(
    policy: &Policy,
    state: &State,
    member: MemberId,
    about: MessageId,
    roles: Option<&[RoleId]>,
    at: Moment,
    step: &mut Step,
) -> bool {
    let Some(versions) = state.waiting.get(&about) else { return false };
    let Some(first) = versions.front().filter(|it| it.message.author.id == member) else { return false };
    let message = &first.message;
    let decided =
        judge_finally(policy, state, message, message.author.roles.as_deref().or(roles), &[], at, step);
    let joins = state.case_of.get(&about).copied();
    match (first.recorded, &decided) {
        (Some(entry), Some(_)) => {
            let captured = (!state.capturing.contains_key(&about)).then_some(&[][..]);
            write_decided(policy, state, message, entry, decided, captured, at, step);
        }
        (Some(_), _) => {}
        (None, _) => {
            let version = Version { message, source: first.source, joins, frame: &first.frame };
            write(policy, state, version, decided, at, step);
        }
    }
    step.withheld.push(Withheld::MessageWritten(about));
    if let Some(next) = versions.get(1) {
        // One case at a time: what this one opened, the next one joins.
        ask_roles(state, &next.message, step);
    } else {
        server::read_after_all(state, message, at, step);
    }
    true
}

/// A version of a message.
struct Version<'m> {
    message: &'m Message,
    source: &'static str,
    joins: Option<CaseId>,
    frame: &'m Frame,
}

/// Writes a version of a message, and what follows from it.
fn write(
    policy: &Policy,
    state: &State,
    version: Version<'_>,
    decided: Option<Decided>,
    at: Moment,
    step: &mut Step,
) {
    let Version { message, source, joins, frame } = version;
    let (mut evidence, parts) = texts_of(message, frame);
    let has_files = !message.attachments.is_empty();
    if has_files {
        evidence = evidence.with_json(Field::Message, message);
    }
    let mut body = MessageRecord {
        case: None,
        decision: None,
        message: message.id,
        parts,
        pending: None,
        source: source.to_owned(),
        venue: message.venue,
    };
    let mut intents = Vec::new();
    match decided {
        None => {
            if state.deployment.archive == Archive::Flagged && joins.is_none() {
                return;
            }
            if let Some(case) = joins.filter(|case| state.cases.contains_key(case)) {
                // A new version of a message under review: it joins the case,
                // which a person still closes.
                body.case = Some(case);
            }
        }
        Some(decided) => {
            let (decision, circumstances) = *decided;
            evidence = evidence.with_json(Field::Circumstances, &circumstances);
            let mut outcome = Follow::new(joins, evidence, None);
            outcome.decide(policy, state, message, &decision, at);
            evidence = outcome.evidence;
            intents = outcome.intents;
            body.case = outcome.case;
            body.pending = outcome.waits.then(|| "attachments".to_owned());
            body.decision = Some(decision);
            if state.deployment.archive == Archive::Flagged {
                evidence = with_context(state, message, evidence);
            }
        }
    }
    if has_files {
        step.questions.push(Question::Capture {
            venue: message.venue,
            message: message.id,
            attachments: message.attachments.clone(),
        });
    }
    let entry: &mut Entry = step.write(at, Body::Message(body), evidence);
    entry.intents = intents;
}

/// Records a message from before the channel was watched: it is kept where
/// the settings ask for that, and nobody is acted on for it.
fn record_only(state: &State, message: &Message, frame: &Frame, at: Moment, step: &mut Step) {
    if state.deployment.archive == Archive::Flagged {
        return;
    }
    let (evidence, parts) = texts_of(message, frame);
    let body = MessageRecord {
        case: None,
        decision: None,
        message: message.id,
        parts,
        pending: None,
        source: "history".to_owned(),
        venue: message.venue,
    };
    step.write(at, Body::Message(body), evidence);
}

/// A message's frame, author and texts as evidence, and the names of the texts
/// besides what was typed.
fn texts_of(message: &Message, frame: &Frame) -> (Evidence, Vec<String>) {
    let mut evidence =
        Evidence::none().with_frame(frame).with_text(Field::Author, message.author.id.to_string());
    let mut parts = Vec::new();
    let mut content = false;
    for part in &message.parts {
        if part.name == CONTENT && !content {
            content = true;
            evidence = evidence.with_text(Field::Content, part.text.as_str());
        } else {
            evidence = evidence.with_text(Field::Part(parts.len() as u16), part.text.as_str());
            parts.push(part.name.to_string());
        }
    }
    (evidence, parts)
}

/// With `archive = "flagged"`, the messages before a finding are written with it.
fn with_context(state: &State, message: &Message, evidence: Evidence) -> Evidence {
    let Some(recent) = state.recent.get(&message.venue) else { return evidence };
    let context: Vec<&Message> =
        recent.iter().filter(|r| r.message.id != message.id).map(|r| &*r.message).collect();
    if context.is_empty() { evidence } else { evidence.with_json(Field::Detail, &context) }
}

/// Messages are gone.
pub fn deleted(
    state: &State,
    venue: VenueId,
    messages: &[MessageId],
    bulk: bool,
    frame: &Frame,
    at: Moment,
    step: &mut Step,
) {
    if !state.server.watches(venue) {
        return;
    }
    // Our own deletions come back as events; they are matched to their
    // intents and are nobody else's doing.
    let others: Vec<MessageId> = messages.iter().copied().filter(|m| !is_our_deletion(state, *m)).collect();
    if others.is_empty() {
        return;
    }
    let mut cases = Vec::new();
    let mut shown = Vec::new();
    for case in others.iter().filter_map(|m| state.cases.get(state.case_of.get(m)?)) {
        let all_gone = case.messages.iter().all(|m| others.contains(m));
        if matches!(case.standing, Standing::Open | Standing::NotTakenDown) && all_gone {
            let standing = match bulk || state.was_removed_elsewhere(case, at) {
                true => Standing::RemovedElsewhere,
                false => Standing::Withdrawn,
            };
            cases.push((case.id, standing));
            shown.extend(updates(state, case, &Card { standing, ..case.card.clone() }));
        }
    }
    let record = DeletedRecord { by: "unknown".to_owned(), cases, messages: others, venue };
    let entry = step.write(at, Body::Deleted(record), Evidence::none().with_frame(frame));
    entry.intents = shown;
}

/// A channel or thread is gone, and with it what stood there: whoever may
/// delete it has removed that.
pub fn gone_with(state: &State, venue: VenueId, at: Moment, step: &mut Step) {
    let stood = |case: &&Case| {
        case.venue == venue && matches!(case.standing, Standing::Open | Standing::NotTakenDown)
    };
    for case in state.cases.values().filter(stood) {
        let standing = Standing::RemovedElsewhere;
        let record = CaseRecord { case: case.id, standing, why: "venue-gone".to_owned() };
        let shown = updates(state, case, &Card { standing, ..case.card.clone() });
        step.write(at, Body::Case(record), Evidence::none()).intents = shown;
    }
}

fn is_our_deletion(state: &State, message: MessageId) -> bool {
    let case = state.case_of.get(&message).and_then(|case| state.cases.get(case));
    if let Some(case) = case {
        return case.standing == standing_after_takedown(&case.decision)
            || case.standing == Standing::Escalated
            || state.owed_delete(message).is_some();
    }
    let withdraws =
        |action: &Action| matches!(action, Action::WithdrawNote { message: m, .. } if *m == message);
    state.owed.values().any(|owed| withdraws(&owed.action))
}

/// A dispatch that did not parse. A message that could be made out of it all
/// the same is one like others. Of the rest, what could be read is judged and
/// never acted on: nobody knows whose it is, so a person is told.
#[expect(clippy::too_many_arguments, reason = "everything that makes up one entry")]
pub fn unreadable(
    policy: &Policy,
    state: &State,
    name: &str,
    venue: Option<VenueId>,
    message: Option<&Message>,
    parts: &[Part],
    error: &str,
    frame: &Frame,
    at: Moment,
    step: &mut Step,
) {
    if let Some(message) = message {
        if name == "MESSAGE_UPDATE" {
            edited(policy, state, message, None, frame, at, step);
        } else {
            posted(policy, state, message, false, frame, at, step);
        }
        return;
    }
    if venue.is_some_and(|venue| !state.server.watches(venue)) {
        return;
    }
    let mut evidence = Evidence::none().with_frame(frame).with_text(Field::Detail, error);
    for (index, part) in parts.iter().enumerate() {
        evidence = evidence.with_text(Field::Part(index as u16), part.text.as_str());
    }
    let circumstances = Circumstances {
        standing: Capacity { unknown: true, ..Capacity::RESIDENT },
        // Without a place, no purpose is known that it could be held to.
        topics: venue.and_then(|venue| state.approval(venue)).map_or(Topics::Open, |a| a.topics),
        ..everywhere(state)
    };
    let decision = decide(policy, &message_of_parts(parts.to_vec()), &circumstances);
    let says =
        (!decision.guards.contains(&Guard::ConcertedActivity) && decision.opens_case()).then_some(decision);
    if says.is_some() {
        evidence = evidence.with_json(Field::Circumstances, &circumstances);
    }
    let entry = state.next + step.entries.len() as EntryNo;
    let rules = says.as_ref().map(rules_of);
    let record = UnreadableRecord { case: None, decision: says, dispatch: name.to_owned(), venue };
    step.write(at, Body::Unreadable(record), evidence);
    match rules {
        Some(rules) => {
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("dispatch", &name), ("entry", &entry), ("rules", &rules)];
            super::warn(state, "frame-unreadable-flagged", venue, &args, at, step);
        }
        None => super::warn(state, "frame-unreadable", venue, &[("dispatch", &name)], at, step),
    }
}

/// The rules that held, with the clauses that they cite.
fn rules_of(decision: &Decision) -> String {
    let rules = decision.findings.iter().map(|f| match f.clauses.as_slice() {
        [] => f.rule.clone(),
        clauses => format!("{} ({})", f.rule, clauses.join(", ")),
    });
    rules.collect::<Vec<_>>().join(", ")
}

//! What follows from messages: posted, found by back-fill, edited, deleted.
//!
//! One event, one entry: the message, its decision and what is owed from it
//! stand on one line, so that a crash leaves either all of it or nothing.

use crate::case::{is_safety, standing_after_takedown};
use crate::decide::decide;
use crate::domain::action::{Action, CaseId, EntryNo};
use crate::domain::card::{Notice, NoticeKind, Standing};
use crate::domain::circumstances::{Circumstances, Standing as Capacity};
use crate::domain::decision::{Cap, Category, Decision, Disposition, EvidenceKind, Guard, Posture};
use crate::domain::deployment::Archive;
use crate::domain::event::{Captured, Frame, Prior, Question};
use crate::domain::id::{MemberId, MessageId, Moment, RoleId, VenueId};
use crate::domain::message::{AuthorKind, CONTENT, Message, Part};
use crate::journal::entry::{
    Body, CapturedRecord, DecidedRecord, DeletedRecord, Entry, Evidence, Field, MessageRecord,
    UnreadableRecord,
};
use crate::policy::Policy;

use super::state::{released_key, text_hash};
use super::{State, Step, cards};

/// A message older than this when it is seen is recorded and at most
/// reviewed, in milliseconds.
const OLD_AFTER_MS: i64 = 24 * 3_600_000;

/// How long a takedown waits for attachments, in milliseconds.
pub const FILES_WAIT_MS: i64 = 10_000;

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
    let source = if history { "history" } else { "posted" };
    record(policy, state, message, source, None, frame, at, step);
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
    record(policy, state, message, "edited", state.case_of.get(&message.id).copied(), frame, at, step);
}

fn is_ours(state: &State, message: &Message) -> bool {
    message.author.kind == AuthorKind::Ourselves || Some(message.author.id) == state.server.me
}

/// Records one version of a message and decides about it.
#[expect(clippy::too_many_arguments, reason = "everything that makes up one entry")]
fn record(
    policy: &Policy,
    state: &State,
    message: &Message,
    source: &str,
    joins: Option<CaseId>,
    frame: &Frame,
    at: Moment,
    step: &mut Step,
) {
    let judged = judge(policy, state, message, message.author.roles.as_deref(), &[], at, step);
    let mut evidence =
        Evidence::none().with_frame(&frame.raw).with_text(Field::Author, message.author.id.to_string());
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
    let has_files = !message.attachments.is_empty();
    if has_files || matches!(judged, Judged::NeedsRoles) {
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
    match judged {
        Judged::Plain => {
            if state.deployment.archive == Archive::Flagged && joins.is_none() {
                return;
            }
            if let Some(case) = joins.filter(|case| state.cases.contains_key(case)) {
                // A new version of a message under review: it joins the case,
                // which a person still closes.
                body.case = Some(case);
            }
        }
        Judged::NeedsRoles => {
            body.pending = Some("roles".to_owned());
            if let Some(guild) = state.server.guild {
                step.questions.push(Question::Roles { guild, member: message.author.id, about: message.id });
            }
        }
        Judged::Decided(decided) => {
            let (decision, circumstances) = *decided;
            evidence = evidence.with_json(Field::Circumstances, &circumstances);
            let mut outcome =
                Follow { case: joins, intents: Vec::new(), evidence, waits: false, captured: false };
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

/// With `archive = "flagged"`, the messages before a finding are written with it.
fn with_context(state: &State, message: &Message, evidence: Evidence) -> Evidence {
    let Some(recent) = state.recent.get(&message.venue) else { return evidence };
    let context: Vec<&Message> =
        recent.iter().filter(|r| r.message.id != message.id).map(|r| &*r.message).collect();
    if context.is_empty() { evidence } else { evidence.with_json(Field::Detail, &context) }
}

/// What judging a message came to.
enum Judged {
    /// No rule held, or none whose holding may be written down.
    Plain,
    /// It would act, and the author's roles are not known yet.
    NeedsRoles,
    Decided(Box<(Decision, Circumstances)>),
}

/// Judges a message under what is known of its author and its place.
fn judge(
    policy: &Policy,
    state: &State,
    message: &Message,
    roles: Option<&[RoleId]>,
    files: &[Captured],
    at: Moment,
    step: &mut Step,
) -> Judged {
    if message.author.kind == AuthorKind::System || state.deployment.own_ids.contains(&message.author.id) {
        return Judged::Plain;
    }
    let Some(approval) = state.approval(message.venue) else { return Judged::Plain };
    let judged_at = message.edited_at.unwrap_or(message.id.made_at());
    let mut circumstances = Circumstances {
        topics: approval.topics,
        staff_venue: approval.staff_only,
        posture: state.deployment.posture,
        author: message.author.kind,
        adopted: state.deployment.adopted.iter().map(|a| a.id.clone()).collect(),
        earlier: state.earlier(message),
        addressed: message.reply_to.is_some(),
        mentions: message.mentions,
        released: is_released(state, message),
        old: at.since_ms(judged_at) > OLD_AFTER_MS,
        limit_reached: state.limit_reached(at, message.author.id),
        files: files.iter().filter_map(|f| f.sha256.clone()).collect(),
        ..Circumstances::default()
    };
    let is_person = message.author.kind == AuthorKind::Person;
    let Some(roles) = roles.or((!is_person).then_some(&[])) else {
        // Nobody is acted on before it is known who they are.
        let mut would_act = false;
        for capacity in [Capacity::RESIDENT, Capacity { employee: true, ..Capacity::RESIDENT }] {
            circumstances.standing = capacity;
            would_act |= !decide(policy, message, &circumstances).is_plain();
        }
        return if would_act { Judged::NeedsRoles } else { Judged::Plain };
    };
    circumstances.standing = state.server.standing(&state.deployment, roles);
    let decision = decide(policy, message, &circumstances);
    settle_on(decision, circumstances, step)
}

/// What may be written down of a decision. What a guard of concerted activity
/// protects leaves what an ordinary message leaves: nothing.
fn settle_on(mut decision: Decision, mut circumstances: Circumstances, step: &mut Step) -> Judged {
    if decision.guards.contains(&Guard::ConcertedActivity) {
        step.protected += 1;
        decision.guards.retain(|g| *g != Guard::ConcertedActivity);
        decision.findings.retain(|f| {
            f.category == Category::Threat || matches!(f.evidence, EvidenceKind::Exact | EvidenceKind::Format)
        });
        if decision.guards.is_empty() {
            decision.caps.retain(|cap| *cap != Cap::Guard);
        }
    }
    if decision.is_plain() {
        return Judged::Plain;
    }
    if circumstances.earlier.iter().all(|e| !e.same)
        && !decision.findings.iter().any(|f| f.evidence == EvidenceKind::Count)
    {
        circumstances.earlier.clear();
    }
    Judged::Decided(Box::new((decision, circumstances)))
}

fn is_released(state: &State, message: &Message) -> bool {
    if state.released.is_empty() {
        return false;
    }
    let masked = crate::text::formats::mask(message.content());
    state.released.contains(&released_key(message.author.id, message.venue, &masked.text))
}

/// What follows from a decision: a case, actions, evidence.
struct Follow {
    case: Option<CaseId>,
    intents: Vec<Action>,
    evidence: Evidence,
    /// The takedown waits for attachments.
    waits: bool,
    /// They are captured already.
    captured: bool,
}

impl Follow {
    fn decide(&mut self, policy: &Policy, state: &State, message: &Message, decision: &Decision, at: Moment) {
        let known = self.case.and_then(|case| state.cases.get(&case));
        self.case = known.map(|case| case.id).or_else(|| repetition_case(state, message, decision, at));
        let joins = self.case.is_some();
        if decision.opens_case() && !joins {
            self.case = Some(CaseId(state.last_case + 1));
        }
        if let Some(case) = self.case {
            let standing =
                if decision.disposition.takes_down() { Standing::TakingDown } else { Standing::Open };
            let card = cards::card(policy, state, message, decision, case, standing, &[]);
            self.evidence = std::mem::take(&mut self.evidence).with_json(Field::Card, &card);
            if decision.disposition.takes_down() && state.owed_delete(message.id).is_none() {
                self.take_down(message, decision, case);
            }
            if !joins {
                self.bring_to_people(state, decision, &card, message);
            }
        }
        self.answer_author(policy, state, message, decision, at);
    }

    /// The takedown itself. It waits for attachments, which are gone with the
    /// message.
    fn take_down(&mut self, message: &Message, decision: &Decision, case: CaseId) {
        if message.attachments.is_empty() || self.captured {
            self.intents.push(delete(message.venue, message.id, case, decision));
        } else {
            self.waits = true;
        }
    }

    /// Cards: at a desk at once; in the review channel at once unless the
    /// message is to come down first, so that the card tells how that ended.
    fn bring_to_people(
        &mut self,
        state: &State,
        decision: &Decision,
        card: &crate::domain::card::Card,
        message: &Message,
    ) {
        for desk in &decision.routes {
            if let Some(venue) = state.server.desk(*desk) {
                let card = cards::for_desk(state, card, *desk, message);
                self.intents.push(Action::Post { venue, card: Box::new(card) });
            }
        }
        let only_routed = decision.disposition < Disposition::Review;
        if !decision.disposition.takes_down()
            && !only_routed
            && let Some(venue) = state.server.review
        {
            self.intents.push(Action::Post { venue, card: Box::new(card.clone()) });
        }
    }

    /// What the author hears at once. Of a takedown they hear when it has
    /// happened, and not before.
    fn answer_author(
        &mut self,
        policy: &Policy,
        state: &State,
        message: &Message,
        decision: &Decision,
        at: Moment,
    ) {
        if message.author.kind != AuthorKind::Person {
            return;
        }
        let mut notice = |kind: NoticeKind, key: Option<&str>| {
            let notice = Notice {
                key: key.map(str::to_owned),
                case: self.case,
                ..cards::plain_notice(policy, state, message, decision, kind, at)
            };
            self.intents.push(Action::Notify { case: self.case, notice });
        };
        let takes_down = decision.disposition.takes_down();
        if !takes_down && decision.disposition == Disposition::Notify {
            notice(NoticeKind::PrivacyTip, None);
        } else if !takes_down && decision.notice {
            let topical = decision
                .findings
                .iter()
                .any(|f| matches!(f.category, Category::Political | Category::Religious));
            notice(if topical { NoticeKind::TopicPointer } else { NoticeKind::UnderReview }, None);
        }
        for reminder in &decision.reminders {
            notice(NoticeKind::Reminder, Some(reminder));
        }
        for response in &decision.responses {
            if cards::is_private(response) {
                notice(NoticeKind::Resource, Some(response));
            }
        }
        for response in decision.responses.iter().filter(|r| !cards::is_private(r)) {
            let office =
                decision.routes.first().map(|d| cards::office(policy, state, *d)).unwrap_or_default();
            self.intents.push(Action::Respond {
                case: self.case,
                venue: message.venue,
                message: message.id,
                response: response.clone(),
                office,
                language: cards::language_of(message),
            });
        }
    }
}

/// The delete of a message, with a reason that names no content.
fn delete(venue: VenueId, message: MessageId, case: CaseId, decision: &Decision) -> Action {
    let (rule, clauses) =
        decision.leading().map_or_else(Default::default, |f| (f.rule.clone(), f.clauses.join(", ")));
    Action::Delete { case: Some(case), venue, message, reason: format!("case {case}: {rule} ({clauses})") }
}

/// Copies of one message by one author within a few minutes are one matter.
fn repetition_case(state: &State, message: &Message, decision: &Decision, at: Moment) -> Option<CaseId> {
    /// As long as copies keep coming at this distance, in milliseconds.
    const TOGETHER_MS: i64 = 10 * 60_000;
    let leading = decision.leading()?;
    if leading.category != Category::Spam || leading.evidence != EvidenceKind::Count {
        return None;
    }
    state
        .cases
        .values()
        .rev()
        .take_while(|case| at.since_ms(case.opened) < TOGETHER_MS)
        .find(|case| {
            case.author == message.author.id
                && case.is_repetition()
                && case.decision.disposition == decision.disposition
        })
        .map(|case| case.id)
}

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
    let Some(pending) = state.awaiting_roles.get(&about) else { return };
    let message = &pending.message;
    if message.author.id != member {
        return;
    }
    let judged = match roles {
        Some(roles) => judge(policy, state, message, Some(roles), &[], at, step),
        None => judge_unknown(policy, state, message, at, step),
    };
    let captured = !state.capturing.contains_key(&about);
    write_decided(policy, state, message, pending.entry, judged, captured, at, step);
}

/// Judges somebody of whom nothing can be learned: the protections of
/// residents and of employees both apply.
fn judge_unknown(policy: &Policy, state: &State, message: &Message, at: Moment, step: &mut Step) -> Judged {
    match judge(policy, state, message, Some(&[]), &[], at, step) {
        Judged::Decided(decided) => {
            let (_, mut circumstances) = *decided;
            circumstances.standing = Capacity { unknown: true, ..Capacity::RESIDENT };
            let decision = decide(policy, message, &circumstances);
            settle_on(decision, circumstances, step)
        }
        other => other,
    }
}

/// Writes a decision that was made after its message was recorded. `captured`
/// says that its attachments are not waited for: they are in the store, or
/// cannot be had.
#[expect(clippy::too_many_arguments, reason = "everything that makes up one entry")]
fn write_decided(
    policy: &Policy,
    state: &State,
    message: &Message,
    entry: EntryNo,
    judged: Judged,
    captured: bool,
    at: Moment,
    step: &mut Step,
) {
    let (decision, circumstances) = match judged {
        Judged::Decided(decided) => *decided,
        _ => (Decision::default(), Circumstances { posture: Posture::Enforce, ..Circumstances::default() }),
    };
    let mut evidence = Evidence::none();
    let mut follow = Follow {
        case: state.case_of.get(&message.id).copied(),
        intents: Vec::new(),
        evidence: Evidence::none(),
        waits: false,
        captured,
    };
    if !decision.is_plain() {
        evidence = evidence
            .with_json(Field::Circumstances, &circumstances)
            .with_text(Field::Author, message.author.id.to_string());
        follow.evidence = evidence;
        follow.decide(policy, state, message, &decision, at);
        evidence = follow.evidence;
    }
    let body =
        DecidedRecord { case: follow.case, decision, entry, message: message.id, venue: message.venue };
    let written = step.write(at, Body::Decided(body), evidence);
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
    let lost = files.iter().filter(|f| f.sha256.is_none()).count();
    let record = CapturedRecord { kept: files.len() - lost, lost, message: id, venue };
    let entry = step.write(at, Body::Captured(record), Evidence::none().with_json(Field::Files, &files));
    if let Some(awaited) = state.awaiting_files.get(&id)
        && let Some(case) = state.cases.get(&awaited.case)
        && case.standing == Standing::TakingDown
    {
        entry.intents.push(delete(venue, id, case.id, &case.decision));
        return;
    }
    // What stands in the files is judged like what was typed.
    let Some(pending) = state.capturing.get(&id) else { return };
    let mut with_files = (*pending.message).clone();
    for file in files {
        if let (Some(text), Some(place)) =
            (&file.text, pending.message.attachments.iter().position(|a| a.id == file.attachment))
        {
            with_files.parts.push(Part { name: format!("attachments[{place}]").into(), text: text.clone() });
        }
    }
    let any_listed = files.iter().any(|f| f.sha256.is_some());
    if (with_files.parts.len() == pending.message.parts.len() && !any_listed)
        || state.case_of.contains_key(&id)
    {
        return;
    }
    let entry_no = pending.entry;
    let roles = pending.message.author.roles.as_deref();
    let judged = match judge(policy, state, &with_files, roles, files, at, step) {
        // It would act, and nobody waits for roles any more: a person looks.
        Judged::NeedsRoles => judge_unknown(policy, state, &with_files, at, step),
        judged => judged,
    };
    if matches!(judged, Judged::Decided(_)) {
        write_decided(policy, state, &with_files, entry_no, judged, true, at, step);
    }
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
                pending
                    .message
                    .attachments
                    .iter()
                    .map(|a| Captured {
                        attachment: a.id,
                        name: a.filename.clone(),
                        kind: a.content_type.clone().unwrap_or_default(),
                        size: a.size,
                        sha256: None,
                        text: None,
                        missing: Some("too-slow".to_owned()),
                    })
                    .collect()
            })
            .unwrap_or_default();
        let record = CapturedRecord { kept: 0, lost: files.len(), message: *message, venue: case.venue };
        let entry = step.write(at, Body::Captured(record), Evidence::none().with_json(Field::Files, &files));
        entry.intents.push(delete(case.venue, *message, case.id, &case.decision));
    }
}

/// Messages are gone.
pub fn deleted(
    state: &State,
    venue: VenueId,
    messages: &[MessageId],
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
    let mut updates = Vec::new();
    for case in others.iter().filter_map(|m| state.cases.get(state.case_of.get(m)?)) {
        let all_gone = case.messages.iter().all(|m| others.contains(m));
        if matches!(case.standing, Standing::Open | Standing::NotTakenDown) && all_gone {
            cases.push((case.id, Standing::Withdrawn));
            if let Some((venue, message, _)) = case.posted {
                let card = crate::domain::card::Card { standing: Standing::Withdrawn, ..case.card.clone() };
                updates.push(Action::Update { venue, message, card: Box::new(card) });
            }
        }
    }
    let record = DeletedRecord { by: "unknown".to_owned(), cases, messages: others, venue };
    let entry = step.write(at, Body::Deleted(record), Evidence::none().with_frame(&frame.raw));
    entry.intents = updates;
}

fn is_our_deletion(state: &State, message: MessageId) -> bool {
    let Some(case) = state.case_of.get(&message).and_then(|case| state.cases.get(case)) else { return false };
    case.standing == standing_after_takedown(&case.decision)
        || case.standing == Standing::Escalated
        || state.owed_delete(message).is_some()
}

/// A dispatch that did not parse. What could be read in it is judged, by the
/// protections of all, and at most reviewed.
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
        if !state.server.watches(message.venue) || is_ours(state, message) {
            return;
        }
        record(policy, state, message, "posted", None, frame, at, step);
        return;
    }
    if venue.is_some_and(|venue| !state.server.watches(venue)) {
        return;
    }
    let mut evidence = Evidence::none().with_frame(&frame.raw).with_text(Field::Detail, error);
    for (index, part) in parts.iter().enumerate() {
        evidence = evidence.with_text(Field::Part(index as u16), part.text.as_str());
    }
    let record = UnreadableRecord { case: None, decision: None, dispatch: name.to_owned(), venue };
    step.write(at, Body::Unreadable(record), evidence);
    super::warn(state, "frame-unreadable", venue, &[("dispatch", &name)], at, step);
}

/// Whether a hold of this decision is ever released by its clock.
pub fn has_clock(decision: &Decision) -> bool {
    decision.disposition == Disposition::Hold && !is_safety(decision)
}

//! What people send to the bot itself, and what Discord tells of others.

use std::sync::Arc;

use crate::decide::decide;
use crate::domain::action::{Action, CaseId};
use crate::domain::card::{Card, NoticeKind, Standing};
use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Desk, Topics};
use crate::domain::event::{Frame, Sight};
use crate::domain::id::{MemberId, Moment, VenueId};
use crate::domain::message::{AuthorKind, Message};
use crate::journal::entry::{AuditRecord, AutoModRecord, Body, CaseRecord, DirectRecord, Evidence, Field};
use crate::policy::Policy;
use crate::text::formats;

use super::judging::everywhere;
use super::known::words_of;
use super::showing::updates;
use super::{State, Step, cards};

/// Discord's audit log action for a message that somebody with the
/// permission deleted (Discord, *Audit log events*).
pub const MESSAGE_DELETE: u16 = 72;

/// Whether the target of an audit log entry is a channel or thread (Discord,
/// *Audit log events*): channels and their overwrites, messages deleted in
/// bulk, threads.
fn is_about_a_place(action: u16) -> bool {
    matches!(action, 10..=15 | 73 | 110..=112)
}

/// Discord writes its audit log this soon after the deletion, in milliseconds.
pub const AUDIT_FOLLOWS_MS: i64 = 30_000;

/// A direct message to the bot. It is recorded, and brought to a desk where
/// it is for one; nothing that is written to the City is a violation.
pub fn direct(policy: &Policy, state: &State, message: &Message, frame: &Frame, at: Moment, step: &mut Step) {
    if message.author.kind != AuthorKind::Person || Some(message.author.id) == state.server.me {
        return;
    }
    let words = words_of(message);
    let known = state.direct.get(&message.id);
    if known.is_some_and(|known| *known == words) {
        return; // Unfurled, or sent again.
    }
    let circumstances = Circumstances { direct: true, topics: Topics::Open, ..everywhere(state) };
    let decision = decide(policy, message, &circumstances);
    let mut evidence = Evidence::none()
        .with_frame(frame)
        .with_text(Field::Author, message.author.id.to_string())
        .with_text(Field::Content, message.content());
    let mut record = DirectRecord { case: None, decision: None, message: message.id, venue: message.venue };
    let mut intents = Vec::new();
    if let Some(case) = state.case_of.get(&message.id).and_then(|case| state.cases.get(case)) {
        // A correction joins its case: the card shows it, and nobody is
        // answered twice. What concerns a further desk is brought there.
        record.case = Some(case.id);
        let further = |desk: &&Desk| !case.decision.routes.contains(*desk);
        if decision.routes.iter().any(|desk| further(&desk)) {
            let card =
                cards::card(policy, state, message, &decision, case.id, case.standing, formats::mask_secrets);
            for desk in decision.routes.iter().filter(further) {
                if let Some(venue) = state.server.desk(*desk) {
                    let card = cards::for_desk(state, &card, *desk);
                    intents.push(Action::Post { venue, card: Arc::new(card) });
                }
            }
            record.decision = Some(decision);
        }
    } else if !decision.is_plain() {
        if decision.opens_case() {
            let case = CaseId(state.last_case + 1);
            let card =
                cards::card(policy, state, message, &decision, case, Standing::Open, formats::mask_secrets);
            for desk in &decision.routes {
                if let Some(venue) = state.server.desk(*desk) {
                    let card = cards::for_desk(state, &card, *desk);
                    intents.push(Action::Post { venue, card: Arc::new(card) });
                }
            }
            evidence = evidence.with_card(Arc::new(card));
            record.case = Some(case);
        }
        for response in &decision.responses {
            let mut notice =
                cards::plain_notice(policy, state, message, &decision, NoticeKind::Acknowledgement);
            notice.key = Some(response.clone());
            notice.case = record.case;
            notice.venue = None;
            notice.may_fall_back = false;
            intents.push(Action::Notify { case: record.case, notice: Arc::new(notice) });
        }
        record.decision = Some(decision);
    }
    let entry = step.write(at, Body::Direct(record), evidence);
    entry.intents = intents;
}

/// Discord's own filter stopped a message before it appeared: this is the
/// only evidence there is of it.
#[expect(clippy::too_many_arguments, reason = "everything that makes up one entry")]
pub fn auto_mod(
    state: &State,
    venue: Option<VenueId>,
    author: MemberId,
    text: &str,
    rule: &str,
    frame: &Frame,
    at: Moment,
    step: &mut Step,
) {
    if venue.is_some_and(|venue| !state.server.watches(venue)) {
        return;
    }
    let evidence = Evidence::none()
        .with_frame(frame)
        .with_text(Field::Author, author.to_string())
        .with_text(Field::Content, text)
        .with_text(Field::Reason, rule);
    step.write(at, Body::AutoMod(AutoModRecord { venue }), evidence);
}

/// An entry of Discord's audit log: what other moderators did, and why, where
/// they said so.
pub fn audit(state: &State, sight: &Sight, frame: &Frame, at: Moment, step: &mut Step) {
    let Sight::Audit { action, by, target, venue, count, reason } = sight else { return };
    if *by == state.server.me && by.is_some() {
        return;
    }
    // What is done in a channel that is not watched is not ours to keep; the
    // entry may hold the name of a thread there.
    let place = venue.or_else(|| target.filter(|_| is_about_a_place(*action)).and_then(VenueId::new));
    if place.is_some_and(|place| !state.server.watches(place)) {
        return;
    }
    let mut evidence = Evidence::none().with_frame(frame);
    if let Some(by) = by {
        evidence = evidence.with_text(Field::By, by.to_string());
    }
    evidence = evidence.with_text(Field::Reason, reason.as_deref().unwrap_or("no reason recorded"));
    step.write(at, Body::Audit(AuditRecord { action: *action, count: *count, venue: *venue }), evidence);
    if *action != MESSAGE_DELETE {
        return;
    }
    // It names the author and the channel, not the message: the case that
    // was closed as withdrawn a moment ago was removed by somebody else.
    let removed = state.cases.values().rev().find(|case| {
        case.standing == Standing::Withdrawn
            && Some(case.author.get()) == *target
            && Some(case.venue) == *venue
            && at.since_ms(case.moved) <= AUDIT_FOLLOWS_MS
    });
    if let Some(case) = removed {
        let record =
            CaseRecord { case: case.id, standing: Standing::RemovedElsewhere, why: "elsewhere".to_owned() };
        let entry = step.write(at, Body::Case(record), Evidence::none());
        let card = Card { standing: Standing::RemovedElsewhere, ..case.card.clone() };
        entry.intents = updates(state, case, &card);
    }
}

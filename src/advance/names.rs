//! Titles of threads and posts, and nicknames: texts that are no messages.

use crate::case::is_safety;
use crate::decide::decide;
use crate::domain::action::{Action, CaseId};
use crate::domain::card::Standing;
use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Cap, Decision, Disposition};
use crate::domain::event::{Frame, VenueSight};
use crate::domain::id::{MessageId, Moment, VenueId};
use crate::domain::message::{Author, AuthorKind, Message, Part};
use crate::journal::entry::{Body, Evidence, Field, NamingRecord};
use crate::policy::Policy;

use super::{State, Step, cards};

/// What stands in place of a title that is held.
pub const HELD_TITLE: &str = "Title under review";

/// A thread or post was made or renamed.
pub fn title(
    policy: &Policy,
    state: &State,
    venue: &VenueSight,
    by: Option<&Author>,
    frame: &Frame,
    at: Moment,
    step: &mut Step,
) {
    if !venue.is_thread() || !state.server.watches(venue.id) || venue.name == HELD_TITLE {
        return;
    }
    let known = state.venues.get(&venue.id).is_some_and(|(_, name)| *name == venue.name);
    if known {
        return;
    }
    let owner = by.map(|a| a.id).or(venue.owner).or(state.server.me);
    let Some(owner) = owner else { return };
    let author = by.cloned().unwrap_or(Author {
        id: owner,
        kind: AuthorKind::Person,
        username: String::new(),
        display: String::new(),
        roles: None,
    });
    super::note_venue(step, at, venue.id, "read", &venue.name, None);
    let message = text_as_message(venue.id, author, "title", &venue.name);
    let decision = judge(policy, state, &message, venue.id, at);
    if decision.is_plain() {
        return;
    }
    let mut record =
        NamingRecord { case: None, decision: None, what: "title".to_owned(), venue: Some(venue.id) };
    let mut evidence = Evidence::none()
        .with_frame(&frame.raw)
        .with_text(Field::Author, owner.to_string())
        .with_text(Field::Name, venue.name.as_str());
    let mut intents = Vec::new();
    if decision.opens_case() {
        let case = CaseId(state.last_case + 1);
        let held = decision.disposition.takes_down();
        let standing = if held { Standing::TakingDown } else { Standing::Open };
        let mut card = cards::card(policy, state, &message, &decision, case, standing, &[]);
        card.message = None;
        if held {
            let rule = decision.leading().map(|f| f.rule.clone()).unwrap_or_default();
            let reason = format!("case {case}: {rule}");
            intents.push(Action::Retitle {
                case: Some(case),
                venue: venue.id,
                title: HELD_TITLE.to_owned(),
                reason,
            });
        } else if let Some(review) = state.server.review {
            intents.push(Action::Post { venue: review, card: Box::new(card.clone()) });
        }
        for desk in &decision.routes {
            if let Some(to) = state.server.desk(*desk) {
                intents.push(Action::Post {
                    venue: to,
                    card: Box::new(cards::for_desk(state, &card, *desk, &message)),
                });
            }
        }
        evidence = evidence.with_json(Field::Card, &card);
        record.case = Some(case);
    }
    record.decision = Some(decision);
    let entry = step.write(at, Body::Naming(record), evidence);
    entry.intents = intents;
}

/// A member has another name in the server. Each nickname is looked at once,
/// and never changed by the bot.
pub fn nickname(
    policy: &Policy,
    state: &State,
    member: &Author,
    nickname: &str,
    frame: &Frame,
    at: Moment,
    step: &mut Step,
) {
    if member.kind != AuthorKind::Person || nickname.is_empty() {
        return;
    }
    // Names show in every channel; the first approved one stands for all.
    let Some(venue) = state.server.approved.keys().min().copied() else { return };
    let message = text_as_message(venue, member.clone(), "nickname", nickname);
    let mut decision = judge(policy, state, &message, venue, at);
    if decision.is_plain() {
        return;
    }
    decision.disposition = decision.disposition.min(Disposition::Review);
    for finding in &mut decision.findings {
        finding.disposition = finding.disposition.min(Disposition::Review);
    }
    decision.notice = false;
    let looked_at = super::state::nickname_as(&member.id.to_string(), nickname);
    if state.told.contains(&looked_at) || !decision.opens_case() {
        return;
    }
    let case = CaseId(state.last_case + 1);
    let mut card = cards::card(policy, state, &message, &decision, case, Standing::Open, &[]);
    card.message = None;
    let mut intents = Vec::new();
    if let Some(review) = state.server.review {
        intents.push(Action::Post { venue: review, card: Box::new(card.clone()) });
    }
    let evidence = Evidence::none()
        .with_frame(&frame.raw)
        .with_text(Field::Author, member.id.to_string())
        .with_text(Field::Name, nickname)
        .with_json(Field::Card, &card);
    let record = NamingRecord {
        case: Some(case),
        decision: Some(decision),
        what: "nickname".to_owned(),
        venue: Some(venue),
    };
    let entry = step.write(at, Body::Naming(record), evidence);
    entry.intents = intents;
}

fn text_as_message(venue: VenueId, author: Author, part: &'static str, text: &str) -> Message {
    Message {
        id: MessageId::new(venue.get()).expect("a venue's number is above zero"),
        venue,
        author,
        parts: vec![Part { name: part.into(), text: text.to_owned() }],
        attachments: Vec::new(),
        reply_to: None,
        mentions: 0,
        edited_at: None,
    }
}

/// Judges a name. Its giver's roles are often not told; then the protections
/// of all apply.
fn judge(policy: &Policy, state: &State, message: &Message, venue: VenueId, at: Moment) -> Decision {
    let Some(approval) = state.approval(venue) else { return Decision::default() };
    let standing = match &message.author.roles {
        Some(roles) => state.server.standing(&state.deployment, roles),
        None => Default::default(),
    };
    let circumstances = Circumstances {
        standing,
        topics: approval.topics,
        staff_venue: approval.staff_only,
        posture: state.deployment.posture,
        adopted: state.deployment.adopted.iter().map(|a| a.id.clone()).collect(),
        limit_reached: state.limit_reached(at, message.author.id),
        ..Circumstances::default()
    };
    let mut decision = decide(policy, message, &circumstances);
    decision.reminders.clear();
    decision.responses.clear();
    let unsure = message.author.roles.is_none() && !is_safety(&decision);
    if unsure && decision.guards.is_empty() && standing.employee {
        decision.caps.push(Cap::RolesUnknown);
    }
    if decision.guards.contains(&crate::domain::decision::Guard::ConcertedActivity) {
        return Decision::default();
    }
    decision
}

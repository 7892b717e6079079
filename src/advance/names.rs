//! Titles of threads and posts, and nicknames: texts that are no messages.

use std::sync::Arc;

use crate::domain::action::{Action, CaseId};
use crate::domain::card::Standing;
use crate::domain::decision::{Decision, Disposition};
use crate::domain::event::{Frame, VenueSight};
use crate::domain::id::{MemberId, MessageId, Moment, RoleId, VenueId};
use crate::domain::message::{Author, AuthorKind, Message, Part};
use crate::journal::entry::{Body, Evidence, Field, NamingRecord};
use crate::policy::Policy;
use crate::text::formats;

use super::follow::Follow;
use super::judging::{Judged, ask_roles, judge, judge_finally};
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
    super::note_venue(step, at, venue.id, "read", &venue.name, None);
    let mut title = text_as_message(venue.id, owner, "title", &venue.name, at);
    title.author = by.cloned().unwrap_or(title.author);
    let evidence = Evidence::none().with_frame(frame);
    match judge(policy, state, &title, title.author.roles.as_deref(), &[], at, step) {
        Judged::Plain => {
            // What waited was the title that stood there before.
            if state.awaiting_titles.contains_key(&venue.id) {
                write_title(policy, state, &title, evidence, Judged::Plain, at, step);
            }
        }
        Judged::NeedsRoles => {
            let record =
                NamingRecord { case: None, decision: None, venue: Some(venue.id), what: "title".to_owned() };
            let evidence = evidence
                .with_text(Field::Author, owner.to_string())
                .with_text(Field::Name, venue.name.as_str());
            step.write(at, Body::Naming(record), evidence);
            ask_roles(state, &title, step);
        }
        judged => write_title(policy, state, &title, evidence, judged, at, step),
    }
}

/// The roles of somebody who gave a title are known, or cannot be.
pub fn roles_known(
    policy: &Policy,
    state: &State,
    member: MemberId,
    about: MessageId,
    roles: Option<&[RoleId]>,
    at: Moment,
    step: &mut Step,
) {
    let waiting = VenueId::new(about.get()).and_then(|venue| state.awaiting_titles.get(&venue));
    let Some(title) = waiting.map(|pending| &pending.message).filter(|title| title.author.id == member)
    else {
        return;
    };
    let judged = judge_finally(policy, state, title, roles, &[], at, step);
    write_title(policy, state, title, Evidence::none(), judged, at, step);
}

/// Writes what was decided about a title, and what is owed from it: a title
/// that is held is renamed, the thread stays.
fn write_title(
    policy: &Policy,
    state: &State,
    title: &Message,
    evidence: Evidence,
    judged: Judged,
    at: Moment,
    step: &mut Step,
) {
    let mut evidence = evidence
        .with_text(Field::Author, title.author.id.to_string())
        .with_text(Field::Name, title.part("title").unwrap_or(""));
    let mut decision = Decision::default();
    if let Judged::Decided(decided) = judged {
        evidence = evidence.with_json(Field::Circumstances, &decided.1);
        decision = decided.0;
    }
    let case = decision.opens_case().then_some(CaseId(state.last_case + 1));
    let mut follow = Follow { case, intents: Vec::new(), evidence, waits: false, captured: false };
    if let Some(case) = case {
        let held = decision.disposition.takes_down();
        let standing = if held { Standing::TakingDown } else { Standing::Open };
        let mut card = cards::card(policy, state, title, &decision, case, standing, formats::mask);
        card.message = None;
        if held {
            let rule = decision.leading().map(|f| f.rule.clone()).unwrap_or_default();
            follow.intents.push(Action::Retitle {
                case: Some(case),
                venue: title.venue,
                title: HELD_TITLE.to_owned(),
                reason: format!("case {case}: {rule}"),
            });
        }
        follow.bring_to_people(state, &decision, &card);
        follow.evidence = follow.evidence.with_json(Field::Card, &card);
    }
    follow.answer_author(policy, state, title, &decision, at);
    let record =
        NamingRecord { case, decision: Some(decision), venue: Some(title.venue), what: "title".to_owned() };
    let entry = step.write(at, Body::Naming(record), follow.evidence);
    entry.intents = follow.intents;
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
    let looked_at = super::state::nickname_as(&member.id.to_string(), nickname);
    if state.told.contains(&looked_at) {
        return;
    }
    let mut named = text_as_message(venue, member.id, "nickname", nickname, at);
    named.author = member.clone();
    // It goes to review at most, whoever it is: no roles are asked for.
    let judged = judge_finally(policy, state, &named, member.roles.as_deref(), &[], at, step);
    let Judged::Decided(decided) = judged else { return };
    let (mut decision, circumstances) = *decided;
    decision.disposition = decision.disposition.min(Disposition::Review);
    for finding in &mut decision.findings {
        finding.disposition = finding.disposition.min(Disposition::Review);
    }
    decision.notice = false;
    decision.reminders.clear();
    decision.responses.clear();
    if !decision.opens_case() {
        return;
    }
    let case = CaseId(state.last_case + 1);
    let mut card = cards::card(policy, state, &named, &decision, case, Standing::Open, formats::mask);
    card.message = None;
    let mut intents = Vec::new();
    if let Some(review) = state.server.review {
        intents.push(Action::Post { venue: review, card: Arc::new(card.clone()) });
    }
    let evidence = Evidence::none()
        .with_frame(frame)
        .with_text(Field::Author, member.id.to_string())
        .with_text(Field::Name, nickname)
        .with_json(Field::Circumstances, &circumstances)
        .with_json(Field::Card, &card);
    let record = NamingRecord {
        case: Some(case),
        decision: Some(decision),
        venue: Some(venue),
        what: "nickname".to_owned(),
    };
    let entry = step.write(at, Body::Naming(record), evidence);
    entry.intents = intents;
}

/// A title that was put on record before its giver's roles were known.
pub fn title_of(venue: VenueId, by: &str, title: &str, at: Moment) -> Option<Message> {
    let by = MemberId::new(by.parse().ok()?)?;
    Some(text_as_message(venue, by, "title", title, at))
}

/// A name as a message that consists of it. It is as old as its giving: a
/// thread may be renamed years later.
fn text_as_message(venue: VenueId, by: MemberId, part: &'static str, text: &str, at: Moment) -> Message {
    Message {
        id: MessageId::new(venue.get()).expect("a venue's number is above zero"),
        venue,
        author: Author {
            id: by,
            kind: AuthorKind::Person,
            username: String::new(),
            display: String::new(),
            roles: None,
        },
        parts: vec![Part { name: part.into(), text: text.to_owned() }],
        attachments: Vec::new(),
        reply_to: None,
        mentions: 0,
        edited_at: Some(at),
    }
}

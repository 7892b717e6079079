//! Titles of threads and posts, and nicknames: texts that are no messages.
//!
//! A title is looked at once, and the `venue` entry that notes it says so: a
//! title that waits for its giver's roles is noted when they are there, so
//! that one that came to nothing leaves what every other leaves, and a restart
//! finds those that still wait by what is not noted yet.

use std::sync::Arc;

use crate::case::Case;
use crate::domain::action::{Action, CaseId};
use crate::domain::card::{Card, Standing};
use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Decision, Disposition};
use crate::domain::event::{Frame, VenueSight};
use crate::domain::id::{MemberId, MessageId, Moment, RoleId, VenueId};
use crate::domain::message::{Author, AuthorKind, Message, Part, TITLE};
use crate::journal::entry::{Body, CaseRecord, Evidence, Field, NamingRecord};
use crate::policy::Policy;
use crate::text::formats;

use super::follow::Follow;
use super::judging::{Decided, Judged, ask_roles, judge, judge_finally};
use super::known::title_words;
use super::server::TitleGiven;
use super::{State, Step, cards};

/// What stands in place of a title that is held.
pub const HELD_TITLE: &str = "Title under review";

/// A thread or post was made or renamed, or came into view.
pub fn title(policy: &Policy, state: &State, venue: &VenueSight, frame: &Frame, at: Moment, step: &mut Step) {
    if !is_news(state, venue) {
        return;
    }
    if venue.name == HELD_TITLE || is_released(state, venue) {
        // Ours, or left alone; whatever comes after it is a change.
        note(venue, at, step);
    } else if let Some(case) = held_as(state, venue) {
        hold_again(case, venue, frame, at, step);
    } else if let Some(giver) = giver(state, venue) {
        let title = text_as_message(venue.id, giver, TITLE, &venue.name, named_at(state, venue, at));
        match judge(policy, state, &title, title.author.roles.as_deref(), &[], at, step) {
            Judged::NeedsRoles => ask_roles(state, &title, step),
            Judged::Finally(decided) => {
                settle(policy, state, venue, &title, Evidence::none().with_frame(frame), decided, at, step)
            }
        }
    } else {
        by_nobody(policy, state, venue, frame, at, step);
    }
}

/// The threads and posts that are there when the connection is made: some
/// were made or renamed while nobody was watching. A title from before its
/// channel was watched is left alone, as messages are.
pub fn titles(policy: &Policy, state: &State, at: Moment, step: &mut Step) {
    let since = |venue: &VenueSight| state.watching_since(venue.id);
    let is_ours = |venue: &&VenueSight| {
        is_noted(state, venue.id) || since(venue).is_some_and(|since| venue.id.made_at() >= since)
    };
    let mut venues: Vec<&VenueSight> = state.server.venues.values().filter(is_ours).collect();
    venues.sort_by_key(|venue| venue.id);
    for venue in venues {
        title(policy, state, venue, &Frame::default(), at, step);
    }
}

/// Whether a title is not the one that was looked at last.
fn is_news(state: &State, venue: &VenueSight) -> bool {
    let noted = state.venues.get(&venue.id);
    venue.is_thread() && state.server.watches(venue.id) && noted.is_none_or(|(_, name)| *name != venue.name)
}

/// Whether any title of a thread was looked at.
fn is_noted(state: &State, venue: VenueId) -> bool {
    state.venues.get(&venue).is_some_and(|(_, name)| !name.is_empty())
}

/// A title is known, and nothing waits of it any more.
fn note(venue: &VenueSight, at: Moment, step: &mut Step) {
    super::note_venue(step, at, venue.id, "read", &venue.name, None);
}

/// Whose a title is. Discord does not say who renamed a thread, which every
/// moderator may; the first title is its owner's.
fn giver(state: &State, venue: &VenueSight) -> Option<Author> {
    let id = match state.server.named.get(&venue.id) {
        Some(TitleGiven::First) => venue.owner,
        Some(TitleGiven::Later) => None,
        None => venue.owner.filter(|_| !is_noted(state, venue.id)),
    }?;
    let kind = if state.server.me == Some(id) { AuthorKind::Ourselves } else { AuthorKind::Person };
    Some(Author { id, kind, username: String::new(), display: String::new(), roles: None })
}

/// When a title was given. One that was found may be as old as its thread.
fn named_at(state: &State, venue: &VenueSight, at: Moment) -> Option<Moment> {
    state.server.named.contains_key(&venue.id).then_some(at)
}

/// The case that holds this very title, if it is back while nobody decided.
fn held_as<'s>(state: &'s State, venue: &VenueSight) -> Option<&'s Case> {
    state.cases.values().rev().find(|case| {
        case.venue == venue.id
            && case.messages.is_empty()
            && matches!(case.standing, Standing::TakingDown | Standing::Held | Standing::Escalated)
            && case.words.is_some()
            && case.words == title_words(case.author, venue.id, &venue.name)
    })
}

/// Whether a hold of this title ran out undecided: its owner may use it again.
fn is_released(state: &State, venue: &VenueSight) -> bool {
    let words = venue.owner.and_then(|owner| title_words(owner, venue.id, &venue.name));
    words.is_some_and(|words| state.released.contains(&words))
}

/// A title that is held was given back to its thread: it is down until a
/// person decides, whoever did that.
fn hold_again(case: &Case, venue: &VenueSight, frame: &Frame, at: Moment, step: &mut Step) {
    note(venue, at, step);
    let record = CaseRecord { case: case.id, standing: case.standing, why: "title-returned".to_owned() };
    let evidence = Evidence::none().with_frame(frame).with_text(Field::Name, venue.name.as_str());
    step.write(at, Body::Case(record), evidence).intents.push(retitle(case.id, venue.id, &case.decision));
}

fn retitle(case: CaseId, venue: VenueId, decision: &Decision) -> Action {
    let rule = decision.leading().map(|f| f.rule.clone()).unwrap_or_default();
    let title = HELD_TITLE.to_owned();
    Action::Retitle { case: Some(case), venue, title, reason: format!("case {case}: {rule}") }
}

/// The number of the next case: a step that looks at many titles may have
/// opened some already.
fn next_case(state: &State, step: &Step) -> CaseId {
    let opened = step.entries.iter().flat_map(|entry| entry.body.cases()).map(|case| case.0).max();
    CaseId(opened.unwrap_or(0).max(state.last_case) + 1)
}

/// A title that somebody gave, nobody knows who: a person may look at it, and
/// nobody is told.
fn by_nobody(policy: &Policy, state: &State, venue: &VenueSight, frame: &Frame, at: Moment, step: &mut Step) {
    let nobody = Author {
        // No account has the number of a thread.
        id: MemberId::new(venue.id.get()).expect("a venue's number is above zero"),
        kind: AuthorKind::Person,
        username: String::new(),
        display: String::new(),
        roles: None,
    };
    let title = text_as_message(venue.id, nobody, TITLE, &venue.name, Some(at));
    let decided = judge_finally(policy, state, &title, None, &[], at, step);
    note(venue, at, step);
    let Some(decided) = decided else { return };
    let (decision, circumstances) = *decided;
    let evidence = Evidence::none().with_frame(frame).with_text(Field::Name, venue.name.as_str());
    let mut naming = Naming { what: TITLE, named: &title, decision, circumstances, evidence };
    naming.only_review();
    naming.open(policy, state, at, step, |card| card.author_unknown = true);
}

/// Who gave a title is known with their roles, or cannot be. Says whether a
/// title waited for that.
#[expect(clippy::too_many_arguments, reason = "what was asked, and what came of it")]
pub fn roles_known(
    policy: &Policy,
    state: &State,
    member: MemberId,
    about: MessageId,
    roles: Option<&[RoleId]>,
    name: &str,
    at: Moment,
    step: &mut Step,
) -> bool {
    let venue = VenueId::new(about.get()).and_then(|venue| state.server.venues.get(&venue));
    let Some(venue) = venue.filter(|venue| is_news(state, venue)) else { return false };
    let Some(giver) = giver(state, venue).filter(|giver| giver.id == member) else { return false };
    let giver = Author { display: name.to_owned(), ..giver };
    let title = text_as_message(venue.id, giver, TITLE, &venue.name, named_at(state, venue, at));
    let decided = judge_finally(policy, state, &title, roles, &[], at, step);
    settle(policy, state, venue, &title, Evidence::none(), decided, at, step);
    true
}

/// Notes that a title was looked at, and writes what was decided about it, if
/// anything was.
#[expect(clippy::too_many_arguments, reason = "everything that makes up one entry")]
fn settle(
    policy: &Policy,
    state: &State,
    venue: &VenueSight,
    title: &Message,
    evidence: Evidence,
    decided: Option<Decided>,
    at: Moment,
    step: &mut Step,
) {
    note(venue, at, step);
    if let Some(decided) = decided {
        write_title(policy, state, title, evidence, *decided, at, step);
    }
}

/// Writes what was decided about a title, and what is owed from it: a title
/// that is held is renamed, the thread stays.
fn write_title(
    policy: &Policy,
    state: &State,
    title: &Message,
    evidence: Evidence,
    decided: (Decision, Circumstances),
    at: Moment,
    step: &mut Step,
) {
    let (decision, circumstances) = decided;
    let evidence = evidence
        .with_text(Field::Author, title.author.id.to_string())
        .with_text(Field::Name, title.part(TITLE).unwrap_or(""))
        .with_json(Field::Circumstances, &circumstances);
    let case = decision.opens_case().then(|| next_case(state, step));
    let mut follow = Follow::new(case, evidence, None);
    if let Some(case) = case {
        let held = decision.disposition.takes_down();
        let standing = if held { Standing::TakingDown } else { Standing::Open };
        let mut card = cards::card(policy, state, title, &decision, case, standing, formats::mask);
        card.message = None;
        if held {
            follow.intents.push(retitle(case, title.venue, &decision));
        }
        let card = Arc::new(card);
        follow.bring_to_people(state, &decision, &card);
        follow.evidence = follow.evidence.with_card(card);
    }
    follow.answer_author(policy, state, title, &decision, at);
    let record =
        NamingRecord { case, decision: Some(decision), venue: Some(title.venue), what: TITLE.to_owned() };
    let entry = step.write(at, Body::Naming(record), follow.evidence);
    entry.intents = follow.intents;
}

/// A name of which nobody is told, and which a person may look at.
struct Naming<'m> {
    what: &'static str,
    named: &'m Message,
    decision: Decision,
    circumstances: Circumstances,
    evidence: Evidence,
}

impl Naming<'_> {
    /// It goes to review at most, and its giver hears nothing.
    fn only_review(&mut self) {
        let decision = &mut self.decision;
        decision.disposition = decision.disposition.min(Disposition::Review);
        for finding in &mut decision.findings {
            finding.disposition = finding.disposition.min(Disposition::Review);
        }
        decision.notice = false;
        decision.reminders.clear();
        decision.responses.clear();
    }

    /// Opens a case, where it is one.
    fn open(
        self,
        policy: &Policy,
        state: &State,
        at: Moment,
        step: &mut Step,
        about: impl FnOnce(&mut Card),
    ) {
        let Naming { what, named, decision, circumstances, evidence } = self;
        if !decision.opens_case() {
            return;
        }
        let case = next_case(state, step);
        let mut card = cards::card(policy, state, named, &decision, case, Standing::Open, formats::mask);
        card.message = None;
        about(&mut card);
        let card = Arc::new(card);
        let evidence = evidence.with_json(Field::Circumstances, &circumstances).with_card(card.clone());
        let mut follow = Follow::new(Some(case), evidence, None);
        follow.bring_to_people(state, &decision, &card);
        let record = NamingRecord {
            case: Some(case),
            decision: Some(decision),
            venue: Some(named.venue),
            what: what.to_owned(),
        };
        let entry = step.write(at, Body::Naming(record), follow.evidence);
        entry.intents = follow.intents;
    }
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
    let named = text_as_message(venue, member.clone(), "nickname", nickname, Some(at));
    // It goes to review at most, whoever it is: no roles are asked for.
    let decided = judge_finally(policy, state, &named, member.roles.as_deref(), &[], at, step);
    let Some(decided) = decided else { return };
    let (decision, circumstances) = *decided;
    let evidence = Evidence::none()
        .with_frame(frame)
        .with_text(Field::Author, member.id.to_string())
        .with_text(Field::Name, nickname);
    let mut naming = Naming { what: "nickname", named: &named, decision, circumstances, evidence };
    naming.only_review();
    naming.open(policy, state, at, step, |_| {});
}

/// A name as a message that consists of it. It is as old as its giving: a
/// thread may be renamed years later.
fn text_as_message(
    venue: VenueId,
    author: Author,
    part: &'static str,
    text: &str,
    given: Option<Moment>,
) -> Message {
    Message {
        id: MessageId::new(venue.get()).expect("a venue's number is above zero"),
        venue,
        author,
        parts: vec![Part { name: part.into(), text: text.to_owned() }],
        attachments: Vec::new(),
        reply_to: None,
        mentions: 0,
        edited_at: given,
    }
}

//! What follows from a decision: a case, what is to be done, and who hears
//! of it.

use std::sync::Arc;

use crate::case::{Case, pointer};
use crate::domain::action::{Action, CaseId};
use crate::domain::card::{Card, Notice, NoticeKind, Standing, Told};
use crate::domain::decision::{Category, Decision, Desk, Disposition, EvidenceKind};
use crate::domain::event::Captured;
use crate::domain::id::{MessageId, Moment, VenueId};
use crate::domain::message::{AuthorKind, Message};
use crate::journal::entry::Evidence;
use crate::policy::Policy;
use crate::text::formats;

use super::{State, cards, raids};

/// What follows from a decision.
pub struct Follow<'f> {
    pub case: Option<CaseId>,
    pub intents: Vec<Action>,
    pub evidence: Evidence,
    /// The takedown waits for attachments.
    pub waits: bool,
    /// What came of capturing them, where that is over.
    captured: Option<&'f [Captured]>,
}

impl<'f> Follow<'f> {
    /// Follows a decision that belongs to `case`, where there is one, and is
    /// recorded with `evidence`.
    pub fn new(case: Option<CaseId>, evidence: Evidence, captured: Option<&'f [Captured]>) -> Follow<'f> {
        Follow { case, intents: Vec::new(), evidence, waits: false, captured }
    }

    /// Follows a message's decision to its end.
    pub fn decide(
        &mut self,
        policy: &Policy,
        state: &State,
        message: &Message,
        decision: &Decision,
        at: Moment,
    ) {
        let known = self.case.and_then(|case| state.cases.get(&case));
        let known = known.or_else(|| repetition_case(state, message, decision, at));
        self.case = known.map(|case| case.id);
        let joins = self.case.is_some();
        if decision.opens_case() && !joins {
            self.case = Some(CaseId(state.last_case + 1));
        }
        if let Some(case) = self.case {
            let standing =
                if decision.disposition.takes_down() { Standing::TakingDown } else { Standing::Open };
            let mut card = cards::card(policy, state, message, decision, case, standing, formats::mask);
            card.note_files(self.captured.unwrap_or_default());
            card.part_of = match known {
                None => state.raid_at(case, message.venue, decision, message.id.made_at()),
                // A version that was decided otherwise has a card of its own.
                Some(known) => known.raid.filter(|leader| *leader == case || is_alike(known, decision)),
            };
            let card = Arc::new(card);
            self.evidence = std::mem::take(&mut self.evidence).with_card(card.clone());
            if decision.disposition.takes_down() && state.owed_delete(message.id).is_none() {
                self.take_down(message, decision, case);
            }
            match known {
                // The card there is follows the case; a desk that has none
                // yet gets one.
                Some(case) => {
                    let has_it = |desk: &Desk| case.decision.routes.contains(desk);
                    self.bring_to_desks(state, decision.routes.iter().filter(|d| !has_it(d)), &card);
                }
                None => self.bring_to_people(state, decision, &card),
            }
        }
        self.answer_author(policy, state, message, decision, at);
    }

    /// The takedown itself. It waits for attachments, which are gone with the
    /// message.
    fn take_down(&mut self, message: &Message, decision: &Decision, case: CaseId) {
        if message.attachments.is_empty() || self.captured.is_some() {
            self.intents.push(delete(message.venue, message.id, case, decision));
        } else {
            self.waits = true;
        }
    }

    /// Cards: at a desk at once; in the review channel at once unless the
    /// message is to come down first, so that the card tells how that ended.
    pub fn bring_to_people(&mut self, state: &State, decision: &Decision, card: &Arc<Card>) {
        self.bring_to_desks(state, decision.routes.iter(), card);
        let only_routed = decision.disposition < Disposition::Review;
        if !decision.disposition.takes_down()
            && !only_routed
            && card.part_of.is_none_or(|leader| leader == card.case)
            && let Some(venue) = state.server.review
        {
            self.intents.push(Action::Post { venue, card: card.clone() });
        }
    }

    fn bring_to_desks<'d>(&mut self, state: &State, desks: impl Iterator<Item = &'d Desk>, card: &Card) {
        for desk in desks {
            if let Some(venue) = state.server.desk(*desk) {
                let card = cards::for_desk(state, card, *desk);
                self.intents.push(Action::Post { venue, card: Arc::new(card) });
            }
        }
    }

    /// What the author hears at once. Of a takedown they hear when it has
    /// happened, and not before.
    pub fn answer_author(
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
        let takes_down = decision.disposition.takes_down();
        // Later ones join the next notice, or, being no case, say nothing new.
        let lately = state.told_lately(message.author.id, at) || state.pointed_lately(message.author.id, at);
        // A tip is no matter of a case: nothing else would bring it later.
        let tipped = state.pointed_lately(message.author.id, at);
        let told = self.case.and_then(|case| state.cases.get(&case)).is_some_and(|c| c.told >= Told::Pointer);
        let mut notice = |kind: NoticeKind, key: Option<&str>| {
            let notice = Notice {
                key: key.map(str::to_owned),
                case: self.case,
                ..cards::plain_notice(policy, state, message, decision, kind)
            };
            self.intents.push(Action::Notify { case: self.case, notice: Arc::new(notice) });
        };
        if !takes_down && decision.disposition == Disposition::Notify {
            if !tipped {
                notice(NoticeKind::PrivacyTip, None);
            }
        } else if !takes_down && !lately && decision.notice && !told {
            notice(pointer(decision), None);
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

/// Whether a further version of a case is of its kind.
fn is_alike(case: &Case, decision: &Decision) -> bool {
    raids::kind(case.venue, &case.decision) == raids::kind(case.venue, decision)
}

/// The delete of a message, with a reason that names no content.
pub fn delete(venue: VenueId, message: MessageId, case: CaseId, decision: &Decision) -> Action {
    let (rule, clauses) =
        decision.leading().map_or_else(Default::default, |f| (f.rule.clone(), f.clauses.join(", ")));
    Action::Delete { case: Some(case), venue, message, reason: format!("case {case}: {rule} ({clauses})") }
}

/// Copies of one message by one author within a few minutes are one matter.
fn repetition_case<'s>(
    state: &'s State,
    message: &Message,
    decision: &Decision,
    at: Moment,
) -> Option<&'s Case> {
    /// As long as copies keep coming at this distance, in milliseconds.
    const TOGETHER_MS: i64 = 10 * 60_000;
    let leading = decision.leading()?;
    if leading.category != Category::Spam || leading.evidence != EvidenceKind::Count {
        return None;
    }
    state.cases.values().rev().take_while(|case| at.since_ms(case.opened) < TOGETHER_MS).find(|case| {
        case.author == message.author.id
            && case.is_repetition()
            && case.decision.disposition == decision.disposition
    })
}

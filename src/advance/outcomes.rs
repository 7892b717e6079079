//! What follows when an action has ended.
//!
//! What comes next is decided here, in the same entry that records the
//! outcome: the notice after the delete, the card after the delete, the
//! public note after a notice that could not be delivered.

use std::sync::Arc;

use crate::case::{Case, standing_after_takedown};
use crate::domain::action::{Action, Conclusion, Line, Outcome, Refusal};
use crate::domain::card::{Card, Notice, NoticeKind, Standing, Told};
use crate::domain::id::Moment;
use crate::journal::entry::{Body, Entry, Evidence, Field, OutcomeRecord};

use super::showing::updates;
use super::state::State;
use super::{Step, clocks};

/// An intent has ended.
pub fn concluded(state: &State, conclusion: &Conclusion, at: Moment, step: &mut Step) {
    let Some(owed) = state.owed.get(&conclusion.intent) else {
        // It was concluded before; the first durable outcome stands.
        return;
    };
    let mut follow = Following { state, at, standing: None, intents: Vec::new() };
    match &owed.action {
        Action::Delete { case: Some(case), .. } => {
            if let Some(case) = state.cases.get(case) {
                follow.takedown(case, conclusion);
            }
        }
        Action::Retitle { case: Some(case), .. } => {
            if let Some(case) = state.cases.get(case) {
                follow.retitle(case, conclusion);
            }
        }
        Action::Notify { notice, .. } => follow.notice(notice, conclusion),
        Action::Post { card, venue } => follow.post(card, *venue, conclusion),
        _ => {}
    }
    let case = owed.action.case().and_then(|id| Some((id, follow.standing?)));
    let record = OutcomeRecord {
        case,
        intent: conclusion.intent,
        outcome: conclusion.outcome.clone(),
        posted: conclusion.posted,
        tries: conclusion.tries.max(1),
    };
    let mut evidence = Evidence::none();
    if let Some(said) = &conclusion.said {
        // A card repeats what the evidence of its case holds in fields that are
        // never redacted in part; nor is this, then.
        evidence = match owed.action {
            Action::Post { .. } | Action::Update { .. } => {
                evidence.with_json(Field::Said, &said.lines().collect::<Vec<_>>())
            }
            _ => evidence.with_text(Field::Said, said.as_str()),
        };
    }
    if let Some(detail) = &conclusion.detail {
        evidence = evidence.with_text(Field::Detail, detail.as_str());
    }
    let intents = follow.intents;
    let entry: &mut Entry = step.write(at, Body::Outcome(record), evidence);
    entry.intents = intents;
}

struct Following<'s> {
    state: &'s State,
    at: Moment,
    standing: Option<Standing>,
    intents: Vec<Action>,
}

impl Following<'_> {
    fn takedown(&mut self, case: &Case, conclusion: &Conclusion) {
        match &conclusion.outcome {
            Outcome::Done => {
                let standing = standing_after_takedown(&case.decision);
                self.standing = Some(standing);
                self.tell_author(case);
                self.show(case, standing, None);
            }
            Outcome::AlreadyDone | Outcome::Withdrawn(_) => {
                // Gone before we came: nobody is told that we removed it.
                // Of copies, another may be down by our doing, or still to come down.
                let ours = case.standing != Standing::TakingDown
                    || self.state.owed_deletes(case.id).any(|owed| owed != conclusion.intent);
                let standing =
                    if case.messages.len() > 1 && ours { case.standing } else { Standing::Withdrawn };
                self.standing = Some(standing);
                self.show(case, standing, None);
            }
            Outcome::Refused(refusal) => self.not_taken_down(case, refusal_words(refusal)),
            Outcome::Unknown => self.not_taken_down(case, "outcome-unknown"),
        }
    }

    fn not_taken_down(&mut self, case: &Case, why: &str) {
        self.standing = Some(Standing::NotTakenDown);
        self.show(case, Standing::NotTakenDown, Some(why.to_owned()));
    }

    fn retitle(&mut self, case: &Case, conclusion: &Conclusion) {
        match &conclusion.outcome {
            Outcome::Done | Outcome::AlreadyDone => {
                self.standing = Some(Standing::Held);
                self.tell_author(case);
                self.show(case, Standing::Held, None);
            }
            Outcome::Refused(refusal) => self.not_taken_down(case, refusal_words(refusal)),
            _ => self.not_taken_down(case, "outcome-unknown"),
        }
    }

    /// The notice of a takedown: once for each case, and at most one in a
    /// quarter of an hour for each member.
    fn tell_author(&mut self, case: &Case) {
        if case.told == Told::Takedown {
            return;
        }
        if self.state.told_lately(case.author, self.at) {
            return; // The clock takes it up: `State::unannounced`.
        }
        let notice = due_notice(self.state, case, self.at);
        self.intents.push(Action::Notify { case: Some(case.id), notice: Arc::new(notice) });
    }

    /// Brings the moderators' card to the case's present standing.
    fn show(&mut self, case: &Case, standing: Standing, trouble: Option<String>) {
        let is_folded = case.is_folded() && standing != Standing::NotTakenDown;
        if is_folded && !case.is_shown() {
            return; // Another case's card tells of it.
        }
        let mut card = Card { standing, ..case.card.clone() };
        card.trouble = trouble;
        if standing == Standing::Held && case.has_clock() {
            card.release_at = clocks::release_at(self.state, self.at);
        }
        if case.standing != standing {
            self.intents.extend(updates(self.state, case, &card));
        }
        if let (None, Some(venue), false) = (case.posted, self.state.server.review, case.card_owed)
            && !is_folded
        {
            let card = self.state.with_raid(case, card);
            self.intents.push(Action::Post { venue, card: Arc::new(card) });
        }
    }

    fn notice(&mut self, notice: &Notice, conclusion: &Conclusion) {
        let undelivered = matches!(
            conclusion.outcome,
            Outcome::Refused(
                Refusal::DirectMessagesClosed | Refusal::DirectMessagesBusy | Refusal::GaveUp(_)
            ) | Outcome::Unknown
        );
        if undelivered
            && notice.may_fall_back
            && let Some(venue) = notice.venue
        {
            // Hundreds of notes would be a raid of their own: one speaks for all.
            let case = notice.case.and_then(|case| self.state.cases.get(&case));
            let member = case.is_none_or(|case| case.raid.is_none()).then_some(notice.to);
            if member.is_some() || case.is_some_and(|case| !self.state.shown_by(case).followers.noted) {
                self.intents.push(Action::FallbackNote { case: notice.case, venue, member });
            }
        }
    }

    /// A card that nobody can see is a matter that nobody looks at: it goes
    /// to the review channel instead, and that is said.
    fn post(&mut self, card: &Card, venue: crate::domain::id::VenueId, conclusion: &Conclusion) {
        let failed = matches!(conclusion.outcome, Outcome::Refused(_) | Outcome::Unknown);
        let Some(review) = self.state.server.review else { return };
        if failed && card.desk.is_some() && venue != review {
            let why = match &conclusion.outcome {
                Outcome::Refused(refusal) => refusal_words(refusal),
                _ => "outcome-unknown",
            };
            let card = Card { trouble: Some(format!("desk-unreachable: {why}")), ..card.clone() };
            self.intents.push(Action::Post { venue: review, card: Arc::new(card) });
        } else if failed
            && card.desk.is_none()
            && self.state.cases.get(&card.case).is_none_or(|case| case.card_refused.is_none())
        {
            // Nothing else can carry it; the line names the case, once.
            let line = Line::new("card-undelivered", &[("case", &card.case)]);
            self.intents.push(Action::Tell { venue: review, line });
        }
    }
}

/// The notice that tells a case's author where it stands.
pub fn due_notice(state: &State, case: &Case, at: Moment) -> Notice {
    let kind = case.due_notice();
    let mut notice = case.notice(kind);
    // What is one of many is released in silence: nothing is promised.
    if kind == NoticeKind::Held && case.raid.is_none() {
        notice.release_at = clocks::release_at(state, at);
    }
    notice
}

/// The key of the words for a refusal.
pub fn refusal_words(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Permission => "permission-missing",
        Refusal::DirectMessagesClosed | Refusal::DirectMessagesBusy => "direct-messages-closed",
        Refusal::VenueGone => "venue-gone",
        Refusal::Unauthorised => "unauthorised",
        Refusal::Rejected(_) => "rejected",
        Refusal::GaveUp(_) => "gave-up",
    }
}

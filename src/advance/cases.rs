//! What the record tells of cases: opened, joined, moved on, concluded, let go.

use std::collections::HashSet;
use std::sync::Arc;

use crate::case::{Case, Followers};
use crate::domain::action::{Action, CaseId, EntryNo, IntentId, Outcome};
use crate::domain::card::{Card, Standing, Told};
use crate::domain::decision::Decision;
use crate::domain::event::Captured;
use crate::domain::id::{MessageId, Moment, VenueId};
use crate::journal::entry::{Body, Entry, Field, OutcomeRecord};

use super::State;
use super::cards::{Mask, as_shown, shown};
use super::known::{title_words, words_in, words_of};
use super::state::AwaitedFiles;
use super::telling::told_in;

impl State {
    /// A version in which nothing was found, of a message that a person is to
    /// look at: the card says what stands there now.
    pub(super) fn note_version(&mut self, case: CaseId, entry: &Entry, mask: Mask) {
        let Some(case) = self.cases.get_mut(&case) else { return };
        let now = entry.evidence.text(Field::Content).unwrap_or_default();
        case.card.now = Some(shown(mask, now));
        case.stale = case.is_shown();
    }

    /// A takedown that was decided while its attachments are still under way
    /// waits for them.
    pub(super) fn wait_for_files(
        &mut self,
        case: CaseId,
        message: MessageId,
        decision: &Decision,
        entry: &Entry,
    ) {
        let owed = entry
            .intents
            .iter()
            .any(|action| matches!(action, Action::Delete { message: m, .. } if *m == message));
        if decision.disposition.takes_down() && !owed && self.capturing.contains_key(&message) {
            self.awaiting_files.insert(message, AwaitedFiles { case, since: entry.at });
        }
    }

    /// What could not be captured, or was not read, is said on the card.
    pub(super) fn note_files(&mut self, message: MessageId, entry: &Entry) {
        let Some(case) = self.case_of.get(&message).and_then(|case| self.cases.get_mut(case)) else { return };
        let files: Vec<Captured> = entry.evidence.json(Field::Files).unwrap_or_default();
        case.card.note_files(&files);
    }

    pub(super) fn note_intent(&mut self, action: &Action, at: Moment) {
        match action {
            Action::Notify { case, notice } => self.note_told(*case, notice, at),
            Action::Post { card, .. } => {
                if card.desk.is_none()
                    && let Some(case) = self.cases.get_mut(&card.case)
                {
                    case.card_owed = true;
                    case.stale = false;
                }
            }
            Action::FallbackNote { case: Some(case), member: None, .. } => self.note_noted(Some(*case), true),
            Action::Update { card, .. } => {
                if let Some(case) = self.cases.get_mut(&card.case) {
                    case.stale = false;
                }
            }
            Action::WithdrawNote { venue, message } => {
                self.notes.remove(&(*venue, *message));
            }
            _ => {}
        }
    }

    pub(super) fn open(
        &mut self,
        id: CaseId,
        number: EntryNo,
        venue: VenueId,
        message: Option<MessageId>,
        decision: &Decision,
        entry: &Entry,
    ) {
        self.last_case = self.last_case.max(id.0);
        if let Some(message) = message {
            self.case_of.insert(message, id);
            if decision.is_crisis() {
                self.mark_crisis(venue, message);
            }
        }
        let card = entry.evidence.card();
        let words = card.as_ref().and_then(|card| self.words_in(card, venue, message, entry));
        let mut leaves = false;
        if let Some(case) = self.cases.get_mut(&id) {
            // A further message, or a further version, joins the case.
            if let Some(message) = message
                && !case.messages.contains(&message)
            {
                case.messages.push(message);
            }
            // A desk that has its card is not brought another.
            let mut routes = case.decision.routes.clone();
            routes.extend(decision.routes.iter().filter(|desk| !case.decision.routes.contains(desk)));
            if decision.disposition >= case.decision.disposition {
                case.decision = decision.clone();
                if let Some(card) = card {
                    case.words = words.or(case.words);
                    leaves = case.is_folded() && card.part_of.is_none();
                    case.card = Arc::unwrap_or_clone(card);
                }
            } else if let Some(now) = entry.evidence.text(Field::Content) {
                case.card.now = Some(as_shown(now));
            }
            case.decision.routes = routes;
            if decision.disposition.takes_down() && case.standing == Standing::Open {
                case.standing = Standing::TakingDown;
            }
            case.stale = case.is_shown();
            if leaves {
                self.leave_raid(id);
            }
            return;
        }
        let Some(card) = card else { return };
        let owes = |post: &dyn Fn(&Card) -> bool| {
            entry.intents.iter().any(|action| matches!(action, Action::Post { card, .. } if post(card)))
        };
        let told = told_in(entry, id);
        if decision.notice && told < Told::Pointer {
            self.unannounced.insert(id, entry.at);
        }
        let case = Case {
            id,
            words,
            entry: number,
            opened: entry.at,
            moved: entry.at,
            venue,
            messages: message.into_iter().collect(),
            author: card.author,
            standing: card.standing,
            decision: decision.clone(),
            posted: None,
            card_owed: owes(&|c: &Card| c.desk.is_none()),
            card_refused: None,
            desks: Vec::new(),
            reminded: false,
            stale: false,
            told,
            raid: card.part_of,
            followers: Followers::default(),
            card: Arc::unwrap_or_clone(card),
        };
        self.cases.insert(id, case);
        self.note_rush(id);
    }

    /// What a decision was about: it stands in the entry, or was written when
    /// the message came.
    fn words_in(
        &self,
        card: &Card,
        venue: VenueId,
        message: Option<MessageId>,
        entry: &Entry,
    ) -> Option<u64> {
        let pending = message.and_then(|id| self.awaiting_roles.get(&id).or(self.capturing.get(&id)));
        match (&entry.body, pending) {
            (Body::Message(record), _) => words_in(entry, venue, &record.parts, &card.files),
            (Body::Naming(_), _) => title_words(card.author, venue, entry.evidence.text(Field::Name)?),
            (_, Some(pending)) => words_of(&pending.message),
            _ => None,
        }
    }

    pub(super) fn move_case(&mut self, id: CaseId, standing: Standing, at: Moment) {
        if let Some(case) = self.cases.get_mut(&id) {
            if case.standing != standing {
                case.moved = at;
            }
            case.stale |= case.standing != standing && case.is_shown();
            case.standing = standing;
        }
        self.note_in_raid(id, standing);
    }

    pub(super) fn conclude(&mut self, record: &OutcomeRecord, entry: &Entry) {
        let Some(owed) = self.owed.remove(&record.intent) else { return };
        if let Some(case) = owed.action.case()
            && let Some(intents) = self.owed_of.get_mut(&case)
        {
            intents.retain(|id| *id != record.intent);
            if intents.is_empty() {
                self.owed_of.remove(&case);
            }
        }
        if let Some((case, standing)) = record.case {
            self.move_case(case, standing, entry.at);
        }
        let done = matches!(record.outcome, Outcome::Done);
        match &owed.action {
            Action::Delete { case: Some(case), .. } if done => {
                if let Some(case) = self.cases.get(case) {
                    let day = self.staffed.civil_day(entry.at);
                    if self.taken_down.0 != day {
                        self.taken_down = (day, HashSet::new());
                    }
                    self.taken_down.1.insert(case.author);
                }
                self.note_untold(*case, entry);
            }
            Action::Retitle { case: Some(case), .. } if done => self.note_untold(*case, entry),
            Action::Post { card, .. } => {
                let refused = matches!(record.outcome, Outcome::Refused(_) | Outcome::Unknown);
                if refused
                    && card.desk.is_none()
                    && let Some(case) = self.cases.get_mut(&card.case)
                {
                    case.card_owed = false;
                    case.card_refused = Some(entry.at);
                }
                if let (Some(case), Some((venue, message))) = (self.cases.get_mut(&card.case), record.posted)
                {
                    case.stale |= case.standing != card.standing || case.card.now != card.now;
                    match card.desk {
                        None => case.posted = Some((venue, message, entry.at)),
                        Some(desk) => case.desks.push((desk, venue, message)),
                    }
                }
            }
            Action::FallbackNote { case, member, .. } => {
                if !done && member.is_none() {
                    self.note_noted(*case, false);
                }
                if let Some(place) = record.posted {
                    self.notes.insert(place, entry.at);
                }
            }
            _ => {}
        }
    }

    /// Lets go of cases that nothing can happen to any more. A closed one is
    /// kept a little longer: copies join it, and Discord's audit log may yet
    /// tell who closed it.
    pub(super) fn prune(&mut self, now: Moment) {
        const KEPT_MS: i64 = 10 * 60_000;
        self.rushes.retain(|_, rush| !rush.is_over(now));
        let finished: Vec<CaseId> = self
            .cases
            .values()
            .filter(|case| {
                !case.standing.is_open()
                    && !case.stale
                    && now.since_ms(case.opened) > KEPT_MS
                    && !self.unannounced.contains_key(&case.id)
                    && !self.owed_of.contains_key(&case.id)
                    // Its card tells of others.
                    && !case
                        .followers
                        .cases
                        .iter()
                        .any(|it| it.case != case.id && self.cases.contains_key(&it.case))
            })
            .map(|case| case.id)
            .collect();
        for id in finished {
            if let Some(case) = self.cases.remove(&id) {
                for message in case.messages {
                    self.case_of.remove(&message);
                    self.files.remove(&message);
                }
            }
        }
    }

    /// The deletes that are owed for a case.
    pub fn owed_deletes(&self, case: CaseId) -> impl Iterator<Item = IntentId> + '_ {
        let owed = self.owed_of.get(&case).into_iter().flatten().copied();
        owed.filter(|id| self.owed.get(id).is_some_and(|owed| matches!(owed.action, Action::Delete { .. })))
    }

    /// The delete that is owed for a message, if one is.
    pub fn owed_delete(&self, message: MessageId) -> Option<IntentId> {
        let case = self.case_of.get(&message)?;
        self.owed_of.get(case)?.iter().copied().find(|id| {
            self.owed.get(id).is_some_and(
                |owed| matches!(&owed.action, Action::Delete { message: m, .. } if *m == message),
            )
        })
    }
}

//! Raids: many like cases in one channel within a minute, on one card.
//!
//! A hundred cards hide what a moderator has to see, and nobody reads them.
//! The first few cases of a rush have cards of their own. From then on the
//! next case leads the raid: its card tells of all that follow, how many, by
//! how many accounts, and where they stand. Every message keeps a case, a
//! record and a notice of its own; it is only the card that is shared, and
//! with it the clock of a hold, which begins when the card is delivered. A
//! raid is released as one, silently.
//!
//! What makes a raid is how many come and how alike they were decided, never
//! what they say. A cry for help is never folded away, and desks keep a card
//! for each case.

use std::collections::VecDeque;

use crate::case::Case;
use crate::domain::action::CaseId;
use crate::domain::card::{Card, Member, Raid, Standing};
use crate::domain::decision::{Category, Decision, Disposition};
use crate::domain::id::{Moment, VenueId};

use super::State;

/// So many like cases have cards of their own; the next leads a raid.
pub const FROM: usize = 10;

/// Within so long, in milliseconds.
pub const WITHIN_MS: i64 = 60_000;

/// A raid is over once so long no further case came, in milliseconds.
pub const OVER_AFTER_MS: i64 = 5 * 60_000;

/// So many of the latest messages are quoted on the card.
const QUOTED: usize = 8;

/// What makes cases alike: where, what was found, and what it leads to.
pub type Kind = (VenueId, Category, Disposition);

/// The last like cases of one kind.
#[derive(Clone, Debug, Default)]
pub struct Rush {
    /// When the last few with a card of their own were opened.
    opened: VecDeque<Moment>,
    /// The raid that goes on: the case that leads it, and when one last
    /// joined.
    raid: Option<(CaseId, Moment)>,
}

impl Rush {
    /// Whether nothing can join it any more.
    pub(super) fn is_over(&self, now: Moment) -> bool {
        let is_recent = |at: &Moment, within: i64| now.since_ms(*at) < within;
        !self.opened.back().is_some_and(|at| is_recent(at, WITHIN_MS))
            && !self.raid.is_some_and(|(_, last)| is_recent(&last, OVER_AFTER_MS))
    }
}

/// What kind of case a decision makes, where such may be folded.
fn kind(venue: VenueId, decision: &Decision) -> Option<Kind> {
    let leading = decision.leading().filter(|_| decision.disposition >= Disposition::Review)?;
    (!decision.is_crisis()).then_some((venue, leading.category, decision.disposition))
}

impl State {
    /// The case that leads the raid which a case belongs to that is opened
    /// now; `case` itself where the raid begins with it.
    pub(super) fn raid_at(
        &self,
        case: CaseId,
        venue: VenueId,
        decision: &Decision,
        at: Moment,
    ) -> Option<CaseId> {
        let rush = self.rushes.get(&kind(venue, decision)?)?;
        if let Some((leader, last)) = rush.raid
            && at.since_ms(last) < OVER_AFTER_MS
            && self.cases.contains_key(&leader)
        {
            return Some(leader);
        }
        let first = rush.opened.front().filter(|_| rush.opened.len() == FROM)?;
        (at.since_ms(*first) < WITHIN_MS).then_some(case)
    }

    /// A case was opened: alone, or as part of a raid.
    pub(super) fn note_rush(&mut self, case: CaseId) {
        let Some(opened) = self.cases.get(&case) else { return };
        let Some(kind) = kind(opened.venue, &opened.decision) else { return };
        let (at, author, standing, raid) = (opened.opened, opened.author, opened.standing, opened.raid);
        let rush = self.rushes.entry(kind).or_default();
        let Some(leader) = raid else {
            rush.opened.push_back(at);
            if rush.opened.len() > FROM {
                rush.opened.pop_front();
            }
            return;
        };
        rush.raid = Some((leader, at));
        if let Some(leader) = self.cases.get_mut(&leader) {
            leader.followers.cases.push((case, standing));
            leader.followers.authors.insert(author);
            leader.followers.until = at;
            leader.stale |= leader.id != case && leader.is_shown();
        }
    }

    /// Where a case of a raid stands by now.
    pub(super) fn note_in_raid(&mut self, case: CaseId, standing: Standing) {
        let leader = self.cases.get(&case).and_then(|case| case.raid);
        let Some(leader) = leader.and_then(|leader| self.cases.get_mut(&leader)) else { return };
        let noted = leader.followers.cases.binary_search_by_key(&case, |(id, _)| *id);
        if let Ok(at) = noted
            && leader.followers.cases[at].1 != standing
        {
            leader.followers.cases[at].1 = standing;
            leader.stale |= leader.is_shown();
        }
    }

    /// The desk was reminded of a hold at half time, and with it of all that
    /// share its card.
    pub(super) fn note_reminded(&mut self, case: CaseId) {
        let Some(case) = self.cases.get(&case) else { return };
        let shown_by = self.shown_by(case).id;
        for id in [case.id, shown_by] {
            if let Some(case) = self.cases.get_mut(&id) {
                case.reminded = true;
            }
        }
    }

    /// One note in public is to speak for all authors of a raid.
    pub(super) fn note_noted(&mut self, case: CaseId) {
        let Some(case) = self.cases.get(&case) else { return };
        let shown_by = self.shown_by(case).id;
        if let Some(leader) = self.cases.get_mut(&shown_by) {
            leader.followers.noted = true;
        }
    }

    /// The case whose card tells of this one.
    pub(super) fn shown_by<'s>(&'s self, case: &'s Case) -> &'s Case {
        case.raid.and_then(|leader| self.cases.get(&leader)).unwrap_or(case)
    }

    /// A card with what it is to tell of the raid that its case leads.
    pub(super) fn with_raid(&self, case: &Case, card: Card) -> Card {
        let followers = &case.followers;
        if followers.cases.len() < 2 {
            return card;
        }
        let mut standings: Vec<(Standing, u32)> = Vec::new();
        for (id, standing) in &followers.cases {
            // The card knows where its own case stands before the state does.
            let standing = if *id == card.case { card.standing } else { *standing };
            match standings.iter_mut().find(|(known, _)| *known == standing) {
                Some((_, count)) => *count += 1,
                None => standings.push((standing, 1)),
            }
        }
        standings.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let latest = followers.cases.iter().rev().filter(|(id, _)| *id != case.id);
        let latest = latest.filter_map(|(id, _)| self.cases.get(id)).take(QUOTED).map(|case| Member {
            case: case.id,
            author: case.card.author_name.clone(),
            text: case.card.texts.first().map(|(_, text)| text.clone()).unwrap_or_default(),
        });
        let raid = Raid {
            cases: followers.cases.len() as u32,
            authors: followers.authors.len() as u32,
            since: case.opened,
            until: followers.until,
            standings,
            latest: latest.collect(),
        };
        Card { raid: Some(raid), ..card }
    }
}

//! Raids: many like takedowns in one channel within a minute, on one card.
//!
//! A hundred cards hide what a moderator has to see, and nobody reads them.
//! The first few cases of a rush have cards of their own. From then on the
//! next case leads the raid: for some minutes its card tells of all that
//! follow, how many, by how many accounts, and where they stand. Every message
//! keeps a case, a record and a notice of its own; it is only the card that is
//! shared, and with it the clock of a hold, which begins when the card is
//! delivered and the last has come. A raid is released as one, silently.
//!
//! What makes a raid is how many come and how alike they were decided, never
//! what they say. What still stands in public is never folded away: a message
//! under review, one that could not be taken down, a version that was decided
//! otherwise. Nor is a cry for help, and desks keep a card for each case.

use std::collections::{HashSet, VecDeque};

use crate::case::{Case, Follower};
use crate::domain::action::CaseId;
use crate::domain::card::{Card, Member, Raid, Standing};
use crate::domain::decision::{Category, Decision, Disposition, EvidenceKind, Finding};
use crate::domain::id::{Moment, VenueId};

use super::State;

/// So many like cases have cards of their own; the next leads a raid.
pub const FROM: usize = 10;

/// Within so long, in milliseconds.
pub const WITHIN_MS: i64 = 60_000;

/// As long after its first message others join a raid, in milliseconds.
pub const LASTS_MS: i64 = 10 * 60_000;

/// So many of the latest messages are quoted on the card.
const QUOTED: usize = 5;

/// What makes cases alike: where, what was found, and what it leads to.
pub type Kind = (VenueId, Category, Disposition);

/// The last like cases of one kind.
#[derive(Clone, Debug, Default)]
pub struct Rush {
    /// When the last few with a card of their own were written.
    written: VecDeque<Moment>,
    /// The raid that goes on: the case that leads it, and when that was
    /// written.
    raid: Option<(CaseId, Moment)>,
}

impl Rush {
    /// Whether nothing can join it any more.
    pub(super) fn is_over(&self, now: Moment) -> bool {
        let last = self.written.back().copied().max(self.raid.map(|(_, first)| first));
        // What is read late was written a while ago.
        last.is_none_or(|last| now.since_ms(last) > 24 * 3_600_000)
    }
}

/// What kind of case a decision makes, where such may be folded. How often
/// somebody wrote makes it no other kind.
pub(super) fn kind(venue: VenueId, decision: &Decision) -> Option<Kind> {
    let counted = |finding: &&Finding| finding.evidence == EvidenceKind::Count;
    let leading = decision.findings.iter().find(|finding| !counted(finding)).or(decision.leading())?;
    let is_folded = decision.disposition.takes_down() && !decision.is_crisis();
    is_folded.then_some((venue, leading.category, decision.disposition))
}

impl State {
    /// The case that leads the raid which a case belongs to whose message was
    /// written `at`; `case` itself where the raid begins with it.
    pub(super) fn raid_at(
        &self,
        case: CaseId,
        venue: VenueId,
        decision: &Decision,
        at: Moment,
    ) -> Option<CaseId> {
        let rush = self.rushes.get(&kind(venue, decision)?)?;
        if let Some((leader, first)) = rush.raid
            && (0..LASTS_MS).contains(&at.since_ms(first))
            && let Some(leader) = self.cases.get(&leader)
            && !matches!(leader.standing, Standing::Released | Standing::Escalated)
        {
            return Some(leader.id);
        }
        let first = rush.written.front().filter(|_| rush.written.len() == FROM)?;
        (0..WITHIN_MS).contains(&at.since_ms(*first)).then_some(case)
    }

    /// A case was opened: alone, or as part of a raid.
    pub(super) fn note_rush(&mut self, case: CaseId) {
        let Some(opened) = self.cases.get(&case) else { return };
        let Some(kind) = kind(opened.venue, &opened.decision) else { return };
        let (at, author, standing, raid) = (opened.card.at, opened.author, opened.standing, opened.raid);
        let until = opened.opened;
        let rush = self.rushes.entry(kind).or_default();
        let Some(leader) = raid else {
            rush.written.push_back(at);
            if rush.written.len() > FROM {
                rush.written.pop_front();
            }
            return;
        };
        if leader == case {
            rush.raid = Some((leader, at));
        }
        if let Some(leader) = self.cases.get_mut(&leader) {
            leader.followers.cases.push(Follower { case, author, standing });
            leader.followers.until = until;
            leader.stale |= leader.id != case && leader.is_shown_soon();
        }
    }

    /// Where a case of a raid stands by now. What stands in public after all
    /// is told of by a card of its own.
    pub(super) fn note_in_raid(&mut self, case: CaseId, standing: Standing) {
        let Some(known) = self.cases.get(&case) else { return };
        if standing == Standing::NotTakenDown && known.is_folded() {
            return self.leave_raid(case);
        }
        let leader = known.raid;
        let Some(leader) = leader.and_then(|leader| self.cases.get_mut(&leader)) else { return };
        let noted = leader.followers.cases.binary_search_by_key(&case, |it| it.case);
        if let Ok(at) = noted
            && leader.followers.cases[at].standing != standing
        {
            leader.followers.cases[at].standing = standing;
            leader.stale |= leader.is_shown_soon();
        }
    }

    /// A case is not told of by another's card any more.
    pub(super) fn leave_raid(&mut self, case: CaseId) {
        let Some(left) = self.cases.get_mut(&case).filter(|case| case.is_folded()) else { return };
        left.card.part_of = None;
        let Some(leader) = left.raid.take().and_then(|leader| self.cases.get_mut(&leader)) else { return };
        leader.followers.cases.retain(|it| it.case != case);
        leader.stale |= leader.is_shown_soon();
    }

    /// One note in public speaks for all authors of a raid, or could not be
    /// posted.
    pub(super) fn note_noted(&mut self, case: Option<CaseId>, noted: bool) {
        if let Some(leader) = case.and_then(|case| self.shown_by_mut(case)) {
            leader.followers.noted = noted;
        }
    }

    /// The case whose card tells of this one.
    pub(super) fn shown_by_mut(&mut self, case: CaseId) -> Option<&mut Case> {
        let shown_by = self.shown_by(self.cases.get(&case)?).id;
        self.cases.get_mut(&shown_by)
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
        for it in &followers.cases {
            // The card knows where its own case stands before the state does.
            let standing = if it.case == card.case { card.standing } else { it.standing };
            match standings.iter_mut().find(|(known, _)| *known == standing) {
                Some((_, count)) => *count += 1,
                None => standings.push((standing, 1)),
            }
        }
        standings.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let latest = followers.cases.iter().rev().filter(|it| it.case != case.id);
        let latest = latest.filter_map(|it| self.cases.get(&it.case)).take(QUOTED).map(|case| Member {
            case: case.id,
            author: case.card.author_name.clone(),
            text: case.card.texts.first().map(|(_, text)| text.clone()).unwrap_or_default(),
        });
        let raid = Raid {
            cases: followers.cases.len() as u32,
            authors: followers.cases.iter().map(|it| it.author).collect::<HashSet<_>>().len() as u32,
            since: case.opened,
            until: followers.until,
            standings,
            latest: latest.collect(),
        };
        Card { raid: Some(raid), ..card }
    }
}

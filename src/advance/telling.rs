//! What authors have been told of their cases, and who still waits to be.

use crate::domain::action::{Action, CaseId};
use crate::domain::card::{Notice, NoticeKind, Told};
use crate::domain::id::{MemberId, Moment};
use crate::journal::entry::Entry;

use super::State;

/// A member is told of at most one takedown in this time; later ones join the
/// next notice. In milliseconds. What only points at a message that stays
/// keeps the same distance from either, and never makes a takedown wait.
pub const NOTICE_EVERY_MS: i64 = 15 * 60_000;

impl State {
    /// A notice is owed.
    pub(super) fn note_told(&mut self, case: Option<CaseId>, notice: &Notice, at: Moment) {
        if !notice.kind.tells_of_a_case() {
            return;
        }
        let last = if notice.kind.is_pointer() { &mut self.last_pointer } else { &mut self.last_notice };
        last.insert(notice.to, at);
        let others = notice.joined.iter().map(|joined| (joined.case, joined.kind));
        for (case, kind) in others.chain(case.map(|case| (case, notice.kind))) {
            self.unannounced.remove(&case);
            if let Some(case) = self.cases.get_mut(&case) {
                case.told = case.told.max(told_by(kind));
            }
        }
    }

    /// A takedown whose author was told of another a short while ago.
    pub(super) fn note_untold(&mut self, case: CaseId, entry: &Entry) {
        let Some(known) = self.cases.get(&case) else { return };
        if known.told.max(told_in(entry, case)) < Told::Takedown {
            self.unannounced.entry(case).or_insert(entry.at);
        }
    }

    /// Whether somebody was told of a takedown so lately that the next waits.
    pub fn told_lately(&self, member: MemberId, at: Moment) -> bool {
        self.last_notice.get(&member).is_some_and(|last| at.since_ms(*last) < NOTICE_EVERY_MS)
    }

    /// Whether somebody was told lately of a message that stays.
    pub fn pointed_lately(&self, member: MemberId, at: Moment) -> bool {
        self.last_pointer.get(&member).is_some_and(|last| at.since_ms(*last) < NOTICE_EVERY_MS)
    }
}

/// How much an entry's notices tell the author of a case.
pub fn told_in(entry: &Entry, case: CaseId) -> Told {
    let told = entry.intents.iter().filter_map(|action| match action {
        Action::Notify { notice, .. } if notice.case == Some(case) => Some(told_by(notice.kind)),
        _ => None,
    });
    told.max().unwrap_or_default()
}

fn told_by(kind: NoticeKind) -> Told {
    match kind {
        kind if !kind.tells_of_a_case() => Told::Nothing,
        kind if kind.is_pointer() => Told::Pointer,
        _ => Told::Takedown,
    }
}

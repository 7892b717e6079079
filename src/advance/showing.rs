//! Bringing the cards of a case to how it stands: the moderators', and those at
//! the desks.

use std::sync::Arc;

use crate::case::Case;
use crate::domain::action::Action;
use crate::domain::card::Card;

use super::{State, cards};

/// What brings every card of a case to `card`. Nothing while an update is
/// still under way: two at once could end in the wrong order. The case is then
/// behind, and the clock takes it up.
pub fn updates(state: &State, case: &Case, card: &Card) -> Vec<Action> {
    if is_updating(state, case) {
        return Vec::new();
    }
    let review = case.posted.map(|(venue, message, _)| (venue, message, state.with_raid(case, card.clone())));
    let desks = case.desks.iter().map(|(desk, venue, message)| {
        // An edit pings nobody, so nobody is named in it.
        let card = Card { page: None, page_role: None, ..cards::for_desk(state, card, *desk) };
        (*venue, *message, card)
    });
    let all = review.into_iter().chain(desks);
    all.map(|(venue, message, card)| Action::Update { venue, message, card: Arc::new(card) }).collect()
}

/// Whether one of its cards is just being brought up to date.
pub fn is_updating(state: &State, case: &Case) -> bool {
    let owed = state.owed_of.get(&case.id).into_iter().flatten();
    owed.filter_map(|id| state.owed.get(id)).any(|owed| matches!(owed.action, Action::Update { .. }))
}

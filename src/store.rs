//! The store: journal files, the sled index behind them, attachments.

use crate::domain::action::{Action, IntentId};

/// An action that is durably on record. Only [`Committed`] yields one.
#[derive(Debug)]
pub struct Intent {
    id: IntentId,
    action: Action,
}

impl Intent {
    /// Which intent it is.
    pub fn id(&self) -> IntentId {
        self.id
    }

    /// What is to be done.
    pub fn action(&self) -> &Action {
        &self.action
    }
}

/// Entries that are on stable storage, and the intents they make owed.
#[derive(Debug, Default)]
pub struct Committed {
    intents: Vec<Intent>,
}

impl Committed {
    /// The intents that may now leave.
    pub fn into_intents(self) -> Vec<Intent> {
        self.intents
    }
}

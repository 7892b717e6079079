//! What stands in the journal and the index has not got yet.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::facts::{Block, Fact};
use crate::domain::action::EntryNo;
use crate::journal::tree::Hash;

/// A full block, and the leaf hash of its last entry.
pub struct Waiting {
    pub block: Block,
    pub leaf: Hash,
    /// The messages that its entries are about, in the order of their numbers:
    /// in a burst many blocks wait, and edits ask each of them.
    messages: Vec<u64>,
}

impl Waiting {
    pub fn new(block: Block, leaf: Hash) -> Waiting {
        let mut messages: Vec<u64> = block.facts.iter().flat_map(Fact::messages).collect();
        messages.sort_unstable();
        Waiting { block, leaf, messages }
    }
}

/// What the index has not got yet, in memory.
#[derive(Default)]
pub struct Overlay {
    pub full: VecDeque<Arc<Waiting>>,
    /// The block that is not full yet.
    pub open: Option<Block>,
    /// Cached values that wait to be written.
    pub cache: HashMap<Vec<u8>, Vec<u8>>,
    /// The thread that merges is to end.
    pub stop: bool,
    /// Why it cannot go on.
    pub failed: Option<String>,
}

impl Overlay {
    /// The blocks in it, in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> + '_ {
        self.full.iter().map(|waiting| &waiting.block).chain(&self.open)
    }

    /// The entries in it about a message, in order.
    pub fn about(&self, message: u64) -> Vec<EntryNo> {
        let full = self.full.iter().filter(|waiting| waiting.messages.binary_search(&message).is_ok());
        let blocks = full.map(|waiting| &waiting.block).chain(&self.open);
        let entries = blocks.flat_map(Block::entries).filter(|(_, _, fact)| fact.is_about(message));
        entries.map(|(n, _, _)| n).collect()
    }
}

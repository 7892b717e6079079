//! Every word that is known, found again by its letters.
//!
//! One look-up tells what the phrases and names know of a word and where the
//! classifier keeps its weights. It is paid for every word that people write,
//! so a word's first eight letters lie in the table itself: most words are told
//! apart without following a pointer.

use super::trie::{FIRST_WORD, Key, UNKNOWN};
use crate::classify::features::hash;

/// The classifier has no weights for a word.
pub const NO_ROW: u32 = u32::MAX;

/// What is known of a word as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub key: Key,
    /// The classifier's row, or [`NO_ROW`].
    pub row: u32,
    pub hash: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// Its first letters, the rest zeros.
    first: u64,
    /// Its length in bytes; 0 for an empty slot.
    length: u32,
    key: Key,
    row: u32,
    /// Where the whole of a long word stands.
    text: u32,
}

#[derive(Debug, Default)]
pub struct Lexicon {
    slots: Vec<Slot>,
    mask: usize,
    texts: Vec<Box<str>>,
}

fn first_of(word: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = word.len().min(8);
    first[..length].copy_from_slice(&word[..length]);
    u64::from_le_bytes(first)
}

impl Lexicon {
    /// Of words with their keys, and of words with the classifier's rows.
    pub fn of<'w>(
        keyed: impl Iterator<Item = (&'w str, Key)>,
        learned: impl Iterator<Item = (&'w str, u32)>,
    ) -> Lexicon {
        let mut words: Vec<(&str, Key, u32)> = keyed.map(|(word, key)| (word, key, NO_ROW)).collect();
        words.extend(learned.map(|(word, row)| (word, UNKNOWN, row)));
        let slots = (words.len() * 2).next_power_of_two().max(64);
        let mut lexicon = Lexicon { slots: vec![Slot::default(); slots], mask: slots - 1, texts: Vec::new() };
        for (word, key, row) in words.into_iter().filter(|(word, ..)| !word.is_empty()) {
            let at = lexicon.place(word, hash(word));
            let slot = &mut lexicon.slots[at];
            if slot.length == 0 {
                *slot = Slot {
                    first: first_of(word.as_bytes()),
                    length: word.len() as u32,
                    key: UNKNOWN,
                    row: NO_ROW,
                    text: 0,
                };
                if word.len() > 8 {
                    slot.text = lexicon.texts.len() as u32;
                    lexicon.texts.push(word.into());
                }
            }
            let slot = &mut lexicon.slots[at];
            if key >= FIRST_WORD {
                slot.key = key;
            }
            if row != NO_ROW {
                slot.row = row;
            }
        }
        lexicon
    }

    /// The slot of a word, or the empty one where it would be.
    fn place(&self, word: &str, hash: u64) -> usize {
        let (first, length) = (first_of(word.as_bytes()), word.len() as u32);
        let mut at = (hash >> 20) as usize & self.mask;
        loop {
            let slot = &self.slots[at];
            let is_it = slot.first == first
                && slot.length == length
                && (length <= 8 || *self.texts[slot.text as usize] == *word);
            if slot.length == 0 || is_it {
                return at;
            }
            at = (at + 1) & self.mask;
        }
    }

    /// Looks a word up.
    #[inline]
    pub fn find(&self, word: &str) -> Found {
        let hash = hash(word);
        if self.slots.is_empty() {
            return Found { key: UNKNOWN, row: NO_ROW, hash };
        }
        let slot = &self.slots[self.place(word, hash)];
        if slot.length == 0 {
            return Found { key: UNKNOWN, row: NO_ROW, hash };
        }
        Found { key: slot.key, row: slot.row, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_to_the_last_letter() {
        let keyed = [("vote", 70), ("demonstration", 71), ("demonstrations", 72), ("ñandú", 73)];
        let lexicon = Lexicon::of(keyed.into_iter(), [("vote", 5), ("pothole", 6)].into_iter());
        for (word, key) in keyed {
            assert_eq!(lexicon.find(word).key, key, "{word}");
        }
        assert_eq!(lexicon.find("vote").row, 5);
        assert_eq!((lexicon.find("pothole").key, lexicon.find("pothole").row), (UNKNOWN, 6));
        for none in ["demonstratiom", "vot", "votes", "", "demonstrat"] {
            assert_eq!((lexicon.find(none).key, lexicon.find(none).row), (UNKNOWN, NO_ROW), "{none}");
        }
    }
}

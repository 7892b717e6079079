//! Every word that is known, found again by its letters.
//!
//! One look-up tells what the phrases and names know of a word and where the
//! classifier keeps its weights. It is paid for every word that people write,
//! so a word's first eight letters lie in the table itself: most words are told
//! apart without following a pointer.

use std::ops::Range;

use super::trie::{FIRST_WORD, Key, UNKNOWN};
use crate::classify::features::{STRANGE, first_within, hash_of_short, hash_within};

/// It is not written down which looked-for parts a word holds: look.
pub const LOOK_FOR_PARTS: u16 = u16::MAX;

/// What is known of a word as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub key: Key,
    /// The classifier's row of it, or [`STRANGE`].
    pub row: u32,
    pub hash: u64,
    /// Which parts it holds that are looked for ([`Lexicon::parts`]).
    pub parts: u16,
}

impl Found {
    fn nothing(hash: u64) -> Found {
        Found { key: UNKNOWN, row: STRANGE, hash, parts: LOOK_FOR_PARTS }
    }

    /// Whether it is a word that people write.
    pub fn is_known(&self) -> bool {
        self.key != UNKNOWN || self.row != STRANGE
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// Its first letters, the rest zeros.
    first: u64,
    key: Key,
    row: u32,
    /// Where the whole of a long word begins among the texts.
    text: u32,
    /// Which parts it holds, by their place.
    parts: u16,
    /// Its length in bytes; 0 for an empty slot.
    length: u8,
}

#[derive(Debug, Default)]
pub struct Lexicon {
    slots: Vec<Slot>,
    mask: usize,
    /// The words of more than eight bytes, one after the other.
    texts: String,
    /// The parts that words hold; the first is none.
    parts: Vec<Box<[Key]>>,
}

impl Lexicon {
    /// Of words with their keys, and of words with the classifier's rows.
    /// `parts_of` tells which looked-for parts a word holds.
    pub fn of<'w, 'l>(
        keyed: impl Iterator<Item = (&'w str, Key)>,
        learned: impl Iterator<Item = (&'l str, u32)>,
        parts_of: impl Fn(&str) -> Vec<Key>,
    ) -> Lexicon {
        let mut words: Vec<(&str, Key, u32)> = keyed.map(|(word, key)| (word, key, STRANGE)).collect();
        words.extend(learned.map(|(word, row)| (word, UNKNOWN, row)));
        let slots = (words.len() * 2).next_power_of_two().max(64);
        let mut lexicon = Lexicon {
            slots: vec![Slot::default(); slots],
            mask: slots - 1,
            texts: String::new(),
            parts: vec![Box::default()],
        };
        for (word, key, row) in words {
            let Some(length) = u8::try_from(word.len()).ok().filter(|length| *length > 0) else { continue };
            let (bytes, piece) = (word.as_bytes(), 0..word.len());
            let first = first_within(bytes, piece.clone());
            let at = lexicon.place(bytes, piece.clone(), first, hash_within(bytes, piece.clone()));
            if lexicon.slots[at].length == 0 {
                let parts = lexicon.note(parts_of(word));
                lexicon.slots[at] = Slot {
                    first,
                    key: UNKNOWN,
                    row: STRANGE,
                    text: lexicon.texts.len() as u32,
                    parts,
                    length,
                };
                if word.len() > 8 {
                    lexicon.texts.push_str(word);
                }
            }
            let slot = &mut lexicon.slots[at];
            if key >= FIRST_WORD {
                slot.key = key;
            }
            if row != STRANGE {
                slot.row = row;
            }
        }
        lexicon
    }

    /// Where parts are noted.
    fn note(&mut self, parts: Vec<Key>) -> u16 {
        if parts.is_empty() {
            return 0;
        }
        self.parts.push(parts.into());
        u16::try_from(self.parts.len() - 1).unwrap_or(LOOK_FOR_PARTS)
    }

    /// The parts noted there.
    pub fn parts(&self, at: u16) -> &[Key] {
        self.parts.get(usize::from(at)).map_or(&[], |parts| parts)
    }

    /// The slot of a word, or the empty one where it would be.
    #[inline]
    fn place(&self, text: &[u8], piece: Range<usize>, first: u64, hash: u64) -> usize {
        let length = piece.len();
        let mut at = (hash >> 20) as usize & self.mask;
        loop {
            let slot = &self.slots[at];
            let is_it = slot.first == first
                && usize::from(slot.length) == length
                && (length <= 8
                    || self.texts.as_bytes()[slot.text as usize..][8..length]
                        == text[piece.start + 8..piece.end]);
            if slot.length == 0 || is_it {
                return at;
            }
            at = (at + 1) & self.mask;
        }
    }

    /// Looks a word up.
    pub fn find(&self, word: &str) -> Found {
        self.find_within(word.as_bytes(), 0..word.len())
    }

    /// Whether a word is one that people write.
    pub fn knows(&self, word: &str) -> bool {
        word.len() <= usize::from(u8::MAX) && self.find(word).is_known()
    }

    /// Looks up a word that stands in a text.
    #[inline]
    pub fn find_within(&self, text: &[u8], piece: Range<usize>) -> Found {
        let first = first_within(text, piece.clone());
        let hash = if piece.len() < 8 {
            hash_of_short(first, piece.len())
        } else {
            hash_within(text, piece.clone())
        };
        if self.slots.is_empty() {
            return Found::nothing(hash);
        }
        let slot = &self.slots[self.place(text, piece, first, hash)];
        if slot.length == 0 {
            return Found::nothing(hash);
        }
        Found { key: slot.key, row: slot.row, hash, parts: slot.parts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_to_the_last_letter() {
        let keyed = [("vote", 70), ("demonstration", 71), ("demonstrations", 72), ("ñandú", 73)];
        let parts = |word: &str| if word.contains("nstra") { vec![80, 81] } else { Vec::new() };
        let lexicon = Lexicon::of(keyed.into_iter(), [("vote", 5), ("pothole", 6)].into_iter(), parts);
        assert_eq!(lexicon.parts(lexicon.find("demonstrations").parts), [80, 81]);
        assert!(lexicon.parts(lexicon.find("vote").parts).is_empty());
        for (word, key) in keyed {
            assert_eq!(lexicon.find(word).key, key, "{word}");
        }
        assert_eq!(lexicon.find("vote").row, 5);
        assert_eq!((lexicon.find("pothole").key, lexicon.find("pothole").row), (UNKNOWN, 6));
        for none in ["demonstratiom", "vot", "votes", "", "demonstrat"] {
            assert_eq!(lexicon.find(none).parts, LOOK_FOR_PARTS, "{none}");
            assert_eq!((lexicon.find(none).key, lexicon.find(none).row), (UNKNOWN, STRANGE), "{none}");
        }
    }
}

//! Which phrases begin at a word: every way through the trie of phrases that the
//! words from there on allow. A word leads on as itself, as any word, as a name
//! where it may be one, and as each part that is looked for and that it holds.

use std::num::NonZeroU32;

use super::scan::Keyed;
use super::trie::{Key, NAME, SURNAME, UNKNOWN};
use super::{GUESSED, Matcher, SetId};
use crate::text::tokens::Disguise;

/// Where every way begins.
const ROOT: u32 = 0;

/// The words of a part of a message, to be walked over.
pub(super) struct Walk<'a> {
    pub(super) matcher: &'a Matcher,
    pub(super) keyed: &'a [Keyed],
    /// The looked-for parts that words hold, by the place of the word.
    pub(super) parts: &'a [(usize, Key)],
}

impl Walk<'_> {
    /// Gives out the set of each phrase that begins at a word, with the place
    /// behind its last word and the least plain of its words.
    #[inline]
    pub(super) fn from(&self, first: usize, mut found: impl FnMut(SetId, usize, Disguise)) {
        self.lead_on(ROOT, first, first, &mut found);
    }

    /// Goes on from a node with the word at `next`.
    fn lead_on(&self, node: u32, first: usize, next: usize, found: &mut impl FnMut(SetId, usize, Disguise)) {
        let phrases = &self.matcher.phrases;
        let word = &self.keyed[next];
        let mut go = |to: Option<u32>| {
            if let Some(to) = to {
                self.arrive(to, first, next + 1, found);
            }
        };
        if word.key != UNKNOWN {
            go(self.step(node, word.key));
        }
        go(phrases.step_any(node));
        if word.name {
            go(self.step(node, NAME));
        }
        if word.surname {
            go(self.step(node, SURNAME));
        }
        if word.parts != 0 {
            let from = self.parts.partition_point(|(at, _)| *at < next);
            for (_, key) in self.parts[from..].iter().take_while(|(at, _)| *at == next) {
                go(self.step(node, *key));
            }
        }
    }

    /// Where a word leads from a node; from the root it is known without search.
    #[inline]
    fn step(&self, node: u32, key: Key) -> Option<u32> {
        if node == ROOT {
            self.matcher.known(key).phrase.map(NonZeroU32::get)
        } else {
            self.matcher.phrases.step(node, key)
        }
    }

    fn arrive(&self, node: u32, first: usize, next: usize, found: &mut impl FnMut(SetId, usize, Disguise)) {
        let phrases = &self.matcher.phrases;
        for &end in phrases.ends(node) {
            let disguise = if end & GUESSED != 0 {
                Disguise::Thick
            } else {
                self.keyed[first..next].iter().map(|word| word.disguise).max().unwrap_or_default()
            };
            found(end & !GUESSED, next, disguise);
        }
        let goes_on = self.keyed.get(next).is_some_and(|word| word.sentence == self.keyed[first].sentence);
        if goes_on && !phrases.is_leaf(node) {
            self.lead_on(node, first, next, found);
        }
    }
}

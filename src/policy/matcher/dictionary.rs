//! The words that a disguise may hide, letter by letter.
//!
//! A trie over `a` to `z` and `ñ` whose nodes know their children as bits: a
//! step is a count of bits, and a look-up with several readings of a letter
//! asks for all of them at once.

use crate::text::letters::bit_of;

/// A word of the dictionary, by its place in the alphabet.
pub type WordId = u32;

/// The shortest word that is looked for behind a disguise: two letters are
/// spelt by chance.
pub const SHORTEST: usize = 3;

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// Which letters go on from here.
    children: u32,
    /// Where the child of the first of them stands.
    first: u32,
    /// The word that ends here, from 1; 0 for none.
    word: WordId,
}

#[derive(Debug, Default)]
pub struct Dictionary {
    nodes: Vec<Node>,
    words: Vec<Box<str>>,
    /// Whether a word is a term by itself, for which one looks harder.
    terms: Vec<bool>,
}

impl Dictionary {
    /// Of these words, each with whether it is a term; those that are too
    /// short or have other letters are left out.
    pub fn of<'w>(words: impl Iterator<Item = (&'w str, bool)>) -> Dictionary {
        // All letters stand in one stretch, each word as a piece of it.
        let mut letters: Vec<u8> = Vec::new();
        let mut entries: Vec<(usize, usize, &str, bool)> = Vec::new();
        for (word, term) in words {
            let from = letters.len();
            let bits = word.chars().map(|letter| bit_of(letter).map(|bit| bit as u8));
            let fits = bits.clone().all(|bit| bit.is_some()) && bits.clone().count() >= SHORTEST;
            if fits {
                letters.extend(bits.flatten());
                entries.push((from, letters.len(), word, term));
            }
        }
        let spelt = |entry: &(usize, usize, &str, bool)| &letters[entry.0..entry.1];
        entries.sort_by(|a, b| (spelt(a), b.3).cmp(&(spelt(b), a.3)));
        entries.dedup_by(|later, earlier| spelt(later) == spelt(earlier));
        let mut dictionary = Dictionary { nodes: vec![Node::default()], ..Dictionary::default() };
        // Breadth first, so that the children of a node stand side by side.
        let mut open = std::collections::VecDeque::from([(0, 0..entries.len(), 0)]);
        while let Some((node, range, depth)) = open.pop_front() {
            let mut from = range.start;
            if let Some(entry) =
                entries.get(from).filter(|entry| from < range.end && spelt(entry).len() == depth)
            {
                dictionary.words.push(entry.2.into());
                dictionary.terms.push(entry.3);
                dictionary.nodes[node].word = dictionary.words.len() as WordId;
                from += 1;
            }
            dictionary.nodes[node].first = dictionary.nodes.len() as u32;
            while from < range.end {
                let letter = spelt(&entries[from])[depth];
                let to =
                    from + entries[from..range.end].partition_point(|entry| spelt(entry)[depth] == letter);
                dictionary.nodes[node].children |= 1 << letter;
                open.push_back((dictionary.nodes.len(), from..to, depth + 1));
                dictionary.nodes.push(Node::default());
                from = to;
            }
        }
        dictionary
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Which letters lead on from a node; the root is 0.
    pub fn children(&self, node: u32) -> u32 {
        self.nodes[node as usize].children
    }

    /// The child for a letter that leads on.
    pub fn child(&self, node: u32, letter: u32) -> u32 {
        let node = self.nodes[node as usize];
        node.first + (node.children & ((1 << letter) - 1)).count_ones()
    }

    /// The word that ends at a node.
    pub fn word_at(&self, node: u32) -> Option<WordId> {
        let word = self.nodes[node as usize].word;
        (word != 0).then(|| word - 1)
    }

    pub fn word(&self, id: WordId) -> &str {
        &self.words[id as usize]
    }

    pub fn is_term(&self, id: WordId) -> bool {
        self.terms[id as usize]
    }

    /// The word that these letters spell.
    pub fn find(&self, mut letters: impl Iterator<Item = char>) -> Option<WordId> {
        let mut node = 0;
        letters.try_for_each(|letter| {
            let bit = bit_of(letter)?;
            (self.children(node) >> bit & 1 == 1).then(|| node = self.child(node, bit))
        })?;
        self.word_at(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_again() {
        let words = ["loser", "lose", "moron", "ass", "asset", "año", "ano", "it", "i'll"];
        let dictionary = Dictionary::of(words.into_iter().map(|word| (word, word == "moron")));
        for word in &words[..7] {
            let found = dictionary.find(word.chars()).map(|id| dictionary.word(id));
            assert_eq!(found, Some(*word));
        }
        for none in ["it", "i'll", "los", "losers", "", "x"] {
            assert_eq!(dictionary.find(none.chars()), None, "{none}");
        }
        assert!(dictionary.is_term(dictionary.find("moron".chars()).unwrap()));
        assert!(!dictionary.is_term(dictionary.find("lose".chars()).unwrap()));
    }
}

//! A trie over words: which phrases end where a row of words leads.
//!
//! It knows keys and values only; what they stand for is the matcher's.

/// A word of the trie: 0 is any unknown word, then the classes, then what may
/// be somebody's name, then words.
pub type Key = u32;
pub const UNKNOWN: Key = 0;
pub const NAME: Key = 62;
pub const SURNAME: Key = 63;
pub const FIRST_WORD: Key = 64;
pub const ANY_WORD: Key = Key::MAX;

/// A node while phrases are still added.
#[derive(Debug, Default)]
struct Node {
    edges: Vec<(Key, u32)>,
    /// What ends here: sets, or for the names a class.
    ends: Vec<u32>,
}

/// A finished node: where its edges and ends begin. They end where those of
/// the next node begin.
#[derive(Clone, Copy, Debug)]
struct Place {
    edges: u32,
    ends: u32,
    /// Which keys may lead on, a bit for several: mostly that settles it.
    leads_on: u32,
    /// Where any word leads, or [`NOWHERE`].
    any: u32,
}

const NOWHERE: u32 = u32::MAX;

fn bit_of(key: Key) -> u32 {
    1 << (key.wrapping_mul(0x9e37_79b1) >> 27)
}

#[derive(Debug)]
pub struct Trie {
    /// Empty once the trie is finished, when everything stands in a few
    /// stretches of memory instead of one or two for each node.
    nodes: Vec<Node>,
    places: Vec<Place>,
    edges: Vec<(Key, u32)>,
    ends: Vec<u32>,
}

impl Trie {
    pub fn new() -> Trie {
        Trie { nodes: vec![Node::default()], places: Vec::new(), edges: Vec::new(), ends: Vec::new() }
    }

    pub fn insert(&mut self, keys: &[Key], value: u32) {
        let mut node = 0u32;
        for &key in keys {
            let edges = &self.nodes[node as usize].edges;
            node = match edges.binary_search_by_key(&key, |(k, _)| *k) {
                Ok(at) => edges[at].1,
                Err(at) => {
                    let next = self.nodes.len() as u32;
                    self.nodes[node as usize].edges.insert(at, (key, next));
                    self.nodes.push(Node::default());
                    next
                }
            };
        }
        let ends = &mut self.nodes[node as usize].ends;
        if !ends.contains(&value) {
            ends.push(value);
        }
    }

    /// Asks what ends where these words, if they are all known, lead; while the
    /// trie is not finished.
    pub fn ends_while_building<T>(
        &self,
        keys: impl Iterator<Item = Option<Key>>,
        ask: impl Fn(&[u32]) -> T,
    ) -> Option<T> {
        let mut node = 0;
        for key in keys {
            let edges = &self.nodes[node as usize].edges;
            let at = edges.binary_search_by_key(&key?, |(k, _)| *k).ok()?;
            node = edges[at].1;
        }
        Some(ask(&self.nodes[node as usize].ends))
    }

    /// Makes it ready for being searched. Gives out the words that phrases
    /// begin with, each with the node after it.
    pub fn finish(&mut self) -> Vec<(Key, u32)> {
        let roots = self.nodes[0].edges.clone();
        for mut node in std::mem::take(&mut self.nodes) {
            // The greatest of all keys.
            let any = node.edges.pop_if(|(key, _)| *key == ANY_WORD).map_or(NOWHERE, |(_, next)| next);
            let leads_on = node.edges.iter().fold(0, |bits, (key, _)| bits | bit_of(*key));
            self.places.push(self.place(leads_on, any));
            self.edges.extend(node.edges);
            self.ends.extend(node.ends);
        }
        self.places.push(self.place(0, NOWHERE));
        roots
    }

    fn place(&self, leads_on: u32, any: u32) -> Place {
        Place { edges: self.edges.len() as u32, ends: self.ends.len() as u32, leads_on, any }
    }

    /// Whether nothing leads on from a node.
    #[inline]
    pub fn is_leaf(&self, node: u32) -> bool {
        let place = &self.places[node as usize];
        place.leads_on == 0 && place.any == NOWHERE
    }

    #[inline]
    pub fn ends(&self, node: u32) -> &[u32] {
        let (from, to) = (self.places[node as usize].ends, self.places[node as usize + 1].ends);
        &self.ends[from as usize..to as usize]
    }

    #[inline]
    pub fn step(&self, node: u32, key: Key) -> Option<u32> {
        let place = &self.places[node as usize];
        if place.leads_on & bit_of(key) == 0 {
            return None;
        }
        let edges = &self.edges[place.edges as usize..self.places[node as usize + 1].edges as usize];
        edges.binary_search_by_key(&key, |(k, _)| *k).ok().map(|at| edges[at].1)
    }

    /// The step that any word takes.
    #[inline]
    pub fn step_any(&self, node: u32) -> Option<u32> {
        let any = self.places[node as usize].any;
        (any != NOWHERE).then_some(any)
    }
}

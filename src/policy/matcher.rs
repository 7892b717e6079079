//! One pass over a message that finds every phrase of every rule.
//!
//! All phrases of a policy stand in one trie over words. Names of a
//! neutrality class are replaced by their class first, by a trie of their own,
//! so that no rule can weigh one name against another. What comes out are
//! [`Hit`]s: which set, in which sentence, at which bytes of the original.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::domain::decision::words;
use crate::domain::message::Message;
use crate::text::formats::{self, Format};
use crate::text::links::{self, Brands, Link};
use crate::text::tokens::Tokens;

words! {
    /// Names that are equal before the policy.
    Class {
        Party = "party",
        Candidate = "candidate",
        Official = "official",
        Faith = "faith",
        Deity = "deity",
        Scripture = "scripture",
        WorshipPlace = "worship-place",
        Nationality = "nationality",
        Gender = "gender",
    }
}

words! {
    /// What can be said of a message without any list.
    Signal {
        Link = "link",
        MaskedLink = "masked-link",
        LookalikeHost = "lookalike-host",
        Shortener = "shortener",
        Invite = "invite",
        MassMention = "mass-mention",
        Question = "question",
        AllCaps = "all-caps",
        Addressed = "addressed",
        SecondPerson = "second-person",
    }
}

/// A word of the trie: 0 is any unknown word, then the classes, then words.
type Key = u32;
const UNKNOWN: Key = 0;
const FIRST_WORD: Key = 64;
const ANY_WORD: Key = Key::MAX;

/// Which set of alternatives; index into [`Matcher::sets`].
pub type SetId = u32;

/// A hit whose sentence is every sentence.
pub const EVERY_SENTENCE: u32 = u32::MAX;

/// How many hits of one message are kept; beyond, the message is so long and
/// repetitive that what was found suffices.
pub const HIT_LIMIT: usize = 1_024;

/// How many hosts above one mention count as mass mention.
const MASS_MENTION: usize = 6;

/// Something found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub set: SetId,
    pub part: u16,
    pub sentence: u32,
    /// Token offsets within the part, classes replaced.
    pub first: u32,
    pub last: u32,
    /// Byte offsets within the part.
    pub start: usize,
    pub end: usize,
    pub quoted: bool,
}

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
}

#[derive(Debug)]
struct Trie {
    /// Empty once the trie is finished, when everything stands in a few
    /// stretches of memory instead of one or two for each node.
    nodes: Vec<Node>,
    places: Vec<Place>,
    edges: Vec<(Key, u32)>,
    ends: Vec<u32>,
    /// The node after each first word, by key; 0 where no phrase begins so.
    roots: Vec<u32>,
}

impl Trie {
    fn new() -> Trie {
        Trie {
            nodes: vec![Node::default()],
            places: Vec::new(),
            edges: Vec::new(),
            ends: Vec::new(),
            roots: Vec::new(),
        }
    }

    fn insert(&mut self, keys: &[Key], value: u32) {
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

    /// What ends where these words, if they are all known, lead; while the
    /// trie is not finished.
    fn ends_while_building(&self, keys: impl Iterator<Item = Option<Key>>) -> Option<u32> {
        let mut node = 0;
        for key in keys {
            let edges = &self.nodes[node as usize].edges;
            let at = edges.binary_search_by_key(&key?, |(k, _)| *k).ok()?;
            node = edges[at].1;
        }
        self.nodes[node as usize].ends.first().copied()
    }

    fn finish(&mut self, keys: usize) {
        self.roots = vec![0; keys];
        for &(key, node) in &self.nodes[0].edges {
            if let Some(root) = self.roots.get_mut(key as usize) {
                *root = node;
            }
        }
        for node in std::mem::take(&mut self.nodes) {
            self.places.push(self.place());
            self.edges.extend(node.edges);
            self.ends.extend(node.ends);
        }
        self.places.push(self.place());
    }

    fn place(&self) -> Place {
        Place { edges: self.edges.len() as u32, ends: self.ends.len() as u32 }
    }

    fn edges(&self, node: u32) -> &[(Key, u32)] {
        let (from, to) = (self.places[node as usize].edges, self.places[node as usize + 1].edges);
        &self.edges[from as usize..to as usize]
    }

    fn ends(&self, node: u32) -> &[u32] {
        let (from, to) = (self.places[node as usize].ends, self.places[node as usize + 1].ends);
        &self.ends[from as usize..to as usize]
    }

    fn step(&self, node: u32, key: Key) -> Option<u32> {
        let edges = self.edges(node);
        edges.binary_search_by_key(&key, |(k, _)| *k).ok().map(|at| edges[at].1)
    }

    /// The step that any word takes: its key is the greatest of all.
    fn step_any(&self, node: u32) -> Option<u32> {
        self.edges(node).last().filter(|(key, _)| *key == ANY_WORD).map(|(_, next)| *next)
    }

    fn root(&self, key: Key) -> Option<u32> {
        self.roots.get(key as usize).copied().filter(|&node| node != 0)
    }
}

/// Hashes the words of a policy. They are looked up with whatever people
/// write, but none of that is ever put in, so nobody can make them collide;
/// a hasher that withstands that takes a tenth of all deciding.
#[derive(Debug, Default)]
struct WordHasher(u64);

impl WordHasher {
    fn mix(&mut self, word: u64) {
        // The multiplier of FxHash, which rustc uses for the same reason.
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (whole, rest) = bytes.as_chunks::<8>();
        for chunk in whole {
            self.mix(u64::from_le_bytes(*chunk));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.mix(u64::from_le_bytes(last) ^ (rest.len() as u64) << 56);
    }

    fn write_u8(&mut self, _: u8) {
        // The mark between strings: there is only one.
    }

    fn finish(&self) -> u64 {
        // The table uses the highest and the lowest bits.
        self.0 ^ self.0.rotate_left(26)
    }
}

/// A set of hosts or files from a list.
#[derive(Debug, Default)]
struct Listed {
    set: Vec<SetId>,
    entries: std::collections::HashSet<String>,
}

/// Everything that is looked for, compiled.
#[derive(Debug)]
pub struct Matcher {
    keys: HashMap<Box<str>, Key, BuildHasherDefault<WordHasher>>,
    phrases: Trie,
    names: Trie,
    /// The sets that each format, signal counts for.
    formats: Vec<(Format, SetId)>,
    signals: Vec<(Signal, SetId)>,
    hosts: Vec<Listed>,
    files: Vec<Listed>,
    brands: Brands,
    shorteners: std::collections::HashSet<String>,
    sets: u32,
}

/// The value of an interval of the names' trie that is no name.
const NOT_A_NAME: u32 = u32::MAX;

impl Default for Matcher {
    fn default() -> Matcher {
        Matcher::new()
    }
}

impl Matcher {
    /// A matcher that looks for nothing.
    pub fn new() -> Matcher {
        Matcher {
            keys: HashMap::default(),
            phrases: Trie::new(),
            names: Trie::new(),
            formats: Vec::new(),
            signals: Vec::new(),
            hosts: Vec::new(),
            files: Vec::new(),
            brands: Brands::default(),
            shorteners: std::collections::HashSet::new(),
            sets: 0,
        }
    }

    /// A new, empty set.
    pub fn add_set(&mut self) -> SetId {
        self.sets += 1;
        self.sets - 1
    }

    /// How many sets there are.
    pub fn sets(&self) -> usize {
        self.sets as usize
    }

    fn key(&mut self, word: &str) -> Key {
        let next = FIRST_WORD + self.keys.len() as Key;
        *self.keys.entry(word.into()).or_insert(next)
    }

    fn class_key(class: Class) -> Key {
        1 + Class::ALL.iter().position(|c| *c == class).unwrap_or(0) as Key
    }

    /// Adds a name of a class, or (without one) a phrase that holds no name.
    pub fn add_name(&mut self, words: &[String], class: Option<Class>) {
        let keys: Vec<Key> = words.iter().map(|w| self.key(w)).collect();
        self.names.insert(&keys, class.map_or(NOT_A_NAME, Matcher::class_key));
    }

    /// The class that these words are a name of, as a whole. To be asked
    /// before everything is finished.
    pub fn class_of(&self, words: &[String]) -> Option<Class> {
        Class::ALL.get((self.name(words)? as usize).checked_sub(1)?).copied()
    }

    /// Whether these words, as a whole, are listed as holding no name.
    pub fn is_not_a_name(&self, words: &[String]) -> bool {
        self.name(words) == Some(NOT_A_NAME)
    }

    fn name(&self, words: &[String]) -> Option<u32> {
        self.names.ends_while_building(words.iter().map(|word| self.keys.get(word.as_str()).copied()))
    }

    /// Adds a phrase to a set. `None` stands for any one word.
    pub fn add_phrase(&mut self, set: SetId, words: &[PhraseWord]) {
        let keys: Vec<Key> = words
            .iter()
            .map(|word| match word {
                PhraseWord::Word(word) => self.key(word),
                PhraseWord::Class(class) => Matcher::class_key(*class),
                PhraseWord::Any => ANY_WORD,
            })
            .collect();
        self.phrases.insert(&keys, set);
    }

    pub fn add_format(&mut self, set: SetId, format: Format) {
        self.formats.push((format, set));
    }

    pub fn add_signal(&mut self, set: SetId, signal: Signal) {
        if signal == Signal::SecondPerson {
            const WORDS: [&str; 18] = [
                "you", "your", "yours", "you're", "youre", "you'll", "you've", "yourself", "u", "ur", "ya",
                "y'all", "usted", "ustedes", "tu", "te", "ti", "vosotros",
            ];
            for word in WORDS {
                self.add_phrase(set, &[PhraseWord::Word(word.to_owned())]);
            }
            return;
        }
        self.signals.push((signal, set));
    }

    pub fn add_hosts<'e>(&mut self, set: SetId, entries: impl Iterator<Item = &'e str>) {
        let entries = entries.map(|host| host.trim_end_matches('.').to_ascii_lowercase()).collect();
        self.hosts.push(Listed { set: vec![set], entries });
    }

    pub fn add_files<'e>(&mut self, set: SetId, entries: impl Iterator<Item = &'e str>) {
        let entries = entries.map(str::to_ascii_lowercase).collect();
        self.files.push(Listed { set: vec![set], entries });
    }

    /// Hosts that others imitate.
    pub fn set_brands<'e>(&mut self, brands: impl Iterator<Item = &'e str>) {
        self.brands = brands.collect();
    }

    /// Hosts that hide where a link leads.
    pub fn set_shorteners<'e>(&mut self, hosts: impl Iterator<Item = &'e str>) {
        self.shorteners = hosts.map(str::to_ascii_lowercase).collect();
    }

    /// To be called once everything is added.
    pub fn finish(&mut self) {
        let keys = FIRST_WORD as usize + self.keys.len();
        self.phrases.finish(keys);
        self.names.finish(keys);
    }

    /// Reads a message.
    pub fn scan(&self, message: &Message, aside: &Aside<'_>, scan: &mut Scan) {
        scan.clear(self.sets());
        let mut sentence_base = 0;
        for (index, part) in message.parts.iter().enumerate() {
            let mut tokens = std::mem::take(&mut scan.tokens);
            tokens.read(&part.text);
            self.scan_part(index as u16, &part.text, &tokens, sentence_base, scan);
            sentence_base += tokens.sentences;
            scan.tokens = tokens;
        }
        self.scan_signals(message, aside, scan);
        for listed in &self.files {
            if aside.files.iter().any(|file| listed.entries.contains(file)) {
                for &set in &listed.set {
                    scan.push(Hit::everywhere(set));
                }
            }
        }
    }

    fn scan_part(&self, part: u16, text: &str, tokens: &Tokens, base: u32, scan: &mut Scan) {
        self.replace_names(tokens, &mut scan.keyed);
        let keyed = std::mem::take(&mut scan.keyed);
        let any_start = self.phrases.step_any(0);
        for (first, word) in keyed.iter().enumerate() {
            let known_start = self.phrases.root(word.key);
            for node in [known_start, any_start].into_iter().flatten() {
                self.walk(node, first, first + 1, part, &keyed, base, scan);
            }
        }
        scan.question |= tokens.has_question;
        scan.mentions |= tokens.has_mention;
        if !self.formats.is_empty() {
            for found in formats::find(text, tokens) {
                for &(_, set) in self.formats.iter().filter(|(format, _)| *format == found.format) {
                    let place = keyed.iter().position(|k| k.end > found.start).unwrap_or(keyed.len());
                    let after = keyed.iter().position(|k| k.start >= found.end).unwrap_or(keyed.len());
                    let token = keyed.get(place);
                    scan.push(Hit {
                        set,
                        part,
                        sentence: base + token.map_or(0, |t| t.sentence),
                        first: place as u32,
                        last: after.max(place) as u32,
                        start: found.start,
                        end: found.end,
                        quoted: token.is_some_and(|t| t.quoted),
                    });
                }
            }
        }
        for link in links::read(text, &tokens.links) {
            for listed in &self.hosts {
                if link.is_under(|host| listed.entries.contains(host)) {
                    for &set in &listed.set {
                        scan.push(Hit::at(set, part, &link));
                    }
                }
            }
            scan.links.push((part, link));
        }
        scan.keyed = keyed;
    }

    /// Replaces the names of classes, the longest first, from left to right.
    fn replace_names(&self, tokens: &Tokens, keyed: &mut Vec<Keyed>) {
        keyed.clear();
        let key_of = |at: usize| self.keys.get(tokens.word(&tokens.tokens[at])).copied().unwrap_or(UNKNOWN);
        let mut at = 0;
        while at < tokens.tokens.len() {
            let token = &tokens.tokens[at];
            let key = key_of(at);
            let mut longest: Option<(usize, u32)> = None;
            if let Some(mut node) = self.names.root(key) {
                let mut end = at + 1;
                loop {
                    if let Some(&value) = self.names.ends(node).first() {
                        longest = Some((end, value));
                    }
                    if end >= tokens.tokens.len() || tokens.tokens[end].sentence != token.sentence {
                        break;
                    }
                    match self.names.step(node, key_of(end)) {
                        Some(next) => node = next,
                        None => break,
                    }
                    end += 1;
                }
            }
            match longest {
                Some((end, NOT_A_NAME)) => {
                    for inner in at..end {
                        keyed.push(Keyed::new(&tokens.tokens[inner], key_of(inner)));
                    }
                    at = end;
                }
                Some((end, class)) => {
                    let mut name = Keyed::new(token, class);
                    name.end = tokens.tokens[end - 1].end;
                    keyed.push(name);
                    at = end;
                }
                None => {
                    keyed.push(Keyed::new(token, key));
                    at += 1;
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a walk's state, passed on unchanged")]
    fn walk(
        &self,
        node: u32,
        first: usize,
        next: usize,
        part: u16,
        keyed: &[Keyed],
        base: u32,
        scan: &mut Scan,
    ) {
        let begin = &keyed[first];
        for &set in self.phrases.ends(node) {
            scan.push(Hit {
                set,
                part,
                sentence: base + begin.sentence,
                first: first as u32,
                last: next as u32,
                start: begin.start,
                end: keyed[next - 1].end,
                quoted: begin.quoted,
            });
        }
        if next >= keyed.len() || keyed[next].sentence != begin.sentence {
            return;
        }
        let key = keyed[next].key;
        let known = if key == UNKNOWN { None } else { self.phrases.step(node, key) };
        for node in [known, self.phrases.step_any(node)].into_iter().flatten() {
            self.walk(node, first, next + 1, part, keyed, base, scan);
        }
    }

    fn scan_signals(&self, message: &Message, aside: &Aside<'_>, scan: &mut Scan) {
        if self.signals.is_empty() {
            return;
        }
        let links = std::mem::take(&mut scan.links);
        for &(signal, set) in &self.signals {
            let in_link = |link: &Link| match signal {
                Signal::Link => true,
                Signal::MaskedLink => link.is_masked(),
                Signal::LookalikeHost => self.brands.are_imitated_by(link),
                Signal::Shortener => self.shorteners.contains(&link.host),
                Signal::Invite => {
                    matches!(link.host.as_str(), "discord.gg" | "www.discord.gg")
                        || (links::registrable(&link.host) == "discord.com"
                            && link.path.starts_with("/invite/"))
                }
                _ => false,
            };
            for (part, link) in &links {
                if in_link(link) {
                    scan.push(Hit::at(set, *part, link));
                }
            }
            let holds = match signal {
                Signal::MassMention => aside.mentions >= MASS_MENTION,
                Signal::Question => scan.question,
                Signal::AllCaps => is_shouted(message.content()),
                Signal::Addressed => aside.addressed || scan.mentions,
                _ => false,
            };
            if holds {
                scan.push(Hit::everywhere(set));
            }
        }
        scan.links = links;
    }
}

fn is_shouted(text: &str) -> bool {
    let (upper, lower) = if text.is_ascii() {
        let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
        (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase))
    } else {
        let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
        (count(char::is_uppercase), count(char::is_lowercase))
    };
    upper >= 12 && upper > lower * 4
}

/// One word of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhraseWord {
    Word(String),
    Class(Class),
    /// Any one word.
    Any,
}

/// What is known of a message besides its texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Aside<'a> {
    pub mentions: usize,
    pub addressed: bool,
    /// SHA-256 of its captured attachments, hexadecimal.
    pub files: &'a [String],
}

/// A word with its key, names replaced.
#[derive(Clone, Copy, Debug)]
struct Keyed {
    key: Key,
    start: usize,
    end: usize,
    sentence: u32,
    quoted: bool,
}

impl Keyed {
    fn new(token: &crate::text::tokens::Token, key: Key) -> Keyed {
        Keyed { key, start: token.start, end: token.end, sentence: token.sentence, quoted: token.quoted }
    }
}

impl Hit {
    fn everywhere(set: SetId) -> Hit {
        Hit { set, part: 0, sentence: EVERY_SENTENCE, first: 0, last: 0, start: 0, end: 0, quoted: false }
    }

    fn at(set: SetId, part: u16, link: &Link) -> Hit {
        // A link stands in no sentence of its own: it counts with every
        // sentence of its part, which is how people use links.
        Hit {
            set,
            part,
            sentence: EVERY_SENTENCE,
            first: 0,
            last: 0,
            start: link.start,
            end: link.end,
            quoted: false,
        }
    }

    /// Whether it has words of its own to show.
    pub fn has_span(&self) -> bool {
        self.end > self.start
    }
}

/// What was found in one message; its memory is used again for the next.
#[derive(Debug, Default)]
pub struct Scan {
    pub hits: Vec<Hit>,
    /// Which sets were hit, a bit each.
    present: Vec<u64>,
    pub links: Vec<(u16, Link)>,
    question: bool,
    mentions: bool,
    tokens: Tokens,
    keyed: Vec<Keyed>,
}

impl Scan {
    fn clear(&mut self, sets: usize) {
        self.hits.clear();
        self.present.clear();
        self.present.resize(sets.div_ceil(64), 0);
        self.links.clear();
        self.question = false;
        self.mentions = false;
    }

    fn push(&mut self, hit: Hit) {
        if self.hits.len() < HIT_LIMIT {
            self.present[hit.set as usize / 64] |= 1 << (hit.set % 64);
            self.hits.push(hit);
        }
    }

    /// Whether a set was hit at all.
    pub fn has(&self, set: SetId) -> bool {
        self.present[set as usize / 64] & (1 << (set % 64)) != 0
    }

    /// The hits of a set.
    pub fn of(&self, set: SetId) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(move |hit| hit.set == set)
    }
}

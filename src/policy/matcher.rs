//! Everything that the rules look for, made ready for one pass over a message.
//!
//! All phrases of a policy stand in one trie over words. Names of a
//! neutrality class are replaced by their class first, by a trie of their own,
//! so that no rule can weigh one name against another. Here the matcher is
//! made; the pass itself is in `scan` and `walk`.

mod dictionary;
mod disguise;
mod lexicon;
mod scan;
mod trie;
mod walk;
mod weighing;

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;

use super::lists;
use crate::classify::{self, Weights};
use crate::domain::decision::words;
use crate::text::brands::Brands;
use crate::text::formats::Format;
use crate::text::links;

use dictionary::Dictionary;
use lexicon::Lexicon;
pub use scan::{Aside, EVERY_SENTENCE, Hit, Scan, bits_of};
use trie::{ANY_WORD, FIRST_WORD, Key, NAME, SURNAME, Trie};

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

/// Which set of alternatives; index into [`Matcher::sets`].
pub type SetId = u32;

/// One word of a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhraseWord {
    Word(String),
    Class(Class),
    /// What reads like somebody's name, listed or not.
    Name,
    /// A surname that a candidate shares with neighbours.
    Surname,
    /// Any one word.
    Any,
    /// A word that begins, ends or goes on so: `cat*`, `*cat`, `*cat*`.
    Part(String),
}

/// A set of hosts or files from a list.
#[derive(Debug, Default)]
struct Listed {
    set: Vec<SetId>,
    entries: HashSet<String>,
}

/// Everything that is looked for, compiled.
#[derive(Debug)]
pub struct Matcher {
    /// The words while they are added; what is looked up is the lexicon.
    keys: HashMap<Box<str>, Key>,
    /// What is known of each word, by its key, and of the classes.
    known: Vec<Known>,
    phrases: Trie,
    names: Trie,
    /// All words, to be read out of disguises.
    dictionary: Dictionary,
    wildcards: Wildcards,
    /// What each set is for.
    uses: Vec<Use>,
    is_weighed: bool,
    lexicon: Lexicon,
    weights: Option<&'static Weights<'static>>,
    /// Sets of terms: words that a rule rests on alone.
    terms: HashSet<SetId>,
    /// The sets that each format, signal counts for.
    formats: Vec<(Format, SetId)>,
    signals: Vec<(Signal, SetId)>,
    hosts: Vec<Listed>,
    /// The sets that a deployment's own list of false hosts counts for.
    scam_sets: Vec<SetId>,
    files: Vec<Listed>,
    brands: Brands,
    shorteners: HashSet<String>,
    sets: u32,
}

/// What is known of a word, all in one place: most words of a message are
/// looked up, and what is looked for lies far apart in memory.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// The node after it, where a phrase begins with it.
    phrase: Option<NonZeroU32>,
    /// The same for a name.
    name: Option<NonZeroU32>,
    /// It means a candidate only where somebody campaigns.
    surname: bool,
    /// It is no name, however it is written.
    no_name: bool,
}

/// What a set is for.
#[derive(Clone, Copy, Debug)]
struct Use {
    /// Which cue it is for the classifier, or [`NO_CUE`].
    cue: u8,
    /// Whether its hits are asked for, and not only that there are any.
    is_asked: bool,
}

const NO_CUE: u8 = u8::MAX;

/// Parts of words that are looked for, as `cat*`: what stands for them in a
/// phrase, and where in a word they must stand.
#[derive(Debug, Default)]
struct Wildcards {
    /// `None` until everything is added.
    automaton: Option<aho_corasick::AhoCorasick>,
    patterns: Vec<Wildcard>,
}

impl Wildcards {
    /// What stands for the parts that a word holds.
    fn keys_in<'w>(&'w self, word: &'w str) -> impl Iterator<Item = Key> + 'w {
        let found = self.automaton.iter().flat_map(move |automaton| automaton.find_overlapping_iter(word));
        found.filter_map(move |found| {
            let pattern = &self.patterns[found.pattern().as_usize()];
            let fits =
                (found.start() == 0 || !pattern.at_start) && (found.end() == word.len() || !pattern.at_end);
            fits.then_some(pattern.key)
        })
    }
}

#[derive(Debug)]
struct Wildcard {
    literal: String,
    at_start: bool,
    at_end: bool,
    key: Key,
}

/// Marks, in the trie, an end that nobody wrote down: a generated form.
const GUESSED: u32 = 1 << 31;

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
            known: Vec::new(),
            phrases: Trie::new(),
            names: Trie::new(),
            dictionary: Dictionary::default(),
            wildcards: Wildcards::default(),
            uses: Vec::new(),
            is_weighed: false,
            lexicon: Lexicon::default(),
            weights: None,
            terms: HashSet::new(),
            formats: Vec::new(),
            signals: Vec::new(),
            hosts: Vec::new(),
            scam_sets: Vec::new(),
            files: Vec::new(),
            brands: Brands::default(),
            shorteners: HashSet::new(),
            sets: 0,
        }
    }

    /// A new, empty set.
    pub fn add_set(&mut self) -> SetId {
        self.uses.push(Use { cue: NO_CUE, is_asked: false });
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

    fn known_mut(&mut self, key: Key) -> &mut Known {
        let least = key as usize + 1;
        if self.known.len() < least {
            self.known.resize(least, Known::default());
        }
        &mut self.known[key as usize]
    }

    /// What is known of a word, or of what it stands for.
    fn known(&self, key: Key) -> Known {
        self.known.get(key as usize).copied().unwrap_or_default()
    }

    fn class_key(class: Class) -> Key {
        1 + Class::ALL.iter().position(|c| *c == class).unwrap_or(0) as Key
    }

    /// Adds a name of a class, or (without one) a phrase that holds no name.
    pub fn add_name(&mut self, words: &[String], class: Option<Class>) {
        let keys: Vec<Key> = words.iter().map(|w| self.key(w)).collect();
        self.names.insert(&keys, class.map_or(NOT_A_NAME, Matcher::class_key));
    }

    /// Adds a surname that candidates share with neighbours. It stays a word
    /// like any other wherever nobody campaigns.
    pub fn add_surname(&mut self, word: &str) {
        let key = self.key(word);
        self.known_mut(key).surname = true;
    }

    /// Adds a word that is no name, even with a capital.
    pub fn add_no_name(&mut self, word: &str) {
        let key = self.key(word);
        self.known_mut(key).no_name = true;
    }

    /// The class that these words are a name of, as a whole. To be asked
    /// before everything is finished.
    pub fn class_of(&self, words: &[String]) -> Option<Class> {
        Class::ALL.get((self.name(words)? as usize).checked_sub(1)?).copied()
    }

    /// Whether these words, as a whole, are a name or listed as none.
    pub fn is_listed(&self, words: &[String]) -> bool {
        self.name(words).is_some()
    }

    /// Whether these words, as a whole, are listed as holding no name.
    pub fn is_not_a_name(&self, words: &[String]) -> bool {
        self.name(words) == Some(NOT_A_NAME)
    }

    fn name(&self, words: &[String]) -> Option<u32> {
        let keys = words.iter().map(|word| self.keys.get(word.as_str()).copied());
        self.names.ends_while_building(keys, |ends| ends.first().copied()).flatten()
    }

    /// Adds a single word to a set that is only a guess at what was meant.
    pub fn add_guess(&mut self, set: SetId, word: &str) {
        let key = self.key(word);
        self.phrases.insert(&[key], set | GUESSED);
    }

    /// The key of a part of a word: `cat*`, `*cat` or `*cat*`.
    fn wildcard(&mut self, written: &str) -> Key {
        let known = self.keys.get(written).copied();
        known.unwrap_or_else(|| {
            let key = self.key(written);
            self.wildcards.patterns.push(Wildcard {
                literal: written.trim_matches('*').to_owned(),
                at_start: !written.starts_with('*'),
                at_end: !written.ends_with('*'),
                key,
            });
            key
        })
    }

    /// Adds a phrase to a set. `None` stands for any one word.
    pub fn add_phrase(&mut self, set: SetId, words: &[PhraseWord]) {
        let keys: Vec<Key> = words
            .iter()
            .map(|word| match word {
                PhraseWord::Word(word) => self.key(word),
                PhraseWord::Class(class) => Matcher::class_key(*class),
                PhraseWord::Name => NAME,
                PhraseWord::Surname => SURNAME,
                PhraseWord::Any => ANY_WORD,
                PhraseWord::Part(written) => self.wildcard(written),
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
        let entries = entries.filter_map(links::listed_host).collect();
        self.hosts.push(Listed { set: vec![set], entries });
    }

    /// Adds to the hosts that are listed as false what an operator keeps: a
    /// feed of any size. Returns how many there are.
    pub fn list_scam_hosts(&mut self, text: &str) -> usize {
        let entries: HashSet<String> = lists::entries(text).filter_map(links::listed_host).collect();
        let count = entries.len();
        if !self.scam_sets.is_empty() && count > 0 {
            self.hosts.push(Listed { set: self.scam_sets.clone(), entries });
        }
        count
    }

    /// Adds hosts that others may imitate, such as the city's own.
    pub fn add_brands<'e>(&mut self, hosts: impl Iterator<Item = &'e str>) {
        self.brands.add(hosts);
    }

    /// Notes that a set takes whatever host is listed as false.
    pub fn mark_scam_hosts(&mut self, set: SetId) {
        self.scam_sets.push(set);
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

    /// Makes a set a cue for the classifier; at most 64 are.
    pub fn add_cue(&mut self, set: SetId) {
        let next = self.uses.iter().filter(|it| it.cue != NO_CUE).count() as u8;
        let it = &mut self.uses[set as usize];
        self.is_weighed = true;
        if next < 64 && it.cue == NO_CUE {
            it.cue = next;
        }
    }

    /// Notes that a rule asks for the hits of a set.
    pub fn ask_for(&mut self, set: SetId) {
        self.uses[set as usize].is_asked = true;
    }

    /// Lets messages be scored by these weights.
    pub fn score_by(&mut self, weights: &'static Weights<'static>) {
        self.weights = Some(weights);
    }

    pub fn is_scored(&self) -> bool {
        self.weights.is_some()
    }

    /// Makes the words of a set terms, for which one looks harder.
    pub fn mark_terms(&mut self, set: SetId) {
        self.terms.insert(set);
    }

    /// To be called once everything is added.
    pub fn finish(&mut self) {
        self.finish_beside(classify::shipped().vocabulary());
    }

    /// The same; `words` are those that people write besides.
    pub fn finish_beside(&mut self, words: impl Iterator<Item = &'static str>) {
        let is_term = |key: Key| {
            let ends = self.phrases.ends_while_building(std::iter::once(Some(key)), |ends| {
                ends.iter().any(|set| self.terms.contains(&(set & !GUESSED)))
            });
            ends.unwrap_or(false)
        };
        let literals: Vec<&str> =
            self.wildcards.patterns.iter().map(|pattern| pattern.literal.as_str()).collect();
        if !literals.is_empty() {
            self.wildcards.automaton = aho_corasick::AhoCorasick::new(literals).ok();
        }
        // Of a word with a star, what is certain of it; the star itself tells
        // what may be glued to it.
        let ours = self.keys.iter().map(|(word, key)| match word.trim_matches('*') {
            certain if certain.len() < word.len() => (certain, false),
            word => (word, is_term(*key)),
        });
        let learned = self.weights.iter().flat_map(|weights| weights.vocabulary()).map(|word| (word, false));
        self.dictionary = Dictionary::of(ours.chain(learned));
        let keyed = self.keys.iter().map(|(word, key)| (&**word, *key));
        let rows = words.zip(0..);
        self.lexicon = Lexicon::of(keyed, rows, |word| self.wildcards.keys_in(word).collect());
        self.keys = HashMap::new();
        for (key, node) in self.phrases.finish() {
            if key != ANY_WORD {
                self.known_mut(key).phrase = NonZeroU32::new(node);
            }
        }
        for (key, node) in self.names.finish() {
            self.known_mut(key).name = NonZeroU32::new(node);
        }
    }
}

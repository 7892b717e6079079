//! What the classifier is told of a message: its words with names replaced,
//! the cues that were hit, and what stands there besides words.

use std::sync::LazyLock;

use super::scan::{EVERY_SENTENCE, Keyed, Scan};
use super::{Class, Matcher, NO_CUE};
use crate::classify::Reading;
use crate::classify::features::{STRANGE, Word, hash};
use crate::classify::weights::likelihood;
use crate::domain::message::Message;
use crate::text::tokens::Tokens;

/// How many words of a message are weighed, more than a message of 4,000
/// characters holds; the rules read all of them. What goes on for longer is a
/// document, and sums over it say nothing any more.
const WORDS: usize = 1_024;

/// How many pictograms of a message are told.
const SYMBOLS: usize = 8;

impl Matcher {
    /// Takes down the words of a part.
    pub(super) fn take_down(&self, part: u16, tokens: &Tokens, keyed: &[Keyed], base: u32, scan: &mut Scan) {
        if !self.is_weighed {
            return;
        }
        let reading = &mut scan.reading;
        let base_of_letters = reading.letters.len() as u32;
        reading.letters.push_str(&tokens.folded);
        let scored = self.weights.is_some();
        let placeholders = &*PLACEHOLDERS;
        let mut told = Told::default();
        for (at, word) in keyed.iter().enumerate() {
            if reading.words.len() >= WORDS {
                break;
            }
            let is_first = told.hear(&keyed[..at], word, keyed.get(at + 1));
            let (from, to) = (base_of_letters + word.folded.0, base_of_letters + word.folded.1);
            let mut weighed = Word {
                hash: word.hash,
                row: word.row,
                from,
                to,
                sentence: base + word.sentence,
                part,
                start: word.start as u32,
                end: word.end as u32,
                is_capital: word.name && !is_first,
            };
            let stands_for = match class_of(word.key) {
                Some(class) => Some(placeholders.classes[class]),
                // Whom a surname means is not told by the name.
                None if word.surname => Some(placeholders.candidate),
                None if word.is_number => {
                    Some(placeholders.numbers[((to - from) as usize).min(LONGEST_NUMBER)])
                }
                None if word.is_code && word.row == STRANGE => {
                    Some(placeholders.codes[usize::from(to - from > 4)])
                }
                None => None,
            };
            if let Some(hash) = stands_for {
                weighed.hash = hash;
                weighed.row = STRANGE;
                weighed.to = weighed.from;
            } else if scored {
                weighed.be_known_at(word.row);
            }
            // Said over and over, a word says no more than twice.
            let said = reading.words.iter().rev().take_while(|before| before.hash == weighed.hash);
            if said.take(2).count() < 2 {
                reading.words.push(weighed);
            }
        }
        if told.address {
            reading.signs.push(placeholders.address[usize::from(told.name)]);
        }
        let mut letter = [0; 4];
        for (_, symbol) in tokens.symbols.iter().take(SYMBOLS) {
            reading.signs.push(hash(symbol.encode_utf8(&mut letter)));
        }
        if tokens.exclaims {
            reading.signs.push(hash("!!"));
        }
        if tokens.has_dollar {
            reading.signs.push(hash("$"));
        }
    }

    /// Tells the cues, and scores where there are weights.
    pub(super) fn weigh(&self, scan: &mut Scan) {
        if !self.is_weighed {
            return;
        }
        let reading = &mut scan.reading;
        if reading.cues.is_empty() {
            reading.cues.push(0);
        }
        let last = reading.cues.len() - 1;
        for hit in &scan.hits {
            let cue = self.uses[hit.set as usize].cue;
            if cue != NO_CUE {
                let sentence = if hit.sentence == EVERY_SENTENCE { last } else { hit.sentence as usize };
                reading.cues[sentence.min(last)] |= 1 << cue;
            }
        }
        for (_, link) in scan.links.iter().take(SYMBOLS) {
            let ending = link.host.rsplit('.').next().unwrap_or("");
            reading.signs.push(hash(".") ^ hash(ending));
        }
        let words = reading.words.len();
        reading.signs.push(hash(match words {
            0..=4 => "short",
            5..=12 => "medium",
            13..=30 => "long",
            _ => "very long",
        }));
        if scan.shouted {
            reading.signs.push(hash("SHOUTED"));
        }
        scan.weights = self.weights;
        if let Some(weights) = self.weights {
            scan.leanings = Some(weights.lean(reading));
        }
    }

    /// What the classifier is told of a message, names still in place: what
    /// weights are learned from.
    pub fn read_for_training(&self, message: &Message, scan: &mut Scan) -> Reading {
        self.scan(message, &super::Aside::default(), scan);
        scan.reading.clone()
    }
}

impl Scan {
    /// The score of a label, in thousandths.
    pub fn score(&self, label: usize) -> Option<u16> {
        self.leanings.map(|leanings| (likelihood(leanings[label]) * 1_000.0) as u16)
    }

    /// Whether the message leans so far to a label.
    pub fn leans(&self, label: usize, leaning: f64) -> bool {
        self.leanings.is_some_and(|leanings| leanings[label] >= leaning)
    }

    /// The words that spoke most for a label, the strongest first: their places
    /// in the reading, and what each weighed.
    pub fn weightiest(&self, label: usize) -> Vec<(usize, f32)> {
        self.weights.map(|weights| weights.strongest(&self.reading, label)).unwrap_or_default()
    }
}

/// What a message tells about where somebody lives, by how it is written.
#[derive(Default)]
struct Told {
    /// A number before words with capitals.
    address: bool,
    /// Words with capitals elsewhere.
    name: bool,
    in_address: bool,
}

impl Told {
    /// Hears the next word; tells whether it is the first of its sentence.
    fn hear(&mut self, before: &[Keyed], word: &Keyed, next: Option<&Keyed>) -> bool {
        let is_first = before.last().is_none_or(|last| last.sentence != word.sentence);
        let next =
            next.filter(|next| next.sentence == word.sentence && next.name && next.start <= word.end + 2);
        if word.is_number && word.end - word.start <= 5 {
            self.in_address = next.is_some();
            self.address |= self.in_address;
        } else if !word.name {
            self.in_address = false;
        } else if !self.in_address {
            self.name |= !is_first || next.is_some();
        }
        is_first
    }
}

/// The most digits by which a number is told from longer ones.
const LONGEST_NUMBER: usize = 10;

/// The hashes of what stands for names and numbers.
struct Placeholders {
    /// In the order of the classes.
    classes: Vec<u64>,
    candidate: u64,
    /// By how many digits a number has.
    numbers: [u64; LONGEST_NUMBER + 1],
    /// What mixes letters and digits: short, long.
    codes: [u64; 2],
    /// What may be an address: alone, with a name.
    address: [u64; 2],
}

static PLACEHOLDERS: LazyLock<Placeholders> = LazyLock::new(|| {
    let of_class = |class: &Class| hash(&format!("@{class}"));
    Placeholders {
        classes: Class::ALL.iter().map(of_class).collect(),
        candidate: of_class(&Class::Candidate),
        numbers: std::array::from_fn(|digits| hash(&format!("#{digits}"))),
        codes: ["#a", "#code"].map(hash),
        address: ["@address", "@address @name"].map(hash),
    }
});

/// The place of a class among all, where a key is that of one.
fn class_of(key: u32) -> Option<usize> {
    let place = (key as usize).checked_sub(1)?;
    (place < Class::ALL.len()).then_some(place)
}

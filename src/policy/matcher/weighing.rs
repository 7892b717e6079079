//! What the classifier is told of a message: its words with names replaced,
//! the cues that were hit, and what stands there besides words.

use std::sync::LazyLock;

use super::lexicon::NO_ROW;
use super::scan::{EVERY_SENTENCE, Keyed, Scan};
use super::{Class, Matcher, NO_CUE};
use crate::classify::Reading;
use crate::classify::features::{Word, hash};
use crate::classify::weights::likelihood;
use crate::domain::message::Message;
use crate::text::tokens::Tokens;

/// How many words of a message are weighed; the rules read all of them. What
/// goes on for longer is a document, and sums over it say nothing any more.
const WORDS: usize = 256;

/// How many pictograms of a message are told.
const SYMBOLS: usize = 8;

impl Matcher {
    /// Takes down the words of a part.
    pub(super) fn take_down(
        &self,
        part: u16,
        text: &str,
        tokens: &Tokens,
        keyed: &[Keyed],
        base: u32,
        scan: &mut Scan,
    ) {
        if !self.is_weighed {
            return;
        }
        let reading = &mut scan.reading;
        let base_of_letters = reading.letters.len() as u32;
        let letters = keyed.iter().take(WORDS).map(|word| word.folded.1 as usize).max().unwrap_or(0);
        reading.letters.push_str(&tokens.folded[..letters]);
        let scored = self.weights.is_some();
        let mut sentence = None;
        let room = WORDS.saturating_sub(reading.words.len());
        for word in keyed.iter().take(room) {
            let is_first = sentence.replace(word.sentence) != Some(word.sentence);
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
                Some(class) => Some(PLACEHOLDERS.classes[class]),
                // Whom a surname means is not told by the name.
                None if word.surname => Some(PLACEHOLDERS.candidate),
                None if word.is_number => Some(PLACEHOLDERS.numbers[(to - from).min(5) as usize]),
                None => None,
            };
            if let Some(hash) = stands_for {
                weighed.hash = hash;
                weighed.row = NO_ROW;
                weighed.to = weighed.from;
            } else if scored && weighed.is_capital && weighed.row == NO_ROW {
                weighed.be_somebody();
            }
            reading.words.push(weighed);
        }
        let mut letter = [0; 4];
        for (_, symbol) in tokens.symbols.iter().take(SYMBOLS) {
            reading.signs.push(hash(symbol.encode_utf8(&mut letter)));
        }
        if text.contains("!!") {
            reading.signs.push(hash("!!"));
        }
        if text.contains('$') {
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

/// The hashes of what stands for names and numbers.
struct Placeholders {
    /// In the order of the classes.
    classes: Vec<u64>,
    candidate: u64,
    /// By how many digits a number has.
    numbers: [u64; 6],
}

static PLACEHOLDERS: LazyLock<Placeholders> = LazyLock::new(|| {
    let of_class = |class: &Class| hash(&format!("@{class}"));
    Placeholders {
        classes: Class::ALL.iter().map(of_class).collect(),
        candidate: of_class(&Class::Candidate),
        numbers: ["#0", "#1", "#2", "#3", "#4", "#5"].map(hash),
    }
});

/// The place of a class among all, where a key is that of one.
fn class_of(key: u32) -> Option<usize> {
    let place = (key as usize).checked_sub(1)?;
    (place < Class::ALL.len()).then_some(place)
}

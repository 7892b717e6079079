//! What the classifier is told of a message: its words with names replaced,
//! the cues that were hit, and what stands there besides words.

use super::scan::{EVERY_SENTENCE, Keyed, Scan};
use super::{Class, Matcher};
use crate::classify::Reading;
use crate::classify::features::{Word, hash};
use crate::domain::message::Message;
use crate::text::tokens::Tokens;

/// How many pictograms of a message are told.
const SYMBOLS: usize = 8;

impl Matcher {
    /// Whether the classifier has to be told anything.
    fn is_weighed(&self) -> bool {
        !self.cues.is_empty()
    }

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
        if !self.is_weighed() {
            return;
        }
        let reading = &mut scan.reading;
        let mut sentence = None;
        for word in keyed {
            let is_first = sentence.replace(word.sentence) != Some(word.sentence);
            let letters = &tokens.folded[word.folded.0 as usize..word.folded.1 as usize];
            let from = reading.letters.len() as u32;
            let hash = match class_name(word.key) {
                Some(class) => hash(class),
                // Whom a surname means is not told by the name.
                None if word.surname => hash("@candidate"),
                None if letters.bytes().all(|b| b.is_ascii_digit()) => hash(NUMBERS[letters.len().min(5)]),
                None => {
                    reading.letters.push_str(letters);
                    hash(letters)
                }
            };
            reading.words.push(Word {
                hash,
                from,
                to: reading.letters.len() as u32,
                sentence: base + word.sentence,
                part,
                start: word.start as u32,
                end: word.end as u32,
                is_capital: word.name && !is_first,
            });
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
        reading.cues.resize((base + tokens.sentences) as usize + 1, 0);
    }

    /// Tells the cues, and scores where there are weights.
    pub(super) fn weigh(&self, message: &Message, scan: &mut Scan) {
        if !self.is_weighed() {
            return;
        }
        let reading = &mut scan.reading;
        if reading.cues.is_empty() {
            reading.cues.push(0);
        }
        let last = reading.cues.len() - 1;
        for hit in &scan.hits {
            if let Some(Some(cue)) = self.cues.get(hit.set as usize) {
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
        if super::scan::is_shouted(message.content()) {
            reading.signs.push(hash("SHOUTED"));
        }
        scan.weights = self.weights;
        if let Some(weights) = self.weights {
            reading.name_strangers(|hash| weights.knows(hash));
            scan.scores = Some(weights.score(reading));
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
        self.scores.map(|scores| (scores[label] * 1_000.0) as u16)
    }

    /// The words that spoke most for a label, the strongest first: their places
    /// in the reading, and what each weighed.
    pub fn weightiest(&self, label: usize) -> Vec<(usize, f32)> {
        self.weights.map(|weights| weights.strongest(&self.reading, label)).unwrap_or_default()
    }
}

/// What numbers are told as, by how many digits they have.
const NUMBERS: [&str; 6] = ["#0", "#1", "#2", "#3", "#4", "#5"];

/// The name under which a class is weighed.
fn class_name(key: u32) -> Option<&'static str> {
    const NAMES: [&str; 9] = [
        "@party",
        "@candidate",
        "@official",
        "@faith",
        "@deity",
        "@scripture",
        "@worship-place",
        "@nationality",
        "@gender",
    ];
    Class::ALL.get((key as usize).checked_sub(1)?).and_then(|class| NAMES.get(*class as usize)).copied()
}

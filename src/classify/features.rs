//! What is weighed in a message.
//!
//! A feature is a number: a hash of what it is. The words come from the
//! matcher, names replaced by their class; the cues are lists of words that
//! mean alike, so that "somebody" and "alguien" are one thing beside a verb of
//! harm.

use std::collections::HashMap;
use std::ops::Range;

/// One word as it is weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The hash of the folded word, of its class, or of its kind of number.
    pub hash: u64,
    /// Its place among the words learned from
    /// ([`Weights::vocabulary`](super::Weights::vocabulary)), or [`STRANGE`].
    pub row: u32,
    /// Where its letters stand in [`Reading::letters`]; nothing for a class.
    pub from: u32,
    pub to: u32,
    pub sentence: u32,
    /// Where it stands in the message: part and byte offsets.
    pub part: u16,
    pub start: u32,
    pub end: u32,
    /// Is written as a name is, inside a sentence.
    pub is_capital: bool,
}

/// The row of a word that was not learned from.
pub const STRANGE: u32 = u32::MAX;

impl Word {
    /// Tells where the weights keep the word. A name that they do not know
    /// besides becomes one word with all such names, so that none weighs more
    /// than another.
    #[inline]
    pub fn be_known_at(&mut self, row: u32) {
        self.row = row;
        if self.is_capital && row == STRANGE {
            self.hash = *SOMEBODY_HASH;
            self.to = self.from;
        }
    }
}

static SOMEBODY_HASH: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| hash(SOMEBODY));

/// What stands for any name that nobody has learned.
const SOMEBODY: &str = "@name";

/// A message as it is weighed.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub words: Vec<Word>,
    /// The folded letters of the words.
    pub letters: String,
    /// Which cues each sentence holds, a bit each; the last is the whole message.
    pub cues: Vec<u64>,
    /// Single things that count by themselves: pictograms, ends of addresses.
    pub signs: Vec<u64>,
}

impl Reading {
    pub fn clear(&mut self) {
        self.words.clear();
        self.letters.clear();
        self.cues.clear();
        self.signs.clear();
    }

    /// Tells each word where the weights keep it ([`rows_of`]).
    pub fn be_known(&mut self, rows: &HashMap<u64, u32>) {
        for word in &mut self.words {
            word.be_known_at(rows.get(&word.hash).copied().unwrap_or(STRANGE));
        }
    }

    /// The letters of a word.
    pub fn word(&self, word: &Word) -> &str {
        &self.letters[word.from as usize..word.to as usize]
    }
}

/// The row of each word of a vocabulary, by its hash.
pub fn rows_of<'w>(words: impl IntoIterator<Item = &'w str>) -> HashMap<u64, u32> {
    words.into_iter().enumerate().map(|(row, word)| (hash(word), row as u32)).collect()
}

/// How many letters a part of a word has that counts by itself.
const PARTS: std::ops::RangeInclusive<usize> = 3..=5;

/// The longest word whose parts are weighed, in bytes.
const LONGEST: usize = 24;

/// What stands before the first word of a sentence, and behind the last.
const BEGINS: u64 = 0x6c62_272e_07bb_0142;
const ENDS: u64 = 0xcbf2_9ce4_8422_2325;

const WORD: u64 = 0x9e37_79b9_7f4a_7c15;
const PAIR: u64 = 0xc2b2_ae3d_27d4_eb4f;
const APART: u64 = 0x1656_67b1_9e37_79f9;
const PART: u64 = 0x2545_f491_4f6c_dd1d;
const CUE: u64 = 0x27d4_eb2f_1656_67c5;
const CUES: u64 = 0x85eb_ca77_c2b2_ae63;
const SIGN: u64 = 0xff51_afd7_ed55_8ccd;

const SEED: u64 = 0x517c_c1b7_2722_0a95;

/// The hash of a text, such as a folded word.
pub fn hash(text: &str) -> u64 {
    hash_within(text.as_bytes(), 0..text.len())
}

/// The hash of a piece of a text. What stands behind it is not part of it, but
/// lets eight bytes be read at once.
#[inline]
pub fn hash_within(text: &[u8], piece: Range<usize>) -> u64 {
    let mut state = SEED ^ piece.len() as u64;
    let mut at = piece.start;
    while piece.end - at >= 8 {
        state = mix(state ^ first_within(text, at..at + 8));
        at += 8;
    }
    mix(state ^ first_within(text, at..piece.end))
}

/// The hash of a piece of less than eight bytes, from what [`first_within`]
/// reads of it.
#[inline]
pub fn hash_of_short(first: u64, length: usize) -> u64 {
    mix(SEED ^ length as u64 ^ first)
}

/// The first eight bytes of a piece of a text as a number, zeros behind a
/// shorter one.
#[inline]
pub fn first_within(text: &[u8], piece: Range<usize>) -> u64 {
    if let Some(eight) = text.get(piece.start..piece.start + 8) {
        let eight = u64::from_le_bytes(eight.try_into().unwrap_or_default());
        return if piece.len() < 8 { eight & ((1 << (8 * piece.len())) - 1) } else { eight };
    }
    let mut eight = [0; 8];
    for (to, from) in eight.iter_mut().zip(&text[piece]) {
        *to = *from;
    }
    u64::from_le_bytes(eight)
}

/// Spreads every bit over all (the finaliser of MurmurHash3).
#[inline]
pub fn mix(mut value: u64) -> u64 {
    value ^= value >> 33;
    value = value.wrapping_mul(0xff51_afd7_ed55_8ccd);
    value ^= value >> 33;
    value = value.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    value ^ value >> 33
}

/// The feature that a word is.
#[inline]
pub fn of_word(hash: u64) -> u64 {
    mix(hash ^ WORD)
}

/// The feature that two words in a row are, or a word and an end of its
/// sentence.
#[inline]
pub fn of_pair(first: u64, second: u64) -> u64 {
    mix(first.wrapping_mul(PAIR) ^ second.rotate_left(17))
}

/// Two words with one between them.
#[inline]
pub fn of_pair_apart(first: u64, second: u64) -> u64 {
    mix(first.wrapping_mul(APART) ^ second.rotate_left(29))
}

pub fn of_cue(cue: u32) -> u64 {
    mix(u64::from(cue) ^ CUE)
}

pub fn of_cues(first: u32, second: u32) -> u64 {
    mix(u64::from(first) << 32 ^ u64::from(second) ^ CUES)
}

pub fn of_sign(hash: u64) -> u64 {
    mix(hash ^ SIGN)
}

/// The features of the parts of a word: three to five letters in a row, with
/// its beginning and end.
pub fn of_parts(word: &str, mut each: impl FnMut(u64)) {
    if word.len() < 3 || word.len() > LONGEST {
        return;
    }
    let mut framed = [0; LONGEST + 2];
    framed[0] = b'<';
    framed[1..=word.len()].copy_from_slice(word.as_bytes());
    framed[word.len() + 1] = b'>';
    let framed = &framed[..word.len() + 2];
    for length in PARTS {
        for part in framed.windows(length) {
            let mut bytes = [0; 8];
            bytes[..length].copy_from_slice(part);
            each(mix(u64::from_le_bytes(bytes) ^ PART));
        }
    }
}

/// What a feature rests on; a pair, on words by their place in the reading, which
/// are one where the other is an end of the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Word,
    /// A part of a word.
    Part,
    Pair(usize, usize),
    Nothing,
}

/// Gives out every feature of a message, each as often as it occurs.
pub fn each(reading: &Reading, mut sink: impl FnMut(u64, On)) {
    for word in &reading.words {
        sink(of_word(word.hash), On::Word);
        of_parts(reading.word(word), |part| sink(part, On::Part));
    }
    each_together(reading, sink);
}

/// The features that are more than one word, and those that are none.
pub fn each_together(reading: &Reading, mut sink: impl FnMut(u64, On)) {
    let mut before: Option<&Word> = None;
    for (at, word) in reading.words.iter().enumerate() {
        match before {
            Some(before) if before.sentence == word.sentence => {
                sink(of_pair(before.hash, word.hash), On::Pair(at - 1, at));
            }
            _ => {
                if let Some(before) = before {
                    sink(of_pair(before.hash, ENDS), On::Pair(at - 1, at - 1));
                }
                sink(of_pair(BEGINS, word.hash), On::Pair(at, at));
            }
        }
        before = Some(word);
    }
    if let Some(last) = before {
        let at = reading.words.len() - 1;
        sink(of_pair(last.hash, ENDS), On::Pair(at, at));
    }
    for (at, three) in reading.words.windows(3).enumerate() {
        if three[0].sentence == three[2].sentence {
            sink(of_pair_apart(three[0].hash, three[2].hash), On::Pair(at, at + 2));
        }
    }
    let mut whole = 0;
    let mut paired: u64;
    for cues in &reading.cues {
        whole |= cues;
        paired = *cues;
        while paired != 0 {
            let first = paired.trailing_zeros();
            paired &= paired - 1;
            let mut second = paired;
            while second != 0 {
                sink(of_cues(first, second.trailing_zeros()), On::Nothing);
                second &= second - 1;
            }
        }
    }
    while whole != 0 {
        sink(of_cue(whole.trailing_zeros()), On::Nothing);
        whole &= whole - 1;
    }
    for sign in &reading.signs {
        sink(of_sign(*sign), On::Nothing);
    }
}

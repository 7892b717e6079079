//! The weights: how they lie in their file, in memory, and how a message is
//! scored by them.
//!
//! The file: a line that names the format, the labels, the biases and scales,
//! the words that were learned from, then each feature's hash and its row of
//! small whole numbers. A feature is found again by 32 bits of its hash in a
//! table that holds no other, so that a word nobody has seen weighs nothing.

use super::features::{self, On, Reading};
use super::{LABELS, WIDTH};

/// A row of weights, one for each label.
pub type Row = [i8; WIDTH];

/// How many bits tell which features may be there; they fit the processor's
/// second cache.
const BITS: usize = 1 << 20;

/// How a weights file begins.
const MAGIC: &[u8] = b"gavel weights 1\n";

/// Sums as they are added up.
type Sums = [i32; WIDTH];

/// How far a message leans to each label: 0 where the machine leans neither way.
pub type Leanings = [f64; WIDTH];

/// How likely a message belongs to each label, between 0 and 1.
pub type Scores = [f32; WIDTH];

/// Weights, ready to score.
#[derive(Debug)]
pub struct Weights {
    biases: [f32; WIDTH],
    /// What one unit of a row is worth.
    scales: [f32; WIDTH],
    /// From which score on a label is meant, where nothing else is said.
    pub thresholds: [f32; WIDTH],
    /// Slots of an open table: the hash's upper half, and where its row is.
    keys: Vec<(u32, u32)>,
    rows: Vec<Row>,
    mask: usize,
    /// Which features may be in the table, by a few bits of their hash: most
    /// pairs of words are not.
    bits: Vec<u64>,
    /// The words learned from, by their hash, and where each one's sum is.
    words: Vec<(u64, u32)>,
    words_mask: usize,
    /// What a word weighs together with its parts.
    sums: Vec<[i16; WIDTH]>,
    vocabulary: String,
    features: usize,
}

/// A weights file that cannot be used, in words.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a weights file: {}", self.0)
    }
}

impl std::error::Error for Unreadable {}

/// What a weights file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    pub biases: [f32; WIDTH],
    pub scales: [f32; WIDTH],
    pub thresholds: [f32; WIDTH],
    /// Sorted.
    pub words: Vec<String>,
    /// Sorted by hash.
    pub features: Vec<(u32, u32, Row)>,
}

/// The slot that a feature belongs to, and what stands in it.
fn place(feature: u64, mask: usize) -> (usize, u32) {
    // Zero marks an empty slot.
    (feature as usize & mask, ((feature >> 32) as u32).max(1))
}

impl File {
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let labels: Vec<&str> = LABELS.iter().map(|label| label.word()).collect();
        bytes.extend(labels.join(" ").bytes());
        bytes.push(b'\n');
        for row in [&self.biases, &self.scales, &self.thresholds] {
            row.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
        }
        let words = self.words.join("\n");
        bytes.extend((words.len() as u32).to_le_bytes());
        bytes.extend(words.bytes());
        bytes.extend((self.features.len() as u32).to_le_bytes());
        for (upper, lower, _) in &self.features {
            bytes.extend(upper.to_le_bytes());
            bytes.extend(&lower.to_le_bytes()[..3]);
        }
        for (_, _, row) in &self.features {
            bytes.extend(row[..LABELS.len()].iter().map(|weight| *weight as u8));
        }
        bytes
    }

    /// Reads the bytes of a file.
    pub fn read(bytes: &[u8]) -> Result<File, Unreadable> {
        let (mut file, keys, rows) = File::read_head(bytes)?;
        file.features = features_in(keys, rows).collect();
        Ok(file)
    }

    /// Reads all but the features; of those, the bytes of keys and rows.
    fn read_head(bytes: &[u8]) -> Result<(File, &[u8], &[u8]), Unreadable> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(Unreadable("another format"))?;
        let line = rest.iter().position(|b| *b == b'\n').ok_or(Unreadable("no labels"))?;
        let labels = std::str::from_utf8(&rest[..line]).map_err(|_| Unreadable("labels that are no text"))?;
        if !labels.split(' ').eq(LABELS.iter().map(|label| label.word())) {
            return Err(Unreadable("it knows other categories"));
        }
        rest = &rest[line + 1..];
        let mut take = |count: usize| {
            let (taken, after) = rest.split_at_checked(count).ok_or(Unreadable("it is cut short"))?;
            rest = after;
            Ok(taken)
        };
        let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap_or_default());
        let mut file = File::default();
        for row in [&mut file.biases, &mut file.scales, &mut file.thresholds] {
            for value in row {
                *value = f32::from_bits(number(take(4)?));
            }
        }
        let length = number(take(4)?) as usize;
        let words = std::str::from_utf8(take(length)?).map_err(|_| Unreadable("words that are no text"))?;
        file.words = words.lines().map(str::to_owned).collect();
        let count = number(take(4)?) as usize;
        let keys = take(count.checked_mul(7).ok_or(Unreadable("it is cut short"))?)?;
        let rows = take(count.checked_mul(LABELS.len()).ok_or(Unreadable("it is cut short"))?)?;
        Ok((file, keys, rows))
    }
}

/// The features of a file, from the bytes of their keys and rows.
fn features_in<'b>(keys: &'b [u8], rows: &'b [u8]) -> impl ExactSizeIterator<Item = (u32, u32, Row)> + 'b {
    keys.chunks_exact(7).zip(rows.chunks_exact(LABELS.len())).map(|(key, weights)| {
        let mut row = Row::default();
        row.iter_mut().zip(weights).for_each(|(weight, byte)| *weight = *byte as i8);
        (
            u32::from_le_bytes([key[0], key[1], key[2], key[3]]),
            u32::from_le_bytes([key[4], key[5], key[6], 0]),
            row,
        )
    })
}

impl Weights {
    /// Reads a weights file.
    pub fn read(bytes: &[u8]) -> Result<Weights, Unreadable> {
        // Without its features, which go where they belong one by one.
        let (head, keys, rows) = File::read_head(bytes)?;
        Ok(Weights::with(&head, features_in(keys, rows)))
    }

    /// Makes a file ready to score by.
    pub fn of(file: &File) -> Weights {
        Weights::with(file, file.features.iter().copied())
    }

    fn with(file: &File, features: impl ExactSizeIterator<Item = (u32, u32, Row)>) -> Weights {
        let count = features.len();
        let slots = (count * 5 / 4).next_power_of_two().clamp(1 << 10, 1 << 24);
        let slots_for_words = (file.words.len() * 2).next_power_of_two().max(1 << 6);
        let mut weights = Weights {
            biases: file.biases,
            scales: file.scales,
            thresholds: file.thresholds,
            keys: vec![(0, 0); slots],
            rows: Vec::with_capacity(count),
            mask: slots - 1,
            bits: vec![0; BITS / 64],
            words: vec![(0, 0); slots_for_words],
            sums: Vec::with_capacity(file.words.len()),
            words_mask: slots_for_words - 1,
            vocabulary: file.words.join("\n"),
            features: count,
        };
        for (upper, lower, row) in features {
            let (mut slot, key) = place(u64::from(upper) << 32 | u64::from(lower), weights.mask);
            while weights.keys[slot].0 != 0 {
                slot = (slot + 1) & weights.mask;
            }
            weights.keys[slot] = (key, weights.rows.len() as u32);
            weights.rows.push(row);
            let bit = lower as usize & (BITS - 1);
            weights.bits[bit / 64] |= 1 << (bit % 64);
        }
        for word in &file.words {
            let hash = features::hash(word).max(1);
            let sum = weights.sum_of(hash, word);
            let mut slot = hash as usize & weights.words_mask;
            while weights.words[slot].0 != 0 && weights.words[slot].0 != hash {
                slot = (slot + 1) & weights.words_mask;
            }
            weights.words[slot] = (hash, weights.sums.len() as u32);
            weights.sums.push(sum);
        }
        weights
    }

    /// How many features have a weight.
    pub fn len(&self) -> usize {
        self.features
    }

    pub fn is_empty(&self) -> bool {
        self.features == 0
    }

    #[inline]
    fn row(&self, feature: u64) -> Option<&Row> {
        let bit = feature as usize & (BITS - 1);
        if self.bits[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        let (mut slot, key) = place(feature, self.mask);
        loop {
            match self.keys[slot] {
                (0, _) => return None,
                (found, row) if found == key => return Some(&self.rows[row as usize]),
                _ => slot = (slot + 1) & self.mask,
            }
        }
    }

    #[inline]
    fn learned(&self, hash: u64) -> Option<u32> {
        let hash = hash.max(1);
        let mut slot = hash as usize & self.words_mask;
        loop {
            match &self.words[slot] {
                (0, _) => return None,
                (found, place) if *found == hash => return Some(*place),
                _ => slot = (slot + 1) & self.words_mask,
            }
        }
    }

    /// Whether a word with this hash was learned from.
    pub fn knows(&self, hash: u64) -> bool {
        self.learned(hash).is_some()
    }

    /// Where the weights of a word are, for [`Word::row`](features::Word::row).
    pub fn place_of(&self, hash: u64) -> u32 {
        self.learned(hash).unwrap_or(u32::MAX)
    }

    /// The words learned from.
    pub fn vocabulary(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.lines()
    }

    /// What a word and its parts weigh.
    fn sum_of(&self, hash: u64, word: &str) -> [i16; WIDTH] {
        let mut sum = [0; WIDTH];
        let mut add = |feature: u64| {
            if let Some(row) = self.row(feature) {
                sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i16::from(*weight));
            }
        };
        add(features::of_word(hash));
        features::of_parts(word, add);
        sum
    }

    /// How likely a message belongs to each label.
    pub fn score(&self, reading: &Reading) -> Scores {
        self.lean(reading).map(likelihood)
    }

    /// How far a message leans to each label: what [`likelihood`] makes a score
    /// of. Most leanings are never asked for as that.
    pub fn lean(&self, reading: &Reading) -> Leanings {
        let mut sums: Sums = [0; WIDTH];
        for word in &reading.words {
            match self.sums.get(word.row as usize) {
                Some(sum) => add(&mut sums, sum),
                None => add(&mut sums, &self.sum_of(word.hash, reading.word(word))),
            }
        }
        features::each_together(reading, |feature, _| {
            if let Some(row) = self.row(feature) {
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(*weight));
            }
        });
        let damping = damping(reading.words.len());
        let mut leanings = [0.0; WIDTH];
        for (at, leaning) in leanings.iter_mut().enumerate().take(LABELS.len()) {
            *leaning = f64::from(self.biases[at]) + f64::from(sums[at]) * f64::from(self.scales[at]) * damping;
        }
        leanings
    }

    /// The words that spoke most for a label, the strongest first: their places
    /// in the reading and what each weighed. What a pair weighs is shared.
    pub fn strongest(&self, reading: &Reading, label: usize) -> Vec<(usize, f32)> {
        let of_word = |word: &features::Word| match self.sums.get(word.row as usize) {
            Some(sum) => sum[label],
            None => self.sum_of(word.hash, reading.word(word))[label],
        };
        let mut weighed: Vec<f32> = reading.words.iter().map(|word| f32::from(of_word(word))).collect();
        features::each_together(reading, |feature, on| {
            if let (On::Pair(first, second), Some(row)) = (on, self.row(feature)) {
                let half = f32::from(row[label]) / 2.0;
                weighed[first] += half;
                weighed[second] += half;
            }
        });
        let mut order: Vec<(usize, f32)> =
            weighed.into_iter().enumerate().filter(|(_, w)| *w > 0.0).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        order
    }
}

#[inline]
fn add(sums: &mut Sums, row: &[i16; WIDTH]) {
    sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(*weight));
}

/// What the sum of a message with so many words is multiplied with, so that a
/// long message is no worse than a short one for its length.
pub fn damping(words: usize) -> f64 {
    1.0 / (words.max(1) as f64 + 16.0).sqrt()
}

/// From a sum to a likelihood: the logistic function, computed the same
/// everywhere (the mathematics of the platform differ in the last bit).
pub fn likelihood(sum: f64) -> f32 {
    (1.0 / (1.0 + exp(-sum))) as f32
}

/// The exponential function: a power of two, and what remains by its series.
pub fn exp(value: f64) -> f64 {
    let value = value.clamp(-60.0, 60.0);
    let whole = (value * std::f64::consts::LOG2_E).round();
    let rest = value - whole * std::f64::consts::LN_2;
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..14 {
        term *= rest / f64::from(n);
        sum += term;
    }
    sum * f64::from_bits(((whole as i64 + 1023) as u64) << 52)
}

/// The binary logarithm of a positive number, the same everywhere: the exponent,
/// and the rest by its series.
pub fn log2(value: f64) -> f64 {
    let bits = value.to_bits();
    let exponent = (bits >> 52) as i64 - 1023;
    let mantissa = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let mut power = ratio;
    let mut sum = 0.0;
    for n in 0..20 {
        sum += power / f64::from(2 * n + 1);
        power *= ratio * ratio;
    }
    exponent as f64 + 2.0 * sum * std::f64::consts::LOG2_E
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_right() {
        for value in [1.0, 1.5, 2.0, 3.7, 1_000.0, 0.3] {
            assert!((log2(value) - f64::log2(value)).abs() < 1e-12, "{value}");
        }
    }

    #[test]
    fn the_exponential_function_is_right() {
        for value in [-50.0, -3.3, -0.5, 0.0, 0.1, 1.0, 7.77, 42.0] {
            let wanted: f64 = f64::exp(value);
            assert!((exp(value) - wanted).abs() <= wanted * 1e-12, "{value}");
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let file = File {
            biases: [-1.5; WIDTH],
            scales: [0.25; WIDTH],
            thresholds: [0.5; WIDTH],
            words: vec!["mayor".to_owned(), "vote".to_owned()],
            features: vec![(7, 0xabcdef, {
                let mut row = [3; WIDTH];
                row[15] = 0;
                row
            })],
        };
        assert_eq!(File::read(&file.to_bytes()).as_ref(), Ok(&file));
        assert_eq!(File::read(b"gavel weights 2\n"), Err(Unreadable("another format")));
        let bytes = file.to_bytes();
        for end in 0..bytes.len() {
            assert!(File::read(&bytes[..end]).is_err(), "cut at {end}");
        }
    }
}

//! The weights as they are kept and looked up.
//!
//! A file says what it knows in the order in which it is asked: biases, scales
//! and thresholds, the words that were learned from, then a table of marks and
//! the rows. Nothing of it is copied: the file that is compiled in is used where
//! it lies.
//!
//! A feature belongs to one bucket of the table by half of its hash, and is told
//! from the others there by 16 bits of the rest; a bucket holds eight, so that
//! they are compared at once. One that nobody has seen is taken for a known one
//! about once in ten thousand times, and then weighs what that weighs.
//!
//! A weight is one of fifteen levels, four bits: that many more features find
//! room. A level weighs its square, for most weights are small.

use super::features::{self, On, Reading};
use super::{LABELS, WIDTH};

/// A row of weights, one for each label, as levels from -[`HIGHEST`] to it.
pub type Row = [i8; LABELS.len()];

/// The highest level.
pub const HIGHEST: i8 = 7;

/// What a level weighs.
#[inline]
pub fn worth(level: i8) -> i16 {
    i16::from(level) * i16::from(level.abs())
}

/// How many bytes a row takes: two levels in one, the second eight above.
const ROW: usize = WIDTH / 2;

/// How many buckets the table has, and how many features one holds.
const BUCKETS: usize = 13 << 12;
pub const SLOTS: usize = 8;

/// How large a file may be, in bytes.
pub const LARGEST: usize = 4_000_000;

/// How a weights file begins.
const MAGIC: &[u8] = b"gavel weights 3\n";

/// Sums as they are added up.
type Sums = [i32; WIDTH];

/// How far a message leans to each label: 0 where the machine leans neither way.
pub type Leanings = [f64; WIDTH];

/// How likely a message belongs to each label, between 0 and 1.
pub type Scores = [f32; WIDTH];

/// Where a feature belongs: its bucket, and what tells it from the others in it.
pub fn place(feature: u64) -> (u16, u16) {
    let bucket = ((feature & u64::from(u32::MAX)) * BUCKETS as u64) >> 32;
    // Zero marks an empty slot.
    (bucket as u16, ((feature >> 32) as u16).max(1))
}

/// What a weights file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    pub biases: [f32; WIDTH],
    /// What one unit of a [`worth`] is.
    pub scales: [f32; WIDTH],
    /// From which score on a label is meant, where nothing else is said.
    pub thresholds: [f32; WIDTH],
    /// Sorted.
    pub words: Vec<String>,
    /// The place and row of each feature, sorted by place; at most [`SLOTS`] in
    /// a bucket.
    pub features: Vec<(u16, u16, Row)>,
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
        let mut features = self.features.iter().peekable();
        for bucket in 0..BUCKETS as u16 {
            let mut marks = [0; SLOTS];
            for mark in &mut marks {
                let Some((_, found, _)) = features.next_if(|(at, ..)| *at == bucket) else { break };
                *mark = *found;
            }
            marks.iter().for_each(|mark: &u16| bytes.extend(mark.to_le_bytes()));
        }
        for (.., row) in &self.features {
            let level = |at: usize| row.get(at).map_or(0, |level| (level & 0xf) as u8);
            bytes.extend((0..ROW).map(|at| level(at) | level(at + ROW) << 4));
        }
        bytes
    }

    /// How many more features find room.
    pub fn room(&self) -> usize {
        LARGEST.saturating_sub(self.to_bytes().len()) / ROW
    }
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

/// Weights, ready to score.
#[derive(Debug)]
pub struct Weights<'b> {
    biases: [f32; WIDTH],
    scales: [f32; WIDTH],
    pub thresholds: [f32; WIDTH],
    vocabulary: &'b str,
    /// The marks of each bucket.
    marks: &'b [[u8; 2 * SLOTS]],
    rows: &'b [[u8; ROW]],
    /// Where the rows of each bucket begin.
    begins: Vec<u32>,
    /// What a word of the vocabulary weighs together with its parts.
    sums: Vec<[i16; WIDTH]>,
}

/// Reads what lies at the beginning of `rest`.
fn take<'b>(rest: &mut &'b [u8], count: usize) -> Result<&'b [u8], Unreadable> {
    let (taken, after) = rest.split_at_checked(count).ok_or(Unreadable("it is cut short"))?;
    *rest = after;
    Ok(taken)
}

impl<'b> Weights<'b> {
    /// Reads a weights file.
    pub fn read(bytes: &'b [u8]) -> Result<Weights<'b>, Unreadable> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(Unreadable("another format"))?;
        let line = rest.iter().position(|b| *b == b'\n').ok_or(Unreadable("no labels"))?;
        let labels = std::str::from_utf8(take(&mut rest, line)?).unwrap_or_default();
        if !labels.split(' ').eq(LABELS.iter().map(|label| label.word())) {
            return Err(Unreadable("it knows other categories"));
        }
        take(&mut rest, 1)?;
        let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap_or_default());
        let mut head = [[0.0; WIDTH]; 3];
        for value in head.iter_mut().flatten() {
            *value = f32::from_bits(number(take(&mut rest, 4)?));
        }
        let length = number(take(&mut rest, 4)?) as usize;
        let vocabulary = std::str::from_utf8(take(&mut rest, length)?)
            .map_err(|_| Unreadable("words that are no text"))?;
        let (marks, _) = take(&mut rest, BUCKETS * SLOTS * 2)?.as_chunks();
        let [biases, scales, thresholds] = head;
        let mut weights = Weights {
            biases,
            scales,
            thresholds,
            vocabulary,
            marks,
            rows: rest.as_chunks().0,
            begins: Vec::with_capacity(BUCKETS),
            sums: Vec::new(),
        };
        let mut count = 0;
        for marks in weights.marks {
            weights.begins.push(count);
            count += marks_in(marks).filter(|mark| *mark != 0).count() as u32;
        }
        if rest.len() != count as usize * ROW {
            return Err(Unreadable("it has not as many rows as marks"));
        }
        weights.sums = vocabulary.lines().map(|word| weights.sum_of(features::hash(word), word)).collect();
        Ok(weights)
    }

    /// How many features have a weight.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The words learned from. The place of each is its row
    /// ([`Word::row`](features::Word::row)).
    pub fn vocabulary(&self) -> impl Iterator<Item = &'b str> + use<'b> {
        self.vocabulary.lines()
    }

    /// Where the row of a feature is; without one, nothing that is a row.
    #[inline]
    fn find(&self, feature: u64) -> Option<u32> {
        let (bucket, mark) = place(feature);
        // All eight at once, four in each half: a difference of zero borrows from
        // the bit above it. Only above a true one can that be wrong, and a mark
        // stands once in a bucket.
        let difference = |half: &[u8]| {
            u64::from_le_bytes(half.try_into().unwrap_or_default())
                ^ (u64::from(mark) * 0x0001_0001_0001_0001)
        };
        let zeros = |lanes: u64| lanes.wrapping_sub(0x0001_0001_0001_0001) & !lanes & 0x8000_8000_8000_8000;
        let (low, high) = self.marks[usize::from(bucket)].split_at(SLOTS);
        let same = zeros(difference(low)) >> 15 | zeros(difference(high)) >> 14;
        let at = same.trailing_zeros();
        (same != 0).then(|| self.begins[usize::from(bucket)] + (at >> 4) + SLOTS as u32 / 2 * (at & 1))
    }

    /// What a row weighs.
    #[inline]
    fn row(&self, at: u32) -> [i16; WIDTH] {
        let mut row = [0; WIDTH];
        let (first, second) = row.split_at_mut(ROW);
        for ((byte, first), second) in self.rows[at as usize].iter().zip(first).zip(second) {
            *first = worth((byte << 4) as i8 >> 4);
            *second = worth(*byte as i8 >> 4);
        }
        row
    }

    /// What a word and its parts weigh.
    fn sum_of(&self, hash: u64, word: &str) -> [i16; WIDTH] {
        let mut sum = [0; WIDTH];
        let mut add = |feature: u64| {
            if let Some(at) = self.find(feature) {
                sum.iter_mut().zip(self.row(at)).for_each(|(sum, weight)| *sum += weight);
            }
        };
        add(features::of_word(hash));
        features::of_parts(word, add);
        sum
    }

    /// What a word of a reading weighs with its parts.
    #[inline]
    fn sum(&self, reading: &Reading, word: &features::Word) -> [i16; WIDTH] {
        match self.sums.get(word.row as usize) {
            Some(sum) => *sum,
            None => self.sum_of(word.hash, reading.word(word)),
        }
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
            let sum = self.sum(reading, word);
            sums.iter_mut().zip(sum).for_each(|(sum, weight)| *sum += i32::from(weight));
        }
        // First where the rows are, without a branch, then the rows: so the
        // processor fetches many at once.
        let mut found = Rows { places: [0; 64], count: 0 };
        features::each_together(reading, |feature, _| {
            if found.count == found.places.len() {
                self.add_rows(&mut found, &mut sums);
            }
            let place = self.find(feature);
            found.places[found.count] = place.unwrap_or_default();
            found.count += usize::from(place.is_some());
        });
        self.add_rows(&mut found, &mut sums);
        let damping = damping(reading.words.len());
        let mut leanings = [0.0; WIDTH];
        for (at, leaning) in leanings.iter_mut().enumerate().take(LABELS.len()) {
            *leaning =
                f64::from(self.biases[at]) + f64::from(sums[at]) * f64::from(self.scales[at]) * damping;
        }
        leanings
    }

    /// Adds up the rows that were found. So few of them fit into sixteen bits.
    fn add_rows(&self, found: &mut Rows, sums: &mut Sums) {
        let mut some = [0i16; WIDTH];
        for at in &found.places[..found.count] {
            some.iter_mut().zip(self.row(*at)).for_each(|(sum, weight)| *sum += weight);
        }
        sums.iter_mut().zip(some).for_each(|(sum, some)| *sum += i32::from(some));
        found.count = 0;
    }

    /// The words that spoke most for a label, the strongest first: their places
    /// in the reading and what each weighed. What a pair weighs is shared.
    pub fn strongest(&self, reading: &Reading, label: usize) -> Vec<(usize, f32)> {
        let mut weighed: Vec<f32> =
            reading.words.iter().map(|word| f32::from(self.sum(reading, word)[label])).collect();
        features::each_together(reading, |feature, on| {
            if let (On::Pair(first, second), Some(at)) = (on, self.find(feature)) {
                let half = f32::from(self.row(at)[label]) / 2.0;
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

/// Rows to be added up.
struct Rows {
    places: [u32; 64],
    count: usize,
}

/// The marks of a bucket.
fn marks_in(bucket: &[u8; 2 * SLOTS]) -> impl Iterator<Item = u16> + '_ {
    bucket.as_chunks().0.iter().map(|mark| u16::from_le_bytes(*mark))
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
    fn what_is_written_down_is_found_again() {
        let words = ["mayor".to_owned(), "vote".to_owned()];
        let mut features: Vec<(u16, u16, Row)> = words
            .iter()
            .zip([3, -7])
            .map(|(word, weight)| {
                let (bucket, mark) = place(features::of_word(features::hash(word)));
                (bucket, mark, [weight; LABELS.len()])
            })
            .collect();
        features.sort_unstable();
        let file = File { scales: [0.25; WIDTH], words: words.to_vec(), features, ..File::default() };
        let bytes = file.to_bytes();
        let weights = Weights::read(&bytes).unwrap();
        assert_eq!(weights.len(), 2);
        assert_eq!(weights.vocabulary().collect::<Vec<_>>(), words);
        assert_eq!(
            weights.sums.iter().map(|sum| (sum[0], sum[14])).collect::<Vec<_>>(),
            [(9, 9), (-49, -49)]
        );
        assert!(weights.find(features::of_word(features::hash("voter"))).is_none());
        assert_eq!(Weights::read(b"gavel weights 1\n").unwrap_err(), Unreadable("another format"));
        for end in (0..bytes.len()).filter(|end| *end < 1_000 || end % 997 == 0) {
            assert!(Weights::read(&bytes[..end]).is_err(), "cut at {end}");
        }
    }
}

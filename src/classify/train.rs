//! Learning the weights from labelled messages.
//!
//! One linear classifier a label over the same features: the support vector
//! machine with squared loss, by dual coordinate descent (Hsieh and others,
//! 2008), rare features counting for more (inverse document frequency).
//! Everything is added up in a fixed order and the order of the messages comes
//! from the seed, so the same messages give the same bytes.

use std::collections::{BTreeSet, HashMap};

use super::features::{self, On, Reading};
use super::weights::{File, HIGHEST, Row, SLOTS, damping, log2, place, worth};
use super::{LABELS, WIDTH};

/// A labelled message.
#[derive(Clone, Debug)]
pub struct Example {
    pub reading: Reading,
    /// Whether each label holds; `None` where whoever labelled did not look.
    pub labels: [Option<bool>; WIDTH],
    /// How much it counts.
    pub weight: f32,
    /// Messages that are variants of one another share it.
    pub family: u64,
}

/// How it is learned.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub seed: u64,
    /// How often all messages are gone through, at most.
    pub rounds: usize,
    /// What an error costs, against the size of the weights.
    pub cost: f32,
    /// What a part of a word counts, where a word counts 1.
    pub parts: f32,
    /// In how many families a feature must occur.
    pub families: u32,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan { seed: 1, rounds: 30, cost: 0.2, parts: 0.35, families: 2 }
    }
}

/// How steeply a score rises: at the border, where the machine leans neither
/// way, it is one half, and at the margin 0.95.
const STEEPNESS: f32 = 3.0;

/// Numbers that follow from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        features::mix(self.0)
    }
}

/// The features of each example, numbered, those that occur too seldom left out.
struct Numbered {
    hashes: Vec<u64>,
    /// What each counts by itself.
    worth: Vec<f32>,
    /// The root of in how many families it occurs.
    frequency: Vec<f32>,
    /// Where the features of each example begin; they end where the next begin.
    from: Vec<usize>,
    features: Vec<(u32, f32)>,
}

impl Numbered {
    fn of(&self, example: usize) -> &[(u32, f32)] {
        &self.features[self.from[example]..self.from[example + 1]]
    }
}

fn number(examples: &[&Example], words: &[String], plan: &Plan) -> Numbered {
    let rows = features::rows_of(words.iter().map(String::as_str));
    let known = |example: &Example| {
        let mut reading = example.reading.clone();
        reading.be_known(&rows);
        reading
    };
    #[derive(Clone, Copy)]
    struct Seen {
        families: u32,
        last: u64,
        is_part: bool,
    }
    let mut seen: HashMap<u64, Seen> = HashMap::new();
    for example in examples {
        features::each(&known(example), |feature, on| {
            let new = Seen { families: 0, last: !example.family, is_part: on == On::Part };
            let seen = seen.entry(feature).or_insert(new);
            if seen.last != example.family {
                seen.families += 1;
                seen.last = example.family;
            }
        });
    }
    let mut kept: Vec<(u64, Seen)> =
        seen.into_iter().filter(|(_, seen)| seen.families >= plan.families).collect();
    kept.sort_unstable_by_key(|(hash, _)| *hash);
    let numbers: HashMap<u64, u32> =
        kept.iter().enumerate().map(|(at, (hash, _))| (*hash, at as u32)).collect();
    let rarity =
        |seen: &Seen| (log2(1.0 + examples.len() as f64 / (1.0 + f64::from(seen.families))) / 4.0) as f32;
    let worth = kept
        .iter()
        .map(|(_, seen)| rarity(seen) * if seen.is_part { plan.parts } else { 1.0 })
        .collect::<Vec<f32>>();
    let mut numbered = Numbered {
        hashes: kept.iter().map(|(hash, _)| *hash).collect(),
        worth,
        frequency: kept.iter().map(|(_, seen)| (seen.families as f32).sqrt()).collect(),
        from: vec![0],
        features: Vec::new(),
    };
    let mut found = Vec::new();
    for example in examples {
        found.clear();
        features::each(&known(example), |feature, _| found.extend(numbers.get(&feature)));
        found.sort_unstable();
        let scale = damping(example.reading.words.len()) as f32;
        let begin = numbered.features.len();
        for &feature in &found {
            let value = scale * numbered.worth[feature as usize];
            match numbered.features[begin..].last_mut() {
                Some((last, times)) if *last == feature => *times += value,
                _ => numbered.features.push((feature, value)),
            }
        }
        numbered.from.push(numbered.features.len());
    }
    numbered
}

/// Learns from examples.
pub fn train(examples: &[&Example], plan: &Plan) -> File {
    let words = vocabulary(examples);
    let numbered = number(examples, &words, plan);
    let mut file = File { thresholds: [0.5; WIDTH], words, ..File::default() };
    let mut learned: Vec<Learned> = numbered
        .hashes
        .iter()
        .map(|hash| Learned { hash: *hash, row: Row::default(), strength: 0.0 })
        .collect();
    for label in 0..LABELS.len() {
        let (weights, bias) = one(examples, &numbered, label, plan);
        // The few greatest are cut: one outlier would coarsen all the others.
        let weighs = |at: usize| weights[at] * numbered.worth[at];
        let mut sizes: Vec<f32> = (0..weights.len()).map(|at| weighs(at).abs()).collect();
        sizes.sort_unstable_by(f32::total_cmp);
        let greatest =
            sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 20_000)).copied().unwrap_or(0.0);
        let unit = greatest.max(1e-6) / f32::from(worth(HIGHEST));
        file.scales[label] = unit * STEEPNESS;
        file.biases[label] = bias * STEEPNESS;
        for (at, learned) in learned.iter_mut().enumerate() {
            let weight = weighs(at) / unit;
            learned.row[label] = level_of(weight);
            learned.strength = learned.strength.max(weight.abs() * numbered.frequency[at]);
        }
    }
    file.features = kept(learned, file.room());
    file
}

/// The level that weighs what is nearest to a value.
fn level_of(value: f32) -> i8 {
    let far = |level: &i8| (f32::from(worth(*level)) - value.abs()).abs();
    let level = (0..=HIGHEST).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(0);
    if value < 0.0 { -level } else { level }
}

/// What was learned of a feature.
struct Learned {
    hash: u64,
    row: Row,
    /// The greatest of its weights, before it became a level, times how often it
    /// is met.
    strength: f32,
}

/// The features that find room, the strongest of all and in each bucket.
fn kept(mut learned: Vec<Learned>, room: usize) -> Vec<(u16, u16, Row)> {
    learned.retain(|learned| learned.row.iter().any(|level| *level != 0));
    learned.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.hash.cmp(&b.hash)));
    let mut in_bucket: HashMap<u16, Vec<u16>> = HashMap::new();
    let mut kept = Vec::new();
    for Learned { hash, row, .. } in learned {
        let (bucket, mark) = place(hash);
        let marks = in_bucket.entry(bucket).or_default();
        if kept.len() < room && marks.len() < SLOTS && !marks.contains(&mark) {
            marks.push(mark);
            kept.push((bucket, mark, row));
        }
    }
    kept.sort_unstable();
    kept
}

/// Learns one label: a weight for each feature, and the bias.
fn one(examples: &[&Example], numbered: &Numbered, label: usize, plan: &Plan) -> (Vec<f32>, f32) {
    let used: Vec<(usize, f32)> = examples
        .iter()
        .enumerate()
        .filter_map(|(at, example)| example.labels[label].map(|holds| (at, if holds { 1.0 } else { -1.0 })))
        .collect();
    let mut weights = vec![0.0f32; numbered.hashes.len()];
    let mut bias = 0.0f32;
    // What each example pulls, and how stiff it is.
    let mut pulls = vec![0.0f32; used.len()];
    let stiffness: Vec<f32> = used.iter().map(|(at, _)| 0.5 / (plan.cost * examples[*at].weight)).collect();
    let squares: Vec<f32> = used
        .iter()
        .map(|(at, _)| 1.0 + numbered.of(*at).iter().map(|(_, value)| value * value).sum::<f32>())
        .collect();
    let mut order: Vec<u32> = (0..used.len() as u32).collect();
    let mut dice = Dice(plan.seed ^ (label as u64) << 32);
    for _ in 0..plan.rounds {
        for at in (1..order.len()).rev() {
            order.swap(at, (dice.next() % (at as u64 + 1)) as usize);
        }
        let mut farthest = 0.0f32;
        for &place in &order {
            let place = place as usize;
            let (at, sign) = used[place];
            let found = numbered.of(at);
            let sum =
                found.iter().fold(bias, |sum, (feature, value)| sum + weights[*feature as usize] * value);
            let slope = sign * sum - 1.0 + stiffness[place] * pulls[place];
            if pulls[place] == 0.0 && slope >= 0.0 {
                continue;
            }
            farthest = farthest.max(slope.abs());
            let pull = (pulls[place] - slope / (squares[place] + stiffness[place])).max(0.0);
            let change = sign * (pull - pulls[place]);
            pulls[place] = pull;
            if change != 0.0 {
                for (feature, value) in found {
                    weights[*feature as usize] += change * value;
                }
                bias += change;
            }
        }
        if farthest < 0.02 {
            break;
        }
    }
    (weights, bias)
}

/// In how many families a word must stand that is only ever written as a name
/// is: one that fewer use is anybody.
const FAMILIES_OF_A_NAME: u32 = 8;

/// The words that more than one family uses.
fn vocabulary(examples: &[&Example]) -> Vec<String> {
    struct Seen {
        families: u32,
        last: u64,
        is_name: bool,
    }
    let mut seen: HashMap<&str, Seen> = HashMap::new();
    for example in examples {
        for word in &example.reading.words {
            let new = Seen { families: 0, last: !example.family, is_name: true };
            let seen = seen.entry(example.reading.word(word)).or_insert(new);
            seen.is_name &= word.is_capital;
            if seen.last != example.family {
                seen.families += 1;
                seen.last = example.family;
            }
        }
    }
    let is_kept = |seen: &Seen| seen.families >= if seen.is_name { FAMILIES_OF_A_NAME } else { 2 };
    let words: BTreeSet<&str> =
        seen.iter().filter(|(word, seen)| is_kept(seen) && !word.is_empty()).map(|(word, _)| *word).collect();
    words.into_iter().map(str::to_owned).collect()
}

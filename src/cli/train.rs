//! `gavel train`: learns the classifier's weights from labelled messages.
//!
//! The same messages and seed give the same bytes. What it prints are figures
//! on messages that were held out in turn, never on those learned from.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::labelled::{self, Labelled};
use super::{Ending, MONROE, report};
use crate::classify::train::{Example, Plan, train};
use crate::classify::weights::File;
use crate::classify::{self, LABELS, WIDTH, Weights, features};
use crate::decide::{self, decide};
use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Category, EvidenceKind};
use crate::policy::matcher::Scan;
use crate::policy::sets::matcher_for_training;
use crate::policy::source::compile;
use crate::policy::{self, Policy};
use crate::proof;
use crate::settings::{self, Unusable};

/// Learn the classifier's weights from labelled messages.
///
/// Each FILE holds one JSON object a line with `text` and `labels`. Figures on
/// messages held out in turn are printed; the weights are learned from all.
#[derive(Args)]
pub struct Arguments {
    /// Where the weights are written
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The order of learning follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Into how many parts the messages are divided for the figures; 0 for none
    #[arg(long, default_value_t = 5)]
    folds: usize,
    /// The share of messages of no category that may be flagged in all, in percent
    #[arg(long, default_value_t = 7.4)]
    budget: f64,
    /// The policy whose rules the model is added to; left out, the built-in Monroe policy
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Labelled messages
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let rules = match rules(arguments.policy.as_deref())? {
        Ok(rules) => rules,
        Err(unusable) => {
            report(&unusable);
            return Ok(Ending::Usage);
        }
    };
    let (policy, taught_by) = &rules;
    let mut out = std::io::stdout().lock();
    let messages = labelled::read_all(&arguments.files)?;
    let mut examples = examples(&messages);
    let taught = examples.len();
    examples.extend(taught_by_pairs(policy));
    examples.extend(taught_by_rules(policy, taught_by));
    let plan = Plan { seed: arguments.seed, ..Plan::default() };
    let mut thresholds = [0.5; WIDTH];
    if arguments.folds > 1 {
        let mut scores = held_out(&examples, &plan, arguments.folds);
        scores.truncate(taught);
        let ruled: Vec<Vec<Category>> = messages
            .iter()
            .map(|message| {
                let decision = decide(policy, &decide::message_of(&message.text), &message.circumstances());
                decision.findings.iter().map(|f| f.category).collect()
            })
            .collect();
        thresholds = choose(&messages, &scores, &ruled, arguments.budget, &mut out)?;
        print(&messages, &scores, &ruled, &thresholds, &mut out)?;
    }
    let all: Vec<&Example> = examples.iter().collect();
    let mut file = train(&all, &plan);
    file.thresholds = thresholds;
    let bytes = file.to_bytes();
    writeln!(out, "{} features, {} words, {} bytes", file.features.len(), file.words.len(), bytes.len())?;
    if let Some(path) = &arguments.out {
        std::fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(Ending::Well)
}

/// A policy without the rules that ask the classifier, and the examples of
/// every rule.
type Rules = (Policy, Vec<(Category, policy::Example)>);

/// Reads a policy to learn beside. It is not held to its pairs: with other
/// weights than those compiled in they may differ.
fn rules(path: Option<&Path>) -> anyhow::Result<Result<Rules, Unusable>> {
    let (source, name) = match path {
        Some(path) => (
            std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?,
            path.display().to_string(),
        ),
        None => (MONROE.to_owned(), "monroe.toml (built in)".to_owned()),
    };
    let beside = |list: &str| {
        let folder = path.and_then(Path::parent).unwrap_or(Path::new("."));
        settings::list_beside(folder, list)
    };
    Ok(compile(&source, &name, &beside).map_err(|problems| Unusable::Broken { problems, source }).map(
        |mut policy| {
            let of_rule = |rule: &policy::Rule| {
                let category = rule.category;
                rule.examples.iter().map(move |example| (category, example.clone())).collect::<Vec<_>>()
            };
            let examples = policy.rules.iter().flat_map(of_rule).collect();
            policy.retain_rules(|rule| rule.evidence != EvidenceKind::Model);
            (policy, examples)
        },
    ))
}

/// How much each side of a pair counts.
const WEIGHT_OF_PAIRS: f32 = 4.0;

/// Both sides of every pair, as the rules decide them: what must be decided
/// alike is taught alike.
fn taught_by_pairs(policy: &Policy) -> Vec<Example> {
    let matcher = matcher_for_training();
    let mut scan = Scan::default();
    let mut examples = Vec::new();
    for pair in proof::pairs(policy) {
        let circumstances =
            Circumstances { standing: pair.audience.into(), topics: pair.topics, ..Circumstances::default() };
        for text in [&pair.left, &pair.right] {
            let message = decide::message_of(text);
            let found = decide(policy, &message, &circumstances);
            let mut labels = [None; WIDTH];
            for (label, category) in labels.iter_mut().zip(LABELS) {
                *label = Some(found.findings.iter().any(|f| f.category == category));
            }
            examples.push(Example {
                reading: matcher.read_for_training(&message, &mut scan),
                labels,
                weight: WEIGHT_OF_PAIRS,
                family: features::hash(text),
            });
        }
    }
    examples
}

/// How much an example of a rule counts.
const WEIGHT_OF_EXAMPLES: f32 = 4.0;

/// The examples of every rule: what it must match is of its category, and what
/// it must not is not, unless another rule of that category finds it.
fn taught_by_rules(policy: &Policy, taught_by: &[(Category, policy::Example)]) -> Vec<Example> {
    let matcher = matcher_for_training();
    let mut scan = Scan::default();
    let mut examples = Vec::new();
    for (category, example) in taught_by {
        let Some(label) = classify::label(*category) else { continue };
        let message = decide::message_of(&example.text);
        let found = decide(policy, &message, &Circumstances::default());
        let mut labels = [None; WIDTH];
        labels[label] = Some(example.matches || found.findings.iter().any(|f| f.category == *category));
        examples.push(Example {
            reading: matcher.read_for_training(&message, &mut scan),
            labels,
            weight: WEIGHT_OF_EXAMPLES,
            family: features::hash(&example.text),
        });
    }
    examples
}

fn examples(messages: &[Labelled]) -> Vec<Example> {
    let matcher = matcher_for_training();
    let mut scan = Scan::default();
    messages
        .iter()
        .map(|message| {
            let mut labels = [None; WIDTH];
            for (label, category) in labels.iter_mut().zip(LABELS) {
                *label = message.covers(category).then(|| message.has(category));
            }
            Example {
                reading: matcher.read_for_training(&decide::message_of(&message.text), &mut scan),
                labels,
                weight: 1.0,
                family: features::hash(&message.family),
            }
        })
        .collect()
}

/// What each message scores by weights learned without its part.
fn held_out(examples: &[Example], plan: &Plan, folds: usize) -> Vec<[f32; WIDTH]> {
    let part = |example: &Example| (features::mix(example.family) % folds as u64) as usize;
    let mut scores = vec![[0.0; WIDTH]; examples.len()];
    let parts: Vec<(usize, File)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..folds)
            .map(|fold| {
                scope.spawn(move || {
                    let rest: Vec<&Example> = examples.iter().filter(|e| part(e) != fold).collect();
                    (fold, train(&rest, plan))
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().expect("learning does not fail")).collect()
    });
    for (fold, file) in parts {
        let bytes = file.to_bytes();
        let weights = Weights::read(&bytes).expect("what was just written can be read");
        let rows = features::rows_of(weights.vocabulary());
        for (example, score) in examples.iter().zip(&mut scores).filter(|(e, _)| part(e) == fold) {
            let mut reading = example.reading.clone();
            reading.be_known(&rows);
            *score = weights.score(&reading);
        }
    }
    scores
}

/// How much of a category is enough, and what finding more of it is worth
/// beside the others, where all share what may be flagged in vain: a miss of a
/// desk's message or of an attack costs a person more than a missed reminder.
fn wanted(category: Category) -> (f64, f64) {
    match category {
        Category::ScamLink => (0.82, 6.0),
        Category::ContactInfo => (0.95, 6.0),
        Category::Religious => (0.80, 5.0),
        Category::Vulgar => (0.66, 2.0),
        Category::Press => (0.815, 2.5),
        Category::HarassmentHate => (0.56, 1.6),
        Category::Threat => (0.565, 1.5),
        Category::Political => (0.55, 1.0),
        Category::Legal => (0.66, 1.2),
        _ => (0.75, 0.5),
    }
}

/// The share of the messages that are not of a category which may be flagged as
/// if they were.
const MOST_WRONG: f64 = 0.0088;

/// How many messages flagged wrongly a step looks beyond for what it gains.
const FURTHEST: usize = 40;

/// Thresholds that find most for what may be flagged wrongly in all: one after
/// the other is lowered where that finds most for each message flagged in vain.
fn choose(
    messages: &[Labelled],
    scores: &[[f32; WIDTH]],
    ruled: &[Vec<Category>],
    budget: f64,
    out: &mut impl Write,
) -> std::io::Result<[f32; WIDTH]> {
    let benign: Vec<bool> = messages.iter().map(|m| m.labels.is_empty()).collect();
    let total = benign.iter().filter(|b| **b).count();
    let mut flagged: Vec<bool> = (0..messages.len()).map(|at| benign[at] && !ruled[at].is_empty()).collect();
    let mut spent = flagged.iter().filter(|f| **f).count();
    writeln!(out, "flagged by rules alone: {spent} of {total} that are nothing")?;
    let mut thresholds = [1.0f32; WIDTH];
    let mut order: Vec<Vec<usize>> = Vec::new();
    let mut next = vec![0usize; LABELS.len()];
    for label in 0..LABELS.len() {
        let mut places: Vec<usize> =
            (0..messages.len()).filter(|at| messages[*at].concerns(LABELS[label])).collect();
        places.sort_by(|a, b| scores[*b][label].total_cmp(&scores[*a][label]));
        order.push(places);
    }
    let positives: Vec<f64> =
        LABELS.iter().map(|l| messages.iter().filter(|m| m.has(*l)).count().max(1) as f64).collect();
    let mut found: Vec<f64> = LABELS
        .iter()
        .map(|l| messages.iter().zip(ruled).filter(|(m, r)| m.has(*l) && r.contains(l)).count() as f64)
        .collect();
    let mut wrong: Vec<usize> = LABELS
        .iter()
        .map(|l| messages.iter().zip(ruled).filter(|(m, r)| !m.has(*l) && r.contains(l)).count())
        .collect();
    let negatives: Vec<usize> =
        LABELS.iter().map(|l| messages.iter().filter(|m| m.is_ruled_by(*l) && !m.has(*l)).count()).collect();
    loop {
        // The best next piece of each label: down to just above the next
        // messages flagged in vain.
        let mut best: Option<(f64, usize, usize)> = None;
        for label in 0..LABELS.len() {
            let (enough, worth_of_it) = wanted(LABELS[label]);
            if found[label] / positives[label] >= enough {
                continue;
            }
            let (mut gain, mut cost, mut errors) = (0.0, 0usize, 0usize);
            for (offset, &at) in order[label][next[label]..].iter().enumerate() {
                let meant = messages[at].has(LABELS[label]);
                if meant {
                    gain += f64::from(u8::from(!ruled[at].contains(&LABELS[label])));
                } else if !ruled[at].contains(&LABELS[label]) {
                    errors += 1;
                    cost += usize::from(benign[at] && !flagged[at]);
                }
                let most = MOST_WRONG * negatives[label] as f64;
                if errors > FURTHEST || (wrong[label] + errors) as f64 > most {
                    break;
                }
                let worth =
                    worth_of_it * gain / positives[label] / (cost as f64 + 0.4 * errors as f64 + 0.05);
                if gain > 0.0
                    && spent + cost <= (budget / 100.0 * total as f64) as usize
                    && best.is_none_or(|(other, ..)| worth > other)
                {
                    best = Some((worth, label, offset + 1));
                }
            }
        }
        let Some((_, label, count)) = best else { break };
        for &at in &order[label][next[label]..next[label] + count] {
            if messages[at].has(LABELS[label]) {
                found[label] += f64::from(u8::from(!ruled[at].contains(&LABELS[label])));
            } else if !ruled[at].contains(&LABELS[label]) {
                wrong[label] += 1;
                if benign[at] && !flagged[at] {
                    flagged[at] = true;
                    spent += 1;
                }
            }
        }
        next[label] += count;
        let last = scores[order[label][next[label] - 1]][label];
        let after = order[label].get(next[label]).map_or(0.0, |at| scores[*at][label]);
        thresholds[label] = (last + after) / 2.0;
    }
    writeln!(
        out,
        "flagged in all: {spent} of {total} that are nothing ({:.2} %)",
        100.0 * spent as f64 / total as f64
    )?;
    Ok(thresholds)
}

fn print(
    messages: &[Labelled],
    scores: &[[f32; WIDTH]],
    ruled: &[Vec<Category>],
    thresholds: &[f32; WIDTH],
    out: &mut impl Write,
) -> std::io::Result<()> {
    writeln!(
        out,
        "{:<18}{:>6}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}",
        "", "meant", "rules", "model", "both", "en", "es", "wrong%", "at 1%", "threshold"
    )?;
    for (label, category) in LABELS.iter().enumerate() {
        let here = |at: &usize| messages[*at].concerns(*category);
        let places: Vec<usize> = (0..messages.len()).filter(here).collect();
        let share = |wanted: &dyn Fn(usize) -> bool, holds: &dyn Fn(usize) -> bool| {
            let all: Vec<usize> = places.iter().copied().filter(|at| wanted(*at)).collect();
            all.iter().filter(|at| holds(**at)).count() as f64 / all.len().max(1) as f64
        };
        let meant = |at: usize| messages[at].has(*category);
        let by_rule = |at: usize| ruled[at].contains(category);
        let by_model = |at: usize| scores[at][label] >= thresholds[label];
        let both = |at: usize| by_rule(at) || by_model(at);
        let in_language =
            |lang: &'static str| move |at: usize| messages[at].has(*category) && messages[at].lang == lang;
        // Recall of the model alone at one in a hundred wrong.
        let mut wrong: Vec<f32> =
            places.iter().filter(|at| !meant(**at)).map(|at| scores[*at][label]).collect();
        wrong.sort_by(|a, b| b.total_cmp(a));
        let bar = wrong.get(wrong.len() / 100).copied().unwrap_or(0.0);
        writeln!(
            out,
            "{:<18}{:>6}{:>8.3}{:>8.3}{:>8.3}{:>8.3}{:>8.3}{:>8.2}{:>8.3}{:>9.3}",
            category.word(),
            places.iter().filter(|at| meant(**at)).count(),
            share(&meant, &by_rule),
            share(&meant, &by_model),
            share(&meant, &both),
            share(&in_language("en"), &both),
            share(&in_language("es"), &both),
            100.0 * share(&|at| !meant(at), &both),
            share(&meant, &|at| scores[at][label] > bar),
            thresholds[label],
        )?;
    }
    writeln!(out, "\nrecall of the score alone, by the share of other messages that it takes in as well")?;
    writeln!(out, "{:<18}{:>8}{:>8}{:>8}{:>8}{:>8}", "", "0.1 %", "0.2 %", "0.5 %", "1 %", "2 %")?;
    for (label, category) in LABELS.iter().enumerate() {
        let here = |m: &Labelled| m.concerns(*category);
        let of = |meant: bool| {
            let places = messages.iter().zip(scores).filter(|(m, _)| here(m) && m.has(*category) == meant);
            let mut found: Vec<f32> = places.map(|(_, score)| score[label]).collect();
            found.sort_by(|a, b| b.total_cmp(a));
            found
        };
        let (meant, others) = (of(true), of(false));
        let recall = |share: f64| {
            let bar = others.get((others.len() as f64 * share) as usize).copied().unwrap_or(0.0);
            meant.iter().filter(|score| **score > bar).count() as f64 / meant.len().max(1) as f64
        };
        let curve: String =
            [0.001, 0.002, 0.005, 0.01, 0.02].map(|share| format!("{:>8.3}", recall(share))).concat();
        writeln!(out, "{:<18}{curve}", category.word())?;
    }
    let counts: HashMap<bool, usize> = messages.iter().fold(HashMap::new(), |mut counts, m| {
        *counts.entry(m.labels.is_empty()).or_default() += 1;
        counts
    });
    writeln!(
        out,
        "{} messages of a category, {} of none",
        counts.get(&false).unwrap_or(&0),
        counts.get(&true).unwrap_or(&0)
    )?;
    Ok(())
}

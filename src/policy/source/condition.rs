//! What a rule looks for, by the kind of evidence that it declares.

use std::ops::Range;

use regex::RegexBuilder;
use regex_syntax::hir::literal::Extractor;

use crate::classify::{self, LABELS};
use crate::domain::decision::{Category, EvidenceKind};
use crate::policy::condition::{Condition, Test};
use crate::policy::lists::Severity;
use crate::policy::reading::{At, Problems, Table};
use crate::policy::sets::Sets;

/// Largest compiled size of a rule's pattern, in bytes.
const PATTERN_LIMIT: usize = 1 << 20;

/// Longest list of literals that gates a pattern.
const GATE_LIMIT: usize = 256;

/// How many words may stand between two hits.
const WITHIN: Range<u64> = 0..64;

/// The keys that state a condition, each with the kinds of evidence that it
/// belongs to.
const KEYS: [(&str, &[EvidenceKind]); 13] = {
    use EvidenceKind::*;
    [
        ("terms", &[Term, Exact]),
        ("severity", &[Term]),
        ("formats", &[Format]),
        ("needs", &[Structure]),
        ("within", &[Structure]),
        ("in-order", &[Structure]),
        ("pattern", &[Pattern]),
        ("repeats", &[Count]),
        ("minutes", &[Count]),
        ("messages", &[Count]),
        ("seconds", &[Count]),
        ("score", &[Model]),
        ("threshold", &[Model]),
    ]
};

/// What the rule called `name` looks for. Whatever is wrong with one key, all
/// the others are read as well.
pub fn condition(
    table: &mut Table<'_, '_>,
    name: &str,
    evidence: Option<EvidenceKind>,
    category: Option<Category>,
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> Option<Condition> {
    let test = match evidence {
        Some(evidence) => test(table, name, evidence, category, sets, problems),
        None => {
            every_kind(table, name, sets, problems);
            None
        }
    };
    let quoted = table.flag_or("quoted", evidence != Some(EvidenceKind::Structure), problems);
    let mut each = |key: &'static str, problems: &mut Problems| -> Vec<u32> {
        table.strings(key, problems).unwrap_or_default().iter().map(|text| sets.set(text, problems)).collect()
    };
    let (mut except, veto, unless) =
        (each("except", problems), each("veto", problems), each("unless", problems));
    let test = test?;
    let own = match &test {
        Test::Any(set) => std::slice::from_ref(set),
        Test::Needs { sets, .. } => sets,
        _ => &[],
    };
    except.extend(own.iter().filter_map(|set| sets.except(*set)));
    Some(Condition { test, except, veto, unless, quoted })
}

fn test(
    table: &mut Table<'_, '_>,
    name: &str,
    evidence: EvidenceKind,
    category: Option<Category>,
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> Option<Test> {
    use EvidenceKind::*;
    let known: Vec<&str> = Severity::ALL.iter().map(|severity| severity.word()).collect();
    let least = table.word("severity", Severity::parse, &known, problems).map(|severity| severity.value);
    // A rule that takes messages down takes only words that leave no doubt.
    let least =
        least.unwrap_or(if table.has_true("unambiguous") { Severity::Unambiguous } else { Severity::Strong });
    let strays = strays(table, name, evidence, sets, problems);
    match evidence {
        Term | Exact => wanted("terms", table, name, evidence, strays, problems)
            .map(|terms| Test::Any(sets.terms(&terms, least, problems))),
        Format => wanted("formats", table, name, evidence, strays, problems)
            .map(|formats| Test::Any(sets.union(&formats, problems))),
        Structure => {
            let needs = wanted("needs", table, name, evidence, strays, problems);
            let within = table.number("within", WITHIN, problems).map(|n| n.value as u32);
            let in_order = table.flag("in-order", problems);
            let sets = needs?.iter().map(|need| sets.set(need, problems)).collect();
            Some(Test::Needs { sets, within, in_order })
        }
        Pattern if strays && !table.has("pattern") => None,
        Pattern => pattern(name, table, problems),
        Count => count(name, table, strays, problems),
        Model => model(table, name, category, sets, problems),
    }
}

/// Reports the keys that belong to another kind of evidence, and whether
/// there are any: then the kind is what is wrong, and its own keys are not
/// missed as well.
fn strays(
    table: &mut Table<'_, '_>,
    name: &str,
    evidence: EvidenceKind,
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> bool {
    let mut any = false;
    for (key, kinds) in KEYS {
        if kinds.contains(&evidence) || !table.has(key) {
            continue;
        }
        any = true;
        look_into(key, table, name, sets, problems);
        problems.add(
            &table.place(key),
            format!("`{key}` of {name} goes with `{}` evidence, not with `{evidence}`", kinds[0]),
            format!("write `evidence = \"{}\"`, or take `{key}` out", kinds[0]),
        );
    }
    any
}

/// Reads all keys of all kinds: without the kind nobody knows which are
/// meant, and what is written in them may be wrong too.
fn every_kind(table: &mut Table<'_, '_>, name: &str, sets: &mut Sets<'_>, problems: &mut Problems) {
    for (key, _) in KEYS {
        look_into(key, table, name, sets, problems);
    }
    count(name, table, true, problems);
}

/// Finds out what is wrong in a key that cannot be used.
fn look_into(
    key: &'static str,
    table: &mut Table<'_, '_>,
    name: &str,
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) {
    table.settle(key);
    match key {
        "severity" => {}
        "terms" | "formats" | "needs" => {
            for text in table.strings(key, problems).unwrap_or_default() {
                sets.set(&text, problems);
            }
        }
        "within" => {
            table.number(key, WITHIN, problems);
        }
        "in-order" => {
            table.flag(key, problems);
        }
        "score" => {
            table.word(key, Category::parse, &scored(), problems);
        }
        "threshold" => {
            table.share(key, problems);
        }
        "pattern" if table.has(key) => {
            pattern(name, table, problems);
        }
        // What is counted is read together.
        _ => {}
    }
}

/// The list without which a rule of its kind looks for nothing.
fn wanted(
    key: &'static str,
    table: &mut Table<'_, '_>,
    name: &str,
    evidence: EvidenceKind,
    strays: bool,
    problems: &mut Problems,
) -> Option<Vec<At<String>>> {
    let (list, wrong) = problems.noting(|problems| table.strings(key, problems).unwrap_or_default());
    if list.is_empty() && !wrong && !strays {
        problems.add(
            &table.place(key),
            format!("{name} has `{evidence}` evidence and no `{key}`"),
            format!("add `{key}`"),
        );
    }
    Some(list).filter(|list| !list.is_empty())
}

fn pattern(name: &str, table: &mut Table<'_, '_>, problems: &mut Problems) -> Option<Test> {
    let written = table.said("pattern", problems);
    if written.value.trim().is_empty() {
        return None;
    }
    let with_ascii_boundaries = written.value.replace(r"\b", r"(?-u:\b)");
    let built =
        RegexBuilder::new(&with_ascii_boundaries).case_insensitive(true).size_limit(PATTERN_LIMIT).build();
    let regex = match built {
        Ok(regex) => regex,
        Err(regex::Error::CompiledTooBig(limit)) => {
            problems.add(
                &written.at,
                format!("the pattern of {name} compiles to more than {limit} bytes"),
                "use fewer or smaller repetitions, or a word list",
            );
            return None;
        }
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
            problems.add(
                &written.at,
                format!("the pattern of {name} is not a regular expression: {last}"),
                "see https://docs.rs/regex for the syntax",
            );
            return None;
        }
    };
    Some(Test::Pattern { gate: gate(&with_ascii_boundaries).map(Box::new), regex: Box::new(regex) })
}

/// Literals one of which begins every match, so that the pattern need not be
/// run on messages that contain none of them.
fn gate(pattern: &str) -> Option<aho_corasick::AhoCorasick> {
    let hir = regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(pattern).ok()?;
    let literals = Extractor::new().limit_total(GATE_LIMIT).extract(&hir);
    let mut texts: Vec<Vec<u8>> =
        literals.literals()?.iter().map(|literal| literal.as_bytes().to_ascii_lowercase()).collect();
    texts.sort();
    texts.dedup();
    if texts.is_empty() || texts.iter().any(|text| text.len() < 2) {
        return None;
    }
    aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(texts).ok()
}

/// The categories that the classifier knows.
fn scored() -> Vec<&'static str> {
    LABELS.iter().map(|category| category.word()).collect()
}

/// A score, of the rule's own category where none is named.
fn model(
    table: &mut Table<'_, '_>,
    name: &str,
    category: Option<Category>,
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> Option<Test> {
    let place = table.place("evidence");
    let named = table.word("score", Category::parse, &scored(), problems);
    let at_least = table.share("threshold", problems);
    let (category, at) = named.map_or((category, place), |named| (Some(named.value), named.at));
    let Some(label) = classify::label(category?) else {
        problems.add(
            &at,
            format!("{name} asks for a score of `{}`, which the classifier does not give", category?),
            format!("one of: {}", scored().join(", ")),
        );
        return None;
    };
    sets.score(problems);
    let at_least = at_least.map_or(classify::shipped().thresholds[label], |at_least| at_least.value as f32);
    Some(Test::model(label, (at_least * 1_000.0).ceil() as u16))
}

/// What is counted. Without a word of it the rule counts nothing, unless it is
/// `doubtful` whether it was meant to.
fn count(name: &str, table: &mut Table<'_, '_>, doubtful: bool, problems: &mut Problems) -> Option<Test> {
    let given = ["repeats", "minutes", "messages", "seconds"].map(|key| table.has(key));
    let repeats = table.number("repeats", 2..32, problems);
    let minutes = table.number("minutes", 1..1441, problems);
    let messages = table.number("messages", 2..32, problems);
    let seconds = table.number("seconds", 1..3601, problems);
    match given {
        [true, true, false, false] => {
            Some(Test::Repeats { times: repeats?.value as usize, within_ms: minutes?.value as i64 * 60_000 })
        }
        [false, false, true, true] => {
            Some(Test::Flood { messages: messages?.value as usize, within_ms: seconds?.value as i64 * 1_000 })
        }
        [false, false, false, false] if doubtful => None,
        _ => {
            problems.add(
                &table.at,
                format!("{name} counts, and does not say what"),
                "give `repeats` and `minutes`, or `messages` and `seconds`",
            );
            None
        }
    }
}

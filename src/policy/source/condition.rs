//! What a rule looks for, by the kind of evidence that it declares.

use regex::RegexBuilder;
use regex_syntax::hir::literal::Extractor;

use crate::domain::decision::EvidenceKind;
use crate::policy::condition::{Condition, Test};
use crate::policy::reading::{At, Problems, Table};
use crate::policy::sets::Sets;

/// Largest compiled size of a rule's pattern, in bytes.
const PATTERN_LIMIT: usize = 1 << 20;

/// Longest list of literals that gates a pattern.
const GATE_LIMIT: usize = 256;

pub fn condition(
    table: &mut Table<'_, '_>,
    rule: &str,
    evidence: Option<EvidenceKind>,
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> Option<Condition> {
    let evidence = evidence?;
    let at = table.at.clone();
    let missing = |key: &str, problems: &mut Problems| {
        problems.add(
            &at,
            format!("rule `{rule}` has `{evidence}` evidence and no `{key}`"),
            format!("add `{key}`"),
        );
    };
    let test = match evidence {
        EvidenceKind::Term | EvidenceKind::Exact => match one_of(table, ["terms", "list"], problems) {
            Some(terms) => Test::Any(sets.union(&terms, problems)),
            None => {
                missing("terms", problems);
                return None;
            }
        },
        EvidenceKind::Format => match table.strings("formats", problems) {
            Some(formats) => Test::Any(sets.union(&formats, problems)),
            None => {
                missing("formats", problems);
                return None;
            }
        },
        EvidenceKind::Structure => match table.strings("needs", problems) {
            Some(needs) if !needs.is_empty() => Test::Needs {
                sets: needs.iter().map(|need| sets.set(need, problems)).collect(),
                within: table.number("within", 0..64, problems).map(|n| n.value as u32),
                in_order: table.flag("in-order", problems),
            },
            _ => {
                missing("needs", problems);
                return None;
            }
        },
        EvidenceKind::Pattern => pattern(rule, table, problems)?,
        EvidenceKind::Count => count(rule, table, problems)?,
        EvidenceKind::Model => {
            problems.add(
                &table.place("evidence"),
                format!("rule `{rule}` asks for a classifier, and no weights are compiled in"),
                "use `structure`, which states what it looks for",
            );
            return None;
        }
    };
    let quoted = table.flag_or("quoted", evidence != EvidenceKind::Structure, problems);
    let mut each = |key: &'static str, problems: &mut Problems| -> Vec<u32> {
        table.strings(key, problems).unwrap_or_default().iter().map(|text| sets.set(text, problems)).collect()
    };
    Some(Condition {
        test,
        except: each("except", problems),
        veto: each("veto", problems),
        unless: each("unless", problems),
        quoted,
    })
}

/// The value of whichever of two keys is there.
fn one_of(
    table: &mut Table<'_, '_>,
    keys: [&'static str; 2],
    problems: &mut Problems,
) -> Option<Vec<At<String>>> {
    let [first, second] = keys.map(|key| table.strings(key, problems));
    first.or(second)
}

fn pattern(rule: &str, table: &mut Table<'_, '_>, problems: &mut Problems) -> Option<Test> {
    let written = table.required("pattern", problems);
    if written.value.is_empty() {
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
                format!("the pattern of rule `{rule}` compiles to more than {limit} bytes"),
                "use fewer or smaller repetitions, or a word list",
            );
            return None;
        }
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
            problems.add(
                &written.at,
                format!("the pattern of rule `{rule}` is not a regular expression: {last}"),
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

fn count(rule: &str, table: &mut Table<'_, '_>, problems: &mut Problems) -> Option<Test> {
    let at = table.at.clone();
    let repeats = table.number("repeats", 2..32, problems);
    let minutes = table.number("minutes", 1..1441, problems);
    let messages = table.number("messages", 2..32, problems);
    let seconds = table.number("seconds", 1..3601, problems);
    match (repeats, minutes, messages, seconds) {
        (Some(times), Some(minutes), None, None) => {
            Some(Test::Repeats { times: times.value as usize, within_ms: minutes.value as i64 * 60_000 })
        }
        (None, None, Some(messages), Some(seconds)) => {
            Some(Test::Flood { messages: messages.value as usize, within_ms: seconds.value as i64 * 1_000 })
        }
        _ => {
            problems.add(
                &at,
                format!("rule `{rule}` counts, and does not say what"),
                "give `repeats` and `minutes`, or `messages` and `seconds`",
            );
            None
        }
    }
}

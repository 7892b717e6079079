//! A policy as it is written: from the TOML file to something that can be
//! applied. The format is described in `docs/POLICY-FILE.md`.
//!
//! Here are the document, its clauses and its pairs; rules and guards are read
//! in `rule`, and what they look for in `condition`.

mod condition;
mod rule;

use std::collections::HashMap;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::domain::decision::{Audience, Posture, Topics};
use crate::text::prescribed::prescribed;

use super::lists::Files;
use super::problem::Problem;
use super::reading::{self, At, Problems, Table};
use super::sets::Sets;
use super::{Binds, Clause, Handled, Pair, Policy, Rule, RuleIndex};
use rule::{Above, guard, rule};

/// The authorities that a policy may declare itself.
pub const AUTHORITIES: [&str; 4] = ["comment-standard", "records-law", "media-procedure", "safety-procedure"];

/// Compiles a policy without holding it to its examples yet.
pub fn compile(source: &str, file: &str, files: Files<'_>) -> Result<Policy, Vec<Problem>> {
    let mut problems = Problems::new(file);
    let document = reading::parse(source, &mut problems);
    let mut root = Table::new("the policy", &document);

    let id = root.said("id", &mut problems).value;
    let title = root.said("title", &mut problems).value;
    let version = root.said("version", &mut problems).value;
    let adopted = root.date("adopted", &mut problems).map(|d| d.value).unwrap_or_default();
    let posture = root.word("posture", Posture::parse, &names(Posture::ALL, Posture::word), &mut problems);
    root.string("language", &mut problems);

    let mut clauses = Vec::new();
    let mut seen: HashMap<String, Range<usize>> = HashMap::new();
    for table in root.tables("clause", &mut problems) {
        clauses.push(clause(table, &mut seen, &mut problems));
    }
    let mut authorities = Vec::new();
    for table in root.tables("authority", &mut problems) {
        authorities.push(authority(table, &mut seen, &mut problems));
    }

    let mut sets = Sets::new(files);
    let mut rules: Vec<Rule> = Vec::new();
    let mut above = Above::default();
    let known: Vec<&Clause> = clauses.iter().chain(&authorities).collect();
    for table in root.tables("rule", &mut problems) {
        if let Some(rule) = rule(table, &mut above, &known, &mut sets, &mut problems) {
            rules.push(rule);
        }
    }
    let mut guards = Vec::new();
    for table in root.tables("guard", &mut problems) {
        if let Some(guard) = guard(table, &known, &mut sets, &mut problems) {
            guards.push(guard);
        }
    }
    let pairs = root.tables("pair", &mut problems).into_iter().map(|t| pair(t, &mut problems)).collect();
    root.finish(&mut problems);

    if !problems.is_empty() {
        return Err(problems.into_list());
    }
    let (mut matcher, list_examples) = (sets.matcher, sets.examples);
    matcher.finish();
    let index = RuleIndex::of(&rules, matcher.sets());
    Ok(Policy {
        index,
        id,
        title,
        version,
        adopted,
        posture: posture.map_or(Posture::Observe, |p| p.value),
        sha256: hex(&Sha256::digest(source.as_bytes())),
        clauses,
        authorities,
        rules,
        guards,
        pairs,
        list_examples,
        matcher,
    })
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn names<T: Copy + 'static>(all: &'static [T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|item| word(*item)).collect()
}

/// How a table is called in messages: by its id, where it has one.
fn called(what: &str, id: &str) -> String {
    if id.is_empty() { format!("this {what}") } else { format!("{what} `{id}`") }
}

fn clause(
    mut table: Table<'_, '_>,
    seen: &mut HashMap<String, Range<usize>>,
    problems: &mut Problems,
) -> Clause {
    let id = table.said("id", problems);
    let name = called("clause", &id.value);
    table.call(&name);
    once(&id, "clause", seen, problems);
    let text = table.said("text", problems).value;
    let plain = table.string("plain", problems).map(|t| t.value).unwrap_or_default();
    let plain_es = table.string("plain-es", problems).map(|t| t.value).unwrap_or_default();
    let sentence = table.string("sentence", problems);
    if let Some(sentence) = &sentence {
        check_sentence(&name, &text, sentence, problems);
    }
    let binds = table.word("binds", Binds::parse, &names(Binds::ALL, Binds::word), problems);
    let handled = table.word("handled", Handled::parse, &names(Handled::ALL, Handled::word), problems);
    let note = table.string("note", problems).map(|t| t.value).unwrap_or_default();
    if binds.is_none() && !table.has("binds") {
        problems.add(
            &table.at,
            format!("{name} does not say whom it binds"),
            "add `binds = \"everyone\"`, `\"employees\"` or `\"city\"`",
        );
    }
    if handled.is_none() && !table.has("handled") {
        problems.add(
            &table.at,
            format!("{name} does not say what is done about it"),
            "add `handled = \"rules\"`, `\"guard\"`, `\"desk\"`, `\"reminder\"` or `\"not-applicable\"`",
        );
    }
    let handled = handled.map(|h| h.value);
    if handled == Some(Handled::NotApplicable) && note.is_empty() {
        problems.add(
            &table.place("handled"),
            format!("{name} is not applicable, and no `note` says why"),
            "add `note = \"…\"`",
        );
    }
    table.finish(problems);
    // Where it cannot be read, no rule is blamed for citing it.
    let binds = binds.map_or(Binds::Everyone, |b| b.value);
    let handled = handled.unwrap_or(Handled::NotApplicable);
    let sentence = sentence.map(|s| s.value);
    Clause { id: id.value, text, plain, plain_es, sentence, binds, handled, note, draft: false }
}

/// A sentence that staff are given has to be the City's: it stands in the
/// clause word for word, in quotation marks, from where it is quoted later.
fn check_sentence(name: &str, text: &str, sentence: &At<String>, problems: &mut Problems) {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (text, wanted) = (spaced(text), spaced(&sentence.value));
    let there = prescribed(&text);
    if there == Some(wanted.as_str()) || text.is_empty() {
        return;
    }
    let wrong = if wanted.is_empty() {
        "says nothing"
    } else if !text.contains(&wanted) {
        "does not stand in its `text` word for word"
    } else {
        "is not the sentence that its `text` gives in quotation marks"
    };
    let hint = match there {
        Some(there) => format!("in quotation marks stands there: {there}"),
        None => "only what the clause gives in quotation marks is quoted: take it out".to_owned(),
    };
    problems.add(&sentence.at, format!("`sentence` of {name} {wrong}"), hint);
}

fn authority(
    mut table: Table<'_, '_>,
    seen: &mut HashMap<String, Range<usize>>,
    problems: &mut Problems,
) -> Clause {
    let id = table.said("id", problems);
    table.call(called("authority", &id.value));
    once(&id, "authority", seen, problems);
    if !id.value.is_empty() && !AUTHORITIES.contains(&id.value.as_str()) {
        problems.add(
            &id.at,
            format!("there is no authority `{}`", id.value),
            format!("one of: {}", AUTHORITIES.join(", ")),
        );
    }
    let text = table.said("text", problems).value;
    let plain = table.string("plain", problems).map(|t| t.value).unwrap_or_default();
    let plain_es = table.string("plain-es", problems).map(|t| t.value).unwrap_or_default();
    let draft = table.flag("draft", problems);
    table.finish(problems);
    Clause {
        id: id.value,
        text,
        plain,
        plain_es,
        sentence: None,
        binds: Binds::Everyone,
        handled: Handled::Rules,
        note: String::new(),
        draft,
    }
}

fn once(id: &At<String>, what: &str, seen: &mut HashMap<String, Range<usize>>, problems: &mut Problems) {
    if !id.value.is_empty() && seen.insert(format!("{what} {}", id.value), id.at.clone()).is_some() {
        problems.add(
            &id.at,
            format!("there are two entries for {what} `{}`", id.value),
            "give each its own id",
        );
    }
}

fn pair(mut table: Table<'_, '_>, problems: &mut Problems) -> Pair {
    table.call("a pair");
    let left = table.required("left", problems).value;
    let right = table.required("right", problems).value;
    let audience = table.word("audience", Audience::parse, &names(Audience::ALL, Audience::word), problems);
    let topics = table.word("topics", Topics::parse, &names(Topics::ALL, Topics::word), problems);
    let at = table.at.clone();
    table.finish(problems);
    Pair {
        left,
        right,
        audience: audience.map_or(Audience::Resident, |a| a.value),
        topics: topics.map_or(Topics::Scoped, |t| t.value),
        at,
    }
}

//! Words in disguise, by technique (`tests/evasions.jsonl`): what every reader
//! reads acts as the plain word would, what takes guessing goes to a person,
//! and what only looks odd is left alone.

use std::collections::BTreeMap;

use gavel::decide::{decide, message_of};
use gavel::domain::circumstances::Circumstances;
use gavel::domain::decision::Disposition;
use gavel::policy::{Policy, lists};
use serde_json::Value;

const CASES: &str = include_str!("../evasions.jsonl");

/// A policy that takes these terms down.
fn policy_of(terms: &[&str]) -> Policy {
    let quoted: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
    let source = format!(
        r#"id = "t"
title = "Terms"
version = "1"
adopted = 2026-01-01
posture = "enforce"

[[clause]]
id = "1"
text = "None of these words."
plain = "None of these words."
plain-es = "Ninguna de estas palabras."
binds = "everyone"
handled = "rules"
note = "One rule."

[[rule]]
id = "terms"
category = "vulgar"
evidence = "term"
audience = ["resident"]
disposition = "hold"
unambiguous = true
cites = ["1"]
terms = [{}]
"#,
        quoted.join(", ")
    );
    match Policy::parse(&source, "terms.toml", &lists::no_files) {
        Ok(policy) => policy,
        Err(problems) => panic!("{problems:?}"),
    }
}

#[derive(Default)]
struct Tally {
    cases: usize,
    found: usize,
    missed: Vec<String>,
}

#[test]
fn disguises_are_seen_through() {
    let policy = policy_of(&["jerkface", "hogwash", "dimwit", "crud", "loser", "flonker"]);
    let traps = policy_of(&[
        "moron", "ass", "asshole", "shit", "idiot", "cunt", "rapist", "slut", "pis", "puta", "anal",
    ]);
    let mut tiers: BTreeMap<String, Tally> = BTreeMap::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).expect(line);
        let text = case["text"].as_str().expect("a text");
        let decide = |policy| decide(policy, &message_of(text), &Circumstances::default());
        let decision = decide(&policy);
        let technique = case["technique"].as_str().expect("a technique");
        if case["should_match"] == false {
            assert_eq!(decision.disposition, Disposition::None, "{technique}: {text}");
            let trapped = decide(&traps);
            assert_eq!(trapped.disposition, Disposition::None, "{technique}: {text} {trapped:?}");
            continue;
        }
        let tier = case["tier"].as_str().expect("a tier");
        let tally = tiers.entry(tier.to_owned()).or_default();
        tally.cases += 1;
        let bound = |at: usize| case["span_bytes"][at].as_u64().expect("an offset") as usize;
        let wanted = bound(0)..bound(1);
        let letters =
            |from: usize, to: usize| text[from..to].chars().filter(|c| c.is_ascii_alphabetic()).count();
        let spot_on = decision.findings.iter().flat_map(|f| &f.spans).any(|span| {
            // The markdown around a word may or may not be counted to it.
            let inside = wanted.start <= span.start && span.end <= wanted.end;
            inside
                && (text[wanted.clone()].contains("](")
                    || text[wanted.clone()].contains("```")
                    || letters(wanted.start, span.start) + letters(span.end, wanted.end) == 0)
        });
        let as_it_should = match tier {
            "core" => decision.disposition == Disposition::Hold,
            _ => decision.disposition == Disposition::Review,
        };
        if spot_on && as_it_should {
            tally.found += 1;
        } else {
            tally.missed.push(format!("{technique}: {text} ({})", decision.disposition));
        }
        if tier == "hard" {
            assert!(decision.disposition <= Disposition::Review, "{technique}: {text} acts");
        }
    }
    for (tier, least) in [("core", 0.99), ("hard", 0.45)] {
        let tally = &tiers[tier];
        let recall = tally.found as f64 / tally.cases as f64;
        assert!(recall >= least, "{tier}: {recall:.3} of {}\n{}", tally.cases, tally.missed.join("\n"));
        if std::env::var_os("SHOW").is_some() {
            println!("{tier}: {recall:.3} of {}\n{}", tally.cases, tally.missed.join("\n"));
        }
    }
}

//! Before a policy decides anything, it is held to its own examples and to
//! neutrality.
//!
//! Every rule names messages that it must and must not match. Every pair,
//! those shipped with Gavel and those of the policy, must be decided alike on
//! both sides. A policy that fails either does not load.

use crate::decide;
use crate::domain::circumstances::Circumstances;
use crate::domain::decision::Audience;
use crate::domain::message::Message;

use crate::policy::condition::{Condition, Test};
use crate::policy::matcher::{Aside, Scan};
use crate::policy::problem::Problem;
use crate::policy::{Example, Pair, Policy, lists, source};

impl Policy {
    /// Reads a policy, or lists everything that is wrong with it. `file` names
    /// it in messages; `files` gives the lists that lie beside it.
    pub fn parse(source: &str, file: &str, files: lists::Files<'_>) -> Result<Policy, Vec<Problem>> {
        let policy = source::compile(source, file, files)?;
        let problems = prove(&policy, file);
        if problems.is_empty() { Ok(policy) } else { Err(problems) }
    }
}

/// What the policy fails: examples, then pairs.
fn prove(policy: &Policy, file: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut scan = Scan::default();
    let mut try_examples =
        |what: String, examples: &[Example], holds: &mut dyn FnMut(&Message, &Scan) -> bool| {
            for example in examples {
                let message = decide::message_of(&example.text);
                policy.matcher.scan(&message, &Aside::default(), &mut scan);
                if holds(&message, &scan) != example.matches {
                    let (verb, mend) = if example.matches {
                        ("does not match", "widen the rule, or take the example out")
                    } else {
                        ("matches", "narrow the rule, or take the example out")
                    };
                    problems.push(Problem {
                        file: file.to_owned(),
                        at: example.at.clone(),
                        what: format!("{what} {verb} its example `{}`", example.text),
                        hint: mend.to_owned(),
                    });
                }
            }
        };
    let ordinary = Circumstances::default();
    for rule in &policy.rules {
        try_examples(format!("rule `{}`", rule.id), &rule.examples, &mut |message, scan| {
            rule.condition.holds(message, &ordinary, scan).is_some()
        });
    }
    for guard in &policy.guards {
        try_examples(format!("guard `{}`", guard.guard), &guard.examples, &mut |message, scan| {
            guard
                .conditions
                .iter()
                .any(|condition: &Condition| condition.holds(message, &ordinary, scan).is_some())
        });
    }
    for list in &policy.list_examples {
        let condition = Condition {
            test: Test::Any(list.set),
            except: list.except.into_iter().collect(),
            veto: Vec::new(),
            unless: Vec::new(),
            quoted: true,
        };
        try_examples(format!("the list `{}`", list.list), &list.examples, &mut |message, scan| {
            condition.holds(message, &ordinary, scan).is_some()
        });
    }
    for pair in &pairs(policy) {
        problems.extend(unequal(policy, pair, file));
    }
    problems.sort_by_key(|p| p.at.start);
    problems
}

/// Every pair that a policy is held to: its own, and those shipped.
pub fn pairs(policy: &Policy) -> Vec<Pair> {
    policy.pairs.iter().cloned().chain(shipped_pairs()).collect()
}

/// The pair's problem, where its two sides are decided differently.
fn unequal(policy: &Policy, pair: &Pair, file: &str) -> Option<Problem> {
    let circumstances = Circumstances {
        standing: pair.audience.into(),
        topics: pair.topics,
        // As if everything were adopted, so that nothing hides behind a draft.
        adopted: policy.authorities.iter().map(|a| a.id.clone()).collect(),
        ..Circumstances::default()
    };
    let decide = |text: &str| {
        let decision = decide::decide(policy, &decide::message_of(text), &circumstances);
        // The same matter, by whichever of its rules.
        let mut categories: Vec<String> = decision.findings.iter().map(|f| f.category.to_string()).collect();
        categories.sort();
        categories.dedup();
        let mut routes = decision.routes.clone();
        routes.sort();
        (decision.disposition, categories, routes, decision.reminders.clone(), decision.responses.clone())
    };
    let (left, right) = (decide(&pair.left), decide(&pair.right));
    (left != right).then(|| Problem {
        file: file.to_owned(),
        at: pair.at.clone(),
        what: format!(
            "a pair is decided differently: `{}` is `{}` ({}), and `{}` is `{}` ({})",
            pair.left,
            left.0,
            named(&left.1),
            pair.right,
            right.0,
            named(&right.1)
        ),
        hint: "the two sides must be treated alike: widen or narrow the rule that differs".to_owned(),
    })
}

fn named(categories: &[String]) -> String {
    if categories.is_empty() { "no finding".to_owned() } else { categories.join(", ") }
}

/// The pairs that every policy is held to: one a line, the two sides parted
/// by ` <> `, and before them, where it is not a resident, as whom.
fn shipped_pairs() -> Vec<Pair> {
    lists::entries(lists::builtin("neutrality-pairs").unwrap_or(""))
        .filter_map(|line| {
            let (audience, rest) = match line.split_once(": ") {
                Some((word, rest)) if Audience::parse(word).is_some() => (Audience::parse(word)?, rest),
                _ => (Audience::Resident, line),
            };
            let (left, right) = rest.split_once(" <> ")?;
            Some(Pair {
                left: left.to_owned(),
                right: right.to_owned(),
                audience,
                topics: crate::domain::decision::Topics::Scoped,
                at: 0..0,
            })
        })
        .collect()
}

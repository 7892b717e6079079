//! How decisions are explained: over every example that the policies carry, an
//! explanation says what happens once, and nothing that does not happen.

use gavel::decide::{decide, message_of};
use gavel::domain::circumstances::Circumstances;
use gavel::domain::decision::{Audience, Decision, Disposition, Posture};
use gavel::explain::explain;
use gavel::policy::Policy;

use crate::browser::town::{MONROE, policy};

const NORWALK: &str = include_str!("../../config/norwalk.toml");

fn explained(policy: &Policy, text: &str, circumstances: &Circumstances) -> (Decision, String) {
    let decision = decide(policy, &message_of(text), circumstances);
    let said = explain(policy, text, &decision, circumstances);
    (decision, said)
}

/// What holds of every explanation.
#[track_caller]
fn check(policy: &Policy, text: &str, circumstances: &Circumstances) {
    let (decision, said) = explained(policy, text, circumstances);
    let at = || format!("{text}\n{said}\n{decision:?}");
    assert!(!said.contains(['⟪', '⟫']), "words are missing: {}", at());
    for line in said.lines() {
        assert!(line.starts_with(char::is_uppercase), "a sentence begins small: {}", at());
        assert!(line.ends_with(['.', '!', '?']), "a sentence does not end: {}", at());
    }
    let last = said.lines().last().unwrap_or_default();
    let stays = last.starts_with("The message stays up") || last.ends_with("It stays up.");
    let copies = last.starts_with("The first message stays up and the copies");
    assert_eq!(stays, !decision.disposition.takes_down(), "{}", at());
    assert_eq!(last.contains(" taken down"), decision.disposition == Disposition::Hold, "{}", at());
    assert_eq!(
        last.contains("removed"),
        decision.disposition == Disposition::Remove,
        "copies: {copies}; {}",
        at()
    );
    let fates = said.matches("he message stays up").count() + said.matches("The message is ").count();
    assert!(fates <= 1, "what happens is said twice: {}", at());
    assert_eq!(said.contains("passed on"), !decision.routes.is_empty(), "{}", at());
    assert_eq!(said.contains("private reminder"), !decision.reminders.is_empty(), "{}", at());
    assert_eq!(said.contains("is not told"), said.contains("nothing has been done"), "{}", at());
    assert!(!(said.contains("private reminder") && said.contains("is not told")), "{}", at());
}

#[test]
fn every_example_is_explained_without_contradiction() {
    let mut explained = 0;
    for policy in [policy(MONROE), policy(NORWALK)] {
        let rules = policy.rules.iter().flat_map(|rule| &rule.examples);
        let guards = policy.guards.iter().flat_map(|guard| &guard.examples);
        for example in rules.chain(guards) {
            for audience in Audience::ALL {
                for posture in Posture::ALL {
                    let circumstances = Circumstances {
                        standing: (*audience).into(),
                        posture: *posture,
                        ..Circumstances::default()
                    };
                    check(&policy, &example.text, &circumstances);
                    explained += 1;
                }
            }
        }
    }
    assert!(explained > 3_000, "{explained}");
}

#[track_caller]
fn says(text: &str, audience: Audience, expected: &[&str]) {
    let circumstances = Circumstances { standing: audience.into(), ..Circumstances::default() };
    let (_, said) = explained(&policy(MONROE), text, &circumstances);
    for sentence in expected {
        assert!(said.contains(sentence), "`{sentence}` is not in:\n{said}");
    }
}

#[test]
fn what_was_found_is_said_by_what_it_is() {
    use Audience::*;
    says("Text me at 734-555-0182", Resident, &["It shows a telephone number. It says: “•••-•••-0182”."]);
    says("MAGA 2024", Resident, &["It takes sides on a party", "“MAGA”", "3.7 ¶2"]);
    says(
        "I am a reporter, who can I talk to?",
        Resident,
        &["It comes from a reporter", "passed on to: the office"],
    );
    says("My SSN is 078-05-1120", Resident, &["a social security number", "•••-••-1120"]);
    says("I endorse Kowalski Plumbing", Employee, &["It recommends or promotes", "private reminder"]);
}

#[test]
fn a_private_number_is_not_repeated() {
    let (_, said) = explained(&policy(MONROE), "My SSN is 078-05-1120", &Circumstances::default());
    assert!(!said.contains("078"), "{said}");
}

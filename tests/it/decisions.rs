//! What is decided about messages as people write them, in both cities. The
//! messages stand in `cases/`, a file for each kind, with the decision under
//! each; `UPDATE_EXPECT=1` writes the decisions anew, and the diff is the review.

use std::fmt::Write as _;
use std::path::Path;

use gavel::decide::{decide, message_of};
use gavel::domain::circumstances::Circumstances;
use gavel::domain::decision::{Audience, Cap, Decision, Disposition, Guard, Topics};
use gavel::policy::Policy;
use gavel::policy::lists::no_files;

const MONROE: &str = include_str!("../../config/monroe.toml");
const NORWALK: &str = include_str!("../../config/norwalk.toml");

fn policy(source: &str) -> Policy {
    Policy::parse(source, "policy.toml", &no_files).expect("the shipped policy compiles")
}

/// A line of a case file: `(employee, reply) text`, or the text of a resident
/// alone, in a scoped channel.
fn decided(policy: &Policy, line: &str) -> Decision {
    let (words, text) = line.strip_prefix('(').and_then(|rest| rest.split_once(") ")).unwrap_or(("", line));
    let mut circumstances = Circumstances::default();
    for word in words.split(", ").filter(|word| !word.is_empty()) {
        match word {
            "reply" => circumstances.addressed = true,
            "open" => circumstances.topics = Topics::Open,
            _ => {
                circumstances.standing =
                    Audience::parse(word).expect("employee, official, reply or open").into()
            }
        }
    }
    decide(policy, &message_of(text), &circumstances)
}

fn described(decision: &Decision) -> String {
    let mut line = decision.disposition.to_string();
    let mut add = |lead: &str, words: Vec<String>| {
        if !words.is_empty() {
            let _ = write!(line, "{lead}{}", words.join(", "));
        }
    };
    add(": ", decision.findings.iter().map(|finding| finding.rule.clone()).collect());
    add("; to the desk of ", decision.routes.iter().map(ToString::to_string).collect());
    add("; reminder ", decision.reminders.clone());
    add("; guard ", decision.guards.iter().map(ToString::to_string).collect());
    add("; lowered by ", decision.caps.iter().map(ToString::to_string).collect());
    line
}

fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases").join(file);
    let written = std::fs::read_to_string(&path).expect("the case file is there");
    let (monroe, norwalk) = (policy(MONROE), policy(NORWALK));
    let mut judged = String::new();
    for line in written.lines().filter(|line| !line.starts_with("    ")) {
        let _ = writeln!(judged, "{line}");
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let [here, there] = [&monroe, &norwalk].map(|policy| described(&decided(policy, line)));
        if here == there {
            let _ = writeln!(judged, "    {here}");
        } else {
            let _ = writeln!(judged, "    Monroe {here}\n    Norwalk {there}");
        }
    }
    expect_test::expect_file![path].assert_eq(&judged);
}

#[test]
fn strong_words() {
    check("vulgar.txt");
}

#[test]
fn attacks_on_people() {
    check("harassment.txt");
}

#[test]
fn threats() {
    check("threat.txt");
}

#[test]
fn campaigning() {
    check("political.txt");
}

#[test]
fn faith() {
    check("religious.txt");
}

#[test]
fn private_details() {
    check("contact.txt");
}

#[test]
fn lures() {
    check("scam.txt");
}

#[test]
fn what_desks_are_told() {
    check("desks.txt");
}

#[test]
fn what_staff_are_reminded_of() {
    check("staff.txt");
}

/// Nothing is sent on the authority of a draft; once the city has adopted it,
/// the same words bring the same tip as elsewhere.
#[test]
fn a_draft_notifies_nobody() {
    let norwalk = policy(NORWALK);
    let message = message_of("My number is 203-555-0182");
    let draft = decide(&norwalk, &message, &Circumstances::default());
    assert_eq!(draft.disposition, Disposition::None);
    assert!(!draft.notice && draft.responses.is_empty() && !draft.opens_case(), "{draft:?}");
    assert_eq!(draft.findings.len(), 1, "what was found stays found");
    assert!(draft.caps.contains(&Cap::DraftAuthority));

    let adopted =
        Circumstances { adopted: ["comment-standard".to_owned()].into(), ..Circumstances::default() };
    let adopted = decide(&norwalk, &message, &adopted);
    assert_eq!(adopted.disposition, Disposition::Notify);
    assert_eq!(adopted.findings[0].clauses, ["comment-standard"]);
}

/// The guard is asked of each strong word: criticism in one sentence frees
/// nothing in another, unless that one points back to it.
#[track_caller]
fn check_guarded(text: &str, expected: bool) {
    for policy in [policy(MONROE), policy(NORWALK)] {
        let adopted =
            Circumstances { adopted: ["comment-standard".to_owned()].into(), ..Circumstances::default() };
        let decision = decide(&policy, &message_of(text), &adopted);
        let disposition = if expected { Disposition::Review } else { Disposition::Hold };
        assert_eq!(decision.disposition, disposition, "{}: {text}", policy.id);
        assert_eq!(decision.guards.contains(&Guard::GovernmentAsSubject), expected, "{}: {text}", policy.id);
    }
}

#[test]
fn a_strong_word_is_free_where_it_is_about_the_city() {
    check_guarded("The council met again. This is bullshit.", true);
    check_guarded("The council met again. They talked. It was bullshit.", true);
    check_guarded("This is bullshit. The council met again.", true);
    check_guarded("The council met again. My landlord Bob sells shitty cars.", false);
    check_guarded("The council met again. My dog is old. It is shitty.", false);
    check_guarded("The mayor is full of shit. My landlord Bob sells shitty cars.", false);
    check_guarded("The mayor is full of shit, you fucking moron", false);
    check_guarded("I'm going to kill the mayor, he is full of shit", false);
}

#[test]
fn each_number_and_address_is_pointed_at() {
    let text = "Reach Dan Kowalski at 734-555-0182 or dan.kowalski88@mailbox.example";
    let decision = decided(&policy(MONROE), text);
    let [finding] = &decision.findings[..] else { panic!("{}", described(&decision)) };
    let shown: Vec<&str> = finding.spans.iter().map(|span| &text[span.start..span.end]).collect();
    assert_eq!(shown, ["734-555-0182", "dan.kowalski88@mailbox.example"]);
}

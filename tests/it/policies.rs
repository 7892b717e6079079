//! The policies that ship: word for word the adopted documents, and complete.

mod lists;
mod names;
mod problems;

use gavel::policy::lists::no_files;
use gavel::policy::{Handled, Policy};
use gavel::words::FILES;

const MONROE: &str = include_str!("../../config/monroe.toml");
const NORWALK: &str = include_str!("../../config/norwalk.toml");
const MONROE_DOCUMENT: &str = include_str!("../../config/policies/monroe-400-026-social-media.txt");
const NORWALK_DOCUMENT: &str = include_str!("../../config/policies/norwalk-social-media-use-policy.txt");

fn policy(source: &str) -> Policy {
    Policy::parse(source, "policy.toml", &no_files).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(|p| p.render(source, false)).collect::<Vec<_>>().join("\n"))
    })
}

/// Letters and digits only: layout, page breaks and punctuation of the scan
/// are no part of the words.
fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Furniture of the documents that belongs to no clause.
const MONROE_FURNITURE: [&str; 4] = [
    "HomeMy WebLinkAbout026.Social Media Policy.25.10.20",
    "Section Name: Employee Relations Effective",
    "Date:\nOctober 6, 2025\nSection Number: 400 Policy Number: 026\n2",
    "Social Media (Social Networking) Policy",
];

/// Every clause stands in the document in its words and its order, and what
/// lies between two clauses is only numbering and furniture.
#[track_caller]
fn check_document(source: &str, document: &str, furniture: &[&str], gap_limit: usize) {
    let policy = policy(source);
    let mut rest = document.to_owned();
    for piece in furniture {
        assert!(rest.contains(piece), "the document no longer holds {piece:?}");
        rest = rest.replacen(piece, " ", 1);
    }
    // A line of its own that is only a number is a page number.
    let pages = |line: &&str| line.trim().is_empty() || line.trim().parse::<u32>().is_err();
    let rest = words(&rest.lines().filter(pages).collect::<Vec<_>>().join("\n"));
    let mut cursor = 0;
    for clause in &policy.clauses {
        let text = words(&clause.text);
        assert!(!text.is_empty(), "clause `{}` says nothing", clause.id);
        let at = rest[cursor..].find(&text).unwrap_or_else(|| {
            panic!("clause `{}` is not in the document, or not in its order: {}", clause.id, clause.text)
        });
        let gap = &rest[cursor..cursor + at];
        assert!(gap.len() <= gap_limit, "before clause `{}` something is missing: {gap}", clause.id);
        cursor += at + text.len();
    }
    let tail = &rest[cursor..];
    assert!(tail.len() <= gap_limit, "after the last clause something is missing: {tail}");
}

#[test]
fn monroes_clauses_are_the_document() {
    // `3.3.12` and a page number are the longest that stands between clauses.
    check_document(MONROE, MONROE_DOCUMENT, &MONROE_FURNITURE, 8);
}

#[test]
fn norwalks_clauses_are_the_document() {
    // The head, the signatures and the receipt's blanks are the longest.
    check_document(NORWALK, NORWALK_DOCUMENT, &[], 130);
}

#[test]
fn every_clause_has_plain_words_and_a_note_where_nothing_is_done() {
    for policy in [policy(MONROE), policy(NORWALK)] {
        for clause in policy.clauses.iter().chain(&policy.authorities) {
            assert!(
                !clause.plain.is_empty() && !clause.plain_es.is_empty(),
                "`{}` has no plain words",
                clause.id
            );
            assert!(
                clause.handled != Handled::NotApplicable || !clause.note.is_empty(),
                "`{}` has no note",
                clause.id
            );
        }
    }
}

/// A reminder that quotes a sentence has one to quote: a clause that its rule
/// cites declares it, and it stands in the adopted document to the letter.
#[test]
fn the_sentences_that_staff_are_given_are_the_documents() {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, staff, _) = FILES.iter().find(|(name, ..)| name.starts_with("staff")).expect("a file of words");
    let quotes = |reminder: &str| {
        let key = format!("reminder-{reminder} =");
        staff.lines().any(|line| line.starts_with(&key) && line.contains("$sentence"))
    };
    for (source, document, sentences) in
        [(MONROE, MONROE_DOCUMENT, &["3.2", "3.3.12"][..]), (NORWALK, NORWALK_DOCUMENT, &["II.f"][..])]
    {
        let policy = policy(source);
        let declared: Vec<&str> =
            policy.clauses.iter().filter(|c| c.sentence.is_some()).map(|c| c.id.as_str()).collect();
        assert_eq!(declared, sentences);
        for clause in &policy.clauses {
            let Some(sentence) = &clause.sentence else { continue };
            assert!(spaced(document).contains(&spaced(sentence)), "{sentence}");
        }
        let mut asked = 0;
        for rule in policy.rules.iter().filter(|r| r.reminder.as_deref().is_some_and(quotes)) {
            asked += 1;
            assert!(rule.cites.iter().any(|id| declared.contains(&id.as_str())), "rule `{}`", rule.id);
        }
        assert!(asked > 0, "no rule of `{}` quotes a sentence", policy.id);
    }
}

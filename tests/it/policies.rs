//! The policies that ship: word for word the adopted documents, complete, and
//! refused with every problem at its line when something is wrong.

use expect_test::{Expect, expect};
use gavel::policy::lists::no_files;
use gavel::policy::{Handled, Policy};

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

/// The rendered problems of a policy.
#[track_caller]
fn check_problems(source: &str, expected: Expect) {
    let problems = Policy::parse(source, "p.toml", &no_files).err().unwrap_or_default();
    let rendered: Vec<String> = problems.iter().map(|p| p.render(source, false)).collect();
    expected.assert_eq(&rendered.join("\n\n"));
}

const HEAD: &str = "id = \"p\"\ntitle = \"P\"\nversion = \"1\"\nadopted = 2025-01-01\n\n\
[[clause]]\nid = \"1\"\ntext = \"x\"\nbinds = \"employees\"\nhandled = \"rules\"\n\n";

#[test]
fn every_problem_is_listed_at_its_line() {
    let source = format!(
        "{HEAD}[[rule]]\nid = \"a\"\ncategory = \"vulger\"\nevidence = \"term\"\ndisposition = \"hold\"\n\
         cites = [\"9.4\"]\nterms = [\"heck\"]\ncolour = 3\n\n\
         [[rule]]\nid = \"b\"\ncategory = \"vulgar\"\nevidence = \"term\"\ndisposition = \"remove\"\n\
         unambiguous = true\ncites = [\"1\"]\nterms = [\"vote @partei\", \"democrats are bad\"]\n\n\
         [[rule]]\nid = \"c\"\ncategory = \"spam\"\nevidence = \"pattern\"\ndisposition = \"review\"\n\
         audience = [\"employee\"]\ncites = [\"1\"]\npattern = \"(a{{1000}}){{1000}}\"\n"
    );
    check_problems(
        &source,
        expect![[r#"
            error: `category` of rule `a` cannot be `vulger`
              --> p.toml:14:12
               |
            14 | category = "vulger"
               |            ^^^^^^^^
               |
               = help: did you mean `vulgar`?

            error: rule `a` cites `9.4`, which the policy does not define
              --> p.toml:17:10
               |
            17 | cites = ["9.4"]
               |          ^^^^^
               |
               = help: cite a clause of this policy, or declare the authority

            error: unknown key `colour` in rule `a`
              --> p.toml:19:1
               |
            19 | colour = 3
               | ^^^^^^
               |
               = help: known here: `audience`, `category`, `cites`, `disposition`, `evidence`, `except`, `id`, `list`, `match`, `no-match`, `notice`, `office`, `quoted`, `reminder`, `response`, `route`, `same-as`, `terms`, `topics`, `unambiguous`, `unless`, `urgent`, `veto`

            error: rule `b` ends at `remove`, above the ceiling `hold` of `term` evidence
              --> p.toml:25:15
               |
            25 | disposition = "remove"
               |               ^^^^^^^^
               |
               = help: end at `hold`, the most that `term` evidence may lead to

            error: rule `b` cites `1`, which binds employees and not its audience `resident`
              --> p.toml:27:10
               |
            27 | cites = ["1"]
               |          ^^^
               |
               = help: cite a clause that binds them, or give the rule another audience

            error: there is no class `partei`
              --> p.toml:28:10
               |
            28 | terms = ["vote @partei", "democrats are bad"]
               |          ^^^^^^^^^^^^^^
               |
               = help: known: party, candidate, official, faith, deity, scripture, worship-place, nationality, gender

            error: `democrats are bad` spells out `democrats`, which stands for its class before any rule sees it
              --> p.toml:28:26
               |
            28 | terms = ["vote @partei", "democrats are bad"]
               |                          ^^^^^^^^^^^^^^^^^^^
               |
               = help: write `@party`, so that all of them are treated alike

            error: the pattern of rule `c` compiles to more than 1048576 bytes
              --> p.toml:37:11
               |
            37 | pattern = "(a{1000}){1000}"
               |           ^^^^^^^^^^^^^^^^^
               |
               = help: use fewer or smaller repetitions, or a word list"#]],
    );
}

#[test]
fn examples_and_pairs_are_held() {
    let source = format!(
        "{HEAD}[[rule]]\nid = \"a\"\ncategory = \"vulgar\"\nevidence = \"term\"\ndisposition = \"review\"\n\
         audience = [\"employee\"]\ncites = [\"1\"]\nterms = [\"heck\"]\nmatch = [\"darn\"]\nno-match = [\"what the heck\"]\n\n\
         [[pair]]\nleft = \"heck yes\"\nright = \"heaven yes\"\naudience = \"employee\"\n"
    );
    check_problems(
        &source,
        expect![[r#"
        error: rule `a` does not match its example `darn`
          --> p.toml:20:10
           |
        20 | match = ["darn"]
           |          ^^^^^^
           |
           = help: widen the rule, or take the example out

        error: rule `a` matches its example `what the heck`
          --> p.toml:21:13
           |
        21 | no-match = ["what the heck"]
           |             ^^^^^^^^^^^^^^^
           |
           = help: narrow the rule, or take the example out

        error: a pair is decided differently: `heck yes` is `review` (vulgar), and `heaven yes` is `none` (no finding)
          --> p.toml:23:1
           |
        23 | [[pair]]
           | ^^^^^^^^
           |
           = help: the two sides must be treated alike: widen or narrow the rule that differs"#]],
    );
}

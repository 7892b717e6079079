//! The files of words: the same keys and the same gaps in both languages, and
//! everything that the code says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use gavel::domain::card::Language;
use gavel::domain::decision::{Cap, Category, Desk, Disposition, EvidenceKind, Guard};
use gavel::words::{FILES, knows, say};

type Keys = BTreeMap<String, BTreeSet<String>>;

/// The keys of a file, each with the names of its gaps.
fn keys(source: &str) -> Keys {
    let resource = fluent_syntax::parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut keys = Keys::new();
    for entry in resource.body {
        match entry {
            Entry::Message(message) => {
                let mut gaps = BTreeSet::new();
                let pattern = message.value.unwrap_or_else(|| panic!("`{}` says nothing", message.id.name));
                walk(&pattern, &mut gaps);
                let twice = keys.insert(message.id.name.to_owned(), gaps);
                assert!(twice.is_none(), "`{}` stands twice", message.id.name);
            }
            Entry::Junk { content } => panic!("does not parse: {content}"),
            _ => {}
        }
    }
    keys
}

fn walk(pattern: &Pattern<&str>, gaps: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => gap(inline, gaps),
            Expression::Select { selector, variants } => {
                gap(selector, gaps);
                variants.iter().for_each(|variant| walk(&variant.value, gaps));
            }
        }
    }
}

fn gap(inline: &InlineExpression<&str>, gaps: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            gaps.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => {
            if let Expression::Inline(inner) = &**expression {
                gap(inner, gaps);
            }
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("only gaps and plurals are used in words: {other:?}"),
    }
}

#[test]
fn both_languages_say_the_same_things() {
    let mut all = BTreeSet::new();
    for (name, en, es) in FILES {
        let (en, es) = (keys(en), keys(es));
        assert_eq!(en, es, "{name}");
        for key in en.into_keys() {
            assert!(all.insert(key.clone()), "`{key}` stands in two files");
        }
    }
}

#[test]
fn every_file_of_words_is_compiled_in() {
    for language in ["en", "es"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/locales").join(language);
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let known: BTreeSet<String> = FILES.iter().map(|(name, ..)| name.to_string()).collect();
        assert_eq!(found, known, "{language}");
    }
}

#[test]
fn every_value_has_its_words() {
    let words = Category::ALL.iter().map(|value| format!("category-{value}"));
    let words = words.chain(EvidenceKind::ALL.iter().map(|value| format!("evidence-{value}")));
    let words = words.chain(Disposition::ALL.iter().map(|value| format!("disposition-{value}")));
    let words = words.chain(Guard::ALL.iter().map(|value| format!("guard-{value}")));
    let words = words.chain(Cap::ALL.iter().map(|value| format!("cap-{value}")));
    let words = words.chain(Category::ALL.iter().map(|value| format!("found-{value}")));
    let words = words.chain(Guard::ALL.iter().map(|value| format!("explain-guard-{value}")));
    let told = |cap: &&Cap| !matches!(cap, Cap::Guard | Cap::Posture);
    let words = words.chain(Cap::ALL.iter().filter(told).map(|value| format!("explain-cap-{value}")));
    let words = words.chain(["observe", "assist"].map(|posture| format!("explain-cap-{posture}")));
    let words = words.chain(
        Desk::ALL.iter().flat_map(|desk| [format!("explain-route-{desk}"), format!("explain-office-{desk}")]),
    );
    let words = words
        .chain(Desk::ALL.iter().flat_map(|value| [format!("desk-{value}"), format!("desk-{value}-advice")]));
    let missing: Vec<String> = words.filter(|key| !knows(key)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_key_in_the_code_has_words() {
    // Keys stand in the code as whole literals with one of these beginnings.
    const BEGINNINGS: [&str; 18] = [
        "card-",
        "cap-",
        "category-",
        "cut-",
        "desk-",
        "disposition-",
        "evidence-",
        "explain-",
        "guard-",
        "line-",
        "missing-",
        "next-",
        "notice-",
        "office-",
        "page-",
        "part-",
        "reminder-",
        "response-",
    ];
    let known: BTreeSet<String> = FILES.iter().flat_map(|(_, en, _)| keys(en).into_keys()).collect();
    let mut missing = Vec::new();
    let mut found = 0;
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let explain = src.join("explain.rs");
    for path in sources(&src.join("discord")).into_iter().chain([explain]) {
        let source = std::fs::read_to_string(&path).unwrap();
        for literal in source.split('"').skip(1).step_by(2) {
            let is_key = literal.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_')
                && BEGINNINGS.iter().any(|beginning| literal.starts_with(beginning) && literal != *beginning);
            if is_key {
                found += 1;
                if !known.contains(literal) {
                    missing.push(format!("{}: {literal}", path.display()));
                }
            }
        }
    }
    assert!(found > 40, "the keys of the code were not found");
    assert_eq!(missing, Vec::<String>::new());
}

fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
    all
}

#[test]
fn arguments_stand_where_they_belong_without_marks() {
    let said = say(Language::En, "line-not-approved", &[("channel", "memes".into())]);
    assert_eq!(said, "Channel #memes is not approved, and is not watched.");
}

#[test]
fn numbers_choose_their_form() {
    let said = |language, copies: u32| {
        say(language, "notice-repeated", &[("venue", "general".into()), ("copies", copies.into())])
    };
    assert!(said(Language::En, 1).ends_with("one copy of it."));
    assert!(said(Language::En, 4).ends_with("4 copies of it."));
    assert!(said(Language::Es, 1).ends_with("una copia."));
    assert!(said(Language::Es, 4).ends_with("4 copias."));
}

#[test]
fn a_missing_key_or_argument_shows_itself() {
    assert_eq!(say(Language::Es, "no-such-key", &[]), "⟪no-such-key⟫");
    assert!(say(Language::En, "line-not-approved", &[]).contains("⟪line-not-approved⟫"));
}

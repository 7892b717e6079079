//! Whatever is typed is judged: no text makes it fail, and what it points at
//! stands in the text.

use gavel::decide::{decide, message_of};
use gavel::domain::circumstances::Circumstances;
use gavel::domain::decision::Decision;
use gavel::policy::Policy;
use gavel::policy::lists::no_files;
use proptest::prelude::*;

fn monroe() -> &'static Policy {
    static MONROE: std::sync::LazyLock<Policy> = std::sync::LazyLock::new(|| {
        Policy::parse(crate::browser::town::MONROE, "monroe.toml", &no_files)
            .expect("the shipped policy compiles")
    });
    &MONROE
}

#[track_caller]
fn judge(text: &str) -> Decision {
    let decision = decide(monroe(), &message_of(text), &Circumstances::default());
    for span in decision.findings.iter().flat_map(|finding| &finding.spans) {
        assert!(text.get(span.start..span.end).is_some(), "{span:?} cuts a character of {text:?}");
    }
    decision
}

/// Pieces that people and machines make odd messages of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9@$!|*_~`.,'()<>&#;:/% -]{0,12}",
        Just("fuck".to_owned()),
        Just("f\u{200b}u\u{301}ck".to_owned()),
        Just("\u{202e}kcuf\u{202c}".to_owned()),
        Just("||shit||".to_owned()),
        Just("[kill](https://x.example/%66)".to_owned()),
        Just("&#102;".to_owned()),
        Just("🇫 🇺 🇨 🇰".to_owned()),
        Just("<@123456789012345678>".to_owned()),
        Just("Ｋｉｌｌ the mayor".to_owned()),
        Just("734 555 O142".to_owned()),
        Just("seven three four".to_owned()),
        Just("ñandú".to_owned()),
        Just("\n> ".to_owned()),
        Just("\"".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_on_characters(pieces in prop::collection::vec(piece(), 0..12)) {
        let text = pieces.concat();
        let once = judge(&text);
        prop_assert_eq!(once, judge(&text), "judging is repeatable");
    }
}

const BEHIND: &str =
    "You fucking idiot, my ssn is 078-05-1120\nsee https://free-nitro-gift.example/claim now";

/// A long message made of one thing is read without failing.
#[test]
fn long_messages_of_one_thing_are_read() {
    let pieces = [
        "a[",
        "<@",
        "a\u{301}",
        "4$$h0l3 ",
        "f u c k ",
        "|",
        "||f||",
        "f.u.c.k.",
        "!1!1",
        "f*ck",
        "\u{202e}",
        "\u{202e}abc ",
        "&#102;",
        "%66",
        "a",
        "aаa",
        "(",
        "\"",
        "> a\n",
        "1234567890",
        "5-",
        "seven ",
        "http://a.b ",
        "**_~~`",
        "John Smith ",
        "kill you ",
        "ass",
        "🇺🇸",
        "@",
        "a@b.c ",
        "the mayor should be ",
        "🔥",
        "[a](",
    ];
    for piece in pieces {
        let text = piece.repeat(4_000 / piece.chars().count());
        judge(&text);
        // Whatever it is, it hides nothing that stands behind it.
        let behind = format!("{text}\u{202c}|| \n{BEHIND}");
        let decision = judge(&behind);
        for rule in ["obscenity", "identity-number", "listed-address"] {
            let is_found = decision.findings.iter().any(|finding| finding.rule == rule);
            assert!(is_found, "{piece:?} hides {rule}");
        }
    }
    judge(&"[".repeat(1_000_000));
    judge(&format!("a{}", "\u{301}".repeat(4_000)));
}

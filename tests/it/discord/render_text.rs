//! What somebody else wrote, made safe.

use expect_test::{Expect, expect};
use gavel::discord::render::text::{Addresses, Unseen, escape, excerpt, inline, length};
use gavel::domain::card::Language;

#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&escape(text, Unseen::Named));
}

#[test]
fn nothing_pings() {
    check("@everyone @here <@1> <@&2> <#3>", expect![[r#"\@everyone \@here \<\@1\> \<\@&2\> \<#3\>"#]]);
}

#[test]
fn nothing_formats() {
    check(
        "**bold** __under__ ~~gone~~ ||hidden|| `code`",
        expect![[r#"\*\*bold\*\* \_\_under\_\_ \~\~gone\~\~ \|\|hidden\|\| \`code\`"#]],
    );
    check(
        "```\nfence\n```",
        expect![[r#"
        \`\`\`
        fence
        \`\`\`"#]],
    );
    check(
        "# head\n- item\n> quote\n-# small\n1. first\n+ plus",
        expect![[r#"
        \# head
        \- item
        \> quote
        \-\# small
        1\. first
        \+ plus"#]],
    );
    check("a - b + c #d 1.5 (x) snake_case", expect![[r#"a - b + c #d 1.5 (x) snake\_case"#]]);
    check("\\*already escaped\\*", expect![[r#"\\\*already escaped\\\*"#]]);
}

#[test]
fn nothing_links() {
    check("[x](http://evil.example)", expect![[r#"\[x\](http\://evil.example)"#]]);
    check("https://evil.example/a_b?c=d", expect![[r#"https\://evil.example/a\_b?c=d"#]]);
    check("<https://evil.example>", expect![[r#"\<https\://evil.example\>"#]]);
}

#[test]
fn nothing_hides_or_turns_around() {
    check(
        "a\u{202E}b\u{2066}c\u{200B}d\u{FEFF}e\u{AD}f\u{7}g\u{E0041}h",
        expect!["a⟦U+202E⟧b⟦U+2066⟧c⟦U+200B⟧d⟦U+FEFF⟧e⟦U+00AD⟧f⟦U+0007⟧g⟦U+E0041⟧h"],
    );
    check("👩\u{200D}🚒 ok 🏳\u{FE0F}\u{200D}🌈", expect!["👩‍🚒 ok 🏳️‍🌈"]);
    check("a\u{200D}b", expect!["a⟦U+200D⟧b"]);
    assert_eq!(escape("a\u{202E}b\u{200B}c", Unseen::Dropped), "abc");
}

#[test]
fn other_scripts_are_left_as_they_are() {
    let text = "¿Cuándo abre la biblioteca? Καλημέρα, 你好, שלום, नमस्ते";
    assert_eq!(escape(text, Unseen::Named), text);
}

#[track_caller]
fn check_excerpt(text: &str, marks: &[(usize, usize)], limit: usize, expected: Expect) {
    let shown = excerpt(text, marks, limit, Unseen::Named, Addresses::Whole, Language::En);
    assert!(length(&shown) <= limit, "{} units", length(&shown));
    expected.assert_eq(&format!("{shown}\n"));
}

#[test]
fn marks_are_bold_and_underlined() {
    check_excerpt(
        "you are a plonker, sir",
        &[(10, 17)],
        200,
        expect![[r#"
        you are a __**plonker**__, sir
    "#]],
    );
    check_excerpt(
        "a plonker",
        &[(1, 9)],
        200,
        expect![[r#"
        a __**plonker**__
    "#]],
    );
    check_excerpt(
        "two words here",
        &[(0, 3), (2, 9), (10, 14)],
        200,
        expect![[r#"
        __**two words**__ __**here**__
    "#]],
    );
    check_excerpt(
        "*star*",
        &[(0, 6)],
        200,
        expect![[r#"
        __**\*star\***__
    "#]],
    );
}

#[test]
fn a_mark_that_does_not_fit_the_text_is_left_out() {
    check_excerpt(
        "añb",
        &[(2, 3), (0, 99), (3, 2), (1, 1)],
        200,
        expect![[r#"
        añb
    "#]],
    );
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    check_excerpt(
        &"word ".repeat(100),
        &[],
        200,
        expect![[r#"
        word word word word word word word word word word word word word word word word … (420 characters not shown)
    "#]],
    );
}

#[test]
fn the_first_mark_is_always_in_sight() {
    let text = format!("{}the plonker again {}", "before ".repeat(100), "after ".repeat(100));
    let at = text.find("plonker").unwrap();
    check_excerpt(
        &text,
        &[(at, at + 7)],
        400,
        expect![[r#"
        (588 characters before) … before before before before before before before before before before before before before before before before the __**plonker**__ again after after after after after after after after after after after after after after after after after after after after after after after afte … (458 characters not shown)
    "#]],
    );
}

#[test]
fn a_mark_longer_than_the_room_is_closed() {
    check_excerpt(
        &"x".repeat(500),
        &[(0, 500)],
        160,
        expect![[r#"
        __**xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx**__ … (468 characters not shown)
    "#]],
    );
}

#[test]
fn a_name_stays_on_its_line() {
    assert_eq!(inline("  a\n# b\t@everyone  ", 100), "a # b \\@everyone");
    assert_eq!(inline(&"x".repeat(50), 10), "xxxxxxxxx…");
    assert_eq!(inline("", 10), "");
}

#[test]
fn length_is_counted_as_discord_does_at_most() {
    assert_eq!((length("a"), length("ñ"), length("👩")), (1, 1, 2));
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fits_and_keeps_no_live_syntax(
            text in "(\\PC|[*_~`|<>@\\[\\]\\\\#\n\u{202E}\u{200B}]|http://|@everyone|```){0,80}",
            start in 0usize..100,
            len in 0usize..60,
            limit in 150usize..700,
        ) {
            let shown = excerpt(&text, &[(start, start + len)], limit, Unseen::Named, Addresses::Whole, Language::Es);
            prop_assert!(length(&shown) <= limit);
            let unseen = shown.contains(['\u{202E}', '\u{200B}']);
            prop_assert!(!unseen);
            let live = shown.contains("http://") || shown.contains("```");
            prop_assert!(!live);
            // Every at sign stands behind a backslash that is not itself escaped.
            let bytes: Vec<char> = shown.chars().collect();
            for (at, _) in bytes.iter().enumerate().filter(|(_, c)| **c == '@') {
                let slashes = bytes[..at].iter().rev().take_while(|c| **c == '\\').count();
                prop_assert!(slashes % 2 == 1, "{shown}");
            }
        }
    }
}

#[test]
fn a_false_address_is_not_given_out() {
    let check = |text: &str, expected: &str| {
        let shown = excerpt(text, &[], 400, Unseen::Dropped, Addresses::Defused, Language::En);
        assert_eq!(shown, expected);
    };
    check(
        "Go to https://city-refund-center.example/claim.php now.",
        "Go to https\\://city-refund-center[.]example/claim.php now.",
    );
    check("http://pay.city.example", "http\\://pay.city[.]example");
    check("(see https://a.example:8080/x?y=b.c).", "(see https\\://a[.]example:8080/x?y=b.c).");
    check("See https://a.example. Then the library.", "See https\\://a[.]example. Then the library.");
    check("No link. Version 3.7 is out.", "No link. Version 3.7 is out.");
    let whole = excerpt("https://a.example", &[], 400, Unseen::Dropped, Addresses::Whole, Language::En);
    assert_eq!(whole, "https\\://a.example");
}

//! A card and a notice to show, and what holds for whatever is shown: Discord's
//! limits, no words missing, nothing live that somebody else wrote.

use expect_test::Expect;
use gavel::discord::render;
use gavel::domain::action::CaseId;
use gavel::domain::card::{Card, Citation, Language, Neighbour, Notice, NoticeKind, Reason, Standing};
use gavel::domain::decision::{Category, Desk, Disposition, EvidenceKind, Span};
use gavel::domain::id::{GuildId, MemberId};

use super::server::{NOW, message, venue};

pub fn clause() -> Citation {
    Citation {
        id: "3.7 ¶1".to_owned(),
        text: "Comments that are obscene or profane are not allowed.".to_owned(),
        plain: "Obscene words are not allowed here.".to_owned(),
        plain_es: "Aquí no se permiten palabras obscenas.".to_owned(),
    }
}

/// A held message with everything around it.
pub fn card() -> Card {
    Card {
        case: CaseId(12),
        standing: Standing::Held,
        desk: None,
        office: "Communications Department".to_owned(),
        page: None,
        page_role: None,
        urgent: false,
        disposition: Disposition::Hold,
        guild: GuildId::new(100),
        policy: "Social Media Policy".to_owned(),
        venue: venue(7),
        venue_name: "general-1".to_owned(),
        purpose: "City services".to_owned(),
        message: Some(message(1)),
        author: MemberId::new(77).unwrap(),
        author_name: "troll_42".to_owned(),
        author_unknown: false,
        at: NOW,
        texts: vec![("content".to_owned(), "fix the plonking road".to_owned())],
        reasons: vec![Reason {
            rule: "obscenity".to_owned(),
            category: Category::Vulgar,
            evidence: EvidenceKind::Term,
            disposition: Disposition::Hold,
            citations: vec![clause()],
            drafts: Vec::new(),
            spans: vec![Span { part: "content".to_owned(), start: 8, end: 16 }],
        }],
        guards: Vec::new(),
        caps: Vec::new(),
        context: vec![Neighbour {
            author: "rosa".to_owned(),
            at: NOW,
            text: "Is Main St closed?".to_owned(),
        }],
        files: Vec::new(),
        now: None,
        rules_link: "https://city.example/chat-rules".to_owned(),
        appeal_office: "Communications Department".to_owned(),
        trouble: None,
        release_at: Some(NOW.plus_ms(4 * 3_600_000)),
        part_of: None,
        raid: None,
    }
}

pub fn threat_card() -> Card {
    Card {
        standing: Standing::Held,
        desk: Some(Desk::Threat),
        office: "Mayor’s Office".to_owned(),
        urgent: true,
        release_at: None,
        context: Vec::new(),
        texts: vec![("content".to_owned(), "I will come to city hall and hurt you".to_owned())],
        reasons: vec![Reason {
            rule: "direct-threat".to_owned(),
            category: Category::Threat,
            evidence: EvidenceKind::Structure,
            disposition: Disposition::Hold,
            citations: vec![clause()],
            drafts: Vec::new(),
            spans: vec![Span { part: "content".to_owned(), start: 29, end: 37 }],
        }],
        ..card()
    }
}

pub fn notice(kind: NoticeKind, language: Language) -> Notice {
    Notice {
        kind,
        to: MemberId::new(77).unwrap(),
        language,
        key: None,
        case: Some(CaseId(12)),
        venue: Some(venue(7)),
        venue_name: "general-1".to_owned(),
        purpose: "City services".to_owned(),
        at: NOW,
        policy: "Social Media Policy".to_owned(),
        citations: vec![clause()],
        quote: "fix the plonking road".to_owned(),
        office: "City Clerk".to_owned(),
        rules_link: "https://city.example/chat-rules".to_owned(),
        appeal_office: "Communications Department".to_owned(),
        is_title: false,
        copies: 3,
        joined: Vec::new(),
        release_at: None,
        may_fall_back: true,
    }
}

/// With a line end, so that every expectation is a block of lines.
#[track_caller]
pub fn check_words(said: &str, expected: Expect) {
    expected.assert_eq(&format!("{said}\n"));
}

/// Discord's limits for a message and its embed, and no words missing.
#[track_caller]
pub fn check_limits(shown: &render::Shown) {
    let length = render::text::length;
    assert!(length(&shown.content) <= 2_000);
    assert!(!shown.said().contains('⟪'), "{}", shown.said());
    let body = serde_json::to_value(shown.create("nonce")).unwrap();
    let mut sum = 0;
    for embed in body["embeds"].as_array().unwrap() {
        let text = |value: &serde_json::Value| value.as_str().map_or(0, length);
        let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(fields.len() <= 25);
        assert!(text(&embed["title"]) <= 256 && text(&embed["description"]) <= 4_096);
        for field in fields {
            assert!((1..=256).contains(&text(&field["name"])), "{field}");
            assert!((1..=1_024).contains(&text(&field["value"])), "{field}");
            sum += text(&field["name"]) + text(&field["value"]);
        }
        sum += text(&embed["title"]) + text(&embed["description"]) + text(&embed["footer"]["text"]);
    }
    assert!(sum <= 6_000, "{sum}");
}

/// What Discord would take for formatting: all but what stands escaped.
pub fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else {
            out.push(c);
        }
    }
    out
}

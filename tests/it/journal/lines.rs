//! Lines: written and read back, and every byte of them is minded.

use std::sync::Arc;

use gavel::domain::card::Card;
use gavel::domain::event::Frame;
use gavel::domain::id::MemberId;
use gavel::journal::entry::{Entry, Evidence, Field, Public, Value};
use gavel::journal::line::{BadLine, Encoder, Line, Presence};
use proptest::prelude::*;

use super::samples;
use crate::discord::shown;

fn encode(n: u64, entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::default().encode(n, entry, &[7; 32], &mut bytes);
    assert_eq!(bytes.pop(), Some(b'\n'));
    assert!(!bytes.contains(&b'\n'), "an entry is one line");
    bytes
}

fn fields(entry: &Entry) -> Vec<(Field, String)> {
    let value = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Json(json) => json.to_string(),
    };
    entry.evidence.fields().iter().map(|(field, it)| (*field, value(it))).collect()
}

#[track_caller]
fn assert_same(a: &Entry, b: &Entry) {
    assert_eq!((a.at, &a.body, a.clock, &a.intents), (b.at, &b.body, b.clock, &b.intents));
    assert_eq!(fields(a), fields(b));
}

#[test]
fn every_kind_of_entry_reads_back() {
    for (n, entry) in (0..).zip(samples::all()) {
        let bytes = encode(n, &entry);
        let line = Line::parse(&bytes).expect("our own line");
        assert_same(&line.decode().expect("our own entry"), &entry);
        let public = line.public().expect("our own entry");
        assert_eq!(public.n, n);
        assert_eq!(line.check(&public), Ok(Presence::Whole));
        assert_eq!(line.intents().expect("our own entry"), entry.intents);
    }
}

#[test]
fn evidence_can_be_taken_away_without_touching_the_entry() {
    let bytes = encode(3, &samples::held(5, 41));
    let whole = Line::parse(&bytes).expect("our own line");
    let bare = [b"{\"entry\":", whole.entry_bytes(), b"}"].concat();
    let line = Line::parse(&bare).expect("a line without evidence");
    assert_eq!(line.leaf(), whole.leaf());
    assert_eq!(line.check(&line.public().expect("as before")), Ok(Presence::Disposed));
    let entry = line.decode().expect("as before");
    assert!(entry.intents.is_empty() && entry.evidence.fields().is_empty());
}

#[test]
fn the_public_side_names_nobody_and_quotes_nothing() {
    let mut entry = samples::held(5, 41);
    entry.evidence = entry.evidence.with_text(Field::Said, "SECRET words").with_text(Field::By, "SECRET");
    let bytes = encode(3, &entry);
    let line = Line::parse(&bytes).expect("our own line");
    let public = std::str::from_utf8(line.entry_bytes()).expect("text");
    for word in ["9001", "idiot", "mayor", "SECRET", "palabrota", "general-1"] {
        assert!(!public.contains(word), "`{word}` stands in {public}");
    }
}

#[test]
fn an_identifier_in_the_evidence_reads_back() {
    let entry = samples::posted(5, 41, "hello");
    let bytes = encode(3, &entry);
    let back = Line::parse(&bytes).and_then(|line| line.decode()).expect("our own line");
    assert_eq!(back.evidence.json::<MemberId>(Field::Author), Some(samples::member(9_001)));
}

/// What a card was written from stands for what was written.
#[test]
fn a_card_that_was_not_read_back_is_what_would_be_read() {
    for card in [shown::card(), shown::threat_card()] {
        let entry = Entry {
            evidence: Evidence::none().with_card(Arc::new(card.clone())),
            ..samples::held(1_700_000_000_000, 41)
        };
        let bytes = encode(7, &entry);
        let read = Line::parse(&bytes).and_then(|line| line.decode()).expect("a line");
        assert_eq!(entry.evidence.card().as_deref(), Some(&card));
        assert_eq!(read.evidence.card().as_deref(), Some(&card));
        assert_eq!(read.evidence.json::<Card>(Field::Card), Some(card));
    }
}

#[test]
fn a_frame_of_several_lines_becomes_one() {
    let frame = "{\"d\":\r\n {\"content\": \"a\\nb\"}}";
    for is_json in [true, false] {
        let frame = Frame { sequence: 7, raw: frame.into(), is_json };
        let evidence = Evidence::none().with_frame(&frame);
        assert_eq!(evidence.raw(Field::Frame), Some("{\"d\":   {\"content\": \"a\\nb\"}}"));
    }
}

#[test]
fn what_is_no_json_is_kept_as_words() {
    for raw in ["{\"d\": \n", "\"said\"", "said"] {
        let evidence = Evidence::none().with_frame(&Frame { raw: raw.into(), ..Frame::default() });
        assert_eq!(evidence.text(Field::Frame), Some(raw));
    }
}

#[test]
fn there_is_one_way_to_write_a_line() {
    let bytes = encode(3, &samples::posted(5, 41, "hello"));
    let text = String::from_utf8(bytes).expect("text");
    let reordered = {
        let (entry, evidence) = text[1..text.len() - 1].split_once(",\"evidence\":").expect("both");
        format!("{{\"evidence\":{evidence},{entry}}}")
    };
    for other in [
        text.replacen("{\"entry\":", "{ \"entry\":", 1),
        text.replacen(",\"evidence\"", ", \"evidence\"", 1),
        format!("{text} "),
        format!("{},\"more\":1}}", &text[..text.len() - 1]),
        reordered,
    ] {
        let read = Line::parse(other.as_bytes()).and_then(|line| line.check(&line.public()?));
        assert!(read.is_err(), "{other}");
    }
}

/// What `check` says of the line with `from` replaced by `to`.
#[track_caller]
fn changed(from: &str, to: &str) -> BadLine {
    let text = String::from_utf8(encode(3, &samples::held(5, 41))).expect("text");
    assert!(text.contains(from), "`{from}` is not in {text}");
    let other = text.replacen(from, to, 1);
    let line = match Line::parse(other.as_bytes()) {
        Ok(line) => line,
        Err(bad) => return bad,
    };
    let result = line.public().and_then(|public: Public| line.check(&public));
    result.expect_err("the change was noticed")
}

#[test]
fn changes_are_noticed_for_what_they_are() {
    assert_eq!(changed(",\"content\":\"you", ",\"content\":\"yon"), BadLine::Commitment("content".into()));
    assert_eq!(changed("\"author\":\"9001\"", "\"author\":\"9002\""), BadLine::Commitment("author".into()));
    assert_eq!(changed("\"seed\":\"Bw", "\"seed\":\"Cw"), BadLine::Commitment("frame".into()));
    assert_eq!(changed("MESSAGE_CREATE", "MESSAGE_UPDATE"), BadLine::Commitment("frame".into()));
    assert_eq!(changed(",\"author\":\"9001\"", ""), BadLine::Missing("author".into()));
    assert_eq!(changed(",\"author\":", ",\"by\":\"x\",\"author\":"), BadLine::Uncommitted("by".into()));
    assert!(matches!(changed(",\"author\":", ",\"auctor\":"), BadLine::Evidence(_)));
    assert!(matches!(changed(",\"part-0\":\"an", ",\"part-00\":\"an"), BadLine::Evidence(_)));
    assert_eq!(
        changed("\"at\":5", "\"at\":5.0").to_string().split(':').next(),
        Some("`entry` cannot be read")
    );
    assert_eq!(changed("{\"at\":5,", "{\"at\":5,\"zip\":1,"), BadLine::Form);
    assert_eq!(changed("{\"at\":5,", "{ \"at\":5,"), BadLine::Form);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives(text in "(?s).{0,120}", name in "(?s).{0,40}") {
        let mut entry = samples::posted(5, 41, &text);
        entry.evidence = entry.evidence.with_text(Field::Name, name).with_text(Field::Part(3), text);
        let bytes = encode(12, &entry);
        let line = Line::parse(&bytes).expect("our own line");
        assert_same(&line.decode().expect("our own entry"), &entry);
        prop_assert_eq!(line.check(&line.public().expect("our own")), Ok(Presence::Whole));
    }

    /// Every single changed byte outside `entry` is noticed; inside, the leaf
    /// hash changes, and the tree notices.
    #[test]
    fn any_changed_byte_is_noticed(at: prop::sample::Index, bit in 0..8u8) {
        let mut bytes = encode(3, &samples::held(5, 41));
        let leaf = Line::parse(&bytes).expect("our own line").leaf();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let noticed = match Line::parse(&bytes) {
            Err(_) => true,
            Ok(line) => line.leaf() != leaf || line.public().and_then(|public| line.check(&public)).is_err(),
        };
        prop_assert!(noticed, "byte {at}, bit {bit}");
    }
}

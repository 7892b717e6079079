//! `entry` is RFC 8785: keys sorted, no white space, shortest escapes.

use gavel::journal::entry::Body;
use gavel::journal::line::{Encoder, Line};
use serde_json::Value;

use super::samples;

/// RFC 8785 of a value without fractions: keys by UTF-16 code units, strings
/// and integers as serde_json writes them, which is as ECMAScript does.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort_by_key(|key| key.encode_utf16().collect::<Vec<_>>());
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        Value::Number(number) => {
            let number = number.as_i64().expect("an entry holds whole numbers only");
            assert!(number.unsigned_abs() < 1 << 53, "{number} would not survive every reader");
            out.push_str(&number.to_string());
        }
        other => out.push_str(&other.to_string()),
    }
}

#[test]
fn every_kind_of_entry_is_in_canonical_form() {
    for (n, entry) in (0..).zip(samples::all()) {
        let mut bytes = Vec::new();
        Encoder::default().encode(n, &entry, &[7; 32], &mut bytes);
        let line = Line::parse(bytes.strip_suffix(b"\n").expect("a line feed")).expect("our own line");
        let written = std::str::from_utf8(line.entry_bytes()).expect("text");
        let mut expected = String::new();
        canonical(&serde_json::from_str(written).expect("JSON"), &mut expected);
        assert_eq!(written, expected, "a struct's fields are not in alphabetical order");
    }
}

#[test]
fn the_samples_hold_every_kind() {
    let mut kinds: Vec<_> = samples::all().iter().map(|entry| entry.body.kind()).collect();
    kinds.dedup();
    assert_eq!(kinds, Body::KINDS);
    for entry in samples::all() {
        let written = serde_json::to_value(&entry.body).expect("our own types serialise");
        assert!(written.get(entry.body.kind()).is_some(), "{} is written otherwise", entry.body.kind());
    }
}

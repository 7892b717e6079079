//! Reading what does not parse. Nobody is let off because Discord, or
//! whatever stands between, sent half a frame.

use super::Parts;

/// Keys whose strings are shown to people, anywhere in a message.
const SHOWN: [&str; 13] = [
    "content",
    "title",
    "description",
    "url",
    "name",
    "value",
    "text",
    "label",
    "placeholder",
    "filename",
    "nick",
    "username",
    "global_name",
];

/// Finds `"key":"text"` in bytes that are no JSON, for every key whose text
/// people see, and adds the texts under `at`.
pub fn salvage(raw: &str, at: &str, parts: &mut Parts) {
    let mut rest = raw;
    let mut count = 0;
    while let Some((key, after)) = next_string(rest) {
        let Some(value) = after.trim_start().strip_prefix(':').map(str::trim_start) else {
            rest = after;
            continue;
        };
        if !value.starts_with('"') {
            rest = value;
            continue;
        }
        let Some((text, after)) = next_string(value) else { break };
        if SHOWN.contains(&key) {
            parts.add(format!("{at}?[{count}].{key}"), unescaped(text));
            count += 1;
        }
        rest = after;
    }
}

/// The next quoted string, still escaped, and what follows it. One that is
/// cut off by the end of the frame ends there.
fn next_string(raw: &str) -> Option<(&str, &str)> {
    let body = &raw[raw.find('"')? + 1..];
    let bytes = body.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'"', b'\\', &bytes[from.min(bytes.len())..]) {
        let at = from + at;
        if bytes[at] == b'"' {
            return Some((&body[..at], &body[at + 1..]));
        }
        from = at + 2;
    }
    Some((body, ""))
}

/// A JSON string without its escapes; what is no valid escape becomes the
/// replacement character.
fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let quoted = mended(&format!("\"{text}\""));
    match serde_json::from_str(&quoted) {
        Ok(text) => text,
        Err(_) => text.replace('\\', "\u{fffd}"),
    }
}

/// The same JSON with every lone surrogate (`\ud83d` without its other half,
/// which no Rust string can hold) turned into the replacement character.
pub fn mended(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match surrogate(rest) {
            Some(0xd800..=0xdbff) if matches!(rest.get(6..).and_then(surrogate), Some(0xdc00..=0xdfff)) => {
                out.push_str(&rest[..12]);
                12
            }
            Some(_) => {
                out.push_str("\\ufffd");
                6
            }
            None => {
                // An escape and the character after it, whatever it is.
                let taken = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
                out.push_str(&rest[..taken]);
                taken
            }
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// The surrogate that an escape at the beginning stands for.
fn surrogate(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (0xd800..=0xdfff).contains(&unit).then_some(unit)
}

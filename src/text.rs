//! What was written, and the way back to it.
//!
//! A text is read once, from left to right, into [`tokens`](tokens::Tokens):
//! words, the sentences they stand in, whether they stand in quotation marks,
//! and the [`links`] between them. Every token carries its byte offsets in
//! the original, so whatever is found later can be shown in the author's own
//! words. [`formats`] finds numbers that prove themselves by their shape.
//! Nothing here knows a policy.

pub mod formats;
pub mod language;
pub mod links;
pub mod tokens;

use std::hash::{Hash, Hasher};

/// Feeds a text to a hasher as it counts for "the same message again":
/// spacing, case and punctuation do not make it another message, unless it
/// consists of nothing else.
pub fn sameness(text: &str, hasher: &mut impl Hasher) {
    let mut any = false;
    for letter in text.chars().filter(|c| c.is_alphanumeric()) {
        any = true;
        if letter.is_ascii() {
            letter.to_ascii_lowercase().hash(hasher);
        } else {
            letter.to_lowercase().for_each(|c| c.hash(hasher));
        }
    }
    if !any {
        text.trim().hash(hasher);
    }
    0xffu8.hash(hasher);
}

//! What was written, and the way back to it.
//!
//! A text is read once, from left to right, into [`tokens`](tokens::Tokens):
//! words, the sentences they stand in, whether they stand in quotation marks,
//! and the [`links`] between them. Every token carries its byte offsets in
//! the original, so whatever is found later can be shown in the author's own
//! words. [`formats`] finds numbers that prove themselves by their shape,
//! [`prescribed`] the sentence that a clause puts into somebody's mouth.
//! Nothing here knows a policy.

pub mod brands;
pub mod cells;
pub mod formats;
pub mod language;
pub mod letters;
pub mod links;
pub mod prescribed;
mod quotes;
pub mod tokens;

use std::hash::{Hash, Hasher};

/// Feeds a text to a hasher as it counts for "the same message again":
/// spacing, case and punctuation do not make it another message, unless it
/// consists of nothing else.
pub fn sameness(text: &str, hasher: &mut impl Hasher) {
    // Handed over in stretches: a hasher that is good for tables of strangers'
    // words is slow with single letters.
    let mut stretch = [0; 128];
    let mut filled = 0;
    let mut any = false;
    for letter in text.chars() {
        if letter.is_ascii() {
            if letter.is_ascii_alphanumeric() {
                stretch[filled] = letter.to_ascii_lowercase() as u8;
                filled += 1;
            }
        } else if letter.is_alphanumeric() {
            for lower in letter.to_lowercase() {
                filled += lower.encode_utf8(&mut stretch[filled..]).len();
            }
        }
        // A letter has at most three in lower case, of four bytes each.
        if filled > stretch.len() - 12 {
            hasher.write(&stretch[..filled]);
            (filled, any) = (0, true);
        }
    }
    if filled > 0 {
        hasher.write(&stretch[..filled]);
    } else if !any {
        text.trim().hash(hasher);
    }
    0xffu8.hash(hasher);
}

//! What was written, and the way back to it.
//!
//! A text is read once, from left to right, into [`tokens`](tokens::Tokens):
//! words, the sentences they stand in, whether they stand in quotation marks,
//! and the [`links`] between them. Every token carries its byte offsets in
//! the original, so whatever is found later can be shown in the author's own
//! words. [`formats`] finds numbers that prove themselves by their shape.
//! Nothing here knows a policy.

pub mod formats;
pub mod links;
pub mod tokens;

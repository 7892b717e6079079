//! All integration tests, one binary.

mod discord;
mod words;

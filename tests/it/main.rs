//! All integration tests, one binary.

mod discord;
mod facts;
mod journal;
mod log;
mod sandbox;
mod store;
mod words;

//! All integration tests, one binary.

mod facts;
mod journal;
mod store;
mod discord;
mod sandbox;

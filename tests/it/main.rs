//! All integration tests, one binary.

mod discord;
mod facts;
mod journal;
mod sandbox;
mod settings;
mod store;

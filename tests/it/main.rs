//! All integration tests, one binary.

mod discord;
mod doctor;
mod facts;
mod journal;
mod log;
mod sandbox;
mod settings;
mod store;
mod words;

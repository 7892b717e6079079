//! All integration tests, one binary.

mod browser;
mod discord;
mod doctor;
mod facts;
mod journal;
mod log;
mod sandbox;
mod settings;
mod store;
mod tour;
mod words;

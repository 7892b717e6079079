//! All integration tests, one binary.

mod browser;
mod discord;
mod facts;
mod journal;
mod log;
mod process;
mod sandbox;
mod settings;
mod store;
mod story;
mod tour;
mod words;

//! All integration tests, one binary.

mod accuracy;
mod anything;
mod browser;
mod decisions;
mod discord;
mod doctor;
mod evasions;
mod explain;
mod facts;
mod folder;
mod journal;
mod letters;
mod log;
mod policies;
mod process;
mod sandbox;
mod settings;
mod shape;
mod store;
mod story;
mod tour;
mod words;

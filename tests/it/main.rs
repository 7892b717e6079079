//! All integration tests, one binary.

mod journal;
mod log;
mod store;

//! All integration tests, one binary.

mod journal;
mod store;

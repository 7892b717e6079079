//! All integration tests, one binary.

mod facts;

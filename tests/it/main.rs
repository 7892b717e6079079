//! All integration tests, one binary.

mod sandbox;

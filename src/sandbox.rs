//! A Discord-compatible server on loopback.

pub mod facts;

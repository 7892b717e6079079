//! Gavel moderates a city's official Discord channels under the city's own
//! adopted policy, and keeps a moderation log that stands up as a public record.
//!
//! The whole bot is one pure function and a loop around it. The core (from
//! [`domain`] down to `records`) reads no clock, makes no random number and
//! does no I/O; the shell around it is thin, and each neighbour has one home.

pub mod domain;

pub mod journal;

pub mod clock;
pub mod control;
pub mod platform;
pub mod store;

pub mod cli;

//! Gavel moderates a city's official Discord channels under the city's own
//! adopted policy, and keeps a moderation log that stands up as a public record.
//!
//! The whole bot is one pure function and a loop around it. The core (from
//! [`domain`] down to `advance`) reads no clock, makes no random number and
//! does no I/O; the shell around it is thin, and each neighbour has one home.

// The core, in reading order: each uses only what stands above it.
pub mod domain;

pub mod text;

pub mod classify;

pub mod policy;

pub mod decide;

pub mod proof;

pub mod journal;

pub mod case;

pub mod advance;

// The shell.
pub mod bot;
pub mod cli;
pub mod clock;
pub mod control;
pub mod discord;
pub mod doctor;
pub mod explain;
pub mod pipeline;
pub mod platform;
pub mod sandbox;
pub mod settings;
pub mod store;
pub mod words;

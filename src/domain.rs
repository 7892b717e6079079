//! The vocabulary: plain data that every other module speaks in.
//!
//! Nothing here decides, reads or writes. A word means one thing, everywhere:
//! in code, in configuration, in the journal and in what the bot says.

pub mod action;
pub mod card;
pub mod circumstances;
pub mod decision;
pub mod deployment;
pub mod event;
pub mod id;
pub mod message;

//! The vocabulary: plain data that every other module speaks in.
//!
//! Nothing here decides, reads or writes. A word means one thing, everywhere:
//! in code, in configuration, in the journal and in what the bot says.

pub mod id;

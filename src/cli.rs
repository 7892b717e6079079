//! The command line: one file for every subcommand.

pub mod log;

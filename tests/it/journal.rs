//! The record: bytes, commitments, the tree, checkpoints.

mod canonical;
mod commitment;
mod golden;
mod lines;
pub mod samples;
mod tree;

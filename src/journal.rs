//! The record: what an entry says, its bytes, its commitments, and the tree
//! over them. Bytes and hashes only; files are the store's.
//!
//! An entry has two sides. What stands in `entry` names nobody and quotes
//! nothing; everything else is `evidence`, each field of it under a
//! commitment in `entry`. Lawful disposal takes the evidence away and leaves
//! every hash as it was. The bytes are specified in `docs/RECORD-FORMAT.md`.

pub mod checkpoint;
pub mod commitment;
pub mod entry;
pub mod evidence;
pub mod line;
pub mod tree;

/// The version of the record format that is written here. It is raised when
/// anything is added, and every version reads all that came before it.
pub const FORMAT: u32 = 1;

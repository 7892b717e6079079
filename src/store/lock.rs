//! One process writes: the lock of a data directory.
//!
//! The kernel holds it for as long as the process lives, so there is no stale
//! one. The file says which process that is.

use std::path::Path;

use super::disk::{Disk, LockFailure};
use super::error::StoreError;

/// The lock's file in the data directory.
pub const LOCK: &str = "lock";

/// The right to write here, given back when dropped.
pub struct Lock(#[expect(dead_code, reason = "held for its drop")] Box<dyn Send + Sync>);

/// Takes the lock, or says who has it.
pub fn take(disk: &dyn Disk, data: &Path) -> Result<Lock, StoreError> {
    let path = data.join(LOCK);
    match disk.lock(&path, &format!("{}\n", std::process::id())) {
        Ok(held) => Ok(Lock(held)),
        Err(LockFailure::Held(note)) => {
            Err(StoreError::Locked { dir: data.to_owned(), holder: note.trim().parse().ok() })
        }
        Err(LockFailure::Io(e)) => Err(StoreError::io("lock", &path)(e)),
    }
}

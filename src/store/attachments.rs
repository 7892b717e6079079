//! Attachments: files named by the SHA-256 of their bytes.
//!
//! They are written as they stream in, synced, renamed into place and the
//! directory synced, so that whatever bears a hash as its name has it. Which
//! entries refer to one is in the journal, and counted from there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::disk::{Disk, Input, Output};
use super::error::StoreError;

/// The directory in the data directory.
pub const ATTACHMENTS: &str = "attachments";

/// Where they are written until they are whole.
const INCOMING: &str = "incoming";

/// The attachments of the store. Cheap to clone; can be sent to other threads.
#[derive(Clone)]
pub struct Attachments {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    count: Arc<AtomicU64>,
}

/// An attachment that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    pub size: u64,
}

impl Attachments {
    /// Opens the directory, and clears away what was never finished.
    pub(super) fn open(disk: Arc<dyn Disk>, data: &Path) -> Result<Attachments, StoreError> {
        let dir = data.join(ATTACHMENTS);
        let incoming = dir.join(INCOMING);
        disk.create_dir(&incoming).map_err(StoreError::io("create", &incoming))?;
        for name in disk.list(&incoming).map_err(StoreError::io("list", &incoming))? {
            let path = incoming.join(name);
            disk.remove(&path).map_err(StoreError::io("remove", &path))?;
        }
        Ok(Attachments { disk, dir, count: Arc::default() })
    }

    /// Begins an attachment of at most `limit_bytes`. This blocks, as do all
    /// its writes.
    pub fn begin(&self, limit_bytes: u64) -> Result<Incoming, StoreError> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let path = self.dir.join(INCOMING).join(number.to_string());
        let output = self.disk.append(&path).map_err(StoreError::io("create", &path))?;
        Ok(Incoming {
            store: self.clone(),
            path,
            output: Some(output),
            hash: Sha256::new(),
            size: 0,
            limit_bytes,
        })
    }

    /// The file of an attachment; `None` where `sha256` is no hash.
    pub fn path(&self, sha256: &str) -> Option<PathBuf> {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_hash.then(|| self.dir.join(&sha256[..2]).join(sha256))
    }

    /// Opens an attachment to read; `None` where it is not kept.
    pub fn read(&self, sha256: &str) -> Result<Option<Box<dyn Input>>, StoreError> {
        let Some(path) = self.path(sha256) else { return Ok(None) };
        match self.disk.open(&path) {
            Ok(file) => Ok(Some(file)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::io("open", &path)(e)),
        }
    }
}

/// An attachment on its way in. Dropped before [`Incoming::finish`], it was
/// never there.
pub struct Incoming {
    store: Attachments,
    path: PathBuf,
    output: Option<Box<dyn Output>>,
    hash: Sha256,
    size: u64,
    limit_bytes: u64,
}

impl Incoming {
    /// Takes the next bytes; refuses them where they are too many.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.size += bytes.len() as u64;
        if self.size > self.limit_bytes {
            return Err(StoreError::TooLarge { limit_bytes: self.limit_bytes });
        }
        self.hash.update(bytes);
        match &mut self.output {
            Some(output) => output.write(bytes).map_err(StoreError::io("write", &self.path)),
            None => Ok(()),
        }
    }

    /// All of it has come: on stable storage when this returns.
    pub fn finish(mut self) -> Result<Kept, StoreError> {
        if self.size > self.limit_bytes {
            return Err(StoreError::TooLarge { limit_bytes: self.limit_bytes });
        }
        let disk = self.store.disk.clone();
        if let Some(mut output) = self.output.take() {
            output.sync().map_err(StoreError::io("sync", &self.path))?;
        }
        let sha256: String = self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let dir = self.store.dir.join(&sha256[..2]);
        let path = dir.join(&sha256);
        disk.create_dir(&dir).map_err(StoreError::io("create", &dir))?;
        disk.sync_dir(&self.store.dir).map_err(StoreError::io("sync", &self.store.dir))?;
        // Over an equal file, where there is one.
        disk.rename(&self.path, &path).map_err(StoreError::io("rename", &self.path))?;
        disk.sync_dir(&dir).map_err(StoreError::io("sync", &dir))?;
        self.path = PathBuf::new();
        Ok(Kept { sha256, size: self.size })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // What stays is cleared away at the next start.
            let _ = self.store.disk.remove(&self.path);
        }
    }
}

//! The signing key's file, the verifier key's, and the checkpoints'.

use std::path::{Path, PathBuf};

use super::disk::{self, Disk};
use super::error::StoreError;
use crate::domain::action::EntryNo;
use crate::journal::checkpoint::{self, Checkpoint, Key, Problem};

/// The signing key, where the deployment names no other place for it.
pub const SIGNING_KEY: &str = "signing-key";

/// The verifier key, for everyone.
pub const VERIFIER_KEY: &str = "verifier-key";

/// The directory of the checkpoints.
pub const CHECKPOINTS: &str = "checkpoints";

/// Reads the signing key; `None` where the file is not there.
pub fn read(disk: &dyn Disk, path: &Path) -> Result<Option<Key>, StoreError> {
    let Some(bytes) = disk::read(disk, path).map_err(StoreError::io("read", path))? else { return Ok(None) };
    let problem = |why| StoreError::Key { path: path.to_owned(), why };
    let text = String::from_utf8(bytes).map_err(|_| problem(Problem::Secret))?;
    Key::parse(&text).map(Some).map_err(problem)
}

/// Makes a signing key at the first start.
pub fn make(disk: &dyn Disk, path: &Path, origin: &str) -> Result<Key, StoreError> {
    let key = Key::generate(origin, &mut rand_core::OsRng)
        .map_err(|why| StoreError::Key { path: path.to_owned(), why })?;
    disk::write_whole(disk, path, key.secret_text().as_bytes()).map_err(StoreError::io("write", path))?;
    Ok(key)
}

/// Writes the verifier key where it does not stand there already.
pub fn publish(disk: &dyn Disk, data: &Path, verifier: &str) -> Result<(), StoreError> {
    let path = data.join(VERIFIER_KEY);
    let line = format!("{verifier}\n");
    if disk::read(disk, &path).map_err(StoreError::io("read", &path))?.as_deref() != Some(line.as_bytes()) {
        disk::write_whole(disk, &path, line.as_bytes()).map_err(StoreError::io("write", &path))?;
    }
    Ok(())
}

/// The file of the checkpoint over so many entries.
pub fn checkpoint_path(data: &Path, size: EntryNo) -> PathBuf {
    data.join(CHECKPOINTS).join(format!("{size:012}"))
}

/// The sizes for which there are checkpoints, rising.
pub fn checkpoint_sizes(disk: &dyn Disk, data: &Path) -> Result<Vec<EntryNo>, StoreError> {
    let dir = data.join(CHECKPOINTS);
    let names = match disk.list(&dir) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(StoreError::io("list", &dir))?,
    };
    let mut sizes: Vec<EntryNo> = names
        .iter()
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|name| name.parse().ok())
        .collect();
    sizes.sort_unstable();
    Ok(sizes)
}

/// Reads a checkpoint that this key signed; its text beside it.
pub fn read_checkpoint(
    disk: &dyn Disk,
    data: &Path,
    size: EntryNo,
    verifier: &str,
) -> Result<(Checkpoint, String), StoreError> {
    let path = checkpoint_path(data, size);
    let bytes = disk::read(disk, &path).map_err(StoreError::io("read", &path))?.unwrap_or_default();
    let problem = |why| StoreError::Key { path: path.clone(), why };
    let text = String::from_utf8(bytes).map_err(|_| problem(Problem::Checkpoint))?;
    let said = checkpoint::open(&text, verifier).map_err(problem)?;
    if said.size != size {
        return Err(problem(Problem::Checkpoint));
    }
    Ok((said, text))
}

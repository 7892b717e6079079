//! A disk in memory that can lose power.
//!
//! It keeps, for every file, what was written and what was synced, and for
//! every directory the names it shows and the names that are stable. It can be
//! told to fail from a given operation on; [`Memory::after_power_loss`] is
//! then the disk as the next start finds it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use super::disk::{Disk, Input, LockFailure, Output};

/// What becomes of bytes that were written and not synced when power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsynced {
    /// All of them are gone.
    Lost,
    /// All of them happen to be there.
    Kept,
    /// The first of them are there: this many parts in 256.
    Part(u8),
    /// The file has grown, and the second half reads as zeros.
    Zeros,
}

#[derive(Clone, Debug, Default)]
struct Body {
    now: Vec<u8>,
    synced: Vec<u8>,
}

type Shared = Arc<Mutex<Body>>;

#[derive(Default)]
struct State {
    files: BTreeMap<PathBuf, Shared>,
    stable: BTreeMap<PathBuf, Shared>,
    dirs: BTreeSet<PathBuf>,
    /// What whoever holds a lock wrote into it.
    locked: BTreeMap<PathBuf, String>,
    operations: u64,
    fails_at: Option<u64>,
}

/// A disk in memory. Clones are the same disk.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<State>>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing in here is left half done by a panic.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn no_such(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("there is no {}", path.display()))
}

impl Memory {
    /// An empty disk.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// How many operations that change something were asked for so far.
    pub fn operations(&self) -> u64 {
        lock(&self.0).operations
    }

    /// Lets every changing operation from number `operation` on fail.
    pub fn fail_at(&self, operation: u64) {
        lock(&self.0).fails_at = Some(operation);
    }

    /// The disk as it is found after power was lost now. The new one fails
    /// nowhere, and nothing on it is locked.
    pub fn after_power_loss(&self, unsynced: Unsynced) -> Memory {
        let state = lock(&self.0);
        let mut files = BTreeMap::new();
        for (path, file) in &state.stable {
            let body = lock(file);
            let mut bytes = body.synced.clone();
            if body.now.starts_with(&body.synced) {
                let rest = &body.now[body.synced.len()..];
                match unsynced {
                    Unsynced::Lost => {}
                    Unsynced::Kept => bytes.extend_from_slice(rest),
                    Unsynced::Part(parts) => {
                        bytes.extend_from_slice(&rest[..rest.len() * parts as usize / 256])
                    }
                    Unsynced::Zeros => {
                        bytes.extend_from_slice(&rest[..rest.len() / 2]);
                        bytes.resize(body.now.len(), 0);
                    }
                }
            }
            let body = Body { now: bytes.clone(), synced: bytes };
            files.insert(path.clone(), Arc::new(Mutex::new(body)));
        }
        let after = State { stable: files.clone(), files, dirs: state.dirs.clone(), ..State::default() };
        Memory(Arc::new(Mutex::new(after)))
    }

    /// The bytes of a file as they read now.
    pub fn bytes(&self, path: &Path) -> Option<Vec<u8>> {
        lock(&self.0).files.get(path).map(|file| lock(file).now.clone())
    }

    fn change(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = lock(&self.0);
        let number = state.operations;
        state.operations += 1;
        if state.fails_at.is_some_and(|at| number >= at) {
            return Err(io::Error::other("the power is gone"));
        }
        Ok(state)
    }
}

struct Handle {
    disk: Memory,
    file: Shared,
}

impl Output for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _power = self.disk.change()?;
        lock(&self.file).now.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let _power = self.disk.change()?;
        let mut body = lock(&self.file);
        body.synced = body.now.clone();
        Ok(())
    }
}

impl Input for Handle {
    fn size(&self) -> io::Result<u64> {
        Ok(lock(&self.file).now.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let body = lock(&self.file);
        let rest = body.now.get(offset as usize..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }
}

struct Held {
    disk: Memory,
    path: PathBuf,
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.disk.0).locked.remove(&self.path);
    }
}

impl Disk for Memory {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.change()?;
        state.dirs.extend(path.ancestors().map(Path::to_owned));
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let state = lock(&self.0);
        if !state.dirs.contains(path) {
            return Err(no_such(path));
        }
        let names = state.files.keys().chain(&state.dirs).filter(|it| it.parent() == Some(path));
        let names: BTreeSet<_> = names.filter_map(|it| it.file_name()).collect();
        Ok(names.into_iter().map(|name| name.to_string_lossy().into_owned()).collect())
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Output>> {
        let mut state = self.change()?;
        let file = state.files.entry(path.to_owned()).or_default().clone();
        Ok(Box::new(Handle { disk: self.clone(), file }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Input>> {
        let file = lock(&self.0).files.get(path).cloned().ok_or_else(|| no_such(path))?;
        Ok(Box::new(Handle { disk: self.clone(), file }))
    }

    fn cut(&self, path: &Path, size: u64) -> io::Result<()> {
        let state = self.change()?;
        let file = state.files.get(path).ok_or_else(|| no_such(path))?;
        let mut body = lock(file);
        body.now.truncate(size as usize);
        body.synced = body.now.clone();
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.change()?;
        let file = state.files.remove(from).ok_or_else(|| no_such(from))?;
        state.files.insert(to.to_owned(), file);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.change()?;
        state.files.remove(path).map(drop).ok_or_else(|| no_such(path))
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.change()?;
        let state = &mut *state;
        state.stable.retain(|it, _| it.parent() != Some(path));
        let here = state.files.iter().filter(|(it, _)| it.parent() == Some(path));
        state.stable.extend(here.map(|(it, file)| (it.clone(), file.clone())));
        Ok(())
    }

    fn lock(&self, path: &Path, note: &str) -> Result<Box<dyn Send + Sync>, LockFailure> {
        let mut state = self.change().map_err(LockFailure::Io)?;
        if let Some(holder) = state.locked.get(path) {
            return Err(LockFailure::Held(holder.clone()));
        }
        state.locked.insert(path.to_owned(), note.to_owned());
        Ok(Box::new(Held { disk: self.clone(), path: path.to_owned() }))
    }

    fn is_real(&self) -> bool {
        false
    }
}

//! The disk, as far as the store needs one.
//!
//! All file work of the store goes through this one small trait, sled's own
//! excepted, which is a cache: so that a test, or a simulation, can stop
//! writing at any operation and lose whatever was not synced. Nothing here
//! knows what the files mean.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Mode of every file the store makes.
pub const FILE_MODE: u32 = 0o600;

/// Mode of every directory the store makes.
pub const DIR_MODE: u32 = 0o700;

/// A file that is written at its end.
pub trait Output: Send {
    /// Appends all of `bytes`.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Waits until everything written is on stable storage.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that is read anywhere.
pub trait Input: Send + Sync {
    /// How many bytes it holds now.
    fn size(&self) -> io::Result<u64>;

    /// Reads up to `buffer.len()` bytes from `offset` on; 0 only at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

/// Why a lock was not got.
#[derive(Debug)]
pub enum LockFailure {
    /// Somebody has it; what they wrote into the file.
    Held(String),
    Io(io::Error),
}

/// What the store asks of a disk.
pub trait Disk: Send + Sync {
    /// Makes a directory and those above it, for nobody but the owner.
    fn create_dir(&self, path: &Path) -> io::Result<()>;

    /// The names in a directory, sorted.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;

    /// Opens a file to append to; makes it where it is missing.
    fn append(&self, path: &Path) -> io::Result<Box<dyn Output>>;

    /// Opens a file to read.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Input>>;

    /// Cuts a file to `size` bytes and waits until that is stable.
    fn cut(&self, path: &Path, size: u64) -> io::Result<()>;

    /// Renames a file, over another if need be.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Waits until the names in a directory are on stable storage.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;

    /// Locks a file for as long as what it returns lives, and writes `note`
    /// into it.
    fn lock(&self, path: &Path, note: &str) -> Result<Box<dyn Send + Sync>, LockFailure>;

    /// Whether there are real directories behind the paths, in which sled
    /// can live.
    fn is_real(&self) -> bool;
}

/// Reads a whole file; `None` where there is none.
pub fn read(disk: &dyn Disk, path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match disk.open(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let size = file.size()? as usize;
    read_from(file.as_ref(), 0, size).map(Some)
}

/// Reads `length` bytes from `offset` on, or as many as there are.
pub fn read_from(file: &dyn Input, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match file.read_at(&mut bytes[filled..], offset + filled as u64)? {
            0 => break,
            n => filled += n,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// Writes a whole file so that it is there entirely, or as it was before:
/// written beside, synced, renamed, and the directory synced.
pub fn write_whole(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    match disk.remove(&beside) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut file = disk.append(&beside)?;
    file.write(bytes)?;
    file.sync()?;
    drop(file);
    disk.rename(&beside, path)?;
    disk.sync_dir(parent)
}

/// The machine's own disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

impl Output for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

impl Input for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        loop {
            match FileExt::read_at(self, buffer, offset) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

impl Disk for Real {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(DIR_MODE).create(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn Output>> {
        let file = OpenOptions::new().append(true).create(true).mode(FILE_MODE).open(path)?;
        Ok(Box::new(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Input>> {
        Ok(Box::new(File::open(path)?))
    }

    fn cut(&self, path: &Path, size: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(size)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn lock(&self, path: &Path, note: &str) -> Result<Box<dyn Send + Sync>, LockFailure> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(FILE_MODE);
        let mut file = options.open(path).map_err(LockFailure::Io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who holds it is said as far as it can be read.
                let _ = file.read_to_string(&mut holder);
                return Err(LockFailure::Held(holder));
            }
            Err(TryLockError::Error(e)) => return Err(LockFailure::Io(e)),
        }
        file.set_len(0).and_then(|()| file.write_all(note.as_bytes())).map_err(LockFailure::Io)?;
        Ok(Box::new(file))
    }

    fn is_real(&self) -> bool {
        true
    }
}

/// Closes a directory of ours to everyone else. One that holds other
/// people's files too is left as it is; `false` says that it is open.
pub fn close_dir(path: &Path, is_ours: bool) -> io::Result<bool> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(true);
    }
    if is_ours {
        fs::set_permissions(path, fs::Permissions::from_mode(DIR_MODE))?;
    }
    Ok(is_ours)
}

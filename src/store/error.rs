//! What can go wrong with the store. All of it is fatal: whoever gets one
//! stops acting, says so and ends.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::action::EntryNo;
use crate::journal::checkpoint::Problem;

/// Why the store cannot go on.
#[derive(Debug)]
pub enum StoreError {
    /// A file or directory could not be worked with.
    Io { doing: &'static str, path: PathBuf, cause: io::Error },
    /// Another process writes here.
    Locked { dir: PathBuf, holder: Option<u32> },
    /// The journal holds something that was never written by this program.
    Damaged { path: PathBuf, offset: u64, entry: EntryNo, why: String },
    /// The journal holds less than a checkpoint says.
    Truncated { checkpoint: PathBuf, covers: EntryNo, holds: EntryNo },
    /// Some files of the journal are not there.
    SegmentMissing { path: PathBuf },
    /// A later version of the program wrote it.
    NewerFormat { path: PathBuf, format: u32 },
    /// A key or a checkpoint is not what it should be.
    Key { path: PathBuf, why: Problem },
    /// The log was signed with a key that is not there.
    KeyMissing { path: PathBuf, verifier: String },
    /// The key is not the one the log was signed with.
    OtherKey { path: PathBuf, found: String, expected: String },
    /// The thread that writes behind has ended by itself.
    Ended,
    /// The index does not work any more.
    Index { why: String },
    /// There is nothing to read.
    NoJournal { dir: PathBuf },
    /// There is no such intent on record.
    NoSuchIntent { intent: String },
    /// An attachment is larger than may be kept.
    TooLarge { limit_bytes: u64 },
}

impl StoreError {
    /// Wraps an I/O error: what was being done, and to which file.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
        move |cause| StoreError::Io { doing, path: path.to_owned(), cause }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use StoreError::*;
        match self {
            Io { doing, path, cause } => write!(f, "cannot {doing} `{}`: {cause}", path.display()),
            Locked { dir, holder } => {
                write!(f, "`{}` is in use by ", dir.display())?;
                match holder {
                    Some(pid) => write!(f, "process {pid}")?,
                    None => f.write_str("another process")?,
                }
                f.write_str(": one process writes a log, and this one would be the second")
            }
            Damaged { path, offset, entry, why } => {
                write!(f, "entry {entry} is damaged (`{}`, byte {offset}): {why}", path.display())
            }
            Truncated { checkpoint, covers, holds } => write!(
                f,
                "the journal holds {holds} entries, and `{}` is signed for {covers}: entries are missing at its end",
                checkpoint.display()
            ),
            SegmentMissing { path } => {
                write!(f, "`{}` is missing: the journal has segments after it", path.display())
            }
            NewerFormat { path, format } => write!(
                f,
                "`{}` is in record format {format}, which a later version of Gavel wrote; this one reads up to {}",
                path.display(),
                crate::journal::FORMAT
            ),
            Key { path, why } => write!(f, "`{}`: {why}", path.display()),
            KeyMissing { path, verifier } => write!(
                f,
                "the signing key `{}` is missing, and the log is signed with `{verifier}`: put the key back",
                path.display()
            ),
            OtherKey { path, found, expected } => write!(
                f,
                "`{}` holds the key `{found}`, and the log is signed with `{expected}`",
                path.display()
            ),
            Ended => f.write_str("the thread that writes the journal has ended by itself"),
            Index { why } => write!(f, "the index does not work any more: {why}"),
            NoJournal { dir } => write!(f, "there is no journal in `{}`", dir.display()),
            NoSuchIntent { intent } => write!(f, "there is no intent {intent} on record"),
            TooLarge { limit_bytes } => write!(f, "it is larger than {limit_bytes} bytes"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StoreError::Io { cause, .. } => Some(cause),
            StoreError::Key { why, .. } => Some(why),
            _ => None,
        }
    }
}

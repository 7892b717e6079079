//! Reading journal files without the store: for commands that take no lock
//! and may run beside the bot.

use std::ops::ControlFlow;
use std::path::Path;

use super::disk::Disk;
use super::error::StoreError;
use super::segments::{self, Lines, Next};
use crate::domain::action::EntryNo;
use crate::journal::entry::SegmentHead;
use crate::journal::line::{BadLine, Line};

/// Takes lines as they are handed out, until it has enough.
pub type Each<'a> = dyn FnMut(EntryNo, Line<'_>) -> Result<ControlFlow<()>, BadLine> + 'a;

/// Hands out the lines from entry `from` on, until told to stop. What is
/// being appended at the end is not handed out.
pub fn each(disk: &dyn Disk, data: &Path, from: EntryNo, each: &mut Each<'_>) -> Result<(), StoreError> {
    let count = count(disk, data)?;
    let mut start = count - 1;
    while start > 0 && head(disk, data, start)?.is_none_or(|(_, first)| first > from) {
        start -= 1;
    }
    for number in start..count {
        let path = segments::path(data, number);
        let file = disk.open(&path).map_err(StoreError::io("open", &path))?;
        let mut lines = Lines::new(file, 0);
        let mut last = None;
        while let Next::Line { offset, bytes } = lines.next().map_err(StoreError::io("read", &path))? {
            if number + 1 == count && segments::has_lost_block(bytes) {
                break;
            }
            let result = Line::parse(bytes).and_then(|line| {
                let n = line.stamp()?.n;
                last = Some(n);
                if n < from { Ok(ControlFlow::Continue(())) } else { each(n, line) }
            });
            match result {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(()),
                Err(e) => {
                    let entry = last.map_or(from, |n| n + 1);
                    return Err(StoreError::Damaged { path, offset, entry, why: e.to_string() });
                }
            }
        }
    }
    Ok(())
}

/// How many segments there are; at least one.
fn count(disk: &dyn Disk, data: &Path) -> Result<u64, StoreError> {
    match segments::count(disk, data) {
        Ok(0) => Err(StoreError::NoJournal { dir: data.to_owned() }),
        Err(StoreError::Io { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => {
            Err(StoreError::NoJournal { dir: data.to_owned() })
        }
        other => other,
    }
}

/// The head of a segment and its number as an entry; `None` while it is being made.
fn head(disk: &dyn Disk, data: &Path, number: u64) -> Result<Option<(SegmentHead, EntryNo)>, StoreError> {
    let path = segments::path(data, number);
    let file = disk.open(&path).map_err(StoreError::io("open", &path))?;
    let mut lines = Lines::new(file, 0);
    let Next::Line { bytes, .. } = lines.next().map_err(StoreError::io("read", &path))? else {
        return Ok(None);
    };
    let damaged =
        |e: BadLine| StoreError::Damaged { path: path.clone(), offset: 0, entry: 0, why: e.to_string() };
    let line = Line::parse(bytes).map_err(damaged)?;
    segments::read_head(&path, number, &line).map(Some)
}

/// The verifier key that stands in the journal's first entry.
pub fn key(disk: &dyn Disk, data: &Path) -> Result<String, StoreError> {
    count(disk, data)?;
    match head(disk, data, 0)? {
        Some((head, _)) => Ok(head.key),
        None => Err(StoreError::NoJournal { dir: data.to_owned() }),
    }
}

/// The latest checkpoint, as it was signed; `None` where there is none.
pub fn checkpoint(disk: &dyn Disk, data: &Path) -> Result<Option<String>, StoreError> {
    let key = key(disk, data)?;
    match super::keys::checkpoint_sizes(disk, data)?.pop() {
        Some(size) => super::keys::read_checkpoint(disk, data, size, &key).map(|(_, text)| Some(text)),
        None => Ok(None),
    }
}

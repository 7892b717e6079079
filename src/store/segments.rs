//! Segments: the files of the journal, `journal/00000000.jsonl` and on.
//!
//! A segment begins with an entry of its own that names the format, the key
//! and what the segment before it held; from it the tree is carried on, so
//! that a start reads the last segment only. Reading them, and finding out
//! where the last one really ends, is here; writing is in `writer`.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::disk::{Disk, Input};
use super::error::StoreError;
use super::facts::Place;
use crate::domain::action::EntryNo;
use crate::domain::id::Moment;
use crate::journal::FORMAT;
use crate::journal::entry::{Body, SegmentHead};
use crate::journal::line::{BadLine, Line};
use crate::journal::tree::{Hash, Peaks};

/// The directory of the segments, in the data directory.
pub const JOURNAL: &str = "journal";

/// A segment is followed by a new one once it is this long.
pub const SEGMENT_BYTES: u64 = 64 << 20;

/// How much is read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// A file system that lost power gives back blocks it never wrote as zeros.
const LOST_BLOCK_BYTES: usize = 512;

/// The file of a segment.
pub fn path(data: &Path, number: u64) -> PathBuf {
    data.join(JOURNAL).join(format!("{number:08}.jsonl"))
}

/// How many segments there are. They are numbered without a gap.
pub fn count(disk: &dyn Disk, data: &Path) -> Result<u64, StoreError> {
    let dir = data.join(JOURNAL);
    let names = disk.list(&dir).map_err(StoreError::io("list", &dir))?;
    let numbers = names.iter().filter_map(|name| {
        let digits = name.strip_suffix(".jsonl")?;
        if digits.len() < 8 { None } else { digits.parse::<u64>().ok() }
    });
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_unstable();
    for (expected, number) in (0..).zip(&numbers) {
        if expected != *number {
            return Err(StoreError::SegmentMissing { path: path(data, expected) });
        }
    }
    Ok(numbers.len() as u64)
}

/// The lines of a file from some offset on.
pub struct Lines {
    file: Box<dyn Input>,
    buffer: Vec<u8>,
    /// What is read and not yet given out.
    start: usize,
    end: usize,
    /// Where in the file the buffer begins.
    base: u64,
}

/// What comes next in a file of lines.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// A line, without its line feed.
    Line {
        offset: u64,
        bytes: &'a [u8],
    },
    /// Bytes at the end that no line feed follows.
    Torn {
        offset: u64,
        length: u64,
    },
    End,
}

impl Lines {
    /// Reads the lines of `file` from `offset` on.
    pub fn new(file: Box<dyn Input>, offset: u64) -> Lines {
        Lines { file, buffer: Vec::new(), start: 0, end: 0, base: offset }
    }

    /// The next line.
    pub fn next(&mut self) -> io::Result<Next<'_>> {
        let mut searched = self.start;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[searched..self.end]) {
                let offset = self.base + self.start as u64;
                let line = self.start..searched + at;
                self.start = line.end + 1;
                return Ok(Next::Line { offset, bytes: &self.buffer[line] });
            }
            searched = self.end - self.start;
            self.buffer.copy_within(self.start..self.end, 0);
            self.base += self.start as u64;
            (self.start, self.end) = (0, searched);
            if self.buffer.len() - self.end < CHUNK_BYTES / 2 {
                self.buffer.resize(self.end + CHUNK_BYTES, 0);
            }
            let read = self.file.read_at(&mut self.buffer[self.end..], self.base + self.end as u64)?;
            if read == 0 {
                let length = self.end as u64;
                return Ok(if length == 0 { Next::End } else { Next::Torn { offset: self.base, length } });
            }
            self.end += read;
        }
    }
}

/// Bytes at the end of the journal that were never acknowledged, and were
/// cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    pub path: PathBuf,
    pub offset: u64,
    pub bytes: u64,
}

/// A segment, read from its head to its end.
pub struct Scan {
    pub head: SegmentHead,
    pub first: EntryNo,
    /// The tree before the segment's first entry.
    pub before: Peaks,
    /// The tree after its last.
    pub peaks: Peaks,
    /// The leaf hashes of its entries.
    pub leaves: Vec<Hash>,
    pub last_at: Moment,
    /// Bytes of whole lines.
    pub size: u64,
    /// Bytes after them.
    pub torn: u64,
}

/// Just enough of a segment's head to refuse what a later version wrote.
#[derive(Deserialize)]
struct AnyHead {
    body: AnyHeadBody,
}

#[derive(Deserialize)]
struct AnyHeadBody {
    segment: Option<AnyFormat>,
}

#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

/// Reads the head of a segment; refuses one in a newer format.
pub fn read_head(path: &Path, number: u64, line: &Line<'_>) -> Result<(SegmentHead, EntryNo), StoreError> {
    let damaged = |entry, why: String| StoreError::Damaged { path: path.to_owned(), offset: 0, entry, why };
    if let Ok(AnyHead { body: AnyHeadBody { segment: Some(AnyFormat { format }) } }) =
        serde_json::from_slice(line.entry_bytes())
        && format > FORMAT
    {
        return Err(StoreError::NewerFormat { path: path.to_owned(), format });
    }
    let public = line.public().map_err(|e| damaged(0, e.to_string()))?;
    match public.body {
        Body::Segment(head) if head.segment == number => Ok((head, public.n)),
        Body::Segment(head) => Err(damaged(public.n, format!("it is the head of segment {}", head.segment))),
        _ => Err(damaged(public.n, "a segment does not begin with its head".to_owned())),
    }
}

/// Reads a segment to its end. `None` where not even its head is whole.
pub fn scan(disk: &dyn Disk, data: &Path, number: u64) -> Result<Option<Scan>, StoreError> {
    let path = path(data, number);
    let file = disk.open(&path).map_err(StoreError::io("open", &path))?;
    let total = file.size().map_err(StoreError::io("read", &path))?;
    let mut lines = Lines::new(file, 0);
    let mut scan: Option<Scan> = None;
    loop {
        let (offset, bytes) = match lines.next().map_err(StoreError::io("read", &path))? {
            Next::Line { offset, bytes } => (offset, bytes),
            Next::Torn { length, .. } => {
                if let Some(scan) = &mut scan {
                    scan.torn = length;
                }
                return Ok(scan);
            }
            Next::End => return Ok(scan),
        };
        if has_lost_block(bytes) {
            if let Some(scan) = &mut scan {
                scan.torn = total - offset;
            }
            return Ok(scan);
        }
        let entry = scan.as_ref().map_or(0, |scan| scan.peaks.size());
        let damaged = |entry, why: String| StoreError::Damaged { path: path.clone(), offset, entry, why };
        let line = Line::parse(bytes).map_err(|e| damaged(entry, e.to_string()))?;
        let Some(scan) = &mut scan else {
            scan = Some(begin(&path, number, &line, bytes.len() as u64 + 1)?);
            continue;
        };
        let stamp = line.stamp().map_err(|e: BadLine| damaged(entry, e.to_string()))?;
        if stamp.n != entry {
            return Err(damaged(entry, format!("it is numbered {}", stamp.n)));
        }
        if stamp.at < scan.last_at {
            return Err(damaged(entry, "its time is before that of the entry above it".to_owned()));
        }
        let leaf = line.leaf();
        scan.peaks.push(leaf);
        scan.leaves.push(leaf);
        scan.last_at = stamp.at;
        scan.size = offset + bytes.len() as u64 + 1;
    }
}

fn begin(path: &Path, number: u64, line: &Line<'_>, size: u64) -> Result<Scan, StoreError> {
    let (head, first) = read_head(path, number, line)?;
    let damaged = |why: &str| StoreError::Damaged {
        path: path.to_owned(),
        offset: 0,
        entry: first,
        why: why.to_owned(),
    };
    let before = match &head.sealed {
        None => Peaks::default(),
        Some(seal) => Peaks::from_seal(seal).ok_or_else(|| damaged("its seal does not hold"))?,
    };
    if before.size() != first || (number == 0) != head.sealed.is_none() {
        return Err(damaged("its number is not the one after its seal"));
    }
    let stamp = line.stamp().map_err(|e| damaged(&e.to_string()))?;
    let leaf = line.leaf();
    let mut peaks = before.clone();
    peaks.push(leaf);
    Ok(Scan { head, first, before, peaks, leaves: vec![leaf], last_at: stamp.at, size, torn: 0 })
}

/// Whether a line runs through a block that the disk never got. Zeros cannot
/// stand in a line of ours, and a single one would be damage.
pub fn has_lost_block(bytes: &[u8]) -> bool {
    let Some(start) = memchr::memchr(0, bytes) else { return false };
    bytes[start..].iter().take_while(|byte| **byte == 0).count() >= LOST_BLOCK_BYTES
}

/// Where a line stands that is to be read next: segment, offset, number.
pub type Start = (u64, u64, EntryNo);

/// Hands out the lines from `start` up to, not including, number `end`.
pub fn read_lines(
    disk: &dyn Disk,
    data: &Path,
    (mut segment, mut offset, mut n): Start,
    end: EntryNo,
    each: &mut dyn FnMut(EntryNo, Place, Line<'_>) -> Result<(), BadLine>,
) -> Result<(), StoreError> {
    while n < end {
        let path = path(data, segment);
        let file = disk.open(&path).map_err(StoreError::io("open", &path))?;
        let mut lines = Lines::new(file, offset);
        while n < end {
            let Next::Line { offset, bytes } = lines.next().map_err(StoreError::io("read", &path))? else {
                break;
            };
            let place = Place { segment, offset, length: bytes.len() as u32 + 1 };
            let result = Line::parse(bytes).and_then(|line| {
                if !line.is_numbered(n) {
                    return Err(BadLine::Entry("it bears another number".to_owned()));
                }
                each(n, place, line)
            });
            result.map_err(|e| StoreError::Damaged {
                path: path.clone(),
                offset,
                entry: n,
                why: e.to_string(),
            })?;
            n += 1;
        }
        (segment, offset) = (segment + 1, 0);
    }
    Ok(())
}

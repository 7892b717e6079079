//! The checker: reads journal files, and nothing else, and says whether the
//! record holds.
//!
//! It takes no lock and disturbs nobody, so it can be run beside the bot, or
//! on a copy, or by somebody who does not trust either. The lines are read by
//! several threads; what has to be seen in order (numbers, times, the tree,
//! intents) is put together from their findings. The first bad entry is named.

mod book;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use self::book::{Book, Kept};
use super::disk::Disk;
use super::error::StoreError;
use super::keys;
use super::segments::{self, Lines, Next};
use crate::domain::action::{EntryNo, IntentId, Outline};
use crate::domain::id::{MessageId, Moment};
use crate::journal::entry::{Body, SegmentHead};
use crate::journal::line::{Line, Presence};
use crate::journal::tree::Hash;

/// How much of a segment one thread takes at a time.
const CHUNK_BYTES: u64 = 4 << 20;

/// So many problems are told; with more there is no point in a list.
const PROBLEM_LIMIT: usize = 100;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Whole entries read.
    pub entries: EntryNo,
    pub segments: u64,
    pub bytes: u64,
    /// Checkpoints that hold.
    pub checkpoints: usize,
    /// The verifier key the checkpoints were held against.
    pub key: String,
    /// The root of the tree over all entries.
    pub root: String,
    /// Entries whose evidence was disposed of.
    pub disposed: u64,
    /// Intents that have not ended yet, oldest first.
    pub owed: Vec<Owed>,
    /// What is wrong, the first bad entry first.
    pub problems: Vec<Problem>,
    /// What is worth knowing and wrong with no entry.
    pub remarks: Vec<String>,
    /// Bytes at the end of the last segment that are no whole line: an append
    /// that is going on, or one that will be cut off at the next start.
    pub torn: u64,
}

/// An intent that has not ended.
#[derive(Clone, Debug)]
pub struct Owed {
    pub intent: IntentId,
    pub outline: Outline,
    /// When it was recorded.
    pub since: Moment,
}

/// Something that is wrong with the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The entry, where it is about one.
    pub entry: Option<EntryNo>,
    pub path: Option<PathBuf>,
    /// Where the entry's line begins.
    pub offset: u64,
    pub why: String,
}

/// What a thread found in one line; small, for there are many.
struct Item {
    n: EntryNo,
    at: Moment,
    offset: u64,
    leaf: Hash,
    bad: Option<String>,
    disposed: bool,
    more: Option<Box<More>>,
}

/// What few entries have, and has to be seen in order.
#[derive(Default)]
struct More {
    head: Option<SegmentHead>,
    intents: Vec<Outline>,
    concludes: Option<IntentId>,
    deleted_by_us: Vec<MessageId>,
}

#[derive(Clone, Copy)]
struct Chunk {
    segment: u64,
    from: u64,
    to: u64,
    /// The last segment may end in the middle of an append.
    is_last: bool,
}

#[derive(Default)]
struct Found {
    items: Vec<Item>,
    torn: u64,
    /// What follows was never acknowledged.
    ends: bool,
}

/// Checks the journal in `data`. `key` is the verifier key to hold signatures
/// against; without it, the one that stands in the journal itself.
pub fn verify(disk: &dyn Disk, data: &Path, key: Option<&str>) -> Result<Report, StoreError> {
    // The checkpoints and the kept hashes first: what is signed or kept while
    // the journal is being read may cover more than was there to be read.
    let sizes = keys::checkpoint_sizes(disk, data)?;
    let kept = Kept::open(disk, data)?;
    let count = segments::count(disk, data)?;
    let mut chunks = Vec::new();
    let mut report = Report { segments: count, ..Report::default() };
    for segment in 0..count {
        let path = segments::path(data, segment);
        let file = disk.open(&path).map_err(StoreError::io("open", &path))?;
        let size = file.size().map_err(StoreError::io("read", &path))?;
        report.bytes += size;
        let is_last = segment + 1 == count;
        let mut from = 0;
        while from < size {
            let to = (from + CHUNK_BYTES).min(size);
            chunks.push(Chunk { segment, from, to, is_last });
            from = to;
        }
    }
    let mut book = Book::new(data, report, key, &sizes, kept);
    book.check_key_file(disk)?;
    book.read_checkpoints(disk)?;
    read_all(disk, data, &chunks, &mut book)?;
    Ok(book.finish())
}

/// Reads the chunks in several threads and puts them together in order.
fn read_all(disk: &dyn Disk, data: &Path, chunks: &[Chunk], book: &mut Book<'_>) -> Result<(), StoreError> {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()).min(chunks.len().max(1));
    let next = AtomicUsize::new(0);
    let enough = AtomicBool::new(false);
    // A thread that is ahead waits here, so that no more than a few chunks
    // are in memory.
    let (send, receive) = mpsc::sync_channel(2);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next, enough) = (send.clone(), &next, &enough);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(chunk) = chunks.get(number) else { return };
                    let found = read_chunk(disk, data, chunk);
                    if enough.load(Ordering::Relaxed) || send.send((number, found)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut early: BTreeMap<usize, Result<Found, StoreError>> = BTreeMap::new();
        let mut wanted = 0;
        let mut result = Ok(());
        for (number, found) in receive {
            early.insert(number, found);
            while let Some(found) = early.remove(&wanted) {
                wanted += 1;
                match found {
                    Ok(found) if result.is_ok() && !book.is_lost => book.enter(&chunks[wanted - 1], found),
                    Ok(_) => {}
                    Err(e) => {
                        if result.is_ok() {
                            result = Err(e);
                        }
                    }
                }
                if result.is_err() || book.is_lost {
                    enough.store(true, Ordering::Relaxed);
                }
            }
        }
        result
    })
}

/// Reads the lines that begin in a chunk.
fn read_chunk(disk: &dyn Disk, data: &Path, chunk: &Chunk) -> Result<Found, StoreError> {
    let path = segments::path(data, chunk.segment);
    let reading = |e| StoreError::io("read", &path)(e);
    let file = disk.open(&path).map_err(StoreError::io("open", &path))?;
    let mut found = Found::default();
    // A line that begins before the chunk belongs to the one before; whether
    // one begins right here, the byte before it says.
    let mut lines = Lines::new(file, chunk.from.saturating_sub(1));
    if chunk.from > 0 {
        match lines.next().map_err(reading)? {
            Next::Line { offset, bytes } if offset + bytes.len() as u64 + 1 >= chunk.to => return Ok(found),
            Next::Line { .. } => {}
            Next::Torn { .. } | Next::End => return Ok(found),
        }
    }
    loop {
        match lines.next().map_err(reading)? {
            Next::Line { offset, bytes } => {
                if offset >= chunk.to {
                    return Ok(found);
                }
                if chunk.is_last && segments::has_lost_block(bytes) {
                    // Power went; the next start cuts it off.
                    found.torn = chunk.to.saturating_sub(offset);
                    found.ends = true;
                    return Ok(found);
                }
                found.items.push(read_item(offset, bytes));
            }
            Next::Torn { offset, length } if offset < chunk.to => {
                if chunk.is_last {
                    found.torn = length;
                } else {
                    let bad = Some("the segment ends in the middle of a line".to_owned());
                    found.items.push(Item { bad, ..blank(offset) });
                }
                return Ok(found);
            }
            Next::Torn { .. } | Next::End => return Ok(found),
        }
    }
}

/// Nobody's number: the line could not be read.
const UNREAD: EntryNo = EntryNo::MAX;

fn blank(offset: u64) -> Item {
    Item { n: UNREAD, at: Moment(0), offset, leaf: Hash::default(), bad: None, disposed: false, more: None }
}

fn read_item(offset: u64, bytes: &[u8]) -> Item {
    let mut item = blank(offset);
    let line = match Line::parse(bytes) {
        Ok(line) => line,
        Err(e) => return Item { bad: Some(e.to_string()), ..item },
    };
    item.leaf = line.leaf();
    let public = match line.public() {
        Ok(public) => public,
        Err(e) => {
            // A later version's entry: its number is there all the same.
            if let Ok(stamp) = line.stamp() {
                (item.n, item.at) = (stamp.n, stamp.at);
            }
            return Item { bad: Some(e.to_string()), ..item };
        }
    };
    (item.n, item.at) = (public.n, public.at);
    match line.check(&public) {
        Ok(presence) => item.disposed = presence == Presence::Disposed,
        Err(e) => item.bad = Some(e.to_string()),
    }
    let mut more = More { intents: public.intents, ..More::default() };
    match public.body {
        Body::Segment(head) => more.head = Some(head),
        Body::Outcome(it) => more.concludes = Some(it.intent),
        Body::Deleted(it) if it.by == "ourselves" => more.deleted_by_us = it.messages,
        _ => {}
    }
    let has_more = more.head.is_some()
        || more.concludes.is_some()
        || !more.intents.is_empty()
        || !more.deleted_by_us.is_empty();
    item.more = has_more.then(|| Box::new(more));
    item
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(entry) = self.entry {
            write!(f, "entry {entry}: ")?;
        }
        match &self.path {
            Some(path) if self.entry.is_some() => {
                write!(f, "{} (`{}`, byte {})", self.why, path.display(), self.offset)
            }
            Some(path) => write!(f, "`{}`: {}", path.display(), self.why),
            None => f.write_str(&self.why),
        }
    }
}

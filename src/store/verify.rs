//! The checker: reads journal files, and nothing else, and says whether the
//! record holds.
//!
//! It takes no lock and disturbs nobody, so it can be run beside the bot, or
//! on a copy, or by somebody who does not trust either. The lines are read by
//! several threads; what has to be seen in order (numbers, times, the tree,
//! intents) is put together from their findings. The first bad entry is named.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use super::disk::{self, Disk, Input};
use super::error::StoreError;
use super::keys;
use super::segments::{self, Lines, Next};
use super::writer;
use crate::domain::action::{EntryNo, IntentId, Outline};
use crate::domain::id::{MessageId, Moment};
use crate::journal::FORMAT;
use crate::journal::checkpoint;
use crate::journal::commitment;
use crate::journal::entry::{Body, SegmentHead};
use crate::journal::line::{Line, Standing};
use crate::journal::tree::{Hash, Peaks};

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
        Ok(standing) => item.disposed = standing == Standing::Disposed,
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

/// The leaf hashes that were kept beside the journal.
struct Kept {
    file: Option<Box<dyn Input>>,
    count: u64,
    buffer: Vec<u8>,
    buffer_from: u64,
}

impl Kept {
    fn open(disk: &dyn Disk, data: &Path) -> Result<Kept, StoreError> {
        let path = writer::leaves_path(data);
        let nothing = Kept { file: None, count: 0, buffer: Vec::new(), buffer_from: 0 };
        match disk.open(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(nothing),
            Err(e) => Err(StoreError::io("open", &path)(e)),
            Ok(file) => {
                let count = file.size().map_err(StoreError::io("read", &path))? / 32;
                Ok(Kept { file: Some(file), count, ..nothing })
            }
        }
    }

    /// The hash kept for entry `n`; asked for in order.
    fn leaf(&mut self, n: EntryNo) -> Option<Hash> {
        const AT_ONCE: u64 = 4096;
        let file = self.file.as_ref().filter(|_| n < self.count)?;
        if !(self.buffer_from..self.buffer_from + self.buffer.len() as u64 / 32).contains(&n) {
            // What cannot be read is as good as not kept.
            let length = (self.count - n).min(AT_ONCE) as usize * 32;
            self.buffer = disk::read_from(file.as_ref(), n * 32, length).unwrap_or_default();
            self.buffer_from = n;
        }
        let at = (n - self.buffer_from) as usize * 32;
        Some(Hash(self.buffer.get(at..at + 32)?.try_into().ok()?))
    }
}

/// What has to be seen in order.
struct Book<'a> {
    data: &'a Path,
    report: Report,
    given_key: Option<&'a str>,
    /// The key of the journal, or the one given.
    key: Option<String>,
    sizes: &'a [EntryNo],
    /// Texts of the checkpoints, by size, until they have been compared.
    unread: BTreeMap<EntryNo, String>,
    /// The tree over what stands in the journal.
    tree: Peaks,
    /// The tree over the hashes that were kept: where a checkpoint agrees
    /// with it and not with the journal, it says which entries were changed.
    kept_tree: Peaks,
    kept: Kept,
    /// Entries since the last checkpoint or seal whose hash is not the kept one.
    differ: Vec<EntryNo>,
    /// Up to here the tree is what was signed or sealed.
    proven: EntryNo,
    /// The tree has left what was signed, and there is no way back.
    is_astray: bool,
    last_at: Moment,
    segment: u64,
    segment_first: EntryNo,
    owed: BTreeMap<IntentId, (Outline, Moment)>,
    /// How many intents an entry made owed.
    made: HashMap<EntryNo, usize>,
    /// Messages that we intended to delete.
    to_delete: HashSet<MessageId>,
    bad: BTreeSet<EntryNo>,
    /// The entries can no longer be told apart: what follows says nothing.
    is_lost: bool,
    /// The rest was never acknowledged.
    has_ended: bool,
}

impl<'a> Book<'a> {
    fn new(
        data: &'a Path,
        report: Report,
        given_key: Option<&'a str>,
        sizes: &'a [EntryNo],
        kept: Kept,
    ) -> Book<'a> {
        Book {
            data,
            report,
            given_key,
            key: given_key.map(str::to_owned),
            sizes,
            unread: BTreeMap::new(),
            tree: Peaks::default(),
            kept_tree: Peaks::default(),
            kept,
            differ: Vec::new(),
            proven: 0,
            is_astray: false,
            last_at: Moment(i64::MIN),
            segment: 0,
            segment_first: 0,
            owed: BTreeMap::new(),
            made: HashMap::new(),
            to_delete: HashSet::new(),
            bad: BTreeSet::new(),
            is_lost: false,
            has_ended: false,
        }
    }

    fn problem(
        &mut self,
        entry: Option<EntryNo>,
        path: Option<PathBuf>,
        offset: u64,
        why: impl Into<String>,
    ) {
        if let Some(entry) = entry {
            self.bad.insert(entry);
        }
        if self.report.problems.len() < PROBLEM_LIMIT {
            self.report.problems.push(Problem { entry, path, offset, why: why.into() });
        }
    }

    /// The verifier key's file has to be the journal's key.
    fn check_key_file(&mut self, disk: &dyn Disk) -> Result<(), StoreError> {
        let path = self.data.join(keys::VERIFIER_KEY);
        let bytes = disk::read(disk, &path).map_err(StoreError::io("read", &path))?;
        if let Some(bytes) = bytes {
            let said = String::from_utf8_lossy(&bytes).trim().to_owned();
            if self.given_key.is_some_and(|given| given != said) {
                self.problem(None, Some(path), 0, "it is not the key that was given");
            }
        }
        Ok(())
    }

    fn read_checkpoints(&mut self, disk: &dyn Disk) -> Result<(), StoreError> {
        for size in self.sizes {
            let path = keys::checkpoint_path(self.data, *size);
            let bytes = disk::read(disk, &path).map_err(StoreError::io("read", &path))?.unwrap_or_default();
            self.unread.insert(*size, String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(())
    }

    /// Enters what a chunk holds.
    fn enter(&mut self, chunk: &Chunk, found: Found) {
        if self.has_ended {
            self.report.torn += chunk.to - chunk.from;
            return;
        }
        self.report.torn += found.torn;
        self.has_ended = found.ends;
        for item in found.items {
            if self.is_lost {
                return;
            }
            self.enter_item(chunk.segment, item);
        }
    }

    fn enter_item(&mut self, segment: u64, item: Item) {
        let n = self.tree.size();
        let path = || Some(segments::path(self.data, segment));
        if let Some(why) = item.bad {
            self.problem(Some(n), path(), item.offset, why);
        }
        if item.n != n && item.n != UNREAD {
            self.problem(Some(n), path(), item.offset, format!("it is numbered {}", item.n));
            // One wrong number is one bad entry; entries missing, or there
            // twice, put all that follow in the wrong place.
            self.is_lost = true;
            return;
        }
        if item.n == UNREAD {
            // The tree goes on over what stands there; it will not hold.
            self.segment = segment;
            self.push(item.leaf);
            return;
        }
        if item.at < self.last_at {
            self.problem(Some(n), path(), item.offset, "its time is before that of the entry above it");
        }
        self.last_at = self.last_at.max(item.at);
        self.report.disposed += u64::from(item.disposed);
        let begins = n == 0 || segment != self.segment;
        let more = item.more.map(|more| *more).unwrap_or_default();
        match more.head {
            Some(head) if begins => self.enter_head(segment, item.offset, head),
            Some(_) => self.problem(Some(n), path(), item.offset, "a segment's head stands within a segment"),
            None if begins => {
                self.problem(Some(n), path(), item.offset, "a segment does not begin with its head")
            }
            None => {}
        }
        self.segment = segment;
        if let Some(intent) = more.concludes {
            self.conclude(n, segment, item.offset, intent);
        }
        for message in more.deleted_by_us {
            if !self.to_delete.contains(&message) {
                let why = format!("we are said to have deleted message {message}, and no intent says so");
                self.problem(Some(n), path(), item.offset, why);
            }
        }
        if !more.intents.is_empty() {
            self.made.insert(n, more.intents.len());
        }
        for (index, outline) in (0..).zip(more.intents) {
            if matches!(outline.what.as_str(), "delete" | "withdraw-note") {
                self.to_delete.extend(outline.message);
            }
            self.owed.insert(IntentId { entry: n, index }, (outline, item.at));
        }
        self.push(item.leaf);
    }

    fn enter_head(&mut self, segment: u64, offset: u64, head: SegmentHead) {
        let n = self.tree.size();
        let path = segments::path(self.data, segment);
        if head.format > FORMAT {
            let why = StoreError::NewerFormat { path: path.clone(), format: head.format }.to_string();
            self.problem(Some(n), Some(path.clone()), offset, why);
            self.is_lost = true;
        }
        if head.segment != segment {
            let why = format!("it is the head of segment {}", head.segment);
            self.problem(Some(n), Some(path.clone()), offset, why);
        }
        if *self.key.get_or_insert_with(|| head.key.clone()) != head.key {
            let why = format!("it names another key, `{}`", head.key);
            self.problem(Some(n), Some(path.clone()), offset, why);
        }
        let first = self.segment_first;
        self.anchor(|tree| tree.seal(first) == head.sealed);
        self.segment_first = n;
    }

    fn conclude(&mut self, n: EntryNo, segment: u64, offset: u64, intent: IntentId) {
        if self.owed.remove(&intent).is_some() {
            return;
        }
        let was_made = self.made.get(&intent.entry).is_some_and(|count| usize::from(intent.index) < *count);
        let why = if was_made {
            format!("intent {intent} is concluded a second time")
        } else {
            format!("it concludes intent {intent}, which was never recorded")
        };
        self.problem(Some(n), Some(segments::path(self.data, segment)), offset, why);
    }

    fn push(&mut self, leaf: Hash) {
        let n = self.tree.size();
        let kept = self.kept.leaf(n).unwrap_or(leaf);
        if kept != leaf {
            self.differ.push(n);
        }
        self.tree.push(leaf);
        self.kept_tree.push(kept);
        let Some(text) = self.unread.remove(&(n + 1)) else { return };
        let key = self.key.clone().unwrap_or_default();
        let path = keys::checkpoint_path(self.data, n + 1);
        match checkpoint::open(&text, &key) {
            Err(why) => self.problem(None, Some(path), 0, why.to_string()),
            Ok(said) if said.size != n + 1 => {
                self.problem(None, Some(path), 0, format!("it is signed for {} entries", said.size));
            }
            Ok(said) => {
                if self.anchor(|tree| tree.root() == said.root) {
                    self.report.checkpoints += 1;
                }
            }
        }
    }

    /// A place at which the tree has been signed or sealed. Whether it is
    /// what it was then; if not, which entries were changed since the last
    /// such place.
    fn anchor(&mut self, is_as_signed: impl Fn(&Peaks) -> bool) -> bool {
        if self.is_astray {
            return false;
        }
        let size = self.tree.size();
        let differ = std::mem::take(&mut self.differ);
        if is_as_signed(&self.tree) {
            for n in differ {
                let path = writer::leaves_path(self.data);
                self.report
                    .remarks
                    .push(format!("`{}` is wrong about entry {n}, which holds", path.display()));
            }
            self.kept_tree = self.tree.clone();
            self.proven = size;
            return true;
        }
        if is_as_signed(&self.kept_tree) {
            for n in differ {
                self.changed(n, "it is not the entry that was written and signed");
            }
            // From here on as it was, so that what comes can be held to it.
            self.tree = self.kept_tree.clone();
            self.proven = size;
            return false;
        }
        self.is_astray = true;
        let why = format!(
            "the first {size} entries are not those that were signed; the change is among the entries from {} on",
            self.proven
        );
        if self.bad.range(self.proven..size).next().is_none() {
            self.problem(Some(self.proven), None, 0, why);
        }
        false
    }

    fn changed(&mut self, n: EntryNo, why: &str) {
        if !self.bad.contains(&n) {
            self.problem(Some(n), None, 0, why);
        }
    }

    fn finish(mut self) -> Report {
        let entries = self.tree.size();
        self.report.entries = entries;
        self.report.root = commitment::written(&self.tree.root().0);
        self.report.key = self.key.clone().unwrap_or_default();
        for n in std::mem::take(&mut self.differ) {
            self.changed(n, "it is not the entry that was written: its hash was kept");
        }
        if !self.is_lost {
            for (size, text) in std::mem::take(&mut self.unread) {
                let path = keys::checkpoint_path(self.data, size);
                let why = match checkpoint::open(&text, &self.report.key) {
                    Err(why) => why.to_string(),
                    Ok(_) => StoreError::Truncated { checkpoint: path.clone(), covers: size, holds: entries }
                        .to_string(),
                };
                self.problem(None, Some(path), 0, why);
            }
            if self.kept.count > entries {
                let why = format!(
                    "the hashes of {} entries were kept, and the journal holds {entries}: entries are missing at its end",
                    self.kept.count
                );
                self.problem(None, Some(writer::leaves_path(self.data)), 0, why);
            }
        }
        let owed = self.owed.into_iter();
        self.report.owed = owed.map(|(intent, (outline, since))| Owed { intent, outline, since }).collect();
        self.report.problems.sort_by_key(|problem| problem.entry.unwrap_or(EntryNo::MAX));
        self.report
    }
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

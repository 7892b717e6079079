//! The writer of the journal: one append and one sync for all that waits.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand_core::RngCore;

use super::disk::{Disk, Output};
use super::error::StoreError;
use super::facts::{Fact, Place, Written};
use super::segments::{self, Cut, JOURNAL, Scan};
use crate::clock::Clock;
use crate::domain::action::EntryNo;
use crate::domain::id::Moment;
use crate::journal::FORMAT;
use crate::journal::commitment::Seed;
use crate::journal::entry::{Body, Entry, Evidence, SegmentHead};
use crate::journal::line::Encoder;
use crate::journal::tree::{Hash, Peaks};

/// Where seeds come from.
pub enum Seeds {
    /// The system's random numbers, fetched a buffer at a time.
    System { buffer: Box<[u8; 4096]>, used: usize },
    /// 1, 2, 3, … For tests and simulations, whose bytes have to come out the
    /// same every time: it hides nothing.
    Counted(u64),
}

impl Seeds {
    /// The system's random numbers.
    pub fn system() -> Seeds {
        Seeds::System { buffer: Box::new([0; 4096]), used: 4096 }
    }

    /// The next seed.
    pub fn draw(&mut self) -> Seed {
        let mut seed = [0; 32];
        match self {
            Seeds::System { buffer, used } => {
                if *used == buffer.len() {
                    rand_core::OsRng.fill_bytes(&mut buffer[..]);
                    *used = 0;
                }
                let next = &mut buffer[*used..*used + 32];
                seed.copy_from_slice(next);
                // A seed is in one place only, and that is the evidence.
                next.fill(0);
                *used += 32;
            }
            Seeds::Counted(count) => {
                *count += 1;
                seed[24..].copy_from_slice(&count.to_be_bytes());
            }
        }
        seed
    }
}

/// What the writer needs to know.
pub struct Plan {
    pub data: PathBuf,
    pub software: String,
    pub segment_bytes: u64,
    pub seeds: Seeds,
    pub clock: Clock,
}

/// The end of the journal, open for writing.
pub struct Writer {
    disk: Arc<dyn Disk>,
    plan: Plan,
    key: String,
    output: Box<dyn Output>,
    segment: u64,
    /// The segment's first entry.
    first: EntryNo,
    /// Bytes in the segment.
    size: u64,
    peaks: Peaks,
    last_at: Moment,
    /// Leaf hashes, 32 bytes for every entry. No part of the record: they
    /// let `verify` say *which* entry was changed.
    leaves: Box<dyn Output>,
    encoder: Encoder,
    buffer: Vec<u8>,
    leaf_buffer: Vec<u8>,
    failed: bool,
}

/// A buffer is given back once it is larger than this.
const BUFFER_KEPT_BYTES: usize = 4 << 20;

/// The file of leaf hashes.
pub fn leaves_path(data: &Path) -> PathBuf {
    data.join(JOURNAL).join("leaves")
}

/// What was found of an existing journal.
pub struct Tail {
    pub segments: u64,
    pub scan: Scan,
    /// The last file holds not even its head: power went while it was made.
    pub headless: bool,
    pub cut: Option<Cut>,
}

/// Finds the end of the journal, and cuts off what was never acknowledged.
/// `None` where there is no entry yet.
pub fn find_tail(disk: &dyn Disk, data: &Path) -> Result<Option<Tail>, StoreError> {
    let segments = segments::count(disk, data)?;
    let Some(last) = segments.checked_sub(1) else { return Ok(None) };
    let mut found = segments::scan(disk, data, last)?;
    let headless = found.is_none();
    let mut cut = None;
    if headless {
        cut = cut_off(disk, &segments::path(data, last), 0)?;
        let Some(before) = last.checked_sub(1) else { return Ok(None) };
        found = segments::scan(disk, data, before)?;
        if found.as_ref().is_none_or(|scan| scan.torn > 0) {
            // The segment was complete and synced before the next was made.
            let path = segments::path(data, before);
            let (offset, entry) = found.map_or((0, 0), |scan| (scan.size, scan.peaks.size()));
            let why = "it is not whole, and a segment follows".to_owned();
            return Err(StoreError::Damaged { path, offset, entry, why });
        }
    }
    let Some(scan) = found else { return Ok(None) };
    if scan.torn > 0 {
        cut = cut_off(disk, &segments::path(data, last), scan.size)?;
    }
    Ok(Some(Tail { segments, scan, headless, cut }))
}

fn cut_off(disk: &dyn Disk, path: &Path, size: u64) -> Result<Option<Cut>, StoreError> {
    let file = disk.open(path).map_err(StoreError::io("open", path))?;
    let bytes = file.size().map_err(StoreError::io("read", path))? - size;
    if bytes == 0 {
        return Ok(None);
    }
    disk.cut(path, size).map_err(StoreError::io("cut", path))?;
    Ok(Some(Cut { path: path.to_owned(), offset: size, bytes }))
}

impl Writer {
    /// Opens the journal for writing where its tail was found, or begins a
    /// new one. Facts of a segment head that had to be written are given out.
    pub fn open(
        disk: Arc<dyn Disk>,
        plan: Plan,
        key: String,
        tail: Option<Tail>,
        written: &mut Vec<Written>,
    ) -> Result<Writer, StoreError> {
        let leaves = leaves_path(&plan.data);
        let segment = tail.as_ref().map_or(0, |tail| tail.segments - 1);
        let path = segments::path(&plan.data, segment);
        let output = disk.append(&path).map_err(StoreError::io("open", &path))?;
        let leaves = disk.append(&leaves).map_err(StoreError::io("open", &leaves))?;
        let mut writer = Writer {
            disk,
            plan,
            key,
            output,
            segment,
            first: 0,
            size: 0,
            peaks: Peaks::default(),
            last_at: Moment(i64::MIN),
            leaves,
            encoder: Encoder::default(),
            buffer: Vec::new(),
            leaf_buffer: Vec::new(),
            failed: false,
        };
        match tail {
            Some(tail) => {
                (writer.first, writer.size) = (tail.scan.first, tail.scan.size);
                (writer.peaks, writer.last_at) = (tail.scan.peaks, tail.scan.last_at);
                if tail.headless {
                    writer.write_head(written)?;
                }
            }
            None => writer.write_head(written)?,
        }
        Ok(writer)
    }

    /// The number of the next entry.
    pub fn next(&self) -> EntryNo {
        self.peaks.size()
    }

    /// The root of the tree over everything committed.
    pub fn root(&self) -> Hash {
        self.peaks.root()
    }

    /// The log's verifier key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The time of the last entry.
    pub fn last_at(&self) -> Moment {
        self.last_at
    }

    /// Writes entries, with one append. Their places and facts are given out.
    pub fn append(&mut self, entries: &mut [Entry], written: &mut Vec<Written>) -> Result<(), StoreError> {
        self.guarded(|writer| writer.write(entries, written))
    }

    /// Waits until everything appended is stable.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.guarded(Writer::settle)
    }

    /// Whether the segment is to be followed by a new one.
    pub fn is_full(&self) -> bool {
        self.size >= self.plan.segment_bytes
    }

    /// Begins a new segment, the facts of whose head are given out. Not before
    /// the one at hand is synced.
    pub fn roll(&mut self, written: &mut Vec<Written>) -> Result<(), StoreError> {
        self.guarded(|writer| writer.next_segment(written))
    }

    fn guarded(
        &mut self,
        work: impl FnOnce(&mut Writer) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if self.failed {
            // What the file holds after a failed write nobody knows; only a
            // new start finds out.
            let cause = std::io::Error::other("an earlier write failed");
            let path = segments::path(&self.plan.data, self.segment);
            return Err(StoreError::Io { doing: "write", path, cause });
        }
        self.failed = true;
        work(self)?;
        self.failed = false;
        Ok(())
    }

    fn write(&mut self, entries: &mut [Entry], written: &mut Vec<Written>) -> Result<(), StoreError> {
        self.buffer.clear();
        for entry in entries {
            entry.at = entry.at.max(self.last_at);
            self.last_at = entry.at;
            let offset = self.size + self.buffer.len() as u64;
            let start = self.buffer.len();
            let seed = self.plan.seeds.draw();
            let leaf = self.encoder.encode(self.peaks.size(), entry, &seed, &mut self.buffer);
            let length = (self.buffer.len() - start) as u32;
            self.peaks.push(leaf);
            self.leaf_buffer.extend_from_slice(&leaf.0);
            let place = Place { segment: self.segment, offset, length };
            written.push(Written { place, fact: Fact::of(entry, length), leaf });
        }
        let path = || segments::path(&self.plan.data, self.segment);
        self.output.write(&self.buffer).map_err(|e| StoreError::io("write", &path())(e))?;
        self.size += self.buffer.len() as u64;
        if self.buffer.capacity() > BUFFER_KEPT_BYTES {
            self.buffer = Vec::new();
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        let path = || segments::path(&self.plan.data, self.segment);
        self.output.sync().map_err(|e| StoreError::io("sync", &path())(e))?;
        let leaves = leaves_path(&self.plan.data);
        self.leaves.write(&self.leaf_buffer).map_err(StoreError::io("write", &leaves))?;
        self.leaf_buffer.clear();
        Ok(())
    }

    fn next_segment(&mut self, written: &mut Vec<Written>) -> Result<(), StoreError> {
        let leaves = leaves_path(&self.plan.data);
        self.leaves.sync().map_err(StoreError::io("sync", &leaves))?;
        let path = segments::path(&self.plan.data, self.segment + 1);
        self.output = self.disk.append(&path).map_err(StoreError::io("create", &path))?;
        self.segment += 1;
        self.write_head(written)
    }

    /// Writes the first entry of the segment that is open.
    fn write_head(&mut self, written: &mut Vec<Written>) -> Result<(), StoreError> {
        let sealed = self.peaks.seal(self.first);
        self.first = self.peaks.size();
        self.size = 0;
        let head = SegmentHead {
            format: FORMAT,
            key: self.key.clone(),
            sealed,
            segment: self.segment,
            software: self.plan.software.clone(),
        };
        let now = self.plan.clock.now();
        let mut entry = [Entry {
            at: now,
            body: Body::Segment(head),
            clock: now,
            evidence: Evidence::none(),
            intents: vec![],
        }];
        // The name first: a synced entry in a file that nobody finds is lost.
        let dir = self.plan.data.join(JOURNAL);
        self.disk.sync_dir(&dir).map_err(StoreError::io("sync", &dir))?;
        self.write(&mut entry, written)?;
        self.settle()
    }

    /// Waits until the leaf hashes are stable too.
    pub fn close(&mut self) -> Result<(), StoreError> {
        let leaves = leaves_path(&self.plan.data);
        self.leaves.sync().map_err(StoreError::io("sync", &leaves))
    }
}

//! What the checker has to see in order: numbers, times, the tree, intents.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::{Chunk, Found, Item, Owed, PROBLEM_LIMIT, Problem, Report, UNREAD};
use crate::domain::action::{EntryNo, IntentId, Outline};
use crate::domain::id::{MessageId, Moment};
use crate::journal::FORMAT;
use crate::journal::checkpoint;
use crate::journal::commitment;
use crate::journal::entry::SegmentHead;
use crate::journal::tree::{Hash, Peaks};
use crate::store::disk::{self, Disk, Input};
use crate::store::error::StoreError;
use crate::store::{keys, segments, writer};

/// The leaf hashes that were kept beside the journal.
pub struct Kept {
    file: Option<Box<dyn Input>>,
    count: u64,
    buffer: Vec<u8>,
    buffer_from: u64,
}

impl Kept {
    pub fn open(disk: &dyn Disk, data: &Path) -> Result<Kept, StoreError> {
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
pub struct Book<'a> {
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
    pub is_lost: bool,
    /// The rest was never acknowledged.
    has_ended: bool,
}

impl<'a> Book<'a> {
    pub fn new(
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
    pub fn check_key_file(&mut self, disk: &dyn Disk) -> Result<(), StoreError> {
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

    pub fn read_checkpoints(&mut self, disk: &dyn Disk) -> Result<(), StoreError> {
        for size in self.sizes {
            let path = keys::checkpoint_path(self.data, *size);
            let bytes = disk::read(disk, &path).map_err(StoreError::io("read", &path))?.unwrap_or_default();
            self.unread.insert(*size, String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(())
    }

    /// Enters what a chunk holds.
    pub fn enter(&mut self, chunk: &Chunk, found: Found) {
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

    fn enter_item(&mut self, segment: u64, mut item: Item) {
        let n = self.tree.size();
        let path = || Some(segments::path(self.data, segment));
        if let Some(why) = item.bad.take() {
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
        let more = item.more.take().map(|more| *more).unwrap_or_default();
        match more.head {
            Some(head) if begins => self.enter_head(segment, &item, head),
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

    fn enter_head(&mut self, segment: u64, item: &Item, head: SegmentHead) {
        let offset = item.offset;
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
        // A head that is not the one that was written seals nothing.
        if self.kept.leaf(n).is_none_or(|kept| kept == item.leaf) {
            let first = self.segment_first;
            self.anchor(|tree| tree.seal(first) == head.sealed);
        }
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
            self.problem(None, None, 0, why);
        }
        false
    }

    fn changed(&mut self, n: EntryNo, why: &str) {
        if !self.bad.contains(&n) {
            self.problem(Some(n), None, 0, why);
        }
    }

    pub fn finish(mut self) -> Report {
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

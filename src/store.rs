//! The store: journal files, the sled index behind them, attachments.
//!
//! The journal files are the record. A commit is one append and one sync, and
//! nothing else stands between a message and an action; everything besides is
//! a way to find things, and can be made again from the journal. One process
//! writes, and any error is fatal to it: whoever gets one stops acting.

pub mod attachments;
pub mod disk;
pub mod error;
mod facts;
pub mod files;
mod index;
mod keys;
mod lock;
pub mod memory;
mod reader;
mod segments;
pub mod verify;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::attachments::Attachments;
use self::disk::{Disk, Real};
pub use self::error::StoreError;
use self::facts::{Fact, Written};
use self::index::{Follower, Head, INDEX, Index};
use self::lock::Lock;
pub use self::reader::Reader;
pub use self::segments::{Cut, SEGMENT_BYTES};
use self::segments::{JOURNAL, Lines, Next};
pub use self::writer::Seeds;
use self::writer::{Plan, Tail, Writer};
use crate::clock::Clock;
use crate::domain::action::{Action, EntryNo, IntentId};
use crate::domain::id::Moment;
use crate::journal::checkpoint::Key;
use crate::journal::entry::{Entry, Field};
use crate::journal::line::{BadLine, Line};
use crate::journal::tree::{Hash, Peaks};

/// An action that is durably on record. Only [`Committed`] yields one.
#[derive(Debug)]
pub struct Intent {
    id: IntentId,
    action: Action,
}

impl Intent {
    /// Which intent it is.
    pub fn id(&self) -> IntentId {
        self.id
    }

    /// What is to be done.
    pub fn action(&self) -> &Action {
        &self.action
    }
}

/// Entries that are on stable storage, and the intents they make owed.
#[derive(Debug, Default)]
pub struct Committed {
    intents: Vec<Intent>,
}

impl Committed {
    /// The intents that may now leave.
    pub fn into_intents(self) -> Vec<Intent> {
        self.intents
    }
}

/// Where the store is, and how it is kept.
pub struct Options {
    /// The data directory.
    pub dir: PathBuf,
    /// Where the signing key is, if not in the data directory.
    pub key_file: Option<PathBuf>,
    /// The log's name in its checkpoints, given to it at its first start.
    pub origin: String,
    /// The program's name and version, for the heads of segments.
    pub software: String,
    /// A segment is followed by a new one once it is this long.
    pub segment_bytes: u64,
    pub seeds: Seeds,
    pub disk: Arc<dyn Disk>,
    /// Whether checkpoints are to be signed. Somebody who only adds an entry
    /// needs no key.
    pub signs: bool,
}

impl Options {
    /// The usual way to keep a store, in `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Options {
        Options {
            dir: dir.into(),
            key_file: None,
            origin: "gavel".to_owned(),
            software: concat!("gavel ", env!("CARGO_PKG_VERSION")).to_owned(),
            segment_bytes: SEGMENT_BYTES,
            seeds: Seeds::system(),
            disk: Arc::new(Real),
            signs: true,
        }
    }
}

/// What was found when the store was opened, and what had to be mended.
#[derive(Debug, Default)]
pub struct Opened {
    /// There was no journal yet.
    pub is_new: bool,
    /// The end of an append that power or the process did not survive. None
    /// of it was ever acknowledged.
    pub cut: Option<Cut>,
    /// So many entries were acknowledged once, for their hashes were kept,
    /// and are not in the journal.
    pub lost: u64,
    /// The index was made again, and why.
    pub reindexed: Option<String>,
    /// Entries that the index had not got yet.
    pub caught_up: u64,
    /// The data directory is open to others, and holds other people's files,
    /// so that it was left so.
    pub is_open_to_others: bool,
}

/// The store, open for writing.
pub struct Store {
    writer: Writer,
    index: Arc<Index>,
    // Before the lock, so that the index has ended when the lock is given back.
    follower: Follower,
    reader: Reader,
    attachments: Attachments,
    disk: Arc<dyn Disk>,
    data: PathBuf,
    key: Option<Key>,
    written: Vec<Written>,
    _lock: Lock,
}

impl Store {
    /// Opens the store, or makes it. Cuts off what was never acknowledged and
    /// brings the index up to date; says what it did.
    pub fn open(options: Options, clock: &Clock) -> Result<(Store, Opened), StoreError> {
        let Options { dir: data, disk, .. } = &options;
        let (data, disk) = (data.clone(), disk.clone());
        let mut opened = Opened::default();
        let lock = prepare(disk.as_ref(), &data, &mut opened)?;
        let attachments = Attachments::open(disk.clone(), &data)?;
        let tail = writer::find_tail(disk.as_ref(), &data)?;
        opened.is_new = tail.is_none();
        opened.cut = tail.as_ref().and_then(|tail| tail.cut.clone());

        let key_path = options.key_file.clone().unwrap_or_else(|| data.join(keys::SIGNING_KEY));
        let logged = tail.as_ref().map(|tail| tail.scan.head.key.as_str());
        let (key, verifier) = open_key(disk.as_ref(), &key_path, logged, &options)?;
        keys::publish(disk.as_ref(), &data, &verifier)?;
        if let Some(tail) = &tail {
            hold_to_checkpoint(disk.as_ref(), &data, &verifier, tail)?;
            opened.lost = mend_leaves(disk.as_ref(), &data, tail)?;
        }

        let plan = Plan {
            data: data.clone(),
            software: options.software,
            segment_bytes: options.segment_bytes,
            seeds: options.seeds,
            clock: clock.clone(),
        };
        let before = tail.as_ref().map_or(0, |tail| tail.scan.peaks.size());
        let mut written = Vec::new();
        let (index, head) = open_index(&disk, &data, before, &mut opened)?;
        let writer = Writer::open(disk.clone(), plan, verifier, tail, &mut written)?;
        index.tell(before, &mut written).map_err(|why| StoreError::Index { why })?;
        let follower = Follower::start(index.clone(), head).map_err(|cause| StoreError::Io {
            doing: "follow",
            path: data.join(INDEX),
            cause,
        })?;
        let reader = Reader::new(disk.clone(), data.clone(), index.clone());
        let store =
            Store { writer, index, follower, reader, attachments, disk, data, key, written, _lock: lock };
        Ok((store, opened))
    }

    /// The number that the next entry will have. It is known before the entry
    /// is made, for the identifiers of its intents are made from it.
    pub fn next(&self) -> EntryNo {
        self.writer.next()
    }

    /// The time of the last entry. The journal's time never goes back.
    pub fn last_at(&self) -> Moment {
        self.writer.last_at()
    }

    /// Puts entries on record: when this returns, they are on stable storage
    /// and what they make owed may be carried out. They are numbered from
    /// [`Store::next`] on. An entry whose time is before that of the one above
    /// it gets that one's.
    pub fn commit(&mut self, mut entries: Vec<Entry>) -> Result<Committed, StoreError> {
        if entries.is_empty() {
            return Ok(Committed::default());
        }
        let first = self.next();
        self.writer.commit(&mut entries, &mut self.written)?;
        self.index.tell(first, &mut self.written).map_err(|why| StoreError::Index { why })?;
        let mut intents = Vec::new();
        for (n, entry) in (first..).zip(entries) {
            intents.extend(numbered(n, entry.intents));
        }
        Ok(Committed { intents })
    }

    /// The intents of these identifiers, read back from the journal: after a
    /// restart they are as good as newly committed.
    pub fn owed(&self, ids: &[IntentId]) -> Result<Committed, StoreError> {
        let mut intents = Vec::with_capacity(ids.len());
        for id in ids {
            let missing = || StoreError::NoSuchIntent { intent: id.to_string() };
            let actions = self.reader.with_line(id.entry, |line| line.intents())?.ok_or_else(missing)?;
            let action = actions.into_iter().nth(usize::from(id.index)).ok_or_else(missing)?;
            intents.push(Intent { id: *id, action });
        }
        Ok(Committed { intents })
    }

    /// Hands out every entry from `from` on, in order. The line is taken
    /// apart and not yet understood: who needs only the public side does not
    /// pay for the evidence.
    pub fn replay(
        &self,
        from: EntryNo,
        each: &mut dyn FnMut(EntryNo, Line<'_>) -> Result<(), BadLine>,
    ) -> Result<(), StoreError> {
        let Some(place) = self.reader.place(from)? else { return Ok(()) };
        let start = (place.segment, place.offset, from);
        read_lines(self.disk.as_ref(), &self.data, start, self.next(), &mut |n, _, line| each(n, line))
    }

    /// Reads single entries, also from other threads.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// The attachments.
    pub fn attachments(&self) -> Attachments {
        self.attachments.clone()
    }

    /// Keeps a value of at most 16 KiB that may be lost: where the gateway's
    /// session goes on, how far back-fill has come.
    pub fn put_cache(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        if value.len() > index::CACHE_VALUE_BYTES {
            return Err(StoreError::TooLarge { limit_bytes: index::CACHE_VALUE_BYTES as u64 });
        }
        self.index.put_cache(key, value);
        Ok(())
    }

    /// A value that was kept, and was not lost.
    pub fn get_cache(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.reader.get_cache(key)
    }

    /// The log's verifier key.
    pub fn verifier(&self) -> &str {
        self.writer.key()
    }

    /// Signs the head of the log, writes it to a file and returns it.
    pub fn checkpoint(&mut self) -> Result<String, StoreError> {
        let size = self.next();
        let path = keys::checkpoint_path(&self.data, size);
        let key = self.key.as_ref().ok_or_else(|| StoreError::KeyMissing {
            path: self.data.join(keys::SIGNING_KEY),
            verifier: self.writer.key().to_owned(),
        })?;
        let text =
            key.sign(size, self.writer.root()).map_err(|why| StoreError::Key { path: path.clone(), why })?;
        disk::write_whole(self.disk.as_ref(), &path, text.as_bytes())
            .map_err(StoreError::io("write", &path))?;
        Ok(text)
    }

    /// Ends in good order: a last checkpoint, and the index up to date.
    pub fn close(mut self) -> Result<(), StoreError> {
        if self.key.is_some() {
            self.checkpoint()?;
        }
        let Store { writer, follower, .. } = self;
        writer.close()?;
        drop(follower);
        Ok(())
    }
}

fn numbered(entry: EntryNo, actions: Vec<Action>) -> impl Iterator<Item = Intent> {
    (0..).zip(actions).map(move |(index, action)| Intent { id: IntentId { entry, index }, action })
}

/// Makes the directories, closes them to others, and takes the lock.
fn prepare(disk: &dyn Disk, data: &Path, opened: &mut Opened) -> Result<Lock, StoreError> {
    disk.create_dir(data).map_err(StoreError::io("create", data))?;
    if disk.is_real() {
        let names = disk.list(data).map_err(StoreError::io("list", data))?;
        let is_ours = names.is_empty() || names.iter().any(|name| name == lock::LOCK || name == JOURNAL);
        let closed = disk::close_dir(data, is_ours).map_err(StoreError::io("close to others", data))?;
        opened.is_open_to_others = !closed;
    }
    let lock = lock::take(disk, data)?;
    for name in [JOURNAL, keys::CHECKPOINTS, attachments::ATTACHMENTS] {
        let dir = data.join(name);
        disk.create_dir(&dir).map_err(StoreError::io("create", &dir))?;
    }
    disk.sync_dir(data).map_err(StoreError::io("sync", data))?;
    Ok(lock)
}

/// The key to sign with, and the verifier key of the log, which has to be its.
fn open_key(
    disk: &dyn Disk,
    path: &Path,
    logged: Option<&str>,
    options: &Options,
) -> Result<(Option<Key>, String), StoreError> {
    if let (false, Some(logged)) = (options.signs, logged) {
        return Ok((None, logged.to_owned()));
    }
    let key = match (keys::read(disk, path)?, logged) {
        (Some(key), Some(logged)) if key.verifier() != logged => {
            return Err(StoreError::OtherKey {
                path: path.to_owned(),
                found: key.verifier().to_owned(),
                expected: logged.to_owned(),
            });
        }
        (Some(key), _) => key,
        (None, None) => keys::make(disk, path, &options.origin)?,
        (None, Some(logged)) => {
            return Err(StoreError::KeyMissing { path: path.to_owned(), verifier: logged.to_owned() });
        }
    };
    let verifier = key.verifier().to_owned();
    Ok((Some(key), verifier))
}

/// The journal has to hold what the last checkpoint says it held.
fn hold_to_checkpoint(disk: &dyn Disk, data: &Path, verifier: &str, tail: &Tail) -> Result<(), StoreError> {
    let Some(size) = keys::checkpoint_sizes(disk, data)?.pop() else { return Ok(()) };
    let (said, _) = keys::read_checkpoint(disk, data, size, verifier)?;
    let holds = tail.scan.peaks.size();
    if size > holds {
        let checkpoint = keys::checkpoint_path(data, size);
        return Err(StoreError::Truncated { checkpoint, covers: size, holds });
    }
    // Further back than the last segment is for `verify` to look.
    let Some(into) = size.checked_sub(tail.scan.first) else { return Ok(()) };
    let mut tree: Peaks = tail.scan.before.clone();
    for leaf in tail.scan.leaves.iter().take(into as usize) {
        tree.push(*leaf);
    }
    if tree.root() != said.root {
        let number = tail.scan.head.segment;
        return Err(StoreError::Damaged {
            path: segments::path(data, number),
            offset: 0,
            entry: tail.scan.first,
            why: format!("the first {size} entries are not those of their checkpoint; `verify` says which"),
        });
    }
    Ok(())
}

/// Brings the file of leaf hashes to the length of the journal. It is not
/// synced with it, and what power took from it is written again. It is
/// written after the journal: where it is the longer one, entries are gone;
/// says how many.
fn mend_leaves(disk: &dyn Disk, data: &Path, tail: &Tail) -> Result<u64, StoreError> {
    let path = writer::leaves_path(data);
    let first = tail.scan.first * 32;
    let last: Vec<u8> = tail.scan.leaves.iter().flat_map(|leaf| leaf.0).collect();
    let reading = StoreError::io("read", &path);
    let (size, have) = match disk.open(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => (0, Vec::new()),
        Err(e) => return Err(reading(e)),
        Ok(file) => {
            let read = || Ok((file.size()?, disk::read_from(file.as_ref(), first, last.len() + 1)?));
            read().map_err(reading)?
        }
    };
    if have == last {
        return Ok(0);
    }
    let lost = (size / 32).saturating_sub(tail.scan.peaks.size());
    if size < first || size == 0 {
        // Segments before the last lack theirs as well: from the journal.
        let mut bytes = Vec::new();
        read_lines(disk, data, (0, 0, 0), tail.scan.first, &mut |_, _, line| {
            bytes.extend_from_slice(&line.leaf().0);
            Ok(())
        })?;
        bytes.extend_from_slice(&last);
        disk::write_whole(disk, &path, &bytes).map_err(StoreError::io("write", &path))?;
        return Ok(lost);
    }
    disk.cut(&path, first).map_err(StoreError::io("cut", &path))?;
    let mut file = disk.append(&path).map_err(StoreError::io("open", &path))?;
    file.write(&last).and_then(|()| file.sync()).map_err(StoreError::io("write", &path))?;
    Ok(lost)
}

/// Opens the index, holds it against the journal, and brings it up to `next`.
fn open_index(
    disk: &Arc<dyn Disk>,
    data: &Path,
    next: EntryNo,
    opened: &mut Opened,
) -> Result<(Arc<Index>, Head), StoreError> {
    let path = data.join(INDEX);
    let failed = |why| StoreError::Index { why };
    if !disk.is_real() {
        let index = Arc::new(Index::in_memory());
        let mut head = Head::default();
        catch_up(disk.as_ref(), data, &index, &mut head, (0, 0, 0), next)?;
        return Ok((index, head));
    }
    // No index beside an existing journal is one that was lost.
    let is_missing = next > 0 && !path.exists();
    let found = if is_missing { Err("it is missing".to_owned()) } else { Index::open(&path) };
    let agreed = found.and_then(|(index, head)| {
        let start = agree(disk.as_ref(), data, &index, &head, next)?;
        Ok((Arc::new(index), head, start))
    });
    let (index, mut head, start) = match agreed {
        Ok(agreed) => agreed,
        Err(why) => {
            tracing::warn!(%why, "the index is made again from the journal");
            opened.reindexed = Some(why);
            let index = Arc::new(Index::remake(&path).map_err(failed)?);
            (index, Head::default(), (0, 0, 0))
        }
    };
    opened.caught_up = next.saturating_sub(head.entries);
    catch_up(disk.as_ref(), data, &index, &mut head, start, next)?;
    Ok((index, head))
}

/// Where a line stands that is to be read next: segment, offset, number.
type Start = (u64, u64, EntryNo);

/// Whether the index is of this journal: the last entry it knows is there,
/// and is the one it means. Says where the next one stands.
fn agree(disk: &dyn Disk, data: &Path, index: &Index, head: &Head, next: EntryNo) -> Result<Start, String> {
    let Some(last) = head.entries.checked_sub(1) else { return Ok((0, 0, 0)) };
    if head.entries > next {
        return Err(format!("it knows {} entries, and the journal holds {next}", head.entries));
    }
    let block = index.block(last / facts::BLOCK)?.ok_or("its last block is missing")?;
    let (_, place, _) =
        block.entries().last().filter(|(n, ..)| *n == last).ok_or("its last block is short")?;
    let start = (place.segment, place.offset, last);
    let mut leaf = None;
    read_lines(disk, data, start, head.entries, &mut |_, _, line| {
        leaf = Some(line.leaf());
        Ok(())
    })
    .map_err(|e| e.to_string())?;
    if leaf != Some(Hash(head.leaf)) {
        return Err(format!("entry {last} is not the one it knows"));
    }
    Ok((place.segment, place.offset + u64::from(place.length), head.entries))
}

fn catch_up(
    disk: &dyn Disk,
    data: &Path,
    index: &Index,
    head: &mut Head,
    start: Start,
    next: EntryNo,
) -> Result<(), StoreError> {
    let failed = |why| StoreError::Index { why };
    let mut told = Ok(());
    let mut one = Vec::with_capacity(1);
    read_lines(disk, data, start, next, &mut |n, place, line| {
        let public = line.public()?;
        let author = || line.evidence().ok()?.0.text(Field::Author)?.parse().ok();
        let fact = Fact::read(public.at, &public.body, &public.intents, place.length, author);
        one.push(Written { place, fact, leaf: line.leaf() });
        if told.is_ok() {
            told = index.tell(n, &mut one).and_then(|()| index.catch_up(head, false));
        }
        Ok(())
    })?;
    told.and_then(|()| index.catch_up(head, true)).map_err(failed)
}

/// Hands out the lines from `start` up to, not including, number `end`.
fn read_lines(
    disk: &dyn Disk,
    data: &Path,
    (mut segment, mut offset, mut n): Start,
    end: EntryNo,
    each: &mut dyn FnMut(EntryNo, facts::Place, Line<'_>) -> Result<(), BadLine>,
) -> Result<(), StoreError> {
    while n < end {
        let path = segments::path(data, segment);
        let file = disk.open(&path).map_err(StoreError::io("open", &path))?;
        let mut lines = Lines::new(file, offset);
        while n < end {
            let Next::Line { offset, bytes } = lines.next().map_err(StoreError::io("read", &path))? else {
                break;
            };
            let place = facts::Place { segment, offset, length: bytes.len() as u32 + 1 };
            let result = Line::parse(bytes).and_then(|line| {
                let stamp = line.stamp()?;
                if stamp.n != n {
                    return Err(BadLine::Entry(format!("it is numbered {}", stamp.n)));
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

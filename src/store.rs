//! The store: journal files, the sled index behind them, attachments.
//!
//! The journal files are the record. A commit is one append and one sync, and
//! nothing else stands between a message and an action; everything besides is
//! a way to find things, and can be made again from the journal. One process
//! writes, and any error is fatal to it: whoever gets one stops acting.

pub mod attachments;
mod behind;
pub mod disk;
pub mod error;
mod facts;
pub mod files;
mod index;
mod keys;
mod lock;
pub mod memory;
mod opening;
mod overlay;
mod reader;
mod segments;
pub mod verify;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use self::attachments::Attachments;
use self::behind::{Behind, Tip};
use self::disk::{Disk, Real};
pub use self::error::StoreError;
use self::index::{Follower, INDEX, Index};
use self::lock::Lock;
pub use self::reader::Reader;
pub use self::segments::{Cut, SEGMENT_BYTES};
pub use self::writer::Seeds;
use self::writer::{Plan, Writer};
use crate::clock::Clock;
use crate::domain::action::{Action, EntryNo, IntentId};
use crate::domain::id::Moment;
use crate::journal::checkpoint::Key;
use crate::journal::entry::Entry;
use crate::journal::line::{BadLine, Line};

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

    /// Both, for whoever does it.
    pub fn into_parts(self) -> (IntentId, Action) {
        (self.id, self.action)
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
    journal: Behind,
    /// The number of the next entry.
    next: EntryNo,
    /// The log's verifier key.
    verifier: String,
    index: Arc<Index>,
    // Before the lock, so that the index has ended when the lock is given back.
    follower: Follower,
    reader: Reader,
    attachments: Attachments,
    disk: Arc<dyn Disk>,
    data: PathBuf,
    key: Option<Key>,
    /// The last checkpoint of this process, and its size.
    signed: Option<(EntryNo, String)>,
    _lock: Lock,
}

impl Store {
    /// Opens the store, or makes it. Cuts off what was never acknowledged and
    /// brings the index up to date; says what it did.
    pub fn open(options: Options, clock: &Clock) -> Result<(Store, Opened), StoreError> {
        let Options { dir: data, disk, .. } = &options;
        let (data, disk) = (data.clone(), disk.clone());
        let mut opened = Opened::default();
        let lock = opening::prepare(disk.as_ref(), &data, &mut opened)?;
        let attachments = Attachments::open(disk.clone(), &data)?;
        let tail = writer::find_tail(disk.as_ref(), &data)?;
        opened.is_new = tail.is_none();
        opened.cut = tail.as_ref().and_then(|tail| tail.cut.clone());

        let key_path = options.key_file.clone().unwrap_or_else(|| data.join(keys::SIGNING_KEY));
        let logged = tail.as_ref().map(|tail| tail.scan.head.key.as_str());
        let (key, verifier) = opening::open_key(disk.as_ref(), &key_path, logged, &options)?;
        keys::publish(disk.as_ref(), &data, &verifier)?;
        if let Some(tail) = &tail {
            opening::hold_to_checkpoint(disk.as_ref(), &data, &verifier, tail)?;
            opened.lost = opening::mend_leaves(disk.as_ref(), &data, tail)?;
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
        let (index, head) = opening::open_index(&disk, &data, before, &mut opened)?;
        let writer = Writer::open(disk.clone(), plan, verifier, tail, &mut written)?;
        index.tell(before, &mut written).map_err(|why| StoreError::Index { why })?;
        let follower = Follower::start(index.clone(), head).map_err(|cause| StoreError::Io {
            doing: "follow",
            path: data.join(INDEX),
            cause,
        })?;
        let reader = Reader::new(disk.clone(), data.clone(), index.clone());
        let (next, verifier) = (writer.next(), writer.key().to_owned());
        let store = Store {
            journal: Behind::new(Tip {
                writer,
                written,
                unsynced: Committed::default(),
                index: index.clone(),
            }),
            next,
            verifier,
            index,
            follower,
            reader,
            attachments,
            disk,
            data,
            key,
            signed: None,
            _lock: lock,
        };
        Ok((store, opened))
    }

    /// The number that the next entry will have. It is known before the entry
    /// is made, for the identifiers of its intents are made from it.
    pub fn next(&self) -> EntryNo {
        self.next
    }

    /// The time of the last entry. The journal's time never goes back.
    pub fn last_at(&self) -> Moment {
        self.journal.now().writer.last_at()
    }

    /// Puts entries on record: when this returns, they are on stable storage
    /// and what they make owed may be carried out. As [`Store::append`] and
    /// [`Store::sync`].
    pub fn commit(&mut self, entries: Vec<Entry>) -> Result<Committed, StoreError> {
        self.append(entries)?;
        self.sync()
    }

    /// Writes entries, and waits for nothing: they are on record only when
    /// they are synced, and what they make owed stays here until then. They
    /// are numbered from [`Store::next`] on. An entry whose time is before
    /// that of the one above it gets that one's.
    pub fn append(&mut self, entries: Vec<Entry>) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        self.next += entries.len() as EntryNo;
        self.journal.tip()?.append(entries)
    }

    /// As [`Store::append`], while the caller goes on: what goes wrong is said
    /// by whatever is asked next.
    pub fn append_behind(&mut self, entries: Vec<Entry>) -> Result<(), StoreError> {
        self.next += entries.len() as EntryNo;
        self.journal.append(entries)
    }

    /// Waits until everything that was appended is on stable storage, and
    /// gives out what it makes owed. A full segment is followed by a new one
    /// here, whose head takes a number.
    pub fn sync(&mut self) -> Result<Committed, StoreError> {
        let mut committed = self.journal.synced(true)?.unwrap_or_default();
        let mut tip = self.journal.tip()?;
        committed.intents.extend(tip.sync(true)?.intents);
        self.next = tip.writer.next();
        drop(tip);
        self.journal.rolled();
        Ok(committed)
    }

    /// As [`Store::sync`], while the caller goes on and may append more:
    /// [`Store::synced`] gives out what became owed. No segment is begun, so
    /// that numbers stay what they are; once [`Store::is_full`] says so,
    /// [`Store::sync`] has to be called instead. One at a time.
    pub fn sync_behind(&mut self) -> Result<(), StoreError> {
        self.journal.sync()
    }

    /// Whether it is time for [`Store::sync`] to begin another segment.
    pub fn is_full(&self) -> bool {
        self.journal.is_full()
    }

    /// What the sync that goes on behind makes owed, once it is done; waits
    /// for it where `waits` says so.
    pub fn synced(&mut self, waits: bool) -> Result<Option<Committed>, StoreError> {
        self.journal.synced(waits)
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
        segments::read_lines(self.disk.as_ref(), &self.data, start, self.next(), &mut |n, _, line| {
            each(n, line)
        })
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
        &self.verifier
    }

    /// Signs the head of the log, writes it to a file and returns it. Where
    /// nothing was added since the last one, that one is the head still.
    pub fn checkpoint(&mut self) -> Result<String, StoreError> {
        let size = self.next();
        if let Some((_, text)) = self.signed.as_ref().filter(|(signed, _)| *signed == size) {
            return Ok(text.clone());
        }
        let path = keys::checkpoint_path(&self.data, size);
        let key = self.key.as_ref().ok_or_else(|| StoreError::KeyMissing {
            path: self.data.join(keys::SIGNING_KEY),
            verifier: self.verifier.clone(),
        })?;
        let root = self.journal.tip()?.writer.root();
        let text = key.sign(size, root).map_err(|why| StoreError::Key { path: path.clone(), why })?;
        disk::write_whole(self.disk.as_ref(), &path, text.as_bytes())
            .map_err(StoreError::io("write", &path))?;
        self.signed = Some((size, text.clone()));
        Ok(text)
    }

    /// Ends in good order: a last checkpoint, and the index up to date.
    pub fn close(mut self) -> Result<(), StoreError> {
        if self.key.is_some() {
            self.checkpoint()?;
        }
        let Store { mut journal, follower, .. } = self;
        journal.tip()?.writer.close()?;
        drop(follower);
        Ok(())
    }
}

fn numbered(entry: EntryNo, actions: Vec<Action>) -> impl Iterator<Item = Intent> {
    (0..).zip(actions).map(move |(index, action)| Intent { id: IntentId { entry, index }, action })
}

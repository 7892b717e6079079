//! The index: sled, behind the journal.
//!
//! It holds pointers and never what an entry says, so losing it costs time
//! and never a fact. One thread writes it: it takes all full blocks that
//! wait, a few times a second, and what it has not taken yet is found in the
//! [`Overlay`]. It knows how far it has come, is held against the journal
//! when it is opened, and is made again, loudly, when it does not agree, does
//! not open or panics on opening, all of which sled 0.34 can do with a
//! damaged file.

use std::collections::HashMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::facts::{BLOCK, Block, Written, pack, unpack};
use super::overlay::{Overlay, Waiting};
use crate::domain::action::EntryNo;

/// The index's directory in the data directory.
pub const INDEX: &str = "index";

/// What waits is merged once the first of it has waited so long: a rush is
/// over by then, or much comes together.
const MERGE_AFTER: Duration = Duration::from_millis(500);

/// So many blocks may wait for the index; a commit that comes then waits for
/// it as well. (131,072 entries, some 6 MiB.)
const BACKLOG_BLOCKS: usize = 1024;

/// While it is made again, it is flushed after so many blocks.
const REBUILD_BLOCKS: usize = 256;

const CACHE_BYTES: u64 = 16 << 20;

/// The largest value the cache takes; sled puts larger ones into files that
/// are not synced.
pub const CACHE_VALUE_BYTES: usize = 16 << 10;

// The first byte of a key says what it is.
const AUTHOR: u8 = b'a';
const BLOCKS: u8 = b'b';
const CASE: u8 = b'c';
const HEAD: &[u8] = b"h";
const CACHE: u8 = b'k';
const RISING: u8 = b'm';
const STRAY: u8 = b's';

/// The version of the index's own form; another one is made again.
const VERSION: u64 = 1;

fn key2(kind: u8, first: u64) -> [u8; 9] {
    let mut key = [kind; 9];
    key[1..].copy_from_slice(&first.to_be_bytes());
    key
}

fn key3(kind: u8, first: u64, second: u64) -> [u8; 17] {
    let mut key = [kind; 17];
    key[1..9].copy_from_slice(&first.to_be_bytes());
    key[9..].copy_from_slice(&second.to_be_bytes());
    key
}

fn number(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

/// FNV-1a over a record. It finds accidents; intent is the journal's matter.
fn digest(key: &[u8], value: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in key.iter().chain(value) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

/// How far the index has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// Entries indexed, a multiple of [`BLOCK`].
    pub entries: EntryNo,
    /// The highest message identifier among them.
    highest: u64,
    /// The sum of the digests of its records.
    sum: u64,
    /// The leaf hash of the last entry indexed.
    pub leaf: [u8; 32],
}

impl Head {
    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(72);
        for number in [VERSION, self.entries, self.highest, self.sum] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&self.leaf);
        let sum = digest(HEAD, &bytes);
        bytes.extend_from_slice(&sum.to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Head> {
        let (said, sum) = bytes.split_at_checked(64)?;
        if number(sum)? != digest(HEAD, said) || number(&said[..8])? != VERSION {
            return None;
        }
        Some(Head {
            entries: number(&said[8..16])?,
            highest: number(&said[16..24])?,
            sum: number(&said[24..32])?,
            leaf: said[32..].try_into().ok()?,
        })
    }
}

/// The index as both its thread and its readers hold it.
pub struct Index {
    /// `None` on a disk that is not real: the overlay then keeps everything.
    db: Option<sled::Db>,
    path: PathBuf,
    overlay: Mutex<Overlay>,
    /// Something waits, or all of it is to end.
    wake: Condvar,
    /// The backlog has become smaller.
    room: Condvar,
}

/// sled's answer, with its panics.
fn guarded<T>(doing: &str, work: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|e| format!("{doing}: {e}")),
        Err(_) => Err(format!("{doing}: it panicked")),
    }
}

fn open_db(path: &Path) -> Result<sled::Db, String> {
    guarded("opening", || {
        sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            // The thread below flushes; a failure of sled's own thread would
            // only be logged.
            .flush_every_ms(None)
            .open()
    })
}

/// Removes sled's snapshots, without which it opens more slowly and which,
/// half written, keep it from opening at all.
fn remove_snapshots(path: &Path, unfinished_only: bool) {
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && (!unfinished_only || name.ends_with(".generating")) {
            // What cannot be removed shows when sled is opened.
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl Index {
    /// An index that is not on any disk.
    pub fn in_memory() -> Index {
        Index::with(None, PathBuf::new())
    }

    fn with(db: Option<sled::Db>, path: PathBuf) -> Index {
        Index { db, path, overlay: Mutex::default(), wake: Condvar::new(), room: Condvar::new() }
    }

    /// Opens the index in a directory as it is there, and checks that it
    /// agrees with itself. `Err` says why it has to be made again.
    pub fn open(path: &Path) -> Result<(Index, Head), String> {
        remove_snapshots(path, true);
        let db = open_db(path).or_else(|_| {
            remove_snapshots(path, false);
            open_db(path)
        })?;
        let index = Index::with(Some(db), path.to_owned());
        let head = index.check()?;
        Ok((index, head))
    }

    /// An empty index in place of whatever is there.
    pub fn remake(path: &Path) -> Result<Index, String> {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        match removed {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(format!("removing it: {e}")),
            _ => {}
        }
        Ok(Index::with(Some(open_db(path)?), path.to_owned()))
    }

    /// Reads every record and holds the sum against the head: a cut file
    /// opens without an error, and lacks some.
    fn check(&self) -> Result<Head, String> {
        let Some(db) = &self.db else { return Ok(Head::default()) };
        guarded("reading", || {
            let Some(bytes) = db.get(HEAD)? else {
                let is_new = db.scan_prefix([BLOCKS]).next().transpose()?.is_none();
                return Ok(if is_new { Ok(Head::default()) } else { Err("it has no head".to_owned()) });
            };
            let Some(head) = Head::read(&bytes) else { return Ok(Err("its head cannot be read".to_owned())) };
            let mut sum = 0_u64;
            for record in db.iter() {
                let (key, value) = record?;
                let entry = match (key[0], key.len()) {
                    (BLOCKS, 9) => number(&key[1..]).map(|block| block * BLOCK),
                    (RISING, 9) => number(&value).map(|block| block * BLOCK),
                    (AUTHOR | CASE | STRAY, 17) => number(&key[9..]),
                    _ => continue,
                };
                // What is beyond the head was being written when the process
                // ended; it will be written again, the same.
                if entry.is_some_and(|entry| entry < head.entries) {
                    sum = sum.wrapping_add(digest(&key, &value));
                }
            }
            if sum != head.sum {
                return Ok(Err("records are missing or changed".to_owned()));
            }
            Ok(Ok(head))
        })?
    }

    fn lock(&self) -> MutexGuard<'_, Overlay> {
        self.overlay.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Looks into what is not indexed yet.
    pub fn overlay<T>(&self, look: impl FnOnce(&Overlay) -> T) -> T {
        look(&self.lock())
    }

    /// Tells of new entries, the first of which is numbered `first`. Waits
    /// where too much waits.
    pub fn tell(&self, first: EntryNo, written: &mut Vec<Written>) -> Result<(), String> {
        let mut overlay = self.lock();
        for (n, Written { place, fact, leaf }) in (first..).zip(written.drain(..)) {
            let open = overlay.open.get_or_insert_with(|| Block::new(n));
            open.push(place, fact);
            if open.is_full()
                && let Some(block) = overlay.open.take()
            {
                overlay.full.push_back(Arc::new(Waiting::new(block, leaf)));
            }
        }
        if self.db.is_some() {
            while overlay.full.len() > BACKLOG_BLOCKS && overlay.failed.is_none() {
                self.wake.notify_all();
                overlay = self.room.wait(overlay).unwrap_or_else(|poisoned| poisoned.into_inner());
            }
        }
        match &overlay.failed {
            Some(why) => Err(why.clone()),
            None => Ok(()),
        }
    }

    /// Writes what waits now, in the caller's thread: while the index catches
    /// up at start.
    pub fn catch_up(&self, head: &mut Head, at_end: bool) -> Result<(), String> {
        if self.db.is_none() {
            return Ok(());
        }
        let waiting: Vec<_> = self.lock().full.iter().cloned().collect();
        let enough = if at_end { 1 } else { REBUILD_BLOCKS };
        if waiting.len() < enough {
            return Ok(());
        }
        self.write(head, &waiting, &HashMap::new())?;
        self.lock().full.drain(..waiting.len());
        Ok(())
    }

    /// One merge: blocks in key order, the head last.
    fn write(
        &self,
        head: &mut Head,
        waiting: &[Arc<Waiting>],
        cache: &HashMap<Vec<u8>, Vec<u8>>,
    ) -> Result<(), String> {
        let Some(db) = &self.db else { return Ok(()) };
        let mut records: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut after = head.clone();
        for Waiting { block, leaf, .. } in waiting.iter().map(Arc::as_ref) {
            let number = block.first / BLOCK;
            let packed = pack(block, after.highest);
            after.highest = packed.highest;
            after.entries = block.first + BLOCK;
            after.leaf = leaf.0;
            records.push((key2(BLOCKS, number).into(), packed.block));
            if let Some(rising) = packed.rising {
                records.push((key2(RISING, rising).into(), number.to_be_bytes().into()));
            }
            let keys = [(STRAY, &packed.strays), (AUTHOR, &packed.authors), (CASE, &packed.cases)];
            for (kind, keys) in keys {
                records.extend(keys.iter().map(|(of, n)| (key3(kind, *of, *n).into(), Vec::new())));
            }
        }
        records.sort_unstable();
        records.dedup();
        for (key, value) in &records {
            after.sum = after.sum.wrapping_add(digest(key, value));
        }
        guarded("writing", || {
            for (key, value) in records {
                db.insert(key, value)?;
            }
            for (key, value) in cache {
                db.insert([&[CACHE], key.as_slice()].concat(), value.as_slice())?;
            }
            if !waiting.is_empty() {
                db.insert(HEAD, after.write())?;
            }
            db.flush().map(drop)
        })?;
        *head = after;
        Ok(())
    }

    /// Merges until told to stop.
    fn run(&self, mut head: Head) {
        // sled's flush leaves it to the kernel when bytes reach the disk.
        let file = fs::File::open(self.path.join("db")).ok();
        loop {
            let mut overlay = self.lock();
            while !overlay.stop && overlay.full.is_empty() && overlay.cache.is_empty() {
                overlay = self.wake.wait(overlay).unwrap_or_else(|poisoned| poisoned.into_inner());
            }
            let since = Instant::now();
            while !overlay.stop && overlay.full.len() <= BACKLOG_BLOCKS {
                let Some(rest) = MERGE_AFTER.checked_sub(since.elapsed()).filter(|rest| !rest.is_zero())
                else {
                    break;
                };
                overlay =
                    self.wake.wait_timeout(overlay, rest).unwrap_or_else(|poisoned| poisoned.into_inner()).0;
            }
            let stop = overlay.stop;
            let waiting: Vec<_> = overlay.full.iter().cloned().collect();
            let cache = overlay.cache.clone();
            drop(overlay);
            let result = self.write(&mut head, &waiting, &cache);
            let synced = match &file {
                Some(file) => file.sync_data().map_err(|e| format!("syncing: {e}")),
                None => Ok(()),
            };
            let mut overlay = self.lock();
            match result.and(synced) {
                Ok(()) => {
                    overlay.full.drain(..waiting.len());
                    overlay.cache.retain(|key, value| cache.get(key) != Some(value));
                }
                Err(why) => overlay.failed = Some(why),
            }
            self.room.notify_all();
            if stop || overlay.failed.is_some() {
                return;
            }
        }
    }

    fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, String> {
        match &self.db {
            Some(db) => guarded("reading", || db.get(key)),
            None => Ok(None),
        }
    }

    /// A block that is indexed.
    pub fn block(&self, number: u64) -> Result<Option<Block>, String> {
        let Some(bytes) = self.get(&key2(BLOCKS, number))? else { return Ok(None) };
        unpack(&bytes).map(Some).ok_or_else(|| format!("block {number} cannot be read"))
    }

    /// The indexed entries about a message.
    pub fn about(&self, message: u64) -> Result<Vec<EntryNo>, String> {
        let Some(db) = &self.db else { return Ok(Vec::new()) };
        let mut found = self.under(STRAY, message)?;
        let before = message.checked_add(1).map(|next| key2(RISING, next));
        let rising = match before {
            Some(key) => guarded("reading", || db.get_lt(key))?,
            None => None,
        };
        if let Some((_, value)) = rising.filter(|(key, _)| key[0] == RISING)
            && let Some(block) = number(&value)
            && let Some(block) = self.block(block)?
        {
            let hits = block.entries().filter(|(_, _, fact)| fact.message == message);
            found.extend(hits.map(|(n, _, _)| n));
        }
        Ok(found)
    }

    /// The indexed entries of an author from which something came.
    pub fn by_author(&self, author: u64) -> Result<Vec<EntryNo>, String> {
        self.under(AUTHOR, author)
    }

    /// The indexed entries of a case.
    pub fn by_case(&self, case: u64) -> Result<Vec<EntryNo>, String> {
        self.under(CASE, case)
    }

    fn under(&self, kind: u8, of: u64) -> Result<Vec<EntryNo>, String> {
        let Some(db) = &self.db else { return Ok(Vec::new()) };
        guarded("reading", || {
            db.scan_prefix(key2(kind, of))
                .keys()
                .map(|key| key.map(|key| number(&key[9..]).unwrap_or_default()))
                .collect()
        })
    }

    /// Keeps a value that may be lost.
    pub fn put_cache(&self, key: &[u8], value: &[u8]) {
        self.lock().cache.insert(key.to_vec(), value.to_vec());
        self.wake.notify_all();
    }

    /// A value that was kept, and was not lost.
    pub fn get_cache(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        if let Some(value) = self.lock().cache.get(key) {
            return Ok(Some(value.clone()));
        }
        Ok(self.get(&[&[CACHE], key].concat())?.map(|value| value.to_vec()))
    }
}

/// The thread that follows the journal. Ends, with what waits written, when
/// it is dropped.
pub struct Follower {
    index: Arc<Index>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    /// Starts to follow from `head` on.
    pub fn start(index: Arc<Index>, head: Head) -> std::io::Result<Follower> {
        let mut thread = None;
        if index.db.is_some() {
            let index = index.clone();
            thread =
                Some(std::thread::Builder::new().name("index".to_owned()).spawn(move || index.run(head))?);
        }
        Ok(Follower { index, thread })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.index.lock().stop = true;
        self.index.wake.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic in it has been said on stderr, and the index is checked
            // at the next start.
            let _ = thread.join();
        }
    }
}

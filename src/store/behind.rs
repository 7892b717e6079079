//! Writing in a thread of its own, while more is being decided.
//!
//! Hashing and writing an entry takes about as long as deciding about it, and
//! a sync of a thousand of them longer still. In a rush all of that goes on
//! beside deciding: whoever decides hands entries over a few dozen at a time,
//! orders the sync of a group, and hears of it while the next group grows.
//! What a group makes owed is given out with its own sync and not before. When
//! little comes nothing is handed over, because changing threads would take
//! longer than the writing.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::error::StoreError;
use super::facts::Written;
use super::index::Index;
use super::writer::Writer;
use super::{Committed, numbered};
use crate::domain::action::EntryNo;
use crate::journal::entry::Entry;

/// The end of the journal, and what stands there and is not synced yet.
pub struct Tip {
    pub writer: Writer,
    /// What the index is to be told.
    pub written: Vec<Written>,
    /// What becomes owed with the next sync.
    pub unsynced: Committed,
    pub index: Arc<Index>,
}

impl Tip {
    /// Writes entries, and waits for nothing.
    pub fn append(&mut self, mut entries: Vec<Entry>) -> Result<(), StoreError> {
        let first = self.writer.next();
        self.writer.append(&mut entries, &mut self.written)?;
        for (n, entry) in (first..).zip(entries) {
            self.unsynced.intents.extend(numbered(n, entry.intents));
        }
        Ok(())
    }

    /// Waits until everything appended is stable, and gives out what it makes
    /// owed. Where `rolls` says so, a full segment is followed by a new one,
    /// whose head takes a number.
    pub fn sync(&mut self, rolls: bool) -> Result<Committed, StoreError> {
        let Tip { writer, written, unsynced, index } = self;
        let first = writer.next() - written.len() as EntryNo;
        if !written.is_empty() {
            writer.sync()?;
        }
        if rolls && writer.is_full() {
            writer.roll(written)?;
        }
        if !written.is_empty() {
            index.tell(first, written).map_err(|why| StoreError::Index { why })?;
        }
        Ok(std::mem::take(unsynced))
    }
}

/// What the thread is to do.
enum Order {
    Append(Vec<Entry>),
    Sync,
}

/// What came of it: of a sync, what it makes owed, and whether the segment is
/// full by now.
type Done = Result<Option<(Committed, bool)>, StoreError>;

/// The tip, and the thread that writes to it in a rush.
pub struct Behind {
    tip: Arc<Mutex<Tip>>,
    helper: Option<Helper>,
    /// What came of the sync that was ordered, until it is asked for.
    synced: Option<Committed>,
    /// The segment is to be followed by a new one.
    is_full: bool,
}

struct Helper {
    orders: Sender<Order>,
    done: Receiver<Done>,
    /// How many orders were given and are not done.
    waiting: usize,
    thread: JoinHandle<()>,
}

impl Behind {
    pub fn new(tip: Tip) -> Behind {
        Behind { tip: Arc::new(Mutex::new(tip)), helper: None, synced: None, is_full: false }
    }

    /// The tip, once everything that was handed over is written.
    pub fn tip(&mut self) -> Result<MutexGuard<'_, Tip>, StoreError> {
        self.hear(true)?;
        Ok(self.now())
    }

    /// The tip as it is, whatever is still to be written.
    pub fn now(&self) -> MutexGuard<'_, Tip> {
        // A writer that panicked has failed for good, and says so itself.
        self.tip.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands entries over to be written.
    pub fn append(&mut self, entries: Vec<Entry>) -> Result<(), StoreError> {
        self.order(Order::Append(entries))
    }

    /// Orders that everything handed over be made stable.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.order(Order::Sync)
    }

    /// What the sync that was ordered makes owed, if it is done; waits for
    /// it where `waits` says so.
    pub fn synced(&mut self, waits: bool) -> Result<Option<Committed>, StoreError> {
        self.hear(waits)?;
        Ok(self.synced.take())
    }

    fn order(&mut self, order: Order) -> Result<(), StoreError> {
        let helper = match &mut self.helper {
            Some(helper) => helper,
            None => match start(&self.tip) {
                Ok(helper) => self.helper.insert(helper),
                // No thread is to be had: then not beside each other.
                Err(_) => return self.here(order),
            },
        };
        match helper.orders.send(order) {
            Ok(()) => {
                helper.waiting += 1;
                Ok(())
            }
            // It is gone. What it was given before it has done, or failed at.
            Err(unsent) => {
                self.hear(true)?;
                self.here(unsent.0)
            }
        }
    }

    fn here(&mut self, order: Order) -> Result<(), StoreError> {
        let done = carry_out(&mut self.now(), order)?;
        self.note(done);
        Ok(())
    }

    /// Takes note of what is done, or waits until everything is.
    fn hear(&mut self, waits: bool) -> Result<(), StoreError> {
        while let Some(helper) = self.helper.as_mut().filter(|helper| helper.waiting > 0) {
            let done = match waits {
                true => helper.done.recv().map_err(|_| TryRecvError::Disconnected),
                false => helper.done.try_recv(),
            };
            let done = match done {
                Ok(done) => done,
                Err(TryRecvError::Empty) => break,
                // It panicked, and said so.
                Err(TryRecvError::Disconnected) => return Err(StoreError::Ended),
            };
            helper.waiting -= 1;
            self.note(done?);
        }
        Ok(())
    }

    fn note(&mut self, done: Option<(Committed, bool)>) {
        let Some((Committed { intents }, is_full)) = done else { return };
        self.synced.get_or_insert_default().intents.extend(intents);
        self.is_full = is_full;
    }

    /// Whether the next sync has to be one that is waited for, which begins
    /// another segment.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Another segment was begun.
    pub fn rolled(&mut self) {
        self.is_full = false;
    }
}

fn carry_out(tip: &mut Tip, order: Order) -> Done {
    match order {
        Order::Append(entries) => tip.append(entries).map(|()| None),
        // The next entry's number is known before its step is built, and
        // steps are being built: no segment is begun now.
        Order::Sync => tip.sync(false).map(|committed| Some((committed, tip.writer.is_full()))),
    }
}

fn start(tip: &Arc<Mutex<Tip>>) -> std::io::Result<Helper> {
    let (orders, given) = channel::<Order>();
    let (finished, done) = channel();
    let tip = tip.clone();
    let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
        while let Ok(order) = given.recv() {
            let result = carry_out(&mut tip.lock().unwrap_or_else(PoisonError::into_inner), order);
            if finished.send(result).is_err() {
                return;
            }
        }
    })?;
    Ok(Helper { orders, done, waiting: 0, thread })
}

impl Drop for Behind {
    /// Nothing is written any more once the store is given up.
    fn drop(&mut self) {
        if let Some(Helper { orders, thread, .. }) = self.helper.take() {
            drop(orders);
            // A panic in it has been said on stderr.
            let _ = thread.join();
        }
    }
}

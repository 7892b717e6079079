//! Writing in a thread of its own, while more is being decided.
//!
//! Hashing and writing an entry takes about as long as deciding about it. In a
//! rush the two go on side by side: whoever decides hands entries over a few
//! dozen at a time, and waits for them only before a sync. When little comes
//! nothing is handed over, because changing threads would take longer than
//! the writing.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::error::StoreError;
use super::facts::Written;
use super::writer::Writer;
use super::{Committed, numbered};
use crate::journal::entry::Entry;

/// The end of the journal, and what stands there and is not synced yet.
pub struct Tip {
    pub writer: Writer,
    /// What the index is to be told.
    pub written: Vec<Written>,
    /// What becomes owed with the next sync.
    pub unsynced: Committed,
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
}

/// The tip, and the thread that writes to it in a rush.
pub struct Behind {
    tip: Arc<Mutex<Tip>>,
    helper: Option<Helper>,
}

struct Helper {
    entries: Sender<Vec<Entry>>,
    done: Receiver<Result<(), StoreError>>,
    /// How many were handed over and are not done.
    waiting: usize,
    thread: JoinHandle<()>,
}

impl Behind {
    pub fn new(tip: Tip) -> Behind {
        Behind { tip: Arc::new(Mutex::new(tip)), helper: None }
    }

    /// The tip, once everything that was handed over is written.
    pub fn tip(&mut self) -> Result<MutexGuard<'_, Tip>, StoreError> {
        if let Some(helper) = &mut self.helper {
            while helper.waiting > 0 {
                helper.waiting -= 1;
                match helper.done.recv() {
                    Ok(result) => result?,
                    // It panicked, and said so; the tip below is poisoned.
                    Err(_) => break,
                }
            }
        }
        Ok(self.now())
    }

    /// The tip as it is, whatever is still to be written.
    pub fn now(&self) -> MutexGuard<'_, Tip> {
        // A writer that panicked has failed for good, and says so itself.
        self.tip.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands entries over to be written.
    pub fn append(&mut self, entries: Vec<Entry>) -> Result<(), StoreError> {
        let helper = match &mut self.helper {
            Some(helper) => helper,
            None => match start(&self.tip) {
                Ok(helper) => self.helper.insert(helper),
                // No thread is to be had: then not beside each other.
                Err(_) => return self.now().append(entries),
            },
        };
        match helper.entries.send(entries) {
            Ok(()) => {
                helper.waiting += 1;
                Ok(())
            }
            Err(unsent) => self.tip()?.append(unsent.0),
        }
    }
}

fn start(tip: &Arc<Mutex<Tip>>) -> std::io::Result<Helper> {
    let (entries, handed) = channel::<Vec<Entry>>();
    let (finished, done) = channel();
    let tip = tip.clone();
    let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
        while let Ok(entries) = handed.recv() {
            let result = tip.lock().unwrap_or_else(PoisonError::into_inner).append(entries);
            if finished.send(result).is_err() {
                return;
            }
        }
    })?;
    Ok(Helper { entries, done, waiting: 0, thread })
}

impl Drop for Behind {
    /// Nothing is written any more once the store is given up.
    fn drop(&mut self) {
        if let Some(Helper { entries, thread, .. }) = self.helper.take() {
            drop(entries);
            // A panic in it has been said on stderr.
            let _ = thread.join();
        }
    }
}

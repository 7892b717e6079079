//! Reading the journal while it is written: by number, message, author, case
//! and time. Sees everything committed, indexed or not.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::disk::{self, Disk, Input};
use super::error::StoreError;
use super::facts::{BLOCK, Block, Fact, Place};
use super::index::Index;
use super::segments;
use crate::domain::action::{CaseId, EntryNo};
use crate::domain::id::{MemberId, MessageId, Moment};
use crate::journal::entry::Entry;
use crate::journal::line::Line;

/// Reads committed entries. Cheap to clone; can be sent to other threads.
#[derive(Clone)]
pub struct Reader {
    disk: Arc<dyn Disk>,
    data: PathBuf,
    index: Arc<Index>,
    files: Arc<Mutex<HashMap<u64, Arc<dyn Input>>>>,
}

fn index_error(why: String) -> StoreError {
    StoreError::Index { why }
}

impl Reader {
    pub(super) fn new(disk: Arc<dyn Disk>, data: PathBuf, index: Arc<Index>) -> Reader {
        Reader { disk, data, index, files: Arc::default() }
    }

    /// An entry; `None` where there is none of that number yet.
    pub fn entry(&self, n: EntryNo) -> Result<Option<Entry>, StoreError> {
        self.with_line(n, |line| line.decode())
    }

    /// The public side of an entry, byte for byte as it stands in the journal:
    /// what is hashed, and names nobody.
    pub fn public_line(&self, n: EntryNo) -> Result<Option<String>, StoreError> {
        self.with_line(n, |line| Ok(String::from_utf8_lossy(line.entry_bytes()).into_owned()))
    }

    pub(super) fn with_line<T>(
        &self,
        n: EntryNo,
        read: impl FnOnce(&Line<'_>) -> Result<T, crate::journal::line::BadLine>,
    ) -> Result<Option<T>, StoreError> {
        let Some(place) = self.place(n)? else { return Ok(None) };
        let path = segments::path(&self.data, place.segment);
        let bytes = self.bytes(place)?;
        let damaged =
            |why: String| StoreError::Damaged { path: path.clone(), offset: place.offset, entry: n, why };
        let line =
            Line::parse(bytes.strip_suffix(b"\n").unwrap_or(&bytes)).map_err(|e| damaged(e.to_string()))?;
        if !line.is_numbered(n) {
            return Err(damaged("another entry stands there".to_owned()));
        }
        read(&line).map(Some).map_err(|e| damaged(e.to_string()))
    }

    /// Where an entry's line stands.
    pub(super) fn place(&self, n: EntryNo) -> Result<Option<Place>, StoreError> {
        let find = |block: &Block| block.entries().nth((n - block.first) as usize).map(|(_, place, _)| place);
        let number = n / BLOCK;
        // The overlay first: what leaves it is in the index by then.
        let waiting =
            self.index.overlay(|overlay| overlay.blocks().find(|b| b.first / BLOCK == number).map(find));
        match waiting {
            Some(found) => Ok(found),
            None => Ok(self.index.block(number).map_err(index_error)?.as_ref().and_then(find)),
        }
    }

    fn bytes(&self, place: Place) -> Result<Vec<u8>, StoreError> {
        let path = segments::path(&self.data, place.segment);
        let file = {
            let mut files = self.files.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            match files.get(&place.segment) {
                Some(file) => file.clone(),
                None => {
                    let file = self.disk.open(&path).map_err(StoreError::io("open", &path))?;
                    let file: Arc<dyn Input> = Arc::from(file);
                    files.insert(place.segment, file.clone());
                    file
                }
            }
        };
        disk::read_from(file.as_ref(), place.offset, place.length as usize)
            .map_err(StoreError::io("read", &path))
    }

    /// Found in memory and found in sled, in order and once each: a block may
    /// have moved from one to the other in between.
    fn together(
        mut found: Vec<EntryNo>,
        indexed: Result<Vec<EntryNo>, String>,
    ) -> Result<Vec<EntryNo>, StoreError> {
        found.extend(indexed.map_err(index_error)?);
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn waiting(&self, holds: impl Fn(&Fact) -> bool) -> Vec<EntryNo> {
        self.index.overlay(|overlay| {
            let entries = overlay.blocks().flat_map(Block::entries);
            entries.filter(|(_, _, fact)| holds(fact)).map(|(n, _, _)| n).collect()
        })
    }

    /// The entries about a message, oldest first: its versions, what was
    /// decided about it, its deletion.
    pub fn versions(&self, message: MessageId) -> Result<Vec<EntryNo>, StoreError> {
        let found = self.index.overlay(|overlay| overlay.about(message.get()));
        Reader::together(found, self.index.about(message.get()))
    }

    /// The entries of an author from which something came, oldest first.
    pub fn by_author(&self, author: MemberId) -> Result<Vec<EntryNo>, StoreError> {
        let found = self.waiting(|fact| fact.is_by(author.get()));
        Reader::together(found, self.index.by_author(author.get()))
    }

    /// The entries of a case, oldest first.
    pub fn by_case(&self, case: CaseId) -> Result<Vec<EntryNo>, StoreError> {
        let found = self.waiting(|fact| fact.is_in(case.0));
        Reader::together(found, self.index.by_case(case.0))
    }

    /// The first entry at or after a moment; `None` where none is so late.
    pub fn since(&self, moment: Moment) -> Result<Option<EntryNo>, StoreError> {
        let first_in = |block: &Block| {
            let late = block.entries().find(|(_, _, fact)| fact.at >= moment);
            late.map(|(n, _, _)| n)
        };
        let waiting = self.index.overlay(|overlay| {
            let from = overlay.blocks().next().map(|block| block.first / BLOCK);
            (from, overlay.blocks().find_map(first_in))
        });
        // Halving the indexed blocks: time never goes back, so the first one
        // that ends late enough holds the entry.
        let (mut low, mut high) = (0, waiting.0.unwrap_or(0));
        while waiting.0.is_none() && self.index.block(high).map_err(index_error)?.is_some() {
            high = high * 2 + 1;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            match self.index.block(middle).map_err(index_error)? {
                Some(block) if block.facts.last().is_some_and(|fact| fact.at < moment) => low = middle + 1,
                _ => high = middle,
            }
        }
        let indexed = match self.index.block(low).map_err(index_error)? {
            Some(block) => first_in(&block),
            None => None,
        };
        Ok(indexed.or(waiting.1))
    }

    /// A value that [`Store::put_cache`](super::Store::put_cache) kept.
    pub fn get_cache(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.index.get_cache(key).map_err(index_error)
    }
}

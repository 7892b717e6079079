//! Opening a store: who may, what was left behind, and what has to be mended
//! before the next entry is written.

use std::path::Path;
use std::sync::Arc;

use super::disk::{self, Disk};
use super::error::StoreError;
use super::facts::{self, Fact, Written};
use super::index::{Head, INDEX, Index};
use super::lock::{self, Lock};
use super::segments::{self, JOURNAL, Start, read_lines};
use super::writer::{self, Tail};
use super::{Opened, Options, attachments, keys};
use crate::domain::action::EntryNo;
use crate::journal::checkpoint::Key;
use crate::journal::entry::Field;
use crate::journal::tree::{Hash, Peaks};

/// Makes the directories, closes them to others, and takes the lock.
pub fn prepare(disk: &dyn Disk, data: &Path, opened: &mut Opened) -> Result<Lock, StoreError> {
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
pub fn open_key(
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
pub fn hold_to_checkpoint(
    disk: &dyn Disk,
    data: &Path,
    verifier: &str,
    tail: &Tail,
) -> Result<(), StoreError> {
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
pub fn mend_leaves(disk: &dyn Disk, data: &Path, tail: &Tail) -> Result<u64, StoreError> {
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
pub fn open_index(
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

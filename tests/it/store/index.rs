//! The index: whatever becomes of it, it is made again from the journal, and
//! said so.

use std::fs;
use std::path::Path;

use gavel::clock::Clock;
use gavel::domain::id::Moment;
use gavel::store::{Opened, Options, Store};

use crate::journal::samples::{message, posted};

fn open(dir: &Path) -> (Store, Opened) {
    Store::open(Options::new(dir), &Clock::manual(Moment(1))).expect("it opens")
}

/// A closed store of a thousand messages.
fn filled(dir: &Path) {
    let (mut store, _) = open(dir);
    for k in 0..10 {
        let entries = (0..100).map(|i| posted(5_000 + k, 1_000 + 100 * k as u64 + i, "some words")).collect();
        store.commit(entries).expect("it commits");
    }
    store.close().expect("it closes");
}

#[track_caller]
fn finds_everything(store: &Store) {
    let reader = store.reader();
    for k in (0..1_000).step_by(7) {
        assert_eq!(reader.versions(message(1_000 + k)).expect("it looks"), [1 + k], "message {k}");
    }
}

/// Opens after something was done to the index, and says whether it was made again.
#[track_caller]
fn after(change: impl FnOnce(&Path)) -> Option<String> {
    let dir = tempfile::tempdir().expect("a directory");
    filled(dir.path());
    change(&dir.path().join("index"));
    let (store, opened) = open(dir.path());
    finds_everything(&store);
    store.close().expect("it closes");
    let (store, again) = open(dir.path());
    assert_eq!(again.reindexed, None, "once is enough");
    assert!(again.caught_up < 128);
    finds_everything(&store);
    opened.reindexed
}

#[test]
fn an_index_in_order_is_not_made_again() {
    assert_eq!(after(|_| ()), None);
}

#[test]
fn a_missing_index_is_made_again() {
    let why = after(|index| fs::remove_dir_all(index).expect("it was there"));
    assert_eq!(why.as_deref(), Some("it is missing"));
}

#[test]
fn a_file_in_its_place_is_replaced() {
    let dir = tempfile::tempdir().expect("a directory");
    filled(dir.path());
    let index = dir.path().join("index");
    fs::remove_dir_all(&index).expect("it was there");
    fs::write(&index, "no directory").expect("it writes");
    let (store, opened) = open(dir.path());
    assert!(opened.reindexed.is_some());
    finds_everything(&store);
}

#[test]
fn a_damaged_index_is_made_again() {
    let mut remade = 0;
    for at in [0, 1, 2, 3] {
        let why = after(|index| {
            let path = index.join("db");
            let mut bytes = fs::read(&path).expect("it reads");
            let used = bytes.iter().rposition(|byte| *byte != 0).expect("it holds something");
            let start = used * at / 4;
            bytes[start..start + 64].fill(0xa5);
            fs::write(&path, bytes).expect("it writes");
        });
        remade += usize::from(why.is_some());
    }
    // sled may have no use for some of the damaged bytes; that everything is
    // found is what counts.
    assert!(remade > 0);
}

#[test]
fn a_cut_index_is_made_again() {
    let why = after(|index| {
        let path = index.join("db");
        let length = fs::metadata(&path).expect("it is there").len();
        fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .expect("it opens")
            .set_len(length / 8)
            .expect("it cuts");
        for entry in fs::read_dir(index).expect("it lists").flatten() {
            if entry.file_name().to_string_lossy().starts_with("snap.") {
                fs::remove_file(entry.path()).expect("it was there");
            }
        }
    });
    assert!(why.is_some(), "a cut file opens, and lacks records");
}

#[test]
fn a_leftover_snapshot_is_no_obstacle() {
    assert_eq!(
        after(|index| fs::write(index.join("snap.0000000000000001.generating"), "torn").expect("it writes")),
        None
    );
}

#[test]
fn an_index_that_lags_catches_up() {
    let dir = tempfile::tempdir().expect("a directory");
    filled(dir.path());
    let kept = tempfile::tempdir().expect("a directory");
    copy(&dir.path().join("index"), kept.path());
    let (mut store, _) = open(dir.path());
    for k in 0..5 {
        let entries = (0..100).map(|i| posted(9_000, 9_000 + 100 * k + i, "more words")).collect();
        store.commit(entries).expect("it commits");
    }
    store.close().expect("it closes");
    fs::remove_dir_all(dir.path().join("index")).expect("it was there");
    copy(kept.path(), &dir.path().join("index"));
    let (store, opened) = open(dir.path());
    assert_eq!(opened.reindexed, None);
    assert!(opened.caught_up >= 500, "{opened:?}");
    finds_everything(&store);
    assert_eq!(store.reader().versions(message(9_499)).expect("it looks"), [1_500]);
}

#[test]
fn an_index_that_knows_more_than_the_journal_is_made_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let other = tempfile::tempdir().expect("a directory");
    filled(dir.path());
    filled(other.path());
    // Another journal's index, then one of a longer journal.
    fs::remove_dir_all(dir.path().join("index")).expect("it was there");
    copy(&other.path().join("index"), &dir.path().join("index"));
    let (store, opened) = open(dir.path());
    assert!(opened.reindexed.expect("it disagrees").contains("is not the one it knows"));
    finds_everything(&store);
    drop(store);

    let short = tempfile::tempdir().expect("a directory");
    let (mut store, _) = open(short.path());
    store.commit(vec![posted(5_000, 1_000, "one")]).expect("it commits");
    store.close().expect("it closes");
    fs::remove_dir_all(short.path().join("index")).expect("it was there");
    copy(&other.path().join("index"), &short.path().join("index"));
    let (store, opened) = open(short.path());
    assert!(opened.reindexed.expect("it disagrees").contains("the journal holds 2"));
    assert_eq!(store.reader().versions(message(1_000)).expect("it looks"), [1]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it makes");
    for entry in fs::read_dir(from).expect("it lists") {
        let entry = entry.expect("it lists");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("it copies");
        }
    }
}

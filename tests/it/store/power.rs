//! Power is lost at every operation, and whatever was not synced is gone, or
//! half there, or reads as zeros. Nothing acknowledged is lost, nothing is
//! there twice, and the checker finds the record whole.

use std::path::Path;
use std::sync::Arc;

use gavel::clock::Clock;
use gavel::domain::id::{MessageId, Moment};
use gavel::journal::entry::Body;
use gavel::store::memory::{Memory, Unsynced};
use gavel::store::verify::verify;
use gavel::store::{Options, Seeds, Store, StoreError};

use crate::journal::samples::{held, posted};

fn options(disk: &Memory) -> Options {
    let mut options = Options::new("/data");
    options.disk = Arc::new(disk.clone());
    options.seeds = Seeds::Counted(0);
    // A few entries to a segment: rolling is part of what power interrupts.
    options.segment_bytes = 3_000;
    options
}

/// How batches are put on record.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Each is waited for.
    Waiting,
    /// The next one is written while one is synced.
    Behind,
}

/// Works until something fails; says what was acknowledged by then.
fn work(disk: &Memory, way: Way) -> (Vec<u64>, Vec<String>) {
    let (mut messages, mut kept) = (Vec::new(), Vec::new());
    let mut run = || -> Result<(), StoreError> {
        let (mut store, _) = Store::open(options(disk), &Clock::manual(Moment(1)))?;
        let mut under_way: Option<([u64; 3], u64)> = None;
        for k in 0..12_u64 {
            let batch = [3 * k, 3 * k + 1, 3 * k + 2].map(|i| 100 + i);
            let entries = batch
                .map(|id| if id % 5 == 0 { held(id as i64, id) } else { posted(id as i64, id, "words") });
            let next = store.next();
            let committed = match way {
                Way::Behind if k % 4 != 3 && !store.is_full() => {
                    store.append_behind(entries.into())?;
                    // Of the batch before; this one is not even ordered to be synced.
                    let committed = store.synced(true)?;
                    store.sync_behind()?;
                    let before = under_way.replace((batch, next));
                    let Some((batch, next)) = before else { continue };
                    (committed.expect("it was ordered"), batch, next)
                }
                _ => {
                    if let Some((batch, next)) = under_way.take() {
                        let committed = store.synced(true)?.expect("it was ordered");
                        assert!(committed.into_intents().iter().all(|i| i.id().entry < next + 3));
                        messages.extend(batch);
                    }
                    let next = store.next();
                    (store.commit(entries.into())?, batch, next)
                }
            };
            let (committed, batch, next) = committed;
            for intent in committed.into_intents() {
                assert!((next..next + 3).contains(&intent.id().entry));
            }
            messages.extend(batch);
            if k % 4 == 3 {
                let mut file = store.attachments().begin(100)?;
                file.write(&k.to_be_bytes())?;
                kept.push(file.finish()?.sha256);
                store.checkpoint()?;
            }
        }
        store.close()
    };
    // That it stops is what this is about.
    let _ = run();
    (messages, kept)
}

fn recorded(store: &Store) -> Vec<u64> {
    let mut found = Vec::new();
    store
        .replay(0, &mut |_, line| {
            if let Body::Message(it) = line.public()?.body {
                found.push(MessageId::get(it.message));
            }
            line.decode().map(drop)
        })
        .expect("it replays");
    found
}

#[test]
fn power_lost_at_any_operation_loses_nothing_acknowledged() {
    lose_power(Way::Waiting);
}

#[test]
fn nor_does_it_while_the_next_batch_is_written() {
    lose_power(Way::Behind);
}

fn lose_power(way: Way) {
    let whole = Memory::new();
    let (all, _) = work(&whole, way);
    assert_eq!(all.len(), 36);
    let operations = whole.operations();
    assert!(operations > 100);
    let ways = [
        Unsynced::Lost,
        Unsynced::Kept,
        Unsynced::Part(40),
        Unsynced::Part(128),
        Unsynced::Part(250),
        Unsynced::Zeros,
    ];
    for at in 0..operations {
        for unsynced in ways {
            let disk = Memory::new();
            disk.fail_at(at);
            let (acknowledged, kept) = work(&disk, way);
            let after = disk.after_power_loss(unsynced);
            let story = format!("operation {at} of {operations}, {unsynced:?}");
            let (mut store, opened) = match Store::open(options(&after), &Clock::manual(Moment(1))) {
                Ok(opened) => opened,
                Err(e) => panic!("{story}: {e}"),
            };
            assert_eq!(opened.lost, 0, "{story}");
            let found = recorded(&store);
            // In order, without a gap, nothing twice: a prefix of what was to
            // come, at least as long as what was acknowledged.
            assert!(all.starts_with(&found), "{story}: {found:?}");
            assert!(found.len() >= acknowledged.len(), "{story}: {found:?}");
            for sha256 in kept {
                assert!(store.attachments().read(&sha256).expect("it looks").is_some(), "{story}");
            }
            // It goes on, and the record holds.
            store.commit(vec![posted(1_000, 999, "on it goes")]).expect("it commits");
            store.close().expect("it closes");
            let report = verify(&after, Path::new("/data"), None).expect("it reads");
            assert_eq!(report.problems, [], "{story}");
            assert_eq!(report.remarks, Vec::<String>::new(), "{story}");
        }
    }
}

#[test]
fn a_second_loss_of_power_while_mending_is_survived() {
    let first = Memory::new();
    let total = {
        work(&first, Way::Waiting);
        first.operations()
    };
    for at in (0..total).step_by(7) {
        let disk = Memory::new();
        disk.fail_at(at);
        let (acknowledged, _) = work(&disk, Way::Waiting);
        for again in 0..24 {
            let after = disk.after_power_loss(Unsynced::Part(100));
            after.fail_at(again);
            drop(Store::open(options(&after), &Clock::manual(Moment(1))));
            let after = after.after_power_loss(Unsynced::Lost);
            let (store, _) = Store::open(options(&after), &Clock::manual(Moment(1))).expect("it opens");
            assert!(recorded(&store).len() >= acknowledged.len(), "operations {at}, then {again}");
        }
    }
}

#[test]
fn after_a_failure_nothing_more_is_written() {
    let disk = Memory::new();
    let (mut store, _) = Store::open(options(&disk), &Clock::manual(Moment(1))).expect("it opens");
    disk.fail_at(disk.operations());
    assert!(store.commit(vec![posted(5, 41, "lost")]).is_err());
    disk.fail_at(u64::MAX);
    assert!(store.commit(vec![posted(6, 42, "not tried")]).is_err());
    store.append_behind(vec![posted(7, 43, "not tried either")]).expect("it is taken");
    assert!(store.sync().is_err());
}

#[test]
fn a_failure_behind_is_told_by_the_next_sync() {
    let disk = Memory::new();
    let (mut store, _) = Store::open(options(&disk), &Clock::manual(Moment(1))).expect("it opens");
    disk.fail_at(disk.operations());
    store.append_behind(vec![posted(5, 41, "lost")]).expect("it is taken");
    assert!(store.sync().is_err());
    assert!(store.sync().is_err(), "and by every one after it");
}

//! Commits: what is acknowledged is there after a restart, numbered and timed.

use gavel::clock::Clock;
use gavel::domain::action::{CaseId, EntryNo, IntentId};
use gavel::domain::id::Moment;
use gavel::journal::entry::{Body, Field};
use gavel::store::disk::Real;
use gavel::store::verify::verify;
use gavel::store::{Committed, Options, Store};

use crate::journal::samples::{self, delete, held, member, message, posted};

fn clock() -> Clock {
    Clock::manual(Moment(1_000))
}

#[track_caller]
pub fn open(options: Options) -> Store {
    Store::open(options, &clock()).expect("it opens").0
}

#[test]
fn a_commit_yields_its_intents_and_survives() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = open(Options::new(dir.path()));
    assert_eq!(store.next(), 1, "entry 0 is the segment's head");
    let intents =
        store.commit(vec![posted(5_000, 40, "hello"), held(6_000, 41)]).expect("it commits").into_intents();
    let ids: Vec<_> = intents.iter().map(|intent| intent.id().to_string()).collect();
    assert_eq!(ids, ["2.0", "2.1"]);
    assert_eq!(*intents[0].action(), delete(41, 7));
    store.close().expect("it closes");

    let (store, opened) = Store::open(Options::new(dir.path()), &clock()).expect("it opens again");
    assert!(!opened.is_new && opened.cut.is_none() && opened.reindexed.is_none(), "{opened:?}");
    assert_eq!(store.next(), 3);
    assert_eq!(store.last_at(), Moment(6_000));
    let owed = store.owed(&[IntentId { entry: 2, index: 1 }]).expect("on record").into_intents();
    assert_eq!(*owed[0].action(), samples::notify(9_001, 7));
    assert!(store.owed(&[IntentId { entry: 2, index: 2 }]).is_err());
    assert!(store.owed(&[IntentId { entry: 3, index: 0 }]).is_err());
}

#[test]
fn what_is_written_behind_is_committed_with_the_next_sync() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = open(Options::new(dir.path()));
    for k in 0..20_u64 {
        let chunk = (0..50).map(|n| posted(5_000, 100 + 50 * k + n, "some words")).collect();
        store.append_behind(chunk).expect("it is taken");
        assert_eq!(store.next(), 1 + 50 * (k + 1));
    }
    store.append(vec![held(6_000, 41)]).expect("it is written after them");
    store.append_behind(vec![held(7_000, 42)]).expect("it is taken");
    let intents = store.sync().expect("it syncs").into_intents();
    let ids: Vec<_> = intents.iter().map(|intent| intent.id().to_string()).collect();
    assert_eq!(ids, ["1001.0", "1001.1", "1002.0", "1002.1"]);
    assert_eq!(store.reader().versions(message(1_099)).expect("it looks"), [1_000]);
    store.append_behind(vec![posted(8_000, 5_000, "not synced")]).expect("it is taken");
    store.close().expect("it closes");
    let report = verify(&Real, dir.path(), None).expect("it reads");
    assert_eq!((report.problems.len(), report.entries), (0, 1_004));
}

/// What is written while a batch is synced becomes owed with its own sync.
#[test]
fn a_sync_behind_gives_out_what_was_written_before_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = open(Options { segment_bytes: 30_000, ..Options::new(dir.path()) });
    let ids = |committed: Committed| -> Vec<String> {
        committed.into_intents().iter().map(|intent| intent.id().to_string()).collect()
    };
    assert!(store.synced(true).expect("nothing was ordered").is_none());
    store.append_behind(vec![held(5_000, 41)]).expect("it is taken");
    store.sync_behind().expect("it is ordered");
    store.append_behind(vec![held(6_000, 42)]).expect("it is taken");
    let committed = store.synced(true).expect("it syncs").expect("it was ordered");
    assert_eq!(ids(committed), ["1.0", "1.1"]);
    assert!(store.synced(true).expect("it looks").is_none(), "it is given out once");
    store.sync_behind().expect("it is ordered");
    // One that is waited for gives out what was ordered before it, too.
    store.append(vec![held(7_000, 43)]).expect("it is written");
    assert_eq!(ids(store.sync().expect("it syncs")), ["2.0", "2.1", "3.0", "3.1"]);

    // A full segment waits for a sync that is waited for: numbers stay.
    let chunk: Vec<_> = (0..60).map(|n| posted(8_000, 100 + n, "some words")).collect();
    let next = store.next() + 60;
    store.append_behind(chunk).expect("it is taken");
    store.sync_behind().expect("it is ordered");
    store.synced(true).expect("it syncs");
    assert!((store.is_full(), store.next()) == (true, next));
    store.sync().expect("it syncs");
    store.commit(vec![posted(9_000, 900, "one more")]).expect("it commits");
    assert!(!store.is_full());
    store.close().expect("it closes");
    let report = verify(&Real, dir.path(), None).expect("it reads");
    assert_eq!(report.problems, []);
}

#[test]
fn replay_hands_out_everything_in_order() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut options = Options::new(dir.path());
    options.segment_bytes = 2_000;
    let mut store = open(options);
    for k in 0..300_u64 {
        let next = store.next();
        store.commit(vec![posted(1_000 + k as i64, 1_000 + k, "some words to read")]).expect("it commits");
        // Rolled at the end, or not at all.
        assert!(store.next() == next + 1 || store.next() == next + 2);
    }
    let mut seen = Vec::new();
    store
        .replay(100, &mut |n, line| {
            seen.push((n, line.public()?.body.kind()));
            Ok(())
        })
        .expect("it replays");
    assert_eq!(
        seen.iter().map(|(n, _)| *n).collect::<Vec<EntryNo>>(),
        (100..store.next()).collect::<Vec<_>>()
    );
    assert!(seen.iter().filter(|(_, kind)| *kind == "segment").count() > 20);
}

#[test]
fn the_journals_time_never_goes_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = open(Options::new(dir.path()));
    store.commit(vec![posted(9_000, 40, "later")]).expect("it commits");
    store.commit(vec![posted(8_000, 41, "the clock was set back")]).expect("it commits");
    let entry = store.reader().entry(2).expect("it reads").expect("it is there");
    assert_eq!((entry.at, entry.clock), (Moment(9_000), Moment(8_000)));
}

#[test]
fn lookups_see_everything_committed() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut options = Options::new(dir.path());
    options.segment_bytes = 20_000;
    let mut store = open(options);
    for k in 0..1_000_u64 {
        // Every tenth message is an edit of an earlier one.
        let id = 1_000 + if k % 10 == 9 { k / 2 } else { k };
        let at = 1_001 + k as i64;
        let entry = if k % 50 == 0 { held(at, 1_000 + k) } else { posted(at, id, "some words") };
        store.commit(vec![entry]).expect("it commits");
    }
    let count = |store: &Store| {
        let reader = store.reader();
        let mut all = 0;
        for k in 0..1_000 {
            all += reader.versions(message(1_000 + k)).expect("it looks").len();
        }
        assert_eq!(all, 1_000);
    };
    count(&store);
    store.close().expect("it closes");
    let store = open(Options::new(dir.path()));
    count(&store);
    let reader = store.reader();
    let acted = reader.by_author(member(9_001)).expect("it looks");
    assert_eq!(acted, reader.by_case(CaseId(7)).expect("it looks"));
    assert_eq!(acted.len(), 20);
    for n in acted {
        let entry = reader.entry(n).expect("it reads").expect("it is there");
        assert!(matches!(entry.body, Body::Message(it) if it.case == Some(CaseId(7))));
    }
    for at in [1_001, 1_500, 1_900, 2_000] {
        let since = reader.since(Moment(at)).expect("it looks").expect("there is one");
        let time = |n| reader.entry(n).expect("it reads").expect("it is there").at;
        assert!(time(since) >= Moment(at) && time(since - 1) < Moment(at));
    }
    assert_eq!(reader.since(Moment(i64::MAX)).expect("it looks"), None);
}

#[test]
fn the_cache_is_kept_over_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(Options::new(dir.path()));
    store.put_cache(b"session", b"first").expect("small enough");
    store.put_cache(b"session", b"second").expect("small enough");
    assert_eq!(store.get_cache(b"session").expect("it reads").as_deref(), Some(&b"second"[..]));
    assert!(store.put_cache(b"large", &[0; 1 << 15]).is_err());
    store.close().expect("it closes");
    let store = open(Options::new(dir.path()));
    assert_eq!(store.get_cache(b"session").expect("it reads").as_deref(), Some(&b"second"[..]));
    assert_eq!(store.get_cache(b"cursor").expect("it reads"), None);
}

#[test]
fn very_long_entries_are_no_different() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = open(Options::new(dir.path()));
    let long = "many words ".repeat(300_000);
    let entries = (0..4).flat_map(|k| [posted(5_000, 40 + 2 * k, &long), posted(5_000, 41 + 2 * k, "short")]);
    store.commit(entries.collect()).expect("it commits");
    let entry = store.reader().entry(7).expect("it reads").expect("it is there");
    assert_eq!(entry.evidence.text(Field::Content), Some(long.as_str()));
    let mut seen = 0;
    store
        .replay(0, &mut |_, line| {
            seen += 1;
            line.decode().map(drop)
        })
        .expect("it replays");
    assert_eq!(seen, 9);
    store.close().expect("it closes");
    let report = verify(&Real, dir.path(), None).expect("it reads");
    assert_eq!((report.entries, report.problems), (9, vec![]));
}

#[test]
fn the_checker_can_run_beside_the_writer() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = open(Options::new(dir.path()));
    store.commit(vec![posted(5_000, 40, "first")]).expect("it commits");
    std::thread::scope(|scope| {
        let checking = scope.spawn(|| {
            for _ in 0..20 {
                let report = verify(&Real, dir.path(), None).expect("it reads");
                assert_eq!(report.problems, []);
                assert!(report.entries >= 2);
            }
        });
        let mut k = 41;
        while !checking.is_finished() {
            store.commit(vec![posted(5_000, k, "more words")]).expect("it commits");
            if k % 5 == 0 {
                store.checkpoint().expect("it signs");
            }
            k += 1;
        }
        checking.join().expect("it holds all the time");
    });
}

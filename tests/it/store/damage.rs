//! Damage: whatever is changed in the journal, `verify` names the entry.

use std::fs;
use std::path::{Path, PathBuf};

use gavel::clock::Clock;
use gavel::domain::action::{IntentId, Outcome};
use gavel::domain::id::Moment;
use gavel::journal::entry::{Body, DeletedRecord, Entry};
use gavel::store::disk::{Disk, Real};
use gavel::store::memory::Memory;
use gavel::store::verify::{Report, verify};
use gavel::store::{Options, Store, StoreError};
use proptest::prelude::*;

use crate::journal::samples::{held, message, outcome, plain, posted, venue};

fn segment(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("journal/{number:08}.jsonl"))
}

/// A closed journal of several segments; entry 9 is a message taken down.
fn journal() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let mut options = Options::new(dir.path());
    options.segment_bytes = 6_000;
    let mut store = Store::open(options, &Clock::manual(Moment(1))).expect("it opens").0;
    for batch in 0..10 {
        let next = store.next();
        let entry = |n: u64| {
            let at = 1_000 + n as i64;
            if n == 9 { held(at, 2_009) } else { posted(at, 2_000 + n, "some words to read") }
        };
        store.commit((next..next + 4).map(entry).collect()).expect("it commits");
        if batch == 5 {
            store.checkpoint().expect("it signs");
        }
    }
    let first = IntentId { entry: 9, index: 0 };
    store.commit(vec![outcome(2_000, first, Outcome::Done)]).expect("it commits");
    store.close().expect("it closes");
    dir
}

fn report(dir: &Path) -> Report {
    verify(&Real, dir, None).expect("it reads")
}

#[test]
fn a_journal_that_holds_is_said_to_hold() {
    let dir = journal();
    let report = report(dir.path());
    assert_eq!(report.problems, []);
    assert_eq!(report.remarks, Vec::<String>::new());
    assert!(report.segments > 2 && report.entries > 40 && report.checkpoints == 2, "{report:?}");
    let owed: Vec<_> =
        report.owed.iter().map(|owed| (owed.intent.to_string(), owed.outline.what.as_str())).collect();
    assert_eq!(owed, [("9.1".to_owned(), "notify")], "what is owed is listed, and normal");
}

/// Replaces bytes in the line of entry 9 and says what `verify` names first.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    let dir = journal();
    let path = segment(dir.path(), 0);
    let text = fs::read_to_string(&path).expect("it reads");
    let lines: Vec<_> = text.lines().collect();
    let line = lines[9];
    assert!(line.contains("\"n\":9}") && line.contains(from), "`{from}` is not in {line}");
    let changed = line.replacen(from, to, 1);
    fs::write(&path, text.replace(line, &changed)).expect("it writes");
    let report = report(dir.path());
    let first = report.problems.first().expect("it is noticed");
    assert_eq!(first.entry, Some(9), "{:#?}", report.problems);
    assert!(first.why.contains(expected), "{first}");
}

#[test]
fn a_changed_word_is_named() {
    check(",\"content\":\"you", ",\"content\":\"yon", "`content` is not what the entry commits to");
}

#[test]
fn a_changed_seed_is_named() {
    check("\"seed\":\"", "\"seed\":\"A", "`seed` is no seed");
}

#[test]
fn a_changed_commitment_is_named() {
    let dir = journal();
    let text = fs::read_to_string(segment(dir.path(), 0)).expect("it reads");
    let line = text.lines().nth(9).expect("it is there");
    let (_, rest) = line.split_once("\"commit\":{\"author\":\"").expect("it commits");
    let (other, letter) = (if rest.starts_with('A') { "B" } else { "A" }, &rest[..1]);
    let from = format!("\"commit\":{{\"author\":\"{letter}");
    // Salts differ from run to run, and so do commitments: change this one.
    let changed = line.replacen(&from, &format!("\"commit\":{{\"author\":\"{other}"), 1);
    fs::write(segment(dir.path(), 0), text.replace(line, &changed)).expect("it writes");
    let first = report(dir.path()).problems.remove(0);
    assert_eq!((first.entry, first.why.as_str()), (Some(9), "`author` is not what the entry commits to"));
}

#[test]
fn a_changed_digit_in_the_entry_is_named() {
    // Well-formed and committed to nowhere: the tree notices, and the kept
    // hashes say where.
    check("\"end\":9", "\"end\":8", "it is not the entry that was written and signed");
    check(
        "\"disposition\":\"hold\"",
        "\"disposition\":\"none\"",
        "it is not the entry that was written and signed",
    );
}

#[test]
fn a_changed_number_is_named() {
    check("\"n\":9}", "\"n\":8}", "it is numbered 8");
}

#[test]
fn a_time_that_goes_back_is_named() {
    check("{\"entry\":{\"at\":1009", "{\"entry\":{\"at\":1007", "its time is before");
}

#[test]
fn bytes_that_are_no_entry_are_named() {
    check("{\"entry\":", "{\"entri\":", "the line is not an entry");
    check("\"body\":{\"message\"", "\"body\":{\"massage\"", "`entry` cannot be read");
}

#[test]
fn without_the_kept_hashes_the_stretch_is_named() {
    let dir = journal();
    fs::remove_file(dir.path().join("journal/leaves")).expect("it was there");
    let path = segment(dir.path(), 0);
    let text = fs::read_to_string(&path).expect("it reads");
    fs::write(&path, text.replacen("\"end\":9", "\"end\":8", 1)).expect("it writes");
    let first = report(dir.path()).problems.remove(0);
    assert!(first.why.contains("the change is among the entries from 0 on"), "{first}");
}

#[test]
fn a_changed_hash_beside_the_journal_is_no_damage_to_it() {
    let dir = journal();
    let path = dir.path().join("journal/leaves");
    let mut bytes = fs::read(&path).expect("it reads");
    bytes[9 * 32] ^= 1;
    fs::write(&path, bytes).expect("it writes");
    let report = report(dir.path());
    assert_eq!(report.problems, []);
    assert_eq!(report.remarks.len(), 1);
}

#[test]
fn entries_cut_from_the_end_are_missed() {
    let dir = journal();
    let last = fs::read_dir(dir.path().join("journal")).expect("it lists").count() as u64 - 2;
    let path = segment(dir.path(), last);
    let text = fs::read_to_string(&path).expect("it reads");
    let keep = text.trim_end().rfind('\n').expect("several lines") + 1;
    fs::write(&path, &text[..keep]).expect("it writes");
    let problems = report(dir.path()).problems;
    assert!(problems[0].why.contains("entries are missing at its end"), "{problems:#?}");
    let refused = Store::open(Options::new(dir.path()), &Clock::manual(Moment(1))).err();
    assert!(matches!(refused, Some(StoreError::Truncated { .. })), "{refused:?}");
}

#[test]
fn an_entry_taken_from_the_middle_is_missed() {
    let dir = journal();
    let path = segment(dir.path(), 0);
    let text = fs::read_to_string(&path).expect("it reads");
    let lines: Vec<_> = text.lines().enumerate().filter(|(i, _)| *i != 5).map(|(_, line)| line).collect();
    fs::write(&path, lines.join("\n") + "\n").expect("it writes");
    let first = report(dir.path()).problems.remove(0);
    assert_eq!((first.entry, first.why.as_str()), (Some(5), "it is numbered 6"));
}

#[test]
fn a_missing_segment_is_named() {
    let dir = journal();
    fs::remove_file(segment(dir.path(), 1)).expect("it was there");
    assert!(matches!(verify(&Real, dir.path(), None), Err(StoreError::SegmentMissing { .. })));
    let refused = Store::open(Options::new(dir.path()), &Clock::manual(Moment(1))).err();
    assert!(matches!(refused, Some(StoreError::SegmentMissing { .. })), "{refused:?}");
}

#[test]
fn another_key_is_noticed() {
    let dir = journal();
    let other = journal();
    let key = fs::read_to_string(other.path().join("verifier-key")).expect("it reads");
    let report = verify(&Real, dir.path(), Some(key.trim())).expect("it reads");
    assert!(!report.problems.is_empty());
    let own = fs::read_to_string(dir.path().join("verifier-key")).expect("it reads");
    assert_eq!(verify(&Real, dir.path(), Some(own.trim())).expect("it reads").problems, []);
}

#[test]
fn a_forged_checkpoint_is_noticed() {
    let dir = journal();
    let path = fs::read_dir(dir.path().join("checkpoints"))
        .expect("it lists")
        .next()
        .expect("one")
        .expect("it reads")
        .path();
    let text = fs::read_to_string(&path).expect("it reads");
    let (origin, rest) = text.split_once('\n').expect("lines");
    let (size, rest) = rest.split_once('\n').expect("lines");
    let (_, rest) = rest.split_once('\n').expect("lines");
    let forged = format!("{origin}\n{size}\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n{rest}");
    fs::write(&path, forged).expect("it writes");
    let first = report(dir.path()).problems.remove(0);
    assert_eq!((first.path, first.why.as_str()), (Some(path), "it is not signed with the log's key"));
}

/// What `verify` says first of entries written by a program with a fault.
#[track_caller]
fn written(entries: Vec<Entry>, expected: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = Store::open(Options::new(dir.path()), &Clock::manual(Moment(1))).expect("it opens").0;
    store.commit(entries).expect("it commits");
    store.close().expect("it closes");
    let problems = report(dir.path()).problems;
    assert!(problems.first().is_some_and(|it| it.to_string().contains(expected)), "{problems:#?}");
}

#[test]
fn intents_are_concluded_once_and_recorded_first() {
    let id = |index| IntentId { entry: 1, index };
    let done = |index| outcome(6, id(index), Outcome::Done);
    written(vec![held(5, 41), done(0), done(0)], "entry 3: intent 1.0 is concluded a second time");
    written(vec![held(5, 41), done(2)], "entry 2: it concludes intent 1.2, which was never recorded");
    written(vec![posted(5, 41, "x"), done(0)], "entry 2: it concludes intent 1.0, which was never recorded");
}

#[test]
fn what_we_did_without_an_intent_is_damage() {
    let deleted = |id| DeletedRecord {
        by: "ourselves".into(),
        cases: vec![],
        messages: vec![message(id)],
        venue: venue(500),
    };
    written(
        vec![held(5, 41), plain(6, Body::Deleted(deleted(41))), plain(7, Body::Deleted(deleted(42)))],
        "entry 3: we are said to have deleted message 42",
    );
}

#[test]
fn evidence_that_was_disposed_of_is_counted_and_no_damage() {
    let dir = journal();
    let path = segment(dir.path(), 0);
    let text = fs::read_to_string(&path).expect("it reads");
    let line = text.lines().nth(5).expect("it is there");
    let (entry, _) = line.split_once(",\"evidence\":").expect("it has evidence");
    fs::write(&path, text.replace(line, &format!("{entry}}}"))).expect("it writes");
    let report = report(dir.path());
    assert_eq!((report.problems.len(), report.disposed), (0, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Any bit of any line, line feeds included: the entry it is in is named first.
    #[test]
    fn any_changed_bit_is_located(at: prop::sample::Index, bit in 0..8u8) {
        static JOURNAL: std::sync::OnceLock<Vec<(PathBuf, Vec<u8>)>> = std::sync::OnceLock::new();
        let files = JOURNAL.get_or_init(|| {
            let dir = journal();
            let mut files = Vec::new();
            for part in ["journal", "checkpoints", "."] {
                for entry in fs::read_dir(dir.path().join(part)).expect("it lists").flatten() {
                    if entry.path().is_file() {
                        let name = Path::new(part).join(entry.file_name());
                        files.push((name, fs::read(entry.path()).expect("it reads")));
                    }
                }
            }
            files.sort();
            files
        });
        let disk = Memory::new();
        let (mut entry, mut expected, mut line) = (0, None, String::new());
        let is_segment = |name: &Path| name.extension().is_some_and(|it| it == "jsonl");
        let total: usize = files.iter().filter(|(name, _)| is_segment(name)).map(|(_, bytes)| bytes.len()).sum();
        // The last line feed makes the last line a torn one, which is another story.
        let mut left = at.index(total - 1);
        for dir in ["journal", "checkpoints"] {
            disk.create_dir(&Path::new("/data").join(dir)).expect("it makes");
        }
        for (name, bytes) in files {
            let mut bytes = bytes.clone();
            if is_segment(name) {
                let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
                if expected.is_none() && left < bytes.len() {
                    expected = Some((entry + lines(&bytes[..left])) as u64);
                    line = String::from_utf8_lossy(&bytes[left.saturating_sub(20)..(left + 20).min(bytes.len())]).into_owned();
                    bytes[left] ^= 1 << bit;
                    entry += lines(&files.iter().find(|(it, _)| it == name).expect("this one").1);
                } else {
                    left = left.saturating_sub(bytes.len());
                    entry += lines(&bytes);
                }
            }
            let mut file = disk.append(&Path::new("/data").join(name)).expect("it makes");
            file.write(&bytes).expect("it writes");
        }
        let report = verify(&disk, Path::new("/data"), None).expect("it reads");
        let first = report.problems.first().map(|problem| problem.entry);
        prop_assert_eq!(first, Some(expected), "near `{}`: {:#?}", line, report.problems);
    }
}

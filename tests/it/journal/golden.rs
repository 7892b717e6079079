//! Golden files pin the bytes of the record. Those of a released format are
//! added to and never changed: `UPDATE_EXPECT` writes the ones that are
//! missing and leaves the others alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gavel::clock::Clock;
use gavel::domain::id::Moment;
use gavel::journal::entry::{Entry, Field};
use gavel::store::disk::{Disk, Real};
use gavel::store::memory::Memory;
use gavel::store::verify::verify;
use gavel::store::{Options, Seeds, Store};

use super::samples;

/// Made for these files and used for nothing else.
const KEY: &str = include_str!("../golden/format-1/test-signing-key");

fn golden(log: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(log)
}

/// A log of the golden files, written again: in segments, with a checkpoint.
fn written(commits: Vec<Vec<Entry>>) -> Memory {
    let disk = Memory::new();
    let path = Path::new("/data/signing-key");
    disk.create_dir(Path::new("/data")).expect("it makes");
    disk.append(path).and_then(|mut file| file.write(KEY.as_bytes())).expect("it writes");
    let mut options = Options::new("/data");
    options.disk = Arc::new(disk.clone());
    options.seeds = Seeds::Counted(0);
    options.software = "gavel 0.1.0".into();
    options.segment_bytes = 1;
    let mut store = Store::open(options, &Clock::manual(Moment(1_699_999_999_000))).expect("it opens").0;
    for entries in commits {
        store.commit(entries).expect("it commits");
    }
    store.close().expect("it closes");
    disk
}

/// The files of a log as it is written now, by their place under its folder.
fn files(disk: &Memory) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for (dir, suffix) in [("journal", ".jsonl"), ("checkpoints", ""), ("", "verifier-key")] {
        let names = disk.list(&Path::new("/data").join(dir)).expect("it lists");
        for name in
            names.iter().filter(|name| name.ends_with(suffix) && (!suffix.is_empty() || !name.contains('.')))
        {
            let bytes = disk.bytes(&Path::new("/data").join(dir).join(name)).expect("it is there");
            files.push((Path::new(dir).join(name), bytes));
        }
    }
    files
}

/// Holds a log as it is written now to its golden files.
fn check(log: &str, commits: Vec<Vec<Entry>>, count: usize) {
    let files = files(&written(commits));
    for (name, bytes) in &files {
        let path = golden(log).join(name);
        if !path.exists() && std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::create_dir_all(path.parent().expect("a parent")).expect("it makes");
            fs::write(&path, bytes).expect("it writes");
        }
        let expected = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(
            *bytes == expected,
            "{} is written otherwise now: {}",
            path.display(),
            String::from_utf8_lossy(bytes)
        );
    }
    assert_eq!(files.len(), count, "segments, a checkpoint, the verifier key");
}

#[test]
fn the_bytes_are_those_of_the_golden_files() {
    // All kinds of entries. Entry 8 is the message that later ones speak of.
    let mut entries = vec![samples::posted(1_700_000_000_000, 40, "")];
    entries.extend(samples::all().into_iter().skip(2));
    let rest = entries.split_off(8);
    check("format-1", vec![entries, rest], 5);
}

#[test]
fn the_bytes_of_what_came_later_are_those_of_their_golden_files() {
    check("format-1-more", vec![samples::more()], 4);
}

#[test]
fn the_golden_files_verify() {
    let key = KEY.lines().nth(1).expect("two lines");
    let report = verify(&Real, &golden("format-1"), Some(key)).expect("it reads");
    assert_eq!(report.problems, []);
    assert_eq!((report.entries, report.segments, report.checkpoints), (25, 3, 1));
    assert_eq!(report.owed.len(), 1, "the line that was to be told");
    let report = verify(&Real, &golden("format-1-more"), Some(key)).expect("it reads");
    assert_eq!(report.problems, []);
    assert_eq!((report.entries, report.segments, report.checkpoints), (7, 2, 1));
}

/// Whoever writes a checker has only the document.
#[test]
fn the_document_names_every_field_with_its_number() {
    let document = include_str!("../../../docs/RECORD-FORMAT.md");
    let mut told = Vec::new();
    for row in document.lines().filter_map(|line| line.strip_prefix("| `")) {
        let Some((name, rest)) = row.split_once("` | ") else { continue };
        let number = rest.split(" | ").next().unwrap_or_default();
        if let Ok(number) = number.parse::<u32>() {
            let field = Field::parse(name).unwrap_or_else(|| panic!("`{name}` is no field"));
            assert_eq!(field.number(), number, "`{name}`");
            told.push(field);
        }
    }
    assert_eq!(told, Field::NAMED);
    assert_eq!(Field::Part(7).number(), 64 + 7);
}

//! Golden files pin the bytes of the record. Those of a released format are
//! added to and never changed: `UPDATE_EXPECT` writes the ones that are
//! missing and leaves the others alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gavel::clock::Clock;
use gavel::domain::id::Moment;
use gavel::store::disk::{Disk, Real};
use gavel::store::memory::Memory;
use gavel::store::verify::verify;
use gavel::store::{Options, Seeds, Store};

use super::samples;

/// Made for these files and used for nothing else.
const KEY: &str = include_str!("../golden/format-1/test-signing-key");

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/format-1")
}

/// The log of the golden files, written again: all kinds of entries, three
/// segments, a checkpoint.
fn written() -> Memory {
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
    // Entry 8 is the message that later entries speak of.
    let mut entries = vec![samples::posted(1_700_000_000_000, 40, "")];
    entries.extend(samples::all().into_iter().skip(2));
    let rest = entries.split_off(8);
    store.commit(entries).expect("it commits");
    store.commit(rest).expect("it commits");
    store.close().expect("it closes");
    disk
}

#[test]
fn the_bytes_are_those_of_the_golden_files() {
    let disk = written();
    let mut checked = 0;
    for (dir, suffix) in [("journal", ".jsonl"), ("checkpoints", ""), ("", "verifier-key")] {
        let names = disk.list(&Path::new("/data").join(dir)).expect("it lists");
        for name in
            names.iter().filter(|name| name.ends_with(suffix) && (!suffix.is_empty() || !name.contains('.')))
        {
            let bytes = disk.bytes(&Path::new("/data").join(dir).join(name)).expect("it is there");
            let path = golden().join(dir).join(name);
            if !path.exists() && std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::create_dir_all(path.parent().expect("a parent")).expect("it makes");
                fs::write(&path, &bytes).expect("it writes");
            }
            let expected = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert!(
                bytes == expected,
                "{} is written otherwise now: {}",
                path.display(),
                String::from_utf8_lossy(&bytes)
            );
            checked += 1;
        }
    }
    assert_eq!(checked, 5, "three segments, a checkpoint, the verifier key");
}

#[test]
fn the_golden_files_verify() {
    let key = KEY.lines().nth(1).expect("two lines");
    let report = verify(&Real, &golden(), Some(key)).expect("it reads");
    assert_eq!(report.problems, []);
    assert_eq!((report.entries, report.segments, report.checkpoints), (25, 3, 1));
    assert_eq!(report.owed.len(), 1, "the line that was to be told");
}

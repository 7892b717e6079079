//! Openings: who may open a store, and what is found and mended.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use gavel::clock::Clock;
use gavel::domain::id::Moment;
use gavel::store::{Options, Store, StoreError};

use crate::journal::samples::posted;

fn clock() -> Clock {
    Clock::manual(Moment(1_000))
}

fn filled(dir: &Path, entries: u64) {
    let mut store = Store::open(Options::new(dir), &clock()).expect("it opens").0;
    for k in 0..entries {
        store.commit(vec![posted(2_000, 40 + k, "some words")]).expect("it commits");
    }
    store.close().expect("it closes");
}

#[test]
fn a_second_writer_is_refused_and_told_why() {
    let dir = tempfile::tempdir().expect("a directory");
    let first = Store::open(Options::new(dir.path()), &clock()).expect("it opens").0;
    let refused = Store::open(Options::new(dir.path()), &clock()).err().expect("the second is refused");
    let message = refused.to_string();
    assert!(message.contains(&dir.path().display().to_string()), "{message}");
    assert!(message.contains(&format!("process {}", std::process::id())), "{message}");
    drop(first);
    Store::open(Options::new(dir.path()), &clock()).expect("the first has gone");
}

#[test]
fn nobody_else_can_read_any_of_it() {
    fn walk(path: &Path) {
        let mode = fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        // sled makes its own files, inside a directory that is closed.
        if path.ends_with("index") {
            return;
        }
        if path.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            for entry in fs::read_dir(path).expect("it lists") {
                walk(&entry.expect("it lists").path());
            }
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }
    let parent = tempfile::tempdir().expect("a directory");
    let dir = parent.path().join("data");
    filled(&dir, 3);
    let store = Store::open(Options::new(&dir), &clock()).expect("it opens").0;
    let mut file = store.attachments().begin(10).expect("it begins");
    file.write(b"bytes").expect("it fits");
    file.finish().expect("it is kept");
    walk(&dir);
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).expect("it is ours");
    drop(store);
    let (_store, opened) = Store::open(Options::new(&dir), &clock()).expect("it opens");
    assert!(!opened.is_open_to_others);
    walk(&dir);
}

#[test]
fn other_peoples_directories_are_left_as_they_are() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("theirs"), "x").expect("it writes");
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let (_store, opened) = Store::open(Options::new(dir.path()), &clock()).expect("it opens");
    assert!(opened.is_open_to_others);
    let mode = fs::metadata(dir.path()).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o755);
}

/// Opens after these bytes were appended to the only segment.
#[track_caller]
fn torn(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("a directory");
    filled(dir.path(), 3);
    let path = dir.path().join("journal/00000000.jsonl");
    let whole = fs::read(&path).expect("it reads");
    fs::write(&path, [&whole, bytes].concat()).expect("it writes");
    let (mut store, opened) = Store::open(Options::new(dir.path()), &clock()).expect("it opens");
    let cut = opened.cut.expect("it says so");
    assert_eq!(
        (cut.path.as_path(), cut.offset, cut.bytes),
        (path.as_path(), whole.len() as u64, bytes.len() as u64)
    );
    assert_eq!(store.next(), 4);
    store.commit(vec![posted(3_000, 90, "goes on")]).expect("it commits");
    store.close().expect("it closes");
    let (_, opened) = Store::open(Options::new(dir.path()), &clock()).expect("it opens");
    assert!(opened.cut.is_none());
}

#[test]
fn a_torn_end_is_cut_off_and_said_so() {
    torn(b"{\"entry\":{\"at\":");
    torn(b"x");
    torn(&[0; 4096]);
    torn(&[b"{\"entry\":{\"at\":".as_slice(), &[0; 4096], b"\n{\"entry\":{}}\n"].concat());
}

#[test]
fn a_whole_line_that_is_no_entry_is_damage_and_not_cut_off() {
    for bytes in [&b"{\"entry\":{\"at\":\n"[..], b"{\"ent\0ry\":{}}\n", b"\n"] {
        let dir = tempfile::tempdir().expect("a directory");
        filled(dir.path(), 3);
        let path = dir.path().join("journal/00000000.jsonl");
        let whole = fs::read(&path).expect("it reads");
        fs::write(&path, [&whole, bytes].concat()).expect("it writes");
        let refused = Store::open(Options::new(dir.path()), &clock()).err();
        assert!(matches!(refused, Some(StoreError::Damaged { entry: 4, .. })), "{refused:?}");
        assert_eq!(fs::read(&path).expect("it reads").len(), whole.len() + bytes.len());
    }
}

#[test]
fn a_newer_format_is_refused_with_a_sentence() {
    let dir = tempfile::tempdir().expect("a directory");
    filled(dir.path(), 1);
    let path = dir.path().join("journal/00000000.jsonl");
    let text = fs::read_to_string(&path).expect("it reads");
    // A later version may have fields and kinds that this one knows nothing of.
    let newer = text.replacen("\"format\":1,", "\"format\":2,\"novel\":[],", 1);
    fs::write(&path, newer).expect("it writes");
    let refused = Store::open(Options::new(dir.path()), &clock()).err().expect("it is refused");
    assert!(refused.to_string().contains("a later version of Gavel wrote"), "{refused}");
}

#[test]
fn the_log_keeps_its_key() {
    let dir = tempfile::tempdir().expect("a directory");
    let keys = tempfile::tempdir().expect("a directory");
    let options = |key: &str| {
        let mut options = Options::new(dir.path());
        options.key_file = Some(keys.path().join(key));
        options.origin = "log.city.example".into();
        options
    };
    let store = Store::open(options("one"), &clock()).expect("it opens").0;
    let verifier = store.verifier().to_owned();
    assert!(verifier.starts_with("log.city.example+"));
    store.close().expect("it closes");
    let mode = fs::metadata(keys.path().join("one")).expect("it was made").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert!(!dir.path().join("signing-key").exists());
    let published = fs::read_to_string(dir.path().join("verifier-key")).expect("it reads");
    assert_eq!(published.trim(), verifier);

    let missing = Store::open(options("two"), &clock()).err();
    assert!(matches!(missing, Some(StoreError::KeyMissing { .. })), "{missing:?}");
    let other = tempfile::tempdir().expect("a directory");
    filled(other.path(), 1);
    fs::copy(other.path().join("signing-key"), keys.path().join("two")).expect("it copies");
    let wrong = Store::open(options("two"), &clock()).err();
    assert!(matches!(wrong, Some(StoreError::OtherKey { .. })), "{wrong:?}");
    // Who signs nothing needs no key.
    let mut unsigned = options("none");
    unsigned.signs = false;
    let mut store = Store::open(unsigned, &clock()).expect("it opens").0;
    store.commit(vec![posted(3_000, 50, "x")]).expect("it commits");
    assert!(store.checkpoint().is_err());
    store.close().expect("it closes");
}

#[test]
fn attachments_are_kept_by_their_hash() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(Options::new(dir.path()), &clock()).expect("it opens").0;
    let attachments = store.attachments();
    for _ in 0..2 {
        let mut file = attachments.begin(11).expect("it begins");
        file.write(b"hello ").expect("it fits");
        file.write(b"world").expect("it fits");
        let kept = file.finish().expect("it is kept");
        assert_eq!(kept.sha256, "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
        let file = attachments.read(&kept.sha256).expect("it looks").expect("it is there");
        let mut bytes = [0; 20];
        assert_eq!(file.read_at(&mut bytes, 0).expect("it reads"), 11);
        assert_eq!(&bytes[..11], b"hello world");
    }
    let mut large = attachments.begin(10).expect("it begins");
    assert!(matches!(large.write(&[0; 11]), Err(StoreError::TooLarge { limit_bytes: 10 })));
    drop(large);
    let incoming = dir.path().join("attachments/incoming");
    assert_eq!(fs::read_dir(&incoming).expect("it lists").count(), 0);
    fs::write(incoming.join("7"), "left over").expect("it writes");
    assert!(attachments.read("../../lock").expect("no hash").is_none());
    drop(store);
    Store::open(Options::new(dir.path()), &clock()).expect("it opens");
    assert_eq!(fs::read_dir(&incoming).expect("it lists").count(), 0);
}

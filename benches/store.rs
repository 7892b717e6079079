//! What the record costs: encoding, group commits, opening, verifying.
//!
//! Run with `cargo bench --bench store`. Commits are measured on the disk
//! that the temporary directory is on; in memory, `/dev/shm` for example, they
//! are the cost of everything but the sync.

use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use gavel::clock::Clock;
use gavel::domain::event::Frame;
use gavel::domain::id::{MemberId, MessageId, Moment, VenueId};
use gavel::journal::entry::{Body, Entry, Evidence, Field, MessageRecord};
use gavel::journal::line::{Encoder, Line};
use gavel::store::disk::Real;
use gavel::store::memory::Memory;
use gavel::store::verify::verify;
use gavel::store::{Options, Store};

fn main() {
    divan::main();
}

const TEXT: &str =
    "Does anyone know whether the library on Main Street opens on the holiday, or only next week?";

/// A message as Discord sends one, some 900 bytes of it.
fn message(k: u64) -> Entry {
    let id = 1_300_000_000_000_000_000 + k * 4_194_304;
    let frame = format!(
        r#"{{"t":"MESSAGE_CREATE","s":{k},"op":0,"d":{{"type":0,"tts":false,"timestamp":"2026-01-05T14:00:00.000000+00:00","pinned":false,"nonce":"{id}","mentions":[],"mention_roles":[],"mention_everyone":false,"member":{{"roles":["1200000000000000001"],"premium_since":null,"pending":false,"nick":null,"mute":false,"joined_at":"2024-03-01T10:00:00.000000+00:00","flags":0,"deaf":false,"communication_disabled_until":null,"banner":null,"avatar":null}},"id":"{id}","flags":0,"embeds":[],"edited_timestamp":null,"content":"{TEXT}","components":[],"channel_type":0,"channel_id":"1100000000000000001","author":{{"username":"rosa","public_flags":0,"primary_guild":null,"id":"900000000000000001","global_name":"Rosa","discriminator":"0","collectibles":null,"clan":null,"avatar_decoration_data":null,"avatar":"a1b2c3d4e5f60718293a4b5c6d7e8f90"}},"attachments":[],"guild_id":"1000000000000000001"}}}}"#
    );
    let body = Body::Message(MessageRecord {
        case: None,
        decision: None,
        message: MessageId::new(id).expect("not zero"),
        parts: vec![],
        pending: None,
        source: "posted".into(),
        venue: VenueId::new(1_100_000_000_000_000_001).expect("not zero"),
    });
    let evidence = Evidence::none()
        .with_frame(&Frame::json(0, frame.as_str()))
        .with_json(Field::Author, &MemberId::new(900_000_000_000_000_001).expect("not zero"))
        .with_text(Field::Content, TEXT);
    let at = Moment(1_767_621_600_000 + k as i64);
    Entry { at, body, clock: at, evidence, intents: vec![] }
}

#[divan::bench]
fn encode(bencher: Bencher) {
    let entry = message(7);
    let mut encoder = Encoder::default();
    let mut out = Vec::with_capacity(4096);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        out.clear();
        black_box(encoder.encode(7, black_box(&entry), &[7; 32], &mut out))
    });
}

#[divan::bench]
fn take_apart_and_check(bencher: Bencher) {
    let mut line = Vec::new();
    Encoder::default().encode(7, &message(7), &[7; 32], &mut line);
    line.pop();
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        let line = Line::parse(black_box(&line)).expect("our own line");
        let public = line.public().expect("our own line");
        line.check(&public).expect("our own line")
    });
}

/// Commits of so many messages each, on a real disk, indexed behind.
#[divan::bench(args = [1, 16, 256, 1024])]
fn commit(bencher: Bencher, batch: u64) {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = Store::open(Options::new(dir.path()), &Clock::system()).expect("it opens").0;
    let mut k = 0;
    bencher
        .counter(ItemsCount::new(batch))
        .with_inputs(|| {
            k += batch;
            (k - batch..k).map(message).collect::<Vec<_>>()
        })
        .bench_local_values(|entries| store.commit(entries).expect("it commits"));
}

/// The same without any disk: what the processor does for a message.
#[divan::bench]
fn commit_without_a_disk(bencher: Bencher) {
    let mut k = 0;
    bencher
        .counter(ItemsCount::new(1024_usize))
        .with_inputs(|| {
            let mut options = Options::new("/data");
            options.disk = Arc::new(Memory::new());
            let store = Store::open(options, &Clock::system()).expect("it opens").0;
            k += 1024;
            (store, (k - 1024..k).map(message).collect::<Vec<_>>())
        })
        .bench_local_values(|(mut store, entries)| store.commit(entries).map(|_| store).expect("it commits"));
}

const MANY: u64 = 100_000;

fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = Store::open(Options::new(dir.path()), &Clock::system()).expect("it opens").0;
    for k in (0..MANY).step_by(1000) {
        store.commit((k..k + 1000).map(message).collect()).expect("it commits");
    }
    store.close().expect("it closes");
    dir
}

#[divan::bench(sample_count = 5)]
fn verify_a_hundred_thousand(bencher: Bencher) {
    let dir = filled();
    bencher.counter(ItemsCount::new(MANY)).bench_local(|| {
        let report = verify(&Real, dir.path(), None).expect("it reads");
        assert!(report.problems.is_empty());
    });
}

#[divan::bench(sample_count = 5)]
fn open_a_hundred_thousand(bencher: Bencher) {
    let dir = filled();
    bencher.bench_local(|| Store::open(Options::new(dir.path()), &Clock::system()).expect("it opens"));
}

#[divan::bench(sample_count = 5)]
fn index_a_hundred_thousand_again(bencher: Bencher) {
    let dir = filled();
    bencher
        .with_inputs(|| std::fs::remove_dir_all(dir.path().join("index")).expect("it was there"))
        .counter(ItemsCount::new(MANY))
        .bench_local_values(|()| Store::open(Options::new(dir.path()), &Clock::system()).expect("it opens"));
}

#[divan::bench(sample_count = 5)]
fn replay_a_hundred_thousand(bencher: Bencher) {
    let dir = filled();
    let store = Store::open(Options::new(dir.path()), &Clock::system()).expect("it opens").0;
    bencher.counter(ItemsCount::new(MANY)).bench_local(|| {
        let mut count = 0;
        store
            .replay(0, &mut |_, line| {
                black_box(line.public()?);
                count += 1;
                Ok(())
            })
            .expect("it replays");
        assert!(count > MANY);
    });
}

#[divan::bench]
fn look_up_a_message(bencher: Bencher) {
    let dir = filled();
    let store = Store::open(Options::new(dir.path()), &Clock::system()).expect("it opens").0;
    let reader = store.reader();
    let mut k = 0;
    bencher.bench_local(|| {
        k = (k + 7_919) % MANY;
        let id = MessageId::new(1_300_000_000_000_000_000 + k * 4_194_304).expect("not zero");
        reader.versions(id).expect("it looks")
    });
}

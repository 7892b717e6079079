//! What it costs to decide about a message, with the policy as it is shipped
//! and on one thread. The aim is 3 µs a message on average in the `dist`
//! profile: it is paid for every message of the city, and most of them are
//! nobody's business.
//!
//! `corpus.txt` is what a city's channels sound like: mostly short, a few
//! links, some Spanish, some long, one in twenty against the policy.

use divan::counter::{BytesCount, ItemsCount};
use divan::{AllocProfiler, Bencher, black_box};
use gavel::decide::{decide, message_of};
use gavel::domain::circumstances::Circumstances;
use gavel::domain::message::Message;
use gavel::policy::Policy;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const CORPUS: &str = include_str!("corpus.txt");

fn main() {
    divan::main();
}

fn monroe() -> Policy {
    Policy::parse(include_str!("../config/monroe.toml"), "monroe.toml", &gavel::policy::lists::no_files)
        .expect("the shipped policy compiles")
}

/// Decides about each of the messages, again and again.
fn run(bencher: Bencher, wanted: impl Fn(&str) -> bool) {
    let (policy, circumstances) = (monroe(), Circumstances::default());
    let messages: Vec<Message> = CORPUS.lines().filter(|line| wanted(line)).map(message_of).collect();
    let bytes: usize = messages.iter().map(|message| message.content().len()).sum();
    bencher.counter(ItemsCount::new(messages.len())).counter(BytesCount::new(bytes)).bench_local(|| {
        for message in &messages {
            black_box(decide(&policy, black_box(message), &circumstances));
        }
    });
}

/// The mean that counts: a second by the number of items a second.
#[divan::bench]
fn chat(bencher: Bencher) {
    run(bencher, |_| true);
}

#[divan::bench]
fn nobodys_business(bencher: Bencher) {
    let violating: Vec<&str> = CORPUS.lines().rev().take(5).collect();
    run(bencher, |line| !violating.contains(&line));
}

#[divan::bench]
fn against_the_policy(bencher: Bencher) {
    let violating: Vec<&str> = CORPUS.lines().rev().take(5).collect();
    run(bencher, |line| violating.contains(&line));
}

#[divan::bench]
fn with_a_link(bencher: Bencher) {
    run(bencher, |line| line.contains("https://"));
}

#[divan::bench]
fn with_a_number(bencher: Bencher) {
    run(bencher, |line| line.bytes().any(|byte| byte.is_ascii_digit()));
}

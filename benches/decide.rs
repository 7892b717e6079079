//! What it costs to decide about a message, with the policy as it is shipped
//! (more than a thousand terms, the classifier, every span) and on one thread:
//! at most 1.5 µs a message on average and 5 µs for all but one in a hundred,
//! in the `dist` profile. It is paid for every message of the city, and most of
//! them are nobody's business.
//!
//! Beside it, in the same run: `rustrict` with its own list, and one `RegexSet`
//! of a thousand of our terms, both of which only look for words.
//!
//! `corpus.txt` is what a city's channels sound like: mostly short, a few
//! links, some Spanish, some long, one in twenty against the policy.

use divan::counter::{BytesCount, ItemsCount};
use divan::{AllocProfiler, Bencher, black_box};
use gavel::decide::{decide, message_of};
use gavel::domain::circumstances::Circumstances;
use gavel::domain::message::Message;
use gavel::policy::{Policy, lists};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const CORPUS: &str = include_str!("corpus.txt");
const MONROE: &str = include_str!("../config/monroe.toml");

/// How many of the last lines are against the policy.
const VIOLATING: usize = 5;

fn main() {
    divan::main();
}

fn monroe() -> Policy {
    Policy::parse(MONROE, "monroe.toml", &lists::no_files).expect("the shipped policy compiles")
}

fn messages(wanted: impl Fn(&str) -> bool) -> Vec<Message> {
    CORPUS.lines().filter(|line| wanted(line)).map(message_of).collect()
}

/// Does something with each of the messages, again and again.
fn over<T>(bencher: Bencher, messages: &[Message], what: impl Fn(&Message) -> T) {
    let bytes: usize = messages.iter().map(|message| message.content().len()).sum();
    bencher.counter(ItemsCount::new(messages.len())).counter(BytesCount::new(bytes)).bench_local(|| {
        for message in messages {
            black_box(what(black_box(message)));
        }
    });
}

fn run(bencher: Bencher, wanted: impl Fn(&str) -> bool) {
    let (policy, circumstances) = (monroe(), Circumstances::default());
    over(bencher, &messages(wanted), |message| decide(&policy, message, &circumstances));
}

/// The mean that counts: a second by the number of items a second.
#[divan::bench]
fn chat(bencher: Bencher) {
    run(bencher, |_| true);
}

/// The same messages, by a filter of English obscenity.
#[divan::bench]
fn chat_rustrict(bencher: Bencher) {
    use rustrict::CensorStr;
    over(bencher, &messages(|_| true), |message| message.content().is_inappropriate());
}

/// The same messages, by a thousand of our terms as regular expressions.
#[divan::bench]
fn chat_regex_set(bencher: Bencher) {
    let terms: Vec<String> = lists::builtin_names()
        .filter_map(lists::builtin)
        .flat_map(lists::entries)
        .filter(|entry| entry.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' '))
        .take(1_000)
        .map(|entry| format!(r"(?i-u)\b{entry}\b"))
        .collect();
    let set = regex::RegexSetBuilder::new(&terms)
        .size_limit(1 << 28)
        .dfa_size_limit(1 << 28)
        .build()
        .expect("words are regular expressions");
    over(bencher, &messages(|_| true), |message| set.is_match(message.content()));
}

#[divan::bench]
fn nobodys_business(bencher: Bencher) {
    let violating: Vec<&str> = CORPUS.lines().rev().take(VIOLATING).collect();
    run(bencher, |line| !violating.contains(&line));
}

#[divan::bench]
fn against_the_policy(bencher: Bencher) {
    let violating: Vec<&str> = CORPUS.lines().rev().take(VIOLATING).collect();
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

/// What fills a message of 4,000 characters and may cost most.
const WORST: [(&str, &str); 17] = [
    ("brackets", "a["),
    ("mentions", "<@"),
    ("leetspeak", "1l|!"),
    ("one letter and spaces", "i "),
    ("marks on one letter", "\u{301}"),
    ("links", "https://a.example/%41 "),
    ("digits", "555-01 "),
    ("a term", "shit "),
    ("a common word", "water "),
    ("capitals", "Mayor Clark "),
    ("prose", "the City said that nobody would vote to kill the lights in the park, "),
    ("right to left", "\u{202e}tihs "),
    ("another script", "а—"),
    ("one long word", "1a"),
    ("stops", "a.)"),
    ("quotations", "\"a\" "),
    ("ends of links", "www.—"),
];

/// A message of 4,000 characters, of one thing: at most 100 µs.
#[divan::bench(args = WORST.map(|(name, _)| name))]
fn worst(bencher: Bencher, name: &str) {
    full_of(bencher, name, 4_000);
}

/// The same eight times as long, as a file may be: at most some ten times the
/// cost, for no text may cost by the square of its length.
#[divan::bench(args = WORST.map(|(name, _)| name), sample_count = 20, sample_size = 1)]
fn eight_times_the_worst(bencher: Bencher, name: &str) {
    full_of(bencher, name, 32_000);
}

fn full_of(bencher: Bencher, name: &str, characters: usize) {
    let (policy, circumstances) = (monroe(), Circumstances::default());
    let piece = WORST.iter().find(|(known, _)| *known == name).expect("it is one of them").1;
    let text: String = piece.chars().cycle().take(characters).collect();
    over(bencher, &[message_of(&text)], |message| decide(&policy, message, &circumstances));
}

/// A policy with so many terms more: at most a second for 10,000.
#[divan::bench(args = [0, 1_000, 10_000], sample_count = 5, sample_size = 1)]
fn compile(bencher: Bencher, terms: usize) {
    let list: String = (0..terms).map(made_up).collect();
    let source = MONROE.replacen("builtin:obscenity-es\"", "builtin:obscenity-es|terms.txt\"", 1);
    let files = |name: &str| match name {
        "terms.txt" => Ok(format!("[unambiguous]\nbaqua\n{list}\n[match]\nbaqua\n[no-match]\nwater\n")),
        other => lists::no_files(other),
    };
    let parse = || Policy::parse(&source, "monroe.toml", &files).map_err(|problems| format!("{problems:?}"));
    if let Some(last) = terms.checked_sub(1) {
        let policy = parse().expect("words that nobody knows compile");
        let decision = decide(&policy, &message_of(&made_up(last)), &Circumstances::default());
        assert!(!decision.findings.is_empty(), "the last of the terms is looked for");
    }
    bencher.bench_local(|| parse().expect("words that nobody knows compile"));
}

/// A word that nobody knows, a line.
fn made_up(number: usize) -> String {
    const CONSONANTS: [&str; 10] = ["b", "d", "f", "g", "k", "l", "m", "p", "t", "z"];
    let syllable = |at: u32| CONSONANTS[number / 10usize.pow(at) % 10].to_owned() + "a";
    format!("{}qua\n", (0..5).map(syllable).collect::<String>())
}

/// A feed of so many hosts, read and replaced: at most 50 ms for 22,000.
#[divan::bench(args = [22_000])]
fn feed(bencher: Bencher, hosts: usize) {
    let feed: String =
        (0..hosts).map(|number| format!("{}-login.example\n", made_up(number).trim())).collect();
    bencher.with_inputs(monroe).bench_local_refs(|policy| policy.matcher.list_scam_hosts(&feed));
}

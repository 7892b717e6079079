//! `gavel log` and the control socket, on a small journal.

use std::path::Path;

use clap::Parser;
use gavel::cli::log;
use gavel::clock::Clock;
use gavel::control::{Asked, Reply, Request, Server, ask};
use gavel::domain::action::{IntentId, Outcome};
use gavel::domain::decision::{Cap, Category, Disposition};
use gavel::domain::id::Moment;
use gavel::journal::entry::{Body, Field};
use gavel::store::{Options, Store};

use crate::journal::samples::{held, outcome, posted};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: log::Args,
}

/// What a command prints and whether it ends well.
#[track_caller]
pub fn run(data: &Path, command: &str) -> (bool, String) {
    let words = ["log"].into_iter().chain(command.split(' ')).map(str::to_owned);
    let place = ["--data".to_owned(), data.display().to_string()];
    let line = Line::try_parse_from(words.chain(place)).expect("a command");
    let mut out = Vec::new();
    let code = log::run_to(line.args, &mut out).expect("it runs");
    (
        format!("{code:?}") == format!("{:?}", std::process::ExitCode::SUCCESS),
        String::from_utf8(out).expect("text"),
    )
}

/// Entry 1: an ordinary message. 2: one that was taken down, case 7. 3: the deletion's outcome.
fn journal() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store =
        Store::open(Options::new(dir.path()), &Clock::manual(Moment(1_700_000_000_000))).expect("it opens").0;
    let at = 1_700_000_000_000;
    let first = IntentId { entry: 2, index: 0 };
    let mut rude = held(at + 2_000, 2_002);
    rude.evidence = rude.evidence.with_text(Field::Reason, "a\u{1b}[31mred\u{202e} lie\nnext \u{9b}2J");
    store
        .commit(vec![
            posted(at + 1_000, 2_001, "When is it open?"),
            rude,
            outcome(at + 3_000, first, Outcome::Done),
        ])
        .expect("it commits");
    store.close().expect("it closes");
    dir
}

#[test]
fn list_is_one_line_an_entry() {
    let dir = journal();
    let (_, all) = run(dir.path(), "list");
    let lines: Vec<_> = all.lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines[2],
        "       2  2023-11-14 22:13:22Z  message 2002 posted, waits for attachments  case 7  obscenity [3.7 ¶1]  hold  → delete, notify"
    );
    assert_eq!(lines[3], "       3  2023-11-14 22:13:23Z  delete (intent 2.0): done");
    // What was to be done is told also where the list begins after it.
    let (_, late) = run(dir.path(), "list --from 3");
    assert_eq!(late.lines().next(), Some(lines[3]));
    let numbers = |command: &str| -> Vec<u64> {
        let (_, out) = run(dir.path(), command);
        out.lines()
            .map(|line| line.split_whitespace().next().expect("a number").parse().expect("a number"))
            .collect()
    };
    assert_eq!(numbers("list --message 2002"), [2, 3]);
    assert_eq!(numbers("list --case 7"), [2, 3]);
    assert_eq!(numbers("list --kind message"), [1, 2]);
    assert_eq!(numbers("list --kind outcome --message 2002"), [3]);
    assert_eq!(numbers("list --from 2"), [2, 3]);
    assert_eq!(numbers("list --from 2023-11-14T22:13:22Z"), [2, 3]);
    assert_eq!(numbers("list --from 2023-11-15"), [] as [u64; 0]);
    assert_eq!(numbers("list --limit 1 --from 1"), [1]);
    let (_, json) = run(dir.path(), "list --json --kind outcome");
    let entry: serde_json::Value = serde_json::from_str(&json).expect("one object");
    assert_eq!(entry["n"], 3);
}

/// What the city reads before it lets the bot do anything.
#[test]
fn a_list_of_what_was_only_observed_says_what_would_have_been_done() {
    let dir = tempfile::tempdir().expect("a directory");
    let at = 1_700_000_000_000;
    let mut store = Store::open(Options::new(dir.path()), &Clock::manual(Moment(at))).expect("it opens").0;
    let observed = |id, category, disposition| {
        let mut entry = held(at, id);
        entry.intents.clear();
        if let Body::Message(record) = &mut entry.body {
            let decision = record.decision.as_mut().expect("it was decided");
            decision.caps = vec![Cap::Posture];
            decision.disposition = Disposition::None;
            decision.findings.truncate(1);
            decision.findings[0].category = category;
            decision.findings[0].disposition = disposition;
        }
        entry
    };
    store
        .commit(vec![
            observed(2_001, Category::Vulgar, Disposition::Hold),
            observed(2_002, Category::Press, Disposition::None),
            observed(2_003, Category::Threat, Disposition::Hold),
        ])
        .expect("it commits");
    store.close().expect("it closes");
    let (_, all) = run(dir.path(), "list --kind message");
    let ends = [
        "none, would hold",
        "none, would go to the press desk",
        "none, would hold and go to the threat desk",
    ];
    for (line, end) in all.lines().zip(ends) {
        assert!(line.ends_with(end), "{line}");
    }
    assert_eq!(all.lines().count(), ends.len());
}

#[test]
fn show_neutralises_what_would_move_the_cursor() {
    let dir = journal();
    let (_, text) = run(dir.path(), "show 2");
    assert!(text.contains("a\\u{1b}[31mred\\u{202e} lie\n"), "{text}");
    assert!(text.contains("next \\u{9b}2J"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}']));
    assert!(text.contains("whole, and as the entry commits to"), "{text}");
    assert!(text.contains("you %$&! idiot"), "{text}");
}

#[test]
fn only_looking_at_what_was_taken_down_is_recorded() {
    let dir = journal();
    let entries = || run(dir.path(), "list").1.lines().count();
    run(dir.path(), "show 1");
    assert_eq!(entries(), 4);
    let (_, json) = run(dir.path(), "show 2 --json");
    assert!(
        json.starts_with("{\"entry\":{\"at\":1700000002000,") && json.contains("\"evidence\":{\"seed\":")
    );
    assert_eq!(entries(), 5);
    let (_, last) = run(dir.path(), "list --kind access");
    assert!(last.contains("show of entry 2"), "{last}");
    let (_, shown) = run(dir.path(), "show 4");
    assert!(shown.contains("(uid "), "{shown}");
    assert!(run(dir.path(), "verify").0);
}

#[test]
fn verify_says_what_holds_and_what_is_owed() {
    let dir = journal();
    let (holds, text) = run(dir.path(), "verify");
    assert!(holds && text.starts_with("the record holds\n"), "{text}");
    assert!(text.contains("2.1        notify, case 7, for "), "{text}");
    let path = dir.path().join("journal/00000000.jsonl");
    let whole = std::fs::read_to_string(&path).expect("it reads");
    std::fs::write(&path, whole.replacen(",\"content\":\"you", ",\"content\":\"yon", 1)).expect("it writes");
    let (holds, text) = run(dir.path(), "verify");
    assert!(!holds && text.starts_with("the record does NOT hold\n  entry 2: `content` is not"), "{text}");
    let (_, json) = run(dir.path(), "verify --json");
    let report: serde_json::Value = serde_json::from_str(&json).expect("one object");
    assert_eq!((&report["holds"], &report["problems"][0]["entry"]), (&false.into(), &2.into()));
}

#[test]
fn key_checkpoint_and_stats_are_told() {
    let dir = journal();
    let (_, key) = run(dir.path(), "key");
    assert_eq!(key, std::fs::read_to_string(dir.path().join("verifier-key")).expect("it reads"));
    let (_, note) = run(dir.path(), "checkpoint");
    assert!(note.starts_with("gavel\n4\n"), "{note}");
    let (_, stats) = run(dir.path(), "stats");
    assert!(stats.contains("intents       2, 1 concluded") && stats.contains("  hold        1"), "{stats}");
    assert!(run(dir.path(), &format!("verify --key {}", key.trim())).0);
}

#[test]
fn a_directory_without_a_journal_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let line = Line::try_parse_from(["log", "list", "--data", &dir.path().display().to_string()])
        .expect("a command");
    let error = log::run_to(line.args, &mut Vec::new()).expect_err("there is nothing");
    assert!(error.to_string().contains("there is no journal in"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_running_bot_records_the_access() {
    let dir = journal();
    let mut store = Store::open(Options::new(dir.path()), &Clock::system()).expect("it opens").0;
    // A socket that a dead process left.
    drop(std::os::unix::net::UnixListener::bind(dir.path().join("control.sock")).expect("it binds"));
    let server = Server::bind(dir.path()).expect("it binds");
    let (to, mut asked) = tokio::sync::mpsc::channel(4);
    let serving = tokio::spawn(server.serve(to));
    let data = dir.path().to_owned();
    let shown = tokio::task::spawn_blocking(move || run(&data, "show 2"));
    let Asked { request, uid, reply } = asked.recv().await.expect("it asks");
    let Request::Access { entry, how, by } = request;
    assert_eq!((entry, how.as_str(), uid.is_some()), (Some(2), "show", true));
    let number = store.next();
    let body = Body::Access(gavel::journal::entry::AccessRecord { entry, how });
    let mut record = crate::journal::samples::plain(0, body);
    record.evidence = record.evidence.with_text(Field::By, by);
    store.commit(vec![record]).expect("it commits");
    reply.send(Reply::Recorded { entry: number }).expect("it waits");
    assert!(shown.await.expect("it ends").1.contains("idiot"));
    drop(asked);
    serving.await.expect("it ends when nobody takes requests");
    assert!(!dir.path().join("control.sock").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_control_socket_minds_its_manners() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().expect("a directory");
    // Longer than a socket's path may be.
    let dir = parent.path().join("d".repeat(120));
    std::fs::create_dir(&dir).expect("it makes");
    let request = Request::Access { entry: None, how: "search".into(), by: "clerk".into() };
    assert_eq!(ask(&dir, &request).expect("nobody is there"), None);
    let server = Server::bind(&dir).expect("it binds");
    let mode = std::fs::metadata(dir.join("control.sock")).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let (to, mut asked) = tokio::sync::mpsc::channel::<Asked>(4);
    tokio::spawn(server.serve(to));
    let asking = {
        let (dir, request) = (dir.clone(), request.clone());
        tokio::task::spawn_blocking(move || ask(&dir, &request))
    };
    let taken = asked.recv().await.expect("it asks");
    assert_eq!(taken.request, request);
    // The one who should answer goes away.
    drop(taken);
    assert_eq!(
        asking.await.expect("it ends").expect("it reads"),
        Some(Reply::Refused { why: "the bot is stopping".into() })
    );
    let nonsense = tokio::task::spawn_blocking(move || {
        use std::io::{Read, Write};
        let short = std::fs::File::open(&dir).expect("it opens");
        let path = format!("/proc/self/fd/{}/control.sock", std::os::fd::AsRawFd::as_raw_fd(&short));
        let mut stream = std::os::unix::net::UnixStream::connect(path).expect("it connects");
        stream.write_all(b"{\"ask\":\"everything\"}\n").expect("it writes");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("it reads");
        reply
    });
    assert!(nonsense.await.expect("it ends").contains("the request cannot be read"));
}

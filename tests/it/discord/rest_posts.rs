//! Saying something once, and pinging nobody by it.

use std::sync::Arc;
use std::time::Duration;

use gavel::domain::action::{Action, CaseId, Line, Outcome, Refusal};
use gavel::domain::card::{Language, NoticeKind};
use gavel::domain::decision::Desk;
use gavel::domain::id::{MemberId, RoleId};
use serde_json::{Value, json};

use super::server::*;
use super::shown::{card, notice, threat_card};

fn tell() -> Action {
    Action::Tell { venue: venue(7), line: Line::new("line-not-approved", &[("channel", &"memes")]) }
}

#[tokio::test(start_paused = true)]
async fn a_post_says_where_it_stands_and_what_it_says() {
    let mut bench = bench(|_, _| posted(99));
    bench.start([tell()]);
    let conclusion = bench.conclusion().await;
    assert_eq!(conclusion.outcome, Outcome::Done);
    assert_eq!(conclusion.posted.map(|(place, id)| (place.get(), id.get())), Some((7, 99)));
    assert_eq!(conclusion.said.as_deref(), Some("Channel #memes is not approved, and is not watched."));
    let body = &bench.server.log()[0].body;
    assert_eq!(body["enforce_nonce"], true);
    assert!(body["nonce"].as_str().unwrap().len() <= 25);
}

#[tokio::test(start_paused = true)]
async fn a_post_without_an_answer_is_repeated_under_the_same_nonce() {
    let mut bench = bench(|_, n| match n {
        0 => Turn::Never,
        1 => error(502, 0, ""),
        _ => posted(99),
    });
    bench.start([tell()]);
    let conclusion = bench.conclusion().await;
    assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 3));
    let log = bench.server.log();
    assert!(log.iter().all(|seen| seen.method == "POST" && seen.body == log[0].body));
}

#[tokio::test(start_paused = true)]
async fn nonces_differ_by_intent_and_by_journal() {
    let mut nonces = std::collections::BTreeSet::new();
    for journal in ["one", "two"] {
        let mut bench = bench_with(
            |_, _| posted(99),
            |settings| gavel::discord::rest::Settings { journal: journal.to_owned(), ..settings },
        );
        bench.start([tell(), tell()]);
        bench.conclusions(2).await;
        nonces.extend(bench.server.log().iter().map(|seen| seen.body["nonce"].to_string()));
    }
    assert_eq!(nonces.len(), 4);
}

fn standing(id: u64, nonce: Option<&Value>, content: &str, bot: bool) -> Value {
    let mut message = json!({
        "id": message_aged(1_000, id).to_string(),
        "content": content,
        "author": { "id": "3", "bot": bot },
        "embeds": [],
    });
    if let Some(nonce) = nonce {
        message["nonce"] = nonce.clone();
    }
    message
}

/// A post of an earlier run: the channel as `page` shows it decides.
#[track_caller]
fn check_earlier(page: impl Fn(&Value) -> Turn + Send + Sync + 'static, outcome: Outcome, posts: usize) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        // The nonce that it has, learned from a run of its own.
        let mut first = bench(|_, _| posted(99));
        first.executor.take_over(vec![(intent(0), tell())]);
        first.conclusion().await;
        let nonce = first.server.log()[0].body["nonce"].clone();
        let mut bench = bench_with(
            move |seen, _| if seen.method == "GET" { page(&nonce) } else { posted(99) },
            |settings| gavel::discord::rest::Settings { resumed_below: 11, ..settings },
        );
        bench.executor.take_over(vec![(intent(0), tell())]);
        assert_eq!(bench.outcome().await, outcome);
        let log = bench.server.log();
        assert_eq!(log[0].line(), "GET /channels/7/messages?limit=100");
        assert_eq!(log.iter().filter(|seen| seen.method == "POST").count(), posts);
    });
}

const SAID: &str = "Channel #memes is not approved, and is not watched.";

#[test]
fn after_a_restart_the_nonce_in_the_channel_tells() {
    check_earlier(|nonce| json(json!([standing(1, Some(nonce), "anything", true)])), Outcome::Done, 0);
    check_earlier(|_| json(json!([standing(1, Some(&"other".into()), SAID, true)])), Outcome::Done, 1);
    check_earlier(|_| json(json!([standing(1, Some(&17.into()), SAID, true)])), Outcome::Done, 1);
    check_earlier(|_| json(json!([])), Outcome::Done, 1);
}

#[test]
fn where_no_nonces_are_given_back_the_words_tell() {
    check_earlier(|_| json(json!([standing(1, None, SAID, true)])), Outcome::Done, 0);
    check_earlier(|_| json(json!([standing(1, None, SAID, false)])), Outcome::Done, 1);
    check_earlier(|_| json(json!([standing(1, None, "something else", true)])), Outcome::Done, 1);
}

#[test]
fn where_the_channel_cannot_be_read_nobody_can_tell() {
    check_earlier(|_| error(403, 50001, "Missing Access"), Outcome::Unknown, 0);
    check_earlier(|_| json(json!({ "not": "a list" })), Outcome::Unknown, 0);
}

#[tokio::test(start_paused = true)]
async fn after_two_minutes_the_channel_is_read_before_anything_is_said_again() {
    let mut bench = bench(|seen, n| match seen.method.as_str() {
        "GET" => json(json!([])),
        _ if n < 9 => Turn::Never,
        _ => posted(99),
    });
    bench.start([tell()]);
    assert_eq!(bench.outcome().await, Outcome::Done);
    let log = bench.server.log();
    let looked: Vec<&Seen> = log.iter().filter(|seen| seen.method == "GET").collect();
    assert_eq!(looked.len(), 1, "{log:?}");
    assert!(looked[0].after >= Duration::from_secs(120));
    assert!(
        log.iter().filter(|seen| seen.after < Duration::from_secs(120)).all(|seen| seen.method == "POST")
    );
}

#[tokio::test(start_paused = true)]
async fn a_post_that_stands_although_nobody_said_so_is_found() {
    let nonce = std::sync::Mutex::new(Value::Null);
    let mut bench = bench(move |seen, _| match seen.method.as_str() {
        "GET" => json(json!([standing(5, Some(&nonce.lock().unwrap()), "", true)])),
        _ => {
            *nonce.lock().unwrap() = seen.body["nonce"].clone();
            Turn::Lost
        }
    });
    bench.start([tell()]);
    let conclusion = bench.conclusion().await;
    assert_eq!(conclusion.outcome, Outcome::Done);
    assert_eq!(conclusion.posted.map(|(_, id)| id), Some(message_aged(1_000, 5)));
}

#[tokio::test(start_paused = true)]
async fn a_success_that_does_not_parse_is_not_said_twice() {
    let mut bench = bench(|_, n| if n == 0 { json(json!("damaged")) } else { posted(99) });
    bench.start([tell()]);
    assert_eq!(bench.outcome().await, Outcome::Done);
    let log = bench.server.log();
    assert_eq!(log[0].body["nonce"], log[1].body["nonce"]);
}

#[tokio::test(start_paused = true)]
async fn cards_are_posted_and_brought_up_to_date() {
    let mut bench = bench(|_, _| posted(99));
    let posted = Arc::new(card());
    let update = Action::Update { venue: venue(8), message: message(2), card: posted.clone() };
    bench.start([Action::Post { venue: venue(8), card: posted }, update]);
    let conclusions = bench.conclusions(2).await;
    assert!(conclusions.iter().all(|c| c.outcome == Outcome::Done && c.said.is_some()));
    let log = bench.server.log();
    let edit = log.iter().find(|seen| seen.method == "PATCH").unwrap();
    assert_eq!(edit.path, format!("/channels/8/messages/{}", message(2)));
    assert_eq!(
        edit.body["embeds"][0]["title"],
        log.iter().find(|s| s.method == "POST").unwrap().body["embeds"][0]["title"]
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_card_that_is_gone_is_refused() {
    let mut bench = bench(|_, _| error(404, 10008, "Unknown Message"));
    bench.start([Action::Update { venue: venue(8), message: message(2), card: Arc::new(card()) }]);
    assert_eq!(bench.outcome().await, Outcome::Refused(Refusal::Rejected(10008)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_stands_under_its_message_or_alone() {
    let mut bench = bench(|_, _| posted(99));
    bench.start([Action::Respond {
        case: None,
        venue: venue(7),
        message: message(3),
        response: "emergency".to_owned(),
        office: String::new(),
        language: Language::Es,
    }]);
    assert_eq!(bench.outcome().await, Outcome::Done);
    let body = &bench.server.log()[0].body;
    assert_eq!(body["message_reference"]["message_id"], message(3).to_string());
    assert_eq!(body["message_reference"]["fail_if_not_exists"], false);
    assert!(body["content"].as_str().unwrap().contains("llame al 911"));
}

#[tokio::test(start_paused = true)]
async fn nothing_pings_but_a_fallback_note_and_a_threat_page() {
    let member = MemberId::new(77).unwrap();
    let mut paged = threat_card();
    paged.page = Some("Duty officer".to_owned());
    paged.page_role = RoleId::new(88);
    let mut press = paged.clone();
    press.desk = Some(Desk::Press);
    let everyone = Line::new("line-not-approved", &[("channel", &"@everyone <@1> <@&2>")]);
    let actions = [
        Action::Tell { venue: venue(1), line: everyone },
        Action::Post { venue: venue(2), card: Arc::new(card()) },
        Action::Update { venue: venue(3), message: message(1), card: Arc::new(paged.clone()) },
        Action::Notify { case: None, notice: Arc::new(notice(NoticeKind::Held, Language::En)) },
        Action::Checkpoint { venue: venue(4), text: "@everyone".to_owned() },
        Action::Post { venue: venue(5), card: Arc::new(press) },
        Action::Post { venue: venue(6), card: Arc::new(threat_card()) },
        Action::FallbackNote { case: Some(CaseId(1)), venue: venue(7), member: Some(member) },
        Action::Post { venue: venue(8), card: Arc::new(paged) },
    ];
    let count = actions.len();
    let mut bench = bench(|_, _| posted(99));
    bench.start(actions);
    bench.conclusions(count).await;
    let mut checked = 0;
    for seen in bench.server.log().iter().filter(|seen| !seen.path.starts_with("/users")) {
        let allowed = &seen.body["allowed_mentions"];
        assert_eq!(allowed["parse"], json!([]), "{}", seen.line());
        assert_ne!(allowed["replied_user"], json!(true));
        let (users, roles) = match seen.path.as_str() {
            "/channels/7/messages" => (json!(["77"]), json!([])),
            "/channels/8/messages" => (json!([]), json!(["88"])),
            _ => (json!([]), json!([])),
        };
        assert_eq!((&allowed["users"], &allowed["roles"]), (&users, &roles), "{}", seen.line());
        checked += 1;
    }
    assert_eq!(checked, count);
}

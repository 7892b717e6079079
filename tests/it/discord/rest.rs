//! What becomes of one intent: answers, errors, silence, the end.

use std::time::Duration;

use gavel::discord::rest::Stop;
use gavel::domain::action::{Action, Line, Outcome, Refusal};
use gavel::domain::card::Language;
use gavel::domain::id::InteractionId;
use gavel::platform::Platform;
use serde_json::Value;

use super::server::*;

#[tokio::test]
async fn a_delete_goes_out_as_discord_wants_it() {
    let mut bench = loopback(|_, _| ok()).await;
    bench.start([delete(7, 1)]);
    let conclusion = bench.conclusion().await;
    assert_eq!(conclusion.outcome, Outcome::Done);
    assert_eq!((conclusion.intent, conclusion.tries, conclusion.at), (intent(0), 1, NOW));
    let seen = &bench.server.log()[0];
    assert_eq!(seen.line(), format!("DELETE /channels/7/messages/{}", message(1)));
    assert_eq!(seen.authorisation.as_deref(), Some("Bot the-token"));
    assert_eq!(seen.reason.as_deref(), Some("rule%20%60obscenity%60%2C%20case%201"));
}

#[track_caller]
fn check_refusal(status: u16, code: u32, action: Action, expected: Outcome) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut bench = bench(move |_, _| error(status, code, "Discord's sentence"));
        bench.start([action]);
        let conclusion = bench.conclusion().await;
        assert_eq!(conclusion.outcome, expected);
        assert_eq!(conclusion.detail.as_deref(), Some(&*format!("{status} {code} Discord's sentence")));
        assert_eq!(bench.server.log().len(), 1, "a refusal is not repeated");
    });
}

fn retitle() -> Action {
    Action::Retitle {
        case: None,
        venue: venue(7),
        title: "Title under review".to_owned(),
        reason: "case 3".to_owned(),
    }
}

fn tell(place: u64) -> Action {
    Action::Tell { venue: venue(place), line: Line::new("line-not-approved", &[("channel", &place)]) }
}

#[test]
fn a_missing_permission_is_a_refusal() {
    check_refusal(403, 50013, delete(7, 1), Outcome::Refused(Refusal::Permission));
    check_refusal(403, 50001, tell(7), Outcome::Refused(Refusal::Permission));
}

#[test]
fn what_is_gone_was_done_already() {
    check_refusal(404, 10008, delete(7, 1), Outcome::AlreadyDone);
    check_refusal(404, 10003, delete(7, 1), Outcome::AlreadyDone);
    let note = Action::WithdrawNote { venue: venue(7), message: message(1) };
    check_refusal(404, 10008, note, Outcome::AlreadyDone);
}

#[test]
fn an_edit_of_what_is_gone_was_not_done() {
    check_refusal(404, 10003, retitle(), Outcome::Refused(Refusal::VenueGone));
}

#[test]
fn a_strange_404_is_no_proof_that_a_message_is_gone() {
    check_refusal(404, 20001, delete(7, 1), Outcome::Refused(Refusal::Rejected(20001)));
}

#[test]
fn a_rejected_request_keeps_its_code() {
    check_refusal(400, 50035, tell(7), Outcome::Refused(Refusal::Rejected(50035)));
    check_refusal(404, 10003, tell(7), Outcome::Refused(Refusal::VenueGone));
}

#[tokio::test(start_paused = true)]
async fn a_404_without_discords_words_settles_nothing_as_gone() {
    let mut bench = bench(|_, _| Turn::Answer(404, Value::Null, Vec::new()));
    bench.start([delete(7, 1)]);
    assert_eq!(bench.outcome().await, Outcome::Refused(Refusal::Rejected(404)));
}

#[tokio::test(start_paused = true)]
async fn server_errors_are_tried_again_with_growing_pauses() {
    let mut bench = bench(|_, n| if n < 4 { error(503, 0, "") } else { ok() });
    bench.start([delete(7, 1)]);
    let conclusion = bench.conclusion().await;
    assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 5));
    let at: Vec<u128> = bench.server.log().iter().map(|seen| seen.after.as_millis()).collect();
    let pauses: Vec<u128> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (pause, longest) in pauses.iter().zip([500, 1_000, 2_000, 4_000]) {
        // A timer's granularity is a millisecond.
        assert!((longest / 2..=longest + 2).contains(pause), "{pauses:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_hours_loses_nothing() {
    let mut bench = bench(|_, n| if n < 400 { error(503, 0, "") } else { ok() });
    bench.start([delete(7, 1)]);
    let conclusion = bench.conclusion().await;
    assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 401));
}

#[tokio::test(start_paused = true)]
async fn what_may_have_happened_is_never_called_a_failure() {
    let mut bench = bench(|_, _| error(500, 0, "Internal"));
    bench.start([delete(7, 1), retitle()]);
    for conclusion in bench.conclusions(2).await {
        assert_eq!(conclusion.outcome, Outcome::Unknown);
        assert!(conclusion.tries > 24 * 3_600 / 30, "{} tries are no day", conclusion.tries);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_never_sent_is_given_up_in_the_end() {
    let mut bench = bench(|_, _| Turn::Refused);
    bench.start([delete(7, 1), tell(8)]);
    for conclusion in bench.conclusions(2).await {
        assert_eq!(conclusion.outcome, Outcome::Refused(Refusal::GaveUp(0)));
        assert!(conclusion.tries > 24 * 3_600 / 30, "{} tries are no day", conclusion.tries);
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_timed_out_and_then_finds_nothing_was_ours() {
    for first in [|| Turn::Never, || Turn::Lost, || error(502, 0, "")] {
        let mut bench =
            bench(move |_, n| if n == 0 { first() } else { error(404, 10008, "Unknown Message") });
        bench.start([delete(7, 1)]);
        let conclusion = bench.conclusion().await;
        assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 2));
        bench.silence().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_in_doubt_is_done_once_its_message_is_gone() {
    let mut bench = bench(|_, _| error(503, 0, ""));
    bench.start([delete(7, 1)]);
    tokio::time::sleep(Duration::from_secs(60)).await;
    bench.executor.gone(venue(7), &[message(1)]);
    let conclusion = bench.conclusion().await;
    assert_eq!(conclusion.outcome, Outcome::Done);
    assert!(conclusion.tries < 20, "{} tries", conclusion.tries);
    bench.silence().await;
}

#[tokio::test(start_paused = true)]
async fn a_delete_never_sent_that_finds_nothing_was_not_ours() {
    let mut bench = bench(|_, n| if n == 0 { Turn::Refused } else { error(404, 10008, "Unknown Message") });
    bench.start([delete(7, 1)]);
    assert_eq!(bench.outcome().await, Outcome::AlreadyDone);
}

#[tokio::test(start_paused = true)]
async fn a_delete_of_an_earlier_run_may_have_been_carried_out_by_it() {
    let mut bench = bench(|_, _| error(404, 10008, "Unknown Message"));
    bench.executor.take_over(vec![(earlier_intent(), delete(7, 1))]);
    assert_eq!(bench.outcome().await, Outcome::Done);
}

#[tokio::test(start_paused = true)]
async fn a_request_without_an_answer_ends_after_fifteen_seconds() {
    let mut bench = bench(|_, n| if n == 0 { Turn::Never } else { ok() });
    bench.start([retitle()]);
    assert_eq!(bench.outcome().await, Outcome::Done);
    let again = bench.server.log()[1].after;
    assert!((15..17).contains(&again.as_secs()), "{again:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_after_sending_is_no_failure() {
    // A socket of its own: it reads a request and hangs up, once.
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for answer in [
            "",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 44\r\n\r\n{\"code\":10008,\"message\":\"Unknown Message  \"}",
        ] {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 4_096];
            let _ = socket.read(&mut buffer).await.unwrap();
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let (to, mut inbox) = tokio::sync::mpsc::channel(8);
    let executor = gavel::discord::rest::Executor::new(settings(&api, Memory::default()), to).unwrap();
    executor.take_over(vec![(intent(0), delete(7, 1))]);
    let event = inbox.recv().await.unwrap();
    let gavel::domain::event::Happening::Concluded(conclusion) = event.happening else { panic!() };
    assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 2));
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_stops_everything_and_leaves_the_rest_owed() {
    let mut bench = bench(|seen, _| match seen.method.as_str() {
        "DELETE" => error(401, 0, "401: Unauthorized"),
        _ => Turn::After(Duration::from_secs(5), Box::new(posted(1))),
    });
    // One that is under way already, and many that are not.
    bench.start([tell(8), delete(7, 1), tell(8), tell(8)]);
    assert_eq!(bench.executor.stopped().await, Stop::Unauthorised);
    let conclusions = bench.conclusions(2).await;
    assert_eq!(conclusions[0].outcome, Outcome::Done, "what was out is awaited");
    assert_eq!(conclusions[1].outcome, Outcome::Refused(Refusal::Unauthorised));
    bench.executor.take_over(vec![(intent(9), delete(7, 9))]);
    bench.silence().await;
    assert_eq!(bench.server.log().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn finishing_waits_for_what_is_out_and_sends_nothing_more() {
    let mut bench = bench(|_, _| Turn::After(Duration::from_secs(2), Box::new(posted(1))));
    bench.start([tell(1)]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let executor = bench.executor.clone();
    let finish = tokio::spawn(async move { executor.finish(Duration::from_secs(8)).await });
    tokio::task::yield_now().await;
    bench.executor.take_over(vec![(intent(1), tell(2))]);
    assert!(finish.await.unwrap());
    assert_eq!(bench.outcome().await, Outcome::Done);
    bench.silence().await;
    assert_eq!(bench.server.log().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thread_gets_another_title() {
    let mut bench = bench(|_, _| json(serde_json::json!({ "id": "7" })));
    bench.start([retitle()]);
    assert_eq!(bench.outcome().await, Outcome::Done);
    let seen = &bench.server.log()[0];
    assert_eq!(seen.line(), "PATCH /channels/7");
    assert_eq!(seen.body, serde_json::json!({ "name": "Title under review" }));
    assert_eq!(seen.reason.as_deref(), Some("case%203"));
}

#[tokio::test(start_paused = true)]
async fn an_archived_thread_is_woken_for_its_title() {
    let mut bench = bench(|_, n| if n == 0 { error(400, 50083, "Thread is archived") } else { ok() });
    bench.start([retitle()]);
    assert_eq!(bench.outcome().await, Outcome::Done);
    assert_eq!(bench.server.log()[1].body["archived"], false);
}

#[tokio::test(start_paused = true)]
async fn a_click_is_answered_for_its_maker_alone() {
    let bench = bench(|_, _| ok());
    let id = InteractionId::new(55).unwrap();
    bench.executor.answer_interaction(id, "aW50ZXJhY3Rpb24", Language::Es, "reply-unknown");
    while bench.server.log().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let seen = &bench.server.log()[0];
    assert_eq!(seen.line(), "POST /interactions/55/aW50ZXJhY3Rpb24/callback");
    assert_eq!(seen.body["type"], 4);
    assert_eq!(seen.body["data"]["flags"], 64);
    assert!(seen.body["data"]["content"].as_str().unwrap().starts_with("Gracias."));
    assert_eq!(seen.body["data"]["allowed_mentions"]["parse"], serde_json::json!([]));
}

#[tokio::test]
async fn a_token_never_travels_in_the_clear() {
    for (api, accepted) in [
        ("https://discord.com", true),
        ("http://127.0.0.1:4000", true),
        ("http://localhost:4000", true),
        ("http://[::1]:4000", true),
        ("http://discord.com", false),
        ("http://192.168.1.5:4000", false),
        ("ftp://127.0.0.1", false),
        ("nonsense", false),
    ] {
        let (to, _inbox) = tokio::sync::mpsc::channel(1);
        let made = gavel::discord::rest::Executor::new(settings(api, Memory::default()), to);
        assert_eq!(made.is_ok(), accepted, "{api}");
    }
}

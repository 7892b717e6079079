//! Taking many messages down at once.

use gavel::domain::action::{Action, CaseId, Outcome, Refusal};
use serde_json::Value;

use super::server::*;

fn is_bulk(seen: &Seen) -> bool {
    seen.is("POST", "/messages/bulk-delete")
}

/// The messages that each request for several names.
fn bulks(bench: &Bench) -> Vec<usize> {
    let log = bench.server.log();
    log.iter()
        .filter(|seen| is_bulk(seen))
        .map(|seen| seen.body["messages"].as_array().unwrap().len())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_raid_is_cleaned_a_hundred_at_a_time() {
    let mut bench = bench(|_, _| ok());
    bench.start((0..1_000).map(|n| delete(1, n)));
    for conclusion in bench.conclusions(1_000).await {
        assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 1));
    }
    assert_eq!(bulks(&bench), [100; 10]);
    assert_eq!(bench.server.log().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_request_for_several_names_their_cases() {
    let mut bench = bench(|_, _| ok());
    bench.start((1..=3).map(|n| delete(1, n)));
    bench.conclusions(3).await;
    let seen = &bench.server.log()[0];
    assert_eq!(seen.line(), "POST /channels/1/messages/bulk-delete");
    assert_eq!(seen.reason.as_deref(), Some("cases%201%2C%202%2C%203"));
    let ids: Vec<String> = (1..=3).map(|n| message(n).to_string()).collect();
    assert_eq!(seen.body["messages"], serde_json::json!(ids));
}

#[tokio::test(start_paused = true)]
async fn a_long_reason_is_cut_to_what_discord_takes() {
    let mut bench = bench(|_, _| ok());
    bench.start((1_000_000..1_000_100).map(|n| delete(1, n)));
    bench.conclusions(100).await;
    let reason = bench.server.log()[0].reason.clone().unwrap();
    // One character at most is longer than it looks, the ellipsis.
    let decoded = reason.replace("%20", " ").replace("%2C", ",").replace("%E2%80%A6", "…");
    assert_eq!(decoded.chars().count(), 512);
    assert!(decoded.starts_with("cases 1000000, ") && decoded.ends_with('…'));
}

#[tokio::test(start_paused = true)]
async fn one_message_goes_alone_and_so_do_old_ones() {
    let mut bench = bench(|_, _| ok());
    let old = |n| Action::Delete {
        case: Some(CaseId(n)),
        venue: venue(1),
        message: message_aged(14 * 86_400_000, n),
        reason: "old".to_owned(),
    };
    bench.start([delete(2, 1), old(2), old(3), delete(1, 4)]);
    bench.conclusions(4).await;
    assert_eq!(bulks(&bench), [0; 0]);
    assert_eq!(bench.server.log().len(), 4);
}

#[track_caller]
fn check_fallback(status: u16, code: u32, alone: Outcome) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut bench = bench(move |seen, _| {
            let gone = seen.path.ends_with(&message(3).to_string());
            match (is_bulk(seen), gone) {
                (true, _) => error(status, code, "refused"),
                (false, true) => error(404, 10008, "Unknown Message"),
                (false, false) => ok(),
            }
        });
        bench.start((1..=5).map(|n| delete(1, n)));
        let outcomes: Vec<Outcome> = bench.conclusions(5).await.into_iter().map(|c| c.outcome).collect();
        let mut expected = vec![Outcome::Done; 5];
        expected[2] = alone;
        assert_eq!(outcomes, expected);
        assert_eq!(bulks(&bench).len(), 1, "refused once, not tried again");
        assert_eq!(bench.server.log().len(), 6);
    });
}

#[test]
fn what_is_refused_together_is_tried_alone() {
    check_fallback(404, 10008, Outcome::AlreadyDone);
    check_fallback(400, 50034, Outcome::AlreadyDone);
    check_fallback(400, 50035, Outcome::AlreadyDone);
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_not_asked_for_a_hundred_times() {
    let mut bench = bench(|_, _| error(403, 50013, "Missing Permissions"));
    bench.start((0..100).map(|n| delete(1, n)));
    for conclusion in bench.conclusions(100).await {
        assert_eq!(conclusion.outcome, Outcome::Refused(Refusal::Permission));
    }
    assert_eq!(bench.server.log().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_for_several_without_an_answer_goes_again() {
    let mut bench = bench(|seen, n| match n {
        0 => Turn::Lost,
        1 => error(503, 0, ""),
        _ if is_bulk(seen) => ok(),
        _ => error(404, 10008, "Unknown Message"),
    });
    bench.start((0..10).map(|n| delete(1, n)));
    for conclusion in bench.conclusions(10).await {
        assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 3));
    }
    assert_eq!(bulks(&bench), [10, 10, 10]);
}

#[tokio::test(start_paused = true)]
async fn two_intents_for_one_message_are_each_concluded() {
    let mut bench = bench(|seen, _| if is_bulk(seen) { ok() } else { error(404, 10008, "Unknown Message") });
    bench.start([delete(1, 1), delete(1, 1), delete(1, 2)]);
    let outcomes: Vec<Outcome> = bench.conclusions(3).await.into_iter().map(|c| c.outcome).collect();
    assert_eq!(outcomes, [Outcome::Done, Outcome::AlreadyDone, Outcome::Done]);
    assert_eq!(bulks(&bench), [2]);
}

#[tokio::test(start_paused = true)]
async fn those_who_come_while_one_waits_need_not_wait_with_it() {
    // The route for one message is limited for a minute, the other is not.
    let mut bench = bench(|seen, n| match (n, is_bulk(seen)) {
        (0, _) => limited(60.0, false),
        _ => ok(),
    });
    bench.start([delete(1, 1)]);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    bench.executor.take_over((2..50).map(|n| (intent(n), delete(1, n as u64))).collect());
    bench.conclusions(49).await;
    let log = bench.server.log();
    assert!(log.last().unwrap().after.as_secs() < 2, "{log:?}");
    assert_eq!(bulks(&bench), [49]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_gone_takes_its_messages_along() {
    let mut bench = bench(|_, _| error(404, 10003, "Unknown Channel"));
    bench.start((0..5).map(|n| delete(1, n)));
    for conclusion in bench.conclusions(5).await {
        assert_eq!(conclusion.outcome, Outcome::AlreadyDone);
    }
    assert_eq!(bench.server.log().len(), 1);
}

#[tokio::test]
async fn a_burst_over_a_socket_is_carried_out_whole() {
    let mut bench = loopback(|_, _| Turn::Answer(204, Value::Null, Vec::new())).await;
    bench.start((0..1_000).map(|n| delete(1 + n % 50, n)));
    for conclusion in bench.conclusions(1_000).await {
        assert_eq!(conclusion.outcome, Outcome::Done);
    }
    assert_eq!(bulks(&bench), [20; 50]);
}

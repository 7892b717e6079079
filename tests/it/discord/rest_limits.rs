//! Limits: what Discord imposes, and what the executor imposes on itself.

use std::sync::Arc;
use std::time::Duration;

use gavel::domain::action::{Action, Line, Outcome, Refusal};
use serde_json::Value;

use super::server::*;
use super::shown::threat_card;

fn tell(place: u64, n: u64) -> Action {
    Action::Tell { venue: venue(place), line: Line::new("line-not-approved", &[("channel", &n)]) }
}

fn old_delete(place: u64, n: u64) -> Action {
    Action::Delete {
        case: None,
        venue: venue(place),
        message: message_aged(30 * 86_400_000, n),
        reason: "r".into(),
    }
}

/// When requests to a channel arrived, in milliseconds.
fn times(bench: &Bench, place: u64) -> Vec<u128> {
    let part = format!("/channels/{place}/");
    bench
        .server
        .log()
        .iter()
        .filter(|seen| seen.path.contains(&part))
        .map(|seen| seen.after.as_millis())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_route_that_is_limited_waits_alone() {
    let mut bench = bench(|seen, n| match n {
        0 => limited(3.0, false),
        _ if seen.method == "DELETE" => ok(),
        _ => posted(1),
    });
    bench.start([old_delete(1, 1), old_delete(1, 2), old_delete(2, 3)]);
    for conclusion in bench.conclusions(3).await {
        assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 1), "a wait is no try");
    }
    let limited = times(&bench, 1);
    let others = times(&bench, 2);
    // Which of the two channels came first is nobody's promise.
    let (slow, fast) = if limited.len() == 3 { (limited, others) } else { (others, limited) };
    assert!(fast.iter().all(|at| *at < 100), "{fast:?}");
    assert!(slow[1..].iter().all(|at| *at >= 3_000), "{slow:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed_without_a_body() {
    let mut bench = bench(|_, n| match n {
        0 => with(
            Turn::Answer(429, Value::Null, Vec::new()),
            &[("retry-after", "7"), ("x-ratelimit-scope", "user")],
        ),
        _ => ok(),
    });
    bench.start([delete(1, 1)]);
    assert_eq!(bench.outcome().await, Outcome::Done);
    assert!((7_000..7_100).contains(&times(&bench, 1)[1]));
}

#[tokio::test(start_paused = true)]
async fn a_global_limit_stops_everything() {
    let mut bench = bench(|_, n| if n == 0 { limited(4.0, true) } else { ok() });
    bench.start([delete(1, 1)]);
    tokio::time::sleep(Duration::from_millis(10)).await;
    bench.executor.take_over((1..40).map(|n| (intent(n), delete(n as u64 + 1, n as u64))).collect());
    for conclusion in bench.conclusions(40).await {
        assert_eq!(conclusion.outcome, Outcome::Done);
    }
    let log = bench.server.log();
    assert!(log[1..].iter().all(|seen| seen.after >= Duration::from_secs(4)), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn something_in_front_of_discord_shuts_out_the_whole_address() {
    let mut bench = bench(|_, n| match n {
        0 => with(Turn::Answer(429, Value::Null, Vec::new()), &[("retry-after", "60")]),
        _ => ok(),
    });
    bench.start([delete(1, 1)]);
    tokio::time::sleep(Duration::from_millis(10)).await;
    bench.executor.take_over(vec![(intent(1), delete(2, 2))]);
    bench.conclusions(2).await;
    assert!(bench.server.log()[1..].iter().all(|seen| seen.after >= Duration::from_secs(60)));
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_is_empty_is_waited_for() {
    let mut bench = bench(|_, n| {
        let left = (1 - n % 2).to_string();
        let headers = [
            ("x-ratelimit-bucket", "abc"),
            ("x-ratelimit-limit", "2"),
            ("x-ratelimit-remaining", left.as_str()),
            ("x-ratelimit-reset-after", "5.0"),
        ];
        with(ok(), &headers)
    });
    bench.start((0..6).map(|n| old_delete(1, n)));
    bench.conclusions(6).await;
    let at = times(&bench, 1);
    assert!(at[1] < 100 && at[2] >= 5_000 && at[3] < 5_200 && at[4] >= 10_000, "{at:?}");
    assert!(bench.server.log().len() == 6, "nobody was told to wait");
}

#[tokio::test(start_paused = true)]
async fn a_malformed_header_repeats_nothing() {
    for (name, value) in [
        ("x-ratelimit-remaining", "many"),
        ("x-ratelimit-limit", "-1"),
        ("x-ratelimit-reset-after", "soon"),
        ("x-ratelimit-reset-after", "NaN"),
        ("x-ratelimit-reset-after", "-5"),
        ("x-ratelimit-reset-after", "1e300"),
        ("x-ratelimit-bucket", "\u{7f}"),
    ] {
        let mut bench = bench(move |_, _| {
            let mut headers = vec![
                ("x-ratelimit-bucket", "abc".to_owned()),
                ("x-ratelimit-limit", "5".to_owned()),
                ("x-ratelimit-remaining", "4".to_owned()),
                ("x-ratelimit-reset-after", "1.0".to_owned()),
            ];
            headers.retain(|(known, _)| *known != name);
            if value != "\u{7f}" {
                headers.push((name, value.to_owned()));
            }
            Turn::Answer(204, Value::Null, headers)
        });
        bench.start([old_delete(1, 1), old_delete(1, 2)]);
        for conclusion in bench.conclusions(2).await {
            assert_eq!((conclusion.outcome, conclusion.tries), (Outcome::Done, 1), "{name}: {value}");
        }
        assert_eq!(bench.server.log().len(), 2, "{name}: {value}");
    }
}

#[tokio::test(start_paused = true)]
async fn endless_limits_come_to_an_end() {
    let mut bench = bench(|_, _| limited(1.0, false));
    bench.start([delete(1, 1), tell(2, 1)]);
    for conclusion in bench.conclusions(2).await {
        assert_eq!(conclusion.outcome, Outcome::Refused(Refusal::GaveUp(429)));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_urgent_goes_first_in_its_lane() {
    let mut bench = bench(|_, _| Turn::After(Duration::from_secs(1), Box::new(posted(1))));
    bench.start([tell(1, 0)]);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let card = |urgent| {
        let mut card = threat_card();
        card.urgent = urgent;
        Action::Post { venue: venue(1), card: Arc::new(card) }
    };
    let checkpoint = Action::Checkpoint { venue: venue(1), text: "origin\n1\nhash\n".to_owned() };
    let owed = [checkpoint, card(false), tell(1, 1), card(true)];
    bench
        .executor
        .take_over(owed.into_iter().enumerate().map(|(n, action)| (intent(n + 1), action)).collect());
    let mut order = vec![bench.conclusion().await.intent, bench.conclusion().await.intent];
    assert_eq!(order.pop(), Some(intent(4)), "the urgent card is next");
    bench.conclusions(3).await;
    let last = bench.server.log().pop().unwrap();
    assert!(last.body["content"].as_str().unwrap().starts_with("```"), "the checkpoint is last");
}

#[tokio::test(start_paused = true)]
async fn what_is_urgent_goes_first_among_lanes() {
    let mut bench = bench(|seen, _| match seen.method.as_str() {
        "DELETE" => ok(),
        // One after the other, so that their places come free in that order.
        _ => {
            let place: u64 = seen.path.split('/').nth(2).unwrap().parse().unwrap();
            Turn::After(Duration::from_millis(1_000 + 10 * place), Box::new(posted(1)))
        }
    });
    // As many slow ones as may be under way at once, and then everything else.
    bench.start((1..=8).map(|n| tell(n, n)));
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(bench.server.log().len(), 8);
    let mut owed: Vec<Action> = (20..30).map(|n| tell(n, n)).collect();
    owed.push(delete(40, 1));
    bench
        .executor
        .take_over(owed.into_iter().enumerate().map(|(n, action)| (intent(n + 50), action)).collect());
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(bench.server.log().len(), 8, "eight at once, no more");
    bench.conclusions(19).await;
    assert_eq!(bench.server.log()[8].method, "DELETE");
}

#[tokio::test(start_paused = true)]
async fn the_pace_over_all_routes_is_kept() {
    let mut bench = bench_with(
        |_, _| ok(),
        |settings| gavel::discord::rest::Settings { per_second: Some(50), ..settings },
    );
    bench.start((1..=120).map(|n| delete(n, n)));
    bench.conclusions(120).await;
    let at: Vec<u128> = bench.server.log().iter().map(|seen| seen.after.as_millis()).collect();
    for (first, next) in at.iter().zip(&at[50..]) {
        assert!(next - first >= 1_000, "more than fifty in one second: {at:?}");
    }
    assert!(at[119] < 2_200, "no slower than need be: {at:?}");
}

#[tokio::test(start_paused = true)]
async fn very_many_refusals_slow_everything_down() {
    let mut bench = bench(|_, _| error(403, 50013, "Missing Permissions"));
    bench.start((1..=1_010).map(|n| delete(n, n)));
    bench.conclusions(1_010).await;
    let at: Vec<u128> = bench.server.log().iter().map(|seen| seen.after.as_millis()).collect();
    assert!(at[990] < 500, "{}", at[990]);
    let last: Vec<u128> = at[1_008..].to_vec();
    assert!(last[1] - last[0] >= 1_000, "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn a_shared_limit_is_not_held_against_us() {
    let seen_before = std::sync::Mutex::new(std::collections::HashSet::new());
    let mut bench = bench(move |seen, _| {
        let first = seen_before.lock().unwrap().insert(seen.path.clone());
        if first { with(limited(0.1, false), &[("x-ratelimit-scope", "shared")]) } else { ok() }
    });
    bench.start((1..=1_010).map(|n| delete(n, n)));
    for conclusion in bench.conclusions(1_010).await {
        assert_eq!(conclusion.outcome, Outcome::Done);
    }
    assert!(bench.server.log().pop().unwrap().after < Duration::from_secs(1));
}

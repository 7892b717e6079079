//! Direct messages: opened slowly, closed ones left alone.

use std::time::Duration;

use gavel::domain::action::{Action, Outcome, Refusal};
use gavel::domain::card::{Language, NoticeKind};
use gavel::domain::id::MemberId;
use serde_json::json;

use super::server::*;
use super::shown::notice;

fn notify(member: u64) -> Action {
    let mut notice = notice(NoticeKind::Held, Language::En);
    notice.to = MemberId::new(member).unwrap();
    Action::Notify { case: None, notice: notice.into() }
}

fn is_opening(seen: &Seen) -> bool {
    seen.line() == "POST /users/@me/channels"
}

/// Opens channel 1000 + member; posts stand as message 99.
fn open(seen: &Seen) -> Turn {
    if !is_opening(seen) {
        return posted(99);
    }
    let member: u64 = seen.body["recipient_id"].as_str().unwrap().parse().unwrap();
    json(json!({ "id": (1_000 + member).to_string() }))
}

/// When channels were opened, in seconds.
fn openings(bench: &Bench) -> Vec<u64> {
    bench.server.log().iter().filter(|seen| is_opening(seen)).map(|seen| seen.after.as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_notice_goes_to_the_members_own_channel() {
    let mut bench = bench(|seen, _| open(seen));
    bench.start([notify(5)]);
    let conclusion = bench.conclusion().await;
    assert_eq!(conclusion.outcome, Outcome::Done);
    assert_eq!(conclusion.posted.map(|(place, id)| (place.get(), id.get())), Some((1_005, 99)));
    assert!(conclusion.said.unwrap().starts_with("Your message in #general-1"));
    assert_eq!(bench.server.lines(), ["POST /users/@me/channels", "POST /channels/1005/messages"]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_opened_once_however_many_notices_want_it() {
    let mut bench = bench(|seen, _| open(seen));
    bench.start([notify(5), notify(5), notify(5)]);
    bench.conclusions(3).await;
    bench.executor.take_over(vec![(intent(8), notify(5))]);
    bench.conclusion().await;
    assert_eq!(openings(&bench).len(), 1);
    assert_eq!(bench.server.log().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn closed_direct_messages_are_never_tried_again() {
    let mut bench = bench(|seen, _| match is_opening(seen) {
        true => open(seen),
        false => error(403, 50007, "Cannot send messages to this user"),
    });
    bench.start([notify(5)]);
    assert_eq!(bench.outcome().await, Outcome::Refused(Refusal::DirectMessagesClosed));
    assert_eq!(bench.server.log().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn new_channels_are_opened_slowly_and_who_waits_too_long_is_told_of_otherwise() {
    let mut bench = bench(|seen, _| open(seen));
    bench.start((1..=40).map(notify));
    let conclusions = bench.conclusions(40).await;
    let opened = openings(&bench);
    assert_eq!(opened[..6], [0, 0, 0, 6, 12, 18]);
    assert!(*opened.last().unwrap() <= 120);
    let busy = Outcome::Refused(Refusal::DirectMessagesBusy);
    let (told, waiting): (Vec<_>, Vec<_>) = conclusions.into_iter().partition(|c| c.outcome == Outcome::Done);
    assert_eq!((told.len(), waiting.len()), (opened.len(), 40 - opened.len()));
    assert!(waiting.iter().all(|c| c.outcome == busy));
}

#[tokio::test(start_paused = true)]
async fn a_known_member_does_not_wait_for_new_ones() {
    let mut bench = bench(|seen, _| open(seen));
    bench.start([notify(1)]);
    bench.conclusion().await;
    let crowd = (2..=15).map(|n| (intent(n as usize), notify(n)));
    bench.executor.take_over(crowd.chain([(intent(50), notify(1))]).collect());
    bench.conclusions(15).await;
    let log = bench.server.log();
    let known = log.iter().rfind(|seen| seen.path == "/channels/1001/messages").unwrap();
    assert!(known.after < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn opening_too_fast_means_later_and_not_closed() {
    for (status, retry_after) in [(400, None), (429, Some(30.0))] {
        let mut bench = bench(move |seen, n| match n {
            0 => Turn::Answer(
                status,
                json!({ "code": 40003, "message": "You are opening direct messages too fast", "retry_after": retry_after }),
                Vec::new(),
            ),
            _ => open(seen),
        });
        bench.start([notify(5), notify(6)]);
        for conclusion in bench.conclusions(2).await {
            assert_eq!(conclusion.outcome, Outcome::Done);
        }
        let first = retry_after.unwrap_or(60.0) as u64;
        assert_eq!(openings(&bench), [0, first, first + 6]);
    }
}

#[tokio::test(start_paused = true)]
async fn opening_too_fast_for_too_long_is_not_waited_for() {
    let mut bench = bench(|_, _| error(400, 40003, "You are opening direct messages too fast"));
    bench.start([notify(5)]);
    assert_eq!(bench.outcome().await, Outcome::Refused(Refusal::DirectMessagesBusy));
    assert!(openings(&bench).len() <= 3);
}

#[tokio::test(start_paused = true)]
async fn a_remembered_channel_that_is_gone_is_opened_again() {
    let mut bench = bench(|seen, n| if n == 2 { error(404, 10003, "Unknown Channel") } else { open(seen) });
    bench.start([notify(5)]);
    bench.conclusion().await;
    bench.executor.take_over(vec![(intent(1), notify(5))]);
    assert_eq!(bench.outcome().await, Outcome::Done);
    assert_eq!(openings(&bench).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn opening_that_fails_is_tried_again() {
    let mut bench = bench(|seen, n| if n < 2 { error(500, 0, "") } else { open(seen) });
    bench.start([notify(5)]);
    assert_eq!(bench.outcome().await, Outcome::Done);
}

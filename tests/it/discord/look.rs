//! Questions and their answers.

use gavel::domain::event::{Answer, Happening, Question, Sight};
use gavel::domain::id::{GuildId, MemberId, MessageId};
use gavel::platform::Platform;
use serde_json::{Value, json};

use super::server::*;

fn answer(happening: Happening) -> Answer {
    match happening {
        Happening::Answered(answer) => answer,
        other => panic!("not an answer: {other:?}"),
    }
}

async fn roles(turn: impl Fn() -> Turn + Send + Sync + 'static) -> (Option<usize>, String) {
    let mut bench = bench(move |_, _| turn());
    let (guild, member) = (GuildId::new(4).unwrap(), MemberId::new(5).unwrap());
    bench.executor.look(Question::Roles { guild, member, about: message(1) });
    let Answer::Roles { member: of, about, roles, .. } = answer(bench.event().await) else { panic!() };
    assert_eq!((of, about), (member, message(1)));
    (roles.map(|roles| roles.len()), bench.server.lines()[0].clone())
}

#[tokio::test(start_paused = true)]
async fn roles_are_known_or_not() {
    let (known, line) = roles(|| json(json!({ "roles": ["11", "12"] }))).await;
    assert_eq!((known, &*line), (Some(2), "GET /guilds/4/members/5"));
    assert_eq!(roles(|| error(404, 10007, "Unknown Member")).await.0, None);
    assert_eq!(roles(|| error(500, 0, "")).await.0, None);
    assert_eq!(roles(|| json(json!({ "nothing": 1 }))).await.0, None);
}

#[tokio::test(start_paused = true)]
async fn a_message_stands_or_not_or_nobody_knows() {
    type Made = fn() -> Turn;
    let cases: [(Made, Option<bool>); 4] = [
        (|| json(json!({ "id": "1" })), Some(true)),
        (|| error(404, 10008, "Unknown Message"), Some(false)),
        (|| error(403, 50001, "Missing Access"), None),
        (|| Turn::Answer(404, Value::Null, Vec::new()), None),
    ];
    for (turn, expected) in cases {
        let mut bench = bench(move |_, _| turn());
        bench.executor.look(Question::Stands { venue: venue(1), message: message(1) });
        let Answer::Stands { stands, .. } = answer(bench.event().await) else { panic!() };
        assert_eq!(stands, expected);
    }
}

/// A channel with messages 1 to `count`; pages come newest first.
fn channel(count: u64) -> impl Fn(&Seen, usize) -> Turn + Send + Sync + 'static {
    move |seen, _| {
        let number = |name: &str| -> Option<u64> {
            let value = seen.path.split_once(&format!("{name}="))?.1;
            value.split('&').next()?.parse().ok()
        };
        let limit = number("limit").unwrap();
        let ids: Vec<u64> = match number("after") {
            Some(after) => (1..=count).filter(|id| *id > after).take(limit as usize).collect(),
            None => (count.saturating_sub(limit) + 1..=count).collect(),
        };
        let page: Vec<Value> = ids
            .iter()
            .rev()
            .map(|id| json!({ "id": id.to_string(), "author": { "id": "5" }, "content": format!("{id}") }))
            .collect();
        json(page.into())
    }
}

async fn read(bench: &mut Bench, after: Option<u64>, limit_days: u32) -> (Vec<String>, Answer) {
    let after = after.and_then(MessageId::new);
    bench.executor.look(Question::History { venue: venue(1), after, limit_days });
    let mut seen = Vec::new();
    loop {
        match bench.event().await {
            Happening::Seen { frame, sight } => {
                assert_eq!(frame.sequence, 0);
                assert!(!frame.raw.contains('\n'));
                match sight {
                    Sight::Posted { message, history: true } => seen.push(message.content().to_owned()),
                    Sight::Unreadable { error, venue: Some(_), .. } => seen.push(error),
                    other => panic!("{other:?}"),
                }
            }
            Happening::Answered(answer) => return (seen, answer),
            other => panic!("{other:?}"),
        }
    }
}

fn ended(answer: &Answer) -> (Option<u64>, u32, Option<&str>) {
    let Answer::HistoryRead { upto, count, error, .. } = answer else { panic!("{answer:?}") };
    (upto.map(MessageId::get), *count, error.as_deref())
}

#[tokio::test(start_paused = true)]
async fn history_comes_in_pages_oldest_first() {
    let mut bench = bench(channel(250));
    let (seen, answer) = read(&mut bench, Some(10), 0).await;
    let expected: Vec<String> = (11..=250).map(|id: u64| id.to_string()).collect();
    assert_eq!(seen, expected);
    assert_eq!(ended(&answer), (Some(250), 240, None));
    assert_eq!(
        bench.server.lines(),
        [10, 110, 210].map(|after| format!("GET /channels/1/messages?limit=100&after={after}"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_last_page_that_is_full_is_followed_by_an_empty_one() {
    let mut bench = bench(channel(100));
    let (seen, answer) = read(&mut bench, None, 5_000).await;
    assert_eq!(seen.len(), 100);
    assert_eq!(ended(&answer), (Some(100), 100, None));
    assert_eq!(bench.server.log().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_new_is_no_error() {
    let mut bench = bench(channel(10));
    let (seen, answer) = read(&mut bench, Some(10), 0).await;
    assert_eq!(seen.len(), 0);
    assert_eq!(ended(&answer), (Some(10), 0, None));
}

#[tokio::test(start_paused = true)]
async fn a_first_start_begins_where_the_channel_stands() {
    let mut bench = bench(channel(10));
    let (seen, answer) = read(&mut bench, None, 0).await;
    assert_eq!(seen.len(), 0);
    assert_eq!(ended(&answer), (Some(10), 0, None));
    assert_eq!(bench.server.lines(), ["GET /channels/1/messages?limit=1"]);
}

#[tokio::test(start_paused = true)]
async fn a_first_start_takes_in_as_many_days_as_it_is_told() {
    let mut bench = bench(channel(0));
    read(&mut bench, None, 2).await;
    let since = message_aged(2 * 86_400_000, 0);
    assert_eq!(bench.server.lines(), [format!("GET /channels/1/messages?limit=100&after={since}")]);
}

#[tokio::test(start_paused = true)]
async fn history_that_may_not_be_read_says_so() {
    let mut bench = bench(|_, _| error(403, 50001, "Missing Access"));
    let (_, answer) = read(&mut bench, Some(10), 0).await;
    assert_eq!(ended(&answer), (Some(10), 0, Some("403 50001 Missing Access")));
}

#[tokio::test(start_paused = true)]
async fn history_that_breaks_off_says_how_far_it_came() {
    let full = channel(300);
    let mut bench =
        bench(move |seen, n| if n < 2 { full(seen, n) } else { error(403, 50001, "Missing Access") });
    let (seen, answer) = read(&mut bench, Some(10), 0).await;
    assert_eq!(seen.len(), 200);
    assert_eq!(ended(&answer), (Some(210), 200, Some("403 50001 Missing Access")));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_does_not_convert_is_not_lost() {
    let mut bench = bench(|_, _| json(json!([{ "id": "12", "author": null }])));
    let (seen, answer) = read(&mut bench, Some(10), 0).await;
    assert_eq!(seen, ["no author"]);
    assert_eq!(ended(&answer), (Some(12), 1, None));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_ignores_the_cursor_is_not_read_for_ever() {
    let mut bench = bench(|_, _| {
        json((1..=100).map(|id| json!({ "id": id.to_string(), "author": { "id": "5" } })).collect())
    });
    let (_, answer) = read(&mut bench, Some(100), 0).await;
    assert_eq!(ended(&answer), (Some(100), 0, None));
    assert_eq!(bench.server.log().len(), 1);
}

#[tokio::test]
async fn a_frame_is_one_line_whatever_the_server_sends() {
    let text = "[\n {\"id\":\"12\",\r\n \"author\":{\"id\":\"5\"},\"content\":\"a\\nb\"}\n]";
    let mut bench = loopback(move |_, _| json(Value::String(text.to_owned()))).await;
    let (seen, _) = read(&mut bench, Some(10), 0).await;
    assert_eq!(seen, ["a\nb"]);
}

//! Attachments: only from where they may come, whole, in time, or not at all.

use gavel::domain::event::{Answer, Captured, Happening, Question};
use gavel::domain::message::Attachment;
use gavel::platform::Platform;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::server::*;

fn file(id: u64, name: &str, kind: &str, size: u64, url: &str) -> Attachment {
    Attachment {
        id,
        filename: name.to_owned(),
        content_type: Some(kind.to_owned()),
        size,
        url: url.to_owned(),
    }
}

async fn capture(bench: &mut Bench, attachments: Vec<Attachment>) -> Vec<Captured> {
    bench.executor.look(Question::Capture { venue: venue(1), message: message(1), attachments });
    match bench.event().await {
        Happening::Answered(Answer::Captured { files, .. }) => files,
        other => panic!("{other:?}"),
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(body: &str) -> Turn {
    json(Value::String(body.to_owned()))
}

/// A bench behind a socket, and the socket's address.
async fn at(script: impl Fn(&Seen, usize) -> Turn + Send + Sync + 'static) -> (Bench, String) {
    let bench = loopback(script).await;
    let api = bench.api.clone();
    (bench, api)
}

#[tokio::test]
async fn bytes_go_to_the_store_and_text_comes_back() {
    let (mut bench, api) = at(|seen, _| text(&format!("content of {}", seen.path))).await;
    let files = vec![
        file(1, "a.png", "image/png", 5, &format!("{api}/attachments/1/1/a.png?ex=1")),
        file(2, "b.txt", "text/plain; charset=utf-8", 5, &format!("{api}/attachments/1/2/b.txt")),
        file(3, "c.csv", "", 5, &format!("{api}/attachments/1/3/c.csv")),
    ];
    let captured = capture(&mut bench, files).await;
    let body = "content of /attachments/1/1/a.png?ex=1";
    assert_eq!(captured[0].sha256, Some(hash(body.as_bytes())));
    assert_eq!((captured[0].size, &captured[0].text), (body.len() as u64, &None));
    assert_eq!(captured[1].text.as_deref(), Some("content of /attachments/1/2/b.txt"));
    assert_eq!(captured[2].text.as_deref(), Some("content of /attachments/1/3/c.csv"));
    assert!(captured.iter().all(|file| file.unread.is_none()));
    assert_eq!(bench.sink.files().len(), 3);
    assert!(bench.server.log().iter().all(|seen| seen.authorisation.is_none()), "the token stays at home");
}

#[tokio::test]
async fn a_long_text_is_kept_whole_and_what_nobody_read_of_it_is_said() {
    // No word is cut in two: a number's first half says nothing.
    let body = format!("{} the end", "x".repeat(256 * 1024 - 4));
    let sent = body.clone();
    let (mut bench, api) = at(move |_, _| text(&sent)).await;
    let captured =
        capture(&mut bench, vec![file(1, "a.txt", "text/plain", 5, &format!("{api}/a.txt"))]).await;
    assert_eq!(captured[0].sha256, Some(hash(body.as_bytes())));
    let read = body.len() - " the end".len();
    assert!(captured[0].text.as_deref() == Some(&body[..read]), "it is read up to a word");
    assert_eq!((captured[0].size, captured[0].unread), (body.len() as u64, Some(" the end".len() as u64)));
}

#[tokio::test]
async fn no_other_address_is_asked() {
    let (mut bench, api) = at(|_, _| text("never")).await;
    let port = api.rsplit(':').next().unwrap();
    let other = if port == "1" { "2" } else { "1" };
    for url in [
        "http://cdn.discordapp.com/attachments/1/2/a.png".to_owned(),
        "https://cdn.discordapp.com:8443/a.png".to_owned(),
        "https://cdn.discordapp.com.evil.example/a.png".to_owned(),
        "https://evil.example/cdn.discordapp.com/a.png".to_owned(),
        "https://cdn.discordapp.com@evil.example/a.png".to_owned(),
        "file:///etc/passwd".to_owned(),
        format!("http://127.0.0.1:{other}/a.png"),
        format!("http://localhost:{port}/a.png"),
        format!("https://127.0.0.1:{port}/a.png"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        String::new(),
    ] {
        let captured = capture(&mut bench, vec![file(1, "a.png", "image/png", 5, &url)]).await;
        assert_eq!(captured[0].missing.as_deref(), Some("address"), "{url}");
    }
    assert!(bench.server.log().is_empty());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (mut bench, api) = at(|_, _| {
        with(Turn::Answer(302, Value::Null, Vec::new()), &[("location", "http://127.0.0.1:1/elsewhere")])
    })
    .await;
    let captured = capture(&mut bench, vec![file(1, "a.png", "image/png", 5, &format!("{api}/a.png"))]).await;
    assert_eq!(captured[0].missing.as_deref(), Some("lost"));
    assert_eq!(bench.server.log().len(), 1);
}

#[tokio::test]
async fn what_is_too_large_is_not_taken_in() {
    const MIB: u64 = 1024 * 1024;
    let big = "x".repeat(60 * MIB as usize);
    let (mut bench, api) =
        at(move |seen, _| text(if seen.path.contains("big") { &big } else { "small" })).await;
    let declared = file(1, "huge.bin", "", 101 * MIB, &format!("{api}/huge.bin"));
    let captured = capture(&mut bench, vec![declared]).await;
    assert_eq!(captured[0].missing.as_deref(), Some("too-large"));
    assert!(bench.server.log().is_empty(), "not even asked for");
    // The sum counts, and what is said about the size need not be true.
    let lying = (1..=2).map(|n| file(n, "big", "", 5, &format!("{api}/big{n}"))).collect();
    let captured = capture(&mut bench, lying).await;
    let missing: Vec<_> = captured.iter().filter_map(|file| file.missing.as_deref()).collect();
    assert!(missing.contains(&"too-large"), "{captured:?}");
    assert!(bench.sink.files().len() < 2);
}

/// A message whose files have new addresses at the same server.
fn renewing(seen: &Seen, files: u64) -> Turn {
    let host = seen.host.clone();
    match seen.path.as_str() {
        path if path.starts_with("/channels/1/messages/") => {
            let file = |n: u64| json!({ "id": n.to_string(), "url": format!("http://{host}/new/{n}") });
            json(json!({ "attachments": (1..=files).map(file).collect::<Vec<_>>() }))
        }
        path if path.starts_with("/new/") => text("renewed"),
        _ => error(if seen.path.contains("gone") { 404 } else { 403 }, 0, ""),
    }
}

#[tokio::test]
async fn an_expired_address_is_renewed_once() {
    let (mut bench, api) = at(|seen, _| renewing(seen, 2)).await;
    let files = vec![
        file(1, "a.png", "image/png", 5, &format!("{api}/expired")),
        file(2, "b.png", "image/png", 5, &format!("{api}/gone")),
    ];
    let captured = capture(&mut bench, files).await;
    assert!(captured.iter().all(|file| file.sha256 == Some(hash(b"renewed"))), "{captured:?}");
    let reads = bench.server.lines().iter().filter(|line| line.contains("/channels/1/messages/")).count();
    assert_eq!(reads, 1, "the message is read once for all of its files");
}

#[tokio::test]
async fn what_is_gone_says_so() {
    let (mut bench, api) = at(|seen, _| renewing(seen, 0)).await;
    let captured = capture(&mut bench, vec![file(1, "a.png", "image/png", 5, &format!("{api}/gone"))]).await;
    assert_eq!(captured[0].missing.as_deref(), Some("gone"));
    assert_eq!((captured[0].size, &*captured[0].name, &*captured[0].kind), (5, "a.png", "image/png"));
}

#[tokio::test(start_paused = true)]
async fn a_takedown_does_not_wait_for_ever() {
    let (mut bench, api) = at(|_, _| Turn::Never).await;
    let captured = capture(&mut bench, vec![file(1, "a.png", "image/png", 5, &format!("{api}/slow"))]).await;
    assert_eq!(captured[0].missing.as_deref(), Some("too-slow"));
    assert!(bench.sink.files().is_empty());
}

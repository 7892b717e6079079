//! What hangs on messages: read where it is text, and kept before anything
//! is taken down.

use gavel::domain::card::Standing;
use gavel::domain::event::Captured;
use gavel::journal::entry::{Body, Field};
use gavel::sandbox::rest::{Fault, How};
use gavel::sandbox::world::Upload;
use serde_json::json;

use super::town::{RUDE, Town};

impl Town {
    /// The files of a message as the record has them.
    async fn captured(&self, id: u64) -> Vec<Captured> {
        self.recorded("the files", |e| match &e.body {
            Body::Captured(it) if it.message.get() == id => e.evidence.json::<Vec<Captured>>(Field::Files),
            _ => None,
        })
        .await
    }

    fn kept(&self, sha256: &str) -> Vec<u8> {
        let mut found = None;
        let mut dirs = vec![self.data.path().to_owned()];
        while let Some(dir) = dirs.pop() {
            for file in std::fs::read_dir(dir).expect("it reads") {
                let path = file.expect("it reads").path();
                if path.is_dir() {
                    dirs.push(path);
                } else if path.file_name().is_some_and(|name| name.to_string_lossy().contains(sha256)) {
                    found = Some(std::fs::read(path).expect("it reads"));
                }
            }
        }
        found.expect("the file is kept")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_file_is_read() {
    let town = Town::open().await;
    let general = town.at("general");
    let form = "Water bill form\nName: M. Ortega\nSSN: 412-67-8890\n";
    let upload = Upload::new("form.txt", "text/plain", form);
    let id =
        town.server.attach_as(town.who("mateo"), general, "Here is my form.", vec![upload]).expect("posted");
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("form.txt") && !card.contains("412-67-8890"), "{card}");
    let files = town.captured(id).await;
    assert_eq!(town.kept(files[0].sha256.as_deref().expect("captured")), form.as_bytes());
    town.notice(town.who("mateo"), 0).await;
    town.end().await;
}

/// As Windows writes what it calls Unicode.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_file_in_utf_16_is_read() {
    let town = Town::open().await;
    let general = town.at("general");
    let form = "Name: M. Ortega\r\nSSN: 412-67-8890\r\n".encode_utf16().flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(form).collect();
    let upload = Upload::new("form.txt", "text/plain", bytes);
    let id =
        town.server.attach_as(town.who("mateo"), general, "Here is my form.", vec![upload]).expect("posted");
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    town.end().await;
}

/// Nobody waits for the end of a long text; what of it was not read is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_long_text_file_the_beginning_is_read() {
    let town = Town::open().await;
    let general = town.at("general");
    let form = format!("Name: M. Ortega\nSSN: 412-67-8890\n{}", "and so on. ".repeat(30_000));
    let upload = Upload::new("form.txt", "text/plain", form.clone());
    let id =
        town.server.attach_as(town.who("mateo"), general, "Here is my form.", vec![upload]).expect("posted");
    town.gone(general, id).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("form.txt") && card.contains("were not checked"), "{card}");
    let files = town.captured(id).await;
    let unread = form.len() as u64 - 256 * 1024;
    assert!(files[0].unread.is_some_and(|it| (unread..unread + 20).contains(&it)), "{:?}", files[0].unread);
    assert_eq!(town.kept(files[0].sha256.as_deref().expect("captured")), form.as_bytes());
    town.end().await;
}

/// The words alone were a matter for review; what stands in the file goes further.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_can_make_a_review_a_hold() {
    let town = Town::open().await;
    let general = town.at("general");
    let upload = Upload::new("form.txt", "text/plain", "Name: M. Ortega\nSSN: 412-67-8890\n");
    let text = "Vote no on Question 2 this November, tell all your friends!";
    let id = town.server.attach_as(town.who("mateo"), general, text, vec![upload]).expect("posted");
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    town.quiet().await;
    assert_eq!((town.cases(), town.posts("mod-log").len()), (1, 1));
    town.end().await;
}

/// The words alone take the message down, and wait for the file; what stands
/// in the file concerns a desk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_judged_also_where_the_words_wait_for_it() {
    let mut town = Town::open().await;
    town.pinged.insert(town.role("Duty officer"));
    let general = town.at("general");
    let notes = "I will shoot everybody at the council meeting tomorrow";
    let upload = Upload::new("notes.txt", "text/plain", notes);
    let id = town.server.attach_as(town.who("gremlin"), general, RUDE, vec![upload]).expect("posted");
    town.gone(general, id).await;
    let card = town.post("threat-desk", 0).await;
    assert!(card.contains("council meeting"), "{card}");
    town.quiet().await;
    assert_eq!((town.cases(), town.outcomes("delete").len()), (1, 1));
    town.end().await;
}

/// History carries no roles, and the file comes after the words, which said
/// nothing: whose file it is is found out before anything is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_from_the_time_before_is_judged_as_its_authors() {
    let mut town = Town::open().await;
    let general = town.at("general");
    let gremlin = town.who("gremlin");
    let form = "Name: M. Ortega\nSSN: 412-67-8890\n";
    let mut id = 0;
    town.away(60_000, |town| {
        let upload = Upload::new("form.txt", "text/plain", form);
        id = town.server.attach_as(gremlin, general, "Here is a form.", vec![upload]).expect("posted");
    })
    .await;
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    let asked = format!("/members/{gremlin}");
    // Once, or again where the line came up anew meanwhile.
    assert!(town.server.requests().iter().any(|r| r.path.ends_with(&asked)));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_kept_byte_for_byte_before_their_message_goes() {
    let town = Town::open().await;
    let general = town.at("general");
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let upload = Upload::new("picture.png", "image/png", bytes.clone());
    let id = town.server.attach_as(town.who("gremlin"), general, RUDE, vec![upload]).expect("posted");
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    let files = town.captured(id).await;
    assert_eq!(town.kept(files[0].sha256.as_deref().expect("captured")), bytes);
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("picture.png") && !card.contains("not captured"), "{card}");
    town.quiet().await;
    // Capture, then deletion: on record in this order.
    let order: Vec<_> = town
        .entries()
        .iter()
        .filter_map(|e| match &e.body {
            Body::Captured(it) if it.message.get() == id => Some(format!("captured, {}", e.intents.len())),
            Body::Message(it) if it.message.get() == id => Some(format!("message, {}", e.intents.len())),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["message, 0", "captured, 1"]);
    town.end().await;
}

/// The finding lies in the text, so the takedown goes ahead without the file,
/// and everybody can see that it is missing and why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_captured_is_named_on_the_card() {
    let town = Town::open().await;
    let general = town.at("general");
    let broken = json!({ "message": "Internal Server Error", "code": 0 });
    town.server.order_fault(Fault::new("GET", "/attachments/", 9, How::Answer(500, broken)));
    let upload = Upload::new("picture.png", "image/png", vec![7; 1_000]);
    let id = town.server.attach_as(town.who("gremlin"), general, RUDE, vec![upload]).expect("posted");
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("picture.png") && card.contains("not captured"), "{card}");
    let files = town.captured(id).await;
    assert!(files[0].sha256.is_none() && files[0].missing.is_some(), "{files:?}");
    town.end().await;
}

/// The CDN never answers. After ten seconds the text alone carries the takedown.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_takedown_does_not_wait_for_ever() {
    let town = Town::open().await;
    let general = town.at("general");
    town.server.order_fault(Fault::new("GET", "/attachments/", 9, How::Silence));
    let upload = Upload::new("picture.png", "image/png", vec![7; 1_000]);
    let id = town.server.attach_as(town.who("gremlin"), general, RUDE, vec![upload]).expect("posted");
    town.recorded("the message", |e| e.body.messages().iter().any(|m| m.get() == id).then_some(())).await;
    assert!(town.stands("general", id));
    town.pass(11_000).await;
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("not captured"), "{card}");
    town.end().await;
}

/// The copies of one message are one case; each of them goes, also those that
/// had to wait for their files when the first was down already.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_with_files_all_come_down() {
    let town = Town::open().await;
    let general = town.at("general");
    let mut copies = Vec::new();
    for n in 0..5 {
        town.advance(2_000);
        let upload = Upload::new("flyer.png", "image/png", vec![7; 20_000]);
        let text = "Gutters cleaned, best price in town";
        let id = town.server.attach_as(town.who("gremlin"), general, text, vec![upload]).expect("posted");
        if n >= 3 {
            town.gone(general, id).await;
            town.case(1, Standing::Removed).await;
        }
        copies.push(id);
    }
    town.quiet().await;
    assert!(town.stands("general", copies[0]));
    assert_eq!((town.cases(), town.inbox("gremlin"), town.posts("mod-log").len()), (1, 1, 1));
    town.end().await;
}

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

//! Fetching attachments, at receipt, before anything is taken down.
//!
//! The addresses come from messages, so they are not trusted: only Discord's
//! own file servers are asked (and the server that the bot was pointed at),
//! no redirect is followed, the token does not travel, and size and time are
//! bounded. What could not be captured says why.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

use crate::discord::rest::{Call, Executor};
use crate::domain::event::Captured;
use crate::domain::id::{MessageId, VenueId};
use crate::domain::message::Attachment;

/// Bytes that are taken in of one message's attachments, in sum.
pub const SIZE_LIMIT: u64 = 100 * 1024 * 1024;

/// How long a takedown may wait for them.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// As much of a text attachment, from its beginning, is read and judged like
/// a message, in bytes.
pub const TEXT_LIMIT: usize = 256 * 1024;

/// Messages whose attachments are fetched at once; others wait, within the
/// same time limit.
const MESSAGES_AT_ONCE: usize = 8;

/// Where Discord keeps files.
const HOSTS: [&str; 2] = ["cdn.discordapp.com", "media.discordapp.net"];

/// Where the bytes go.
pub trait AttachmentSink: Send + Sync {
    /// Begins a file whose name is not known before its last byte.
    fn begin(&self) -> std::io::Result<Box<dyn AttachmentWriter>>;
}

/// A file being written. Dropped unfinished, it leaves nothing behind.
pub trait AttachmentWriter: Send {
    fn write(&mut self, chunk: &[u8]) -> std::io::Result<()>;

    /// Puts it on stable storage under the SHA-256 of its bytes, which is
    /// returned in hexadecimal.
    fn finish(self: Box<Self>) -> std::io::Result<String>;
}

pub(super) struct Capture {
    client: reqwest::Client,
    /// The server that the bot was pointed at, where it is not Discord.
    own: Option<Url>,
    sink: Arc<dyn AttachmentSink>,
    at_once: Semaphore,
}

/// Why a file is not there: keys of words, `missing-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    /// Its address is none of Discord's.
    Address,
    Gone,
    TooLarge,
    TooSlow,
    Lost,
    /// Our own storage would not take it.
    Storage,
}

impl Missing {
    fn word(self) -> &'static str {
        match self {
            Missing::Address => "address",
            Missing::Gone => "gone",
            Missing::TooLarge => "too-large",
            Missing::TooSlow => "too-slow",
            Missing::Lost => "lost",
            Missing::Storage => "storage",
        }
    }
}

struct Kept {
    size: u64,
    sha256: String,
    text: Option<String>,
    unread: Option<u64>,
}

impl Capture {
    pub(super) fn new(base: &str, sink: Arc<dyn AttachmentSink>) -> anyhow::Result<Capture> {
        let client = reqwest::Client::builder()
            .connect_timeout(TIME_LIMIT / 2)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let own = Url::parse(base)?;
        let own = (own.host_str() != Some("discord.com")).then_some(own);
        Ok(Capture { client, own, sink, at_once: Semaphore::new(MESSAGES_AT_ONCE) })
    }

    /// Captures what can be captured of a message's attachments in time.
    pub(super) async fn files(
        &self,
        executor: &Executor,
        venue: VenueId,
        message: MessageId,
        attachments: Vec<Attachment>,
    ) -> Vec<Captured> {
        let deadline = Instant::now() + TIME_LIMIT;
        let left = AtomicU64::new(SIZE_LIMIT);
        let renewed = tokio::sync::OnceCell::new();
        let turn = tokio::time::timeout_at(deadline, self.at_once.acquire()).await;
        let each = attachments.into_iter().map(|attachment| {
            let (left, renewed, waited) = (&left, &renewed, turn.is_ok());
            async move {
                let fetched = async {
                    if !waited {
                        return Err(Missing::TooSlow);
                    }
                    match self.fetch(&attachment, &attachment.url, left).await {
                        // The address is signed for a time. While the message
                        // stands, reading it again gives a new one.
                        Err(Missing::Gone) => {
                            let urls = renewed.get_or_init(|| renew(executor, venue, message)).await;
                            let url = urls.iter().find(|(id, _)| *id == attachment.id);
                            let Some((_, url)) = url else { return Err(Missing::Gone) };
                            self.fetch(&attachment, url, left).await
                        }
                        other => other,
                    }
                };
                let kept = tokio::time::timeout_at(deadline, fetched).await;
                told(&attachment, kept.unwrap_or(Err(Missing::TooSlow)))
            }
        });
        join_all(each).await
    }

    async fn fetch(&self, attachment: &Attachment, url: &str, left: &AtomicU64) -> Result<Kept, Missing> {
        let url = self.allowed(url).ok_or(Missing::Address)?;
        if attachment.size > left.load(Ordering::Relaxed) {
            return Err(Missing::TooLarge);
        }
        let response = self.client.get(url).send().await.map_err(|_| Missing::Lost)?;
        match response.status().as_u16() {
            200 => {}
            403 | 404 | 410 => return Err(Missing::Gone),
            _ => return Err(Missing::Lost),
        }
        let mut writer = self.sink.begin().map_err(stored)?;
        let mut text = is_text(attachment).then(Vec::new);
        let mut size = 0;
        let mut body = response.bytes_stream();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|_| Missing::Lost)?;
            let bytes = chunk.len() as u64;
            let take = |left: u64| left.checked_sub(bytes);
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).map_err(|_| Missing::TooLarge)?;
            size += bytes;
            writer.write(&chunk).map_err(stored)?;
            if let Some(text) = &mut text {
                let room = TEXT_LIMIT - text.len();
                text.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
        }
        // Finishing waits for the disk, which no other task should.
        let finished = tokio::task::spawn_blocking(move || writer.finish());
        let sha256 = finished.await.map_err(|_| Missing::Storage)?.map_err(stored)?;
        let text = text.map(|bytes| whole_words(bytes, size));
        let unread = text.as_ref().map(|text| size - text.len() as u64).filter(|unread| *unread > 0);
        let text = text.map(|bytes| decoded(&bytes));
        Ok(Kept { size, sha256, text, unread })
    }

    /// The address, if it is one that may be asked.
    fn allowed(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok()?;
        let is_discord = url.scheme() == "https"
            && url.port().is_none()
            && url.host_str().is_some_and(|host| HOSTS.contains(&host));
        let is_own = self.own.as_ref().is_some_and(|own| own.origin() == url.origin());
        (is_discord || is_own).then_some(url)
    }
}

/// The beginning of a text of `size` bytes, without the word that its end may
/// cut in two.
fn whole_words(mut bytes: Vec<u8>, size: u64) -> Vec<u8> {
    /// Nothing that is looked for in a text is longer than this.
    const WORD_LIMIT: usize = 1_024;
    if (bytes.len() as u64) < size {
        let from = bytes.len().saturating_sub(WORD_LIMIT);
        let end = bytes[from..].iter().rposition(u8::is_ascii_whitespace).map_or(bytes.len(), |at| from + at);
        bytes.truncate(end);
    }
    bytes
}

/// The words of a text file: UTF-8, or UTF-16 with its mark, or else the
/// letters of Western Europe, which every byte stands for one of.
fn decoded(bytes: &[u8]) -> String {
    let utf_16 = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => utf_16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf_16(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, text @ ..] => String::from_utf8_lossy(text).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // Cut within a letter.
            Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes).into_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

/// The attachments' addresses as they are now.
async fn renew(executor: &Executor, venue: VenueId, message: MessageId) -> Vec<(u64, String)> {
    #[derive(Deserialize)]
    struct Read {
        #[serde(default)]
        attachments: Vec<File>,
    }
    #[derive(Deserialize)]
    struct File {
        id: String,
        url: String,
    }
    let Ok(reply) = executor.fetch(&Call::message(venue, message), super::PRIORITY_SOON).await else {
        return Vec::new();
    };
    let read = serde_json::from_slice::<Read>(&reply.body).map(|read| read.attachments).unwrap_or_default();
    read.into_iter().filter_map(|file| Some((file.id.parse().ok()?, file.url))).collect()
}

fn stored(error: std::io::Error) -> Missing {
    tracing::error!(%error, "an attachment could not be stored");
    Missing::Storage
}

fn told(attachment: &Attachment, kept: Result<Kept, Missing>) -> Captured {
    match kept {
        Ok(Kept { size, sha256, text, unread }) => Captured {
            attachment: attachment.id,
            name: attachment.filename.clone(),
            kind: attachment.content_type.clone().unwrap_or_default(),
            size,
            sha256: Some(sha256),
            text,
            unread,
            missing: None,
        },
        Err(missing) => Captured::missing(attachment, missing.word()),
    }
}

fn is_text(attachment: &Attachment) -> bool {
    let kind = attachment.content_type.as_deref().unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    let extension = attachment.filename.rsplit_once('.').map_or("", |(_, extension)| extension);
    kind.starts_with("text/")
        || matches!(kind, "application/json" | "application/csv" | "application/xml")
        || ["txt", "csv", "tsv", "json", "md", "log"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_the_letters_it_is_written_in() {
        let utf_16 = |unit: fn(u16) -> [u8; 2], mark: &[u8]| {
            [mark.to_vec(), "mañana, 412".encode_utf16().flat_map(unit).collect()].concat()
        };
        for bytes in [
            utf_16(u16::to_le_bytes, &[0xff, 0xfe]),
            utf_16(u16::to_be_bytes, &[0xfe, 0xff]),
            "\u{feff}mañana, 412".into(),
            b"ma\xf1ana, 412".to_vec(),
            "mañana, 412".into(),
        ] {
            assert_eq!(decoded(&bytes), "mañana, 412");
        }
        assert_eq!(decoded(&"añ".as_bytes()[..2]), "a\u{fffd}");
        assert_eq!(decoded(&[]), "");
    }

    #[test]
    fn no_word_is_cut_in_two() {
        assert_eq!(whole_words(b"my number is 412-67".to_vec(), 22), b"my number is");
        assert_eq!(whole_words(b"my number is 412-67".to_vec(), 19), b"my number is 412-67");
        assert_eq!(whole_words(b"nospacehere".to_vec(), 22), b"nospacehere");
    }
}

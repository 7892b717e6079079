//! Attachments: the bytes people send, and addresses that stop working.
//!
//! An address is signed and runs out after a day. Reading the message again
//! gives a new one; when the last message that shows the file is gone, the
//! file is gone.

use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::message::Message;
use super::view::Text;
use super::{Id, World};

/// How long an address works.
pub const ADDRESS_LIFE_S: i64 = 24 * 3600;

/// Something to be attached.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    pub filename: String,
    pub bytes: Bytes,
    pub content_type: Option<String>,
    pub description: Option<String>,
}

impl Upload {
    pub fn new(filename: &str, content_type: &str, bytes: impl Into<Bytes>) -> Upload {
        Upload {
            filename: filename.to_owned(),
            bytes: bytes.into(),
            content_type: Some(content_type.to_owned()),
            description: None,
        }
    }
}

/// A file as a message refers to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    pub id: Id,
    /// The channel of the message it was first sent with; it stands in the address.
    pub channel: Id,
    pub filename: String,
    pub size: usize,
    pub content_type: Option<String>,
    pub description: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct File {
    pub bytes: Bytes,
    pub content_type: Option<String>,
    pub filename: String,
    pub channel: Id,
    /// Messages that show it.
    pub shown: usize,
}

#[derive(Serialize)]
pub struct AttachmentBody<'a> {
    id: Text,
    filename: &'a str,
    size: usize,
    url: String,
    proxy_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

/// What the file door answers.
#[derive(Debug, PartialEq)]
pub enum Fetched {
    File {
        bytes: Bytes,
        content_type: String,
    },
    /// The signature is wrong or has run out.
    Forbidden,
    Gone,
}

impl World {
    pub(super) fn keep_file(&mut self, channel: Id, upload: Upload) -> Attachment {
        let id = self.new_id();
        // Discord keeps letters, digits, dots, dashes and underscores of a name.
        let filename: String = upload
            .filename
            .chars()
            .map(|c| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' })
            .collect();
        let attachment = Attachment {
            id,
            channel,
            filename: filename.clone(),
            size: upload.bytes.len(),
            content_type: upload.content_type.clone(),
            description: upload.description,
        };
        self.files.insert(
            id,
            File { bytes: upload.bytes, content_type: upload.content_type, filename, channel, shown: 1 },
        );
        attachment
    }

    /// A forward shows the same files once more.
    pub(super) fn show_files_again(&mut self, message: &Message) {
        for attachment in &message.attachments {
            if let Some(file) = self.files.get_mut(&attachment.id) {
                file.shown += 1;
            }
        }
    }

    /// The message goes, and with it each file nothing else shows.
    pub(super) fn drop_files(&mut self, message: &Message) {
        let forwarded = message.snapshot.iter().flat_map(|s| &s.attachments);
        for attachment in message.attachments.iter().chain(forwarded) {
            self.drop_file(attachment.id);
        }
    }

    pub(super) fn drop_file(&mut self, id: Id) {
        if let Some(file) = self.files.get_mut(&id) {
            file.shown -= 1;
            if file.shown == 0 {
                self.files.remove(&id);
            }
        }
    }

    pub(super) fn attachment_body<'a>(&'a self, a: &'a Attachment) -> AttachmentBody<'a> {
        let url = self.address_of(a);
        AttachmentBody {
            id: Text(a.id),
            filename: &a.filename,
            size: a.size,
            proxy_url: url.clone(),
            url,
            content_type: a.content_type.as_deref(),
            description: a.description.as_deref(),
        }
    }

    /// A signed address that works for a day from now.
    pub fn address_of(&self, a: &Attachment) -> String {
        let issued = self.now_ms() / 1000;
        let expires = issued + ADDRESS_LIFE_S;
        let sign = self.signature(a.channel, a.id, &a.filename, expires, issued);
        let name: String = url::form_urlencoded::byte_serialize(a.filename.as_bytes()).collect();
        format!(
            "http://{}/attachments/{}/{}/{name}?ex={expires:x}&is={issued:x}&hm={sign}&",
            self.addresses.rest, a.channel, a.id
        )
    }

    /// Answers for a signed address.
    pub fn fetch_file(&self, channel: Id, id: Id, filename: &str, ex: &str, is: &str, hm: &str) -> Fetched {
        let hex = |text: &str| i64::from_str_radix(text, 16).ok();
        let (Some(expires), Some(issued)) = (hex(ex), hex(is)) else {
            return Fetched::Forbidden;
        };
        let good = self.signature(channel, id, filename, expires, issued) == hm;
        if !good || self.now_ms() / 1000 >= expires {
            return Fetched::Forbidden;
        }
        match self.files.get(&id) {
            Some(file) if file.channel == channel && file.filename == filename => Fetched::File {
                bytes: file.bytes.clone(),
                content_type: file
                    .content_type
                    .clone()
                    .unwrap_or_else(|| "application/octet-stream".to_owned()),
            },
            _ => Fetched::Gone,
        }
    }

    /// Keyed hash over everything the address says. The key comes first and
    /// last, so that nothing can be appended.
    fn signature(&self, channel: Id, id: Id, filename: &str, expires: i64, issued: i64) -> String {
        let mut hash = Sha256::new();
        hash.update(self.signing_key);
        hash.update(format!("{channel}/{id}/{filename}?{expires}&{issued}"));
        hash.update(self.signing_key);
        let digest = hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

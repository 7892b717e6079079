//! One request, taken apart: route parameters, query, JSON body, files.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart};
use axum::http::{HeaderMap, Request, header};
use bytes::Bytes;
use serde_json::Value;

use crate::sandbox::world::{Answer, BODY_TOO_LARGE, Id, NOT_JSON, Refusal, Upload, id_of};

pub(super) struct Call {
    pub method: String,
    /// Without `/api/v10`.
    pub path: String,
    pub template: &'static str,
    pub parameters: Vec<String>,
    pub query: Vec<(String, String)>,
    pub body: Value,
    pub files: Vec<Upload>,
    pub token: Option<String>,
    /// Who asks; 0 on routes that a token in the path opens.
    pub actor: Id,
    pub reason: Option<String>,
    /// Why the body could not be read.
    pub broken: Option<Refusal>,
}

pub(super) enum Reply {
    Json(u16, Value),
    Empty,
}

impl Reply {
    pub fn ok(body: Value) -> Answer<Reply> {
        Ok(Reply::Json(200, body))
    }
}

#[derive(Default)]
pub(super) struct Content {
    body: Value,
    files: Vec<Upload>,
}

/// An audit reason is cut at this many characters.
const REASON_CHARS: usize = 512;

impl Call {
    pub fn new(
        method: &str,
        path: &str,
        query: Vec<(String, String)>,
        content: Answer<Content>,
        headers: &HeaderMap,
    ) -> Call {
        let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        let reason = text("x-audit-log-reason").map(percent_decoded);
        let (content, broken) = match content {
            Ok(content) => (content, None),
            Err(broken) => (Content::default(), Some(broken)),
        };
        Call {
            method: method.to_owned(),
            path: path.to_owned(),
            template: "",
            parameters: Vec::new(),
            query,
            body: content.body,
            files: content.files,
            token: text("authorization").and_then(|t| t.strip_prefix("Bot ")).map(str::to_owned),
            actor: 0,
            reason: reason.map(|r| r.chars().take(REASON_CHARS).collect()).filter(|r: &String| !r.is_empty()),
            broken,
        }
    }

    pub fn text(&self, n: usize) -> &str {
        self.parameters.get(n).map_or("", String::as_str)
    }

    /// The n-th parameter as a snowflake; `@me` is the caller.
    pub fn id(&self, n: usize) -> Answer<Id> {
        let text = self.text(n);
        if text == "@me" {
            return Ok(self.actor);
        }
        text.parse().map_err(|_| not_a_snowflake(text))
    }

    pub fn query(&self, key: &str) -> Option<&str> {
        let found = self.query.iter().find(|(k, _)| k == key);
        found.map(|(_, v)| v.as_str())
    }

    pub fn query_id(&self, key: &str) -> Answer<Option<Id>> {
        match self.query(key) {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| not_a_snowflake(text)),
        }
    }

    /// `limit`, within what the route allows.
    pub fn limit(&self, otherwise: usize, most: usize) -> Answer<usize> {
        match self.query("limit").map(str::parse::<usize>) {
            None => Ok(otherwise),
            Some(Ok(limit)) if (1..=most).contains(&limit) => Ok(limit),
            Some(_) => Err(Refusal::form(
                &["limit"],
                "NUMBER_TYPE_MAX",
                format!("int value should be between 1 and {most}."),
            )),
        }
    }

    pub fn body_id(&self, key: &str) -> Answer<Id> {
        id_of(&self.body[key]).ok_or_else(|| Refusal::missing(&[key]))
    }

    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    pub fn take_files(&mut self) -> Vec<Upload> {
        std::mem::take(&mut self.files)
    }
}

fn not_a_snowflake(text: &str) -> Refusal {
    Refusal::form(&["id"], "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."))
}

/// `a=1&b=2`, decoded. Empty pairs, which some clients send, are skipped.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let all = url::form_urlencoded::parse(query.as_bytes());
    let all = all.filter(|(key, _)| !key.is_empty());
    all.map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
}

/// `%C3%A4` and the like; a plus stays a plus.
pub(in crate::sandbox) fn percent_decoded(text: &str) -> String {
    let plain = format!("={}", text.replace('+', "%2B").replace('&', "%26"));
    let mut all = url::form_urlencoded::parse(plain.as_bytes());
    all.next().map_or(String::new(), |(_, v)| v.into_owned())
}

/// Reads JSON, or a form with `payload_json` and files.
pub(super) async fn read_body(headers: &HeaderMap, bytes: Bytes) -> Answer<Content> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|k| k.to_str().ok()).unwrap_or("");
    if !kind.starts_with("multipart/form-data") {
        let body = match bytes.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&bytes).map_err(|_| NOT_JSON)?,
        };
        return Ok(Content { body, files: Vec::new() });
    }
    let mut request = Request::new(Body::from(bytes));
    if let Some(kind) = headers.get(header::CONTENT_TYPE) {
        request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    // The size was measured when the bytes were read.
    request.extensions_mut().insert(axum::extract::DefaultBodyLimit::disable());
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| NOT_JSON)?;
    let mut body = Value::Null;
    let mut files: Vec<(String, Upload)> = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|_| BODY_TOO_LARGE)? {
        let name = field.name().unwrap_or("").to_owned();
        let filename = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| BODY_TOO_LARGE)?;
        if name == "payload_json" {
            body = serde_json::from_slice(&bytes).map_err(|_| NOT_JSON)?;
        } else if let Some(filename) = filename {
            let number = name.trim_start_matches("files[").trim_end_matches(']');
            let upload = Upload { filename, bytes, content_type, description: None };
            files.push((number.to_owned(), upload));
        }
    }
    // What the message says about a file is found by its number.
    let notes = body.get("attachments").or_else(|| body["data"].get("attachments"));
    let notes = notes.and_then(Value::as_array).cloned().unwrap_or_default();
    let described = files.into_iter().map(|(number, mut file)| {
        let note = notes.iter().find(|n| match &n["id"] {
            Value::String(text) => *text == number,
            other => other.as_u64() == number.parse().ok(),
        });
        if let Some(note) = note {
            file.description = note["description"].as_str().map(str::to_owned);
            if let Some(name) = note["filename"].as_str() {
                name.clone_into(&mut file.filename);
            }
        }
        file
    });
    Ok(Content { files: described.collect(), body })
}

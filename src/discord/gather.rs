//! Every text that a person can read in a message.
//!
//! This walks Discord's JSON as it came and not a library's model of it: a
//! model drops what it does not know (new components, forwards, polls), and
//! what it drops nobody judges. Parts are named by their path in Discord's
//! object. Titles of threads and names of members are no part of a message;
//! they are sights of their own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::domain::message::{CONTENT, Part};

mod salvage;

pub use salvage::{mended, salvage};

/// How many parts a message may have; the texts of all further ones are
/// joined, a line each, into one last part called [`REST`], so that nothing
/// escapes by hiding behind the limit.
pub const PART_LIMIT: usize = 256;

/// The name of the part that holds what is beyond [`PART_LIMIT`].
pub const REST: &str = "rest";

/// Keys of embeds whose strings are shown.
const EMBED_TEXTS: [&str; 6] = ["title", "description", "url", "name", "value", "text"];

/// Keys of components whose strings are shown, or lead somewhere.
const COMPONENT_TEXTS: [&str; 9] =
    ["content", "label", "title", "name", "value", "text", "placeholder", "description", "url"];

/// Parts of a component that say nothing: an emoji's own name, and what a
/// menu resolves to.
const COMPONENT_SILENT: [&str; 3] = ["emoji", "resolved", "default_values"];

/// Texts, in reading order, within [`PART_LIMIT`].
#[derive(Debug, Default)]
pub struct Parts {
    list: Vec<Part>,
    rest: String,
}

impl Parts {
    /// No texts yet.
    pub fn new() -> Parts {
        Parts::default()
    }

    /// Adds a text under its name; an empty one is none.
    pub fn add(&mut self, name: impl Into<Cow<'static, str>>, text: impl Into<String>) {
        let text = text.into();
        if text.is_empty() {
            return;
        }
        if self.list.len() < PART_LIMIT {
            self.list.push(Part { name: name.into(), text });
        } else {
            if !self.rest.is_empty() {
                self.rest.push('\n');
            }
            self.rest.push_str(&text);
        }
    }

    /// The texts.
    pub fn into_list(self) -> Vec<Part> {
        let Parts { mut list, rest } = self;
        if !rest.is_empty() {
            list.push(Part { name: Cow::Borrowed(REST), text: rest });
        }
        list
    }

    fn add_if_text(&mut self, name: impl FnOnce() -> String, value: Option<&Value>) {
        if let Some(Value::String(text)) = value {
            self.add(name(), text.as_str());
        }
    }
}

/// The branches of a message that may hold texts besides what was typed, not
/// yet parsed: an ordinary message has none of them, and costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Branches<'a> {
    pub embeds: Option<&'a RawValue>,
    pub components: Option<&'a RawValue>,
    pub poll: Option<&'a RawValue>,
    pub snapshots: Option<&'a RawValue>,
    pub attachments: Option<&'a RawValue>,
    pub stickers: Option<&'a RawValue>,
}

impl Branches<'_> {
    /// Adds the texts of all branches. `by_app` says that an app or a webhook
    /// wrote the message: only those can make an embed of their own.
    pub fn gather(&self, by_app: bool, parts: &mut Parts) {
        let branches: [(Option<&RawValue>, &'static str, Walk); 6] = [
            (self.embeds, "embeds", embeds),
            (self.components, "components", components),
            (self.poll, "poll", poll),
            (self.snapshots, "message_snapshots", snapshots),
            (self.attachments, "attachments", attachments),
            (self.stickers, "sticker_items", stickers),
        ];
        for (raw, name, walk) in branches {
            let Some(raw) = raw else { continue };
            match serde_json::from_str::<Value>(raw.get()) {
                Ok(value) => walk("", &value, by_app, parts),
                // Too deep for the parser, say. What can be read is read.
                Err(_) => salvage(raw.get(), name, parts),
            }
        }
    }
}

/// Walks one branch: the path before it, the branch, whether an app wrote it.
type Walk = fn(&str, &Value, bool, &mut Parts);

/// Whether a branch is there but holds nothing.
pub fn is_blank(raw: &RawValue) -> bool {
    matches!(raw.get(), "[]" | "null" | "{}" | "\"\"")
}

/// Every text of a message object.
pub fn message(object: &Map<String, Value>) -> Vec<Part> {
    let is = |key: &str| object.get(key).is_some_and(|value| !value.is_null());
    let author_is_app = object.get("author").and_then(|author| author.get("bot")) == Some(&Value::Bool(true));
    let mut parts = Parts::new();
    whole("", object, author_is_app || is("webhook_id") || is("application_id"), &mut parts);
    parts.into_list()
}

/// A message object, or what a forward holds of one, under the path `at`.
fn whole(at: &str, object: &Map<String, Value>, by_app: bool, parts: &mut Parts) {
    match object.get(CONTENT) {
        Some(Value::String(text)) if at.is_empty() => parts.add(CONTENT, text.as_str()),
        content => parts.add_if_text(|| format!("{at}content"), content),
    }
    let branches: [(&str, Walk); 7] = [
        ("embeds", embeds),
        ("components", components),
        ("poll", poll),
        ("message_snapshots", snapshots),
        ("attachments", attachments),
        ("sticker_items", stickers),
        ("stickers", stickers),
    ];
    for (key, walk) in branches {
        if let Some(value) = object.get(key) {
            walk(at, value, by_app, parts);
        }
    }
}

fn items(value: &Value) -> impl Iterator<Item = (usize, &Value)> {
    value.as_array().into_iter().flatten().enumerate()
}

/// Embeds. What Discord unfurled from a link in the message is called
/// `unfurled[0].title`, not `embeds[0].title`: its author chose the link, not
/// the words.
fn embeds(at: &str, value: &Value, by_app: bool, parts: &mut Parts) {
    for (i, embed) in items(value) {
        let name = if is_unfurled(embed, by_app) { "unfurled" } else { "embeds" };
        strings(&format!("{at}{name}[{i}]"), embed, &EMBED_TEXTS, &[], parts);
    }
}

fn is_unfurled(embed: &Value, by_app: bool) -> bool {
    match embed.get("type").and_then(Value::as_str).unwrap_or("rich") {
        "rich" => !by_app || embed.get("provider").is_some_and(Value::is_object),
        // Poll results and Discord's own filter quote what somebody typed.
        "poll_result" | "auto_moderation_message" | "auto_moderation_notification" => false,
        _ => true,
    }
}

fn components(at: &str, value: &Value, _: bool, parts: &mut Parts) {
    for (i, component) in items(value) {
        strings(&format!("{at}components[{i}]"), component, &COMPONENT_TEXTS, &COMPONENT_SILENT, parts);
    }
}

/// The strings at `keys` in a tree, its own before its children's. Whatever
/// nests is followed, known or not: a kind of component that does not exist
/// yet is read all the same.
fn strings(at: &str, value: &Value, keys: &[&str], silent: &[&str], parts: &mut Parts) {
    match value {
        Value::Object(object) => {
            for key in keys {
                parts.add_if_text(|| format!("{at}.{key}"), object.get(*key));
            }
            for (key, child) in object {
                if (child.is_object() || child.is_array()) && !silent.contains(&key.as_str()) {
                    strings(&format!("{at}.{key}"), child, keys, silent, parts);
                }
            }
        }
        Value::Array(array) => {
            for (i, child) in array.iter().enumerate() {
                match child {
                    // A form's checked values are bare strings in `values`.
                    Value::String(text) => parts.add(format!("{at}[{i}]"), text.as_str()),
                    child => strings(&format!("{at}[{i}]"), child, keys, silent, parts),
                }
            }
        }
        _ => {}
    }
}

fn poll(at: &str, value: &Value, _: bool, parts: &mut Parts) {
    parts.add_if_text(|| format!("{at}poll.question.text"), value.pointer("/question/text"));
    for (i, answer) in value.get("answers").into_iter().flat_map(items) {
        let text = answer.pointer("/poll_media/text");
        parts.add_if_text(|| format!("{at}poll.answers[{i}].poll_media.text"), text);
    }
}

/// Forwarded messages. Who wrote them is not told, so embeds are taken at
/// their word.
fn snapshots(at: &str, value: &Value, _: bool, parts: &mut Parts) {
    for (i, snapshot) in items(value) {
        if let Some(Value::Object(message)) = snapshot.get("message") {
            whole(&format!("{at}message_snapshots[{i}]."), message, true, parts);
        }
    }
}

fn attachments(at: &str, value: &Value, _: bool, parts: &mut Parts) {
    for (i, attachment) in items(value) {
        for key in ["filename", "title", "description"] {
            parts.add_if_text(|| format!("{at}attachments[{i}].{key}"), attachment.get(key));
        }
    }
}

fn stickers(at: &str, value: &Value, _: bool, parts: &mut Parts) {
    for (i, sticker) in items(value) {
        parts.add_if_text(|| format!("{at}sticker_items[{i}].name"), sticker.get("name"));
    }
}

/// Lays an update of a message over what was known of it, and returns the
/// message object. Either may be a message object or the whole dispatch that
/// holds one. Values are taken over byte for byte; what the update does not
/// mention stays as it was, with two exceptions. The author's roles are
/// forgotten, because they may have changed since. And the later edit wins:
/// when Discord unfurls a link it sends no time of the edit, or the previous
/// one cut to milliseconds.
pub fn merge(prior: &str, update: &str) -> Result<String, serde_json::Error> {
    let mut merged = object(prior)?;
    let update = object(update)?;
    // `2026-11-21T06:50:14.123456+00:00` is read up to its milliseconds.
    let edited = |of: &BTreeMap<Cow<'_, str>, &RawValue>| {
        of.get("edited_timestamp").and_then(|raw| raw.get().get(..24)).unwrap_or("").to_owned()
    };
    let keep_time = edited(&merged) >= edited(&update);
    let mut nick = None;
    if !update.contains_key("member")
        && let Some(member) = merged.remove("member")
    {
        nick = nickname(member);
    }
    for (key, value) in update {
        if !(keep_time && key == "edited_timestamp" && merged.contains_key(&key)) {
            merged.insert(key, value);
        }
    }
    if let Some(nick) = &nick {
        merged.insert(Cow::Borrowed("member"), nick);
    }
    serde_json::to_string(&merged)
}

/// A member with nothing but the name it had.
fn nickname(member: &RawValue) -> Option<Box<RawValue>> {
    let value: Value = serde_json::from_str(member.get()).ok()?;
    let nick = value.get("nick")?.as_str()?;
    serde_json::value::to_raw_value(&serde_json::json!({ "nick": nick })).ok()
}

/// The members of a message object, or of the one in a dispatch.
fn object(raw: &str) -> Result<BTreeMap<Cow<'_, str>, &RawValue>, serde_json::Error> {
    let outer: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(raw)?;
    match outer.get("d") {
        Some(inner) if !outer.contains_key("id") => serde_json::from_str(inner.get()),
        _ => Ok(outer),
    }
}

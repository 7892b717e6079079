//! The evidence beside an entry: names, texts, reasons, raw frames.
//!
//! `entry` commits to every field of it, and the field's number goes into the
//! salts, so that evidence can be withheld or disposed of without touching
//! what is hashed.

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::value::StrDeserializer;
use serde::de::{IgnoredAny, IntoDeserializer};
use serde::{Deserialize, Serialize};

use crate::domain::card::Card;
use crate::domain::event::Frame;

/// A field of evidence. Its number goes into every salt, so numbers are
/// never used again for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The raw dispatch. Never redacted in part.
    Frame,
    /// The author's identifier.
    Author,
    /// What was typed.
    Content,
    /// The circumstances of the decision, where they were not the ordinary ones.
    Circumstances,
    /// The actions owed, whole.
    Intents,
    /// What the bot said to somebody, word for word.
    Said,
    /// Who decided or did it.
    By,
    /// A reason that somebody gave.
    Reason,
    /// The captured attachments: names, types, sizes, SHA-256, or why not.
    Files,
    /// A title or a nickname.
    Name,
    /// Further details: an error, settings before and after.
    Detail,
    /// What the card about a case shows, as it stood when the case was opened.
    Card,
    /// The message as it was read, where something is still to come of it: its
    /// author's roles, its attachments.
    Message,
    /// A text of the message besides what was typed; the k-th of `parts`.
    Part(u16),
}

impl Field {
    /// The number that goes into the salt.
    pub fn number(self) -> u32 {
        match self {
            Field::Frame => 1,
            Field::Author => 2,
            Field::Content => 3,
            Field::Circumstances => 4,
            Field::Intents => 5,
            Field::Said => 6,
            Field::By => 7,
            Field::Reason => 8,
            Field::Files => 9,
            Field::Name => 10,
            Field::Detail => 11,
            Field::Card => 12,
            Field::Message => 13,
            Field::Part(k) => 64 + u32::from(k),
        }
    }

    /// The field's name in `evidence` and in `commit`.
    pub fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Field::Frame => "frame",
            Field::Author => "author",
            Field::Content => "content",
            Field::Circumstances => "circumstances",
            Field::Intents => "intents",
            Field::Said => "said",
            Field::By => "by",
            Field::Reason => "reason",
            Field::Files => "files",
            Field::Name => "name",
            Field::Detail => "detail",
            Field::Card => "card",
            Field::Message => "message",
            Field::Part(k) => return Cow::Owned(format!("part-{k}")),
        })
    }

    /// The fields that have a name of their own, in the order of their numbers.
    pub const NAMED: [Field; 13] = [
        Field::Frame,
        Field::Author,
        Field::Content,
        Field::Circumstances,
        Field::Intents,
        Field::Said,
        Field::By,
        Field::Reason,
        Field::Files,
        Field::Name,
        Field::Detail,
        Field::Card,
        Field::Message,
    ];

    /// Reads a field's name, in the one spelling it has.
    pub fn parse(name: &str) -> Option<Field> {
        let field = match Field::NAMED.into_iter().find(|field| field.name() == name) {
            Some(named) => named,
            None => Field::Part(name.strip_prefix("part-")?.parse().ok()?),
        };
        (field.name() == name).then_some(field)
    }
}

/// A field's value. A JSON string is words; every other JSON value is kept
/// byte for byte. So whoever reads the line knows from the value alone how it
/// was committed to.
#[derive(Clone, Debug)]
pub enum Value {
    /// Words, committed to in pieces, so that some can be withheld.
    Text(String),
    /// A JSON value other than a string, on one line; committed to as one piece.
    Json(Arc<str>),
}

/// A message's frame, author, words, and one more.
const FIELDS_USUALLY: usize = 4;

/// Between tokens a line break is legal JSON, and fatal to a file of lines;
/// within a string it cannot stand.
fn on_one_line(json: &Arc<str>) -> Arc<str> {
    match memchr::memchr2(b'\n', b'\r', json.as_bytes()) {
        Some(_) => json.replace(['\n', '\r'], " ").into(),
        None => json.clone(),
    }
}

/// The evidence of an entry: its fields, in the order of their numbers.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    fields: Vec<(Field, Value)>,
    /// What [`Field::Card`] was written from, which need not be read back.
    card: Option<Arc<Card>>,
}

impl Evidence {
    /// No evidence at all.
    pub fn none() -> Evidence {
        Evidence::default()
    }

    /// The fields, by rising number.
    pub fn fields(&self) -> &[(Field, Value)] {
        &self.fields
    }

    /// Sets a field. The actions owed stand in [`super::entry::Entry::intents`]
    /// and are not set here.
    pub fn set(&mut self, field: Field, value: Value) {
        match self.fields.binary_search_by_key(&field.number(), |(f, _)| f.number()) {
            Ok(at) => self.fields[at].1 = value,
            Err(at) => self.fields.insert(at, (field, value)),
        }
    }

    /// Sets a field of words.
    pub fn with_text(mut self, field: Field, text: impl Into<String>) -> Evidence {
        self.set(field, Value::Text(text.into()));
        self
    }

    /// Sets a field to a value that serialises; panics if it does not, which
    /// for our own types is a broken invariant. A string becomes words.
    pub fn with_json(mut self, field: Field, value: &impl Serialize) -> Evidence {
        let json = serde_json::to_string(value).expect("our own types serialise");
        let value = match json.starts_with('"') {
            true => Value::Text(serde_json::from_str(&json).expect("it was just written")),
            false => Value::Json(json.into()),
        };
        self.set(field, value);
        self
    }

    /// Sets the card of a case.
    pub fn with_card(self, card: Arc<Card>) -> Evidence {
        Evidence { card: Some(card.clone()), ..self.with_json(Field::Card, &*card) }
    }

    /// The card of a case.
    pub fn card(&self) -> Option<Arc<Card>> {
        self.card.clone().or_else(|| self.json(Field::Card).map(Arc::new))
    }

    /// Adds the raw dispatch. One that is no JSON at all, or nothing but a
    /// string, is kept as words.
    pub fn with_frame(mut self, frame: &Frame) -> Evidence {
        if frame.raw.is_empty() {
            return self;
        }
        self.fields.reserve(FIELDS_USUALLY);
        let is_json = frame.is_json || serde_json::from_str::<IgnoredAny>(&frame.raw).is_ok();
        let value = match is_json && !frame.raw.trim_start().starts_with('"') {
            true => Value::Json(on_one_line(&frame.raw)),
            false => Value::Text(frame.raw.to_string()),
        };
        self.set(Field::Frame, value);
        self
    }

    fn get(&self, field: Field) -> Option<&Value> {
        let at = self.fields.binary_search_by_key(&field.number(), |(f, _)| f.number()).ok()?;
        Some(&self.fields[at].1)
    }

    /// A field's words.
    pub fn text(&self, field: Field) -> Option<&str> {
        match self.get(field)? {
            Value::Text(text) => Some(text),
            Value::Json(_) => None,
        }
    }

    /// A field's JSON, byte for byte.
    pub fn raw(&self, field: Field) -> Option<&str> {
        match self.get(field)? {
            Value::Json(raw) => Some(raw),
            Value::Text(_) => None,
        }
    }

    /// A field's value, read as `T`, whether it was written as JSON or is
    /// an identifier and so a string.
    pub fn json<T: for<'de> Deserialize<'de>>(&self, field: Field) -> Option<T> {
        match self.get(field)? {
            Value::Json(raw) => serde_json::from_str(raw).ok(),
            Value::Text(text) => {
                let words: StrDeserializer<'_, serde::de::value::Error> = text.as_str().into_deserializer();
                T::deserialize(words).ok()
            }
        }
    }
}

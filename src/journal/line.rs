//! A line of a journal file: `{"entry":…,"evidence":…}`.
//!
//! The bytes of `entry` are hashed as they stand, so a line is taken apart
//! without being understood first, and nothing is ever serialised again in
//! order to be hashed. There is one way to write a line, with no white space
//! between its parts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use tlog_tiles::Hash;

use super::commitment::{self, Seed};
use super::entry::{Body, Entry, Evidence, Field, Public, Value};
use super::tree;
use crate::domain::action::{Action, EntryNo, Outline};
use crate::domain::id::Moment;

const HEAD: &str = "{\"entry\":";
const MIDDLE: &str = ",\"evidence\":";
/// [`MIDDLE`] and the brace after it.
const EVIDENCE_OBJECT: &str = ",\"evidence\":{";

/// Writes entries as lines. Keeps its buffers from one line to the next.
#[derive(Default)]
pub struct Encoder {
    commits: Vec<(Cow<'static, str>, [u8; 32])>,
    intents: Vec<u8>,
}

/// The public side as it is written; reads back as [`Public`].
#[derive(Serialize)]
struct Written<'a> {
    at: Moment,
    body: &'a Body,
    clock: Moment,
    #[serde(skip_serializing_if = "Commits::is_empty")]
    commit: Commits<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    intents: Vec<Outline>,
    n: EntryNo,
}

struct Commits<'a>(&'a [(Cow<'static, str>, [u8; 32])]);

impl Commits<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Commits<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (name, commitment) in self.0 {
            let mut written = [0; commitment::WRITTEN_BYTES];
            map.serialize_entry(name, commitment::written_to(commitment, &mut written))?;
        }
        map.end()
    }
}

const OURS: &str = "our own types serialise";

impl Encoder {
    /// Appends the line of `entry`, numbered `n`, to `out`, line feed
    /// included. Returns its leaf hash.
    pub fn encode(&mut self, n: EntryNo, entry: &Entry, seed: &Seed, out: &mut Vec<u8>) -> Hash {
        self.commit(entry, seed);
        out.extend_from_slice(HEAD.as_bytes());
        let start = out.len();
        let written = Written {
            at: entry.at,
            body: &entry.body,
            clock: entry.clock,
            commit: Commits(&self.commits),
            intents: entry.intents.iter().map(Action::outline).collect(),
            n,
        };
        serde_json::to_writer(&mut *out, &written).expect(OURS);
        let leaf = tree::leaf(&out[start..]);
        if !self.commits.is_empty() {
            self.write_evidence(entry, seed, out);
        }
        out.extend_from_slice(b"}\n");
        leaf
    }

    fn commit(&mut self, entry: &Entry, seed: &Seed) {
        self.commits.clear();
        self.intents.clear();
        for (field, value) in entry.evidence.fields() {
            assert!(*field != Field::Intents, "actions owed stand in `Entry::intents`");
            let commitment = match value {
                Value::Text(text) => commitment::of_text(seed, *field, text),
                Value::Json(json) => commitment::of_bytes(seed, *field, json.as_bytes()),
            };
            self.commits.push((field.name(), commitment));
        }
        if !entry.intents.is_empty() {
            serde_json::to_writer(&mut self.intents, &entry.intents).expect(OURS);
            let commitment = commitment::of_bytes(seed, Field::Intents, &self.intents);
            self.commits.push((Field::Intents.name(), commitment));
        }
        self.commits.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    }

    fn write_evidence(&self, entry: &Entry, seed: &Seed, out: &mut Vec<u8>) {
        out.extend_from_slice(MIDDLE.as_bytes());
        out.extend_from_slice(b"{\"seed\":\"");
        let mut written = [0; commitment::WRITTEN_BYTES];
        out.extend_from_slice(commitment::written_to(seed, &mut written).as_bytes());
        out.push(b'"');
        let mut owed = !self.intents.is_empty();
        for (field, value) in entry.evidence.fields() {
            if owed && field.number() > Field::Intents.number() {
                self.write_intents(out);
                owed = false;
            }
            out.extend_from_slice(b",\"");
            out.extend_from_slice(field.name().as_bytes());
            out.extend_from_slice(b"\":");
            match value {
                Value::Text(text) => serde_json::to_writer(&mut *out, text).expect(OURS),
                Value::Json(json) => out.extend_from_slice(json.as_bytes()),
            }
        }
        if owed {
            self.write_intents(out);
        }
        out.push(b'}');
    }

    fn write_intents(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"intents\":");
        out.extend_from_slice(&self.intents);
    }
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadLine {
    /// It is not `{"entry":…,"evidence":…}`.
    Shape(String),
    /// `entry` does not say what an entry says.
    Entry(String),
    /// `entry` is not in the one form an entry is written in.
    Form,
    /// `evidence` cannot be read.
    Evidence(String),
    /// This field of the evidence is not what `entry` commits to.
    Commitment(String),
    /// `entry` commits to this field, which the evidence lacks.
    Missing(String),
    /// The evidence holds this field, to which `entry` does not commit.
    Uncommitted(String),
    /// The actions in the evidence are not as many as `entry` says.
    Intents,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadLine::Shape(why) => write!(f, "the line is not an entry with its evidence: {why}"),
            BadLine::Entry(why) => write!(f, "`entry` cannot be read: {why}"),
            BadLine::Form => f.write_str("`entry` is not in canonical form"),
            BadLine::Evidence(why) => write!(f, "`evidence` cannot be read: {why}"),
            BadLine::Commitment(field) => write!(f, "`{field}` is not what the entry commits to"),
            BadLine::Missing(field) => write!(f, "`{field}` is committed to and not in the evidence"),
            BadLine::Uncommitted(field) => write!(f, "`{field}` is in the evidence and not committed to"),
            BadLine::Intents => f.write_str("the actions in the evidence are not those of the entry"),
        }
    }
}

impl std::error::Error for BadLine {}

/// A line, taken apart and not yet understood.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    entry: &'a str,
    evidence: Option<&'a str>,
}

/// What a line says of its place: enough to count and to time it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Stamp {
    pub at: Moment,
    pub n: EntryNo,
}

/// How much of an entry's evidence is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// All that is committed to, and it is what was committed to.
    Whole,
    /// None: it was disposed of.
    Disposed,
}

impl<'a> Line<'a> {
    /// Takes a line apart; `bytes` are without the line feed. Both parts are
    /// held to be JSON only when they are read.
    pub fn parse(bytes: &'a [u8]) -> Result<Line<'a>, BadLine> {
        let shape = |why: &str| BadLine::Shape(why.to_owned());
        let text = std::str::from_utf8(bytes).map_err(|e| BadLine::Shape(e.to_string()))?;
        let rest = text.strip_prefix(HEAD).ok_or_else(|| shape("it does not begin with `entry`"))?;
        let rest = rest.strip_suffix('}').ok_or_else(|| shape("it does not end with a brace"))?;
        // Nothing in `entry` has an object under the name `evidence`, and
        // within its strings a quotation mark is escaped: the first time this
        // occurs is the place where the evidence begins.
        let object = memchr::memmem::find(rest.as_bytes(), EVIDENCE_OBJECT.as_bytes());
        Ok(match object {
            Some(at) => Line { entry: &rest[..at], evidence: Some(&rest[at + MIDDLE.len()..]) },
            None => Line { entry: rest, evidence: None },
        })
    }

    /// Whether the entry bears this number: the last thing in it, in
    /// canonical form.
    pub fn is_numbered(&self, n: EntryNo) -> bool {
        let said = self.entry.strip_suffix('}').and_then(|rest| rest.rsplit_once(",\"n\":"));
        said.is_some_and(|(_, said)| said.parse() == Ok(n))
    }

    /// The bytes of `entry`, as they stand.
    pub fn entry_bytes(&self) -> &'a [u8] {
        self.entry.as_bytes()
    }

    /// The bytes of `evidence`, as they stand; `None` where it was disposed of.
    pub fn evidence_str(&self) -> Option<&'a str> {
        self.evidence
    }

    /// Bytes of the line, without the line feed.
    pub fn length(&self) -> usize {
        HEAD.len() + self.entry.len() + self.evidence.map_or(0, |e| MIDDLE.len() + e.len()) + 1
    }

    /// The entry's leaf hash.
    pub fn leaf(&self) -> Hash {
        tree::leaf(self.entry_bytes())
    }

    /// Number and time.
    pub fn stamp(&self) -> Result<Stamp, BadLine> {
        serde_json::from_str(self.entry).map_err(|e| BadLine::Entry(e.to_string()))
    }

    /// The public side.
    pub fn public(&self) -> Result<Public, BadLine> {
        serde_json::from_str(self.entry).map_err(|e| BadLine::Entry(e.to_string()))
    }

    /// Whether there is evidence in the line.
    pub fn has_evidence(&self) -> bool {
        self.evidence.is_some()
    }

    /// The evidence, and the actions owed that stand in it.
    pub fn evidence(&self) -> Result<(Evidence, Vec<Action>), BadLine> {
        let Some(given) = self.given()? else { return Ok(Default::default()) };
        let mut evidence = Evidence::none();
        let mut intents = Vec::new();
        for (field, raw) in given.fields {
            if field == Field::Intents {
                intents = parse_actions(raw)?;
            } else if let Some(text) = words(raw)? {
                evidence.set(field, Value::Text(text.into_owned()));
            } else {
                evidence.set(field, Value::Json(raw.get().into()));
            }
        }
        Ok((evidence, intents))
    }

    /// The actions owed from this entry on, whole.
    pub fn intents(&self) -> Result<Vec<Action>, BadLine> {
        let Some(given) = self.given()? else { return Ok(Vec::new()) };
        match given.fields.iter().find(|(field, _)| *field == Field::Intents) {
            Some((_, raw)) => parse_actions(raw),
            None => Ok(Vec::new()),
        }
    }

    /// The whole entry.
    pub fn decode(&self) -> Result<Entry, BadLine> {
        let public = self.public()?;
        let (evidence, intents) = self.evidence()?;
        Ok(Entry { at: public.at, body: public.body, clock: public.clock, evidence, intents })
    }

    /// Holds the line to all that can be checked of it alone: the form of
    /// `entry`, which is that of `public`, and every commitment.
    pub fn check(&self, public: &Public) -> Result<Presence, BadLine> {
        let mut form = Vec::with_capacity(self.entry.len());
        serde_json::to_writer(&mut form, public).map_err(|e| BadLine::Entry(e.to_string()))?;
        if form != self.entry_bytes() {
            return Err(BadLine::Form);
        }
        if public.intents.is_empty() == public.commit.contains_key("intents") {
            return Err(BadLine::Intents);
        }
        let Some(given) = self.given()? else {
            return Ok(if public.commit.is_empty() { Presence::Whole } else { Presence::Disposed });
        };
        let mut written = [0; commitment::WRITTEN_BYTES];
        for (field, raw) in &given.fields {
            let name = field.name();
            let Some(committed) = public.commit.get(name.as_ref()) else {
                return Err(BadLine::Uncommitted(name.into_owned()));
            };
            let commitment = match words(raw)? {
                Some(text) => commitment::of_text(&given.seed, *field, &text),
                None => commitment::of_bytes(&given.seed, *field, raw.get().as_bytes()),
            };
            if commitment::written_to(&commitment, &mut written) != committed {
                return Err(BadLine::Commitment(name.into_owned()));
            }
            if *field == Field::Intents && parse_actions(raw)?.len() != public.intents.len() {
                return Err(BadLine::Intents);
            }
        }
        // Every field given is committed to, and none is given twice.
        if given.fields.len() != public.commit.len() {
            let names: Vec<_> = given.fields.iter().map(|(field, _)| field.name()).collect();
            let missing = public.commit.keys().find(|name| !names.iter().any(|it| it == *name));
            return Err(BadLine::Missing(missing.cloned().unwrap_or_default()));
        }
        Ok(Presence::Whole)
    }

    fn given(&self) -> Result<Option<Given<'a>>, BadLine> {
        let Some(raw) = self.evidence else { return Ok(None) };
        serde_json::from_str(raw).map(Some).map_err(|e| BadLine::Evidence(e.to_string()))
    }
}

/// The words of a field, where it is a JSON string.
fn words(raw: &RawValue) -> Result<Option<Cow<'_, str>>, BadLine> {
    #[derive(Deserialize)]
    struct Words<'a>(#[serde(borrow)] Cow<'a, str>);
    if !raw.get().starts_with('"') {
        return Ok(None);
    }
    let Words(text) = serde_json::from_str(raw.get()).map_err(|e| BadLine::Evidence(e.to_string()))?;
    Ok(Some(text))
}

fn parse_actions(raw: &RawValue) -> Result<Vec<Action>, BadLine> {
    serde_json::from_str(raw.get()).map_err(|e| BadLine::Evidence(format!("`intents`: {e}")))
}

/// The evidence as it stands in the line. A release in part, which gives
/// piece hashes and single salts, has no `seed` and is another form of it,
/// under the key `pieces` (docs/RECORD-FORMAT.md); it is never written to a
/// journal file by this version.
struct Given<'a> {
    seed: Seed,
    fields: Vec<(Field, &'a RawValue)>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Given<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Given<'a>, D::Error> {
        from.deserialize_map(GivenVisitor)
    }
}

struct GivenVisitor;

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the seed and the fields of evidence")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given<'de>, A::Error> {
        use serde::de::Error;
        let mut seed = None;
        let mut fields: Vec<(Field, &'de RawValue)> = Vec::with_capacity(4);
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name == "seed" {
                let text = map.next_value::<Cow<'de, str>>()?;
                let bytes = commitment::read(&text).ok_or_else(|| A::Error::custom("`seed` is no seed"))?;
                if seed.replace(bytes).is_some() {
                    return Err(A::Error::duplicate_field("seed"));
                }
                continue;
            }
            let Some(field) = Field::parse(&name) else {
                return Err(A::Error::custom(format_args!("`{name}` is no field of evidence")));
            };
            if fields.iter().any(|(other, _)| *other == field) {
                return Err(A::Error::custom(format_args!("`{name}` stands there twice")));
            }
            fields.push((field, map.next_value()?));
        }
        let seed = seed.ok_or_else(|| A::Error::missing_field("seed"))?;
        Ok(Given { seed, fields })
    }
}

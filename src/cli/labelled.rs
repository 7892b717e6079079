//! Labelled messages: what weights are learned from and policies measured by.
//!
//! One JSON object a line: `text` and `labels` (categories; an empty list for
//! none), and optionally `id`, `lang`, `audience`, `topics`, `coverage` (the
//! categories that whoever labelled looked for; left out, all of them), `family`
//! (messages that are variants of one another share it), `technique` (how the
//! words are disguised), `keyword` (whether a simple word list would do) and
//! `tags` (free words for what kind of message it is).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Audience, Category, Topics};

/// A labelled message.
#[derive(Clone, Debug)]
pub struct Labelled {
    pub id: String,
    pub text: String,
    pub labels: Vec<Category>,
    /// `None`: every category.
    pub coverage: Option<Vec<Category>>,
    pub lang: String,
    pub audience: Audience,
    pub topics: Topics,
    pub family: String,
    pub technique: String,
    pub keyword: Option<bool>,
    pub tags: Vec<String>,
}

/// As it stands in the file. Keys that are not ours are left alone.
#[derive(Deserialize)]
struct Line {
    id: Option<serde_json::Value>,
    text: String,
    #[serde(default)]
    labels: Vec<String>,
    coverage: Option<Vec<String>>,
    lang: Option<String>,
    audience: Option<String>,
    topics: Option<String>,
    family: Option<String>,
    technique: Option<String>,
    keyword: Option<bool>,
    #[serde(default)]
    tags: Vec<String>,
}

impl Labelled {
    /// Whether the message says anything about a category.
    pub fn covers(&self, category: Category) -> bool {
        self.coverage.as_ref().is_none_or(|covered| covered.contains(&category))
    }

    pub fn has(&self, category: Category) -> bool {
        self.labels.contains(&category)
    }

    /// Whether the rules of a category are for whoever wrote the message.
    pub fn is_ruled_by(&self, category: Category) -> bool {
        use Category::*;
        let of_staff = matches!(category, Confidential | Endorsement | Affiliation | SpeakingForCity);
        !of_staff || self.audience != Audience::Resident
    }

    /// Whether a category may be counted on it at all.
    pub fn concerns(&self, category: Category) -> bool {
        self.covers(category) && self.is_ruled_by(category)
    }

    /// As whose message, and where, it is to be judged.
    pub fn circumstances(&self) -> Circumstances {
        Circumstances { standing: self.audience.into(), topics: self.topics, ..Circumstances::default() }
    }

    fn read(line: &[u8], number: usize) -> Result<Labelled, String> {
        let line: Line = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let category =
            |word: &String| Category::parse(word).ok_or_else(|| format!("there is no category `{word}`"));
        let categories = |words: &[String]| words.iter().map(category).collect::<Result<Vec<_>, _>>();
        let audience = line.audience.as_deref().map_or(Some(Audience::Resident), Audience::parse);
        let topics = line.topics.as_deref().map_or(Some(Topics::Scoped), Topics::parse);
        let id = match line.id {
            Some(serde_json::Value::String(id)) => id,
            Some(id) => id.to_string(),
            None => number.to_string(),
        };
        Ok(Labelled {
            labels: categories(&line.labels)?,
            coverage: line.coverage.as_deref().map(categories).transpose()?,
            lang: line.lang.unwrap_or_else(|| "en".to_owned()),
            audience: audience.ok_or("`audience`: write resident, employee or official")?,
            topics: topics.ok_or("`topics`: write scoped or open")?,
            family: line.family.unwrap_or_else(|| id.clone()),
            technique: line.technique.unwrap_or_default(),
            keyword: line.keyword,
            tags: line.tags,
            id,
            text: line.text,
        })
    }
}

/// Reads files of labelled messages, one after the other.
pub fn read_all(paths: &[PathBuf]) -> anyhow::Result<Vec<Labelled>> {
    let read: Vec<Vec<Labelled>> = paths.iter().map(|path| read(path)).collect::<anyhow::Result<_>>()?;
    Ok(read.into_iter().flatten().collect())
}

/// Reads a file of labelled messages. Nothing of it is used when one line is
/// wrong: figures over the rest would say something else than they seem to.
fn read(path: &Path) -> anyhow::Result<Vec<Labelled>> {
    let name = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("cannot read `{name}`"))?;
    let mut messages = Vec::new();
    for (at, line) in BufReader::new(file).split(b'\n').enumerate() {
        let line = line.with_context(|| format!("cannot read `{name}`"))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let message = Labelled::read(&line, at + 1)
            .map_err(|why| anyhow::anyhow!("line {} of `{name}`: {why}", at + 1))?;
        messages.push(message);
    }
    Ok(messages)
}

//! `gavel judge`: what would be decided, and why.
//!
//! Messages come from a file or a pipe, one a line, or as JSON objects; each
//! is answered as soon as it is read, so that a program can talk to it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{Ending, policy_or_report};
use crate::decide;
use crate::domain::circumstances::{
    Circumstances, EARLIER_LIMIT, Earlier, JOINED_LIMIT, JOINED_WITHIN_MS, SHORT_CHARS,
};
use crate::domain::decision::{Audience, Decision, Topics};
use crate::explain;
use crate::policy::Policy;
use crate::text::formats;

/// Decide about messages and explain each decision, without any server.
///
/// Plain text: one message a line. A file that ends in `.jsonl` (or, with
/// --jsonl, the input): one object a line with `text`, and optionally `id`,
/// `audience`, `topics`, `author` and `at` (seconds, or RFC 3339). Left out,
/// a message is by a resident never seen before, in a scoped channel.
#[derive(Args)]
pub struct Arguments {
    /// The policy to judge by; left out, the built-in Monroe policy
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// As whom the messages are written: resident, employee or official
    #[arg(long, value_parser = parse_audience, default_value = "resident")]
    audience: Audience,
    /// Whether topic rules apply: scoped or open
    #[arg(long, value_parser = parse_topics, default_value = "scoped")]
    topics: Topics,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// Read the input as JSON objects, whatever its name
    #[arg(long)]
    jsonl: bool,
    /// A file, or - for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    input: PathBuf,
}

fn parse_audience(word: &str) -> Result<Audience, String> {
    Audience::parse(word).ok_or_else(|| "write resident, employee or official".to_owned())
}

fn parse_topics(word: &str) -> Result<Topics, String> {
    Topics::parse(word).ok_or_else(|| "write scoped or open".to_owned())
}

/// A message as it is handed in.
#[derive(Debug, Default)]
struct Handed {
    id: serde_json::Value,
    text: String,
    audience: Option<Audience>,
    topics: Option<Topics>,
    author: Option<serde_json::Value>,
    /// In seconds.
    at: Option<f64>,
}

impl Handed {
    /// Reads an object, or says what is wrong with it. Keys that are not ours
    /// are left alone: labelled data has more of them.
    fn read(line: &[u8]) -> Result<Handed, String> {
        use serde_json::Value;
        let value: Value =
            serde_json::from_slice(line).map_err(|error| format!("this is no JSON ({})", place(&error)))?;
        let Value::Object(mut object) = value else {
            return Err("write an object, such as {\"text\": \"Good morning\"}".to_owned());
        };
        let text = match object.remove("text") {
            Some(Value::String(text)) => text,
            Some(_) => return Err("`text` is no text: put it in quotation marks".to_owned()),
            None => return Err("there is no `text`".to_owned()),
        };
        let mut given = |key: &str| object.remove(key).filter(|value| !value.is_null());
        let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
        let audience = given("audience").map(|value| parse_audience(&word(value)));
        let topics = given("topics").map(|value| parse_topics(&word(value)));
        let at = given("at").map(|at| seconds(&at).ok_or("write seconds, or a time as 2026-01-05T08:00:00Z"));
        Ok(Handed {
            id: given("id").unwrap_or_default(),
            text,
            audience: audience.transpose().map_err(|hint| format!("`audience`: {hint}"))?,
            topics: topics.transpose().map_err(|hint| format!("`topics`: {hint}"))?,
            author: given("author"),
            at: at.transpose().map_err(|hint| format!("`at`: {hint}"))?,
        })
    }

    /// Reads an object whose text may hold what is no text: bytes that are not
    /// UTF-8, halves of a surrogate pair. They are read as the replacement
    /// character, as Discord and every browser show them.
    fn read_mended(line: &[u8]) -> Result<Handed, String> {
        Handed::read(line).or_else(|why| {
            let text = String::from_utf8_lossy(line);
            let mended = whole_surrogates(&text);
            if mended == text.as_bytes() && matches!(text, std::borrow::Cow::Borrowed(_)) {
                return Err(why);
            }
            Handed::read(&mended)
        })
    }
}

/// JSON in which no escape is half of a surrogate pair (RFC 8259, section 8.2).
fn whole_surrogates(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut mended = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let (taken, replaced) = match (bytes[at], unit(at)) {
            (b'\\', Some(0xd800..=0xdbff)) => match unit(at + 6) {
                Some(0xdc00..=0xdfff) => (12, false),
                _ => (6, true),
            },
            (b'\\', Some(0xdc00..=0xdfff)) => (6, true),
            (b'\\', Some(_)) => (6, false),
            (b'\\', None) => (2, false),
            _ => (1, false),
        };
        let end = (at + taken).min(bytes.len());
        match replaced {
            true => mended.extend(b"\\ufffd"),
            false => mended.extend(&bytes[at..end]),
        }
        at = end;
    }
    mended
}

/// Where a line stops being JSON.
fn place(error: &serde_json::Error) -> String {
    match error.is_eof() {
        true => "it ends too early".to_owned(),
        false => format!("from character {} on", error.column().max(1)),
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a serde_json::Value,
    disposition: &'a str,
    routes: Vec<&'a str>,
    reminders: &'a [String],
    findings: Vec<FindingOut<'a>>,
    guards: Vec<&'a str>,
    explanation: String,
}

#[derive(Serialize)]
struct FindingOut<'a> {
    rule: &'a str,
    category: &'a str,
    clause: String,
    evidence: &'a str,
    score: Option<f64>,
    spans: Vec<SpanOut<'a>>,
}

#[derive(Serialize)]
struct SpanOut<'a> {
    part: &'a str,
    start: usize,
    end: usize,
    text: String,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let Some(policy) = policy_or_report(arguments.policy.as_deref()) else { return Ok(Ending::Usage) };
    let from_stdin = arguments.input.as_os_str() == "-";
    let as_objects = arguments.jsonl || arguments.input.extension().is_some_and(|e| e == "jsonl");
    let (reader, size): (Box<dyn BufRead>, u64) = if from_stdin {
        if std::io::stdin().is_terminal() {
            eprintln!("Type a message and press Enter; end with Ctrl-D.");
        }
        (Box::new(BufReader::new(std::io::stdin())), 0)
    } else {
        let name = arguments.input.display();
        let file = std::fs::File::open(&arguments.input)
            .map_err(|error| anyhow::anyhow!("cannot read `{name}`: {error}"))?;
        let about = file.metadata().map_err(|error| anyhow::anyhow!("cannot read `{name}`: {error}"))?;
        if about.is_dir() {
            anyhow::bail!("`{name}` is a directory: name a file, or - for standard input");
        }
        let size = about.len();
        (Box::new(BufReader::with_capacity(1 << 16, file)), size)
    };
    let progress = progress_bar(size);
    let unread = judge_all(&policy, arguments, as_objects, from_stdin, reader, &progress)?;
    progress.finish_and_clear();
    if unread == 0 {
        return Ok(Ending::Well);
    }
    eprintln!("gavel: {unread} line{} could not be read", if unread == 1 { "" } else { "s" });
    Ok(Ending::Usage)
}

fn progress_bar(size: u64) -> ProgressBar {
    // Only where it does not run into the answers: they go to a file or pipe.
    if size == 0 || !std::io::stderr().is_terminal() || std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(size);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar
}

/// Answers line after line, and tells how many could not be read: one bad line
/// does not take the answers to the others away.
fn judge_all(
    policy: &Policy,
    arguments: &Arguments,
    as_objects: bool,
    answer_at_once: bool,
    mut reader: Box<dyn BufRead>,
    progress: &ProgressBar,
) -> anyhow::Result<u64> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut heard = Heard::default();
    let mut number = 0u64;
    let mut unread = 0;
    // Whoever waits for each answer gets it before the next line is read.
    let (at_once, hands) = match answer_at_once {
        true => (1, 1),
        false => (LINES_AT_ONCE, std::thread::available_parallelism().map_or(1, usize::from).min(MOST_HANDS)),
    };
    let mut lines: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut ended = false;
    while !ended {
        lines.clear();
        while lines.len() < at_once {
            let mut line = Vec::new();
            let read = reader.read_until(b'\n', &mut line);
            let read = read.with_context(|| format!("cannot read `{}`", arguments.input.display()))?;
            if read == 0 {
                ended = true;
                break;
            }
            number += 1;
            progress.inc(read as u64);
            while line.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
                line.pop();
            }
            if !line.is_empty() {
                lines.push((number, line));
            }
        }
        let handed = by_hands(hands, &lines, |(number, line)| {
            let handed = match as_objects {
                true => Handed::read_mended(line),
                false => Ok(Handed { text: String::from_utf8_lossy(line).into_owned(), ..Handed::default() }),
            };
            (*number, handed)
        });
        // What was heard before is known in the order of the lines only.
        let mut asked = Vec::with_capacity(handed.len());
        for (number, handed) in handed {
            match handed {
                Ok(handed) => {
                    let circumstances = heard.circumstances_of(&handed, arguments);
                    asked.push((number, handed, circumstances));
                }
                Err(why) => {
                    unread += 1;
                    progress
                        .suspend(|| eprintln!("gavel: line {number} of {}: {why}", input_name(arguments)));
                }
            }
        }
        let answers = by_hands(hands, &asked, |(number, handed, circumstances)| {
            answer_line(policy, arguments.json, *number, handed, circumstances)
        });
        for answer in answers {
            out.write_all(&answer?)?;
        }
        if answer_at_once {
            out.flush()?;
        }
    }
    out.flush()?;
    Ok(unread)
}

/// How many lines are judged side by side before the next are read.
const LINES_AT_ONCE: usize = 8_192;

/// How many threads judge them.
const MOST_HANDS: usize = 8;

/// Does the same with every item, by several threads; in their order.
fn by_hands<T: Sync, R: Send>(hands: usize, items: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if hands < 2 || items.len() < hands * 16 {
        return items.iter().map(each).collect();
    }
    let share = items.len().div_ceil(hands);
    std::thread::scope(|scope| {
        let each = &each;
        let working: Vec<_> = items
            .chunks(share)
            .map(|items| scope.spawn(move || items.iter().map(each).collect::<Vec<R>>()))
            .collect();
        working.into_iter().flat_map(|work| work.join().expect("judging does not fail")).collect()
    })
}

/// The answer to one message, as it is written.
fn answer_line(
    policy: &Policy,
    as_json: bool,
    number: u64,
    handed: &Handed,
    circumstances: &Circumstances,
) -> anyhow::Result<Vec<u8>> {
    let decision = decide::decide(policy, &decide::message_of(&handed.text), circumstances);
    let mut written = Vec::with_capacity(256);
    if as_json {
        let by_number = serde_json::Value::from(number);
        let id = if handed.id.is_null() { &by_number } else { &handed.id };
        serde_json::to_writer(&mut written, &answer(policy, id, &handed.text, &decision, circumstances))?;
        written.push(b'\n');
    } else {
        write_plainly(policy, &handed.text, &decision, circumstances, &mut written)?;
    }
    Ok(written)
}

/// What is read, as it is said in messages.
fn input_name(arguments: &Arguments) -> String {
    match arguments.input.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => format!("`{}`", arguments.input.display()),
    }
}

/// What was said so far, by whom.
#[derive(Default)]
struct Heard {
    authors: HashMap<String, Vec<Spoken>>,
    last_author: Option<String>,
}

impl Heard {
    /// What is known of a message besides its text, and keeps it in mind.
    /// Counting needs an author and a time.
    fn circumstances_of(&mut self, handed: &Handed, arguments: &Arguments) -> Circumstances {
        let mut circumstances = Circumstances {
            standing: handed.audience.unwrap_or(arguments.audience).into(),
            topics: handed.topics.unwrap_or(arguments.topics),
            ..Circumstances::default()
        };
        let (Some(author), Some(at)) = (&handed.author, handed.at) else {
            self.last_author = None;
            return circumstances;
        };
        let author = author.to_string();
        // Somebody else's message parts an author's messages from those before.
        let goes_on = self.last_author.as_ref() == Some(&author);
        let before = self.authors.entry(author.clone()).or_default();
        self.last_author = Some(author);
        let same = sameness(&handed.text);
        circumstances.earlier = before
            .iter()
            .rev()
            .filter(|earlier| earlier.at <= at)
            .take(EARLIER_LIMIT)
            .map(|earlier| Earlier {
                ago_ms: ((at - earlier.at) * 1_000.0) as i64,
                same: earlier.same == same,
            })
            .collect();
        let short = (handed.text.chars().nth(SHORT_CHARS).is_none()).then(|| handed.text.clone());
        if !goes_on {
            before.iter_mut().for_each(|earlier| earlier.short = None);
        }
        if short.is_some() {
            let mut next = at;
            for earlier in before.iter().rev().take(JOINED_LIMIT - 1) {
                let Some(text) = &earlier.short else { break };
                if (next - earlier.at) * 1_000.0 > JOINED_WITHIN_MS as f64 || earlier.at > next {
                    break;
                }
                next = earlier.at;
                circumstances.before.insert(0, text.clone());
            }
        }
        before.push(Spoken { at, same, short });
        if before.len() > EARLIER_LIMIT {
            before.remove(0);
        }
        circumstances
    }
}

/// What is kept of a message for the next by the same author.
struct Spoken {
    at: f64,
    same: u64,
    /// Its text, where it may be read together with the next.
    short: Option<String>,
}

fn sameness(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    crate::text::sameness(text, &mut hasher);
    std::hash::Hasher::finish(&hasher)
}

/// A time in seconds: a number, or RFC 3339 text.
fn seconds(at: &serde_json::Value) -> Option<f64> {
    match at {
        serde_json::Value::Number(number) => number.as_f64(),
        serde_json::Value::String(text) => {
            text.parse::<jiff::Timestamp>().ok().map(|t| t.as_millisecond() as f64 / 1_000.0)
        }
        _ => None,
    }
}

fn answer<'a>(
    policy: &Policy,
    id: &'a serde_json::Value,
    text: &str,
    decision: &'a Decision,
    circumstances: &Circumstances,
) -> Answer<'a> {
    // Most messages have nothing to show.
    let masked = if decision.is_plain() { formats::Masked::default() } else { formats::mask(text) };
    Answer {
        id,
        disposition: decision.disposition.word(),
        routes: decision.routes.iter().map(|d| d.word()).collect(),
        reminders: &decision.reminders,
        findings: decision
            .findings
            .iter()
            .map(|finding| FindingOut {
                rule: &finding.rule,
                category: finding.category.word(),
                clause: clause_of(policy, finding),
                evidence: finding.evidence.word(),
                score: finding.score.map(|s| f64::from(s) / 1_000.0),
                spans: finding
                    .spans
                    .iter()
                    .map(|span| {
                        let (start, end) = masked.span(span.start, span.end);
                        SpanOut {
                            part: &span.part,
                            start: span.start,
                            end: span.end,
                            text: masked.text[start..end].to_owned(),
                        }
                    })
                    .collect(),
            })
            .collect(),
        guards: decision.guards.iter().map(|g| g.word()).collect(),
        explanation: explain::explain(policy, text, decision, circumstances),
    }
}

/// The clause that is cited first: to the author where one may be, otherwise
/// the draft that the rule rests on.
fn clause_of(policy: &Policy, finding: &crate::domain::decision::Finding) -> String {
    finding
        .clauses
        .first()
        .cloned()
        .or_else(|| policy.rule(&finding.rule).and_then(|rule| rule.cites.first().cloned()))
        .unwrap_or_default()
}

fn write_plainly(
    policy: &Policy,
    text: &str,
    decision: &Decision,
    circumstances: &Circumstances,
    out: &mut impl Write,
) -> std::io::Result<()> {
    writeln!(out, "{:<7} {}", decision.disposition.word(), printable(&formats::mask(text).text))?;
    for line in explain::explain(policy, text, decision, circumstances).lines() {
        writeln!(out, "        {}", printable(line))?;
    }
    writeln!(out)
}

/// A text whose control characters cannot steer a terminal.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_unicode().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

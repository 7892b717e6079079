//! `gavel log show`: one entry in full, evidence and all.
//!
//! Who reads what was taken down leaves a trace: the access is on record
//! before anything is shown. The running bot writes it; where none runs, this
//! command takes the lock and does.

use std::collections::HashSet;
use std::io::Write;
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::Value as Json;

use super::{Place, page};
use crate::clock::Clock;
use crate::control::{self, Reply, Request};
use crate::domain::action::{CaseId, EntryNo};
use crate::domain::id::MessageId;
use crate::journal::entry::{AccessRecord, Body, Entry, Evidence, Field, Public, Value};
use crate::journal::line::{BadLine, Line, Presence};
use crate::store::disk::Real;
use crate::store::{Options, Store, files};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The number of the entry
    entry: EntryNo,
}

pub fn run(args: &Args, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let data = &args.place.data;
    let mut found = None;
    files::each(&Real, data, args.entry, &mut |n, line| {
        if n == args.entry {
            let public = line.public()?;
            let presence = line.check(&public);
            let shown = if args.place.json { whole(&line) } else { page(&public, &line, presence)? };
            found = Some((public, line.has_evidence(), shown));
        }
        Ok(ControlFlow::Break(()))
    })?;
    let Some((public, has_evidence, shown)) = found else {
        bail!("there is no entry {} in `{}`", args.entry, data.display());
    };
    if has_evidence && was_taken_down(data, &public)? {
        let entry = record_access(data, args.entry)?;
        eprintln!("this shows what was taken down; that you looked is entry {entry}");
    }
    out.write_all(shown.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The line as it stands in the journal.
fn whole(line: &Line<'_>) -> String {
    let entry = String::from_utf8_lossy(line.entry_bytes());
    match line.evidence_str() {
        Some(evidence) => format!("{{\"entry\":{entry},\"evidence\":{evidence}}}\n"),
        None => format!("{{\"entry\":{entry}}}\n"),
    }
}

fn page(public: &Public, line: &Line<'_>, presence: Result<Presence, BadLine>) -> Result<String, BadLine> {
    let mut out = String::new();
    let mut row = |name: &str, text: &str| {
        out.push_str(&format!("{name:<14}{text}\n"));
    };
    row("entry", &public.n.to_string());
    row("time", &page::time(public.at));
    if public.clock != public.at {
        row("clock", &page::time(public.clock));
    }
    row("what", &page::harmless(&page::what(public)));
    if let Some(decision) = public.body.decision() {
        row("decision", &page::harmless(&format!("{}  {}", decision.disposition, page::authority(decision))));
    }
    for (index, outline) in public.intents.iter().enumerate() {
        let case = outline.case.map(|case| format!(", case {case}")).unwrap_or_default();
        row("intent", &page::harmless(&format!("{}.{index}  {}{case}", public.n, outline.what)));
    }
    let said = match presence {
        Ok(Presence::Whole) if line.has_evidence() => "whole, and as the entry commits to".to_owned(),
        Ok(Presence::Whole) => "none".to_owned(),
        Ok(Presence::Disposed) => "disposed of".to_owned(),
        Err(e) => format!("DAMAGED: {e}"),
    };
    row("evidence", &said);
    out.push_str("\nthe entry\n");
    let body = serde_json::to_value(&public.body).unwrap_or_default();
    write_value(&mut out, 1, &body);
    let (evidence, intents) = line.evidence()?;
    if line.has_evidence() {
        out.push_str("\nthe evidence\n");
    }
    for (field, value) in evidence.fields() {
        out.push_str(&format!("  {}\n", field.name()));
        match value {
            Value::Text(text) => write_text(&mut out, 2, text),
            Value::Json(raw) => write_value(&mut out, 2, &serde_json::from_str(raw).unwrap_or_default()),
        }
    }
    for (index, action) in intents.iter().enumerate() {
        out.push_str(&format!("  intent {}.{index}\n", public.n));
        write_value(&mut out, 2, &serde_json::to_value(action).unwrap_or_default());
    }
    Ok(out)
}

fn write_text(out: &mut String, depth: usize, text: &str) {
    for line in text.split('\n') {
        out.push_str(&format!("{}{}\n", "  ".repeat(depth), page::harmless(line)));
    }
}

/// A JSON value as an outline.
fn write_value(out: &mut String, depth: usize, value: &Json) {
    let indent = "  ".repeat(depth);
    match value {
        Json::Object(map) => {
            for (name, value) in map {
                let name = page::harmless(name);
                match value {
                    Json::Object(_) | Json::Array(_) => {
                        out.push_str(&format!("{indent}{name}\n"));
                        write_value(out, depth + 1, value);
                    }
                    Json::String(text) if !text.contains('\n') => {
                        out.push_str(&format!("{indent}{name}: {}\n", page::harmless(text)));
                    }
                    Json::String(text) => {
                        out.push_str(&format!("{indent}{name}:\n"));
                        write_text(out, depth + 1, text);
                    }
                    other => out.push_str(&format!("{indent}{name}: {other}\n")),
                }
            }
        }
        Json::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                if item.is_object() || item.is_array() {
                    out.push_str(&format!("{indent}{}.\n", i + 1));
                    write_value(out, depth + 1, item);
                } else {
                    write_value(out, depth, item);
                }
            }
        }
        Json::String(text) => write_text(out, depth, text),
        other => out.push_str(&format!("{indent}{other}\n")),
    }
}

/// Whether an entry holds words of something that was taken down or deleted:
/// a message of which that is so, or a case of such a message.
fn was_taken_down(data: &Path, public: &Public) -> anyhow::Result<bool> {
    let mut messages: HashSet<MessageId> = public.body.messages().iter().copied().collect();
    messages.extend(public.intents.iter().filter_map(|outline| outline.message));
    let mut cases: HashSet<CaseId> = public.body.cases().collect();
    cases.extend(public.intents.iter().filter_map(|outline| outline.case));
    // An outcome tells what was said about its intent.
    if let Body::Outcome(it) = &public.body {
        files::each(&Real, data, it.intent.entry, &mut |_, line| {
            let intents = line.public()?.intents;
            if let Some(outline) = intents.get(usize::from(it.intent.index)) {
                messages.extend(outline.message);
                cases.extend(outline.case);
            }
            Ok(ControlFlow::Break(()))
        })?;
    }
    if messages.is_empty() && cases.is_empty() {
        return Ok(false);
    }
    let mut found = false;
    files::each(&Real, data, 0, &mut |_, line| {
        let public = line.public()?;
        let takes_down = public.intents.iter().any(|outline| {
            matches!(outline.what.as_str(), "delete" | "retitle")
                && (outline.message.is_some_and(|id| messages.contains(&id))
                    || outline.case.is_some_and(|id| cases.contains(&id)))
        });
        let deleted = matches!(&public.body, Body::Deleted(it)
            if it.messages.iter().any(|id| messages.contains(id)) || it.cases.iter().any(|(id, _)| cases.contains(id)));
        found = takes_down || deleted;
        Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(found)
}

/// Who runs this command, as far as the system says.
fn somebody() -> String {
    let name = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_default();
    match std::fs::metadata("/proc/self") {
        Ok(process) => format!("{name} (uid {})", process.uid()).trim_start().to_owned(),
        Err(_) => name,
    }
}

/// Puts on record that an entry is about to be read.
fn record_access(data: &Path, entry: EntryNo) -> anyhow::Result<EntryNo> {
    let by = somebody();
    let request = Request::Access { entry: Some(entry), how: "show".to_owned(), by: by.clone() };
    let asked = control::ask(data, &request).context("cannot ask the running bot to record the access")?;
    match asked {
        Some(Reply::Recorded { entry }) => return Ok(entry),
        Some(Reply::Refused { why }) => bail!("the running bot did not record the access: {why}"),
        None => {}
    }
    let clock = Clock::system();
    let mut options = Options::new(data);
    options.signs = false;
    let (mut store, _) = Store::open(options, &clock)
        .context("the entry shows what was taken down, and who reads it is recorded first")?;
    let number = store.next();
    let now = clock.now();
    let body = Body::Access(AccessRecord { entry: Some(entry), how: "show".to_owned() });
    let evidence = Evidence::none().with_text(Field::By, by);
    store.commit(vec![Entry { at: now, body, clock: now, evidence, intents: vec![] }])?;
    store.close()?;
    Ok(number)
}

//! `gavel log verify`: whether the record holds, and if not, where.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use serde_json::json;

use super::{Place, page};
use crate::clock::Clock;
use crate::domain::id::Moment;
use crate::store::disk::Real;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::verify::{Report, verify};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The verifier key, or a file that holds it, got from somewhere else
    #[arg(long, value_name = "KEY|FILE")]
    key: Option<String>,
}

pub fn run(args: &Args, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let key = match &args.key {
        Some(key) if key.contains('+') && !Path::new(key).exists() => Some(key.trim().to_owned()),
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))?;
            Some(text.trim().to_owned())
        }
        None => None,
    };
    // Before anything is checked: is there a record at all?
    files::key(&Real, &args.place.data).map_or_else(no_journal, |_| Ok(()))?;
    let report = verify(&Real, &args.place.data, key.as_deref())?;
    let now = Clock::system().now();
    if args.place.json {
        writeln!(out, "{}", object(&report, now))?;
    } else {
        out.write_all(page::harmless_lines(&words(&report, now)).as_bytes())?;
    }
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is damaged is for the checker to name.
fn no_journal(error: StoreError) -> Result<(), StoreError> {
    if matches!(error, StoreError::NoJournal { .. }) { Err(error) } else { Ok(()) }
}

fn words(report: &Report, now: Moment) -> String {
    let mut out = String::new();
    match report.problems.as_slice() {
        [] => out.push_str("the record holds\n"),
        [first, rest @ ..] => {
            out.push_str(&format!("the record does NOT hold\n  {first}\n"));
            rest.iter().for_each(|problem| out.push_str(&format!("  {problem}\n")));
        }
    }
    out.push_str(&format!(
        "\nentries      {}\nsegments     {}, {} bytes\ncheckpoints  {} hold\nroot         {}\nkey          {}\n",
        report.entries, report.segments, report.bytes, report.checkpoints, report.root, report.key
    ));
    if report.disposed > 0 {
        out.push_str(&format!("disposed     the evidence of {} entries\n", report.disposed));
    }
    if report.torn > 0 {
        out.push_str(&format!("at the end   {} bytes that are no whole entry (yet)\n", report.torn));
    }
    for remark in &report.remarks {
        out.push_str(&format!("remark       {remark}\n"));
    }
    if !report.owed.is_empty() {
        out.push_str(&format!("\nowed: {} intents have not ended yet, which is normal\n", report.owed.len()));
        for owed in &report.owed {
            let case = owed.outline.case.map(|case| format!(", case {case}")).unwrap_or_default();
            let age = page::age(now.since_ms(owed.since));
            out.push_str(&format!(
                "  {:<10} {}{case}, for {age}\n",
                owed.intent.to_string(),
                owed.outline.what
            ));
        }
    }
    out
}

fn object(report: &Report, now: Moment) -> serde_json::Value {
    let problems = report.problems.iter().map(|it| {
        json!({
            "entry": it.entry,
            "path": it.path.as_ref().map(|path| path.display().to_string()),
            "offset": it.offset,
            "why": it.why,
        })
    });
    let owed = report.owed.iter().map(|it| {
        json!({ "intent": it.intent, "do": it.outline.what, "case": it.outline.case, "age_ms": now.since_ms(it.since) })
    });
    json!({
        "holds": report.problems.is_empty(),
        "entries": report.entries,
        "segments": report.segments,
        "bytes": report.bytes,
        "checkpoints": report.checkpoints,
        "root": report.root,
        "key": report.key,
        "disposed": report.disposed,
        "torn_bytes": report.torn,
        "problems": problems.collect::<Vec<_>>(),
        "remarks": report.remarks,
        "owed": owed.collect::<Vec<_>>(),
    })
}

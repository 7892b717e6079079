//! `gavel log stats`: what is in the record, in numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;

use serde_json::json;

use super::{Place, page};
use crate::domain::id::Moment;
use crate::journal::entry::Body;
use crate::store::disk::Real;
use crate::store::files;

#[derive(Default)]
struct Counts {
    entries: u64,
    bytes: u64,
    first: Option<Moment>,
    last: Option<Moment>,
    kinds: BTreeMap<&'static str, u64>,
    dispositions: BTreeMap<&'static str, u64>,
    cases: BTreeSet<u64>,
    intents: u64,
    concluded: u64,
    without_evidence: u64,
}

pub fn run(place: &Place, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let mut counts = Counts::default();
    files::each(&Real, &place.data, 0, &mut |_, line| {
        let public = line.public()?;
        counts.entries += 1;
        counts.bytes += line.length() as u64 + 1;
        counts.first.get_or_insert(public.at);
        counts.last = Some(public.at);
        *counts.kinds.entry(public.body.kind()).or_default() += 1;
        if let Some(decision) = public.body.decision() {
            *counts.dispositions.entry(decision.disposition.word()).or_default() += 1;
        }
        counts.cases.extend(public.body.cases().map(|case| case.0));
        counts.intents += public.intents.len() as u64;
        counts.concluded += u64::from(matches!(public.body, Body::Outcome(_)));
        counts.without_evidence += u64::from(!public.commit.is_empty() && !line.has_evidence());
        Ok(ControlFlow::Continue(()))
    })?;
    let text = if place.json { object(&counts) } else { words(&counts) };
    out.write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn words(counts: &Counts) -> String {
    let mut out = format!("entries       {}, {} bytes\n", counts.entries, counts.bytes);
    if let (Some(first), Some(last)) = (counts.first, counts.last) {
        out.push_str(&format!("from          {}\nto            {}\n", page::time(first), page::time(last)));
    }
    out.push_str(&format!("cases         {}\n", counts.cases.len()));
    out.push_str(&format!("intents       {}, {} concluded\n", counts.intents, counts.concluded));
    out.push_str(&format!("disposed of   the evidence of {}\n", counts.without_evidence));
    for (title, of) in [("kinds", &counts.kinds), ("decisions", &counts.dispositions)] {
        out.push_str(&format!("{title}\n"));
        for (name, count) in of {
            out.push_str(&format!("  {name:<12}{count}\n"));
        }
    }
    out
}

fn object(counts: &Counts) -> String {
    let object = json!({
        "entries": counts.entries,
        "bytes": counts.bytes,
        "first_ms": counts.first,
        "last_ms": counts.last,
        "cases": counts.cases.len(),
        "intents": counts.intents,
        "concluded": counts.concluded,
        "disposed": counts.without_evidence,
        "kinds": counts.kinds,
        "decisions": counts.dispositions,
    });
    format!("{object}\n")
}

//! `gavel log list`: one line an entry.

use std::collections::{HashMap, HashSet};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Place, page};
use crate::domain::action::{CaseId, EntryNo, IntentId};
use crate::domain::id::{MessageId, Moment};
use crate::journal::entry::{Body, Public};
use crate::store::disk::Real;
use crate::store::files;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Only what is about this message
    #[arg(long, value_name = "ID")]
    message: Option<MessageId>,
    /// Only what belongs to this case
    #[arg(long, value_name = "NUMBER", value_parser = parse_case)]
    case: Option<CaseId>,
    /// Only entries of this kind
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(Body::KINDS))]
    kind: Option<String>,
    /// From this entry on, or from this time on (2026-01-31, 2026-01-31T08:00:00Z)
    #[arg(long, value_name = "NUMBER|TIME", value_parser = parse_from)]
    from: Option<From>,
    /// At most so many entries
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u64>,
}

#[derive(Clone, Copy)]
enum From {
    Entry(EntryNo),
    Time(Moment),
}

fn parse_case(text: &str) -> Result<CaseId, String> {
    text.parse().map(CaseId).map_err(|_| "a case is a number".to_owned())
}

fn parse_from(text: &str) -> Result<From, String> {
    if let Ok(entry) = text.parse() {
        return Ok(From::Entry(entry));
    }
    let midnight = |date: Date| Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp());
    let time = text.parse::<Timestamp>().ok().or_else(|| text.parse::<Date>().ok().and_then(midnight));
    let time = time.ok_or("neither the number of an entry nor a time like 2026-01-31T08:00:00Z")?;
    Ok(From::Time(Moment(time.as_millisecond())))
}

/// Which entries are wanted, with the outcomes of their intents.
struct Wanted<'a> {
    args: &'a Args,
    intents: HashSet<IntentId>,
}

/// What intents are to do, kept until their outcome is told.
struct Owed<'a> {
    data: &'a Path,
    what: HashMap<IntentId, String>,
}

impl Owed<'_> {
    fn note(&mut self, public: &Public) {
        for (index, outline) in (0..).zip(&public.intents) {
            self.what.insert(IntentId { entry: public.n, index }, outline.what.clone());
        }
    }

    /// What an intent was to do. One from before the entries that are read is
    /// looked up.
    fn of(&mut self, intent: IntentId) -> Option<String> {
        if let Some(what) = self.what.remove(&intent) {
            return Some(what);
        }
        let mut found = None;
        let read = files::each(&Real, self.data, intent.entry, &mut |_, line| {
            let public = line.public()?;
            let outline = public.intents.get(usize::from(intent.index));
            found = outline.map(|outline| outline.what.clone());
            Ok(ControlFlow::Break(()))
        });
        // What cannot be read back is told by its number alone.
        read.ok().and(found)
    }
}

impl Wanted<'_> {
    fn holds(&mut self, public: &Public) -> bool {
        let Args { message, case, kind, from, .. } = self.args;
        let late = match from {
            Some(From::Entry(from)) => public.n >= *from,
            Some(From::Time(from)) => public.at >= *from,
            None => true,
        };
        let of_kind = kind.as_ref().is_none_or(|kind| kind == public.body.kind());
        // Intents are noted even where the entry is not shown, so that their
        // outcomes are found.
        let of_message = message.is_none_or(|id| self.is_about(public, id));
        let of_case = case.is_none_or(|id| self.is_in(public, id));
        late && of_kind && of_message && of_case
    }

    fn note(&mut self, public: &Public, is_it: impl Fn(&crate::domain::action::Outline) -> bool) -> bool {
        let mut any = false;
        for (index, outline) in (0..).zip(&public.intents) {
            if is_it(outline) {
                self.intents.insert(IntentId { entry: public.n, index });
                any = true;
            }
        }
        any
    }

    fn concludes(&self, public: &Public) -> bool {
        matches!(&public.body, Body::Outcome(it) if self.intents.contains(&it.intent))
    }

    fn is_about(&mut self, public: &Public, id: MessageId) -> bool {
        let posted = matches!(&public.body, Body::Outcome(it) if it.posted.is_some_and(|(_, it)| it == id));
        let intends = self.note(public, |outline| outline.message == Some(id));
        public.body.messages().contains(&id) || posted || intends || self.concludes(public)
    }

    fn is_in(&mut self, public: &Public, id: CaseId) -> bool {
        let intends = self.note(public, |outline| outline.case == Some(id));
        public.body.cases().any(|case| case == id) || intends || self.concludes(public)
    }
}

pub fn run(args: &Args, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let mut wanted = Wanted { args, intents: HashSet::new() };
    // Outcomes are told by the intents before them, so that a filter by
    // message or case reads from the beginning.
    let start = match args.from {
        Some(From::Entry(from)) if args.message.is_none() && args.case.is_none() => from,
        _ => 0,
    };
    let mut owed = Owed { data: &args.place.data, what: HashMap::new() };
    let mut out = BufWriter::new(out);
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut written = Ok(());
    files::each(&Real, &args.place.data, start, &mut |_, line| {
        if left == 0 {
            return Ok(ControlFlow::Break(()));
        }
        let public = line.public()?;
        owed.note(&public);
        if wanted.holds(&public) {
            left -= 1;
            written = if args.place.json {
                out.write_all(line.entry_bytes()).and_then(|()| out.write_all(b"\n"))
            } else {
                writeln!(out, "{}", row(&public, &mut owed))
            };
        } else if let Body::Outcome(it) = &public.body {
            owed.what.remove(&it.intent);
        }
        Ok(if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    written.and_then(|()| out.flush())?;
    Ok(ExitCode::SUCCESS)
}

fn row(public: &Public, owed: &mut Owed<'_>) -> String {
    let what = match &public.body {
        Body::Outcome(it) => match owed.of(it.intent) {
            Some(what) => format!("{what} (intent {}): {}", it.intent, page::outcome(&it.outcome)),
            None => page::what(public),
        },
        _ => page::what(public),
    };
    let mut row = format!("{:>8}  {}  {what}", public.n, page::time(public.at));
    let mut cases: Vec<_> =
        public.body.cases().chain(public.intents.iter().filter_map(|it| it.case)).collect();
    cases.sort_unstable();
    cases.dedup();
    for case in cases {
        row.push_str(&format!("  case {case}"));
    }
    if let Some(decision) = public.body.decision() {
        row.push_str(&format!("  {}", page::authority(decision)));
        row.push_str(&format!("  {}", page::disposition(decision)));
    }
    if !public.intents.is_empty() {
        let what: Vec<_> = public.intents.iter().map(|outline| outline.what.as_str()).collect();
        row.push_str(&format!("  → {}", what.join(", ")));
    }
    page::harmless(&row)
}

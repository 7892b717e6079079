//! `gavel log`: reading and checking the record.
//!
//! All of it reads journal files, takes no lock and can run beside the bot.
//! Only `show` writes, and only where it shows what was taken down: that
//! somebody looked is itself on record.

mod list;
mod page;
mod show;
mod stats;
mod verify;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::json;

use crate::journal::checkpoint;
use crate::store::disk::Real;
use crate::store::files;

/// Read and check the record.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List entries, one a line
    List(list::Args),
    /// Show one entry in full, with its evidence
    Show(show::Args),
    /// Check tree, signatures, evidence and intents, and name the first bad entry
    Verify(verify::Args),
    /// Print the latest signed checkpoint
    Checkpoint(Place),
    /// Count what is in the record
    Stats(Place),
    /// Print the key that checkpoints are verified with
    Key(Place),
}

/// Which record, and how it is told.
#[derive(clap::Args)]
struct Place {
    /// The data directory of the deployment
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
}

/// Runs `gavel log`.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    run_to(args, &mut std::io::stdout().lock())
}

/// Runs `gavel log`, with its output going to `out`. Whoever reads may stop
/// reading: that is no error.
pub fn run_to(args: Args, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match choose(args, out) {
        Err(e) if e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) => {
            Ok(ExitCode::SUCCESS)
        }
        other => other,
    }
}

fn choose(args: Args, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list::run(&args, out),
        Command::Show(args) => show::run(&args, out),
        Command::Verify(args) => verify::run(&args, out),
        Command::Checkpoint(place) => print_checkpoint(&place, out),
        Command::Stats(place) => stats::run(&place, out),
        Command::Key(place) => print_key(&place, out),
    }
}

fn print_checkpoint(place: &Place, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let Some(text) = files::checkpoint(&Real, &place.data)? else {
        bail!("there is no checkpoint in `{}` yet", place.data.display());
    };
    if place.json {
        let said = checkpoint::open(&text, &files::key(&Real, &place.data)?)?;
        let line = json!({
            "origin": said.origin,
            "size": said.size,
            "root": said.root.to_string(),
            "checkpoint": text,
        });
        writeln!(out, "{line}")?;
    } else {
        out.write_all(text.as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_key(place: &Place, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let key = files::key(&Real, &place.data)?;
    let path = place.data.join("verifier-key");
    match std::fs::read_to_string(&path) {
        Ok(said) if said.trim() != key => {
            bail!("`{}` is not the key in the journal, which is `{key}`", path.display())
        }
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            return Err(e).with_context(|| format!("cannot read `{}`", path.display()));
        }
        _ => {}
    }
    let text = if place.json { json!({ "key": key }).to_string() } else { key };
    writeln!(out, "{text}")?;
    Ok(ExitCode::SUCCESS)
}

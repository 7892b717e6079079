//! The command line: one file per subcommand, and what they share.
//!
//! Exit code 0 is well, 1 a failed check or a running bot that had to stop, 2
//! a usage or configuration error. Results go to stdout, everything else to
//! stderr.

mod check;
mod doctor;
mod init;
mod judge;
mod labelled;
pub mod log;
mod measure;
mod run;
mod sandbox;
mod train;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::policy::Policy;
use crate::policy::lists::no_files;
use crate::settings::{self, Unusable};

/// The policy that is judged by where none is named.
const MONROE: &str = include_str!("../config/monroe.toml");

/// Moderates a city's official Discord channels under the city's own adopted
/// policy, and keeps a moderation log that stands up as a public record.
#[derive(Parser)]
#[command(name = "gavel", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Sandbox(sandbox::Arguments),
    Run(run::Arguments),
    Check(check::Arguments),
    Doctor(doctor::Arguments),
    Init(init::Arguments),
    Judge(judge::Arguments),
    Log(log::Args),
    Measure(measure::Arguments),
    Train(train::Arguments),
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Well,
    /// A check failed, or a running bot had to stop.
    Failed,
    /// The command was called wrongly, or a file is not as it should be.
    Usage,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> ExitCode {
        match ending {
            Ending::Well => ExitCode::SUCCESS,
            Ending::Failed => ExitCode::from(1),
            Ending::Usage => ExitCode::from(2),
        }
    }
}

/// Parses the arguments and runs the command.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let ending = if error.use_stderr() { Ending::Usage } else { Ending::Well };
            // Nothing can be done about a terminal that is gone.
            let _ = error.print();
            return ending.into();
        }
    };
    let ended = match arguments.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Judge(arguments) => judge::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Sandbox(arguments) => sandbox::run(&arguments),
        Command::Measure(arguments) => measure::run(&arguments),
        Command::Train(arguments) => train::run(&arguments),
        Command::Log(arguments) => match log::run(arguments) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
    };
    match ended {
        Ok(ending) => ending.into(),
        Err(error) if is_broken_pipe(&error) => Ending::Well.into(),
        Err(error) => {
            eprintln!("gavel: {}", said(&error));
            Ending::Usage.into()
        }
    }
}

/// An error with its causes, each once: some errors say their cause themselves.
fn said(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |said, cause| {
        let cause = cause.to_string();
        match said.contains(&cause) {
            true => said,
            false if said.is_empty() => cause,
            false => format!("{said}: {cause}"),
        }
    })
}

/// Whether whoever read our output has stopped reading; that is no error.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

/// Reads a policy file; without one, Monroe's.
pub fn load_policy(path: Option<&Path>) -> Result<Policy, Unusable> {
    match path {
        Some(path) => settings::read_policy(path),
        None => Policy::parse(MONROE, "monroe.toml (built in)", &no_files)
            .map_err(|problems| Unusable::Broken { problems, source: MONROE.to_owned() }),
    }
}

/// Reads a policy file; without one, Monroe's. `None` where it cannot be used,
/// which has been said then.
pub fn policy_or_report(path: Option<&Path>) -> Option<Policy> {
    load_policy(path).inspect_err(report).ok()
}

/// Says what is wrong with a file, on stderr.
pub fn report(unusable: &Unusable) {
    eprintln!("{}", unusable.render(std::io::stderr().is_terminal()));
    let count = unusable.count();
    eprintln!("\n{count} problem{} found", if count == 1 { "" } else { "s" });
}

/// Sends what the program says of itself to stderr; `RUST_LOG` chooses how much.
pub fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("gavel=info,warn"));
    // A second call, in one process, keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init();
}

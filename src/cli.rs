//! The command line: one file per subcommand, and what they share.
//!
//! Exit code 0 is well, 1 a failed check or a running bot that had to stop, 2
//! a usage or configuration error. Results go to stdout, everything else to
//! stderr.

mod check;
mod doctor;
mod init;
mod judge;
pub mod log;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::policy::Policy;
use crate::policy::problem::Problem;

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
    Check(check::Arguments),
    Doctor(doctor::Arguments),
    Init(init::Arguments),
    Judge(judge::Arguments),
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
    };
    match ended {
        Ok(ending) => ending.into(),
        Err(error) if is_broken_pipe(&error) => Ending::Well.into(),
        Err(error) => {
            eprintln!("gavel: {error:#}");
            Ending::Usage.into()
        }
    }
}

/// Whether whoever read our output has stopped reading; that is no error.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

/// A policy, and the text it was read from.
pub struct Loaded {
    pub policy: Policy,
}

/// What is wrong with a file, and the text that the places refer to.
pub struct Broken {
    pub problems: Vec<Problem>,
    pub source: String,
}

impl Broken {
    /// Says every problem on stderr.
    pub fn report(&self) {
        let color = std::io::stderr().is_terminal();
        for problem in &self.problems {
            eprintln!("{}\n", problem.render(&self.source, color));
        }
        let count = self.problems.len();
        eprintln!("{count} problem{} found", if count == 1 { "" } else { "s" });
    }
}

/// Reads a policy file; without one, Monroe's.
pub fn load_policy(path: Option<&Path>) -> anyhow::Result<Result<Loaded, Broken>> {
    let (source, name, beside) = match path {
        Some(path) => {
            let source = read_text(path)?;
            let beside = path.parent().unwrap_or(Path::new("")).to_owned();
            (source, path.display().to_string(), beside)
        }
        None => (MONROE.to_owned(), "monroe.toml (built in)".to_owned(), PathBuf::new()),
    };
    let files = |name: &str| crate::settings::list_beside(&beside, name);
    Ok(match Policy::parse(&source, &name, &files) {
        Ok(policy) => Ok(Loaded { policy }),
        Err(problems) => Err(Broken { problems, source }),
    })
}

/// Reads a text file, naming it where that fails.
pub fn read_text(path: &Path) -> anyhow::Result<String> {
    let bytes =
        std::fs::read(path).map_err(|error| anyhow::anyhow!("cannot read `{}`: {error}", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        anyhow::anyhow!(
            "`{}` is not UTF-8 text: byte {} is {:#04x}; save it as UTF-8",
            path.display(),
            error.utf8_error().valid_up_to(),
            error.as_bytes()[error.utf8_error().valid_up_to()]
        )
    })
}

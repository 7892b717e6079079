//! `gavel init`: a commented deployment to start from.
//!
//! It starts in `observe`, with no channel approved: nothing is watched and
//! nothing is done before somebody has said so. Nothing that is there is
//! written over.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::Ending;

const DEPLOYMENT: &str = include_str!("init/bot.toml");
const README: &str = include_str!("init/README.txt");
const LISTS: &str = include_str!("init/lists.txt");
/// What belongs into no repository.
const IGNORED: &str = "token\nsigning-key\npassword\n/data\n";

/// Write a commented deployment to start from: it watches nothing and does
/// nothing until you say so. Existing files are never written over.
#[derive(Args)]
pub struct Arguments {
    /// The folder for the deployment; it is made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The policy to start with
    #[arg(long, value_enum, default_value = "monroe")]
    policy: City,
}

/// A city whose adopted policy comes with Gavel.
#[derive(Clone, Copy, ValueEnum)]
enum City {
    Monroe,
    Norwalk,
}

/// What differs between the cities in a new deployment.
struct Local {
    policy_file: &'static str,
    policy: &'static str,
    city: &'static str,
    jurisdiction: &'static str,
    time_zone: &'static str,
    press_office: &'static str,
    threat_office: &'static str,
}

impl City {
    fn local(self) -> Local {
        match self {
            City::Monroe => Local {
                policy_file: "monroe.toml",
                policy: super::MONROE,
                city: "City of Monroe",
                jurisdiction: "michigan",
                time_zone: "America/Detroit",
                press_office: "Communications Department",
                threat_office: "Communications Department",
            },
            City::Norwalk => Local {
                policy_file: "norwalk.toml",
                policy: include_str!("../../config/norwalk.toml"),
                city: "City of Norwalk",
                jurisdiction: "connecticut",
                time_zone: "America/New_York",
                press_office: "Mayor's Office",
                threat_office: "Department Head or Mayor's Office",
            },
        }
    }
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let folder = &arguments.folder;
    let local = arguments.policy.local();
    let filled = |template: &str| {
        template
            .replace("{policy_file}", local.policy_file)
            .replace("{city}", local.city)
            .replace("{jurisdiction}", local.jurisdiction)
            .replace("{time_zone}", local.time_zone)
            .replace("{press_office}", local.press_office)
            .replace("{threat_office}", local.threat_office)
            .replace("{folder}", &folder.display().to_string())
    };
    let files = [
        ("bot.toml", filled(DEPLOYMENT)),
        (local.policy_file, local.policy.to_owned()),
        ("README.txt", filled(README)),
        ("lists/README.txt", filled(LISTS)),
        (".gitignore", IGNORED.to_owned()),
    ];
    let there: Vec<String> = files
        .iter()
        .map(|(name, _)| folder.join(name))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| format!("`{}`", path.display()))
        .collect();
    if !there.is_empty() {
        eprintln!("gavel: nothing was written, because this is there already: {}", there.join(", "));
        eprintln!("gavel: name another folder, or move these away");
        return Ok(Ending::Usage);
    }
    for (name, text) in &files {
        write_new(&folder.join(name), text)?;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "A deployment that watches nothing yet stands in `{}`:\n", folder.display())?;
    for (name, _) in &files {
        writeln!(out, "  {}", folder.join(name).display())?;
    }
    writeln!(out, "\nWhat to do next, in this order (README.txt says more):\n")?;
    let steps = filled(README);
    for line in steps.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
        writeln!(out, "  {line}")?;
    }
    Ok(Ending::Well)
}

/// Writes a file that must not be there yet.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(path)
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write `{}`", path.display()))
}

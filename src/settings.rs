//! The deployment file, the policy it names, and the secrets beside it.
//!
//! A file is read whole before anything is connected to: every problem is
//! listed, each at its place. What only the server can tell (a channel that is
//! not there, a missing permission) is no problem of the file; the bot warns of
//! it and `doctor` finds it. A reload calls [`load`] again and keeps what it
//! had if that fails.

mod hours;
mod places;
mod read;
mod secret;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::domain::decision::Posture;
use crate::domain::deployment::Deployment;
use crate::policy::Policy;
use crate::policy::problem::Problem;
use crate::policy::reading::{self, Problems};

pub use self::secret::{Secret, Token, TokenError, open_to_others};

/// The environment's name for the bot's token.
pub const TOKEN_VARIABLE: &str = "DISCORD_TOKEN";

/// The environment's name for another server that speaks Discord's API.
pub const API_VARIABLE: &str = "GAVEL_DISCORD_API";

/// A deployment file, read and checked. Paths are as they lead from where the
/// program runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The deployment file itself.
    pub file: PathBuf,
    pub policy: PathBuf,
    pub data_dir: PathBuf,
    pub token_file: PathBuf,
    /// Where the signing key is.
    pub key_file: PathBuf,
    pub mail: Option<Mail>,
    pub links: Links,
    /// The posture that the file sets; without one the policy's holds.
    pub posture: Option<Posture>,
    /// Whether the file names a time zone, or hours are simply in UTC.
    pub names_time_zone: bool,
    deployment: Deployment,
}

/// What the deployment knows of links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// A file of hosts that are false, one a line: a feed that may be replaced
    /// at any time.
    pub listed: Option<PathBuf>,
    /// The city's own hosts, which others may imitate.
    pub city: Vec<String>,
}

/// Where mail is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub host: String,
    pub port: u16,
    pub from: String,
    /// Name and password file, where the server asks for them.
    pub login: Option<(String, PathBuf)>,
}

impl Mail {
    /// The password, if the server asks for one.
    pub fn password(&self) -> Result<Option<Secret>, TokenError> {
        self.login.as_ref().map(|(_, file)| Secret::read(file)).transpose()
    }
}

/// What a bot runs by: its settings and the policy they name.
#[derive(Debug)]
pub struct Loaded {
    pub settings: Settings,
    pub policy: Policy,
    /// The settings as the core takes them, with the posture that holds.
    pub deployment: Deployment,
}

/// Why a file cannot be used.
#[derive(Clone)]
pub enum Unusable {
    /// It cannot be read at all.
    Unreadable { file: PathBuf, why: String },
    /// It can be read, and this is wrong with it.
    Broken { problems: Vec<Problem>, source: String },
}

impl Unusable {
    /// Everything that is wrong, each with its line, a caret and a hint.
    pub fn render(&self, color: bool) -> String {
        match self {
            Unusable::Unreadable { file, why } => format!("cannot read `{}`: {why}", file.display()),
            Unusable::Broken { problems, source } => {
                let rendered: Vec<String> = problems.iter().map(|p| p.render(source, color)).collect();
                rendered.join("\n\n")
            }
        }
    }

    /// How many problems it lists.
    pub fn count(&self) -> usize {
        match self {
            Unusable::Unreadable { .. } => 1,
            Unusable::Broken { problems, .. } => problems.len(),
        }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// As it is said to people: the whole file would drown what is wrong with it.
impl fmt::Debug for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Unusable {}

impl Settings {
    /// Reads a deployment, or lists everything that is wrong with it. `file`
    /// names it in messages, and its paths are relative to where that is.
    pub fn parse(source: &str, file: &Path) -> Result<Settings, Vec<Problem>> {
        let mut problems = Problems::new(&file.display().to_string());
        let settings = read::settings(source, file, &mut problems);
        if problems.is_empty() { Ok(settings) } else { Err(certain(problems.into_list())) }
    }

    /// Reads a deployment file.
    pub fn load(file: &Path) -> Result<Settings, Unusable> {
        let source = text_of(file)?;
        Settings::parse(&source, file).map_err(|problems| Unusable::Broken { problems, source })
    }

    /// The settings as the core takes them. Where the file sets no posture,
    /// the policy's own holds.
    pub fn deployment(&self, policy: &Policy) -> Deployment {
        Deployment { posture: self.posture.unwrap_or(policy.posture), ..self.deployment.clone() }
    }

    /// How to mend that there is no token.
    pub fn token_mend(&self) -> String {
        format!(
            "copy the token from the Bot page of https://discord.com/developers/applications into `{}`, \
             and run `chmod 600` on it; or give it in {TOKEN_VARIABLE}",
            self.token_file.display()
        )
    }

    /// The bot's token: `from_environment` where it is given, else the file's.
    pub fn token(&self, from_environment: Option<String>) -> Result<Token, TokenError> {
        match from_environment.filter(|token| !token.trim().is_empty()) {
            Some(token) => Token::new(&token, TOKEN_VARIABLE),
            None => Token::read(&self.token_file),
        }
    }
}

/// Reads a deployment file and the policy it names, or says everything that
/// is wrong with either.
pub fn load(file: &Path) -> Result<Loaded, Vec<Unusable>> {
    let source = text_of(file).map_err(|why| vec![why])?;
    let mut problems = Problems::new(&file.display().to_string());
    let settings = read::settings(&source, file, &mut problems);
    let mut unusable = Vec::new();
    if !problems.is_empty() {
        unusable.push(Unusable::Broken { problems: certain(problems.into_list()), source });
    }
    // Without a policy named there is nothing more to look at.
    let policy = (!settings.policy.as_os_str().is_empty()).then(|| read_policy(&settings.policy));
    match policy {
        Some(Ok(mut policy)) if unusable.is_empty() => {
            policy.matcher.add_brands(settings.links.city.iter().map(String::as_str));
            if let Some(listed) = &settings.links.listed {
                let count = policy.matcher.list_scam_hosts(&text_of(listed).map_err(|why| vec![why])?);
                tracing::debug!(count, "hosts are listed as false");
            }
            let deployment = settings.deployment(&policy);
            return Ok(Loaded { settings, policy, deployment });
        }
        Some(Err(why)) => unusable.push(why),
        _ => {}
    }
    Err(unusable)
}

impl Settings {
    /// The files that may be replaced while the bot runs, and are then read
    /// again without being asked: lists beside the policy, and the feed.
    pub fn lists(&self) -> Vec<PathBuf> {
        let beside = self.policy.parent().unwrap_or(Path::new("")).join("lists");
        let names = std::fs::read_dir(beside).into_iter().flatten().flatten().map(|item| item.path());
        let mut files: Vec<PathBuf> =
            names.filter(|path| path.is_file()).chain(self.links.listed.clone()).collect();
        files.sort();
        files
    }
}

/// Reads a policy file and the lists beside it.
pub fn read_policy(file: &Path) -> Result<Policy, Unusable> {
    let source = text_of(file)?;
    let beside = file.parent().unwrap_or(Path::new("")).to_owned();
    let files = |name: &str| list_beside(&beside, name);
    Policy::parse(&source, &file.display().to_string(), &files)
        .map_err(|problems| Unusable::Broken { problems: certain(problems), source })
}

/// What is wrong for certain. A value that could not be read is no second
/// mistake, and where the reader lost its way (it then points between two
/// characters), what seems to be left out may stand in what it skipped.
fn certain(problems: Vec<Problem>) -> Vec<Problem> {
    let unread: Vec<_> =
        problems.iter().filter(|p| reading::is_syntax(p)).map(|problem| problem.at.clone()).collect();
    if unread.is_empty() {
        return problems;
    }
    let lost = unread.iter().any(|at| at.is_empty());
    let echoes = |problem: &Problem| {
        unread.contains(&problem.at) || lost && ABSENT.iter().any(|absent| problem.what.contains(absent))
    };
    problems.into_iter().filter(|problem| reading::is_syntax(problem) || !echoes(problem)).collect()
}

/// How problems say that something is not there.
const ABSENT: [&str; 2] = [" has no `", "does not define"];

/// The text of a list that lies in a policy's own folder.
pub fn list_beside(folder: &Path, name: &str) -> Result<String, String> {
    let leads_out = |piece: &str| piece == "..";
    if name.split('/').any(leads_out) || Path::new(name).is_absolute() {
        return Err("it may not lie outside the policy's own folder".to_owned());
    }
    std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string())
}

fn text_of(file: &Path) -> Result<String, Unusable> {
    let unreadable = |why: String| Unusable::Unreadable { file: file.to_owned(), why };
    let bytes = std::fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        unreadable(format!("it is not UTF-8 text (byte {at}); save it as UTF-8"))
    })
}

//! The real program as a process of its own, against a server in this one.

mod broken;
mod kill;
mod odd;
mod quiet;
mod stdout;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use gavel::clock::Clock;
use gavel::sandbox::city::{self, City};
use gavel::sandbox::{Config, Server};

use crate::browser::town::{MONROE, policy};
use crate::story::town::checked;

/// How long a process may take for anything.
const SOON: Duration = Duration::from_secs(30);

/// A city on a server, and a directory with a deployment for it.
pub struct Hall {
    pub server: Server,
    pub city: City,
    pub dir: tempfile::TempDir,
}

impl Hall {
    pub async fn new() -> Hall {
        Hall::with(checked()).await
    }

    pub async fn with(config: Config) -> Hall {
        let server = Server::start(config, Clock::system()).await.expect("ports are free");
        let city = city::build(&server, &policy(MONROE)).expect("the city is built");
        let dir = tempfile::tempdir().expect("a directory");
        let hall = Hall { server, city, dir };
        hall.write("monroe.toml", MONROE);
        hall.write("bot.toml", &hall.deployment());
        hall
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).expect("it writes");
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn at(&self, name: &str) -> u64 {
        self.city.place(name).expect("a channel").id
    }

    pub fn who(&self, key: &str) -> u64 {
        self.city.user(city::persona_index(key).expect("a persona"))
    }

    /// A deployment for the example city.
    pub fn deployment(&self) -> String {
        let channel = |name: &str, topics: &str| {
            format!(
                "[[channel]]\nid = {}\npurpose = \"City services\"\naudience = \"public\"\ntopics = \"{topics}\"\n\
                 approved_by = \"Communications Manager\"\napproved_on = 2026-01-05\n\n",
                self.at(name)
            )
        };
        format!(
            "policy = \"monroe.toml\"\ndata_dir = \"data\"\ntime_zone = \"America/Detroit\"\n\n\
             [discord]\nguild_id = {}\n\n{}{}[review]\nchannel = \"mod-log\"\n\n\
             [limits]\nmembers_per_day = 0\n\n\
             [role]\nmoderator = [\"Communications\"]\nemployee = [\"City staff\"]\nofficial = [\"Elected official\"]\n",
            self.city.guild,
            channel("general", "scoped"),
            channel("chat-about-anything", "open"),
        )
    }

    /// `gavel run` on this deployment.
    pub fn run(&self) -> Process {
        let config = self.dir.path().join("bot.toml");
        let mut command = gavel(&["run", "--config", &config.display().to_string()]);
        command.env("GAVEL_DISCORD_API", self.server.rest_url()).env("DISCORD_TOKEN", city::TOKEN);
        Process::start(command)
    }
}

/// The program with these arguments, and nothing of our environment.
pub fn gavel(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gavel"));
    command
        .args(arguments)
        .env_remove("DISCORD_TOKEN")
        .env_remove("GAVEL_DISCORD_API")
        .env_remove("RUST_LOG");
    command
}

/// A process whose output is read while it runs. It is killed when dropped.
pub struct Process {
    child: Child,
    out: mpsc::Receiver<String>,
    errors: Option<std::thread::JoinHandle<String>>,
}

/// How a process ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: Vec<String>,
    pub errors: String,
}

impl Process {
    pub fn start(mut command: Command) -> Process {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let (to, out) = mpsc::channel();
        let stdout = child.stdout.take().expect("a pipe");
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if to.send(line).is_err() {
                    return;
                }
            }
        });
        let mut stderr = child.stderr.take().expect("a pipe");
        let errors = std::thread::spawn(move || {
            let mut all = Vec::new();
            // What was said until it ended, whatever ended it.
            let _ = stderr.read_to_end(&mut all);
            String::from_utf8_lossy(&all).into_owned()
        });
        Process { child, out, errors: Some(errors) }
    }

    /// Waits until it says `ready`, or has ended.
    pub fn ready(&mut self) -> bool {
        self.out.recv_timeout(SOON).is_ok_and(|line| line.starts_with("ready"))
    }

    /// Sends it a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().expect("`kill` is there");
        assert!(sent.success());
    }

    /// Ends it at once, without a word.
    pub fn kill(mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end, and waits.
    pub fn terminate(self) -> (Ended, Duration) {
        let asked = Instant::now();
        self.signal("TERM");
        (self.ended(), asked.elapsed())
    }

    /// Waits until it has ended by itself.
    #[track_caller]
    pub fn ended(mut self) -> Ended {
        // Its stdout closes with it; whoever waits for lines waits for its end.
        let until = Instant::now() + SOON;
        let mut out = Vec::new();
        while let Ok(line) = self.out.recv_timeout(until.saturating_duration_since(Instant::now())) {
            out.push(line);
        }
        if Instant::now() >= until {
            self.child.kill().expect("it is ours");
            let errors = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
            panic!("it did not end; it said {out:?}\n{errors}");
        }
        let status: ExitStatus = self.child.wait().expect("it ends");
        let errors = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        Ended { code: status.code(), out, errors }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Ended {
    Process::start(gavel(arguments)).ended()
}

//! One of the two bots as a process: started, watched from outside, ended.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::Plan;
use super::town::{TOKEN, WORDS};

/// Nothing here takes longer than this, unless something is broken.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Clock ticks a second in `/proc`: fixed on Linux, whatever the kernel's own.
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Gavel,
    Floor,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Gavel => "gavel",
            Kind::Floor => "floor",
        })
    }
}

/// A running bot. Dropping it kills it.
pub struct Bot {
    child: Child,
    pub ready_ms: f64,
}

impl Bot {
    /// Starts a bot and waits until it says `ready`.
    pub fn start(kind: Kind, plan: &Plan, api: &str, folder: &Path) -> anyhow::Result<Bot> {
        let program = match kind {
            Kind::Gavel => &plan.gavel,
            Kind::Floor => &plan.floor,
        };
        let mut command = Command::new(program);
        command.env("DISCORD_TOKEN", TOKEN).stdin(Stdio::null()).stdout(Stdio::piped());
        match kind {
            Kind::Gavel => {
                std::fs::write(folder.join("monroe.toml"), include_str!("../../config/monroe.toml"))?;
                std::fs::write(folder.join("bot.toml"), DEPLOYMENT)?;
                command.env("GAVEL_DISCORD_API", api).arg("run").arg("--config").arg(folder.join("bot.toml"))
            }
            Kind::Floor => command.env("FLOOR_DISCORD_API", api).env("FLOOR_WORDS", WORDS),
        };
        let began = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start `{}`", program.display()))?;
        let mut bot = Bot { child, ready_ms: 0.0 };
        let out = bot.child.stdout.take().context("its output is piped")?;
        let (said, says) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if line.starts_with("ready") {
                    // Whoever waited may have given up since.
                    let _ = said.send(Instant::now());
                }
            }
        });
        let ready = says.recv_timeout(READY_WITHIN).context("it never said `ready`")?;
        bot.ready_ms = ms(ready.duration_since(began));
        Ok(bot)
    }

    /// Processor time so far, of the program and of the kernel for it, in
    /// milliseconds.
    pub fn processor_ms(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let rest = stat.rsplit_once(") ").context("`stat` names the program")?.1;
        // Fields 14 and 15; the rest begins with field 3.
        let fields: Vec<f64> = rest.split(' ').skip(11).take(2).filter_map(|f| f.parse().ok()).collect();
        Ok(fields.iter().sum::<f64>() * 1_000.0 / TICKS_PER_SECOND)
    }

    /// Resident memory in megabytes.
    pub fn resident_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("`VmRSS` is there")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1_024.0 / 1e6)
    }

    /// Asks it to end, and waits until it has.
    pub fn end(mut self) -> anyhow::Result<()> {
        Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status()?;
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            if began.elapsed() > READY_WITHIN {
                bail!("it did not end");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It has ended already, or something else went wrong before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

/// Everything is kept, and automation is not limited to so many members a day.
const DEPLOYMENT: &str = r#"policy = "monroe.toml"
data_dir = "data"
posture = "enforce"
time_zone = "America/Detroit"
archive = "all"

[city]
name = "City of Monroe"
jurisdiction = "michigan"
rules_url = "https://city.example/chat-rules"

[[channel]]
name = "general"
purpose = "City services"
audience = "public"
topics = "scoped"
approved_by = "Communications Manager"
approved_on = 2026-01-05

[review]
channel = "mod-log"

[limits]
members_per_day = 0

[role]
moderator = ["Communications"]
"#;

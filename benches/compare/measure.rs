//! One bot, measured: ready, idle, a burst, an even pace.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use gavel::sandbox::Server;
use gavel::sandbox::world::Id;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::Plan;
use super::bot::{Bot, Kind, ms};
use super::town::{ONE_IN, PACE_PER_SECOND, Town};

/// How long a bot is left alone before its memory is looked at.
const IDLE: Duration = Duration::from_secs(1);

/// A bot is done once it has asked for nothing for so long.
const QUIET: Duration = Duration::from_secs(1);

/// Nothing takes longer, unless something is broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// Between two looks for messages that are gone: what a burst's time is off by.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Of one run.
pub struct Measured {
    pub ready_ms: f64,
    pub idle_mb: f64,
    /// From the first frame to the last takedown.
    pub burst_ms: f64,
    /// A message's share of the processor time until everything was done,
    /// cards and notices too.
    pub processor_us: f64,
    /// The same until the last takedown.
    pub processor_burst_us: f64,
    pub after_mb: f64,
    pub requests: f64,
    pub journal_bytes: f64,
    pub paced_p50_ms: f64,
    pub paced_p99_ms: f64,
    pub paced_processor_us: f64,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "burst {:.0} ms, {:.1} µs a message ({:.1} until the last takedown), {:.0} requests; \
             paced {:.2} / {:.2} ms, {:.0} µs; ready {:.0} ms; {:.1} MB idle, {:.1} MB after",
            self.burst_ms,
            self.processor_us,
            self.processor_burst_us,
            self.requests,
            self.paced_p50_ms,
            self.paced_p99_ms,
            self.paced_processor_us,
            self.ready_ms,
            self.idle_mb,
            self.after_mb
        )
    }
}

/// Runs a bot twice from nothing: once for the burst, once for the pace.
pub async fn run(kind: Kind, plan: &Plan) -> anyhow::Result<Measured> {
    let mut measured = burst(kind, plan).await.context("the burst")?;
    paced(kind, plan, &mut measured).await.context("the pace")?;
    Ok(measured)
}

async fn burst(kind: Kind, plan: &Plan) -> anyhow::Result<Measured> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let town = Town::found(plan.violators).await?;
    let bot = Bot::start(kind, plan, &town.server.rest_url(), folder.path())?;
    sleep(IDLE).await;
    let idle_mb = bot.resident_mb()?;

    town.server.hold_gateway(true);
    let posted: Vec<_> = (0..plan.burst).map(|n| town.post(n)).collect();
    let mut left: Vec<Id> = posted.iter().filter(|(_, line)| line.violates).map(|(id, _)| *id).collect();
    let stays = plan.burst - left.len();
    town.server.forget_requests();
    let before_ms = bot.processor_ms()?;
    let began = Instant::now();
    town.server.hold_gateway(false);
    let burst_ms = loop {
        // From the last on: the others are gone by then, or nearly so.
        while left.last().is_some_and(|id| !town.stands(*id)) {
            left.pop();
        }
        if left.is_empty() {
            break ms(began.elapsed());
        }
        ensure!(began.elapsed() < PATIENCE, "{} violating messages still stand", left.len());
        sleep(LOOK_EVERY).await;
    };
    let taken_down_ms = bot.processor_ms()?;
    settle(&town.server).await;
    let after_ms = bot.processor_ms()?;
    ensure!(town.standing() == stays, "{} messages stand instead of {stays}", town.standing());
    let measured = Measured {
        ready_ms: bot.ready_ms,
        idle_mb,
        burst_ms,
        processor_us: (after_ms - before_ms) * 1_000.0 / plan.burst as f64,
        processor_burst_us: (taken_down_ms - before_ms) * 1_000.0 / plan.burst as f64,
        after_mb: bot.resident_mb()?,
        requests: town.server.requests().len() as f64,
        journal_bytes: folder_bytes(&folder.path().join("data/journal")) as f64 / plan.burst as f64,
        paced_p50_ms: 0.0,
        paced_p99_ms: 0.0,
        paced_processor_us: 0.0,
    };
    end(kind, plan, bot, &town, folder.path()).await?;
    Ok(measured)
}

/// Waits until a bot makes no more requests.
async fn settle(server: &Server) {
    let mut count = server.requests().len();
    loop {
        sleep(QUIET).await;
        let now = server.requests().len();
        if now == count {
            return;
        }
        count = now;
    }
}

async fn paced(kind: Kind, plan: &Plan, measured: &mut Measured) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let town = Town::found(plan.violators).await?;
    let bot = Bot::start(kind, plan, &town.server.rest_url(), folder.path())?;
    let before_ms = bot.processor_ms()?;
    let messages = plan.paced_s * PACE_PER_SECOND;
    let mut changed = town.server.subscribe();
    let mut every = interval(Duration::from_secs(1) / PACE_PER_SECOND as u32);
    every.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut waiting: VecDeque<(Id, Instant)> = VecDeque::new();
    let mut took_ms: Vec<f64> = Vec::new();
    let mut n = 0;
    while n < messages || !waiting.is_empty() {
        tokio::select! {
            biased;
            _ = changed.changed() => {
                let now = Instant::now();
                town.server.look(|world| {
                    waiting.retain(|(id, posted)| {
                        let stands = world.message(town.channel, *id).is_some();
                        if !stands {
                            took_ms.push(ms(now.duration_since(*posted)));
                        }
                        stands
                    });
                });
            }
            _ = every.tick(), if n < messages => {
                let posted = Instant::now();
                let (id, line) = town.post(n);
                if line.violates {
                    waiting.push_back((id, posted));
                }
                n += 1;
            }
            () = sleep(PATIENCE) => anyhow::bail!("{} violating messages still stand", waiting.len()),
        }
    }
    timeout(PATIENCE, settle(&town.server)).await.context("it never came to rest")?;
    measured.paced_processor_us = (bot.processor_ms()? - before_ms) * 1_000.0 / messages as f64;
    took_ms.sort_by(f64::total_cmp);
    measured.paced_p50_ms = median(took_ms.clone());
    measured.paced_p99_ms = took_ms[took_ms.len() * 99 / 100];
    end(kind, plan, bot, &town, folder.path()).await
}

/// Ends a bot, and holds what Gavel leaves to its own checker.
async fn end(kind: Kind, plan: &Plan, bot: Bot, town: &Town, folder: &Path) -> anyhow::Result<()> {
    bot.end()?;
    town.server.shutdown().await;
    if kind == Kind::Gavel {
        let verified =
            Command::new(&plan.gavel).args(["log", "verify", "--data"]).arg(folder.join("data")).output()?;
        ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    }
    Ok(())
}

fn folder_bytes(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}

/// What a sync of a file in `folder` takes at the even pace, where lines are
/// appended all the time and one in so many is waited for: the median of
/// many, in milliseconds. One right after another takes a third of that, for
/// neither disk nor processor has gone to rest by then.
pub fn sync_ms(folder: &Path) -> anyhow::Result<f64> {
    const TIMES: usize = 50;
    const LINE_BYTES: usize = 2_000;
    let path = tempfile::NamedTempFile::new_in(folder)?;
    let mut file: &File = path.as_file();
    let mut took = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        for _ in 0..ONE_IN {
            std::thread::sleep(Duration::from_secs(1) / PACE_PER_SECOND as u32);
            file.write_all(&[b'x'; LINE_BYTES])?;
        }
        let began = Instant::now();
        file.sync_data()?;
        took.push(ms(began.elapsed()));
    }
    Ok(median(took))
}

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

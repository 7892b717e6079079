//! `gavel run`: the bot on Discord, or on a server that speaks its API.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{Ending, report, start_logging};
use crate::bot::{self, Setup};
use crate::clock::Clock;
use crate::discord::rest::DISCORD_PER_SECOND;
use crate::settings::{self, API_VARIABLE, Loaded, Settings, TOKEN_VARIABLE};

/// Run the bot on Discord.
///
/// The token comes from the environment variable DISCORD_TOKEN or from the
/// deployment's token_file. GAVEL_DISCORD_API names another server that speaks
/// Discord's API; http:// is accepted for this machine only. Prints `ready`
/// once messages are being judged. SIGTERM ends it, SIGHUP reads policy and
/// settings again and keeps the old ones if the new are broken.
#[derive(Args)]
pub struct Arguments {
    /// The deployment file
    #[arg(long, value_name = "FILE", default_value = "config/bot.toml")]
    config: PathBuf,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    start_logging();
    let loaded = match settings::load(&arguments.config) {
        Ok(loaded) => loaded,
        Err(unusable) => {
            unusable.iter().for_each(report);
            return Ok(Ending::Usage);
        }
    };
    let token = loaded.settings.token(std::env::var(TOKEN_VARIABLE).ok()).map_err(|why| {
        anyhow::anyhow!("there is no token: {why}\n       {}", loaded.settings.token_mend())
    })?;
    let api = std::env::var(API_VARIABLE).ok().filter(|api| !api.is_empty());
    let per_second = api.is_none().then_some(DISCORD_PER_SECOND);
    let Loaded { settings, policy, deployment } = loaded;
    let lists = lists_of(&settings);
    let setup = Setup {
        policy,
        deployment,
        data_dir: settings.data_dir.clone(),
        key_file: Some(settings.key_file.clone()),
        api: api.unwrap_or_else(|| crate::discord::gateway::Api::default().base().to_owned()),
        token: token.reveal().to_owned(),
        clock: Clock::system(),
        per_second,
    };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(serve(setup, settings, lists, &arguments.config))
}

async fn serve(
    setup: Setup,
    mut settings: Settings,
    mut lists: Lists,
    config: &Path,
) -> anyhow::Result<Ending> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut bot = bot::start(setup).await?;
    tokio::select! {
        ready = bot.ready() => match ready {
            Ok(()) => say("ready")?,
            Err(ended) => return stopped(bot, &ended).await,
        },
        _ = terminate.recv() => return well(bot).await,
        _ = interrupt.recv() => return well(bot).await,
    }
    let mut look = tokio::time::interval(LISTS_LOOKED_AT);
    loop {
        tokio::select! {
            ended = bot.ended() => return stopped(bot, &ended).await,
            _ = terminate.recv() => return well(bot).await,
            _ = interrupt.recv() => return well(bot).await,
            _ = hang_up.recv() => {}
            _ = look.tick() => {
                if lists_of(&settings) == lists {
                    continue;
                }
            }
        }
        // Before they are read: what is written meanwhile is seen at the next look.
        lists = lists_of(&settings);
        if let Some(read) = reload(&bot, config).await? {
            settings = read;
        }
    }
}

/// How often lists are looked at: a feed that was replaced is in force soon.
const LISTS_LOOKED_AT: Duration = Duration::from_secs(5);

/// What tells that a list was replaced.
type Lists = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// What tells that a list was replaced: each file's size and when it was
/// written.
fn lists_of(settings: &Settings) -> Lists {
    let about = |file: PathBuf| {
        let about = std::fs::metadata(&file).ok()?;
        Some((file, about.len(), about.modified().ok()))
    };
    settings.lists().into_iter().filter_map(about).collect()
}

/// Ends the bot in good order.
async fn well(bot: bot::Running) -> anyhow::Result<Ending> {
    bot.stop().await?;
    Ok(Ending::Well)
}

/// The one line on stdout.
pub fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("cannot write to stdout")
}

/// The bot had to stop: says why, keeps what it can.
async fn stopped(bot: bot::Running, ended: &bot::Ended) -> anyhow::Result<Ending> {
    eprintln!("gavel: {ended}");
    if !matches!(ended, bot::Ended::Broken(_)) {
        bot.stop().await?;
    }
    Ok(Ending::Failed)
}

/// Takes up what the files say now, where all of them are sound.
async fn reload(bot: &bot::Running, config: &Path) -> anyhow::Result<Option<Settings>> {
    match settings::load(config) {
        Ok(Loaded { settings, policy, deployment }) => {
            bot.reload(policy, deployment).await?;
            tracing::info!("policy and settings were read again");
            return Ok(Some(settings));
        }
        Err(unusable) => {
            unusable.iter().for_each(report);
            tracing::error!("the new policy or settings are broken; the old ones stay in force");
        }
    }
    Ok(None)
}

//! `gavel sandbox`: a Discord of one's own, the real bot in it, and a page to
//! try both.
//!
//! The server, the bot and the page run in one process and speak to each other
//! over loopback exactly as they would over the network: the bot knows nothing
//! of where it is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::run::say;
use super::{Ending, load_policy, policy_or_report, report, start_logging};
use crate::bot::{self, Running, Setup};
use crate::clock::Clock;
use crate::policy::Policy;
use crate::sandbox::page::{self, PageSetup, Record, Restart, Restarting, Stage};
use crate::sandbox::tour::Tour;
use crate::sandbox::{self, city, facts, rest};
use crate::settings::Unusable;

/// The tours that come with the policies.
const MONROE_TOUR: &str = include_str!("../../config/tour-monroe.toml");
const NORWALK_TOUR: &str = include_str!("../../config/tour-norwalk.toml");

/// Try Gavel without an account: a local Discord-compatible server, the real
/// bot connected to it, and a chat page in the browser.
///
/// Prints `ready http://127.0.0.1:PORT` once the page can be opened; end it
/// with Ctrl-C. Nothing leaves this machine.
#[derive(Args)]
pub struct Arguments {
    /// The page's port; 0 picks a free one
    #[arg(long, default_value_t = 4180)]
    port: u16,
    /// Keep the journal here; left out, it is thrown away at the end. Starting
    /// over in the page keeps the one before beside it, as DIR.1
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The policy to moderate by; left out, the built-in Monroe policy
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The tour to play
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    start_logging();
    let Some(policy) = policy_or_report(arguments.policy.as_deref()) else { return Ok(Ending::Usage) };
    let tour = match read_tour(arguments.script.as_deref(), &policy)? {
        Ok(tour) => tour,
        Err(unusable) => {
            report(&unusable);
            return Ok(Ending::Usage);
        }
    };
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(serve(arguments, policy, tour))
}

fn read_tour(script: Option<&Path>, policy: &Policy) -> anyhow::Result<Result<Tour, Unusable>> {
    let (source, name) = match script {
        Some(path) => {
            let source =
                std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            (source, path.display().to_string())
        }
        None if policy.id.starts_with("norwalk") => {
            (NORWALK_TOUR.to_owned(), "tour-norwalk.toml (built in)".to_owned())
        }
        None => (MONROE_TOUR.to_owned(), "tour-monroe.toml (built in)".to_owned()),
    };
    let knows = |clause: &str| policy.clause(clause).is_some();
    let parsed = Tour::parse(&source, &name, &knows);
    Ok(parsed.map_err(|problems| Unusable::Broken { problems, source }))
}

async fn serve(arguments: &Arguments, policy: Policy, tour: Tour) -> anyhow::Result<Ending> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = match TcpListener::bind(("127.0.0.1", arguments.port)).await {
        Ok(listener) => listener,
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "port {} is in use; give another one with `--port`, or `--port 0` for any that is free",
            arguments.port
        ),
        Err(error) => return Err(error).context("cannot open the page's port"),
    };
    let address = listener.local_addr()?;
    let (temporary, data) = match &arguments.data {
        Some(data) => (false, data.clone()),
        None => (true, std::env::temp_dir().join(format!("gavel-sandbox-{}", std::process::id()))),
    };
    let theatre = Arc::new(Theatre {
        policy: Arc::new(policy),
        data,
        temporary,
        source: arguments.policy.clone(),
        now: Mutex::default(),
    });
    let stage = theatre.open().await?;
    let (stop_page, stopped) = oneshot::channel::<()>();
    let setup = PageSetup { stage, tour, restart: theatre.clone() };
    let page = tokio::spawn(page::serve(listener, setup, async move {
        // Dropped or used, it is over.
        let _ = stopped.await;
    }));
    say(&format!("ready http://{address}"))?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    drop(stop_page);
    theatre.close().await?;
    page.abort();
    if theatre.temporary {
        remove(&theatre.data);
    }
    Ok(Ending::Well)
}

/// The place where the play is given: it can be opened, closed and opened
/// anew with an empty record.
struct Theatre {
    policy: Arc<Policy>,
    source: Option<PathBuf>,
    data: PathBuf,
    temporary: bool,
    now: Mutex<Option<Playing>>,
}

struct Playing {
    server: sandbox::Server,
    bot: Running,
}

impl Theatre {
    async fn open(&self) -> anyhow::Result<Stage> {
        let clock = Clock::shifted();
        let config = sandbox::Config {
            checker: Some(rest::Checker {
                request: |method, path, query, body| told(facts::check_request(method, path, query, body)),
                answer: |method, path, status, body| told(facts::check_answer(method, path, status, body)),
                event: |name, value| told(facts::check_object(name, value)),
            }),
            ..sandbox::Config::default()
        };
        let server =
            sandbox::Server::start(config, clock.clone()).await.context("cannot start the local server")?;
        let city = city::build(&server, &self.policy)
            .map_err(|refusal| anyhow::anyhow!("the example city could not be built: {refusal:?}"))?;
        let setup = Setup {
            // A policy is not cloned: it is read again, as at a start.
            policy: load_policy(self.source.as_deref()).map_err(|why| anyhow::anyhow!("{why}"))?,
            deployment: city.deployment(&self.policy),
            data_dir: self.data.clone(),
            key_file: None,
            api: server.rest_url(),
            token: city::TOKEN.to_owned(),
            clock,
            per_second: None,
        };
        let mut bot = bot::start(setup).await?;
        if let Err(ended) = bot.ready().await {
            bail!("the bot ended: {ended}");
        }
        let stage = Stage {
            server: server.clone(),
            city,
            policy: self.policy.clone(),
            record: Some(Record {
                reader: bot.reader.clone(),
                standing: bot.standing.clone(),
                data: self.data.clone(),
                aside: if self.temporary { None } else { Some(place_aside(&self.data)?) },
            }),
        };
        *self.lock() = Some(Playing { server, bot });
        Ok(stage)
    }

    async fn close(&self) -> anyhow::Result<()> {
        let playing = self.lock().take();
        if let Some(Playing { server, bot }) = playing {
            let ended = bot.stop().await;
            server.shutdown().await;
            ended?;
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Playing>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Restart for Theatre {
    fn restart(&self) -> Restarting<'_> {
        Box::pin(async move {
            self.close().await?;
            if self.temporary {
                remove(&self.data);
            } else {
                put_aside(&self.data)?;
            }
            self.open().await
        })
    }
}

/// Throws a temporary record away.
fn remove(data: &Path) {
    if let Err(error) = std::fs::remove_dir_all(data)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "the temporary record in `{}` could not be removed", data.display());
    }
}

/// Where a record makes way to: beside itself, under the first free number.
fn place_aside(data: &Path) -> anyhow::Result<PathBuf> {
    let name = data.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (1..u32::MAX)
        .map(|n| data.with_file_name(format!("{name}.{n}")))
        .find(|path| !path.exists())
        .context("no free name to put the record aside")
}

/// A record that was to be kept is kept: it makes way under another name.
fn put_aside(data: &Path) -> anyhow::Result<()> {
    let aside = place_aside(data)?;
    std::fs::rename(data, &aside)
        .with_context(|| format!("cannot put `{}` aside as `{}`", data.display(), aside.display()))
}

fn told(deviations: Vec<facts::Deviation>) -> Vec<String> {
    deviations.iter().map(ToString::to_string).collect()
}

//! The sandbox as the program starts it, without the program: a world, the
//! real bot connected to it, and the page.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::FutureExt;
use gavel::bot::{self, Running};
use gavel::clock::Clock;
use gavel::policy::Policy;
use gavel::sandbox::page::{self, PageSetup, Record, Restart, Restarting, Stage};
use gavel::sandbox::tour::Tour;
use gavel::sandbox::{Config, Server, city};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

pub const MONROE: &str = include_str!("../../../config/monroe.toml");
pub const MONROE_TOUR: &str = include_str!("../../../config/tour-monroe.toml");
pub const NORWALK: &str = include_str!("../../../config/norwalk.toml");
pub const NORWALK_TOUR: &str = include_str!("../../../config/tour-norwalk.toml");

pub fn policy(source: &str) -> Policy {
    Policy::parse(source, "policy.toml", &|name| Err(format!("`{name}` lies nowhere"))).unwrap_or_else(
        |problems| {
            let said: Vec<String> = problems.iter().map(|p| p.render(source, false)).collect();
            panic!("{}", said.join("\n"))
        },
    )
}

#[track_caller]
pub fn tour(source: &str, policy: &Policy) -> Tour {
    let known = |id: &str| policy.clause(id).is_some();
    Tour::parse(source, "tour.toml", &known).unwrap_or_else(|problems| {
        let said: Vec<String> = problems.iter().map(|p| p.render(source, false)).collect();
        panic!("{}", said.join("\n"))
    })
}

/// Runs a test that has a bot in it. A bot has threads of its own, which end
/// when they are told to: a test that fails must not wait for them.
pub fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let ended = runtime.block_on(AssertUnwindSafe(test).catch_unwind());
    runtime.shutdown_background();
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

/// A bot and its world, which can be made anew.
pub struct Maker {
    source: &'static str,
    data: tempfile::TempDir,
    runs: Mutex<Vec<Running>>,
}

impl Maker {
    pub fn new(source: &'static str) -> Maker {
        Maker { source, data: tempfile::tempdir().expect("a directory"), runs: Mutex::default() }
    }

    pub async fn make(&self) -> anyhow::Result<Stage> {
        let mut runs = self.runs.lock().await;
        for running in runs.drain(..) {
            running.stop().await?;
        }
        let data: PathBuf =
            self.data.path().join(format!("{}", std::fs::read_dir(self.data.path())?.count()));
        let clock = Clock::shifted();
        let server = Server::start(Config::default(), clock.clone()).await?;
        let policy = Arc::new(policy(self.source));
        let city = city::build(&server, &policy).map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
        let mut running = bot::start(bot::Setup {
            policy: self::policy(self.source),
            deployment: city.deployment(&policy),
            data_dir: data.clone(),
            key_file: None,
            api: server.rest_url(),
            token: city::TOKEN.to_owned(),
            clock,
            per_second: None,
        })
        .await?;
        running.ready().await.map_err(|ended| anyhow::anyhow!("{ended}"))?;
        let record = Record {
            reader: running.reader.clone(),
            standing: running.standing.clone(),
            aside: Some(data.clone()),
            data,
        };
        runs.push(running);
        Ok(Stage { server, city, policy, record: Some(record) })
    }

    pub async fn stop(&self) {
        for running in self.runs.lock().await.drain(..) {
            running.stop().await.expect("the bot ends in good order");
        }
    }
}

struct Again(Arc<Maker>);

impl Restart for Again {
    fn restart(&self) -> Restarting<'_> {
        Box::pin(self.0.make())
    }
}

/// A page that is served.
pub struct Town {
    pub url: String,
    pub stage: Stage,
    maker: Arc<Maker>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Town {
    pub async fn monroe() -> Town {
        Town::with(MONROE, MONROE_TOUR).await
    }

    pub async fn with(source: &'static str, script: &str) -> Town {
        let maker = Arc::new(Maker::new(source));
        let stage = maker.make().await.expect("the bot starts");
        let tour = tour(script, &stage.policy);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let setup = PageSetup { stage: stage.clone(), tour, restart: Arc::new(Again(maker.clone())) };
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move {
            let _ = stopped.await;
        };
        let served = tokio::spawn(page::serve(listener, setup, stopped));
        Town { url, stage, maker, stop: Some(stop), served }
    }

    pub async fn close(mut self) {
        drop(self.stop.take());
        self.served.await.expect("the page ends").expect("in good order");
        self.maker.stop().await;
        self.stage.server.shutdown().await;
    }
}

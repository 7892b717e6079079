//! The chat page: one city channel, and beside it what the City sees of it.
//!
//! HTML made on the server, one style sheet, one small script that only saves
//! reloading: without it every button still works. All state is here, so that
//! refreshing loses nothing; there is one view, because there is one person
//! trying things out. What people do goes into the world through the hand;
//! what the bot did is read from its journal and from the world, never asked
//! of the bot.

mod book;
mod city_sees;
mod composer;
mod doors;
mod examples;
mod frame;
mod markup;
mod messages;
mod outlook;
mod places;
mod player;
mod post;
mod scene;
mod sight;
mod view;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Server;
use super::city::City;
use super::tour::Tour;
use crate::pipeline::Standing;
use crate::policy::Policy;
use crate::store::Reader;
use scene::Scene;

/// The bot's journal: how to read it, when it grows, and where it lies.
#[derive(Clone)]
pub struct Record {
    pub reader: Reader,
    pub standing: watch::Receiver<Standing>,
    pub data: PathBuf,
    /// Where it is kept when one starts over; without a place it is thrown away.
    pub aside: Option<PathBuf>,
}

/// Everything the page shows: a world, and the record of the bot in it.
#[derive(Clone)]
pub struct Stage {
    pub server: Server,
    pub city: City,
    pub policy: Arc<Policy>,
    /// The bot's record; without a bot there is only the chat.
    pub record: Option<Record>,
}

/// A stage being made ready.
pub type Restarting<'a> = Pin<Box<dyn Future<Output = anyhow::Result<Stage>> + Send + 'a>>;

/// "Start over": ends the bot and its world and makes both anew, with an empty
/// record. When it fails, the page says so and keeps what it shows.
pub trait Restart: Send + Sync + 'static {
    fn restart(&self) -> Restarting<'_>;
}

/// What the page is made of.
pub struct PageSetup {
    pub stage: Stage,
    pub tour: Tour,
    pub restart: Arc<dyn Restart>,
}

/// The page behind its doors.
struct Page {
    /// The only addresses under which it answers.
    address: SocketAddr,
    scene: RwLock<Arc<Scene>>,
    tour: Tour,
    restart: Arc<dyn Restart>,
    /// One restart at a time.
    restarting: tokio::sync::Mutex<()>,
    /// Rises whenever the page may look different.
    changed: watch::Sender<u64>,
    /// Why the last restart failed.
    trouble: Mutex<Option<String>>,
    /// Where the record before the last restart is kept.
    kept: Mutex<Option<PathBuf>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind these locks is only for looking at.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Page {
    fn scene(&self) -> Arc<Scene> {
        self.scene.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Something may look different now.
    fn touch(&self) {
        self.changed.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// Ends what is shown and shows a new stage.
    async fn start_over(self: &Arc<Page>) {
        let Ok(_alone) = self.restarting.try_lock() else { return };
        let old = self.scene();
        old.stop();
        match self.restart.restart().await {
            Ok(stage) => {
                let scene = Scene::start(self, stage);
                *self.scene.write().unwrap_or_else(PoisonError::into_inner) = scene;
                *locked(&self.trouble) = None;
                let aside = old.stage.record.as_ref().and_then(|record| record.aside.clone());
                *locked(&self.kept) = aside.filter(|path| path.exists());
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the sandbox could not start over");
                *locked(&self.trouble) = Some(format!("{error:#}"));
                old.watch();
            }
        }
        self.touch();
    }
}

/// Serves the page until `stop` comes true. The listener has to be on
/// loopback: whoever reaches the page may do anything in the sandbox.
///
/// # Errors
///
/// When the listener fails, or is not on loopback.
pub async fn serve(
    listener: TcpListener,
    setup: PageSetup,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(io::Error::other(format!("the sandbox's page is for loopback only, not for {address}")));
    }
    let PageSetup { stage, tour, restart } = setup;
    let (changed, _) = watch::channel(0);
    let page = Arc::new_cyclic(|page| Page {
        address,
        scene: RwLock::new(Scene::make(page.clone(), stage)),
        tour,
        restart,
        restarting: tokio::sync::Mutex::new(()),
        changed,
        trouble: Mutex::new(None),
        kept: Mutex::new(None),
    });
    page.scene().watch();
    let (ended, ending) = watch::channel(false);
    let stopping = async move {
        stop.await;
        ended.send_replace(true);
    };
    let served =
        axum::serve(listener, doors::routes(page.clone(), ending)).with_graceful_shutdown(stopping).await;
    page.scene().stop();
    served
}

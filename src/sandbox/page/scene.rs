//! What is shown at present: the stage, the fold of its journal, the view,
//! and the tasks that keep them fresh. Starting over makes a new scene.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::book::Book;
use super::markup::Names;
use super::player::Playing;
use super::view::View;
use super::{Page, Record, Stage, locked};
use crate::domain::id::Moment;
use crate::sandbox::city::City;
use crate::sandbox::world::{Id, World, made_at_ms};
use crate::store;
use crate::store::disk::Real;

/// At most this often is the whole record verified again; a long one less
/// often, so that it takes no more than this share of the time.
const VERIFY_EVERY: Duration = Duration::from_secs(2);
const VERIFY_SHARE: u32 = 20;

/// At most this many entries are taken in before the page is shown again.
const TAKEN_AT_ONCE: usize = 500;

/// What is known of the record's soundness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Soundness {
    /// Nobody can tell here.
    Untold,
    Checking,
    /// Everything up to this many entries.
    Verified(u64),
    Damaged(String),
}

pub struct Scene {
    pub stage: Stage,
    pub zone: TimeZone,
    pub book: Mutex<Book>,
    pub view: Mutex<View>,
    pub playing: Mutex<Playing>,
    /// Lets the tour stop waiting.
    pub hurry: Notify,
    pub soundness: Mutex<Soundness>,
    /// Why nothing more is read of the journal.
    pub unreadable: Mutex<Option<String>>,
    page: Weak<Page>,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Scene {
    /// A scene whose tasks do not run yet.
    pub fn make(page: Weak<Page>, stage: Stage) -> Arc<Scene> {
        let zone = TimeZone::get(stage.city.time_zone).unwrap_or(TimeZone::UTC);
        let first = stage.record.as_ref().map(|record| {
            // Earlier entries are about a world that is no more.
            record.reader.since(Moment(made_at_ms(stage.city.guild)))
        });
        let (first, trouble) = match first {
            Some(Ok(first)) => (first.unwrap_or(0), None),
            Some(Err(error)) => (0, Some(error.to_string())),
            None => (0, None),
        };
        let view = View::new(&stage.city);
        let soundness = if stage.record.is_some() { Soundness::Checking } else { Soundness::Untold };
        Arc::new(Scene {
            zone,
            book: Mutex::new(Book::from(first)),
            view: Mutex::new(view),
            playing: Mutex::default(),
            hurry: Notify::new(),
            soundness: Mutex::new(soundness),
            unreadable: Mutex::new(trouble),
            stage,
            page,
            tasks: Mutex::default(),
        })
    }

    /// A scene whose tasks run.
    pub fn start(page: &Arc<Page>, stage: Stage) -> Arc<Scene> {
        let scene = Scene::make(Arc::downgrade(page), stage);
        scene.watch();
        scene
    }

    pub fn city(&self) -> &City {
        &self.stage.city
    }

    /// Keeps the page fresh from here on.
    pub fn watch(self: &Arc<Scene>) {
        self.keep(tokio::spawn(follow_world(self.clone())).abort_handle());
        if let Some(record) = &self.stage.record {
            let (grown, growing) = watch::channel(());
            self.keep(tokio::spawn(follow_journal(self.clone(), record.clone(), grown)).abort_handle());
            self.keep(tokio::spawn(verify(self.clone(), record.clone(), growing)).abort_handle());
        }
    }

    /// A task that ends with the scene.
    pub fn keep(&self, task: AbortHandle) {
        let mut tasks = locked(&self.tasks);
        tasks.retain(|task| !task.is_finished());
        tasks.push(task);
    }

    pub fn stop(&self) {
        for task in locked(&self.tasks).drain(..) {
            task.abort();
        }
    }

    pub fn touch(&self) {
        if let Some(page) = self.page.upgrade() {
            page.touch();
        }
    }
}

async fn follow_world(scene: Arc<Scene>) {
    let mut changes = scene.stage.server.subscribe();
    while changes.changed().await.is_ok() {
        scene.touch();
    }
}

async fn follow_journal(scene: Arc<Scene>, record: Record, grown: watch::Sender<()>) {
    let mut standing = record.standing.clone();
    loop {
        // Before reading: what is written meanwhile is noticed afterwards.
        let upto = standing.borrow_and_update().entries;
        let mut taken = 0;
        while taken < TAKEN_AT_ONCE {
            let next = locked(&scene.book).next;
            if next >= upto {
                break;
            }
            match record.reader.entry(next) {
                Ok(Some(entry)) => locked(&scene.book).take(next, &entry),
                Ok(None) => break,
                Err(error) => {
                    *locked(&scene.unreadable) = Some(error.to_string());
                    scene.touch();
                    return;
                }
            }
            taken += 1;
        }
        if taken > 0 {
            grown.send_replace(());
            scene.touch();
        }
        if taken < TAKEN_AT_ONCE && standing.changed().await.is_err() {
            *locked(&scene.unreadable) = Some("the bot has ended, and the terminal says why".to_owned());
            scene.touch();
            return;
        }
    }
}

async fn verify(scene: Arc<Scene>, record: Record, mut growing: watch::Receiver<()>) {
    while growing.changed().await.is_ok() {
        let data = record.data.clone();
        let began = Instant::now();
        // Reading the whole journal is work for a thread of its own.
        let found = tokio::task::spawn_blocking(move || store::verify::verify(&Real, &data, None)).await;
        *locked(&scene.soundness) = match found {
            Ok(Ok(report)) => match report.problems.first() {
                None => Soundness::Verified(report.entries),
                Some(problem) => Soundness::Damaged(problem.why.clone()),
            },
            Ok(Err(error)) => Soundness::Damaged(error.to_string()),
            Err(error) => Soundness::Damaged(error.to_string()),
        };
        scene.touch();
        tokio::time::sleep(VERIFY_EVERY.max(began.elapsed() * VERIFY_SHARE)).await;
    }
}

/// The names that mentions stand for, as the world has them.
pub struct Known<'a> {
    pub world: &'a World,
    pub city: &'a City,
    pub zone: &'a TimeZone,
}

impl Names for Known<'_> {
    fn user(&self, id: Id) -> Option<String> {
        let user = self.world.user(id)?;
        Some(user.global_name.clone().unwrap_or_else(|| user.name.clone()))
    }

    fn role(&self, id: Id) -> Option<String> {
        Some(self.world.guild(self.city.guild)?.roles.get(&id)?.name.clone())
    }

    fn channel(&self, id: Id) -> Option<String> {
        Some(self.world.channel(id)?.name.clone())
    }

    fn zone(&self) -> &TimeZone {
        self.zone
    }
}

//! Playing the tour: one step after another at reading speed, until somebody
//! pauses it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::scene::Scene;
use super::view::Place;
use super::{Page, locked};
use crate::sandbox::tour::{self, Act, BETWEEN_MS, Done, Look};
use crate::sandbox::world::Id;

/// Where the tour stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Idle,
    Playing,
    Paused,
    Ended,
}

#[derive(Clone, Debug, Default)]
pub struct Playing {
    pub mode: Mode,
    /// Steps done; the one that is explained is the last of them.
    pub done: usize,
    /// Why the last step was refused.
    pub refused: Option<String>,
    names: BTreeMap<String, (Id, Id)>,
    /// Which run of the player this is: an older one ends by itself.
    run: u64,
}

/// Goes on with the tour, from its beginning when it has ended.
pub fn play(page: &Arc<Page>, scene: &Arc<Scene>) {
    let run = {
        let mut playing = locked(&scene.playing);
        match playing.mode {
            Mode::Playing => return,
            Mode::Ended => *playing = Playing { run: playing.run, ..Playing::default() },
            Mode::Idle | Mode::Paused => {}
        }
        playing.mode = Mode::Playing;
        playing.run += 1;
        playing.run
    };
    let task = tokio::spawn(run_on(page.clone(), scene.clone(), run));
    scene.keep(task.abort_handle());
}

/// Holds it where it is.
pub fn pause(scene: &Scene) {
    let mut playing = locked(&scene.playing);
    if playing.mode == Mode::Playing {
        playing.mode = Mode::Paused;
        playing.run += 1;
    }
    drop(playing);
    scene.hurry.notify_waiters();
}

/// Does the next step at once.
pub fn next(page: &Page, scene: &Scene) {
    let is_playing = locked(&scene.playing).mode == Mode::Playing;
    if is_playing {
        scene.hurry.notify_waiters();
    } else {
        step(page, scene);
    }
}

/// Puts the tour away; what it said stays said.
pub fn close(scene: &Scene) {
    let mut playing = locked(&scene.playing);
    *playing = Playing { run: playing.run + 1, ..Playing::default() };
    drop(playing);
    scene.hurry.notify_waiters();
}

async fn run_on(page: Arc<Page>, scene: Arc<Scene>, run: u64) {
    loop {
        // Asked for before the step: a pause during it is not missed.
        let hurried = scene.hurry.notified();
        if locked(&scene.playing).run != run {
            return;
        }
        let Some(wait_ms) = step(&page, &scene) else { return };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
            () = hurried => {}
        }
    }
}

/// Where a step says to look.
fn place_of(look: &Look, scene: &Scene) -> Option<Place> {
    match look {
        Look::Channel(name) => scene.city().place(name).map(|place| Place::Channel(place.id)),
        Look::Inbox(persona) => Some(Place::Inbox(*persona)),
    }
}

/// Does the next step and looks where it happens. Gives the time to read it;
/// `None` at the end.
fn step(page: &Page, scene: &Scene) -> Option<u64> {
    let (at, mut names) = {
        let mut playing = locked(&scene.playing);
        if playing.done >= page.tour.steps.len() {
            playing.mode = Mode::Ended;
            drop(playing);
            page.touch();
            return None;
        }
        let at = playing.done;
        playing.done += 1;
        if playing.mode != Mode::Playing {
            playing.mode = Mode::Paused;
        }
        (at, std::mem::take(&mut playing.names))
    };
    let step = &page.tour.steps[at];
    scene.stage.server.clock().advance(BETWEEN_MS);
    let acted = tour::act(&scene.stage.server, scene.city(), step, &mut names);
    {
        let mut playing = locked(&scene.playing);
        playing.names = names;
        playing.refused = acted.as_ref().err().map(ToString::to_string);
    }
    if let Ok(Done { message, place }) = acted {
        let mut view = locked(&scene.view);
        view.began = true;
        let elsewhere = step.look.as_ref().and_then(|look| place_of(look, scene));
        match (elsewhere, place, message) {
            (Some(elsewhere), ..) => view.go(elsewhere),
            (None, Some(place), _) => view.go(Place::Channel(place)),
            (None, None, Some(_)) => view.go(Place::Inbox(step.who)),
            (None, None, None) => {}
        }
        let by_a_person = !matches!(step.what, Act::Webhook | Act::OwnWebhook | Act::Wait { .. });
        if by_a_person {
            view.persona = step.who;
        }
        // The city's own webhook is not judged, so nothing newer comes by itself.
        view.chosen = message.filter(|_| elsewhere.is_none());
    }
    page.touch();
    Some(step.reading_ms())
}

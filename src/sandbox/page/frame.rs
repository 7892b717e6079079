//! The whole page: head, the tour's bar, and the three columns.

use maud::{DOCTYPE, Markup, html};

use super::player::{Mode, Playing};
use super::sight::Sight;
use super::{Page, city_sees, composer, locked, messages, places};
use crate::policy::Policy;
use crate::sandbox::tour::Tour;

pub fn page(page: &Page) -> Markup {
    let scene = page.scene();
    let playing = locked(&scene.playing).clone();
    let mut view = locked(&scene.view);
    let book = locked(&scene.book);
    let (columns, title) = scene.stage.server.look(|world| {
        view.note_read(&scene, world);
        let sight = Sight { scene: &scene, world, book: &book, view: &view };
        let columns = html! {
            nav id="places" popover aria-label="Channels and inboxes" { (places::places(&sight)) }
            main id="main" {
                (messages::channel(&sight))
                (composer::composer(&sight))
            }
            aside id="city" aria-labelledby="city-title" tabindex="0" { (city_sees::panel(&sight)) }
        };
        (columns, sight.title())
    });
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Gavel sandbox" }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/style.css";
                script src="/script.js" defer {}
            }
            body {
                a class="skip" href="#box" { "Skip to writing a message" }
                header id="top" {
                    div class="brand" {
                        (gavel_mark())
                        h1 { "Gavel " span class="thin" { "sandbox" } }
                        p class="where" { (scene.city().name) span class="policy" { " · " (scene.stage.policy.title) } }
                    }
                    form method="post" action="/over" { button class="quiet over" { "Start over" } }
                }
                (trouble(page))
                (kept(page, view.began))
                (tour_bar(&page.tour, &playing, &scene.stage.policy))
                div id="columns" { (columns) }
                p id="lost" class="banner" role="status" hidden {
                    "The sandbox is not answering. Is it still running?"
                }
            }
        }
    }
}

fn trouble(page: &Page) -> Markup {
    let trouble = locked(&page.trouble).clone();
    html! {
        div id="trouble" role="alert" {
            @if let Some(why) = trouble {
                p class="banner" { "Starting over failed: " (why) }
            }
        }
    }
}

/// What became of the record before one started over.
fn kept(page: &Page, began: bool) -> Markup {
    let kept = locked(&page.kept).clone().filter(|_| !began);
    html! {
        div id="kept" role="status" {
            @if let Some(path) = kept {
                p class="banner calm" { "Started over. The record before is kept in " code { (path.display()) } "." }
            }
        }
    }
}

fn gavel_mark() -> Markup {
    html! {
        svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
            path d="M3 20h10v2H3zM13.6 2.1l6.3 6.3-1.5 1.5-6.3-6.3zM7.2 8.5l6.3 6.3-1.5 1.5-6.3-6.3zM8.6 7.1l4-4 6.3 6.3-4 4zM14.9 12.7l7.4 7.4-1.7 1.7-7.4-7.4z" {}
        }
    }
}

fn tour_buttons(playing: &Playing) -> Markup {
    let button = |what: &str, words: &str, class: &str| {
        html! { button name="do" value=(what) class=(class) { (words) } }
    };
    html! {
        form id="tour-buttons" method="post" action="/tour" {
            @match playing.mode {
                Mode::Idle => (button("play", "Play the tour", "strong")),
                Mode::Playing => {
                    (button("pause", "Pause", "strong"))
                    (button("next", "Next", ""))
                }
                Mode::Paused => {
                    (button("play", "Go on", "strong"))
                    (button("next", "Next", ""))
                    (button("close", "End", "quiet"))
                }
                Mode::Ended => {
                    (button("play", "Play again", "strong"))
                    (button("close", "Close", "quiet"))
                }
            }
        }
    }
}

/// What the present step is about; before the first, what the tour is.
fn tour_bar(tour: &Tour, playing: &Playing, policy: &Policy) -> Markup {
    let step = playing.done.checked_sub(1).and_then(|at| tour.steps.get(at));
    let idle = playing.mode == Mode::Idle;
    html! {
        section id="tour" class=[idle.then_some("idle")] aria-labelledby="tour-title" {
            div class="which" {
                h2 id="tour-title" { (tour.title) }
                @if !idle {
                    span class="count" { "step " (playing.done) " of " (tour.steps.len()) }
                    progress max=(tour.steps.len()) value=(playing.done) aria-label="Steps of the tour" {}
                }
            }
            div class="told" aria-live="polite" {
                @if idle {
                    p { (tour.steps.len()) " short scenes at reading speed: who writes what, what becomes of it, and which clause it rests on." }
                } @else if playing.mode == Mode::Ended {
                    p { "That was the tour. Everything it did is still here: look around, or write something yourself." }
                } @else if let Some(step) = step {
                    p { (step.caption) }
                    @if let Some(why) = &playing.refused {
                        p class="refused" { "Discord refused this step: " (why) }
                    }
                    @if let Some(clause) = step.clause.as_deref().and_then(|id| policy.clause(id)) {
                        p class="shows" { span class="clause" { (clause.id) } " " (clause.plain) }
                    }
                }
            }
            (tour_buttons(playing))
        }
    }
}

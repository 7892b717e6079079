//! Where one can look: channels, threads, desks and inboxes.

use maud::{Markup, html};

use super::messages::{avatar, plural};
use super::sight::Sight;
use super::view::Place;
use crate::sandbox::city::{PERSONAS, Use};
use crate::sandbox::world::{Channel, Id};

pub fn places(sight: &Sight<'_>) -> Markup {
    let city = sight.scene.city();
    let group = |title: &str, id: &str, wanted: fn(Use) -> bool| {
        html! {
            h2 id=(id) { (title) }
            ul aria-labelledby=(id) {
                @for place in city.places.iter().filter(|place| wanted(place.used)) {
                    li { (channel_tab(sight, place.id, place.name, place.used)) }
                    @for thread in threads(sight, place.id) {
                        li class="under" { (thread_tab(sight, thread)) }
                    }
                }
            }
        }
    };
    html! {
        (group("Channels", "nav-public", |used| matches!(used, Use::Scoped | Use::Open)))
        (group("Staff only", "nav-private", |used| matches!(used, Use::Review | Use::Desk(_))))
        h2 id="nav-inboxes" { "Inboxes" }
        ul aria-labelledby="nav-inboxes" {
            @for (at, persona) in PERSONAS.iter().enumerate() {
                @let unread = sight.view.unread(sight.scene, sight.world, at);
                li {
                    (tab(
                        Place::Inbox(at),
                        sight.view.place,
                        html! {
                            (avatar(persona.name, at + 1))
                            span class="name" { (persona.name) }
                            @if unread > 0 {
                                span class="badge" id=(format!("badge-{}", persona.key)) {
                                    (unread) span class="hidden" { " new from Gavel" }
                                }
                            }
                        },
                    ))
                }
            }
        }
    }
}

/// Opens the places where there is no room for them beside the channel.
pub fn places_button(sight: &Sight<'_>) -> Markup {
    let unread: usize = (0..PERSONAS.len()).map(|at| sight.view.unread(sight.scene, sight.world, at)).sum();
    html! {
        button class="open-places" id="open-places" type="button" popovertarget="places" {
            span aria-hidden="true" { "☰" }
            span class="hidden" { "Channels and inboxes" }
            @if unread > 0 { span class="badge" { (unread) span class="hidden" { " new from Gavel" } } }
        }
    }
}

pub fn threads<'a>(sight: &Sight<'a>, parent: Id) -> Vec<&'a Channel> {
    let mut threads: Vec<&Channel> = sight.world.threads_of(parent).collect();
    threads.sort_by_key(|thread| thread.id);
    threads
}

pub fn tab(place: Place, current: Place, inside: Markup) -> Markup {
    html! {
        form method="post" action="/look" {
            button class="tab" name="place" value=(place.word())
                aria-current=[(place == current).then_some("page")] { (inside) }
        }
    }
}

fn channel_tab(sight: &Sight<'_>, id: Id, name: &str, used: Use) -> Markup {
    let private = matches!(used, Use::Review | Use::Desk(_));
    // Cards, not lines to the moderators.
    let cards = match private {
        true => sight.world.messages(id).filter(|m| !m.embeds.is_empty()).count(),
        false => 0,
    };
    tab(
        Place::Channel(id),
        sight.view.place,
        html! {
            span class="sign" aria-hidden="true" { @if private { "◆" } @else { "#" } }
            span class="name" { (name) }
            @if cards > 0 {
                span class="tally" { (cards) span class="hidden" { (plural(cards, " card", " cards")) } }
            }
        },
    )
}

fn thread_tab(sight: &Sight<'_>, thread: &Channel) -> Markup {
    tab(
        Place::Channel(thread.id),
        sight.view.place,
        html! {
            span class="sign" aria-hidden="true" { "└" }
            span class="name" { (thread.name) }
        },
    )
}

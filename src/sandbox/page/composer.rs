//! The box one writes in, and the examples to click.

use maud::{Markup, html};

use super::examples::EXAMPLES;
use super::sight::Sight;
use super::view::{Compose, Place};
use crate::sandbox::city::{PERSONAS, Place as CityPlace, persona_index};
use crate::sandbox::world::permission;

pub fn composer(sight: &Sight<'_>) -> Markup {
    let view = sight.view;
    let forum = match view.place {
        Place::Channel(id) => sight.world.channel(id).is_some_and(|c| c.kind.is_forum()),
        Place::Inbox(_) => false,
    };
    let titled = forum || matches!(view.compose, Compose::Thread(_));
    let writers = writers(sight);
    // Whoever cannot see the place cannot write there; somebody who can is offered instead.
    let Some(writer) = writers.iter().copied().find(|at| *at == view.persona).or(writers.first().copied())
    else {
        return html! {};
    };
    html! {
        section id="composer" aria-label="Write" {
            (doing(sight))
            @if let Some(why) = &view.refused {
                p class="refused" role="alert" id="refused" { "Discord refused it: " (why) }
            }
            form id="say" method="post" action="/say" enctype="multipart/form-data" {
                input type="hidden" name="place" value=(view.place.word());
                input type="hidden" name="compose" value=(view.compose.word());
                @if let Some(target) = view.compose.target() {
                    input type="hidden" name="target" value=(target);
                }
                div class="as" {
                    label for="as" { "Write as" }
                    select id="as" name="as" data-sent=(format!("{}-{writer}", view.sent)) {
                        @for at in writers {
                            @let persona = &PERSONAS[at];
                            option value=(persona.key) selected[at == writer] {
                                (persona.name) " (" (persona.what) ")"
                            }
                        }
                    }
                    span class="attach" {
                        label for="file" { "Attach" span class="hidden" { " a file" } }
                        input id="file" type="file" name="file" data-sent=(view.sent);
                    }
                }
                @if titled {
                    div class="titled" {
                        label for="title" { @if forum { "Title of the post" } @else { "Title of the thread" } }
                        input id="title" name="title" maxlength="100" autocomplete="off" data-sent=(view.sent);
                    }
                }
                div class="row" {
                    label class="hidden" for="box" { (to_whom(sight)) }
                    textarea id="box" name="text" rows="2" placeholder=(to_whom(sight))
                        data-sent=(view.sent) aria-describedby=[view.refused.as_ref().map(|_| "refused")] {
                        // The first line break after the tag is the browser's.
                        "\n" (view.draft)
                    }
                    button class="strong" { @if matches!(view.compose, Compose::Edit(_)) { "Save" } @else { "Send" } }
                }
            }
            @if is_public(sight) { (examples(view.began)) }
        }
    }
}

/// Who can write here: everybody who can see the place.
fn writers(sight: &Sight<'_>) -> Vec<usize> {
    let view = sight.view;
    let sees = |at: &usize| match (view.place, view.compose) {
        (Place::Inbox(persona), _) => *at == persona,
        (_, Compose::Edit(_)) => *at == view.persona,
        (Place::Channel(id), _) => {
            let may = sight.world.permissions(sight.parent(id), sight.scene.city().user(*at));
            may & permission::VIEW_CHANNEL != 0
        }
    };
    (0..PERSONAS.len()).filter(sees).collect()
}

/// Whether one is in a channel that everybody reads: examples belong there.
fn is_public(sight: &Sight<'_>) -> bool {
    let Place::Channel(id) = sight.view.place else { return false };
    sight.scene.city().place_of(sight.parent(id)).is_some_and(CityPlace::is_public)
}

fn to_whom(sight: &Sight<'_>) -> String {
    let view = sight.view;
    match (view.place, view.compose) {
        (Place::Inbox(_), _) => "Message to Gavel, privately".to_owned(),
        (_, Compose::Edit(_)) => "The message’s new words".to_owned(),
        (_, Compose::Reply(_)) => "Your answer".to_owned(),
        (_, Compose::Thread(_)) => "The thread’s first message".to_owned(),
        (Place::Channel(id), Compose::Message) => format!("Message to {}", sight.called(id)),
    }
}

/// What is being composed, where it is not simply a message.
fn doing(sight: &Sight<'_>) -> Markup {
    let Place::Channel(channel) = sight.view.place else { return html! {} };
    let (words, target) = match sight.view.compose {
        Compose::Message => return html! {},
        Compose::Reply(id) => ("Answering", id),
        Compose::Edit(id) => ("Editing the message of", id),
        Compose::Thread(id) => ("Opening a thread on the message of", id),
    };
    let author = sight.world.message(channel, target).map(|message| sight.author(message));
    html! {
        form class="doing" method="post" action="/look" {
            p { (words) " " strong { (author.unwrap_or("somebody".to_owned())) } }
            button class="quiet" name="compose" value="message" { "Never mind" }
        }
    }
}

/// The examples, folded once somebody knows what the page is for. Folded and
/// not, they are two things for the script, which would leave open what is.
fn examples(began: bool) -> Markup {
    html! {
        details class="examples" id=(if began { "more-examples" } else { "examples" }) open[!began] {
            summary { "Examples: click one to send it" }
            form method="post" action="/example" {
                ul {
                    @for (n, example) in EXAMPLES.iter().enumerate() {
                        @let who = persona_index(example.who).map_or("", |at| PERSONAS[at].name);
                        li {
                            button name="n" value=(n) title=(format!("{who}: {}", example.text)) {
                                (example.label) span class="hidden" { ", as " (who) }
                            }
                        }
                    }
                }
            }
        }
    }
}

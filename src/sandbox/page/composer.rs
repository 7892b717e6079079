//! The box one writes in, and the examples to click.

use maud::{Markup, html};

use super::examples::EXAMPLES;
use super::messages::Sight;
use super::view::{Compose, Place};
use crate::sandbox::city::{PERSONAS, persona_index};

pub fn composer(sight: &Sight<'_>) -> Markup {
    let view = sight.view;
    let forum = match view.place {
        Place::Channel(id) => sight.world.channel(id).is_some_and(|c| c.kind.is_forum()),
        Place::Inbox(_) => false,
    };
    let titled = forum || matches!(view.compose, Compose::Thread(_));
    let fixed = matches!(view.place, Place::Inbox(_)) || matches!(view.compose, Compose::Edit(_));
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
                    select id="as" name="as" data-sent=(format!("{}-{}", view.sent, view.persona)) {
                        @for (at, persona) in PERSONAS.iter().enumerate() {
                            @if !fixed || at == view.persona {
                                option value=(persona.key) selected[at == view.persona] {
                                    (persona.name) " (" (persona.what) ")"
                                }
                            }
                        }
                    }
                    label class="attach" for="file" { "Attach a file" }
                    input id="file" type="file" name="file" data-sent=(view.sent);
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
            @if view.place != Place::Inbox(view.persona) { (examples()) }
        }
    }
}

fn to_whom(sight: &Sight<'_>) -> String {
    let view = sight.view;
    match (view.place, view.compose) {
        (Place::Inbox(_), _) => "Message to Gavel, privately".to_owned(),
        (_, Compose::Edit(_)) => "The message’s new words".to_owned(),
        (_, Compose::Reply(_)) => "Your answer".to_owned(),
        (_, Compose::Thread(_)) => "The thread’s first message".to_owned(),
        (Place::Channel(id), Compose::Message) => format!("Message to #{}", sight.channel_name(id)),
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

fn examples() -> Markup {
    html! {
        form class="examples" method="post" action="/example" aria-labelledby="examples-title" {
            h3 id="examples-title" { "Or click one to send it" }
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

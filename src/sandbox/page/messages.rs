//! The channel: who said what where, as everybody there sees it, with a mark
//! under each message that says what was decided about it.

use maud::{Markup, html};
use serde_json::Value;

use super::book::{Told, named};
use super::city_sees::headline;
use super::markup::{self, Names};
use super::places::{places_button, tab, threads};
use super::sight::Sight;
use super::view::Place;
use crate::domain::decision::Disposition;
use crate::sandbox::city::{PERSONAS, Use};
use crate::sandbox::world::{Channel, Id, Kind, Message};

/// Messages of a channel that are shown; older ones are counted.
const SHOWN: usize = 120;

pub fn plural<'w>(count: usize, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}

/// A circle with two letters; beside a name, so nobody has to tell colours.
pub fn avatar(name: &str, colour: usize) -> Markup {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).take(2).collect();
    html! { span class=(format!("avatar c{}", colour % 9)) aria-hidden="true" { (letters) } }
}

// What stands there.

pub fn channel(sight: &Sight<'_>) -> Markup {
    match sight.view.place {
        Place::Channel(id) => public_channel(sight, id),
        Place::Inbox(persona) => inbox(sight, persona),
    }
}

fn heading(sight: &Sight<'_>, title: Markup, under: Markup) -> Markup {
    html! {
        div class="heading" {
            (places_button(sight))
            div class="named" {
                h2 id="channel-title" { (title) }
                p { (under) }
            }
            a class="jump" href="#city" { "The City’s view" span aria-hidden="true" { " ↓" } }
        }
    }
}

fn public_channel(sight: &Sight<'_>, id: Id) -> Markup {
    let Some(channel) = sight.world.channel(id) else {
        return heading(sight, html! { "This channel is gone" }, html! { "Choose another one." });
    };
    let parent = sight.parent(id);
    let place = sight.scene.city().place_of(parent);
    let under = html! {
        @if parent != id {
            @let forum = sight.world.channel(parent).is_some_and(|c| c.kind.is_forum());
            @if forum { "A post in #" } @else { "A thread in #" } (sight.channel_name(parent)) ". "
        }
        @match place.map(|place| place.used) {
            Some(Use::Scoped) => { "Purpose: " (place.map_or("", |p| p.purpose)) },
            Some(Use::Open) => "No topic: talk about anything.",
            Some(Use::Review) => "Only Communications sees this channel.",
            Some(Use::Desk(_)) => { "Only this desk sees it. " (place.map_or("", |p| p.purpose)) "." },
            None => {}
        }
    };
    html! {
        (heading(sight, html! {
            @if parent == id { span aria-hidden="true" { "# " } }
            (channel.name) " "
            (chip(sight, named(id)))
        }, under))
        @if channel.kind.is_forum() {
            (forum(sight, channel))
        } @else {
            (log(sight, id, lines(sight, id)))
        }
    }
}

fn forum(sight: &Sight<'_>, forum: &Channel) -> Markup {
    let posts = threads(sight, forum.id);
    html! {
        div class="scroll forum" {
            @if posts.is_empty() {
                p class="empty" { "No posts yet. Write the first one below." }
            }
            ul class="posts" {
                @for post in posts.iter().rev() {
                    @let first = sight.world.message(post.id, post.id);
                    li { (tab(
                        Place::Channel(post.id),
                        sight.view.place,
                        html! {
                            strong { (post.name) }
                            @match first {
                                Some(first) => span class="by" { "by " (sight.author(first)) },
                                None => span class="by" { "its first message is gone" },
                            }
                        },
                    )) }
                }
            }
        }
    }
}

/// One line of a channel: a message that stands, or one that stood.
enum Line<'a> {
    Stands(&'a Message),
    Gone(&'a Told),
}

impl Line<'_> {
    fn id(&self) -> Id {
        match self {
            Line::Stands(message) => message.id,
            Line::Gone(told) => told.id,
        }
    }
}

fn lines<'a>(sight: &Sight<'a>, channel: Id) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = sight.world.messages(channel).map(Line::Stands).collect();
    let gone = sight.book.told.values().filter(|told| told.venue == channel);
    let gone = gone.filter(|told| told.gone.is_some() && sight.world.message(channel, told.id).is_none());
    lines.extend(gone.map(Line::Gone));
    lines.sort_by_key(Line::id);
    lines
}

fn log(sight: &Sight<'_>, channel: Id, lines: Vec<Line<'_>>) -> Markup {
    let earlier = lines.len().saturating_sub(SHOWN);
    html! {
        // Reversed, so that without any script the newest line is in sight.
        div class="scroll" tabindex="0" role="log" aria-labelledby="channel-title" {
            ol class="log" data-of=(channel) {
                @if earlier > 0 {
                    li class="gone" id="earlier" { (earlier) " earlier messages are not shown" }
                }
                @for line in &lines[earlier..] {
                    @match line {
                        Line::Stands(message) => (message_line(sight, message)),
                        Line::Gone(told) => (gone_line(sight, told)),
                    }
                }
            }
        }
    }
}

fn inbox(sight: &Sight<'_>, persona: usize) -> Markup {
    let city = sight.scene.city();
    let user = city.user(persona);
    let direct = sight.world.dm_between(city.bot, user);
    let messages: Vec<Line<'_>> = match direct {
        Some(channel) => sight.world.messages(channel).map(Line::Stands).collect(),
        None => Vec::new(),
    };
    let none = messages.is_empty();
    html! {
        (heading(
            sight,
            html! { "Inbox of " (PERSONAS[persona].name) },
            html! { "Direct messages between " (PERSONAS[persona].name) " and Gavel. Nobody else sees them." },
        ))
        @if none {
            div class="scroll" { p class="empty" { "Nothing yet. When something of " (PERSONAS[persona].name)
                "’s is touched, Gavel writes here what, why, and what comes next." } }
        } @else {
            (log(sight, direct.unwrap_or(0), messages))
        }
    }
}

/// Whose hand it was, as far as Discord tells: it does not say whether an
/// author deleted something.
pub fn gone_words(by: &str) -> &'static str {
    match by {
        "ourselves" => "Taken down by Gavel",
        "author" => "Deleted by its author",
        "somebody" => "Removed by somebody else",
        _ => "Deleted, and not by Gavel",
    }
}

fn gone_line(sight: &Sight<'_>, told: &Told) -> Markup {
    let by = told.gone.as_ref().map_or("unknown", |(by, _)| by.as_str());
    html! {
        li class="gone" id=(format!("m{}", told.id)) {
            span { (gone_words(by)) span class="aside" { " · only you see this line" } }
            (chip(sight, told.id))
        }
    }
}

fn message_line(sight: &Sight<'_>, message: &Message) -> Markup {
    let city = sight.scene.city();
    let persona = city.persona_at(message.author());
    let is_bot = message.author() == city.bot;
    let name = sight.author(message);
    let names = sight.names();
    let colour = if is_bot { 0 } else { persona.map_or(8, |at| at + 1) };
    let system = match message.kind {
        18 => Some("opened a thread"),
        21 => Some("began this thread"),
        6 => Some("pinned a message"),
        _ => None,
    };
    html! {
        @if let Some(words) = system {
            li class="note" id=(format!("m{}", message.id)) {
                p {
                    strong { (name) } " " (words)
                    @if !message.content.is_empty() { ": " (message.content) }
                    " " time { (sight.clock(message.sent_us / 1000)) }
                }
            }
        } @else {
            li class=(if is_bot { "msg bot" } else { "msg" }) id=(format!("m{}", message.id))
                data-chosen[sight.view.chosen == Some(message.id)] {
                (avatar(if is_bot { "Gv" } else { &name }, colour))
                div class="body" {
                    p class="by" {
                        strong { (name) }
                        span class="what" {
                            @match (is_bot, persona) {
                                (true, _) => "the City’s moderation bot",
                                (_, Some(at)) => {
                                    @if PERSONAS[at].name != name { (PERSONAS[at].name) ", " }
                                    (PERSONAS[at].what)
                                },
                                _ => "webhook",
                            }
                        }
                        time { (sight.clock(message.sent_us / 1000)) }
                        @if message.edited_us.is_some() { span class="edited" { "edited" } }
                    }
                    @if is_bot && message.pinned_us.is_some() {
                        (pinned(message, &names))
                    } @else {
                        (answered(sight, message))
                        div class="text" { (markup::blocks(&message.content, &names)) }
                        @if let Some(snapshot) = &message.snapshot {
                            div class="forwarded" {
                                p class="small" { "Forwarded" }
                                (markup::blocks(&snapshot.content, &names))
                            }
                        }
                        @if let Some(poll) = &message.poll { (poll_of(poll)) }
                        @for embed in &message.embeds { (embed_of(embed, &names)) }
                        @for file in &message.attachments {
                            p class="file" { span aria-hidden="true" { "▤ " } (file.filename) " "
                                span class="small" { "(" (file.size) " bytes)" } }
                        }
                    }
                    div class="foot" {
                        @if !is_bot { (chip(sight, message.id)) }
                        @if !is_bot { (menu(sight, message, &name, persona)) }
                        @if let Some(thread) = sight.world.channel(message.id).filter(|c| c.thread.is_some() && c.id != message.channel) {
                            form method="post" action="/look" {
                                button class="chip" name="place" value=(Place::Channel(thread.id).word()) {
                                    "Thread: " (thread.name)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What is pinned is folded: it was read once, and is always there.
fn pinned(message: &Message, names: &dyn Names) -> Markup {
    let titles: Vec<&str> = message.embeds.iter().filter_map(|embed| embed["title"].as_str()).collect();
    html! {
        details class="pinned" {
            summary { "Pinned" @if !titles.is_empty() { ": " (titles.join(" · ")) } }
            div class="text" { (markup::blocks(&message.content, names)) }
            @for embed in &message.embeds { (embed_of(embed, names)) }
        }
    }
}

fn answered(sight: &Sight<'_>, message: &Message) -> Markup {
    let Some(reference) = message.reference.filter(|r| !r.forward && message.kind == 19) else {
        return html! {};
    };
    let there = reference.message.and_then(|id| sight.world.message(reference.channel, id));
    html! {
        p class="answers" {
            "Answering "
            @match there {
                Some(other) => {
                    strong { (sight.author(other)) } ": "
                    (other.content.chars().take(60).collect::<String>())
                    @if other.content.chars().count() > 60 { "…" }
                }
                None => "a message that is gone",
            }
        }
    }
}

fn poll_of(poll: &Value) -> Markup {
    let answers = poll["answers"].as_array().map_or(&[][..], |list| list);
    html! {
        div class="poll" {
            p { strong { (poll["question"]["text"].as_str().unwrap_or("")) } }
            ul { @for answer in answers { li { (answer["poll_media"]["text"].as_str().unwrap_or("")) } } }
        }
    }
}

/// An embed; its colour, where it is one of a card's, says what the words say.
pub fn embed_of(embed: &Value, names: &dyn Names) -> Markup {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let class = match embed["color"].as_u64() {
        Some(0x1F_6F_B2) => "embed notify",
        Some(0xB8_86_0B) => "embed review",
        Some(0xC8_5A_11) => "embed hold",
        Some(0xA6_1E_1E) => "embed remove",
        _ => "embed",
    };
    let fields = embed["fields"].as_array().map_or(&[][..], |list| list);
    html! {
        div class=(class) {
            @if embed["title"].is_string() { p class="title" { (markup::inline(&text(&embed["title"]), names)) } }
            @if embed["description"].is_string() { (markup::blocks(&text(&embed["description"]), names)) }
            @if !fields.is_empty() {
                dl {
                    @for field in fields {
                        dt { (markup::inline(&text(&field["name"]), names)) }
                        dd { (markup::blocks(&text(&field["value"]), names)) }
                    }
                }
            }
            @if embed["footer"]["text"].is_string() { p class="small" { (text(&embed["footer"]["text"])) } }
        }
    }
}

// What was decided, and what can be done.

/// How a decision is marked: class and words.
pub fn verdict(told: &Told) -> (&'static str, String) {
    let Some(decision) = told.weightiest().and_then(|version| version.decision.as_ref()) else {
        return match told.last().and_then(|version| version.pending.as_ref()) {
            Some(what) => ("waits", format!("Waiting for {what}")),
            None => ("plain", "Nothing found".to_owned()),
        };
    };
    let desk = decision.routes.first();
    match (decision.disposition, desk) {
        (Disposition::None, Some(desk)) => ("route", format!("To the {desk} desk")),
        (Disposition::None, None) if !decision.reminders.is_empty() => {
            ("notify", "Private reminder".to_owned())
        }
        (Disposition::None, None) => ("plain", "Left alone".to_owned()),
        // Whoever was pointed at something a short while ago is not again.
        (Disposition::Notify, _) if told.intents.is_empty() => ("notify", "Author told lately".to_owned()),
        (Disposition::Notify, _) => ("notify", "Author told".to_owned()),
        (Disposition::Review, _) => ("review", "For review".to_owned()),
        (Disposition::Hold, _) => ("hold", "Held".to_owned()),
        (Disposition::Remove, _) => ("remove", "Removed".to_owned()),
    }
}

/// The mark under a message: what was decided, and the way to see why.
fn chip(sight: &Sight<'_>, message: Id) -> Markup {
    let Some(told) = sight.book.told.get(&message) else { return html! {} };
    let (class, words) = verdict(told);
    let decision = told.weightiest().and_then(|version| version.decision.as_ref());
    let clause = decision.and_then(|decision| decision.leading()).and_then(|finding| finding.clauses.first());
    html! {
        form method="post" action="/look" {
            button class=(format!("chip {class}")) name="message" value=(message) {
                // One line of it where the City's column is not beside the channel.
                @if decision.is_some() {
                    span class="short" { (words) }
                    span class="long" {
                        (headline(sight, told).trim_end_matches('.'))
                        @if let Some(clause) = clause { " · " (clause.replace(' ', "\u{a0}")) }
                    }
                } @else { (words) }
                span class="hidden" { ": why?" }
            }
        }
    }
}

fn menu(sight: &Sight<'_>, message: &Message, name: &str, persona: Option<usize>) -> Markup {
    let current = &PERSONAS[sight.view.persona];
    let Place::Channel(channel) = sight.view.place else { return html! {} };
    let is_text = sight.world.channel(channel).is_some_and(|c| c.kind == Kind::Text);
    let moderator = sight.world.permissions(channel, sight.scene.city().user(sight.view.persona))
        & crate::sandbox::world::permission::MANAGE_MESSAGES
        != 0;
    let elsewhere = sight.scene.city().places.iter().find(|p| p.used == Use::Open && p.id != channel);
    let elsewhere = elsewhere.or(sight.scene.city().places.first());
    let compose = |what: &str, words: String| {
        html! {
            form method="post" action="/look" {
                input type="hidden" name="target" value=(message.id);
                button name="compose" value=(what) { (words) }
            }
        }
    };
    let act = |what: &str, who: &str, words: String, to: Option<Id>| {
        html! {
            form method="post" action="/message" {
                input type="hidden" name="channel" value=(channel);
                input type="hidden" name="message" value=(message.id);
                input type="hidden" name="as" value=(who);
                @if let Some(to) = to { input type="hidden" name="to" value=(to); }
                button name="do" value=(what) { (words) }
            }
        }
    };
    html! {
        details class="menu" {
            summary { span aria-hidden="true" { "⋯" } span class="hidden" { "More for the message of " (name) } }
            div class="choices" {
                (compose("reply", format!("Reply as {}", current.name)))
                @if is_text && sight.world.channel(message.id).is_none() {
                    (compose("thread", format!("Start a thread as {}", current.name)))
                }
                @if let Some(to) = elsewhere {
                    (act("forward", current.key, format!("Forward to #{} as {}", to.name, current.name), Some(to.id)))
                }
                @if let Some(at) = persona {
                    (compose("edit", format!("Edit as {}", PERSONAS[at].name)))
                    (act("delete", PERSONAS[at].key, format!("Delete as {}", PERSONAS[at].name), None))
                }
                @if moderator && persona != Some(sight.view.persona) {
                    (act("delete", current.key, format!("Delete as {} (moderator)", current.name), None))
                }
            }
        }
    }
}

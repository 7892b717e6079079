//! What the City sees of one message: the decision with its authority and the
//! words it rests on, what was done about it, the cards as they stand, and
//! the record. Told from the journal and from the world, in plain words.
//!
//! What was done and the record as a whole have files of their own below.

mod deeds;
mod record;

use maud::{Markup, html};

use super::book::{Told, Version};
use super::messages::{embed_of, plural, verdict};
use super::sight::Sight;
use super::view::Place;
use crate::domain::action::Action;
use crate::domain::card::{Language, Standing};
use crate::domain::decision::{Decision, Desk, Disposition, Finding, Span};
use crate::policy::Clause;
use crate::text::formats;
use crate::words::say;

/// Findings that are shown in full; further ones are counted.
const FINDINGS_SHOWN: usize = 3;

pub fn panel(sight: &Sight<'_>) -> Markup {
    let chosen = sight.view.chosen.or(sight.book.newest);
    let told = chosen.and_then(|id| sight.book.told.get(&id));
    html! {
        div class="panel-head" {
            h2 id="city-title" { "What the City sees" }
            a class="jump" href="#main" { "Back to the channel" span aria-hidden="true" { " ↑" } }
            (record::soundness(sight))
        }
        @if sight.scene.stage.record.is_none() {
            p class="empty" { "No bot is connected to this world, so nothing is judged." }
        } @else if let Some(told) = told {
            (decision(sight, told))
            (deeds::done(sight, told))
            (cards(sight, told))
        } @else if chosen.is_some() {
            (unjudged(sight))
        } @else {
            p class="empty" {
                "Write something, or click an example. Here you will see what was decided, which clause it rests on, \
                 and everything that was done."
            }
        }
        (record::record(sight))
    }
}

fn unjudged(sight: &Sight<'_>) -> Markup {
    html! {
        section aria-labelledby="decision-title" {
            h3 id="decision-title" { "This message was not judged" }
            p { "It stood here before the bot came, or it is the City’s own, or it stands in a place the bot does not watch." }
            (latest_button(sight))
        }
    }
}

fn latest_button(sight: &Sight<'_>) -> Markup {
    html! {
        @if sight.view.chosen.is_some() && sight.view.chosen != sight.book.newest {
            form method="post" action="/look" {
                button class="quiet" name="message" value="" { "Back to the latest message" }
            }
        }
    }
}

// The decision.

fn decision(sight: &Sight<'_>, told: &Told) -> Markup {
    let version = told.weightiest().or(told.last());
    let (class, _) = verdict(told);
    let found = version.and_then(|version| version.decision.as_ref());
    html! {
        section class="decision" aria-labelledby="decision-title" {
            p class="whose" {
                strong { (sight.person(told.author)) }
                @match version.map(|version| version.source.as_str()) {
                    Some("nickname") => " in every channel",
                    _ => { " in " (place_of(sight, told)) }
                }
                @if let Some(version) = version { ", " (sight.clock(version.at.0)) }
                @if told.versions.len() > 1 && version.is_some_and(|v| v.source == "edited") { " (after an edit)" }
            }
            @if let Some(version) = version { (quote(version)) }
            h3 id="decision-title" class=(format!("outcome {class}")) {
                (headline(sight, told))
                (case(told, found))
            }
            @if let Some(found) = found {
                @for (n, finding) in found.findings.iter().take(FINDINGS_SHOWN).enumerate() { (finding_of(sight, finding, &found.findings[..n])) }
                @if found.findings.len() > FINDINGS_SHOWN {
                    @let more = found.findings.len() - FINDINGS_SHOWN;
                    p class="small" { (more) (plural(more, " more rule held.", " more rules held.")) }
                }
                (less(found))
            }
            (latest_button(sight))
        }
    }
}

fn place_of(sight: &Sight<'_>, told: &Told) -> String {
    match sight.world.channel(told.venue) {
        Some(channel) if channel.guild.is_some() => format!("#{}", channel.name),
        Some(_) => "a direct message to Gavel".to_owned(),
        None => "a place that is gone".to_owned(),
    }
}

/// What became of the message, in a sentence: where its case stands by now,
/// where it has one.
pub fn headline(sight: &Sight<'_>, told: &Told) -> &'static str {
    let version = told.weightiest().or(told.last());
    let decision = version.and_then(|version| version.decision.as_ref());
    let Some(decision) = decision.filter(|decision| !decision.is_plain()) else {
        return match version.and_then(|version| version.pending.as_deref()) {
            Some("roles") => "Waiting: the author’s roles are being looked up",
            Some(_) => "Waiting: the attachments are being saved first",
            None => "Nothing found. The message stays.",
        };
    };
    let standing = told.case.and_then(|case| sight.book.cases.get(&case)).map(|case| case.standing);
    match standing {
        Some(Standing::TakingDown) => return "Being taken down.",
        Some(Standing::NotTakenDown) => return "Still there as far as is known: it could not be taken down.",
        Some(Standing::Withdrawn) => return "Withdrawn by its author.",
        Some(Standing::RemovedElsewhere) => return "Gone, and not through Gavel.",
        Some(Standing::Released) => return "Released: nobody decided in time.",
        Some(Standing::Escalated) => return "Held, and overdue for a decision.",
        Some(Standing::Open | Standing::Held | Standing::Removed) | None => {}
    }
    if version.is_some_and(|version| version.source == "nickname") {
        return "The name stays, and a person is to look.";
    }
    match (decision.disposition, decision.routes.is_empty()) {
        (Disposition::None, false) => "The message stays, and goes to a desk.",
        (Disposition::None, true) if !decision.reminders.is_empty() => {
            "The message stays. Its author gets a private reminder."
        }
        (Disposition::None, true) => "The message stays.",
        (Disposition::Notify, _) if told.intents.is_empty() => {
            "The message stays. Its author was told of another a short while ago, and gets no tip."
        }
        (Disposition::Notify, _) => "The message stays. Its author gets a tip.",
        (Disposition::Review, _) => "The message stays, and a person is to look.",
        (Disposition::Hold, _) => "Held: down until a person decides.",
        (Disposition::Remove, _) => "Removed.",
    }
}

fn case(told: &Told, decision: Option<&Decision>) -> Markup {
    html! {
        @if let (Some(case), Some(decision)) = (told.case, decision) {
            span class="case" {
                "Case " (case) " · " (decision.disposition)
                @for desk in &decision.routes { " · " (desk) " desk" }
                @if decision.urgent { " · " strong { "urgent" } }
            }
        }
    }
}

/// The words of a version, with those marked on which the findings rest.
/// Private numbers are masked here as everywhere outside the evidence.
fn quote(version: &Version) -> Markup {
    let decision = version.decision.as_ref();
    html! {
        div class="quote" {
            @for (part, text) in &version.parts {
                @let spans = decision.map(|d| spans_in(d, part)).unwrap_or_default();
                @let typed = part == crate::domain::message::CONTENT;
                @if !text.trim().is_empty() && (typed || !spans.is_empty() || version.parts.len() == 1) {
                    @if !typed { p class="small" { (part_words(part)) } }
                    p { (marked(text, &spans)) }
                }
            }
        }
    }
}

fn spans_in<'d>(decision: &'d Decision, part: &str) -> Vec<&'d Span> {
    decision.findings.iter().flat_map(|finding| &finding.spans).filter(|span| span.part == part).collect()
}

fn part_words(part: &str) -> String {
    let name = part.split(['[', '.']).next().unwrap_or(part);
    let key = format!("part-{name}");
    if crate::words::knows(&key) {
        say(Language::En, &key, &[])
    } else {
        say(Language::En, "part-other", &[("part", name.into())])
    }
}

fn marked(text: &str, spans: &[&Span]) -> Markup {
    let masked = formats::mask(text);
    let mut stretches: Vec<(usize, usize)> = spans.iter().map(|s| masked.span(s.start, s.end)).collect();
    stretches.sort_unstable();
    let mut at = 0;
    let mut pieces: Vec<(&str, bool)> = Vec::new();
    for (start, end) in stretches {
        let start = start.max(at);
        if end <= start {
            continue;
        }
        let (Some(before), Some(inside)) = (masked.text.get(at..start), masked.text.get(start..end)) else {
            continue;
        };
        pieces.push((before, false));
        pieces.push((inside, true));
        at = end;
    }
    pieces.push((masked.text.get(at..).unwrap_or(""), false));
    html! {
        @for (piece, is_marked) in pieces {
            @if is_marked { mark { (piece) } } @else { (piece) }
        }
    }
}

/// A rule that held, and the clauses it cites. A clause that stands above is
/// only named.
fn finding_of(sight: &Sight<'_>, finding: &Finding, above: &[Finding]) -> Markup {
    let policy = &sight.scene.stage.policy;
    let cited: Vec<&Clause> = finding.clauses.iter().filter_map(|id| policy.clause(id)).collect();
    let category = say(Language::En, &format!("category-{}", finding.category), &[]);
    let evidence = say(Language::En, &format!("evidence-{}", finding.evidence), &[]);
    html! {
        article class="finding" {
            dl {
                dt { "Rule" }
                dd { code { (finding.rule) } " · " (category) }
                dt { "Rests on" }
                dd { (evidence) }
            }
            @for (n, clause) in cited.iter().enumerate() {
                @if above.iter().any(|other| other.clauses.contains(&clause.id)) {
                    p class="clause-text" { span class="clause" { (clause.id) } ", as above" }
                } @else if n == 0 {
                    figure class="clause-text" {
                        figcaption { span class="clause" { (clause.id) } " " (source(sight, clause)) }
                        blockquote { (clause.text) }
                    }
                } @else {
                    details class="clause-text" {
                        summary { span class="clause" { (clause.id) } " " (source(sight, clause)) }
                        blockquote { (clause.text) }
                    }
                }
            }
        }
    }
}

fn source<'a>(sight: &Sight<'a>, clause: &Clause) -> &'a str {
    if clause.draft { "adopted by the example city" } else { &sight.scene.stage.policy.title }
}

/// Why it goes no further.
fn less(decision: &Decision) -> Markup {
    let guards = decision.guards.iter().map(|guard| say(Language::En, &format!("guard-{guard}"), &[]));
    let caps = decision.caps.iter().filter(|cap| cap.word() != "guard" || decision.guards.is_empty());
    let caps = caps.map(|cap| say(Language::En, &format!("cap-{cap}"), &[]));
    let all: Vec<String> = guards.chain(caps).collect();
    html! {
        @if !all.is_empty() {
            div class="less" {
                h4 { "Why it goes no further" }
                ul { @for words in all { li { (words) } } }
            }
        }
    }
}

// The cards.

fn cards(sight: &Sight<'_>, told: &Told) -> Markup {
    let with = sight.book.shown_with(told);
    let theirs = with.intents.iter().filter(|_| with.id != told.id);
    let posted =
        told.intents.iter().chain(theirs).filter_map(|id| sight.book.deeds.get(id)).filter_map(|deed| {
            let Action::Post { card, .. } = &deed.action else { return None };
            let (venue, message) = deed.posted?;
            Some((card.desk, sight.world.message(venue, message)?))
        });
    let posted: Vec<(Option<Desk>, &crate::sandbox::world::Message)> = posted.collect();
    html! {
        @if !posted.is_empty() {
            section aria-labelledby="cards-title" {
                h3 id="cards-title" { "On the desk now" }
                @for (desk, message) in posted {
                    @let names = sight.names();
                    div class="card" {
                        div class="card-head" {
                            span { "In #" (sight.channel_name(message.channel))
                                @if let Some(desk) = desk { " · " (desk) " desk" } @else { " · moderators" } }
                            form method="post" action="/look" {
                                button class="quiet small" name="place" value=(Place::Channel(message.channel).word()) {
                                    "Open" span class="hidden" { " #" (sight.channel_name(message.channel)) }
                                }
                            }
                        }
                        @if !message.content.is_empty() {
                            p class="page" { (super::markup::inline(&message.content, &names)) }
                        }
                        @for embed in &message.embeds { (embed_of(embed, &names)) }
                    }
                }
            }
        }
    }
}

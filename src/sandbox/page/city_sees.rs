//! What the City sees of one message: the decision with its authority and the
//! words it rests on, what was done about it, the cards as they stand, and
//! the record. Told from the journal and from the world, in plain words.

use maud::{Markup, html};

use super::book::{Deed, Told, Version};
use super::locked;
use super::messages::{Sight, embed_of, gone_words, plural, verdict};
use super::outlook;
use super::scene::Soundness;
use super::view::Place;
use crate::domain::action::{Action, IntentId, Outcome, Refusal, Why};
use crate::domain::card::{Language, Notice, NoticeKind, Standing};
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
            (soundness(sight))
        }
        @if sight.scene.stage.record.is_none() {
            p class="empty" { "No bot is connected to this world, so nothing is judged." }
        } @else if let Some(told) = told {
            (decision(sight, told))
            (done(sight, told))
            (cards(sight, told))
        } @else if chosen.is_some() {
            (unjudged(sight))
        } @else {
            p class="empty" {
                "Write something, or click an example. Here you will see what was decided, which clause it rests on, \
                 and everything that was done."
            }
        }
        (record(sight))
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
        Some(Standing::NotTakenDown) => return "Still there: the takedown was refused.",
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

// What was done.

fn done(sight: &Sight<'_>, told: &Told) -> Markup {
    let version = told.weightiest().or(told.last());
    let owed = told.intents.iter().filter_map(|id| Some((id, sight.book.deeds.get(id)?)));
    let mut owed: Vec<(&IntentId, &Deed)> = owed.collect();
    // As it happened; what is still owed comes last.
    owed.sort_by_key(|(id, deed)| (deed.outcome.as_ref().map_or(u64::MAX, |(_, entry)| *entry), **id));
    html! {
        section aria-labelledby="done-title" {
            h3 id="done-title" { "What was done" }
            ol class="steps" {
                @if let Some(version) = version {
                    li class="done" {
                        span class="state" { "on record" }
                        span class="deed" { @if owed.is_empty() { "Written down" } @else { "Written down, before anything else" } }
                        (entry_link(version.decided.unwrap_or(version.entry)))
                    }
                }
                @for (_, deed) in &owed { (deed_of(sight, deed)) }
                (outlook::waiting(sight, told))
                @if let Some((by, entry)) = told.gone.as_ref().filter(|(by, _)| by != "ourselves") {
                    li {
                        span class="state" { "seen" }
                        span class="deed" { (gone_words(by)) }
                        (entry_link(*entry))
                    }
                }
            }
            @if owed.is_empty() { p class="small" { "Nothing else: nobody was told, and nothing was sent." } }
            (public_line(sight, told))
        }
    }
}

fn entry_link(entry: u64) -> Markup {
    html! { span class="entry" { "entry " (entry) } }
}

fn deed_of(sight: &Sight<'_>, deed: &Deed) -> Markup {
    let (class, state) = match &deed.outcome {
        None => ("owed", "owed".to_owned()),
        Some((outcome, _)) => outcome_words(outcome),
    };
    html! {
        li class=(class) {
            span class="state" { (state) }
            span class="deed" { (deed_words(sight, &deed.action)) }
            @if let Some((_, entry)) = &deed.outcome { (entry_link(*entry)) }
        }
    }
}

fn outcome_words(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Done => ("done", "done".to_owned()),
        Outcome::AlreadyDone => ("done", "was so already".to_owned()),
        Outcome::Refused(refusal) => ("refused", format!("refused: {}", refusal_words(refusal))),
        Outcome::Unknown => ("refused", "nobody can tell".to_owned()),
        Outcome::Withdrawn(why) => ("off", format!("called off: {}", why_words(*why))),
    }
}

fn refusal_words(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Permission => "a permission is missing",
        Refusal::DirectMessagesClosed => "takes no direct messages",
        Refusal::DirectMessagesBusy => "too many new conversations at once",
        Refusal::VenueGone => "the place is gone",
        Refusal::Unauthorised => "the token is not accepted",
        Refusal::Rejected(_) => "Discord does not accept it",
        Refusal::GaveUp(_) => "tried as often as sensible",
    }
}

fn why_words(why: Why) -> &'static str {
    match why {
        Why::MessageGone => "the message was gone",
        Why::Edited => "it was edited",
        Why::Frozen => "removals are frozen",
        Why::Decided => "a person decided first",
        Why::Joined => "another notice says it as well",
    }
}

fn deed_words(sight: &Sight<'_>, action: &Action) -> String {
    let channel = |id: u64| format!("#{}", sight.channel_name(id));
    match action {
        Action::Delete { venue, .. } => format!("Message taken out of {}", channel(venue.get())),
        Action::Retitle { title, .. } => format!("Title replaced by “{title}”"),
        Action::Notify { notice, .. } => notice_words(sight, notice),
        Action::FallbackNote { member, .. } => {
            format!("Public note to {}, without any content", sight.person(member.get()))
        }
        Action::WithdrawNote { .. } => "Public note taken away again".to_owned(),
        Action::Respond { venue, response, .. } => match response.as_str() {
            "emergency" => format!("Public answer in {}: call 911", channel(venue.get())),
            _ => format!("Public acknowledgement in {}", channel(venue.get())),
        },
        Action::Post { venue, card } => {
            let paged = card.page.as_ref().map(|role| format!(", pages the {role}")).unwrap_or_default();
            match card.desk {
                Some(_) => {
                    format!("Card for the {} in {}{paged}", office(&card.office), channel(venue.get()))
                }
                None => format!("Card in {}", channel(venue.get())),
            }
        }
        Action::Update { venue, .. } => format!("Card in {} brought up to date", channel(venue.get())),
        Action::Tell { venue, .. } => format!("One line in {}", channel(venue.get())),
        Action::Checkpoint { .. } => "Head of the log published".to_owned(),
    }
}

fn office(office: &str) -> &str {
    if office.is_empty() { "desk" } else { office }
}

fn notice_words(sight: &Sight<'_>, notice: &Notice) -> String {
    let what = match notice.kind {
        NoticeKind::Reminder => "Private reminder",
        NoticeKind::Resource => "Help line, in private,",
        NoticeKind::Acknowledgement => "Acknowledgement",
        NoticeKind::PrivacyTip => "Privacy tip",
        _ => "Notice",
    };
    format!("{what} to {}", sight.person(notice.to.get()))
}

/// The line of the journal, as it can be released.
fn public_line(sight: &Sight<'_>, told: &Told) -> Markup {
    let Some(entry) = told.weightiest().or(told.last()).map(|v| v.decided.unwrap_or(v.entry)) else {
        return html! {};
    };
    let line =
        sight.scene.stage.record.as_ref().and_then(|record| record.reader.public_line(entry).ok().flatten());
    html! {
        @if let Some(line) = line {
            details class="line" {
                summary { "Public side of entry " (entry) }
                p class="small" { "It names nobody and quotes nothing: texts and names stand behind commitments." }
                pre tabindex="0" { code { (pretty(&line)) } }
            }
        }
    }
}

/// Broken into lines for reading; the bytes that are hashed have none.
fn pretty(line: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(line).ok();
    value.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| line.to_owned())
}

// The cards.

fn cards(sight: &Sight<'_>, told: &Told) -> Markup {
    let posted = told.intents.iter().filter_map(|id| sight.book.deeds.get(id)).filter_map(|deed| {
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

// The record.

fn soundness(sight: &Sight<'_>) -> Markup {
    let sound = locked(&sight.scene.soundness).clone();
    html! {
        p class="sound" id="sound" {
            @match sound {
                Soundness::Untold => {},
                Soundness::Checking => span class="seal waits" { "Checking the record…" },
                Soundness::Verified(entries) => {
                    span class="seal verified" title="The whole record: tree, signatures, evidence and intents" {
                        span aria-hidden="true" { "✓ " } "Verified, " (entries) " entries"
                    }
                }
                Soundness::Damaged(why) => span class="seal damaged" { "Record damaged: " (why) },
            }
        }
    }
}

fn record(sight: &Sight<'_>) -> Markup {
    let counts = sight.book.counts();
    let unreadable = locked(&sight.scene.unreadable).clone();
    html! {
        section class="record" aria-labelledby="record-title" {
            h3 id="record-title" { "The record" }
            @if let Some(why) = unreadable { p class="refused" { "Nothing more is read of the journal: " (why) } }
            dl class="counts" {
                @for (words, count) in [
                    ("messages", counts.messages),
                    ("taken down", counts.taken_down),
                    ("for review", counts.reviews),
                    ("to a desk", counts.routed),
                    ("authors told", counts.told),
                    ("still owed", counts.owed),
                ] {
                    div { dt { (words) } dd { (count) } }
                }
            }
            @if !sight.book.latest.is_empty() {
                details class="latest" {
                    summary { "Latest entries" }
                    ol {
                        @for (n, at, words) in sight.book.latest.iter().rev() {
                            li { span class="entry" { (n) } " " time { (sight.clock(at.0)) } " " (words) }
                        }
                    }
                }
            }
            (outlook::whereabouts(sight))
            p class="small" {
                "In this example city the offices are always staffed, and the drafted procedures that come with the \
                 policy count as adopted."
            }
        }
    }
}

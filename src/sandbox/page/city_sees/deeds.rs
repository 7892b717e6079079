//! What was done about a message: every step with what came of it, as the
//! journal has it, and the line that can be released.

use maud::{Markup, html};

use crate::domain::action::{Action, IntentId, Outcome, Refusal, Why};
use crate::domain::card::{Notice, NoticeKind};
use crate::sandbox::page::book::{Deed, Told};
use crate::sandbox::page::messages::gone_words;
use crate::sandbox::page::outlook;
use crate::sandbox::page::sight::Sight;

pub fn done(sight: &Sight<'_>, told: &Told) -> Markup {
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
        Action::FallbackNote { member: Some(member), .. } => {
            format!("Public note to {}, without any content", sight.person(member.get()))
        }
        Action::FallbackNote { member: None, .. } => {
            "One public note to many, without any content".to_owned()
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

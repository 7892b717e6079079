//! How entries are put into words for a terminal.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::domain::decision::{Cap, Category, Decision, Desk, Disposition};
use crate::domain::id::Moment;
use crate::journal::entry::{Body, Public};

/// A moment in UTC, to the second.
pub fn time(moment: Moment) -> String {
    match Timestamp::from_millisecond(moment.0) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        Err(_) => format!("{} ms", moment.0),
    }
}

/// How long something has been so, in the largest unit that says enough.
pub fn age(ms: i64) -> String {
    let minutes = ms / 60_000;
    match minutes {
        ..1 => format!("{} s", (ms / 1_000).max(0)),
        1..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

/// A text that can be put on a terminal: what would move the cursor, change
/// colours or turn the direction of writing is shown by its number.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(
            c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        );
        if c.is_control() || turns {
            let _ = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The same for a text of several lines.
pub fn harmless_lines(text: &str) -> String {
    text.split('\n').map(harmless).collect::<Vec<_>>().join("\n")
}

/// What happened, in a few words.
pub fn what(public: &Public) -> String {
    match &public.body {
        Body::Segment(it) => format!("segment {} begins", it.segment),
        Body::Started(it) => format!("started: policy {}, {}", it.policy.id, it.posture),
        Body::Stopped(it) => format!("stopped, {} owed", it.owed),
        Body::Settings(it) => format!("settings changed: policy {}, {}", it.policy.id, it.posture),
        Body::Coverage(it) => {
            format!("nobody watched from {} to {} ({})", time(it.from), time(it.to), it.why)
        }
        Body::Venue(it) => format!("channel {} {}", it.venue, it.state),
        Body::Message(it) => {
            let waits = it.pending.as_ref().map(|what| format!(", waits for {what}")).unwrap_or_default();
            format!("message {} {}{waits}", it.message, it.source)
        }
        Body::Deleted(it) => {
            let ids: Vec<_> = it.messages.iter().take(3).map(|id| id.to_string()).collect();
            let more = if it.messages.len() > 3 { " …" } else { "" };
            format!("deleted by {}: {}{more}", it.by, ids.join(" "))
        }
        Body::Decided(it) => format!("message {} decided (entry {})", it.message, it.entry),
        Body::Captured(it) => format!("message {}: {} files kept, {} lost", it.message, it.kept, it.lost),
        Body::Naming(it) => format!("{} changed", it.what),
        Body::Direct(it) => format!("direct message {}", it.message),
        Body::Outcome(it) => format!("intent {}: {}", it.intent, outcome(&it.outcome)),
        Body::Case(it) => format!("case moved on: {}", it.why),
        Body::Warning(it) => format!("warning: {}", it.key),
        Body::AutoMod(_) => "Discord's filter stopped a message".to_owned(),
        Body::Audit(it) => format!("Discord's audit log: action {}", it.action),
        Body::Unreadable(it) => format!("a dispatch that does not parse: {}", it.dispatch),
        Body::Monthly(it) => format!("{} in {}: {}", it.what, it.month, it.count),
        Body::Access(it) => match it.entry {
            Some(entry) => format!("{} of entry {entry}", it.how),
            None => it.how.clone(),
        },
    }
}

pub fn outcome(outcome: &crate::domain::action::Outcome) -> String {
    // As it is written, without the braces.
    let written = serde_json::to_string(outcome).unwrap_or_default();
    written.replace(['{', '}', '"'], "").replace(':', " ")
}

/// What a decision comes to. Where the bot only observes nothing comes of it,
/// and it is told what would have: that is what a city looks at before it lets
/// the bot do anything.
pub fn disposition(decision: &Decision) -> String {
    let observed = decision.caps.contains(&Cap::Posture) && decision.disposition == Disposition::None;
    let Some(leading) = decision.leading().filter(|_| observed) else {
        return decision.disposition.to_string();
    };
    match (leading.disposition, desk_of(decision)) {
        (Disposition::None, None) => format!("{}, would be passed on", decision.disposition),
        (Disposition::None, Some(desk)) => format!("{}, would go to the {desk} desk", decision.disposition),
        (would, None) => format!("{}, would {}", decision.disposition, verb(would)),
        (would, Some(desk)) => {
            format!("{}, would {} and go to the {desk} desk", decision.disposition, verb(would))
        }
    }
}

fn verb(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::None => "stay",
        Disposition::Notify => "notify",
        Disposition::Review => "go to review",
        Disposition::Hold => "hold",
        Disposition::Remove => "remove",
    }
}

/// The desk that what was found is brought to. The record of a bot that only
/// observes has no routes; what was found tells.
fn desk_of(decision: &Decision) -> Option<Desk> {
    decision.findings.iter().find_map(|finding| match finding.category {
        Category::Threat => Some(Desk::Threat),
        Category::Press => Some(Desk::Press),
        Category::Legal => Some(Desk::Legal),
        Category::RecordsRequest => Some(Desk::Records),
        Category::SelfHarm | Category::Emergency => Some(Desk::Communications),
        _ => None,
    })
}

/// The rule that decided and what it cites.
pub fn authority(decision: &Decision) -> String {
    match decision.leading() {
        Some(finding) => format!("{} [{}]", finding.rule, finding.clauses.join(", ")),
        None => String::new(),
    }
}

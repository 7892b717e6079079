//! A decision in words that a council member understands: what was found,
//! what it rests on, what follows, and what held it back.

use crate::domain::card::Language;
use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Cap, Decision, Desk, Disposition, EvidenceKind, Finding, Guard, Posture};
use crate::policy::{Clause, Policy};
use crate::text::formats;
use crate::text::tokens::Tokens;
use crate::words::{self, Value};

/// How many findings are told one by one; the rest are counted.
const TOLD: usize = 4;

/// Longest stretch of somebody's words that is quoted, in characters.
const QUOTED: usize = 60;

/// Explains a decision about `text`, one sentence a line. Private numbers are
/// masked.
pub fn explain(policy: &Policy, text: &str, decision: &Decision, circumstances: &Circumstances) -> String {
    let say = |key: &str, args: &[(&str, Value<'_>)]| words::say(Language::En, key, args);
    if decision.is_plain() {
        return say("explain-nothing", &[]);
    }
    let mut lines = Vec::new();
    let mut findings: Vec<&Finding> = decision.findings.iter().collect();
    findings.sort_by_key(|f| (std::cmp::Reverse(f.disposition), f.evidence));
    for finding in findings.iter().take(TOLD) {
        let key = format!("explain-{}-{}", finding.evidence, finding.disposition);
        let words = quoted(text, finding);
        let kind = kind_of(text, finding);
        let score = finding.score.map_or_else(String::new, |s| format!("0.{s:03}"));
        let args = [("words", words.into()), ("kind", kind.into()), ("score", score.into())];
        lines.push(say(if words::knows(&key) { &key } else { "explain-nothing" }, &args));
        if let Some(clause) = authority(policy, finding) {
            let rule = if clause.plain.is_empty() { &clause.text } else { &clause.plain };
            let cited = format!("{} ({})", clause.id, finding.rule);
            lines.push(say("explain-clause", &[("clause", cited.into()), ("rule", rule.as_str().into())]));
        }
    }
    if findings.len() > 1 {
        lines.push(say("explain-several", &[("count", findings.len().into())]));
    }
    lines.extend(decision.guards.iter().map(|guard| say(&format!("explain-guard-{guard}"), &[])));
    if decision.guards.contains(&Guard::ConcertedActivity) {
        lines.push(say("explain-guard-concerted-activity-limits", &[]));
    }
    lines
        .extend(decision.caps.iter().filter_map(|cap| cap_key(*cap, circumstances)).map(|key| say(key, &[])));
    for desk in &decision.routes {
        lines.push(say(&format!("explain-route-{desk}"), &[("office", office(policy, *desk).into())]));
    }
    if decision.urgent && !decision.routes.is_empty() {
        lines.push(say("explain-urgent", &[]));
    }
    if !decision.reminders.is_empty() {
        lines.push(say("explain-reminder", &[]));
    }
    if !decision.responses.is_empty() {
        lines.push(say("explain-response", &[]));
    }
    if let Some(key) = author_key(decision) {
        lines.push(say(key, &[]));
    }
    lines.join("\n")
}

/// The words a finding rests on, masked and shortened.
fn quoted(text: &str, finding: &Finding) -> String {
    let masked = formats::mask(text);
    let mut words: Vec<String> = Vec::new();
    for span in &finding.spans {
        let (start, end) = masked.span(span.start, span.end);
        let word = masked.text.get(start..end).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    let all = words.join(" … ");
    if all.chars().count() <= QUOTED {
        return all;
    }
    let cut: String = all.chars().take(QUOTED - 1).collect();
    format!("{}…", cut.trim_end())
}

/// What a format is called, for a finding that rests on one.
fn kind_of(text: &str, finding: &Finding) -> String {
    if finding.evidence != EvidenceKind::Format {
        return String::new();
    }
    let mut tokens = Tokens::default();
    tokens.read(text);
    let found = formats::find(text, &tokens);
    let named = finding.spans.iter().find_map(|span| {
        found.iter().rev().find(|f| f.start == span.start && f.end == span.end).map(|f| f.format)
    });
    named.map_or_else(String::new, |format| words::say(Language::En, &format!("format-{format}"), &[]))
}

/// The clause that is cited, or the draft that the rule rests on.
fn authority<'p>(policy: &'p Policy, finding: &Finding) -> Option<&'p Clause> {
    let rule = policy.rule(&finding.rule);
    let id = finding.clauses.first().or_else(|| rule.and_then(|rule| rule.cites.first()))?;
    policy.clause(id)
}

fn cap_key(cap: Cap, circumstances: &Circumstances) -> Option<&'static str> {
    Some(match cap {
        Cap::Posture if circumstances.posture == Posture::Observe => "explain-posture-observe",
        Cap::Posture => "explain-posture-assist",
        Cap::Guard => return None, // Its own sentence says so.
        Cap::DraftAuthority => "explain-cap-draft",
        Cap::RolesUnknown => "explain-guard-unknown-role",
        Cap::Old => "explain-cap-age",
        Cap::DailyLimit => "explain-cap-limit",
        Cap::NotAPerson => "explain-cap-bot",
        Cap::Released => "explain-guard-human-approval",
        Cap::NotCaptured => "explain-cap-not-captured",
    })
}

/// The office at a desk, as the policy names it.
fn office(policy: &Policy, desk: Desk) -> String {
    let named = policy.office(desk);
    if named.is_empty() { words::say(Language::En, "office-unnamed", &[]) } else { named.to_owned() }
}

fn author_key(decision: &Decision) -> Option<&'static str> {
    if decision.disposition.takes_down() {
        Some("explain-author-told")
    } else if decision.disposition == Disposition::Notify || decision.notice {
        Some("explain-author-pointed")
    } else if decision.disposition == Disposition::Review {
        Some("explain-author-not-told")
    } else {
        None
    }
}

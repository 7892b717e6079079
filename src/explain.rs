//! A decision in words that a council member understands: what was found,
//! what it rests on, what follows, and what held it back.

use std::sync::LazyLock;

use crate::domain::card::Language;
use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Cap, Category, Decision, Desk, Disposition, EvidenceKind, Finding};
use crate::policy::{Clause, Policy};
use crate::text::formats;
use crate::text::tokens::Tokens;
use crate::words::{self, Value};

/// How many findings are told one by one; the rest are counted.
const TOLD: usize = 4;

/// Longest stretch of somebody's words that is quoted, in characters.
const QUOTED: usize = 60;

/// Explains a decision about `text`, one sentence or two a line. What happens
/// to the message is said once, at the end. Private numbers are masked.
pub fn explain(policy: &Policy, text: &str, decision: &Decision, circumstances: &Circumstances) -> String {
    if decision.is_plain() {
        static PLAIN: LazyLock<String> = LazyLock::new(|| say("explain-end-plain", &[]));
        return PLAIN.clone();
    }
    let mut lines = found(policy, text, decision);
    lines.extend(decision.guards.iter().map(|guard| say(&format!("explain-guard-{guard}"), &[])));
    // That a guard caps is said by the guard itself.
    let caps = decision.caps.iter().filter(|cap| **cap != Cap::Guard);
    lines.extend(caps.map(|cap| say(&cap_key(*cap, circumstances), &[])));
    lines.extend(told(policy, decision));
    lines.push(say(end_key(decision), &[]));
    lines.join("\n")
}

fn say(key: &str, args: &[(&str, Value<'_>)]) -> String {
    words::say(Language::En, key, args)
}

/// What was found, each with the clause that it rests on.
fn found(policy: &Policy, text: &str, decision: &Decision) -> Vec<String> {
    let mut findings: Vec<&Finding> = decision.findings.iter().collect();
    findings.sort_by_key(|f| (std::cmp::Reverse(f.disposition), f.evidence));
    let mut lines = Vec::new();
    let mut cited: Vec<&str> = Vec::new();
    for finding in findings.iter().take(TOLD) {
        let mut line = what(text, finding);
        let words = quoted(text, finding);
        // A count rests on how often, and not on what was said.
        if !words.is_empty() && finding.evidence != EvidenceKind::Count {
            line = line + " " + &say("explain-words", &[("words", words.into())]);
        }
        if let Some(score) = finding.score {
            line = line + " " + &say("explain-score", &[("score", format!("0.{score:03}").into())]);
        }
        lines.push(line);
        let Some(clause) = authority(policy, finding) else { continue };
        let rule = if clause.plain.is_empty() { &clause.text } else { &clause.plain };
        let args: &[(&str, Value<'_>)] = &[
            ("id", finding.rule.as_str().into()),
            ("clause", clause.id.as_str().into()),
            ("rule", rule.as_str().into()),
        ];
        let again = cited.contains(&clause.id.as_str());
        cited.push(&clause.id);
        lines.push(say(if again { "explain-clause-again" } else { "explain-clause" }, args));
    }
    if findings.len() > 1 {
        lines.push(say("explain-several", &[("count", findings.len().into())]));
    }
    lines
}

/// What was found, in a sentence.
fn what(text: &str, finding: &Finding) -> String {
    if finding.category == Category::ContactInfo
        && let Some(format) = format_of(text, finding)
    {
        return say("found-format", &[("kind", say(&format!("format-{format}"), &[]).into())]);
    }
    words::found(Language::En, finding.category, finding.evidence)
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

/// The format that a finding rests on, where it rests on that alone.
fn format_of(text: &str, finding: &Finding) -> Option<formats::Format> {
    let [span] = finding.spans.as_slice() else { return None };
    let mut tokens = Tokens::default();
    tokens.read(text);
    let found = formats::find(text, &tokens);
    found.iter().rev().find(|f| f.start == span.start && f.end == span.end).map(|f| f.format)
}

/// The clause that is cited, or the draft that the rule rests on.
fn authority<'p>(policy: &'p Policy, finding: &Finding) -> Option<&'p Clause> {
    let rule = policy.rule(&finding.rule);
    let id = finding.clauses.first().or_else(|| rule.and_then(|rule| rule.cites.first()))?;
    policy.clause(id)
}

fn cap_key(cap: Cap, circumstances: &Circumstances) -> String {
    match cap {
        Cap::Posture => format!("explain-cap-{}", circumstances.posture),
        cap => format!("explain-cap-{cap}"),
    }
}

/// Who is told, besides the author of what becomes of the message.
fn told(policy: &Policy, decision: &Decision) -> Vec<String> {
    let mut lines = Vec::new();
    for desk in &decision.routes {
        lines.push(say(&format!("explain-route-{desk}"), &[("office", office(policy, *desk).into())]));
    }
    match (decision.urgent, decision.routes.is_empty()) {
        (true, false) => lines.push(say("explain-urgent", &[])),
        (true, true) => lines.push(say("explain-urgent-card", &[])),
        (false, _) => {}
    }
    if !decision.reminders.is_empty() {
        lines.push(say("explain-reminder", &[]));
    }
    let is_help = |response: &String| HELP.contains(&response.as_str());
    if decision.responses.iter().any(is_help) {
        lines.push(say("explain-response-help", &[]));
    }
    if !decision.responses.iter().all(is_help) {
        lines.push(say("explain-response-acknowledged", &[]));
    }
    lines
}

/// Responses that say where help is; the others tell where a message went.
const HELP: [&str; 2] = ["self-harm", "emergency"];

/// The office at a desk, as the policy names it.
fn office(policy: &Policy, desk: Desk) -> String {
    let named = policy.office(desk);
    if named.is_empty() { say(&format!("explain-office-{desk}"), &[]) } else { named.to_owned() }
}

/// What happens to the message, and what its author hears of it.
fn end_key(decision: &Decision) -> &'static str {
    let repeats = || {
        decision.leading().is_some_and(|f| f.category == Category::Spam && f.evidence == EvidenceKind::Count)
    };
    match decision.disposition {
        Disposition::None => "explain-end-none",
        Disposition::Notify => "explain-end-notify",
        Disposition::Review if decision.notice => "explain-end-review-told",
        Disposition::Review if !decision.reminders.is_empty() => "explain-end-review-reminded",
        Disposition::Review => "explain-end-review",
        Disposition::Hold => "explain-end-hold",
        Disposition::Remove if repeats() => "explain-end-remove-copies",
        Disposition::Remove => "explain-end-remove",
    }
}

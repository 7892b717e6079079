//! What follows for one message: a pure function of the policy, the message
//! and the circumstances.
//!
//! Every rule is tried that applies to this author in this place. What held
//! is a finding, reported whether or not something then lowers it. Guards and
//! caps only ever lower; the surest, gravest finding decides.

use std::cell::{Cell, RefCell};

use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{
    Audience, Cap, Category, Decision, Disposition, EvidenceKind, Finding, Guard, Posture, Topics,
};
use crate::domain::id::{MemberId, MessageId, VenueId};
use crate::domain::message::{Author, AuthorKind, Message, Part};
use crate::policy::matcher::{Aside, Scan, bits_of};
use crate::policy::{Policy, Rule};

thread_local! {
    /// The memory of the last scan, used again. It carries nothing over.
    static SCAN: RefCell<Scan> = RefCell::default();
    /// The same of the rules that are worth asking.
    static CANDIDATES: Cell<Vec<u64>> = const { Cell::new(Vec::new()) };
}

/// Decides about a message.
pub fn decide(policy: &Policy, message: &Message, circumstances: &Circumstances) -> Decision {
    SCAN.with_borrow_mut(|scan| {
        let aside = Aside {
            mentions: circumstances.mentions,
            addressed: circumstances.addressed,
            files: &circumstances.files,
        };
        policy.matcher.scan(message, &aside, scan);
        let decision = decide_on(policy, message, circumstances, scan, |_| true);
        if decision.is_plain() && !circumstances.before.is_empty() {
            return decide_joined(policy, message, circumstances, &aside, scan);
        }
        decision
    })
}

/// Decides about what a message says together with the short ones right before
/// it, where it says nothing alone. The others stand already, so that nothing
/// is taken down for it: a person looks.
fn decide_joined(
    policy: &Policy,
    message: &Message,
    circumstances: &Circumstances,
    aside: &Aside<'_>,
    scan: &mut Scan,
) -> Decision {
    let before = circumstances.before.join(" ") + " ";
    let text = before.clone() + message.content();
    let joined = Message { parts: vec![Part::content(text)], attachments: Vec::new(), ..message.clone() };
    policy.matcher.scan(&joined, aside, scan);
    let alone = Circumstances { before: Vec::new(), ..circumstances.clone() };
    let reaches_back = |finding: &Finding| {
        let is_said = !matches!(finding.evidence, EvidenceKind::Model | EvidenceKind::Count);
        let (first, last) =
            (finding.spans.iter().map(|s| s.start).min(), finding.spans.iter().map(|s| s.end).max());
        is_said && first.is_some_and(|at| at < before.len()) && last.is_some_and(|at| at > before.len())
    };
    let mut decision = decide_on(policy, &joined, &alone, scan, reaches_back);
    if decision.findings.is_empty() {
        return Decision::default();
    }
    for finding in &mut decision.findings {
        finding.disposition = finding.disposition.min(Disposition::Review);
        // What stands in this message of it, by its own offsets.
        finding.spans.retain(|span| span.end > before.len());
        for span in &mut finding.spans {
            span.start = span.start.saturating_sub(before.len());
            span.end -= before.len();
        }
    }
    decision.disposition = decision.disposition.min(Disposition::Review);
    decision.caps.push(Cap::Joined);
    decision
}

/// Decides about what was read, as far as findings are `wanted`.
fn decide_on(
    policy: &Policy,
    message: &Message,
    circumstances: &Circumstances,
    scan: &Scan,
    wanted: impl Fn(&Finding) -> bool,
) -> Decision {
    let mut decision = Decision::default();
    let audience = circumstances.standing.audience();
    let mut held: Vec<&Rule> = Vec::new();
    let mut guesses: Vec<bool> = Vec::new();
    let mut candidates = CANDIDATES.take();
    policy.index.candidates(scan, &mut candidates);
    for rule in bits_of(&candidates).map(|at| &policy.rules[at]) {
        if !rule.condition.may_hold(scan) || !applies(rule, audience, circumstances) {
            continue;
        }
        let Some(found) = rule.condition.holds(message, circumstances, scan) else { continue };
        let reminds = rule.reminder.is_some() && audience != Audience::Resident;
        if rule.disposition == Disposition::None
            && rule.route.is_none()
            && rule.response.is_none()
            && !reminds
        {
            continue;
        }
        let finding = Finding {
            category: rule.category,
            clauses: citable(policy, rule, circumstances),
            disposition: rule.disposition,
            evidence: rule.evidence,
            rule: rule.id.clone(),
            score: found.score,
            spans: found.spans,
        };
        if wanted(&finding) {
            decision.findings.push(finding);
            held.push(rule);
            guesses.push(found.is_guess);
        }
    }
    CANDIDATES.set(candidates);
    drop_idle_scores(&mut decision.findings, &mut held, &mut guesses);
    if held.is_empty() {
        return decision;
    }
    let mut guards = guards_on(policy, message, circumstances, scan, audience, &decision.findings);
    let comes_down_anyway = held.iter().zip(&guards).zip(&guesses).any(|((rule, guards), is_guess)| {
        rule.disposition > Disposition::Review && !is_guess && !guards.contains(&Guard::GovernmentAsSubject)
    });
    if comes_down_anyway {
        // An attack on a person is not excused by criticism beside it, and
        // nobody is told that a message stays up which does not.
        guards.iter_mut().for_each(|guards| guards.retain(|guard| *guard != Guard::GovernmentAsSubject));
    }
    for (((finding, rule), guards), is_guess) in
        decision.findings.iter_mut().zip(&held).zip(&guards).zip(&guesses)
    {
        let (disposition, caps) = capped(policy, rule, circumstances, guards, *is_guess);
        for guard in guards {
            push_once(&mut decision.guards, Some(*guard));
        }
        finding.disposition = disposition;
        for cap in caps {
            if !decision.caps.contains(&cap) {
                decision.caps.push(cap);
            }
        }
    }
    consequences(circumstances, audience, &held, &mut decision);
    decision
}

/// Drops scores of a category of which something else was found: they say
/// nothing new.
fn drop_idle_scores(findings: &mut Vec<Finding>, held: &mut Vec<&Rule>, guesses: &mut Vec<bool>) {
    let is_score = |finding: &Finding| finding.evidence == EvidenceKind::Model;
    let is_idle = |finding: &Finding| {
        let mut others = findings.iter().filter(|other| !is_score(other));
        is_score(finding) && others.any(|other| other.category == finding.category)
    };
    let idle: Vec<bool> = findings.iter().map(is_idle).collect();
    if idle.contains(&true) {
        let mut at = 0..;
        findings.retain(|_| !at.next().is_some_and(|at: usize| idle[at]));
        let mut at = 0..;
        held.retain(|_| !at.next().is_some_and(|at: usize| idle[at]));
        let mut at = 0..;
        guesses.retain(|_| !at.next().is_some_and(|at: usize| idle[at]));
    }
}

/// Whether a rule is for this author in this place.
fn applies(rule: &Rule, audience: Audience, circumstances: &Circumstances) -> bool {
    if circumstances.direct && !is_for_direct(rule) {
        return false;
    }
    if circumstances.staff_venue && rule.audience == [Audience::Resident] {
        return false;
    }
    rule.audience.contains(&audience)
        && (rule.topics != Some(Topics::Scoped) || circumstances.topics == Topics::Scoped)
}

/// A direct message is never a violation; it only reaches a desk.
fn is_for_direct(rule: &Rule) -> bool {
    use Category::*;
    matches!(rule.category, Press | Legal | RecordsRequest | Threat | SelfHarm | Emergency)
}

/// The rule's authorities that may be cited to this author: no drafts.
fn citable(policy: &Policy, rule: &Rule, circumstances: &Circumstances) -> Vec<String> {
    rule.cites.iter().filter(|id| !is_draft(policy, id, circumstances)).cloned().collect()
}

fn is_draft(policy: &Policy, id: &str, circumstances: &Circumstances) -> bool {
    policy.clause(id).is_none_or(|clause| clause.draft)
        && !circumstances.adopted.iter().any(|adopted| adopted == id)
}

/// The guards that lower each finding.
fn guards_on(
    policy: &Policy,
    message: &Message,
    circumstances: &Circumstances,
    scan: &Scan,
    audience: Audience,
    findings: &[Finding],
) -> Vec<Vec<Guard>> {
    let mut over = vec![Vec::new(); findings.len()];
    for guard in &policy.guards {
        let protected = match guard.guard {
            Guard::ConcertedActivity => circumstances.standing.is_protected_as_employee(),
            _ => guard.audience.contains(&audience),
        };
        if !protected || !guard.is_raised(message, circumstances, scan) {
            continue;
        }
        for (finding, over) in findings.iter().zip(&mut over) {
            // One that makes no difference to what was found is not worth naming.
            let left = under_guard(guard.guard, finding.category, finding.evidence, finding.disposition);
            // Talk about work is protected as a whole; what is about the City
            // is asked of each strong word by itself.
            if left != Some(finding.disposition)
                && (guard.guard == Guard::ConcertedActivity
                    || guard.speaks_for(&finding.spans, message, scan))
            {
                over.push(guard.guard);
            }
        }
    }
    if circumstances.approved {
        over.iter_mut().for_each(|over| over.push(Guard::HumanApproval));
    }
    over
}

/// What a guard leaves of a finding; `None`: not even a route or a reminder.
fn under_guard(
    guard: Guard,
    category: Category,
    evidence: EvidenceKind,
    disposition: Disposition,
) -> Option<Disposition> {
    match guard {
        Guard::ConcertedActivity => {
            let still_runs = category == Category::Threat
                || matches!(evidence, EvidenceKind::Exact | EvidenceKind::Format);
            still_runs.then_some(disposition)
        }
        Guard::GovernmentAsSubject => {
            // Strong words only. A slur, an ill wish or abuse of a person is
            // not about the City, whatever else the message names.
            let strong_words = category == Category::Vulgar;
            Some(if strong_words { disposition.min(Disposition::Review) } else { disposition })
        }
        Guard::HumanApproval => None,
    }
}

/// What a rule leads to after everything that lowers it.
fn capped(
    policy: &Policy,
    rule: &Rule,
    circumstances: &Circumstances,
    guards: &[Guard],
    is_guess: bool,
) -> (Disposition, Vec<Cap>) {
    let mut disposition = rule.disposition;
    let mut caps = Vec::new();
    let mut lower = |limit: Disposition, cap: Cap, disposition: &mut Disposition| {
        if limit < *disposition {
            *disposition = limit;
            caps.push(cap);
        }
    };
    for guard in guards {
        let left =
            under_guard(*guard, rule.category, rule.evidence, disposition).unwrap_or(Disposition::None);
        lower(left, Cap::Guard, &mut disposition);
    }
    if rule.cites.iter().all(|id| is_draft(policy, id, circumstances)) {
        lower(Disposition::Review, Cap::DraftAuthority, &mut disposition);
        if disposition == Disposition::Notify {
            // All that a `notify` does is to tell the author, and nobody is
            // told anything on the authority of a draft.
            lower(Disposition::None, Cap::DraftAuthority, &mut disposition);
        }
    }
    if circumstances.posture == Posture::Assist && !rule.evidence.is_certain() {
        lower(Disposition::Review, Cap::Posture, &mut disposition);
    }
    if is_guess {
        lower(Disposition::Review, Cap::Disguise, &mut disposition);
    }
    if circumstances.standing.unknown {
        lower(Disposition::Review, Cap::RolesUnknown, &mut disposition);
    }
    if circumstances.old {
        lower(Disposition::Review, Cap::Old, &mut disposition);
    }
    if circumstances.author != AuthorKind::Person {
        lower(Disposition::Review, Cap::NotAPerson, &mut disposition);
    }
    if circumstances.released {
        lower(Disposition::None, Cap::Released, &mut disposition);
    }
    if circumstances.limit_reached && !rule.evidence.is_certain() {
        lower(Disposition::Review, Cap::DailyLimit, &mut disposition);
    }
    (disposition, caps)
}

/// Gathers what the findings lead to together.
fn consequences(circumstances: &Circumstances, audience: Audience, held: &[&Rule], decision: &mut Decision) {
    let silenced = |rule: &Rule| {
        decision
            .guards
            .iter()
            .any(|g| under_guard(*g, rule.category, rule.evidence, rule.disposition).is_none())
    };
    let acting: Vec<(&Rule, Disposition)> = held
        .iter()
        .zip(&decision.findings)
        .filter(|(rule, _)| !silenced(rule))
        .map(|(rule, finding)| (*rule, finding.disposition))
        .collect();
    decision.disposition = acting.iter().map(|(_, d)| *d).max().unwrap_or(Disposition::None);
    let draft_only = |rule: &Rule, finding: &Finding| finding.clauses.is_empty() && !rule.cites.is_empty();
    decision.notice = held.iter().zip(&decision.findings).any(|(rule, finding)| {
        rule.notice
            && !silenced(rule)
            && finding.disposition == Disposition::Review
            && !draft_only(rule, finding)
    });
    for (rule, _) in &acting {
        push_once(&mut decision.routes, rule.route);
        push_once(&mut decision.responses, rule.response.clone());
        if audience != Audience::Resident {
            push_once(&mut decision.reminders, rule.reminder.clone());
        }
        decision.urgent |= rule.urgent;
    }
    if circumstances.posture == Posture::Observe {
        // Decided and recorded, and nothing comes of it.
        if decision.disposition > Disposition::None || !decision.routes.is_empty() {
            decision.caps.push(Cap::Posture);
        }
        decision.disposition = Disposition::None;
        decision.notice = false;
        decision.urgent = false;
        decision.routes.clear();
        decision.responses.clear();
        decision.reminders.clear();
    }
    if circumstances.direct {
        // What is written to the City is never a violation.
        decision.disposition = Disposition::None;
        decision.notice = false;
        decision.reminders.clear();
    }
    if circumstances.author != AuthorKind::Person {
        decision.responses.clear();
        decision.reminders.clear();
        decision.notice = false;
    }
}

fn push_once<T: PartialEq>(list: &mut Vec<T>, item: Option<T>) {
    if let Some(item) = item
        && !list.contains(&item)
    {
        list.push(item);
    }
}

/// A message that consists of these words and nothing else, by nobody in
/// particular: what an example in a policy file is.
pub fn message_of(text: &str) -> Message {
    message_of_parts(vec![Part::content(text)])
}

/// A message that consists of these texts, by nobody in particular.
pub fn message_of_parts(parts: Vec<Part>) -> Message {
    const NOBODY: u64 = 1;
    Message {
        id: MessageId::new(NOBODY).expect("one is above zero"),
        venue: VenueId::new(NOBODY).expect("one is above zero"),
        author: Author {
            id: MemberId::new(NOBODY).expect("one is above zero"),
            kind: AuthorKind::Person,
            username: String::new(),
            display: String::new(),
            roles: None,
        },
        parts,
        attachments: Vec::new(),
        reply_to: None,
        mentions: 0,
        edited_at: None,
    }
}

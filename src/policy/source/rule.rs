//! The rules and guards of a policy, as they are written.
//!
//! What a rule looks for is read in `condition`; whether it then does what its
//! examples say is proved later.

use std::collections::HashMap;
use std::ops::Range;

use crate::domain::decision::{Audience, Category, Desk, Disposition, EvidenceKind, Guard, Topics};
use crate::policy::condition::{Condition, Test};
use crate::policy::problem::nearest;
use crate::policy::reading::{self, At, Problems, Table};
use crate::policy::sets::Sets;
use crate::policy::{Binds, Clause, Example, GuardRule, Rule};

use super::condition::condition;
use super::{called, names};

/// The rules above, broken ones too: whoever names one of those is not told
/// that it does not exist.
#[derive(Default)]
pub struct Above(HashMap<String, Option<Condition>>);

pub fn rule(
    mut table: Table<'_, '_>,
    above: &mut Above,
    known: &[&Clause],
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> Option<Rule> {
    let id = table.said("id", problems);
    let name = called("rule", &id.value);
    table.call(&name);
    if above.0.contains_key(&id.value) {
        problems.add(&id.at, format!("there are two rules `{}`", id.value), "give each its own id");
    }
    let category = table.word("category", Category::parse, &names(Category::ALL, Category::word), problems);
    let evidence =
        table.word("evidence", EvidenceKind::parse, &names(EvidenceKind::ALL, EvidenceKind::word), problems);
    let audience = audience(&mut table, problems);
    let topics =
        table.word("topics", Topics::parse, &names(Topics::ALL, Topics::word), problems).map(|t| t.value);
    let disposition =
        table.word("disposition", Disposition::parse, &names(Disposition::ALL, Disposition::word), problems);
    let (unambiguous, unclear) = problems.noting(|problems| table.flag("unambiguous", problems));
    let urgent = table.flag("urgent", problems);
    let notice = table.flag("notice", problems);
    let route = route(&mut table, &name, problems);
    let filled = |text: Option<At<String>>| text.map(|t| t.value).filter(|t| !t.is_empty());
    let reminder = filled(table.string("reminder", problems));
    let response = filled(table.string("response", problems));
    let office = filled(table.string("office", problems)).unwrap_or_default();
    let (cites, misread) = problems.noting(|problems| table.strings("cites", problems).unwrap_or_default());
    for key in ["category", "evidence", "disposition"] {
        if !table.has(key) {
            problems.add(&table.at, format!("{name} has no `{key}`"), format!("add `{key} = \"…\"`"));
        }
    }
    let other = table.string("same-as", problems);
    let condition = if table.has("same-as") {
        other.and_then(|other| same_as(&other, &name, above, problems))
    } else {
        condition(
            &mut table,
            &name,
            evidence.as_ref().map(|e| e.value),
            category.as_ref().map(|c| c.value),
            sets,
            problems,
        )
    };
    let examples = examples(&mut table, problems);
    let at = table.at.clone();
    let place = table.place("disposition");
    table.finish(problems);

    if cites.is_empty() && !misread {
        problems.add(
            &at,
            format!("{name} cites nothing"),
            "add `cites = [\"…\"]`: a decision names its authority",
        );
    }
    check_cites(&name, &cites, &audience, disposition.as_ref().map(|d| d.value), known, problems);
    if let (Some(evidence), Some(disposition)) = (&evidence, &disposition) {
        // Where `unambiguous` itself is wrong, it may yet allow the most.
        check_ceiling(&name, evidence.value, disposition.value, unambiguous || unclear, &place, problems);
    }
    if !id.value.is_empty() {
        above.0.entry(id.value.clone()).or_insert_with(|| condition.clone());
    }
    // Everything wrong has been said; only a whole rule goes on.
    Some(Rule {
        id: id.value,
        category: category?.value,
        evidence: evidence?.value,
        audience,
        topics,
        disposition: disposition?.value,
        unambiguous,
        urgent,
        notice,
        route,
        reminder,
        response,
        office,
        cites: cites.into_iter().map(|c| c.value).collect(),
        condition: condition?,
        examples,
    })
}

/// Everybody, where nobody is named; nobody, where that cannot be read.
fn audience(table: &mut Table<'_, '_>, problems: &mut Problems) -> Vec<Audience> {
    let everybody = if table.has("audience") { &[] } else { Audience::ALL };
    table
        .words("audience", Audience::parse, &names(Audience::ALL, Audience::word), problems)
        .unwrap_or_else(|| everybody.to_vec())
}

fn route(table: &mut Table<'_, '_>, name: &str, problems: &mut Problems) -> Option<Desk> {
    let text = table.string("route", problems).filter(|text| !text.value.is_empty())?;
    let desk = Desk::parse(&text.value);
    if desk.is_none() {
        reading::not_a_word("route", name, &text, &names(Desk::ALL, Desk::word), problems);
    }
    desk
}

/// The condition of an earlier rule.
fn same_as(other: &At<String>, name: &str, above: &Above, problems: &mut Problems) -> Option<Condition> {
    let found = above.0.get(&other.value);
    if found.is_none() {
        let hint = nearest(&other.value, above.0.keys().map(String::as_str)).map_or_else(
            || "name a rule that stands above this one".to_owned(),
            |meant| format!("did you mean `{meant}`?"),
        );
        problems.add(
            &other.at,
            format!("`same-as` of {name} names `{}`, which is no earlier rule", other.value),
            hint,
        );
    }
    found.cloned().flatten()
}

fn check_ceiling(
    name: &str,
    evidence: EvidenceKind,
    disposition: Disposition,
    unambiguous: bool,
    place: &Range<usize>,
    problems: &mut Problems,
) {
    let ceiling = evidence.ceiling(unambiguous);
    if disposition <= ceiling {
        return;
    }
    let hint = if evidence.ceiling(true) >= disposition {
        "add `unambiguous = true` if nothing else could be meant, or end at `review`".to_owned()
    } else {
        format!("end at `{ceiling}`, the most that `{evidence}` evidence may lead to")
    };
    problems.add(
        place,
        format!("{name} ends at `{disposition}`, above the ceiling `{ceiling}` of `{evidence}` evidence"),
        hint,
    );
}

/// A rule that does something to a member may rest only on clauses that bind
/// that member. Where it cannot be read what the rule does, that is not asked.
fn check_cites(
    name: &str,
    cites: &[At<String>],
    audience: &[Audience],
    disposition: Option<Disposition>,
    known: &[&Clause],
    problems: &mut Problems,
) {
    for cite in cites {
        let Some(clause) = known.iter().find(|clause| clause.id == cite.value) else {
            let hint = nearest(&cite.value, known.iter().map(|c| c.id.as_str())).map_or_else(
                || "cite a clause of this policy, or declare the authority".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            problems.add(
                &cite.at,
                format!("{name} cites `{}`, which the policy does not define", cite.value),
                hint,
            );
            continue;
        };
        if disposition.is_none_or(|disposition| disposition == Disposition::None) {
            continue;
        }
        let unbound = audience.iter().find(|audience| match clause.binds {
            Binds::Everyone => false,
            Binds::Employees => **audience == Audience::Resident,
            Binds::City => true,
        });
        if let Some(audience) = unbound {
            problems.add(
                &cite.at,
                format!(
                    "{name} cites `{}`, which binds {} and not its audience `{audience}`",
                    cite.value, clause.binds
                ),
                "cite a clause that binds them, or give the rule another audience",
            );
        }
    }
}

fn examples(table: &mut Table<'_, '_>, problems: &mut Problems) -> Vec<Example> {
    let mut examples = Vec::new();
    for (key, matches) in [("match", true), ("no-match", false)] {
        for text in table.strings(key, problems).unwrap_or_default() {
            examples.push(Example { text: text.value, matches, at: text.at });
        }
    }
    examples
}

pub fn guard(
    mut table: Table<'_, '_>,
    known: &[&Clause],
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> Option<GuardRule> {
    let id = table.said("id", problems);
    let name = called("guard", &id.value);
    table.call(&name);
    let guard = match Guard::parse(&id.value) {
        Some(guard @ (Guard::ConcertedActivity | Guard::GovernmentAsSubject)) => Some(guard),
        _ if id.value.is_empty() => None,
        _ => {
            problems.add(
                &id.at,
                format!("there is no guard `{}`", id.value),
                "one of: concerted-activity, government-as-subject",
            );
            None
        }
    };
    let audience = audience(&mut table, problems);
    let cites = table.strings("cites", problems).unwrap_or_default();
    for cite in &cites {
        if !known.iter().any(|clause| clause.id == cite.value) {
            problems.add(
                &cite.at,
                format!("{name} cites `{}`, which the policy does not define", cite.value),
                "cite a clause of this policy",
            );
        }
    }
    let needs = table.string_lists("needs", problems).unwrap_or_default();
    let mut each = |key: &'static str, problems: &mut Problems| -> Vec<u32> {
        table.strings(key, problems).unwrap_or_default().iter().map(|text| sets.set(text, problems)).collect()
    };
    let veto = each("veto", problems);
    let follows = each("follows", problems);
    let conditions = needs
        .iter()
        .map(|list| Condition {
            test: Test::Needs {
                sets: list.iter().map(|need| sets.set(need, problems)).collect(),
                within: None,
                in_order: false,
            },
            except: Vec::new(),
            veto: veto.clone(),
            unless: Vec::new(),
            quoted: true,
        })
        .collect();
    let examples = examples(&mut table, problems);
    table.finish(problems);
    Some(GuardRule {
        guard: guard?,
        audience,
        conditions,
        follows,
        cites: cites.into_iter().map(|c| c.value).collect(),
        examples,
    })
}

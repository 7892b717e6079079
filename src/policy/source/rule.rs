//! The rules and guards of a policy, as they are written.
//!
//! What a rule looks for is read in `condition`; whether it then does what its
//! examples say is proved later.

use crate::domain::decision::{Audience, Category, Desk, Disposition, EvidenceKind, Guard, Topics};
use crate::policy::condition::{Condition, Test};
use crate::policy::problem::nearest;
use crate::policy::reading::{At, Problems, Table};
use crate::policy::sets::Sets;
use crate::policy::{Binds, Clause, Example, GuardRule, Rule};

use super::condition::condition;
use super::names;

pub fn rule(
    mut table: Table<'_, '_>,
    earlier: &[Rule],
    known: &[&Clause],
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> Option<Rule> {
    let id = table.required("id", problems);
    table.call(format!("rule `{}`", id.value));
    if earlier.iter().any(|rule| rule.id == id.value) {
        problems.add(&id.at, format!("there are two rules `{}`", id.value), "give each its own id");
    }
    let category = table.word("category", Category::parse, &names(Category::ALL, Category::word), problems);
    let evidence =
        table.word("evidence", EvidenceKind::parse, &names(EvidenceKind::ALL, EvidenceKind::word), problems);
    let audience = table
        .words("audience", Audience::parse, &names(Audience::ALL, Audience::word), problems)
        .unwrap_or_else(|| Audience::ALL.to_vec());
    let topics =
        table.word("topics", Topics::parse, &names(Topics::ALL, Topics::word), problems).map(|t| t.value);
    let disposition =
        table.word("disposition", Disposition::parse, &names(Disposition::ALL, Disposition::word), problems);
    let unambiguous = table.flag("unambiguous", problems);
    let urgent = table.flag("urgent", problems);
    let notice = table.flag("notice", problems);
    let route_text = table.string("route", problems).filter(|text| !text.value.is_empty());
    let route = route_text.as_ref().and_then(|text| {
        let desk = Desk::parse(&text.value);
        if desk.is_none() {
            let allowed = names(Desk::ALL, Desk::word);
            let hint = nearest(&text.value, allowed.iter().copied()).map_or_else(
                || format!("one of: {}", allowed.join(", ")),
                |meant| format!("did you mean `{meant}`?"),
            );
            problems.add(
                &text.at,
                format!("`route` of rule `{}` cannot be `{}`", id.value, text.value),
                hint,
            );
        }
        desk
    });
    let filled = |text: Option<At<String>>| text.map(|t| t.value).filter(|t| !t.is_empty());
    let reminder = filled(table.string("reminder", problems));
    let response = filled(table.string("response", problems));
    let office = filled(table.string("office", problems)).unwrap_or_default();
    let cites = table.strings("cites", problems).unwrap_or_default();
    for (key, given) in [
        ("category", category.is_some()),
        ("evidence", evidence.is_some()),
        ("disposition", disposition.is_some()),
    ] {
        if !given && !table.has(key) {
            problems.add(
                &table.at,
                format!("rule `{}` has no `{key}`", id.value),
                format!("add `{key} = \"…\"`"),
            );
        }
    }
    let condition = match table.string("same-as", problems) {
        Some(other) => {
            let found = earlier.iter().find(|rule| rule.id == other.value).map(|rule| rule.condition.clone());
            if found.is_none() {
                problems.add(
                    &other.at,
                    format!(
                        "`same-as` of rule `{}` names `{}`, which is no earlier rule",
                        id.value, other.value
                    ),
                    "name a rule that stands above this one",
                );
            }
            found
        }
        None => condition(&mut table, &id.value, evidence.as_ref().map(|e| e.value), sets, problems),
    };
    let examples = examples(&mut table, problems);
    let at = table.at.clone();
    let place = table.place("disposition");
    table.finish(problems);

    if cites.is_empty() {
        problems.add(
            &at,
            format!("rule `{}` cites nothing", id.value),
            "add `cites = [\"…\"]`: a decision names its authority",
        );
    }
    let acts = disposition.as_ref().map_or(Disposition::Review, |d| d.value);
    check_cites(&id.value, &cites, &audience, acts, known, problems);

    let (category, evidence, disposition) = (category?.value, evidence?.value, disposition?.value);
    let ceiling = evidence.ceiling(unambiguous);
    if disposition > ceiling {
        let hint = if evidence.ceiling(true) >= disposition {
            "add `unambiguous = true` if nothing else could be meant, or end at `review`".to_owned()
        } else {
            format!("end at `{ceiling}`, the most that `{evidence}` evidence may lead to")
        };
        problems.add(
            &place,
            format!(
                "rule `{}` ends at `{disposition}`, above the ceiling `{ceiling}` of `{evidence}` evidence",
                id.value
            ),
            hint,
        );
    }
    Some(Rule {
        id: id.value,
        category,
        evidence,
        audience,
        topics,
        disposition,
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

/// A rule that does something to a member may rest only on clauses that bind
/// that member.
fn check_cites(
    rule: &str,
    cites: &[At<String>],
    audience: &[Audience],
    disposition: Disposition,
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
                format!("rule `{rule}` cites `{}`, which the policy does not define", cite.value),
                hint,
            );
            continue;
        };
        if disposition == Disposition::None {
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
                    "rule `{rule}` cites `{}`, which binds {} and not its audience `{audience}`",
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
    let id = table.required("id", problems);
    table.call(format!("guard `{}`", id.value));
    let guard = match Guard::parse(&id.value) {
        Some(guard @ (Guard::ConcertedActivity | Guard::GovernmentAsSubject)) => Some(guard),
        _ => {
            problems.add(
                &id.at,
                format!("there is no guard `{}`", id.value),
                "one of: concerted-activity, government-as-subject",
            );
            None
        }
    };
    let audience = table
        .words("audience", Audience::parse, &names(Audience::ALL, Audience::word), problems)
        .unwrap_or_else(|| Audience::ALL.to_vec());
    let cites = table.strings("cites", problems).unwrap_or_default();
    for cite in &cites {
        if !known.iter().any(|clause| clause.id == cite.value) {
            problems.add(
                &cite.at,
                format!("guard `{}` cites `{}`, which the policy does not define", id.value, cite.value),
                "cite a clause of this policy",
            );
        }
    }
    let needs = table.string_lists("needs", problems).unwrap_or_default();
    let veto: Vec<u32> = table
        .strings("veto", problems)
        .unwrap_or_default()
        .iter()
        .map(|text| sets.set(text, problems))
        .collect();
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
        cites: cites.into_iter().map(|c| c.value).collect(),
        examples,
    })
}

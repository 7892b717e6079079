//! A policy as it is written: from the TOML file to something that can be
//! applied. The format is described in `docs/POLICY-FILE.md`.

use std::collections::HashMap;
use std::ops::Range;

use regex::RegexBuilder;
use regex_syntax::hir::literal::Extractor;
use sha2::{Digest, Sha256};

use crate::domain::decision::{Audience, Category, Desk, Disposition, EvidenceKind, Guard, Posture, Topics};

use super::condition::{Condition, Test};
use super::lists::Files;
use super::problem::{Problem, nearest};
use super::reading::{self, At, Problems, Table};
use super::sets::Sets;
use super::{Binds, Clause, Example, GuardRule, Handled, Pair, Policy, Rule};

/// Largest compiled size of a rule's pattern, in bytes.
const PATTERN_LIMIT: usize = 1 << 20;

/// Longest list of literals that gates a pattern.
const GATE_LIMIT: usize = 256;

/// The authorities that a policy may declare itself.
pub const AUTHORITIES: [&str; 4] = ["comment-standard", "records-law", "media-procedure", "safety-procedure"];

/// Compiles a policy without holding it to its examples yet.
pub fn compile(source: &str, file: &str, files: Files<'_>) -> Result<Policy, Vec<Problem>> {
    let mut problems = Problems::new(file);
    let document = reading::parse(source, &mut problems);
    let mut root = Table::new("the policy", &document);

    let id = root.required("id", &mut problems).value;
    let title = root.required("title", &mut problems).value;
    let version = root.required("version", &mut problems).value;
    let adopted = root.date("adopted", &mut problems).map(|d| d.value).unwrap_or_default();
    let posture = root.word("posture", Posture::parse, &names(Posture::ALL, Posture::word), &mut problems);
    root.string("language", &mut problems);

    let mut clauses = Vec::new();
    let mut seen: HashMap<String, Range<usize>> = HashMap::new();
    for table in root.tables("clause", &mut problems) {
        clauses.push(clause(table, &mut seen, &mut problems));
    }
    let mut authorities = Vec::new();
    for table in root.tables("authority", &mut problems) {
        authorities.push(authority(table, &mut seen, &mut problems));
    }

    let mut sets = Sets::new(files);
    let mut rules: Vec<Rule> = Vec::new();
    let known: Vec<&Clause> = clauses.iter().chain(&authorities).collect();
    for table in root.tables("rule", &mut problems) {
        if let Some(rule) = rule(table, &rules, &known, &mut sets, &mut problems) {
            rules.push(rule);
        }
    }
    let mut guards = Vec::new();
    for table in root.tables("guard", &mut problems) {
        if let Some(guard) = guard(table, &known, &mut sets, &mut problems) {
            guards.push(guard);
        }
    }
    let pairs = root.tables("pair", &mut problems).into_iter().map(|t| pair(t, &mut problems)).collect();
    root.finish(&mut problems);

    if !problems.is_empty() {
        return Err(problems.into_list());
    }
    let mut matcher = sets.matcher;
    matcher.finish();
    Ok(Policy {
        id,
        title,
        version,
        adopted,
        posture: posture.map_or(Posture::Observe, |p| p.value),
        sha256: hex(&Sha256::digest(source.as_bytes())),
        clauses,
        authorities,
        rules,
        guards,
        pairs,
        matcher,
    })
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn names<T: Copy + 'static>(all: &'static [T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|item| word(*item)).collect()
}

fn clause(
    mut table: Table<'_, '_>,
    seen: &mut HashMap<String, Range<usize>>,
    problems: &mut Problems,
) -> Clause {
    let id = table.required("id", problems);
    table.call(format!("clause `{}`", id.value));
    once(&id, "clause", seen, problems);
    let text = table.required("text", problems).value;
    let plain = table.string("plain", problems).map(|t| t.value).unwrap_or_default();
    let plain_es = table.string("plain-es", problems).map(|t| t.value).unwrap_or_default();
    let binds = table.word("binds", Binds::parse, &names(Binds::ALL, Binds::word), problems);
    let handled = table.word("handled", Handled::parse, &names(Handled::ALL, Handled::word), problems);
    let note = table.string("note", problems).map(|t| t.value).unwrap_or_default();
    if binds.is_none() && !table.has("binds") {
        problems.add(
            &table.at,
            format!("clause `{}` does not say whom it binds", id.value),
            "add `binds = \"everyone\"`, `\"employees\"` or `\"city\"`",
        );
    }
    if handled.is_none() && !table.has("handled") {
        problems.add(
            &table.at,
            format!("clause `{}` does not say what is done about it", id.value),
            "add `handled = \"rules\"`, `\"guard\"`, `\"desk\"`, `\"reminder\"` or `\"not-applicable\"`",
        );
    }
    let handled = handled.map_or(Handled::NotApplicable, |h| h.value);
    if handled == Handled::NotApplicable && note.is_empty() && table.has("handled") {
        problems.add(
            &table.place("handled"),
            format!("clause `{}` is not applicable, and no `note` says why", id.value),
            "add `note = \"…\"`",
        );
    }
    table.finish(problems);
    let binds = binds.map_or(Binds::City, |b| b.value);
    Clause { id: id.value, text, plain, plain_es, binds, handled, note, draft: false }
}

fn authority(
    mut table: Table<'_, '_>,
    seen: &mut HashMap<String, Range<usize>>,
    problems: &mut Problems,
) -> Clause {
    let id = table.required("id", problems);
    table.call(format!("authority `{}`", id.value));
    once(&id, "authority", seen, problems);
    if !AUTHORITIES.contains(&id.value.as_str()) {
        problems.add(
            &id.at,
            format!("there is no authority `{}`", id.value),
            format!("one of: {}", AUTHORITIES.join(", ")),
        );
    }
    let text = table.required("text", problems).value;
    let plain = table.string("plain", problems).map(|t| t.value).unwrap_or_default();
    let plain_es = table.string("plain-es", problems).map(|t| t.value).unwrap_or_default();
    let draft = table.flag("draft", problems);
    table.finish(problems);
    Clause {
        id: id.value,
        text,
        plain,
        plain_es,
        binds: Binds::Everyone,
        handled: Handled::Rules,
        note: String::new(),
        draft,
    }
}

fn once(id: &At<String>, what: &str, seen: &mut HashMap<String, Range<usize>>, problems: &mut Problems) {
    if seen.insert(format!("{what} {}", id.value), id.at.clone()).is_some() {
        problems.add(
            &id.at,
            format!("there are two entries for {what} `{}`", id.value),
            "give each its own id",
        );
    }
}

fn rule(
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

fn condition(
    table: &mut Table<'_, '_>,
    rule: &str,
    evidence: Option<EvidenceKind>,
    sets: &mut Sets<'_>,
    problems: &mut Problems,
) -> Option<Condition> {
    let evidence = evidence?;
    let at = table.at.clone();
    let missing = |key: &str, problems: &mut Problems| {
        problems.add(
            &at,
            format!("rule `{rule}` has `{evidence}` evidence and no `{key}`"),
            format!("add `{key}`"),
        );
    };
    let test = match evidence {
        EvidenceKind::Term | EvidenceKind::Exact => match one_of(table, ["terms", "list"], problems) {
            Some(terms) => Test::Any(sets.union(&terms, problems)),
            None => {
                missing("terms", problems);
                return None;
            }
        },
        EvidenceKind::Format => match table.strings("formats", problems) {
            Some(formats) => Test::Any(sets.union(&formats, problems)),
            None => {
                missing("formats", problems);
                return None;
            }
        },
        EvidenceKind::Structure => match table.strings("needs", problems) {
            Some(needs) if !needs.is_empty() => Test::Needs {
                sets: needs.iter().map(|need| sets.set(need, problems)).collect(),
                within: table.number("within", 0..64, problems).map(|n| n.value as u32),
                in_order: table.flag("in-order", problems),
            },
            _ => {
                missing("needs", problems);
                return None;
            }
        },
        EvidenceKind::Pattern => pattern(rule, table, problems)?,
        EvidenceKind::Count => count(rule, table, problems)?,
        EvidenceKind::Model => {
            problems.add(
                &table.place("evidence"),
                format!("rule `{rule}` asks for a classifier, and no weights are compiled in"),
                "use `structure`, which states what it looks for",
            );
            return None;
        }
    };
    let quoted = table.flag_or("quoted", evidence != EvidenceKind::Structure, problems);
    let mut each = |key: &'static str, problems: &mut Problems| -> Vec<u32> {
        table.strings(key, problems).unwrap_or_default().iter().map(|text| sets.set(text, problems)).collect()
    };
    Some(Condition {
        test,
        except: each("except", problems),
        veto: each("veto", problems),
        unless: each("unless", problems),
        quoted,
    })
}

/// The value of whichever of two keys is there.
fn one_of(
    table: &mut Table<'_, '_>,
    keys: [&'static str; 2],
    problems: &mut Problems,
) -> Option<Vec<At<String>>> {
    let [first, second] = keys.map(|key| table.strings(key, problems));
    first.or(second)
}

fn pattern(rule: &str, table: &mut Table<'_, '_>, problems: &mut Problems) -> Option<Test> {
    let written = table.required("pattern", problems);
    if written.value.is_empty() {
        return None;
    }
    let with_ascii_boundaries = written.value.replace(r"\b", r"(?-u:\b)");
    let built =
        RegexBuilder::new(&with_ascii_boundaries).case_insensitive(true).size_limit(PATTERN_LIMIT).build();
    let regex = match built {
        Ok(regex) => regex,
        Err(regex::Error::CompiledTooBig(limit)) => {
            problems.add(
                &written.at,
                format!("the pattern of rule `{rule}` compiles to more than {limit} bytes"),
                "use fewer or smaller repetitions, or a word list",
            );
            return None;
        }
        Err(error) => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
            problems.add(
                &written.at,
                format!("the pattern of rule `{rule}` is not a regular expression: {last}"),
                "see https://docs.rs/regex for the syntax",
            );
            return None;
        }
    };
    Some(Test::Pattern { gate: gate(&with_ascii_boundaries).map(Box::new), regex: Box::new(regex) })
}

/// Literals one of which begins every match, so that the pattern need not be
/// run on messages that contain none of them.
fn gate(pattern: &str) -> Option<aho_corasick::AhoCorasick> {
    let hir = regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(pattern).ok()?;
    let literals = Extractor::new().limit_total(GATE_LIMIT).extract(&hir);
    let mut texts: Vec<Vec<u8>> =
        literals.literals()?.iter().map(|literal| literal.as_bytes().to_ascii_lowercase()).collect();
    texts.sort();
    texts.dedup();
    if texts.is_empty() || texts.iter().any(|text| text.len() < 2) {
        return None;
    }
    aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(texts).ok()
}

fn count(rule: &str, table: &mut Table<'_, '_>, problems: &mut Problems) -> Option<Test> {
    let at = table.at.clone();
    let repeats = table.number("repeats", 2..32, problems);
    let minutes = table.number("minutes", 1..1441, problems);
    let messages = table.number("messages", 2..32, problems);
    let seconds = table.number("seconds", 1..3601, problems);
    match (repeats, minutes, messages, seconds) {
        (Some(times), Some(minutes), None, None) => {
            Some(Test::Repeats { times: times.value as usize, within_ms: minutes.value as i64 * 60_000 })
        }
        (None, None, Some(messages), Some(seconds)) => {
            Some(Test::Flood { messages: messages.value as usize, within_ms: seconds.value as i64 * 1_000 })
        }
        _ => {
            problems.add(
                &at,
                format!("rule `{rule}` counts, and does not say what"),
                "give `repeats` and `minutes`, or `messages` and `seconds`",
            );
            None
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

fn guard(
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

fn pair(mut table: Table<'_, '_>, problems: &mut Problems) -> Pair {
    table.call("a pair");
    let left = table.required("left", problems).value;
    let right = table.required("right", problems).value;
    let audience = table.word("audience", Audience::parse, &names(Audience::ALL, Audience::word), problems);
    let topics = table.word("topics", Topics::parse, &names(Topics::ALL, Topics::word), problems);
    let at = table.at.clone();
    table.finish(problems);
    Pair {
        left,
        right,
        audience: audience.map_or(Audience::Resident, |a| a.value),
        topics: topics.map_or(Topics::Scoped, |t| t.value),
        at,
    }
}

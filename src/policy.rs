//! An adopted policy: its clauses, and the rules that apply them.
//!
//! A policy is read from one TOML file ([`source`]), compiled into something
//! that can be applied ([`matcher`], [`condition`]). Before anything is decided by it,
//! [`crate::proof`] holds it to its own examples and to neutrality.
//! Whatever is wrong is reported at once, each [`problem`] at its place.

pub mod condition;
pub mod guard;
pub mod lists;
pub mod matcher;
pub mod problem;
pub mod reading;
pub mod sets;
pub mod source;

use std::ops::Range;

use crate::domain::decision::{Audience, Category, Desk, Disposition, EvidenceKind, Posture, Topics, words};
use crate::domain::event::PolicyNote;

use condition::{Condition, Test};
pub use guard::GuardRule;
use matcher::{Matcher, Scan};

words! {
    /// Whom a clause binds.
    Binds {
        Everyone = "everyone",
        Employees = "employees",
        City = "city",
    }
}

words! {
    /// What Gavel does about a clause.
    Handled {
        Rules = "rules",
        Guard = "guard",
        Desk = "desk",
        Reminder = "reminder",
        NotApplicable = "not-applicable",
    }
}

/// A clause of the document, or an authority that the policy declares itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub id: String,
    /// Word for word.
    pub text: String,
    pub plain: String,
    pub plain_es: String,
    /// The sentence out of `text` that staff are given, where there is one.
    pub sentence: Option<String>,
    pub binds: Binds,
    pub handled: Handled,
    pub note: String,
    /// A draft that nobody has adopted; never cited to a member.
    pub draft: bool,
}

/// A rule, compiled.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: String,
    pub category: Category,
    pub evidence: EvidenceKind,
    pub audience: Vec<Audience>,
    pub topics: Option<Topics>,
    pub disposition: Disposition,
    pub unambiguous: bool,
    pub urgent: bool,
    pub notice: bool,
    pub route: Option<Desk>,
    pub reminder: Option<String>,
    pub response: Option<String>,
    pub office: String,
    pub cites: Vec<String>,
    pub condition: Condition,
    /// Messages that must and must not match.
    pub examples: Vec<Example>,
}

/// A message that a rule must match, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub text: String,
    pub matches: bool,
    pub at: Range<usize>,
}

/// Two messages that must be decided alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub left: String,
    pub right: String,
    pub audience: Audience,
    pub topics: Topics,
    pub at: Range<usize>,
}

/// A policy that can be applied.
#[derive(Debug)]
pub struct Policy {
    pub id: String,
    pub title: String,
    pub version: String,
    pub adopted: String,
    pub posture: Posture,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    pub clauses: Vec<Clause>,
    pub authorities: Vec<Clause>,
    pub rules: Vec<Rule>,
    pub guards: Vec<GuardRule>,
    pub pairs: Vec<Pair>,
    /// What the lists that it uses must and must not hit.
    pub list_examples: Vec<sets::ListExamples>,
    pub matcher: Matcher,
    pub index: RuleIndex,
}

/// Which rules are worth asking, by the sets that were hit: an ordinary message
/// answers no to nearly every rule.
#[derive(Debug, Default)]
pub struct RuleIndex {
    /// How many words of 64 rules there are.
    width: usize,
    /// Those that are asked about every message.
    always: Vec<u64>,
    by_set: Vec<u64>,
    /// Those that rest on a score: the rule, the label, and how far a message
    /// must lean to it.
    scored: Vec<(usize, usize, f64)>,
}

impl RuleIndex {
    pub fn of(rules: &[Rule], sets: usize) -> RuleIndex {
        let width = rules.len().div_ceil(64);
        let (always, by_set) = (vec![0; width], vec![0; width * sets]);
        let mut index = RuleIndex { width, always, by_set, scored: Vec::new() };
        for (at, rule) in rules.iter().enumerate() {
            if let Test::Model { label, leaning, .. } = rule.condition.test {
                index.scored.push((at, label, leaning));
                continue;
            }
            let row = match rule.condition.needs() {
                Some(set) => &mut index.by_set[set as usize * width..],
                None => &mut index.always[..],
            };
            row[at / 64] |= 1 << (at % 64);
        }
        index
    }

    /// Leaves in `candidates` a bit for each rule that may hold.
    pub fn candidates(&self, scan: &Scan, candidates: &mut Vec<u64>) {
        candidates.clear();
        candidates.extend(&self.always);
        for set in scan.present() {
            let row = &self.by_set[set * self.width..][..self.width];
            candidates.iter_mut().zip(row).for_each(|(all, some)| *all |= some);
        }
        for (rule, label, leaning) in &self.scored {
            candidates[rule / 64] |= u64::from(scan.leans(*label, *leaning)) << (rule % 64);
        }
    }
}

impl Policy {
    /// The clause or authority with this id.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().chain(&self.authorities).find(|clause| clause.id == id)
    }

    /// Leaves out the rules that do not satisfy `keep`.
    pub fn retain_rules(&mut self, keep: impl FnMut(&Rule) -> bool) {
        self.rules.retain(keep);
        self.index = RuleIndex::of(&self.rules, self.matcher.sets());
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The office that the policy itself names for a desk.
    pub fn office(&self, desk: Desk) -> &str {
        self.rules
            .iter()
            .find(|rule| rule.route == Some(desk) && !rule.office.is_empty())
            .map_or("", |rule| rule.office.as_str())
    }

    /// Which policy this is, for the record.
    pub fn note(&self) -> PolicyNote {
        PolicyNote {
            adopted: self.adopted.clone(),
            id: self.id.clone(),
            sha256: self.sha256.clone(),
            version: self.version.clone(),
        }
    }
}

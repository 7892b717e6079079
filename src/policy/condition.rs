//! When a rule holds, compiled, and how that is found out.

use regex::Regex;

use crate::domain::circumstances::Circumstances;
use crate::domain::decision::Span;
use crate::domain::message::Message;
use crate::text::tokens::Disguise;

use super::matcher::{EVERY_SENTENCE, Hit, Scan, SetId};

/// How many hits of one set in one sentence are tried in combination. A
/// sentence with more of the same says nothing new.
const TRIED_PER_SET: usize = 12;

/// How many spans of one finding are reported.
pub const SPAN_LIMIT: usize = 16;

/// What a rule looks for.
#[derive(Clone, Debug)]
pub enum Test {
    /// Any hit of the set: words, formats, hosts, files.
    Any(SetId),
    /// A hit of each set in one sentence.
    Needs { sets: Vec<SetId>, within: Option<u32>, in_order: bool },
    /// A regular expression. `gate` are literals one of which every match
    /// contains; without any, it is run on every message.
    Pattern { regex: Box<Regex>, gate: Option<Box<aho_corasick::AhoCorasick>> },
    /// The same text, this many times within so many milliseconds.
    Repeats { times: usize, within_ms: i64 },
    /// A score of the classifier of at least this, in thousandths. Without
    /// leaning so far, no message has it.
    Model { label: usize, at_least: u16, leaning: f64 },
    /// So many messages within so many milliseconds.
    Flood { messages: usize, within_ms: i64 },
}

impl Test {
    /// Asks for a score of at least so many thousandths.
    pub fn model(label: usize, at_least: u16) -> Test {
        /// Wider than any error of computing one from the other.
        const MARGIN: f64 = 0.01;
        let likelihood = f64::from(at_least.clamp(1, 999)) / 1_000.0;
        Test::Model { label, at_least, leaning: (likelihood / (1.0 - likelihood)).ln() - MARGIN }
    }
}

/// A test and what takes its hits away.
#[derive(Clone, Debug)]
pub struct Condition {
    pub test: Test,
    pub except: Vec<SetId>,
    pub veto: Vec<SetId>,
    pub unless: Vec<SetId>,
    /// Hits inside quotations count.
    pub quoted: bool,
}

/// What a condition rests on where it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub spans: Vec<Span>,
    /// It takes guessing to read the words.
    pub is_guess: bool,
    /// The classifier's score, in thousandths, where it rests on that.
    pub score: Option<u16>,
}

impl Held {
    fn on(spans: Vec<Span>) -> Held {
        Held { spans, is_guess: false, score: None }
    }
}

impl Condition {
    /// What it rests on; `None` where it does not hold.
    pub fn holds(&self, message: &Message, circumstances: &Circumstances, scan: &Scan) -> Option<Held> {
        let hits = match &self.test {
            Test::Any(set) => {
                if !scan.has(*set) || self.is_ruled_out(scan) {
                    return None;
                }
                let hits: Vec<Hit> = scan.of(*set).filter(|hit| self.counts(hit, scan)).copied().collect();
                hits.into_iter().filter(|hit| !self.is_vetoed(hit.sentence, scan)).collect()
            }
            Test::Needs { sets, within, in_order } => {
                if !sets.iter().all(|set| scan.has(*set)) || self.is_ruled_out(scan) {
                    return None;
                }
                let hits = self.together(sets, *within, *in_order, scan)?;
                match sets[..] {
                    [only] => self.with_others_by_form(hits, only, scan),
                    _ => hits,
                }
            }
            Test::Pattern { regex, gate } => {
                if self.is_ruled_out(scan) {
                    return None;
                }
                return self.pattern(regex, gate.as_deref(), message, scan).map(Held::on);
            }
            Test::Repeats { times, within_ms } => {
                let same = circumstances.earlier.iter().filter(|e| e.same && e.ago_ms <= *within_ms).count();
                return (same + 1 >= *times).then(|| Held::on(whole(message)));
            }
            Test::Model { label, at_least, .. } => {
                let score = scan.score(*label).filter(|score| score >= at_least)?;
                if self.is_ruled_out(scan) {
                    return None;
                }
                let spans = weightiest(scan, *label, message);
                return Some(Held { spans, is_guess: false, score: Some(score) });
            }
            Test::Flood { messages, within_ms } => {
                let recent = circumstances.earlier.iter().filter(|e| e.ago_ms <= *within_ms).count();
                return (recent + 1 >= *messages).then(|| Held::on(Vec::new()));
            }
        };
        if hits.is_empty() {
            return None;
        }
        // Of several words each of which suffices, one that stands there
        // plainly is enough.
        let thick = |hit: &Hit| hit.disguise == Disguise::Thick;
        let is_guess = match &self.test {
            Test::Any(_) => hits.iter().all(thick),
            _ => hits.iter().any(thick),
        };
        Some(Held { spans: spans(&hits, message), is_guess, score: None })
    }

    /// Whether it is worth asking: an ordinary message answers no to nearly
    /// every rule here.
    #[inline]
    pub fn may_hold(&self, scan: &Scan) -> bool {
        match &self.test {
            Test::Any(set) => scan.has(*set),
            Test::Needs { sets, .. } => sets.iter().all(|set| scan.has(*set)),
            Test::Model { label, leaning, .. } => scan.leans(*label, *leaning),
            Test::Pattern { .. } | Test::Repeats { .. } | Test::Flood { .. } => true,
        }
    }

    /// A set without a hit of which it cannot hold.
    pub fn needs(&self) -> Option<SetId> {
        match &self.test {
            Test::Any(set) => Some(*set),
            // Mostly the first need is the commonest: somebody who is spoken of.
            Test::Needs { sets, .. } => sets.last().copied(),
            _ => None,
        }
    }

    fn is_ruled_out(&self, scan: &Scan) -> bool {
        self.unless.iter().any(|set| scan.has(*set))
    }

    fn counts(&self, hit: &Hit, scan: &Scan) -> bool {
        (self.quoted || !hit.quoted)
            && !self.except.iter().any(|set| {
                scan.has(*set)
                    && scan.of(*set).any(|e| e.part == hit.part && e.start < hit.end && hit.start < e.end)
            })
    }

    fn is_vetoed(&self, sentence: u32, scan: &Scan) -> bool {
        self.veto.iter().any(|set| {
            scan.has(*set)
                && scan.of(*set).any(|v| {
                    (v.sentence == sentence || v.sentence == EVERY_SENTENCE || sentence == EVERY_SENTENCE)
                        && !scan.is_in_form(v)
                })
        })
    }

    /// One hit of each set, in one sentence.
    fn together(&self, sets: &[SetId], within: Option<u32>, in_order: bool, scan: &Scan) -> Option<Vec<Hit>> {
        let mut sentences: Vec<u32> = scan
            .hits
            .iter()
            .filter(|hit| sets.contains(&hit.set) && hit.sentence != EVERY_SENTENCE)
            .map(|hit| hit.sentence)
            .collect();
        sentences.sort_unstable();
        sentences.dedup();
        if sentences.is_empty() {
            sentences.push(EVERY_SENTENCE);
        }
        sentences.into_iter().find_map(|sentence| self.together_in(sentence, sets, within, in_order, scan))
    }

    /// A rule that needs one thing, as a number or an address, shows all of
    /// them that stand in the sentence: whoever looks should see each.
    fn with_others_by_form(&self, mut hits: Vec<Hit>, set: SetId, scan: &Scan) -> Vec<Hit> {
        let Some(sentence) = hits.first().map(|hit| hit.sentence) else { return hits };
        let others = scan
            .of(set)
            .filter(|hit| hit.sentence == sentence && scan.is_form(hit) && self.counts(hit, scan));
        hits.extend(others.copied());
        hits
    }

    /// One hit of each set, in this sentence.
    fn together_in(
        &self,
        sentence: u32,
        sets: &[SetId],
        within: Option<u32>,
        in_order: bool,
        scan: &Scan,
    ) -> Option<Vec<Hit>> {
        if self.is_vetoed(sentence, scan) {
            return None;
        }
        let candidates: Vec<Vec<&Hit>> = sets
            .iter()
            .map(|set| {
                scan.of(*set)
                    .filter(|hit| hit.sentence == sentence || hit.sentence == EVERY_SENTENCE)
                    .filter(|hit| self.counts(hit, scan))
                    .take(TRIED_PER_SET)
                    .collect()
            })
            .collect();
        let mut chosen = Vec::with_capacity(sets.len());
        choose(&candidates, within, in_order, &mut chosen).then(|| chosen.into_iter().copied().collect())
    }

    /// Whether it holds in this one sentence, which only a test of what a
    /// sentence needs can.
    pub fn holds_in(&self, sentence: u32, scan: &Scan) -> bool {
        let Test::Needs { sets, within, in_order } = &self.test else { return false };
        !self.is_ruled_out(scan) && self.together_in(sentence, sets, *within, *in_order, scan).is_some()
    }

    /// Whether what takes its hits away stands in this sentence.
    pub fn is_vetoed_in(&self, sentence: u32, scan: &Scan) -> bool {
        self.is_vetoed(sentence, scan)
    }

    fn pattern(
        &self,
        regex: &Regex,
        gate: Option<&aho_corasick::AhoCorasick>,
        message: &Message,
        scan: &Scan,
    ) -> Option<Vec<Span>> {
        let mut found = Vec::new();
        for (index, part) in message.parts.iter().enumerate() {
            if gate.is_some_and(|gate| !gate.is_match(part.text.as_str())) {
                continue;
            }
            for hit in regex.find_iter(&part.text).filter(|hit| !hit.is_empty()).take(SPAN_LIMIT) {
                let excepted = self.except.iter().any(|set| {
                    scan.of(*set)
                        .any(|e| e.part == index as u16 && e.start < hit.end() && hit.start() < e.end)
                });
                if !excepted {
                    found.push(Span { part: part.name.to_string(), start: hit.start(), end: hit.end() });
                }
            }
        }
        (!found.is_empty()).then_some(found)
    }
}

/// Chooses one hit for each need, so that they stand apart, near enough, and
/// in order where that is asked.
fn choose<'h>(
    candidates: &[Vec<&'h Hit>],
    within: Option<u32>,
    in_order: bool,
    chosen: &mut Vec<&'h Hit>,
) -> bool {
    let Some(options) = candidates.get(chosen.len()) else { return true };
    for hit in options {
        if fits(hit, chosen, within, in_order) {
            chosen.push(hit);
            if choose(candidates, within, in_order, chosen) {
                return true;
            }
            chosen.pop();
        }
    }
    false
}

fn fits(hit: &Hit, chosen: &[&Hit], within: Option<u32>, in_order: bool) -> bool {
    let placed = |h: &Hit| h.sentence != EVERY_SENTENCE && h.last > h.first;
    if !placed(hit) {
        return true;
    }
    let mut nearest = u32::MAX;
    let mut any_placed = false;
    for other in chosen.iter().filter(|other| placed(other)) {
        any_placed = true;
        let overlaps = hit.first < other.last && other.first < hit.last;
        if overlaps || (in_order && hit.first < other.last) {
            return false;
        }
        let gap = if hit.first >= other.last { hit.first - other.last } else { other.first - hit.last };
        nearest = nearest.min(gap);
    }
    !any_placed || within.is_none_or(|limit| nearest <= limit)
}

/// How many words are named as those that a score rests on most.
const NAMED: usize = 5;

/// The words that weighed most for a label. One that weighs less than a
/// quarter of the first says nothing to a reader.
fn weightiest(scan: &Scan, label: usize, message: &Message) -> Vec<Span> {
    let order = scan.weightiest(label);
    let Some((_, most)) = order.first().copied() else { return Vec::new() };
    let named = order.iter().take(NAMED).filter(|(_, weight)| *weight * 4.0 >= most);
    let mut spans: Vec<Span> = named
        .filter_map(|(at, _)| {
            let word = scan.reading.words.get(*at)?;
            let part = message.parts.get(usize::from(word.part))?;
            Some(Span { part: part.name.to_string(), start: word.start as usize, end: word.end as usize })
        })
        .collect();
    spans.sort_by(|a, b| (&a.part, a.start, a.end).cmp(&(&b.part, b.start, b.end)));
    spans.dedup();
    spans
}

fn whole(message: &Message) -> Vec<Span> {
    message
        .parts
        .first()
        .filter(|part| !part.text.is_empty())
        .map(|part| Span { part: part.name.to_string(), start: 0, end: part.text.len() })
        .into_iter()
        .collect()
}

fn spans(hits: &[Hit], message: &Message) -> Vec<Span> {
    let mut spans: Vec<Span> = hits
        .iter()
        .filter(|hit| hit.has_span())
        .filter_map(|hit| {
            let part = message.parts.get(hit.part as usize)?;
            Some(Span { part: part.name.to_string(), start: hit.start, end: hit.end })
        })
        .collect();
    spans.sort_by(|a, b| (&a.part, a.start, a.end).cmp(&(&b.part, b.start, b.end)));
    spans.dedup();
    spans.truncate(SPAN_LIMIT);
    spans
}

//! `gavel measure`: how right a policy is, on messages that people labelled.
//!
//! Of each category: how many of its messages were found, how many of those
//! found are its own, how many others were found in vain; of messages that are
//! nothing, how many were flagged at all and how many taken down. Every share
//! comes with the interval in which it lies in 95 of 100 such samples (Wilson).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::judge::printable;
use super::labelled::{self, Labelled};
use super::{Ending, policy_or_report};
use crate::decide::{self, decide};
use crate::domain::decision::{Category, Decision, Disposition};
use crate::text::formats;

/// Measure a policy on labelled messages: precision, recall and false alarms.
///
/// Each FILE holds one JSON object a line with `text` and `labels` (categories;
/// an empty list for none). Optional: `id`, `lang`, `audience`, `topics`,
/// `coverage` (the categories that whoever labelled looked for), `technique`
/// (how words are disguised), `keyword` and `tags`.
#[derive(Args)]
pub struct Arguments {
    /// The policy to measure; left out, the built-in Monroe policy
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// List the misses and false alarms: of one category, or with `all` of every one
    #[arg(long, value_name = "CATEGORY", num_args = 0..=1, default_missing_value = "all", value_parser = parse_shown)]
    show: Option<String>,
    /// Measure only messages with this tag, such as `identity`
    #[arg(long)]
    tag: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// Labelled messages
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

fn parse_shown(word: &str) -> Result<String, String> {
    let known = || Category::ALL.iter().map(|category| category.word()).collect::<Vec<_>>().join(", ");
    match word == "all" || Category::parse(word).is_some() {
        true => Ok(word.to_owned()),
        false => Err(format!("write all, or one of: {}", known())),
    }
}

/// A share, with the interval in which it lies in 95 of 100 such samples.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
pub struct Share {
    pub of: usize,
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

impl Share {
    /// Wilson's interval (JASA 22, 1927), which is right for few and for
    /// extreme shares too.
    pub fn new(part: usize, of: usize) -> Share {
        const Z: f64 = 1.959_964;
        if of == 0 {
            return Share { of, share: 0.0, low: 0.0, high: 1.0 };
        }
        let (n, p) = (of as f64, part as f64 / of as f64);
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n);
        Share { of, share: p, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.of == 0 {
            return f.pad("-");
        }
        f.pad(&format!("{:.3} ({:.2}–{:.2})", self.share, self.low, self.high))
    }
}

/// One category, or one part of its messages.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    meant_found: usize,
    meant_missed: usize,
    others_found: usize,
    others_left: usize,
}

impl Tally {
    fn count(&mut self, meant: bool, found: bool) {
        match (meant, found) {
            (true, true) => self.meant_found += 1,
            (true, false) => self.meant_missed += 1,
            (false, true) => self.others_found += 1,
            (false, false) => self.others_left += 1,
        }
    }

    fn recall(&self) -> Share {
        Share::new(self.meant_found, self.meant_found + self.meant_missed)
    }

    fn precision(&self) -> Share {
        Share::new(self.meant_found, self.meant_found + self.others_found)
    }

    fn false_alarms(&self) -> Share {
        Share::new(self.others_found, self.others_found + self.others_left)
    }

    fn f1(&self) -> f64 {
        let sum = 2 * self.meant_found + self.others_found + self.meant_missed;
        if sum == 0 { 0.0 } else { 2.0 * self.meant_found as f64 / sum as f64 }
    }
}

/// What became of the messages that are nothing.
#[derive(Clone, Copy, Debug, Default)]
struct Benign {
    all: usize,
    flagged: usize,
    taken_down: usize,
}

/// Everything that was counted.
#[derive(Debug, Default)]
struct Measured {
    messages: usize,
    categories: BTreeMap<Category, Tally>,
    by_language: BTreeMap<(Category, String), Tally>,
    by_keyword: BTreeMap<(Category, bool), Tally>,
    by_technique: BTreeMap<String, (usize, usize)>,
    benign: Benign,
    benign_by_language: BTreeMap<String, Benign>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let Some(policy) = policy_or_report(arguments.policy.as_deref()) else { return Ok(Ending::Usage) };
    let mut messages = labelled::read_all(&arguments.files)?;
    if let Some(tag) = &arguments.tag {
        messages.retain(|message| message.tags.contains(tag));
        anyhow::ensure!(!messages.is_empty(), "no message has the tag `{tag}`");
    }
    let known: BTreeSet<Category> = policy.rules.iter().map(|rule| rule.category).collect();
    let mut measured = Measured::default();
    let mut out = std::io::stdout().lock();
    for message in &messages {
        let decision = decide(&policy, &decide::message_of(&message.text), &message.circumstances());
        if let Some(shown) = &arguments.show {
            show(message, &decision, shown, &mut out)?;
        }
        measured.count(message, &decision, &known);
    }
    if arguments.json {
        measured.write_json(&mut out)?
    } else {
        measured.write(&mut out)?
    }
    Ok(Ending::Well)
}

fn found(decision: &Decision, category: Category) -> bool {
    decision.findings.iter().any(|finding| finding.category == category)
}

/// Writes a miss or a false alarm, one a line.
fn show(message: &Labelled, decision: &Decision, shown: &str, out: &mut impl Write) -> std::io::Result<()> {
    for category in Category::ALL {
        if (shown != "all" && category.word() != shown) || !message.concerns(*category) {
            continue;
        }
        let what = match (message.has(*category), found(decision, *category)) {
            (true, false) => "missed".to_owned(),
            (false, true) => {
                let rules: Vec<String> = decision
                    .findings
                    .iter()
                    .filter(|f| f.category == *category)
                    .map(|f| f.score.map_or(f.rule.clone(), |score| format!("{} 0.{score:03}", f.rule)))
                    .collect();
                format!("false alarm ({})", rules.join(", "))
            }
            _ => continue,
        };
        let text = printable(&formats::mask(&message.text).text);
        writeln!(out, "{category}\t{what}\t{}\t{text}", message.id)?;
    }
    Ok(())
}

impl Measured {
    fn count(&mut self, message: &Labelled, decision: &Decision, known: &BTreeSet<Category>) {
        self.messages += 1;
        for category in known.iter().filter(|category| message.concerns(**category)) {
            let (meant, found) = (message.has(*category), found(decision, *category));
            self.categories.entry(*category).or_default().count(meant, found);
            self.by_language.entry((*category, message.lang.clone())).or_default().count(meant, found);
            if let Some(keyword) = message.keyword {
                self.by_keyword.entry((*category, keyword)).or_default().count(meant, found);
            }
        }
        if !message.technique.is_empty() {
            let counted = self.by_technique.entry(message.technique.clone()).or_default();
            let right = match message.labels.is_empty() {
                true => decision.is_plain(),
                false => message.labels.iter().all(|label| found(decision, *label)),
            };
            counted.0 += usize::from(right);
            counted.1 += 1;
        }
        if message.labels.is_empty() {
            let of_language = self.benign_by_language.entry(message.lang.clone()).or_default();
            for benign in [&mut self.benign, of_language] {
                benign.all += 1;
                benign.flagged += usize::from(!decision.is_plain());
                benign.taken_down += usize::from(decision.disposition >= Disposition::Hold);
            }
        }
    }

    fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "{} messages; shares with their 95 % intervals\n", self.messages)?;
        writeln!(
            out,
            "{:<18}{:>6}  {:<20}{:<20}{:>6}  {:<22}recall by language; with and without a keyword",
            "category", "meant", "recall", "precision", "F1", "false alarms",
        )?;
        for (category, tally) in &self.categories {
            let meant = tally.recall().of;
            if meant == 0 && tally.others_found == 0 {
                continue;
            }
            let languages = self.by_language.iter().filter(|((c, _), t)| c == category && t.recall().of > 0);
            let mut parts: Vec<String> = languages
                .map(|((_, lang), t)| format!("{lang} {:.2} of {}", t.recall().share, t.recall().of))
                .collect();
            for (keyword, name) in [(true, "with"), (false, "without")] {
                if let Some(tally) = self.by_keyword.get(&(*category, keyword)).filter(|t| t.recall().of > 0)
                {
                    parts.push(format!("{name} {:.2} of {}", tally.recall().share, tally.recall().of));
                }
            }
            writeln!(
                out,
                "{:<18}{meant:>6}  {:<20}{:<20}{:>6.3}  {:<22}{}",
                category.word(),
                tally.recall(),
                tally.precision(),
                tally.f1(),
                tally.false_alarms(),
                parts.join(", ")
            )?;
        }
        let benign = |name: &str, benign: &Benign, out: &mut dyn Write| {
            let (flagged, down) =
                (Share::new(benign.flagged, benign.all), Share::new(benign.taken_down, benign.all));
            let percent = |share: Share| {
                format!("{:.2} % ({:.2}–{:.2})", share.share * 100.0, share.low * 100.0, share.high * 100.0)
            };
            writeln!(
                out,
                "{name}: {}; flagged {}, taken down {}",
                benign.all,
                percent(flagged),
                percent(down)
            )
        };
        if self.benign.all > 0 {
            writeln!(out)?;
            benign("messages of no category", &self.benign, out)?;
            for (lang, counted) in &self.benign_by_language {
                benign(&format!("  of them {lang}"), counted, out)?;
            }
        }
        if !self.by_technique.is_empty() {
            writeln!(out, "\n{:<28}{:>6}  decided rightly", "technique", "cases")?;
            for (technique, (right, all)) in &self.by_technique {
                writeln!(out, "{technique:<28}{all:>6}  {}", Share::new(*right, *all))?;
            }
        }
        Ok(())
    }

    fn write_json(&self, out: &mut impl Write) -> anyhow::Result<()> {
        for (category, tally) in &self.categories {
            if tally.recall().of == 0 && tally.others_found == 0 {
                continue;
            }
            let languages: BTreeMap<&str, Share> = self
                .by_language
                .iter()
                .filter(|((c, _), t)| c == category && t.recall().of > 0)
                .map(|((_, lang), tally)| (lang.as_str(), tally.recall()))
                .collect();
            let object = serde_json::json!({
                "category": category,
                "recall": tally.recall(),
                "precision": tally.precision(),
                "f1": tally.f1(),
                "false_positive_rate": tally.false_alarms(),
                "recall_by_language": languages,
            });
            writeln!(out, "{object}")?;
        }
        let benign = |benign: &Benign| {
            serde_json::json!({
                "flagged": Share::new(benign.flagged, benign.all),
                "taken_down": Share::new(benign.taken_down, benign.all),
            })
        };
        if self.benign.all > 0 {
            let languages: BTreeMap<&str, serde_json::Value> = self
                .benign_by_language
                .iter()
                .map(|(lang, counted)| (lang.as_str(), benign(counted)))
                .collect();
            writeln!(
                out,
                "{}",
                serde_json::json!({ "benign": benign(&self.benign), "by_language": languages })
            )?;
        }
        for (technique, (right, all)) in &self.by_technique {
            writeln!(
                out,
                "{}",
                serde_json::json!({ "technique": technique, "right": Share::new(*right, *all) })
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn intervals_are_wilsons() {
        let share = Share::new(8, 10);
        assert!((share.low - 0.4902).abs() < 1e-3 && (share.high - 0.9433).abs() < 1e-3, "{share:?}");
        assert_eq!(Share::new(0, 0).high, 1.0);
        assert!(Share::new(0, 1_000).high < 0.004);
    }
}

//! `gavel check`: is this policy as it should be?

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Ending, load_policy, report};
use crate::policy::{Clause, Handled, Policy};

/// Compile a policy and list everything that is wrong with it, with its line
/// and what to do. Runs every rule's examples and the neutrality pairs.
#[derive(Args)]
pub struct Arguments {
    /// Print every clause and what is done about it
    #[arg(long)]
    coverage: bool,
    /// Policy files; left out, the built-in Monroe policy
    #[arg(value_name = "POLICY")]
    policies: Vec<PathBuf>,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let mut ending = Ending::Well;
    let mut out = std::io::stdout().lock();
    let files: Vec<Option<&PathBuf>> = if arguments.policies.is_empty() {
        vec![None]
    } else {
        arguments.policies.iter().map(Some).collect()
    };
    for file in files {
        match load_policy(file.map(PathBuf::as_path)) {
            Ok(policy) => {
                writeln!(out, "{}", summary(&policy))?;
                if arguments.coverage {
                    write_coverage(&policy, &mut out)?;
                }
            }
            Err(unusable) => {
                match file.filter(|file| is_deployment(file)) {
                    Some(file) => eprintln!("{}", other_file(file)),
                    None => report(&unusable),
                }
                ending = Ending::Failed;
            }
        }
    }
    Ok(ending)
}

/// Whether this is a deployment file, which names a policy and is none: every
/// one says where the bot works, and no policy does.
fn is_deployment(file: &Path) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let has = |wanted: &str| text.lines().any(|line| line.trim_end() == wanted);
    !has("[[rule]]") && !has("[[clause]]") && (has("[discord]") || has("[review]") || has("[[channel]]"))
}

/// What to do with a deployment file instead.
fn other_file(file: &Path) -> String {
    let file = file.display();
    format!(
        "`{file}` is a deployment file, not a policy\n  = help: `gavel check` reads the policy that it names under \
         `policy`; `gavel doctor --config {file}` checks the deployment"
    )
}

fn summary(policy: &Policy) -> String {
    let examples: usize = policy.rules.iter().map(|r| r.examples.len()).sum::<usize>()
        + policy.guards.iter().map(|g| g.examples.len()).sum::<usize>();
    format!(
        "{}, version {}: {} clauses, {} rules, {} guards, {} examples, {} neutrality pairs; no problem found",
        policy.id,
        policy.version,
        policy.clauses.len(),
        policy.rules.len(),
        policy.guards.len(),
        examples,
        policy.pairs.len()
    )
}

/// Prints the table of clauses: what each says, whom it binds, what is done
/// about it, and by which rules.
fn write_coverage(policy: &Policy, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out)?;
    for clause in &policy.clauses {
        let by = applied_by(policy, clause);
        writeln!(out, "{:<10} binds {:<10} {}", clause.id, clause.binds.word(), handling(clause, &by))?;
        writeln!(out, "           {}", shortened(&clause.text, 96))?;
        if !clause.note.is_empty() {
            writeln!(out, "           → {}", clause.note)?;
        }
    }
    for authority in &policy.authorities {
        let by = applied_by(policy, authority);
        let draft = if authority.draft { "draft, never cited to a member until adopted" } else { "adopted" };
        writeln!(out, "{:<10} {draft}; {}", authority.id, handling(authority, &by))?;
    }
    Ok(())
}

fn applied_by(policy: &Policy, clause: &Clause) -> Vec<String> {
    let rules = policy.rules.iter().filter(|r| r.cites.contains(&clause.id)).map(|r| r.id.clone());
    let guards =
        policy.guards.iter().filter(|g| g.cites.contains(&clause.id)).map(|g| format!("guard {}", g.guard));
    rules.chain(guards).collect()
}

fn handling(clause: &Clause, by: &[String]) -> String {
    let kind = match clause.handled {
        Handled::NotApplicable => "not applicable",
        handled => handled.word(),
    };
    if by.is_empty() { kind.to_owned() } else { format!("{kind}: {}", by.join(", ")) }
}

fn shortened(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit {
        return line;
    }
    let cut: String = line.chars().take(limit - 1).collect();
    format!("{}…", cut.trim_end())
}

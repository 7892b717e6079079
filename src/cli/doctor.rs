//! `gavel doctor`: what is wrong with a deployment, and how to mend it.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use super::Ending;
use crate::clock::Clock;
use crate::discord::gateway::{Api, DISCORD};
use crate::doctor::{Report, Visit, Weight, examine};
use crate::settings::{self, API_VARIABLE, TOKEN_VARIABLE};

/// Look at a deployment as the bot would: its files, its token, the server's
/// channels, roles and permissions, the store. Says what is wrong and how to
/// mend it. Nothing is changed, unless `--pin` is given.
#[derive(Args)]
pub struct Arguments {
    /// The deployment file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Post and pin the rules notice in every approved channel that lacks it
    #[arg(long)]
    pin: bool,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let loaded = match settings::load(&arguments.config) {
        Ok(loaded) => loaded,
        Err(unusable) => {
            let color = std::io::stderr().is_terminal();
            for file in &unusable {
                eprintln!("{}\n", file.render(color));
            }
            let count: usize = unusable.iter().map(settings::Unusable::count).sum();
            eprintln!("{count} problem{} found", if count == 1 { "" } else { "s" });
            return Ok(Ending::Usage);
        }
    };
    let api = match std::env::var(API_VARIABLE) {
        Ok(given) => Api::parse(&given).map_err(|error| anyhow::anyhow!("{API_VARIABLE}: {error}"))?,
        Err(_) => Api::parse(DISCORD)?,
    };
    let visit = Visit {
        loaded: &loaded,
        api: &api,
        token: std::env::var(TOKEN_VARIABLE).ok(),
        pin: arguments.pin,
        clock: &Clock::system(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(examine(visit))?;
    write(&report, &mut std::io::stdout().lock())?;
    Ok(if report.count(Weight::Problem) == 0 { Ending::Well } else { Ending::Failed })
}

/// Every finding with how to mend it, the worst first, and a count.
fn write(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    for weight in [Weight::Problem, Weight::Warning, Weight::Note, Weight::Well] {
        for finding in report.findings.iter().filter(|finding| finding.weight == weight) {
            writeln!(out, "{:<8} {}", weight.word(), finding.what)?;
            if !finding.mend.is_empty() {
                writeln!(out, "         → {}", finding.mend)?;
            }
        }
    }
    let counted = |weight: Weight| match report.count(weight) {
        1 => format!("1 {}", weight.word()),
        count => format!("{count} {}s", weight.word()),
    };
    writeln!(out, "\n{}, {}", counted(Weight::Problem), counted(Weight::Warning))
}

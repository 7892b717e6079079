//! Gavel beside the bare bot of `floor/`, in one run: both as processes of
//! their own, in turn, against a sandbox server in this process that limits
//! nothing. Prints the medians of all rounds and their ratios.
//!
//! A machine that does other things too slows both, so that only ratios of
//! one run say something. `compare.sh` builds everything and starts this.

#[path = "compare/bot.rs"]
mod bot;
#[path = "compare/measure.rs"]
mod measure;
#[path = "compare/town.rs"]
mod town;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use bot::Kind;
use measure::{Measured, median};

/// The bounds that a run is held to.
const BURST_RATIO: f64 = 0.7;
const PROCESSOR_RATIO: f64 = 1.0;
const READY_MS: f64 = 1_000.0;
const IDLE_MB: f64 = 40.0;
const BINARY_MB: f64 = 25.0;

/// What is run, and how often.
pub struct Plan {
    pub gavel: PathBuf,
    pub floor: PathBuf,
    pub rounds: usize,
    /// Messages of the burst.
    pub burst: usize,
    /// How long messages are posted at an even pace, in seconds.
    pub paced_s: usize,
    /// Accounts that write what is against the policy.
    pub violators: usize,
}

fn main() -> anyhow::Result<()> {
    let Some(plan) = plan()? else { return Ok(()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut runs: Vec<(Kind, Measured)> = Vec::new();
    let load = load_average();
    let sync_ms = measure::sync_ms(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
    for round in 0..plan.rounds {
        // In turn first: whoever comes second finds warmer files.
        let mut order = [Kind::Gavel, Kind::Floor];
        order.rotate_left(round % 2);
        for kind in order {
            let measured = runtime.block_on(measure::run(kind, &plan)).with_context(|| kind.to_string())?;
            println!("{:<8}{measured}", kind.to_string());
            runs.push((kind, measured));
        }
    }
    report(&plan, &runs, sync_ms, &load);
    Ok(())
}

/// Reads the command line; `None` where this is not asked for, because
/// `cargo bench` runs every bench.
fn plan() -> anyhow::Result<Option<Plan>> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let mut plan = Plan {
        gavel: PathBuf::new(),
        floor: PathBuf::new(),
        rounds: 5,
        burst: 20_000,
        paced_s: 10,
        violators: 1_000,
    };
    if words.is_empty() {
        println!("the comparison needs two programs: run benches/compare.sh");
        return Ok(None);
    }
    for pair in words.chunks(2) {
        let [name, value] = pair else { bail!("`{}` needs a value", pair[0]) };
        match name.as_str() {
            "--gavel" => plan.gavel = value.into(),
            "--floor" => plan.floor = value.into(),
            "--rounds" => plan.rounds = value.parse()?,
            "--burst" => plan.burst = value.parse()?,
            "--paced-seconds" => plan.paced_s = value.parse()?,
            "--violators" => plan.violators = value.parse()?,
            other => bail!("there is no `{other}`"),
        }
    }
    Ok(Some(plan))
}

fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn report(plan: &Plan, runs: &[(Kind, Measured)], sync_ms: f64, load: &str) {
    let of = |kind: Kind, figure: fn(&Measured) -> f64| {
        median(runs.iter().filter(|(k, _)| *k == kind).map(|(_, m)| figure(m)).collect())
    };
    let both = |figure: fn(&Measured) -> f64| (of(Kind::Gavel, figure), of(Kind::Floor, figure));
    println!(
        "\n{} rounds of {} messages, 5 % violating by {} accounts; {} s at {} a second; load before {load}; one fdatasync at that pace {sync_ms:.2} ms",
        plan.rounds,
        plan.burst,
        plan.violators,
        plan.paced_s,
        town::PACE_PER_SECOND
    );
    println!("\n{:<34}{:>9}{:>9}{:>9}  bound", "median", "gavel", "floor", "ratio");
    let line = |what: &str, (gavel, floor): (f64, f64), bound: Option<(f64, String)>, against: f64| {
        let verdict = bound.map_or(String::new(), |(bound, says)| {
            format!("{says}: {}", if against <= bound { "held" } else { "MISSED" })
        });
        println!("{what:<34}{gavel:>9.2}{floor:>9.2}{:>9.2}  {verdict}", gavel / floor);
    };
    let ratio = |(gavel, floor): (f64, f64)| gavel / floor;
    let at_most = |bound: f64, unit: &str| Some((bound, format!("≤ {bound:.2}{unit}")));
    let burst = both(|m| m.burst_ms);
    line("burst, ms", burst, at_most(BURST_RATIO, " of floor"), ratio(burst));
    let processor = both(|m| m.processor_us);
    line("processor time a message, µs", processor, at_most(PROCESSOR_RATIO, " of floor"), ratio(processor));
    line("  of it until the last takedown", both(|m| m.processor_burst_us), None, 0.0);
    let paced = both(|m| m.paced_p50_ms);
    line("paced, median, ms", paced, at_most(paced.1 + 2.0 * sync_ms, " (floor + 2 syncs)"), paced.0);
    line("paced, 99th percentile, ms", both(|m| m.paced_p99_ms), None, 0.0);
    line("paced, processor time, µs", both(|m| m.paced_processor_us), None, 0.0);
    let ready = both(|m| m.ready_ms);
    line("ready, ms", ready, at_most(READY_MS, " ms"), ready.0);
    let idle = both(|m| m.idle_mb);
    line("resident when idle, MB", idle, at_most(IDLE_MB, " MB"), idle.0);
    line("resident after the burst, MB", both(|m| m.after_mb), None, 0.0);
    line("requests made", both(|m| m.requests), None, 0.0);
    line("journal, bytes a message", both(|m| m.journal_bytes), None, 0.0);
    let size = |path: &Path| std::fs::metadata(path).map_or(0.0, |m| m.len() as f64 / 1e6);
    let binary = (size(&plan.gavel), size(&plan.floor));
    line("program, MB", binary, at_most(BINARY_MB, " MB"), binary.0);
}

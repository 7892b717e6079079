//! The tours: the shipped scripts hold what they promise, and a broken script
//! is refused with every mistake at its line.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use gavel::domain::decision::{Category, Decision};
use gavel::domain::id::MessageId;
use gavel::journal::entry::Body;
use gavel::sandbox::page::Stage;
use gavel::sandbox::tour::{self, Act, Step, Tour};

use crate::browser::town::{MONROE, MONROE_TOUR, Maker, NORWALK, NORWALK_TOUR, policy, run, tour as read};

/// How long the bot may take to decide.
const SOON: Duration = Duration::from_secs(20);

/// What the bot decided about a message, as its record says.
/// `later` passes over what was said of it before its attachments were read.
async fn decided(stage: &Stage, message: u64, from: usize, later: bool) -> Decision {
    let record = stage.record.as_ref().expect("a record");
    let mut standing = record.standing.clone();
    let message = MessageId::new(message).expect("an id");
    let found = async {
        loop {
            standing.borrow_and_update();
            let entries = record.reader.versions(message).expect("the record can be read");
            let mut latest = None;
            for n in entries.into_iter().skip(from) {
                let body = record.reader.entry(n).expect("an entry can be read").expect("it is there").body;
                let (pending, found) = match &body {
                    Body::Message(it) => (it.pending.is_some(), it.decision.clone()),
                    Body::Direct(it) => (false, it.decision.clone()),
                    Body::Decided(it) => (false, Some(it.decision.clone())),
                    _ => continue,
                };
                if !pending && (!later || matches!(body, Body::Decided(_))) {
                    latest = Some(found.unwrap_or_default());
                }
            }
            if let Some(decision) = latest {
                return decision;
            }
            standing.changed().await.expect("the bot runs");
        }
    };
    tokio::time::timeout(SOON, found).await.expect("the bot decides in time")
}

fn promises(step: &Step) -> String {
    let routes: Vec<&str> = step.routes.iter().map(|desk| desk.word()).collect();
    format!("{} {routes:?}", step.expect.map_or("", |d| d.word()))
}

/// Plays a whole tour to the real bot, and holds each step to its promise.
async fn holds(source: &'static str, script: &str) {
    let maker = Maker::new(source);
    let stage = maker.make().await.expect("the bot starts");
    let tour = read(script, &stage.policy);
    let mut names = BTreeMap::new();
    let mut wrong = Vec::new();
    for (at, step) in tour.steps.iter().enumerate() {
        // People do not write eight messages in a second.
        stage.server.clock().advance(20_000);
        let before = names.clone();
        let done = tour::act(&stage.server, &stage.city, step, &mut names)
            .unwrap_or_else(|refusal| panic!("step {}: {refusal}", at + 1));
        let (Some(message), Some(_)) = (done.message, step.expect) else { continue };
        // An edit is judged anew: what was said of the first version does not count.
        let from = match &step.what {
            Act::Edit { of } => {
                decided(&stage, before[of].1, 0, false).await;
                1
            }
            _ => 0,
        };
        let attached = matches!(step.what, Act::Attach { .. });
        let decision = decided(&stage, message, from, attached).await;
        let routes: Vec<&str> = decision.routes.iter().map(|desk| desk.word()).collect();
        let came = format!("{} {routes:?}", decision.disposition.word());
        let category = step.category.filter(|_| !decision.is_plain());
        let fits = category.is_none_or(|c| decision.findings.iter().any(|f| f.category == c));
        if came != promises(step) || !fits {
            let found: Vec<&str> = decision.findings.iter().map(|f| f.rule.as_str()).collect();
            wrong.push(format!(
                "step {} `{}`: promised {}, came {came} by {found:?}",
                at + 1,
                step.text,
                promises(step)
            ));
        }
    }
    maker.stop().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn monroes_morning_goes_as_it_is_told() {
    run(holds(MONROE, MONROE_TOUR));
}

#[test]
fn norwalks_morning_goes_as_it_is_told() {
    run(holds(NORWALK, NORWALK_TOUR));
}

#[test]
fn every_category_is_touched() {
    for (source, script) in [(MONROE, MONROE_TOUR), (NORWALK, NORWALK_TOUR)] {
        let tour = read(script, &policy(source));
        let touched: BTreeSet<&str> =
            tour.steps.iter().filter_map(|s| s.category).map(Category::word).collect();
        let missing: Vec<&Category> = Category::ALL.iter().filter(|c| !touched.contains(c.word())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

#[track_caller]
fn refused(script: &str, expected: &[&str]) {
    let known = |id: &str| id == "3.7 ¶1";
    let problems = Tour::parse(script, "tour.toml", &known).expect_err("it is refused");
    let said: Vec<String> = problems
        .iter()
        .map(|p| {
            let line = script[..p.at.start].matches('\n').count() + 1;
            format!("{line}: {}; {}", p.what, p.hint)
        })
        .collect();
    assert_eq!(said, expected);
}

#[test]
fn every_mistake_is_named_at_its_line() {
    refused(
        r#"title = "t"
[[step]]
who = "roza"
say = "hello"
caption = "c"
clause = "3.7"
[[step]]
who = "rosa"
do = "replly"
say = "hello"
caption = "c"
[[step]]
who = "rosa"
do = "reply"
to = "nobody"
in = "genral"
say = "hello"
caption = "c"
colour = "red"
"#,
        &[
            "3: nobody is called `roza`; did you mean `rosa`?",
            "6: step 1 shows clause `3.7`, which the policy does not have; `gavel check --coverage` lists the policy's clauses and authorities",
            "9: `do` of step 2 cannot be `replly`; did you mean `reply`?",
            "15: no earlier message is called `nobody`; give an earlier step `name = \"…\"`",
            "16: there is no channel `genral`; did you mean `general`?",
            "19: unknown key `colour` in step 3; known here: `caption`, `category`, `clause`, `do`, `expect`, `in`, \
             `name`, `pause_ms`, `routes`, `say`, `to`, `who`",
        ],
    );
}

#[test]
fn a_script_without_steps_is_refused() {
    refused("title = \"t\"\n", &["1: the script has no steps; add a `[[step]]` with `who` and `say`"]);
}

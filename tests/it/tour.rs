//! The tours: the shipped scripts hold what they promise, and a broken script
//! is refused with every mistake at its line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::time::Duration;

use gavel::domain::action::{Action, CaseId, EntryNo};
use gavel::domain::card::{NoticeKind, Standing};
use gavel::domain::decision::{Category, Decision, EvidenceKind, Finding};
use gavel::journal::entry::{Body, Entry, Field};
use gavel::sandbox::page::{Record, Stage};
use gavel::sandbox::tour::{self, Act, BETWEEN_MS, Promise, Step, Tour};

use crate::browser::town::{MONROE, MONROE_TOUR, Maker, NORWALK, NORWALK_TOUR, run, tour as read};

/// How long the bot may take.
const SOON: Duration = Duration::from_secs(20);

/// Everything that the record says of what people did, by the number of the
/// message; a nickname stands under its member's.
#[derive(Default)]
struct Account {
    /// Each version that was put on record, and what was decided about it.
    versions: BTreeMap<u64, Vec<(EntryNo, Option<Decision>)>>,
    case_of: BTreeMap<u64, CaseId>,
    standing: BTreeMap<CaseId, Standing>,
    notices: BTreeMap<u64, Vec<NoticeKind>>,
    responses: BTreeMap<u64, Vec<String>>,
}

impl Account {
    fn read(record: &Record) -> Account {
        let mut account = Account::default();
        let mut n = 0;
        while let Some(entry) = record.reader.entry(n).expect("the record can be read") {
            account.take(n, &entry);
            n += 1;
        }
        account
    }

    fn take(&mut self, n: EntryNo, entry: &Entry) {
        let about = self.note(n, entry);
        for action in &entry.intents {
            match action {
                Action::Notify { case, notice } => {
                    let joined = notice.joined.iter().map(|joined| (joined.case, joined.kind));
                    match about {
                        Some(about) => self.notices.entry(about).or_default().push(notice.kind),
                        None => self.tell(case.map(|case| (case, notice.kind)).into_iter().chain(joined)),
                    }
                }
                Action::Respond { message, response, .. } => {
                    self.responses.entry(message.get()).or_default().push(response.clone());
                }
                _ => {}
            }
        }
    }

    /// Gives the message that the entry itself is about.
    fn note(&mut self, n: EntryNo, entry: &Entry) -> Option<u64> {
        let (about, case, decision) = match &entry.body {
            Body::Message(it) => {
                let decision = it.decision.clone().or_else(|| it.pending.is_none().then(Decision::default));
                (it.message.get(), it.case, decision)
            }
            Body::Direct(it) => (it.message.get(), it.case, Some(it.decision.clone().unwrap_or_default())),
            Body::Naming(it) if it.what == "nickname" => {
                let by = entry.evidence.text(Field::Author).and_then(|id| id.parse().ok());
                (by.expect("a nickname is somebody's"), it.case, it.decision.clone())
            }
            Body::Decided(it) => {
                let versions = self.versions.entry(it.message.get()).or_default();
                versions.retain(|(entry, _)| *entry != it.entry);
                versions.push((it.entry, Some(it.decision.clone())));
                self.open(it.message.get(), it.case, &it.decision);
                return Some(it.message.get());
            }
            Body::Deleted(it) => {
                self.standing.extend(it.cases.iter().copied());
                return None;
            }
            Body::Outcome(it) => {
                self.standing.extend(it.case);
                return None;
            }
            Body::Case(it) => {
                self.standing.insert(it.case, it.standing);
                return None;
            }
            _ => return None,
        };
        self.open(about, case, decision.as_ref().unwrap_or(&Decision::default()));
        self.versions.entry(about).or_default().push((n, decision));
        Some(about)
    }

    fn open(&mut self, message: u64, case: Option<CaseId>, decision: &Decision) {
        let Some(case) = case else { return };
        self.case_of.insert(message, case);
        let takes_down = decision.disposition.takes_down();
        self.standing.insert(case, if takes_down { Standing::TakingDown } else { Standing::Open });
    }

    /// A notice tells of cases, and so of every message in them.
    fn tell(&mut self, told: impl Iterator<Item = (CaseId, NoticeKind)>) {
        for (case, kind) in told {
            for (message, _) in self.case_of.iter().filter(|(_, of)| **of == case) {
                self.notices.entry(*message).or_default().push(kind);
            }
        }
    }
}

/// A step as it was played.
struct Played<'t> {
    number: usize,
    step: &'t Step,
    about: u64,
    /// Which version of the message it made.
    version: usize,
    /// A later step made another: what became of the message is told there.
    is_last: bool,
}

impl Played<'_> {
    fn decision(&self, account: &Account) -> Option<Decision> {
        account.versions.get(&self.about)?.get(self.version)?.1.clone()
    }

    /// Everything in which it came otherwise than it was promised.
    fn wrong(&self, account: &Account) -> Vec<String> {
        let Some(decision) = self.decision(account) else { return vec![self.says("nothing was decided")] };
        let Promise { expect, routes, reminders, response, notices, ends } = &self.step.promise;
        let mut wrong = Vec::new();
        let mut compare = |what: &str, promised: &dyn Debug, came: &dyn Debug| {
            if format!("{promised:?}") != format!("{came:?}") {
                wrong.push(self.says(&format!("{what}: promised {promised:?}, came {came:?}")));
            }
        };
        // What the classifier adds is promised only where nothing else is found.
        let is_promised =
            |f: &&Finding| f.evidence != EvidenceKind::Model || self.step.category == Some(f.category);
        let found: BTreeSet<&str> =
            decision.findings.iter().filter(is_promised).map(|f| f.category.word()).collect();
        let promised: BTreeSet<&str> =
            self.step.category.filter(|_| self.step.found).map(Category::word).into_iter().collect();
        compare("found", &promised, &found);
        compare("expect", expect, &Some(decision.disposition));
        compare("routes", routes, &decision.routes);
        compare("reminders", reminders, &decision.reminders);
        if self.is_last {
            let none = Vec::new();
            let responses: Vec<&String> = account.responses.get(&self.about).into_iter().flatten().collect();
            compare("response", &response.iter().collect::<Vec<_>>(), &responses);
            compare("notices", notices, account.notices.get(&self.about).unwrap_or(&none));
            let case = account.case_of.get(&self.about);
            compare("ends", ends, &case.and_then(|case| account.standing.get(case)));
        }
        wrong
    }

    fn says(&self, what: &str) -> String {
        format!("step {} `{}`: {what}", self.number, self.step.text)
    }
}

/// Waits until the record says nothing wrong any more; else says what is.
async fn settled(record: &Record, wrong: impl Fn(&Account) -> Vec<String>) -> Vec<String> {
    let mut standing = record.standing.clone();
    let look = async {
        loop {
            let owed = standing.borrow_and_update().owed;
            if owed == 0 && wrong(&Account::read(record)).is_empty() {
                return;
            }
            standing.changed().await.expect("the bot runs");
        }
    };
    match tokio::time::timeout(SOON, look).await {
        Ok(()) => Vec::new(),
        Err(_) => wrong(&Account::read(record)),
    }
}

/// Waits until a message is decided, this version of it.
async fn decided(record: &Record, played: &Played<'_>) {
    let wrong = |account: &Account| match played.decision(account) {
        Some(_) => Vec::new(),
        None => vec![played.says("nothing is decided in time")],
    };
    let wrong = settled(record, wrong).await;
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Plays a whole tour to the real bot, and holds each step to its promise.
async fn holds(source: &'static str, script: &str) {
    let maker = Maker::new(source);
    let stage = maker.make().await.expect("the bot starts");
    let record = stage.record.clone().expect("a record");
    let tour = read(script, &stage.policy);
    let played = play(&stage, &record, &tour).await;
    let wrong = settled(&record, |account| played.iter().flat_map(|p| p.wrong(account)).collect()).await;
    maker.stop().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // By what was found, not by what the script says.
    let account = Account::read(&record);
    let decisions = played.iter().filter_map(|p| p.decision(&account));
    let found: BTreeSet<Category> = decisions.flat_map(|d| d.findings).map(|f| f.category).collect();
    let missing: Vec<Category> = Category::ALL.iter().copied().filter(|c| !found.contains(c)).collect();
    assert_eq!(missing, [Category::Disparagement], "every category is touched");
    let spared = |p: &Played<'_>| p.step.category == Some(Category::Disparagement) && !p.step.found;
    assert!(played.iter().any(spared), "and the one that no rule finds is shown to be left alone");
}

async fn play<'t>(stage: &Stage, record: &Record, tour: &'t Tour) -> Vec<Played<'t>> {
    let mut names = BTreeMap::new();
    let mut played: Vec<Played<'t>> = Vec::new();
    for (at, step) in tour.steps.iter().enumerate() {
        if matches!(step.what, Act::Wait { .. }) {
            let wrong = settled(record, |account| undecided(&played, account)).await;
            assert!(wrong.is_empty(), "before the clock is moved:\n{}", wrong.join("\n"));
        }
        stage.server.clock().advance(BETWEEN_MS);
        let done = tour::act(&stage.server, &stage.city, step, &mut names)
            .unwrap_or_else(|refusal| panic!("step {}: {refusal}", at + 1));
        let (Some(message), Some(_)) = (done.message, step.promise.expect) else {
            assert_eq!(step.promise, Promise::default(), "step {} promises what nobody sees", at + 1);
            if matches!(step.what, Act::Wait { .. }) {
                let wrong = settled(record, |account| untold(&played, account)).await;
                assert!(wrong.is_empty(), "after the clock was moved:\n{}", wrong.join("\n"));
            }
            continue;
        };
        let about = match step.what {
            Act::Nickname { .. } => stage.city.user(step.who),
            _ => message,
        };
        let mut version = 0;
        for earlier in played.iter_mut().filter(|earlier| earlier.about == about) {
            earlier.is_last = false;
            version += 1;
        }
        let now = Played { number: at + 1, step, about, version, is_last: true };
        decided(record, &now).await;
        played.push(now);
    }
    played
}

/// Authors who have not been told what they are to be told before any hold ends.
fn untold(played: &[Played<'_>], account: &Account) -> Vec<String> {
    let wrong = played.iter().filter(|p| p.is_last).filter(|p| {
        let promised = p.step.promise.notices.iter().filter(|kind| **kind != NoticeKind::Released);
        let came = account.notices.get(&p.about).map_or(&[][..], |all| all);
        !came.starts_with(&promised.copied().collect::<Vec<_>>())
    });
    wrong.map(|p| p.says(&format!("its author was told {:?}", account.notices.get(&p.about)))).collect()
}

/// Cases that the clock is to close and that are not held until then.
fn undecided(played: &[Played<'_>], account: &Account) -> Vec<String> {
    let closing =
        |p: &&Played<'_>| matches!(p.step.promise.ends, Some(Standing::Released | Standing::Escalated));
    let standing = |p: &Played<'_>| account.case_of.get(&p.about).and_then(|case| account.standing.get(case));
    let early = played.iter().filter(closing).filter(|p| standing(p) != Some(&Standing::Held));
    early.map(|p| p.says(&format!("{:?}", standing(p)))).collect()
}

#[test]
fn monroes_morning_goes_as_it_is_told() {
    run(holds(MONROE, MONROE_TOUR));
}

#[test]
fn norwalks_morning_goes_as_it_is_told() {
    run(holds(NORWALK, NORWALK_TOUR));
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
look = "mod-lag"
"#,
        &[
            "3: nobody is called `roza`; did you mean `rosa`?",
            "6: step 1 shows clause `3.7`, which the policy does not have; `gavel check --coverage` lists the policy's clauses and authorities",
            "9: `do` of step 2 cannot be `replly`; did you mean `reply`?",
            "15: no earlier message is called `nobody`; give an earlier step `name = \"…\"`",
            "16: there is no channel `genral`; did you mean `general`?",
            "19: unknown key `colour` in step 3; known here: `caption`, `category`, `clause`, `do`, `ends`, \
             `expect`, `found`, `in`, `look`, `name`, `notices`, `pause_ms`, `reminders`, `response`, `routes`, `say`, `to`, `who`",
            "20: `mod-lag` is no place to look; did you mean `mod-log`?",
        ],
    );
}

#[test]
fn a_script_without_steps_is_refused() {
    refused("title = \"t\"\n", &["1: the script has no steps; add a `[[step]]` with `who` and `say`"]);
}

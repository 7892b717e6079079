//! The example city with the bot in it, and what stories ask of both.

use std::collections::BTreeSet;
use std::time::Duration;

use gavel::bot::{self, Running, Setup};
use gavel::clock::Clock;
use gavel::domain::action::{CaseId, Outcome};
use gavel::domain::card::Standing;
use gavel::domain::decision::{Decision, Disposition};
use gavel::domain::deployment::Deployment;
use gavel::domain::event::{Event, Happening};
use gavel::domain::id::MessageId;
use gavel::journal::entry::{Body, Entry, Field};
use gavel::sandbox::city::{self, City};
use gavel::sandbox::world::{Draft, Id, Message, World};
use gavel::sandbox::{Config, Server, facts, rest};
use gavel::store::disk::Real;
use gavel::store::verify::verify;
use serde_json::Value;

use crate::browser::town::{MONROE, NORWALK, policy};

/// How long a fact may take to come true.
pub const SOON: Duration = Duration::from_secs(20);

pub const HOUR_MS: i64 = 3_600_000;

/// A message that is held, whoever writes it: strong obscenity at a neighbour.
pub const RUDE: &str = "Move your car, asshole";

/// A message with a listed scam address.
pub const SCAM: &str = "Everybody gets a water refund today: https://city-refund-center.example/claim";

/// The city, its server and its bot.
pub struct Town {
    pub server: Server,
    pub city: City,
    pub deployment: Deployment,
    /// The policy as it is shipped.
    pub source: &'static str,
    pub data: tempfile::TempDir,
    pub bot: Option<Running>,
    /// Who may have been pinged by the end: members and roles.
    pub pinged: BTreeSet<Id>,
    clock: Clock,
}

fn told(deviations: Vec<facts::Deviation>) -> Vec<String> {
    deviations.iter().map(ToString::to_string).collect()
}

/// A server whose every request, answer and dispatch is held to Discord's document.
pub fn checked() -> Config {
    Config {
        checker: Some(rest::Checker {
            request: |method, path, query, body| told(facts::check_request(method, path, query, body)),
            answer: |method, path, status, body| told(facts::check_answer(method, path, status, body)),
            event: |name, value| told(facts::check_object(name, value)),
        }),
        ..Config::default()
    }
}

/// Every string in a JSON value, one on a line.
pub fn strings(value: &Value, into: &mut String) {
    match value {
        Value::String(text) => {
            into.push_str(text);
            into.push('\n');
        }
        Value::Array(list) => list.iter().for_each(|v| strings(v, into)),
        Value::Object(map) => map.values().for_each(|v| strings(v, into)),
        _ => {}
    }
}

/// What a person reads in a message.
pub fn words(message: &Message) -> String {
    let mut all = message.content.clone();
    all.push('\n');
    message.embeds.iter().chain(&message.components).for_each(|v| strings(v, &mut all));
    all
}

/// Whether the bot has said it. The rules notice was pinned before it came.
pub fn is_said_by(message: &Message, bot: Id) -> bool {
    message.author() == bot && message.pinned_us.is_none() && message.kind != 6
}

impl Town {
    /// Monroe as it is shipped, the bot ready.
    pub async fn open() -> Town {
        Town::with(|_| {}).await
    }

    /// Monroe with other settings.
    pub async fn with(change: impl FnOnce(&mut Deployment)) -> Town {
        Town::prepared(|_, _| {}, change).await
    }

    /// Norwalk as it is shipped, the bot ready.
    pub async fn norwalk() -> Town {
        Town::of(NORWALK, |_, _| {}, |_| {}).await
    }

    /// Monroe where something happened before the bot first came.
    pub async fn prepared(before: impl FnOnce(&Server, &City), change: impl FnOnce(&mut Deployment)) -> Town {
        Town::of(MONROE, before, change).await
    }

    async fn of(
        source: &'static str,
        before: impl FnOnce(&Server, &City),
        change: impl FnOnce(&mut Deployment),
    ) -> Town {
        let clock = Clock::shifted();
        let server = Server::start(checked(), clock.clone()).await.expect("ports are free");
        let policy = policy(source);
        let city = city::build(&server, &policy).expect("the city is built");
        before(&server, &city);
        let mut deployment = city.deployment(&policy);
        change(&mut deployment);
        let data = tempfile::tempdir().expect("a directory");
        let mut town =
            Town { server, city, deployment, source, data, bot: None, pinged: BTreeSet::new(), clock };
        town.start().await;
        town
    }

    pub async fn start(&mut self) {
        let setup = Setup {
            policy: policy(self.source),
            deployment: self.deployment.clone(),
            data_dir: self.data.path().to_owned(),
            key_file: None,
            api: self.server.rest_url(),
            token: city::TOKEN.to_owned(),
            clock: self.clock.clone(),
            per_second: None,
        };
        let mut bot = bot::start(setup).await.expect("the bot starts");
        tokio::time::timeout(SOON, bot.ready()).await.expect("it is ready in time").expect("it does not end");
        self.bot = Some(bot);
    }

    pub async fn stop(&mut self) {
        let bot = self.bot.take().expect("the bot runs");
        bot.stop().await.expect("it ends in good order");
    }

    pub fn bot(&self) -> &Running {
        self.bot.as_ref().expect("the bot runs")
    }

    pub fn who(&self, key: &str) -> Id {
        self.city.user(city::persona_index(key).expect("a persona"))
    }

    pub fn at(&self, name: &str) -> Id {
        self.city.place(name).expect("a channel").id
    }

    pub fn role(&self, name: &str) -> Id {
        self.server.look(|w| {
            let guild = w.guild(self.city.guild).expect("the server");
            guild.roles.values().find(|role| role.name == name).expect("a role").id
        })
    }

    #[track_caller]
    pub fn say(&self, who: &str, place: &str, draft: impl Into<Draft>) -> Id {
        self.server.post_as(self.who(who), self.at(place), draft).expect("it may stand")
    }

    /// Time passes, and the bot is told.
    pub async fn pass(&self, ms: i64) {
        self.clock.advance(ms);
        let event = Event { at: self.clock.now(), happening: Happening::Tick };
        self.bot().inbox.send(event).await.expect("the bot runs");
    }

    pub fn advance(&self, ms: i64) {
        self.clock.advance(ms);
    }

    /// Waits until something is so in the world.
    #[track_caller]
    pub fn until<'t, T: 't>(
        &'t self,
        what: &'t str,
        fact: impl FnMut(&World) -> Option<T> + 't,
    ) -> impl Future<Output = T> + 't {
        let caller = std::panic::Location::caller();
        async move {
            match self.server.wait_until(SOON, fact).await {
                Some(found) => found,
                None => panic!("{caller}: it did not come to this: {what}\n{}", self.chronicle()),
            }
        }
    }

    /// Waits until a message is gone.
    #[track_caller]
    pub fn gone(&self, place: Id, id: Id) -> impl Future<Output = ()> + '_ {
        self.until("the message is gone", move |w| w.message(place, id).is_none().then_some(()))
    }

    pub fn stands(&self, place: &str, id: Id) -> bool {
        let place = self.at(place);
        self.server.look(|w| w.message(place, id).is_some())
    }

    /// The `n`-th message (from 0) that the bot sent somebody directly.
    #[track_caller]
    pub fn notice(&self, to: Id, n: usize) -> impl Future<Output = String> + '_ {
        self.until("a direct message", move |w| w.inbox(to).get(n).map(|m| words(m)))
    }

    pub fn inbox(&self, who: &str) -> usize {
        let who = self.who(who);
        self.server.look(|w| w.inbox(who).len())
    }

    /// The `n`-th message (from 0) of the bot in a channel.
    #[track_caller]
    pub fn post(&self, place: &str, n: usize) -> impl Future<Output = String> + '_ {
        let (place, bot) = (self.at(place), self.city.bot);
        self.until("a post of the bot", move |w| {
            w.messages(place).filter(|m| is_said_by(m, bot)).nth(n).map(words)
        })
    }

    /// Waits until a post of the bot in a channel says this.
    #[track_caller]
    pub fn post_says(&self, place: &str, said: &str) -> impl Future<Output = String> + '_ {
        let (place, bot, said) = (self.at(place), self.city.bot, said.to_owned());
        self.until("a post of the bot says it", move |w| {
            w.messages(place).filter(|m| is_said_by(m, bot)).map(words).find(|text| text.contains(&said))
        })
    }

    /// What the bot has written in a channel, oldest first.
    pub fn posts(&self, place: &str) -> Vec<String> {
        let (place, bot) = (self.at(place), self.city.bot);
        self.server.look(|w| w.messages(place).filter(|m| is_said_by(m, bot)).map(words).collect())
    }

    /// Everything on record so far.
    pub fn entries(&self) -> Vec<Entry> {
        let upto = self.bot().standing.borrow().entries;
        (0..upto).filter_map(|n| self.bot().reader.entry(n).expect("an entry can be read")).collect()
    }

    /// What is on record of a message.
    pub fn record_of(&self, message: Id) -> Vec<Entry> {
        let reader = &self.bot().reader;
        let numbers = reader.versions(MessageId::new(message).expect("an id")).expect("the index answers");
        numbers.into_iter().map(|n| reader.entry(n).expect("it reads").expect("it is there")).collect()
    }

    /// Waits until the record holds something.
    #[track_caller]
    pub fn recorded<'t, T: 't>(
        &'t self,
        what: &'t str,
        mut fact: impl FnMut(&Entry) -> Option<T> + 't,
    ) -> impl Future<Output = T> + 't {
        let caller = std::panic::Location::caller();
        async move {
            let mut standing = self.bot().standing.clone();
            let found = async {
                let mut next = 0;
                loop {
                    let upto = standing.borrow_and_update().entries;
                    while next < upto {
                        let entry = self.bot().reader.entry(next).expect("it reads").expect("it is there");
                        next += 1;
                        if let Some(found) = fact(&entry) {
                            return found;
                        }
                    }
                    standing.changed().await.expect("the bot runs");
                }
            };
            match tokio::time::timeout(SOON, found).await {
                Ok(found) => found,
                Err(_) => panic!("{caller}: it never stood on record: {what}\n{}", self.chronicle()),
            }
        }
    }

    /// What was decided about the last version of a message, once nothing is
    /// pending any more.
    #[track_caller]
    pub fn decided(&self, message: Id) -> impl Future<Output = Decision> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let mut standing = self.bot().standing.clone();
            let found = async {
                loop {
                    standing.borrow_and_update();
                    let mut latest = None;
                    for entry in self.record_of(message) {
                        match entry.body {
                            Body::Message(it) if it.pending.as_deref() == Some("roles") => latest = None,
                            Body::Message(it) => latest = Some(it.decision.unwrap_or_default()),
                            Body::Direct(it) => latest = Some(it.decision.unwrap_or_default()),
                            Body::Decided(it) => latest = Some(it.decision),
                            _ => {}
                        }
                    }
                    if let Some(latest) = latest {
                        return latest;
                    }
                    standing.changed().await.expect("the bot runs");
                }
            };
            match tokio::time::timeout(SOON, found).await {
                Ok(found) => found,
                Err(_) => panic!("{caller}: it was never decided about\n{}", self.chronicle()),
            }
        }
    }

    #[track_caller]
    pub fn comes_to(&self, message: Id, disposition: Disposition) -> impl Future<Output = Decision> + '_ {
        let caller = std::panic::Location::caller();
        let decided = self.decided(message);
        async move {
            let decision = decided.await;
            assert_eq!(decision.disposition, disposition, "{caller}: {decision:?}");
            decision
        }
    }

    /// Waits until a case stands so. The record tells, entry by entry.
    #[track_caller]
    pub fn case(&self, case: u64, standing: Standing) -> impl Future<Output = ()> + '_ {
        let case = CaseId(case);
        let caller = std::panic::Location::caller();
        async move {
            let mut told = self.bot().standing.clone();
            let reached = async {
                loop {
                    told.borrow_and_update();
                    let last = self.entries().iter().filter_map(|entry| standing_in(entry, case)).next_back();
                    if last == Some(standing) {
                        return;
                    }
                    told.changed().await.expect("the bot runs");
                }
            };
            if tokio::time::timeout(SOON, reached).await.is_err() {
                panic!("{caller}: case {case} never stood at {standing:?}\n{}", self.chronicle());
            }
        }
    }

    /// How many cases there are.
    pub fn cases(&self) -> usize {
        let all: BTreeSet<CaseId> =
            self.entries().iter().flat_map(|e| e.body.cases().collect::<Vec<_>>()).collect();
        all.len()
    }

    /// Everything that was written before this has been judged, and nothing
    /// is owed from it any more.
    #[track_caller]
    pub fn quiet(&self) -> impl Future<Output = ()> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let id = self.say("sam", "chat-about-anything", "Thank you all, see you tomorrow.");
            self.recorded("the last word", |e| e.body.messages().iter().any(|m| m.get() == id).then_some(()))
                .await;
            let mut standing = self.bot().standing.clone();
            let settled = standing.wait_for(|standing| standing.owed == 0);
            if tokio::time::timeout(SOON, settled).await.is_err() {
                panic!("{caller}: something stays owed\n{}", self.chronicle());
            }
        }
    }

    /// Outcomes on record of one kind of action.
    pub fn outcomes(&self, what: &str) -> Vec<Outcome> {
        let entries = self.entries();
        let of = |entry: &Entry| match &entry.body {
            Body::Outcome(it) => {
                let action = entries[it.intent.entry as usize].intents.get(usize::from(it.intent.index))?;
                (action.outline().what == what).then(|| it.outcome.clone())
            }
            _ => None,
        };
        entries.iter().filter_map(of).collect()
    }

    /// The record, one line an entry, for a story that failed.
    pub fn chronicle(&self) -> String {
        let mut all = String::new();
        for (n, entry) in self.entries().iter().enumerate() {
            let intents: Vec<String> = entry.intents.iter().map(|a| a.outline().what).collect();
            let mut body = format!("{:?}", entry.body);
            body.truncate(body.char_indices().nth(400).map_or(body.len(), |(at, _)| at));
            all.push_str(&format!("{n:4} {body} → {intents:?}\n"));
        }
        for request in self.server.requests() {
            all.push_str(&format!("     {} {} {}\n", request.method, request.path, request.status));
        }
        all
    }

    /// The end of every story.
    pub async fn end(mut self) {
        self.quiet().await;
        self.stop().await;
        let report = verify(&Real, self.data.path(), None).expect("the record can be read");
        assert_eq!(report.problems, Vec::new());
        assert!(report.owed.is_empty(), "{:?}", report.owed);
        assert_eq!(self.server.deviations(), Vec::<String>::new());
        let bot = self.city.bot;
        let (pinged, unsaid) = self.server.look(|w| {
            let mut pinged = BTreeSet::new();
            let mut unsaid = Vec::new();
            for channel in w.channels_of(self.city.guild) {
                for message in w.messages(channel.id).filter(|m| m.author() == bot) {
                    assert!(!message.pings.everyone, "{}", words(message));
                    pinged.extend(message.pings.users.iter().chain(&message.pings.roles).copied());
                    let text = words(message);
                    if text.contains("without words") || text.contains("{ $") {
                        unsaid.push(text);
                    }
                }
            }
            (pinged, unsaid)
        });
        assert_eq!(unsaid, Vec::<String>::new());
        assert_eq!(pinged, self.pinged, "who was pinged");
        self.server.shutdown().await;
    }
}

/// Where an entry puts a case.
fn standing_in(entry: &Entry, case: CaseId) -> Option<Standing> {
    match &entry.body {
        Body::Outcome(it) => it.case.filter(|(c, _)| *c == case).map(|(_, standing)| standing),
        Body::Case(it) => (it.case == case).then_some(it.standing),
        Body::Deleted(it) => it.cases.iter().find(|(c, _)| *c == case).map(|(_, standing)| *standing),
        body => {
            let opens = body.cases().any(|c| c == case) && body.decision().is_some();
            let card = entry.evidence.json::<gavel::domain::card::Card>(Field::Card);
            card.filter(|_| opens).map(|card| card.standing)
        }
    }
}

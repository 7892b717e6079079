//! The doctor, against a server in which things are broken one by one.

mod files;
mod init;
mod notice;
mod server;

use std::path::PathBuf;

use gavel::clock::Clock;
use gavel::discord::gateway::Api;
use gavel::doctor::{Report, Visit, Weight, examine};
use gavel::domain::id::Moment;
use gavel::sandbox::rest::Checker;
use gavel::sandbox::world::{Id, Kind, intent, permission};
use gavel::sandbox::{Config, Server, facts};

use crate::folder::{Folder, POLICY};

const TOKEN: &str = "sandbox-token";
/// 2026-01-05T09:00:00Z.
const MORNING: Moment = Moment(1_767_603_600_000);

const DEPLOYMENT: &str = r#"
policy = "policy.toml"
data_dir = "data"
time_zone = "America/Detroit"
[city]
name = "City of Monroe"
police_phone = "734-555-0100"
rules_url = "https://city.example/rules"
[[channel]]
name = "general-1"
purpose = "roads, water and parks"
topics = "scoped"
approved_by = "Communications Manager"
approved_on = 2026-01-05
[review]
channel = "mod-log"
[desk.press]
office = "Communications Department"
channel = "press-desk"
[desk.communications]
office = "Communications Department"
[desk.threat]
office = "Mayor's Office"
channel = "mod-log"
mention = "Duty officer"
[role]
moderator = ["Communications"]
employee = ["City staff"]
"#;

/// A city in which everything is as it should be, but for the notice.
struct City {
    server: Server,
    folder: Folder,
    guild: Id,
    owner: Id,
    bot: Id,
    duty: Id,
    general: Id,
    review: Id,
    press: Id,
}

impl City {
    async fn new() -> City {
        City::with(intent::MESSAGE_CONTENT).await
    }

    async fn with(intents: u64) -> City {
        let checker = Checker {
            request: |method, path, query, body| texts(facts::check_request(method, path, query, body)),
            answer: |method, path, status, body| texts(facts::check_answer(method, path, status, body)),
            event: |name, value| texts(facts::check_object(name, value)),
        };
        let config = Config { checker: Some(checker), ..Config::default() };
        let server = Server::start(config, Clock::manual(MORNING)).await.expect("ports are free");
        let owner = server.make_user("The Mayor");
        let guild = server.make_guild("City of Monroe", owner);
        for name in ["Communications", "City staff"] {
            server.make_role(guild, name, 0, false);
        }
        let duty = server.make_role(guild, "Duty officer", 0, true);
        let [general, review, press] =
            ["general-1", "mod-log", "press-desk"].map(|name| server.make_channel(guild, Kind::Text, name));
        let bot = server.make_bot(guild, "Gavel", TOKEN, intents, permission::MODERATION_BOT);
        let role = server.look(|w| w.guild(guild).expect("it is there").members[&bot].roles[0]);
        for channel in [review, press] {
            server.make_private(channel, &[role]);
        }
        let folder = Folder::new(DEPLOYMENT, "policy.toml", POLICY);
        City { server, folder, guild, owner, bot, duty, general, review, press }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path(name)
    }

    fn write(&self, name: &str, text: &str) {
        self.folder.write(name, text);
    }

    /// The deployment with one thing in it changed.
    #[track_caller]
    fn set(&self, from: &str, to: &str) {
        assert!(DEPLOYMENT.contains(from), "`{from}` is not in the deployment");
        self.write("bot.toml", &DEPLOYMENT.replace(from, to));
    }

    async fn visit(&self, token: Option<&str>, pin: bool) -> Report {
        self.visit_at(token, pin, &Clock::system()).await
    }

    async fn visit_at(&self, token: Option<&str>, pin: bool, clock: &Clock) -> Report {
        let api = Api::parse(&self.server.rest_url()).expect("it is an address");
        self.visit_of(&api, token, pin, clock).await
    }

    async fn visit_of(&self, api: &Api, token: Option<&str>, pin: bool, clock: &Clock) -> Report {
        let loaded = self.folder.load().expect("the deployment is in order");
        let token = token.map(str::to_owned);
        let visit = Visit { loaded: &loaded, api, token, pin, clock };
        examine(visit).await.expect("the doctor comes")
    }

    /// A visit that pins, and all that is wrong after it.
    async fn wrong(&self) -> Vec<String> {
        wrong(&self.visit(Some(TOKEN), true).await)
    }
}

/// Every request and every answer was in order.
impl Drop for City {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.server.deviations(), Vec::<String>::new());
        }
    }
}

fn texts(found: Vec<facts::Deviation>) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

/// Problems and warnings, each with its weight.
fn wrong(report: &Report) -> Vec<String> {
    let heavy = report.findings.iter().filter(|finding| finding.weight <= Weight::Warning);
    heavy.map(|finding| format!("{}: {}", finding.weight.word(), finding.what)).collect()
}

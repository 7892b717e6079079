//! The sandbox's server, met the way the bot meets it: a real twilight shard
//! on its gateway, real serenity requests at its REST door.

mod addresses;
mod audit;
mod city;
mod directly;
mod gateway;
mod interactions;
mod limits;
mod messages;
mod over;
mod permissions;
mod routes;
mod threads;

use std::time::Duration;

use futures_util::StreamExt;
use gavel::clock::Clock;
use gavel::domain::id::Moment;
use gavel::sandbox::rest::RateLimits;
use gavel::sandbox::world::{Id, Kind, intent, permission};
use gavel::sandbox::{Config, Server};
use reqwest::Method;
use serde_json::Value;
use serenity::http::{LightMethod, Request, Route};
use serenity::model::id::{ChannelId, MessageId};
use twilight_gateway::{ConfigBuilder, Intents, Message, Session, Shard, ShardId};

/// How long a fact may take to come true.
const SOON: Duration = Duration::from_secs(10);
const TOKEN: &str = "sandbox-token";
/// What Gavel asks for.
const INTENTS: u64 = 3_183_109;
/// 2026-01-05T09:00:00Z.
const MORNING: Moment = Moment(1_767_603_600_000);

/// A small city.
struct City {
    server: Server,
    http: reqwest::Client,
    guild: Id,
    rosa: Id,
    moderator: Id,
    bot: Id,
    general: Id,
}

impl City {
    async fn new() -> City {
        City::with(Config::default()).await
    }

    async fn with(config: Config) -> City {
        let clock = Clock::manual(MORNING);
        let server = Server::start(config, clock).await.expect("ports are free");
        let mayor = server.make_user("The Mayor");
        let guild = server.make_guild("City of Monroe", mayor);
        let moderators = server.make_role(
            guild,
            "Communications",
            permission::MANAGE_MESSAGES | permission::MANAGE_THREADS | permission::PIN_MESSAGES,
            true,
        );
        let general = server.make_channel(guild, Kind::Text, "general-1");
        let rosa = server.make_member(guild, "Rosa", &[]);
        let moderator = server.make_member(guild, "Marta", &[moderators]);
        let bot = server.make_bot(guild, "Gavel", TOKEN, intent::MESSAGE_CONTENT, permission::MODERATION_BOT);
        City { server, http: reqwest::Client::new(), guild, rosa, moderator, bot, general }
    }

    /// A request as serenity builds it.
    async fn ask(&self, route: Route<'_>, method: LightMethod, body: Value) -> Reply {
        let body = (!body.is_null()).then(|| body.to_string().into_bytes());
        let request = Request::new(route, method).body(body);
        self.send(request).await
    }

    async fn send(&self, request: Request<'_>) -> Reply {
        let base = self.server.rest_url();
        let built = request.build(&self.http, &format!("Bot {TOKEN}"), Some(&base));
        Reply::of(built.expect("the request builds").send().await).await
    }

    /// A request serenity has no route for.
    async fn plain(&self, method: Method, path: &str, body: Value) -> Reply {
        let url = format!("{}/api/v10{path}", self.server.rest_url());
        let mut request = self.http.request(method, url);
        request = request.header("authorization", format!("Bot {TOKEN}"));
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Reply::of(request.send().await).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.plain(Method::GET, path, Value::Null).await
    }

    async fn post(&self, channel: Id, body: Value) -> Reply {
        let channel_id = ChannelId::new(channel);
        self.ask(Route::ChannelMessages { channel_id }, LightMethod::Post, body).await
    }

    async fn delete(&self, channel: Id, message: Id) -> Reply {
        self.ask(message_route(channel, message), LightMethod::Delete, Value::Null).await
    }

    async fn connect(&self) -> Ear {
        self.connect_with(INTENTS).await
    }

    /// A shard that has seen `READY` and its server.
    async fn connect_with(&self, intents: u64) -> Ear {
        let mut ear = Ear::new(&self.server, intents, None);
        ear.hear("READY").await;
        ear.hear("GUILD_CREATE").await;
        ear
    }
}

fn message_route(channel: Id, message: Id) -> Route<'static> {
    Route::ChannelMessage { channel_id: ChannelId::new(channel), message_id: MessageId::new(message) }
}

/// Every request and answer of every test is in order.
impl Drop for City {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.server.deviations(), Vec::<String>::new());
        }
    }
}

/// An answer of the REST door.
struct Reply {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Reply {
    async fn of(sent: reqwest::Result<reqwest::Response>) -> Reply {
        let response = sent.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("the answer is whole");
        Reply { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() }
    }

    #[track_caller]
    fn ok(self) -> Value {
        assert!(self.status < 300, "{} {}", self.status, self.body);
        self.body
    }

    #[track_caller]
    fn refused(&self, status: u16, code: u32) {
        let found = (self.status, &self.body["code"]);
        assert_eq!(found, (status, &Value::from(code)), "{}", self.body);
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
}

fn id(value: &Value) -> Id {
    value.as_str().and_then(|t| t.parse().ok()).expect("a snowflake")
}

/// A twilight shard, and what it has heard.
struct Ear {
    shard: Shard,
}

impl Ear {
    fn new(server: &Server, intents: u64, session: Option<(Session, String)>) -> Ear {
        let intents = Intents::from_bits_retain(intents);
        let mut config = ConfigBuilder::new(TOKEN.to_owned(), intents).proxy_url(server.gateway_url());
        if let Some((session, url)) = session {
            config = config.session(session).resume_url(url);
        }
        Ear { shard: Shard::with_config(ShardId::ONE, config.build()) }
    }

    /// The next dispatch, with its name.
    async fn next(&mut self) -> (String, Value) {
        let heard = async {
            loop {
                match self.shard.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let frame: Value = serde_json::from_str(&text).expect("JSON");
                        if let Some(name) = frame["t"].as_str() {
                            return (name.to_owned(), frame["d"].clone());
                        }
                    }
                    Some(_) => {}
                    None => panic!("the shard has ended"),
                }
            }
        };
        tokio::time::timeout(SOON, heard).await.expect("a dispatch comes")
    }

    /// The next dispatch of this name; others are passed over.
    async fn hear(&mut self, name: &str) -> Value {
        loop {
            let (heard, data) = self.next().await;
            if heard == name {
                return data;
            }
        }
    }

    /// Names of the dispatches up to and with a message that says `word`.
    async fn names_until(&mut self, word: &str) -> Vec<String> {
        let mut names = Vec::new();
        loop {
            let (name, data) = self.next().await;
            let last = name == "MESSAGE_CREATE" && data["content"] == word;
            names.push(name);
            if last {
                return names;
            }
        }
    }
}

fn rated(rates: RateLimits) -> Config {
    Config { rate_limits: rates, ..Config::default() }
}

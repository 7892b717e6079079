//! A server that follows a script, with an executor in front of it.
//!
//! The script sees each request and says what comes of it. It stands either
//! directly behind the executor, where time can be paused, or behind a real
//! socket on loopback.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::Request as HttpRequest;
use futures_util::future::BoxFuture;
use gavel::clock::Clock;
use gavel::discord::look::{AttachmentSink, AttachmentWriter};
use gavel::discord::rest::{Executor, Lost, Reply, Settings, Wire};
use gavel::domain::action::{Action, CaseId, Conclusion, IntentId, Outcome};
use gavel::domain::card::Language;
use gavel::domain::event::{Event, Happening};
use gavel::domain::id::{DISCORD_EPOCH_MS, MessageId, Moment, VenueId};
use gavel::domain::message::{Author, AuthorKind, Message, Part};
use gavel::sandbox::facts;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// The time of every test: 2026-01-05T12:00:00Z.
pub const NOW: Moment = Moment(1_767_614_400_000);

/// One request as the server saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// With its query, without `/api/v10`.
    pub path: String,
    pub body: Value,
    pub reason: Option<String>,
    pub authorisation: Option<String>,
    pub host: String,
    /// Since the executor started.
    pub after: Duration,
}

impl Seen {
    /// `DELETE /channels/1/messages/2`.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// A request to the file door, which Discord's document does not know.
    fn is_a_file(&self) -> bool {
        self.authorisation.is_none()
    }

    pub fn is(&self, method: &str, part: &str) -> bool {
        self.method == method && self.path.contains(part)
    }
}

/// What comes of a request.
pub enum Turn {
    Answer(u16, Value, Vec<(&'static str, String)>),
    /// The same, but late.
    After(Duration, Box<Turn>),
    /// The connection is lost after the request was sent.
    Lost,
    /// No connection came about.
    Refused,
    Never,
}

pub fn ok() -> Turn {
    Turn::Answer(204, Value::Null, Vec::new())
}

pub fn json(value: Value) -> Turn {
    Turn::Answer(200, value, Vec::new())
}

pub fn error(status: u16, code: u32, message: &str) -> Turn {
    Turn::Answer(status, json!({ "code": code, "message": message }), Vec::new())
}

pub fn posted(id: u64) -> Turn {
    json(json!({ "id": id.to_string() }))
}

pub fn with(turn: Turn, headers: &[(&'static str, &str)]) -> Turn {
    match turn {
        Turn::Answer(status, body, _) => Turn::Answer(
            status,
            body,
            headers.iter().map(|(name, value)| (*name, value.to_string())).collect(),
        ),
        other => other,
    }
}

pub fn limited(seconds: f64, global: bool) -> Turn {
    let body = json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": global });
    let scope = if global { "global" } else { "user" };
    with(Turn::Answer(429, body, Vec::new()), &[("retry-after", "1"), ("x-ratelimit-scope", scope)])
}

type Script = dyn Fn(&Seen, usize) -> Turn + Send + Sync;

/// The script behind whatever carries requests to it.
#[derive(Clone)]
pub struct Server {
    script: Arc<Script>,
    log: Arc<Mutex<Vec<Seen>>>,
    deviations: Arc<Mutex<Vec<String>>>,
    began: Instant,
}

impl Server {
    /// `script` is told the request and how many came before it.
    pub fn new(script: impl Fn(&Seen, usize) -> Turn + Send + Sync + 'static) -> Server {
        Server {
            script: Arc::new(script),
            log: Arc::default(),
            deviations: Arc::default(),
            began: Instant::now(),
        }
    }

    async fn turn(&self, mut seen: Seen) -> Turn {
        seen.after = self.began.elapsed();
        let number = {
            let mut log = self.log.lock().unwrap();
            log.push(seen.clone());
            log.len() - 1
        };
        self.hold_to_facts(&seen);
        let mut turn = (self.script)(&seen, number);
        while let Turn::After(late, then) = turn {
            tokio::time::sleep(late).await;
            turn = *then;
        }
        turn
    }

    /// Whatever the bot asks is what Discord's document knows.
    fn hold_to_facts(&self, seen: &Seen) {
        let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
        if seen.is_a_file() {
            return;
        }
        let query: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let body = (!seen.body.is_null()).then_some(&seen.body);
        let found = facts::check_request(&seen.method, &format!("/api/v10{path}"), &query, body);
        self.deviations.lock().unwrap().extend(found.iter().map(ToString::to_string));
    }

    pub fn log(&self) -> Vec<Seen> {
        let deviations = self.deviations.lock().unwrap();
        assert!(deviations.is_empty(), "{deviations:#?}");
        drop(deviations);
        self.log.lock().unwrap().clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.log().iter().map(Seen::line).collect()
    }
}

impl Wire for Server {
    fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<Reply, Lost>> {
        let header =
            |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let url = request.url();
        let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
        let seen = Seen {
            method: request.method().to_string(),
            path: path(url.path(), url.query()),
            body: serde_json::from_slice(body).unwrap_or(Value::Null),
            reason: header("X-Audit-Log-Reason"),
            authorisation: header("Authorization"),
            host: header("Host").unwrap_or_default(),
            after: Duration::ZERO,
        };
        Box::pin(async move {
            match self.turn(seen).await {
                Turn::Answer(status, body, headers) => {
                    let headers = headers
                        .into_iter()
                        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                        .collect();
                    let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(&body).unwrap() };
                    Ok(Reply { status, headers, body: body.into() })
                }
                Turn::Lost => Err(Lost::Unsure("connection reset".to_owned())),
                Turn::Refused => Err(Lost::NotSent("connection refused".to_owned())),
                Turn::After(..) | Turn::Never => std::future::pending().await,
            }
        })
    }
}

fn path(path: &str, query: Option<&str>) -> String {
    let path = path.trim_start_matches("/api/v10");
    query.map_or(path.to_owned(), |query| format!("{path}?{query}"))
}

/// An executor and all that it is told to.
pub struct Bench {
    pub executor: Executor,
    pub server: Server,
    pub sink: Memory,
    pub api: String,
    pub inbox: mpsc::Receiver<Event>,
}

pub fn settings(api: &str, sink: Memory) -> Settings {
    Settings {
        api: api.to_owned(),
        token: "the-token".to_owned(),
        clock: Clock::manual(NOW),
        journal: "journal-1".to_owned(),
        resumed_below: 10,
        per_second: None,
        staff_language: Language::En,
        convert: Arc::new(convert),
        sink: Arc::new(sink),
    }
}

/// An executor with the script directly behind it.
pub fn bench(script: impl Fn(&Seen, usize) -> Turn + Send + Sync + 'static) -> Bench {
    bench_with(script, |settings| settings)
}

pub fn bench_with(
    script: impl Fn(&Seen, usize) -> Turn + Send + Sync + 'static,
    change: impl FnOnce(Settings) -> Settings,
) -> Bench {
    let server = Server::new(script);
    let sink = Memory::default();
    let (to, inbox) = mpsc::channel(4_096);
    let settings = change(settings("http://127.0.0.1:9", sink.clone()));
    let api = settings.api.clone();
    let executor = Executor::over(settings, to, Arc::new(server.clone())).unwrap();
    Bench { executor, server, sink, api, inbox }
}

/// The script behind a socket, and its address.
pub async fn listen(server: &Server) -> String {
    async fn answer(State(server): State<Server>, request: HttpRequest<Body>) -> axum::response::Response {
        let (head, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let header = |name: &str| head.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let seen = Seen {
            method: head.method.to_string(),
            path: path(head.uri.path(), head.uri.query()),
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            reason: header("X-Audit-Log-Reason"),
            authorisation: header("Authorization"),
            host: header("Host").unwrap_or_default(),
            after: Duration::ZERO,
        };
        let Turn::Answer(status, body, headers) = server.turn(seen).await else {
            std::future::pending().await
        };
        let mut response = axum::response::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        let body = match body {
            Value::Null => Body::empty(),
            Value::String(text) => Body::from(text),
            body => Body::from(serde_json::to_vec(&body).unwrap()),
        };
        response.body(body).unwrap()
    }
    let app = axum::Router::new().fallback(answer).with_state(server.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// An executor that reaches the script through a socket.
pub async fn loopback(script: impl Fn(&Seen, usize) -> Turn + Send + Sync + 'static) -> Bench {
    let server = Server::new(script);
    let api = listen(&server).await;
    let sink = Memory::default();
    let (to, inbox) = mpsc::channel(4_096);
    let executor = Executor::new(settings(&api, sink.clone()), to).unwrap();
    Bench { executor, server, sink, api, inbox }
}

impl Bench {
    pub fn start(&self, actions: impl IntoIterator<Item = Action>) {
        let owed = actions.into_iter().enumerate();
        self.executor.take_over(owed.map(|(at, action)| (intent(at), action)).collect());
    }

    pub async fn event(&mut self) -> Happening {
        // Longer than the executor's patience, in paused time.
        let event = tokio::time::timeout(Duration::from_secs(26 * 3_600), self.inbox.recv()).await;
        event.expect("nothing came").expect("the executor has ended").happening
    }

    pub async fn conclusion(&mut self) -> Conclusion {
        match self.event().await {
            Happening::Concluded(conclusion) => conclusion,
            other => panic!("not a conclusion: {other:?}"),
        }
    }

    /// That many conclusions, by intent.
    pub async fn conclusions(&mut self, count: usize) -> Vec<Conclusion> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(self.conclusion().await);
        }
        all.sort_by_key(|conclusion| conclusion.intent);
        let intents: std::collections::BTreeSet<_> = all.iter().map(|c| c.intent).collect();
        assert_eq!(intents.len(), count, "an intent was concluded twice");
        all
    }

    pub async fn outcome(&mut self) -> Outcome {
        self.conclusion().await.outcome
    }

    /// Nothing comes any more, however long one waits.
    pub async fn silence(&mut self) {
        let more = tokio::time::timeout(Duration::from_secs(900), self.inbox.recv()).await;
        assert!(more.is_err(), "{more:?}");
    }
}

/// Intents of this run; entries below 10 are an earlier one's.
pub fn intent(at: usize) -> IntentId {
    IntentId { entry: 10 + at as u64, index: 0 }
}

pub fn earlier_intent() -> IntentId {
    IntentId { entry: 9, index: 0 }
}

pub fn venue(raw: u64) -> VenueId {
    VenueId::new(raw).unwrap()
}

/// A message that is `age_ms` old, the `n`th of its millisecond.
pub fn message_aged(age_ms: i64, n: u64) -> MessageId {
    let made = (NOW.0 - DISCORD_EPOCH_MS - age_ms) as u64;
    MessageId::new((made << 22) + n).unwrap()
}

pub fn message(n: u64) -> MessageId {
    message_aged(60_000, n)
}

pub fn delete(place: u64, n: u64) -> Action {
    Action::Delete {
        case: Some(CaseId(n)),
        venue: venue(place),
        message: message(n),
        reason: format!("rule `obscenity`, case {n}"),
    }
}

pub fn convert(raw: &str) -> Result<Message, String> {
    let value: Value = serde_json::from_str(raw).map_err(|error| error.to_string())?;
    let author = value["author"]["id"].as_str().and_then(|id| id.parse().ok()).ok_or("no author")?;
    Ok(Message {
        id: value["id"].as_str().and_then(|id| id.parse().ok()).ok_or("no id")?,
        venue: venue(1),
        author: Author {
            id: author,
            kind: AuthorKind::Person,
            username: String::new(),
            display: String::new(),
            roles: None,
        },
        parts: vec![Part::content(value["content"].as_str().unwrap_or_default())],
        attachments: Vec::new(),
        reply_to: None,
        mentions: 0,
        edited_at: None,
    })
}

/// Attachments in memory, by hash.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Files>>);

type Files = Vec<(String, Vec<u8>)>;

impl Memory {
    pub fn files(&self) -> Files {
        self.0.lock().unwrap().clone()
    }
}

struct Writing {
    bytes: Vec<u8>,
    to: Memory,
}

impl AttachmentSink for Memory {
    fn begin(&self) -> std::io::Result<Box<dyn AttachmentWriter>> {
        Ok(Box::new(Writing { bytes: Vec::new(), to: self.clone() }))
    }
}

impl AttachmentWriter for Writing {
    fn write(&mut self, chunk: &[u8]) -> std::io::Result<()> {
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    fn finish(self: Box<Self>) -> std::io::Result<String> {
        let hash: String = Sha256::digest(&self.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        self.to.0.lock().unwrap().push((hash.clone(), self.bytes));
        Ok(hash)
    }
}

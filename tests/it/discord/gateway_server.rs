//! A gateway on loopback that does what a test tells it, line by line, and a
//! bot connected to it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt};
use gavel::clock::Clock;
use gavel::discord::gateway::{self, Api, GatewayError, Known, Options, SessionKeeper};
use gavel::domain::event::{Connection, Event, Happening, Sight};
use gavel::domain::id::GuildId;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_websockets::{CloseCode, Limits, Message, ServerBuilder, WebSocketStream};

use super::frames::{self, GUILD, ME, dispatch};

pub const TOKEN: &str = "a-secret-token";

/// Nothing here takes long; whoever waits longer has waited for nothing.
const PATIENCE: Duration = Duration::from_secs(20);

pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("it should have happened by now")
}

/// The server: requests are answered at once, connections when a test takes them.
pub struct Server {
    api: SocketAddr,
    door: TcpListener,
    pub asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Answers {
    door: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start() -> Server {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (api, asked) = (listener.local_addr().unwrap(), Arc::default());
        let answers = Answers { door: door.local_addr().unwrap(), asked: Arc::clone(&asked) };
        let app = axum::Router::new().fallback(answer).with_state(answers);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Server { api, door, asked }
    }

    pub fn url(&self) -> String {
        format!("ws://{}", self.door.local_addr().unwrap())
    }

    /// The next connection, greeted.
    pub async fn accept(&self) -> Door {
        let (stream, _) = soon(self.door.accept()).await.unwrap();
        let builder = ServerBuilder::new().limits(Limits::unlimited());
        let (request, socket) = builder.accept(stream).await.unwrap();
        let mut door = Door { socket, path: request.uri().to_string() };
        door.send(r#"{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}"#).await;
        door
    }

    /// The next connection, which has to identify, and the beginning of a session.
    pub async fn accept_new(&self) -> Door {
        let mut door = self.accept().await;
        assert_eq!(door.receive().await["op"], 2, "identify");
        let ready = frames::with(frames::ready(), json!({"resume_gateway_url": self.url()}));
        door.send(&dispatch("READY", 1, &ready)).await;
        door.send(&dispatch("GUILD_CREATE", 2, &frames::guild())).await;
        door
    }
}

async fn answer(State(answers): State<Answers>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let token = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    if token != Some(&format!("Bot {TOKEN}")) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let guild = frames::guild();
    let body = match path.trim_start_matches("/api/v10") {
        "/gateway/bot" => json!({
            "url": format!("ws://{}", answers.door), "shards": 1,
            // No limit on how fast sessions begin.
            "session_start_limit": {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 0}
        }),
        "/guilds/100" => {
            json!({"id": "100", "name": guild["name"], "owner_id": "702", "roles": guild["roles"]})
        }
        "/guilds/100/channels" => guild["channels"].clone(),
        "/guilds/100/threads/active" => json!({"threads": guild["threads"], "members": []}),
        "/guilds/100/members/900" => guild["members"][0].clone(),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    assert_eq!((GUILD, ME), (100, 900), "the paths above");
    answers.asked.lock().unwrap().push(path);
    Json(body).into_response()
}

/// The server's end of a connection.
pub struct Door {
    socket: WebSocketStream<TcpStream>,
    pub path: String,
}

impl Door {
    pub async fn send(&mut self, frame: &str) {
        self.socket.send(Message::text(frame.to_owned())).await.unwrap();
    }

    /// The next frame of the bot that is no heartbeat.
    pub async fn receive(&mut self) -> Value {
        loop {
            let message = soon(self.socket.next()).await.expect("open").expect("a frame");
            let frame: Value = serde_json::from_str(message.as_text().expect("text")).unwrap();
            if frame["op"] != 1 {
                return frame;
            }
        }
    }

    pub async fn close(mut self, code: u16) {
        self.socket.send(Message::close(CloseCode::try_from(code).ok(), "")).await.unwrap();
        // Until the bot has answered.
        while let Some(Ok(_)) = soon(self.socket.next()).await {}
    }

    /// The code with which the bot closes.
    pub async fn closed(mut self) -> u16 {
        loop {
            let message = soon(self.socket.next()).await.expect("a close frame").expect("a frame");
            if let Some((code, _)) = message.as_close() {
                return code.into();
            }
        }
    }

    /// Hangs up without a word.
    pub fn hang_up(self) {}

    /// The line is cut: the bot gets a reset.
    pub fn cut(self) {
        socket_reset(self.socket.into_inner());
    }
}

fn socket_reset(stream: TcpStream) {
    // Closing with unread data makes the system send a reset; asking for no
    // linger makes sure of it.
    stream.set_zero_linger().expect("a socket option");
}

/// A bot, and the inbox's other end.
pub struct Bot {
    pub events: mpsc::Receiver<Event>,
    pub keeper: SessionKeeper,
    pub known: watch::Receiver<Known>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), GatewayError>>,
}

impl Bot {
    pub fn start(server: &Server) -> Bot {
        Bot::with(server, SessionKeeper::default(), 64, None, TOKEN)
    }

    pub fn again(server: &Server, stored: &[u8]) -> Bot {
        Bot::with(server, SessionKeeper::new(Some(stored)), 64, None, TOKEN)
    }

    pub fn with(
        server: &Server,
        keeper: SessionKeeper,
        room: usize,
        guild: Option<GuildId>,
        token: &str,
    ) -> Bot {
        let (inbox, events) = mpsc::channel(room);
        let (stop, stopped) = oneshot::channel();
        let (known_by, known) = watch::channel(Known::default());
        let options = Options {
            api: Api::parse(&format!("http://{}", server.api)).unwrap(),
            token: token.to_owned(),
            guild,
            keeper: keeper.clone(),
            known: known_by,
        };
        let task = tokio::spawn(gateway::run(options, inbox, Clock::system(), stopped));
        Bot { events, keeper, known, stop, task }
    }

    pub async fn event(&mut self) -> Happening {
        soon(self.events.recv()).await.expect("an event").happening
    }

    /// The next event, as a few words: `fresh`, `3 posted hello`.
    pub async fn told(&mut self) -> String {
        words(&self.event().await)
    }

    /// Takes events up to the one that reads `words`, and calls them stored.
    pub async fn store_up_to(&mut self, last: &str) {
        loop {
            let happening = self.event().await;
            self.keeper.stored(&happening);
            if words(&happening) == last {
                return;
            }
        }
    }

    /// Takes events up to the one that reads `words`.
    pub async fn up_to(&mut self, last: &str) {
        while self.told().await != last {}
    }

    pub async fn stop(self) -> Result<(), GatewayError> {
        self.stop.send(()).unwrap();
        soon(self.task).await.unwrap()
    }

    /// Asks the bot to stop; it is waited for with [`Bot::ended`].
    pub fn ask_to_stop(self) -> JoinHandle<Result<(), GatewayError>> {
        self.stop.send(()).unwrap();
        self.task
    }

    pub async fn ended(self) -> Result<(), GatewayError> {
        let result = soon(self.task).await.unwrap();
        drop(self.stop);
        result
    }
}

pub fn words(happening: &Happening) -> String {
    match happening {
        Happening::Connection(Connection::Fresh) => "fresh".into(),
        Happening::Connection(Connection::Resumed) => "resumed".into(),
        Happening::Connection(Connection::Lost) => "lost".into(),
        Happening::Seen { frame, sight } => {
            let sight = match sight {
                Sight::Guild { guild, .. } => format!("guild {}", guild.name),
                Sight::Posted { message, .. } => format!("posted {}", message.content()),
                Sight::Unreadable { name, .. } => format!("unreadable {name}"),
                Sight::Other => "other".into(),
                other => format!("{other:?}"),
            };
            format!("{} {sight}", frame.sequence)
        }
        other => format!("{other:?}"),
    }
}

/// A message that says `text`.
pub fn says(sequence: u64, text: &str) -> String {
    let d = frames::message(json!({"content": text, "id": (5000 + sequence).to_string()}));
    dispatch("MESSAGE_CREATE", sequence, &d)
}

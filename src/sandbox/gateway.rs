//! The gateway door: Discord's websocket API v10, JSON as text.
//!
//! A connection only reads frames from its session and answers heartbeats;
//! what is sent, to whom and in what order is the world's business. Every
//! frame that leaves passes through `Line`: delaying, dropping, cutting and
//! reordering belong there.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_websockets::{CloseCode, Config, Error, Message, ServerBuilder, WebSocketStream};

use super::Server;
use super::world::{AS_IT_IS, Found, Frame, Reader, intent};

/// Frames taken from a session at once.
const FRAMES_AT_ONCE: usize = 256;
/// As much is gathered of what waits before it is written out.
const WRITTEN_AT_ONCE_BYTES: usize = 64 * 1024;
/// What a client may send within a minute.
const SENDS_A_MINUTE: usize = 120;
/// A client has this long to identify.
const IDENTIFY_WITHIN: Duration = Duration::from_secs(30);
/// And to open the websocket.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

const UNKNOWN_OPCODE: (u16, &str) = (4001, "Unknown opcode.");
const DECODE_ERROR: (u16, &str) = (4002, "Error while decoding payload.");
const NOT_AUTHENTICATED: (u16, &str) = (4003, "Not authenticated.");
const AUTHENTICATION_FAILED: (u16, &str) = (4004, "Authentication failed.");
const ALREADY_AUTHENTICATED: (u16, &str) = (4005, "Already authenticated.");
const RATE_LIMITED: (u16, &str) = (4008, "Rate limited.");
const SESSION_TIMED_OUT: (u16, &str) = (4009, "Session timed out.");
const INVALID_VERSION: (u16, &str) = (4012, "Invalid API version.");
const INVALID_INTENTS: (u16, &str) = (4013, "Invalid intent(s).");
const DISALLOWED_INTENTS: (u16, &str) = (4014, "Disallowed intent(s).");

/// What a test or the page does to all lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineOrders {
    /// Dispatches wait; heartbeats are answered.
    pub held: bool,
    /// Raised to cut every connection without a word.
    pub cuts: u64,
}

pub(super) async fn listen(server: Server, listener: TcpListener) {
    let mut stop = server.stop.subscribe();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(server.clone(), stream));
                }
                // Out of descriptors, most likely: let some be given back.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
        }
    }
    connections.shutdown().await;
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that the server itself is gone, which is the same.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

impl Server {
    /// Holds a dispatch to Discord's own document, where somebody asked for it.
    fn check_frame(&self, frame: &Frame) {
        let Some(checker) = self.checker else { return };
        if frame.name != AS_IT_IS
            && let Ok(whole) = serde_json::from_slice::<Value>(&frame.text)
        {
            self.deviates((checker.event)(frame.name, &whole["d"]));
        }
    }
}

/// What leaves on a line.
enum Outgoing {
    Dispatch(Frame),
    Control(Value),
}

/// One connection's way out and in.
struct Line {
    socket: WebSocketStream<TcpStream>,
}

impl Line {
    /// Every frame passes here. It is written out with the next flush.
    async fn put(&mut self, out: Outgoing) -> Result<(), Error> {
        let message = match out {
            Outgoing::Dispatch(frame) => Message::text(frame.text),
            Outgoing::Control(value) => Message::text(value.to_string()),
        };
        self.socket.feed(message).await
    }

    async fn control(&mut self, op: u8, data: Value) -> Result<(), Error> {
        let value = json!({ "t": null, "s": null, "op": op, "d": data });
        self.put(Outgoing::Control(value)).await?;
        self.socket.flush().await
    }

    async fn close(&mut self, (code, reason): (u16, &'static str)) {
        let code = CloseCode::try_from(code).ok();
        let _ = self.socket.send(Message::close(code, reason)).await;
    }
}

/// Why a connection ends.
enum End {
    /// The other side went without a close frame, or the line was cut.
    Gone,
    /// The other side closed, for good with 1000 or 1001.
    Closed { on_purpose: bool },
    /// We close.
    Close((u16, &'static str)),
    /// The session cannot be read on.
    Lost,
}

impl From<Error> for End {
    fn from(_: Error) -> End {
        End::Gone
    }
}

async fn serve(server: Server, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let config = Config::default().flush_threshold(WRITTEN_AT_ONCE_BYTES);
    let accepted = timeout(HANDSHAKE_WITHIN, ServerBuilder::new().config(config).accept(stream)).await;
    let Ok(Ok((request, socket))) = accepted else {
        return;
    };
    let mut line = Line { socket };
    let query = request.uri().query().unwrap_or("").to_owned();
    if !query.split('&').any(|p| p == "v=10") {
        return line.close(INVALID_VERSION).await;
    }
    let mut connection = Connection {
        orders: server.line.subscribe(),
        server: server.clone(),
        line,
        reader: None,
        sends: Vec::new(),
    };
    connection.orders.mark_unchanged();
    let end = match connection.run().await {
        Ok(()) => return,
        Err(end) => end,
    };
    let on_purpose = matches!(end, End::Closed { on_purpose: true } | End::Close(SESSION_TIMED_OUT));
    if let Some(reader) = &connection.reader {
        server.with(|world| world.detach(reader, on_purpose));
    }
    match end {
        End::Close(why) => connection.line.close(why).await,
        End::Lost => {
            let _ = connection.line.control(9, json!(false)).await;
            connection.line.close((4000, "Unknown error.")).await;
        }
        End::Gone | End::Closed { .. } => {}
    }
}

struct Connection {
    server: Server,
    line: Line,
    orders: watch::Receiver<LineOrders>,
    reader: Option<Reader>,
    /// When the client sent something, within the last minute.
    sends: Vec<Instant>,
}

impl Connection {
    async fn run(&mut self) -> Result<(), End> {
        let interval_ms = self.server.heartbeat_interval_ms;
        // Discord gives up on a client that stays silent for longer than this.
        let patience = Duration::from_millis(interval_ms) * 2;
        self.line.control(10, json!({ "heartbeat_interval": interval_ms, "_trace": [] })).await?;
        let mut stop = self.server.stop.subscribe();
        let mut cuts = self.orders.borrow().cuts;
        let mut heard = Instant::now();
        loop {
            let orders = *self.orders.borrow_and_update();
            if orders.cuts != cuts {
                return Err(End::Gone);
            }
            cuts = orders.cuts;
            if !orders.held {
                self.send_what_waits().await?;
            }
            let wake = self.reader.as_ref().map(|r| r.wake.clone());
            let limit = if self.reader.is_some() { patience } else { IDENTIFY_WITHIN };
            tokio::select! {
                () = stopped(&mut stop) => return Err(End::Gone),
                _ = self.orders.changed() => {}
                () = async {
                    match &wake {
                        Some(wake) => wake.notified().await,
                        None => std::future::pending().await,
                    }
                } => {}
                () = tokio::time::sleep_until(heard + limit) => {
                    return Err(End::Close(SESSION_TIMED_OUT));
                }
                message = self.line.socket.next() => {
                    heard = Instant::now();
                    match message {
                        None | Some(Err(_)) => return Err(End::Gone),
                        Some(Ok(message)) => self.take(message).await?,
                    }
                }
            }
        }
    }

    async fn send_what_waits(&mut self) -> Result<(), End> {
        let Some(reader) = &mut self.reader else {
            return Ok(());
        };
        loop {
            let found = self.server.look(|world| world.read_on(reader, FRAMES_AT_ONCE));
            let frames = match found {
                Found::Frames(frames) => frames,
                Found::Lost => return Err(End::Lost),
            };
            let Some(last) = frames.last() else {
                return Ok(());
            };
            reader.read = last.seq;
            for frame in frames {
                self.server.check_frame(&frame);
                self.line.put(Outgoing::Dispatch(frame)).await?;
            }
            self.line.socket.flush().await?;
            if self.orders.borrow().held {
                return Ok(());
            }
        }
    }

    async fn take(&mut self, message: Message) -> Result<(), End> {
        if let Some((code, _)) = message.as_close() {
            let on_purpose = matches!(u16::from(code), 1000 | 1001);
            return Err(End::Closed { on_purpose });
        }
        if message.is_ping() || message.is_pong() {
            return Ok(());
        }
        let minute_ago = Instant::now().checked_sub(Duration::from_secs(60));
        self.sends.retain(|at| minute_ago.is_none_or(|ago| *at > ago));
        self.sends.push(Instant::now());
        if self.sends.len() > SENDS_A_MINUTE {
            return Err(End::Close(RATE_LIMITED));
        }
        let payload: &[u8] = message.as_payload();
        let Ok(sent) = serde_json::from_slice::<Value>(payload) else {
            return Err(End::Close(DECODE_ERROR));
        };
        let data = &sent["d"];
        match sent["op"].as_u64() {
            Some(1) => {
                self.line.control(11, Value::Null).await?;
                Ok(())
            }
            Some(2 | 6) if self.reader.is_some() => Err(End::Close(ALREADY_AUTHENTICATED)),
            Some(2) => self.identify(data),
            Some(6) => self.resume(data).await,
            // Presence, voice state, member requests: heard, nothing follows.
            Some(3 | 4 | 8 | 31) if self.reader.is_some() => Ok(()),
            Some(3 | 4 | 8 | 31) => Err(End::Close(NOT_AUTHENTICATED)),
            Some(_) => Err(End::Close(UNKNOWN_OPCODE)),
            None => Err(End::Close(DECODE_ERROR)),
        }
    }

    fn identify(&mut self, data: &Value) -> Result<(), End> {
        let token = data["token"].as_str().unwrap_or("");
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        let intents = data["intents"].as_u64();
        let Some(intents) = intents.filter(|bits| bits & !intent::ALL == 0) else {
            return Err(End::Close(INVALID_INTENTS));
        };
        let reader = self.server.with(|world| {
            let user = world.user_of_token(token).ok_or(AUTHENTICATION_FAILED)?;
            world.identify(user, intents, &data["shard"]).map_err(|_| DISALLOWED_INTENTS)
        });
        self.reader = Some(reader.map_err(End::Close)?);
        Ok(())
    }

    async fn resume(&mut self, data: &Value) -> Result<(), End> {
        let token = data["token"].as_str().unwrap_or("");
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        let session = data["session_id"].as_str().unwrap_or("");
        let seq = data["seq"].as_u64().unwrap_or(u64::MAX - 1);
        let resumed = self.server.with(|world| {
            let user = world.user_of_token(token).ok_or(AUTHENTICATION_FAILED)?;
            Ok(world.resume(user, session, seq))
        });
        match resumed.map_err(End::Close)? {
            Some(reader) => self.reader = Some(reader),
            // The client waits a little, then identifies on this connection.
            None => self.line.control(9, json!(false)).await?,
        }
        Ok(())
    }
}

//! The connection to Discord's gateway: frames in, events out, in order.
//!
//! One task pulls frames from the transport, has each converted, and waits
//! until the inbox has room for it; what the pipeline cannot take yet waits in
//! the socket. Lost connections are resumed, also by a later process, from the
//! last event that is on stable storage ([`SessionKeeper`]).
//!
//! It neither judges nor stores, and it sends nothing but what the protocol
//! itself asks for.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep};
use twilight_gateway::error::ReceiveMessageErrorType;
use twilight_gateway::{ConfigBuilder, Intents, Message as Received, Session, Shard, ShardId};

use crate::clock::Clock;
use crate::discord::convert::{Conversion, Converted, Converter, Ready, Signal, Us};
use crate::domain::event::{Connection, Event, Frame, Happening, Sight};
use crate::domain::id::GuildId;
use crate::platform::Inbox;

mod address;
mod ask;
mod failure;
mod session;
mod wire;

pub use address::{AddressError, Api, DISCORD};
pub use ask::not_discord;
pub use failure::GatewayError;
pub use session::SessionKeeper;

use ask::{Asker, Door, Silence};
use session::Saved;
use wire::{Held, Told};

/// What the bot asks to be told: `GUILDS`, `GUILD_MODERATION`,
/// `GUILD_MESSAGES`, `DIRECT_MESSAGES`, `MESSAGE_CONTENT`,
/// `AUTO_MODERATION_CONFIGURATION`, `AUTO_MODERATION_EXECUTION`. Of these only
/// `MESSAGE_CONTENT` is privileged.
pub const INTENTS: u64 = 3_183_109;

/// After so many connections in a row that told nothing the session is given
/// up: perhaps it is the session that cannot be gone on with.
const FRUITLESS_LIMIT: u32 = 5;

/// How often the server is asked about before an earlier process's session is
/// given up, and the longest pause in between: the session does not wait for
/// ever.
const ASKING_LIMIT: u32 = 3;
const ASKING_PAUSE: Duration = Duration::from_secs(2);

/// Once the inbox is full, nothing is put into it before it has room for so
/// many events.
const ROOM_AT_ONCE: usize = 256;

/// The operation code of the gateway's greeting.
const HELLO: u64 = 10;

/// How the bot connects.
pub struct Options {
    pub api: Api,
    pub token: String,
    /// Our server; may be left out where the bot is in one only.
    pub guild: Option<GuildId>,
    pub keeper: SessionKeeper,
    /// Where the gateway says what it knows of itself.
    pub known: watch::Sender<Known>,
}

/// What the gateway knows of itself, for everyone who answers or reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub us: Us,
    /// Our server, once it is known which it is.
    pub home: Option<GuildId>,
    /// Every server that the bot is in, as of the beginning of the session.
    pub guilds: Vec<GuildId>,
    /// Servers that are not ours and are ignored, by name.
    pub others: BTreeMap<GuildId, String>,
    /// Frames come in at present.
    pub connected: bool,
}

/// Runs until `stop` is used or dropped, or something happens that trying
/// again would not help. Either way the session can be gone on with later.
pub async fn run(
    options: Options,
    inbox: Inbox,
    clock: Clock,
    stop: oneshot::Receiver<()>,
) -> Result<(), GatewayError> {
    let asker = Asker::new(&options.api, &options.token)?;
    let converter = Converter::new(options.guild);
    let gateway = Gateway {
        options,
        asker,
        converter,
        inbox,
        clock,
        stop,
        watching: false,
        away: false,
        failures: 0,
        fruitless: 0,
    };
    match gateway.run().await {
        Err(End::Stopped) | Ok(()) => Ok(()),
        Err(End::Failed(error)) => Err(error),
    }
}

/// Why the work is over.
enum End {
    /// Asked to stop, or nobody takes events any more.
    Stopped,
    Failed(GatewayError),
}

/// What is to be done about a connection that ended.
enum Next {
    /// The transport goes on by itself.
    GoOn,
    /// A new transport, with the session it had or without one.
    Anew { session: Option<Saved> },
}

struct Gateway {
    options: Options,
    asker: Asker,
    converter: Converter,
    inbox: Inbox,
    clock: Clock,
    stop: oneshot::Receiver<()>,
    /// Whether events come in: between `Fresh` or `Resumed` and `Lost`.
    watching: bool,
    /// Our server was told to be unavailable.
    away: bool,
    /// Connections and requests in a row that failed.
    failures: u32,
    /// Connections in a row that told nothing.
    fruitless: u32,
}

impl Gateway {
    async fn run(mut self) -> Result<(), End> {
        let mut session = self.options.keeper.saved();
        if let Some(saved) = session.take() {
            session = self.take_up(saved).await?;
        }
        loop {
            let mut shard = self.shard(session.take()).await?;
            let result = self.serve(&mut shard).await;
            if let Err(End::Stopped) = result {
                wire::close(shard).await;
            }
            let Next::Anew { session: next } = result? else { continue };
            if next.is_none() {
                self.fruitless = 0;
            }
            session = next;
        }
    }

    /// Gets ready to go on with an earlier process's session. Discord will
    /// not describe the server again, so it is asked; without an answer a new
    /// session is begun instead, and back-fill finds what was missed.
    async fn take_up(&mut self, saved: Saved) -> Result<Option<Saved>, End> {
        let us = saved.us();
        let Some(me) = us.me.filter(|_| self.options.guild.is_none_or(|guild| guild == saved.guild)) else {
            return Ok(None);
        };
        self.converter.resume(us, Some(saved.guild));
        // A network that is not up yet is no reason to give the session up.
        self.door().await?;
        let mut tries = 0;
        let learned = loop {
            let described = tokio::select! {
                described = self.asker.guild(saved.guild, me) => described,
                _ = &mut self.stop => return Err(End::Stopped),
            };
            tries += 1;
            match described {
                Ok(guild) => break self.converter.learn(&guild).map_err(|error| error.to_string()),
                Err(Silence::Fatal(error)) => return Err(End::Failed(error)),
                Err(Silence::Refused(why)) => break Err(why),
                Err(Silence::Passing { why, .. }) if tries == ASKING_LIMIT => break Err(why),
                Err(Silence::Passing { after, .. }) => {
                    self.pause(after.unwrap_or(ASKING_PAUSE).min(ASKING_PAUSE)).await?;
                }
            }
        };
        match learned {
            Ok(sight) => {
                self.tell_known(|_| {});
                self.send(Happening::Seen { frame: Frame::default(), sight }).await?;
                Ok(Some(saved))
            }
            Err(why) => {
                tracing::warn!(%why, "the server could not be asked about, so a new session is begun");
                self.options.keeper.forget();
                Ok(None)
            }
        }
    }

    /// Where the gateway is; asked until Discord answers.
    async fn door(&mut self) -> Result<Door, End> {
        self.wait().await?;
        let mut unanswered = 0;
        loop {
            let answer = tokio::select! {
                answer = self.asker.door() => answer,
                _ = &mut self.stop => return Err(End::Stopped),
            };
            match answer {
                Ok(door) => return Ok(door),
                Err(silence) => {
                    let (why, after) = match silence {
                        Silence::Fatal(error) => return Err(End::Failed(error)),
                        Silence::Refused(why) => (why, None),
                        Silence::Passing { why, after } => (why, after),
                    };
                    unanswered += 1;
                    let wait = wire::patience(unanswered, after);
                    tracing::warn!(%why, again_in_s = wait.as_secs(), "Discord does not say where its gateway is");
                    self.pause(wait).await?;
                }
            }
        }
    }

    /// A transport that will connect where Discord says.
    async fn shard(&mut self, session: Option<Saved>) -> Result<Shard, End> {
        let door = self.door().await?;
        let url = self.options.api.gateway(&door.url).map_err(|e| End::Failed(GatewayError::Address(e)))?;
        let config =
            ConfigBuilder::new(self.options.token.trim().to_owned(), Intents::from_bits_retain(INTENTS))
                .proxy_url(url)
                .queue(wire::queue(door.session_start_limit));
        let config = match session {
            Some(saved) => {
                let config = config.session(Session::new(saved.sequence, saved.session));
                match self.options.api.gateway(&saved.resume_url) {
                    Ok(url) => config.resume_url(url),
                    Err(_) => config,
                }
            }
            None => config,
        };
        Ok(Shard::with_config(ShardId::ONE, config.build()))
    }

    /// Takes frames until the transport has to be made anew.
    async fn serve(&mut self, shard: &mut Shard) -> Result<Next, End> {
        let mut unreachable = 0;
        let mut held = Held::default();
        loop {
            let received = tokio::select! {
                biased;
                _ = &mut self.stop => return Err(End::Stopped),
                received = shard.next() => received,
            };
            let raw = match received {
                Some(Ok(Received::Text(raw))) => raw,
                Some(Ok(Received::Close(frame))) => {
                    match self.closed(shard, frame.map(|frame| frame.code), &mut held).await? {
                        Next::GoOn => continue,
                        anew => return Ok(anew),
                    }
                }
                Some(Err(error)) => match error.into_parts() {
                    // The transport could not make sense of it; it is a frame
                    // all the same.
                    (ReceiveMessageErrorType::Deserializing { event }, _) => event,
                    // It could not connect, and waits by itself before it
                    // tries again. Perhaps the gateway is elsewhere by now.
                    _ => {
                        tracing::warn!("the gateway cannot be reached");
                        self.lost().await?;
                        held = Held::default();
                        unreachable += 1;
                        match unreachable {
                            FRUITLESS_LIMIT.. => return Ok(self.anew(shard)),
                            _ => continue,
                        }
                    }
                },
                None => return Ok(self.anew(shard)),
            };
            unreachable = 0;
            match self.frame(raw).await? {
                Told::Something => held.told = true,
                Told::Nothing => {}
                // The transport connects again without a word when the other
                // side just hangs up; then only the greeting tells.
                Told::Greeting => {
                    if held.since.is_some()
                        && let anew @ Next::Anew { .. } = self.closed(shard, None, &mut held).await?
                    {
                        return Ok(anew);
                    }
                    held.since = Some(Instant::now());
                }
            }
        }
    }

    /// Takes note of the end of a connection, and waits before the next where
    /// that is advisable.
    async fn closed(&mut self, shard: &mut Shard, code: Option<u16>, held: &mut Held) -> Result<Next, End> {
        self.lost().await?;
        if let Some(error) = code.and_then(GatewayError::from_close_code) {
            return Err(End::Failed(error));
        }
        tracing::info!(?code, "the gateway's connection was closed");
        let held = std::mem::take(held);
        self.failures = if held.was_good() { 1 } else { self.failures.saturating_add(1) };
        self.fruitless = if held.told { 0 } else { self.fruitless.saturating_add(1) };
        let next = self.after_close(shard, code);
        if let Next::GoOn = next {
            self.wait().await?;
        }
        Ok(next)
    }

    /// The transport resumes by itself. It is made anew where Discord says
    /// that the session is over, where resuming leads nowhere, and where it
    /// would go to an address the token must not go to.
    fn after_close(&self, shard: &Shard, code: Option<u16>) -> Next {
        let address = shard.resume_url().map(|url| self.options.api.gateway(url));
        match (code, address) {
            (Some(4003 | 4007 | 4009), _) => Next::Anew { session: None },
            _ if self.fruitless >= FRUITLESS_LIMIT => Next::Anew { session: None },
            (_, Some(Err(error))) => {
                tracing::warn!(%error, "the address for resuming is not used");
                self.anew(shard)
            }
            _ => Next::GoOn,
        }
    }

    /// A new transport for the session that `shard` had, if it may be gone on with.
    fn anew(&self, shard: &Shard) -> Next {
        let us = self.converter.us();
        let ready = shard.session().filter(|_| self.fruitless < FRUITLESS_LIMIT).map(|session| Ready {
            us,
            guilds: Vec::new(),
            session: session.id().to_owned(),
            resume_url: String::new(),
        });
        let saved = ready.and_then(|ready| Saved::of(&ready, self.converter.home()));
        let sequence = shard.session().map_or(0, Session::sequence);
        Next::Anew { session: saved.map(|saved| Saved { sequence, ..saved }) }
    }

    /// Passes a frame on.
    async fn frame(&mut self, raw: String) -> Result<Told, End> {
        let Converted { sequence, sight, also, signal } = match self.converter.convert(&raw) {
            Conversion::Control(HELLO) => return Ok(Told::Greeting),
            Conversion::Control(_) => return Ok(Told::Nothing),
            Conversion::Elsewhere => {
                if *self.converter.others() != self.options.known.borrow().others {
                    self.tell_known(|_| {});
                }
                return Ok(Told::Something);
            }
            Conversion::Ours(converted) => *converted,
        };
        let mut after = None;
        match signal {
            Some(Signal::Ready(ready)) => {
                self.ready(ready)?;
                self.away = false;
                self.connected(Connection::Fresh).await?;
            }
            Some(Signal::Resumed) if !self.away => after = Some(Connection::Resumed),
            // Whatever was written while the server was away is for back-fill
            // to find.
            Some(Signal::GuildThere) if std::mem::take(&mut self.away) => {
                self.options.keeper.go_on();
                self.connected(Connection::Fresh).await?;
            }
            Some(Signal::GuildLost) => {
                self.away = true;
                after = Some(Connection::Lost);
            }
            Some(Signal::GuildThere | Signal::Resumed) | None => {}
        }
        let readable = !matches!(sight, Sight::Unreadable { .. });
        let frame = Frame { sequence, raw: wire::one_line(raw, readable), is_json: readable };
        self.send(Happening::Seen { frame, sight }).await?;
        for sight in also {
            let frame = Frame { sequence, ..Frame::default() };
            self.send(Happening::Seen { frame, sight }).await?;
        }
        match after {
            Some(Connection::Lost) => self.lost().await?,
            Some(connection) => self.connected(connection).await?,
            None => {}
        }
        Ok(Told::Something)
    }

    fn ready(&mut self, ready: Ready) -> Result<(), End> {
        let home = self.converter.home();
        if home.is_none() && ready.guilds.len() > 1 {
            return Err(End::Failed(GatewayError::SeveralServers(ready.guilds)));
        }
        self.options.keeper.begin(&ready, home);
        self.tell_known(|known| known.guilds = ready.guilds);
        Ok(())
    }

    async fn connected(&mut self, connection: Connection) -> Result<(), End> {
        self.watching = true;
        self.tell_known(|_| {});
        self.send(Happening::Connection(connection)).await
    }

    async fn lost(&mut self) -> Result<(), End> {
        if !std::mem::take(&mut self.watching) {
            return Ok(());
        }
        self.tell_known(|_| {});
        self.send(Happening::Connection(Connection::Lost)).await
    }

    fn tell_known(&self, also: impl FnOnce(&mut Known)) {
        self.options.known.send_modify(|known| {
            known.us = self.converter.us();
            known.home = self.converter.home();
            known.others.clone_from(self.converter.others());
            known.connected = self.watching;
            also(known);
        });
    }

    /// Puts an event into the inbox, as soon as there is room. Once we are to
    /// stop, what has no room is left: it is not on record, so it comes again.
    async fn send(&mut self, happening: Happening) -> Result<(), End> {
        let event = Event { at: self.clock.now(), happening };
        let event = match self.inbox.try_send(event) {
            Ok(()) => return Ok(()),
            Err(tokio::sync::mpsc::error::TrySendError::Full(event)) => event,
            Err(tokio::sync::mpsc::error::TrySendError::Closed(_)) => return Err(End::Stopped),
        };
        // For some more at once: waiting for each would be slower than taking it.
        tokio::select! {
            biased;
            _ = &mut self.stop => Err(End::Stopped),
            room = self.inbox.reserve_many(ROOM_AT_ONCE.min(self.inbox.max_capacity())) => {
                room.map_err(|_| End::Stopped)?.next().ok_or(End::Stopped)?.send(event);
                Ok(())
            }
        }
    }

    /// Waits as long as the failures so far advise.
    async fn wait(&mut self) -> Result<(), End> {
        match wire::advised_wait(self.failures) {
            Duration::ZERO => Ok(()),
            time => self.pause(time).await,
        }
    }

    async fn pause(&mut self, time: Duration) -> Result<(), End> {
        tokio::select! {
            _ = sleep(time) => Ok(()),
            _ = &mut self.stop => Err(End::Stopped),
        }
    }
}

//! The bot, put together: store, pipeline, gateway and executor, started and
//! ended in the right order.
//!
//! `run` and `sandbox` start the same bot; they differ only in which server
//! it speaks to. It ends when it is told to, when Discord does not want it
//! back, or when the record cannot be written.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::advance::State;
use crate::clock::Clock;
use crate::control;
use crate::discord::gateway::{self, Api, GatewayError, Known, SessionKeeper};
use crate::discord::line::Line;
use crate::discord::look::{AttachmentSink, AttachmentWriter};
use crate::discord::rest::{self, Executor, Stop};
use crate::discord::{convert, look};
use crate::domain::card::Language;
use crate::domain::deployment::Deployment;
use crate::domain::event::{Event, Happening};
use crate::pipeline::{self, NextPolicy, Pipeline, Receipts, Standing};
use crate::platform::{INBOX_LIMIT, Inbox, Platform};
use crate::policy::Policy;
use crate::store::attachments::{Attachments, Incoming};
use crate::store::{self, Opened, Reader, Store, StoreError};

/// How often time passes for holds and waiting takedowns.
const TICK: Duration = Duration::from_secs(1);

/// How long the answers that are still out are waited for when the bot ends.
/// All of ending has ten seconds.
const FINISH_WITHIN: Duration = Duration::from_secs(5);

/// Largest attachment that is kept, in bytes: what a message may hold in all.
const ATTACHMENT_LIMIT: u64 = 100 << 20;

/// What the bot is started with.
pub struct Setup {
    pub policy: Policy,
    pub deployment: Deployment,
    pub data_dir: PathBuf,
    pub key_file: Option<PathBuf>,
    /// The server: `https://discord.com`, or what `GAVEL_DISCORD_API` names.
    pub api: String,
    pub token: String,
    pub clock: Clock,
    /// Requests a second over all routes; `None` where only the server limits.
    pub per_second: Option<u32>,
}

/// Why the bot ended by itself.
#[derive(Debug)]
pub enum Ended {
    /// Discord does not want it back; says what to do.
    Gateway(GatewayError),
    /// Discord does not accept the token any more.
    Unauthorised,
    /// The record could not be kept, or a task broke.
    Broken(anyhow::Error),
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ended::Gateway(error) => error.fmt(f),
            Ended::Unauthorised => f.write_str(
                "Discord does not accept the bot's token any more; make a new one in the developer portal, \
                 put it in place, and start again",
            ),
            Ended::Broken(error) => write!(f, "{error:#}"),
        }
    }
}

/// A running bot.
pub struct Running {
    pub reader: Reader,
    /// The verifier key of the log.
    pub verifier: String,
    /// What was found when the store was opened.
    pub opened: Opened,
    pub standing: watch::Receiver<Standing>,
    pub known: watch::Receiver<Known>,
    pub inbox: Inbox,
    next_policy: NextPolicy,
    clock: Clock,
    executor: Executor,
    stop_gateway: Option<oneshot::Sender<()>>,
    gateway: JoinHandle<Result<(), GatewayError>>,
    ticker: JoinHandle<()>,
    control: JoinHandle<()>,
    pipeline: JoinHandle<anyhow::Result<()>>,
}

/// Starts the bot on the running tokio runtime.
///
/// # Errors
///
/// When the store cannot be opened or read back, or an address is malformed.
pub async fn start(setup: Setup) -> anyhow::Result<Running> {
    let Setup { policy, deployment, data_dir, key_file, api, token, clock, per_second } = setup;
    let api = Api::parse(&api)?;
    let mut options = store::Options::new(&data_dir);
    options.key_file = key_file;
    let checkpoint_every = Duration::from_secs(u64::from(deployment.checkpoint_minutes.max(1)) * 60);
    let (store, opened, state) = {
        let (clock, deployment) = (clock.clone(), Arc::new(deployment.clone()));
        let open = move || -> anyhow::Result<(Store, Opened, State)> {
            let (store, opened) = Store::open(options, &clock)?;
            let mut state = State::new(concat!("gavel ", env!("CARGO_PKG_VERSION")), deployment);
            pipeline::fold(&store, &mut state)?;
            Ok((store, opened, state))
        };
        tokio::task::spawn_blocking(open).await.context("the store broke while it was opened")??
    };
    report(&opened);

    let (inbox, events) = mpsc::channel::<Event>(INBOX_LIMIT);
    let keeper = SessionKeeper::new(store.get_cache(pipeline::SESSION)?.as_deref());
    let (known_to, known) = watch::channel(Known::default());
    let (standing_to, standing) = watch::channel(Standing::default());
    let reader = store.reader();
    let verifier = store.verifier().to_owned();
    let executor = Executor::new(
        rest::Settings {
            api: api.base().to_owned(),
            token: token.clone(),
            clock: clock.clone(),
            journal: verifier.clone(),
            resumed_below: store.next(),
            per_second,
            staff_language: Language::En,
            convert: {
                let known = known.clone();
                Arc::new(move |raw: &str| {
                    let us = known.borrow().us;
                    convert::message_from_object(raw, us).map_err(|error| error.to_string())
                })
            },
            sink: Arc::new(Sink(store.attachments())),
        },
        inbox.clone(),
    )?;

    // What an earlier run owed is carried out first; it is on record already.
    let owed: Vec<_> = state.owed.keys().copied().collect();
    let owed = store.owed(&owed)?.into_intents();
    let next_policy = NextPolicy::default();
    let receipts = Receipts::default();
    let started = Happening::Started {
        version: concat!("gavel ", env!("CARGO_PKG_VERSION")).to_owned(),
        policy: policy.note(),
        deployment: Box::new(deployment.clone()),
    };
    let pipeline = Pipeline {
        store,
        state,
        policy: Arc::new(policy),
        next_policy: next_policy.clone(),
        receipts: receipts.clone(),
        platform: Arc::new(executor.clone()),
        gateway: Arc::new(Line { keeper: keeper.clone(), known: known.clone() }),
        standing: standing_to,
        checkpoint_every,
    };
    let (control_inbox, control_clock) = (inbox.clone(), clock.clone());
    let pipeline = tokio::task::spawn_blocking(move || pipeline.run(events));
    inbox.send(Event { at: clock.now(), happening: started }).await.context("the pipeline ended at once")?;
    if !owed.is_empty() {
        tracing::info!(count = owed.len(), "carrying out what an earlier run owed");
        executor.carry_out(owed);
    }

    let (asked, asking) = mpsc::channel(ASKED_LIMIT);
    let listening = control::Server::bind(&data_dir)
        .with_context(|| format!("cannot open the control socket in `{}`", data_dir.display()))?;
    let control = tokio::spawn(async move {
        tokio::join!(listening.serve(asked), answer(asking, receipts, control_inbox, control_clock));
    });

    let (stop_gateway, stopped) = oneshot::channel();
    let options = gateway::Options { api, token, guild: deployment.guild, keeper, known: known_to };
    let gateway = tokio::spawn(gateway::run(options, inbox.clone(), clock.clone(), stopped));
    let ticker = tokio::spawn(tick(inbox.clone(), clock.clone()));
    Ok(Running {
        reader,
        verifier,
        opened,
        standing,
        known,
        inbox,
        next_policy,
        clock,
        executor,
        stop_gateway: Some(stop_gateway),
        gateway,
        ticker,
        control,
        pipeline,
    })
}

/// How many requests over the control socket may wait.
const ASKED_LIMIT: usize = 16;

/// Puts on record what is asked over the control socket, and answers once it is.
async fn answer(mut asking: mpsc::Receiver<control::Asked>, receipts: Receipts, inbox: Inbox, clock: Clock) {
    let mut ticket = 0;
    while let Some(asked) = asking.recv().await {
        let control::Request::Access { entry, how, by } = asked.request;
        let by = asked.uid.map_or(by.clone(), |uid| format!("{by} (uid {uid})"));
        ticket += 1;
        let (recorded, waiting) = oneshot::channel();
        receipts.lock().unwrap_or_else(PoisonError::into_inner).insert(ticket, recorded);
        let happening = Happening::Accessed { ticket, entry, how, by };
        let sent = inbox.send(Event { at: clock.now(), happening }).await;
        let reply = match (sent, waiting.await) {
            (Ok(()), Ok(entry)) => control::Reply::Recorded { entry },
            _ => control::Reply::Refused { why: "the bot is ending".to_owned() },
        };
        // Whoever asked may have gone away since; it is on record all the same.
        let _ = asked.reply.send(reply);
    }
}

/// Says loudly what had to be mended.
fn report(opened: &Opened) {
    if let Some(cut) = &opened.cut {
        tracing::warn!(
            ?cut,
            "the journal's last append was incomplete and was cut off; none of it was acknowledged"
        );
    }
    if let Some(why) = &opened.reindexed {
        tracing::warn!(why, "the index was made again from the journal");
    }
    if opened.is_open_to_others {
        tracing::warn!("the data directory can be read by others; `chmod 700` it");
    }
}

async fn tick(inbox: Inbox, clock: Clock) {
    let mut every = tokio::time::interval(TICK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let event = Event { at: clock.now(), happening: Happening::Tick };
        if inbox.send(event).await.is_err() {
            return;
        }
    }
}

impl Running {
    /// Waits until messages are being judged, or the bot has ended.
    pub async fn ready(&mut self) -> Result<(), Ended> {
        let mut standing = self.standing.clone();
        let ready = async {
            if standing.wait_for(|standing| standing.ready).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = ready => Ok(()),
            ended = self.ended() => Err(ended),
        }
    }

    /// Waits until the bot ends by itself, and says why.
    pub async fn ended(&mut self) -> Ended {
        tokio::select! {
            ended = &mut self.pipeline => match ended {
                Ok(Ok(())) => Ended::Broken(anyhow::anyhow!("the pipeline ended without being asked to")),
                Ok(Err(error)) => Ended::Broken(error),
                Err(error) => Ended::Broken(anyhow::anyhow!("the pipeline broke: {error}")),
            },
            ended = &mut self.gateway => match ended {
                Ok(Err(error)) => Ended::Gateway(error),
                Ok(Ok(())) => Ended::Broken(anyhow::anyhow!("the gateway ended without being asked to")),
                Err(error) => Ended::Broken(anyhow::anyhow!("the gateway broke: {error}")),
            },
            stop = self.executor.stopped() => match stop {
                Stop::Unauthorised => Ended::Unauthorised,
                Stop::Finished => Ended::Broken(anyhow::anyhow!("the executor ended without being asked to")),
            },
        }
    }

    /// Puts a new policy and new settings in force.
    pub async fn reload(&self, policy: Policy, deployment: Deployment) -> anyhow::Result<()> {
        let note = policy.note();
        *self.next_policy.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(policy));
        let happening = Happening::Reloaded { policy: note, deployment: Box::new(deployment) };
        self.inbox.send(Event { at: self.clock.now(), happening }).await.context("the bot has ended")
    }

    /// Ends the bot in good order: no more frames, the answers that are out
    /// come back, everything is written, a checkpoint is signed. What was not
    /// sent stays owed, and the gateway's session can be gone on with.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        drop(self.stop_gateway.take());
        self.ticker.abort();
        self.control.abort();
        if !self.gateway.is_finished() {
            let _ = tokio::time::timeout(FINISH_WITHIN, &mut self.gateway).await;
        }
        if !self.executor.finish(FINISH_WITHIN).await {
            tracing::warn!("some requests were not answered in time; they are looked up at the next start");
        }
        let happening = Happening::Stopping;
        // If the pipeline has ended already, its own result says why.
        let _ = self.inbox.send(Event { at: self.clock.now(), happening }).await;
        (&mut self.pipeline).await.context("the pipeline broke")?
    }
}

/// Whoever drops a running bot does not wait for it; but its thread ends, and
/// with it the process can.
impl Drop for Running {
    fn drop(&mut self) {
        let event = Event { at: self.clock.now(), happening: Happening::Stopping };
        // Full or closed: then it has events to look at, or none any more.
        let _ = self.inbox.try_send(event);
    }
}

/// The store's attachments, as the place that downloads go to.
struct Sink(Attachments);

impl AttachmentSink for Sink {
    fn begin(&self) -> io::Result<Box<dyn AttachmentWriter>> {
        let incoming = self.0.begin(ATTACHMENT_LIMIT).map_err(other)?;
        Ok(Box::new(Writer(incoming)))
    }
}

/// One attachment on its way into the store.
struct Writer(Incoming);

impl look::AttachmentWriter for Writer {
    fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.0.write(chunk).map_err(other)
    }

    fn finish(self: Box<Self>) -> io::Result<String> {
        Ok(self.0.finish().map_err(other)?.sha256)
    }
}

fn other(error: StoreError) -> io::Error {
    io::Error::other(error)
}

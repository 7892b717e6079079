//! The executor: carries out on Discord what is durably owed, and looks
//! things up there.
//!
//! Each intent becomes one small task that ends in exactly one conclusion.
//! What a task may send, and when, the `gate` decides; what an answer means
//! is decided here. Whatever may have happened although nobody said so is
//! never taken for a failure: deletions and edits are repeated, posts carry a
//! nonce by which Discord, or a look at the channel, recognises them.
//!
//! Two things leave an intent owed instead of concluding it: a token that is
//! no longer accepted, and the bot's own stopping. The next start takes it up
//! again.

mod call;
mod delete;
mod direct;
mod gate;
mod outcome;
mod pace;
mod post;
mod wire;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand_core::RngCore;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

pub use pace::DISCORD_PER_SECOND;
pub use wire::{Lost, Network, Reply, Wire};

pub(super) use self::call::{Address, Call};
use self::delete::{Deletes, Wanted};
use self::direct::Direct;
use self::gate::{Gate, Pass};
use self::outcome::{OPENING_TOO_FAST, Told, UNKNOWN_CHANNEL, detail, refusal};
use super::look::{AttachmentSink, Convert, Look};
use super::render;
use crate::clock::Clock;
use crate::domain::action::{Action, Conclusion, EntryNo, IntentId};
use crate::domain::card::Language;
use crate::domain::event::{Event, Happening, Question};
use crate::domain::id::{InteractionId, MessageId, VenueId};
use crate::platform::{Inbox, Platform};
use crate::store::Intent;

/// How long what is owed is tried, where every answer is an error of the
/// server's or none comes: Discord's outages last hours. Waiting because of a
/// 429 is no try.
pub const PATIENCE: Duration = Duration::from_secs(24 * 3_600);

/// So many times told to wait by a 429 are one try that failed.
const LIMITED_LIMIT: u32 = 100;

/// The pauses between tries: doubled each time, up to the second.
const BACK_OFF_FIRST: Duration = Duration::from_millis(500);
const BACK_OFF_LAST: Duration = Duration::from_secs(30);

/// Actions of this priority and below wait while messages wait to be judged,
/// at most so long: cards and lines that nobody is paged for.
const CAN_WAIT: u8 = 3;
const RUSH_LIMIT: Duration = Duration::from_secs(2);

/// An interaction has to be answered within three seconds.
const INTERACTION: Duration = Duration::from_millis(2_800);

/// What the executor has to be told.
pub struct Settings {
    /// The server: `https://discord.com`, or another one for `GAVEL_DISCORD_API`.
    pub api: String,
    pub token: String,
    pub clock: Clock,
    /// What tells this journal from another, such as its verifier key: two
    /// journals count their intents alike, and must not share nonces.
    pub journal: String,
    /// Intents of entries before this one were taken over from an earlier
    /// run and may have been carried out by it.
    pub resumed_below: EntryNo,
    /// Requests a second over all routes; without it only what the server
    /// says limits them. Discord's own is [`DISCORD_PER_SECOND`].
    pub per_second: Option<u32>,
    /// The language of cards and lines.
    pub staff_language: Language,
    /// Reads a message of Discord's REST answers.
    pub convert: Convert,
    /// Where the bytes of attachments go.
    pub sink: Arc<dyn AttachmentSink>,
}

/// Why nothing is sent any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Discord does not accept the token.
    Unauthorised,
    /// [`Executor::finish`] was called.
    Finished,
}

/// The executor. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Executor(Arc<Inner>);

struct Inner {
    wire: Arc<dyn Wire>,
    address: Address,
    gate: Gate,
    clock: Clock,
    journal: String,
    resumed_below: EntryNo,
    staff_language: Language,
    conclusions: mpsc::UnboundedSender<Conclusion>,
    deletes: Mutex<HashMap<VenueId, Deletes>>,
    gone: Mutex<VecDeque<MessageId>>,
    direct: Direct,
    look: Look,
    stop: watch::Sender<Option<Stop>>,
    pressed: watch::Sender<bool>,
    under_way: watch::Sender<usize>,
    runtime: Handle,
}

/// One answer, or why there is none.
enum Attempt {
    /// An answer that settles something: any but 429 and 5xx.
    Answered(Reply),
    /// It did not happen, or nobody knows whether it did.
    Failed { unsure: bool, status: u16, detail: String },
    /// Nothing leaves any more; the intent stays owed.
    Stopped,
}

/// How a request ended that may be repeated as often as sensible.
enum Settled {
    Done(Reply),
    Refused(Reply),
    GaveUp { status: u16, detail: String },
    Stopped,
}

/// What is known of an intent's tries so far.
#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    count: u32,
    /// One of them may have been carried out.
    unsure: bool,
    /// When the first of them failed.
    failed_at: Option<Instant>,
    /// Given up after so many, where somebody waits for the answer.
    at_most: Option<u32>,
}

impl Tries {
    /// Counts one that failed; whether to give up.
    fn failed(&mut self, unsure: bool) -> bool {
        self.count += 1;
        self.unsure |= unsure;
        let since = *self.failed_at.get_or_insert_with(Instant::now);
        self.at_most.map_or(since.elapsed() >= PATIENCE, |limit| self.count >= limit)
    }
}

impl Executor {
    /// Starts the executor on the running tokio runtime. Conclusions and
    /// answers go to `inbox`.
    pub fn new(settings: Settings, inbox: Inbox) -> anyhow::Result<Executor> {
        let wire = Arc::new(Network::new()?);
        Executor::over(settings, inbox, wire)
    }

    /// As [`Executor::new`], with something else in the network's place.
    pub fn over(settings: Settings, inbox: Inbox, wire: Arc<dyn Wire>) -> anyhow::Result<Executor> {
        let address = Address::new(&settings.api, &settings.token)?;
        let (conclusions, mut concluded) = mpsc::unbounded_channel::<Conclusion>();
        let look = Look::new(&address, settings.convert, settings.sink, inbox.clone())?;
        // A full inbox makes conclusions wait, and nothing else: there are
        // never more of them than intents that are owed.
        tokio::spawn(async move {
            while let Some(conclusion) = concluded.recv().await {
                let event = Event { at: conclusion.at, happening: Happening::Concluded(conclusion) };
                if inbox.send(event).await.is_err() {
                    return;
                }
            }
        });
        Ok(Executor(Arc::new(Inner {
            wire,
            address,
            gate: Gate::open(pace::Pace::new(settings.per_second)),
            clock: settings.clock,
            journal: settings.journal,
            resumed_below: settings.resumed_below,
            staff_language: settings.staff_language,
            conclusions,
            deletes: Mutex::default(),
            gone: Mutex::default(),
            direct: Direct::default(),
            look,
            stop: watch::Sender::new(None),
            pressed: watch::Sender::new(false),
            under_way: watch::Sender::new(0),
            runtime: Handle::current(),
        })))
    }

    /// Carries out actions that are on durable record under these numbers.
    pub fn take_over(&self, owed: Vec<(IntentId, Action)>) {
        let mut deletions: HashMap<VenueId, Vec<Wanted>> = HashMap::new();
        for (intent, action) in owed {
            match action {
                Action::Delete { case, venue, message, reason } => {
                    let wanted = Wanted::new(intent, case, message, reason, self.tries(intent));
                    deletions.entry(venue).or_default().push(wanted);
                }
                action => {
                    let this = self.clone();
                    self.0.runtime.spawn(async move { this.carry(intent, action).await });
                }
            }
        }
        for (venue, batch) in deletions {
            self.delete(venue, batch);
        }
    }

    async fn carry(&self, intent: IntentId, action: Action) {
        let staff = self.0.staff_language;
        let priority = action.priority();
        if priority >= CAN_WAIT {
            self.let_the_rush_pass().await;
        }
        match action {
            Action::Delete { .. } => unreachable!("deletions are grouped by venue before they get here"),
            Action::Retitle { venue, title, reason, .. } => {
                self.retitle(intent, priority, venue, &title, &reason).await;
            }
            Action::WithdrawNote { venue, message } => {
                let call = Call::delete(venue, message, "");
                let mut tries = self.tries(intent);
                let settled = self.persist(&call, priority, &mut tries).await;
                self.conclude_removal(intent, settled, tries);
            }
            Action::Update { venue, message, card } => {
                self.update(intent, priority, venue, message, render::card(&card, staff)).await;
            }
            Action::Notify { notice, .. } => self.notify(intent, priority, &notice).await,
            Action::FallbackNote { venue, member, .. } => {
                self.post(intent, priority, venue, render::fallback_note(member)).await;
            }
            Action::Respond { venue, message, response, office, language, .. } => {
                let shown = render::response(language, &response, &office).replying_to(venue, message);
                self.post(intent, priority, venue, shown).await;
            }
            Action::Post { venue, card } => {
                self.post(intent, priority, venue, render::card(&card, staff)).await;
            }
            Action::Tell { venue, line } => {
                self.post(intent, priority, venue, render::line(&line, staff)).await;
            }
            Action::Checkpoint { venue, text } => {
                self.post(intent, priority, venue, render::checkpoint(&text)).await;
            }
        }
    }

    /// Waits while events wait to be judged, a little.
    async fn let_the_rush_pass(&self) {
        let mut pressed = self.0.pressed.subscribe();
        let calm = pressed.wait_for(|pressed| !pressed);
        // Whether it is calm or has taken too long, it goes now.
        let _ = tokio::time::timeout(RUSH_LIMIT, calm).await;
    }

    /// Answers an interaction with one sentence that only its maker sees.
    /// Nothing depends on it, so it is tried twice and then left.
    pub fn answer_interaction(&self, id: InteractionId, token: &str, language: Language, key: &str) {
        let body = render::interaction_reply(language, key);
        let (this, token) = (self.clone(), token.to_owned());
        self.0.runtime.spawn(async move {
            let Ok(call) = Call::answer(id.get(), &token, &body) else { return };
            let answered = tokio::time::timeout(INTERACTION, async {
                let mut answer = this.send_raw(&call).await;
                if !answer.as_ref().is_ok_and(Reply::is_success) {
                    answer = this.send_raw(&call).await;
                }
                answer
            });
            match answered.await {
                Ok(Ok(reply)) if reply.is_success() => {}
                // 40060: the first try had arrived after all.
                Ok(Ok(reply)) if reply.complaint().code == 40060 => {}
                Ok(Ok(reply)) => tracing::warn!(status = reply.status, "an interaction was not answered"),
                Ok(Err(_)) | Err(_) => tracing::warn!("an interaction was not answered in time"),
            }
        });
    }

    /// Waits until nothing can be sent any more, and says why.
    pub async fn stopped(&self) -> Stop {
        let mut stop = self.0.stop.subscribe();
        loop {
            if let Some(stop) = *stop.borrow_and_update() {
                return stop;
            }
            if stop.changed().await.is_err() {
                return Stop::Finished;
            }
        }
    }

    /// Lets nothing more leave and waits, at most `within`, for the answers
    /// that are still out. What was not sent stays owed. Whether all came.
    pub async fn finish(&self, within: Duration) -> bool {
        self.stop(Stop::Finished);
        let mut under_way = self.0.under_way.subscribe();
        let all = under_way.wait_for(|count| *count == 0);
        tokio::time::timeout(within, all).await.is_ok()
    }

    fn stop(&self, why: Stop) {
        self.0.gate.close();
        self.0.stop.send_if_modified(|stop| {
            let first = stop.is_none();
            stop.get_or_insert(why);
            first
        });
    }

    /// The tries that an intent may have behind it when it is taken over.
    fn tries(&self, intent: IntentId) -> Tries {
        Tries { unsure: intent.entry < self.0.resumed_below, ..Tries::default() }
    }

    /// Sends a request once it may leave, and again as long as the server
    /// only asks to wait.
    async fn attempt(&self, call: &Call, priority: u8) -> Attempt {
        for _ in 0..LIMITED_LIMIT {
            let Ok(pass) = self.0.gate.enter(call.lane(), priority).await else { return Attempt::Stopped };
            if let Some(attempt) = self.send(pass, call).await {
                return attempt;
            }
        }
        let detail = "429: told to wait too often".to_owned();
        Attempt::Failed { unsure: false, status: 429, detail }
    }

    /// Sends a request that may leave now. `None` if it is to wait and go again.
    async fn send(&self, pass: Pass, call: &Call) -> Option<Attempt> {
        let _out = UnderWay::count(&self.0.under_way);
        let answer = self.send_raw(call).await;
        let reply = match answer {
            Ok(reply) => reply,
            Err(lost) => {
                let (unsure, detail) = match lost {
                    Lost::NotSent(detail) => (false, detail),
                    Lost::Unsure(detail) => (true, detail),
                };
                return Some(Attempt::Failed { unsure, status: 0, detail });
            }
        };
        pass.answered(&reply, Instant::now());
        match reply.status {
            401 => {
                tracing::error!(
                    "Discord does not accept the bot's token (401): nothing more is sent, what is owed stays owed"
                );
                self.stop(Stop::Unauthorised);
                Some(Attempt::Answered(reply))
            }
            // 40003 stops only the opening of direct messages, not the route.
            429 if reply.complaint().code != OPENING_TOO_FAST => None,
            // 408 and 5xx come from before or behind Discord's own code: it
            // may have been carried out.
            408 | 500..=599 => {
                let detail = detail(&reply);
                Some(Attempt::Failed { unsure: true, status: reply.status, detail })
            }
            _ => Some(Attempt::Answered(reply)),
        }
    }

    async fn send_raw(&self, call: &Call) -> Result<Reply, Lost> {
        let request = self.0.address.request(call).map_err(|error| Lost::NotSent(error.to_string()))?;
        match tokio::time::timeout(wire::REQUEST, self.0.wire.send(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(Lost::Unsure("no answer in time".to_owned())),
        }
    }

    /// Sends a request that does no harm when it is repeated, until it is
    /// settled or tried as often as sensible.
    async fn persist(&self, call: &Call, priority: u8, tries: &mut Tries) -> Settled {
        loop {
            match self.attempt(call, priority).await {
                Attempt::Stopped => return Settled::Stopped,
                Attempt::Answered(reply) => {
                    tries.count += 1;
                    return if reply.is_success() { Settled::Done(reply) } else { Settled::Refused(reply) };
                }
                Attempt::Failed { unsure, status, detail } => {
                    if tries.failed(unsure) {
                        return Settled::GaveUp { status, detail };
                    }
                    self.back_off(tries.count).await;
                }
            }
        }
    }

    /// Waits before the next try, doubling each time; by chance up to half
    /// of it less, so that many do not come back as one.
    async fn back_off(&self, tries: u32) {
        let doubled = BACK_OFF_FIRST.saturating_mul(1 << tries.saturating_sub(1).min(10)).min(BACK_OFF_LAST);
        let chance = f64::from(rand_core::OsRng.next_u32()) / f64::from(u32::MAX);
        tokio::time::sleep(doubled.mul_f64(1.0 - chance / 2.0)).await;
    }

    fn deletes(&self) -> MutexGuard<'_, HashMap<VenueId, Deletes>> {
        // Nothing panics while it is held, so what it holds is whole.
        self.0.deletes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For looking things up: a request that changes nothing.
    pub(super) async fn fetch(&self, call: &Call, priority: u8) -> Result<Reply, Unanswered> {
        // Fewer tries than for what is owed: somebody waits for the answer.
        const FETCH_TRIES: u32 = 4;
        let mut tries = Tries { at_most: Some(FETCH_TRIES), ..Tries::default() };
        match self.persist(call, priority, &mut tries).await {
            Settled::Done(reply) => Ok(reply),
            Settled::Refused(reply) => Err(Unanswered::Refused(reply.status, detail(&reply))),
            Settled::GaveUp { detail, .. } => Err(Unanswered::Failed(detail)),
            Settled::Stopped => Err(Unanswered::Stopped),
        }
    }
}

impl Platform for Executor {
    fn carry_out(&self, intents: Vec<Intent>) {
        self.take_over(intents.into_iter().map(Intent::into_parts).collect());
    }

    fn pressed(&self, pressed: bool) {
        self.0.pressed.send_if_modified(|before| std::mem::replace(before, pressed) != pressed);
    }

    fn gone(&self, venue: VenueId, messages: &[MessageId]) {
        self.call_off(venue, messages);
    }

    fn look(&self, question: Question) {
        let this = self.clone();
        self.0.runtime.spawn(async move { this.0.look.answer(&this, question).await });
    }

    fn reply(&self, reply: crate::advance::Reply) {
        self.answer_interaction(reply.id, &reply.token.0, reply.language, &reply.key);
    }
}

impl Executor {
    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }
}

/// Why something could not be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// Discord's status, and what it says.
    Refused(u16, String),
    Failed(String),
    Stopped,
}

/// Counts a request as under way for as long as it lives.
struct UnderWay<'a>(&'a watch::Sender<usize>);

impl UnderWay<'_> {
    fn count(of: &watch::Sender<usize>) -> UnderWay<'_> {
        of.send_modify(|count| *count += 1);
        UnderWay(of)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

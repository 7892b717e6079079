//! The gate that every request passes: who may leave next.
//!
//! A request waits in the lane of its route for three things: a permit of the
//! route's bucket (twilight's limiter, which knows Discord's headers), one of
//! a few places on the line, and its turn in the pace over all routes. When a
//! lane has its permit, the most urgent request *then* waiting in it goes, and
//! among lanes the one with the most urgent request. One task decides; it
//! sleeps until something changes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use twilight_http_ratelimiting::{Endpoint, Method, Permit, RateLimiter};

use super::pace::Pace;
use super::wire::{Limited, Reply};

/// How many requests may be under way at once. Discord's pace makes more
/// useless; fewer would let one slow answer hold up a raid's clean-up.
pub const CONCURRENT_LIMIT: usize = 8;

/// Lanes that are kept in mind; beyond that idle ones are forgotten, and ask
/// the limiter anew.
const LANES_KEPT: usize = 4_096;

/// A method and a path *template*. With real message ids in it, each message
/// would be a bucket of its own, and escape the limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lane {
    pub method: Method,
    pub path: Arc<str>,
}

/// Nothing leaves any more: the token is refused, or the bot is stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// The way in. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    signals: mpsc::UnboundedSender<Signal>,
}

/// The right to send one request now. Dropping it gives it back.
pub struct Pass {
    lane: Lane,
    permit: Option<Permit>,
    signals: mpsc::UnboundedSender<Signal>,
    learned: Learned,
}

/// What an answer taught about the limits.
#[derive(Default)]
struct Learned {
    limited: Option<Limited>,
    /// It counts towards Discord's ban.
    invalid: bool,
    unauthorised: bool,
    /// The route has no limits as far as the server says; or has; or the
    /// answer does not tell.
    free: Option<bool>,
}

enum Signal {
    Wish(Lane, Wish),
    Left(Lane, Learned),
    Close,
}

struct Wish {
    priority: u8,
    /// Earlier wishes first among equals.
    number: u64,
    pass: oneshot::Sender<Pass>,
}

impl Wish {
    fn rank(&self) -> (u8, u64) {
        (self.priority, self.number)
    }
}

impl PartialEq for Wish {
    fn eq(&self, other: &Wish) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Wish {}

impl PartialOrd for Wish {
    fn partial_cmp(&self, other: &Wish) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Wish {
    fn cmp(&self, other: &Wish) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl Gate {
    /// Opens the gate. `pace` holds over all routes.
    pub fn open(pace: Pace) -> Gate {
        let (signals, inbox) = mpsc::unbounded_channel();
        let keeper = Keeper {
            inbox,
            signals: signals.downgrade(),
            // The limiter's own global count has no priorities and does not
            // stop on a global 429, so it is set beyond reach.
            limiter: RateLimiter::new(u16::MAX),
            asked: FuturesUnordered::new(),
            lanes: HashMap::new(),
            ready: BTreeMap::new(),
            pace,
            under_way: 0,
            numbers: 0,
            paused_until: None,
            next_pause: None,
            closed: false,
        };
        tokio::spawn(keeper.run());
        Gate { signals }
    }

    /// Waits for the turn of a request in `lane`; lower priorities first.
    pub async fn enter(&self, lane: &Lane, priority: u8) -> Result<Pass, Closed> {
        let (pass, granted) = oneshot::channel();
        // The keeper gives the number: it sees wishes in the order they came.
        let wish = Wish { priority, number: 0, pass };
        self.signals.send(Signal::Wish(lane.clone(), wish)).map_err(|_| Closed)?;
        granted.await.map_err(|_| Closed)
    }

    /// Lets nothing pass any more; whoever waits is told.
    pub fn close(&self) {
        // A gate whose keeper has ended is closed already.
        let _ = self.signals.send(Signal::Close);
    }
}

impl Pass {
    /// Gives the pass back with what the answer says about limits.
    pub fn answered(mut self, reply: &Reply, now: Instant) {
        let bucket = reply.bucket(now);
        let limited = reply.limited();
        self.learned = Learned {
            limited,
            invalid: matches!(reply.status, 401 | 403 | 429) && !limited.is_some_and(|l| l.shared),
            unauthorised: reply.status == 401,
            free: match (reply.names_bucket(), reply.is_success()) {
                (true, _) => Some(false),
                (false, true) => Some(true),
                // An error may come from a machine that knows no limits.
                (false, false) => None,
            },
        };
        if let Some(permit) = self.permit.take() {
            permit.complete(bucket);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let learned = std::mem::take(&mut self.learned);
        // Without a keeper there is nobody to tell.
        let _ = self.signals.send(Signal::Left(self.lane.clone(), learned));
    }
}

#[derive(Default)]
struct LaneState {
    waiting: BinaryHeap<Reverse<Wish>>,
    ticket: Ticket,
    /// The server names no limits for this route.
    free: bool,
    under_way: usize,
    paused_until: Option<Instant>,
    /// Where it stands in `ready`.
    rank: Option<(u8, u64)>,
}

#[derive(Default)]
enum Ticket {
    #[default]
    None,
    Asked,
    Held(Permit),
}

struct Keeper {
    inbox: mpsc::UnboundedReceiver<Signal>,
    /// Weak, so that the keeper ends when nobody can ask any more.
    signals: mpsc::WeakUnboundedSender<Signal>,
    limiter: RateLimiter,
    asked: FuturesUnordered<BoxFuture<'static, (Lane, Permit)>>,
    lanes: HashMap<Lane, LaneState>,
    /// Lanes whose first request may leave, the most urgent first.
    ready: BTreeMap<(u8, u64), Lane>,
    pace: Pace,
    under_way: usize,
    numbers: u64,
    paused_until: Option<Instant>,
    /// When the first pause of a lane is over.
    next_pause: Option<Instant>,
    closed: bool,
}

impl Keeper {
    async fn run(mut self) {
        loop {
            let wake = self.grant();
            tokio::select! {
                biased;
                signal = self.inbox.recv() => match signal {
                    None => return,
                    Some(signal) => {
                        self.take(signal);
                        // Whatever came with it is weighed together.
                        while let Ok(signal) = self.inbox.try_recv() {
                            self.take(signal);
                        }
                    }
                },
                Some((lane, permit)) = self.asked.next(), if !self.asked.is_empty() => {
                    if let Some(state) = self.lanes.get_mut(&lane) {
                        state.ticket = Ticket::Held(permit);
                    }
                    self.refresh(&lane);
                },
                () = tokio::time::sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {
                    self.resume();
                }
            }
        }
    }

    fn take(&mut self, signal: Signal) {
        match signal {
            // A wish that is dropped tells whoever waits for it.
            Signal::Wish(_, _) if self.closed => {}
            Signal::Wish(lane, mut wish) => {
                self.numbers += 1;
                wish.number = self.numbers;
                if self.lanes.len() >= LANES_KEPT && !self.lanes.contains_key(&lane) {
                    self.lanes.retain(|_, state| {
                        state.under_way > 0
                            || !state.waiting.is_empty()
                            || state.paused_until.is_some()
                            || matches!(state.ticket, Ticket::Asked)
                    });
                }
                self.lanes.entry(lane.clone()).or_default().waiting.push(Reverse(wish));
                self.refresh(&lane);
            }
            Signal::Left(lane, learned) => self.left(lane, learned),
            Signal::Close => self.shut(),
        }
    }

    fn left(&mut self, lane: Lane, learned: Learned) {
        let now = Instant::now();
        self.under_way -= 1;
        if learned.invalid && self.pace.refused(now) {
            tracing::error!(
                "very many requests were refused within ten minutes: slowing down, so that Discord does not ban this address"
            );
        }
        if learned.unauthorised {
            self.shut();
        }
        if let Some(state) = self.lanes.get_mut(&lane) {
            state.under_way -= 1;
            if let Some(free) = learned.free {
                state.free = free;
            }
            if let Some(limited) = learned.limited {
                state.free = false;
                if !limited.global {
                    let until = state.paused_until.unwrap_or(now).max(now + limited.pause);
                    state.paused_until = Some(until);
                    self.next_pause = Some(self.next_pause.map_or(until, |first| first.min(until)));
                }
            }
        }
        if let Some(limited) = learned.limited.filter(|limited| limited.global) {
            self.paused_until = self.paused_until.max(Some(now + limited.pause));
            self.pace.learn_global();
            tracing::warn!(pause_ms = limited.pause.as_millis() as u64, "all requests have to wait");
        }
        self.refresh(&lane);
    }

    fn shut(&mut self) {
        self.closed = true;
        self.ready.clear();
        for state in self.lanes.values_mut() {
            state.waiting.clear();
            state.rank = None;
            state.ticket = Ticket::None;
        }
    }

    /// Brings a lane's place among the ready ones up to date, and asks for
    /// the permit that its next request needs.
    fn refresh(&mut self, lane: &Lane) {
        let Some(state) = self.lanes.get_mut(lane) else { return };
        if let Some(rank) = state.rank.take() {
            self.ready.remove(&rank);
        }
        let Some(Reverse(next)) = state.waiting.peek() else {
            // A permit that nobody waits for would hold up other routes of
            // the same bucket. One that is under way is dropped on arrival.
            if matches!(state.ticket, Ticket::Held(_)) {
                state.ticket = Ticket::None;
            }
            return;
        };
        if state.paused_until.is_some() {
            return;
        }
        let rank = next.rank();
        if !state.free && matches!(state.ticket, Ticket::None) {
            state.ticket = Ticket::Asked;
            let permit = self.limiter.acquire(Endpoint { method: lane.method, path: lane.path.to_string() });
            let lane = lane.clone();
            self.asked.push(Box::pin(async move { (lane, permit.await) }));
        }
        if state.free || matches!(state.ticket, Ticket::Held(_)) {
            state.rank = Some(rank);
            self.ready.insert(rank, lane.clone());
        }
    }

    /// Lets go what may go. When to look again, where time alone brings it.
    fn grant(&mut self) -> Option<Instant> {
        let now = Instant::now();
        let pauses = self.next_pause;
        while self.under_way < CONCURRENT_LIMIT {
            let Some((_, lane)) = self.ready.first_key_value() else { break };
            if let Some(until) = self.paused_until {
                if until > now {
                    return Some(pauses.map_or(until, |pause| pause.min(until)));
                }
                self.paused_until = None;
            }
            let wait = self.pace.wait(now);
            if wait > Duration::ZERO {
                return Some(pauses.map_or(now + wait, |pause| pause.min(now + wait)));
            }
            let lane = lane.clone();
            self.let_go(lane, now);
        }
        pauses
    }

    fn let_go(&mut self, lane: Lane, now: Instant) {
        let (Some(state), Some(signals)) = (self.lanes.get_mut(&lane), self.signals.upgrade()) else {
            self.ready.retain(|_, other| *other != lane);
            return;
        };
        if let Some(Reverse(wish)) = state.waiting.pop()
            && !wish.pass.is_closed()
        {
            let permit = match std::mem::take(&mut state.ticket) {
                Ticket::Held(permit) => Some(permit),
                other => {
                    state.ticket = other;
                    None
                }
            };
            state.under_way += 1;
            self.under_way += 1;
            self.pace.leave(now);
            // Where nobody waits any more the pass comes back by itself.
            let _ = wish.pass.send(Pass { lane: lane.clone(), permit, signals, learned: Learned::default() });
        }
        self.refresh(&lane);
    }

    /// Ends the pauses of lanes that are over.
    fn resume(&mut self) {
        let now = Instant::now();
        let over: Vec<Lane> = self
            .lanes
            .iter()
            .filter(|(_, state)| state.paused_until.is_some_and(|until| until <= now))
            .map(|(lane, _)| lane.clone())
            .collect();
        for lane in over {
            if let Some(state) = self.lanes.get_mut(&lane) {
                state.paused_until = None;
            }
            self.refresh(&lane);
        }
        self.next_pause = self.lanes.values().filter_map(|state| state.paused_until).min();
    }
}

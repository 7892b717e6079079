//! A Discord of one's own: a local server that speaks Discord's REST v10 and
//! gateway v10 over loopback, so that the real bot can be run, tried and
//! tested without an account.
//!
//! `world` holds what is true and Discord's rules; `rest`, `gateway` and `cdn`
//! are its doors; `hand` is what tests and the chat page do as people. They know
//! nothing of the bot; only the example city (`city`) and the chat page (`page`)
//! are made for it. Where it differs from Discord is in `docs/SANDBOX.md`.

mod cdn;
pub mod city;
pub mod facts;
mod gateway;
mod hand;
pub mod page;
pub mod rest;
pub mod tour;
pub mod world;

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand_core::{OsRng, RngCore};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use rest::{Checker, Fault, Limits, Logged, RateLimits};
use world::{Addresses, Settings, World};

/// Requests kept in the log; beyond this the oldest goes.
const REQUESTS_KEPT: usize = 20_000;
/// Deviations kept; one would be enough to fail a test.
const DEVIATIONS_KEPT: usize = 1_000;
/// How long the doors have to close.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// How a server is to be.
#[derive(Clone)]
pub struct Config {
    /// 0 takes a free port.
    pub rest_port: u16,
    pub gateway_port: u16,
    pub world: Settings,
    pub rate_limits: RateLimits,
    /// Discord's is 41.25 seconds.
    pub heartbeat_interval_ms: u64,
    /// Checks every request and answer, if given.
    pub checker: Option<Checker>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            rest_port: 0,
            gateway_port: 0,
            world: Settings::default(),
            rate_limits: RateLimits::Off,
            heartbeat_interval_ms: 41_250,
            checker: None,
        }
    }
}

/// A running server, and the hand that moves it. Clones are the same server.
#[derive(Clone)]
pub struct Server {
    pub rest_addr: SocketAddr,
    pub gateway_addr: SocketAddr,
    clock: Clock,
    heartbeat_interval_ms: u64,
    checker: Option<Checker>,
    world: Arc<Mutex<World>>,
    books: Arc<Mutex<Books>>,
    limits: Arc<Mutex<Limits>>,
    faults: Arc<Mutex<Vec<Fault>>>,
    /// Raised whenever anything may have changed.
    changed: watch::Sender<u64>,
    line: watch::Sender<gateway::LineOrders>,
    stop: watch::Sender<bool>,
    doors: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

/// What was asked and answered, and what was wrong with it.
#[derive(Default)]
struct Books {
    requests: VecDeque<Logged>,
    deviations: Vec<String>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that panicked while it looked has broken nothing.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Opens both doors on 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When a port is in use.
    pub async fn start(config: Config, clock: Clock) -> io::Result<Server> {
        let rest = TcpListener::bind((Ipv4Addr::LOCALHOST, config.rest_port)).await?;
        let gateway = TcpListener::bind((Ipv4Addr::LOCALHOST, config.gateway_port)).await?;
        let addresses = Addresses { rest: rest.local_addr()?, gateway: gateway.local_addr()? };
        let mut signing_key = [0; 32];
        OsRng.fill_bytes(&mut signing_key);
        let world = World::new(clock.clone(), config.world, addresses, signing_key);
        let server = Server {
            rest_addr: addresses.rest,
            gateway_addr: addresses.gateway,
            clock,
            heartbeat_interval_ms: config.heartbeat_interval_ms,
            checker: config.checker,
            world: Arc::new(Mutex::new(world)),
            books: Arc::default(),
            limits: Arc::new(Mutex::new(Limits::new(config.rate_limits))),
            faults: Arc::default(),
            changed: watch::Sender::new(0),
            line: watch::Sender::new(gateway::LineOrders::default()),
            stop: watch::Sender::new(false),
            doors: Arc::default(),
        };
        let doors = [
            tokio::spawn(rest::listen(server.clone(), rest)),
            tokio::spawn(gateway::listen(server.clone(), gateway)),
        ];
        locked(&server.doors).extend(doors);
        Ok(server)
    }

    /// Closes both doors and ends every task.
    pub async fn shutdown(&self) {
        self.stop.send_replace(true);
        let doors = std::mem::take(&mut *locked(&self.doors));
        for mut door in doors {
            // A client that keeps its connection open is not waited for.
            if tokio::time::timeout(CLOSE_WITHIN, &mut door).await.is_err() {
                door.abort();
            }
        }
    }

    /// Where the bot is pointed: `http://127.0.0.1:PORT`.
    pub fn rest_url(&self) -> String {
        format!("http://{}", self.rest_addr)
    }

    pub fn gateway_url(&self) -> String {
        format!("ws://{}", self.gateway_addr)
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Does something in the world and lets everybody who waits look again.
    pub fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let done = act(&mut locked(&self.world));
        self.changed.send_modify(|n| *n = n.wrapping_add(1));
        done
    }

    /// Looks at the world.
    pub fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&locked(&self.world))
    }

    /// Rises whenever the world or the log may have changed.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits for a fact, at most `within`; `None` when it did not come true.
    pub async fn wait_until<T>(
        &self,
        within: Duration,
        mut fact: impl FnMut(&World) -> Option<T>,
    ) -> Option<T> {
        let mut changed = self.subscribe();
        let found = async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = self.look(&mut fact) {
                    return Some(found);
                }
                if changed.changed().await.is_err() {
                    return None;
                }
            }
        };
        tokio::time::timeout(within, found).await.ok().flatten()
    }

    /// Waits for a request in the log, at most `within`.
    pub async fn wait_for_request(
        &self,
        within: Duration,
        mut wanted: impl FnMut(&Logged) -> bool,
    ) -> Option<Logged> {
        self.wait_until(within, |_| locked(&self.books).requests.iter().find(|r| wanted(r)).cloned()).await
    }

    /// Everything asked so far, oldest first.
    pub fn requests(&self) -> Vec<Logged> {
        locked(&self.books).requests.iter().cloned().collect()
    }

    pub fn forget_requests(&self) {
        locked(&self.books).requests.clear();
    }

    /// What the checker found wrong so far.
    pub fn deviations(&self) -> Vec<String> {
        locked(&self.books).deviations.clone()
    }

    /// Orders a fault for the next requests that fit.
    pub fn order_fault(&self, fault: Fault) {
        self.faults().push(fault);
    }

    pub fn clear_faults(&self) {
        self.faults().clear();
    }

    /// Changes the limits; running counts start anew.
    pub fn set_rate_limits(&self, rates: RateLimits) {
        *self.limits() = Limits::new(rates);
    }

    /// Lets dispatches wait, or go. What waits goes at once when released.
    pub fn hold_gateway(&self, held: bool) {
        self.line.send_modify(|orders| orders.held = held);
    }

    /// Cuts every gateway connection without a close frame.
    pub fn cut_gateway(&self) {
        self.line.send_modify(|orders| orders.cuts += 1);
    }

    fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        locked(&self.faults)
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        locked(&self.limits)
    }

    fn log(&self, request: Logged) {
        let mut books = locked(&self.books);
        if books.requests.len() >= REQUESTS_KEPT {
            books.requests.pop_front();
        }
        books.requests.push_back(request);
    }

    fn deviates(&self, found: Vec<String>) {
        let mut books = locked(&self.books);
        let room = DEVIATIONS_KEPT.saturating_sub(books.deviations.len());
        books.deviations.extend(found.into_iter().take(room));
    }
}

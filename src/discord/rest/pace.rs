//! How fast requests may leave: Discord's limit over all routes, and the
//! count of refused requests that ends in a ban.
//!
//! Plain arithmetic over moments that are handed in; nothing here waits.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Requests a second that Discord takes from one bot over all routes.
pub const DISCORD_PER_SECOND: u32 = 50;

/// The second in which that many are counted, and a little: requests that
/// leave evenly do not arrive evenly.
const WINDOW: Duration = Duration::from_millis(1_020);

/// Discord bans an address after 10,000 answers 401, 403 or 429 within ten
/// minutes. From this many on only one request leaves in [`SLOW_INTERVAL`],
/// so that the other nine thousand cannot be reached.
pub const INVALID_LIMIT: usize = 1_000;

const INVALID_WINDOW: Duration = Duration::from_secs(600);

const SLOW_INTERVAL: Duration = Duration::from_secs(1);

/// Says when the next request may leave.
#[derive(Debug)]
pub struct Pace {
    per_second: Option<usize>,
    /// When the latest requests left, oldest first; as many as count.
    left: VecDeque<Instant>,
    last: Option<Instant>,
    /// When refused requests were answered, oldest first.
    invalid: VecDeque<Instant>,
}

impl Pace {
    /// At most `per_second` requests in any second; without it as many as go.
    pub fn new(per_second: Option<u32>) -> Pace {
        Pace {
            per_second: per_second.map(|n| n.max(1) as usize),
            left: VecDeque::new(),
            last: None,
            invalid: VecDeque::new(),
        }
    }

    /// The server has said that it counts requests over all routes.
    pub fn learn_global(&mut self) {
        self.per_second.get_or_insert(DISCORD_PER_SECOND as usize);
    }

    /// How long from `now` until the next request may leave.
    pub fn wait(&mut self, now: Instant) -> Duration {
        let mut at = now;
        if let Some(limit) = self.per_second
            && self.left.len() >= limit
        {
            at = at.max(self.left[self.left.len() - limit] + WINDOW);
        }
        if self.is_slowed(now)
            && let Some(last) = self.last
        {
            at = at.max(last + SLOW_INTERVAL);
        }
        at.saturating_duration_since(now)
    }

    /// A request leaves.
    pub fn leave(&mut self, now: Instant) {
        self.last = Some(now);
        if let Some(limit) = self.per_second {
            self.left.push_back(now);
            while self.left.len() > limit {
                self.left.pop_front();
            }
        }
    }

    /// A request was refused in a way that counts towards a ban. Whether
    /// this one began the slow pace.
    pub fn refused(&mut self, now: Instant) -> bool {
        let before = self.is_slowed(now);
        self.invalid.push_back(now);
        !before && self.is_slowed(now)
    }

    fn is_slowed(&mut self, now: Instant) -> bool {
        while self.invalid.front().is_some_and(|&at| now.saturating_duration_since(at) >= INVALID_WINDOW) {
            self.invalid.pop_front();
        }
        self.invalid.len() >= INVALID_LIMIT
    }
}

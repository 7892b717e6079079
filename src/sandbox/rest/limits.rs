//! Rate limits: buckets by route and major parameter, and fifty a second for
//! everything together.
//!
//! They run in the machine's time, not the world's: who is told to wait waits
//! on a real timer.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::call::Call;
use crate::sandbox::Server;
use crate::sandbox::world::Id;

/// So many requests within so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub most: u32,
    pub within_ms: u64,
}

const fn limit(most: u32, within_ms: u64) -> Limit {
    Limit { most, within_ms }
}

/// Which limits hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RateLimits {
    /// None, and no headers about them.
    Off,
    /// As on Discord where that is documented: fifty a second for everything
    /// together. It publishes no limits for single routes, so those here are
    /// assumed, of a likely size; a bot goes by the headers.
    Discord,
    /// One request per bucket at a time, for finding out what a bot does then.
    Tight,
    /// The same limit for every bucket, and one for all together.
    Custom { bucket: Limit, global: Limit },
}

impl RateLimits {
    fn bucket(&self, method: &str, template: &str) -> Limit {
        match self {
            RateLimits::Off => limit(u32::MAX, 1),
            RateLimits::Tight => limit(1, 300),
            RateLimits::Custom { bucket, .. } => *bucket,
            RateLimits::Discord => match (method, template) {
                ("POST", "/channels/{channel_id}/messages") => limit(5, 5_000),
                ("PATCH", "/channels/{channel_id}/messages/{message_id}") => limit(5, 5_000),
                ("DELETE", "/channels/{channel_id}/messages/{message_id}") => limit(5, 1_000),
                ("POST", "/channels/{channel_id}/messages/bulk-delete") => limit(1, 1_000),
                ("POST", "/webhooks/{webhook_id}/{webhook_token}") => limit(5, 2_000),
                ("PATCH", "/channels/{channel_id}") => limit(5, 5_000),
                ("POST", "/users/@me/channels") => limit(10, 10_000),
                ("GET", "/channels/{channel_id}/messages") => limit(5, 1_000),
                _ => limit(10, 1_000),
            },
        }
    }

    fn global(&self) -> Limit {
        match self {
            RateLimits::Custom { global, .. } => *global,
            RateLimits::Off => limit(u32::MAX, 1_000),
            RateLimits::Discord | RateLimits::Tight => limit(50, 1_000),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Window {
    from: Instant,
    used: u32,
}

impl Window {
    /// Counts one request; how many ms to wait if it is one too many.
    fn count(&mut self, limit: Limit, now: Instant) -> Result<(), u64> {
        if self.age_ms(now) >= limit.within_ms {
            *self = Window { from: now, used: 0 };
        }
        if self.used >= limit.most {
            return Err(limit.within_ms - self.age_ms(now));
        }
        self.used += 1;
        Ok(())
    }

    fn age_ms(&self, now: Instant) -> u64 {
        now.duration_since(self.from).as_millis() as u64
    }
}

/// The running counts.
#[derive(Debug)]
pub struct Limits {
    pub rates: RateLimits,
    buckets: HashMap<(Id, String), Window>,
    global: HashMap<Id, Window>,
}

/// Buckets kept; all that have run out are forgotten when there are more.
const BUCKETS_AT_MOST: usize = 10_000;

pub(super) struct Refused {
    pub retry_after_s: f64,
    pub scope: &'static str,
}

pub(super) struct Counted {
    pub headers: Vec<(&'static str, String)>,
    pub refused: Option<Refused>,
}

impl Limits {
    pub fn new(rates: RateLimits) -> Limits {
        Limits { rates, buckets: HashMap::new(), global: HashMap::new() }
    }

    fn count(&mut self, call: &Call, now: Instant, now_ms: i64) -> Counted {
        let mut counted = Counted { headers: Vec::new(), refused: None };
        if self.rates == RateLimits::Off {
            return counted;
        }
        // Interactions are exempt from the limit over everything.
        let interaction = call.actor == 0;
        if !interaction {
            let window = self.global.entry(call.actor);
            let window = window.or_insert(Window { from: now, used: 0 });
            if let Err(wait_ms) = window.count(self.rates.global(), now) {
                counted.refused = Some(Refused { retry_after_s: wait_ms as f64 / 1000.0, scope: "global" });
                return counted;
            }
        }
        let limit = self.rates.bucket(&call.method, call.template);
        let major = match call.template.split('/').nth(1) {
            Some("channels" | "guilds" | "webhooks") => call.text(0),
            _ => "",
        };
        let route = format!("{} {}", call.method, call.template);
        if self.buckets.len() >= BUCKETS_AT_MOST {
            self.buckets.retain(|_, w| w.age_ms(now) < 60_000);
        }
        let window = self.buckets.entry((call.actor, format!("{route} {major}")));
        let window = window.or_insert(Window { from: now, used: 0 });
        let over = window.count(limit, now);
        let left_ms = limit.within_ms.saturating_sub(window.age_ms(now));
        let digest = Sha256::digest(route.as_bytes());
        let hash: String = digest[..16].iter().map(|b| format!("{b:02x}")).collect();
        counted.headers = vec![
            ("x-ratelimit-limit", limit.most.to_string()),
            ("x-ratelimit-remaining", limit.most.saturating_sub(window.used).to_string()),
            ("x-ratelimit-reset", format!("{:.3}", (now_ms as f64 + left_ms as f64) / 1000.0)),
            ("x-ratelimit-reset-after", format!("{:.3}", left_ms as f64 / 1000.0)),
            ("x-ratelimit-bucket", hash),
        ];
        if let Err(wait_ms) = over {
            counted.refused = Some(Refused { retry_after_s: wait_ms as f64 / 1000.0, scope: "user" });
        }
        counted
    }
}

impl Server {
    pub(super) fn count_request(&self, call: &Call) -> Counted {
        let now_ms = self.clock().now().0;
        self.limits().count(call, Instant::now(), now_ms)
    }
}

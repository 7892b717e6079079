//! One request out, one answer back.
//!
//! The executor sees every status and every header, so nothing is repeated,
//! swallowed or waited for here. [`Wire`] is a seam: a test, or a simulation
//! of faults, stands in for the network.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use tokio::time::Instant;
use twilight_http_ratelimiting::RateLimitHeaders;

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a request may take in all. Discord answers within one second or
/// has trouble; what took longer may still have happened.
pub const REQUEST: Duration = Duration::from_secs(15);

/// The longest pause that a server can impose on us by a header. Longer ones
/// are taken for damage and cut.
const PAUSE_LIMIT: Duration = Duration::from_secs(3_600);

/// The pause after a 429 that does not say how long.
const PAUSE_UNSAID: Duration = Duration::from_secs(5);

/// What a request came to.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Nothing was sent: it cannot have happened.
    NotSent(String),
    /// It was sent, or may have been: it may have happened.
    Unsure(String),
}

/// Whatever carries requests to the server.
pub trait Wire: Send + Sync {
    fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<Reply, Lost>>;
}

/// The network.
pub struct Network(reqwest::Client);

impl Network {
    /// A client that follows no redirect: an address that Discord does not
    /// document is not one to send a token to.
    pub fn new() -> Result<Network, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Network(client))
    }
}

impl Wire for Network {
    fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<Reply, Lost>> {
        let sent = self.0.execute(request);
        Box::pin(async move {
            let response = sent.await.map_err(lost)?;
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            let body = response.bytes().await.map_err(lost)?;
            Ok(Reply { status, headers, body })
        })
    }
}

fn lost(error: reqwest::Error) -> Lost {
    let never_sent = error.is_connect() || error.is_builder();
    // The address stands in every log line of reqwest's; an interaction's
    // address holds its token.
    let error = anyhow::Error::new(error.without_url());
    let what = format!("{error:#}");
    if never_sent { Lost::NotSent(what) } else { Lost::Unsure(what) }
}

/// Discord's own words about a request it did not carry out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Complaint {
    pub code: u32,
    pub message: String,
    pub retry_after: Option<f64>,
    pub global: bool,
}

/// A 429: how long to wait, and who has to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limited {
    pub pause: Duration,
    /// Everything has to wait, not only this route.
    pub global: bool,
    /// The limit is shared with others: it does not count against us.
    pub shared: bool,
}

impl Reply {
    /// Whether it was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What Discord says about it. Empty where it does not answer in JSON.
    pub fn complaint(&self) -> Complaint {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether the answer is in JSON and by Discord itself, not by something
    /// that stands in front of it.
    fn is_json(&self) -> bool {
        serde_json::from_slice::<serde::de::IgnoredAny>(&self.body).is_ok()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// The state of the route's bucket, where the headers are whole. A header
    /// that does not parse is no reason to doubt, let alone to repeat, a
    /// request that succeeded.
    pub fn bucket(&self, now: Instant) -> Option<RateLimitHeaders> {
        let bucket = self.header(RateLimitHeaders::BUCKET)?;
        let limit = self.header(RateLimitHeaders::LIMIT)?.parse().ok()?;
        let remaining = self.header(RateLimitHeaders::REMAINING)?.parse().ok()?;
        let after = seconds(self.header(RateLimitHeaders::RESET_AFTER)?)?;
        Some(RateLimitHeaders {
            bucket: bucket.as_bytes().to_vec(),
            limit,
            remaining,
            reset_at: (now + after).into_std(),
        })
    }

    /// Whether the answer speaks of limits at all, well or badly.
    pub fn names_bucket(&self) -> bool {
        self.headers.contains_key(RateLimitHeaders::BUCKET)
            || self.headers.contains_key(RateLimitHeaders::LIMIT)
    }

    /// The wait that a 429 asks for.
    pub fn limited(&self) -> Option<Limited> {
        if self.status != 429 {
            return None;
        }
        let said = self.complaint();
        let pause = said
            .retry_after
            .and_then(duration)
            .or_else(|| self.header("retry-after").and_then(seconds))
            .unwrap_or(PAUSE_UNSAID);
        let scope = self.header(RateLimitHeaders::SCOPE);
        // Without a body of Discord's it comes from what stands in front of
        // it, which has shut out our address as a whole.
        let global = said.global
            || scope == Some("global")
            || self.headers.contains_key("x-ratelimit-global")
            || (scope.is_none() && !self.is_json());
        Some(Limited { pause, global, shared: scope == Some("shared") })
    }
}

fn seconds(text: &str) -> Option<Duration> {
    duration(text.parse().ok()?)
}

fn duration(seconds: f64) -> Option<Duration> {
    let sane = seconds.is_finite() && seconds >= 0.0;
    sane.then(|| Duration::from_secs_f64(seconds.min(PAUSE_LIMIT.as_secs_f64())))
}

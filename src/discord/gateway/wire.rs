//! How the connection behaves, apart from what comes over it: how long to
//! wait before it is tried again, how it is closed, and how it holds.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::{Instant, timeout};
use twilight_gateway::queue::InMemoryQueue;
use twilight_gateway::{CloseFrame, Shard, ShardState};

use super::ask::StartLimit;

/// The longest wait before another session. One every five minutes makes far
/// fewer than the 1,000 a day that Discord lets a bot begin; beyond those it
/// takes the token away.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// The longest wait before Discord is asked again where its gateway is. That
/// begins no session, and nobody watches the channels meanwhile.
pub(super) const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// A connection that held this long counts as a good one: the next loss is
/// answered at once again.
const GOOD_CONNECTION: Duration = Duration::from_secs(60);

/// How long our good-bye may take to leave.
const CLOSING_LIMIT: Duration = Duration::from_secs(2);

/// The present connection.
#[derive(Default)]
pub(super) struct Held {
    /// When it was greeted.
    pub since: Option<Instant>,
    /// Whether a dispatch came over it.
    pub told: bool,
}

impl Held {
    /// Whether it was worth having.
    pub fn was_good(&self) -> bool {
        self.told && self.since.is_some_and(|since| since.elapsed() >= GOOD_CONNECTION)
    }
}

/// What a frame was.
pub(super) enum Told {
    Something,
    Nothing,
    /// The first words of a connection.
    Greeting,
}

/// How long to wait after so many failures in a row: not at all after the
/// first, then 1 s, 2 s, 4 s, up to [`LONGEST_WAIT`].
pub(super) fn advised_wait(failures: u32) -> Duration {
    match failures {
        0 | 1 => Duration::ZERO,
        failures => (Duration::from_secs(1) * 2u32.pow((failures - 2).min(16))).min(LONGEST_WAIT),
    }
}

/// How long to wait before asking again after so many questions without an
/// answer: 1 s, 2 s, 4 s, up to [`LONGEST_SILENCE`], or as long as Discord asks.
pub(super) fn patience(unanswered: u32, asked: Option<Duration>) -> Duration {
    let own = advised_wait(unanswered.saturating_add(1)).min(LONGEST_SILENCE);
    asked.map_or(own, |asked| asked.min(LONGEST_WAIT).max(own))
}

/// Paces the beginnings of sessions as Discord's answer says.
pub(super) fn queue(limit: StartLimit) -> InMemoryQueue {
    InMemoryQueue::new(
        limit.max_concurrency,
        limit.remaining.min(limit.total),
        Duration::from_millis(limit.reset_after),
        limit.total,
    )
}

/// Line breaks between tokens are legal in JSON, and fatal to a journal of
/// lines. In a frame that is no JSON they may be anything, and stay.
pub(super) fn one_line(raw: String, readable: bool) -> Arc<str> {
    if readable && memchr::memchr2(b'\n', b'\r', raw.as_bytes()).is_some() {
        return raw.replace(['\n', '\r'], " ").into();
    }
    raw.into()
}

/// Closes the connection so that Discord keeps the session: any code but 1000
/// and 1001. What still comes in is left; it is not on record, and comes again.
pub(super) async fn close(mut shard: Shard) {
    if !matches!(shard.state(), ShardState::Active | ShardState::Resuming | ShardState::Identifying) {
        return;
    }
    shard.close(CloseFrame::RESUME);
    // Only until the frame is on its way: the transport would connect again as
    // soon as the other side hangs up.
    let sent = poll_fn(|cx| {
        loop {
            let polled = shard.poll_next_unpin(cx);
            if matches!(shard.state(), ShardState::Disconnected { .. } | ShardState::FatallyClosed) {
                return Poll::Ready(());
            }
            match polled {
                Poll::Ready(Some(_)) => {}
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
    });
    if timeout(CLOSING_LIMIT, sent).await.is_err() {
        tracing::info!("the gateway did not take our good-bye");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_outage_leaves_no_long_silence() {
        let waits: Vec<u64> = (1..9).map(|n| patience(n, None).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
        // Discord knows better, within reason.
        assert_eq!(patience(1, Some(Duration::from_secs(60))).as_secs(), 60);
        assert_eq!(patience(9, Some(Duration::from_secs(1))).as_secs(), 30);
        assert_eq!(patience(1, Some(Duration::from_secs(86_400))), LONGEST_WAIT);
    }

    #[test]
    fn sessions_are_begun_less_often_than_discord_forbids() {
        assert_eq!(advised_wait(1), Duration::ZERO);
        assert_eq!(advised_wait(u32::MAX), LONGEST_WAIT);
    }
}

//! Opening direct-message channels, which Discord allows only slowly.
//!
//! A bot that opens many at once is answered 40003 and may be quarantined. So
//! new ones are opened one after the other, first come first served, at most
//! one in six seconds in the mean. Members whose channel is known do not wait.
//! Whoever would wait longer than two minutes is not written to: the core
//! then leaves a public note without content.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

use super::call::Call;
use super::wire::Reply;
use super::{Attempt, Executor, OPENING_TOO_FAST, Tries};
use crate::domain::id::{MemberId, VenueId};

/// One new channel in this time, in the mean.
const OPENING: Duration = Duration::from_secs(6);

/// As many may be opened at once after a quiet time.
const OPENING_BURST: u32 = 3;

/// How long nothing is opened after 40003, where Discord does not say.
const TOO_FAST_PAUSE: Duration = Duration::from_secs(60);

/// How long a notice may wait for its channel.
pub(super) const WAIT_LIMIT: Duration = Duration::from_secs(120);

/// Members whose channel is remembered; beyond that the first known is
/// forgotten and has to be asked for again.
const KNOWN_LIMIT: usize = 10_000;

/// How the opening of a channel ended.
pub(super) enum Opened {
    Channel(VenueId),
    /// Too many others want one.
    Busy,
    Refused(Reply),
    GaveUp {
        status: u16,
        detail: String,
    },
    Stopped,
}

#[derive(Default)]
pub(super) struct Direct {
    known: Mutex<Known>,
    /// Held by whoever opens a channel; those who wait get it in order.
    turn: tokio::sync::Mutex<Turn>,
}

#[derive(Default)]
struct Known {
    channels: HashMap<MemberId, VenueId>,
    order: VecDeque<MemberId>,
}

/// When the next channel may be opened: a bucket that fills by one in
/// [`OPENING`], kept as the moment at which it was, or will be, full.
#[derive(Default)]
struct Turn {
    full_at: Option<Instant>,
    paused_until: Option<Instant>,
}

impl Turn {
    fn next(&self, now: Instant) -> Instant {
        let filled =
            self.full_at.map_or(now, |full| full.checked_sub(OPENING * (OPENING_BURST - 1)).unwrap_or(now));
        filled.max(self.paused_until.unwrap_or(now)).max(now)
    }

    fn take(&mut self, now: Instant) {
        self.full_at = Some(self.full_at.unwrap_or(now).max(now) + OPENING);
    }

    fn pause(&mut self, now: Instant, pause: Duration) {
        self.paused_until = Some(now + pause);
        // After having been too fast there is no burst either.
        self.full_at = Some(now + pause + OPENING * (OPENING_BURST - 1));
    }
}

impl Direct {
    fn known(&self, member: MemberId) -> Option<VenueId> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).channels.get(&member).copied()
    }

    fn remember(&self, member: MemberId, channel: VenueId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.channels.insert(member, channel).is_none() {
            known.order.push_back(member);
        }
        if known.order.len() > KNOWN_LIMIT
            && let Some(first) = known.order.pop_front()
        {
            known.channels.remove(&first);
        }
    }

    /// The channel is not there any more.
    pub(super) fn forget(&self, member: MemberId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.channels.remove(&member);
        known.order.retain(|other| *other != member);
    }
}

impl Executor {
    /// The member's direct-message channel, opened if need be before `deadline`.
    pub(super) async fn direct_channel(
        &self,
        member: MemberId,
        priority: u8,
        mut deadline: Instant,
        tries: &mut Tries,
    ) -> Opened {
        let direct = &self.0.direct;
        if let Some(channel) = direct.known(member) {
            return Opened::Channel(channel);
        }
        let call = match Call::open_direct(member) {
            Ok(call) => call,
            Err(error) => return Opened::GaveUp { status: 0, detail: error.to_string() },
        };
        loop {
            let Ok(mut turn) = tokio::time::timeout_at(deadline, direct.turn.lock()).await else {
                return Opened::Busy;
            };
            // Another notice to the same member may have opened it meanwhile.
            if let Some(channel) = direct.known(member) {
                return Opened::Channel(channel);
            }
            let next = turn.next(Instant::now());
            if next > deadline {
                return Opened::Busy;
            }
            tokio::time::sleep_until(next).await;
            turn.take(Instant::now());
            let attempt = self.attempt(&call, priority).await;
            match attempt {
                Attempt::Stopped => return Opened::Stopped,
                Attempt::Answered(reply) if reply.is_success() => {
                    tries.count += 1;
                    #[derive(Deserialize)]
                    struct Channel {
                        id: VenueId,
                    }
                    let Ok(Channel { id }) = serde_json::from_slice(&reply.body) else {
                        let detail = "the new channel has no id".to_owned();
                        return Opened::GaveUp { status: reply.status, detail };
                    };
                    direct.remember(member, id);
                    return Opened::Channel(id);
                }
                Attempt::Answered(reply) if reply.complaint().code == OPENING_TOO_FAST => {
                    tries.count += 1;
                    let said = reply.limited().map(|limited| limited.pause);
                    turn.pause(Instant::now(), said.unwrap_or(TOO_FAST_PAUSE));
                }
                Attempt::Answered(reply) => {
                    tries.count += 1;
                    return Opened::Refused(reply);
                }
                Attempt::Failed { status, detail, .. } => {
                    // Opening twice opens one: whether this one did is no matter.
                    if tries.failed(false) {
                        return Opened::GaveUp { status, detail };
                    }
                    // Whoever else waits is not to wait for this one's pause,
                    // and while the server fails nobody's time runs.
                    drop(turn);
                    self.back_off(tries.count).await;
                    deadline = deadline.max(Instant::now() + WAIT_LIMIT);
                }
            }
        }
    }
}

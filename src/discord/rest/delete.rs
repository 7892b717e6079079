//! Taking messages down, together where several wait in one channel.
//!
//! Discord takes up to a hundred messages in one request, and a raid is
//! cleaned a hundred times faster for it. So each channel with deletions
//! waiting has one task that chooses at the last moment: when a request may
//! leave, everything that waits by then goes with it.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, PoisonError};

use tokio::sync::Notify;

use super::call::{Call, REASON_LIMIT};
use super::gate::Pass;
use super::{Attempt, Executor, LIMITED_LIMIT, Settled, Tries, UNKNOWN_CHANNEL, refusal};
use crate::domain::action::{CaseId, IntentId, Outcome, Refusal};
use crate::domain::id::{MessageId, Moment, VenueId};

/// Deletions that go into one request (Discord, *Bulk Delete Messages*).
const BULK_LIMIT: usize = 100;

/// Discord refuses the whole request when one message in it is older than
/// fourteen days. An hour less, for clocks that differ.
const BULK_AGE_LIMIT_MS: i64 = (14 * 24 - 1) * 3_600_000;

/// How many messages that are gone are kept in mind for deletions that wait
/// for another try.
const GONE_IN_MIND: usize = 4_096;

/// Deletions go before notices and cards.
const PRIORITY: u8 = 1;

/// One message that is to be gone.
pub(super) struct Wanted {
    intent: IntentId,
    case: Option<CaseId>,
    message: MessageId,
    reason: String,
    tries: Tries,
    /// How often it was told to wait.
    limited: u32,
    /// It was part of a request for several that was refused.
    single: bool,
}

impl Wanted {
    pub(super) fn new(
        intent: IntentId,
        case: Option<CaseId>,
        message: MessageId,
        reason: String,
        tries: Tries,
    ) -> Wanted {
        Wanted { intent, case, message, reason, tries, limited: 0, single: false }
    }
}

/// What is to be gone from one channel.
#[derive(Default)]
pub(super) struct Deletes {
    together: VecDeque<Wanted>,
    singly: VecDeque<Wanted>,
    /// There are enough now for one request.
    enough: Arc<Notify>,
}

impl Deletes {
    fn push(&mut self, wanted: Wanted, now: Moment) {
        let young = now.since_ms(wanted.message.made_at()) < BULK_AGE_LIMIT_MS;
        if young && !wanted.single {
            self.together.push_back(wanted);
        } else {
            self.singly.push_back(wanted);
        }
    }

    fn is_empty(&self) -> bool {
        self.together.is_empty() && self.singly.is_empty()
    }

    /// Takes up to a hundred, no message twice: Discord refuses that.
    fn take_together(&mut self) -> Vec<Wanted> {
        let mut seen = HashSet::new();
        let mut taken = Vec::new();
        let mut again = Vec::new();
        while taken.len() < BULK_LIMIT
            && let Some(wanted) = self.together.pop_front()
        {
            // A second intent for one message comes after, and finds it gone.
            let list = if seen.insert(wanted.message) { &mut taken } else { &mut again };
            list.push(wanted);
        }
        self.singly.extend(again);
        taken
    }
}

impl Executor {
    /// Puts deletions with those of their channel, and sees that somebody
    /// works on them.
    pub(super) fn delete(&self, venue: VenueId, batch: Vec<Wanted>) {
        let now = self.0.clock.now();
        let mut deletes = self.deletes();
        let idle = !deletes.contains_key(&venue);
        let waiting = deletes.entry(venue).or_default();
        batch.into_iter().for_each(|wanted| waiting.push(wanted, now));
        if waiting.together.len() > 1 {
            waiting.enough.notify_one();
        }
        drop(deletes);
        if idle {
            let this = self.clone();
            self.0.runtime.spawn(async move { this.clear(venue).await });
        }
    }

    /// Messages are gone. Their deletions need not leave any more; what waits
    /// for another try is looked at when its time comes.
    pub(super) fn call_off(&self, venue: VenueId, gone: &[MessageId]) {
        {
            let mut known = self.0.gone.lock().unwrap_or_else(PoisonError::into_inner);
            known.extend(gone);
            let over = known.len().saturating_sub(GONE_IN_MIND);
            known.drain(..over);
        }
        let mut off = Vec::new();
        if let Some(waiting) = self.deletes().get_mut(&venue) {
            for list in [&mut waiting.together, &mut waiting.singly] {
                let (done, left): (VecDeque<_>, VecDeque<_>) =
                    std::mem::take(list).into_iter().partition(|wanted| gone.contains(&wanted.message));
                *list = left;
                off.extend(done);
            }
        }
        off.iter().for_each(|wanted| self.is_gone(wanted));
    }

    /// Of deletions that failed before, those whose message is still there as
    /// far as is known.
    fn still_wanted(&self, batch: Vec<Wanted>) -> Vec<Wanted> {
        let (gone, left): (Vec<_>, Vec<_>) = {
            let known = self.0.gone.lock().unwrap_or_else(PoisonError::into_inner);
            batch.into_iter().partition(|wanted| known.contains(&wanted.message))
        };
        gone.iter().for_each(|wanted| self.is_gone(wanted));
        left
    }

    /// A message is gone that was to be. If a try may have been carried out,
    /// it was that one.
    fn is_gone(&self, wanted: &Wanted) {
        let outcome = if wanted.tries.unsure { Outcome::Done } else { Outcome::AlreadyDone };
        self.conclude(wanted.intent, outcome, wanted.tries.count, Default::default());
    }

    /// Sends what is to be gone from a channel until nothing is left.
    async fn clear(&self, venue: VenueId) {
        // Any message id serves: only the lanes of these two are used.
        let any = MessageId::new(1).expect("1 is not 0");
        let single = Call::delete(venue, any, "").lane().clone();
        let Ok(bulk) = Call::bulk_delete(venue, &[], "").map(|call| call.lane().clone()) else { return };
        loop {
            let (together, enough) = {
                let mut deletes = self.deletes();
                let Some(waiting) = deletes.get(&venue) else { return };
                if waiting.is_empty() {
                    // Under the same lock as the look: who comes next finds
                    // no entry and starts a new task.
                    deletes.remove(&venue);
                    return;
                }
                (waiting.together.len() > 1, waiting.enough.clone())
            };
            let lane = if together { &bulk } else { &single };
            let pass = tokio::select! {
                biased;
                // While one waits for its turn others come: together they
                // need not wait for that.
                () = enough.notified(), if !together => continue,
                pass = self.0.gate.enter(lane, PRIORITY) => pass,
            };
            let Ok(pass) = pass else { return };
            let mut batch = {
                let mut deletes = self.deletes();
                let Some(waiting) = deletes.get_mut(&venue) else { return };
                if together {
                    waiting.take_together()
                } else {
                    let next = waiting.singly.pop_front().or_else(|| waiting.together.pop_front());
                    next.into_iter().collect()
                }
            };
            let this = self.clone();
            match (batch.len(), batch.pop()) {
                (_, None) => {}
                // Duplicates fell out, and the pass is for the other lane.
                (1, Some(mut wanted)) if together => {
                    wanted.single = true;
                    self.delete(venue, vec![wanted]);
                }
                (1, Some(wanted)) => {
                    self.0.runtime.spawn(async move { this.delete_one(pass, venue, wanted).await });
                }
                (_, Some(last)) => {
                    batch.push(last);
                    self.0.runtime.spawn(async move { this.delete_many(pass, venue, batch).await });
                }
            }
        }
    }

    async fn delete_one(&self, pass: Pass, venue: VenueId, mut wanted: Wanted) {
        let call = Call::delete(venue, wanted.message, &wanted.reason);
        match self.send(pass, &call).await {
            None => self.told_to_wait(venue, vec![wanted]),
            Some(Attempt::Stopped) => {}
            Some(Attempt::Answered(reply)) => {
                wanted.tries.count += 1;
                let settled = if reply.is_success() { Settled::Done(reply) } else { Settled::Refused(reply) };
                self.conclude_removal(wanted.intent, settled, wanted.tries);
            }
            Some(Attempt::Failed { unsure, status, detail }) => {
                self.again(venue, vec![wanted], unsure, status, detail).await;
            }
        }
    }

    async fn delete_many(&self, pass: Pass, venue: VenueId, mut batch: Vec<Wanted>) {
        let ids: Vec<MessageId> = batch.iter().map(|wanted| wanted.message).collect();
        let attempt = match Call::bulk_delete(venue, &ids, &common_reason(&batch)) {
            Ok(call) => self.send(pass, &call).await,
            Err(error) => Some(Attempt::Failed { unsure: false, status: 0, detail: error.to_string() }),
        };
        match attempt {
            None => self.told_to_wait(venue, batch),
            Some(Attempt::Stopped) => {}
            Some(Attempt::Answered(reply)) => {
                batch.iter_mut().for_each(|wanted| wanted.tries.count += 1);
                // Alone each would be refused for the same reason, and every
                // refusal counts towards a ban.
                let settles_all = reply.is_success()
                    || matches!(refusal(&reply), Refusal::Unauthorised | Refusal::Permission)
                    || reply.complaint().code == UNKNOWN_CHANNEL;
                let mut singly = Vec::new();
                for mut wanted in batch {
                    if reply.is_success() {
                        self.conclude(wanted.intent, Outcome::Done, wanted.tries.count, Default::default());
                    } else if settles_all {
                        let settled = Settled::Refused(reply.clone());
                        self.conclude_removal(wanted.intent, settled, wanted.tries);
                    } else {
                        wanted.single = true;
                        singly.push(wanted);
                    }
                }
                if !singly.is_empty() {
                    self.delete(venue, singly);
                }
            }
            Some(Attempt::Failed { unsure, status, detail }) => {
                self.again(venue, batch, unsure, status, detail).await;
            }
        }
    }

    /// After a failed try: waits, and puts the deletions back in the queue.
    async fn again(&self, venue: VenueId, batch: Vec<Wanted>, unsure: bool, status: u16, detail: String) {
        let mut left = Vec::with_capacity(batch.len());
        for mut wanted in batch {
            if wanted.tries.failed(unsure) {
                self.give_up(wanted.intent, status, detail.clone(), wanted.tries);
            } else {
                left.push(wanted);
            }
        }
        if let Some(tries) = left.iter().map(|wanted| wanted.tries.count).max() {
            self.back_off(tries).await;
            self.delete(venue, self.still_wanted(left));
        }
    }

    /// After a 429: back into the queue. The gate knows how long to wait.
    fn told_to_wait(&self, venue: VenueId, batch: Vec<Wanted>) {
        let mut left = Vec::with_capacity(batch.len());
        for mut wanted in batch {
            wanted.limited += 1;
            // As often as this is one try that failed.
            if wanted.limited.is_multiple_of(LIMITED_LIMIT) && wanted.tries.failed(false) {
                let detail = "429: told to wait too often".to_owned();
                self.give_up(wanted.intent, 429, detail, wanted.tries);
            } else {
                left.push(wanted);
            }
        }
        if !left.is_empty() {
            self.delete(venue, left);
        }
    }
}

/// The reason for several deletions: their cases, or their own reasons.
fn common_reason(batch: &[Wanted]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for wanted in batch {
        let part = match wanted.case {
            Some(case) => case.to_string(),
            None => wanted.reason.clone(),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let first = &batch[0].reason;
    let mut reason = if batch.iter().all(|wanted| wanted.reason == *first) {
        first.clone()
    } else {
        format!("cases {}", parts.join(", "))
    };
    if reason.chars().count() > REASON_LIMIT {
        reason = reason.chars().take(REASON_LIMIT - 1).chain(['…']).collect();
    }
    reason
}

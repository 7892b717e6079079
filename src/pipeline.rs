//! The loop: events in, a durable record, and only then anything out.
//!
//! One thread owns the state and is the store's only writer. It drains what
//! waits, lets [`advance`] say what follows, writes it all with one append and
//! one sync, and releases the intents. In a rush it goes on to the next batch
//! while one is being synced. So memory may run ahead of the disk inside a
//! batch and the one before it; nothing leaves before the sync. What nobody
//! waits for, such as an ordinary message, lets the batch stay open a moment
//! longer: Discord sends again what was not acknowledged, so nothing is lost
//! with it. A storage error ends the loop: doubt never deletes.

mod batch;
mod tally;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot, watch};

use crate::advance::{State, Step, advance};
use crate::domain::action::Line;
use crate::domain::card::Language;
use crate::domain::event::{Event, Happening, Prior, Question, Sight};
use crate::domain::id::MessageId;
use crate::domain::message::Message;
use crate::journal::entry::{Body, Entry, Field};
use crate::platform::{Gateway, Platform};
use crate::policy::Policy;
use crate::store::{Committed, Reader, Store};
use crate::words;

use batch::Batch;
use tally::Tally;

/// How many events are written with one sync. More would make the first of
/// them wait for the last without saving anything.
pub const GROUP_LIMIT: usize = 1_024;

/// So many entries of a batch that still grows are written behind, while more
/// are decided.
const BEHIND_AT: usize = 64;

/// How long a batch stays open for more while nothing waits for it: it saves
/// a sync for every ordinary message.
const LINGER: Duration = Duration::from_millis(50);

/// So many events that wait are a rush.
const PRESSED_FROM: usize = 32;

/// How often the gateway's session is put aside while nothing else is
/// written; losing it costs a back-fill.
const SESSION_EVERY: Duration = Duration::from_secs(1);

/// Fewer protected messages than this in a month are not counted on record.
const TALLY_FROM: u32 = 5;

/// Key of the gateway's session among what may be lost.
pub const SESSION: &[u8] = b"gateway-session";

/// Key of the month's tally among what may be lost.
const TALLY: &[u8] = b"tally";

/// What is said where the store fails.
const CANNOT_WRITE: &str = "the record cannot be written";

/// The policy that a reload puts in force, handed over beside the event that
/// announces it.
pub type NextPolicy = Arc<Mutex<Option<Arc<Policy>>>>;

/// Those who wait until what they asked for is on record, by ticket.
pub type Receipts = Arc<Mutex<HashMap<u64, oneshot::Sender<u64>>>>;

/// Where the loop stands, for those who wait for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The server's channels and roles are known and messages are judged.
    pub ready: bool,
    /// How many entries are on stable storage.
    pub entries: u64,
    /// How many intents are owed.
    pub owed: usize,
}

/// Everything the loop works with.
pub struct Pipeline {
    pub store: Store,
    pub state: State,
    pub policy: Arc<Policy>,
    pub next_policy: NextPolicy,
    pub receipts: Receipts,
    pub platform: Arc<dyn Platform>,
    pub gateway: Arc<dyn Gateway>,
    pub standing: watch::Sender<Standing>,
    pub checkpoint_every: Duration,
}

impl Pipeline {
    /// Runs until [`Happening::Stopping`] has been written or every sender is
    /// gone. Blocks its thread.
    pub fn run(mut self, mut inbox: mpsc::Receiver<Event>) -> anyhow::Result<()> {
        let runtime = Handle::current();
        let reader = self.store.reader();
        let mut tally = Tally::read(self.store.get_cache(TALLY)?.as_deref());
        let mut batch = Batch::default();
        // What an earlier run left unsigned is signed with the next.
        let mut checkpointed = (Instant::now(), 0);
        let mut session_kept = Instant::now();
        while !batch.stopping {
            let mut received = inbox.try_recv();
            if received.is_err() && batch.before.is_some() {
                self.finish_before(&mut batch, true)?;
                received = inbox.try_recv();
            }
            let next = match received {
                Ok(event) => Some(event),
                Err(TryRecvError::Empty) if batch.is_empty() => inbox.blocking_recv(),
                Err(TryRecvError::Empty) if !batch.urgent => {
                    // What is written already need not be when it is urgent.
                    self.write(&mut batch)?;
                    let open = tokio::time::timeout_at(batch.closes(), inbox.recv());
                    runtime.block_on(open).unwrap_or_default()
                }
                Err(_) => None,
            };
            match next {
                Some(event) => {
                    self.take(event, &reader, &mut tally, &mut batch)?;
                    if batch.events.len() < GROUP_LIMIT && !batch.stopping {
                        if batch.entries.len() >= BEHIND_AT {
                            self.write_behind(&mut batch)?;
                            self.finish_before(&mut batch, false)?;
                        }
                        continue;
                    }
                }
                None if batch.is_empty() => break, // Every sender is gone.
                None => {}
            }
            self.finish_before(&mut batch, true)?;
            let is_rush = inbox.len() >= PRESSED_FROM;
            let is_signed = checkpointed.0.elapsed() < self.checkpoint_every;
            if is_rush && is_signed && !batch.stopping && !self.store.is_full() {
                self.commit_behind(&mut batch)?;
            } else {
                self.commit(&mut batch)?;
            }
            self.platform.pressed(is_rush);
            if session_kept.elapsed() >= SESSION_EVERY || batch.stopping {
                session_kept = Instant::now();
                if let Some(session) = self.gateway.session() {
                    self.store.put_cache(SESSION, &session)?;
                }
            }
            if !is_signed && self.store.next() > checkpointed.1 {
                checkpointed = (Instant::now(), self.store.next());
                self.store.checkpoint().context("cannot sign a checkpoint")?;
            }
        }
        if self.store.next() > checkpointed.1 {
            self.store.checkpoint().context("cannot sign a checkpoint")?;
        }
        self.store.close().context("cannot close the store")
    }

    /// Takes an event into the batch: what follows from it is settled, and
    /// nothing of it has left yet.
    fn take(
        &mut self,
        mut event: Event,
        reader: &Reader,
        tally: &mut Tally,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        self.enrich(&mut event, reader, batch)?;
        match event.happening {
            Happening::Reloaded { .. } => {
                let next = self.next_policy.lock().unwrap_or_else(PoisonError::into_inner).take();
                self.policy = next.unwrap_or(self.policy.clone());
            }
            Happening::Accessed { ticket, .. } => batch.asked.push((ticket, self.state.next)),
            Happening::Stopping => batch.stopping = true,
            _ => {}
        }
        self.state.learn(&event);
        let step = self.step(&event, tally);
        batch.urgent |= !step.questions.is_empty()
            || !step.replies.is_empty()
            || step.entries.iter().any(|entry| !entry.intents.is_empty())
            || !matches!(event.happening, Happening::Seen { .. } | Happening::Concluded(_) | Happening::Tick);
        for entry in &step.entries {
            self.state.apply(entry);
            if let Body::Message(record) = &entry.body {
                batch.fresh.push((record.message, batch.events.len()));
            }
        }
        self.state.remember(&mut event, step.sameness);
        self.state.withhold(step.withheld);
        batch.began.get_or_insert_with(tokio::time::Instant::now);
        batch.entries.extend(step.entries);
        batch.questions.extend(step.questions);
        batch.replies.extend(step.replies);
        batch.events.push(event);
        Ok(())
    }

    /// Writes what the batch holds up to now, and does not wait for it.
    fn write(&mut self, batch: &mut Batch) -> anyhow::Result<()> {
        self.store.append(batch.take_unwritten(0)).context(CANNOT_WRITE)
    }

    /// The same, in another thread.
    fn write_behind(&mut self, batch: &mut Batch) -> anyhow::Result<()> {
        self.store.append_behind(batch.take_unwritten(BEHIND_AT)).context(CANNOT_WRITE)
    }

    /// Puts a batch on record, and lets out what waits for that.
    fn commit(&mut self, batch: &mut Batch) -> anyhow::Result<()> {
        self.write(batch)?;
        // Commit point. From here a restart finishes the work, through this
        // same loop.
        let committed = self.store.sync().context(CANNOT_WRITE)?;
        // A full segment was followed by a new one, whose head took a number.
        self.state.next = self.store.next();
        self.release(batch, committed, self.store.next());
        batch.clear();
        Ok(())
    }

    /// Puts a batch on record while the next one grows.
    fn commit_behind(&mut self, batch: &mut Batch) -> anyhow::Result<()> {
        self.write_behind(batch)?;
        self.store.sync_behind().context(CANNOT_WRITE)?;
        let full = std::mem::take(batch);
        batch.before = Some(Box::new((full, self.store.next())));
        Ok(())
    }

    /// Lets out what waits for the batch that is being put on record, once it
    /// is; waits for that where `waits` says so.
    fn finish_before(&mut self, batch: &mut Batch, waits: bool) -> anyhow::Result<()> {
        if batch.before.is_none() {
            return Ok(());
        }
        // Commit point, as above.
        if let Some(committed) = self.store.synced(waits).context(CANNOT_WRITE)?
            && let Some(mut before) = batch.before.take()
        {
            self.release(&mut before.0, committed, before.1);
        }
        Ok(())
    }

    /// Lets out what waited for a batch to be on record. `entries` are by now.
    fn release(&mut self, batch: &mut Batch, committed: Committed, entries: u64) {
        batch.said.drain(..).for_each(|line| say_aloud(&line));
        for (ticket, entry) in batch.asked.drain(..) {
            let waiting = self.receipts.lock().unwrap_or_else(PoisonError::into_inner).remove(&ticket);
            if let Some(waiting) = waiting {
                // Whoever asked may have gone away since.
                let _ = waiting.send(entry);
            }
        }
        for event in &batch.events {
            self.gateway.stored(&event.happening);
        }
        let intents = committed.into_intents();
        let (questions, replies) = (std::mem::take(&mut batch.questions), std::mem::take(&mut batch.replies));
        if !batch.stopping {
            if !intents.is_empty() {
                self.platform.carry_out(intents);
            }
            questions.into_iter().for_each(|question| self.platform.look(question));
            replies.into_iter().for_each(|reply| self.platform.reply(reply));
        }
        // After the intents: a message and its end may lie in one batch.
        for event in &batch.events {
            if let Happening::Seen { sight: Sight::Deleted { venue, messages, .. }, .. } = &event.happening {
                self.platform.gone(*venue, messages);
            }
        }
        self.standing.send_if_modified(|standing| {
            let now = Standing {
                // The server may be known before the line is up: it is asked
                // about when an earlier run's session is taken up.
                ready: standing.ready || (self.state.server.guild.is_some() && self.state.was_connected),
                entries,
                owed: self.state.owed.len(),
            };
            let changed = *standing != now;
            *standing = now;
            changed
        });
    }

    /// What follows from an event. The month's tally is kept beside the
    /// record, and reaches it as one number.
    fn step(&self, event: &Event, tally: &mut Tally) -> Step {
        let mut step = advance(&self.policy, &self.state, event);
        if step.protected == 0 && !matches!(event.happening, Happening::Tick) {
            // That a month has ended is found out once a second.
            return step;
        }
        let changed = tally.add(step.protected, &self.state.staffed.civil_day(event.at)[..7]);
        if let Some((month, count)) = changed.ended
            && count >= TALLY_FROM
        {
            let ended = Event { at: event.at, happening: Happening::MonthEnded { month, count } };
            step.entries.extend(advance(&self.policy, &self.state, &ended).entries);
        }
        if changed.any
            && let Err(error) = self.store.put_cache(TALLY, &tally.bytes())
        {
            tracing::warn!(%error, "the month's tally could not be put aside");
        }
        step
    }

    /// Gives an event what only the record knows: the version of a message
    /// that was known before.
    fn enrich(&self, event: &mut Event, reader: &Reader, batch: &mut Batch) -> anyhow::Result<()> {
        let Happening::Seen { frame, sight } = &mut event.happening else { return Ok(()) };
        match sight {
            Sight::Posted { message, .. } => {
                let newest = self.state.cursors.get(&message.venue);
                if newest.is_none_or(|newest| message.id > *newest)
                    || !self.state.server.watches(message.venue)
                {
                    return Ok(()); // Identifiers rise: it was never seen.
                }
                if let Some((entry, _, prior)) = self.prior(message.id, reader, batch)? {
                    let message = message.clone();
                    *sight = Sight::Edited { message, prior: Some(Prior { entry, message: prior }) };
                }
            }
            Sight::Edited { message, prior } if prior.is_none() => {
                *prior = self
                    .prior(message.id, reader, batch)?
                    .map(|(entry, _, message)| Prior { entry, message });
            }
            Sight::Patched { venue, message, .. } => {
                if !self.state.server.watches(*venue) {
                    return Ok(());
                }
                match self.prior(*message, reader, batch)? {
                    Some((entry, raw, prior)) => match self.gateway.merge(&raw, &frame.raw) {
                        Ok((raw, merged)) => {
                            frame.raw = raw;
                            *sight = Sight::Edited {
                                message: Box::new(merged),
                                prior: Some(Prior { entry, message: prior }),
                            };
                        }
                        Err(error) => {
                            tracing::warn!(%message, error, "an update could not be laid over its message")
                        }
                    },
                    // Never seen, or not kept: Discord still has it whole.
                    None => batch.questions.push(Question::Reread { venue: *venue, message: *message }),
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The last known version of a message: its entry, its raw object, and
    /// the message itself.
    fn prior(
        &self,
        id: MessageId,
        reader: &Reader,
        batch: &Batch,
    ) -> anyhow::Result<Option<(u64, Box<str>, Message)>> {
        if let Some(raw) = batch.frame(id)
            && let Ok(message) = self.gateway.read(raw)
        {
            return Ok(Some((u64::MAX, raw.into(), message)));
        }
        for number in reader.versions(id)?.into_iter().rev() {
            let Some(entry) = reader.entry(number)? else { continue };
            if !matches!(entry.body, Body::Message(_)) {
                continue;
            }
            if let Some(raw) = entry.evidence.raw(Field::Frame)
                && let Ok(message) = self.gateway.read(raw)
            {
                return Ok(Some((number, raw.into(), message)));
            }
        }
        Ok(None)
    }
}

/// What an entry warns of.
fn warning(entry: &Entry) -> Option<Line> {
    matches!(entry.body, Body::Warning(_)).then(|| entry.evidence.json(Field::Detail)).flatten()
}

/// Tells the operator what the moderators are told: they may be different
/// people, and the review channel may be what is missing.
fn say_aloud(line: &Line) {
    let args: Vec<(&str, words::Value<'_>)> =
        line.args.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
    if words::knows(&line.key) {
        tracing::warn!("{}", words::say(Language::En, &line.key, &args));
    }
}

/// Folds the journal into the state.
pub fn fold(store: &Store, state: &mut State) -> anyhow::Result<()> {
    store
        .replay(0, &mut |number, line| {
            state.next = number;
            state.apply(&line.decode()?);
            Ok(())
        })
        .context("the journal cannot be read back")?;
    state.next = store.next();
    Ok(())
}

//! The loop: events in, a durable record, and only then anything out.
//!
//! One thread owns the state and is the store's only writer. It drains what
//! waits, lets [`advance`] say what follows, writes it all with one append and
//! one sync, and releases the intents. Memory may run ahead of the disk inside
//! a batch; nothing leaves before the sync. A storage error ends the loop:
//! doubt never deletes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
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
use crate::store::{Reader, Store};
use crate::words;

/// How many events are written with one sync. More would make the first of
/// them wait for the last without saving anything.
pub const GROUP_LIMIT: usize = 1_024;

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
        let reader = self.store.reader();
        let mut tally = Tally::read(self.store.get_cache(TALLY)?.as_deref());
        let mut batch: Vec<Event> = Vec::with_capacity(GROUP_LIMIT);
        // What an earlier run left unsigned is signed with the next.
        let mut checkpointed = (Instant::now(), 0);
        let mut session_kept = Instant::now();
        while let Some(first) = inbox.blocking_recv() {
            batch.push(first);
            while batch.len() < GROUP_LIMIT {
                match inbox.try_recv() {
                    Ok(event) => batch.push(event),
                    Err(_) => break,
                }
            }
            let stopping = self.take(&mut batch, &reader, &mut tally)?;
            self.platform.pressed(inbox.len() >= PRESSED_FROM);
            if session_kept.elapsed() >= SESSION_EVERY || stopping {
                session_kept = Instant::now();
                if let Some(session) = self.gateway.session() {
                    self.store.put_cache(SESSION, &session)?;
                }
            }
            if checkpointed.0.elapsed() >= self.checkpoint_every && self.store.next() > checkpointed.1 {
                checkpointed = (Instant::now(), self.store.next());
                self.store.checkpoint().context("cannot sign a checkpoint")?;
            }
            if stopping {
                break;
            }
        }
        if self.store.next() > checkpointed.1 {
            self.store.checkpoint().context("cannot sign a checkpoint")?;
        }
        self.store.close().context("cannot close the store")
    }

    /// Takes a batch of events from arrival to what leaves. Returns whether
    /// the last of them asked to stop.
    fn take(&mut self, batch: &mut Vec<Event>, reader: &Reader, tally: &mut Tally) -> anyhow::Result<bool> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut questions: Vec<Question> = Vec::new();
        let mut replies = Vec::new();
        let mut fresh = Fresh::default();
        let mut asked: Vec<(u64, u64)> = Vec::new();
        let mut stopping = false;
        for at in 0..batch.len() {
            let (before, rest) = batch.split_at_mut(at);
            let event = &mut rest[0];
            self.enrich(event, reader, &fresh.beside(before), &mut questions)?;
            if let Happening::Reloaded { .. } = event.happening {
                let next = self.next_policy.lock().unwrap_or_else(PoisonError::into_inner).take();
                self.policy = next.unwrap_or(self.policy.clone());
            }
            self.state.learn(event);
            if let Happening::Accessed { ticket, .. } = event.happening {
                asked.push((ticket, self.state.next));
            }
            let step = self.step(event, tally);
            for entry in &step.entries {
                self.state.apply(entry);
            }
            fresh.note(at, event, &step);
            self.state.remember(event);
            entries.extend(step.entries);
            questions.extend(step.questions);
            replies.extend(step.replies);
            stopping |= matches!(event.happening, Happening::Stopping);
        }
        // Commit point. From here a restart finishes the work, through this
        // same loop.
        let said: Vec<Line> = entries.iter().filter_map(warning).collect();
        let committed = self.store.commit(entries).context("the record cannot be written")?;
        said.iter().for_each(say_aloud);
        // A full segment was followed by a new one, whose head took a number.
        self.state.next = self.store.next();
        for (ticket, entry) in asked {
            let waiting = self.receipts.lock().unwrap_or_else(PoisonError::into_inner).remove(&ticket);
            if let Some(waiting) = waiting {
                // Whoever asked may have gone away since.
                let _ = waiting.send(entry);
            }
        }
        for event in batch.iter() {
            self.gateway.stored(&event.happening);
        }
        if !stopping {
            let intents = committed.into_intents();
            if !intents.is_empty() {
                self.platform.carry_out(intents);
            }
            questions.into_iter().for_each(|question| self.platform.look(question));
            replies.into_iter().for_each(|reply| self.platform.reply(reply));
        }
        batch.clear();
        self.standing.send_if_modified(|standing| {
            let now = Standing {
                // The server may be known before the line is up: it is asked
                // about when an earlier run's session is taken up.
                ready: standing.ready || (self.state.server.guild.is_some() && self.state.was_connected),
                entries: self.store.next(),
                owed: self.state.owed.len(),
            };
            let changed = *standing != now;
            *standing = now;
            changed
        });
        Ok(stopping)
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
    fn enrich(
        &self,
        event: &mut Event,
        reader: &Reader,
        fresh: &FreshFrames<'_>,
        questions: &mut Vec<Question>,
    ) -> anyhow::Result<()> {
        let Happening::Seen { frame, sight } = &mut event.happening else { return Ok(()) };
        match sight {
            Sight::Posted { message, .. } => {
                let newest = self.state.cursors.get(&message.venue);
                if newest.is_none_or(|newest| message.id > *newest)
                    || !self.state.server.watches(message.venue)
                {
                    return Ok(()); // Identifiers rise: it was never seen.
                }
                if let Some((entry, _, prior)) = self.prior(message.id, reader, fresh)? {
                    let message = message.clone();
                    *sight = Sight::Edited { message, prior: Some(Prior { entry, message: prior }) };
                }
            }
            Sight::Edited { message, prior } if prior.is_none() => {
                *prior = self
                    .prior(message.id, reader, fresh)?
                    .map(|(entry, _, message)| Prior { entry, message });
            }
            Sight::Patched { venue, message, .. } => {
                if !self.state.server.watches(*venue) {
                    return Ok(());
                }
                match self.prior(*message, reader, fresh)? {
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
                    None => questions.push(Question::Reread { venue: *venue, message: *message }),
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
        fresh: &FreshFrames<'_>,
    ) -> anyhow::Result<Option<(u64, Box<str>, Message)>> {
        if let Some(raw) = fresh.get(id)
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

/// Messages of this batch, which the store does not have yet, by where in the
/// batch they are.
#[derive(Default)]
struct Fresh(HashMap<MessageId, usize>);

/// The same with the events of the batch up to now.
struct FreshFrames<'b> {
    fresh: &'b Fresh,
    events: &'b [Event],
}

impl Fresh {
    fn note(&mut self, at: usize, event: &Event, step: &Step) {
        let Happening::Seen { .. } = event.happening else { return };
        for entry in &step.entries {
            if let Body::Message(record) = &entry.body {
                self.0.insert(record.message, at);
            }
        }
    }

    fn beside<'b>(&'b self, events: &'b [Event]) -> FreshFrames<'b> {
        FreshFrames { fresh: self, events }
    }
}

impl FreshFrames<'_> {
    /// The raw object of a message's last version.
    fn get(&self, id: MessageId) -> Option<&str> {
        match &self.events.get(*self.fresh.0.get(&id)?)?.happening {
            Happening::Seen { frame, .. } => Some(&frame.raw),
            _ => None,
        }
    }
}

/// A count for the whole server over a month. It is tied to no event and may
/// be lost.
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Tally {
    month: String,
    count: u32,
}

struct Tallied {
    any: bool,
    ended: Option<(String, u32)>,
}

impl Tally {
    fn read(bytes: Option<&[u8]>) -> Tally {
        bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
    }

    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn add(&mut self, count: u32, month: &str) -> Tallied {
        let ended = (!self.month.is_empty() && self.month != month)
            .then(|| (std::mem::take(&mut self.month), std::mem::take(&mut self.count)));
        let any = ended.is_some() || count > 0;
        if any {
            self.month = month.to_owned();
            self.count += count;
        }
        Tallied { any, ended }
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

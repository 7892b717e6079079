//! Saying something, once.
//!
//! A post that got no answer may stand already. Each carries a nonce made of
//! its intent, and Discord answers a repetition within a few minutes with the
//! message that stands. After that, and after a restart, the channel is read
//! before anything is said again; where it cannot be read, nobody can tell.

use std::time::Duration;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::call::Call;
use super::direct::{Opened, WAIT_LIMIT};
use super::{Attempt, Executor, Told, Tries, UNKNOWN_CHANNEL, Unanswered, detail};
use crate::discord::render::{self, Shown};
use crate::domain::action::{IntentId, Outcome, Refusal};
use crate::domain::card::Notice;
use crate::domain::id::{MessageId, Moment, VenueId};

/// How long after a try Discord is trusted to know its nonce. It promises
/// "the past few minutes".
const NONCE_TRUST: Duration = Duration::from_secs(120);

/// A message is ours without its nonce only if it says the same and is not
/// older than this.
const ALIKE_AGE_LIMIT_MS: i64 = 24 * 3_600_000;

/// Messages that are read to find an earlier post.
const LOOK_BACK: u8 = 100;

/// What a look at the channel found.
enum Found {
    Stands(MessageId),
    Absent,
    /// The channel cannot be read.
    CannotTell(String),
    Stopped,
}

impl Executor {
    /// Tells a member something in a direct message.
    pub(super) async fn notify(&self, intent: IntentId, priority: u8, notice: &Notice) {
        let deadline = Instant::now() + WAIT_LIMIT;
        let shown = render::notice(notice);
        let mut tries = self.tries(intent);
        // A remembered channel may be gone: then it is opened once more.
        for last in [false, true] {
            match self.direct_channel(notice.to, priority, deadline, &mut tries).await {
                Opened::Stopped => return,
                Opened::Busy => {
                    let outcome = Outcome::Refused(Refusal::DirectMessagesBusy);
                    return self.conclude(intent, outcome, tries.count, Told::default());
                }
                Opened::Refused(reply) => return self.refuse(intent, &reply, tries.count),
                Opened::GaveUp { status, detail } => {
                    let outcome = Outcome::Refused(Refusal::GaveUp(status));
                    let told = Told { detail: Some(detail), ..Told::default() };
                    return self.conclude(intent, outcome, tries.count, told);
                }
                Opened::Channel(channel) => {
                    let said = self.say(intent, priority, channel, &shown, &mut tries).await;
                    let Some((outcome, told)) = said else { return };
                    if outcome == Outcome::Refused(Refusal::VenueGone) {
                        self.0.direct.forget(notice.to);
                        if !last {
                            continue;
                        }
                    }
                    return self.conclude(intent, outcome, tries.count, told);
                }
            }
        }
    }

    /// Says something in a channel.
    pub(super) async fn post(&self, intent: IntentId, priority: u8, venue: VenueId, shown: Shown) {
        let mut tries = self.tries(intent);
        if let Some((outcome, told)) = self.say(intent, priority, venue, &shown, &mut tries).await {
            self.conclude(intent, outcome, tries.count, told);
        }
    }

    /// Posts until it stands, is refused, or nobody can tell. `None` if
    /// nothing leaves any more.
    async fn say(
        &self,
        intent: IntentId,
        priority: u8,
        venue: VenueId,
        shown: &Shown,
        tries: &mut Tries,
    ) -> Option<(Outcome, Told)> {
        let nonce = self.nonce(intent);
        let call = match Call::post(venue, &shown.create(&nonce)) {
            Ok(call) => call,
            Err(error) => return Some(gave_up(0, error.to_string())),
        };
        let stands = |message| {
            let posted = Some((venue, message));
            (Outcome::Done, Told { posted, said: Some(shown.said()), detail: None })
        };
        let mut give_up = false;
        let mut last = (0, String::new());
        // An earlier run's try is long ago, for all that is known.
        let mut unsure_since = tries.unsure.then_some(None);
        loop {
            if let Some(since) = unsure_since
                && (give_up || since.is_none_or(|at: Instant| at.elapsed() >= NONCE_TRUST))
            {
                match self.find(venue, &nonce, shown, priority).await {
                    Found::Stopped => return None,
                    Found::Stands(message) => return Some(stands(message)),
                    Found::Absent => unsure_since = None,
                    Found::CannotTell(detail) => {
                        return Some((Outcome::Unknown, Told { detail: Some(detail), ..Told::default() }));
                    }
                }
            }
            if give_up {
                let (status, detail) = last;
                return Some(gave_up(status, detail));
            }
            let began = Instant::now();
            let attempt = self.attempt(&call, priority).await;
            match attempt {
                Attempt::Stopped => return None,
                Attempt::Answered(reply) if reply.is_success() => match posted(&reply.body) {
                    Some(message) => {
                        tries.count += 1;
                        return Some(stands(message));
                    }
                    // It stands, and does not say as what.
                    None => {
                        give_up = tries.failed(true);
                        unsure_since = Some(Some(began));
                        last = (reply.status, "the answer has no message in it".to_owned());
                    }
                },
                Attempt::Answered(reply) => {
                    tries.count += 1;
                    let told = Told { detail: Some(detail(&reply)), ..Told::default() };
                    return Some((Outcome::Refused(super::refusal(&reply)), told));
                }
                Attempt::Failed { unsure, status, detail } => {
                    give_up = tries.failed(unsure);
                    if unsure {
                        unsure_since.get_or_insert(Some(began));
                    }
                    last = (status, detail);
                }
            }
            if !give_up {
                self.back_off(tries.count).await;
            }
        }
    }

    /// What makes a repetition recognisable: at most 25 characters, the same
    /// after a restart, and another one in another journal.
    fn nonce(&self, intent: IntentId) -> String {
        let mut hash = Sha256::new();
        hash.update(self.0.journal.as_bytes());
        hash.update([0]);
        hash.update(intent.to_string().as_bytes());
        hash.finalize()[..12].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Looks whether a post stands already.
    async fn find(&self, venue: VenueId, nonce: &str, shown: &Shown, priority: u8) -> Found {
        let reply = match self.fetch(&Call::messages(venue, None, LOOK_BACK), priority).await {
            Ok(reply) => reply,
            Err(Unanswered::Stopped) => return Found::Stopped,
            // A place that is gone holds nothing, and says so to the next try.
            Err(Unanswered::Refused(404, detail)) if detail.contains(&UNKNOWN_CHANNEL.to_string()) => {
                return Found::Absent;
            }
            Err(Unanswered::Refused(_, detail) | Unanswered::Failed(detail)) => {
                return Found::CannotTell(detail);
            }
        };
        let Ok(mut page) = serde_json::from_slice::<Vec<Standing>>(&reply.body) else {
            return Found::CannotTell("the channel's messages do not parse".to_owned());
        };
        if let Some(ours) =
            page.iter().find(|message| message.nonce.as_ref().is_some_and(|given| given == nonce))
        {
            return Found::Stands(ours.id);
        }
        // Discord need not give nonces back. Where it does, one that is not
        // there was not said; where it does not, the words have to tell.
        if page.iter().any(|message| message.nonce.is_some()) {
            return Found::Absent;
        }
        let now = self.0.clock.now();
        page.retain(|message| message.says(shown, now));
        page.first().map_or(Found::Absent, |message| Found::Stands(message.id))
    }
}

fn gave_up(status: u16, detail: String) -> (Outcome, Told) {
    (Outcome::Refused(Refusal::GaveUp(status)), Told { detail: Some(detail), ..Told::default() })
}

fn posted(body: &[u8]) -> Option<MessageId> {
    #[derive(Deserialize)]
    struct Posted {
        id: MessageId,
    }
    serde_json::from_slice(body).ok().map(|Posted { id }| id)
}

/// A message of the channel, as far as it can be told for one of ours.
#[derive(Deserialize)]
struct Standing {
    id: MessageId,
    #[serde(default)]
    nonce: Option<serde_json::Value>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    author: Writer,
    #[serde(default)]
    embeds: Vec<Sheet>,
}

#[derive(Default, Deserialize)]
struct Writer {
    #[serde(default)]
    bot: bool,
}

#[derive(Deserialize)]
struct Sheet {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
}

impl Standing {
    fn says(&self, shown: &Shown, now: Moment) -> bool {
        let sheet = self.embeds.first();
        self.author.bot
            && now.since_ms(self.id.made_at()) < ALIKE_AGE_LIMIT_MS
            && self.content == shown.content
            && sheet.and_then(|sheet| sheet.title.as_deref()) == shown.title()
            && sheet.and_then(|sheet| sheet.description.as_deref()) == shown.description()
    }
}

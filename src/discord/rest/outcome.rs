//! What an answer means: done, done already, refused, or nobody can tell.

use super::call::Call;
use super::wire::Reply;
use super::{Executor, Settled, Tries};
use crate::discord::render;
use crate::domain::action::{Conclusion, IntentId, Outcome, Refusal};
use crate::domain::id::{MessageId, VenueId};

/// At most this much of Discord's sentence goes into a conclusion.
const DETAIL_LIMIT: usize = 200;

/// What a conclusion tells besides its outcome.
#[derive(Default)]
pub(super) struct Told {
    pub(super) posted: Option<(VenueId, MessageId)>,
    pub(super) said: Option<String>,
    pub(super) detail: Option<String>,
}

impl Executor {
    pub(super) async fn retitle(
        &self,
        intent: IntentId,
        priority: u8,
        venue: VenueId,
        title: &str,
        reason: &str,
    ) {
        #[derive(serde::Serialize)]
        struct Body<'a> {
            name: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            archived: Option<bool>,
        }
        let mut tries = self.tries(intent);
        let mut settled = Settled::Stopped;
        // A thread that is archived takes a title only while it is woken.
        for archived in [None, Some(false)] {
            settled = match Call::edit_channel(venue, &Body { name: title, archived }, reason) {
                Ok(call) => self.persist(&call, priority, &mut tries).await,
                Err(error) => Settled::GaveUp { status: 0, detail: error.to_string() },
            };
            if !matches!(&settled, Settled::Refused(reply) if reply.complaint().code == THREAD_ARCHIVED) {
                break;
            }
        }
        self.conclude_change(intent, settled, tries, Told::default());
    }

    pub(super) async fn update(
        &self,
        intent: IntentId,
        priority: u8,
        venue: VenueId,
        message: MessageId,
        shown: render::Shown,
    ) {
        let mut tries = self.tries(intent);
        let settled = match Call::edit(venue, message, &shown.edit()) {
            Ok(call) => self.persist(&call, priority, &mut tries).await,
            Err(error) => Settled::GaveUp { status: 0, detail: error.to_string() },
        };
        let told = Told { said: Some(shown.said()), posted: Some((venue, message)), ..Told::default() };
        self.conclude_change(intent, settled, tries, told);
    }

    /// The end of something that is to be gone: a message of anybody's.
    pub(super) fn conclude_removal(&self, intent: IntentId, settled: Settled, tries: Tries) {
        match settled {
            Settled::Stopped => {}
            Settled::Done(_) => self.conclude(intent, Outcome::Done, tries.count, Told::default()),
            Settled::Refused(reply) => {
                let told = Told { detail: Some(detail(&reply)), ..Told::default() };
                let outcome = match reply.complaint().code {
                    // Gone, or its whole channel is. After a try that may
                    // have been carried out it was that try.
                    UNKNOWN_MESSAGE | UNKNOWN_CHANNEL if tries.unsure => Outcome::Done,
                    UNKNOWN_MESSAGE | UNKNOWN_CHANNEL => Outcome::AlreadyDone,
                    _ => Outcome::Refused(refusal(&reply)),
                };
                self.conclude(intent, outcome, tries.count, told);
            }
            Settled::GaveUp { status, detail } => self.give_up(intent, status, detail, tries),
        }
    }

    /// The end of an edit: unlike a removal, what is not there was not edited.
    pub(super) fn conclude_change(&self, intent: IntentId, settled: Settled, tries: Tries, told: Told) {
        match settled {
            Settled::Stopped => {}
            Settled::Done(_) => self.conclude(intent, Outcome::Done, tries.count, told),
            Settled::Refused(reply) => self.refuse(intent, &reply, tries.count),
            Settled::GaveUp { status, detail } => self.give_up(intent, status, detail, tries),
        }
    }

    /// The end of something that no server would answer for.
    pub(super) fn give_up(&self, intent: IntentId, status: u16, detail: String, tries: Tries) {
        let outcome = if tries.unsure { Outcome::Unknown } else { Outcome::Refused(Refusal::GaveUp(status)) };
        self.conclude(intent, outcome, tries.count, Told { detail: Some(detail), ..Told::default() });
    }

    pub(super) fn refuse(&self, intent: IntentId, reply: &Reply, tries: u32) {
        let told = Told { detail: Some(detail(reply)), ..Told::default() };
        self.conclude(intent, Outcome::Refused(refusal(reply)), tries, told);
    }

    pub(super) fn conclude(&self, intent: IntentId, outcome: Outcome, tries: u32, told: Told) {
        let Told { posted, said, detail } = told;
        let at = self.0.clock.now();
        // Without a receiver the process is ending, and the intent stays owed.
        let _ = self.0.conclusions.send(Conclusion { intent, outcome, posted, said, detail, tries, at });
    }
}

/// Discord's codes that mean something of their own here (*Opcodes and
/// status codes*, JSON error codes).
pub(super) const UNKNOWN_CHANNEL: u32 = 10003;
pub(super) const UNKNOWN_MESSAGE: u32 = 10008;
pub(super) const OPENING_TOO_FAST: u32 = 40003;
pub(super) const CANNOT_SEND_TO_USER: u32 = 50007;
pub(super) const THREAD_ARCHIVED: u32 = 50083;
pub(super) const NO_MUTUAL_GUILDS: u32 = 50278;

pub(super) fn refusal(reply: &Reply) -> Refusal {
    let code = reply.complaint().code;
    match (reply.status, code) {
        (401, _) => Refusal::Unauthorised,
        (_, CANNOT_SEND_TO_USER | NO_MUTUAL_GUILDS) => Refusal::DirectMessagesClosed,
        (_, UNKNOWN_CHANNEL) => Refusal::VenueGone,
        (403, _) => Refusal::Permission,
        (status, 0) => Refusal::Rejected(status.into()),
        (_, code) => Refusal::Rejected(code),
    }
}

/// Status, code and Discord's sentence: nothing that anybody wrote.
pub(super) fn detail(reply: &Reply) -> String {
    let said = reply.complaint();
    let sentence: String = said.message.chars().take(DETAIL_LIMIT).collect();
    match said.code {
        0 if sentence.is_empty() => reply.status.to_string(),
        code => format!("{} {code} {sentence}", reply.status).trim_end().to_owned(),
    }
}

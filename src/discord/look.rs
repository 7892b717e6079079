//! Looking things up on Discord: questions in, answers as events.
//!
//! Asking changes nothing, so nothing here is on record before it is asked.
//! What is found passes through the same lanes and limits as everything else
//! that is sent.

mod capture;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

pub use capture::{AttachmentSink, AttachmentWriter};

use self::capture::Capture;
use super::gather::{self, Parts};
use super::rest::{Address, Call, Executor, Unanswered};
use crate::domain::event::{Answer, Event, Frame, Happening, Question, Sight};
use crate::domain::id::{DISCORD_EPOCH_MS, GuildId, MemberId, MessageId, RoleId, VenueId};
use crate::domain::message::{Message, Part};
use crate::platform::Inbox;

/// Reads a message as it stands in Discord's REST answers, knowing who we are.
pub type Convert = Arc<dyn Fn(&str) -> Result<Message, String> + Send + Sync>;

/// Messages in a page (Discord, *Get Channel Messages*).
const PAGE: u8 = 100;

/// Pages read for one question; the answer then says how far it came, and
/// that there is more.
const PAGES_LIMIT: u32 = 1_000;

/// Whether a takedown may go ahead hangs on roles and on what still stands;
/// back-fill can wait for everything else.
const PRIORITY_SOON: u8 = 1;
const PRIORITY_HISTORY: u8 = 4;

const DAY_MS: i64 = 86_400_000;

/// What looking up needs besides the executor.
pub(super) struct Look {
    convert: Convert,
    capture: Capture,
    inbox: Inbox,
}

impl Look {
    pub(super) fn new(
        address: &Address,
        convert: Convert,
        sink: Arc<dyn AttachmentSink>,
        inbox: Inbox,
    ) -> anyhow::Result<Look> {
        Ok(Look { convert, capture: Capture::new(address.base(), sink)?, inbox })
    }

    /// Finds the answer and sends it to the inbox. When nothing can be asked
    /// any more there is no answer: the question is asked again after the
    /// next start.
    pub(super) async fn answer(&self, executor: &Executor, question: Question) {
        let answer = match question {
            Question::Roles { guild, member, about } => self.roles(executor, guild, member, about).await,
            Question::Stands { venue, message } => self.stands(executor, venue, message).await,
            Question::Reread { venue, message } => {
                self.reread(executor, venue, message).await;
                None
            }
            Question::History { venue, after, limit_days } => {
                self.history(executor, venue, after, limit_days).await
            }
            Question::Capture { venue, message, attachments } => {
                let files = self.capture.files(executor, venue, message, attachments).await;
                Some(Answer::Captured { venue, message, files })
            }
        };
        if let Some(answer) = answer {
            self.send(executor, Happening::Answered(answer)).await;
        }
    }

    async fn send(&self, executor: &Executor, happening: Happening) {
        let at = executor.clock().now();
        // Without a receiver the process is ending.
        let _ = self.inbox.send(Event { at, happening }).await;
    }

    async fn roles(
        &self,
        executor: &Executor,
        guild: GuildId,
        member: MemberId,
        about: MessageId,
    ) -> Option<Answer> {
        #[derive(Deserialize)]
        struct Member {
            roles: Vec<RoleId>,
            nick: Option<String>,
            user: Option<User>,
        }
        #[derive(Deserialize)]
        struct User {
            username: String,
            global_name: Option<String>,
        }
        let found = match executor.fetch(&Call::member(guild, member), PRIORITY_SOON).await {
            Ok(reply) => serde_json::from_slice::<Member>(&reply.body).ok(),
            Err(Unanswered::Stopped) => return None,
            Err(_) => None,
        };
        let Some(Member { roles, nick, user }) = found else {
            return Some(Answer::Roles { member, about, roles: None, name: String::new() });
        };
        let account = user.map(|user| user.global_name.unwrap_or(user.username));
        Some(Answer::Roles { member, about, roles: Some(roles), name: nick.or(account).unwrap_or_default() })
    }

    async fn stands(&self, executor: &Executor, venue: VenueId, message: MessageId) -> Option<Answer> {
        let stands = match executor.fetch(&Call::message(venue, message), PRIORITY_SOON).await {
            Ok(_) => Some(true),
            Err(Unanswered::Stopped) => return None,
            // Not every 404 is about the message: a wrong address has them too.
            Err(Unanswered::Refused(404, detail)) if detail.contains("10008") || detail.contains("10003") => {
                Some(false)
            }
            Err(_) => None,
        };
        Some(Answer::Stands { venue, message, stands })
    }

    /// One message as it is now. If it is gone, its deletion comes over the
    /// gateway; nothing is to be said here.
    async fn reread(&self, executor: &Executor, venue: VenueId, message: MessageId) {
        if let Ok(reply) = executor.fetch(&Call::message(venue, message), PRIORITY_SOON).await
            && let Ok(raw) = std::str::from_utf8(&reply.body)
        {
            self.send(executor, self.sight(venue, one_line(raw))).await;
        }
    }

    /// Messages after a point, oldest first, each as an event of its own.
    async fn history(
        &self,
        executor: &Executor,
        venue: VenueId,
        after: Option<MessageId>,
        limit_days: u32,
    ) -> Option<Answer> {
        let mut upto = after;
        let mut count = 0;
        let ended = |upto, count, error| Some(Answer::HistoryRead { venue, upto, count, error });
        let mut from = match (after, limit_days) {
            (Some(after), _) => after.get(),
            // A first start takes in so many days, or begins where it stands.
            (None, 0) => return self.newest(executor, venue).await,
            (None, days) => {
                let since = executor.clock().now().0 - i64::from(days) * DAY_MS - DISCORD_EPOCH_MS;
                (since.max(0) as u64) << 22
            }
        };
        for _ in 0..PAGES_LIMIT {
            let call = Call::messages(venue, Some(from), PAGE);
            let page = match self.page(executor, &call).await {
                Ok(page) => page,
                Err(Unanswered::Stopped) => return None,
                Err(error) => return ended(upto, count, Some(error.to_string())),
            };
            let is_last = page.len() < usize::from(PAGE);
            // A page that brings nothing after `from` would be read for ever.
            let Some(&(last, _)) = page.last().filter(|(last, _)| last.get() > from) else {
                return ended(upto, count, None);
            };
            from = last.get();
            for (id, raw) in page {
                self.send(executor, self.sight(venue, raw)).await;
                upto = Some(id);
                count += 1;
            }
            if is_last {
                return ended(upto, count, None);
            }
        }
        ended(upto, count, Some(format!("stopped after {PAGES_LIMIT} pages; there is more")))
    }

    async fn newest(&self, executor: &Executor, venue: VenueId) -> Option<Answer> {
        let (upto, error) = match self.page(executor, &Call::messages(venue, None, 1)).await {
            Ok(page) => (page.last().map(|(id, _)| *id), None),
            Err(Unanswered::Stopped) => return None,
            Err(error) => (None, Some(error.to_string())),
        };
        Some(Answer::HistoryRead { venue, upto, count: 0, error })
    }

    /// One page of messages, as they came, oldest first.
    async fn page(&self, executor: &Executor, call: &Call) -> Result<Vec<(MessageId, Box<str>)>, Unanswered> {
        #[derive(Deserialize)]
        struct Named {
            id: MessageId,
        }
        let reply = executor.fetch(call, PRIORITY_HISTORY).await?;
        let unread =
            |error: serde_json::Error| Unanswered::Failed(format!("not a page of messages: {error}"));
        let raws: Vec<&RawValue> = serde_json::from_slice(&reply.body).map_err(unread)?;
        let mut page = Vec::with_capacity(raws.len());
        for raw in raws {
            let Named { id } = serde_json::from_str(raw.get()).map_err(unread)?;
            page.push((id, one_line(raw.get())));
        }
        // Discord gives a page newest first, whatever it was asked for.
        page.sort_unstable_by_key(|(id, _)| *id);
        Ok(page)
    }

    fn sight(&self, venue: VenueId, raw: Box<str>) -> Happening {
        let sight = match (self.convert)(&raw) {
            Ok(message) => Sight::Posted { message: Box::new(message), history: true },
            Err(error) => Sight::Unreadable {
                name: "MESSAGE_CREATE".to_owned(),
                venue: Some(venue),
                message: None,
                parts: salvaged(&raw),
                error,
            },
        };
        Happening::Seen { frame: Frame::json(0, raw), sight }
    }
}

/// The texts in an object that does not parse as a message.
fn salvaged(raw: &str) -> Vec<Part> {
    let mut parts = Parts::new();
    gather::salvage(raw, "", &mut parts);
    parts.into_list()
}

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unanswered::Refused(_, detail) | Unanswered::Failed(detail) => f.write_str(detail),
            Unanswered::Stopped => f.write_str("nothing can be sent any more"),
        }
    }
}

/// The journal keeps a frame on one line. A line break in JSON can only stand
/// between its tokens, so a space means the same.
fn one_line(raw: &str) -> Box<str> {
    if raw.contains(['\n', '\r']) { raw.replace(['\n', '\r'], " ").into() } else { raw.into() }
}

//! What follows from an event: a pure function of the state and the event.
//!
//! A [`Step`] holds the entries to be written (with the actions they make
//! owed) and the questions to be asked. The state is the fold of the entries,
//! plus what the platform tells anew at every connection (`server`). A
//! restart folds the journal again and goes on where it stopped; nothing here
//! remembers anything else.

mod cards;
mod cases;
mod clocks;
mod follow;
mod judging;
mod known;
mod late;
mod messages;
mod mind;
mod names;
mod outcomes;
mod people;
mod raids;
mod server;
mod showing;
mod state;
mod telling;

pub use server::Server;
pub use state::{Owed, State};
pub use telling::NOTICE_EVERY_MS;

use crate::domain::action::EntryNo;
use crate::domain::card::Language;
use crate::domain::deployment::Archive;
use crate::domain::event::{
    Answer, Captured, Connection, Event, Frame, Happening, InteractionToken, PolicyNote, Question, Sight,
};
use crate::domain::id::{InteractionId, MessageId, Moment, VenueId};
use crate::domain::message::Message;
use crate::journal::entry::{
    AccessRecord, Body, Coverage, Entry, Evidence, Field, MonthlyRecord, Started, Stopped, VenueRecord,
    WarningRecord,
};
use crate::policy::Policy;

/// What follows from one event.
#[derive(Debug, Default)]
pub struct Step {
    pub entries: Vec<Entry>,
    pub questions: Vec<Question>,
    pub replies: Vec<Reply>,
    /// Messages that are nobody's business; counted for the whole server and
    /// over a month, and tied to no event.
    pub protected: u32,
    /// What `mind::text_hash` says of the message that was judged.
    pub sameness: Option<u64>,
    /// What is not on record yet, and what of it is by now.
    pub withheld: Vec<Withheld>,
}

/// Something that is recorded, or decided about, once its author's roles are
/// known. An entry that waited for them and came to nothing would tell of a
/// message that a guard protects; what is written is what every other message
/// leaves. What waits does not survive the process: back-fill finds again what
/// it brought, because its channel counts as read only when nothing of it
/// waits, and everything else is on record before.
#[derive(Clone, Debug)]
pub enum Withheld {
    /// A version of a message.
    Message(Box<Waiting>),
    /// What was captured of a message's attachments.
    Files { message: MessageId, files: Vec<Captured> },
    /// Back-fill of a channel came to its end.
    Read { venue: VenueId, upto: Option<MessageId> },
    /// The oldest version of a message that waited is on record.
    MessageWritten(MessageId),
    /// So are its files.
    FilesWritten(MessageId),
}

/// A version of a message that waits for its author's roles.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub message: Message,
    /// `posted`, `edited`, `history`.
    pub source: &'static str,
    pub frame: Frame,
    /// The entry that holds it already.
    pub recorded: Option<EntryNo>,
}

/// What somebody who clicked is told, and nobody else. It is not on record:
/// it has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub id: InteractionId,
    pub token: InteractionToken,
    pub language: Language,
    /// The key of the words.
    pub key: String,
}

impl Step {
    /// Adds an entry; the journal sets its time.
    fn write(&mut self, at: Moment, body: Body, evidence: Evidence) -> &mut Entry {
        self.entries.push(Entry { at, body, clock: at, evidence, intents: Vec::new() });
        self.entries.last_mut().expect("it was just pushed")
    }
}

/// Says what follows from `event`. `state` has already learned what the event
/// tells about the server ([`State::learn`]).
pub fn advance(policy: &Policy, state: &State, event: &Event) -> Step {
    let mut step = Step::default();
    let at = event.at;
    match &event.happening {
        Happening::Started { version, policy, deployment } => {
            let record = started(version, policy, deployment.posture.word(), deployment.archive);
            step.write(at, Body::Started(record), Evidence::none());
        }
        Happening::Reloaded { policy: note, deployment } => {
            let record = started(&state.software, note, deployment.posture.word(), deployment.archive);
            let before = serde_json::json!({ "before": state.policy, "after": note });
            step.write(at, Body::Settings(record), Evidence::none().with_json(Field::Detail, &before));
            server::settle(state, at, &mut step);
        }
        Happening::Stopping => {
            step.write(at, Body::Stopped(Stopped { owed: state.owed.len() }), Evidence::none());
        }
        Happening::Connection(connection) => connected(state, *connection, at, &mut step),
        Happening::Seen { frame, sight } => match sight {
            Sight::Guild { .. } => {
                server::settle(state, at, &mut step);
                server::ask_history(state, at, &mut step);
                server::ask_again(state, &mut step);
                names::titles(policy, state, at, &mut step);
            }
            Sight::Posted { message, history } => {
                messages::posted(policy, state, message, *history, frame, at, &mut step);
            }
            Sight::Edited { message, prior } => {
                messages::edited(policy, state, message, prior.as_ref(), frame, at, &mut step);
            }
            Sight::Deleted { venue, messages, bulk } => {
                messages::deleted(state, *venue, messages, *bulk, frame, at, &mut step)
            }
            Sight::Venue { venue, .. } => {
                server::settle(state, at, &mut step);
                names::title(policy, state, venue, frame, at, &mut step);
            }
            Sight::VenueGone { venue } => server::gone(state, *venue, frame, at, &mut step),
            Sight::Role { .. } => server::settle(state, at, &mut step),
            Sight::Nickname { member, nickname } => {
                names::nickname(policy, state, member, nickname, frame, at, &mut step)
            }
            Sight::Direct { message } => people::direct(policy, state, message, frame, at, &mut step),
            Sight::AutoMod { venue, author, text, rule } => {
                people::auto_mod(state, *venue, *author, text, rule, frame, at, &mut step);
            }
            Sight::Audit { .. } => people::audit(state, sight, frame, at, &mut step),
            Sight::Unreadable { name, venue, message, parts, error } => {
                messages::unreadable(
                    policy,
                    state,
                    name,
                    *venue,
                    message.as_deref(),
                    parts,
                    error,
                    frame,
                    at,
                    &mut step,
                );
            }
            Sight::Interaction(interaction) => step.replies.push(Reply {
                id: interaction.id,
                token: interaction.token.clone(),
                language: if interaction.locale.starts_with("es") { Language::Es } else { Language::En },
                key: "interaction-unknown".to_owned(),
            }),
            // The pipeline has made a whole message of every patch it could.
            Sight::Patched { .. } | Sight::Other => {}
        },
        Happening::Concluded(conclusion) => outcomes::concluded(state, conclusion, at, &mut step),
        Happening::Answered(answer) => match answer {
            Answer::Roles { member, about, roles, name } => {
                let roles = roles.as_deref();
                // A post and its first message have one number, and each asked.
                if !names::roles_known(policy, state, *member, *about, roles, name, at, &mut step) {
                    late::roles_known(policy, state, *member, *about, roles, at, &mut step);
                }
            }
            Answer::Captured { venue, message, files } => {
                late::captured(policy, state, *venue, *message, files, at, &mut step);
            }
            Answer::Stands { .. } => {}
            Answer::HistoryRead { venue, upto, count, error } => {
                server::history_read(state, *venue, *upto, *count, error.as_deref(), at, &mut step);
            }
        },
        Happening::Accessed { entry, how, by, .. } => {
            let record = AccessRecord { entry: *entry, how: how.clone() };
            step.write(at, Body::Access(record), Evidence::none().with_text(Field::By, by.as_str()));
        }
        Happening::Tick => clocks::tick(state, at, &mut step),
        Happening::MonthEnded { month, count } => {
            let record = MonthlyRecord { count: *count, month: month.clone(), what: "protected".to_owned() };
            step.write(at, Body::Monthly(record), Evidence::none());
        }
    }
    step
}

fn started(software: &str, policy: &PolicyNote, posture: &str, archive: Archive) -> Started {
    let archive = match archive {
        Archive::All => "all",
        Archive::Flagged => "flagged",
    };
    Started {
        archive: archive.to_owned(),
        policy: policy.clone(),
        posture: posture.to_owned(),
        software: software.to_owned(),
    }
}

/// Records from when to when nobody was watching. After a resumed connection
/// nothing was missed; after a fresh one, back-fill follows.
fn connected(state: &State, connection: Connection, at: Moment, step: &mut Step) {
    if connection != Connection::Fresh {
        return;
    }
    let Some(from) = state.unwatched_since else { return };
    let why = if state.was_connected { "connection" } else { "start" };
    if at >= from {
        let coverage = Coverage { from, to: at, why: why.to_owned() };
        step.write(at, Body::Coverage(coverage), Evidence::none());
    }
}

/// A line for the moderators, with the entry that records it. The same line
/// about the same place is said once.
fn warn(
    state: &State,
    key: &str,
    venue: Option<crate::domain::id::VenueId>,
    args: &[(&str, &dyn std::fmt::Display)],
    at: Moment,
    step: &mut Step,
) {
    let line = crate::domain::action::Line::new(key, args);
    let told = state::told_as(key, venue, Some(&line));
    let said_now = step.entries.iter().any(|entry| match &entry.body {
        Body::Warning(it) => {
            state::told_as(&it.key, it.venue, entry.evidence.json(Field::Detail).as_ref()) == told
        }
        _ => false,
    });
    if said_now || state.told.contains(&told) {
        return;
    }
    let record = WarningRecord { key: key.to_owned(), venue };
    let evidence = Evidence::none().with_json(Field::Detail, &line);
    let entry = step.write(at, Body::Warning(record), evidence);
    if let Some(review) = state.server.review {
        entry.intents.push(crate::domain::action::Action::Tell { venue: review, line });
    }
}

/// Records what became of a channel.
fn note_venue(
    step: &mut Step,
    at: Moment,
    venue: crate::domain::id::VenueId,
    what: &str,
    name: &str,
    upto: Option<crate::domain::id::MessageId>,
) {
    let record = VenueRecord { state: what.to_owned(), venue, upto };
    step.write(at, Body::Venue(record), Evidence::none().with_text(Field::Name, name));
}

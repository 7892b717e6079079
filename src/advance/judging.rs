//! Judging a text under what is known of its author and its place.
//!
//! Nobody is acted on before it is known who they are: where Discord did not
//! send the roles, a text that would act waits until they are fetched, and
//! where they cannot be known, the protections of residents and of employees
//! both apply.

use crate::decide::decide;
use crate::domain::circumstances::{Circumstances, Standing};
use crate::domain::decision::{Cap, Category, Decision, EvidenceKind, Guard};
use crate::domain::event::{Captured, Question};
use crate::domain::id::{Moment, RoleId};
use crate::domain::message::{AuthorKind, Message};
use crate::policy::Policy;

use super::known::words_of;
use super::mind::text_hash;
use super::{State, Step};

/// A message older than this when it is seen is recorded and at most
/// reviewed, in milliseconds.
const OLD_AFTER_MS: i64 = 24 * 3_600_000;

/// A decision that is written down, and what it was made under.
pub type Decided = Box<(Decision, Circumstances)>;

/// What judging came to.
pub enum Judged {
    /// What may be written down; nothing where no rule held.
    Finally(Option<Decided>),
    /// It would act, and the author's roles are not known yet.
    NeedsRoles,
}

/// Judges a message of an approved channel by somebody with these roles;
/// `None` where Discord did not send them.
pub fn judge(
    policy: &Policy,
    state: &State,
    message: &Message,
    roles: Option<&[RoleId]>,
    files: &[Captured],
    at: Moment,
    step: &mut Step,
) -> Judged {
    let Some(mut circumstances) = circumstances(state, message, files, at, step) else {
        return Judged::Finally(None);
    };
    let is_person = message.author.kind == AuthorKind::Person;
    let Some(roles) = roles.or((!is_person).then_some(&[])) else {
        let would_act = [Standing::RESIDENT, Standing { employee: true, ..Standing::RESIDENT }];
        let would_act = would_act.into_iter().any(|standing| {
            circumstances.standing = standing;
            !decide(policy, message, &circumstances).is_plain()
        });
        return if would_act { Judged::NeedsRoles } else { Judged::Finally(None) };
    };
    circumstances.standing = state.server.standing(&state.deployment, roles);
    Judged::Finally(settle_on(decide(policy, message, &circumstances), circumstances, step))
}

/// Judges once no better answer will come: with `None`, nothing can be learned
/// of the author any more.
pub fn judge_finally(
    policy: &Policy,
    state: &State,
    message: &Message,
    roles: Option<&[RoleId]>,
    files: &[Captured],
    at: Moment,
    step: &mut Step,
) -> Option<Decided> {
    let mut circumstances = circumstances(state, message, files, at, step)?;
    circumstances.standing = match roles {
        Some(roles) => state.server.standing(&state.deployment, roles),
        None => Standing { unknown: true, ..Standing::RESIDENT },
    };
    settle_on(decide(policy, message, &circumstances), circumstances, step)
}

/// Asks which roles an author has, about a message or title that waits for them.
pub fn ask_roles(state: &State, message: &Message, step: &mut Step) {
    if let Some(guild) = state.server.guild {
        step.questions.push(Question::Roles { guild, member: message.author.id, about: message.id });
    }
}

/// What holds of everything that is judged, whoever wrote it and wherever.
pub fn everywhere(state: &State) -> Circumstances {
    Circumstances {
        posture: state.deployment.posture,
        adopted: state.adopted.clone(),
        ..Circumstances::default()
    }
}

/// What is known, up to the author's roles; `None` where nothing is judged:
/// what Discord or the City itself says, and what stands in a channel that is
/// not approved.
fn circumstances(
    state: &State,
    message: &Message,
    files: &[Captured],
    at: Moment,
    step: &mut Step,
) -> Option<Circumstances> {
    if message.author.kind == AuthorKind::System || state.deployment.own_ids.contains(&message.author.id) {
        return None;
    }
    let approval = state.approval(message.venue)?;
    let sameness = text_hash(message);
    step.sameness = Some(sameness);
    let written_at = message.edited_at.unwrap_or(message.id.made_at());
    Some(Circumstances {
        topics: approval.topics,
        staff_venue: approval.staff_only,
        author: message.author.kind,
        earlier: state.earlier(message, sameness),
        before: state.before(message),
        addressed: message.reply_to.is_some(),
        mentions: message.mentions,
        released: is_released(state, message),
        old: at.since_ms(written_at) > OLD_AFTER_MS,
        limit_reached: state.limit_reached(at, message.author.id),
        files: files.iter().filter_map(|f| f.sha256.clone()).collect(),
        ..everywhere(state)
    })
}

/// What may be written down of a decision. What a guard of concerted activity
/// protects leaves what an ordinary message leaves: nothing.
fn settle_on(mut decision: Decision, mut circumstances: Circumstances, step: &mut Step) -> Option<Decided> {
    if decision.guards.contains(&Guard::ConcertedActivity) {
        step.protected += 1;
        decision.guards.retain(|g| *g != Guard::ConcertedActivity);
        decision.findings.retain(|f| {
            f.category == Category::Threat || matches!(f.evidence, EvidenceKind::Exact | EvidenceKind::Format)
        });
        if decision.guards.is_empty() {
            decision.caps.retain(|cap| *cap != Cap::Guard);
        }
    }
    if decision.is_plain() {
        return None;
    }
    if circumstances.earlier.iter().all(|e| !e.same)
        && !decision.findings.iter().any(|f| f.evidence == EvidenceKind::Count)
    {
        circumstances.earlier.clear();
    }
    if !decision.caps.contains(&Cap::Joined) {
        circumstances.before.clear();
    }
    Some(Box::new((decision, circumstances)))
}

/// Whether a hold of this very message was released.
fn is_released(state: &State, message: &Message) -> bool {
    !state.released.is_empty() && words_of(message).is_some_and(|words| state.released.contains(&words))
}

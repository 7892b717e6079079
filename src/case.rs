//! A case: what is known of a matter that a person is to look at, and what
//! may happen to it next.
//!
//! A case is opened by a decision that ends at review or above, or that goes
//! to a desk. It keeps the card as it was made when it was opened: a case
//! stays with the policy it was judged under.

pub mod hours;

use crate::domain::action::{CaseId, EntryNo};
use crate::domain::card::{Card, Joined, Language, Notice, NoticeKind, Standing, Told};
use crate::domain::decision::{Category, Decision, Desk, Disposition, EvidenceKind, Finding};
use crate::domain::id::{MemberId, MessageId, Moment, VenueId};

/// A case that is still of interest.
#[derive(Clone, Debug)]
pub struct Case {
    pub id: CaseId,
    /// The entry that opened it.
    pub entry: EntryNo,
    pub opened: Moment,
    /// When its standing last changed.
    pub moved: Moment,
    pub venue: VenueId,
    /// The messages it is about; several where copies were removed.
    pub messages: Vec<MessageId>,
    pub author: MemberId,
    /// Identifies what was typed, who typed it and where.
    pub words: Option<u64>,
    pub standing: Standing,
    pub decision: Decision,
    pub card: Card,
    /// The card in the review channel, and when it was delivered there.
    pub posted: Option<(VenueId, MessageId, Moment)>,
    /// A card is owed or posted, so that no second one is made.
    pub card_owed: bool,
    /// When the card last could not be delivered.
    pub card_refused: Option<Moment>,
    /// The cards at the desks.
    pub desks: Vec<(Desk, VenueId, MessageId)>,
    /// The desk was reminded at half time of the holds that its card tells of.
    pub reminded: bool,
    /// The card in the channel does not show the latest standing.
    pub stale: bool,
    /// What the author was told, or is owed to be.
    pub told: Told,
    /// The case whose card tells of this one, where it came with many others;
    /// itself, where its card tells of the others.
    pub raid: Option<CaseId>,
    /// The cases that its card tells of.
    pub followers: Followers,
}

/// A case that another's card tells of.
#[derive(Clone, Copy, Debug)]
pub struct Follower {
    pub case: CaseId,
    pub author: MemberId,
    pub standing: Standing,
}

/// The cases that share the card of the one that leads them, itself included.
#[derive(Clone, Debug, Default)]
pub struct Followers {
    /// In the order of their numbers.
    pub cases: Vec<Follower>,
    /// When the last one came.
    pub until: Moment,
    /// A note in public tells all of their authors at once, for not everyone
    /// could be written to.
    pub noted: bool,
}

impl Case {
    /// A matter of safety: it is never released by a clock.
    pub fn is_safety(&self) -> bool {
        is_safety(&self.decision)
    }

    /// Whether another case's card tells of it.
    pub fn is_folded(&self) -> bool {
        self.raid.is_some_and(|leader| leader != self.id)
    }

    /// Whether any card of it stands anywhere.
    pub fn is_shown(&self) -> bool {
        self.posted.is_some() || !self.desks.is_empty()
    }

    /// Whether the moderators' card stands, or is on its way.
    pub fn is_shown_soon(&self) -> bool {
        self.is_shown() || self.card_owed
    }

    /// Whether its hold is ever released by a clock.
    pub fn has_clock(&self) -> bool {
        self.decision.disposition == Disposition::Hold && !self.is_safety()
    }

    /// Whether it removes copies of one message.
    pub fn is_repetition(&self) -> bool {
        self.decision
            .leading()
            .is_some_and(|f| f.category == Category::Spam && f.evidence == EvidenceKind::Count)
    }

    /// What the author is to be told about the case as it stands.
    pub fn due_notice(&self) -> NoticeKind {
        if !self.decision.disposition.takes_down() {
            return pointer(&self.decision);
        }
        if self.messages.is_empty() {
            return NoticeKind::Held; // A title: the thread is still there.
        }
        let Some(leading) = self.decision.leading() else { return NoticeKind::Removed };
        match (leading.category, leading.evidence) {
            (Category::ContactInfo, EvidenceKind::Format) => NoticeKind::PrivateNumber,
            (Category::ScamLink, EvidenceKind::Exact) => NoticeKind::ScamLink,
            (Category::Spam, EvidenceKind::Count) => NoticeKind::Repeated,
            _ if leading.disposition == Disposition::Remove => NoticeKind::Removed,
            _ if self.is_safety() => NoticeKind::HeldForSafety,
            _ => NoticeKind::Held,
        }
    }

    /// How much its author is to be told as it stands.
    pub fn owed_telling(&self) -> Told {
        match self.decision.disposition.takes_down() {
            true => Told::Takedown,
            false if self.decision.notice => Told::Pointer,
            false => Told::Nothing,
        }
    }

    /// What another notice says of this case.
    pub fn joined(&self) -> Joined {
        let notice = self.notice(self.due_notice());
        Joined {
            case: self.id,
            kind: notice.kind,
            venue_name: notice.venue_name,
            at: notice.at,
            quote: notice.quote,
            clauses: notice.citations.into_iter().map(|citation| citation.id).collect(),
        }
    }

    /// A notice to the author about this case.
    pub fn notice(&self, kind: NoticeKind) -> Notice {
        let quote = self.card.texts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
        let language = if crate::text::language::is_spanish(&quote) { Language::Es } else { Language::En };
        let mut citations = Vec::new();
        for citation in self.card.reasons.iter().flat_map(|reason| &reason.citations) {
            if !citations.contains(citation) {
                citations.push(citation.clone());
            }
        }
        Notice {
            kind,
            to: self.author,
            language,
            key: None,
            case: Some(self.id),
            venue: Some(self.venue),
            venue_name: self.card.venue_name.clone(),
            purpose: self.card.purpose.clone(),
            at: self.card.at,
            citations,
            quote,
            office: self.card.office.clone(),
            rules_link: self.card.rules_link.clone(),
            appeal_office: self.card.appeal_office.clone(),
            is_title: self.card.texts.iter().any(|(part, _)| part == crate::domain::message::TITLE),
            copies: self.messages.len() as u32,
            joined: Vec::new(),
            release_at: self.card.release_at,
            may_fall_back: true,
            policy: self.card.policy.clone(),
        }
    }

    /// The card as it should look now.
    pub fn current_card(&self) -> Card {
        Card { standing: self.standing, ..self.card.clone() }
    }
}

/// Whether a decision is about safety: threats, private data, live
/// credentials, harmful links.
pub fn is_safety(decision: &Decision) -> bool {
    decision.findings.iter().any(|finding| {
        finding.disposition.takes_down()
            && (finding.evidence == EvidenceKind::Format
                || matches!(finding.category, Category::Threat | Category::ContactInfo | Category::ScamLink))
    })
}

/// What an author is told of a message that stays and is looked at.
pub fn pointer(decision: &Decision) -> NoticeKind {
    let topical = |f: &Finding| matches!(f.category, Category::Political | Category::Religious);
    match decision.findings.iter().any(topical) {
        true => NoticeKind::TopicPointer,
        false => NoticeKind::UnderReview,
    }
}

/// Where a case stands once its takedown has succeeded.
pub fn standing_after_takedown(decision: &Decision) -> Standing {
    if decision.disposition == Disposition::Remove { Standing::Removed } else { Standing::Held }
}

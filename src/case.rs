//! A case: what is known of a matter that a person is to look at, and what
//! may happen to it next.
//!
//! A case is opened by a decision that ends at review or above, or that goes
//! to a desk. It keeps the card as it was made when it was opened: a case
//! stays with the policy it was judged under.

pub mod hours;

use crate::domain::action::{CaseId, EntryNo};
use crate::domain::card::{Card, Language, Notice, NoticeKind, Standing};
use crate::domain::decision::{Category, Decision, Desk, Disposition, EvidenceKind};
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
    pub standing: Standing,
    pub decision: Decision,
    pub card: Card,
    /// The card in the review channel, and when it was delivered there.
    pub posted: Option<(VenueId, MessageId, Moment)>,
    /// A card is owed or posted, so that no second one is made.
    pub card_owed: bool,
    /// The cards at the desks.
    pub desks: Vec<(Desk, VenueId, MessageId)>,
    /// The desk was reminded at half time of the hold.
    pub reminded: bool,
    /// The card in the channel does not show the latest standing.
    pub stale: bool,
    /// The author was told, or a notice is owed.
    pub notified: bool,
}

impl Case {
    /// A matter of safety: it is never released by a clock.
    pub fn is_safety(&self) -> bool {
        is_safety(&self.decision)
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

    /// What the author is told once the message is down.
    pub fn takedown_notice(&self) -> NoticeKind {
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

    /// A notice to the author about this case.
    pub fn notice(&self, kind: NoticeKind, at: Moment) -> Notice {
        let quote = self.card.texts.iter().find(|(part, _)| part == crate::domain::message::CONTENT);
        let quote = quote.or(self.card.texts.first()).map(|(_, text)| text.clone()).unwrap_or_default();
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
            at,
            citations,
            quote,
            office: self.card.office.clone(),
            rules_link: self.card.rules_link.clone(),
            appeal_office: self.card.appeal_office.clone(),
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

/// Whether a decision is about safety: threats, private data, harmful links.
pub fn is_safety(decision: &Decision) -> bool {
    decision.findings.iter().any(|finding| {
        finding.disposition.takes_down()
            && matches!(finding.category, Category::Threat | Category::ContactInfo | Category::ScamLink)
    })
}

/// Where a case stands once its takedown has succeeded.
pub fn standing_after_takedown(decision: &Decision) -> Standing {
    if decision.disposition == Disposition::Remove { Standing::Removed } else { Standing::Held }
}

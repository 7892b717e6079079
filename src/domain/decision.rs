//! What can be decided about a message, and what it rests on.

use serde::{Deserialize, Serialize};

/// Gives a plain enum its written names: serde, `Display`, `parse` and `ALL`
/// agree because they are made from the same list.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The written name, the same in files, output and the journal.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// Reads a written name.
            pub fn parse(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What a rule is about. The names are stable identifiers, used in policy
    /// files, in output and in labelled data.
    Category {
        Vulgar = "vulgar",
        HarassmentHate = "harassment_hate",
        Threat = "threat",
        Political = "political",
        Religious = "religious",
        ContactInfo = "contact_info",
        ScamLink = "scam_link",
        Spam = "spam",
        Press = "press",
        Legal = "legal",
        RecordsRequest = "records_request",
        SelfHarm = "self_harm",
        Emergency = "emergency",
        Confidential = "confidential",
        Endorsement = "endorsement",
        Affiliation = "affiliation",
        SpeakingForCity = "speaking_for_city",
        Disparagement = "disparagement",
    }
}

words! {
    /// What a finding rests on. Each kind has a ceiling, [`EvidenceKind::ceiling`].
    EvidenceKind {
        /// Equal to something listed: an address, a file.
        Exact = "exact",
        /// Valid by its own form: a checksum, a live credential.
        Format = "format",
        /// How often the same author did the same.
        Count = "count",
        /// A listed word or phrase.
        Term = "term",
        /// A regular expression.
        Pattern = "pattern",
        /// Who does what to whom, within one sentence.
        Structure = "structure",
        /// A classifier's score.
        Model = "model",
    }
}

impl EvidenceKind {
    /// The most a finding of this kind may lead to by itself. `unambiguous`
    /// is the rule's own claim to be so.
    pub fn ceiling(self, unambiguous: bool) -> Disposition {
        use EvidenceKind::*;
        match self {
            Exact | Format | Count => Disposition::Remove,
            Term | Pattern | Structure if unambiguous => Disposition::Hold,
            Term | Pattern | Structure | Model => Disposition::Review,
        }
    }

    /// Whether a machine can be sure: what `assist` leaves as written, and
    /// what goes on when the limit on automation is reached.
    pub fn is_certain(self) -> bool {
        matches!(self, EvidenceKind::Exact | EvidenceKind::Format | EvidenceKind::Count)
    }
}

words! {
    /// What happens to a message, from least to most.
    #[derive(Default)]
    Disposition {
        /// It stays; nothing happens.
        #[default]
        None = "none",
        /// It stays; the author is told something.
        Notify = "notify",
        /// It stays; a person looks at it.
        Review = "review",
        /// It is taken down until a person confirms or restores it.
        Hold = "hold",
        /// It is taken down.
        Remove = "remove",
    }
}

impl Disposition {
    /// Whether the message leaves the channel.
    pub fn takes_down(self) -> bool {
        self >= Disposition::Hold
    }
}

words! {
    /// How much automation may do in a deployment.
    Posture {
        /// Decides and records, opens no case and sends nothing.
        Observe = "observe",
        /// Every rule ends at review, except exact, format and count evidence.
        Assist = "assist",
        /// The policy as written.
        Enforce = "enforce",
    }
}

words! {
    /// As whom somebody writes.
    Audience {
        Resident = "resident",
        Employee = "employee",
        Official = "official",
    }
}

words! {
    /// Whether a channel has a published purpose that its posts are held to.
    Topics {
        /// Topic rules apply; the purpose is published.
        Scoped = "scoped",
        /// Topic rules do not apply.
        Open = "open",
    }
}

words! {
    /// An office that matters of one kind are brought to.
    Desk {
        Press = "press",
        Threat = "threat",
        Legal = "legal",
        Records = "records",
        Communications = "communications",
    }
}

words! {
    /// A protection that caps what the findings would lead to.
    Guard {
        /// An employee's post about working conditions.
        ConcertedActivity = "concerted-activity",
        /// A message about the City, an office, an official or a service.
        GovernmentAsSubject = "government-as-subject",
        /// A moderator has approved this very text of this very message.
        HumanApproval = "human-approval",
    }
}

words! {
    /// Why a finding leads to less than its rule says.
    Cap {
        /// The deployment only observes or assists.
        Posture = "posture",
        /// A guard protects the message.
        Guard = "guard",
        /// No adopted authority binds the author.
        DraftAuthority = "draft-authority",
        /// The author's roles could not be learned.
        RolesUnknown = "roles-unknown",
        /// The message is older than a day.
        Old = "old",
        /// Automation has reached its limit of members for the day.
        DailyLimit = "daily-limit",
        /// The author is a webhook or another bot.
        NotAPerson = "not-a-person",
        /// The clock of a hold ran out undecided on this very text.
        Released = "released",
        /// It lies in an attachment that could not be captured in time.
        NotCaptured = "not-captured",
        /// It takes guessing to read the words in it.
        Disguise = "disguise",
        /// Only several messages together say it.
        Joined = "joined",
    }
}

/// A stretch of one part of a message: byte offsets in the original text,
/// always on character boundaries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub end: usize,
    pub part: String,
    pub start: usize,
}

/// A clause that held, and the words it holds of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub category: Category,
    /// The clauses that are cited to this author, drafts left out.
    pub clauses: Vec<String>,
    /// What this finding leads to, after every cap.
    pub disposition: Disposition,
    pub evidence: EvidenceKind,
    pub rule: String,
    /// A model's score between 0 and 1, in thousandths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u16>,
    pub spans: Vec<Span>,
}

/// What follows for one message, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    pub disposition: Disposition,
    pub findings: Vec<Finding>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Guard>,
    /// The author is told although the message only goes to review.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notice: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Desk>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
}

impl Decision {
    /// Whether there is nothing to say: no rule held.
    pub fn is_plain(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether a person is to look: the message ends at review or above, or
    /// goes to a desk.
    pub fn opens_case(&self) -> bool {
        self.disposition >= Disposition::Review || !self.routes.is_empty()
    }

    /// Whether somebody may need help.
    pub fn is_crisis(&self) -> bool {
        self.findings.iter().any(|f| matches!(f.category, Category::SelfHarm | Category::Emergency))
    }

    /// The finding that decides: the one that leads furthest, the surest
    /// evidence first where several do.
    pub fn leading(&self) -> Option<&Finding> {
        self.findings.iter().min_by_key(|f| (std::cmp::Reverse(f.disposition), f.evidence))
    }
}

//! An entry of every kind, with every optional field at least once.

use gavel::domain::action::{Action, CaseId, IntentId, Line, Outcome, Refusal};
use gavel::domain::card::{Card, Joined, Language, Notice, NoticeKind, Standing};
use gavel::domain::decision::{
    Cap, Category, Decision, Desk, Disposition, EvidenceKind, Finding, Guard, Span,
};
use gavel::domain::event::{Frame, PolicyNote};
use gavel::domain::id::{MemberId, MessageId, Moment, VenueId};
use gavel::journal::entry::*;

use crate::discord::shown;

pub fn venue(raw: u64) -> VenueId {
    VenueId::new(raw).expect("not zero")
}

pub fn message(raw: u64) -> MessageId {
    MessageId::new(raw).expect("not zero")
}

pub fn member(raw: u64) -> MemberId {
    MemberId::new(raw).expect("not zero")
}

/// An entry with nothing besides its body.
pub fn plain(at: i64, body: Body) -> Entry {
    Entry { at: Moment(at), body, clock: Moment(at), evidence: Evidence::none(), intents: vec![] }
}

/// An ordinary message.
pub fn posted(at: i64, id: u64, text: &str) -> Entry {
    let record = MessageRecord {
        case: None,
        decision: None,
        message: message(id),
        parts: vec![],
        pending: None,
        source: "posted".into(),
        venue: venue(500),
    };
    let frame = serde_json::json!({"t": "MESSAGE_CREATE", "d": {"id": id.to_string(), "content": text}});
    let evidence = Evidence::none()
        .with_frame(&Frame::json(0, frame.to_string()))
        .with_json(Field::Author, &member(9_001))
        .with_text(Field::Content, text);
    Entry { evidence, ..plain(at, Body::Message(record)) }
}

pub fn delete(id: u64, case: u64) -> Action {
    Action::Delete {
        case: Some(CaseId(case)),
        venue: venue(500),
        message: message(id),
        reason: format!("rule `obscenity`, case {case}"),
    }
}

pub fn notify(to: u64, case: u64) -> Action {
    let notice = Notice {
        policy: String::new(),
        kind: NoticeKind::Held,
        to: member(to),
        language: Language::Es,
        key: None,
        case: Some(CaseId(case)),
        venue: Some(venue(500)),
        venue_name: "general-1".into(),
        purpose: "City services".into(),
        at: Moment(1_700_000_000_000),
        citations: vec![],
        quote: "¡qué… palabrota!".into(),
        office: String::new(),
        rules_link: String::new(),
        appeal_office: String::new(),
        is_title: false,
        copies: 0,
        joined: vec![],
        release_at: Some(Moment(1_700_000_900_000)),
        may_fall_back: true,
    };
    Action::Notify { case: Some(CaseId(case)), notice: notice.into() }
}

pub fn decision() -> Decision {
    Decision {
        caps: vec![Cap::Guard, Cap::Old],
        disposition: Disposition::Hold,
        findings: vec![Finding {
            category: Category::Vulgar,
            clauses: vec!["3.7 ¶1".into()],
            disposition: Disposition::Hold,
            evidence: EvidenceKind::Model,
            rule: "obscenity".into(),
            score: Some(917),
            spans: vec![Span { end: 9, part: "content".into(), start: 4 }],
        }],
        guards: vec![Guard::GovernmentAsSubject],
        notice: true,
        reminders: vec!["civility".into()],
        responses: vec!["resource".into()],
        routes: vec![Desk::Press],
        urgent: true,
    }
}

/// A message that is taken down: case 7, two intents.
pub fn held(at: i64, id: u64) -> Entry {
    let mut entry = posted(at, id, "you %$&! idiot\tof a \"mayor\" \u{7f}\u{1f}");
    if let Body::Message(record) = &mut entry.body {
        record.case = Some(CaseId(7));
        record.decision = Some(decision());
        record.parts = vec!["embeds[0].title".into(), "poll.question".into()];
        record.pending = Some("attachments".into());
    }
    entry.evidence = entry.evidence.with_text(Field::Part(0), "an embed").with_text(Field::Part(10), "");
    entry.intents = vec![delete(id, 7), notify(9_001, 7)];
    entry
}

pub fn outcome(at: i64, intent: IntentId, outcome: Outcome) -> Entry {
    let record = OutcomeRecord { case: None, intent, outcome, posted: None, tries: 1 };
    plain(at, Body::Outcome(record))
}

pub fn started(at: i64) -> Entry {
    plain(at, Body::Started(start()))
}

fn start() -> Started {
    Started {
        archive: "all".into(),
        policy: PolicyNote {
            adopted: "2025-10-06".into(),
            id: "monroe-400-026".into(),
            sha256: "ab".repeat(32),
            version: "2025-10-06".into(),
        },
        posture: "enforce".into(),
        software: "gavel 0.1.0".into(),
    }
}

pub fn head() -> SegmentHead {
    let hash = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    let seal = Seal { first: 0, last: 1, peaks: vec![hash.into()], root: hash.into() };
    SegmentHead {
        format: 1,
        key: "city.example+c5aacd8e+AXEXG6IBE9D6cVHbCgh9b7aybTDITsx1WHjS1vDYEy3R".into(),
        sealed: Some(seal),
        segment: 1,
        software: "gavel 0.1.0".into(),
    }
}

/// One entry of every kind, or more, in the order of [`Body::KINDS`].
pub fn all() -> Vec<Entry> {
    let at = 1_700_000_000_000;
    let case = Some(CaseId(7));
    let with = |body, evidence| Entry { evidence, ..plain(at, body) };
    let text = |field, text: &str| Evidence::none().with_text(field, text);
    let mut first = head();
    (first.sealed, first.segment) = (None, 0);
    vec![
        plain(at, Body::Segment(first)),
        plain(at, Body::Segment(head())),
        started(at),
        plain(at, Body::Stopped(Stopped { owed: 3 })),
        with(
            Body::Settings(start()),
            Evidence::none().with_json(Field::Detail, &serde_json::json!({"before": {}, "after": [1, "x"]})),
        ),
        plain(
            at,
            Body::Coverage(Coverage { from: Moment(at - 5), to: Moment(at), why: "connection".into() }),
        ),
        with(
            Body::Venue(VenueRecord { state: "approved".into(), upto: Some(message(41)), venue: venue(500) }),
            text(Field::Name, "general-1"),
        ),
        posted(at, 1_300_000_000_000_000_001, "When is the library open?"),
        held(at, 1_300_000_000_000_000_002),
        plain(
            at,
            Body::Deleted(DeletedRecord {
                by: "author".into(),
                cases: vec![(CaseId(7), Standing::Withdrawn)],
                messages: vec![message(41), message(42)],
                venue: venue(500),
            }),
        ),
        plain(
            at,
            Body::Decided(DecidedRecord {
                case,
                decision: decision(),
                entry: 7,
                message: message(41),
                venue: venue(500),
            }),
        ),
        with(
            Body::Captured(CapturedRecord {
                kept: 1,
                lost: 2,
                message: message(41),
                pending: None,
                venue: venue(500),
            }),
            Evidence::none().with_json(Field::Files, &["a.png"]),
        ),
        with(
            Body::Naming(NamingRecord {
                case,
                decision: Some(decision()),
                venue: Some(venue(501)),
                what: "title".into(),
            }),
            text(Field::Name, "Free money\nhere"),
        ),
        with(
            Body::Direct(DirectRecord {
                case,
                decision: Some(Decision::default()),
                message: message(43),
                venue: venue(502),
            }),
            text(Field::Content, "¿Dónde está mi solicitud?"),
        ),
        with(
            Body::Outcome(OutcomeRecord {
                case: Some((CaseId(7), Standing::NotTakenDown)),
                intent: IntentId { entry: 8, index: 0 },
                outcome: Outcome::Refused(Refusal::Rejected(50_013)),
                posted: Some((venue(500), message(77))),
                tries: 2,
            }),
            text(Field::Detail, "403 Missing Permissions").with_text(Field::Said, "Held: …"),
        ),
        outcome(at, IntentId { entry: 8, index: 1 }, Outcome::Done),
        Entry {
            intents: vec![Action::Tell { venue: venue(600), line: Line::new("half-time", &[("case", &7)]) }],
            ..plain(
                at,
                Body::Case(CaseRecord { case: CaseId(7), standing: Standing::Held, why: "half-time".into() }),
            )
        },
        plain(at, Body::Warning(WarningRecord { key: "not-approved".into(), venue: Some(venue(503)) })),
        with(Body::AutoMod(AutoModRecord { venue: Some(venue(500)) }), text(Field::Content, "spam spam")),
        with(
            Body::Audit(AuditRecord { action: 72, count: 1, venue: Some(venue(500)) }),
            Evidence::none().with_json(Field::By, &member(3)).with_text(Field::Reason, "off topic"),
        ),
        with(
            Body::Unreadable(UnreadableRecord {
                case,
                decision: Some(decision()),
                dispatch: "?".into(),
                venue: Some(venue(500)),
            }),
            Evidence::none()
                .with_frame(&Frame { raw: "{\"t\": not json\n".into(), ..Frame::default() })
                .with_text(Field::Detail, "expected value"),
        ),
        plain(
            at,
            Body::Monthly(MonthlyRecord { count: 6, month: "2026-11".into(), what: "protected".into() }),
        ),
        with(
            Body::Access(AccessRecord { entry: Some(8), how: "show".into() }),
            text(Field::By, "clerk (uid 1000)"),
        ),
    ]
}

/// What entries hold besides, as far as it came later: a log of its own, so
/// that the first stays as it is.
pub fn more() -> Vec<Entry> {
    let at = 1_700_000_000_000;
    let mut waiting = held(at, 1_300_000_000_000_000_003);
    let card = shown::card();
    let read = gavel::decide::message_of("you plonker");
    waiting.evidence =
        std::mem::take(&mut waiting.evidence).with_json(Field::Card, &card).with_json(Field::Message, &read);
    let captured = CapturedRecord {
        kept: 1,
        lost: 0,
        message: message(1_300_000_000_000_000_003),
        pending: Some("roles".into()),
        venue: venue(500),
    };
    let title = NamingRecord { case: None, decision: None, venue: Some(venue(501)), what: "title".into() };
    let joined = Joined {
        case: CaseId(8),
        kind: NoticeKind::Repeated,
        venue_name: "general-1".into(),
        at: Moment(at),
        quote: "¡compre ya!".into(),
        clauses: vec!["3.7 ¶1".into()],
    };
    let Action::Notify { case, notice } = notify(9_001, 7) else { unreachable!("it notifies") };
    let notice = Notice { joined: vec![joined], ..Notice::clone(&notice) };
    let now = Card { now: Some("sorry".into()), ..card };
    let announced = CaseRecord { case: CaseId(7), standing: Standing::Held, why: "announced".into() };
    vec![
        started(at),
        waiting,
        Entry {
            evidence: Evidence::none().with_json(Field::Files, &["a.png"]),
            ..plain(at, Body::Captured(captured))
        },
        Entry {
            evidence: Evidence::none()
                .with_text(Field::Author, "9001")
                .with_text(Field::Name, "Free money\nhere"),
            ..plain(at, Body::Naming(title))
        },
        Entry {
            intents: vec![
                Action::Notify { case, notice: notice.into() },
                Action::Update { venue: venue(600), message: message(77), card: now.into() },
            ],
            ..plain(at, Body::Case(announced))
        },
    ]
}

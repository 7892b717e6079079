//! What the journal says, kept ready for looking at: a fold of its entries by
//! message and by case.
//!
//! The page knows what the bot did from the bot's record alone, like anybody
//! else who holds it. Nothing here is asked of the bot.

use std::collections::{BTreeMap, HashMap};

use crate::advance::NOTICE_EVERY_MS;
use crate::domain::action::{Action, CaseId, EntryNo, IntentId, Outcome};
use crate::domain::card::Standing;
use crate::domain::decision::{Decision, Desk, Disposition};
use crate::domain::event::Captured;
use crate::domain::id::{MemberId, MessageId, Moment};
use crate::journal::entry::{Body, Entry, Field};
use crate::sandbox::world::Id;

/// The entries whose outlines are kept for the list of the latest.
const LATEST: usize = 12;

/// Titles and nicknames are no messages, and a thread has the number of the
/// message it began with: they are kept under numbers that no message has.
const NAMED: Id = 1 << 63;

/// The number under which a thread's title or a member's nickname is kept.
pub fn named(id: Id) -> Id {
    id | NAMED
}

/// One version of a message as it was put on record.
#[derive(Clone, Debug)]
pub struct Version {
    pub entry: EntryNo,
    pub at: Moment,
    /// `posted`, `edited`, `history`, `direct`; `title`, `nickname`.
    pub source: String,
    /// Every text in it: name of the part, words.
    pub parts: Vec<(String, String)>,
    pub decision: Option<Decision>,
    /// Where the decision was put on record, if later than the message.
    pub decided: Option<EntryNo>,
    /// What the decision waits for.
    pub pending: Option<String>,
}

/// A message as the record knows it.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: Id,
    pub venue: Id,
    pub author: Id,
    pub versions: Vec<Version>,
    pub case: Option<CaseId>,
    /// Whose hand took it away, and the entry that says so.
    pub gone: Option<(String, EntryNo)>,
    pub intents: Vec<IntentId>,
}

impl Told {
    /// The version that was last recorded.
    pub fn last(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// The weightiest decision about any of its versions: an edit into
    /// something harmless does not undo what was decided before.
    pub fn weightiest(&self) -> Option<&Version> {
        let decided = self.versions.iter().filter(|v| v.decision.as_ref().is_some_and(|d| !d.is_plain()));
        decided.max_by_key(|v| v.decision.as_ref().map(|d| (d.disposition, v.entry)))
    }
}

/// An action on record, and what came of it.
#[derive(Clone, Debug)]
pub struct Deed {
    pub action: Action,
    pub outcome: Option<(Outcome, EntryNo)>,
    /// The message that stands on Discord because of it.
    pub posted: Option<(Id, Id)>,
}

/// A case as the record knows it.
#[derive(Clone, Debug)]
pub struct CaseNote {
    pub standing: Standing,
    pub messages: Vec<Id>,
    pub routes: Vec<Desk>,
    /// Whose messages they are.
    author: Id,
    /// The case whose card tells of it, where many like ones came at once.
    part_of: Option<CaseId>,
    /// Gavel took something of it down, so its author is to be told.
    down: bool,
    /// Nothing is to come down, and its author is to be told all the same.
    points: bool,
    /// A notice that tells of it is on record; of a takedown, where one is told.
    pointed: bool,
    told: bool,
}

/// How often what was decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub messages: u64,
    pub taken_down: u64,
    pub reviews: u64,
    pub routed: u64,
    pub told: u64,
    pub owed: u64,
}

/// The fold.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The number that the next entry will have.
    pub next: EntryNo,
    pub told: BTreeMap<Id, Told>,
    pub cases: BTreeMap<CaseId, CaseNote>,
    pub deeds: BTreeMap<IntentId, Deed>,
    /// Entry, when, what it says in a few words.
    pub latest: Vec<(EntryNo, Moment, String)>,
    /// The message that was last recorded or decided.
    pub newest: Option<Id>,
    /// Which message an entry's following entries belong to.
    of_case: HashMap<CaseId, Id>,
    /// When somebody was last told that something of theirs is gone.
    last_notice: HashMap<Id, Moment>,
    /// The same, where the message stays.
    last_pointer: HashMap<Id, Moment>,
    counts: Counts,
}

impl Book {
    /// A book that begins with this entry.
    pub fn from(next: EntryNo) -> Book {
        Book { next, ..Book::default() }
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        Counts {
            owed: self.deeds.values().filter(|deed| deed.outcome.is_none()).count() as u64,
            ..self.counts
        }
    }

    /// Takes in the next entry.
    pub fn take(&mut self, n: EntryNo, entry: &Entry) {
        self.next = n + 1;
        let about = self.note(n, entry);
        for (index, action) in (0..).zip(&entry.intents) {
            let id = IntentId { entry: n, index };
            let outline = action.outline();
            let message = about
                .or_else(|| outline.message.map(MessageId::get).filter(|m| self.told.contains_key(m)))
                .or_else(|| outline.case.and_then(|case| self.of_case.get(&case).copied()));
            if let Some(told) = message.and_then(|message| self.told.get_mut(&message)) {
                told.intents.push(id);
            }
            self.note_notice(id, action, message, entry.at);
            self.deeds.insert(id, Deed { action: action.clone(), outcome: None, posted: None });
        }
        self.latest.push((n, entry.at, line(entry)));
        if self.latest.len() > LATEST {
            self.latest.remove(0);
        }
    }

    /// Notes whom a notice tells of what: it may tell of several cases.
    fn note_notice(&mut self, id: IntentId, action: &Action, about: Option<Id>, at: Moment) {
        let Action::Notify { case, notice } = action else { return };
        if !notice.kind.tells_of_a_case() {
            return;
        }
        let last = if notice.kind.is_pointer() { &mut self.last_pointer } else { &mut self.last_notice };
        last.insert(notice.to.get(), at);
        let others = notice.joined.iter().map(|joined| (joined.case, joined.kind));
        for (case, kind) in others.chain(case.map(|case| (case, notice.kind))) {
            if let Some(note) = self.cases.get_mut(&case) {
                note.pointed = true;
                note.told |= !kind.is_pointer();
            }
            let message = self.of_case.get(&case).copied().filter(|message| Some(*message) != about);
            if let Some(told) = message.and_then(|message| self.told.get_mut(&message)) {
                told.intents.push(id);
            }
        }
    }

    /// The message on whose card a message is shown: its own, unless many
    /// like ones came at once.
    pub fn shown_with<'b>(&'b self, told: &'b Told) -> &'b Told {
        let leader = told.case.and_then(|case| self.cases.get(&case)?.part_of);
        leader.and_then(|leader| self.told.get(self.of_case.get(&leader)?)).unwrap_or(told)
    }

    /// When the author of a case will be told of it, where that is still to
    /// come: somebody told a short while ago is told the rest in one further
    /// notice, and of what stays after what is gone.
    pub fn notice_due(&self, case: CaseId) -> Option<Moment> {
        let note = self.cases.get(&case)?;
        let ended = matches!(note.standing, Standing::Released | Standing::Escalated);
        let notice = self.last_notice.get(&note.author).copied();
        let last = if note.down {
            notice.filter(|_| !note.told)
        } else {
            let pointer = self.last_pointer.get(&note.author).copied();
            notice.max(pointer).filter(|_| note.points && !note.pointed)
        };
        last.filter(|_| !ended).map(|last| Moment(last.0 + NOTICE_EVERY_MS))
    }

    /// Notes what the entry says; gives the message that its actions are about.
    fn note(&mut self, n: EntryNo, entry: &Entry) -> Option<Id> {
        for case in entry.body.cases().collect::<Vec<_>>() {
            self.cases.entry(case).or_insert(CaseNote {
                standing: Standing::Open,
                messages: Vec::new(),
                routes: Vec::new(),
                author: 0,
                part_of: None,
                down: false,
                points: false,
                pointed: false,
                told: false,
            });
        }
        if let Some(card) = entry.evidence.card()
            && let Some(note) = self.cases.get_mut(&card.case)
        {
            note.part_of = card.part_of;
        }
        match &entry.body {
            Body::Message(record) => {
                let version = version(n, entry, &record.source, &record.parts, record.decision.clone());
                let version = Version { pending: record.pending.clone(), ..version };
                self.counts.messages += 1;
                let about =
                    self.record(record.message.get(), record.venue.get(), entry, version, record.case);
                if record.source != "history" {
                    self.newest = Some(about);
                }
                self.decided(about, record.decision.as_ref(), record.case);
                Some(about)
            }
            Body::Direct(record) => {
                let version = version(n, entry, "direct", &[], record.decision.clone());
                self.counts.messages += 1;
                let about =
                    self.record(record.message.get(), record.venue.get(), entry, version, record.case);
                self.newest = Some(about);
                self.decided(about, record.decision.as_ref(), record.case);
                Some(about)
            }
            Body::Decided(record) => {
                let about = record.message.get();
                if let Some(told) = self.told.get_mut(&about) {
                    told.case = record.case.or(told.case);
                    let of = told.versions.iter_mut().rev().find(|v| v.entry == record.entry);
                    if let Some(version) = of {
                        version.decision = Some(record.decision.clone());
                        version.decided = Some(n);
                        version.pending = None;
                    }
                }
                self.newest = Some(about);
                self.decided(about, Some(&record.decision), record.case);
                Some(about)
            }
            Body::Naming(record) => {
                let venue = record.venue.map(|venue| venue.get())?;
                let by = entry.evidence.json::<MemberId>(Field::Author).map_or(0, MemberId::get);
                let about = named(if record.what == "nickname" { by } else { venue });
                let name = entry.evidence.text(Field::Name).unwrap_or_default().to_owned();
                let mut version = version(n, entry, &record.what, &[], record.decision.clone());
                version.parts = vec![(record.what.clone(), name)];
                let about = self.record(about, venue, entry, version, record.case);
                self.newest = Some(about);
                self.decided(about, record.decision.as_ref(), record.case);
                Some(about)
            }
            Body::Deleted(record) => {
                for message in &record.messages {
                    if let Some(told) = self.told.get_mut(&message.get()) {
                        told.gone.get_or_insert((record.by.clone(), n));
                    }
                }
                for (case, standing) in &record.cases {
                    self.stand(*case, *standing);
                }
                record.messages.first().map(|m| m.get())
            }
            Body::Outcome(record) => {
                if let Some(deed) = self.deeds.get_mut(&record.intent) {
                    deed.outcome = Some((record.outcome.clone(), n));
                    deed.posted = record.posted.map(|(venue, message)| (venue.get(), message.get()));
                    if matches!(record.outcome, Outcome::Done) {
                        match &deed.action {
                            Action::Delete { message, case, .. } => {
                                self.counts.taken_down += 1;
                                let note = case.and_then(|case| self.cases.get_mut(&case));
                                if let Some(note) = note {
                                    note.down = true;
                                }
                                if let Some(told) = self.told.get_mut(&message.get()) {
                                    told.gone.get_or_insert(("ourselves".to_owned(), n));
                                }
                            }
                            Action::Notify { .. } | Action::FallbackNote { .. } => self.counts.told += 1,
                            _ => {}
                        }
                    }
                }
                if let Some((case, standing)) = record.case {
                    self.stand(case, standing);
                }
                None
            }
            Body::Case(record) => {
                self.stand(record.case, record.standing);
                None
            }
            _ => None,
        }
    }

    fn record(&mut self, id: Id, venue: Id, entry: &Entry, version: Version, case: Option<CaseId>) -> Id {
        let author = entry.evidence.json::<MemberId>(Field::Author).map_or(0, MemberId::get);
        let told = self.told.entry(id).or_insert_with(|| Told {
            id,
            venue,
            author,
            versions: Vec::new(),
            case: None,
            gone: None,
            intents: Vec::new(),
        });
        told.versions.push(version);
        told.case = case.or(told.case);
        id
    }

    fn decided(&mut self, about: Id, decision: Option<&Decision>, case: Option<CaseId>) {
        let Some(decision) = decision else { return };
        self.counts.reviews += u64::from(decision.disposition == Disposition::Review);
        self.counts.routed += u64::from(!decision.routes.is_empty());
        if let Some(case) = case {
            self.of_case.entry(case).or_insert(about);
            if let Some(note) = self.cases.get_mut(&case) {
                note.author = self.told.get(&about).map_or(0, |told| told.author);
                note.points |= decision.notice && !decision.disposition.takes_down();
                note.messages.push(about);
                note.routes = decision.routes.clone();
                note.standing =
                    if decision.disposition.takes_down() { Standing::TakingDown } else { note.standing };
            }
        }
    }

    fn stand(&mut self, case: CaseId, standing: Standing) {
        if let Some(note) = self.cases.get_mut(&case) {
            note.standing = standing;
        }
    }
}

fn version(n: EntryNo, entry: &Entry, source: &str, names: &[String], decision: Option<Decision>) -> Version {
    let mut parts = Vec::new();
    if let Some(content) = entry.evidence.text(Field::Content) {
        parts.push((crate::domain::message::CONTENT.to_owned(), content.to_owned()));
    }
    for (index, name) in (0..).zip(names) {
        if let Some(text) = entry.evidence.text(Field::Part(index)) {
            parts.push((name.clone(), text.to_owned()));
        }
    }
    Version {
        entry: n,
        at: entry.at,
        source: source.to_owned(),
        parts,
        decision,
        decided: None,
        pending: None,
    }
}

/// An entry in a few words, which name nobody.
fn line(entry: &Entry) -> String {
    let mut words = match &entry.body {
        Body::Segment(head) => format!("segment {} begins", head.segment),
        Body::Started(_) => "the bot starts".to_owned(),
        Body::Stopped(_) => "the bot stops in good order".to_owned(),
        Body::Settings(_) => "settings change".to_owned(),
        Body::Coverage(_) => "nobody was watching for a while".to_owned(),
        Body::Venue(record) => format!("a channel: {}", record.state.replace('-', " ")),
        Body::Message(record) => match (&record.decision, &record.pending) {
            (Some(decision), _) => format!("message {}, {}", record.source, decided_in_words(decision)),
            (None, Some(what)) => format!("message {}, waiting for {what}", record.source),
            (None, None) => format!("message {}", record.source),
        },
        Body::Deleted(record) => match record.by.as_str() {
            "ourselves" => "message gone, by our own hand".to_owned(),
            "author" => "message deleted by its author".to_owned(),
            _ => "message gone".to_owned(),
        },
        Body::Decided(record) => format!("decided: {}", decided_in_words(&record.decision)),
        Body::Captured(record) => {
            let files: Vec<Captured> = entry.evidence.json(Field::Files).unwrap_or_default();
            let unread = match files.iter().filter(|file| file.unread.is_some()).count() {
                0 => String::new(),
                unread => format!(", {unread} not read to the end"),
            };
            format!("attachments: {} kept, {} lost{unread}", record.kept, record.lost)
        }
        Body::Naming(record) => format!("a {}", record.what),
        Body::Direct(record) => match &record.decision {
            Some(decision) => format!("direct message, {}", decided_in_words(decision)),
            None => "direct message".to_owned(),
        },
        Body::Outcome(record) => format!("{} for {}", outcome_word(&record.outcome), record.intent),
        Body::Case(record) => format!("case {}: {}", record.case, record.why.replace('-', " ")),
        Body::Warning(record) => format!("warning: {}", record.key.replace('-', " ")),
        Body::AutoMod(_) => "Discord's own filter stopped a message".to_owned(),
        Body::Audit(_) => "Discord's audit log".to_owned(),
        Body::Unreadable(_) => "a dispatch that could not be read".to_owned(),
        Body::Monthly(_) => "a count for the month".to_owned(),
        Body::Access(record) => format!("somebody looked: {}", record.how),
    };
    match entry.intents.len() {
        0 => {}
        1 => words.push_str(", 1 action owed"),
        many => words.push_str(&format!(", {many} actions owed")),
    }
    words
}

fn decided_in_words(decision: &Decision) -> String {
    let mut words = decision.disposition.word().to_owned();
    for desk in &decision.routes {
        words.push_str(&format!(", to {desk}"));
    }
    words
}

fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::AlreadyDone => "was so already",
        Outcome::Refused(_) => "refused",
        Outcome::Unknown => "outcome unknown",
        Outcome::Withdrawn(_) => "called off",
    }
}

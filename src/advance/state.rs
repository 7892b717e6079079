//! What is known between events: the fold of the journal's entries.
//!
//! Cases, what is owed, how far each channel was read. What is learned anew at
//! every start beside it (the server, and the last few messages of each
//! channel) is in `mind` and `server`.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::case::Case;
use crate::case::hours::Staffed;
use crate::domain::action::{Action, CaseId, EntryNo, IntentId, Line};
use crate::domain::card::Standing;
use crate::domain::deployment::Deployment;
use crate::domain::event::{Captured, PolicyNote};
use crate::domain::id::{MemberId, MessageId, Moment, VenueId};
use crate::domain::message::Message;
use crate::journal::entry::{Body, Entry, Field, MessageRecord, NamingRecord};
use crate::text::formats;

use super::Waiting;
use super::known::words_in;
use super::mind::{Noticed, Recent, adopted_by, with_texts};
use super::server::Server;

/// How many entries are folded between two looks for cases to let go of.
const PRUNE_EVERY: u64 = 1_024;

/// How many direct messages are kept in mind, so that none is answered twice.
const DIRECT_IN_MIND: usize = 1_000;

/// An action that is on record and has not ended.
#[derive(Clone, Debug)]
pub struct Owed {
    pub action: Action,
    pub since: Moment,
}

/// A message that waits before it is acted on.
#[derive(Clone, Debug)]
pub struct Pending {
    pub entry: EntryNo,
    pub venue: VenueId,
    pub message: Arc<Message>,
    pub since: Moment,
    /// Its files, where they were captured before its author's roles came.
    pub files: Vec<Captured>,
}

/// A takedown that waits for its attachments.
#[derive(Clone, Debug)]
pub struct AwaitedFiles {
    pub case: CaseId,
    pub since: Moment,
}

/// Everything that is known between events.
pub struct State {
    // The fold of the entries.
    /// The number that the next entry will have.
    pub next: EntryNo,
    /// The journal's time.
    pub at: Moment,
    pub policy: Option<PolicyNote>,
    pub cases: BTreeMap<CaseId, Case>,
    pub case_of: HashMap<MessageId, CaseId>,
    pub last_case: u64,
    pub owed: BTreeMap<IntentId, Owed>,
    /// What is owed of each case.
    pub owed_of: HashMap<CaseId, Vec<IntentId>>,
    /// The newest message recorded in each channel and thread.
    pub cursors: HashMap<VenueId, MessageId>,
    /// Channels that were pinned or reported, with their names.
    pub venues: HashMap<VenueId, (String, String)>,
    /// Since when each channel is watched. What was written before is
    /// recorded where the settings ask for it, and never acted on.
    pub watched_since: HashMap<VenueId, Moment>,
    /// Channels that were not read to the end since a gap, with the newest
    /// message that was known before it. A newer one that came meanwhile says
    /// nothing about what lies between.
    pub behind: HashMap<VenueId, MessageId>,
    /// What was said to the moderators, and nicknames that were looked at.
    pub told: HashSet<u64>,
    /// Texts whose hold ran out, by author, place and text.
    pub released: HashSet<u64>,
    /// What stood in the last direct messages to the bot (`known::words_of`).
    pub direct: BTreeMap<MessageId, Option<u64>>,
    /// When each member was last told of a takedown.
    pub last_notice: HashMap<MemberId, Moment>,
    /// When each member was last told something of a message that stays.
    pub last_pointer: HashMap<MemberId, Moment>,
    /// Cases whose authors wait to be told, because they were told of
    /// another a short while ago.
    pub unannounced: BTreeMap<CaseId, Moment>,
    /// The last cases of each kind, for it may be a raid.
    pub rushes: HashMap<super::raids::Kind, super::raids::Rush>,
    /// Fallback notes that stand in public, and since when.
    pub notes: HashMap<(VenueId, MessageId), Moment>,
    /// Members whose messages automation took down, on one civil day.
    pub taken_down: (String, HashSet<MemberId>),
    /// Messages that wait for their authors' roles.
    pub awaiting_roles: HashMap<MessageId, Pending>,
    /// Messages whose attachments are being captured.
    pub capturing: HashMap<MessageId, Pending>,
    /// Takedowns that wait for attachments.
    pub awaiting_files: HashMap<MessageId, AwaitedFiles>,
    /// When the journal was last written: nobody watched after that until
    /// the connection was made again.
    pub watched_until: Option<Moment>,
    /// Stretches in which nobody watched, the last few.
    pub gaps: VecDeque<(Moment, Moment)>,

    // Learned anew at every start.
    pub software: String,
    pub deployment: Arc<Deployment>,
    /// The authorities that it declares adopted.
    pub adopted: Arc<[String]>,
    pub staffed: Staffed,
    pub server: Server,
    /// Since when the connection is gone.
    pub unwatched_since: Option<Moment>,
    /// This run has been connected before.
    pub was_connected: bool,
    pub recent: HashMap<VenueId, VecDeque<Recent>>,
    /// Deletions by other moderators that Discord's audit log told of lately.
    pub removed_elsewhere: VecDeque<Noticed>,
    pub by_author: HashMap<MemberId, VecDeque<(MessageId, u64)>>,
    /// Messages that are recorded when their authors' roles are known, oldest
    /// version first.
    pub waiting: HashMap<MessageId, VecDeque<Waiting>>,
    /// Files that are recorded when their message's author's roles are known.
    pub waiting_files: HashMap<MessageId, Vec<Captured>>,
    /// Channels that were read to an end while something of them waited.
    pub read_upto: HashMap<VenueId, Option<MessageId>>,
    /// Files that were captured, by message, until the message is acted on.
    pub files: HashMap<MessageId, Vec<Captured>>,
}

/// How many stretches without watch are kept in mind for the clocks of holds.
const GAPS_IN_MIND: usize = 64;

impl State {
    /// The state before the first entry.
    pub fn new(software: &str, deployment: Arc<Deployment>) -> State {
        let staffed = Staffed::new(&deployment.hours, &deployment.time_zone)
            .or_else(|| Staffed::new(&deployment.hours, "UTC"))
            .expect("UTC is a known zone");
        State {
            next: 0,
            at: Moment(0),
            policy: None,
            cases: BTreeMap::new(),
            case_of: HashMap::new(),
            last_case: 0,
            owed: BTreeMap::new(),
            owed_of: HashMap::new(),
            cursors: HashMap::new(),
            venues: HashMap::new(),
            watched_since: HashMap::new(),
            behind: HashMap::new(),
            told: HashSet::new(),
            released: HashSet::new(),
            direct: BTreeMap::new(),
            last_notice: HashMap::new(),
            last_pointer: HashMap::new(),
            unannounced: BTreeMap::new(),
            rushes: HashMap::new(),
            notes: HashMap::new(),
            taken_down: (String::new(), HashSet::new()),
            awaiting_roles: HashMap::new(),
            capturing: HashMap::new(),
            awaiting_files: HashMap::new(),
            watched_until: None,
            gaps: VecDeque::new(),
            software: software.to_owned(),
            adopted: adopted_by(&deployment),
            deployment,
            staffed,
            server: Server::default(),
            unwatched_since: None,
            was_connected: false,
            recent: HashMap::new(),
            removed_elsewhere: VecDeque::new(),
            by_author: HashMap::new(),
            waiting: HashMap::new(),
            waiting_files: HashMap::new(),
            read_upto: HashMap::new(),
            files: HashMap::new(),
        }
    }

    /// The state after an entry. The entry gets the next number.
    pub fn apply(&mut self, entry: &Entry) {
        let number = self.next;
        self.next += 1;
        self.at = self.at.max(entry.at);
        if !matches!(entry.body, Body::Segment(_)) {
            self.watched_until = Some(self.at);
        }
        for (index, action) in entry.intents.iter().enumerate() {
            let id = IntentId { entry: number, index: index as u16 };
            self.note_intent(action, entry.at);
            if let Some(case) = action.case() {
                self.owed_of.entry(case).or_default().push(id);
            }
            self.owed.insert(id, Owed { action: action.clone(), since: entry.at });
        }
        match &entry.body {
            Body::Started(record) | Body::Settings(record) => self.policy = Some(record.policy.clone()),
            Body::Coverage(gap) => {
                if gap.why != "history" {
                    for (venue, newest) in &self.cursors {
                        self.behind.entry(*venue).or_insert(*newest);
                    }
                }
                self.gaps.push_back((gap.from, gap.to));
                if self.gaps.len() > GAPS_IN_MIND {
                    self.gaps.pop_front();
                }
            }
            Body::Venue(record) => {
                let name = entry.evidence.text(Field::Name).unwrap_or("").to_owned();
                let before = self.venues.insert(record.venue, (record.state.clone(), name));
                if record.state == "approved" && before.is_none_or(|(state, _)| state != "approved") {
                    self.watched_since.insert(record.venue, entry.at);
                }
                if let Some(upto) = record.upto {
                    self.advance_cursor(record.venue, upto);
                    self.behind.remove(&record.venue);
                }
            }
            Body::Message(record) => self.apply_message(number, record, entry),
            Body::Decided(record) => {
                if let Some(case) = record.case {
                    self.open(case, number, record.venue, Some(record.message), &record.decision, entry);
                    self.wait_for_files(case, record.message, &record.decision, entry);
                }
                self.awaiting_roles.remove(&record.message);
            }
            Body::Captured(record) => {
                self.note_files(record.message, entry);
                if let Some(pending) = self.awaiting_roles.get_mut(&record.message) {
                    let files: Vec<Captured> = entry.evidence.json(Field::Files).unwrap_or_default();
                    pending.message = Arc::new(with_texts(&pending.message, &files));
                    pending.files = files;
                }
                let pending = self.capturing.remove(&record.message);
                if let (Some("roles"), Some(mut pending)) = (record.pending.as_deref(), pending) {
                    pending.files = entry.evidence.json(Field::Files).unwrap_or_default();
                    pending.message = Arc::new(with_texts(&pending.message, &pending.files));
                    self.awaiting_roles.insert(record.message, pending);
                }
                self.awaiting_files.remove(&record.message);
            }
            Body::Naming(record) => self.apply_name(number, record, entry),
            Body::Direct(record) => {
                if let (Some(case), Some(decision)) = (record.case, &record.decision) {
                    self.open(case, number, record.venue, Some(record.message), decision, entry);
                } else if let Some(case) = record.case {
                    self.note_version(case, entry, formats::mask_secrets);
                }
                if self.direct.len() >= DIRECT_IN_MIND {
                    self.direct.pop_first();
                }
                self.direct.insert(record.message, words_in(entry, record.venue, &[], &[]));
            }
            Body::Unreadable(record) => {
                if let (Some(case), Some(decision), Some(venue)) =
                    (record.case, &record.decision, record.venue)
                {
                    self.open(case, number, venue, None, decision, entry);
                }
            }
            Body::Deleted(record) => {
                for (case, standing) in &record.cases {
                    self.move_case(*case, *standing, entry.at);
                }
            }
            Body::Outcome(record) => self.conclude(record, entry),
            Body::Case(record) => {
                self.move_case(record.case, record.standing, entry.at);
                if record.why == "half-time"
                    && let Some(reminded) = self.shown_by_mut(record.case)
                {
                    reminded.reminded = true;
                }
                if let Some(case) = self.cases.get_mut(&record.case) {
                    if matches!(record.standing, Standing::Released | Standing::Escalated) {
                        self.unannounced.remove(&case.id);
                    }
                    if record.standing == Standing::Released {
                        self.released.extend(case.words);
                    }
                }
            }
            Body::Warning(record) => {
                let line: Option<Line> = entry.evidence.json(Field::Detail);
                self.told.insert(told_as(&record.key, record.venue, line.as_ref()));
            }
            Body::Segment(_)
            | Body::Stopped(_)
            | Body::AutoMod(_)
            | Body::Audit(_)
            | Body::Monthly(_)
            | Body::Access(_) => {}
        }
        // A card that is brought to its case's new standing is not behind it.
        for action in &entry.intents {
            if let Action::Update { card, .. } = action
                && let Some(case) = self.cases.get_mut(&card.case)
                && case.standing == card.standing
            {
                case.stale = false;
            }
        }
        if number.is_multiple_of(PRUNE_EVERY) {
            self.prune(entry.at);
        }
    }

    fn apply_message(&mut self, number: EntryNo, record: &MessageRecord, entry: &Entry) {
        self.advance_cursor(record.venue, record.message);
        match (record.case, &record.decision) {
            (Some(case), Some(decision)) => {
                self.open(case, number, record.venue, Some(record.message), decision, entry);
            }
            (Some(case), None) => self.note_version(case, entry, formats::mask),
            (None, _) => {}
        }
        let Some(message) = entry.evidence.json::<Message>(Field::Message) else { return };
        let pending = Pending {
            entry: number,
            venue: record.venue,
            message: Arc::new(message),
            since: entry.at,
            files: Vec::new(),
        };
        if record.pending.as_deref() == Some("roles") {
            self.awaiting_roles.insert(record.message, pending.clone());
        }
        if !pending.message.attachments.is_empty() {
            self.capturing.insert(record.message, pending);
            if let (Some(case), Some("attachments")) = (record.case, record.pending.as_deref()) {
                self.awaiting_files.insert(record.message, AwaitedFiles { case, since: entry.at });
            }
        }
    }

    fn apply_name(&mut self, number: EntryNo, record: &NamingRecord, entry: &Entry) {
        let Some(venue) = record.venue else { return };
        let given = || Some((entry.evidence.text(Field::Author)?, entry.evidence.text(Field::Name)?));
        if record.what == "nickname"
            && let Some((member, name)) = given()
        {
            self.told.insert(nickname_as(member, name));
        }
        match (&record.decision, record.case) {
            (Some(decision), Some(case)) => self.open(case, number, venue, None, decision, entry),
            (Some(_), None) => {}
            // So an earlier version wrote that a title waited for its giver's
            // roles. It is looked at once more.
            (None, _) => {
                self.venues.remove(&venue);
            }
        }
    }

    fn advance_cursor(&mut self, venue: VenueId, message: MessageId) {
        let cursor = self.cursors.entry(venue).or_insert(message);
        *cursor = (*cursor).max(message);
    }

    /// Whether automation has reached its limit of members for the day.
    pub fn limit_reached(&self, at: Moment, author: MemberId) -> bool {
        let limit = self.deployment.limits.members_per_day as usize;
        // What day it is comes last: on most days nobody needs to know.
        limit > 0
            && self.taken_down.1.len() >= limit
            && self.taken_down.0 == self.staffed.civil_day(at)
            && !self.taken_down.1.contains(&author)
    }
}

/// Identifies a line that was said about a place.
pub fn told_as(key: &str, venue: Option<VenueId>, line: Option<&Line>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (key, venue, line.map(|line| &line.args)).hash(&mut hasher);
    hasher.finish()
}

/// Identifies a member's nickname that was looked at.
pub fn nickname_as(member: &str, nickname: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    ("nickname", member, nickname).hash(&mut hasher);
    hasher.finish()
}

//! What the index knows of an entry: where its line stands and by what it is
//! found. Never what the entry says.
//!
//! Facts are kept in blocks of [`BLOCK`] entries, and a block is one record of
//! sled. Within a block almost everything is small: lines follow one another,
//! journal time rises, and so do message identifiers, except for those that
//! are mentioned again. Those are strays, and have keys of their own.

use crate::domain::action::{CaseId, EntryNo, Outline};
use crate::domain::id::Moment;
use crate::journal::entry::{Body, Entry, Field};
use crate::journal::tree::Hash;

/// How many entries make a block.
pub const BLOCK: u64 = 128;

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub segment: u64,
    pub offset: u64,
    /// Bytes, line feed included.
    pub length: u32,
}

/// By what an entry is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub at: Moment,
    /// Index into [`Body::KINDS`].
    pub kind: u8,
    /// Bytes of the line, line feed included.
    pub length: u32,
    /// The message it is about, 0 for none.
    pub message: u64,
    pub more: Option<Box<More>>,
}

/// What few entries have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// Further messages.
    pub messages: Vec<u64>,
    pub author: Option<u64>,
    pub cases: Vec<u64>,
}

/// An entry that stands in the journal.
pub struct Written {
    pub place: Place,
    pub fact: Fact,
    pub leaf: Hash,
}

impl Fact {
    /// The facts of an entry; `author` is asked only where the entry is of
    /// the kind that is found by author: something came of it.
    pub fn new<'a>(
        at: Moment,
        body: &Body,
        outlines: impl Iterator<Item = Option<CaseId>>,
        length: u32,
        author: impl FnOnce() -> Option<u64> + 'a,
    ) -> Fact {
        let mut messages = body.messages().iter().map(|id| id.get());
        let message = messages.next().unwrap_or(0);
        let mut more = More { messages: messages.collect(), ..More::default() };
        let mut acted = body.decision().is_some_and(|decision| !decision.is_plain());
        for case in body.cases() {
            more.cases.push(case.0);
        }
        for case in outlines {
            acted = true;
            more.cases.extend(case.map(|case| case.0));
        }
        more.cases.sort_unstable();
        more.cases.dedup();
        if acted || !more.cases.is_empty() {
            more.author = author();
        }
        let more = (more != More::default()).then(|| Box::new(more));
        Fact { at, kind: body.kind_index() as u8, length, message, more }
    }

    /// The facts of an entry that is being written.
    pub fn of(entry: &Entry, length: u32) -> Fact {
        let cases = entry.intents.iter().map(|action| action.outline().case);
        let author = || entry.evidence.text(Field::Author)?.parse().ok();
        Fact::new(entry.at, &entry.body, cases, length, author)
    }

    /// The same from the outlines of a line read back.
    pub fn read(
        at: Moment,
        body: &Body,
        intents: &[Outline],
        length: u32,
        author: impl FnOnce() -> Option<u64>,
    ) -> Fact {
        Fact::new(at, body, intents.iter().map(|outline| outline.case), length, author)
    }

    /// The messages that the entry is about.
    pub fn messages(&self) -> impl Iterator<Item = u64> + '_ {
        let more = self.more.iter().flat_map(|more| more.messages.iter().copied());
        std::iter::once(self.message).filter(|id| *id != 0).chain(more)
    }

    /// Whether the entry is about this message.
    pub fn is_about(&self, message: u64) -> bool {
        self.messages().any(|id| id == message)
    }

    /// Whether the entry is found under this author.
    pub fn is_by(&self, author: u64) -> bool {
        self.more.as_ref().is_some_and(|more| more.author == Some(author))
    }

    /// Whether the entry belongs to this case.
    pub fn is_in(&self, case: u64) -> bool {
        self.more.as_ref().is_some_and(|more| more.cases.contains(&case))
    }
}

/// Up to [`BLOCK`] consecutive entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The first entry, a multiple of [`BLOCK`].
    pub first: EntryNo,
    /// Where the first entry's line stands.
    pub segment: u64,
    pub offset: u64,
    pub facts: Vec<Fact>,
}

const SEGMENT_KIND: u8 = 0;

impl Block {
    /// An empty block that begins at this entry.
    pub fn new(first: EntryNo) -> Block {
        Block { first, segment: 0, offset: 0, facts: Vec::new() }
    }

    /// Appends what is known of the next entry.
    pub fn push(&mut self, place: Place, fact: Fact) {
        if self.facts.is_empty() {
            (self.segment, self.offset) = (place.segment, place.offset);
            self.facts.reserve_exact(BLOCK as usize);
        }
        self.facts.push(fact);
    }

    /// Whether no more entries belong into it.
    pub fn is_full(&self) -> bool {
        self.facts.len() as u64 == BLOCK
    }

    /// Its entries, with their numbers and places.
    pub fn entries(&self) -> impl Iterator<Item = (EntryNo, Place, &Fact)> + '_ {
        let mut segment = self.segment;
        let mut offset = self.offset;
        self.facts.iter().enumerate().map(move |(i, fact)| {
            // The head of a segment is its first line.
            if i > 0 && fact.kind == SEGMENT_KIND {
                segment += 1;
                offset = 0;
            }
            let place = Place { segment, offset, length: fact.length };
            offset += u64::from(fact.length);
            (self.first + i as u64, place, fact)
        })
    }
}

/// The records of a full block.
pub struct Packed {
    pub block: Vec<u8>,
    /// The first of the messages that rise through this block.
    pub rising: Option<u64>,
    /// The highest message identifier so far.
    pub highest: u64,
    pub strays: Vec<(u64, EntryNo)>,
    pub authors: Vec<(u64, EntryNo)>,
    pub cases: Vec<(u64, EntryNo)>,
}

const RISES: u8 = 0x80;

/// Packs a block; `highest` is the highest message identifier before it.
pub fn pack(block: &Block, mut highest: u64) -> Packed {
    let mut bytes = Vec::with_capacity(block.facts.len() * 10 + 40);
    let start = block.facts.first().map_or(0, |fact| fact.at.0);
    for number in [block.first, block.segment, block.offset, start as u64, highest] {
        write_number(number, &mut bytes);
    }
    let mut packed =
        Packed { block: bytes, rising: None, highest, strays: vec![], authors: vec![], cases: vec![] };
    let mut at = start;
    for (n, _, fact) in block.entries() {
        let rises = fact.message > highest;
        packed.block.push(fact.kind | if rises { RISES } else { 0 });
        write_number(u64::from(fact.length), &mut packed.block);
        write_number((fact.at.0 - at) as u64, &mut packed.block);
        at = fact.at.0;
        if rises {
            write_number(fact.message - highest, &mut packed.block);
            highest = fact.message;
            packed.rising.get_or_insert(fact.message);
        }
        packed.strays.extend(fact.messages().skip(usize::from(rises)).map(|message| (message, n)));
        if let Some(more) = &fact.more {
            packed.authors.extend(more.author.map(|author| (author, n)));
            packed.cases.extend(more.cases.iter().map(|case| (*case, n)));
        }
    }
    packed.highest = highest;
    packed
}

/// Reads a packed block; the messages of strays, authors and cases are not in
/// it. `None` where the bytes are not what [`pack`] writes.
pub fn unpack(mut bytes: &[u8]) -> Option<Block> {
    let from = &mut bytes;
    let mut block = Block::new(read_number(from)?);
    block.segment = read_number(from)?;
    block.offset = read_number(from)?;
    let mut at = read_number(from)? as i64;
    let mut highest = read_number(from)?;
    while let Some((&head, rest)) = from.split_first() {
        *from = rest;
        let length = u32::try_from(read_number(from)?).ok()?;
        at = at.checked_add_unsigned(read_number(from)?)?;
        let mut message = 0;
        if head & RISES != 0 {
            highest = highest.checked_add(read_number(from)?)?;
            message = highest;
        }
        block.facts.push(Fact { at: Moment(at), kind: head & !RISES, length, message, more: None });
    }
    Some(block)
}

/// Seven bits to a byte, the lowest first; the top bit says that more follow.
fn write_number(mut number: u64, to: &mut Vec<u8>) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

fn read_number(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

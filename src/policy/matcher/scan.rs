//! Reading one message: which sets it hits, and where.
//!
//! Names of a class are replaced before a phrase is looked for, so nothing
//! that comes out of here can tell one name from another. What the hits amount
//! to is for the conditions of the rules.

use std::num::NonZeroU32;

use super::lexicon::{Found, LOOK_FOR_PARTS};
use super::trie::{Key, UNKNOWN};
use super::walk::Walk;
use super::{Known, Matcher, NO_CUE, NOT_A_NAME, SetId, Signal, disguise};
use crate::classify::weights::Leanings;
use crate::classify::{Reading, Weights};
use crate::domain::message::Message;
use crate::text::formats;
use crate::text::links::{self, Link};
use crate::text::tokens::{Disguise, Token, Tokens};

/// A hit whose sentence is every sentence.
pub const EVERY_SENTENCE: u32 = u32::MAX;

/// How many hits of one set are kept of a sentence, and of a message: what stands
/// there more often says nothing more, and takes no room from what else does.
const IN_SENTENCE: u16 = 64;
const IN_MESSAGE: u16 = 1_024;

/// How many hosts above one mention count as mass mention.
const MASS_MENTION: usize = 6;

/// Something found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub set: SetId,
    pub part: u16,
    pub sentence: u32,
    /// Token offsets within the part, classes replaced.
    pub first: u32,
    pub last: u32,
    /// Byte offsets within the part.
    pub start: usize,
    pub end: usize,
    pub quoted: bool,
    /// The least plain of its words.
    pub disguise: Disguise,
}

/// The places of the bits that are set, in their order.
pub fn bits_of(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(at, bits)| {
        let mut bits = *bits;
        std::iter::from_fn(move || {
            (bits != 0).then(|| {
                let bit = bits.trailing_zeros() as usize;
                bits &= bits - 1;
                at * 64 + bit
            })
        })
    })
}

/// What is known of a message besides its texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Aside<'a> {
    pub mentions: usize,
    pub addressed: bool,
    /// SHA-256 of its captured attachments, hexadecimal.
    pub files: &'a [String],
}

impl Matcher {
    /// Reads a message.
    pub fn scan(&self, message: &Message, aside: &Aside<'_>, scan: &mut Scan) {
        scan.clear(self.sets());
        let mut sentence_base = 0;
        for (index, part) in message.parts.iter().enumerate() {
            let mut tokens = std::mem::take(&mut scan.tokens);
            tokens.read(&part.text);
            self.look_up(&part.text, &mut tokens, scan);
            self.scan_part(index as u16, &part.text, &tokens, sentence_base, scan);
            sentence_base += tokens.sentences;
            scan.tokens = tokens;
        }
        scan.shouted = is_shouted(message.content());
        self.scan_signals(aside, scan);
        self.weigh(scan);
        for listed in &self.files {
            if aside.files.iter().any(|file| listed.entries.contains(file)) {
                for &set in &listed.set {
                    scan.push(Hit::everywhere(set));
                }
            }
        }
    }

    /// Finds what is known of the words, those in disguise too.
    fn look_up(&self, text: &str, tokens: &mut Tokens, scan: &mut Scan) {
        let fill = |tokens: &Tokens, found: &mut Vec<Found>| {
            // One after the other, so that the processor fetches several at once.
            found.clear();
            let folded = tokens.folded.as_bytes();
            let piece = |token: &Token| token.folded_start..token.folded_end;
            found.extend(tokens.tokens.iter().map(|token| self.lexicon.find_within(folded, piece(token))));
        };
        fill(tokens, &mut scan.found);
        let is_word = |word: &str| self.lexicon.knows(word);
        let found = &scan.found;
        let is_stranger = |tokens: &Tokens, at: usize| {
            let token = &tokens.tokens[at];
            !found[at].is_known()
                && token.end - token.start > 1
                && self.wildcards.keys_in(tokens.word(token)).next().is_none()
        };
        if disguise::reveal(text, tokens, &self.dictionary, is_word, is_stranger, &mut scan.search) {
            fill(tokens, &mut scan.found);
        }
    }

    fn scan_part(&self, part: u16, text: &str, tokens: &Tokens, base: u32, scan: &mut Scan) {
        self.replace_names(text, tokens, &scan.found, &mut scan.keyed);
        let mut keyed = std::mem::take(&mut scan.keyed);
        scan.reading.cues.resize((base + tokens.sentences) as usize + 1, 0);
        self.find_parts(&mut keyed, &tokens.folded, &mut scan.parts);
        let parts = std::mem::take(&mut scan.parts);
        let walk = Walk { matcher: self, keyed: &keyed, parts: &parts };
        for first in 0..keyed.len() {
            walk.from(first, |set, last, disguise| {
                let begin = &keyed[first];
                let sentence = base + begin.sentence;
                let use_of = self.uses[set as usize];
                if use_of.cue != NO_CUE {
                    scan.reading.cues[sentence as usize] |= 1 << use_of.cue;
                }
                if use_of.is_asked {
                    scan.push(Hit {
                        set,
                        part,
                        sentence,
                        first: first as u32,
                        last: last as u32,
                        start: begin.start,
                        end: keyed[last - 1].end,
                        quoted: begin.quoted,
                        disguise,
                    });
                }
            });
        }
        scan.parts = parts;
        scan.question |= tokens.has_question;
        scan.mentions |= tokens.has_mention;
        if !self.formats.is_empty() {
            for found in formats::find(text, tokens) {
                scan.forms.push((part, found.start, found.end));
                for &(_, set) in self.formats.iter().filter(|(format, _)| *format == found.format) {
                    let place = keyed.partition_point(|k| k.end <= found.start);
                    let after = keyed.partition_point(|k| k.start < found.end);
                    let token = keyed.get(place);
                    scan.push(Hit {
                        set,
                        part,
                        sentence: base + token.map_or(0, |t| t.sentence),
                        first: place as u32,
                        last: after.max(place) as u32,
                        start: found.start,
                        end: found.end,
                        quoted: token.is_some_and(|t| t.quoted),
                        disguise: Disguise::None,
                    });
                }
            }
        }
        for link in links::read(text, tokens) {
            for listed in &self.hosts {
                if link.is_under(|host| listed.entries.contains(host)) {
                    for &set in &listed.set {
                        scan.push(Hit::at(set, part, &link));
                    }
                }
            }
            scan.links.push((part, link));
        }
        self.take_down(part, tokens, &keyed, base, scan);
        scan.keyed = keyed;
    }

    /// Replaces the names of classes, the longest first, from left to right.
    fn replace_names(&self, text: &str, tokens: &Tokens, found: &[Found], keyed: &mut Vec<Keyed>) {
        keyed.clear();
        let mut at = 0;
        while at < tokens.tokens.len() {
            let token = &tokens.tokens[at];
            let key = found[at].key;
            let known = if key == UNKNOWN { Known::default() } else { self.known(key) };
            let mut longest: Option<(usize, u32)> = None;
            if let Some(mut node) = known.name.map(NonZeroU32::get) {
                let mut end = at + 1;
                loop {
                    if let Some(&value) = self.names.ends(node).first() {
                        longest = Some((end, value));
                    }
                    if end >= tokens.tokens.len() || tokens.tokens[end].sentence != token.sentence {
                        break;
                    }
                    match self.names.step(node, found[end].key) {
                        Some(next) => node = next,
                        None => break,
                    }
                    end += 1;
                }
            }
            match longest {
                Some((end, NOT_A_NAME)) => {
                    let inner = tokens.tokens[at..end].iter().zip(&found[at..end]);
                    keyed.extend(inner.map(|(token, found)| Keyed::new(token, found)));
                    at = end;
                }
                Some((end, class)) => {
                    let mut name = Keyed::new(token, &found[at]);
                    name.key = class;
                    name.folded = (0, 0);
                    name.parts = 0;
                    name.end = tokens.tokens[end - 1].end;
                    name.disguise =
                        tokens.tokens[at..end].iter().map(|t| t.disguise).max().unwrap_or_default();
                    keyed.push(name);
                    at = end;
                }
                None => {
                    let mut word = Keyed::new(token, &found[at]);
                    if tokens.has_digit {
                        let folded = tokens.word(token).as_bytes();
                        let digits = folded.iter().filter(|b| b.is_ascii_digit()).count();
                        word.is_number = digits == folded.len();
                        word.is_code = digits > 0 && digits < folded.len();
                    }
                    word.surname = known.surname;
                    word.name =
                        word.surname || (!known.no_name && is_capitalised(&text[token.start..token.end]));
                    keyed.push(word);
                    at += 1;
                }
            }
        }
    }

    /// Finds the words that hold a part that is looked for.
    fn find_parts(&self, keyed: &mut [Keyed], folded: &str, parts: &mut Vec<(usize, Key)>) {
        parts.clear();
        for (at, word) in keyed.iter_mut().enumerate().filter(|(_, word)| word.parts != 0) {
            let before = parts.len();
            if word.parts == LOOK_FOR_PARTS {
                let letters = &folded[word.folded.0 as usize..word.folded.1 as usize];
                parts.extend(self.wildcards.keys_in(letters).map(|key| (at, key)));
            } else {
                parts.extend(self.lexicon.parts(word.parts).iter().map(|key| (at, *key)));
            }
            word.parts = u16::from(parts.len() > before);
        }
    }

    fn scan_signals(&self, aside: &Aside<'_>, scan: &mut Scan) {
        if self.signals.is_empty() {
            return;
        }
        let links = std::mem::take(&mut scan.links);
        for &(signal, set) in &self.signals {
            // Without a path, a bare host may be two words and a full stop.
            let leads_somewhere = |link: &Link| !link.is_bare || link.path.len() > 1;
            let in_link = |link: &Link| match signal {
                Signal::Link => !link.is_bare,
                Signal::MaskedLink => link.is_masked(),
                Signal::LookalikeHost => leads_somewhere(link) && self.brands.are_imitated_by(link),
                Signal::Shortener => leads_somewhere(link) && self.shorteners.contains(&link.host),
                Signal::Invite => {
                    matches!(link.host.as_str(), "discord.gg" | "www.discord.gg")
                        || (links::registrable(&link.host) == "discord.com"
                            && link.path.starts_with("/invite/"))
                }
                _ => false,
            };
            for (part, link) in &links {
                if in_link(link) {
                    scan.push(Hit::at(set, *part, link));
                }
            }
            let holds = match signal {
                Signal::MassMention => aside.mentions >= MASS_MENTION,
                Signal::Question => scan.question,
                Signal::AllCaps => scan.shouted,
                Signal::Addressed => aside.addressed || scan.mentions,
                _ => false,
            };
            if holds {
                scan.push(Hit::everywhere(set));
            }
        }
        scan.links = links;
    }
}

/// Whether a text is written in capitals.
fn is_shouted(text: &str) -> bool {
    const LEAST: usize = 12;
    if text.len() < LEAST {
        return false;
    }
    let (upper, lower) = if text.is_ascii() {
        (count(text, |b| b.is_ascii_uppercase()), count(text, |b| b.is_ascii_lowercase()))
    } else {
        let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
        (count(char::is_uppercase), count(char::is_lowercase))
    };
    upper >= LEAST && upper > lower * 4
}

/// How many bytes are so; in pieces that a byte can count, so that many are
/// counted at once.
fn count(text: &str, is: impl Fn(u8) -> bool) -> usize {
    let of = |piece: &[u8]| usize::from(piece.iter().map(|b| u8::from(is(*b))).sum::<u8>());
    text.as_bytes().chunks(128).map(of).sum()
}

/// Whether a word is written as a name is: `Clark`, and not `CLARK`, as
/// everything is in a text that shouts.
fn is_capitalised(word: &str) -> bool {
    if let [first, second, ..] = word.as_bytes()
        && first.is_ascii()
        && second.is_ascii()
    {
        return first.is_ascii_uppercase() && second.is_ascii_lowercase();
    }
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// A word with its key, names replaced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyed {
    pub(super) key: Key,
    /// May be somebody's name; is a surname that candidates have.
    pub(super) name: bool,
    pub(super) surname: bool,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) sentence: u32,
    quoted: bool,
    pub(super) disguise: Disguise,
    pub(super) hash: u64,
    pub(super) row: u32,
    pub(super) is_number: bool,
    /// Mixes letters and digits.
    pub(super) is_code: bool,
    /// Which looked-for parts it holds, as its lexicon entry says; then whether
    /// it holds any.
    pub(super) parts: u16,
    /// Where its folded letters are; nothing for a class.
    pub(super) folded: (u32, u32),
}

impl Keyed {
    fn new(token: &Token, found: &Found) -> Keyed {
        Keyed {
            key: found.key,
            hash: found.hash,
            row: found.row,
            is_number: false,
            is_code: false,
            parts: found.parts,
            name: false,
            surname: false,
            start: token.start,
            end: token.end,
            sentence: token.sentence,
            quoted: token.quoted,
            disguise: token.disguise,
            folded: (token.folded_start as u32, token.folded_end as u32),
        }
    }
}

impl Hit {
    fn everywhere(set: SetId) -> Hit {
        Hit {
            set,
            part: 0,
            sentence: EVERY_SENTENCE,
            first: 0,
            last: 0,
            start: 0,
            end: 0,
            quoted: false,
            disguise: Disguise::None,
        }
    }

    fn at(set: SetId, part: u16, link: &Link) -> Hit {
        // A link stands in no sentence of its own: it counts with every
        // sentence of its part, which is how people use links.
        Hit {
            set,
            part,
            sentence: EVERY_SENTENCE,
            first: 0,
            last: 0,
            start: link.start,
            end: link.end,
            quoted: false,
            disguise: Disguise::None,
        }
    }

    /// Whether it has words of its own to show.
    pub fn has_span(&self) -> bool {
        self.end > self.start
    }
}

/// How many hits of a set are kept, of its last sentence and in all.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    sentence: u32,
    in_sentence: u16,
    in_message: u16,
}

/// What was found in one message; its memory is used again for the next.
#[derive(Debug, Default)]
pub struct Scan {
    pub hits: Vec<Hit>,
    /// Which sets were hit, a bit each.
    present: Vec<u64>,
    /// How many hits are kept of each set that was.
    kept: Vec<Kept>,
    pub links: Vec<(u16, Link)>,
    /// Where something was found by its form: part, start, end.
    forms: Vec<(u16, usize, usize)>,
    question: bool,
    mentions: bool,
    /// Is written in capitals.
    pub(super) shouted: bool,
    tokens: Tokens,
    found: Vec<Found>,
    keyed: Vec<Keyed>,
    /// Words that hold a part that is looked for, in their order.
    parts: Vec<(usize, Key)>,
    search: disguise::Search,
    /// The message as the classifier sees it.
    pub reading: Reading,
    /// How far it leans to each label; nothing without weights.
    pub(super) leanings: Option<Leanings>,
    pub(super) weights: Option<&'static Weights<'static>>,
}

impl Scan {
    fn clear(&mut self, sets: usize) {
        self.hits.clear();
        self.present.clear();
        self.present.resize(sets.div_ceil(64), 0);
        self.kept.resize(sets, Kept::default());
        self.links.clear();
        self.forms.clear();
        self.question = false;
        self.mentions = false;
        self.reading.clear();
        self.leanings = None;
    }

    fn push(&mut self, hit: Hit) {
        let bit = 1 << (hit.set % 64);
        let present = &mut self.present[hit.set as usize / 64];
        let kept = &mut self.kept[hit.set as usize];
        if *present & bit == 0 {
            *present |= bit;
            *kept = Kept::default();
        }
        if kept.sentence != hit.sentence {
            (kept.sentence, kept.in_sentence) = (hit.sentence, 0);
        }
        if kept.in_sentence < IN_SENTENCE && kept.in_message < IN_MESSAGE {
            kept.in_sentence += 1;
            kept.in_message += 1;
            self.hits.push(hit);
        }
    }

    /// The sets that were hit.
    pub fn present(&self) -> impl Iterator<Item = usize> + '_ {
        bits_of(&self.present)
    }

    /// Whether a set was hit at all.
    pub fn has(&self, set: SetId) -> bool {
        self.present[set as usize / 64] & (1 << (set % 64)) != 0
    }

    /// Whether a hit was itself found by its form.
    pub fn is_form(&self, hit: &Hit) -> bool {
        self.forms.contains(&(hit.part, hit.start, hit.end))
    }

    /// Whether a hit lies inside something that was found by its form. It is
    /// part of that, as "School" is in "12 School Street", and tells nothing
    /// about what else the sentence names.
    pub fn is_in_form(&self, hit: &Hit) -> bool {
        let inside = |(part, start, end): &(u16, usize, usize)| {
            *part == hit.part && *start <= hit.start && hit.end <= *end && end - start > hit.end - hit.start
        };
        hit.has_span() && self.forms.iter().any(inside)
    }

    /// The hits of a set.
    pub fn of(&self, set: SetId) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(move |hit| hit.set == set)
    }
}

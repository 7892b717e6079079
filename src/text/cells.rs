//! A stretch of text, letter by letter, as a reader sees it.
//!
//! What is not seen (joiners, marks, the asterisks and bars of Discord's
//! markdown, the address behind a masked link) parts nothing; what is seen
//! between letters is a gap of its kind. Each cell keeps where it stands in the
//! original, so whatever is read here can be shown in the author's own bytes.
//! It is read only where something looks odd ([`odd`]); most of what people
//! write never comes here.

use std::ops::Range;

use super::letters;
use super::tokens::{Token, Tokens, is_one_letter};

/// What stands between a letter and the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gap(u8);

impl Gap {
    /// Nothing that is seen.
    pub const HIDDEN: Gap = Gap(1);
    /// A point, a dash, a bar.
    pub const POINT: Gap = Gap(2);
    pub const SPACE: Gap = Gap(4);
    pub const LINE: Gap = Gap(8);
    /// A pictogram, a mention, a custom emoji, a blank letter, a backslash.
    pub const STRANGE: Gap = Gap(16);
    /// So much that nobody reads over it.
    pub const BREAK: Gap = Gap(32);
    /// A stop or a comma among the points.
    pub const STOP: Gap = Gap(64);

    pub fn has(self, other: Gap) -> bool {
        self.0 & other.0 != 0
    }

    fn add(&mut self, other: Gap) {
        self.0 |= other.0;
    }

    /// Whether a word may end or begin there.
    pub fn parts_words(self) -> bool {
        self.0 & !Gap::HIDDEN.0 != 0
    }
}

/// How sure it is that a cell is the letter it is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An ASCII letter.
    Letter,
    /// A letter of another form or script.
    Form,
    /// A digit or a sign in a letter's place.
    Digit,
    Sign,
    /// It takes goodwill.
    Guess,
}

/// One letter as it is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it may be read as, a bit each.
    pub letters: u32,
    pub kind: Kind,
    /// May as well be no letter but a point.
    pub may_be_point: bool,
    /// Of a script other than Latin.
    pub is_other_script: bool,
    /// What stands before it.
    pub gap: Gap,
    pub start: usize,
    pub end: usize,
}

/// How far a stretch reaches to either side of the words that made it odd, and
/// how much may stand between two of them, in bytes.
const REACH: usize = 96;

/// Finds the stretches of a text where something may be in disguise: a word
/// written oddly, words with no space between them, letters that stand alone.
pub fn odd(text: &str, tokens: &Tokens, stretches: &mut Vec<Range<usize>>) {
    stretches.clear();
    let bytes = text.as_bytes();
    let is_alone = |token: &Token| is_one_letter(&text[token.start..token.end]);
    let mut reversals = tokens.reversals.iter().peekable();
    let tokens = &tokens.tokens;
    let mut at = 0;
    while at < tokens.len() {
        while reversals.next_if(|(_, end)| *end <= tokens[at].start).is_some() {}
        if let Some(&&(start, end)) = reversals.peek()
            && start < tokens[at].end
        {
            stretches.push(start..end);
            while tokens.get(at).is_some_and(|token| token.start < end) {
                at += 1;
            }
            continue;
        }
        let mut last = at;
        let mut is_odd = tokens[at].odd || has_sign_beside(bytes, &tokens[at]);
        let mut alone = usize::from(is_alone(&tokens[at]));
        let is_spaced = || {
            let end = tokens[at].end;
            tokens.get(at + 1).is_none_or(|next| next.start == end + 1 && bytes[end] == b' ')
        };
        if !is_odd && alone == 0 && is_spaced() {
            at += 1;
            continue;
        }
        while let Some(next) = tokens.get(last + 1) {
            let between = &bytes[tokens[last].end..next.start];
            let joined = !between.is_empty()
                && between.len() <= REACH
                && !between.iter().any(u8::is_ascii_whitespace)
                && !is_thin_space(between);
            let single = is_alone(next) && alone > 0 && between.len() <= WIDEST_GAP;
            // What is left of a word after letters that stand alone.
            let rest = alone >= 2 && !single && between.len() <= WIDEST_GAP;
            if !(joined || single || rest) {
                break;
            }
            is_odd |= joined || tokens[last + 1].odd;
            last += 1;
            if rest && !joined {
                break;
            }
            alone = if is_alone(next) { alone + 1 } else { 0 };
            is_odd |= alone >= 2;
        }
        if is_odd {
            let floor = stretches.last().map_or(0, |s| s.end).max(tokens[at].start.saturating_sub(REACH));
            let from = bytes[floor..tokens[at].start]
                .iter()
                .rposition(u8::is_ascii_whitespace)
                .map_or(floor, |p| floor + p + 1);
            let ceiling =
                tokens.get(last + 1).map_or(text.len(), |next| next.start).min(tokens[last].end + REACH);
            let end = tokens[last].end;
            let to =
                bytes[end..ceiling].iter().position(u8::is_ascii_whitespace).map_or(ceiling, |p| end + p);
            stretches.push(text.floor_char_boundary(from)..text.floor_char_boundary(to));
        }
        at = last + 1;
    }
}

/// Whether a sign that passes for a letter touches the word.
fn has_sign_beside(bytes: &[u8], token: &Token) -> bool {
    let sign = |byte: Option<&u8>| byte.is_some_and(|b| matches!(b, b'@' | b'$' | b'|' | b'+'));
    (sign(bytes[..token.start].last()) || sign(bytes.get(token.end))) && !bytes[token.start].is_ascii_digit()
}

/// Whether all that stands between two words is a space of another width.
fn is_thin_space(between: &[u8]) -> bool {
    std::str::from_utf8(between).is_ok_and(|between| between.chars().all(char::is_whitespace))
}

/// How many characters between two letters one reads over.
const WIDEST_GAP: usize = 8;

/// Reads a stretch of `text` into `cells`.
pub fn read(text: &str, stretch: Range<usize>, cells: &mut Vec<Cell>) {
    cells.clear();
    let mut reader = Reader { text, cells, gap: Gap::BREAK, wide: 0, reversed: None };
    let mut at = stretch.start;
    while at < stretch.end {
        at = reader.step(at, stretch.end);
    }
    reader.turn();
}

struct Reader<'t, 'c> {
    text: &'t str,
    cells: &'c mut Vec<Cell>,
    gap: Gap,
    /// Characters that are seen since the last letter.
    wide: usize,
    /// Where the cells begin that are shown from right to left.
    reversed: Option<usize>,
}

impl Reader<'_, '_> {
    /// Reads what begins at `at`, and returns where the next thing begins.
    fn step(&mut self, at: usize, end: usize) -> usize {
        let byte = self.text.as_bytes()[at];
        if byte < 0x80 {
            return self.ascii(byte, at, end);
        }
        let character = self.text[at..].chars().next().unwrap_or(' ');
        let after = at + character.len_utf8();
        match character {
            '\u{202e}' => {
                self.turn();
                self.reversed = Some(self.cells.len());
            }
            '\u{202c}' => self.turn(),
            _ if letters::is_invisible(character) => self.gap.add(Gap::HIDDEN),
            _ if letters::is_mark(character) => match self.cells.last_mut() {
                // A tilde over an n makes another letter.
                Some(last) if character == '\u{303}' && last.end == at && last.letters == 1 << 13 => {
                    last.letters |= 1 << letters::ENYE;
                    last.end = after;
                }
                // A line through a letter, or around it: it is still that one.
                Some(last) if last.end == at => last.end = after,
                _ => self.gap.add(Gap::HIDDEN),
            },
            _ if character.is_whitespace() => self.seen(Gap::SPACE),
            _ if letters::is_blank_letter(character) => self.seen(Gap::STRANGE),
            _ => {
                let reading = letters::read(character);
                if reading.letters != 0 {
                    let kind = if reading.is_guess { Kind::Guess } else { Kind::Form };
                    self.cell(reading.letters, kind, false, at, after);
                    if let Some(cell) = self.cells.last_mut() {
                        cell.is_other_script = letters::is_of_other_script(character);
                    }
                } else if character.is_alphanumeric() {
                    // A letter of a script that is nobody's disguise.
                    self.gap = Gap::BREAK;
                } else if matches!(character, '…' | '“' | '”' | '«' | '»' | '—') {
                    self.seen(Gap::POINT);
                    self.gap.add(Gap::STOP);
                } else if (character as u32) < 0x2190 || matches!(character as u32, 0x2e00..=0x303f) {
                    self.seen(Gap::POINT);
                } else {
                    self.seen(Gap::STRANGE);
                }
            }
        }
        after
    }

    fn ascii(&mut self, byte: u8, at: usize, end: usize) -> usize {
        let next = self.text.as_bytes().get(at + 1).copied().unwrap_or(b' ');
        // More than four are as many as four.
        let run = || self.text.as_bytes()[at..end].iter().take(5).take_while(|b| **b == byte).count();
        let sign =
            |letters: &str| letters.chars().filter_map(letters::bit_of).fold(0, |bits, bit| bits | 1 << bit);
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {
                let bit = 1 << (byte.to_ascii_lowercase() - b'a');
                self.cell(bit, Kind::Letter, false, at, at + 1);
            }
            b'0'..=b'9' => {
                const DIGITS: [&str; 10] = ["o", "il", "z", "e", "a", "s", "gb", "t", "b", "g"];
                self.cell(sign(DIGITS[usize::from(byte - b'0')]), Kind::Digit, false, at, at + 1);
            }
            b'@' => self.cell(sign("a"), Kind::Sign, true, at, at + 1),
            b'$' => self.cell(sign("s"), Kind::Sign, true, at, at + 1),
            // A spoiler's bars come in twos.
            b'|' if run() >= 2 => {
                self.gap.add(Gap::HIDDEN);
                return at + 2;
            }
            b'|' => self.cell(sign("il"), Kind::Sign, true, at, at + 1),
            b'!' if next.is_ascii_alphanumeric() || matches!(next, b'!' | b'$' | b'@') || next >= 0x80 => {
                self.cell(sign("i"), Kind::Sign, true, at, at + 1);
            }
            b'(' if next.is_ascii_alphanumeric() => self.cell(sign("c"), Kind::Sign, true, at, at + 1),
            b'+' => self.cell(sign("t"), Kind::Sign, true, at, at + 1),
            // A letter struck out by whoever wrote it: any vowel, at a guess.
            b'*' if run() == 1 && self.gap == Gap::default() && next.is_ascii_alphabetic() => {
                self.cell(sign("aeiou"), Kind::Guess, true, at, at + 1);
            }
            b'#' if self.gap == Gap::default() && next.is_ascii_alphabetic() => {
                self.cell(sign("aeiou"), Kind::Guess, true, at, at + 1);
            }
            b'*' | b'`' => self.gap.add(if run() <= 3 { Gap::HIDDEN } else { Gap::POINT }),
            b'~' | b'_' if run() == 2 => {
                self.gap.add(Gap::HIDDEN);
                return at + 2;
            }
            b'\\' => self.seen(Gap::STRANGE),
            b'\n' => self.seen(Gap::LINE),
            b'<' => {
                if let Some(close) = super::tokens::discord_markup(self.text, at) {
                    self.seen(Gap::STRANGE);
                    return close.min(end);
                }
                self.seen(Gap::POINT);
            }
            b'[' => self.gap.add(Gap::HIDDEN),
            b']' if next == b'(' => {
                if let Some(length) =
                    self.text.as_bytes()[at..end].iter().take(2_048).position(|b| *b == b')')
                {
                    self.gap.add(Gap::HIDDEN);
                    return at + length + 1;
                }
                self.seen(Gap::POINT);
            }
            b'&' => {
                if let Some((character, after)) = entity(self.text, at) {
                    let lower = character.to_ascii_lowercase();
                    match letters::bit_of(lower) {
                        Some(bit) => self.cell(1 << bit, Kind::Guess, false, at, after),
                        None => self.seen(Gap::POINT),
                    }
                    return after.min(end);
                }
                self.seen(Gap::POINT);
            }
            _ if byte.is_ascii_whitespace() => self.seen(Gap::SPACE),
            _ => {
                self.seen(Gap::POINT);
                if matches!(byte, b'.' | b',' | b';' | b':' | b'?' | b'!' | b'/' | b'"' | b'&' | b'(' | b')')
                {
                    self.gap.add(Gap::STOP);
                }
            }
        }
        at + 1
    }

    fn seen(&mut self, gap: Gap) {
        self.wide += 1;
        self.gap.add(if self.wide > WIDEST_GAP { Gap::BREAK } else { gap });
    }

    fn cell(&mut self, letters: u32, kind: Kind, may_be_point: bool, start: usize, end: usize) {
        self.cells.push(Cell {
            letters,
            kind,
            may_be_point,
            is_other_script: false,
            gap: self.gap,
            start,
            end,
        });
        self.gap = Gap::default();
        self.wide = 0;
    }

    /// Puts what is shown from right to left into the order in which it is read.
    fn turn(&mut self) {
        if let Some(from) = self.reversed.take() {
            let turned = &mut self.cells[from..];
            turned.reverse();
            // What stood before a letter as it was written stands after it
            // now; what stood before them all still does.
            let mut before = turned.last().map_or(Gap::BREAK, |cell| cell.gap);
            for cell in turned {
                std::mem::swap(&mut cell.gap, &mut before);
            }
        }
        self.gap.add(Gap::HIDDEN);
    }
}

/// The character that an entity stands for, and where it ends (HTML, numeric
/// character references).
fn entity(text: &str, at: usize) -> Option<(char, usize)> {
    let rest = text.as_bytes().get(at..)?;
    let digits = rest.strip_prefix(b"&#")?;
    let (radix, skipped) = if matches!(digits.first(), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
    let length = digits[skipped - 2..].iter().take(7).take_while(|b| b.is_ascii_hexdigit()).count();
    let number = text.get(at + skipped..at + skipped + length)?;
    let character = char::from_u32(u32::from_str_radix(number, radix).ok()?)?;
    let after = at + skipped + length;
    Some((character, after + usize::from(text.as_bytes().get(after) == Some(&b';'))))
}

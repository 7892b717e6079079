//! Words behind disguises: `l0ser`, `j.e.r.k`, `ｃｒｕｄ`, `lo||ser||`.
//!
//! Only stretches that look odd are read here ([`cells::odd`]), letter by letter
//! and with every reading that a sign allows, along the dictionary of all words
//! that the policy knows. What is found takes the place of the words it covers,
//! so that every rule sees what a reader sees, phrases and structure too. A
//! form that leaves no doubt counts as the word; one that takes guessing is
//! marked so, and nothing more than a review may rest on it.

use std::cell::OnceCell;
use std::ops::Range;

use super::dictionary::{Dictionary, WordId};
use crate::text::cells::{self, Cell, Gap, Kind};
use crate::text::tokens::{Disguise, Token, Tokens};

/// How many readings are followed from one letter on. A longer search means
/// that nearly every sign may be any letter, which no reader reads.
const READINGS: usize = 96;

/// The shortest term that is looked for inside a longer word.
const SHORTEST_INSIDE: usize = 5;

/// The longest word that is taken apart, in bytes.
const LONGEST_STRANGER: usize = 48;

/// The memory of one search, used again for the next.
#[derive(Debug, Default)]
pub struct Search {
    stretches: Vec<Range<usize>>,
    cells: Vec<Cell>,
    open: Vec<State>,
    found: Vec<Found>,
    letters: String,
}

/// A word found: where in the original, and how plainly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    start: usize,
    end: usize,
    word: WordId,
    disguise: Disguise,
}

/// A reading, so far.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    node: u32,
    /// The cell that is read next.
    next: u32,
    /// Letters that are letters, digits, guesses.
    real: u16,
    digits: u16,
    guesses: u16,
    other_script: u16,
    /// Letters of the word so far.
    length: u16,
    /// How often the last letter stands there.
    run: u16,
    /// A letter stands twice that is once in the word; or three times.
    doubled: bool,
    drawn_out: bool,
    /// Gaps inside the word, and whether something longer than a letter stands
    /// between two of them.
    points: u16,
    spaces: u16,
    strange: bool,
    stops: bool,
    chunk: u16,
    mixed: bool,
    /// Something that is not seen stands inside.
    veiled: bool,
}

/// Reads through the disguises of a text: `tokens` are changed where something
/// was found, and then it says so. `is_word` tells whether a folded word is one
/// that people write, `is_stranger` the same of a token by its place.
pub fn reveal(
    text: &str,
    tokens: &mut Tokens,
    dictionary: &Dictionary,
    is_word: impl Fn(&str) -> bool,
    is_stranger: impl Fn(&Tokens, usize) -> bool,
    search: &mut Search,
) -> bool {
    if dictionary.is_empty() {
        return false;
    }
    search.found.clear();
    search.stretches.clear();
    if tokens.is_suspicious || !tokens.reversals.is_empty() {
        cells::odd(text, tokens, &mut search.stretches);
    }
    let has_latin = OnceCell::new();
    let latin = || *has_latin.get_or_init(|| text.bytes().any(|b| b.is_ascii_alphabetic()));
    for stretch in &search.stretches {
        cells::read(text, stretch.clone(), &mut search.cells);
        let mut from = 0;
        while from < search.cells.len() {
            let cell = &search.cells[from];
            let after_digit =
                from > 0 && search.cells[from - 1].kind == Kind::Digit && cell.kind != Kind::Digit;
            if from > 0 && !cell.gap.parts_words() && !after_digit {
                from += 1;
                continue;
            }
            let glued = !cell.gap.parts_words() && from > 0;
            match longest(&search.cells, from, dictionary, &mut search.open) {
                Some((state, word)) if is_wanted(&state, latin) => {
                    let last = state.next as usize;
                    let start = search.cells[from..last].iter().map(|cell| cell.start).min().unwrap_or(0);
                    let end = search.cells[from..last].iter().map(|cell| cell.end).max().unwrap_or(0);
                    let next =
                        search.cells.get(last).filter(|next| !next.gap.parts_words() && !next.may_be_point);
                    let disguise = how_plain(&state, dictionary.word(word), glued || next.is_some());
                    let parts_are_words = || {
                        let first = tokens.tokens.partition_point(|token| token.end <= start);
                        let mut inside = tokens.tokens[first..].iter().take_while(|token| token.start < end);
                        inside.all(|token| token.end - token.start > 1 && is_word(tokens.word(token)))
                    };
                    let ordinary = parts_are_words();
                    let parted = state.points + state.spaces > 0;
                    // `pen.Is`, and a word as it stands. What only markdown or
                    // invisible characters part is one word to every reader.
                    if !(ordinary && (state.stops || !parted && !state.veiled)) {
                        let disguise = if ordinary && parted { Disguise::Thick } else { disguise };
                        search.found.push(Found { start, end, word, disguise });
                    }
                    from = last;
                }
                _ => from += 1,
            }
        }
    }
    strangers(text, tokens, dictionary, is_word, is_stranger, search);
    in_addresses(text, tokens, dictionary, search);
    if search.found.is_empty() {
        return false;
    }
    rewrite(tokens, dictionary, &mut search.found);
    true
}

/// The longest word that can be read from a cell on, by the reading that takes
/// the least liberty.
fn longest(
    cells: &[Cell],
    from: usize,
    dictionary: &Dictionary,
    open: &mut Vec<State>,
) -> Option<(State, WordId)> {
    open.clear();
    open.push(State { next: from as u32, ..State::default() });
    let mut best: Option<(State, WordId)> = None;
    for _ in 0..READINGS {
        let Some(state) = open.pop() else { break };
        if let Some(word) = dictionary.word_at(state.node)
            && ends_there(cells, &state)
            && best.as_ref().is_none_or(|(other, _)| is_better(&state, other))
        {
            best = Some((state, word));
        }
        let Some(cell) = cells.get(state.next as usize) else { continue };
        let Some(state) = over_gap(state, cell) else { continue };
        if cell.may_be_point && state.length > 0 {
            // Skipped, as the point that it may be.
            let mut skipped = state;
            skipped.next += 1;
            skipped.chunk_ends(false);
            open.push(skipped);
        }
        let again = state.length > 0
            && state.chunk > 0
            && cells[..state.next as usize].last().is_some_and(|last| last.letters & cell.letters != 0)
            && cell.kind <= Kind::Form;
        if again {
            let mut longer = state;
            longer.next += 1;
            longer.run += 1;
            longer.drawn_out |= longer.run >= 3;
            longer.doubled |= longer.run == 2;
            longer.count(cell, false);
            open.push(longer);
        }
        let mut letters = cell.letters & dictionary.children(state.node);
        while letters != 0 {
            let letter = letters.trailing_zeros();
            letters &= letters - 1;
            let mut read = state;
            read.node = dictionary.child(state.node, letter);
            read.next += 1;
            read.run = 1;
            read.count(cell, true);
            open.push(read);
        }
    }
    best
}

/// The reading after what stands before the next cell; `None` where nobody
/// reads on.
fn over_gap(mut state: State, cell: &Cell) -> Option<State> {
    if state.length == 0 {
        return Some(state);
    }
    let gap = cell.gap;
    if gap.has(Gap::BREAK) {
        return None;
    }
    state.veiled |= gap.has(Gap::HIDDEN);
    if !gap.parts_words() {
        return Some(state);
    }
    state.strange |= gap.has(Gap::STRANGE);
    state.stops |= gap.has(Gap::STOP);
    let space = gap.has(Gap::SPACE) || gap.has(Gap::LINE);
    if space && state.chunk > 1 {
        return None;
    }
    state.chunk_ends(space);
    Some(state)
}

impl State {
    fn chunk_ends(&mut self, space: bool) {
        self.mixed |= self.chunk > 1;
        self.chunk = 0;
        if space {
            self.spaces += 1;
        } else {
            self.points += 1;
        }
    }

    fn count(&mut self, cell: &Cell, is_new: bool) {
        match cell.kind {
            Kind::Letter | Kind::Form => self.real += 1,
            Kind::Digit => self.digits += 1,
            Kind::Sign => {}
            Kind::Guess => self.guesses += 1,
        }
        self.other_script += u16::from(cell.is_other_script);
        self.length += u16::from(is_new);
        self.chunk += u16::from(is_new);
    }
}

/// Whether a reading ends where a word may end.
fn ends_there(cells: &[Cell], state: &State) -> bool {
    let Some(next) = cells.get(state.next as usize) else { return true };
    let last = &cells[state.next as usize - 1];
    next.gap.parts_words()
        || next.may_be_point
        || (next.kind == Kind::Digit && last.kind != Kind::Digit && next.gap != Gap::HIDDEN)
}

fn is_better(state: &State, other: &State) -> bool {
    let liberties = |s: &State| (u16::from(s.doubled), s.guesses, s.points + s.spaces);
    (state.next, std::cmp::Reverse(liberties(state))) > (other.next, std::cmp::Reverse(liberties(other)))
}

/// Whether a reading is anything but chance.
fn is_wanted(state: &State, latin: impl Fn() -> bool) -> bool {
    if state.real + state.guesses == 0 {
        return false;
    }
    // Letters that stand apart, and the rest of the word behind them.
    if state.spaces > 0 && state.chunk > 3 {
        return false;
    }
    // A word of another script, in a text of that script.
    state.other_script == 0 || state.other_script < state.real || latin()
}

fn how_plain(state: &State, word: &str, glued: bool) -> Disguise {
    let thick = glued
        || state.strange
        || state.guesses > 0
        || (state.doubled && !state.drawn_out)
        || (state.spaces > 0 && (state.mixed || state.chunk > 1))
        || (state.digits > state.real && word.len() < 5);
    if thick { Disguise::Thick } else { Disguise::Thin }
}

/// Words that nobody writes, tried as terms: two of them as one, backwards,
/// with something glued to them.
fn strangers(
    text: &str,
    tokens: &Tokens,
    dictionary: &Dictionary,
    is_word: impl Fn(&str) -> bool,
    is_stranger: impl Fn(&Tokens, usize) -> bool,
    search: &mut Search,
) {
    let term = |id: WordId| dictionary.is_term(id).then_some(id);
    let mut before: Option<&Token> = None;
    // How far what was found reaches that begins before the end of the word.
    search.found.sort_by_key(|f| f.start);
    let (mut next, revealed, mut reach) = (0, search.found.len(), 0);
    for (index, token) in tokens.tokens.iter().enumerate() {
        if !is_stranger(tokens, index) {
            before = None;
            continue;
        }
        let word = tokens.word(token);
        if word.len() > LONGEST_STRANGER {
            before = None;
            continue;
        }
        while next < revealed && search.found[next].start < token.end {
            reach = reach.max(search.found[next].end);
            next += 1;
        }
        let mut found = None;
        if let Some(before) = before
            && token.start - before.end <= 2
        {
            let letters = tokens.word(before).chars().chain(word.chars());
            found = dictionary.find(letters).and_then(term).map(|word| (before.start, token.end, word));
        }
        if found.is_none() && word.len() >= SHORTEST_INSIDE {
            found =
                dictionary.find(word.chars().rev()).and_then(term).map(|word| (token.start, token.end, word));
        }
        if found.is_none() && !word.is_ascii() {
            search.letters.clear();
            let bits = text[token.start..token.end].chars().filter_map(the_letter);
            search.letters.extend(bits);
            found = dictionary
                .find(search.letters.chars().rev())
                .and_then(term)
                .map(|word| (token.start, token.end, word));
        }
        if found.is_none() && word.is_ascii() && word.len() > SHORTEST_INSIDE {
            found = inside(word, dictionary, &is_word)
                .filter(|_| token.end - token.start == word.len())
                .map(|(at, id)| (token.start + at, token.start + at + dictionary.word(id).len(), id));
        }
        if let Some((start, end, word)) = found
            && reach <= token.start
        {
            reach = end;
            search.found.push(Found { start, end, word, disguise: Disguise::Thick });
        }
        before = Some(token);
    }
}

/// Terms in the encoded part of an address, which is shown decoded.
fn in_addresses(text: &str, tokens: &Tokens, dictionary: &Dictionary, search: &mut Search) {
    for &(start, end) in &tokens.links {
        if !text[start..end].contains('%') {
            continue;
        }
        let mut rest = &text.as_bytes()[start..end];
        let mut shown = Vec::new();
        while let [byte, after @ ..] = rest {
            let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
            let decoded =
                digits.filter(|_| *byte == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
            shown.push(decoded.unwrap_or(*byte));
            rest = if decoded.is_some() { &after[2..] } else { after };
        }
        let shown = String::from_utf8_lossy(&shown).to_lowercase();
        let words = shown.split(|c: char| !c.is_alphabetic());
        let term = words.filter_map(|word| dictionary.find(word.chars())).find(|id| dictionary.is_term(*id));
        if let Some(word) = term {
            search.found.push(Found { start, end, word, disguise: Disguise::Thick });
        }
    }
}

/// The one letter that a character is read as.
fn the_letter(character: char) -> Option<char> {
    let letters = if character.is_ascii() {
        crate::text::letters::bit_of(character.to_ascii_lowercase()).map_or(0, |bit| 1 << bit)
    } else {
        crate::text::letters::read(character).letters
    };
    (letters.count_ones() == 1).then(|| (b'a' + letters.trailing_zeros() as u8) as char)
}

/// A term at the end of a word that is none, after another word (`youjerkface`),
/// or framed by nothing but `xX` and digits. What follows a term is never a
/// word: `prickled` is no `prick`.
fn inside(word: &str, dictionary: &Dictionary, is_word: impl Fn(&str) -> bool) -> Option<(usize, WordId)> {
    let is_frame = |rest: &str| rest.bytes().all(|b| b == b'x' || b.is_ascii_digit());
    let may_precede = |rest: &str| is_frame(rest) || (rest.len() > 1 && is_word(rest));
    for at in 0..=word.len() - SHORTEST_INSIDE.min(word.len()) {
        if !word.is_char_boundary(at) || !may_precede(&word[..at]) {
            continue;
        }
        let mut node = 0;
        for (offset, letter) in word[at..].char_indices() {
            let Some(bit) = crate::text::letters::bit_of(letter) else { break };
            if dictionary.children(node) >> bit & 1 == 0 {
                break;
            }
            node = dictionary.child(node, bit);
            let end = at + offset + letter.len_utf8();
            if let Some(id) = dictionary.word_at(node)
                && dictionary.is_term(id)
                && (end - at >= SHORTEST_INSIDE)
                && is_frame(&word[end..])
            {
                return Some((at, id));
            }
        }
    }
    None
}

/// Puts the words that were found in the place of those they cover.
fn rewrite(tokens: &mut Tokens, dictionary: &Dictionary, found: &mut Vec<Found>) {
    found.sort_by_key(|f| (f.start, std::cmp::Reverse(f.end), f.disguise));
    found.dedup_by(|later, earlier| later.start < earlier.end);
    let written = std::mem::take(&mut tokens.tokens);
    let mut places = found.iter().peekable();
    let mut covered = 0;
    let mut last = Token::default();
    let folded = &mut tokens.folded;
    let place = |f: &Found, beside: Token, folded: &mut String| {
        let folded_start = folded.len();
        folded.push_str(dictionary.word(f.word));
        Token {
            start: f.start,
            end: f.end,
            folded_start,
            folded_end: folded.len(),
            disguise: f.disguise,
            ..beside
        }
    };
    for token in written {
        while let Some(f) = places.next_if(|f| f.start < token.end) {
            let beside = if f.end <= token.start { last } else { token };
            tokens.tokens.push(place(f, beside, folded));
            covered = f.end;
        }
        if token.start >= covered {
            tokens.tokens.push(token);
        }
        last = token;
    }
    for f in places {
        tokens.tokens.push(place(f, last, folded));
    }
}

//! What somebody else wrote, made safe to show.
//!
//! Nothing in it may format, ping, link, hide or turn around what stands
//! beside it. Everything is shown as it was typed: characters that change the
//! look are escaped, those that cannot be seen are named.

use crate::domain::card::Language;
use crate::words::say;

/// What happens to characters that cannot be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// Shown by number: in evidence they matter.
    Named,
    /// Left out: in a member's own words, given back, they would only be
    /// read aloud.
    Dropped,
}

/// What becomes of addresses. No address of somebody else's is a link; one
/// that may be a trap is not given out to be copied either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// As they were typed: in words that are given back.
    Whole,
    /// With brackets about the last dot of the host: `city-refund[.]example`.
    Defused,
}

/// Length as Discord counts at most: UTF-16 units.
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// A short text within a line of ours: a name, a title.
pub fn inline(text: &str, limit: usize) -> String {
    within_a_line(text, limit, Addresses::Whole)
}

/// What somebody wrote within a line of ours.
pub fn inline_quote(text: &str, limit: usize) -> String {
    within_a_line(text, limit, Addresses::Defused)
}

fn within_a_line(text: &str, limit: usize, addresses: Addresses) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    let mut writer = Escaper { line_start: false, ..Escaper::new(Unseen::Named, addresses) };
    let mut used = 0;
    for (at, c) in text.char_indices() {
        let before = out.len();
        writer.step(&text, at, c, &mut out);
        used += length(&out[before..]);
        if used + 1 > limit {
            out.truncate(before);
            out.push('…');
            break;
        }
    }
    out
}

/// A whole text.
pub fn escape(text: &str, unseen: Unseen) -> String {
    let mut out = String::with_capacity(text.len());
    let mut writer = Escaper::new(unseen, Addresses::Whole);
    text.char_indices().for_each(|(at, c)| writer.step(text, at, c, &mut out));
    out
}

/// A text in at most `limit` units, the stretches in `marks` (byte offsets)
/// bold and underlined. What does not fit is counted; the first mark is
/// always in sight.
pub fn excerpt(
    text: &str,
    marks: &[(usize, usize)],
    limit: usize,
    unseen: Unseen,
    addresses: Addresses,
    language: Language,
) -> String {
    let shown = |text: &str, marks: &[(usize, usize)], from: usize, room: usize| {
        shown(text, marks, from, room, Escaper::new(unseen, addresses))
    };
    let marks = tidy(text, marks);
    let whole = shown(text, &marks, 0, usize::MAX);
    if length(&whole.0) <= limit {
        return whole.0;
    }
    // Room for what was cut, before and after.
    let room = limit.saturating_sub(2 * NOTE_ROOM);
    let from = match marks.first() {
        Some(&(start, _)) if length(&shown(&text[..start], &[], 0, usize::MAX).0) > room / 2 => {
            // Some words before it, whole ones, so that it is not torn from
            // its sentence.
            let lead = text[..start].char_indices().rev().take(LEAD).last().map_or(start, |(at, _)| at);
            let space = text[lead..start].char_indices().find(|(_, c)| c.is_whitespace());
            space.map_or(lead, |(at, c)| lead + at + c.len_utf8())
        }
        _ => 0,
    };
    let (body, end) = shown(text, &marks, from, room);
    let count = |part: &str| part.chars().count().into();
    let mut out = String::new();
    if from > 0 {
        out = say(language, "cut-before", &[("count", count(&text[..from]))]) + " ";
    }
    out += body.trim_end();
    if end < text.len() {
        out = out + " " + &say(language, "cut-after", &[("count", count(&text[end..]))]);
    }
    out
}

/// Units kept free for saying how much was cut.
const NOTE_ROOM: usize = 60;

/// Characters shown before a mark far into a text.
const LEAD: usize = 120;

const MARK: &str = "__**";
const UNMARK: &str = "**__";

/// Marks in order, whole, apart from one another, and without white space at
/// their ends, where Discord would not take them for formatting.
fn tidy(text: &str, marks: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut marks: Vec<(usize, usize)> = marks
        .iter()
        .filter_map(|&(start, end)| {
            let inner = text.get(start..end)?;
            let start = end - inner.trim_start().len();
            let end = start + text[start..end].trim_end().len();
            (start < end).then_some((start, end))
        })
        .collect();
    marks.sort_unstable();
    marks.dedup_by(|next, last| {
        let touches = next.0 <= last.1;
        if touches {
            last.1 = last.1.max(next.1);
        }
        touches
    });
    marks
}

/// The text from `from` on, as far as `room` goes, and where that ends.
fn shown(
    text: &str,
    marks: &[(usize, usize)],
    from: usize,
    room: usize,
    mut writer: Escaper,
) -> (String, usize) {
    let mut out = String::with_capacity(text.len() - from);
    let mut piece = String::new();
    let mut used = 0;
    let mut open = None;
    let mut marks = marks.iter().filter(|(_, end)| *end > from).peekable();
    for (offset, c) in text[from..].char_indices() {
        let at = from + offset;
        if open == Some(at) {
            out += UNMARK;
            open = None;
        }
        piece.clear();
        writer.step(text, at, c, &mut piece);
        used += length(&piece);
        if let Some(&&(start, end)) = marks.peek()
            && open.is_none()
            && start <= at
        {
            used += MARK.len() + UNMARK.len();
            if used <= room {
                out += MARK;
                open = Some(end);
            }
            marks.next();
        }
        if used > room {
            if open.is_some() {
                out += UNMARK;
            }
            return (out, at);
        }
        out += &piece;
    }
    if open.is_some() {
        out += UNMARK;
    }
    (out, text.len())
}

/// Escapes one character after another; some depend on what stands around.
struct Escaper {
    unseen: Unseen,
    addresses: Addresses,
    /// Only white space or digits so far on this line: where Discord looks
    /// for headings, lists and quotes.
    line_start: bool,
    digits: bool,
}

impl Escaper {
    fn new(unseen: Unseen, addresses: Addresses) -> Escaper {
        Escaper { unseen, addresses, line_start: true, digits: false }
    }

    /// Appends to `out` what stands for the character at `at`.
    fn step(&mut self, text: &str, at: usize, c: char, out: &mut String) {
        let line_start = std::mem::replace(&mut self.line_start, false);
        let after_digits = std::mem::replace(&mut self.digits, false);
        let mut escaped = |c: char| {
            out.push('\\');
            out.push(c);
        };
        match c {
            '\n' => {
                self.line_start = true;
                out.push(c);
            }
            '\r' => {}
            '\t' | ' ' => {
                self.line_start = line_start;
                out.push(c);
            }
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '@' | '[' | ']' => escaped(c),
            '#' | '-' | '+' if line_start => {
                // `-# ` makes small print, so what follows counts too.
                self.line_start = true;
                escaped(c);
            }
            '0'..='9' if line_start || after_digits => {
                self.digits = true;
                out.push(c);
            }
            '.' if self.addresses == Addresses::Defused && is_last_dot_of_host(text, at) => *out += "[.]",
            '.' | ')' if after_digits => escaped(c),
            // Without its colon an address is no link.
            ':' if text[at..].starts_with("://") => escaped(c),
            '\u{200D}' if joins_emoji(text, at) => out.push(c),
            c if is_unseen(c) => {
                if self.unseen == Unseen::Named {
                    *out += &format!("⟦U+{:04X}⟧", u32::from(c));
                }
            }
            c => out.push(c),
        }
    }
}

/// Whether the dot at `at` is the last one in the host of an address.
fn is_last_dot_of_host(text: &str, at: usize) -> bool {
    let start = text[..at].rfind(char::is_whitespace).unwrap_or(0);
    let Some(scheme) = text[start..at].rfind("://") else { return false };
    let ends_host = |c: char| matches!(c, '/' | '?' | '#' | ':') || c.is_whitespace();
    if text[start + scheme + 3..at].contains(ends_host) {
        return false;
    }
    let rest = text[at + 1..].split(ends_host).next().unwrap_or_default();
    let goes_on = |rest: &str| rest.starts_with(char::is_alphanumeric);
    goes_on(rest) && !rest.match_indices('.').any(|(dot, _)| goes_on(&rest[dot + 1..]))
}

/// A joiner between two pictures is part of the picture.
fn joins_emoji(text: &str, at: usize) -> bool {
    let is_picture = |c: char| ('\u{2190}'..='\u{2BFF}').contains(&c) || c >= '\u{1F000}' || c == '\u{FE0F}';
    let after = at + '\u{200D}'.len_utf8();
    text[..at].chars().next_back().is_some_and(is_picture)
        && text[after..].chars().next().is_some_and(is_picture)
}

/// Controls, marks of direction, and whatever takes no room: a reader does
/// not see them, and they change what is seen.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

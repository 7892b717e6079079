//! Numbers that are written so that no machine may read them: in words, digit
//! by digit, with an O for a zero.
//!
//! A row of such digits is a telephone number or a card where the digits it
//! spells are one. Plain numbers are found in `numbers`, which is stricter about
//! what stands around them; nobody spells out a permit.

use super::numbers::{is_card, is_telephone};
use super::{Format, Found, Taken};
use crate::text::tokens::{Token, Tokens};

/// How numbers are said, in English and Spanish, by their first letter; the
/// longer before what it begins with.
fn said(first: u8) -> &'static [(&'static str, &'static str)] {
    match first {
        b'c' => &[
            ("cincuenta", "5_"),
            ("cuarenta", "4_"),
            ("catorce", "14"),
            ("cuatro", "4"),
            ("cinco", "5"),
            ("cero", "0"),
        ],
        b'd' => &[("diez", "10"), ("doce", "12"), ("dos", "2")],
        b'e' => &[("eighteen", "18"), ("eighty", "8_"), ("eleven", "11"), ("eight", "8")],
        b'f' => &[
            ("fourteen", "14"),
            ("fifteen", "15"),
            ("fourty", "4_"),
            ("forty", "4_"),
            ("fifty", "5_"),
            ("four", "4"),
            ("five", "5"),
        ],
        b'n' => &[("nineteen", "19"), ("noventa", "9_"), ("ninety", "9_"), ("nueve", "9"), ("nine", "9")],
        b'o' => &[("ochenta", "8_"), ("ocho", "8"), ("once", "11"), ("one", "1"), ("oh", "0"), ("o", "0")],
        b'q' => &[("quince", "15")],
        b's' => &[
            ("seventeen", "17"),
            ("seventy", "7_"),
            ("sixteen", "16"),
            ("sesenta", "6_"),
            ("setenta", "7_"),
            ("seven", "7"),
            ("sixty", "6_"),
            ("s3ven", "7"),
            ("siete", "7"),
            ("sixx", "6"),
            ("seis", "6"),
            ("six", "6"),
        ],
        b't' => &[
            ("thirteen", "13"),
            ("treinta", "3_"),
            ("thirty", "3_"),
            ("twelve", "12"),
            ("twenty", "2_"),
            ("three", "3"),
            ("thr33", "3"),
            ("trece", "13"),
            ("tres", "3"),
            ("ten", "10"),
            ("two", "2"),
        ],
        b'u' => &[("uno", "1")],
        b'v' => &[("veintitres", "23"), ("veintiuno", "21"), ("veintidos", "22"), ("veinte", "2_")],
        b'z' => &[("zero", "0")],
        _ => &[],
    }
}

/// The longest word that says one number, in bytes.
pub const LONGEST_SAID: usize = 10;

/// Whether a folded word may be digits: it begins as one that is.
pub fn may_be_digits(word: &str) -> bool {
    let [first, rest @ ..] = word.as_bytes() else { return false };
    if first.is_ascii_digit() {
        return true;
    }
    // What most words are told apart by, before the whole of it is compared.
    let second = match first {
        b'o' if rest.is_empty() => return true,
        b'c' => "iuae",
        b'd' => "io",
        b'e' => "il",
        b'f' => "oi",
        b'n' => "iou",
        b'o' => "cnho1234567890",
        b'q' => "u",
        b's' => "ei3",
        b't' => "hwre",
        b'u' => "n",
        b'v' | b'z' => "e",
        _ => return false,
    };
    rest.first().is_some_and(|byte| second.as_bytes().contains(byte))
        && said(*first).iter().any(|(said, _)| word.starts_with(said))
}

/// What may stand between digits besides signs.
const BETWEEN: [&str; 14] = [
    "dot", "dash", "and", "then", "hyphen", "punto", "guion", "y", "luego", "area", "code", "triple",
    "double", "doble",
];

/// How many characters between two of them one reads over.
const WIDEST: usize = 4;

/// A row of digits as it grows.
#[derive(Default)]
struct Row {
    digits: String,
    start: usize,
    end: usize,
    /// Digits that are said in words.
    said: usize,
    pieces: usize,
}

pub fn find(text: &str, tokens: &Tokens, found: &mut Vec<Found>) {
    let mut row = Row::default();
    let mut taken = Taken::of(found);
    let mut times = 1;
    let mut between = 0;
    for token in &tokens.tokens {
        let word = tokens.word(token);
        if row.pieces > 0 && !is_near(text, &row, token, between) {
            conclude(&mut row, &mut taken, found);
            (times, between) = (1, 0);
        }
        let before = row.digits.len();
        if read(word, &mut row.digits) {
            if times > 1 && row.digits.len() == before + 1 {
                let digit = row.digits.chars().next_back().unwrap_or('0');
                row.digits.extend(std::iter::repeat_n(digit, times - 1));
            }
            times = 1;
            between = 0;
            if row.pieces == 0 {
                row.start = token.start;
            }
            row.pieces += 1;
            if !word.bytes().all(|b| b.is_ascii_digit()) {
                row.said += row.digits.len() - before;
            }
            row.end = token.end;
        } else if row.pieces > 0 && BETWEEN.contains(&word)
            || word == "triple"
            || word == "double"
            || word == "doble"
        {
            times = match word {
                "triple" => 3,
                "double" | "doble" => 2,
                _ => times,
            };
            between += 1;
        } else {
            conclude(&mut row, &mut taken, found);
            (times, between) = (1, 0);
        }
    }
    conclude(&mut row, &mut taken, found);
}

/// Whether a word goes on with a row: nothing but a few signs or words such as
/// "dot" stand between.
fn is_near(text: &str, row: &Row, token: &Token, between: usize) -> bool {
    let gap = &text[row.end..token.start.max(row.end)];
    between > 0 && between <= 2 && gap.len() <= 24
        || gap.chars().count() <= WIDEST && !gap.contains(['$', '€', ':', ';', '?'])
}

/// Reads a word as digits, several in a row too; tells whether it is nothing
/// else.
fn read(word: &str, digits: &mut String) -> bool {
    let first = word.as_bytes().first().copied().unwrap_or(0);
    if !first.is_ascii_digit() && said(first).is_empty() {
        return false;
    }
    let before = digits.len();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            push(digits, first);
            rest = &rest[1..];
            continue;
        }
        let Some((said, means)) = said(rest.as_bytes()[0]).iter().find(|(said, _)| rest.starts_with(said))
        else {
            digits.truncate(before);
            return false;
        };
        means.chars().for_each(|digit| push(digits, digit));
        rest = &rest[said.len()..];
    }
    !word.is_empty()
}

/// Adds a digit; twenty-two is `2_` and then `2`.
fn push(digits: &mut String, digit: char) {
    if digit != '_' && digit != '0' && digits.ends_with('_') {
        digits.pop();
    }
    digits.push(digit);
}

/// Ends a row: what it spells is told, where it was spelt oddly.
fn conclude(row: &mut Row, taken: &mut Taken, found: &mut Vec<Found>) {
    let spelt = std::mem::take(row);
    // Digits in groups are not odd; one by one they are.
    if spelt.said == 0 && spelt.pieces < spelt.digits.len() {
        return;
    }
    let digits = spelt.digits.replace('_', "0");
    let format = match digits.len() {
        10 | 11 if is_telephone(&digits) => Format::Phone,
        // Without the area only where words say it all.
        7 if spelt.said >= 5 && is_telephone(&format!("202{digits}")) => Format::Phone,
        13..=16 if is_card(&digits) => Format::Card,
        _ => return,
    };
    if !taken.overlaps(spelt.start, spelt.end) {
        found.push(Found { format, start: spelt.start, end: spelt.end });
    }
}

//! Numbers that prove themselves: by a checksum, by ranges that are issued, or
//! by a word beside them that says what they are.
//!
//! What is to be done about them is for the rules.

use regex::Match;

use super::{Format, Found, Taken};
use crate::text::tokens::Tokens;

pattern!(DIGIT_GROUPS, r"[0-9](?:[ .-]?[0-9]){7,22}");
pattern!(IBAN, r"(?-u:\b)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?-u:\b)");
pattern!(
    PASSPORT,
    r"(?i)(?:passport|pasaporte)(?: (?:number|num|no\.?|n[uú]mero|#))?(?: is| es)?[ :#]{0,3}([A-Z]?[0-9]{8,9})(?-u:\b)"
);
pattern!(
    LICENCE,
    r"(?i)(?:driver'?s?[’']?s? licen[cs]e|licencia de (?:conducir|manejo)|(?-u:\b)DL)(?: (?:number|num|no\.?|n[uú]mero|#))?(?: is| es)?[ :#]{0,3}([A-Z]{0,2}[ -]?[0-9](?:[ -]?[0-9]){5,13})(?-u:\b)"
);
pattern!(
    PHONE,
    r"(?:\+?1[ .-]?)?(?:\(([2-9][0-9]{2})\) ?|([2-9][0-9]{2})[ .-])([2-9][0-9]{2})[ .-]([0-9]{4})"
);
pattern!(
    BIRTH_DATE,
    r"(?i)(?:(?-u:\b)born(?: on)?|(?-u:\b)dob|d\.o\.b\.?|date of birth|birth ?date|birthday is|b-?day is|cumplea[ñn]os es|nacid[oa](?: el)?|fecha de nacimiento)[ :]{1,3}(?:is |es )?((?:[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19|20)?[0-9]{2})|(?:(?:19|20)[0-9]{2}[/.-][0-9]{1,2}[/.-][0-9]{1,2})|(?:[A-Za-z]{3,10}\.? [0-9]{1,2}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{2})|(?:[0-9]{1,2} de [a-zA-Z]{4,10} de(?:l)? (?:19|20)[0-9]{2}))"
);

// Ten digits without a space, or seven with one sign between them.
pattern!(
    RUN_TOGETHER,
    r"[2-9][0-9]{9}|[2-9][0-9]{2}[ ./-]?[2-9][0-9]{2}[ ./-]?[0-9]{4}|[2-9][0-9]{2}[-. ][0-9]{4}"
);

/// Words beside a number by which it is none.
const NO_TELEPHONE: [&str; 22] = [
    "case",
    "permit",
    "account",
    "order",
    "ticket",
    "invoice",
    "confirmation",
    "tracking",
    "lot",
    "parcel",
    "meter",
    "bus",
    "model",
    "serial",
    "office",
    "desk",
    "hotline",
    "city hall",
    "department",
    "clerk",
    "expediente",
    "permiso",
];

/// Words before a number by which it is that of a thing or a matter.
const OF_A_THING: [&str; 17] = [
    "ticket",
    "report",
    "serial",
    "case",
    "permit",
    "order",
    "invoice",
    "tracking",
    "parcel",
    "lot ",
    "model",
    "part ",
    "folio",
    "caso",
    "permiso",
    "expediente",
    "confirmation",
];

/// Telephone codes that are free to call: offices, not persons.
const TOLL_FREE: [&str; 8] = ["800", "822", "833", "844", "855", "866", "877", "888"];

pub fn find(text: &str, tokens: &Tokens, found: &mut Vec<Found>) {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < 6 {
        return;
    }
    let says =
        |begins: &[&str]| tokens.words().any(|word| begins.iter().any(|begin| word.starts_with(begin)));
    // Before a date of birth: "d.o.b.", "b-day" and the words themselves.
    let is_letter = |word: &str| matches!(word, "d" | "b");
    if digits >= 8 {
        long_numbers(text, found);
    }
    if says(&["passport", "pasaporte", "licen", "dl"]) {
        for (pattern, format) in [(&PASSPORT, Format::Passport), (&LICENCE, Format::Licence)] {
            for hit in pattern.captures_iter(text).filter_map(|c| c.get(1)) {
                found.push(Found { format, start: hit.start(), end: hit.end() });
            }
        }
    }
    if digits >= 7 {
        telephones(text, found);
    }
    if says(&["born", "dob", "date", "birth", "bday", "cumplea", "nacid", "fecha"])
        || tokens.words().any(is_letter)
    {
        for hit in BIRTH_DATE.captures_iter(text).filter_map(|c| c.get(1)) {
            found.push(Found { format: Format::BirthDate, start: hit.start(), end: hit.end() });
        }
    }
}

/// Numbers that prove themselves by their digits, or with a word before them.
fn long_numbers(text: &str, found: &mut Vec<Found>) {
    for hit in DIGIT_GROUPS.find_iter(text) {
        if touches_word(text, hit.start(), hit.end()) {
            continue;
        }
        let digits = Digits::of(hit.as_str());
        let digits = digits.as_str();
        let format = if is_ssn(hit.as_str(), digits, text, hit.start()) {
            Format::Ssn
        } else if is_card(digits) {
            Format::Card
        } else if is_routing_number(digits, text, hit.start()) {
            Format::BankAccount
        } else {
            continue;
        };
        found.push(Found { format, start: hit.start(), end: hit.end() });
    }
    for hit in IBAN.find_iter(text) {
        if is_iban(hit.as_str()) {
            found.push(Found { format: Format::BankAccount, start: hit.start(), end: hit.end() });
        }
    }
}

fn telephones(text: &str, found: &mut Vec<Found>) {
    let is_free = |taken: &mut Taken, hit: &Match| {
        !taken.overlaps(hit.start(), hit.end()) && !touches_word(text, hit.start(), hit.end())
    };
    let mut taken = Taken::of(found);
    let phone = |hit: &Match| Found { format: Format::Phone, start: hit.start(), end: hit.end() };
    for hit in PHONE.find_iter(text) {
        if is_free(&mut taken, &hit) && !is_toll_free(Digits::of(hit.as_str()).as_str()) {
            found.push(phone(&hit));
        }
    }
    let mut taken = Taken::of(found);
    for hit in RUN_TOGETHER.find_iter(text) {
        let digits = Digits::of(hit.as_str());
        if is_free(&mut taken, &hit)
            && (digits.count == LOCAL || is_telephone(digits.as_str()))
            && said_before(text, hit.start(), &CALL_ME)
            && !said_before(text, hit.start(), &NO_TELEPHONE)
        {
            found.push(phone(&hit));
        }
    }
}

/// How many digits a telephone number has without its area.
const LOCAL: usize = 7;

/// The digits of what a pattern found.
struct Digits {
    digits: [u8; Digits::MOST],
    count: usize,
}

impl Digits {
    /// No pattern here takes more.
    const MOST: usize = 24;

    fn of(written: &str) -> Digits {
        let mut digits = Digits { digits: [0; Digits::MOST], count: 0 };
        for digit in written.bytes().filter(u8::is_ascii_digit).take(Digits::MOST) {
            digits.digits[digits.count] = digit;
            digits.count += 1;
        }
        digits
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.count]).unwrap_or_default()
    }
}

/// Whether a run of digits goes on as something else: part of a longer
/// number, an amount, an address of a page.
fn touches_word(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let mut after = text[end..].chars();
    let next = after.next();
    before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '$' | '€' | '/' | '-' | '_' | '='))
        || next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '_'))
        || (next == Some('-') && after.next().is_some_and(|c| c.is_alphanumeric()))
}

/// A social security number: three, two and four digits in ranges that are
/// issued (SSA, "SSN randomization"), separated, or with the word beside it.
fn is_ssn(written: &str, digits: &str, text: &str, start: usize) -> bool {
    if digits.len() != 9 {
        return false;
    }
    let issued = !matches!(&digits[..3], "000" | "666")
        && !digits.starts_with('9')
        && &digits[3..5] != "00"
        && &digits[5..] != "0000";
    const SAID: [&str; 6] = ["ssn", "social security", "social is", "seguro social", "social #", "soc sec"];
    let mut groups = written.split([' ', '-', '.']).map(str::len);
    let is_shaped = groups.clone().eq([3, 2, 4]);
    let is_said = || said_before(text, start, &SAID);
    issued
        && match is_shaped {
            // A ticket may be numbered so.
            true => is_said() || !said_before(text, start, &OF_A_THING),
            false => groups.nth(1).is_none() && is_said(),
        }
}

/// A payment card: a known issuer's prefix and length, and the Luhn checksum
/// (ISO/IEC 7812-1).
pub(super) fn is_card(digits: &str) -> bool {
    let prefix = |n: usize| digits.get(..n).and_then(|p| p.parse::<u32>().ok()).unwrap_or(0);
    let known = match digits.len() {
        13 | 19 => prefix(1) == 4,
        15 => matches!(prefix(2), 34 | 37),
        16 => {
            prefix(1) == 4
                || (51..=55).contains(&prefix(2))
                || (2221..=2720).contains(&prefix(4))
                || prefix(4) == 6011
                || prefix(2) == 65
                || (644..=649).contains(&prefix(3))
                || (3528..=3589).contains(&prefix(4))
        }
        14 => (300..=305).contains(&prefix(3)) || matches!(prefix(2), 36 | 38),
        _ => false,
    };
    known && luhn(digits) && digits.bytes().any(|b| b != digits.as_bytes()[1])
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A bank's routing number: nine digits with the ABA checksum, and the word
/// beside it.
fn is_routing_number(digits: &str, text: &str, start: usize) -> bool {
    if digits.len() != 9 || !said_before(text, start, &["routing", "aba"]) {
        return false;
    }
    let weights = [3, 7, 1, 3, 7, 1, 3, 7, 1];
    let sum: u32 = digits.bytes().zip(weights).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    sum.is_multiple_of(10) && sum > 0
}

/// A number of the North American plan that is somebody's: an area, an
/// exchange and a line, and none that is free to call.
pub(super) fn is_telephone(digits: &str) -> bool {
    let national = national(digits);
    let leads = |at: usize| national.as_bytes().get(at).is_some_and(|b| (b'2'..=b'9').contains(b));
    national.len() == 10 && leads(0) && leads(3) && !is_toll_free(digits)
}

fn is_toll_free(digits: &str) -> bool {
    TOLL_FREE.iter().any(|code| national(digits).starts_with(code))
}

/// A telephone number without the country's code.
fn national(digits: &str) -> &str {
    digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(digits)
}

/// Words beside a number by which it is somebody's telephone.
const CALL_ME: [&str; 26] = [
    "call me",
    "text",
    "my cell",
    "cell is",
    "phone",
    "my number",
    "number is",
    "whatsapp",
    "reach me",
    "hit me",
    "hmu",
    "ring me",
    "his cell",
    "her cell",
    "their cell",
    "my cel",
    "celular",
    "llam",
    "mi numero",
    "mi número",
    "tel",
    "his number",
    "her number",
    "hit my",
    "mobile",
    "al cel",
];

/// An international account number: ISO 13616, checksum modulo 97.
fn is_iban(written: &str) -> bool {
    let plain: String = written.chars().filter(|c| *c != ' ').collect();
    if !(15..=34).contains(&plain.len()) {
        return false;
    }
    let mut rest = 0u32;
    for byte in plain[4..].bytes().chain(plain[..4].bytes()) {
        rest = match byte {
            b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
            _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
        };
    }
    rest == 1
}

/// Whether one of `words` stands shortly before `at`.
fn said_before(text: &str, at: usize, words: &[&str]) -> bool {
    /// As far as "my social security number is: " reaches.
    const REACH: usize = 40;
    let before = text[text.ceil_char_boundary(at.saturating_sub(REACH))..at].to_lowercase();
    words.iter().any(|word| before.contains(word))
}

//! Numbers and strings that prove themselves by their form.
//!
//! A format finding may take a message down without a person, so each is
//! narrow: a checksum, valid ranges, or a word beside it that says what it is.
//! Case, permit and lot numbers, prices, times and published office numbers
//! are not private data.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::Regex;

use super::tokens::Tokens;
use crate::domain::decision::words;

words! {
    /// What a string is by its form.
    Format {
        Ssn = "ssn",
        Card = "card",
        BankAccount = "bank-account",
        Credential = "credential",
        Passport = "passport",
        Licence = "licence",
        Phone = "phone",
        Email = "email",
        BirthDate = "birth-date",
        HomeAddress = "home-address",
        StreetAddress = "street-address",
        ContactList = "contact-list",
    }
}

impl Format {
    /// Whether it is masked wherever it is shown. The others may be shown to
    /// those who decide, because they cannot decide without.
    pub fn is_secret(self) -> bool {
        use Format::*;
        matches!(self, Ssn | Card | BankAccount | Credential | Passport | Licence)
    }

    /// How many of its last letters and digits stay when it is masked: enough
    /// to tell two numbers apart, and of what is no number none.
    fn shown(self) -> usize {
        use Format::*;
        match self {
            Ssn | Card | BankAccount | Passport | Licence | Phone => 4,
            Credential | Email | BirthDate | HomeAddress | StreetAddress | ContactList => 0,
        }
    }
}

/// A format, found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub format: Format,
    pub start: usize,
    pub end: usize,
}

macro_rules! pattern {
    ($name:ident, $source:expr) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($source).expect("a pattern of ours compiles"));
    };
}

pattern!(DIGIT_GROUPS, r"[0-9](?:[ .-]?[0-9]){7,22}");
pattern!(IBAN, r"(?-u:\b)[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?-u:\b)");
pattern!(
    TOKEN,
    r"(?x)
      gh[pousr]_[A-Za-z0-9]{36} | github_pat_[A-Za-z0-9_]{50,} | xox[abprs]-[A-Za-z0-9-]{20,}
    | AKIA[0-9A-Z]{16} | (?:sk|rk)_live_[A-Za-z0-9]{20,} | AIza[A-Za-z0-9_-]{35}
    | [MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}
    | eyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}
    | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY-----"
);
pattern!(
    PASSWORD,
    r"(?i)(?:password|passwd|passcode|pwd|contraseña)(?: is| es)? ?[:=]? ?[`'\x22“]?([^\s`'\x22”]{6,64})"
);
pattern!(
    LOGIN,
    r"(?i)(?:user ?name|user|login|log in|account|e-?mail|usuario|cuenta|correo)[^\n]{0,60}?[:= ]"
);
pattern!(
    PASSPORT,
    r"(?i)(?:passport|pasaporte)(?: (?:number|num|no\.?|n[uú]mero|#))?(?: is| es)?[ :#]{0,3}([A-Z]?[0-9]{8,9})(?-u:\b)"
);
pattern!(
    LICENCE,
    r"(?i)(?:driver'?s?[’']?s? licen[cs]e|licencia de (?:conducir|manejo)|(?-u:\b)DL)(?: (?:number|num|no\.?|n[uú]mero|#))?(?: is| es)?[ :#]{0,3}([A-Z]{0,2}[ -]?[0-9](?:[ -]?[0-9]){5,13})(?-u:\b)"
);
pattern!(
    EMAIL,
    r"(?-u:\b)[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}\.[A-Za-z]{2,24}(?-u:\b)"
);
pattern!(
    PHONE,
    r"(?:\+?1[ .-]?)?(?:\(([2-9][0-9]{2})\) ?|([2-9][0-9]{2})[ .-])([2-9][0-9]{2})[ .-]([0-9]{4})"
);
pattern!(
    BIRTH_DATE,
    r"(?i)(?:(?-u:\b)born(?: on)?|(?-u:\b)dob|d\.o\.b\.?|date of birth|birth ?date|birthday is|nacid[oa](?: el)?|fecha de nacimiento)[ :]{1,3}(?:is |es )?((?:[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19|20)?[0-9]{2})|(?:[A-Za-z]{3,10}\.? [0-9]{1,2}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{2})|(?:[0-9]{1,2} de [a-zA-Z]{4,10} de(?:l)? (?:19|20)[0-9]{2}))"
);
pattern!(
    STREET,
    r"(?i)(?-u:\b)[0-9]{1,5}(?: 1/2)? (?:[NSEW]\.? |north |south |east |west )?(?:[A-Za-z0-9][A-Za-z0-9'.-]{0,20} ){1,3}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|way|terrace|ter|circle|cir|highway|hwy|parkway|pkwy)(?-u:\b)\.?(?:,? (?:apt|apartment|unit|#) ?[A-Za-z0-9-]{1,5})?"
);
pattern!(
    STREET_ES,
    r"(?i)(?-u:\b)(?:calle|avenida|av\.) (?:[A-Za-zÁÉÍÓÚáéíóúñÑ'.-]{2,20} ){1,3}(?:#|n[uú]m\.? ?|no\.? ?)?[0-9]{1,5}(?-u:\b)"
);
pattern!(
    LIVES,
    r"(?i)(?:(?-u:\b)liv(?:es?|ing) (?:at|on|in)|resid(?:es?|ing) (?:at|on)|home is(?: at)?|(?:my|his|her|their) (?:home )?address|(?:my|his|her|their) (?:house|place|apartment|home) (?:is )?(?:at|on)|stays at|viv(?:e|o|en) en|su (?:casa|direcci[oó]n)|mi (?:casa|direcci[oó]n))"
);
static KEY_BLOCK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-----BEGIN"));

/// One of these stands in every text that names a password.
static PASSWORD_HINTS: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| ["ass", "ASS", "pwd", "ontrase"].map(Finder::new));

pattern!(NAME_BEFORE, r"(?-u:\b)[A-Z][a-z]{1,15} (?:[A-Z]\. )?[A-Z][a-z]{1,20}(?:,|:| -| –)? ?$");

/// Telephone codes that are free to call: offices, not persons.
const TOLL_FREE: [&str; 8] = ["800", "822", "833", "844", "855", "866", "877", "888"];

/// Local parts that belong to an office rather than a person.
const OFFICE_MAILBOXES: [&str; 24] = [
    "info",
    "contact",
    "office",
    "press",
    "media",
    "news",
    "newsroom",
    "tips",
    "support",
    "help",
    "helpdesk",
    "clerk",
    "admin",
    "hello",
    "service",
    "services",
    "records",
    "foia",
    "permits",
    "parks",
    "library",
    "mayor",
    "council",
    "webmaster",
];

/// Finds every format in a text that has been read into `tokens`.
pub fn find(text: &str, tokens: &Tokens) -> Vec<Found> {
    let mut found = Vec::new();
    if tokens.has_digit {
        numbers(text, &mut found);
        addresses(text, &mut found);
    }
    if tokens.has_at {
        emails(text, &mut found);
    }
    credentials(text, &mut found);
    contact_list(text, &mut found);
    found
}

fn numbers(text: &str, found: &mut Vec<Found>) {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < 6 {
        return;
    }
    for hit in DIGIT_GROUPS.find_iter(text) {
        if touches_word(text, hit.start(), hit.end()) {
            continue;
        }
        let only: String = hit.as_str().chars().filter(char::is_ascii_digit).collect();
        let format = if is_ssn(hit.as_str(), &only, text, hit.start()) {
            Format::Ssn
        } else if is_card(&only) {
            Format::Card
        } else if is_routing_number(&only, text, hit.start()) {
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
    for (pattern, format) in [(&PASSPORT, Format::Passport), (&LICENCE, Format::Licence)] {
        for hit in pattern.captures_iter(text).filter_map(|c| c.get(1)) {
            found.push(Found { format, start: hit.start(), end: hit.end() });
        }
    }
    for hit in PHONE.captures_iter(text) {
        let all = hit.get(0).expect("a match has a whole");
        let area = hit.get(1).or(hit.get(2)).map_or("", |m| m.as_str());
        let taken = found.iter().any(|f| f.start < all.end() && all.start() < f.end);
        if !taken && !touches_word(text, all.start(), all.end()) && !TOLL_FREE.contains(&area) {
            found.push(Found { format: Format::Phone, start: all.start(), end: all.end() });
        }
    }
    for hit in BIRTH_DATE.captures_iter(text).filter_map(|c| c.get(1)) {
        found.push(Found { format: Format::BirthDate, start: hit.start(), end: hit.end() });
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
    let groups: Vec<usize> = written.split([' ', '-', '.']).map(str::len).collect();
    let shaped = groups == [3, 2, 4];
    let said = said_before(
        text,
        start,
        &["ssn", "social security", "social is", "seguro social", "social #", "soc sec"],
    );
    issued && (shaped || (said && groups.len() == 1))
}

/// A payment card: a known issuer's prefix and length, and the Luhn checksum
/// (ISO/IEC 7812-1).
fn is_card(digits: &str) -> bool {
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
    let mut from = at.saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text[from..at].to_lowercase();
    words.iter().any(|word| before.contains(word))
}

fn emails(text: &str, found: &mut Vec<Found>) {
    for hit in EMAIL.find_iter(text) {
        let Some((mailbox, host)) = hit.as_str().rsplit_once('@') else { continue };
        let host = host.to_ascii_lowercase();
        let public =
            [".gov", ".mil", ".us", ".edu"].iter().any(|end| host.ends_with(end)) || host.contains("cityof");
        let office = OFFICE_MAILBOXES.contains(&mailbox.to_ascii_lowercase().as_str());
        if !public && !office {
            found.push(Found { format: Format::Email, start: hit.start(), end: hit.end() });
        }
    }
}

fn credentials(text: &str, found: &mut Vec<Found>) {
    // Every token is one long word; an ordinary message has none.
    let longest = text.as_bytes().split(|b| matches!(b, b' ' | b'\n')).map(<[u8]>::len).max().unwrap_or(0);
    if longest >= 20 || KEY_BLOCK.find(text.as_bytes()).is_some() {
        for hit in TOKEN.find_iter(text) {
            found.push(Found { format: Format::Credential, start: hit.start(), end: hit.end() });
        }
    }
    let lower_case_hint = PASSWORD_HINTS.iter().any(|hint| hint.find(text.as_bytes()).is_some());
    if lower_case_hint && LOGIN.is_match(text) {
        for hit in PASSWORD.captures_iter(text).filter_map(|c| c.get(1)) {
            let word = hit.as_str().trim_end_matches(['.', ',', ')', '!', '?']);
            let mixed = word.chars().any(char::is_alphabetic)
                && word.chars().any(|c| c.is_ascii_digit())
                && !word.contains("://");
            if mixed {
                found.push(Found {
                    format: Format::Credential,
                    start: hit.start(),
                    end: hit.start() + word.len(),
                });
            }
        }
    }
}

fn addresses(text: &str, found: &mut Vec<Found>) {
    for pattern in [&STREET, &STREET_ES] {
        for hit in pattern.find_iter(text) {
            let (start, end) = (hit.start(), hit.end());
            found.push(Found { format: Format::StreetAddress, start, end });
            let sentence = sentence_around(text, start);
            let lives = LIVES.find(&text[sentence.0..start]).is_some()
                || text[end..sentence.1].to_lowercase().contains("is where");
            let mut near = start.saturating_sub(48).max(sentence.0);
            while !text.is_char_boundary(near) {
                near += 1;
            }
            if lives || NAME_BEFORE.is_match(&text[near..start]) {
                found.push(Found { format: Format::HomeAddress, start, end });
            }
        }
    }
}

fn sentence_around(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind(['\n', '!', '?']).map_or(0, |i| i + 1);
    let start = text[start..at].rfind(". ").map_or(start, |i| start + i + 2);
    let end = text[at..].find(['\n', '!', '?']).map_or(text.len(), |i| at + i);
    (start, end)
}

/// Three or more rows, each with somebody's telephone, e-mail or home.
fn contact_list(text: &str, found: &mut Vec<Found>) {
    let is_contact = |f: &Found| matches!(f.format, Format::Phone | Format::Email | Format::HomeAddress);
    if found.iter().filter(|f| is_contact(f)).count() < 3 {
        return;
    }
    let mut rows = 0;
    let (mut first, mut last) = (usize::MAX, 0);
    let mut line_start = 0;
    // Rows are lines; where everything stands on one line, what `;` or `|` parts.
    let on_one_line = !text.trim().contains('\n');
    let ends_row = |c: char| c == '\n' || (on_one_line && matches!(c, ';' | '|'));
    for line in text.split_inclusive(ends_row) {
        let line_end = line_start + line.len();
        let named = line.split_whitespace().any(|w| w.chars().next().is_some_and(char::is_uppercase));
        let hits = found.iter().filter(|f| is_contact(f) && f.start >= line_start && f.end <= line_end);
        let mut any = false;
        for hit in hits {
            any = true;
            first = first.min(hit.start);
            last = last.max(hit.end);
        }
        rows += usize::from(any && named);
        line_start = line_end;
    }
    if rows >= 3 {
        found.push(Found { format: Format::ContactList, start: first, end: last });
    }
}

/// A text with its secrets masked, and the way from offsets in the original
/// to offsets in the masked text.
#[derive(Debug)]
pub struct Masked {
    pub text: String,
    /// Of every masked stretch: where it stood, and where it stands now.
    moved: Vec<((usize, usize), (usize, usize))>,
}

/// Masks what is secret by its form: the last four digits of a number stay
/// (`•••-••-1120`), of a credential nothing.
pub fn mask(text: &str) -> Masked {
    mask_where(text, Format::is_secret)
}

/// Masks also how to reach or find a person: in the words of bystanders, which
/// nobody has to decide about.
pub fn mask_private(text: &str) -> Masked {
    mask_where(text, |_| true)
}

fn mask_where(text: &str, is_masked: fn(Format) -> bool) -> Masked {
    let mut tokens = Tokens::default();
    tokens.read(text);
    let mut secrets: Vec<Found> = find(text, &tokens).into_iter().filter(|f| is_masked(f.format)).collect();
    secrets.sort_by_key(|f| f.start);
    let mut masked = Masked { text: String::with_capacity(text.len()), moved: Vec::new() };
    let mut cursor = 0;
    for secret in secrets {
        if secret.start < cursor {
            continue;
        }
        masked.text.push_str(&text[cursor..secret.start]);
        let from = masked.text.len();
        let shown = secret.format.shown();
        let letters = text[secret.start..secret.end].chars().filter(|c| c.is_alphanumeric()).count();
        let mut seen = 0;
        for letter in text[secret.start..secret.end].chars() {
            let counts = letter.is_alphanumeric() || secret.format == Format::Credential;
            if letter.is_alphanumeric() {
                seen += 1;
            }
            masked.text.push(if counts && seen + shown <= letters { '•' } else { letter });
        }
        masked.moved.push(((secret.start, secret.end), (from, masked.text.len())));
        cursor = secret.end;
    }
    masked.text.push_str(&text[cursor..]);
    masked
}

impl Masked {
    /// Where an offset of the original stands in the masked text. Inside a
    /// masked stretch, its beginning.
    pub fn offset(&self, original: usize) -> usize {
        let mut shift = 0isize;
        for &((was_start, was_end), (start, end)) in &self.moved {
            if original >= was_end {
                shift = end as isize - was_end as isize;
            } else if original > was_start {
                return start;
            } else {
                break;
            }
        }
        (original as isize + shift) as usize
    }

    /// A stretch of the original, as it stands in the masked text.
    pub fn span(&self, start: usize, end: usize) -> (usize, usize) {
        let to = self
            .moved
            .iter()
            .find(|((was_start, was_end), _)| end > *was_start && end < *was_end)
            .map_or_else(|| self.offset(end), |(_, (_, masked_end))| *masked_end);
        (self.offset(start), to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Format]) {
        let mut tokens = Tokens::default();
        tokens.read(text);
        let found: Vec<Format> = find(text, &tokens).iter().map(|f| f.format).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn private_numbers_prove_themselves() {
        check("my ssn is 078-05-1120", &[Format::Ssn]);
        check("social security number 078051120 ok", &[Format::Ssn]);
        check("card 4111 1111 1111 1111 exp 12/29", &[Format::Card]);
        check("routing 021000021", &[Format::BankAccount]);
        check("IBAN DE89 3704 0044 0532 0130 00", &[Format::BankAccount]);
        check("my token ghp_0123456789abcdefghijABCDEFGHIJ012345", &[Format::Credential]);
        check("user: bob password: hunter2go", &[Format::Credential]);
        check("passport number 123456789", &[Format::Passport]);
    }

    #[test]
    fn ordinary_numbers_are_left_alone() {
        check("pothole at lot 078-05-1120-33", &[]);
        check("permit 2026-0045 and case 4111111111111112", &[]);
        check("invalid 000-12-3456 and 666-12-3456 and 912-12-3456", &[]);
        check("the budget is $4,111,111,111,111,111", &[]);
        check("call 1-800-555-0199 or 311", &[]);
        check("password must have 8 characters", &[]);
        check("my password is not working since the account update 2026", &[]);
        check("write to clerk@monroemi.gov or press@city.example", &[]);
    }

    #[test]
    fn addresses_and_contacts() {
        check("pothole at 123 Elm St", &[Format::StreetAddress]);
        check("he lives at 123 Elm St", &[Format::StreetAddress, Format::HomeAddress]);
        check("Dana Whitlow, 44 Oak Avenue", &[Format::StreetAddress, Format::HomeAddress]);
        check("my cell is 734-555-0142", &[Format::Phone]);
        check("dob: 04/12/1988", &[Format::BirthDate]);
        check(
            "Ann Lee 734-555-0142\nBo Ruiz 734-555-0143\nCy Dunn 734-555-0144",
            &[Format::Phone, Format::Phone, Format::Phone, Format::ContactList],
        );
    }

    #[test]
    fn masks_keep_the_last_four() {
        let text = "ssn 078-05-1120 ok";
        let masked = mask(text);
        assert_eq!(masked.text, "ssn •••-••-1120 ok");
        let (start, end) = masked.span(4, 15);
        assert_eq!(&masked.text[start..end], "•••-••-1120");
        let (start, end) = masked.span(16, 18);
        assert_eq!(&masked.text[start..end], "ok");
        assert_eq!(mask("tok ghp_0123456789abcdefghijABCDEFGHIJ012345").text.matches('•').count(), 40);
    }

    #[test]
    fn how_to_find_a_person_is_masked_for_bystanders_only() {
        let text = "Dave Miller lives at 12 Oak Street, call 734-555-0182 or dave@miller.example";
        assert_eq!(mask(text).text, text);
        let masked = mask_private(text).text;
        for private in ["12", "Oak", "734-555", "dave", "miller"] {
            assert!(!masked.contains(private), "{masked}");
        }
        assert!(masked.starts_with("Dave Miller lives at ") && masked.contains("-0182"), "{masked}");
    }
}

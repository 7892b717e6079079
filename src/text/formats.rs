//! Numbers and strings that prove themselves by their form.
//!
//! A format finding may take a message down without a person, so each is
//! narrow: a checksum, valid ranges, or a word beside it that says what it is.
//! Case, permit and lot numbers, prices, times and published office numbers
//! are not private data.
//!
//! What each looks like is told by subject in the files below this one;
//! whether it matters is for the rules.

/// A pattern of ours, compiled when it is first asked for.
macro_rules! pattern {
    ($name:ident, $source:expr) => {
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($source).expect("a pattern of ours compiles"));
    };
}

mod contacts;
mod credentials;
mod mask;
mod numbers;
mod spelled;

use super::tokens::Tokens;
use crate::domain::decision::words;

pub use mask::{Masked, mask, mask_bystander, mask_secrets};

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
    /// Whether it is of no use to anybody but its owner and thieves.
    pub fn is_secret(self) -> bool {
        use Format::*;
        matches!(self, Ssn | Card | BankAccount | Credential | Passport | Licence)
    }

    /// Whether it is masked wherever a message is shown. A street and number
    /// alone is a place, such as a pothole has; of a list of contacts, each is
    /// private by itself.
    pub fn is_private(self) -> bool {
        !matches!(self, Format::StreetAddress | Format::ContactList)
    }
}

/// A format, found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub format: Format,
    pub start: usize,
    pub end: usize,
}
/// Finds every format in a text that has been read into `tokens`.
pub fn find(text: &str, tokens: &Tokens) -> Vec<Found> {
    let mut found = Vec::new();
    if tokens.has_digit {
        numbers::find(text, tokens, &mut found);
        if tokens.words().any(contacts::names_street) {
            contacts::addresses(text, &mut found);
        }
    }
    if tokens.has_at {
        contacts::emails(text, &mut found);
    }
    let hints = Hints::of(tokens);
    if hints.says_dot {
        contacts::emails_said(text, &mut found);
    }
    if hints.may_spell_number() {
        spelled::find(text, tokens, &mut found);
    }
    credentials::find(text, tokens, hints.names_password, &mut found);
    contacts::list(text, &mut found);
    found
}

/// What was found before a search that goes from left to right, to be asked
/// whether something of it stands in the way.
struct Taken {
    places: Vec<(usize, usize)>,
    next: usize,
    /// How far those reach that begin before what was asked last.
    reach: usize,
}

impl Taken {
    fn of(found: &[Found]) -> Taken {
        let mut places: Vec<(usize, usize)> = found.iter().map(|f| (f.start, f.end)).collect();
        places.sort_unstable();
        Taken { places, next: 0, reach: 0 }
    }

    /// Whether anything overlaps; to be asked in the order of the text.
    fn overlaps(&mut self, start: usize, end: usize) -> bool {
        while let Some(place) = self.places.get(self.next).filter(|place| place.0 < end) {
            self.reach = self.reach.max(place.1);
            self.next += 1;
        }
        self.reach > start
    }
}

/// What some word of a text hints at: the search itself is seldom worth it.
#[derive(Default)]
struct Hints {
    /// It may spell out an address.
    says_dot: bool,
    /// It may name a password.
    names_password: bool,
    /// How many words may be digits.
    digits: usize,
    /// Some word may be many digits in one, or has letters among digits.
    runs_together: bool,
}

/// What most words are told apart by, before the whole of them is compared:
/// which letters stand second in a hint, by the first.
const SECOND: [u32; 26] = {
    const PAIRS: [&str; 26] = [
        "", "", "aeiou", "io", "il", "io", "", "", "", "", "", "", "", "iou", "chno", "aouw", "u", "", "ei",
        "ehrw", "n", "e", "", "", "", "e",
    ];
    let mut letters = [0; 26];
    let mut first = 0;
    while first < 26 {
        let seconds = PAIRS[first].as_bytes();
        let mut at = 0;
        while at < seconds.len() {
            letters[first] |= 1 << (seconds[at] - b'a');
            at += 1;
        }
        first += 1;
    }
    letters
};

/// Whether a word may hint at anything.
fn may_hint(word: &[u8]) -> bool {
    match word {
        [first @ b'a'..=b'z', second @ b'a'..=b'z', ..] => {
            word.len() > 8 || SECOND[usize::from(first - b'a')] >> (second - b'a') & 1 == 1
        }
        [b'a'..=b'n' | b'p'..=b'z'] => false,
        _ => true,
    }
}

impl Hints {
    fn of(tokens: &Tokens) -> Hints {
        let mut hints = Hints::default();
        for token in &tokens.tokens {
            let word = tokens.word(token);
            if !may_hint(word.as_bytes()) {
                continue;
            }
            hints.says_dot |= matches!(word, "dot" | "punto" | "point");
            hints.names_password |= credentials::names_password(word);
            if spelled::may_be_digits(word) {
                hints.digits += 1;
                hints.runs_together |= token.odd || word.len() > spelled::LONGEST_SAID;
            }
        }
        hints
    }

    /// A number of seven digits or more is spelt in three words at least: two
    /// digits a word, three times the same.
    fn may_spell_number(&self) -> bool {
        self.digits >= 3 || self.runs_together
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
        check("my kid's birthday is 2014-05-01", &[Format::BirthDate]);
        check("seven three four five five five oh one two two", &[Format::Phone]);
        check("text s3ven-one-s3ven five-fifty-five o-one-thr33-s3ven", &[Format::Phone]);
        check("nine one nine, triple five, oh one eleven", &[Format::Phone]);
        check("siete tres cuatro cinco cinco cinco cero uno dos dos", &[Format::Phone]);
        check("call me at fivefivefive-zeroone-sixsix", &[Format::Phone]);
        check("call me 7345550142", &[Format::Phone]);
        check("my cell is 555-0142", &[Format::Phone]);
        check("hit my cell 5O3 555 O1O6", &[Format::Phone]);
        check("tpark_84 at gmail dot com", &[Format::Email]);
        check("escribeme a rosa.diaz arroba correo punto com", &[Format::Email]);
        check("write to info at cityhall dot org", &[]);
        check("one two three four, I declare a thumb war", &[]);
        check("case number 7345550142", &[]);
        check("seven to nine, two lanes open, four closed, five crews", &[]);
        check(
            "Ann Lee 734-555-0142\nBo Ruiz 734-555-0143\nCy Dunn 734-555-0144",
            &[Format::Phone, Format::Phone, Format::Phone, Format::ContactList],
        );
    }
}

//! Where somebody can be reached: mailboxes, homes, and lists of both.
//!
//! An office's mailbox and a street where something is broken are no private
//! data; who lives there is said beside it, or it is no home.

use super::{Format, Found};

pattern!(
    EMAIL,
    r"(?-u:\b)[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}\.[A-Za-z]{2,24}(?-u:\b)"
);
// A mailbox as it is said: `dan (at) mailbox dot example`.
pattern!(
    EMAIL_SAID,
    r"(?i)(?-u:\b)([a-z0-9][a-z0-9._%+-]{1,63}) ?(?:\(at\)|\[at\]|\{at\}| at | arroba | AT |@) ?([a-z0-9][a-z0-9-]{1,40}) ?(?:\(dot\)|\[dot\]|\{dot\}| dot | punto | point ) ?(com|net|org|edu|io|co|me|mx|us|example|email|mail)(?-u:\b)"
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
pattern!(NAME_BEFORE, r"(?-u:\b)[A-Z][a-z]{1,15} (?:[A-Z]\. )?[A-Z][a-z]{1,20}(?:,|:| -| –)? ?$");

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

pub fn emails(text: &str, found: &mut Vec<Found>) {
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

/// Mailboxes that are spelt out, so that no machine may find them.
pub fn emails_said(text: &str, found: &mut Vec<Found>) {
    for hit in EMAIL_SAID.captures_iter(text) {
        let (Some(all), Some(mailbox)) = (hit.get(0), hit.get(1)) else { continue };
        if !OFFICE_MAILBOXES.contains(&mailbox.as_str().to_ascii_lowercase().as_str()) {
            found.push(Found { format: Format::Email, start: all.start(), end: all.end() });
        }
    }
}

/// Whether a folded word is what a street is called in an address.
pub fn names_street(word: &str) -> bool {
    let end = word.find('\'').unwrap_or(word.len());
    #[rustfmt::skip]
    let is_one = matches!(
        &word[..end],
        "street" | "st" | "avenue" | "ave" | "road" | "rd" | "lane" | "ln" | "drive" | "dr" | "boulevard"
            | "blvd" | "court" | "ct" | "place" | "pl" | "way" | "terrace" | "ter" | "circle" | "cir"
            | "highway" | "hwy" | "parkway" | "pkwy" | "calle" | "avenida" | "av"
    );
    is_one
}

pub fn addresses(text: &str, found: &mut Vec<Found>) {
    for pattern in [&STREET, &STREET_ES] {
        for hit in pattern.find_iter(text) {
            let (start, end) = (hit.start(), hit.end());
            found.push(Found { format: Format::StreetAddress, start, end });
            let sentence = sentence_around(text, start);
            let lives = LIVES.find(&text[sentence.0..start]).is_some()
                || text[end..sentence.1.max(end)].to_lowercase().contains("is where");
            let near = text.ceil_char_boundary(start.saturating_sub(48).max(sentence.0));
            if lives || NAME_BEFORE.is_match(&text[near..start]) {
                found.push(Found { format: Format::HomeAddress, start, end });
            }
        }
    }
}

/// The sentence around a place, and no more than [`REACH`] bytes to either side.
fn sentence_around(text: &str, at: usize) -> (usize, usize) {
    const REACH: usize = 512;
    let floor = text.ceil_char_boundary(at.saturating_sub(REACH));
    let ceiling = text.floor_char_boundary(at + REACH);
    let start = text[floor..at].rfind(['\n', '!', '?']).map_or(floor, |i| floor + i + 1);
    let start = text[start..at].rfind(". ").map_or(start, |i| start + i + 2);
    let end = text[at..ceiling].find(['\n', '!', '?']).map_or(ceiling, |i| at + i);
    (start, end)
}

/// Three or more rows, each with somebody's telephone, e-mail or home.
pub fn list(text: &str, found: &mut Vec<Found>) {
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
    let mut contacts: Vec<Found> = found.iter().copied().filter(is_contact).collect();
    contacts.sort_by_key(|f| f.start);
    let mut next = 0;
    for line in text.split_inclusive(ends_row) {
        let line_end = line_start + line.len();
        let named = line.split_whitespace().any(|w| w.chars().next().is_some_and(char::is_uppercase));
        let mut any = false;
        while let Some(hit) = contacts.get(next).filter(|f| f.start < line_end) {
            next += 1;
            if hit.end > line_end {
                continue;
            }
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

//! Masking: what is secret by its form is not shown to anybody who does not
//! need it, and what was found can still be pointed at.

use super::{Format, Found, find};
use crate::text::tokens::Tokens;

/// A text with its secrets masked, and the way from offsets in the original
/// to offsets in the masked text.
#[derive(Debug, Default)]
pub struct Masked {
    pub text: String,
    /// Of every masked stretch: where it stood, and where it stands now.
    moved: Vec<((usize, usize), (usize, usize))>,
}

/// Masks what is secret by its form and how to reach or find a person: the
/// last four digits of a number stay (`•••-••-1120`), of the rest nothing.
pub fn mask(text: &str) -> Masked {
    mask_where(text, Format::is_private)
}

/// Masks only what is secret: in what somebody wrote to the City itself, where
/// an answer has to reach them.
pub fn mask_secrets(text: &str) -> Masked {
    mask_where(text, Format::is_secret)
}

/// Masks every place and name list too: in the words of bystanders, which
/// nobody has to decide about.
pub fn mask_bystander(text: &str) -> Masked {
    mask_where(text, |_| true)
}

fn mask_where(text: &str, is_masked: fn(Format) -> bool) -> Masked {
    let mut tokens = Tokens::default();
    tokens.read(text);
    let mut secrets: Vec<Found> = find(text, &tokens).into_iter().filter(|f| is_masked(f.format)).collect();
    secrets.sort_by_key(|f| (f.start, std::cmp::Reverse(f.end)));
    // What reaches over the end of another is one stretch with it, of which
    // nothing stays.
    secrets.dedup_by(|later, earlier| {
        let overlaps = later.start < earlier.end;
        if overlaps && later.end > earlier.end {
            *earlier = Found { format: Format::Credential, end: later.end, ..*earlier };
        }
        overlaps
    });
    let mut masked = Masked { text: String::with_capacity(text.len()), moved: Vec::new() };
    let mut cursor = 0;
    for secret in secrets {
        masked.text.push_str(&text[cursor..secret.start]);
        let from = masked.text.len();
        let shown = left(secret.format);
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

/// How many of its last letters and digits stay: enough to tell two numbers
/// apart, and of what is no number none.
fn left(format: Format) -> usize {
    use Format::*;
    match format {
        Ssn | Card | BankAccount | Passport | Licence | Phone => 4,
        Credential | Email | BirthDate | HomeAddress | StreetAddress | ContactList => 0,
    }
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

    #[test]
    fn masks_keep_the_last_four() {
        let text = "ssn 078-05-1120 ok";
        let masked = mask(text);
        assert_eq!(masked.text, "ssn •••-••-1120 ok");
        let overlapping = mask("user: bob password: joe@mail.com!7xSecret").text;
        assert!(!overlapping.contains("Secret") && !overlapping.contains("7x"), "{overlapping}");
        let (start, end) = masked.span(4, 15);
        assert_eq!(&masked.text[start..end], "•••-••-1120");
        let (start, end) = masked.span(16, 18);
        assert_eq!(&masked.text[start..end], "ok");
        assert_eq!(mask("tok ghp_0123456789abcdefghijABCDEFGHIJ012345").text.matches('•').count(), 40);
    }

    #[test]
    fn how_to_find_a_person_is_masked_except_in_what_they_wrote_to_the_city() {
        let text = "Dave Miller lives at 12 Oak Street, call 734-555-0182 or dave@miller.example";
        assert_eq!(mask_secrets(text).text, text);
        let masked = mask(text).text;
        for private in ["12", "Oak", "734-555", "dave", "miller"] {
            assert!(!masked.contains(private), "{masked}");
        }
        assert!(masked.starts_with("Dave Miller lives at ") && masked.contains("-0182"), "{masked}");
    }
}

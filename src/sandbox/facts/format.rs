//! The three formats that Discord gives to strings.
//!
//! Loose where Discord is: a URI is anything with a scheme, for what an address
//! may look like is for those who follow it.

/// How a string is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Free,
    Snowflake,
    DateTime,
    Uri,
}

impl Format {
    /// Whether `text` is written so.
    pub(super) fn holds(self, text: &str) -> bool {
        match self {
            Format::Free => true,
            Format::Snowflake => is_snowflake(text),
            Format::DateTime => is_date_time(text),
            Format::Uri => is_uri(text),
        }
    }

    /// What a string in this format is, with its article.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Format::Free => "a string",
            Format::Snowflake => "a snowflake",
            Format::DateTime => "a date and time",
            Format::Uri => "a URI",
        }
    }
}

/// Digits without a leading zero that fit 64 bits.
fn is_snowflake(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
        && text.parse::<u64>().is_ok()
}

/// RFC 3339: `2026-01-05T09:30:00.123456+00:00`.
fn is_date_time(text: &str) -> bool {
    let number = |at: usize, digits: usize, least: u32, most: u32| {
        text.get(at..at + digits)
            .filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|part| part.parse().ok())
            .is_some_and(|number| (least..=most).contains(&number))
    };
    let mark = |at: usize, marks: &[u8]| {
        let byte = text.as_bytes().get(at);
        byte.is_some_and(|byte| marks.contains(byte))
    };
    let date =
        number(0, 4, 0, 9999) && mark(4, b"-") && number(5, 2, 1, 12) && mark(7, b"-") && number(8, 2, 1, 31);
    let time = mark(10, b"Tt")
        && number(11, 2, 0, 23)
        && mark(13, b":")
        && number(14, 2, 0, 59)
        && mark(16, b":")
        && number(17, 2, 0, 60);
    if !date || !time {
        return false;
    }
    let mut zone = 19;
    if mark(zone, b".") {
        let digits = text.bytes().skip(zone + 1);
        let digits = digits.take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        zone += 1 + digits;
    }
    if mark(zone, b"Zz") {
        return text.len() == zone + 1;
    }
    mark(zone, b"+-")
        && number(zone + 1, 2, 0, 23)
        && mark(zone + 3, b":")
        && number(zone + 4, 2, 0, 59)
        && text.len() == zone + 6
}

/// A scheme, a colon and something after it, without white space.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !text.chars().any(|one| one.is_whitespace() || one.is_control())
}

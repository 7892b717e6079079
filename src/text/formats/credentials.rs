//! Keys, tokens and passwords: what opens something for whoever reads it.
//!
//! A word that is merely called a password is none: it has to look like one.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Format, Found};
use crate::text::tokens::Tokens;

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

static KEY_BLOCK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("-----BEGIN"));

/// Whether a folded word says that a password follows.
pub fn names_password(word: &str) -> bool {
    // Most words are none of these by how they begin and how long they are.
    match word.as_bytes() {
        [b'p', b'a' | b'w', ..] | [b'c', b'o', b'n', b't', ..] => {}
        long if long.len() > 8 => {}
        _ => return false,
    }
    ["password", "passwd", "passcode", "pwd", "contraseña"].iter().any(|name| word.contains(name))
}

/// `hinted`: whether the text may name a password at all.
pub fn find(text: &str, tokens: &Tokens, hinted: bool, found: &mut Vec<Found>) {
    // Every token is one long word; an ordinary message has none.
    if tokens.longest >= 20 || KEY_BLOCK.find(text.as_bytes()).is_some() {
        for hit in TOKEN.find_iter(text) {
            found.push(Found { format: Format::Credential, start: hit.start(), end: hit.end() });
        }
    }
    if hinted && LOGIN.is_match(text) {
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

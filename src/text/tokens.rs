//! Words, sentences and quotations.
//!
//! A word is a run of letters and digits with the apostrophes inside it. It is
//! folded for comparison only: lower case, without accents (but `ñ` is a letter
//! of its own), a curly apostrophe made straight. Links, mentions and custom
//! emoji are recognised here, so that `https://x.example/kill-you` is one link
//! and not three words.

use super::quotes::Quotes;

/// A word in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// Byte offsets in the original.
    pub start: usize,
    pub end: usize,
    /// Byte offsets in [`Tokens::folded`].
    pub folded_start: usize,
    pub folded_end: usize,
    /// Which sentence, counted from 0 within the text.
    pub sentence: u32,
    /// Stands inside quotation marks or on a quote line.
    pub quoted: bool,
    /// Is written as a word hardly ever is: letters among digits, a letter
    /// three times, letters of strange forms.
    pub odd: bool,
    /// Was read out of a disguise.
    pub disguise: Disguise,
}

/// How plainly a word stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disguise {
    /// As it is spelt.
    #[default]
    None,
    /// Disguised, and no reader is in doubt.
    Thin,
    /// It takes some guessing: nothing more than a review may rest on it.
    Thick,
}

/// A text, read.
#[derive(Debug, Default)]
pub struct Tokens {
    pub tokens: Vec<Token>,
    /// The text in lower case, and behind it what is folded otherwise.
    pub folded: String,
    /// Byte offsets of links as they were typed.
    pub links: Vec<(usize, usize)>,
    /// How many sentences there are, at least 1.
    pub sentences: u32,
    pub has_digit: bool,
    pub has_at: bool,
    /// A full stop stands inside a word, as in the name of a host.
    pub has_inner_dot: bool,
    pub has_question: bool,
    /// Mentions a member.
    pub has_mention: bool,
    pub has_dollar: bool,
    /// Two exclamation marks stand in a row.
    pub exclaims: bool,
    /// Something may be in disguise: a word written oddly, two with no space
    /// between them or of one letter each, a sign that passes for a letter.
    pub is_suspicious: bool,
    /// How long the longest stretch without white space is at most, in bytes.
    pub longest: usize,
    /// Pictograms, each with its byte offset.
    pub symbols: Vec<(usize, char)>,
    /// Byte offsets of what is shown from right to left against its script.
    pub reversals: Vec<(usize, usize)>,
}

/// What a byte may be in a word: a letter, a digit, or neither.
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let ascii = byte as u8;
        if ascii.is_ascii_alphabetic() {
            classes[byte] = LETTER;
        } else if ascii.is_ascii_digit() {
            classes[byte] = DIGIT;
        }
        byte += 1;
    }
    classes
};

/// A word as it was read: where its folded form stands, where it ends in the
/// text, and whether it is written oddly.
struct Read {
    folded: (usize, usize),
    end: usize,
    odd: bool,
}

impl Tokens {
    /// Reads a text anew, keeping what memory there is.
    pub fn read(&mut self, text: &str) {
        self.clear();
        // The whole text in lower case: a word of plain letters is folded
        // where it stands, any other is folded behind it.
        self.folded.push_str(text);
        self.folded.make_ascii_lowercase();
        let drawn_out = has_three_in_a_row(self.folded.as_bytes());
        let quotes = Quotes::of(text);
        let mut stops = Stops::default();
        let bytes = text.as_bytes();
        let mut cursor = 0;
        let mut sentence = 0u32;
        let mut fresh = true; // nothing stands in this sentence yet
        let mut space = 0; // where the last white space ended
        while cursor < bytes.len() {
            let byte = bytes[cursor];
            if CLASSES[usize::from(byte)] == 0 && byte < 0x80 {
                cursor += 1;
                match byte {
                    b' ' => {
                        self.longest = self.longest.max(cursor - space);
                        space = cursor;
                    }
                    b'<' => {
                        if let Some(end) = discord_markup(text, cursor - 1) {
                            let next = bytes.get(cursor + 1);
                            self.has_mention |= bytes[cursor] == b'@' && next != Some(&b'&');
                            cursor = end;
                        }
                    }
                    b'\n' => {
                        self.longest = self.longest.max(cursor - space);
                        space = cursor;
                        if !fresh {
                            sentence += 1;
                            fresh = true;
                        }
                    }
                    b'.' | b'!' | b'?' => {
                        self.has_question |= byte == b'?';
                        self.exclaims |= byte == b'!' && bytes.get(cursor) == Some(&b'!');
                        self.has_inner_dot |= byte == b'.' && is_inside_word(bytes, cursor - 1);
                        if !fresh && stops.end_sentence(text, cursor) {
                            sentence += 1;
                            fresh = true;
                        }
                    }
                    b'@' => (self.has_at, self.is_suspicious) = (true, true),
                    b'$' => (self.has_dollar, self.is_suspicious) = (true, true),
                    b'|' | b'+' => self.is_suspicious = true,
                    _ => {}
                }
                continue;
            }
            if matches!(byte, b'h' | b'H' | b'w' | b'W')
                && bytes.get(cursor + 1).is_some_and(|next| matches!(next, b't' | b'T' | b'w' | b'W'))
                && let Some(end) = super::links::end_of_link(text, cursor)
            {
                self.links.push((cursor, end));
                fresh = false;
                cursor = end;
                continue;
            }
            let start = cursor;
            let word = match self.plain_word(text, cursor, drawn_out) {
                Some(word) => word,
                None => self.fold_word(text, cursor),
            };
            if word.end == start {
                // Not a letter after all: a symbol beyond ASCII.
                let symbol = self.symbol(text, cursor);
                cursor += symbol.len_utf8();
                if symbol == '…' && !fresh && stops.end_sentence(text, cursor) {
                    sentence += 1;
                    fresh = true;
                }
                continue;
            }
            cursor = word.end;
            fresh = false;
            if let Some(last) = self.tokens.last() {
                let is_single = |start: usize, end: usize| is_one_letter(&text[start..end]);
                self.is_suspicious |=
                    space <= last.end || (is_single(start, cursor) && is_single(last.start, last.end));
            }
            self.is_suspicious |= word.odd;
            self.tokens.push(Token {
                start,
                end: word.end,
                folded_start: word.folded.0,
                folded_end: word.folded.1,
                sentence,
                quoted: quotes.contains(start),
                odd: word.odd,
                disguise: Disguise::None,
            });
        }
        self.longest = self.longest.max(text.len() - space);
        self.sentences = sentence + 1;
    }

    /// Notes a symbol that is part of no word.
    fn symbol(&mut self, text: &str, at: usize) -> char {
        let symbol = text[at..].chars().next().unwrap_or(' ');
        let reversed = self.reversals.last().is_some_and(|(_, end)| *end > at);
        if symbol == '\u{202e}' && !reversed {
            let end = text[at..].find(['\u{202c}', '\n']).map_or(text.len(), |offset| at + offset);
            self.reversals.push((at, end));
        }
        if symbol >= '\u{203c}' && !super::letters::is_invisible(symbol) {
            self.symbols.push((at, symbol));
        }
        symbol
    }

    /// Reads a word of plain letters and digits, as nearly all are; `None` where
    /// it holds anything else. `drawn_out`: some letter of the text stands three
    /// times in a row.
    #[inline]
    fn plain_word(&mut self, text: &str, at: usize, drawn_out: bool) -> Option<Read> {
        let bytes = text.as_bytes();
        let (mut end, mut classes, mut odd) = (at, 0, false);
        loop {
            for byte in &bytes[end..] {
                let class = CLASSES[usize::from(*byte)];
                if class == 0 {
                    break;
                }
                classes |= class;
                end += 1;
            }
            match bytes.get(end) {
                Some(b'\'') if end > at => match bytes.get(end + 1) {
                    Some(next) if CLASSES[usize::from(*next)] != 0 => {
                        odd |= is_odd_apostrophe(&text[at..end], &text[end + 1..]);
                        end += 1;
                    }
                    Some(next) if *next >= 0x80 => return None,
                    _ => break,
                },
                Some(byte) if *byte >= 0x80 => return None,
                _ => break,
            }
        }
        self.has_digit |= classes & DIGIT != 0;
        odd |= classes == LETTER | DIGIT;
        if drawn_out {
            let mut three = self.folded.as_bytes()[at..end].windows(3);
            odd |= three.any(|w| w[0] == w[1] && w[1] == w[2] && !w[0].is_ascii_digit());
        }
        Some(Read { folded: (at, end), end, odd })
    }

    fn clear(&mut self) {
        self.tokens.clear();
        self.folded.clear();
        self.links.clear();
        self.sentences = 0;
        self.has_digit = false;
        self.has_at = false;
        self.has_inner_dot = false;
        self.has_question = false;
        self.has_mention = false;
        self.has_dollar = false;
        self.exclaims = false;
        self.is_suspicious = false;
        self.longest = 0;
        self.reversals.clear();
        self.symbols.clear();
    }

    /// The folded words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| self.word(token))
    }

    /// The folded form of a word.
    pub fn word(&self, token: &Token) -> &str {
        &self.folded[token.folded_start..token.folded_end]
    }

    /// Folds the word that begins at `at`, letter by letter; it ends where it
    /// begins where there is none.
    fn fold_word(&mut self, text: &str, at: usize) -> Read {
        let bytes = text.as_bytes();
        let folded_start = self.folded.len();
        let mut cursor = at;
        let (mut letters, mut digits, mut odd) = (false, false, false);
        let (mut last, mut run) = (0, 0);
        while cursor < bytes.len() {
            let byte = bytes[cursor];
            if byte.is_ascii_alphanumeric() {
                let lower = byte.to_ascii_lowercase();
                digits |= byte.is_ascii_digit();
                letters |= !byte.is_ascii_digit();
                run = if lower == last { run + 1 } else { 1 };
                odd |= run >= 3 && !byte.is_ascii_digit();
                last = lower;
                self.folded.push(lower as char);
                cursor += 1;
                continue;
            }
            last = 0;
            if byte == b'\'' {
                if cursor > at && next_is_word(&text[cursor + 1..]) {
                    odd |= is_odd_apostrophe(&text[at..cursor], &text[cursor + 1..]);
                    self.folded.push('\'');
                    cursor += 1;
                    continue;
                }
                break;
            }
            if byte < 0x80 {
                break;
            }
            let letter = text[cursor..].chars().next().unwrap_or(' ');
            let after = cursor + letter.len_utf8();
            if letter.is_alphanumeric() || is_letter_sign(letter, &text[after..], &text[at..cursor]) {
                odd |= fold_letter(letter, &mut self.folded);
                letters = true;
                cursor = after;
            } else if is_combining_mark(letter) && cursor > at {
                // A tilde on an n makes another letter; other marks fold away.
                if letter == '\u{303}' && self.folded.ends_with('n') {
                    self.folded.pop();
                    self.folded.push('ñ');
                } else {
                    // The accents of Spanish may stand apart from their letter.
                    odd |= letter != '\u{301}' && letter != '\u{308}';
                }
                cursor = after;
            } else if matches!(letter, '’' | 'ʼ') && cursor > at && next_is_word(&text[after..]) {
                self.folded.push('\'');
                cursor = after;
            } else {
                break;
            }
        }
        self.has_digit |= digits;
        Read { folded: (folded_start, self.folded.len()), end: cursor, odd: odd || (letters && digits) }
    }
}

/// Whether a sign stands inside a word: a letter follows, and a letter or digit
/// goes before.
fn is_inside_word(bytes: &[u8], at: usize) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    match (at.checked_sub(1).map(|before| bytes[before]), bytes.get(at + 1)) {
        (Some(before), Some(&after)) => (is_letter(before) || before.is_ascii_digit()) && is_letter(after),
        _ => false,
    }
}

/// Whether a word is one letter.
#[inline]
pub(super) fn is_one_letter(word: &str) -> bool {
    match word.len() {
        1 => true,
        2..=4 => word.chars().nth(1).is_none(),
        _ => false,
    }
}

/// Whether any byte stands three times in a row.
fn has_three_in_a_row(bytes: &[u8]) -> bool {
    let [_, second @ ..] = bytes else { return false };
    let [_, third @ ..] = second else { return false };
    // Without a way out early, so that many are compared at once.
    let same = bytes.iter().zip(second).zip(third).map(|((a, b), c)| u8::from(a == b) & u8::from(b == c));
    same.fold(0, |any, same| any | same) != 0
}

/// Whether a sign that Unicode takes for none is a letter to the eye: one in
/// brackets, or a regional indicator that stands alone (two are a flag).
fn is_letter_sign(letter: char, after: &str, before: &str) -> bool {
    let is_indicator = |c: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c);
    matches!(letter, '\u{249c}'..='\u{24b5}' | '\u{1f110}'..='\u{1f129}')
        || (is_indicator(letter) && before.is_empty() && !after.starts_with(is_indicator))
}

/// Whether an apostrophe stands where English and Spanish put none. `rest` is
/// what follows it.
fn is_odd_apostrophe(word: &str, rest: &str) -> bool {
    const AFTER: [&str; 12] = ["s", "t", "re", "ve", "ll", "d", "m", "em", "all", "am", "clock", "cause"];
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    let tail = &rest[..end];
    word.len() > 1 && !AFTER.iter().any(|known| tail.eq_ignore_ascii_case(known))
}

/// Folds a word on its own, as list entries are.
pub fn fold(text: &str) -> Vec<String> {
    let mut tokens = Tokens::default();
    tokens.read(text);
    tokens.tokens.iter().map(|token| tokens.word(token).to_owned()).collect()
}

fn next_is_word(rest: &str) -> bool {
    rest.chars().next().is_some_and(char::is_alphanumeric)
}

/// Tells of full stops whether they end a sentence.
#[derive(Default)]
struct Stops {
    /// No stop before this byte ends one: they stand in a row with one that did
    /// not.
    settled: usize,
}

impl Stops {
    /// Whether the sentence ends with the stop before `at`: there follows white
    /// space, the end, or a closing quotation mark or bracket before either.
    fn end_sentence(&mut self, text: &str, at: usize) -> bool {
        const CLOSING: [char; 12] = ['"', '”', '»', '\'', '’', ')', ']', '*', '_', '.', '!', '?'];
        if at < self.settled {
            return false;
        }
        match text[at..].find(|c| !CLOSING.contains(&c)) {
            Some(offset) if !text[at + offset..].starts_with(char::is_whitespace) => {
                self.settled = at + offset;
                false
            }
            _ => true,
        }
    }
}

fn is_combining_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// Lower case without accents. Only the accents of the languages at hand fold
/// away; what stands for another letter stays itself. Returns whether it is
/// none of the letters of those languages.
fn fold_letter(letter: char, to: &mut String) -> bool {
    let plain = match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'Á' | 'À' | 'Â' | 'Ä' | 'Ã' | 'Å' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'Í' | 'Ì' | 'Î' | 'Ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'Ó' | 'Ò' | 'Ô' | 'Ö' | 'Õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'Ú' | 'Ù' | 'Û' | 'Ü' => 'u',
        'ç' | 'Ç' => 'c',
        'Ñ' | 'ñ' => 'ñ',
        other => {
            to.extend(other.to_lowercase());
            return true;
        }
    };
    to.push(plain);
    false
}

/// The end of a mention, a custom emoji or a timestamp that begins at `at`
/// (Discord, *Message formatting*). An emoji's name is read as a word.
pub(super) fn discord_markup(text: &str, at: usize) -> Option<usize> {
    /// Longest markup worth looking for: an emoji name is at most 32 long.
    const LONGEST: usize = 64;
    let rest = &text.as_bytes()[at..];
    if !matches!(rest.get(1), Some(b'@' | b'#' | b':' | b't' | b'a' | b'/')) {
        return None;
    }
    let close = rest.iter().take(LONGEST).position(|&b| b == b'>')?;
    let inner = &rest[1..close];
    let is_id = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let known = match inner {
        [b'@', b'!' | b'&', id @ ..] | [b'@' | b'#', id @ ..] => is_id(id),
        [b't', b':', stamp @ ..] => {
            stamp.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-'))
        }
        [b'a', b':', ..] | [b':', ..] => {
            inner.rsplit(|&b| b == b':').next().is_some_and(is_id)
                && inner.iter().filter(|&&b| b == b':').count() >= 2
        }
        [b'/', ..] => inner.rsplit(|&b| b == b':').next().is_some_and(is_id),
        _ => false,
    };
    known.then_some(at + close + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn words(text: &str, expected: &[&str]) {
        let mut tokens = Tokens::default();
        tokens.read(text);
        let found: Vec<&str> = tokens.tokens.iter().map(|t| tokens.word(t)).collect();
        assert_eq!(found, expected, "{text}");
        for token in &tokens.tokens {
            assert!(text.get(token.start..token.end).is_some(), "{token:?} cuts a character of {text}");
        }
    }

    #[test]
    fn words_are_folded() {
        words("Don’t SHOUT, José!", &["don't", "shout", "jose"]);
        words("el año, el ano", &["el", "año", "el", "ano"]);
        words("an\u{303}o nuevo", &["año", "nuevo"]);
        words("e-mail o'clock 'quoted'", &["e", "mail", "o'clock", "quoted"]);
        words("", &[]);
        words("🙂 ok", &["ok"]);
    }

    #[test]
    fn links_and_mentions_are_no_words() {
        words("see https://x.example/kill-you now", &["see", "now"]);
        words("hi <@123> and <:wave:456> <t:1700000000:R> a <b", &["hi", "and", "a", "b"]);
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        let mut tokens = Tokens::default();
        tokens.read("At 7 p.m. we meet. Version 3.7 is fine! \"Really?\" Yes…\nok");
        let of = |word: &str| {
            tokens.tokens.iter().find(|t| tokens.word(t) == word).map(|t| t.sentence).expect(word)
        };
        assert_eq!(of("version"), of("fine"));
        assert_ne!(of("fine"), of("really"));
        assert_ne!(of("really"), of("yes"));
        assert_ne!(of("yes"), of("ok"));
    }
}

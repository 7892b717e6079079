//! Where somebody else's words are quoted: between quotation marks in pairs on
//! one line, and on lines that begin with `>` (Discord, *Markdown*: block
//! quotes; `>>>` quotes to the end).

/// Where a text quotes.
#[derive(Debug, Default)]
pub(super) struct Quotes(Vec<(usize, usize)>);

impl Quotes {
    pub(super) fn of(text: &str) -> Quotes {
        if memchr::memchr2(b'"', b'>', text.as_bytes()).is_none()
            && memchr::memchr2(0xe2, 0xc2, text.as_bytes()).is_none()
        {
            return Quotes(Vec::new());
        }
        let mut ranges = Vec::new();
        let mut line_start = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with(">>> ") {
                ranges.push((line_start, text.len()));
                break;
            }
            if line.starts_with("> ") {
                ranges.push((line_start, line_start + line.len()));
            } else {
                let mut open: Option<(usize, char)> = None;
                for (at, letter) in line.char_indices() {
                    let closes = match open {
                        Some((_, '"')) => letter == '"',
                        Some((_, '“')) => letter == '”',
                        Some((_, '«')) => letter == '»',
                        _ => false,
                    };
                    if closes {
                        if let Some((start, _)) = open.take() {
                            ranges.push((line_start + start, line_start + at));
                        }
                    } else if open.is_none() && matches!(letter, '"' | '“' | '«') {
                        open = Some((at, letter));
                    }
                }
            }
            line_start += line.len();
        }
        Quotes(ranges)
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        let begun = self.0.partition_point(|(start, _)| *start <= at);
        begun > 0 && at < self.0[begun - 1].1
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Tokens;

    #[test]
    fn quotations_are_marked() {
        let mut tokens = Tokens::default();
        tokens.read("he said \"kill them\" and left\n> old words\nnew \"open");
        let quoted: Vec<&str> = tokens.tokens.iter().filter(|t| t.quoted).map(|t| tokens.word(t)).collect();
        assert_eq!(quoted, ["kill", "them", "old", "words"]);
    }
}

//! The sentence that a clause prescribes: what staff are to say, to the
//! letter.
//!
//! Clauses give it in quotation marks, and from there it is quoted to people,
//! so that nobody is told a sentence that the City did not adopt. Which clause
//! is meant is not asked here.

/// The sentence that a clause gives in quotation marks; the longest, if there
/// are more. Quoted words that do not end as a sentence prescribe nothing.
pub fn prescribed(clause: &str) -> Option<&str> {
    let mut longest = "";
    let mut open = None;
    for (at, mark) in clause.char_indices() {
        match (open, mark) {
            (Some((from, closing)), mark) if mark == closing => {
                let quoted = clause[from..at].trim();
                let is_sentence = quoted.contains(char::is_whitespace) && quoted.ends_with(['.', '!', '?']);
                if is_sentence && quoted.len() > longest.len() {
                    longest = quoted;
                }
                open = None;
            }
            (None, '“') => open = Some((at + mark.len_utf8(), '”')),
            (None, '"') => open = Some((at + mark.len_utf8(), '"')),
            _ => {}
        }
    }
    Some(longest).filter(|sentence| !sentence.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(clause: &str, expected: &str) {
        assert_eq!(prescribed(clause).unwrap_or_default(), expected, "{clause}");
    }

    #[test]
    fn a_quoted_sentence_is_prescribed() {
        check("include the following: “The views\nare my own.” And sign.", "The views\nare my own.");
        check("say something such as \"these are mine.\"", "these are mine.");
        check("“No.” or “Not here, please.”", "Not here, please.");
    }

    #[test]
    fn quoted_words_are_none() {
        check("refrain from “friending” employees.", "");
        check("“City personnel” are employees.", "");
        check("an open “quotation that never ends.", "");
        check("nothing quoted.", "");
    }
}

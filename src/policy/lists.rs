//! The lists that are compiled into Gavel, and how a list file is read.
//!
//! A list holds one alternative a line, or several with commas between them, as
//! Discord's AutoMod shows its own; `#` starts a comment. A list may
//! include another one. What a deployment keeps beside its policy file is
//! handed in by whoever reads files.

use crate::domain::decision::words;

/// Gives the text of a list that is not compiled in, or says why it cannot.
pub type Files<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// No lists besides those compiled in.
pub fn no_files(name: &str) -> Result<String, String> {
    Err(format!("`{name}` cannot be read here: only `builtin:` lists are known"))
}

include!(concat!(env!("OUT_DIR"), "/builtin_lists.rs"));

/// The text of a compiled-in list.
pub fn builtin(name: &str) -> Option<&'static str> {
    BUILTIN.binary_search_by_key(&name, |(known, _)| known).ok().map(|at| BUILTIN[at].1)
}

/// The names of all compiled-in lists.
pub fn builtin_names() -> impl Iterator<Item = &'static str> + Clone {
    BUILTIN.iter().map(|(name, _)| *name)
}

/// The lines of a list that say something, whatever section they stand in.
pub fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(said).filter(|line| !line.is_empty())
}

/// The entries of a line.
fn parted(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// A line without its comment.
fn said(line: &str) -> &str {
    line.split('#').next().unwrap_or("").trim()
}

words! {
    /// How bad a word of a list is. A rule takes the words of its severity and
    /// worse; one that takes messages down only those that are unambiguous.
    Severity {
        Mild = "mild",
        Strong = "strong",
        Unambiguous = "unambiguous",
    }
}

/// A list, read: its entries by severity, what is excluded, and its examples.
#[derive(Debug, Default, PartialEq)]
pub struct List<'t> {
    /// What stands before any section has no severity.
    pub entries: Vec<(Option<Severity>, &'t str)>,
    /// Phrases in which an entry does not count.
    pub except: Vec<&'t str>,
    pub hits: Vec<&'t str>,
    pub misses: Vec<&'t str>,
    /// Sections that there are not.
    pub unknown: Vec<&'t str>,
}

impl<'t> List<'t> {
    /// Reads a list. An example is a whole line, `#` and all.
    pub fn read(text: &'t str) -> List<'t> {
        #[derive(Clone, Copy)]
        enum Section {
            Of(Option<Severity>),
            Except,
            Hits,
            Misses,
        }
        let mut list = List::default();
        let mut section = Section::Of(None);
        for line in text.lines() {
            let bare = said(line);
            if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = match name.trim() {
                    "except" => Section::Except,
                    "match" => Section::Hits,
                    "no-match" => Section::Misses,
                    name => match Severity::parse(name) {
                        Some(severity) => Section::Of(Some(severity)),
                        None => {
                            list.unknown.push(bare);
                            continue;
                        }
                    },
                };
                continue;
            }
            match section {
                _ if bare.is_empty() => {}
                Section::Of(severity) => list.entries.extend(parted(bare).map(|entry| (severity, entry))),
                Section::Except => list.except.extend(parted(bare)),
                Section::Hits => list.hits.push(line.trim()),
                Section::Misses => list.misses.push(line.trim()),
            }
        }
        list
    }
}

/// The forms that an English word also takes: nobody wrote them down, so that
/// they are a guess.
pub fn english_forms(word: &str) -> Vec<String> {
    let is_form = ["s", "ed", "ing", "ers", "er", "y", "in"].iter().any(|ending| word.ends_with(ending));
    if word.len() < 4 || is_form && !word.ends_with("ss") || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    let stem = word.strip_suffix('e').unwrap_or(word);
    let plural =
        if ["s", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending)) { "es" } else { "s" };
    vec![
        format!("{word}{plural}"),
        format!("{stem}ed"),
        format!("{stem}ing"),
        format!("{stem}er"),
        format!("{stem}ers"),
    ]
}

/// The same of a Spanish one: number and gender.
pub fn spanish_forms(word: &str) -> Vec<String> {
    if word.len() < 4 {
        return Vec::new();
    }
    match (word.strip_suffix('o'), word.strip_suffix('a')) {
        (Some(stem), _) => ["os", "a", "as"].iter().map(|ending| format!("{stem}{ending}")).collect(),
        (_, Some(stem)) => ["as", "o", "os"].iter().map(|ending| format!("{stem}{ending}")).collect(),
        _ if word.ends_with('e') => vec![format!("{word}s")],
        _ if word.ends_with(['l', 'n', 'r', 'd', 'z']) => vec![format!("{word}es")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_sections() {
        let list = List::read(
            "plain\n[strong] # sharp\ncat*, *dog, big bird,\n[except]\ncat food, top dog\n[match]\nA #1 cat, no\n[no-match]\ndog\n[nope]\nx",
        );
        let strong = |entry| (Some(Severity::Strong), entry);
        assert_eq!(list.entries, [(None, "plain"), strong("cat*"), strong("*dog"), strong("big bird")]);
        assert_eq!((list.except, list.hits), (vec!["cat food", "top dog"], vec!["A #1 cat, no"]));
        assert_eq!((list.misses, list.unknown), (vec!["dog", "x"], vec!["[nope]"]));
    }

    #[test]
    fn forms_are_generated() {
        assert!(english_forms("loser").is_empty(), "a form itself");
        assert_eq!(english_forms("jerkface")[..3], ["jerkfaces", "jerkfaced", "jerkfacing"]);
        assert_eq!(spanish_forms("menso"), ["mensos", "mensa", "mensas"]);
    }
}

//! Reading a TOML file so that everything wrong with it is found at once.
//!
//! serde stops at the first error and cannot tell where a later check failed.
//! Here a table gives up its known keys one by one, each with its place in the
//! file; what is left over is unknown and reported, with the key it was
//! probably meant to be.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, nearest};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    pub value: T,
    pub at: Range<usize>,
}

impl<T> At<T> {
    pub fn new(value: T, at: Range<usize>) -> At<T> {
        At { value, at }
    }
}

/// Collects what is wrong with one file.
#[derive(Debug)]
pub struct Problems {
    file: String,
    list: Vec<Problem>,
}

impl Problems {
    pub fn new(file: &str) -> Problems {
        Problems { file: file.to_owned(), list: Vec::new() }
    }

    pub fn add(&mut self, at: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        self.list.push(Problem {
            file: self.file.clone(),
            at: at.clone(),
            what: what.into(),
            hint: hint.into(),
        });
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Reads something; also tells whether anything was wrong with it, so that
    /// what only follows from that is not reported as well.
    pub fn noting<T>(&mut self, read: impl FnOnce(&mut Problems) -> T) -> (T, bool) {
        let before = self.list.len();
        let value = read(self);
        (value, self.list.len() > before)
    }

    /// All problems, in the order of the file.
    pub fn into_list(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|p| p.at.start);
        self.list
    }
}

/// Parses a file, reporting every syntax error.
pub fn parse<'s>(source: &'s str, problems: &mut Problems) -> Spanned<DeTable<'s>> {
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in errors {
        let at = error.span().unwrap_or(0..0);
        problems.add(&at, error.message().to_owned(), SYNTAX_HINT);
    }
    table
}

/// What is said beside every syntax error, and by which one is known.
const SYNTAX_HINT: &str = "see https://toml.io for how this is written";

/// Whether something is no TOML, rather than not what we want.
pub fn is_syntax(problem: &Problem) -> bool {
    problem.hint == SYNTAX_HINT
}

/// A table whose known keys are taken one by one.
pub struct Table<'a, 's> {
    what: String,
    table: &'a DeTable<'s>,
    pub at: Range<usize>,
    known: BTreeSet<&'static str>,
}

impl<'a, 's> Table<'a, 's> {
    /// `what` names the table in messages, for example ``rule `spam` ``.
    pub fn new(what: impl Into<String>, table: &'a Spanned<DeTable<'s>>) -> Table<'a, 's> {
        Table { what: what.into(), table: table.get_ref(), at: table.span(), known: BTreeSet::new() }
    }

    fn of(what: String, table: &'a DeTable<'s>, at: Range<usize>) -> Table<'a, 's> {
        Table { what, table, at, known: BTreeSet::new() }
    }

    /// Calls the table by another name from here on.
    pub fn call(&mut self, what: impl Into<String>) {
        self.what = what.into();
    }

    fn take(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'s>>> {
        self.known.insert(key);
        self.table.get(key)
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'s>>, wanted: &str, problems: &mut Problems) {
        let what = format!(
            "`{key}` of {} is {}, and should be {wanted}",
            self.what,
            article(value.get_ref().type_str())
        );
        problems.add(&value.span(), what, format!("write {wanted}"));
    }

    /// A string, if it is there.
    pub fn string(&mut self, key: &'static str, problems: &mut Problems) -> Option<At<String>> {
        let value = self.take(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(At::new(text.to_owned(), value.span())),
            None => {
                self.wrong(key, value, "a string in quotation marks", problems);
                None
            }
        }
    }

    /// A string that has to be there.
    pub fn required(&mut self, key: &'static str, problems: &mut Problems) -> At<String> {
        if !self.table.contains_key(key) {
            self.known.insert(key);
            problems.add(&self.at, format!("{} has no `{key}`", self.what), format!("add `{key} = \"…\"`"));
        }
        let at = self.at.clone();
        self.string(key, problems).unwrap_or(At::new(String::new(), at))
    }

    /// A string that has to be there and to say something.
    pub fn said(&mut self, key: &'static str, problems: &mut Problems) -> At<String> {
        let text = self.required(key, problems);
        if text.value.trim().is_empty() && self.table.contains_key(key) && self.place(key) == text.at {
            problems.add(&text.at, format!("`{key}` says nothing"), format!("write `{key} = \"…\"`"));
        }
        text
    }

    /// One of a fixed set of words.
    pub fn word<T: Copy>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        allowed: &[&str],
        problems: &mut Problems,
    ) -> Option<At<T>> {
        let text = self.string(key, problems)?;
        match parse(&text.value) {
            Some(value) => Some(At::new(value, text.at)),
            None => {
                not_a_word(key, &self.what, &text, allowed, problems);
                None
            }
        }
    }

    /// A list of words out of a fixed set; left out, `None`.
    pub fn words<T: Copy>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        allowed: &[&str],
        problems: &mut Problems,
    ) -> Option<Vec<T>> {
        let list = self.strings(key, problems)?;
        let mut words = Vec::new();
        for text in list {
            match parse(&text.value) {
                Some(value) => words.push(value),
                None => not_a_word(key, &self.what, &text, allowed, problems),
            }
        }
        Some(words)
    }

    /// A list of strings, if it is there. A single string counts as a list of one.
    pub fn strings(&mut self, key: &'static str, problems: &mut Problems) -> Option<Vec<At<String>>> {
        let value = self.take(key)?;
        if let Some(text) = value.get_ref().as_str() {
            return Some(vec![At::new(text.to_owned(), value.span())]);
        }
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of strings", problems);
            return None;
        };
        let mut list = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => list.push(At::new(text.to_owned(), item.span())),
                None => self.wrong(key, item, "a string in quotation marks", problems),
            }
        }
        Some(list)
    }

    /// A list of lists of strings, if it is there.
    pub fn string_lists(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<Vec<Vec<At<String>>>> {
        let value = self.take(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of lists of strings", problems);
            return None;
        };
        let mut lists = Vec::new();
        for item in array.iter() {
            let Some(inner) = item.get_ref().as_array() else {
                self.wrong(key, item, "a list of strings", problems);
                continue;
            };
            let texts = inner.iter().filter_map(|text| {
                let found = text.get_ref().as_str().map(|t| At::new(t.to_owned(), text.span()));
                if found.is_none() {
                    self.wrong(key, text, "a string in quotation marks", problems);
                }
                found
            });
            lists.push(texts.collect());
        }
        Some(lists)
    }

    /// A name in quotation marks, or an id written as a number.
    pub fn name_or_id(&mut self, key: &'static str, problems: &mut Problems) -> Option<At<String>> {
        let value = self.take(key)?;
        let name = name_or_id_of(value.get_ref()).map(|name| At::new(name, value.span()));
        if name.is_none() {
            self.wrong(key, value, "a name in quotation marks, or an id", problems);
        }
        name
    }

    /// A list of names and ids, if it is there. A single one counts as a list of one.
    pub fn names_or_ids(&mut self, key: &'static str, problems: &mut Problems) -> Option<Vec<At<String>>> {
        let value = self.take(key)?;
        let Some(array) = value.get_ref().as_array() else {
            return match name_or_id_of(value.get_ref()) {
                Some(name) => Some(vec![At::new(name, value.span())]),
                None => {
                    self.wrong(key, value, "a list of names in quotation marks, or of ids", problems);
                    None
                }
            };
        };
        let mut list = Vec::new();
        for item in array.iter() {
            match name_or_id_of(item.get_ref()) {
                Some(name) => list.push(At::new(name, item.span())),
                None => self.wrong(key, item, "a name in quotation marks, or an id", problems),
            }
        }
        Some(list)
    }

    /// `true` or `false`; left out, `false`.
    pub fn flag(&mut self, key: &'static str, problems: &mut Problems) -> bool {
        self.flag_or(key, false, problems)
    }

    /// `true` or `false`.
    pub fn flag_or(&mut self, key: &'static str, default: bool, problems: &mut Problems) -> bool {
        let Some(value) = self.take(key) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(key, value, "`true` or `false`", problems);
            default
        })
    }

    /// A whole number between two limits.
    pub fn number(
        &mut self,
        key: &'static str,
        range: Range<u64>,
        problems: &mut Problems,
    ) -> Option<At<u64>> {
        let value = self.take(key)?;
        match integer_of(value.get_ref()) {
            Some(number) if range.contains(&number) => Some(At::new(number, value.span())),
            _ => {
                let wanted = format!("a whole number from {} to {}", range.start, range.end - 1);
                match value.get_ref().as_integer() {
                    // It is a whole number, only not one of these.
                    Some(number) => {
                        let given = number.as_str();
                        let what = format!("`{key}` of {} is {given}, and should be {wanted}", self.what);
                        problems.add(&value.span(), what, format!("write {wanted}"));
                    }
                    None => self.wrong(key, value, &wanted, problems),
                }
                None
            }
        }
    }

    /// A share between 0 and 1, such as `0.85`.
    pub fn share(&mut self, key: &'static str, problems: &mut Problems) -> Option<At<f64>> {
        let value = self.take(key)?;
        let number =
            value.get_ref().as_float().and_then(|float| float.as_str().replace('_', "").parse::<f64>().ok());
        match number.filter(|number| *number > 0.0 && *number < 1.0) {
            Some(number) => Some(At::new(number, value.span())),
            None => {
                self.wrong(key, value, "a share between 0 and 1, such as 0.85", problems);
                None
            }
        }
    }

    /// A date, as `2026-01-05`, written as a TOML date or as a string.
    pub fn date(&mut self, key: &'static str, problems: &mut Problems) -> Option<At<String>> {
        let value = self.take(key)?;
        match date_of(value.get_ref()) {
            Some(date) => Some(At::new(date, value.span())),
            None => {
                self.wrong(key, value, "a date like 2026-01-05", problems);
                None
            }
        }
    }

    /// A list of dates.
    pub fn dates(&mut self, key: &'static str, problems: &mut Problems) -> Vec<String> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of dates", problems);
            return Vec::new();
        };
        let mut dates = Vec::new();
        for item in array.iter() {
            match date_of(item.get_ref()) {
                Some(date) => dates.push(date),
                None => self.wrong(key, item, "a date like 2026-11-26", problems),
            }
        }
        dates
    }

    /// The tables of `[[key]]`.
    pub fn tables(&mut self, key: &'static str, problems: &mut Problems) -> Vec<Table<'a, 's>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, &format!("a list of tables, `[[{key}]]`"), problems);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push(Table::of(key.to_owned(), table, item.span())),
                None => self.wrong(key, item, "a table", problems),
            }
        }
        tables
    }

    /// The table `[key]`, if it is there.
    pub fn table(&mut self, key: &'static str, problems: &mut Problems) -> Option<Table<'a, 's>> {
        let value = self.take(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(Table::of(format!("`[{key}]`"), table, value.span())),
            None => {
                self.wrong(key, value, &format!("a table, `[{key}]`"), problems);
                None
            }
        }
    }

    /// Whether a key is `true`, without counting it as asked for.
    pub fn has_true(&self, key: &str) -> bool {
        self.table.get(key).and_then(|value| value.get_ref().as_bool()).unwrap_or(false)
    }

    /// Whether a key is there at all.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Counts a key as asked for: what is wrong with it has been said.
    pub fn settle(&mut self, key: &'static str) {
        self.known.insert(key);
    }

    /// Where the value of a key stands; the table itself where it is missing.
    pub fn place(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or(self.at.clone(), Spanned::span)
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self, problems: &mut Problems) {
        for (key, value) in self.table.iter() {
            let name: &str = key.get_ref();
            if self.known.contains(name) {
                continue;
            }
            let span = if key.span().is_empty() { value.span() } else { key.span() };
            let hint = match nearest(name, self.known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => {
                    let known: Vec<String> = self.known.iter().map(|k| format!("`{k}`")).collect();
                    format!("known here: {}", known.join(", "))
                }
            };
            problems.add(&span, format!("unknown key `{name}` in {}", self.what), hint);
        }
    }
}

/// Says that a word is none of those that it has to be.
pub fn not_a_word(key: &str, what: &str, text: &At<String>, allowed: &[&str], problems: &mut Problems) {
    let hint = match nearest(&text.value, allowed.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("one of: {}", allowed.join(", ")),
    };
    problems.add(&text.at, format!("`{key}` of {what} cannot be `{}`", text.value), hint);
}

fn integer_of(value: &DeValue<'_>) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
}

fn name_or_id_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        value => integer_of(value).map(|id| id.to_string()),
    }
}

fn date_of(value: &DeValue<'_>) -> Option<String> {
    let text = match value {
        DeValue::Datetime(at) => at.date.map(|d| d.to_string())?,
        DeValue::String(text) => text.to_string(),
        _ => return None,
    };
    let well_formed = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    // The calendar is asked too: there is no 30th of February.
    (well_formed && text.parse::<jiff::civil::Date>().is_ok()).then_some(text)
}

fn article(kind: &str) -> String {
    let an = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if an { "an" } else { "a" })
}

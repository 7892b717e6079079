//! From a set as it is written to what the matcher looks for.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::classify;
use crate::text::formats::Format;
use crate::text::tokens;

use super::lists::{self, Files};
use super::matcher::{Class, Matcher, PhraseWord, SetId, Signal};
use super::problem::nearest;
use super::reading::{At, Problems};

/// How deep lists may include lists.
const DEEPEST: usize = 4;

/// How many words a phrase may have.
const LONGEST_PHRASE: usize = 16;

/// Compiles sets into a matcher; what is written alike is compiled once.
pub struct Sets<'f> {
    pub matcher: Matcher,
    files: Files<'f>,
    known: HashMap<String, SetId>,
    /// Lists with something wrong inside: that is said once, and not again
    /// wherever the list is used.
    broken: HashSet<String>,
}

impl<'f> Sets<'f> {
    /// A matcher that knows the names of every class and nothing else yet.
    pub fn new(files: Files<'f>) -> Sets<'f> {
        let mut matcher = Matcher::new();
        let classes = Class::ALL.iter().map(|class| (format!("names/{class}"), Some(*class)));
        let listed = classes.chain([("names/not-names".to_owned(), None)]);
        let mut names = Vec::new();
        for (list, class) in listed {
            let list = lists::builtin(&list).unwrap_or("");
            let written = lists::entries(list).flat_map(|line| line.split('|')).map(tokens::fold);
            names.extend(written.filter(|words| !words.is_empty()).map(|words| (words, class)));
        }
        for (words, class) in &names {
            matcher.add_name(words, *class);
        }
        // What is somebody's is said with their name. What the lists say of
        // the very form (`president's day`) stands.
        for (mut words, class) in names {
            if let Some(last) = words.last_mut() {
                last.push_str("'s");
            }
            if !matcher.is_listed(&words) {
                matcher.add_name(&words, class);
            }
        }
        for word in single_words("names/surname") {
            matcher.add_surname(&word);
        }
        for word in single_words("names/no-name") {
            matcher.add_no_name(&word);
        }
        matcher.set_brands(lists::entries(lists::builtin("brand-hosts").unwrap_or("")));
        matcher.set_shorteners(lists::entries(lists::builtin("shortener-hosts").unwrap_or("")));
        Sets { matcher, files, known: HashMap::new(), broken: HashSet::new() }
    }

    /// Lets messages be scored by the weights compiled in.
    pub fn score(&mut self, problems: &mut Problems) {
        if !self.matcher.is_scored() {
            self.add_cues(problems);
            self.matcher.score_by(classify::shipped());
        }
    }

    /// Makes ready what the classifier is told besides words.
    pub fn add_cues(&mut self, problems: &mut Problems) {
        for line in lists::entries(lists::builtin("cues").unwrap_or("")) {
            let set = self.set(&At { value: line.to_owned(), at: 0..0 }, problems);
            self.matcher.add_cue(set);
        }
    }

    /// The set that a string describes.
    pub fn set(&mut self, written: &At<String>, problems: &mut Problems) -> SetId {
        self.union(std::slice::from_ref(written), problems)
    }

    /// Several strings as one set of terms.
    pub fn terms(&mut self, written: &[At<String>], problems: &mut Problems) -> SetId {
        let set = self.union(written, problems);
        self.matcher.mark_terms(set);
        set
    }

    /// Several strings as one set.
    pub fn union(&mut self, written: &[At<String>], problems: &mut Problems) -> SetId {
        let joined: Vec<&str> = written.iter().map(|w| w.value.as_str()).collect();
        let key = joined.join(" | ");
        if let Some(&set) = self.known.get(&key) {
            return set;
        }
        let set = self.matcher.add_set();
        let (_, wrong) = problems.noting(|problems| {
            for alternative in written {
                self.add(set, &alternative.value, &alternative.at, "", 0, problems);
            }
        });
        // Written wrong in two places, it has to be mended in both.
        if !wrong {
            self.known.insert(key, set);
        }
        set
    }

    /// Adds what `text` lists to a set. `list` says in which list it stands.
    fn add(
        &mut self,
        set: SetId,
        text: &str,
        at: &Range<usize>,
        list: &str,
        depth: usize,
        problems: &mut Problems,
    ) {
        for alternative in text.split('|').map(str::trim) {
            if alternative.is_empty() {
                problems.add(at, format!("an empty alternative{}", inside(list)), "take the extra `|` out");
                continue;
            }
            if let Some(name) = alternative.strip_prefix("format:") {
                match Format::parse(name) {
                    Some(format) => self.matcher.add_format(set, format),
                    None => unknown("format", name, Format::ALL.iter().map(|f| f.word()), at, list, problems),
                }
            } else if let Some(name) = alternative.strip_prefix("signal:") {
                match Signal::parse(name) {
                    Some(signal) => self.matcher.add_signal(set, signal),
                    None => unknown("signal", name, Signal::ALL.iter().map(|s| s.word()), at, list, problems),
                }
            } else if let Some(name) = alternative.strip_prefix("hosts:") {
                if let Some(text) = self.list(name, at, list, problems) {
                    self.matcher.add_hosts(set, lists::entries(&text));
                }
            } else if let Some(name) = alternative.strip_prefix("files:") {
                if let Some(text) = self.list(name, at, list, problems) {
                    self.matcher.add_files(set, lists::entries(&text));
                }
            } else if alternative.starts_with("builtin:") || alternative.starts_with("lists/") {
                if depth >= DEEPEST {
                    problems.add(
                        at,
                        format!(
                            "`{alternative}` includes itself, or lists are nested too deep{}",
                            inside(list)
                        ),
                        "take the inclusion out",
                    );
                    continue;
                }
                if self.broken.contains(alternative) {
                    continue;
                }
                if let Some(text) = self.list(alternative, at, list, problems) {
                    let (_, wrong) = problems.noting(|problems| {
                        for entry in lists::entries(&text) {
                            self.add(set, entry, at, alternative, depth + 1, problems);
                        }
                    });
                    if wrong {
                        self.broken.insert(alternative.to_owned());
                    }
                }
            } else {
                self.phrase(set, alternative, at, list, problems);
            }
        }
    }

    fn list(&mut self, name: &str, at: &Range<usize>, list: &str, problems: &mut Problems) -> Option<String> {
        if let Some(builtin) = name.strip_prefix("builtin:") {
            let found = lists::builtin(builtin);
            if found.is_none() {
                unknown("list", builtin, lists::builtin_names(), at, list, problems);
            }
            return found.map(str::to_owned);
        }
        match (self.files)(name) {
            Ok(text) => Some(text),
            Err(why) => {
                problems.add(
                    at,
                    format!("the list `{name}` cannot be read: {why}"),
                    "list files lie beside the policy file",
                );
                None
            }
        }
    }

    fn phrase(&mut self, set: SetId, written: &str, at: &Range<usize>, list: &str, problems: &mut Problems) {
        let mut words = Vec::new();
        let mut run = Vec::new();
        let mut names_a_class_in_vain = false;
        for piece in written.split_whitespace() {
            if piece == "*" {
                self.close_run(&mut run, &mut words, written, at, list, problems);
                words.push(PhraseWord::Any);
            } else if let Some(name) = piece.strip_prefix('@') {
                self.close_run(&mut run, &mut words, written, at, list, problems);
                match (name, Class::parse(name)) {
                    ("name", _) => words.push(PhraseWord::Name),
                    ("surname", _) => words.push(PhraseWord::Surname),
                    (_, Some(class)) => words.push(PhraseWord::Class(class)),
                    (_, None) => {
                        names_a_class_in_vain = true;
                        let known = Class::ALL.iter().map(|c| c.word()).chain(["name", "surname"]);
                        unknown("class", name, known, at, list, problems);
                    }
                }
            } else {
                run.extend(tokens::fold(piece));
            }
        }
        self.close_run(&mut run, &mut words, written, at, list, problems);
        if names_a_class_in_vain {
            return;
        }
        let says_something = words.iter().any(|w| *w != PhraseWord::Any);
        if !says_something || words.len() > LONGEST_PHRASE {
            let what = format!("`{written}`{} cannot be matched", inside(list));
            problems.add(at, what, format!("a phrase has 1 to {LONGEST_PHRASE} words, one of them fixed"));
            return;
        }
        self.matcher.add_phrase(set, &words);
    }

    /// Ends a run of plain words, which must not spell out a name.
    fn close_run(
        &self,
        run: &mut Vec<String>,
        words: &mut Vec<PhraseWord>,
        written: &str,
        at: &Range<usize>,
        list: &str,
        problems: &mut Problems,
    ) {
        // A name inside one that has been told (`the mayor`) is not told too.
        let mut told = 0;
        for from in 0..run.len() {
            for to in (told.max(from) + 1..=run.len()).rev() {
                if let Some(class) = self.matcher.class_of(&run[from..to])
                    && !self.is_protected(run, from, to)
                {
                    let name = run[from..to].join(" ");
                    problems.add(
                        at,
                        format!("`{written}`{} spells out `{name}`, which stands for its class before any rule sees it", inside(list)),
                        format!("write `@{class}`, so that all of them are treated alike"),
                    );
                    told = to;
                    break;
                }
            }
        }
        words.extend(run.drain(..).map(PhraseWord::Word));
    }

    /// Whether the words from..to stand inside a phrase that holds no name
    /// (`church street`).
    fn is_protected(&self, run: &[String], from: usize, to: usize) -> bool {
        (0..=from).any(|start| (to..=run.len()).any(|end| self.matcher.is_not_a_name(&run[start..end])))
    }
}

/// A matcher that knows names and cues and no rule: what weights are learned
/// with, whatever the policy.
pub fn matcher_for_training() -> Matcher {
    let mut problems = Problems::new("the lists compiled in");
    let mut sets = Sets::new(&lists::no_files);
    sets.add_cues(&mut problems);
    sets.matcher.finish();
    sets.matcher
}

/// The words of a compiled-in list that has one on each line.
fn single_words(list: &str) -> impl Iterator<Item = String> {
    lists::entries(lists::builtin(list).unwrap_or("")).flat_map(tokens::fold)
}

fn inside(list: &str) -> String {
    if list.is_empty() { String::new() } else { format!(" in the list `{list}`") }
}

fn unknown<'k>(
    kind: &str,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    at: &Range<usize>,
    list: &str,
    problems: &mut Problems,
) {
    let hint = match nearest(name, known.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known: {}", known.collect::<Vec<_>>().join(", ")),
    };
    problems.add(at, format!("there is no {kind} `{name}`{}", inside(list)), hint);
}

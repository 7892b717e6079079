//! From a set as it is written to what the matcher looks for.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::classify;
use crate::text::formats::Format;
use crate::text::links;
use crate::text::tokens;

use super::Example;
use super::lists::{self, Files, List, Severity};
use super::matcher::{Class, Matcher, PhraseWord, SetId, Signal};
use super::problem::nearest;
use super::reading::{At, Problems};

/// How deep lists may include lists.
const DEEPEST: usize = 4;

/// How many words a phrase may have.
const LONGEST_PHRASE: usize = 16;

/// The fewest letters beside a `*`: fewer stand in half of all words.
const SHORTEST_PART: usize = 3;

/// Where something is written, and how much of it counts.
#[derive(Clone, Copy)]
struct Place<'a> {
    at: &'a Range<usize>,
    /// The list it stands in; empty for the policy file itself.
    list: &'a str,
    depth: usize,
    /// How severe an entry must be to count.
    least: Option<Severity>,
    /// What its list says of it.
    severity: Option<Severity>,
}

/// What a list must and must not hit.
#[derive(Clone, Debug)]
pub struct ListExamples {
    pub list: String,
    pub set: SetId,
    pub except: Option<SetId>,
    pub examples: Vec<Example>,
}

/// Compiles sets into a matcher; what is written alike is compiled once.
pub struct Sets<'f> {
    pub matcher: Matcher,
    files: Files<'f>,
    known: HashMap<String, SetId>,
    /// What may not be a term (DOMAIN R-9).
    criticism: HashSet<String>,
    common: HashSet<String>,
    /// What does not count in a set's hits.
    excepts: HashMap<SetId, SetId>,
    /// What the lists must and must not hit.
    pub examples: Vec<ListExamples>,
    with_examples: HashSet<String>,
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
        Sets {
            matcher,
            files,
            known: HashMap::new(),
            criticism: lists::entries(lists::builtin("lint/critics").unwrap_or(""))
                .map(|entry| tokens::fold(entry).join(" "))
                .collect(),
            common: single_words("lint/common").collect(),
            excepts: HashMap::new(),
            examples: Vec::new(),
            with_examples: HashSet::new(),
            broken: HashSet::new(),
        }
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
            let set = self.of_severity(&[At { value: line.to_owned(), at: 0..0 }], None, problems);
            self.matcher.add_cue(set);
        }
    }

    /// The set that a string describes.
    pub fn set(&mut self, written: &At<String>, problems: &mut Problems) -> SetId {
        self.union(std::slice::from_ref(written), problems)
    }

    /// Several strings as one set of terms: of lists, what is this severe.
    pub fn terms(&mut self, written: &[At<String>], least: Severity, problems: &mut Problems) -> SetId {
        let set = self.of_severity(written, Some(least), problems);
        self.matcher.ask_for(set);
        self.matcher.mark_terms(set);
        set
    }

    /// What does not count in the hits of a set, as its lists say.
    pub fn except(&self, set: SetId) -> Option<SetId> {
        self.excepts.get(&set).copied()
    }

    /// Several strings as one set.
    pub fn union(&mut self, written: &[At<String>], problems: &mut Problems) -> SetId {
        let set = self.of_severity(written, None, problems);
        self.matcher.ask_for(set);
        set
    }

    fn of_severity(
        &mut self,
        written: &[At<String>],
        least: Option<Severity>,
        problems: &mut Problems,
    ) -> SetId {
        let joined: Vec<&str> = written.iter().map(|w| w.value.as_str()).collect();
        // No word holds what parts them.
        let key = format!("{}|{}", least.map_or("", Severity::word), joined.join("\n"));
        if let Some(&set) = self.known.get(&key) {
            return set;
        }
        let set = self.matcher.add_set();
        let (_, wrong) = problems.noting(|problems| {
            for alternative in written {
                let place = Place { at: &alternative.at, list: "", depth: 0, least, severity: least };
                self.add(set, &alternative.value, place, problems);
            }
        });
        // Written wrong in two places, it has to be mended in both.
        if !wrong {
            self.known.insert(key, set);
        }
        set
    }

    /// Adds what `text` lists to a set.
    fn add(&mut self, set: SetId, text: &str, place: Place<'_>, problems: &mut Problems) {
        let Place { at, list, .. } = place;
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
                    for entry in lists::entries(&text).filter(|entry| links::listed_host(entry).is_none()) {
                        let what = format!("`{entry}` is no host, in the list `{name}`");
                        problems.add(at, what, "write a host a line, such as `evil.example`");
                    }
                    self.matcher.add_hosts(set, lists::entries(&text));
                    if name == "builtin:scam-hosts" {
                        self.matcher.mark_scam_hosts(set);
                    }
                }
            } else if let Some(name) = alternative.strip_prefix("files:") {
                if let Some(text) = self.list(name, at, list, problems) {
                    self.matcher.add_files(set, lists::entries(&text));
                }
            } else if alternative.starts_with("builtin:") || alternative.starts_with("lists/") {
                self.add_list(set, alternative, place, problems);
            } else if alternative.ends_with(".txt") {
                let name = alternative.rsplit('/').next().unwrap_or(alternative);
                problems.add(
                    at,
                    format!("`{alternative}` is no list that can be read{}", inside(list)),
                    format!("list files lie in the folder `lists` beside the policy file: `lists/{name}`"),
                );
            } else {
                self.phrase(set, alternative, place, problems);
            }
        }
    }

    /// Adds the entries of a list, and what it excludes.
    fn add_list(&mut self, set: SetId, name: &str, place: Place<'_>, problems: &mut Problems) {
        let Place { at, list, depth, least, .. } = place;
        if depth >= DEEPEST {
            let what = format!("`{name}` includes itself, or lists are nested too deep{}", inside(list));
            problems.add(at, what, "take the inclusion out");
            return;
        }
        if self.broken.contains(name) {
            return;
        }
        let Some(text) = self.list(name, at, list, problems) else { return };
        let (_, wrong) = problems.noting(|problems| {
            let read = List::read(&text);
            for section in &read.unknown {
                let known = "one of: [mild], [strong], [unambiguous], [except], [match], [no-match]";
                problems.add(at, format!("there is no section `{section}`{}", inside(name)), known);
            }
            // What states no severity is strong, which nothing comes down for.
            let is_taken = |severity: &Option<Severity>| {
                least.is_none_or(|least| severity.unwrap_or(Severity::Strong) >= least)
            };
            if let Some(least) = least
                && depth == 0
                && !read.entries.iter().any(|(severity, _)| is_taken(severity))
            {
                problems.add(
                    at,
                    format!("nothing in `{name}` is `{least}`, which this rule asks for: it adds no word"),
                    format!("put `[{least}]` above the words that are, or name the list where less is asked"),
                );
            }
            for (severity, entry) in &read.entries {
                if is_taken(severity) {
                    let place = Place { at, list: name, depth: depth + 1, least, severity: *severity };
                    self.add(set, entry, place, problems);
                }
            }
            if !read.except.is_empty() {
                let except = *self.excepts.entry(set).or_insert_with(|| self.matcher.add_set());
                self.matcher.ask_for(except);
                for entry in &read.except {
                    let place = Place { at, list: name, depth: depth + 1, least: None, severity: None };
                    self.add(except, entry, place, problems);
                }
            }
            self.keep_examples(name, &read, at, problems);
        });
        if wrong {
            self.broken.insert(name.to_owned());
        }
    }

    /// Remembers what a list must and must not hit, once.
    fn keep_examples(&mut self, name: &str, list: &List<'_>, at: &Range<usize>, problems: &mut Problems) {
        if list.hits.is_empty() && list.misses.is_empty() || !self.with_examples.insert(name.to_owned()) {
            return;
        }
        let example =
            |matches: bool| move |text: &&str| Example { text: (*text).to_owned(), matches, at: at.clone() };
        let hits = list.hits.iter().map(example(true));
        let examples = hits.chain(list.misses.iter().map(example(false))).collect();
        let set = self.set(&At { value: name.to_owned(), at: at.clone() }, problems);
        self.examples.push(ListExamples { list: name.to_owned(), set, except: self.except(set), examples });
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

    fn phrase(&mut self, set: SetId, written: &str, place: Place<'_>, problems: &mut Problems) {
        let Place { at, list, severity, .. } = place;
        // In quotation marks a word stands for itself and for no form of it.
        let exact = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let written = exact.unwrap_or(written);
        let mut words = Vec::new();
        let mut run = Vec::new();
        let mut names_a_class_in_vain = false;
        for piece in written.split_whitespace() {
            if piece == "*" {
                self.close_run(&mut run, &mut words, written, at, list, problems);
                words.push(PhraseWord::Any);
            } else if piece.len() > 1 && (piece.starts_with('*') || piece.ends_with('*')) {
                self.close_run(&mut run, &mut words, written, at, list, problems);
                match tokens::fold(piece.trim_matches('*')).as_slice() {
                    [word] if word.chars().count() >= SHORTEST_PART => {
                        let start = if piece.starts_with('*') { "*" } else { "" };
                        let end = if piece.ends_with('*') { "*" } else { "" };
                        words.push(PhraseWord::Part(format!("{start}{word}{end}")));
                    }
                    _ => problems.add(
                        at,
                        format!("`{piece}`{} is too little of a word", inside(list)),
                        format!("give at least {SHORTEST_PART} letters of one word beside the `*`"),
                    ),
                }
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
        if place.least.is_some() && self.may_not_act(&words, written, &place, problems) {
            return;
        }
        self.matcher.add_phrase(set, &words);
        if let ([PhraseWord::Word(word)], None, Some(Severity::Strong | Severity::Unambiguous)) =
            (&words[..], exact, severity)
        {
            let forms = if list.trim_end_matches(".txt").ends_with("-es") {
                lists::spanish_forms(word)
            } else {
                lists::english_forms(word)
            };
            let forms = forms.iter().filter(|form| !self.common.contains(form.as_str()));
            forms.for_each(|form| self.matcher.add_guess(set, form));
        }
    }

    /// Whether a phrase may not be a term, on which alone a rule rests; says
    /// why. What a structure needs is not asked: there more must be met.
    fn may_not_act(
        &self,
        words: &[PhraseWord],
        written: &str,
        place: &Place<'_>,
        problems: &mut Problems,
    ) -> bool {
        let plain: Option<Vec<&str>> = words
            .iter()
            .map(|word| match word {
                PhraseWord::Word(word) => Some(word.as_str()),
                PhraseWord::Part(part) => Some(part.trim_matches('*')),
                _ => None,
            })
            .collect();
        let reason = match (words, plain) {
            ([PhraseWord::Class(class)], _) => {
                Some(format!("is every name of the class `{class}`, and to name one is no offence"))
            }
            ([PhraseWord::Name | PhraseWord::Surname], _) => {
                Some("is every name, and to name somebody is no offence".to_owned())
            }
            (_, Some(plain)) if self.criticism.contains(&plain.join(" ")) => Some(
                "is what critics say of a government, and how the City is run may be criticised here"
                    .to_owned(),
            ),
            (_, Some(plain)) if plain.len() == 1 && self.common.contains(plain[0]) => {
                Some("is a common word, which says nothing by itself".to_owned())
            }
            ([PhraseWord::Part(part)], _) => {
                let of = |words: &mut dyn Iterator<Item = &str>| {
                    words.filter(|word| is_taken_in(word, part)).min().map(str::to_owned)
                };
                let criticism = of(&mut self.criticism.iter().map(String::as_str));
                let taken = criticism.or_else(|| of(&mut self.common.iter().map(|word| word.as_ref())));
                taken.map(|word| format!("takes in `{word}`, which may be none"))
            }
            _ if self.says_nothing(words) => {
                Some("is nothing but names and common words, and to name one is no offence".to_owned())
            }
            _ => None,
        };
        let Some(reason) = reason else { return false };
        let what = format!("`{written}`{} may not be a term: it {reason}", inside(place.list));
        problems.add(
            place.at,
            what,
            "use a longer phrase, or a `structure` rule that says what else must be met",
        );
        true
    }

    /// Whether a phrase names a class and says nothing of it.
    fn says_nothing(&self, words: &[PhraseWord]) -> bool {
        let is_empty = |word: &PhraseWord| match word {
            PhraseWord::Word(word) => self.common.contains(word.as_str()),
            PhraseWord::Part(_) => false,
            _ => true,
        };
        words.iter().any(|word| matches!(word, PhraseWord::Class(_))) && words.iter().all(is_empty)
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
/// with, whatever the policy and whatever was learned before.
pub fn matcher_for_training() -> Matcher {
    let mut problems = Problems::new("the lists compiled in");
    let mut sets = Sets::new(&lists::no_files);
    sets.add_cues(&mut problems);
    sets.matcher.finish_beside(std::iter::empty());
    sets.matcher
}

/// Whether a word with stars, `cat*`, means a word among others.
fn is_taken_in(word: &str, part: &str) -> bool {
    let certain = part.trim_matches('*');
    match (part.starts_with('*'), part.ends_with('*')) {
        (true, true) => word.contains(certain),
        (true, false) => word.ends_with(certain),
        _ => word.starts_with(certain),
    }
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

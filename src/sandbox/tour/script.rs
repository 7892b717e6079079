//! Reading a script, with every mistake at its line.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::{Act, Look, Promise, Step, Tour};
use crate::domain::card::{NoticeKind, Standing};
use crate::domain::decision::{Category, Desk, Disposition};
use crate::policy::problem::{Problem, nearest};
use crate::policy::reading::{self, At, Problems, Table};
use crate::sandbox::city::{CHANNELS, PERSONAS, persona_index};
use crate::sandbox::world::Kind;

/// What a step may do.
const ACTS: &[&str] = &[
    "post",
    "reply",
    "edit",
    "delete",
    "attach",
    "thread",
    "forum-post",
    "forward",
    "repeat",
    "poll",
    "nickname",
    "webhook",
    "own-webhook",
    "direct",
    "wait",
];

/// What an author may be told, and where a case may stand at the end: as the
/// journal writes them.
const NOTICES: &[&str] = &[
    "held",
    "held-for-safety",
    "private-number",
    "scam-link",
    "repeated",
    "removed",
    "privacy-tip",
    "topic-pointer",
    "under-review",
    "released",
    "reminder",
    "resource",
    "acknowledgement",
];
const STANDINGS: &[&str] =
    &["open", "held", "not-taken-down", "removed", "withdrawn", "removed-elsewhere", "released", "escalated"];

/// The longest a step may wait, and the furthest it may move the clock.
const PAUSE_MS_AT_MOST: u64 = 600_000;
const MINUTES_AT_MOST: u64 = 7 * 24 * 60;
const TIMES_AT_MOST: u64 = 20;

/// What the policy knows, asked while a script is read.
pub type Known<'a> = &'a dyn Fn(&str) -> bool;

impl Tour {
    /// Reads a script, or lists everything that is wrong with it. `clause`
    /// says whether the policy has a clause or authority of this id.
    pub fn parse(source: &str, file: &str, clause: Known<'_>) -> Result<Tour, Vec<Problem>> {
        let mut problems = Problems::new(file);
        let table = reading::parse(source, &mut problems);
        let mut root = Table::new("the script", &table);
        let title = root.required("title", &mut problems).value;
        let mut reader = Reader { clause, names: BTreeSet::new() };
        let mut steps = Vec::new();
        for (at, table) in root.tables("step", &mut problems).into_iter().enumerate() {
            // A step with a mistake is read on all the same: the script is refused at the end.
            steps.push(reader.step(at + 1, table, &mut problems));
        }
        if steps.is_empty() && problems.is_empty() {
            let at = root.at.clone();
            problems.add(&at, "the script has no steps", "add a `[[step]]` with `who` and `say`");
        }
        root.finish(&mut problems);
        if problems.is_empty() { Ok(Tour { title, steps }) } else { Err(problems.into_list()) }
    }
}

struct Reader<'a> {
    clause: Known<'a>,
    /// Messages that have a name so far.
    names: BTreeSet<String>,
}

impl Reader<'_> {
    fn step(&mut self, number: usize, mut table: Table<'_, '_>, problems: &mut Problems) -> Step {
        table.call(format!("step {number}"));
        let act = table.word("do", |word| ACTS.iter().find(|a| **a == word).copied(), ACTS, problems);
        let act = act.map_or("post", |act| act.value);
        let who = if act == "wait" {
            0
        } else {
            let who = table.required("who", problems);
            self.persona(&who, problems)
        };
        let channel = self.channel(&mut table, act, problems);
        let what = self.what(act, &mut table, problems);
        let text = table.string("say", problems);
        let needs_words = !matches!(act, "delete" | "forward" | "wait");
        if needs_words && text.as_ref().is_none_or(|t| t.value.trim().is_empty()) && !table.has("say") {
            problems.add(&table.at, format!("step {number} says nothing"), "add `say = \"…\"`");
        }
        let caption = table.required("caption", problems);
        let clause = table.string("clause", problems).filter(|clause| {
            let known = (self.clause)(&clause.value);
            if !known {
                let what =
                    format!("step {number} shows clause `{}`, which the policy does not have", clause.value);
                problems.add(
                    &clause.at,
                    what,
                    "`gavel check --coverage` lists the policy's clauses and authorities",
                );
            }
            known
        });
        let category =
            table.word("category", Category::parse, &words(Category::ALL, Category::word), problems);
        let found = table.flag_or("found", category.is_some(), problems);
        let promise = promise(&mut table, problems);
        let name = table.string("name", problems);
        if let Some(name) = &name
            && !self.names.insert(name.value.clone())
        {
            let what = format!("two messages are called `{}`", name.value);
            problems.add(&name.at, what, "give each its own name");
        }
        let look = table.string("look", problems).and_then(|look| looked(&look, problems));
        let pause = table.number("pause_ms", 0..PAUSE_MS_AT_MOST + 1, problems);
        table.finish(problems);
        Step {
            who,
            channel,
            what,
            text: text.map(|t| t.value).unwrap_or_default(),
            caption: caption.value,
            clause: clause.map(|c| c.value),
            category: category.map(|c| c.value),
            found,
            promise,
            name: name.map(|n| n.value),
            look,
            pause_ms: pause.map(|p| p.value),
        }
    }

    fn persona(&self, who: &At<String>, problems: &mut Problems) -> usize {
        let found = persona_index(&who.value);
        if found.is_none() && !who.value.is_empty() {
            let keys: Vec<&str> = PERSONAS.iter().map(|p| p.key).collect();
            problems.add(&who.at, format!("nobody is called `{}`", who.value), meant(&who.value, &keys));
        }
        found.unwrap_or(0)
    }

    fn channel(&self, table: &mut Table<'_, '_>, act: &str, problems: &mut Problems) -> String {
        let default = CHANNELS[0].name.to_owned();
        let Some(channel) = table.string("in", problems) else {
            if act == "forum-post" {
                let forum = CHANNELS.iter().find(|c| c.kind == Kind::Forum);
                return forum.map_or(default, |c| c.name.to_owned());
            }
            return default;
        };
        let names: Vec<&str> = CHANNELS.iter().map(|c| c.name).collect();
        match CHANNELS.iter().find(|c| c.name == channel.value) {
            None => {
                let what = format!("there is no channel `{}`", channel.value);
                problems.add(&channel.at, what, meant(&channel.value, &names));
            }
            Some(plan) if (plan.kind == Kind::Forum) != (act == "forum-post") => {
                let what = format!("`{act}` does not go into `{}`", channel.value);
                problems.add(&channel.at, what, "a forum takes `do = \"forum-post\"`, and nothing else does");
            }
            Some(_) => {}
        }
        channel.value
    }

    fn what(&self, act: &str, table: &mut Table<'_, '_>, problems: &mut Problems) -> Act {
        match act {
            "reply" => Act::Reply { to: self.named("to", table, problems) },
            "edit" => Act::Edit { of: self.named("of", table, problems) },
            "delete" => Act::Delete { of: self.named("of", table, problems) },
            "forward" => Act::Forward { of: self.named("of", table, problems) },
            "attach" => Act::Attach {
                file: table.required("file", problems).value,
                contents: table.required("contents", problems).value,
            },
            "thread" => Act::Thread {
                on: self.named("on", table, problems),
                title: table.required("title", problems).value,
            },
            "forum-post" => Act::ForumPost { title: table.required("title", problems).value },
            "repeat" => Act::Repeat {
                times: table.number("times", 2..TIMES_AT_MOST + 1, problems).map_or(2, |times| times.value),
            },
            "poll" => {
                let answers = table.strings("answers", problems).unwrap_or_default();
                if answers.len() < 2 {
                    let what = "a poll has at least two answers";
                    problems.add(&table.at, what, "add `answers = [\"…\", \"…\"]`");
                }
                Act::Poll { answers: answers.into_iter().map(|a| a.value).collect() }
            }
            "nickname" => Act::Nickname { nickname: table.required("nickname", problems).value },
            "webhook" => Act::Webhook,
            "own-webhook" => Act::OwnWebhook,
            "direct" => Act::Direct,
            "wait" => {
                let minutes = table.number("minutes", 1..MINUTES_AT_MOST + 1, problems);
                Act::Wait { minutes: minutes.map_or(1, |minutes| minutes.value) }
            }
            _ => Act::Post,
        }
    }

    /// The name of an earlier message.
    fn named(&self, key: &'static str, table: &mut Table<'_, '_>, problems: &mut Problems) -> String {
        let name = table.required(key, problems);
        if !name.value.is_empty() && !self.names.contains(&name.value) {
            let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
            let hint = match nearest(&name.value, names.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "give an earlier step `name = \"…\"`".to_owned(),
            };
            problems.add(&name.at, format!("no earlier message is called `{}`", name.value), hint);
        }
        name.value
    }
}

/// A channel by name, or the inbox of a persona.
fn looked(look: &At<String>, problems: &mut Problems) -> Option<Look> {
    if let Some(persona) = look.value.strip_prefix("inbox-").and_then(persona_index) {
        return Some(Look::Inbox(persona));
    }
    if CHANNELS.iter().any(|channel| channel.name == look.value) {
        return Some(Look::Channel(look.value.clone()));
    }
    let channels = CHANNELS.iter().map(|channel| channel.name.to_owned());
    let known: Vec<String> =
        channels.chain(PERSONAS.iter().map(|persona| format!("inbox-{}", persona.key))).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let what = format!("`{}` is no place to look", look.value);
    problems.add(&look.at, what, meant(&look.value, &known));
    None
}

/// What a step says is to come of it.
fn promise(table: &mut Table<'_, '_>, problems: &mut Problems) -> Promise {
    let expect =
        table.word("expect", Disposition::parse, &words(Disposition::ALL, Disposition::word), problems);
    let routes = table.words("routes", Desk::parse, &words(Desk::ALL, Desk::word), problems);
    let reminders = table.strings("reminders", problems).unwrap_or_default();
    let response = table.string("response", problems);
    let notices = table.words("notices", written::<NoticeKind>, NOTICES, problems);
    let ends = table.word("ends", written::<Standing>, STANDINGS, problems);
    Promise {
        expect: expect.map(|e| e.value),
        routes: routes.unwrap_or_default(),
        reminders: reminders.into_iter().map(|key| key.value).collect(),
        response: response.map(|key| key.value),
        notices: notices.unwrap_or_default(),
        ends: ends.map(|e| e.value),
    }
}

/// A word as the journal writes it.
fn written<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| word(*value)).collect()
}

fn meant(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("one of: {}", known.join(", ")),
    }
}

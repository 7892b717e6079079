//! The facts of Discord's API, and what departs from them.
//!
//! Two tables say what Discord takes and gives: `facts/rest.txt`, drawn from
//! Discord's published OpenAPI document and never edited by hand, and
//! `facts/beyond.txt`, written by hand from its documentation where that
//! document is silent. The sandbox holds every request the bot makes and every
//! answer it gives itself to them, so that a bot at home here is at home there.
//!
//! Only form is checked. Whether a channel exists or a member may write in it
//! is the world's business.

mod check;
mod format;
mod shape;
mod table;

use std::fmt;
use std::sync::LazyLock;

use serde_json::Value;

use check::Finder;
use table::{Answer, Route, Table};

/// Every path begins so; a path without a version means an older Discord.
const PREFIX: &str = "/api/v10";

/// The most deviations told of one request, answer or object. What comes after
/// them is dropped: a list where every element is wrong is one mistake.
pub const DEVIATIONS_TOLD: usize = 50;

/// Both tables, read at first use. A table that cannot be read is a fault of
/// the program, which a test finds before anybody runs it.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let read = |table: &mut Table, name: &str, text: &str| {
        if let Err(problem) = table.read(text) {
            panic!("the table of facts `{name}` cannot be read: {problem}");
        }
    };
    let mut table = Table::default();
    read(&mut table, "rest.txt", include_str!("facts/rest.txt"));
    read(&mut table, "beyond.txt", include_str!("facts/beyond.txt"));
    if let Err(problem) = table.close() {
        panic!("the tables of facts do not hold together: {problem}");
    }
    table
});

/// One place where something is not as Discord's facts have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// The route's template (`GET /channels/{channel_id}`), the path as it came
    /// where no route has it, or the name of the object.
    pub route: String,
    /// A JSON pointer to the place, under `/path`, `/query`, `/body` or
    /// `/answer`; directly into the object where an object was checked.
    /// Empty when the whole is meant.
    pub place: String,
    /// What is wrong there, to be read after the place: `is missing`.
    pub what: String,
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Deviation { route, place, what } = self;
        if place.is_empty() {
            write!(f, "`{route}` {what}")
        } else {
            write!(f, "in `{route}`, `{place}` {what}")
        }
    }
}

impl std::error::Error for Deviation {}

/// What departs from the facts in a request. `path` is the path alone,
/// `/api/v10/channels/123/messages`; `query` its pairs, decoded. Of a multipart
/// request `body` is the `payload_json` part, or an empty object without one:
/// the files themselves have no form to check.
pub fn check_request(
    method: &str,
    path: &str,
    query: &[(String, String)],
    body: Option<&Value>,
) -> Vec<Deviation> {
    let Some((route, parameters)) = find(method, path) else {
        return vec![unknown(method, path)];
    };
    let mut finder = Finder::new(&TABLE);

    for (parameter, text) in route.path.iter().zip(parameters) {
        finder.text(&parameter.shape, text, &format!("/path/{}", parameter.name));
    }

    for (at, (name, text)) in query.iter().enumerate() {
        let place = format!("/query/{}", check::escaped(name));
        match route.query.iter().find(|known| known.name == *name) {
            None => finder.tell(&place, "is unknown"),
            Some(_) if query[..at].iter().any(|(earlier, _)| earlier == name) => {
                finder.tell(&place, "is given twice");
            }
            Some(known) => finder.text(&known.shape, text, &place),
        }
    }
    for known in route.query.iter().filter(|known| known.required) {
        if !query.iter().any(|(name, _)| *name == known.name) {
            finder.tell(&format!("/query/{}", known.name), "is missing");
        }
    }

    match (&route.body, body) {
        (None, None) => {}
        (None, Some(_)) => finder.tell("/body", "is given, and the route takes none"),
        (Some(known), None) if known.required => finder.tell("/body", "is missing"),
        (Some(_), None) => {}
        (Some(known), Some(value)) => finder.value(&known.shape, value, "/body"),
    }
    deviations(&route.name(), finder)
}

/// What departs from the facts in an answer; `body` is `None` when it was empty.
///
/// A refusal has the same form on every route, so it is checked on an unknown
/// one too. Nothing is known of what Discord says with a status of 500 or more:
/// such an answer often is not its own but comes from what stands before it.
pub fn check_answer(method: &str, path: &str, status: u16, body: Option<&Value>) -> Vec<Deviation> {
    if status >= 500 {
        return Vec::new();
    }
    let route = find(method, path).map(|(route, _)| route);
    let Some(answer) = answer_of(route, status) else {
        let Some(route) = route else {
            return vec![unknown(method, path)];
        };
        let known = route.answers.iter().map(|answer| answer.status.as_str());
        let known = known.collect::<Vec<_>>().join(", ");
        return vec![Deviation {
            route: route.name(),
            place: "/answer".to_owned(),
            what: format!("has status {status}, which is none of {known}"),
        }];
    };
    let mut finder = Finder::new(&TABLE);
    match (&answer.shape, body) {
        (None, None) => {}
        (None, Some(_)) => {
            finder.tell("/answer", &format!("has a body, and status {status} has none"));
        }
        (Some(_), None) => finder.tell("/answer", "is missing"),
        (Some(shape), Some(value)) => finder.value(shape, value, "/answer"),
    }
    let name = route.map_or_else(|| format!("{method} {path}"), Route::name);
    deviations(&name, finder)
}

/// What departs from the facts in one object. `name` is a gateway event
/// (`MESSAGE_CREATE`, for its `d`), one of `message`, `channel`, `thread`,
/// `guild`, `role`, `user`, `member` (as the gateway gives them), or any name
/// of Discord's own document (`MessageResponse`).
pub fn check_object(name: &str, value: &Value) -> Vec<Deviation> {
    let Some(shape) = TABLE.named(name) else {
        return vec![Deviation {
            route: name.to_owned(),
            place: String::new(),
            what: "is no known object".to_owned(),
        }];
    };
    let mut finder = Finder::new(&TABLE);
    finder.value(&shape, value, "");
    deviations(name, finder)
}

/// The route that a path belongs to, and the path's own words for its
/// parameters. Where two templates match, the one with more of its words
/// written out wins: `/users/@me` before `/users/{user_id}`.
fn find<'p>(method: &str, path: &'p str) -> Option<(&'static Route, Vec<&'p str>)> {
    let path = path.strip_prefix(PREFIX)?;
    let words: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    TABLE
        .routes
        .iter()
        .filter(|route| route.method == method)
        .filter_map(|route| Some((route, route.parameters(&words)?)))
        .min_by_key(|(_, parameters)| parameters.len())
}

/// What the route answers with this status: the status itself before its class.
/// On a path that is no route there is only a refusal, the same as anywhere.
fn answer_of(route: Option<&'static Route>, status: u16) -> Option<&'static Answer> {
    let route = match route {
        None if status >= 400 => TABLE.routes.first()?,
        route => route?,
    };
    let of = |wanted: &str| {
        let mut answers = route.answers.iter();
        answers.find(|answer| answer.status == wanted)
    };
    of(&status.to_string()).or_else(|| of(&format!("{}XX", status / 100)))
}

fn unknown(method: &str, path: &str) -> Deviation {
    Deviation {
        route: format!("{method} {path}"),
        place: String::new(),
        what: "is no known route".to_owned(),
    }
}

fn deviations(route: &str, finder: Finder<'_>) -> Vec<Deviation> {
    finder
        .found
        .into_iter()
        .take(DEVIATIONS_TOLD)
        .map(|(place, what)| Deviation { route: route.to_owned(), place, what })
        .collect()
}

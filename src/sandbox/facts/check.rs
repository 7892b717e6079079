//! Walks a value along a shape and notes where they part.
//!
//! Of several shapes a value may have, the ones that its kind and its literal
//! fields (`type`) allow are tried; where all of these fail, the one that
//! fails least is what its writer meant, and its problems are told.
//!
//! Problems name kinds, lengths and limits, and quote a word only where one of
//! a few was expected: what people wrote has no place in a diagnostic.

use serde_json::{Map, Value};

use super::format::Format;
use super::shape::{Shape, Span};
use super::table::{Fields, Table, Thing};

/// The longest word that a problem quotes, in characters.
const QUOTED_CHARS: usize = 40;

/// The most literals that a problem lists.
const LISTED: usize = 12;

/// A place, and what is wrong there.
pub(super) type Problem = (String, String);

/// Gathers problems.
pub(super) struct Finder<'t> {
    table: &'t Table,
    pub(super) found: Vec<Problem>,
}

impl<'t> Finder<'t> {
    pub(super) fn new(table: &'t Table) -> Finder<'t> {
        let found = Vec::new();
        Finder { table, found }
    }

    pub(super) fn tell(&mut self, place: &str, what: &str) {
        self.found.push((place.to_owned(), what.to_owned()));
    }

    /// Checks a word of the path or the query, which is written as text
    /// whatever it stands for.
    pub(super) fn text(&mut self, shape: &Shape, text: &str, place: &str) {
        let value = self.read(shape, text);
        self.value(shape, &value, place);
    }

    /// The value that a word stands for where `shape` is expected; a string
    /// if it cannot be that.
    fn read(&self, shape: &Shape, text: &str) -> Value {
        let number = || text.parse::<i64>().map(Value::from).ok();
        let read = match shape {
            Shape::Integer(_) => number(),
            Shape::Number(_) => text.parse::<f64>().map(Value::from).ok(),
            // The six spellings that Discord documents.
            Shape::Boolean => match text {
                "true" | "True" | "1" => Some(Value::Bool(true)),
                "false" | "False" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            Shape::Literals(values) if values.iter().any(Value::is_number) => number(),
            Shape::Union(branches) => {
                branches.iter().map(|branch| self.read(branch, text)).find(|value| !value.is_string())
            }
            Shape::Named(name) => match self.table.thing(name) {
                Some(Thing::Shape(shape)) => Some(self.read(shape, text)),
                _ => None,
            },
            _ => None,
        };
        read.unwrap_or_else(|| Value::from(text))
    }

    /// Checks a value.
    pub(super) fn value(&mut self, shape: &Shape, value: &Value, place: &str) {
        match (shape, value) {
            (Shape::Named(name), _) => match (self.table.thing(name), value) {
                (Some(Thing::Shape(shape)), _) => self.value(shape, value, place),
                (Some(Thing::Object(fields)), Value::Object(object)) => {
                    self.object(fields, object, place);
                }
                _ => self.other(shape, value, place),
            },
            (Shape::Union(branches), _) => self.union(branches, value, place),
            (Shape::Integer(span), Value::Number(_)) => {
                let number = integer(value);
                match number {
                    Some(number) if span.has(number) => {}
                    Some(_) => self.tell(place, &outside(*span, value)),
                    None => self.other(shape, value, place),
                }
            }
            (Shape::Number(span), Value::Number(number)) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                if number < span.least as f64 || number > span.most as f64 {
                    self.tell(place, &outside(*span, value));
                }
            }
            (Shape::Text(format, span), Value::String(text)) => {
                self.length(*span, text.chars().count(), "characters", place);
                if !format.holds(text) {
                    self.tell(place, &format!("is not written as {}", format.noun()));
                }
            }
            (Shape::Array { of, length, unique }, Value::Array(elements)) => {
                self.length(*length, elements.len(), "elements", place);
                for (at, element) in elements.iter().enumerate() {
                    let place = format!("{place}/{at}");
                    if *unique && elements[..at].contains(element) {
                        self.tell(&place, "is there twice");
                    }
                    self.value(of, element, &place);
                }
            }
            (Shape::Map { of, length }, Value::Object(object)) => {
                self.length(*length, object.len(), "fields", place);
                for (name, value) in object {
                    self.value(of, value, &format!("{place}/{}", escaped(name)));
                }
            }
            _ => {
                if !self.fits(shape, value) {
                    self.other(shape, value, place);
                }
            }
        }
    }

    fn object(&mut self, fields: &Fields, object: &Map<String, Value>, place: &str) {
        for (name, value) in object {
            let place = format!("{place}/{}", escaped(name));
            match fields.get(name) {
                Some(field) => self.value(&field.shape, value, &place),
                None => self.tell(&place, "is unknown"),
            }
        }
        for (name, field) in fields {
            if field.required && !object.contains_key(name) {
                self.tell(&format!("{place}/{}", escaped(name)), "is missing");
            }
        }
    }

    fn union(&mut self, branches: &[Shape], value: &Value, place: &str) {
        // What is wrong at a branch's own fields weighs more than what is wrong
        // inside them: those fields are how a shape is told from another.
        let level = place.matches('/').count() + 1;
        let own = |(place, _): &&Problem| place.matches('/').count() <= level;

        let mut best: Option<((usize, usize), Vec<Problem>)> = None;
        for branch in branches.iter().filter(|branch| self.fits(branch, value)) {
            let mut finder = Finder::new(self.table);
            finder.value(branch, value, place);
            let problems = finder.found;
            if problems.is_empty() {
                return;
            }
            let weight = (problems.iter().filter(own).count(), problems.len());
            if best.as_ref().is_none_or(|(least, _)| weight < *least) {
                best = Some((weight, problems));
            }
        }
        match best {
            Some((_, problems)) => self.found.extend(problems),
            None => self.misfit(branches, value, place),
        }
    }

    /// Tells why no branch comes into question: where each is an object known
    /// by the same field, that field is wrong, otherwise the whole is.
    fn misfit(&mut self, branches: &[Shape], value: &Value, place: &str) {
        let shape = Shape::Union(branches.to_vec());
        let Value::Object(object) = value else {
            return self.other(&shape, value, place);
        };
        let mut known: Option<(&str, Vec<Value>)> = None;
        for branch in branches {
            let Some((name, values)) = self.mismatch(branch, object) else {
                continue;
            };
            match &mut known {
                None => known = Some((name, values.to_vec())),
                Some((field, all)) if *field == name => all.extend_from_slice(values),
                Some(_) => {}
            }
        }
        match known {
            Some((name, values)) => {
                let place = format!("{place}/{}", escaped(name));
                self.other(&Shape::Literals(values), &object[name], &place);
            }
            None => self.other(&shape, value, place),
        }
    }

    /// Whether a value can be meant for a shape: its kind is right and none of
    /// its fields says that it is something else.
    fn fits(&self, shape: &Shape, value: &Value) -> bool {
        match shape {
            Shape::Any => true,
            Shape::Null => value.is_null(),
            Shape::Boolean => value.is_boolean(),
            Shape::Integer(_) => integer(value).is_some(),
            Shape::Number(_) => value.is_number(),
            Shape::Text(..) => value.is_string(),
            Shape::Array { .. } => value.is_array(),
            Shape::Map { .. } => value.is_object(),
            Shape::Literals(values) => values.contains(value),
            Shape::Union(branches) => branches.iter().any(|branch| self.fits(branch, value)),
            Shape::Named(name) => match self.table.thing(name) {
                Some(Thing::Shape(shape)) => self.fits(shape, value),
                Some(Thing::Object(_)) => match value {
                    Value::Object(object) => self.mismatch(shape, object).is_none(),
                    _ => false,
                },
                None => false,
            },
        }
    }

    /// The field that shows an object to be of another shape, and what this
    /// shape has there. Only fields with values of their own can show it.
    fn mismatch(&self, shape: &Shape, object: &Map<String, Value>) -> Option<(&'t str, &'t [Value])> {
        let Shape::Named(name) = shape else {
            return None;
        };
        let Some(Thing::Object(fields)) = self.table.thing(name) else {
            return None;
        };
        fields.iter().find_map(|(name, field)| {
            let Shape::Literals(values) = &field.shape else {
                return None;
            };
            let value = object.get(name).filter(|_| field.required)?;
            (!values.contains(value)).then_some((name.as_str(), values.as_slice()))
        })
    }

    fn length(&mut self, span: Span, length: usize, of: &str, place: &str) {
        let Span { least, most } = span;
        if !span.has(length as i128) {
            let what = if (length as i128) < least {
                format!("has {length} {of}, and at least {least} are needed")
            } else {
                format!("has {length} {of}, and at most {most} are allowed")
            };
            self.tell(place, &what);
        }
    }

    /// Tells that a value is something else altogether.
    fn other(&mut self, shape: &Shape, value: &Value, place: &str) {
        let mut wanted = Vec::new();
        self.nouns(shape, &mut wanted);
        let literal = wanted.iter().any(|noun| noun.starts_with("`\""));
        let is = match value {
            Value::String(text) if literal && text.chars().count() <= QUOTED_CHARS => {
                format!("`{value}`")
            }
            Value::Number(_) => format!("`{value}`"),
            value => kind(value).to_owned(),
        };
        let more = wanted.len().saturating_sub(LISTED);
        wanted.truncate(LISTED);
        if more > 0 {
            wanted.push(format!("{more} more"));
        }
        let what = match wanted.split_last() {
            None => format!("is {is}"),
            Some((only, [])) => format!("is {is}, not {only}"),
            Some((last, most)) => format!("is {is}, not {} or {last}", most.join(", ")),
        };
        self.tell(place, &what);
    }

    /// What a shape wants, in words.
    fn nouns(&self, shape: &Shape, nouns: &mut Vec<String>) {
        let noun = match shape {
            Shape::Any => "anything".to_owned(),
            Shape::Null => "null".to_owned(),
            Shape::Boolean => "a boolean".to_owned(),
            Shape::Integer(_) => "an integer".to_owned(),
            Shape::Number(_) => "a number".to_owned(),
            Shape::Text(Format::Free, _) => "a string".to_owned(),
            Shape::Text(format, _) => format!("{}, as a string", format.noun()),
            Shape::Array { .. } => "an array".to_owned(),
            Shape::Map { .. } => "an object".to_owned(),
            Shape::Literals(values) => {
                return nouns.extend(values.iter().map(|value| format!("`{value}`")));
            }
            Shape::Union(branches) => {
                return branches.iter().for_each(|branch| self.nouns(branch, nouns));
            }
            Shape::Named(name) => match self.table.thing(name) {
                Some(Thing::Shape(shape)) => return self.nouns(shape, nouns),
                _ => format!("`{name}`"),
            },
        };
        if !nouns.contains(&noun) {
            nouns.push(noun);
        }
    }
}

/// A name as a JSON pointer writes it (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The whole number that a value is, if it is written as one.
fn integer(value: &Value) -> Option<i128> {
    let signed = value.as_i64().map(i128::from);
    signed.or_else(|| value.as_u64().map(i128::from))
}

fn outside(span: Span, value: &Value) -> String {
    let Span { least, most } = span;
    match (least, most) {
        (i128::MIN, most) => format!("is {value}, and at most {most} is allowed"),
        (least, i128::MAX) => format!("is {value}, and at least {least} is needed"),
        (least, most) => format!("is {value}, which is not from {least} to {most}"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

//! Reads the tables of facts.
//!
//! A table is text, one fact a line, so that a change in Discord's document is
//! read as a change of lines. `#` begins a comment. A block begins at the
//! margin, its facts are indented:
//!
//! ```text
//! route POST /channels/{channel_id}/messages
//!   path channel_id! snowflake
//!   query wait boolean
//!   body! MessageCreateRequest
//!   answer 200 MessageResponse
//!   answer 204
//! object MessageReferenceRequest        the fields, `!` after the required ones
//!   message_id! snowflake
//! object message like MessageResponse   its fields, and more, or other ones
//! object update part-of message         the same, with every field optional
//! also GuildChannelResponse             adds to an object that is there already
//! enum MessageType                      the values, and Discord's names for them
//!   0 DEFAULT
//! type ErrorDetails {ErrorDetails}|InnerErrors
//! ```
//!
//! A shape is `any`, `null`, `boolean`, `integer`, `int32`, `int64`, `number`,
//! `string`, `snowflake`, `date-time`, `uri`, a literal (`4`, `"rich"`), the name
//! of a block, `[shape]` for an array, `{shape}` for an object with free keys,
//! or several of these with `|` between them. Limits follow in brackets:
//! `string(1..80)`, `int32(..21600)`, `[snowflake](2..100,unique)`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::format::Format;

/// The facts, as the checker uses them.
#[derive(Default)]
pub(super) struct Table {
    pub(super) routes: Vec<Route>,
    things: BTreeMap<String, Thing>,
}

/// What a name stands for.
pub(super) enum Thing {
    Object(Fields),
    Shape(Shape),
}

pub(super) type Fields = BTreeMap<String, Field>;

#[derive(Clone)]
pub(super) struct Field {
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// One method on one path.
pub(super) struct Route {
    pub(super) method: String,
    template: String,
    pub(super) path: Vec<Parameter>,
    pub(super) query: Vec<Parameter>,
    pub(super) body: Option<Field>,
    pub(super) answers: Vec<Answer>,
}

/// A piece of the path, or of the query, with a name.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// What comes back with a status (`200`) or a class of them (`4XX`).
pub(super) struct Answer {
    pub(super) status: String,
    /// `None` where the answer has no body.
    pub(super) shape: Option<Shape>,
}

/// What a value may be.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Any,
    Null,
    Boolean,
    Integer(Span),
    Number(Span),
    Text(Format, Span),
    Array {
        of: Box<Shape>,
        length: Span,
        unique: bool,
    },
    Map {
        of: Box<Shape>,
        length: Span,
    },
    /// One of these values and no other.
    Literals(Vec<Value>),
    /// Any one of these.
    Union(Vec<Shape>),
    Named(String),
}

/// The least and the most, both allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) least: i128,
    pub(super) most: i128,
}

impl Span {
    const FREE: Span = Span {
        least: i128::MIN,
        most: i128::MAX,
    };

    pub(super) fn has(self, number: i128) -> bool {
        (self.least..=self.most).contains(&number)
    }
}

impl Route {
    /// The method and the template: `GET /users/{user_id}`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// The words that stand for the template's parameters, if the path is one
    /// of this route.
    pub(super) fn parameters<'p>(&self, words: &[&'p str]) -> Option<Vec<&'p str>> {
        let mut template = self.template.split('/').skip(1);
        let mut parameters = Vec::with_capacity(self.path.len());
        for &word in words {
            let wanted = template.next()?;
            if wanted.starts_with('{') {
                if word.is_empty() {
                    return None;
                }
                parameters.push(word);
            } else if wanted != word {
                return None;
            }
        }
        template.next().is_none().then_some(parameters)
    }
}

impl Table {
    pub(super) fn thing(&self, name: &str) -> Option<&Thing> {
        self.things.get(name)
    }

    /// The shape with this name, if there is one.
    pub(super) fn named(&self, name: &str) -> Option<Shape> {
        self.things
            .contains_key(name)
            .then(|| Shape::Named(name.to_owned()))
    }

    /// Takes in a table. What it names may follow later, or in another table.
    pub(super) fn read(&mut self, text: &str) -> Result<(), String> {
        let mut block = Block::None;
        for (at, line) in text.lines().enumerate() {
            let fact = line.trim();
            if fact.is_empty() || fact.starts_with('#') {
                continue;
            }
            let done = if line.starts_with(' ') {
                self.fact(&block, fact)
            } else {
                self.open(fact).map(|opened| block = opened)
            };
            done.map_err(|problem| format!("line {}: {problem}", at + 1))?;
        }
        Ok(())
    }

    /// Sees that every name stands for something, that none stands for itself,
    /// and that each route knows the parameters of its path, in their order.
    pub(super) fn close(&self) -> Result<(), String> {
        let mut shapes = Vec::new();
        for route in &self.routes {
            let parameters = route.template.split('/');
            let parameters = parameters.filter_map(|word| word.strip_prefix('{')?.strip_suffix('}'));
            if !parameters.eq(route.path.iter().map(|known| known.name.as_str())) {
                return Err(format!("`{}` does not list its parameters", route.name()));
            }
            shapes.extend(route.path.iter().map(|parameter| &parameter.shape));
            shapes.extend(route.query.iter().map(|parameter| &parameter.shape));
            shapes.extend(route.body.iter().map(|field| &field.shape));
            shapes.extend(route.answers.iter().filter_map(|answer| answer.shape.as_ref()));
        }
        for thing in self.things.values() {
            match thing {
                Thing::Object(fields) => shapes.extend(fields.values().map(|field| &field.shape)),
                Thing::Shape(shape) => shapes.push(shape),
            }
        }
        while let Some(shape) = shapes.pop() {
            match shape {
                Shape::Array { of, .. } | Shape::Map { of, .. } => shapes.push(of),
                Shape::Union(branches) => shapes.extend(branches),
                Shape::Named(name) if !self.things.contains_key(name) => {
                    return Err(format!("nothing is called `{name}`"));
                }
                _ => {}
            }
        }
        for (name, thing) in &self.things {
            if let Thing::Shape(shape) = thing
                && self.reaches(shape, name, self.things.len())
            {
                return Err(format!("`{name}` stands for itself"));
            }
        }
        Ok(())
    }

    /// Whether `shape` is `name` without any value taken apart in between,
    /// which the checker would follow for ever.
    fn reaches(&self, shape: &Shape, name: &str, steps: usize) -> bool {
        match shape {
            Shape::Named(other) if other == name => true,
            Shape::Named(other) => match self.things.get(other) {
                Some(Thing::Shape(shape)) => steps == 0 || self.reaches(shape, name, steps - 1),
                _ => false,
            },
            Shape::Union(branches) => branches
                .iter()
                .any(|branch| self.reaches(branch, name, steps)),
            _ => false,
        }
    }

    /// Begins a block, and says where its facts go.
    fn open(&mut self, fact: &str) -> Result<Block, String> {
        let words: Vec<&str> = fact.split_whitespace().collect();
        let (name, thing) = match words[..] {
            ["route", method, template] => {
                self.routes.push(Route {
                    method: method.to_owned(),
                    template: template.to_owned(),
                    path: Vec::new(),
                    query: Vec::new(),
                    body: None,
                    answers: Vec::new(),
                });
                return Ok(Block::Route);
            }
            ["also", name] => match self.things.get(name) {
                Some(Thing::Object(_)) => return Ok(Block::Thing(name.to_owned())),
                _ => return Err(format!("no object is called `{name}`")),
            },
            ["object", name] => (name, Thing::Object(Fields::new())),
            ["object", name, how @ ("like" | "part-of"), other] => {
                let Some(Thing::Object(fields)) = self.things.get(other) else {
                    return Err(format!("no object is called `{other}`"));
                };
                let mut fields = fields.clone();
                if how == "part-of" {
                    fields.values_mut().for_each(|field| field.required = false);
                }
                (name, Thing::Object(fields))
            }
            ["enum", name] => (name, Thing::Shape(Shape::Literals(Vec::new()))),
            ["type", name, shape] => (name, Thing::Shape(Shape::parse(shape)?)),
            _ => return Err(format!("`{fact}` begins no block")),
        };
        if self.things.insert(name.to_owned(), thing).is_some() {
            return Err(format!("`{name}` is there twice"));
        }
        Ok(Block::Thing(name.to_owned()))
    }

    /// Takes in one line of a block.
    fn fact(&mut self, block: &Block, fact: &str) -> Result<(), String> {
        let words: Vec<&str> = fact.split_whitespace().collect();
        match block {
            Block::None => Err(format!("`{fact}` belongs to no block")),
            Block::Route => match self.routes.last_mut() {
                Some(route) => route.fact(&words),
                None => Err(format!("`{fact}` belongs to no route")),
            },
            Block::Thing(name) => match (self.things.get_mut(name), &words[..]) {
                (Some(Thing::Object(fields)), [field, shape]) => {
                    let (field, required) = marked(field);
                    let shape = Shape::parse(shape)?;
                    fields.insert(field.to_owned(), Field { shape, required });
                    Ok(())
                }
                (Some(Thing::Shape(Shape::Literals(values))), [value, ..]) => {
                    match serde_json::from_str(value) {
                        Ok(value) => values.push(value),
                        Err(_) => return Err(format!("`{value}` is no literal")),
                    }
                    Ok(())
                }
                _ => Err(format!("`{fact}` does not belong in `{name}`")),
            },
        }
    }
}

/// Where indented lines belong.
enum Block {
    None,
    Route,
    Thing(String),
}

impl Route {
    fn fact(&mut self, words: &[&str]) -> Result<(), String> {
        match *words {
            [list @ ("path" | "query"), name, shape] => {
                let (name, required) = marked(name);
                let parameter = Parameter {
                    name: name.to_owned(),
                    shape: Shape::parse(shape)?,
                    required,
                };
                if list == "path" {
                    self.path.push(parameter);
                } else {
                    self.query.push(parameter);
                }
            }
            [body @ ("body" | "body!"), shape] => {
                let shape = Shape::parse(shape)?;
                let required = body.ends_with('!');
                self.body = Some(Field { shape, required });
            }
            ["answer", status, ref shape @ ..] => {
                let shape = match shape {
                    [] => None,
                    [shape] => Some(Shape::parse(shape)?),
                    _ => return Err("an answer has one shape".to_owned()),
                };
                let status = status.to_owned();
                self.answers.push(Answer { status, shape });
            }
            _ => return Err(format!("`{}` does not belong in a route", words.join(" "))),
        }
        Ok(())
    }
}

/// A name, and whether it carries the mark of what is required.
fn marked(name: &str) -> (&str, bool) {
    match name.strip_suffix('!') {
        Some(name) => (name, true),
        None => (name, false),
    }
}

impl Shape {
    pub(super) fn parse(text: &str) -> Result<Shape, String> {
        let mut rest = text;
        let shape = union(&mut rest)?;
        if rest.is_empty() {
            Ok(shape)
        } else {
            Err(format!("`{text}` goes on after its end, at `{rest}`"))
        }
    }
}

/// Reads branches with `|` between them. Literals side by side become one.
fn union(rest: &mut &str) -> Result<Shape, String> {
    let mut branches = Vec::new();
    loop {
        match (single(rest)?, branches.last_mut()) {
            (Shape::Literals(more), Some(Shape::Literals(values))) => values.extend(more),
            (branch, _) => branches.push(branch),
        }
        if !taken(rest, "|") {
            break;
        }
    }
    match branches.pop() {
        Some(only) if branches.is_empty() => Ok(only),
        Some(last) => {
            branches.push(last);
            Ok(Shape::Union(branches))
        }
        None => Err("a shape is empty".to_owned()),
    }
}

fn single(rest: &mut &str) -> Result<Shape, String> {
    if taken(rest, "[") {
        let of = Box::new(union(rest)?);
        expect(rest, "]")?;
        let (length, unique) = limits(rest, Span::FREE)?;
        return Ok(Shape::Array { of, length, unique });
    }
    if taken(rest, "{") {
        let of = Box::new(union(rest)?);
        expect(rest, "}")?;
        let (length, _) = limits(rest, Span::FREE)?;
        return Ok(Shape::Map { of, length });
    }
    let end = match rest.strip_prefix('"') {
        Some(inside) => inside.find('"').map(|at| at + 2),
        None => rest.find(['|', '(', ')', '[', ']', '{', '}']),
    };
    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = after;
    if word.starts_with(['"', '-']) || word.starts_with(|first: char| first.is_ascii_digit()) {
        return match serde_json::from_str(word) {
            Ok(value) => Ok(Shape::Literals(vec![value])),
            Err(_) => Err(format!("`{word}` is no literal")),
        };
    }
    let int = |bits: u32| Span {
        least: -(1 << (bits - 1)),
        most: (1 << (bits - 1)) - 1,
    };
    Ok(match word {
        "" => return Err("a shape is empty".to_owned()),
        "any" => Shape::Any,
        "null" => Shape::Null,
        "boolean" => Shape::Boolean,
        "integer" => Shape::Integer(limits(rest, Span::FREE)?.0),
        "int32" => Shape::Integer(limits(rest, int(32))?.0),
        "int64" => Shape::Integer(limits(rest, int(64))?.0),
        "number" => Shape::Number(limits(rest, Span::FREE)?.0),
        "string" => Shape::Text(Format::Free, limits(rest, Span::FREE)?.0),
        "snowflake" => Shape::Text(Format::Snowflake, Span::FREE),
        "date-time" => Shape::Text(Format::DateTime, limits(rest, Span::FREE)?.0),
        "uri" => Shape::Text(Format::Uri, limits(rest, Span::FREE)?.0),
        name => Shape::Named(name.to_owned()),
    })
}

/// Reads `(least..most,unique)`, every part of which may be left out.
fn limits(rest: &mut &str, within: Span) -> Result<(Span, bool), String> {
    if !taken(rest, "(") {
        return Ok((within, false));
    }
    let Some((inside, after)) = rest.split_once(')') else {
        return Err("a bracket is not closed".to_owned());
    };
    *rest = after;
    let (mut span, mut unique) = (within, false);
    for part in inside.split(',') {
        match part.split_once("..") {
            None if part == "unique" => unique = true,
            None => return Err(format!("`{part}` is no limit")),
            Some((least, most)) => {
                let bound = |text: &str, otherwise: i128| match text {
                    "" => Ok(otherwise),
                    text => text.parse().map_err(|_| format!("`{text}` is no number")),
                };
                span.least = bound(least, span.least)?;
                span.most = bound(most, span.most)?;
            }
        }
    }
    Ok((span, unique))
}

fn taken(rest: &mut &str, mark: &str) -> bool {
    match rest.strip_prefix(mark) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

fn expect(rest: &mut &str, mark: &str) -> Result<(), String> {
    if taken(rest, mark) {
        Ok(())
    } else {
        Err(format!("`{mark}` is missing before `{rest}`"))
    }
}

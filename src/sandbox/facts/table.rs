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
//! enum MessageType                      the values, and Discord's names for them
//!   0 DEFAULT
//! type ErrorDetails {ErrorDetails}|InnerErrors
//! also MessageType                      adds to an object or an enumeration
//!   99 NEW
//! ```
//!
//! `shape.rs` says how a shape is written.

use std::collections::BTreeMap;

use super::shape::Shape;

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
        self.things.contains_key(name).then(|| Shape::Named(name.to_owned()))
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
            Shape::Union(branches) => branches.iter().any(|branch| self.reaches(branch, name, steps)),
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
            ["also", name] if self.things.contains_key(name) => {
                return Ok(Block::Thing(name.to_owned()));
            }
            ["also", name] => return Err(format!("nothing is called `{name}`")),
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
                let parameter = Parameter { name: name.to_owned(), shape: Shape::parse(shape)?, required };
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

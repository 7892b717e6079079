//! What a value may be, and how a table writes it.
//!
//! It is `any`, `null`, `boolean`, `integer`, `int32`, `int64`, `number`, `string`,
//! `snowflake`, `date-time`, `uri`, a literal (`4`, `"rich"`, `false`), the name of
//! a block, `[shape]` for an array, `{shape}` for an object with free keys, or
//! several of these with `|` between them. Limits follow in brackets:
//! `string(1..80)`, `int32(..21600)`, `[snowflake](2..100,unique)`.

use serde_json::Value;

use super::format::Format;

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
    const FREE: Span = Span { least: i128::MIN, most: i128::MAX };

    pub(super) fn has(self, number: i128) -> bool {
        (self.least..=self.most).contains(&number)
    }
}

impl Shape {
    pub(super) fn parse(text: &str) -> Result<Shape, String> {
        let mut rest = text;
        let shape = union(&mut rest)?;
        if rest.is_empty() { Ok(shape) } else { Err(format!("`{text}` goes on after its end, at `{rest}`")) }
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
    let int = |bits: u32| Span { least: -(1 << (bits - 1)), most: (1 << (bits - 1)) - 1 };
    Ok(match word {
        "" => return Err("a shape is empty".to_owned()),
        "any" => Shape::Any,
        "null" => Shape::Null,
        "boolean" => Shape::Boolean,
        "true" | "false" => Shape::Literals(vec![Value::Bool(word == "true")]),
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
    if taken(rest, mark) { Ok(()) } else { Err(format!("`{mark}` is missing before `{rest}`")) }
}

//! Draws the table of facts from Discord's OpenAPI document.
//!
//! It takes names, types, enumerations and limits, and leaves every sentence
//! behind. A keyword that it does not know stops it: a fact must not get lost
//! because the document learned a new way to say it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Map, Value};

/// The routes in use. A line here and `UPDATE_FACTS=1` are all that a new one
/// needs; what it refers to follows by itself.
pub const ROUTES: &[&str] = &[
    "GET /gateway",
    "GET /gateway/bot",
    "GET /applications/@me",
    "GET /oauth2/applications/@me",
    "GET /applications/{application_id}/guilds/{guild_id}/commands",
    "PUT /applications/{application_id}/guilds/{guild_id}/commands",
    "GET /users/@me",
    "GET /users/@me/guilds",
    "GET /users/{user_id}",
    "POST /users/@me/channels",
    "GET /guilds/{guild_id}",
    "GET /guilds/{guild_id}/channels",
    "GET /guilds/{guild_id}/roles",
    "GET /guilds/{guild_id}/members",
    "GET /guilds/{guild_id}/members/search",
    "GET /guilds/{guild_id}/members/{user_id}",
    "GET /guilds/{guild_id}/threads/active",
    "GET /guilds/{guild_id}/audit-logs",
    "GET /guilds/{guild_id}/auto-moderation/rules",
    "GET /guilds/{guild_id}/webhooks",
    "GET /channels/{channel_id}",
    "PATCH /channels/{channel_id}",
    "DELETE /channels/{channel_id}",
    "GET /channels/{channel_id}/messages",
    "POST /channels/{channel_id}/messages",
    "GET /channels/{channel_id}/messages/{message_id}",
    "PATCH /channels/{channel_id}/messages/{message_id}",
    "DELETE /channels/{channel_id}/messages/{message_id}",
    "POST /channels/{channel_id}/messages/bulk-delete",
    "POST /channels/{channel_id}/messages/{message_id}/crosspost",
    "GET /channels/{channel_id}/pins",
    "PUT /channels/{channel_id}/pins/{message_id}",
    "DELETE /channels/{channel_id}/pins/{message_id}",
    "GET /channels/{channel_id}/messages/pins",
    "PUT /channels/{channel_id}/messages/pins/{message_id}",
    "DELETE /channels/{channel_id}/messages/pins/{message_id}",
    "POST /channels/{channel_id}/messages/{message_id}/threads",
    "POST /channels/{channel_id}/threads",
    "GET /channels/{channel_id}/threads/archived/public",
    "GET /channels/{channel_id}/threads/archived/private",
    "GET /channels/{channel_id}/users/@me/threads/archived/private",
    "GET /channels/{channel_id}/thread-members",
    "GET /channels/{channel_id}/thread-members/{user_id}",
    "PUT /channels/{channel_id}/thread-members/{user_id}",
    "DELETE /channels/{channel_id}/thread-members/{user_id}",
    "PUT /channels/{channel_id}/thread-members/@me",
    "DELETE /channels/{channel_id}/thread-members/@me",
    "POST /channels/{channel_id}/typing",
    "GET /channels/{channel_id}/webhooks",
    "POST /channels/{channel_id}/webhooks",
    "GET /webhooks/{webhook_id}/{webhook_token}",
    "POST /webhooks/{webhook_id}/{webhook_token}",
    "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}",
    "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original",
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original",
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original",
    "POST /interactions/{interaction_id}/{interaction_token}/callback",
];

/// What no route refers to by name, and `beyond.txt` does.
const BESIDES: &[&str] =
    &["ApplicationCommandOptionType", "AutomodActionType", "AutomodTriggerType", "MessageComponentTypes"];

const HEAD: &str = "\
# Facts of Discord's REST API, drawn from its published OpenAPI document.
# Not to be edited by hand: tests/it/facts/draw.rs names the routes, and
# `UPDATE_FACTS=1 cargo test --release facts` writes this file.
# src/sandbox/facts/table.rs says how it is read.
";

const SCHEMAS: &str = "#/components/schemas/";

/// The table, as it is committed.
pub fn draw(document: &Value) -> String {
    let mut drawer = Drawer {
        document,
        blocks: BTreeMap::new(),
        wanted: BESIDES.iter().map(|name| (*name).to_owned()).collect(),
    };
    let mut table = HEAD.to_owned();
    for route in ROUTES {
        table.push_str(&drawer.route(route));
    }
    while let Some(name) = drawer.wanted.pop_first() {
        if !drawer.blocks.contains_key(&name) {
            let schema = drawer.schema(&name);
            let block = drawer.block(&name, schema);
            drawer.blocks.insert(name, block);
        }
    }
    drawer.blocks.values().for_each(|block| table.push_str(block));
    table
}

struct Drawer<'d> {
    document: &'d Value,
    /// What has been drawn, by name.
    blocks: BTreeMap<String, String>,
    /// What has been referred to since.
    wanted: BTreeSet<String>,
}

impl<'d> Drawer<'d> {
    fn schema(&self, name: &str) -> &'d Value {
        let schema = &self.document["components"]["schemas"][name];
        assert!(schema.is_object(), "the document has no schema `{name}`");
        schema
    }

    /// What a part of the document is, or what it refers to.
    fn resolved(&self, part: &'d Value) -> &'d Value {
        match part["$ref"].as_str().and_then(|at| at.strip_prefix('#')) {
            Some(at) => self.document.pointer(at).expect("a reference leads somewhere"),
            None => part,
        }
    }

    fn route(&mut self, route: &str) -> String {
        let (method, template) = route.split_once(' ').expect("a route is `METHOD /path`");
        let path = &self.document["paths"][template];
        let operation = &path[method.to_lowercase()];
        assert!(operation.is_object(), "the document has no route `{route}`");
        let name = text(&operation["operationId"]);
        let mut block = format!("\nroute {route}\n");

        let parameters = list(&path["parameters"]).iter();
        for parameter in parameters.chain(list(&operation["parameters"])) {
            let place = text(&parameter["in"]);
            assert!(["path", "query"].contains(&place), "a parameter in the {place}");
            let shape = self.shape(&parameter["schema"], &format!("{name}.query"));
            let field = marked(text(&parameter["name"]), parameter["required"] == true);
            writeln!(block, "  {place} {field} {shape}").expect("a string takes everything");
        }

        let body = &operation["requestBody"];
        if body.is_object() {
            let shape = self.shape(json(body), &format!("{name}.body"));
            let body = marked("body", body["required"] == true);
            writeln!(block, "  {body} {shape}").expect("a string takes everything");
        }

        for (status, answer) in object(&operation["responses"]) {
            let answer = self.resolved(answer);
            if answer["content"].is_object() {
                let shape = self.shape(json(answer), &format!("{name}.{status}"));
                writeln!(block, "  answer {status} {shape}")
            } else {
                writeln!(block, "  answer {status}")
            }
            .expect("a string takes everything");
        }
        block
    }

    /// One named schema, as a block of the table.
    fn block(&mut self, name: &str, schema: &'d Value) -> String {
        let mut block = String::new();
        if let Some(values) = constants(schema) {
            known(schema, &["oneOf", "type", "format"]);
            block.push_str(&format!("\nenum {name}\n"));
            for value in values {
                known(value, &["const", "title"]);
                let title = text(&value["title"]);
                block.push_str(&format!("  {} {title}\n", value["const"]));
            }
            return block;
        }
        if schema["properties"].is_object() || schema["allOf"].is_array() {
            let mut fields = BTreeMap::new();
            self.fields(name, schema, &mut fields);
            block.push_str(&format!("\nobject {name}\n"));
            for (field, (shape, required)) in fields {
                block.push_str(&format!("  {} {shape}\n", marked(field, required)));
            }
            return block;
        }
        format!("\ntype {name} {}\n", self.shape(schema, name))
    }

    /// The fields of an object, together with those of what it is made from.
    fn fields(&mut self, name: &str, schema: &'d Value, fields: &mut BTreeMap<&'d str, (String, bool)>) {
        known(schema, &["type", "properties", "required", "allOf", "additionalProperties"]);
        let more = &schema["additionalProperties"];
        assert!(more.is_null() || *more == false, "`{name}` has named fields and free ones");
        for part in list(&schema["allOf"]) {
            self.fields(name, self.resolved(part), fields);
        }
        let required = list(&schema["required"]);
        if schema["properties"].is_object() {
            for (field, schema) in object(&schema["properties"]) {
                let shape = self.shape(schema, &format!("{name}.{field}"));
                let required = required.iter().any(|name| name == field);
                fields.insert(field, (shape, required));
            }
        }
    }

    /// A schema as the table writes it. `name` is for an object that has none
    /// of its own.
    fn shape(&mut self, schema: &'d Value, name: &str) -> String {
        if let Some(at) = schema["$ref"].as_str() {
            let name = at.strip_prefix(SCHEMAS).expect("a reference to a schema");
            // Schemas that only name a string or a number say less than what
            // they stand for.
            let schema = self.schema(name);
            if constants(schema).is_none() && scalar(schema) {
                return self.shape(schema, name);
            }
            self.wanted.insert(name.to_owned());
            return name.to_owned();
        }
        if let Some(branches) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            known(schema, &["oneOf", "anyOf", "x-discord-union"]);
            // Null last, as everywhere else in the table.
            let (nulls, others): (Vec<_>, Vec<_>) =
                branches.iter().partition(|branch| branch["type"] == "null");
            let branches = others.into_iter().chain(nulls);
            let branches: Vec<_> = branches.map(|branch| self.shape(branch, name)).collect();
            return branches.join("|");
        }
        if let Some(values) = schema["enum"].as_array() {
            known(schema, &["enum", "allOf", "type", "format"]);
            let values: Vec<_> = values.iter().map(Value::to_string).collect();
            return values.join("|");
        }
        let types = match &schema["type"] {
            Value::Null => {
                known(schema, &[]);
                return "any".to_owned();
            }
            Value::String(only) => vec![only.as_str()],
            several => list(several).iter().map(text).collect(),
        };
        let shapes: Vec<_> = types.into_iter().map(|kind| self.kind(kind, schema, name)).collect();
        shapes.join("|")
    }

    /// A schema, as far as it says something of one kind of value.
    fn kind(&mut self, kind: &str, schema: &'d Value, name: &str) -> String {
        match kind {
            "null" | "boolean" => kind.to_owned(),
            "integer" => {
                known(schema, &["type", "format", "minimum", "maximum"]);
                let word = match schema["format"].as_str() {
                    None => "integer",
                    Some(format @ ("int32" | "int64")) => format,
                    Some(format) => panic!("an integer in the format `{format}`"),
                };
                format!("{word}{}", limits(schema, "minimum", "maximum"))
            }
            "number" => {
                known(schema, &["type", "format", "minimum", "maximum"]);
                format!("number{}", limits(schema, "minimum", "maximum"))
            }
            "string" => {
                known(schema, &["type", "format", "minLength", "maxLength", "contentEncoding", "pattern"]);
                let word = match schema["format"].as_str() {
                    Some("snowflake") => return "snowflake".to_owned(),
                    _ if schema["pattern"].is_string() => panic!("a pattern in `{name}`"),
                    None | Some("nonce") => "string",
                    Some(format @ ("date-time" | "uri")) => format,
                    Some(format) => panic!("a string in the format `{format}`"),
                };
                format!("{word}{}", limits(schema, "minLength", "maxLength"))
            }
            "array" => {
                known(schema, &["type", "items", "minItems", "maxItems", "uniqueItems"]);
                let of = self.shape(&schema["items"], name);
                let limits = limits(schema, "minItems", "maxItems");
                match (schema["uniqueItems"] == true, limits.strip_suffix(')')) {
                    (false, _) => format!("[{of}]{limits}"),
                    (true, None) => format!("[{of}](unique)"),
                    (true, Some(limits)) => format!("[{of}]{limits},unique)"),
                }
            }
            "object" if schema["additionalProperties"].is_object() => {
                known(schema, &["type", "additionalProperties", "minProperties", "maxProperties"]);
                let of = self.shape(&schema["additionalProperties"], name);
                format!("{{{of}}}{}", limits(schema, "minProperties", "maxProperties"))
            }
            "object" => {
                let block = self.block(name, schema);
                let earlier = self.blocks.insert(name.to_owned(), block);
                assert!(earlier.is_none(), "two objects would be called `{name}`");
                name.to_owned()
            }
            other => panic!("a value of the type `{other}`"),
        }
    }
}

/// Refuses a schema that says more than the drawer reads. Sentences and titles
/// are no facts.
#[track_caller]
fn known(schema: &Value, keywords: &[&str]) {
    for keyword in object(schema).keys().map(String::as_str) {
        let prose = ["description", "title"].contains(&keyword);
        assert!(prose || keywords.contains(&keyword), "the drawer does not know `{keyword}` here: {schema}");
    }
}

/// The members of an enumeration, if the schema is one.
fn constants(schema: &Value) -> Option<&Vec<Value>> {
    let members = schema["oneOf"].as_array()?;
    let all = members.iter().all(|member| !member["const"].is_null());
    all.then_some(members)
}

fn scalar(schema: &Value) -> bool {
    let simple = ["string", "integer", "number", "boolean"];
    schema["type"].as_str().is_some_and(|kind| simple.contains(&kind))
}

/// The only body that the table tells of; the others carry the same fields.
fn json(part: &Value) -> &Value {
    let schema = &part["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "a body without JSON: {part}");
    schema
}

fn limits(schema: &Value, least: &str, most: &str) -> String {
    let bound = |name: &str| match &schema[name] {
        Value::Null => String::new(),
        number => number.to_string(),
    };
    match (bound(least), bound(most)) {
        (least, most) if least.is_empty() && most.is_empty() => String::new(),
        (least, most) => format!("({least}..{most})"),
    }
}

fn marked(name: &str, required: bool) -> String {
    let mark = if required { "!" } else { "" };
    format!("{name}{mark}")
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().expect("the document has a string here")
}

#[track_caller]
fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("the document has an object here")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

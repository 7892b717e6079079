//! What somebody wants to post, and whether it may stand: the limits on
//! content, embeds, components, polls and files.
//!
//! People and the bot come through the same gate with different limits.

use serde_json::{Map, Value, json};

use super::attachment::Upload;
use super::mention::AllowedMentions;
use super::message::{COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS};
use super::permission::*;
use super::place::id_of;
use super::refusal::*;
use super::{Id, World, stamp};

/// A message before it is sent. `Draft::from("text")` does for most.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub stickers: Vec<Value>,
    pub poll: Option<Value>,
    pub files: Vec<Upload>,
    /// The message this answers, in the same channel.
    pub reply_to: Option<Id>,
    /// Whether answering a message that is gone is an error.
    pub reply_must_exist: bool,
    /// Channel and message to forward.
    pub forward: Option<(Id, Id)>,
    pub allowed_mentions: Option<AllowedMentions>,
    pub nonce: Option<Value>,
    pub enforce_nonce: bool,
    pub flags: u64,
    pub tts: bool,
}

impl From<&str> for Draft {
    fn from(content: &str) -> Draft {
        Draft { content: content.to_owned(), ..Draft::default() }
    }
}

impl From<String> for Draft {
    fn from(content: String) -> Draft {
        Draft { content, ..Draft::default() }
    }
}

pub(super) const FLAGS_SETTABLE: u64 = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2 | EPHEMERAL;
const NONCE_CHARS: usize = 25;

impl Draft {
    /// Reads the body of a request to post.
    pub fn from_value(wish: &Value, files: Vec<Upload>) -> Answer<Draft> {
        let list = |key: &str| -> Answer<Vec<Value>> {
            match wish.get(key) {
                None | Some(Value::Null) => Ok(Vec::new()),
                Some(Value::Array(list)) => Ok(list.clone()),
                Some(_) => Err(Refusal::form(
                    &[key],
                    "LIST_TYPE_CONVERT",
                    "Only iterables may be used in a ListType",
                )),
            }
        };
        let content = match wish.get("content") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(_) => {
                return Err(Refusal::form(
                    &["content"],
                    "STRING_TYPE_CONVERT",
                    "Could not interpret value as string.",
                ));
            }
        };
        let nonce = wish.get("nonce").filter(|n| !n.is_null()).cloned();
        if nonce.as_ref().and_then(Value::as_str).is_some_and(|n| n.chars().count() > NONCE_CHARS) {
            return Err(Refusal::too_long(&["nonce"], NONCE_CHARS));
        }
        let reference = &wish["message_reference"];
        let target = id_of(&reference["message_id"]);
        let forward = reference["type"].as_u64() == Some(1);
        let forward_from = id_of(&reference["channel_id"]).zip(target).filter(|_| forward);
        if forward && forward_from.is_none() {
            return Err(Refusal::missing(&["message_reference", "channel_id"]));
        }
        let allowed = wish.get("allowed_mentions").filter(|a| !a.is_null());
        Ok(Draft {
            content,
            embeds: list("embeds")?,
            components: list("components")?,
            stickers: Vec::new(),
            poll: wish.get("poll").filter(|p| !p.is_null()).cloned(),
            files,
            reply_to: target.filter(|_| !forward),
            reply_must_exist: reference["fail_if_not_exists"].as_bool().unwrap_or(true),
            forward: forward_from,
            allowed_mentions: allowed.map(AllowedMentions::from_value).transpose()?,
            nonce,
            enforce_nonce: wish["enforce_nonce"].as_bool().unwrap_or(false),
            flags: wish["flags"].as_u64().unwrap_or(0) & FLAGS_SETTABLE,
            tts: wish["tts"].as_bool().unwrap_or(false),
        })
    }

    fn is_empty(&self) -> bool {
        self.content.trim().is_empty()
            && self.embeds.is_empty()
            && self.components.is_empty()
            && self.stickers.is_empty()
            && self.poll.is_none()
            && self.files.is_empty()
            && self.forward.is_none()
    }
}

impl World {
    /// The draft with everything filled in that Discord fills in, or why it may not stand.
    pub(super) fn checked_draft(&self, actor: Id, channel: Id, draft: Draft) -> Answer<Draft> {
        let bot = self.users.get(&actor).is_none_or(|u| u.bot);
        let draft = self.well_formed(draft, bot)?;
        for (present, bits) in [
            (!draft.embeds.is_empty(), EMBED_LINKS),
            (!draft.files.is_empty(), ATTACH_FILES),
            (draft.poll.is_some(), SEND_POLLS),
        ] {
            if present {
                self.need(actor, channel, bits)?;
            }
        }
        Ok(draft)
    }

    /// The same for those who need no permission: webhooks and answers to interactions.
    pub(super) fn well_formed(&self, mut draft: Draft, bot: bool) -> Answer<Draft> {
        if draft.is_empty() {
            return Err(EMPTY_MESSAGE);
        }
        check_content(&draft.content, bot)?;
        if draft.flags & COMPONENTS_V2 != 0
            && !(draft.content.is_empty() && draft.embeds.is_empty() && draft.poll.is_none())
        {
            return Err(Refusal::form(
                &["flags"],
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            ));
        }
        check_embeds(&mut draft.embeds)?;
        check_components(&mut draft.components, draft.flags & COMPONENTS_V2 != 0)?;
        if draft.files.len() > 10 {
            return Err(Refusal::too_long(&["attachments"], 10));
        }
        if draft.files.iter().any(|f| f.bytes.len() > self.settings.file_bytes_at_most) {
            return Err(BODY_TOO_LARGE);
        }
        if let Some(poll) = draft.poll.take() {
            draft.poll = Some(self.checked_poll(&poll)?);
        }
        Ok(draft)
    }

    fn checked_poll(&self, poll: &Value) -> Answer<Value> {
        let question = poll["question"]["text"].as_str().unwrap_or("");
        if question.is_empty() {
            return Err(Refusal::missing(&["poll", "question", "text"]));
        }
        if question.chars().count() > 300 {
            return Err(Refusal::too_long(&["poll", "question", "text"], 300));
        }
        let answers = poll["answers"].as_array().map_or(&[][..], |l| l);
        if answers.is_empty() || answers.len() > 10 {
            return Err(Refusal::form(
                &["poll", "answers"],
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 10 in length.",
            ));
        }
        let mut numbered = Vec::new();
        for (n, answer) in answers.iter().enumerate() {
            let text = answer["poll_media"]["text"].as_str().unwrap_or("");
            if text.chars().count() > 55 {
                let at = n.to_string();
                return Err(Refusal::too_long(&["poll", "answers", &at, "poll_media", "text"], 55));
            }
            numbered.push(json!({ "answer_id": n + 1, "poll_media": { "text": text } }));
        }
        let hours = poll["duration"].as_i64().unwrap_or(24).clamp(1, 768);
        Ok(json!({
            "question": { "text": question },
            "answers": numbered,
            "expiry": stamp(self.now_us() + hours * 3_600_000_000),
            "allow_multiselect": poll["allow_multiselect"].as_bool().unwrap_or(false),
            "layout_type": 1,
            "results": { "answer_counts": [], "is_finalized": false },
        }))
    }
}

/// 2,000 characters for bots, 4,000 for people (Nitro allows it to some; the
/// sandbox to all).
pub(super) fn check_content(content: &str, bot: bool) -> Answer<()> {
    let most = if bot { 2000 } else { 4000 };
    if content.len() > most && content.chars().count() > most {
        return Err(Refusal::too_long(&["content"], most));
    }
    Ok(())
}

pub(super) fn check_embeds(embeds: &mut [Value]) -> Answer<()> {
    if embeds.len() > 10 {
        return Err(Refusal::too_long(&["embeds"], 10));
    }
    let mut total = 0;
    for (n, embed) in embeds.iter_mut().enumerate() {
        let at = n.to_string();
        let mut measure = |value: &Value, place: &[&str], most: usize| -> Answer<()> {
            let length = value.as_str().map_or(0, |t| t.chars().count());
            total += length;
            if length > most {
                return Err(Refusal::too_long(place, most));
            }
            Ok(())
        };
        measure(&embed["title"], &["embeds", &at, "title"], 256)?;
        measure(&embed["description"], &["embeds", &at, "description"], 4096)?;
        measure(&embed["footer"]["text"], &["embeds", &at, "footer", "text"], 2048)?;
        measure(&embed["author"]["name"], &["embeds", &at, "author", "name"], 256)?;
        if let Some(fields) = embed["fields"].as_array_mut() {
            if fields.len() > 25 {
                return Err(Refusal::too_long(&["embeds", &at, "fields"], 25));
            }
            for (m, field) in fields.iter_mut().enumerate() {
                let of = m.to_string();
                for (key, most) in [("name", 256), ("value", 1024)] {
                    let place = ["embeds", &at, "fields", &of, key];
                    if field[key].as_str().is_none_or(str::is_empty) {
                        return Err(Refusal::missing(&place));
                    }
                    measure(&field[key], &place, most)?;
                }
                field["inline"] = json!(field["inline"].as_bool().unwrap_or(false));
            }
        }
        if let Value::Object(fields) = embed {
            fields.entry("type").or_insert(json!("rich"));
            // Reading a missing key through the index leaves a null behind.
            fields.retain(|_, v| !v.is_null());
            for part in ["footer", "author"] {
                if let Some(Value::Object(inner)) = fields.get_mut(part) {
                    inner.retain(|_, v| !v.is_null());
                    if inner.is_empty() {
                        fields.remove(part);
                    }
                }
            }
        }
    }
    if total > 6000 {
        return Err(Refusal::form(
            &["embeds"],
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000",
        ));
    }
    Ok(())
}

/// Numbers the components and fills in what Discord fills in.
pub(super) fn check_components(components: &mut [Value], v2: bool) -> Answer<()> {
    let most = if v2 { 40 } else { 5 };
    if components.len() > most {
        return Err(Refusal::too_long(&["components"], most));
    }
    if !v2 && components.iter().any(|c| c["type"].as_u64() != Some(1)) {
        return Err(Refusal::form(
            &["components"],
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (1,).",
        ));
    }
    let mut next = 1;
    for (n, component) in components.iter_mut().enumerate() {
        number(component, &mut next, &["components", &n.to_string()])?;
    }
    Ok(())
}

fn number(component: &mut Value, next: &mut u64, place: &[&str]) -> Answer<()> {
    let Value::Object(fields) = component else {
        return Err(Refusal::form(place, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"));
    };
    fields.entry("id").or_insert(json!(*next));
    *next += 1;
    fields.retain(|_, v| !v.is_null());
    let text = |fields: &Map<String, Value>, key: &str| {
        fields.get(key).and_then(Value::as_str).map_or(0, |t| t.chars().count())
    };
    match fields.get("type").and_then(Value::as_u64) {
        Some(1) => {
            let inside = fields.get("components").and_then(Value::as_array).map_or(0, Vec::len);
            if inside == 0 || inside > 5 {
                return Err(Refusal::form(
                    place,
                    "BASE_TYPE_BAD_LENGTH",
                    "Must be between 1 and 5 in length.",
                ));
            }
        }
        Some(2) => {
            let link = fields.get("style").and_then(Value::as_u64) == Some(5);
            if !link && text(fields, "custom_id") == 0 {
                return Err(Refusal::missing(&[place, &["custom_id"]].concat()));
            }
            if text(fields, "label") > 80 {
                return Err(Refusal::too_long(&[place, &["label"]].concat(), 80));
            }
        }
        Some(3 | 5 | 6 | 7 | 8) => {
            fields.entry("min_values").or_insert(json!(1));
            fields.entry("max_values").or_insert(json!(1));
        }
        Some(11) => describe_media(fields, "media", *next),
        Some(12) => {
            let items = fields.get_mut("items").and_then(Value::as_array_mut);
            for (n, item) in items.into_iter().flatten().enumerate() {
                if let Value::Object(item) = item {
                    describe_media(item, "media", *next * 100 + n as u64);
                }
            }
        }
        Some(14) => {
            fields.entry("spacing").or_insert(json!(1));
            fields.entry("divider").or_insert(json!(true));
        }
        Some(17) => {
            fields.entry("accent_color").or_insert(Value::Null);
            fields.entry("spoiler").or_insert(json!(false));
        }
        None => return Err(Refusal::missing(&[place, &["type"]].concat())),
        _ => {}
    }
    if text(fields, "custom_id") > 100 {
        return Err(Refusal::too_long(&[place, &["custom_id"]].concat(), 100));
    }
    if let Some(Value::Array(inner)) = fields.get_mut("components") {
        for (n, child) in inner.iter_mut().enumerate() {
            number(child, next, &[place, &["components", &n.to_string()]].concat())?;
        }
    }
    match fields.get_mut("accessory") {
        Some(child) => number(child, next, &[place, &["accessory"]].concat()),
        None => Ok(()),
    }
}

/// What Discord adds to a picture it has looked up.
fn describe_media(fields: &mut Map<String, Value>, key: &str, id: u64) {
    fields.entry("description").or_insert(Value::Null);
    fields.entry("spoiler").or_insert(json!(false));
    if let Some(Value::Object(media)) = fields.get_mut(key) {
        let url = media.get("url").cloned().unwrap_or_default();
        media.entry("proxy_url").or_insert(url);
        media.entry("id").or_insert(json!(id.to_string()));
    }
}

//! Components and forms: finding the one that was used, and a form's way there
//! and back.

use serde_json::{Value, json};

use super::refusal::*;

/// Whether a form may be opened so.
pub(super) fn check_modal(data: &Value) -> Answer<()> {
    for (key, most) in [("custom_id", 100), ("title", 45)] {
        match data[key].as_str() {
            Some(text) if !text.is_empty() && text.chars().count() <= most => {}
            Some(text) if !text.is_empty() => return Err(Refusal::too_long(&["data", key], most)),
            _ => return Err(Refusal::missing(&["data", key])),
        }
    }
    match data["components"].as_array().map_or(0, Vec::len) {
        1..=5 => Ok(()),
        _ => Err(Refusal::form(
            &["data", "components"],
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 5 in length.",
        )),
    }
}

/// The component with this custom id, however deep.
pub(super) fn component<'a>(list: &'a [Value], custom_id: &str) -> Option<&'a Value> {
    list.iter().find_map(|part| {
        if part["custom_id"] == custom_id {
            return Some(part);
        }
        let inner = part["components"].as_array().map_or(&[][..], |l| l);
        component(inner, custom_id)
            .or_else(|| component(std::slice::from_ref(part.get("accessory")?), custom_id))
    })
}

/// A part of a form as it comes back, with what was filled in.
pub(super) fn filled(part: &Value, values: &[(&str, &str)]) -> Value {
    let mut back = json!({ "type": part["type"], "id": part["id"].as_u64().unwrap_or(1) });
    if let Some(inner) = part["components"].as_array() {
        back["components"] = inner.iter().map(|p| filled(p, values)).collect();
    }
    if let Some(inner) = part.get("component") {
        back["component"] = filled(inner, values);
    }
    if let Some(custom_id) = part["custom_id"].as_str() {
        back["custom_id"] = json!(custom_id);
        let value = values.iter().find(|(id, _)| *id == custom_id).map(|(_, v)| *v);
        match part["type"].as_u64() {
            Some(4) => back["value"] = json!(value.or(part["value"].as_str()).unwrap_or("")),
            _ => back["values"] = value.iter().map(|v| json!(v)).collect(),
        }
    }
    back
}

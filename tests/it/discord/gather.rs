//! Whatever a person can read in a message is found in it.

use gavel::discord::gather::{PART_LIMIT, Parts, REST, message};
use gavel::domain::message::{CONTENT, Part};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::frames::{self, posted};

/// Every place of a message where a text can stand, as a JSON pointer, and
/// the name of the part that it becomes.
const PLACES: [(&str, &str); 34] = [
    ("/content", "content"),
    ("/embeds/0/title", "embeds[0].title"),
    ("/embeds/0/description", "embeds[0].description"),
    ("/embeds/0/url", "embeds[0].url"),
    ("/embeds/0/fields/1/name", "embeds[0].fields[1].name"),
    ("/embeds/0/fields/1/value", "embeds[0].fields[1].value"),
    ("/embeds/0/footer/text", "embeds[0].footer.text"),
    ("/embeds/0/author/name", "embeds[0].author.name"),
    ("/embeds/0/author/url", "embeds[0].author.url"),
    ("/embeds/1/title", "unfurled[1].title"),
    ("/embeds/1/provider/name", "unfurled[1].provider.name"),
    ("/components/0/components/0/label", "components[0].components[0].label"),
    ("/components/0/components/0/url", "components[0].components[0].url"),
    ("/components/0/components/1/placeholder", "components[0].components[1].placeholder"),
    ("/components/0/components/1/options/0/label", "components[0].components[1].options[0].label"),
    (
        "/components/0/components/1/options/0/description",
        "components[0].components[1].options[0].description",
    ),
    ("/components/1/components/0/content", "components[1].components[0].content"),
    ("/components/1/components/1/components/0/content", "components[1].components[1].components[0].content"),
    ("/components/1/components/1/accessory/label", "components[1].components[1].accessory.label"),
    ("/components/1/components/2/items/0/description", "components[1].components[2].items[0].description"),
    ("/components/1/components/2/items/0/media/url", "components[1].components[2].items[0].media.url"),
    ("/components/2/component/value", "components[2].component.value"),
    ("/components/3/of_the_future/0/label", "components[3].of_the_future[0].label"),
    ("/poll/question/text", "poll.question.text"),
    ("/poll/answers/1/poll_media/text", "poll.answers[1].poll_media.text"),
    ("/message_snapshots/0/message/content", "message_snapshots[0].content"),
    ("/message_snapshots/0/message/embeds/0/title", "message_snapshots[0].embeds[0].title"),
    (
        "/message_snapshots/0/message/components/0/components/0/content",
        "message_snapshots[0].components[0].components[0].content",
    ),
    ("/message_snapshots/0/message/poll/question/text", "message_snapshots[0].poll.question.text"),
    ("/message_snapshots/0/message/attachments/0/filename", "message_snapshots[0].attachments[0].filename"),
    ("/attachments/0/filename", "attachments[0].filename"),
    ("/attachments/0/title", "attachments[0].title"),
    ("/attachments/0/description", "attachments[0].description"),
    ("/sticker_items/0/name", "sticker_items[0].name"),
];

/// A message in which all those places exist, and are empty.
fn furnished() -> Value {
    let by_app = json!({"author": {"id": "800", "username": "app", "bot": true}});
    let mut object = frames::message(by_app);
    for (pointer, _) in PLACES {
        set(&mut object, pointer, "");
    }
    object["embeds"][0]["type"] = json!("rich");
    object["embeds"][1]["type"] = json!("article");
    object["message_snapshots"][0]["message"]["embeds"][0]["type"] = json!("rich");
    object["attachments"][0]["url"] = json!("https://cdn.discordapp.com/attachments/1/2/3");
    object
}

/// Sets the string at a pointer, and makes the way there.
fn set(root: &mut Value, pointer: &str, text: &str) {
    let mut at = root;
    for step in pointer.split('/').skip(1) {
        at = match step.parse::<usize>() {
            Ok(index) => {
                if !at.is_array() {
                    *at = json!([]);
                }
                let list = at.as_array_mut().unwrap();
                list.resize(list.len().max(index + 1), json!({}));
                &mut list[index]
            }
            Err(_) => {
                if !at.is_object() {
                    *at = json!({});
                }
                at.as_object_mut().unwrap().entry(step).or_insert(json!({}))
            }
        };
    }
    *at = json!(text);
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

#[test]
fn a_planted_word_is_found_in_every_place_under_its_name() {
    for (pointer, name) in PLACES {
        let mut planted = furnished();
        set(&mut planted, pointer, "a planted word");
        let expected = vec![Part { name: name.into(), text: "a planted word".into() }];
        assert_eq!(message(object(&planted)), expected, "walking all of it: {pointer}");
        // The converter looks only into branches that are not empty.
        let fast = posted(planted).parts;
        assert_eq!(fast, expected, "through the converter: {pointer}");
    }
}

#[test]
fn what_was_typed_comes_first() {
    let mut full = furnished();
    for (pointer, name) in PLACES {
        set(&mut full, pointer, name);
    }
    let parts = posted(full.clone()).parts;
    assert_eq!(parts, message(object(&full)), "both ways agree");
    assert_eq!(parts.len(), PLACES.len());
    assert_eq!(parts[0].name, CONTENT);
    assert!(parts.iter().all(|part| part.name == part.text), "each under its own name");
}

proptest! {
    #[test]
    fn any_text_anywhere_arrives_as_it_was(place in 0..PLACES.len(), text in "\\PC{1,80}|.{1,40}") {
        let mut planted = furnished();
        set(&mut planted, PLACES[place].0, &text);
        let parts = posted(planted).parts;
        prop_assert_eq!(&parts, &vec![Part { name: PLACES[place].1.into(), text }]);
    }

    #[test]
    fn no_bytes_are_too_odd(raw in ".{0,200}") {
        let mut parts = Parts::new();
        gavel::discord::gather::salvage(&raw, "", &mut parts);
        let mended = gavel::discord::gather::mended(&raw);
        prop_assert_eq!(mended.chars().next(), raw.chars().next());
    }

    #[test]
    fn a_frame_cut_anywhere_is_no_crash(at in 0usize..4000, with in ".{0,5}") {
        let mut full = furnished();
        for (pointer, name) in PLACES {
            set(&mut full, pointer, name);
        }
        let mut raw = frames::dispatch("MESSAGE_CREATE", 3, &full);
        raw.truncate(at);
        raw.push_str(&with);
        frames::begun().convert(&raw);
    }
}

#[test]
fn the_words_of_an_unfurled_link_are_told_from_the_authors() {
    let embeds = |kind: &str| json!([{"type": kind, "title": "T", "provider": null}]);
    let person = |kind: &str| posted(json!({"embeds": embeds(kind)})).parts[1].name.to_string();
    for kind in ["link", "article", "video", "image", "gifv", "rich"] {
        assert_eq!(person(kind), "unfurled[0].title", "{kind}");
    }
    assert_eq!(person("poll_result"), "embeds[0].title");
    let app = json!({"webhook_id": "810", "embeds": embeds("rich")});
    assert_eq!(posted(app).parts[1].name, "embeds[0].title");
    let unfurled =
        json!({"webhook_id": "810", "embeds": [{"type": "rich", "title": "T", "provider": {"name": "P"}}]});
    assert_eq!(posted(unfurled).parts[1].name, "unfurled[0].title");
}

#[test]
fn texts_that_people_typed_into_discords_own_messages() {
    assert_eq!(posted(json!({"type": 4, "content": "new channel name"})).content(), "new channel name");
    let result = json!({"type": 46, "content": "", "embeds": [{"type": "poll_result", "fields": [
        {"name": "poll_question_text", "value": "Who wins?"}, {"name": "victor_answer_text", "value": "Nobody"}
    ]}]});
    let parts = posted(result).parts;
    assert!(parts.iter().any(|part| part.name == "embeds[0].fields[1].value" && part.text == "Nobody"));
}

#[test]
fn beyond_the_limit_the_rest_is_one_part() {
    let files: Vec<Value> = (0..PART_LIMIT + 10).map(|i| json!({"filename": format!("f{i}")})).collect();
    let parts = posted(json!({"content": "", "attachments": files})).parts;
    assert_eq!(parts.len(), PART_LIMIT + 1);
    let last = parts.last().unwrap();
    assert_eq!(last.name, REST);
    assert_eq!(last.text.lines().count(), 10);
    assert!(last.text.ends_with(&format!("f{}", PART_LIMIT + 9)));
}

#[test]
fn a_forward_of_a_forward() {
    let inner = json!([{"message": {"content": "deep"}}]);
    let parts = posted(json!({"message_snapshots": [{"message": {"message_snapshots": inner}}]})).parts;
    assert_eq!(parts[1].name, "message_snapshots[0].message_snapshots[0].content");
}

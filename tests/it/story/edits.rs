//! A message that changes.

use gavel::domain::card::Standing;
use gavel::domain::decision::Disposition;
use gavel::journal::entry::Body;

use super::town::{RUDE, Town};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_into_a_violation_is_judged_and_both_versions_stay_on_record() {
    let town = Town::open().await;
    let general = town.at("general");
    let id = town.say("gremlin", "general", "Nice morning, isn't it");
    town.comes_to(id, Disposition::None).await;
    town.server
        .edit_as(town.who("gremlin"), general, id, "Nice morning, isn't it, you assholes")
        .expect("edited");
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    let notice = town.notice(town.who("gremlin"), 0).await;
    assert!(notice.contains("you assholes"), "{notice}");
    let sources: Vec<_> = town
        .record_of(id)
        .iter()
        .filter_map(|e| match &e.body {
            Body::Message(it) => Some(it.source.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(sources, ["posted", "edited"]);
    town.end().await;
}

/// Discord may tell only a part of what changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partial_update_is_laid_over_what_is_known() {
    let town = Town::open().await;
    let general = town.at("general");
    let id = town.say("gremlin", "general", "Nice morning, isn't it");
    town.comes_to(id, Disposition::None).await;
    // Somebody edits without a word from Discord; then a part is told.
    town.server.hold_gateway(true);
    town.server.edit_as(town.who("gremlin"), general, id, RUDE).expect("edited");
    town.server.partial_update(general, id, &["content"]);
    town.server.hold_gateway(false);
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_of_a_message_from_before_the_bot_is_judged() {
    let mut old = 0;
    let mut older = 0;
    let town = Town::prepared(
        |server, city| {
            let general = city.place("general").expect("a channel").id;
            let gremlin = city.user(city_index("gremlin"));
            older = server.post_as(gremlin, general, "First here").expect("posted");
            old = server.post_as(gremlin, general, "Second here").expect("posted");
        },
        |_| {},
    )
    .await;
    let general = town.at("general");
    town.quiet().await;
    assert!(town.record_of(old).is_empty(), "watching begins with the next message");
    town.server.edit_as(town.who("gremlin"), general, old, RUDE).expect("edited");
    town.gone(general, old).await;
    // And where only a part is told, the message is read again.
    let change = serde_json::json!({ "content": format!("{RUDE}!") });
    let gremlin = town.who("gremlin");
    town.server.hold_gateway(true);
    town.server.with(|w| w.edit(gremlin, general, older, &change, Vec::new())).expect("edited");
    town.server.partial_update(general, older, &["flags"]);
    town.server.hold_gateway(false);
    town.gone(general, older).await;
    town.quiet().await;
    assert_eq!(town.inbox("gremlin"), 1, "the second notice waits for the first to be a while ago");
    town.end().await;
}

fn city_index(key: &str) -> usize {
    gavel::sandbox::city::persona_index(key).expect("a persona")
}

/// An author under review who changes the text does not end the review: a
/// person does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mended_message_stays_under_review() {
    let town = Town::open().await;
    let general = town.at("general");
    let id = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.comes_to(id, Disposition::Review).await;
    town.post("mod-log", 0).await;
    town.server.edit_as(town.who("rosa"), general, id, "When does the library open?").expect("edited");
    town.recorded("the second version", |e| match &e.body {
        Body::Message(it) if it.source == "edited" => Some(it.case.map(|c| c.0)),
        _ => None,
    })
    .await;
    town.case(1, Standing::Open).await;
    // And worse makes it worse.
    town.server.edit_as(town.who("rosa"), general, id, RUDE).expect("edited");
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    town.quiet().await;
    assert_eq!((town.cases(), town.posts("mod-log").len()), (1, 1));
    town.end().await;
}

/// A version that concerns a desk which the first did not is brought there,
/// and once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_into_a_threat_reaches_the_threat_desk() {
    let mut town = Town::open().await;
    town.pinged.insert(town.role("Duty officer"));
    let general = town.at("general");
    let id = town.say("gremlin", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.post("mod-log", 0).await;
    assert_eq!(town.posts("threat-desk").len(), 0);
    let threat = "I will shoot everybody at the council meeting tomorrow";
    town.server.edit_as(town.who("gremlin"), general, id, threat).expect("edited");
    town.gone(general, id).await;
    let card = town.post("threat-desk", 0).await;
    assert!(card.contains("council meeting"), "{card}");
    town.case(1, Standing::Held).await;
    town.quiet().await;
    assert_eq!((town.cases(), town.posts("threat-desk").len()), (1, 1));
    town.end().await;
}

/// The card says what stands there now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_tells_of_a_later_version() {
    let town = Town::open().await;
    let general = town.at("general");
    let id = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.post("mod-log", 0).await;
    town.server.edit_as(town.who("rosa"), general, id, "When does the library open?").expect("edited");
    town.recorded("the second version", |e| match &e.body {
        Body::Message(it) => (it.source == "edited").then_some(()),
        _ => None,
    })
    .await;
    town.pass(1_000).await;
    let card = town.post_says("mod-log", "library open").await;
    assert!(card.contains("Question 2") && card.contains("Edited since"), "{card}");
    town.end().await;
}

/// Told that it stays, and then it is taken down: that is told too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_takedown_after_a_pointer_is_told_at_once() {
    let town = Town::open().await;
    let general = town.at("general");
    let id = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    let pointer = town.notice(town.who("rosa"), 0).await;
    assert!(pointer.contains("still up"), "{pointer}");
    town.server.edit_as(town.who("rosa"), general, id, RUDE).expect("edited");
    town.gone(general, id).await;
    let held = town.notice(town.who("rosa"), 1).await;
    assert!(held.contains("asshole"), "{held}");
    town.end().await;
}

/// A replayed frame, a message read again: the same text is not another version.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_again_is_nothing() {
    let town = Town::open().await;
    let general = town.at("general");
    let id = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.post("mod-log", 0).await;
    town.notice(town.who("rosa"), 0).await;
    for fields in [&["content"][..], &["flags"], &["content", "edited_timestamp"]] {
        town.server.partial_update(
            general,
            id,
            match fields {
                ["content"] => &["content"],
                ["flags"] => &["flags"],
                _ => &["content", "edited_timestamp"],
            },
        );
    }
    town.quiet().await;
    let versions = town.record_of(id).iter().filter(|e| matches!(e.body, Body::Message(_))).count();
    assert_eq!((versions, town.posts("mod-log").len(), town.inbox("rosa")), (1, 1, 1));
    town.end().await;
}

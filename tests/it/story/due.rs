//! Clocks and limits.

use gavel::domain::card::Standing;
use gavel::domain::decision::{Cap, Disposition};
use gavel::sandbox::world::Upload;

use super::town::{HOUR_MS, RUDE, SCAM, Town, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undecided_hold_is_released_and_its_text_left_alone() {
    let town = Town::open().await;
    let general = town.at("general");
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(general, rude).await;
    town.case(1, Standing::Held).await;
    town.notice(town.who("gremlin"), 0).await;
    town.post("mod-log", 0).await;
    town.quiet().await;
    // Half of the four hours: the moderators are reminded, once.
    town.pass(2 * HOUR_MS + 60_000).await;
    town.post_says("mod-log", "half").await;
    town.pass(60_000).await;
    town.quiet().await;
    assert_eq!(town.posts("mod-log").len(), 2);
    town.pass(2 * HOUR_MS).await;
    town.case(1, Standing::Released).await;
    let released = town.notice(town.who("gremlin"), 1).await;
    assert!(released.contains("You may post it again") && released.contains(RUDE), "{released}");
    town.post_says("mod-log", "eleased").await;
    // The same words, by the same person, in the same channel.
    let again = town.say("gremlin", "general", RUDE);
    town.decided(again).await;
    town.quiet().await;
    assert!(town.stands("general", again), "{}", town.chronicle());
    // Not by another person, and not elsewhere.
    let other = town.say("mateo", "general", RUDE);
    town.gone(general, other).await;
    let elsewhere = town.say("gremlin", "chat-about-anything", RUDE);
    town.gone(town.at("chat-about-anything"), elsewhere).await;
    town.end().await;
}

/// Whoever holds somebody's private number does not put it back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_safety_hold_is_never_released_by_a_clock() {
    let mut town = Town::open().await;
    let threat = town.say("gremlin", "general", "I'm going to burn down city hall");
    town.gone(town.at("general"), threat).await;
    town.case(1, Standing::Held).await;
    town.post("mod-log", 0).await;
    town.quiet().await;
    town.pass(5 * HOUR_MS).await;
    town.case(1, Standing::Escalated).await;
    town.quiet().await;
    assert_eq!(town.inbox("gremlin"), 1);
    town.pinged.insert(town.role("Duty officer"));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn past_the_days_limit_only_what_is_certain_comes_down() {
    let town = Town::with(|deployment| deployment.limits.members_per_day = 1).await;
    let general = town.at("general");
    let first = town.say("gremlin", "general", RUDE);
    town.gone(general, first).await;
    town.case(1, Standing::Held).await;
    // Another member: a person has to look first.
    let second = town.say("mateo", "general", RUDE);
    let decision = town.comes_to(second, Disposition::Review).await;
    assert!(decision.caps.contains(&Cap::DailyLimit), "{decision:?}");
    // The same member again, and what proves itself: as before.
    let again = town.say("gremlin", "general", "Sit down, asshole");
    town.gone(general, again).await;
    let scam = town.say("priya", "general", SCAM);
    town.gone(general, scam).await;
    town.quiet().await;
    assert!(town.stands("general", second));
    // Tomorrow is another day.
    town.pass(26 * HOUR_MS).await;
    let tomorrow = town.say("mateo", "general", "Move it, asshole");
    town.gone(general, tomorrow).await;
    town.end().await;
}

/// A title is held like a message: its giver hears of it, if not at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_title_joins_the_next_notice_too() {
    let town = Town::open().await;
    let general = town.at("general");
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(general, rude).await;
    town.notice(town.who("gremlin"), 0).await;
    let said = town.say("gremlin", "general", "About the parking on Elm");
    let title = "You assholes of Elm Street";
    town.server.thread_as(town.who("gremlin"), general, Some(said), title).expect("a thread");
    town.case(2, Standing::Held).await;
    town.pass(16 * 60_000).await;
    let later = town.notice(town.who("gremlin"), 1).await;
    assert!(later.contains(title), "{later}");
    town.end().await;
}

/// What is released is told of as released, once, and not as held before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_that_ran_out_unannounced_is_told_of_once() {
    let town = Town::open().await;
    let general = town.at("general");
    for (n, text) in [RUDE, "Sit down, asshole"].iter().enumerate() {
        let id = town.say("gremlin", "general", *text);
        town.gone(general, id).await;
        town.case(n as u64 + 1, Standing::Held).await;
    }
    // The clock runs from when the card was there to be seen.
    town.post("mod-log", 1).await;
    town.quiet().await;
    town.pass(5 * HOUR_MS).await;
    town.case(2, Standing::Released).await;
    for _ in 0..3 {
        town.pass(16 * 60_000).await;
    }
    town.quiet().await;
    let gremlin = town.who("gremlin");
    let told: Vec<String> = town.server.look(|w| w.inbox(gremlin).iter().map(|m| words(m)).collect());
    let of_the_second: Vec<_> = told.iter().filter(|text| text.contains("Sit down")).collect();
    assert_eq!(of_the_second.len(), 1, "{told:#?}");
    assert!(of_the_second[0].contains("post it again"), "{told:#?}");
    town.end().await;
}

/// One notice in a quarter of an hour; the next one tells of what came between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn later_cases_join_the_next_notice() {
    let town = Town::open().await;
    let general = town.at("general");
    for (n, text) in [RUDE, "Sit down, asshole", "You absolute asshole, all of you"].iter().enumerate() {
        let id = town.say("gremlin", "general", *text);
        town.gone(general, id).await;
        town.case(n as u64 + 1, Standing::Held).await;
        town.advance(30_000);
    }
    town.quiet().await;
    assert_eq!(town.inbox("gremlin"), 1);
    town.pass(16 * 60_000).await;
    let joined = town.notice(town.who("gremlin"), 1).await;
    assert!(joined.contains("Sit down") && joined.contains("Case 3, #general"), "{joined}");
    assert!(joined.contains("You absolute asshole") && joined.contains("held until"), "{joined}");
    town.pass(16 * 60_000).await;
    town.quiet().await;
    assert_eq!(town.inbox("gremlin"), 2);
    town.end().await;
}

/// A release of some words is one of the whole message, and of nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_released_is_known_again_with_all_that_belongs_to_it() {
    let town = Town::open().await;
    let (gremlin, general) = (town.who("gremlin"), town.at("general"));
    let picture = || vec![Upload::new("me.png", "image/png", b"\x89PNG".to_vec())];
    let first = town.server.attach_as(gremlin, general, RUDE, picture()).expect("it may stand");
    town.gone(general, first).await;
    let poll = ["You assholes", "Nobody"];
    let asked = town.server.poll_as(gremlin, general, "Who is worst?", &poll).expect("it may stand");
    town.gone(general, asked).await;
    // Looked at first, and held in a later version.
    let edited =
        town.say("gremlin", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.case(3, Standing::Open).await;
    town.server.edit_as(gremlin, general, edited, "Sit down, asshole").expect("it is theirs");
    town.gone(general, edited).await;
    town.post("mod-log", 2).await;
    town.quiet().await;
    town.pass(5 * HOUR_MS).await;
    for case in 1..=3 {
        town.case(case, Standing::Released).await;
    }
    let again = [
        town.server.attach_as(gremlin, general, RUDE, picture()).expect("it may stand"),
        town.server.poll_as(gremlin, general, "Who is worst?", &poll).expect("it may stand"),
        town.say("gremlin", "general", "Sit down, asshole"),
    ];
    town.quiet().await;
    for id in again {
        assert!(town.stands("general", id), "{}", town.chronicle());
    }
    // The words alone were not what was released, nor a poll beside them.
    let alone = town.say("gremlin", "general", RUDE);
    town.gone(general, alone).await;
    let beside =
        town.server.poll_as(gremlin, general, "Sit down, asshole", &["Kill yourself"]).expect("a poll");
    town.gone(general, beside).await;
    town.end().await;
}

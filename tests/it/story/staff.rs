//! The City's own people.

use gavel::domain::decision::Disposition;

use super::town::Town;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_employee_is_reminded_in_private_and_no_case_is_made() {
    let town = Town::open().await;
    let said = town.say("dana", "general", "I highly recommend Kowalski Plumbing, they are a great company.");
    let reminder = town.notice(town.who("dana"), 0).await;
    assert!(reminder.contains("Just for you") && reminder.contains("recommend or promote"), "{reminder}");
    assert!(reminder.contains("working conditions"), "her rights stand beside it: {reminder}");
    town.comes_to(said, Disposition::None).await;
    town.quiet().await;
    assert_eq!((town.cases(), town.posts("mod-log").len(), town.inbox("dana")), (0, 0, 1));
    assert!(town.stands("general", said));
    town.end().await;
}

/// What was meant for one person alone is not announced in public either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reminder_that_cannot_be_delivered_leaves_no_note() {
    let town = Town::open().await;
    town.server.set_dms_open(town.who("dana"), false);
    town.say("dana", "general", "I highly recommend Kowalski Plumbing, they are a great company.");
    town.quiet().await;
    assert_eq!((town.posts("general").len(), town.posts("mod-log").len()), (0, 0));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn campaigning_in_a_channel_with_a_purpose_stays_with_a_pointer() {
    let town = Town::open().await;
    let said = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    let notice = town.notice(town.who("rosa"), 0).await;
    assert!(notice.contains("still up") && notice.contains("roads, water, parks"), "{notice}");
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("Question 2") && card.contains("3.7 ¶2"), "{card}");
    town.comes_to(said, Disposition::Review).await;
    town.quiet().await;
    assert!(town.stands("general", said));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_reviewed_at_most_and_the_citys_own_never() {
    let town = Town::open().await;
    let (own, other) = (town.city.own_webhook, town.city.other_webhook);
    let alert =
        town.server.webhook_post(own, "City alert: you asshole drivers, slow down on Elm").expect("posted");
    town.comes_to(alert, Disposition::None).await;
    let feed = town
        .server
        .webhook_post(other, "Neighborhood feed: you asshole drivers, slow down on Elm")
        .expect("posted");
    town.comes_to(feed, Disposition::Review).await;
    town.post("mod-log", 0).await;
    town.quiet().await;
    assert!(town.stands("general", alert) && town.stands("general", feed));
    assert_eq!(town.posts("mod-log").len(), 1);
    town.end().await;
}

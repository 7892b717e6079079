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

/// What staff may say themselves is the City's own sentence, word for word.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn monroe_gives_its_staff_the_sentences_that_it_prescribes() {
    let town = Town::open().await;
    town.say("dana", "general", "We will settle your claim next month");
    let legal = town.notice(town.who("dana"), 0).await;
    let sentence = "“due to privacy, privilege, and confidentiality concerns, City personnel cannot discuss \
                    legal matters on networking sites.”";
    assert!(legal.contains(sentence) && legal.contains("3.3.12"), "{legal}");
    town.say("dana", "general", "I work for the city and I think this rezoning is a mistake");
    let own = town.notice(town.who("dana"), 1).await;
    let sentence = "“The statements and views expressed in this posting are my own and do not reflect those \
                    of the City of Monroe.”";
    assert!(own.contains(sentence) && own.contains("3.2"), "{own}");
    town.say("whitlow", "general", "Trabajo para la ciudad y creo que el proyecto es un error");
    let own = town.notice(town.who("whitlow"), 0).await;
    assert!(own.contains(sentence) && own.contains("opiniones"), "the words are the City's own: {own}");
    town.end().await;
}

/// Norwalk prescribes a disclaimer, and no sentence about legal matters: there
/// nothing is put into anybody's mouth.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn norwalk_gives_its_staff_the_sentence_that_it_prescribes() {
    let town = Town::norwalk().await;
    town.say("dana", "general", "I work for the city and I think this rezoning is a mistake");
    let own = town.notice(town.who("dana"), 0).await;
    let sentence = "“these are my personal views and not those of the City of Norwalk.”";
    assert!(own.contains(sentence) && own.contains("II.f"), "{own}");
    town.say("dana", "general", "We will settle your claim next month");
    let legal = town.notice(town.who("dana"), 1).await;
    assert!(legal.contains("leave the answer to") && !legal.contains('“'), "{legal}");
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

//! Messages that go away without us, and places where we may not act.

use gavel::domain::action::{Outcome, Refusal};
use gavel::domain::card::Standing;
use gavel::sandbox::rest::{Fault, How};
use gavel::sandbox::world::permission;
use serde_json::json;

use super::town::{HOUR_MS, RUDE, Town};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_author_who_takes_it_back_ends_the_review() {
    let town = Town::open().await;
    let id = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.post("mod-log", 0).await;
    town.case(1, Standing::Open).await;
    town.quiet().await;
    town.server.delete_as(town.who("rosa"), town.at("general"), id).expect("deleted");
    town.case(1, Standing::Withdrawn).await;
    town.post_says("mod-log", "deleted by its author").await;
    town.end().await;
}

/// Whoever else with the permission removes it is named by Discord's audit log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_by_another_moderator_is_put_down_to_them() {
    let town = Town::open().await;
    let id = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.post("mod-log", 0).await;
    town.quiet().await;
    town.server.delete_as(town.who("sam"), town.at("general"), id).expect("a moderator deletes");
    town.case(1, Standing::RemovedElsewhere).await;
    let by = town
        .recorded("who did it", |e| match &e.body {
            gavel::journal::entry::Body::Audit(_) => {
                e.evidence.text(gavel::journal::entry::Field::By).map(str::to_owned)
            }
            _ => None,
        })
        .await;
    assert_eq!(by, town.who("sam").to_string());
    town.end().await;
}

/// An audit entry tells author and channel, not the message. What the author
/// withdrew long before is not put down to whoever deletes something today.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_removal_says_nothing_of_an_earlier_withdrawal() {
    let town = Town::open().await;
    let general = town.at("general");
    let first = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.post("mod-log", 0).await;
    town.quiet().await;
    town.server.delete_as(town.who("rosa"), general, first).expect("deleted");
    town.case(1, Standing::Withdrawn).await;
    town.pass(120_000).await;
    let second = town.say("rosa", "general", "When does the library open?");
    town.server.delete_as(town.who("sam"), general, second).expect("a moderator deletes");
    town.recorded("the audit entry", |e| {
        matches!(e.body, gavel::journal::entry::Body::Audit(_)).then_some(())
    })
    .await;
    town.quiet().await;
    town.case(1, Standing::Withdrawn).await;
    town.end().await;
}

/// Gone before we came: nobody is told that we removed it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_gone_already_is_withdrawn_without_a_notice() {
    let town = Town::open().await;
    let general = town.at("general");
    town.server.hold_gateway(true);
    let rude = town.say("gremlin", "general", RUDE);
    town.server.delete_as(town.who("gremlin"), general, rude).expect("deleted");
    town.server.hold_gateway(false);
    town.case(1, Standing::Withdrawn).await;
    town.quiet().await;
    assert_eq!(town.outcomes("delete"), [Outcome::AlreadyDone]);
    assert_eq!(town.inbox("gremlin"), 0);
    town.end().await;
}

/// A delete that failed and happened all the same was ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_answered_badly_is_still_ours() {
    let town = Town::open().await;
    town.server.order_fault(Fault::new("DELETE", "/messages/", 1, How::HappensThen(502)));
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(town.at("general"), rude).await;
    town.case(1, Standing::Held).await;
    town.notice(town.who("gremlin"), 0).await;
    town.quiet().await;
    assert_eq!(town.outcomes("delete"), [Outcome::Done]);
    assert_eq!((town.inbox("gremlin"), town.posts("mod-log").len()), (1, 1));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_permission_the_card_says_what_is_missing() {
    let town = Town::prepared(
        |server, city| {
            let general = city.place("general").expect("a channel").id;
            server.set_member_overwrite(general, city.bot, 0, permission::MANAGE_MESSAGES);
        },
        |_| {},
    )
    .await;
    let rude = town.say("gremlin", "general", RUDE);
    town.case(1, Standing::NotTakenDown).await;
    let card = town.post_says("mod-log", "asshole").await;
    assert!(card.contains("Manage Messages") || card.contains("permission"), "{card}");
    town.post_says("mod-log", "Manage Messages").await;
    town.quiet().await;
    assert_eq!(town.outcomes("delete"), [Outcome::Refused(Refusal::Permission)]);
    assert!(town.stands("general", rude));
    assert_eq!(town.inbox("gremlin"), 0, "nobody is told of a removal that was none");
    town.end().await;
}

/// Posts that were answered badly, or never, stand once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_answers_badly_is_not_said_twice() {
    let town = Town::open().await;
    let sad = json!({ "message": "Internal Server Error", "code": 0 });
    town.server.order_fault(Fault::new("POST", "/messages", 2, How::HappensThen(500)));
    town.server.order_fault(Fault::new("POST", "/messages", 1, How::Answer(503, sad)));
    town.server.order_fault(Fault::new(
        "DELETE",
        "/messages/",
        2,
        How::TooFast { retry_after_s: 0.2, scope: "user" },
    ));
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(town.at("general"), rude).await;
    town.case(1, Standing::Held).await;
    town.notice(town.who("gremlin"), 0).await;
    town.post("mod-log", 0).await;
    town.quiet().await;
    assert_eq!((town.inbox("gremlin"), town.posts("mod-log").len()), (1, 1));
    town.end().await;
}

/// A card that nobody could see is brought again, and its hold runs from then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_was_refused_comes_when_it_may() {
    let town = Town::prepared(
        |server, city| {
            let review = city.place("mod-log").expect("a channel").id;
            server.set_member_overwrite(review, city.bot, 0, permission::SEND_MESSAGES);
        },
        |_| {},
    )
    .await;
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(town.at("general"), rude).await;
    town.case(1, Standing::Held).await;
    town.quiet().await;
    assert_eq!(town.outcomes("post"), [Outcome::Refused(Refusal::Permission)]);
    town.pass(6 * 60_000).await;
    town.quiet().await;
    assert_eq!((town.outcomes("post").len(), town.outcomes("tell").len()), (2, 1), "it is said once");
    let allowed = permission::VIEW_CHANNEL | permission::SEND_MESSAGES | permission::EMBED_LINKS;
    town.server.set_member_overwrite(town.at("mod-log"), town.city.bot, allowed, 0);
    town.pass(6 * 60_000).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("asshole"), "{card}");
    town.quiet().await;
    town.pass(5 * HOUR_MS).await;
    town.case(1, Standing::Released).await;
    town.end().await;
}

/// Whoever takes all their copies back has ended the matter.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_that_are_all_taken_back_end_their_case() {
    let town = Town::open().await;
    let (gremlin, general) = (town.who("gremlin"), town.at("general"));
    let wait = || How::TooFast { retry_after_s: 1.0, scope: "user" };
    town.server.order_fault(Fault::new("DELETE", "/messages/", 1, wait()));
    town.server.order_fault(Fault::new("POST", "/bulk-delete", 1, wait()));
    let text = "Gutters cleaned, best price in town";
    let copies: Vec<_> = (0..6).map(|_| town.say("gremlin", "general", text)).collect();
    town.case(1, Standing::TakingDown).await;
    for copy in copies {
        town.server.delete_as(gremlin, general, copy).expect("it is theirs");
    }
    town.case(1, Standing::Withdrawn).await;
    town.quiet().await;
    assert!(town.outcomes("delete").iter().all(|it| *it == Outcome::AlreadyDone), "{}", town.chronicle());
    assert_eq!(town.inbox("gremlin"), 0);
    town.end().await;
}

/// Nobody but a moderator can delete several messages at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_in_bulk_was_removed_by_a_moderator() {
    let town = Town::open().await;
    let general = town.at("general");
    let asked =
        ["Vote no on Question 2 this November, tell all your friends!", "Vote yes on Question 3, neighbors!"];
    let ids: Vec<_> = asked.iter().map(|text| town.say("rosa", "general", *text)).collect();
    town.case(2, Standing::Open).await;
    town.quiet().await;
    town.server.bulk_delete_as(town.who("sam"), general, &ids).expect("they may");
    for case in [1, 2] {
        town.case(case, Standing::RemovedElsewhere).await;
    }
    town.end().await;
}

/// A ban takes the messages of one member with it, in bulk even where it is one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_in_bulk_alone_was_removed_by_a_moderator_too() {
    let town = Town::open().await;
    let general = town.at("general");
    let id = town.say("rosa", "general", "Vote no on Question 2 this November, tell all your friends!");
    town.post("mod-log", 0).await;
    town.quiet().await;
    town.server.bulk_delete_as(town.who("sam"), general, &[id, id + 1]).expect("they may");
    town.case(1, Standing::RemovedElsewhere).await;
    town.end().await;
}

/// What stood in a thread is gone with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_thread_ends_what_was_under_review_in_it() {
    let town = Town::open().await;
    let (rosa, general) = (town.who("rosa"), town.at("general"));
    let thread = town.server.thread_as(rosa, general, None, "Leaf pickup").expect("a thread");
    let text = "Vote no on Question 2 this November, tell all your friends!";
    town.server.post_as(rosa, thread, text).expect("it may stand");
    town.case(1, Standing::Open).await;
    town.post("mod-log", 0).await;
    town.quiet().await;
    town.server.with(|w| w.delete_channel(town.who("sam"), thread, None).map(drop)).expect("a moderator may");
    town.case(1, Standing::RemovedElsewhere).await;
    town.post_says("mod-log", "gone").await;
    town.end().await;
}

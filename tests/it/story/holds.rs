//! What is taken down: the notice, the card, the reason in Discord's own log.

use gavel::domain::action::{Outcome, Refusal};
use gavel::domain::card::Standing;
use gavel::domain::decision::Disposition;
use gavel::sandbox::world::Draft;

use super::town::{RUDE, SCAM, Town, is_said_by};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn obscenity_is_held_and_everybody_concerned_knows_why() {
    let town = Town::open().await;
    let general = town.at("general");
    let before: Vec<_> = (1..=6).map(|n| format!("Trash day question number {n}")).collect();
    for line in &before {
        town.say("rosa", "general", line.as_str());
    }
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(general, rude).await;

    let notice = town.notice(town.who("gremlin"), 0).await;
    assert!(notice.contains("#general") && notice.contains(RUDE), "{notice}");
    assert!(
        notice.contains("3.7 ¶1") && notice.contains("Case number: 1") || notice.contains("case number: 1"),
        "{notice}"
    );

    let link = "https://city.example/chat-rules";
    assert!(notice.contains(link) && notice.contains("contact: Communications Department"), "{notice}");

    town.case(1, Standing::Held).await;
    let card = town.post("mod-log", 0).await;
    assert!(
        card.contains("considered inappropriate or unacceptable.”"),
        "the clause is quoted whole: {card}"
    );
    assert!(card.contains("asshole") && card.contains("3.7 ¶1") && card.contains("listed word"), "{card}");
    assert!(card.contains("gremlin") && card.contains("#general"), "{card}");
    for line in &before[1..] {
        assert!(card.contains(line.as_str()), "five messages of context: {card}");
    }
    assert!(!card.contains(&before[0]), "{card}");

    let reason = town.server.look(|w| {
        let log = w.audit_log(town.city.guild).find(|e| e.user == town.city.bot).expect("an audit entry");
        (log.target, log.reason.clone())
    });
    assert_eq!(reason, (Some(town.who("gremlin")), Some("case 1: obscenity (3.7 ¶1)".to_owned())));
    town.quiet().await;
    assert_eq!((town.posts("mod-log").len(), town.inbox("gremlin"), town.cases()), (1, 1, 1));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_spanish_is_told_in_spanish() {
    let town = Town::open().await;
    let rude = town.say("mateo", "general", "Soy Mateo, vete a la mierda");
    town.gone(town.at("general"), rude).await;
    let notice = town.notice(town.who("mateo"), 0).await;
    assert!(notice.starts_with("Su mensaje en #general"), "{notice}");
    assert!(notice.contains("Las reglas para todos: <https://city.example/chat-rules>"), "{notice}");
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listed_address_is_removed() {
    let town = Town::open().await;
    let scam = town.say("gremlin", "general", SCAM);
    town.gone(town.at("general"), scam).await;
    town.comes_to(scam, Disposition::Remove).await;
    let notice = town.notice(town.who("gremlin"), 0).await;
    assert!(notice.contains("list of scams"), "{notice}");
    town.case(1, Standing::Removed).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("city-refund-center"), "{card}");
    town.end().await;
}

/// The number proves itself by its form, so it stands in the evidence and
/// nowhere else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_number_is_masked_wherever_people_read() {
    let town = Town::open().await;
    let said =
        town.say("rosa", "general", "My social security number is 536-90-4399, can you check my file?");
    town.gone(town.at("general"), said).await;
    let notice = town.notice(town.who("rosa"), 0).await;
    let card = town.post("mod-log", 0).await;
    for shown in [&notice, &card] {
        assert!(!shown.contains("536-90-4399") && !shown.contains("536904399"), "{shown}");
        assert!(shown.contains("•••-••-4399"), "{shown}");
    }
    town.quiet().await;
    let kept = town.record_of(said);
    let content = kept[0].evidence.text(gavel::journal::entry::Field::Content).expect("the text is kept");
    assert!(content.contains("536-90-4399"));
    // What follows on a card, such as a neighbour's, is masked as well.
    town.say("mateo", "general", RUDE);
    let second = town.post("mod-log", 1).await;
    assert!(second.contains("•••-••-4399") && !second.contains("536-90-4399"), "{second}");
    town.quiet().await;
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_direct_messages_leave_a_note_without_content() {
    let town = Town::with(|deployment| deployment.limits.hold_hours = 100).await;
    let gremlin = town.who("gremlin");
    town.server.set_dms_open(gremlin, false);
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(town.at("general"), rude).await;
    let note = town.post("general", 0).await;
    assert!(note.contains(&format!("<@{gremlin}>")) && note.contains("private message for you"), "{note}");
    assert!(!note.contains("asshole") && !note.contains("3.7"), "{note}");
    town.quiet().await;
    assert_eq!(town.outcomes("notify"), [Outcome::Refused(Refusal::DirectMessagesClosed)]);
    assert_eq!((town.posts("general").len(), town.inbox("gremlin")), (1, 0));
    // After a day it has said what it had to say.
    town.pass(25 * super::town::HOUR_MS).await;
    town.until("the note is gone", |w| {
        let mut all = w.messages(town.at("general"));
        all.all(|m| !is_said_by(m, town.city.bot)).then_some(())
    })
    .await;
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_of_several_copies_stays() {
    let town = Town::open().await;
    let ids: Vec<_> = (0..5)
        .map(|_| {
            town.advance(2_000);
            town.say("gremlin", "general", "Gutters cleaned, best price in town")
        })
        .collect();
    for id in &ids[3..] {
        town.gone(town.at("general"), *id).await;
    }
    town.quiet().await;
    assert!(town.stands("general", ids[0]), "{}", town.chronicle());
    let standing = ids.iter().filter(|id| town.stands("general", **id)).count();
    assert!(standing < ids.len() - 1, "{standing} copies stand");
    assert_eq!((town.inbox("gremlin"), town.posts("mod-log").len(), town.cases()), (1, 1, 1));
    town.end().await;
}

/// A moderator reads the clause that the policy gives, not one of the bot's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_pinged_by_what_the_bot_quotes() {
    let town = Town::open().await;
    let rosa = town.who("rosa");
    let text = format!("<@{rosa}> @everyone you are an asshole, <@&{}>", town.role("Duty officer"));
    let rude = town.say("gremlin", "general", Draft::from(text));
    town.gone(town.at("general"), rude).await;
    town.post("mod-log", 0).await;
    town.notice(town.who("gremlin"), 0).await;
    // The end of every story looks for pings.
    town.end().await;
}

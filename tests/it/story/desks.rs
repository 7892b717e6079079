//! What reaches an office, and who is told that it did.

use gavel::domain::decision::Disposition;
use gavel::journal::entry::{Body, Field};

use super::town::{Town, is_said_by, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_press_is_answered_in_public_and_stays() {
    let town = Town::open().await;
    let asked = town.say(
        "priya",
        "general",
        "Good morning, I'm a reporter with the Evening News. Could I get a statement about the water main by 5 pm?",
    );
    let card = town.post("press-desk", 0).await;
    assert!(card.contains("Press inquiry") && card.contains("Evening News"), "{card}");
    let answer = town.post("general", 0).await;
    assert!(answer.contains("Communications Department"), "{answer}");
    let answers_it = town.server.look(|w| {
        let post = w.messages(town.at("general")).find(|m| is_said_by(m, town.city.bot)).cloned();
        post.and_then(|m| m.reference).and_then(|r| r.message)
    });
    assert_eq!(answers_it, Some(asked));
    town.quiet().await;
    assert!(town.stands("general", asked));
    assert_eq!((town.posts("press-desk").len(), town.posts("mod-log").len(), town.inbox("priya")), (1, 0, 0));
    // What was said to her can be released word by word; a card only as a whole.
    let outcomes: Vec<_> = town
        .entries()
        .into_iter()
        .filter(|e| matches!(e.body, Body::Outcome(_)))
        .map(|e| e.evidence)
        .collect();
    let cards = outcomes.iter().filter_map(|e| e.json::<Vec<String>>(Field::Said));
    assert_eq!(cards.filter(|lines| lines.iter().any(|line| line.contains("Press inquiry"))).count(), 1);
    let answers = outcomes.iter().filter_map(|e| e.text(Field::Said));
    assert_eq!(answers.filter(|said| said.contains("Communications Department")).count(), 1);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_threat_pages_the_duty_officer_and_nobody_else() {
    let mut town = Town::open().await;
    let threat = town.say("gremlin", "general", "I'm going to burn down city hall");
    town.gone(town.at("general"), threat).await;
    let card = town.post("threat-desk", 0).await;
    assert!(card.contains("Possible threat") && card.contains("911"), "{card}");
    let notice = town.notice(town.who("gremlin"), 0).await;
    assert!(notice.contains("safety"), "{notice}");
    town.quiet().await;
    assert_eq!(town.posts("threat-desk").len(), 1);
    town.pinged.insert(town.role("Duty officer"));
    town.end().await;
}

/// Who wrote in public can be reached there; the card need not say how.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_to_reach_somebody_is_masked_on_cards_and_in_notices() {
    let town = Town::open().await;
    let asked = "I'm a reporter with the Evening News, could I get a statement? Call 734-555-0182 by 5 pm";
    let tipped = "Dave Miller lives at 12 Oak Street, his cell is 734-555-0142, go and tell him";
    town.say("priya", "general", asked);
    let card = town.post("press-desk", 0).await;
    assert!(card.contains("•••-•••-0182") && !card.contains("734-555"), "{card}");
    let said = town.say("gremlin", "general", tipped);
    let decision = town.decided(said).await;
    assert!(!decision.findings.is_empty(), "{decision:?}");
    let notice = town.notice(town.who("gremlin"), 0).await;
    assert!(!notice.contains("734-555") && !notice.contains("12 Oak"), "{notice}");
    town.end().await;
}

/// What the City has not adopted is told to nobody but its own people.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_stands_on_the_card_and_is_marked_as_one() {
    let town = Town::with(|deployment| deployment.adopted.clear()).await;
    let said = town.say("rosa", "general", "My brother says he wants to die. What do I do?");
    let card = town.post_says("help-desk", "he wants to die").await;
    assert!(
        card.contains("safety-procedure (a draft, not adopted by the City): “A possible threat"),
        "{card}"
    );
    assert_eq!(town.decided(said).await.findings[0].clauses, Vec::<String>::new());
    let notice = town.notice(town.who("rosa"), 0).await;
    assert!(!notice.contains("safety-procedure"), "{notice}");
    town.end().await;
}

/// An office gets what it needs to answer, and nothing of its neighbours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bystanders_keep_their_privacy_on_other_desks_cards() {
    let town = Town::open().await;
    town.say("rosa", "general", "I want to kill myself");
    town.say("rosa", "general", "Dave's cell is 734-555-0182, he knows about the pump");
    town.say("mateo", "general", "I am going to sue the city over the flooded basement");
    let card = town.post("legal-desk", 0).await;
    assert!(card.contains("flooded basement"), "{card}");
    assert!(card.contains("•••-•••-0182, he knows about the pump"), "{card}");
    assert!(!card.contains("734-555") && !card.contains("kill myself"), "{card}");
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_legal_matter_and_a_records_request_reach_their_offices() {
    let town = Town::open().await;
    let claim = town.say(
        "rosa",
        "general",
        "This is my notice of claim: I'm suing the city over the sidewalk that broke my hip.",
    );
    town.advance(20_000);
    let foia = town.say(
        "priya",
        "general",
        "Under FOIA I request all emails between the mayor and the developer about the fountain.",
    );
    town.post_says("legal-desk", "sidewalk").await;
    town.post_says("records-desk", "fountain").await;
    town.quiet().await;
    assert!(town.stands("general", claim) && town.stands("general", foia));
    town.end().await;
}

/// What is written to the bot itself reaches a desk, and is never a violation.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_message_is_for_the_desks_only() {
    let town = Town::open().await;
    let (priya, gremlin, bot) = (town.who("priya"), town.who("gremlin"), town.city.bot);
    let text =
        "Media request: I'd like to interview the mayor about the water main, call me at 734-555-0182.";
    let asked = town.server.dm_as(priya, bot, text).expect("it may stand");
    let card = town.post("press-desk", 0).await;
    // Nobody else can open the message, and the office has to answer it.
    assert!(card.contains("interview the mayor") && card.contains("734-555-0182"), "{card}");
    let answer = town.notice(priya, 0).await;
    assert!(answer.contains("Communications Department"), "{answer}");
    town.comes_to(asked, Disposition::None).await;
    // A correction joins its case, and is not answered again.
    let dm = town.server.look(|w| w.dm_between(priya, bot)).expect("it is open");
    town.server
        .edit_as(priya, dm, asked, "Media request: the mayor, 734-555-0199, please")
        .expect("it is hers");
    town.until("the card shows it", |w| {
        let cards: Vec<_> = w.messages(town.at("press-desk")).map(words).collect();
        cards.iter().any(|card| card.contains("734-555-0199")).then_some(())
    })
    .await;
    assert_eq!((town.posts("press-desk").len(), town.inbox("priya")), (1, 1));
    // The same again is nothing.
    town.server
        .edit_as(priya, dm, asked, "Media request: the mayor, 734-555-0199, please")
        .expect("it is hers");
    town.quiet().await;
    let versions = town.entries().into_iter().filter(|e| matches!(e.body, Body::Direct(_))).count();
    assert_eq!(versions, 2);
    let rude = town.server.dm_as(gremlin, bot, "You asshole bot").expect("it may stand");
    town.comes_to(rude, Disposition::None).await;
    town.quiet().await;
    assert_eq!((town.inbox("gremlin"), town.posts("mod-log").len(), town.cases()), (0, 0, 1));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_need_help_is_told_alone_where_to_get_it() {
    let town = Town::open().await;
    let said = town.say("rosa", "general", "My brother says he wants to die. What do I do?");
    let line = town.notice(town.who("rosa"), 0).await;
    assert!(line.contains("988"), "{line}");
    town.post_says("help-desk", "he wants to die").await;
    town.quiet().await;
    assert!(town.stands("general", said));
    assert_eq!(town.posts("general"), Vec::<String>::new());
    town.end().await;
}

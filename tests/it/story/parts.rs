//! Everything that can be read is read: forwards, polls, previews, titles, names.

use gavel::domain::card::Standing;
use gavel::domain::decision::{Cap, Disposition};
use gavel::journal::entry::{Body, Entry, Field};
use gavel::sandbox::rest::{Fault, How};
use gavel::sandbox::world::Draft;
use serde_json::json;

use super::town::{HOUR_MS, RUDE, Town};

const CAMPAIGN: &str = "Vote no on Question 2 this November, tell all your friends!";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forward_is_read() {
    let town = Town::open().await;
    let (from, to) = (town.at("chat-about-anything"), town.at("general"));
    let said = town.say("rosa", "chat-about-anything", CAMPAIGN);
    town.comes_to(said, Disposition::None).await;
    let passed_on = town.server.forward_as(town.who("gremlin"), from, said, to).expect("forwarded");
    town.comes_to(passed_on, Disposition::Review).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("forwarded") && card.contains("Question 2"), "{card}");
    town.end().await;
}

/// Whoever typed nothing is answered in the language of what was passed on,
/// and quoted that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_forwards_is_told_in_the_language_of_what_was_forwarded() {
    let town = Town::open().await;
    let (from, to) = (town.at("chat-about-anything"), town.at("general"));
    let campaign = "Voten no a la Pregunta 2 este noviembre, díganselo a todos sus amigos";
    let said = town.say("mateo", "chat-about-anything", campaign);
    town.comes_to(said, Disposition::None).await;
    let passed_on = town.server.forward_as(town.who("mateo"), from, said, to).expect("forwarded");
    town.comes_to(passed_on, Disposition::Review).await;
    let notice = town.notice(town.who("mateo"), 0).await;
    assert!(notice.contains("Pregunta 2") && notice.contains("Su mensaje"), "{notice}");
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_is_read() {
    let town = Town::open().await;
    let general = town.at("general");
    let asked =
        town.server.poll_as(town.who("gremlin"), general, "Who is worst?", &["You assholes", "Nobody"]);
    town.gone(general, asked.expect("asked")).await;
    let card = town.post_says("mod-log", "assholes").await;
    assert!(card.contains("poll"), "{card}");
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_webhook_shows_in_an_embed_is_read() {
    let town = Town::open().await;
    let draft = Draft {
        embeds: vec![
            json!({ "title": "Neighborhood feed", "description": "you asshole drivers, slow down" }),
        ],
        ..Draft::default()
    };
    let posted = town.server.webhook_post(town.city.other_webhook, draft).expect("posted");
    town.comes_to(posted, Disposition::Review).await;
    town.post_says("mod-log", "asshole").await;
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_threads_title_is_held_by_another_title() {
    let town = Town::open().await;
    let general = town.at("general");
    let said = town.say("gremlin", "general", "About the parking on Elm");
    let thread = town
        .server
        .thread_as(town.who("gremlin"), general, Some(said), "You assholes of Elm Street")
        .expect("a thread");
    town.until("the title is under review", |w| {
        w.channel(thread).filter(|c| c.name == "Title under review").map(|_| ())
    })
    .await;
    town.case(1, Standing::Held).await;
    let notice = town.notice(town.who("gremlin"), 0).await;
    assert!(notice.contains("assholes of Elm Street"), "{notice}");
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("title") && card.contains("of Elm Street"), "{card}");
    // Who gave it is named, and the place is not called by what nobody should read.
    assert!(card.contains("gremlin") && card.contains("#general"), "{card}");
    assert!(notice.contains("The title of your thread in #general"), "{notice}");
    assert!(notice.contains("you may use it again") && !notice.contains("Your message"), "{notice}");
    // What is said in the thread is watched as the channel is.
    let inside = town.server.post_as(town.who("rosa"), thread, RUDE).expect("posted");
    town.gone(thread, inside).await;
    // A new title is looked at again, ours is not.
    town.server.rename_as(town.who("gremlin"), thread, "Elm Street").expect("renamed");
    town.quiet().await;
    assert_eq!(town.cases(), 2);
    town.end().await;
}

/// Whether an entry says that a thread's title was looked at.
fn is_title(entry: &Entry, title: &str) -> Option<()> {
    let named = matches!(entry.body, Body::Venue(_)) && entry.evidence.text(Field::Name) == Some(title);
    named.then_some(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_title_that_comes_back_is_held_again() {
    let town = Town::open().await;
    let (general, gremlin) = (town.at("general"), town.who("gremlin"));
    let title = "You assholes of Elm Street";
    let thread = town.server.thread_as(gremlin, general, None, title).expect("a thread");
    let renamed = |name: &'static str| {
        town.until("it has this title", move |w| w.channel(thread).filter(|c| c.name == name).map(|_| ()))
    };
    renamed("Title under review").await;
    town.case(1, Standing::Held).await;
    town.notice(gremlin, 0).await;
    town.post("mod-log", 0).await;
    town.quiet().await;
    town.server.rename_as(gremlin, thread, title).expect("renamed");
    town.recorded("that it is back", |e| match &e.body {
        Body::Case(it) => (it.why == "title-returned").then_some(()),
        _ => None,
    })
    .await;
    renamed("Title under review").await;
    town.quiet().await;
    assert_eq!((town.cases(), town.inbox("gremlin"), town.posts("mod-log").len()), (1, 1, 1));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_released_title_may_be_used_again() {
    let town = Town::open().await;
    let (general, gremlin) = (town.at("general"), town.who("gremlin"));
    let title = "You assholes of Elm Street";
    let thread = town.server.thread_as(gremlin, general, None, title).expect("a thread");
    town.case(1, Standing::Held).await;
    town.post("mod-log", 0).await;
    town.quiet().await;
    town.pass(5 * HOUR_MS).await;
    town.case(1, Standing::Released).await;
    let released = town.notice(gremlin, 1).await;
    assert!(released.contains("You may use it again") && released.contains(title), "{released}");
    town.server.rename_as(gremlin, thread, title).expect("renamed");
    town.quiet().await;
    assert_eq!(town.server.look(|w| w.channel(thread).map(|c| c.name.clone())).as_deref(), Some(title));
    assert_eq!((town.cases(), town.posts("mod-log").iter().filter(|p| p.contains("Case 2")).count()), (1, 0));
    town.end().await;
}

/// Discord does not say who renamed a thread: nobody is charged with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_that_somebody_else_gave_is_not_its_owner_s() {
    let town = Town::open().await;
    let (general, rosa) = (town.at("general"), town.who("rosa"));
    let thread = town.server.thread_as(rosa, general, None, "Parking").expect("a thread");
    town.recorded("its first title", |e| is_title(e, "Parking")).await;
    let title = "Asshole parking again";
    town.server.rename_as(town.who("sam"), thread, title).expect("a moderator renames it");
    town.case(1, Standing::Open).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("parking again") && card.contains("not known"), "{card}");
    assert!(!card.contains(&rosa.to_string()) && !card.contains("Rosa"), "{card}");
    let entries = town.entries();
    let naming = entries.iter().find(|e| matches!(e.body, Body::Naming(_))).expect("it is on record");
    assert_eq!(naming.evidence.text(Field::Author), None);
    town.quiet().await;
    assert_eq!(town.server.look(|w| w.channel(thread).map(|c| c.name.clone())).as_deref(), Some(title));
    assert_eq!((town.cases(), town.inbox("rosa"), town.inbox("sam")), (1, 0, 0));
    town.end().await;
}

/// Discord does not say which roles the giver of a title has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_is_judged_as_its_giver_s() {
    let town = Town::open().await;
    let general = town.at("general");
    let asked = |who: u64| {
        let path = format!("/members/{who}");
        town.server.requests().iter().filter(|r| r.path.ends_with(&path)).count()
    };
    // An employee about working conditions, however rude: not a trace.
    let (dana, mateo) = (town.who("dana"), town.who("mateo"));
    let union = "Our supervisors are assholes, union meeting about our pay";
    let said = town.say("dana", "general", "Tonight at seven");
    let thread = town.server.thread_as(dana, general, Some(said), union).expect("a thread");
    town.recorded("that it was looked at", |e| is_title(e, union)).await;
    town.quiet().await;
    let named = |e: &Entry| matches!(e.body, Body::Naming(_));
    assert_eq!(town.entries().iter().filter(|e| named(e)).count(), 0, "{}", town.chronicle());
    assert_eq!((asked(dana), town.cases(), town.inbox("dana")), (1, 0, 0));
    assert_eq!(town.server.look(|w| w.channel(thread).map(|c| c.name.clone())).as_deref(), Some(union));
    // An employee who promotes a firm is reminded, as with any message.
    let praise = "I highly recommend Kowalski Plumbing, they are a great company";
    let said = town.say("dana", "general", "Pipes");
    town.server.thread_as(dana, general, Some(said), praise).expect("a thread");
    let reminder = town.notice(dana, 0).await;
    assert!(reminder.contains("recommend or promote"), "{reminder}");
    // Nobody is asked about whose title says nothing.
    let said = town.say("mateo", "general", "Benches");
    town.server.thread_as(mateo, general, Some(said), "More benches please").expect("a thread");
    town.quiet().await;
    assert_eq!((asked(dana), asked(mateo), town.cases()), (2, 0, 0));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_by_nobody_knows_whom_goes_to_review_and_stays() {
    let mut town = Town::open().await;
    let general = town.at("general");
    let gremlin = town.who("gremlin");
    let silent = Fault::new("GET", format!("/members/{gremlin}"), 1, How::Silence);
    town.server.order_fault(silent);
    let said = town.say("gremlin", "general", "About the parking on Elm");
    let title = "You assholes of Elm Street";
    let thread = town.server.thread_as(gremlin, general, Some(said), title).expect("a thread");
    town.quiet().await;
    assert_eq!(town.cases(), 0);
    // A restart asks again.
    town.stop().await;
    let unknown = json!({ "message": "Unknown Member", "code": 10007 });
    town.server.clear_faults();
    town.server.order_fault(Fault::new("GET", "/members/", 20, How::Answer(404, unknown)));
    town.start().await;
    town.case(1, Standing::Open).await;
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("of Elm Street"), "{card}");
    town.quiet().await;
    assert_eq!(town.server.look(|w| w.channel(thread).map(|c| c.name.clone())).as_deref(), Some(title));
    assert_eq!((town.cases(), town.inbox("gremlin")), (1, 0));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forum_post_is_read_title_and_text() {
    let town = Town::open().await;
    let ideas = town.at("ideas");
    let rude = town
        .server
        .forum_post_as(town.who("gremlin"), ideas, "Benches", "Sit down, asshole")
        .expect("a post");
    town.until("the first message is gone", |w| w.message(rude, rude).is_none().then_some(())).await;
    town.case(1, Standing::Held).await;
    let titled = town
        .server
        .forum_post_as(town.who("mateo"), ideas, "Benches for assholes", "More benches please")
        .expect("a post");
    town.until("the title is under review", |w| {
        w.channel(titled).filter(|c| c.name == "Title under review").map(|_| ())
    })
    .await;
    town.case(2, Standing::Held).await;
    town.quiet().await;
    assert!(town.server.look(|w| w.message(titled, titled).is_some()));
    assert_eq!(town.cases(), 2);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nickname_is_reviewed_once_and_never_changed() {
    let town = Town::open().await;
    let gremlin = town.who("gremlin");
    town.server.nick_as(gremlin, town.city.guild, gremlin, "Asshole of Monroe").expect("renamed");
    // Without the members' intent a name is learned from what its owner writes.
    town.say("gremlin", "general", "Good morning");
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("nickname") && card.contains("Asshole of Monroe"), "{card}");
    town.advance(60_000);
    town.say("gremlin", "general", "When does the pool open?");
    town.advance(60_000);
    town.say("gremlin", "general", "And the library?");
    town.quiet().await;
    assert_eq!((town.cases(), town.posts("mod-log").len()), (1, 1));
    let nick = town.server.look(|w| w.guild(town.city.guild).and_then(|g| g.members[&gremlin].nick.clone()));
    assert_eq!(nick.as_deref(), Some("Asshole of Monroe"));
    town.end().await;
}

/// What a person writes through an application only they have installed is theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_writes_through_an_application_is_theirs() {
    let town = Town::open().await;
    let app = town.server.with(|w| w.make_bot("Shouty", "shouty-token", 0));
    let general = town.at("general");
    let id = town.server.user_app_post(town.who("gremlin"), app, general, RUDE).expect("posted");
    town.gone(general, id).await;
    town.case(1, Standing::Held).await;
    town.notice(town.who("gremlin"), 0).await;
    town.end().await;
}

/// What somebody spreads over several messages is read as one; nothing is taken
/// down for it, for each of them stands already.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_spread_over_several_messages_is_read_together() {
    let town = Town::open().await;
    let first = town.say("gremlin", "general", "you people should");
    let second = town.say("gremlin", "general", "go back to");
    let third = town.say("gremlin", "general", "your own country");
    town.comes_to(first, Disposition::None).await;
    town.comes_to(second, Disposition::None).await;
    let decision = town.comes_to(third, Disposition::Review).await;
    assert!(decision.caps.contains(&Cap::Joined), "{decision:?}");
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("your own country"), "{card}");
    town.quiet().await;
    assert!([first, second, third].iter().all(|id| town.stands("general", *id)));
    // Somebody else's words between them part them.
    let (begun, answer) = (town.say("mateo", "general", "go back to"), town.say("rosa", "general", "where?"));
    let ended = town.say("mateo", "general", "your own country");
    for id in [begun, answer, ended] {
        town.comes_to(id, Disposition::None).await;
    }
    town.end().await;
}

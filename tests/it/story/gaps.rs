//! When nobody was watching, and when the bot was stopped in the middle.

use gavel::domain::card::Standing;
use gavel::domain::decision::{Cap, Disposition};
use gavel::journal::entry::{Body, Field};
use gavel::sandbox::rest::{Fault, How};
use serde_json::json;

use super::town::{HOUR_MS, RUDE, Town};

impl Town {
    /// The bot stops for a while, too long to go on with its session.
    pub(super) async fn away(&mut self, ms: i64, meanwhile: impl FnOnce(&Town)) {
        self.quiet().await;
        self.stop().await;
        let bot = self.city.bot;
        self.server.with(|w| w.forget_sessions(bot));
        meanwhile(self);
        self.advance(ms);
        self.server.forget_requests();
        self.start().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_posted_meanwhile_is_judged_and_the_gap_is_on_record() {
    let mut town = Town::open().await;
    let general = town.at("general");
    let mut said = Vec::new();
    town.away(HOUR_MS, |town| {
        said = vec![
            town.say("rosa", "general", "Is the pool open?"),
            town.say("gremlin", "general", RUDE),
            town.say("dana", "general", "I highly recommend Kowalski Plumbing, they are a great company."),
        ];
    })
    .await;
    town.gone(general, said[1]).await;
    town.case(1, Standing::Held).await;
    for id in &said {
        town.decided(*id).await;
    }
    // History tells no roles: they were asked before anything was done, so
    // that an employee is treated as one.
    let reminder = town.notice(town.who("dana"), 0).await;
    assert!(reminder.contains("Just for you"), "{reminder}");
    let requests = town.server.requests();
    let asked =
        |what: &str, method: &str| requests.iter().position(|r| r.method == method && r.path.contains(what));
    let gremlin = town.who("gremlin");
    let roles = asked(&format!("/members/{gremlin}"), "GET").expect("the roles were asked for");
    let deleted = asked(&format!("/messages/{}", said[1]), "DELETE").expect("it was deleted");
    assert!(roles < deleted);
    let gap = town.recorded("the gap", |e| match &e.body {
        Body::Coverage(gap) if gap.why == "start" => Some(gap.to.since_ms(gap.from)),
        _ => None,
    });
    assert!(gap.await >= HOUR_MS - 60_000);
    let sources: Vec<_> = said
        .iter()
        .map(|id| match &town.record_of(*id)[0].body {
            Body::Message(it) => it.source.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sources, ["history", "history", "history"]);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_more_than_a_day_old_is_at_most_reviewed() {
    let mut town = Town::open().await;
    let mut old = 0;
    town.away(30 * HOUR_MS, |town| old = town.say("gremlin", "general", RUDE)).await;
    let decision = town.comes_to(old, Disposition::Review).await;
    assert!(decision.caps.contains(&Cap::Old), "{decision:?}");
    let card = town.post("mod-log", 0).await;
    assert!(card.contains("more than a day old"), "{card}");
    town.quiet().await;
    assert!(town.stands("general", old));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_roles_cannot_be_known_is_protected_as_everybody_is() {
    let mut town = Town::open().await;
    let unknown = json!({ "message": "Unknown Member", "code": 10007 });
    town.server.order_fault(Fault::new("GET", "/members/", 20, How::Answer(404, unknown)));
    let mut said = 0;
    town.away(HOUR_MS, |town| said = town.say("gremlin", "general", RUDE)).await;
    let decision = town.comes_to(said, Disposition::Review).await;
    assert!(decision.caps.contains(&Cap::RolesUnknown), "{decision:?}");
    town.post("mod-log", 0).await;
    town.server.clear_faults();
    town.quiet().await;
    assert!(town.stands("general", said));
    town.end().await;
}

/// The second stop comes while back-fill is still under way and newer messages
/// have been seen: what lies between is not forgotten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_fill_that_was_broken_off_is_taken_up_where_it_stopped() {
    let mut town = Town::open().await;
    let general = town.at("general");
    let mut missed = 0;
    town.quiet().await;
    town.stop().await;
    let bot = town.city.bot;
    town.server.with(|w| w.forget_sessions(bot));
    missed += town.say("gremlin", "general", RUDE);
    town.advance(HOUR_MS);
    // The channel's history is never answered in this run.
    town.server.order_fault(Fault::new("GET", format!("/channels/{general}/messages"), 50, How::Silence));
    town.start().await;
    let newer = town.say("rosa", "general", "Is the pool open?");
    town.decided(newer).await;
    assert!(town.stands("general", missed));
    town.stop().await;
    town.server.clear_faults();
    town.start().await;
    town.gone(general, missed).await;
    town.case(1, Standing::Held).await;
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_line_loses_nothing() {
    let town = Town::open().await;
    let general = town.at("general");
    let mut rude = Vec::new();
    let mut said = Vec::new();
    for n in 0..12 {
        let who = ["gremlin", "mateo", "priya"][n % 3];
        town.advance(20_000);
        rude.push(town.say(who, "general", format!("Line {n}, asshole")));
        if n % 4 == 0 {
            // The line is up again: one that is cut before it told anything
            // is not resumed for ever.
            if let Some(last) = said.last() {
                town.comes_to(*last, Disposition::None).await;
            }
            town.server.cut_gateway();
        }
        said.push(town.say("rosa", "chat-about-anything", format!("Line {n}")));
    }
    for id in &rude {
        town.gone(general, *id).await;
    }
    for id in &said {
        town.comes_to(*id, Disposition::None).await;
    }
    let gaps = town.entries().iter().filter(|e| matches!(e.body, Body::Coverage(_))).count();
    assert_eq!(gaps, 0, "a resumed session missed nothing");
    town.end().await;
}

/// Stopped after the decision and before the deletion was answered: the next
/// start finishes it, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_owed_when_the_bot_stopped_is_done_once_by_the_next() {
    let mut town = Town::open().await;
    let general = town.at("general");
    town.server.order_fault(Fault::new("DELETE", "/messages/", 1, How::HappensInSilence));
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(general, rude).await;
    town.stop().await;
    town.start().await;
    town.case(1, Standing::Held).await;
    town.notice(town.who("gremlin"), 0).await;
    town.post("mod-log", 0).await;
    town.quiet().await;
    assert_eq!((town.inbox("gremlin"), town.posts("mod-log").len()), (1, 1));
    // Now the notice and the card are said, and nobody hears that they were.
    town.pass(16 * 60_000).await;
    town.server.order_fault(Fault::new("POST", "/messages", 2, How::HappensInSilence));
    let again = town.say("mateo", "general", RUDE);
    town.gone(general, again).await;
    town.until("both are said", |w| {
        let cards = w.messages(town.at("mod-log")).filter(|m| m.author() == town.city.bot).count();
        (cards == 2 && w.inbox(town.who("mateo")).len() == 1).then_some(())
    })
    .await;
    town.stop().await;
    town.start().await;
    town.quiet().await;
    assert_eq!((town.inbox("mateo"), town.posts("mod-log").len()), (1, 2));
    town.end().await;
}

/// What was said before the channel was watched is kept where the city asks
/// for it, and nobody is acted on for it: no card, no notice, no answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_days_before_the_first_start_are_only_recorded() {
    let mut before = Vec::new();
    let town = Town::prepared(
        |server, city| {
            let general = city.place("general").expect("a channel").id;
            let who = |key: &str| city.user(gavel::sandbox::city::persona_index(key).expect("a persona"));
            before.push(server.post_as(who("gremlin"), general, RUDE).expect("posted"));
            let asked = "I am a reporter with the Gazette. Could I get a comment on the bridge by 5 pm?";
            before.push(server.post_as(who("priya"), general, asked).expect("posted"));
        },
        |deployment| deployment.history_days = 2,
    )
    .await;
    town.recorded("the last of them", |e| {
        e.body.messages().iter().any(|m| m.get() == before[1]).then_some(())
    })
    .await;
    town.quiet().await;
    assert!(before.iter().all(|id| town.stands("general", *id)));
    assert_eq!((town.cases(), town.posts("mod-log").len(), town.posts("general").len()), (0, 0, 0));
    assert_eq!((town.inbox("gremlin"), town.inbox("priya")), (0, 0));
    town.end().await;
}

/// A thread is watched from when its channel is, and not from its beginning.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_from_before_the_first_start_is_not_read() {
    let mut thread = 0;
    let town = Town::prepared(
        |server, city| {
            let general = city.place("general").expect("a channel").id;
            let gremlin = city.user(gavel::sandbox::city::persona_index("gremlin").expect("a persona"));
            thread = server.thread_as(gremlin, general, None, "Parking").expect("a thread");
            server.post_as(gremlin, thread, RUDE).expect("posted");
        },
        |_| {},
    )
    .await;
    town.quiet().await;
    let kept = town
        .entries()
        .iter()
        .filter(|e| matches!(&e.body, Body::Message(it) if it.venue.get() == thread))
        .count();
    assert_eq!((kept, town.cases()), (0, 0));
    // From here on it is watched like its channel.
    let said = town.server.post_as(town.who("gremlin"), thread, RUDE).expect("posted");
    town.gone(thread, said).await;
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_that_was_given_meanwhile_is_judged() {
    let mut town = Town::open().await;
    let (general, gremlin) = (town.at("general"), town.who("gremlin"));
    let older = town.server.thread_as(town.who("rosa"), general, None, "Parking").expect("a thread");
    let mut thread = 0;
    town.away(HOUR_MS, |town| {
        let opened = town.server.thread_as(gremlin, general, None, "You assholes of Elm Street");
        thread = opened.expect("a thread");
        town.server.post_as(gremlin, thread, "Who parks there?").expect("posted");
        town.server.rename_as(town.who("sam"), older, "Asshole parking").expect("renamed");
    })
    .await;
    town.until("the title is under review", |w| {
        w.channel(thread).filter(|c| c.name == "Title under review").map(|_| ())
    })
    .await;
    // Who gave the other thread another title meanwhile, nobody knows.
    town.post_says("mod-log", "not known").await;
    town.quiet().await;
    let older = town.server.look(|w| w.channel(older).map(|c| c.name.clone()));
    assert_eq!((older.as_deref(), town.inbox("rosa")), (Some("Asshole parking"), 0));
    assert_eq!(town.cases(), 2);
    town.end().await;
}

/// A session that goes on replays how the thread was made, after back-fill
/// has read what was said in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_is_judged_where_the_session_goes_on() {
    let mut town = Town::open().await;
    let (general, gremlin) = (town.at("general"), town.who("gremlin"));
    town.quiet().await;
    town.stop().await;
    let title = "You assholes of Elm Street";
    let thread = town.server.thread_as(gremlin, general, None, title).expect("a thread");
    town.server.post_as(gremlin, thread, "Who parks there?").expect("posted");
    town.start().await;
    town.until("the title is under review", |w| {
        w.channel(thread).filter(|c| c.name == "Title under review").map(|_| ())
    })
    .await;
    town.case(1, Standing::Held).await;
    town.end().await;
}

/// What a guard protects leaves what every other message leaves: history tells
/// no roles, and neither that they were asked for nor that nothing came of it
/// is on record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn protected_talk_found_by_back_fill_leaves_no_other_trace() {
    let mut town = Town::open().await;
    let dana = town.who("dana");
    let mut said = Vec::new();
    town.away(HOUR_MS, |town| {
        let union = "Our supervisors are assholes, union meeting about our pay";
        said = vec![town.say("dana", "general", union), town.say("dana", "general", "Leaf pickup is late")];
    })
    .await;
    let general = town.at("general");
    // The channel counts as read only when all of it is on record.
    town.recorded("that the channel is read", |e| match &e.body {
        Body::Venue(it) => (it.venue.get() == general && it.upto?.get() == said[1]).then_some(()),
        _ => None,
    })
    .await;
    town.quiet().await;
    let asked =
        town.server.requests().iter().filter(|r| r.path.ends_with(&format!("/members/{dana}"))).count();
    // Once, or again where the server was described while the answer was out.
    assert!((1..=2).contains(&asked), "{asked}");
    let traces: Vec<_> = said
        .iter()
        .map(|id| {
            let entries = town.record_of(*id);
            let told = |e: &gavel::journal::entry::Entry| match &e.body {
                Body::Message(it) => {
                    let mut it = it.clone();
                    it.message = gavel::domain::id::MessageId::new(1).expect("an id");
                    (it, e.evidence.raw(Field::Message).is_some(), e.intents.len())
                }
                other => panic!("{other:?}"),
            };
            entries.iter().map(told).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(traces[0], traces[1]);
    assert_eq!((traces[0].len(), town.cases(), town.inbox("dana")), (1, 0, 0));
    town.end().await;
}

/// Stopped while the roles are on their way: what is not on record yet is
/// found again, however much was said after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_roles_is_not_lost_by_a_stop() {
    let mut town = Town::open().await;
    let (general, gremlin) = (town.at("general"), town.who("gremlin"));
    let mut rude = 0;
    town.quiet().await;
    town.stop().await;
    let bot = town.city.bot;
    town.server.with(|w| w.forget_sessions(bot));
    rude += town.say("gremlin", "general", RUDE);
    town.advance(HOUR_MS);
    town.server.order_fault(Fault::new("GET", format!("/members/{gremlin}"), 20, How::Silence));
    town.start().await;
    let newer = town.say("rosa", "general", "Is the pool open?");
    town.decided(newer).await;
    town.quiet().await;
    assert!(town.record_of(rude).is_empty());
    town.stop().await;
    town.server.clear_faults();
    town.start().await;
    town.gone(general, rude).await;
    town.case(1, Standing::Held).await;
    town.quiet().await;
    assert_eq!(town.cases(), 1);
    town.end().await;
}

//! What nothing happens to.

use gavel::domain::decision::Disposition;
use serde_json::json;

use super::town::Town;

impl Town {
    /// Nobody hears of it: no case, no card, no notice, no word in the channel.
    pub async fn nothing_follows(&self) {
        self.quiet().await;
        assert_eq!(self.cases(), 0, "{}", self.chronicle());
        for place in gavel::sandbox::city::CHANNELS {
            assert_eq!(self.posts(place.name), Vec::<String>::new(), "in {}", place.name);
        }
        for persona in gavel::sandbox::city::PERSONAS {
            assert_eq!(self.inbox(persona.key), 0, "{} was told something", persona.key);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn harsh_criticism_is_left_alone() {
    let town = Town::open().await;
    for text in [
        "The council wasted our money on that fountain. Worst decision in years, and the mayor should be embarrassed.",
        "The mayor is wrong about everything and this city is badly run.",
        "Damn, that pothole on Elm just ate my hubcap.",
        "¿Alguien sabe por qué no hay agua en la calle Olmo desde las seis?",
        "My kids will kill me if the pool stays closed another week.",
        "Careful everyone, somebody is sending texts about a water refund. Don't click the link, it is a scam.",
    ] {
        town.advance(60_000);
        let id = town.say("rosa", "general", text);
        town.comes_to(id, Disposition::None).await;
    }
    town.nothing_follows().await;
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn campaigning_in_an_open_channel_is_nobodys_business() {
    let town = Town::open().await;
    let id = town.say(
        "rosa",
        "chat-about-anything",
        "Vote no on Question 2 this November, tell all your friends!",
    );
    town.comes_to(id, Disposition::None).await;
    town.nothing_follows().await;
    town.end().await;
}

/// Discord tells of a link's preview as of an update. Nothing was edited, so
/// there is no second version.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_is_no_edit() {
    let town = Town::open().await;
    let general = town.at("general");
    let id = town.say("rosa", "general", "Rain on Friday, says https://weather.example/today");
    town.comes_to(id, Disposition::None).await;
    town.server.pin_as(town.who("sam"), general, id, true).expect("a moderator pins");
    town.nothing_follows().await;
    assert_eq!(town.record_of(id).len(), 1);
    // A preview that shows words is read, for people read it.
    let preview = json!({ "type": "link", "title": "Agenda", "url": "https://weather.example/today" });
    town.server.unfurl(general, id, vec![preview]);
    town.nothing_follows().await;
    town.end().await;
}

/// An employee about pay, hours, supervisors: what stays is what an ordinary
/// message leaves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn talk_among_employees_leaves_no_trace_of_having_been_weighed() {
    let town = Town::open().await;
    let plain = town.say("dana", "general", "The trucks start at the river end on Thursday.");
    let texts = [
        "Our supervisors treat us like shit and the pay is an insult, we should all join the union",
        "Sign the petition for better overtime pay, fellow public works employees, this management is fucking us over",
    ];
    let ids: Vec<_> = texts
        .iter()
        .map(|text| {
            town.advance(60_000);
            town.say("dana", "general", *text)
        })
        .collect();
    for id in &ids {
        let decision = town.decided(*id).await;
        assert!(decision.is_plain(), "{decision:?}");
    }
    town.nothing_follows().await;
    // The same keys in the same places as for a message about trucks.
    let shape = |id| {
        let mut all = town.record_of(id);
        assert_eq!(all.len(), 1);
        let entry = all.remove(0);
        let fields: Vec<_> = entry.evidence.fields().iter().map(|(field, _)| *field).collect();
        let gavel::journal::entry::Body::Message(record) = entry.body else { panic!("a message") };
        (fields, record.decision, record.case, record.parts, record.pending, record.source)
    };
    for id in &ids {
        assert_eq!(shape(*id), shape(plain));
    }
    town.end().await;
}

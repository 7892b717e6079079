//! Observe, assist, enforce.

use gavel::domain::card::Standing;
use gavel::domain::decision::{Cap, Disposition, Posture};

use super::town::{RUDE, SCAM, Town};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn observing_sends_nothing_and_decides_all_the_same() {
    let town = Town::with(|deployment| deployment.posture = Posture::Observe).await;
    for (who, text) in [
        ("gremlin", RUDE),
        ("gremlin", SCAM),
        ("gremlin", "I'm going to burn down city hall"),
        ("rosa", "Vote no on Question 2 this November, tell all your friends!"),
        (
            "priya",
            "I'm a reporter with the Evening News. Could I get a statement about the water main by 5 pm?",
        ),
        ("dana", "I highly recommend Kowalski Plumbing, they are a great company."),
    ] {
        town.advance(60_000);
        let id = town.say(who, "general", text);
        let decision = town.decided(id).await;
        assert!(!decision.findings.is_empty(), "{text}");
    }
    town.nothing_follows().await;
    let changes = town.server.requests().into_iter().filter(|r| r.method != "GET").count();
    assert_eq!(changes, 0, "nothing but questions was sent");
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assisting_acts_alone_only_on_what_proves_itself() {
    let town = Town::with(|deployment| deployment.posture = Posture::Assist).await;
    let rude = town.say("gremlin", "general", RUDE);
    let decision = town.comes_to(rude, Disposition::Review).await;
    assert!(decision.caps.contains(&Cap::Posture), "{decision:?}");
    town.case(1, Standing::Open).await;
    town.post("mod-log", 0).await;
    let scam = town.say("gremlin", "general", SCAM);
    town.gone(town.at("general"), scam).await;
    town.quiet().await;
    assert!(town.stands("general", rude));
    town.end().await;
}

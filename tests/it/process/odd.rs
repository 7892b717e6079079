//! What no Discord ought to send, to the real program.

use std::time::Duration;

use gavel::sandbox::Config;
use serde_json::{Value, json};

use super::{Hall, SOON, run};
use crate::story::town::RUDE;

impl Hall {
    fn send(&self, text: impl Fn(u64) -> String) {
        let bot = self.city.bot;
        self.server.with(|w| w.send_as_it_is(bot, text));
    }

    /// A message as Discord would send it, with other things in it.
    fn dispatch(&self, id: u64, over: &Value) {
        let (guild, channel, author) = (self.city.guild, self.at("general"), self.who("gremlin"));
        let mut d = json!({
            "id": id.to_string(),
            "channel_id": channel.to_string(),
            "guild_id": guild.to_string(),
            "author": { "id": author.to_string(), "username": "gremlin", "discriminator": "0", "avatar": null },
            "member": { "roles": [] },
            "content": "",
            "timestamp": "2026-11-21T12:00:00.000000+00:00",
            "type": 0,
        });
        for (key, value) in over.as_object().expect("an object") {
            d[key] = value.clone();
        }
        self.send(|s| json!({ "t": "MESSAGE_CREATE", "s": s, "op": 0, "d": d }).to_string());
    }

    async fn says(&self, place: &str, said: &str) -> bool {
        let place = self.at(place);
        let found = self.server.wait_until(SOON, |w| {
            let all = w.messages(place).any(|m| crate::story::town::words(m).contains(said));
            all.then_some(())
        });
        found.await.is_some()
    }
}

/// A frame that is no JSON, one that is cut off, a message whose fields are of
/// other kinds than Discord's, a message of two megabytes: each is on record,
/// what can be read of it is judged, and the bot goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_kept_and_judged_as_far_as_it_can_be() {
    let hall = Hall::with(Config::default()).await;
    let mut bot = hall.run();
    assert!(bot.ready());
    hall.send(|_| "this is no JSON at all".to_owned());
    assert!(hall.says("mod-log", "Discord sent something that could not be read").await);
    let threat = "I will shoot everybody at the council meeting tomorrow";
    hall.send(|s| {
        format!(r#"{{"t":"MESSAGE_CREATE","s":{s},"op":0,"d":{{"content":"{threat}","channel_id":"#)
    });
    assert!(hall.says("mod-log", "threat").await, "what could be read of it is judged");
    // Fields of other kinds than Discord's; the message is one all the same.
    let before = hall.server.post_as(hall.who("rosa"), hall.at("general"), "Good morning").expect("posted");
    hall.dispatch(
        before + 1,
        &json!({ "content": format!("One: {RUDE}"), "type": "zero", "embeds": 7, "mentions": "none" }),
    );
    // The words that weighed most are marked on the card.
    assert!(hall.says("mod-log", "One").await);
    let long = format!("{} Two: {RUDE}", "water ".repeat(350_000));
    assert!(long.len() > 2_000_000);
    hall.dispatch(before + 2, &json!({ "content": long }));
    assert!(hall.says("mod-log", "water").await);
    // And everything else goes on.
    let general = hall.at("general");
    let id = hall.server.post_as(hall.who("gremlin"), general, RUDE).expect("posted");
    assert!(hall.server.wait_until(SOON, |w| w.message(general, id).is_none().then_some(())).await.is_some());
    let (ended, took) = bot.terminate();
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    assert!(took < Duration::from_secs(10));
    let data = hall.data().display().to_string();
    let verified = run(&["log", "verify", "--data", &data]);
    assert_eq!(verified.code, Some(0), "{:?}", verified.out);
    let journal = std::fs::read_to_string(hall.data().join("journal/00000000.jsonl")).expect("it reads");
    for kept in ["this is no JSON at all", threat, r#"\"type\":\"zero\""#, "water water water"] {
        let plain = kept.replace("\\\"", "\"");
        assert!(journal.contains(kept) || journal.contains(&plain), "{plain} is on record");
    }
    hall.server.shutdown().await;
}

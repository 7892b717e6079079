//! The pinned rules notice.

use gavel::sandbox::world::permission::*;
use serde_json::{Value, json};

use super::*;

impl City {
    /// What the bot has posted in the public channel, and whether it is pinned.
    fn posted(&self) -> Vec<(Value, bool)> {
        let all = self.server.read_as(self.owner, self.general).expect("the owner reads everything");
        let me = Value::from(self.bot.to_string());
        let ours = all.into_iter().filter(|m| m["author"]["id"] == me);
        // Discord says with a message of its own that something was pinned.
        ours.filter(|m| m["type"] == 0).map(|m| (m["embeds"].clone(), m["pinned"] == true)).collect()
    }
}

#[tokio::test]
async fn a_missing_notice_is_found_and_pinned_once() {
    let city = City::new().await;
    let found = wrong(&city.visit(Some(TOKEN), false).await);
    assert_eq!(found, ["problem: no rules notice is pinned in #general-1"]);
    assert_eq!(city.posted(), [], "nothing is posted unasked");
    for _ in 0..2 {
        assert_eq!(city.wrong().await, [""; 0]);
    }
    let posted = city.posted();
    assert_eq!(posted.len(), 1, "twice pins once");
    assert!(posted[0].1, "it is pinned");
    let requests = city.server.requests();
    let post = requests.iter().find(|r| r.method == "POST").expect("it was posted");
    assert_eq!(post.body["allowed_mentions"], json!({ "parse": [] }), "nobody is pinged");
}

#[tokio::test]
async fn it_says_what_a_resident_has_to_know_in_both_languages() {
    let city = City::new().await;
    city.wrong().await;
    let posted = city.posted();
    let embed = |n: usize| posted[0].0[n]["description"].as_str().expect("a text").to_owned();
    let (en, es) = (embed(0), embed(1));
    for words in
        ["City of Monroe", "roads, water and parks", "911", "734-555-0100", "https://city.example/rules"]
    {
        assert!(en.contains(words) && es.contains(words), "{words}\n{en}\n{es}");
    }
    for words in ["Criticism is never", "public records", "Monday to Friday, 8:00 to 16:30", "case number"] {
        assert!(en.contains(words), "{words}\n{en}");
    }
    for words in
        ["Una crítica nunca", "registro público", "lunes a viernes, de 8:00 a 16:30", "número de caso"]
    {
        assert!(es.contains(words), "{words}\n{es}");
    }
    assert!(!format!("{en}{es}").contains('⟪'), "every word is there");
    assert!(en.contains("automated helper"), "what it takes down is said where it does so");
    city.set("time_zone", "posture = \"observe\"\ntime_zone");
    city.wrong().await;
    assert!(!city.posted()[0].0.to_string().contains("automated helper"));
}

#[tokio::test]
async fn a_notice_whose_words_have_changed_is_edited() {
    let city = City::new().await;
    city.wrong().await;
    city.set("roads, water and parks", "roads and libraries");
    let found = wrong(&city.visit(Some(TOKEN), false).await);
    assert_eq!(found, ["problem: the rules notice in #general-1 does not say what it should"]);
    assert_eq!(city.wrong().await, [""; 0]);
    let posted = city.posted();
    assert_eq!(posted.len(), 1);
    assert!(posted[0].0.to_string().contains("roads and libraries"));
}

#[tokio::test]
async fn a_notice_that_could_not_be_pinned_is_not_posted_again() {
    let city = City::new().await;
    city.server.set_member_overwrite(city.general, city.bot, 0, PIN_MESSAGES);
    let found = city.wrong().await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], "problem: in #general-1 the bot lacks: Pin Messages");
    assert!(
        found[1].starts_with("problem: the rules notice cannot be pinned in #general-1: Discord answers 403")
    );
    assert_eq!(city.posted().len(), 1);
    city.server.set_member_overwrite(city.general, city.bot, 0, 0);
    assert_eq!(city.wrong().await, [""; 0]);
    let posted = city.posted();
    assert_eq!(posted.len(), 1);
    assert!(posted[0].1);
}

#[tokio::test]
async fn what_somebody_else_pinned_is_no_notice() {
    let city = City::new().await;
    let message = city.server.post_as(city.owner, city.general, "Welcome").expect("posted");
    city.server.pin_as(city.owner, city.general, message, true).expect("pinned");
    let found = wrong(&city.visit(Some(TOKEN), false).await);
    assert_eq!(found, ["problem: no rules notice is pinned in #general-1"]);
}

#[tokio::test]
async fn a_forum_says_it_in_its_guidelines() {
    let city = City::new().await;
    city.wrong().await;
    let forum = city.server.make_channel(city.guild, Kind::Forum, "ideas");
    let entry = "\n[[channel]]\nname = \"ideas\"\npurpose = \"ideas for the parks\"\napproved_by = \"M\"\napproved_on = 2026-01-05\n";
    city.write("bot.toml", &format!("{DEPLOYMENT}{entry}"));
    let expected = "problem: the post guidelines of the forum #ideas do not say what it is for";
    assert_eq!(city.wrong().await, [expected]);
    let topic = "Here we collect ideas for the parks. Criticism is welcome.";
    city.server.with(|w| w.change_channel(forum, |c| c.topic = Some(topic.to_owned())));
    assert_eq!(city.wrong().await, [""; 0]);
}

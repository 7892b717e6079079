//! Channels, roles, policies: what is settled, and what changes while the bot runs.

use gavel::domain::decision::Topics;
use gavel::domain::decision::{Disposition, Posture};
use gavel::domain::deployment::{Approval, Named};
use gavel::journal::entry::Body;
use gavel::sandbox::world::Kind;

use super::town::{RUDE, Town};
use crate::browser::town::{MONROE, policy};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unapproved_channel_is_named_once_and_nothing_of_it_is_kept() {
    let mut town = Town::prepared(
        |server, city| {
            server.make_channel(city.guild, Kind::Text, "pets");
        },
        |_| {},
    )
    .await;
    let pets = town
        .server
        .look(|w| w.channels_of(town.city.guild).iter().find(|c| c.name == "pets").expect("a channel").id);
    let line = town.post("mod-log", 0).await;
    assert!(line.contains("pets") && line.contains("not approved"), "{line}");
    let secret = "my cat is called Schnurrdiburr, asshole";
    town.server.post_as(town.who("gremlin"), pets, secret).expect("posted");
    let thread = town.server.thread_as(town.who("gremlin"), pets, None, "Schnurrdiburr").expect("a thread");
    town.server.post_as(town.who("gremlin"), thread, secret).expect("posted");
    town.quiet().await;
    town.stop().await;
    town.start().await;
    town.quiet().await;
    assert_eq!(town.posts("mod-log").len(), 1, "one line, once");
    assert_eq!(town.cases(), 0);
    let mut dirs = vec![town.data.path().to_owned()];
    while let Some(dir) = dirs.pop() {
        for file in std::fs::read_dir(dir).expect("it reads") {
            let path = file.expect("it reads").path();
            if path.is_dir() {
                dirs.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                let found = memchr::memmem::find(&bytes, b"Schnurrdiburr");
                let around = found.map(|at| String::from_utf8_lossy(&bytes[at.saturating_sub(300)..at + 20]));
                assert_eq!(around, None, "in {}", path.display());
            }
        }
    }
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_does_not_have_is_said_once_each() {
    let mut town = Town::with(|deployment| {
        deployment.roles.official.push("Alderman".to_owned());
        deployment.roles.employee.push("Parks crew".to_owned());
        for name in ["bulletin", "town-hall"] {
            deployment.channels.push(Approval {
                channel: Named::Name(name.to_owned()),
                purpose: "News".to_owned(),
                staff_only: false,
                topics: Topics::Open,
                approved_by: "Communications Manager".to_owned(),
                approved_on: "2026-01-05".to_owned(),
            });
        }
    })
    .await;
    for what in ["Alderman", "Parks crew", "bulletin", "town-hall"] {
        let line = town.post_says("mod-log", what).await;
        assert!(line.contains("does not exist"), "{line}");
    }
    town.quiet().await;
    town.stop().await;
    town.start().await;
    town.quiet().await;
    assert_eq!(town.posts("mod-log").len(), 4, "{:?}", town.posts("mod-log"));
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_settings_hold_for_what_comes_after_them() {
    let town = Town::open().await;
    let first = town.say("gremlin", "general", RUDE);
    town.gone(town.at("general"), first).await;
    town.quiet().await;
    let mut quieter = town.deployment.clone();
    quieter.posture = Posture::Observe;
    let (shipped, changed) = (MONROE, MONROE.replacen("2025-10-06", "2026-11-01", 1));
    assert_ne!(shipped, changed);
    town.bot().reload(policy(&changed), quieter).await.expect("the bot runs");
    town.recorded("the new settings", |e| match &e.body {
        Body::Settings(it) => Some((it.policy.version.clone(), it.posture.clone())),
        _ => None,
    })
    .await;
    let second = town.say("mateo", "general", RUDE);
    town.comes_to(second, Disposition::None).await;
    town.quiet().await;
    assert!(town.stands("general", second));
    assert_eq!((town.cases(), town.posts("mod-log").len()), (1, 1));
    town.end().await;
}

/// A list as a moderator pastes it from Discord's own filter, with its stars.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_with_stars_are_found_in_what_is_posted() {
    let town = Town::open().await;
    let pasted =
        MONROE.replacen("builtin:obscenity-es\"", "builtin:obscenity-es|gurkel*|*fnord|*blarx*\"", 1);
    assert_ne!(pasted, MONROE);
    town.bot().reload(policy(&pasted), town.deployment.clone()).await.expect("the bot runs");
    for said in ["what a GURKELISH plan", "you and your superfnord", "unblarxed", "g.u.r.k.e.l"] {
        let id = town.say("gremlin", "general", said);
        town.gone(town.at("general"), id).await;
    }
    for said in ["a fnordy day", "the megurkel is closed"] {
        let id = town.say("mateo", "general", said);
        town.comes_to(id, Disposition::None).await;
    }
    town.quiet().await;
    town.end().await;
}

/// An approval goes with the channel, not with its name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renamed_channel_is_watched_on_and_named() {
    let mut town = Town::with(|deployment| {
        for approval in &mut deployment.channels {
            if approval.topics == Topics::Open {
                approval.channel = Named::Name("chat-about-anything".to_owned());
            }
        }
    })
    .await;
    let chat = town.at("chat-about-anything");
    town.quiet().await;
    let owner = town.server.look(|w| w.guild(town.city.guild).expect("the server").owner);
    town.server.rename_as(owner, chat, "porch").expect("renamed");
    let line = town.post_says("mod-log", "porch").await;
    assert!(line.contains("chat-about-anything"), "{line}");
    // Another one that takes the name is not the approved one.
    let impostor = town.server.make_channel(town.city.guild, Kind::Text, "chat-about-anything");
    town.stop().await;
    town.start().await;
    let there = town.server.post_as(town.who("gremlin"), chat, RUDE).expect("posted");
    town.gone(chat, there).await;
    let elsewhere = town.server.post_as(town.who("gremlin"), impostor, RUDE).expect("posted");
    town.quiet().await;
    assert!(town.server.look(|w| w.message(impostor, elsewhere).is_some()));
    town.end().await;
}

/// Reading what was taken down is itself on record, through the bot that runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_what_was_taken_down_is_on_record() {
    let town = Town::open().await;
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(town.at("general"), rude).await;
    town.quiet().await;
    let entry = town
        .bot()
        .reader
        .versions(gavel::domain::id::MessageId::new(rude).expect("an id"))
        .expect("it answers")[0];
    let data = town.data.path().to_owned();
    let shown = tokio::task::spawn_blocking(move || crate::log::run(&data, &format!("show {entry}")));
    let (well, text) = shown.await.expect("it ends");
    assert!(well && text.contains(RUDE), "{text}");
    town.recorded("the access", |e| match &e.body {
        Body::Access(it) => (it.entry == Some(entry) && it.how == "show").then_some(()),
        _ => None,
    })
    .await;
    town.end().await;
}

/// A name means the channel that bore it first, also the moderators' own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_moderators_channel_may_be_renamed() {
    let town = Town::with(|deployment| {
        deployment.review = Some(Named::Name("mod-log".to_owned()));
        for desk in &mut deployment.desks {
            desk.channel = Some(Named::Name("mod-log".to_owned()));
        }
        for approval in &mut deployment.channels {
            approval.channel = Named::Every;
        }
    })
    .await;
    let owner = town.server.look(|w| w.guild(town.city.guild).expect("the server").owner);
    let review = town.at("mod-log");
    town.quiet().await;
    town.server.rename_as(owner, review, "mod-cards").expect("renamed");
    let quoted = town.say("sam", "mod-log", RUDE);
    let rude = town.say("gremlin", "general", RUDE);
    town.gone(town.at("general"), rude).await;
    town.post_says("mod-log", "asshole").await;
    town.quiet().await;
    assert!(town.stands("mod-log", quoted), "{}", town.chronicle());
    town.end().await;
}

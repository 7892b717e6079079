//! Things wrong with the token, the server, its channels and roles.

use std::io::{Read, Write};
use std::net::TcpListener;

use gavel::sandbox::rest::{Fault, How};
use gavel::sandbox::world::Rule;
use gavel::sandbox::world::permission::*;
use serde_json::json;

use super::*;

const NONE: [&str; 0] = [];

#[tokio::test]
async fn a_city_in_order_has_nothing_wrong() {
    let city = City::new().await;
    assert_eq!(city.wrong().await, NONE);
    let report = city.visit(Some(TOKEN), false).await;
    assert_eq!(wrong(&report), NONE, "and without pinning again");
    let well = report.findings.iter().filter(|finding| finding.weight == Weight::Well).count();
    assert!(well >= 12, "{report:?}");
}

#[tokio::test]
async fn a_wrong_token_is_told_and_ends_the_visit() {
    let city = City::new().await;
    let report = city.visit(Some("another-token"), true).await;
    assert_eq!(wrong(&report), ["problem: Discord does not accept the token (401)"]);
    assert_eq!(city.server.requests().len(), 1, "nothing more is asked with it");
    let told = format!("{report:?}");
    assert!(!told.contains("another-token"), "{told}");
}

#[tokio::test]
async fn without_a_token_nothing_is_asked() {
    let city = City::new().await;
    let found = wrong(&city.visit(None, true).await);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("problem: there is no token: `"), "{found:?}");
    assert_eq!(city.server.requests().len(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let city = City::new().await;
    city.server.shutdown().await;
    let found = wrong(&city.visit(Some(TOKEN), false).await);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("cannot be reached"), "{found:?}");
}

#[tokio::test]
async fn a_web_page_is_not_taken_for_discord() {
    let city = City::new().await;
    let page = TcpListener::bind("127.0.0.1:0").expect("a port");
    let api = Api::parse(&format!("http://{}", page.local_addr().expect("an address"))).expect("an address");
    let answering = std::thread::spawn(move || {
        let mut asked = page.accept().expect("it asks").0;
        let mut request = [0; 2_048];
        assert!(asked.read(&mut request).expect("a request") > 0);
        let body = "<html>Log in</html>";
        write!(asked, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
            .expect("it reads");
    });
    let report = city.visit_of(&api, Some(TOKEN), false, &Clock::system()).await;
    answering.join().expect("it asked");
    let found = wrong(&report);
    assert_eq!(
        found,
        ["problem: the application cannot be read: what answers is a web page and not Discord's API"]
    );
}

#[tokio::test]
async fn the_message_content_intent_is_missed() {
    let city = City::with(0).await;
    let expected = "problem: the Message Content intent is off: Discord would refuse the connection (4014)";
    assert_eq!(city.wrong().await, [expected]);
}

#[tokio::test]
async fn missing_permissions_are_named_with_their_channel() {
    let city = City::new().await;
    assert_eq!(city.wrong().await, NONE);
    city.server.set_member_overwrite(city.general, city.bot, 0, MANAGE_MESSAGES | MANAGE_THREADS);
    assert_eq!(city.wrong().await, ["problem: in #general-1 the bot lacks: Manage Messages, Manage Threads"]);
    city.server.set_member_overwrite(city.general, city.bot, 0, VIEW_CHANNEL);
    assert_eq!(city.wrong().await, ["problem: in #general-1 the bot lacks: View Channel"]);
    city.server.set_member_overwrite(city.general, city.bot, 0, 0);
    city.server.set_member_overwrite(city.review, city.bot, 0, SEND_MESSAGES);
    let found = city.wrong().await;
    assert_eq!(found, ["problem: in #mod-log the bot lacks: Send Messages"]);
}

#[tokio::test]
async fn permissions_of_the_whole_server_are_looked_at() {
    let city = City::new().await;
    let role = city.server.look(|w| w.guild(city.guild).expect("there").members[&city.bot].roles[0]);
    city.server.with(|w| w.change_role(city.guild, role, |r| r.permissions &= !VIEW_AUDIT_LOG));
    let found = city.wrong().await;
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("warning: the bot lacks `View Audit Log`"), "{found:?}");
    city.server.with(|w| w.change_role(city.guild, role, |r| r.permissions = ADMINISTRATOR));
    assert_eq!(
        city.wrong().await,
        ["warning: the bot is an administrator of the server, and needs to be none"]
    );
}

#[tokio::test]
async fn channels_that_are_missing_or_ambiguous_are_told() {
    let city = City::new().await;
    city.set("name = \"general-1\"", "name = \"general-2\"");
    let report = city.visit(Some(TOKEN), false).await;
    assert_eq!(
        wrong(&report),
        [
            "problem: there is no channel `general-2`, which the deployment approves",
            "problem: no approved channel is there, so nothing is watched"
        ]
    );
    let mend = &report.findings.iter().find(|f| f.what.contains("general-2")).expect("found").mend;
    assert_eq!(mend, "there is #general-1; write that, or make the channel");
    let note = report.findings.iter().find(|f| f.what.starts_with("not approved")).expect("a note");
    assert_eq!(
        (note.weight, note.what.as_str()),
        (Weight::Note, "not approved, and not watched: #general-1")
    );

    city.set("channel = \"press-desk\"", "channel = \"newsroom\"");
    assert_eq!(
        city.wrong().await,
        [
            "problem: there is no channel `newsroom`, where cards of the desk `press` go: they go to the review channel"
        ]
    );
    city.set("", "");
    city.server.make_channel(city.guild, Kind::Text, "general-1");
    let found = wrong(&city.visit(Some(TOKEN), false).await);
    assert_eq!(found[0], "problem: 2 channels are called `general-1`, and one is approved");
}

#[tokio::test]
async fn staff_channels_that_everyone_can_read_are_told() {
    let city = City::new().await;
    city.server.set_overwrite(city.review, city.guild, VIEW_CHANNEL, 0);
    assert_eq!(city.wrong().await, ["problem: everyone can read #mod-log, where review cards go"]);
    city.server.set_overwrite(city.review, city.guild, 0, VIEW_CHANNEL);
    city.server.set_overwrite(city.press, city.guild, VIEW_CHANNEL, 0);
    let expected = "problem: everyone can read #press-desk, where cards of the desk `press` go";
    assert_eq!(city.wrong().await, [expected]);
}

#[tokio::test]
async fn an_approved_review_channel_is_a_contradiction() {
    let city = City::new().await;
    city.set("[review]\nchannel = \"mod-log\"", "[review]\nchannel = \"general-1\"");
    let found = wrong(&city.visit(Some(TOKEN), false).await);
    let expected = "warning: #general-1 is approved, and also gets cards, so nothing in it is judged";
    assert!(found.contains(&expected.to_owned()), "{found:?}");
}

#[tokio::test]
async fn roles_are_looked_for() {
    let city = City::new().await;
    city.server.with(|w| w.change_role(city.guild, city.duty, |r| r.mentionable = false));
    let expected = "problem: the role `Duty officer` cannot be mentioned, so a page pings nobody";
    assert_eq!(city.wrong().await, [expected]);
    city.server.with(|w| w.delete_role(city.guild, city.duty));
    assert_eq!(city.wrong().await, ["problem: there is no role `Duty officer`, which a page is to ping"]);
    city.server.make_role(city.guild, "Duty officer", 0, true);
    city.set("moderator = [\"Communications\"]", "moderator = [\"Comunications\"]");
    let expected = "problem: there is no role `Comunications`, which the deployment names as `moderator`";
    assert_eq!(city.wrong().await, [expected]);
    city.set("", "");
    city.server.make_role(city.guild, "City staff", 0, false);
    let expected = "warning: 2 roles are called `City staff`; whoever has one of them is `employee`";
    assert_eq!(city.wrong().await, [expected]);
}

#[tokio::test]
async fn automod_rules_that_go_by_words_are_warned_of() {
    let city = City::new().await;
    let rule = |name: &str| Rule::blocking(name, &["pothole"]);
    let exempt = Rule { exempt_channels: vec![city.general], ..rule("Exempt") };
    let off = Rule { enabled: false, ..rule("Off") };
    for rule in [exempt, off] {
        city.server.with(|w| w.make_rule(city.guild, city.owner, rule));
    }
    assert_eq!(city.wrong().await, NONE);
    city.server.with(|w| w.make_rule(city.guild, city.owner, rule("Bad words")));
    let found = city.wrong().await;
    assert_eq!(found.len(), 1);
    let expected = "warning: Discord's AutoMod rule `Bad words` goes by words in #general-1: ";
    assert!(found[0].starts_with(expected), "{found:?}");
}

#[tokio::test]
async fn of_several_servers_one_has_to_be_named() {
    let city = City::new().await;
    let other = city.server.make_guild("Somewhere else", city.owner);
    city.server.with(|w| w.join(other, city.bot, &[]));
    let found = city.wrong().await;
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("problem: the bot is in several servers"), "{found:?}");
    city.set("[[channel]]", &format!("[discord]\nguild_id = {}\n[[channel]]", city.guild));
    let report = city.visit(Some(TOKEN), true).await;
    assert_eq!(wrong(&report), NONE);
    let noted = report.findings.iter().any(|finding| {
        finding.weight == Weight::Note && finding.what.contains(&format!("`Somewhere else` ({other})"))
    });
    assert!(noted, "{report:?}");
    city.set("[[channel]]", "[discord]\nguild_id = 77\n[[channel]]");
    assert_eq!(city.wrong().await, ["problem: the bot is not in the server 77, which `guild_id` names"]);
}

#[tokio::test]
async fn what_the_server_asks_to_wait_for_is_waited_for() {
    let city = City::new().await;
    let too_fast = How::TooFast { retry_after_s: 0.01, scope: "user" };
    city.server.order_fault(Fault::new("GET", "/channels", 1, too_fast));
    city.server.order_fault(Fault::status("GET", "/users/@me", 1, 503));
    assert_eq!(city.wrong().await, NONE);
    let broken = How::Answer(200, json!({ "id": "no number" }));
    city.server.order_fault(Fault::new("GET", "/users/@me", 1, broken));
    let report = city.visit(Some(TOKEN), false).await;
    assert!(wrong(&report)[0].starts_with("problem: the bot's account was not understood"), "{report:?}");
}

#[tokio::test]
async fn a_clock_that_is_off_is_told() {
    let city = City::new().await;
    let clock = Clock::shifted();
    clock.advance(3_600_000);
    let found = wrong(&city.visit_at(Some(TOKEN), true, &clock).await);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("problem: this machine's clock is 36"), "{found:?}");
    assert!(found[0].ends_with(" seconds ahead"), "{found:?}");
}

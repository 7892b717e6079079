//! Things wrong with the files: the store, the key, the token.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use gavel::store::{Options, Store};

use super::*;

impl City {
    #[track_caller]
    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), PermissionsExt::from_mode(mode)).expect("it can be set");
    }

    fn options(&self) -> Options {
        Options { key_file: Some(self.path("signing-key")), ..Options::new(self.path("data")) }
    }
}

/// A city whose notice is pinned, so that nothing of the server is wrong.
async fn city() -> City {
    let city = City::new().await;
    assert_eq!(city.wrong().await, [""; 0]);
    city
}

#[tokio::test]
async fn a_log_is_opened_unless_a_bot_holds_it() {
    let city = city().await;
    let (store, _) = Store::open(city.options(), &Clock::system()).expect("it opens");
    let report = city.visit(Some(TOKEN), false).await;
    assert_eq!(wrong(&report), [""; 0]);
    let running = format!("the log is in use: a bot is running (process {})", std::process::id());
    assert!(report.findings.iter().any(|finding| finding.what == running), "{report:?}");
    store.close().expect("it closes");
    let report = city.visit(Some(TOKEN), false).await;
    assert_eq!(wrong(&report), [""; 0]);
    assert!(report.findings.iter().any(|f| f.what.starts_with("the log opens; it has ")), "{report:?}");
}

#[tokio::test]
async fn a_log_without_its_key_is_told() {
    let city = city().await;
    let (store, _) = Store::open(city.options(), &Clock::system()).expect("it opens");
    store.close().expect("it closes");
    fs::remove_file(city.path("signing-key")).expect("it is there");
    let found = city.wrong().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("problem: the log does not open: the signing key"), "{found:?}");
    assert!(!city.path("signing-key").exists(), "and no other key is made");
}

#[tokio::test]
async fn what_others_can_read_is_told() {
    let city = city().await;
    let (store, _) = Store::open(city.options(), &Clock::system()).expect("it opens");
    store.close().expect("it closes");
    city.mode("signing-key", 0o640);
    let file = city.path("data/verifier-key");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o604)).expect("it can be set");
    city.write("token", TOKEN);
    city.mode("token", 0o644);
    let found = wrong(&city.visit(None, false).await);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], format!("problem: others on this machine can get at `{}`", file.display()));
    assert!(found[1].starts_with("problem: others on this machine can read the signing key"), "{found:?}");
    assert!(found[2].starts_with("warning: others on this machine can read the bot's token"), "{found:?}");
}

#[tokio::test]
async fn a_file_where_the_log_should_be_is_told() {
    let city = city().await;
    city.write("data", "");
    let found = city.wrong().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("is a file, and the moderation log needs a directory"), "{found:?}");
}

#[tokio::test]
async fn what_the_deployment_leaves_open_is_told() {
    let city = city().await;
    city.set("time_zone = \"America/Detroit\"\n", "");
    let found = city.wrong().await;
    assert_eq!(found, ["warning: no time zone is set, so staffed hours and days are counted in UTC"]);
    city.write("bot.toml", "policy = \"policy.toml\"\ndata_dir = \"data\"\ntime_zone = \"UTC\"\n");
    let found = wrong(&city.visit(None, false).await);
    assert_eq!(found[0], "problem: no channel is approved, so nothing is watched");
    assert!(found[1].starts_with("problem: there is no review channel"), "{found:?}");
    let draft = "[[authority]]\nid = \"comment-standard\"\ntext = \"Be kind.\"\ndraft = true\n";
    city.write("policy.toml", &format!("{POLICY}{draft}"));
    city.set("", "");
    let found = city.wrong().await;
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("`comment-standard`"), "{found:?}");
    let adopted =
        "\n[[adopted]]\nid = \"comment-standard\"\nby = \"M\"\non = 2026-01-05\npublished = \"x\"\n";
    city.write("bot.toml", &format!("{DEPLOYMENT}{adopted}"));
    assert_eq!(city.wrong().await, [""; 0]);
}

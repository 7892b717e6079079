//! `gavel init`, and the doctor on what it wrote.

use std::path::Path;
use std::process::{Command, Output};

use gavel::domain::decision::Posture;
use gavel::settings;

fn gavel(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gavel"))
        .args(arguments)
        .env_remove("DISCORD_TOKEN")
        .env_remove("GAVEL_DISCORD_API")
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("it is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
    names.sort();
    names
}

#[test]
fn a_new_deployment_loads_and_watches_nothing() {
    for (city, policy) in [("monroe", "monroe-400-026"), ("norwalk", "norwalk-social-media-2018")] {
        let dir = tempfile::tempdir().expect("a directory");
        let folder = dir.path().join("new");
        let folder_name = folder.to_str().expect("UTF-8");
        let made = gavel(&["init", folder_name, "--policy", city]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        let policy_file = format!("{city}.toml");
        assert_eq!(names(&folder), [".gitignore", "README.txt", "bot.toml", "lists", &policy_file]);
        assert!(text(&made.stdout).contains("1. Make an application"), "{}", text(&made.stdout));
        for file in ["bot.toml", "README.txt", "lists/README.txt"] {
            let written = std::fs::read_to_string(folder.join(file)).expect("it is text");
            for gap in ["{city}", "{folder}", "{policy_file}", "_office}", "{time_zone}", "{jurisdiction}"] {
                assert!(!written.contains(gap), "{file} still has {gap}");
            }
        }
        let loaded = settings::load(&folder.join("bot.toml")).expect("it is in order");
        assert_eq!(loaded.policy.id, policy);
        assert_eq!(loaded.deployment.posture, Posture::Observe);
        assert_eq!(loaded.deployment.channels.len(), 0, "nothing is watched before somebody approves it");
    }
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("bot.toml"), "mine").expect("written");
    let refused = gavel(&["init", dir.path().to_str().expect("UTF-8")]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("bot.toml"), "{}", text(&refused.stderr));
    assert_eq!(names(dir.path()), ["bot.toml"]);
    assert_eq!(std::fs::read_to_string(dir.path().join("bot.toml")).expect("text"), "mine");
}

#[test]
fn the_doctor_says_what_a_new_deployment_lacks() {
    let dir = tempfile::tempdir().expect("a directory");
    let folder = dir.path().to_str().expect("UTF-8");
    assert!(gavel(&["init", folder]).status.success());
    let config = format!("{folder}/bot.toml");
    let doctor = gavel(&["doctor", "--config", &config]);
    assert_eq!(doctor.status.code(), Some(1), "{}", text(&doctor.stderr));
    let said = text(&doctor.stdout);
    for words in
        ["there is no token", "no channel is approved", "`comment-standard`", "2 problems, 1 warning"]
    {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_a_usage_error() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = dir.path().join("bot.toml");
    let missing = gavel(&["doctor", "--config", config.to_str().expect("UTF-8")]);
    assert_eq!(missing.status.code(), Some(2));
    std::fs::write(&config, "polcy = \"p\"\n").expect("written");
    let broken = gavel(&["doctor", "--config", config.to_str().expect("UTF-8")]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(text(&broken.stderr).contains("3 problems found"), "{}", text(&broken.stderr));
    assert_eq!(text(&broken.stdout), "");
}

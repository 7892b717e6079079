//! Bad input, bad servers, bad places: each has its message and its exit code,
//! and nothing is lost.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use gavel::sandbox::rest::{Fault, How};
use serde_json::json;

use super::{Ended, Hall, Process, SOON, gavel, run};
use crate::story::town::words;

#[track_caller]
fn says(ended: &Ended, code: i32, said: &[&str]) {
    assert_eq!(ended.code, Some(code), "{}", ended.errors);
    for said in said {
        assert!(ended.errors.contains(said), "`{said}` is not in:\n{}", ended.errors);
    }
    assert!(!ended.errors.contains("panicked"), "{}", ended.errors);
    assert!(!ended.errors.contains(gavel::sandbox::city::TOKEN), "the token is shown");
}

impl Hall {
    fn command(&self) -> std::process::Command {
        gavel(&["run", "--config", &self.dir.path().join("bot.toml").display().to_string()])
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_token_it_says_where_one_goes() {
    let hall = Hall::new().await;
    let mut command = hall.command();
    command.env("GAVEL_DISCORD_API", hall.server.rest_url());
    says(&Process::start(command).ended(), 2, &["there is no token", "Bot page", "DISCORD_TOKEN"]);
    hall.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_not_accepted_ends_the_bot() {
    let hall = Hall::new().await;
    let mut command = hall.command();
    command.env("GAVEL_DISCORD_API", hall.server.rest_url()).env("DISCORD_TOKEN", "another-token");
    let ended = Process::start(command).ended();
    says(&ended, 1, &["does not accept", "developer portal"]);
    assert!(!ended.errors.contains("another-token"));
    hall.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_intent_ends_the_bot_and_is_named() {
    let hall = Hall::new().await;
    let bot = hall.city.bot;
    hall.server.with(|w| w.set_privileged_intents(bot, 0));
    says(&hall.run().ended(), 1, &["4014", "Message Content"]);
    hall.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_lacks_is_a_warning_and_no_refusal() {
    let hall = Hall::new().await;
    let settings = hall.deployment().replace("\"City staff\"", "\"Town crier\"");
    let channel = "[[channel]]\nname = \"bulletin\"\npurpose = \"News\"\naudience = \"public\"\ntopics = \"open\"\n\
                   approved_by = \"Communications Manager\"\napproved_on = 2026-01-05\n\n[review]";
    hall.write("bot.toml", &settings.replacen("[review]", channel, 1));
    let mut bot = hall.run();
    assert!(bot.ready());
    let place = hall.at("mod-log");
    let both = hall.server.wait_until(SOON, |w| {
        let all: Vec<String> = w.messages(place).map(words).collect();
        let has = |what: &str| all.iter().any(|text| text.contains(what));
        (has("Town crier") && has("bulletin")).then_some(())
    });
    assert!(both.await.is_some());
    let (ended, _) = bot.terminate();
    says(&ended, 0, &["Town crier", "bulletin"]);
    assert_eq!(ended.errors.matches("bulletin").count(), 1, "{}", ended.errors);
    hall.server.shutdown().await;
}

/// A bot whose server is not there yet, and the door at which it asks.
fn before_its_server(hall: &Hall) -> (Process, TcpListener) {
    let mut command = hall.command();
    // A port that was free a moment ago, and where nobody listens.
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    command.env("GAVEL_DISCORD_API", format!("http://{nobody}")).env("DISCORD_TOKEN", "token");
    (Process::start(command), TcpListener::bind(nobody).expect("still free"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_waited_for() {
    let hall = Hall::new().await;
    let (bot, door) = before_its_server(&hall);
    // It comes back until somebody is there.
    let asking = std::thread::spawn(move || door.accept().expect("it asks").0);
    let mut asked: TcpStream = asking.join().expect("it came");
    let mut request = [0; 512];
    let read = asked.read(&mut request).expect("a request");
    assert!(request[..read].starts_with(b"GET /api/v10/gateway"));
    asked.write_all(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").expect("it reads");
    let (ended, took) = bot.terminate();
    says(&ended, 0, &["does not say where its gateway is"]);
    assert!(took.as_secs() < 10, "{took:?}");
    assert!(ended.out.is_empty(), "it was never ready");
    hall.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_server_is_told_with_its_cause() {
    let hall = Hall::new().await;
    let (bot, door) = before_its_server(&hall);
    let nobody = door.local_addr().expect("an address");
    let answering = std::thread::spawn(move || {
        // Somebody hangs up, then a page for people answers.
        drop(door.accept().expect("it asks"));
        let mut asked = door.accept().expect("it asks again").0;
        let mut request = [0; 512];
        assert!(asked.read(&mut request).expect("a request") > 0);
        let page = "<!doctype html><title>Log in</title>";
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", page.len());
        asked.write_all(format!("{head}{page}").as_bytes()).expect("it reads");
        drop(asked);
        // Once more: by now it has said what it thinks of the page.
        drop(door.accept().expect("it asks a third time"));
    });
    answering.join().expect("it asked");
    let (ended, _) = bot.terminate();
    let hung_up = format!("`http://{nobody}/api/v10` cannot be reached: ");
    says(&ended, 0, &[&hung_up, "whether a proxy", "a web page and not Discord's API", "GAVEL_DISCORD_API"]);
    assert!(!ended.errors.contains("error sending request"), "{}", ended.errors);
    hall.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_without_tls_is_for_this_machine_only() {
    let hall = Hall::new().await;
    let mut command = hall.command();
    command.env("GAVEL_DISCORD_API", "http://discord.example").env("DISCORD_TOKEN", "token");
    says(&Process::start(command).ended(), 2, &["http"]);
    hall.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storms_of_errors_and_limits_lose_nothing() {
    let hall = Hall::new().await;
    let mut bot = hall.run();
    assert!(bot.ready());
    let sad = json!({ "message": "Internal Server Error", "code": 0 });
    for (method, path) in [("DELETE", "/messages/"), ("POST", "/messages"), ("POST", "/bulk-delete")] {
        hall.server.order_fault(Fault::new(method, path, 1, How::Answer(502, sad.clone())));
        hall.server.order_fault(Fault::new(method, path, 1, How::HappensThen(500)));
        for scope in ["user", "shared"] {
            hall.server.order_fault(Fault::new(method, path, 2, How::TooFast { retry_after_s: 0.1, scope }));
        }
    }
    let general = hall.at("general");
    let rude: Vec<u64> = (0..6)
        .map(|n| {
            let who = hall.who(["gremlin", "mateo", "priya"][n % 3]);
            hall.server.post_as(who, general, format!("Lane {n}, asshole")).expect("posted")
        })
        .collect();
    for id in &rude {
        let gone = hall.server.wait_until(SOON, |w| w.message(general, *id).is_none().then_some(())).await;
        assert!(gone.is_some());
    }
    let place = hall.at("mod-log");
    let cards =
        hall.server.wait_until(SOON, |w| (w.messages(place).count() >= rude.len()).then_some(())).await;
    assert!(cards.is_some());
    let (ended, _) = bot.terminate();
    says(&ended, 0, &[]);
    assert_eq!(hall.server.look(|w| w.messages(place).count()), rude.len());
    let data = hall.data().display().to_string();
    assert_eq!(run(&["log", "verify", "--data", &data]).code, Some(0));
    hall.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_on_the_same_directory_is_refused_by_name() {
    let hall = Hall::new().await;
    let mut bot = hall.run();
    assert!(bot.ready());
    let data = hall.data().display().to_string();
    says(&hall.run().ended(), 2, &[&data, "in use"]);
    // Reading takes no lock.
    assert_eq!(run(&["log", "verify", "--data", &data]).code, Some(0));
    let json = run(&["log", "list", "--json", "--data", &data]);
    assert_eq!(json.code, Some(0));
    assert!(!json.out.is_empty());
    for line in &json.out {
        serde_json::from_str::<serde_json::Value>(line).expect("one object on a line");
    }
    let (ended, took) = bot.terminate();
    says(&ended, 0, &[]);
    assert!(took.as_secs() < 10);
    hall.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_problem_of_a_broken_policy_is_listed() {
    let hall = Hall::new().await;
    let broken = crate::browser::town::MONROE
        .replacen("category = \"vulgar\"", "category = \"rude\"", 1)
        .replacen("disposition = \"remove\"", "disposition = \"banish\"", 1)
        .replacen("[[guard]]", "[[gaurd]]", 1);
    hall.write("monroe.toml", &broken);
    says(&hall.run().ended(), 2, &["monroe.toml", "rude", "banish", "gaurd", "problems found"]);
    let path = hall.dir.path().join("monroe.toml").display().to_string();
    let checked = run(&["check", &path]);
    assert_ne!(checked.code, Some(0));
    hall.server.shutdown().await;
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let ended = run(&["sandbox", "--port", &port]);
    says(&ended, 2, &[&port, "in use"]);
}

#[test]
fn what_the_program_does_not_know_it_says() {
    says(&run(&["runn"]), 2, &["run"]);
    says(&run(&["run", "--config", "/nowhere/bot.toml"]), 2, &["/nowhere/bot.toml"]);
    says(&run(&["judge", "/nowhere/words.txt"]), 2, &["/nowhere/words.txt"]);
    says(&run(&["judge", "/tmp"]), 2, &["`/tmp` is a directory"]);
    says(&run(&["log", "verify", "--data", "/nowhere"]), 2, &["there is no journal in `/nowhere`"]);
    says(&run(&["log", "list", "--data", "/nowhere"]), 2, &["/nowhere"]);
}

#[test]
fn a_deployment_file_is_no_policy_and_gavel_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bot.toml");
    std::fs::write(&path, include_str!("../../../config/bot.toml")).expect("a file is written");
    let ended = run(&["check", &path.display().to_string()]);
    says(&ended, 1, &["is a deployment file, not a policy", "gavel doctor --config"]);
    assert!(!ended.errors.contains("has no `id`"), "{}", ended.errors);
}

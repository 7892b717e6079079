//! The example city is set up as a city should be: the doctor finds nothing
//! wrong with it.

use std::sync::Arc;

use gavel::discord::gateway::Api;
use gavel::doctor::{Visit, Weight, examine};
use gavel::sandbox::city;
use gavel::settings;

use super::*;
use crate::browser::town::{MONROE, NORWALK, policy};

/// A deployment file for the paths and the token alone; all else is the city's.
const DEPLOYMENT: &str = "policy = \"policy.toml\"\ndata_dir = \"data\"\ntime_zone = \"America/Detroit\"\n";

async fn nothing_is_wrong(source: &str) {
    let server = Server::start(Config::default(), Clock::shifted()).await.expect("ports are free");
    let policy = Arc::new(policy(source));
    let city = city::build(&server, &policy).expect("the city is built");
    let folder = tempfile::tempdir().expect("a directory");
    for (name, text) in [("policy.toml", source), ("bot.toml", DEPLOYMENT)] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let mut loaded = settings::load(&folder.path().join("bot.toml")).expect("it is in order");
    loaded.deployment = city.deployment(&policy);
    let api = Api::parse(&server.rest_url()).expect("it is an address");
    let token = Some(city::TOKEN.to_owned());
    let visit = Visit { loaded: &loaded, api: &api, token, pin: false, clock: &Clock::system() };
    let report = examine(visit).await.expect("the doctor comes");
    let heavy = report.findings.iter().filter(|finding| finding.weight <= Weight::Warning);
    let wrong: Vec<String> = heavy.map(|f| format!("{}: {}", f.weight.word(), f.what)).collect();
    assert_eq!(wrong, [""; 0]);
    assert_eq!(server.deviations(), [""; 0]);
    server.shutdown().await;
}

#[tokio::test]
async fn the_doctor_finds_nothing_wrong_with_it() {
    nothing_is_wrong(MONROE).await;
    nothing_is_wrong(NORWALK).await;
}

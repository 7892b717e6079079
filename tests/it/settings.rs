//! The deployment file: what it comes to, and what is said about a broken one.

mod broken;
mod files;

use std::path::Path;

use gavel::settings::Settings;

/// A deployment with nothing but what it needs.
const LEAST: &str = "policy = \"monroe.toml\"\ndata_dir = \"data\"\n";

#[track_caller]
fn read(source: &str) -> Settings {
    match Settings::parse(source, Path::new("city/bot.toml")) {
        Ok(settings) => settings,
        Err(problems) => {
            let all: Vec<String> = problems.iter().map(|p| p.render(source, false)).collect();
            panic!("{}", all.join("\n"))
        }
    }
}

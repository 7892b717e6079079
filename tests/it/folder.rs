//! The folder of a deployment, with the smallest policy that can stand in it.
//! Which deployment that is, each test says itself.

use std::path::PathBuf;

use gavel::settings::{self, Loaded, Unusable};
use tempfile::TempDir;

/// The smallest policy there is.
pub const POLICY: &str = r#"
id = "p"
title = "P"
version = "1"
adopted = 2026-01-05
posture = "enforce"

[[clause]]
id = "1"
text = "Be kind."
binds = "everyone"
handled = "not-applicable"
note = "Nothing follows from it."
"#;

pub struct Folder(TempDir);

impl Folder {
    /// A folder with a deployment and a policy under the name that it gives.
    pub fn new(deployment: &str, policy_file: &str, policy: &str) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a directory"));
        folder.write(policy_file, policy);
        folder.write("bot.toml", deployment);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("it can be written");
    }

    pub fn load(&self) -> Result<Loaded, Vec<Unusable>> {
        settings::load(&self.path("bot.toml"))
    }
}

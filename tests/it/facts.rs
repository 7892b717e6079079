//! The facts of Discord's API: the committed table against Discord's document,
//! and the checker against requests, answers and objects, good and bad.

mod answers;
mod builders;
mod draw;
mod gateway;
mod requests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use gavel::sandbox::facts::Deviation;

/// The committed table, from the root of the project, where tests are run.
const TABLE: &str = "src/sandbox/facts/rest.txt";

/// Where the document is looked for when `GAVEL_OPENAPI` does not say.
const DOCUMENT: &str = "../shared/discord/openapi.json";

/// Holds what was found to what was expected, one sentence a line.
#[track_caller]
fn same(found: &[Deviation], expected: &str) {
    let found: Vec<_> = found.iter().map(Deviation::to_string).collect();
    let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_committed_table_says_what_the_document_says() {
    let named = env::var_os("GAVEL_OPENAPI").map(PathBuf::from);
    let update = env::var_os("UPDATE_FACTS").is_some();
    let wanted = named.is_some() || update;
    let path = named.unwrap_or_else(|| PathBuf::from(DOCUMENT));
    if !wanted && !Path::new(&path).exists() {
        // Past the harness, which swallows what a passing test prints.
        let line = format!("not run: the table of facts against {DOCUMENT}, which is not here\n");
        let _ = io::stderr().write_all(line.as_bytes());
        return;
    }
    let document = fs::read(&path).expect("the document can be read");
    let document = serde_json::from_slice(&document).expect("the document is JSON");
    let drawn = draw::draw(&document);
    if update {
        fs::write(TABLE, &drawn).expect("the table can be written");
        return;
    }
    let committed = fs::read_to_string(TABLE).expect("the table is committed");
    let lines = committed.lines().zip(drawn.lines()).enumerate();
    for (at, (committed, drawn)) in lines {
        assert_eq!(
            committed,
            drawn,
            "line {} of {TABLE} differs from the document; UPDATE_FACTS=1 rewrites the table",
            at + 1
        );
    }
    assert_eq!(committed.len(), drawn.len(), "one of the tables is longer");
}

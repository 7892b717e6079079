//! Holds the core to its layer: it reads no clock, makes no random number,
//! does no I/O, knows no platform, and depends only upwards.

use std::path::{Path, PathBuf};

/// The core, in reading order.
const CORE: [&str; 9] =
    ["domain", "text", "classify", "policy", "decide", "proof", "journal", "case", "advance"];

/// What no line of the core may name.
const FOREIGN: [&str; 14] = [
    "async ",
    ".await",
    "tokio",
    "serenity",
    "twilight",
    "sled::",
    "reqwest",
    "axum",
    "std::fs",
    "std::net",
    "std::io",
    "SystemTime",
    "Instant::now",
    "OsRng",
];

fn files_of(module: &str) -> Vec<PathBuf> {
    fn collect(path: &Path, found: &mut Vec<PathBuf>) {
        for item in std::fs::read_dir(path).into_iter().flatten().flatten() {
            if item.path().is_dir() {
                collect(&item.path(), found);
            } else {
                found.push(item.path());
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![src.join(format!("{module}.rs"))];
    collect(&src.join(module), &mut found);
    found
}

#[test]
fn the_core_depends_only_upwards_and_on_nothing_outside() {
    for (place, module) in CORE.iter().enumerate() {
        for file in files_of(module) {
            let source = std::fs::read_to_string(&file).expect("a source file is read");
            let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            for (number, line) in code.enumerate() {
                let at = || format!("{}, line of code {}: {line}", file.display(), number + 1);
                let names = |foreign: &&&str| {
                    let ends = |at: usize| {
                        let next = line[at + foreign.len()..].chars().next();
                        !foreign.ends_with(char::is_alphabetic)
                            || !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
                    };
                    line.match_indices(**foreign).any(|(at, _)| ends(at))
                };
                if let Some(foreign) = FOREIGN.iter().find(names) {
                    panic!("`{foreign}` in the core: {}", at());
                }
                let used = line
                    .split("crate::")
                    .skip(1)
                    .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""));
                for used in used.filter(|used| !used.is_empty()) {
                    let allowed = CORE[..=place].contains(&used);
                    assert!(allowed, "`{module}` uses `{used}`, which does not stand above it: {}", at());
                }
            }
        }
    }
}

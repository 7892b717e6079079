//! Embeds the lists under `config/lists`, so that a policy file works alone
//! wherever it is copied and a new list needs no code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo names the package"));
    let lists = root.join("config/lists");
    println!("cargo:rerun-if-changed=config/lists");
    println!("cargo:rerun-if-changed=config/lists/names");
    println!("cargo:rerun-if-changed=config/lists/lint");
    println!("cargo:rerun-if-changed=build.rs");
    let mut found = Vec::new();
    collect(&lists, &lists, &mut found);
    found.sort();
    let mut code =
        String::from("/// The compiled-in lists, by name, sorted.\nstatic BUILTIN: &[(&str, &str)] = &[\n");
    for (name, path) in found {
        println!("cargo:rerun-if-changed={}", path.display());
        writeln!(code, "    ({name:?}, include_str!({:?})),", path.display().to_string())
            .expect("a string grows");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo names the folder")).join("builtin_lists.rs");
    fs::write(out, code).expect("the list of lists is written");
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, PathBuf)>) {
    for item in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = item.path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "txt") {
            let name = path.strip_prefix(root).expect("a list lies under the lists").with_extension("");
            found.push((name.to_string_lossy().replace('\\', "/"), path));
        }
    }
}

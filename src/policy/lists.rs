//! The lists that are compiled into Gavel, and how a list file is read.
//!
//! A list holds one alternative a line; `#` starts a comment. A list may
//! include another one. What a deployment keeps beside its policy file is
//! handed in by whoever reads files.

/// Gives the text of a list that is not compiled in, or says why it cannot.
pub type Files<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// No lists besides those compiled in.
pub fn no_files(name: &str) -> Result<String, String> {
    Err(format!("`{name}` cannot be read here: only `builtin:` lists are known"))
}

include!(concat!(env!("OUT_DIR"), "/builtin_lists.rs"));

/// The text of a compiled-in list.
pub fn builtin(name: &str) -> Option<&'static str> {
    BUILTIN.binary_search_by_key(&name, |(known, _)| known).ok().map(|at| BUILTIN[at].1)
}

/// The names of all compiled-in lists.
pub fn builtin_names() -> impl Iterator<Item = &'static str> + Clone {
    BUILTIN.iter().map(|(name, _)| *name)
}

/// The lines of a list that say something.
pub fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split('#').next().unwrap_or("").trim()).filter(|line| !line.is_empty())
}

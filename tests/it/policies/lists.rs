//! The lists that are compiled in, and their examples.

use gavel::policy::lists::{List, builtin, builtin_names};

/// Whether a list holds phrases. Names, what the lints look up, hosts,
/// fingerprints, pairs and the classifier's cues are read in ways of their own.
fn holds_phrases(name: &str) -> bool {
    let of_its_own = ["cues", "neutrality-pairs", "scam-files"];
    !name.contains('/') && !name.ends_with("-hosts") && !of_its_own.contains(&name)
}

/// That they hold is proved with the policies that use the lists.
#[test]
fn every_list_says_what_it_must_and_must_not_hit() {
    let mut told = 0;
    for name in builtin_names().filter(|name| holds_phrases(name)) {
        let list = List::read(builtin(name).expect("a list that is named is there"));
        assert!(!list.entries.is_empty(), "`{name}` has no entries");
        assert!(!list.hits.is_empty(), "`{name}` has no example of what it hits");
        assert!(!list.misses.is_empty(), "`{name}` has no example of what it must not hit");
        assert_eq!(list.unknown, [""; 0], "`{name}` has sections that there are not");
        told += 1;
    }
    assert!(told > 0, "no list holds phrases");
}

//! Whatever bytes somebody sends: they are judged without a panic, twice the
//! same, and every span that is shown lies on characters of the original.

#![no_main]

use std::sync::LazyLock;

use gavel::decide::{decide, message_of};
use gavel::domain::circumstances::Circumstances;
use gavel::policy::{Policy, lists};
use libfuzzer_sys::fuzz_target;

static MONROE: LazyLock<Policy> = LazyLock::new(|| {
    let source = include_str!("../../config/monroe.toml");
    Policy::parse(source, "monroe.toml", &lists::no_files).expect("the shipped policy compiles")
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let message = message_of(&text);
    let decision = decide(&MONROE, &message, &Circumstances::default());
    for span in decision.findings.iter().flat_map(|finding| &finding.spans) {
        assert!(text.get(span.start..span.end).is_some(), "{span:?} cuts a character");
    }
    // What was judged before leaves nothing behind.
    decide(&MONROE, &message_of("kill the lights, vote, $h1t"), &Circumstances::default());
    assert_eq!(decide(&MONROE, &message, &Circumstances::default()), decision);
});

//! The bot's words: everything it says to people, by key, in two languages.
//!
//! The files under `config/locales/` are compiled in. A key that Spanish lacks
//! is said in English; a key or an argument that English lacks is a fault of
//! ours, found by the tests over these files, and logged without content.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::domain::card::Language;
use crate::domain::decision::{Category, EvidenceKind};

pub use fluent_bundle::FluentValue as Value;

type Bundle = FluentBundle<FluentResource>;

macro_rules! files {
    ($($name:literal,)+) => {
        /// Every file of words: its name, in English, in Spanish.
        pub const FILES: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("../config/locales/en/", $name)),
            include_str!(concat!("../config/locales/es/", $name)),
        ),)+];
    };
}

files! {
    "cards.ftl",
    "channels.ftl",
    "desks.ftl",
    "explain.ftl",
    "lines.ftl",
    "notices.ftl",
    "staff.ftl",
}

struct Bundles {
    en: Bundle,
    es: Bundle,
}

static BUNDLES: LazyLock<Bundles> = LazyLock::new(|| Bundles {
    en: bundle(Language::En, FILES.iter().map(|(_, en, _)| *en)),
    es: bundle(Language::Es, FILES.iter().map(|(_, _, es)| *es)),
});

fn bundle(language: Language, sources: impl Iterator<Item = &'static str>) -> Bundle {
    let locale = language.code().parse().expect("`en` and `es` are language codes");
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // The marks would be read aloud, counted and copied; names in another
    // direction are shown escaped anyway.
    bundle.set_use_isolating(false);
    for source in sources {
        // What does not parse is left out; the tests over the files see it.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(whole, _)| whole);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// Whether something can be said by this key.
pub fn knows(key: &str) -> bool {
    BUNDLES.en.has_message(key)
}

/// What a rule of this category found, in a sentence: its own where the kind
/// of evidence makes a difference.
pub fn found(language: Language, category: Category, evidence: EvidenceKind) -> String {
    let special = format!("found-{category}-{evidence}");
    if knows(&special) {
        say(language, &special, &[])
    } else {
        say(language, &format!("found-{category}"), &[])
    }
}

/// Says it, with these arguments. A key without words comes back in double
/// angle brackets, which no sentence of ours holds.
pub fn say(language: Language, key: &str, args: &[(&str, Value<'_>)]) -> String {
    let bundles = &*BUNDLES;
    let first = match language {
        Language::En => &bundles.en,
        Language::Es => &bundles.es,
    };
    let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
    for bundle in [first, &bundles.en] {
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { continue };
        let mut faults = Vec::new();
        let said = bundle.format_pattern(pattern, Some(&args), &mut faults).into_owned();
        if faults.is_empty() {
            return said;
        }
        tracing::error!(key, "these words lack an argument");
        return format!("{said} ⟪{key}⟫");
    }
    tracing::error!(key, "there are no words for this key");
    format!("⟪{key}⟫")
}

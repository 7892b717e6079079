//! The record as a whole: whether it is sound, what it counts, and its latest
//! entries.

use maud::{Markup, html};

use crate::sandbox::page::locked;
use crate::sandbox::page::outlook;
use crate::sandbox::page::scene::Soundness;
use crate::sandbox::page::sight::Sight;

pub fn soundness(sight: &Sight<'_>) -> Markup {
    let sound = locked(&sight.scene.soundness).clone();
    html! {
        p class="sound" id="sound" {
            @match sound {
                Soundness::Untold => {},
                Soundness::Checking => span class="seal waits" { "Checking the record…" },
                Soundness::Verified(entries) => {
                    span class="seal verified" title="The whole record: tree, signatures, evidence and intents" {
                        span aria-hidden="true" { "✓ " } "Verified, " (entries) " entries"
                    }
                }
                Soundness::Damaged(why) => span class="seal damaged" { "Record damaged: " (why) },
            }
        }
    }
}

pub fn record(sight: &Sight<'_>) -> Markup {
    let counts = sight.book.counts();
    let unreadable = locked(&sight.scene.unreadable).clone();
    html! {
        section class="record" aria-labelledby="record-title" {
            h3 id="record-title" { "The record" }
            @if let Some(why) = unreadable { p class="refused" { "Nothing more is read of the journal: " (why) } }
            dl class="counts" {
                @for (words, count) in [
                    ("messages", counts.messages),
                    ("taken down", counts.taken_down),
                    ("for review", counts.reviews),
                    ("to a desk", counts.routed),
                    ("authors told", counts.told),
                    ("still owed", counts.owed),
                ] {
                    div { dt { (words) } dd { (count) } }
                }
            }
            @if !sight.book.latest.is_empty() {
                details class="latest" {
                    summary { "Latest entries" }
                    ol {
                        @for (n, at, words) in sight.book.latest.iter().rev() {
                            li { span class="entry" { (n) } " " time { (sight.clock(at.0)) } " " (words) }
                        }
                    }
                }
            }
            (outlook::whereabouts(sight))
            p class="small" {
                "In this example city the offices are always staffed, and the drafted procedures that come with the \
                 policy count as adopted."
            }
        }
    }
}

//! What is still to come: a notice that waits its turn, and what starting over
//! does with the record.

use maud::{Markup, html};

use super::book::Told;
use super::sight::Sight;

/// A notice that is not owed yet: an author who was told of something a short
/// while ago hears of the rest together.
pub fn waiting(sight: &Sight<'_>, told: &Told) -> Markup {
    let due = told.case.and_then(|case| sight.book.notice_due(case));
    html! {
        @if let Some(due) = due {
            li class="waits" {
                span class="state" { "waits" }
                span class="deed" {
                    "Notice to " (sight.person(told.author)) " at " (sight.clock(due.0))
                    ", of everything until then: nobody gets more than one in a quarter of an hour"
                }
            }
        }
    }
}

/// Where the record lies, and what becomes of it.
pub fn whereabouts(sight: &Sight<'_>) -> Markup {
    let Some(record) = &sight.scene.stage.record else { return html! {} };
    html! {
        p class="small" id="whereabouts" {
            @match &record.aside {
                Some(aside) => {
                    "It is kept in " code { (record.data.display()) } ". Starting over begins a new one; this one is \
                     then kept beside it, in " code { (aside.display()) } ". What is counted here is of this run: the record                      goes on from one run to the next, the channels begin anew."
                }
                None => {
                    "It is thrown away when you start over or end the sandbox. "
                    code { "gavel sandbox --data DIR" } " keeps it."
                }
            }
        }
    }
}

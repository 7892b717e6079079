//! What a message means, as far as its words and their neighbours tell.
//!
//! A linear model: every feature (a word, two in a row, a few letters of one, a
//! cue from the lists beside another in a sentence) has a weight for each
//! category, and a score is their sum. So what weighed most can be named, and
//! an equal message has an equal score. Weights are small whole numbers, and
//! their sums do not depend on the order they are added in.
//!
//! A score never takes a message down; it may raise a review, a route or a
//! reminder (DESIGN, *Evidence kinds and their ceilings*). Names of parties,
//! faiths, officials, nationalities and genders are their class before anything
//! is weighed, here as for every rule.

pub mod features;
pub mod train;
pub mod weights;

use std::sync::LazyLock;

use crate::domain::decision::Category;

pub use features::Reading;
pub use weights::{Scores, Weights};

/// What is scored, in the order of a row.
pub const LABELS: [Category; 15] = [
    Category::Vulgar,
    Category::HarassmentHate,
    Category::Threat,
    Category::Political,
    Category::Religious,
    Category::ContactInfo,
    Category::ScamLink,
    Category::Press,
    Category::Legal,
    Category::RecordsRequest,
    Category::SelfHarm,
    Category::Emergency,
    Category::Confidential,
    Category::Endorsement,
    Category::SpeakingForCity,
];

/// The width of a row: the labels, and room that keeps rows aligned.
pub const WIDTH: usize = 16;

/// The place of a category in a row.
pub fn label(category: Category) -> Option<usize> {
    LABELS.iter().position(|label| *label == category)
}

/// The weights that are compiled in.
pub fn shipped() -> &'static Weights<'static> {
    static SHIPPED: LazyLock<Weights<'static>> = LazyLock::new(|| {
        Weights::read(include_bytes!("../config/weights.bin")).expect("the weights compiled in can be read")
    });
    &SHIPPED
}

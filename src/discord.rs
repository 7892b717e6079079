//! Discord, as far as Gavel speaks to it. Nothing else names its libraries.
//!
//! In: the [`gateway`] hands over raw frames, in order; [`convert`] makes
//! sights of them and [`gather`] finds every text a person can read in one.

pub mod convert;
pub mod gateway;
pub mod gather;

//! Discord, as far as Gavel speaks to it. Nothing else names its libraries.
//!
//! In: the [`gateway`] hands over raw frames, in order; [`convert`] makes
//! sights of them and [`gather`] finds every text a person can read in one.
//! Out: [`rest`] carries out what is owed, [`look`] looks things up, and
//! [`render`] finds the words and shapes for what is shown. Aside from both,
//! [`doctor`] looks at a server before the bot does.

pub mod convert;
pub mod doctor;
pub mod gateway;
pub mod gather;
pub mod line;
pub mod look;
pub mod render;
pub mod rest;

//! Discord: the only module that names serenity and twilight.

pub mod look;
pub mod render;
pub mod rest;

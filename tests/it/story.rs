//! Stories: people write in the example city, the real bot reads and acts over
//! its real protocol, and afterwards the world and the record are looked at.
//!
//! Every story ends in [`Town::end`]: the record verifies, nothing is owed,
//! nobody was pinged who should not have been, every request and answer was as
//! Discord's document says.

mod desks;
mod due;
mod edits;
mod files;
mod gaps;
mod gone;
mod holds;
mod parts;
mod postures;
mod quiet;
mod raids;
mod settings;
mod staff;
pub mod town;

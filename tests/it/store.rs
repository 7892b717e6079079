//! The store: commits, restarts, losses.

mod commits;
mod damage;
mod index;
mod openings;
mod power;

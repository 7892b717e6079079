//! The store: commits, restarts, losses.

mod commits;

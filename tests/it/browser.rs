//! The sandbox's page in a real browser, over the real bot.

mod access;
mod driver;
mod glance;
mod page;
pub mod town;

use driver::Browser;
use town::{Town, run};

//! The only reader of the time.
//!
//! Everything else is told what time it is. A test, or the sandbox's page,
//! holds a clock of its own and moves it forward by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::id::Moment;

/// Tells the time of day. Cheap to clone; clones of a manual clock move together.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// The system's time plus an offset in milliseconds, moved by hand.
    Shifted(Arc<AtomicI64>),
    /// Stands still until it is moved.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// The machine's clock, which [`Clock::advance`] can move forward.
    pub fn shifted() -> Clock {
        Clock(Source::Shifted(Arc::new(AtomicI64::new(0))))
    }

    /// A clock that stands at `at` until it is moved.
    pub fn manual(at: Moment) -> Clock {
        Clock(Source::Manual(Arc::new(AtomicI64::new(at.0))))
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        match &self.0 {
            Source::System => system_now(),
            Source::Shifted(by) => Moment(system_now().0 + by.load(Ordering::Relaxed)),
            Source::Manual(at) => Moment(at.load(Ordering::Relaxed)),
        }
    }

    /// Moves a shifted or manual clock forward by `by_ms` milliseconds; the
    /// machine's own clock is not ours to move, and stays.
    pub fn advance(&self, by_ms: i64) {
        match &self.0 {
            Source::System => {}
            Source::Shifted(at) | Source::Manual(at) => {
                at.fetch_add(by_ms, Ordering::Relaxed);
            }
        }
    }
}

fn system_now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(since.as_millis() as i64)
}

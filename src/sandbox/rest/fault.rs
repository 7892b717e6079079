//! Faults ordered by a test: the next N matching requests end badly.

use serde_json::{Value, json};

use super::call::Call;

/// How a request ends badly.
#[derive(Clone, Debug)]
pub enum How {
    /// Answered with this; nothing happens.
    Answer(u16, Value),
    /// Carried out, then answered with this status as if it had failed.
    HappensThen(u16),
    /// Never answered; nothing happens.
    Silence,
    /// Carried out, never answered.
    HappensInSilence,
    /// 429 with this much to wait; `scope` is `user`, `global` or `shared`.
    TooFast { retry_after_s: f64, scope: &'static str },
}

/// An order for faults.
#[derive(Clone, Debug)]
pub struct Fault {
    /// `None` for any method.
    pub method: Option<&'static str>,
    /// Part of the route or of the path itself; empty matches all.
    pub path: String,
    /// How many requests are still to be hit.
    pub times: usize,
    pub how: How,
}

impl Fault {
    pub fn new(method: &'static str, path: impl Into<String>, times: usize, how: How) -> Fault {
        Fault { method: Some(method), path: path.into(), times, how }
    }

    /// A plain answer with this status, as Discord's edge gives it.
    pub fn status(method: &'static str, path: impl Into<String>, times: usize, status: u16) -> Fault {
        let body = json!({ "message": format!("{status}: the server is out of order"), "code": 0 });
        Fault::new(method, path, times, How::Answer(status, body))
    }

    pub(super) fn hits(&self, call: &Call) -> bool {
        self.times > 0
            && self.method.is_none_or(|m| m == call.method)
            && (call.template.contains(&self.path) || call.path.contains(&self.path))
    }
}

impl crate::sandbox::Server {
    /// Takes the first order that fits, and counts it down.
    pub(super) fn next_fault(&self, call: &Call) -> Option<How> {
        let mut faults = self.faults();
        let at = faults.iter().position(|f| f.hits(call))?;
        faults[at].times -= 1;
        let how = faults[at].how.clone();
        if faults[at].times == 0 {
            faults.remove(at);
        }
        Some(how)
    }
}

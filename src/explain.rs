//! A decision in words that a council member understands.

use crate::domain::circumstances::Circumstances;
use crate::domain::decision::Decision;
use crate::policy::Policy;

/// Explains a decision about `text`.
pub fn explain(_policy: &Policy, _text: &str, decision: &Decision, _circumstances: &Circumstances) -> String {
    format!("{:?}", decision.findings.iter().map(|f| (&f.rule, f.disposition)).collect::<Vec<_>>())
}

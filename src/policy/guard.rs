//! A guard, compiled: when it is raised, and which words of a message it
//! speaks for.
//!
//! What a strong word is about is asked of its own sentence, and of the
//! sentence beside it only where the word's own points there ("This is
//! bullshit"). So praise and blame of the City are free everywhere in a
//! message, and nothing else in that message is free because of them.

use crate::domain::circumstances::Circumstances;
use crate::domain::decision::{Audience, Guard, Span};
use crate::domain::message::Message;

use super::Example;
use super::condition::Condition;
use super::matcher::{EVERY_SENTENCE, Scan, SetId};

/// Any of these lists of sets, met in one sentence.
#[derive(Clone, Debug)]
pub struct GuardRule {
    pub guard: Guard,
    pub audience: Vec<Audience>,
    pub conditions: Vec<Condition>,
    /// By which a sentence speaks of what the one beside it named.
    pub follows: Vec<SetId>,
    pub cites: Vec<String>,
    pub examples: Vec<Example>,
}

impl GuardRule {
    /// Whether any sentence of the message raises it.
    pub fn is_raised(&self, message: &Message, circumstances: &Circumstances, scan: &Scan) -> bool {
        self.conditions.iter().any(|condition| condition.holds(message, circumstances, scan).is_some())
    }

    /// Whether all of these words stand where the guard speaks for them.
    /// Words without a sentence of their own are taken to.
    pub fn speaks_for(&self, spans: &[Span], message: &Message, scan: &Scan) -> bool {
        spans.iter().all(|span| {
            scan.hits
                .iter()
                .find(|hit| {
                    (hit.start, hit.end) == (span.start, span.end)
                        && hit.sentence != EVERY_SENTENCE
                        && message.parts.get(hit.part as usize).is_some_and(|p| *p.name == *span.part)
                })
                .is_none_or(|hit| self.covers(hit.sentence, scan))
        })
    }

    fn covers(&self, sentence: u32, scan: &Scan) -> bool {
        if self.names_it(sentence, scan) {
            return true;
        }
        if !self.follows_on(sentence, scan) {
            return false;
        }
        // "The council met. They talked for hours. It was bullshit."
        let before = (0..sentence)
            .rev()
            .take_while(|&at| self.names_it(at, scan) || self.follows_on(at, scan))
            .any(|at| self.names_it(at, scan));
        before || self.names_it(sentence + 1, scan)
    }

    fn names_it(&self, sentence: u32, scan: &Scan) -> bool {
        self.conditions.iter().any(|condition| condition.holds_in(sentence, scan))
    }

    fn follows_on(&self, sentence: u32, scan: &Scan) -> bool {
        self.follows.iter().any(|set| scan.of(*set).any(|hit| hit.sentence == sentence))
            && !self.conditions.iter().any(|condition| condition.is_vetoed_in(sentence, scan))
    }
}

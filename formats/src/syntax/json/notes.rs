//! What was wrong with a text of JSON, and the limits that both parsers have.

use std::collections::BTreeSet;

use alentour_model::{Finding, Problem};
use serde_json::Value;
use serde_json::map::Entry;

use crate::finding::feed_finding;
use crate::syntax::value::shown;

/// Things within things. serde_json's own limit; no feed comes near it.
pub(super) const MAX_DEPTH: usize = 128;

/// From here on, software that keeps numbers as JavaScript does cannot tell one from the next: 2^53.
pub(super) const EXACT: u64 = 1 << 53;

/// What was wrong: each thing once for each field, as a mistake of software comes with every item.
#[derive(Default)]
pub(super) struct Notes {
    pub findings: Vec<Finding>,
    said: BTreeSet<(String, u8)>,
}

impl Notes {
    /// More than anybody reads.
    const MOST: usize = 100;

    pub fn note(&mut self, problem: Problem, field: &str, value: impl FnOnce() -> String) {
        let field: String = field.chars().take(80).collect();
        if self.findings.len() < Self::MOST && self.said.insert((field.clone(), problem as u8)) {
            self.findings.push(Finding { field, ..feed_finding(problem, &value()) });
        }
    }
}

/// Puts a field into an object. The last of several counts; only where they differ is there anything to say.
pub(super) fn insert(entry: Entry<'_>, value: Value, notes: &mut Notes) {
    match entry {
        Entry::Vacant(entry) => {
            entry.insert(value);
        }
        Entry::Occupied(mut entry) => {
            if *entry.get() != value {
                notes.note(Problem::SameField, entry.key(), || shown(&value));
            }
            entry.insert(value);
        }
    }
}

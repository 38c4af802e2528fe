//! Findings about a feed as a whole.

use alentour_model::{Finding, Problem};

/// A finding about the feed itself, and not about one of its items.
pub(crate) fn feed_finding(problem: Problem, value: &str) -> Finding {
    let value = value.chars().take(80).collect();
    Finding { item: None, id: String::new(), field: String::new(), problem, value }
}

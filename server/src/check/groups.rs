//! Findings of one kind together, the worst first: software makes the same mistake with every item.

use alentour_model::{Finding, Problem};

use super::report::Report;
use crate::feeds::field;

/// The same thing wrong with the same field, of one item or of many.
#[derive(Debug)]
pub struct Group<'a> {
    /// What is wrong.
    pub problem: Problem,
    /// The field, without the positions in its path.
    pub field: String,
    /// Where.
    pub findings: Vec<&'a Finding>,
}

/// What a finding costs: the less, the later it is said.
fn rank(problem: Problem) -> u8 {
    match problem {
        Problem::BreaksOff => 0,
        // Its publisher means it.
        Problem::Withdrawn => 4,
        problem if problem.costs_the_item() => 1,
        Problem::Guessed
        | Problem::Repaired
        | Problem::NoTimeZone
        | Problem::Comment
        | Problem::StrayComma => 3,
        _ => 2,
    }
}

/// The findings of a report, but those that say what a column was taken for.
pub fn groups(report: &Report) -> Vec<Group<'_>> {
    let columns = &report.gathered.reading.columns;
    let is_column = |finding: &Finding| {
        finding.item.is_none()
            && matches!(finding.problem, Problem::Guessed | Problem::UnknownWord)
            && columns.iter().any(|(header, _)| header.chars().take(80).eq(finding.field.chars()))
    };
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for finding in report.findings().iter().filter(|finding| !is_column(finding)) {
        let field = field(finding);
        let at = *places.entry((finding.problem as u8, field.clone())).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { problem: finding.problem, field, findings: vec![finding] }),
        }
    }
    groups.sort_by_key(|group| (rank(group.problem), std::cmp::Reverse(group.findings.len())));
    groups
}

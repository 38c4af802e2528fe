//! What is wrong with a feed, counted: one line a kind of mistake and field, however many items have it.

use std::collections::HashMap;

use alentour_model::{Finding, Problem};
use serde::{Deserialize, Serialize};

/// Kinds that are told apart at most: the line that says what came of a reading stays short.
const MOST: usize = 50;

/// The same thing wrong with the same field, of one item or of many.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tallied {
    /// The first.
    pub first: Finding,
    /// How many there are.
    pub count: usize,
}

/// Counts findings as they come.
#[derive(Debug, Default)]
pub struct Tally {
    all: Vec<Tallied>,
    places: HashMap<(u8, String), usize>,
}

impl Tally {
    /// Counts these.
    pub fn add(&mut self, findings: &[Finding]) {
        for finding in findings {
            let key = (finding.problem as u8, field(finding));
            match self.places.get(&key).copied() {
                Some(at) => self.all[at].count += 1,
                None if self.all.len() < MOST => {
                    self.places.insert(key, self.all.len());
                    self.all.push(Tallied { first: finding.clone(), count: 1 });
                }
                None => {}
            }
        }
    }

    /// What was counted: first what costs items, then what there is most of.
    pub fn finish(mut self) -> Vec<Tallied> {
        let costs = |problem: Problem| problem.costs_the_item() && problem != Problem::Withdrawn;
        self.all.sort_by_key(|one| (!costs(one.first.problem), std::cmp::Reverse(one.count)));
        self.all
    }
}

/// Counts these findings.
pub fn tally(findings: &[Finding]) -> Vec<Tallied> {
    let mut tally = Tally::default();
    tally.add(findings);
    tally.finish()
}

/// The field of a finding, without the positions in its path.
pub fn field(finding: &Finding) -> String {
    let is_position = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    finding.field.split('.').filter(|part| !is_position(part)).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_costs_items_comes_first_then_what_there_is_most_of() {
        let finding = |problem, field: &str| Finding {
            item: Some(0),
            id: String::new(),
            field: field.into(),
            problem,
            value: String::new(),
        };
        let mut all = vec![finding(Problem::NotText, "sessions.0.name"), finding(Problem::NoName, "name")];
        all.push(finding(Problem::NotText, "sessions.7.name"));
        all.push(finding(Problem::NotText, "url"));
        let said: Vec<_> = tally(&all).iter().map(|one| (field(&one.first), one.count)).collect();
        let expected = [("name", 1), ("sessions.name", 2), ("url", 1)];
        assert_eq!(said, expected.map(|(field, count)| (field.to_owned(), count)));
        let many: Vec<_> = (0..200).map(|n| finding(Problem::NotText, &format!("f{n}x"))).collect();
        assert_eq!(tally(&many).len(), MOST);
    }
}

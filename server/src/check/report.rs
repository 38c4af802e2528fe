//! A feed, examined: what was kept of it, what is wrong with it, and what visitors would miss.

use std::collections::HashMap;

use alentour_model::{Finding, Initiative, Problem};
use alentour_texts::Language;
use serde_json::{Value, json};

use super::gap::Gap;
use super::words;
use crate::feeds::Gathered;

/// A feed, examined.
#[derive(Debug)]
pub struct Report {
    pub(super) gathered: Gathered,
    /// What is missing, and of which initiatives.
    pub(super) gaps: Vec<(Gap, Vec<usize>)>,
    titles: HashMap<String, String>,
}

impl Report {
    /// Examines a feed as of that instant (UTC seconds).
    pub fn new(gathered: Gathered, now: i64) -> Self {
        let initiatives = &gathered.reading.feed.initiatives;
        let gaps = Gap::ALL.map(|gap| {
            let has = |(_, initiative): &(usize, &Initiative)| gap.is_in(initiative, now);
            (gap, initiatives.iter().enumerate().filter(has).map(|(at, _)| at).collect::<Vec<_>>())
        });
        let titles = initiatives.iter().map(|i| (i.id.clone(), i.name.clone())).collect();
        Self { gaps: gaps.into_iter().filter(|(_, who)| !who.is_empty()).collect(), titles, gathered }
    }

    pub(super) fn kept(&self) -> usize {
        self.gathered.reading.feed.initiatives.len()
    }

    pub(super) fn items(&self) -> usize {
        self.gathered.reading.items
    }

    /// Items that were left out though their publisher means them.
    pub(super) fn left_out(&self) -> usize {
        self.gathered.reading.left_out().saturating_sub(self.withdrawn())
    }

    pub(super) fn withdrawn(&self) -> usize {
        self.findings().iter().filter(|finding| finding.problem == Problem::Withdrawn).count()
    }

    pub(super) fn guessed(&self) -> usize {
        let is_guess =
            |problem| matches!(problem, Problem::Guessed | Problem::Repaired | Problem::NoTimeZone);
        self.findings().iter().filter(|finding| is_guess(finding.problem)).count()
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.gathered.reading.findings
    }

    /// The title of the item that a finding is about; empty where it has none.
    pub(super) fn title(&self, finding: &Finding) -> &str {
        self.titles.get(&finding.id).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn initiatives(&self, positions: &[usize]) -> impl Iterator<Item = &Initiative> {
        positions.iter().filter_map(|at| self.gathered.reading.feed.initiatives.get(*at))
    }

    /// Whether all of the feed was read, and nothing left out that was meant.
    pub fn is_fine(&self) -> bool {
        self.left_out() == 0 && self.gathered.stop.is_none()
    }

    pub(super) fn to_json(&self, language: Language) -> Value {
        let finding = |finding: &Finding| {
            json!({
                "item": finding.item, "id": finding.id, "title": self.title(finding), "field": finding.field,
                "problem": finding.problem, "value": finding.value, "leftOut": finding.problem.costs_the_item(),
                "what": words::words(finding.problem, language),
                "repair": words::repair(finding.problem, &finding.field, language),
            })
        };
        let gaps: serde_json::Map<_, _> = self
            .gaps
            .iter()
            .map(|(gap, who)| {
                let who = self.initiatives(who).map(|i| json!({ "id": i.id, "title": i.name })).collect();
                (gap.key().to_owned(), Value::Array(who))
            })
            .collect();
        json!({
            "format": self.gathered.reading.format, "items": self.items(), "kept": self.kept(),
            "leftOut": self.left_out(), "withdrawn": self.withdrawn(), "guessed": self.guessed(),
            "incomplete": self.gathered.stop.as_ref().map(|stop| words::stop(stop, language)),
            "missing": gaps,
            "columns": self.gathered.reading.columns.iter().map(|(header, column)| json!({
                "header": header, "column": column.map(|column| column.as_str()),
            })).collect::<Vec<_>>(),
            "findings": self.findings().iter().map(finding).collect::<Vec<_>>(),
        })
    }
}

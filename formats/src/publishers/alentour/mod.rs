//! Alentour's own format (`docs/feed.md`).

#[cfg(feature = "calendar")]
mod repeats;

use std::collections::HashSet;

use alentour_model::Finding;
use alentour_model::feed::Notes;
use alentour_model::read::read_document;
use serde_json::Value;

use crate::budget::Meter;
use crate::fields::zones::TzDatabase;
use crate::format::Format;
use crate::options::Options;
use crate::pagination::next::Pages;
use crate::reading::Reading;

pub(crate) const FORMAT: Format = Format {
    name: "alentour",
    shape: "Alentour's own: {\"initiatives\": [{\"id\": …, \"name\": …}]}",
    recognises: |document| initiatives(document).is_some(),
    read,
    apart: true,
    pages: Pages::ONE,
};

fn initiatives(document: &Value) -> Option<&Vec<Value>> {
    document.get("initiatives")?.as_array()
}

#[cfg_attr(
    not(feature = "calendar"),
    expect(unused_variables, reason = "rules are written out by what reads calendars")
)]
fn read(document: &Value, options: &Options, meter: &Meter) -> Option<Reading> {
    #[cfg(feature = "calendar")]
    if let Some((document, findings)) = repeats::write_out(document, options, meter) {
        let mut reading = read_plain(&document, meter)?;
        reading.findings.splice(0..0, findings);
        return Some(reading);
    }
    read_plain(document, meter)
}

/// Reads what has no rules.
fn read_plain(document: &Value, meter: &Meter) -> Option<Reading> {
    let items = initiatives(document)?.len();
    let mut findings = Metered { findings: Vec::new(), meter };
    let feed = read_document(&document, &TzDatabase, &mut findings).ok()?;
    let mut reading = Reading { feed, findings: findings.findings, items, ..Reading::of(FORMAT.name) };
    cut(&mut reading, meter);
    Some(reading)
}

/// Leaves out what is beyond the budget. The model reads all items in one go, which is no worse than the parsed document.
fn cut(reading: &mut Reading, meter: &Meter) {
    let lost = reading.findings.iter().filter(|finding| finding.problem.costs_the_item());
    let lost: HashSet<usize> = lost.filter_map(|finding| finding.item).collect();
    let (mut kept, mut items) = (0, 0);
    while items < reading.items && meter.allows_item(items, kept) {
        if !lost.contains(&items) {
            reading.feed.initiatives.get(kept).into_iter().for_each(|initiative| meter.keep(initiative));
            kept += 1;
        }
        items += 1;
    }
    reading.feed.initiatives.truncate(kept);
    reading.findings.retain(|finding| finding.item.is_none_or(|item| item < items));
    reading.items = items;
}

/// Findings, as far as they are kept.
struct Metered<'a> {
    findings: Vec<Finding>,
    meter: &'a Meter,
}

impl Notes for Metered<'_> {
    const KEPT: bool = true;

    fn note(&mut self, finding: impl FnOnce() -> Finding) {
        self.meter.step(1);
        let finding = finding();
        if self.meter.allows_finding(finding.problem) {
            self.findings.push(finding);
        }
    }
}

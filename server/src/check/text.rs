//! The report on a terminal.

use std::io::Write;

use alentour_model::{Finding, Problem};
use alentour_texts::{Language, fill};

use super::report::Report;
use super::words::{self, printable};
use super::{columns, groups};

/// Titles that are named where something is missing or wrong; `--json` names all.
const NAMED: usize = 10;

/// Writes the report.
pub fn say(report: &Report, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    let labelled =
        |label: &str, text: &str| fill(language.doctor().labelled, &[("label", label), ("text", text)]);
    writeln!(out, "{}", summary(report, language))?;
    if let Some(stop) = &report.gathered.stop {
        writeln!(out, "{}", words::stop(stop, language))?;
    }
    for group in groups::groups(report) {
        let sign = if group.problem.costs_the_item() { '✗' } else { '·' };
        let what = words::words(group.problem, language);
        match (group.field.as_str(), group.findings.len()) {
            ("", 1) => writeln!(out, "\n{sign} {what}")?,
            ("", count) => writeln!(out, "\n{sign} {what} ({count})")?,
            (field, 1) => writeln!(out, "\n{sign} {}", labelled(&printable(field), what))?,
            (field, count) => writeln!(out, "\n{sign} {} ({count})", labelled(&printable(field), what))?,
        }
        if let Some(repair) = words::repair(group.problem, &group.field, language) {
            writeln!(out, "    → {repair}")?;
        }
        for finding in group.findings.iter().take(NAMED) {
            let name = name(report, finding, language);
            match value(finding, language).as_str() {
                "" => writeln!(out, "  - {name}")?,
                value => writeln!(out, "  - {}", labelled(&name, value))?,
            }
        }
        more(group.findings.len(), language, out)?;
    }
    for (gap, who) in &report.gaps {
        let (what, repair) = words::gap(*gap, language);
        writeln!(out, "\n· {what} ({})\n    → {repair}", who.len())?;
        for initiative in report.initiatives(who).take(NAMED) {
            writeln!(out, "  - {}", printable(&initiative.name))?;
        }
        more(who.len(), language, out)?;
    }
    table(report, language, out)
}

fn more(count: usize, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    match count.saturating_sub(NAMED) {
        0 => Ok(()),
        left => writeln!(out, "  - {}", fill(language.doctor().left, &[("n", &left.to_string())])),
    }
}

/// What the columns were taken for, if it is a table.
fn table(report: &Report, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    let table = &report.gathered.reading.columns;
    if table.is_empty() {
        return Ok(());
    }
    let texts = language.doctor();
    writeln!(out, "\n{}", texts.columns_title)?;
    for (header, column) in table.iter() {
        match column {
            Some(column) => {
                let name = columns::name(column, language);
                writeln!(out, "  - {} = {name} ({column})", printable(header))?;
            }
            None => writeln!(out, "  - {} = {}", printable(header), texts.columns_unread)?,
        }
    }
    writeln!(out, "    → {} {}", texts.columns_how, printable(&columns::example(table)))
}

/// The figures in one sentence.
pub fn summary(report: &Report, language: Language) -> String {
    let texts = language.doctor();
    let count = |text, n: usize| language.count(text, n as u64, &[]);
    let format = words::format(report.gathered.reading.format, language);
    let (kept, items) = (report.kept(), report.items().to_string());
    let values = [("format", format), ("kept", &kept.to_string()), ("items", &items)];
    let mut said = vec![language.count(texts.summary, kept as u64, &values)];
    said.push(match report.left_out() {
        0 => texts.none_left_out.to_owned(),
        lost => count(texts.left_out, lost),
    });
    for (text, n) in [(texts.withdrawn, report.withdrawn()), (texts.guessed, report.guessed())] {
        if n > 0 {
            said.push(count(text, n));
        }
    }
    said.join(", ") + "."
}

/// What stood there, where that says more than the item's name does.
pub fn value(finding: &Finding, language: Language) -> String {
    match (finding.problem, finding.value.strip_prefix("line ")) {
        (Problem::SameId, _) => String::new(),
        (Problem::StrayComma, Some(line)) => fill(language.doctor().line, &[("n", line)]),
        _ => printable(&finding.value),
    }
}

/// What the report calls an item: its title, or where it is in the feed.
pub fn name(report: &Report, finding: &Finding, language: Language) -> String {
    let (texts, title) = (language.doctor(), printable(report.title(finding)));
    // Of what was left out for it the title is another's: that of the item that stays.
    if !title.is_empty() && finding.problem != Problem::SameId {
        return fill(texts.quoted, &[("text", &title)]);
    }
    // One that was made up for an item without any says nothing to anybody.
    let is_made_up = finding.id.len() == 16 && finding.id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id = if is_made_up { String::new() } else { printable(&finding.id) };
    // People count from one.
    let Some(number) = finding.item.map(|item| (item + 1).to_string()) else { return texts.feed.to_owned() };
    fill(if id.is_empty() { texts.item } else { texts.item_id }, &[("n", &number), ("id", &id)])
}

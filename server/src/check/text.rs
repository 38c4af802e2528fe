//! The report on a terminal.

use std::io::Write;

use alentour_model::{Finding, Problem};

use super::words::{self, printable};
use super::{Language, Report, columns};

/// Titles that are named where something is missing or wrong; `--json` names all.
const NAMED: usize = 10;

/// Writes the report.
pub fn say(report: &Report, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", summary(report, language))?;
    if let Some(stop) = &report.gathered.stop {
        writeln!(out, "{}", words::stop(stop, language))?;
    }
    for group in report.groups() {
        let sign = if group.problem.costs_the_item() { '✗' } else { '·' };
        let what = words::words(group.problem, language);
        match (group.field.as_str(), group.findings.len()) {
            ("", 1) => writeln!(out, "\n{sign} {what}")?,
            ("", count) => writeln!(out, "\n{sign} {what} ({count})")?,
            (field, 1) => writeln!(out, "\n{sign} {} : {what}", printable(field))?,
            (field, count) => writeln!(out, "\n{sign} {} : {what} ({count})", printable(field))?,
        }
        if let Some(repair) = words::repair(group.problem, &group.field, language) {
            writeln!(out, "    → {repair}")?;
        }
        for finding in group.findings.iter().take(NAMED) {
            let name = name(report, finding, language);
            match value(finding, language).as_str() {
                "" => writeln!(out, "  - {name}")?,
                value => writeln!(out, "  - {name} : {value}")?,
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
    match (count.saturating_sub(NAMED), language) {
        (0, _) => Ok(()),
        (left, Language::Fr) => writeln!(out, "  - et {left} de plus"),
        (left, Language::En) => writeln!(out, "  - and {left} more"),
    }
}

/// What the columns were taken for, if it is a table.
fn table(report: &Report, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    let table = &report.gathered.reading.columns;
    if table.is_empty() {
        return Ok(());
    }
    let [title, unread, how] = columns::words(language);
    writeln!(out, "\n{title}")?;
    for (header, column) in table.iter() {
        match column {
            Some(column) => {
                let name = columns::name(column, language);
                writeln!(out, "  - {} = {name} ({column})", printable(header))?;
            }
            None => writeln!(out, "  - {} = {unread}", printable(header))?,
        }
    }
    writeln!(out, "    → {how} {}", printable(&columns::example(table)))
}

/// The figures in one sentence.
pub fn summary(report: &Report, language: Language) -> String {
    let (kept, items, lost) = (report.kept(), report.items(), report.left_out());
    let (gone, guessed) = (report.withdrawn(), report.guessed());
    let format = words::format(report.gathered.reading.format, language);
    let s = |n: usize| if n < 2 { "" } else { "s" };
    match language {
        Language::Fr => {
            let mut said =
                format!("Format « {format} » : {kept} initiative{} lue{} sur {items}", s(kept), s(kept));
            said += &match lost {
                0 => ", aucune écartée".to_owned(),
                lost => format!(", {lost} écartée{}", s(lost)),
            };
            if gone > 0 {
                said += &format!(", {gone} retirée{} par la source", s(gone));
            }
            if guessed > 0 {
                said +=
                    &format!(", {guessed} point{} deviné{} ou réparé{}", s(guessed), s(guessed), s(guessed));
            }
            said + "."
        }
        Language::En => {
            let mut said = format!("Format “{format}”: {kept} of {items} initiatives read, ");
            said += &if lost == 0 { "none left out".to_owned() } else { format!("{lost} left out") };
            if gone > 0 {
                said += &format!(", {gone} withdrawn at the source");
            }
            if guessed > 0 {
                said += &format!(", {guessed} guessed or repaired");
            }
            said + "."
        }
    }
}

/// What stood there, where that says more than the item's name does.
pub fn value(finding: &Finding, language: Language) -> String {
    match (finding.problem, finding.value.strip_prefix("line ")) {
        (Problem::SameId, _) => String::new(),
        (Problem::StrayComma, Some(line)) if language == Language::Fr => format!("ligne {line}"),
        _ => printable(&finding.value),
    }
}

/// What the report calls an item: its title, or where it is in the feed.
pub fn name(report: &Report, finding: &Finding, language: Language) -> String {
    let title = printable(report.title(finding));
    // One that was made up for an item without any says nothing to anybody.
    let is_made_up = finding.id.len() == 16 && finding.id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id = if is_made_up { String::new() } else { printable(&finding.id) };
    // People count from one.
    let number = |word: &str| {
        let item = finding.item? + 1;
        Some(if id.is_empty() { format!("{word} {item}") } else { format!("{word} {item} (id {id})") })
    };
    // Of what was left out for it the title is another's: that of the item that stays.
    match (title.is_empty() || finding.problem == Problem::SameId, language) {
        (false, Language::Fr) => format!("« {title} »"),
        (false, Language::En) => format!("“{title}”"),
        (true, Language::Fr) => number("Fiche").unwrap_or_else(|| "Le flux".into()),
        (true, Language::En) => number("Item").unwrap_or_else(|| "The feed".into()),
    }
}

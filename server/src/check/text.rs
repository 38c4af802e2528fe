//! The report on a terminal.

use std::io::Write;

use alentour_model::Finding;

use super::words::{self, printable};
use super::{Language, Report};

/// Titles that are named where something is missing; `--json` names all.
const NAMED: usize = 10;

/// Writes the report.
pub fn say(report: &Report, language: Language, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", summary(report, language))?;
    if let Some(stop) = &report.gathered.stop {
        writeln!(out, "{}", words::stop(stop, language))?;
    }
    let mut last = None;
    for finding in report.findings() {
        // The item's name once, then what is wrong with it.
        let of = (finding.item, finding.id.as_str());
        if last != Some(of) {
            writeln!(out, "\n{}", name(report, finding, language))?;
            last = Some(of);
        }
        let sign = if finding.problem.costs_the_item() { '✗' } else { '·' };
        let what = words::words(finding.problem, language);
        match (finding.field.as_str(), finding.value.as_str()) {
            ("", "") => writeln!(out, "  {sign} {what}"),
            ("", value) => writeln!(out, "  {sign} {what} ({})", printable(value)),
            (field, "") => writeln!(out, "  {sign} {} : {what}", printable(field)),
            (field, value) => writeln!(out, "  {sign} {} : {what} ({})", printable(field), printable(value)),
        }?;
        if let Some(repair) = words::repair(finding.problem, &finding.field, language) {
            writeln!(out, "    → {repair}")?;
        }
    }
    for (gap, who) in &report.gaps {
        let (what, repair) = words::gap(*gap, language);
        writeln!(out, "\n{what} ({})\n    → {repair}", who.len())?;
        for initiative in report.initiatives(who).take(NAMED) {
            writeln!(out, "  · {}", printable(&initiative.name))?;
        }
        if who.len() > NAMED {
            writeln!(out, "  · …")?;
        }
    }
    Ok(())
}

/// The figures in one sentence.
pub fn summary(report: &Report, language: Language) -> String {
    let (kept, items, lost) = (report.kept(), report.items(), report.left_out());
    let (gone, guessed) = (report.withdrawn(), report.guessed());
    let format = report.gathered.reading.format;
    let s = |n: usize| if n < 2 { "" } else { "s" };
    match language {
        Language::Fr => {
            let mut said =
                format!("Format « {format} » : {kept} initiative{} lue{} sur {items}", s(kept), s(kept));
            said += &format!(", {lost} écartée{}", s(lost));
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
            let mut said = format!("Format “{format}”: {kept} of {items} initiatives read, {lost} left out");
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

/// What the report calls an item: its title, or where it is in the feed.
pub fn name(report: &Report, finding: &Finding, language: Language) -> String {
    let (title, id) = (printable(report.title(finding)), printable(&finding.id));
    // People count from one.
    let number =
        |word: &str| finding.item.map(|item| format!("{word} {} {id}", item + 1).trim_end().to_owned());
    match (title.is_empty(), language) {
        (false, Language::Fr) => format!("« {title} »"),
        (false, Language::En) => format!("“{title}”"),
        (true, Language::Fr) => number("Fiche").unwrap_or_else(|| "Le flux".into()),
        (true, Language::En) => number("Item").unwrap_or_else(|| "The feed".into()),
    }
}

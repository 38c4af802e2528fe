//! A stranger's feed, examined in a process of its own: the server's half ([`examine`]) and that process's ([`run`]). What comes
//! back is the finished part of a page, so that nothing of the feed is ever built up in the server.

use std::io::{BufRead, Write};

use alentour_formats::{Column, Columns, ReadError};
use alentour_texts::Language;
use maud::{Markup, PreEscaped, html};
use serde::{Deserialize, Serialize};

use super::html::Extent;
use super::report::Report;
use super::{columns, html};
use crate::feeds::{Bounds, Fetcher, Source, Unread};
use crate::sandbox::{Sandbox, SandboxError, Task};

/// Columns of a table that may be set right.
pub const COLUMNS: usize = 200;

/// A feed to examine.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    /// Its address.
    pub url: String,
    /// Headers of a table, and the names of their columns, as somebody chose them.
    pub columns: Vec<(String, String)>,
    /// Tag of the report's language.
    pub language: String,
    /// Calls private addresses and any port, too: never for strangers.
    pub allow_private: bool,
    /// Whether an operator asks, who sets the columns right in a page of their own: what they were taken for comes before the report.
    #[serde(default)]
    pub is_own: bool,
}

/// An operator's feed, examined.
pub struct Examined {
    /// The report.
    pub part: Markup,
    /// What the columns of a table were taken for: header, and the column's name (empty: it is not read). None where it is no table.
    pub columns: Vec<(String, String)>,
    /// Whether anything could be read.
    pub is_readable: bool,
}

/// What comes before the report for an operator.
#[derive(Default, Serialize, Deserialize)]
struct Taken {
    columns: Vec<(String, String)>,
    is_readable: bool,
}

/// Examines a feed for an operator.
///
/// # Errors
/// Where no process could do it.
pub async fn examine_own(job: &Job, sandbox: &Sandbox) -> Result<Examined, SandboxError> {
    let PreEscaped(text) = examine(job, sandbox).await?;
    // Where the process was ended, the report says so and comes alone.
    let (taken, part) = text.split_once('\n').unwrap_or(("", &text));
    let (taken, part) = match serde_json::from_str::<Taken>(taken) {
        Ok(taken) => (taken, part),
        Err(_) => (Taken::default(), text.as_str()),
    };
    let Taken { columns, is_readable } = taken;
    Ok(Examined { part: PreEscaped(part.to_owned()), columns, is_readable })
}

/// Examines a feed, and gives the report as a part of a page.
///
/// # Errors
/// Where no process could do it. That a feed takes more than it may is a report.
pub async fn examine(job: &Job, sandbox: &Sandbox) -> Result<Markup, SandboxError> {
    let language = Language::parse(&job.language).unwrap_or(Language::DEFAULT);
    let bytes = serde_json::to_vec(job).map_err(|error| SandboxError::Failed(error.to_string()))?;
    match sandbox.run(Task::Check, &bytes).await {
        Ok(part) => match String::from_utf8(part) {
            Ok(part) => Ok(PreEscaped(part)),
            Err(error) => Err(SandboxError::Failed(error.to_string())),
        },
        Err(SandboxError::Exceeded(limit)) => {
            Ok(html::body(Err(&Unread::Exceeded(limit)), language, 0, Extent::WHOLE))
        }
        Err(why) => Err(why),
    }
}

/// Does a job: what the reading process is for.
///
/// # Errors
/// Where the job cannot be understood, or the report not be given.
pub fn run(input: &mut impl BufRead, out: &mut impl Write) -> std::io::Result<()> {
    let job: Job = serde_json::from_reader(input)?;
    let mut columns = Columns::default();
    for (header, column) in job.columns {
        columns.set(header, Column::parse(&column));
    }
    let language = Language::parse(&job.language).unwrap_or(Language::DEFAULT);
    let fetcher = match job.is_own || job.allow_private {
        true => Fetcher::new(job.allow_private),
        false => Fetcher::for_strangers(),
    };
    let gathered = Source::Url(job.url.clone()).gather(&fetcher, Bounds::STRANGER, &columns);
    let now = jiff::Timestamp::now().as_second();
    let report = gathered.map(|gathered| Report::new(gathered, now));
    if job.is_own {
        let report = report.as_ref();
        let columns = columns_of(report).unwrap_or_default();
        let name =
            |column: Option<Column>| column.map(|column| column.as_str().to_owned()).unwrap_or_default();
        let columns = columns.iter().take(COLUMNS).map(|(header, column)| (header.to_owned(), name(column)));
        let taken = Taken { columns: columns.collect(), is_readable: report.is_ok() };
        serde_json::to_writer(&mut *out, &taken)?;
        return write!(out, "\n{}", html::body(report, language, now, Extent::GLANCE).into_string());
    }
    out.write_all(part(&job.url, report.as_ref(), language, now).into_string().as_bytes())
}

/// The report, and the form that sets the columns of a table right.
pub fn part(url: &str, report: Result<&Report, &Unread>, language: Language, now: i64) -> Markup {
    html! {
        (html::body(report, language, now, Extent::WHOLE))
        @if let Some(columns) = columns_of(report) { (columns::form(url, &columns, language)) }
    }
}

/// What the columns of a table were taken for, if it is one.
fn columns_of(report: Result<&Report, &Unread>) -> Option<Columns> {
    let columns = match report {
        Ok(report) => report.gathered.reading.columns.clone(),
        Err(Unread::Unreadable(ReadError::UnknownColumns { headers })) => {
            let mut columns = Columns::default();
            headers.iter().for_each(|header| columns.set(header.as_str(), None));
            columns
        }
        Err(_) => return None,
    };
    (!columns.is_empty()).then_some(columns)
}

#[cfg(test)]
mod tests {
    use alentour_model::{Finding, Problem};

    use super::*;
    use crate::feeds::read;
    use crate::sandbox::Profile;

    fn shown(csv: &str, columns: &Columns) -> String {
        let report = read(csv.as_bytes(), columns).map(|gathered| Report::new(gathered, 0));
        part("https://example.org/a.csv", report.as_ref(), Language::French, 0).into_string()
    }

    #[test]
    fn columns_are_shown_and_what_is_chosen_instead_is_read() {
        let csv = "Structure;Objet <b>;Le\nLes Amis;Marche;28/11/2026\n";
        let before = shown(csv, &Columns::default());
        assert!(before.contains("Objet &lt;b&gt;") && !before.contains("<b>;"), "{before}");
        assert!(before.contains("<option value=\"organizer\" selected>"), "{before}");
        assert!(!before.contains("<option value=\"start\" selected>"), "{before}");
        let mut columns = Columns::default();
        columns.set("Le", Column::parse("start"));
        let after = shown(csv, &columns);
        assert!(after.contains("<option value=\"start\" selected>"), "{after}");
    }

    #[test]
    fn a_table_without_a_title_can_be_set_right_too() {
        let page = shown("Bidule;Truc\nA;B\nC;D\n", &Columns::default());
        assert!(page.contains("ne peut pas être lu") && page.contains(">Bidule<"), "{page}");
        assert!(page.contains("value=\"https://example.org/a.csv\""), "{page}");
    }

    #[test]
    fn a_page_names_so_many_items_and_no_more_however_much_is_wrong() {
        let mut gathered = read(b"Titre;Date\nMarche;28/11/2026\n", &Columns::default()).unwrap();
        let finding = |number: usize| Finding {
            item: Some(0),
            id: String::new(),
            field: format!("field{}", number % 50),
            problem: Problem::NotText,
            value: "x".repeat(80),
        };
        gathered.reading.findings = (0..50_000).map(finding).collect();
        let page = part("", Ok(&Report::new(gathered, 0)), Language::French, 0).into_string();
        // 40 of each of 50 findings, and how many more there are.
        assert_eq!(page.matches("et 959 de plus").count(), 50, "{}", page.len());
        assert!((page.len() as u64) < Profile::STRANGER.output / 2, "{}", page.len());
    }
}

//! `alentour check`: what is wrong with a feed, said to the person who keeps it.

mod columns;
mod groups;
pub mod html;
mod page;
pub mod sandboxed;
mod text;
mod words;

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use alentour_model::{Finding, Initiative, Kind, Problem, Reach};
use alentour_texts::Language;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};

use crate::error::CommandError;
use crate::feeds::{Gathered, Unread};

pub use columns::misfit;
pub use page::router;
pub use words::{printable, words};

/// Reads the tag of a language that the doctor has, as an option of the command line.
pub fn language_parser() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::OF_OPERATORS.map(Language::tag))
        .map(|tag| Language::parse(&tag).unwrap_or(Language::DEFAULT))
}

/// What visitors would miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// No place at all, though it is not everywhere.
    Place,
    /// A place that could not be found on the map.
    Position,
    /// No date, though it happens once.
    Date,
    /// No way to take part.
    Way,
    /// It is over.
    Over,
}

impl Gap {
    const ALL: [Self; 5] = [Self::Place, Self::Position, Self::Date, Self::Way, Self::Over];

    /// Names it in the JSON report.
    fn key(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Position => "position",
            Self::Date => "date",
            Self::Way => "way",
            Self::Over => "over",
        }
    }

    fn is_in(self, initiative: &Initiative, now: i64) -> bool {
        let is_local = matches!(initiative.reach, Reach::Local | Reach::Regional);
        let nowhere = initiative.places.is_empty();
        match self {
            Self::Place => is_local && nowhere,
            Self::Position => {
                is_local && !nowhere && initiative.places.iter().all(|place| place.point.is_none())
            }
            Self::Date => {
                matches!(initiative.kind, Some(Kind::Gathering | Kind::Training))
                    && initiative.sessions.is_empty()
                    && initiative.start.is_none()
            }
            Self::Way => initiative.participation.is_none() && initiative.url.is_none(),
            Self::Over => initiative.is_over(now),
        }
    }
}

/// A feed, examined.
#[derive(Debug)]
pub struct Report {
    gathered: Gathered,
    /// What is missing, and of which initiatives.
    gaps: Vec<(Gap, Vec<usize>)>,
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

    fn kept(&self) -> usize {
        self.gathered.reading.feed.initiatives.len()
    }

    fn items(&self) -> usize {
        self.gathered.reading.items
    }

    /// Items that were left out though their publisher means them.
    fn left_out(&self) -> usize {
        self.gathered.reading.left_out().saturating_sub(self.withdrawn())
    }

    fn withdrawn(&self) -> usize {
        self.findings().iter().filter(|finding| finding.problem == Problem::Withdrawn).count()
    }

    fn guessed(&self) -> usize {
        let is_guess =
            |problem| matches!(problem, Problem::Guessed | Problem::Repaired | Problem::NoTimeZone);
        self.findings().iter().filter(|finding| is_guess(finding.problem)).count()
    }

    fn findings(&self) -> &[Finding] {
        &self.gathered.reading.findings
    }

    /// The findings, those of one kind together, the worst first.
    fn groups(&self) -> Vec<groups::Group<'_>> {
        groups::groups(self)
    }

    /// The title of the item that a finding is about; empty where it has none.
    fn title(&self, finding: &Finding) -> &str {
        self.titles.get(&finding.id).map(String::as_str).unwrap_or_default()
    }

    fn initiatives(&self, positions: &[usize]) -> impl Iterator<Item = &Initiative> {
        positions.iter().filter_map(|at| self.gathered.reading.feed.initiatives.get(*at))
    }

    /// Whether all of the feed was read, and nothing left out that was meant.
    pub fn is_fine(&self) -> bool {
        self.left_out() == 0 && self.gathered.stop.is_none()
    }

    fn to_json(&self, language: Language) -> Value {
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

/// How a report is given.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Language of what is said.
    pub language: Language,
    /// JSON instead of text.
    pub json: bool,
    /// A page, beside what is said on the terminal.
    pub html: Option<&'a Path>,
}

/// Says what is wrong with a feed. The code is 0 if nothing was left out, 1 if something was, 2 if nothing could be read.
pub fn check(
    source: &str,
    feed: Result<Gathered, Unread>,
    form: Form<'_>,
    out: &mut dyn Write,
) -> Result<ExitCode, CommandError> {
    let language = form.language;
    let now = jiff::Timestamp::now().as_second();
    let report = feed.map(|gathered| Report::new(gathered, now));
    if let Some(path) = form.html {
        let page = html::document(source, report.as_ref(), language, now);
        std::fs::write(path, page).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    match report {
        Ok(report) => {
            if form.json {
                serde_json::to_writer_pretty(&mut *out, &report.to_json(language))?;
                writeln!(out)?;
            } else {
                text::say(&report, language, out)?;
            }
            Ok(if report.is_fine() { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        Err(why) => {
            let why = words::unread(&why, language);
            match form.json {
                true => writeln!(out, "{}", json!({ "error": why }))?,
                false => writeln!(out, "{why}")?,
            }
            Ok(ExitCode::from(2))
        }
    }
}

#[cfg(test)]
mod tests {
    use alentour_formats::Columns;

    use super::*;

    fn said(feed: &str, language: Language, json: bool) -> (String, ExitCode) {
        let mut out = Vec::new();
        let form = Form { language, json, html: None };
        let code =
            check("flux", crate::feeds::read(feed.as_bytes(), &Columns::default()), form, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), code)
    }

    const BROKEN: &str =
        r#"{"initiatives": [{"id": "a", "name": "Aide", "url": "javascript:1"}, {"id": "b"}]}"#;

    #[test]
    fn an_item_that_is_left_out_is_said_with_its_repair_and_fails_the_check() {
        let (french, code) = said(BROKEN, Language::French, false);
        assert!(french.contains("1 initiative lue sur 2"), "{french}");
        assert!(
            french.contains("Fiche 2 (id b)") && french.contains("Donnez un titre à la fiche."),
            "{french}"
        );
        assert!(french.contains("Aide") && french.contains("https://"), "{french}");
        assert_eq!(code, ExitCode::from(1));
        let (english, _) = said(BROKEN, Language::English, false);
        assert!(english.contains("Item 2 (id b)") && english.contains("Give the item a title."), "{english}");
    }

    #[test]
    fn what_visitors_would_miss_is_said_and_passes() {
        let feed = r#"{"initiatives": [{"id": "a", "name": "Bal", "kind": "gathering"},
            {"id": "b", "name": "Fini", "url": "https://example.org/b", "endDate": "2020-01-01", "location": {"name": "Salle"}}]}"#;
        let (report, code) = said(feed, Language::French, true);
        let report: Value = serde_json::from_str(&report).unwrap();
        let missing = |gap: &str| report["missing"][gap][0]["title"].as_str().unwrap_or_default().to_owned();
        assert_eq!(
            ["place", "position", "date", "way", "over"].map(missing),
            ["Bal", "Fini", "Bal", "Bal", "Fini"]
        );
        assert_eq!(code, ExitCode::SUCCESS);
        assert!(
            said(feed, Language::English, false).0.contains("Gatherings and trainings without a date (1)")
        );
    }

    #[test]
    fn the_json_report_counts_and_names_what_was_left_out() {
        let report: Value = serde_json::from_str(&said(BROKEN, Language::French, true).0).unwrap();
        assert_eq!(
            (&report["items"], &report["kept"], &report["leftOut"]),
            (&json!(2), &json!(1), &json!(1))
        );
        assert_eq!(report["findings"][0]["title"], "Aide");
        assert_eq!(report["findings"][1]["problem"], "noName");
        assert_eq!(report["findings"][1]["leftOut"], true);
    }

    #[test]
    fn a_feed_cannot_steer_the_terminal() {
        let (said, _) =
            said("{\"initiatives\": [{\"id\": \"a\\u001b[2J\", \"name\": 7}]}", Language::English, false);
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }

    #[test]
    fn a_feed_that_is_none_fails_the_check_in_words() {
        let (said, code) = said("<html><title>Connexion</title>", Language::French, false);
        assert!(said.contains("page web («\u{a0}Connexion\u{a0}»)"), "{said}");
        assert_eq!(code, ExitCode::from(2));
    }

    #[test]
    fn the_page_shows_cards_and_runs_nothing_of_the_feed() {
        let feed = r#"{"initiatives": [{"id": "<img src=x onerror=alert(1)>", "name": "<script>alert(1)</script>", "url": "javascript:alert(1)",
            "organizer": {"name": "\"><svg onload=alert(1)>"}}]}"#;
        let report = Report::new(crate::feeds::read(feed.as_bytes(), &Columns::default()).unwrap(), 0);
        let page = html::document("<b>", Ok(&report), Language::French, 0);
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
        for evil in ["<script", "<svg", "<img", "href=\"javascript", "<b>"] {
            assert!(!page.contains(evil), "{evil}: {page}");
        }
        assert!(page.contains("default-src 'none'"), "{page}");
    }
}

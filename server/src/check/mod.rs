//! `alentour check`: what is wrong with a feed, said to the person who keeps it.

mod columns;
mod gap;
mod groups;
pub mod html;
mod page;
pub(crate) mod preview;
mod report;
pub mod sandboxed;
mod text;
mod words;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use alentour_texts::Language;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

use crate::bundle::Bundle;
use crate::error::CommandError;
use crate::feeds::{Gathered, Unread};

pub use columns::{fields as column_fields, misfit};
pub use gap::Gap;
pub use html::report_css;
pub use page::{chosen, router};
pub use report::Report;
pub use words::{printable, words};

/// Reads the tag of a language that the doctor has, as an option of the command line.
pub fn language_parser() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::OF_OPERATORS.map(Language::tag))
        .map(|tag| Language::parse(&tag).unwrap_or(Language::DEFAULT))
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
    /// The widget, whose style that page has.
    pub bundle: &'a Bundle,
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
        let page = html::file(source, report.as_ref(), language, now, form.bundle);
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
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use serde_json::Value;
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn said(feed: &str, language: Language, json: bool) -> (String, ExitCode) {
        let mut out = Vec::new();
        let form = Form { language, json, html: None, bundle: &Bundle::embedded() };
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
        let page = html::file("<b>", Ok(&report), Language::French, 0, &Bundle::embedded());
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
        for evil in ["<script", "<svg o", "<img", "href=\"javascript", "<b>"] {
            assert!(!page.contains(evil), "{evil}: {page}");
        }
        assert!(page.contains("default-src 'none'"), "{page}");
    }

    #[test]
    fn a_report_has_its_cards_with_and_without_the_widget_s_style() {
        let feed = r#"{"initiatives": [{"id": "a", "name": "Bal", "kind": "gathering"}]}"#;
        let report = Report::new(crate::feeds::read(feed.as_bytes(), &Columns::default()).unwrap(), 0);
        let folder = tempfile::tempdir().unwrap();
        let bundle = Bundle::Directory(folder.path().into());
        let page = || html::file("a", Ok(&report), Language::French, 0, &bundle);
        let without = page();
        std::fs::create_dir_all(folder.path().join("v1/a")).unwrap();
        std::fs::write(folder.path().join("v1/a/pages.0123456789.css"), ".card{gap:7px}").unwrap();
        for (page, is_styled) in [(without, false), (page(), true)] {
            assert!(page.contains("<li class=\"card\""), "{page}");
            assert_eq!(page.contains(".preview{.card{gap:7px}}"), is_styled, "{page}");
            let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
            let hash = BASE64_STANDARD.encode(Sha256::digest(style.unwrap().0));
            assert!(page.contains(&format!("style-src 'sha256-{hash}'")), "{page}");
        }
    }
}

//! `data/queries`: what people type, and what they must find of the demo feed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use alentour_model::query::Now;
use alentour_model::{Catalog, Cause, Date, DateRange, Hit, Kilometres, Kind, Point, Query};
use alentour_texts::Language;
use serde::Deserialize;

use super::demo;
use crate::words::{forms, lexicon};

/// Cards on the first page, of what is near and of what is everywhere.
const PAGE: usize = 12;

/// What is asked of the words: the share of what must be found that is on the first page.
const SHARE: f64 = 0.95;

/// A query, and what it must find.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    language: String,
    words: String,
    place: Option<String>,
    radius: Option<u32>,
    when: Option<String>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    causes: Vec<String>,
    must: Vec<String>,
    #[serde(default)]
    absurd: Vec<String>,
    #[serde(default)]
    nothing: bool,
    #[serde(rename = "why")]
    _why: String,
}

/// The places of the gazetteer by their names; of namesakes the most populous.
fn point(gazetteer: &str, name: &str) -> Option<Point> {
    let rows = gazetteer.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [_, _, town, latitude, longitude, population, ..] = fields[..] else { return None };
        let point = Point::new(latitude.parse().ok()?, longitude.parse().ok()?)?;
        (town == name).then_some((population.parse::<u32>().ok()?, point))
    });
    rows.max_by_key(|(population, _)| *population).map(|(_, point)| point)
}

impl Case {
    fn query(&self, gazetteer: &str, today: Date) -> Query {
        let near =
            self.place.as_ref().map(|place| point(gazetteer, place).expect("a place of the gazetteer"));
        Query {
            near,
            radius: self.radius.and_then(|radius| Kilometres::new(f64::from(radius))),
            kinds: self.kinds.iter().filter_map(|kind| Kind::parse(kind)).collect(),
            causes: self.causes.iter().filter_map(|cause| Cause::parse(cause)).collect(),
            when: self.when.as_deref().map(|when| match when {
                "week" => DateRange::this_week(today),
                "weekend" => DateRange::this_weekend(today),
                "month" => DateRange::this_month(today),
                _ => panic!("{when} is no range of days"),
            }),
            words: self.words.clone(),
            reach: None,
        }
    }

    /// How many of what must be found are on the first page; and what is wrong.
    fn score(&self, catalog: &Catalog, query: &Query, now: Now) -> (usize, String) {
        let results = catalog.search(query, now);
        let ids = |hits: &[Hit]| -> Vec<String> {
            hits.iter().filter_map(|hit| catalog.get(hit.initiative)).map(|it| it.id.clone()).collect()
        };
        let sections = [ids(&results.nearby), ids(&results.elsewhere)];
        let mut wrong = String::new();
        let is_shown =
            |id: &String| sections.iter().any(|section| section.iter().take(PAGE).any(|it| it == id));
        for missing in self.must.iter().filter(|id| !is_shown(id)) {
            let at = sections.iter().find_map(|section| section.iter().position(|id| id == missing));
            let _ = writeln!(wrong, "  missing {missing} (at {at:?} of {})", results.len());
        }
        for section in &sections {
            let last = section.iter().rposition(|id| self.must.contains(id)).unwrap_or_default();
            for id in section.iter().take(last).filter(|id| self.absurd.contains(id)) {
                let _ = writeln!(wrong, "  absurd {id}");
            }
        }
        if self.nothing && !results.is_empty() {
            let _ = writeln!(wrong, "  absurd {:?}", sections);
        }
        (self.must.iter().filter(|id| is_shown(id)).count(), wrong)
    }
}

#[test]
fn what_people_type_finds_what_they_mean_on_the_first_page_and_nothing_absurd_before_it() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    let read = |file: &str| fs::read_to_string(data.join(file)).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&read("queries/queries.json")).unwrap();
    let gazetteer = read("gazetteer/fr.tsv");
    let feed = alentour_formats::read(demo::feed(demo::today()).as_bytes()).unwrap().feed;
    let forms = forms::forms(&feed.initiatives, Language::French);
    let catalog = Catalog::new(feed.initiatives);
    let in_language = |language| catalog.clone().knowing(Arc::new(lexicon(language, &forms)));
    let now = jiff::Timestamp::now();
    let days = now.to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date();
    let today = Date::new(days.year().into(), days.month() as u32, days.day() as u32).unwrap();
    let now = Now { instant: now.as_second(), today };

    let (mut found, mut all, mut absurd, mut said) = (0, 0, 0, String::new());
    for case in &cases {
        let language = Language::parse(&case.language).unwrap();
        let query = case.query(&gazetteer, today);
        let (hits, wrong) = case.score(&in_language(language), &query, now);
        found += hits;
        all += case.must.len();
        absurd += usize::from(wrong.contains("absurd"));
        if !wrong.is_empty() {
            let place = case.place.as_deref().unwrap_or_default();
            let _ = writeln!(said, "{:?} {place} {:?}\n{wrong}", case.words, case.radius);
        }
    }
    let share = found as f64 / all as f64;
    println!(
        "{said}{} queries: {found} of {all} found on the first page ({:.1} %), {absurd} absurd",
        cases.len(),
        share * 100.0
    );
    assert!(share >= SHARE && absurd == 0, "{said}");
}

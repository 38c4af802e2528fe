//! Real feeds, where somebody has them: they are other people's, and not part of the repository. docs/feed.md says which, and how
//! these tests are run.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::path::{Path, PathBuf};

use alentour_formats::{ReadError, names, read};

/// The folder of samples, which whoever asks for these tests has to name.
fn samples() -> PathBuf {
    let folder = PathBuf::from(std::env::var_os("ALENTOUR_SAMPLES").unwrap_or_default());
    assert!(
        folder.is_absolute() && folder.is_dir(),
        "ALENTOUR_SAMPLES=DIR names the folder of samples with its full path, and not {folder:?}"
    );
    folder
}

fn sample(file: &str) -> Vec<u8> {
    let path = samples().join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// File, format, items, and how many of them are kept.
const SAMPLES: &[(&str, &str, usize, usize)] = &[
    ("api-engagement/v0-missions.json", "api-engagement", 3, 3),
    ("api-engagement/v0-mission-search-response.json", "api-engagement", 3, 3),
    ("api-engagement/correct-feed.xml", "api-engagement", 1, 1),
    ("gogocarto/elements.json", "gogocarto", 12, 12),
    ("gogocarto/elements-geojson.json", "gogocarto", 3, 3),
    ("transiscope/transiscope-niort.json", "transiscope", 100, 100),
];

#[test]
#[ignore = "skipped: needs other people's feeds (ALENTOUR_SAMPLES=DIR)"]
fn real_feeds_are_read_without_losing_an_item() {
    for (file, format, items, kept) in SAMPLES {
        let reading = read(&sample(file)).unwrap();
        println!(
            "{file}: {} of {} kept, {:?}",
            reading.feed.initiatives.len(),
            reading.items,
            reading.findings
        );
        assert_eq!(
            (reading.format, reading.items, reading.feed.initiatives.len()),
            (*format, *items, *kept),
            "{file}"
        );
        for initiative in &reading.feed.initiatives {
            assert!(
                !initiative.places.is_empty() && initiative.places[0].point.is_some(),
                "{file} {}",
                initiative.id
            );
            let texts = format!("{}{}{}", initiative.name, initiative.summary, initiative.description);
            assert!(!texts.contains("</") && !texts.contains("&amp;"), "{file} {}: {texts}", initiative.id);
        }
    }
}

/// The same of other systems' interfaces, whose items need not have a point.
const INTERFACES: &[(&str, &str, usize, usize)] = &[
    ("mobilize/events-response.json", "mobilize", 1, 1),
    ("osdi/events-example-0.json", "osdi", 1, 1),
    ("osdi/events-example-1.json", "osdi", 1, 1),
    ("osdi/events-example-2.json", "osdi", 1, 1),
    ("openagenda/records.json", "openagenda-opendatasoft", 2, 2),
    ("mobilizon/mobilizon-post-activity.json", "activitypub", 1, 1),
    ("mobilizon/mobilizon-post-activity-media.json", "activitypub", 1, 1),
    ("easy-events/events.json", "list", 5, 5),
    ("openactive/ondemandevent_example_1.json", "openactive", 1, 1),
    ("openactive/scheduledsession_example_1.json", "openactive", 1, 1),
    ("openactive/sessionseries_example_1.json", "openactive", 1, 1),
];

#[test]
#[ignore = "skipped: needs other people's feeds (ALENTOUR_SAMPLES=DIR)"]
fn real_feeds_of_interfaces_are_read_without_a_finding() {
    for (file, format, items, kept) in INTERFACES {
        let reading = read(&sample(file)).unwrap();
        assert_eq!(
            (reading.format, reading.items, reading.feed.initiatives.len()),
            (*format, *items, *kept),
            "{file}"
        );
        assert_eq!(reading.findings, [], "{file}");
        for initiative in &reading.feed.initiatives {
            let texts = format!("{}{}{}", initiative.name, initiative.summary, initiative.description);
            assert!(!texts.contains("</") && !texts.contains("&amp;"), "{file} {}: {texts}", initiative.id);
        }
    }
}

#[test]
#[ignore = "skipped: needs other people's feeds (ALENTOUR_SAMPLES=DIR)"]
fn places_of_real_events_are_read_in_every_shape() {
    for (file, online, name, country) in [
        ("physical-location-with-postal-address.json", false, "Location with a postal address", "AT"),
        (
            "physical-location-with-simple-string-address.json",
            false,
            "Location with a simple string address",
            "",
        ),
        ("virtual-location.json", true, "", ""),
    ] {
        let place = String::from_utf8(sample(&format!("gancio/{file}"))).unwrap();
        let event = format!(
            r#"{{"@context": "https://www.w3.org/ns/activitystreams", "type": "Event", "id": "https://example.org/1",
                "name": "Bal", "startTime": "2026-11-28T20:00:00Z", "location": {place}}}"#
        );
        let reading = read(event.as_bytes()).unwrap();
        assert_eq!((reading.format, reading.findings), ("activitypub", vec![]), "{file}");
        let event = &reading.feed.initiatives[0];
        assert_eq!(event.reach == alentour_model::Reach::Online, online, "{file}");
        let place = event.places.first().cloned().unwrap_or_default();
        assert_eq!((place.name.as_str(), place.address_country.as_str()), (name, country), "{file}");
    }
}

#[test]
#[ignore = "skipped: needs other people's feeds (ALENTOUR_SAMPLES=DIR)"]
fn feeds_of_unknown_formats_are_refused_with_the_shapes_that_are_known() {
    let error = read(&sample("openactive/example_list.json")).map(|reading| reading.format).unwrap_err();
    assert!(matches!(error, ReadError::UnknownShape { .. }), "{error}");
    assert!(names().all(|name| error.to_string().contains(name)), "{error}");
}

/// Where the table of samples is in the docs.
const BEGIN: &str = "<!-- samples: made by `ALENTOUR_WRITE=1 ALENTOUR_SAMPLES=DIR cargo test --workspace --test samples -- --ignored` -->\n";
const END: &str = "<!-- /samples -->\n";

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending != "md") {
            found.push(path);
        }
    }
}

/// `3 repaired, 1 noName`, in the order of their names.
fn counted(findings: &[alentour_model::Finding], costly: bool) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.problem.costs_the_item() == costly) {
        let name = serde_json::to_value(finding.problem).unwrap();
        *counts.entry(name.as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{count} `{name}`")).collect();
    if counts.is_empty() { "none".into() } else { counts.join(", ") }
}

fn row(name: &str, bytes: &[u8]) -> String {
    // The first day of a calendar year, so that the table is the same tomorrow.
    let options = alentour_formats::Options::at(1_767_225_600);
    match alentour_formats::read_with(bytes, &options) {
        Ok(reading) => {
            let kept = reading.feed.initiatives.len();
            let lost = counted(&reading.findings, true);
            let lost =
                if reading.left_out() == 0 { "0".into() } else { format!("{}: {lost}", reading.left_out()) };
            let (items, format) = (reading.items, reading.format);
            format!(
                "| {name} | {format} | {items} | {kept} | {lost} | {} |\n",
                counted(&reading.findings, false)
            )
        }
        Err(error) => {
            let why = error.to_string().replace('|', "/");
            let why = why.split(['\n']).next().unwrap_or_default().trim_end_matches(" These are known:");
            format!("| {name} | no feed | – | – | {why} | – |\n")
        }
    }
}

#[test]
#[ignore = "skipped: needs other people's feeds (ALENTOUR_SAMPLES=DIR)"]
fn the_table_of_samples_in_the_docs_is_what_is_read() {
    let folder = samples();
    let mut found = Vec::new();
    files(&folder, &mut found);
    found.sort();
    let mut table = String::from(
        "| sample | format | items | kept | left out | other findings |\n|---|---|---|---|---|---|\n",
    );
    for path in &found {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy();
        table += &row(&name, &std::fs::read(path).unwrap());
    }
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/feed.md");
    let text = std::fs::read_to_string(&docs).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the table's beginning");
    let (is, after) = rest.split_once(END).expect("the table's end");
    if std::env::var_os("ALENTOUR_WRITE").is_some() {
        std::fs::write(&docs, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
    } else {
        assert_eq!(is, table, "run it again with ALENTOUR_WRITE=1");
    }
}

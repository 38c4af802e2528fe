//! Real feeds, where a folder of samples lies beside the repository: they are other people's, and not part of it.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::path::Path;

use alentour_formats::read;

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
fn real_feeds_are_read_without_losing_an_item() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/feeds");
    for (file, format, items, kept) in SAMPLES {
        let Ok(bytes) = std::fs::read(folder.join(file)) else {
            println!("skipped: no sample {file} beside the repository");
            continue;
        };
        let reading = read(&bytes).unwrap();
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
fn real_feeds_of_interfaces_are_read_without_a_finding() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/feeds");
    for (file, format, items, kept) in INTERFACES {
        let Ok(bytes) = std::fs::read(folder.join(file)) else {
            println!("skipped: no sample {file} beside the repository");
            continue;
        };
        let reading = read(&bytes).unwrap();
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
fn places_of_real_events_are_read_in_every_shape() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/feeds/gancio");
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
        let Ok(place) = std::fs::read_to_string(folder.join(file)) else {
            println!("skipped: no sample {file} beside the repository");
            continue;
        };
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
fn feeds_of_unknown_formats_are_refused_with_the_shapes_that_are_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/feeds");
    for file in ["openactive/example_list.json"] {
        let Ok(bytes) = std::fs::read(folder.join(file)) else {
            println!("skipped: no sample {file} beside the repository");
            continue;
        };
        let error = read(&bytes).map(|reading| reading.format).unwrap_err().to_string();
        println!("{file}: {error}");
        assert!(error.contains("known") || error.contains("XML"), "{file}: {error}");
    }
}

/// Where the table of samples is in the docs.
const BEGIN: &str =
    "<!-- samples: made by `ALENTOUR_WRITE=1 cargo test -p alentour-formats --test samples` -->\n";
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
fn the_table_of_samples_in_the_docs_is_what_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/feeds");
    if !folder.is_dir() {
        println!("skipped: there are no samples beside the repository");
        return;
    }
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

//! The order of a feed's items does not matter: shuffled, the same initiatives are read, and the same is said of them.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::{Options, Reading, read_with};
use alentour_model::Problem;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Fixtures in JSON, and where their items are. ActivityPub and OpenActive are not among them: theirs are news of items, of
/// which a later one replaces an earlier one.
const LISTS: &[(&str, &str)] = &[
    (include_str!("../fuzz/seeds/alentour/feed.json"), "/initiatives"),
    (include_str!("api_engagement/answer.json"), "/data"),
    (include_str!("gancio/events.json"), ""),
    (include_str!("geojson/map.json"), "/features"),
    (include_str!("gogocarto/elements.json"), "/data"),
    (include_str!("json_feed/feed.json"), "/items"),
    (include_str!("list/shifts.json"), "/opportunities"),
    (include_str!("mobilize/events.json"), "/data"),
    (include_str!("openagenda/events.json"), "/events"),
    (include_str!("openagenda/records.json"), "/results"),
    (include_str!("osdi/collection.json"), "/_embedded/osdi:events"),
    (include_str!("the_events_calendar/events.json"), "/events"),
    (include_str!("transiscope/entries.json"), ""),
];

const TABLE: &str = "Titre;Date;Horaires;Lieu;CP;Ville;Lien\nRepas;05/12/2026;12h-14h;Gymnase;69007;Lyon;example.org/repas\n\
                     Collecte;06/12/2026;;;1000;Bourg-en-Bresse;javascript:x\n;07/12/2026;;;;;\nRepas;bientôt;;;;;\nAtelier;;;;;;\n";

/// Fixtures in text: what stands before an item, and behind it.
const TEXTS: &[(&str, &str, &str)] = &[
    (include_str!("api_engagement/partner.xml"), "<mission>", "</mission>"),
    (include_str!("rss/agenda.rss"), "<item>", "</item>"),
    (include_str!("rss/blog.atom"), "<entry>", "</entry>"),
    (include_str!("icalendar/association.ics"), "BEGIN:VEVENT\n", "END:VEVENT\n"),
    (TABLE, "Repas", ""),
];

/// What was read and said, in an order that is not the feed's. Of two items with one identifier the first counts, which
/// is said: what it says is left aside. So is what is wrong with the feed itself, of which the first is shown.
fn read(feed: &str) -> (&'static str, usize, Vec<String>, Vec<String>) {
    let Reading { format, feed, findings, items, .. } =
        read_with(feed.as_bytes(), &Options::at(1_795_420_800)).unwrap();
    let is_twice = |id: &str| findings.iter().any(|f| f.id == id && f.problem == Problem::SameId);
    let mut initiatives: Vec<_> = feed
        .initiatives
        .iter()
        .map(|read| if is_twice(&read.id) { read.id.clone() } else { json!(read).to_string() })
        .collect();
    let said = findings.iter().filter(|f| f.item.is_some() && !is_twice(&f.id));
    let mut said: Vec<_> =
        said.map(|f| format!("{} {} {:?} {}", f.id, f.field, f.problem, f.value)).collect();
    initiatives.sort();
    said.sort();
    (format, items, initiatives, said)
}

/// The items of a text, with what is before the first and behind the last.
fn split<'a>((text, open, close): (&'a str, &str, &str)) -> (&'a str, Vec<&'a str>, &'a str) {
    let (head, rest) = text.split_at(text.find(open).unwrap());
    if close.is_empty() {
        return (head, rest.split_inclusive('\n').collect(), "");
    }
    let (body, tail) = rest.split_at(rest.rfind(close).unwrap() + close.len());
    (head, body.split_inclusive(close).collect(), tail)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn shuffled_items_of_json_are_read_alike(order in Just((0..16).collect::<Vec<usize>>()).prop_shuffle()) {
        for (text, path) in LISTS {
            let mut document: Value = serde_json::from_str(text).unwrap();
            let before = read(text);
            let items = document.pointer_mut(path).and_then(Value::as_array_mut).unwrap();
            prop_assert!(items.len() > 1, "{}", before.0);
            let mut shuffled: Vec<_> = items.drain(..).zip(order.iter().cycle()).collect();
            shuffled.sort_by_key(|(_, at)| **at);
            items.extend(shuffled.into_iter().map(|(item, _)| item));
            prop_assert_eq!(read(&document.to_string()), before);
        }
    }

    #[test]
    fn shuffled_items_of_text_are_read_alike(order in Just((0..16).collect::<Vec<usize>>()).prop_shuffle()) {
        for fixture in TEXTS {
            let (head, items, tail) = split(*fixture);
            prop_assert!(items.len() > 1, "{}", fixture.1);
            let mut shuffled: Vec<_> = items.into_iter().zip(order.iter().cycle()).collect();
            shuffled.sort_by_key(|(_, at)| **at);
            let body: String = shuffled.into_iter().map(|(item, _)| item).collect();
            prop_assert_eq!(read(&format!("{head}{body}{tail}")), read(fixture.0));
        }
    }
}

//! Several feeds as one.

use std::collections::{HashMap, HashSet};

use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Feed, Initiative, Link};
use serde::Serialize;

use super::deduplication::{Index, Links};
use super::sensitive;

/// Several feeds as one.
#[derive(Debug, Default)]
pub struct Merged {
    /// What is shown.
    pub feed: Feed,
    /// Identifiers that a later feed used again; its initiatives are left out.
    pub clashes: Vec<String>,
    /// Initiatives that an earlier feed has, too, and shows; each with the identifier that it has there.
    pub duplicates: Vec<(String, Initiative)>,
}

/// Puts the feeds' initiatives one after the other. Where two feeds use one identifier the first keeps it, and the
/// identifier comes back: links and sign-ups name initiatives by it. What two feeds announce is shown once, as the first
/// one says it.
///
/// Those that may reveal opinions ask for a consent of their own from here on.
///
/// The merged feed's time zone is the first one's; initiatives of a feed in another zone say so themselves, because a
/// whole day is written without its offset.
pub fn merge<'a>(feeds: impl Iterator<Item = &'a Feed>) -> Merged {
    let mut merged = Feed { version: Feed::VERSION.into(), ..Feed::default() };
    let mut seen = HashSet::new();
    let mut index = Index::default();
    let (mut clashes, mut duplicates) = (Vec::new(), Vec::new());
    for (position, feed) in feeds.enumerate() {
        if position == 0 {
            merged.name.clone_from(&feed.name);
            merged.language.clone_from(&feed.language);
            merged.time_zone.clone_from(&feed.time_zone);
        } else if merged.language != feed.language {
            // Said of all texts, so it must be true of all.
            merged.language.clear();
        }
        let is_elsewhere = zone(feed) != zone(&merged);
        let links = Links::of(&feed.initiatives);
        let start = merged.initiatives.len();
        for initiative in &feed.initiatives {
            if !seen.insert(initiative.id.as_str()) {
                clashes.push(initiative.id.clone());
                continue;
            }
            let mut initiative = initiative.clone();
            if is_elsewhere && initiative.time_zone.is_empty() {
                zone(feed).clone_into(&mut initiative.time_zone);
            }
            sensitive::ask(&mut initiative, &feed.language);
            let first = index.duplicate_of(&initiative, &links, &merged.initiatives);
            match first.and_then(|at| merged.initiatives.get(at)) {
                Some(first) => duplicates.push((first.id.clone(), initiative)),
                None => merged.initiatives.push(initiative),
            }
        }
        index.add(&merged.initiatives, start);
    }
    Merged { feed: merged, clashes, duplicates }
}

impl Merged {
    /// The feed as it is served: what two feeds announce has the other's page as `sameAs`.
    ///
    /// # Errors
    /// JSON's, for what cannot be written.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct One<'a> {
            #[serde(flatten)]
            initiative: &'a Initiative,
            #[serde(rename = "sameAs", skip_serializing_if = "<[_]>::is_empty")]
            same_as: &'a [&'a Link],
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct All<'a> {
            alentour: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            name: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            in_language: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            time_zone: &'a str,
            initiatives: Vec<One<'a>>,
        }
        let mut same_as: HashMap<&str, Vec<&Link>> = HashMap::new();
        for (first, duplicate) in &self.duplicates {
            let links = same_as.entry(first).or_default();
            links.extend(duplicate.url.as_ref().filter(|url| !links.contains(url)));
        }
        let one = |initiative| One {
            initiative,
            same_as: same_as.get(initiative.id.as_str()).map(Vec::as_slice).unwrap_or_default(),
        };
        let Feed { version, name, language, time_zone, initiatives } = &self.feed;
        serde_json::to_vec(&All {
            alentour: version,
            name,
            in_language: language,
            time_zone,
            initiatives: initiatives.iter().map(one).collect(),
        })
    }
}

/// The time zone of a feed's days, as reading it takes it.
fn zone(feed: &Feed) -> &str {
    if feed.time_zone.is_empty() { DEFAULT_ZONE } else { &feed.time_zone }
}

#[cfg(test)]
mod tests {
    use alentour_model::Initiative;

    use super::*;

    fn feed(name: &str, language: &str, ids: &[&str]) -> Feed {
        Feed {
            name: name.into(),
            language: language.into(),
            initiatives: ids.iter().map(|id| Initiative::new(*id, name)).collect(),
            ..Feed::default()
        }
    }

    #[test]
    fn the_first_feed_keeps_an_identifier_that_two_use() {
        let Merged { feed: merged, clashes, .. } =
            merge([feed("one", "fr", &["a", "b"]), feed("two", "fr", &["b", "c"])].iter());
        let found: Vec<_> = merged.initiatives.iter().map(|i| (i.id.as_str(), i.name.as_str())).collect();
        assert_eq!(found, [("a", "one"), ("b", "one"), ("c", "two")]);
        assert_eq!(clashes, ["b"]);
        assert_eq!((merged.name.as_str(), merged.language.as_str()), ("one", "fr"));
    }

    #[test]
    fn feeds_in_two_languages_have_no_common_one() {
        assert_eq!(merge([feed("one", "fr", &[]), feed("two", "es", &[])].iter()).feed.language, "");
    }

    fn read(items: serde_json::Value) -> Feed {
        let json = serde_json::json!({ "inLanguage": "fr", "initiatives": items });
        alentour_formats::read(json.to_string().as_bytes()).unwrap().feed
    }

    #[test]
    fn what_two_feeds_announce_is_shown_once_with_the_page_of_both() {
        let start = "2026-11-28T14:00:00+01:00";
        let lyon = serde_json::json!({ "latitude": 45.75, "longitude": 4.85 });
        let near = serde_json::json!({ "latitude": 45.751, "longitude": 4.851 });
        let far = serde_json::json!({ "latitude": 45.9, "longitude": 4.85 });
        let first = read(serde_json::json!([
            { "id": "a", "name": "Collecte de Noël", "location": lyon, "sessions": [{ "startDate": start }], "url": "https://one.example/a" },
            { "id": "b", "name": "Marche", "url": "https://orga.example/marche" },
            { "id": "c", "name": "Permanence", "url": "https://one.example/" },
            { "id": "d", "name": "Aide aux devoirs", "url": "https://orga.example/benevolat" },
            { "id": "e", "name": "Cuisine", "url": "https://orga.example/benevolat" },
        ]));
        let second = read(serde_json::json!([
            { "id": "1", "name": "COLLECTE de noel !", "location": near, "startDate": "2026-11-28", "url": "https://two.example/1" },
            { "id": "2", "name": "Autre titre", "url": "http://www.orga.example/marche/?utm_source=agenda" },
            // Another day, another place, a home page, and a page of several: other initiatives.
            { "id": "3", "name": "Collecte de Noël", "location": lyon, "startDate": "2026-11-29" },
            { "id": "4", "name": "Collecte de Noël", "location": far, "startDate": "2026-11-28" },
            { "id": "5", "name": "Soupe", "url": "https://one.example/" },
            { "id": "6", "name": "Maraude", "url": "https://orga.example/benevolat" },
        ]));
        let merged = merge([first, second].iter());
        let shown: String = merged.feed.initiatives.iter().map(|i| i.id.as_str()).collect();
        assert_eq!(shown, "abcde3456");
        let json: serde_json::Value = serde_json::from_slice(&merged.to_json().unwrap()).unwrap();
        assert_eq!(json["initiatives"][0]["sameAs"], serde_json::json!(["https://two.example/1"]));
        assert_eq!(json["initiatives"][2].get("sameAs"), None);
        // Nothing else is written otherwise than the feed writes it.
        let again = alentour_formats::read(&merged.to_json().unwrap()).unwrap();
        assert_eq!((again.feed, again.findings), (merged.feed, vec![]));
    }

    #[test]
    fn within_one_feed_nothing_is_taken_for_the_same() {
        let day = serde_json::json!({ "latitude": 45.75, "longitude": 4.85 });
        let feed = read(serde_json::json!([
            { "id": "a", "name": "Atelier", "location": day, "url": "https://one.example/a" },
            { "id": "b", "name": "Atelier", "location": day, "url": "https://one.example/a" },
        ]));
        assert_eq!(merge([feed].iter()).feed.initiatives.len(), 2);
    }

    /// A feed of one initiative that begins on a day.
    fn day(id: &str, zone: &str, own: &str) -> Feed {
        let json = serde_json::json!({ "timeZone": zone, "initiatives": [
            { "id": id, "name": id, "startDate": "2026-11-24", "endDate": "2026-11-30", "timeZone": own },
        ]});
        alentour_formats::read(json.to_string().as_bytes()).unwrap().feed
    }

    #[test]
    fn whole_days_stay_where_they_are_whatever_the_first_feed_s_zone() {
        let zones = ["", "Indian/Reunion", "Europe/Paris", "America/Cayenne"];
        for first in zones {
            let feeds: Vec<_> = [first]
                .iter()
                .chain(&zones)
                .enumerate()
                .map(|(n, zone)| day(&format!("{n}{zone}"), zone, ""))
                .chain([day("own", "Indian/Reunion", "Pacific/Noumea")])
                .collect();
            let merged = merge(feeds.iter()).feed;
            let again = alentour_formats::read(&serde_json::to_vec(&merged).unwrap()).unwrap().feed;
            let days = |feed: &Feed| feed.initiatives.iter().map(|i| (i.start, i.end)).collect::<Vec<_>>();
            assert_eq!(days(&again), feeds.iter().flat_map(days).collect::<Vec<_>>(), "first: {first}");
        }
    }

    #[test]
    fn only_another_zone_than_the_first_feed_s_is_named() {
        let feeds = [day("a", "", ""), day("b", "Europe/Paris", ""), day("c", "Indian/Reunion", "")];
        let merged = merge(feeds.iter()).feed;
        let named: Vec<_> = merged.initiatives.iter().map(|i| i.time_zone.as_str()).collect();
        assert_eq!(named, ["", "", "Indian/Reunion"]);
        // The first feed's zone is said, so the default has to be named where it is meant.
        let feeds = [day("c", "Indian/Reunion", ""), day("a", "", "")];
        let merged = merge(feeds.iter()).feed;
        assert_eq!(merged.time_zone, "Indian/Reunion");
        assert_eq!(merged.initiatives[1].time_zone, "Europe/Paris");
    }
}

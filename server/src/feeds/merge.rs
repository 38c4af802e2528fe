//! Several feeds as one.

use std::collections::HashSet;

use alentour_model::Feed;
use alentour_model::read::DEFAULT_ZONE;

use super::sensitive;

/// Puts the feeds' initiatives one after the other. Where two feeds use one identifier the first keeps it, and the
/// identifier comes back: links and sign-ups name initiatives by it.
///
/// Those that may reveal opinions ask for a consent of their own from here on.
///
/// The merged feed's time zone is the first one's; initiatives of a feed in another zone say so themselves, because a
/// whole day is written without its offset.
pub fn merge<'a>(feeds: impl Iterator<Item = &'a Feed>) -> (Feed, Vec<String>) {
    let mut merged = Feed { version: Feed::VERSION.into(), ..Feed::default() };
    let mut seen = HashSet::new();
    let mut clashes = Vec::new();
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
        for initiative in &feed.initiatives {
            if seen.insert(initiative.id.as_str()) {
                let mut initiative = initiative.clone();
                if is_elsewhere && initiative.time_zone.is_empty() {
                    zone(feed).clone_into(&mut initiative.time_zone);
                }
                sensitive::ask(&mut initiative, &feed.language);
                merged.initiatives.push(initiative);
            } else {
                clashes.push(initiative.id.clone());
            }
        }
    }
    (merged, clashes)
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
        let (merged, clashes) =
            merge([feed("one", "fr", &["a", "b"]), feed("two", "fr", &["b", "c"])].iter());
        let found: Vec<_> = merged.initiatives.iter().map(|i| (i.id.as_str(), i.name.as_str())).collect();
        assert_eq!(found, [("a", "one"), ("b", "one"), ("c", "two")]);
        assert_eq!(clashes, ["b"]);
        assert_eq!((merged.name.as_str(), merged.language.as_str()), ("one", "fr"));
    }

    #[test]
    fn feeds_in_two_languages_have_no_common_one() {
        assert_eq!(merge([feed("one", "fr", &[]), feed("two", "es", &[])].iter()).0.language, "");
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
            let merged = merge(feeds.iter()).0;
            let again = alentour_formats::read(&serde_json::to_vec(&merged).unwrap()).unwrap().feed;
            let days = |feed: &Feed| feed.initiatives.iter().map(|i| (i.start, i.end)).collect::<Vec<_>>();
            assert_eq!(days(&again), feeds.iter().flat_map(days).collect::<Vec<_>>(), "first: {first}");
        }
    }

    #[test]
    fn only_another_zone_than_the_first_feed_s_is_named() {
        let feeds = [day("a", "", ""), day("b", "Europe/Paris", ""), day("c", "Indian/Reunion", "")];
        let merged = merge(feeds.iter()).0;
        let named: Vec<_> = merged.initiatives.iter().map(|i| i.time_zone.as_str()).collect();
        assert_eq!(named, ["", "", "Indian/Reunion"]);
        // The first feed's zone is said, so the default has to be named where it is meant.
        let feeds = [day("c", "Indian/Reunion", ""), day("a", "", "")];
        let merged = merge(feeds.iter()).0;
        assert_eq!(merged.time_zone, "Indian/Reunion");
        assert_eq!(merged.initiatives[1].time_zone, "Europe/Paris");
    }
}

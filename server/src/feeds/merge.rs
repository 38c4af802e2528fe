//! Several feeds as one.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Feed, Initiative};

use super::deduplication::{Entry, Index, Links};
use super::sensitive;

/// Puts the feeds' initiatives one after the other, as they come. Where two feeds use one identifier the first keeps it, and the
/// identifier comes back: links and sign-ups name initiatives by it. What two feeds announce is shown once, as the first
/// one says it.
///
/// Those that may reveal opinions ask for a consent of their own from here on.
///
/// The merged feed's time zone is the first one's; initiatives of a feed in another zone say so themselves, because a
/// whole day is written without its offset.
#[derive(Debug, Default)]
pub struct Merger {
    /// What the merged feed says of itself, and whether that was said before the first feed.
    feed: Feed,
    is_headed: bool,
    feeds: usize,
    /// What the feed that is being merged says of itself, and its links.
    current: (Feed, Links),
    hasher: RandomState,
    /// Hashes of the identifiers, of 64 bits: of a million one is taken for another with a probability of 3 in 100 million.
    seen: HashSet<u64>,
    index: Index,
    /// What the index is to know of the feed that is being merged: within one feed nothing is taken for the same.
    fresh: Vec<(u32, Entry)>,
    /// The same of what is hidden, apart: what is shown repeats nothing that nobody sees.
    hidden: Option<Index>,
    fresh_hidden: Vec<(u32, Entry)>,
    /// Whether no other feed comes after it: then nothing need be known of it.
    is_last: bool,
}

/// What becomes of an initiative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is shown.
    Shown,
    /// It is not: it repeats the one at that position.
    Repeats(u32),
    /// It is shown, though the one at that position is hidden and says the same: its publisher may have put its link or its dates there.
    Like(u32),
    /// It is hidden; the one at that position is shown, and says the same.
    Hidden(Option<u32>),
    /// It is left out: an earlier one has its identifier.
    Clash,
}

impl Merger {
    /// One whose merged feed says that of itself, whatever comes first.
    pub fn headed(head: Feed) -> Self {
        let feed = Feed { version: Feed::VERSION.into(), ..head };
        Self { feed, is_headed: true, ..Self::default() }
    }

    /// Goes on with a feed that says that of itself, and has those links, which are only needed after the first feed. `is_last`: whether
    /// no other one comes after it.
    pub fn begin(&mut self, feed: Feed, links: Links, is_last: bool) {
        self.index.add(self.fresh.drain(..));
        if !self.fresh_hidden.is_empty() {
            let hidden = self.hidden.get_or_insert_with(|| self.index.of_others());
            hidden.add(self.fresh_hidden.drain(..));
        }
        self.is_last = is_last;
        if self.feeds == 0 && !self.is_headed {
            self.feed = Feed { version: Feed::VERSION.into(), ..feed.clone() };
        } else if self.feed.language != feed.language {
            // Said of all texts, so it must be true of all.
            self.feed.language.clear();
        }
        self.feeds += 1;
        self.current = (feed, links);
    }

    /// No links yet: to count those of a feed.
    pub fn links(&self) -> Links {
        self.index.links()
    }

    /// What becomes of the next initiative of the feed, which is at that position if it is shown or hidden.
    pub fn place(&mut self, initiative: &mut Initiative, position: u32, is_hidden: bool) -> Place {
        let (feed, links) = &self.current;
        if !self.seen.insert(self.hasher.hash_one(&initiative.id)) {
            return Place::Clash;
        }
        if zone(feed) != zone(&self.feed) && initiative.time_zone.is_empty() {
            zone(feed).clone_into(&mut initiative.time_zone);
        }
        sensitive::ask(initiative, &feed.language);
        if self.feeds == 1 && self.is_last {
            return if is_hidden { Place::Hidden(None) } else { Place::Shown };
        }
        let entry = self.index.entry(initiative);
        let first = self.index.duplicate_of(&entry, links);
        let like = self.hidden.as_ref().and_then(|hidden| hidden.duplicate_of(&entry, links));
        if is_hidden {
            if like.is_none() {
                self.fresh_hidden.push((position, entry));
            }
            return Place::Hidden(first);
        }
        if let Some(first) = first {
            return Place::Repeats(first);
        }
        if !self.is_last {
            self.fresh.push((position, entry));
        }
        like.map_or(Place::Shown, Place::Like)
    }

    /// What the merged feed says of itself; without initiatives.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }
}

/// The time zone of a feed's days, as reading it takes it.
fn zone(feed: &Feed) -> &str {
    if feed.time_zone.is_empty() { DEFAULT_ZONE } else { &feed.time_zone }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;

    use alentour_formats::Reading;
    use alentour_model::Initiative;

    use super::*;
    use crate::feeds::merged::{self, Parts};
    use crate::feeds::snapshot::Snapshot;
    use crate::feeds::wire::{self, Tail};

    /// The merged feed of these, and identifiers that were left out.
    fn merge(feeds: impl IntoIterator<Item = Feed>) -> (Feed, Vec<String>) {
        let feeds: Vec<_> = feeds.into_iter().collect();
        let (mut merger, mut initiatives, mut clashes) = (Merger::default(), Vec::new(), Vec::new());
        let mut rest = feeds.len();
        for mut feed in feeds {
            rest -= 1;
            let own = std::mem::take(&mut feed.initiatives);
            let mut links = merger.links();
            own.iter().for_each(|initiative| links.count(initiative));
            merger.begin(feed, links, rest == 0);
            for mut initiative in own {
                match merger.place(&mut initiative, initiatives.len() as u32, false) {
                    Place::Shown => initiatives.push(initiative),
                    Place::Repeats(_) => {}
                    Place::Clash => clashes.push(initiative.id),
                    Place::Like(_) | Place::Hidden(_) => panic!("nothing is hidden"),
                }
            }
        }
        (Feed { initiatives, ..merger.feed().clone() }, clashes)
    }

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
        let (merged, clashes) = merge([feed("one", "fr", &["a", "b"]), feed("two", "fr", &["b", "c"])]);
        let found: Vec<_> = merged.initiatives.iter().map(|i| (i.id.as_str(), i.name.as_str())).collect();
        assert_eq!(found, [("a", "one"), ("b", "one"), ("c", "two")]);
        assert_eq!(clashes, ["b"]);
        assert_eq!((merged.name.as_str(), merged.language.as_str()), ("one", "fr"));
    }

    #[test]
    fn feeds_in_two_languages_have_no_common_one() {
        assert_eq!(merge([feed("one", "fr", &[]), feed("two", "es", &[])]).0.language, "");
    }

    fn read(items: serde_json::Value) -> Feed {
        let json = serde_json::json!({ "inLanguage": "fr", "initiatives": items });
        alentour_formats::read(json.to_string().as_bytes()).unwrap().feed
    }

    /// A feed in a file of that name.
    fn kept(folder: &Path, name: &str, feed: Feed) -> Snapshot {
        let reading = Reading { feed, ..alentour_formats::read(br#"{"initiatives": []}"#).unwrap() };
        let path = folder.join(name);
        wire::write(&reading, Tail::default(), &mut File::create(&path).unwrap()).unwrap();
        Snapshot::open(name.to_owned(), path).unwrap()
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
        let (merged, _) = merge([first.clone(), second.clone()]);
        let shown: String = merged.initiatives.iter().map(|i| i.id.as_str()).collect();
        assert_eq!(shown, "abcde3456");
        let folder = tempfile::tempdir().unwrap();
        let snapshots =
            [("first", first), ("second", second)].map(|(name, feed)| kept(folder.path(), name, feed));
        let good: Vec<_> = snapshots.iter().map(Some).collect();
        let catalogue = merged::write(Parts::of_feeds(&good), folder.path().join("one"), |_| ()).unwrap();
        let json = std::fs::read(catalogue.feed_path()).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(value["initiatives"][0]["sameAs"], serde_json::json!(["https://two.example/1"]));
        assert_eq!(value["initiatives"][2].get("sameAs"), None);
        // Nothing else is written otherwise than the feed writes it.
        let again = alentour_formats::read(&json).unwrap();
        assert_eq!((again.feed, again.findings), (merged, vec![]));
    }

    #[test]
    fn what_is_hidden_takes_nothing_along_and_it_is_known_what_says_the_same() {
        let page =
            |id: &str| serde_json::json!({ "id": id, "name": id, "url": "https://orga.example/marche" });
        let first = read(serde_json::json!([page("a"), { "id": "b", "name": "b" }]));
        let second = read(serde_json::json!([page("1"), { "id": "2", "name": "c" }]));
        let third = read(serde_json::json!([page("z")]));
        let folder = tempfile::tempdir().unwrap();
        let snapshots = [("first", first), ("second", second), ("third", third)]
            .map(|(name, feed)| kept(folder.path(), name, feed));
        let good: Vec<_> = snapshots.iter().map(Some).collect();
        // Who is hidden, who is in the feed that everybody reads, and what says the same as the first that is hidden.
        for (nth, (hidden, shown, alike)) in [
            (vec!["a"], vec!["b", "1", "2"], vec!["1"]),
            (vec!["1"], vec!["a", "b", "2"], vec!["a"]),
            (vec!["a", "1"], vec!["b", "2", "z"], vec!["z"]),
            (vec!["a", "1", "z"], vec!["b", "2"], vec![]),
        ]
        .into_iter()
        .enumerate()
        {
            let names = hidden.iter().map(|id| (*id).to_owned()).collect();
            let parts = Parts { hidden: &names, ..Parts::of_feeds(&good) };
            let catalogue = merged::write(parts, folder.path().join(nth.to_string()), |_| ()).unwrap();
            let json = std::fs::read(catalogue.feed_path()).unwrap();
            let listed = alentour_formats::read(&json).unwrap().feed.initiatives;
            assert_eq!(listed.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), shown, "{hidden:?}");
            for id in ["a", "b", "1", "2", "z"] {
                let is_hidden = hidden.contains(&id);
                assert_eq!(catalogue.initiative(id).unwrap().is_none(), is_hidden, "{id}");
                assert_eq!(catalogue.hidden(id).unwrap().is_some(), is_hidden, "{id}");
                let key = hex::encode(crate::http::representation::key(id.as_bytes()));
                assert_eq!(catalogue.detail(&key).unwrap().is_none(), is_hidden, "{id}");
                assert_eq!(!catalogue.keys().unwrap().contains(&key), is_hidden, "{id}");
            }
            assert_eq!(catalogue.alike(hidden[0]).unwrap(), alike, "{hidden:?}");
        }
    }

    #[test]
    fn within_one_feed_nothing_is_taken_for_the_same() {
        let day = serde_json::json!({ "latitude": 45.75, "longitude": 4.85 });
        let feed = read(serde_json::json!([
            { "id": "a", "name": "Atelier", "location": day, "url": "https://one.example/a" },
            { "id": "b", "name": "Atelier", "location": day, "url": "https://one.example/a" },
        ]));
        assert_eq!(merge([feed]).0.initiatives.len(), 2);
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
            let (merged, _) = merge(feeds.clone());
            let again = alentour_formats::read(&serde_json::to_vec(&merged).unwrap()).unwrap().feed;
            let days = |feed: &Feed| feed.initiatives.iter().map(|i| (i.start, i.end)).collect::<Vec<_>>();
            assert_eq!(days(&again), feeds.iter().flat_map(days).collect::<Vec<_>>(), "first: {first}");
        }
    }

    #[test]
    fn only_another_zone_than_the_first_feed_s_is_named() {
        let feeds = [day("a", "", ""), day("b", "Europe/Paris", ""), day("c", "Indian/Reunion", "")];
        let (merged, _) = merge(feeds.clone());
        let named: Vec<_> = merged.initiatives.iter().map(|i| i.time_zone.as_str()).collect();
        assert_eq!(named, ["", "", "Indian/Reunion"]);
        // The first feed's zone is said, so the default has to be named where it is meant.
        let feeds = [day("c", "Indian/Reunion", ""), day("a", "", "")];
        let (merged, _) = merge(feeds.clone());
        assert_eq!(merged.time_zone, "Indian/Reunion");
        assert_eq!(merged.initiatives[1].time_zone, "Europe/Paris");
    }
}

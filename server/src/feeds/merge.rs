//! Several feeds as one.

use std::collections::HashSet;

use alentour_model::Feed;

/// Puts the feeds' initiatives one after the other. Where two feeds use one identifier the first keeps it, and the
/// identifier comes back: links and sign-ups name initiatives by it.
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
        for initiative in &feed.initiatives {
            if seen.insert(initiative.id.as_str()) {
                merged.initiatives.push(initiative.clone());
            } else {
                clashes.push(initiative.id.clone());
            }
        }
    }
    (merged, clashes)
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
}

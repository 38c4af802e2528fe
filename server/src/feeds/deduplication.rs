//! Deduplication: recognises the same initiative in two feeds, by its link, or by its title, time and place.
//!
//! What is known of an initiative for that is little, and is kept in memory; the initiative itself is on disk.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use alentour_model::text::fold;
use alentour_model::{Initiative, Kilometres, Link, Place, Point, Reach, When};
use url::Url;

/// Places that are nearer to each other than this, in kilometres, are one.
const NEAR: f64 = 1.0;

/// An index of the merged initiatives, by what another feed would say of the same ones, too. Links and titles are told by a hash of 64
/// bits: of a million one is taken for another with a probability of 3 in 100 million.
#[derive(Debug, Default)]
pub struct Index {
    hasher: RandomState,
    /// Positions among the merged initiatives, `None` where one feed has several with this link: it is that of a list.
    links: HashMap<u64, Option<u32>>,
    titles: HashMap<u64, Vec<(u32, Likeness)>>,
}

/// What tells an initiative of some title from others of that title.
#[derive(Clone, Debug, PartialEq)]
struct Likeness {
    start: Option<When>,
    reach: Reach,
    places: Vec<Spot>,
}

#[derive(Clone, Debug, PartialEq)]
struct Spot {
    point: Option<Point>,
    /// Folded.
    town: Box<str>,
}

/// How many initiatives of a feed have each link, by the index's hashes.
#[derive(Clone, Debug, Default)]
pub struct Links {
    hasher: RandomState,
    counts: HashMap<u64, u32>,
}

impl Links {
    /// Counts an initiative's.
    pub fn count(&mut self, initiative: &Initiative) {
        if let Some(link) = link(&self.hasher, initiative) {
            *self.counts.entry(link).or_default() += 1;
        }
    }
}

/// What the index is to know of an initiative.
#[derive(Debug)]
pub struct Entry {
    link: Option<u64>,
    title: u64,
    likeness: Likeness,
}

impl Index {
    /// Another one, of nothing yet, that tells links and titles by the same hashes.
    pub fn of_others(&self) -> Self {
        Self { hasher: self.hasher.clone(), ..Self::default() }
    }

    /// What is to be known of an initiative.
    pub fn entry(&self, initiative: &Initiative) -> Entry {
        let title = self.hasher.hash_one(fold(&initiative.name));
        Entry { link: link(&self.hasher, initiative), title, likeness: Likeness::of(initiative) }
    }

    /// Adds the initiatives of a feed, each with its position.
    pub fn add(&mut self, feed: impl IntoIterator<Item = (u32, Entry)>) {
        for (position, Entry { link, title, likeness }) in feed {
            if let Some(link) = link {
                // Of an earlier feed's one with the link there is nothing to say: a duplicate was not merged.
                self.links.entry(link).and_modify(|known| *known = None).or_insert(Some(position));
            }
            self.titles.entry(title).or_default().push((position, likeness));
        }
    }

    /// The position of the initiative that this one repeats, in a feed with those links.
    pub fn duplicate_of(&self, entry: &Entry, links: &Links) -> Option<u32> {
        let link = entry.link.filter(|link| links.counts.get(link) == Some(&1));
        if let Some(Some(position)) = link.and_then(|link| self.links.get(&link)) {
            return Some(*position);
        }
        let named = self.titles.get(&entry.title)?;
        named.iter().find(|(_, other)| entry.likeness.is_same(other)).map(|(position, _)| *position)
    }

    /// No links yet.
    pub fn links(&self) -> Links {
        Links { hasher: self.hasher.clone(), counts: HashMap::new() }
    }
}

fn link(hasher: &RandomState, initiative: &Initiative) -> Option<u64> {
    Some(hasher.hash_one(normal(initiative.url.as_ref()?)?))
}

/// A link without what does not tell pages apart: `http` or `https`, `www.`, a slash at the end, the fragment, and what
/// campaigns add. `None` for a home page, which says nothing about one initiative, and for what is no page.
fn normal(link: &Link) -> Option<String> {
    let mut url = Url::parse(link.as_str()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let is_kept =
        |name: &str| !name.starts_with("utm_") && !["fbclid", "gclid", "mc_cid", "mc_eid"].contains(&name);
    let mut query: Vec<_> = url.query_pairs().into_owned().filter(|(name, _)| is_kept(name)).collect();
    query.sort();
    url.query_pairs_mut().clear().extend_pairs(&query);
    let path = url.path().trim_end_matches('/');
    if path.is_empty() && query.is_empty() {
        return None;
    }
    let host = url.host_str()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}{port}{path}?{}", host.trim_start_matches("www."), url.query().unwrap_or_default()))
}

impl Likeness {
    fn of(initiative: &Initiative) -> Self {
        let starts = initiative.sessions.iter().map(|session| session.start);
        let start = starts.min_by_key(|start| start.moment.instant).or(initiative.start);
        let spot = |place: &Place| Spot { point: place.point, town: fold(&place.address_locality).into() };
        Self { start, reach: initiative.reach, places: initiative.places.iter().map(spot).collect() }
    }

    /// Whether two of one title begin at the same time at the same place.
    fn is_same(&self, other: &Self) -> bool {
        let at_one_time = match (self.start, other.start) {
            (Some(one), Some(other)) => is_simultaneous(one, other),
            (None, None) => true,
            _ => false,
        };
        let at_one_place = if self.places.is_empty() && other.places.is_empty() {
            // On the network the time tells; a title alone does not.
            self.start.is_some() && self.reach == other.reach && self.reach != Reach::Local
        } else {
            self.places.iter().any(|place| other.places.iter().any(|other| place.is_one(other)))
        };
        at_one_time && at_one_place
    }
}

fn is_simultaneous(one: When, other: When) -> bool {
    // One feed may say the hour, and the other the day.
    if one.all_day || other.all_day {
        one.date() == other.date()
    } else {
        one.moment.instant == other.moment.instant
    }
}

impl Spot {
    fn is_one(&self, other: &Self) -> bool {
        let near = match (self.point, other.point) {
            (Some(one), Some(other)) => Kilometres::new(NEAR).is_some_and(|near| one.distance(other) <= near),
            _ => false,
        };
        near || (!self.town.is_empty() && self.town == other.town)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(link: &str) -> Option<String> {
        normal(&Link::parse(link).unwrap())
    }

    #[test]
    fn links_to_one_page_are_one_however_they_are_written() {
        let page = normalised("https://example.org/agir/marche?id=3").unwrap();
        for same in [
            "http://www.example.org/agir/marche/?id=3#inscription",
            "https://EXAMPLE.org:443/agir/marche?utm_source=x&id=3&fbclid=1",
        ] {
            assert_eq!(normalised(same).as_ref(), Some(&page), "{same}");
        }
        for other in [
            "https://example.org/agir/marche?id=4",
            "https://example.org/agir",
            "https://sub.example.org/agir/marche?id=3",
        ] {
            assert_ne!(normalised(other).as_ref(), Some(&page), "{other}");
        }
        for none in ["https://example.org/", "https://www.example.org?utm_source=x", "mailto:a@example.org"] {
            assert_eq!(normalised(none), None, "{none}");
        }
    }
}

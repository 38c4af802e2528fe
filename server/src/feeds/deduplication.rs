//! Deduplication: recognises the same initiative in two feeds, by its link, or by its title, time and place.

use std::collections::HashMap;

use alentour_model::text::fold;
use alentour_model::{Initiative, Kilometres, Link, Place, Reach, When};
use url::Url;

/// Places that are nearer to each other than this, in kilometres, are one.
const NEAR: f64 = 1.0;

/// An index of the merged initiatives, by what another feed would say of the same ones, too.
#[derive(Debug, Default)]
pub struct Index {
    /// Positions among the merged initiatives, `None` where one feed has several with this link: it is that of a list.
    links: HashMap<String, Option<usize>>,
    titles: HashMap<String, Vec<usize>>,
}

impl Index {
    /// Adds the initiatives of a feed, which are in `merged` from `start` on.
    pub fn add(&mut self, merged: &[Initiative], start: usize) {
        for (position, initiative) in merged.iter().enumerate().skip(start) {
            if let Some(link) = initiative.url.as_ref().and_then(normal) {
                // Of an earlier feed's one with the link there is nothing to say: a duplicate was not merged.
                self.links.entry(link).and_modify(|known| *known = None).or_insert(Some(position));
            }
            self.titles.entry(fold(&initiative.name)).or_default().push(position);
        }
    }

    /// The position, among the merged initiatives, of the one that this one repeats.
    pub fn duplicate_of(
        &self,
        initiative: &Initiative,
        links: &Links,
        merged: &[Initiative],
    ) -> Option<usize> {
        let link = initiative.url.as_ref().and_then(normal).filter(|link| links.is_of_one(link));
        if let Some(Some(position)) = link.and_then(|link| self.links.get(&link)) {
            return Some(*position);
        }
        let named = self.titles.get(&fold(&initiative.name))?;
        let is_same_one = |at: &&usize| merged.get(**at).is_some_and(|other| is_same(initiative, other));
        named.iter().find(is_same_one).copied()
    }
}

/// How many initiatives of a feed have each link.
#[derive(Debug, Default)]
pub struct Links(HashMap<String, usize>);

impl Links {
    /// Those of a feed.
    pub fn of(initiatives: &[Initiative]) -> Self {
        let mut links = HashMap::new();
        for link in initiatives.iter().filter_map(|initiative| normal(initiative.url.as_ref()?)) {
            *links.entry(link).or_default() += 1;
        }
        Self(links)
    }

    fn is_of_one(&self, link: &str) -> bool {
        self.0.get(link) == Some(&1)
    }
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

/// Whether two initiatives of one title begin at the same time at the same place.
fn is_same(one: &Initiative, other: &Initiative) -> bool {
    let start = |initiative: &Initiative| {
        let sessions = initiative.sessions.iter().map(|session| session.start);
        sessions.min_by_key(|start| start.moment.instant).or(initiative.start)
    };
    let (start, others) = (start(one), start(other));
    let at_one_time = match (start, others) {
        (Some(one), Some(other)) => is_simultaneous(one, other),
        (None, None) => true,
        _ => false,
    };
    let nowhere = |initiative: &Initiative| initiative.places.is_empty();
    let at_one_place = if nowhere(one) && nowhere(other) {
        // On the network the time tells; a title alone does not.
        start.is_some() && one.reach == other.reach && one.reach != Reach::Local
    } else {
        one.places.iter().any(|place| other.places.iter().any(|other| is_one(place, other)))
    };
    at_one_time && at_one_place
}

fn is_simultaneous(one: When, other: When) -> bool {
    // One feed may say the hour, and the other the day.
    if one.all_day || other.all_day {
        one.date() == other.date()
    } else {
        one.moment.instant == other.moment.instant
    }
}

fn is_one(one: &Place, other: &Place) -> bool {
    let near = match (one.point, other.point) {
        (Some(one), Some(other)) => Kilometres::new(NEAR).is_some_and(|near| one.distance(other) <= near),
        _ => false,
    };
    let town = fold(&one.address_locality);
    near || (!town.is_empty() && town == fold(&other.address_locality))
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

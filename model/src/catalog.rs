//! A feed made ready to be searched, and the search.

use std::collections::HashSet;
use std::sync::Arc;

use crate::entry::{Distances, Entry};
use crate::geo::{Kilometres, Point};
use crate::initiative::{Cause, Initiative, Kind};
use crate::query::{Count, Facets, Hit, Now, Query, RADII, Results};
use crate::text::{fold, has_words};
use crate::time::DateRange;

/// Some initiatives of a feed, made ready to be searched: those of a tile, or all.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Each with its position in the feed.
    entries: Vec<(u32, Entry)>,
}

impl Part {
    /// Makes initiatives ready to be searched, each with its position in the feed.
    pub fn new(initiatives: impl IntoIterator<Item = (u32, Initiative)>) -> Self {
        Self { entries: initiatives.into_iter().map(|(at, it)| (at, Entry::new(it))).collect() }
    }

    /// How many initiatives.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Initiatives made ready to be searched: those of some parts of a feed.
///
/// What happens at several places may be in several parts; it is here once. Which parts came first changes no answer: what ranks
/// the same is in the feed's order.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    parts: Vec<Arc<Part>>,
    /// Where each initiative is: the part, and its position there.
    positions: Vec<(u32, u32)>,
}

impl Catalog {
    /// Makes all initiatives of a feed ready to be searched.
    pub fn new(initiatives: Vec<Initiative>) -> Self {
        Self::of([Arc::new(Part::new((0..).zip(initiatives)))])
    }

    /// Those of some parts of one feed.
    pub fn of(parts: impl IntoIterator<Item = Arc<Part>>) -> Self {
        let parts: Vec<_> = parts.into_iter().collect();
        let mut positions = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        let mut seen = HashSet::new();
        for (at, part) in (0..).zip(&parts) {
            let fresh = (0..).zip(&part.entries).filter(|(_, (ordinal, _))| seen.insert(*ordinal));
            positions.extend(fresh.map(|(position, _)| (at, position)));
        }
        Self { parts, positions }
    }

    /// How many initiatives, over or not.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The initiative at a position, as in [`Hit::initiative`].
    pub fn get(&self, position: usize) -> Option<&Initiative> {
        self.entry(position).map(|(_, entry)| &entry.initiative)
    }

    /// The position of the initiative of that identifier.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.entries().position(|(_, entry)| entry.initiative.id == id)
    }

    fn entry(&self, position: usize) -> Option<&(u32, Entry)> {
        let (part, position) = *self.positions.get(position)?;
        self.parts.get(part as usize)?.entries.get(position as usize)
    }

    fn entries(&self) -> impl Iterator<Item = &(u32, Entry)> {
        (0..self.positions.len()).filter_map(|position| self.entry(position))
    }

    /// One initiative as an answer shows it, whether or not a query finds it.
    pub fn hit(&self, position: usize, near: Option<Point>, now: i64) -> Option<Hit> {
        let (_, entry) = self.entry(position)?;
        let mut distances = Distances::new(near);
        distances.measure(entry);
        Some(entry.hit(position, &distances, f64::INFINITY, now, None))
    }

    /// Answers a query. What is over is not in the answer, nor in its counts.
    pub fn search(&self, query: &Query, now: Now) -> Results {
        let mut distances = Distances::new(query.near);
        let limit = query.radius.map_or(f64::INFINITY, Kilometres::value);
        let words = fold(&query.words);
        let presets = [DateRange::this_week, DateRange::this_weekend, DateRange::this_month];
        let [week, weekend, month] = presets.map(|range| Some(range(now.today)));
        let ranges = [query.when, week, weekend, month];
        let mut facets = Facets {
            kinds: Kind::ALL.iter().map(|kind| Count { value: kind.clone(), count: 0 }).collect(),
            causes: Cause::ALL.iter().map(|cause| Count { value: cause.clone(), count: 0 }).collect(),
            ..Facets::default()
        };
        let (mut nearby, mut elsewhere) = (Vec::new(), Vec::new());

        for (position, (_, entry)) in self.entries().enumerate() {
            let initiative = &entry.initiative;
            if initiative.is_over(now.instant)
                || !has_words(&entry.text, &words)
                || query.reach.is_some_and(|reach| reach != initiative.reach)
            {
                continue;
            }
            distances.measure(entry);
            // What is tied to no place, or does not say where it then is, is in reach of everybody.
            let is_elsewhere = |distance: f64| entry.is_everywhere() || distance.is_infinite();
            let is_within = |distance: f64| is_elsewhere(distance) || distance <= limit;
            let of_kind = query.kinds.is_empty()
                || initiative.kind.as_ref().is_some_and(|kind| query.kinds.contains(kind));
            let of_cause =
                query.causes.is_empty() || initiative.causes.iter().any(|cause| query.causes.contains(cause));
            // On other days it may be at other places.
            let [distance, on_presets @ ..] = entry.nearest(&distances, now.instant, ranges);
            let is_found = distance.is_some_and(is_within);

            // A filter's counts leave that filter itself out.
            if of_cause
                && is_found
                && let Some(kind) = &initiative.kind
            {
                count(&mut facets.kinds, kind);
            }
            if of_kind && is_found {
                for cause in &initiative.causes {
                    count(&mut facets.causes, cause);
                }
            }
            if !(of_kind && of_cause) {
                continue;
            }
            for (total, distance) in facets.dates.iter_mut().zip(on_presets) {
                *total += usize::from(distance.is_some_and(is_within));
            }
            let Some(distance) = distance else { continue };
            let is_elsewhere = is_elsewhere(distance);
            if !is_elsewhere {
                facets.anywhere += 1;
                if query.near.is_some() {
                    for (total, radius) in facets.radii.iter_mut().zip(RADII) {
                        *total += usize::from(distance <= f64::from(radius));
                    }
                }
            }
            if is_found {
                let radius = if is_elsewhere { f64::INFINITY } else { limit };
                let hit = entry.hit(position, &distances, radius, now.instant, query.when);
                if is_elsewhere { elsewhere.push(hit) } else { nearby.push(hit) }
            }
        }

        nearby.sort_by_cached_key(|hit| self.rank(hit));
        elsewhere.sort_by_cached_key(|hit| {
            let (_, soonest, ordinal) = self.rank(hit);
            (soonest, ordinal)
        });
        Results { nearby, elsewhere, facets }
    }

    /// Distance in units of 100 m, then the start of the session, then the position in the feed.
    ///
    /// Neighbours in one building are one distance, and rank by date. Distances are taken as the widget shows them: what is only
    /// known about is "about" whole kilometres, and never less than one. One that has a seat only where there is no point is last.
    fn rank(&self, hit: &Hit) -> (i64, i64, u32) {
        let Some((ordinal, entry)) = self.entry(hit.initiative) else {
            return (i64::MAX, i64::MAX, u32::MAX);
        };
        let place = hit.place.and_then(|place| entry.initiative.places.get(place));
        let distance = hit.distance.map_or(i64::MAX, |distance| match place {
            Some(place) if place.approximate => distance.value().round().max(1.0) as i64 * 10,
            _ => (distance.value() * 10.0).round() as i64,
        });
        (distance, entry.soonest(hit.session), *ordinal)
    }
}

fn count<T: Clone + PartialEq>(counts: &mut Vec<Count<T>>, value: &T) {
    match counts.iter_mut().find(|count| count.value == *value) {
        Some(found) => found.count += 1,
        None => counts.push(Count { value: value.clone(), count: 1 }),
    }
}

//! A feed made ready to be searched, and the search.

use crate::geo::{Direction, Kilometres, Point};
use crate::initiative::{Cause, Initiative, Kind, Reach};
use crate::query::{Count, Facets, Hit, Now, Query, RADII, Results};
use crate::text::{fold, has_words};
use crate::time::{Date, DateRange};

/// Initiatives made ready to be searched.
///
/// A search looks at each of them: at the size of a feed (some thousands) no index is faster than that.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    initiative: Initiative,
    /// Places that have a point: position in the initiative's list, and direction.
    directions: Vec<(usize, Direction)>,
    /// Folded texts, for words.
    text: String,
}

impl Entry {
    fn new(mut initiative: Initiative) -> Self {
        // A cause named twice is one: it is shown once, and counts once.
        for cause in std::mem::take(&mut initiative.causes) {
            if !initiative.causes.contains(&cause) {
                initiative.causes.push(cause);
            }
        }
        let mut text = String::new();
        let mut add = |words: &str| {
            text.push_str(words);
            text.push(' ');
        };
        add(&initiative.name);
        add(&initiative.summary);
        add(&initiative.description);
        initiative.keywords.iter().for_each(|keyword| add(keyword));
        initiative
            .organizer
            .iter()
            .chain(&initiative.partners)
            .for_each(|organisation| add(&organisation.name));
        for place in &initiative.places {
            add(&place.name);
            add(&place.address_locality);
            add(&place.postal_code);
        }
        let directions = initiative
            .places
            .iter()
            .enumerate()
            .filter_map(|(position, place)| Some((position, place.point?.direction())))
            .collect();
        Self { text: fold(&text), directions, initiative }
    }

    /// Whether it belongs to the section of what is not tied to a place.
    fn is_elsewhere(&self) -> bool {
        matches!(self.initiative.reach, Reach::National | Reach::Online) || self.directions.is_empty()
    }

    fn nearest(&self, from: Direction) -> Option<(usize, Kilometres)> {
        let distances = self.directions.iter().map(|(place, to)| (*place, from.distance(*to)));
        distances.min_by(|(_, a), (_, b)| a.value().total_cmp(&b.value()))
    }

    /// The soonest session with a seat left (without, if none has one) that is not over and, if days are asked for, falls on one of them.
    fn next_session(&self, now: i64, when: Option<DateRange>) -> Option<usize> {
        let sessions = self.initiative.sessions.iter().enumerate().filter(|(_, session)| {
            let (first, last) = session.days();
            session.ends() > now && when.is_none_or(|range| range.meets(first, last))
        });
        sessions
            .min_by_key(|(_, session)| (session.is_full(), session.start.moment.instant))
            .map(|(position, _)| position)
    }

    fn is_on(&self, now: i64, range: DateRange) -> bool {
        let initiative = &self.initiative;
        if !initiative.sessions.is_empty() {
            return self.next_session(now, Some(range)).is_some();
        }
        // Open-ended ones go on; what names no day at all cannot be promised for one.
        let first = initiative.start.map(|start| start.date());
        let last = initiative.end.map(|end| end.date());
        (first.is_some() || last.is_some())
            && range.meets(first.unwrap_or(range.first), last.unwrap_or(Date::from_days(i32::MAX / 2)))
    }

    /// When it is next: what ranks those at one distance. What goes on without sessions comes after what has a date.
    fn soonest(&self, session: Option<usize>) -> i64 {
        let session = session.and_then(|position| self.initiative.sessions.get(position));
        session.map_or(i64::MAX, |session| session.start.moment.instant)
    }
}

impl Catalog {
    /// Makes initiatives ready to be searched.
    pub fn new(initiatives: Vec<Initiative>) -> Self {
        Self { entries: initiatives.into_iter().map(Entry::new).collect() }
    }

    /// How many initiatives, over or not.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The initiative at a position, as in [`Hit::initiative`].
    pub fn get(&self, position: usize) -> Option<&Initiative> {
        self.entries.get(position).map(|entry| &entry.initiative)
    }

    /// The position of the initiative of that identifier.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.initiative.id == id)
    }

    /// One initiative as an answer shows it, whether or not a query finds it.
    pub fn hit(&self, position: usize, near: Option<Point>, now: i64) -> Option<Hit> {
        let entry = self.entries.get(position)?;
        Some(entry.hit(position, near.map(Point::direction), now, None))
    }

    /// Answers a query. What is over is not in the answer, nor in its counts.
    pub fn search(&self, query: &Query, now: Now) -> Results {
        let from = query.near.map(Point::direction);
        let words = fold(&query.words);
        let presets = [DateRange::this_week, DateRange::this_weekend, DateRange::this_month]
            .map(|range| range(now.today));
        let mut facets = Facets {
            kinds: Kind::ALL.iter().map(|kind| Count { value: kind.clone(), count: 0 }).collect(),
            causes: Cause::ALL.iter().map(|cause| Count { value: cause.clone(), count: 0 }).collect(),
            ..Facets::default()
        };
        let (mut nearby, mut elsewhere) = (Vec::new(), Vec::new());

        for (position, entry) in self.entries.iter().enumerate() {
            let initiative = &entry.initiative;
            if initiative.is_over(now.instant)
                || !has_words(&entry.text, &words)
                || query.reach.is_some_and(|reach| reach != initiative.reach)
            {
                continue;
            }
            let hit = entry.hit(position, from, now.instant, query.when);
            let is_elsewhere = entry.is_elsewhere();
            let of_kind = query.kinds.is_empty()
                || initiative.kind.as_ref().is_some_and(|kind| query.kinds.contains(kind));
            let of_cause =
                query.causes.is_empty() || initiative.causes.iter().any(|cause| query.causes.contains(cause));
            let in_time = query.when.is_none_or(|range| entry.is_on(now.instant, range));
            let in_reach = is_elsewhere
                || match (query.radius, hit.distance) {
                    (Some(radius), Some(distance)) => distance <= radius,
                    _ => true,
                };

            // A filter's counts leave that filter itself out.
            if of_cause
                && in_time
                && in_reach
                && let Some(kind) = &initiative.kind
            {
                count(&mut facets.kinds, kind);
            }
            if of_kind && in_time && in_reach {
                for cause in &initiative.causes {
                    count(&mut facets.causes, cause);
                }
            }
            if of_kind && of_cause && in_reach {
                for (total, preset) in facets.dates.iter_mut().zip(presets) {
                    *total += usize::from(entry.is_on(now.instant, preset));
                }
            }
            if of_kind && of_cause && in_time && !is_elsewhere {
                facets.anywhere += 1;
                if let Some(distance) = hit.distance {
                    for (total, radius) in facets.radii.iter_mut().zip(RADII) {
                        *total += usize::from(distance.value() <= f64::from(radius));
                    }
                }
            }
            if of_kind && of_cause && in_time && in_reach {
                if is_elsewhere { elsewhere.push(hit) } else { nearby.push(hit) }
            }
        }

        let rank = |hit: &Hit| {
            let entry = &self.entries[hit.initiative];
            // To 100 m: neighbours in one building are one distance, and rank by date.
            // As the widget shows it: what is only known about is "about" whole kilometres, and never less than one.
            let place = hit.place.and_then(|place| entry.initiative.places.get(place));
            let distance = hit.distance.map_or(0, |distance| match place {
                Some(place) if place.approximate => distance.value().round().max(1.0) as i64 * 10,
                _ => (distance.value() * 10.0).round() as i64,
            });
            (distance, entry.soonest(hit.session))
        };
        nearby.sort_by_cached_key(rank);
        elsewhere.sort_by_cached_key(|hit| rank(hit).1);
        Results { nearby, elsewhere, facets }
    }
}

impl Entry {
    fn hit(&self, position: usize, from: Option<Direction>, now: i64, when: Option<DateRange>) -> Hit {
        let nearest = from.and_then(|from| self.nearest(from));
        Hit {
            initiative: position,
            distance: nearest.map(|(_, distance)| distance),
            place: nearest
                .map(|(place, _)| place)
                .or_else(|| (!self.initiative.places.is_empty()).then_some(0)),
            session: self.next_session(now, when),
        }
    }
}

fn count<T: Clone + PartialEq>(counts: &mut Vec<Count<T>>, value: &T) {
    match counts.iter_mut().find(|count| count.value == *value) {
        Some(found) => found.count += 1,
        None => counts.push(Count { value: value.clone(), count: 1 }),
    }
}

//! Looking at each initiative: what is found, how it ranks, and how many each filter would give.

use super::Own;
use super::again::Answers;
use crate::answer::Asked;
use crate::order;
use crate::query::{Count, Facets, Hit, Query, RADII};
use crate::sort::{Key, sort};
use crate::understanding::{Found, NAMED, by, tier};

/// Hits, and how each ranks: its rank, its position in the feed, and here.
#[derive(Default)]
pub(super) struct Hits {
    hits: Vec<Hit>,
    ranks: Vec<Key>,
}

impl Hits {
    fn add(&mut self, rank: u64, ordinal: u32, hit: Hit) {
        self.ranks.push((rank, ordinal, self.hits.len() as u32));
        self.hits.push(hit);
    }

    pub fn sorted(mut self) -> Vec<Hit> {
        sort(&mut self.ranks);
        self.ranks.iter().map(|(.., at)| self.hits[*at as usize]).collect()
    }
}

/// What a search has found so far.
#[derive(Default)]
pub(super) struct Search {
    pub is_dated: bool,
    /// Kilometres up to which nothing is missing.
    pub known: f64,
    pub facets: Facets,
    pub nearby: Hits,
    pub elsewhere: Hits,
}

impl Search {
    /// Looks at what is here of a part; `words`: how its words find each of all.
    pub fn look(
        &mut self,
        (part, first, own): Own<'_>,
        query: &Query,
        asked: &Asked,
        words: Option<&[Found]>,
        answers: &mut Answers,
    ) {
        let columns = &part.columns;
        let mut kinds = Counted::new(&columns.kinds, &query.kinds);
        let mut causes = Counted::new(&columns.causes, &query.causes);
        let mut distances = Vec::new();
        for (position, (_, row)) in (first..).zip(own) {
            let row = *row as usize;
            let found = words.map_or(NAMED, |words| words[row]);
            let Some(tier) = tier(found) else { continue };
            let Some(reach) = columns.reach(row, asked.now) else { continue };
            if query.reach.is_some_and(|asked| asked != reach) {
                continue;
            }
            let (kind, row_causes) = (columns.kind(row), columns.causes(row));
            let of_kind = kinds.is_any || kind.is_some_and(|kind| kinds.is_wanted[kind]);
            let of_cause = causes.is_any || row_causes.iter().any(|cause| causes.is_wanted[*cause as usize]);
            if !of_kind && !of_cause {
                continue;
            }
            // On other days it may be at other places.
            let answer =
                answers.answer(position, asked.now, || columns.answer(row, asked, &[], &mut distances));
            let [distance, on_presets @ ..] = answer.on;
            // What is tied to no place, or does not say where it then is, is in reach of everybody.
            let is_elsewhere = |distance: f64| reach.is_everywhere() || distance.is_infinite();
            let is_within = |distance: f64| is_elsewhere(distance) || distance <= asked.limit;
            let is_found = distance.is_some_and(is_within);

            // A filter's counts leave that filter itself out.
            if of_cause
                && is_found
                && let Some(kind) = kind
            {
                kinds.counts[kind] += 1;
            }
            if of_kind && is_found {
                row_causes.iter().for_each(|cause| causes.counts[*cause as usize] += 1);
            }
            if !(of_kind && of_cause) {
                continue;
            }
            for (total, distance) in self.facets.dates.iter_mut().zip(on_presets) {
                *total += usize::from(distance.is_some_and(is_within));
            }
            let Some(distance) = distance else { continue };
            let is_elsewhere = is_elsewhere(distance);
            if !is_elsewhere && distance <= self.known {
                self.facets.anywhere += 1;
                if asked.near.is_some() {
                    for (total, radius) in self.facets.radii.iter_mut().zip(RADII) {
                        *total += usize::from(distance <= f64::from(radius));
                    }
                }
            }
            if is_found {
                let hit = Hit { tier, by: by(found), ..answer.hit(position) };
                let (hits, rank) = if is_elsewhere {
                    (&mut self.elsewhere, order::elsewhere(&answer, tier, self.is_dated))
                } else {
                    (&mut self.nearby, order::nearby(&answer, tier, self.is_dated))
                };
                hits.add(rank, part.ordinals[row], hit);
            }
        }
        kinds.add_to(&mut self.facets.kinds);
        causes.add_to(&mut self.facets.causes);
    }
}

/// The values of a filter in a part, and how many each would give.
struct Counted<'a, T> {
    values: &'a [T],
    /// Whether all are asked for.
    is_any: bool,
    is_wanted: Vec<bool>,
    counts: Vec<usize>,
}

impl<'a, T: Clone + PartialEq> Counted<'a, T> {
    fn new(values: &'a [T], asked: &[T]) -> Self {
        let is_wanted = values.iter().map(|value| asked.contains(value)).collect();
        Self { values, is_any: asked.is_empty(), is_wanted, counts: vec![0; values.len()] }
    }

    /// Adds its counts to those of all parts: known values in their order, then the feed's own that some initiative has.
    fn add_to(self, all: &mut Vec<Count<T>>) {
        for (value, count) in self.values.iter().zip(self.counts) {
            match all.iter_mut().find(|known| known.value == *value) {
                Some(known) => known.count += count,
                None if count > 0 => all.push(Count { value: value.clone(), count }),
                None => {}
            }
        }
    }
}

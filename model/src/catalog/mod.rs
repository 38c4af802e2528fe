//! A feed made ready to be searched, and the search.

mod again;
mod initiatives;
mod search;
mod suggestion;

use std::sync::Arc;

use crate::answer::Asked;
use crate::geo::{Kilometres, Point};
use crate::initiative::{Cause, Initiative, Kind};
use crate::lexicon::Lexicon;
pub use crate::part::Part;
use crate::query::{Count, Now, Query, Results, Understood};
#[cfg(feature = "server")]
use crate::shelved::Taken;
use crate::sort::{Key, sort};
use crate::time::DateRange;
use crate::understanding::find;
use again::Again;
use search::Search;

/// What is here of a part: the position of its first initiative, and where each is, as in [`Catalog::positions`].
type Own<'a> = (&'a Part, usize, &'a [(u32, u32)]);

/// Initiatives made ready to be searched: those of some parts of a feed.
///
/// What happens at several places may be in several parts; it is here once. Which parts came first changes no answer: what ranks
/// the same is in the feed's order.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    parts: Vec<Arc<Part>>,
    /// Where each initiative is: the part, and its position there. In the order of the parts.
    positions: Vec<(u32, u32)>,
    /// What is known of words.
    pub(crate) lexicon: Arc<Lexicon>,
    /// Where it is not all that the feed has: the point around which it was read, and how far from it nothing is missing.
    known: Option<(Option<Point>, Kilometres)>,
    /// Whether the feed has more of what is tied to no place.
    is_more_elsewhere: bool,
    /// The words of which nothing is missing, wherever it is.
    answered: Option<String>,
    /// What was asked last.
    again: Again,
    /// What has been taken from the shelves of the parts.
    #[cfg(feature = "server")]
    taken: Taken,
}

impl Catalog {
    /// Makes all initiatives of a feed ready to be searched.
    pub fn new(initiatives: Vec<Initiative>) -> Self {
        Self::of([Arc::new(Part::new((0..).zip(initiatives)))])
    }

    /// Those of some parts of one feed.
    pub fn of(parts: impl IntoIterator<Item = Arc<Part>>) -> Self {
        let parts: Vec<_> = parts.into_iter().collect();
        let mut all: Vec<Key> = Vec::new();
        for (at, part) in (0..).zip(&parts) {
            all.extend((0..).zip(&part.ordinals).map(|(row, ordinal)| (u64::from(*ordinal), at, row)));
        }
        // Of several, that of the first part.
        sort(&mut all);
        all.dedup_by_key(|(ordinal, ..)| *ordinal);
        all.iter_mut().for_each(|place| *place = (u64::from(place.1), place.2, 0));
        sort(&mut all);
        let positions = all.into_iter().map(|(at, row, _)| (at as u32, row)).collect();
        Self {
            #[cfg(feature = "server")]
            taken: Taken::of(parts.len()),
            parts,
            positions,
            lexicon: Arc::default(),
            known: None,
            is_more_elsewhere: false,
            answered: None,
            again: Again::default(),
        }
    }

    /// The same, where it is not all that the feed has: what happens beyond that many kilometres from that point may be
    /// missing, and is in no answer (`None`: nothing is missing); and whether some of what is tied to no place is.
    pub fn within(self, centre: Option<Point>, known: Option<Kilometres>, is_more_elsewhere: bool) -> Self {
        Self { known: known.map(|known| (centre, known)), is_more_elsewhere, ..self }
    }

    /// The same with all that has those words, wherever it is: without a place nothing of it is missing. `None`: of no words that is known.
    pub fn answering(self, words: Option<String>) -> Self {
        Self { answered: words, ..self }
    }

    /// How far from the point of a query nothing is missing: as much less as it is away from the point around which this was read.
    fn horizon(&self, near: Option<Point>) -> Option<Kilometres> {
        let (centre, known) = self.known?;
        let moved = match (centre, near) {
            (Some(centre), Some(near)) => centre.distance(near),
            _ => Kilometres::ANYWHERE,
        };
        Kilometres::new((known.value() - moved.value()).max(0.0))
    }

    /// The same of other parts.
    pub fn of_parts(&self, parts: impl IntoIterator<Item = Arc<Part>>) -> Self {
        let Self { known, is_more_elsewhere, .. } = *self;
        let (lexicon, answered) = (self.lexicon.clone(), self.answered.clone());
        Self { lexicon, known, is_more_elsewhere, answered, ..Self::of(parts) }
    }

    /// The same with other parts beside its own.
    pub fn with(&self, more: impl IntoIterator<Item = Arc<Part>>) -> Self {
        self.of_parts(self.parts.iter().cloned().chain(more))
    }

    /// Whether it is all that the feed has.
    pub fn is_whole(&self) -> bool {
        self.known.is_none() && !self.is_more_elsewhere
    }

    /// The same, with what is known of words.
    pub fn knowing(self, lexicon: Arc<Lexicon>) -> Self {
        Self { lexicon, ..self }
    }

    /// What is known of words.
    pub fn lexicon(&self) -> &Arc<Lexicon> {
        &self.lexicon
    }

    /// How many initiatives, over or not.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The parts, each with the positions of its initiatives that are here from it.
    fn parts(&self) -> impl Iterator<Item = Own<'_>> {
        let mut first = 0;
        (0..).zip(&self.parts).map(move |(at, part)| {
            let rest = &self.positions[first..];
            let own = &rest[..rest.partition_point(|(part, _)| *part == at)];
            let before = first;
            first += own.len();
            (&**part, before, own)
        })
    }

    pub(crate) fn all_parts(&self) -> Vec<&Part> {
        self.parts.iter().map(|part| &**part).collect()
    }

    /// How many of its initiatives have a word.
    pub(crate) fn frequency(&self, word: &str) -> usize {
        let of_part = |(part, _, own): Own<'_>| {
            let vocabulary = part.vocabulary();
            let is_here = |row: &usize| own.binary_search_by_key(row, |(_, row)| *row as usize).is_ok();
            vocabulary.id(word).map_or(0, |id| vocabulary.rows(id).filter(|(row, _)| is_here(row)).count())
        };
        self.parts().map(of_part).sum()
    }

    /// Makes one part ready for words that is not yet, so that the first key need not wait for it. Whether another one is left: between
    /// them a page may do something else.
    pub fn prepare_words(&self) -> bool {
        let mut waiting = self.parts.iter().filter(|part| !part.is_prepared());
        if let Some(part) = waiting.next() {
            part.vocabulary();
        }
        waiting.next().is_some()
    }

    /// Answers a query. What is over is not in the answer, nor in its counts.
    pub fn search(&self, query: &Query, now: Now) -> Results {
        let mut results = self.answer(query, now);
        if results.is_empty() && !results.units.0.is_empty() {
            results.suggestion = self.suggest(query, now, &results.units.0);
        }
        results
    }

    /// The same without a suggestion.
    pub(crate) fn answer(&self, query: &Query, now: Now) -> Results {
        let presets = [DateRange::this_week, DateRange::this_weekend, DateRange::this_month];
        let [week, weekend, month] = presets.map(|range| Some(range(now.today)));
        let radius = query.radius.map_or(f64::INFINITY, Kilometres::value);
        let mut units = self.lexicon.units(&query.words);
        let words =
            if units.is_empty() { Vec::new() } else { find(&self.all_parts(), &mut units, &self.lexicon) };
        let is_answered =
            query.near.is_none() && !units.is_empty() && self.answered.as_ref() == Some(&query.words);
        let horizon = if is_answered { None } else { self.horizon(query.near) };
        let known = horizon.map_or(f64::INFINITY, Kilometres::value);
        let limit = radius.min(known);
        let near = query.near.map(Point::direction);
        let asked = Asked::new(near, limit, now.instant, [query.when, week, weekend, month]);
        let mut search = Search { is_dated: query.when.is_some(), known, ..Search::default() };
        search.facets.kinds.extend(Kind::ALL.iter().map(|kind| Count { value: kind.clone(), count: 0 }));
        search.facets.causes.extend(Cause::ALL.iter().map(|cause| Count { value: cause.clone(), count: 0 }));
        self.again.with(&asked, self.len(), |answers| {
            for (at, own) in self.parts().enumerate() {
                search.look(own, query, &asked, words.get(at).map(Vec::as_slice), answers);
            }
        });
        Results {
            nearby: search.nearby.sorted(),
            elsewhere: search.elsewhere.sorted(),
            facets: search.facets,
            horizon,
            known: horizon.filter(|known| known.value() < radius),
            is_more_elsewhere: self.is_more_elsewhere && !is_answered,
            suggestion: None,
            units: Understood(units),
        }
    }
}

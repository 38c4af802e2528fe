//! What a visitor asks for, and what they get.

use crate::geo::{Kilometres, Point};
use crate::initiative::{Cause, Kind, Reach};
use crate::time::{Date, DateRange};

/// The distances a visitor can choose from, in kilometres.
pub const RADII: [u32; 5] = [5, 10, 25, 50, 100];

/// What a visitor asks for. The default asks for everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Around this point.
    pub near: Option<Point>,
    /// Not farther than this; without it, however far. Only with `near`.
    pub radius: Option<Kilometres>,
    /// One of these kinds; empty: all.
    pub kinds: Vec<Kind>,
    /// For one of these causes at least; empty: all.
    pub causes: Vec<Cause>,
    /// With a session, or going on, on one of these days. What has no date has none in this range.
    pub when: Option<DateRange>,
    /// Each of these words begins a word of its texts; case and accents do not count.
    pub words: String,
    /// Of this reach; none: all.
    pub reach: Option<Reach>,
}

/// The time at which a question is asked.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Seconds since 1970-01-01T00:00:00Z: decides what is over.
    pub instant: i64,
    /// The visitor's day: decides what "this week" is.
    pub today: Date,
}

/// One initiative of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Position in the catalogue.
    pub initiative: usize,
    /// Distance to the nearest of its places; absent where there is no point to measure from or to.
    pub distance: Option<Kilometres>,
    /// Position of that nearest place in its list; without distances the first.
    pub place: Option<usize>,
    /// Position of its next session in its list: of those in the asked days, the soonest that is not full.
    pub session: Option<usize>,
}

/// How many initiatives an answer would have if one filter were set to this value and the others stayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count<T> {
    /// The value of the filter.
    pub value: T,
    /// How many initiatives.
    pub count: usize,
}

/// How many initiatives each filter would give.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets {
    /// By kind: all known ones, then the feed's own.
    pub kinds: Vec<Count<Kind>>,
    /// By cause: all known ones, then the feed's own.
    pub causes: Vec<Count<Cause>>,
    /// What is left of the week, the weekend, what is left of the month.
    pub dates: [usize; 3],
    /// Nearby ones within each of [`RADII`].
    pub radii: [usize; RADII.len()],
    /// Nearby ones at any distance.
    pub anywhere: usize,
}

/// The answer to a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// Those that happen somewhere, nearest first, then soonest.
    pub nearby: Vec<Hit>,
    /// National and online ones, and those that do not say where: soonest first.
    pub elsewhere: Vec<Hit>,
    /// How many each filter would give.
    pub facets: Facets,
}

impl Results {
    /// How many initiatives in all.
    pub fn len(&self) -> usize {
        self.nearby.len() + self.elsewhere.len()
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The smallest of [`RADII`] beyond `radius` that would find something nearby, and how much.
    pub fn wider(&self, radius: Kilometres) -> Option<(u32, usize)> {
        RADII
            .into_iter()
            .zip(self.facets.radii)
            .find(|(km, count)| f64::from(*km) > radius.value() && *count > 0)
    }
}

/// The part of `hits` on a page: pages count from 0 and have `size` entries, the last perhaps fewer.
pub fn page(hits: &[Hit], number: usize, size: usize) -> &[Hit] {
    let first = number.saturating_mul(size).min(hits.len());
    &hits[first..first.saturating_add(size).min(hits.len())]
}

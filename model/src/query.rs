//! What a visitor asks for, and what they get.

use crate::geo::{Kilometres, Point};
use crate::initiative::{Cause, Kind, Reach};
use crate::lexicon::Unit;
use crate::time::{Date, DateRange};

/// The distances a visitor can choose from, in kilometres.
pub const RADII: [u32; 5] = [5, 10, 25, 50, 100];

/// What a visitor asks for. The default asks for everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Around this point.
    pub near: Option<Point>,
    /// Not farther than this from one of the places where it happens; without it, however far. Only with `near`.
    pub radius: Option<Kilometres>,
    /// One of these kinds; empty: all.
    pub kinds: Vec<Kind>,
    /// For one of these causes at least; empty: all.
    pub causes: Vec<Cause>,
    /// With a session, or going on, on one of these days. What has no date has none in this range.
    pub when: Option<DateRange>,
    /// Each of these words begins a word of its texts, or means the same as something it says; case and accents do not count.
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

/// One initiative of an answer: one true sentence. What it says of place, distance and session belongs together.
///
/// It is the nearest place that has a session with a seat, and there the soonest such session; if no place has one, the nearest
/// place with a full session, and its soonest. Sessions that are over, or on none of the days asked for, do not count, nor does a
/// place that has only such. With a radius this holds within the circle, and for those that are not tied to a place without it.
///
/// A session that names no place is held at each place of its initiative, as the feed format says: here, at the nearest of them. So
/// its distance is true, but not the only one; [`Initiative::whereabouts`](crate::Initiative::whereabouts) has it apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Position in the catalogue.
    pub initiative: usize,
    /// Distance to [`place`](Self::place); absent where there is no point to measure from or to.
    pub distance: Option<Kilometres>,
    /// Position of the place in its list: where the session is or, without a session, the nearest. Without a point to measure from,
    /// the first stands for the nearest.
    pub place: Option<usize>,
    /// Position of the session in its list; absent where it has none that counts.
    pub session: Option<usize>,
    /// How its words were found.
    pub tier: Tier,
    /// By what: [`Catalog::why`](crate::Catalog::why) says it.
    pub by: (usize, usize),
}

/// How the words of a query were found in an initiative: of several words, the one that was found in the least obvious way. What is
/// found in a more obvious way comes first, at like distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// By its title, or the name of its kind. Also where no words are looked for.
    #[default]
    Named,
    /// By what else its card shows: summary, organiser, town.
    Shown,
    /// It has them among its keywords, partners or places; or something that means the same, or its cause.
    Meant,
    /// Only its description has them, or what means the same.
    Described,
    /// Nothing has them as they were typed; a word of five letters or more was taken for one that differs by one mistake.
    Corrected,
}

impl Tier {
    pub(crate) const COUNT: usize = 5;
    pub(crate) const ALL: [Self; Self::COUNT] =
        [Self::Named, Self::Shown, Self::Meant, Self::Described, Self::Corrected];
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
    /// Nearby ones that happen, on the days asked for, at a place within each of [`RADII`].
    pub radii: [usize; RADII.len()],
    /// Nearby ones at any distance.
    pub anywhere: usize,
}

/// The answer to a query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// Those that happen somewhere. First, where days are asked for, what has a session on them. Then by the band of distance (to 1, 2,
    /// 5, 10, 25, 50, 100 km, and beyond, which is also where no distance is known); within a band by how the words were found
    /// ([`Tier`]), what has a date before what merely goes on, the nearest, and the soonest.
    pub nearby: Vec<Hit>,
    /// National and online ones, and those that do not say where: in the same order, without distances.
    pub elsewhere: Vec<Hit>,
    /// How many each filter would give.
    pub facets: Facets,
    /// Where it is not all that the feed has that was looked at: how far from the point it was.
    pub horizon: Option<Kilometres>,
    /// The same where it is less far than was asked for. Then [`nearby`](Self::nearby) is its beginning, and counts
    /// are of that.
    pub known: Option<Kilometres>,
    /// Whether there is more of what is elsewhere.
    pub is_more_elsewhere: bool,
    /// Where nothing is found: the words with another one instead, which do find something.
    pub suggestion: Option<String>,
    /// What the words were understood as.
    pub(crate) units: Understood,
}

/// Units, which are the same where their words are: all else of them follows from these, and from the catalogue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Understood(pub Vec<Unit>);

impl PartialEq for Understood {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(one, other)| one.words == other.words)
    }
}

impl Results {
    /// What there is of kinds and causes, and nothing else: each without its count.
    pub fn choices(self) -> Self {
        let Facets { mut kinds, mut causes, .. } = self.facets;
        kinds.iter_mut().for_each(|kind| kind.count = 0);
        causes.iter_mut().for_each(|cause| cause.count = 0);
        Self { facets: Facets { kinds, causes, ..Facets::default() }, ..Self::default() }
    }

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
            .filter(|(km, _)| self.horizon.is_none_or(|horizon| f64::from(*km) <= horizon.value()))
            .find(|(km, count)| f64::from(*km) > radius.value() && *count > 0)
    }
}

/// The part of `hits` on a page: pages count from 0 and have `size` entries, the last perhaps fewer.
pub fn page(hits: &[Hit], number: usize, size: usize) -> &[Hit] {
    let first = number.saturating_mul(size).min(hits.len());
    &hits[first..first.saturating_add(size).min(hits.len())]
}

//! An initiative made ready to be searched, and which of its places and sessions an answer names.

use crate::geo::{Direction, Kilometres, Point};
use crate::initiative::{Initiative, Reach};
use crate::query::Hit;
use crate::session::Session;
use crate::text::fold;
use crate::time::{Date, DateRange};

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub initiative: Initiative,
    /// Folded texts, for words.
    pub text: String,
    /// Where each of its places is, in the order of its list.
    directions: Vec<Option<Direction>>,
}

/// How far it is to each place of one initiative. One is used for a whole search, so that an initiative costs no allocation.
pub(crate) struct Distances {
    from: Option<Direction>,
    /// Kilometres, in the order of the places; infinite for a place without a point. Measured from nowhere, a point is at 0.
    places: Vec<f64>,
}

/// Whether a session is on one of the days asked for, if any are.
fn is_on(session: &Session, when: Option<DateRange>) -> bool {
    when.is_none_or(|range| {
        let (first, last) = session.days();
        range.meets(first, last)
    })
}

impl Distances {
    pub fn new(near: Option<Point>) -> Self {
        Self { from: near.map(Point::direction), places: Vec::new() }
    }

    pub fn measure(&mut self, entry: &Entry) {
        self.places.clear();
        for direction in &entry.directions {
            self.places.push(match (self.from, *direction) {
                (Some(from), Some(to)) => from.distance(to).value(),
                (None, Some(_)) => 0.0,
                (_, None) => f64::INFINITY,
            });
        }
    }

    /// Kilometres to a place, infinite where it has no point; without a place, to the nearest one.
    fn to(&self, place: Option<usize>) -> f64 {
        match place {
            Some(place) => self.places.get(place).copied().unwrap_or(f64::INFINITY),
            None => self.places.iter().fold(f64::INFINITY, |least, distance| least.min(*distance)),
        }
    }

    /// The nearest place, of several the first; measured from nowhere it is the first of the list.
    fn nearest(&self) -> Option<usize> {
        let mut nearest = 0;
        if self.from.is_some() {
            for (place, distance) in self.places.iter().enumerate() {
                if *distance < self.places[nearest] {
                    nearest = place;
                }
            }
        }
        (nearest < self.places.len()).then_some(nearest)
    }
}

impl Entry {
    pub fn new(mut initiative: Initiative) -> Self {
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
        let directions = initiative.places.iter().map(|place| place.point.map(Point::direction)).collect();
        Self { text: fold(&text), directions, initiative }
    }

    /// Whether it is tied to no place, whatever places it names.
    pub fn is_everywhere(&self) -> bool {
        matches!(self.initiative.reach, Reach::National | Reach::Online)
    }

    /// For each of these ranges of days (`None`: any day) kilometres to the nearest place where it then happens; infinite where
    /// none of these places has a point, `None` if it does not happen then.
    ///
    /// A place all of whose sessions are over, or on other days, is none of them. All ranges at once: a session's days are
    /// reckoned on its own clocks, which is most of the work of a search.
    pub fn nearest<const N: usize>(
        &self,
        distances: &Distances,
        now: i64,
        ranges: [Option<DateRange>; N],
    ) -> [Option<f64>; N] {
        let least = distances.to(None);
        if self.initiative.sessions.is_empty() {
            return ranges.map(|range| self.goes_on(range).then_some(least));
        }
        let mut nearest = [None; N];
        for session in &self.initiative.sessions {
            if session.ends() <= now {
                continue;
            }
            let distance = if session.place.is_some() { distances.to(session.place) } else { least };
            let (first, last) = session.days();
            for (nearest, range) in nearest.iter_mut().zip(ranges) {
                if range.is_none_or(|range| range.meets(first, last)) {
                    *nearest = Some(distance.min(nearest.unwrap_or(f64::INFINITY)));
                }
            }
        }
        nearest
    }

    /// Whether it goes on, without sessions, on the days asked for.
    fn goes_on(&self, range: Option<DateRange>) -> bool {
        let Some(range) = range else { return true };
        // Open-ended ones go on; what names no day at all cannot be promised for one.
        let first = self.initiative.start.map(|start| start.date());
        let last = self.initiative.end.map(|end| end.date());
        (first.is_some() || last.is_some())
            && range.meets(first.unwrap_or(range.first), last.unwrap_or(Date::from_days(i32::MAX / 2)))
    }

    /// The place and the session that an answer names, which belong together: what lies within `radius` (kilometres) before what
    /// does not, a session with a seat before a full one, then the nearer place, then the sooner session.
    ///
    /// A session that names no place is held at each place of its initiative (`docs/feed.md`), so it is taken at the nearest.
    /// Where no session counts, the nearest place is named, without a session.
    pub fn hit(
        &self,
        position: usize,
        distances: &Distances,
        radius: f64,
        now: i64,
        when: Option<DateRange>,
    ) -> Hit {
        let nearest = distances.nearest();
        let mut chosen = (nearest, None);
        let mut best = None;
        for (position, session) in self.initiative.sessions.iter().enumerate() {
            if session.ends() <= now || !is_on(session, when) {
                continue;
            }
            let place = session.place.or(nearest);
            let distance = if distances.from.is_some() { distances.to(place) } else { 0.0 };
            let rank = (distance > radius, session.is_full(), distance, session.start.moment.instant);
            if best.is_none_or(|best| rank < best) {
                best = Some(rank);
                chosen = (place, Some(position));
            }
        }
        let (place, session) = chosen;
        let is_measured = distances.from.is_some() && place.is_some();
        let distance = if is_measured { Kilometres::new(distances.to(place)) } else { None };
        Hit { initiative: position, distance, place, session }
    }

    /// When it is next: what ranks those at one distance. What goes on without sessions comes after what has a date.
    pub fn soonest(&self, session: Option<usize>) -> i64 {
        let session = session.and_then(|position| self.initiative.sessions.get(position));
        session.map_or(i64::MAX, |session| session.start.moment.instant)
    }
}

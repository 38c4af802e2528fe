//! What a search reads of the initiatives of a part: numbers side by side, reckoned once, so that looking at ten thousand of them
//! costs little more than a millisecond. And which of its places and sessions an answer names.

use crate::geo::{Direction, Kilometres};
use crate::initiative::{Cause, Initiative, Kind, Reach};
use crate::query::{Hit, Tier};
use crate::time::DateRange;

/// First and last day of any time at all.
const ANY: (i32, i32) = (i32::MIN, i32::MAX);

/// The initiatives of a part, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    rows: Vec<Row>,
    /// One initiative's sessions after the other's.
    slots: Vec<Slot>,
    /// One initiative's places after the other's: where each is.
    places: Vec<Option<Direction>>,
    /// One initiative's causes after the other's: positions in `causes`.
    row_causes: Vec<usize>,
    /// All known kinds, then the feed's own.
    pub kinds: Vec<Kind>,
    /// All known causes, then the feed's own.
    pub causes: Vec<Cause>,
}

/// What a search reads of one initiative. Its sessions, places and causes end here, and begin where those of the row before end.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// When it is over (UTC seconds).
    over: i64,
    /// First and last day on which it goes on, where it has no sessions. What names no day at all cannot be promised for one: its
    /// last comes before its first.
    days: (i32, i32),
    /// Position in `kinds`; one beyond for none.
    kind: usize,
    reach: Reach,
    slots: usize,
    places: usize,
    causes: usize,
}

/// What a search reads of a session.
#[derive(Clone, Copy, Debug)]
struct Slot {
    start: i64,
    end: i64,
    /// First and last day, there.
    days: (i32, i32),
    place: Option<usize>,
    is_full: bool,
}

/// What is asked of each initiative.
pub(crate) struct Asked {
    /// Where it is measured from.
    pub near: Option<Direction>,
    /// Kilometres from there; infinite for any distance.
    pub limit: f64,
    /// UTC seconds.
    pub now: i64,
    /// The days asked for first, then those that are counted.
    ranges: [(i32, i32); 4],
}

/// How one initiative answers.
pub(crate) struct Answer {
    /// For each range of days kilometres to the nearest place where it then happens: infinite where none of these places has a point,
    /// `None` if it does not happen then. A place all of whose sessions are over, or on other days, is none of them.
    pub on: [Option<f64>; 4],
    /// The place that is named.
    pub place: Option<usize>,
    /// The session that is named: at that place.
    pub session: Option<usize>,
    /// When that begins (UTC seconds).
    pub starts: Option<i64>,
    /// Kilometres to the place.
    pub distance: Option<Kilometres>,
}

impl Answer {
    /// As it is given out.
    pub fn hit(&self, initiative: usize) -> Hit {
        let Self { distance, place, session, .. } = *self;
        Hit { initiative, distance, place, session, tier: Tier::Named, by: (0, 0) }
    }
}

impl Asked {
    /// Ranges: the days asked for, then those that are counted; `None`: any day.
    pub fn new(near: Option<Direction>, limit: f64, now: i64, ranges: [Option<DateRange>; 4]) -> Self {
        let days = |range: DateRange| (range.first.days(), range.last.days());
        Self { near, limit, now, ranges: ranges.map(|range| range.map_or(ANY, days)) }
    }

    fn distance(&self, place: Option<Direction>) -> f64 {
        match (self.near, place) {
            (Some(from), Some(to)) => from.distance(to).value(),
            // Measured from nowhere, a point is at 0.
            (None, Some(_)) => 0.0,
            (_, None) => f64::INFINITY,
        }
    }
}

/// Where a value stands in a list; where there is none, it is added.
fn place<T: Clone + PartialEq>(list: &mut Vec<T>, value: &T) -> usize {
    list.iter().position(|known| known == value).unwrap_or_else(|| {
        list.push(value.clone());
        list.len() - 1
    })
}

fn meets(days: (i32, i32), range: (i32, i32)) -> bool {
    days.0 <= range.1 && days.1 >= range.0
}

impl Columns {
    /// What is read of initiatives. A cause that one names twice becomes one: it is shown once, and counts once.
    pub fn new<'a>(initiatives: impl Iterator<Item = &'a mut Initiative>) -> Self {
        let mut all = Self { kinds: Kind::ALL.to_vec(), causes: Cause::ALL.to_vec(), ..Self::default() };
        for initiative in initiatives {
            for cause in std::mem::take(&mut initiative.causes) {
                if !initiative.causes.contains(&cause) {
                    all.row_causes.push(place(&mut all.causes, &cause));
                    initiative.causes.push(cause);
                }
            }
            all.add(initiative);
        }
        all
    }

    fn add(&mut self, initiative: &Initiative) {
        self.places.extend(initiative.places.iter().map(|place| place.point.map(|point| point.direction())));
        self.slots.extend(initiative.sessions.iter().map(|session| {
            let (first, last) = session.days();
            Slot {
                start: session.start.moment.instant,
                end: session.ends(),
                days: (first.days(), last.days()),
                place: session.place,
                is_full: session.is_full(),
            }
        }));
        let (first, last) = (initiative.start, initiative.end);
        let over = initiative.over().unwrap_or(i64::MAX);
        // Open-ended ones go on.
        let days = if first.is_none() && last.is_none() {
            (i32::MAX, i32::MIN)
        } else {
            (
                first.map_or(i32::MIN, |first| first.date().days()),
                last.map_or(i32::MAX, |last| last.date().days()),
            )
        };
        let kind = initiative.kind.as_ref().map_or(usize::MAX, |kind| place(&mut self.kinds, kind));
        self.rows.push(Row {
            over,
            days,
            kind,
            reach: initiative.reach,
            slots: self.slots.len(),
            places: self.places.len(),
            causes: self.row_causes.len(),
        });
    }

    /// Those of one row in a column of several each.
    fn own<'a, T>(&self, column: &'a [T], row: usize, end: fn(&Row) -> usize) -> &'a [T] {
        let begin = row.checked_sub(1).and_then(|before| self.rows.get(before)).map_or(0, end);
        self.rows.get(row).and_then(|row| column.get(begin..end(row))).unwrap_or_default()
    }

    /// The kind of one, as its position in `kinds`.
    pub fn kind(&self, row: usize) -> Option<usize> {
        self.rows.get(row).map(|row| row.kind).filter(|kind| *kind != usize::MAX)
    }

    /// The causes of one, as their positions in `causes`.
    pub fn causes(&self, row: usize) -> &[usize] {
        self.own(&self.row_causes, row, |row| row.causes)
    }

    /// How far one reaches; `None` once it is over.
    pub fn reach(&self, row: usize, now: i64) -> Option<Reach> {
        self.rows.get(row).filter(|row| row.over > now).map(|row| row.reach)
    }

    /// How one answers. `distances` is room that is used again and again.
    ///
    /// The place and the session that it names belong together: what lies within the limit before what does not, a session with a
    /// seat before a full one, then the nearer place, then the sooner session. A session that names no place is held at each place of
    /// its initiative (`docs/feed.md`), so it is taken at the nearest. Where no session counts, the nearest place is named, without a
    /// session. What is tied to no place has no limit.
    pub fn answer(&self, row: usize, asked: &Asked, distances: &mut Vec<f64>) -> Answer {
        distances.clear();
        let places = self.own(&self.places, row, |row| row.places);
        distances.extend(places.iter().map(|place| asked.distance(*place)));
        // Of several the first; measured from nowhere it is the first of the list.
        let (mut nearest, mut least) = (0, f64::INFINITY);
        for (place, distance) in distances.iter().enumerate() {
            if *distance < least {
                (nearest, least) = (if asked.near.is_some() { place } else { 0 }, *distance);
            }
        }
        let nearest = (!places.is_empty()).then_some(nearest);
        let to = |place: Option<usize>| match place {
            Some(place) => distances.get(place).copied().unwrap_or(f64::INFINITY),
            None => least,
        };
        let mut answer =
            Answer { on: [None; 4], place: nearest, session: None, starts: None, distance: None };
        let slots = self.own(&self.slots, row, |row| row.slots);
        let (days, reach) = self.rows.get(row).map_or((ANY, Reach::Local), |row| (row.days, row.reach));
        if slots.is_empty() {
            answer.on = asked.ranges.map(|range| meets(days, range).then_some(least));
        }
        let limit = if reach.is_everywhere() { f64::INFINITY } else { asked.limit };
        let mut best = None;
        for (position, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.end > asked.now) {
            let distance = to(slot.place);
            for (on, range) in answer.on.iter_mut().zip(asked.ranges) {
                if meets(slot.days, range) {
                    *on = Some(distance.min(on.unwrap_or(f64::INFINITY)));
                }
            }
            if !meets(slot.days, asked.ranges[0]) {
                continue;
            }
            let distance = if asked.near.is_some() { distance } else { 0.0 };
            let rank = (distance > limit, slot.is_full, distance, slot.start);
            if best.is_none_or(|best| rank < best) {
                best = Some(rank);
                (answer.place, answer.session) = (slot.place.or(nearest), Some(position));
                answer.starts = Some(slot.start);
            }
        }
        if asked.near.is_some() && answer.place.is_some() {
            answer.distance = Kilometres::new(to(answer.place));
        }
        answer
    }
}

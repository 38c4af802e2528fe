//! What a search reads of the initiatives of a part: numbers side by side, reckoned once, so that looking at ten thousand of them
//! costs little more than a millisecond. And which of its places and sessions an answer names.

#[cfg(feature = "server")]
mod written;

#[cfg(feature = "server")]
use serde::{Deserialize, Serialize};

use crate::answer::{ANY, Answer, Asked, meets};
use crate::geo::{Direction, Kilometres};
use crate::initiative::{Cause, Initiative, Kind, Reach};
use crate::session::Session;

/// Stands for no kind.
const NONE: u32 = u32::MAX;

/// The initiatives of a part, in its order.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "server", derive(Serialize, Deserialize))]
pub(crate) struct Columns {
    rows: Vec<Row>,
    /// One initiative's sessions after the other's.
    slots: Vec<Slot>,
    /// One initiative's places after the other's.
    spots: Vec<Spot>,
    /// One initiative's causes after the other's: positions in `causes`.
    row_causes: Vec<u32>,
    /// All known kinds, then the feed's own.
    pub kinds: Vec<Kind>,
    /// All known causes, then the feed's own.
    pub causes: Vec<Cause>,
    /// Whose clocks hours are on.
    #[cfg(feature = "server")]
    zones: Vec<String>,
}

/// What a search reads of one initiative. Its sessions, places and causes end here, and begin where those of the row before end.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "server", derive(Serialize, Deserialize))]
struct Row {
    /// When it is over (UTC seconds).
    over: i64,
    /// First and last day on which it goes on, where it has no sessions. What names no day at all cannot be promised for one: its
    /// last comes before its first.
    days: (i32, i32),
    /// Position in `kinds`, or [`NONE`].
    kind: u32,
    slots: u32,
    spots: u32,
    causes: u32,
    #[cfg_attr(feature = "server", serde(with = "written::reach"))]
    reach: Reach,
}

/// What a search reads of a session.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "server", derive(Serialize, Deserialize))]
struct Slot {
    start: i64,
    end: i64,
    /// First and last day, there.
    days: (i32, i32),
    place: Option<u32>,
    /// Seconds that its clocks are ahead of UTC.
    #[cfg(feature = "server")]
    offset: i32,
    /// Position in `zones`.
    #[cfg(feature = "server")]
    zone: u16,
    #[cfg(feature = "server")]
    all_day: bool,
    is_full: bool,
}

/// What a search reads of a place.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "server", derive(Serialize, Deserialize))]
struct Spot {
    direction: Option<Direction>,
    is_approximate: bool,
}

/// Where a value stands in a list; where there is none, it is added.
fn place<T: Clone + PartialEq>(list: &mut Vec<T>, value: &T) -> u32 {
    let known = list.iter().position(|known| known == value);
    known.unwrap_or_else(|| {
        list.push(value.clone());
        list.len() - 1
    }) as u32
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
        self.spots.extend(initiative.places.iter().map(|place| Spot {
            direction: place.point.map(|point| point.direction()),
            is_approximate: place.approximate,
        }));
        for session in &initiative.sessions {
            let (first, last) = session.days();
            self.slots.push(Slot {
                start: session.start.moment.instant,
                end: session.ends(),
                days: (first.days(), last.days()),
                place: session.place.map(|place| place as u32),
                #[cfg(feature = "server")]
                offset: session.start.moment.offset,
                #[cfg(feature = "server")]
                zone: place(&mut self.zones, &session.time_zone) as u16,
                #[cfg(feature = "server")]
                all_day: session.start.all_day,
                is_full: session.is_full(),
            });
        }
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
        let kind = initiative.kind.as_ref().map_or(NONE, |kind| place(&mut self.kinds, kind));
        self.rows.push(Row {
            over,
            days,
            kind,
            slots: self.slots.len() as u32,
            spots: self.spots.len() as u32,
            causes: self.row_causes.len() as u32,
            reach: initiative.reach,
        });
    }

    /// Those of one row in a column of several each.
    fn own<'a, T>(&self, column: &'a [T], row: usize, end: fn(&Row) -> u32) -> &'a [T] {
        let begin = row.checked_sub(1).and_then(|before| self.rows.get(before)).map_or(0, end);
        let own = |row: &Row| column.get(begin as usize..end(row) as usize);
        self.rows.get(row).and_then(own).unwrap_or_default()
    }

    /// The kind of one, as its position in `kinds`.
    pub fn kind(&self, row: usize) -> Option<usize> {
        self.rows.get(row).map(|row| row.kind).filter(|kind| *kind != NONE).map(|kind| kind as usize)
    }

    /// The causes of one, as their positions in `causes`.
    pub fn causes(&self, row: usize) -> &[u32] {
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
    /// session. What is tied to no place has no limit. `sessions`: those of the initiative where their seats may have been counted since the
    /// feed was read, and are to count; none otherwise.
    pub fn answer(
        &self,
        row: usize,
        asked: &Asked,
        sessions: &[Session],
        distances: &mut Vec<f64>,
    ) -> Answer {
        distances.clear();
        let spots = self.own(&self.spots, row, |row| row.spots);
        distances.extend(spots.iter().map(|spot| asked.distance(spot.direction)));
        // Of several the first; measured from nowhere it is the first of the list.
        let (mut nearest, mut least) = (0, f64::INFINITY);
        for (place, distance) in distances.iter().enumerate() {
            if *distance < least {
                (nearest, least) = (if asked.near.is_some() { place } else { 0 }, *distance);
            }
        }
        let nearest = (!spots.is_empty()).then_some(nearest);
        let to = |place: Option<usize>| match place {
            Some(place) => distances.get(place).copied().unwrap_or(f64::INFINITY),
            None => least,
        };
        let mut answer = Answer { place: nearest, until: i64::MAX, ..Answer::default() };
        let slots = self.own(&self.slots, row, |row| row.slots);
        let (days, reach) = self.rows.get(row).map_or((ANY, Reach::Local), |row| (row.days, row.reach));
        if slots.is_empty() {
            answer.on = asked.ranges.map(|range| meets(days, range).then_some(least));
        }
        let limit = if reach.is_everywhere() { f64::INFINITY } else { asked.limit };
        let mut best = None;
        for (position, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.end > asked.now) {
            answer.until = answer.until.min(slot.end);
            let there = slot.place.map(|place| place as usize);
            let distance = to(there);
            for (on, range) in answer.on.iter_mut().zip(asked.ranges) {
                if meets(slot.days, range) {
                    *on = Some(distance.min(on.unwrap_or(f64::INFINITY)));
                }
            }
            if !meets(slot.days, asked.ranges[0]) {
                continue;
            }
            let distance = if asked.near.is_some() { distance } else { 0.0 };
            let is_full = sessions.get(position).map_or(slot.is_full, Session::is_full);
            let rank = (distance > limit, is_full, distance, slot.start);
            if best.is_none_or(|best| rank < best) {
                best = Some(rank);
                (answer.place, answer.session) = (there.or(nearest), Some(position));
                answer.starts = Some(slot.start);
            }
        }
        if asked.near.is_some() && answer.place.is_some() {
            answer.distance = Kilometres::new(to(answer.place));
        }
        let spot = answer.place.and_then(|place| spots.get(place));
        answer.is_approximate = spot.is_some_and(|spot| spot.is_approximate);
        answer
    }
}

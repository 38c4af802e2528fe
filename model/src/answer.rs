//! What a search asks of each initiative, and how one answers: the place and the session that are named, and how far that is.

use crate::geo::{Direction, Kilometres};
use crate::query::{Hit, Tier};
use crate::time::DateRange;

/// First and last day of any time at all.
pub(crate) const ANY: (i32, i32) = (i32::MIN, i32::MAX);

/// What is asked of each initiative.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Where it is measured from.
    pub near: Option<Direction>,
    /// Kilometres from there; infinite for any distance.
    pub limit: f64,
    /// UTC seconds.
    pub now: i64,
    /// The days asked for first, then those that are counted.
    pub ranges: [(i32, i32); 4],
}

/// How one initiative answers.
#[derive(Clone, Copy, Debug, Default)]
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
    /// Whether it is only known about where that place is.
    pub is_approximate: bool,
    /// When the next of its sessions ends, and it may answer otherwise (UTC seconds).
    pub until: i64,
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

    /// Whether the same is asked, be it at another time.
    pub fn is_like(&self, other: &Self) -> bool {
        self.near == other.near && self.limit == other.limit && self.ranges == other.ranges
    }

    /// Kilometres to a place.
    pub fn distance(&self, place: Option<Direction>) -> f64 {
        match (self.near, place) {
            (Some(from), Some(to)) => from.distance(to).value(),
            // Measured from nowhere, a point is at 0.
            (None, Some(_)) => 0.0,
            (_, None) => f64::INFINITY,
        }
    }
}

/// Whether days and a range of days have one in common.
pub(crate) fn meets(days: (i32, i32), range: (i32, i32)) -> bool {
    days.0 <= range.1 && days.1 >= range.0
}

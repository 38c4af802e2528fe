//! What happens at which place of an initiative: what a page about it shows.

use crate::geo::{Kilometres, Point};
use crate::initiative::Initiative;

/// The places of an initiative and its coming sessions, each session once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Whereabouts {
    /// All its places, nearest first; those without a distance stand last, in the order of the initiative's list.
    pub places: Vec<PlaceSessions>,
    /// Positions of the coming sessions that name none of several places, or have none to name, soonest first. The feed format
    /// has them at all of the places; what names one of them for such a session says more than the organiser did.
    pub unplaced: Vec<usize>,
}

/// One place of an initiative, and what is still to come there.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceSessions {
    /// Position in the initiative's list of places.
    pub place: usize,
    /// How far it is; absent where there is no point to measure from or to.
    pub distance: Option<Kilometres>,
    /// Positions, in the initiative's list, of the coming sessions held here, soonest first. Empty where all that name this place
    /// are over: where the initiative has other coming sessions that name theirs, it does not happen here any more.
    pub sessions: Vec<usize>,
}

impl Initiative {
    /// Its places in order of distance from `near` (without it, in the order of the list), each with the sessions that have not
    /// ended at that instant (UTC seconds).
    ///
    /// A session that names no place is held at the only one, if there is one; with several it stands apart.
    pub fn whereabouts(&self, near: Option<Point>, now: i64) -> Whereabouts {
        let mut places: Vec<PlaceSessions> = Vec::new();
        for (place, described) in self.places.iter().enumerate() {
            let distance = match (near, described.point) {
                (Some(near), Some(point)) => Some(near.distance(point)),
                _ => None,
            };
            places.push(PlaceSessions { place, distance, sessions: Vec::new() });
        }
        let only = if self.places.len() == 1 { Some(0) } else { None };
        let mut unplaced = Vec::new();
        for position in self.coming_positions(now) {
            let place = self.sessions[position].place.or(only);
            match place.and_then(|place| places.get_mut(place)) {
                Some(place) => place.sessions.push(position),
                None => unplaced.push(position),
            }
        }
        // Put in one by one: places are few, and a sort would be one more in what visitors download.
        let mut sorted: Vec<PlaceSessions> = Vec::new();
        let kilometres = |place: &PlaceSessions| place.distance.map_or(f64::INFINITY, Kilometres::value);
        for place in places {
            let before = sorted.partition_point(|other| kilometres(other) <= kilometres(&place));
            sorted.insert(before, place);
        }
        Whereabouts { places: sorted, unplaced }
    }
}

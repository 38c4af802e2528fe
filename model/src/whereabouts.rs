//! What happens at which place of an initiative: what a page about it shows.

use crate::geo::{Kilometres, Point};
use crate::initiative::Initiative;
use crate::order;
use crate::participation::Availability;
use crate::query::Query;
use crate::session::Session;
use crate::sort::{Key, sort};

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

/// A session that one may choose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Position in the initiative's list of sessions.
    pub session: usize,
    /// Position of the place where it is held, in the initiative's list of places; absent where it names none of several.
    pub place: Option<usize>,
    /// How far that is, or the nearest of them; absent where there is no point to measure from or to.
    pub distance: Option<Kilometres>,
}

impl Initiative {
    /// Seats that are free, as far as is known, in its sessions to come (`now` in UTC seconds) within the circle and on the days of a query; none
    /// where its form takes no more answers.
    pub fn free_seats(&self, query: &Query, now: i64) -> usize {
        if self.participation.is_some() && self.availability(now) == Availability::Closed {
            return 0;
        }
        let is_near = |session: &&Session| match (query.near, query.radius, session.place) {
            (Some(near), Some(radius), Some(place)) => {
                let point = self.places.get(place).and_then(|place| place.point);
                point.is_some_and(|point| near.distance(point) <= radius)
            }
            _ => true,
        };
        let is_then = |session: &&Session| {
            let (first, last) = session.days();
            query.when.is_none_or(|days| days.meets(first, last))
        };
        let wanted =
            self.sessions.iter().filter(|session| session.ends() > now).filter(is_near).filter(is_then);
        wanted.filter_map(Session::left).map(|left| left as usize).sum()
    }

    /// The sessions that have not ended at that instant (UTC seconds) as one chooses among them: those with a seat before full ones, then
    /// the nearest to `near`, then the soonest.
    pub fn slots(&self, near: Option<Point>, now: i64) -> Vec<Slot> {
        let away = |place: usize| Some(near?.distance(self.places.get(place)?.point?));
        let kilometres = |distance: Option<Kilometres>| distance.map_or(f64::INFINITY, Kilometres::value);
        let mut nearest = None;
        for place in 0..self.places.len() {
            let distance = away(place);
            if kilometres(distance) < kilometres(nearest) {
                nearest = distance;
            }
        }
        let only = if self.places.len() == 1 { Some(0) } else { None };
        let (mut slots, mut keys): (Vec<Slot>, Vec<Key>) = (Vec::new(), Vec::new());
        for session in self.coming_positions(now) {
            let held = &self.sessions[session];
            let place = held.place.filter(|place| *place < self.places.len()).or(only);
            let distance = place.map_or(nearest, away);
            let rank =
                order::slot(held.is_full(), distance.map(Kilometres::value), held.start.moment.instant);
            // Those that rank alike stay in the order of the list.
            keys.push((rank, session as u32, slots.len() as u32));
            slots.push(Slot { session, place, distance });
        }
        sort(&mut keys);
        keys.into_iter().map(|(.., at)| slots[at as usize]).collect()
    }

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

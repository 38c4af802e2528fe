//! Which of the sessions that were known is which of those that the feed has now. Nobody is told of a change that is none, and nobody is
//! sent to another date than the one they chose: what is not clearly the same is gone, and the organiser is asked.
//!
//! 1. The same name is the same session.
//! 2. Of what is left, the same start is the same session, if one of the two has no name of the feed's own, and no other has that start. Two that
//!    the feed names apart are two.
//! 3. Of what is left, and named by nothing but its start: where as many are missing as are new, they are the same in their order of time, no
//!    more than a week apart. Where they are not as many, some were taken out or added: then only two that are nearest to each other are the
//!    same, and no more than a day apart. In no case if a session that stayed is between them: it is a series, and nobody moves one
//!    evening of a series behind the next.

use alentour_model::{Moment, Session};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

/// A session that was known.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Its name.
    pub name: &'a str,
    /// When it is to begin, where that is known, UTC seconds. What has begun, or is called off, is compared by its name alone.
    pub start: Option<i64>,
}

/// For each session that was known its place among those of the feed; `None` where it is gone. No two have the same. `is_new`: whether
/// a session of the feed was not there when it was looked at before.
pub fn matched(
    known: &[Known<'_>],
    sessions: &[Session],
    is_new: impl Fn(&Session) -> bool,
) -> Vec<Option<usize>> {
    let mut matching =
        Matching { known, sessions, found: vec![None; known.len()], taken: vec![false; sessions.len()] };
    matching.by_name();
    matching.by_start();
    matching.by_order(is_new);
    matching.found
}

/// Whether a name is the start of its session: where a feed names none, that is its name.
pub fn is_start(name: &str) -> bool {
    // Those of one start have a number behind it.
    Moment::parse(name.split('#').next().unwrap_or_default()).is_some()
}

struct Matching<'a> {
    known: &'a [Known<'a>],
    sessions: &'a [Session],
    found: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Matching<'_> {
    fn set(&mut self, known: usize, session: usize) {
        if let (Some(found), Some(taken)) = (self.found.get_mut(known), self.taken.get_mut(session)) {
            (*found, *taken) = (Some(session), true);
        }
    }

    /// Those that are missing, and when they were to begin.
    fn missing(&self) -> Vec<(usize, &Known<'_>, i64)> {
        let missing = self.known.iter().enumerate().zip(&self.found).filter(|(_, found)| found.is_none());
        missing.filter_map(|((at, known), _)| Some((at, known, known.start?))).collect()
    }

    /// Those that are nobody's yet, and when they begin.
    fn free(&self) -> Vec<(usize, &Session, i64)> {
        let free = self.sessions.iter().enumerate().zip(&self.taken).filter(|(_, taken)| !**taken);
        free.map(|((at, session), _)| (at, session, session.start.moment.instant)).collect()
    }

    fn by_name(&mut self) {
        for (at, known) in self.known.iter().enumerate() {
            let place = self.sessions.iter().position(|session| session.id == known.name);
            if let Some(place) = place.filter(|place| self.taken.get(*place) == Some(&false)) {
                self.set(at, place);
            }
        }
    }

    fn by_start(&mut self) {
        let (missing, free) = (self.missing(), self.free());
        let mut pairs = Vec::new();
        for (at, known, start) in &missing {
            let mut there = free.iter().filter(|(_, _, other)| other == start);
            let are_one = missing.iter().filter(|(_, _, other)| other == start).count() == 1;
            if let (true, Some((place, session, _)), None) = (are_one, there.next(), there.next())
                && (is_start(known.name) || is_start(&session.id))
            {
                pairs.push((*at, *place));
            }
        }
        pairs.into_iter().for_each(|(known, session)| self.set(known, session));
    }

    fn by_order(&mut self, is_new: impl Fn(&Session) -> bool) {
        let unnamed =
            |(at, known, start): (usize, &Known<'_>, i64)| is_start(known.name).then_some((at, start));
        let mut missing: Vec<_> = self.missing().into_iter().filter_map(unnamed).collect();
        let new = |(place, session, start): (usize, &Session, i64)| {
            (is_start(&session.id) && is_new(session)).then_some((place, start))
        };
        let mut free: Vec<_> = self.free().into_iter().filter_map(new).collect();
        missing.sort_by_key(|(at, start)| (*start, *at));
        free.sort_by_key(|(place, start)| (*start, *place));
        let stayed: Vec<i64> = self.stayed();
        let is_between = |a: i64, b: i64| stayed.iter().any(|at| (a.min(b) + 1..a.max(b)).contains(at));
        let (pairs, most): (Vec<_>, _) = match missing.len() == free.len() {
            true => (missing.iter().copied().zip(free.iter().copied()).collect(), WEEK),
            false => (nearest(&missing, &free), DAY),
        };
        for ((known, was), (session, is)) in pairs {
            if (is - was).abs() <= most && !is_between(was, is) {
                self.set(known, session);
            }
        }
    }

    /// When the sessions begin that are the same as before.
    fn stayed(&self) -> Vec<i64> {
        let found = self.found.iter().flatten().filter_map(|place| self.sessions.get(*place));
        found.map(|session| session.start.moment.instant).collect()
    }
}

type At = (usize, i64);

/// Those of two lists that are nearest to each other, and to no other as near.
fn nearest(missing: &[At], free: &[At]) -> Vec<(At, At)> {
    let nearest_of = |to: At, among: &[At]| -> Option<At> {
        let distance = |at: &At| (at.1 - to.1).abs();
        let first = *among.iter().min_by_key(|at| distance(at))?;
        (among.iter().filter(|at| distance(at) == distance(&first)).count() == 1).then_some(first)
    };
    let pairs = missing.iter().filter_map(|was| {
        let is = nearest_of(*was, free)?;
        (nearest_of(is, missing)? == *was).then_some((*was, is))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use alentour_model::session::When;
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3600;
    /// 2027-01-15, 08:00 UTC.
    const BEGINNING: i64 = 1_800_000_000;

    fn at(hours: i64) -> Moment {
        Moment { instant: BEGINNING + hours * HOUR, offset: 3600 }
    }

    fn session(id: &str, hours: i64) -> Session {
        let id = if id.is_empty() { at(hours).to_string() } else { id.to_owned() };
        Session {
            id,
            name: String::new(),
            start: When { moment: at(hours), all_day: false },
            end: None,
            time_zone: String::new(),
            place: None,
            capacity: None,
            remaining: None,
            needs: Vec::new(),
            live: Default::default(),
        }
    }

    /// What becomes of sessions, each by the feed's name for it (empty: none) and its start in hours. `None`: it is gone.
    fn fate(before: &[(&str, i64)], after: &[(&str, i64)]) -> Vec<Option<usize>> {
        let list = |all: &[(&str, i64)]| -> Vec<_> { all.iter().map(|(id, at)| session(id, *at)).collect() };
        let (before, after) = (list(before), list(after));
        let known = |it: &'static Session| Known { name: &it.id, start: Some(it.start.moment.instant) };
        let before: &'static [Session] = before.leak();
        let known: Vec<_> = before.iter().map(known).collect();
        matched(&known, &after, |session| before.iter().all(|before| before.id != session.id))
    }

    #[test]
    fn a_session_that_the_feed_names_is_the_same_whenever_it_is() {
        assert_eq!(fate(&[("a", 0), ("b", 48)], &[("b", 0), ("a", 900)]), [Some(1), Some(0)]);
        // Another name is another session, even at the same time.
        assert_eq!(fate(&[("a", 0)], &[("b", 0)]), [None]);
        assert_eq!(fate(&[("a", 0)], &[("", 1)]), [None]);
    }

    #[test]
    fn a_feed_that_begins_to_name_its_sessions_or_no_longer_does_has_the_same_ones() {
        assert_eq!(fate(&[("", 0), ("", 24)], &[("b", 24), ("a", 0)]), [Some(1), Some(0)]);
        assert_eq!(fate(&[("a", 0)], &[("", 0)]), [Some(0)]);
        // Two at one time: nobody knows which is which.
        assert_eq!(fate(&[("", 0)], &[("a", 0), ("b", 0)]), [None]);
    }

    #[test]
    fn one_without_a_name_that_moves_by_half_an_hour_or_some_days_is_the_same() {
        assert_eq!(fate(&[("", 0)], &[("", 1)]), [Some(0)]);
        assert_eq!(fate(&[("", 0)], &[("", 7 * 24)]), [Some(0)]);
        assert_eq!(fate(&[("", 0)], &[("", 7 * 24 + 1)]), [None]);
        // A whole series that is an hour later.
        assert_eq!(
            fate(&[("", 0), ("", 168), ("", 336)], &[("", 1), ("", 169), ("", 337)]),
            [Some(0), Some(1), Some(2)]
        );
    }

    #[test]
    fn an_evening_that_is_taken_out_of_a_series_is_not_the_next_one() {
        let series = [("", 0), ("", 168), ("", 336)];
        assert_eq!(fate(&series, &[("", 0), ("", 336)]), [Some(0), None, Some(1)]);
        // Nor one that is added at its end at the same time.
        assert_eq!(fate(&series, &[("", 0), ("", 336), ("", 340)]), [Some(0), None, Some(1)]);
        // The first is over and gone, one is added, and another moves by an hour: there are fewer missing than new.
        assert_eq!(fate(&[("", 168), ("", 336)], &[("", 169), ("", 336), ("", 504)]), [Some(0), Some(1)]);
    }

    fn many() -> impl Strategy<Value = Vec<(usize, i64)>> {
        proptest::collection::vec((0..6_usize, 0..60_i64), 0..8)
    }

    proptest! {
        #[test]
        fn no_two_become_one_and_none_another_that_the_feed_names(before in many(), after in many()) {
            const NAMES: [&str; 6] = ["", "", "", "", "a", "b"];
            let apart = |all: Vec<(usize, i64)>| {
                let mut ids = BTreeSet::new();
                let named = all.into_iter().map(|(name, at)| (NAMES[name], at));
                named.filter(|(id, at)| ids.insert(session(id, *at).id)).collect::<Vec<_>>()
            };
            let (before, after) = (apart(before), apart(after));
            let fates = fate(&before, &after);
            let mut taken = BTreeSet::new();
            for ((id, start), found) in before.iter().zip(&fates) {
                let same_name = after.iter().position(|(other, at)| session(other, *at).id == session(id, *start).id);
                if let Some(place) = same_name {
                    prop_assert_eq!(*found, Some(place));
                }
                let Some(place) = found else { continue };
                prop_assert!(taken.insert(*place), "{} is two", place);
                let (other, at) = after[*place];
                prop_assert!(id.is_empty() || other.is_empty() || *id == other);
                prop_assert!(id.is_empty() == other.is_empty() || at == *start);
            }
        }
    }
}

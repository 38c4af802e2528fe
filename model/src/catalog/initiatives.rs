//! What a catalog says of one initiative, and which kinds and causes its initiatives have.

use super::Catalog;
use crate::answer::Asked;
use crate::geo::{Kilometres, Point};
use crate::initiative::{Cause, Initiative, Kind};
use crate::part::Part;
use crate::query::{Hit, Query, Results, Tier};
use crate::session::{Session, When};
use crate::time::DateRange;
use crate::understanding::Why;

impl Catalog {
    /// The initiative at a position, as in [`Hit::initiative`].
    pub fn get(&self, position: usize) -> Option<&Initiative> {
        let (part, row) = self.row(position)?;
        #[cfg(feature = "server")]
        if let Some(shelf) = &part.shelf {
            let at = self.positions.get(position)?.0 as usize;
            return self.taken.get(at, row, part, shelf);
        }
        part.initiative(row)
    }

    /// When the session that a hit names begins, and the time zone that it is told in.
    pub fn begins(&self, hit: &Hit) -> Option<(When, &str)> {
        let session = hit.session?;
        let (part, row) = self.row(hit.initiative)?;
        #[cfg(feature = "server")]
        if part.shelf.is_some() {
            return part.columns.begins(row, session);
        }
        let session = part.initiative(row)?.sessions.get(session)?;
        Some((session.start, &session.time_zone))
    }

    /// The position of the initiative of that identifier.
    pub fn position(&self, id: &str) -> Option<usize> {
        (0..self.len()).find(|position| self.get(*position).is_some_and(|initiative| initiative.id == id))
    }

    fn row(&self, position: usize) -> Option<(&Part, usize)> {
        let (part, row) = *self.positions.get(position)?;
        Some((self.parts.get(part as usize)?, row as usize))
    }

    /// One initiative as an answer shows it, whether or not a query finds it.
    pub fn hit(&self, position: usize, near: Option<Point>, now: i64) -> Option<Hit> {
        self.named(position, near, f64::INFINITY, None, now)
    }

    /// A hit of a query as it is now: where the last seat of its session was taken after the feed was read, it names another one of those
    /// asked for, if one has a seat. How it was found is not said then.
    pub fn seated(&self, hit: Hit, query: &Query, now: i64) -> Hit {
        let session = hit.session.and_then(|session| self.get(hit.initiative)?.sessions.get(session));
        if !session.is_some_and(Session::is_full) {
            return hit;
        }
        let limit = query.radius.map_or(f64::INFINITY, Kilometres::value);
        let other = self.named(hit.initiative, query.near, limit, query.when, now);
        other.filter(|other| other.session.is_some()).unwrap_or(hit)
    }

    /// What is named of one, with its seats as they were counted last.
    #[inline(never)]
    fn named(
        &self,
        position: usize,
        near: Option<Point>,
        limit: f64,
        when: Option<DateRange>,
        now: i64,
    ) -> Option<Hit> {
        let (part, row) = self.row(position)?;
        let asked = Asked::new(near.map(Point::direction), limit, now, [when, None, None, None]);
        let sessions = &self.get(position)?.sessions;
        Some(part.columns.answer(row, &asked, sessions, &mut Vec::new()).hit(position))
    }

    /// Why an answer has a hit, where what its card shows does not say so.
    pub fn why(&self, results: &Results, hit: &Hit) -> Option<Why> {
        let (unit, alternative) = hit.by;
        if hit.tier <= Tier::Shown {
            return None;
        }
        let alternative = results.units.0.get(unit)?.alternatives.get(alternative)?;
        Why::of(self.get(hit.initiative)?, &self.lexicon, alternative)
    }

    /// Whether some initiative is of that kind, or every feed knows it.
    pub fn has_kind(&self, kind: &Kind) -> bool {
        self.parts.iter().any(|part| part.columns.kinds.contains(kind))
    }

    /// Whether some initiative has that cause, or every feed knows it.
    pub fn has_cause(&self, cause: &Cause) -> bool {
        self.parts.iter().any(|part| part.columns.causes.contains(cause))
    }
}

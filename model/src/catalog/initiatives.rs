//! What a catalog says of one initiative, and which kinds and causes its initiatives have.

use super::Catalog;
use crate::answer::Asked;
use crate::geo::Point;
use crate::initiative::{Cause, Initiative, Kind};
use crate::part::Part;
use crate::query::{Hit, Results, Tier};
use crate::session::When;
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
        let (part, row) = self.row(position)?;
        let asked = Asked::new(near.map(Point::direction), f64::INFINITY, now, [None; 4]);
        Some(part.columns.answer(row, &asked, &mut Vec::new()).hit(position))
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

//! What visitors would miss of an initiative.

use alentour_model::{Initiative, Kind, Reach};

/// What visitors would miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// No place at all, though it is not everywhere.
    Place,
    /// A place that could not be found on the map.
    Position,
    /// No date, though it happens once.
    Date,
    /// No way to take part.
    Way,
    /// It is over.
    Over,
}

impl Gap {
    pub(super) const ALL: [Self; 5] = [Self::Place, Self::Position, Self::Date, Self::Way, Self::Over];

    /// Names it in the JSON report.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Position => "position",
            Self::Date => "date",
            Self::Way => "way",
            Self::Over => "over",
        }
    }

    pub(super) fn is_in(self, initiative: &Initiative, now: i64) -> bool {
        let is_local = matches!(initiative.reach, Reach::Local | Reach::Regional);
        let nowhere = initiative.places.is_empty();
        match self {
            Self::Place => is_local && nowhere,
            Self::Position => {
                is_local && !nowhere && initiative.places.iter().all(|place| place.point.is_none())
            }
            Self::Date => {
                matches!(initiative.kind, Some(Kind::Gathering | Kind::Training))
                    && initiative.sessions.is_empty()
                    && initiative.start.is_none()
            }
            Self::Way => initiative.participation.is_none() && initiative.url.is_none(),
            Self::Over => initiative.is_over(now),
        }
    }
}

//! What a sign-up has of a session: a seat, a place in the line for one, or an offer. Who is promoted from the line is
//! decided here, without a database.

/// Seconds before a session within which a freed seat is offered, not given: whoever waited may have made other plans.
const AT_SHORT_NOTICE: i64 = 24 * 3600;
/// Seconds that an offer stands, at most and at least. Between them it stands for a quarter of the time that is left.
const LONGEST_OFFER: i64 = 2 * 3600;
const SHORTEST_OFFER: i64 = 15 * 60;

/// The state of an attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttendanceState {
    /// An attempt's: a seat is asked for, and the person has not confirmed.
    Asked,
    /// Takes the seats of its party.
    Active,
    /// Waits for seats.
    Waiting,
    /// Takes seats that go to the next in line unless they are accepted in time.
    Offered,
    /// Given back, or an offer that was not answered.
    Cancelled,
}

impl AttendanceState {
    const ALL: [Self; 5] = [Self::Asked, Self::Active, Self::Waiting, Self::Offered, Self::Cancelled];

    /// The word for it in the database, in exports and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Cancelled => "cancelled",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether it takes seats.
    pub fn is_seated(self) -> bool {
        matches!(self, Self::Active | Self::Offered)
    }
}

/// What a sign-up has of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// The session's id within the initiative.
    pub session: String,
    /// For how many people: as many as the sign-up, unless that has changed since the session was last among the choices.
    pub party: u32,
    /// Its state.
    pub state: AttendanceState,
    /// Whether the form accepted a place in the line.
    pub may_wait: bool,
    /// Since when it has been in that state, UTC seconds; of one that waits, its place in the line.
    pub since: i64,
    /// Of an offer: until when it stands, UTC seconds.
    pub decide_by: Option<i64>,
}

/// Who of a line gets seats: the longest waiting whose party fits, until none fits any more. Gives their places in the
/// line, in its order, and of an offer until when it stands. `free` is the number of free seats; `starts_at`, if known, and
/// `now` are UTC seconds.
pub fn promoted(
    parties: &[i64],
    mut free: i64,
    starts_at: Option<i64>,
    now: i64,
) -> Vec<(usize, Option<i64>)> {
    let left = starts_at.map_or(i64::MAX, |starts_at| starts_at - now);
    if left <= 0 {
        return Vec::new();
    }
    let offer = LONGEST_OFFER.min((left / 4).max(SHORTEST_OFFER)).min(left);
    let decide_by = (left < AT_SHORT_NOTICE).then_some(now + offer);
    let mut promoted = Vec::new();
    for (place, party) in parties.iter().enumerate() {
        if *party <= free {
            free -= party;
            promoted.push((place, decide_by));
        }
    }
    promoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freed_seat_goes_to_the_longest_waiting_whose_party_fits() {
        let who = |parties: &[i64], free| {
            promoted(parties, free, None, 0).into_iter().map(|(place, _)| place).collect::<Vec<_>>()
        };
        assert_eq!(who(&[2, 1, 1], 1), [1]);
        assert_eq!(who(&[2, 1, 1], 2), [0]);
        assert_eq!(who(&[2, 1, 1], 3), [0, 1]);
        assert_eq!(who(&[3, 1, 2, 1], 2), [1, 3]);
        assert_eq!(who(&[1], 0), [] as [usize; 0]);
        assert_eq!(who(&[1], -1), [] as [usize; 0]);
    }

    #[test]
    fn at_short_notice_a_seat_is_offered_for_a_time_that_ends_before_the_session_begins() {
        let offered = |left: i64| promoted(&[1], 1, Some(1000 + left), 1000).first().map(|(_, by)| *by);
        let hours = |hours: f64| (hours * 3600.0) as i64;
        assert_eq!(offered(hours(24.0)), Some(None));
        assert_eq!(offered(hours(23.9)), Some(Some(1000 + hours(2.0))));
        assert_eq!(offered(hours(2.0)), Some(Some(1000 + hours(0.5))));
        assert_eq!(offered(600), Some(Some(1600)));
        // Nobody is asked to come to what has begun.
        assert_eq!(offered(0), None);
        assert_eq!(offered(-1), None);
    }
}

//! What happens again and again, found in its dates: whoever made the feed need not have said it.

use crate::session::{Session, When};
use crate::time::{Date, LocalTime};

/// Dates from which on they are a rhythm: two a week apart may be chance.
const LEAST: usize = 3;
/// Weeks that are left out, at most: of more the exceptions would say more than the rule.
const EXCEPTIONS: usize = 3;

/// A time that is the same each week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weekly {
    /// The day of the week: 0 is Monday.
    pub weekday: i32,
    /// The last day that is known.
    pub last: Date,
    /// Days between that are left out.
    pub except: Vec<Date>,
}

impl Weekly {
    /// The rhythm of sessions, soonest first. `None` where they have none.
    pub fn of(sessions: &[&Session]) -> Option<Self> {
        let (first, last) = (sessions.first()?, sessions.last()?);
        let mut except = Vec::new();
        for (before, session) in sessions.iter().zip(sessions.get(1..)?) {
            let days = session.start.date().days() - before.start.date().days();
            if !is_alike(first, session) || days < 7 || days % 7 != 0 {
                return None;
            }
            for week in 1..days / 7 {
                except.push(before.start.date().plus(7 * week));
                if except.len() > EXCEPTIONS {
                    return None;
                }
            }
        }
        let is_rule = sessions.len() >= LEAST && sessions.len() > except.len() + 1;
        is_rule.then(|| Self { weekday: first.start.date().weekday(), last: last.start.date(), except })
    }
}

/// Whether two sessions are at the same time of the day, and called the same.
fn is_alike(one: &Session, other: &Session) -> bool {
    let clock = |when: When| (when.all_day, LocalTime::of(when.moment).second);
    clock(one.start) == clock(other.start)
        && one.end.map(clock) == other.end.map(clock)
        && one.name == other.name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Moment;

    fn sessions(days: &[&str]) -> Vec<Session> {
        let when = |text: &str| When { moment: Moment::parse(text).unwrap(), all_day: false };
        let session = |day: &&str| Session {
            id: String::new(),
            name: String::new(),
            start: when(&format!("{day}T17:00:00+01:00")),
            end: Some(when(&format!("{day}T19:00:00+01:00"))),
            time_zone: String::new(),
            place: None,
            capacity: None,
            remaining: None,
            needs: Vec::new(),
            live: Default::default(),
        };
        days.iter().map(session).collect()
    }

    fn weekly(sessions: &[Session]) -> Option<(i32, String, Vec<String>)> {
        let found = Weekly::of(&sessions.iter().collect::<Vec<_>>())?;
        let except = found.except.iter().map(ToString::to_string).collect();
        Some((found.weekday, found.last.to_string(), except))
    }

    #[test]
    fn the_same_time_each_week_is_a_rhythm_and_what_is_left_out_is_named() {
        let all = sessions(&["2026-12-01", "2026-12-08", "2026-12-15"]);
        assert_eq!(weekly(&all), Some((1, "2026-12-15".into(), Vec::new())));
        let all = sessions(&["2026-12-03", "2026-12-10", "2026-12-17", "2026-12-31"]);
        assert_eq!(weekly(&all), Some((3, "2026-12-31".into(), vec!["2026-12-24".into()])));
        // Summer time begins: the clocks on the wall say the same.
        let mut all = sessions(&["2027-03-16", "2027-03-23", "2027-03-30"]);
        let when = |text| When { moment: Moment::parse(text).unwrap(), all_day: false };
        all[2].start = when("2027-03-30T17:00:00+02:00");
        all[2].end = Some(when("2027-03-30T19:00:00+02:00"));
        assert_eq!(weekly(&all), Some((1, "2027-03-30".into(), Vec::new())));
    }

    #[test]
    fn dates_without_a_rhythm_have_none() {
        for days in [
            &["2026-12-01"][..],
            &["2026-12-01", "2026-12-08"],
            &["2026-12-01", "2026-12-08", "2026-12-16"],
            &["2026-12-01", "2026-12-08", "2026-12-08"],
            // Every other week.
            &["2026-12-01", "2026-12-15", "2026-12-29"],
            &["2026-12-01", "2026-12-08", "2026-12-15", "2027-06-01"],
        ] {
            assert_eq!(weekly(&sessions(days)), None, "{days:?}");
        }
        let mut named = sessions(&["2026-12-01", "2026-12-08", "2026-12-15"]);
        named[1].name = "Avec repas".into();
        assert_eq!(weekly(&named), None);
        let mut longer = sessions(&["2026-12-01", "2026-12-08", "2026-12-15"]);
        longer[2].end = None;
        assert_eq!(weekly(&longer), None);
    }
}

//! Dates that an organiser has called off here while the feed still has them: whoever asks for an initiative finds them called off.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use alentour_model::{Initiative, Session};

/// Seconds between two starts of one date at most: what the feed gives that name to on another day is another date.
const A_DAY: i64 = 86_400;

/// By initiative their names, and when they were to begin (UTC seconds).
type Dates = HashMap<String, Vec<(String, i64)>>;

/// The dates that were called off here, as the database had them last.
#[derive(Default)]
pub struct CalledOff {
    dates: RwLock<Arc<Dates>>,
}

impl CalledOff {
    /// Takes what the database has. Says whether that is something else.
    pub fn learn(&self, all: Vec<(String, String, i64)>) -> bool {
        let mut dates = Dates::new();
        for (initiative, session, starts_at) in all {
            dates.entry(initiative).or_default().push((session, starts_at));
        }
        let is_new = **self.dates.read().unwrap_or_else(PoisonError::into_inner) != dates;
        if is_new {
            *self.dates.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(dates);
        }
        is_new
    }

    /// Whether a date that a feed has was called off.
    pub fn has(&self, initiative: &str, session: &Session) -> bool {
        let (dates, start) = (self.dates(), session.start.moment.instant);
        let is_it = |(name, at): &(String, i64)| *name == session.id && (start - at).abs() < A_DAY;
        dates.get(initiative).is_some_and(|dates| dates.iter().any(is_it))
    }

    /// The initiative as it is here: what is called off is no date of it any more.
    pub fn put_into(&self, initiative: Arc<Initiative>) -> Arc<Initiative> {
        let is_off = |session: &Session| self.has(&initiative.id, session);
        if !initiative.sessions.iter().any(is_off) {
            return initiative;
        }
        let (off, on): (Vec<_>, Vec<_>) = initiative.sessions.iter().cloned().partition(is_off);
        let mut initiative = Initiative::clone(&initiative);
        initiative.sessions = on;
        initiative.cancelled.extend(off);
        Arc::new(initiative)
    }

    fn dates(&self) -> Arc<Dates> {
        self.dates.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Kept;

    fn session(name: &str, starts: &str) -> Session {
        let kept = Kept { starts: starts.to_owned(), ..Kept::default() };
        kept.session(name).unwrap()
    }

    #[test]
    fn a_date_stays_called_off_where_it_moves_by_some_hours_and_not_where_its_name_is_another_day_s() {
        let known = CalledOff::default();
        let first = session("a", "2099-05-02T14:00:00+02:00");
        assert!(!known.has("atelier", &first));
        let row = ("atelier".to_owned(), "a".to_owned(), first.start.moment.instant);
        assert!(known.learn(vec![row.clone()]) && !known.learn(vec![row]));
        assert!(known.has("atelier", &first) && !known.has("autre", &first));
        assert!(known.has("atelier", &session("a", "2099-05-02T18:00:00+02:00")));
        assert!(!known.has("atelier", &session("a", "2099-05-09T14:00:00+02:00")));
        assert!(!known.has("atelier", &session("b", "2099-05-02T14:00:00+02:00")));
        // One that is named by its start is known by its new name once the database has it.
        let (was, is) = ("2099-05-02T14:00:00+02:00", "2099-05-02T14:30:00+02:00");
        let named = CalledOff::default();
        let row =
            |name: &str| ("atelier".to_owned(), name.to_owned(), session(name, name).start.moment.instant);
        assert!(named.learn(vec![row(was)]) && !named.has("atelier", &session(is, is)));
        assert!(named.learn(vec![row(is)]) && named.has("atelier", &session(is, is)));

        let mut initiative = Initiative::new("atelier", "Atelier");
        initiative.sessions = vec![first, session("b", "2099-05-03T14:00:00+02:00")];
        let here = known.put_into(Arc::new(initiative));
        let names = |all: &[Session]| all.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        assert_eq!(
            (names(&here.sessions), names(&here.cancelled)),
            (vec!["b".to_owned()], vec!["a".to_owned()])
        );
    }
}

//! When an item happens: sessions, on the clocks of the place.

use alentour_model::read::{DEFAULT_ZONE, LINE};
use alentour_model::text::cut;
use alentour_model::{LocalTime, Place, Problem, Session, When, Zones};
use serde_json::Value;

use crate::fields::zones::TzDatabase;
use crate::fields::{date, zones};
use crate::items::Item;

/// The clocks that an item's times are read by.
pub(crate) struct Clock {
    /// Their IANA time zone.
    pub zone: String,
    /// The feed or the place says so.
    is_sure: bool,
    /// Times are what the wall clock shows, whatever offset stands behind them.
    pub is_wall: bool,
}

impl Clock {
    /// The clocks of that zone, as nobody would say it.
    pub fn of(zone: &str) -> Self {
        Self { zone: zone.to_owned(), is_sure: true, is_wall: false }
    }
}

/// The fields of a session, by their paths; empty ones are not looked for.
#[derive(Clone, Copy, Default)]
pub(crate) struct SessionFields<'a> {
    pub id: &'a str,
    pub start: &'a str,
    pub end: &'a str,
    pub all_day: &'a str,
    pub capacity: &'a str,
    pub remaining: &'a str,
}

impl Item<'_> {
    /// The clocks that the field at `path` names or, where it names none, those of the first place that tells. A
    /// server that was never told where it is says UTC: then, too, the place is asked.
    pub fn clock(&mut self, path: &str, places: &[Place]) -> Clock {
        let by_place = places.iter().find_map(zones::of_place);
        let given = if path.is_empty() { String::new() } else { self.line(path) };
        if !given.is_empty() {
            match zones::named(&given) {
                Some(zone) if !(is_utc(&zone) && by_place.is_some()) => {
                    return Clock { zone, is_sure: true, is_wall: false };
                }
                Some(_) => self.find(path, Problem::Repaired),
                None => self.find(path, Problem::UnknownWord),
            }
        }
        Clock {
            zone: by_place.unwrap_or(DEFAULT_ZONE).to_owned(),
            is_sure: by_place.is_some(),
            is_wall: false,
        }
    }

    /// A date or time, on these clocks.
    pub fn time(&mut self, path: &str, clock: &Clock) -> Option<When> {
        let value = self.get(path)?;
        let local = value.as_str().map(str::trim).and_then(LocalTime::split);
        let is_local = local.is_some_and(|(_, offset)| clock.is_wall || offset.is_none());
        let shown = value.as_str().filter(|_| clock.is_wall && local.is_some());
        // What is behind the seconds is the offset.
        let shown = shown.and_then(|text| text.trim().get(..19)).map(Value::from);
        match date::moment_in(shown.as_ref().unwrap_or(value), &clock.zone) {
            date::Read::When(when) => {
                if is_local && !clock.is_sure {
                    self.find(path, Problem::NoTimeZone);
                }
                return Some(when);
            }
            date::Read::Placeholder => self.find(path, Problem::Repaired),
            date::Read::NotADate => self.find(path, Problem::NotADate),
        }
        None
    }

    /// A start and, where there is one that is not before it, an end.
    pub fn span(&mut self, start: &str, end: &str, clock: &Clock) -> Option<(When, Option<When>)> {
        let from = self.time(start, clock)?;
        let mut to = if end.is_empty() { None } else { self.time(end, clock) };
        if to.is_some_and(|to| to.ends_before(from)) {
            self.find(end, Problem::EndsBeforeStart);
            to = None;
        }
        Some((from, to))
    }

    /// A session; `None` where its start is missing or none.
    pub fn session(&mut self, fields: SessionFields, clock: &Clock) -> Option<Session> {
        let Some((mut start, mut end)) = self.span(fields.start, fields.end, clock) else {
            // A start that is there and no date has been said already.
            if self.get(fields.start).is_none() && self.get(fields.end).is_some() {
                self.find(fields.start, Problem::Incomplete);
            }
            return None;
        };
        if !fields.all_day.is_empty() && self.flag(fields.all_day) {
            let day = |when: When| date::whole_in(when.date(), &clock.zone).unwrap_or(when);
            (start, end) = (day(start), end.map(day));
        }
        let id = if fields.id.is_empty() { String::new() } else { self.line(fields.id) };
        let mut count = |path: &str| if path.is_empty() { None } else { self.count(path) };
        let capacity = count(fields.capacity);
        Some(Session {
            id: if id.is_empty() { start.moment.to_string() } else { id },
            name: String::new(),
            start,
            end,
            time_zone: shown_in(start, clock),
            place: None,
            capacity,
            remaining: count(fields.remaining),
            needs: Vec::new(),
            live: Default::default(),
        })
    }
}

fn is_utc(zone: &str) -> bool {
    matches!(zone, "UTC" | "Etc/UTC" | "GMT" | "Etc/GMT" | "Zulu" | "Etc/Zulu" | "UCT")
}

/// The zone that a time is shown in. A time with an offset that the clocks we take for granted do not have is
/// somewhere else: it is shown as it was written.
fn shown_in(start: When, clock: &Clock) -> String {
    let local = LocalTime::of(start.moment);
    let agrees = clock.is_sure || TzDatabase.offset(&clock.zone, local) == Some(start.moment.offset);
    let elsewhere = || zones::fixed(start.moment.offset);
    Some(clock.zone.clone()).filter(|_| agrees).or_else(elsewhere).unwrap_or_else(|| clock.zone.clone())
}

/// Names sessions apart, as a sign-up names its session. Those that are the same in all but their name are one.
pub(crate) fn apart(sessions: Vec<Session>) -> Vec<Session> {
    let mut apart: Vec<Session> = Vec::new();
    let mut taken = std::collections::HashSet::new();
    // Counted on: a thousand of one name would each try all numbers before theirs.
    let mut copy = 2;
    let mut times = std::collections::HashSet::new();
    for mut session in sessions {
        let time =
            (session.start.moment.instant, session.end.map(When::ends), session.place, session.name.clone());
        if !times.insert(time) {
            continue;
        }
        let mut name = session.id.clone();
        // Room for a number, in what is a line.
        cut(&mut name, LINE - 12);
        while !taken.insert(session.id.clone()) {
            session.id = format!("{name}#{copy}");
            copy += 1;
        }
        apart.push(session);
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use alentour_model::{Finding, Initiative};
    use serde_json::json;

    use crate::budget::Budget;
    use crate::budget::Meter;
    use crate::items::List;

    /// Reads an item of one session with these fields, in that country.
    fn read(item: Value) -> (Session, Vec<(String, Problem)>) {
        const LIST: List = List {
            name: "test",
            language: "",
            id: &["id"],
            title: &["id"],
            withdrawn: |_| None,
            called_off: |_| None,
            fill: |item: &mut Item, initiative: &mut Initiative| {
                let place = Place {
                    address_country: item.line("country"),
                    postal_code: item.line("postcode"),
                    ..Place::default()
                };
                let clock = item.clock("zone", &[place]);
                let fields = SessionFields {
                    start: "start",
                    end: "end",
                    all_day: "allDay",
                    ..SessionFields::default()
                };
                initiative.sessions = item.session(fields, &clock).into_iter().collect();
            },
        };
        let reading = LIST.read([item], &Meter::new(Budget::OPERATOR, 0));
        let found = |finding: &Finding| (finding.field.clone(), finding.problem);
        (reading.feed.initiatives[0].sessions[0].clone(), reading.findings.iter().map(found).collect())
    }

    fn start(item: Value) -> (String, String, usize) {
        let (session, findings) = read(item);
        (session.start.moment.to_string(), session.time_zone, findings.len())
    }

    #[test]
    fn times_are_on_the_clocks_of_the_place() {
        for (item, time, zone, findings) in [
            (
                json!({"id": 1, "start": "2026-07-14 17:00:00", "country": "FR"}),
                "2026-07-14T17:00:00+02:00",
                "Europe/Paris",
                0,
            ),
            (
                json!({"id": 1, "start": "2026-07-14 17:00:00", "country": "FR", "postcode": "97400"}),
                "2026-07-14T17:00:00+04:00",
                "Indian/Reunion",
                0,
            ),
            (
                json!({"id": 1, "start": "2026-07-14T15:00:00Z", "country": "GB"}),
                "2026-07-14T16:00:00+01:00",
                "Europe/London",
                0,
            ),
            (
                json!({"id": 1, "start": 1_784_041_200, "zone": "America/New_York"}),
                "2026-07-14T11:00:00-04:00",
                "America/New_York",
                0,
            ),
            (
                json!({"id": 1, "start": "2026-07-14 17:00", "zone": "UTC", "country": "BE"}),
                "2026-07-14T17:00:00+02:00",
                "Europe/Brussels",
                1,
            ),
            (
                json!({"id": 1, "start": "2026-07-14 17:00", "zone": "Europe/Guillotière"}),
                "2026-07-14T17:00:00+02:00",
                "Europe/Paris",
                2,
            ),
            (
                json!({"id": 1, "start": "2026-07-14T17:00:00-05:00"}),
                "2026-07-14T17:00:00-05:00",
                "Etc/GMT+5",
                0,
            ),
        ] {
            assert_eq!(start(item.clone()), (time.into(), zone.into(), findings), "{item}");
        }
    }

    #[test]
    fn a_whole_day_is_one_on_the_clocks_of_the_place() {
        let (session, _) =
            read(json!({"id": 1, "start": "2026-07-14 00:00:00", "end": "2026-07-14 23:59:59",
            "allDay": true, "country": "RE"}));
        assert!(session.start.all_day && session.end.is_some_and(|end| end.all_day));
        assert_eq!(session.start.moment.to_string(), "2026-07-14T00:00:00+04:00");
    }

    #[test]
    fn sessions_of_one_name_are_named_apart_and_copies_are_left_out() {
        let (first, _) = read(json!({"id": 1, "start": "2026-07-14T17:00:00+02:00"}));
        let mut later = first.clone();
        later.start.moment.instant += 3600;
        let all = apart(vec![first.clone(), first.clone(), later]);
        assert_eq!(all.len(), 2);
        assert_eq!(all[1].id, format!("{}#2", first.id));
    }
}

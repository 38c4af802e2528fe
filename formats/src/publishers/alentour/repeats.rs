//! Sessions that repeat: the first of them with a rule of calendars' (RFC 5545, section 3.3.10) beside it, and the days on which it is not
//! held. They are written out, because each of them has seats of its own.

use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Date, Finding, LocalTime, Moment, Problem, Zones};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use serde_json::{Map, Value};

use crate::budget::Meter;
use crate::fields::recurrence::{self, Unexpanded};
use crate::fields::zones::TzDatabase;
use crate::options::Options;

/// The field that has the rule.
const RULE: &str = "repeats";
/// The field that has the days on which it is not held.
const EXCEPT: &str = "exceptDates";

/// A document with its rules written out, and what was wrong with them. `None` where it has none.
pub(super) fn write_out(document: &Value, options: &Options, meter: &Meter) -> Option<(Value, Vec<Finding>)> {
    let has_rule = |session: &Value| session.get(RULE).is_some();
    let repeats = |item: &Value| match item.get("sessions") {
        Some(Value::Array(sessions)) => sessions.iter().any(has_rule),
        Some(session) => has_rule(session),
        None => false,
    };
    if !super::initiatives(document)?.iter().any(repeats) {
        return None;
    }
    let mut document = document.clone();
    let zone = text(&document, "timeZone").to_owned();
    let mut findings = Vec::new();
    let items = document.get_mut("initiatives").and_then(Value::as_array_mut);
    for (position, item) in items.into_iter().flatten().enumerate().filter(|(_, item)| repeats(item)) {
        let zone = [text(item, "timeZone"), &zone].into_iter().find(|zone| !zone.is_empty());
        let zone = zone.unwrap_or(DEFAULT_ZONE).to_owned();
        let id = item.get("id").map(shown).unwrap_or_default();
        let Some(sessions) = item.get_mut("sessions").map(Value::take) else { continue };
        let sessions = if let Value::Array(all) = sessions { all } else { vec![sessions] };
        let mut written = Vec::new();
        for (at, session) in sessions.into_iter().enumerate() {
            let Value::Object(session) = session else {
                written.push(session);
                continue;
            };
            let rule = session.get(RULE).map(shown);
            let problem = one(session, &zone, options, meter, &mut written);
            if let Some(problem) = problem {
                findings.push(Finding {
                    item: Some(position),
                    id: id.clone(),
                    field: format!("sessions.{at}.{RULE}"),
                    problem,
                    value: rule.unwrap_or_default(),
                });
            }
        }
        item["sessions"] = Value::Array(written);
    }
    Some((document, findings))
}

/// Writes out one session; one without a rule, and the first of one with a wrong rule, as it is.
fn one(
    mut session: Map<String, Value>,
    zone: &str,
    options: &Options,
    meter: &Meter,
    written: &mut Vec<Value>,
) -> Option<Problem> {
    let Some(rule) = session.remove(RULE) else {
        written.push(session.into());
        return None;
    };
    let left_out = session.remove(EXCEPT).map(|days| dates(&days)).unwrap_or_default();
    let own_zone = session.get("timeZone").map(shown).filter(|zone| !zone.is_empty());
    let zone = own_zone.as_deref().unwrap_or(zone);
    let start = session.get("startDate").and_then(|start| Clock::read(start, zone));
    let Some((start, rule)) = start.zip(rule.as_str()) else {
        written.push(session.into());
        return Some(Problem::NotADate);
    };
    let end = session.get("endDate").and_then(|end| Clock::read(end, zone));
    let length = end.map(|end| end.local - start.local).filter(|length| *length >= TimeDelta::zero());
    let (rule, until) = without_until(rule, zone);
    let now = options.now.and_then(|now| chrono::DateTime::from_timestamp(now, 0)).map(|now| now.naive_utc());
    let from = now.map_or(start.local, |now| now.max(start.local));
    let last = from.checked_add_signed(TimeDelta::days(recurrence::DAYS)).unwrap_or(from);
    let last = until.map_or(last, |until| until.min(last));
    let (mut times, problem) = recurrence::expand(&rule, start.local, last, meter);
    times.retain(|time| !left_out.contains(&time.date()));
    // A day of grace: now is not there, but in UTC. The last time of what is over stays, or it would seem to have no date at all.
    let is_over = |time: &&NaiveDateTime| {
        now.is_some_and(|now| **time + length.unwrap_or_default() < now - TimeDelta::days(1))
    };
    let over = times.iter().take_while(is_over).count();
    times.drain(..over.min(times.len().saturating_sub(1)));
    let most = meter.sessions_left().clamp(1, recurrence::SESSIONS);
    let is_cut = times.len() > most;
    times.truncate(most);
    // Each date is a copy of all that stands there, whatever that is.
    let bytes = serde_json::to_string(&session).map_or(usize::MAX, |text| text.len());
    if !meter.parse(bytes.saturating_mul(times.len())) {
        times.truncate(1);
    }
    meter.write_out(times.len());
    // Of so many seats each date has its own; what is left is that of one of them, and nobody knows which.
    session.remove("remainingAttendeeCapacity");
    let id = session.get("id").map(shown).filter(|id| !id.is_empty());
    for time in &times {
        let mut session = session.clone();
        let at = |local| Value::from(Clock { local, ..start }.written(zone));
        session.insert("startDate".into(), at(*time));
        if let Some(end) = length.and_then(|length| time.checked_add_signed(length)) {
            session.insert("endDate".into(), at(end));
        }
        if let Some(id) = &id {
            session.insert("id".into(), format!("{id}/{}", time.date()).into());
        }
        written.push(session.into());
    }
    match problem {
        Some(Unexpanded::NotARule) => Some(Problem::NotADate),
        Some(Unexpanded::TooMuch) => Some(Problem::TooMany),
        None => is_cut.then_some(Problem::TooMany),
    }
}

/// A time on the clocks of a place.
#[derive(Clone, Copy)]
struct Clock {
    local: NaiveDateTime,
    all_day: bool,
}

impl Clock {
    fn read(value: &Value, zone: &str) -> Option<Self> {
        let text = value.as_str()?.trim();
        if let Some(date) = Date::parse(text) {
            return Some(Self { local: naive(LocalTime { date, second: 0 })?, all_day: true });
        }
        let (local, offset) = LocalTime::split(text)?;
        Some(Self { local: naive(there(local, offset, zone))?, all_day: false })
    }

    fn written(self, zone: &str) -> String {
        let date = self.local.date();
        if self.all_day {
            return date.to_string();
        }
        let second = self.local.num_seconds_from_midnight().try_into().unwrap_or_default();
        let days = (date - NaiveDate::default()).num_days();
        let date = Date::from_days(days.try_into().unwrap_or_default());
        let local = LocalTime { date, second };
        // A zone that nobody knows is found fault with where it is read.
        local.at(TzDatabase.offset(zone, local).unwrap_or_default()).to_string()
    }
}

/// What the clocks of a zone show when they show that elsewhere.
fn there(local: LocalTime, offset: Option<i32>, zone: &str) -> LocalTime {
    let Some(offset) = offset else { return local };
    let instant = local.at(offset).instant;
    // The offset is asked for by the time there, which it is needed for.
    let mut there = local;
    for _ in 0..2 {
        let offset = TzDatabase.offset(zone, there).unwrap_or(offset);
        there = LocalTime::of(Moment { instant, offset });
    }
    there
}

fn naive(local: LocalTime) -> Option<NaiveDateTime> {
    let (year, month, day) = local.date.parts();
    let day = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(0, 0, 0)?;
    day.checked_add_signed(TimeDelta::seconds(local.second.into()))
}

/// A rule without its end, and when that is: `UNTIL=20270630`, the whole day, or `UNTIL=20270630T170000Z`.
fn without_until(rule: &str, zone: &str) -> (String, Option<NaiveDateTime>) {
    let is_end = |part: &&str| part.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("UNTIL="));
    let (ends, rest): (Vec<&str>, Vec<&str>) = rule.split(';').partition(is_end);
    let end = ends.first().and_then(|part| until(part.get(6..)?, zone));
    // An end that cannot be read makes it no rule.
    let rest = if end.is_none() && !ends.is_empty() { String::new() } else { rest.join(";") };
    (rest, end)
}

fn until(text: &str, zone: &str) -> Option<NaiveDateTime> {
    let date = NaiveDate::parse_from_str(text.get(..8)?, "%Y%m%d").ok()?;
    let Some(time) = text.get(8..).filter(|time| !time.is_empty()) else {
        return date.and_hms_opt(23, 59, 59);
    };
    let clock = chrono::NaiveTime::parse_from_str(time.get(..7)?, "T%H%M%S").ok()?;
    let iso = format!("{date}T{clock}{}", if time.ends_with(['Z', 'z']) { "Z" } else { "" });
    Clock::read(&iso.into(), zone).map(|clock| clock.local)
}

/// The days of a list, or of one text.
fn dates(value: &Value) -> Vec<NaiveDate> {
    let all = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let date = |value: &Value| NaiveDate::parse_from_str(value.as_str()?.trim().get(..10)?, "%Y-%m-%d").ok();
    all.iter().filter_map(date).collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default().trim()
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// 1 December 2026, noon in Paris: a Tuesday.
    const NOW: i64 = 1_796_122_800;

    /// What the reader makes of one initiative's sessions: their names and starts, and what was wrong.
    fn read(sessions: Value) -> (Vec<String>, Vec<(String, Problem)>) {
        let feed = json!({"timeZone": "Europe/Paris", "initiatives": [{"id": "a", "name": "Maraude", "sessions": sessions}]});
        let reading = crate::read_with(feed.to_string().as_bytes(), &Options::at(NOW)).unwrap();
        let sessions = reading.feed.initiatives[0].sessions.iter();
        let said = |session: &alentour_model::Session| {
            let end = session.end.map(|end| format!("/{}", end.moment)).unwrap_or_default();
            format!("{} {}{end}", session.id, session.start.moment)
        };
        let findings = reading.findings.iter().map(|finding| (finding.field.clone(), finding.problem));
        (sessions.map(said).collect(), findings.collect())
    }

    #[test]
    fn a_rule_is_written_out_by_the_clocks_of_its_place_but_for_what_is_left_out() {
        let (sessions, findings) = read(json!([{
            "id": "soir", "startDate": "2026-12-01T17:00:00+01:00", "endDate": "2026-12-01T19:00:00+01:00",
            "repeats": "FREQ=WEEKLY;UNTIL=20270105", "exceptDates": ["2026-12-22", "2026-12-29"], "maximumAttendeeCapacity": 4,
        }]));
        assert_eq!(findings, []);
        let days = ["2026-12-01", "2026-12-08", "2026-12-15", "2027-01-05"];
        let expected = days.map(|day| format!("soir/{day} {day}T17:00:00+01:00/{day}T19:00:00+01:00"));
        assert_eq!(sessions, expected);
        // Over the change of clocks it begins at the same time on the wall.
        let (sessions, _) =
            read(json!({"startDate": "2027-03-23T17:00:00+01:00", "repeats": "FREQ=WEEKLY;COUNT=2"}));
        assert_eq!(sessions[1], "2027-03-30T17:00:00+02:00 2027-03-30T17:00:00+02:00");
        // Written in UTC, it is at the place's time.
        let (sessions, _) =
            read(json!([{"id": "x", "startDate": "2027-03-23T16:00:00Z", "repeats": "FREQ=WEEKLY;COUNT=2"}]));
        assert_eq!(
            sessions,
            ["x/2027-03-23 2027-03-23T17:00:00+01:00", "x/2027-03-30 2027-03-30T17:00:00+02:00"]
        );
    }

    #[test]
    fn what_is_over_is_left_out_and_what_has_no_end_is_written_out_for_a_year() {
        let (sessions, findings) = read(json!([{"startDate": "2020-01-07", "repeats": "FREQ=WEEKLY"}]));
        assert_eq!((sessions.len(), findings.len()), (53, 0));
        assert!(
            sessions[0].starts_with("2026-12-01") && sessions[52].starts_with("2027-11-30"),
            "{sessions:?}"
        );
        let (sessions, findings) = read(json!([{"startDate": "2026-12-01", "repeats": "FREQ=DAILY"}]));
        assert_eq!((sessions.len(), findings), (100, vec![("sessions.0.repeats".into(), Problem::TooMany)]));
        // All over: its last date stays.
        let (sessions, _) = read(json!([{"startDate": "2020-01-07", "repeats": "FREQ=WEEKLY;COUNT=3"}]));
        assert_eq!(sessions.len(), 1);
    }

    #[test]
    fn a_wrong_rule_costs_nothing_but_itself() {
        for rule in [json!("tous les mardis"), json!(7), json!("FREQ=WEEKLY;UNTIL=demain"), json!("")] {
            let (sessions, findings) = read(
                json!([{"id": "x", "startDate": "2026-12-08T17:00:00+01:00", "repeats": rule}, {"startDate": "2026-12-09"}]),
            );
            assert_eq!(sessions.len(), 2, "{rule}");
            assert_eq!(findings, [("sessions.0.repeats".into(), Problem::NotADate)], "{rule}");
        }
    }
}

//! Dates that follow a rule: days of each week, until one.

use alentour_model::Date;
use serde_json::{Map, Value};

use super::Fields;
use super::rows::{Row, moment};

/// The days of a week, as rules of calendars call them, from Monday.
pub const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// The first of the dates of a rule, and the rule.
pub(super) fn weekly(fields: &Fields) -> Option<Value> {
    let first = first_of(fields)?.to_string();
    let (begins, ends) = (fields.get("begins"), fields.get("ends"));
    let days: Vec<_> = DAYS.into_iter().filter(|day| fields.words("days").any(|word| word == *day)).collect();
    let until = fields.get("until").replace('-', "");
    let mut session = Map::new();
    let row = Row { date: first, start: begins.into(), end: ends.into(), ..Row::default() };
    row.put_into(&mut session);
    session.insert("startDate".into(), moment(&row.date, begins).into());
    session.insert("repeats".into(), format!("FREQ=WEEKLY;BYDAY={};UNTIL={until}", days.join(",")).into());
    Some(session.into())
}

/// The first day of a rule; `None` where it has none.
fn first_of(fields: &Fields) -> Option<Date> {
    let from = Date::parse(fields.get("from"))?;
    (0..7).map(|days| from.plus(days)).find(|day| is_on(fields, *day))
}

/// How many dates a rule gives.
pub(super) fn dates_of(fields: &Fields) -> usize {
    let (Some(first), Some(last)) = (first_of(fields), Date::parse(fields.get("until"))) else { return 0 };
    (0..=last.days() - first.days()).filter(|days| is_on(fields, first.plus(*days))).count()
}

fn is_on(fields: &Fields, day: Date) -> bool {
    let name = usize::try_from(day.weekday()).ok().and_then(|day| DAYS.get(day).copied());
    fields.words("days").any(|word| Some(word) == name)
}

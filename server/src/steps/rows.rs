//! The dates of an initiative, a row each.

use alentour_model::Date;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::repeated::Repeated;

/// Rows that a form has at most; more dates follow a rule.
pub const MOST_ROWS: usize = 12;

/// A date.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The day: `2027-05-02`.
    pub date: String,
    /// When it begins: `14:00`. Empty: it is the whole day.
    pub start: String,
    /// When it ends. What is not after the beginning is on the next day.
    pub end: String,
    /// How many people; empty: as many as in all.
    pub seats: String,
    /// Names the session that it is; empty: it is a new one.
    pub id: String,
}

impl Repeated for Row {
    const NAMES: &'static [&'static str] = &["date-", "start-", "end-", "seats-", "id-"];

    fn texts(&mut self) -> Vec<&mut String> {
        vec![&mut self.date, &mut self.start, &mut self.end, &mut self.seats, &mut self.id]
    }

    fn is_empty(&self) -> bool {
        self.date.is_empty() && self.start.is_empty() && self.end.is_empty() && self.seats.is_empty()
    }
}

impl Row {
    /// That of a session, as canonical JSON has it.
    pub(super) fn of(session: &Value) -> Self {
        let said = |name: &str| session.get(name).and_then(Value::as_str).unwrap_or_default();
        let (start, end) = (said("startDate"), said("endDate"));
        let seats = session.get("maximumAttendeeCapacity").and_then(Value::as_u64);
        Self {
            date: day(start).to_owned(),
            start: clock(start).to_owned(),
            end: clock(end).to_owned(),
            seats: seats.map(|seats| seats.to_string()).unwrap_or_default(),
            id: said("id").to_owned(),
        }
    }

    /// Writes its day and its hours into a session. One that lasts over several days goes on to do so.
    pub(super) fn put_into(&self, session: &mut Map<String, Value>) {
        let said = |name: &str| session.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (before, ended) = (said("startDate"), said("endDate"));
        let nights = match (Date::parse(day(&before)), Date::parse(day(&ended))) {
            (Some(first), Some(last)) if !ended.is_empty() => last.days() - first.days(),
            _ => 0,
        };
        session.insert("startDate".into(), moment(&self.date, &self.start).into());
        session.remove("endDate");
        let Some(date) = Date::parse(&self.date) else { return };
        let is_night = !self.start.is_empty() && !self.end.is_empty() && self.end <= self.start;
        let last = date.plus(nights.max(i32::from(is_night))).to_string();
        if !self.end.is_empty() && !self.start.is_empty() {
            session.insert("endDate".into(), moment(&last, &self.end).into());
        } else if nights > 0 {
            session.insert("endDate".into(), last.into());
        }
    }
}

/// A time on the clocks of the place; a day where no time is said.
pub(super) fn moment(date: &str, time: &str) -> String {
    if time.is_empty() { date.to_owned() } else { [date, "T", time, ":00"].concat() }
}

/// The day of a moment.
fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or_default()
}

/// Its hours and minutes.
fn clock(moment: &str) -> &str {
    moment.get(11..16).unwrap_or_default()
}

/// Whether an end that is not after its beginning is that of a night; another one is a slip.
pub(super) fn is_night(start: &str, end: &str) -> bool {
    start >= "18:00" && end <= "06:00"
}

/// Whether that is a time: `14:00`.
pub(super) fn is_time(text: &str) -> bool {
    let Some((hours, minutes)) = text.split_once(':') else { return false };
    let below = |text: &str, most: u8| {
        text.len() == 2
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse().is_ok_and(|number: u8| number < most)
    };
    below(hours, 24) && below(minutes, 60)
}

impl Fields {
    /// The dates, each with the number that its fields have.
    pub fn rows(&self) -> Vec<(usize, Row)> {
        self.all()
    }

    /// Has these dates and no others.
    pub fn set_rows(&mut self, rows: impl IntoIterator<Item = Row>) {
        self.set_all(rows);
    }
}

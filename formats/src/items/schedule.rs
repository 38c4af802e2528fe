//! Timetables (schema.org's `Schedule`): every Tuesday from October to June, from 20:15 to 20:45.

use std::collections::HashSet;

use alentour_model::session::When;
use alentour_model::{Date, LocalTime, Problem, Session, Zones};

use crate::fields::zones;
use crate::fields::zones::TzDatabase;
use crate::items::sessions::Clock;
use crate::items::{ENTRIES, Item};

/// Dates that a timetable may come to: three a week for two years.
const MOST: usize = 312;

/// Steps that a session takes: its offset is looked up twice.
const STEPS: usize = 20;

/// Timetables that an item may have, and days that one may go on for: what is made up to keep us busy must not.
const TIMETABLES: usize = 20;
const DAYS: i32 = 3 * 366;

/// The dates that the timetables at that path come to, as many as an item may have and the budget has left; one at least.
pub(crate) fn sessions(item: &mut Item, path: &str, clock: &Clock) -> Vec<Session> {
    let (mut timetables, mut sessions) = (0, Vec::new());
    item.objects(path, |timetable| {
        timetables += 1;
        if timetables <= TIMETABLES {
            // One more: there are then said to be too many.
            let most = (ENTRIES + 1 - sessions.len()).min(MOST);
            let left = timetable.meter().sessions_left().max(usize::from(sessions.is_empty()));
            let dates = dates(timetable, clock, most.min(left));
            if dates.len() == left && left < most {
                timetable.find("", Problem::TooMany);
            }
            timetable.meter().write_out(dates.len());
            sessions.extend(dates);
        }
        None::<()>
    });
    if timetables > TIMETABLES {
        item.find(path, Problem::TooMany);
    }
    sessions
}

/// The first dates that a timetable with a first and a last day comes to, on the clocks it names or else on these. Without
/// a last day, or with a rhythm other than days and weeks, it comes to none.
fn dates(item: &mut Item, clock: &Clock, most: usize) -> Vec<Session> {
    let zone = zones::named(&item.line("scheduleTimezone")).unwrap_or_else(|| clock.zone.clone());
    let day = |text: String| Date::parse(text.get(..10).unwrap_or_default());
    let (Some(first), Some(last)) = (day(item.line("startDate")), day(item.line("endDate"))) else {
        return Vec::new();
    };
    let Some(begins) = clock_time(&item.line("startTime")) else { return Vec::new() };
    let ends = clock_time(&item.line("endTime"));
    let weekdays: Vec<i32> = item.lines("byDay").iter().filter_map(|day| weekday(day)).collect();
    let except = item.lines("exceptDate");
    let except: HashSet<&str> = except.iter().filter_map(|date| date.get(..10)).collect();
    let rhythm = item.line("repeatFrequency");
    let Some(step) = step(&rhythm) else { return Vec::new() };
    let is_weekly = step % 7 == 0;
    let monday = first.plus(-first.weekday());

    let mut sessions = Vec::new();
    let mut date = first;
    for _ in 0..DAYS {
        if date > last || sessions.len() == most {
            break;
        }
        item.meter().step(1);
        let since = date.days() - if is_weekly { monday.days() } else { first.days() };
        let is_due = match is_weekly {
            true => {
                let on = if weekdays.is_empty() {
                    date.weekday() == first.weekday()
                } else {
                    weekdays.contains(&date.weekday())
                };
                on && (since / 7) % (step / 7) == 0
            }
            false => since % step == 0 && (weekdays.is_empty() || weekdays.contains(&date.weekday())),
        };
        let is_on = || except.is_empty() || !except.contains(date.to_string().as_str());
        if is_due && is_on() {
            item.meter().step(STEPS);
            sessions.extend(session(date, begins, ends, &zone));
        }
        date = date.plus(1);
    }
    sessions
}

fn session(date: Date, begins: i32, ends: Option<i32>, zone: &str) -> Option<Session> {
    let at = |date: Date, second: i32| {
        let local = LocalTime { date, second };
        Some(When { moment: local.at(TzDatabase.offset(zone, local)?), all_day: false })
    };
    let start = at(date, begins)?;
    // What ends before it begins ends on the next day.
    let end = ends.and_then(|ends| at(if ends < begins { date.plus(1) } else { date }, ends));
    Some(Session {
        id: start.moment.to_string(),
        name: String::new(),
        start,
        end,
        time_zone: zone.to_owned(),
        place: None,
        capacity: None,
        remaining: None,
        needs: Vec::new(),
        live: Default::default(),
    })
}

/// `20:15` or `20:15:00`, as seconds since midnight.
fn clock_time(text: &str) -> Option<i32> {
    let text = text.trim().trim_start_matches('T');
    LocalTime::split(&format!("2000-01-01T{text}")).map(|(local, _)| local.second)
}

/// `https://schema.org/Tuesday`, `schema:Tuesday`, `Tuesday`: days since Monday.
fn weekday(text: &str) -> Option<i32> {
    let name = text.rsplit(['/', ':']).next()?.to_ascii_lowercase();
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    i32::try_from(days.iter().position(|day| *day == name)?).ok()
}

/// `P1W`, `P2W`, `P1D` (ISO 8601), or a word, in days.
fn step(rhythm: &str) -> Option<i32> {
    let number = |unit: char| rhythm.strip_prefix('P')?.strip_suffix(unit)?.parse::<i32>().ok();
    let days = match rhythm.to_ascii_lowercase().as_str() {
        "daily" => Some(1),
        "" | "weekly" => Some(7),
        _ => number('D').or_else(|| number('W').and_then(|weeks| weeks.checked_mul(7))),
    };
    days.filter(|days| (1..=366).contains(days))
}

//! iCalendar (RFC 5545), what calendars export: each `VEVENT` is a gathering, what recurs has a session a time.
//!
//! What has the `STATUS` `CANCELLED` is called off: an event, or a single time of it.
//!
//! An event without a `UID` is named after its title and its start. Times without a zone are those of the place's
//! clocks. Recurrence goes by the wall clock: every Tuesday at 18:00 stays at 18:00 in summer.

mod clock;
mod events;
mod sessions;
mod zones;

use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Initiative, Kind, Place, Problem, Reach, Session, When};
use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use calcard::{Entry, Parser};
use serde_json::Value;

use crate::budget::Meter;
use crate::document::Document;
use crate::fields::address;
use crate::fields::cause::causes;
use crate::finding::feed_finding;
use crate::format::TextFormat;
use crate::items::{Item, List};
use crate::options::Options;
use crate::reading::Reading;

pub(crate) const FORMAT: TextFormat = TextFormat {
    name: LIST.name,
    shape: "iCalendar: BEGIN:VCALENDAR with BEGIN:VEVENT, each with UID, SUMMARY and DTSTART",
    read: |document, options, meter| match document {
        Document::Calendar(text) => Some(read(text, options, meter)),
        _ => None,
    },
};

const LIST: List = List {
    name: "icalendar",
    language: "",
    id: &["UID"],
    title: &["SUMMARY"],
    withdrawn: |_| None,
    called_off: |item| {
        let is_cancelled = |status: &str| status.eq_ignore_ascii_case("CANCELLED");
        item.get("STATUS").and_then(Value::as_str).is_some_and(is_cancelled).then_some("STATUS")
    },
    fill,
};

fn read(text: &str, options: &Options, meter: &Meter) -> Reading {
    let whole = within(text, meter);
    let mut parser = Parser::new(whole);
    let (mut calendars, mut findings) = (Vec::new(), Vec::new());
    let (mut name, mut zone) = (String::new(), String::new());
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                for (property, into) in [("X-WR-CALNAME", &mut name), ("X-WR-TIMEZONE", &mut zone)] {
                    if into.is_empty() {
                        *into = on_top(&calendar, property);
                    }
                }
                calendars.push(calendar);
            }
            Entry::Eof => break,
            Entry::TooManyComponents => {
                findings.push(feed_finding(Problem::TooMany, "VEVENT"));
                break;
            }
            // Address cards, and lines between calendars.
            _ => {}
        }
    }
    if whole.len() == text.len() && !is_closed(text) {
        findings.push(feed_finding(Problem::BreaksOff, "END:VCALENDAR"));
    }
    // Dates that name no zone have the calendar's before the country's.
    let zone = zone.parse::<calcard::common::timezone::Tz>().ok().and_then(|zone| zone.name());
    let zone = zone.filter(|zone| clock::in_zone(0, zone).is_some());
    let items =
        calendars.iter().flat_map(|calendar| events::events(calendar, options, meter)).map(|mut item| {
            if let (Some(item), Some(zone)) = (item.as_object_mut(), &zone) {
                item.insert("X-WR-TIMEZONE".into(), zone.as_ref().into());
            }
            item
        });
    let mut reading = LIST.read(items, meter);
    reading.feed.name = crate::syntax::html::to_line(&name);
    reading.after(findings)
}

/// Bytes that the parser keeps for a property, and for each value and parameter of one, beside what is in them.
const PROPERTY: usize = 210;
const VALUE: usize = 64;

/// As much of a calendar as the budget has memory for, in whole lines.
fn within<'a>(text: &'a str, meter: &Meter) -> &'a str {
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        // A rule is one value, however long its lists are.
        let is_rule = line.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("RRULE:"));
        let values =
            if is_rule { 1 } else { line.bytes().filter(|byte| matches!(byte, b',' | b';')).count() };
        if !meter.parse(PROPERTY + VALUE * values + 2 * line.len()) {
            break;
        }
        length += line.len();
    }
    text.get(..length).unwrap_or(text)
}

/// Whether the text has its end, and is not one that a download lost.
fn is_closed(text: &str) -> bool {
    let last = text.trim_end_matches(['\0', '\u{feff}', '\u{1a}', ' ', '\r', '\n', '\t']).rsplit('\n').next();
    last.is_some_and(|line| line.trim().to_ascii_uppercase().starts_with("END:"))
}

fn on_top(calendar: &ICalendar, property: &str) -> String {
    let is_calendar = |kind: &ICalendarComponentType| *kind == ICalendarComponentType::VCalendar;
    let calendars = calendar.components.iter().filter(|component| is_calendar(&component.component_type));
    let named = ICalendarProperty::Other(property.to_owned());
    let entries = calendars.flat_map(|calendar| calendar.entries.iter());
    let text = entries.filter(|entry| entry.name == named).find_map(|entry| entry.values.first()?.as_text());
    text.unwrap_or_default().trim().to_owned()
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.kind = Some(Kind::Gathering);
    initiative.description = item.text("DESCRIPTION");
    initiative.url = item.link(&["URL"]);
    initiative.keywords = item.lines("CATEGORIES");
    initiative.causes = causes(initiative.keywords.iter().map(String::as_str));
    initiative.organizer = item.organisation("ORGANIZER", &[]);
    let location = item.line("LOCATION");
    if address::is_online(&location) {
        initiative.reach = Reach::Online;
    } else {
        let mut place = address::read(&item.text("LOCATION"));
        place.point = item.point(&["GEO", "X-APPLE-STRUCTURED-LOCATION"], &place.address_country);
        initiative.places = Some(place).filter(|place| !place.is_empty()).into_iter().collect();
    }
    let calendar_zone = item.line("X-WR-TIMEZONE");
    let zone = zone(&calendar_zone, &initiative.places);
    initiative.sessions = read_sessions(item, "$sessions", zone);
    initiative.cancelled = read_sessions(item, "$cancelled", zone);
    for (flag, problem) in FLAGS {
        // At most one of each property.
        let properties = item.get(flag).and_then(Value::as_array).cloned().unwrap_or_default();
        for property in properties.iter().filter_map(Value::as_str) {
            item.find(property, *problem);
        }
    }
}

/// Where the event's properties have what was found wrong with them on the way.
const FLAGS: &[(&str, Problem)] = &[
    ("$notADate", Problem::NotADate),
    ("$tooMany", Problem::TooMany),
    ("$endsBeforeStart", Problem::EndsBeforeStart),
    ("$unknownZone", Problem::NoTimeZone),
];

fn zone<'a>(calendar: &'a str, places: &[Place]) -> &'a str {
    let place = crate::fields::zones::of_places(places);
    match (calendar, place) {
        ("", place) => place.unwrap_or(DEFAULT_ZONE),
        (calendar, _) => calendar,
    }
}

/// The sessions that `sessions.rs` has worked out: wall clock times and the zone they are said in.
fn read_sessions(item: &Item, field: &str, default: &str) -> Vec<Session> {
    let list = item.get(field).and_then(Value::as_array);
    let one = |session: &Value| {
        let text = |field: &str| session.get(field).and_then(Value::as_str).unwrap_or_default();
        let own = text("zone");
        let is_offset = own.starts_with(['+', '-', 'Z']);
        let is_named = !is_offset && clock::in_zone(0, own).is_some();
        let zone = if is_named { own } else { default };
        let when = |time: &str| -> Option<When> {
            if time.contains('T') && is_offset {
                let read = clock::when(&format!("{time}{own}"), zone)?;
                return Some(When { moment: clock::in_zone(read.moment.instant, zone)?, ..read });
            }
            clock::when(time, zone)
        };
        let start = when(text("start"))?;
        Some(Session {
            id: start.moment.to_string(),
            name: String::new(),
            start,
            end: when(text("end")).filter(|end| !end.ends_before(start)),
            time_zone: zone.to_owned(),
            place: None,
            capacity: None,
            remaining: None,
            needs: Vec::new(),
            live: Default::default(),
        })
    };
    let mut sessions: Vec<Session> = list.into_iter().flatten().filter_map(one).collect();
    sessions.sort_by_key(|session| session.start.moment.instant);
    sessions.dedup_by(|second, first| second.id == first.id);
    sessions
}

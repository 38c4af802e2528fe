//! The time zones of a calendar: what their clocks show, and when these change.
//!
//! A reader need not know a zone that a file names: the file says itself how far its clocks are ahead of UTC (RFC 5545, section 3.6.5).
//! Of each zone it has the changes around each of its times, one by one. A rule would say more than is known of countries that decide anew
//! each year, and all changes of a zone are hundreds.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Dst, Offset, TimeZone, TimeZoneDatabase};

use super::lines::Lines;

/// When a zone's clocks began to be as they are where nobody knows: before all times that anybody goes to. It is Windows' beginning of
/// time, which many files have there.
const BEGINNING: &str = "16010101T000000";

/// The zones that a calendar names.
#[derive(Debug, Default)]
pub struct Zones {
    all: BTreeMap<String, BTreeMap<i64, Change>>,
}

/// Clocks that are set otherwise from then on.
#[derive(Debug)]
struct Change {
    /// What they showed when they were.
    onset: String,
    before: Offset,
    after: Offset,
    name: String,
    is_summer: bool,
}

/// Times on the clocks of a zone.
#[derive(Debug, PartialEq)]
pub struct Shown {
    /// The zone, by its IANA name.
    pub zone: String,
    /// What its clocks show: `20260328T100000`.
    pub times: Vec<String>,
}

impl Zones {
    /// Those instants (UTC seconds) on the clocks of that zone, which the calendar then names. `None` where they are to be said in UTC:
    /// nobody knows the zone, or an instant is within the hour that its clocks show twice, and it is the second one; a reader takes the
    /// first (RFC 5545, section 3.3.5).
    pub fn show(&mut self, zone: &str, instants: &[i64]) -> Option<Shown> {
        let zone = database().get(zone).ok()?;
        let name = zone.iana_name().filter(|name| !matches!(*name, "UTC" | "Etc/UTC" | "Etc/Unknown"))?;
        let instants: Vec<_> =
            instants.iter().map(|instant| Timestamp::from_second(*instant)).collect::<Result<_, _>>().ok()?;
        let times = instants.iter().map(|instant| shown(&zone, *instant)).collect::<Option<_>>()?;
        let changes = self.all.entry(name.to_owned()).or_default();
        for instant in instants {
            note(&zone, instant, changes);
        }
        Some(Shown { zone: name.to_owned(), times })
    }

    /// What a reader needs to know of them.
    pub fn write(&self, lines: &mut Lines) {
        for (name, changes) in &self.all {
            lines.component("VTIMEZONE", |lines| {
                lines.value("TZID", name);
                for change in changes.values() {
                    let kind = if change.is_summer { "DAYLIGHT" } else { "STANDARD" };
                    lines.component(kind, |lines| {
                        lines.value("DTSTART", &change.onset);
                        lines.value("TZOFFSETFROM", &offset(change.before));
                        lines.value("TZOFFSETTO", &offset(change.after));
                        lines.text("TZNAME", &change.name);
                    });
                }
            });
        }
    }
}

/// An instant (UTC seconds) in UTC: `20260328T090000Z`. `None` beyond the year 9999.
pub fn utc(instant: i64) -> Option<String> {
    let time = Offset::UTC.to_datetime(Timestamp::from_second(instant).ok()?);
    Some(written(time) + "Z")
}

/// The zones as the feeds were read by them: the same on every machine, and no name is a path.
fn database() -> &'static TimeZoneDatabase {
    static DATABASE: OnceLock<TimeZoneDatabase> = OnceLock::new();
    DATABASE.get_or_init(TimeZoneDatabase::bundled)
}

/// What the clocks show then, where that says which instant it is.
fn shown(zone: &TimeZone, instant: Timestamp) -> Option<String> {
    let local = zone.to_datetime(instant);
    let first = zone.to_ambiguous_timestamp(local).earlier().ok()?;
    (first == instant && is_whole(zone.to_offset(instant))).then(|| written(local))
}

/// Before there was a standard time clocks were ahead by a part of a minute, which not all readers read.
fn is_whole(offset: Offset) -> bool {
    offset.seconds() % 60 == 0
}

/// Notes the last change of the clocks before the instant, and the first after it: where they are about to change a reader sees that they do.
fn note(zone: &TimeZone, instant: Timestamp, changes: &mut BTreeMap<i64, Change>) {
    let soon = Timestamp::from_second(instant.as_second() + 1).unwrap_or(instant);
    let last = zone.preceding(soon).next();
    let next = zone.following(instant).next();
    let mut is_known = false;
    for transition in last.into_iter().chain(next) {
        let (at, after) = (transition.timestamp(), transition.offset());
        let Ok(eve) = Timestamp::from_second(at.as_second() - 1) else { continue };
        is_known |= at <= instant;
        let before = Some(zone.to_offset(eve)).filter(|before| is_whole(*before)).unwrap_or(after);
        changes.entry(at.as_second()).or_insert_with(|| Change {
            onset: written(before.to_datetime(at)),
            before,
            after,
            name: transition.abbreviation().to_owned(),
            is_summer: transition.dst() == Dst::Yes,
        });
    }
    if !is_known {
        let info = zone.to_offset_info(instant);
        let (before, after) = (info.offset(), info.offset());
        let (name, onset) = (info.abbreviation().to_owned(), BEGINNING.to_owned());
        changes.entry(i64::MIN).or_insert(Change { onset, before, after, name, is_summer: false });
    }
}

fn written(time: DateTime) -> String {
    let (date, time) = (time.date(), time.time());
    let [year, month, day] = [i32::from(date.year()), date.month().into(), date.day().into()];
    let [hour, minute, second] = [time.hour(), time.minute(), time.second()];
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}")
}

fn offset(offset: Offset) -> String {
    let sign = if offset.seconds() < 0 { '-' } else { '+' };
    let minutes = offset.seconds().abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

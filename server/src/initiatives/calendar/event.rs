//! A session as an event of a calendar (RFC 5545, section 3.6.1).

use alentour_formats::TzDatabase;
use alentour_model::{Date, Initiative, LocalTime, Moment, Session, Zones as _};
use alentour_texts::Language;
use sha2::{Digest, Sha256};

use super::lines::Lines;
use super::zones::{self, Zones};
use crate::initiatives::linked_data::described;
use crate::store::{KnownSession, Venue, venue_of};
use crate::wording;

/// What all events of a file have in common.
pub struct Calendar<'a> {
    /// Whose sessions they are.
    pub initiative: &'a Initiative,
    /// What they were, as far as the store knows: by it they keep their names when the feed renames them.
    pub known: &'a [KnownSession],
    /// Where those meet whom the file is for, where the feed does not say it. Of a file that everybody may have: nothing.
    pub venues: &'a [Venue],
    /// Whether the sessions are called off.
    pub is_cancelled: bool,
    /// One that is taken out of the calendar beside those that are in it.
    pub gone: Option<&'a Session>,
    /// The language of what is no text of the feed's.
    pub language: Language,
    /// Where this server is, as its operator says it; empty where nobody has.
    pub server: &'a str,
    /// The initiative's page; empty where it has none.
    pub page: &'a str,
    /// When the file is made (UTC seconds).
    pub now: i64,
    /// Which revision of the events it has: see [`sequence`].
    pub sequence: i64,
}

/// The number of a revision, by when the server wrote the catalogue that has it (UTC seconds): the minutes from 2026 on.
///
/// A calendar that has an event already takes the one with the larger number (RFC 5546, section 2.1.5). No feed numbers its sessions.
/// But whatever they say now is in a catalogue, another one is written whenever that changes, and later. The changes of a session that
/// somebody takes part in are counted beside, so that two within a minute are told apart; else, and of several servers whose
/// catalogues change a little apart, `DTSTAMP` decides, which is the instant that the file was made at.
pub fn sequence(written: i64) -> i64 {
    const BEGINNING: i64 = 1_767_225_600;
    ((written - BEGINNING) / 60).clamp(0, i64::from(i32::MAX))
}

impl Calendar<'_> {
    /// An event; `None` where its time is none that a calendar has. `is_one_of_many`: it says in short what the initiative is, as all of
    /// them do.
    pub fn event(&self, session: &Session, is_one_of_many: bool, zones: &mut Zones) -> Option<Lines> {
        let initiative = self.initiative;
        let times = times(session, zones)?;
        let title = [&initiative.name, &session.name].map(|name| wording::line(name));
        let [name, session_name] = &title;
        let place = wording::held_at(initiative, Some(session));
        let about = if initiative.summary.is_empty() { &initiative.description } else { &initiative.summary };
        let venue = venue_of(self.venues, &session.id).map(|venue| &venue.meeting);
        let known = self.known.iter().find(|known| known.session == session.id);
        let mut lines = Lines::default();
        lines.component("VEVENT", |lines| {
            lines.value("UID", &uid(self.server, &initiative.id, name_of(known, session)));
            lines.value("DTSTAMP", &zones::utc(self.now).unwrap_or_default());
            lines.value("SEQUENCE", &(self.sequence + known.map_or(0, |known| known.sequence)).to_string());
            for (property, time) in &times {
                lines.value(property, time);
            }
            let is_named = !session_name.is_empty();
            lines
                .text("SUMMARY", &if is_named { [name, " – ", session_name].concat() } else { name.clone() });
            if self.is_cancelled {
                lines.value("STATUS", "CANCELLED");
            }
            let told = venue.map(|venue| venue.line(", ")).filter(|told| !told.is_empty());
            // A town's middle is no venue's position, nor is that of a place which the feed names in its stead.
            let place = place.filter(|place| !place.approximate && told.is_none());
            let address = told.or_else(|| wording::place(self.language, initiative, Some(&session.id)));
            lines.text("LOCATION", &address.unwrap_or_default());
            if let Some(point) = place.and_then(|place| place.point) {
                lines.value("GEO", &format!("{:.6};{:.6}", point.latitude, point.longitude));
            }
            let link = venue.map_or("", |venue| &venue.link);
            let link = if link.is_empty() { self.page } else { link };
            if !link.is_empty() {
                lines.value("URL", link);
            }
            lines.text("DESCRIPTION", &if is_one_of_many { described(about) } else { about.clone() });
        });
        Some(lines)
    }
}

/// The name that a session had first, where it is known.
fn name_of<'a>(known: Option<&'a KnownSession>, session: &'a Session) -> &'a str {
    known.map_or(&session.id, |known| &known.uid)
}

/// Names a session wherever its calendar goes: the same as long as server, initiative and session have their names, whatever becomes of its
/// time. A digest, as RFC 7986 (section 5.3) wants neither host nor person in it.
fn uid(server: &str, initiative: &str, session: &str) -> String {
    let mut digest = Sha256::new();
    for name in [server, initiative, session] {
        // Its length before it: no two triples are the same bytes.
        digest.update((name.len() as u64).to_be_bytes());
        digest.update(name.as_bytes());
    }
    let digest: [u8; 32] = digest.finalize().into();
    hex::encode(&digest[..20])
}

/// The properties that say when a session is, and their values.
fn times(session: &Session, zones: &mut Zones) -> Option<Vec<(String, String)>> {
    let properties: [&str; 2] = ["DTSTART", "DTEND"];
    let of = |suffix: &str, times: Vec<String>| {
        let named = properties.iter().map(|property| format!("{property}{suffix}")).zip(times);
        Some(named.collect())
    };
    let start = session.start;
    if start.all_day {
        let days = [Some(start.date()), day_after(session)];
        return of(
            ";VALUE=DATE",
            days.into_iter().flatten().map(|day| day.to_string().replace('-', "")).collect(),
        );
    }
    // An end that is the start is none (RFC 5545, section 3.8.2.2).
    let instants: Vec<i64> =
        [Some(start.moment.instant), end(session).filter(|end| *end > start.moment.instant)]
            .into_iter()
            .flatten()
            .collect();
    match zones.show(&session.time_zone, &instants) {
        Some(shown) => of(&format!(";TZID={}", shown.zone), shown.times),
        None => of("", instants.into_iter().map(zones::utc).collect::<Option<_>>()?),
    }
}

/// The day after the last of whole days: that is their end. `None` where the feed names none.
fn day_after(session: &Session) -> Option<Date> {
    let end = session.end?;
    let last = match end.all_day {
        true => end.date(),
        // Until midnight is until the day before.
        false => Moment { instant: end.moment.instant - 1, ..end.moment }.date(),
    };
    let after = last.max(session.start.date()).plus(1);
    (after.parts().0 <= 9999).then_some(after)
}

/// The instant at which a session ends, where the feed says one. A whole day, as an end, ends with its last hour there.
fn end(session: &Session) -> Option<i64> {
    let end = session.end?;
    if !end.all_day {
        return Some(end.moment.instant);
    }
    let midnight = LocalTime { date: end.date().plus(1), second: 0 };
    let offset = TzDatabase.offset(&session.time_zone, midnight);
    Some(offset.map_or_else(|| end.ends(), |offset| midnight.at(offset).instant))
}

//! The files, as another library reads them: the one that reads feeds' calendars.

mod events;
mod zones;

use alentour_model::{Moment, When};
use alentour_texts::Language;
use calcard::icalendar::ICalendar;

use super::*;

fn calendar(initiative: &Initiative) -> Calendar<'_> {
    Calendar {
        venues: &[],
        is_cancelled: false,
        gone: None,
        initiative,
        known: &[],
        language: Language::French,
        server: "agir.example.org",
        page: "https://agir.example.org/i/a",
        now: 1_795_000_000,
        sequence: 7,
    }
}

/// The file of all sessions.
fn written(initiative: &Initiative) -> String {
    let sessions: Vec<_> = initiative.sessions.iter().collect();
    file(&calendar(initiative), sessions).unwrap()
}

/// An initiative that is held at these times, an hour each, by the clocks of that zone.
fn held(zone: &str, instants: &[i64]) -> Initiative {
    let mut initiative = Initiative::new("a", "Atelier");
    let when = |instant| When { moment: Moment { instant, offset: 0 }, all_day: false };
    initiative.sessions.extend(instants.iter().map(|instant| Session {
        id: instant.to_string(),
        name: String::new(),
        start: when(*instant),
        end: Some(when(instant + 3600)),
        time_zone: zone.to_owned(),
        place: None,
        capacity: None,
        remaining: None,
        needs: Vec::new(),
        live: Default::default(),
    }));
    initiative
}

fn instant(text: &str) -> i64 {
    Moment::parse(text).unwrap().instant
}

fn parsed(file: &str) -> ICalendar {
    ICalendar::parse(file).unwrap_or_else(|why| panic!("{why:?}: {file}"))
}

//! `GET /i/{id}/calendar.ics`: the sessions of an initiative for the calendar of whoever goes there, as iCalendar (RFC 5545) that is published
//! (RFC 5546): one file for those that are asked for (`?session=`, as often as wanted), or for all that are not over.

mod event;
mod lines;
mod zones;

use alentour::app::encode;
use alentour_model::text::fold;
use alentour_model::{Initiative, Session};
use alentour_texts::Language;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::now;
use super::page::Page;
use crate::http::{Error, Visitor};
use crate::store::{KnownSession, Venue};
use event::{Calendar, sequence};
use lines::Lines;
use zones::Zones;

/// Bytes of the events of one file; the sessions after these are left out. A meal each day of a year is some 200 kB. As for a page's linked
/// data, 100 bytes that ask for a file are not to be answered with megabytes.
const MOST: usize = 256 << 10;

/// Characters of a file's name before its ending.
const NAME: usize = 60;

/// `GET /i/{id}/calendar.ics`.
pub async fn show(page: Page, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let feeds = &page.state.feeds;
    // Before the initiative, which is then as this catalogue says it or newer: no later revision says anything older.
    let written = feeds.current().map_or(0, |current| current.written());
    let initiative = feeds.initiative(&id)?;
    let known = page.state.store.sessions(&initiative.id).await?;
    let turns = page.state.turns.clone();
    let name = file_name(&initiative.name);
    let made =
        turns.initiatives.work(move || asked_for(&page, &initiative, &known, sequence(written), now()));
    let text = made.await?.ok_or(Error::NotFound)?;
    let as_named = HeaderValue::try_from(format!("inline; filename=\"{name}.ics\""));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        // Shown by what shows calendars, as telephones do, and saved elsewhere.
        (CONTENT_DISPOSITION, as_named.unwrap_or(HeaderValue::from_static("inline"))),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    ];
    Ok((headers, text).into_response())
}

/// The file that is asked for; `None` where there are no such sessions.
fn asked_for(
    page: &Page,
    initiative: &Initiative,
    known: &[KnownSession],
    sequence: i64,
    now: i64,
) -> Option<String> {
    let sessions = chosen(initiative, &page.query, now)?;
    let own = page.address(&format!("/i/{}", encode(&initiative.id)));
    let organiser = initiative.url.as_ref().map(|url| url.as_str()).unwrap_or_default();
    let server = page.address("");
    let calendar = Calendar {
        initiative,
        known,
        venues: &[],
        is_cancelled: false,
        gone: None,
        language: page.language,
        // It stays the same server when it gets a certificate.
        server: server.split_once("://").map_or("", |(_, rest)| rest),
        page: if own.is_empty() { organiser } else { &own },
        now,
        sequence,
    };
    file(&calendar, sessions)
}

/// What a file says to one who takes part, beside what the feed does.
pub struct Told<'a> {
    /// What the store knows of the initiative's sessions.
    pub known: &'a [KnownSession],
    /// Where those meet who have a seat.
    pub venues: &'a [Venue],
    /// Whether the sessions are called off.
    pub is_cancelled: bool,
    /// Whether the initiative has a page to lead to: what is hidden has none.
    pub is_shown: bool,
    /// One that they have no more, beside those that they have.
    pub gone: Option<&'a Session>,
}

/// The name and text of the file of some sessions, to go with a mail. `base` is the public address of this server, without a slash at its end; `written`
/// is when the catalogue was, UTC seconds, as is `now`. `None` where none of them has a time that a calendar has.
pub fn of(
    (initiative, told): (&Initiative, &Told<'_>),
    language: Language,
    sessions: Vec<&Session>,
    base: &str,
    (written, now): (i64, i64),
) -> Option<(String, String)> {
    let page = if told.is_shown { format!("{base}/i/{}", encode(&initiative.id)) } else { String::new() };
    let calendar = Calendar {
        initiative,
        known: told.known,
        venues: told.venues,
        is_cancelled: told.is_cancelled,
        gone: told.gone,
        language,
        server: base.split_once("://").map_or("", |(_, rest)| rest),
        page: &page,
        now,
        // What was said of a venue since then makes it another file.
        sequence: sequence(told.venues.iter().map(|venue| venue.changed_at).fold(written, i64::max)),
    };
    Some((format!("{}.ics", file_name(&initiative.name)), file(&calendar, sessions)?))
}

/// The file of these sessions, and of the one that is gone; `None` where none of them has a time that a calendar has.
fn file(calendar: &Calendar<'_>, sessions: Vec<&Session>) -> Option<String> {
    let is_series = sessions.len() > 1;
    let mut zones = Zones::default();
    let mut room = MOST;
    let without = Calendar { is_cancelled: true, venues: &[], ..*calendar };
    let gone = calendar.gone.map(|gone| (&without, gone));
    let events: Vec<Lines> = gone
        .into_iter()
        .chain(sessions.into_iter().map(|session| (calendar, session)))
        .filter_map(|(calendar, session)| calendar.event(session, is_series, &mut zones))
        .take_while(|event| {
            let left = room.checked_sub(event.len());
            room = left.unwrap_or_default();
            left.is_some()
        })
        .collect();
    if events.is_empty() {
        return None;
    }
    let mut lines = Lines::default();
    lines.component("VCALENDAR", |lines| {
        lines.value("VERSION", "2.0");
        lines.value("PRODID", "-//Alentour//Alentour//EN");
        lines.value("CALSCALE", "GREGORIAN");
        lines.value("METHOD", if calendar.is_cancelled { "CANCEL" } else { "PUBLISH" });
        zones.write(lines);
        events.iter().for_each(|event| lines.append(event));
    });
    Some(lines.into_text())
}

/// The sessions that a query asks for, or all to come, soonest first; `None` where one is asked for that there is not.
fn chosen<'a>(initiative: &'a Initiative, query: &str, now: i64) -> Option<Vec<&'a Session>> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut named = pairs.filter(|(name, id)| name == "session" && !id.is_empty()).peekable();
    if named.peek().is_none() {
        return Some(initiative.coming(now));
    }
    let mut sessions = named.map(|(_, id)| initiative.session(&id)).collect::<Option<Vec<_>>>()?;
    sessions.sort_by_key(|session| (session.start.moment.instant, &session.id));
    sessions.dedup_by_key(|session| &session.id);
    Some(sessions)
}

/// A name that every system can save a file by.
fn file_name(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-");
    name.truncate(NAME);
    if name.is_empty() { "alentour".to_owned() } else { name.trim_end_matches('-').to_owned() }
}

#[cfg(test)]
mod tests;

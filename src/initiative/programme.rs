//! The dates and places of an initiative that has several of them.

use alentour_model::{Initiative, PlaceSessions, Point, Session, Whereabouts};

use super::{item, list};
use crate::app::App;
use crate::counts;
use crate::dom::El;
use crate::dom::html::{li, span};
use crate::facts;
use crate::signup::session::lists_dates;

/// When that session of an initiative that is looked at is held, what it is called then, and the seats that are left and what is still
/// needed unless it is closed.
pub fn held(
    app: App,
    session: &Session,
    (position, at): (usize, usize),
    with_zone: bool,
    is_closed: bool,
) -> El {
    let zone = if with_zone { facts::in_zone(app.locale, session) } else { String::new() };
    let seats = move || {
        let seats = counts::seats(app, position, at).filter(|_| !is_closed);
        seats.map(|seats| span().class("seats").child(seats))
    };
    let needs = facts::session_needs(app.locale, session).filter(|_| !is_closed);
    facts::held(app.locale, session)
        .child(zone)
        .child(facts::called(session))
        .child(" ")
        .child(seats)
        .child(needs)
}

/// All dates, where there are several, and all places, where there are several: each of these with its own distance and dates. A form
/// that lists the dates says them alone.
pub fn programme(
    app: App,
    position: usize,
    initiative: &Initiative,
    near: Option<Point>,
) -> (Vec<El>, Vec<El>) {
    let locale = app.locale;
    let now = locale.clock.now().instant;
    let coming = initiative.coming(now);
    let zone = facts::shared_zone(locale, &mut coming.iter().copied());
    let is_closed = facts::is_closed(initiative, initiative.availability(now));
    let is_said = lists_dates(app, initiative);
    let dates = |positions: &[usize]| {
        if is_said {
            return None;
        }
        let mut dates = Vec::new();
        for at in positions {
            let session = &initiative.sessions[*at];
            dates.push(li().child(held(app, session, (position, *at), zone.is_none(), is_closed)));
        }
        list(dates)
    };
    let note = zone.as_deref().filter(|_| coming.len() > 1 && !is_said).map(facts::zone_note);
    let Whereabouts { places: there, unplaced } = initiative.whereabouts(near, now);
    if let [only] = there.as_slice() {
        let dates = dates(&only.sessions).filter(|_| coming.len() > 1);
        return (dates.into_iter().chain(note).collect(), Vec::new());
    }
    let mut places = Vec::new();
    // Where all dates have their places, one that has none any more has had its own.
    let is_told = unplaced.len() < coming.len();
    for PlaceSessions { place, distance, sessions } in there {
        if is_told && unplaced.is_empty() && sessions.is_empty() {
            continue;
        }
        let place = &initiative.places[place];
        let distance = distance.map(|distance| facts::away(locale, place, distance));
        places
            .push(item(&facts::described(locale, place)).child(" ").child(distance).child(dates(&sessions)));
    }
    let unplaced = dates(&unplaced).filter(|_| coming.len() > 1);
    (unplaced.into_iter().chain(note).collect(), list(places).into_iter().collect())
}

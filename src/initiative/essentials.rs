//! What one asks first of an initiative: when, where, how far, with whom; and the way to the form.

use alentour_model::{Availability, Hit, Initiative, Organisation, Session};

use super::programme::held;
use crate::app::App;
use crate::controls::{button, leading, link};
use crate::counts;
use crate::dom::html::{div, drawing, li, p, small, span, ul};
use crate::dom::{El, ev};
use crate::facts;
use crate::labels;
use crate::message::Message;

/// A leaf of a calendar, a pin, an arrow of a compass, somebody.
const WHEN: &str = "M7 2h2v3h6V2h2v3h4v17H3V5h4zM5 10v10h14V10z";
const WHERE: &str =
    "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5z";
const AWAY: &str = "M12 2l8 19-8-4-8 4z";
const WHO: &str = "M12 3a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM3 21c0-5 4-7 9-7s9 2 9 7z";

/// When, where, how far and with whom: a line each, with a sign of its own.
pub fn essentials(app: App, initiative: &Initiative, hit: Hit) -> El {
    let line = |icon: &str, content: El| li().child(drawing(icon)).child(content);
    let (place, distance) = whereabouts(app, initiative, hit).unzip();
    let distance = distance.flatten();
    let who = |organiser: &Organisation| organisation(app, span(), organiser);
    ul().class("facts")
        .child(when(app, initiative, hit).map(|when| line(WHEN, when)))
        .child(place.map(|place| line(WHERE, span().child(place))))
        .child(distance.map(|distance| line(AWAY, distance)))
        .child(initiative.organizer.as_ref().map(|organiser| line(WHO, who(organiser))))
}

fn session(initiative: &Initiative, hit: Hit) -> Option<(usize, &Session)> {
    let at = hit.session?;
    Some((at, initiative.sessions.get(at)?))
}

fn when(app: App, initiative: &Initiative, hit: Hit) -> Option<El> {
    let locale = app.locale;
    let Some((at, session)) = session(initiative, hit) else {
        return facts::lasting(locale, initiative).map(|text| span().child(text));
    };
    let Some(more) = facts::further_sessions(locale, initiative, hit) else {
        let availability = initiative.availability(locale.clock.now().instant);
        let is_closed = facts::is_closed(initiative, availability);
        return Some(held(app, session, (hit.initiative, at), true, is_closed));
    };
    // Whose clocks they are on is said with all the dates.
    Some(facts::held(locale, session).child(small().child(more)))
}

/// Where, and how far that is.
fn whereabouts(app: App, initiative: &Initiative, hit: Hit) -> Option<(String, Option<El>)> {
    if let Some(reach) = facts::everywhere(initiative) {
        return Some((app.text(reach).to_owned(), None));
    }
    let place = initiative.places.get(hit.place.unwrap_or(0))?;
    let distance = hit.distance.map(|distance| facts::away(app.locale, place, distance));
    Some((facts::described(app.locale, place), distance))
}

/// The next date or how far it has come, and the button that leads to the form, or to the organiser's page where there is none.
/// The style sheet keeps it at the foot of what is seen until the form is there.
pub fn way_in(app: App, initiative: &Initiative, hit: Hit) -> Option<El> {
    let locale = app.locale;
    let position = hit.initiative;
    let session = session(initiative, hit);
    let days = session.map(|(_, session)| facts::days(locale, session));
    let (between, at) = (if days.is_some() { " · " } else { "" }, hit.session);
    let name = if days.is_some() { String::new() } else { initiative.name.clone() };
    let needed = move || {
        let needed = counts::signatures(app, position).or_else(|| counts::seats(app, position, at?));
        needed.map_or_else(|| name.clone(), |needed| [between, &needed].concat())
    };
    let said = p().child(days).child(needed);
    let now = locale.clock.now().instant;
    let has_letter = initiative.letter_at(now).is_some();
    if initiative.participation.is_none() && !has_letter {
        let page = link(initiative.url.as_ref()?.as_str(), app.text(Message::OrganiserPage));
        return Some(div().class("bar").child(said).child(page.class("action").part("action")));
    }
    let availability = initiative.availability(now);
    if availability == Availability::Closed && !has_letter {
        return None;
    }
    let is_full = session.is_some_and(|(_, session)| session.is_full());
    let way = app.text(match availability {
        Availability::Full => Message::ActionWaitingList,
        Availability::Closed => Message::WriteLetter,
        Availability::Open if is_full => Message::ChooseSession,
        Availability::Open => labels::taking_part(initiative),
    });
    let go = match app.served() {
        Some(_) => leading("#form-title", way, "action"),
        None => button(way, "action")
            .on(ev::click, move |_| app.act(|browser| browser.focus("#form-title".into(), true))),
    };
    Some(div().class("bar over").child(said).child(go))
}

/// An organisation, with the link to its site and what it is.
pub(super) fn organisation(app: App, element: El, organisation: &Organisation) -> El {
    let element = match &organisation.url {
        Some(url) => element.child(link(url.as_str(), &organisation.name)),
        None => element.child(&organisation.name),
    };
    match organisation.sector {
        Some(sector) => element.child([" (", app.text(labels::sector(sector)), ")"].concat()),
        None => element,
    }
}

//! Other initiatives beside a form: what else is open, and what else a group's organiser does.

use alentour_model::text::fold;
use alentour_model::{Availability, Hit, Initiative, Kind};
use leptos::prelude::*;

use crate::app::App;
use crate::controls::opening;
use crate::dom::El;
use crate::dom::html::{div, h4, li, small, ul};
use crate::facts;
use crate::message::Message;

/// How many others are proposed after the thanks.
const OPEN: usize = 2;
/// How many others of an organiser are listed.
const OF_ORGANISER: usize = 4;
/// How many of theirs are compared by their dates, and how many initiatives are looked at for them, the nearest first: a list may be of ten
/// thousand, of which a telephone would read each name.
const COMPARED: usize = 24;
const LOOKED_AT: usize = 2000;

/// Others that one can take part in: the first of the list. A page by itself has no list, but may know some.
pub fn also_open(app: App, initiative: &Initiative) -> Option<El> {
    let (catalog, results) = (app.catalog.get_untracked(), app.results.read_untracked());
    if let Some(served) = app.served() {
        let known = served.also.iter().filter_map(|id| catalog.position(id));
        let known = known.filter_map(|at| Some(entry(app, catalog.get(at)?, app.hit(at)?)));
        return listed(app.text(Message::AlsoOpen), known.collect());
    }
    let now = app.locale.clock.now().instant;
    let mut others = Vec::new();
    for hit in results.nearby.iter().chain(&results.elsewhere) {
        let Some(other) = catalog.get(hit.initiative).filter(|other| other.id != initiative.id) else {
            continue;
        };
        if other.availability(now) != Availability::Open {
            continue;
        }
        others.push(entry(app, other, *hit));
        if others.len() == OPEN {
            break;
        }
    }
    listed(app.text(Message::AlsoOpen), others)
}

/// What else the organiser of a group does near there, the next date first, as far as the widget has read of it.
pub fn also_by(app: App, initiative: &Initiative) -> Option<El> {
    let organiser = initiative.organizer.as_ref().filter(|_| initiative.kind == Some(Kind::Group))?;
    let (catalog, now, name) =
        (app.catalog.get_untracked(), app.locale.clock.now().instant, fold(&organiser.name));
    let is_theirs = |other: &Initiative| {
        other.id != initiative.id && other.organizer.as_ref().is_some_and(|other| fold(&other.name) == name)
    };
    let mut others = Vec::new();
    for position in 0..catalog.len().min(LOOKED_AT) {
        if let Some(other) = catalog.get(position).filter(|other| is_theirs(other) && !other.is_over(now))
            && let Some(hit) = app.hit(position)
        {
            let start = hit.session.and_then(|session| other.sessions.get(session));
            others.push((start.map_or(i64::MAX, |session| session.start.moment.instant), other, hit));
            if others.len() == COMPARED {
                break;
            }
        }
    }
    others.sort_by_key(|(start, ..)| *start);
    let others = others.into_iter().take(OF_ORGANISER).map(|(_, other, hit)| entry(app, other, hit));
    listed(&app.locale.say(Message::AlsoBy, &[("name", &organiser.name)]), others.collect())
}

/// Its title, which opens it, when it is and how far.
fn entry(app: App, other: &Initiative, hit: Hit) -> El {
    let title = opening(app, other, hit.initiative);
    let session = hit.session.and_then(|session| other.sessions.get(session));
    let place = hit.place.and_then(|place| other.places.get(place));
    let away = place.zip(hit.distance);
    let away = away.map(|(place, distance)| app.locale.distance(distance, place.approximate));
    let away = away.unwrap_or_default();
    let when = session.map(|session| app.locale.session(session)).unwrap_or_default();
    li().child(title).child(" ").child(small().child(facts::joined(&[&when, &away], " · ")))
}

fn listed(title: &str, others: Vec<El>) -> Option<El> {
    (!others.is_empty()).then(|| div().class("others").child(h4().child(title)).child(ul().child(others)))
}

//! A card: one initiative, read in two seconds.

use alentour_model::{Availability, Hit, Initiative, Reach};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::app::{App, button};
use crate::clock;
use crate::dom::{El, classed, el};
use crate::initiative::facts;
use crate::labels;
use crate::message::Message;

/// The card of a hit; `None` if the catalogue has changed meanwhile. `is_zone_said`: the list says whose clocks all hours are on.
pub fn card(app: App, hit: Hit, is_zone_said: bool) -> Option<El> {
    let catalog = app.catalog.read_untracked();
    let initiative = catalog.get(hit.initiative)?;
    let position = hit.initiative;
    let locale = app.locale;
    let is_open = initiative.availability(clock::now().instant) == Availability::Open;
    let action = app.text(if is_open { labels::action(initiative) } else { Message::ReadMore });
    let named = locale.labelled(action, &initiative.name);
    let title = el("a").attr("href", &facts::permalink(initiative)).text(&initiative.name).on(
        "click",
        move |event| {
            // With a modifier the link opens a tab of its own, as links do.
            let mouse: &web_sys::MouseEvent = event.unchecked_ref();
            if !(mouse.ctrl_key() || mouse.meta_key() || mouse.shift_key()) {
                event.prevent_default();
                app.visit(position, "#detail-title");
            }
        },
    );
    let part = if is_open { "#form-title" } else { "#detail-title" };
    let act =
        button(action, "action").attr("aria-label", &named).on("click", move |_| app.visit(position, part));
    let session = hit.session.and_then(|session| initiative.sessions.get(session)).filter(|_| !is_zone_said);
    let zone = session.map(|session| facts::in_zone(locale, session)).unwrap_or_default();
    let when = facts::next(locale, initiative, hit.session).map(|when| {
        let more = facts::further_sessions(locale, initiative).map(|more| el("small").text(&more));
        classed("p", "when").text(&when).text(&zone).children(more)
    });
    let who = initiative.organizer.as_ref().map(|organiser| classed("p", "who").text(&organiser.name));
    let meta = classed("div", "meta")
        .part("meta")
        .children(when)
        .children(whereabouts(app, initiative, hit))
        .children(who);
    let card = classed("li", "card")
        .part("card")
        .attr("id", &format!("card-{position}"))
        .attr_fn("aria-current", move || (app.opened.get() == Some(position)).then(|| "true".into()))
        .child(facts::kind(locale, initiative))
        .child(el("h3").part("title").child(title))
        .child(meta)
        .child(classed("div", "foot").children(facts::needed(locale, initiative, hit.session)).child(act));
    Some(card)
}

/// How far and where.
fn whereabouts(app: App, initiative: &Initiative, hit: Hit) -> Option<El> {
    let reach = match initiative.reach {
        Reach::Online => Some(Message::Online),
        Reach::National => Some(Message::National),
        _ => None,
    };
    if let Some(reach) = reach {
        return Some(classed("p", "where").text(app.text(reach)));
    }
    let place = initiative.places.get(hit.place?)?;
    let distance = hit.distance.map(|distance| {
        classed("span", "distance").part("distance").text(&app.locale.distance(distance, place.approximate))
    });
    // Isolated from each other: in a language that runs from right to left a Latin town would take the number along.
    let town = el("bdi").text(&facts::locality(place));
    Some(classed("p", "where").children(distance).text(" ").child(town))
}

//! A card: one initiative, read in two seconds.

use alentour_model::{Availability, Hit, Initiative, Session, Why};
use leptos::prelude::*;

use crate::app::App;
use crate::controls::{leading, opening};
use crate::dom::html::{self, bdi, div, h3, li, p, small, span};
use crate::dom::{El, ev};
use crate::facts;
use crate::labels;
use crate::message::Message;

/// The card of a hit; none if the catalogue has changed meanwhile.
#[component]
pub fn Card(
    /// The widget.
    app: App,
    /// What was found, with the place and the session that the card speaks of.
    hit: Hit,
    /// By what it was found, where it does not say so itself.
    why: Option<String>,
    /// Whether the list says whose clocks all hours are on.
    is_zone_said: bool,
) -> Option<El> {
    let catalog = app.catalog.read_untracked();
    let initiative = catalog.get(hit.initiative)?;
    app.act(|browser| browser.see(app, &initiative.id));
    let position = hit.initiative;
    let locale = app.locale;
    let availability = initiative.availability(app.locale.clock.now().instant);
    let session = hit.session.and_then(|session| initiative.sessions.get(session));
    let is_closed = facts::is_closed(initiative, availability);
    let was_full = session.is_some_and(Session::is_full);
    let needed = move || {
        app.live.track();
        let catalog = app.catalog.read_untracked();
        facts::needed(locale, catalog.get(position)?, hit.session, is_closed)
    };
    let is_full = availability == Availability::Full;
    // The last seat may be taken while somebody looks at it, or one be given back.
    let action = move || {
        app.live.track();
        let catalog = app.catalog.read_untracked();
        let initiative = catalog.get(position)?;
        let action = match initiative.availability(locale.clock.now().instant) {
            Availability::Open => labels::action(initiative),
            Availability::Full => Message::ActionWaitingList,
            Availability::Closed => Message::ReadMore,
        };
        Some((locale.text(action), locale.labelled(locale.text(action), &initiative.name)))
    };
    let said = move || action().map(|(said, _)| said).unwrap_or_default();
    let named = move || action().map(|(_, named)| named);
    let title = opening(app, initiative, position);
    let part = if availability == Availability::Closed { "#detail-title" } else { "#form-title" };
    let act = || {
        let act = match app.page_of(initiative) {
            Some(page) => leading(&[&page, part].concat(), said(), "action"),
            None => html::button()
                .class("action")
                .part("action")
                .attr("type", "button")
                .child(said)
                .on(ev::click, move |_| app.act(|browser| browser.visit(app, position, part))),
        };
        act.attr("aria-label", named)
    };
    let zone =
        session.filter(|_| !is_zone_said).map(|session| facts::in_zone(locale, session)).unwrap_or_default();
    let when = match session {
        Some(session) => Some(facts::held(locale, session)),
        None => facts::lasting(locale, initiative).map(|when| span().child(when)),
    };
    let when = when.map(|when| {
        let more = facts::further_sessions(locale, initiative, hit).map(|more| small().child(more));
        p().class("when").child(when).child(zone).child(more)
    });
    let gist = (!initiative.summary.is_empty()).then(|| p().class("gist").child(&initiative.summary));
    let who = initiative.organizer.as_ref().map(|organiser| p().class("who").child(&organiser.name));
    let why = why.map(|why| p().class("who").child(why));
    let whereabouts = whereabouts(app, initiative, hit);
    let meta = div().class("meta").part("meta").child(when).child(whereabouts).child(who).child(why);
    let card = li()
        .class("card")
        .part("card")
        .id(format!("card-{position}"))
        .attr("aria-current", move || (app.opened.get() == Some(position)).then_some("true"))
        .child(facts::kind(locale, initiative))
        .child(h3().part("title").child(title))
        .child(gist)
        .child(meta)
        // A session that is full, of an initiative that is not, asks for nothing; its title still leads to it.
        .child(div().class("foot").child(needed).child((!was_full || is_full).then(act)));
    Some(card)
}

/// By what a hit was found, where what its card shows does not say so.
pub fn why(app: App, hit: &Hit) -> Option<String> {
    let locale = app.locale;
    let why = app.catalog.read_untracked().why(&app.results.read_untracked(), hit)?;
    let (message, text) = match why {
        Why::Term(term) => (Message::FoundBy, term),
        Why::Cause(cause) => (Message::FoundBy, labels::cause(locale, &cause)),
        Why::Described(word) => (Message::FoundDescribed, word),
    };
    Some(locale.say(message, &[("text", &text)]))
}

/// How far and where.
fn whereabouts(app: App, initiative: &Initiative, hit: Hit) -> Option<El> {
    if let Some(reach) = facts::everywhere(initiative) {
        return Some(p().class("where").child(app.text(reach)));
    }
    let place = initiative.places.get(hit.place?)?;
    let distance = hit.distance.map(|distance| facts::away(app.locale, place, distance));
    let criteria = app.search.criteria.read_untracked();
    let around = criteria.around.as_ref().map(|around| around.label.as_str()).unwrap_or_default();
    // Isolated from each other: in a language that runs from right to left a Latin town would take the number along.
    let town = bdi().child(facts::spot(app.locale, place, around));
    Some(p().class("where").child(distance).child(" ").child(town))
}

//! The choice of a session: its slots as rows.

use alentour_model::{Availability, Initiative, Slot, Weekly};
use leptos::prelude::*;

use super::field::{FieldSpec, Fields, input_id};
use super::without_script;
use crate::app::App;
use crate::counts;
use crate::dom::html::{b, details, input, label, p, small, span, summary};
use crate::dom::{El, ev, ticked, value};
use crate::facts;
use crate::locale::Locale;
use crate::message::Message;

/// Slots that are shown at once; the others are behind a button, unless it is one alone.
const SHOWN: usize = 4;

/// Whether the form lists the dates, where it is open and leaves a choice: then nothing else need.
pub fn lists_dates(app: App, initiative: &Initiative) -> bool {
    let now = app.locale.clock.now().instant;
    let is_here = without_script::elsewhere(app).is_none() && without_script::instead(app).is_none();
    // The thanks take the form's place.
    let is_sent =
        || app.draft(initiative).is_some_and(|draft| draft.progress.read_untracked().status.is_done());
    is_here
        && !is_sent()
        && initiative.availability(now) != Availability::Closed
        && initiative.coming(now).len() > 1
}

/// Which session, or which ones, where there is a choice: nearest first, what is full last, with its waiting list.
pub fn session(fields: &Fields, initiative: &Initiative) -> Option<El> {
    let (app, draft) = (fields.app, &fields.draft);
    let locale = app.locale;
    let near = app.search.criteria.read_untracked().around.as_ref().map(|around| around.point);
    let slots = initiative.slots(near, locale.clock.now().instant);
    let several = initiative.takes_several();
    if let [only] = slots.as_slice() {
        let session = &initiative.sessions[only.session];
        draft.choose(&session.id, true, several);
        if !session.is_full() {
            return app.served().map(|_| without_script::hidden("session", &session.id));
        }
    }
    if slots.is_empty() {
        return None;
    }
    let zone = facts::shared_zone(locale, &mut slots.iter().map(|slot| &initiative.sessions[slot.session]));
    let is_series = several && slots.len() > 1 && is_series(app, initiative) && app.served().is_none();
    let (mut shown, mut others) = (Vec::new(), Vec::new());
    // The summary of what is wrong leads to the first.
    let mut is_first = true;
    for slot in &slots {
        let session = &initiative.sessions[slot.session];
        let is_chosen = draft.has_chosen(&session.id);
        let (chosen, id) = (draft.clone(), session.id.clone());
        let (position, at) = (fields.position, slot.session);
        let button = input()
            .id(is_first.then(|| input_id("session")))
            .attr("type", if several { "checkbox" } else { "radio" })
            .attr("name", "session")
            .attr("value", &session.id);
        // Of a series all may be chosen at once.
        let button = if is_series {
            button.prop("checked", move || {
                chosen.choices.track();
                chosen.has_chosen(&id)
            })
        } else {
            button.prop("checked", is_chosen)
        };
        is_first = false;
        // Without a script nobody else knows what the page has said.
        let waits = session.is_full() || draft.signup.borrow().may_wait(&session.id);
        let line = app.served().filter(|_| waits);
        let line = line.map(|_| without_script::hidden("waitlist", &session.id));
        let words = span()
            .child(when(locale, initiative, slot, zone.is_none()))
            .child(" ")
            .child(more(app, position, initiative, slot))
            .child(facts::session_needs(locale, session));
        let row = label()
            .class(move || if counts::is_full(app, position, at) { "slot full" } else { "slot" })
            .child(button)
            .child(words)
            .child(line);
        if is_chosen || shown.len() < SHOWN { shown.push(row) } else { others.push(row) }
    }
    if others.len() == 1 {
        shown.append(&mut others);
    }
    if !others.is_empty() {
        shown.push(details().child(summary().child(app.text(Message::OtherDates))).child(others));
    }
    let note = zone.as_deref().map(facts::zone_note);
    let whole = is_series.then(|| whole_series(fields, initiative, &slots));
    let rows = note.into_iter().chain(whole).chain(shown).collect();
    let title = app.text(if several { Message::ChooseSessions } else { Message::ChooseSession });
    let all = fields.rows(FieldSpec::own("session", title, true), rows, several);
    let fields = fields.clone();
    // One listener for all: of a year's dates each would have its own.
    Some(all.on(ev::change, move |event| {
        fields.draft.choose(&value(&event), ticked(&event), several);
        fields.look_again("session");
    }))
}

/// That the last seat of the only date has gone while the form is open, which no row says, and what is said first of the initiative may be out
/// of sight: for beside the button.
pub fn filled(app: App, position: usize, initiative: &Initiative) -> Option<El> {
    let slots = initiative.slots(None, app.locale.clock.now().instant);
    let [only] = slots.as_slice() else { return None };
    let at = only.session;
    if app.served().is_some() || initiative.sessions[at].is_full() {
        return None;
    }
    let said = move || {
        let line = counts::line(app, position, at)?;
        Some(facts::joined(&[app.text(Message::Full), &line], " · "))
    };
    Some(
        p().class("needed full")
            .attr("hidden", move || said().is_none())
            .child(move || said().unwrap_or_default()),
    )
}

/// Whether one may come to all of its sessions: they are a series, or the same each week.
fn is_series(app: App, initiative: &Initiative) -> bool {
    initiative.participation.as_ref().is_some_and(|participation| participation.series)
        || Weekly::of(&initiative.coming(app.locale.clock.now().instant)).is_some()
}

/// The row that chooses all of a series.
fn whole_series(fields: &Fields, initiative: &Initiative, slots: &[Slot]) -> El {
    let app = fields.app;
    let ids: Vec<_> = slots.iter().map(|slot| initiative.sessions[slot.session].id.clone()).collect();
    let said = app.locale.count(Message::WholeSeries, ids.len(), &[]);
    let (chosen, all) = (fields.draft.clone(), ids.clone());
    let is_whole = move || {
        chosen.choices.track();
        all.iter().all(|id| chosen.has_chosen(id))
    };
    let fields = fields.clone();
    let button = input().attr("type", "checkbox").prop("checked", is_whole).on(ev::change, move |event| {
        // The listener of all rows takes it for a date otherwise.
        event.stop_propagation();
        ids.iter().for_each(|id| fields.draft.choose(id, ticked(&event), true));
        fields.look_again("session");
    });
    label().class("slot").child(button).child(b().child(said))
}

/// "ven. 27 nov. · 5 h 30 – 8 h", and what it is called.
fn when(locale: Locale, initiative: &Initiative, slot: &Slot, with_zone: bool) -> El {
    let session = &initiative.sessions[slot.session];
    let hours = locale.hours(session).map(|hours| span().class("hours").child(hours));
    let between = if hours.is_some() { " · " } else { "" };
    let zone = if with_zone { facts::in_zone(locale, session) } else { String::new() };
    b().child(facts::days(locale, session))
        .child(between)
        .child(hours)
        .child(zone)
        .child(facts::called(session))
}

/// "Saint-Étienne · à 50 km · 3 places": where, where there are several places, how far, and what is left.
fn more(app: App, position: usize, initiative: &Initiative, slot: &Slot) -> El {
    let locale = app.locale;
    let several = initiative.places.len() > 1;
    let place = slot.place.filter(|_| several).and_then(|place| initiative.places.get(place));
    let criteria = app.search.criteria.read_untracked();
    let around = criteria.around.as_ref().map(|around| around.label.as_str()).unwrap_or_default();
    let spot = place.map(|place| facts::spot(locale, place, around));
    let distance = place.zip(slot.distance);
    let distance = distance.map(|(place, distance)| locale.distance(distance, place.approximate));
    let at = slot.session;
    small().child(move || {
        let seats = counts::seats(app, position, at);
        let line = counts::line(app, position, at);
        let said = [spot.as_deref(), distance.as_deref(), seats.as_deref(), line.as_deref()];
        facts::joined(&said.map(Option::unwrap_or_default), " · ")
    })
}

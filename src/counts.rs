//! Seats, signatures and needs of what is looked at, as they are at the moment: what says so follows them.

use alentour_model::{Initiative, Need, Session};
use leptos::prelude::*;

use crate::app::App;
use crate::facts;
use crate::message::Message;

/// How many seats of a session are left.
pub fn seats(app: App, position: usize, at: usize) -> Option<String> {
    app.live.track();
    facts::seats(app.locale, app.looked_at(position).get()?.sessions.get(at)?)
}

/// How far a petition or a campaign has come.
pub fn signatures(app: App, position: usize) -> Option<String> {
    app.live.track();
    let looked_at = app.looked_at(position);
    let initiative = looked_at.get()?;
    match &initiative.petition {
        Some(petition) => facts::signatures(app.locale, petition).map(|(first, _)| first),
        None => facts::pledges(app.locale, initiative),
    }
}

/// What kind of thing a need is, and how many are still needed.
pub fn needed(app: App, position: usize, at: usize) -> String {
    app.live.track();
    let looked_at = app.looked_at(position);
    looked_at
        .get()
        .and_then(|it| need(it, at))
        .map(|need| facts::still_needed(app.locale, need))
        .unwrap_or_default()
}

/// Whether nothing more of a need is needed.
pub fn is_met(app: App, position: usize, at: usize) -> bool {
    app.live.track();
    let looked_at = app.looked_at(position);
    looked_at.get().and_then(|it| need(it, at)).is_some_and(Need::is_met)
}

fn need(initiative: &Initiative, at: usize) -> Option<&Need> {
    initiative.participation.as_ref()?.needs.get(at)
}

/// Whether no seat of a session is left.
pub fn is_full(app: App, position: usize, at: usize) -> bool {
    app.live.track();
    let looked_at = app.looked_at(position);
    looked_at.get().and_then(|it| it.sessions.get(at)).is_some_and(Session::is_full)
}

/// That a session without a seat has a line for one, and how many people wait in it.
pub fn line(app: App, position: usize, at: usize) -> Option<String> {
    if !is_full(app, position, at) {
        return None;
    }
    let looked_at = app.looked_at(position);
    let waiting = looked_at.get()?.sessions.get(at)?.live.waiting.get().unwrap_or_default();
    Some(match waiting {
        0 => app.text(Message::WaitingListOffered).to_owned(),
        waiting => app.locale.count(Message::WaitingListOf, waiting as usize, &[]),
    })
}

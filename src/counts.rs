//! Seats and signatures of what is looked at, as they are at the moment: what says so follows them.

use alentour_model::Session;
use leptos::prelude::*;

use crate::app::App;
use crate::facts;

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

/// Whether no seat of a session is left.
pub fn is_full(app: App, position: usize, at: usize) -> bool {
    app.live.track();
    let looked_at = app.looked_at(position);
    looked_at.get().and_then(|it| it.sessions.get(at)).is_some_and(Session::is_full)
}

//! The way of an initiative's sessions into the visitor's own calendar.

use alentour_model::{Initiative, Session};

use crate::app::{App, encode};
use crate::dom::El;
use crate::dom::html::a;
use crate::message::Message;

/// Whether a server makes files of an initiative. A widget asks the one that takes its forms: an initiative without a form may be from a site that
/// has none.
pub fn has_server(app: App, initiative: &Initiative) -> bool {
    let has_form = initiative.participation.is_some();
    match app.served() {
        None => has_form,
        Some(served) => served.is_below() || has_form && app.config(|config| !config.api.is_empty()),
    }
}

/// The link to a file of these sessions, of all that are to come where none is named, which the browser opens as it opens such files; `None` where there is no
/// server to make it.
pub fn link(app: App, initiative: &Initiative, sessions: &[&Session]) -> Option<El> {
    if !has_server(app, initiative) {
        return None;
    }
    let mut path = ["/i/", &encode(&initiative.id), "/calendar.ics?lang=", app.locale.language].concat();
    for session in sessions {
        path.extend(["&session=", &encode(&session.id)]);
    }
    // Its own target: a page's <base> may name another.
    let link = a().attr("href", app.address(&path)?).attr("target", "_self").attr("rel", "nofollow");
    Some(link.child(app.text(Message::AddToCalendar)))
}

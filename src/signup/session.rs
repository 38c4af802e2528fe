//! The choice of a session.

use alentour_model::{Initiative, Session};
use leptos::prelude::*;

use super::field::{FieldSpec, Fields};
use super::without_script;
use crate::app::App;
use crate::dom::El;
use crate::facts;
use crate::message::Message;

/// Which session, where there is a choice.
pub fn session(fields: &Fields, initiative: &Initiative) -> Option<El> {
    let (app, signup) = (fields.app, fields.draft.signup.clone());
    let coming = initiative.coming(app.locale.clock.now().instant);
    if let [only] = coming.as_slice() {
        only.id.clone_into(&mut signup.borrow_mut().session);
        return app.served().map(|_| without_script::hidden("session", &only.id));
    }
    if coming.is_empty() {
        return None;
    }
    let options = coming.iter().map(|session| {
        let place = spot(app, initiative, session).unwrap_or_default();
        let mut text = facts::session(app.locale, session, &place);
        if session.is_full() {
            text = [&text, " (", app.text(Message::Full), ")"].concat();
        }
        (session.id.clone(), text, session.is_full())
    });
    let chosen = signup.borrow().session.clone();
    let text = FieldSpec::own("session", app.text(Message::ChooseSession), true);
    Some(fields.choice(
        text,
        options.collect(),
        &chosen,
        Box::new(move |id| signup.borrow_mut().session = id),
    ))
}

/// Where a session is that is at one of several places, and how far that is.
fn spot(app: App, initiative: &Initiative, session: &Session) -> Option<String> {
    let place = initiative.places.get(session.place.filter(|_| initiative.places.len() > 1)?)?;
    let criteria = app.search.criteria.read_untracked();
    let Some(around) = &criteria.around else { return Some(facts::spot(app.locale, place, "")) };
    let spot = facts::spot(app.locale, place, &around.label);
    let Some(point) = place.point else { return Some(spot) };
    let distance = app.locale.distance(around.point.distance(point), place.approximate);
    Some([&spot, app.locale.comma(), &distance].concat())
}

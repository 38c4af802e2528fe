//! The thanks for a sign-up that the server has.

use alentour_model::{Initiative, Session, SignUp};
use leptos::prelude::*;

use super::others::also_open;
use super::small_print::{organiser, page};
use super::without_script;
use crate::app::App;
use crate::app::draft::{Draft, Status};
use crate::calendar;
use crate::controls::{button, leading};
use crate::dom::html::{div, h4, p};
use crate::dom::{El, ev};
use crate::facts;
use crate::message::Message;
use crate::share::share;

/// The thanks: for what, where and when, and what comes next.
pub fn received(app: App, draft: &Draft, initiative: &Initiative) -> El {
    // Whoever goes on typing is thanked for what was sent. After a page was left nobody knows it any more.
    let attempt = draft.attempt.borrow();
    let sent = attempt.as_ref().map(|attempt| &attempt.sign_up);
    let chosen = sent.map(SignUp::chosen).unwrap_or_default();
    let chosen: Vec<_> = chosen.into_iter().filter_map(|id| initiative.session(id)).collect();
    // A session that names none of several places is at a place that nobody has chosen.
    let only = (initiative.places.len() == 1).then_some(0);
    let line = || p().class("what");
    let address = |place: Option<usize>| {
        let place = place.and_then(|place| initiative.places.get(place));
        place.map(|place| line().child(facts::address(place)))
    };
    let waits = |session: &Session| sent.is_some_and(|sent| sent.may_wait(&session.id));
    let mut lines = Vec::new();
    for (at, session) in chosen.iter().enumerate() {
        // Its date, and no word for it: the thanks may be read again tomorrow.
        let when = facts::with_hours(app.locale, session, line().child(app.locale.session_days(session)))
            .child(facts::called(session))
            .child(facts::in_zone(app.locale, session));
        let waiting = waits(session).then(|| [" · ", app.text(Message::WaitingList)].concat());
        lines.push(when.child(waiting.unwrap_or_default()));
        // Dates at one place stand together before it.
        let place = session.place.or(only);
        if chosen.get(at + 1).is_none_or(|next| next.place.or(only) != place) {
            lines.extend(address(place));
        }
    }
    if chosen.is_empty() {
        lines.extend(address(only));
    }
    let settled: Vec<_> = chosen.into_iter().filter(|session| !waits(session)).collect();
    let calendar = (!settled.is_empty()).then(|| calendar::link(app, initiative, &settled)).flatten();
    let email = sent.map_or(app.text(Message::YourAddress), |sent| sent.email.trim());
    let unconfirmed = draft.progress.read_untracked().status == Status::Unconfirmed;
    let is_decided =
        initiative.participation.as_ref().is_some_and(|participation| participation.way.is_decided());
    let (title, help) = match (unconfirmed, is_decided) {
        (true, _) => (Message::Unconfirmed, Message::UnconfirmedHelp),
        (false, true) => (Message::Received, Message::DecidedHelp),
        (false, false) => (Message::Received, Message::ReceivedHelp),
    };
    let name = organiser(app, initiative);
    let then = (unconfirmed && is_decided)
        .then(|| p().child(app.locale.say(Message::DecidedThen, &[("name", name)])));
    let manage = unconfirmed.then(|| page(app, "/my-data?", Message::MyData));
    let renewed = draft.clone();
    let another = match app.served() {
        Some(_) => leading(&app.permalink(initiative), app.text(Message::SignUpAnother), "plain"),
        None => button(app.text(Message::SignUpAnother), "plain").on(ev::click, move |_| {
            renewed.renew();
            app.act_on_form(|sender| sender.renew(&renewed));
            app.act(|browser| browser.focus("#form-title".into(), true));
        }),
    };
    div()
        .class(if unconfirmed { "notice received waits" } else { "notice received" })
        .part("notice")
        .id("form-status")
        .attr("role", "status")
        .attr("tabindex", "-1")
        .child(h4().child(app.text(title)))
        .child(lines)
        .child(calendar.map(|link| p().child(link)))
        .child(p().child(app.locale.say(help, &[("email", email), ("name", name)])))
        .child(then)
        .child(p().child(manage.flatten()))
        .child(p().class("links").child(share(app, initiative)))
        .child(another)
        .child(without_script::back(app))
        .child(also_open(app, initiative))
}

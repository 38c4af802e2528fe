//! An alert: where there is nothing near, one asks to be told once there is. It comes with the form, and is sent as the form of no
//! initiative.

use std::cell::RefCell;
use std::rc::Rc;

use alentour_model::alert::CONSENT;
use alentour_model::query::RADII;
use alentour_model::{Cause, Kind};
use leptos::prelude::*;

use super::field::{FieldSpec, Fields};
use super::form::status;
use super::small_print::{honeypot, page};
use super::summary::summary;
use crate::app::App;
use crate::app::draft::Draft;
use crate::controls::button;
use crate::dom::html::{self, div, form, h3, h4, p, section};
use crate::dom::{El, ev};
use crate::labels;
use crate::message::Message;

/// What one agrees to, as the server says it, which sends no mail as long as it does not.
#[derive(Clone)]
pub struct Offered {
    wording: Rc<RefCell<String>>,
    /// Some(0) once it is there: signals of one type share their code.
    is_there: RwSignal<Option<usize>>,
}

impl Default for Offered {
    fn default() -> Self {
        Self { wording: Rc::default(), is_there: RwSignal::new(None) }
    }
}

impl Offered {
    /// The server has said it.
    pub fn tell(&self, wording: String) {
        self.wording.replace(wording);
        let _ = self.is_there.try_set(Some(0));
    }
}

/// The button, and what it unfolds; seen once it is offered.
pub fn alert(app: App, offered: Offered) -> Vec<El> {
    let (open, is_there) = (RwSignal::new(None::<usize>), offered.is_there);
    let content = move || {
        if open.read().is_some() {
            return untrack(|| asked(app, &offered.wording.borrow())).into_iter().collect();
        }
        let unfold = button(app.text(Message::TellMe), "action").on(ev::click, move |_| {
            open.set(Some(0));
            app.act(|browser| browser.focus("#alert-title".into(), true));
        });
        vec![unfold]
    };
    vec![div().class("alert").attr("hidden", move || is_there.read().is_none()).child(content)]
}

/// The form; once it is received, what is left to do. What is typed outlives it.
fn asked(app: App, wording: &str) -> Option<El> {
    let draft = app.draft(&Draft::no_initiative())?;
    let progress = draft.progress;
    let thanks = {
        let draft = draft.clone();
        move || progress.read().status.is_done().then(|| received(app, &draft))
    };
    let title = h3().id("alert-title").attr("tabindex", "-1").child(app.text(Message::TellMe));
    let form = fields(app, draft, wording).attr("hidden", move || progress.read().status.is_done());
    Some(
        section()
            .class("join")
            .attr("aria-labelledby", "alert-title")
            .child(title)
            .child(form)
            .child(div().child(thanks)),
    )
}

fn fields(app: App, draft: Draft, wording: &str) -> El {
    prefill(app, &draft);
    let fields = Fields { app, draft: draft.clone(), position: usize::MAX };
    let answer = |name: &'static str| -> Box<dyn Fn(String)> {
        let draft = draft.clone();
        Box::new(move |typed| draft.set_answer(name, typed))
    };
    let own = |name, label| FieldSpec::own(name, app.text(label), true);
    let place = fields.text(own("place", Message::Place), &draft.answer("place"), answer("place"));
    let radii = RADII.map(|radius| (radius.to_string(), app.locale.kilometres(f64::from(radius)), false));
    let radius = fields.choice(
        own("radius", Message::Radius),
        radii.into(),
        &draft.answer("radius"),
        answer("radius"),
    );
    let email = FieldSpec { kind: "email", autocomplete: "email", ..own("email", Message::Email) };
    let (signup, typed) = (draft.signup.clone(), draft.signup.borrow().email.clone());
    let email = fields.text(email, &typed, Box::new(move |typed| signup.borrow_mut().email = typed));
    let (given, agrees) = (!draft.answer("consent").is_empty(), draft.clone());
    let consent = FieldSpec::own("consent", wording, true);
    let consent = fields.tick(
        consent,
        given,
        Box::new(move |given| agrees.set_answer("consent", if given { CONSENT } else { "" }.into())),
    );
    let (sent, mut begun) = (draft.clone(), Some(draft.clone()));
    let send = html::button()
        .class("action")
        .part("action")
        .attr("type", "submit")
        .attr("aria-disabled", {
            let progress = draft.progress;
            move || progress.read().status.is_busy()
        })
        .child(app.text(Message::TellMe));
    form()
        .part("form")
        .attr("novalidate", "")
        .on(ev::focusin, move |_| {
            if let Some(draft) = begun.take() {
                app.act_on_form(|sender| sender.begin(app, &draft));
            }
        })
        .on(ev::submit, move |event| {
            event.prevent_default();
            app.act_on_form(|sender| sender.send(app, &sent, &Draft::no_initiative()));
        })
        .child(summary(app, usize::MAX, &draft))
        .child(filters(app))
        .child(div().class("pair").child(place).child(radius))
        .child(email)
        .child(consent)
        .child(honeypot(app))
        .child(p().class("hint").child(page(app, "/privacy?", Message::Rights)))
        .child(status(app, &draft, false))
        .child(send)
}

/// The filters that the alert has, in words.
fn filters(app: App) -> Option<El> {
    let criteria = app.search.criteria.read();
    let kinds = criteria.kinds.iter().map(|kind| labels::kind(app.locale, kind));
    let names: Vec<_> =
        kinds.chain(criteria.causes.iter().map(|cause| labels::cause(app.locale, cause))).collect();
    (!names.is_empty()).then(|| p().child(names.join(" · ")))
}

/// What is looked for is what one is told of; place and distance stay as they were typed.
fn prefill(app: App, draft: &Draft) {
    let criteria = app.search.criteria.read();
    let kinds: Vec<_> = criteria.kinds.iter().map(Kind::as_str).collect();
    draft.set_answer("kinds", kinds.join(","));
    let causes: Vec<_> = criteria.causes.iter().map(Cause::as_str).collect();
    draft.set_answer("causes", causes.join(","));
    if !draft.answer("radius").is_empty() {
        return;
    }
    let radius = criteria.radius.and_then(|radius| RADII.into_iter().find(|wider| *wider >= radius));
    draft.set_answer("radius", radius.unwrap_or(100).to_string());
    // A position is no name: neither its numbers, which no name of a place is made of, nor what it is shown as. Whether they are numbers is
    // not asked: reading them would be a third of this file.
    let is_name =
        |label: &&str| label.contains(char::is_alphabetic) && *label != app.text(Message::AroundMeHere);
    let place = criteria.around.as_ref().map(|around| around.label.as_str()).filter(is_name);
    draft.set_answer("place", place.unwrap_or_default().to_owned());
    draft.set_answer("countries", app.config(|config| config.countries.clone()));
}

fn received(app: App, draft: &Draft) -> El {
    let email = draft.signup.borrow().email.trim().to_owned();
    div()
        .class("notice received waits")
        .part("notice")
        .id("form-status")
        .attr("role", "status")
        .attr("tabindex", "-1")
        .child(h4().child(app.text(Message::Unconfirmed)))
        .child(p().child(app.locale.say(Message::UnconfirmedHelp, &[("email", &email)])))
}

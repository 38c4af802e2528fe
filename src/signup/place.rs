//! The place of the form in an initiative. What stands in it comes later: see "What only some visitors need" in `docs/ARCHITECTURE.md`.

use std::hint::black_box;

use alentour_model::Initiative;
use leptos::prelude::*;

use super::form::contents;
use super::without_script;
use crate::app::{App, FeedError, Stage, encode};
use crate::controls::{button, link};
use crate::dom::html::{div, h3, p, section};
use crate::dom::{El, ev};
use crate::labels;
use crate::message::Message;

/// The form to take part in an initiative; once it is received, the thanks. None where one cannot take part here, and nothing is said of it.
#[component]
pub fn SignUpForm(
    /// The widget.
    app: App,
    /// The initiative's position in the catalogue.
    position: usize,
) -> Option<El> {
    let looked_at = app.looked_at(position);
    let initiative = looked_at.get()?;
    let now = app.locale.clock.now().instant;
    let has_content = initiative.letter_at(now).is_some() || initiative.spread_at(now).next().is_some();
    if initiative.participation.is_none() && !has_content {
        let said = without_script::without_form(app, initiative);
        return said.map(|said| section().class("join").child(said));
    }
    app.act(|browser| browser.fetch_form(app));
    let action = labels::taking_part(initiative);
    let title = h3().id("form-title").attr("tabindex", "-1").child(app.text(action));
    let looked_at = looked_at.clone();
    let content = move || match &*app.form.read() {
        // A pointer that the compiler does not see through: what is behind it is no part of the code that comes first.
        Stage::Ready => untrack(|| black_box::<fn(App, usize) -> Vec<El>>(contents)(app, position)),
        // What is there in a moment is not announced.
        Stage::Loading => Vec::new(),
        Stage::Slow => {
            vec![p().class("note").attr("role", "status").child(app.text(Message::LoadingDetails))]
        }
        Stage::Failed(failure) => {
            looked_at.get().map(|initiative| failed(app, failure, initiative, action)).into_iter().collect()
        }
    };
    Some(
        section()
            .class("join")
            .attr("aria-labelledby", "form-title")
            .attr("aria-busy", move || {
                matches!(*app.form.read(), Stage::Loading | Stage::Slow).then_some("true")
            })
            .child(title)
            .child(p().child(&initiative.name))
            .child(content),
    )
}

/// What stands in the place of a form that has not come.
fn failed(app: App, failure: &FeedError, initiative: &Initiative, action: Message) -> El {
    let retry = button(app.text(Message::Retry), "action").on(ev::click, move |_| {
        app.act(|browser| {
            browser.fetch_form(app);
            browser.focus("#form-title".into(), false);
        });
    });
    // There it works without a script.
    let path = ["/i/", &encode(&initiative.id), "?lang=", app.locale.language].concat();
    let page = app.address(&path).map(|page| link(&page, app.text(action)));
    div()
        .class("notice")
        .attr("role", "alert")
        .child(p().child(labels::failure(app.locale, failure)))
        .child(div().class("links").child(retry).child(page))
}

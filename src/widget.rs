//! What is seen of a widget: which of its faces.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::app::{App, FeedError, Stage};
use crate::controls::button;
use crate::dom::{El, Root, classed, el};
use crate::initiative::detail::detail;
use crate::message::Message;
use crate::search::results::result_list;
use crate::search::search_form;

/// The widget.
#[component]
pub fn Widget(app: App) -> impl IntoView {
    let results = classed("div", "results").slot(move || match &*app.stage.read() {
        Stage::Loading => skeleton(app),
        Stage::Failed(failure) => vec![failed(app, failure)],
        Stage::Ready => result_list(app),
    });
    let opened = move || app.opened.get().and_then(|position| detail(app, position)).into_iter().collect();
    js_sys::global().unchecked_into::<El>().on("popstate", move |_| app.travelled());
    let widget = el("section")
        .attr_fn("class", move || Some(if app.opened.read().is_some() { "app opened" } else { "app" }.into()))
        .attr("aria-label", app.text(Message::Search))
        .child(search_form(app))
        .child(classed("div", "columns").child(results).slot(opened));
    Root::new(widget)
}

fn skeleton(app: App) -> Vec<El> {
    let bones = (0..6).map(|_| classed("li", "card bone"));
    vec![
        classed("p", "count").attr("role", "status").attr("tabindex", "-1").text(app.text(Message::Loading)),
        classed("ul", "cards").attr("aria-hidden", "true").children(bones),
    ]
}

fn failed(app: App, failure: &FeedError) -> El {
    let why = match failure {
        FeedError::Network => app.text(Message::FailedNetwork).to_owned(),
        FeedError::Timeout => app.text(Message::FailedTimeout).to_owned(),
        FeedError::Malformed => app.text(Message::FailedMalformed).to_owned(),
        FeedError::Status(status) => {
            app.locale.say(Message::FailedStatus, &[("status", &status.to_string())])
        }
    };
    classed("div", "notice")
        .part("notice")
        .attr("role", "alert")
        .child(el("h2").text(app.text(Message::Failed)))
        .child(el("p").text(&why))
        .child(button(app.text(Message::Retry), "action").on("click", move |_| app.retry()))
}

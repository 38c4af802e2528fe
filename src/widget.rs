//! What is seen of a widget: which of its faces.

use leptos::prelude::*;

use crate::app::{App, FeedError, Stage};
use crate::controls::button;
use crate::dom::html::{div, h2, li, p, section, ul};
use crate::dom::{El, ev};
use crate::initiative::detail::Detail;
use crate::labels;
use crate::message::Message;
use crate::search::SearchForm;
use crate::search::results::Results;

/// The widget.
#[component]
pub fn Widget(
    /// What it knows.
    app: App,
) -> El {
    let results = move || match &*app.stage.read() {
        Stage::Loading | Stage::Slow => skeleton(app),
        Stage::Failed(failure) => vec![failed(app, failure)],
        Stage::Ready => view! { <Results app/> }.into_inner(),
    };
    let detail = move || {
        app.details.track();
        app.opened.get().and_then(|position| view! { <Detail app position/> }.into_inner())
    };
    section()
        .class(move || match app.opened.read().is_some() {
            true if app.config(|config| config.is_only) => "app opened only",
            true => "app opened",
            false => "app",
        })
        .attr("aria-label", app.text(Message::Search))
        .child(view! { <SearchForm app/> })
        .child(div().class("columns").child(div().class("results").child(results)).child(detail))
}

fn skeleton(app: App) -> Vec<El> {
    let bones: Vec<_> = (0..6).map(|_| li().class("card bone")).collect();
    vec![
        p().class("count").attr("role", "status").attr("tabindex", "-1").child(app.text(Message::Loading)),
        ul().class("cards").attr("aria-hidden", "true").child(bones),
    ]
}

fn failed(app: App, failure: &FeedError) -> El {
    let retry = button(app.text(Message::Retry), "action")
        .on(ev::click, move |_| app.act(|browser| browser.retry(app)));
    div()
        .class("notice")
        .part("notice")
        .attr("role", "alert")
        .child(h2().child(app.text(Message::Failed)))
        .child(p().child(labels::failure(app.locale, failure)))
        .child(retry)
}

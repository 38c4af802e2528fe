//! What the list needs on a page by itself, where no script searches: a form that is sent, filters that are its fields, and pages.

use alentour_model::Hit;
use alentour_model::gazetteer::Locality;
use leptos::prelude::*;

use super::CountOf;
use crate::app::App;
use crate::app::criteria::{ChosenPlace, Criteria};
use crate::app::served::Served;
use crate::controls::leading;
use crate::dom::El;
use crate::dom::html::{button, details, div, input, label, li, p, span, summary, ul};
use crate::message::Message;

/// The form, which leads to a page of the list.
pub fn sent(app: App, form: El) -> El {
    let Some(served) = app.served() else { return form };
    let hidden = |name: &'static str, value: &str| {
        input().attr("type", "hidden").attr("name", name).attr("value", value)
    };
    let countries = app.config(|config| config.countries.clone());
    let form = form.attr("method", "get").attr("action", served.list());
    form.child(hidden("lang", app.locale.language))
        .child((!served.from.is_empty()).then(|| hidden("from", &served.from)))
        .child((!countries.is_empty()).then(|| hidden("countries", &countries)))
}

/// The field for the place. Nothing suggests, and the position stays where it is: an address would tell it.
pub fn place(app: App) -> El {
    let field = app.search.place.field.read();
    let input = input()
        .part("field")
        .id("place")
        .attr("name", "place")
        .attr("type", "text")
        .attr("dir", "auto")
        .attr("aria-describedby", "place-note")
        .attr("placeholder", app.text(Message::Place))
        .prop("value", field.typed.clone());
    div()
        .class("field place")
        .child(label().attr("for", "place").child(app.text(Message::Place)))
        .child(div().class("combo").child(input))
        .child(p().class("note").id("place-note").child(&field.note))
        .child(others(app, &field.suggestions))
}

/// Leads to the lists around the places that may be meant as well.
fn others(app: App, places: &[Locality]) -> Option<El> {
    let served = app.served()?;
    let link = |place: &Locality| {
        let mut criteria = app.search.criteria.read().clone();
        criteria.around = Some(ChosenPlace { label: place.label(), point: place.point });
        li().child(leading(&served.results(app, &criteria, 1), &place.label(), "more"))
    };
    (!places.is_empty()).then(|| ul().class("others").child(places.iter().map(link).collect::<Vec<_>>()))
}

/// A filter's choice: a box among kinds and causes, and one of several days.
pub fn choice(
    app: App,
    text: &str,
    count: &CountOf,
    is_pressed: &dyn Fn(&Criteria) -> bool,
    press: &dyn Fn(&mut Criteria),
) -> El {
    // What pressing it alone adds to an address is the field.
    let mut pressed = Criteria::default();
    press(&mut pressed);
    let (name, value) = pressed.query().pop().unwrap_or(("when", String::new()));
    let is_pressed = is_pressed(&app.search.criteria.read());
    let count = count(&app.results.read().facets);
    let input = input()
        .attr("type", if name == "when" { "radio" } else { "checkbox" })
        .attr("name", name)
        .attr("value", value)
        .prop("checked", is_pressed);
    let number = count.map(|count| app.locale.number(count as f64)).unwrap_or_default();
    label()
        .class(if count == Some(0) && !is_pressed { "chip none" } else { "chip" })
        .child(input)
        .child(text)
        .child(" ")
        .child(span().class("number").child(number))
}

/// The filters, folded unless some are set, and the button that searches.
pub fn filters(app: App, served: &Served, filters: El) -> Vec<El> {
    let set = app.search.criteria.read().filters();
    let title = match set {
        0 => app.text(Message::Filters).to_owned(),
        set => app.locale.count(Message::FiltersSet, set, &[]),
    };
    let folded = details()
        .attr("open", set > 0)
        .child(summary().class("fold").child(title))
        .child(filters.class("filters open"));
    let search = button().class("action").part("action").attr("type", "submit").child(&served.words.search);
    vec![folded, search]
}

/// The hits of the page of the list that is shown.
pub fn shown_of(app: App, hits: &[Hit], limit: usize) -> &[Hit] {
    match app.served() {
        Some(served) => hits.get(limit * served.page.saturating_sub(1)..).unwrap_or_default(),
        None => hits,
    }
}

/// Leads to where one asks to be told of what comes.
pub fn alert(app: App) -> Option<El> {
    let address = app.served()?.alert(app.locale.language, &app.search.criteria.read())?;
    Some(leading(&address, app.text(Message::TellMe), "action"))
}

/// Leads to the page before and the next one.
pub fn links(app: App) -> Option<El> {
    let served = app.served()?;
    let page = served.page;
    let is_more = page < super::pages(app);
    let link = |page: usize, text: &str, is_there: bool, rel: &'static str| {
        let criteria = app.search.criteria.read();
        is_there.then(|| leading(&served.results(app, &criteria, page), text, "more").attr("rel", rel))
    };
    let links = div()
        .class("pages")
        .child(link(page.saturating_sub(1), &served.words.previous, page > 1, "prev"))
        .child(link(page + 1, &served.words.next, is_more, "next"));
    (page > 1 || is_more).then_some(links)
}

//! The field for the place, with its suggestions.

use alentour_model::gazetteer::Locality;
use leptos::prelude::*;

use super::without_script;
use crate::app::App;
use crate::controls::button;
use crate::dom::html::{div, drawing, input, label, li, p, span, ul};
use crate::dom::{El, ev, value};
use crate::message::Message;

/// "Ville ou code postal", with its suggestions, and "Autour de moi" within it.
#[component]
pub fn PlaceField(
    /// The widget.
    app: App,
) -> El {
    if app.served().is_some() {
        return without_script::place(app);
    }
    let place = app.search.place;
    let field = place.field;
    let is_open = move || !field.read().suggestions.is_empty();
    let options = move || {
        let field = field.read();
        let option = |(position, locality): (usize, &Locality)| {
            let chosen = locality.clone();
            li().id(format!("place-{position}"))
                .attr("role", "option")
                .attr("aria-selected", field.active == Some(position))
                .child(locality.label())
                // Or the field loses its focus before the click, and with it its suggestions.
                .on(ev::mousedown, |event| event.prevent_default())
                // Who has pressed may still move away and let go elsewhere.
                .on(ev::click, move |_| {
                    place.take(chosen.label(), chosen.point);
                    app.act(|browser| browser.put_keyboard_away());
                })
        };
        field.suggestions.iter().enumerate().map(option).collect::<Vec<_>>()
    };
    let input = input()
        .part("field")
        .id("place")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("autocomplete", "off")
        .attr("dir", "auto")
        .attr("spellcheck", "false")
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", "places")
        .attr("aria-describedby", "place-note")
        .attr("placeholder", app.text(Message::Place))
        .attr("title", app.text(Message::Place)) // its label is for the ear
        .attr("aria-expanded", is_open)
        .attr("aria-activedescendant", move || field.read().active.map(|active| format!("place-{active}")))
        .prop("value", move || field.read().typed.clone())
        // What is typed into it stands instead of what was there, and not before it.
        .on(ev::focus, move |_| app.act(|browser| browser.select_place()))
        .on(ev::input, move |event| app.act(|browser| browser.suggest_places(app, value(&event))))
        .on(ev::keydown, move |event| {
            if place.key(app, &event.key()) {
                event.prevent_default();
            }
        })
        .on(ev::blur, move |_| {
            field.write().active = None;
            // Whoever has been asked which place is meant may answer later.
            if !place.is_asking() {
                place.accept(app);
                field.write().suggestions.clear();
            }
        });
    let suggestions = ul()
        .id("places")
        .attr("role", "listbox")
        .attr("aria-label", app.text(Message::Place))
        .attr("hidden", move || !is_open())
        .child(options);
    let here = button("", "here")
        .attr("title", app.text(Message::AroundMe))
        .child(drawing(TARGET))
        .child(span().class("unseen").child(app.text(Message::AroundMe)))
        .on(ev::click, move |_| app.act(|browser| browser.locate(app)));
    // The number of suggestions is said, not shown: eyes see the list itself.
    let counted = move || match field.read().suggestions.len() {
        0 => String::new(),
        count => app.locale.count(Message::PlaceChoices, count, &[]),
    };
    div()
        .class("field place")
        .child(label().class("unseen").attr("for", "place").child(app.text(Message::Place)))
        .child(div().class("combo").child(input).child(here).child(suggestions))
        .child(
            p().class("note")
                .id("place-note")
                .attr("role", "status")
                .child(move || field.read().note.clone())
                .child(span().class("unseen").child(counted)),
        )
}

/// A ring of sights around a dot.
const TARGET: &str = "M11 2h2v3.1A7 7 0 0 1 18.9 11H22v2h-3.1A7 7 0 0 1 13 18.9V22h-2v-3.1A7 7 0 0 1 5.1 13H2v-2h3.1A7 7 0 0 1 11 5.1zM12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10zm0 2.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z";

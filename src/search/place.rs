//! The field for the place, with its suggestions.

use alentour_model::gazetteer::Locality;
use leptos::prelude::*;

use crate::app::App;
use crate::app::place::put_keyboard_away;
use crate::controls::button;
use crate::dom::{El, classed, drawing, el, value};
use crate::message::Message;

/// "Ville ou code postal", with its suggestions, and "Autour de moi".
pub fn place_field(app: App) -> El {
    let place = app.search.place;
    let field = place.field;
    let is_open = move || !field.read().suggestions.is_empty();
    let options = move || {
        let field = field.read();
        let option = |(position, locality): (usize, &Locality)| {
            let chosen = locality.clone();
            el("li")
                .attr("id", &format!("place-{position}"))
                .attr("role", "option")
                .attr("aria-selected", if field.active == Some(position) { "true" } else { "false" })
                .text(&locality.label())
                // Not `click`: the field loses its focus first, and with it its suggestions.
                .on("mousedown", move |event| {
                    event.prevent_default();
                    place.take(chosen.label(), chosen.point);
                    put_keyboard_away(app);
                })
        };
        field.suggestions.iter().enumerate().map(option).collect()
    };
    let input = el("input");
    let whole = input.clone();
    let input = input
        .part("field")
        .attr("id", "place")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("autocomplete", "off")
        .attr("dir", "auto")
        .attr("spellcheck", "false")
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", "places")
        .attr("aria-describedby", "place-note")
        .attr("placeholder", app.text(Message::PlaceExample))
        .bool_fn("aria-expanded", is_open)
        .attr_fn("aria-activedescendant", move || field.read().active.map(|active| format!("place-{active}")))
        .value_fn(move || field.read().typed.clone())
        // What is typed into it stands instead of what was there, and not before it.
        .on("focus", move |_| whole.select())
        .on("input", move |event| place.suggest(app, value(&event)))
        .on("keydown", move |event| place.key(app, &event))
        .on("blur", move |_| {
            field.write().active = None;
            place.accept(app);
            field.write().suggestions.clear();
        });
    let suggestions = el("ul")
        .attr("id", "places")
        .attr("role", "listbox")
        .attr("aria-label", app.text(Message::Place))
        .flag_fn("hidden", move || !is_open())
        .slot(options);
    let here = button("", "here")
        .child(drawing(PIN))
        .text(app.text(Message::AroundMe))
        .on("click", move |_| place.locate(app));
    // The number of suggestions is said, not shown: eyes see the list itself.
    let counted = move || match field.read().suggestions.len() {
        0 => String::new(),
        count => app.locale.count(Message::PlaceChoices, count, &[]),
    };
    classed("div", "field place")
        .child(el("label").attr("for", "place").text(app.text(Message::Place)))
        .child(classed("div", "combo").child(input).child(suggestions))
        .child(here)
        .child(
            classed("p", "note")
                .attr("id", "place-note")
                .attr("role", "status")
                .text_fn(move || field.read().note.clone())
                .child(classed("span", "unseen").text_fn(counted)),
        )
}

/// A pin.
const PIN: &str =
    "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5z";

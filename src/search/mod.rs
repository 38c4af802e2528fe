//! The form above the list, the list and its cards.

pub mod card;
pub mod filters;
pub mod place;
pub mod results;

use alentour_model::query::RADII;
use leptos::prelude::*;

use crate::app::App;
use crate::app::criteria::radius;
use crate::controls::button;
use crate::dom::{El, classed, el, value};
use crate::message::Message;
use filters::filters;
use place::place_field;

/// The form above the results.
pub fn search_form(app: App) -> El {
    let criteria = app.search.criteria;
    // Some(0) while they are unfolded: signals of one type share their code.
    let open = RwSignal::new(None::<usize>);
    let is_open = move || open.read().is_some();
    let fold = button("", "fold")
        .attr("aria-controls", "filters")
        .bool_fn("aria-expanded", is_open)
        .text_fn(move || match criteria.read().filters() {
            0 => app.text(Message::Filters).to_owned(),
            set => app.locale.count(Message::FiltersSet, set, &[]),
        })
        .on("click", move |_| open.set(if open.get_untracked().is_none() { Some(0) } else { None }));
    let show = button("", "more")
        .text_fn(move || {
            let found = app.locale.number(app.results.read().len() as f64);
            app.locale.say(Message::ShowFound, &[("n", &found)])
        })
        .on("click", move |_| {
            open.set(None);
            app.focus(".count".into(), true);
        });
    let words = el("input")
        .part("field")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("placeholder", app.text(Message::WordsExample))
        .value_fn(move || criteria.read().words.clone())
        .on("input", move |event| criteria.write().words = value(&event));
    classed("form", "search")
        .part("form")
        .attr("role", "search")
        .on("submit", |event| event.prevent_default())
        .child(place_field(app))
        .child(labelled(app.text(Message::Radius), "radius", radii(app)))
        .child(labelled(app.text(Message::Words), "words", words))
        .child(fold)
        .child(
            filters(app)
                .child(show)
                .attr_fn("class", move || Some(if is_open() { "filters open" } else { "filters" }.into())),
        )
}

/// A field within its label.
fn labelled(label: &str, class: &str, field: El) -> El {
    classed("label", &["field ", class].concat()).child(el("span").text(label)).child(field)
}

fn radii(app: App) -> El {
    let criteria = app.search.criteria;
    let options = move || {
        let chosen = criteria.read().radius;
        let mut radii: Vec<u32> = RADII.into();
        // A page may have asked for another one.
        radii.extend(chosen);
        radii.sort_unstable();
        radii.dedup();
        let option = |value: &str, text: &str, selected: bool| {
            el("option").attr("value", value).text(text).prop("selected", selected)
        };
        let kilometres = |radius: u32| app.locale.kilometres(f64::from(radius));
        let mut options: Vec<_> = radii
            .into_iter()
            .map(|radius| option(&radius.to_string(), &kilometres(radius), chosen == Some(radius)))
            .collect();
        options.push(option("any", app.text(Message::RadiusAny), chosen.is_none()));
        options
    };
    el("select")
        .part("field")
        .slot(options)
        .on("change", move |event| criteria.write().radius = radius(&value(&event)))
}

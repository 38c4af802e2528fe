//! The form above the list, the list and its cards.

pub mod card;
pub mod filters;
pub mod place;
pub mod results;
mod without_script;

use alentour_model::query::RADII;
use leptos::ev;
use leptos::prelude::*;

use crate::app::App;
use crate::app::criteria::radius;
use crate::controls::button;
use crate::dom::html::{form, input, label, option, select, span};
use crate::dom::{El, value};
use crate::message::Message;
use filters::Filters;
use place::PlaceField;

/// The form above the results.
#[component]
pub fn SearchForm(
    /// The widget.
    app: App,
) -> El {
    let criteria = app.search.criteria;
    // Some(0) while they are unfolded: signals of one type share their code.
    let open = RwSignal::new(None::<usize>);
    let is_open = move || open.read().is_some();
    let fold = button("", "fold")
        .attr("aria-controls", "filters")
        .attr("aria-expanded", is_open)
        .child(move || match criteria.read().filters() {
            0 => app.text(Message::Filters).to_owned(),
            set => app.locale.count(Message::FiltersSet, set, &[]),
        })
        .on(ev::click, move |_| open.set(if open.get_untracked().is_none() { Some(0) } else { None }));
    let show = button("", "more")
        .child(move || {
            let found = app.locale.number(app.results.read().len() as f64);
            app.locale.say(Message::ShowFound, &[("n", &found)])
        })
        .on(ev::click, move |_| {
            open.set(None);
            app.act(|browser| browser.focus(".count".into(), true));
        });
    let words = input()
        .part("field")
        .attr("type", "search")
        .attr("name", app.served().map(|_| "words"))
        .attr("autocomplete", "off")
        .attr("placeholder", app.text(Message::WordsExample))
        .prop("value", move || criteria.read().words.clone())
        .on(ev::input, move |event| criteria.write().words = value(&event));
    without_script::sent(app, form())
        .class("search")
        .part("form")
        .attr("role", "search")
        .on(ev::submit, |event| event.prevent_default())
        .child(view! { <PlaceField app/> })
        .child(labelled(app.text(Message::Radius), "field radius", radii(app)))
        .child(labelled(app.text(Message::Words), "field words", words))
        .child(match app.served() {
            Some(served) => without_script::filters(app, &served, view! { <Filters app/> }.into_inner()),
            None => {
                let filters = view! { <Filters app/> }.into_inner().child(show);
                vec![fold, filters.class(move || if is_open() { "filters open" } else { "filters" })]
            }
        })
}

/// A field within its label.
fn labelled(text: &str, class: &'static str, field: El) -> El {
    label().class(class).child(span().child(text)).child(field)
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
        let choice = |value: &str, text: &str, selected: bool| {
            option().attr("value", value).child(text).prop("selected", selected)
        };
        let kilometres = |radius: u32| app.locale.kilometres(f64::from(radius));
        let mut options: Vec<_> = radii
            .into_iter()
            .map(|radius| choice(&radius.to_string(), &kilometres(radius), chosen == Some(radius)))
            .collect();
        options.push(choice("any", app.text(Message::RadiusAny), chosen.is_none()));
        options
    };
    select()
        .part("field")
        .attr("name", app.served().map(|_| "radius"))
        .child(options)
        .on(ev::change, move |event| criteria.write().radius = radius(&value(&event)))
}

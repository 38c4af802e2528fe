//! The form above the list, the list and its cards.

pub mod card;
mod cards;
pub mod filters;
pub mod place;
pub mod results;
mod without_script;
mod zone;

use alentour_model::Results;
use alentour_model::query::{Facets, RADII};
use leptos::prelude::*;

use crate::app::App;
use crate::app::criteria::radius;
use crate::app::search::Search;
use crate::controls::button;
use crate::dom::html::{div, form, label, option, select, span};
use crate::dom::{El, ev, value};
use crate::message::Message;
use filters::Filters;
use place::PlaceField;

/// How many initiatives a choice would give; `None` where nobody knows.
type CountOf = Box<dyn Fn(&Facets) -> Option<usize>>;

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
    let show = button("", "more")
        .child(move || {
            // The first list comes with a stage.
            app.listed.track();
            app.stage.track();
            let results = app.results.read_untracked();
            // Of none nobody shows more.
            let is_more =
                (results.known.is_some() || results.is_more_elsewhere || app.partly.read().is_some())
                    && !results.is_empty();
            let found = app.count_of(results.len(), is_more);
            app.locale.say(Message::ShowFound, &[("n", &found)])
        })
        .on(ev::click, move |_| {
            open.set(None);
            app.act(|browser| browser.focus(".count".into(), true));
        });
    // Its own filters are all that is folded; the words are one more of them.
    let set = move || {
        app.search.track_words();
        let criteria = criteria.read();
        criteria.filters() + usize::from(!criteria.words.is_empty())
    };
    let fold = button("", "fold")
        .attr("aria-controls", "filters")
        .attr("aria-expanded", is_open)
        .child(move || match set() {
            0 => app.text(Message::Filters).to_owned(),
            set => app.locale.count(Message::FiltersSet, set, &[]),
        })
        .on(ev::click, move |_| open.set(if open.get_untracked().is_none() { Some(0) } else { None }));
    let quick = div()
        .class("quick")
        .child(labelled(app.text(Message::Radius), "radius", radii(app)).attr("hidden", is_nowhere(app)))
        // Among the days, where no script keeps the two alike.
        .child(app.served().is_none().then(|| filters::weekend(app)))
        .child(filters::kinds(app));
    without_script::sent(app, form())
        .class("search")
        .part("form")
        .attr("role", "search")
        .on(ev::submit, |event| event.prevent_default())
        .child(view! { <PlaceField app/> })
        .child(match app.served() {
            Some(served) => {
                let filters = view! { <Filters app/> }.into_inner();
                [vec![quick], without_script::filters(app, &served, filters)].into_iter().flatten().collect()
            }
            None => {
                let filters = view! { <Filters app/> }.into_inner().child(show);
                vec![
                    quick.child(fold),
                    filters.class(move || if is_open() { "filters open" } else { "filters" }),
                ]
            }
        })
}

/// Whether there is no place to measure from, and none is being looked for.
fn is_nowhere(app: App) -> impl Fn() -> bool {
    let Search { criteria, place, .. } = app.search;
    move || {
        let field = place.field.read();
        criteria.read().around.is_none() && (field.typed.is_empty() || !field.note.is_empty())
    }
}

/// Cards of what is elsewhere, where those nearby are `limit`: a quarter of a page, one row where it is wide, so that it stays behind
/// what is near; all of it where nothing is.
#[inline(never)] // 70 bytes less to download.
pub fn limit_elsewhere(results: &Results, limit: usize) -> usize {
    if results.nearby.is_empty() { limit } else { limit.div_ceil(4) }
}

/// How many pages the list of what was found has: one at least.
pub fn pages(app: App) -> usize {
    let (results, limit) = (app.results.read(), app.search.limit());
    let elsewhere = results.elsewhere.len().div_ceil(limit_elsewhere(&results, limit));
    results.nearby.len().div_ceil(limit).max(elsewhere).max(1)
}

/// The positions of what the first page of a list shows or, where a page is one by itself, that page.
#[cfg(not(target_arch = "wasm32"))]
pub fn listed(app: App) -> Vec<usize> {
    let (results, limit) = (app.results.read(), app.search.limit());
    let shown = |hits, limit| without_script::shown_of(app, hits, limit).iter().take(limit);
    let elsewhere = shown(&results.elsewhere, limit_elsewhere(&results, limit));
    shown(&results.nearby, limit).chain(elsewhere).map(|hit| hit.initiative).collect()
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
        .attr("title", app.text(Message::Radius))
        .attr("name", app.served().map(|_| "radius"))
        .child(options)
        .on(ev::change, move |event| criteria.write().radius = radius(&value(&event)))
}

//! The list: what is near, what is everywhere, or what to do where there is nothing.

use alentour_model::{Hit, Kilometres};
use leptos::prelude::*;

use super::card::card;
use crate::app::App;
use crate::message::Message;

/// What was found.
#[component]
pub fn ResultList(app: App) -> impl IntoView {
    let search = app.search;
    // Pages that are shown of either section; another search starts anew.
    let pages = RwSignal::new((1_usize, 1_usize));
    Effect::new(move |before: Option<()>| {
        app.results.track();
        if before.is_some() {
            pages.set((1, 1));
        }
    });
    let count = move || {
        let results = app.results.read();
        let near = search.place.chosen.get().zip(search.radius.get());
        let nearby = results.nearby.len();
        let mut said = match near {
            Some((place, radius)) => {
                let radius = app.locale.kilometres(f64::from(radius));
                app.locale.count(Message::FoundNear, nearby, &[("radius", &radius), ("place", &place.label)])
            }
            None => app.locale.count(Message::Found, nearby, &[]),
        };
        if !results.elsewhere.is_empty() {
            said.push(' ');
            said.push_str(&app.locale.count(Message::FoundElsewhere, results.elsewhere.len(), &[]));
        }
        said
    };
    let nearby = move || {
        let results = app.results.read();
        if results.nearby.is_empty() {
            return nothing(app);
        }
        let shown = pages.get().0.saturating_mul(search.limit.get());
        section(app, &results.nearby, shown, move || pages.update(|(nearby, _)| *nearby += 1))
    };
    let elsewhere = move || {
        let results = app.results.read();
        (!results.elsewhere.is_empty()).then(|| {
            // Half a page: what is everywhere stays behind what is near.
            let shown = pages.get().1.saturating_mul(search.limit.get().div_ceil(2));
            let list = section(app, &results.elsewhere, shown, move || {
                pages.update(|(_, elsewhere)| *elsewhere += 1)
            });
            view! {
                <section class="elsewhere">
                    <h2>{app.text(Message::Elsewhere)}</h2>
                    {list}
                </section>
            }
        })
    };
    view! {
        <p class="count" role="status">{count}</p>
        {nearby}
        {elsewhere}
    }
    .into_any()
}

fn section(app: App, hits: &[Hit], shown: usize, show_more: impl Fn() + 'static) -> AnyView {
    let left = hits.len().saturating_sub(shown);
    let next = hits.get(shown).map(|hit| hit.initiative);
    let cards: Vec<_> = hits.iter().take(shown).filter_map(|hit| card(app, *hit)).collect();
    view! {
        <ul class="cards">{cards}</ul>
        {(left > 0).then(|| {
            let show = move |_| {
                show_more();
                // The button is gone or has moved: whoever pressed it goes on at the first new card.
                if let Some(next) = next {
                    app.focus(format!("#card-{next} a"), false);
                }
            };
            view! { <button class="more" part="action" type="button" on:click=show>{app.locale.count(Message::More, left, &[])}</button> }
        })}
    }
    .into_any()
}

/// Nothing nearby: why, and the way on.
fn nothing(app: App) -> AnyView {
    let search = app.search;
    let results = app.results.read();
    let filtered = search.set_filters() > 0 || !search.words.read().is_empty();
    let radius = search.radius.get();
    let place = search.place.chosen.get();
    let kilometres = radius.and_then(|radius| Kilometres::new(f64::from(radius)));
    // A circle that finds something, or all there is.
    let wider = kilometres.filter(|_| place.is_some()).and_then(|radius| {
        results
            .wider(radius)
            .map(|(radius, count)| (Some(radius), count))
            .or_else(|| (results.facets.anywhere > 0).then_some((None, results.facets.anywhere)))
    });
    let title = match (app.catalog.read().is_empty(), &place, radius) {
        (true, ..) => app.text(Message::NothingPublished).to_owned(),
        (_, Some(place), Some(radius)) => {
            let radius = app.locale.kilometres(f64::from(radius));
            app.locale.say(Message::NothingNear, &[("radius", &radius), ("place", &place.label)])
        }
        _ => app.text(Message::NothingFound).to_owned(),
    };
    let widen = wider.map(|(wider, count)| {
        let radius = match wider {
            Some(radius) => app.locale.kilometres(f64::from(radius)),
            None => app.text(Message::RadiusAny).to_owned(),
        };
        let text = match wider {
            Some(_) => app.locale.count(Message::Wider, count, &[("radius", &radius)]),
            None => [&radius, " : ", &app.locale.count(Message::Found, count, &[])].concat(),
        };
        view! { <button class="action" part="action" type="button" on:click=move |_| search.radius.set(wider)>{text}</button> }
    });
    let unfilter = filtered.then(|| {
        view! {
            <p>{app.text(Message::NothingFoundHelp)}</p>
            <button class="plain" type="button" on:click=move |_| search.clear()>{app.text(Message::ClearFilters)}</button>
        }
    });
    view! {
        <div class="notice" part="notice">
            <h2>{title}</h2>
            {unfilter}
            {widen}
        </div>
    }
    .into_any()
}

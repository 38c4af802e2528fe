//! The filters: form of action, cause, days. Each says how many it would give.

use alentour_model::Date;
use alentour_model::query::{Count, Facets};
use leptos::prelude::*;

use super::Days;
use crate::app::App;
use crate::message::Message;
use crate::words;

/// A filter's choice: a button that stays pressed.
fn chip(
    app: App,
    text: String,
    count: Option<usize>,
    pressed: bool,
    press: impl FnMut(leptos::ev::MouseEvent) + 'static,
) -> AnyView {
    let none = count == Some(0) && !pressed;
    view! {
        <button class="chip" class:none=none type="button" aria-pressed=pressed.to_string() on:click=press>
            {text}
            {count.map(|count| view! { <span class="number">{app.locale.number(count as f64)}</span> })}
        </button>
    }
    .into_any()
}

/// The choices of a vocabulary: the feed's words that are found, and the chosen ones.
fn chips<T: Clone + PartialEq + Send + Sync + 'static>(
    app: App,
    chosen: RwSignal<Vec<T>>,
    counts: fn(&Facets) -> &Vec<Count<T>>,
    name: impl Fn(&T) -> String + Send + 'static,
) -> impl Fn() -> Vec<AnyView> + Send + 'static {
    move || {
        let results = app.results.read();
        let set = chosen.read();
        let button = |count: &Count<T>| {
            let value = count.value.clone();
            let press = move |_| {
                chosen.update(|chosen| match chosen.iter().position(|other| *other == value) {
                    Some(position) => {
                        chosen.remove(position);
                    }
                    None => chosen.push(value.clone()),
                });
            };
            chip(app, name(&count.value), Some(count.count), set.contains(&count.value), press)
        };
        counts(&results.facets).iter().map(button).collect()
    }
}

/// The filters, folded where there is little room.
#[component]
pub fn Filters(app: App, open: RwSignal<bool>) -> impl IntoView {
    let search = app.search;
    let locale = app.locale;
    let days = search.days;
    let kinds = chips(app, search.kinds, |facets| &facets.kinds, move |kind| words::kind(locale, kind));
    let causes = chips(app, search.causes, |facets| &facets.causes, move |cause| words::cause(locale, cause));
    let presets = move || {
        let set = days.get();
        let counts = app.results.read().facets.dates;
        [
            (Days::Any, Message::WhenAny, None),
            (Days::Week, Message::ThisWeek, Some(counts[0])),
            (Days::Weekend, Message::ThisWeekend, Some(counts[1])),
            (Days::Month, Message::ThisMonth, Some(counts[2])),
            (Days::Range(None, None), Message::Range, None),
        ]
        .map(|(value, message, count)| {
            let pressed = std::mem::discriminant(&value) == std::mem::discriminant(&set);
            chip(app, app.text(message).to_owned(), count, pressed, move |_| days.set(value))
        })
        .into_iter()
        .collect::<Vec<_>>()
    };
    let range = move || match days.get() {
        Days::Range(first, last) => Some((first, last)),
        _ => None,
    };
    let is_range = Memo::new(move |_| range().is_some());
    let day = move |message: Message, is_first: bool| {
        view! {
            <label class="field">
                <span>{app.text(message)}</span>
                <input
                    part="field"
                    type="date"
                    prop:value=move || {
                        let (first, last) = range().unwrap_or_default();
                        if is_first { first } else { last }.map(|date| date.to_string()).unwrap_or_default()
                    }
                    on:change=move |event| {
                        let date = Date::parse(&event_target_value(&event));
                        let (first, last) = range().unwrap_or_default();
                        days.set(if is_first { Days::Range(date, last) } else { Days::Range(first, date) });
                    }
                />
            </label>
        }
    };
    let group = move |message: Message, chips: AnyView| {
        view! {
            <div class="group" role="group" aria-label=app.text(message)>
                <span class="legend" aria-hidden="true">{app.text(message)}</span>
                <div class="chips">{chips}</div>
            </div>
        }
    };
    view! {
        <div id="filters" class="filters" class:open=open>
            {group(Message::Kinds, kinds.into_any())}
            {group(Message::Causes, causes.into_any())}
            {group(Message::When, presets.into_any())}
            {move || is_range.get().then(|| view! {
                <div class="range">{day(Message::RangeFirst, true)}{day(Message::RangeLast, false)}</div>
            })}
            {move || (search.set_filters() > 0).then(|| view! {
                <button class="plain" type="button" on:click=move |_| search.clear()>{app.text(Message::ClearFilters)}</button>
            })}
        </div>
    }
    .into_any()
}

//! The filters: form of action, cause, days. Each says how many it would give.

use std::rc::Rc;

use alentour_model::query::{Count, Facets};
use alentour_model::{Date, Query};
use leptos::ev;
use leptos::prelude::*;

use super::{labelled, without_script};
use crate::app::App;
use crate::app::criteria::{Criteria, Days};
use crate::controls::button;
use crate::dom::html::{self, div, input, p, span};
use crate::dom::{El, value};
use crate::labels;
use crate::message::Message;

/// How many initiatives a choice would give; `None` where nobody knows.
pub(super) type CountOf = Box<dyn Fn(&Facets) -> Option<usize>>;

/// A filter's choice: a button that stays pressed. It stays the same element whatever is found, and so keeps the focus.
fn chip(
    app: App,
    text: &str,
    count: CountOf,
    is_pressed: Box<dyn Fn(&Criteria) -> bool>,
    press: Box<dyn Fn(&mut Criteria)>,
) -> El {
    let criteria = app.search.criteria;
    if app.served().is_some() {
        return without_script::choice(app, text, &count, &is_pressed, &press);
    }
    let count = Rc::new(move || count(&app.results.read().facets));
    let is_pressed = Rc::new(move || is_pressed(&criteria.read()));
    let (number, pressed) = (count.clone(), is_pressed.clone());
    html::button()
        .attr("type", "button")
        .class(move || if count() == Some(0) && !pressed() { "chip none" } else { "chip" })
        .attr("aria-pressed", move || is_pressed())
        .child(text)
        .child(" ")
        .child(
            span()
                .class("number")
                .child(move || number().map(|count| app.locale.number(count as f64)).unwrap_or_default()),
        )
        .on(ev::click, move |_| press(&mut criteria.write()))
}

/// Puts a value on a list, or takes it off.
fn toggle<T: Clone + PartialEq>(list: &mut Vec<T>, value: &T) {
    match list.iter().position(|other| other == value) {
        Some(position) => {
            list.remove(position);
        }
        None => list.push(value.clone()),
    }
}

fn found<T: PartialEq>(counts: &[Count<T>], value: &T) -> Option<usize> {
    Some(counts.iter().find(|count| count.value == *value).map_or(0, |count| count.count))
}

/// What the feed has of kinds and causes, whatever is looked for.
fn offered(app: App) -> Facets {
    app.catalog.read().search(&Query::default(), app.locale.clock.now()).facets
}

fn kinds(app: App) -> Vec<El> {
    let chips = offered(app).kinds.into_iter().map(|Count { value: kind, .. }| {
        let (counted, pressed, name) = (kind.clone(), kind.clone(), labels::kind(app.locale, &kind));
        chip(
            app,
            &name,
            Box::new(move |facets| found(&facets.kinds, &counted)),
            Box::new(move |criteria| criteria.kinds.contains(&pressed)),
            Box::new(move |criteria| toggle(&mut criteria.kinds, &kind)),
        )
    });
    chips.collect()
}

fn causes(app: App) -> Vec<El> {
    let chips = offered(app).causes.into_iter().map(|Count { value: cause, .. }| {
        let (counted, pressed, name) = (cause.clone(), cause.clone(), labels::cause(app.locale, &cause));
        chip(
            app,
            &name,
            Box::new(move |facets| found(&facets.causes, &counted)),
            Box::new(move |criteria| criteria.causes.contains(&pressed)),
            Box::new(move |criteria| toggle(&mut criteria.causes, &cause)),
        )
    });
    chips.collect()
}

fn days(app: App) -> Vec<El> {
    let choices = [
        (Days::Any, Message::WhenAny, None),
        (Days::Week, Message::ThisWeek, Some(0)),
        (Days::Weekend, Message::ThisWeekend, Some(1)),
        (Days::Month, Message::ThisMonth, Some(2)),
        (Days::Range(None, None), Message::Range, None),
    ];
    let chips = choices.into_iter().map(|(days, message, preset)| {
        chip(
            app,
            app.text(message),
            Box::new(move |facets| preset.map(|preset: usize| facets.dates[preset])),
            Box::new(move |criteria| criteria.days.name() == days.name()),
            Box::new(move |criteria| criteria.days = days),
        )
    });
    chips.collect()
}

/// First or last day of a range.
fn day(app: App, label: Message, is_first: bool) -> El {
    let criteria = app.search.criteria;
    let input = input()
        .part("field")
        .attr("type", "date")
        .attr("name", app.served().map(|_| if is_first { "first" } else { "last" }))
        .prop("value", move || {
            let date = match criteria.read().days {
                Days::Range(first, last) => {
                    if is_first {
                        first
                    } else {
                        last
                    }
                }
                _ => None,
            };
            date.map(|date| date.to_string()).unwrap_or_default()
        })
        .on(ev::change, move |event| {
            let date = Date::parse(&value(&event));
            let mut criteria = criteria.write();
            if let Days::Range(first, last) = criteria.days {
                criteria.days = if is_first { Days::Range(date, last) } else { Days::Range(first, date) };
            }
        });
    labelled(app.text(label), "field day", input)
}

/// The filters, folded where there is little room.
#[component]
pub fn Filters(
    /// The widget.
    app: App,
) -> El {
    let criteria = app.search.criteria;
    let group = |message: Message, chips: fn(App) -> Vec<El>| {
        let text = app.text(message);
        div()
            .class("group")
            .attr("role", "group")
            .attr("aria-label", text)
            .child(span().class("legend").attr("aria-hidden", "true").child(text))
            .child(div().class("chips").child(move || chips(app)))
    };
    let range = div()
        .class("range")
        .attr("hidden", move || app.served().is_none() && !matches!(criteria.read().days, Days::Range(..)))
        .child(day(app, Message::RangeFirst, true))
        .child(day(app, Message::RangeLast, false))
        .child(p().class("note").attr("role", "status").child(move || {
            let Some((first, last)) = criteria.read().days.reversed() else { return String::new() };
            let (first, last) = (app.locale.day(first), app.locale.day(last));
            app.locale.say(Message::RangeReversed, &[("first", &first), ("last", &last)])
        }));
    let clear = app.served().is_none().then(|| {
        button(app.text(Message::ClearFilters), "plain")
            .attr("hidden", move || criteria.read().filters() == 0)
            .on(ev::click, move |_| {
                criteria.write().clear();
                // The button goes; whoever pressed it stays among the filters, where the button was.
                let last = "#filters .group:nth-child(3) .chips > :last-child";
                app.act(|browser| browser.focus(last.into(), false));
            })
    });
    div()
        .id("filters")
        .child(group(Message::Kinds, kinds))
        .child(group(Message::Causes, causes))
        .child(group(Message::When, days))
        .child(range)
        .child(clear)
}

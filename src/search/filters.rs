//! The filters: form of action, cause, days. Each says how many it would give.

use std::rc::Rc;

use alentour_model::Date;
use alentour_model::query::Count;
use leptos::prelude::*;

use super::{CountOf, labelled, without_script};
use crate::app::criteria::{Criteria, Days};
use crate::app::{App, Stage};
use crate::controls::button;
use crate::dom::html::{self, div, input, p, span};
use crate::dom::{El, ev, value};
use crate::labels;
use crate::message::Message;

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
    let count = Rc::new(move || {
        app.listed.track();
        count(&app.results.read_untracked().facets)
    });
    let is_pressed = Rc::new(move || is_pressed(&criteria.read()));
    let is_known = move || matches!(*app.stage.read(), Stage::Ready);
    let (counted, pressed) = (count.clone(), is_pressed.clone());
    let number = move || match counted() {
        Some(count) if is_known() => {
            app.count_of(count, app.results.read_untracked().known.is_some() || app.partly.read().is_some())
        }
        // Before the feed is there, room is kept for what will stand here.
        Some(_) => "\u{a0}".to_owned(),
        None => String::new(),
    };
    html::button()
        .attr("type", "button")
        .class(move || if count() == Some(0) && is_known() && !pressed() { "chip none" } else { "chip" })
        .attr("aria-pressed", move || is_pressed())
        .child(text)
        .child(" ")
        .child(span().class("number").child(number))
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

/// The kinds, which are chosen most: a choice each, in the row under the place.
pub fn kinds(app: App) -> El {
    let chips = move || {
        let chips =
            app.offered.read().facets.kinds.clone().into_iter().map(|Count { value: kind, .. }| {
                let (counted, pressed, name) = (kind.clone(), kind.clone(), labels::kind(app.locale, &kind));
                chip(
                    app,
                    &name,
                    Box::new(move |facets| found(&facets.kinds, &counted)),
                    Box::new(move |criteria| criteria.kinds.contains(&pressed)),
                    Box::new(move |criteria| toggle(&mut criteria.kinds, &kind)),
                )
            });
        chips.collect::<Vec<_>>()
    };
    div().class("chips").attr("role", "group").attr("aria-label", app.text(Message::Kinds)).child(chips)
}

/// The days that are asked for most, pressed and let go in the row under the place. The style sheet shows it there or among the days.
pub fn weekend(app: App) -> El {
    chip(
        app,
        app.text(Message::ThisWeekend),
        Box::new(|facets| Some(facets.dates[1])),
        Box::new(|criteria| criteria.days == Days::Weekend),
        Box::new(|criteria| {
            criteria.days = if criteria.days == Days::Weekend { Days::Any } else { Days::Weekend }
        }),
    )
}

fn causes(app: App) -> Vec<El> {
    let chips = app.offered.read().facets.causes.clone().into_iter().map(|Count { value: cause, .. }| {
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

/// Whether the fields for a range of days are shown.
fn has_range(app: App) -> bool {
    app.served().is_some() || matches!(app.search.criteria.read().days, Days::Range(..))
}

/// First or last day of a range.
fn day(app: App, label: Message, is_first: bool) -> El {
    let criteria = app.search.criteria;
    let input = input()
        .part("field")
        // While it is hidden it is any field: a browser takes milliseconds to make one for a date.
        .attr("type", move || if has_range(app) { "date" } else { "text" })
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

/// The filters that are folded where there is little room.
#[component]
pub fn Filters(
    /// The widget.
    app: App,
) -> El {
    let criteria = app.search.criteria;
    let group = |message: Message, class: &'static str, chips: fn(App) -> Vec<El>| {
        let text = app.text(message);
        div()
            .class(class)
            .attr("role", "group")
            .attr("aria-label", text)
            .child(span().class("legend").attr("aria-hidden", "true").child(text))
            .child(div().class("chips").child(move || chips(app)))
    };
    let range = div()
        .class("range")
        .attr("hidden", move || !has_range(app))
        .child(day(app, Message::RangeFirst, true))
        .child(day(app, Message::RangeLast, false))
        .child(p().class("note").attr("role", "status").child(move || {
            let Some((first, last)) = criteria.read().days.reversed() else { return String::new() };
            let (first, last) = (app.locale.date(first), app.locale.date(last));
            app.locale.say(Message::RangeReversed, &[("first", &first), ("last", &last)])
        }));
    let words = input()
        .part("field")
        .attr("type", "search")
        .attr("name", app.served().map(|_| "words"))
        .attr("autocomplete", "off")
        .attr("placeholder", app.text(Message::Words))
        .attr("title", app.text(Message::Words))
        .prop("value", move || criteria.read().words.clone())
        .on(ev::focus, move |_| app.act(|browser| browser.learn_words(app)))
        .on(ev::input, move |event| app.search.type_words(value(&event)));
    let clear = app.served().is_none().then(|| {
        button(app.text(Message::ClearFilters), "plain")
            .attr("hidden", move || criteria.read().filters() == 0)
            .on(ev::click, move |_| {
                criteria.write().clear();
                // The button goes; whoever pressed it stays among the filters, where the button was.
                let last = "#filters .days .chips > :last-child";
                app.act(|browser| browser.focus(last.into(), false));
            })
    });
    div()
        .id("filters")
        .child(group(Message::Causes, "group", causes))
        .child(group(Message::When, "group days", days).child(range))
        .child(labelled(app.text(Message::Words), "field words", words))
        .child(clear)
}

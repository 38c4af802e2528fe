//! What is looked for: the place, how far, and the filters.

pub mod card;
pub mod filters;
pub mod place;
pub mod results;

use alentour_model::query::RADII;
use alentour_model::{Cause, Date, DateRange, Kilometres, Kind, Query, Results};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};

use crate::app::App;
use crate::clock;
use crate::host::{Asked, Config};
use crate::message::Message;
use filters::Filters;
use place::{PlaceField, PlaceState};

/// Kilometres around a place, unless the page or the visitor says otherwise.
const RADIUS: u32 = 25;

/// Cards on a page, unless the page says otherwise.
const LIMIT: usize = 12;

/// The days that are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Days {
    /// Any.
    #[default]
    Any,
    /// What is left of the week.
    Week,
    /// The weekend.
    Weekend,
    /// What is left of the month.
    Month,
    /// From one to another; where one is not given, from today, or for good.
    Range(Option<Date>, Option<Date>),
}

impl Days {
    fn range(self) -> Option<DateRange> {
        let today = clock::now().today;
        match self {
            Self::Any | Self::Range(None, None) => None,
            Self::Week => Some(DateRange::this_week(today)),
            Self::Weekend => Some(DateRange::this_weekend(today)),
            Self::Month => Some(DateRange::this_month(today)),
            Self::Range(first, last) => Some(DateRange {
                first: first.unwrap_or(today),
                last: last.unwrap_or(Date::from_days(i32::MAX / 4)),
            }),
        }
    }

    /// Reads what a page asks for: `week`, `weekend`, `month`, or two days with a slash between them (ISO 8601).
    fn parse(text: &str) -> Self {
        match text {
            "week" => Self::Week,
            "weekend" => Self::Weekend,
            "month" => Self::Month,
            _ => match text.split_once('/') {
                Some((first, last)) => Self::Range(Date::parse(first), Date::parse(last)),
                None => Self::Any,
            },
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Week => "week",
            Self::Weekend => "weekend",
            Self::Month => "month",
            Self::Range(..) => "range",
        }
    }
}

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Search {
    /// Around where.
    pub place: PlaceState,
    /// Kilometres; none: however far.
    pub radius: RwSignal<Option<u32>>,
    /// Words.
    pub words: RwSignal<String>,
    /// Kinds; none: all.
    pub kinds: RwSignal<Vec<Kind>>,
    /// Causes; none: all.
    pub causes: RwSignal<Vec<Cause>>,
    /// Days.
    pub days: RwSignal<Days>,
    /// Cards on a page.
    pub limit: RwSignal<usize>,
}

impl Search {
    /// What the page's attributes ask for. The place is found later: see [`PlaceState::find`].
    pub fn new(config: &Config) -> Self {
        Self {
            place: PlaceState::new(),
            radius: RwSignal::new(radius(&config.radius())),
            words: RwSignal::new(String::new()),
            kinds: RwSignal::new(words(&config.kinds(), Kind::parse)),
            causes: RwSignal::new(words(&config.causes(), Cause::parse)),
            days: RwSignal::new(Days::Any),
            limit: RwSignal::new(config.limit().parse().ok().filter(|limit| *limit > 0).unwrap_or(LIMIT)),
        }
    }

    /// The query. Tracks everything in it.
    pub fn query(self) -> Query {
        Query {
            near: self.place.chosen.read().as_ref().map(|place| place.point),
            radius: self.radius.get().and_then(|radius| Kilometres::new(f64::from(radius))),
            kinds: self.kinds.get(),
            causes: self.causes.get(),
            when: self.days.get().range(),
            words: self.words.get(),
            reach: None,
        }
    }

    /// How many filters are set, the place and the radius aside.
    pub fn set_filters(self) -> usize {
        self.kinds.read().len() + self.causes.read().len() + usize::from(self.days.get().range().is_some())
    }

    /// Takes all filters off; place and radius stay.
    pub fn clear(self) {
        self.kinds.set(Vec::new());
        self.causes.set(Vec::new());
        self.days.set(Days::Any);
        self.words.set(String::new());
    }

    /// Takes over attributes that have changed.
    pub fn update(self, app: App, config: &Config) {
        let fresh = Self::new(config);
        self.radius.set(fresh.radius.get_untracked());
        self.limit.set(fresh.limit.get_untracked());
        self.kinds.set(fresh.kinds.get_untracked());
        self.causes.set(fresh.causes.get_untracked());
        self.place.seek(app, config.place());
    }

    /// Takes over what the page's `search()` names, and leaves the rest.
    pub fn ask(self, app: App, asked: &Asked) {
        if let Some(place) = asked.place() {
            self.place.seek(app, place);
        }
        let number = asked.radius();
        if let Some(text) = number.as_string().or_else(|| number.as_f64().map(|number| number.to_string())) {
            self.radius.set(radius(&text));
        }
        if let Some(words) = asked.words() {
            self.words.set(words);
        }
        if let Some(kinds) = listed(&asked.kinds()) {
            self.kinds.set(words(&kinds, Kind::parse));
        }
        if let Some(causes) = listed(&asked.causes()) {
            self.causes.set(words(&causes, Cause::parse));
        }
        if let Some(when) = asked.when() {
            self.days.set(Days::parse(&when));
        }
    }

    /// What the page is told of a search: neither the place nor the words, which may say who is looking.
    pub fn detail(self, results: &Results) -> Value {
        let kinds: Vec<_> = self.kinds.read_untracked().iter().map(|kind| kind.as_str().to_owned()).collect();
        let causes: Vec<_> =
            self.causes.read_untracked().iter().map(|cause| cause.as_str().to_owned()).collect();
        json!({
            "count": results.len(),
            "nearby": results.nearby.len(),
            "radius": self.radius.get_untracked(),
            "kinds": kinds,
            "causes": causes,
            "when": self.days.get_untracked().name(),
        })
    }
}

/// A radius as a page gives it: kilometres, or `any`.
fn radius(text: &str) -> Option<u32> {
    match text.trim() {
        "any" => None,
        text => Some(text.parse().ok().filter(|radius| (1..=20_000).contains(radius)).unwrap_or(RADIUS)),
    }
}

/// Words with commas between them.
fn words<T>(text: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
    text.split(',').filter_map(|word| parse(word.trim())).collect()
}

/// A list as a script gives it: words with commas between them, or an array.
fn listed(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| value.dyn_ref::<js_sys::Array>().map(|list| String::from(list.join(","))))
}

/// The form above the results.
#[component]
pub fn SearchForm(app: App) -> impl IntoView {
    let search = app.search;
    let locale = app.locale;
    let open = RwSignal::new(false);
    let radii = move || {
        let chosen = search.radius.get();
        let mut radii: Vec<u32> = RADII.into();
        // A page may have asked for another one.
        radii.extend(chosen);
        radii.sort_unstable();
        radii.dedup();
        let option = |value: String, text: String, selected: bool| view! { <option value=value selected=selected>{text}</option> };
        let mut options: Vec<_> = radii
            .into_iter()
            .map(|radius| {
                option(radius.to_string(), locale.kilometres(f64::from(radius)), chosen == Some(radius))
            })
            .collect();
        options.push(option("any".into(), app.text(Message::RadiusAny).into(), chosen.is_none()));
        options
    };
    view! {
        <form class="search" part="form" role="search" on:submit=move |event| event.prevent_default()>
            <PlaceField app/>
            <label class="field radius">
                <span>{app.text(Message::Radius)}</span>
                <select part="field" on:change=move |event| search.radius.set(radius(&event_target_value(&event)))>{radii}</select>
            </label>
            <label class="field words">
                <span>{app.text(Message::Words)}</span>
                <input
                    part="field"
                    type="search"
                    autocomplete="off"
                    placeholder=app.text(Message::WordsExample)
                    prop:value=search.words
                    on:input=move |event| search.words.set(event_target_value(&event))
                />
            </label>
            <button
                class="fold"
                part="action"
                type="button"
                aria-expanded=move || open.get().to_string()
                aria-controls="filters"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {move || match search.set_filters() {
                    0 => app.text(Message::Filters).to_owned(),
                    set => locale.count(Message::FiltersSet, set, &[]),
                }}
            </button>
            <Filters app open/>
        </form>
    }
    .into_any()
}

impl PlaceState {
    /// Looks for a place and takes it, without waiting. An empty one takes the place away.
    pub fn seek(self, app: App, typed: String) {
        if typed != self.sought.get_value() {
            spawn_local(self.find(app, typed));
        }
    }
}

//! What is looked for: the place, how far, and the filters.

pub mod card;
pub mod filters;
pub mod place;
pub mod results;

use alentour_model::query::RADII;
use alentour_model::{Catalog, Cause, Date, DateRange, Initiative, Kilometres, Kind, Query, Results};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use crate::app::{App, button};
use crate::clock;
use crate::dom::{El, classed, el, value};
use crate::host::{Config, SearchRequest};
use crate::message::Message;
use filters::filters;
use place::{ChosenPlace, PlaceState, place_field};

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
            Self::Range(first, last) => {
                let (first, last) = (first.unwrap_or(today), last.unwrap_or(Date::from_days(i32::MAX / 4)));
                // The other way round it is taken as it is meant: see `reversed`.
                Some(if self.reversed().is_some() {
                    DateRange { first: last, last: first }
                } else {
                    DateRange { first, last }
                })
            }
        }
    }

    /// The days of a range that ends before it begins, in their order.
    pub fn reversed(self) -> Option<(Date, Date)> {
        match self {
            Self::Range(Some(first), Some(last)) if last < first => Some((last, first)),
            _ => None,
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

/// What is looked for, place included.
#[derive(Clone, Default)]
pub struct Criteria {
    /// Around where.
    pub around: Option<ChosenPlace>,
    /// Kilometres; none: however far.
    pub radius: Option<u32>,
    /// Words.
    pub words: String,
    /// Kinds; none: all.
    pub kinds: Vec<Kind>,
    /// Causes; none: all.
    pub causes: Vec<Cause>,
    /// Days.
    pub days: Days,
}

impl Criteria {
    /// What a page's attributes ask for, the place aside.
    fn new(config: &Config) -> Self {
        Self {
            radius: radius(&config.radius()),
            kinds: words(&config.kinds(), Kind::parse),
            causes: words(&config.causes(), Cause::parse),
            ..Self::default()
        }
    }

    /// The radius, as the model has it.
    pub fn kilometres(&self) -> Option<Kilometres> {
        Kilometres::new(f64::from(self.radius?))
    }

    /// How many filters are set, the place, the radius and the words aside.
    pub fn filters(&self) -> usize {
        self.kinds.len() + self.causes.len() + usize::from(self.days.range().is_some())
    }

    /// Takes all filters off; place and radius stay.
    pub fn clear(&mut self) {
        self.kinds.clear();
        self.causes.clear();
        self.days = Days::Any;
        self.words.clear();
    }
}

/// The search of a widget.
#[derive(Clone, Copy)]
pub struct Search {
    /// What is looked for.
    pub criteria: RwSignal<Criteria>,
    /// The field that the place is typed into.
    pub place: PlaceState,
    /// Cards on a page; none: as many as there are without being told.
    limit: RwSignal<Option<usize>>,
}

impl Search {
    /// What the page's attributes ask for. The place is found later: see [`PlaceState::find`].
    pub fn new(config: &Config) -> Self {
        let criteria = RwSignal::new(Criteria::new(config));
        Self { criteria, place: PlaceState::new(criteria), limit: RwSignal::new(limit(config)) }
    }

    /// Cards on a page.
    pub fn limit(self) -> usize {
        self.limit.get().unwrap_or(LIMIT)
    }

    /// The query. Tracks everything in it.
    pub fn query(self) -> Query {
        let criteria = self.criteria.read();
        Query {
            near: criteria.around.as_ref().map(|place| place.point),
            radius: criteria.kilometres(),
            kinds: criteria.kinds.clone(),
            causes: criteria.causes.clone(),
            when: criteria.days.range(),
            words: criteria.words.clone(),
            reach: None,
        }
    }

    /// Takes over the attributes that have changed; what else the visitor has set stays.
    pub fn update(self, app: App, before: &Config, config: &Config) {
        let fresh = Criteria::new(config);
        let changed = |read: fn(&Config) -> String| read(before) != read(config);
        let mut criteria = self.criteria.write();
        if changed(Config::radius) {
            criteria.radius = fresh.radius;
        }
        if changed(Config::kinds) {
            criteria.kinds = fresh.kinds;
        }
        if changed(Config::causes) {
            criteria.causes = fresh.causes;
        }
        drop(criteria);
        if changed(Config::limit) {
            self.limit.set(limit(config));
        }
        if changed(Config::place) {
            self.place.seek(app, config.place());
        }
    }

    /// Takes over what the page's `search()` names, and leaves the rest.
    pub fn apply(self, app: App, request: &SearchRequest) {
        if let Some(place) = request.text("place") {
            self.place.seek(app, place);
        }
        let mut criteria = self.criteria.write();
        if let Some(text) = request.text("radius") {
            criteria.radius = radius(&text);
        }
        if let Some(words) = request.text("words") {
            criteria.words = words;
        }
        if let Some(kinds) = request.list("kinds") {
            criteria.kinds = words(&kinds, Kind::parse);
        }
        if let Some(causes) = request.list("causes") {
            criteria.causes = words(&causes, Cause::parse);
        }
        if let Some(when) = request.text("when") {
            criteria.days = Days::parse(&when);
        }
    }

    /// Drops the page's words for kinds and causes that no initiative has: a misspelt one is as good as none. Tracks what is criteria.
    pub fn forget_unknown(self, catalog: &Catalog) {
        let any = |is_so: &dyn Fn(&Initiative) -> bool| {
            (0..catalog.len()).any(|position| catalog.get(position).is_some_and(is_so))
        };
        let (mut kinds, mut causes) = {
            let criteria = self.criteria.read();
            (criteria.kinds.clone(), criteria.causes.clone())
        };
        let before = kinds.len() + causes.len();
        kinds.retain(|kind| {
            !matches!(kind, Kind::Other(_)) || any(&|initiative| initiative.kind.as_ref() == Some(kind))
        });
        causes.retain(|cause| {
            !matches!(cause, Cause::Other(_)) || any(&|initiative| initiative.causes.contains(cause))
        });
        if kinds.len() + causes.len() < before {
            let mut criteria = self.criteria.write();
            (criteria.kinds, criteria.causes) = (kinds, causes);
        }
    }

    /// What the page is told of a search: neither the place nor the words, which may say who is looking.
    pub fn detail(self, results: &Results) -> [(&'static str, JsValue); 6] {
        fn list<'a>(words: impl Iterator<Item = &'a str>) -> JsValue {
            words.map(JsValue::from).collect::<js_sys::Array>().into()
        }
        let criteria = self.criteria.read_untracked();
        [
            ("count", (results.len() as u32).into()),
            ("nearby", (results.nearby.len() as u32).into()),
            ("radius", criteria.radius.map_or(JsValue::NULL, JsValue::from)),
            ("kinds", list(criteria.kinds.iter().map(Kind::as_str))),
            ("causes", list(criteria.causes.iter().map(Cause::as_str))),
            ("when", criteria.days.name().into()),
        ]
    }
}

/// A radius as a page gives it: kilometres, or `any`.
fn radius(text: &str) -> Option<u32> {
    match text.trim() {
        "any" => None,
        text => Some(text.parse().ok().filter(|radius| (1..=20_000).contains(radius)).unwrap_or(RADIUS)),
    }
}

/// Cards on a page, as a page gives them.
fn limit(config: &Config) -> Option<usize> {
    config.limit().trim().parse().ok().filter(|limit| *limit > 0)
}

/// Words with commas between them.
fn words<T>(text: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
    text.split(',').filter_map(|word| parse(word.trim())).collect()
}

/// The form above the results.
pub fn search_form(app: App) -> El {
    let criteria = app.search.criteria;
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

impl PlaceState {
    /// Looks for a place and takes it, without waiting. An empty one takes the place away.
    pub fn seek(self, app: App, typed: String) {
        if !self.is_sought(&typed) {
            spawn_local(self.find(app, typed));
        }
    }
}

//! The search of a widget: its criteria, and what the page may change of them.

use alentour_model::{Catalog, Cause, Initiative, Kind, Query, Results};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::App;
use super::criteria::{Criteria, Days, radius, words};
use super::place::PlaceState;
use crate::host::{Config, SearchRequest};

/// Cards on a page, unless the page says otherwise.
const LIMIT: usize = 12;

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

/// Cards on a page, as a page gives them.
fn limit(config: &Config) -> Option<usize> {
    config.limit().trim().parse().ok().filter(|limit| *limit > 0)
}

//! The search of a widget: its criteria, and what the page may change of them.

use alentour_model::{Catalog, Query};
#[cfg(not(target_arch = "wasm32"))]
use alentour_model::{Cause, Kind};
use leptos::prelude::*;

use super::App;
use super::config::Config;
#[cfg(not(target_arch = "wasm32"))]
use super::criteria::words;
use super::criteria::{Criteria, Days, causes, kinds, radius};
use super::place::PlaceState;
use crate::clock::Clock;
use crate::locale::Locale;

/// Cards on a page, unless the page says otherwise.
const LIMIT: usize = 12;

/// The search of a widget.
#[derive(Clone, Copy)]
pub struct Search {
    /// What is looked for. It does not tell when a letter of the words is typed, because all filters follow it: see [`Self::track_words`].
    pub criteria: RwSignal<Criteria>,
    /// Told when a letter of the words is typed. An option, as other signals are: signals of one type share their code.
    words: RwSignal<Option<usize>>,
    /// The field that the place is typed into.
    pub place: PlaceState,
    /// Cards on a page; none: as many as there are without being told.
    limit: RwSignal<Option<usize>>,
    clock: Clock,
}

/// What the page's `search()` names; what it does not stays.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// As the attribute `place`.
    pub place: Option<String>,
    /// As the attribute `radius`.
    pub radius: Option<String>,
    /// Words.
    pub words: Option<String>,
    /// As the attribute `kinds`.
    pub kinds: Option<String>,
    /// As the attribute `causes`.
    pub causes: Option<String>,
    /// See [`Days::parse`].
    pub when: Option<String>,
}

impl Request {
    /// What is looked for wherever it is: words, kinds and causes.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn query(&self) -> Query {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Query {
            words: text(&self.words),
            kinds: words(&text(&self.kinds), Kind::parse),
            causes: words(&text(&self.causes), Cause::parse),
            ..Query::default()
        }
    }
}

impl Search {
    /// What the page's attributes ask for. The place is found later.
    pub fn new(config: &Config, locale: Locale) -> Self {
        let criteria = RwSignal::new(Criteria {
            radius: radius(&config.radius),
            kinds: kinds(locale, &config.kinds),
            causes: causes(locale, &config.causes),
            ..Criteria::default()
        });
        let (words, limit) = (RwSignal::new(None), RwSignal::new(limit(config)));
        Self { criteria, words, place: PlaceState::new(criteria), limit, clock: locale.clock }
    }

    /// Cards on a page.
    pub fn limit(self) -> usize {
        self.limit.get().unwrap_or(LIMIT)
    }

    /// Takes over the words as somebody types them.
    pub fn type_words(self, words: String) {
        let mut criteria = self.criteria.write();
        criteria.untrack();
        criteria.words = words;
        drop(criteria);
        self.words.notify();
    }

    /// Follows the words as they are typed.
    pub fn track_words(self) {
        self.words.track();
    }

    /// The query. Tracks everything in it.
    pub fn query(self) -> Query {
        self.track_words();
        let criteria = self.criteria.read();
        Query {
            near: criteria.around.as_ref().map(|place| place.point),
            radius: criteria.kilometres(),
            kinds: criteria.kinds.clone(),
            causes: criteria.causes.clone(),
            when: criteria.days.range(self.clock.now().today),
            words: criteria.words.clone(),
            reach: None,
        }
    }

    /// The query. Tracks nothing.
    pub fn query_untracked(self) -> Query {
        untrack(|| self.query())
    }

    /// Takes over the attributes that have changed; what else the visitor has set stays.
    pub fn update(self, app: App, before: &Config, config: &Config) {
        let changed = |before: &String, now: &String| (before != now).then(|| now.clone());
        if before.limit != config.limit {
            self.limit.set(limit(config));
        }
        let request = Request {
            place: changed(&before.place, &config.place),
            radius: changed(&before.radius, &config.radius),
            kinds: changed(&before.kinds, &config.kinds),
            causes: changed(&before.causes, &config.causes),
            ..Request::default()
        };
        self.apply(app, request);
    }

    /// Takes over what the page's `search()` names, and leaves the rest.
    pub fn apply(self, app: App, request: Request) {
        if let Some(place) = request.place.filter(|place| !self.place.is_sought(place)) {
            app.act(|browser| browser.find_place(app, place, false));
        }
        if request.words.as_ref().is_some_and(|words| !words.is_empty()) {
            app.act(|browser| browser.learn_words(app));
        }
        let mut criteria = self.criteria.write();
        if let Some(text) = request.radius {
            criteria.radius = radius(&text);
        }
        if let Some(words) = request.words {
            criteria.words = words;
        }
        if let Some(said) = request.kinds {
            criteria.kinds = kinds(app.locale, &said);
        }
        if let Some(said) = request.causes {
            criteria.causes = causes(app.locale, &said);
        }
        if let Some(when) = request.when {
            criteria.days = Days::parse(&when);
        }
        drop(criteria);
        // The page of one initiative is told of a list, and does not know what others say.
        let catalog = app.catalog.get_untracked();
        if catalog.is_whole() && (app.served().is_none() || app.opened.get_untracked().is_none()) {
            self.forget_unknown(&catalog);
        }
    }

    /// Drops the page's words for kinds and causes that no initiative has: a misspelt one is as good as none. An empty feed says nothing of that.
    pub fn forget_unknown(self, catalog: &Catalog) {
        if catalog.is_empty() {
            return;
        }
        let (mut kinds, mut causes) = {
            let criteria = self.criteria.read_untracked();
            (criteria.kinds.clone(), criteria.causes.clone())
        };
        let before = kinds.len() + causes.len();
        kinds.retain(|kind| catalog.has_kind(kind));
        causes.retain(|cause| catalog.has_cause(cause));
        if kinds.len() + causes.len() < before {
            let mut criteria = self.criteria.write();
            (criteria.kinds, criteria.causes) = (kinds, causes);
        }
    }
}

/// Cards on a page, as a page gives them.
fn limit(config: &Config) -> Option<usize> {
    config.limit.trim().parse().ok().filter(|limit| *limit > 0)
}

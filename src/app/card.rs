//! What an initiative's card speaks of, and the form that is opened from it.

use std::sync::Arc;

use alentour_model::{Catalog, Hit, Initiative};
use leptos::prelude::*;

use super::draft::Draft;
use super::{App, Stage};

/// An initiative that is looked at.
#[derive(Clone)]
pub struct LookedAt {
    catalog: Arc<Catalog>,
    position: usize,
    whole: Option<Arc<Initiative>>,
}

impl LookedAt {
    /// As much as is known of what it says; `None` if the catalogue has none there.
    pub fn get(&self) -> Option<&Initiative> {
        self.whole.as_deref().or_else(|| self.catalog.get(self.position))
    }
}

impl App {
    /// What is said first of an initiative: what its card says where the list has one.
    pub fn hit(self, position: usize) -> Option<Hit> {
        let results = self.results.read_untracked();
        let listed = results.nearby.iter().chain(&results.elsewhere).find(|hit| hit.initiative == position);
        if let Some(hit) = listed {
            return Some(self.seated(*hit));
        }
        let near = self.search.criteria.read_untracked().around.as_ref().map(|around| around.point);
        self.catalog.read_untracked().hit(position, near, self.locale.clock.now().instant)
    }

    /// What was found, with a session that has a seat by now, where one has.
    #[inline(never)]
    pub fn seated(self, hit: Hit) -> Hit {
        let query = self.search.query_untracked();
        self.catalog.read_untracked().seated(hit, &query, self.locale.clock.now().instant)
    }

    /// The initiative at that position, which is looked at.
    pub fn looked_at(self, position: usize) -> LookedAt {
        let whole = self.inner().and_then(|inner| inner.whole.borrow().clone());
        LookedAt { catalog: self.catalog.get_untracked(), position, whole }
    }

    /// How far what the initiative that is opened says has come; `whole`: all of it, where it was fetched.
    pub fn take_details(self, whole: Option<Initiative>, stage: Stage) {
        if let Some(inner) = self.inner() {
            inner.whole.replace(whole.map(Arc::new));
            self.details.set(stage);
        }
    }

    /// Chooses in an initiative's form the session that its card speaks of.
    pub fn propose(self, position: usize) {
        let looked_at = self.looked_at(position);
        if let (Some(initiative), Some(hit)) = (looked_at.get(), self.hit(position))
            && let Some(draft) = self.draft(initiative)
        {
            draft.propose(initiative, hit.session);
        }
    }

    /// The form of an initiative, under an owner that lives as long as the widget; `None` once that is gone.
    pub fn draft(self, initiative: &Initiative) -> Option<Draft> {
        let inner = self.inner()?;
        let language = self.locale.language;
        inner.owner.with(|| Some(inner.drafts.try_borrow_mut().ok()?.of(initiative, language)))
    }
}

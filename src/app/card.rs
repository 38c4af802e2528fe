//! What an initiative's card speaks of, and the form that is opened from it.

use alentour_model::{Hit, Initiative};
use leptos::prelude::*;

use super::App;
use super::draft::Draft;

impl App {
    /// What is said first of an initiative: what its card says where the list has one.
    pub fn hit(self, position: usize) -> Option<Hit> {
        let results = self.results.read_untracked();
        let listed = results.nearby.iter().chain(&results.elsewhere).find(|hit| hit.initiative == position);
        if let Some(hit) = listed {
            return Some(*hit);
        }
        let near = self.search.criteria.read_untracked().around.as_ref().map(|around| around.point);
        self.catalog.read_untracked().hit(position, near, self.locale.clock.now().instant)
    }

    /// Chooses in an initiative's form the session that its card speaks of.
    pub fn propose(self, position: usize) {
        let catalog = self.catalog.read_untracked();
        if let (Some(initiative), Some(hit)) = (catalog.get(position), self.hit(position))
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

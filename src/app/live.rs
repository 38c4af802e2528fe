//! What has changed since the feed was written: seats that were taken, signatures that were given.

use alentour_model::Initiative;
use leptos::prelude::*;

use super::App;
use super::draft::count_up;

impl App {
    /// Takes what was counted of what is looked at and of what stands at those positions: `put` puts it into an initiative, and says whether it
    /// is something else. Where nothing is, nothing moves.
    pub fn recount(self, positions: &[usize], put: &dyn Fn(&Initiative) -> bool) {
        let catalog = self.catalog.read_untracked();
        let mut is_new = false;
        for position in positions {
            is_new |= catalog.get(*position).is_some_and(put);
        }
        let looked_at = self.opened.get_untracked().map(|position| self.looked_at(position));
        is_new |= looked_at.as_ref().and_then(|looked_at| looked_at.get()).is_some_and(put);
        if is_new {
            count_up(self.live);
        }
    }
}

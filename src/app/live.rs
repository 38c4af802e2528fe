//! What has changed since the feed was written: seats that were taken, signatures that were given.

use alentour_model::Initiative;
use leptos::prelude::*;

use super::App;
use super::draft::count_up;
use crate::facts;

impl App {
    /// How many seats of a session are left, of the initiative that is looked at; what says so follows it.
    pub fn seats(self, position: usize, at: usize) -> Option<String> {
        self.live.track();
        facts::seats(self.locale, self.looked_at(position).get()?.sessions.get(at)?)
    }

    /// How far a petition has come that is looked at; what says so follows it.
    pub fn signatures(self, position: usize) -> Option<String> {
        self.live.track();
        let looked_at = self.looked_at(position);
        facts::signatures(self.locale, looked_at.get()?.petition.as_ref()?).map(|(first, _)| first)
    }

    /// Takes what was counted of what is looked at and of what stands at those positions: `put` puts it into an initiative, and says whether it
    /// is something else. Where nothing is, nothing moves. A form that nobody has begun goes once nothing is left, and comes back.
    pub fn recount(self, positions: &[usize], put: &dyn Fn(&Initiative) -> bool) {
        let now = self.locale.clock.now().instant;
        let catalog = self.catalog.read_untracked();
        let mut is_new = false;
        for position in positions {
            is_new |= catalog.get(*position).is_some_and(put);
        }
        let looked_at = self.opened.get_untracked().map(|position| self.looked_at(position));
        if let Some(opened) = looked_at.as_ref().and_then(|looked_at| looked_at.get()) {
            let was = opened.availability(now);
            is_new |= put(opened);
            if opened.availability(now) != was
                && let Some(draft) = self.draft(opened).filter(|draft| !draft.begun.get())
            {
                count_up(draft.renewals);
            }
        }
        if is_new {
            count_up(self.live);
        }
    }
}

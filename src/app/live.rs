//! What has changed since the feed was written: seats that were taken, signatures that were given.

use alentour_model::{Initiative, Session};
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

    /// Whether no seat of a session is left, of the initiative that is looked at; what says so follows it.
    pub fn is_full(self, position: usize, at: usize) -> bool {
        self.live.track();
        let looked_at = self.looked_at(position);
        looked_at.get().and_then(|it| it.sessions.get(at)).is_some_and(Session::is_full)
    }

    /// How far a petition has come that is looked at; what says so follows it.
    pub fn signatures(self, position: usize) -> Option<String> {
        self.live.track();
        let looked_at = self.looked_at(position);
        facts::signatures(self.locale, looked_at.get()?.petition.as_ref()?).map(|(first, _)| first)
    }

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

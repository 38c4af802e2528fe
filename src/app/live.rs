//! What has changed since the feed was written: seats that were taken, signatures that were given.

use alentour_model::LiveInitiative;
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

    /// Takes what was counted. Where it is what is known already, nothing moves. A form that nobody has begun goes once nothing is left, and
    /// comes back.
    pub fn take_live(self, counted: Vec<LiveInitiative>) {
        let Some(inner) = self.inner() else { return };
        let now = self.locale.clock.now().instant;
        let opened = self.opened.get_untracked().map(|position| self.looked_at(position));
        let opened = opened.as_ref().and_then(|opened| opened.get());
        let was = opened.map(|opened| opened.availability(now));
        let catalog = self.catalog.read_untracked();
        let mut is_new = false;
        for live in &counted {
            let listed = catalog.position(&live.id).and_then(|position| catalog.get(position));
            for of in listed.into_iter().chain(opened.filter(|opened| opened.id == live.id)) {
                is_new |= live.put_into(of);
            }
        }
        inner.live.replace(counted);
        if let Some(opened) = opened
            && Some(opened.availability(now)) != was
            && let Some(draft) = self.draft(opened).filter(|draft| !draft.begun.get())
        {
            count_up(draft.renewals);
        }
        if is_new {
            count_up(self.live);
        }
    }
}

//! What has changed since the feed was written: seats that were taken, signatures that were given.

use std::sync::Arc;

use alentour_model::{Initiative, LiveInitiative};
use leptos::prelude::*;

use super::card::LookedAt;
use super::draft::count_up;
use super::{App, Inner};
use crate::facts;

impl Inner {
    /// Puts what is known of an initiative into it; whether anything is.
    pub(super) fn bring_up(&self, initiative: &mut Initiative) -> bool {
        let known = self.live.borrow();
        let live = known.iter().find(|live| live.id == initiative.id);
        live.map(|live| live.put_into(initiative)).is_some()
    }
}

impl App {
    /// The initiative at that position as its card has it, with what has changed since.
    pub fn listed_at(self, position: usize) -> LookedAt {
        let catalog = self.catalog.get_untracked();
        let whole = self.inner().and_then(|inner| {
            let mut initiative = catalog.get(position)?.clone();
            inner.bring_up(&mut initiative).then(|| Arc::new(initiative))
        });
        LookedAt { catalog, position, whole }
    }

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
        let mut opened = opened.and_then(|opened| opened.get().cloned());
        let was = opened.as_ref().map(|opened| opened.availability(now));
        let mut known = inner.live.borrow_mut();
        let before = known.clone();
        known.retain(|known| counted.iter().all(|live| live.id != known.id));
        known.extend(counted);
        let is_same = *known == before;
        drop(known);
        if is_same {
            return;
        }
        if let Some(opened) = &mut opened
            && inner.bring_up(opened)
        {
            inner.whole.replace(Some(Arc::new(opened.clone())));
            if Some(opened.availability(now)) != was
                && let Some(draft) = self.draft(opened).filter(|draft| !draft.begun.get())
            {
                count_up(draft.renewals);
            }
        }
        count_up(self.live);
    }
}

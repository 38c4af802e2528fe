//! A list of cards, and the button for more of them.

use std::cell::RefCell;
use std::mem;
use std::sync::Arc;

use alentour_model::query::Tier;
use alentour_model::{Catalog, Hit, Results};
use leptos::prelude::*;

use super::card::{Card, why};
use super::zone::zone;
use super::{limit_elsewhere, without_script};
use crate::app::App;
use crate::dom::html::{button, ul};
use crate::dom::{El, ev};
use crate::message::Message;

/// A list of what is near or tied to no place and, where it has more than a page, a button that adds one.
pub fn shelf(app: App, is_elsewhere: bool) -> impl Fn() -> Vec<El> {
    let shelf = Shelf { app, is_elsewhere, added: RwSignal::new(Some(0)) };
    let cards = Cards::default();
    let list = ul().class("cards").child(move || {
        // A feed that has been fetched again may find the same, and say something else of it; so may an initiative of which seats are taken.
        app.catalog.track();
        app.live.track();
        let results = app.results.read();
        let own = without_script::shown_of(app, shelf.hits(&results), shelf.limit(&results));
        cards.of(app, own.get(..shelf.end(&results)).unwrap_or(own))
    });
    let more = button()
        .class("more")
        .part("action")
        .attr("type", "button")
        .attr("hidden", move || shelf.left() == 0)
        .child(move || match shelf.left() {
            0 => String::new(),
            left => app.locale.count(Message::More, left, &[]),
        })
        .on(ev::click, move |_| shelf.add());
    move || {
        let results = app.results.read();
        // Another list begins with its first page.
        if shelf.added.get_untracked() != Some(0) {
            shelf.added.set(Some(0));
        }
        let mut parts = vec![list.clone()];
        if shelf.hits(&results).len() > shelf.limit(&results) && app.served().is_none() {
            parts.push(more.clone());
        }
        parts
    }
}

/// Some of what is found, a page of cards at first.
#[derive(Clone, Copy)]
struct Shelf {
    app: App,
    /// Whether it is what is tied to no place.
    is_elsewhere: bool,
    /// Cards beside the first page. An option, as other signals are: signals of one type share their code.
    added: RwSignal<Option<usize>>,
}

impl Shelf {
    fn hits(self, results: &Results) -> &[Hit] {
        if self.is_elsewhere { &results.elsewhere } else { &results.nearby }
    }

    /// Cards of a page.
    fn limit(self, results: &Results) -> usize {
        let limit = self.app.search.limit();
        if self.is_elsewhere { limit_elsewhere(results, limit) } else { limit }
    }

    /// Cards that are shown, if there are as many.
    #[inline(never)]
    fn end(self, results: &Results) -> usize {
        self.limit(results) + self.added.get().unwrap_or_default()
    }

    /// Cards that are not shown.
    #[inline(never)]
    fn left(self) -> usize {
        let results = self.app.results.read();
        self.hits(&results).len().saturating_sub(self.end(&results))
    }

    /// Shows another page.
    fn add(self) {
        let results = self.app.results.read();
        let first = self.hits(&results).get(self.end(&results)).map(|hit| hit.initiative);
        let added = self.added.get_untracked().unwrap_or_default() + self.limit(&results);
        self.added.set(Some(added));
        // Whoever pressed the button goes on at the first new card.
        if let Some(position) = first {
            self.app.act(|browser| browser.focus(format!("#card-{position} a"), false));
        }
    }
}

/// The cards that stand. One that says the same stays the element that it is while others come and go: most letters of a word change few
/// of them, and making one takes a slow telephone a millisecond.
#[derive(Default)]
struct Cards(RefCell<Standing>);

/// Cards, and what all of them were made for.
#[derive(Default)]
struct Standing {
    made_for: Option<MadeFor>,
    cards: Vec<Made>,
}

/// What all cards of a list say, or depend on.
struct MadeFor {
    catalog: Arc<Catalog>,
    is_zone_said: bool,
    /// The place around which was searched, which is not named again.
    around: String,
    /// The minute: what is said of sessions and forms changes with time.
    minute: i64,
}

/// A card, and what it was made from.
struct Made {
    hit: Hit,
    why: Option<String>,
    card: El,
    /// Owns what moves in it, and goes with it.
    _owner: Owner,
}

impl MadeFor {
    fn now(app: App) -> Self {
        let around = app.search.criteria.read_untracked().around.as_ref().map(|around| around.label.clone());
        Self {
            catalog: app.catalog.get_untracked(),
            is_zone_said: zone(app).is_some(),
            around: around.unwrap_or_default(),
            minute: app.locale.clock.now().instant / 60,
        }
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.catalog, &other.catalog)
            && (self.is_zone_said, self.minute) == (other.is_zone_said, other.minute)
            && self.around == other.around
    }
}

impl Cards {
    /// The cards of these hits.
    fn of(&self, app: App, hits: &[Hit]) -> Vec<El> {
        let now = MadeFor::now(app);
        let mut before = mem::take(&mut *self.0.borrow_mut());
        if !before.made_for.is_some_and(|made_for| made_for.is(&now)) {
            before.cards.clear();
        }
        let mut cards = Vec::new();
        for hit in hits {
            let why = why(app, hit);
            // How it was found is said by `why`, or not at all.
            let hit = Hit { tier: Tier::Named, by: (0, 0), ..app.seated(*hit) };
            match before.cards.iter().position(|made| made.hit == hit && made.why == why) {
                Some(at) => cards.push(before.cards.swap_remove(at)),
                None => cards.extend(made(app, hit, why, now.is_zone_said)),
            }
        }
        let elements = cards.iter().map(|made| made.card.clone()).collect();
        self.0.replace(Standing { made_for: Some(now), cards });
        elements
    }
}

/// A new card; none if the catalogue has changed meanwhile.
fn made(app: App, hit: Hit, why: Option<String>, is_zone_said: bool) -> Option<Made> {
    // Of nobody's: it outlives the change of the list that it was made in.
    let owner = Owner::default();
    let said = why.clone();
    let card = owner.with(|| view! { <Card app hit why=said is_zone_said/> }.into_inner())?;
    Some(Made { hit, why, card, _owner: owner })
}

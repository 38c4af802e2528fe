//! The views without a browser: a widget as it is at one moment, as a tree.
//!
//! ```
//! use std::sync::Arc;
//!
//! use alentour::render::{Clock, Config, Scene};
//! use alentour_model::Catalog;
//! use alentour_texts::Language;
//!
//! let scene = Scene {
//!     language: Language::French,
//!     clock: Clock::new(1_795_000_000, "Europe/Paris").unwrap(),
//!     catalog: Arc::new(Catalog::default()),
//!     config: Config::default(),
//!     around: None,
//!     opened: None,
//!     live: None,
//! };
//! assert!(scene.widget().html().contains("Aucune action"));
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use alentour_model::gazetteer::Locality;
use alentour_model::{
    Availability, Catalog, FieldProblem, Hit, Initiative, LiveInitiative, Petition, SignUp,
};
use alentour_texts::Language;
use leptos::prelude::*;
use leptos::reactive::diagnostics::SpecialNonReactiveZone;
use serde::Serialize;

use crate::app::App;
pub use crate::app::config::Config;
pub use crate::app::criteria::{ChosenPlace, distance};
use crate::app::draft::Attempt;
pub use crate::app::draft::Status;
pub use crate::app::search::Request;
pub use crate::app::served::{Addresses, ListWords, Served, ServedForm};
pub use crate::clock::Clock;
use crate::dom::El;
use crate::dom::html::{div, section, ul};
use crate::facts;
use crate::initiative::detail::Detail;
use crate::labels;
use crate::locale::Locale;
use crate::message::Message;
use crate::search::card::Card;
use crate::search::results::Results;
use crate::search::{limit_elsewhere, listed, pages};
use crate::widget::Widget;

/// What a widget shows, and when.
#[derive(Clone)]
pub struct Scene {
    /// The language that people are spoken to in.
    pub language: Language,
    /// The moment, and the visitor's time zone.
    pub clock: Clock,
    /// What the feed offers, and what is known of words in that language.
    pub catalog: Arc<Catalog>,
    /// What the page asks for; its place is not looked up: see [`Self::around`].
    pub config: Config,
    /// The place that is searched around.
    pub around: Option<ChosenPlace>,
    /// The initiative that is open: its identifier.
    pub opened: Option<String>,
    /// What tells what has changed since the feed was written; without it, nothing is known to have.
    pub live: Option<Live>,
}

/// Tells what has changed of initiatives, by their identifiers, since the feed was written: those that a list shows.
pub type Live = Arc<dyn Fn(&[String]) -> Vec<LiveInitiative> + Send + Sync>;

/// A widget, and until when it is true.
#[derive(Clone, Debug)]
pub struct FirstPage {
    /// The whole widget.
    pub tree: El,
    /// When what a card speaks of is over (UTC seconds), by the card's identifier in the tree. A card that names no end has none.
    pub ends: BTreeMap<String, i64>,
    /// The words for today and tomorrow, for whoever knows what day it is.
    pub near: [&'static str; 2],
    /// The identifiers of what has a card, and what has changed of it since the feed was written.
    pub counted: (Vec<String>, Vec<LiveInitiative>),
    /// What the page says of that, and the cards of tiles do not: for the application, which has its cards from there.
    pub changed: Vec<LiveInitiative>,
}

/// What a button says that leads to an initiative's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// What one does: "Signer".
    pub action: &'static str,
    /// How many have, or how many seats are left, where that is known: "1 284 signatures".
    pub count: Option<String>,
    /// The same with what the initiative is called, for whoever hears the button alone.
    pub label: String,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct List {
    /// The whole widget.
    pub tree: El,
    /// How many pages the list has: one at least.
    pub pages: usize,
}

/// A form that has been sent, and what became of it.
#[derive(Clone, Debug)]
pub struct Filled {
    /// What was typed.
    pub sign_up: SignUp,
    /// What is wrong with it.
    pub problems: Vec<FieldProblem>,
    /// How far it has come.
    pub status: Status,
}

/// What has changed of what a list shows.
#[derive(Default)]
struct Count {
    /// The identifiers of what it shows.
    ids: Vec<String>,
    /// What is known of these.
    counted: Vec<LiveInitiative>,
    /// What of it their cards did not say.
    changed: Vec<LiveInitiative>,
}

/// What is found, as it stands below the form.
fn results(app: App) -> El {
    let results = view! { <Results app/> }.into_inner();
    section().class("app").child(div().class("results").child(results))
}

/// Whether a card says other numbers than the feed.
fn has_moved(initiative: &Initiative) -> bool {
    let has_signatures = |petition: &Petition| petition.count() != petition.signatures;
    initiative.sessions.iter().any(|session| session.left() != session.remaining)
        || initiative.petition.as_ref().is_some_and(has_signatures)
        || initiative.pledged().is_some()
}

impl Scene {
    /// The whole widget.
    pub fn widget(&self) -> El {
        self.view(|app| view! { <Widget app/> }.into_inner())
    }

    /// The whole widget, with the ends of what its cards speak of.
    pub fn page(&self) -> FirstPage {
        self.view(|app| {
            let Count { ids, counted, changed } = self.count(app);
            let tree = view! { <Widget app/> }.into_inner();
            let (results, limit) = (app.results.read(), app.search.limit());
            let nearby = results.nearby.iter().take(limit);
            let shown = nearby.chain(results.elsewhere.iter().take(limit_elsewhere(&results, limit)));
            let shown = shown.map(|hit| app.seated(*hit));
            let ends = shown.filter_map(|hit| Some((format!("card-{}", hit.initiative), self.end(&hit)?)));
            FirstPage {
                tree,
                ends: ends.collect(),
                near: [Message::Today, Message::Tomorrow].map(|word| app.text(word)),
                counted: (ids, counted),
                changed,
            }
        })
    }

    /// Takes over what has changed of what the list is about to show.
    fn count(&self, app: App) -> Count {
        let Some(live) = &self.live else { return Default::default() };
        let positions = listed(app);
        let listed = positions.iter().filter_map(|position| self.catalog.get(*position));
        let ids: Vec<_> = listed.map(|initiative| initiative.id.clone()).collect();
        let counted = live(&ids);
        let changed = RefCell::new(Vec::new());
        app.recount(&positions, &|initiative| {
            let Some(live) = counted.iter().find(|live| live.id == initiative.id) else { return false };
            let is_new = live.put_into(initiative);
            if has_moved(initiative) {
                // The names of those who have signed are in the live answer alone.
                changed.borrow_mut().push(LiveInitiative { signers: Vec::new(), ..live.clone() });
            }
            is_new
        });
        Count { ids, counted, changed: changed.into_inner() }
    }

    /// When the session that a card speaks of ends or, where it speaks of none, the initiative.
    fn end(&self, hit: &Hit) -> Option<i64> {
        let initiative = self.catalog.get(hit.initiative)?;
        match hit.session {
            Some(session) => Some(initiative.sessions.get(session)?.ends()),
            None => Some(initiative.end?.ends()),
        }
    }

    /// The list for what is asked, beside what the page asks for; `note` is said of the place. `others`: places that may be meant as well.
    pub fn list(&self, asked: Request, note: &str, others: &[Locality]) -> List {
        self.view(|app| {
            if !note.is_empty() {
                app.search.place.type_in(asked.place.as_deref().unwrap_or_default());
                app.search.place.note(note);
            }
            if !others.is_empty() {
                let note = if note.is_empty() { app.text(Message::PlaceAmbiguous) } else { note };
                app.search.place.ask(others.to_vec(), note);
            }
            app.search.apply(app, asked);
            self.count(app);
            List { tree: view! { <Widget app/> }.into_inner(), pages: pages(app) }
        })
    }

    /// A page of the list of all that is found, without the form above it.
    pub fn results(&self) -> El {
        self.view(results)
    }

    /// The same of what is found for what is asked.
    pub fn found(&self, asked: Request) -> List {
        self.view(|app| {
            app.search.apply(app, asked);
            self.count(app);
            List { tree: results(app), pages: pages(app) }
        })
    }

    /// How many pages that list has: one at least.
    pub fn result_pages(&self) -> usize {
        self.view(pages)
    }

    /// A card for each initiative of the catalogue's that is not over, in its order, whatever is looked for.
    pub fn cards(&self) -> El {
        let now = self.clock.now().instant;
        let there = |position: &usize| self.catalog.get(*position).is_some_and(|it| !it.is_over(now));
        self.view(|app| {
            let hits = (0..self.catalog.len()).filter(there);
            let hits = hits.filter_map(|position| self.catalog.hit(position, None, now));
            // No list around them says whose clocks their hours are on.
            let card = |hit| view! { <Card app hit why=None is_zone_said=false/> }.into_inner();
            ul().class("cards").child(hits.filter_map(card).collect::<Vec<_>>())
        })
    }

    /// What a button says that leads to the form of the catalogue's first initiative; `None` where one cannot take part in it any more.
    pub fn call(&self) -> Option<Call> {
        let (initiative, now) = (self.catalog.get(0)?, self.clock.now().instant);
        let locale = Locale::native(self.language, self.clock);
        let action = match initiative.availability(now) {
            _ if initiative.participation.is_none() => return None,
            Availability::Open => labels::action(initiative),
            Availability::Full => Message::ActionWaitingList,
            Availability::Closed => return None,
        };
        let signatures = initiative.petition.as_ref().and_then(Petition::count);
        let signatures = signatures.map(|signed| locale.count(Message::Signatures, signed as usize, &[]));
        // Of several dates none is meant.
        let seats = || match initiative.coming(now)[..] {
            [session] => facts::seats(locale, session),
            _ => None,
        };
        let count = signatures.or_else(|| facts::pledges(locale, initiative)).or_else(seats);
        let action = locale.text(action);
        Some(Call { action, count, label: locale.labelled(action, &initiative.name) })
    }

    /// The initiative that is open, as the list for what is asked speaks of it, with its form as it was filled in; `None` where none is
    /// open.
    pub fn detail(&self, asked: Request, filled: Option<Filled>) -> Option<El> {
        self.view(|app| {
            let position = app.opened.get_untracked()?;
            app.search.apply(app, asked);
            // Who comes from a list means the session that its card speaks of; nothing is chosen for others.
            if filled.is_none() && !app.search.criteria.read().query().is_empty() {
                app.propose(position);
            }
            if let Some(Filled { sign_up, problems, status }) = filled {
                let draft = app.draft(self.catalog.get(position)?)?;
                if status.is_done() {
                    let sent = Attempt { key: String::new(), sign_up: sign_up.clone() };
                    draft.attempt.replace(Some(sent));
                }
                draft.signup.replace(sign_up);
                draft.set_problems(problems, status);
            }
            view! { <Detail app position/> }.into_inner()
        })
    }

    /// Builds a view of the widget. Nothing of it is left but the tree.
    fn view<T>(&self, build: impl FnOnce(App) -> T) -> T {
        // Here nothing follows signals, and Leptos need not warn of it.
        let _once = SpecialNonReactiveZone::enter();
        let owner = Owner::new();
        let view = owner.with(|| {
            let locale = Locale::native(self.language, self.clock);
            let app = App::new(locale, self.config.clone(), None);
            if let Some(ChosenPlace { label, point }) = self.around.clone() {
                app.search.place.take(label, point);
            }
            app.receive(Arc::clone(&self.catalog));
            app.opened.set(self.opened.as_deref().and_then(|id| self.catalog.position(id)));
            build(app)
        });
        owner.cleanup();
        view
    }
}

#[cfg(test)]
mod tests;

//! Pages for those who organise: who takes part in their actions, and what has to be done about it. They need no script. A `GET` shows and
//! changes nothing; a `POST` acts, is sent from one of these pages, and is noted in the trail.
//!
//! [`ROUTES`] says of each page who may ask for it; [`gate`] sees to that, so that no page can forget it.

mod account;
mod accounts;
mod action;
mod actions;
mod again;
mod call_off;
mod door;
mod draft;
mod edit;
mod export;
mod figures;
mod first;
mod gate;
mod gone;
mod hidden;
mod hiding;
mod initiatives;
mod letter;
mod made;
mod offered;
mod operate;
mod page;
mod participant;
mod participants;
mod queue;
mod reports;
mod session;
mod sign_in;
mod spreadsheet;
mod standing;
mod team;
mod tokens;
mod trail;
mod venue;
mod way;
mod whom;
mod withdraw;
mod write;
mod written;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{MethodRouter, get};

use crate::state::AppState;

/// The largest form in bytes.
const LARGEST: usize = 64 << 10;

/// Who may ask for a page. Each may what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Anybody.
    Nothing,
    /// Whoever is signed in.
    Account,
    /// Whoever helps with the initiative in the page's address (`{id}`).
    Helper,
    /// Whoever organises it.
    Organiser,
    /// Whoever runs the installation.
    Operator,
}

/// A page.
pub struct Route {
    /// Its address; `{id}` is an initiative.
    pub path: &'static str,
    /// Who may ask for it.
    pub needs: Needs,
    handlers: fn() -> MethodRouter<AppState>,
}

/// All pages.
pub const ROUTES: &[Route] = &[
    Route { path: "/organise", needs: Needs::Nothing, handlers: || get(actions::show).post(sign_in::send) },
    Route {
        path: "/organise/in/{token}",
        needs: Needs::Nothing,
        handlers: || get(sign_in::show).post(sign_in::enter),
    },
    Route {
        path: "/organise/first/{token}",
        needs: Needs::Nothing,
        handlers: || get(first::show).post(first::enter),
    },
    Route {
        path: "/organise/account",
        needs: Needs::Account,
        handlers: || get(account::show).post(account::act),
    },
    Route {
        path: "/organise/tokens",
        needs: Needs::Account,
        handlers: || get(tokens::show).post(tokens::act),
    },
    Route { path: "/organise/i/{id}", needs: Needs::Helper, handlers: || get(action::show) },
    Route { path: "/organise/i/{id}/people", needs: Needs::Helper, handlers: || get(participants::show) },
    Route {
        path: "/organise/i/{id}/people/{signup}",
        needs: Needs::Organiser,
        handlers: || get(participant::show).post(participant::act),
    },
    Route {
        path: "/organise/i/{id}/door",
        needs: Needs::Helper,
        handlers: || get(door::show).post(door::note),
    },
    Route {
        path: "/organise/i/{id}/export.csv",
        needs: Needs::Organiser,
        handlers: || get(export::download),
    },
    Route {
        path: "/organise/i/{id}/write",
        needs: Needs::Organiser,
        handlers: || get(write::show).post(write::act),
    },
    Route {
        path: "/organise/i/{id}/venue",
        needs: Needs::Organiser,
        handlers: || get(venue::show).post(venue::act),
    },
    Route {
        path: "/organise/i/{id}/edit",
        needs: Needs::Organiser,
        handlers: || get(edit::show).post(edit::act),
    },
    Route {
        path: "/organise/i/{id}/withdraw",
        needs: Needs::Organiser,
        handlers: || get(withdraw::show).post(withdraw::act),
    },
    Route {
        path: "/organise/i/{id}/call-off",
        needs: Needs::Organiser,
        handlers: || get(call_off::show).post(call_off::act),
    },
    Route {
        path: "/organise/i/{id}/move",
        needs: Needs::Organiser,
        handlers: || get(gone::show).post(gone::act),
    },
    Route {
        path: "/organise/i/{id}/team",
        needs: Needs::Organiser,
        handlers: || get(team::show).post(team::act),
    },
    Route { path: "/organise/i/{id}/trail", needs: Needs::Organiser, handlers: || get(trail::of_initiative) },
    Route { path: "/organise/trail", needs: Needs::Operator, handlers: || get(trail::of_all) },
    Route {
        path: "/organise/initiatives",
        needs: Needs::Operator,
        handlers: || get(initiatives::show).post(initiatives::act),
    },
    Route { path: "/organise/installation", needs: Needs::Operator, handlers: || get(operate::show) },
    Route { path: "/organise/feeds", needs: Needs::Operator, handlers: || get(operate::feeds::show) },
    Route {
        path: "/organise/feeds/new",
        needs: Needs::Operator,
        handlers: || get(operate::add_feed::show).post(operate::add_feed::act),
    },
    Route {
        path: "/organise/feeds/{feed}",
        needs: Needs::Operator,
        handlers: || get(operate::feed::show).post(operate::feed::act),
    },
    Route {
        path: "/organise/outbox",
        needs: Needs::Operator,
        handlers: || get(operate::outbox::show).post(operate::outbox::act),
    },
    Route { path: "/organise/health", needs: Needs::Operator, handlers: || get(operate::health::show) },
    Route { path: "/organise/settings", needs: Needs::Operator, handlers: || get(operate::settings::show) },
    Route {
        path: "/organise/settings/controller",
        needs: Needs::Operator,
        handlers: || get(operate::controller::show).post(operate::controller::act),
    },
    Route {
        path: "/organise/settings/mail",
        needs: Needs::Operator,
        handlers: || get(operate::mail::show).post(operate::mail::act),
    },
    Route {
        path: "/organise/settings/secret",
        needs: Needs::Operator,
        handlers: || get(operate::settings::secret),
    },
    Route {
        path: "/organise/settings/back-up",
        needs: Needs::Operator,
        handlers: || get(operate::back_up::show).post(operate::back_up::act),
    },
    Route { path: "/organise/new", needs: Needs::Account, handlers: || get(draft::show).post(draft::begin) },
    Route {
        path: "/organise/i/{id}/again",
        needs: Needs::Organiser,
        handlers: || get(again::show).post(again::begin),
    },
    Route {
        path: "/organise/i/{id}/publish",
        needs: Needs::Organiser,
        handlers: || get(draft::look).post(draft::publish),
    },
    Route { path: "/organise/made", needs: Needs::Operator, handlers: || get(made::show) },
    Route {
        path: "/organise/accounts",
        needs: Needs::Operator,
        handlers: || get(accounts::show).post(accounts::act),
    },
    Route {
        path: "/organise/hidden",
        needs: Needs::Operator,
        handlers: || get(hidden::show).post(hidden::act),
    },
    Route {
        path: "/organise/reports",
        needs: Needs::Operator,
        handlers: || get(reports::show).post(reports::act),
    },
];

/// The pages, each behind its gate.
pub fn router(state: AppState) -> Router<AppState> {
    let mut router = Router::new();
    for Route { path, needs, handlers } in ROUTES {
        let gate = middleware::from_fn_with_state((state.clone(), *needs), gate::pass);
        router = router.route(path, handlers().layer(gate));
    }
    router.layer(DefaultBodyLimit::max(LARGEST)).layer(middleware::from_fn_with_state(state, page::frame))
}

/// A name as a piece of an address.
fn named(name: &str) -> String {
    alentour::app::encode(name)
}

/// A text as a value in a query.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What was typed into a field of several lines: tabs are blanks, and what nobody types is left out. It is not refused, for a refusal would lose
/// the whole text.
fn typed(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\t', " ");
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

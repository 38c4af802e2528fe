//! Pages on which a visitor proposes an initiative: the [steps](crate::steps), what becomes of what was answered, and the page where it is
//! followed. They need no script. `GET` shows, `POST` acts.
//!
//! `/propose` begins. From the first good answer on there is a draft, which the random name in the address `/propose/{token}` opens; a mailed
//! link opens it elsewhere. `/proposal/{token}` is mailed to its address alone: there it is confirmed, followed, answered and withdrawn.

mod begin;
mod content;
mod own;
mod page;
mod send;
mod sent;
mod step;

use axum::Router;
use axum::extract::Request;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

pub(crate) use content::Answers;

use crate::http::Error;
use crate::state::AppState;
use crate::store::{OwnStatus, ProposalRecord, ProposalState};

/// The largest form in bytes: eight questions with choices of 1,500 characters, each of which may be sent as nine bytes, and more.
const LARGEST: usize = 192 << 10;

/// The pages.
pub fn router(state: AppState) -> Router<AppState> {
    let in_language = |tag: &'static str| {
        move |State(state): State<AppState>| async move {
            Redirect::permanent(&format!("{}/propose?lang={tag}", state.settings.base_path()))
        }
    };
    Router::new()
        .route("/propose", get(begin::show).post(begin::begin))
        .route("/proposer", get(in_language("fr")))
        .route("/proponer", get(in_language("es")))
        .route("/propose/{token}", get(step::show).post(step::act))
        .route("/proposal/{token}", get(own::show).post(own::act))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(state.clone(), open))
        .layer(middleware::from_fn_with_state(state, page::frame))
}

/// Without mail nobody can confirm, and an operator may take no proposals: then there are no such pages.
async fn open(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if state.settings.takes_proposals() { next.run(request).await } else { Error::NotFound.into_response() }
}

/// What an address opens.
struct Opened {
    found: ProposalRecord,
    /// Whether it was mailed to its address, to be followed.
    is_own: bool,
}

impl Opened {
    /// Whether its answers may be changed through this address.
    fn may_change(&self) -> bool {
        match self.found.state {
            ProposalState::Draft => true,
            ProposalState::Sent => false,
            ProposalState::Kept => {
                self.is_own && self.found.own.as_ref().is_some_and(|own| own.status == OwnStatus::AskedBack)
            }
        }
    }
}

/// What the random name in an address opens; `None` where that is nothing, or nothing any more.
async fn opened(state: &AppState, token: &str) -> Result<Option<Opened>, Error> {
    // Only what a name can be: 64 hexadecimal digits.
    if token.len() != 64 || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let found = state.store.proposal_by_link(&state.store.secret().token_hash(token), now()).await?;
    Ok(found.map(|(found, is_own)| Opened { found, is_own }))
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

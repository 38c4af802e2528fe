//! `POST /signups`: a visitor takes part. `GET /signups/status`: has it arrived? `POST /alerts`: a visitor asks to be told of what comes.

pub mod alerts;
pub mod export;
mod form_ticket;
mod new_sign_up;
mod proof;
mod request;

use std::time::{Duration, Instant};

use alentour_model::signup::FieldIssue;
use alentour_model::submission::{NextStep, SignUpAnswer, SignUpStatus};
use alentour_model::{FieldProblem, IdempotencyKey, Initiative, SignUp, Submission};
use axum::Json;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tracing::info;

pub use form_ticket::FormTicket;
pub use new_sign_up::{held_until, own_until, request_digest, seat_limit, seat_limits};

use crate::http::beat::next_beat;
use crate::http::{Error, Visitor};
use crate::state::AppState;
use crate::store::{Digest, NewSignUp, Outcome, Proof};

/// How long the disk may take. Past it nobody knows whether the sign-up is stored; the key will tell.
const PATIENCE: Duration = Duration::from_secs(15);

/// `POST /signups` and what goes with it, and the preflights that browsers send before.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/signups", post(sign_up))
        .route("/signups/challenge", get(proof::challenge))
        .route("/signups/status", get(status))
        .route("/alerts", get(alerts::wording).post(alerts::ask))
        .layer(request::cors())
        .layer(middleware::from_fn(request::refuse_opaque_origins))
}

async fn sign_up(
    State(state): State<AppState>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Error> {
    let key = request::key(request.headers())?;
    let body = request::json_body(request).await?;
    let start = Instant::now();
    let Submission { sign_up, altcha, page, website } =
        serde_json::from_slice(&body).map_err(|_| Error::Malformed("body"))?;
    let request_h = request_digest(state.store.secret(), &sign_up);

    // Before anything else: the initiative may have closed, or left the feed, since the answer was lost.
    if is_answered(&state, &key, &request_h).await? {
        return Ok(received(&state));
    }
    let (now, proof) = admit(&state, visitor, &website, &altcha)?;
    let initiative = state.feeds.initiative(&sign_up.initiative)?;
    let full: Vec<_> = sign_up.full(&initiative).into_iter().map(str::to_owned).collect();
    let checked = check(sign_up, &initiative, now).map_err(|problems| refusal(problems, full))?;
    let arrival = Arrival { key, request_h, proof, page, now, start };
    keep(&state, arrival, checked, &initiative).await?;
    Ok(received(&state))
}

/// Whether that request was answered before, so that this is a retry.
///
/// # Errors
/// Where the key was another request's.
async fn is_answered(state: &AppState, key: &IdempotencyKey, request_h: &Digest) -> Result<bool, Error> {
    match state.store.answered(key.as_str()).await? {
        Some(answered) if answered == *request_h => Ok(true),
        Some(_) => Err(Error::KeyReused),
        None => Ok(false),
    }
}

/// What is asked of whoever sends a form by a program: patience, an empty field that people do not see, a proof of work. Gives the time
/// (UTC seconds) and the proof, where one was asked for.
fn admit(
    state: &AppState,
    visitor: Visitor,
    website: &str,
    altcha: &str,
) -> Result<(i64, Option<Proof>), Error> {
    state.limits.sign_up(visitor)?;
    let now = jiff::Timestamp::now().as_second();
    if !website.is_empty() {
        return Err(Error::Proof);
    }
    let proof = proof::check(&state.store.keys().current(), &state.settings.robots, altcha, now)?;
    Ok((now, proof))
}

/// A form that nothing is wrong with, without any answer to a question that was not asked. Nothing else is stored.
pub struct Checked(SignUp);

/// Checks a form, whichever way it came. Answers to questions that are not asked are left out before, and not refused: a widget of an
/// earlier version knows no conditions and asks everything, and so does a page without a script. Nobody was to be asked that, so it is not
/// kept.
///
/// # Errors
/// What is wrong with it.
pub fn check(mut sign_up: SignUp, initiative: &Initiative, now: i64) -> Result<Checked, Vec<FieldProblem>> {
    if let Some(participation) = &initiative.participation {
        sign_up.leave_out_unasked(participation);
    }
    let problems = sign_up.validate(initiative, now);
    if problems.is_empty() { Ok(Checked(sign_up)) } else { Err(problems) }
}

/// How a form has come, as the store is told.
pub struct Arrival {
    /// What names it.
    pub key: IdempotencyKey,
    /// What names what it says: see [`request_digest`].
    pub request_h: Digest,
    /// The proof of work, where one was asked for, or the page that the form stood on.
    pub proof: Option<Proof>,
    /// The page that the form stood on, as it says itself; empty where it says nothing.
    pub page: String,
    /// Seconds since 1970 (UTC).
    pub now: i64,
    /// When the form was read.
    pub start: Instant,
}

impl Arrival {
    /// The page, where it is a partner's. Of any other nothing is kept, and nobody is told: the answer is the same.
    fn partner_page(&self, state: &AppState) -> Option<String> {
        state.settings.sign_ups.partner_of(&self.page).map(|_| self.page.clone())
    }
}

/// Stores a form. Whether the person is known or not, it comes back on the same beat.
///
/// # Errors
/// Where the initiative takes no more for now, all seats are taken, the key belongs to another form, the proof has been used, or
/// nothing was stored.
pub async fn keep(
    state: &AppState,
    arrival: Arrival,
    checked: Checked,
    initiative: &Initiative,
) -> Result<(), Error> {
    // Last, so that what is refused anyway keeps nobody else from taking part.
    state.limits.initiative(&initiative.id)?;
    let start = arrival.start;
    let form = new_sign_up::new_sign_up(state, arrival, checked, initiative)?;
    store(state, form, start).await
}

/// Stores what is ready to be, and says so on the beat.
async fn store(state: &AppState, form: NewSignUp, start: Instant) -> Result<(), Error> {
    let initiative = form.initiative.clone();
    let outcome = tokio::time::timeout(PATIENCE, state.writer.keep(form))
        .await
        .map_err(|_| Error::Unavailable("the disk takes too long".into()))??;
    info!(initiative, ?outcome, "sign-up");
    next_beat(start).await;
    match outcome {
        Outcome::Received => Ok(()),
        Outcome::Full(sessions) => {
            // Whoever was refused looks again: what was counted before is not said once more.
            state.live.doubt(&initiative);
            Err(Error::Full(sessions))
        }
        Outcome::KeyReused => Err(Error::KeyReused),
        Outcome::ProofSpent => Err(Error::Proof),
    }
}

/// The same, byte for byte, for a new address, a known one and a retry.
fn received(state: &AppState) -> Response {
    (StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(receipt(state))).into_response()
}

/// What is said of a form that is stored. A page that is reloaded before it hears so needs it as much as one that waits: the
/// sign-up of somebody who is not told of the mail is purged after a week.
fn receipt(state: &AppState) -> SignUpAnswer {
    let next = state.settings.mail.as_ref().map(|_| NextStep::Confirm);
    SignUpAnswer { status: SignUpStatus::Received, next }
}

/// Whether a key's sign-up has arrived, for a page that was reloaded before it heard. Who knows the key made it.
async fn status(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Error> {
    let key = request::key(&headers)?;
    let status = match state.store.answered(key.as_str()).await? {
        Some(_) => receipt(&state),
        None => SignUpAnswer { status: SignUpStatus::Unknown, next: None },
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(status)).into_response())
}

/// What no mending of the form would help comes first.
fn refusal(problems: Vec<FieldProblem>, full: Vec<String>) -> Error {
    let any = |issue| problems.iter().any(|problem| problem.problem == issue);
    match () {
        () if any(FieldIssue::Closed) => Error::Conflict("closed"),
        () if any(FieldIssue::Full) => Error::Full(full),
        () => Error::Invalid(problems),
    }
}

//! `POST /signups`: a visitor takes part.

mod arrival;
pub mod export;
mod request;

use std::time::Duration;

use alentour_model::signup::FieldIssue;
use alentour_model::{FieldProblem, SignUp};
use axum::Json;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tracing::info;

use crate::error::Error;
use crate::state::AppState;
use crate::store::Outcome;

/// How long the disk may take. Past it nobody knows whether the sign-up is stored; the key will tell.
const PATIENCE: Duration = Duration::from_secs(15);

/// `POST /signups`, and the preflight that browsers send before it.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/signups", post(sign_up))
        .layer(request::cors())
        .layer(middleware::from_fn(request::refuse_opaque_origins))
}

async fn sign_up(State(state): State<AppState>, request: Request) -> Result<Response, Error> {
    let key = request::key(request.headers())?;
    let body = request::json_body(request).await?;
    let sign_up = read(&body).ok_or(Error::Malformed("body"))?;
    let request_h = arrival::request_digest(state.store.secret(), &sign_up);

    // Before anything else: the initiative may have closed, or left the feed, since the answer was lost.
    if let Some(answered) = state.store.answered(key.as_str()).await? {
        return if answered == request_h { Ok(received()) } else { Err(Error::KeyReused) };
    }

    let initiative = state.feeds.initiative(&sign_up.initiative)?;
    let now = jiff::Timestamp::now().as_second();
    refuse(sign_up.validate(&initiative, now))?;
    let arrival = arrival::arrival(
        state.store.secret(),
        &state.settings,
        key,
        sign_up,
        &initiative,
        request_h,
        None,
        now,
    )?;
    let outcome = tokio::time::timeout(PATIENCE, state.writer.keep(arrival))
        .await
        .map_err(|_| Error::Unavailable("the disk takes too long".into()))??;
    info!(initiative = initiative.id, ?outcome, "sign-up");
    match outcome {
        Outcome::Received => Ok(received()),
        Outcome::Full => Err(Error::Conflict("full")),
        Outcome::KeyReused => Err(Error::KeyReused),
        Outcome::ProofSpent => Err(Error::Proof),
    }
}

/// Reads the form. Only from an object: serde would take an array's entries for the fields, too.
fn read(body: &[u8]) -> Option<SignUp> {
    body.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(body).ok())?
}

/// The same, byte for byte, for a new address, a known one and a retry.
fn received() -> Response {
    let body = Json(serde_json::json!({ "status": "received" }));
    (StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], body).into_response()
}

/// What no mending of the form would help comes first.
fn refuse(problems: Vec<FieldProblem>) -> Result<(), Error> {
    let any = |issue| problems.iter().any(|problem| problem.problem == issue);
    match () {
        () if problems.is_empty() => Ok(()),
        () if any(FieldIssue::Closed) => Err(Error::Conflict("closed")),
        () if any(FieldIssue::Full) => Err(Error::Conflict("full")),
        () => Err(Error::Invalid(problems)),
    }
}

//! Whether the server can do its work.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::error::Error;
use crate::state::AppState;

/// `GET /healthz`.
pub fn router() -> Router<AppState> {
    Router::new().route("/healthz", get(health))
}

async fn health(State(state): State<AppState>) -> Result<Response, Error> {
    state.store.ping().await?;
    if !state.writer.is_alive() {
        return Err(Error::Unavailable("the writing task has stopped".into()));
    }
    Ok(([(CACHE_CONTROL, "no-store")], Json(serde_json::json!({ "status": "ok" }))).into_response())
}

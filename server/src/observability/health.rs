//! Whether the server is there (`/healthz`), and whether it can do its work (`/readyz`).

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::http::Error;
use crate::state::AppState;

/// `GET /healthz` and `GET /readyz`.
pub fn router() -> Router<AppState> {
    Router::new().route("/healthz", get(async || ok())).route("/readyz", get(ready))
}

/// Nothing else is asked: a database that is away is no reason to start the server anew.
fn ok() -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(serde_json::json!({ "status": "ok" }))).into_response()
}

async fn ready(State(state): State<AppState>) -> Result<Response, Error> {
    state.store.ping().await?;
    if !state.writer.is_alive() {
        return Err(Error::Unavailable("the writing task has stopped".into()));
    }
    if state.feeds.current().is_none() {
        return Err(Error::Unavailable("no feed could be read yet".into()));
    }
    Ok(ok())
}

//! `GET /openapi.json`: the addresses that programs use, for programs. What they mean is in `docs/`.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

/// Written by hand: what must be said of an answer is when it comes, which no type knows. Tests hold it against the server.
const DESCRIPTION: &str = include_str!("../../openapi.json");

/// `GET /openapi.json`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/openapi.json", get(description))
}

async fn description() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=3600")], DESCRIPTION)
}

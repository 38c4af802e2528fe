//! `GET /v1/forms.txt`: the forms of the feed's words, for the widget.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Feeds;
use crate::http::Error;

/// The address of the forms of the feed's words.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Feeds>: FromRef<S>,
{
    Router::new().route("/v1/forms.txt", get(serve))
}

async fn serve(State(feeds): State<Arc<Feeds>>, request: HeaderMap) -> Response {
    match feeds.current() {
        Some(current) => current.forms().respond(&request),
        None => Error::Unavailable("no feed could be read yet".into()).into_response(),
    }
}

//! `GET /v1/alentour.js` and `GET /v1/first.json`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use axum::routing::get;

use super::payload::JSON;
use super::{Answer, FirstPages, Form};
use crate::bundle::{TAG, routes};
use crate::http::Visitor;
use crate::http::representation::{A_MINUTE, Representation};
use crate::settings::CurrentSettings;

/// How long an answer without a first page is kept that the next one may have: not by caches in front, which serve others, too.
const NOT_SHARED: &str = "private, max-age=60";

/// The tag's script and the first page, to be given the headers that other origins need.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<FirstPages>: FromRef<S>,
    CurrentSettings: FromRef<S>,
{
    Router::new().route("/v1/alentour.js", get(script)).route("/v1/first.json", get(json))
}

/// The tag's script: with the first page of its query, or as the bundle has it.
async fn script(
    State(pages): State<Arc<FirstPages>>,
    visitor: Visitor,
    uri: Uri,
    request: HeaderMap,
) -> Response {
    let answer = pages.answer(Form::Script, uri.query(), visitor).await;
    if let Answer::Page(page) = answer {
        return page.respond(&request);
    }
    let mut response = routes::file(&pages.bundle, TAG, &request).await;
    if matches!(answer, Answer::NotNow) && !response.status().is_client_error() {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(NOT_SHARED));
    }
    response
}

/// The first page of a query, or `null`.
async fn json(
    State(pages): State<Arc<FirstPages>>,
    visitor: Visitor,
    uri: Uri,
    request: HeaderMap,
) -> Response {
    let cache = match pages.answer(Form::Json, uri.query(), visitor).await {
        Answer::Page(page) => return page.respond(&request),
        Answer::Nothing => A_MINUTE,
        Answer::NotNow => NOT_SHARED,
    };
    // Nothing to be made smaller: who asks in vain without end costs nothing.
    Representation::with_brotli(b"null".to_vec(), None, JSON, cache).respond(&request)
}

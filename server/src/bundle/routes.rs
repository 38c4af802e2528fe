//! The bundle's addresses: the widget under `/v1/`, the demo page at `/`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Bundle;
use super::earlier::EarlierReleases;
use crate::http::Error;

/// What a page of ours may do: its own files, WebAssembly, no frame around it. `unsafe-inline` is for styles only: a
/// partner's page, which the demo page plays, writes its custom properties there.
const CONTENT_SECURITY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// `GET /`, `/v1/...` and whatever else the bundle holds.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Bundle>: FromRef<S>,
{
    Router::new().route("/", get(index)).route("/{*path}", get(any))
}

/// `GET /v1/...`, to be given the headers that other origins need.
pub fn versioned_router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Bundle>: FromRef<S>,
    Arc<EarlierReleases>: FromRef<S>,
{
    Router::new().route("/v1/{*path}", get(versioned))
}

async fn versioned(
    State(bundle): State<Arc<Bundle>>,
    State(earlier): State<Arc<EarlierReleases>>,
    Path(path): Path<String>,
    request: HeaderMap,
) -> Response {
    let path = format!("v1/{path}");
    let response = file(&bundle, &path, &request).await;
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    // Only text and WebAssembly are there: no page, which would want headers of its own.
    earlier.respond(&path, &request).unwrap_or(response)
}

async fn any(bundle: State<Arc<Bundle>>, Path(path): Path<String>, request: HeaderMap) -> Response {
    file(&bundle, &path, &request).await
}

async fn index(bundle: State<Arc<Bundle>>, request: HeaderMap) -> Response {
    if !bundle.is_built() {
        return (StatusCode::SERVICE_UNAVAILABLE, "bundle not built: run cargo xtask build\n")
            .into_response();
    }
    file(&bundle, "index.html", &request).await
}

/// The answer to a request for a file of the bundle.
pub async fn file(bundle: &Bundle, path: &str, request: &HeaderMap) -> Response {
    let Some(found) = bundle.find(path).await else {
        return match bundle.is_built() {
            true => Error::NotFound.into_response(),
            false => (StatusCode::NOT_FOUND, "bundle not built: run cargo xtask build\n").into_response(),
        };
    };
    let is_page = found.content_type.starts_with("text/html");
    let mut response = found.respond(request);
    if is_page {
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    response
}

//! The bundle's addresses: the widget under `/v1/`, its tag by its version under `/v1.2.3/`, the demo page at `/`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::earlier::EarlierReleases;
use super::{Bundle, pinned};
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
    Arc<EarlierReleases>: FromRef<S>,
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

async fn any(
    bundle: State<Arc<Bundle>>,
    earlier: State<Arc<EarlierReleases>>,
    Path(path): Path<String>,
    request: HeaderMap,
) -> Response {
    let mut response = match pinned::version(&path) {
        Some(version) => tag_of(&bundle, &earlier, version, &path, &request).await,
        None => return file(&bundle, &path, &request).await,
    };
    // As below `/v1/`: any page may run it, and with `integrity` a browser asks whether it may.
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// The tag of a version: this one, or one of an earlier release that is kept.
async fn tag_of(
    bundle: &Bundle,
    earlier: &EarlierReleases,
    version: &str,
    path: &str,
    request: &HeaderMap,
) -> Response {
    if let Some(found) = bundle.find(path).await {
        return found.respond(request);
    }
    let known = || {
        let mut known = earlier.tags();
        known.push(pinned::VERSION.to_owned());
        known.join(", ")
    };
    earlier.respond(path, request).unwrap_or_else(|| {
        let said = format!("this server has no version {version} of the tag. It has {}\n", known());
        (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], said).into_response()
    })
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

//! What a request must be before it is read: from a page, JSON, short, with a key.

use std::time::Duration;

use alentour_model::IdempotencyKey;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::cors::{Any, CorsLayer};

use crate::http::Error;
use crate::http::body::{self, Patience};

/// The header that names an attempt (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How long a browser may remember a preflight. Chromium keeps none longer than two hours.
const PREFLIGHT: Duration = Duration::from_secs(7200);

/// Any page may ask and post, none with credentials: there are none. JSON and the key's header force the preflight.
pub fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE, IDEMPOTENCY_KEY])
        .expose_headers([RETRY_AFTER])
        .max_age(PREFLIGHT)
}

/// Refuses sandboxed frames, `data:` pages and the like, of which nobody could say whose they are.
pub async fn refuse_opaque_origins(request: Request, next: Next) -> Response {
    match request
        .headers()
        .get_all(ORIGIN)
        .iter()
        .any(|origin| origin.as_bytes().eq_ignore_ascii_case(b"null"))
    {
        true => Error::NullOrigin.into_response(),
        false => next.run(request).await,
    }
}

/// The idempotency key.
pub fn key(headers: &HeaderMap) -> Result<IdempotencyKey, Error> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let key = keys.next().and_then(|key| IdempotencyKey::parse(key.to_str().ok()?));
    match (key, keys.next()) {
        (Some(key), None) => Ok(key),
        _ => Err(Error::Malformed("idempotency-key")),
    }
}

/// The body of a JSON request.
pub async fn json_body(request: Request) -> Result<Bytes, Error> {
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Parameters (`; charset=utf-8`) change nothing: JSON is UTF-8 (RFC 8259, section 8.1).
    if !content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(Error::NotJson);
    }
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > body::LONGEST as u64) {
        return Err(Error::TooLarge);
    }
    let patience = Patience::with(request.extensions());
    body::read(request.into_body(), patience).await
}

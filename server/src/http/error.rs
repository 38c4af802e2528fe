//! What can go wrong with a request: what the client is told, and what only the log is.

use alentour_model::submission::{RefusalReason, SignUpRefusal};
use alentour_model::{FieldProblem, Finding};
use axum::Json;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::store::StoreError;

/// Seconds after which a client may try again. The queue of writes empties in less.
const RETRY_SECONDS: u64 = 2;

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub enum Error {
    /// 400: the request is not of the form that the address takes. The word says what to mend.
    Malformed(&'static str),
    /// 401: it carries no token that is good.
    NoToken,
    /// 403: that token is not good for it, or its account may not. The word says which.
    Forbidden(&'static str),
    /// 403: it comes from an opaque origin.
    NullOrigin,
    /// 403: a form of ours that was sent from somebody else's page.
    ForeignForm,
    /// 404: there is nothing of that name.
    NotFound,
    /// 408: the client took too long to say what it wants.
    TooSlow,
    /// 409: too late. The word says why.
    Conflict(&'static str),
    /// 409: these sessions have not seats enough.
    Full(Vec<String>),
    /// 412: it is of another version than the one that was looked at.
    Stale,
    /// 413: too long.
    TooLarge,
    /// 415: not JSON.
    NotJson,
    /// 422: an initiative of which something would be left out.
    Findings(Vec<Finding>),
    /// 422: the form needs mending.
    Invalid(Vec<FieldProblem>),
    /// 422: the idempotency key belongs to another request.
    KeyReused,
    /// 422: the proof of work is missing, wrong, used or too old, or the form was filled in by a robot: with a new
    /// challenge the same request may be sent again.
    Proof,
    /// 428: it does not say which version was looked at.
    NoVersion,
    /// 429: too much from there, or for that initiative: again after that many seconds.
    TooMany(u64),
    /// 503: nothing was stored, or nobody knows; the same request with the same key may be sent again. The text is
    /// for the log only.
    Unavailable(String),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let asks_for_token = matches!(self, Self::NoToken);
        let retry = match &self {
            Self::Unavailable(_) => Some(RETRY_SECONDS),
            Self::TooMany(seconds) => Some(*seconds),
            _ => None,
        };
        let (status, body) = match self {
            Self::Malformed(word) => (StatusCode::BAD_REQUEST, json!({ "error": word })),
            Self::NoToken => (StatusCode::UNAUTHORIZED, json!({ "error": "token" })),
            Self::Forbidden(word) => (StatusCode::FORBIDDEN, json!({ "error": word })),
            Self::ForeignForm => (StatusCode::FORBIDDEN, json!({ "error": "origin" })),
            Self::NullOrigin => (StatusCode::FORBIDDEN, json!({ "error": "origin" })),
            Self::NotFound => (StatusCode::NOT_FOUND, json!({ "error": "not-found" })),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, json!({ "error": "timeout" })),
            Self::Conflict(word) => (StatusCode::CONFLICT, json!({ "error": word })),
            Self::Full(sessions) => (
                StatusCode::CONFLICT,
                json!(SignUpRefusal { sessions, ..SignUpRefusal::of(RefusalReason::Full) }),
            ),
            Self::Stale => (StatusCode::PRECONDITION_FAILED, json!({ "error": "stale" })),
            Self::NoVersion => (StatusCode::PRECONDITION_REQUIRED, json!({ "error": "version" })),
            Self::Findings(findings) => {
                (StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": "refused", "findings": findings }))
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, json!({ "error": "too-large" })),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, json!({ "error": "not-json" })),
            Self::Invalid(fields) => {
                (StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": "invalid", "fields": fields }))
            }
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": "key-reused" })),
            Self::Proof => (StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": "proof" })),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, json!({ "error": "too-many" })),
            Self::Unavailable(why) => {
                tracing::error!(why, "unavailable");
                (StatusCode::SERVICE_UNAVAILABLE, json!({ "error": "unavailable" }))
            }
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if asks_for_token {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The answer where a handler panicked: as little as any other internal error tells.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::http::Response<Body> {
    let mut response = Response::new(Body::from(r#"{"error":"internal"}"#));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

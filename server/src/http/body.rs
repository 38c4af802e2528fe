//! Bodies of requests, read within a time: who begins to send and never ends must not keep a connection.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::Extensions;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Error;

/// The longest form in bytes: a message of 2,000 characters, twenty answers and consents fit ten times over. Routes may have
/// limits of their own below it.
pub const LONGEST: usize = 64 << 10;

/// How long a form may take to arrive. [`listen`](super::listen) puts it into each request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience(pub Duration);

impl Default for Patience {
    /// 64 KiB at 50 kbit/s take 11 s.
    fn default() -> Self {
        Self(Duration::from_secs(20))
    }
}

impl Patience {
    /// With a request that has those extensions.
    pub fn with(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or_default()
    }
}

/// All of a body.
///
/// # Errors
/// [`Error::TooSlow`], [`Error::TooLarge`], and [`Error::Malformed`] where it breaks off.
pub async fn read(body: Body, Patience(patience): Patience) -> Result<Bytes, Error> {
    let body = to_bytes(body, LONGEST);
    tokio::time::timeout(patience, body).await.map_err(|_| Error::TooSlow)?.map_err(|error| {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(error) = cause {
            if error.is::<http_body_util::LengthLimitError>() {
                return Error::TooLarge;
            }
            cause = error.source();
        }
        Error::Malformed("body")
    })
}

/// Reads all of the body before the route is asked.
pub async fn read_in_time(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match read(body, Patience::with(&parts.extensions)).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(error) => error.into_response(),
    }
}

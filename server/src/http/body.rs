//! Bodies of requests, read within a time: who begins to send and never ends must not keep a connection.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Error;

/// How long a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest form of all routes, in bytes. Routes have limits of their own below it.
const LONGEST: usize = 64 << 10;

/// Reads all of the body before the route is asked: 408 where it takes too long, 413 where it is too long.
pub async fn read_in_time(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(PATIENCE, to_bytes(body, LONGEST)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(_)) => Error::TooLarge.into_response(),
        Err(_) => Error::TooSlow.into_response(),
    }
}

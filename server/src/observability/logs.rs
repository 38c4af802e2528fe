//! Structured logs, on standard error. Nothing personal is in them: no address, no name, no header, no query, and of
//! a path only the pattern that it matched.

use std::io::IsTerminal;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};
use tracing::{Instrument, info, info_span};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Starts the logs: for people on a terminal, JSON elsewhere. `ALENTOUR_LOG` sets the level (`warn`) or levels by
/// target (`info,sqlx=debug`).
pub fn start() {
    // The database's own log shows statements; values are bound and never in them, but nobody needs it by default.
    let usual = || Targets::new().with_default(LevelFilter::INFO).with_target("sqlx", LevelFilter::WARN);
    start_with(usual);
}

/// Starts the logs of a command that hands out or changes what is kept: unless `ALENTOUR_LOG` says otherwise, warnings and the
/// security log.
pub fn start_for_command() {
    start_with(|| {
        Targets::new().with_default(LevelFilter::WARN).with_target(super::security::TARGET, LevelFilter::INFO)
    });
}

fn start_with(usual: impl FnOnce() -> Targets) {
    let wanted = std::env::var("ALENTOUR_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let filter = wanted.unwrap_or_else(usual);
    let terminal = std::io::stderr().is_terminal();
    let plain = terminal.then(|| tracing_subscriber::fmt::layer().with_writer(std::io::stderr));
    let json = (!terminal).then(|| tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr));
    // A second start, in a test say, keeps the first.
    let _ = tracing_subscriber::registry()
        .with(plain.with_filter(filter.clone()))
        .with(json.with_filter(filter))
        .try_init();
}

/// A method that clients cannot make up: each one would be a series of its own.
fn known(method: &Method) -> String {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS];
    if known.contains(method) { method.to_string() } else { "other".to_owned() }
}

/// One line a request, and an identifier that its other lines and its answer carry.
pub async fn log_request(request: Request, next: Next) -> Response {
    let mut random = [0; 8];
    // Without randomness requests share an identifier; no reason to refuse them.
    let _ = getrandom::fill(&mut random);
    let id = format!("{:016x}", u64::from_ne_bytes(random));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let start = Instant::now();
    let span = info_span!("request", id);
    async move {
        let mut response = next.run(request).await;
        let route = route.as_ref().map_or("-", MatchedPath::as_str);
        let status = response.status().as_u16().to_string();
        let labels = [("route", route.to_owned()), ("method", known(&method)), ("status", status)];
        counter!("alentour_requests_total", &labels).increment(1);
        histogram!("alentour_request_seconds", "route" => route.to_owned()).record(start.elapsed());
        info!(
            %method,
            route,
            status = response.status().as_u16(),
            ms = start.elapsed().as_millis() as u64,
            "answered"
        );
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

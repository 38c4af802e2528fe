//! Metrics for Prometheus, served on an address of its own that the public does not reach.
//!
//! Nothing in it names a person. Routes are patterns, initiatives are not told apart.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use jiff::Timestamp;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::warn;

use crate::state::AppState;

/// Upper bounds of the histograms of seconds: from a cached file to a disk that is about to fail.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];
/// Upper bounds of the histogram of sign-ups a transaction.
const BATCH: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];

/// How often measurements are put into their buckets. A second's worth are some thousands at most.
const UPKEEP: Duration = Duration::from_secs(5);

/// Installs the recorder. `None` where another one is installed already, in a test say.
pub fn start() -> Option<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full("alentour_batch".into()), BATCH))
        .ok()?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    describe_counter!("alentour_requests_total", "Requests answered, by route, method and status");
    describe_histogram!(
        "alentour_request_seconds",
        Unit::Seconds,
        "Time from a request to its answer, by route"
    );
    describe_counter!("alentour_signups_total", "Sign-ups decided about, by outcome");
    describe_histogram!("alentour_commit_seconds", Unit::Seconds, "Time that a transaction of sign-ups took");
    describe_histogram!("alentour_batch", Unit::Count, "Sign-ups in a transaction");
    describe_counter!(
        "alentour_live_reads_total",
        "Times that the database was asked for seats and signatures: the rest was answered from memory"
    );
    describe_counter!(
        "alentour_deliveries_total",
        "Attempts to send a message of the outbox, by kind and result"
    );
    describe_gauge!("alentour_connections", "Connections that are open");
    describe_counter!(
        "alentour_connections_refused_total",
        "Connections refused: their address had as many as it may have"
    );
    describe_gauge!("alentour_signups", "Sign-ups stored");
    describe_gauge!("alentour_signups_confirmed", "Sign-ups stored that were confirmed by mail");
    describe_gauge!("alentour_alerts", "Alerts stored that were confirmed by mail");
    describe_gauge!("alentour_outbox_waiting", "Messages that wait in the outbox");
    describe_gauge!("alentour_outbox_oldest_seconds", Unit::Seconds, "Age of the message that waits longest");
    describe_gauge!("alentour_outbox_dead", "Messages that were given up: see alentour outbox list --dead");
    describe_gauge!("alentour_initiatives", "Initiatives in the feed that is served");
    Some(handle)
}

/// Puts what was measured into the histograms' buckets, for ever: until then each measurement is kept by itself, and nobody
/// may come to ask for hours.
pub async fn keep_up(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

/// `GET /metrics`.
pub fn router(state: AppState, handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(Arc::new((state, handle)))
}

async fn metrics(
    State(shared): State<Arc<(AppState, PrometheusHandle)>>,
) -> ([(axum::http::HeaderName, &'static str); 1], String) {
    let (state, handle) = &*shared;
    match (state.store.count(None).await, state.store.backlog().await) {
        (Ok(counts), Ok(backlog)) => {
            gauge!("alentour_signups").set(counts.signups as f64);
            gauge!("alentour_signups_confirmed").set(counts.confirmed as f64);
            gauge!("alentour_alerts").set(counts.alerts as f64);
            gauge!("alentour_outbox_waiting").set(backlog.waiting as f64);
            gauge!("alentour_outbox_dead").set(backlog.dead as f64);
            let age = backlog.oldest.map_or(0, |oldest| Timestamp::now().as_second() - oldest);
            gauge!("alentour_outbox_oldest_seconds").set(age.max(0) as f64);
        }
        (Err(error), _) | (_, Err(error)) => warn!(%error, "the database could not be asked for its counts"),
    }
    gauge!("alentour_initiatives").set(state.feeds.current().map_or(0, |current| current.len()) as f64);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render())
}

//! `GET /v1/live.json?id=...&id=...`: what is known of some initiatives at the moment. Nothing of who asks is kept.

use std::sync::Arc;

use alentour_model::LiveInitiative;
use axum::Router;
use axum::extract::{FromRef, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use super::Live;
use crate::http::{Error, Limits, Visitor};
use crate::settings::CurrentSettings;

/// Initiatives of one request: a list of two pages of cards, or an initiative and the list that it was opened from.
const IDS: usize = 24;
/// Bytes of a query that is read.
const LONGEST: usize = 16_384;

/// The address, to be given the headers that other origins need.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Live>: FromRef<S>,
    Arc<Limits>: FromRef<S>,
    CurrentSettings: FromRef<S>,
{
    Router::new().route("/v1/live.json", get(live))
}

async fn live(
    State(live): State<Arc<Live>>,
    State(limits): State<Arc<Limits>>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    #[derive(Serialize)]
    struct Answer {
        initiatives: Vec<Arc<LiveInitiative>>,
    }
    limits.live(visitor)?;
    let ids = ids(&query.unwrap_or_default())?;
    let answer = Answer { initiatives: live.of(&ids).await };
    let json = serde_json::to_vec(&answer).map_err(|error| Error::Unavailable(error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], json).into_response())
}

/// The identifiers that a query asks for, each once.
fn ids(query: &str) -> Result<Vec<String>, Error> {
    if query.len() > LONGEST {
        return Err(Error::Malformed("id"));
    }
    let mut ids: Vec<String> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if name == "id" && !ids.iter().any(|id| *id == value) {
            ids.push(value.into_owned());
        }
    }
    if (1..=IDS).contains(&ids.len()) { Ok(ids) } else { Err(Error::Malformed("id")) }
}

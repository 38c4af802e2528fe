//! `GET /v1/action.json?id=...&lang=...`: what `<alentour-action>` says, a button that opens an initiative's form on a partner's page.

use std::sync::Arc;

use alentour::render::Config;
use alentour_model::Catalog;
use alentour_texts::Language;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::http::{Error, Visitor};
use crate::scene::scene;
use crate::state::AppState;

/// The address, to be given the headers that other origins need.
pub fn router() -> Router<AppState> {
    Router::new().route("/v1/action.json", get(action))
}

/// Which initiative, in which language.
#[derive(Deserialize)]
struct Asked {
    id: String,
    #[serde(default)]
    lang: String,
}

/// Any page may ask. What is counted is as fresh as in the live answer, and kept by nobody.
///
/// # Errors
/// Where somebody asks too often, where nobody announces it, and where one cannot take part in it.
async fn action(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(Asked { id, lang }): Query<Asked>,
) -> Result<Response, Error> {
    state.limits.live(visitor)?;
    let initiative = state.live.put_into(state.feeds.initiative(&id)?).await;
    let catalog = Arc::new(Catalog::new(vec![Arc::unwrap_or_clone(initiative)]));
    let language = Language::parse(&lang).unwrap_or(Language::DEFAULT);
    let now = jiff::Timestamp::now().as_second();
    let call = scene(language, now, catalog, Config::default()).call().ok_or(Error::NotFound)?;
    let json = serde_json::to_vec(&call).map_err(|error| Error::Unavailable(error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], json).into_response())
}

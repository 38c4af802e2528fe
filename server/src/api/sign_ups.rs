//! `GET /v1/api/initiatives/{id}/signups`: what the organiser's export says, by the page.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;

use super::gate::Caller;
use crate::http::Error;
use crate::observability::security;
use crate::signups::export;
use crate::state::AppState;
use crate::store::{Deed, cursor};

/// What is asked for.
#[derive(Deserialize)]
pub struct Asked {
    /// What the answer before has said.
    cursor: Option<String>,
}

/// The sign-ups, oldest first, and where the next page begins. That they were handed out is in the trail.
pub async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let keys = state.store.keys();
    let after = asked.cursor.map(|text| {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        sealed.and_then(|sealed| cursor::open(keys, &id, &sealed)).ok_or(Error::Malformed("cursor"))
    });
    let (mut all, next) = state.store.page(&id, after.transpose()?).await?;
    // Of what nobody has confirmed no organiser hears, on no way.
    all.retain(|one| !one.pending);
    let next = next.map(|next| cursor::seal(keys, &id, next)).transpose();
    let next = next.map_err(|_| Error::Unavailable("no randomness".into()))?;
    if !all.is_empty() {
        let mut entry = caller.entry(&id, Deed::Exported);
        entry.detail["count"] = all.len().into();
        state.store.note(&entry).await?;
        security::exported(&id, all.len() as u64);
    }
    let signups: Vec<_> = all.iter().map(export::object).collect();
    let next = next.map(|sealed| BASE64_URL_SAFE_NO_PAD.encode(sealed));
    Ok(Json(json!({ "signups": signups, "next": next })).into_response())
}

//! `/organise/i/{id}/export.csv`: the sign-ups as a table for a spreadsheet.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::page::OrganisePage;
use crate::http::Error;
use crate::observability::security;
use crate::signups::export::{self, Format};
use crate::state::AppState;
use crate::store::Deed;

/// `GET`. That it was handed out is in the trail.
pub async fn download(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut table = Vec::new();
    let count = export::export(&*state.store, &id, Format::Csv, false, &mut table).await;
    let count = count.map_err(|error| Error::Unavailable(format!("an export failed: {error}")))?;
    state.store.note(&page.who()?.entry(&id, Deed::Exported, json!({ "count": count }))).await?;
    security::exported(&id, count);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"inscriptions.csv\""),
    ];
    Ok((headers, table).into_response())
}

//! `/organise/i/{id}/export.csv`: the sign-ups as a table, for programs or, with `for=people`, for a spreadsheet.

use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::page::OrganisePage;
use super::spreadsheet;
use crate::http::Error;
use crate::observability::security;
use crate::signups::export::{Format, export};
use crate::state::AppState;
use crate::store::{Deed, Participant, RosterQuery, Store, StoreError};

/// Participants that are read at once.
const PAGE: usize = 500;

/// For whom the table is.
#[derive(Deserialize)]
pub struct Asked {
    /// `people`; else for programs.
    #[serde(default, rename = "for")]
    whom: String,
}

/// `GET`. That it was handed out is in the trail.
pub async fn download(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut table = Vec::new();
    let failed = |error: &dyn std::fmt::Display| Error::Unavailable(format!("an export failed: {error}"));
    let count = if asked.whom == "people" {
        let all = participants(&*state.store, &id).await?;
        let found = state.feeds.even_hidden(&id).ok();
        table = spreadsheet::table(page.language(), found.as_deref(), page.noted(&id), &all)
            .map_err(|error| failed(&error))?;
        all.len() as u64
    } else {
        export(&*state.store, &id, Format::Csv, false, &mut table).await.map_err(|error| failed(&error))?
    };
    state.store.note(&page.who()?.entry(&id, Deed::Exported, json!({ "count": count }))).await?;
    security::exported(&id, count);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"inscriptions.csv\""),
    ];
    Ok((headers, table).into_response())
}

/// Who takes part, with what was noted of them.
async fn participants(store: &dyn Store, initiative: &str) -> Result<Vec<Participant>, StoreError> {
    let mut all = Vec::new();
    loop {
        let wanted = RosterQuery { from: all.len(), most: PAGE, ..RosterQuery::default() };
        let (page, beyond) = store.roster(initiative, &wanted).await?;
        let is_last = beyond == 0 || page.is_empty();
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

//! `/accessibility`: the accessibility statement of this server's pages.

use axum::extract::State;
use axum::response::Response;

use super::page::PeoplePage;
use crate::accessibility::{Pages, statement};
use crate::state::AppState;

/// `GET /accessibility`.
pub async fn show(page: PeoplePage, State(state): State<AppState>) -> Response {
    let statement = statement(page.language, &state.settings.controller, Pages::Served);
    page.render(page.language.accessibility().title, Some(""), statement)
}

//! What is around all of these pages' routes.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::missing::trouble;
use super::page::{Page, secure};
use crate::document::is_html;
use crate::http::body::read_in_time;
use crate::people::language;
use crate::state::AppState;

/// Gives a request its language, its answer the headers of all these pages, and its refusal words for people.
pub async fn frame(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let language = language::of_request(&request);
    request.extensions_mut().insert(language);
    let page = Page::new(&state, language);
    let mut response = read_in_time(request, next).await;
    let status = response.status();
    if (status.is_client_error() || status.is_server_error()) && !is_html(response.headers()) {
        response = trouble(&page, &response);
    }
    secure(&mut response);
    response
}

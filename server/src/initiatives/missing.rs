//! What is said where there is no page, or none now: words for people, and the way on.

use alentour_texts::Pages;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, RETRY_AFTER};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use maud::html;

use super::page::{Page, secure};
use crate::document::{Head, is_html};
use crate::people::language;
use crate::state::AppState;

/// The page for a refusal of one of these pages.
pub fn trouble(page: &Page, refused: &Response) -> Response {
    let (title, lead) = words(page.texts, refused.status());
    let mut response = message(page, title, lead);
    *response.status_mut() = refused.status();
    if let Some(seconds) = refused.headers().get(RETRY_AFTER) {
        response.headers_mut().insert(RETRY_AFTER, seconds.clone());
    }
    response
}

/// What is said of a refusal: in short, and what to do.
pub fn words(texts: &'static Pages, refused: StatusCode) -> (&'static str, &'static str) {
    match refused {
        StatusCode::NOT_FOUND => (texts.initiative_gone, texts.gone_lead),
        StatusCode::TOO_MANY_REQUESTS => (texts.trouble_often, texts.trouble_often_lead),
        StatusCode::FORBIDDEN => (texts.trouble_origin, texts.trouble_origin_lead),
        status if status.is_client_error() => (texts.trouble_form, texts.trouble_form_lead),
        _ => (texts.trouble, texts.trouble_lead),
    }
}

/// Gives a browser that has mistyped an address a page that helps. Programs get what they got.
pub async fn helped(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_asked = matches!(*request.method(), Method::GET | Method::HEAD) && takes_html(request.headers());
    let page = Page::new(&state, language::of_request(&request));
    let response = next.run(request).await;
    if !is_asked || response.status() != StatusCode::NOT_FOUND || is_html(response.headers()) {
        return response;
    }
    let mut helped = message(&page, page.texts.trouble_missing, page.texts.trouble_missing_lead);
    *helped.status_mut() = StatusCode::NOT_FOUND;
    secure(&mut helped);
    helped
}

/// A page that says one thing, and leads on to the list. Search engines leave it out.
pub fn message(page: &Page, title: &str, lead: &str) -> Response {
    let head = Head { title, is_unlisted: true, ..Head::default() };
    page.render(
        &head,
        "",
        &html! {
            section.app {
                div.notice {
                    h2 { (title) }
                    p { (lead) }
                    a.action href=(page.link("/near")) { (page.texts.list_all) }
                }
            }
        },
    )
}

/// Whether a browser asks: programs say `*/*` or what they take.
fn takes_html(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|entry| entry.trim_start().starts_with("text/html"))
}

//! What these pages have in common.

use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, PreEscaped, html};

use super::Opened;
use crate::document::unlisted;
use crate::people::page::{PeoplePage, content_security, framed};
use crate::state::AppState;
use crate::steps::Step;

/// Its own after that of the pages for people: colours, buttons and fields are one family.
const STYLE: &str = concat!(include_str!("../people/style.css"), include_str!("style.css"));

static CONTENT_SECURITY: LazyLock<String> = LazyLock::new(|| content_security(&[STYLE]));

/// Gives a request its language, its answer the headers of all pages, and its refusal words for people.
pub async fn frame(State(state): State<AppState>, request: Request, next: Next) -> Response {
    framed(&state, request, next, &CONTENT_SECURITY).await
}

/// A page. `query` is what its own address needs beside the language; `style` one of its own after that of all pages.
pub fn render(page: &PeoplePage, title: &str, query: &str, style: &str, content: &Markup) -> Response {
    let head = html! {
        (unlisted())
        style { (PreEscaped(STYLE)) }
        @if !style.is_empty() { style { (PreEscaped(style)) } }
    };
    // What is typed stays: these open tabs of their own.
    let menu = html! {
        nav {
            a href=(page.link("/privacy")) target="_blank" { (page.texts.privacy) }
            a href=(page.link("/accessibility")) target="_blank" { (page.language.accessibility().link) }
        }
    };
    let mut response = page.dressed(title, &head, &menu, Some(query), content);
    if !style.is_empty()
        && let Ok(policy) = HeaderValue::from_str(&content_security(&[STYLE, style]))
    {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A page that says one thing, and where to go on.
pub fn message(page: &PeoplePage, class: &str, title: &str, lead: &str, rest: &Markup) -> Response {
    let content = html! { section.card.{ (class) } { h1 { (title) } p.lead { (lead) } (rest) } };
    render(page, title, "", "", &content)
}

/// Says that there is no such proposal any more.
pub fn gone(page: &PeoplePage) -> Response {
    let texts = page.language.proposing();
    let again = html! { p { a.button.quiet href=(page.link("/propose")) { (texts.again) } } };
    let mut response = message(page, "asked", texts.gone, texts.gone_lead, &again);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Leads to another page, which a reload does not send again.
pub fn see(page: &PeoplePage, path: &str) -> Response {
    Redirect::to(&page.link(path)).into_response()
}

/// Lets browsers keep a page for whoever goes back to it: what was typed is there then, and the server has said nothing of anybody on it.
pub fn kept_by_browsers(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// What a step is called.
pub fn name_of(page: &PeoplePage, step: Option<Step>) -> &'static str {
    let texts = page.language.proposing();
    match step {
        Some(Step::Aim) => texts.step_aim,
        Some(Step::People) => texts.step_people,
        Some(Step::When) => texts.step_when,
        Some(Step::Partners) => texts.step_partners,
        Some(Step::Telling) => texts.step_telling,
        None => texts.step_send,
    }
}

/// All steps, and where somebody is; `None` is the last page.
pub fn steps(page: &PeoplePage, at: Option<Step>) -> Markup {
    let all = Step::ALL.into_iter().map(Some).chain([None]);
    html! {
        nav aria-label=(page.language.proposing().steps) {
            ol.steps {
                @for step in all {
                    li aria-current=[(step == at).then_some("step")] { (name_of(page, step)) }
                }
            }
        }
    }
}

/// Which of those steps it is; `None`: the last one, which asks nothing.
pub fn numbered(page: &PeoplePage, step: Option<Step>) -> Markup {
    let last = Step::ALL.len() + 1;
    let (at, last) = (step.map_or(last, Step::number).to_string(), last.to_string());
    html! { p.hint { (alentour_texts::fill(page.language.proposing().step_of, &[("step", &at), ("last", &last)])) } }
}

/// Until when a draft is kept.
pub fn kept(page: &PeoplePage, opened: &Opened) -> Markup {
    let day = page.day(opened.found.expires_at);
    html! { p.hint { (alentour_texts::fill(page.language.proposing().kept, &[("date", &day)])) } }
}

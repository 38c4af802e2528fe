//! What these pages have in common, and the one that makes the tag.

use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};

use super::choices::Choices;
use super::meant::Meaning;
use super::question::Question;
use super::snippet::Snippet;
use super::{form, result};
use crate::completion;
use crate::people::page::{PeoplePage, content_security, framed, menu};
use crate::state::AppState;

/// Its own after that of the pages for people: colours, buttons and fields are one family.
const STYLE: &str = concat!(
    include_str!("../people/style.css"),
    include_str!("../completion/style.css"),
    include_str!("style.css")
);
/// For the frames that show the list.
const FRAMES: &str = "; frame-src 'self'";

static CONTENT_SECURITY: LazyLock<String> =
    LazyLock::new(|| content_security(&[STYLE]) + completion::POLICY + FRAMES);

/// Gives a request its language, its answer the headers of all pages, and its refusal words for people.
pub async fn with_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    framed(&state, request, next, &CONTENT_SECURITY).await
}

/// A page. `query` is what its own address needs beside the language, each pair with a `&` behind it.
pub fn render(page: &PeoplePage, title: &str, query: &str, content: &Markup) -> Response {
    let head = html! { style { (PreEscaped(STYLE)) } };
    page.dressed(title, &head, &menu(&page.state, page.language), Some(query), content)
}

/// The page that makes the tag. `server` is the address that a snippet names, `pinned` the path and hash of the tag of this version.
pub fn maker(
    page: &PeoplePage,
    choices: &Choices,
    meaning: &Meaning,
    (server, pinned): (&str, Option<(String, String)>),
) -> Response {
    let texts = page.language.embedding();
    let may_frame = page.state.settings.frames.origins.ancestors().as_deref() != Some("'none'");
    let snippet = Snippet { choices, meaning, server, pinned, may_frame, texts };
    let question = Question::of(page, choices, meaning);
    let content = html! {
        h1 { (texts.title) }
        @if let Some(question) = &question { (question.at_the_top(page)) }
        p.lead { (texts.lead) }
        p { a href=(page.link("/embed-it/check")) { (texts.check) } }
        (form::ask(page, choices, meaning, question.as_ref()))
        (completion::script_of(page))
        @if question.is_none() {
            (result::code(page, &snippet))
            (result::seen(page, &snippet))
        }
    };
    let title = match question {
        Some(_) => format!("{} – {}", texts.unclear, texts.title),
        None => texts.title.to_owned(),
    };
    render(page, &title, &choices.written(), &content)
}

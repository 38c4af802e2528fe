//! What all pages have in common: their frame, their style, their headers, and what they say when something went wrong.

use std::sync::LazyLock;
use std::time::Duration;

use alentour_model::read::DEFAULT_ZONE;
use alentour_texts::{Language, Organising, Pages};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, X_FRAME_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::language;
use crate::document::{answer, document, is_html, linked, unlisted};
use crate::http::Error;
use crate::state::AppState;
use crate::store::SignUpRecord;
use crate::way_back::WayBack;
use crate::wording;

/// What the pages look like.
pub const STYLE: &str = include_str!("style.css");
/// How long a page may take: a form from a slow telephone, and the disk.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a page may do: show itself in the one style that is in it, and send its forms back to us.
static CONTENT_SECURITY: LazyLock<String> = LazyLock::new(|| content_security(&[STYLE]));

/// The policy of pages with that style in them.
pub fn content_security(styles: &[&str]) -> String {
    let hash = |style: &&str| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(style)));
    let hashes = styles.iter().map(hash).collect::<Vec<_>>().join(" ");
    format!(
        "default-src 'none'; style-src {hashes}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The menu at the foot of every page that anybody may open: the same everywhere, the search first.
pub fn menu(state: &AppState, language: Language) -> Markup {
    let start = state.settings.base_path();
    let address = |path: &str| format!("{start}{path}?lang={}", language.tag());
    let texts = language.pages();
    html! {
        nav {
            a href=(address("/near")) { (texts.list_all) }
            @if state.settings.takes_proposals() { a href=(address("/propose")) { (language.proposing().propose) } }
            a href=(address("/embed-it")) { (language.embedding().title) }
            a href=(address("/my-data")) { (texts.my_data) }
            a href=(address("/privacy")) { (texts.privacy) }
            a href=(address("/accessibility")) { (language.accessibility().link) }
        }
    }
}

/// Marks a page with something to mend.
pub fn to_be_mended(mut response: Response, is_refused: bool) -> Response {
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

/// Lets browsers say that a form is our own: no secret is in the address of a page that begins one.
pub fn without_secret(mut response: Response) -> Response {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// What a form that comes back needs, with links to the fields: whether each is wrong, its field's id, and what to do.
pub fn mend(texts: &Organising, all: &[(bool, &str, &str)]) -> Markup {
    html! {
        div.error role="alert" {
            p { (texts.mend) }
            ul { @for (wrong, id, words) in all { @if *wrong { li { a href={ "#" (id) } { (words) } } } } }
        }
    }
}

/// A page in the making: whose it is, and in which language.
pub struct PeoplePage {
    /// The server.
    pub state: AppState,
    /// The page's language.
    pub language: Language,
    /// Its texts.
    pub texts: &'static Pages,
}

impl FromRequestParts<AppState> for PeoplePage {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let language = parts.extensions.get().copied().unwrap_or(Language::DEFAULT);
        Ok(Self::new(state, language))
    }
}

impl PeoplePage {
    /// A page of that server's.
    pub fn new(state: &AppState, language: Language) -> Self {
        Self { state: state.clone(), language, texts: language.pages() }
    }

    /// The address of another page, in the same language; a query of its own stays. It is where visitors reach this server: a proxy
    /// may have put it below a path.
    pub fn link(&self, path: &str) -> String {
        let start = self.state.settings.base_path();
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{start}{path}{mark}lang={}", self.language.tag())
    }

    /// A moment (UTC seconds) as a day, in words, by the clocks of France.
    pub fn day(&self, seconds: i64) -> String {
        wording::date(self.language, wording::on_clocks_of(DEFAULT_ZONE, seconds).date())
    }

    /// A moment (UTC seconds) as a day and a time, in words, by the clocks of France.
    pub fn moment(&self, seconds: i64) -> String {
        wording::moment(self.language, wording::on_clocks_of(DEFAULT_ZONE, seconds))
    }

    /// The page. `query` is what its own address needs beside the language, to be had in another one; `None` for what
    /// has no address of its own.
    pub fn render(&self, title: &str, query: Option<&str>, content: Markup) -> Response {
        let head = html! { (unlisted()) style { (PreEscaped(STYLE)) } };
        self.dressed(title, &head, &menu(&self.state, self.language), query, &content)
    }

    /// The same in another dress: `head` has the style, and what else stands there; `menu` is at its foot.
    pub fn dressed(
        &self,
        title: &str,
        head: &Markup,
        menu: &Markup,
        query: Option<&str>,
        content: &Markup,
    ) -> Response {
        let name = self.state.settings.controller.name.as_str();
        let head = html! {
            title { (title) @if !name.is_empty() { " – " (name) } }
            (head)
        };
        let body = html! {
            body {
                a.skip href="#content" { (self.language.organising().skip) }
                header { p { bdi { (self.state.settings.site_name()) } } }
                main id="content" { (content) }
                footer {
                    (menu)
                    @if let Some(query) = query { (language::links(self.language, query)) }
                }
            }
        };
        answer(document(self.language, &head, &body))
    }

    /// A page that says one thing, and where to go on.
    pub fn message(&self, class: &str, title: &str, lead: &str, rest: Markup) -> Response {
        self.render(
            title,
            None,
            html! {
                section.card.{ (class) } { h1 { (title) } p.lead { (lead) } (rest) }
            },
        )
    }

    /// The way back to the partner's page that something was asked for on, where that is known.
    pub fn way_back(&self, record: &SignUpRecord) -> Markup {
        let back = WayBack::of(&self.state.settings, record);
        html! { @if let Some(back) = back { p { a href=(back.address) { (back.words(self.language)) } } } }
    }

    /// A link, as a button, to where a new link can be asked for.
    pub fn new_link(&self) -> Markup {
        html! { p { a.button.quiet href=(self.link("/my-data")) { (self.texts.new_link) } } }
    }

    fn trouble(&self, status: StatusCode, headers: &HeaderMap) -> Response {
        let texts = self.texts;
        let (title, lead) = match status {
            StatusCode::NOT_FOUND => (texts.trouble_missing, texts.trouble_missing_lead),
            StatusCode::TOO_MANY_REQUESTS => (texts.trouble_often, texts.trouble_often_lead),
            StatusCode::FORBIDDEN => (texts.trouble_origin, texts.trouble_origin_lead),
            status if status.is_client_error() => (texts.trouble_form, texts.trouble_form_lead),
            _ => (texts.trouble, texts.trouble_lead),
        };
        let mut response = self.message("warning", title, lead, html! {});
        *response.status_mut() = status;
        if let Some(seconds) = headers.get(RETRY_AFTER) {
            response.headers_mut().insert(RETRY_AFTER, seconds.clone());
        }
        response
    }
}

/// A paragraph with the operator's address, where there is one.
pub fn write_to(page: &PeoplePage, text: &str) -> Markup {
    let contact = page.state.settings.controller.contact.as_str();
    html! { @if !contact.is_empty() { p { (linked(text, contact)) } } }
}

/// Gives a request its language, its answer the headers of all pages, and its refusal words for people.
pub async fn frame(State(state): State<AppState>, request: Request, next: Next) -> Response {
    framed(&state, request, next, &CONTENT_SECURITY).await
}

/// The same with that policy.
pub async fn framed(state: &AppState, mut request: Request, next: Next, policy: &str) -> Response {
    let language = language::of_request(&request);
    request.extensions_mut().insert(language);
    let answer = tokio::time::timeout(PATIENCE, next.run(request)).await;
    let mut response = answer.unwrap_or_else(|_| Error::TooSlow.into_response());
    let (status, is_page) = (response.status(), is_html(response.headers()));
    if (status.is_client_error() || status.is_server_error()) && !is_page {
        response = PeoplePage::new(state, language).trouble(status, response.headers());
    }
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        // A page with a style of its own says so itself.
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    // A page's address may be somebody's key.
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    response
}

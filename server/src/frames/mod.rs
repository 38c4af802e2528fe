//! What other people's pages show of this server in frames: the list, with its forms (`/frame`), and what is made of an address that somebody
//! pastes (oEmbed), in which nothing can be done.
//!
//! All other pages are in no frame.

mod card;
mod list;
mod oembed;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::document::{self, answer, is_html, unlisted};
use crate::http::body::read_in_time;
use crate::initiatives::missing;
use crate::initiatives::page::Page;
use crate::people::language;
use crate::state::AppState;

/// A list or an initiative changes as its feed does.
const CACHE: &str = "public, max-age=60";

/// The pages for frames, and what says where they are.
pub fn router(state: AppState) -> Router<AppState> {
    let listed = Router::new()
        .route("/frame", get(list::show))
        .route("/frame/list", get(list::without_script))
        .layer(middleware::from_fn_with_state(state.clone(), by_setting));
    let cards = Router::new().route("/embed", get(card::several)).route("/i/{id}/embed", get(card::one));
    listed
        .merge(cards)
        .layer(middleware::from_fn_with_state(state, framed))
        .route("/oembed", get(oembed::oembed))
}

/// A page in a frame: its head, its style and what it shows. A link leads to a tab of its own, because the pages it leads to are in no frame.
struct FramePage<'a> {
    title: &'a str,
    /// Behind the title.
    head: Markup,
    /// Rules of its own, which are nobody's but ours.
    style: &'a str,
    /// What its policy allows beside that style.
    policy: &'a str,
    content: Markup,
}

impl FramePage<'_> {
    fn respond(self, page: &Page) -> Response {
        let head = html! {
            title { (self.title) }
            (unlisted())
            base target="_blank";
            (self.head)
            style { (PreEscaped(self.style)) }
        };
        let body = html! { body.root { main { (self.content) } } };
        let mut response = answer(document::document(page.language, &head, &body));
        let digest = BASE64.encode(Sha256::digest(self.style.as_bytes()));
        let policy = format!(
            "default-src 'none'; base-uri 'none'; style-src 'self' 'sha256-{digest}'; {}",
            self.policy
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

/// The style sheet of the views on pages of our own.
fn style_sheet(page: &Page) -> Markup {
    let base = page.state.settings.base_path();
    html! {
        @if let Some(style) = page.state.bundle.page_style() { link rel="stylesheet" href={ (base) "/" (style) }; }
    }
}

/// A script of the bundle's, by the beginning of its name.
fn script(page: &Page, stem: &str) -> Markup {
    let base = page.state.settings.base_path();
    html! {
        @if let Some(script) = page.state.bundle.hashed(stem, "js") { script src={ (base) "/" (script) } {} }
    }
}

/// Gives a request its language, its answer the headers of all that is in frames, and its refusal words for people.
async fn framed(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let language = language::of_request(&request);
    request.extensions_mut().insert(language);
    let page = Page::new(&state, language);
    let mut response = read_in_time(request, next).await;
    let is_fine = response.status() == StatusCode::OK;
    if !is_fine && !is_html(response.headers()) {
        response = refused(&page, &response);
    }
    let fixed = HeaderValue::from_static;
    let headers = response.headers_mut();
    // Without a referrer browsers hide from us that the form is our own.
    headers.insert(REFERRER_POLICY, fixed("same-origin"));
    headers.append(VARY, fixed("accept-language"));
    headers.entry(CACHE_CONTROL).or_insert(fixed(if is_fine { CACHE } else { "no-store" }));
    response
}

/// Adds whose pages may have the list in a frame. The other pages of frames may be anywhere.
async fn by_setting(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(mut ancestors) = state.settings.frames.origins.ancestors() else { return response };
    // The list for browsers without scripts is in a frame of the frame's, and the page that makes the tag shows what it makes.
    if ancestors != "'none'" {
        ancestors.push_str(" 'self'");
    }
    let headers = response.headers_mut();
    let policy = headers.get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let policy = [policy.unwrap_or("default-src 'none'"), "; frame-ancestors ", &ancestors].concat();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What is said where there is nothing to be shown, with the way to the list.
fn refused(page: &Page, refused: &Response) -> Response {
    let (title, lead) = missing::words(page.texts, refused.status());
    let content = html! {
        div.notice {
            h1 { (title) }
            p { (lead) }
            a.action href=(page.link("/near")) { (page.texts.list_all) }
        }
    };
    let (head, style) = (style_sheet(page), card::STYLE);
    let mut response = FramePage { title, head, style, policy: "form-action 'none'", content }.respond(page);
    *response.status_mut() = refused.status();
    if let Some(seconds) = refused.headers().get(RETRY_AFTER) {
        response.headers_mut().insert(RETRY_AFTER, seconds.clone());
    }
    response
}

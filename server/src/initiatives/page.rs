//! A page of initiatives in the making: the views' surroundings, the frame around them, and its headers.

use std::sync::Arc;

use alentour::app::encode;
use alentour::render::{Addresses, Config, Scene, ServedForm};
use alentour_model::Catalog;
use alentour_texts::{Language, Pages};
use axum::extract::FromRequestParts;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, VARY, X_FRAME_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use super::now;
use crate::document::{Head, Site, answer};
use crate::people::language;
use crate::people::page::menu;
use crate::scene::{scene, served};
use crate::state::AppState;

/// What a page may do: show itself in the widget's style, and send its form back to us. There is no script that runs.
const CONTENT_SECURITY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A list or an initiative changes as its feed does.
const CACHE: &str = "public, max-age=60";

/// A page in the making.
#[derive(Clone)]
pub struct Page {
    /// The server.
    pub state: AppState,
    /// The page's language.
    pub language: Language,
    /// Its texts.
    pub texts: &'static Pages,
    /// The query of its address.
    pub query: String,
}

impl FromRequestParts<AppState> for Page {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let language = parts.extensions.get().copied().unwrap_or(Language::DEFAULT);
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Self { query, ..Self::new(state, language) })
    }
}

impl Page {
    /// A page of that server's.
    pub fn new(state: &AppState, language: Language) -> Self {
        Self { state: state.clone(), language, texts: language.pages(), query: String::new() }
    }

    /// The views around what is offered. To be drawn on a thread that may wait. `from`: the partner\'s page one comes from.
    pub fn scene(&self, catalog: Arc<Catalog>, form: ServedForm, page: usize, from: String) -> Scene {
        let base = self.state.settings.base_path();
        let mut served = served(self.language, Addresses::Below(base.clone()), form, page);
        served.from = from;
        served.has_alerts = self.state.settings.mail.is_some();
        let settings = &self.state.settings;
        let propose = if settings.takes_proposals() { self.link("/propose") } else { String::new() };
        let config = Config { api: base, propose, served: Some(Arc::new(served)), ..Config::default() };
        let live = Some(self.state.live.for_views());
        Scene { live, ..scene(self.language, now(), catalog, config) }
    }

    /// The address of another page, in the same language.
    pub fn link(&self, path: &str) -> String {
        self.link_with(path, "")
    }

    /// The same with a query beside the language: pairs, each with a `&` behind it.
    pub fn link_with(&self, path: &str, query: &str) -> String {
        format!("{}{path}?{query}lang={}", self.state.settings.base_path(), self.language.tag())
    }

    /// The whole address of one of our pages; empty where nobody has said what the server's is.
    pub fn address(&self, path: &str) -> String {
        self.state.settings.public_address().map(|public| [public, path].concat()).unwrap_or_default()
    }

    /// Says in a page's head where to ask how it is shown within another (oEmbed): `path` is its own address. Nothing where nobody has said what
    /// the server's is.
    pub fn embeddable(&self, path: &str) -> Markup {
        let path = path.strip_prefix(&self.state.settings.base_path()).unwrap_or(path);
        let address = self.address(path);
        html! {
            @if !address.is_empty() {
                link rel="alternate" type="application/json+oembed" href=(self.address(&["/oembed?url=", &encode(&address)].concat()));
            }
        }
    }

    /// What stands around the page. `query` is what its own address needs beside the language, to be had in another one.
    pub fn site(&self, query: &str) -> Site {
        let style = self.state.bundle.page_style();
        Site {
            language: self.language,
            name: self.state.settings.site_name().to_owned(),
            home: self.link("/near"),
            style: style.map(|style| format!("{}/{style}", self.state.settings.base_path())),
            policy: String::new(),
            more: Markup::default(),
            footer: self.footer(query),
        }
    }

    /// The page.
    pub fn render(&self, head: &Head<'_>, query: &str, content: &Markup) -> Response {
        answer(self.site(query).page(head, content))
    }

    fn footer(&self, query: &str) -> Markup {
        html! {
            (menu(&self.state, self.language))
            (language::links(self.language, query))
        }
    }
}

/// The headers of all these pages.
pub fn secure(response: &mut Response) {
    let fixed = HeaderValue::from_static;
    let is_fine = response.status() == StatusCode::OK;
    let headers = response.headers_mut();
    // A poster has a style of its own.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(fixed(CONTENT_SECURITY));
    // Without a referrer browsers hide from us that the form is our own.
    headers.insert(REFERRER_POLICY, fixed("same-origin"));
    headers.insert(X_FRAME_OPTIONS, fixed("DENY"));
    headers.append(VARY, fixed("accept-language"));
    headers.entry(CACHE_CONTROL).or_insert(fixed(if is_fine { CACHE } else { "no-store" }));
    if !is_fine {
        headers.insert(HeaderName::from_static("x-robots-tag"), fixed("noindex"));
    }
}

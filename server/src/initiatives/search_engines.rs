//! `/sitemap.xml` and `/robots.txt`: what search engines may list, and where it is. A sitemap is of absolute addresses, so there is none
//! without `public-url`.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use tokio::sync::Mutex;

use super::now;
use crate::catalogue;
use crate::http::representation::{Representation, TEXT};
use crate::http::{Error, Visitor};
use crate::state::AppState;

/// Addresses that one sitemap has at most (<https://www.sitemaps.org/protocol.html>).
const MOST: usize = 50_000;
/// Engines come once a day; an hour later is soon enough.
const CACHE: &str = "public, max-age=3600";

/// The sitemap of a version of the feed and an hour: made once, for all who ask.
#[derive(Default)]
pub struct Sitemap(Mutex<Option<(String, i64, Representation)>>);

/// `GET /sitemap.xml`: the list, and the first initiatives that are not over, as many as one sitemap may name.
pub async fn sitemap(
    State(state): State<AppState>,
    Extension(sitemap): Extension<Arc<Sitemap>>,
    visitor: Visitor,
    request: HeaderMap,
) -> Result<Response, Error> {
    state.limits.page(visitor)?;
    let public = state.settings.public_address().ok_or(Error::NotFound)?.to_owned();
    let current = state.feeds.current();
    let current = current.ok_or_else(|| Error::Unavailable("no feed could be read yet".into()))?;
    let (version, now) = (current.version().to_owned(), now());
    let hour = now.div_euclid(3600);
    let mut made = sitemap.0.lock().await;
    if let Some((_, _, kept)) = made.as_ref().filter(|(of, at, _)| (of, *at) == (&version, hour)) {
        return Ok(kept.respond(&request));
    }
    let make = move || {
        let ids = current.coming(now, MOST)?;
        let xml = written(&public, &ids).into_bytes();
        std::io::Result::Ok(Representation::compressed(xml, "application/xml; charset=utf-8", CACHE))
    };
    let fresh = tokio::task::spawn_blocking(make).await;
    let fresh = fresh.map_err(std::io::Error::other).flatten().map_err(catalogue::unread)?;
    Ok(made.insert((version, hour, fresh)).2.respond(&request))
}

/// The sitemap's text.
fn written(public: &str, ids: &[String]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    // Browsers take these for parts of a path, whatever they are written as.
    let ids = ids.iter().filter(|id| !matches!(id.as_str(), "." | ".."));
    let paths = ids.map(|id| format!("/i/{}", alentour::app::encode(id)));
    for path in std::iter::once("/near".to_owned()).chain(paths).take(MOST) {
        // Of what `encode` leaves, and an address has, only these mean something in XML.
        let address =
            format!("{public}{path}").replace('&', "&amp;").replace('\'', "&apos;").replace('<', "&lt;");
        let _ = writeln!(xml, "<url><loc>{address}</loc></url>");
    }
    xml.push_str("</urlset>\n");
    xml
}

/// `GET /robots.txt`: what is somebody's own is nothing for search engines, nor is each choice of filters.
pub async fn robots(State(state): State<AppState>) -> Response {
    let base = state.settings.base_path();
    let own = [
        "/me/",
        "/confirm/",
        "/my-data",
        "/signups",
        "/check",
        "/near?*kinds=",
        "/near?*causes=",
        "/near?*words=",
    ];
    let mut text = String::from("User-agent: *\n");
    for path in own {
        let _ = writeln!(text, "Disallow: {base}{path}");
    }
    for path in ["/i/", "/near", "/v1/"] {
        let _ = writeln!(text, "Allow: {base}{path}");
    }
    if let Some(public) = state.settings.public_address() {
        let _ = writeln!(text, "Sitemap: {public}/sitemap.xml");
    }
    ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, CACHE)], text).into_response()
}

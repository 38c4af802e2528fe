//! `GET /oembed` (<https://oembed.com>): what is shown in the place of an address of ours that somebody pastes into their own page.

use alentour::app::encode;
use alentour_texts::{Language, fill};
use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HOST};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Serialize;
use url::Url;

use crate::addressed::decoded;
use crate::http::{Error, Visitor, query};
use crate::initiatives::list_query::ListQuery;
use crate::position::is_position;
use crate::state::AppState;

/// Pixels, unless less is asked for: an article's column, and some cards or one.
const WIDTH: u32 = 600;
const HEIGHTS: (u32, u32) = (700, 360);
/// Seconds that whoever asks may keep the answer. What is in the frame is as new as its own minute.
const KEPT: u32 = 86_400;

/// What is answered.
#[derive(Debug, Serialize)]
struct Answer {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    provider_name: String,
    provider_url: String,
    title: String,
    cache_age: u32,
    html: String,
    width: u32,
    height: u32,
}

/// One of our addresses.
#[derive(Debug, PartialEq)]
struct Own {
    /// What the server's pages begin with.
    base: String,
    /// The path below that.
    path: String,
    /// The query.
    query: String,
}

/// `GET /oembed?url=https://agir.example.org/i/soutien-scolaire&maxwidth=500&format=json`.
pub async fn oembed(
    State(state): State<AppState>,
    visitor: Visitor,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Error> {
    state.limits.page(visitor)?;
    let said = uri.query().filter(|said| said.len() <= query::LONGEST).unwrap_or_default();
    let one = |name: &str| {
        let found = url::form_urlencoded::parse(said.as_bytes()).find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    };
    if one("format").is_some_and(|format| format != "json") {
        return Ok((StatusCode::NOT_IMPLEMENTED, "there is format=json, and no other\n").into_response());
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let public = state.settings.public_address();
    let address = one("url").unwrap_or_default();
    let own = own(&address, public, host).ok_or(Error::NotFound)?;
    let at_most = |name: &str, most: u32| {
        one(name).and_then(|text| text.parse().ok()).map_or(most, |said: u32| said.clamp(1, most))
    };
    let (asked, base) = (state.clone(), own.base.clone());
    let (title, path, height) = state.turns.initiatives.work(move || shown(&asked, &own)).await??;
    let (width, height) = (at_most("maxwidth", WIDTH), at_most("maxheight", height));
    let frame = [base.as_str(), &path].concat();
    let markup = html! {
        // Before the frame is there, and where there is none.
        blockquote { a href=(address) { (title) } }
        iframe src=(frame) title=(title) width=(width) height=(height) frameborder="0" marginwidth="0" marginheight="0" {}
    };
    let answer = Answer {
        version: "1.0",
        kind: "rich",
        provider_name: state.settings.site_name().to_owned(),
        provider_url: base,
        title,
        cache_age: KEPT,
        html: markup.into_string(),
        width,
        height,
    };
    // What was said of the one who asked is for nobody else.
    let cache = if public.is_some() { "public, max-age=300" } else { "no-store" };
    Ok(([(CACHE_CONTROL, cache), (ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(answer)).into_response())
}

/// The title of what an address shows, the page for a frame and its height. Reads files: not for the thread that answers requests.
fn shown(state: &AppState, own: &Own) -> Result<(String, String, u32), Error> {
    let lang = url::form_urlencoded::parse(own.query.as_bytes()).find(|(name, _)| name == "lang");
    let language = lang.and_then(|(_, tag)| Language::parse(&tag)).unwrap_or(Language::DEFAULT);
    let lang = format!("lang={}", language.tag());
    if let "/near" | "/frame" = own.path.as_str() {
        let mut asked = ListQuery::read(&own.query);
        asked.from.clear();
        let title = language.widget("search").to_owned();
        // What nobody knows is the name of nothing that is shown.
        let is_known = |place: &str| state.bundle.named(place, &asked.countries).taken().is_some();
        let title = match asked.place.as_str() {
            place if place.is_empty() || is_position(place) || !is_known(place) => title,
            place => fill(language.widget("labelled"), &[("label", place), ("text", &title)]),
        };
        return Ok((title, format!("/embed?{}{lang}", asked.carried()), HEIGHTS.0));
    }
    let id = own.path.strip_prefix("/i/").filter(|id| !id.contains('/')).ok_or(Error::NotFound)?;
    let initiative = state.feeds.initiative(&decoded(id))?;
    let path = format!("/i/{}/embed?{lang}", encode(&initiative.id));
    Ok((initiative.name.clone(), path, HEIGHTS.1))
}

/// Reads one of our addresses. Without a public address it is one that begins as that by which whoever asks has come here.
fn own(address: &str, public: Option<&str>, host: &str) -> Option<Own> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    let origin = url.origin().ascii_serialization();
    let base = match public {
        Some(public) => public.to_owned(),
        None if origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host)) =>
        {
            origin.clone()
        }
        None => return None,
    };
    let known = Url::parse(&base).ok()?;
    let is_ours = known.origin() == url.origin() && url.username().is_empty() && url.password().is_none();
    let path = url.path().strip_prefix(known.path().trim_end_matches('/')).filter(|_| is_ours)?;
    Some(Own { base, path: path.to_owned(), query: url.query().unwrap_or_default().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_server_are_its_own() {
        let path = |address| own(address, Some("https://agir.example.org"), "x").map(|own| own.path);
        assert_eq!(path("https://agir.example.org/i/a?lang=fr").as_deref(), Some("/i/a"));
        for strange in [
            "http://agir.example.org/i/a",
            "https://agir.example.org:8443/i/a",
            "https://agir.example.org.evil.example/i/a",
            "https://agir.example.org@evil.example/i/a",
            "https://user@agir.example.org/i/a",
            "javascript:alert(1)//agir.example.org/near",
            "/near",
            "",
        ] {
            assert_eq!(path(strange), None, "{strange}");
        }
        let below = |address| own(address, Some("https://example.org/agir"), "x").map(|own| own.path);
        assert_eq!(below("https://example.org/agir/near").as_deref(), Some("/near"));
        assert_eq!(below("https://example.org/near"), None);
    }

    #[test]
    fn without_a_public_address_it_is_the_one_that_was_asked() {
        let base = |address| own(address, None, "localhost:8080").map(|own| own.base);
        assert_eq!(base("http://localhost:8080/near").as_deref(), Some("http://localhost:8080"));
        assert_eq!(base("https://evil.example/near"), None);
    }
}

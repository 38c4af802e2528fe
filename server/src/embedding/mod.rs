//! `/embed-it`: the page that makes the tag for a partner's page, and the one that looks whether it has arrived there. They need no script;
//! what is chosen is in the address, and nothing is stored.

mod check;
mod choices;
mod colour;
mod drawing;
mod form;
mod meant;
mod page;
mod place_to_paste;
mod question;
mod result;
mod snippet;

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

pub use check::run;

use self::choices::Choices;
use crate::bundle::pinned;
use crate::http::{Error, Visitor};
use crate::people::page::PeoplePage;
use crate::state::AppState;

/// The largest form in bytes: one address.
const LARGEST: usize = 16 << 10;
/// The script that copies what is to be pasted; the other one completes the place (`completion`).
const COPY: &str = include_str!("copy.js");

/// The pages. Each has one address; the names in the other languages lead there.
pub fn router(state: AppState) -> Router<AppState> {
    let in_language = |tag: &'static str, path: &'static str| {
        move |State(state): State<AppState>, RawQuery(query): RawQuery| async move {
            let query = query.unwrap_or_default();
            let more = if query.is_empty() { String::new() } else { format!("&{query}") };
            // Of two languages the first counts.
            Redirect::permanent(&format!("{}{path}?lang={tag}{more}", state.settings.base_path()))
        }
    };
    Router::new()
        .route("/embed-it", get(show))
        .route("/integrer", get(in_language("fr", "/embed-it")))
        .route("/integrar", get(in_language("es", "/embed-it")))
        .route("/embed-it/check", get(check::show).post(check::answer))
        .route("/integrer/verifier", get(in_language("fr", "/embed-it/check")))
        .route("/integrar/comprobar", get(in_language("es", "/embed-it/check")))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(state, page::with_headers))
        .route("/embed-it/copy.js", get(copy))
}

async fn copy() -> Response {
    let headers = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, COPY).into_response()
}

/// `GET /embed-it?place=69007&radius=25&kinds=...&show=list&where=html`.
///
/// # Errors
/// Where somebody asks too often, or too much waits already.
async fn show(
    page: PeoplePage,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let choices = Choices::read(&query.unwrap_or_default(), page.language);
    let (state, asked) = (page.state.clone(), choices.clone());
    let find = move || {
        let hash = asked.is_pinned.then(|| state.bundle.integrity()).flatten();
        (meant::Meaning::of(&state, &asked), hash.map(|hash| (pinned::path(), hash)))
    };
    let (meaning, pinned) = page.state.turns.initiatives.work(find).await?;
    let server = server(&page.state, &headers);
    Ok(page::maker(&page, &choices, &meaning, (&server, pinned)))
}

/// The server's own address as it stands in a snippet, without a slash at its end: `public-url`, else the one that was called. What is made here is
/// kept by nobody, so whoever calls it by another name misleads nobody else.
fn server(state: &AppState, headers: &HeaderMap) -> String {
    if let Some(address) = state.settings.public_address() {
        return address.to_owned();
    }
    called(headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default())
}

/// The address of a host that was called.
fn called(said: &str) -> String {
    let is_host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    let host = if !said.is_empty() && said.bytes().all(is_host) { said } else { "localhost" };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_here = name == "localhost" || name.starts_with('[') || name.parse::<std::net::IpAddr>().is_ok();
    // Behind a proxy nobody says how it was called; what has a name of its own is https.
    format!("{}://{host}", if is_here { "http" } else { "https" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_none_is_not_repeated() {
        assert_eq!(called("agir.example.org"), "https://agir.example.org");
        assert_eq!(called("127.0.0.1:8080"), "http://127.0.0.1:8080");
        for evil in ["", "a\"><script>", "a/b", "é"] {
            assert_eq!(called(evil), "http://localhost", "{evil}");
        }
    }
}

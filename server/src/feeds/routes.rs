//! The addresses of the merged feed: the whole of it, its tiles, and each initiative. Tiles and initiatives are found by what their
//! addresses spell, which is never decoded and never becomes a path.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Feeds;
use crate::catalogue::{TileFile, unread};
use crate::http::Error;
use crate::http::negotiation::accepted;

/// How long it is believed that there is nothing: what is not there may be in a moment.
const A_MOMENT: HeaderValue = HeaderValue::from_static("public, max-age=10");
/// What the addresses of tiles and of initiatives begin with.
const TILES: &str = "/v1/t/";
const DETAILS: &str = "/v1/i/";

/// `GET /v1/feed.json`, `/v1/forms.txt`, `/v1/tiles.txt`, `/v1/t/...` and `/v1/i/...`.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Feeds>: FromRef<S>,
{
    Router::new()
        .route("/v1/feed.json", get(feed))
        .route("/v1/forms.txt", get(forms))
        .route("/v1/tiles.txt", get(index_of_tiles))
        .route("/v1/t/{*path}", get(tile))
        .route("/v1/i/{*path}", get(detail))
}

async fn feed(State(feeds): State<Arc<Feeds>>, request: HeaderMap) -> Response {
    match feeds.current() {
        Some(current) => current.respond(&request),
        None => none_yet(),
    }
}

async fn forms(State(feeds): State<Arc<Feeds>>, request: HeaderMap) -> Response {
    let Some(current) = feeds.current() else { return none_yet() };
    // They are compressed when they are first asked for.
    blocking(move || Ok(Some(current.forms().respond(&request)))).await
}

async fn index_of_tiles(State(feeds): State<Arc<Feeds>>, request: HeaderMap) -> Response {
    let Some(current) = feeds.current() else { return none_yet() };
    blocking(move || Ok(Some(current.index_of_tiles()?.respond(&request)))).await
}

async fn tile(State(feeds): State<Arc<Feeds>>, uri: Uri, request: HeaderMap) -> Response {
    let name = uri.path().strip_prefix(TILES).and_then(|path| path.split_once('/'));
    let Some((version, file)) = name.and_then(|(version, file)| Some((version, TileFile::parse(file)?)))
    else {
        return nothing();
    };
    let Some(catalogue) = feeds.of_tiles(version) else { return nothing() };
    let now = jiff::Timestamp::now().as_second();
    // What is not there in the encoding that a client likes best is made for it.
    let is_ready = accepted(&request).first().is_some_and(|encoding| file.is_ready(*encoding));
    let answer = move || catalogue.respond_tile(file, &request, now);
    if is_ready { blocking(answer).await } else { packed(&feeds, answer).await }
}

async fn detail(State(feeds): State<Arc<Feeds>>, uri: Uri, request: HeaderMap) -> Response {
    let key = uri.path().strip_prefix(DETAILS).and_then(|name| name.strip_suffix(".json"));
    let Some(key) = key.map(str::to_owned) else { return nothing() };
    let Some(current) = feeds.current() else { return none_yet() };
    packed(&feeds, move || current.respond_detail(&key, &request)).await
}

/// Answers on a thread that may wait for the disk.
async fn blocking(answer: impl FnOnce() -> io::Result<Option<Response>> + Send + 'static) -> Response {
    let answer = tokio::task::spawn_blocking(answer).await;
    answered(answer.map_err(|panic| Error::Unavailable(panic.to_string())))
}

/// The same for what is compressed for one request: as much at once as leaves the processors some time for others.
async fn packed(
    feeds: &Feeds,
    answer: impl FnOnce() -> io::Result<Option<Response>> + Send + 'static,
) -> Response {
    answered(feeds.packing.work(answer).await)
}

fn answered(answer: Result<io::Result<Option<Response>>, Error>) -> Response {
    match answer {
        Ok(Ok(Some(response))) => response,
        Ok(Ok(None)) => nothing(),
        Ok(Err(why)) => unread(why).into_response(),
        Err(error) => error.into_response(),
    }
}

fn none_yet() -> Response {
    Error::Unavailable("no feed could be read yet".into()).into_response()
}

fn nothing() -> Response {
    let mut response = Error::NotFound.into_response();
    response.headers_mut().insert(CACHE_CONTROL, A_MOMENT);
    response
}

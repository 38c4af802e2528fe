//! Serves the Alentour widget and its feeds, and keeps the sign-ups.
//!
//! [`app`] makes the service from its [`state::AppState`]; [`http::listen`] gives it a socket. One module a resource, each
//! with its own `router()`.

mod accessibility;
mod action;
mod addressed;
pub mod also;
pub mod api;
pub mod back_ups;
pub mod backup;
pub mod broadcasts;
pub mod bundle;
pub mod catalogue;
pub mod check;
pub mod circuit_breaker;
pub mod cli;
pub mod commands;
mod completion;
pub mod convert;
pub mod courses;
pub mod deliverability;
pub mod digests;
mod document;
pub mod embedding;
pub mod error;
mod exchange;
pub mod feeds;
pub mod first_page;
pub mod frames;
pub mod hints;
pub mod http;
pub mod initiatives;
pub mod installation;
pub mod likeness;
pub mod live;
pub mod news;
pub mod observability;
pub mod organise;
pub mod outbox;
pub mod own;
pub mod people;
mod position;
pub mod propose;
pub mod publish;
pub mod recent;
pub mod retention;
pub mod sandbox;
mod scene;
pub mod sessions;
pub mod settings;
pub mod signups;
pub mod state;
pub mod steps;
pub mod store;
pub mod updates;
pub mod waiting_list;
pub mod way_back;
mod wording;
pub mod words;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS};
use axum::middleware;
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::observability::{health, logs};
use crate::state::AppState;

/// The service. It finds the address of the connection, where there is one, in the request's extensions
/// ([`http::listen`] puts it there).
pub fn app(state: AppState) -> Router {
    // Any page may fetch the widget and the feed; there are no credentials to protect.
    let anyone = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers([CONTENT_TYPE, IF_NONE_MATCH]);
    Router::new()
        .merge(
            // Whoever reads a feed may ask whether it has changed.
            feeds::router().layer(anyone.clone().expose_headers([ETAG])),
        )
        .merge(
            first_page::routes::router()
                .merge(live::router())
                .merge(courses::router())
                .merge(action::router())
                .merge(bundle::routes::versioned_router())
                .layer(anyone),
        )
        .merge(
            bundle::routes::router()
                .layer(middleware::from_fn_with_state(state.clone(), initiatives::helped)),
        )
        .merge(frames::router(state.clone()))
        .merge(initiatives::router(state.clone()))
        .merge(signups::router())
        .merge(completion::router())
        .merge(
            people::router(state.clone())
                .merge(organise::router(state.clone()))
                .merge(propose::router(state.clone()))
                .merge(api::router(state.clone()))
                .merge(check::router())
                .merge(embedding::router(state.clone()))
                .layer(middleware::from_fn(http::body::read_in_time)),
        )
        .merge(health::router())
        .merge(http::openapi::router())
        .layer(middleware::map_response(never_sniffed))
        .layer(CatchPanicLayer::custom(http::error::panicked))
        .layer(middleware::from_fn(logs::log_request))
        .with_state(state)
}

/// What is sent as text is shown as text, whatever it looks like.
async fn never_sniffed(mut response: Response) -> Response {
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

//! A page for each initiative and for what is near a place, from the widget's own views: readable, found by search engines, and usable
//! without any script.

pub mod article;
pub mod calendar;
mod form;
mod frame;
pub mod linked_data;
pub mod list_query;
pub mod missing;
pub mod near;
pub mod no_form;
pub mod page;
mod poster;
pub mod qr;
mod receipt;
mod search_engines;
mod show;
mod take_part;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::get;
use axum::{Extension, Router};

pub use missing::helped;

use crate::http::body::LONGEST;
use crate::state::AppState;

/// The pages.
pub fn router(state: AppState) -> Router<AppState> {
    let search_engines = Router::new()
        .route("/sitemap.xml", get(search_engines::sitemap))
        .layer(Extension(Arc::<search_engines::Sitemap>::default()))
        .route("/robots.txt", get(search_engines::robots))
        .layer(middleware::from_fn_with_state(state.clone(), helped));
    Router::new()
        .route("/i/{id}", get(show::show).post(take_part::take_part))
        .route("/i/{id}/calendar.ics", get(calendar::show))
        .route("/i/{id}/qr.svg", get(qr::show))
        .route("/i/{id}/poster", get(poster::show))
        .route("/i/{id}/received/{receipt}", get(receipt::show))
        .route("/near", get(near::near))
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(middleware::from_fn_with_state(state, frame::frame))
        .merge(search_engines)
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

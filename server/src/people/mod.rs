//! Pages for people: to confirm, to see and erase what is kept about oneself, to read what happens to it. A `GET` shows and
//! changes nothing, for mail scanners open every link; a `POST` acts.

mod access;
mod accessibility;
mod alerts;
mod confirm;
pub mod details;
pub mod digest;
mod erasure;
pub mod language;
pub mod my_data;
mod new_alert;
mod notice;
mod own;
pub mod page;
mod rearrange;
pub mod report;
mod unsubscribe;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware;
use axum::response::Redirect;
use axum::routing::{get, post};

use crate::http::Error;
use crate::state::AppState;
use crate::store::{Digest, MailedLink, Purpose};

/// The largest form in bytes: an address, or the names of an initiative and a consent.
const LARGEST: usize = 16 << 10;

/// The pages.
pub fn router(state: AppState) -> Router<AppState> {
    let in_language = |tag: &'static str| {
        move |State(state): State<AppState>| async move {
            Redirect::permanent(&format!("{}/accessibility?lang={tag}", state.settings.base_path()))
        }
    };
    Router::new()
        .route("/confirm/{token}", get(confirm::show).post(confirm::confirm))
        .route("/my-data", get(my_data::ask).post(my_data::send))
        .route("/mine/{token}", get(own::show).post(own::act))
        .route("/unsubscribe/{token}", get(unsubscribe::ask).post(unsubscribe::stop))
        .route("/digest/{token}", get(digest::ask).post(digest::stop))
        .route("/alerts/new", get(new_alert::show).post(new_alert::send))
        .route("/alerts/{token}", get(alerts::show).post(alerts::act))
        .route("/me/{token}", get(access::show))
        .route("/me/{token}/data.json", get(access::download))
        .route("/me/{token}/withdraw", post(erasure::withdraw))
        .route("/me/{token}/erase", get(erasure::ask).post(erasure::erase))
        .route("/privacy", get(notice::show))
        .route("/accessibility", get(accessibility::show))
        .route("/accessibilite", get(in_language("fr")))
        .route("/accesibilidad", get(in_language("es")))
        .route("/i/{id}/report", get(report::show).post(report::send))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(state, page::frame))
}

/// What a mailed link stands for, and the hash by which the store knows it.
async fn link(
    state: &AppState,
    token: &str,
    purpose: Purpose,
) -> Result<Option<(Digest, MailedLink)>, Error> {
    // Only what a link can be: 64 hexadecimal digits.
    if token.len() != 64 || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let hash = state.store.secret().token_hash(token);
    let found = state.store.link(&hash, now()).await?;
    Ok(found.filter(|found| found.purpose == purpose).map(|found| (hash, found)))
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

//! `/unsubscribe/{token}`: no more reminders of one sign-up. The link is in each reminder, and in its head for mail programs, which send the
//! `POST` by themselves where somebody presses their button (RFC 8058): it does nothing else, and shows nothing of anybody.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;

use super::page::PeoplePage;
use super::{access, link};
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::Purpose;

/// `GET`: shows the button, and changes nothing.
pub async fn ask(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    if link(&state, &token, Purpose::Unsubscribe).await?.is_none() {
        return Ok(access::gone(&page));
    }
    let texts = page.texts;
    Ok(page.render(
        texts.unsubscribe,
        Some(""),
        html! {
            section.card {
                h1 { (texts.unsubscribe) }
                p.lead { (texts.unsubscribe_lead) }
                form method="post" { button { (texts.unsubscribe_button) } }
            }
        },
    ))
}

/// `POST`, whatever is in it. Again, it says the same.
pub async fn stop(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((_, found)) = link(&state, &token, Purpose::Unsubscribe).await? else {
        return Ok(access::gone(&page));
    };
    state.store.stop_reminders(&found.email_h, &found.signup).await?;
    security::link_used("unsubscribe", true);
    Ok(page.message("done", page.texts.unsubscribed, page.texts.unsubscribed_lead, html! {}))
}

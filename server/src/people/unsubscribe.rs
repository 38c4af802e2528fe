//! `/unsubscribe/{token}`: no more reminders of one sign-up, or no more updates of a petition. The link is in each such mail, and in its head for mail programs, which send the
//! `POST` by themselves where somebody presses their button (RFC 8058): it does nothing else, and shows nothing of anybody.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;

use super::page::PeoplePage;
use super::{access, link, now};
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::{LinkUse, Purpose};

/// `GET`: shows the button, and changes nothing.
pub async fn ask(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let texts = page.texts;
    let (title, lead, button) = if link(&state, &token, Purpose::Unsubscribe).await?.is_some() {
        (texts.unsubscribe, texts.unsubscribe_lead, texts.unsubscribe_button)
    } else if link(&state, &token, Purpose::Updates).await?.is_some() {
        (texts.updates_stop, texts.updates_stop_lead, texts.updates_stop_button)
    } else {
        return Ok(access::gone(&page));
    };
    Ok(page.render(
        title,
        Some(""),
        html! {
            section.card {
                h1 { (title) }
                p.lead { (lead) }
                form method="post" { button { (button) } }
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
    let texts = page.texts;
    let (lead, is_changed) = if let Some((_, found)) = link(&state, &token, Purpose::Unsubscribe).await? {
        state.store.stop_reminders(&found.email_h, &found.signup).await?;
        (texts.unsubscribed_lead, true)
    } else if let Some((hash, _)) = link(&state, &token, Purpose::Updates).await? {
        let used = state.store.stop_updates(&hash, now()).await?;
        // The organiser is told.
        state.writer.outbox_wake().notify_one();
        (texts.updates_stopped_lead, used == LinkUse::Now)
    } else {
        return Ok(access::gone(&page));
    };
    security::link_used("unsubscribe", is_changed);
    Ok(page.message("done", texts.unsubscribed, lead, html! {}))
}

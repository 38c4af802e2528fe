//! `/digest/{token}`: no more mails about what is new to somebody who organises. The link is in each of them, and in its head for mail programs (RFC 8058):
//! it does nothing else, and shows nothing of anybody.

use alentour_texts::Language;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;
use serde_json::json;

use super::page::PeoplePage;
use super::{access, now};
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::{Account, Deed, Secret, Store, TrailEntry, hex};

/// Where the mails to an account end.
pub fn stop_address(
    store: &std::sync::Arc<dyn Store>,
    base: &str,
    account: &Account,
    language: Language,
) -> String {
    format!("{base}/digest/{}?lang={}", token(store.secret(), account), language.tag())
}

/// The account's id, and what only this server can say of it.
fn token(secret: &Secret, account: &Account) -> String {
    format!("{}-{}", account.id, hex(&secret.digest("no digest", &account.account_h)))
}

async fn account(state: &AppState, given: &str) -> Result<Option<Account>, Error> {
    let Some((id, _)) = given.rsplit_once('-') else { return Ok(None) };
    let found = state.store.accounts_named(&[id].into()).await?;
    // As hashes are compared: how much of a guess is right tells nothing of the rest.
    let secret = state.store.secret();
    let is_it = |one: &Account| secret.token_hash(&token(secret, one)) == secret.token_hash(given);
    Ok(found.into_iter().find(is_it))
}

/// `GET`: shows the button, and changes nothing.
pub async fn ask(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    if account(&state, &token).await?.is_none() {
        return Ok(access::gone(&page));
    }
    let texts = page.language.organising();
    let content = html! {
        section.card {
            h1 { (texts.digest) }
            p.lead { (texts.digest_stop_lead) }
            form method="post" { button { (texts.digest_stop) } }
        }
    };
    Ok(page.render(texts.digest, Some(""), content))
}

/// `POST`, whatever is in it. Again, it says the same.
pub async fn stop(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some(account) = account(&state, &token).await? else { return Ok(access::gone(&page)) };
    let entry = TrailEntry { account: account.id, ..TrailEntry::by_hand("", Deed::Told, json!({}), now()) };
    let is_changed = state.store.set_told(&account.account_h, false, &entry).await?;
    security::link_used("digest", is_changed);
    let lead = page.language.organising().digest_stopped_lead;
    Ok(page.message("done", page.texts.unsubscribed, lead, html! {}))
}

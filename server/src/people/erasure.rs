//! `/me/{token}/withdraw` and `/me/{token}/erase`: what is withdrawn, and what is forgotten. Each uses its link up.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::access::{self, signed_up};
use super::now;
use super::page::PeoplePage;
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::{LinkUse, SignUpRecord};

/// What a button sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ErasureForm {
    /// Which sign-up, by its id.
    signup: String,
    /// Which of its consents.
    consent: String,
    /// `yes`: everything. Never what is meant where something is missing.
    everything: String,
}

/// `POST /me/{token}/withdraw`.
pub async fn withdraw(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
    Form(form): Form<ErasureForm>,
) -> Result<Response, Error> {
    let all = match signed_up(&page, &token).await? {
        Ok(all) => all,
        Err(said) => return Ok(said),
    };
    let one = all.iter().find(|one| one.id == form.signup && !one.pending);
    // A link is not used up by what it cannot do.
    let Some(one) = one.filter(|one| one.consents.iter().any(|it| it.id == form.consent && it.holds()))
    else {
        return Err(Error::Malformed("consent"));
    };
    let is_told = state.settings.sinks_of(&one.initiative).next().is_some();
    let hash = state.store.secret().token_hash(&token);
    let used = state.store.withdraw(&hash, &one.id, &form.consent, now()).await?;
    let texts = page.texts;
    Ok(done(&page, used, texts.withdrawn, texts.withdrawn_lead, is_told))
}

/// `GET /me/{token}/erase`: everything? Shows the button, and changes nothing.
pub async fn ask(page: PeoplePage, Path(token): Path<String>) -> Result<Response, Error> {
    if let Err(said) = signed_up(&page, &token).await? {
        return Ok(said);
    }
    let texts = page.texts;
    Ok(page.render(
        texts.erase_all_question,
        Some(""),
        html! {
            h1 { (texts.erase_all_question) }
            section.card.warning {
                p.lead { (texts.erase_all_lead) }
                form.choices method="post" {
                    input type="hidden" name="everything" value="yes";
                    button { (texts.erase_all_button) }
                    a href=(page.link(&format!("/me/{token}"))) { (texts.back) }
                }
            }
        },
    ))
}

/// `POST /me/{token}/erase`: a sign-up, or everything.
pub async fn erase(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
    Form(form): Form<ErasureForm>,
) -> Result<Response, Error> {
    let all = match signed_up(&page, &token).await? {
        Ok(all) => all,
        Err(said) => return Ok(said),
    };
    let everything = form.everything == "yes";
    let one = all.iter().find(|one| one.id == form.signup);
    if everything == one.is_some() {
        return Err(Error::Malformed("signup"));
    }
    let hash = state.store.secret().token_hash(&token);
    // Of what was never confirmed nobody has heard.
    let has_heard =
        |one: &SignUpRecord| !one.pending && state.settings.sinks_of(&one.initiative).next().is_some();
    let is_told = one.map_or_else(|| all.iter().any(has_heard), has_heard);
    let used = state.store.erase_by_link(&hash, one.map(|one| one.id.as_str()), now()).await?;
    let texts = page.texts;
    let (title, lead) = match everything {
        true => (texts.erased_all, texts.erased_all_lead),
        false => (texts.erased_one, texts.erased_one_lead),
    };
    Ok(done(&page, used, title, lead, is_told))
}

fn done(page: &PeoplePage, used: LinkUse, title: &str, lead: &str, is_told: bool) -> Response {
    let texts = page.texts;
    security::link_used("access", used == LinkUse::Now);
    if is_told {
        page.state.writer.outbox_wake().notify_one();
    }
    let more: Markup = html! {
        @if is_told { p { (texts.told) } }
        p.hint { (texts.used_up) }
        (page.new_link())
    };
    match used {
        LinkUse::Now => page.message("done", title, lead, more),
        LinkUse::Before => access::used(page),
        LinkUse::Unknown => access::gone(page),
    }
}

//! `/confirm/{token}`: the link of the first mail.

use alentour_model::Initiative;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::page::Sheet;
use super::{link, now, texts};
use crate::http::Error;
use crate::outbox::words::{self, fill};
use crate::state::AppState;
use crate::store::{Confirmation, MailedLink, Purpose, SignUpRecord};

/// `GET`: what is to be confirmed, and the button that does.
pub async fn show(
    sheet: Sheet,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((_, token)) = link(&state, &token, Purpose::Confirm).await? else { return Ok(gone(&sheet)) };
    let Some(stored) = signed_up(&state, &token).await? else { return Ok(gone(&sheet)) };
    let texts = sheet.texts;
    if token.used_at.is_some() || stored.confirmed_at.is_some() {
        return Ok(before(&sheet, &stored));
    }
    let days = texts::days(sheet.language, state.settings.retention.unconfirmed_days);
    Ok(sheet.page(
        texts.confirm,
        Some(""),
        html! {
            h1 { (texts.confirm) }
            p.lead { (texts.confirm_lead) }
            (facts(&sheet, &stored))
            form method="post" { button { (texts.confirm_button) } }
            p.hint { (fill(texts.confirm_not_you, &[("days", &days)])) }
        },
    ))
}

/// `POST`: confirms.
pub async fn confirm(
    sheet: Sheet,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((hash, token)) = link(&state, &token, Purpose::Confirm).await? else { return Ok(gone(&sheet)) };
    let Some(stored) = signed_up(&state, &token).await? else { return Ok(gone(&sheet)) };
    let sinks: Vec<_> = state.settings.sinks_of(&token.initiative).map(|sink| sink.name.clone()).collect();
    Ok(match state.store.confirm(&hash, &stored.id, &sinks, now()).await? {
        Confirmation::Now => {
            let texts = sheet.texts;
            sheet.message("done", texts.confirmed, texts.confirmed_lead, facts(&sheet, &stored))
        }
        Confirmation::Before => before(&sheet, &stored),
        Confirmation::Full | Confirmation::Gone | Confirmation::UnknownLink => gone(&sheet),
    })
}

/// The sign-up that a link is for; `None` if it has been erased meanwhile.
async fn signed_up(state: &AppState, token: &MailedLink) -> Result<Option<SignUpRecord>, Error> {
    let all = state.store.of_person(&token.email_h).await?;
    Ok(all.into_iter().find(|stored| stored.initiative == token.initiative))
}

fn before(sheet: &Sheet, stored: &SignUpRecord) -> Response {
    let texts = sheet.texts;
    sheet.message("done", texts.confirmed_before, texts.confirmed_before_lead, facts(sheet, stored))
}

fn gone(sheet: &Sheet) -> Response {
    let texts = sheet.texts;
    sheet.message("asked", texts.link_gone, texts.link_gone_confirm, sheet.new_link())
}

/// What somebody signed up for, in words. Nothing that they wrote: somebody else may have typed this address.
fn facts(sheet: &Sheet, stored: &SignUpRecord) -> Markup {
    let initiative = sheet.state.feeds.initiative(&stored.initiative).ok();
    html! {
        section.card.asked {
            h2 { bdi { (title(sheet, initiative.as_ref())) } }
            dl { (what(sheet, initiative.as_ref(), stored)) }
        }
    }
}

/// The title of an initiative, or words for one that has left the feed.
pub fn title(sheet: &Sheet, initiative: Option<&Initiative>) -> String {
    initiative.map_or_else(|| sheet.texts.an_initiative.to_owned(), |it| words::line(&it.name))
}

/// When and where it is, who organises it, and for how many people the sign-up is.
pub fn what(sheet: &Sheet, initiative: Option<&Initiative>, stored: &SignUpRecord) -> Markup {
    let texts = sheet.words();
    let session = stored.session.as_deref();
    let time = initiative.and_then(|it| words::times(texts, it, session));
    let place = initiative.and_then(|it| words::place(texts, it, session));
    let organiser = initiative.and_then(|it| it.organizer.as_ref());
    html! {
        @if let Some(time) = time { dt { (texts.when) } dd { (time) } }
        @if let Some(place) = place { dt { (texts.place) } dd { bdi { (place) } } }
        @if let Some(organiser) = organiser { dt { (sheet.texts.organiser) } dd { bdi { (organiser.name) } } }
        @if stored.party > 1 { dt { (sheet.texts.people) } dd { (stored.party) } }
    }
}

//! `/confirm/{token}`: the link of the first mail.

use alentour_model::Initiative;
use alentour_texts::fill;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::page::Page;
use super::{link, now};
use crate::http::Error;
use crate::state::AppState;
use crate::store::{Confirmation, MailedLink, Purpose, SignUpRecord};
use crate::wording;

/// `GET`: what is to be confirmed, and the button that does.
pub async fn show(
    page: Page,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((_, token)) = link(&state, &token, Purpose::Confirm).await? else { return Ok(gone(&page)) };
    let Some(stored) = signed_up(&state, &token).await? else { return Ok(gone(&page)) };
    let texts = page.texts;
    if token.used_at.is_some() || stored.confirmed_at.is_some() {
        return Ok(before(&page, &stored));
    }
    let days = page.language.calendar().days(state.settings.retention.unconfirmed_days);
    Ok(page.render(
        texts.confirm,
        Some(""),
        html! {
            h1 { (texts.confirm) }
            p.lead { (texts.confirm_lead) }
            (facts(&page, &stored))
            form method="post" { button { (texts.confirm_button) } }
            p.hint { (fill(texts.confirm_not_you, &[("days", &days)])) }
        },
    ))
}

/// `POST`: confirms.
pub async fn confirm(
    page: Page,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((hash, token)) = link(&state, &token, Purpose::Confirm).await? else { return Ok(gone(&page)) };
    let Some(stored) = signed_up(&state, &token).await? else { return Ok(gone(&page)) };
    let sinks: Vec<_> = state.settings.sinks_of(&token.initiative).map(|sink| sink.name.clone()).collect();
    Ok(match state.store.confirm(&hash, &stored.id, &sinks, now()).await? {
        Confirmation::Now => {
            let texts = page.texts;
            page.message("done", texts.confirmed, texts.confirmed_lead, facts(&page, &stored))
        }
        Confirmation::Before => before(&page, &stored),
        Confirmation::Full | Confirmation::Gone | Confirmation::UnknownLink => gone(&page),
    })
}

/// The sign-up that a link is for; `None` if it has been erased meanwhile.
async fn signed_up(state: &AppState, token: &MailedLink) -> Result<Option<SignUpRecord>, Error> {
    let all = state.store.of_person(&token.email_h).await?;
    Ok(all.into_iter().find(|stored| stored.initiative == token.initiative))
}

fn before(page: &Page, stored: &SignUpRecord) -> Response {
    let texts = page.texts;
    page.message("done", texts.confirmed_before, texts.confirmed_before_lead, facts(page, stored))
}

fn gone(page: &Page) -> Response {
    let texts = page.texts;
    page.message("asked", texts.link_gone, texts.link_gone_confirm, page.new_link())
}

/// What somebody signed up for, in words. Nothing that they wrote: somebody else may have typed this address.
fn facts(page: &Page, stored: &SignUpRecord) -> Markup {
    let initiative = page.state.feeds.initiative(&stored.initiative).ok();
    html! {
        section.card.asked {
            h2 { bdi { (title(page, initiative.as_ref())) } }
            dl { (what(page, initiative.as_ref(), stored)) }
        }
    }
}

/// The title of an initiative, or words for one that has left the feed.
pub fn title(page: &Page, initiative: Option<&Initiative>) -> String {
    initiative.map_or_else(|| page.texts.an_initiative.to_owned(), |it| wording::line(&it.name))
}

/// When and where it is, who organises it, and for how many people the sign-up is.
pub fn what(page: &Page, initiative: Option<&Initiative>, stored: &SignUpRecord) -> Markup {
    let (language, texts) = (page.language, page.language.mails());
    let session = stored.session.as_deref();
    let time = initiative.and_then(|it| wording::times(language, it, session));
    let place = initiative.and_then(|it| wording::place(language, it, session));
    let organiser = initiative.and_then(|it| it.organizer.as_ref());
    html! {
        @if let Some(time) = time { dt { (texts.when) } dd { (time) } }
        @if let Some(place) = place { dt { (texts.place) } dd { bdi { (place) } } }
        @if let Some(organiser) = organiser { dt { (page.texts.organiser) } dd { bdi { (organiser.name) } } }
        @if stored.party > 1 { dt { (page.texts.people) } dd { (stored.party) } }
    }
}

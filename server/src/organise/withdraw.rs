//! `/organise/i/{id}/withdraw`: takes an initiative that is made here off the list, and writes to those who take part; or shows it again.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::letter::{self, Letter};
use super::now;
use super::page::OrganisePage;
use crate::http::Error;
use crate::own;
use crate::people::page::to_be_mended;
use crate::state::AppState;
use crate::store::{Audience, Deed, OwnChange, OwnInitiative, OwnStatus};

/// What a form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Press {
    action: String,
    version: i64,
    #[serde(flatten)]
    letter: Letter,
}

/// `GET`: what a press does.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let Some(own) = state.store.own_initiative(&id).await? else { return Ok(of_a_feed(&page, &id)) };
    ask(&page, &own, None, None).await
}

/// `POST`: writes to those who take part and withdraws, or publishes again.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let (to, deed) = match press.action.as_str() {
        "withdraw" => (OwnStatus::Withdrawn, Deed::Withdrawn),
        "publish" => (OwnStatus::Published, Deed::Published),
        _ => return Err(Error::Malformed("action")),
    };
    let Some(own) = state.store.own_initiative(&id).await? else { return Ok(of_a_feed(&page, &id)) };
    // What waits, or was declined, is decided by whoever runs the installation.
    let is_organisers = matches!(own.status, OwnStatus::Published | OwnStatus::Withdrawn);
    if !is_organisers || own.version != press.version {
        return ask(&page, &own, Some(page.texts.changed_meanwhile), None).await;
    }
    let who = page.who()?;
    let tally = state.store.tally(&id, now()).await?;
    if to == OwnStatus::Withdrawn {
        if own::has_people_to_come(&own.content, &tally, now()) {
            return ask(&page, &own, Some(page.texts.withdraw_dates), None).await;
        }
        if letter::tells(&state, letter::count_told(&state, &id, &Audience::All).await?)
            && let Some(wrong) = letter::send(&page, &id, &press.letter).await?
        {
            return ask(&page, &own, Some(wrong), Some(press.letter)).await;
        }
    }
    let entry = who.entry(&id, deed, json!({}));
    match state.store.set_own_status((&id, own.version), to, "", &entry).await? {
        OwnChange::Now(_) => {}
        OwnChange::Unknown => return Err(Error::NotFound),
        OwnChange::Stale | OwnChange::Refused(_) => {
            return ask(&page, &own, Some(page.texts.changed_meanwhile), None).await;
        }
    }
    state.feeds.own_changed();
    state.writer.outbox_wake().notify_one();
    let said = if to == OwnStatus::Published { page.texts.published_now } else { page.texts.withdrawn_now };
    Ok(page.message("done", page.texts.withdraw, said, &page.to_action(&id)))
}

fn of_a_feed(page: &OrganisePage, id: &str) -> Response {
    let back = html! { p { a.button.quiet href=(page.of(id, "/call-off")) { (page.texts.call_off) } } };
    page.message("asked", page.texts.withdraw, page.texts.withdraw_of_feed, &back)
}

/// The page. `wrong`: why nothing was done; `typed`: what was written then.
async fn ask(
    page: &OrganisePage,
    own: &OwnInitiative,
    wrong: Option<&str>,
    typed: Option<Letter>,
) -> Result<Response, Error> {
    let (state, texts, id) = (page.state(), page.texts, own.content.id.as_str());
    let (tally, count) =
        (state.store.tally(id, now()).await?, letter::count_told(state, id, &Audience::All).await?);
    let initiative = own::initiative_of(&own.content).ok().flatten();
    let title = own::title_of(id, initiative.as_ref());
    let form = match own.status {
        OwnStatus::Published if own::has_people_to_come(&own.content, &tally, now()) => html! {
            p { (texts.withdraw_dates) }
            p { a.button href={ (page.of(id, "/call-off")) } { (texts.call_off) } }
        },
        OwnStatus::Published => {
            let letter = match &initiative {
                Some(initiative) if letter::tells(state, count) => {
                    let letter = match typed {
                        Some(typed) => typed,
                        None => {
                            let said = (texts.withdraw_subject, texts.withdraw_text);
                            letter::proposed(page, initiative, said).await
                        }
                    };
                    Some(letter::fields(page, count, &letter))
                }
                _ => None,
            };
            withdrawal(page, own, letter)
        }
        OwnStatus::Withdrawn => html! {
            p { (texts.withdrawn_now) }
            form method="post" action=(page.of(id, "/withdraw")) {
                (page.csrf())
                input type="hidden" name="version" value=(own.version);
                button name="action" value="publish" { (texts.publish_again) }
            }
        },
        _ => html! { p { (texts.edit_unpublished) } },
    };
    let content = html! {
        h1 { (texts.withdraw) }
        p.lead { bdi { (title) } }
        @if let Some(wrong) = wrong { p.said.wrong role="status" { (wrong) } }
        section.card.asked { (form) }
    };
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    let response = page.render(&format!("{} – {title}", texts.withdraw), &above, "", &content);
    Ok(to_be_mended(response, wrong.is_some()))
}

/// What a press does, with the letter that is written then.
fn withdrawal(page: &OrganisePage, own: &OwnInitiative, letter: Option<Markup>) -> Markup {
    let (texts, id) = (page.texts, own.content.id.as_str());
    let button = if letter.is_some() { texts.withdraw_and_tell } else { texts.withdraw_button };
    html! {
        p { (texts.withdraw_lead) }
        form method="post" action=(page.of(id, "/withdraw")) {
            (page.csrf())
            input type="hidden" name="version" value=(own.version);
            @if let Some(letter) = letter { (letter) }
            div.choices {
                button name="action" value="withdraw" { (button) }
                a.button.quiet href=(page.of(id, "")) { (texts.edit_not) }
            }
        }
    }
}

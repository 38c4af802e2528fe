//! `/proposal/{token}`: where whoever has proposed something confirms it, sees where it stands, answers, and withdraws it. The link is in each
//! mail about it and stands for nothing else.

use alentour::app::encode;
use alentour_texts::fill;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::content::{Answers, shown};
use super::page::{gone, message, render, see};
use super::send::picture;
use super::sent::{Sent, value};
use super::{Opened, now, opened};
use crate::check::preview;
use crate::http::{Error, Visitor};
use crate::observability::security;
use crate::people::page::PeoplePage;
use crate::state::AppState;
use crate::store::{Deed, OwnInitiative, OwnStatus, ProposalState, Proposed, TrailEntry};

/// `GET`: shows, and changes nothing.
pub async fn show(
    page: PeoplePage,
    State(state): State<AppState>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    state.limits.page(visitor)?;
    let Some(opened) = opened(&state, &token).await?.filter(|opened| opened.is_own) else {
        return Ok(gone(&page));
    };
    standing(&page, &opened, &token, "").await
}

/// `POST`: confirms, answers, withdraws.
pub async fn act(
    page: PeoplePage,
    State(state): State<AppState>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    state.limits.page(visitor)?;
    let Some(opened) = opened(&state, &token).await?.filter(|opened| opened.is_own) else {
        return Ok(gone(&page));
    };
    match value(&sent, "do") {
        "confirm" => confirm(&page, &state, (&opened, &token), value(&sent, "version")).await,
        "withdraw" => {
            let texts = page.language.proposing();
            let is_gone = state.store.withdraw_proposal(&opened.found.id).await?;
            security::link_used("proposal", is_gone);
            if !is_gone {
                return standing(&page, &opened, &token, texts.meanwhile).await;
            }
            Ok(message(&page, "done", texts.dismissed, texts.dismissed_lead, &html! {}))
        }
        _ => Err(Error::Malformed("do")),
    }
}

async fn confirm(
    page: &PeoplePage,
    state: &AppState,
    (opened, token): (&Opened, &str),
    version: &str,
) -> Result<Response, Error> {
    let texts = page.language.proposing();
    let version: i64 = version.parse().map_err(|_| Error::Malformed("version"))?;
    let found = &opened.found;
    let mut done = Proposed::Before;
    if found.state != ProposalState::Kept {
        let answers = Answers::of(state, found, page.language).await?;
        let Some((content, _)) = answers.content() else {
            return Ok(message(page, "warning", texts.wrong, texts.wrong_whole, &html! {}));
        };
        let entry = TrailEntry::of_visitor(&found.id, Deed::Proposed, now());
        done =
            state.store.confirm_proposal(version, &content, &|id| state.feeds.is_shown(id), &entry).await?;
    }
    security::link_used("proposal", matches!(done, Proposed::Waiting | Proposed::Published));
    if done == Proposed::Published {
        state.feeds.own_changed();
    }
    state.writer.outbox_wake().notify_one();
    // As it stands now.
    match super::opened(state, token).await? {
        Some(opened) if done == Proposed::Stale => standing(page, &opened, token, texts.meanwhile).await,
        Some(_) => Ok(see(page, &format!("/proposal/{token}"))),
        None => Ok(gone(page)),
    }
}

/// Where it stands; `said` is what has just become of it.
async fn standing(page: &PeoplePage, opened: &Opened, token: &str, said: &str) -> Result<Response, Error> {
    let texts = page.language.proposing();
    let found = &opened.found;
    if found.state == ProposalState::Draft {
        return Ok(see(page, &format!("/propose/{token}")));
    }
    let initiative = shown(&page.state, opened, page.language).await?;
    let style = preview::style(&page.state.bundle);
    let content = html! {
        @if !said.is_empty() { p.error role="status" { (said) } }
        h1 { (texts.own) }
        @match &found.own {
            None => (to_confirm(page, opened)),
            Some(own) => (stands(page, own, token)),
        }
        @if let Some(initiative) = &initiative {
            section { h2 { (texts.preview) } (picture(page, initiative)) }
        }
        @if found.own.as_ref().is_some_and(|own| own.status != OwnStatus::Published) {
            form.card method="post" {
                p.hint { (texts.withdraw_lead) }
                button.quiet name="do" value="withdraw" { (texts.withdraw) }
            }
        }
    };
    Ok(render(page, texts.own, "", &style, &content))
}

fn to_confirm(page: &PeoplePage, opened: &Opened) -> Markup {
    let texts = page.language.proposing();
    let date = page.day(opened.found.expires_at);
    html! {
        p.lead { (texts.confirm_lead) }
        form.card.asked method="post" {
            input type="hidden" name="version" value=(opened.found.version);
            button name="do" value="confirm" { (texts.confirm_button) }
            p.hint { (texts.confirm_not_you) " " (fill(texts.kept, &[("date", &date)])) }
            button.quiet name="do" value="withdraw" { (texts.dismiss) }
        }
    }
}

fn stands(page: &PeoplePage, own: &OwnInitiative, token: &str) -> Markup {
    let texts = page.language.proposing();
    let answer = own.proposal.answer.as_str();
    html! {
        @match own.status {
            OwnStatus::Published => {
                section.card.done {
                    h2 { (texts.state_published) }
                    p { (texts.state_published_lead) }
                    p.choices {
                        a.button href=(page.link(&format!("/i/{}", encode(&own.content.id)))) { (texts.see) }
                        a href=(page.link("/organise")) { (texts.organise) }
                    }
                }
            }
            OwnStatus::AskedBack => {
                section.card.asked {
                    h2 { (texts.state_asked) }
                    (quoted(texts.question, answer))
                    p.choices {
                        a.button href=(page.link(&format!("/propose/{token}?step=send"))) { (texts.answer) }
                        a href=(page.link(&format!("/propose/{token}?step=aim"))) { (texts.answer_change) }
                    }
                }
            }
            OwnStatus::Declined => {
                section.card.warning { h2 { (texts.state_declined) } (quoted(texts.reason, answer)) }
            }
            OwnStatus::Withdrawn => { section.card.warning { h2 { (texts.state_withdrawn) } } }
            OwnStatus::Draft | OwnStatus::Waiting => {
                section.card.asked { h2 { (texts.state_waiting) } p { (texts.state_waiting_lead) } }
            }
        }
    }
}

fn quoted(label: &str, text: &str) -> Markup {
    html! { @if !text.is_empty() { dl { dt { (label) } dd { bdi { (text) } } } } }
}

//! `/organise/i/{id}`: one action.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;

use super::actions::dates;
use super::offered::DATES;
use super::page::OrganisePage;
use super::{encoded, figures, gone, now};
use crate::http::Error;
use crate::state::AppState;

/// `GET`.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let tally = state.store.tally(&id, now()).await?;
    let (found, is_listed) = (page.initiative(&id), state.feeds.initiative(&id).is_ok());
    let is_announced = state.feeds.even_hidden(&id).is_ok();
    let (texts, language, title) = (page.texts, page.language(), page.title(&id));
    let organises = page.who()?.organises();
    let weeks = if organises { state.store.weeks(&id).await? } else { Vec::new() };
    let is_own = state.store.own_initiative(&id).await?.is_some();
    let gone = if organises { gone::of(&state, &id).await? } else { Vec::new() };
    let content = html! {
        h1 { bdi { (title) } }
        @if !is_listed { p.warning-line { (page.stands(&id)) } }
        p.lead {
            (language.count(texts.signups, tally.signups, &[]))
            @if tally.people > tally.signups { " · " (language.count(texts.people, tally.people, &[])) }
        }
        @if organises && tally.asked > 0 { p.attention { (language.count(texts.asked, tally.asked, &[])) } }
        (gone::attention(&page, &id, &gone))
        nav.tasks aria-label=(texts.tasks) {
            a.button href=(page.of(&id, "/people")) { (texts.participants) }
            @if organises {
                a.button.quiet href=(page.of(&id, "/write")) { (texts.write) }
                a.button.quiet href=(page.of(&id, "/edit")) { (texts.edit) }
                a.button.quiet href=(page.of(&id, "/venue")) { (texts.venue) }
                a.button.quiet href=(page.of(&id, "/team")) { (texts.team) }
                @if !gone.is_empty() || is_announced && found.as_ref().is_some_and(|it| !it.coming(now()).is_empty()) { a.button.quiet href=(page.of(&id, "/call-off")) { (texts.call_off) } }
                @if is_own { a.button.quiet href=(page.of(&id, "/again")) { (texts.again) } }
                a.button.quiet href=(page.of(&id, "/trail")) { (texts.trail) }
            }
            @if is_listed && !is_own && page.who()?.account.is_operator {
                a.button.quiet href={ (page.link("/hidden")) "&initiative=" (encoded(&id)) } { (texts.hide) }
            }
            @if is_listed { a href=(page.page.link(&format!("/i/{}", alentour::app::encode(&id)))) { (texts.as_visitors) } }
        }
        @if let Some(found) = &found {
            @if !found.coming(now()).is_empty() { h2 { (texts.dates) } (dates(&page, found, &tally, DATES)) }
        }
        @if organises { (figures::show(&page, found.as_deref(), &tally, &weeks)) }
    };
    Ok(page.render(&title, &[(texts.actions, page.link(""))], "", &content))
}

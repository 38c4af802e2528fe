//! `/organise/reports`: what visitors have reported. Somebody looks, and decides: numbers decide nothing.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::page::OrganisePage;
use super::{named, now};
use crate::http::Error;
use crate::people::report::reason_words;
use crate::state::AppState;
use crate::store::{Deed, OwnStatus, Report, Reported};

/// Initiatives on one page, and reports of one, which is to stay small.
const SHOWN: usize = 10;
const SHOWN_OF_ONE: usize = 10;

/// What a form sends.
#[derive(Deserialize)]
pub struct Asked {
    initiative: String,
    action: String,
    /// Until when there was something to look at, UTC seconds.
    until: i64,
}

/// `GET`.
pub async fn show(mut page: OrganisePage) -> Result<Response, Error> {
    render(&mut page, None).await
}

/// `POST`: closes what was reported of an initiative.
pub async fn act(
    mut page: OrganisePage,
    State(state): State<AppState>,
    Form(asked): Form<Asked>,
) -> Result<Response, Error> {
    let (texts, who) = (page.texts, page.who()?.clone());
    let id = asked.initiative.as_str();
    // Another one is withdrawn where those who take part are written to.
    if asked.action != "dismiss" {
        return Err(Error::Malformed("action"));
    }
    let entry = who.entry(id, Deed::ReportsDismissed, json!({}));
    // What has come since nobody has looked at.
    state.store.dismiss_reports(id, asked.until.min(now()), &entry).await?;
    render(&mut page, Some((true, texts.reports_dismissed))).await
}

/// The page; `said` is what has just been done, or why it was not.
async fn render(page: &mut OrganisePage, said: Option<(bool, &str)>) -> Result<Response, Error> {
    let all = page.state().store.reported().await?;
    let shown: Vec<_> = all.iter().take(SHOWN).map(|one| one.initiative.as_str()).collect();
    page.learn(&shown).await;
    let (page, texts) = (&*page, page.texts);
    let mut cards = Vec::with_capacity(SHOWN);
    for (at, one) in all.iter().take(SHOWN).enumerate() {
        cards.push(card(page, one, at).await?);
    }
    let content = html! {
        h1 { (texts.reports) }
        @if let Some((done, words)) = said { p.said.wrong[!done] role="status" { (words) } }
        p.lead { (if all.is_empty() { texts.reports_none } else { texts.reports_lead }) }
        @for card in cards { (card) }
        @if all.len() > SHOWN { p.hint { (texts.reports_rest) } }
    };
    Ok(page.render(texts.reports, &[(texts.actions, page.link(""))], "", &content))
}

/// What was reported of an initiative, and what can be done about it.
async fn card(page: &OrganisePage, one: &Reported, at: usize) -> Result<Markup, Error> {
    let (texts, state, id) = (page.texts, page.state(), one.initiative.as_str());
    let own = state.store.own_initiative(id).await?;
    let reports = state.store.reports(id).await?;
    let reports = &reports[..reports.len().min(SHOWN_OF_ONE)];
    // What is not shown stays, to be looked at next.
    let until = reports.last().map_or(0, |report| report.at);
    let is_there = state.feeds.initiative(id).is_ok();
    let withdrawable = own.filter(|own| own.status == OwnStatus::Published);
    Ok(html! {
        section.card aria-labelledby={ "reported-" (at) } {
            h2 id={ "reported-" (at) } {
                @if is_there { a href=(page.page.link(&format!("/i/{}", named(id)))) { bdi { (page.title(id)) } } }
                @else { bdi { (page.title(id)) } }
            }
            p { strong { (page.language().count(texts.reports_count, one.count, &[])) } }
            ul.plain { @for report in reports { (line(page, report)) } }
            @if withdrawable.is_none() { p.hint { (if is_there { texts.reports_feed } else { texts.reports_gone }) } }
            form method="post" {
                (page.csrf())
                input type="hidden" name="initiative" value=(id);
                input type="hidden" name="until" value=(until);
                div.choices {
                    button.quiet name="action" value="dismiss" aria-describedby={ "reported-" (at) } { (texts.reports_dismiss) }
                    @if withdrawable.is_some() {
                        a.button.quiet href=(page.of(id, "/withdraw")) aria-describedby={ "reported-" (at) } { (texts.reports_withdraw) }
                    }
                }
            }
        }
    })
}

fn line(page: &OrganisePage, report: &Report) -> Markup {
    let texts = page.texts;
    html! {
        li {
            p { strong { (reason_words(texts, report.reason)) } }
            @if !report.said.words.is_empty() { p.written { bdi { (report.said.words) } } }
            p.hint {
                (page.page.moment(report.at))
                @if !report.said.email.is_empty() {
                    " · " (texts.reported_from) " " a href={ "mailto:" (report.said.email) } dir="ltr" { (report.said.email) }
                }
            }
        }
    }
}

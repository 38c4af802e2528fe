//! `/organise/reports`: what visitors have reported. Somebody looks, and decides: numbers decide nothing.

use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::hiding::{self, Done, Typed};
use super::page::OrganisePage;
use super::{encoded, named};
use crate::http::Error;
use crate::people::report::reason_words;
use crate::store::{OwnStatus, Report, Reported};

/// Initiatives on one page, reports of each there, and of one that is shown alone: a page is to stay small.
const SHOWN: usize = 5;
const SHOWN_OF_EACH: usize = 5;
const SHOWN_OF_ONE: usize = hiding::REPORTS;

/// What an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The one initiative; none: all.
    initiative: String,
    /// How many are left out before the first that is shown.
    from: usize,
}

/// What a form sends.
#[derive(Deserialize)]
pub struct Sent {
    initiative: String,
    action: String,
    /// The reports that there were to look at, with spaces between.
    #[serde(default)]
    seen: String,
}

/// `GET`.
pub async fn show(mut page: OrganisePage, Query(asked): Query<Asked>) -> Result<Response, Error> {
    render(&mut page, &asked, None).await
}

/// `POST`: closes what was reported of an initiative; one of a feed may be hidden with it.
pub async fn act(mut page: OrganisePage, Form(sent): Form<Sent>) -> Result<Response, Error> {
    let texts = page.texts;
    let id = sent.initiative.as_str();
    // One that is made here is withdrawn where those who take part are written to.
    let said = match sent.action.as_str() {
        "dismiss" => texts.reports_dismissed,
        "hide" => {
            let reason = reason(&page, id).await?;
            if let Done::Look(wrong) = hiding::hide(&page, id, &reason, None).await? {
                let typed = Typed { reason, seen: sent.seen, letter: None };
                return hiding::ask(&page, id, wrong, typed).await;
            }
            texts.hidden_now
        }
        _ => return Err(Error::Malformed("action")),
    };
    hiding::close_reports(&page, id, &sent.seen).await?;
    render(&mut page, &Asked::default(), Some((true, said))).await
}

/// Why one is hidden that was reported: what was chosen, not what was written.
async fn reason(page: &OrganisePage, id: &str) -> Result<String, Error> {
    let reports = page.state().store.reports(id).await?;
    let mut reasons: Vec<_> = reports.iter().map(|report| reason_words(page.texts, report.reason)).collect();
    reasons.sort_unstable();
    reasons.dedup();
    Ok(format!("{}\u{a0}: {}", page.texts.reports, reasons.join(", ")))
}

/// The page; `said` is what has just been done, or why it was not.
async fn render(
    page: &mut OrganisePage,
    asked: &Asked,
    said: Option<(bool, &str)>,
) -> Result<Response, Error> {
    let all = page.state().store.reported().await?;
    let shown: Vec<_> = all.iter().skip(asked.from).take(SHOWN).map(|one| one.initiative.as_str()).collect();
    page.learn(&shown).await;
    let (page, texts) = (&*page, page.texts);
    let one = all.iter().find(|one| one.initiative == asked.initiative);
    let mut cards = Vec::with_capacity(SHOWN);
    match one {
        Some(one) => cards.push(card(page, one, 0, (asked.from, SHOWN_OF_ONE)).await?),
        None => {
            for (at, one) in all.iter().skip(asked.from).take(SHOWN).enumerate() {
                cards.push(card(page, one, at, (0, SHOWN_OF_EACH)).await?);
            }
        }
    }
    let next = asked.from.saturating_add(SHOWN);
    let content = html! {
        h1 { (texts.reports) }
        @if let Some((done, words)) = said { p.said.wrong[!done] role="status" { (words) } }
        p.lead { (if all.is_empty() { texts.reports_none } else { texts.reports_lead }) }
        @for card in cards { (card) }
        p { a href=(page.link("/hidden")) { (texts.hidden) } }
        @if one.is_none() && all.len() > next {
            p { a.button.quiet href={ (page.link("/reports")) "&from=" (next) } { (texts.more) } }
        }
    };
    let mut above = vec![(texts.actions, page.link(""))];
    if one.is_some() || asked.from > 0 {
        above.push((texts.reports, page.link("/reports")));
    }
    Ok(page.render(texts.reports, &above, "", &content))
}

/// What was reported of an initiative, and what can be done about it: so many of its reports, after so many.
async fn card(
    page: &OrganisePage,
    one: &Reported,
    at: usize,
    (from, most): (usize, usize),
) -> Result<Markup, Error> {
    let (texts, state, id) = (page.texts, page.state(), one.initiative.as_str());
    let own = state.store.own_initiative(id).await?;
    let all = state.store.reports(id).await?;
    let reports: Vec<&Report> = all.iter().skip(from).take(most).collect();
    let next = from.saturating_add(most);
    let seen = reports.iter().map(|report| report.id.as_str()).collect::<Vec<_>>().join(" ");
    let is_there = state.feeds.initiative(id).is_ok();
    let is_of_feed = own.is_none() && is_there;
    let withdrawable = own.filter(|own| own.status == OwnStatus::Published);
    let more = format!("{}&initiative={}&from=", page.link("/reports"), encoded(id));
    Ok(html! {
        section.card aria-labelledby={ "reported-" (at) } {
            h2 id={ "reported-" (at) } {
                @if is_there { a href=(page.page.link(&format!("/i/{}", named(id)))) { bdi { (page.title(id)) } } }
                @else { bdi { (page.title(id)) } }
            }
            p { strong { (page.language().count(texts.reports_count, one.count, &[])) } }
            ul.plain { @for report in &reports { (line(page, report)) } }
            @if all.len() > next {
                p { a href={ (more) (next) } aria-describedby={ "reported-" (at) } { (texts.more) } }
            }
            @if withdrawable.is_none() { p.hint { (if is_there { texts.reports_feed } else { texts.reports_gone }) } }
            form method="post" action=(page.link("/reports")) {
                (page.csrf())
                input type="hidden" name="initiative" value=(id);
                input type="hidden" name="seen" value=(seen);
                div.choices {
                    button.quiet name="action" value="dismiss" aria-describedby={ "reported-" (at) } { (texts.reports_dismiss) }
                    @if is_of_feed {
                        button.quiet name="action" value="hide" aria-describedby={ "reported-" (at) } { (texts.hide) }
                    }
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

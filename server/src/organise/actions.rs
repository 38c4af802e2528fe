//! `/organise`: the actions of whoever is signed in, what comes next of each, and what has to be done.

use alentour_model::Initiative;
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::encoded;
use super::gone::{self, Gone};
use super::offered::more_dates;
use super::page::{OrganisePage, page_number, pages};
use super::{draft, now, sign_in};
use crate::http::Error;
use crate::state::AppState;
use crate::store::{Role, Tally};
use crate::wording;

/// Actions on one page: it stays below 60 kB.
const SHOWN: usize = 20;
/// Of others' actions at least so many, where an operator's own fill the page.
const OTHERS: usize = 5;
/// Dates to come that are said of each.
const NEXT: usize = 3;

/// What a page is asked for.
#[derive(Deserialize)]
pub struct Asked {
    /// Of an operator's list: the initiative before the first.
    #[serde(default)]
    after: String,
    /// Which page of one's own, from 1.
    #[serde(default)]
    page: usize,
    /// Where one wanted to go before one was asked to sign in, as [`way`](super::way) has it.
    #[serde(default)]
    to: String,
}

/// `GET /organise`: signs in, or lists.
pub async fn show(
    mut page: OrganisePage,
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(who) = page.who.clone() else { return Ok(sign_in::form(&page, &asked.to, None)) };
    let own = state.store.roles(&who.account.account_h).await?;
    let at = page_number(asked.page);
    let gone = gone::all(&state).await?;
    let mut cards = Vec::with_capacity(SHOWN);
    let shown: Vec<_> = own.iter().skip((at - 1) * SHOWN).take(SHOWN).map(|(id, _)| id.as_str()).collect();
    page.learn(&shown).await;
    for (initiative, role) in own.iter().skip((at - 1) * SHOWN).take(SHOWN) {
        cards.push(card(&page, initiative, *role, &gone).await?);
    }
    let mut others = Vec::new();
    if who.account.is_operator {
        let room = (SHOWN - cards.len()).max(OTHERS);
        let mut all = state.store.with_sign_ups(&asked.after, room as u32 + 1).await?;
        let more = all.len() > room;
        all.truncate(room);
        let next = all.last().cloned().filter(|_| more);
        page.learn(&all.iter().map(String::as_str).collect::<Vec<_>>()).await;
        for initiative in all.iter().filter(|one| !own.iter().any(|(known, _)| known == *one)) {
            others.push(card(&page, initiative, Role::Organiser, &gone).await?);
        }
        if let Some(next) = next {
            let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            others.push(html! { p { a.button.quiet href={ (page.link("")) "&after=" (query) } { (page.texts.more) } } });
        }
    }
    let texts = page.texts;
    let may_begin = draft::may_begin(&page).await?;
    let content = html! {
        h1 { (texts.actions) }
        @if may_begin { p.screen { a.button href=(page.link("/new")) { (texts.new_action) } } }
        @if own.is_empty() && others.is_empty() {
            p.lead { (texts.actions_none) }
            p { (if who.account.is_operator { texts.actions_none_operator } else { texts.actions_none_then }) }
        }
        @for card in &cards { (card) }
        (pages(&page, at, own.len().div_ceil(SHOWN), |at| format!("{}&page={at}", page.link(""))))
        @if !others.is_empty() {
            h2 { (texts.all_actions) }
            @for card in &others { (card) }
        }
    };
    Ok(page.render(texts.actions, &[], "", &content))
}

/// One action: its next dates, how full they are, and what waits for somebody.
async fn card(page: &OrganisePage, initiative: &str, role: Role, gone: &[Gone]) -> Result<Markup, Error> {
    let tally = page.state().store.tally(initiative, now()).await?;
    let found = page.initiative(initiative);
    let is_listed = page.state().feeds.initiative(initiative).is_ok();
    let texts = page.texts;
    let language = page.language();
    Ok(html! {
        section.card.action {
            h2 { a href=(page.of(initiative, "")) { bdi { (page.title(initiative)) } } }
            @if !is_listed { p.hint { strong { (page.stands(initiative)) } } }
            p.hint {
                (language.count(texts.signups, tally.signups, &[]))
                @if role == Role::Helper { " · " (texts.you_help) }
            }
            @if tally.asked > 0 && role == Role::Organiser {
                p.attention { (language.count(texts.asked, tally.asked, &[])) }
            }
            @if role == Role::Organiser { (gone::attention(page, initiative, gone)) }
            @if let Some(found) = &found { (dates(page, found, &tally, NEXT)) }
        }
    })
}

/// The dates to come of an initiative, and how full each is; so many of them.
pub fn dates(page: &OrganisePage, initiative: &Initiative, tally: &Tally, most: usize) -> Markup {
    let (language, texts) = (page.language(), page.texts);
    let coming = initiative.coming(now());
    let shown = coming.iter().take(most);
    html! {
        @if !coming.is_empty() {
            table.dates {
                thead { tr { th scope="col" { (texts.date) } th scope="col" { (texts.taken) } th scope="col" { (texts.free) } th scope="col" { (texts.waiting) } } }
                tbody {
                    @for session in shown {
                        @let of = tally.sessions.iter().find(|of| of.session == session.id);
                        @let seated = of.map_or(0, |of| of.seated);
                        @let used = seated + of.map_or(0, |of| of.held);
                        @let left = session.limit().map(|limit| u64::from(limit).saturating_sub(used));
                        @let address = page.of(&initiative.id, "/people");
                        tr {
                            th scope="row" {
                                a href={ (address) "&session=" (encoded(&session.id)) } { bdi { (wording::session(language, session)) } }
                            }
                            td data-label=(texts.taken) {
                                (seated)
                                @if let Some(limit) = session.limit() { " / " (limit) }
                            }
                            td data-label=(texts.free) { @match left { Some(0) => strong { (texts.full) }, Some(left) => (left), None => "–" } }
                            td data-label=(texts.waiting) { (of.map_or(0, |of| of.waiting)) }
                        }
                    }
                }
            }
            (more_dates(page, most, coming.len()))
        }
    }
}

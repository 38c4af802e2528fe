//! `/organise/i/{id}/door`: a list for the door of one date: who is expected, in the order of their names, to print, or to tick who is there.
//!
//! Whoever is offered a seat is expected, too: it is kept for them, the number of seats that are taken counts it, and they may come before they
//! have answered. The list says so.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::encoded;
use super::page::{OrganisePage, page_number, pages};
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::{Attendance, AttendanceState, Deed, Participant, RosterQuery, Standing};

/// Participants on one page: it stays below 60 kB.
const SHOWN: usize = 100;

/// Which date, and which page of its list, from 1.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    session: String,
    #[serde(default)]
    page: usize,
}

/// What there is of a page.
struct List {
    all: Vec<Participant>,
    /// Sign-ups on all pages.
    total: usize,
    /// Which one it is, from 1.
    at: usize,
}

/// `GET`.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let list = expected(&state, &id, &asked).await?;
    security::exported(&id, list.all.len() as u64);
    Ok(render(&page, &id, &asked.session, &list, false))
}

async fn expected(state: &AppState, id: &str, asked: &Asked) -> Result<List, Error> {
    let at = page_number(asked.page);
    let wanted = RosterQuery {
        session: Some(&asked.session),
        standing: Some(Standing::Seated),
        by_name: true,
        from: (at - 1).saturating_mul(SHOWN),
        most: SHOWN,
        ..RosterQuery::default()
    };
    let (all, total) = state.store.roster(id, &wanted).await?;
    Ok(List { all, total, at })
}

fn render(page: &OrganisePage, id: &str, session: &str, shown: &List, saved: bool) -> Response {
    let (texts, all) = (page.texts, &shown.all);
    let date = page.date(id, session);
    let title = page.title(id);
    let address = format!("{}&session={}", page.of(id, "/door"), encoded(session));
    let number = |at: usize| format!("{address}&page={at}");
    let content = html! {
        h1 { (texts.door) }
        p.lead { bdi { (title) } " · " bdi { (date) } }
        p { (page.language().count(texts.signups, shown.total as u64, &[])) }
        @if saved { p.said role="status" { (texts.saved) } }
        @if all.is_empty() { p { (texts.door_none) } }
        @else {
            form method="post" action=(number(shown.at)) {
                (page.csrf())
                (list(page, session, all))
                div.choices.screen { button { (texts.save_presence) } p.hint { (texts.print_hint) } }
            }
            (pages(page, shown.at, shown.total.div_ceil(SHOWN), number))
        }
    };
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    let query = format!("session={}&", encoded(session));
    page.render(&format!("{} – {title}", texts.door), &above, &query, &content)
}

fn list(page: &OrganisePage, session: &str, all: &[Participant]) -> Markup {
    let texts = page.texts;
    html! {
        table.door {
            thead { tr { th scope="col" { (texts.name) } th scope="col" { (texts.expected) } th scope="col" { (texts.there) } } }
            tbody {
                @for one in all {
                    @let person = &one.record.person;
                    @let came = one.came_to(session);
                    tr {
                        th scope="row" id={ "n-" (one.record.id) } {
                            bdi { (person.family_name) " " (person.given_name) }
                            @if !person.guests.is_empty() { p.hint { bdi { (person.guests.join(" · ")) } } }
                        }
                        td data-label=(texts.expected) {
                            (of(one, session).map_or(one.record.party, |attendance| attendance.party))
                            @if of(one, session).is_some_and(|attendance| attendance.state == AttendanceState::Offered) { p.hint { (texts.is_offered) } }
                        }
                        td data-label=(texts.there) {
                            // What the page showed goes with it: what another helper has noted meanwhile is not undone.
                            input type="hidden" name={ "was-" (one.record.id) } value=(came.map(|came| came.to_string()).unwrap_or_default());
                            input.came name={ "came-" (one.record.id) } type="number" inputmode="numeric" min="0" max="999" aria-labelledby={ "n-" (one.record.id) }
                                value=[came];
                        }
                    }
                }
            }
        }
    }
}

/// What a sign-up has of that session.
fn of<'a>(one: &'a Participant, session: &str) -> Option<&'a Attendance> {
    one.record.attendances.iter().find(|attendance| attendance.session == session)
}

/// `POST`: notes who was there. What the form leaves as it was stays as it is.
pub async fn note(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let field =
        |name: String| fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.trim());
    let mut came: Vec<(String, Option<u32>)> = Vec::new();
    for (name, value) in &fields {
        let Some(signup) = name.strip_prefix("came-") else { continue };
        let value = value.trim();
        // One value each: a page has no more.
        if came.iter().any(|(known, _)| known == signup) {
            continue;
        }
        if value == field(format!("was-{signup}")) {
            continue;
        }
        let number = match value {
            "" => None,
            number => Some(number.parse::<u32>().ok().filter(|n| *n < 1000).ok_or(Error::Malformed("came"))?),
        };
        came.push((signup.to_owned(), number));
        if came.len() > SHOWN {
            return Err(Error::Malformed("came"));
        }
    }
    let entry = page.who()?.entry(&id, Deed::Presence, json!({}));
    state.store.set_presence(&id, &asked.session, &came, &entry).await?;
    let list = expected(&state, &id, &asked).await?;
    Ok(render(&page, &id, &asked.session, &list, true))
}

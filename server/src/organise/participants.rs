//! `/organise/i/{id}/people`: who takes part, by date, page by page, found by name.

use alentour_model::Initiative;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::encoded;
use super::offered::{DATES, offered_dates};
use super::page::{OrganisePage, page_number, pages};
use super::standing::standing;
use super::{now, participant, write};
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::{Audience, Participant, RosterQuery, Standing};
use crate::wording;

/// Participants on one page.
const SHOWN: usize = 50;
/// For how many seconds after its end a date is among those to choose from.
const LATELY: i64 = 60 * 86_400;

/// What is asked for.
#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// A session; empty: of all.
    #[serde(default)]
    session: String,
    /// `seated` or `waiting`; empty: both.
    #[serde(default)]
    state: String,
    /// Words of names.
    #[serde(default)]
    words: String,
    /// `name`; empty: as they came.
    #[serde(default)]
    order: String,
    /// Which page, from 1.
    #[serde(default)]
    page: usize,
}

impl Asked {
    /// The same as a query that follows another value.
    fn query(&self, page: usize) -> String {
        let pairs = [
            ("session", &self.session),
            ("state", &self.state),
            ("words", &self.words),
            ("order", &self.order),
        ];
        let mut query: String = (pairs.iter().filter(|(_, value)| !value.is_empty()))
            .map(|(name, value)| format!("{name}={}&", encoded(value)))
            .collect();
        if page > 1 {
            query += &format!("page={page}&");
        }
        query
    }
}

impl Asked {
    /// Whom one writes to from here.
    fn audience(&self) -> String {
        let waiting = self.state == "waiting";
        let of = Audience::parse(if waiting { "waiting" } else { "seated" }, &self.session);
        write::value(&of.unwrap_or(Audience::All))
    }
}

/// `GET`.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let at = page_number(asked.page);
    let wanted = RosterQuery {
        session: Some(asked.session.as_str()).filter(|session| !session.is_empty()),
        standing: match asked.state.as_str() {
            "seated" => Some(Standing::Seated),
            "waiting" => Some(Standing::Waiting),
            _ => None,
        },
        words: &asked.words,
        names_alone: !page.who()?.organises(),
        by_name: asked.order == "name",
        from: (at - 1).saturating_mul(SHOWN),
        most: SHOWN,
    };
    let (all, total) = state.store.roster(&id, &wanted).await?;
    security::exported(&id, all.len() as u64);
    let found = state.feeds.even_hidden(&id).ok();
    let (texts, language, title) = (page.texts, page.language(), page.title(&id));
    let content = html! {
        h1 { (texts.participants) }
        nav.tasks aria-label=(texts.tasks) {
            @if !asked.session.is_empty() { a.button href={ (page.of(&id, "/door")) "&session=" (encoded(&asked.session)) } { (texts.door) } }
            @if page.who()?.organises() { a.button.quiet href={ (page.of(&id, "/write")) "&to=" (encoded(&asked.audience())) } { (texts.write) } }
            @if page.who()?.organises() {
                a.button.quiet href={ (page.of(&id, "/export.csv")) "&for=people" } { (texts.download_sheet) }
                a.button.quiet href=(page.of(&id, "/export.csv")) { (texts.download_table) }
            }
        }
        (search(&page, (&id, found.as_deref()), &asked))
        p role="status" { (language.count(texts.found, total as u64, &[])) }
        @if all.is_empty() && asked.words.is_empty() && asked.session.is_empty() { p.lead { (texts.participants_none) } }
        @if !all.is_empty() { (table(&page, &id, &all, &asked.session)) }
        (pages(&page, at, total.div_ceil(SHOWN), |at| format!("{}&{}", page.of(&id, "/people"), asked.query(at).trim_end_matches('&'))))
    };
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(&id, ""))];
    Ok(page.render(&format!("{} – {title}", texts.participants), &above, &asked.query(at), &content))
}

/// The form that looks for somebody.
fn search(page: &OrganisePage, (id, initiative): (&str, Option<&Initiative>), asked: &Asked) -> Markup {
    let (texts, language) = (page.texts, page.language());
    let sessions = offered_dates(initiative, now() - LATELY, DATES);
    html! {
        form.search method="get" role="search" {
            input type="hidden" name="lang" value=(language.tag());
            p { label for="words" { (if page.who.as_ref().is_some_and(|who| who.organises()) { texts.words } else { texts.name }) } input id="words" name="words" type="search" maxlength="100" value=(asked.words); }
            @if !sessions.is_empty() {
                p {
                    label for="session" { (texts.date) }
                    select id="session" name="session" {
                        option value="" { (texts.all_dates) }
                        @for session in &sessions {
                            option value=(session.id) selected[session.id == asked.session] { (wording::session(language, session)) }
                        }
                        @if !asked.session.is_empty() && !sessions.iter().any(|session| session.id == asked.session) {
                            option value=(asked.session) selected { (page.date(id, &asked.session)) }
                        }
                    }
                }
                p {
                    label for="state" { (texts.state) }
                    select id="state" name="state" {
                        @for (value, words) in [("", texts.any_state), ("seated", texts.seated), ("waiting", texts.waits)] {
                            option value=(value) selected[value == asked.state] { (words) }
                        }
                    }
                }
            }
            p {
                label for="order" { (texts.order) }
                select id="order" name="order" {
                    @for (value, words) in [("", texts.as_they_came), ("name", texts.by_name)] {
                        option value=(value) selected[value == asked.order] { (words) }
                    }
                }
            }
            button.quiet { (texts.show) }
        }
    }
}

fn table(page: &OrganisePage, id: &str, all: &[Participant], session: &str) -> Markup {
    let texts = page.texts;
    let organises = page.who.as_ref().is_some_and(|who| who.organises());
    html! {
        table.people {
            thead { tr { th scope="col" { (texts.name) } th scope="col" { (texts.state) } th scope="col" { (texts.people_here) } } }
            tbody {
                @for Participant { record, note, .. } in all {
                    tr {
                        th scope="row" {
                            @let name = html! { bdi { (record.person.given_name) " " (record.person.family_name) } };
                            @if organises { a href=(participant::address(page, id, &record.id)) { (name) } } @else { (name) }
                            @if !note.is_empty() { " " span.mark title=(texts.noted) aria-hidden="true" { "✎" } span.unseen { (texts.noted) } }
                        }
                        td data-label=(texts.state) { ul.plain { @for words in standing(page, record, session) { li { (words) } } } }
                        td data-label=(texts.people_here) { (record.party) }
                    }
                }
            }
        }
    }
}

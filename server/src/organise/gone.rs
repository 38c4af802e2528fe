//! Dates that have left the feed though people take part in them: what needs attention of them, and `/organise/i/{id}/move`, which moves
//! their people to another date.

use alentour_model::Session;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::offered::{DATES, offered_dates};
use super::page::OrganisePage;
use super::{encoded, now};
use crate::http::Error;
use crate::signups::seat_limit;
use crate::state::AppState;
use crate::store::{Deed, KnownSession, Placement, RosterQuery, SeatLimit, SignUpName, Standing, StoreError};
use crate::wording;

/// Sign-ups that one press moves at most: each is a transaction.
const MOST: usize = 200;

/// A date that has left the feed, and how many people take part in it or wait for it.
#[derive(Clone)]
pub struct Gone {
    initiative: String,
    /// As it was known.
    pub date: KnownSession,
    people: u64,
}

/// All of them that are to come.
///
/// # Errors
/// Where the database does not answer.
pub async fn all(state: &AppState) -> Result<Vec<Gone>, StoreError> {
    let all = state.store.gone_sessions(now()).await?.into_iter();
    Ok(all.map(|(initiative, date, people)| Gone { initiative, date, people }).collect())
}

/// Those of one initiative.
///
/// # Errors
/// Where the database does not answer.
pub async fn of(state: &AppState, initiative: &str) -> Result<Vec<Gone>, StoreError> {
    Ok(all(state).await?.into_iter().filter(|one| one.initiative == initiative).collect())
}

/// What needs attention of an initiative: its dates that have left the feed, and what can be done.
pub fn attention(page: &OrganisePage, initiative: &str, all: &[Gone]) -> Markup {
    let (texts, language) = (page.texts, page.language());
    html! {
        @for one in all.iter().filter(|one| one.initiative == initiative).take(DATES) {
            @let query = format!("&session={}", encoded(&one.date.session));
            div.attention {
                p { (language.count(texts.gone, one.people, &[("date", &named(page, &one.date))])) }
                p.choices {
                    a.button.quiet.small href={ (page.of(initiative, "/call-off")) (query) } { (texts.gone_call_off) }
                    a.button.quiet.small href={ (page.of(initiative, "/move")) (query) } { (texts.gone_move) }
                }
            }
        }
    }
}

/// What a date is called that is known no otherwise than from before.
fn named(page: &OrganisePage, date: &KnownSession) -> String {
    let date = date.kept.session(&date.session);
    date.map_or_else(|| page.texts.date_unknown.to_owned(), |date| wording::session(page.language(), &date))
}

/// Which date.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    session: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Press {
    #[serde(default)]
    session: String,
    #[serde(default)]
    to: String,
}

/// `GET`: where to.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    view(&page, &state, (&id, &asked.session), None).await
}

/// `POST`: moves everybody for whom there is a seat; who has one there already stays where they are.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let found = state.feeds.even_hidden(&id).ok();
    let is_open = found.as_deref().is_some_and(|it| it.coming(now()).iter().any(|one| one.id == press.to));
    let gone = of(&state, &id).await?.into_iter().find(|one| one.date.session == press.session);
    let Some(gone) = gone.filter(|_| is_open) else {
        let late = (false, page.texts.too_late.to_owned());
        return view(&page, &state, (&id, &press.session), Some(late)).await;
    };
    let to = (press.to.as_str(), seat_limit(found.as_deref(), &press.to));
    let (moved, left) = moved(&page, &state, &gone, to).await?;
    state.live.doubt(&id);
    state.writer.outbox_wake().notify_one();
    let count = |words, count| page.language().count(words, count, &[]);
    let mut said = Vec::new();
    if moved > 0 {
        said.push(count(page.texts.gone_moved, moved));
    }
    if left > 0 {
        said.push(count(page.texts.gone_left, left));
    }
    view(&page, &state, (&id, &press.session), Some((moved > 0, said.join(" ")))).await
}

/// Moves those who have a seat, then those who wait. Says how many sign-ups that were, and how many are left.
async fn moved(
    page: &OrganisePage,
    state: &AppState,
    gone: &Gone,
    to: (&str, SeatLimit),
) -> Result<(u64, u64), Error> {
    let session = gone.date.session.as_str();
    // Nobody gets a seat of it that becomes free.
    let from = (session, SeatLimit::Seats { seats: 0, starts_at: gone.date.starts_at });
    let (mut moved, mut left) = (0, 0);
    for standing in [Standing::Seated, Standing::Waiting] {
        let wanted = RosterQuery {
            session: Some(session),
            standing: Some(standing),
            most: MOST,
            ..RosterQuery::default()
        };
        let (all, total) = state.store.roster(&gone.initiative, &wanted).await?;
        left += total.saturating_sub(all.len()) as u64;
        for one in all {
            let of = SignUpName { initiative: &gone.initiative, id: &one.record.id };
            let entry = page.who()?.entry(&gone.initiative, Deed::Moved, json!({}));
            match state.store.move_to(of, from, to, &gone.date.kept, &entry).await? {
                Placement::Now => moved += 1,
                Placement::Before | Placement::Full | Placement::Unknown => left += 1,
            }
        }
    }
    Ok((moved, left))
}

async fn view(
    page: &OrganisePage,
    state: &AppState,
    (id, session): (&str, &str),
    said: Option<(bool, String)>,
) -> Result<Response, Error> {
    let (texts, title) = (page.texts, page.title(id));
    let gone = of(state, id).await?.into_iter().find(|one| one.date.session == session);
    let found = state.feeds.even_hidden(id).ok();
    let content = html! {
        h1 { (texts.gone_move) }
        p.lead { bdi { (title) } }
        @if let Some((done, words)) = &said { p.said.wrong[!done] role="status" { (words) } }
        @match &gone {
            Some(gone) => (question(page, gone, &offered_dates(found.as_deref(), now(), DATES))),
            None => p { (texts.gone_none) },
        }
        (page.to_action(id))
    };
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    let query = format!("session={}&", encoded(session));
    Ok(page.render(&format!("{} – {title}", texts.gone_move), &above, &query, &content))
}

/// Which date they are moved to, and that they are told.
fn question(page: &OrganisePage, gone: &Gone, others: &[&Session]) -> Markup {
    let (texts, language) = (page.texts, page.language());
    let date = named(page, &gone.date);
    html! {
        section.card.asked {
            p { (language.count(texts.gone, gone.people, &[("date", &date)])) }
            @if others.is_empty() { p { (texts.gone_nowhere) } }
            @else {
                form method="post" action=(page.of(&gone.initiative, "/move")) {
                    (page.csrf())
                    input type="hidden" name="session" value=(gone.date.session);
                    label for="to" { (texts.move_to) }
                    select id="to" name="to" {
                        @for other in others { option value=(other.id) { (wording::session(language, other)) } }
                    }
                    p.hint { (texts.gone_told) }
                    div.choices { button { (texts.move_button) } }
                }
            }
        }
    }
}

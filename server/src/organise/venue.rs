//! `/organise/i/{id}/venue`: where participants meet, for all dates or for one of them. Whoever has a seat there is told by mail.

use alentour_model::Initiative;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::encoded;
use super::now;
use super::offered::{DATES, more_dates, offered_dates};
use super::page::OrganisePage;
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::{Deed, Meeting, Venue};

/// Characters of a place in the list of all.
const SHORT: usize = 120;

/// Which date; empty: all that have no place of their own.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub session: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    action: String,
    #[serde(default)]
    session: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    link: String,
}

/// What the page shows: the places as they are said, and the form for one date.
struct View<'a> {
    id: &'a str,
    initiative: Option<&'a Initiative>,
    venues: Vec<Venue>,
    /// The date that the form is for.
    session: &'a str,
    /// What stands in the form: what was typed and is none, or what is said.
    typed: Meeting,
    is_wrong: bool,
    /// How many mails a change owes.
    audience: u64,
    said: Option<String>,
}

/// `GET`.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    security::venue_shown(&id);
    view(&page, &state, (&id, &asked.session), None, None).await
}

/// `POST`: says it, or says it no more.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let (texts, session) = (page.texts, fields.session.as_str());
    let entry = page.who()?.entry(&id, Deed::Venue, json!({}));
    let said = match fields.action.as_str() {
        "set" => {
            let is_known = || state.feeds.even_hidden(&id).is_ok_and(|it| it.session(session).is_some());
            if !session.is_empty() && !is_known() {
                return Err(Error::NotFound);
            }
            let Ok(meeting) = Meeting::parse(&fields.text, &fields.link) else {
                let typed = Meeting { text: fields.text.clone(), link: fields.link.clone() };
                return view(&page, &state, (&id, session), Some(typed), None).await;
            };
            let told = state.store.set_venue(&id, session, &meeting, &entry).await?;
            security::venue_changed(&id, told);
            state.writer.outbox_wake().notify_one();
            match told {
                0 => texts.venue_told_nobody.to_owned(),
                told => page.language().count(texts.venue_told, told, &[]),
            }
        }
        "clear" => match state.store.clear_venue(&id, session, &entry).await? {
            true => {
                security::venue_changed(&id, 0);
                texts.venue_cleared.to_owned()
            }
            false => texts.too_late.to_owned(),
        },
        _ => return Err(Error::Malformed("action")),
    };
    view(&page, &state, (&id, session), None, Some(said)).await
}

/// The page; `wrong` is what was typed that is no place.
async fn view(
    page: &OrganisePage,
    state: &AppState,
    (id, session): (&str, &str),
    wrong: Option<Meeting>,
    said: Option<String>,
) -> Result<Response, Error> {
    let found = state.feeds.even_hidden(id).ok();
    let venues = state.store.venues(id).await?;
    let before = venues.iter().find(|venue| venue.session == session).map(|venue| venue.meeting.clone());
    let view = View {
        id,
        initiative: found.as_deref(),
        session,
        is_wrong: wrong.is_some(),
        typed: wrong.or(before).unwrap_or_default(),
        audience: state.store.venue_audience(id, session, now()).await?,
        venues,
        said,
    };
    let (texts, title) = (page.texts, page.title(id));
    let content = html! {
        h1 { (texts.venue) }
        p.lead { (texts.venue_lead) }
        @if let Some(words) = &view.said { p.said role="status" { (words) } }
        (said_so_far(page, &view))
        (form(page, &view))
    };
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    let query = if session.is_empty() { String::new() } else { format!("session={}&", encoded(session)) };
    let mut response = page.render(&format!("{} – {title}", texts.venue), &above, &query, &content);
    if view.is_wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// What is said, and of which dates something of their own can be said.
fn said_so_far(page: &OrganisePage, view: &View<'_>) -> Markup {
    let texts = page.texts;
    let coming = offered_dates(view.initiative, now(), usize::MAX);
    let mut sessions = vec![""];
    sessions.extend(coming.iter().map(|session| session.id.as_str()));
    // What is said of a date that is over, or has left the feed, can still be taken back.
    let others = view.venues.iter().map(|venue| venue.session.as_str());
    let others: Vec<_> = others.filter(|name| !sessions.contains(name)).collect();
    sessions.extend(others);
    let all = sessions.len();
    // Of too many for a page those of which something is said come first: it is what one looks for here.
    let is_said = |session: &str| view.venues.iter().any(|venue| venue.session == session);
    if all > DATES {
        sessions.sort_by_key(|session| !session.is_empty() && !is_said(session));
        sessions.truncate(DATES);
    }
    let address = page.of(view.id, "/venue");
    html! {
        @if sessions.len() > 1 {
            table {
                thead { tr { th scope="col" { (texts.date) } th scope="col" { (texts.venue) } } }
                tbody {
                    @for session in &sessions {
                        @let session = *session;
                        tr {
                            th scope="row" {
                                a href={ (address) "&session=" (encoded(session)) } aria-current=[(session == view.session).then_some("true")] { bdi { (page.date(view.id, session)) } }
                            }
                            td data-label=(texts.venue) {
                                @match view.venues.iter().find(|venue| venue.session == session) {
                                    Some(Venue { meeting, .. }) => {
                                        bdi { (short(&meeting.line(", "))) }
                                        @if !meeting.link.is_empty() { " " bdi dir="ltr" { (short(&meeting.link)) } }
                                    }
                                    None => { "–" }
                                }
                            }
                        }
                    }
                }
            }
            (more_dates(page, sessions.len(), all))
        }
    }
}

/// A place as a list has it: the form has all of it.
fn short(text: &str) -> String {
    match text.char_indices().nth(SHORT) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Where a place is said for one date, or for all.
fn form(page: &OrganisePage, view: &View<'_>) -> Markup {
    let (texts, language) = (page.texts, page.language());
    let is_said = view.venues.iter().any(|venue| venue.session == view.session);
    let (Meeting { text, link }, wrong) = (&view.typed, view.is_wrong.then_some("true"));
    let describes = if view.is_wrong { "wrong owes" } else { "owes" };
    html! {
        section.card {
            h2 { bdi { (page.date(view.id, view.session)) } }
            form method="post" novalidate {
                (page.csrf())
                input type="hidden" name="session" value=(view.session);
                @if view.is_wrong { p.error id="wrong" { (texts.venue_wrong) } }
                p {
                    label for="text" { (texts.venue_text) }
                    textarea id="text" name="text" rows="3" maxlength="500" aria-describedby=(describes) aria-invalid=[wrong] autofocus[view.is_wrong] { (text) }
                }
                p {
                    label for="link" { (texts.venue_link) }
                    input id="link" name="link" type="url" inputmode="url" dir="ltr" maxlength="2000" value=(link) aria-invalid=[wrong];
                }
                p id="owes" { @if view.audience == 0 { (texts.venue_owes_nobody) } @else { (language.count(texts.venue_owes, view.audience, &[])) } }
                div.choices {
                    button name="action" value="set" { (texts.save) }
                    @if is_said { button.quiet name="action" value="clear" { (texts.venue_clear) } }
                }
                @if is_said { p.hint { (texts.venue_clear_hint) } }
            }
        }
    }
}

//! `POST /i/{id}`: a form that comes without a script. The rules are those of `POST /signups`, except that no proof of work can be asked
//! for: what is lower is the rate limit, and what is asked instead is a mark that only a page of ours has, which tells how long filling in
//! took; each page is good for one form that is stored. Where no mail is sent, nobody could confirm, and no form is taken. What is stored is answered with the way to its receipt, what is not
//! with the form and all that was typed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use alentour::render::{Filled, Status};
use alentour_model::signup::FieldIssue;
use alentour_model::{FieldProblem, Initiative, SignUp};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

use super::form::{self, Sent};
use super::list_query::ListQuery;
use super::page::Page;
use super::receipt;
use super::show::{Shown, respond};
use crate::http::beat::next_beat;
use crate::http::{Error, Visitor, is_own_form};
use crate::signups::{self, FormTicket};
use crate::store::Digest;

/// `POST /i/{id}`.
pub async fn take_part(
    page: Page,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    if !is_own_form(&headers, &page.state.settings) {
        return Err(Error::ForeignForm);
    }
    if !is_form(&headers) {
        return Err(Error::Malformed("content-type"));
    }
    // Each answer is a page, with what the next form needs.
    page.state.limits.page(visitor)?;
    let start = Instant::now();
    let (secret, takes_forms) = (page.state.store.secret(), page.state.settings.mail.is_some());
    let initiative = page.state.feeds.initiative(&id);
    let asked = initiative.as_ref().ok().and_then(|initiative| initiative.participation.as_ref());
    let mut sent = form::read(&body, &id, page.language.tag(), asked);
    let ticket = FormTicket::read(&sent.ticket, secret, &id);
    // Of the form as it was sent: what it says can be told without the initiative, whose questions may have changed or gone.
    let request_h = secret.digest("page form as sent", &body);
    // Before anything else: the initiative may have closed, or left the feed, since the answer was lost.
    let known = known(&page, ticket.as_ref(), &request_h).await;
    if let (true, Some(ticket), Ok(Known::Same)) = (takes_forms, &ticket, &known) {
        next_beat(start).await;
        return receipt::see(&page, &id, ticket, &sent.sign_up);
    }
    let initiative = match initiative {
        Ok(initiative) => initiative,
        // Where the database does not answer, nobody knows whether the form is stored.
        Err(gone) => return Err(known.err().unwrap_or(gone)),
    };
    if !takes_forms || initiative.participation.is_none() {
        return respond(page, initiative, Shown::default()).await;
    }
    let ticket = unanswered(&page, ticket, known);
    let kept = async { keep(&page, visitor, &initiative, &sent, (ticket?, request_h), start).await };
    let refused = match kept.await {
        Ok(ticket) => return receipt::see(&page, &id, &ticket, &sent.sign_up),
        Err(refused) => refused,
    };
    sent.sign_up.waitlist.extend(refused.full.iter().cloned());
    // Whoever has agreed to another wording agrees anew.
    sent.sign_up.consents.retain(|given| {
        let field = format!("consents.{}", given.id);
        let has_changed = |problem: &FieldProblem| problem.problem == FieldIssue::Changed;
        !refused.problems.iter().any(|problem| problem.field == field && has_changed(problem))
    });
    let status = if refused.status.is_server_error() { Status::NotSent } else { Status::Editing };
    answer(page, initiative, sent.sign_up, refused, status).await
}

/// Why a form comes back.
struct Refused {
    status: StatusCode,
    ticket: Option<FormTicket>,
    problems: Vec<FieldProblem>,
    said: &'static str,
    wait: Option<u64>,
    /// Sessions without seats enough: sent again, the form asks for places in their lines.
    full: Vec<String>,
}

impl Default for Refused {
    fn default() -> Self {
        Self {
            status: StatusCode::OK,
            ticket: None,
            problems: Vec::new(),
            said: "",
            wait: None,
            full: Vec::new(),
        }
    }
}

/// What a key was answered for.
enum Known {
    Nothing,
    Same,
    Other,
}

async fn known(page: &Page, ticket: Option<&FormTicket>, request_h: &Digest) -> Result<Known, Error> {
    let Some(ticket) = ticket else { return Ok(Known::Nothing) };
    let answered = page.state.store.answered(ticket.key.as_str()).await?;
    Ok(match answered {
        None => Known::Nothing,
        Some(answered) if answered == *request_h => Known::Same,
        Some(_) => Known::Other,
    })
}

/// The ticket, where it is one of ours and was not answered before.
fn unanswered(
    page: &Page,
    ticket: Option<FormTicket>,
    known: Result<Known, Error>,
) -> Result<FormTicket, Refused> {
    match (ticket, known) {
        // What is none of our pages' gets a mark, and its time begins.
        (None, _) => Err(odd(page.texts.form_late)),
        (ticket, Err(error)) => Err(Refused { ticket, ..refused(page, error) }),
        (_, Ok(Known::Other)) => Err(odd(page.texts.form_again)),
        (Some(ticket), Ok(_)) => Ok(ticket),
    }
}

fn odd(said: &'static str) -> Refused {
    Refused { status: StatusCode::UNPROCESSABLE_ENTITY, said, ..Refused::default() }
}

/// Stores a form, and gives back what names it; or says why not.
async fn keep(
    page: &Page,
    visitor: Visitor,
    initiative: &Initiative,
    sent: &Sent,
    (ticket, request_h): (FormTicket, Digest),
    start: Instant,
) -> Result<FormTicket, Refused> {
    let (state, texts) = (&page.state, page.texts);
    let now = super::now();
    let ticket = ticket
        .in_time(now, state.settings.robots.fill_seconds, texts)
        .map_err(|(ticket, said)| Refused { ticket, ..odd(said) })?;
    let key = ticket.key.clone();
    let kept = async {
        state.limits.unproved_sign_up(visitor)?;
        if !sent.website.is_empty() {
            return Err(Error::Proof);
        }
        // Of a copy: a form that comes back has all that was typed.
        let checked = signups::check(sent.sign_up.clone(), initiative, now).map_err(Error::Invalid)?;
        let proof = Some(ticket.proof(state.store.secret()));
        let stored = signups::Arrival { key, request_h, proof, page: ListQuery::of(page).from, now, start };
        // What was spent is the ticket.
        let again = |error| if matches!(error, Error::Proof) { Error::KeyReused } else { error };
        signups::keep(state, stored, checked, initiative).await.map_err(again)
    };
    match kept.await {
        Ok(()) => Ok(ticket),
        // A key that belongs to other answers is of no use any more.
        Err(error @ Error::KeyReused) => Err(refused(page, error)),
        Err(error) => Err(Refused { ticket: Some(ticket), ..refused(page, error) }),
    }
}

/// What a form that comes back says of an error. Nothing of it is lost.
fn refused(page: &Page, error: Error) -> Refused {
    let texts = page.texts;
    let one = |issue| vec![FieldProblem { field: "session".into(), problem: issue }];
    let full = if let Error::Full(sessions) = &error { sessions.clone() } else { Vec::new() };
    let (status, problems, said, wait) = match error {
        Error::Invalid(problems) => (StatusCode::UNPROCESSABLE_ENTITY, as_shown(problems), "", None),
        Error::Full(_) => (StatusCode::CONFLICT, one(FieldIssue::Full), "", None),
        Error::Conflict(_) => (StatusCode::CONFLICT, one(FieldIssue::Closed), "", None),
        Error::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), texts.form_again, None),
        Error::Proof => (StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), texts.form_soon, None),
        Error::TooMany(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, Vec::new(), texts.trouble_often_lead, Some(seconds))
        }
        error => {
            tracing::error!(?error, "form not stored");
            (StatusCode::SERVICE_UNAVAILABLE, Vec::new(), "", Some(RETRY.as_secs()))
        }
    };
    Refused { status, ticket: None, problems, said, wait, full }
}

/// Here the names of those who come along are one field.
fn as_shown(problems: Vec<FieldProblem>) -> Vec<FieldProblem> {
    let mut shown: Vec<FieldProblem> = Vec::new();
    for mut problem in problems {
        if problem.field.starts_with("guests.") {
            problem.field = "guests".to_owned();
        }
        if !shown.contains(&problem) {
            shown.push(problem);
        }
    }
    shown
}

/// After which a form that could not be stored may be sent again.
const RETRY: Duration = Duration::from_secs(2);

async fn answer(
    page: Page,
    initiative: Arc<Initiative>,
    sign_up: SignUp,
    refused: Refused,
    status: Status,
) -> Result<Response, Error> {
    let filled = Some(Filled { sign_up, problems: refused.problems, status });
    let shown = Shown { filled, ticket: refused.ticket, said: refused.said };
    let mut response = respond(page, initiative, shown).await?;
    *response.status_mut() = refused.status;
    if let Some(seconds) = refused.wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

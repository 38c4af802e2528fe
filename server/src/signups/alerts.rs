//! `POST /alerts`: a visitor asks to be told when there is something near. The rules are those of `POST /signups`, and what is stored is
//! stored as a sign-up, of no initiative: [`ALERTS`]. Where no mail is sent there are no alerts.

use std::time::Instant;

use alentour_model::alert::CONSENT;
use alentour_model::gazetteer::Locality;
use alentour_model::signup::FieldIssue;
use alentour_model::{AlertRequest, AlertSubmission, EmailAddress, FieldProblem};
use alentour_texts::Language;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::new_sign_up::{DAY, language_tag};
use super::{Arrival, admit, is_answered, received, request, store};
use crate::http::{Error, Visitor};
use crate::position::is_position;
use crate::state::AppState;
use crate::store::{ALERTS, Alert, ConsentReceipt, Digest, Message, MessageKind, NewSignUp, Person};

/// What a widget says of itself.
#[derive(Deserialize)]
pub struct Asks {
    #[serde(default)]
    lang: String,
}

/// `GET /alerts?lang=`: what is agreed to, in that language; 204 where there are no alerts, for a 404 would be an error in the
/// console of a partner's page. What a widget offers it has asked for.
pub async fn wording(State(state): State<AppState>, Query(Asks { lang }): Query<Asks>) -> Response {
    match state.settings.mail {
        Some(_) => Language::parse(&lang).unwrap_or(Language::DEFAULT).pages().alert_consent.into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// `POST /alerts`.
pub async fn ask(
    State(state): State<AppState>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Error> {
    let key = request::key(request.headers())?;
    let body = request::json_body(request).await?;
    let start = Instant::now();
    if state.settings.mail.is_none() {
        return Err(Error::NotFound);
    }
    let AlertSubmission { alert, altcha, page, website } =
        serde_json::from_slice(&body).map_err(|_| Error::Malformed("body"))?;
    let request_h = digest(&state, &alert);
    if is_answered(&state, &key, &request_h).await? {
        return Ok(received(&state));
    }
    let (now, proof) = admit(&state, visitor, &website, &altcha)?;
    let checked = check(&state, alert).await?;
    keep(&state, Arrival { key, request_h, proof, page, now, start }, checked).await?;
    Ok(received(&state))
}

/// Names a request by what it says.
pub fn digest(state: &AppState, request: &AlertRequest) -> Digest {
    // Writing a structure of texts and numbers to memory cannot fail.
    let said = serde_json::to_vec(request).unwrap_or_default();
    state.store.secret().digest("alert request", &said)
}

/// A form that nothing is wrong with, and the place that is meant.
pub struct CheckedAlert {
    request: AlertRequest,
    email: EmailAddress,
    place: Locality,
}

/// Checks a form, whichever way it came. Reads the gazetteer.
///
/// # Errors
/// What is wrong with it.
pub async fn check(state: &AppState, request: AlertRequest) -> Result<CheckedAlert, Error> {
    let problems = request.validate();
    let (Some(email), []) = (EmailAddress::parse(&request.email), problems.as_slice()) else {
        return Err(Error::Invalid(problems));
    };
    let bundle = state.bundle.clone();
    let (place, countries) = (request.place.trim().to_owned(), request.countries.clone());
    // A position is no name, whatever a gazetteer makes of its digits.
    let find = move || (!is_position(&place)).then(|| bundle.named(&place, &countries).taken().cloned());
    let found = tokio::task::spawn_blocking(find).await.map_err(|why| Error::Unavailable(why.to_string()))?;
    match found.flatten() {
        Some(place) => Ok(CheckedAlert { request, email, place }),
        None => {
            Err(Error::Invalid(vec![FieldProblem { field: "place".into(), problem: FieldIssue::Invalid }]))
        }
    }
}

/// Stores an alert, which a mail asks to confirm. Whether the person is known or not, it comes back on the same beat.
///
/// # Errors
/// Those of [`keep`](super::keep).
pub async fn keep(state: &AppState, arrival: Arrival, checked: CheckedAlert) -> Result<(), Error> {
    let page = arrival.partner_page(state);
    let Arrival { key, request_h, proof, now, start, .. } = arrival;
    state.limits.initiative(ALERTS)?;
    let CheckedAlert { request, email, place } = checked;
    let (secret, retention) = (state.store.secret(), &state.settings.retention);
    let language = language_tag(&request.language);
    let texts = Language::parse(&language).unwrap_or(Language::DEFAULT).pages();
    let thousandths = |degrees: f64| (degrees * 1000.0).round() as i32;
    let alert = Alert {
        place: place.label(),
        north: thousandths(place.point.latitude),
        east: thousandths(place.point.longitude),
        radius: request.radius,
        kinds: request.kinds,
        causes: request.causes,
    };
    let person = Person { email: email.as_str().to_owned(), page, alert: Some(alert), ..Person::default() };
    let email_h = secret.email_h(&email);
    let receipt = ConsentReceipt {
        consent: "alert".into(),
        version: CONSENT.into(),
        text: texts.alert_consent.into(),
        purpose: "newsletter".into(),
        used_for: None,
        language: language.clone(),
        given: true,
    };
    let form = NewSignUp {
        email_h,
        participant_h: person.participant_h(secret, &email_h),
        request_h,
        key: key.as_str().to_owned(),
        initiative: ALERTS.into(),
        sessions: Vec::new(),
        request: None,
        party: 1,
        person,
        language,
        receipts: vec![receipt],
        proof,
        messages: vec![Message { kind: MessageKind::Confirm, sink: String::new() }],
        at: now,
        is_attempt: true,
        expires_at: now + DAY * i64::from(retention.unconfirmed_days),
        keep_until: now + DAY * i64::from(retention.alert_days),
    };
    store(state, form, start).await
}

//! Participation in an event of a Mobilizon instance, without an account there: the instance asks the person to confirm by mail.
//!
//! Schema: <https://framagit.org/framasoft/mobilizon/-/blob/main/schema.graphql>, `joinEvent` and `config.anonymous`.

use serde_json::{Value, json};
use ureq::Agent;

use super::backoff::DeliveryError;
use super::event::Event;
use super::http::{self, LONGEST};
use crate::store::{Attendance, AttendanceState, MessageKind, SignUpRecord};

const WHO: &str = "query AnonymousActor { config { anonymous { actorId participation { allowed } } } }";

const JOIN: &str = "mutation Join($eventId: ID!, $actorId: ID!, $email: String, $message: String, $locale: String) { \
    joinEvent(eventId: $eventId, actorId: $actorId, email: $email, message: $message, locale: $locale) { id role } }";

/// Whether somebody has a seat, or needs none.
fn takes_part(stored: &SignUpRecord) -> bool {
    let is_active = |one: &Attendance| one.state == AttendanceState::Active;
    stored.attendances.is_empty() || stored.attendances.iter().any(is_active)
}

/// Takes part on the person's behalf.
///
/// # Errors
/// Where the instance does not take it; for good where its API has no such request.
pub async fn send(
    agent: &Agent,
    url: &str,
    event_id: &str,
    token: &str,
    event: &Event<'_>,
) -> Result<(), DeliveryError> {
    let stored = match (event.message.kind, event.record) {
        // Whoever waits for a seat here takes none there, until they have one.
        (MessageKind::SignedUp | MessageKind::Changed, Some(stored)) if !takes_part(stored) => return Ok(()),
        (MessageKind::SignedUp, Some(stored)) => stored,
        (MessageKind::Changed, Some(stored)) if !stored.attendances.is_empty() => stored,
        // Only the participation is there: no consent, no number of people, no answers.
        (MessageKind::Changed | MessageKind::Withdrawn, _) => return Ok(()),
        _ => {
            return Err(DeliveryError::Final(
                "the participation there can only be cancelled by the person, with the link that the instance mailed \
                 to them, or by the event's organiser: tell them"
                    .into(),
            ));
        }
    };
    let api = format!("{}/api", url.trim_end_matches('/'));
    let ask = async |query: Value| -> Result<Value, DeliveryError> {
        let mut headers = vec![("accept", "application/json".to_owned())];
        if !token.is_empty() {
            headers.push(("authorization", format!("Bearer {token}")));
        }
        let answer = http::post(agent, &api, &headers, query.to_string().into_bytes(), LONGEST).await?;
        serde_json::from_slice(&answer.body)
            .map_err(|_| DeliveryError::Refused("its answer is not GraphQL".into()))
    };
    let config = ask(json!({ "query": WHO })).await?;
    let anonymous = config.pointer("/data/config/anonymous");
    if anonymous.and_then(|it| it.pointer("/participation/allowed")) == Some(&Value::Bool(false)) {
        return Err(DeliveryError::Refused("the instance takes no participation without an account".into()));
    }
    let actor = match anonymous.and_then(|it| it.get("actorId")) {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err(DeliveryError::Refused("the instance names no anonymous profile".into())),
    };
    let language = stored.language.split('-').next().filter(|language| !language.is_empty()).unwrap_or("fr");
    let variables = json!({
        "eventId": event_id, "actorId": actor, "email": stored.person.email, "message": stored.person.message,
        "locale": language,
    });
    let joined = ask(json!({ "query": JOIN, "variables": variables })).await?;
    if joined.pointer("/data/joinEvent/id").is_some_and(|id| !id.is_null()) {
        return Ok(());
    }
    // Its words are for people and in its language; only what a repeat meets is recognised, by Mobilizon's own English.
    let said = |words: &str| {
        joined.get("errors").and_then(Value::as_array).is_some_and(|errors| {
            errors.iter().any(|error| error["message"].as_str().is_some_and(|text| text.contains(words)))
        })
    };
    match () {
        () if said("already a participant") => Ok(()),
        () if said("maximum capacity") => {
            Err(DeliveryError::Final("the event there is full: tell the person".into()))
        }
        () => Err(DeliveryError::Refused("the instance refused the participation".into())),
    }
}

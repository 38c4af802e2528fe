//! Action Network and other servers of the OSDI API: an attendance, a signature or a submission together with its person, by
//! the "record ... helper" of an event, a petition or a form.
//!
//! Documentation: <https://actionnetwork.org/docs/v2/record_attendance_helper>,
//! <https://actionnetwork.org/docs/v2/record_signature_helper>, <https://actionnetwork.org/docs/v2/record_submission_helper>,
//! <https://opensupporter.github.io/osdi-docs/record_attendance.html>.

use serde_json::{Map, Value, json};
use ureq::Agent;

use super::backoff::DeliveryError;
use super::event::{Event, time};
use super::http;
use crate::signups::export::{offers, sessions};
use crate::store::{AttendanceState, Decision, MessageKind, SignUpRecord, answer_text};

/// Posts a sign-up to a helper.
///
/// # Errors
/// Where the server does not take it; for good where the API has no such request.
pub async fn send(agent: &Agent, url: &str, token: &str, event: &Event<'_>) -> Result<(), DeliveryError> {
    let by_hand = |what: &str| {
        let id = &event.signup;
        Err(DeliveryError::Final(format!(
            "the API has no request for it: {what} of alentour:{id} there by hand"
        )))
    };
    let stored = match (event.message.kind, event.record) {
        (MessageKind::SignedUp, Some(stored)) => stored,
        (MessageKind::Changed, _) => return by_hand("change the entry"),
        (MessageKind::Withdrawn, _) => return by_hand("take back the consent"),
        _ => return by_hand("erase the entry"),
    };
    let headers = [("osdi-api-token", token.to_owned())];
    http::post(agent, url, &headers, body(url, event, stored).to_string().into_bytes(), 0).await?;
    Ok(())
}

fn body(url: &str, event: &Event<'_>, stored: &SignUpRecord) -> Value {
    let person = &stored.person;
    let mut email = json!({ "primary": true, "address": person.email });
    // Subscribing somebody is only ours to ask where they said so. (Action Network subscribes whom it did not know.)
    if stored.consents.iter().any(|consent| consent.holds() && consent.purpose == "newsletter") {
        email["status"] = json!("subscribed");
    }
    let mut out = json!({
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email_addresses": [email],
    });
    // Custom fields are texts.
    let answers = person.answers.iter();
    let mut custom: Map<String, Value> =
        answers.map(|(id, answer)| (id.clone(), answer_text(answer, "; ").into())).collect();
    if let Some(telephone) = &person.telephone {
        // Digits with the country's code; without it nobody there knows which country.
        match telephone.trim().strip_prefix('+') {
            Some(rest) => {
                let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
                out["phone_numbers"] = json!([{ "primary": true, "number": digits }]);
            }
            None => {
                custom.insert("telephone".into(), json!(telephone));
            }
        }
    }
    if let Some(code) = &person.postal_code {
        let country = event.initiative.and_then(|it| it.places.first()).map(|place| &place.address_country);
        let mut address = json!({ "primary": true, "postal_code": code });
        if let Some(country) = country.filter(|country| !country.is_empty()) {
            address["country"] = json!(country);
        }
        out["postal_addresses"] = json!([address]);
    }
    if let Some(message) = &person.message {
        // Not as the action's comment: those may be shown in public.
        custom.insert("message".into(), json!(message));
    }
    if stored.party > 1 {
        custom.insert("party_size".into(), json!(stored.party.to_string()));
    }
    if let Some(session) = stored.session() {
        custom.insert("session".into(), json!(session));
        custom.insert("sessions".into(), json!(sessions(stored)));
    }
    if !stored.offers.is_empty() {
        custom.insert("offers".into(), json!(offers(stored)));
    }
    if let Some((decision, _)) = stored.decision {
        custom.insert("decision".into(), json!(decision.as_str()));
    }
    if !custom.is_empty() {
        out["custom_fields"] = Value::Object(custom);
    }
    let mut body = json!({
        "identifiers": [format!("alentour:{}", event.signup)],
        "origin_system": "Alentour",
        "action_date": time(stored.received_at),
        "person": out,
    });
    // Of the three, an attendance alone has a status.
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if path.contains("/attendances") || path.ends_with("/record_attendance_helper") {
        body["status"] = json!(status(stored));
    }
    body
}

/// OSDI's word for an attendance: it is accepted where somebody has a seat, or needs none, and the organiser has nothing left to decide.
fn status(stored: &SignUpRecord) -> &'static str {
    let has = |state| stored.attendances.iter().any(|one| one.state == state);
    match () {
        () if matches!(stored.decision, Some((Decision::Asked, _))) => "tentative",
        () if matches!(stored.decision, Some((Decision::Declined, _))) => "declined",
        () if stored.attendances.is_empty() || has(AttendanceState::Active) => "accepted",
        () if has(AttendanceState::Waiting) || has(AttendanceState::Offered) => "tentative",
        () => "declined",
    }
}

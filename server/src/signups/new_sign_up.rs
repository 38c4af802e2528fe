//! From a form that has been checked to what is stored.

use alentour_model::question::BETWEEN_VALUES;
use alentour_model::signup::{FieldIssue, answer_to};
use alentour_model::{
    EmailAddress, FieldProblem, Initiative, Offer, Participation, Question, QuestionType, Session, SignUp,
};
use serde_json::{Map, Value};

use super::{Arrival, Checked};
use crate::http::Error;
use crate::settings::{Seats, Settings};
use crate::state::AppState;
use crate::store::{
    ConsentReceipt, Digest, NewSignUp, Offering, Person, SeatLimit, Secret, SignUpRecord, WantedSession,
};

/// Seconds.
pub const DAY: i64 = 86_400;
/// The time to receive a mail and to press a button, in seconds.
const SHORTEST_HOLD: i64 = 15 * 60;

/// Names a request by what it says, however its JSON is spaced and ordered.
pub fn request_digest(secret: &Secret, sign_up: &SignUp) -> Digest {
    // Writing a structure of texts and numbers to memory cannot fail.
    secret.digest("request", &serde_json::to_vec(sign_up).unwrap_or_default())
}

/// What is stored of a form.
pub fn new_sign_up(
    state: &AppState,
    arrival: Arrival,
    Checked(sign_up): Checked,
    initiative: &Initiative,
) -> Result<NewSignUp, Error> {
    let (secret, settings) = (state.store.secret(), &*state.settings);
    let page = arrival.partner_page(state);
    let Arrival { key, request_h, proof, now, .. } = arrival;
    let Some(email) = EmailAddress::parse(&sign_up.email) else {
        let problem = FieldProblem { field: "email".into(), problem: FieldIssue::Invalid };
        return Err(Error::Invalid(vec![problem]));
    };
    let mut sessions: Vec<_> = sign_up.chosen().iter().filter_map(|id| initiative.session(id)).collect();
    sessions.sort_by_key(|session| session.start.moment.instant);
    let sessions = sessions.into_iter().map(|session| WantedSession {
        id: session.id.clone(),
        seats: session.limit(),
        starts_at: session.start.moment.instant,
        may_wait: sign_up.may_wait(&session.id),
        hold_until: hold_until(&settings.seats, session, now),
    });
    let sessions = sessions.collect();
    let asked = initiative.participation.as_ref().map_or(&[][..], |participation| &participation.consents);
    let language = language_tag(&sign_up.language);
    // The wording is the feed's, which `validate` has found to be the one that was shown.
    let receipts = asked
        .iter()
        .map(|asked| ConsentReceipt {
            consent: asked.id.clone(),
            version: asked.version.clone(),
            text: asked.text.clone(),
            purpose: asked.purpose.clone(),
            used_for: asked.used_for,
            language: language.clone(),
            given: sign_up.consents.iter().any(|given| given.id == asked.id),
        })
        .collect();
    let questions =
        initiative.participation.as_ref().map_or(&[][..], |participation| &participation.questions);
    let answered = questions
        .iter()
        .map(|question| (question, answer_to(&sign_up.answers, &question.id).trim()))
        .filter(|(_, answer)| !answer.is_empty());
    let words = |question: &Question| (question.id.clone(), question.label.clone());
    let asked = answered.clone().map(|(question, _)| words(question)).collect();
    let answers: Map<String, Value> =
        answered.map(|(question, answer)| (question.id.clone(), kept(question, answer))).collect();
    let participation = initiative.participation.as_ref();
    let request = participation
        .filter(|it| it.way.is_decided())
        .map(|participation| offered(participation, &sign_up.offers));
    let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let guests = sign_up.guests.iter().filter_map(|name| filled(name.clone()));
    let keep_until = keep_until(settings, initiative, now);
    let email_h = secret.email_h(&email);
    let person = Person {
        given_name: sign_up.given_name.trim().to_owned(),
        family_name: sign_up.family_name.trim().to_owned(),
        email: email.as_str().to_owned(),
        telephone: filled(sign_up.telephone),
        postal_code: filled(sign_up.postal_code),
        town: filled(sign_up.town),
        message: filled(sign_up.message),
        guests: guests.collect(),
        answers,
        asked,
        under_15: sign_up.under15,
        page,
        alert: None,
    };
    Ok(NewSignUp {
        email_h,
        participant_h: person.participant_h(secret, &email_h),
        request_h,
        key: key.as_str().to_owned(),
        initiative: initiative.id.clone(),
        sessions,
        request,
        party: sign_up.party_size,
        person,
        language,
        receipts,
        proof,
        messages: settings.messages_at_sign_up(&initiative.id),
        at: now,
        // Where no mail is sent, nobody can confirm.
        is_attempt: settings.mail.is_some(),
        expires_at: match settings.mail {
            Some(_) => keep_until.min(now + DAY * i64::from(settings.retention.unconfirmed_days)),
            None => keep_until,
        },
        keep_until,
    })
}

/// What a form offers, of which nothing is accepted yet.
fn offered(participation: &Participation, offers: &[Offer]) -> Vec<Offering> {
    let offering = |offer: &Offer| {
        let need = participation.need(&offer.need)?;
        Some(Offering { need: need.id.clone(), quantity: offer.quantity, needed: need.quantity, accepted: 0 })
    };
    offers.iter().filter_map(offering).collect()
}

/// An answer as it is kept: several values as a list, which nobody takes for one text of several lines once the feed asks something else.
fn kept(question: &Question, answer: &str) -> Value {
    match question.answer {
        QuestionType::Choices | QuestionType::Availability => {
            answer.split(BETWEEN_VALUES).map(Value::from).collect()
        }
        _ => Value::from(answer),
    }
}

/// The limit of a session, as the feed says it now.
pub fn seat_limit(initiative: Option<&Initiative>, session: &str) -> SeatLimit {
    let session = initiative.and_then(|initiative| initiative.session(session));
    let Some(session) = session else { return SeatLimit::Unknown };
    let starts_at = session.start.moment.instant;
    session.limit().map_or(SeatLimit::Unlimited, |seats| SeatLimit::Seats { seats, starts_at })
}

/// The limits of the sessions that a sign-up is for, as the feed says them now.
pub fn seat_limits(initiative: Option<&Initiative>, record: &SignUpRecord) -> Vec<(String, SeatLimit)> {
    let sessions = record.attendances.iter().map(|one| one.session.as_str());
    sessions.map(|session| (session.to_owned(), seat_limit(initiative, session))).collect()
}

/// Until when a form holds its seats: as long as the operator says, and at most a quarter of the time that is left until the
/// session begins, so that seats that nobody confirms are free again in time; but long enough to read a mail.
fn hold_until(seats: &Seats, session: &Session, now: i64) -> i64 {
    let hold = i64::from(seats.hold_minutes) * 60;
    let left = session.start.moment.instant - now;
    now + hold.min((left / 4).max(SHORTEST_HOLD))
}

/// Until when an attempt holds the first of its seats, or of its places in a line, that it may lose, UTC seconds; `None` where it holds nothing that
/// is scarce.
pub fn held_until(seats: &Seats, initiative: &Initiative, attempt: &SignUpRecord) -> Option<i64> {
    let sessions = attempt.attendances.iter().filter_map(|one| initiative.session(&one.session));
    let scarce = sessions.filter(|session| session.limit().is_some() && seats.hold_minutes > 0);
    scarce.map(|session| hold_until(seats, session, attempt.received_at)).min()
}

/// Until when a link for one sign-up is good: 30 days after it is over, and not longer than the sign-up is kept.
pub fn own_until(record: &SignUpRecord, initiative: Option<&Initiative>, now: i64) -> i64 {
    let sessions = record.attendances.iter().filter_map(|one| initiative?.session(&one.session));
    let ends = sessions.map(Session::ends).max().or(initiative.and_then(|it| it.end).map(|end| end.ends()));
    ends.map_or(record.expires_at, |ends| record.expires_at.min(ends.max(now) + 30 * DAY))
}

/// The retention's days after the end of the initiative as the feed says it now, or after the sign-up where it has none.
fn keep_until(settings: &Settings, initiative: &Initiative, now: i64) -> i64 {
    let sessions = initiative.sessions.iter().map(|session| session.ends()).max();
    let end = sessions.or(initiative.end.map(|end| end.ends()));
    let days = i64::from(settings.retention.days_of(&initiative.id));
    end.unwrap_or(now).max(now).saturating_add(DAY * days)
}

/// The form's language, or nothing where that is no language tag: letters, digits and hyphens, 35 at most (RFC 5646,
/// section 4.4.1).
pub fn language_tag(text: &str) -> String {
    let fits = text.len() <= 35 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { text.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_of_a_session_that_is_near_are_held_for_a_shorter_time() {
        let feed = r#"{"alentour":"1","initiatives":[{"id":"a","name":"A","sessions":[{"startDate":"2026-11-28T12:00:00Z"}]}]}"#;
        let feed = alentour_formats::read(feed.as_bytes()).unwrap().feed;
        let session = &feed.initiatives[0].sessions[0];
        let start = session.start.moment.instant;
        let hours = |hours: f64| (hours * 3600.0) as i64;
        let minutes = |minutes: u32, left: f64| {
            let now = start - hours(left);
            (hold_until(&Seats { hold_minutes: minutes }, session, now) - now) / 60
        };
        assert_eq!((minutes(120, 240.0), minutes(120, 8.0), minutes(120, 4.0)), (120, 120, 60));
        // A quarter of half an hour is too short to read a mail, and so is what has begun.
        assert_eq!((minutes(120, 0.5), minutes(120, -1.0), minutes(5, 0.5)), (15, 15, 5));
    }
}

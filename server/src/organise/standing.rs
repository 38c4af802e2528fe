//! How a sign-up stands, in words.

use alentour_model::Initiative;

use super::page::OrganisePage;
use crate::store::{AttendanceState, Decision, SignUpRecord};
use crate::wording;

/// What a sign-up has of its sessions, or of that one, in words; and what was decided about it.
pub fn standing(
    page: &OrganisePage,
    initiative: Option<&Initiative>,
    record: &SignUpRecord,
    session: &str,
) -> Vec<String> {
    let (texts, language) = (page.texts, page.language());
    let mut said: Vec<String> = Vec::new();
    match record.decision {
        Some((Decision::Asked, _)) => said.push(texts.is_asked.to_owned()),
        Some((Decision::Declined, _)) => said.push(texts.is_declined.to_owned()),
        Some((Decision::Accepted, _)) => said.push(texts.is_accepted.to_owned()),
        None => {}
    }
    for one in record.attendances.iter().filter(|one| session.is_empty() || one.session == session) {
        let words = match one.state {
            AttendanceState::Active => texts.has_seat,
            AttendanceState::Offered => texts.is_offered,
            AttendanceState::Waiting => texts.is_waiting,
            AttendanceState::Asked => texts.is_unconfirmed,
            AttendanceState::Cancelled => texts.gave_back,
        };
        let date = initiative.and_then(|it| wording::session_of(it, &one.session));
        let is_off = date.is_some() && initiative.is_some_and(|it| it.session(&one.session).is_none());
        let words = if is_off { language.mails().cancelled } else { words };
        let date = date.map_or_else(|| one.session.clone(), |date| wording::session(language, date));
        said.push(if session.is_empty() { format!("{date}\u{a0}: {words}") } else { words.to_owned() });
    }
    said
}

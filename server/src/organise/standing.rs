//! How a sign-up stands, in words.

use super::page::OrganisePage;
use crate::store::{AttendanceState, Decision, SignUpRecord};
use crate::wording;

/// What a sign-up has of its sessions, or of that one, in words; and what was decided about it.
pub fn standing(page: &OrganisePage, record: &SignUpRecord, session: &str) -> Vec<String> {
    let texts = page.texts;
    let mut said: Vec<String> = Vec::new();
    match record.decision {
        Some((Decision::Asked, _)) => said.push(texts.is_asked.to_owned()),
        Some((Decision::Declined, _)) => said.push(texts.is_declined.to_owned()),
        Some((Decision::Accepted, _)) => said.push(texts.is_accepted.to_owned()),
        None => {}
    }
    let initiative = page.initiative(&record.initiative);
    for one in record.attendances.iter().filter(|one| session.is_empty() || one.session == session) {
        let words = match one.state {
            AttendanceState::Active => texts.has_seat,
            AttendanceState::Offered => texts.is_offered,
            AttendanceState::Waiting => texts.is_waiting,
            AttendanceState::Asked => texts.is_unconfirmed,
            AttendanceState::Cancelled => texts.gave_back,
        };
        // Off is something else than given back.
        let is_off = initiative.as_deref().is_some_and(|it| wording::is_off(it, &one.session));
        let words = if is_off { page.language().mails().cancelled } else { words };
        said.push(if session.is_empty() {
            format!("{}\u{a0}: {words}", page.date(&record.initiative, &one.session))
        } else {
            words.to_owned()
        });
    }
    said
}

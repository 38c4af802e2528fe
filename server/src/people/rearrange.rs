//! The part of one's own page that changes which dates a sign-up is for, and for how many people.

use alentour_model::signup::is_line;
use alentour_model::{Asked, Availability, Initiative, Session};
use maud::{Markup, html};

use super::now;
use super::page::PeoplePage;
use crate::store::{Arrangement, Attendance, AttendanceState, Decision, SignUpRecord};
use crate::wording::{self, lines};

/// The form that changes it. `None` where there is nothing to choose, or sign-ups have closed. `initiative` has the seats of the moment.
pub fn form(page: &PeoplePage, initiative: &Initiative, record: &SignUpRecord) -> Option<Markup> {
    let choices = initiative.coming(now());
    let most = most(initiative, record);
    if is_closed(initiative) || is_declined(record) || (choices.len() < 2 && most < 2) {
        return None;
    }
    let texts = page.texts;
    let kind = if initiative.takes_several() { "checkbox" } else { "radio" };
    Some(html! {
        details {
            summary { (texts.own_change) }
            form method="post" {
                @for (session, time) in choices.iter().zip(times(page, initiative, record, &choices)) {
                    @let held = held(record, session);
                    // Whoever has seats keeps them: the line is only for who has none.
                    @let waits = session.is_full() && !held.is_some_and(AttendanceState::is_seated);
                    label.pick {
                        input type=(kind) name="sessions" value=(session.id) checked[held.is_some()];
                        span {
                            bdi { (time) }
                            @if waits { " · " (texts.own_change_line) }
                        }
                    }
                    @if waits { input type="hidden" name="waitlist" value=(session.id); }
                }
                @if most > 1 {
                    label {
                        (texts.people)
                        select name="party" {
                            @for size in 1..=most {
                                option value=(size) selected[size == record.party] { (size) }
                            }
                        }
                    }
                    @if names_asked(initiative).is_asked() && most > record.party {
                        label {
                            (texts.own_change_guests)
                            textarea name="guests" rows="3" autocomplete="off" {}
                        }
                    }
                }
                button name="action" value="change" { (texts.own_change_button) }
            }
        }
    })
}

/// The button that takes a session again of which somebody has nothing any more, be it that it was called off, with what else they have: the
/// same change as by the form. `heading` names the session on the page. `None` where there is nothing to be had of it, or only in the place of
/// what they have.
pub fn again(
    page: &PeoplePage,
    initiative: &Initiative,
    record: &SignUpRecord,
    one: &Attendance,
    heading: &str,
) -> Option<Markup> {
    let coming = initiative.coming(now());
    let session = coming.iter().find(|session| session.id == one.session)?;
    let kept: Vec<_> = coming.iter().filter(|session| held(record, session).is_some()).collect();
    let is_free = one.state == AttendanceState::Cancelled && (kept.is_empty() || initiative.takes_several());
    if !is_free || is_closed(initiative) || is_declined(record) {
        return None;
    }
    let texts = page.texts;
    let (name, words) =
        (format!("{heading}-again"), if session.is_full() { texts.own_again_line } else { texts.own_again });
    Some(html! {
        form.choices method="post" {
            @for kept in &kept { input type="hidden" name="sessions" value=(kept.id); }
            input type="hidden" name="sessions" value=(session.id);
            @if session.is_full() { input type="hidden" name="waitlist" value=(session.id); }
            button id=(name) name="action" value="change" aria-labelledby={ (name) " " (heading) } { (words) }
        }
    })
}

/// What such a form asks for.
///
/// # Errors
/// Where it asks for what there is not any more, or for nothing: what is said of that, a title and a sentence.
pub fn wanted(
    page: &PeoplePage,
    initiative: &Initiative,
    record: &SignUpRecord,
    fields: &[(String, String)],
) -> Result<Arrangement, (&'static str, &'static str)> {
    let texts = page.texts;
    let all = |name: &str| {
        let mut values: Vec<String> = Vec::new();
        for (_, value) in fields.iter().filter(|(known, _)| known == name) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        values
    };
    let among: Vec<_> = initiative.coming(now()).iter().map(|session| session.id.clone()).collect();
    let (sessions, waitlist) = (all("sessions"), all("waitlist"));
    let party = all("party").first().map_or(Some(record.party), |size| size.parse().ok());
    let party = party.filter(|size| (1..=most(initiative, record)).contains(size));
    let is_offered = sessions.iter().all(|session| among.contains(session));
    let Some(party) = party.filter(|_| is_offered && !is_closed(initiative) && !is_declined(record)) else {
        return Err((texts.own_late, texts.own_change_gone));
    };
    if sessions.is_empty() && !among.is_empty() || sessions.len() > 1 && !initiative.takes_several() {
        return Err((texts.own_change, texts.own_change_none));
    }
    let more = party.saturating_sub(record.party) as usize;
    let guests = match names_asked(initiative) {
        Asked::No => Vec::new(),
        asked => {
            let names = lines(&all("guests").concat());
            let is_wrong = names.len() > more || (asked == Asked::Required && names.len() < more);
            if is_wrong || names.iter().any(|name| !is_line(name)) {
                return Err((texts.own_change, texts.own_change_guests_wrong));
            }
            names
        }
    };
    Ok(Arrangement { party, guests, sessions, waitlist, among })
}

/// Whether nothing else has become of a sign-up than places in lines.
pub fn only_waits(before: &SignUpRecord, after: &SignUpRecord) -> bool {
    let kept = |record: &SignUpRecord, session: &str| {
        let mut kept = record.attendances.iter().filter(|one| one.state != AttendanceState::Cancelled);
        kept.find(|one| one.session == session).map(|one| (one.state, one.party))
    };
    let all = before.attendances.iter().chain(&after.attendances).map(|one| one.session.as_str());
    let changes = all.map(|session| (kept(before, session), kept(after, session)));
    let mut changes = changes.filter(|(before, after)| before != after).peekable();
    let joins = |change| matches!(change, (None, Some((AttendanceState::Waiting, _))));
    changes.peek().is_some() && changes.all(joins)
}

/// Whether the names of those who come along are asked.
fn names_asked(initiative: &Initiative) -> Asked {
    initiative.participation.as_ref().map_or(Asked::No, |participation| participation.guests)
}

fn is_closed(initiative: &Initiative) -> bool {
    initiative.availability(now()) == Availability::Closed
}

/// Whoever was declined has no seat to exchange.
fn is_declined(record: &SignUpRecord) -> bool {
    matches!(record.decision, Some((Decision::Declined, _)))
}

/// For how many people a sign-up may be: as many as the feed says, or as many as it is for.
fn most(initiative: &Initiative, record: &SignUpRecord) -> u32 {
    let most = initiative.participation.as_ref().map_or(1, |participation| participation.party_size);
    most.min(LONGEST).max(record.party)
}

/// Choices that the number of people has at most, as in the widget's form.
const LONGEST: u32 = 50;

/// What a sign-up has of a session, unless it was given back.
fn held(record: &SignUpRecord, session: &Session) -> Option<AttendanceState> {
    let held = record.attendances.iter().find(|one| one.session == session.id)?.state;
    Some(held).filter(|state| *state != AttendanceState::Cancelled)
}

/// When and, where that differs, where each of these sessions is.
fn times(
    page: &PeoplePage,
    initiative: &Initiative,
    record: &SignUpRecord,
    choices: &[&Session],
) -> Vec<String> {
    let attendances = choices.iter().map(|session| Attendance {
        session: session.id.clone(),
        party: record.party,
        state: AttendanceState::Active,
        may_wait: false,
        since: 0,
        decide_by: None,
    });
    let all = SignUpRecord { attendances: attendances.collect(), ..record.clone() };
    wording::appointments(page.language, initiative, &all).times
}

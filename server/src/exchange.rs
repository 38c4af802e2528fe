//! What a form that somebody sends again would change of the dates that they have.

use alentour_model::{Initiative, Session};
use alentour_texts::Language;

use crate::store::{Attendance, AttendanceState, SignUpRecord};
use crate::wording;

/// Dates to come, in words, by what becomes of them where a form replaces what somebody has.
pub struct Exchange {
    /// They have them, and keep them.
    pub stay: Vec<String>,
    /// They have them, and give them back.
    pub given_back: Vec<String>,
    /// They did not have them.
    pub added: Vec<String>,
    /// Whether they may as well keep what they have, and have these beside it: one may come to several dates, of which no two are at one time, with
    /// as many people, and nobody decides about it.
    pub may_add: bool,
}

impl Exchange {
    /// What `asks` would change of what `has` has; `None` where no date is given back. `now` is in UTC seconds.
    pub fn of(
        language: Language,
        initiative: &Initiative,
        (has, asks): (&SignUpRecord, &SignUpRecord),
        now: i64,
    ) -> Option<Self> {
        let had = dates(initiative, has, now);
        let asked = dates(initiative, asks, now);
        let is_in = |all: &[&Session], one: &Session| all.iter().any(|other| other.id == one.id);
        let (stay, given_back): (Vec<_>, Vec<_>) = had.iter().partition(|one| is_in(&asked, one));
        let added: Vec<&Session> = asked.iter().copied().filter(|one| !is_in(&had, one)).collect();
        if given_back.is_empty() {
            return None;
        }
        let may_add = initiative.takes_several()
            && !added.is_empty()
            && has.party == asks.party
            && has.decision.is_none()
            && asks.decision.is_none()
            && !added.iter().any(|one| had.iter().any(|other| overlap(one, other)));
        let said = |all: &[&Session]| all.iter().map(|one| wording::session(language, one)).collect();
        Some(Self { stay: said(&stay), given_back: said(&given_back), added: said(&added), may_add })
    }
}

/// The dates to come of a sign-up, as far as they were not given back.
fn dates<'a>(initiative: &'a Initiative, record: &SignUpRecord, now: i64) -> Vec<&'a Session> {
    let kept = |one: &&Attendance| one.state != AttendanceState::Cancelled;
    let sessions = record.attendances.iter().filter(kept).filter_map(|one| initiative.session(&one.session));
    sessions.filter(|session| session.ends() > now).collect()
}

fn overlap(one: &Session, other: &Session) -> bool {
    let starts = |session: &Session| session.start.moment.instant;
    starts(one) == starts(other) || starts(one) < other.ends() && starts(other) < one.ends()
}

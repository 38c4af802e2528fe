//! What a mail to a person is about, and whether there is still something to say.

use alentour_model::Use;
use serde_json::Value;

use crate::store::{
    Attendance, AttendanceState, Decision, Kept, MessageKind, OutboxMessage, SignUpRecord, Waiting,
};

/// What a mail to a person is about.
pub(super) enum Subject<'a> {
    /// Something waits for a confirmation.
    Waiting(&'a Waiting),
    /// What arrived again is kept already, and no different.
    Again(&'a SignUpRecord),
    /// All that is kept about them.
    Access(&'a SignUpRecord),
    /// What is kept now that they have confirmed it.
    Confirmed(&'a SignUpRecord),
    /// They have, or are offered, a seat that they waited for.
    Seat(&'a SignUpRecord, &'a Attendance),
    /// A session is not when and where it was.
    Moved(&'a SignUpRecord, &'a Attendance, Kept),
    /// The organiser has given them a seat.
    Seated(&'a SignUpRecord, &'a Attendance),
    /// The organiser has moved them to this session, from one of that name, where an older version did not leave it out, that was then and there.
    Rebooked(&'a SignUpRecord, &'a Attendance, (Option<String>, Kept)),
    /// The organiser has given back what they had of a session of that name, which is then and there.
    Released(&'a SignUpRecord, String, Kept),
    /// A session of that name is called off that was then and there.
    CalledOff(&'a SignUpRecord, String, Kept),
    /// A session that was called off, and of which they have nothing, is announced again.
    OnAgain(&'a SignUpRecord, &'a Attendance),
    /// Where those of a session meet, or of all; as it was said at that time (UTC seconds).
    Venue(&'a SignUpRecord, String, i64),
    /// A session is near.
    Reminder(&'a SignUpRecord, &'a Attendance),
    /// The organiser has decided about it.
    Decided(&'a SignUpRecord, Decision),
    /// Something is new of a petition: which.
    Update(&'a SignUpRecord, String),
    /// The organiser writes to many, them among others: what was accepted by that id.
    Written(&'a SignUpRecord, String),
}

impl Subject<'_> {
    pub(super) fn record(&self) -> &SignUpRecord {
        match self {
            Self::Waiting(waiting) => &waiting.attempt,
            Self::Again(record)
            | Self::Access(record)
            | Self::Confirmed(record)
            | Self::Seat(record, _)
            | Self::Moved(record, ..)
            | Self::Seated(record, _)
            | Self::Rebooked(record, ..)
            | Self::Released(record, ..)
            | Self::CalledOff(record, ..)
            | Self::OnAgain(record, _)
            | Self::Venue(record, ..)
            | Self::Update(record, _)
            | Self::Written(record, _)
            | Self::Reminder(record, _)
            | Self::Decided(record, _) => record,
        }
    }

    /// The session that it says is to come.
    pub(super) fn announces(&self) -> Option<&str> {
        match self {
            Self::Seat(_, one)
            | Self::Moved(_, one, _)
            | Self::Rebooked(_, one, _)
            | Self::OnAgain(_, one)
            | Self::Reminder(_, one) => Some(&one.session),
            _ => None,
        }
    }
}

/// What there is to say to the person; `None` where there is nothing any more.
pub(super) fn subject<'a>(
    message: &OutboxMessage,
    all: &'a [SignUpRecord],
    waiting: &'a [Waiting],
    now: i64,
) -> Option<Subject<'a>> {
    let is_alive = |one: &&SignUpRecord| one.expires_at > now;
    if message.kind == MessageKind::Access {
        return all.iter().rfind(is_alive).map(Subject::Access);
    }
    if !message.kind.anybody_can_cause() {
        let about = all.iter().filter(is_alive).find(|one| message.signup.as_ref() == Some(&one.id))?;
        return about_own(message, about, now);
    }
    // The attempt that caused it, or else what waits beside it: one mail is good for all.
    let caused = waiting.iter().find(|one| message.signup.as_ref() == Some(&one.attempt.id));
    let beside = || waiting.iter().find(|one| one.attempt.initiative == message.initiative);
    if let Some(waiting) = caused.or_else(beside) {
        return Some(Subject::Waiting(waiting));
    }
    let kept =
        || all.iter().filter(is_alive).find(|one| one.initiative == message.initiative && !one.pending);
    (message.kind == MessageKind::Again).then(kept)?.map(Subject::Again)
}

/// What there is to say about a sign-up that was confirmed. Of a seat that was given back meanwhile, or answered, nothing is said; nor of a
/// decision that is no longer the last.
fn about_own<'a>(message: &OutboxMessage, record: &'a SignUpRecord, now: i64) -> Option<Subject<'a>> {
    let detail: Value = serde_json::from_str(&message.detail).unwrap_or_default();
    let session = detail.get("session").and_then(Value::as_str);
    let with = |is: fn(AttendanceState) -> bool| {
        let is_so = |one: &&Attendance| {
            Some(one.session.as_str()) == session && is(one.state) && one.decide_by.is_none_or(|by| by > now)
        };
        record.attendances.iter().find(is_so)
    };
    match message.kind {
        MessageKind::Promoted => Some(Subject::Seat(record, with(|state| state == AttendanceState::Active)?)),
        MessageKind::Offered => Some(Subject::Seat(record, with(|state| state == AttendanceState::Offered)?)),
        MessageKind::Accepted | MessageKind::Declined => {
            let (decision, at) = record.decision?;
            let is_it = decision.as_str() == message.kind.as_str()
                && detail.get("at").and_then(Value::as_i64) == Some(at);
            is_it.then_some(Subject::Decided(record, decision))
        }
        MessageKind::Moved => {
            let one = with(|state| state.is_seated() || state == AttendanceState::Waiting)?;
            Some(Subject::Moved(record, one, was(&detail)?))
        }
        MessageKind::Seated => Some(Subject::Seated(record, with(|state| state == AttendanceState::Active)?)),
        MessageKind::Rebooked => {
            let from = detail.get("from").and_then(Value::as_str).map(str::to_owned);
            Some(Subject::Rebooked(record, with(AttendanceState::is_seated)?, (from, was(&detail)?)))
        }
        // Whoever got it back since is told nothing.
        MessageKind::Released => {
            let is_gone = with(|state| state == AttendanceState::Cancelled).is_some();
            is_gone.then_some(Subject::Released(record, session?.to_owned(), was(&detail)?))
        }
        // Whoever has taken the consent back since is told nothing any more.
        MessageKind::Update => {
            let update = detail.get("update").and_then(Value::as_str)?;
            record.agrees_to(Use::Updates).then(|| Subject::Update(record, update.to_owned()))
        }
        MessageKind::Written => {
            Some(Subject::Written(record, detail.get("broadcast").and_then(Value::as_str)?.to_owned()))
        }
        MessageKind::CalledOff => Some(Subject::CalledOff(record, session?.to_owned(), was(&detail)?)),
        // Whoever has taken it again since is told nothing.
        MessageKind::OnAgain => {
            Some(Subject::OnAgain(record, with(|state| state == AttendanceState::Cancelled)?))
        }
        MessageKind::Venue => {
            Some(Subject::Venue(record, session?.to_owned(), detail.get("changedAt")?.as_i64()?))
        }
        MessageKind::Reminder => {
            Some(Subject::Reminder(record, with(|state| state == AttendanceState::Active)?))
        }
        _ => {
            let is_cancelled = |one: &Attendance| one.state == AttendanceState::Cancelled;
            let is_over = !record.attendances.is_empty() && record.attendances.iter().all(is_cancelled);
            (!is_over).then_some(Subject::Confirmed(record))
        }
    }
}

/// When and where a session was, as a message says it.
pub(super) fn was(detail: &Value) -> Option<Kept> {
    serde_json::from_value(detail.get("was")?.clone()).ok()
}

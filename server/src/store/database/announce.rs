//! What others are told of a sign-up that has changed after it was made.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use super::batch::enqueue;
use super::values::{NAMED, Name, name, query};
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::{
    Attendance, AttendanceState, CipherError, Digest, Message, MessageKind, StoreError, WHO_ASKS,
};

/// Tells the sinks that have heard of a sign-up, by person and id, of an event about it. Those that have not heard of it
/// yet will hear of it as it is then.
pub async fn announce(
    transaction: &mut dyn Transaction,
    name: (&Digest, &str),
    kind: MessageKind,
    detail: &Json,
    now: i64,
) -> Result<(), StoreError> {
    announce_with(transaction, &[owned(name)], (kind, detail), &[], now).await
}

/// Tells of a sign-up that is another one now, and those sinks that ask for it of what has become of it, by the same number.
pub async fn announce_steps(
    transaction: &mut dyn Transaction,
    name: (&Digest, &str),
    steps: &[Step],
    now: i64,
) -> Result<(), StoreError> {
    announce_all(transaction, &[owned(name)], steps, now).await
}

/// The same of many sign-ups, which have come to the same.
pub async fn announce_all(
    transaction: &mut dyn Transaction,
    names: &[Name],
    steps: &[Step],
    now: i64,
) -> Result<(), StoreError> {
    announce_with(transaction, names, (MessageKind::Changed, &json!({})), steps, now).await
}

fn owned((email_h, id): (&Digest, &str)) -> Name {
    (*email_h, id.to_owned())
}

async fn announce_with(
    transaction: &mut dyn Transaction,
    names: &[Name],
    (kind, detail): (MessageKind, &Json),
    steps: &[Step],
    now: i64,
) -> Result<(), StoreError> {
    let rows = || names.iter().map(|(email_h, id)| vec![email_h.into(), id.as_str().into()]).collect();
    let sql = "WITH v (email_h, id) AS (VALUES {})
               SELECT DISTINCT o.email_h, o.signup AS id, o.sink FROM v
               JOIN outbox o ON o.email_h = v.email_h AND o.signup = v.id
               WHERE o.sink NOT IN ('', '*') AND o.attempts > 0 ORDER BY o.email_h, o.signup, o.sink";
    let sinks = query(transaction, sql, rows()).await?;
    let sql = format!(
        "UPDATE signups SET sequence = sequence + 1 WHERE {NAMED} RETURNING email_h, id, initiative, sequence"
    );
    let mut changed = HashMap::new();
    for row in query(transaction, &sql, rows()).await? {
        changed.insert(name(&*row)?, (row.string("initiative")?, row.number("sequence")?));
    }
    let mut messages = Vec::with_capacity(sinks.len());
    let mut before = None;
    for row in &sinks {
        let name = name(&**row)?;
        let Some((initiative, sequence)) = changed.get(&name) else { continue };
        let message = Message { kind, sink: row.string("sink")? };
        let mut message = NewMessage::new((&name.0, initiative), message, &name.1, *sequence, now)?;
        message.detail = detail.to_string();
        messages.push(message);
        // Once for each sign-up, however many sinks have heard of it.
        if before.as_ref() != Some(&name) {
            for step in steps {
                messages.push(step.message((&name.0, initiative), &name.1, *sequence, now)?);
            }
            before = Some(name);
        }
    }
    Ok(enqueue(transaction, &messages).await?)
}

/// Something that a sign-up has come to, of a session: [`MessageKind::ON_REQUEST`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    kind: MessageKind,
    detail: Json,
}

impl Step {
    /// It waits for a seat.
    pub fn waits(session: &str) -> Self {
        Self { kind: MessageKind::Waiting, detail: json!({ "session": session }) }
    }

    /// It has a seat for which it waited, or is offered one until then (UTC seconds).
    pub fn given(session: &str, decide_by: Option<i64>) -> Self {
        Self { kind: MessageKind::SeatGiven, detail: json!({ "session": session, "decideBy": decide_by }) }
    }

    /// It has nothing of it any more.
    pub fn gone(session: &str) -> Self {
        Self { kind: MessageKind::SeatGone, detail: json!({ "session": session }) }
    }

    /// It has something of it in the place of another one.
    fn moved(from: &str, to: &str) -> Self {
        Self { kind: MessageKind::SignUpMoved, detail: json!({ "session": to, "from": from }) }
    }

    /// What tells those who ask of it.
    pub fn message(
        &self,
        about: (&Digest, &str),
        id: &str,
        sequence: i64,
        now: i64,
    ) -> Result<NewMessage, CipherError> {
        let to = Message { kind: self.kind, sink: WHO_ASKS.to_owned() };
        let message = NewMessage::new(about, to, id, sequence, now)?;
        Ok(NewMessage { detail: self.detail.to_string(), ..message })
    }
}

/// What a sign-up has come to. What it has lost and what it has gained instead is one step.
pub fn steps(before: &[Attendance], after: &[Attendance]) -> Vec<Step> {
    let has = |one: &&Attendance| one.state.is_seated() || one.state == AttendanceState::Waiting;
    let had = |all: &[Attendance], session: &str| {
        all.iter().filter(has).find(|one| one.session == session).map(|one| one.state)
    };
    let mut lost = before.iter().filter(has).filter(|one| had(after, &one.session).is_none());
    let mut steps = Vec::new();
    for one in after.iter().filter(has) {
        let waits = one.state == AttendanceState::Waiting;
        let before = had(before, &one.session);
        if before.is_none()
            && let Some(lost) = lost.next()
        {
            steps.push(Step::moved(&lost.session, &one.session));
        }
        match before {
            Some(AttendanceState::Waiting) if !waits => steps.push(Step::given(&one.session, one.decide_by)),
            Some(AttendanceState::Waiting) => {}
            _ if waits => steps.push(Step::waits(&one.session)),
            _ => {}
        }
    }
    steps.extend(lost.map(|one| Step::gone(&one.session)));
    steps
}

/// Enqueues a mail to the person about one of their sign-ups.
pub async fn mail(
    transaction: &mut dyn Transaction,
    initiative: &str,
    (email_h, id): (&Digest, &str),
    kind: MessageKind,
    detail: &Json,
    now: i64,
) -> Result<(), StoreError> {
    Ok(enqueue(transaction, &[mail_to(initiative, (email_h, id), kind, detail, now)?]).await?)
}

/// Such a mail, to be enqueued with others.
pub fn mail_to(
    initiative: &str,
    (email_h, id): (&Digest, &str),
    kind: MessageKind,
    detail: &Json,
    now: i64,
) -> Result<NewMessage, StoreError> {
    let message = Message { kind, sink: String::new() };
    let message = NewMessage::new((email_h, initiative), message, id, 0, now)?;
    Ok(NewMessage { detail: detail.to_string(), ..message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(of: &[(&str, AttendanceState)]) -> Vec<Attendance> {
        let one = |(session, state): &(&str, AttendanceState)| Attendance {
            session: (*session).to_owned(),
            party: 1,
            state: *state,
            may_wait: true,
            since: 0,
            decide_by: None,
        };
        of.iter().map(one).collect()
    }

    #[test]
    fn what_a_sign_up_has_come_to_is_told_by_what_it_had() {
        use AttendanceState::{Active, Cancelled, Offered, Waiting};
        let told = |before: &[_], after: &[_]| steps(&all(before), &all(after));
        assert_eq!(told(&[], &[("a", Active), ("b", Waiting)]), [Step::waits("b")]);
        assert_eq!(told(&[("a", Waiting)], &[("a", Active)]), [Step::given("a", None)]);
        assert_eq!(told(&[("a", Waiting)], &[("a", Waiting)]), []);
        assert_eq!(told(&[("a", Offered)], &[("a", Active)]), []);
        assert_eq!(told(&[("a", Active)], &[("a", Cancelled)]), [Step::gone("a")]);
        assert_eq!(told(&[("a", Cancelled)], &[("a", Cancelled)]), []);
        assert_eq!(told(&[("a", Active)], &[("b", Active), ("a", Cancelled)]), [Step::moved("a", "b")]);
        let both = [Step::moved("a", "b"), Step::waits("b"), Step::gone("c")];
        assert_eq!(told(&[("a", Active), ("c", Active)], &[("b", Waiting)]), both);
    }
}

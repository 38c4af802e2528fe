//! What becomes of a batch of forms, decided from what the database holds about them: no SQL here, and no database in
//! its tests.

mod plan;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::cipher::CipherError;
use super::person::PersonKey;
use super::secret::random_id;
use super::{
    Attendance, AttendanceState, Digest, Keys, Message, MessageKind, NewSignUp, Outcome, WHO_ASKS,
    WantedSession,
};
use plan::Name;
pub use plan::{Known, Mailed, NewHold, NewMessage, NewRow, Plan, SeatKey, Seats, Snapshot};

/// Attempts that stand beside each other for one address and initiative, a household's; the oldest goes when one more comes.
const ATTEMPTS: usize = 10;
/// Seconds between two mails about the same initiative to the same person. What comes meanwhile waits for the second, which
/// tells all of it.
pub const RESEND_GAP: i64 = 600;

/// Decides about each form in turn, as if each had been stored before the next one came.
///
/// # Errors
/// Where a person's key cannot be unwrapped, or the system has no randomness.
pub fn decide<'a>(
    installation: &Keys,
    forms: &'a [NewSignUp],
    snapshot: Snapshot,
) -> Result<Plan<'a>, CipherError> {
    let mut deciding = Deciding { installation, snapshot, keys: HashMap::new(), plan: Plan::default() };
    for form in forms {
        let outcome = match refusal(form, &deciding.snapshot) {
            Some(outcome) => outcome,
            None => {
                deciding.accept(form)?;
                Outcome::Received
            }
        };
        deciding.plan.outcomes.push(outcome);
    }
    Ok(deciding.plan)
}

/// What is answered at once; `None` where the form is to be accepted.
fn refusal(form: &NewSignUp, snapshot: &Snapshot) -> Option<Outcome> {
    if let Some(request) = snapshot.answered.get(&(form.email_h, form.key.clone())) {
        let same = *request == form.request_h;
        return Some(if same { Outcome::Received } else { Outcome::KeyReused });
    }
    if form.proof.as_ref().is_some_and(|proof| snapshot.spent.contains(&proof.challenge)) {
        return Some(Outcome::ProofSpent);
    }
    // Asked of a known address too: otherwise a full session would tell a stranger who is in it.
    let full = form.sessions.iter().filter(|wanted| !wanted.may_wait && snapshot.is_full(form, wanted));
    let full: Vec<_> = full.map(|wanted| wanted.id.clone()).collect();
    (!full.is_empty()).then_some(Outcome::Full(full))
}

/// A session of a form's initiative.
pub fn seat_key(form: &NewSignUp, wanted: &WantedSession) -> SeatKey {
    (form.initiative.clone(), wanted.id.clone())
}

struct Deciding<'a, 's> {
    installation: &'s Keys,
    snapshot: Snapshot,
    keys: HashMap<Digest, PersonKey>,
    plan: Plan<'a>,
}

impl<'a> Deciding<'a, '_> {
    fn accept(&mut self, form: &'a NewSignUp) -> Result<(), CipherError> {
        if form.is_attempt {
            self.accept_attempt(form)?
        } else {
            self.accept_at_once(form)?
        }
        self.snapshot.answered.insert((form.email_h, form.key.clone()), form.request_h);
        self.snapshot.spent.extend(form.proof.as_ref().map(|proof| proof.challenge));
        self.plan.answered.push(form);
        Ok(())
    }

    /// Keeps a form until its person confirms it. Seats are held and time is taken alike, whether the address is known,
    /// and whether the same form is there already.
    fn accept_attempt(&mut self, form: &'a NewSignUp) -> Result<(), CipherError> {
        let name = (form.email_h, form.initiative.clone());
        let known = self.snapshot.known.get(&name).map_or(&[][..], Vec::as_slice);
        let has_signed_up =
            known.iter().any(|known| !known.pending && known.participant_h == form.participant_h);
        let same = known.iter().find(|known| known.request_h == form.request_h).cloned();
        let (id, is_new) = match same {
            Some(same) => {
                if same.pending {
                    self.plan.renewed.push((form, same.id.clone()));
                }
                (same.id, false)
            }
            None => {
                self.drop_oldest(&name);
                let asked = form.sessions.iter().map(|wanted| (wanted, AttendanceState::Asked));
                (self.store(form, asked.collect(), 0)?, true)
            }
        };
        let hold = if is_new { id.clone() } else { random_id()? };
        // Where the operator has none held, none is.
        for wanted in form.sessions.iter().filter(|it| it.seats.is_some() && it.hold_until > form.at) {
            let is_waiting = self.snapshot.is_full(form, wanted);
            self.plan.holds.push(NewHold { form, id: hold.clone(), wanted, is_waiting });
            if !is_waiting {
                self.use_seats(&seat_key(form, wanted), form.party);
            }
        }
        let mail_at = self.mail_at(&name, form.at, is_new);
        for message in form.messages.iter().filter(|message| !message.kind.is_mail() || mail_at.is_some()) {
            let kind = match (message.kind, has_signed_up) {
                (MessageKind::Confirm, true) => MessageKind::Again,
                (kind, _) => kind,
            };
            let message = Message { kind, sink: message.sink.clone() };
            let is_mail = message.kind.is_mail();
            let name = (&form.email_h, form.initiative.as_str());
            let mut message = NewMessage::new(name, message, &id, 0, form.at)?;
            message.next_at = mail_at.filter(|_| is_mail).unwrap_or(form.at);
            self.plan.messages.push(message);
        }
        if mail_at.is_some() {
            self.snapshot.mailed.insert(name, Mailed { at: form.at, waits: true });
        }
        Ok(())
    }

    /// When a mail about a form is due that arrived at `now`. `None` where one that waits will tell of it, and where the
    /// same form has come again so soon that there is nothing new to tell.
    fn mail_at(&self, name: &Name, now: i64, is_new: bool) -> Option<i64> {
        let Some(last) = self.snapshot.mailed.get(name) else { return Some(now) };
        let is_recent = last.at > now - RESEND_GAP;
        (!last.waits && (is_new || !is_recent)).then(|| now.max(last.at + RESEND_GAP))
    }

    /// Keeps a form that counts at once. Another one with the same address and other contents stands beside it: who of
    /// them is the person, only the organiser can find out.
    fn accept_at_once(&mut self, form: &'a NewSignUp) -> Result<(), CipherError> {
        let name = (form.email_h, form.initiative.clone());
        let known = self.snapshot.known.get(&name).map_or(&[][..], Vec::as_slice);
        if known.iter().any(|known| known.request_h == form.request_h) {
            return Ok(());
        }
        let sequence = i64::from(!form.messages.is_empty());
        let mut attendances = Vec::with_capacity(form.sessions.len());
        for wanted in &form.sessions {
            if self.snapshot.is_full(form, wanted) {
                attendances.push((wanted, AttendanceState::Waiting));
                continue;
            }
            attendances.push((wanted, AttendanceState::Active));
            let seat = seat_key(form, wanted);
            self.use_seats(&seat, form.party);
            *self.plan.taken.entry(seat).or_default() += i64::from(form.party);
        }
        let waits = |(wanted, state): &(&WantedSession, _)| {
            (*state == AttendanceState::Waiting).then(|| wanted.id.clone())
        };
        let waits: Vec<_> = attendances.iter().filter_map(waits).filter(|_| sequence > 0).collect();
        let id = self.store(form, attendances, sequence)?;
        let name = (&form.email_h, form.initiative.as_str());
        for message in &form.messages {
            self.plan.messages.push(NewMessage::new(name, message.clone(), &id, sequence, form.at)?);
        }
        for session in waits {
            let to = Message { kind: MessageKind::Waiting, sink: WHO_ASKS.to_owned() };
            let message = NewMessage::new(name, to, &id, sequence, form.at)?;
            let detail = serde_json::json!({ "session": session }).to_string();
            self.plan.messages.push(NewMessage { detail, ..message });
        }
        Ok(())
    }

    fn use_seats(&mut self, seat: &SeatKey, party: u32) {
        if let Some(seats) = self.snapshot.seats.get_mut(seat) {
            seats.used += i64::from(party);
        }
    }

    /// Drops attempts until there is room for one more.
    fn drop_oldest(&mut self, name: &Name) {
        let Some(known) = self.snapshot.known.get_mut(name) else { return };
        while known.iter().filter(|known| known.pending).count() >= ATTEMPTS {
            let Some(oldest) = known.iter().position(|known| known.pending) else { return };
            let oldest = known.remove(oldest).id;
            // It may have come with this batch.
            let before = self.plan.signups.len();
            self.plan.signups.retain(|row| row.id != oldest);
            self.plan.renewed.retain(|(_, id)| *id != oldest);
            if self.plan.signups.len() == before {
                self.plan.dropped.push((name.0, oldest));
            }
        }
    }

    /// A new row, with what it has of each session. Returns its id.
    fn store(
        &mut self,
        form: &'a NewSignUp,
        attendances: Vec<(&WantedSession, AttendanceState)>,
        sequence: i64,
    ) -> Result<String, CipherError> {
        let key = match self.keys.entry(form.email_h) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(match self.snapshot.persons.get(&form.email_h) {
                Some(wrapped) => PersonKey::unwrap(self.installation, &form.email_h, wrapped)?,
                None => {
                    let (key, wrapped) = PersonKey::make(self.installation, &form.email_h)?;
                    self.plan.persons.push((form.email_h, wrapped));
                    key
                }
            }),
        };
        let sealed = key.seal(&form.email_h, &form.initiative, &form.person)?;
        let id = random_id()?;
        let attendances = attendances.into_iter().map(|(wanted, state)| Attendance {
            session: wanted.id.clone(),
            party: form.party,
            state,
            may_wait: wanted.may_wait,
            since: form.at,
            decide_by: None,
        });
        self.plan.signups.push(NewRow {
            form,
            id: id.clone(),
            sealed,
            sequence,
            attendances: attendances.collect(),
        });
        let known = Known {
            id: id.clone(),
            request_h: form.request_h,
            participant_h: form.participant_h,
            pending: form.is_attempt,
        };
        self.snapshot.known.entry((form.email_h, form.initiative.clone())).or_default().push(known);
        Ok(id)
    }
}

#[cfg(test)]
mod tests;

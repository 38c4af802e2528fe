//! What becomes of a batch of forms, decided from what the database holds about them: no SQL here, and no database in
//! its tests.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::person::{PersonKey, Unreadable};
use super::secret::random_id;
use super::{Digest, Keys, Message, MessageKind, NewSignUp, Outcome};

/// Attempts that stand beside each other for one person and initiative; the oldest goes when one more comes.
const ATTEMPTS: usize = 5;
/// Seconds that must pass before another mail about the same initiative goes to the same person. The link of the first
/// is good for all that waits.
pub const RESEND_GAP: i64 = 600;

/// A person and an initiative.
pub type Name = (Digest, String);
/// An initiative and one of its sessions.
pub type Session = (String, String);

/// What the database holds about the forms of a batch, read within the transaction that will store them.
#[derive(Default)]
pub struct Snapshot {
    /// Requests by person and the key that they were answered for.
    pub answered: HashMap<Name, Digest>,
    /// Wrapped keys of the persons.
    pub persons: HashMap<Digest, Vec<u8>>,
    /// Rows of each person and initiative, oldest first.
    pub known: HashMap<Name, Vec<Known>>,
    /// When the last mail about that initiative was enqueued, UTC seconds.
    pub mailed: HashMap<Name, i64>,
    /// Challenges that have been used.
    pub spent: HashSet<Digest>,
    /// Each limited session of the batch.
    pub seats: BTreeMap<Session, Seats>,
}

/// A row that is there.
#[derive(Clone)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// The request that made it.
    pub request_h: Digest,
    /// It is an attempt.
    pub pending: bool,
}

/// The seats of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// How many there are in all.
    pub capacity: i64,
    /// How many are taken or held.
    pub used: i64,
}

/// What is to be written, and what is to be answered once it is.
#[derive(Default)]
pub struct Plan<'a> {
    /// One for each form, in their order.
    pub outcomes: Vec<Outcome>,
    /// New persons with their wrapped keys.
    pub persons: Vec<(Digest, Vec<u8>)>,
    /// New rows.
    pub signups: Vec<NewRow<'a>>,
    /// Attempts that arrived again, by the form and the attempt's id: they wait as long as a new one.
    pub renewed: Vec<(&'a NewSignUp, String)>,
    /// Attempts that go, by person and id. The seats that they hold stay held.
    pub dropped: Vec<(Digest, String)>,
    /// Seats held for a form, with the id of the hold: the attempt's, where the form made one.
    pub holds: Vec<(&'a NewSignUp, String)>,
    /// Seats taken in addition.
    pub taken: BTreeMap<Session, i64>,
    /// Forms whose key has been answered.
    pub answered: Vec<&'a NewSignUp>,
    /// Messages to enqueue.
    pub messages: Vec<NewMessage>,
}

/// A row to be written.
pub struct NewRow<'a> {
    /// What it is made of.
    pub form: &'a NewSignUp,
    /// Its id.
    pub id: String,
    /// What was written in the form, encrypted.
    pub sealed: Vec<u8>,
    /// The number of the last event about it.
    pub sequence: i64,
}

/// A message to be written into the outbox.
pub struct NewMessage {
    /// The same for each delivery.
    pub id: String,
    /// Whose sign-up it is about.
    pub email_h: Digest,
    /// Which initiative's.
    pub initiative: String,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub sink: String,
    /// The id of the sign-up it is about.
    pub signup: String,
    /// An event's number; 0 for a mail.
    pub sequence: i64,
    /// A JSON object without anything personal.
    pub detail: String,
    /// UTC seconds.
    pub at: i64,
    /// Not to be sent before, UTC seconds.
    pub next_at: i64,
}

impl NewMessage {
    /// A message about a sign-up, due at once.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn new(
        name: (&Digest, &str),
        message: Message,
        signup: &str,
        sequence: i64,
        at: i64,
    ) -> Result<Self, Unreadable> {
        Ok(Self {
            id: random_id()?,
            email_h: *name.0,
            initiative: name.1.to_owned(),
            kind: message.kind,
            sink: message.sink,
            signup: signup.to_owned(),
            sequence,
            detail: "{}".to_owned(),
            at,
            next_at: at,
        })
    }
}

/// Decides about each form in turn, as if each had been stored before the next one came.
///
/// # Errors
/// Where a person's key cannot be unwrapped, or the system has no randomness.
pub fn decide<'a>(
    installation: &Keys,
    forms: &'a [NewSignUp],
    snapshot: Snapshot,
) -> Result<Plan<'a>, Unreadable> {
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
    let seats = snapshot.seats.get(&seat(form)?)?;
    (seats.used + i64::from(form.party) > seats.capacity).then_some(Outcome::Full)
}

/// The limited session that a form takes seats of.
pub fn seat(form: &NewSignUp) -> Option<Session> {
    form.seats?;
    Some((form.initiative.clone(), form.session.clone().unwrap_or_default()))
}

struct Deciding<'a, 's> {
    installation: &'s Keys,
    snapshot: Snapshot,
    keys: HashMap<Digest, PersonKey>,
    plan: Plan<'a>,
}

impl<'a> Deciding<'a, '_> {
    fn accept(&mut self, form: &'a NewSignUp) -> Result<(), Unreadable> {
        match form.hold_until {
            Some(_) => self.accept_attempt(form)?,
            None => self.accept_at_once(form)?,
        }
        self.snapshot.answered.insert((form.email_h, form.key.clone()), form.request_h);
        self.snapshot.spent.extend(form.proof.as_ref().map(|proof| proof.challenge));
        self.plan.answered.push(form);
        Ok(())
    }

    /// Keeps a form until its person confirms it. Seats are held and time is taken alike, whether the address is known,
    /// and whether the same form is there already.
    fn accept_attempt(&mut self, form: &'a NewSignUp) -> Result<(), Unreadable> {
        let name = (form.email_h, form.initiative.clone());
        let known = self.snapshot.known.get(&name).map_or(&[][..], Vec::as_slice);
        let has_signed_up = known.iter().any(|known| !known.pending);
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
                (self.store(form, 0)?, true)
            }
        };
        if let Some(seat) = seat(form) {
            let id = if is_new { id.clone() } else { random_id()? };
            self.plan.holds.push((form, id));
            self.use_seats(&seat, form.party);
        }
        let is_recent = self.snapshot.mailed.get(&name).is_some_and(|at| *at > form.at - RESEND_GAP);
        for message in form.messages.iter().filter(|message| !message.kind.is_mail() || !is_recent) {
            let kind = match (message.kind, has_signed_up) {
                (MessageKind::Confirm, true) => MessageKind::Again,
                (kind, _) => kind,
            };
            let message = Message { kind, sink: message.sink.clone() };
            let name = (&form.email_h, form.initiative.as_str());
            self.plan.messages.push(NewMessage::new(name, message, &id, 0, form.at)?);
        }
        if !is_recent {
            self.snapshot.mailed.insert(name, form.at);
        }
        Ok(())
    }

    /// Keeps a form that counts at once. Another one with the same address and other contents stands beside it: who of
    /// them is the person, only the organiser can find out.
    fn accept_at_once(&mut self, form: &'a NewSignUp) -> Result<(), Unreadable> {
        let name = (form.email_h, form.initiative.clone());
        let known = self.snapshot.known.get(&name).map_or(&[][..], Vec::as_slice);
        if known.iter().any(|known| known.request_h == form.request_h) {
            return Ok(());
        }
        let sequence = i64::from(!form.messages.is_empty());
        let id = self.store(form, sequence)?;
        if let Some(seat) = seat(form) {
            self.use_seats(&seat, form.party);
            *self.plan.taken.entry(seat).or_default() += i64::from(form.party);
        }
        for message in &form.messages {
            let name = (&form.email_h, form.initiative.as_str());
            self.plan.messages.push(NewMessage::new(name, message.clone(), &id, sequence, form.at)?);
        }
        Ok(())
    }

    fn use_seats(&mut self, seat: &Session, party: u32) {
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

    /// A new row. Returns its id.
    fn store(&mut self, form: &'a NewSignUp, sequence: i64) -> Result<String, Unreadable> {
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
        self.plan.signups.push(NewRow { form, id: id.clone(), sealed, sequence });
        let known = Known { id: id.clone(), request_h: form.request_h, pending: form.hold_until.is_some() };
        self.snapshot.known.entry((form.email_h, form.initiative.clone())).or_default().push(known);
        Ok(id)
    }
}

#[cfg(test)]
mod tests;

//! What a decision is made from, and what it says.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::store::cipher::CipherError;
use crate::store::secret::random_id;
use crate::store::{Attendance, Digest, Message, MessageKind, NewSignUp, Outcome, WantedSession};

use super::seat_key;

/// A person and an initiative.
pub type Name = (Digest, String);
/// An initiative and one of its sessions.
pub type SeatKey = (String, String);

/// What the database holds about the forms of a batch, read within the transaction that will store them.
#[derive(Default)]
pub struct Snapshot {
    /// Requests by person and the key that they were answered for.
    pub answered: HashMap<Name, Digest>,
    /// Wrapped keys of the persons.
    pub persons: HashMap<Digest, Vec<u8>>,
    /// Rows of each person and initiative, oldest first.
    pub known: HashMap<Name, Vec<Known>>,
    /// The mails about that initiative.
    pub mailed: HashMap<Name, Mailed>,
    /// Challenges that have been used.
    pub spent: HashSet<Digest>,
    /// Each limited session of the batch.
    pub seats: BTreeMap<SeatKey, Seats>,
}

impl Snapshot {
    /// Whether a session has not seats enough for a form.
    pub fn is_full(&self, form: &NewSignUp, wanted: &WantedSession) -> bool {
        // Without a limit of its own now it is not, whatever other forms of the batch say.
        let seats = self.seats.get(&seat_key(form, wanted)).filter(|_| wanted.seats.is_some());
        seats.is_some_and(|seats| seats.used + i64::from(form.party) > seats.capacity)
    }
}

/// The mails that a person gets about an initiative.
#[derive(Clone, Copy, Debug)]
pub struct Mailed {
    /// When the last one was enqueued, UTC seconds.
    pub at: i64,
    /// One has not been sent yet. It will tell all that waits when it is.
    pub waits: bool,
}

/// A row that is there.
#[derive(Clone)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// The request that made it.
    pub request_h: Digest,
    /// Whose it is at that address.
    pub participant_h: Digest,
    /// It is an attempt.
    pub pending: bool,
}

/// The seats of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// How many there are in all.
    pub capacity: i64,
    /// How many are taken, held, or free for somebody who waits longer.
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
    /// Seats and places in lines that forms hold.
    pub holds: Vec<NewHold<'a>>,
    /// People who come in addition, whether their session has a limit or not.
    pub taken: BTreeMap<SeatKey, i64>,
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
    /// What it has of its sessions.
    pub attendances: Vec<Attendance>,
}

/// What a form holds of a session for a time.
pub struct NewHold<'a> {
    /// The form.
    pub form: &'a NewSignUp,
    /// The attempt's id, where the form made one; else one of its own.
    pub id: String,
    /// The session.
    pub wanted: &'a WantedSession,
    /// A place in the line, and no seats.
    pub is_waiting: bool,
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
    ) -> Result<Self, CipherError> {
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

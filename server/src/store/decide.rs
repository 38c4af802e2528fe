//! What becomes of a batch of sign-ups, decided from what the database holds about them: no SQL here, and no database in
//! its tests.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::person::{PersonKey, Unreadable};
use super::secret::hex;
use super::{Digest, Message, MessageKind, NewSignUp, Outcome, Secret};

/// What the database holds about the arrivals of a batch, read within the transaction that will store them.
#[derive(Default)]
pub struct Snapshot {
    /// Requests by the key that they were answered for.
    pub answered: HashMap<String, Digest>,
    /// Session and party of those who have signed up already, by person and initiative.
    pub known: HashMap<(Digest, String), (Option<String>, i64)>,
    /// Wrapped keys of the persons.
    pub persons: HashMap<Digest, Vec<u8>>,
    /// Challenges that have been used.
    pub spent: HashSet<Digest>,
    /// Capacity and seats taken, by initiative and session. Each limited session of the batch is there.
    pub seats: BTreeMap<(String, String), (i64, i64)>,
}

/// What is to be written, and what is to be answered once it is.
#[derive(Default)]
pub struct Plan<'a> {
    /// One for each arrival, in their order.
    pub outcomes: Vec<Outcome>,
    /// New persons with their wrapped keys.
    pub persons: Vec<(Digest, Vec<u8>)>,
    /// New sign-ups with what they wrote, encrypted.
    pub signups: Vec<(&'a NewSignUp, Vec<u8>)>,
    /// Arrivals whose key has been answered.
    pub answered: Vec<&'a NewSignUp>,
    /// Messages owed.
    pub owed: Vec<NewMessage>,
    /// Seats taken in addition, by initiative and session.
    pub seats: BTreeMap<(String, String), i64>,
}

/// A message to be written into the outbox.
pub struct NewMessage {
    /// Whose sign-up it is about.
    pub email_h: Digest,
    /// Which initiative's.
    pub initiative: String,
    /// The same for each attempt.
    pub id: String,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub sink: String,
    /// A JSON object without anything personal.
    pub detail: String,
    /// UTC seconds.
    pub at: i64,
}

impl NewMessage {
    /// A message about a sign-up. The same one is owed once, whoever messages it again.
    pub fn new(secret: &Secret, email_h: &Digest, initiative: &str, debt: &Message, at: i64) -> Self {
        let name = [
            &email_h[..],
            initiative.as_bytes(),
            b"\0",
            debt.kind.as_str().as_bytes(),
            b"\0",
            debt.sink.as_bytes(),
        ];
        Self {
            email_h: *email_h,
            initiative: initiative.to_owned(),
            id: hex(&secret.digest("message", &name.concat())[..16]),
            kind: debt.kind,
            sink: debt.sink.clone(),
            detail: "{}".to_owned(),
            at,
        }
    }
}

/// Decides about each arrival in turn, as if each had been stored before the next one came.
pub fn decide<'a>(
    secret: &Secret,
    arrivals: &'a [NewSignUp],
    mut snapshot: Snapshot,
) -> Result<Plan<'a>, Unreadable> {
    let mut plan = Plan::default();
    let mut keys: HashMap<Digest, PersonKey> = HashMap::new();
    for arrival in arrivals {
        let outcome = judge(arrival, &snapshot);
        if let Some(outcome) = outcome {
            plan.outcomes.push(outcome);
            continue;
        }
        let name = (arrival.email_h, arrival.initiative.clone());
        match snapshot.known.get(&name) {
            None => {
                let key = match keys.entry(arrival.email_h) {
                    std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                    std::collections::hash_map::Entry::Vacant(entry) => {
                        let key = match snapshot.persons.get(&arrival.email_h) {
                            Some(wrapped) => PersonKey::unwrap(secret, &arrival.email_h, wrapped)?,
                            None => {
                                let (key, wrapped) = PersonKey::make(secret, &arrival.email_h)?;
                                plan.persons.push((arrival.email_h, wrapped));
                                key
                            }
                        };
                        entry.insert(key)
                    }
                };
                let sealed = key.seal(&arrival.email_h, &arrival.initiative, &arrival.person)?;
                plan.signups.push((arrival, sealed));
                if let Some(seat) = seat(arrival) {
                    *plan.seats.entry(seat.clone()).or_default() += i64::from(arrival.party);
                    if let Some((_, taken)) = snapshot.seats.get_mut(&seat) {
                        *taken += i64::from(arrival.party);
                    }
                }
                for debt in &arrival.messages {
                    let debt =
                        NewMessage::new(secret, &arrival.email_h, &arrival.initiative, debt, arrival.at);
                    plan.owed.push(debt);
                }
                snapshot.known.insert(name, (arrival.session.clone(), i64::from(arrival.party)));
            }
            Some((session, party)) => {
                let differs = *session != arrival.session || *party != i64::from(arrival.party);
                // Only where mail goes out at all: a new sign-up would owe one.
                if arrival.messages.iter().any(|debt| debt.kind == MessageKind::Confirm) {
                    let again = Message { kind: MessageKind::Again, sink: String::new() };
                    let mut debt =
                        NewMessage::new(secret, &arrival.email_h, &arrival.initiative, &again, arrival.at);
                    if differs {
                        let wish = serde_json::json!({ "session": arrival.session, "party": arrival.party });
                        debt.detail = wish.to_string();
                    }
                    plan.owed.retain(|other| other.id != debt.id);
                    plan.owed.push(debt);
                }
            }
        }
        snapshot.answered.insert(arrival.key.clone(), arrival.request_h);
        snapshot.spent.extend(arrival.proof.as_ref().map(|proof| proof.challenge));
        plan.answered.push(arrival);
        plan.outcomes.push(Outcome::Received);
    }
    Ok(plan)
}

/// What is answered at once; `None` where the sign-up is to be stored, or is already.
fn judge(arrival: &NewSignUp, snapshot: &Snapshot) -> Option<Outcome> {
    if let Some(request) = snapshot.answered.get(&arrival.key) {
        let same = *request == arrival.request_h;
        return Some(if same { Outcome::Received } else { Outcome::KeyReused });
    }
    if arrival.proof.as_ref().is_some_and(|proof| snapshot.spent.contains(&proof.challenge)) {
        return Some(Outcome::ProofSpent);
    }
    // Asked of a known address too: otherwise a full session would tell a stranger who is in it.
    let (capacity, taken) = seat(arrival).and_then(|seat| snapshot.seats.get(&seat)).copied()?;
    (taken + i64::from(arrival.party) > capacity).then_some(Outcome::Full)
}

/// The limited session that an arrival takes seats of, by initiative and session.
pub fn seat(arrival: &NewSignUp) -> Option<(String, String)> {
    arrival.seats?;
    Some((arrival.initiative.clone(), arrival.session.clone().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Person, Proof};

    fn arrival(person: u8, key: &str) -> NewSignUp {
        NewSignUp {
            email_h: [person; 32],
            request_h: [person; 32],
            key: key.into(),
            initiative: "atelier".into(),
            session: Some("samedi".into()),
            party: 1,
            seats: Some(2),
            hold_until: None,
            person: Person::default(),
            language: "fr".into(),
            receipts: Vec::new(),
            proof: None,
            messages: vec![Message { kind: MessageKind::Confirm, sink: String::new() }],
            at: 0,
            expires_at: 1,
            keep_until: 1,
        }
    }

    fn two_seats() -> Snapshot {
        let seats = BTreeMap::from([(("atelier".to_owned(), "samedi".to_owned()), (2, 0))]);
        Snapshot { seats, ..Snapshot::default() }
    }

    fn outcomes(arrivals: &[NewSignUp]) -> Vec<Outcome> {
        decide(&Secret::new(*b"a secret of a test"), arrivals, two_seats()).unwrap().outcomes
    }

    #[test]
    fn the_last_seat_of_a_batch_goes_to_one() {
        let all = [arrival(1, "a"), arrival(2, "b"), arrival(3, "c")];
        assert_eq!(outcomes(&all), [Outcome::Received, Outcome::Received, Outcome::Full]);
    }

    #[test]
    fn a_key_twice_in_a_batch_is_one_sign_up_and_another_body_is_refused() {
        let mut other = arrival(1, "a");
        other.request_h = [9; 32];
        let all = [arrival(1, "a"), arrival(1, "a"), other];
        let secret = Secret::new(*b"a secret of a test");
        let plan = decide(&secret, &all, two_seats()).unwrap();
        assert_eq!(plan.outcomes, [Outcome::Received, Outcome::Received, Outcome::KeyReused]);
        assert_eq!((plan.signups.len(), plan.answered.len(), plan.owed.len()), (1, 1, 1));
    }

    #[test]
    fn a_person_twice_in_a_batch_takes_one_seat_and_hears_of_it() {
        let mut again = arrival(1, "b");
        again.party = 2;
        let secret = Secret::new(*b"a secret of a test");
        let all = [arrival(1, "a"), again];
        let plan = decide(&secret, &all, two_seats()).unwrap();
        // Two more do not fit, and a known address hears what a new one would.
        assert_eq!(plan.outcomes, [Outcome::Received, Outcome::Full]);
        let mut again = arrival(1, "b");
        again.session = None;
        again.seats = None;
        let all = [arrival(1, "a"), again];
        let plan = decide(&secret, &all, two_seats()).unwrap();
        assert_eq!((plan.signups.len(), plan.persons.len()), (1, 1));
        assert_eq!(plan.owed[1].kind, MessageKind::Again);
        assert_eq!(plan.owed[1].detail, r#"{"party":1,"session":null}"#);
    }

    #[test]
    fn a_proof_is_good_for_one_sign_up() {
        let with_proof = |person, key| {
            let proof = Some(Proof { challenge: [7; 32], expires_at: 9 });
            NewSignUp { proof, ..arrival(person, key) }
        };
        let all = [with_proof(1, "a"), with_proof(2, "b"), with_proof(1, "a")];
        assert_eq!(outcomes(&all), [Outcome::Received, Outcome::ProofSpent, Outcome::Received]);
    }
}

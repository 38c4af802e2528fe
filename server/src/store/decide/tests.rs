use std::collections::BTreeMap;

use super::*;
use crate::store::{Person, Proof, Secret};

fn keys() -> Keys {
    Keys::new(Secret::new(*b"a secret of a test"))
}

/// A session of two seats.
fn wanted(id: &str) -> WantedSession {
    WantedSession { id: id.into(), seats: Some(2), starts_at: 1000, may_wait: false, hold_until: 9 }
}

/// What is answered where Saturday is full.
fn full() -> Outcome {
    Outcome::Full(vec!["samedi".into()])
}

/// A form for one of two seats, which a mail asks to confirm.
fn form(person: u8, key: &str) -> NewSignUp {
    NewSignUp {
        email_h: [person; 32],
        request_h: [person; 32],
        key: key.into(),
        initiative: "atelier".into(),
        participant_h: [0; 32],
        request: None,
        sessions: vec![wanted("samedi")],
        party: 1,
        is_attempt: true,
        person: Person::default(),
        language: "fr".into(),
        receipts: Vec::new(),
        proof: None,
        messages: vec![Message { kind: MessageKind::Confirm, sink: String::new() }],
        at: 0,
        expires_at: 1,
        keep_until: 2,
    }
}

/// The same where no mail is sent.
fn at_once(person: u8, key: &str) -> NewSignUp {
    let messages = vec![Message { kind: MessageKind::SignedUp, sink: "crm".into() }];
    NewSignUp { is_attempt: false, messages, ..form(person, key) }
}

fn seats(capacity: i64) -> Snapshot {
    let seats = Seats { capacity, used: 0 };
    let seats = BTreeMap::from([(("atelier".to_owned(), "samedi".to_owned()), seats)]);
    Snapshot { seats, ..Snapshot::default() }
}

fn plan(forms: &[NewSignUp], snapshot: Snapshot) -> Plan<'_> {
    decide(&keys(), forms, snapshot).unwrap()
}

fn outcomes(forms: &[NewSignUp]) -> Vec<Outcome> {
    plan(forms, seats(2)).outcomes
}

fn other(form: NewSignUp, request: u8) -> NewSignUp {
    NewSignUp { request_h: [request; 32], ..form }
}

#[test]
fn the_last_seat_of_a_batch_goes_to_one() {
    let all = [form(1, "a"), form(2, "b"), form(3, "c")];
    assert_eq!(outcomes(&all), [Outcome::Received, Outcome::Received, full()]);
    let all = [at_once(1, "a"), at_once(2, "b"), at_once(3, "c")];
    let plan = plan(&all, seats(2));
    assert_eq!(plan.outcomes, [Outcome::Received, Outcome::Received, full()]);
    assert_eq!(plan.taken.values().copied().collect::<Vec<_>>(), [2]);
    assert!(plan.holds.is_empty());
}

#[test]
fn a_key_twice_in_a_batch_is_one_sign_up_and_another_body_is_refused() {
    let all = [form(1, "a"), form(1, "a"), other(form(1, "a"), 9)];
    let plan = plan(&all, seats(2));
    assert_eq!(plan.outcomes, [Outcome::Received, Outcome::Received, Outcome::KeyReused]);
    assert_eq!((plan.signups.len(), plan.answered.len(), plan.messages.len()), (1, 1, 1));
    assert_eq!(plan.holds.len(), 1);
}

/// What a stranger could see: the outcomes, and what is left for others.
fn trace(snapshot: Snapshot) -> (Vec<Outcome>, i64) {
    let all = [form(1, "a"), other(form(1, "b"), 7), other(form(1, "c"), 8)];
    let plan = plan(&all, snapshot);
    (plan.outcomes.clone(), plan.holds.iter().map(|hold| i64::from(hold.form.party)).sum())
}

#[test]
fn a_known_address_takes_a_hold_like_an_unknown_one() {
    let unknown = trace(seats(2));
    let known = |request, pending| {
        let mut snapshot = seats(2);
        let (_, wrapped) = PersonKey::make(&keys(), &[1; 32]).unwrap();
        snapshot.persons.insert([1; 32], wrapped);
        let row = Known { id: "x".into(), request_h: [request; 32], participant_h: [0; 32], pending };
        snapshot.known.insert(([1; 32], "atelier".into()), vec![row]);
        trace(snapshot)
    };
    assert_eq!(unknown, (vec![Outcome::Received, Outcome::Received, full()], 2));
    // Confirmed or not, with the same form or another.
    for (request, pending) in [(1, true), (1, false), (5, true), (5, false)] {
        assert_eq!(known(request, pending), unknown, "{request} {pending}");
    }
}

#[test]
fn attempts_stand_beside_each_other_and_the_oldest_of_eleven_goes() {
    let all: Vec<_> = (0..12).map(|i| other(form(1, &i.to_string()), i)).collect();
    let plan = plan(&all, seats(100));
    let kept: Vec<u8> = plan.signups.iter().map(|row| row.form.request_h[0]).collect();
    assert_eq!(kept, (2..12).collect::<Vec<_>>());
    // Those that went came with this batch: nothing is there to delete. Each form holds its seat.
    assert!(plan.dropped.is_empty());
    assert_eq!((plan.holds.len(), plan.persons.len(), plan.messages.len()), (12, 1, 1));
}

#[test]
fn an_attempt_that_is_there_goes_for_an_eleventh_and_what_counts_stays() {
    let mut snapshot = seats(100);
    let rows = (0..11).map(|i| Known {
        id: i.to_string(),
        request_h: [20 + i; 32],
        participant_h: [0; 32],
        pending: i > 0,
    });
    snapshot.known.insert(([1; 32], "atelier".into()), rows.collect());
    let all = [form(1, "a")];
    let plan = plan(&all, snapshot);
    assert_eq!(plan.dropped, [([1; 32], "1".to_owned())]);
    assert_eq!((plan.signups.len(), plan.messages[0].kind), (1, MessageKind::Again));
}

#[test]
fn the_same_form_by_another_key_is_kept_once_and_waits_anew() {
    let all = [form(1, "a"), form(1, "b")];
    let plan = plan(&all, seats(100));
    assert_eq!((plan.signups.len(), plan.renewed.len(), plan.answered.len()), (1, 1, 2));
    assert_eq!(plan.renewed[0].1, plan.signups[0].id);
    // The hold of the second is none of the attempt's.
    assert_eq!(plan.holds.len(), 2);
    assert_eq!(plan.holds[0].id, plan.signups[0].id);
    assert_ne!(plan.holds[1].id, plan.signups[0].id);
}

#[test]
fn one_mail_within_ten_minutes_speaks_for_all_that_waits() {
    let later = |key: &str, at| NewSignUp { at, ..other(form(1, key), key.as_bytes()[0]) };
    let mails = |forms: &[NewSignUp], mailed: Option<Mailed>| -> Vec<(i64, i64)> {
        let name = (forms[0].email_h, forms[0].initiative.clone());
        let known = vec![Known {
            id: "z".into(),
            request_h: later("z", 0).request_h,
            participant_h: [0; 32],
            pending: true,
        }];
        let snapshot = Snapshot {
            mailed: mailed.map(|mailed| (name.clone(), mailed)).into_iter().collect(),
            known: [(name, known)].into(),
            seats: [(("atelier".to_owned(), "samedi".to_owned()), Seats { capacity: 100, used: 0 })].into(),
            ..Snapshot::default()
        };
        let plan = decide(&keys(), forms, snapshot).unwrap();
        plan.messages.iter().map(|message| (message.at, message.next_at)).collect()
    };
    // The first one is not sent yet when the others come.
    assert_eq!(mails(&[later("a", 1000), later("b", 1599), later("c", 1600)], None), [(1000, 1000)]);
    // One was sent: the next waits for its time, and speaks for what comes until then.
    let sent = Some(Mailed { at: 1000, waits: false });
    assert_eq!(mails(&[later("a", 1001), later("b", 1300)], sent), [(1001, 1600)]);
    assert_eq!(mails(&[later("a", 1700)], sent), [(1700, 1700)]);
    assert_eq!(mails(&[later("a", 1700)], Some(Mailed { at: 1000, waits: true })), []);
    // The same form once more has nothing new to tell, but for a mail that was lost.
    assert_eq!(mails(&[later("z", 1599)], sent), []);
    assert_eq!(mails(&[later("z", 1600)], sent), [(1600, 1600)]);
}

#[test]
fn without_mail_a_second_form_counts_and_the_same_one_does_not() {
    let all = [at_once(1, "a"), at_once(1, "b"), other(at_once(1, "c"), 9)];
    let plan = plan(&all, seats(2));
    assert_eq!(plan.outcomes, [Outcome::Received, Outcome::Received, Outcome::Received]);
    assert_eq!((plan.signups.len(), plan.messages.len()), (2, 2));
    assert_eq!(plan.taken.values().copied().collect::<Vec<_>>(), [2]);
    assert!(plan.messages.iter().all(|message| message.sequence == 1));
    assert_ne!(plan.messages[0].signup, plan.messages[1].signup);
}

#[test]
fn a_proof_is_good_for_one_sign_up() {
    let with_proof = |person, key| {
        let proof = Some(Proof { challenge: [7; 32], expires_at: 9 });
        NewSignUp { proof, ..form(person, key) }
    };
    let all = [with_proof(1, "a"), with_proof(2, "b"), with_proof(1, "a")];
    assert_eq!(outcomes(&all), [Outcome::Received, Outcome::ProofSpent, Outcome::Received]);
}

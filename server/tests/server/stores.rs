//! What the tests of the store share: each promise is a function of a store, and is asked of both kinds of database.

use std::sync::Arc;

use alentour_server::store::{
    ConsentReceipt, Deed, LinkUse, MailedLink, Message, MessageKind, NewSignUp, Outcome, Person, Proof,
    Purpose, Rows, Store, TrailEntry, WantedSession,
};
use tokio::sync::mpsc;

use crate::app::key;

/// Each promise is a function of a store.
macro_rules! both {
    ($($promise:ident)*) => {
        mod on_sqlite { $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                super::$promise(crate::app::on_sqlite(&folder).await).await;
            }
        )* }
        mod on_postgres { $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                super::$promise(crate::app::on_postgres().await).await;
            }
        )* }
    };
}
pub(crate) use both;

/// A digest that says in clear what it is of.
pub fn digest(name: &str) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..name.len()].copy_from_slice(name.as_bytes());
    digest
}

/// A form for a petition, which a mail asks to confirm.
pub fn form(name: &str) -> NewSignUp {
    NewSignUp {
        email_h: digest(name),
        request_h: digest(name),
        key: key(name),
        initiative: "petition".into(),
        participant_h: digest("participant"),
        sessions: Vec::new(),
        request: None,
        party: 1,
        is_attempt: true,
        person: Person {
            given_name: "Zoé".into(),
            family_name: "Mbarek".into(),
            email: format!("{name}@example.org"),
            message: Some("Merci\npour tout — 日本 🎉".into()),
            ..Person::default()
        },
        language: "fr".into(),
        receipts: vec![receipt("contact", true), receipt("lettre", false)],
        proof: Some(Proof { challenge: digest(&format!("proof {name}")), expires_at: 1000 }),
        messages: vec![Message { kind: MessageKind::Confirm, sink: String::new() }],
        at: 100,
        expires_at: 500,
        keep_until: 9000,
    }
}

fn receipt(consent: &str, given: bool) -> ConsentReceipt {
    ConsentReceipt {
        consent: consent.into(),
        version: "1".into(),
        text: "J’accepte.".into(),
        purpose: consent.into(),
        used_for: None,
        language: "fr".into(),
        given,
    }
}

/// A seat in a workshop of two, held until 300.
pub fn seat(name: &str) -> NewSignUp {
    NewSignUp { initiative: "atelier".into(), sessions: vec![session("samedi", 2)], ..form(name) }
}

/// A session with so many seats, which begins long after; what a form has of it is held until 300.
pub fn session(id: &str, seats: u32) -> WantedSession {
    WantedSession {
        id: id.into(),
        seats: Some(seats),
        starts_at: 1_000_000,
        may_wait: false,
        hold_until: 300,
    }
}

/// The same form with other sessions, or others made of its own.
pub fn with_sessions(mut form: NewSignUp, change: impl FnMut(&mut WantedSession)) -> NewSignUp {
    form.sessions.iter_mut().for_each(change);
    form
}

/// The same where no mail is sent: it counts at once, and the sink `crm` is told.
pub fn at_once(form: NewSignUp) -> NewSignUp {
    let messages = vec![Message { kind: MessageKind::SignedUp, sink: "crm".into() }];
    NewSignUp { is_attempt: false, messages, expires_at: form.keep_until, ..form }
}

/// Another form by another key, with the same address: its message says which one it is.
pub fn other(form: NewSignUp, name: &str, at: i64) -> NewSignUp {
    let person = Person { message: Some(name.into()), ..form.person };
    NewSignUp { key: key(name), request_h: digest(name), proof: None, person, at, ..form }
}

/// What is answered where Saturday has no seat left.
pub fn full() -> Outcome {
    Outcome::Full(vec!["samedi".into()])
}

/// Stores a batch.
pub async fn keep(store: &Arc<dyn Store>, forms: &[NewSignUp]) -> Vec<Outcome> {
    store.keep(forms).await.into_iter().map(Result::unwrap).collect()
}

/// A link that was mailed to somebody.
pub fn link(name: &str, purpose: Purpose, expires_at: i64) -> MailedLink {
    MailedLink::new(digest(name), purpose, expires_at)
}

/// The sink that is told.
pub fn crm() -> Vec<String> {
    vec!["crm".into()]
}

/// Confirms the newest attempt of a person, as the link of a mail does. Returns the id of the attempt.
pub async fn confirm(store: &Arc<dyn Store>, name: &str, now: i64) -> String {
    use alentour_server::store::Confirmation;
    let hash = digest(&format!("confirm {name} {now}"));
    store.create_link(&hash, &link(name, Purpose::Confirm, i64::MAX)).await.unwrap();
    let id = store.waiting(&digest(name), now).await.unwrap().remove(0).attempt.id;
    assert_eq!(store.confirm(&hash, &id, &crm(), &[], now).await.unwrap(), Confirmation::Now);
    id
}

/// What the one sign-up of a person has of its one session.
pub async fn state(store: &Arc<dyn Store>, name: &str) -> &'static str {
    let all = store.of_person(&digest(name)).await.unwrap();
    let [one] = all.as_slice() else { panic!("{name} has {} sign-ups", all.len()) };
    one.attendances[0].state.as_str()
}

/// Erases what a link of a person's stands for: everything, or the sign-up with that id.
pub async fn erase_by_link(store: &Arc<dyn Store>, name: &str, id: Option<&str>, now: i64) -> LinkUse {
    let hash = digest(&format!("erase {name} {now}"));
    store.create_link(&hash, &link(name, Purpose::Access, i64::MAX)).await.unwrap();
    store.erase_by_link(&hash, id, now).await.unwrap()
}

/// All that is there, by table.
pub async fn dump(store: &Arc<dyn Store>) -> Vec<Rows> {
    let (to, mut from) = mpsc::channel(2);
    let task = tokio::spawn({
        let store = store.clone();
        async move { store.dump(to).await }
    });
    let mut all = Vec::new();
    while let Some(rows) = from.recv().await {
        all.push(rows);
    }
    task.await.unwrap().unwrap();
    all
}

/// How many rows a table has.
pub async fn count(store: &Arc<dyn Store>, table: &str) -> usize {
    dump(store).await.iter().filter(|(of, _)| of.name == table).map(|(_, rows)| rows.len()).sum()
}

/// What the command line does at that time (UTC seconds), for the trail.
pub fn by_hand(at: i64) -> TrailEntry {
    TrailEntry::by_hand("", Deed::Answered, serde_json::json!({}), at)
}

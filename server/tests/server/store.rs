//! What a store promises, asked of both kinds, each with a real database.

use std::sync::Arc;
use std::time::Duration;

use alentour_server::store::{
    ConsentReceipt, Delivery, Erasure, LinkUse, MailedLink, Message, MessageKind, NewSignUp, Outcome, Person,
    Proof, Purpose, Rows, Store, StoreError, Writer,
};
use tokio::sync::mpsc;

use crate::app::{App, database, form, key, on_postgres, on_sqlite, open, secret};

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

both! {
    what_is_kept_is_read_back_as_it_was_written
    a_batch_is_answered_in_its_order
    writers_at_once_store_each_person_once_and_no_seat_twice
    a_page_goes_on_where_the_last_one_ended
    a_link_is_good_once_and_for_its_purpose_and_its_time
    a_confirmed_sign_up_is_kept_longer_and_owes_its_news_once
    a_consent_is_taken_back_and_its_receipt_stays
    who_is_erased_leaves_nothing_but_the_news_of_it
    what_has_expired_goes_and_frees_its_seats
    a_message_is_taken_once_and_again_when_its_taker_died
    a_message_that_was_given_up_can_be_retried
    a_known_person_is_owed_a_link_and_an_unknown_one_nothing
    a_second_sign_up_owes_one_mail_within_ten_minutes
    everything_can_be_carried_to_another_store
}

fn digest(name: &str) -> [u8; 32] {
    let mut digest = [0; 32];
    digest[..name.len()].copy_from_slice(name.as_bytes());
    digest
}

fn arrival(name: &str) -> NewSignUp {
    NewSignUp {
        email_h: digest(name),
        request_h: digest(name),
        key: key(name),
        initiative: "petition".into(),
        session: None,
        party: 1,
        seats: None,
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
        language: "fr".into(),
        given,
    }
}

/// A seat in a workshop of two.
fn seat(name: &str) -> NewSignUp {
    NewSignUp {
        initiative: "atelier".into(),
        session: Some("samedi".into()),
        seats: Some(2),
        ..arrival(name)
    }
}

async fn keep(store: &Arc<dyn Store>, arrivals: &[NewSignUp]) -> Vec<Outcome> {
    store.keep(arrivals).await.into_iter().map(Result::unwrap).collect()
}

fn link(name: &str, purpose: Purpose, expires_at: i64) -> MailedLink {
    let initiative = if purpose == Purpose::Confirm { "petition" } else { "" };
    MailedLink { email_h: digest(name), initiative: initiative.into(), purpose, expires_at, used_at: None }
}

async fn what_is_kept_is_read_back_as_it_was_written(store: Arc<dyn Store>) {
    let mut zoe = arrival("zoe");
    zoe.person.answers.insert("niveau".into(), "débutante".into());
    zoe.session = Some("samedi".into());
    zoe.party = 3;
    assert_eq!(keep(&store, &[zoe.clone()]).await, [Outcome::Received]);
    let (stored, next) = store.page("petition", None).await.unwrap();
    let [stored] = &stored[..] else { panic!("{} rows", stored.len()) };
    assert!(stored.person == zoe.person && next.is_none());
    assert_eq!((stored.session.as_deref(), stored.party, stored.received_at), (Some("samedi"), 3, 100));
    assert_eq!((stored.confirmed_at, stored.expires_at), (None, 500));
    let given: Vec<_> = stored.consents.iter().map(|one| (one.id.as_str(), one.given, one.holds())).collect();
    assert_eq!(given, [("contact", true, true), ("lettre", false, false)]);
    assert_eq!(store.answered(&zoe.key).await.unwrap(), Some(zoe.request_h));
    assert_eq!(store.answered("another key").await.unwrap(), None);
    assert_eq!(store.count(Some("petition")).await.unwrap().signups, 1);
    assert_eq!(store.count(Some("atelier")).await.unwrap().signups, 0);
    assert!(store.of_person(&digest("zoe")).await.unwrap()[0].person == zoe.person);
}

async fn a_batch_is_answered_in_its_order(store: Arc<dyn Store>) {
    let mut other_body = seat("a");
    other_body.request_h = digest("other");
    let mut stolen_proof = arrival("d");
    stolen_proof.proof = seat("a").proof;
    let batch = [seat("a"), seat("b"), seat("c"), other_body, seat("a"), stolen_proof, arrival("e")];
    let (yes, full) = (Outcome::Received, Outcome::Full);
    let expected = [yes, yes, full, Outcome::KeyReused, yes, Outcome::ProofSpent, yes];
    assert_eq!(keep(&store, &batch).await, expected);
    // The same once more, from the database and not from the batch.
    assert_eq!(keep(&store, &batch).await, expected);
    assert_eq!(store.count(None).await.unwrap().signups, 3);
    assert_eq!(store.backlog().await.unwrap().waiting, 3);
}

async fn writers_at_once_store_each_person_once_and_no_seat_twice(store: Arc<dyn Store>) {
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut seats = 0;
                for i in 0..20 {
                    // The same people with the same keys from each; and one more with a proof of the other's.
                    let batch = [arrival(&format!("p{i}")), seat(&format!("s{i}"))];
                    let outcomes = keep(&store, &batch).await;
                    assert_eq!(outcomes[0], Outcome::Received);
                    seats += u32::from(outcomes[1] == Outcome::Received);
                }
                seats
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 2, "the first two have a seat, whoever asks");
    }
    assert_eq!(store.count(Some("petition")).await.unwrap().signups, 20);
    assert_eq!(store.count(Some("atelier")).await.unwrap().signups, 2);
    assert_eq!(store.backlog().await.unwrap().waiting, 22);
}

async fn a_page_goes_on_where_the_last_one_ended(store: Arc<dyn Store>) {
    let all: Vec<_> = (0..2300).map(|i| NewSignUp { at: i / 700, ..arrival(&format!("p{i}")) }).collect();
    for batch in all.chunks(200) {
        keep(&store, batch).await;
    }
    let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let (page, next) = store.page("petition", after).await.unwrap();
        seen.extend(page.into_iter().map(|stored| {
            assert_eq!(stored.consents.len(), 2);
            (stored.received_at, stored.person.email)
        }));
        (after, pages) = (next, pages + 1);
        if next.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (2300, 3));
    assert!(seen.is_sorted_by_key(|(at, _)| *at));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 2300);
}

async fn a_link_is_good_once_and_for_its_purpose_and_its_time(store: Arc<dyn Store>) {
    keep(&store, &[arrival("zoe")]).await;
    let (confirm, access) = (digest("confirm"), digest("access"));
    store.create_link(&confirm, &link("zoe", Purpose::Confirm, 300)).await.unwrap();
    store.create_link(&access, &link("zoe", Purpose::Access, 300)).await.unwrap();
    // Nobody is granted a link to nobody.
    store.create_link(&digest("nobody"), &link("max", Purpose::Access, 300)).await.unwrap();
    assert_eq!(store.link(&digest("nobody"), 200).await.unwrap(), None);
    // Looking uses nothing up.
    for _ in 0..2 {
        let token = store.link(&confirm, 200).await.unwrap();
        assert_eq!(token, Some(link("zoe", Purpose::Confirm, 300)));
    }
    assert_eq!(store.confirm(&access, 200, &[]).await.unwrap(), LinkUse::Unknown);
    assert_eq!(store.confirm(&confirm, 300, &[]).await.unwrap(), LinkUse::Unknown);
    let both = tokio::join!(store.confirm(&confirm, 200, &[]), store.confirm(&confirm, 200, &[]));
    let mut both = [both.0.unwrap(), both.1.unwrap()];
    both.sort_by_key(|used| *used != LinkUse::Now);
    assert_eq!(both, [LinkUse::Now, LinkUse::Before]);
    assert_eq!(store.count(None).await.unwrap().confirmed, 1);
}

async fn a_confirmed_sign_up_is_kept_longer_and_owes_its_news_once(store: Arc<dyn Store>) {
    keep(&store, &[arrival("zoe")]).await;
    let news = [Message { kind: MessageKind::SignedUp, sink: "crm".into() }];
    for name in ["first mail", "second mail"] {
        store.create_link(&digest(name), &link("zoe", Purpose::Confirm, 300)).await.unwrap();
        assert_eq!(store.confirm(&digest(name), 200, &news).await.unwrap(), LinkUse::Now);
    }
    let stored = &store.of_person(&digest("zoe")).await.unwrap()[0];
    assert_eq!((stored.confirmed_at, stored.expires_at), (Some(200), 9000));
    let owed = store.claim(200, 60, 10).await.unwrap();
    let news = owed.iter().filter(|owed| owed.kind == MessageKind::SignedUp && owed.sink == "crm").count();
    assert_eq!((owed.len(), news), (2, 1));
}

async fn a_consent_is_taken_back_and_its_receipt_stays(store: Arc<dyn Store>) {
    keep(&store, &[arrival("zoe")]).await;
    let told = [Message { kind: MessageKind::SignedUp, sink: "crm".into() }];
    store.create_link(&digest("confirm"), &link("zoe", Purpose::Confirm, 300)).await.unwrap();
    store.confirm(&digest("confirm"), 150, &told).await.unwrap();
    store.claim(150, 10, 100).await.unwrap();
    for (name, consent) in [("a", "contact"), ("b", "lettre"), ("c", "contact")] {
        store.create_link(&digest(name), &link("zoe", Purpose::Access, 300)).await.unwrap();
        let used = store.withdraw(&digest(name), "petition", consent, 200).await.unwrap();
        assert_eq!(used, LinkUse::Now);
    }
    let consents = store.of_person(&digest("zoe")).await.unwrap().remove(0).consents;
    let now: Vec<_> = consents.iter().map(|one| (one.given, one.withdrawn_at, one.text.as_str())).collect();
    // What was not given cannot be taken back.
    assert_eq!(now, [(true, Some(200), "J’accepte."), (false, None, "J’accepte.")]);
    let owed = store.claim(200, 60, 10).await.unwrap();
    let news: Vec<_> = owed.iter().filter(|owed| owed.kind == MessageKind::Withdrawn).collect();
    assert_eq!(news.len(), 1);
    assert_eq!(news[0].detail, r#"{"consent":"contact"}"#);
}

async fn who_is_erased_leaves_nothing_but_the_news_of_it(store: Arc<dyn Store>) {
    let workshop = NewSignUp { key: key("other"), proof: None, request_h: digest("other"), ..seat("zoe") };
    keep(&store, &[arrival("zoe"), workshop, seat("max"), arrival("lea")]).await;
    store.enqueue(&digest("zoe"), MessageKind::Access, 100).await.unwrap();
    store.create_link(&digest("link"), &link("zoe", Purpose::Access, 300)).await.unwrap();
    // One sink may have heard of Zoé's petition, none of her workshop.
    let told = [Message { kind: MessageKind::SignedUp, sink: "crm".into() }];
    store.create_link(&digest("confirm"), &link("zoe", Purpose::Confirm, 300)).await.unwrap();
    store.confirm(&digest("confirm"), 150, &told).await.unwrap();
    store.claim(150, 60, 100).await.unwrap();
    assert_eq!(store.erase_by_link(&digest("link"), "", 200).await.unwrap(), LinkUse::Now);
    assert!(store.of_person(&digest("zoe")).await.unwrap().is_empty());
    assert_eq!(store.link(&digest("link"), 200).await.unwrap(), None);
    assert_eq!(store.answered(&key("zoe")).await.unwrap(), None);
    // Max and Lea have theirs, and Zoé's seat is free.
    assert_eq!(store.count(None).await.unwrap().signups, 2);
    assert_eq!(keep(&store, &[seat("eve")]).await, [Outcome::Received]);
    let owed = store.claim(1000, 60, 100).await.unwrap();
    let erased: Vec<_> = owed.iter().filter(|owed| owed.kind == MessageKind::Erased).collect();
    assert_eq!((erased.len(), erased[0].sink.as_str()), (1, "crm"));
    let id = store.secret().signup_id(&digest("zoe"), "petition");
    assert!(erased.iter().any(|owed| owed.detail.contains(&id) && owed.email_h == [0; 32]));
    assert!(owed.iter().all(|owed| owed.email_h != digest("zoe")));
    store.record_delivery(erased[0], &Delivery::Sent(1000)).await.unwrap();
    let mut rows = dump(&store).await;
    rows.retain(|(table, rows)| table.name == "outbox" && !rows.is_empty());
    assert!(rows.iter().all(|(_, rows)| !format!("{rows:?}").contains("erased")));
    // Whoever comes back is a new person.
    let again = NewSignUp { key: key("new"), proof: None, ..arrival("zoe") };
    assert_eq!(keep(&store, &[again]).await, [Outcome::Received]);
}

async fn what_has_expired_goes_and_frees_its_seats(store: Arc<dyn Store>) {
    let mut late = seat("late");
    late.expires_at = 800;
    keep(&store, &[seat("a"), late]).await;
    assert_eq!(keep(&store, &[seat("b")]).await, [Outcome::Full]);
    assert_eq!(store.erase(&Erasure::Expired(499), 499).await.unwrap(), 0);
    assert_eq!(store.erase(&Erasure::Expired(500), 500).await.unwrap(), 1);
    assert_eq!(store.erase(&Erasure::Expired(500), 500).await.unwrap(), 0);
    assert_eq!(keep(&store, &[seat("b"), seat("c")]).await, [Outcome::Received, Outcome::Full]);
    // The proof was not needed any more, either.
    assert_eq!(store.erase(&Erasure::Expired(1000), 1000).await.unwrap(), 2);
    let rows = dump(&store).await;
    for name in ["spent", "persons", "signups", "consents", "answered", "outbox"] {
        assert!(rows.iter().all(|(table, rows)| table.name != name || rows.is_empty()), "{name}");
    }
}

async fn a_message_is_taken_once_and_again_when_its_taker_died(store: Arc<dyn Store>) {
    keep(&store, &(0..40).map(|i| arrival(&format!("p{i}"))).collect::<Vec<_>>()).await;
    let (a, b) = tokio::join!(store.claim(100, 60, 30), store.claim(100, 60, 30));
    let (a, b) = (a.unwrap(), b.unwrap());
    let mut ids: Vec<_> = a.iter().chain(&b).map(|owed| owed.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), a.len() + b.len()), (40, 40));
    assert!(store.claim(159, 60, 100).await.unwrap().is_empty());
    store.record_delivery(&a[0], &Delivery::Sent(110)).await.unwrap();
    store.record_delivery(&a[1], &Delivery::Later(500, "greylisted".into())).await.unwrap();
    let again = store.claim(160, 60, 100).await.unwrap();
    assert_eq!(again.len(), 38);
    assert!(again.iter().all(|owed| owed.attempts == 2));
    let later = store.claim(500, 60, 100).await.unwrap();
    assert!(later.iter().any(|owed| owed.id == a[1].id && owed.error.as_deref() == Some("greylisted")));
    assert_eq!(store.mails_since(&a[0].email_h, 110).await.unwrap(), 1);
    assert_eq!(store.mails_since(&a[0].email_h, 111).await.unwrap(), 0);
}

async fn a_message_that_was_given_up_can_be_retried(store: Arc<dyn Store>) {
    keep(&store, &[arrival("a"), arrival("b")]).await;
    for owed in store.claim(100, 60, 10).await.unwrap() {
        store.record_delivery(&owed, &Delivery::Dead(110, "no such mailbox".into())).await.unwrap();
    }
    let backlog = store.backlog().await.unwrap();
    assert_eq!((backlog.waiting, backlog.dead), (0, 2));
    let dead = store.outbox(true, 10).await.unwrap();
    assert_eq!((dead.len(), dead[0].error.as_deref()), (2, Some("no such mailbox")));
    assert_eq!(store.retry(Some(&dead[0].id), 200).await.unwrap(), 1);
    assert_eq!(store.retry(Some("unknown"), 200).await.unwrap(), 0);
    assert_eq!(store.retry(None, 200).await.unwrap(), 1);
    assert_eq!(store.claim(200, 60, 10).await.unwrap().len(), 2);
}

async fn a_known_person_is_owed_a_link_and_an_unknown_one_nothing(store: Arc<dyn Store>) {
    keep(&store, &[arrival("zoe")]).await;
    for name in ["zoe", "nobody"] {
        store.enqueue(&digest(name), MessageKind::Access, 100).await.unwrap();
    }
    let access = |owed: Vec<alentour_server::store::OutboxMessage>| {
        owed.into_iter().filter(|owed| owed.kind == MessageKind::Access).collect::<Vec<_>>()
    };
    let owed = access(store.claim(100, 60, 10).await.unwrap());
    assert_eq!(owed.len(), 1);
    store.record_delivery(&owed[0], &Delivery::Sent(100)).await.unwrap();
    // Asked again at once: no second mail. Later: another, with a link of its own.
    store.enqueue(&digest("zoe"), MessageKind::Access, 699).await.unwrap();
    assert!(access(store.claim(699, 60, 10).await.unwrap()).is_empty());
    store.enqueue(&digest("zoe"), MessageKind::Access, 700).await.unwrap();
    let again = access(store.claim(700, 60, 10).await.unwrap());
    assert_eq!(again.len(), 1);
    assert_ne!(store.secret().token(&owed[0]), store.secret().token(&again[0]));
}

async fn a_second_sign_up_owes_one_mail_within_ten_minutes(store: Arc<dyn Store>) {
    keep(&store, &[arrival("zoe")]).await;
    let again = |at: i64| NewSignUp {
        key: key(&format!("at {at}")),
        session: Some("dimanche".into()),
        proof: None,
        at,
        ..arrival("zoe")
    };
    let mails = async |now: i64| {
        let mut sent = 0;
        for owed in store.claim(now, 1, 10).await.unwrap() {
            sent += usize::from(owed.kind == MessageKind::Again);
            store.record_delivery(&owed, &Delivery::Sent(now)).await.unwrap();
        }
        sent
    };
    keep(&store, &[again(110), again(111)]).await;
    assert_eq!(mails(112).await, 1);
    keep(&store, &[again(120)]).await;
    assert_eq!(mails(121).await, 0);
    keep(&store, &[again(111 + 600)]).await;
    assert_eq!(mails(111 + 600).await, 1);
    assert_eq!(store.count(None).await.unwrap().signups, 1);
}

async fn dump(store: &Arc<dyn Store>) -> Vec<Rows> {
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

async fn everything_can_be_carried_to_another_store(store: Arc<dyn Store>) {
    let batch: Vec<_> = (0..600).map(|i| arrival(&format!("p{i}"))).chain([seat("a"), seat("b")]).collect();
    for batch in batch.chunks(200) {
        keep(&store, batch).await;
    }
    store.create_link(&digest("link"), &link("a", Purpose::Access, 300)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    // From either kind to either kind.
    for other in [on_sqlite(&folder).await, on_postgres().await] {
        for (table, rows) in dump(&store).await {
            other.restore(table, &rows).await.unwrap();
        }
        assert_eq!(other.count(None).await.unwrap(), store.count(None).await.unwrap());
        assert_eq!(other.backlog().await.unwrap(), store.backlog().await.unwrap());
        assert!(other.of_person(&digest("p7")).await.unwrap()[0].person == arrival("p7").person);
        assert!(other.link(&digest("link"), 200).await.unwrap().is_some());
        // Keys and seats are known there.
        let both = [arrival("p7"), seat("c")];
        assert_eq!(keep(&other, &both).await, [Outcome::Received, Outcome::Full]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_wait_are_told_to_come_back_and_the_others_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_sqlite(&folder).await;
    let writer = Writer::start(store.clone(), Writer::BATCH);
    // Somebody else writes, so nothing can be committed for a while.
    let lock = open(&folder).await.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let tasks: Vec<_> = (0..1500)
        .map(|i| {
            let writer = writer.clone();
            tokio::spawn(async move { writer.keep(arrival(&format!("p{i}"))).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    lock.rollback().await.unwrap();
    let (mut stored, mut busy) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(Outcome::Received) => stored += 1,
            Err(StoreError::Busy) => busy += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(busy >= 300 && stored >= 1000, "{stored} stored, {busy} busy");
    assert_eq!(store.count(None).await.unwrap().signups, stored);
}

#[tokio::test]
async fn one_that_the_tables_refuse_does_not_cost_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_sqlite(&folder).await;
    sqlx::query(
        "CREATE TRIGGER refusal BEFORE INSERT ON signups WHEN NEW.language = 'bad'
         BEGIN INSERT INTO seats (initiative, session, capacity, taken) VALUES ('', '', 0, -1); END",
    )
    .execute(&open(&folder).await)
    .await
    .unwrap();
    let mut batch = vec![arrival("a"), arrival("b"), arrival("c")];
    batch[1].language = "bad".into();
    let outcomes = store.keep(&batch).await;
    assert!(matches!(
        outcomes[..],
        [Ok(Outcome::Received), Err(StoreError::Database(_)), Ok(Outcome::Received)]
    ));
    assert_eq!(store.count(None).await.unwrap().signups, 2);
}

#[tokio::test]
async fn what_belongs_to_a_sign_up_goes_with_it() {
    let app = App::start().await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    let delete = "PRAGMA foreign_keys = ON; DELETE FROM signups";
    sqlx::raw_sql(delete).execute(&app.database().await).await.unwrap();
    for count in ["SELECT count(*) FROM consents", "SELECT count(*) FROM answered"] {
        assert_eq!(app.number(count).await, 0, "{count}");
    }
}

#[tokio::test]
async fn the_secret_belongs_to_its_database_and_is_not_in_it() {
    use alentour_server::store::{Secret, SecretSource, sqlite};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("the.secret");
    let from_file = SecretSource::File(file.clone());
    let store = sqlite::open(&database(&folder), &from_file).await.unwrap();
    store.keep(&[arrival("zoe")]).await;
    store.close().await;
    let text = std::fs::read_to_string(&file).unwrap().trim().to_owned();
    assert_eq!(text.len(), 64);
    let bytes = std::fs::read(folder.path().join("signups.db")).unwrap();
    for clear in [text.as_bytes(), b"Mbarek", b"zoe@example.org"] {
        assert!(!bytes.windows(clear.len()).any(|part| part == clear));
    }
    // The same, said in another way; another one; none.
    let given = |text: &str| SecretSource::Given(Secret::new(text));
    sqlite::open(&database(&folder), &given(&text)).await.unwrap().close().await;
    for wrong in [given("another secret of the tests"), SecretSource::File(folder.path().join("none"))] {
        let error = sqlite::open(&database(&folder), &wrong).await.err().unwrap();
        assert!(matches!(error, StoreError::Unusable(_)), "{error}");
    }
    assert!(!folder.path().join("none").exists());
    assert!(sqlite::open(&database(&folder), &secret()).await.is_err());
}

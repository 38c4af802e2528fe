//! Sign-ups as a store keeps them: in batches, each key once, read back as they were written.

use std::sync::Arc;
use std::time::Duration;

use alentour_server::store::{
    AttendanceState, Erasure, NewSignUp, Outcome, Recipients, Store, StoreError, Writer, postgres,
};
use sqlx::Connection;

use crate::app::{
    App, database, form as posted, key, on_postgres, on_sqlite, open, postgres_database, secret,
};
use crate::stores::{
    at_once, both, confirm, count, digest, dump, form, full, keep, link, other, seat, session,
};

both! {
    what_is_kept_is_read_back_as_it_was_written
    a_batch_is_answered_in_its_order
    a_batch_of_any_size_is_kept_whole
    writers_at_once_store_each_person_once_and_no_seat_twice
    a_page_goes_on_where_the_last_one_ended
    attempts_stand_beside_each_other_and_count_as_one_person
    an_eleventh_attempt_drops_the_oldest_and_its_key_is_still_known
    without_mail_a_second_form_is_kept_and_marked
    who_is_erased_leaves_nothing_but_the_news_of_it
    what_has_expired_goes_and_frees_its_seats
    everything_can_be_copied_to_another_store
}

/// Another server commits a sign-up of somebody's while their last one is being erased.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_takes_no_sign_up_that_is_being_written() {
    let url = postgres_database().await;
    let store = postgres::open(&url, &secret()).await.unwrap();
    keep(&store, &[form("zoe")]).await;
    let mut other_server = sqlx::PgConnection::connect(&url).await.unwrap();
    for sql in [
        "BEGIN",
        "CREATE TEMPORARY TABLE another AS SELECT * FROM signups",
        "UPDATE another SET id = 'another', expires_at = 900",
        "INSERT INTO signups SELECT * FROM another",
    ] {
        sqlx::query(sql).execute(&mut other_server).await.unwrap();
    }
    let erasing = tokio::spawn({
        let store = store.clone();
        async move { store.erase(&Erasure::Expired(500), 500).await.unwrap() }
    });
    let mut watch = sqlx::PgConnection::connect(&url).await.unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut watch).await.unwrap() == 0 {
        assert!(!erasing.is_finished(), "it did not wait");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    sqlx::query("COMMIT").execute(&mut other_server).await.unwrap();
    assert_eq!(erasing.await.unwrap(), 1);
    let left = store.of_person(&digest("zoe")).await.unwrap();
    assert_eq!(left.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["another"]);
}

async fn what_is_kept_is_read_back_as_it_was_written(store: Arc<dyn Store>) {
    let mut zoe = form("zoe");
    zoe.person.answers.insert("niveau".into(), "débutante".into());
    zoe.sessions = vec![session("samedi", 9), session("dimanche", 3)];
    zoe.party = 3;
    assert_eq!(keep(&store, &[zoe.clone()]).await, [Outcome::Received]);
    let (stored, next) = store.page("petition", None).await.unwrap();
    let [stored] = &stored[..] else { panic!("{} rows", stored.len()) };
    assert!(stored.person == zoe.person && next.is_none());
    assert_eq!((stored.party, stored.received_at, stored.participant_h), (3, 100, zoe.participant_h));
    let states = stored.attendances.iter().map(|one| (one.session.as_str(), one.state, one.since));
    let asked = AttendanceState::Asked;
    assert_eq!(states.collect::<Vec<_>>(), [("dimanche", asked, 100), ("samedi", asked, 100)]);
    assert_eq!((stored.confirmed_at, stored.expires_at), (None, 500));
    assert_eq!((stored.pending, stored.attempt, stored.id.len()), (true, 1, 32));
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
    let mut stolen_proof = form("d");
    stolen_proof.proof = seat("a").proof;
    let batch = [seat("a"), seat("b"), seat("c"), other_body, seat("a"), stolen_proof, form("e")];
    let yes = || Outcome::Received;
    let expected = [yes(), yes(), full(), Outcome::KeyReused, yes(), Outcome::ProofSpent, yes()];
    assert_eq!(keep(&store, &batch).await, expected);
    // The same once more, from the database and not from the batch.
    assert_eq!(keep(&store, &batch).await, expected);
    assert_eq!(store.count(None).await.unwrap().signups, 3);
    assert_eq!(store.backlog().await.unwrap().waiting, 3);
}

async fn a_batch_of_any_size_is_kept_whole(store: Arc<dyn Store>) {
    let mut all = 0;
    for size in [0, 1, 2, 3, 63, 200, 257, 600] {
        let batch: Vec<_> = (all..all + size).map(|i| form(&format!("p{i}"))).collect();
        assert_eq!(keep(&store, &batch).await, vec![Outcome::Received; size], "{size}");
        // And again: all of them are found.
        assert_eq!(keep(&store, &batch).await, vec![Outcome::Received; size], "{size}");
        all += size;
        assert_eq!(store.count(None).await.unwrap().signups, all as u64);
    }
    for (table, rows) in [("consents", 2 * all), ("answered", all), ("spent", all), ("outbox", all)] {
        assert_eq!(count(&store, table).await, rows, "{table}");
    }
}

async fn writers_at_once_store_each_person_once_and_no_seat_twice(store: Arc<dyn Store>) {
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut seats = 0;
                for i in 0..20 {
                    // The same people with the same keys from each; and one more with a proof of the other's.
                    let batch = [form(&format!("p{i}")), seat(&format!("s{i}"))];
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
    assert_eq!((count(&store, "signups").await, count(&store, "holds").await), (22, 2));
    assert_eq!(store.backlog().await.unwrap().waiting, 22);
}

async fn a_page_goes_on_where_the_last_one_ended(store: Arc<dyn Store>) {
    let all: Vec<_> = (0..2300).map(|i| NewSignUp { at: i / 700, ..form(&format!("p{i}")) }).collect();
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
        if after.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (2300, 3));
    assert!(seen.is_sorted_by_key(|(at, _)| *at));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 2300);
}

async fn attempts_stand_beside_each_other_and_count_as_one_person(store: Arc<dyn Store>) {
    // A stranger first, then the person, then the person again by another key.
    let forged = other(form("zoe"), "forged", 100);
    let again = NewSignUp { key: key("again"), proof: None, at: 120, expires_at: 520, ..form("zoe") };
    keep(&store, &[forged, NewSignUp { at: 110, ..form("zoe") }, again]).await;
    let all = store.page("petition", None).await.unwrap().0;
    let all: Vec<_> = all.iter().map(|one| (one.person.message.as_deref(), one.attempt)).collect();
    assert_eq!(all, [(Some("forged"), 1), (form("zoe").person.message.as_deref(), 2)]);
    assert_eq!(store.count(None).await.unwrap().signups, 1);
    let waiting = store.waiting(&digest("zoe"), 130).await.unwrap();
    // Newest first; what was sent twice waits as long as the second.
    let waits: Vec<_> = waiting.iter().map(|one| (one.attempt.received_at, one.attempt.expires_at)).collect();
    assert_eq!(waits, [(110, 520), (100, 500)]);
    assert!(waiting.iter().all(|one| one.changes.is_none() && one.attempt.consents.len() == 2));
    assert_eq!(store.waiting(&digest("zoe"), 500).await.unwrap().len(), 1);
    // One mail for all of them.
    assert_eq!(store.backlog().await.unwrap().waiting, 1);
}

async fn an_eleventh_attempt_drops_the_oldest_and_its_key_is_still_known(store: Arc<dyn Store>) {
    for i in 0..12 {
        keep(&store, &[other(form("zoe"), &format!("form {i}"), 100 + i)]).await;
    }
    let waiting = store.waiting(&digest("zoe"), 200).await.unwrap();
    let waiting: Vec<_> = waiting.iter().map(|one| one.attempt.received_at).collect();
    assert_eq!(waiting, (102..112).rev().collect::<Vec<_>>());
    assert_eq!(count(&store, "consents").await, 20);
    assert!(store.answered(&key("form 0")).await.unwrap().is_some());
    // What counts is never dropped.
    confirm(&store, "zoe", 200).await;
    for i in 0..12 {
        keep(&store, &[other(form("zoe"), &format!("change {i}"), 210 + i)]).await;
    }
    let all = store.of_person(&digest("zoe")).await.unwrap();
    assert_eq!((all.len(), all.iter().filter(|one| one.pending).count()), (11, 10));
    assert_eq!(all.iter().filter(|one| one.attempt == 1).count(), 1);
    assert!(all.iter().all(|one| (one.attempt == 1) == (one.confirmed_at == Some(200))));
}

async fn without_mail_a_second_form_is_kept_and_marked(store: Arc<dyn Store>) {
    let zoe = at_once(seat("zoe"));
    let same = NewSignUp { key: key("same"), proof: None, ..zoe.clone() };
    let second = other(zoe.clone(), "second", 150);
    let third = other(zoe.clone(), "third", 160);
    let outcomes = keep(&store, &[zoe, same]).await;
    assert_eq!(outcomes, [Outcome::Received, Outcome::Received]);
    // The same contents take one seat, other contents one more.
    assert_eq!(keep(&store, &[second]).await, [Outcome::Received]);
    assert_eq!(keep(&store, &[third]).await, [full()]);
    let all = store.page("atelier", None).await.unwrap().0;
    assert_eq!(all.iter().map(|one| one.attempt).collect::<Vec<_>>(), [1, 2]);
    assert!(all.iter().all(|one| !one.pending && one.confirmed_at.is_none() && one.expires_at == 9000));
    assert_ne!(all[0].id, all[1].id);
    assert!(store.waiting(&digest("zoe"), 200).await.unwrap().is_empty());
    assert_eq!(count(&store, "holds").await, 0);
    // Each is an event of its own.
    let events = store.claim(200, 60, 10, Recipients::All).await.unwrap();
    let mut signups: Vec<_> = events.iter().map(|event| event.signup.clone().unwrap()).collect();
    signups.sort();
    signups.dedup();
    assert_eq!((signups.len(), events[0].sequence, events[1].sequence), (2, Some(1), Some(1)));
}

async fn who_is_erased_leaves_nothing_but_the_news_of_it(store: Arc<dyn Store>) {
    use alentour_server::store::{Delivery, LinkUse, MessageKind, Purpose};
    let workshop = NewSignUp { key: key("other"), proof: None, request_h: digest("other"), ..seat("zoe") };
    keep(&store, &[form("zoe"), form("lea")]).await;
    // One sink may have heard of Zoé's petition, none of her workshop.
    let id = confirm(&store, "zoe", 150).await;
    keep(&store, &[workshop, seat("max")]).await;
    store.enqueue(&digest("zoe"), MessageKind::Access, 100).await.unwrap();
    store.create_link(&digest("link"), &link("zoe", Purpose::Access, 400)).await.unwrap();
    let claimed = store.claim(150, 60, 100, Recipients::All).await.unwrap();
    let event = claimed.iter().find(|one| one.kind == MessageKind::SignedUp).unwrap();
    store.record_delivery(event, &Delivery::Sent(150)).await.unwrap();
    // When mails were sent to an address is kept, whoever it belongs to.
    let has = async |text: &str| {
        let rows = dump(&store).await;
        rows.iter().any(|(table, rows)| table.name != "sends" && format!("{rows:?}").contains(text))
    };
    let zoe = format!("{:?}", digest("zoe"));
    assert!(has(&zoe).await);
    assert_eq!(store.erase_by_link(&digest("link"), None, 200).await.unwrap(), LinkUse::Now);
    assert!(store.of_person(&digest("zoe")).await.unwrap().is_empty());
    assert_eq!(store.link(&digest("link"), 200).await.unwrap(), None);
    assert_eq!(store.answered(&key("zoe")).await.unwrap(), None);
    // Max and Lea have theirs. Zoé's seat is held until its time is over, by nobody.
    assert_eq!(store.count(None).await.unwrap().signups, 2);
    assert!(!has(&zoe).await);
    assert_eq!(keep(&store, &[seat("eve")]).await, [full()]);
    let late = NewSignUp { at: 300, ..seat("eve") };
    assert_eq!(keep(&store, &[late]).await, [Outcome::Received]);
    let messages = store.claim(1000, 60, 100, Recipients::All).await.unwrap();
    let erased: Vec<_> = messages.iter().filter(|one| one.kind == MessageKind::Erased).collect();
    assert_eq!((erased.len(), erased[0].sink.as_str(), erased[0].sequence), (1, "crm", Some(2)));
    assert_eq!(erased[0].signup.as_ref(), Some(&id));
    assert!(erased[0].detail.contains(&id) && erased[0].email_h == [0; 32]);
    assert!(messages.iter().all(|one| one.email_h != digest("zoe")));
    assert!(has("erased").await);
    store.record_delivery(erased[0], &Delivery::Sent(1000)).await.unwrap();
    assert!(!has("erased").await);
    // Whoever comes back is a new person, and a new sign-up to those who heard of the first.
    let again = NewSignUp { key: key("new"), proof: None, ..form("zoe") };
    assert_eq!(keep(&store, &[again]).await, [Outcome::Received]);
    assert_ne!(store.of_person(&digest("zoe")).await.unwrap()[0].id, id);
}

async fn what_has_expired_goes_and_frees_its_seats(store: Arc<dyn Store>) {
    let short = NewSignUp { expires_at: 500, ..at_once(seat("a")) };
    let long = NewSignUp { expires_at: 800, ..at_once(seat("late")) };
    keep(&store, &[short, long, form("pending")]).await;
    assert_eq!(keep(&store, &[seat("b")]).await, [full()]);
    assert_eq!(store.erase(&Erasure::Expired(499), 499).await.unwrap(), 0);
    assert_eq!(store.erase(&Erasure::Expired(500), 500).await.unwrap(), 2);
    assert_eq!(store.erase(&Erasure::Expired(500), 500).await.unwrap(), 0);
    let next = |name: &str| NewSignUp { expires_at: 900, ..at_once(seat(name)) };
    assert_eq!(keep(&store, &[next("b"), next("c")]).await, [Outcome::Received, full()]);
    // The proof was not needed any more, either.
    assert_eq!(store.erase(&Erasure::Expired(1000), 1000).await.unwrap(), 2);
    for table in ["spent", "persons", "signups", "consents", "answered", "outbox", "holds", "tokens"] {
        assert_eq!(count(&store, table).await, 0, "{table}");
    }
}

async fn everything_can_be_copied_to_another_store(store: Arc<dyn Store>) {
    use alentour_server::store::Purpose;
    let batch: Vec<_> = (0..600).map(|i| form(&format!("p{i}"))).chain([seat("a"), seat("b")]).collect();
    for batch in batch.chunks(200) {
        keep(&store, batch).await;
    }
    store.create_link(&digest("link"), &link("a", Purpose::Access, 300)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    // From either kind to either kind.
    for target in [on_sqlite(&folder).await, on_postgres().await] {
        for (table, rows) in dump(&store).await {
            target.restore(table, rows).await.unwrap();
        }
        assert_eq!(target.count(None).await.unwrap(), store.count(None).await.unwrap());
        assert_eq!(target.backlog().await.unwrap(), store.backlog().await.unwrap());
        assert!(target.of_person(&digest("p7")).await.unwrap()[0].person == form("p7").person);
        assert!(target.link(&digest("link"), 200).await.unwrap().is_some());
        // Keys and seats are known there.
        let both = [form("p7"), seat("c")];
        assert_eq!(keep(&target, &both).await, [Outcome::Received, full()]);
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
            tokio::spawn(async move { writer.keep(form(&format!("p{i}"))).await })
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
    assert!(busy >= 200 && stored >= 1000, "{stored} stored, {busy} busy");
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
    let mut batch = vec![form("a"), form("b"), form("c")];
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
    app.post(&key("a"), &posted("zoe@example.org")).await;
    let delete = "PRAGMA foreign_keys = ON; DELETE FROM signups; DELETE FROM persons";
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
    store.keep(&[form("zoe")]).await;
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

/// Whether bytes are somewhere in the files of the database.
fn is_on_disk(folder: &tempfile::TempDir, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder.path()).unwrap().any(|file| {
        let file = std::fs::read(file.unwrap().path()).unwrap();
        file.windows(bytes.len()).any(|part| part == bytes)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_somebody_who_was_erased_is_nowhere_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_sqlite(&folder).await;
    keep(&store, &[form("zoe"), form("max")]).await;
    let looking = open(&folder).await;
    let key_of = async |name: &str| -> Vec<u8> {
        let key = sqlx::query_scalar("SELECT wrapped FROM persons WHERE email_h = $1");
        key.bind(digest(name).to_vec()).fetch_one(&looking).await.unwrap()
    };
    let (zoe, max) = (key_of("zoe").await, key_of("max").await);
    assert!(is_on_disk(&folder, &zoe) && is_on_disk(&folder, &max));
    store.erase(&Erasure::Person(digest("zoe")), 200).await.unwrap();
    assert!(!is_on_disk(&folder, &zoe) && is_on_disk(&folder, &max));
    // Somebody who reads keeps the log from being emptied: it is, once they have gone.
    let mut reading = looking.begin().await.unwrap();
    let _: i64 = sqlx::query_scalar("SELECT count(*) FROM persons").fetch_one(&mut *reading).await.unwrap();
    store.erase(&Erasure::Person(digest("max")), 200).await.unwrap();
    assert!(is_on_disk(&folder, &max));
    reading.rollback().await.unwrap();
    for _ in 0..100 {
        if !is_on_disk(&folder, &max) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the key is still there");
}

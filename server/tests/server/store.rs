//! The store by itself, where a request could not bring about what is tested.

use std::sync::Arc;

use alentour_server::store::{Arrival, Outcome, Sqlite, StoreError, Writer};

use crate::app::{App, database, form, key, open};

fn arrival(name: &str) -> Arrival {
    let mut email_h = [0; 32];
    email_h[..name.len()].copy_from_slice(name.as_bytes());
    Arrival {
        email_h,
        request_h: email_h,
        key: key(name),
        initiative: "petition".into(),
        session: None,
        party: 1,
        seats: None,
        given_name: "Zoé".into(),
        family_name: "Mbarek".into(),
        email: format!("{name}@example.org"),
        telephone: None,
        postal_code: None,
        message: None,
        answers: serde_json::Map::new(),
        language: "fr".into(),
        receipts: Vec::new(),
        at: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_wait_are_told_to_come_back_and_the_others_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Sqlite::open(&database(&folder), None).await.unwrap());
    let writer = Writer::start(store.clone());
    // Somebody else writes, so nothing can be committed for a while.
    let lock = open(&folder).await.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let tasks: Vec<_> = (0..1500)
        .map(|i| {
            let writer = writer.clone();
            tokio::spawn(async move { writer.keep(arrival(&format!("p{i}"))).await })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
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
    assert_eq!(store.reader().count(None).await.unwrap(), stored);
}

#[tokio::test]
async fn one_that_the_tables_refuse_does_not_cost_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&database(&folder), None).await.unwrap();
    sqlx::query(
        "CREATE TRIGGER refusal BEFORE INSERT ON signups WHEN NEW.given_name = 'bad'
         BEGIN INSERT INTO seats (initiative, session, capacity, taken) VALUES ('', '', 0, -1); END",
    )
    .execute(&open(&folder).await)
    .await
    .unwrap();
    let mut batch = vec![arrival("a"), arrival("b"), arrival("c")];
    batch[1].given_name = "bad".into();
    let outcomes = store.keep(&batch).await;
    assert!(matches!(
        outcomes[..],
        [Ok(Outcome::Received), Err(StoreError::Database(_)), Ok(Outcome::Received)]
    ));
    assert_eq!(store.reader().count(None).await.unwrap(), 2);
}

#[tokio::test]
async fn what_belongs_to_a_sign_up_goes_with_it() {
    let app = App::start().await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    let delete =
        "PRAGMA foreign_keys = ON; DELETE FROM signups WHERE lower(email) = lower('Zoe@example.org')";
    sqlx::raw_sql(delete).execute(&app.database().await).await.unwrap();
    for count in
        ["SELECT count(*) FROM consents", "SELECT count(*) FROM answered", "SELECT count(*) FROM outbox"]
    {
        assert_eq!(app.number(count).await, 0, "{count}");
    }
}

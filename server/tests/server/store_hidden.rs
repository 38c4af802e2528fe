//! Hiding an initiative, and the letter about it: both or neither, and to each once.

use std::sync::Arc;

use alentour_server::store::{
    Acceptance, Audience, Deed, Delivery, Hiding, Recipients, Store, TrailEntry, Writing, postgres, sqlite,
};
use serde_json::json;

use crate::app::{database, postgres_database, secret};
use crate::store_broadcasts::{many, owed_to};
use crate::stores::{both, confirm, count, form, keep};

both! {
    each_is_told_once_a_day_that_it_is_hidden_however_often
    whoever_was_not_written_to_yet_is_told_nothing_once_it_is_shown_again
    what_its_organiser_has_written_keeps_nobody_from_hearing_of_it
}

const DAY: i64 = 86_400;

fn writing() -> Writing {
    Writing {
        subject: "N\u{2019}est plus annonc\u{e9}e".into(),
        text: "Fini".into(),
        name: "Asha".into(),
        reply_to: "asha@example.org".into(),
    }
}

fn entry(action: Deed, at: i64) -> TrailEntry {
    TrailEntry { account: "asha".into(), initiative: "petition".into(), action, detail: json!({}), at }
}

/// Hides the petition, with a letter of that number.
async fn hide(store: &Arc<dyn Store>, letter: usize, at: i64) -> Hiding {
    let (id, entry) = (format!("{letter:032x}"), entry(Deed::Hidden, at));
    store.hide("petition", "P\u{e9}tition", "Arnaque", Some((&id, &writing())), &entry).await.unwrap()
}

async fn show(store: &Arc<dyn Store>, at: i64) {
    assert!(store.show_again("petition", &entry(Deed::ShownAgain, at)).await.unwrap());
}

async fn owe(store: &Arc<dyn Store>, at: i64) {
    while store.owe_broadcasts(at).await.unwrap().is_some() {}
}

/// Sends some of what is owed.
async fn send(store: &Arc<dyn Store>, most: u32, at: i64) {
    for message in store.claim(at, 10, most, Recipients::Many).await.unwrap() {
        store.record_delivery(&message, &Delivery::Sent(at)).await.unwrap();
    }
}

const NOW: Hiding = Hiding { is_new: true, letter: Some(Acceptance::Now) };

async fn each_is_told_once_a_day_that_it_is_hidden_however_often(store: Arc<dyn Store>) {
    many(&store, 3).await;
    let told = async |at| store.count_audience("petition", &Audience::Hiding, at).await.unwrap();
    assert_eq!((told(200).await, hide(&store, 1, 200).await), (3, NOW));
    // Pressed twice, and by somebody else with a form of their own before the first is owed.
    assert_eq!(hide(&store, 1, 201).await, Hiding { is_new: false, letter: Some(Acceptance::Before) });
    assert_eq!(hide(&store, 2, 201).await, Hiding { is_new: false, ..NOW });
    owe(&store, 210).await;
    assert_eq!((owed_to(&store).await.len(), told(220).await), (3, 0));
    send(&store, 99, 230).await;
    show(&store, 240).await;
    // Who comes in between is told, and they alone.
    keep(&store, &[form("lea")]).await;
    confirm(&store, "lea", 245).await;
    assert_eq!((told(250).await, hide(&store, 3, 250).await), (1, NOW));
    owe(&store, 260).await;
    let mut told = owed_to(&store).await;
    told.dedup();
    assert_eq!((told.len(), owed_to(&store).await.len()), (4, 4));
    send(&store, 99, 265).await;
    // Another day it is news again, to the two of them who are kept as long.
    show(&store, 270).await;
    assert_eq!(hide(&store, 4, 300 + DAY).await, NOW);
    owe(&store, 310 + DAY).await;
    assert_eq!(owed_to(&store).await.len(), 6);
}

async fn whoever_was_not_written_to_yet_is_told_nothing_once_it_is_shown_again(store: Arc<dyn Store>) {
    many(&store, 203).await;
    hide(&store, 1, 200).await;
    assert_eq!(store.owe_broadcasts(210).await.unwrap(), Some(200));
    // Two are out, and one is on its way.
    send(&store, 2, 210).await;
    store.claim(210, 60, 1, Recipients::Many).await.unwrap();
    show(&store, 220).await;
    owe(&store, 230).await;
    assert_eq!(owed_to(&store).await.len(), 3);
    let one = store.broadcasts("petition", 9).await.unwrap().remove(0);
    assert_eq!((one.owed, one.sent, one.waiting, one.is_open), (3, 2, 1, false));
    hide(&store, 2, 240).await;
    owe(&store, 250).await;
    let mut told = owed_to(&store).await;
    told.dedup();
    assert_eq!((told.len(), owed_to(&store).await.len()), (203, 203));
}

async fn what_its_organiser_has_written_keeps_nobody_from_hearing_of_it(store: Arc<dyn Store>) {
    many(&store, 2).await;
    for number in 10..13 {
        let written = TrailEntry { account: "max".into(), ..entry(Deed::Written, 200) };
        store
            .accept_broadcast(&format!("{number:032x}"), &Audience::All, &writing(), &written)
            .await
            .unwrap();
    }
    assert_eq!(hide(&store, 1, 210).await, NOW);
    // Of its account it counts: it is hidden even so.
    show(&store, 220).await;
    for number in 20..29 {
        let written = TrailEntry { initiative: number.to_string(), ..entry(Deed::Written, 220) };
        store
            .accept_broadcast(&format!("{number:032x}"), &Audience::All, &writing(), &written)
            .await
            .unwrap();
    }
    let full = Hiding { letter: Some(Acceptance::TooMany(210 + DAY)), ..NOW };
    assert_eq!(hide(&store, 2, 230).await, full);
    assert_eq!(store.hidden().await.unwrap().len(), 1);
}

/// What keeps letters from being accepted, and what lets them be.
const STOPS: [(&[&str], &str); 2] = [
    (
        &["CREATE TRIGGER stops BEFORE INSERT ON broadcasts BEGIN SELECT RAISE(ABORT, 'stopped'); END"],
        "DROP TRIGGER stops",
    ),
    (
        &[
            "CREATE FUNCTION stops() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stopped'; END $$",
            "CREATE TRIGGER stops BEFORE INSERT ON broadcasts FOR EACH STATEMENT EXECUTE FUNCTION stops()",
        ],
        "DROP TRIGGER stops ON broadcasts",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_hidden_where_its_letter_could_not_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (file, base) = (database(&folder), postgres_database().await);
    let stores =
        [sqlite::open(&file, &secret()).await.unwrap(), postgres::open(&base, &secret()).await.unwrap()];
    let (first, second) =
        (sqlx::SqlitePool::connect(&file).await.unwrap(), sqlx::PgPool::connect(&base).await.unwrap());
    for (at, (store, (stop, go_on))) in stores.iter().zip(STOPS).enumerate() {
        let run = async |sql: &'static str| match at {
            0 => drop(sqlx::query(sql).execute(&first).await.unwrap()),
            _ => drop(sqlx::query(sql).execute(&second).await.unwrap()),
        };
        many(store, 2).await;
        for sql in stop {
            run(sql).await;
        }
        let (entry, writing, id) = (entry(Deed::Hidden, 200), writing(), "a".repeat(32));
        let stopped = store.hide("petition", "P\u{e9}tition", "Arnaque", Some((&id, &writing)), &entry).await;
        assert!(stopped.is_err());
        assert_eq!((store.hidden().await.unwrap(), count(store, "trail").await), (vec![], 0));
        run(go_on).await;
        assert_eq!(hide(store, 1, 200).await, NOW);
        assert_eq!((store.hidden().await.unwrap().len(), count(store, "broadcasts").await), (1, 1));
    }
}

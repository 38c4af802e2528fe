//! What version 0.1.0 left behind (`tests/fixtures/version-1`) is brought up to date: a SQLite file, a PostgreSQL database,
//! a back-up. The sign-ups keep the ids that they were exported with, and the links that were mailed go on working.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alentour_server::backup;
use alentour_server::store::{
    Confirmation, Delivery, Erasure, MessageKind, NewSignUp, Outcome, Recipients, Store, WantedSession,
    postgres, sqlite,
};
use serde_json::Value;

use crate::app::{database, on_postgres, on_sqlite, postgres_database, secret};
use crate::stores::{count, crm, dump, full, keep, seat, with_sessions};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-1").join(name)
}

/// What version 2 of the tables left behind.
fn second(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-2").join(name)
}

/// A SQLite file of a fixture, in a folder of its own.
fn unpacked(fixture: &Path, folder: &tempfile::TempDir) {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(fixture).unwrap();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    std::fs::write(folder.path().join("signups.db"), bytes).unwrap();
}

/// A PostgreSQL database of a fixture.
async fn loaded(fixture: &Path) -> String {
    let address = postgres_database().await;
    let pool = sqlx::PgPool::connect(&address).await.unwrap();
    let dump = std::fs::read_to_string(fixture).unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(dump)).execute(&pool).await.unwrap();
    address
}

/// What version 0.1.0 said of it.
fn expected(kind: &str) -> Value {
    let text = std::fs::read_to_string(fixture("expected.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()[kind].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_version_1_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    unpacked(&fixture("sqlite.db.gz"), &folder);
    let store = sqlite::open(&database(&folder), &secret()).await.unwrap();
    goes_on(&store, &expected("sqlite")).await;
    store.close().await;
    // Once: nothing is copied over a second time.
    let store = sqlite::open(&database(&folder), &secret()).await.unwrap();
    assert_eq!(store.count(None).await.unwrap().confirmed, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_version_1_goes_on() {
    let address = loaded(&fixture("postgres.sql")).await;
    // Servers that start together wait for each other.
    let secret = secret();
    let (store, other) = tokio::join!(postgres::open(&address, &secret), postgres::open(&address, &secret));
    let (store, other) = (store.unwrap(), other.unwrap());
    assert_eq!(other.count(None).await.unwrap(), store.count(None).await.unwrap());
    goes_on(&store, &expected("postgres")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_up_of_version_1_returns_to_either_kind() {
    let folder = tempfile::tempdir().unwrap();
    for store in [on_sqlite(&folder).await, on_postgres().await] {
        let signups = fixture("signups-2026-11-24T174944Z.jsonl.gz");
        let (copied, left_out) = backup::restore(&*store, &signups, &fixture("keys.jsonl.gz")).await.unwrap();
        assert_eq!((copied["signups"], copied["consents"], left_out), (7, 14, 0));
        goes_on(&store, &expected("sqlite")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_back_up_with_new_keys_brings_back_who_is_still_there() {
    // Restored, then backed up by this version once somebody is gone: what operators have beside each other after an upgrade.
    let (folder, target, backups) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = on_sqlite(&folder).await;
    let old = fixture("signups-2026-11-24T174944Z.jsonl.gz");
    backup::restore(&*store, &old, &fixture("keys.jsonl.gz")).await.unwrap();
    let bob = store.page("atelier", None).await.unwrap().0;
    let bob = bob.iter().find(|one| one.person.email == "bob@example.org").unwrap().email_h;
    store.erase(&Erasure::Person(bob), 0).await.unwrap();
    backup::backup(store.clone(), backups.path(), jiff::Timestamp::now()).await.unwrap();
    let restored = on_sqlite(&target).await;
    let keys = backups.path().join("keys.jsonl.gz");
    let (copied, left_out) = backup::restore(&*restored, &old, &keys).await.unwrap();
    assert_eq!((copied["signups"], left_out), (6, 1));
    assert!(restored.of_person(&bob).await.unwrap().is_empty());
    // The seats of who did not return are free: Bob had two of five, Cleo holds one.
    let form = |name: &str, party| {
        let held = |wanted: &mut WantedSession| (wanted.seats, wanted.hold_until) = (Some(5), i64::MAX);
        NewSignUp { party, at: jiff::Timestamp::now().as_second(), ..with_sessions(seat(name), held) }
    };
    assert_eq!(keep(&restored, &[form("a", 4), form("b", 1)]).await, [Outcome::Received, full()]);
}

async fn goes_on(store: &Arc<dyn Store>, expected: &Value) {
    let made = expected["made"].as_i64().unwrap();
    // The same ids, and the same consents: what was taken back stays so.
    let mut ids = BTreeSet::new();
    for (initiative, signups) in expected["signups"].as_object().unwrap() {
        let stored = store.page(initiative, None).await.unwrap().0;
        let said: Vec<Value> = stored
            .iter()
            .map(|one| {
                let consents = one.consents.iter().filter(|consent| consent.holds());
                serde_json::json!({
                    "id": one.id, "email": one.person.email, "confirmed": one.confirmed_at.is_some(),
                    "consents": consents.map(|consent| &consent.id).collect::<Vec<_>>(),
                })
            })
            .collect();
        let sorted = |mut all: Vec<Value>| {
            all.sort_by_key(|one| one["id"].to_string());
            all
        };
        assert_eq!(sorted(said), sorted(signups.as_array().unwrap().clone()));
        for one in &stored {
            assert_eq!((one.attempt, one.pending), (1, one.confirmed_at.is_none()));
            assert_eq!(one.person.message.as_deref().map(|text| text.starts_with("Bonjour de ")), Some(true));
            ids.insert(one.id.clone());
        }
    }
    assert_eq!(ids.len(), 7);
    assert_eq!(store.count(None).await.unwrap().confirmed, 3);

    // Links that were mailed stand for their addresses, and confirm what waits.
    let link = |name: &str| store.secret().token_hash(expected["links"][name].as_str().unwrap());
    assert!(store.link(&link("ana"), made).await.unwrap().unwrap().used_at.is_some());
    for name in ["dan-petition", "cleo"] {
        let hash = link(name);
        let email_h = store.link(&hash, made).await.unwrap().unwrap().email_h;
        for waiting in store.waiting(&email_h, made).await.unwrap() {
            let id = waiting.attempt.id;
            assert!(waiting.changes.is_none());
            if name == "cleo" && waiting.attempt.initiative == "petition" {
                continue;
            }
            assert_eq!(store.confirm(&hash, &id, &crm(), &[], made + 1).await.unwrap(), Confirmation::Now);
            assert_eq!(store.confirm(&hash, &id, &crm(), &[], made + 1).await.unwrap(), Confirmation::Before);
        }
    }
    assert_eq!(store.count(None).await.unwrap().confirmed, 5);

    // Bob has two of five seats, and Cleo's one was held and is now hers. Their keys are known.
    let form = |name: &str| {
        let held = |wanted: &mut WantedSession| (wanted.seats, wanted.hold_until) = (Some(5), made + 9);
        NewSignUp { at: made, ..with_sessions(seat(name), held) }
    };
    let seats = [form("a"), form("b"), form("c")];
    assert_eq!(keep(store, &seats).await, [Outcome::Received, Outcome::Received, full()]);
    assert!(store.answered("bob-0123456789abcdef").await.unwrap().is_some());
    assert!(store.answered("ana-again-0123456789abcdef").await.unwrap().is_some());
    assert!(store.answered("eve-0123456789abcdef").await.unwrap().is_none());

    // Mails that went out count, and what waited still waits: in order, with the ids that sinks know.
    let ana = store.link(&link("ana"), made).await.unwrap().unwrap().email_h;
    assert_eq!(store.mails_since(&ana, made - 600).await.unwrap(), 3);
    let mut events = Vec::new();
    loop {
        let claimed = store.claim(i64::MAX - 9, 1, 100, Recipients::All).await.unwrap();
        if claimed.is_empty() {
            break;
        }
        for message in claimed {
            store.record_delivery(&message, &Delivery::Sent(made)).await.unwrap();
            if !message.kind.is_mail() {
                events.push((message.kind, message.signup.unwrap(), message.sequence.unwrap()));
            }
        }
    }
    let created = events.iter().filter(|(kind, ..)| *kind == MessageKind::SignedUp);
    let created: BTreeSet<_> = created.map(|(_, id, _)| id.clone()).collect();
    assert_eq!(created.len(), 5);
    assert!(created.is_subset(&ids));
    let of_ana: Vec<_> = events
        .iter()
        .filter(|(kind, id, _)| *kind == MessageKind::Withdrawn || (Some(id) == ana_id(&events)))
        .map(|(kind, _, sequence)| (kind.as_str(), *sequence))
        .collect();
    assert_eq!(of_ana, [("signup.created", 1), ("consent.withdrawn", 2)]);
    let erased: Vec<_> = events.iter().filter(|(kind, ..)| *kind == MessageKind::Erased).collect();
    assert!(erased.len() == 1 && !ids.contains(&erased[0].1) && erased[0].1.len() == 32);

    // Nothing of the old tables is left, and everything can be copied.
    assert!(dump(store).await.iter().any(|(table, rows)| table.name == "sends" && !rows.is_empty()));
    assert_eq!(count(store, "signups").await, 9);
}

/// The sign-up of which a consent was taken back.
fn ana_id(events: &[(MessageKind, String, u32)]) -> Option<&String> {
    events.iter().find(|(kind, ..)| *kind == MessageKind::Withdrawn).map(|(_, id, _)| id)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_version_2_left_goes_on_wherever_it_is_kept() {
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(second("expected.json")).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    unpacked(&second("sqlite.db.gz"), &folder);
    goes_on_from_2(&sqlite::open(&database(&folder), &secret()).await.unwrap(), &expected).await;
    let address = loaded(&second("postgres.sql")).await;
    goes_on_from_2(&postgres::open(&address, &secret()).await.unwrap(), &expected).await;
    let folder = tempfile::tempdir().unwrap();
    for store in [on_sqlite(&folder).await, on_postgres().await] {
        let signups = second("signups-2026-11-30T013615Z.jsonl.gz");
        let (copied, left_out) = backup::restore(&*store, &signups, &second("keys.jsonl.gz")).await.unwrap();
        assert_eq!((copied["signups"], copied["attendances"], copied["holds"], left_out), (6, 4, 2, 0));
        goes_on_from_2(&store, &expected).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_cannot_be_read_any_more_does_not_stop_an_upgrade() {
    let folder = tempfile::tempdir().unwrap();
    unpacked(&second("sqlite.db.gz"), &folder);
    let pool = crate::app::open(&folder).await;
    sqlx::query("UPDATE signups SET sealed = X'00' WHERE party = 3").execute(&pool).await.unwrap();
    pool.close().await;
    let store = sqlite::open(&database(&folder), &secret()).await.unwrap();
    assert_eq!(store.count(None).await.unwrap().signups, 6);
    assert_eq!(store.page("petition", None).await.unwrap().0.len(), 2);
}

async fn goes_on_from_2(store: &Arc<dyn Store>, expected: &Value) {
    let made = expected["made"].as_i64().unwrap();
    // The one session of each is an attendance now, and the rest is as it was.
    let mut all = store.page("atelier", None).await.unwrap().0;
    all.extend(store.page("petition", None).await.unwrap().0);
    for one in expected["signups"].as_array().unwrap() {
        let stored = all.iter().find(|stored| one["id"] == stored.id).unwrap();
        let is_pending = one["pending"] == true;
        assert_eq!((stored.pending, u64::from(stored.party)), (is_pending, one["party"].as_u64().unwrap()));
        let states = stored.attendances.iter().map(|it| (it.session.as_str(), it.state.as_str()));
        let state = if is_pending { "asked" } else { "active" };
        let session = one["session"].as_str().map(|session| (session, state));
        assert_eq!(states.collect::<Vec<_>>(), session.into_iter().collect::<Vec<_>>());
    }
    // Eli's second form is a change; Dia's has another name, and is another participant's.
    let link = |name: &str| store.secret().token_hash(expected["links"][name].as_str().unwrap());
    let waiting = async |name: &str| {
        let email_h = store.link(&link(name), made).await.unwrap().unwrap().email_h;
        store.waiting(&email_h, made).await.unwrap().remove(0)
    };
    let (eli, dia) = (waiting("eli").await, waiting("dia").await);
    assert!(eli.changes.is_some() && dia.changes.is_none());
    // Bea's two seats are taken, and Cor's and Eli's are held for their time: of five one is left.
    let form = |name: &str| {
        let held = |wanted: &mut WantedSession| (wanted.seats, wanted.hold_until) = (Some(5), made + 9);
        NewSignUp { at: made, ..with_sessions(seat(name), held) }
    };
    assert_eq!(keep(store, &[form("a"), form("b")]).await, [Outcome::Received, full()]);
    let confirmed = store.confirm(&link("eli"), &eli.attempt.id, &crm(), &[], made + 1).await.unwrap();
    assert_eq!(confirmed, Confirmation::Now);
    let confirmed = store.confirm(&link("dia"), &dia.attempt.id, &crm(), &[], made + 1).await.unwrap();
    assert_eq!(confirmed, Confirmation::Now);
    let changed = store.of_person(&eli.attempt.email_h).await.unwrap();
    assert_eq!((changed.len(), changed[0].session()), (1, Some("samedi")));
    assert_eq!(store.count(None).await.unwrap().confirmed, 4);
}

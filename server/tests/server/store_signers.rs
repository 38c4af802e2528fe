//! Who is named on a petition, and who is told what is new of it.

use std::sync::Arc;

use alentour_model::Use;
use alentour_server::store::{
    ConsentReceipt, Delivery, Erasure, LinkUse, MailedLink, Meeting, MessageKind, NewSignUp, Purpose,
    Recipients, SignerState, Store, Undecidable, UpdateName, Value, postgres, sqlite,
};

use crate::app::{database, postgres_database, secret};
use crate::stores::{at_once, both, confirm, count, digest, dump, erase_by_link, form, keep, link, other};
use crate::venues::venue_entry;

both! {
    only_who_agrees_has_confirmed_and_was_approved_is_named
    nobody_is_named_whose_address_nobody_has_confirmed
    whoever_changes_what_they_signed_waits_for_approval_again
    decisions_are_noted_all_or_none
    who_is_under_15_is_never_named
    what_a_petition_says_at_first_is_no_news_and_what_it_says_then_is_told_once
    an_update_under_another_name_is_known_and_mails_are_a_day_apart
    everybody_is_told_whatever_stops_the_server_half_way
    only_who_asked_for_it_before_is_told
    what_was_counted_last_on_a_day_is_kept_for_two_years
    how_far_the_news_have_come_is_noted_without_a_person
    where_one_meets_is_owed_to_everybody_in_parts
    a_mail_that_was_sent_to_who_has_left_is_forgotten
}

/// A form whose boxes of those uses are ticked.
fn agreeing(name: &str, uses: &[Use]) -> NewSignUp {
    let mut form = form(name);
    let template = form.receipts[0].clone();
    form.person.given_name = name.to_owned();
    form.person.town = Some("Lyon".into());
    form.receipts.extend(uses.iter().map(|used_for| ConsentReceipt {
        consent: used_for.as_str().into(),
        used_for: Some(*used_for),
        given: true,
        ..template.clone()
    }));
    form
}

async fn named(store: &Arc<dyn Store>) -> Vec<String> {
    let all = store.signers(&["petition".into(), "other".into()]).await.unwrap();
    all.iter().flat_map(|(_, all)| all).map(|it| format!("{} {}", it.name, it.town)).collect()
}

/// The ids of all who agree to be named, and what was decided of them.
async fn candidates(store: &Arc<dyn Store>) -> Vec<(String, Option<SignerState>)> {
    let all = store.candidates(Some("petition")).await.unwrap();
    all.into_iter().map(|one| (one.id, one.state)).collect()
}

/// The version of a sign-up, whatever its person agrees to.
async fn version(store: &Arc<dyn Store>, id: &str) -> i64 {
    let (all, _) = store.page("petition", None).await.unwrap();
    all.iter().find(|one| one.id == id).map_or(0, |one| one.sequence)
}

async fn decide(store: &Arc<dyn Store>, id: &str, state: SignerState, now: i64) {
    let version = version(store, id).await;
    assert_eq!(store.moderate(&[(id.into(), version, state)], now).await.unwrap(), []);
}

async fn withdraw(store: &Arc<dyn Store>, name: &str, id: &str, consent: &str, now: i64) {
    let hash = digest(&format!("withdraw {name}"));
    store.create_link(&hash, &link(name, Purpose::Access, i64::MAX)).await.unwrap();
    assert_eq!(store.withdraw(&hash, id, consent, now).await.unwrap(), LinkUse::Now);
}

async fn only_who_agrees_has_confirmed_and_was_approved_is_named(store: Arc<dyn Store>) {
    keep(&store, &[agreeing("amina", &[Use::Signers]), agreeing("luc", &[Use::Updates])]).await;
    assert_eq!(candidates(&store).await, [], "nobody has confirmed");
    let id = confirm(&store, "amina", 110).await;
    confirm(&store, "luc", 110).await;
    assert_eq!(candidates(&store).await, [(id.clone(), None)]);
    assert_eq!(named(&store).await, [] as [String; 0], "it waits");
    decide(&store, &id, SignerState::Refused, 120).await;
    assert_eq!(named(&store).await, [] as [String; 0]);
    decide(&store, &id, SignerState::Approved, 130).await;
    assert_eq!(candidates(&store).await, [(id.clone(), Some(SignerState::Approved))]);
    assert_eq!(named(&store).await, ["amina Lyon"]);
    withdraw(&store, "amina", &id, "signers", 140).await;
    assert_eq!((named(&store).await, candidates(&store).await), (vec![], vec![]));
    erase_by_link(&store, "amina", None, 150).await;
    assert_eq!(count(&store, "signers").await, 0);
}

async fn nobody_is_named_whose_address_nobody_has_confirmed(store: Arc<dyn Store>) {
    // As where no mail is sent.
    keep(&store, &[at_once(agreeing("amina", &[Use::Signers]))]).await;
    assert_eq!(candidates(&store).await, []);
    let id = store.of_person(&digest("amina")).await.unwrap().remove(0).id;
    let decided = [(id.clone(), 1, SignerState::Approved)];
    assert_eq!(store.moderate(&decided, 120).await.unwrap(), [Undecidable::Unknown(id)]);
    assert_eq!(named(&store).await, [] as [String; 0]);
}

async fn whoever_changes_what_they_signed_waits_for_approval_again(store: Arc<dyn Store>) {
    keep(&store, &[agreeing("amina", &[Use::Signers])]).await;
    let id = confirm(&store, "amina", 110).await;
    decide(&store, &id, SignerState::Approved, 120).await;
    let seen = store.candidates(None).await.unwrap()[0].version;
    let mut change = other(agreeing("amina", &[Use::Signers]), "change", 200);
    change.person.town = Some("Autre chose".into());
    keep(&store, &[change]).await;
    assert_eq!(named(&store).await, ["amina Lyon"], "somebody else may have typed that");
    confirm(&store, "amina", 210).await;
    assert_eq!(named(&store).await, [] as [String; 0]);
    assert_eq!(candidates(&store).await, [(id.clone(), None)]);
    // Whoever had looked at the one before approves nothing.
    let approved = [(id.clone(), seen, SignerState::Approved)];
    assert_eq!(store.moderate(&approved, 220).await.unwrap(), [Undecidable::Changed(id)]);
    assert_eq!(named(&store).await, [] as [String; 0]);
}

async fn decisions_are_noted_all_or_none(store: Arc<dyn Store>) {
    keep(&store, &[agreeing("amina", &[Use::Signers]), form("luc")]).await;
    let (id, luc) = (confirm(&store, "amina", 110).await, confirm(&store, "luc", 110).await);
    let decided = [&id, &luc, "nobody"].map(|id| (id.to_owned(), 1, SignerState::Approved));
    let unknown = store.moderate(&decided, 120).await.unwrap();
    let mut expected = [luc, "nobody".into()];
    expected.sort();
    assert_eq!((unknown, named(&store).await), (expected.map(Undecidable::Unknown).to_vec(), vec![]));
    // The latest to be approved is said first; who is approved again is not the latest once more.
    keep(&store, &[agreeing("lea", &[Use::Signers])]).await;
    let lea = confirm(&store, "lea", 130).await;
    decide(&store, &id, SignerState::Approved, 140).await;
    decide(&store, &lea, SignerState::Approved, 150).await;
    decide(&store, &id, SignerState::Approved, 160).await;
    assert_eq!(named(&store).await, ["lea Lyon", "amina Lyon"]);
}

async fn who_is_under_15_is_never_named(store: Arc<dyn Store>) {
    let mut young = agreeing("max", &[Use::Signers]);
    young.person.under_15 = true;
    keep(&store, &[young]).await;
    let id = confirm(&store, "max", 110).await;
    decide(&store, &id, SignerState::Approved, 120).await;
    assert_eq!((named(&store).await, candidates(&store).await), (vec![], vec![]));
}

/// An update of that name, whose words are its own.
fn update(name: &str) -> UpdateName {
    UpdateName { content: format!("words-of-{name}"), id: name.into() }
}

/// Updates of those names, all worth a mail.
fn updates(names: &[&str]) -> Vec<(UpdateName, bool)> {
    names.iter().map(|name| (update(name), true)).collect()
}

/// The names of what is told, and to whom.
async fn told(store: &Arc<dyn Store>) -> Vec<String> {
    let all = store.claim(10_000, 1, 1000, Recipients::All).await.unwrap();
    let all = all.into_iter().filter(|message| message.kind == MessageKind::Update);
    let mut told: Vec<_> = all
        .map(|message| {
            let name = String::from_utf8_lossy(&message.email_h).trim_end_matches('\0').to_owned();
            let detail: serde_json::Value = serde_json::from_str(&message.detail).unwrap();
            format!("{name} {}", UpdateName::parse(detail["update"].as_str().unwrap()).unwrap().id)
        })
        .collect();
    told.sort();
    told
}

async fn what_a_petition_says_at_first_is_no_news_and_what_it_says_then_is_told_once(store: Arc<dyn Store>) {
    assert_eq!(store.followed().await.unwrap(), [] as [String; 0]);
    keep(&store, &[agreeing("amina", &[Use::Updates])]).await;
    confirm(&store, "amina", 110).await;
    assert_eq!(store.followed().await.unwrap(), ["petition"]);
    assert!(!store.note_updates("petition", &updates(&["a", "b"]), 120).await.unwrap());
    assert_eq!(store.owe_updates(121).await.unwrap(), None);
    // A feed that fails and comes back, and a server that still reads the old one.
    for seen in [&["b"][..], &[], &["a", "b"]] {
        assert!(!store.note_updates("petition", &updates(seen), 130).await.unwrap(), "{seen:?}");
    }
    // Of several new ones the newest.
    assert!(store.note_updates("petition", &updates(&["d", "c", "a"]), 140).await.unwrap());
    assert!(!store.note_updates("petition", &updates(&["d", "c", "a"]), 141).await.unwrap());
    assert_eq!(store.owe_updates(142).await.unwrap(), Some(1));
    assert_eq!(store.owe_updates(143).await.unwrap(), None);
    assert_eq!(told(&store).await, ["amina d"]);
    // What has been is noted, and told to nobody.
    assert!(!store.note_updates("petition", &[(update("old"), false)], 150).await.unwrap());
    assert!(!store.note_updates("petition", &updates(&["old"]), 200_000).await.unwrap());
}

async fn an_update_under_another_name_is_known_and_mails_are_a_day_apart(store: Arc<dyn Store>) {
    const DAY: i64 = 86_400;
    keep(&store, &[agreeing("amina", &[Use::Updates])]).await;
    confirm(&store, "amina", 110).await;
    let note = async |names: &[UpdateName], now| {
        let all: Vec<_> = names.iter().map(|name| (name.clone(), true)).collect();
        store.note_updates("petition", &all, now).await.unwrap()
    };
    assert!(!note(&[update("a")], 120).await);
    assert!(note(&[update("b"), update("a")], 130).await);
    // The feed names them anew at each export, or mends their words.
    let again = |id: &str| UpdateName { id: id.into(), ..update("b") };
    let mended = UpdateName { content: "other-words".into(), ..update("b") };
    let later = UpdateName { id: "3".into(), ..mended.clone() };
    for names in
        [[again("1"), update("a")], [again("2"), update("a")], [mended, update("a")], [later, update("a")]]
    {
        assert!(!note(&names, 130 + 2 * DAY).await, "{names:?}");
    }
    // What comes sooner waits: then the newest is told.
    let third = 130 + 2 * DAY;
    assert!(note(&[update("c"), update("b")], third).await);
    assert!(!note(&[update("d"), update("c")], third + 1).await);
    assert!(!note(&[update("e"), update("d"), update("c")], third + DAY - 1).await);
    // Of two servers that read it under other names one is the first.
    let (one, two) = ([again("x"), update("e"), update("d")], [update("f"), update("d")]);
    let (one, two) = tokio::join!(note(&one, third + DAY), note(&two, third + DAY));
    assert!(one != two, "{one} {two}");
    assert!(!note(&[update("d"), update("c")], third + 3 * DAY).await);
    while store.owe_updates(150).await.unwrap().is_some() {}
    assert_eq!(told(&store).await.len(), 3);
}

async fn everybody_is_told_whatever_stops_the_server_half_way(store: Arc<dyn Store>) {
    let names: Vec<String> = (0..205).map(|at| format!("p{at:03}")).collect();
    let forms: Vec<_> = names.iter().map(|name| agreeing(name, &[Use::Updates])).collect();
    keep(&store, &forms).await;
    for name in &names {
        confirm(&store, name, 110).await;
    }
    store.note_updates("petition", &[], 120).await.unwrap();
    store.note_updates("petition", &updates(&["a"]), 130).await.unwrap();
    assert_eq!(store.owe_updates(131).await.unwrap(), Some(200));
    // Here it is killed. Two others go on.
    let (one, two) = tokio::join!(store.owe_updates(140), store.owe_updates(140));
    assert_eq!(one.unwrap().unwrap_or_default() + two.unwrap().unwrap_or_default(), 5);
    assert_eq!(store.owe_updates(150).await.unwrap(), None);
    let expected: Vec<_> = names.iter().map(|name| format!("{name} a")).collect();
    assert_eq!(told(&store).await, expected);
}

async fn only_who_asked_for_it_before_is_told(store: Arc<dyn Store>) {
    let all = ["amina", "lea", "luc", "zoe"].map(|name| agreeing(name, &[Use::Updates]));
    keep(&store, &all).await;
    keep(&store, &[agreeing("max", &[Use::Signers])]).await;
    let mut ids = Vec::new();
    for name in ["amina", "lea", "luc", "max"] {
        ids.push(confirm(&store, name, 110).await);
    }
    store.note_updates("petition", &[], 120).await.unwrap();
    store.note_updates("petition", &updates(&["a"]), 130).await.unwrap();
    // After it was seen.
    confirm(&store, "zoe", 140).await;
    withdraw(&store, "lea", &ids[1], "updates", 141).await;
    // As the link of a mail does: of that one consent, and once.
    let stop = MailedLink { signup: ids[2].clone(), ..link("luc", Purpose::Updates, i64::MAX) };
    store.create_link(&digest("stop"), &stop).await.unwrap();
    assert_eq!(store.stop_updates(&digest("stop"), 142).await.unwrap(), LinkUse::Now);
    assert_eq!(store.stop_updates(&digest("stop"), 143).await.unwrap(), LinkUse::Before);
    assert_eq!(store.stop_updates(&digest("other"), 143).await.unwrap(), LinkUse::Unknown);
    let luc = store.of_person(&digest("luc")).await.unwrap().remove(0);
    assert!(luc.consents.iter().any(|it| it.id == "contact" && it.holds()) && !luc.agrees_to(Use::Updates));
    while store.owe_updates(150).await.unwrap().is_some() {}
    assert_eq!(told(&store).await, ["amina a"]);
}

async fn what_was_counted_last_on_a_day_is_kept_for_two_years(store: Arc<dyn Store>) {
    keep(&store, &[form("amina"), NewSignUp { initiative: "other".into(), ..form("luc") }]).await;
    confirm(&store, "amina", 110).await;
    assert_eq!(store.signed_for().await.unwrap(), ["petition"]);
    let note = async |id: &str, total, day| store.note_totals(&[(id.into(), total)], day).await.unwrap();
    let course = async |id: &str| store.course(id).await.unwrap();
    note("petition", 7, 1000).await;
    note("petition", 9, 1000).await;
    assert_eq!(course("petition").await, [(1000, 9)]);
    note("petition", 8, 1001).await;
    note("petition", 12, 1731).await;
    let purge = async |day: i64| {
        store.erase(&Erasure::Expired(day * 86_400), day * 86_400).await.unwrap();
    };
    purge(1731).await;
    assert_eq!(course("petition").await, [(1001, 8), (1731, 12)]);
    // What has left the feed is forgotten once it was not noted for long, though nothing else is noted, and no purge was on that very day.
    note("left", 5, 1731).await;
    note("petition", 13, 1740).await;
    purge(1820).await;
    assert_eq!(course("left").await, [(1731, 5)]);
    purge(1823).await;
    assert_eq!(course("left").await, []);
    assert_eq!(course("petition").await, [(1731, 12), (1740, 13)], "it was noted since");
}

async fn how_far_the_news_have_come_is_noted_without_a_person(store: Arc<dyn Store>) {
    keep(&store, &[agreeing("amina", &[Use::Updates])]).await;
    confirm(&store, "amina", 110).await;
    store.note_updates("petition", &[], 120).await.unwrap();
    assert!(store.note_updates("petition", &updates(&["a"]), 130).await.unwrap());
    let all = dump(&store).await;
    let noted: Vec<_> =
        all.iter().filter(|(table, _)| table.name == "updates").flat_map(|(_, rows)| rows).collect();
    assert_eq!(noted.len(), 2);
    assert!(!noted.iter().any(|row| row.iter().any(|value| matches!(value, Value::Bytes(_)))), "{noted:?}");
}

async fn where_one_meets_is_owed_to_everybody_in_parts(store: Arc<dyn Store>) {
    let names: Vec<_> = (0..203).map(|at| format!("p{at}")).collect();
    keep(&store, &names.iter().map(|name| form(name)).collect::<Vec<_>>()).await;
    for name in &names {
        confirm(&store, name, 110).await;
    }
    let meeting = Meeting::parse("Au lac", "").unwrap();
    assert_eq!(store.set_venue("petition", "", &meeting, &venue_entry("petition", 120)).await.unwrap(), 203);
    assert_eq!(store.set_venue("petition", "", &meeting, &venue_entry("petition", 130)).await.unwrap(), 0);
}

async fn a_mail_that_was_sent_to_who_has_left_is_forgotten(store: Arc<dyn Store>) {
    keep(&store, &[form("amina")]).await;
    confirm(&store, "amina", 110).await;
    for (name, kind) in
        [("amina", MessageKind::Venue), ("left", MessageKind::Venue), ("left", MessageKind::Access)]
    {
        store.enqueue(&digest(name), kind, 120).await.unwrap();
    }
    let left = async || {
        let mut left: Vec<_> = Vec::new();
        for (_, rows) in dump(&store).await.iter().filter(|(table, _)| table.name == "outbox") {
            left.extend(
                rows.iter().filter(|row| row[0] == (&digest("left")).into()).map(|row| row[3].clone()),
            );
        }
        left.sort_by_key(|kind| format!("{kind:?}"));
        left
    };
    assert_eq!(left().await, [Value::from("access"), "venue".into()], "they were not tried");
    let own = async || count(&store, "outbox").await - left().await.len();
    let before = own().await;
    for message in store.claim(400, 10, 100, Recipients::All).await.unwrap() {
        store.record_delivery(&message, &Delivery::Sent(401)).await.unwrap();
    }
    assert_eq!((left().await, own().await), (vec!["access".into()], before));
}

/// Only PostgreSQL lets others in between two statements.
#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_while_mails_are_owed_is_owed_none() {
    let address = postgres_database().await;
    let store = postgres::open(&address, &secret()).await.unwrap();
    let pool = sqlx::PgPool::connect(&address).await.unwrap();
    keep(&store, &["amina", "luc", "lea"].map(|name| agreeing(name, &[Use::Updates]))).await;
    for name in ["amina", "luc", "lea"] {
        confirm(&store, name, 110).await;
    }
    store.note_updates("petition", &[], 120).await.unwrap();
    assert!(store.note_updates("petition", &updates(&["a"]), 130).await.unwrap());
    for (name, left) in [("amina", 2), ("luc", 1)] {
        let mut leaving = pool.begin().await.unwrap();
        let person = digest(name);
        let run = async |transaction: &mut sqlx::PgTransaction<'_>, sql: &'static str| {
            sqlx::query(sql).bind(&person[..]).execute(&mut **transaction).await.unwrap();
        };
        run(&mut leaving, "SELECT 1 FROM persons WHERE email_h = $1 FOR UPDATE").await;
        let owing = tokio::spawn({
            let store = store.clone();
            let meeting = Meeting::parse("Au lac", "").unwrap();
            async move {
                match left {
                    2 => store
                        .set_venue("petition", "", &meeting, &venue_entry("petition", 140))
                        .await
                        .unwrap(),
                    _ => store.owe_updates(140).await.unwrap().unwrap(),
                }
            }
        });
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        for sql in [
            "DELETE FROM signups WHERE email_h = $1",
            "DELETE FROM persons WHERE email_h = $1",
            "DELETE FROM outbox WHERE email_h = $1",
        ] {
            run(&mut leaving, sql).await;
        }
        leaving.commit().await.unwrap();
        assert_eq!(owing.await.unwrap(), left, "{name}");
        let sql = "SELECT count(*) FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.email_h = o.email_h)";
        let nobody_s: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
        assert_eq!(nobody_s, 0, "{name}");
    }
}

/// What stops whoever owes mails about places after two hundred of them, and what lets them go on.
const STOPS: [(&[&str], &str); 2] = [
    (
        &["CREATE TRIGGER stops BEFORE INSERT ON outbox WHEN (SELECT count(*) FROM outbox WHERE kind = 'venue') >= 200
           BEGIN SELECT RAISE(ABORT, 'stopped'); END"],
        "DROP TRIGGER stops",
    ),
    (
        &[
            "CREATE FUNCTION stops() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF (SELECT count(*) FROM outbox WHERE kind = 'venue') >= 200 THEN RAISE EXCEPTION 'stopped'; END IF;
                 RETURN NULL;
             END $$",
            "CREATE TRIGGER stops BEFORE INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION stops()",
        ],
        "DROP TRIGGER stops ON outbox",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn where_one_meets_is_owed_by_others_where_whoever_has_said_it_was_stopped() {
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
        let names: Vec<_> = (0..203).map(|at| format!("p{at}")).collect();
        keep(store, &names.iter().map(|name| form(name)).collect::<Vec<_>>()).await;
        for name in &names {
            confirm(store, name, 110).await;
        }
        for sql in stop {
            run(sql).await;
        }
        let meeting = Meeting::parse("Au lac", "").unwrap();
        assert!(store.set_venue("petition", "", &meeting, &venue_entry("petition", 140)).await.is_err());
        run(go_on).await;
        // Whoever said it may be at it still.
        assert_eq!(store.owe_venues(150).await.unwrap(), 0);
        assert_eq!(store.owe_venues(200).await.unwrap(), 3);
        assert_eq!(store.owe_venues(300).await.unwrap(), 0);
        assert_eq!(
            store.set_venue("petition", "", &meeting, &venue_entry("petition", 310)).await.unwrap(),
            0
        );
    }
}

//! Writing to many: who is written to, how often, and that nobody is left out or told twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use alentour_model::EmailAddress;
use alentour_server::store::{
    Acceptance, Attendance, AttendanceState, Audience, Decision, Deed, Delivery, KnownSession, MessageKind,
    Notice, OutboxMessage, Recipients, Room, SessionMove, SignUpRecord, Store, TABLES, Table, TrailEntry,
    Value, WHO_ASKS, Writing, postgres,
};
use serde_json::json;

use crate::app::{postgres_database, secret};
use crate::stores::{both, confirm, count, digest, dump, form, keep, seat, with_sessions};

both! {
    an_audience_is_whoever_the_rule_says
    what_is_pressed_twice_is_accepted_once_and_nothing_else_is_by_that_press
    so_much_is_written_in_a_day_and_no_more_however_many_press_at_once
    what_was_sent_is_counted_once_and_waits_apart_from_other_mails
    what_was_written_is_kept_as_long_as_the_trail_says_so
    a_date_that_gets_another_name_while_mails_are_owed_leaves_nobody_out
    a_sink_hears_once_of_everybody_whose_date_is_called_off
}

const DAY: i64 = 86_400;

fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.name == name).unwrap()
}

fn set(table: &Table, row: &mut [Value], column: &str, value: Value) {
    let at = table.columns.iter().position(|(name, _)| *name == column).unwrap();
    row[at] = value;
}

/// Rows of that table as the first one, each with what is said of it.
async fn copies(store: &Arc<dyn Store>, name: &str, said: &[Vec<(&str, Value)>]) {
    let table = table(name);
    let all = dump(store).await;
    let first = all.iter().filter(|(of, _)| of.name == name).flat_map(|(_, rows)| rows).next().unwrap();
    let copy = |said: &Vec<(&str, Value)>| {
        let mut row = first.clone();
        said.iter().for_each(|(column, value)| set(table, &mut row, column, value.clone()));
        row
    };
    for said in said.chunks(1000) {
        store.restore(table, said.iter().map(copy).collect()).await.unwrap();
    }
}

/// So many who have confirmed for a petition, in rows that nobody has typed.
pub async fn many(store: &Arc<dyn Store>, people: usize) {
    keep(store, &[form("first")]).await;
    confirm(store, "first", 110).await;
    let names: Vec<String> = (1..people).map(|at| format!("p{at:04}")).collect();
    let persons = names.iter().map(|name| vec![("email_h", (&digest(name)).into())]);
    copies(store, "persons", &persons.collect::<Vec<_>>()).await;
    let far = 40_000 * DAY;
    let signups = names.iter().map(|name| {
        vec![("email_h", (&digest(name)).into()), ("id", name.as_str().into()), ("expires_at", far.into())]
    });
    copies(store, "signups", &signups.collect::<Vec<_>>()).await;
}

/// To whom a mail is owed, once for each mail.
pub async fn owed_to(store: &Arc<dyn Store>) -> Vec<String> {
    let outbox = table("outbox");
    let at = |name: &str| outbox.columns.iter().position(|(column, _)| *column == name).unwrap();
    let (kind, signup) = (at("kind"), at("signup"));
    let all = dump(store).await;
    let rows = all.iter().filter(|(of, _)| of.name == "outbox").flat_map(|(_, rows)| rows);
    let written = rows.filter(|row| row[kind] == "written".into());
    let text = |value: &Value| if let Value::Text(Some(text)) = value { text.clone() } else { panic!() };
    let mut all: Vec<_> = written.map(|row| text(&row[signup])).collect();
    all.sort();
    all
}

fn writing(text: &str) -> Writing {
    Writing {
        subject: "Samedi".into(),
        text: text.into(),
        name: "Asha".into(),
        reply_to: "asha@example.org".into(),
    }
}

fn entry(account: &str, initiative: &str, at: i64) -> TrailEntry {
    let (account, initiative) = (account.to_owned(), initiative.to_owned());
    TrailEntry { account, initiative, action: Deed::Written, detail: json!({}), at }
}

/// Somebody who may write about everything: whoever does so waits for them.
async fn account(store: &Arc<dyn Store>) {
    let email = EmailAddress::parse("asha@example.org").unwrap();
    let made = TrailEntry { action: Deed::Account, ..entry("", "", 100) };
    store.keep_account(&email, "", "fr", true, &made).await.unwrap();
}

/// What becomes of these where all are pressed at one time.
async fn at_once(store: &Arc<dyn Store>, all: Vec<(String, TrailEntry)>) -> Vec<Acceptance> {
    let pressed = all.into_iter().map(|(id, entry)| {
        let store = store.clone();
        tokio::spawn(async move {
            store.accept_broadcast(&id, &Audience::All, &writing("a"), &entry).await.unwrap()
        })
    });
    let mut accepted = Vec::new();
    for one in pressed.collect::<Vec<_>>() {
        accepted.push(one.await.unwrap());
    }
    accepted
}

fn id(number: usize) -> String {
    format!("{number:032x}")
}

/// Somebody with that state of Saturday and of Sunday, who has confirmed or not (`None`: an attempt), and about whom that was decided.
type Case = (Option<AttendanceState>, Option<AttendanceState>, Option<bool>, Option<Decision>, bool);

fn cases() -> Vec<Case> {
    use AttendanceState::{Active, Cancelled, Offered, Waiting};
    let mut all = Vec::new();
    for samedi in [None, Some(Active), Some(Offered), Some(Waiting), Some(Cancelled)] {
        for dimanche in [None, Some(Active), Some(Waiting), Some(Cancelled)] {
            for confirmed in [Some(true), Some(false), None] {
                for decision in
                    [None, Some(Decision::Asked), Some(Decision::Accepted), Some(Decision::Declined)]
                {
                    all.push((samedi, dimanche, confirmed, decision, false));
                }
            }
            all.push((samedi, dimanche, Some(true), None, true));
        }
    }
    all
}

/// The rule in the words of whoever writes.
fn is_meant(audience: &Audience, (samedi, dimanche, confirmed, decision, is_over): Case) -> bool {
    use AttendanceState::{Active, Cancelled, Offered, Waiting};
    let has = match audience {
        Audience::All | Audience::Hiding => {
            let dates: Vec<_> = [samedi, dimanche].into_iter().flatten().collect();
            dates.is_empty() || dates.iter().any(|state| *state != Cancelled)
        }
        Audience::Seated(_) => matches!(samedi, Some(Active | Offered)),
        Audience::Waiting(_) => samedi == Some(Waiting),
    };
    has && confirmed == Some(true) && decision != Some(Decision::Declined) && !is_over
}

fn record(template: &SignUpRecord, (samedi, dimanche, confirmed, decision, _): Case) -> SignUpRecord {
    let attendance = |(session, state): (&str, Option<AttendanceState>)| {
        let session = session.to_owned();
        Some(Attendance { session, party: 1, state: state?, may_wait: true, since: 100, decide_by: None })
    };
    SignUpRecord {
        pending: confirmed.is_none(),
        confirmed_at: confirmed.unwrap_or_default().then_some(110),
        attendances: [("samedi", samedi), ("dimanche", dimanche)]
            .into_iter()
            .filter_map(attendance)
            .collect(),
        decision: decision.map(|decision| (decision, 110)),
        ..template.clone()
    }
}

async fn an_audience_is_whoever_the_rule_says(store: Arc<dyn Store>) {
    keep(&store, &[form("first")]).await;
    confirm(&store, "first", 110).await;
    let template = store.of_person(&digest("first")).await.unwrap().remove(0);
    let cases = cases();
    let name = |at: usize| format!("c{at:04}");
    let (mut persons, mut signups) = (Vec::new(), Vec::new());
    let (mut attendances, mut decisions) = (Vec::new(), Vec::new());
    for (at, (samedi, dimanche, confirmed, decision, is_over)) in cases.iter().copied().enumerate() {
        let (email_h, name) = (Value::from(&digest(&name(at))), name(at));
        let id = Value::from(name.as_str());
        persons.push(vec![("email_h", email_h.clone())]);
        signups.push(vec![
            ("email_h", email_h.clone()),
            ("id", id.clone()),
            ("initiative", "atelier".into()),
            ("pending", confirmed.is_none().into()),
            ("confirmed_at", confirmed.unwrap_or_default().then_some(110).into()),
            ("expires_at", if is_over { 120 } else { 9000 }.into()),
        ]);
        for (session, state) in [("samedi", samedi), ("dimanche", dimanche)] {
            let Some(state) = state else { continue };
            attendances.push(vec![
                email_h.clone(),
                id.clone(),
                session.into(),
                "atelier".into(),
                1.into(),
                true.into(),
                state.as_str().into(),
                100.into(),
                Value::Integer(None),
            ]);
        }
        decisions.extend(decision.map(|decision| vec![email_h, id, decision.as_str().into(), 110.into()]));
    }
    copies(&store, "persons", &persons).await;
    copies(&store, "signups", &signups).await;
    store.restore(table("attendances"), attendances).await.unwrap();
    store.restore(table("decisions"), decisions).await.unwrap();

    let audiences = [Audience::All, Audience::Seated("samedi".into()), Audience::Waiting("samedi".into())];
    for (number, audience) in audiences.iter().enumerate() {
        let meant: Vec<_> = (0..cases.len()).filter(|at| is_meant(audience, cases[*at])).map(name).collect();
        assert!(!meant.is_empty());
        for (at, case) in cases.iter().enumerate().filter(|(_, case)| !case.4) {
            let is_included = audience.includes(&record(&template, *case));
            assert_eq!(is_included, meant.contains(&name(at)), "{audience:?} {case:?}");
        }
        let counted = store.count_audience("atelier", audience, 120).await.unwrap();
        assert_eq!(counted, meant.len() as u64, "{audience:?}");
        let before = owed_to(&store).await;
        let accepted = store
            .accept_broadcast(&id(number), audience, &writing("a"), &entry("asha", "atelier", 120))
            .await;
        assert_eq!(accepted.unwrap(), Acceptance::Now);
        while store.owe_broadcasts(120).await.unwrap().is_some() {}
        let mut expected = [before, meant].concat();
        expected.sort();
        assert_eq!(owed_to(&store).await, expected, "{audience:?}");
        assert_eq!(store.broadcast(&id(number)).await.unwrap().unwrap().owed, counted);
    }
    // Of another action nobody is.
    assert_eq!(store.count_audience("local", &Audience::All, 120).await.unwrap(), 0);
}

async fn what_is_pressed_twice_is_accepted_once_and_nothing_else_is_by_that_press(store: Arc<dyn Store>) {
    many(&store, 3).await;
    let accept = async |number, audience: &Audience, text, by: &str, to: &str| {
        let entry = entry(by, to, 200);
        store.accept_broadcast(&id(number), audience, &writing(text), &entry).await.unwrap()
    };
    let all = Audience::All;
    assert_eq!(accept(1, &all, "a", "asha", "petition").await, Acceptance::Now);
    assert_eq!(accept(1, &all, "a", "asha", "petition").await, Acceptance::Before);
    account(&store).await;
    for (number, initiative) in (2..12).map(|number| (number, format!("race {number}"))) {
        let press = |_| (id(number), entry(&format!("by {number}"), &initiative, 200));
        let accepted = at_once(&store, (0..4).map(press).collect()).await;
        let now = accepted.iter().filter(|one| **one == Acceptance::Now).count();
        let before = accepted.iter().filter(|one| **one == Acceptance::Before).count();
        assert_eq!((now, before), (1, 3), "{accepted:?}");
    }
    let samedi = Audience::Seated("samedi".into());
    for (audience, text, by, to) in [
        (&all, "b", "asha", "petition"),
        (&samedi, "a", "asha", "petition"),
        (&all, "a", "other", "petition"),
        (&all, "a", "asha", "other"),
    ] {
        assert_eq!(accept(1, audience, text, by, to).await, Acceptance::Other, "{text} {by} {to}");
    }
    assert_eq!(count(&store, "broadcasts").await, 11);
    while store.owe_broadcasts(210).await.unwrap().is_some() {}
    assert_eq!(owed_to(&store).await.len(), 3);
    // The trail says how many, and not what.
    let (trail, _) = store.trail(Some("petition"), None, 9).await.unwrap();
    assert_eq!(trail.len(), 1);
    for entry in trail {
        let mut detail = entry.detail.clone();
        detail["broadcast"] = json!("");
        assert_eq!(detail, json!({ "audience": "all", "broadcast": "", "count": 3, "session": "" }));
    }
}

async fn so_much_is_written_in_a_day_and_no_more_however_many_press_at_once(store: Arc<dyn Store>) {
    let accept = async |number, by: &str, to: &str, at| {
        let entry = entry(by, to, at);
        store.accept_broadcast(&id(number), &Audience::All, &writing("a"), &entry).await.unwrap()
    };
    let room = async |by: &str, to: &str, at| store.room(to, by, at).await.unwrap();
    assert_eq!(accept(1, "asha", "a", 1000).await, Acceptance::Now);
    assert_eq!(accept(2, "other", "a", 2000).await, Acceptance::Now);
    assert_eq!(room("asha", "a", 2000).await, Room::Left(1));
    let late = Acceptance::TooMany(1000 + DAY);
    assert_eq!(accept(3, "third", "a", 3000).await, Acceptance::Now);
    assert_eq!(accept(4, "third", "a", 3000).await, late);
    account(&store).await;
    for round in 0..10_usize {
        let initiative = format!("race {round}");
        let press = |by| (id(1000 + 10 * round + by), entry(&format!("{round} {by}"), &initiative, 200));
        let accepted = at_once(&store, (0..5).map(press).collect()).await;
        assert_eq!(accepted.iter().filter(|one| **one == Acceptance::Now).count(), 3, "{accepted:?}");
    }
    assert_eq!(
        (room("asha", "a", 3000).await, room("asha", "b", 3000).await),
        (Room::From(1000 + DAY), Room::Left(3))
    );
    assert_eq!(accept(6, "asha", "a", 1000 + DAY).await, Acceptance::Now);
    // Of an account, whatever it writes of.
    for number in 0..10 {
        assert_eq!(accept(10 + number, "fatou", &format!("{number}"), 5000).await, Acceptance::Now);
    }
    assert_eq!(accept(30, "fatou", "c", 5000).await, Acceptance::TooMany(5000 + DAY));
    assert_eq!(accept(30, "asha", "c", 5000).await, Acceptance::Now);
    // Nothing was noted of what was refused.
    assert_eq!(count(&store, "trail").await, count(&store, "broadcasts").await + 1);
}

async fn what_was_sent_is_counted_once_and_waits_apart_from_other_mails(store: Arc<dyn Store>) {
    many(&store, 4).await;
    let entry = entry("asha", "petition", 200);
    store.accept_broadcast(&id(1), &Audience::All, &writing("a"), &entry).await.unwrap();
    let said = async || {
        let one = store.broadcasts("petition", 9).await.unwrap().remove(0);
        (one.is_open, one.owed, one.sent, one.waiting, one.dead)
    };
    assert_eq!(said().await, (true, 0, 0, 0, 0));
    assert_eq!(store.owe_broadcasts(200).await.unwrap(), Some(4));
    assert_eq!(said().await, (false, 4, 0, 4, 0));
    // The mail that confirms what one of them has signed waits for none of these.
    let others = store.claim(300, 60, 100, Recipients::Persons).await.unwrap();
    assert!(!others.is_empty() && others.iter().all(|message| message.kind.as_str() != "written"));
    let taken = store.claim(300, 60, 100, Recipients::Many).await.unwrap();
    assert_eq!(taken.len(), 4);
    assert!(taken.iter().all(|message| message.kind.as_str() == "written"));
    let note = async |at: usize, delivery| store.record_delivery(&taken[at], &delivery).await.unwrap();
    note(0, Delivery::Sent(310)).await;
    // By two servers, where the lease of the first had ended.
    note(0, Delivery::Sent(311)).await;
    note(1, Delivery::Dead(310, "SMTP 550".into())).await;
    note(2, Delivery::Unneeded(310)).await;
    assert_eq!(said().await, (false, 4, 1, 1, 1));
}

async fn what_was_written_is_kept_as_long_as_the_trail_says_so(store: Arc<dyn Store>) {
    many(&store, 1).await;
    for (number, at) in [(1, 100), (2, 20 * DAY)] {
        let entry = entry("asha", "petition", at);
        store.accept_broadcast(&id(number), &Audience::All, &writing("a"), &entry).await.unwrap();
        if number == 1 {
            while store.owe_broadcasts(at).await.unwrap().is_some() {}
        }
    }
    let left = async |now, trail_until| {
        store.purge_organising(now, trail_until).await.unwrap();
        let all = store.broadcasts("petition", 9).await.unwrap();
        all.into_iter().map(|one| one.id).collect::<BTreeSet<_>>()
    };
    let (first, second) = (id(1), id(2));
    // Whose mails may still be sent again, whatever is said of the trail.
    assert_eq!(left(29 * DAY, 29 * DAY).await, BTreeSet::from([first.clone(), second.clone()]));
    assert_eq!(left(365 * DAY, 50).await, BTreeSet::from([first, second.clone()]));
    // What is still to be owed stays.
    assert_eq!(left(800 * DAY, 435 * DAY).await, BTreeSet::from([second]));
}

async fn a_date_that_gets_another_name_while_mails_are_owed_leaves_nobody_out(store: Arc<dyn Store>) {
    let names: Vec<String> = (0..205).map(|at| format!("p{at:03}")).collect();
    let forms = names.iter().map(|name| with_sessions(seat(name), |wanted| wanted.seats = None));
    keep(&store, &forms.collect::<Vec<_>>()).await;
    for name in &names {
        confirm(&store, name, 110).await;
    }
    let known = KnownSession { session: "samedi".into(), starts_at: 1_000_000, ..KnownSession::default() };
    store.note_sessions("atelier", &[known]).await.unwrap();
    let samedi = Audience::Seated("samedi".into());
    let entry = entry("asha", "atelier", 200);
    let accepted = store.accept_broadcast(&id(1), &samedi, &writing("a"), &entry).await.unwrap();
    assert_eq!((accepted, store.owe_broadcasts(200).await.unwrap()), (Acceptance::Now, Some(200)));
    let from = store.sessions("atelier").await.unwrap().remove(0);
    let to = KnownSession { session: "plus tard".into(), starts_at: 1_001_800, ..from.clone() };
    let change = SessionMove { from, to, notice: Notice::Nobody, keep_until: 0 };
    assert_eq!(store.move_session("atelier", &change, 210).await.unwrap(), Some(0));
    assert_eq!(store.owe_broadcasts(220).await.unwrap(), Some(5));
    assert_eq!(owed_to(&store).await.len(), 205);
    // Whoever sends them asks the same.
    let one = store.broadcast(&id(1)).await.unwrap().unwrap();
    assert_eq!(one.audience, Audience::Seated("plus tard".into()));
}

async fn a_sink_hears_once_of_everybody_whose_date_is_called_off(store: Arc<dyn Store>) {
    let forms = (0..300).map(|at| {
        let form = with_sessions(seat(&format!("p{at:03}")), |wanted| wanted.seats = None);
        crate::stores::at_once(form)
    });
    keep(&store, &forms.collect::<Vec<_>>()).await;
    let told = store.claim(200, 60, 299, Recipients::All).await.unwrap();
    for message in &told {
        store.record_delivery(message, &Delivery::Sent(210)).await.unwrap();
    }
    let known = KnownSession { session: "samedi".into(), starts_at: 1_000_000, ..KnownSession::default() };
    let entry = TrailEntry { action: Deed::CalledOff, ..entry("asha", "atelier", 300) };
    assert_eq!(store.call_off_announced("atelier", &known, &entry).await.unwrap(), Some(300));
    let mut heard = store.claim(400, 60, 999, Recipients::All).await.unwrap();
    // Beside what is for those sinks alone that ask for it.
    heard.retain(|message| message.sink != WHO_ASKS);
    let (first, changed): (Vec<_>, Vec<_>) =
        heard.iter().partition(|message| message.kind == MessageKind::SignedUp);
    // Of whom it has not heard yet it hears as they are then.
    assert_eq!((first.len(), changed.len()), (1, 299));
    let of = |all: &[OutboxMessage]| all.iter().filter_map(|one| one.signup.clone()).collect::<BTreeSet<_>>();
    let changed: Vec<_> = changed.into_iter().cloned().collect();
    assert_eq!(of(&changed), of(&told));
    assert!(changed.iter().all(|one| one.sequence > told[0].sequence), "{:?}", changed[0].sequence);
}

/// Only PostgreSQL lets others in between two statements.
#[tokio::test(flavor = "multi_thread")]
async fn who_confirms_while_mails_are_owed_pushes_nobody_out() {
    let address = postgres_database().await;
    let store = postgres::open(&address, &secret()).await.unwrap();
    let pool = sqlx::PgPool::connect(&address).await.unwrap();
    many(&store, 203).await;
    let run = async |sql: &'static str| sqlx::query(sql).execute(&pool).await.unwrap();
    run("UPDATE signups SET pending = TRUE WHERE id = 'p0001'").await;
    let entry = entry("asha", "petition", 200);
    store.accept_broadcast(&id(1), &Audience::All, &writing("a"), &entry).await.unwrap();
    // Somebody else is busy with one of the first two hundred: they are found, and waited for.
    let mut busy = pool.begin().await.unwrap();
    let person = digest("p0002");
    let lock = "SELECT 1 FROM persons WHERE email_h = $1 FOR UPDATE";
    sqlx::query(lock).bind(&person[..]).execute(&mut *busy).await.unwrap();
    let owing = tokio::spawn({
        let store = store.clone();
        async move { store.owe_broadcasts(200).await.unwrap() }
    });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&pool).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    run("UPDATE signups SET pending = FALSE WHERE id = 'p0001'").await;
    busy.commit().await.unwrap();
    assert_eq!(owing.await.unwrap(), Some(199));
    while store.owe_broadcasts(200).await.unwrap().is_some() {}
    let owed = owed_to(&store).await;
    let missing: Vec<_> =
        (2..203).map(|at| format!("p{at:04}")).filter(|name| !owed.contains(name)).collect();
    assert!(missing.is_empty() && owed.len() == 202, "{missing:?}");
}

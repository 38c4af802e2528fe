//! A feed that moves sessions, or loses them: who takes part goes with them, and hears of it, once.

use std::time::{Duration, Instant};

use alentour_server::backup;
use alentour_server::sessions::{Tended, Watch, remind};
use alentour_server::store::{
    Confirmation, Erasure, Meeting, Notice, Outcome, Purpose, SessionMove, WantedSession,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::{App, feed, key, on_postgres, on_sqlite, seat};
use crate::command::{alentour, text};
use crate::mailbox::{MailServer, Taken};
use crate::outbox::{mailing, now, outbox, round};
use crate::people::{link, submit};
use crate::receiver::Receiver;
use crate::stores::{by_hand, keep, with_sessions};
use crate::venues::venue_entry;
use crate::waiting_list::{joins, last, own};

/// Each test is a function of a running server that mails, and is asked of both kinds of database.
macro_rules! both {
    ($($test:ident $feed:ident)*) => {
        mod on_sqlite { $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let folder = tempfile::tempdir().unwrap();
                let (store, server) = (super::on_sqlite(&folder).await, super::MailServer::start().await);
                let settings = super::mailing(&server);
                let app = super::App::start_storing(store, folder, super::$feed(), &settings).await;
                super::$test(app, server).await;
            }
        )* }
        mod on_postgres { $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let folder = tempfile::tempdir().unwrap();
                let (store, server) = (super::on_postgres().await, super::MailServer::start().await);
                let settings = super::mailing(&server);
                let app = super::App::start_storing(store, folder, super::$feed(), &settings).await;
                super::$test(app, server).await;
            }
        )* }
    };
}

both! {
    a_session_that_is_moved_is_told_once_and_again_when_it_is_moved_back named
    one_without_a_name_takes_its_sign_ups_along unnamed
    a_server_that_still_reads_the_old_feed_takes_nothing_back unnamed
    one_that_gets_a_name_keeps_it_though_a_server_reads_the_old_feed unnamed
    a_back_up_of_who_was_reminded_and_has_left_in_part_is_restored named
    who_waits_for_a_date_that_is_moved_is_told_of_the_line one_seat
    a_server_that_has_not_read_the_new_feed_yet_throws_no_mail_away unnamed
    one_without_a_name_that_is_moved_twice_in_a_row_takes_its_sign_ups_along one_seat
    one_that_is_moved_back_before_all_have_read_it_is_the_same unnamed
    people_of_a_date_that_is_called_off_are_not_moved_to_another unnamed
    what_has_begun_is_neither_the_next_date_nor_gone unnamed
    what_is_kept_for_a_time_after_a_date_is_kept_as_long_after_the_new_one named
    who_has_signed_up_under_both_names_has_one_seat unnamed
    a_change_that_people_have_not_heard_of_is_told_with_the_next named
    what_is_over_or_cannot_be_read_has_not_vanished named
    a_session_that_is_called_off_is_told_and_frees_its_seats named
    a_session_that_the_feed_calls_off_is_told_and_offered_to_nobody named
    who_lost_a_date_that_was_called_off_hears_that_it_is_on_again named
    a_date_that_is_full_when_it_is_on_again_offers_its_line named_one_seat
    one_that_is_called_off_is_not_the_new_one_beside_it unnamed
    what_a_date_said_that_left_the_feed_is_shown_to_those_who_had_a_seat named
    dates_to_come_that_are_called_off_are_not_said_to_be_over named
    the_first_who_signs_up_is_told_when_the_date_was_that_is_called_off_at_once named
    whoever_confirms_first_on_the_page_is_told_of_a_date_that_vanishes_at_once named
    a_place_is_told_to_nobody_whose_date_has_left_the_feed named
    people_of_a_calendar_s_dates_are_told_that_it_calls_them_off unnamed
    a_reminder_is_sent_once_for_each_start_and_not_to_who_wants_none named
    two_dates_at_one_time_have_one_reminder at_one_time
    the_next_date_under_the_same_name_is_not_theirs_who_came_to_the_last named
}

/// The workshop with five seats on Saturday, in words of a place.
fn named() -> Value {
    let mut feed = feed();
    feed["initiatives"][0]["participation"]["way"] = json!("shift");
    feed["initiatives"][0]["location"] =
        json!([{ "name": "Maison", "addressLocality": "Lyon", "postalCode": "69003" }]);
    feed
}

/// The same without names of its sessions.
fn unnamed() -> Value {
    let mut feed = named();
    for session in feed["initiatives"][0]["sessions"].as_array_mut().unwrap() {
        session.as_object_mut().unwrap().remove("id");
    }
    feed
}

/// The same with one seat on Saturday.
fn one_seat() -> Value {
    let mut feed = unnamed();
    feed["initiatives"][0]["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    feed
}

/// The same with names of its sessions.
fn named_one_seat() -> Value {
    let mut feed = named();
    feed["initiatives"][0]["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    feed
}

/// The workshop with a second session at the same time as Saturday's.
fn at_one_time() -> Value {
    let mut feed = named();
    feed["initiatives"][0]["sessions"][1]["startDate"] = json!(SATURDAY);
    feed["initiatives"][0]["sessions"][1]["name"] = json!("Cuisine");
    feed
}

const SATURDAY: &str = "2099-05-02T14:00:00+02:00";
const LATER: &str = "2099-05-02T14:30:00+02:00";
const LAST: &str = "2099-05-02T16:00:00+02:00";
const SUNDAY: &str = "2099-05-03T14:00:00+02:00";
/// Seconds after which no other server contradicts a change any more.
const SETTLED: i64 = 120;

fn instant(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_second()
}

/// Announces something else, and waits until it is served.
pub async fn announce(app: &App, feed: &Value) {
    export(app, &feed.to_string()).await;
}

/// The same in whichever format.
async fn export(app: &App, feed: &str) {
    let version = || app.state.feeds.current().unwrap().version().to_owned();
    let (before, begun) = (version(), Instant::now());
    std::fs::write(app.path("feed.json"), feed).unwrap();
    while version() == before {
        assert!(begun.elapsed() < Duration::from_secs(30), "the feed is not read");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The same feed with Saturday's session at another time.
fn at(mut feed: Value, start: &str) -> Value {
    feed["initiatives"][0]["sessions"][0]["startDate"] = json!(start);
    feed
}

/// The same without Saturday's session.
fn without(mut feed: Value) -> Value {
    feed["initiatives"][0]["sessions"].as_array_mut().unwrap().remove(0);
    feed
}

async fn tend(watch: &mut Watch, app: &App, now: i64) -> (u64, u64) {
    let Tended { told, gone } = watch.tend(&app.state, now).await.unwrap();
    (told, gone)
}

/// The lines of a calendar that a mail brings.
fn calendar(mail: &Taken) -> Vec<String> {
    let parsed = mail.parsed();
    let file = parsed.attachments().next().unwrap();
    String::from_utf8(file.contents().to_vec()).unwrap().lines().map(str::to_owned).collect()
}

fn value<'a>(calendar: &'a [String], name: &str) -> &'a str {
    calendar.iter().find_map(|line| line.strip_prefix(name)).unwrap()
}

fn subject(mail: &Taken) -> String {
    mail.parsed().subject().unwrap().to_owned()
}

/// Whether a mail's subject says that a date of an initiative of that title is called off, and which.
fn is_called_off(mail: &Taken, title: &str) -> bool {
    let subject = subject(mail);
    let day =
        subject.strip_prefix("Annulé, ").and_then(|rest| rest.strip_suffix(&format!("\u{a0}: {title}")));
    day.is_some_and(|day| day.contains(" 20"))
}

async fn a_session_that_is_moved_is_told_once_and_again_when_it_is_moved_back(app: App, server: MailServer) {
    let before = calendar(&joins(&app, &server, &seat("zoe@example.org"), 'a').await);
    let (mut watch, mut other, start) = (Watch::default(), Watch::default(), now());
    assert_eq!(tend(&mut watch, &app, start).await, (0, 0));
    let known = app.store.sessions("atelier").await.unwrap().remove(1);
    announce(&app, &at(named(), LATER)).await;
    // Two servers notice it at once.
    let (a, b) = tokio::join!(tend(&mut watch, &app, start + 1), tend(&mut other, &app, start + 1));
    assert_eq!((a.0 + b.0, a.1 + b.1), (1, 0));
    // One that has seen what there was before is too late.
    let to = app.store.sessions("atelier").await.unwrap().remove(1);
    let change = SessionMove { from: known, to, notice: Notice::Everybody, keep_until: 0 };
    assert_eq!(app.store.move_session("atelier", &change, start + 1).await.unwrap(), None);
    // A process that starts anew has nothing to say.
    assert_eq!(tend(&mut Watch::default(), &app, start + SETTLED).await, (0, 0));
    round(&outbox(&app), start + SETTLED).await;
    let mails = server.to("zoe@example.org");
    let moved = mails.last().unwrap();
    assert_eq!(subject(moved), "Changement de date ou de lieu\u{a0}: Atelier");
    let text = moved.text();
    assert!(text.contains("Avant\u{a0}: samedi 2 mai 2099 à 14\u{a0}h · Maison, 69003 Lyon"), "{text}");
    assert!(text.contains("Quand\u{a0}: samedi 2 mai 2099 à 14\u{a0}h\u{a0}30"), "{text}");
    // The calendar takes it for the same event, and for a newer one.
    let after = calendar(moved);
    assert_eq!(value(&before, "UID:"), value(&after, "UID:"));
    let number = |calendar: &[String]| value(calendar, "SEQUENCE:").parse::<i64>().unwrap();
    assert!(number(&after) > number(&before));
    assert!(value(&after, "DTSTART;TZID").ends_with("20990502T143000"), "{after:?}");
    let page = app.get(&own(moved)).await.text().await.unwrap();
    assert!(page.contains("14\u{a0}h\u{a0}30") && page.contains("Rendre cette place"), "{page}");

    // Back again, which another server that reads the old feed would not be believed to say at once.
    announce(&app, &named()).await;
    assert_eq!(tend(&mut watch, &app, start + 2).await, (0, 0));
    assert_eq!(tend(&mut watch, &app, start + SETTLED).await, (1, 0));
    round(&outbox(&app), start + SETTLED).await;
    let back = last(&server, "zoe@example.org").text();
    assert!(back.contains("Avant\u{a0}: samedi 2 mai 2099 à 14\u{a0}h\u{a0}30"), "{back}");
    assert_eq!(server.to("zoe@example.org").len(), mails.len() + 1);
    // Another place, and how it is written.
    let mut elsewhere = named();
    elsewhere["initiatives"][0]["location"][0]["name"] = json!("Gymnase");
    announce(&app, &elsewhere).await;
    assert_eq!(tend(&mut watch, &app, start + 2 * SETTLED).await, (1, 0));
    elsewhere["initiatives"][0]["location"][0]["name"] = json!("Gymnase !");
    announce(&app, &elsewhere).await;
    assert_eq!(tend(&mut watch, &app, start + 3 * SETTLED).await, (0, 0));
}

async fn one_without_a_name_takes_its_sign_ups_along(app: App, server: MailServer) {
    let saturday = |email: &str, session: &str| {
        let mut form = seat(email);
        (form["session"], form["partySize"]) = (json!(session), json!(2));
        form
    };
    let zoe = joins(&app, &server, &saturday("zoe@example.org", SATURDAY), 'a').await;
    // Max has not confirmed: his seats are held.
    assert_eq!(app.post(&key("max"), &saturday("max@example.org", SATURDAY)).await.0, 201);
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    let meeting = Meeting::parse("Porte B", "").unwrap();
    assert_eq!(
        app.store.set_venue("atelier", SATURDAY, &meeting, &venue_entry("atelier", now())).await.unwrap(),
        1
    );
    // A helper notes in advance who is there.
    let signups = app.signups("atelier").await;
    let confirmed = signups.into_iter().find(|one| !one.pending).unwrap();
    let came = [(confirmed.id.clone(), Some(2))];
    assert_eq!(app.store.set_presence("atelier", SATURDAY, &came, &by_hand(now())).await.unwrap(), 1);
    announce(&app, &at(unnamed(), LATER)).await;
    assert_eq!(tend(&mut watch, &app, now()).await, (1, 0));
    for one in app.signups("atelier").await {
        let sessions: Vec<_> = one.attendances.iter().map(|one| one.session.as_str()).collect();
        assert_eq!(sessions, [LATER]);
    }
    let there = app.store.participant("atelier", &confirmed.id).await.unwrap().unwrap();
    assert_eq!(there.came, [(LATER.to_owned(), 2)]);
    round(&outbox(&app), now()).await;
    // Where that one meets goes along, too, and is said in both mails.
    for mail in &server.to("zoe@example.org")[1..] {
        assert!(mail.text().contains("Lieu de rendez-vous\u{a0}: Porte B"), "{}", mail.text());
        assert_eq!(value(&calendar(mail), "LOCATION:"), "Porte B");
    }
    let mails = server.to("zoe@example.org");
    let moved = mails.iter().find(|mail| subject(mail).starts_with("Changement")).unwrap();
    assert_eq!(value(&calendar(moved), "UID:"), value(&calendar(&zoe), "UID:"));
    // Whoever takes it from the page has the same event.
    let file = app.get("/i/atelier/calendar.ics").await.text().await.unwrap();
    assert!(file.contains(value(&calendar(&zoe), "UID:")), "{file}");
    // Four of five seats are taken: two that Zoé has, two that are held for Max.
    let (code, _) = app.post(&key("lea"), &saturday("lea@example.org", LATER)).await;
    assert_eq!(code, 409);
    let mut one = saturday("lea@example.org", LATER);
    one["partySize"] = json!(1);
    assert_eq!(app.post(&key("lea"), &one).await.0, 201);
    // Seats are given back under the new name, by a link that was mailed before.
    let (code, said) =
        submit(&app, &own(&zoe), "session=2099-05-02T14%3A30%3A00%2B02%3A00&action=give-back").await;
    assert!(code == 200 && said.contains("Votre place est rendue"), "{said}");
    // A form that was under way while it was renamed: it is stored under the old name, and found.
    let old = |mut wanted: alentour_server::store::NewSignUp| {
        (wanted.sessions[0].id, wanted.expires_at) = (SATURDAY.into(), i64::MAX);
        wanted
    };
    let held = |wanted: &mut WantedSession| wanted.seats = None;
    assert_eq!(
        keep(&app.store, &[old(with_sessions(crate::stores::seat("late"), held))]).await,
        [Outcome::Received]
    );
    assert_eq!(tend(&mut watch, &app, now() + SETTLED).await, (0, 0));
    let all = app.signups("atelier").await;
    let names = |session: &str| {
        all.iter().flat_map(|one| &one.attendances).filter(|one| one.session == session).count()
    };
    assert_eq!((names(SATURDAY), names(LATER)), (0, 4));
}

async fn a_server_that_still_reads_the_old_feed_takes_nothing_back(app: App, server: MailServer) {
    let folder = tempfile::tempdir().unwrap();
    let stale = App::start_storing(app.store.clone(), folder, unnamed(), &mailing(&server)).await;
    let mut form = seat("zoe@example.org");
    form["session"] = json!(SATURDAY);
    joins(&app, &server, &form, 'a').await;
    let (mut watch, mut other, start) = (Watch::default(), Watch::default(), now());
    tend(&mut watch, &app, start).await;
    tend(&mut other, &stale, start).await;
    announce(&app, &at(unnamed(), LATER)).await;
    assert_eq!(tend(&mut watch, &app, start + 10).await, (1, 0));
    assert_eq!(tend(&mut other, &stale, start + 10).await, (0, 0));
    assert_eq!(tend(&mut other, &stale, start + 100 * SETTLED).await, (0, 0));
    // Nor does it after a restart, as long as the feed cannot be read.
    assert_eq!(tend(&mut Watch::default(), &stale, start + 100 * SETTLED).await, (0, 0));
    assert_eq!(app.signups("atelier").await[0].attendances[0].session, LATER);
    // It still takes forms for the old date; they are found by a server that knows better.
    form["email"] = json!("max@example.org");
    assert_eq!(stale.post(&key("max"), &form).await.0, 201);
    assert_eq!(tend(&mut other, &stale, start + 101 * SETTLED).await, (0, 0));
    assert_eq!(tend(&mut watch, &app, start + 101 * SETTLED).await, (0, 0));
    let all = app.signups("atelier").await;
    let sessions: Vec<_> = all.iter().map(|one| one.attendances[0].session.as_str()).collect();
    assert_eq!(sessions, [LATER, LATER]);
}

async fn one_that_gets_a_name_keeps_it_though_a_server_reads_the_old_feed(app: App, server: MailServer) {
    let folder = tempfile::tempdir().unwrap();
    let stale = App::start_storing(app.store.clone(), folder, unnamed(), &mailing(&server)).await;
    let (mut watch, mut other) = (zoe_joins(&app, &server).await, Watch::default());
    let start = now();
    tend(&mut other, &stale, start).await;
    announce(&app, &named()).await;
    // Nobody need be told of a name.
    assert_eq!(tend(&mut watch, &app, start + 1).await, (0, 0));
    for later in [2, SETTLED, 100 * SETTLED] {
        tend(&mut other, &stale, start + later).await;
        tend(&mut watch, &app, start + later).await;
        assert_eq!(app.signups("atelier").await[0].attendances[0].session, "samedi", "{later}");
    }
}

async fn a_back_up_of_who_was_reminded_and_has_left_in_part_is_restored(app: App, server: MailServer) {
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    assert_eq!(app.post(&key("petition"), &crate::app::form("zoe@example.org")).await.0, 201);
    let token = crate::people::link(&app, 'b', "zoe@example.org", "", Purpose::Confirm).await;
    app.confirm(&app.store.secret().token_hash(&token)).await;
    tend(&mut Watch::default(), &app, now()).await;
    let meeting = Meeting::parse("Porte B", "https://visio.example.org/a").unwrap();
    app.store.set_venue("atelier", "", &meeting, &venue_entry("atelier", now())).await.unwrap();
    assert_eq!(remind(&app.state, instant(SATURDAY) - 3600).await.unwrap(), 1);
    let (copies, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let made = Timestamp::now();
    let (copy, _) = backup::backup(app.store.clone(), copies.path(), made).await.unwrap();
    let one = app.signups("atelier").await.remove(0);
    app.store.erase(&Erasure::One(one.email_h, one.id), 0).await.unwrap();
    let later = made + jiff::SignedDuration::from_secs(2);
    backup::backup(app.store.clone(), copies.path(), later).await.unwrap();
    let restored = on_sqlite(&folder).await;
    backup::restore(&*restored, &copy, &copies.path().join("keys.jsonl.gz")).await.unwrap();
    let all = restored.of_person(&one.email_h).await.unwrap();
    assert_eq!(all.iter().map(|one| one.initiative.as_str()).collect::<Vec<_>>(), ["petition"]);
    assert!(restored.venues("atelier").await.unwrap()[0].meeting == meeting);
}

async fn a_server_that_has_not_read_the_new_feed_yet_throws_no_mail_away(app: App, server: MailServer) {
    let folder = tempfile::tempdir().unwrap();
    let stale = App::start_storing(app.store.clone(), folder, unnamed(), &mailing(&server)).await;
    let mut form = seat("zoe@example.org");
    form["session"] = json!(SATURDAY);
    joins(&app, &server, &form, 'a').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    announce(&app, &at(unnamed(), LATER)).await;
    let start = now();
    assert_eq!(tend(&mut watch, &app, start).await, (1, 0));
    // It has no session of the new name.
    assert_eq!(round(&outbox(&stale), start + 1).await, (0, 1, 0));
    assert_eq!(server.to("zoe@example.org").len(), 1);
    assert_eq!(round(&outbox(&app), start + 61).await, (1, 0, 0));
    assert!(last(&server, "zoe@example.org").text().contains("à 14\u{a0}h\u{a0}30\n"));
    // However long it takes: the date is still to come, and they must know.
    announce(&app, &at(unnamed(), "2099-05-02T16:00:00+02:00")).await;
    assert_eq!(tend(&mut watch, &app, start + SETTLED).await, (1, 0));
    let long_after = start + 3 * SETTLED;
    assert_eq!(round(&outbox(&stale), long_after).await, (0, 1, 0));
    assert_eq!(round(&outbox(&app), long_after + 61).await, (1, 0, 0));
    assert_eq!(server.to("zoe@example.org").len(), 3);
}

/// Zoé has Saturday's seat, and a server has seen it.
async fn zoe_joins(app: &App, server: &MailServer) -> Watch {
    let mut form = seat("zoe@example.org");
    form["session"] = json!(SATURDAY);
    joins(app, server, &form, 'a').await;
    let mut watch = Watch::default();
    tend(&mut watch, app, now()).await;
    watch
}

async fn one_without_a_name_that_is_moved_twice_in_a_row_takes_its_sign_ups_along(
    app: App,
    server: MailServer,
) {
    let (mut watch, start) = (zoe_joins(&app, &server).await, now());
    announce(&app, &at(one_seat(), LATER)).await;
    assert_eq!(tend(&mut watch, &app, start).await, (1, 0));
    announce(&app, &at(one_seat(), LAST)).await;
    // At once, for its seats are taken.
    assert_eq!(tend(&mut watch, &app, start + 5).await, (0, 0));
    let mut form = seat("max@example.org");
    form["session"] = json!(LAST);
    assert_eq!(app.post(&key("max"), &form).await.0, 409);
    assert_eq!(tend(&mut watch, &app, start + SETTLED).await, (0, 0));
    assert_eq!(app.signups("atelier").await[0].attendances[0].session, LAST);
    round(&outbox(&app), start + SETTLED).await;
    let text = last(&server, "zoe@example.org").text();
    assert!(text.contains("à 14\u{a0}h ·") && text.contains("à 16\u{a0}h\n"), "{text}");
}

async fn who_waits_for_a_date_that_is_moved_is_told_of_the_line(app: App, server: MailServer) {
    let mut form = seat("zoe@example.org");
    form["session"] = json!(SATURDAY);
    joins(&app, &server, &form, 'a').await;
    form["email"] = json!("max@example.org");
    form["waitlist"] = json!([SATURDAY]);
    joins(&app, &server, &form, 'b').await;
    tend(&mut Watch::default(), &app, now()).await;
    announce(&app, &at(one_seat(), LATER)).await;
    assert_eq!(tend(&mut Watch::default(), &app, now()).await, (2, 0));
    round(&outbox(&app), now()).await;
    let (zoe, max) = (last(&server, "zoe@example.org").text(), last(&server, "max@example.org").text());
    assert!(
        zoe.contains("Du nouveau pour «\u{a0}Atelier\u{a0}»") && zoe.contains("votre place servira"),
        "{zoe}"
    );
    assert!(max.contains("sur la liste d’attente") && !max.contains("votre place"), "{max}");
}

async fn one_that_is_moved_back_before_all_have_read_it_is_the_same(app: App, server: MailServer) {
    let (mut watch, start) = (zoe_joins(&app, &server).await, now());
    announce(&app, &at(unnamed(), LATER)).await;
    assert_eq!(tend(&mut watch, &app, start).await, (1, 0));
    announce(&app, &unnamed()).await;
    assert_eq!(tend(&mut watch, &app, start + 5).await, (0, 0));
    assert_eq!(app.signups("atelier").await[0].attendances[0].session, LATER);
    assert_eq!(tend(&mut watch, &app, start + SETTLED).await, (0, 0));
    assert_eq!(app.signups("atelier").await[0].attendances[0].session, SATURDAY);
}

async fn people_of_a_date_that_is_called_off_are_not_moved_to_another(app: App, server: MailServer) {
    let (mut watch, start) = (zoe_joins(&app, &server).await, now());
    announce(&app, &at(unnamed(), LAST)).await;
    assert_eq!(tend(&mut watch, &app, start).await, (1, 0));
    // There is another one at the time at which that one was, and then there is not.
    let mut both = at(unnamed(), LAST);
    let saturday = unnamed()["initiatives"][0]["sessions"][0].clone();
    both["initiatives"][0]["sessions"].as_array_mut().unwrap().push(saturday);
    announce(&app, &both).await;
    tend(&mut watch, &app, start + SETTLED).await;
    let mut form = seat("max@example.org");
    form["session"] = json!(SATURDAY);
    joins(&app, &server, &form, 'b').await;
    tend(&mut watch, &app, start + 2 * SETTLED).await;
    announce(&app, &at(unnamed(), LAST)).await;
    assert_eq!(tend(&mut watch, &app, start + 3 * SETTLED).await, (0, 1));
    let max = async || {
        let all = app.signups("atelier").await;
        let max = all.iter().find(|one| one.person.email.starts_with("max")).unwrap();
        max.attendances[0].session.clone()
    };
    assert_eq!(max().await, SATURDAY);
    // Nor the next time that the feed changes.
    let mut renamed = at(unnamed(), LAST);
    renamed["initiatives"][0]["location"][0]["name"] = json!("Gymnase");
    announce(&app, &renamed).await;
    tend(&mut watch, &app, start + 4 * SETTLED).await;
    tend(&mut Watch::default(), &app, start + 5 * SETTLED).await;
    assert_eq!(max().await, SATURDAY);
}

async fn what_has_begun_is_neither_the_next_date_nor_gone(app: App, server: MailServer) {
    let mut watch = zoe_joins(&app, &server).await;
    let begun = instant(SATURDAY) + 300;
    // Whoever announces only the next date.
    announce(&app, &at(unnamed(), "2099-05-09T14:00:00+02:00")).await;
    assert_eq!(tend(&mut watch, &app, begun).await, (0, 0));
    announce(&app, &without(unnamed())).await;
    assert_eq!(tend(&mut watch, &app, begun).await, (0, 0));
    assert_eq!(app.signups("atelier").await[0].attendances[0].session, SATURDAY);
    assert_eq!(tend(&mut watch, &app, instant(SATURDAY) - 300).await, (0, 0), "it is no news any more");
    assert_eq!(tend(&mut Watch::default(), &app, instant(SATURDAY) - 300).await, (0, 1));
}

async fn what_is_kept_for_a_time_after_a_date_is_kept_as_long_after_the_new_one(
    app: App,
    server: MailServer,
) {
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    tend(&mut Watch::default(), &app, now()).await;
    let kept = async || app.signups("atelier").await[0].expires_at;
    let before = kept().await;
    announce(&app, &at(named(), "2099-08-02T14:00:00+02:00")).await;
    assert_eq!(tend(&mut Watch::default(), &app, now()).await, (1, 0));
    // From Sunday, which was the last of the dates, until the end of Saturday's new day.
    assert_eq!(kept().await - before, 91 * 86_400);
    announce(&app, &named()).await;
    assert_eq!(
        tend(&mut Watch::default(), &app, now() + SETTLED).await,
        (0, 0),
        "nobody has heard of it yet"
    );
    assert_eq!(kept().await - before, 91 * 86_400);
}

async fn who_has_signed_up_under_both_names_has_one_seat(app: App, server: MailServer) {
    let mut both = seat("zoe@example.org");
    both["sessions"] = json!([SATURDAY, SUNDAY]);
    both.as_object_mut().unwrap().remove("session");
    joins(&app, &server, &both, 'a').await;
    let mut one = seat("max@example.org");
    one["session"] = json!(SATURDAY);
    joins(&app, &server, &one, 'b').await;
    tend(&mut Watch::default(), &app, now()).await;
    let known = app.store.sessions("atelier").await.unwrap();
    let of = |name: &str| known.iter().find(|one| one.session == name).unwrap().clone();
    let change = SessionMove { from: of(SATURDAY), to: of(SUNDAY), notice: Notice::Everybody, keep_until: 0 };
    // Zoé has that date already.
    assert_eq!(app.store.move_session("atelier", &change, now()).await.unwrap(), Some(1));
    assert_eq!(app.store.move_session("atelier", &change, now()).await.unwrap(), None);
    for one in app.signups("atelier").await {
        let states: Vec<_> =
            one.attendances.iter().map(|one| (one.session.as_str(), one.state.as_str())).collect();
        assert_eq!(states, [(SUNDAY, "active")]);
    }
    // The seats are counted anew: two.
    let held = |wanted: &mut WantedSession| (wanted.id, wanted.seats) = (SUNDAY.into(), Some(3));
    let forms = ["a", "b"].map(|name| with_sessions(crate::stores::seat(name), held));
    let full = Outcome::Full(vec![SUNDAY.into()]);
    assert_eq!(keep(&app.store, &forms).await, [Outcome::Received, full]);
}

async fn a_change_that_people_have_not_heard_of_is_told_with_the_next(app: App, server: MailServer) {
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let before = server.to("zoe@example.org").len();
    let (mut watch, start) = (Watch::default(), now());
    tend(&mut watch, &app, start).await;
    announce(&app, &at(named(), LATER)).await;
    assert_eq!(tend(&mut watch, &app, start).await, (1, 0));
    announce(&app, &at(named(), "2099-05-02T16:00:00+02:00")).await;
    assert_eq!(tend(&mut watch, &app, start + SETTLED).await, (0, 0));
    round(&outbox(&app), start + SETTLED).await;
    let mails = server.to("zoe@example.org");
    assert_eq!(mails.len(), before + 1);
    let text = mails[before].text();
    assert!(text.contains("à 14\u{a0}h ·") && text.contains("à 16\u{a0}h\n"), "{text}");
    // What was taken back before it was told is not told.
    announce(&app, &at(named(), LATER)).await;
    assert_eq!(tend(&mut watch, &app, start + 2 * SETTLED).await, (1, 0));
    announce(&app, &at(named(), "2099-05-02T16:00:00+02:00")).await;
    assert_eq!(tend(&mut watch, &app, start + 3 * SETTLED).await, (0, 0));
    round(&outbox(&app), start + 3 * SETTLED).await;
    assert_eq!(server.to("zoe@example.org").len(), before + 1);
}

async fn what_is_over_or_cannot_be_read_has_not_vanished(app: App, server: MailServer) {
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let (mut watch, start) = (Watch::default(), now());
    tend(&mut watch, &app, start).await;
    // Feeds drop what has been.
    announce(&app, &without(named())).await;
    assert_eq!(tend(&mut Watch::default(), &app, instant("2099-05-03T00:00:00+02:00")).await, (0, 0));
    assert_eq!(tend(&mut watch, &app, start).await, (0, 1));
    // Once; and when it is there again, it is there.
    assert_eq!(tend(&mut watch, &app, start + SETTLED).await, (0, 0));
    assert_eq!(tend(&mut Watch::default(), &app, start + SETTLED).await, (0, 0));
    assert_eq!(app.store.gone_sessions(start).await.unwrap().len(), 1);
    announce(&app, &named()).await;
    assert_eq!(tend(&mut watch, &app, start + SETTLED).await, (0, 0));
    assert!(app.store.gone_sessions(start).await.unwrap().is_empty());
    // A feed that is broken keeps its last good version.
    std::fs::write(app.path("feed.json"), "{").unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(tend(&mut Watch::default(), &app, start + 3 * SETTLED).await, (0, 0));
    // The initiative is gone as a whole.
    let mut other = named();
    other["initiatives"].as_array_mut().unwrap().remove(0);
    announce(&app, &other).await;
    assert_eq!(tend(&mut watch, &app, start + 4 * SETTLED).await, (0, 1));
    round(&outbox(&app), start + 4 * SETTLED).await;
    assert_eq!(server.to("zoe@example.org").len(), 1, "nobody is told of what nobody knows");
}

async fn a_session_that_is_called_off_is_told_and_frees_its_seats(app: App, server: MailServer) {
    let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let (mut watch, start) = (Watch::default(), now());
    tend(&mut watch, &app, start).await;
    // What the feed announces is not called off here: people would go on signing up for it.
    assert_eq!(app.store.call_off("atelier", "samedi", start).await.unwrap(), None);
    // Max and Léa have not confirmed; Léa wants Sunday, too.
    assert_eq!(app.post(&key("max"), &seat("max@example.org")).await.0, 201);
    let mut both = seat("lea@example.org");
    both["sessions"] = json!(["samedi", "dimanche"]);
    assert_eq!(app.post(&key("lea"), &both).await.0, 201);
    announce(&app, &without(named())).await;
    tend(&mut watch, &app, start).await;
    // Nor is what has been.
    let after = instant(SATURDAY) + 86_400;
    assert_eq!(app.store.call_off("atelier", "samedi", after).await.unwrap(), None);
    assert_eq!(app.store.gone_sessions(after - 1).await.unwrap().len(), 1);
    assert!(app.store.gone_sessions(after).await.unwrap().is_empty());
    assert_eq!(app.store.call_off("atelier", "samedi", start).await.unwrap(), Some(1));
    assert_eq!(app.store.call_off("atelier", "samedi", start).await.unwrap(), Some(0));
    round(&outbox(&app), start).await;
    let mails = server.to("zoe@example.org");
    assert_eq!(mails.len(), 2);
    assert!(is_called_off(&mails[1], "Atelier"));
    // It takes the date out of the calendar that the first mail put it into.
    let (before, after) = (calendar(&zoe), calendar(&mails[1]));
    assert_eq!(value(&before, "UID:"), value(&after, "UID:"));
    assert_eq!((value(&before, "METHOD:"), value(&after, "METHOD:")), ("PUBLISH", "CANCEL"));
    let revision = |file: &[String]| value(file, "SEQUENCE:").parse::<i64>().unwrap();
    assert!(revision(&after) > revision(&before) && value(&after, "STATUS:") == "CANCELLED", "{after:?}");
    let text = mails[1].text();
    assert!(text.contains("le fichier joint retire cette date"), "{text}");
    assert!(text.contains("Quand\u{a0}: samedi 2 mai 2099 à 14\u{a0}h · Maison, 69003 Lyon"), "{text}");
    assert_eq!(app.signups("atelier").await[0].attendances[0].state.as_str(), "cancelled");
    assert!(app.store.gone_sessions(start).await.unwrap().is_empty());
    // Whoever confirms afterwards has nothing of it, and no seat is held for them.
    let confirms = async |digit, email: &str| {
        let token = link(&app, digit, email, "", Purpose::Confirm).await;
        app.confirm(&app.store.secret().token_hash(&token)).await
    };
    assert_eq!(confirms('b', "max@example.org").await, [Confirmation::Gone]);
    assert_eq!(confirms('c', "lea@example.org").await, [Confirmation::Now]);
    let all = app.signups("atelier").await;
    let lea = all.iter().find(|one| one.person.email == "lea@example.org").unwrap();
    let mut states: Vec<_> =
        lea.attendances.iter().map(|one| (one.session.as_str(), one.state.as_str())).collect();
    states.sort_unstable();
    assert_eq!(states, [("dimanche", "active"), ("samedi", "cancelled")]);
    let one_seat = |wanted: &mut WantedSession| (wanted.id, wanted.seats) = ("samedi".into(), Some(1));
    let form = with_sessions(crate::stores::seat("ana"), one_seat);
    assert_eq!(keep(&app.store, &[form]).await, [Outcome::Received]);
}

async fn a_reminder_is_sent_once_for_each_start_and_not_to_who_wants_none(app: App, server: MailServer) {
    for (digit, name) in [('a', "zoe"), ('b', "max")] {
        joins(&app, &server, &seat(&format!("{name}@example.org")), digit).await;
    }
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    let before = |hours: i64| instant(SATURDAY) - hours * 3600;
    assert_eq!(remind(&app.state, before(25)).await.unwrap(), 0);
    // Two servers at once.
    let (a, b) = tokio::join!(remind(&app.state, before(24)), remind(&app.state, before(24)));
    assert_eq!(a.unwrap() + b.unwrap(), 2);
    assert_eq!(remind(&app.state, before(23)).await.unwrap(), 0);
    round(&outbox(&app), before(23)).await;
    let mail = last(&server, "zoe@example.org");
    assert_eq!(subject(&mail), "C’est bientôt\u{a0}: Atelier");
    let head = mail.head().replace("\r\n ", " ");
    assert!(head.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{head}");
    let link = mail.link("/unsubscribe/").unwrap();
    assert!(head.contains(&format!("List-Unsubscribe: <{link}>")), "{head}");
    assert!(mail.html().contains(&link) && mail.link("/mine/").is_some());
    let path = link.strip_prefix("https://agir.example.org").unwrap();
    // Mail scanners open links; and one for the reminders is for nothing else.
    let page = app.get(path).await.text().await.unwrap();
    assert!(page.contains("Ne plus recevoir de rappel") && !page.contains("Atelier"), "{page}");
    let mine = app.get(&path.replace("unsubscribe", "mine")).await.text().await.unwrap();
    assert!(mine.contains("Ce lien n’est plus valable"), "{mine}");
    let (code, said) = submit(&app, path, "List-Unsubscribe=One-Click").await;
    assert!(code == 200 && said.contains("Vous ne recevrez plus de rappel"), "{said}");
    assert_eq!(app.signups("atelier").await[0].attendances[0].state.as_str(), "active");

    // Of the new date Max is reminded again, and Zoé is not; but the change itself reaches both.
    announce(&app, &at(named(), "2099-05-09T14:00:00+02:00")).await;
    assert_eq!(tend(&mut watch, &app, before(23)).await, (2, 0));
    let week = before(23) + 7 * 86_400;
    assert_eq!(remind(&app.state, week).await.unwrap(), 1);
    round(&outbox(&app), week).await;
    assert_eq!(subject(&last(&server, "max@example.org")), "C’est bientôt\u{a0}: Atelier");
    assert_eq!(subject(&last(&server, "zoe@example.org")), "Changement de date ou de lieu\u{a0}: Atelier");
    // A back-up knows who was reminded.
    let (copies, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    backup::backup(app.store.clone(), copies.path(), Timestamp::now()).await.unwrap();
    let mut copy = std::fs::read_dir(copies.path()).unwrap().map(|file| file.unwrap().path());
    let copy = copy.find(|path| path.to_string_lossy().contains("signups-")).unwrap();
    let restored = on_sqlite(&folder).await;
    backup::restore(&*restored, &copy, &copies.path().join("keys.jsonl.gz")).await.unwrap();
    assert_eq!(restored.sessions("atelier").await.unwrap(), app.store.sessions("atelier").await.unwrap());
    assert_eq!(restored.remind(86_400, week).await.unwrap(), 0);
    // Who has heard of it within that time needs no reminder.
    announce(&app, &at(named(), "2099-05-09T15:00:00+02:00")).await;
    assert_eq!(tend(&mut watch, &app, week + 60).await, (2, 0));
    assert_eq!(remind(&app.state, week + 120).await.unwrap(), 0);
}

async fn two_dates_at_one_time_have_one_reminder(app: App, server: MailServer) {
    let mut form = seat("zoe@example.org");
    form["sessions"] = json!(["samedi", "dimanche"]);
    joins(&app, &server, &form, 'a').await;
    tend(&mut Watch::default(), &app, now()).await;
    let at = instant(SATURDAY) - 3600;
    assert_eq!(remind(&app.state, at).await.unwrap(), 1);
    round(&outbox(&app), at).await;
    let text = last(&server, "zoe@example.org").text();
    assert!(text.matches("samedi 2 mai 2099").count() == 2 && text.contains("Cuisine"), "{text}");
}

async fn the_next_date_under_the_same_name_is_not_theirs_who_came_to_the_last(app: App, server: MailServer) {
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    announce(&app, &at(named(), "2099-05-30T14:00:00+02:00")).await;
    let after = instant("2099-05-10T14:00:00+02:00");
    assert_eq!(tend(&mut watch, &app, after).await, (0, 0));
    let next = instant("2099-05-30T14:00:00+02:00");
    assert_eq!(app.store.sessions("atelier").await.unwrap()[1].starts_at, next);
    assert_eq!(remind(&app.state, next - 3600).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_when_a_reminder_would_have_been_due_gets_none() {
    let server = MailServer::start().await;
    for (hours, owed) in [(600_000, 1), (700_000, 0), (0, 0)] {
        let settings = format!("{}[sign-ups]\nreminder-hours = {hours}\n", mailing(&server));
        let app = App::start_announcing(named(), &settings).await;
        joins(&app, &server, &seat("zoe@example.org"), 'a').await;
        tend(&mut Watch::default(), &app, now()).await;
        assert_eq!(remind(&app.state, instant(SATURDAY) - 3600).await.unwrap(), owed, "{hours}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organiser_is_asked_about_a_date_that_has_left_the_feed() {
    let (server, receiver) = (MailServer::start().await, Receiver::start().await);
    let sinks = format!(
        r#"
        {}
        [[sink]]
        name = "crm"
        kind = "webhook"
        url = "{}/hook"
        secret = "0123456789abcdef"
        [[sink]]
        name = "atelier"
        kind = "mail"
        to = "atelier@example.org"
        "#,
        mailing(&server),
        receiver.address
    );
    let app = App::start_announcing(named(), &sinks).await;
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    announce(&app, &without(named())).await;
    assert_eq!(tend(&mut watch, &app, now()).await, (0, 1));
    round(&outbox(&app), now()).await;
    let mail = last(&server, "atelier@example.org");
    assert_eq!(subject(&mail), "Date disparue du flux, annulée\u{a0}? Atelier");
    let said = mail.text();
    assert!(said.contains("en attente\u{a0}: 1.") && said.contains("samedi 2 mai 2099"), "{said}");
    let event = receiver.got().last().unwrap().json();
    assert_eq!(event["type"], "session.vanished");
    let session = json!({ "id": "samedi", "startDate": SATURDAY, "endDate": null,
                          "location": "Maison, 69003 Lyon", "people": 1 });
    assert_eq!((&event["session"], event.get("signup")), (&session, None));
    // It is told, and nothing of it is left.
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'session.vanished'").await, 0);

    // They answer that it is.
    let database = crate::app::database(&app.folder);
    let listed = text(&alentour(&["sessions", "list", "--json", "--database", &database]));
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((&listed[0]["session"], &listed[0]["people"]), (&json!("samedi"), &json!(1)));
    // Nobody is told where one meets at a date that nobody announces, and it is said why.
    let set =
        ["venue", "set", "atelier", "--session", "samedi", "--text", "Porte B", "--database", &database];
    let set = alentour(&set);
    assert_eq!(text(&set), "0\n");
    let why = String::from_utf8_lossy(&set.stderr);
    assert!(why.contains("atelier samedi: this date has left the feed"), "{why}");
    let cancel =
        |session: &str| alentour(&["sessions", "cancel", "atelier", session, "--database", &database]);
    let refused = cancel("dimanche");
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("left the feed"));
    assert_eq!(text(&cancel("samedi")), "1\n");
    round(&outbox(&app), now()).await;
    assert!(is_called_off(&last(&server, "zoe@example.org"), "Atelier"));
    // The programs that have heard of the sign-up hear that it has no seat any more.
    let event = receiver.got().last().unwrap().json();
    assert_eq!(event["type"], "signup.changed");
    assert_eq!(event["signup"]["sessions"], json!([{ "id": "samedi", "state": "cancelled" }]));
    assert_eq!(text(&alentour(&["sessions", "list", "--database", &database])), "");
}

async fn what_a_date_said_that_left_the_feed_is_shown_to_those_who_had_a_seat(app: App, server: MailServer) {
    const WAS: &str = "samedi 2 mai 2099 à 14\u{a0}h · Maison, 69003 Lyon";
    let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    // Here each date says its place.
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(page.contains("<dt>Où</dt><dd><bdi>Maison, 69003 Lyon</bdi></dd>"), "{page}");
    announce(&app, &without(named())).await;
    assert_eq!(tend(&mut watch, &app, now()).await, (0, 1));
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(page.contains(WAS) && page.contains("<br>Cette date n’est plus annoncée."), "{page}");
    app.store.call_off("atelier", "samedi", now()).await.unwrap();
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(
        page.contains(&format!("{WAS} · cette date est annulée")) && !page.contains("plus annoncée"),
        "{page}"
    );
    // Where nothing but the past is left.
    let mut past = without(named());
    past["initiatives"][0]["sessions"][0]["startDate"] = json!("2020-05-03T14:00:00+02:00");
    announce(&app, &past).await;
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(page.contains("C’est annulé.") && !page.contains("C’est passé"), "{page}");
    // And where all of it has left the feed.
    let mut other = named();
    other["initiatives"].as_array_mut().unwrap().remove(0);
    announce(&app, &other).await;
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(page.contains(&format!("{WAS} · cette date est annulée")), "{page}");
}

/// The workshop with all its dates called off.
fn called_off() -> Value {
    let mut feed = named();
    for session in feed["initiatives"][0]["sessions"].as_array_mut().unwrap() {
        session["status"] = json!("cancelled");
    }
    feed
}

async fn dates_to_come_that_are_called_off_are_not_said_to_be_over(app: App, server: MailServer) {
    let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    assert_eq!(app.post(&key("max"), &seat("max@example.org")).await.0, 201);
    let confirm = format!("/confirm/{}", link(&app, 'b', "max@example.org", "", Purpose::Confirm).await);
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    assert!(app.get(&confirm).await.text().await.unwrap().contains(r#"name="id""#));
    announce(&app, &called_off()).await;
    // Before the server has told anybody of it, and then.
    for _ in 0..2 {
        for path in [&own(&zoe), &confirm, "/i/atelier"] {
            let page = app.get(path).await.text().await.unwrap();
            assert!(page.contains("C’est annulé.") && !page.contains("C’est passé"), "{path}: {page}");
            assert!(!page.contains(r#"name="id""#) && !page.contains("Rendre cette place"), "{path}: {page}");
        }
        let page = app.get(&own(&zoe)).await.text().await.unwrap();
        assert!(page.contains("samedi 2 mai 2099 à 14\u{a0}h · cette date est annulée"), "{page}");
        tend(&mut watch, &app, now()).await;
    }
    // The organiser calls Saturday off, and Sunday is held.
    announce(&app, &without(named())).await;
    let page = app.get(&confirm).await.text().await.unwrap();
    assert!(page.contains("C’est annulé.") && !page.contains(r#"name="id""#), "{page}");
}

async fn the_first_who_signs_up_is_told_when_the_date_was_that_is_called_off_at_once(
    app: App,
    server: MailServer,
) {
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    announce(&app, &called_off()).await;
    assert_eq!(tend(&mut Watch::default(), &app, now()).await, (1, 0));
    is_told_of_saturday(&app, &server).await;
}

async fn whoever_confirms_first_on_the_page_is_told_of_a_date_that_vanishes_at_once(
    app: App,
    server: MailServer,
) {
    assert_eq!(app.post(&key("zoe"), &seat("zoe@example.org")).await.0, 201);
    let path = format!("/confirm/{}", link(&app, 'a', "zoe@example.org", "", Purpose::Confirm).await);
    let page = app.get(&path).await.text().await.unwrap();
    let (_, id) = page.split_once(r#"name="id" value=""#).unwrap();
    submit(&app, &path, &format!("id={}", &id[..32])).await;
    announce(&app, &without(named())).await;
    assert_eq!(tend(&mut Watch::default(), &app, now()).await, (0, 1));
    app.store.call_off("atelier", "samedi", now()).await.unwrap();
    is_told_of_saturday(&app, &server).await;
}

/// Zoé's last mail says that Saturday is called off, and takes it out of her calendar.
async fn is_told_of_saturday(app: &App, server: &MailServer) {
    round(&outbox(app), now()).await;
    let mail = last(server, "zoe@example.org");
    assert!(is_called_off(&mail, "Atelier"));
    let text = mail.text();
    assert!(text.contains("Quand\u{a0}: samedi 2 mai 2099 à 14\u{a0}h · Maison, 69003 Lyon"), "{text}");
    let file = calendar(&mail);
    assert_eq!(value(&file, "METHOD:"), "CANCEL");
    assert!(value(&file, "DTSTART").contains("20990502T"), "{file:?}");
}

async fn a_place_is_told_to_nobody_whose_date_has_left_the_feed(app: App, server: MailServer) {
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let mut sunday = seat("max@example.org");
    sunday["session"] = json!("dimanche");
    joins(&app, &server, &sunday, 'b').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    announce(&app, &without(named())).await;
    tend(&mut watch, &app, now()).await;
    let set = async |session: &str, text: &str| {
        let meeting = Meeting::parse(text, "").unwrap();
        app.store.set_venue("atelier", session, &meeting, &venue_entry("atelier", now())).await.unwrap()
    };
    assert_eq!(set("samedi", "Porte B").await, 0);
    // As many as go out.
    assert_eq!(set("", "Porte C").await, 1);
    assert_eq!(round(&outbox(&app), now()).await, (1, 0, 0));
    assert_eq!((server.to("zoe@example.org").len(), server.to("max@example.org").len()), (1, 2));
}

async fn one_that_is_called_off_is_not_the_new_one_beside_it(app: App, server: MailServer) {
    let mut form = seat("zoe@example.org");
    form["session"] = json!(SATURDAY);
    joins(&app, &server, &form, 'a').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    // In one export, and nothing but their starts tells them apart.
    let mut feed = unnamed();
    let sessions = feed["initiatives"][0]["sessions"].as_array_mut().unwrap();
    let mut new = sessions[0].clone();
    sessions[0]["status"] = json!("cancelled");
    (new["startDate"], new["endDate"]) = (json!("2099-05-01T14:00:00+02:00"), Value::Null);
    sessions.push(new);
    announce(&app, &feed).await;
    assert_eq!(tend(&mut watch, &app, now()).await, (1, 0));
    round(&outbox(&app), now()).await;
    assert!(is_called_off(&last(&server, "zoe@example.org"), "Atelier"));
    let attendances = app.signups("atelier").await.remove(0).attendances;
    assert_eq!((attendances.len(), attendances[0].state.as_str()), (1, "cancelled"));
}

/// The feed, or one in which Saturday is called off.
fn off(mut feed: Value) -> Value {
    feed["initiatives"][0]["sessions"][0]["status"] = json!("cancelled");
    feed
}

/// The form of a page's button by which Saturday is taken again, as it is sent.
fn again(page: &str) -> Option<String> {
    let form = page.split("<form").find(|form| form.contains("session-0-again"))?;
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1).map(|field| {
        let (name, rest) = field.split_once("\" value=\"").unwrap();
        format!("{name}={}&", rest.split_once('"').unwrap().0)
    });
    Some(fields.collect::<String>() + "action=change")
}

async fn who_lost_a_date_that_was_called_off_hears_that_it_is_on_again(app: App, server: MailServer) {
    let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let max = joins(&app, &server, &seat("max@example.org"), 'b').await;
    joins(&app, &server, &seat("lea@example.org"), 'c').await;
    let (mut watch, start) = (Watch::default(), now());
    tend(&mut watch, &app, start).await;
    // Max has given his seat back before.
    assert_eq!(submit(&app, &own(&max), "session=samedi&action=give-back").await.0, 200);
    announce(&app, &off(named())).await;
    assert_eq!(tend(&mut watch, &app, start + 1).await, (2, 0));
    round(&outbox(&app), start + 1).await;
    assert_eq!(again(&app.get(&own(&zoe)).await.text().await.unwrap()), None, "it is not to be had");
    announce(&app, &named()).await;
    // Two servers notice it at once; and it is not noticed before all have read it.
    assert_eq!(tend(&mut watch, &app, start + 2).await, (0, 0));
    let mut other = Watch::default();
    let (a, b) =
        tokio::join!(tend(&mut watch, &app, start + SETTLED), tend(&mut other, &app, start + SETTLED));
    assert_eq!((a.0 + b.0, a.1 + b.1), (2, 0));
    assert_eq!(tend(&mut Watch::default(), &app, start + 2 * SETTLED).await, (0, 0));
    round(&outbox(&app), start + SETTLED).await;
    let mail = last(&server, "zoe@example.org");
    assert_eq!(subject(&mail), "Cette date a de nouveau lieu\u{a0}: Atelier");
    let text = mail.text();
    assert!(text.contains("Quand\u{a0}: samedi 2 mai 2099 à 14\u{a0}h\n"), "{text}");
    assert!(text.contains("n’est plus à vous depuis"), "{text}");
    assert_eq!(server.to("max@example.org").len(), 1, "he wanted no more of it");
    // One press takes it again.
    let page = app.get(&own(&mail)).await.text().await.unwrap();
    assert!(page.contains("Reprendre une place"), "{page}");
    let (code, said) = submit(&app, &own(&mail), &again(&page).unwrap()).await;
    assert!(code == 200 && said.contains("C’est changé"), "{said}");
    assert_eq!(again(&app.get(&own(&mail)).await.text().await.unwrap()), None);
    // Off and on once more: Léa, who has done nothing, is told no more; Zoé has something to lose again.
    let later = start + 4 * SETTLED;
    announce(&app, &off(named())).await;
    assert_eq!(tend(&mut watch, &app, later).await, (1, 0));
    announce(&app, &named()).await;
    assert_eq!(tend(&mut watch, &app, later + 2 * SETTLED).await, (1, 0));
    // Off before the mail is sent: nothing is said that is not so.
    announce(&app, &off(named())).await;
    tend(&mut watch, &app, later + 4 * SETTLED).await;
    round(&outbox(&app), later + 4 * SETTLED).await;
    let subjects: Vec<_> =
        server.to("zoe@example.org").iter().skip(3).map(|mail| is_called_off(mail, "Atelier")).collect();
    assert_eq!(subjects, [true]);
    assert_eq!(server.to("lea@example.org").len(), 3);
}

async fn a_date_that_is_full_when_it_is_on_again_offers_its_line(app: App, server: MailServer) {
    let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    announce(&app, &off(named_one_seat())).await;
    tend(&mut watch, &app, now()).await;
    announce(&app, &named_one_seat()).await;
    assert_eq!(tend(&mut watch, &app, now() + SETTLED).await, (1, 0));
    joins(&app, &server, &seat("max@example.org"), 'b').await;
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(page.contains("Rejoindre la liste d’attente") && !page.contains("Reprendre une place"), "{page}");
    assert_eq!(submit(&app, &own(&zoe), &again(&page).unwrap()).await.0, 200);
    let all = app.signups("atelier").await;
    let zoe = all.iter().find(|one| one.person.email.starts_with("zoe")).unwrap();
    assert_eq!(zoe.attendances[0].state.as_str(), "waiting");
    // Whoever has taken something again is told nothing more.
    round(&outbox(&app), now() + SETTLED).await;
    assert_eq!(
        server.to("zoe@example.org").iter().filter(|mail| subject(mail).contains("nouveau")).count(),
        0
    );
}

/// The workshop as a calendar exports it, with Saturday called off; `more` is said of all of it.
fn calendar_without_saturday(more: &str) -> String {
    let event = |id: &str, lines: &str| format!("BEGIN:VEVENT\nUID:{id}\nSUMMARY:{id}\n{lines}END:VEVENT\n");
    let at = |property: &str, day: u8| format!("{property};TZID=Europe/Paris:2099050{day}T140000\n");
    let place = "LOCATION:Maison\\, 69003 Lyon\n";
    let off = "STATUS:CANCELLED\n";
    [
        "BEGIN:VCALENDAR\n".into(),
        event("atelier", &[more, place, &at("DTSTART", 2), &at("RDATE", 3)].concat()),
        event("atelier", &[off, &at("RECURRENCE-ID", 2), &at("DTSTART", 2)].concat()),
        // A feed of one event would have shrunk by more than half.
        event("petition", ""),
        event("vitrine", ""),
        "END:VCALENDAR".into(),
    ]
    .concat()
}

async fn people_of_a_calendar_s_dates_are_told_that_it_calls_them_off(app: App, server: MailServer) {
    let (mut saturday, mut sunday) = (seat("zoe@example.org"), seat("max@example.org"));
    (saturday["session"], sunday["session"]) = (json!(SATURDAY), json!(SUNDAY));
    joins(&app, &server, &saturday, 'a').await;
    joins(&app, &server, &sunday, 'b').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    // A single time of it: nobody is asked, and nobody but its people hears of it.
    export(&app, &calendar_without_saturday("")).await;
    assert_eq!(tend(&mut watch, &app, now()).await, (1, 0));
    round(&outbox(&app), now()).await;
    assert!(is_called_off(&last(&server, "zoe@example.org"), "atelier"));
    assert_eq!(server.to("max@example.org").len(), 1);
    // All of it.
    export(&app, &calendar_without_saturday("STATUS:CANCELLED\n")).await;
    assert_eq!(tend(&mut watch, &app, now()).await, (1, 0));
    round(&outbox(&app), now()).await;
    assert!(is_called_off(&last(&server, "max@example.org"), "atelier"));
    assert_eq!(server.to("zoe@example.org").len(), 2);
    let page = app.get("/i/atelier?lang=fr").await.text().await.unwrap();
    assert_eq!(page.matches("Annulé").count(), 2, "{page}");
}

async fn a_session_that_the_feed_calls_off_is_told_and_offered_to_nobody(app: App, server: MailServer) {
    let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let mut watch = Watch::default();
    tend(&mut watch, &app, now()).await;
    let mut feed = named();
    feed["initiatives"][0]["sessions"][0]["status"] = json!("cancelled");
    announce(&app, &feed).await;
    // Nobody is asked whether it is called off, and its people hear of it once.
    assert_eq!(tend(&mut watch, &app, now()).await, (1, 0));
    assert_eq!(tend(&mut Watch::default(), &app, now() + SETTLED).await, (0, 0));
    round(&outbox(&app), now() + SETTLED).await;
    let mails = server.to("zoe@example.org");
    assert_eq!(mails.len(), 2);
    assert!(is_called_off(&mails[1], "Atelier"));
    assert_eq!(value(&calendar(&mails[1]), "UID:"), value(&calendar(&zoe), "UID:"));
    assert_eq!(app.signups("atelier").await[0].attendances[0].state.as_str(), "cancelled");
    let (code, _) = app.post(&key("max"), &seat("max@example.org")).await;
    assert_eq!(code, 422);
    // Its page says so, and neither its dates for calendars nor the other date do.
    let page = app.get("/i/atelier?lang=fr").await.text().await.unwrap();
    assert_eq!(page.matches("Annulé").count(), 1, "{page}");
    let file = app.get("/i/atelier/calendar.ics").await.text().await.unwrap();
    assert_eq!(file.matches("BEGIN:VEVENT").count(), 1, "{file}");
    let merged: Value = app.get("/v1/feed.json").await.json().await.unwrap();
    let atelier =
        merged["initiatives"].as_array().unwrap().iter().find(|one| one["id"] == "atelier").unwrap();
    assert_eq!(
        (&atelier["sessions"][0]["id"], &atelier["cancelledSessions"][0]["id"]),
        (&json!("dimanche"), &json!("samedi"))
    );
}

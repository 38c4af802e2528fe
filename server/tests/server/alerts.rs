//! "Tell me when there is something near me": asked for, confirmed, told, ended. Time is what the tests say it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use alentour_model::EmailAddress;
use alentour_server::news::{Sightings, look};
use alentour_server::outbox::Outbox;
use alentour_server::retention::purge;
use alentour_server::store::{
    ALERTS, Delivery, Erasure, LinkUse, MailedLink, Purpose, Recipients, Sighted, SignUpRecord, Store,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{App, form, key};
use crate::first_page::write_bundle;
use crate::mailbox::{MailServer, Taken};
use crate::outbox::{mailing, now, outbox, round};
use crate::people::submit;
use crate::stores::both;

const DAY: i64 = 86_400;
const ZOE: &str = "zoe@example.org";

/// Initiatives of those names, in Lyon.
fn near(names: &[&str]) -> Value {
    let one = |name: &&str| {
        json!({
            "id": name, "name": name, "kind": "gathering", "causes": ["education"],
            "sessions": [{ "startDate": "2099-05-02T14:00:00+02:00" }],
            "location": { "name": "Salle", "addressLocality": "Lyon", "latitude": 45.75, "longitude": 4.85 },
        })
    };
    let mut feed = json!({ "alentour": "1", "inLanguage": "fr", "initiatives": names.iter().map(one).collect::<Vec<_>>() });
    let all = feed["initiatives"].as_array_mut().unwrap();
    // What takes sign-ups is there too, and nowhere.
    all.push(crate::app::feed()["initiatives"][1].clone());
    feed
}

/// What is asked for.
fn alert(email: &str) -> Value {
    json!({ "place": "69007", "radius": 25, "email": email, "consent": "1", "language": "fr" })
}

/// A server in which some are told, and what delivers for it.
struct Told {
    app: App,
    server: MailServer,
    outbox: Arc<Outbox>,
    sightings: Sightings,
    _folder: Option<TempDir>,
}

impl Told {
    async fn start(store: Arc<dyn Store>, more: &str) -> Self {
        let server = MailServer::start().await;
        let settings = mailing(&server) + more;
        let folder = tempfile::tempdir().unwrap();
        let app = App::start_storing(store, folder, near(&["Ancien"]), &settings).await;
        write_bundle(&app.path("dist"));
        let outbox = outbox(&app);
        let mut told = Self { app, server, outbox, sightings: Sightings::default(), _folder: None };
        // What is there is there before anybody asks.
        assert_eq!(told.look(now()).await, 0);
        told
    }

    async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = crate::app::on_sqlite(&folder).await;
        Self { _folder: Some(folder), ..Self::start(store, "").await }
    }

    async fn look(&mut self, now: i64) -> u64 {
        look(&self.app.state, &mut self.sightings, true, now).await.unwrap()
    }

    async fn ask(&self, name: &str, alert: &Value) -> (u16, String) {
        let request = self.app.client.post(format!("{}/alerts", self.app.address));
        let request = request.header("idempotency-key", key(name)).header("origin", "https://asso.example");
        let response = request.json(alert).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// The mails that go out at that time to somebody, in their order.
    async fn deliver(&self, email: &str, now: i64) -> Vec<Taken> {
        let before = self.server.to(email).len();
        round(&self.outbox, now).await;
        self.server.to(email).split_off(before)
    }

    /// Asks, and confirms by the mail.
    async fn confirmed(&self, name: &str, alert: &Value) {
        assert_eq!(self.ask(name, alert).await.0, 201);
        let email = alert["email"].as_str().unwrap();
        // Mails that ask somebody the same come ten minutes apart.
        let path = self.link(&self.deliver(email, now() + 700).await, "/confirm/");
        let mut all = self.of(email).await;
        all.retain(|one| one.pending && one.alert().is_some());
        let waiting = all.remove(0);
        let (status, page) = submit(&self.app, &path, &format!("id={}", waiting.id)).await;
        assert!(status == 200 && page.contains("C’est noté"), "{page}");
        // The mail that says so.
        let kept = self.deliver(email, now()).await;
        assert!(kept[0].text().contains("C’est noté"), "{}", kept[0].text());
    }

    /// The path of the link of the one mail.
    fn link(&self, mails: &[Taken], path: &str) -> String {
        let [mail] = mails else { panic!("{} mails", mails.len()) };
        mail.link(path).unwrap().replace("https://agir.example.org", "")
    }

    async fn of(&self, email: &str) -> Vec<SignUpRecord> {
        let email_h = self.app.store.secret().email_h(&EmailAddress::parse(email).unwrap());
        self.app.store.of_person(&email_h).await.unwrap()
    }

    /// The feed says something else.
    async fn announce(&self, feed: Value) {
        let version = || self.app.state.feeds.current().unwrap().version().to_owned();
        let (before, begun) = (version(), Instant::now());
        std::fs::write(self.app.path("feed.json"), feed.to_string()).unwrap();
        while version() == before {
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(begun.elapsed() < Duration::from_secs(20), "it is not read");
        }
    }
}

both! {
    what_is_new_near_is_told_once_a_week_and_nothing_else_is
    of_two_servers_that_look_at_once_one_tells
    a_server_that_has_not_read_the_feed_yet_waits_before_it_tells
    what_a_mail_did_not_tell_the_next_one_does
    a_feed_that_renames_all_it_has_is_no_news
    what_is_new_is_read_once_as_long_as_it_is_the_same
    a_known_address_gets_the_same_answer_and_as_many_mails
    an_alert_ends_after_a_year_and_what_nobody_confirms_after_a_week
    what_is_noted_first_was_there_before_anybody_looked
    what_no_feed_has_had_for_a_year_is_forgotten_and_new_when_it_comes
    a_look_notes_what_is_there_and_the_purge_forgets_the_rest
}

async fn what_no_feed_has_had_for_a_year_is_forgotten_and_new_when_it_comes(store: Arc<dyn Store>) {
    let named = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    store.sight(&named(&["stays", "leaves", "away"]), 3, 0).await.unwrap();
    let gone: Vec<String> = (0..1200).map(|at| format!("gone{at}")).collect();
    store.sight(&gone, 100_000, 1).await.unwrap();
    // Nobody has looked yet: no time has passed.
    assert_eq!(purge(&*store, 3000 * DAY).await.unwrap(), 0);
    assert_eq!(store.sighted_since(-1).await.unwrap().len(), 1203);
    let day = 1000;
    store.still_there(&named(&["stays", "leaves", "away"]), day * DAY).await.unwrap();
    // Within a month nothing is written.
    store.still_there(&named(&["leaves"]), (day + 20) * DAY).await.unwrap();
    store.still_there(&named(&["stays", "away"]), (day + 31) * DAY).await.unwrap();
    store.still_there(&named(&["stays"]), (day + 396) * DAY).await.unwrap();
    assert_eq!(store.forget_sightings().await.unwrap(), 0);
    store.still_there(&named(&["stays"]), (day + 427) * DAY).await.unwrap();
    purge(&*store, 0).await.unwrap();
    let mut left: Vec<_> = store.sighted_since(-1).await.unwrap().into_iter().map(|(id, _)| id).collect();
    left.sort();
    assert_eq!(left, ["away", "stays"], "a year after it was there last");
    // What comes back within the year is not new, and what comes back after it is.
    let back = (day + 428) * DAY;
    store.sight(&named(&["away", "leaves", "stays"]), 3, back).await.unwrap();
    assert_eq!(store.sighted_since(0).await.unwrap(), [("leaves".to_owned(), back)]);
    assert_eq!(store.forget_sightings().await.unwrap(), 0, "it is there since now");
}

async fn a_look_notes_what_is_there_and_the_purge_forgets_the_rest(store: Arc<dyn Store>) {
    let mut told = Told::start(store.clone(), "").await;
    told.announce(near(&["Ancien", "Jardin"])).await;
    told.look(now() + DAY).await;
    told.announce(near(&["Jardin"])).await;
    for days in [2, 200, 390] {
        told.look(now() + days * DAY).await;
    }
    assert_eq!(purge(&*store, now()).await.unwrap(), 0);
    assert_eq!(store.sighted_since(-1).await.unwrap().len(), 3);
    told.look(now() + 430 * DAY).await;
    purge(&*store, now()).await.unwrap();
    let left: Vec<_> = store.sighted_since(-1).await.unwrap().into_iter().map(|(id, _)| id).collect();
    assert!(left.len() == 2 && !left.contains(&"Ancien".to_owned()), "{left:?}");
}

async fn what_is_new_near_is_told_once_a_week_and_nothing_else_is(store: Arc<dyn Store>) {
    let mut told = Told::start(store, "").await;
    told.confirmed("a", &alert(ZOE)).await;
    let start = now() + 60;
    assert_eq!(told.look(start).await, 0, "what was there is not new");
    let mut feed = near(&["Ancien", "Jardin"]);
    feed["initiatives"][0]["name"] = json!("Ancien, sous un autre nom");
    let mut far = near(&["Au loin"])["initiatives"][0].clone();
    far["location"] = json!({ "addressLocality": "Paris", "latitude": 48.85, "longitude": 2.35 });
    // Nobody is told of what they can no longer join.
    let mut full = near(&["Complet"])["initiatives"][0].clone();
    full["participation"] = json!({ "way": "rsvp" });
    full["sessions"][0]["remainingAttendeeCapacity"] = json!(0);
    feed["initiatives"].as_array_mut().unwrap().extend([far, full]);
    told.announce(feed).await;
    assert_eq!((told.look(start).await, told.look(start + 1).await), (1, 0));
    let mails = told.deliver(ZOE, start + 1).await;
    let text = mails[0].text();
    assert!(text.contains("Jardin") && text.contains("/i/Jardin") && text.contains("Lyon"), "{text}");
    assert!(
        !text.contains("Ancien")
            && !text.contains("Au loin")
            && !text.contains("Complet")
            && !text.contains(ZOE),
        "{text}"
    );
    assert!(text.contains("/near?place=Lyon%207e%20(69007)&radius=25"), "{text}");
    let path = told.link(&mails, "/alerts/");
    assert!(told.app.get(&path).await.text().await.unwrap().contains("Lyon 7e (69007)"));
    // A feed that fails and comes back brings nothing new.
    told.announce(near(&["Ancien"])).await;
    told.look(start + 2).await;
    told.announce(near(&["Ancien", "Jardin", "Repas"])).await;
    assert_eq!(told.look(start + 6 * DAY).await, 0, "a week is not over");
    assert_eq!(told.look(start + 7 * DAY).await, 1);
    let text = told.deliver(ZOE, start + 7 * DAY).await[0].text();
    assert!(text.contains("Repas") && !text.contains("Jardin"), "{text}");
    assert_eq!(told.look(start + 14 * DAY).await, 0, "nothing new");
}

async fn of_two_servers_that_look_at_once_one_tells(store: Arc<dyn Store>) {
    let mut told = Told::start(store.clone(), "").await;
    for at in 0..5 {
        told.confirmed(&format!("{at}"), &alert(&format!("p{at}@example.org"))).await;
    }
    told.announce(near(&["Ancien", "Jardin"])).await;
    let (at, state) = (now() + 60, told.app.state.clone());
    let other = tokio::spawn(async move { look(&state, &mut Sightings::default(), true, at).await.unwrap() });
    assert_eq!(told.look(at).await + other.await.unwrap(), 5);
    round(&told.outbox, at).await;
    for at in 0..5 {
        assert_eq!(told.server.to(&format!("p{at}@example.org")).len(), 3);
    }
}

async fn a_server_that_has_not_read_the_feed_yet_waits_before_it_tells(store: Arc<dyn Store>) {
    let mut told = Told::start(store.clone(), "").await;
    told.confirmed("a", &alert(ZOE)).await;
    let at = now() + 60;
    told.announce(near(&["Ancien", "Jardin"])).await;
    assert_eq!(told.look(at).await, 1);
    told.announce(near(&["Ancien"])).await;
    assert_eq!(told.deliver(ZOE, at).await.len(), 0);
    told.announce(near(&["Ancien", "Jardin"])).await;
    assert!(told.deliver(ZOE, at + 60).await[0].text().contains("Jardin"));
    // What does not come, as every server must have seen by then, is waited for no longer.
    told.announce(near(&["Ancien", "Jardin", "Repas"])).await;
    assert_eq!(told.look(at + 8 * DAY).await, 1);
    told.announce(near(&["Ancien", "Jardin"])).await;
    assert_eq!(told.deliver(ZOE, at + 8 * DAY + 62).await.len(), 0);
    assert_eq!(store.outbox(false, 10).await.unwrap().len(), 0);
    // It comes back all the same.
    told.announce(near(&["Ancien", "Jardin", "Repas"])).await;
    assert_eq!(told.look(at + 15 * DAY).await, 1);
    let text = told.deliver(ZOE, at + 15 * DAY).await[0].text();
    assert!(text.contains("Repas") && !text.contains("Jardin"), "{text}");
}

async fn what_a_mail_did_not_tell_the_next_one_does(store: Arc<dyn Store>) {
    let mut told = Told::start(store.clone(), "").await;
    told.confirmed("a", &alert(ZOE)).await;
    let at = now() + 60;
    told.announce(near(&["Ancien", "Jardin"])).await;
    assert_eq!(told.look(at).await, 1);
    let taken = store.claim(at, 300, 10, Recipients::Persons).await.unwrap();
    let [mail] = taken.as_slice() else { panic!("{} messages", taken.len()) };
    store.record_delivery(mail, &Delivery::Dead(at, "refused".into())).await.unwrap();
    assert_eq!(told.look(at + 6 * DAY).await, 0, "a week is not over");
    assert_eq!(told.look(at + 7 * DAY).await, 1);
    assert!(told.deliver(ZOE, at + 7 * DAY).await[0].text().contains("Jardin"));
    assert_eq!(told.look(at + 14 * DAY).await, 0, "it is told");
}

async fn a_feed_that_renames_all_it_has_is_no_news(store: Arc<dyn Store>) {
    let names = |kind: &str, count| (0..count).map(|at| format!("{kind} {at}")).collect::<Vec<_>>();
    store.sight(&names("old", 60), 60, 100).await.unwrap();
    assert_eq!(store.sight(&names("more", 30), 60, 200).await.unwrap(), Sighted::Noted);
    assert_eq!(store.newest_sighting().await.unwrap(), (200, 30));
    assert_eq!(store.sight(&names("other", 31), 60, 300).await.unwrap(), Sighted::Renamed);
    // What is known already is not new, however much of it there is, and few are news whatever they are of.
    assert_eq!(store.sight(&names("other", 31), 31, 400).await.unwrap(), Sighted::Noted);
    assert_eq!(store.sight(&names("few", 49), 49, 500).await.unwrap(), Sighted::Noted);
    assert_eq!(store.sighted_since(0).await.unwrap().len(), 79);
}

async fn what_is_new_is_read_once_as_long_as_it_is_the_same(store: Arc<dyn Store>) {
    let told = Told::start(store.clone(), "").await;
    let state = &told.app.state;
    let read = async |at| state.recent.read(&*store, &state.feeds, at).await.unwrap();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    store.sight(&names(&["b"]), 1, 200).await.unwrap();
    let first = read(300).await;
    assert!(Arc::ptr_eq(&first, &read(400).await));
    // Something is noted in the same second; the clock goes back; the feed says something else.
    store.sight(&names(&["c"]), 1, 200).await.unwrap();
    let second = read(400).await;
    assert!(!Arc::ptr_eq(&first, &second));
    let third = read(399).await;
    assert!(!Arc::ptr_eq(&second, &third));
    told.announce(near(&["Ancien", "Jardin"])).await;
    assert!(!Arc::ptr_eq(&third, &read(400).await));
}

async fn a_known_address_gets_the_same_answer_and_as_many_mails(store: Arc<dyn Store>) {
    let told = Told::start(store, "").await;
    assert_eq!(told.app.post(&key("petition"), &form(ZOE)).await.0, 201);
    round(&told.outbox, now()).await;
    told.confirmed("first", &alert(ZOE)).await;
    let mut answers = Vec::new();
    // The same again, another one, and an address that nobody knows.
    for (name, email, radius) in [("b", ZOE, 25), ("c", ZOE, 50), ("d", "lea@example.org", 25)] {
        let before = told.server.to(email).len();
        let mut alert = alert(email);
        alert["radius"] = json!(radius);
        let answer = told.ask(name, &alert).await;
        // Mails about the same come ten minutes apart at least, and this one is later.
        round(&told.outbox, now() + 700).await;
        answers.push((answer, told.server.to(email).len() - before));
    }
    let expected = (201, r#"{"status":"received","next":"confirm"}"#.to_owned());
    assert_eq!(answers[2], (expected, 1));
    assert!(answers[0].0 == answers[2].0 && answers[1] == answers[2], "{answers:?}");
}

async fn an_alert_ends_after_a_year_and_what_nobody_confirms_after_a_week(store: Arc<dyn Store>) {
    let mut told = Told::start(store.clone(), "[retention]\nalert-days = 100").await;
    told.confirmed("a", &alert(ZOE)).await;
    assert_eq!(told.ask("b", &alert("lea@example.org")).await.0, 201);
    told.announce(near(&["Ancien", "Jardin"])).await;
    let start = now() + 60;
    let purge = async |at| store.erase(&Erasure::Expired(at), at).await.unwrap();
    assert_eq!((purge(start + 6 * DAY).await, purge(start + 8 * DAY).await), (0, 1));
    // It is told, and then prolonged by the link of that mail.
    assert_eq!(told.look(start + 98 * DAY).await, 1);
    let path = told.link(&told.deliver(ZOE, start + 98 * DAY).await, "/alerts/");
    let link = store.secret().token_hash(path.trim_start_matches("/alerts/"));
    let before = told.of(ZOE).await.remove(0);
    let until = before.expires_at + 50 * DAY;
    assert_eq!(store.link(&link, before.expires_at).await.unwrap(), None);
    // Neither is shortened where less is asked for.
    for until in [until, until - DAY] {
        assert_eq!(store.renew_alert(&link, &before.id, until, now()).await.unwrap(), LinkUse::Now);
    }
    assert_eq!(told.of(ZOE).await[0].expires_at, until);
    assert!(store.link(&link, until - 1).await.unwrap().is_some(), "the mail ends it as long as it goes on");
    assert_eq!(purge(until - 1).await, 0);
    told.announce(near(&["Ancien", "Jardin", "Repas"])).await;
    assert_eq!(told.look(until + 1).await, 0, "it is over");
    assert_eq!(purge(until + 1).await, 1);
    assert_eq!(store.count(None).await.unwrap(), Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_prolongs_to_the_date_that_it_says_and_a_dead_one_says_nothing_of_alerts() {
    let folder = tempfile::tempdir().unwrap();
    let told = Told::start(crate::app::on_sqlite(&folder).await, "").await;
    told.confirmed("a", &alert(ZOE)).await;
    let pool = crate::app::open(&folder).await;
    let soon = now() + 10 * DAY;
    for table in ["signups", "tokens"] {
        let sql = format!("UPDATE {table} SET expires_at = {soon}");
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    }
    let (one, token) = (told.of(ZOE).await.remove(0), "a".repeat(64));
    let (link, hash) = (MailedLink::new(one.email_h, Purpose::Alerts, soon), told.app.store.secret());
    told.app.store.create_link(&hash.token_hash(&token), &link).await.unwrap();
    let path = format!("/alerts/{token}");
    let page = told.app.get(&path).await.text().await.unwrap();
    let year = jiff::Timestamp::from_second(now() + 365 * DAY).unwrap().strftime("%Y").to_string();
    let promised = page.split("Prolonger jusqu’au ").nth(1).unwrap().split('<').next().unwrap();
    assert!(promised.trim().ends_with(&year), "{promised}");
    let (status, renewed) = submit(&told.app, &path, &format!("action=renew&id={}", one.id)).await;
    assert!(status == 200 && renewed.contains("C’est prolongé"), "{renewed}");
    assert!(told.of(ZOE).await[0].expires_at > soon + 350 * DAY);
    let page = told.app.get(&path).await.text().await.unwrap();
    assert!(page.contains(&format!("<dd>{}</dd>", promised.trim())), "{promised}: {page}");
    // What a newer version has mailed opens nothing in this one.
    sqlx::query("UPDATE tokens SET purpose = 'later'").execute(&pool).await.unwrap();
    let hash = hash.token_hash(&token);
    assert_eq!(told.app.store.link(&hash, now()).await.unwrap(), None);
    sqlx::query("UPDATE tokens SET purpose = 'alerts', expires_at = 1").execute(&pool).await.unwrap();
    let (_, stopped) = submit(&told.app, &path, "action=stop").await;
    for page in [told.app.get(&path).await.text().await.unwrap(), stopped] {
        assert!(page.contains("Ce lien n’est plus valable") && !page.contains("Aucune alerte"), "{page}");
    }
    assert_eq!(told.of(ZOE).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mail_tells_of_all_of_a_persons_alerts() {
    let mut told = Told::on_sqlite().await;
    told.confirmed("a", &alert(ZOE)).await;
    let mut other = alert(ZOE);
    (other["radius"], other["causes"]) = (json!(50), json!("education"));
    told.confirmed("b", &other).await;
    let mut third = alert(ZOE);
    (third["radius"], third["causes"]) = (json!(10), json!("health"));
    told.confirmed("c", &third).await;
    told.announce(near(&["Ancien", "A", "B", "C", "D", "E", "F", "G"])).await;
    let at = now() + 60;
    assert_eq!(told.look(at).await, 1);
    let mails = told.deliver(ZOE, at).await;
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    let text = mail.text();
    assert!(text.contains("7 nouvelles actions") && text.contains("Et 2 autres."), "{text}");
    assert_eq!(text.matches("/i/").count(), 5, "{text}");
    // Of what the third asks for nothing is new.
    assert_eq!(text.matches("/near?").count(), 2, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_programs_end_all_alerts_with_one_click_and_opening_the_link_ends_none() {
    let mut told = Told::on_sqlite().await;
    told.confirmed("a", &alert(ZOE)).await;
    let mut other = alert(ZOE);
    other["radius"] = json!(50);
    told.confirmed("b", &other).await;
    told.announce(near(&["Ancien", "Jardin"])).await;
    let at = now() + 60;
    told.look(at).await;
    let mails = told.deliver(ZOE, at).await;
    let path = told.link(&mails, "/alerts/");
    let head = mails[0].head().replace("\r\n ", " ");
    assert!(head.contains(&format!("List-Unsubscribe: <https://agir.example.org{path}>")), "{head}");
    assert!(head.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{head}");
    assert_eq!(told.app.get(&path).await.status(), 200);
    let (status, page) = submit(&told.app, &path, "").await;
    assert!(status == 400 && told.of(ZOE).await.len() == 2, "{page}");
    // One of them by its button.
    let id = told.of(ZOE).await.remove(0).id;
    let (_, page) = submit(&told.app, &path, &format!("action=stop&id={id}")).await;
    assert!(page.contains("Cette alerte est arrêtée") && !page.contains("prévenons plus"), "{page}");
    assert_eq!(told.of(ZOE).await.len(), 1);
    // As a mail program does: from nowhere, without a page.
    let request = told.app.client.post(format!("{}{path}", told.app.address));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.body("List-Unsubscribe=One-Click").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), told.of(ZOE).await.len()), (200, 0));
    assert!(answer.text().await.unwrap().contains("Nous ne vous prévenons plus"));
    assert_eq!(told.look(at + 30 * DAY).await, 0);
    // Nothing of theirs is left: neither the link nor the mails.
    assert!(told.app.get(&path).await.text().await.unwrap().contains("Ce lien n’est plus valable"));
    assert_eq!(told.app.store.outbox(false, 10).await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_shows_an_alert_and_its_erasure_leaves_the_rest() {
    let told = Told::on_sqlite().await;
    told.confirmed("a", &alert(ZOE)).await;
    assert_eq!(told.app.post(&key("petition"), &form(ZOE)).await.0, 201);
    let email_h = told.of(ZOE).await[0].email_h;
    let access = async |digit: char| {
        let token: String = std::iter::repeat_n(digit, 64).collect();
        let link = MailedLink::new(email_h, Purpose::Access, i64::MAX);
        told.app.store.create_link(&told.app.store.secret().token_hash(&token), &link).await.unwrap();
        format!("/me/{token}")
    };
    let me = access('a').await;
    let page = told.app.get(&me).await.text().await.unwrap();
    assert!(page.contains("Vos alertes") && page.contains("Lyon 7e (69007)"), "{page}");
    let data: Value = told.app.get(&format!("{me}/data.json")).await.json().await.unwrap();
    let kept = data["signups"].as_array().unwrap().iter().find(|one| !one["alert"].is_null()).unwrap();
    assert_eq!((&kept["alert"]["north"], &kept["email"]), (&json!(45_745), &json!(ZOE)));
    assert_eq!(kept["consents"][0]["version"], "1");
    let id = told.of(ZOE).await.into_iter().find(|one| one.alert().is_some()).unwrap().id;
    assert_eq!(submit(&told.app, &format!("{me}/erase"), &format!("signup={id}")).await.0, 200);
    let left = told.of(ZOE).await;
    assert!(left.len() == 1 && left[0].alert().is_none());
    let me = access('b').await;
    assert_eq!(submit(&told.app, &format!("{me}/erase"), "everything=yes").await.0, 200);
    assert_eq!(told.of(ZOE).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_checked_and_robots_are_refused() {
    let told = Told::on_sqlite().await;
    for (field, value, wrong) in [
        ("place", json!("Nulle-Part"), "place"),
        ("place", json!("45.757,4.832"), "place"),
        ("place", json!(""), "place"),
        ("radius", json!(0), "radius"),
        ("email", json!("zoe@"), "email"),
        ("consent", json!(""), "consent"),
    ] {
        let mut alert = alert(ZOE);
        alert[field] = value;
        let (status, body) = told.ask("wrong", &alert).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &body["fields"][0]["field"]), (422, &json!(wrong)), "{body}");
    }
    let mut robot = alert(ZOE);
    robot["website"] = json!("https://spam.example");
    assert_eq!(told.ask("robot", &robot).await, (422, r#"{"error":"proof"}"#.into()));
    // A retry is the same, and another alert by the same key is not taken for it.
    assert_eq!(told.ask("a", &alert(ZOE)).await, told.ask("a", &alert(ZOE)).await);
    assert_eq!(told.of(ZOE).await.len(), 1);
    assert_eq!(told.ask("a", &alert("lea@example.org")).await.0, 422);
    // Where no mail is sent there are none.
    let silent = App::start().await;
    let request =
        silent.client.post(format!("{}/alerts", silent.address)).header("idempotency-key", key("a"));
    assert_eq!(request.json(&alert(ZOE)).send().await.unwrap().status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_to_somebody_else_in_the_words_of_an_alert() {
    let told = Told::on_sqlite().await;
    let mut forged = alert(ZOE);
    forged["causes"] = json!("education,Achetez sur spam.example");
    forged["kinds"] = json!("<b>Gagné</b>");
    assert_eq!(told.ask("a", &forged).await.0, 201);
    let mails = told.deliver(ZOE, now()).await;
    let (text, html) = (mails[0].text(), mails[0].html());
    assert!(text.contains("Éducation") && !text.contains("spam") && !text.contains("Gagné"), "{text}");
    assert!(!html.contains("spam") && !html.contains("Gagné"), "{html}");
    // Its page shows all that was asked for, as text.
    let page = told.app.get(&told.link(&mails, "/confirm/")).await.text().await.unwrap();
    assert!(page.contains("spam.example") && page.contains("&lt;b&gt;Gagné"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_needs_the_proof_that_sign_ups_need() {
    let folder = tempfile::tempdir().unwrap();
    let robots = "[robots]\nwork = 2000\nfill-seconds = 0";
    let told = Told::start(crate::app::on_sqlite(&folder).await, robots).await;
    assert_eq!(told.ask("a", &alert(ZOE)).await, (422, r#"{"error":"proof"}"#.into()));
    assert_eq!(told.of(ZOE).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_five_alerts_and_its_sinks_hear_of_none() {
    let sink = "[[sink]]\nname = \"crm\"\nkind = \"mail\"\nto = \"crm@example.org\"";
    let folder = tempfile::tempdir().unwrap();
    let mut told = Told::start(crate::app::on_sqlite(&folder).await, sink).await;
    for radius in [1, 2, 3, 4, 5] {
        let mut alert = alert(ZOE);
        alert["radius"] = json!(radius);
        told.confirmed(&format!("{radius}"), &alert).await;
    }
    let mut sixth = alert(ZOE);
    sixth["radius"] = json!(6);
    assert_eq!(told.ask("sixth", &sixth).await.0, 201);
    let path = told.link(&told.deliver(ZOE, now() + 3600).await, "/confirm/");
    let id = told.of(ZOE).await.into_iter().find(|one| one.pending).unwrap().id;
    assert!(submit(&told.app, &path, &format!("id={id}")).await.1.contains("Cinq alertes"));
    let counts = told.app.store.count(None).await.unwrap();
    assert_eq!((counts.signups, counts.confirmed, counts.alerts), (0, 0, 5));
    told.look(now() + 60).await;
    round(&told.outbox, now() + 3600).await;
    assert_eq!(told.server.to("crm@example.org").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_asked_for_without_a_script() {
    let told = Told::on_sqlite().await;
    let page = told.app.get("/alerts/new?place=69007&radius=10&causes=education&causes=health&lang=fr").await;
    let page = page.text().await.unwrap();
    assert!(page.contains("Éducation, Santé"), "{page}");
    let attempt = page.split("name=\"attempt\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = format!(
        "place=69007&radius=10&causes=education%2Chealth&email=zoe%40example.org&attempt={attempt}&website="
    );
    // Nothing that was typed is lost.
    let (status, back) = submit(&told.app, "/alerts/new?lang=fr", &fields).await;
    assert!(status == 422 && back.contains(ZOE) && back.contains("Votre accord est nécessaire"), "{back}");
    let fields = fields + "&consent=1";
    for _ in 0..2 {
        let (status, page) = submit(&told.app, "/alerts/new?lang=fr", &fields).await;
        assert!(status == 200 && page.contains("Dernière étape") && !page.contains(ZOE), "{page}");
    }
    let kept = told.of(ZOE).await;
    let [one] = kept.as_slice() else { panic!("{} of them", kept.len()) };
    let alert = one.alert().unwrap();
    assert_eq!(
        (alert.radius, alert.causes.as_str(), alert.place.as_str()),
        (10, "education,health", "Lyon 7e (69007)")
    );
    // Each page is good for one, and only a page of ours has a mark.
    let other = fields.replace("zoe", "lea");
    assert_eq!(submit(&told.app, "/alerts/new", &other).await.0, 422);
    assert_eq!(submit(&told.app, "/alerts/new", &other.replace(attempt, "forged")).await.0, 422);
    let foreign = told.app.client.post(format!("{}/alerts/new", told.app.address)).body(other);
    assert_eq!(foreign.header("sec-fetch-site", "cross-site").send().await.unwrap().status(), 403);
    assert_eq!(told.of("lea@example.org").await.len(), 0);
    // A position is in no page's address that we have a part in.
    let page = told.app.get("/alerts/new?place=45.757,4.832").await.text().await.unwrap();
    assert!(!page.contains("45.757"), "{page}");
    let silent = App::start().await;
    let page = silent.get("/alerts/new").await.text().await.unwrap();
    assert!(page.contains("n’envoie pas de messages") && !page.contains("<form"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_sealed_and_go_with_a_back_up_to_another_database() {
    let folder = tempfile::tempdir().unwrap();
    let told = Told::start(crate::app::on_sqlite(&folder).await, "").await;
    told.confirmed("a", &alert(ZOE)).await;
    told.confirmed("b", &alert("lea@example.org")).await;
    let pool = crate::app::open(&folder).await;
    let clear: i64 = sqlx::query_scalar("SELECT count(*) FROM signups WHERE instr(sealed, 'Lyon') > 0")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(clear, 0);
    let backups = tempfile::tempdir().unwrap();
    let store = told.app.store.clone();
    let made = jiff::Timestamp::now();
    let (first, _) = alentour_server::backup::backup(store.clone(), backups.path(), made).await.unwrap();
    let lea = told.of("lea@example.org").await[0].email_h;
    store.erase(&Erasure::Person(lea), 0).await.unwrap();
    let later = made + jiff::SignedDuration::from_secs(2);
    alentour_server::backup::backup(store.clone(), backups.path(), later).await.unwrap();
    for target in
        [crate::app::on_sqlite(&tempfile::tempdir().unwrap()).await, crate::app::on_postgres().await]
    {
        let keys = backups.path().join("keys.jsonl.gz");
        alentour_server::backup::restore(&*target, &first, &keys).await.unwrap();
        let (all, _) = target.page(ALERTS, None).await.unwrap();
        let [one] = all.as_slice() else { panic!("{} of them", all.len()) };
        assert_eq!((one.person.email.as_str(), one.alert().unwrap().radius), (ZOE, 25));
        assert_eq!(target.sighted_since(-1).await.unwrap().len(), 2, "what is known is not new there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_all_feeds_nothing_is_noted_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("feed.json"), near(&["Ancien"]).to_string()).unwrap();
    let sources = ["feed.json", "absent.json"]
        .map(|name| alentour_server::feeds::Source::File(folder.path().join(name)));
    let app = App::start_with(folder, sources.into()).await;
    let mut sightings = Sightings::default();
    look(&app.state, &mut sightings, true, 100).await.unwrap();
    assert_eq!(app.store.sighted_since(-1).await.unwrap(), []);
    look(&app.state, &mut sightings, false, 100).await.unwrap();
    assert_eq!(app.store.sighted_since(-1).await.unwrap().len(), 2);
}

async fn what_is_noted_first_was_there_before_anybody_looked(store: Arc<dyn Store>) {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    store.sight(&names(&["a", "b"]), 2, 100).await.unwrap();
    store.sight(&names(&["b", "c"]), 2, 200).await.unwrap();
    let all = store.sighted_since(-1).await.unwrap();
    assert_eq!(all, [("c".into(), 200), ("a".into(), 0), ("b".into(), 0)]);
    assert_eq!(store.sighted_since(0).await.unwrap().len(), 1);
}

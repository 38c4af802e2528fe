//! `GET /v1/live.json`, and the pages that show what it says.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{App, MAILING, feed, form, key, seat};
use crate::first_page::{page, write_bundle};

/// The tests' feed, whose petition had ninety-eight signatures of six hundred; the workshop has five seats on Saturday.
fn counting() -> Value {
    let mut feed = feed();
    feed["initiatives"][1]["petition"] = json!({ "target": 600, "signatures": 98 });
    feed
}

async fn live(app: &App, query: &str) -> Value {
    let answer = app.get(&format!("/v1/live.json?{query}")).await;
    assert_eq!(answer.status(), 200, "{query}");
    answer.json().await.unwrap()
}

/// Waits until seats and signatures have been counted anew: two seconds or, on a busy machine, longer.
async fn counted_anew(app: &App) {
    let before = app.state.live.reads();
    while app.state.live.reads() == before {
        live(app, "id=atelier&id=petition").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Seats left on Saturday and signatures, once they are counted anew.
async fn counts(app: &App) -> (u64, u64) {
    counted_anew(app).await;
    let answer = live(app, "id=atelier&id=petition").await;
    let [workshop, petition] = &answer["initiatives"].as_array().unwrap()[..] else { panic!("{answer}") };
    assert_eq!(workshop["sessions"].as_array().unwrap().len(), 1, "Sunday has no limit: {answer}");
    (workshop["sessions"][0]["remaining"].as_u64().unwrap(), petition["signatures"].as_u64().unwrap())
}

/// Confirms all that waits for an address.
async fn confirm(app: &App, email: &str, digit: char) {
    let token = crate::people::link(app, digit, email, "", alentour_server::store::Purpose::Confirm).await;
    app.confirm(&app.store.secret().token_hash(&token)).await;
}

#[tokio::test]
async fn any_page_may_ask_and_nobody_keeps_the_answer() {
    let app = App::start_announcing(counting(), MAILING).await;
    let answer = app.get("/v1/live.json?id=atelier&id=petition&id=vitrine&id=nowhere&id=atelier&x=1").await;
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        (header("cache-control"), header("access-control-allow-origin")),
        ("no-store".into(), "*".into())
    );
    assert_eq!(header("content-type"), "application/json");
    let start = "2099-05-02T14:00:00+02:00".parse::<jiff::Timestamp>().unwrap().as_second();
    // What the feed has not is left out; of what has no limits nothing is said.
    let expected = json!({ "initiatives": [
        { "id": "atelier", "sessions": [{ "id": "samedi", "start": start, "nth": 0, "remaining": 5 }] },
        { "id": "petition", "sessions": [], "signatures": 98 },
        { "id": "vitrine", "sessions": [] },
    ] });
    assert_eq!(answer.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn a_known_address_changes_the_answer_like_an_unknown_one() {
    let app = App::start_announcing(counting(), MAILING).await;
    for (name, form) in [("a", seat("zoe@example.org")), ("b", form("zoe@example.org"))] {
        app.post(&key(name), &form).await;
    }
    // Seats are held at once, and nothing is signed that is not confirmed.
    assert_eq!(counts(&app).await, (4, 98));
    confirm(&app, "zoe@example.org", 'a').await;
    assert_eq!(counts(&app).await, (4, 99));
    let mut moved = Vec::new();
    for (n, email) in ["zoe@example.org", "max@example.org"].into_iter().enumerate() {
        let before = counts(&app).await;
        for (kind, mut form) in [("seat", seat(email)), ("form", form(email))] {
            form["message"] = json!("Encore une fois");
            assert_eq!(app.post(&key(&format!("{kind}-{n}")), &form).await.0, 201);
        }
        let after = counts(&app).await;
        moved.push((before.0 - after.0, after.1 - before.1));
    }
    assert_eq!(moved, [(1, 0), (1, 0)]);
}

#[tokio::test]
async fn after_the_last_seat_every_page_says_that_it_is_full_and_a_hold_that_ends_frees_it() {
    let mut feed = counting();
    // One date, and one seat.
    feed["initiatives"][0]["sessions"] =
        json!([{ "id": "samedi", "startDate": "2099-05-02T14:00:00+02:00", "remainingAttendeeCapacity": 1 }]);
    let app = App::start_announcing(feed, MAILING).await;
    write_bundle(&app.path("dist"));
    let shown = async |is_taken: bool| {
        counted_anew(&app).await;
        let list = app.get("/near?lang=fr").await.text().await.unwrap();
        let own = app.get("/i/atelier?lang=fr").await.text().await.unwrap();
        let script = app.get("/v1/alentour.js?lang=fr").await.text().await.unwrap();
        let first = page(&script).unwrap();
        // The application gets along what its own cards do not know.
        let told = first["live"][0]["sessions"][0]["remaining"].as_u64();
        assert_eq!(
            (told, first["live"].as_array().map(Vec::len)),
            if is_taken { (Some(0), Some(1)) } else { (None, None) }
        );
        let first = first["tree"].to_string();
        [list, own, first].map(|page| {
            (
                page.contains("Complet"),
                page.contains("1 place restante") || page.contains("1\u{a0}place restante"),
            )
        })
    };
    assert_eq!(shown(false).await, [(false, true); 3]);
    app.post(&key("a"), &seat("zoe@example.org")).await;
    assert_eq!(shown(true).await, [(true, false); 3]);
    // The page has a form that is not refused in the end: it says that its line is joined, and asks for that.
    let own = app.get("/i/atelier?lang=fr").await.text().await.unwrap();
    assert!(
        own.contains("liste d’attente possible") && own.contains(r#"name="waitlist" value="samedi""#),
        "{own}"
    );
    sqlx::query("UPDATE holds SET expires_at = 1").execute(&app.database().await).await.unwrap();
    assert_eq!(shown(false).await, [(false, true); 3]);
    // What the feed says is what sign-ups are held against, whatever pages have shown.
    assert_eq!(app.post(&key("b"), &seat("max@example.org")).await.0, 201);
}

#[tokio::test]
async fn a_confirmed_signature_moves_the_count_of_every_page() {
    let app = App::start_announcing(counting(), MAILING).await;
    write_bundle(&app.path("dist"));
    let shown = async || {
        counted_anew(&app).await;
        let list = app.get("/near?lang=fr").await.text().await.unwrap();
        let own = app.get("/i/petition?lang=fr").await.text().await.unwrap();
        let script = app.get("/v1/alentour.js?lang=fr").await.text().await.unwrap();
        let first = page(&script).unwrap()["tree"].to_string();
        [list, own, first].map(|page| [98, 99].map(|n| page.contains(&format!("{n} sur"))))
    };
    assert_eq!(shown().await, [[true, false]; 3]);
    app.post(&key("a"), &form("zoe@example.org")).await;
    assert_eq!(shown().await, [[true, false]; 3]);
    confirm(&app, "zoe@example.org", 'a').await;
    assert_eq!(shown().await, [[false, true]; 3]);
}

#[tokio::test]
async fn what_the_organiser_has_counted_already_is_not_counted_again() {
    let mut feed = counting();
    let yesterday = jiff::Zoned::now().yesterday().unwrap().date();
    feed["initiatives"][1]["petition"]["includesSignUps"] = json!(true);
    feed["initiatives"][1]["petition"]["asOf"] = json!(yesterday.to_string());
    let app = App::start_announcing(feed, "").await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    assert_eq!(counts(&app).await.1, 99);
    sqlx::query("UPDATE signups SET received_at = received_at - 172800")
        .execute(&app.database().await)
        .await
        .unwrap();
    assert_eq!(counts(&app).await.1, 98);
}

#[tokio::test]
async fn twenty_four_are_answered_and_more_or_none_are_refused() {
    let app = App::start().await;
    let query = |count: usize| (0..count).map(|n| format!("id=i{n}&")).collect::<String>();
    assert_eq!(live(&app, &query(24)).await, json!({ "initiatives": [] }));
    for query in [query(25), String::new(), "x=1".into(), format!("id={}", "a".repeat(20_000))] {
        let answer = app.get(&format!("/v1/live.json?{query}")).await;
        assert_eq!(
            (answer.status().as_u16(), answer.text().await.unwrap()),
            (400, r#"{"error":"id"}"#.into())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_at_once_cost_one_read_and_so_do_two_seconds() {
    // All of them have one address.
    let settings = "[robots]\nwork = 0\nfill-seconds = 0\nper-address = 0\nconnections-per-address = 0";
    let app = Arc::new(App::start_announcing(counting(), settings).await);
    let ask = |_| {
        let app = app.clone();
        tokio::spawn(async move { live(&app, "id=atelier&id=petition").await })
    };
    let tasks: Vec<_> = (0..500).map(ask).collect();
    // On a slow machine the first may get an answer before there is one.
    for task in tasks {
        let said = task.await.unwrap()["initiatives"][1]["signatures"].take();
        assert!(said == 98 || said.is_null(), "{said}");
    }
    assert_eq!(app.state.live.reads(), 1);
    assert_eq!(live(&app, "id=petition").await["initiatives"][0]["signatures"], 98);
    assert_eq!(app.state.live.reads(), 1);
    counted_anew(&app).await;
    assert_eq!(app.state.live.reads(), 2);
    // What the feed has not is not looked for in the database.
    live(&app, "id=nowhere").await;
    assert_eq!(app.state.live.reads(), 2);
}

#[tokio::test]
async fn where_the_database_does_not_answer_what_was_known_last_is_said() {
    let app = App::start_announcing(counting(), "").await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    assert_eq!(counts(&app).await.1, 99);
    app.store.close().await;
    assert_eq!(counts(&app).await.1, 99);
    // Of what nobody has counted the feed's own number stands.
    assert_eq!(live(&app, "id=vitrine").await, json!({ "initiatives": [] }));
    assert_eq!(app.get("/i/petition?lang=fr").await.status(), 200);
    assert_eq!(app.get("/near?lang=fr").await.status(), 200);
}

#[tokio::test]
async fn a_visitor_asks_so_often_and_no_more() {
    let app = App::start_settled("[robots]\nwork = 0\nper-address = 1").await;
    for _ in 0..10 {
        live(&app, "id=atelier").await;
    }
    let refused = app.get("/v1/live.json?id=atelier").await;
    assert_eq!((refused.status().as_u16(), refused.headers().contains_key("retry-after")), (429, true));
    // Pages have a limit of their own.
    assert_eq!(app.get("/near?lang=fr").await.status(), 200);
}

#[tokio::test]
async fn who_is_refused_for_want_of_a_seat_sees_that_there_is_none() {
    let mut feed = counting();
    feed["initiatives"][0]["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    let app = App::start_announcing(feed, "").await;
    let left = async || live(&app, "id=atelier").await["initiatives"][0]["sessions"][0]["remaining"].take();
    assert_eq!(left().await, 1);
    // Within the two seconds for which that is believed.
    assert_eq!(app.post(&key("a"), &seat("zoe@example.org")).await.0, 201);
    assert_eq!(app.post(&key("b"), &seat("max@example.org")).await.0, 409);
    assert_eq!(left().await, 0);
}

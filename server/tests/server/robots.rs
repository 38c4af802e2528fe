//! What robots meet: proofs of work, the field that nobody sees, limits.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{App, form, key};

/// Work that a test does in no time, and no waiting.
const WORK: &str = "[robots]\nwork = 500\nfill-seconds = 0\nper-address = 0";
const PROOF: (u16, &str) = (422, r#"{"error":"proof"}"#);

async fn challenge(app: &App, query: &str) -> Value {
    let response = app.get(&format!("/signups/challenge{query}")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.json().await.unwrap()
}

/// Solves a challenge as a browser does.
fn solve(challenge: &Value) -> Value {
    let text = |name: &str| challenge[name].as_str().unwrap().to_owned();
    let number = (0..=challenge["maxnumber"].as_u64().unwrap())
        .find(|number| {
            let digest = Sha256::digest(format!("{}{number}", text("salt")));
            digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == text("challenge")
        })
        .unwrap();
    json!({
        "algorithm": text("algorithm"), "challenge": text("challenge"), "number": number, "salt": text("salt"),
        "signature": text("signature"),
    })
}

fn with(email: &str, solution: &Value) -> Value {
    let mut form = form(email);
    form["altcha"] = BASE64_STANDARD.encode(solution.to_string()).into();
    form["website"] = "".into();
    form
}

fn answer(expected: (u16, &str)) -> (u16, String) {
    (expected.0, expected.1.to_owned())
}

#[tokio::test]
async fn work_that_was_done_signs_up_once() {
    let app = App::start_settled(WORK).await;
    let solution = solve(&challenge(&app, "").await);
    assert_eq!(app.post(&key("a"), &with("zoe@example.org", &solution)).await.0, 201);
    // The same attempt, and another one with the same proof.
    assert_eq!(app.post(&key("a"), &with("zoe@example.org", &solution)).await.0, 201);
    assert_eq!(app.post(&key("b"), &with("max@example.org", &solution)).await, answer(PROOF));
    let fresh = solve(&challenge(&app, "").await);
    assert_eq!(app.post(&key("b"), &with("max@example.org", &fresh)).await.0, 201);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 2);
}

#[tokio::test]
async fn a_retry_with_another_proof_or_none_is_the_same_request() {
    let app = App::start_settled(WORK).await;
    let solution = solve(&challenge(&app, "").await);
    assert_eq!(app.post(&key("a"), &with("zoe@example.org", &solution)).await.0, 201);
    let other = solve(&challenge(&app, "").await);
    assert_eq!(app.post(&key("a"), &with("zoe@example.org", &other)).await.0, 201);
    assert_eq!(app.post(&key("a"), &form("zoe@example.org")).await.0, 201);
    // The other proof is still good: nothing was stored with it.
    assert_eq!(app.post(&key("b"), &with("max@example.org", &other)).await.0, 201);
}

#[tokio::test]
async fn work_that_was_not_done_signs_nobody_up() {
    let app = App::start_settled(WORK).await;
    let good = solve(&challenge(&app, "").await);
    let changed = |field: &str, value: Value| {
        let mut solution = good.clone();
        solution[field] = value;
        solution
    };
    let salt = good["salt"].as_str().unwrap();
    let expired = salt.replace("?expires=", "?expires=1&issued=");
    for solution in [
        changed("number", json!(good["number"].as_u64().unwrap() + 1)),
        changed("salt", salt.replace("&issued=", "&issued=0").into()),
        changed("salt", expired.into()),
        changed("signature", "f".repeat(64).into()),
        changed("signature", Value::Null),
        json!({}),
    ] {
        assert_eq!(
            app.post(&key("a"), &with("zoe@example.org", &solution)).await,
            answer(PROOF),
            "{solution}"
        );
    }
    assert_eq!(app.post(&key("a"), &form("zoe@example.org")).await, answer(PROOF));
    let mut seven = form("zoe@example.org");
    seven["altcha"] = json!(7);
    assert_eq!(app.post(&key("a"), &seven).await.0, 400);
    // One that another server signed.
    let stranger = App::start_settled(WORK).await;
    let mut own = solve(&challenge(&stranger, "").await);
    own["signature"] = good["signature"].clone();
    assert_eq!(app.post(&key("a"), &with("zoe@example.org", &own)).await, answer(PROOF));
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
    assert_eq!(app.post(&key("a"), &with("zoe@example.org", &good)).await.0, 201);
}

#[tokio::test]
async fn a_form_that_needs_mending_does_not_use_its_proof_up() {
    let app = App::start_settled(WORK).await;
    let solution = solve(&challenge(&app, "").await);
    let answer = app.post(&key("a"), &with("no address", &solution)).await;
    assert_eq!((answer.0, answer.1.contains("email")), (422, true));
    assert_eq!(app.post(&key("b"), &with("zoe@example.org", &solution)).await.0, 201);
}

#[tokio::test]
async fn who_is_faster_than_a_person_waits() {
    let app = App::start_settled("[robots]\nwork = 100\nfill-seconds = 2").await;
    let posed = challenge(&app, "").await;
    assert_eq!(posed["wait"], 2);
    let form = with("zoe@example.org", &solve(&posed));
    assert_eq!(app.post(&key("a"), &form).await, answer(PROOF));
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(app.post(&key("a"), &form).await.0, 201);
}

#[tokio::test]
async fn a_slow_device_works_less_and_waits_longer() {
    let app = App::start_settled("[robots]\nwork = 50000\nfill-seconds = 0\nper-address = 20").await;
    assert_eq!(challenge(&app, "").await["maxnumber"], 50_000);
    let easy = challenge(&app, "?slow=1").await;
    assert_eq!((&easy["maxnumber"], &easy["wait"]), (&json!(2500), &json!(20)));
    assert_eq!(app.post(&key("a"), &with("zoe@example.org", &solve(&easy))).await, answer(PROOF));
    // Easy ones are had a tenth as often.
    assert_eq!(app.get("/signups/challenge?slow=1").await.status(), 200);
    let refused = app.get("/signups/challenge?slow=1").await;
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=31).contains(&wait), "{wait}");
    assert_eq!(app.get("/signups/challenge").await.status(), 200);
}

#[tokio::test]
async fn where_no_work_is_asked_for_there_is_no_challenge() {
    let app = App::start().await;
    let response = app.get("/signups/challenge").await;
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (204, ""));
    assert_eq!(app.post(&key("a"), &with("zoe@example.org", &json!({}))).await.0, 201);
}

#[tokio::test]
async fn any_page_may_ask_for_a_challenge() {
    let app = App::start_settled(WORK).await;
    let request = app.client.get(format!("{}/signups/challenge", app.address));
    let response = request.header("origin", "https://asso.example").send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn a_field_that_nobody_sees_is_filled_in_by_robots() {
    let app = App::start().await;
    let mut form = form("zoe@example.org");
    form["website"] = "https://spam.example".into();
    assert_eq!(app.post(&key("a"), &form).await, answer(PROOF));
    form["website"] = "".into();
    assert_eq!(app.post(&key("a"), &form).await.0, 201);
}

async fn post_from(app: &App, name: &str, forwarded: &str) -> reqwest::Response {
    let request = app.client.post(format!("{}/signups", app.address)).header("idempotency-key", key(name));
    let request = request.header("x-forwarded-for", forwarded);
    request.json(&form(&format!("{name}@example.org"))).send().await.unwrap()
}

#[tokio::test]
async fn an_address_signs_up_so_many_and_no_header_makes_it_another_one() {
    let app = App::start_settled("[robots]\nwork = 0\nper-address = 3").await;
    for i in 0..3 {
        assert_eq!(post_from(&app, &format!("p{i}"), &format!("198.51.100.{i}")).await.status(), 201);
    }
    let refused = post_from(&app, "p3", "198.51.100.99").await;
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    assert_eq!(refused.text().await.unwrap(), r#"{"error":"too-many"}"#);
    // What was answered is answered again, whatever the limit.
    assert_eq!(post_from(&app, "p0", "198.51.100.99").await.status(), 201);
}

#[tokio::test]
async fn behind_a_proxy_each_visitor_has_a_limit_and_cannot_forge_another_one() {
    let app = App::start_settled("[robots]\nwork = 0\nper-address = 1\ntrusted-proxies = 1").await;
    assert_eq!(post_from(&app, "a", "198.51.100.1").await.status(), 201);
    assert_eq!(post_from(&app, "b", "198.51.100.2").await.status(), 201);
    assert_eq!(post_from(&app, "c", "203.0.113.77, 198.51.100.1").await.status(), 429);
    // One household of the new Internet.
    assert_eq!(post_from(&app, "d", "2001:db8:1:1100::1").await.status(), 201);
    assert_eq!(post_from(&app, "e", "2001:db8:1:11ff::2").await.status(), 429);
}

#[tokio::test]
async fn an_initiative_takes_so_many_in_a_minute_and_junk_does_not_count() {
    let app = App::start_settled("[robots]\nwork = 0\nper-address = 0\nper-initiative = 2").await;
    for _ in 0..5 {
        assert_eq!(app.post(&key("junk"), &form("no address")).await.0, 422);
    }
    assert_eq!(app.post(&key("a"), &form("a@example.org")).await.0, 201);
    assert_eq!(app.post(&key("b"), &form("b@example.org")).await.0, 201);
    assert_eq!(app.post(&key("c"), &form("c@example.org")).await.0, 429);
    assert_eq!(app.post(&key("d"), &crate::app::seat("c@example.org")).await.0, 201);
}

#[tokio::test]
async fn a_page_that_was_reloaded_asks_what_became_of_its_key() {
    let app = App::start().await;
    let ask = |key: String| {
        let request =
            app.client.get(format!("{}/signups/status", app.address)).header("idempotency-key", key);
        async move {
            let response = request.header("origin", "https://asso.example").send().await.unwrap();
            assert_eq!(response.headers()["access-control-allow-origin"], "*");
            assert_eq!(response.headers()["cache-control"], "no-store");
            (response.status().as_u16(), response.text().await.unwrap())
        }
    };
    assert_eq!(ask(key("a")).await, (200, r#"{"status":"unknown"}"#.into()));
    app.post(&key("a"), &form("zoe@example.org")).await;
    assert_eq!(ask(key("a")).await, (200, r#"{"status":"received"}"#.into()));
    assert_eq!(ask("short".into()).await.0, 400);
}

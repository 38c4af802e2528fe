//! `POST /signups`.

use serde_json::{Value, json};

use crate::app::{App, MAILING, form, key, seat};

const RECEIVED: &str = r#"{"status":"received"}"#;

fn received() -> (u16, String) {
    (201, RECEIVED.into())
}

/// The same where a mail asks for confirmation.
fn to_confirm() -> (u16, String) {
    (201, r#"{"status":"received","next":"confirm"}"#.into())
}

#[tokio::test]
async fn a_sign_up_is_stored_with_its_receipts_and_the_message_it_owes() {
    let app = App::start().await;
    let mut form = form("zoe@example.org");
    form["telephone"] = json!("06 12 34 56 78");
    form["answers"] = json!([{ "question": "niveau", "value": "débutante" }]);
    assert_eq!(app.post(&key("a"), &form).await, received());

    let [stored] = &app.signups("petition").await[..] else { panic!("not one") };
    let person = &stored.person;
    assert_eq!((person.given_name.as_str(), person.telephone.as_deref()), ("Zoé", Some("06 12 34 56 78")));
    assert_eq!(Value::from(person.answers.clone()), json!({ "niveau": "débutante" }));
    let database = app.database().await;
    let receipts: Vec<(String, String, String, String, bool)> =
        sqlx::query_as("SELECT consent, version, text, language, given FROM consents ORDER BY consent")
            .fetch_all(&database)
            .await
            .unwrap();
    let receipt = |id: &str, version: &str, text: &str, given| {
        (id.to_owned(), version.to_owned(), text.to_owned(), "fr".to_owned(), given)
    };
    assert_eq!(
        receipts,
        [
            receipt("contact", "2026-09", "J’accepte d’être contacté·e.", true),
            receipt("lettre", "1", "J’aimerais recevoir la lettre.", false),
        ]
    );
    // Nobody takes messages where nothing is settled: none is enqueued.
    assert_eq!(app.number("SELECT count(*) FROM outbox").await, 0);
}

#[tokio::test]
async fn nothing_is_stored_that_was_not_looked_at() {
    let app = App::start().await;
    let mut form = form("zoe@example.org");
    form["answers"] = json!([{ "question": "niveau", "value": "débutante" }, { "question": "niveau", "value": "\u{7}".repeat(9000) }]);
    form["language"] = json!("<script>");
    form["unknown"] = json!("field");
    assert_eq!(app.post(&key("a"), &form).await, received());
    let [stored] = &app.signups("petition").await[..] else { panic!("not one") };
    let answers = Value::from(stored.person.answers.clone());
    assert_eq!((answers, stored.language.as_str()), (json!({ "niveau": "débutante" }), ""));
}

#[tokio::test]
async fn a_retry_with_the_same_key_signs_up_once() {
    let app = App::start().await;
    for _ in 0..2 {
        assert_eq!(app.post(&key("a"), &seat("zoe@example.org")).await, received());
    }
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 1);
    assert_eq!(app.number("SELECT taken FROM seats").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_a_hundred_times_at_once_signs_up_once() {
    let app = std::sync::Arc::new(App::start_settled(MAILING).await);
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { app.post(&key("a"), &seat("zoe@example.org")).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), to_confirm());
    }
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 1);
    assert_eq!(app.number("SELECT count(*) FROM outbox").await, 1);
    assert_eq!(app.number("SELECT sum(party) FROM holds").await, 1);
}

#[tokio::test]
async fn a_key_with_another_body_is_refused() {
    let app = App::start().await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    let mut other_name = form("zoe@example.org");
    other_name["givenName"] = json!("Zo");
    for other in [other_name, form("zoé@example.org"), seat("zoe@example.org")] {
        assert_eq!(app.post(&key("a"), &other).await, (422, r#"{"error":"key-reused"}"#.into()));
    }
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 1);
}

#[tokio::test]
async fn spacing_and_order_do_not_make_another_body() {
    let app = App::start().await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    let mut fields: Vec<_> = form("zoe@example.org").as_object().unwrap().clone().into_iter().collect();
    fields.reverse();
    let text = fields
        .iter()
        .map(|(name, value)| format!("\n  {}: {value}", json!(name)))
        .collect::<Vec<_>>()
        .join(",");
    let response = app
        .client
        .post(format!("{}/signups", app.address))
        .header("idempotency-key", key("a"))
        .header("content-type", "application/json; charset=utf-8")
        .body(format!("{{{text}}}"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
}

#[tokio::test]
async fn a_known_address_is_answered_like_a_new_one_and_another_form_is_marked() {
    let app = App::start().await;
    let mut answers = Vec::new();
    for (name, email) in [
        ("a", "zoe@example.org"),
        ("b", "zoe@example.org"),
        ("c", " Zoe@Example.ORG "),
        ("d", "max@example.org"),
    ] {
        let response = app
            .client
            .post(format!("{}/signups", app.address))
            .header("idempotency-key", key(name))
            .json(&form(email))
            .send()
            .await
            .unwrap();
        let mut headers: Vec<_> =
            response.headers().iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        headers.retain(|(name, _)| name != "date" && name != "x-request-id");
        headers.sort_by(|a, b| a.0.cmp(&b.0));
        answers.push((response.status(), headers, response.bytes().await.unwrap()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].2, RECEIVED);
    // What says the same is stored once; without mail, what says something else is kept beside it.
    let stored = app.signups("petition").await;
    let mut stored: Vec<_> = stored.iter().map(|one| (one.person.email.as_str(), one.attempt)).collect();
    stored.sort();
    // Which of two forms of the same second is the first, nobody can say.
    let attempts: Vec<_> = stored.iter().map(|(_, attempt)| *attempt).collect();
    assert!(matches!(attempts[..], [1, 1, 2] | [2, 1, 1]), "{stored:?}");
    let emails: Vec<_> = stored.iter().map(|(email, _)| *email).collect();
    assert_eq!(emails, ["Zoe@Example.ORG", "max@example.org", "zoe@example.org"]);
    assert_eq!(app.store.count(None).await.unwrap().signups, 2);
    // The repeated key is as bound to its body as the first.
    assert_eq!(app.post(&key("b"), &form("max@example.org")).await.0, 422);
}

#[tokio::test]
async fn forms_with_one_address_wait_beside_each_other_and_one_mail_speaks_for_them() {
    let app = App::start_settled(MAILING).await;
    app.post(&key("a"), &seat("zoe@example.org")).await;
    let mut sunday = seat("zoe@example.org");
    sunday["session"] = json!("dimanche");
    assert_eq!(app.post(&key("b"), &sunday).await, to_confirm());
    assert_eq!(app.post(&key("c"), &sunday).await, to_confirm());
    let email_h = app.signups("atelier").await[0].email_h;
    let now = jiff::Timestamp::now().as_second();
    let waiting = app.store.waiting(&email_h, now).await.unwrap();
    let mut sessions: Vec<_> = waiting.iter().map(|one| one.attempt.session().unwrap()).collect();
    sessions.sort();
    assert_eq!(sessions, ["dimanche", "samedi"]);
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'confirm'").await, 1);
    assert_eq!(app.number("SELECT count(*) FROM outbox").await, 1);
}

#[tokio::test]
async fn a_form_holds_its_seats_as_long_as_the_operator_says() {
    for (settings, minutes) in [("", 120), ("[seats]\nhold-minutes = 7", 7)] {
        let app = App::start_settled(&format!("{MAILING}{settings}")).await;
        let before = jiff::Timestamp::now().as_second();
        assert_eq!(app.post(&key("a"), &seat("zoe@example.org")).await, to_confirm());
        let until = app.number("SELECT expires_at FROM holds").await - minutes * 60;
        assert!((before..before + 60).contains(&until), "{settings}");
    }
    let app = App::start_settled(&format!("{MAILING}[seats]\nhold-minutes = 0")).await;
    assert_eq!(app.post(&key("a"), &seat("zoe@example.org")).await, to_confirm());
    assert_eq!(app.number("SELECT count(*) FROM holds").await, 0);
    // Where nobody can confirm, nothing is held: it counts.
    let app = App::start().await;
    app.post(&key("a"), &seat("zoe@example.org")).await;
    assert_eq!(app.number("SELECT count(*) FROM holds").await, 0);
    assert_eq!(app.number("SELECT taken FROM seats").await, 1);
}

#[tokio::test]
async fn a_sign_up_that_is_found_again_says_what_comes_next() {
    for (settings, expected) in [("", received()), (MAILING, to_confirm())] {
        let app = App::start_settled(settings).await;
        let status = async |name: &str| {
            let request = app.client.get(format!("{}/signups/status", app.address));
            let response = request.header("idempotency-key", key(name)).send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        assert_eq!(app.post(&key("a"), &form("zoe@example.org")).await, expected);
        assert_eq!(status("a").await, (200, expected.1));
        assert_eq!(status("b").await, (200, r#"{"status":"unknown"}"#.into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_for_five_seats_take_five() {
    let app = std::sync::Arc::new(App::start_settled(MAILING).await);
    let tasks: Vec<_> = (0..50)
        .map(|i| {
            let app = app.clone();
            tokio::spawn(
                async move { app.post(&key(&i.to_string()), &seat(&format!("p{i}@example.org"))).await },
            )
        })
        .collect();
    let mut codes = Vec::new();
    for task in tasks {
        let (code, body) = task.await.unwrap();
        assert!(code == 201 || body == r#"{"error":"full","sessions":["samedi"]}"#, "{code} {body}");
        codes.push(code);
    }
    assert_eq!(codes.iter().filter(|code| **code == 201).count(), 5);
    assert_eq!(codes.iter().filter(|code| **code == 409).count(), 45);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 5);
    assert_eq!(app.number("SELECT sum(party) FROM holds").await, 5);
    assert_eq!(app.number("SELECT count(*) FROM outbox").await, 5);
}

#[tokio::test]
async fn a_party_takes_as_many_seats_as_it_has_people() {
    let app = App::start().await;
    let party = |email: &str, size: u32| {
        let mut form = seat(email);
        form["partySize"] = json!(size);
        form
    };
    assert_eq!(app.post(&key("a"), &party("a@example.org", 3)).await.0, 201);
    assert_eq!(app.post(&key("b"), &party("b@example.org", 3)).await.0, 409);
    // A refused key is free: the same visitor comes with fewer.
    assert_eq!(app.post(&key("b"), &party("b@example.org", 2)).await.0, 201);
    assert_eq!(app.post(&key("c"), &party("c@example.org", 1)).await.0, 409);
}

#[tokio::test]
async fn a_full_session_does_not_tell_who_is_in_it() {
    let app = App::start().await;
    for i in 0..5 {
        app.post(&key(&i.to_string()), &seat(&format!("p{i}@example.org"))).await;
    }
    let known = app.post(&key("x"), &seat("p0@example.org")).await;
    assert_eq!(known, app.post(&key("y"), &seat("new@example.org")).await);
    // Who holds the key is answered as before.
    assert_eq!(app.post(&key("0"), &seat("p0@example.org")).await, received());
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_said_by_field() {
    let app = App::start().await;
    let mut form = form("not an address");
    form["consents"] = json!([]);
    let (code, body) = app.post(&key("a"), &form).await;
    assert_eq!(code, 422);
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        body,
        json!({ "error": "invalid", "fields": [
            { "field": "email", "problem": "invalid" }, { "field": "consents.contact", "problem": "required" },
        ] })
    );
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
}

#[tokio::test]
async fn what_is_over_or_takes_nobody_is_closed_and_what_is_unknown_is_not_found() {
    let app = App::start().await;
    for (initiative, answer) in [
        ("fini", (409, r#"{"error":"closed"}"#)),
        ("vitrine", (409, r#"{"error":"closed"}"#)),
        ("nulle-part", (404, r#"{"error":"not-found"}"#)),
        ("", (404, r#"{"error":"not-found"}"#)),
    ] {
        let mut form = form("zoe@example.org");
        form["initiative"] = json!(initiative);
        assert_eq!(app.post(&key("a"), &form).await, (answer.0, answer.1.into()), "{initiative}");
    }
}

async fn raw(app: &App, headers: &[(&str, &str)], body: Vec<u8>) -> (u16, String) {
    let mut request = app.client.post(format!("{}/signups", app.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.body(body).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn only_json_with_a_key_from_a_page_is_read() {
    let app = App::start().await;
    let body = || form("zoe@example.org").to_string().into_bytes();
    let json = ("content-type", "application/json");
    let good = key("a");
    let with_key = ("idempotency-key", good.as_str());
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "",
    ] {
        assert_eq!(
            raw(&app, &[("content-type", content_type), with_key], body()).await.0,
            415,
            "{content_type}"
        );
    }
    assert_eq!(raw(&app, &[with_key], body()).await.0, 415);
    let long = "k".repeat(129);
    for bad in ["", "short", "has a space in it, so no", "accentué-0123456789", long.as_str()] {
        let answer = raw(&app, &[json, ("idempotency-key", bad)], body()).await;
        assert_eq!(answer, (400, r#"{"error":"idempotency-key"}"#.into()), "{bad:?}");
    }
    assert_eq!(raw(&app, &[json], body()).await.0, 400);
    assert_eq!(raw(&app, &[json, with_key, ("origin", "null")], body()).await.0, 403);
    for bad in ["", "{", "[]", "null", "\"text\"", r#"{"email": 7}"#, "{\"email\": \"\u{0}\"}"] {
        assert_eq!(raw(&app, &[json, with_key], bad.into()).await.0, 400, "{bad:?}");
    }
    assert_eq!(raw(&app, &[json, with_key], vec![0xff; 100]).await.0, 400);
    assert_eq!(raw(&app, &[json, with_key], "[".repeat(60_000).into()).await.0, 400);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
    assert_eq!(raw(&app, &[json, with_key, ("origin", "https://asso.example")], body()).await.0, 201);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_announced_or_not() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = App::start().await;
    let head = format!(
        "POST /signups HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: {}\r\n",
        key("a")
    );
    // A gigabyte announced: refused at once, without waiting for it.
    let mut socket = tokio::net::TcpStream::connect(&app.address[7..]).await.unwrap();
    socket.write_all(format!("{head}content-length: 1073741824\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    // Chunks without end: refused once they are too many.
    let mut socket = tokio::net::TcpStream::connect(&app.address[7..]).await.unwrap();
    socket.write_all(format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes()).await.unwrap();
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    for _ in 0..5 {
        socket.write_all(chunk.as_bytes()).await.unwrap();
    }
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn any_page_may_ask_and_none_with_credentials() {
    let app = App::start().await;
    let preflight = |origin: &'static str| {
        app.client
            .request(reqwest::Method::OPTIONS, format!("{}/signups", app.address))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,idempotency-key")
            .send()
    };
    let response = preflight("https://asso.example").await.unwrap();
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("access-control-allow-origin").as_deref(), Some("*"));
    assert_eq!(header("access-control-allow-methods").as_deref(), Some("GET,POST"));
    assert_eq!(header("access-control-allow-headers").as_deref(), Some("content-type,idempotency-key"));
    assert_eq!(header("access-control-max-age").as_deref(), Some("7200"));
    assert_eq!(header("access-control-allow-credentials"), None);
    let response = preflight("null").await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers().get("access-control-allow-origin")),
        (403, None)
    );
    // The page must be able to read a refusal, too.
    let response =
        app.client.post(format!("{}/signups", app.address)).header("origin", "https://asso.example").send();
    assert_eq!(response.await.unwrap().headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn a_lost_answer_is_found_again_after_the_initiative_has_left_the_feed() {
    let app = App::start().await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    std::fs::write(app.path("feed.json"), r#"{"alentour":"1","initiatives":[]}"#).unwrap();
    while app.get("/v1/feed.json").await.text().await.unwrap().contains("petition") {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(app.post(&key("b"), &form("max@example.org")).await.0, 404);
    assert_eq!(app.post(&key("a"), &form("zoe@example.org")).await, received());
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_said_and_nothing_is_remembered_of_it() {
    let app = App::start().await;
    let database = app.database().await;
    // Stands for any fault of the disk: each insertion fails.
    sqlx::query("CREATE TRIGGER fault BEFORE INSERT ON answered BEGIN SELECT RAISE(ABORT, 'disk'); END")
        .execute(&database)
        .await
        .unwrap();
    let response = app
        .client
        .post(format!("{}/signups", app.address))
        .header("idempotency-key", key("a"))
        .json(&form("zoe@example.org"))
        .send()
        .await
        .unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (503, "2"));
    assert_eq!(response.text().await.unwrap(), r#"{"error":"unavailable"}"#);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
    sqlx::query("DROP TRIGGER fault").execute(&database).await.unwrap();
    assert_eq!(app.post(&key("a"), &form("zoe@example.org")).await, received());
}

//! Messages to organisers: webhooks, mails, Action Network, Mobilizon.

use std::time::Duration;

use alentour_server::outbox::{Options, Outbox, sealed};
use alentour_server::store::{Confirmation, Erasure, LinkUse, MailedLink, Purpose};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::app::{App, feed, form, key, seat};
use crate::mailbox::MailServer;
use crate::outbox::{mailing, now, outbox, round};
use crate::receiver::{Got, Receiver, Say};
use crate::stores::by_hand;

const KEY: &str = "0123456789abcdef";

pub fn webhook(receiver: &Receiver) -> String {
    format!(
        "[[sink]]\nname = \"crm\"\nkind = \"webhook\"\nurl = \"{}/hook?k=1\"\nsecret = \"{KEY}\"\n",
        receiver.address
    )
}

async fn why(app: &App, dead: bool) -> String {
    let messages = app.store.outbox(dead, 10).await.unwrap();
    messages.into_iter().filter_map(|message| message.error).collect::<Vec<_>>().join("; ")
}

/// Checks a signature as docs/operating.md says.
fn is_signed(got: &Got, at: i64) -> bool {
    let (time, signature) = got.header("alentour-signature").split_once(",v1=").unwrap();
    let time = time.strip_prefix("t=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
    mac.update(format!("{time}.{}", got.body).as_bytes());
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    time == at.to_string() && signature == expected
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_hears_of_each_sign_up_in_a_signed_event() {
    let receiver = Receiver::start().await;
    let app = App::start_settled(&webhook(&receiver)).await;
    let outbox = outbox(&app);
    let mut form = seat("zoe@example.org");
    form["message"] = json!("Merci 🎉\n« oui »");
    form["answers"] = json!([{ "question": "niveau", "value": "débutante" }]);
    app.post(&key("a"), &form).await;
    let at = now();
    assert_eq!(round(&outbox, at).await, (1, 0, 0));
    let [got] = &receiver.got()[..] else { panic!("{:?}", receiver.got()) };
    assert_eq!((got.method.as_str(), &got.path[..]), ("POST", "/hook?k=1"));
    assert_eq!(got.header("content-type"), "application/json");
    assert!(is_signed(got, at), "{got:?}");
    let event = got.json();
    assert_eq!(event["id"], got.header("alentour-event-id"));
    assert_eq!((&event["type"], &event["attempt"]), (&json!("signup.created"), &json!(1)));
    assert_eq!(event["initiative"], json!({ "id": "atelier", "title": "Atelier" }));
    let signup = &event["signup"];
    for (name, value) in [
        ("email", "zoe@example.org"),
        ("givenName", "Zoé"),
        ("message", "Merci 🎉\n« oui »"),
        ("session", "samedi"),
    ] {
        assert_eq!(signup[name], value);
    }
    assert_eq!(signup["answers"]["niveau"], "débutante");
    assert_eq!(signup["consents"][0]["purpose"], "contact");
    assert_eq!(
        (&signup["consents"][0]["given"], &signup["consents"][1]["given"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(signup["id"].as_str().unwrap().len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_taken_back_and_an_erasure_are_passed_on_and_say_no_more_than_that() {
    let receiver = Receiver::start().await;
    let app = App::start_settled(&webhook(&receiver)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    round(&outbox, now()).await;
    let email_h = app.signups("petition").await[0].email_h;
    let purpose = Purpose::Access;
    let link = MailedLink::new(email_h, purpose, now() + 50);
    app.store.create_link(&[1; 32], &link).await.unwrap();
    let id = &app.signups("petition").await[0].id;
    let used = app.store.withdraw(&[1; 32], id, "contact", now()).await.unwrap();
    assert_eq!(used, LinkUse::Now);
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    app.store.erase(&Erasure::Person(email_h), now()).await.unwrap();
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));

    let events: Vec<Value> = receiver.got().iter().map(Got::json).collect();
    let types: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["signup.created", "consent.withdrawn", "signup.erased"]);
    let id = &events[0]["signup"]["id"];
    assert_eq!((&events[1]["signup"]["id"], &events[2]["signup"]["id"]), (id, id));
    assert_eq!(events[1]["consent"], "contact");
    assert!(events[1]["signup"]["consents"][0]["withdrawnAt"].is_string());
    assert_eq!(events[2]["signup"], json!({ "id": id }));
    for body in [&receiver.got()[1].body, &receiver.got()[2].body] {
        assert!(!body.contains("zoe") && !body.contains("Mbarek"), "{body}");
    }
    let ids: std::collections::BTreeSet<_> = events.iter().map(|event| event["id"].as_str()).collect();
    assert_eq!(ids.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_fails_gets_the_same_event_again() {
    let receiver = Receiver::start().await;
    let app = App::start_settled(&webhook(&receiver)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    let mut busy = Say::status(503);
    busy.header = Some(("retry-after", "900".into()));
    let slow = Say { after: Duration::from_millis(3000), ..Say::status(200) };
    receiver.then([Say::status(500), busy, slow, Say::status(404)]);
    let mut at = now();
    for (wait, error) in [
        (100, "it answered 500"),
        (901, "it answered 503"),
        (2000, "it did not answer in time"),
        (9000, "it answered 404"),
    ] {
        assert_eq!(round(&outbox, at).await, (0, 1, 0), "{error}");
        assert_eq!(why(&app, false).await, error);
        if error.ends_with("503") {
            assert_eq!(round(&outbox, at + 850).await, (0, 0, 0), "it came before it was asked to");
        }
        at += wait;
    }
    // Slow, but within the time it has.
    receiver.then([Say { after: Duration::from_millis(300), ..Say::status(202) }]);
    assert_eq!(round(&outbox, at).await, (1, 0, 0));
    let got = receiver.got();
    assert_eq!(got.len(), 5);
    assert!(!got[0].header("alentour-event-id").is_empty());
    assert!(got.iter().all(|one| one.header("alentour-event-id") == got[0].header("alentour-event-id")));
    assert_eq!((&got[0].json()["attempt"], &got[4].json()["attempt"]), (&json!(1), &json!(5)));
    assert!(is_signed(&got[4], at) && got[4].json()["signup"] == got[0].json()["signup"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_gone_is_given_up_at_once_and_a_redirect_is_not_followed() {
    let (receiver, inner) = (Receiver::start().await, Receiver::start().await);
    let app = App::start_settled(&webhook(&receiver)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    let mut redirect = Say::status(307);
    redirect.header = Some(("location", format!("{}/inner", inner.address)));
    receiver.then([redirect, Say::status(410)]);
    assert_eq!(round(&outbox, now()).await, (0, 1, 0));
    assert!(inner.got().is_empty());
    assert_eq!(why(&app, false).await, "it answered 307: redirects are not followed");
    assert_eq!(round(&outbox, now() + 100).await, (0, 0, 1));
    assert!(why(&app, true).await.contains("410"));
    assert_eq!(app.store.retry(None, &by_hand(now())).await.unwrap(), 1);
    assert_eq!(round(&outbox, now() + 1).await, (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_is_refused_and_so_is_a_sink_without_https() {
    let receiver = Receiver::start().await;
    let strict = Options::default();
    let app = App::start_settled(&webhook(&receiver)).await;
    let error = Outbox::new(&app.state, strict).err().unwrap();
    assert!(error.contains("\"crm\"") && error.contains("https"), "{error}");

    // Whatever the name: the address that it stands for is what counts.
    for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "2130706433"] {
        let settings = webhook(&receiver).replace(&receiver.address, &format!("https://{host}:9"));
        let app = App::start_settled(&settings).await;
        let outbox = Outbox::new(&app.state, strict).unwrap();
        app.post(&key("a"), &form("zoe@example.org")).await;
        assert_eq!(round(&outbox, now()).await, (0, 1, 0), "{host}");
        let why = why(&app, false).await;
        assert!(why.contains("private addresses; --allow-private-sinks"), "{host}: {why}");
    }
    assert!(receiver.got().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_down_does_not_keep_the_others_waiting() {
    let (down, up) = (Receiver::start().await, Receiver::start().await);
    let second = webhook(&up).replace("\"crm\"", "\"other\"");
    let app = App::start_settled(&format!("{}{second}", webhook(&down))).await;
    let outbox = outbox(&app);
    // Each call of it takes all the time there is: 1.5 s.
    down.then(vec![Say { after: Duration::from_secs(5), ..Say::status(200) }; 60]);
    for i in 0..60 {
        let email = format!("p{i}@example.org");
        app.post(&key(&email), &form(&email)).await;
    }
    let (at, begun) = (now(), std::time::Instant::now());
    while outbox.deliver_due(at).await.unwrap().taken > 0 {}
    assert_eq!(up.got().len(), 60);
    assert!(down.got().len() <= 16, "{} calls", down.got().len());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // But for those of the first round nothing was done about what waits for it: no attempt is used up.
    let waiting = app.store.outbox(false, 100).await.unwrap();
    let untouched = waiting.iter().filter(|message| message.attempts == 0 && message.error.is_none()).count();
    assert!(waiting.len() == 60 && untouched >= 28, "{untouched} of {}", waiting.len());
    // A minute later one message tries it, and the others keep their attempts.
    outbox.deliver_due(at + 62).await.unwrap();
    let later = app.store.outbox(false, 100).await.unwrap();
    let attempts =
        |all: &[alentour_server::store::OutboxMessage]| all.iter().map(|one| one.attempts).sum::<u32>();
    assert_eq!(attempts(&later), attempts(&waiting) + 1);
    // Once it is back, one of them finds out, and then all come.
    down.forget();
    let mut later = at;
    while app.store.backlog().await.unwrap().waiting > 0 {
        later += 61;
        outbox.deliver_due(later).await.unwrap();
        assert!(later < at + 86_400);
    }
    let ids: std::collections::BTreeSet<_> =
        down.got().iter().map(|got| got.header("alentour-event-id").to_owned()).collect();
    assert_eq!(ids.len(), 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_has_left_the_settings_leaves_a_dead_letter_that_says_so() {
    let receiver = Receiver::start().await;
    let app = App::start_settled(&webhook(&receiver)).await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    let mut state = app.state.clone();
    state.settings = Default::default();
    let outbox = Outbox::new(&state, Options::default()).unwrap();
    assert_eq!(round(&outbox, now()).await, (0, 0, 1));
    assert!(why(&app, true).await.contains("no sink of that name"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organiser_gets_a_mail_a_sign_up_and_can_answer_it() {
    let server = MailServer::start().await;
    let sink = "[[sink]]\nname = \"orga\"\nkind = \"mail\"\nto = \"orga@example.org\"\n";
    let mut announced = feed();
    announced["timeZone"] = json!("Indian/Reunion");
    let permit = json!({ "id": "permis", "label": "J’ai le permis", "type": "boolean" });
    announced["initiatives"][0]["participation"]["questions"] = json!([permit]);
    let app = App::start_announcing(announced, &format!("{}{sink}", mailing(&server))).await;
    let outbox = outbox(&app);
    let mut form = seat("zoe@example.org");
    form["message"] = json!("Bonjour\nAdresse e-mail : fausse@example.org");
    form["answers"] = json!([{ "question": "permis", "value": "yes" }]);
    app.post(&key("a"), &form).await;
    // Not before it is confirmed.
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    assert!(server.to("orga@example.org").is_empty());
    let link = server.to("zoe@example.org")[0].link("/confirm/").unwrap();
    let hash = app.store.secret().token_hash(link.rsplit('/').next().unwrap());
    assert_eq!(app.confirm(&hash).await, [Confirmation::Now]);
    assert_eq!(round(&outbox, now()).await, (2, 0, 0));
    let mail = server.to("orga@example.org").remove(0);
    let text = mail.text();
    for part in [
        "Prénom\u{a0}: Zoé",
        "Adresse e-mail\u{a0}: zoe@example.org",
        "samedi 2 mai 2099",
        "J’ai le permis\u{a0}: oui",
        "Accord «\u{a0}J’accepte d’être contacté·e.\u{a0}»\u{a0}: oui",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("\n    Adresse e-mail : fausse@example.org"), "{text}");
    // Moments in words, on the initiative's clocks.
    let hours = jiff::Timestamp::now().in_tz("Indian/Reunion").unwrap().strftime("à %-H").to_string();
    let received = text.lines().find(|line| line.starts_with("Reçue le")).unwrap();
    assert!(received.contains(&hours) && !received.contains('Z'), "{received}");
    assert!(mail.head().contains("Reply-To: zoe@example.org"), "{}", mail.head());
    let email_h = app.signups("atelier").await[0].email_h;
    let id = app.signups("atelier").await[0].id.clone();
    assert!(text.contains(&id));
    app.store.erase(&Erasure::Person(email_h), now()).await.unwrap();
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    let erased = server.to("orga@example.org").remove(1);
    assert!(erased.text().contains(&id) && !erased.text().contains("zoe"), "{}", erased.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_only_the_organiser_reads_in_a_webhook_and_in_a_mail() {
    let (server, receiver) = (MailServer::start().await, Receiver::start().await);
    let (public, secret) = sealed::new_keys();
    let settings = format!(
        "{}[[sink]]\nname = \"orga\"\nkind = \"mail\"\nto = \"orga@example.org\"\npublic-key = \"{public}\"\n{}public-key = \"{public}\"\n",
        mailing(&server),
        webhook(&receiver),
    );
    let app = App::start_settled(&settings).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    round(&outbox, now()).await;
    let link = server.to("zoe@example.org")[0].link("/confirm/").unwrap();
    let hash = app.store.secret().token_hash(link.rsplit('/').next().unwrap());
    assert_eq!(app.confirm(&hash).await, [Confirmation::Now]);
    assert_eq!(round(&outbox, now()).await, (3, 0, 0));

    let got = receiver.got().remove(0);
    let mail = server.to("orga@example.org").remove(0);
    let parsed = mail.parsed();
    let attached = parsed.attachments().next().unwrap().contents().to_vec();
    let attached = String::from_utf8(attached).unwrap();
    let whole = String::from_utf8(mail.raw.clone()).unwrap();
    for text in [&got.body, &attached, &whole, &mail.text()] {
        assert!(!text.contains("zoe@") && !text.contains("Mbarek"), "{text}");
    }
    // As the organiser does it.
    let file = app.path("key");
    std::fs::write(&file, format!("public-key = \"{public}\"\nsecret-key = \"{secret}\"\n")).unwrap();
    for event in [&got.body, &attached] {
        use std::io::Write;
        use std::process::{Command, Stdio};
        let mut child = Command::new(env!("CARGO_BIN_EXE_alentour"))
            .args(["keys", "open", "--key-file"])
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(event.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let opened: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(opened["signup"]["email"], "zoe@example.org");
        assert_eq!(opened["type"], "signup.created");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_about_one_sign_up_are_numbered_in_order_and_a_new_one_has_another_id() {
    let (server, receiver) = (MailServer::start().await, Receiver::start().await);
    let app = App::start_settled(&format!("{}{}", mailing(&server), webhook(&receiver))).await;
    let outbox = outbox(&app);
    let confirm_all = async |digit: u8| {
        let email_h = app.signups("petition").await.last().unwrap().email_h;
        let purpose = Purpose::Confirm;
        let link = MailedLink::new(email_h, purpose, now() + 50);
        app.store.create_link(&[digit; 32], &link).await.unwrap();
        assert_eq!(app.confirm(&[digit; 32]).await, [Confirmation::Now]);
        email_h
    };
    app.post(&key("a"), &form("zoe@example.org")).await;
    confirm_all(1).await;
    let mut change = form("zoe@example.org");
    change["partySize"] = json!(2);
    app.post(&key("b"), &change).await;
    let email_h = confirm_all(2).await;
    // The first is lost on the way: the others wait for it.
    receiver.then([Say::status(500)]);
    round(&outbox, now()).await;
    round(&outbox, now()).await;
    assert_eq!(receiver.got().len(), 1, "a later event overtook");
    app.store.erase(&Erasure::Person(email_h), now()).await.unwrap();
    for minutes in 1..6 {
        round(&outbox, now() + 100 * minutes).await;
    }
    let events: Vec<Value> = receiver.got().iter().skip(1).map(Got::json).collect();
    // What was erased meanwhile is told no more; that it is gone is, with the highest number.
    let last = events.last().unwrap();
    assert_eq!(last["type"], "signup.erased");
    let id = receiver.got()[0].json()["signup"]["id"].clone();
    assert_eq!(last["signup"], json!({ "id": id }));
    let highest = last["sequence"].as_u64().unwrap();
    assert!(events.iter().all(|event| event["sequence"].as_u64().is_some_and(|number| number <= highest)));
    assert!(Some(highest) > receiver.got()[0].json()["sequence"].as_u64(), "{last}");

    app.post(&key("c"), &form("zoe@example.org")).await;
    confirm_all(3).await;
    round(&outbox, now() + 1000).await;
    let again = receiver.got().pop().unwrap().json();
    assert_eq!(again["type"], "signup.created");
    assert_ne!(again["signup"]["id"], id, "a receiver would drop it as erased");
    assert!(
        receiver
            .got()
            .iter()
            .all(|one| one.json()["id"] != again["id"] || one.json()["type"] == again["type"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_passed_on_whole_under_the_same_id() {
    let (server, receiver) = (MailServer::start().await, Receiver::start().await);
    let orga = "[[sink]]\nname = \"orga\"\nkind = \"mail\"\nto = \"orga@example.org\"\n";
    let app = App::start_settled(&format!("{}{}{orga}", mailing(&server), webhook(&receiver))).await;
    let outbox = outbox(&app);
    for (name, party) in [("a", 1), ("b", 3)] {
        let mut form = form("zoe@example.org");
        form["partySize"] = json!(party);
        app.post(&key(name), &form).await;
        let email_h = app.signups("petition").await[0].email_h;
        let purpose = Purpose::Confirm;
        let link = MailedLink::new(email_h, purpose, now() + 50);
        app.store.create_link(&[party; 32], &link).await.unwrap();
        assert_eq!(app.confirm(&[party; 32]).await, [Confirmation::Now]);
        round(&outbox, now()).await;
        round(&outbox, now()).await;
    }
    let events: Vec<Value> = receiver.got().iter().map(Got::json).collect();
    let [created, changed] = &events[..] else { panic!("{events:?}") };
    assert_eq!((&created["type"], &changed["type"]), (&json!("signup.created"), &json!("signup.changed")));
    assert_eq!(created["signup"]["id"], changed["signup"]["id"]);
    assert!(changed["sequence"].as_u64() > created["sequence"].as_u64(), "{events:?}");
    assert_eq!(
        (&changed["signup"]["partySize"], &changed["signup"]["givenName"]),
        (&json!(3), &json!("Zoé"))
    );
    let mail = server.to("orga@example.org").remove(1);
    assert_eq!(mail.parsed().subject(), Some("Inscription modifiée\u{a0}: Pétition"));
    assert!(mail.text().contains("Nombre de personnes\u{a0}: 3"), "{}", mail.text());
}

/// As <https://actionnetwork.org/docs/v2/record_attendance_helper> and its two sisters have it: the token's header, the person
/// with `given_name`, `family_name`, `email_addresses[].address`, `postal_addresses[].postal_code`, `phone_numbers[].number`,
/// `custom_fields`; an attendance with `status`.
#[tokio::test(flavor = "multi_thread")]
async fn action_network_gets_what_its_helpers_document() {
    let receiver = Receiver::start().await;
    for (path, status) in [
        ("/api/v2/events/d91b4b2e/attendances", json!("accepted")),
        ("/api/v2/petitions/d91b4b2e/signatures", Value::Null),
        ("/api/v2/forms/d91b4b2e/submissions", Value::Null),
        ("/osdi/events/1/record_attendance_helper", json!("accepted")),
    ] {
        let settings = format!(
            "[[sink]]\nname = \"an\"\nkind = \"osdi\"\nurl = \"{}{path}\"\ntoken = \"jeton\"\n",
            receiver.address
        );
        let app = App::start_settled(&settings).await;
        let outbox = outbox(&app);
        let mut form = form("zoe@example.org");
        form["telephone"] = json!("+33 6 12 34 56 78");
        form["partySize"] = json!(2);
        form["answers"] = json!([{ "question": "niveau", "value": "débutante" }]);
        app.post(&key("a"), &form).await;
        assert_eq!(round(&outbox, now()).await, (1, 0, 0));
        let got = receiver.got().pop().unwrap();
        assert_eq!((got.method.as_str(), &got.path[..]), ("POST", path));
        assert_eq!(got.header("osdi-api-token"), "jeton");
        assert_eq!(got.header("content-type"), "application/json");
        let body = got.json();
        let email_h = app.signups("petition").await[0].email_h;
        let id = app.signups("petition").await[0].id.clone();
        assert_eq!(body["identifiers"], json!([format!("alentour:{id}")]));
        assert_eq!(body["status"], status, "{path}");
        // No `status` in the address: nobody asked for the newsletter.
        assert_eq!(
            body["person"],
            json!({
                "given_name": "Zoé", "family_name": "Mbarek",
                "email_addresses": [{ "primary": true, "address": "zoe@example.org" }],
                "phone_numbers": [{ "primary": true, "number": "33612345678" }],
                "custom_fields": { "niveau": "débutante", "party_size": "2" },
            })
        );
        // The API forgets nobody: a dead letter says what to do by hand, and to whom.
        app.store.erase(&Erasure::Person(email_h), now()).await.unwrap();
        assert_eq!(round(&outbox, now()).await, (0, 0, 1));
        assert!(why(&app, true).await.contains(&format!("alentour:{id}")));
    }
}

/// As the schema has it (<https://framagit.org/framasoft/mobilizon/-/blob/main/schema.graphql>): `config { anonymous { actorId } }`,
/// then `joinEvent(eventId: ID!, actorId: ID!, email: String, message: String, locale: String): Participant`.
#[tokio::test(flavor = "multi_thread")]
async fn mobilizon_gets_an_anonymous_participation() {
    let receiver = Receiver::start().await;
    let settings = format!(
        "[[sink]]\nname = \"mbz\"\nkind = \"mobilizon\"\nurl = \"{}/\"\nevent = \"4242\"\n",
        receiver.address
    );
    let app = App::start_settled(&settings).await;
    let outbox = outbox(&app);
    let config = Say::json(json!({ "data": { "config": { "anonymous": {
        "actorId": "7", "participation": { "allowed": true } } } } }));
    let error =
        |words: &str| Say::json(json!({ "data": { "joinEvent": null }, "errors": [{ "message": words }] }));
    let joined = Say::json(json!({ "data": { "joinEvent": { "id": "99", "role": "NOT_CONFIRMED" } } }));
    receiver.then([config.clone(), joined]);
    app.post(&key("a"), &form("zoe@example.org")).await;
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    let got = receiver.got();
    assert!(got.iter().all(|one| one.method == "POST" && one.path == "/api"));
    assert!(got[0].json()["query"].as_str().unwrap().contains("anonymous { actorId"));
    let join = got[1].json();
    assert!(join["query"].as_str().unwrap().contains("joinEvent(eventId: $eventId, actorId: $actorId"));
    assert_eq!(
        join["variables"],
        json!({ "eventId": "4242", "actorId": "7", "email": "zoe@example.org", "message": null, "locale": "fr" })
    );

    // A repeat is as good as the first; a full event, a refusal and an answer that is no GraphQL are not.
    for (i, (say, counts)) in [
        (error("You are already a participant of this event"), (1, 0, 0)),
        (error("The event has already reached its maximum capacity"), (0, 0, 1)),
        (error("Anonymous participation is not enabled"), (0, 1, 0)),
        (Say::status(200), (0, 1, 0)),
    ]
    .into_iter()
    .enumerate()
    {
        receiver.then([config.clone(), say]);
        let email = format!("p{i}@example.org");
        app.post(&key(&email), &form(&email)).await;
        assert_eq!(round(&outbox, now()).await, counts, "{i}");
    }
    let email_h = app.signups("petition").await[0].email_h;
    app.store.erase(&Erasure::Person(email_h), now()).await.unwrap();
    assert_eq!(round(&outbox, now()).await, (0, 0, 1));
    assert!(why(&app, true).await.contains("link that the instance mailed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_left_the_feed_is_told_all_the_same() {
    let receiver = Receiver::start().await;
    let app = App::start_announcing(feed(), &webhook(&receiver)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    let mut less = feed();
    less["initiatives"].as_array_mut().unwrap().remove(1);
    std::fs::write(app.path("feed.json"), less.to_string()).unwrap();
    let begun = std::time::Instant::now();
    while app.state.feeds.initiative("petition").is_ok() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    assert_eq!(receiver.got()[0].json()["initiative"], json!({ "id": "petition", "title": null }));
}

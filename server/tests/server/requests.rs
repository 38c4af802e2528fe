//! Asking to join and offering, from both ways in to each way out; the organiser accepts or declines by command.

use alentour_server::store::{Decision, Erasure, Meeting};
use serde_json::{Value, json};

use crate::app::{App, MAILING, database, feed, form, key, seat};
use crate::backup::back_up;
use crate::command::{alentour, text};
use crate::initiatives::{filled, page, send};
use crate::mailbox::MailServer;
use crate::outbox::{mailing, now, outbox, round};
use crate::receiver::Receiver;
use crate::sinks::webhook;
use crate::venues::venue_entry;
use crate::waiting_list::{joins, last, own};

const ZOE: &str = "zoe@example.org";

/// A project that needs four tables and somebody's hands.
fn needing() -> Value {
    let mut feed = feed();
    let local = &mut feed["initiatives"][1];
    local["name"] = json!("Un local");
    local["kind"] = json!("project");
    local["location"] = json!([{ "postalCode": "69007", "addressLocality": "Lyon" }]);
    local["participation"]["way"] = json!("offer");
    local["participation"]["needs"] = json!([
        { "id": "tables", "name": "Tables pliantes", "type": "material", "quantity": 4, "unit": "tables" },
        { "id": "bras", "name": "Des bras", "type": "time" },
    ]);
    feed
}

fn offering(email: &str, tables: u32) -> Value {
    let mut form = form(email);
    form["offers"] = json!([{ "need": "tables", "quantity": tables }, { "need": "bras", "quantity": 1 }]);
    form["message"] = json!("Je peux\nles livrer.");
    form
}

/// Runs `alentour requests` on the server's database.
fn requests(app: &App, arguments: &[&str]) -> std::process::Output {
    let database = database(&app.folder);
    alentour(&[&["requests"], arguments, &["--database", &database]].concat())
}

fn refused(app: &App, arguments: &[&str]) -> String {
    let output = requests(app, arguments);
    assert!(!output.status.success() && output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn listed(app: &App) -> Vec<Value> {
    serde_json::from_str(&text(&requests(app, &["list", "--json"]))).unwrap()
}

/// How a request is named to answer it as it is.
fn looked_at(request: &Value) -> String {
    format!("{}@{}", request["id"].as_str().unwrap(), request["version"])
}

/// All of them.
fn ids(app: &App) -> Vec<String> {
    listed(app).iter().map(looked_at).collect()
}

async fn remaining(app: &App) -> Value {
    let live: Value = app.get("/v1/live.json?id=petition").await.json().await.unwrap();
    live["initiatives"][0]["needs"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_is_accepted_in_part_and_everybody_is_told() {
    let (server, crm) = (MailServer::start().await, Receiver::start().await);
    let app = App::start_announcing(needing(), &format!("{}{}", mailing(&server), webhook(&crm))).await;
    assert_eq!(remaining(&app).await, json!([{ "id": "tables", "remaining": 4 }]));
    assert_eq!(app.post(&key(ZOE), &offering(ZOE, 3)).await.0, 201);
    round(&outbox(&app), now()).await;
    let asked = last(&server, ZOE).text().replace('\u{a0}', " ");
    assert!(asked.contains("Vous proposez : Tables pliantes : 3 tables"), "{asked}");
    assert!(asked.contains("Réponse : l’organisation décidera et vous répondra"), "{asked}");
    assert!(asked.contains("Confirmer ma demande") && !asked.contains("participation"), "{asked}");
    assert_eq!(listed(&app), [] as [Value; 0], "nobody has confirmed");

    let told = joins(&app, &server, &offering(ZOE, 3), 'a').await;
    assert_eq!(told.parsed().subject(), Some("Demande enregistrée\u{a0}: Un local"));
    assert!(told.text().contains("Voir ou annuler ma demande"), "{}", told.text());
    let [request] = &listed(&app)[..] else { panic!("not one") };
    let id = looked_at(request);
    assert_eq!((&request["decision"], &request["initiative"]), (&json!("asked"), &json!("petition")));
    let shown = text(&requests(&app, &["list", "--initiative", "petition"]));
    assert!(shown.starts_with(&format!("{id}  asked  petition  ")), "{shown}");
    assert!(
        shown.contains("bras: 1 (0 accepted), tables: 3 (0 accepted)\n    Je peux\n    les livrer.\n"),
        "{shown}"
    );
    assert_eq!(remaining(&app).await[0]["remaining"], 4, "what is offered changes nothing");
    // Where one meets is for those who were accepted.
    let meeting = Meeting::parse("3 rue Discrète", "").unwrap();
    assert_eq!(
        app.store.set_venue("petition", "", &meeting, &venue_entry("petition", now())).await.unwrap(),
        0
    );
    let asks = app.get(&own(&told)).await.text().await.unwrap();
    assert!(!asks.contains("Discrète"), "{asks}");

    assert_eq!(text(&requests(&app, &["accept", &id, "--need", "tables=2"])), "1\n");
    round(&outbox(&app), now()).await;
    let accepted = last(&server, ZOE);
    assert_eq!(accepted.parsed().subject(), Some("C’est accepté\u{a0}: Un local"));
    let said = accepted.text().replace('\u{a0}', " ");
    assert!(said.contains("Tables pliantes : 3 tables (accepté : 2)"), "{said}");
    assert!(said.contains("Réponse : demande acceptée") && said.contains("3 rue Discrète"), "{said}");
    let own_page = app.get(&own(&accepted)).await.text().await.unwrap();
    assert!(own_page.contains("(accepté\u{a0}: 2)") && own_page.contains("demande acceptée"), "{own_page}");
    for typed in ["Zoé", "livrer", ZOE] {
        assert!(!own_page.contains(typed), "{typed}: {own_page}");
    }
    // What was counted is believed for two seconds.
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    assert_eq!(remaining(&app).await[0]["remaining"], 2);
    let events: Vec<Value> = crm.got().iter().map(|got| got.json()).collect();
    let said: Vec<_> = events.iter().map(|event| (&event["type"], &event["signup"]["decision"])).collect();
    assert_eq!(
        said,
        [(&json!("signup.created"), &json!("asked")), (&json!("signup.changed"), &json!("accepted"))]
    );
    assert_eq!(
        events[1]["signup"]["offers"],
        json!([{ "need": "bras", "quantity": 1, "accepted": 0 }, { "need": "tables", "quantity": 3, "accepted": 2 }])
    );
    let export = text(&alentour(&[
        "signups",
        "export",
        "--initiative",
        "petition",
        "--database",
        &database(&app.folder),
    ]));
    assert!(export.contains("attempt,sessions,guests,decision,offers,town\r\n"), "{export}");
    assert!(export.contains(",accepted,\"bras: 1 (0 accepted), tables: 3 (2 accepted)\",\r\n"), "{export}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_tells_of_the_last_decision_alone_and_who_is_declined_is_led_on() {
    let server = MailServer::start().await;
    let app = App::start_announcing(needing(), &mailing(&server)).await;
    joins(&app, &server, &offering(ZOE, 3), 'a').await;
    let answer = |answer: &str| text(&requests(&app, &[answer, &ids(&app)[0]]));
    let before = server.to(ZOE).len();
    assert_eq!(answer("accept"), "1\n");
    assert_eq!(answer("accept"), "0\n");
    assert_eq!(answer("decline"), "1\n");
    round(&outbox(&app), now()).await;
    let mails = server.to(ZOE);
    let [declined] = &mails[before..] else { panic!("{} mails", mails.len() - before) };
    assert_eq!(declined.parsed().subject(), Some("Réponse à votre demande\u{a0}: Un local"));
    assert!(
        declined.text().contains("https://agir.example.org/near?place=69007%20Lyon&lang=fr"),
        "{}",
        declined.text()
    );
    let own_page = app.get(&own(declined)).await.text().await.unwrap();
    assert!(own_page.contains("demande non retenue"), "{own_page}");
    // Changed again: they are told again.
    assert_eq!(answer("accept"), "1\n");
    round(&outbox(&app), now()).await;
    assert_eq!(server.to(ZOE).len(), before + 2);
    // To and fro before a mail goes out is told once.
    for next in ["decline", "accept", "decline", "accept"] {
        assert_eq!(answer(next), "1\n");
    }
    round(&outbox(&app), now()).await;
    assert_eq!(server.to(ZOE).len(), before + 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_answers_is_given_as_a_whole_or_not_at_all() {
    let app = App::start_announcing(needing(), "").await;
    for (name, tables) in [("zoe", 3), ("max", 2)] {
        assert_eq!(app.post(&key(name), &offering(&format!("{name}@example.org"), tables)).await.0, 201);
    }
    let (all, ids) = (listed(&app), ids(&app));
    let id = |at: usize| all[at]["id"].as_str().unwrap();
    let why = refused(&app, &["accept", id(0)]);
    assert!(why.contains("it says no version") && why.contains("ID@VERSION"), "{why}");
    let file = app.path("answers.json").display().to_string();
    let write = |answers: Value| std::fs::write(app.path("answers.json"), answers.to_string()).unwrap();
    write(json!([{ "id": ids[0], "decision": "accepted" }, { "id": "nobody@1", "decision": "declined" }]));
    let why = refused(&app, &["apply", &file]);
    assert!(why.contains("nothing was done") && why.contains("entry 2 (nobody)"), "{why}");
    let tables: Vec<_> =
        listed(&app).iter().map(|one| one["offers"][1]["quantity"].as_u64().unwrap()).collect();
    let left = 4 - tables[0];
    write(json!([{ "id": ids[0], "decision": "accepted" }, { "id": ids[1], "decision": "accepted" }]));
    let why = refused(&app, &["apply", &file]);
    assert!(
        why.contains(&format!("entry 2 ({}): of \"tables\" only {left} are still needed", id(1))),
        "{why}"
    );
    assert!(listed(&app).iter().all(|one| one["decision"] == "asked"));
    write(json!([{ "id": ids[0], "decision": "accepted" },
                 { "id": ids[1], "decision": "accepted", "accepted": { "tables": left } }]));
    assert_eq!(text(&requests(&app, &["apply", &file])), "2\n");
    let why = refused(&app, &["accept", &ids[1], "--beyond"]);
    assert!(why.contains(&format!("({}): it has changed since you looked at it", id(1))), "{why}");
    let now = listed(&app);
    let again = looked_at(now.iter().find(|one| one["id"] == id(1)).unwrap());
    let why = refused(&app, &["accept", &again, "--need", "tables=9"]);
    assert!(why.contains(&format!("of \"tables\" it offers {}", tables[1])), "{why}");
    assert_eq!(text(&requests(&app, &["accept", &again, "--beyond"])), "1\n");
}

#[tokio::test]
async fn what_is_offered_is_checked_on_the_way_in() {
    let app = App::start_announcing(needing(), "").await;
    for (offers, field) in [
        (json!([{ "need": "tables", "quantity": 5 }]), "offers.tables"),
        (json!([{ "need": "tables" }]), "offers.tables"),
        (json!([{ "need": "chaises", "quantity": 1 }]), "offers"),
    ] {
        let mut form = form(ZOE);
        form["offers"] = offers;
        let (status, body) = app.post(&key("a"), &form).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &body["fields"]), (422, &json!([{ "field": field, "problem": "invalid" }])));
    }
    // Nothing is to be offered by whoever writes a word.
    assert_eq!(app.post(&key("b"), &form(ZOE)).await.0, 201);
    assert_eq!(
        app.signups("petition").await[0].decision.map(|(decision, _)| decision),
        Some(Decision::Asked)
    );
}

#[tokio::test]
async fn a_page_without_a_form_says_what_is_needed() {
    let app = App::start_announcing(needing(), "").await;
    let (_, open) = page(&app, "/i/petition?lang=fr").await;
    let plain = open.replace('\u{a0}', " ");
    assert!(
        plain.contains("Ce qu’il faut encore") && plain.contains("du matériel · encore 4 tables"),
        "{open}"
    );
    assert!(!open.contains("<form"), "{open}");
}

#[tokio::test]
async fn a_form_without_a_script_offers_what_is_ticked() {
    let app = App::start_announcing(needing(), MAILING).await;
    let (_, open) = page(&app, "/i/petition?lang=fr").await;
    let plain = open.replace('\u{a0}', " ");
    assert!(
        plain.contains("Ce que vous pouvez apporter") && plain.contains("du matériel · encore 4 tables"),
        "{open}"
    );
    let mut fields = filled(&app, ZOE).await;
    fields.extend([("offers", "tables".into()), ("offers.tables", "9".into()), ("offers", "bras".into())]);
    let (status, back) = send(&app, &fields).await;
    assert!(status == 422 && back.replace('\u{a0}', " ").contains("De 1 à 4."), "{back}");
    assert!(back.contains("value=\"9\"") && back.matches(" checked").count() >= 2, "{back}");
    fields.retain(|(name, _)| *name != "offers.tables");
    fields.push(("offers.tables", "2".into()));
    let (status, thanks) = send(&app, &fields).await;
    assert_eq!(status, 200);
    assert!(thanks.contains("Une fois confirmée, votre demande va à"), "{thanks}");
    let [stored] = &app.signups("petition").await[..] else { panic!("not one") };
    let offers: Vec<_> =
        stored.offers.iter().map(|one| (one.need.as_str(), one.quantity, one.needed)).collect();
    assert_eq!(offers, [("bras", 1, None), ("tables", 2, Some(4))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_and_offers_return_from_a_back_up_but_for_who_has_left_since() {
    let app = App::start_announcing(needing(), "").await;
    for name in ["zoe", "max"] {
        assert_eq!(app.post(&key(name), &offering(&format!("{name}@example.org"), 2)).await.0, 201);
    }
    assert_eq!(app.post(&key("seat"), &seat(ZOE)).await.0, 201);
    let ids = ids(&app);
    assert_eq!(text(&requests(&app, &["accept", &ids[0], &ids[1]])), "2\n");
    let folder = tempfile::tempdir().unwrap();
    let first = back_up(&app, folder.path());
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    // She leaves the project, and keeps her seat elsewhere.
    let zoe = app.signups("petition").await.into_iter().find(|one| one.person.email == ZOE).unwrap();
    app.store.erase(&Erasure::One(zoe.email_h, zoe.id), 0).await.unwrap();
    back_up(&app, folder.path());
    let target = tempfile::tempdir().unwrap();
    text(&alentour(&["restore", "--database", &database(&target), first.to_str().unwrap()]));
    let all = text(&alentour(&["requests", "list", "--json", "--database", &database(&target)]));
    let [max] = &serde_json::from_str::<Vec<Value>>(&all).unwrap()[..] else { panic!("{all}") };
    assert_eq!((&max["email"], &max["decision"]), (&json!("max@example.org"), &json!("accepted")));
    assert_eq!(max["offers"][1], json!({ "need": "tables", "quantity": 2, "accepted": 2 }));
}

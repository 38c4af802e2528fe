//! What programs do for an account, by a token of it.

use std::collections::BTreeSet;

use alentour_server::api::{self, ROUTES};
use alentour_server::store::{Account, ApiToken, Deed, OwnStatus, Role, Scope, TrailEntry, random_id};
use serde_json::{Value, json};

use crate::app::{App, database, feed, on_sqlite};
use crate::backup::back_up;
use crate::command::{alentour, text};
use crate::mailbox::MailServer;
use crate::organise::{account, operating, signed_in};
use crate::outbox::{mailing, now};
use crate::stores::{self, count};
use crate::venues::on_each_of;

pub const ALL: &[Scope] = &Scope::ALL;

/// A token of that account, for one initiative or (empty) all.
pub async fn token(app: &App, account: &Account, scopes: &[Scope], initiative: &str) -> String {
    token_until(app, account, scopes, initiative, now() + 9000).await
}

async fn token_until(app: &App, of: &Account, scopes: &[Scope], initiative: &str, until: i64) -> String {
    let secret = api::new_token().unwrap();
    let token = ApiToken {
        id: random_id().unwrap(),
        account: of.id.clone(),
        name: "Site web".into(),
        scopes: scopes.to_vec(),
        initiative: initiative.into(),
        created_at: now(),
        expires_at: until,
        used_at: None,
    };
    let entry = TrailEntry::by_hand(initiative, Deed::TokenMade, json!({}), now());
    let hash = api::digest(app.store.secret(), &secret);
    assert!(app.store.create_api_token(&hash, &token, &entry).await.unwrap());
    secret
}

/// An account with that role with an initiative.
pub async fn with_role(app: &App, email: &str, initiative: &str, role: Option<Role>) -> Account {
    let account = account(app, email, false).await;
    let entry = TrailEntry::by_hand(initiative, Deed::Role, json!({}), now());
    app.store.set_role(&account.id, initiative, role, &entry).await.unwrap();
    account
}

/// What a program got.
pub struct Got {
    pub status: u16,
    pub etag: String,
    pub json: Value,
    pub headers: reqwest::header::HeaderMap,
}

pub async fn ask(
    app: &App,
    token: &str,
    (method, path): (&str, &str),
    more: &[(&str, &str)],
    body: Option<Value>,
) -> Got {
    let method = method.parse().unwrap();
    let mut request = app.client.request(method, format!("{}{path}", app.address));
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.unwrap();
    let headers = response.headers().clone();
    let etag = headers.get("etag").map_or("", |it| it.to_str().unwrap()).to_owned();
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    Got { status, etag, json: serde_json::from_str(&body).unwrap_or_default(), headers }
}

pub fn walk() -> Value {
    json!({ "name": "Balade", "kind": "gathering", "summary": "On marche", "startDate": "2099-05-02" })
}

async fn make(app: &App, token: &str) -> String {
    let made = ask(app, token, ("POST", "/v1/api/initiatives"), &[], Some(walk())).await;
    assert_eq!((made.status, made.etag.as_str()), (201, "\"1\""), "{}", made.json);
    made.json["id"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_described_is_there_and_what_is_there_is_described() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json")).unwrap();
    let description: Value = serde_json::from_str(&text).unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        if path.starts_with("/v1/api/") {
            for (method, operation) in methods.as_object().unwrap() {
                assert_eq!(operation["security"], json!([{ "token": [] }]), "{path}");
                for status in ["401", "403", "429"] {
                    assert!(operation["responses"].get(status).is_some(), "{method} {path} {status}");
                }
                let scope = operation["description"].as_str().unwrap().to_owned();
                described.insert((path.clone(), method.to_uppercase(), scope));
            }
        }
    }
    let of = |path: &str, method: &str| {
        described.iter().find(|(known, by, _)| known == path && by == method).map(|(.., scope)| scope)
    };
    for route in ROUTES {
        let said = of(route.path, route.method.as_str()).unwrap();
        assert!(said.contains(&format!("Scope {}", route.scope.as_str())), "{}: {said}", route.path);
    }
    assert_eq!(described.len(), ROUTES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_described_takes_the_methods_that_it_says() {
    let app = App::start().await;
    let text = app.get("/openapi.json").await.text().await.unwrap();
    let description: Value = serde_json::from_str(&text).unwrap();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let real = path.replace("{id}", "atelier").replace("{", "").replace("}", "");
            let got = ask(&app, "", (&method.to_uppercase(), &real), &[], None).await;
            assert_ne!(got.status, 405, "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_button_says_is_as_it_is_described() {
    let app = App::start().await;
    let description: Value = app.get("/openapi.json").await.json().await.unwrap();
    let responses = &description["paths"]["/v1/action.json"]["get"]["responses"];
    let schema = &responses["200"]["content"]["application/json"]["schema"];
    let known: BTreeSet<_> = schema["properties"].as_object().unwrap().keys().collect();
    for id in ["atelier", "petition"] {
        let said: Value = app.get(&format!("/v1/action.json?id={id}&lang=es")).await.json().await.unwrap();
        assert_eq!(said.as_object().unwrap().keys().collect::<BTreeSet<_>>(), known, "{id}");
        for (name, property) in schema["properties"].as_object().unwrap() {
            let is_text = said[name].is_string()
                || said[name].is_null() && property["type"] == json!(["string", "null"]);
            assert!(is_text, "{id}: {name} is {}", said[name]);
        }
    }
    assert_eq!(schema["required"].as_array().unwrap().len(), known.len());
    for (query, status) in [("id=nulle-part", 404), ("lang=fr", 400)] {
        let got = app.get(&format!("/v1/action.json?{query}")).await.status();
        assert!(got == status && responses.get(status.to_string()).is_some(), "{query}: {got}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_can_do_what_it_says_and_never_more_than_its_account() {
    for (app, _server) in on_each_of(&feed(), "").await {
        let operator = account(&app, "operatrice@example.org", true).await;
        let all = token(&app, &operator, ALL, "").await;
        let (one, other) = (make(&app, &all).await, make(&app, &all).await);
        let asha = with_role(&app, "asha@example.org", &one, Some(Role::Organiser)).await;
        let aide = with_role(&app, "aide@example.org", &one, Some(Role::Helper)).await;
        let autre = with_role(&app, "autre@example.org", &other, Some(Role::Organiser)).await;
        let gone = token_until(&app, &operator, ALL, "", now() - 1).await;
        // Who asks, and whether what is there for its account is `one`.
        let askers = [
            ("nobody", String::new(), 401),
            ("wrong", format!("{}{}", api::TOKEN_BEGINS, "0".repeat(64)), 401),
            ("over", gone, 401),
            ("a helper", token(&app, &aide, ALL, "").await, 404),
            ("another's organiser", token(&app, &autre, ALL, "").await, 404),
            ("for another one", token(&app, &operator, ALL, &other).await, 404),
            ("its organiser", token(&app, &asha, ALL, "").await, 200),
            ("for it alone", token(&app, &asha, ALL, &one).await, 200),
            ("the operator", all.clone(), 200),
        ];
        for (who, secret, expected) in &askers {
            for route in ROUTES {
                let path = route.path.replace("{id}", &one);
                let got = ask(&app, secret, (route.method.as_str(), &path), &[], Some(json!({}))).await;
                let is_of_one = route.path.contains("{id}");
                let allowed: &[u16] = match (expected, is_of_one, route.method.as_str()) {
                    (401, ..) => &[401],
                    (404, true, _) => &[404],
                    (_, false, "POST") if who.starts_with("for ") || *who == "a helper" => &[403],
                    (_, _, "GET") => &[200],
                    // It is looked at: a body that says nothing is refused.
                    _ => &[400, 422, 428],
                };
                assert!(allowed.contains(&got.status), "{who} {} {path}: {}", route.method, got.status);
                assert_eq!(got.headers["cache-control"], "no-store");
                assert_eq!(got.headers.get("www-authenticate").is_some(), *expected == 401, "{who}");
                assert!(got.headers.get("access-control-allow-origin").is_none());
            }
            // As of one that there is not.
            if *expected == 404 {
                let path = "/v1/api/initiatives/a-0";
                let missing = ask(&app, secret, ("GET", path), &[], None).await;
                let got = ask(&app, secret, ("GET", &format!("/v1/api/initiatives/{one}")), &[], None).await;
                assert_eq!((missing.status, missing.json), (404, got.json));
            }
        }
        // What is listed is what may be read.
        let listed = async |secret: &str| {
            let got = ask(&app, secret, ("GET", "/v1/api/initiatives"), &[], None).await;
            got.json["initiatives"].as_array().unwrap().len()
        };
        for (who, secret, _) in &askers[3..] {
            let expected = if *who == "the operator" { 2 } else { usize::from(*who != "a helper") };
            assert_eq!(listed(secret).await, expected, "{who}");
        }
        // Each scope opens its own.
        for scope in Scope::ALL {
            let secret = token(&app, &asha, &[scope], "").await;
            for route in ROUTES {
                let path = route.path.replace("{id}", &one);
                let got = ask(&app, &secret, (route.method.as_str(), &path), &[], Some(json!({}))).await;
                assert_eq!(got.status == 403, route.scope != scope, "{scope:?} {} {path}", route.method);
            }
        }
        // A role that is gone takes what its tokens could do along, and the account the tokens.
        let secret = &askers[6].1;
        let path = format!("/v1/api/initiatives/{one}/signups");
        assert_eq!(ask(&app, secret, ("GET", &path), &[], None).await.status, 200);
        let entry = TrailEntry::by_hand(&one, Deed::Role, json!({}), now());
        app.store.set_role(&asha.id, &one, None, &entry).await.unwrap();
        assert_eq!(ask(&app, secret, ("GET", &path), &[], None).await.status, 404);
        app.store.remove_account(&asha.id, &entry).await.unwrap();
        assert_eq!(ask(&app, secret, ("GET", &path), &[], None).await.status, 401);
        assert_eq!(app.store.api_tokens(Some(&asha.id)).await.unwrap(), []);
        // A cookie opens nothing.
        let cookie = operating(&app).await.cookie.unwrap();
        let got = ask(&app, "", ("GET", "/v1/api/initiatives"), &[("cookie", &cookie)], None).await;
        assert_eq!(got.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initiative_is_made_changed_proposed_published_and_withdrawn() {
    for (app, _server) in on_each_of(&feed(), "").await {
        let operator = account(&app, "operatrice@example.org", true).await;
        let asha = with_role(&app, "asha@example.org", "petition", Some(Role::Organiser)).await;
        let helper = with_role(&app, "aide@example.org", "petition", Some(Role::Helper)).await;
        let helpers = token(&app, &helper, ALL, "").await;
        let refused = ask(&app, &helpers, ("POST", "/v1/api/initiatives"), &[], Some(walk())).await;
        assert_eq!((refused.status, refused.json), (403, json!({ "error": "organiser" })));
        let (all, hers) = (token(&app, &operator, ALL, "").await, token(&app, &asha, ALL, "").await);
        let key = [("idempotency-key", "0123456789abcdef")];
        let made = ask(&app, &hers, ("POST", "/v1/api/initiatives"), &key, Some(walk())).await;
        let again = ask(&app, &hers, ("POST", "/v1/api/initiatives"), &key, Some(walk())).await;
        assert_eq!((made.status, again.status, &made.json), (201, 200, &again.json));
        let mut other = walk();
        other["name"] = json!("Autre");
        let other = ask(&app, &hers, ("POST", "/v1/api/initiatives"), &key, Some(other)).await;
        assert_eq!((other.status, other.json), (409, json!({ "error": "key-reused" })));
        let id = made.json["id"].as_str().unwrap().to_owned();
        assert_eq!((&made.json["status"], &made.json["initiative"]["id"]), (&json!("draft"), &json!(id)));
        assert_eq!(made.headers["location"], format!("/v1/api/initiatives/{id}").as_str());
        // The same key of somebody else's is another one's.
        let others = ask(&app, &all, ("POST", "/v1/api/initiatives"), &key, Some(walk())).await;
        assert!(others.status == 201 && others.json["id"] != json!(id));

        let path = format!("/v1/api/initiatives/{id}");
        let mut said = made.json["initiative"].clone();
        said["name"] = json!("Balade du soir");
        let without = ask(&app, &hers, ("PUT", &path), &[], Some(said.clone())).await;
        assert_eq!(without.status, 428);
        let changed = ask(&app, &hers, ("PUT", &path), &[("if-match", "\"1\"")], Some(said.clone())).await;
        assert_eq!((changed.status, changed.etag.as_str()), (200, "\"2\""), "{}", changed.json);
        let stale = ask(&app, &hers, ("PUT", &path), &[("if-match", "\"1\"")], Some(said.clone())).await;
        assert_eq!((stale.status, stale.json), (412, json!({ "error": "stale" })));
        let beside =
            |version: i64| json!({ "initiative": said.clone(), "version": version, "language": "en" });
        assert_eq!(ask(&app, &hers, ("PUT", &path), &[], Some(beside(1))).await.status, 409);
        let changed = ask(&app, &hers, ("PUT", &path), &[], Some(beside(2))).await;
        assert_eq!((changed.status, &changed.json["language"]), (200, &json!("en")));
        let mut wrong = said.clone();
        wrong["url"] = json!("javascript:1");
        let refused = ask(&app, &hers, ("PUT", &path), &[("if-match", "3")], Some(wrong)).await;
        assert_eq!((refused.status, &refused.json["error"]), (422, &json!("refused")));
        assert_eq!(refused.json["findings"][0]["field"], "url", "{}", refused.json);

        let status = format!("{path}/status");
        let to = |word: &str, version: i64| Some(json!({ "status": word, "version": version }));
        assert_eq!(ask(&app, &hers, ("POST", &status), &[], to("declined", 3)).await.status, 400);
        let proposed = ask(&app, &hers, ("POST", &status), &[], to("waiting", 3)).await;
        assert_eq!((proposed.status, &proposed.json["status"]), (200, &json!("waiting")));
        let refused = ask(&app, &hers, ("POST", &status), &[], to("published", 4)).await;
        assert_eq!((refused.status, refused.json), (403, json!({ "error": "operator" })));
        assert_eq!(ask(&app, &all, ("POST", &status), &[], to("published", 3)).await.status, 409);
        assert_eq!(ask(&app, &all, ("POST", &status), &[], to("published", 4)).await.status, 200);
        let again = ask(&app, &all, ("POST", &status), &[], to("published", 5)).await;
        assert_eq!((again.status, again.json), (409, json!({ "error": "status" })));
        let own = app.store.own_initiative(&id).await.unwrap().unwrap();
        assert!(own.status == OwnStatus::Published && own.owner == asha.id);
        assert_eq!(ask(&app, &hers, ("POST", &status), &[], to("withdrawn", 5)).await.status, 200);
        // What is not JSON, and what is no initiative.
        let no_json = app.client.put(format!("{}{path}", app.address)).body("{}");
        let no_json = no_json.bearer_auth(&hers).header("if-match", "6").send().await.unwrap();
        assert_eq!(no_json.status(), 415);
        let nothing = ask(&app, &hers, ("PUT", &path), &[("if-match", "6")], Some(json!([]))).await;
        assert_eq!(nothing.status, 400);

        // Each of them is in the trail, with who did it and by which program.
        let (trail, _) = app.store.trail(Some(&id), None, 50).await.unwrap();
        let by_program: Vec<_> = trail.iter().filter(|entry| entry.detail["token"] == "Site web").collect();
        let deeds = |account: &Account| {
            let of = by_program.iter().filter(|entry| entry.account == account.id);
            of.map(|entry| entry.action.as_str()).collect::<BTreeSet<_>>()
        };
        assert_eq!(deeds(&asha), BTreeSet::from(["role", "proposed", "changed", "withdrawn"]));
        assert_eq!(deeds(&operator), BTreeSet::from(["published"]));
        let page = operating(&app).await.get("/organise/trail").await.body;
        assert!(page.contains("par le programme <bdi>Site web</bdi>"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ups_are_read_by_the_page_as_they_are_exported() {
    for (app, _server) in on_each_of(&feed(), "").await {
        let asha = with_role(&app, "asha@example.org", "petition", Some(Role::Organiser)).await;
        let secret = token(&app, &asha, &[Scope::SignUpsRead], "").await;
        let path = "/v1/api/initiatives/petition/signups";
        let empty = ask(&app, &secret, ("GET", path), &[], None).await;
        assert_eq!(empty.json, json!({ "signups": [], "next": null }));
        let forms: Vec<_> = (0..1003).map(|at| stores::at_once(stores::form(&format!("p{at}")))).collect();
        stores::keep(&app.store, &forms).await;
        let first = ask(&app, &secret, ("GET", path), &[], None).await.json;
        let next = first["next"].as_str().unwrap();
        let second = ask(&app, &secret, ("GET", &format!("{path}?cursor={next}")), &[], None).await.json;
        let (one, two) = (first["signups"].as_array().unwrap(), second["signups"].as_array().unwrap());
        assert_eq!((one.len(), two.len(), &second["next"]), (1000, 3, &Value::Null));
        let ids: BTreeSet<_> = one.iter().chain(two).map(|it| it["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 1003);
        let mut exported = Vec::new();
        let format = alentour_server::signups::export::Format::Json;
        let export = alentour_server::signups::export::export;
        export(&*app.store, "petition", format, true, &mut exported).await.unwrap();
        let exported: Vec<Value> = serde_json::from_slice(&exported).unwrap();
        assert_eq!(exported[..1000], one[..]);
        // A cursor tells nobody anything, and is one of that initiative's.
        for wrong in ["x", "", &next[..next.len() - 2]] {
            assert_eq!(
                ask(&app, &secret, ("GET", &format!("{path}?cursor={wrong}")), &[], None).await.status,
                400
            );
        }
        let noted = app.store.trail(Some("petition"), None, 9).await.unwrap().0;
        let counts: Vec<_> = noted.iter().map(|entry| entry.detail["count"].as_u64()).collect();
        assert!(counts.contains(&Some(1000)) && counts.contains(&Some(3)), "{counts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tokens_are_limited_and_a_good_one_goes_on() {
    let app = App::start_settled("[robots]\nwork = 0\nper-address = 30\n").await;
    let operator = account(&app, "operatrice@example.org", true).await;
    let good = token(&app, &operator, ALL, "").await;
    let path = ("GET", "/v1/api/initiatives");
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(ask(&app, "wrong", path, &[], None).await.status);
    }
    assert_eq!(answers, [401, 401, 401, 429]);
    assert_eq!(ask(&app, &good, path, &[], None).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_on_a_page_shown_once_and_revoked() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let mut browser = signed_in(&app, "asha@example.org", "petition", Some(Role::Organiser)).await;
    let page = browser.get("/organise/tokens").await.body;
    assert!(page.contains("Aucun jeton pour l’instant.") && page.contains("Pétition"), "{page}");
    assert!(page.len() < 60_000);
    let refused = browser.submit("/organise/tokens", "action=create&name=&days=30").await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("href=\"#name\"") && refused.body.contains("href=\"#scope-0\""));
    let other = "action=create&name=a&scope=signups:read&initiative=atelier";
    assert_eq!(browser.submit("/organise/tokens", other).await.status, 400);
    let made = "action=create&name=Site+%3Cweb%3E&scope=signups:read&initiative=petition&days=30";
    let made = browser.submit("/organise/tokens", made).await.body;
    let (_, rest) = made.split_once(api::TOKEN_BEGINS).unwrap();
    let secret = format!("{}{}", api::TOKEN_BEGINS, &rest[..64]);
    let path = ("GET", "/v1/api/initiatives/petition/signups");
    assert_eq!(ask(&app, &secret, path, &[], None).await.status, 200);
    let page = browser.get("/organise/tokens").await.body;
    assert!(page.contains("Site &lt;web&gt;") && !page.contains(&secret), "{page}");
    assert!(page.contains("Dernière utilisation le"), "{page}");
    // Nobody else's page removes it.
    let all = app.store.api_tokens(None).await.unwrap();
    let revoke = format!("action=revoke&token={}", all[0].id);
    let mut stranger = signed_in(&app, "autre@example.org", "petition", Some(Role::Organiser)).await;
    stranger.submit("/organise/tokens", &revoke).await;
    assert_eq!(ask(&app, &secret, path, &[], None).await.status, 200);
    browser.submit("/organise/tokens", &revoke).await;
    assert_eq!(ask(&app, &secret, path, &[], None).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_makes_lists_and_revokes_tokens_and_a_back_up_has_them() {
    let app = App::start().await;
    let operator = account(&app, "operatrice@example.org", true).await;
    let database_of = database(&app.folder);
    let run =
        |arguments: &[&str]| alentour(&[&["tokens"], arguments, &["--database", &database_of]].concat());
    let create = ["create", &operator.id, "--name", "CRM", "--scope", "initiatives:read", "--days", "2"];
    let secret = text(&run(&create)).trim().to_owned();
    let path = ("GET", "/v1/api/initiatives");
    assert_eq!(ask(&app, &secret, path, &[], None).await.status, 200);
    assert!(!run(&["create", "nobody", "--name", "CRM", "--scope", "initiatives:read"]).status.success());
    let all: Value = serde_json::from_str(&text(&run(&["list", "--json"]))).unwrap();
    assert_eq!((&all[0]["name"], &all[0]["scopes"]), (&json!("CRM"), &json!(["initiatives:read"])));
    assert!(all[0]["usedOn"].is_string() && !all.to_string().contains(&secret));

    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = back_up(&app, folder.path());
    text(&alentour(&["restore", "--database", &database(&target), file.to_str().unwrap()]));
    let restored = on_sqlite(&target).await;
    let hash = api::digest(restored.secret(), &secret);
    assert!(restored.api_token(&hash, now()).await.unwrap().is_some());
    assert_eq!(count(&restored, "api_tokens").await, 1);

    text(&run(&["revoke", all[0]["id"].as_str().unwrap()]));
    assert_eq!(ask(&app, &secret, path, &[], None).await.status, 401);
}

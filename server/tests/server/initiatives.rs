//! Pages of initiatives and places: all of it with plain requests, as a browser without any script sends them.

use std::time::Instant;

use alentour_model::EmailAddress;
use alentour_server::store::{Erasure, MailedLink, Purpose};
use reqwest::Response;
use serde_json::{Value, json};

use crate::app::{App, MAILING, feed};
use crate::first_page::{self, write_bundle};

const ZOE: &str = "zoe@example.org";
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

pub async fn page(app: &App, path: &str) -> (u16, String) {
    let request = app.client.get(format!("{}{path}", app.address)).header("accept", HTML);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn submit(app: &App, id: &str, fields: &[(&str, &str)], site: &str) -> Response {
    let body: String = fields
        .iter()
        .map(|(name, value)| format!("{}={}&", alentour::app::encode(name), alentour::app::encode(value)))
        .collect();
    let request = app.client.post(format!("{}/i/{id}?lang=fr", app.address)).body(body);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.header("sec-fetch-site", site).send().await.unwrap()
}

/// What stands in a field of a page.
fn value(page: &str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap().replace("&quot;", "\"").replace("&amp;", "&")
}

/// A form for the petition that nothing is wrong with, on a page that has just been opened.
pub async fn filled(app: &App, email: &str) -> Vec<(&'static str, String)> {
    let (_, page) = page(app, "/i/petition?lang=fr").await;
    let shown = value(&page, "shown.contact");
    vec![
        ("attempt", value(&page, "attempt")),
        ("givenName", "Zoé".into()),
        ("familyName", "Mbarek".into()),
        ("email", email.into()),
        ("partySize", "1".into()),
        ("consents.contact", "on".into()),
        ("shown.contact", shown),
        ("website", String::new()),
    ]
}

pub async fn send(app: &App, fields: &[(&'static str, String)]) -> (u16, String) {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let response = submit(app, "petition", &fields, "same-origin").await;
    (response.status().as_u16(), response.text().await.unwrap())
}

fn with(
    mut fields: Vec<(&'static str, String)>,
    name: &'static str,
    value: &str,
) -> Vec<(&'static str, String)> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value.to_owned()));
    fields
}

#[tokio::test]
async fn from_the_list_to_a_confirmed_sign_up_without_any_script() {
    let app = App::start_settled(MAILING).await;
    let (status, list) = page(&app, "/near?lang=fr").await;
    assert!(status == 200 && list.contains("Atelier") && list.contains("action=\"/near\""), "{list}");
    assert!(list.contains("href=\"/i/petition?lang=fr#form-title\""), "{list}");
    let (status, thanks) = send(&app, &filled(&app, ZOE).await).await;
    assert!(status == 200 && thanks.contains("Merci") && thanks.contains("votre adresse"), "{thanks}");
    // What was sent is not sent back.
    for one in ["name=\"email\"", "Mbarek", ZOE] {
        assert!(!thanks.contains(one), "{thanks}");
    }
    let token: String = std::iter::repeat_n('a', 64).collect();
    let email_h = app.store.secret().email_h(&EmailAddress::parse(ZOE).unwrap());
    let link = MailedLink::new(email_h, Purpose::Confirm, i64::MAX);
    app.store.create_link(&app.store.secret().token_hash(&token), &link).await.unwrap();
    let (_, confirm) = page(&app, &format!("/confirm/{token}")).await;
    let id = value(&confirm, "id");
    let request = app.client.post(format!("{}/confirm/{token}", app.address)).body(format!("id={id}"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    assert!(request.send().await.unwrap().status().is_success());
    let kept = app.signups("petition").await;
    let [kept] = &kept[..] else { panic!("not one") };
    assert!(kept.confirmed_at.is_some() && kept.consents.iter().any(|consent| consent.given));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_signs_up_once_and_is_answered_alike() {
    let app = App::start_settled(MAILING).await;
    let form = filled(&app, ZOE).await;
    let (first, second) = (send(&app, &form).await, send(&app, &form).await);
    assert_eq!(first, second);
    assert_eq!(first.0, 200);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 1);
    // The same form with other answers is another attempt: it is asked for once more, with a key of its own.
    let (status, again) = send(&app, &with(form.clone(), "givenName", "Zora")).await;
    assert!(status == 422 && again.contains("déjà été reçu") && again.contains("value=\"Zora\""), "{again}");
    assert_ne!(value(&again, "attempt"), form[0].1);
}

#[tokio::test]
async fn a_page_is_good_for_one_sign_up_whoever_it_is_for_and_whatever_is_erased() {
    let app = App::start_settled(MAILING).await;
    let form = filled(&app, ZOE).await;
    let forms: Vec<_> = (0..6).map(|n| with(form.clone(), "email", &format!("n{n}@example.org"))).collect();
    let answers = futures_util::future::join_all(forms.iter().map(|form| send(&app, form))).await;
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 1);
    let taken = answers.iter().position(|(status, _)| *status == 200).unwrap();
    for (status, html) in answers.iter().filter(|(status, _)| *status != 200) {
        // What comes back has a page of its own, and takes part with it.
        assert!(*status == 422 && html.contains("déjà été reçu"), "{status}: {html}");
        assert_ne!(value(html, "attempt"), form[0].1);
    }
    assert_eq!(send(&app, &forms[taken]).await, answers[taken]);
    let email = EmailAddress::parse(&forms[taken][7].1).unwrap();
    app.store.erase(&Erasure::Person(app.store.secret().email_h(&email)), 1).await.unwrap();
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
    for form in &forms {
        assert_eq!(send(&app, form).await.0, 422);
    }
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
    let refused = answers.into_iter().find(|(status, _)| *status != 200).unwrap().1;
    let mended = with(form, "attempt", &value(&refused, "attempt"));
    assert_eq!(send(&app, &mended).await.0, 200);
}

/// Puts that feed in place of the server's, and waits until it is served.
async fn announce(app: &App, feed: &Value, id: &str, expected: u16) {
    // Its date tells that it has changed, and some file systems count in seconds.
    std::fs::write(app.path("feed.json"), feed.to_string()).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    std::fs::File::options().append(true).open(app.path("feed.json")).unwrap().set_modified(later).unwrap();
    for _ in 0..200 {
        if page(app, &format!("/i/{id}")).await.0 == expected {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the feed has not changed");
}

#[tokio::test]
async fn a_form_that_is_sent_again_is_answered_again_when_its_initiative_is_gone_or_takes_no_more() {
    let app = App::start_settled(MAILING).await;
    let sent = filled(&app, ZOE).await;
    assert_eq!(send(&app, &sent).await.0, 200);
    // A second form of a known address, and one that never arrived.
    let (known, never) = (filled(&app, ZOE).await, filled(&app, "nadia@example.org").await);
    assert_eq!(send(&app, &known).await.0, 200);
    let mut without = feed();
    without["initiatives"][1].as_object_mut().unwrap().remove("participation");
    without["initiatives"][0]["id"] = json!("changed");
    announce(&app, &without, "changed", 200).await;
    let thanked = async |form: &[(&'static str, String)]| {
        let start = Instant::now();
        let (status, html) = send(&app, form).await;
        assert!(start.elapsed().as_millis() >= 50, "{:?}", start.elapsed());
        assert!(status == 200 && html.contains("Merci"), "{status}: {html}");
        assert!(!html.contains("name=\"email\"") && !html.contains(ZOE), "{html}");
        html
    };
    thanked(&sent).await;
    let mut gone = without.clone();
    gone["initiatives"].as_array_mut().unwrap().remove(1);
    announce(&app, &gone, "petition", 404).await;
    assert_eq!(thanked(&sent).await, thanked(&known).await);
    let fields: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let kept = submit(&app, "petition", &fields, "same-origin").await.headers()["cache-control"].clone();
    assert_eq!(kept, "no-store");
    // What was never stored is not thanked for: another form, other answers, another initiative, a forged mark.
    let forged = with(sent.clone(), "attempt", &sent[0].1.replace('.', "..")).to_vec();
    for form in [never, with(sent.clone(), "givenName", "Zora"), forged] {
        let (status, html) = send(&app, &form).await;
        assert!(status == 404 && html.contains("plus annoncée"), "{status}: {html}");
    }
    assert_eq!(submit(&app, "vitrine-2", &fields, "same-origin").await.status(), 404);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 2);
}

/// Sends a form to that page, and gives back the answer itself and where it leads.
async fn sent(app: &App, path: &str, form: &[(&'static str, String)]) -> (Response, String) {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = client.post(format!("{}{path}", app.address)).body(body);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
    let location = answer.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
    (answer, location)
}

#[tokio::test]
async fn what_a_list_was_asked_for_is_kept_on_the_way_to_the_receipt_and_a_position_is_not() {
    let app = App::start_settled(MAILING).await;
    for (asked, kept) in [
        ("place=Lyon+7e+%2669&radius=25&", "place=Lyon%207e%20%2669&radius=25&"),
        ("place=45.757812,4&radius=25&kinds=petition&", "radius=25&kinds=petition&"),
        ("when=week&page=2&words=", "when=week&page=2&"),
    ] {
        let (_, location) =
            sent(&app, &format!("/i/petition?{asked}&lang=fr"), &filled(&app, ZOE).await).await;
        let (_, query) = location.split_once('?').unwrap();
        assert_eq!(query, format!("{kept}lang=fr#form-status"), "{asked}");
    }
}

#[tokio::test]
async fn a_form_that_is_taken_leads_to_a_receipt_that_may_be_loaded_again_and_names_nobody() {
    let app = App::start_settled(MAILING).await;
    let (_, html) = page(&app, "/i/atelier?lang=fr").await;
    let form = with(filled(&app, ZOE).await, "attempt", &value(&html, "attempt"));
    let form = with(form, "session", "dimanche");
    let (answer, location) = sent(&app, "/i/atelier?lang=fr", &form).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.text().await.unwrap(), "");
    let (address, part) = location.split_once('#').unwrap();
    assert!(address.starts_with("/i/atelier/received/") && address.ends_with("?lang=fr"), "{location}");
    // The key would let whoever sees the address ask on.
    let key = form.iter().find(|(name, _)| *name == "attempt").unwrap().1.split('.').next().unwrap();
    for one in [key, "dimanche", "zoe", "Zo"] {
        assert!(!location.contains(one), "{one}: {location}");
    }
    let thanks = page(&app, address).await;
    assert!(thanks.0 == 200 && thanks.1.contains("Merci") && thanks.1.contains("Atelier"), "{}", thanks.1);
    assert!(thanks.1.contains("3 mai") && thanks.1.contains(&format!("id=\"{part}\"")), "{}", thanks.1);
    let (_, notice) = thanks.1.split_once("id=\"form-status\"").unwrap();
    let notice = notice.split_once("</section>").unwrap().0;
    assert!(notice.contains("dim. 3 mai 2099") && !notice.contains("2 mai"), "{notice}");
    for one in [ZOE, "Zoé", "Mbarek", key, "name=\"attempt\"", "<form"] {
        assert!(!thanks.1.contains(one), "{one}: {}", thanks.1);
    }
    assert_eq!(page(&app, address).await, thanks);
    let shown = app.get(address).await;
    assert_eq!(shown.headers()["cache-control"], "no-store");
    assert_eq!(shown.headers()["x-robots-tag"], "noindex");
    // The same form has the same receipt, and is stored once.
    assert_eq!(sent(&app, "/i/atelier?lang=fr", &form).await.1, location);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 1);
    // It says nothing of what becomes of the sign-up: whoever typed the address may be somebody else.
    sqlx::query("UPDATE signups SET confirmed_at = 1, pending = false")
        .execute(&app.database().await)
        .await
        .unwrap();
    assert_eq!(page(&app, address).await, thanks);
    app.store
        .erase(&Erasure::Person(app.store.secret().email_h(&EmailAddress::parse(ZOE).unwrap())), 1)
        .await
        .unwrap();
    assert_eq!(page(&app, address).await, thanks);
}

#[tokio::test]
async fn a_receipt_that_nobody_wrote_or_of_another_initiative_gets_a_page_that_helps() {
    let app = App::start_settled(MAILING).await;
    let (_, location) = sent(&app, "/i/petition?lang=fr", &filled(&app, ZOE).await).await;
    let receipt = location.split_once('#').unwrap().0.to_owned();
    assert_eq!(page(&app, &receipt).await.0, 200);
    let other = receipt.replace("/i/petition", "/i/atelier");
    for unknown in ["/i/petition/received/x?lang=fr", &receipt.replace("?", "x?"), &other] {
        let (status, html) = page(&app, unknown).await;
        assert!(status == 404 && html.contains("ne peut plus être affichée"), "{unknown}: {html}");
        assert!(html.contains("href=\"/near?lang=fr\"") && html.contains("/my-data"), "{html}");
    }
}

#[tokio::test]
async fn a_form_that_is_refused_comes_back_and_leads_nowhere() {
    let app = App::start_settled(MAILING).await;
    for (field, wrong) in
        [("website", "https://spam.example"), ("email", "no address"), ("attempt", "forged")]
    {
        let form = with(filled(&app, ZOE).await, field, wrong);
        let (answer, location) = sent(&app, "/i/petition?lang=fr", &form).await;
        assert_eq!((answer.status().as_u16(), location.as_str()), (422, ""), "{field}");
        assert!(answer.text().await.unwrap().contains("Mbarek"));
    }
}

#[tokio::test]
async fn a_known_and_an_unknown_address_get_the_same_answer_on_the_same_beat() {
    let app = App::start_settled(MAILING).await;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let form = filled(&app, ZOE).await;
        let start = Instant::now();
        let answer = send(&app, &form).await;
        assert!(start.elapsed().as_millis() >= 50, "{:?}", start.elapsed());
        answers.push(answer);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn what_is_wrong_comes_back_beside_its_field_with_all_that_was_typed() {
    let app = App::start_settled(MAILING).await;
    let evil = "\"><script>alert(1)</script>";
    let form = with(with(filled(&app, "no address").await, "givenName", evil), "familyName", "");
    let form = with(with(form, "answers.niveau", "B2 & plus"), "message", "une\r\nligne");
    let (status, page) = send(&app, &form).await;
    assert_eq!(status, 422);
    assert!(!page.contains("<script>alert") && page.contains("&quot;&gt;&lt;script&gt;alert(1)"), "{page}");
    for kept in ["value=\"no address\"", "value=\"B2 &amp; plus\"", "\nune\nligne</textarea>", "checked"] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    // The head says how much is wrong and leads to the first; each field says what.
    assert!(page.contains("href=\"#in-familyName\"") && !page.contains("href=\"#in-email\""), "{page}");
    for (field, said) in [("email", "adresse complète"), ("familyName", "")] {
        let (_, error) = page.split_once(&format!("id=\"error-{field}\">")).unwrap();
        let error = error.split('<').next().unwrap();
        assert!(!error.is_empty() && error.contains(said), "{field}: {error}");
    }
    assert_eq!(value(&page, "attempt"), form[0].1);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
    // Mended, the same attempt is taken.
    let mended = with(with(form, "familyName", "Mbarek"), "email", ZOE);
    assert_eq!(send(&app, &mended).await.0, 200);
}

#[tokio::test]
async fn only_a_page_of_this_server_sends_its_form() {
    let app = App::start_settled(MAILING).await;
    let form = filled(&app, ZOE).await;
    let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for site in ["cross-site", "same-site", "none"] {
        let refused = submit(&app, "petition", &fields, site).await;
        assert_eq!(refused.status(), 403, "{site}");
        assert!(refused.text().await.unwrap().contains("autre site"));
    }
    for origin in ["https://asso.example", "null", "http://agir.example.org"] {
        let request = app.client.post(format!("{}/i/petition", app.address)).header("origin", origin);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body("a=b");
        assert_eq!(request.send().await.unwrap().status(), 403, "{origin}");
    }
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
}

#[tokio::test]
async fn programs_are_held_up_by_a_hidden_field_a_mark_and_the_time_it_takes() {
    let settings = format!("{MAILING}\n[robots]\nwork = 0\nfill-seconds = 3600\nper-address = 0\n");
    let app = App::start_settled(&settings).await;
    let form = filled(&app, ZOE).await;
    let (status, page) = send(&app, &form).await;
    assert!(status == 422 && page.contains("parti très vite") && page.contains("value=\"Mbarek\""), "{page}");
    // Its time goes on: whoever reads it again may send it.
    assert_eq!(value(&page, "attempt"), form[0].1);
    let app = App::start_settled(MAILING).await;
    let form = filled(&app, ZOE).await;
    assert_eq!(send(&app, &with(form.clone(), "website", "https://spam.example")).await.0, 422);
    for forged in ["", "0123456789abcdef0123456789abcdef.1795000000.x", &form[0].1.replace('.', "..")] {
        let (status, page) = send(&app, &with(form.clone(), "attempt", forged)).await;
        assert!(status == 422 && page.contains("ouvert depuis longtemps"), "{forged}: {page}");
    }
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
}

#[tokio::test]
async fn a_form_without_a_proof_has_a_third_of_the_rate_and_keeps_what_was_typed() {
    let settings = format!("{MAILING}\n[robots]\nwork = 0\nfill-seconds = 0\nper-address = 6\n");
    let app = App::start_settled(&settings).await;
    let form = with(filled(&app, ZOE).await, "familyName", "");
    for _ in 0..2 {
        assert_eq!(send(&app, &form).await.0, 422);
    }
    let (status, page) = send(&app, &form).await;
    assert!(status == 429 && page.contains("value=\"Zoé\""), "{status}: {page}");
}

#[tokio::test]
async fn without_mail_there_is_no_form_and_the_page_says_so() {
    let app = App::start().await;
    let (status, html) = page(&app, "/i/petition?lang=fr").await;
    assert!(status == 200 && !html.contains("name=\"email\""), "{html}");
    // Whom to ask instead, it says where somebody is named alone.
    assert!(
        html.contains("pas d\u{2019}e-mails\u{a0}: on ne peut") && !html.contains("Adressez-vous"),
        "{html}"
    );
    // What never had a form is not kept back by that.
    let (_, window) = page(&app, "/i/vitrine?lang=fr").await;
    assert!(
        window.contains("s’inscrire depuis cette page") && !window.contains("pas d\u{2019}e-mails"),
        "{window}"
    );
    let answer = submit(&app, "petition", &[("givenName", "Zoé")], "same-origin").await;
    assert!(!answer.text().await.unwrap().contains("Merci"));
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 0);
}

#[tokio::test]
async fn what_is_over_says_so_and_is_left_out_by_search_engines() {
    let app = App::start_settled(MAILING).await;
    let (_, over) = page(&app, "/i/fini?lang=fr").await;
    assert!(
        over.contains("C’est passé") && over.contains("noindex") && !over.contains("name=\"email\""),
        "{over}"
    );
    let (_, on) = page(&app, "/i/petition?lang=fr").await;
    assert!(!on.contains("noindex") && !on.contains("C’est passé"));
    let map = app.get("/sitemap.xml").await;
    assert!(map.headers()["content-type"].to_str().unwrap().starts_with("application/xml"));
    let map = map.text().await.unwrap();
    assert!(
        map.contains("<loc>https://agir.example.org/i/petition</loc>") && !map.contains("/i/fini"),
        "{map}"
    );
    let robots = app.get("/robots.txt").await.text().await.unwrap();
    assert!(robots.contains("Disallow: /me/") && robots.contains("Allow: /i/"), "{robots}");
    assert!(robots.contains("Sitemap: https://agir.example.org/sitemap.xml"), "{robots}");
}

#[tokio::test]
async fn pages_say_who_may_keep_them_and_run_nothing() {
    let app = App::start_settled(MAILING).await;
    let form = app.get("/i/petition").await;
    let header = |name: &str| form.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert!(header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
    let html = form.text().await.unwrap();
    assert_eq!(html.matches("<script").count(), html.matches("<script type=\"application/ld+json\"").count());
    assert!(html.contains("<link rel=\"canonical\" href=\"https://agir.example.org/i/petition\">"), "{html}");
    assert!(html.contains("property=\"og:title\" content=\"Pétition\""), "{html}");
    assert_eq!(app.get("/near").await.headers()["cache-control"], "public, max-age=60");
}

#[tokio::test]
async fn without_a_public_address_no_page_repeats_the_host_that_was_asked_for() {
    let app = App::start().await;
    let ask = async |path: &str| {
        let request = app.client.get(format!("{}{path}", app.address)).header("host", "evil.example");
        let response = request.header("accept", HTML).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    for path in ["/i/petition", "/i/atelier", "/near", "/near?place=Nulle-Part", "/i/inconnu", "/prse"] {
        let (_, html) = ask(path).await;
        assert!(html.contains("og:title") && !html.contains("evil.example"), "{path}: {html}");
        assert!(!html.contains("canonical") && !html.contains("og:url"), "{path}: {html}");
    }
    let (status, map) = ask("/sitemap.xml").await;
    assert!(status == 404 && map.contains("href=\"/near?lang=") && !map.contains("evil.example"), "{map}");
    let (status, robots) = ask("/robots.txt").await;
    assert!(status == 200 && robots.contains("Allow: /i/") && !robots.contains("Sitemap"), "{robots}");
}

#[tokio::test]
async fn linked_data_has_every_session_of_an_ordinary_initiative_and_ends_no_script() {
    let mut feed = feed();
    feed["initiatives"][0]["name"] = json!("</script><script>alert(1)</script>");
    let app = App::start_announcing(feed, MAILING).await;
    let (_, html) = page(&app, "/i/atelier").await;
    let (_, data) = html.split_once("ld+json\">").unwrap();
    let data: Value = serde_json::from_str(data.split_once("</script").unwrap().0).unwrap();
    let starts: Vec<_> =
        data["@graph"].as_array().unwrap().iter().map(|one| one["startDate"].clone()).collect();
    assert_eq!(starts, ["2099-05-02T14:00:00+02:00", "2099-05-03T14:00:00+02:00"]);
    assert_eq!(html.matches("<script").count(), 1, "{html}");
}

#[tokio::test]
async fn an_item_within_the_feed_s_limits_is_no_page_without_end() {
    let mut feed = feed();
    let session = |n: usize| json!({ "startDate": format!("2099-{:02}-{:02}T{:02}:00Z", n / 84 + 1, n % 84 / 3 + 1, 9 + n % 3) });
    let place = json!({ "name": "<".repeat(60), "addressLocality": "Lyon" });
    let item = feed["initiatives"][0].as_object_mut().unwrap();
    item.insert("description".into(), json!("<".repeat(20_000)));
    item.insert("location".into(), json!(vec![place; 50]));
    item.insert("sessions".into(), (0..1000).map(session).collect());
    let app = App::start_announcing(feed, MAILING).await;
    let (status, html) = page(&app, "/i/atelier").await;
    assert!(status == 200 && html.len() < 1 << 20, "{}", html.len());
}

#[tokio::test]
async fn an_address_that_leads_nowhere_helps_people_and_answers_programs() {
    let app = App::start_settled(MAILING).await;
    let (status, gone) = page(&app, "/i/inconnu?lang=fr").await;
    assert!(
        status == 404 && gone.contains("plus annoncée") && gone.contains("href=\"/near?lang=fr\""),
        "{gone}"
    );
    let (status, mistyped) = page(&app, "/prse?lang=en").await;
    assert!(status == 404 && mistyped.contains("There is no such page"), "{mistyped}");
    let program = app.client.get(format!("{}/prse", app.address)).header("accept", "application/json");
    let program = program.send().await.unwrap();
    assert_eq!(program.status(), 404);
    assert!(!program.text().await.unwrap().contains("<html"));
}

/// A feed of fifteen initiatives at Lyon and one at Lille.
fn many() -> Value {
    let place = |town: &str, latitude: f64, longitude: f64| json!([{ "addressLocality": town, "latitude": latitude, "longitude": longitude }]);
    let mut all: Vec<Value> = (1..=15)
        .map(|n| json!({ "id": format!("n{n}"), "name": format!("Action {n:02}"), "kind": "group", "location": place("Lyon", 45.75, 4.84) }))
        .collect();
    all.push(json!({ "id": "loin", "name": "Au loin", "kind": "petition", "causes": ["housing"], "location": place("Lille", 50.63, 3.06) }));
    json!({ "alentour": "1", "name": "Essai", "inLanguage": "fr", "initiatives": all })
}

#[tokio::test]
async fn the_list_has_pages_filters_and_places_and_no_position() {
    let app = App::start_announcing(many(), MAILING).await;
    write_bundle(&app.path("dist"));
    let (_, first) = page(&app, "/near?lang=fr&place=69007&radius=25").await;
    assert_eq!(first.matches("class=\"card\"").count(), 12, "{first}");
    assert!(!first.contains("Au loin") && first.contains("value=\"Lyon 7e (69007)\""), "{first}");
    let (_, next) = first.split_once("class=\"pages\"").unwrap();
    let next = next.split_once("href=\"").unwrap().1.split('"').next().unwrap().replace("&amp;", "&");
    assert!(next.contains("page=2") && next.contains("place=Lyon%207e%20(69007)"), "{next}");
    let (_, second) = page(&app, &next).await;
    assert_eq!(second.matches("class=\"card\"").count(), 3, "{second}");
    // Past its end there is its last page, which says so.
    for beyond in ["3", "99", "10000"] {
        let (status, last) = page(&app, &next.replace("page=2", &format!("page={beyond}"))).await;
        assert!(status == 200 && last.matches("class=\"card\"").count() == 3, "{last}");
        assert!(last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""), "{last}");
        let canonical = "href=\"https://agir.example.org/near?place=Lyon%207e%20(69007)&amp;page=2\"";
        assert!(last.contains(&format!("<link rel=\"canonical\" {canonical}")), "{last}");
    }
    let (_, filtered) = page(&app, "/near?lang=fr&kinds=petition").await;
    assert!(filtered.contains("Au loin") && !filtered.contains("Action 01"), "{filtered}");
    assert!(filtered.contains("name=\"kinds\" value=\"petition\" checked"), "{filtered}");
    let (_, unknown) = page(&app, "/near?lang=fr&place=Nulle-Part").await;
    assert!(unknown.contains("Nulle-Part") && unknown.contains("place-note\">N"), "{unknown}");
    // Where nothing is found no button stands that only a script would hear.
    let (_, nothing) = page(&app, "/near?lang=fr&words=introuvable").await;
    let (_, cause) = nothing.split_once("class=\"chip\" href=\"").unwrap();
    let cause = cause.split('"').next().unwrap().replace("&amp;", "&");
    assert!(cause.contains("causes=housing") && !cause.contains("words="), "{cause}");
    assert!(!nothing.contains("type=\"button\""), "{nothing}");
    assert!(page(&app, &cause).await.1.contains("Au loin"));
    let (status, position) = page(&app, "/near?lang=fr&place=45.7512,4.8421").await;
    assert!(status == 400 && !position.contains("45.7512"), "{position}");
}

#[tokio::test]
async fn a_name_means_the_same_place_on_the_page_and_in_the_widget() {
    let app = App::start_announcing(many(), MAILING).await;
    // Without a widget there is no gazetteer: all is listed, and that the place is not known is said.
    let (status, none) = page(&app, "/near?lang=fr&place=69007").await;
    assert!(status == 200 && none.matches("class=\"card\"").count() == 12, "{none}");
    assert!(none.contains("place-note\">") && none.contains("69007"), "{none}");
    write_bundle(&app.path("dist"));
    for (typed, expected) in [
        ("69007", Some("Lyon 7e (69007)")),
        ("Lyon%207e%20(69007)", Some("Lyon 7e (69007)")),
        // What begins like it, too.
        ("lyon", Some("Lyon 7e (69007)")),
        // It is in the table that feeds get their points from, but not in this gazetteer.
        ("Villeurbanne", None),
        // The beginning of a postcode is no place: what it may be the beginning of is asked.
        ("6900", None),
    ] {
        let (_, near) = page(&app, &format!("/near?lang=fr&place={typed}")).await;
        let script = app.get(&format!("/v1/alentour.js?lang=fr&place={typed}")).await.text().await.unwrap();
        let widget = first_page::page(&script).map(|page| page.to_string()).unwrap_or_default();
        let Some(expected) = expected else {
            assert!(widget.is_empty() && near.contains("place-note\">N"), "{near}");
            continue;
        };
        assert!(near.contains(&format!("value=\"{expected}\"")), "{typed}: {near}");
        assert!(widget.contains(expected), "{typed}: {widget}");
    }
}

#[tokio::test]
async fn a_name_of_several_towns_leads_to_the_lists_around_the_others() {
    let app = App::start_announcing(many(), MAILING).await;
    write_bundle(&app.path("dist"));
    let (_, near) = page(&app, "/near?lang=fr&place=Saint-Denis&radius=any").await;
    assert!(near.contains("value=\"Saint-Denis (97400)\""), "{near}");
    let (_, others) = near.split_once("<ul class=\"others\">").unwrap();
    let (others, _) = others.split_once("</ul>").unwrap();
    assert_eq!(others.matches("<li>").count(), 1, "{others}");
    let other = others.split_once("href=\"").unwrap().1.split('"').next().unwrap().replace("&amp;", "&");
    let (_, there) = page(&app, &other).await;
    assert!(
        there.contains("value=\"Saint-Denis (93200)\"") && !there.contains("class=\"others\""),
        "{there}"
    );
    let (_, clear) = page(&app, "/near?lang=fr&place=Lyon%207e").await;
    assert!(!clear.contains("class=\"others\""), "{clear}");
}

#[tokio::test]
async fn a_place_is_that_of_the_countries_that_are_asked_for_and_its_links_say_which() {
    let app = App::start_announcing(many(), MAILING).await;
    write_bundle(&app.path("dist"));
    for typed in [
        "1000&countries=BE",
        "1000+Bruxelles&countries=BE+FR",
        "Bruxelles&countries=FR+BE",
        "Bruxelles+(BE-1000)",
    ] {
        let (_, near) = page(&app, &format!("/near?lang=fr&place={typed}&radius=any")).await;
        assert!(near.contains("value=\"Bruxelles (BE-1000)\""), "{typed}: {near}");
        assert_eq!(near.contains("name=\"countries\""), typed.contains("countries"), "{near}");
        let link = near.split("href=\"").find(|link| link.starts_with("/i/")).unwrap();
        assert!(link.contains("place=Bruxelles%20(BE-1000)"), "{link}");
    }
    let (_, french) = page(&app, "/near?lang=fr&place=Bruxelles").await;
    assert!(french.contains("place-note\">N"), "{french}");
    for query in ["place=1000&countries=BE&lang=fr", "place=1000&lang=fr-BE", "place=1000&lang=fr-be"] {
        let script = app.get(&format!("/v1/alentour.js?{query}")).await.text().await.unwrap();
        let widget = first_page::page(&script).unwrap();
        assert!(widget.to_string().contains("Bruxelles (1000)"), "{query}: {widget}");
        let expected =
            query.split_once("lang=fr-").map_or("BE".to_owned(), |(_, region)| format!("{region} FR"));
        assert_eq!(widget["query"]["countries"], expected.as_str(), "{query}");
    }
    let script = app.get("/v1/alentour.js?place=69007&lang=fr-FR").await.text().await.unwrap();
    assert_eq!(first_page::page(&script).unwrap()["query"].get("countries"), None);
}

/// A round of two towns: first in Lille, then in Lyon.
fn round() -> Value {
    let place = |town: &str, latitude: f64, longitude: f64| json!({ "addressLocality": town, "latitude": latitude, "longitude": longitude });
    let session = |id: &str, day: u8, place: usize| json!({ "id": id, "startDate": format!("2099-05-0{day}T14:00:00+02:00"), "location": place });
    json!({ "alentour": "1", "name": "Essai", "inLanguage": "fr", "initiatives": [{
        "id": "tournee", "name": "Tournée", "kind": "volunteering", "participation": { "way": "shift" },
        "location": [place("Lille", 50.63, 3.06), place("Lyon", 45.75, 4.84)],
        "sessions": [session("lille", 2, 0), session("lyon", 3, 1), session("lyon-2", 4, 1)],
    }] })
}

/// The session that is chosen.
fn chosen(page: &str) -> &str {
    let mut slots = page.split("<label class=\"slot").skip(1).peekable();
    assert!(slots.peek().is_some(), "{page}");
    let slot =
        slots.map(|slot| slot.split_once("</label>").unwrap().0).find(|slot| slot.contains(" checked"));
    slot.and_then(|slot| slot.split_once("value=\""))
        .map_or("", |(_, value)| value.split('"').next().unwrap())
}

#[tokio::test]
async fn the_place_of_a_list_is_kept_on_the_page_of_an_initiative_and_leads_back() {
    let app = App::start_announcing(round(), MAILING).await;
    write_bundle(&app.path("dist"));
    let (_, list) = page(&app, "/near?lang=fr&place=69007&radius=25").await;
    let (link, back) = (
        "/i/tournee?lang=fr&place=Lyon%207e%20(69007)&radius=25",
        "/near?lang=fr&place=Lyon%207e%20(69007)&radius=25",
    );
    let written = |address: &str| format!("\"{}\"", address.replace('&', "&amp;"));
    assert!(list.contains(&format!("href={}", written(link))), "{list}");
    let (_, there) = page(&app, link).await;
    assert!(
        there.contains("class=\"distance\"") && there.contains(&format!("href={}", written(back))),
        "{there}"
    );
    assert!(there.contains(&format!("action={}", written(&format!("{link}#form-title")))), "{there}");
    assert_eq!(chosen(&there), "lyon", "{there}");
    // The nearest place stands first.
    let place = |name: &str| there.find(&format!("<li>{name}")).unwrap_or_else(|| panic!("{there}"));
    assert!(place("Lyon") < place("Lille"), "{there}");
    assert!(
        there.contains("<link rel=\"canonical\" href=\"https://agir.example.org/i/tournee\">"),
        "{there}"
    );
    assert!(there.contains("href=\"?place=Lyon%207e%20(69007)&amp;radius=25&amp;lang=en\""), "{there}");
    assert!(!app.get("/sitemap.xml").await.text().await.unwrap().contains("place="));
    let (_, linked) = there.split_once("application/ld+json").unwrap();
    assert!(!linked.split_once("</script>").unwrap().0.contains("place="));
    // What was sent comes back with that place, too.
    let request = app.client.post(format!("{}{link}", app.address)).body("givenName=Zo%C3%A9&session=lyon-2");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.header("sec-fetch-site", "same-origin").send().await.unwrap().text().await.unwrap();
    assert!(answer.contains(&format!("href={}", written(back))), "{answer}");
    assert_eq!(chosen(&answer), "lyon-2", "{answer}");
}

#[tokio::test]
async fn an_unknown_place_is_none_and_a_position_is_not_repeated_on_the_page_of_an_initiative() {
    let app = App::start_announcing(round(), MAILING).await;
    write_bundle(&app.path("dist"));
    for place in ["Nulle-Part", "45.7512,4.8421", ""] {
        let (status, there) = page(&app, &format!("/i/tournee?lang=fr&place={place}&radius=25")).await;
        assert!(status == 200 && there.contains("href=\"/near?lang=fr\""), "{place}: {there}");
        assert!(!there.contains("class=\"distance\"") && chosen(&there).is_empty(), "{place}: {there}");
        assert!(place.is_empty() || !there.contains(place), "{place}: {there}");
    }
    // Nor is that of a tag, which is asked for by a point.
    let ask = async |place: &str| {
        let script = app.get(&format!("/v1/alentour.js?lang=fr&place={place}")).await.text().await.unwrap();
        first_page::page(&script).unwrap()["tree"].to_string()
    };
    let point = ask("45.75,4.84").await;
    assert!(point.contains("../i/tournee?lang=fr\""), "{point}");
    let named = ask("69007").await;
    assert!(
        named.contains("../i/tournee?lang=fr\\u0026place=Lyon")
            || named.contains("../i/tournee?lang=fr&place=Lyon%207e%20(69007)&radius=25\""),
        "{named}"
    );
}

//! A visitor proposes an initiative, and follows it.

use std::time::{Duration, Instant};

use alentour_model::EmailAddress;
use alentour_server::news;
use alentour_server::own;
use alentour_server::retention::purge;
use alentour_server::store::{Deed, OwnInitiative};
use alentour_server::store::{Erasure, OwnStatus, Proposal, ProposalState, Role, TrailEntry};
use serde_json::{Value, json};

use crate::app::{App, database, feed, on_sqlite};
use crate::backup::back_up;
use crate::command::{alentour, text};
use crate::mailbox::MailServer;
use crate::organise::{Browser, account, operating};
use crate::outbox::{now, outbox, round};
use crate::stores::by_hand;
use crate::venues::on_each_of;
use crate::waiting_list::last;

const DAY: i64 = 86_400;

/// What is answered in each step; its date is in a year, whenever that is.
const STEPS: [(&str, &str); 5] = [
    ("aim", "causes=environment&causes=health&whom=Les+enfants&change=Les+haies+sont+connues"),
    ("people", "kind=gathering&people=12&skills=botanique"),
    ("when", "when=dates&date-0=DAY&start-0=14%3A00&end-0=17%3A00&where=place&town=Lyon&venue=Parc"),
    ("partners", "organizer=Les+haies&partners=%C3%89cole&needs=12+paniers&way="),
    ("telling", "name=Atelier+des+haies&summary=On+taille.&text=Avec+des+gants.&language=fr&url="),
];

/// A day that is to come.
fn day() -> String {
    let day = alentour_model::Date::from_days((now() / DAY) as i32 + 365);
    day.to_string()
}

fn said(step: usize) -> String {
    STEPS[step].1.replace("DAY", &day())
}

async fn on_each() -> [(App, MailServer); 2] {
    on_each_of(&feed(), "").await
}

fn email_h(app: &App, email: &str) -> [u8; 32] {
    app.store.secret().email_h(&EmailAddress::parse(email).unwrap())
}

/// The field of a form.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) =
        page.split_once(&format!(r#"name="{name}" value=""#)).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap()
}

/// The page that a link in a mail leads to.
fn path(mail: &crate::mailbox::Taken, of: &str) -> String {
    let link = mail.link(of).unwrap_or_else(|| panic!("{}", mail.text()));
    link.strip_prefix("https://agir.example.org").unwrap().split('?').next().unwrap().to_owned()
}

/// Begins; the draft's page.
pub async fn begins(browser: &mut Browser) -> String {
    let page = browser.get("/propose?lang=fr").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let form = format!("attempt={}&website=&{}", field(&page.body, "attempt"), said(0));
    let answer = browser.post("/propose?lang=fr", form.clone(), "same-origin").await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    // The button was pressed twice: it is one draft.
    let again = browser.post("/propose?lang=fr", form, "same-origin").await;
    assert_eq!(again.location, answer.location);
    let (path, query) = answer.location.split_once('?').unwrap();
    assert_eq!(query, "step=people&lang=fr");
    path.to_owned()
}

pub async fn step(browser: &mut Browser, draft: &str, name: &str, fields: &str) -> crate::organise::Answer {
    browser.post(&format!("{draft}?step={name}&lang=fr"), fields.to_owned(), "same-origin").await
}

/// Fills all steps in; the draft's page.
async fn filled(browser: &mut Browser) -> String {
    let draft = begins(browser).await;
    for (at, (name, _)) in STEPS.iter().enumerate().skip(1) {
        let answer = step(browser, &draft, name, &format!("do=next&{}", said(at))).await;
        let next = STEPS.get(at + 1).map_or("send", |(name, _)| name);
        assert_eq!(answer.location, format!("{draft}?step={next}&lang=fr"), "{}", answer.body);
    }
    draft
}

/// Sends; what is answered.
async fn sends(browser: &mut Browser, draft: &str, email: &str) -> crate::organise::Answer {
    step(browser, draft, "send", &format!("do=send&email={email}&words=Merci&consent=yes")).await
}

/// Proposes; the page that its mail leads to.
async fn proposes(app: &App, server: &MailServer, email: &str) -> String {
    let mut browser = Browser::new(app);
    let draft = filled(&mut browser).await;
    assert_eq!(sends(&mut browser, &draft, email).await.status, 303);
    round(&outbox(app), now()).await;
    path(&last(server, email), "/proposal/")
}

async fn confirms(browser: &mut Browser, own: &str) {
    let page = browser.get(own).await.body;
    let form = format!("do=confirm&version={}", field(&page, "version"));
    let first = browser.post(own, form.clone(), "cross-site").await;
    assert_eq!(first.status, 303, "{}", first.body);
    assert_eq!(browser.post(own, form, "cross-site").await.status, 303);
}

/// All that is made here.
async fn made(app: &App) -> Vec<OwnInitiative> {
    app.store.own_initiatives(Default::default()).await.unwrap()
}

async fn until_listed(app: &App, id: &str) {
    let start = Instant::now();
    while app.get(&format!("/i/{id}")).await.status() != 200 {
        assert!(start.elapsed() < Duration::from_secs(45), "{id} is not listed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_confirmed_asked_back_answered_published_and_organised() {
    for (app, server) in on_each().await {
        let mut sightings = news::Sightings::default();
        news::look(&app.state, &mut sightings, true, now()).await.unwrap();
        let mut operator = operating(&app).await;
        let mut browser = Browser::new(&app);
        let draft = filled(&mut browser).await;
        let page = browser.get(&format!("{draft}?step=send&lang=fr")).await.body;
        for part in [
            "Atelier des haies",
            "<li class=\"card\"",
            "Pour qui\u{a0}: Les enfants",
            "Il y a déjà «\u{a0}Atelier\u{a0}»",
            "Ce n’est pas la même chose",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(page.len() < 60_000, "{}", page.len());
        let refused = step(&mut browser, &draft, "send", "do=send&email=zoe&words=Un+mot").await;
        assert_eq!(refused.status, 422);
        for part in ["href=\"#email\"", "value=\"zoe\"", "Un mot", "href=\"#consent\""] {
            assert!(refused.body.contains(part), "{part}: {}", refused.body);
        }
        let sent = sends(&mut browser, &draft, "zoe@example.org").await;
        let twice = sends(&mut browser, &draft, "zoe@example.org").await;
        assert!(sent.status == 303 && twice.body.contains("Ouvrez votre messagerie"), "{}", twice.body);
        assert!(browser.get(&draft).await.body.contains("Ouvrez votre messagerie"));
        assert_eq!(round(&outbox(&app), now()).await, (1, 0, 0));
        let mail = last(&server, "zoe@example.org");
        // Somebody else may have typed the address: nothing of what they wrote is mailed.
        assert!(!mail.text().contains("haies") && !mail.html().contains("haies"), "{}", mail.text());
        let own = path(&mail, "/proposal/");
        // A scanner of mails opens each link, and the browser that it was begun in follows nothing.
        assert!(browser.get(&own).await.body.contains("Confirmer et transmettre"));
        assert!(made(&app).await.is_empty());
        confirms(&mut browser, &own).await;
        let all = made(&app).await;
        let [one] = &all[..] else { panic!("{} are made", all.len()) };
        assert_eq!(
            (one.status, one.proposal.email.as_str(), one.proposal.words.as_str()),
            (OwnStatus::Waiting, "zoe@example.org", "Merci")
        );
        let id = one.content.id.clone();
        let trail = operator.get("/organise/trail").await.body;
        assert!(trail.contains("un visiteur") && trail.contains("<bdi>Atelier des haies</bdi>"), "{trail}");
        let page = browser.get(&own).await.body;
        assert!(
            page.contains("En attente de relecture") && !page.contains("Confirmer et transmettre"),
            "{page}"
        );
        assert_eq!(browser.get(&own.replace("/proposal/", "/propose/")).await.status, 303);
        let page = browser.get(&draft.replace("/propose/", "/proposal/")).await;
        assert_eq!(page.status, 404);

        // Whoever decides is told, once a day.
        assert_eq!(round(&outbox(&app), now()).await, (1, 0, 0));
        assert!(last(&server, "operatrice@example.org").text().contains("/organise/initiatives"));
        let other = proposes(&app, &server, "lea@example.org").await;
        confirms(&mut browser, &other).await;
        round(&outbox(&app), now()).await;
        assert_eq!(server.to("operatrice@example.org").len(), 1);

        let act = |action: &str, version: i64, reason: &str| {
            format!("id={id}&version={version}&action={action}&reason={reason}")
        };
        let page = operator.get("/organise/initiatives").await.body;
        assert!(page.contains("Ce qui y ressemble") && page.contains("/i/atelier?lang=fr"), "{page}");
        let silent = operator.submit("/organise/initiatives", &act("ask", 1, "")).await.body;
        assert!(silent.contains("Écrivez d’abord la question"), "{silent}");
        operator.submit("/organise/initiatives", &act("ask", 1, "Quel%20parc")).await;
        round(&outbox(&app), now()).await;
        let asked = last(&server, "zoe@example.org");
        assert!(
            asked.text().contains("Quel parc")
                && asked.parsed().subject().unwrap().contains("Atelier des haies"),
            "{}",
            asked.text()
        );
        let mailed = path(&asked, "/proposal/");
        assert!(browser.get(&mailed).await.body.contains("Quel parc"));
        // Answered by changing it, through the mailed link alone.
        let change = mailed.replace("/proposal/", "/propose/");
        assert!(browser.get(&format!("{change}?step=when")).await.body.contains("value=\"Parc\""));
        let session = serde_json::from_str::<Value>(&one.content.json).unwrap()["sessions"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let dates = said(2).replace("Parc", "Parc+de+la+T%C3%AAte").replace("14%3A00", "15%3A00");
        step(&mut browser, &change, "when", &format!("do=next&id-0={session}&{dates}")).await;
        let sent = step(&mut browser, &change, "send", "do=send&words=Celui-ci").await;
        assert_eq!((sent.status, sent.location), (303, format!("{mailed}?lang=fr")), "{}", sent.body);
        let one = app.store.own_initiative(&id).await.unwrap().unwrap();
        let json: Value = serde_json::from_str(&one.content.json).unwrap();
        assert_eq!(
            (one.status, one.version, one.proposal.words.as_str()),
            (OwnStatus::Waiting, 3, "Celui-ci")
        );
        assert_eq!(
            (&json["location"][0]["name"], &json["sessions"][0]["id"]),
            (&json!("Parc de la Tête"), &json!(session))
        );
        assert!(json["sessions"][0]["startDate"].as_str().unwrap().starts_with(&format!("{}T15:00", day())));

        operator.submit("/organise/initiatives", &act("publish", 3, "")).await;
        until_listed(&app, &id).await;
        round(&outbox(&app), now()).await;
        let mail = last(&server, "zoe@example.org").text();
        assert!(mail.contains(&format!("/i/{id}?lang=fr")) && mail.contains("/organise?lang=fr"), "{mail}");
        let page = browser.get(&own).await.body;
        assert!(page.contains(&format!("/i/{id}?lang=fr")) && !page.contains("Retirer"), "{page}");
        // Zoé organises it now, and what she proposes next is there at once.
        let zoe = email_h(&app, "zoe@example.org");
        let account = app.store.account(&zoe).await.unwrap().unwrap();
        assert_eq!(app.store.roles(&zoe).await.unwrap(), [(id.clone(), Role::Organiser)]);
        assert_eq!(app.store.own_initiative(&id).await.unwrap().unwrap().owner, account.id);
        let next = proposes(&app, &server, "zoe@example.org").await;
        confirms(&mut browser, &next).await;
        assert_eq!(made(&app).await.iter().filter(|one| one.status == OwnStatus::Published).count(), 2);

        // Those who asked to be told of news hear of it as of any other.
        let second =
            made(&app).await.into_iter().rfind(|one| one.status == OwnStatus::Published).unwrap().content.id;
        until_listed(&app, &second).await;
        let later = now() + 5;
        news::look(&app.state, &mut sightings, true, later).await.unwrap();
        let seen = app.store.sighted_since(later - 1).await.unwrap();
        assert!(
            seen.iter().any(|(one, _)| *one == id) && seen.iter().any(|(one, _)| *one == second),
            "{seen:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_says_what_is_wrong_and_going_back_loses_nothing() {
    let server = MailServer::start().await;
    let app = App::start_settled(&crate::outbox::mailing(&server)).await;
    let mut browser = Browser::new(&app);
    let page = browser.get("/propose?lang=fr").await.body;
    let attempt = field(&page, "attempt").to_owned();
    let empty = browser.post("/propose?lang=fr", format!("attempt={attempt}&whom=Tous"), "same-origin").await;
    assert_eq!(empty.status, 422);
    assert!(
        empty.body.contains("href=\"#causes\"") && empty.body.contains("value=\"Tous\""),
        "{}",
        empty.body
    );
    assert_eq!(browser.post("/propose", String::new(), "cross-site").await.status, 403);
    let robot = format!("attempt={attempt}&website=x&{}", said(0));
    assert_eq!(browser.post("/propose", robot, "same-origin").await.status, 422);
    assert_eq!(app.number("SELECT count(*) FROM proposals").await, 0);

    let draft = begins(&mut browser).await;
    // Browsers keep the first page for whoever goes back to it, and what is sent from there again changes the same draft.
    let first = app.get("/propose?lang=fr").await;
    assert_eq!(first.headers()["cache-control"], "private, no-cache");
    let attempt = field(&first.text().await.unwrap(), "attempt").to_owned();
    let form = |step: String| format!("attempt={attempt}&website=&{step}");
    let one = browser.post("/propose?lang=fr", form(said(0)), "same-origin").await.location;
    let other = form(said(0).replace("Les+enfants", "Tout+le+monde"));
    assert_eq!(browser.post("/propose?lang=fr", other, "same-origin").await.location, one);
    let page = browser.get(&one.replace("step=people", "step=aim")).await.body;
    assert!(page.contains("value=\"Tout le monde\""), "{page}");
    step(&mut browser, &draft, "people", &said(1)).await;
    // An end before its beginning is asked about, unless it is a night; a date whose day is taken away is none.
    let early = said(2).replace("17%3A00", "09%3A00");
    let asked = step(&mut browser, &draft, "when", &format!("do=next&{early}")).await;
    assert!(asked.status == 422 && asked.body.contains("href=\"#end-0\""), "{}", asked.body);
    let night = said(2).replace("14%3A00", "21%3A00").replace("17%3A00", "02%3A00");
    let second = format!("do=next&{night}&date-1={}&start-1=10%3A00", day());
    assert_eq!(step(&mut browser, &draft, "when", &second).await.status, 303);
    let gone = step(&mut browser, &draft, "when", &format!("do=next&{night}&date-1=&start-1=10%3A00")).await;
    assert_eq!(gone.status, 303, "{}", gone.body);
    assert!(!browser.get(&format!("{draft}?step=when")).await.body.contains("value=\"10:00\""));
    let never = format!("do=next&{night}&date-2=&start-2=10%3A00");
    assert_eq!(step(&mut browser, &draft, "when", &never).await.status, 422);
    // Another row, then back with half a date, and on again.
    let row = step(&mut browser, &draft, "when", &format!("do=row&when=dates&date-0={}", day())).await;
    assert_eq!(row.location, format!("{draft}?step=when&rows=2&lang=fr"));
    let page = browser.get(&row.location).await.body;
    assert!(page.contains(&day()) && page.contains("name=\"date-1\""), "{page}");
    let back = step(&mut browser, &draft, "when", "do=back&when=dates&date-0=demain&where=online").await;
    assert_eq!(back.location, format!("{draft}?step=people&lang=fr"));
    let page = browser.get(&back.location).await.body;
    assert!(page.contains("value=\"12\"") && page.contains("botanique"), "{page}");
    let wrong = step(&mut browser, &draft, "when", "do=next&when=dates&date-0=demain&where=online").await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("href=\"#date-0\"") && wrong.body.contains("value=\"demain\""),
        "{}",
        wrong.body
    );
    // The last page leads to what is to be mended.
    let send = browser.get(&format!("{draft}?step=send&lang=fr")).await;
    assert_eq!(send.location, format!("{draft}?step=when&check=1&lang=fr"));
    assert!(!wrong.body.contains("<script") && wrong.body.len() < 60_000);
    // Its address is somebody's key.
    let page = app.get(&draft).await;
    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
    assert_eq!(browser.get(&format!("/propose/{}", "0".repeat(64))).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_continued_by_a_mailed_link_and_an_address_is_told_the_same_whoever_it_is() {
    for (app, server) in on_each().await {
        account(&app, "connue@example.org", false).await;
        let mut bodies = Vec::new();
        for email in ["connue@example.org", "inconnue@example.org"] {
            let mut browser = Browser::new(&app);
            let draft = begins(&mut browser).await;
            let wrong = step(&mut browser, &draft, "people", "do=later&later=zoe&kind=petition").await;
            assert!(wrong.status == 422 && wrong.body.contains("value=\"zoe\""), "{}", wrong.body);
            let later =
                step(&mut browser, &draft, "people", &format!("do=later&later={email}&kind=petition")).await;
            assert_eq!(later.status, 200);
            round(&outbox(&app), now()).await;
            let link = path(&last(&server, email), "/propose/");
            // Elsewhere what was typed is there, at that step, and it goes on.
            let page = Browser::new(&app).get(&link).await.body;
            assert!(page.contains("value=\"petition\" checked"), "{page}");
            for (at, (name, _)) in STEPS.iter().enumerate().skip(1) {
                step(&mut browser, &link, name, &said(at)).await;
            }
            let sent = sends(&mut browser, &draft, email).await;
            let said = browser.get(&draft).await.body;
            assert_eq!(round(&outbox(&app), now()).await, (1, 0, 0));
            assert_eq!(server.to(email).len(), 2);
            bodies.push((later.body, sent.status, said.replace(&draft, "")));
        }
        assert_eq!(bodies[0], bodies[1]);
        // Nobody has confirmed: nothing waits, and in two weeks nothing is left.
        assert!(made(&app).await.is_empty());
        assert_eq!(app.store.purge_proposals(now() + 13 * DAY).await.unwrap(), 0);
        purge(&*app.store, now() + 15 * DAY).await.unwrap();
        let zoe = app.store.proposals_of(&email_h(&app, "inconnue@example.org")).await.unwrap();
        assert!(zoe.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_organises_nothing_but_a_draft_of_their_own_waits_as_others_do() {
    for (app, server) in on_each().await {
        let zoe = account(&app, "zoe@example.org", false).await;
        let draft = own::read(r#"{ "name": "Rien" }"#, None).unwrap();
        app.store
            .create_own(&draft, OwnStatus::Draft, &zoe.id, &Proposal::default(), &by_hand(now()))
            .await
            .unwrap();
        let role = TrailEntry::by_hand(&draft.id, Deed::Role, json!({}), now());
        app.store.set_role(&zoe.id, &draft.id, Some(Role::Organiser), &role).await.unwrap();
        let own = proposes(&app, &server, "zoe@example.org").await;
        confirms(&mut Browser::new(&app), &own).await;
        let made = made(&app).await;
        let one = made.iter().find(|one| one.content.id != draft.id).unwrap();
        assert_eq!(one.status, OwnStatus::Waiting);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_after_it_was_sent_is_not_confirmed_unseen_nor_by_somebody_else() {
    for (app, server) in on_each().await {
        let mut browser = Browser::new(&app);
        let draft = filled(&mut browser).await;
        sends(&mut browser, &draft, "mallory@example.org").await;
        round(&outbox(&app), now()).await;
        let own = path(&last(&server, "mallory@example.org"), "/proposal/");
        let page = browser.get(&own).await.body;
        let version = field(&page, "version").to_owned();
        // Who typed it takes it back, and sends something else, in somebody else's name.
        assert_eq!(step(&mut browser, &draft, "send", "do=take-back").await.status, 303);
        assert_eq!(browser.get(&own).await.status, 404, "what was mailed of it is good for nothing more");
        step(&mut browser, &draft, "telling", &format!("do=next&{}", said(4).replace("haies", "rats"))).await;
        sends(&mut browser, &draft, "zoe@example.org").await;
        let late = browser.post(&own, format!("do=confirm&version={version}"), "same-origin").await;
        assert_eq!(late.status, 404, "{}", late.body);
        assert!(made(&app).await.is_empty());
        // A mail that is sent late makes none of them open it, either.
        round(&outbox(&app), now()).await;
        let hers = path(&last(&server, "zoe@example.org"), "/proposal/");
        let secret = app.store.secret();
        let hash = secret.token_hash(&"c".repeat(64));
        let id = app.store.proposals_of(&email_h(&app, "zoe@example.org")).await.unwrap()[0].id.clone();
        app.store
            .create_proposal_link(&hash, (&id, &email_h(&app, "mallory@example.org")), true)
            .await
            .unwrap();
        assert_eq!(browser.get(&format!("/proposal/{}", "c".repeat(64))).await.status, 404);
        assert!(browser.get(&hers).await.body.contains("rats"));
        confirms(&mut browser, &hers).await;
        assert_eq!((made(&app).await.len(), browser.get(&own).await.status), (1, 404));
        // It is none of hers.
        browser.post(&hers, "do=withdraw".into(), "same-origin").await;
        assert_eq!(browser.get(&hers).await.status, 404);
        assert_eq!(browser.get(&draft).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_confirmed_a_proposal_is_sent_their_links_as_accounts_are() {
    for (app, server) in on_each().await {
        let mut browser = Browser::new(&app);
        let own = proposes(&app, &server, "zoe@example.org").await;
        confirms(&mut browser, &own).await;
        for (email, most) in [("zoe@example.org", 8), ("lea@example.org", 3)] {
            let mut answers = Vec::new();
            for _ in 0..7 {
                let draft = begins(&mut browser).await;
                let later = step(&mut browser, &draft, "people", &format!("do=later&later={email}")).await;
                answers.push((later.status, later.body.replace(&draft, "")));
                round(&outbox(&app), now()).await;
            }
            assert!(answers.iter().all(|answer| *answer == answers[0]));
            assert_eq!(server.to(email).len(), most, "{email}");
        }
        browser.post("/my-data?lang=fr", "email=zoe%40example.org".into(), "same-origin").await;
        round(&outbox(&app), now()).await;
        assert_eq!(server.to("zoe@example.org").len(), 9);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declined_is_told_with_its_reason_and_what_is_withdrawn_or_erased_is_gone() {
    for (app, server) in on_each().await {
        let mut operator = operating(&app).await;
        let mut browser = Browser::new(&app);
        let own = proposes(&app, &server, "zoe@example.org").await;
        confirms(&mut browser, &own).await;
        let id = made(&app).await[0].content.id.clone();
        let decline = format!("id={id}&version=1&action=decline&reason=D%C3%A9j%C3%A0%20l%C3%A0");
        operator.submit("/organise/initiatives", &decline).await;
        round(&outbox(&app), now()).await;
        assert!(last(&server, "zoe@example.org").text().contains("Déjà là"));
        assert!(browser.get(&own).await.body.contains("Déjà là"));
        browser.post(&own, "do=withdraw".into(), "same-origin").await;
        assert!(made(&app).await.is_empty());

        // A published one stays without its person; what waits goes with them.
        let public = proposes(&app, &server, "max@example.org").await;
        confirms(&mut browser, &public).await;
        let id = made(&app).await[0].content.id.clone();
        let published = OwnStatus::Published;
        let entry = TrailEntry::by_hand(&id, Deed::Published, json!({}), now());
        app.store.set_own_status((&id, 1), published, "", &entry).await.unwrap();
        round(&outbox(&app), now()).await;
        let refused = browser.post(&public, "do=withdraw".into(), "same-origin").await.body;
        assert!(refused.contains("Cela a changé entre-temps"), "{refused}");
        let max = email_h(&app, "max@example.org");
        app.store
            .set_role(&app.store.account(&max).await.unwrap().unwrap().id, &id, None, &by_hand(now()))
            .await
            .unwrap();
        let waiting = proposes(&app, &server, "max@example.org").await;
        confirms(&mut browser, &waiting).await;
        assert_eq!(made(&app).await.len(), 2);
        // Whoever asks what is kept of an address gets a link to each.
        browser.post("/my-data?lang=fr", "email=max%40example.org".into(), "same-origin").await;
        round(&outbox(&app), now()).await;
        let mail = last(&server, "max@example.org");
        let links: Vec<_> = mail
            .text()
            .split_whitespace()
            .filter(|word| word.contains("/proposal/"))
            .map(str::to_owned)
            .collect();
        assert_eq!(links.len(), 2, "{}", mail.text());
        app.store.erase(&Erasure::Person(max), now()).await.unwrap();
        let all = made(&app).await;
        let [left] = &all[..] else { panic!("{} are left", all.len()) };
        assert_eq!(
            (left.content.id.as_str(), left.owner.as_str(), left.proposal.email.as_str()),
            (id.as_str(), "", "")
        );
        assert!(
            app.store.proposals_of(&max).await.unwrap().is_empty()
                && app.store.account(&max).await.unwrap().is_none()
        );
        assert_eq!(browser.get(&public).await.status, 404);
    }
}

#[tokio::test]
async fn without_mail_or_where_the_operator_takes_none_there_is_no_page() {
    let app = App::start().await;
    assert_eq!(app.get("/propose").await.status(), 404);
    let closed = format!("{}\n[proposals]\nopen = false", crate::app::MAILING);
    let app = App::start_settled(&closed).await;
    assert_eq!(app.get("/propose").await.status(), 404);
    let app = App::start_settled(crate::app::MAILING).await;
    assert!(app.get("/propose").await.status() == 200);
    assert_eq!(
        app.state
            .store
            .proposals_of(&[0; 32])
            .await
            .unwrap()
            .iter()
            .filter(|one| one.state == ProposalState::Draft)
            .count(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_up_brings_back_what_is_proposed_and_the_links_to_it() {
    let app = App::start_settled(crate::app::MAILING).await;
    let draft = begins(&mut Browser::new(&app)).await;
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = back_up(&app, folder.path());
    text(&alentour(&["restore", "--database", &database(&target), path.to_str().unwrap()]));
    let hash = app.store.secret().token_hash(draft.strip_prefix("/propose/").unwrap());
    let restored = on_sqlite(&target).await.proposal_by_link(&hash, now()).await.unwrap().unwrap();
    let (before, _) = app.store.proposal_by_link(&hash, now()).await.unwrap().unwrap();
    assert!(restored.0.draft == before.draft && !restored.1);
    assert_eq!(before.draft.fields["whom"], "Les enfants");
    // In the database it is not to be read.
    let sealed: Vec<u8> =
        sqlx::query_scalar("SELECT sealed FROM proposals").fetch_one(&app.database().await).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("enfants"));
}

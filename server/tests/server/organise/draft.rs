//! Drafts of those who organise, and the list of all that is made here.

use alentour_server::own;
use alentour_server::store::{Deed, OwnStatus, OwnWhich, Proposal, Role, TrailEntry};
use serde_json::json;

use super::people::{announced, on_each, organiser};
use super::{Browser, account, operating, signed_in};
use crate::app::App;

async fn begin(browser: &mut Browser, path: &str, key: char) -> super::Answer {
    browser.submit(path, &format!("key={}", key.to_string().repeat(32))).await
}

/// The id in the address of its first step.
fn id(location: &str) -> String {
    location.split("/i/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

async fn version(app: &App, id: &str) -> i64 {
    app.store.own_initiative(id).await.unwrap().unwrap().version
}

async fn step(app: &App, browser: &mut Browser, id: &str, step: &str, fields: &str) -> super::Answer {
    let version = version(app, id).await;
    let path = format!("/organise/i/{id}/edit?step={step}");
    browser.submit(&path, &format!("do=check&version={version}&{fields}")).await
}

/// Walks the five steps of a draft.
async fn walk(app: &App, browser: &mut Browser, id: &str) {
    let day = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(30 * 24)).to_string();
    let day = day.split('T').next().unwrap();
    let when = format!("when=dates&date-1={day}&start-1=14%3A00&end-1=16%3A00&where=online&venue=");
    let steps = [
        ("aim", "causes=poverty&whom=Tous&change=Moins+seuls", "step=people"),
        ("people", "kind=gathering&people=12&skills=", "step=when"),
        ("when", when.as_str(), "step=partners"),
        ("partners", "organizer=Maison&partners=&needs=&way=rsvp", "step=telling"),
        (
            "telling",
            "name=Grande+veillee&summary=Ensemble&text=Venez+passer+la+soiree+avec+nous.&language=fr&url=",
            "/publish",
        ),
    ];
    for (name, fields, next) in steps {
        let answer = step(app, browser, id, name, fields).await;
        assert!(
            answer.status == 303 && answer.location.contains(next),
            "{name}: {} {}",
            answer.location,
            answer.body
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organiser_begins_a_draft_and_publishes_it_and_does_it_again() {
    for (app, _server) in on_each(&announced()).await {
        let mut asha = organiser(&app).await;
        assert!(asha.get("/organise").await.body.contains("Nouvelle action"));
        let begun = begin(&mut asha, "/organise/new", 'a').await;
        let id = id(&begun.location);
        // A double press makes one.
        assert_eq!(begin(&mut asha, "/organise/new", 'a').await.location, begun.location);
        assert!(asha.get("/organise").await.body.contains("Action sans titre"));
        // Nothing is published of which something is missing.
        let publish = format!("/organise/i/{id}/publish");
        assert!(asha.get(&publish).await.body.contains("Il manque encore"));
        assert_eq!(asha.submit(&publish, "version=1").await.status, 422);
        walk(&app, &mut asha, &id).await;
        let page = asha.get(&publish).await.body;
        assert!(page.contains("Grande veillee") && page.contains("d\u{2019}ici une minute"), "{page}");
        let pressed = format!("version={}", version(&app, &id).await);
        assert!(asha.submit(&publish, &pressed).await.body.contains("C\u{2019}est publi\u{e9}"));
        let made = app.store.own_initiative(&id).await.unwrap().unwrap();
        assert_eq!(made.status, OwnStatus::Published);
        let initiative = own::initiative_of(&made.content).unwrap().unwrap();
        assert!(initiative.participation.is_some() && initiative.sessions.len() == 1);

        let again = begin(&mut asha, &format!("/organise/i/{id}/again"), 'b').await;
        let copy = app.store.own_initiative(&self::id(&again.location)).await.unwrap().unwrap();
        let copied = own::initiative_of(&copy.content).unwrap().unwrap();
        assert_eq!((copy.status, copied.sessions.len()), (OwnStatus::Draft, 0));
        assert_eq!((&copied.name, &copied.participation), (&initiative.name, &initiative.participation));
        // What a feed has is done again there.
        assert_eq!(begin(&mut asha, "/organise/i/atelier/again", 'c').await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_makes_who_only_helps_waits_and_operators_find_it_in_the_list_of_all() {
    for (app, _server) in on_each(&announced()).await {
        let mut max = signed_in(&app, "max@example.org", "atelier", Some(Role::Helper)).await;
        let id = id(&begin(&mut max, "/organise/new", 'a').await.location);
        walk(&app, &mut max, &id).await;
        let publish = format!("/organise/i/{id}/publish");
        assert!(max.get(&publish).await.body.contains("Envoyer pour relecture"));
        max.submit(&publish, &format!("version={}", version(&app, &id).await)).await;
        assert_eq!(app.store.own_initiative(&id).await.unwrap().unwrap().status, OwnStatus::Waiting);
        // And still waits where they organise nothing else.
        assert_eq!(begin(&mut max, "/organise/new", 'b').await.status, 303);

        let mut browser = operating(&app).await;
        let all = browser.get("/organise/made").await.body;
        assert!(
            all.contains("Grande veillee")
                && all.contains("Action sans titre")
                && all.contains("max@example.org"),
            "{all}"
        );
        let waiting = browser.get("/organise/made?status=waiting").await.body;
        assert!(waiting.contains("Grande veillee") && !waiting.contains("Action sans titre<"), "{waiting}");
        let found = browser.get("/organise/made?words=VEILL%C3%89E").await.body;
        assert!(found.contains("1 action") && found.contains("Grande veillee"), "{found}");
        assert!(browser.get("/organise/made?words=rien").await.body.contains("0 action"));
        // Twenty drafts of one account are enough.
        for key in "cdef0123456789ABCDEFghij".chars() {
            begin(&mut max, "/organise/new", key).await;
        }
        let drafts = OwnWhich { status: Some(OwnStatus::Draft), owner: None };
        assert_eq!(app.store.own_initiatives(drafts).await.unwrap().len(), 20);
    }
}

/// Begins a draft, finishes it, and publishes it, as far as it may; where it stands then.
async fn publishes(app: &App, browser: &mut Browser, key: char) -> OwnStatus {
    let id = id(&begin(browser, "/organise/new", key).await.location);
    walk(app, browser, &id).await;
    let pressed = format!("version={}", version(app, &id).await);
    browser.submit(&format!("/organise/i/{id}/publish"), &pressed).await;
    app.store.own_initiative(&id).await.unwrap().unwrap().status
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_organises_nothing_that_visitors_see_waits() {
    for (app, _server) in on_each(&announced()).await {
        // Of what was erased, or of what was never kept.
        let mut max = signed_in(&app, "max@example.org", "nulle-part", Some(Role::Organiser)).await;
        assert_eq!(publishes(&app, &mut max, 'a').await, OwnStatus::Waiting);
        let mut asha = organiser(&app).await;
        assert_eq!(publishes(&app, &mut asha, 'b').await, OwnStatus::Published);
        // What they organise is hidden, though it is served for a moment yet: it is not trusted that they publish more.
        let mut zoe = signed_in(&app, "zoe@example.org", "petition", Some(Role::Organiser)).await;
        let hidden = TrailEntry::by_hand("petition", Deed::Hidden, json!({}), crate::outbox::now());
        app.store.hide("petition", "P\u{e9}tition", "Arnaque", None, &hidden).await.unwrap();
        assert_eq!(publishes(&app, &mut zoe, 'c').await, OwnStatus::Waiting);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_the_right_to_publish_between_the_page_and_the_press_does_not() {
    for (app, _server) in on_each(&announced()).await {
        let mut asha = organiser(&app).await;
        let id = id(&begin(&mut asha, "/organise/new", 'a').await.location);
        walk(&app, &mut asha, &id).await;
        let publish = format!("/organise/i/{id}/publish");
        let offered = asha.get(&publish).await.body;
        assert!(offered.contains("d\u{2019}ici une minute") && !offered.contains("Envoyer pour relecture"));
        let lost = TrailEntry::by_hand("atelier", Deed::Role, json!({}), crate::outbox::now());
        let asha_s = account(&app, "asha@example.org", false).await;
        assert!(app.store.set_role(&asha_s.id, "atelier", None, &lost).await.unwrap());
        let pressed = asha.submit(&publish, &format!("version={}", version(&app, &id).await)).await;
        assert!(
            pressed.status == 200 && pressed.body.contains("En attente de relecture"),
            "{}",
            pressed.body
        );
        assert!(!pressed.body.contains("C\u{2019}est publi\u{e9}"), "{}", pressed.body);
        assert_eq!(app.store.own_initiative(&id).await.unwrap().unwrap().status, OwnStatus::Waiting);
        assert_eq!(app.get(&format!("/i/{id}")).await.status(), 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_a_draft_organises_it_in_the_transaction_that_keeps_it() {
    for (app, _server) in on_each(&announced()).await {
        let max = account(&app, "max@example.org", false).await;
        let draft = own::read(r#"{ "name": "Rien" }"#, None).unwrap();
        let entry = TrailEntry::by_hand(&draft.id, Deed::Proposed, json!({}), crate::outbox::now());
        let proposal = Proposal::default();
        let create = || app.store.create_own(&draft, OwnStatus::Draft, &max.id, &proposal, &entry);
        create().await.unwrap();
        assert_eq!(app.store.role(&max.account_h, &draft.id).await.unwrap(), Some(Role::Organiser));
        // What is not kept gives nobody a role.
        let entry = TrailEntry::by_hand(&draft.id, Deed::Role, json!({}), crate::outbox::now());
        app.store.set_role(&max.id, &draft.id, None, &entry).await.unwrap();
        create().await.unwrap_err();
        assert_eq!(app.store.role(&max.account_h, &draft.id).await.unwrap(), None);
    }
}

//! What waits for whoever runs the installation.

use alentour_server::own;
use alentour_server::store::{OwnStatus, Proposal, Role};
use serde_json::json;

use super::{operating, signed_in};
use crate::app::App;
use crate::mailbox::MailServer;
use crate::outbox::{mailing, now};
use crate::stores::by_hand;

/// Proposes an initiative of that name; its identifier.
async fn proposed(app: &App, name: &str) -> String {
    let given =
        json!({ "name": name, "kind": "gathering", "summary": "On marche", "startDate": "2099-05-02" });
    let content = own::read(&given.to_string(), None).unwrap();
    let proposal = Proposal {
        email: "zoe@example.org".into(),
        words: "Merci de <b>relire</b>".into(),
        ..Proposal::default()
    };
    let waiting = OwnStatus::Waiting;
    app.store.create_own(&content, waiting, "", &proposal, &by_hand(now())).await.unwrap();
    content.id
}

async fn stands(app: &App, id: &str) -> (OwnStatus, String) {
    let one = app.store.own_initiative(id).await.unwrap().unwrap();
    (one.status, one.proposal.answer.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_shown_as_visitors_will_see_it_and_published_or_declined() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let mut browser = operating(&app).await;
    let empty = browser.get("/organise/initiatives").await.body;
    assert!(empty.contains("Aucune action proposée") && !empty.contains("<textarea"), "{empty}");
    let (walk, other) = (proposed(&app, "Balade <i>").await, proposed(&app, "Autre").await);
    let page = browser.get("/organise/initiatives").await.body;
    for part in
        ["Balade &lt;i&gt;", "<li class=\"card\"", "On marche", "zoe@example.org", "Merci de &lt;b&gt;relire"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }

    // What is worth a second look is said beside it.
    for part in ["À vérifier", "Aucun lieu, alors", "Presque aucun texte", "Aucun nom d’organisation."] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("majuscules"), "{page}");

    let publish = |id: &str, version: i64| format!("id={id}&version={version}&action=publish");
    let stale = browser.submit("/organise/initiatives", &publish(&walk, 2)).await.body;
    assert!(stale.contains("a changé entre-temps"), "{stale}");
    assert_eq!(stands(&app, &walk).await.0, OwnStatus::Waiting);
    let done = browser.submit("/organise/initiatives", &publish(&walk, 1)).await.body;
    assert!(done.contains("C’est publié") && !done.contains("Balade"), "{done}");
    assert_eq!(stands(&app, &walk).await, (OwnStatus::Published, String::new()));

    let silent = format!("id={other}&version=1&action=decline&reason=+");
    let silent = browser.submit("/organise/initiatives", &silent).await.body;
    assert!(silent.contains("Écrivez d’abord la raison"), "{silent}");
    assert_eq!(stands(&app, &other).await.0, OwnStatus::Waiting);
    let decline = format!("id={other}&version=1&action=decline&reason=D%C3%A9j%C3%A0%20l%C3%A0");
    browser.submit("/organise/initiatives", &decline).await;
    assert_eq!(stands(&app, &other).await, (OwnStatus::Declined, "Déjà là".to_owned()));
    let unknown = browser.submit("/organise/initiatives", &publish("a-0", 1)).await;
    assert_eq!(unknown.status, 404);
    let trail = browser.get("/organise/trail").await.body;
    assert!(trail.contains("Action publiée") && trail.contains("Proposition d’action déclinée"), "{trail}");
    // What visitors do not see is called by its name, and where it stands is said in words.
    for part in ["<bdi>Autre</bdi>", "En attente de relecture", "Proposition non retenue"] {
        assert!(trail.contains(part), "{part}: {trail}");
    }
    let page = browser.get(&format!("/organise/i/{other}")).await.body;
    assert!(page.contains("<h1><bdi>Autre</bdi></h1>") && page.contains("Proposition non retenue"), "{page}");
    let mut lea = signed_in(&app, "lea@example.org", &other, Some(Role::Organiser)).await;
    let page = lea.get("/organise").await.body;
    assert!(page.contains("<bdi>Autre</bdi>") && page.contains("Proposition non retenue"), "{page}");
}

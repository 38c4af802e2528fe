//! Changing an initiative that is made here, as its organiser does it and as those read of it who take part.

use std::time::{Duration, Instant};

use alentour_server::broadcasts::owe;
use alentour_server::own;
use alentour_server::sessions::Watch;
use alentour_server::store::{OwnStatus, Proposal, Role};
use serde_json::{Value, json};

use super::signed_in;
use crate::app::{App, feed, form, seat};
use crate::outbox::{now, outbox, round};
use crate::stores::by_hand;
use crate::venues::on_each_of;
use crate::waiting_list::joins;

/// A day that is that many days away.
fn day(days: i64) -> String {
    let at = jiff::Timestamp::from_second(now() + days * 86_400).unwrap();
    at.to_string().get(..10).unwrap().to_owned()
}

/// A walk that visitors see, and that takes what the steps do not ask for.
async fn walk(app: &App) -> String {
    let mut walk = feed()["initiatives"][0].clone();
    (walk["name"], walk["kind"]) = (json!("Balade"), json!("gathering"));
    walk["location"] =
        json!([{ "addressLocality": "Lyon", "postalCode": "69003", "latitude": 45.75, "longitude": 4.85 }]);
    for (session, days) in walk["sessions"].as_array_mut().unwrap().iter_mut().zip([20, 21]) {
        session["startDate"] = json!(format!("{}T14:00:00", day(days)));
    }
    made(app, &walk).await
}

/// Makes one that visitors see.
async fn made(app: &App, given: &Value) -> String {
    let content = own::read(&given.to_string(), None).unwrap();
    let (draft, nobody) = (OwnStatus::Draft, Proposal::default());
    app.store.create_own(&content, draft, "", &nobody, &by_hand(now())).await.unwrap();
    app.store.set_own_status((&content.id, 1), OwnStatus::Published, "", &by_hand(now())).await.unwrap();
    app.state.feeds.own_changed();
    until(app, &content.id, |_| true).await;
    content.id
}

/// Waits until visitors see it so.
async fn until(app: &App, id: &str, is_so: impl Fn(&Value) -> bool) {
    let start = Instant::now();
    loop {
        let feed: Value = app.get("/v1/feed.json").await.json().await.unwrap();
        let all = feed["initiatives"].as_array().unwrap();
        if all.iter().any(|one| one["id"] == id && is_so(one)) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(45), "{all:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn stands(app: &App, id: &str) -> (i64, Value) {
    let own = app.store.own_initiative(id).await.unwrap().unwrap();
    (own.version, serde_json::from_str(&own.content.json).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_seen_first_then_published_and_proposed_as_a_message() {
    for (app, server) in on_each_of(&feed(), "").await {
        let id = walk(&app).await;
        let mut form = seat("zoe@example.org");
        form["initiative"] = json!(id);
        joins(&app, &server, &form, 'a').await;
        let mut asha = signed_in(&app, "asha@example.org", &id, Some(Role::Organiser)).await;
        let address = format!("/organise/i/{id}/edit");
        let all = asha.get(&address).await.body;
        assert!(all.contains("L’annonce") && all.contains("step=when"), "{all}");
        let page = asha.get(&format!("{address}?step=telling")).await.body;
        assert!(page.contains(r#"value="Balade""#) && !page.contains("<script"), "{page}");
        let when = asha.get(&format!("{address}?step=when&lang=ar")).await.body;
        assert!(
            when.contains(r#"data-places="/places.json?lang=ar""#) && when.contains("/places.js"),
            "{when}"
        );

        let before = stands(&app, &id).await;
        let telling = format!("{address}?step=telling");
        let named = |does: &str, version: i64| {
            format!(
                "do={does}&version={version}&name=Balade+%3Cb%3E&summary=On+marche.&text=&language=fr&url="
            )
        };
        let preview = asha.submit(&telling, &named("check", 2)).await;
        for said in
            ["<del><bdi>Balade</bdi></del>", "<ins><bdi>Balade &lt;b&gt;</bdi></ins>", "<li class=\"card\""]
        {
            assert!(preview.body.contains(said), "{said}: {}", preview.body);
        }
        assert_eq!(stands(&app, &id).await, before, "a look changes nothing");

        // Who has not confirmed is not written to, and is not counted.
        let mut unconfirmed = seat("max@example.org");
        unconfirmed["initiative"] = json!(id);
        app.post(&crate::app::key("b"), &unconfirmed).await;
        let done = asha.submit(&telling, &named("publish", 2)).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert!(
            done.body.contains("Une personne est inscrite") && done.body.contains("Titre\n"),
            "{}",
            done.body
        );
        let (version, after) = stands(&app, &id).await;
        assert_eq!((version, &after["name"]), (3, &json!("Balade <b>")));
        // What the steps do not ask for is as it was.
        assert_eq!(
            (&after["sessions"], &after["participation"]),
            (&before.1["sessions"], &before.1["participation"])
        );
        until(&app, &id, |one| one["name"] == "Balade <b>").await;
        // The message is one to be read again before it is sent.
        let write = format!("/organise/i/{id}/write");
        let message = asha.submit(&write, "action=change&to=all&subject=Du+nouveau&text=Titre").await;
        assert!(message.body.contains("Titre</textarea>"), "{}", message.body);

        let late = asha.submit(&telling, &named("publish", 2)).await;
        assert_eq!(late.status, 409, "{}", late.body);
        let same = asha.submit(&telling, &named("publish", 3)).await.body;
        assert!(same.contains("Rien n’a changé"), "{same}");
        assert_eq!(stands(&app, &id).await.0, 3);
        let wrong =
            asha.submit(&telling, "do=publish&version=3&name=&summary=x&text=&language=fr&url=").await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        assert!(wrong.body.contains(r##"<a href="#name">Donnez un titre."##), "{}", wrong.body);

        let trail = asha.get(&format!("/organise/i/{id}/trail")).await.body;
        assert!(trail.contains("<bdi>Balade</bdi> → <bdi>Balade &lt;b&gt;</bdi>"), "{trail}");
        let of_a_feed = signed_in(&app, "bo@example.org", "atelier", Some(Role::Organiser)).await;
        let page = { of_a_feed }.get("/organise/i/atelier/edit").await.body;
        assert!(page.contains("vient d’une liste") && !page.contains("<textarea"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_people_have_is_moved_and_they_are_told_and_is_not_left_out() {
    for (app, server) in on_each_of(&feed(), "").await {
        let id = walk(&app).await;
        let mut form = seat("zoe@example.org");
        form["initiative"] = json!(id);
        joins(&app, &server, &form, 'a').await;
        let (_, known) = stands(&app, &id).await;
        let of = |at: usize| known["sessions"][at]["id"].as_str().unwrap().to_owned();
        let mut asha = signed_in(&app, "asha@example.org", &id, Some(Role::Organiser)).await;
        let when = format!("/organise/i/{id}/edit?step=when");
        let (first, second) = (of(0), of(1));
        let other = format!("&id-1={second}&date-1={}&start-1=14%3A00&end-1=", day(21));

        // Without the date that she has.
        let without = asha
            .submit(&when, &format!("do=publish&version=2&when=dates&where=place&town=Lyon{other}"))
            .await;
        assert_eq!(without.status, 422, "{}", without.body);
        assert!(without.body.contains("annulez cette date plutôt que de l’enlever"), "{}", without.body);

        let moved = format!(
            "do=publish&version=2&when=dates&where=place&town=Lyon+%2869003%29&id-0={first}&date-0={}&start-0=15%3A30&end-0=17%3A30{other}\
             &date-2={}&start-2=10%3A00&end-2=",
            day(20),
            day(29)
        );
        let mut watch = Watch::default();
        watch.tend(&app.state, now()).await.unwrap();
        let done = asha.submit(&when, &moved).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert!(done.body.contains("averties par un message automatique"), "{}", done.body);
        // Of the date that has moved its people hear by themselves: what is new is not said to be theirs now.
        let (_, proposed) = done.body.split_once(r#"name="text" value=""#).unwrap();
        let proposed = proposed.split('"').next().unwrap();
        let [_, told] = proposed.split("\n\n").collect::<Vec<_>>()[..] else { panic!("{proposed}") };
        assert!(told.starts_with("Nouvelle date\u{a0}: ") && told.lines().count() == 1, "{proposed}");
        assert!(told.contains("10\u{a0}h") && !proposed.contains("Maintenant"), "{proposed}");
        let (_, after) = stands(&app, &id).await;
        assert_eq!(after["sessions"][0]["id"], json!(first), "people have signed up for it");
        until(&app, &id, |one| {
            one["sessions"][0]["startDate"].as_str().is_some_and(|at| at.contains("15:30"))
        })
        .await;
        watch.tend(&app.state, now()).await.unwrap();
        round(&outbox(&app), now()).await;
        let told = server.to("zoe@example.org").pop().unwrap();
        assert!(
            told.parsed().subject().is_some_and(|subject| subject.contains("Changement de date")),
            "{}",
            told.text()
        );
        assert!(told.text().replace('\u{a0}', " ").contains("15 h 30"), "{}", told.text());

        // Called off, it says so itself: to other servers, too.
        let off = format!("/organise/i/{id}/call-off");
        let done = asha.submit(&off, &format!("action=call-off&session={second}")).await;
        assert_eq!(done.status, 200, "{}", done.body);
        until(&app, &id, |one| one["cancelledSessions"][0]["id"] == json!(second)).await;
        assert_eq!(asha.get(&format!("/organise/i/{id}/write")).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_dates_is_withdrawn_and_everybody_is_told_once() {
    for (app, server) in on_each_of(&feed(), "").await {
        let mut given = feed()["initiatives"][1].clone();
        given["name"] = json!("Lettre");
        let id = made(&app, &given).await;
        let mut sent = form("zoe@example.org");
        sent["initiative"] = json!(id);
        joins(&app, &server, &sent, 'a').await;
        let mut asha = signed_in(&app, "asha@example.org", &id, Some(Role::Organiser)).await;
        let address = format!("/organise/i/{id}/withdraw");
        let page = asha.get(&address).await.body;
        assert!(page.contains("Une personne participe") && page.contains("n’aura pas lieu"), "{page}");
        let (_, rest) = page.split_once(r#"name="key" value=""#).unwrap();
        let key = rest.split('"').next().unwrap().to_owned();
        let press =
            format!("action=withdraw&version=2&key={key}&subject=Annul%C3%A9&text=C%E2%80%99est+fini.");
        let empty =
            asha.submit(&address, &format!("action=withdraw&version=2&key={key}&subject=&text=Reste")).await;
        assert!(empty.status == 422 && empty.body.contains("Reste</textarea>"), "{}", empty.body);
        assert_eq!(asha.submit(&address, &press).await.status, 200);
        assert_eq!(asha.submit(&address, &press).await.status, 422, "it is done");
        let own = app.store.own_initiative(&id).await.unwrap().unwrap();
        assert_eq!(own.status, OwnStatus::Withdrawn);
        owe(&app.state, now()).await.unwrap();
        round(&outbox(&app), now()).await;
        let got = server.to("zoe@example.org");
        let told: Vec<_> = got.iter().filter(|mail| mail.parsed().subject() == Some("Annulé")).collect();
        assert_eq!(told.len(), 1);
        assert!(told[0].text().contains("C’est fini."), "{}", told[0].text());
        let again = asha.submit(&address, "action=publish&version=3").await;
        assert!(again.body.contains("C’est publié"), "{}", again.body);
        until(&app, &id, |one| one["name"] == "Lettre").await;
        // Whatever stands elsewhere is for whoever runs the installation.
        let waiting = own::read(r#"{ "name": "Attente" }"#, None).unwrap();
        app.store
            .create_own(&waiting, OwnStatus::Waiting, "", &Proposal::default(), &by_hand(now()))
            .await
            .unwrap();
        let mut bo = signed_in(&app, "bo@example.org", &waiting.id, Some(Role::Organiser)).await;
        let refused =
            bo.submit(&format!("/organise/i/{}/withdraw", waiting.id), "action=publish&version=1").await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(app.store.own_initiative(&waiting.id).await.unwrap().unwrap().status, OwnStatus::Waiting);
    }
}

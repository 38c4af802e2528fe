//! Questions that whoever makes an initiative asks: from the step in which they are written to the table in which the answers are read.

use alentour_server::store::{OwnStatus, Role};
use serde_json::{Value, json};

use crate::app::{App, feed, form};
use crate::organise::{Browser, encoded, operating, signed_in};
use crate::outbox::{now, outbox, round};
use crate::proposing::{begins, confirms, made, path, said, sends, step, until_listed};
use crate::venues::on_each_of;
use crate::waiting_list::{joins, last};

/// The step of people, with these fields of its questions.
fn people(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| format!("&{name}={}", encoded(value)));
    said(1) + &fields.collect::<String>()
}

/// What visitors read of one.
async fn listed(app: &App, id: &str) -> Value {
    let feed: Value = app.get("/v1/feed.json").await.json().await.unwrap();
    feed["initiatives"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_proposed_answered_read_in_the_table_and_still_named_once_it_is_gone() {
    for (app, server) in on_each_of(&feed(), "").await {
        let mut browser = Browser::new(&app);
        let draft = begins(&mut browser).await;
        // A row more, and what was typed is there.
        let first = [("question-0", "Avez-vous le permis ?"), ("type-0", "yesNo"), ("required-0", "yes")];
        let more = step(&mut browser, &draft, "people", &format!("do=row&{}", people(&first))).await;
        assert_eq!(more.location, format!("{draft}?step=people&rows=2&lang=fr"), "{}", more.body);
        let page = browser.get(&more.location).await.body;
        for part in [
            r#"name="question-0" type="text" value="Avez-vous le permis ?""#,
            r#"<option value="yesNo" selected>"#,
            r#"name="required-0" type="checkbox" value="yes" checked"#,
            r#"name="question-1""#,
            r#"<option value="0=yes">"#,
            "RGPD",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        // What is wrong is said at the field.
        let letter = "J’accepte de recevoir la lettre de la Maison.";
        let mut both = first.to_vec();
        both.push(("consent-0", letter));
        both.extend([("question-1", "Taille"), ("type-1", "choice"), ("options-1", "S"), ("if-1", "0=yes")]);
        let wrong = step(&mut browser, &draft, "people", &format!("do=next&{}", people(&both))).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains(r##"<a href="#options-1">"##), "{}", wrong.body);
        both.push(("options-1", "S\r\nM"));
        both.retain(|field| *field != ("options-1", "S"));
        let next = step(&mut browser, &draft, "people", &format!("do=next&{}", people(&both))).await;
        assert_eq!(next.location, format!("{draft}?step=when&lang=fr"), "{}", next.body);
        for (at, name) in [(2, "when"), (3, "partners"), (4, "telling")] {
            step(&mut browser, &draft, name, &format!("do=next&{}", said(at))).await;
        }
        let page = browser.get(&format!("{draft}?step=send&lang=fr")).await.body;
        assert!(
            page.contains("Ce que demandera le formulaire") && page.contains("Un choix\nS · M\nSi «"),
            "{page}"
        );
        sends(&mut browser, &draft, "zoe@example.org").await;
        round(&outbox(&app), now()).await;
        confirms(&mut browser, &path(&last(&server, "zoe@example.org"), "/proposal/")).await;
        let mut operator = operating(&app).await;
        let waiting = operator.get("/organise/initiatives").await.body;
        assert!(waiting.contains("Avez-vous le permis ?"), "whoever decides reads it: {waiting}");
        let id = made(&app).await[0].content.id.clone();
        let publish = format!("id={id}&version=1&action=publish&reason=");
        operator.submit("/organise/initiatives", &publish).await;
        until_listed(&app, &id).await;

        let one = listed(&app, &id).await;
        let participation = &one["participation"];
        let consents = participation["consents"].as_array().unwrap();
        assert!(consents.iter().any(|consent| consent["text"] == letter && consent["required"] == false));
        assert_eq!(
            participation["questions"],
            json!([
                { "id": "avez-vous-le-permis", "label": "Avez-vous le permis ?", "type": "yesNo", "required": true },
                { "id": "taille", "label": "Taille", "type": "choice", "options": ["S", "M"], "required": false,
                  "onlyIf": { "question": "avez-vous-le-permis", "answer": "yes" } },
            ])
        );
        let mut lea = form("lea@example.org");
        lea["initiative"] = json!(id);
        lea["session"] = one["sessions"][0]["id"].clone();
        lea["consents"] = consents.iter().cloned().collect();
        lea["answers"] = json!([{ "question": "avez-vous-le-permis", "value": "yes" }, { "question": "taille", "value": "M" }]);
        joins(&app, &server, &lea, 'a').await;

        let mut zoe = signed_in(&app, "zoe@example.org", &id, Some(Role::Organiser)).await;
        let export = format!("/organise/i/{id}/export.csv?lang=fr");
        let read = |table: &str| {
            let head = table.lines().next().unwrap().to_owned();
            (head.contains(";Avez-vous le permis ?;Taille"), table.contains(";oui;M"))
        };
        let table = zoe.get(&format!("{export}&for=people")).await.body;
        assert_eq!(read(&table), (true, true), "{table}");
        assert!(table.contains(&format!(";{letter};")), "{table}");
        let table = zoe.get(&export).await.body;
        assert!(table.contains(",avez-vous-le-permis,taille,") && table.contains(",yes,M,"), "{table}");

        // The first one is renamed, the second one goes; what was answered stays, and is called what it was.
        let edit = format!("/organise/i/{id}/edit?step=people");
        let page = zoe.get(&edit).await.body;
        assert!(page.contains(r#"name="question-id-1" value="taille""#), "{page}");
        let own = app.store.own_initiative(&id).await.unwrap().unwrap();
        assert_eq!(own.status, OwnStatus::Published);
        let without = people(&[
            ("question-0", "Le permis ?"),
            ("type-0", "yesNo"),
            ("required-0", "yes"),
            ("question-id-0", "avez-vous-le-permis"),
            ("question-1", ""),
            ("type-1", "choice"),
            ("options-1", "S\r\nM"),
            ("question-id-1", "taille"),
            ("consent-0", letter),
            ("consent-id-0", "j-accepte-de-recevoir-la-lettre-de-la-maison"),
        ]);
        let preview = zoe.submit(&edit, &format!("do=check&version={}&{without}", own.version)).await.body;
        assert!(preview.contains("<del><bdi>Taille\nUn choix"), "{preview}");
        let done = zoe.submit(&edit, &format!("do=publish&version={}&{without}", own.version)).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert!(!done.body.contains("Taille"), "nobody is written to about it: {}", done.body);
        let start = std::time::Instant::now();
        while listed(&app, &id).await["participation"]["questions"].as_array().unwrap().len() > 1 {
            assert!(start.elapsed().as_secs() < 45);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let table = zoe.get(&format!("{export}&for=people")).await.body;
        assert!(table.lines().next().unwrap().contains(";Le permis ?;Taille"), "{table}");
        assert!(table.contains(";oui;M"), "{table}");
        let signed = app.signups(&id).await.into_iter().find(|one| !one.pending).unwrap();
        let page = zoe.get(&format!("/organise/i/{id}/people/{}", signed.id)).await.body;
        assert!(page.contains("<bdi>Taille</bdi>") && page.contains("<bdi>Le permis ?</bdi>"), "{page}");
    }
}

//! What petitions and indicators say, and who agrees to be named.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_model::read::read_value;
use alentour_model::signup::{ConsentGiven, FieldIssue};
use alentour_model::*;
use alentour_model_testing::TestZones;
use serde_json::{Value, json};

/// What is read of one initiative, and what was wrong.
fn read(mut item: Value) -> (Initiative, Vec<(String, Problem)>) {
    item["id"] = json!("a");
    item["name"] = json!("A");
    let (mut feed, findings) = read_value(&json!({ "initiatives": [item] }), &TestZones).unwrap();
    (feed.initiatives.remove(0), findings.into_iter().map(|it| (it.field, it.problem)).collect())
}

#[cfg(feature = "server")]
fn petition(petition: Value) -> (Petition, Vec<(String, Problem)>) {
    let (initiative, findings) = read(json!({ "kind": "petition", "petition": petition }));
    (initiative.petition.unwrap(), findings)
}

fn consents(consents: Value) -> (Participation, Vec<(String, Problem)>) {
    let (initiative, findings) =
        read(json!({ "participation": { "way": "signature", "consents": consents } }));
    (initiative.participation.unwrap(), findings)
}

#[cfg(feature = "server")]
#[test]
fn news_are_read_newest_first_and_named_by_their_day_where_they_have_no_name() {
    let (petition, findings) = petition(json!({ "updates": [
        { "date": "2026-11-02", "text": "Remise à la mairie." },
        { "id": "vote", "date": "2026-11-20", "text": "Le conseil vote.", "url": "https://example.org/vote" },
    ] }));
    let read: Vec<_> = petition.updates.iter().map(|it| (it.id.as_str(), it.url.is_some())).collect();
    assert_eq!((read, findings), (vec![("vote", true), ("2026-11-02", false)], vec![]));
}

#[cfg(feature = "server")]
#[test]
fn what_is_wrong_with_one_update_costs_none_of_the_others() {
    let (petition, findings) = petition(json!({ "target": 9, "updates": [
        { "text": "Sans date" },
        { "date": "2026-11-02" },
        { "date": "2026-11-03", "text": "Un" },
        { "date": "2026-11-03", "text": "Deux" },
        { "id": "x", "date": "2026-11-03", "text": "Trois", "url": "javascript:x" },
        "texte",
    ] }));
    let texts: Vec<_> = petition.updates.iter().map(|it| it.text.as_str()).collect();
    assert_eq!((texts, petition.target), (vec!["Un", "Trois"], Some(9)));
    let found = |at: usize, field: &str, problem| (format!("petition.0.updates.{at}{field}"), problem);
    let expected = [
        found(0, ".date", Problem::Incomplete),
        found(1, ".text", Problem::Incomplete),
        found(4, ".url", Problem::NotALink),
        found(5, "", Problem::Incomplete),
        ("petition.0.updates".into(), Problem::Repaired),
    ];
    assert_eq!(findings, expected);
}

#[cfg(feature = "server")]
#[test]
fn a_consent_with_a_use_is_never_required_and_one_of_each_use_is_enough() {
    let (participation, findings) = consents(json!([
        { "id": "nom", "text": "Mon nom", "use": "signers", "required": true },
        { "id": "encore", "text": "Mon nom aussi", "use": "signers" },
        { "id": "suite", "text": "La suite", "use": "updates" },
        { "id": "autre", "text": "Autre", "use": "advertising", "required": true },
    ]));
    let read: Vec<_> = participation.consents.iter().map(|it| (it.used_for, it.required)).collect();
    assert_eq!(read, [(Some(Use::Signers), false), (None, false), (Some(Use::Updates), false), (None, true)]);
    let found = |field: &str, problem| (format!("participation.0.consents{field}"), problem);
    let expected =
        [found(".3.use", Problem::UnknownWord), found("", Problem::Repaired), found("", Problem::Repaired)];
    assert_eq!(findings, expected);
}

#[test]
fn a_town_is_asked_of_who_agrees_to_be_named_and_of_nobody_else() {
    let (participation, _) = consents(json!([{ "id": "nom", "text": "Mon nom", "use": "signers" }]));
    let initiative = Initiative { participation: Some(participation), ..Initiative::new("a", "A") };
    let form = |is_ticked: bool, town: &str| SignUp {
        given_name: "Zoé".into(),
        family_name: "M".into(),
        email: "zoe@example.org".into(),
        town: town.into(),
        consents: if is_ticked {
            vec![ConsentGiven { id: "nom".into(), version: String::new(), text: "Mon nom".into() }]
        } else {
            vec![]
        },
        ..SignUp::new("a", "fr")
    };
    let wrong = |form: SignUp| {
        let problems = form.validate(&initiative, 0).into_iter();
        problems.map(|it| (it.field, it.problem)).collect::<Vec<_>>()
    };
    let town = |issue| vec![("town".to_owned(), issue)];
    assert_eq!((wrong(form(true, "Lyon")), wrong(form(false, ""))), (vec![], vec![]));
    assert_eq!(wrong(form(true, " ")), town(FieldIssue::Required));
    assert_eq!(wrong(form(true, &"L".repeat(101))), town(FieldIssue::TooLong));
    assert_eq!(wrong(form(true, "Ly\non")), town(FieldIssue::Invalid));
    assert_eq!(wrong(form(false, "Lyon")), town(FieldIssue::Invalid));
    // A page without a script has the field for all.
    let mut left_out = form(false, "Lyon");
    left_out.leave_out_unasked(initiative.participation.as_ref().unwrap());
    assert_eq!(wrong(left_out), []);
    let mut kept = form(true, "Lyon");
    kept.leave_out_unasked(initiative.participation.as_ref().unwrap());
    assert_eq!(kept.town, "Lyon");
}

#[test]
fn an_indicator_says_whose_it_is() {
    let (initiative, findings) = read(json!({ "impact": [
        { "name": "Repas", "value": 1240, "source": { "name": "Bilan 2025", "url": "https://example.org/bilan" } },
        { "name": "Nuits", "value": 3, "source": { "url": "https://example.org/" } },
    ] }));
    let names: Vec<_> =
        initiative.impact.iter().map(|it| it.source.as_ref().map(|source| source.name.as_str())).collect();
    assert_eq!(names, [Some("Bilan 2025"), None]);
    assert_eq!(findings, [("impact.1.source.0.name".to_owned(), Problem::Incomplete)]);
}

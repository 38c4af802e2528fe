//! Tolerant reading: what can be read is kept, what cannot is left out and said.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_model::read::{FeedError, LINE, read, read_value};
use alentour_model::*;
use alentour_model_testing::{TestZones, feeds};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read_items(items: Value) -> (Feed, Vec<Finding>) {
    read_value(&json!({ "initiatives": items }), &TestZones).unwrap()
}

/// Reads one item with these fields, beside its identifier and title.
fn read_with(fields: Value) -> (Initiative, Vec<Finding>) {
    let mut item = json!({"id": "1", "name": "Un"});
    item.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let (mut feed, findings) = read_items(json!([item]));
    (feed.initiatives.remove(0), findings)
}

fn problems(findings: &[Finding]) -> Vec<(&str, Problem)> {
    findings.iter().map(|finding| (finding.field.as_str(), finding.problem)).collect()
}

#[test]
fn one_bad_item_never_costs_the_feed() {
    let good = json!({"id": "good", "name": "Bon"});
    for (bad, problem) in [
        (json!(null), Problem::NotAnObject),
        (json!("text"), Problem::NotAnObject),
        (json!([{"id": "x", "name": "x"}]), Problem::NotAnObject),
        (json!({}), Problem::NoId),
        (json!({"id": "", "name": "x"}), Problem::NoId),
        (json!({"id": {"a": 1}, "name": "x"}), Problem::NoId),
        (json!({"id": "x".repeat(LINE + 1), "name": "x"}), Problem::NoId),
        (json!({"id": "x"}), Problem::NoName),
        (json!({"id": "x", "name": " \u{202e}\u{0}\n"}), Problem::NoName),
        (json!({"id": "x", "name": ["a"]}), Problem::NoName),
        (json!({"id": "good", "name": "Le même"}), Problem::SameId),
    ] {
        let (feed, findings) = read_items(json!([good, bad]));
        assert_eq!(feed.initiatives, [Initiative::new("good", "Bon")], "{bad}");
        assert_eq!(findings.len(), 1, "{bad}: {findings:?}");
        assert_eq!((findings[0].item, findings[0].problem), (Some(1), problem), "{bad}");
        assert!(problem.costs_the_item() && findings[0].value.chars().count() <= 80);
    }
}

#[test]
fn a_field_that_cannot_be_read_is_left_out_and_said() {
    for (fields, field, problem) in [
        (json!({"summary": {"fr": "x"}}), "summary", Problem::NotText),
        (json!({"summary": ["x"]}), "summary", Problem::NotText),
        (json!({"keywords": ["a", {}]}), "keywords", Problem::NotText),
        (json!({"petition": {"target": -5}}), "petition.0.target", Problem::NotANumber),
        (json!({"petition": {"signatures": "beaucoup"}}), "petition.0.signatures", Problem::NotANumber),
        (json!({"petition": {"target": 5e9}}), "petition.0.target", Problem::NotANumber),
        (json!({"startDate": "2026-02-30"}), "startDate", Problem::NotADate),
        (json!({"startDate": {"at": 1}}), "startDate", Problem::NotADate),
        (json!({"startDate": "2026-05-02", "endDate": "2026-05-01"}), "endDate", Problem::EndsBeforeStart),
        (json!({"url": "javascript:alert(1)"}), "url", Problem::NotALink),
        (json!({"url": ["https://example.org"]}), "url", Problem::NotALink),
        (
            json!({"location": {"name": "x", "latitude": 0, "longitude": 0}}),
            "location.0.latitude",
            Problem::NotAPoint,
        ),
        (
            json!({"location": {"name": "x", "latitude": 91, "longitude": 0}}),
            "location.0.latitude",
            Problem::NotAPoint,
        ),
        (json!({"location": {"name": "x", "latitude": 45}}), "location.0.latitude", Problem::NotAPoint),
        (json!({"reach": "world"}), "reach", Problem::UnknownWord),
        (json!({"organizer": {"name": "x", "sector": "army"}}), "organizer.0.sector", Problem::UnknownWord),
        (
            json!({"location": {"name": "x", "approximate": "yes"}}),
            "location.0.approximate",
            Problem::UnknownWord,
        ),
        (json!({"summary": "x".repeat(30_000)}), "summary", Problem::TooLong),
        (json!({"location": [{"addressCountry": "FR"}]}), "location.0", Problem::Incomplete),
        (json!({"location": ["Lyon"]}), "location.0", Problem::Incomplete),
        (json!({"organizer": {"url": "https://example.org"}}), "organizer.0.name", Problem::Incomplete),
        (json!({"sessions": [{"endDate": "2026-05-01"}]}), "sessions.0.startDate", Problem::Incomplete),
        (
            json!({"sessions": [{"startDate": "2026-05-01", "location": 3}]}),
            "sessions.0.location",
            Problem::NotANumber,
        ),
        (json!({"participation": {"partySize": 2}}), "participation.0.way", Problem::Incomplete),
        (json!({"impact": [{"name": "x", "value": "beaucoup"}]}), "impact.0.value", Problem::Incomplete),
        (json!({"startDate": "2026-05-01T10:00"}), "startDate", Problem::NoTimeZone),
    ] {
        let (initiative, findings) = read_with(fields.clone());
        assert_eq!(initiative.name, "Un");
        assert_eq!(problems(&findings), [(field, problem)], "{fields}");
        assert!(!problem.costs_the_item());
    }
}

#[test]
fn questions_and_consents_without_what_makes_them_one_are_left_out() {
    let (initiative, findings) = read_with(json!({"participation": {
        "way": "rsvp", "partySize": 0,
        "questions": [{"id": "a"}, {"id": "b", "label": "B ?", "type": "choice"}, {"id": "c", "label": "C ?"}],
        "consents": [{"id": "d"}, {"id": "e", "text": "J’accepte", "required": "yes"}],
    }}));
    let participation = initiative.participation.unwrap();
    assert_eq!((participation.questions.len(), participation.consents.len()), (1, 1));
    assert_eq!(participation.party_size, 1, "nobody signs up nobody");
    assert_eq!(
        problems(&findings),
        [
            ("participation.0.questions.0", Problem::Incomplete),
            ("participation.0.questions.1", Problem::Incomplete),
            ("participation.0.consents.0", Problem::Incomplete),
            ("participation.0.consents.1.required", Problem::UnknownWord),
        ]
    );
}

#[test]
fn a_need_that_cannot_be_one_is_left_out_and_costs_nothing_else() {
    let needs = json!([
        {"id": "tables", "name": "Tables pliantes", "type": "material", "quantity": 4, "unit": "tables"},
        {"id": "bras", "name": "Des bras", "type": "muscles", "quantity": "beaucoup"},
        {"id": "tables", "name": "Encore des tables"},
        {"name": "Sans identifiant"},
        {"id": "sans-nom"},
        "du temps",
    ]);
    let of = |way: &str, needs: &Value| {
        let (initiative, findings) = read_with(json!({"participation": {"way": way, "needs": needs}}));
        (initiative.participation.unwrap().needs, findings)
    };
    let (read, findings) = of("offer", &needs);
    assert_eq!(
        problems(&findings),
        [
            ("participation.0.needs.1.type", Problem::UnknownWord),
            ("participation.0.needs.1.quantity", Problem::NotANumber),
            ("participation.0.needs.2.id", Problem::Repaired),
            ("participation.0.needs.3", Problem::Incomplete),
            ("participation.0.needs.4", Problem::Incomplete),
            ("participation.0.needs.5", Problem::Incomplete),
        ]
    );
    let said: Vec<_> =
        read.iter().map(|need| (need.id.as_str(), need.kind, need.left(), need.unit.as_str())).collect();
    assert_eq!(
        said,
        [("tables", NeedType::Material, Some(4), "tables"), ("bras", NeedType::Other, None, "")]
    );
    // Nobody decides about what those offer who come.
    let (none, findings) = of("rsvp", &json!([needs[0]]));
    assert_eq!((none, problems(&findings)), (vec![], vec![("participation.0.needs.0", Problem::Incomplete)]));
    let many: Vec<_> = (0..31).map(|n| json!({"id": n, "name": "Un"})).collect();
    let (thirty, findings) = of("membership", &json!(many));
    assert_eq!((thirty.len(), problems(&findings)), (30, vec![("participation.0.needs", Problem::TooMany)]));
}

#[test]
fn what_a_session_still_needs_is_a_few_short_lines() {
    let start = "2026-12-01T18:00:00+01:00";
    let long = "é".repeat(81);
    let (initiative, findings) = read_with(json!({"sessions": [
        {"id": "a", "startDate": start, "needs": ["Un·e conducteur·rice", "", 2, {"name": "Un four"}, long]},
        {"id": "b", "startDate": start, "needs": "Deux tables"},
        {"id": "c", "startDate": start, "needs": ["1", "2", "3", "4", "5"]},
    ]}));
    let needs: Vec<_> = initiative.sessions.iter().map(|session| session.needs.as_slice()).collect();
    assert_eq!(needs[0], ["Un·e conducteur·rice", "2", &long[..2 * 80]]);
    assert_eq!((needs[1], needs[2].len()), (&["Deux tables".to_owned()][..], 4));
    assert_eq!(
        problems(&findings),
        [
            ("sessions.0.needs", Problem::NotText),
            ("sessions.0.needs", Problem::TooLong),
            ("sessions.2.needs", Problem::TooMany)
        ]
    );
}

#[test]
fn of_those_who_decide_whoever_cannot_be_reached_is_left_out() {
    let (initiative, findings) = read_with(json!({"letter": {"text": "Bonjour", "recipients": [
        {"name": "Mairie", "email": "mairie@example.org", "areas": ["69007", "2A"]},
        {"name": "Sans adresse"},
        {"email": "personne@example.org"},
        {"name": "Député", "email": "a@example.org?cc=b@example.org", "url": "https://example.org/ecrire"},
        {"name": "Sénat", "email": "javascript:alert(1)"},
    ]}}));
    let letter = initiative.letter.unwrap();
    let names: Vec<_> = letter.recipients.iter().map(|it| (it.name.as_str(), it.email.as_str())).collect();
    assert_eq!(names, [("Mairie", "mairie@example.org"), ("Député", "")]);
    assert_eq!(letter.recipients[0].areas, ["69007", "2A"]);
    assert_eq!(
        problems(&findings),
        [
            ("letter.0.recipients.1.email", Problem::Incomplete),
            ("letter.0.recipients.2.name", Problem::Incomplete),
            ("letter.0.recipients.3.email", Problem::NotALink),
            ("letter.0.recipients.4.email", Problem::NotALink),
            ("letter.0.recipients.4.email", Problem::Incomplete),
        ]
    );

    let (initiative, findings) = read_with(json!({"letter": {"text": "Bonjour", "recipients": [{}]}}));
    assert_eq!(initiative.letter, None);
    assert_eq!(problems(&findings).last(), Some(&("letter.0.recipients", Problem::Incomplete)));
}

#[test]
fn texts_to_share_need_no_letter_and_go_once_it_is_over() {
    let recipients = json!([{"name": "Mairie", "email": "mairie@example.org"}]);
    let (mut initiative, findings) = read_with(json!({
        "letter": {"text": "Bonjour", "recipients": recipients, "share": "Écrivez"},
        "shareTexts": ["Venez", {}, "Ils ont dit :\n« Oui »"], "endDate": "2026-12-01"
    }));
    let shared = |initiative: &Initiative, now| initiative.spread_at(now).cloned().collect::<Vec<_>>();
    assert_eq!(shared(&initiative, 0), ["Écrivez", "Venez", "Ils ont dit :\n« Oui »"]);
    assert_eq!(shared(&initiative, i64::MAX), [""; 0]);
    assert_eq!(problems(&findings), [("shareTexts", Problem::NotText)]);
    initiative.letter = None;
    assert_eq!(shared(&initiative, 0).len(), 2);
    let (many, findings) = read_with(json!({"shareTexts": vec!["Venez"; 11]}));
    assert_eq!((many.share_texts.len(), problems(&findings)), (10, vec![("shareTexts", Problem::TooMany)]));
}

#[test]
fn two_sessions_of_one_name_are_kept_apart() {
    let session = json!({"startDate": "2026-05-01T10:00:00Z"});
    let (initiative, findings) =
        read_with(json!({"sessions": [session, session, {"id": "x", "startDate": "2026-05-01"}]}));
    let ids: Vec<_> = initiative.sessions.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(ids, ["2026-05-01T12:00:00+02:00", "2026-05-01T12:00:00+02:00#2", "x"]);
    assert_eq!(problems(&findings), [("sessions", Problem::Repaired)]);
}

#[test]
fn absent_null_and_empty_are_one_and_no_finding() {
    for nothing in [json!(null), json!(""), json!([])] {
        let (initiative, findings) = read_with(json!({
            "kind": null, "summary": "", "causes": nothing, "keywords": nothing, "location": nothing, "sessions": nothing,
            "partners": nothing, "organizer": nothing, "participation": nothing, "petition": nothing, "impact": nothing,
            "url": null, "startDate": "", "unknownField": {"a": [1]},
        }));
        assert_eq!((initiative, findings), (Initiative::new("1", "Un"), vec![]), "{nothing}");
    }
}

#[test]
fn what_may_be_a_list_may_be_one_and_numbers_may_be_text() {
    let (initiative, findings) = read_with(json!({
        "id": 17, "causes": "education", "inLanguage": "fr", "organizer": [{"name": "Nous"}],
        "location": {"latitude": "45,75", "longitude": " 4.85 ", "postalCode": 69007},
        "petition": {"target": "5000"},
    }));
    assert_eq!(findings, []);
    assert_eq!((initiative.id.as_str(), &initiative.causes[..]), ("17", &[Cause::Education][..]));
    assert_eq!(initiative.languages, ["fr"]);
    assert_eq!(initiative.places[0].point, Point::new(45.75, 4.85));
    assert_eq!(initiative.places[0].postal_code, "69007");
    assert_eq!(initiative.petition.unwrap().target, Some(5000));
}

#[test]
fn a_local_time_goes_by_the_nearest_zone_that_is_named() {
    let read_zoned = |feed: &str, item: &str, session: &str| {
        let document = json!({"timeZone": feed, "initiatives": [{"id": "1", "name": "Un", "timeZone": item,
            "sessions": [{"startDate": "2026-07-14T10:00", "timeZone": session}]}]});
        let (feed, _) = read_value(&document, &TestZones).unwrap();
        let session = &feed.initiatives[0].sessions[0];
        (session.start.moment.to_string(), session.time_zone.clone())
    };
    assert_eq!(read_zoned("", "", ""), ("2026-07-14T10:00:00+02:00".into(), "Europe/Paris".into()));
    assert_eq!(read_zoned("America/Cayenne", "", "").0, "2026-07-14T10:00:00-03:00");
    assert_eq!(read_zoned("America/Cayenne", "Indian/Reunion", "").0, "2026-07-14T10:00:00+04:00");
    assert_eq!(read_zoned("", "Indian/Reunion", "America/Cayenne").0, "2026-07-14T10:00:00-03:00");
    assert_eq!(
        read_zoned("Mars/Olympus", "", "").0,
        "2026-07-14T10:00:00Z",
        "an unknown zone is taken as UTC"
    );
}

#[test]
fn days_begin_where_they_are_on_both_sides_of_a_change_of_clocks() {
    let start = |date: &str| read_with(json!({"startDate": date})).0.start.unwrap().moment.to_string();
    assert_eq!(start("2026-03-29"), "2026-03-29T00:00:00+01:00");
    assert_eq!(start("2026-03-30"), "2026-03-30T00:00:00+02:00");
    assert_eq!(start("2026-10-25"), "2026-10-25T00:00:00+02:00");
    assert_eq!(start("2026-10-26"), "2026-10-26T00:00:00+01:00");
}

#[test]
fn hostile_texts_are_made_harmless() {
    let (initiative, _) = read_with(json!({
        "name": "Fiche\u{202e}gpj.exe\u{0}\r\nsuite", "description": "a\r\nb\u{7}", "keywords": ["\u{2066}x\u{2069}", "\u{feff}"],
    }));
    assert_eq!(initiative.name, "Fichegpj.exe suite");
    assert_eq!((initiative.description.as_str(), &initiative.keywords[..]), ("a\nb", &["x".to_owned()][..]));
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_feed() {
    let (feed, findings) =
        read("\u{feff}{\"initiatives\": [{\"id\": 1, \"name\": \"Un\"}]}", &TestZones).unwrap();
    assert_eq!((feed.initiatives.len(), findings.len()), (1, 0));
}

#[test]
fn what_is_no_feed_is_refused() {
    for text in ["{}", "[]", "null", "3", "{\"initiatives\": {}}"] {
        assert_eq!(read(text, &TestZones).unwrap_err(), FeedError::NoInitiatives, "{text}");
    }
    let FeedError::NotJson(message) = read("{\n\"initiatives\": [,]}", &TestZones).unwrap_err() else {
        panic!()
    };
    assert!(message.contains("line 2 column 17"), "{message}");
    let deep = format!("{{\"initiatives\": {}", "[".repeat(100_000));
    assert!(matches!(read(&deep, &TestZones), Err(FeedError::NotJson(_))));
}

#[test]
fn the_example_of_the_documentation_is_read_without_a_finding() {
    let page = include_str!("../../docs/feed.md");
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (feed, findings) = read(example, &TestZones).unwrap();
    assert_eq!(findings, []);
    let initiative = &feed.initiatives[0];
    assert_eq!((feed.initiatives.len(), initiative.sessions.len(), initiative.places.len()), (1, 1, 1));
    assert_eq!(initiative.participation.as_ref().unwrap().questions.len(), 5);
    // Whatever the page shows is known: written again, nothing is missing.
    let (given, written) = (serde_json::from_str(example).unwrap(), serde_json::to_value(&feed).unwrap());
    assert_is_within(&given, &written, "");
}

fn assert_is_within(given: &Value, written: &Value, path: &str) {
    match (given, written) {
        (Value::Object(given), Value::Object(written)) => {
            for (name, value) in given {
                let path = format!("{path}.{name}");
                // What is the default need not be written.
                match written.get(name) {
                    Some(written) => assert_is_within(value, written, &path),
                    None => assert_eq!(value, &json!(false), "{path} is not written"),
                }
            }
        }
        (Value::Array(given), Value::Array(written)) => {
            assert_eq!(given.len(), written.len(), "{path}");
            given.iter().zip(written).for_each(|(given, written)| assert_is_within(given, written, path));
        }
        (Value::Number(given), Value::Number(written)) => {
            assert_eq!(given.as_f64(), written.as_f64(), "{path}")
        }
        _ => assert_eq!(given, written, "{path}"),
    }
}

fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "(2026-0[0-9]-[0-9]{2}(T[0-9:]{5,8}(Z|[+]0[0-9]:00)?)?|https?://[a-z.]{0,8}|shift|rsvp|local|a|b|yes|no)"
            .prop_map(Value::from),
        "text|longText|choice|choices|number|date|boolean|yesNo".prop_map(Value::from),
    ];
    let names = "(id|name|kind|location|sessions|startDate|endDate|timeZone|participation|way|questions|options|type|label|help|\
                 minimum|maximum|onlyIf|question|answer|required|\
                 consents|text|petition|impact|value|latitude|longitude|causes|inLanguage|organizer|url|initiatives)";
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map(names, inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_items_are_kept_or_accounted_for(items in proptest::collection::vec(json_values(), 0..5)) {
        let (feed, findings) = read_items(Value::from(items.clone()));
        let lost = findings.iter().filter(|finding| {
            // Lost items are named by no field of theirs but identifier and title.
            finding.problem.costs_the_item() && ["id", "name"].contains(&finding.field.as_str())
        });
        prop_assert_eq!(feed.initiatives.len() + lost.count(), items.len());
    }

    #[test]
    fn what_was_read_is_written_and_read_again_as_it_is(items in proptest::collection::vec(json_values(), 0..4)) {
        let (feed, _) = read_items(Value::from(items));
        let (again, findings) = read_value(&serde_json::to_value(&feed).unwrap(), &TestZones).unwrap();
        prop_assert_eq!(&again, &feed);
        prop_assert_eq!(findings, vec![]);
    }

    #[test]
    fn any_feed_is_written_and_read_again_as_it_is(feed in feeds(&TestZones)) {
        let (again, findings) = read(&serde_json::to_string(&feed).unwrap(), &TestZones).unwrap();
        prop_assert_eq!(findings, vec![]);
        prop_assert_eq!(again, feed);
    }
}

#[test]
fn what_is_called_off_is_no_session_and_is_written_as_what_it_is() {
    let session = |day: u32, status: &str| json!({ "id": format!("{day}"), "startDate": format!("2026-12-{day:02}"), "status": status });
    let item =
        |sessions: Vec<Value>| json!({ "initiatives": [{ "id": "a", "name": "A", "sessions": sessions }] });
    let (feed, findings) = read_value(
        &item(vec![session(1, "cancelled"), session(2, "scheduled"), session(3, "maybe")]),
        &TestZones,
    )
    .unwrap();
    let ids = |sessions: &[Session]| sessions.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    let initiative = &feed.initiatives[0];
    assert_eq!(
        (ids(&initiative.sessions), ids(&initiative.cancelled)),
        (vec!["2".into(), "3".into()], vec!["1".into()])
    );
    assert!(initiative.session("1").is_none());
    assert_eq!(
        findings.iter().map(|one| (one.field.as_str(), one.problem)).collect::<Vec<_>>(),
        [("sessions.2.status", Problem::UnknownWord)]
    );
    let written = serde_json::to_value(&feed).unwrap();
    assert_eq!(read_value(&written, &TestZones).unwrap().0, feed);
    // Where nothing is held any more it is over.
    let (feed, _) = read_value(&item(vec![session(1, "cancelled")]), &TestZones).unwrap();
    assert!(feed.initiatives[0].is_over(1) && feed.initiatives[0].sessions.is_empty());
    // Unless it goes on until a day of its own.
    let mut going_on = item(vec![session(1, "cancelled")]);
    going_on["initiatives"][0]["endDate"] = json!("2026-12-24");
    let (feed, _) = read_value(&going_on, &TestZones).unwrap();
    let end = Moment::parse("2026-12-25T00:00:00+01:00").unwrap().instant;
    assert_eq!(feed.initiatives[0].over(), Some(end));
}

//! The steps there and back again.

mod questions;

use alentour_model::gazetteer::Locality;
use alentour_model::{Cause, Date, Kind, Point, Way};
use alentour_texts::Language;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::*;
use crate::own;

fn lyon() -> Locality {
    Locality {
        postcode: "69007".into(),
        area: "FR".into(),
        is_abroad: false,
        name: "Lyon 7e".into(),
        point: Point::new(45.74, 4.84).unwrap(),
        population: 80_000,
        approximate: false,
    }
}

fn fields(said: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in said {
        fields.set(name, value);
    }
    fields
}

/// A walk of two dates.
fn walk() -> Fields {
    fields(&[
        ("causes", "environment,health"),
        ("whom", "les enfants du quartier"),
        ("change", "Les haies sont connues."),
        ("kind", "gathering"),
        ("people", "12"),
        ("skills", "botanique\nsecourisme"),
        ("when", "dates"),
        ("date-0", "2099-05-02"),
        ("start-0", "14:00"),
        ("end-0", "17:00"),
        ("date-1", "2099-05-09"),
        ("seats-1", "5"),
        ("where", "place"),
        ("town", "Lyon 7e (69007)"),
        ("venue", "Parc"),
        ("street", "1 rue des Haies"),
        ("organizer", "Les haies"),
        ("partners", "Maison de quartier\nÉcole"),
        ("needs", "12 paniers\nde la corde"),
        ("way", "rsvp"),
        ("name", "Balade des haies"),
        ("summary", "On marche."),
        ("text", "Premier paragraphe.\n\nSecond."),
        ("language", "fr"),
        ("url", "https://haies.example.org/balade"),
    ])
}

/// What a server keeps of them.
fn kept(fields: &Fields, before: Option<&crate::store::OwnContent>) -> crate::store::OwnContent {
    let known = before.map(|before| (serde_json::from_str(&before.json).unwrap(), before.language.as_str()));
    let document = write(fields, known.as_ref().map(|(known, language)| (known, *language)), Some(&lyon()));
    own::read(&document.to_string(), before).unwrap()
}

fn value(content: &crate::store::OwnContent) -> Value {
    serde_json::from_str(&content.json).unwrap()
}

/// Without what the server names.
fn unnamed(mut fields: Fields) -> Fields {
    let rows: Vec<Row> = fields.rows().into_iter().map(|(_, row)| Row { id: String::new(), ..row }).collect();
    fields.set_rows(rows);
    let questions = fields.questions().into_iter().map(|(_, row)| QuestionRow { id: String::new(), ..row });
    let questions: Vec<QuestionRow> = questions.collect();
    fields.set_all(questions);
    fields
}

#[test]
fn what_is_answered_is_what_visitors_read_and_what_the_steps_read_back() {
    let content = kept(&walk(), None);
    let json = value(&content);
    assert_eq!(
        json["description"],
        "Premier paragraphe.\n\nSecond.\n\nPour qui\u{a0}: les enfants du quartier\n\nCe qui sera différent\u{a0}: Les haies sont connues.\n\nCompétences utiles\u{a0}: botanique; secourisme\n\nCe qu’il nous faut\u{a0}: 12 paniers; de la corde"
    );
    assert_eq!(json["sessions"][0]["startDate"], "2099-05-02T14:00:00+02:00");
    assert_eq!(
        (&json["sessions"][0]["maximumAttendeeCapacity"], &json["sessions"][1]["maximumAttendeeCapacity"]),
        (&json!(12), &json!(5))
    );
    assert_eq!(
        (&json["sessions"][1]["startDate"], &json["location"][0]["postalCode"]),
        (&json!("2099-05-09"), &json!("69007"))
    );
    assert_eq!(json["participation"]["way"], "rsvp");
    let mut back = unnamed(read(&json, &content.language));
    // What differs from date to date is said at each.
    let mut said = walk();
    said.set("people", "");
    said.set("seats-0", "12");
    assert_eq!(back, said);
    back.set("language", "en");
    let english = value(&kept(&back, Some(&content)));
    assert!(english["description"].as_str().unwrap().contains("\n\nFor whom: les enfants"), "{english}");
    assert_eq!(read(&english, "en").get("whom"), "les enfants du quartier");
}

#[test]
fn what_the_steps_do_not_ask_stays_as_it_is_and_a_session_keeps_its_name() {
    let given = json!({
        "name": "Balade", "kind": "gathering", "causes": ["environment", "forêts"], "keywords": ["haie"], "reach": "regional",
        "organizer": { "name": "Les haies", "url": "https://haies.example.org", "sector": "public" },
        "partners": [{ "name": "École", "sector": "public" }, { "name": "Mairie" }],
        "location": [
            { "name": "Parc", "addressLocality": "Lyon", "postalCode": "69003", "latitude": 45.75, "longitude": 4.85 },
            { "name": "Gare", "latitude": 45.76, "longitude": 4.86 }],
        "sessions": [
            { "id": "a", "startDate": "2099-05-02T14:00:00+02:00", "endDate": "2099-05-03T10:00:00+02:00", "location": 1, "name": "Nuit", "needs": ["une lampe"] },
            { "id": "b", "startDate": "2099-05-09T14:00:00+02:00" }],
        "cancelledSessions": [{ "id": "c", "startDate": "2099-05-16" }],
        "participation": { "way": "rsvp", "partySize": 3, "venue": "participants", "message": "optional",
            "questions": [{ "id": "niveau", "label": "Niveau", "type": "text" }],
            "consents": [{ "id": "contact", "text": "D’accord" }] },
        "description": "Un.\n\n\nDeux.", "accessibility": ["wheelchair"], "donationUrl": "https://haies.example.org/don",
    });
    let before = own::read(&json!({ "inLanguage": "fr", "initiatives": [given] }).to_string(), None).unwrap();
    let mut said = read(&value(&before), "fr");
    assert_eq!(kept(&said, Some(&before)), before);

    said.set("name", "Balade de nuit");
    said.set("start-0", "15:00");
    said.set("partners", "Mairie\nÉcole\nBibliothèque");
    said.set("causes", "environment,health");
    let after = value(&kept(&said, Some(&before)));
    let mut expected = value(&before);
    expected["name"] = json!("Balade de nuit");
    expected["causes"] = json!(["environment", "health", "forêts"]);
    expected["sessions"][0]["startDate"] = json!("2099-05-02T15:00:00+02:00");
    expected["partners"] =
        json!([{ "name": "Mairie" }, { "name": "École", "sector": "public" }, { "name": "Bibliothèque" }]);
    assert_eq!(after, expected);
    // A date that is emptied is taken out.
    said.set("date-1", "");
    said.set("start-1", "");
    let after = value(&kept(&said, Some(&before)));
    assert_eq!(after["sessions"].as_array().unwrap().len(), 1);
    // Elsewhere, its second place goes too.
    said.set("where", "online");
    let after = value(&kept(&said, Some(&before)));
    assert_eq!((&after["reach"], after.get("location")), (&json!("online"), None));
    assert_eq!(after["sessions"][0].get("location"), None);
}

#[test]
fn a_rule_gives_dates_that_are_rows_then_and_a_place_its_clocks() {
    let mut said = walk();
    said.set_rows([]);
    for (name, value) in [
        ("when", "weekly"),
        ("days", "TU,TH"),
        ("from", "2099-05-04"),
        ("begins", "21:00"),
        ("ends", "02:00"),
        ("until", "2099-05-15"),
    ] {
        said.set(name, value);
    }
    let check = |fields: &Fields| {
        check(Step::When, fields, None, &Town::Unasked, Date::parse("2099-01-01").unwrap(), Language::French)
    };
    assert_eq!(check(&said), []);
    let content = kept(&said, None);
    let starts: Vec<_> = value(&content)["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["startDate"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        starts,
        [
            "2099-05-05T21:00:00+02:00",
            "2099-05-07T21:00:00+02:00",
            "2099-05-12T21:00:00+02:00",
            "2099-05-14T21:00:00+02:00"
        ]
    );
    let back = read(&value(&content), "fr");
    assert_eq!((back.rows().len(), back.get("end-0"), back.get("people")), (4, "02:00", "12"));
    assert_eq!(kept(&back, Some(&content)), content);
    said.set("until", "2101-01-01");
    assert!(check(&said).iter().any(|problem| problem.field == "until"));

    let island = Locality { postcode: "97400".into(), name: "Saint-Denis".into(), ..lyon() };
    let document = write(&walk(), None, Some(&island));
    let content = own::read(&document.to_string(), None).unwrap();
    assert_eq!(value(&content)["sessions"][0]["startDate"], "2099-05-02T14:00:00+04:00");
}

#[test]
fn what_is_offered_is_a_need_with_its_number_and_name() {
    let mut said = walk();
    said.set("way", "offer");
    let content = kept(&said, None);
    let needs = &value(&content)["participation"]["needs"];
    assert_eq!(needs[2], json!({ "id": "n3", "name": "paniers", "type": "other", "quantity": 12 }));
    let mut back = read(&value(&content), "fr");
    assert_eq!((back.get("skills"), back.get("needs")), ("botanique\nsecourisme", "12 paniers\nde la corde"));
    // Another before it takes nobody's name: offers name theirs.
    back.set("needs", "des gants\n12 paniers");
    let after = value(&kept(&back, Some(&content)));
    let ids: Vec<_> = after["participation"]["needs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|need| need["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((ids[3].as_str(), ids[2].as_str() != "n3"), ("n3", true), "{after}");
}

#[test]
fn each_step_says_what_is_wrong_beside_its_field() {
    let today = Date::parse("2099-05-05").unwrap();
    let wrong = |step, fields: &Fields, town: &Town| -> Vec<String> {
        check(step, fields, None, town, today, Language::French)
            .into_iter()
            .map(|problem| problem.field)
            .collect()
    };
    let none = Fields::default();
    assert_eq!(wrong(Step::Aim, &none, &Town::None), ["causes", "whom", "change"]);
    assert_eq!(
        wrong(Step::People, &fields(&[("kind", "concert"), ("people", "douze")]), &Town::None),
        ["kind", "people"]
    );
    assert_eq!(wrong(Step::When, &none, &Town::None), ["when", "where"]);
    // The first date is over.
    assert_eq!(wrong(Step::When, &walk(), &Town::Unknown), ["date-0", "town"]);
    let known = walk();
    assert_eq!(
        check(Step::When, &walk(), Some(&known), &Town::Is(Box::new(lyon())), today, Language::French),
        []
    );
    let odd = fields(&[("kind", "training"), ("when", "always"), ("where", "online")]);
    assert_eq!(wrong(Step::When, &odd, &Town::None), ["when"]);
    let odd = fields(&[("when", "dates"), ("date-3", "2099-02-30"), ("end-3", "25:00"), ("where", "online")]);
    assert_eq!(wrong(Step::When, &odd, &Town::None), ["date-3", "end-3", "start-3"]);
    assert_eq!(wrong(Step::Partners, &none, &Town::None), ["organizer"]);
    assert_eq!(wrong(Step::Telling, &none, &Town::None), ["name", "summary", "language"]);
    let odd = fields(&[
        ("name", &"é".repeat(121)),
        ("summary", "s"),
        ("language", "fr"),
        ("url", "javascript:1"),
        ("way", "none"),
    ]);
    assert_eq!(wrong(Step::Telling, &odd, &Town::None), ["url", "name"]);
    for step in Step::ALL {
        let town = Town::Is(Box::new(lyon()));
        assert_eq!(
            check(step, &walk(), None, &town, Date::parse("2099-01-01").unwrap(), Language::Arabic),
            []
        );
    }
}

#[test]
fn a_form_answers_for_its_own_step_alone_and_several_boxes_are_a_list() {
    let mut said = walk();
    let sent = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    said.take(
        Step::Aim,
        &[
            sent("causes", "culture"),
            sent("causes", "health"),
            sent("name", "Autre"),
            sent("whom", " tout\u{202e}  le monde "),
        ],
    );
    assert_eq!(
        (said.get("causes"), said.get("whom"), said.get("change")),
        ("culture,health", "tout le monde", "")
    );
    assert_eq!((said.get("name"), said.rows().len()), ("Balade des haies", 2));
}

fn line() -> impl Strategy<Value = String> {
    "[A-Za-zÀ-ÿ0-9][A-Za-zÀ-ÿ0-9 ’,.!?<>&\"-]{0,40}[a-z.]"
}

fn lines() -> impl Strategy<Value = String> {
    vec("[a-zà-ÿ][a-zà-ÿ ’-]{0,20}[a-z]", 0..4).prop_map(|lines| lines.join("\n"))
}

fn row() -> impl Strategy<Value = Row> {
    (
        0..700i32,
        proptest::option::of((0..24u32, 0..60u32)),
        proptest::option::of(0..24u32),
        proptest::option::of(1..500u32),
    )
        .prop_map(|(day, start, end, seats)| Row {
            date: Date::parse("2099-01-01").unwrap().plus(day).to_string(),
            end: start.and(end).map(|hour| format!("{hour:02}:30")).unwrap_or_default(),
            start: start.map(|(hour, minute)| format!("{hour:02}:{minute:02}")).unwrap_or_default(),
            seats: seats.map(|seats| seats.to_string()).unwrap_or_default(),
            id: String::new(),
        })
}

/// Questions, each of which may be asked of those only who said yes to the first that can be.
fn asking() -> impl Strategy<Value = Vec<QuestionRow>> {
    let kinds = select(alentour_model::QuestionType::ALL);
    let row = (line(), kinds, vec("[a-z]{3,9}", 2..5), any::<bool>(), any::<bool>());
    vec(row, 0..5).prop_map(|rows| {
        let mut all: Vec<QuestionRow> = Vec::new();
        for (label, kind, mut options, is_required, depends) in rows {
            options.sort();
            options.dedup();
            let yes_or_no = all.iter().position(|row| row.answer == "yesNo");
            all.push(QuestionRow {
                label,
                answer: kind.as_str().to_owned(),
                options: if kind.has_options() { options.join("\n") } else { String::new() },
                required: if is_required { "yes".to_owned() } else { String::new() },
                only_if: yes_or_no.filter(|_| depends).map(|at| format!("{at}=yes")).unwrap_or_default(),
                id: String::new(),
            });
        }
        all
    })
}

prop_compose! {
    /// Answers that nothing is wrong with, as they are read back.
    fn answers()(
        causes in subsequence(Cause::ALL, 1..=3),
        kind in select(Kind::ALL),
        texts in (line(), line(), line(), line(), line(), vec(line(), 0..3)),
        lists in (lines(), lines(), lines()),
        rows in btree_map(0..700i32, row(), 0..5),
        whereabouts in select(vec!["place", "online", "nationwide"]),
        way in select(Way::ALL),
        language in select(Language::ALL.to_vec()),
        people in proptest::option::of(1..2000u32),
        questions in asking(),
    ) -> Fields {
        let (whom, change, organizer, name, summary, paragraphs) = texts;
        let causes: Vec<_> = causes.iter().map(Cause::as_str).collect();
        let mut said = fields(&[
            ("causes", &causes.join(",")), ("kind", kind.as_str()), ("whom", &whom), ("change", &change), ("organizer", &organizer),
            ("name", &name), ("summary", &summary), ("text", &paragraphs.join("\n\n")), ("skills", &lists.0), ("needs", &lists.1),
            ("partners", &lists.2), ("where", whereabouts), ("way", way.as_str()), ("language", language.tag()),
            ("when", if rows.is_empty() { "always" } else { "dates" }),
        ]);
        if whereabouts == "place" {
            said.set("town", "Lyon 7e (69007)");
        }
        let people = people.map(|people| people.to_string()).unwrap_or_default();
        let rows = rows.into_iter().map(|(day, row)| Row { date: Date::parse("2099-01-01").unwrap().plus(day).to_string(), ..row });
        let mut rows: Vec<Row> = rows.collect();
        if rows.is_empty() || kind == Kind::Petition {
            said.set("people", &people);
        } else if rows.iter().all(|row| row.seats == rows[0].seats) {
            said.set("people", &rows[0].seats.clone());
            rows.iter_mut().for_each(|row| row.seats.clear());
        }
        said.set_rows(rows);
        said.set_all(questions);
        said
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn fields_become_an_initiative_and_the_same_fields_again(said in answers()) {
        let content = kept(&said, None);
        let back = read(&value(&content), &content.language);
        prop_assert_eq!(unnamed(back.clone()), said);
        // Nothing was answered otherwise: nothing changes.
        prop_assert_eq!(kept(&back, Some(&content)), content);
    }
}

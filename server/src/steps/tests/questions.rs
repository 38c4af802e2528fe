//! The questions of the form, there and back again.

use super::*;

/// A walk that asks those.
fn asking(rows: &[(&str, &str)]) -> Fields {
    let mut said = walk();
    for (name, value) in rows {
        said.set(name, value);
    }
    said
}

fn questions(content: &crate::store::OwnContent) -> Value {
    value(content).pointer("/participation/questions").cloned().unwrap_or_default()
}

fn wrong(fields: &Fields, known: Option<&Fields>) -> Vec<String> {
    let today = Date::parse("2099-01-01").unwrap();
    let problems = check(Step::People, fields, known, &Town::Unasked, today, Language::French);
    problems.into_iter().map(|problem| problem.field).collect()
}

fn sent(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn questions_are_named_by_their_words_and_depend_on_earlier_ones() {
    let said = asking(&[
        ("question-0", "Avez-vous le permis ?"),
        ("type-0", "yesNo"),
        ("required-0", "yes"),
        ("question-2", "Taille de T-shirt"),
        ("type-2", "choice"),
        ("options-2", " S \r\n\r\nM; étroit\r\nL"),
        ("question-3", "Places ?"),
        ("type-3", "number"),
        ("if-3", "0=yes"),
        ("question-4", "¿ ?"),
    ]);
    assert_eq!(wrong(&said, None), [""; 0]);
    let content = kept(&said, None);
    assert_eq!(
        questions(&content),
        json!([
            { "id": "avez-vous-le-permis", "label": "Avez-vous le permis ?", "type": "yesNo", "required": true },
            { "id": "taille-de-t-shirt", "label": "Taille de T-shirt", "type": "choice", "options": ["S", "M; étroit", "L"], "required": false },
            { "id": "places", "label": "Places ?", "type": "number", "required": false,
              "onlyIf": { "question": "avez-vous-le-permis", "answer": "yes" } },
            { "id": "a", "label": "¿ ?", "type": "text", "required": false },
        ])
    );
    let back = read(&value(&content), &content.language);
    assert_eq!((back.get("if-2"), back.get("question-id-1")), ("0=yes", "taille-de-t-shirt"));
    assert_eq!(kept(&back, Some(&content)), content);
}

#[test]
fn of_two_in_the_same_words_each_is_itself() {
    let said = asking(&[
        ("question-0", "Voiture ?"),
        ("type-0", "yesNo"),
        ("question-1", "Voiture ?"),
        ("type-1", "yesNo"),
        ("question-2", "Places"),
        ("if-2", "1=yes"),
    ]);
    let all = questions(&kept(&said, None));
    assert_eq!((&all[1]["id"], &all[2]["onlyIf"]["question"]), (&json!("voiture-2"), &json!("voiture-2")));
}

/// What came from elsewhere, with more than the steps have fields for.
fn elsewhere() -> crate::store::OwnContent {
    let given = json!({ "name": "Balade", "kind": "gathering", "participation": { "way": "rsvp",
        "consents": [{ "id": "contact", "text": "D’accord" }],
        "questions": [
            { "id": "voiture", "label": "Venez-vous\nen voiture ?", "type": "yesNo", "help": "La vôtre." },
            { "id": "q1", "label": "Places libres", "type": "number", "minimum": 1, "maximum": 8, "required": true,
              "onlyIf": { "question": "voiture", "answer": "yes" } },
            { "id": "q2", "label": "Détour", "type": "text", "onlyIf": { "question": "q1", "answer": "3" } },
            { "id": "q3", "label": "L".repeat(300), "type": "choices", "options": ["Un  seul"] }] } });
    own::read(&json!({ "inLanguage": "fr", "initiatives": [given] }).to_string(), None).unwrap()
}

#[test]
fn what_has_no_field_stays_and_a_question_keeps_its_name() {
    let before = elsewhere();
    let known = read(&value(&before), "fr");
    assert_eq!((wrong(&known, Some(&known)), kept(&known, Some(&before))), (vec![], before.clone()));

    let mut said = known.clone();
    said.set("question-1", "Places dans la voiture");
    said.set("required-1", "");
    said.set("question-4", "Régime");
    let after = questions(&kept(&said, Some(&before)));
    let mut expected = questions(&before);
    expected[1]["label"] = json!("Places dans la voiture");
    expected[1]["required"] = json!(false);
    let added = json!({ "id": "regime", "label": "Régime", "type": "text", "required": false });
    expected.as_array_mut().unwrap().push(added);
    assert_eq!(after, expected);
    // Of another kind it has no bounds.
    said.set("type-1", "text");
    assert_eq!(questions(&kept(&said, Some(&before)))[1].get("maximum"), None);
    // The name of one that is there is nobody else's; a name that a form makes up is none.
    let mut other = known.clone();
    other.set("question-4", "Q1");
    other.set("question-id-4", "q9");
    let after = questions(&kept(&other, Some(&before)));
    assert_eq!((&after[1]["id"], &after[4]["id"]), (&json!("q1"), &json!("q1-2")));
}

#[test]
fn one_is_taken_out_by_emptying_it_and_what_depended_on_it_is_asked_about() {
    let before = elsewhere();
    let known = read(&value(&before), "fr");
    let mut said = known.clone();
    let rows = [
        ("kind", "gathering"),
        ("question-0", ""),
        ("question-id-0", "voiture"),
        ("type-0", "yesNo"),
        ("question-1", "Places libres"),
        ("question-id-1", "q1"),
        ("type-1", "number"),
        ("required-1", "yes"),
        ("if-1", "0=yes"),
        ("question-5", ""),
        ("type-5", "text"),
        ("consent-0", "D’accord"),
        ("consent-id-0", "contact"),
    ];
    said.take(Step::People, &sent(&rows));
    assert_eq!(said.questions().len(), 1);
    assert_eq!((said.get("type-0"), said.get("type-5"), Step::People.one_row_more(&said)), ("", "", 2));
    assert_eq!(wrong(&said, Some(&known)), ["if-1"]);
    said.set("if-1", "");
    assert_eq!(wrong(&said, Some(&known)), [""; 0]);
    assert_eq!(
        questions(&kept(&said, Some(&before))),
        json!([{ "id": "q1", "label": "Places libres", "type": "number", "minimum": 1.0, "maximum": 8.0, "required": true }])
    );
    // None is left: the rest of how one takes part is.
    said.set("question-1", "");
    let after = value(&kept(&said, Some(&before)));
    assert_eq!(after["participation"].get("questions"), None);
    assert_eq!(after["participation"]["consents"], value(&before)["participation"]["consents"]);
}

#[test]
fn what_is_wrong_with_a_question_is_said_beside_it() {
    let long = "é".repeat(201);
    let many = (0..21).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    let long_option = format!("a\n{}", "b".repeat(101));
    let said = asking(&[
        ("options-0", "a\nb"),
        ("question-1", &long),
        ("question-2", "Un ?"),
        ("type-2", "choice"),
        ("options-2", "a"),
        ("question-3", "Deux ?"),
        ("type-3", "choices"),
        ("options-3", "a\nb\na"),
        ("question-4", "Trop ?"),
        ("type-4", "choice"),
        ("options-4", &many),
        ("question-5", "Long ?"),
        ("type-5", "choice"),
        ("options-5", &long_option),
        ("question-6", "Qui ?"),
        ("if-6", "2=z"),
        ("question-7", "Plus tard ?"),
        ("if-7", "8=yes"),
        ("question-8", "Huit ?"),
        ("type-8", "yesNo"),
    ]);
    assert_eq!(
        wrong(&said, None),
        ["question-0", "question-1", "options-2", "options-3", "options-4", "options-5", "if-6", "if-7"]
    );
    let mut nine = walk();
    for number in 0..9 {
        nine.set(&format!("question-{number}"), "Quoi ?");
    }
    assert_eq!(wrong(&nine, None), ["question-0"]);
    assert_eq!(wrong(&nine, Some(&nine)), [""; 0]);
    // Where there is no form, nothing is asked.
    let nowhere = asking(&[("question-0", "Quoi ?"), ("way", "none")]);
    assert_eq!(wrong(&nowhere, None), ["question-0"]);
}

#[test]
fn the_form_offers_the_answers_that_a_question_may_depend_on() {
    let said = asking(&[
        ("question-0", "Permis ?"),
        ("type-0", "yesNo"),
        ("question-1", "Taille ?"),
        ("type-1", "choice"),
        ("options-1", "S\nM"),
        ("question-2", "Quoi ?"),
        ("if-2", "1=M"),
    ]);
    let asking = |rows| Asking {
        step: Step::People,
        language: Language::French,
        fields: &said,
        problems: &[],
        town: &Town::None,
        rows,
        places: "",
    };
    let page = ask(&asking(4)).into_string().replace('\u{a0}', " ");
    for part in [
        r#"<option value="0=no">Si « Permis ? » : Non</option>"#,
        r#"<option value="1=M" selected>Si « Taille ? » : M</option>"#,
        r#"<textarea id="options-1" name="options-1""#,
        r#"id="question-3" name="question-3" type="text" value="" autocomplete="off" dir="auto" autofocus"#,
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(r#"name="if-0""#) && !page.contains("question-4"), "{page}");
    let without = ask(&asking(0)).into_string();
    assert!(!without.contains("question-3") && without.contains(r#"value="row""#), "{without}");
}

#[test]
fn what_would_be_asked_otherwise_is_shown_and_nobody_is_written_to_about_it() {
    let before = elsewhere();
    let were = read(&value(&before), "fr");
    let mut are = were.clone();
    are.set("question-2", "");
    are.set("required-1", "");
    are.set("question-4", "Régime");
    let after = kept(&are, Some(&before));
    let [before, after] = [&before, &after].map(|it| own::initiative_of(it).unwrap().unwrap());
    let all = differences(Language::French, (&before, &were), (&after, &are));
    let said: Vec<_> = all
        .iter()
        .map(|one| (one.label, one.before.replace('\u{a0}', " "), one.after.replace('\u{a0}', " ")))
        .collect();
    let places = "Places libres\nNombre · Réponse obligatoire\nSi « Venez-vous\nen voiture ? » : Oui";
    assert_eq!(
        said,
        [
            ("La question", places.to_owned(), places.replace(" · Réponse obligatoire", "")),
            ("La question", "Détour\nRéponse courte\nSi « Places libres » : 3".to_owned(), String::new()),
            ("La question", String::new(), "Régime\nRéponse courte".to_owned()),
        ]
    );
    assert_eq!(told(Language::French, &all), "");
}

#[test]
fn a_consent_in_other_words_is_another_version_and_those_that_do_something_stay() {
    let given = json!({ "name": "Balade", "kind": "gathering", "participation": { "way": "rsvp", "consents": [
        { "id": "contact", "text": "Il le faut.", "required": true },
        { "id": "lettre", "version": "1", "text": "La lettre.", "purpose": "newsletter" },
        { "id": "noms", "text": "Mon nom.", "use": "signers" },
        { "id": "amis", "version": "2026-09", "text": "Des amis." }] } });
    let before = own::read(&json!({ "inLanguage": "fr", "initiatives": [given] }).to_string(), None).unwrap();
    let known = read(&value(&before), "fr");
    assert_eq!((known.get("consent-0"), known.get("consent-id-1")), ("La lettre.", "amis"));
    assert_eq!((wrong(&known, Some(&known)), kept(&known, Some(&before))), (vec![], before.clone()));

    let mut said = known.clone();
    let rows = [
        ("kind", "gathering"),
        ("consent-0", "La lettre de la Maison."),
        ("consent-id-0", "lettre"),
        ("consent-1", ""),
        ("consent-id-1", "amis"),
        ("consent-2", "L’appel de l’École"),
    ];
    said.take(Step::People, &sent(&rows));
    assert_eq!(wrong(&said, Some(&known)), [""; 0]);
    let after = kept(&said, Some(&before));
    let mut expected = value(&before)["participation"]["consents"].clone();
    expected[1]["version"] = json!("2");
    expected[1]["text"] = json!("La lettre de la Maison.");
    expected[3] = json!({ "id": "l-appel-de-l-ecole", "version": "1", "text": "L’appel de l’École", "required": false });
    assert_eq!(value(&after)["participation"]["consents"], expected);
    let [first, then] = [&before, &after].map(|it| own::initiative_of(it).unwrap().unwrap());
    let all = differences(Language::French, (&first, &known), (&then, &said));
    let words: Vec<_> = all.iter().map(|one| (one.before.as_str(), one.after.as_str())).collect();
    assert_eq!(
        words,
        [("La lettre.", "La lettre de la Maison."), ("Des amis.", ""), ("", "L’appel de l’École")]
    );

    said.set("consent-3", "Trop");
    said.set("consent-2", &"é".repeat(301));
    assert_eq!(wrong(&said, Some(&known)), ["consent-2", "consent-3"]);
}

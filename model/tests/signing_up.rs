//! The form is checked against the initiative it is for: each rule, and nothing but the rules.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::cell::Cell;

use alentour_model::read::read_value;
use alentour_model::signup::{Answer, FieldIssue};
use alentour_model::*;
use alentour_model_testing::TestZones;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// 2026-11-24T12:00:00+01:00
const NOW: i64 = 1_795_518_000;

fn initiative(change: impl FnOnce(&mut Value)) -> Initiative {
    let mut item = json!({
        "id": "devoirs", "name": "Aide aux devoirs",
        "sessions": [
            {"id": "mardi", "startDate": "2026-11-24T17:00:00+01:00", "endDate": "2026-11-24T19:00:00+01:00"},
            {"id": "hier", "startDate": "2026-11-23T17:00:00+01:00", "endDate": "2026-11-23T19:00:00+01:00"},
            {"id": "plein", "startDate": "2026-11-25T17:00:00+01:00", "remainingAttendeeCapacity": 0},
        ],
        "participation": {
            "way": "shift", "partySize": 3, "closes": "2026-11-24T12:00:01+01:00",
            "telephone": "optional", "postalCode": "required",
            "questions": [
                {"id": "niveau", "label": "Niveau ?", "type": "choice", "options": ["Collège", "Lycée"], "required": true},
                {"id": "permis", "label": "J’ai le permis", "type": "boolean"},
                {"id": "autre", "label": "Autre chose ?"},
            ],
            "consents": [
                {"id": "contact", "version": "1", "text": "J’accepte d’être contacté.", "required": true},
                {"id": "lettre", "version": "2", "text": "Je veux la lettre."},
            ],
        },
    });
    change(&mut item);
    let (mut feed, findings) = read_value(&json!({"initiatives": [item]}), &TestZones).unwrap();
    assert_eq!(findings, []);
    feed.initiatives.remove(0)
}

fn consent(id: &str, version: &str, text: &str) -> ConsentGiven {
    ConsentGiven { id: id.into(), version: version.into(), text: text.into() }
}

fn answer(question: &str, value: &str) -> Answer {
    Answer { question: question.into(), value: value.into() }
}

fn form() -> SignUp {
    SignUp {
        initiative: "devoirs".into(),
        session: "mardi".into(),
        party_size: 2,
        given_name: "Awa".into(),
        family_name: "N’Diaye".into(),
        email: "awa@example.org".into(),
        postal_code: "69007".into(),
        answers: vec![answer("niveau", "Lycée")],
        consents: vec![consent("contact", "1", "J’accepte d’être contacté.")],
        language: "fr".into(),
        ..SignUp::default()
    }
}

/// What is wrong with the form after a change to it.
fn problems(change: impl FnOnce(&mut SignUp)) -> Vec<(String, FieldIssue)> {
    problems_with(|_| {}, change)
}

fn problems_with(
    item: impl FnOnce(&mut Value),
    change: impl FnOnce(&mut SignUp),
) -> Vec<(String, FieldIssue)> {
    let mut form = form();
    change(&mut form);
    form.validate(&initiative(item), NOW)
        .into_iter()
        .map(|problem| (problem.field, problem.problem))
        .collect()
}

fn one(field: &str, issue: FieldIssue) -> Vec<(String, FieldIssue)> {
    vec![(field.to_owned(), issue)]
}

#[test]
fn a_good_form_has_no_problem() {
    assert_eq!(problems(|_| {}), []);
    assert_eq!(
        problems(|form| {
            form.telephone = "+33 (0)6 12-34.56.78".into();
            form.party_size = 3;
            form.answers =
                vec![answer("niveau", "Collège"), answer("permis", "yes"), answer("autre", "Deux\nlignes")];
            form.consents.push(consent("lettre", "2", "Je veux la lettre."));
        }),
        []
    );
}

#[test]
fn a_form_goes_to_its_own_initiative_while_it_takes_sign_ups() {
    assert_eq!(problems(|form| form.initiative = "autre".into()), one("initiative", FieldIssue::Invalid));
    let without = problems_with(|item| item["participation"] = json!(null), |_| {});
    assert_eq!(without, one("initiative", FieldIssue::Closed));
    let closed =
        problems_with(|item| item["participation"]["closes"] = json!("2026-11-24T12:00:00+01:00"), |_| {});
    assert_eq!(closed, one("initiative", FieldIssue::Closed));
    let open_all_day = problems_with(|item| item["participation"]["closes"] = json!("2026-11-24"), |_| {});
    assert_eq!(open_all_day, [], "a day closes when it is over");
    let over = problems_with(
        |item| {
            item["sessions"] = json!([]);
            item["endDate"] = json!("2026-11-23");
        },
        |form| form.session.clear(),
    );
    assert_eq!(over, one("initiative", FieldIssue::Closed));
}

#[test]
fn a_session_is_named_exists_is_not_over_and_has_a_seat() {
    for (session, issue) in [
        ("", FieldIssue::Required),
        ("jeudi", FieldIssue::Invalid),
        ("hier", FieldIssue::Closed),
        ("plein", FieldIssue::Full),
    ] {
        assert_eq!(problems(|form| form.session = session.into()), one("session", issue), "{session}");
    }
    let none = |session: &str| {
        problems_with(|item| item["sessions"] = json!([]), |form| form.session = session.into())
    };
    assert_eq!((none(""), none("mardi")), (vec![], one("session", FieldIssue::Invalid)));
}

#[test]
fn a_party_has_someone_in_it_and_no_more_than_the_organiser_takes() {
    for size in [0, 4, u32::MAX] {
        assert_eq!(problems(|form| form.party_size = size), one("partySize", FieldIssue::Invalid));
    }
}

#[test]
fn names_are_required_and_lines_of_bounded_length() {
    for (given, issue) in [
        ("".to_owned(), FieldIssue::Required),
        (" \u{a0}\t".into(), FieldIssue::Required),
        ("x".repeat(201), FieldIssue::TooLong),
        ("Awa\0".into(), FieldIssue::Invalid),
        ("Awa\r\nBcc: x@example.org".into(), FieldIssue::Invalid),
    ] {
        assert_eq!(problems(|form| form.given_name = given.clone()), one("givenName", issue), "{given:?}");
        assert_eq!(problems(|form| form.family_name = given.clone()), one("familyName", issue), "{given:?}");
    }
    assert_eq!(problems(|form| form.given_name = "é".repeat(200)), [], "characters are counted, not bytes");
}

#[test]
fn an_e_mail_address_is_required_and_one_that_mail_can_be_sent_to() {
    assert_eq!(problems(|form| form.email = " ".into()), one("email", FieldIssue::Required));
    for email in [
        "awa",
        "awa@",
        "@example.org",
        "awa@example",
        "awa@@example.org",
        "a wa@example.org",
        "awa@example..org",
        ".awa@example.org",
        "awa.@example.org",
        "awa@-example.org",
        "awa@example.org-",
        "awa@192.168.0.1",
        "awa@example.org, b@example.org",
        "Awa <awa@example.org>",
        "awa@exam\u{202e}ple.org",
    ] {
        assert_eq!(problems(|form| form.email = email.into()), one("email", FieldIssue::Invalid), "{email}");
    }
    let long = format!("{}@example.org", "a".repeat(65));
    assert_eq!(problems(|form| form.email = long), one("email", FieldIssue::Invalid));
    for email in [" awa@example.org ", "a.w+a@sub.example.org", "awa@éléphant.fr", "o'neil@example.museum"]
    {
        assert_eq!(problems(|form| form.email = email.into()), [], "{email}");
    }
    assert_eq!(EmailAddress::parse(" Awa@Example.ORG").unwrap().normalised(), "awa@example.org");
    // Whose lower case is a letter of ASCII is nobody else for that: the signs of a kelvin and, in Turkish, İ.
    for sign in ('\u{80}'..=char::MAX).filter(|c| c.to_lowercase().any(|c| c.is_ascii())) {
        let person = EmailAddress::parse(&format!("{sign}a@example.org")).map(|address| address.normalised());
        assert!(person.is_none_or(|person| !person.starts_with(|c: char| c.is_ascii())), "{sign}");
    }
    for text in
        ["a\u{1680}b@example.org", "a\u{180e}b@example.org", "a@ex\u{1680}ample.org", "a@\u{2105}.org"]
    {
        assert_eq!(EmailAddress::parse(text), None, "{text:?}");
    }
}

#[test]
fn a_field_is_checked_as_it_is_asked() {
    assert_eq!(problems(|form| form.postal_code.clear()), one("postalCode", FieldIssue::Required));
    for (postcode, good) in
        [("69007", true), ("SW1A 1AA", true), ("1000-205", true), ("69", false), ("69007!", false)]
    {
        let expected = if good { vec![] } else { one("postalCode", FieldIssue::Invalid) };
        assert_eq!(problems(|form| form.postal_code = postcode.into()), expected, "{postcode}");
    }
    for telephone in ["12345", "0612345678901234", "zéro six", "06 12 34 56 7x"] {
        let found = problems(|form| form.telephone = telephone.into());
        assert_eq!(found, one("telephone", FieldIssue::Invalid), "{telephone}");
    }
    // What was not asked for is not kept either.
    assert_eq!(problems(|form| form.message = "Bonjour".into()), one("message", FieldIssue::Invalid));
    let asked = |message: &str| {
        let message = message.to_owned();
        problems_with(
            |item| item["participation"]["message"] = json!("required"),
            |form| form.message = message,
        )
    };
    assert_eq!((asked("Bonjour\nà vous"), asked("")), (vec![], one("message", FieldIssue::Required)));
    assert_eq!(asked(&"x".repeat(2001)), one("message", FieldIssue::TooLong));
    assert_eq!(problems(|form| form.language = "x".repeat(36)), one("language", FieldIssue::TooLong));
}

#[test]
fn questions_are_answered_as_they_ask() {
    let answers = |answers: &[(&str, &str)]| {
        problems(|form| {
            form.answers = answers.iter().map(|(question, value)| answer(question, value)).collect()
        })
    };
    assert_eq!(answers(&[]), one("answers.niveau", FieldIssue::Required));
    assert_eq!(answers(&[("niveau", "")]), one("answers.niveau", FieldIssue::Required));
    assert_eq!(answers(&[("niveau", "Primaire")]), one("answers.niveau", FieldIssue::Invalid));
    assert_eq!(answers(&[("niveau", "Lycée"), ("permis", "no")]), one("answers.permis", FieldIssue::Invalid));
    let long = "x".repeat(2001);
    assert_eq!(answers(&[("niveau", "Lycée"), ("autre", &long)]), one("answers.autre", FieldIssue::TooLong));
    assert_eq!(answers(&[("niveau", "Lycée"), ("inconnue", "x")]), one("answers", FieldIssue::Invalid));
    let ticked = |value: &'static str| {
        problems_with(
            |item| item["participation"]["questions"][1]["required"] = json!(true),
            |form| form.answers.push(answer("permis", value)),
        )
    };
    assert_eq!((ticked("yes"), ticked("")), (vec![], one("answers.permis", FieldIssue::Required)));
}

#[test]
fn consent_is_given_to_the_words_that_were_shown() {
    let consents = |given: &[(&str, &str, &str)]| {
        problems(|form| {
            form.consents = given.iter().map(|(id, version, text)| consent(id, version, text)).collect()
        })
    };
    let good = ("contact", "1", "J’accepte d’être contacté.");
    assert_eq!(consents(&[]), one("consents.contact", FieldIssue::Required));
    assert_eq!(consents(&[("contact", "0", good.2)]), one("consents.contact", FieldIssue::Changed));
    assert_eq!(
        consents(&[("contact", "1", "J’accepte tout.")]),
        one("consents.contact", FieldIssue::Changed)
    );
    assert_eq!(
        consents(&[good, ("lettre", "1", "Je veux la lettre.")]),
        one("consents.lettre", FieldIssue::Changed)
    );
    assert_eq!(consents(&[good, ("pub", "1", "x")]), one("consents", FieldIssue::Invalid));
}

#[test]
fn who_is_under_15_needs_a_parent_who_agrees_and_an_organiser_who_takes_them() {
    let young = |guardian_agrees| {
        move |form: &mut SignUp| (form.under15, form.guardian_agrees) = (true, guardian_agrees)
    };
    assert_eq!(problems(young(true)), []);
    assert_eq!(problems(young(false)), one("guardianAgrees", FieldIssue::Required));
    // A parent's word alone says nothing of who is older.
    assert_eq!(problems(|form| form.guardian_agrees = true), []);
    for (age, expected) in [(14, vec![]), (15, one("under15", FieldIssue::Invalid))] {
        let change = |item: &mut Value| item["participation"]["minimumAge"] = json!(age);
        assert_eq!(problems_with(change, young(true)), expected, "{age}");
    }
}

#[test]
fn what_is_said_of_age_is_in_the_form_only_where_it_is_so() {
    let older = serde_json::to_value(form()).unwrap();
    assert_eq!((older.get("under15"), older.get("guardianAgrees")), (None, None));
    let young = SignUp { under15: true, guardian_agrees: true, ..form() };
    let young = serde_json::to_value(&young).unwrap();
    assert_eq!((&young["under15"], &young["guardianAgrees"]), (&json!(true), &json!(true)));
}

#[test]
fn a_key_is_long_enough_not_to_be_guessed_and_fit_for_a_header() {
    for (key, good) in [
        ("0123456789abcdef", true),
        ("0123456789abcde", false),
        ("0123456789 abcdef", false),
        ("0123456789abcdé0", false),
        ("0123456789abcdef\n", false),
    ] {
        assert_eq!(IdempotencyKey::parse(key).is_some(), good, "{key:?}");
    }
    assert!(
        IdempotencyKey::parse(&"x".repeat(128)).is_some()
            && IdempotencyKey::parse(&"x".repeat(129)).is_none()
    );
}

#[test]
fn a_form_is_sent_and_received_as_it_is() {
    let text = serde_json::to_string(&form()).unwrap();
    assert!(text.contains("\"partySize\":2") && !text.contains("telephone"), "{text}");
    assert_eq!(serde_json::from_str::<SignUp>(&text).unwrap(), form());
    assert_eq!(
        serde_json::from_str::<SignUp>("{}").unwrap(),
        SignUp::default(),
        "what is missing is said by the rules"
    );
}

#[test]
fn names_of_guests_are_those_of_all_but_the_writer() {
    let asking = |asked: &str| initiative(|item| item["participation"]["guests"] = json!(asked));
    let wrong = |initiative: &Initiative, party_size, names: &[&str]| {
        let guests = names.iter().map(|name| name.to_string()).collect();
        let problems = SignUp { party_size, guests, ..form() }.validate(initiative, NOW);
        problems.into_iter().map(|one| (one.field, one.problem)).collect::<Vec<_>>()
    };
    let at = |n: usize, problem| vec![(format!("guests.{n}"), problem)];
    let too_many = vec![("guests".to_owned(), FieldIssue::Invalid)];
    let (optional, required) = (asking("optional"), asking("required"));
    for initiative in [&optional, &required] {
        assert_eq!(wrong(initiative, 1, &[]), []);
        assert_eq!(wrong(initiative, 3, &["Ana", "Léo"]), []);
        assert_eq!(wrong(initiative, 2, &["Ana", "Léo"]), too_many);
        assert_eq!(wrong(initiative, 2, &["Ana\nBcc"]), at(0, FieldIssue::Invalid));
        assert_eq!(wrong(initiative, 2, &[&"é".repeat(201)]), at(0, FieldIssue::TooLong));
    }
    assert_eq!(wrong(&optional, 3, &["", "Léo"]), []);
    assert_eq!(wrong(&required, 3, &["", "Léo"]), at(0, FieldIssue::Required));
    assert_eq!(wrong(&required, 3, &["Ana"]), at(1, FieldIssue::Required));
    // Where nobody is asked for names none are kept.
    assert_eq!(wrong(&initiative(|_| {}), 2, &["Ana"]), too_many);
    assert_eq!(wrong(&asking("required"), 4_000_000_000, &[]).len(), 3);
}

/// What somebody may type where this is expected.
fn typed(expected: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![4 => Just(expected.to_owned()), 1 => "\\PC{0,20}|[a-z.@\\x00-\\x1f]{0,12}|a@b\\.fr"]
}

#[test]
fn any_form_is_checked_and_what_passes_has_what_a_mail_needs() {
    let passed = Cell::new(0);
    let texts = (typed("awa@example.org"), typed("Awa"), typed("04 78 00 00 00"), typed("69007"));
    let more = (weighted(0.2, (typed("autre"), typed("Non"))), weighted(0.2, (typed("lettre"), typed("2"))));
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let result = TestRunner::new(config).run(&(texts, more, 0..6_u32), |(texts, more, party_size)| {
        let mut form = SignUp { party_size, ..form() };
        (form.email, form.given_name, form.telephone, form.postal_code) = texts;
        form.answers.extend(more.0.map(|(question, value)| answer(&question, &value)));
        form.consents.extend(more.1.map(|(id, version)| consent(&id, &version, "Je veux la lettre.")));
        if form.validate(&initiative(|_| {}), NOW).is_empty() {
            passed.set(passed.get() + 1);
            prop_assert!(EmailAddress::parse(&form.email).is_some());
            prop_assert!(!form.given_name.trim().is_empty() && (1..=3).contains(&party_size));
            let texts = [&form.email, &form.given_name, &form.telephone];
            prop_assert!(!texts.iter().any(|text| text.contains(['\r', '\n', '\0'])));
        }
        Ok(())
    });
    result.unwrap_or_else(|why| panic!("{why}"));
    assert!(passed.get() > 5, "{} forms passed", passed.get());
}

proptest! {
    #[test]
    fn an_address_has_one_shape(
        address in "[a-z0-9_+'-]{1,9}(\\.[a-z0-9]{1,9}){0,2}@([a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?\\.){1,3}[a-z]{2,6}",
        at in any::<Index>(),
        wrong in select(vec!['@', ' ', '\t', '\r', '\n', '\0', ',', ';', '<', '>', '(', ')', '"', '\u{a0}', '\u{202e}']),
    ) {
        let parsed = EmailAddress::parse(&address);
        prop_assert_eq!(parsed.as_ref().map(EmailAddress::as_str), Some(address.as_str()));
        // Within it: white space around it is cut off.
        let (before, after) = address.split_at(1 + at.index(address.len() - 1));
        prop_assert_eq!(EmailAddress::parse(&format!("{before}{wrong}{after}")), None);
        prop_assert_eq!(EmailAddress::parse(&address.replace('@', "")), None);
    }

    #[test]
    fn any_text_is_an_address_or_none(text in "\\PC{0,12}@\\PC{0,12}|[a-z.-]{1,9}@[a-z0-9.-]{1,9}\\.[a-z0-9]{1,4}") {
        if let Some(address) = EmailAddress::parse(&text) {
            prop_assert_eq!(address.as_str(), text.trim());
        }
    }
}

#[test]
fn what_is_offered_is_needed_each_once_and_no_more_than_is_still_needed() {
    let initiative = initiative(|item| {
        item["participation"]["way"] = json!("offer");
        item["participation"]["needs"] = json!([{"id": "tables", "name": "Tables", "quantity": 3}, {"id": "bras", "name": "Des bras", "type": "time"}]);
    });
    let problems = |offers: &[(&str, u32)]| {
        let offer = |(need, quantity): &(&str, u32)| Offer { need: (*need).into(), quantity: *quantity };
        let form = SignUp { offers: offers.iter().map(offer).collect(), ..form() };
        let problems = form.validate(&initiative, NOW);
        problems.into_iter().map(|problem| (problem.field, problem.problem)).collect::<Vec<_>>()
    };
    let wrong = |field: &str| vec![(field.to_owned(), FieldIssue::Invalid)];
    for offers in [&[][..], &[("tables", 3)], &[("bras", 1), ("tables", 1)]] {
        assert_eq!(problems(offers), []);
    }
    assert_eq!(problems(&[("tables", 4)]), wrong("offers.tables"));
    assert_eq!(problems(&[("tables", 0)]), wrong("offers.tables"));
    assert_eq!(problems(&[("bras", 2)]), wrong("offers.bras"));
    assert_eq!(problems(&[("chaises", 1)]), wrong("offers"));
    assert_eq!(problems(&[("bras", 1), ("bras", 1)]), wrong("offers"));
    // As it is known to whoever looks at the moment.
    initiative.participation.as_ref().unwrap().needs[0].live.set(1);
    assert_eq!((problems(&[("tables", 1)]), problems(&[("tables", 2)])), (vec![], wrong("offers.tables")));
}

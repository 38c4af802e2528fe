//! The organiser's questions: how a feed asks them, of whom, and what answers them.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_model::question::{number, slot, typed_number};
use alentour_model::read::read_value;
use alentour_model::signup::{Answer, FieldIssue, asked};
use alentour_model::*;
use alentour_model_testing::{TestZones, an_answer, questions};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Reads these questions; with each finding its field, from the question on, and what is wrong.
fn read(questions: Value) -> (Vec<Question>, Vec<(String, Problem)>) {
    let item = json!({"id": "a", "name": "A", "participation": {"way": "rsvp", "questions": questions}});
    let (mut feed, findings) = read_value(&json!({"initiatives": [item]}), &TestZones).unwrap();
    let findings = findings.into_iter().map(|finding| {
        assert!(!finding.problem.costs_the_item());
        (finding.field.replace("participation.0.questions.", ""), finding.problem)
    });
    (feed.initiatives.remove(0).participation.unwrap().questions, findings.collect())
}

/// Questions that nothing is wrong with.
fn good(questions: Value) -> Vec<Question> {
    let (questions, findings) = read(questions);
    assert_eq!(findings, []);
    questions
}

fn one(question: Value) -> Question {
    good(json!([question])).remove(0)
}

/// What is wrong with these answers.
fn problems(questions: &[Question], answers: &[(&str, &str)]) -> Vec<(String, FieldIssue)> {
    let problems = sign_up(answers).validate(&initiative(questions), 0);
    problems.into_iter().map(|problem| (problem.field, problem.problem)).collect()
}

fn initiative(questions: &[Question]) -> Initiative {
    let mut initiative = Initiative::new("a", "A");
    let participation = Participation { questions: questions.to_vec(), ..Participation::new(Way::Rsvp) };
    initiative.participation = Some(participation);
    initiative
}

fn with_questions(questions: Vec<Question>) -> Participation {
    Participation { questions, ..Participation::new(Way::Rsvp) }
}

fn sign_up(answers: &[(&str, &str)]) -> SignUp {
    let answer =
        |(question, value): &(&str, &str)| Answer { question: (*question).into(), value: (*value).into() };
    SignUp {
        given_name: "Awa".into(),
        family_name: "N’Diaye".into(),
        email: "awa@example.org".into(),
        answers: answers.iter().map(answer).collect(),
        ..SignUp::new("a", "fr")
    }
}

#[test]
fn of_two_questions_of_one_name_the_first_is_asked() {
    let question = |label: &str| json!({ "id": "a", "label": label });
    let feed = json!({ "initiatives": [{ "id": "x", "name": "x", "participation": {
        "way": "rsvp", "questions": [question("Une"), question("Deux")] } }] });
    let (feed, findings) = read_value(&feed, &TestZones).unwrap();
    let questions = &feed.initiatives[0].participation.as_ref().unwrap().questions;
    assert_eq!(questions.iter().map(|question| question.label.as_str()).collect::<Vec<_>>(), ["Une"]);
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[test]
fn what_may_separate_thousands_is_no_decimal() {
    for typed in ["1,200", "-12,500", "١٬٢٠٠", "999,999"] {
        assert_eq!(number(&typed_number(typed)), None, "{typed}");
    }
    for (typed, sent) in [
        ("0,125", "0.125"),
        ("1,25", "1.25"),
        ("1 200", "1200"),
        ("1,2000", "1.2000"),
        ("1.200", "1.200"),
        ("1234,500", "1234.500"),
    ] {
        assert_eq!(typed_number(typed), sent);
    }
}

#[test]
fn questions_of_every_type_are_read_as_they_are_meant() {
    let questions = good(json!([
        {"id": "a", "label": "A", "type": "longText", "help": "Deux lignes suffisent.", "required": true},
        {"id": "b", "label": "B", "type": "choices", "options": ["Un", "Deux"]},
        {"id": "c", "label": "C", "type": "number", "minimum": 0.5, "maximum": "10,5"},
        {"id": "d", "label": "D", "type": "date"},
        {"id": "e", "label": "E", "type": "yesNo", "onlyIf": {"question": "b", "answer": "Deux"}},
        {"id": "f", "label": "F", "onlyIf": {"question": "e", "answer": false}},
    ]));
    let types: Vec<_> = questions.iter().map(|question| question.answer.as_str()).collect();
    assert_eq!(types, ["longText", "choices", "number", "date", "yesNo", "text"]);
    assert_eq!((questions[0].help.as_str(), questions[0].required), ("Deux lignes suffisent.", true));
    assert_eq!((questions[2].minimum, questions[2].maximum), (Some(0.5), Some(10.5)));
    let condition =
        |question: &str, answer: &str| Condition { question: question.into(), answer: answer.into() };
    assert_eq!(questions[4].only_if, Some(condition("b", "Deux")));
    assert_eq!(questions[5].only_if, Some(condition("e", "no")), "as JSON says no");
}

#[test]
fn what_is_wrong_with_a_question_is_said_and_costs_nothing_else() {
    let several = |options: Value| json!([{"id": "q", "label": "Q", "type": "choices", "options": options}]);
    for (questions, field, problem) in [
        (json!([{"id": "q", "label": "Q", "type": "colour"}]), "0.type", Problem::UnknownWord),
        (several(json!(["Un", "De\nux"])), "0.options", Problem::NotText),
        (several(json!(["Un", "Deux", "Un"])), "0.options", Problem::Repaired),
        (
            json!([{"id": "q", "label": "Q", "type": "number", "minimum": "beaucoup"}]),
            "0.minimum",
            Problem::NotANumber,
        ),
        (
            json!([{"id": "q", "label": "Q", "type": "number", "minimum": 3, "maximum": 2}]),
            "0.maximum",
            Problem::NotANumber,
        ),
        (
            json!([{"id": "q", "label": "Q", "type": "number", "maximum": 1e13}]),
            "0.maximum",
            Problem::NotANumber,
        ),
        (json!([{"id": "q", "label": "Q", "help": ["a"]}]), "0.help", Problem::NotText),
    ] {
        let (read, findings) = read(questions.clone());
        assert_eq!(findings, [(field.to_owned(), problem)], "{questions}");
        assert_eq!(read.len(), 1, "{questions}");
        assert!(read[0].options.iter().all(|option| !option.contains('\n')));
        assert_eq!(read[0].maximum, None);
    }
    let (read, findings) = read(several(json!(["De\nux"])));
    assert_eq!(read, [], "nothing is left to choose");
    assert_eq!(findings.last(), Some(&("0".into(), Problem::Incomplete)));
}

#[test]
fn old_feeds_are_read_as_before() {
    let questions = good(json!([
        {"id": "a", "label": "A", "type": "choice", "options": ["Un\nou", "Un\nou"]},
        {"id": "b", "label": "B", "type": "text", "minimum": "non", "options": ["Un"]},
    ]));
    assert_eq!((questions[0].options.len(), questions[1].minimum), (2, None));
}

#[test]
fn a_condition_that_nobody_could_meet_is_said_and_the_question_is_asked_of_everybody() {
    let earlier = json!([
        {"id": "choice", "label": "?", "type": "choice", "options": ["Un", "Deux"]},
        {"id": "choices", "label": "?", "type": "choices", "options": ["Un", "Deux"]},
        {"id": "number", "label": "?", "type": "number", "maximum": 9},
        {"id": "date", "label": "?", "type": "date"},
        {"id": "box", "label": "?", "type": "boolean"},
        {"id": "must", "label": "?", "type": "boolean", "required": true},
        {"id": "yesNo", "label": "?", "type": "yesNo"},
        {"id": "text", "label": "?"},
    ]);
    let with = |condition: Value| {
        let mut all = earlier.clone();
        all.as_array_mut().unwrap().push(json!({"id": "q", "label": "Q", "onlyIf": condition}));
        all.as_array_mut().unwrap().push(json!({"id": "later", "label": "?"}));
        let (questions, findings) = read(all);
        assert_eq!(questions.len(), 10, "{condition}");
        (questions[8].only_if.clone(), findings)
    };
    for (question, answer) in [
        ("choice", "Deux"),
        ("choices", "Un"),
        ("number", "2.5"),
        ("date", "2028-02-29"),
        ("box", "yes"),
        ("box", "no"),
        ("must", "yes"),
        ("yesNo", "no"),
        ("text", "Tout"),
    ] {
        let (condition, findings) = with(json!({"question": question, "answer": answer}));
        assert_eq!((condition.map(|it| it.answer), findings), (Some(answer.into()), vec![]), "{question}");
    }
    for (condition, field, problem) in [
        (json!({"question": "later", "answer": "a"}), "8.onlyIf.0.question", Problem::UnknownWord),
        (json!({"question": "q", "answer": "a"}), "8.onlyIf.0.question", Problem::UnknownWord),
        (json!({"question": "choice", "answer": "Trois"}), "8.onlyIf.0.answer", Problem::UnknownWord),
        (json!({"question": "choices", "answer": "Un Deux"}), "8.onlyIf.0.answer", Problem::UnknownWord),
        (json!({"question": "number", "answer": 10}), "8.onlyIf.0.answer", Problem::UnknownWord),
        (json!({"question": "date", "answer": "2027-02-29"}), "8.onlyIf.0.answer", Problem::UnknownWord),
        (json!({"question": "box", "answer": "oui"}), "8.onlyIf.0.answer", Problem::UnknownWord),
        (json!({"question": "must", "answer": "no"}), "8.onlyIf.0.answer", Problem::UnknownWord),
        (json!({"question": "yesNo", "answer": "maybe"}), "8.onlyIf.0.answer", Problem::UnknownWord),
        (json!({"question": "text"}), "8.onlyIf.0", Problem::Incomplete),
        (json!({"answer": "Un"}), "8.onlyIf.0", Problem::Incomplete),
        (json!("choice"), "8.onlyIf.0", Problem::Incomplete),
    ] {
        let (read, findings) = with(condition.clone());
        assert_eq!((read, findings), (None, vec![(field.to_owned(), problem)]), "{condition}");
    }
    let two = json!([{"question": "box", "answer": "yes"}, {"question": "text", "answer": "a"}]);
    let (read, findings) = with(two);
    assert_eq!(
        (read.unwrap().question, findings),
        ("box".into(), vec![("8.onlyIf".into(), Problem::TooMany)])
    );
}

#[test]
fn each_type_takes_what_it_asks_for() {
    let options = json!(["Un", "Deux", "Trois"]);
    for (question, good, bad) in [
        (json!({"type": "text"}), vec!["x", "Deux\nlignes"], vec!["\0"]),
        (json!({"type": "longText"}), vec!["x", "Deux\nlignes"], vec!["\u{7}"]),
        (json!({"type": "choice", "options": options}), vec!["Un"], vec!["Quatre", "Un\nDeux", "un"]),
        (
            json!({"type": "choices", "options": options}),
            vec!["Un", "Un\nTrois", "Trois\nUn", "Un\nDeux\nTrois"],
            vec![
                "Quatre",
                "Un\nQuatre",
                "Un\nUn",
                "Un\n",
                "\nUn",
                "Un\n\nDeux",
                "Un, Deux",
                "Un\nDeux\nTrois\nUn",
            ],
        ),
        (
            json!({"type": "number", "minimum": -1.5, "maximum": 10}),
            vec!["-1.5", "0", "0.25", "10", "10.0", "007", "-0"],
            vec![
                "-1.6", "10.01", "11", "x", "1,5", "1e1", "+1", ".5", "5.", "1 0", "0x1", "NaN", "--1",
                "1.2.3", "٣", "-",
            ],
        ),
        (
            json!({"type": "number"}),
            vec!["999999999999999", "-0.00000000000001"],
            vec!["1234567890123456", "inf"],
        ),
        (
            json!({"type": "date"}),
            vec!["2028-02-29", "0001-01-01"],
            vec!["2027-02-29", "29/02/2028", "2028-2-9", "2028-02-29T10:00", "02028-02-29", " 2028-02-29"],
        ),
        (json!({"type": "boolean"}), vec!["yes"], vec!["no", "true", "on"]),
        (json!({"type": "yesNo"}), vec!["yes", "no"], vec!["oui", "true", "yes\nno"]),
    ] {
        let mut asked = json!({"id": "q", "label": "Q"});
        asked.as_object_mut().unwrap().extend(question.as_object().unwrap().clone());
        let mut asked = one(asked);
        for answer in good {
            assert_eq!(problems(&[asked.clone()], &[("q", answer)]), [], "{question} {answer:?}");
        }
        for answer in bad {
            let wrong = vec![("answers.q".to_owned(), FieldIssue::Invalid)];
            assert_eq!(problems(&[asked.clone()], &[("q", answer)]), wrong, "{question} {answer:?}");
        }
        assert_eq!(problems(&[asked.clone()], &[]), [], "{question}");
        asked.required = true;
        for answer in [&[][..], &[("q", "")], &[("q", " \n")]] {
            let missing = vec![("answers.q".to_owned(), FieldIssue::Required)];
            assert_eq!(problems(&[asked.clone()], answer), missing, "{question} {answer:?}");
        }
    }
}

#[test]
fn texts_are_bounded_and_what_is_chosen_is_bounded_by_the_feed() {
    let questions = good(json!([{"id": "q", "label": "Q", "type": "longText"}]));
    assert_eq!(problems(&questions, &[("q", &"é".repeat(2000))]), []);
    assert_eq!(
        problems(&questions, &[("q", &"é".repeat(2001))]),
        [("answers.q".into(), FieldIssue::TooLong)]
    );
    let options: Vec<String> = (0..100).map(|n| format!("{n} {}", "x".repeat(90))).collect();
    let questions = good(json!([{"id": "q", "label": "Q", "type": "choices", "options": options}]));
    assert_eq!(problems(&questions, &[("q", &options.join("\n"))]), []);
}

/// A car, its seats, and whether there are children's seats; whoever has none says where to be fetched.
fn car() -> Vec<Question> {
    good(json!([
        {"id": "car", "label": "Venez-vous en voiture ?", "type": "yesNo", "required": true},
        {"id": "seats", "label": "Places libres", "type": "number", "required": true, "onlyIf": {"question": "car", "answer": "yes"}},
        {"id": "child", "label": "Sièges enfant", "type": "choices", "options": ["Bébé", "Rehausseur"],
         "onlyIf": {"question": "seats", "answer": "3"}},
        {"id": "baby", "label": "Jusqu’à quel âge ?", "required": true, "onlyIf": {"question": "child", "answer": "Bébé"}},
        {"id": "stop", "label": "Où vous prendre ?", "required": true, "onlyIf": {"question": "car", "answer": "no"}},
    ]))
}

#[test]
fn a_question_is_asked_of_those_whose_answers_lead_to_it() {
    let answers = |answers: &[(&str, &str)]| asked(&car(), &sign_up(answers).answers);
    assert_eq!(answers(&[]), [true, false, false, false, false]);
    assert_eq!(answers(&[("car", "no")]), [true, false, false, false, true]);
    assert_eq!(answers(&[("car", "yes")]), [true, true, false, false, false]);
    // 3 is a number, however it is written, and one of several that are chosen is enough.
    let baby = [("car", "yes"), ("seats", "3.0"), ("child", "Rehausseur\nBébé")];
    assert_eq!(answers(&baby), [true, true, true, true, false]);
    // What was typed before the first answer was changed leads nowhere.
    let changed = [("car", "no"), ("seats", "3"), ("child", "Bébé")];
    assert_eq!(answers(&changed), [true, false, false, false, true]);
}

#[test]
fn a_box_that_is_left_as_it_is_is_a_no() {
    let questions = good(json!([
        {"id": "box", "label": "J’ai le permis", "type": "boolean"},
        {"id": "q", "label": "Q", "onlyIf": {"question": "box", "answer": "no"}},
    ]));
    for (answers, expected) in [(vec![], true), (vec![("box", "")], true), (vec![("box", "yes")], false)] {
        assert_eq!(asked(&questions, &sign_up(&answers).answers)[1], expected, "{answers:?}");
    }
}

#[test]
fn what_is_not_asked_is_neither_required_nor_taken() {
    let wrong = |field: &str, issue| vec![(format!("answers.{field}"), issue)];
    assert_eq!(problems(&car(), &[("car", "yes"), ("seats", "2")]), []);
    assert_eq!(problems(&car(), &[("car", "yes")]), wrong("seats", FieldIssue::Required));
    assert_eq!(problems(&car(), &[("car", "no")]), wrong("stop", FieldIssue::Required));
    let both = [("car", "yes"), ("seats", "2"), ("stop", "Gare")];
    assert_eq!(problems(&car(), &both), wrong("stop", FieldIssue::Invalid));
    // Nor what depends on an answer that was not asked for itself.
    let after = [("car", "no"), ("stop", "Gare"), ("child", "Bébé"), ("baby", "2 ans")];
    let both = [wrong("child", FieldIssue::Invalid), wrong("baby", FieldIssue::Invalid)].concat();
    assert_eq!(problems(&car(), &after), both);
}

#[test]
fn what_nobody_was_to_be_asked_is_left_out_and_nothing_else() {
    let left = |answers: &[(&str, &str)]| {
        let mut form = sign_up(answers);
        form.leave_out_unasked(&with_questions(car()));
        form.answers.into_iter().map(|answer| answer.question).collect::<Vec<_>>()
    };
    let all =
        [("stop", "Gare"), ("car", "no"), ("seats", "3"), ("child", "Bébé"), ("baby", "2 ans"), ("x", "?")];
    // What answers nothing is for `validate` to refuse.
    assert_eq!(left(&all), ["stop", "car", "x"]);
    assert_eq!(left(&[("car", "yes"), ("seats", "3"), ("stop", "Gare")]), ["car", "seats"]);
}

#[test]
fn numbers_are_sent_as_one_way_of_writing_them() {
    for (typed, sent) in [
        ("2,5", "2.5"),
        (" 1 200 ", "1200"),
        ("1\u{202f}200,50", "1200.50"),
        ("−3", "-3"),
        ("٢٫٥", "2.5"),
        ("۱۲", "12"),
        ("", ""),
        // What is none comes back as it was typed, and is refused.
        (" deux ou 3 ", "deux ou 3"),
        ("1,2,3", "1,2,3"),
        ("12 kg", "12 kg"),
    ] {
        assert_eq!(typed_number(typed), sent, "{typed:?}");
    }
}

/// An answer to any question, fitting or not, of a kind that leads on more often than by chance.
fn answers(questions: &[Question]) -> impl Strategy<Value = Vec<Answer>> + use<> {
    let known: Vec<(String, String)> =
        questions.iter().map(|question| (question.id.clone(), an_answer(question).to_owned())).collect();
    let answer = move |(position, which): (prop::sample::Index, u8)| {
        let mut answer = Answer { question: "unknown".into(), value: "x".into() };
        if !known.is_empty() && which > 0 {
            let (question, value) = position.get(&known).clone();
            let value = if which == 1 { "no".to_owned() } else { value };
            answer = Answer { question, value };
        }
        answer
    };
    vec((any::<prop::sample::Index>(), 0..9_u8).prop_map(answer), 0..6)
}

#[test]
fn times_of_the_week_are_known_ones_each_once_or_ones_own_words() {
    let week = one(json!({ "id": "q", "label": "Quand ?", "type": "availability", "required": true }));
    let all: Vec<_> = (0..7).flat_map(|day| (0..3).map(move |time| slot(day, time))).collect();
    assert_eq!((all[0].as_str(), all[20].as_str()), ("mon-morning", "sun-evening"));
    for good in [&all.join("\n"), "tue-evening", "sun-morning\nmon-morning", "le mardi soir"] {
        assert_eq!(problems(std::slice::from_ref(&week), &[("q", good)]), [], "{good}");
    }
    let twice = [all.join("\n"), "mon-morning".into()].join("\n");
    for bad in [
        "mon-morning\nmon-morning",
        "mon-morning\nmon-night",
        "mon-morning\nle mardi",
        "mon-morning\n",
        &twice,
    ] {
        let wrong = problems(std::slice::from_ref(&week), &[("q", bad)]);
        assert_eq!(wrong, [("answers.q".into(), FieldIssue::Invalid)], "{bad}");
    }
    assert_eq!(problems(&[week], &[]), [("answers.q".into(), FieldIssue::Required)]);
}

#[test]
fn a_question_may_follow_a_time_of_the_week() {
    let questions = good(json!([
        { "id": "q", "label": "Quand ?", "type": "availability" },
        { "id": "cles", "label": "Les clés ?", "onlyIf": { "question": "q", "answer": "sat-morning" } },
    ]));
    let asked = |value: &str| asked(&questions, &sign_up(&[("q", value)]).answers);
    assert_eq!(asked("fri-evening\nsat-morning"), [true, true]);
    assert_eq!(asked("sat-evening"), [true, false]);
    let (_, findings) = read(json!([
        { "id": "q", "label": "Quand ?", "type": "availability" },
        { "id": "cles", "label": "Les clés ?", "onlyIf": { "question": "q", "answer": "samedi" } },
    ]));
    assert_eq!(findings, [("1.onlyIf.0.answer".into(), Problem::UnknownWord)]);
}

proptest! {
    #[test]
    fn what_is_accepted_is_what_is_kept(
        (questions, answers) in questions(5).prop_flat_map(|questions| (Just(questions.clone()), answers(&questions))),
    ) {
        let form = SignUp { answers, ..sign_up(&[]) };
        let mut kept = form.clone();
        kept.leave_out_unasked(&with_questions(questions.clone()));
        let problems = form.validate(&initiative(&questions), 0);
        if problems.is_empty() {
            prop_assert_eq!(&kept, &form);
        }
        // Whatever came, what is kept answers questions that are asked, and asks the same.
        let is_asked = asked(&questions, &kept.answers);
        prop_assert_eq!(&is_asked, &asked(&questions, &form.answers));
        for answer in kept.answers.iter().filter(|answer| answer.question != "unknown") {
            let mut same = questions.iter().zip(&is_asked).filter(|(question, _)| question.id == answer.question);
            prop_assert!(same.any(|(_, is_asked)| *is_asked));
        }
        // And nothing is refused that was refused for nothing but an answer too many.
        let of_kept = kept.validate(&initiative(&questions), 0);
        prop_assert!(of_kept.iter().all(|problem| problems.contains(problem)), "{:?} {:?}", of_kept, problems);
    }

    #[test]
    fn a_number_is_the_one_that_it_says(digits in -999_999_999_999_999_i64..=999_999_999_999_999, decimals in 0..15_u32) {
        let scale = 10_i64.pow(decimals);
        let sign = if digits < 0 { "-" } else { "" };
        let (whole, part) = (digits.abs() / scale, digits.abs() % scale);
        let text = match decimals {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{part:0width$}", width = decimals as usize),
        };
        let fits = text.bytes().filter(u8::is_ascii_digit).count() <= 15;
        prop_assert_eq!(number(&text), fits.then(|| text.parse().unwrap()), "{}", text);
    }
}

//! The organiser's questions in the form, and which of them are asked.

use std::rc::Rc;

use alentour_model::question::{BETWEEN_VALUES, DAYS, NO, TIMES, YES, number, slot, typed_number};
use alentour_model::signup;
use alentour_model::{Question, QuestionType};
use leptos::prelude::*;

use super::field::{FieldSpec, Fields};
use super::group::{GroupOption, OnChange};
use super::without_script;
use crate::app::App;
use crate::dom::El;
use crate::facts;
use crate::message::Message;

/// The most options of one choice that all stand there: more of them are a list to unfold.
const MOST_IN_SIGHT: usize = 6;

/// The questions, in their order. One that depends on an earlier answer is hidden until that is given, and keeps what was typed into it.
pub fn questions(fields: &Fields, position: usize, questions: &[Question]) -> Vec<El> {
    let (looked_at, typed) = (fields.app.looked_at(position), fields.draft.signup.clone());
    let is_asked = signup::asked(questions, &typed.borrow().answers);
    // Some(0) for one that is asked: signals of one type share their code.
    let shown: Vec<_> = questions
        .iter()
        .zip(is_asked)
        .map(|(question, asked)| question.only_if.as_ref().map(|_| RwSignal::new(asked.then_some(0_usize))))
        .collect();
    let signals = shown.clone();
    let show = Rc::new(move || {
        let participation = looked_at.get().and_then(|initiative| initiative.participation.as_ref());
        let Some(participation) = participation.filter(|_| signals.iter().any(Option::is_some)) else {
            return;
        };
        let is_asked = signup::asked(&participation.questions, &typed.borrow().answers);
        for (signal, asked) in signals.iter().zip(is_asked) {
            if let Some(signal) = signal.filter(|signal| signal.get_untracked().is_some() != asked) {
                signal.set(asked.then_some(0));
            }
        }
    });
    let is_served = fields.app.served().map(|_| 0_usize);
    let all = questions.iter().zip(shown).map(|(question, shown)| {
        let condition = without_script::condition(fields.app, question, questions);
        let field = field(fields, question, condition, show.clone());
        let Some(shown) = shown else { return field };
        // Without a script nothing could show it: there it says whom it asks.
        field.attr("hidden", move || is_served.is_none() && shown.read().is_none())
    });
    all.collect()
}

/// One question; `changed` is told of every answer. `condition`: whom it asks, where it cannot be hidden from others.
fn field(fields: &Fields, question: &Question, condition: Option<String>, changed: Rc<dyn Fn()>) -> El {
    let app = fields.app;
    let name = ["answers.", &question.id].concat();
    let bounds = bounds(app, question).unwrap_or_default();
    let hint = facts::joined(&[condition.as_deref().unwrap_or_default(), &question.help, &bounds], "\n");
    let invalid = invalid(app, question);
    let text = FieldSpec {
        hint: &hint,
        invalid: &invalid,
        follows: question.only_if.is_some(),
        required: question.required && condition.is_none(),
        ..FieldSpec::own(&name, &question.label, question.required)
    };
    let (draft, id) = (fields.draft.clone(), question.id.clone());
    let set = move |answer| {
        draft.set_answer(&id, answer);
        changed();
    };
    input(fields, question, text, Box::new(set))
}

/// The field itself, as what it asks for is given.
fn input(fields: &Fields, question: &Question, text: FieldSpec, set: Box<dyn Fn(String)>) -> El {
    let app = fields.app;
    let value = fields.draft.answer(&question.id);
    let kind = |kind| FieldSpec { kind, ..text };
    let radios = |options, set: Box<dyn Fn(String)>| {
        fields.group(kind("radio"), options, Box::new(move |it, _| set(it.to_owned())))
    };
    match question.answer {
        QuestionType::Boolean => {
            fields.tick(text, value == YES, Box::new(move |ticked| set(if ticked { YES } else { "" }.into())))
        }
        QuestionType::YesNo => {
            let option = |answer: &str, words| GroupOption {
                value: answer.into(),
                text: app.text(words).into(),
                chosen: value == answer,
            };
            radios(vec![option(YES, Message::Yes), option(NO, Message::No)], set)
        }
        QuestionType::Choice if question.options.len() <= MOST_IN_SIGHT => {
            radios(in_sight(question, |option| *option == value), set)
        }
        QuestionType::Choice => {
            let options = question.options.iter().map(|option| (option.clone(), option.clone(), false));
            fields.choice(text, options.collect(), &value, set)
        }
        QuestionType::Choices => {
            let options = in_sight(question, |option| value.split(BETWEEN_VALUES).any(|it| it == option));
            fields.group(kind("checkbox"), options, several(fields, question, question.options.clone(), set))
        }
        QuestionType::Availability => {
            let slots = (0..DAYS.len()).flat_map(|day| (0..TIMES.len()).map(move |time| slot(day, time)));
            fields.week(text, &value, several(fields, question, slots.collect(), set))
        }
        QuestionType::Number => {
            let value = if number(&value).is_some() { with_separator(app, &value) } else { value };
            fields.text(kind("decimal"), &value, Box::new(move |typed| set(typed_number(&typed))))
        }
        QuestionType::Date => fields.text(kind("date"), &value, set),
        QuestionType::LongText => fields.text(kind("long"), &value, set),
        QuestionType::Text => fields.text(text, &value, set),
    }
}

fn in_sight(question: &Question, is_chosen: impl Fn(&String) -> bool) -> Vec<GroupOption> {
    let option = |option: &String| GroupOption {
        value: option.clone(),
        text: option.clone(),
        chosen: is_chosen(option),
    };
    question.options.iter().map(option).collect()
}

/// What boxes do, of which any number may be ticked. Their values are sent in the order of the options, however they were ticked.
fn several(fields: &Fields, question: &Question, options: Vec<String>, set: Box<dyn Fn(String)>) -> OnChange {
    let (draft, id) = (fields.draft.clone(), question.id.clone());
    Box::new(move |changed: &str, ticked: bool| {
        let before = draft.answer(&id);
        let mut values = Vec::new();
        for option in &options {
            let was_ticked = || before.split(BETWEEN_VALUES).any(|value| value == option);
            if if option == changed { ticked } else { was_ticked() } {
                values.push(option.as_str());
            }
        }
        set(facts::joined(&values, "\n"));
    })
}

/// What is said of an answer that does not fit the question.
pub fn invalid(app: App, question: &Question) -> String {
    let message = match question.answer {
        QuestionType::Number => Message::InvalidNumber,
        QuestionType::Date => Message::InvalidDate,
        _ => Message::Invalid,
    };
    match bounds(app, question) {
        Some(bounds) => [app.text(message), " ", &bounds].concat(),
        None => app.text(message).to_owned(),
    }
}

/// Between which numbers an answer is.
fn bounds(app: App, question: &Question) -> Option<String> {
    let say = |message, name, n| app.locale.say(message, &[(name, &exactly(app, n))]);
    match (question.minimum, question.maximum) {
        (Some(first), Some(last)) => {
            let (first, last) = (exactly(app, first), exactly(app, last));
            Some(app.locale.say(Message::NumberBetween, &[("first", &first), ("last", &last)]))
        }
        (Some(n), None) => Some(say(Message::NumberFrom, "n", n)),
        (None, Some(n)) => Some(say(Message::NumberTo, "n", n)),
        (None, None) => None,
    }
}

/// A number to a millionth: [`crate::locale::Locale::number`] rounds to a tenth, and a bound that is rounded is another one.
fn exactly(app: App, n: f64) -> String {
    let tenths = n * 10.0;
    if (tenths - tenths.round()).abs() < 1e-5 {
        return app.locale.number(n);
    }
    let millionths = (n.abs() * 1e6).round() as u64;
    // The one in front keeps the zeros behind the separator.
    let decimals = (1_000_000 + millionths % 1_000_000).to_string();
    let decimals = decimals.get(1..).unwrap_or_default().trim_end_matches('0');
    let sign = if n < 0.0 { "-" } else { "" };
    with_separator(app, &[sign, &(millionths / 1_000_000).to_string(), ".", decimals].concat())
}

/// A number as it is sent, with the language's decimal separator.
fn with_separator(app: App, number: &str) -> String {
    let half = app.locale.number(0.5);
    let separator = half.trim_matches(|c: char| c.is_ascii_digit());
    // None where a browser refuses the language.
    if separator.is_empty() { number.to_owned() } else { number.replace('.', separator) }
}

//! Questions in words, for whoever makes a form and for whoever looks at it.

use alentour_model::question::{NO, YES};
use alentour_model::{Initiative, Participation, Question, QuestionType};
use alentour_texts::{Language, fill};
use maud::{Markup, html};

/// What the form of an answer is called.
pub(super) fn kind(language: Language, kind: QuestionType) -> &'static str {
    let texts = language.proposing();
    match kind {
        QuestionType::Text => texts.type_text,
        QuestionType::LongText => texts.type_long_text,
        QuestionType::Choice => texts.type_choice,
        QuestionType::Choices => texts.type_choices,
        QuestionType::Number => texts.type_number,
        QuestionType::Date => texts.type_date,
        QuestionType::Boolean => texts.type_boolean,
        QuestionType::YesNo => texts.type_yes_no,
        QuestionType::Availability => texts.type_availability,
    }
}

/// Of whom a question is asked: who answered that to an earlier one, as the widget says it where it can hide nothing.
pub(super) fn condition(language: Language, label: &str, kind: QuestionType, answer: &str) -> String {
    let answer = match (kind, answer) {
        (QuestionType::Boolean | QuestionType::YesNo, YES) => language.widget("yes"),
        (QuestionType::Boolean | QuestionType::YesNo, NO) => language.widget("no"),
        (_, answer) => answer,
    };
    fill(language.widget("only_if"), &[("label", label), ("text", answer)])
}

/// One of these questions: its words, and below them how it is answered, and of whom it is asked.
pub(in crate::steps) fn in_words(language: Language, question: &Question, all: &[Question]) -> String {
    let texts = language.proposing();
    let mut answered = vec![kind(language, question.answer)];
    if question.required {
        answered.push(texts.question_required);
    }
    let condition = question.only_if.as_ref().and_then(|asked| {
        let earlier = all.iter().find(|earlier| earlier.id == asked.question)?;
        Some(condition(language, &earlier.label, earlier.answer, &asked.answer))
    });
    let lines = [
        question.label.clone(),
        answered.join(" · "),
        question.options.join(" · "),
        condition.unwrap_or_default(),
    ];
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What the form of an initiative asks beside names and addresses, and for what consent; nothing where that is nothing.
pub fn asked(language: Language, initiative: &Initiative) -> Markup {
    let Some(Participation { questions, consents, .. }) = &initiative.participation else { return html! {} };
    html! {
        @if !questions.is_empty() || !consents.is_empty() {
            section {
                h3 { (language.proposing().asked) }
                ul {
                    @for question in questions { li.written { bdi { (in_words(language, question, questions)) } } }
                    @for consent in consents { li { bdi { (consent.text) } } }
                }
            }
        }
    }
}

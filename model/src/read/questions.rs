//! The organiser's questions, and of whom they are asked.

use super::reader::Reader;
use crate::feed::{Notes, Problem};
use crate::json::Json;
use crate::question::{BETWEEN_VALUES, Condition, NO, Question, QuestionType, YES};

/// The farthest that a bound of a number may be from zero.
const FARTHEST: f64 = 1e12;

/// The questions. What is wrong with one costs none of the others.
pub(super) fn questions<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Vec<Question> {
    let mut questions = Vec::new();
    reader.each_object("questions", &mut |reader| {
        let Some(question) = question(reader, &questions) else { return };
        // An answer names its question: of two of one name it would be both's.
        if questions.iter().any(|earlier| earlier.id == question.id) {
            reader.find("id", Problem::Repaired);
        } else {
            questions.push(question);
        }
    });
    questions
}

fn question<J: Json, N: Notes>(reader: &mut Reader<J, N>, earlier: &[Question]) -> Option<Question> {
    let (id, label) = (reader.line("id"), reader.text("label"));
    let answer = reader.word("type", QuestionType::parse).unwrap_or_default();
    let mut options = reader.lines("options");
    if answer == QuestionType::Choices {
        tell_apart(&mut options, reader);
    }
    if id.is_empty() || label.is_empty() || (answer.has_options() && options.is_empty()) {
        return reader.incomplete("");
    }
    let (minimum, maximum) = if answer == QuestionType::Number { bounds(reader) } else { (None, None) };
    Some(Question {
        id,
        label,
        help: reader.line("help"),
        answer,
        options,
        minimum,
        maximum,
        required: reader.flag("required"),
        only_if: condition(reader, earlier),
    })
}

/// Where several are chosen, an answer has one of them a line: no option has a line end within, and none is there twice.
fn tell_apart<J: Json, N: Notes>(options: &mut Vec<String>, reader: &mut Reader<J, N>) {
    let given = options.len();
    options.retain(|option| !option.contains(BETWEEN_VALUES));
    if options.len() < given {
        reader.find("options", Problem::NotText);
    }
    let mut one_line = Vec::new();
    for option in options.drain(..) {
        if one_line.contains(&option) {
            reader.find("options", Problem::Repaired);
        } else {
            one_line.push(option);
        }
    }
    *options = one_line;
}

fn bounds<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> (Option<f64>, Option<f64>) {
    let mut bound = |field| {
        let value = reader.given(field)?;
        let bound = value.number().filter(|bound| (-FARTHEST..=FARTHEST).contains(bound));
        if bound.is_none() {
            reader.find(field, Problem::NotANumber);
        }
        bound
    };
    let (minimum, maximum) = (bound("minimum"), bound("maximum"));
    if minimum.zip(maximum).is_some_and(|(minimum, maximum)| minimum > maximum) {
        reader.find("maximum", Problem::NotANumber);
        return (minimum, None);
    }
    (minimum, maximum)
}

/// The condition of a question; none, and the question is asked of everybody, where nobody could meet it.
fn condition<J: Json, N: Notes>(reader: &mut Reader<J, N>, earlier: &[Question]) -> Option<Condition> {
    let mut conditions = Vec::new();
    reader.each_object("onlyIf", &mut |reader| {
        let question = reader.line("question");
        // As JSON says yes and no.
        let answer = match reader.given("answer").and_then(|answer| answer.flag()) {
            Some(true) => YES.to_owned(),
            Some(false) => NO.to_owned(),
            None => reader.line("answer"),
        };
        let asked = earlier.iter().find(|earlier| earlier.id == question);
        match asked {
            _ if question.is_empty() || answer.is_empty() => reader.find("", Problem::Incomplete),
            None => reader.find("question", Problem::UnknownWord),
            Some(asked) if !asked.can_have(&answer) => reader.find("answer", Problem::UnknownWord),
            Some(_) => conditions.push(Condition { question, answer }),
        }
    });
    if conditions.len() > 1 {
        reader.find("onlyIf", Problem::TooMany);
    }
    conditions.into_iter().next()
}

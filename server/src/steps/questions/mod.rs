//! What the form of those who take part asks, a row a question. `json` is a row as canonical JSON has it, `ask` and `check` are its form,
//! `words` says it to whoever reads it.

mod ask;
mod check;
mod json;
mod words;

use alentour_model::{self as model, QuestionType};

use super::fields::Fields;
use super::repeated::Repeated;

pub(super) use json::{read, write};
pub use words::asked;
pub(super) use words::in_words;

/// Questions that whoever makes a form gives it at most: more of them are not answered.
pub const MOST_QUESTIONS: usize = 8;

/// What stands between the row of an earlier question and the answer to it that a question depends on: `0=yes`.
const BETWEEN: char = '=';

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionRow {
    /// It, in words.
    pub label: String,
    /// The form of its answer: a word of [`QuestionType`]; empty: a line of text.
    pub answer: String,
    /// What can be chosen, a line each, where something can.
    pub options: String,
    /// `yes` where it must be answered.
    pub required: String,
    /// Of whom it is asked: the number of an earlier row and an answer, as in `0=yes`. Empty: of everybody.
    pub only_if: String,
    /// Names the question that it is; empty: it is a new one.
    pub id: String,
}

impl Repeated for QuestionRow {
    const NAMES: &'static [&'static str] =
        &["question-", "type-", "options-", "required-", "if-", "question-id-"];

    fn texts(&mut self) -> Vec<&mut String> {
        vec![
            &mut self.label,
            &mut self.answer,
            &mut self.options,
            &mut self.required,
            &mut self.only_if,
            &mut self.id,
        ]
    }

    fn is_empty(&self) -> bool {
        self.label.is_empty() && self.options.is_empty()
    }
}

impl QuestionRow {
    /// The form of its answer.
    fn kind(&self) -> QuestionType {
        QuestionType::parse(&self.answer).unwrap_or_default()
    }

    /// What can be chosen; nothing where nothing is.
    fn options(&self) -> impl Iterator<Item = &str> {
        self.options.lines().filter(|_| self.kind().has_options())
    }

    /// The number of the earlier row and the answer on which it depends.
    fn condition(&self) -> Option<(usize, &str)> {
        let (number, answer) = self.only_if.split_once(BETWEEN)?;
        Some((number.parse().ok()?, answer))
    }

    /// Whether one that depends on it can depend on that answer.
    fn can_have(&self, answer: &str) -> bool {
        let question = model::Question {
            id: String::new(),
            label: String::new(),
            help: String::new(),
            answer: self.kind(),
            options: self.options().map(str::to_owned).collect(),
            minimum: None,
            maximum: None,
            required: !self.required.is_empty(),
            only_if: None,
        };
        !answer.is_empty() && question.can_have(answer)
    }
}

impl Fields {
    /// The questions, each with the number that its fields have.
    pub fn questions(&self) -> Vec<(usize, QuestionRow)> {
        self.all()
    }
}

/// Which of the rows before it one depends on, by its position, and the answer; `None` where it depends on nothing that can be.
fn met(rows: &[(usize, QuestionRow)], at: usize) -> Option<(usize, &str)> {
    let (number, answer) = rows.get(at)?.1.condition()?;
    let earlier = rows.iter().take(at).position(|(known, _)| *known == number)?;
    rows.get(earlier)?.1.can_have(answer).then_some((earlier, answer))
}

//! What is wrong with the questions.

use alentour_texts::fill;

use super::{MOST_QUESTIONS, QuestionRow, met};
use crate::steps::Fields;
use crate::steps::check::Check;
use crate::steps::fields::LONGEST_LIST;

/// Characters of a question, and of what can be chosen.
const LONGEST: usize = 200;
const LONGEST_OPTION: usize = 100;
/// How much there is to choose from.
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=20;

impl Check<'_> {
    /// Those of `known`, what it said before, may be more and longer: they came from elsewhere.
    pub(in crate::steps) fn questions(&mut self, known: Option<&Fields>) {
        let texts = self.language.proposing();
        let before = known.map(Fields::questions).unwrap_or_default();
        let rows = self.fields.questions();
        let Some((first, _)) = rows.first() else { return };
        let first = format!("question-{first}");
        if self.fields.way().is_none() {
            self.wrong(&first, texts.wrong_question_none);
        }
        if rows.len() > MOST_QUESTIONS.max(before.len()) {
            self.wrong(&first, &fill(texts.wrong_questions_many, &[("most", &MOST_QUESTIONS.to_string())]));
        }
        for (at, (number, row)) in rows.iter().enumerate() {
            let was = before.iter().map(|(_, was)| was).find(|was| was.id == row.id);
            self.words(*number, row, was);
            if was.is_none_or(|was| (&was.options, was.kind()) != (&row.options, row.kind())) {
                self.options(*number, row);
            }
            if !row.only_if.is_empty() && met(&rows, at).is_none() {
                self.wrong(&format!("if-{number}"), texts.wrong_question_if);
            }
        }
    }

    fn words(&mut self, number: usize, row: &QuestionRow, was: Option<&QuestionRow>) {
        let field = format!("question-{number}");
        if row.label.is_empty() {
            self.wrong(&field, self.language.proposing().wrong_question);
        }
        if row.label.chars().count() > LONGEST && was.is_none_or(|was| was.label != row.label) {
            self.long(&field, LONGEST);
        }
    }

    /// From several that differ one chooses.
    fn options(&mut self, number: usize, row: &QuestionRow) {
        let options: Vec<&str> = row.options().collect();
        let is_twice = (1..options.len()).any(|at| options[..at].contains(&options[at]));
        let is_long = options.iter().any(|option| option.chars().count() > LONGEST_OPTION)
            || row.options.chars().count() >= LONGEST_LIST;
        if row.kind().has_options() && (is_twice || is_long || !OPTIONS.contains(&options.len())) {
            let (least, most) = (OPTIONS.start().to_string(), OPTIONS.end().to_string());
            let values = [("least", &*least), ("most", &*most), ("longest", &*LONGEST_OPTION.to_string())];
            self.wrong(&format!("options-{number}"), &fill(self.language.proposing().wrong_options, &values));
        }
    }
}

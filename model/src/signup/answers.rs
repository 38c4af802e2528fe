//! Answers to the organiser's questions: which are asked at all, and what is wrong with them.

use super::{Answer, FieldIssue, MESSAGE, Problems, SignUp};
use crate::participation::{Asked, Participation};
use crate::question::{Question, QuestionType};

/// The answer to a question; empty where there is none. The first counts.
pub fn answer_to<'a>(answers: &'a [Answer], question: &str) -> &'a str {
    let answer = answers.iter().find(|answer| answer.question == question);
    answer.map_or("", |answer| &answer.value)
}

/// Which of these questions are asked of whoever gives these answers. One that depends on a question that is not asked is not asked
/// either, whatever was answered to it.
pub fn asked(questions: &[Question], answers: &[Answer]) -> Vec<bool> {
    let mut asked: Vec<bool> = Vec::with_capacity(questions.len());
    for question in questions {
        let is_met = question.only_if.as_ref().is_none_or(|condition| {
            let mut earlier = questions.iter().zip(&asked);
            earlier.find(|(earlier, _)| earlier.id == condition.question).is_none_or(|(earlier, is_asked)| {
                *is_asked && earlier.has(answer_to(answers, &earlier.id), &condition.answer)
            })
        });
        asked.push(is_met);
    }
    asked
}

impl SignUp {
    /// Leaves out what was answered to questions that are not asked, and the town of who does not want to be named. A form without
    /// conditions, as earlier versions and pages without a script have it, has fields for all of them; what nobody was to be asked is not
    /// kept.
    pub fn leave_out_unasked(&mut self, participation: &Participation) {
        if !self.agrees_to_be_named(participation) {
            self.town.clear();
        }
        let questions = &participation.questions;
        if questions.iter().all(|question| question.only_if.is_none()) {
            return;
        }
        let asked = asked(questions, &self.answers);
        self.answers.retain(|answer| {
            let mut same =
                questions.iter().zip(&asked).filter(|(question, _)| question.id == answer.question);
            // What answers no question at all is wrong, and `validate` says so.
            same.clone().next().is_none() || same.any(|(_, is_asked)| *is_asked)
        });
    }
}

impl Problems {
    /// Checks the answers to all questions.
    pub(super) fn answers(&mut self, questions: &[Question], answers: &[Answer]) {
        for (question, is_asked) in questions.iter().zip(asked(questions, answers)) {
            self.answer(question, is_asked, answer_to(answers, &question.id));
        }
        let is_known = |answer: &Answer| questions.iter().any(|question| question.id == answer.question);
        self.add_if(!answers.iter().all(is_known), "answers", FieldIssue::Invalid);
    }

    fn answer(&mut self, question: &Question, is_asked: bool, answer: &str) {
        let field = ["answers.", &question.id].concat();
        let asked = match (is_asked, question.required) {
            (false, _) => Asked::No,
            (true, true) => Asked::Required,
            (true, false) => Asked::Optional,
        };
        // The options of several are bounded by the feed, however many are chosen.
        let most = if question.answer == QuestionType::Choices { usize::MAX } else { MESSAGE };
        if self.text(&field, answer, asked, most) {
            self.add_if(!question.takes(answer), &field, FieldIssue::Invalid);
        }
    }
}

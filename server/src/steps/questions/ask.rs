//! The rows of the form in which the questions are made.

use alentour_model::QuestionType;
use alentour_model::question::{NO, YES};
use alentour_texts::fill;
use maud::{Markup, html};

use super::words::{condition, kind};
use super::{BETWEEN, MOST_QUESTIONS, QuestionRow, met};
use crate::steps::ask::Asking;

/// One that may depend on any of those before it, with the number that its fields have.
type Numbered = (usize, QuestionRow);

impl Asking<'_> {
    /// The questions, folded until there are some.
    pub(in crate::steps) fn questions(&self) -> Markup {
        let texts = self.language.proposing();
        let mut all = self.fields.questions();
        let (filled, next) = (all.len(), all.last().map_or(0, |(last, _)| last + 1));
        let wanted = self.rows.clamp(1, MOST_QUESTIONS).saturating_sub(filled);
        all.extend((next..next + wanted).map(|number| (number, QuestionRow::default())));
        html! {
            details.part open[filled > 0 || self.rows > 0] {
                summary { (texts.questions) }
                p.hint { (texts.questions_hint) }
                p.hint { (texts.questions_sensitive) }
                @for at in 0..all.len() { (self.question(at, &all, self.rows > 0 && at == filled)) }
                @if all.len() < MOST_QUESTIONS {
                    p { button.quiet.small name="do" value="row" formnovalidate { (texts.add_question) } }
                }
            }
        }
    }

    /// One of them; `is_next`: that which was asked for.
    fn question(&self, at: usize, all: &[Numbered], is_next: bool) -> Markup {
        let texts = self.language.proposing();
        let Some((number, row)) = all.get(at) else { return html! {} };
        let field = |name: &str| format!("{name}-{number}");
        let kinds = QuestionType::ALL.iter().map(|it| (it.as_str(), kind(self.language, *it)));
        let focused: &[_] = if is_next { &[("autofocus", "")] } else { &[] };
        html! {
            fieldset.question {
                legend { (fill(texts.question_number, &[("n", &(at + 1).to_string())])) }
                @if !row.id.is_empty() { input type="hidden" name=(field("question-id")) value=(row.id); }
                (self.input(&field("question"), texts.question_words, "", focused))
                (self.select(&field("type"), texts.question_type, "", kinds))
                div.options { (self.area(&field("options"), texts.options, texts.options_hint, 3)) }
                (self.whom(at, all))
                p.tick {
                    input id=(field("required")) name=(field("required")) type="checkbox" value="yes" checked[!row.required.is_empty()];
                    label for=(field("required")) { (texts.question_required) }
                }
            }
        }
    }

    /// Of whom it is asked: everybody, or who gave one of the answers that can be given before it.
    fn whom(&self, at: usize, all: &[Numbered]) -> Markup {
        let texts = self.language.proposing();
        let (Some(one), Some(earlier)) = (all.get(at), all.get(..at)) else { return html! {} };
        let said = |row: &QuestionRow, answer: &str| condition(self.language, &row.label, row.kind(), answer);
        let mut given = Vec::new();
        for (number, row) in earlier {
            let answers: Vec<&str> = match row.kind() {
                QuestionType::YesNo => vec![YES, NO],
                QuestionType::Boolean => vec![YES],
                _ => row.options().collect(),
            };
            given.extend(
                answers.iter().map(|answer| (format!("{number}{BETWEEN}{answer}"), said(row, answer))),
            );
        }
        // As it came from elsewhere.
        if let Some((row, answer)) = met(all, at).filter(|_| given.iter().all(|(it, _)| *it != one.1.only_if))
            && let Some((_, row)) = all.get(row)
        {
            given.push((one.1.only_if.clone(), said(row, answer)));
        }
        let field = format!("if-{}", one.0);
        let given = given.iter().map(|(value, words)| (value.as_str(), words.as_str()));
        let options: Vec<_> = std::iter::once(("", texts.question_everybody)).chain(given).collect();
        html! {
            @if options.len() > 1 || self.problem(&field).is_some() {
                (self.select(&field, texts.question_whom, "", options))
            }
        }
    }
}
